//! Ranges of denominations: which values between two limits are on sale, and what value a person typed.
//!
//! All arithmetic is on whole units of one scale (cents, or finer where the supplier's figures are finer), so it is
//! exact.

use super::{Currency, FaceValue};
use crate::{
    lists::sorted,
    text::{decimal_digit, is_invisible},
};

/// The finest scale that a range may have; no currency comes near it.
const MAX_SCALE: u32 = 6;
/// The longest entry that is read, in characters.
const MAX_ENTRY: usize = 40;

/// A range of denominations: any value from `min` to `max` in steps (docs/supplier-api.md §9.4).
#[derive(Clone, Debug, PartialEq)]
pub struct FaceRange {
    /// The smallest value on sale.
    pub min: FaceValue,
    /// The upper limit. Where the steps from `min` do not meet it exactly, the largest value on sale is below it.
    pub max: FaceValue,
    /// The value that the supplier suggests, if it is on sale.
    pub default: Option<FaceValue>,
    grid: Grid,
}

/// The values on sale in whole units of `10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Grid {
    scale: u32,
    min: u64,
    /// The largest value on sale, at most `max`.
    top: u64,
    step: u64,
    /// Whether the supplier gave a step; else the step is the currency's minor unit.
    told: bool,
}

/// Why two limits make no range that could be sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeDefect {
    /// The limits are in different currencies.
    #[error("limits in different currencies")]
    Currencies,
    /// The smallest value is zero.
    #[error("smallest value is not positive")]
    NotPositive,
    /// The smallest value is above the largest.
    #[error("smallest value above the largest")]
    Inverted,
    /// The step is not a positive number.
    #[error("step is not a positive number")]
    BadStep,
    /// A limit or the step has more digits than money has.
    #[error("more digits than money has")]
    TooFine,
}

/// Why an entered value is not on sale.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RangeError {
    /// Nothing was entered.
    #[error("no value entered")]
    Empty,
    /// The entry is not a number as people write it in this locale.
    #[error("not a number: {0:?}")]
    NotANumber(String),
    /// The value is less than the smallest one on sale, which this holds.
    #[error("below the smallest value on sale")]
    BelowMin(FaceValue),
    /// The value is more than the largest one on sale, which this holds.
    #[error("above the largest value on sale")]
    AboveMax(FaceValue),
    /// The value lies between two on sale: this holds the next lower and the next higher one.
    #[error("not a multiple of the step")]
    OffStep(FaceValue, FaceValue),
}

impl FaceRange {
    /// Makes a range of the limits that the supplier gives. A default that is not on sale is dropped. Without a step
    /// every value with the currency's fraction digits is on sale.
    ///
    /// # Errors
    /// [`RangeDefect`] for limits under which no value could be sold.
    pub fn new(
        min: FaceValue,
        max: FaceValue,
        step: Option<&str>,
        default: Option<FaceValue>,
    ) -> Result<Self, RangeDefect> {
        let currency = min.currency();
        if currency != max.currency() {
            return Err(RangeDefect::Currencies);
        }
        let step = match step {
            Some(step) => Some(FaceValue::new(step, currency).map_err(|_| RangeDefect::BadStep)?),
            None => None,
        };
        if step.as_ref().is_some_and(|step| !step.is_positive()) {
            return Err(RangeDefect::BadStep);
        }
        let scale = [Some(&min), Some(&max), step.as_ref()]
            .into_iter()
            .flatten()
            .map(|value| value.amount.normalize().scale())
            .fold(currency.fraction_digits(), u32::max);
        if scale > MAX_SCALE {
            return Err(RangeDefect::TooFine);
        }
        let units =
            |value: &FaceValue| units(value.amount(), scale).map(|(units, _)| units).ok_or(RangeDefect::TooFine);
        let (low, high) = (units(&min)?, units(&max)?);
        if low == 0 {
            return Err(RangeDefect::NotPositive);
        }
        if low > high {
            return Err(RangeDefect::Inverted);
        }
        let told = step.is_some();
        let step = match &step {
            Some(step) => units(step)?,
            None => 10u64.pow(scale - currency.fraction_digits()),
        };
        let grid = Grid { scale, min: low, top: high - (high - low) % step, step, told };
        let default = default
            .filter(|default| default.currency() == currency)
            .and_then(|default| self::units(default.amount(), scale))
            .filter(|(units, exact)| *exact && grid.holds(*units))
            .map(|(units, _)| grid.value(units, currency));
        Ok(Self { min, max, default, grid })
    }

