//! Open denominations: which values between two limits are on sale, and reading what a person typed.
//!
//! All arithmetic is on whole units of one scale (cents, or finer where the supplier is), so it is exact.

use super::{Currency, FaceValue};
use crate::{
    lists::sorted,
    text::{decimal_digit, is_invisible},
};

/// The finest scale a range may have; no currency comes near it.
const MAX_SCALE: u32 = 6;
/// The longest entry worth reading.
const MAX_ENTRY: usize = 40;

/// An open denomination: any value from `min` to `max` in steps (docs/supplier-api.md §9.4).
#[derive(Clone, Debug, PartialEq)]
pub struct FaceRange {
    /// Smallest value on sale.
    pub min: FaceValue,
    /// Largest value on sale; a step above `min` may not meet it exactly.
    pub max: FaceValue,
    /// The supplier's suggestion, if it is on sale.
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
    /// Whether the supplier told a step; else the step is the currency's minor unit.
    told: bool,
}

/// Why limits make no range that could be sold.
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
    /// More digits than money has.
    #[error("more digits than money has")]
    TooFine,
}

/// Why an entered value is not on sale.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RangeError {
    /// Nothing entered.
    #[error("no value entered")]
    Empty,
    /// Not a number as people write it in this locale.
    #[error("not a number: {0:?}")]
    NotANumber(String),
    /// Less than the smallest value.
    #[error("below the smallest value on sale")]
    BelowMin(FaceValue),
    /// More than the largest value.
    #[error("above the largest value on sale")]
    AboveMax(FaceValue),
    /// Between two values on sale: the next lower and the next higher one.
    #[error("not a multiple of the step")]
    OffStep(FaceValue, FaceValue),
}

impl FaceRange {
    /// A range as the supplier tells it. A default that is not on sale is dropped; without a step every value with the
    /// currency's digits is on sale.
    ///
    /// # Errors
    /// [`RangeDefect`]: limits that no value could be sold under.
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

    /// The currency of every value of the range.
    pub fn currency(&self) -> Currency {
        self.min.currency()
    }

    /// The step from one value on sale to the next.
    pub fn step(&self) -> FaceValue {
        self.grid.value(self.grid.step, self.currency())
    }

    /// Whether another telling of the limits agrees with this one; if not, nothing may be sold (docs/supplier-api.md §9.4).
    pub fn agrees_with(&self, min: &FaceValue, max: &FaceValue) -> bool {
        self.min == *min && self.max == *max
    }

    /// Whether a value is on sale.
    pub fn holds(&self, value: &FaceValue) -> bool {
        value.currency() == self.currency()
            && units(value.amount(), self.grid.scale).is_some_and(|(units, exact)| exact && self.grid.holds(units))
    }

    /// Reads an entry typed by a person: ASCII or other decimal digits, `decimal_mark` as in the shopper's locale; refuses
    /// what could be meant in two ways (`1.234` under a comma locale is never 1.234).
    ///
    /// Grouping is taken where it can only be grouping: `1.234,56`, `1 234`, `1'234`, `1.234.567`. The currency's code and
    /// the usual signs around the number are overlooked.
    ///
    /// # Errors
    /// [`RangeError`] names what is wrong and the nearest values on sale.
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
        // What does not fit the scale at all is larger than everything on sale.
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

    /// Up to `count` round values on sale, ascending, the default among them.
    ///
    /// Values of the 1-2-5 series that are on sale, with the limits when they are round themselves; an even choice of them
    /// when there are more than asked for.
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

    /// The next value on sale above (`up`) or below `from`, clamped to the range. Where the supplier told no step it goes by
    /// whole units of the currency.
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
        // Whole units need not be on sale where the smallest value is an odd one.
        let next = next.clamp(grid.min, grid.top);
        grid.value(if grid.holds(next) { next } else { grid.floor(next) }, self.currency())
    }
}

impl Grid {
    fn holds(&self, units: u64) -> bool {
        (self.min..=self.top).contains(&units) && (units - self.min).is_multiple_of(self.step)
    }

    /// The largest value on sale at or below `units`, which must not be below `min`.
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

/// A plain number in whole units of `10^-scale`, and whether that is exact (else the rest is cut off); `None` when it is
/// too large.
fn units(plain: &str, scale: u32) -> Option<(u64, bool)> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut digits = fraction.bytes();
    let mut units: u64 = whole.parse().ok()?;
    for _ in 0..scale {
        let digit = digits.next().unwrap_or(b'0').wrapping_sub(b'0');
        units = units.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    let exact = digits.all(|digit| digit == b'0');
    // Kept within what a decimal can be made from.
    i64::try_from(units).ok().map(|_| (units, exact))
}

/// Whether people would call it round: one or two digits and zeros.
fn is_round(mut units: u64) -> bool {
    while units >= 100 && units.is_multiple_of(10) {
        units /= 10;
    }
    units < 100
}

/// `count` of the values, evenly spread, the kept one among them.
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

/// The entry without white space, invisible marks, currency signs and the currency's own code around it.
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

/// What a person typed as plain ASCII digits with a point, if it can mean one number only.
fn plain_number(entry: &str, decimal_mark: char) -> Option<String> {
    let mut text = String::new();
    for c in entry.chars() {
        match c {
            _ if decimal_digit(c).is_some() => text.push(char::from(b'0' + decimal_digit(c)?)),
            '.' | '．' => text.push('.'),
            ',' | '，' => text.push(','),
            // Arabic marks say which of the two they are.
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

/// Where the decimal mark is, if there is one; `None` when that cannot be told for sure.
fn decimal_position(text: &str, decimal_mark: char) -> Option<Option<usize>> {
    let told = if decimal_mark == '\u{66B}' { '.' } else { decimal_mark };
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let Some(&(at, last)) = marks.last() else { return Some(None) };
    let times = marks.iter().filter(|(_, c)| *c == last).count();
    match last {
        'd' => (times == 1).then_some(Some(at)),
        '.' | ',' if times > 1 => Some(None),
        // A different mark before it groups, so this one divides; and a mark of the locale is what it is there.
        '.' | ',' if last == told || marks.len() > 1 => Some(Some(at)),
        // The other locale's decimal mark, or this one's grouping? Three digits after it could be either.
        '.' | ',' => {
            let (before, after) = (&text[..at], text.len() - at - 1);
            let groups = after == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            if groups { None } else { Some(Some(at)) }
        }
        _ => Some(None),
    }
}

/// The digits of a whole number, its groups of three checked: one kind of mark only.
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
