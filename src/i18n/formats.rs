//! Formatting by the browser's `Intl` (ECMA-402). Formatters are built once a language: building one is expensive,
//! using it is not.

use core::{cell::OnceCell, cell::RefCell, time::Duration};

use cr_core::{country::Country, money::FaceValue, time::Timestamp};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "NumberFormat")]
    fn new(lang: &str, options: &Object) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, value: &JsValue) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch, js_name = formatToParts)]
    fn parts(this: &NumberFormat, value: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "PluralRules")]
    fn new(lang: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn select(this: &PluralRules, count: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "DisplayNames")]
    fn new(lang: &str, options: &Object) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new(lang: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, millis: f64) -> Result<String, JsValue>;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, catch, js_namespace = Intl, js_class = "RelativeTimeFormat")]
    fn new(lang: &str, options: &Object) -> Result<RelativeTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &RelativeTimeFormat, value: f64, unit: &str) -> Result<String, JsValue>;
}

/// The tag that is used in place of one that `Intl` refuses.
const FALLBACK: &str = "en";

/// Returns the tag if `Intl` accepts it, that is, if it has the form of BCP 47, or else the fallback.
pub(super) fn understood(lang: &str) -> &str {
    if PluralRules::new(lang).is_ok() { lang } else { FALLBACK }
}

/// A currency, and a number of fraction digits.
type MoneyKind = ([u8; 3], u32);

/// The formatters of one language.
pub(super) struct Formats {
    lang: String,
    /// Money formatters by currency and fraction digits; a catalogue shows few.
    money: RefCell<Vec<(MoneyKind, Option<NumberFormat>)>>,
    number: OnceCell<Option<NumberFormat>>,
    plural: OnceCell<Option<PluralRules>>,
    countries: OnceCell<Option<DisplayNames>>,
    time: OnceCell<Option<DateTimeFormat>>,
    date_time: OnceCell<Option<DateTimeFormat>>,
    ago: OnceCell<Option<RelativeTimeFormat>>,
}

impl Formats {
    /// Makes formats for a BCP 47 tag; no formatter is built yet.
    pub(super) fn new(lang: &str) -> Self {
        Self {
            lang: lang.to_owned(),
            money: RefCell::new(Vec::new()),
            number: OnceCell::new(),
            plural: OnceCell::new(),
            countries: OnceCell::new(),
            time: OnceCell::new(),
            date_time: OnceCell::new(),
            ago: OnceCell::new(),
        }
    }

    /// Builds a formatter for the language; `None` where the browser has no formatter of that kind.
    fn build<F>(&self, new: impl FnOnce(&str) -> Result<F, JsValue>) -> Option<F> {
        new(&self.lang).ok()
    }

    /// Formats a face value. The amount is passed as text, and with as many fraction digits as it has, since `Intl`
    /// rounds to the currency's own (`9.999` dollars to `$10`) unless it is told how many. Firefox before 116 reads the
    /// text as a double, other browsers read it exactly; no value that a double does not keep is passed to any of them.
    /// Such a value is written as the digits and the currency's code.
    pub(super) fn money(&self, face: &FaceValue) -> String {
        face.shown_fraction_digits()
            .and_then(|digits| self.with_money(face, digits, |format| format.format(&face.amount().into()).ok()))
            .unwrap_or_else(|| [face.amount(), "\u{a0}", face.currency().as_str()].concat())
    }

    pub(super) fn currency_symbol(&self, face: &FaceValue) -> String {
        self.with_money(face, 0, |format| part(&format.parts(&0.into()).ok()?, "currency"))
            .unwrap_or_else(|| face.currency().as_str().to_owned())
    }

    /// Calls `read` with the formatter for a currency and this number of fraction digits. Both bounds are set: one
    /// alone may contradict the currency's own digits, which older browsers refuse.
    fn with_money<T>(&self, face: &FaceValue, digits: u32, read: impl FnOnce(&NumberFormat) -> Option<T>) -> Option<T> {
        let currency = face.currency();
        let mut code = [0; 3];
        code.copy_from_slice(currency.as_str().as_bytes().get(..3)?);
        let mut all = self.money.borrow_mut();
        let index = match all.iter().position(|(known, _)| *known == (code, digits)) {
            Some(index) => index,
            None => {
                let count = digits.to_string();
                let options = options(&[
                    ("style", "currency"),
                    ("currency", currency.as_str()),
                    ("minimumFractionDigits", &count),
                    ("maximumFractionDigits", &count),
                ]);
                all.push(((code, digits), self.build(|lang| NumberFormat::new(lang, &options))));
                all.len() - 1
            }
        };
        read(all.get(index)?.1.as_ref()?)
    }