    /// Returns the currency of every value of the range.
    pub fn currency(&self) -> Currency {
        self.min.currency()
    }

    /// Returns the step from one value on sale to the next.
    pub fn step(&self) -> FaceValue {
        self.grid.value(self.grid.step, self.currency())
    }

    /// Returns whether limits that stand in another place agree with these; if not, nothing may be sold
    /// (docs/supplier-api.md §9.4).
    pub fn agrees_with(&self, min: &FaceValue, max: &FaceValue) -> bool {
        self.min == *min && self.max == *max
    }

    /// Returns whether a value is on sale.
    pub fn holds(&self, value: &FaceValue) -> bool {
        value.currency() == self.currency()
            && units(value.amount(), self.grid.scale).is_some_and(|(units, exact)| exact && self.grid.holds(units))
    }

    /// Reads a value as a person types it, in ASCII or other decimal digits. `decimal_mark` is that of the shopper's
    /// locale. An entry that could mean two numbers is refused: `1.234` under a locale with a decimal comma is never
    /// 1.234.
    ///
    /// Grouping is accepted where it can only be grouping: `1.234,56`, `1 234`, `1'234`, `1.234.567`. The currency's
    /// code and the usual signs around the number are ignored.
    ///
    /// # Errors
    /// [`RangeError`] says what is wrong, and names the nearest values on sale.
    ///
    /// # Examples
    /// ```
    /// use cr_core::money::{AmountError, FaceRange, FaceValue, RangeError};
    ///
    /// let usd = |amount: &str| FaceValue::new(amount, "USD".parse()?);
    /// let range = FaceRange::new(usd("10")?, usd("2000")?, Some("5"), None).unwrap();
    /// for (entry, decimal_mark, read) in [
    ///     ("25", '.', Ok(usd("25")?)),
    ///     ("$1,250.00", '.', Ok(usd("1250")?)),
    ///     ("1.250", ',', Err(RangeError::NotANumber("1.250".to_owned()))),
    ///     ("1.250,00 USD", ',', Ok(usd("1250")?)),
    ///     ("7", '.', Err(RangeError::BelowMin(usd("10")?))),
    ///     ("27", '.', Err(RangeError::OffStep(usd("25")?, usd("30")?))),
    /// ] {
    ///     assert_eq!(range.check(entry, decimal_mark), read, "{entry}");
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn check(&self, entry: &str, decimal_mark: char) -> Result<FaceValue, RangeError> {
        let currency = self.currency();
        let not_a_number = || RangeError::NotANumber(entry.chars().take(MAX_ENTRY).collect());
        if entry.chars().nth(MAX_ENTRY).is_some() {
            return Err(not_a_number());
        }
        let bare = without_currency(entry, currency);
        if bare.is_empty() {
            return Err(RangeError::Empty);
        }
        let plain = plain_number(bare, decimal_mark).ok_or_else(not_a_number)?;
        let value = FaceValue::new(&plain, currency).map_err(|_| not_a_number())?;
        // A number that does not fit the scale at all is larger than everything on sale.
        let (units, exact) = units(&plain, self.grid.scale).unwrap_or((u64::MAX, true));
        let at = |units| self.grid.value(units, currency);
        if units < self.grid.min {
            return Err(RangeError::BelowMin(self.min.clone()));
        }
        if value.amount > self.max.amount {
            return Err(RangeError::AboveMax(at(self.grid.top)));
        }
        if exact && self.grid.holds(units) {
            return Ok(value);
        }
        let lower = self.grid.floor(units);
        Err(RangeError::OffStep(at(lower), at(lower.saturating_add(self.grid.step).min(self.grid.top))))
    }

