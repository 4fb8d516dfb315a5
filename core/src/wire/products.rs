//! `GET /v5/products/country/{CC}` (docs/supplier-api.md §5.6): what the brands of a family sell.

use super::{AnswerError, brands, envelope, node::Node};
use crate::{
    catalog::{BrandId, DeliveryType, Denomination, Kind, Offer, Plan, PlanData},
    chain::same_coin,
    money::{Currency, FaceRange, FaceValue},
    text::{Rich, plain, rich},
};

/// The denomination that stands for a range.
pub(super) const RANGE: &str = "range";

/// Decodes the answer to `GET /v5/products/country/{CC}`: one offer for each brand of the family (§5.6).
///
/// # Errors
/// [`AnswerError`] for a refusal and for a body that cannot be understood.
pub fn products(status: u16, body: &str) -> Result<Vec<Offer>, AnswerError> {
    let body = envelope::read(status, body)?;
    let root = Node::root(&body, "");
    if !body.is_array() && root.is_there() {
        return Err(root.expected("a list of brands with their products").into());
    }
    Ok(root.list().filter_map(|group| offer(&group)).collect())
}

/// Decodes a group. One without any name cannot be matched with a brand and is no offer.
fn offer(group: &Node<'_>) -> Option<Offer> {
    let brand_name = group.any(&["brand", "family"]).opt_text()?.to_owned();
    let brand_id = BrandId(group.get("brand_id").opt_digits().unwrap_or(&brand_name).to_owned());
    let categories = brands::categories(group);
    let wire_kind = group.get("kind").opt_text().unwrap_or_else(|| brands::likely_kind(&categories));
    let kind = brands::kind(wire_kind, categories.iter().any(|slug| slug == brands::ESIM));
    let (mut denominations, mut dropped) = (Vec::new(), 0);
    for product in group.get("products").list() {
        match denomination(&product, kind) {
            Some(denomination) if !denominations.iter().any(|known| is_same(known, &denomination)) => {
                denominations.push(denomination);
            }
            _ => dropped += 1,
        }
    }
    let about = group.get("rich_description");
    let safe = |names: &[&str]| -> Vec<Rich> {
        names.iter().find_map(|name| about.get(name).opt_text()).map(rich).unwrap_or_default()
    };
    let mut terms = safe(&["term_and_conditions", "terms_and_conditions"]);
    if terms.is_empty() {
        terms = group.get("product_tc").opt_text().map(rich).unwrap_or_default();
    }
    let tagline = about.any(&["brand_tagline", "note"]).opt_text().map(|text| plain(&rich(text)));
    let (coin, is_in_several_coins) = coins(group);
    Some(Offer {
        brand_id,
        brand_name,
        out_of_stock: group.get("is_out_of_stock").flag(false),
        denominations,
        dropped,
        description: safe(&["description"]),
        how_to_redeem: safe(&["how_to_redeem"]),
        terms,
        tagline: tagline.filter(|text| !text.is_empty()),
        coin,
        is_in_several_coins,
    })
}

/// Returns the coin that the prices of a group are in, and whether one of them is in another coin or in one that cannot
/// be read. A range has no price here.
fn coins(group: &Node<'_>) -> (Option<String>, bool) {
    let products = group.get("products");
    let mut coin: Option<String> = None;
    let mut differ = false;
    let mut hear = |told: &Node<'_>| {
        differ |= told.is_no_text();
        if let Some(told) = told.opt_text() {
            differ |= coin.as_deref().is_some_and(|coin| !same_coin(coin, told));
            coin.get_or_insert_with(|| told.to_owned());
        }
    };
    hear(&group.get("coin"));
    for product in products.list().filter(|product| product.get("coin_amount").is_there()) {
        hear(&product.get("coin"));
    }
    (coin, differ)
}

/// Returns whether ordering the one would be ordering the other.
fn is_same(a: &Denomination, b: &Denomination) -> bool {
    match (a, b) {
        (
            Denomination::Fixed { denomination: left, delivery: from, .. },
            Denomination::Fixed { denomination: right, delivery: to, .. },
        ) => left == right && from == to,
        (Denomination::Range { delivery: from, .. }, Denomination::Range { delivery: to, .. }) => from == to,
        (Denomination::Fixed { .. }, Denomination::Range { .. })
        | (Denomination::Range { .. }, Denomination::Fixed { .. }) => false,
    }
}

/// Decodes one product; `None` when it makes no sense and must not be sold.
fn denomination(product: &Node<'_>, kind: Kind) -> Option<Denomination> {
    let spelt = product.get("denomination");
    let spelt = spelt.opt_text();
    let delivery = delivery_type(product, kind, spelt);
    let is_open = spelt.is_some_and(|text| text.eq_ignore_ascii_case(RANGE))
        || product.get("is_dynamic").flag(false)
        || (spelt.is_none() && product.get("range").value().is_object());
    if is_open {
        let product_id = product.get("product_id").opt_digits().unwrap_or_default().to_owned();
        return Some(Denomination::Range { range: range(product)?, product_id, delivery });
    }
    let denomination = spelt?;
    let face = fixed_face(product).ok()?;
    let price = product.get("coin_amount").opt_amount().ok()?;
    if face.as_ref().is_some_and(|face| !face.is_positive()) || price.as_ref().is_some_and(|price| !price.is_positive())
    {
        return None;
    }
    let label = product.get("localized_denomination").opt_label().unwrap_or_else(|| crate::text::clean(denomination));
    Some(Denomination::Fixed {
        denomination: denomination.to_owned(),
        label,
        face,
        price,
        delivery,
        plan: plan(product, denomination, kind),
    })
}

