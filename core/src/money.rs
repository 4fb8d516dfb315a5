//! Money: what the shopper sends in coin, and what the product is worth in fiat. Exact decimals throughout.
//!
//! A coin amount and a face value are different types, so that nothing can add them up. Both keep the digits they were
//! read from: what is shown, copied and encoded is what the server said. What cannot be kept exactly is refused, never
//! rounded (docs/supplier-api.md §2).

mod range;

use crate::text::holds;
use core::{cmp::Ordering, fmt, str::FromStr};
pub use range::{FaceRange, RangeDefect, RangeError};
use rust_decimal::Decimal;

/// An amount of a coin, with the very digits the server quoted.
///
/// Comparison is by value (`0.1 == 0.10`); [`CoinAmount::as_str`] and `Display` give back the quoted digits. It cannot be
/// mixed with a [`FaceValue`]. Never negative; no exponent, sign, grouping or non-ASCII digit is accepted in a text. The exponent of
/// a bare JSON number is worked out before ([`crate::json::without_exponent`]): the plain digits are then the quoted ones.
#[derive(Clone, Debug)]
pub struct CoinAmount {
    text: String,
    value: Decimal,
}

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not plain ASCII digits with at most one point.
    #[error("not a plain decimal number: {0:?}")]
    NotDecimal(String),
    /// More digits than can be kept exactly (28).
    #[error("more digits than can be kept exactly: {0:?}")]
    TooLong(String),
    /// Not three ASCII letters.
    #[error("not a currency code: {0:?}")]
    NotCurrency(String),
}

/// The start of a refused text: enough to find it again, too little to fill a log with.
fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Reads `digits[.digits]`, ASCII only, exactly.
fn parse_plain(text: &str) -> Result<Decimal, AmountError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let padded = whole.len() > 1 && whole.starts_with('0');
    if !digits(whole) || !digits(fraction) || padded {
        return Err(AmountError::NotDecimal(excerpt(text)));
    }
    // Zeros at the end do not change the value, and must not use up the digits that can be kept.
    let significant = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    Decimal::from_str_exact(significant).map_err(|_| AmountError::TooLong(excerpt(text)))
}

impl CoinAmount {
    /// The digits as quoted: ASCII, a point as the decimal mark, no grouping, no exponent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is more than zero.
    pub fn is_positive(&self) -> bool {
        !self.value.is_zero()
    }

    /// Digits after the point, trailing zeros not counted.
    pub fn fraction_digits(&self) -> u32 {
        let fraction = self.text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
        u32::try_from(fraction.len()).unwrap_or(u32::MAX)
    }

    /// `self - other`, exactly; `None` if that would be negative, or needs more digits than can be kept.
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        if self.value < other.value {
            return None;
        }
        let (a, b) = (self.value.normalize(), other.value.normalize());
        let value = a.checked_sub(b)?;
        // The library gives up fraction digits when the whole does not fit; a difference that lost some is no difference.
        if value.scale() < a.scale().max(b.scale()) && !value.is_zero() {
            return None;
        }
        let value = value.normalize();
        Some(Self { text: value.to_string(), value })
    }

    /// Whether this is more than `percent` per cent above `quote`. Exact for every pair of amounts.
    pub fn exceeds_by_percent(&self, quote: &Self, percent: u8) -> bool {
        self.cmp_percent(quote, 100 + u16::from(percent)) == Ordering::Greater
    }

    /// How this compares with `percent` per cent of `whole`. Exact for every pair of amounts.
    pub fn cmp_percent(&self, whole: &Self, percent: u16) -> Ordering {
        let (a, b) = (self.value.normalize(), whole.value.normalize());
        let left = a.mantissa().unsigned_abs().saturating_mul(100);
        let right = b.mantissa().unsigned_abs().saturating_mul(u128::from(percent));
        // Mantissas have 96 bits, so neither product saturates. Only the side with fewer fraction digits is scaled up; where
        // that overflows 128 bits it has outgrown the other.
        let scale = |number: u128, by: u32| 10u128.checked_pow(by).and_then(|factor| number.checked_mul(factor));
        if a.scale() >= b.scale() {
            // A power that overflows alone says nothing of zero.
            let scaled = if right == 0 { Some(0) } else { scale(right, a.scale() - b.scale()) };
            scaled.map_or(Ordering::Less, |right| left.cmp(&right))
        } else {
            let scaled = if left == 0 { Some(0) } else { scale(left, b.scale() - a.scale()) };
            scaled.map_or(Ordering::Greater, |left| left.cmp(&right))
        }
    }

    /// The amount that can be sent of a coin with `decimals` fraction digits: rounded up to its unit, so that it is at least this
    /// and less than one unit more. The digits stay as they were quoted, but for zeros beyond the unit, which go.
    #[must_use]
    pub fn rounded_up(&self, decimals: u32) -> Self {
        self.rounded(decimals, true)
    }

    /// The same, rounded down.
    #[must_use]
    pub fn rounded_down(&self, decimals: u32) -> Self {
        self.rounded(decimals, false)
    }

    fn rounded(&self, decimals: u32, is_up: bool) -> Self {
        let cut = self.text.split_once('.').and_then(|(whole, fraction)| {
            let kept = fraction.get(..usize::try_from(decimals).ok()?)?;
            let beyond = fraction.get(kept.len()..).filter(|beyond| !beyond.is_empty())?;
            let length = whole.len() + if kept.is_empty() { 0 } else { 1 + kept.len() };
            let below: Self = self.text.get(..length)?.parse().ok()?;
            if !is_up || beyond.bytes().all(|zero| zero == b'0') {
                return Some(below);
            }
            // Digits were cut off, so that there is room for one more unit.
            let unit = Decimal::try_from_i128_with_scale(1, decimals).ok()?;
            let value = below.value.normalize().checked_add(unit)?.normalize();
            Some(Self { text: value.to_string(), value })
        });
        cut.unwrap_or_else(|| self.clone())
    }

    /// Whether it is less than the smallest unit of a coin with `decimals` fraction digits: nobody can send it.
    pub fn is_below_unit(&self, decimals: u32) -> bool {
        let (whole, fraction) = self.text.split_once('.').unwrap_or((&self.text, ""));
        let sendable = fraction.bytes().take(usize::try_from(decimals).unwrap_or(usize::MAX));
        whole.bytes().chain(sendable).all(|digit| digit == b'0')
    }

    /// The amount in the smallest unit of a token with `decimals` fraction digits, as an integer text; `None` when digits
    /// would be lost (docs/supplier-api.md §9.20).
    pub fn to_atoms(&self, decimals: u32) -> Option<String> {
        let (whole, fraction) = self.text.split_once('.').unwrap_or((&self.text, ""));
        let fraction = fraction.trim_end_matches('0');
        let missing = usize::try_from(decimals).ok()?.checked_sub(fraction.len())?;
        // No token has more than 77 fraction digits: its unit would not fit 256 bits.
        if decimals > 77 {
            return None;
        }
        let mut atoms = String::with_capacity(whole.len() + fraction.len() + missing);
        atoms.push_str(whole);
        atoms.push_str(fraction);
        atoms.extend(core::iter::repeat_n('0', missing));
        let significant = atoms.trim_start_matches('0');
        Some(if significant.is_empty() { "0".to_owned() } else { significant.to_owned() })
    }
}

