//! Exact decimal amounts. No amount of money is a floating-point number.

use rust_decimal::{Decimal, RoundingStrategy};

/// The most digits after the point that a coin amount is written with.
const COIN_DIGITS: usize = 18;
/// The most digits after the point that a face value is written with: the smallest unit any currency has.
const FACE_DIGITS: usize = 3;

/// An amount of a coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct CoinAmount(pub(crate) Decimal);

/// A face value in its currency's main unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct FaceValue(pub(crate) Decimal);

impl CoinAmount {
    /// Nothing.
    pub(crate) const ZERO: Self = Self(Decimal::ZERO);

    /// Returns text with exactly `digits` digits after the point; the rest is cut.
    pub(crate) fn fixed(self, digits: u32) -> String {
        fixed(self.0, digits)
    }

    /// Returns text without trailing zeros.
    pub(crate) fn trimmed(self) -> String {
        self.0.normalize().to_string()
    }

    /// Parses plain decimal text: digits, at most one point, at most 18 digits after it and 28 in all, no sign, no
    /// exponent.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse(text, COIN_DIGITS).map(Self)
    }

    /// Returns the amount in units of 10^-decimals, or `None` when that would cut digits off.
    pub(crate) fn atoms(self, decimals: u32) -> Option<u128> {
        let amount = self.0.normalize();
        let zeros = decimals.checked_sub(amount.scale())?;
        u128::try_from(amount.mantissa()).ok()?.checked_mul(10_u128.checked_pow(zeros)?)
    }

    /// Returns the smallest amount with at most `digits` digits after the point that is not below this one.
    pub(crate) fn round_up(self, digits: u32) -> Self {
        Self(self.0.round_dp_with_strategy(digits, RoundingStrategy::ToPositiveInfinity))
    }

    /// Returns what is left of this amount without `other`; nothing if that is more.
    pub(crate) fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(Decimal::ZERO))
    }
}

impl FaceValue {
    /// Returns text with exactly `digits` digits after the point; the rest is cut.
    pub(crate) fn fixed(self, digits: u32) -> String {
        fixed(self.0, digits)
    }

    /// Returns text without trailing zeros: `50`, `12.5`.
    pub(crate) fn trimmed(self) -> String {
        self.0.normalize().to_string()
    }

    /// Parses plain decimal text with at most three digits after the point, trailing zeros not counted.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // Trailing zeros do not change a value: "50.0000" is 50.
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        parse(text, FACE_DIGITS).map(Self)
    }
}

/// Returns a share that is given in millionths.
pub(crate) fn ppm(millionths: i64) -> Decimal {
    Decimal::new(millionths, 6)
}

/// Returns text with exactly `digits` digits after the point; the rest is cut.
pub(crate) fn fixed(amount: Decimal, digits: u32) -> String {
    format!("{:.*}", digits as usize, amount.trunc_with_scale(digits))
}

fn parse(text: &str, digits: usize) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(whole, 18) && is_number(fraction, digits) { Decimal::from_str_exact(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_survives_a_round_trip() {
        for (text, fixed8) in
            [("0", "0.00000000"), ("1", "1.00000000"), ("0.00032833", "0.00032833"), ("101.5", "101.50000000")]
        {
            let amount = CoinAmount::parse(text).unwrap();
            assert_eq!(amount.trimmed(), text);
            assert_eq!(amount.fixed(8), fixed8);
        }
    }

    #[test]
    fn text_that_is_no_plain_decimal_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1,5",
            " 1",
            "0x1",
            "NaN",
            "0.0000000000000000001",
            "1234567890123456789",
        ] {
            assert_eq!(CoinAmount::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn rounding_up_never_lowers_and_adds_less_than_a_unit() {
        for (text, digits, up) in
            [("1.001", 2, "1.01"), ("1.01", 2, "1.01"), ("0.000000001", 8, "0.00000001"), ("5", 0, "5")]
        {
            assert_eq!(CoinAmount::parse(text).unwrap().round_up(digits).trimmed(), up, "{text} to {digits}");
        }
    }

    #[test]
    fn atoms_are_exact_or_refused() {
        assert_eq!(CoinAmount::parse("101.55").unwrap().atoms(6), Some(101_550_000));
        assert_eq!(CoinAmount::parse("0.0000001").unwrap().atoms(6), None);
        assert_eq!(CoinAmount::parse("2.5").unwrap().atoms(18), Some(2_500_000_000_000_000_000));
    }
}