/// Returns how the product is delivered. Where the supplier does not say, it is what such goods do: only top-ups go to
/// a phone, unless they are vouchers with a PIN.
fn delivery_type(product: &Node<'_>, kind: Kind, denomination: Option<&str>) -> DeliveryType {
    match product.get("delivery_type").opt_text() {
        Some("by_phone") => DeliveryType::ByPhone,
        Some("by_email") => DeliveryType::ByEmail,
        _ => match kind {
            Kind::TopUp if !denomination.is_some_and(|text| text.ends_with("PIN")) => DeliveryType::ByPhone,
            Kind::TopUp | Kind::GiftCard | Kind::Esim | Kind::Unsupported => DeliveryType::ByEmail,
        },
    }
}

/// Returns the limits, from the two fields that hold them; `None` unless they agree (§9.4).
fn range(product: &Node<'_>) -> Option<FaceRange> {
    let (told, face) = (product.get("range"), product.get("face_value"));
    let amount = face.get("amount");
    let currency = |node: &Node<'_>| node.opt_text().and_then(|code| code.parse::<Currency>().ok());
    let told_currency = currency(&told.get("currency"));
    let face_currency = currency(&face.get("currency_code"));
    let limits = |node: &Node<'_>, currency| -> Option<(FaceValue, FaceValue)> {
        let (min, max) = (node.any(&["min", "minimum"]), node.any(&["max", "maximum"]));
        Some((min.face(currency).ok()?, max.face(currency).ok()?))
    };
    let first = limits(&told, told_currency.or(face_currency));
    let second = limits(&amount, face_currency.or(told_currency));
    // A field that is there but cannot be read agrees with nothing.
    if (told.value().is_object() && first.is_none()) || (amount.value().is_object() && second.is_none()) {
        return None;
    }
    let (min, max) = first.or_else(|| second.clone())?;
    let step = told.get("step_size");
    let step = match (step.is_there(), step.opt_amount_digits()) {
        (true, None) => return None,
        (_, digits) => digits,
    };
    let step = step.as_deref().map(str::trim);
    let default = told.get("default").face(Some(min.currency())).ok();
    let range = FaceRange::new(min, max, step, default).ok()?;
    second.is_none_or(|(min, max)| range.agrees_with(&min, &max)).then_some(range)
}

/// Returns what a fixed denomination is worth; `None` if the product does not say it as money.
///
/// # Errors
/// The product says it in a form that cannot be read: such a product must not be sold.
fn fixed_face(product: &Node<'_>) -> Result<Option<FaceValue>, ()> {
    let currency = |node: Node<'_>| node.opt_text().and_then(|code| code.parse::<Currency>().ok());
    let face = product.get("face_value");
    let told = currency(face.get("currency_code"));
    let amount = face.get("amount");
    let value = if amount.value().is_object() { amount.any(&["price", "value", "amount"]) } else { amount };
    if value.is_there() && told.is_some() {
        return value.face(told).map(Some).map_err(drop);
    }
    let (legacy, currency) = (product.get("amount"), currency(product.get("currency_code")));
    if legacy.is_there() && currency.is_some() {
        return legacy.face(currency).map(Some).map_err(drop);
    }
    Ok(None)
}

/// Returns what a plan contains: from its benefits, else from its canonical name (`10 GB 30 days`). Gift cards are no
/// plans.
fn plan(product: &Node<'_>, denomination: &str, kind: Kind) -> Option<Plan> {
    let benefits = product.get("benefits");
    let told = benefits.list().find_map(|benefit| benefit_data(&benefit));
    if told.is_none() && kind == Kind::GiftCard {
        return None;
    }
    let words: Vec<&str> = denomination.split_whitespace().collect();
    let pairs = || words.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let data = told.or_else(|| {
        let named = pairs().find(|(number, unit)| is_number(number) && is_data_unit(unit));
        let unlimited = words.iter().any(|word| word.eq_ignore_ascii_case("unlimited"));
        match named {
            Some((number, unit)) => Some(PlanData::Amount(number.to_owned(), unit.to_owned())),
            None => unlimited.then_some(PlanData::Unlimited),
        }
    });
    let days = pairs().find_map(|(number, unit)| {
        let count = number.parse::<u32>().ok()?;
        match unit.trim_end_matches('s').to_ascii_lowercase().as_str() {
            "day" => Some(count),
            "week" => count.checked_mul(7),
            "month" => count.checked_mul(30),
            _ => None,
        }
    });
    (data.is_some() || days.is_some()).then_some(Plan { data, days })
}

/// Returns the data that a benefit grants; `-1` means no limit and is never shown (§9.15).
fn benefit_data(benefit: &Node<'_>) -> Option<PlanData> {
    let is_data = |name| benefit.get(name).opt_text().is_some_and(|text| text.eq_ignore_ascii_case("data"));
    if !is_data("type") && !is_data("unit_type") {
        return None;
    }
    let amount = benefit.get("amount");
    let (base, total) = (amount.get("base"), amount.get("total_including_tax"));
    let digits = [base.get("amount"), total.get("amount"), amount].iter().find_map(Node::opt_digits)?;
    if digits.starts_with('-') {
        return Some(PlanData::Unlimited);
    }
    let unit = benefit.get("unit").opt_label()?;
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let shown = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    Some(PlanData::Amount(shown.to_owned(), unit))
}

fn is_data_unit(text: &str) -> bool {
    ["GB", "MB", "TB", "KB"].iter().any(|unit| text.eq_ignore_ascii_case(unit))
}
