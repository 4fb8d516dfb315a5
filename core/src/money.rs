//! Money: what the shopper sends in a coin, and what the product is worth in fiat money. Both are exact decimals.
//!
//! A coin amount and a face value are different types, so that nothing can add them up. Both keep the digits they were
//! read from: what is shown, copied and encoded is what the server said. A number that cannot be kept exactly is
//! refused, never rounded (docs/supplier-api.md §2).

mod range;

use crate::text::holds;
use core::{cmp::Ordering, fmt, str::FromStr};
pub use range::{FaceRange, RangeDefect, RangeError};
use rust_decimal::Decimal;

/// An amount of a coin, with the very digits the server quoted.
///
/// Amounts are compared by value; [`CoinAmount::as_str`] and `Display` give back the quoted digits. An amount cannot be
/// mixed with a [`FaceValue`]. It is never negative, and no exponent, sign, grouping or non-ASCII digit is accepted in
/// a text. The exponent of a bare JSON number is resolved before ([`crate::json::without_exponent`]): the plain digits
/// are then the quoted ones.
///
/// ```
/// use cr_core::money::{AmountError, CoinAmount};
///
/// let amount: CoinAmount = "0.10".parse()?;
/// assert_eq!(amount, "0.1".parse()?);
/// assert_eq!(amount.as_str(), "0.10");
/// for text in ["", "1,5", "-1", "1e3", "٣", "0x1"] {
///     assert!(text.parse::<CoinAmount>().is_err(), "{text}");
/// }
/// # Ok::<(), AmountError>(())
/// ```
#[derive(Clone, Debug)]
pub struct CoinAmount {
    text: String,
    value: Decimal,
}

/// Why a text is no amount or no currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text is something else than plain ASCII digits with at most one point.
    #[error("not a plain decimal number: {0:?}")]
    NotDecimal(String),
    /// The number has more digits than can be kept exactly (28).
    #[error("more digits than can be kept exactly: {0:?}")]
    TooLong(String),
    /// The text is something else than three ASCII letters.
    #[error("not a currency code: {0:?}")]
    NotCurrency(String),
}