    /// Returns up to `count` round values on sale, ascending, the default among them.
    ///
    /// They are the values of the 1-2-5 series that are on sale, and the limits where these are round themselves; where
    /// that is more than `count`, an even choice of them.
    ///
    /// ```
    /// use cr_core::money::{AmountError, FaceRange, FaceValue};
    ///
    /// let usd = |amount: &str| FaceValue::new(amount, "USD".parse()?);
    /// let range = FaceRange::new(usd("10")?, usd("200")?, Some("5"), None).unwrap();
    /// let suggested: Vec<String> = range.suggestions(5).iter().map(|value| value.amount().to_owned()).collect();
    /// assert_eq!(suggested, ["10", "20", "50", "100", "200"]);
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn suggestions(&self, count: usize) -> Vec<FaceValue> {
        let grid = &self.grid;
        let default = self.default.as_ref().and_then(|value| units(value.amount(), grid.scale)).map(|(units, _)| units);
        let mut values: Vec<u64> = Vec::new();
        let mut decade = 1u64;
        loop {
            values.extend([1, 2, 5].into_iter().filter_map(|digit| decade.checked_mul(digit)));
            match decade.checked_mul(10) {
                Some(next) if next <= grid.top => decade = next,
                _ => break,
            }
        }
        values.retain(|value| grid.holds(*value));
        values.extend([grid.min, grid.top].into_iter().filter(|limit| is_round(*limit)));
        if values.is_empty() && default.is_none() {
            values.extend([grid.min, grid.top]);
        }
        values.extend(default);
        let order = sorted(values.len(), &|one, other| values.get(one) < values.get(other));
        let mut values: Vec<u64> = order.into_iter().filter_map(|at| values.get(at).copied()).collect();
        values.dedup();
        let chosen = spread(&values, default, count);
        chosen.into_iter().map(|units| grid.value(units, self.currency())).collect()
    }

    /// Returns the next value on sale above (`up`) or below `from`, at most the upper and at least the lower limit.
    /// Where the supplier gave no step, it moves by whole units of the currency.
    ///
    /// ```
    /// use cr_core::money::{AmountError, FaceRange, FaceValue};
    ///
    /// let usd = |amount: &str| FaceValue::new(amount, "USD".parse()?);
    /// let range = FaceRange::new(usd("10")?, usd("200")?, Some("5"), None).unwrap();
    /// for (from, up, next) in [("10", true, "15"), ("12", false, "10"), ("200", true, "200"), ("3", true, "10")] {
    ///     assert_eq!(range.step_from(&usd(from)?, up), usd(next)?);
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn step_from(&self, from: &FaceValue, up: bool) -> FaceValue {
        let grid = &self.grid;
        let (units, exact) = if from.currency() == self.currency() {
            units(from.amount(), grid.scale).unwrap_or((u64::MAX, true))
        } else {
            (grid.min, true)
        };
        let next = if units < grid.min {
            grid.min
        } else if units > grid.top {
            grid.top
        } else if grid.told {
            let floor = grid.floor(units);
            match up {
                true => floor.saturating_add(grid.step),
                false if floor < units || !exact => floor,
                false => floor.saturating_sub(grid.step),
            }
        } else {
            let whole = 10u64.pow(grid.scale);
            let floor = units - units % whole;
            match up {
                true => floor.saturating_add(whole),
                false if floor < units || !exact => floor,
                false => floor.saturating_sub(whole),
            }
        };
        // Whole units need not be on sale where the smallest value is not whole.
        let next = next.clamp(grid.min, grid.top);
        grid.value(if grid.holds(next) { next } else { grid.floor(next) }, self.currency())
    }
}

impl Grid {
    fn holds(&self, units: u64) -> bool {
        (self.min..=self.top).contains(&units) && (units - self.min).is_multiple_of(self.step)
    }

    /// Returns the largest value on sale at or below `units`, which must not be below `min`.
    fn floor(&self, units: u64) -> u64 {
        let units = units.clamp(self.min, self.top);
        units - (units - self.min) % self.step
    }

    fn value(&self, units: u64, currency: Currency) -> FaceValue {
        let whole = 10u64.pow(self.scale);
        let width = usize::try_from(self.scale).unwrap_or_default();
        let text = format!("{}.{:0width$}", units / whole, units % whole);
        let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
        FaceValue {
            text,
            amount: rust_decimal::Decimal::new(i64::try_from(units).unwrap_or(i64::MAX), self.scale),
            currency,
        }
    }
}

/// Returns a plain number in whole units of `10^-scale`, and whether that is exact (else the rest is cut off); `None`
/// where it is too large.
fn units(plain: &str, scale: u32) -> Option<(u64, bool)> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut digits = fraction.bytes();
    let mut units: u64 = whole.parse().ok()?;
    for _ in 0..scale {
        let digit = digits.next().unwrap_or(b'0').wrapping_sub(b'0');
        units = units.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    let exact = digits.all(|digit| digit == b'0');
    // The number is limited to what a decimal can be made from.
    i64::try_from(units).ok().map(|_| (units, exact))
}