impl PartialEq for CoinAmount {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
impl Eq for CoinAmount {}
impl PartialOrd for CoinAmount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for CoinAmount {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}
impl fmt::Display for CoinAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl FromStr for CoinAmount {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        Ok(Self { value: parse_plain(text)?, text: text.to_owned() })
    }
}

/// An ISO 4217 currency code, three upper-case ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

/// ISO 4217 currencies in use without a minor unit.
const WITHOUT_MINOR_UNIT: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// ISO 4217 currencies whose minor unit is a thousandth.
const WITH_THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";

impl Currency {
    /// The three letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Fraction digits of its minor unit by ISO 4217: 0 for the yen, 3 for the Kuwaiti dinar, 2 for most.
    pub fn fraction_digits(&self) -> u32 {
        if holds(WITHOUT_MINOR_UNIT, self.as_str()) {
            0
        } else if holds(WITH_THOUSANDTHS, self.as_str()) {
            3
        } else {
            2
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Currency {
    type Err = AmountError;
    /// Letters of either case are taken; the code is kept in upper case.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(AmountError::NotCurrency(excerpt(text))),
        }
    }
}

/// What a card or top-up is worth in its own currency. Keeps its digits; compared by value and currency.
#[derive(Clone, Debug)]
pub struct FaceValue {
    text: String,
    amount: Decimal,
    currency: Currency,
}

impl FaceValue {
    /// Parses plain ASCII digits.
    ///
    /// # Errors
    /// [`AmountError`] as for [`CoinAmount`].
    pub fn new(amount: &str, currency: Currency) -> Result<Self, AmountError> {
        Ok(Self { amount: parse_plain(amount)?, text: amount.to_owned(), currency })
    }

    /// The digits, ASCII with a point: what is sent as `product_value` and handed to `Intl.NumberFormat` as text.
    pub fn amount(&self) -> &str {
        &self.text
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether it is more than zero.
    pub fn is_positive(&self) -> bool {
        !self.amount.is_zero()
    }

    /// How many fraction digits it is shown with: none for a whole value (`$50`, as price tags have it), else the currency's own or
    /// as many as were told, whichever is more, so that nothing is rounded. `None` where that is beyond what every browser's
    /// `Intl.NumberFormat` formats exactly: 20 fraction digits, and the 15 significant ones that a double keeps.
    pub fn shown_fraction_digits(&self) -> Option<u32> {
        const MOST_FRACTION: usize = 20;
        const MOST: usize = 15;
        let (whole, fraction) = self.text.split_once('.').unwrap_or((&self.text, ""));
        let whole = whole.trim_start_matches('0').len();
        if whole + fraction.len() > MOST || fraction.len() > MOST_FRACTION {
            return None;
        }
        if fraction.bytes().all(|digit| digit == b'0') {
            return Some(0);
        }
        u32::try_from(fraction.len()).ok().map(|told| told.max(self.currency.fraction_digits()))
    }
}

impl PartialEq for FaceValue {
    fn eq(&self, other: &Self) -> bool {
        self.amount == other.amount && self.currency == other.currency
    }
}