    pub(super) fn number(&self, value: u64) -> String {
        self.plain().and_then(|format| format.format(&js_number(value)).ok()).unwrap_or_else(|| value.to_string())
    }

    pub(super) fn decimal_mark(&self) -> char {
        self.plain().and_then(|format| part(&format.parts(&1.5.into()).ok()?, "decimal")?.chars().next()).unwrap_or('.')
    }

    fn plain(&self) -> Option<&NumberFormat> {
        self.number.get_or_init(|| self.build(|lang| NumberFormat::new(lang, &Object::new()))).as_ref()
    }

    /// Returns the CLDR plural category.
    pub(super) fn plural(&self, count: u64) -> String {
        self.plural
            .get_or_init(|| self.build(PluralRules::new))
            .as_ref()
            .and_then(|rules| rules.select(lossy(count)).ok())
            .unwrap_or_else(|| "other".to_owned())
    }

    pub(super) fn country(&self, country: Country) -> String {
        self.countries
            .get_or_init(|| {
                let options = options(&[("type", "region")]);
                self.build(|lang| DisplayNames::new(lang, &options))
            })
            .as_ref()
            .and_then(|names| names.of(country.code()).ok().flatten())
            .filter(|name| name != country.code())
            .unwrap_or_else(|| country.english_name().to_owned())
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        date(self.time.get_or_init(|| self.dates(&[("timeStyle", "short")])), at)
    }

    pub(super) fn date_time(&self, at: Timestamp) -> String {
        date(self.date_time.get_or_init(|| self.dates(&[("dateStyle", "medium"), ("timeStyle", "short")])), at)
    }

    fn dates(&self, styles: &[(&str, &str)]) -> Option<DateTimeFormat> {
        let options = options(styles);
        self.build(|lang| DateTimeFormat::new(lang, &options))
    }

    pub(super) fn ago(&self, age: Duration) -> String {
        let (value, unit) = largest_unit(age);
        self.ago
            .get_or_init(|| {
                let options = options(&[("numeric", "always")]);
                self.build(|lang| RelativeTimeFormat::new(lang, &options))
            })
            .as_ref()
            .and_then(|format| format.format(past(value), unit).ok())
            .unwrap_or_else(|| value.to_string())
    }
}

/// Returns an age in whole units of the largest kind that fits.
fn largest_unit(age: Duration) -> (u64, &'static str) {
    let seconds = age.as_secs();
    match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        86_400.. => (seconds / 86_400, "day"),
    }
}

fn date(format: &Option<DateTimeFormat>, at: Timestamp) -> String {
    #[expect(clippy::cast_precision_loss, reason = "JavaScript's own unit for times")]
    let millis = at.millis() as f64;
    format.as_ref().and_then(|format| format.format(millis).ok()).unwrap_or_default()
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a new object does not fail.
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

/// Returns the first part of a kind.
fn part(parts: &Array, kind: &str) -> Option<String> {
    parts.iter().find_map(|part| {
        let is_kind = Reflect::get(&part, &"type".into()).ok()?.as_string()? == kind;
        if is_kind { Reflect::get(&part, &"value".into()).ok()?.as_string() } else { None }
    })
}

fn js_number(value: u64) -> JsValue {
    lossy(value).into()
}

/// Returns this many units ago, as `Intl` counts them: a negative number.
#[expect(clippy::cast_precision_loss, reason = "ages are far below 2^53")]
fn past(value: u64) -> f64 {
    0_i64.saturating_sub_unsigned(value) as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts are are far below 2^53")]
fn lossy(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_the_largest_unit_that_fits() {
        let table = [
            (0, (0, "second")),
            (59, (59, "second")),
            (60, (1, "minute")),
            (3_599, (59, "minute")),
            (3_600, (1, "hour")),
            (86_399, (23, "hour")),
            (172_800, (2, "day")),
        ];
        for (seconds, expected) in table {
            assert_eq!(largest_unit(Duration::from_secs(seconds)), expected, "{seconds} s");
        }
    }
}
