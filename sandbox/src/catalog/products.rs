//! The products of a brand in a currency.

use rust_decimal::Decimal;

use super::Brand;
use super::offers::{Offer, PlanRow, Step};
use crate::fiat::{Fiat, USD};
use crate::money::FaceValue;
use crate::rng::Rng;

/// The face value of a product, fixed or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Fixed(FaceValue),
    Range { min: FaceValue, max: FaceValue, step: Option<FaceValue>, default: FaceValue },
}

/// One product of a brand.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) id: String,
    /// The canonical text of a fixed product; `None` for a range.
    pub(crate) denomination: Option<String>,
    pub(crate) label: String,
    pub(crate) fiat: Fiat,
    pub(crate) face: Face,
    pub(crate) is_by_phone: bool,
    /// For plans, data in megabytes (`-1` is unlimited) and days.
    pub(crate) plan: Option<(i64, u32)>,
    pub(crate) margin_ppm: i64,
}

impl Product {
    /// Returns `by_phone` or `by_email`.
    pub(crate) fn delivery_type(&self) -> &'static str {
        if self.is_by_phone { "by_phone" } else { "by_email" }
    }

    /// Returns whether `value` is the face value of a fixed product or lies in the range.
    pub(crate) fn accepts(&self, value: FaceValue) -> bool {
        match self.face {
            Face::Fixed(face) => face == value,
            Face::Range { min, max, step, .. } => {
                let on_step = step.is_none_or(|step| is_multiple(value.0 - min.0, step.0));
                let has_coins = is_multiple(value.0, self.fiat.unit());
                value >= min && value <= max && on_step && has_coins
            }
        }
    }
}

fn is_multiple(value: Decimal, unit: Decimal) -> bool {
    (value % unit).is_zero()
}

/// Returns all products of the brand, ranges first and the dearest last.
pub(super) fn of(brand: &Brand, fiat: Fiat) -> Vec<Product> {
    let mut maker = Maker { brand, fiat, out: Vec::new() };
    match brand.offer {
        Offer::Fixed(values) | Offer::FixedWithDefault(values) => maker.fixed(values),
        Offer::Range(min, max, step) => maker.range(min, max, step, false),
        Offer::Mixed(min, max, values) => {
            maker.range(min, max, Step::Whole, false);
            maker.fixed(values);
        }
        Offer::TopUp(values) => maker.top_ups(values),
        Offer::TopUpRange(min, max) => maker.range(min, max, Step::Whole, true),
        Offer::Bundle(rows) => maker.plans(rows, true),
        Offer::Esim(rows) => maker.plans(rows, false),
        Offer::Months(rows) => {
            for (months, dollars) in rows {
                let text = if *months == 1 { "1 month".to_owned() } else { format!("{months} months") };
                let face = fiat.nice(*dollars);
                maker.push(Some(text.clone()), text, fiat, Face::Fixed(face), false, None);
            }
        }
        Offer::Labels(rows) => {
            for (label, dollars) in rows {
                let face = fiat.nice(*dollars);
                maker.push(Some((*label).to_owned()), (*label).to_owned(), fiat, Face::Fixed(face), false, None);
            }
        }
        Offer::Nothing => {}
    }
    maker.out
}

/// Returns the text that is used for unknown amounts; empty for most brands.
pub(crate) fn default_denomination(brand: &Brand, fiat: Fiat) -> String {
    match brand.offer {
        Offer::FixedWithDefault(values) => {
            values.last().map(|dollars| fiat.denomination(fiat.nice(*dollars))).unwrap_or_default()
        }
        Offer::Fixed(_)
        | Offer::Range(..)
        | Offer::Mixed(..)
        | Offer::TopUp(_)
        | Offer::TopUpRange(..)
        | Offer::Bundle(_)
        | Offer::Esim(_)
        | Offer::Months(_)
        | Offer::Labels(_)
        | Offer::Nothing => String::new(),
    }
}

struct Maker<'a> {
    brand: &'a Brand,
    fiat: Fiat,
    out: Vec<Product>,
}

