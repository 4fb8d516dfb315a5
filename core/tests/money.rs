//! Money is exact: what cannot be kept is refused, what was typed means one number or none.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use cr_core::money::{AmountError, CoinAmount, Currency, FaceRange, FaceValue, RangeDefect, RangeError};
use proptest::prelude::*;

fn coin(text: &str) -> CoinAmount {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn usd(text: &str) -> FaceValue {
    FaceValue::new(text, "USD".parse().unwrap()).unwrap()
}

fn range(min: &str, max: &str, step: Option<&str>, default: Option<&str>) -> FaceRange {
    FaceRange::new(usd(min), usd(max), step, default.map(usd)).unwrap()
}

fn amounts(values: &[FaceValue]) -> Vec<&str> {
    values.iter().map(FaceValue::amount).collect()
}

#[test]
fn a01_amounts_keep_every_digit_they_were_quoted_with() {
    for text in ["0.1", "0.10", "100.000001", "12345678901234567890.123456789", "0", "0.00032833", "101.55000"] {
        assert_eq!(coin(text).as_str(), text);
        assert_eq!(coin(text).to_string(), text);
        assert_eq!(usd(text).amount(), text);
    }
}

#[test]
fn amounts_compare_by_value() {
    assert_eq!(coin("0.1"), coin("0.10"));
    assert!(coin("0.09999999") < coin("0.1"));
    assert!(coin("12345678901234567890.1") > coin("12345678901234567890.09"));
    assert_eq!(usd("50"), usd("50.00"));
    assert_ne!(usd("50"), FaceValue::new("50", "EUR".parse().unwrap()).unwrap());
}

#[test]
fn m06_what_is_no_plain_number_is_no_amount() {
    for text in [
        "", " ", "-1", "-0", "+1", "1e2", "1E400", "1e-6", "NaN", "Infinity", "inf", "1,5", "1 000", "1_000", ".",
        ".5", "5.", "0x10", "1.2.3", "٣", "１", "007", "00.5", "1\u{0}", " 1", "1\n", "½",
    ] {
        assert!(matches!(text.parse::<CoinAmount>(), Err(AmountError::NotDecimal(_))), "{text:?}");
        assert!(FaceValue::new(text, "USD".parse().unwrap()).is_err(), "{text:?}");
    }
}

#[test]
fn a04_what_cannot_be_kept_exactly_is_refused_not_wrapped() {
    for text in ["79228162514264337593543950336", "1000000000000000000000000000000", "0.00000000000000000000000000001"]
    {
        assert!(matches!(text.parse::<CoinAmount>(), Err(AmountError::TooLong(_))), "{text}");
    }
    assert_eq!(coin("79228162514264337593543950335").as_str(), "79228162514264337593543950335");
    let padded = format!("0.1{}", "0".repeat(60));
    assert_eq!(coin(&padded), coin("0.1"), "zeros at the end cost no precision");
    assert_eq!(coin(&padded).as_str(), padded);
}

#[test]
fn refused_texts_are_quoted_only_in_part() {
    let error = "x".repeat(64 * 1024).parse::<CoinAmount>().unwrap_err();
    assert!(error.to_string().len() < 120);
}

#[test]
fn differences_are_exact_and_never_negative() {
    assert_eq!(coin("101.55").checked_sub(&coin("1.5")).unwrap().as_str(), "100.05");
    assert_eq!(coin("0.3").checked_sub(&coin("0.1")).unwrap().as_str(), "0.2");
    assert_eq!(coin("0.1").checked_sub(&coin("0.10")).unwrap().as_str(), "0");
    assert!(coin("1").checked_sub(&coin("1.000001")).is_none());
    let large = coin("79228162514264337593543950335");
    assert!(large.checked_sub(&coin("0.1")).is_none(), "it would need 30 digits");
}

#[test]
fn a_price_exceeds_a_quote_only_beyond_the_percentage() {
    let table = [
        ("101", "100", 1, false),
        ("101.000000000000000001", "100", 1, true),
        ("100.99", "100", 1, false),
        ("100", "100", 0, false),
        ("100.00000001", "100", 0, true),
        ("0", "0", 1, false),
        ("0.0000001", "0", 1, true),
        ("79228162514264337593543950335", "0.0000000000000000000000000001", 255, true),
        ("0.0000000000000000000000000001", "79228162514264337593543950335", 0, false),
    ];
    for (price, quote, percent, exceeds) in table {
        assert_eq!(
            coin(price).exceeds_by_percent(&coin(quote), percent),
            exceeds,
            "{price} over {quote} by {percent} %"
        );
    }
}

#[test]
fn a03_atoms_lose_no_digit() {
    let table = [
        ("101.55", 6, Some("101550000")),
        ("0.000001", 6, Some("1")),
        ("0.0000010", 6, Some("1")),
        ("0.0000001", 6, None),
        ("0", 6, Some("0")),
        ("0.00", 0, Some("0")),
        ("12", 0, Some("12")),
        ("1.5", 0, None),
        ("1", 18, Some("1000000000000000000")),
        ("1", 78, None),
    ];
    for (amount, decimals, atoms) in table {
        assert_eq!(coin(amount).to_atoms(decimals).as_deref(), atoms, "{amount} at {decimals}");
    }
    assert_eq!(coin("0.1230").fraction_digits(), 3);
    assert_eq!(coin("5").fraction_digits(), 0);
    assert!(!coin("0.000").is_positive());
}

#[test]
fn currencies_are_three_letters_with_their_own_fraction_digits() {
    for (code, digits) in [("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("eur", 2), ("XTS", 2)] {
        let currency: Currency = code.parse().unwrap();
        assert_eq!((currency.as_str(), currency.fraction_digits()), (code.to_uppercase().as_str(), digits));
    }
    for text in ["", "US", "USDC", "U$D", "€", "UЅD", "12A"] {
        assert!(text.parse::<Currency>().is_err(), "{text:?}");
    }
}

#[test]
fn m12_limits_that_make_no_sense_make_no_range() {
    let eur = FaceValue::new("10", "EUR".parse().unwrap()).unwrap();
    let table = [
        (usd("10"), eur, None, RangeDefect::Currencies),
        (usd("0"), usd("10"), None, RangeDefect::NotPositive),
        (usd("10"), usd("9.99"), None, RangeDefect::Inverted),
        (usd("1"), usd("10"), Some("0"), RangeDefect::BadStep),
        (usd("1"), usd("10"), Some("-1"), RangeDefect::BadStep),
        (usd("1"), usd("10"), Some("1e0"), RangeDefect::BadStep),
        (usd("1"), usd("10"), Some("0.0000001"), RangeDefect::TooFine),
        (usd("1"), usd("79228162514264337593543950335"), None, RangeDefect::TooFine),
    ];
    for (min, max, step, defect) in table {
        assert_eq!(FaceRange::new(min.clone(), max.clone(), step, None), Err(defect), "{min:?} {max:?} {step:?}");
    }
}

#[test]
fn a_default_that_is_not_on_sale_is_no_default() {
    assert_eq!(range("25", "400", Some("1"), Some("100.0")).default.unwrap().amount(), "100");
    for default in ["24", "401", "100.5"] {
        assert_eq!(range("25", "400", Some("1"), Some(default)).default, None, "{default}");
    }
}

#[test]
fn two_tellings_of_the_limits_must_agree() {
    let range = range("25.0", "400.0", None, None);
    assert!(range.agrees_with(&usd("25.00"), &usd("400")));
    assert!(!range.agrees_with(&usd("25"), &usd("401")));
    assert!(!range.agrees_with(&usd("26"), &usd("400")));
}

#[test]
fn a05_an_entry_means_one_number_or_none() {
    let range = range("0.5", "9999999", Some("0.001"), None);
    let table = [
        // entry, decimal mark of the locale, meaning
        ("1234.56", '.', Some("1234.56")),
        ("1,234.56", '.', Some("1234.56")),
        ("1.234,56", ',', Some("1234.56")),
        ("1.234,56", '.', Some("1234.56")),
        ("1,234.56", ',', Some("1234.56")),
        ("12,50", ',', Some("12.50")),
        ("12,50", '.', Some("12.50")),
        ("12.50", ',', Some("12.50")),
        ("1.234", '.', Some("1.234")),
        ("1,234", ',', Some("1.234")),
        ("1.234", ',', None),
        ("1,234", '.', None),
        ("1.234.567", ',', Some("1234567")),
        ("1,234,567", '.', Some("1234567")),
        ("1.23.456", ',', None),
        ("1 234,5", ',', Some("1234.5")),
        ("1\u{A0}234", ',', Some("1234")),
        ("1\u{202F}234,50", ',', Some("1234.50")),
        ("1'234.50", '.', Some("1234.50")),
        ("1’234", '.', Some("1234")),
        ("12 34", '.', None),
        ("١٢٣٫٥", '\u{66B}', Some("123.5")),
        ("١٬٢٣٤", '\u{66B}', Some("1234")),
        ("۵۰", '.', Some("50")),
        ("５０．５", '.', Some("50.5")),
        ("५०", '.', Some("50")),
        ("007", '.', Some("7")),
        ("0,5", '.', Some("0.5")),
        (".75", '.', Some("0.75")),
        ("5.", '.', Some("5")),
        ("$50", '.', Some("50")),
        ("50 USD", '.', Some("50")),
        ("usd50", '.', Some("50")),
        ("50 EUR", '.', None),
        ("1e2", '.', None),
        ("-1", '.', None),
        ("+1", '.', None),
        ("1..2", '.', None),
        ("1,2,3", '.', None),
        (".", '.', None),
        ("1/2", '.', None),
        ("fifty", '.', None),
        ("1.2٫3", '.', None),
    ];
    for (entry, mark, meaning) in table {
        let value = range.check(entry, mark);
        match meaning {
            Some(meaning) => assert_eq!(value.as_ref().map(FaceValue::amount), Ok(meaning), "{entry:?} with {mark:?}"),
            None => assert!(matches!(value, Err(RangeError::NotANumber(_))), "{entry:?} with {mark:?} gave {value:?}"),
        }
    }
    for entry in ["", "  ", "$", "USD", "\u{200E}"] {
        assert_eq!(range.check(entry, '.'), Err(RangeError::Empty), "{entry:?}");
    }
    assert!(matches!(range.check(&"9".repeat(1 << 20), '.'), Err(RangeError::NotANumber(text)) if text.len() <= 40));
}

#[test]
fn a07_values_off_the_range_name_the_nearest_ones_on_sale() {
    let tens = range("25", "402", Some("10"), None);
    assert_eq!(tens.check("24.99", '.'), Err(RangeError::BelowMin(usd("25"))));
    assert_eq!(tens.check("0", '.'), Err(RangeError::BelowMin(usd("25"))));
    assert_eq!(tens.check("402.01", '.'), Err(RangeError::AboveMax(usd("395"))));
    assert_eq!(tens.check("99999999999999999999999", '.'), Err(RangeError::AboveMax(usd("395"))));
    assert_eq!(tens.check("30", '.'), Err(RangeError::OffStep(usd("25"), usd("35"))));
    assert_eq!(tens.check("35.001", '.'), Err(RangeError::OffStep(usd("35"), usd("45"))));
    assert_eq!(tens.check("402", '.'), Err(RangeError::OffStep(usd("395"), usd("395"))));
    assert_eq!(tens.check("395", '.'), Ok(usd("395")));
    let cents = range("5", "50", None, None);
    assert_eq!(cents.check("12.34", '.'), Ok(usd("12.34")));
    assert_eq!(cents.check("12.345", '.'), Err(RangeError::OffStep(usd("12.34"), usd("12.35"))));
    let yen = "JPY".parse().unwrap();
    let yen =
        FaceRange::new(FaceValue::new("100", yen).unwrap(), FaceValue::new("9000", yen).unwrap(), None, None).unwrap();
    assert!(matches!(yen.check("150.5", '.'), Err(RangeError::OffStep(..))));
}

#[test]
fn suggestions_are_round_and_hold_the_default() {
    let table = [
        (range("25", "400", Some("1"), Some("100")), 6, vec!["25", "50", "100", "200", "400"]),
        (range("1", "500", None, None), 4, vec!["1", "5", "50", "500"]),
        (range("5", "5", None, None), 6, vec!["5"]),
        (range("0.53", "0.57", None, None), 6, vec!["0.53", "0.57"]),
        (range("12.34", "87.65", Some("0.01"), Some("33.33")), 6, vec!["20", "33.33", "50"]),
        (range("10", "100", Some("30"), None), 6, vec!["10", "100"]),
    ];
    for (range, count, expected) in table {
        assert_eq!(amounts(&range.suggestions(count)), expected);
    }
    assert!(range("1", "2", None, None).suggestions(0).is_empty());
}

#[test]
fn stepping_stays_on_sale_and_in_range() {
    let fives = range("25", "42", Some("5"), None);
    let table = [
        ("25", true, "30"),
        ("25", false, "25"),
        ("27", true, "30"),
        ("27", false, "25"),
        ("40", true, "40"),
        ("42", false, "40"),
        ("9999", false, "40"),
        ("1", true, "25"),
        ("30.0001", false, "30"),
    ];
    for (from, up, to) in table {
        assert_eq!(fives.step_from(&usd(from), up).amount(), to, "{from} {up}");
    }
    let cents = range("5.50", "8.25", None, None);
    let table = [("5.50", true, "6"), ("6", true, "7"), ("8", true, "8.25"), ("8.25", false, "8"), ("6", false, "5.5")];
    for (from, up, to) in table {
        assert_eq!(cents.step_from(&usd(from), up).amount(), to, "{from} {up}");
    }
    let eur = FaceValue::new("30", "EUR".parse().unwrap()).unwrap();
    assert_eq!(fives.step_from(&eur, true).amount(), "30", "another currency starts from the smallest value");
}

prop_compose! {
    fn any_range()(min in 1u64..100_000, width in 0u64..10_000_000, step in prop_oneof![Just(0u64), 1u64..5_000], default in 0u64..10_000_000)
        -> FaceRange {
        let text = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100);
        let step = (step > 0).then(|| text(step));
        FaceRange::new(usd(&text(min)), usd(&text(min + width)), step.as_deref(), Some(usd(&text(default)))).unwrap()
    }
}

proptest! {
    #[test]
    fn parsing_never_panics_and_keeps_the_text(text in "\\PC{0,40}|[0-9]{0,35}\\.?[0-9]{0,35}") {
        if let Ok(amount) = text.parse::<CoinAmount>() {
            prop_assert_eq!(amount.as_str(), text);
        }
    }

    #[test]
    fn a_difference_and_its_subtrahend_make_the_whole(a in 0u64.., b in 0u64.., scale in 0u32..12) {
        let text = |n: u64| {
            let unit = 10u64.pow(scale);
            if scale == 0 { n.to_string() } else { format!("{}.{:0w$}", n / unit, n % unit, w = scale as usize) }
        };
        let (small, large) = (a.min(b), a.max(b));
        let difference = coin(&text(large)).checked_sub(&coin(&text(small))).unwrap();
        prop_assert_eq!(difference, coin(&text(large - small)));
        prop_assert_eq!(a.cmp(&b), coin(&text(a)).cmp(&coin(&text(b))));
    }

    #[test]
    fn amounts_side_by_side_have_the_same_fraction_digits_and_keep_what_was_quoted(
        one in "(0|[1-9][0-9]{0,9})(\\.[0-9]{1,12})?",
        other in "(0|[1-9][0-9]{0,9})(\\.[0-9]{1,12})?",
    ) {
        let written = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let before = [coin(&one), coin(&other)];
        let after = CoinAmount::aligned([&before[0], &before[1]]);
        for (before, after) in before.iter().zip(&after) {
            prop_assert_eq!(before, after);
            prop_assert_eq!(&coin(after.as_str()), before);
            prop_assert!(after.as_str().starts_with(before.as_str()));
            prop_assert_eq!(written(after.as_str()), written(&one).max(written(&other)));
        }
    }

    #[test]
    fn exceeding_agrees_with_whole_number_arithmetic(a in 0u64..1 << 50, b in 0u64..1 << 50, percent in 0u8..=100, tail in 0usize..8) {
        let (x, y) = (coin(&format!("{a}.{}", "0".repeat(tail + 1))), coin(&b.to_string()));
        prop_assert_eq!(x.exceeds_by_percent(&y, percent), u128::from(a) * 100 > u128::from(b) * (100 + u128::from(percent)));
    }

    #[test]
    fn a_checked_value_is_on_sale_and_means_what_was_typed(range in any_range(), cents in 0u64..11_000_000) {
        let entry = format!("{}.{:02}", cents / 100, cents % 100);
        match range.check(&entry, '.') {
            Ok(value) => {
                prop_assert!(range.holds(&value));
                prop_assert_eq!(value, usd(&entry));
            }
            Err(RangeError::OffStep(low, high)) => {
                prop_assert!(range.holds(&low) && range.holds(&high));
                prop_assert!(!range.holds(&usd(&entry)));
            }
            Err(RangeError::BelowMin(value) | RangeError::AboveMax(value)) => prop_assert!(range.holds(&value)),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn suggestions_are_on_sale_ascending_and_few(range in any_range(), count in 1usize..9) {
        let values = range.suggestions(count);
        prop_assert!(!values.is_empty() && values.len() <= count);
        prop_assert!(values.iter().all(|value| range.holds(value)));
        prop_assert!(values.windows(2).all(|pair| coin(pair[0].amount()) < coin(pair[1].amount())));
        if let Some(default) = &range.default {
            prop_assert!(values.contains(default));
        }
    }

    #[test]
    fn steps_end_at_the_limits(range in any_range(), start in 0u64..11_000_000, up: bool) {
        let mut value = usd(&format!("{}.{:02}", start / 100, start % 100));
        for _ in 0..4 {
            value = range.step_from(&value, up);
            prop_assert!(range.holds(&value));
            prop_assert!(coin(value.amount()) >= coin(range.min.amount()));
            prop_assert!(coin(value.amount()) <= coin(range.max.amount()));
        }
    }

    #[test]
    fn no_entry_panics(range in any_range(), entry in "\\PC{0,60}|[0-9.,' ٠-٩٫٬]{0,30}", mark in prop_oneof![Just('.'), Just(','), Just('٫'), any::<char>()]) {
        let _ = range.check(&entry, mark);
    }
}

#[test]
fn a21_a_value_is_shown_with_no_fewer_digits_than_it_was_told_with() {
    let table = [
        ("50", "USD", Some(0)),
        ("50.00", "USD", Some(0)),
        ("12.5", "USD", Some(2)),
        ("9.999", "USD", Some(3)),
        ("9.990", "USD", Some(3)),
        ("500.5", "JPY", Some(1)),
        ("0.5", "JPY", Some(1)),
        ("1234.5", "HUF", Some(2)),
        ("1.5", "KWD", Some(3)),
        ("999999999999.999", "USD", Some(3)),
        // More than a double keeps, or than older browsers format.
        ("9999999999999.999", "USD", None),
        ("0.0000000000000001", "USD", None),
    ];
    for (amount, currency, digits) in table {
        let face = FaceValue::new(amount, currency.parse().unwrap()).unwrap();
        assert_eq!(face.shown_fraction_digits(), digits, "{amount} {currency}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(20_000)))]

    /// As browsers format: to so many digits, from the double nearest to the text.
    #[test]
    fn a21_no_digit_is_rounded_away(text in "(0|[1-9][0-9]{0,11})(\\.[0-9]{1,12})?", currency in 0..4_usize) {
        let currency = ["USD", "JPY", "KWD", "HUF"][currency].parse().unwrap();
        let face = FaceValue::new(&text, currency).unwrap();
        if let Some(digits) = face.shown_fraction_digits() {
            let double: f64 = text.parse().unwrap();
            let shown = format!("{double:.*}", digits as usize);
            prop_assert_eq!(&FaceValue::new(&shown, currency).unwrap(), &face, "{}", shown);
            let told = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            prop_assert!(digits as usize >= told || digits == 0);
        }
    }

    #[test]
    fn a22_a_unit_is_ten_to_the_minus_decimals(value in 0_i64..1_000_000_000, scale in 0_u32..12, decimals in 0_u32..14) {
        let amount = coin(&rust_decimal::Decimal::new(value, scale).to_string());
        let unit = rust_decimal::Decimal::new(1, decimals);
        prop_assert_eq!(amount.is_below_unit(decimals), rust_decimal::Decimal::new(value, scale) < unit);
    }
}