/// Returns whether people would call the number round: one or two digits, then zeros.
fn is_round(mut units: u64) -> bool {
    while units >= 100 && units.is_multiple_of(10) {
        units /= 10;
    }
    units < 100
}

/// Returns `count` of the values, evenly spread, the one in `keep` among them.
fn spread(values: &[u64], keep: Option<u64>, count: usize) -> Vec<u64> {
    if values.len() <= count {
        return values.to_vec();
    }
    let last = values.len() - 1;
    let mut indexes: Vec<usize> = match count {
        0 => return Vec::new(),
        1 => vec![last / 2],
        _ => (0..count).map(|i| i * last / (count - 1)).collect(),
    };
    if let Some(kept) = keep.and_then(|keep| values.binary_search(&keep).ok())
        && !indexes.contains(&kept)
        && let Some(nearest) = indexes.iter_mut().min_by_key(|index| index.abs_diff(kept))
    {
        *nearest = kept;
    }
    indexes.into_iter().map(|index| values[index]).collect()
}

/// Returns the entry without the white space, invisible marks, currency signs and currency code around it.
fn without_currency(entry: &str, currency: Currency) -> &str {
    let noise = |c: char| c.is_whitespace() || is_invisible(c) || "$€£¥₩₹₺₫₽₦₱฿₪￥".contains(c);
    let entry = entry.trim_matches(noise);
    let code = currency.as_str();
    let is_code = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(code));
    let bare = if is_code(entry.get(..3)) {
        &entry[3..]
    } else if entry.len() >= 3 && is_code(entry.get(entry.len() - 3..)) {
        &entry[..entry.len() - 3]
    } else {
        entry
    };
    bare.trim_matches(noise)
}

/// Returns what a person typed as plain ASCII digits with a point, if it can mean one number only.
fn plain_number(entry: &str, decimal_mark: char) -> Option<String> {
    let mut text = String::new();
    for c in entry.chars() {
        match c {
            _ if decimal_digit(c).is_some() => text.push(char::from(b'0' + decimal_digit(c)?)),
            '.' | '．' => text.push('.'),
            ',' | '，' => text.push(','),
            // The Arabic marks are different characters for the two purposes.
            '\u{66B}' => text.push('d'),
            '\u{66C}' | '\'' | '’' => text.push('\''),
            _ if c.is_whitespace() => text.push(' '),
            _ if is_invisible(c) => {}
            _ => return None,
        }
    }
    let decimal = decimal_position(&text, decimal_mark)?;
    let (whole, fraction) = match decimal {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text.as_str(), ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = ungroup(whole)?;
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// Returns where the decimal mark is: `Some(None)` where there is none, `None` where it cannot be told for sure.
fn decimal_position(text: &str, decimal_mark: char) -> Option<Option<usize>> {
    let told = if decimal_mark == '\u{66B}' { '.' } else { decimal_mark };
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let Some(&(at, last)) = marks.last() else { return Some(None) };
    let times = marks.iter().filter(|(_, c)| *c == last).count();
    match last {
        'd' => (times == 1).then_some(Some(at)),
        '.' | ',' if times > 1 => Some(None),
        // A different mark before this one groups, so this one is the decimal mark; and the locale's own decimal mark
        // is always one.
        '.' | ',' if last == told || marks.len() > 1 => Some(Some(at)),
        // This is the decimal mark of another locale, or a grouping mark of this one. With three digits after it it
        // could be either.
        '.' | ',' => {
            let (before, after) = (&text[..at], text.len() - at - 1);
            let groups = after == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            if groups { None } else { Some(Some(at)) }
        }
        _ => Some(None),
    }
}

/// Returns the digits of a whole number. Its groups must have three digits and one kind of mark.
fn ungroup(whole: &str) -> Option<String> {
    let mut marks = whole.chars().filter(|c| !c.is_ascii_digit());
    let Some(mark) = marks.next() else { return Some(whole.to_owned()) };
    if marks.any(|other| other != mark) || mark == 'd' {
        return None;
    }
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let well_formed = (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3);
    well_formed.then(|| whole.replace(mark, ""))
}
