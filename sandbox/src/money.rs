//! Exact decimal amounts as whole numbers of a small unit. No amount of money is a floating-point number.

use std::fmt::Write as _;

/// How many digits after the point an [`Atto`] keeps.
pub(crate) const ATTO_DIGITS: usize = 18;

/// An amount of a coin in units of 10⁻¹⁸.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Atto(pub(crate) u128);

/// A face value in thousandths of its currency's main unit (the smallest unit any currency has).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub(crate) struct Milli(pub(crate) u128);

impl Atto {
    /// Returns text with exactly `digits` digits after the point (at most 18; the rest is cut).
    pub(crate) fn fixed(self, digits: usize) -> String {
        fixed(self.0, ATTO_DIGITS, digits)
    }

    /// Returns text without trailing zeros.
    pub(crate) fn trimmed(self) -> String {
        trim(self.fixed(ATTO_DIGITS))
    }

    /// Parses plain decimal text: digits, at most one point, at most 18 digits after it, no sign, no exponent.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        parse(text, ATTO_DIGITS).map(Self)
    }

    /// Returns the amount in units of 10^-decimals, or `None` when that would cut digits off.
    pub(crate) fn atoms(self, decimals: usize) -> Option<u128> {
        let unit = pow10(ATTO_DIGITS.checked_sub(decimals)?);
        (self.0.is_multiple_of(unit)).then_some(self.0 / unit)
    }

    /// Returns the smallest amount with at most `digits` digits after the point that is not below this one.
    pub(crate) fn round_up(self, digits: usize) -> Self {
        let unit = pow10(ATTO_DIGITS - digits.min(ATTO_DIGITS));
        Self(self.0.div_ceil(unit) * unit)
    }

    /// Returns this amount times `ppm` millionths.
    pub(crate) fn ppm(self, ppm: u128) -> Self {
        Self(self.0 / 1_000_000 * ppm + self.0 % 1_000_000 * ppm / 1_000_000)
    }
}

impl Milli {
    /// Returns text with exactly `digits` digits after the point.
    pub(crate) fn fixed(self, digits: usize) -> String {
        fixed(self.0, 3, digits)
    }

    /// Returns text without trailing zeros: `50`, `12.5`.
    pub(crate) fn trimmed(self) -> String {
        trim(self.fixed(3))
    }

    /// Parses plain decimal text with at most three digits after the point.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // Trailing zeros do not change a value: "50.0000" is 50.
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        parse(text, 3).map(Self)
    }
}

/// Returns 10 to the power `n`, for `n` ≤ 38.
pub(crate) const fn pow10(n: usize) -> u128 {
    let mut out = 1;
    let mut i = 0;
    while i < n {
        out *= 10;
        i += 1;
    }
    out
}

fn fixed(units: u128, scale: usize, digits: usize) -> String {
    let unit = pow10(scale);
    let mut out = (units / unit).to_string();
    if digits > 0 {
        let fraction = format!("{:0scale$}", units % unit);
        let _infallible = write!(out, ".{}", &fraction[..digits.min(scale)]);
    }
    out
}

fn trim(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn parse(text: &str, scale: usize) -> Option<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 18 || fraction.len() > scale || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    if text.ends_with('.') {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    let padded = format!("{fraction:0<scale$}");
    let fraction: u128 = if scale == 0 { 0 } else { padded.parse().ok()? };
    Some(whole * pow10(scale) + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_text_survives_a_round_trip() {
        for (text, fixed8) in
            [("0", "0.00000000"), ("1", "1.00000000"), ("0.00032833", "0.00032833"), ("101.5", "101.50000000")]
        {
            let amount = Atto::parse(text).unwrap();
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
            assert_eq!(Atto::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn rounding_up_never_lowers_and_adds_less_than_a_unit() {
        for (text, digits, up) in
            [("1.001", 2, "1.01"), ("1.01", 2, "1.01"), ("0.000000001", 8, "0.00000001"), ("5", 0, "5")]
        {
            assert_eq!(Atto::parse(text).unwrap().round_up(digits).trimmed(), up, "{text} to {digits}");
        }
    }

    #[test]
    fn atoms_are_exact_or_refused() {
        assert_eq!(Atto::parse("101.55").unwrap().atoms(6), Some(101_550_000));
        assert_eq!(Atto::parse("0.0000001").unwrap().atoms(6), None);
        assert_eq!(Atto::parse("2.5").unwrap().atoms(18), Some(2_500_000_000_000_000_000));
    }
}