/// Returns the start of a refused text: enough to find it again, too little to fill a log with.
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
    /// Returns the digits as quoted: ASCII, a point as the decimal mark, no grouping, no exponent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the amount is more than zero.
    pub fn is_positive(&self) -> bool {
        !self.value.is_zero()
    }

    /// Returns the number of digits after the point; trailing zeros do not count.
    pub fn fraction_digits(&self) -> u32 {
        let fraction = self.text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
        u32::try_from(fraction.len()).unwrap_or(u32::MAX)
    }

    /// Returns `self - other`, exactly. `None` if the difference is negative, or needs more digits than can be kept.
    ///
    /// ```
    /// use cr_core::money::{AmountError, CoinAmount};
    ///
    /// let (due, received): (CoinAmount, CoinAmount) = ("12.50".parse()?, "12.499999".parse()?);
    /// assert_eq!(due.checked_sub(&received), Some("0.000001".parse()?));
    /// assert_eq!(received.checked_sub(&due), None);
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        if self.value < other.value {
            return None;
        }
        let (a, b) = (self.value.normalize(), other.value.normalize());
        let value = a.checked_sub(b)?;
        // The library drops fraction digits when the whole number does not fit; a difference that lost some is wrong.
        if value.scale() < a.scale().max(b.scale()) && !value.is_zero() {
            return None;
        }
        let value = value.normalize();
        Some(Self { text: value.to_string(), value })
    }

    /// Returns amounts that are shown side by side with the same number of digits after the point: as many as the one
    /// with the most. Only zeros are added at the end, so that no amount changes, and none loses a digit that was quoted.
    ///
    /// ```
    /// use cr_core::money::{AmountError, CoinAmount};
    ///
    /// let (price, more): (CoinAmount, CoinAmount) = ("25.56".parse()?, "4.6".parse()?);
    /// assert_eq!(CoinAmount::aligned([&price, &more]).map(|amount| amount.to_string()), ["25.56", "4.60"]);
    /// # Ok::<(), AmountError>(())
    /// ```
    #[must_use]
    pub fn aligned<const N: usize>(amounts: [&Self; N]) -> [Self; N] {
        let written = |amount: &Self| amount.text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let most = amounts.iter().map(|amount| written(amount)).max().unwrap_or(0);
        amounts.map(|amount| {
            let missing = most - written(amount);
            let mark = if missing > 0 && !amount.text.contains('.') { "." } else { "" };
            Self { text: [&amount.text, mark, &"0".repeat(missing)].concat(), value: amount.value }
        })
    }

    /// Returns whether this is more than `percent` per cent above `quote`. The answer is exact for every pair of
    /// amounts.
    ///
    /// ```
    /// use cr_core::money::{AmountError, CoinAmount};
    ///
    /// let quote: CoinAmount = "100".parse()?;
    /// for (amount, exceeds) in [("100", false), ("101", false), ("101.000000000000000000000001", true)] {
    ///     assert_eq!(amount.parse::<CoinAmount>()?.exceeds_by_percent(&quote, 1), exceeds);
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn exceeds_by_percent(&self, quote: &Self, percent: u8) -> bool {
        self.cmp_percent(quote, 100 + u16::from(percent)) == Ordering::Greater
    }

    /// Compares this with `percent` per cent of `whole`. The answer is exact for every pair of amounts.
    pub fn cmp_percent(&self, whole: &Self, percent: u16) -> Ordering {
        let (a, b) = (self.value.normalize(), whole.value.normalize());
        let left = a.mantissa().unsigned_abs().saturating_mul(100);
        let right = b.mantissa().unsigned_abs().saturating_mul(u128::from(percent));
        // Mantissas have 96 bits, so neither product saturates. Only the side with fewer fraction digits is scaled up; where
        // that overflows 128 bits it has outgrown the other.
        let scale = |number: u128, by: u32| 10u128.checked_pow(by).and_then(|factor| number.checked_mul(factor));
        if a.scale() >= b.scale() {
            // A power that overflows alone says nothing about a mantissa of zero.
            let scaled = if right == 0 { Some(0) } else { scale(right, a.scale() - b.scale()) };
            scaled.map_or(Ordering::Less, |right| left.cmp(&right))
        } else {
            let scaled = if left == 0 { Some(0) } else { scale(left, b.scale() - a.scale()) };
            scaled.map_or(Ordering::Greater, |left| left.cmp(&right))
        }
    }

    /// Returns the amount to send of a coin with `decimals` fraction digits: rounded up to the coin's unit, so that it
    /// is at least this amount and less than one unit more. The digits stay as they were quoted; only zeros beyond the
    /// unit are removed.
    ///
    /// ```
    /// use cr_core::money::{AmountError, CoinAmount};
    ///
    /// for (quoted, decimals, sent) in [
    ///     ("12.5", 6, "12.5"),
    ///     ("0.00012345", 8, "0.00012345"),
    ///     ("10.0000001", 6, "10.000001"),
    ///     ("10.50000000", 6, "10.500000"),
    ///     ("1.2", 0, "2"),
    /// ] {
    ///     assert_eq!(quoted.parse::<CoinAmount>()?.rounded_up(decimals).as_str(), sent);
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
    #[must_use]
    pub fn rounded_up(&self, decimals: u32) -> Self {
        self.rounded(decimals, true)
    }

    /// Returns the amount of a coin with `decimals` fraction digits rounded down to the coin's unit; see
    /// [`CoinAmount::rounded_up`].
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

    /// Returns whether the amount is less than the smallest unit of a coin with `decimals` fraction digits, so that
    /// nobody can send it.
    ///
    /// ```
    /// use cr_core::money::{AmountError, CoinAmount};
    ///
    /// for (amount, decimals, is_below) in [("0.000001", 6, false), ("0.0000009", 6, true), ("0", 6, true)] {
    ///     assert_eq!(amount.parse::<CoinAmount>()?.is_below_unit(decimals), is_below);
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
    pub fn is_below_unit(&self, decimals: u32) -> bool {
        let (whole, fraction) = self.text.split_once('.').unwrap_or((&self.text, ""));
        let sendable = fraction.bytes().take(usize::try_from(decimals).unwrap_or(usize::MAX));
        whole.bytes().chain(sendable).all(|digit| digit == b'0')
    }

    /// Returns the amount in the smallest unit of a token with `decimals` fraction digits, as the text of an integer;
    /// `None` where digits would be lost (docs/supplier-api.md §9.20).
    ///
    /// ```
    /// use cr_core::money::{AmountError, CoinAmount};
    ///
    /// for (amount, decimals, atoms) in [
    ///     ("12.50", 6, Some("12500000")),
    ///     ("0.000001", 6, Some("1")),
    ///     ("0.0000001", 6, None),
    ///     ("1", 18, Some("1000000000000000000")),
    /// ] {
    ///     assert_eq!(amount.parse::<CoinAmount>()?.to_atoms(decimals).as_deref(), atoms);
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
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