impl Maker<'_> {
    fn push(
        &mut self,
        denomination: Option<String>,
        label: String,
        fiat: Fiat,
        face: Face,
        is_by_phone: bool,
        plan: Option<(i64, u32)>,
    ) {
        let mut rng = Rng::new(0, &format!("{}/{}", self.brand.id, denomination.as_deref().unwrap_or("range")));
        let id = rng.uuid();
        let margin_ppm = if denomination.is_none() { 13_000 } else { 15_000 + rng.below(15) as i64 * 1_000 };
        self.out.push(Product { id, denomination, label, fiat, face, is_by_phone, plan, margin_ppm });
    }

    fn fixed(&mut self, dollars: &[u32]) {
        let fiat = self.fiat;
        let mut values: Vec<FaceValue> = dollars.iter().map(|dollars| fiat.nice(*dollars)).collect();
        values.dedup();
        for face in values {
            self.push(Some(fiat.denomination(face)), fiat.label(face), fiat, Face::Fixed(face), false, None);
        }
    }

    fn top_ups(&mut self, dollars: &[u32]) {
        let fiat = self.fiat;
        let mut values: Vec<FaceValue> = dollars.iter().map(|dollars| fiat.nice(*dollars)).collect();
        values.dedup();
        for face in &values {
            self.push(Some(fiat.denomination(*face)), fiat.label(*face), fiat, Face::Fixed(*face), true, None);
        }
        for face in &values {
            let text = format!("{} - PIN", fiat.denomination(*face));
            self.push(Some(text.clone()), text, fiat, Face::Fixed(*face), false, None);
        }
    }

    fn range(&mut self, min: u32, max: u32, step: Step, is_by_phone: bool) {
        let fiat = self.fiat;
        let (min, max) = (fiat.nice(min), fiat.nice(max));
        let whole = || {
            // The step is the largest power of ten that divides both ends and is at most a fifth of the smallest value.
            let most = min.0.max(Decimal::from(5)) / Decimal::from(5);
            let mut step = fiat.unit();
            let mut next = Decimal::ONE;
            while next <= most {
                if is_multiple(min.0, next) && is_multiple(max.0, next) {
                    step = next;
                }
                next *= Decimal::TEN;
            }
            FaceValue(step)
        };
        let step = match step {
            Step::Whole => Some(whole()),
            Step::Cent => Some(FaceValue(fiat.unit())),
            Step::Null => None,
        };
        let unit = step.map_or(Decimal::ONE, |step| step.0);
        let aim = fiat.nice(50).clamp(min, max).0;
        let default = FaceValue(aim - (aim - min.0) % unit);
        let face = Face::Range { min, max, step, default };
        let label = format!("{} - {}", fiat.label(min), fiat.label(max));
        self.push(None, label, fiat, face, is_by_phone, None);
    }

    fn plans(&mut self, rows: &[PlanRow], is_by_phone: bool) {
        for (megabytes, days, cents) in rows {
            let data = if *megabytes < 0 { "Unlimited".to_owned() } else { format!("{} GB", megabytes / 1_024) };
            let text = if *days == 1 { format!("{data} 1 day") } else { format!("{data} {days} days") };
            let (fiat, face) = if is_by_phone {
                (self.fiat, self.fiat.nice(cents.div_ceil(100)))
            } else {
                (USD, FaceValue(Decimal::new((*cents).into(), 2)))
            };
            self.push(Some(text.clone()), text, fiat, Face::Fixed(face), is_by_phone, Some((*megabytes, *days)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;
    use crate::fiat;

    #[test]
    fn every_range_can_be_bought_at_both_ends_and_at_its_default() {
        let catalog = Catalog::new(1);
        for code in fiat::countries().filter(|code| *code != "LI") {
            let country = catalog.country(code).unwrap();
            for brand in country.brands.iter().take(60) {
                for product in country.products(brand) {
                    if let Face::Range { min, max, step, default } = product.face {
                        assert!(min < max, "{code} {}", brand.name);
                        for value in [min, max, default] {
                            assert!(product.accepts(value), "{code} {} {value:?} of {:?}", brand.name, product.face);
                        }
                        assert!(!product.accepts(FaceValue(max.0 + step.map_or(Decimal::ONE, |step| step.0))));
                        assert!(!product.accepts(FaceValue(min.0 - Decimal::new(1, 3))));
                    }
                }
            }
        }
    }

    #[test]
    fn fixed_products_of_a_brand_have_denominations_of_their_own() {
        let catalog = Catalog::new(1);
        for code in ["US", "JP", "ID", "KW", "VN", "GN"] {
            let country = catalog.country(code).unwrap();
            for brand in &country.brands {
                let mut texts: Vec<String> = country
                    .products(brand)
                    .into_iter()
                    .map(|product| product.denomination.unwrap_or_default())
                    .collect();
                let all = texts.len();
                texts.sort();
                texts.dedup();
                assert_eq!(texts.len(), all, "{code} {}", brand.name);
            }
        }
    }
}