/// An ISO 4217 currency code: three upper-case ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

/// ISO 4217 currencies in use without a minor unit.
const WITHOUT_MINOR_UNIT: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// ISO 4217 currencies whose minor unit is a thousandth.
const WITH_THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";

impl Currency {
    /// Returns the three letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the number of fraction digits of the currency's minor unit by ISO 4217.
    ///
    /// ```
    /// use cr_core::money::{AmountError, Currency};
    ///
    /// for (code, digits) in [("usd", 2), ("JPY", 0), ("KWD", 3)] {
    ///     assert_eq!(code.parse::<Currency>()?.fraction_digits(), digits);
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
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
    /// Reads a code. Letters of either case are taken; the code is kept in upper case.
    fn from_str(text: &str) -> Result<Self, AmountError> {
        match text.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|letter| letter.is_ascii_alphabetic()) => {
                Ok(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase(), c.to_ascii_uppercase()]))
            }
            _ => Err(AmountError::NotCurrency(excerpt(text))),
        }
    }
}

/// What a card or top-up is worth in its own currency. It keeps its digits, and is compared by value and currency.
#[derive(Clone, Debug)]
pub struct FaceValue {
    text: String,
    amount: Decimal,
    currency: Currency,
}

impl FaceValue {
    /// Reads plain ASCII digits.
    ///
    /// # Errors
    /// [`AmountError`] as for [`CoinAmount`].
    pub fn new(amount: &str, currency: Currency) -> Result<Self, AmountError> {
        Ok(Self { amount: parse_plain(amount)?, text: amount.to_owned(), currency })
    }

    /// Returns the digits, ASCII with a point: what is sent as `product_value` and passed to `Intl.NumberFormat` as
    /// text.
    pub fn amount(&self) -> &str {
        &self.text
    }

    /// Returns the currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Returns whether the value is more than zero.
    pub fn is_positive(&self) -> bool {
        !self.amount.is_zero()
    }

    /// Returns how many fraction digits the value is shown with: none for a whole value (`$50`, as on price tags), else
    /// the currency's own number or as many as were sent, whichever is more, so that nothing is rounded. `None` where
    /// that is beyond what every browser's `Intl.NumberFormat` formats exactly: 20 fraction digits, and the 15
    /// significant ones that a double keeps.
    ///
    /// ```
    /// use cr_core::money::{AmountError, FaceValue};
    ///
    /// for (amount, digits) in [("50", Some(0)), ("50.00", Some(0)), ("50.5", Some(2)), ("0.125", Some(3))] {
    ///     assert_eq!(FaceValue::new(amount, "USD".parse()?)?.shown_fraction_digits(), digits);
    /// }
    /// assert_eq!(FaceValue::new("12345678901234567.5", "USD".parse()?)?.shown_fraction_digits(), None);
    /// # Ok::<(), AmountError>(())
    /// ```
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
