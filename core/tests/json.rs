//! Our reading and writing of JSON against a widely used one: the same verdict and the same content for every text.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use common::fixture;
use cr_core::{
    json::{self, Malformed, Value},
    pace::at_once,
};
use proptest::prelude::*;
use serde_json::Value as Theirs;

const FIXTURES: [&str; 12] = [
    "brands.json",
    "homepage.json",
    "order_done_esim.json",
    "order_done_giftcard.json",
    "order_done_topup.json",
    "order_waiting.json",
    "payment_vias.json",
    "price.json",
    "products_esim.json",
    "products_mixed.json",
    "products_topup.json",
    "validation_passed.json",
];

/// Our value as theirs: the last of several fields of one name counts, and theirs writes exponents in one way only.
fn theirs(ours: &Value) -> Theirs {
    match ours {
        Value::Null => Theirs::Null,
        Value::Bool(flag) => Theirs::Bool(*flag),
        Value::Number(digits) => serde_json::from_str(digits).unwrap(),
        Value::String(text) => Theirs::String(text.clone()),
        Value::Array(elements) => elements.iter().map(theirs).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), theirs(value))).collect(),
    }
}

/// Their value as ours.
fn ours(theirs: &Theirs) -> Value {
    match theirs {
        Theirs::Null => Value::Null,
        Theirs::Bool(flag) => Value::Bool(*flag),
        Theirs::Number(number) => Value::Number(number.as_str().to_owned()),
        Theirs::String(text) => Value::String(text.clone()),
        Theirs::Array(elements) => Value::Array(elements.iter().map(ours).collect()),
        Theirs::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), ours(value))).collect())
        }
    }
}

fn elements(text: &str) -> Result<Vec<&str>, Malformed> {
    at_once(|pace| json::elements(text, pace))
}

fn fields(text: &str) -> Result<Vec<(String, &str)>, Malformed> {
    at_once(|pace| json::fields(text, pace))
}

/// Holds a text against the other reader: as a whole, and cut into its parts.
fn check(text: &str) {
    let expected: Option<Theirs> = serde_json::from_str(text).ok();
    let read = json::parse(text);
    assert_eq!(read.as_ref().ok().map(theirs), expected, "{text:?}");
    if let Err(malformed) = read {
        assert!(malformed.at <= text.len(), "{text:?}");
    }
    let elements = elements(text).ok().map(|parts| parts.into_iter().map(built).collect());
    assert_eq!(elements, expected.clone().filter(Theirs::is_array), "{text:?}");
    let fields = fields(text).ok().map(|parts| parts.into_iter().map(|(name, part)| (name, built(part))).collect());
    assert_eq!(fields, expected.filter(Theirs::is_object), "{text:?}");
}

/// A part, which must be a value without anything around it.
fn built(part: &str) -> Theirs {
    assert_eq!(part.trim(), part);
    theirs(&json::parse(part).unwrap_or_else(|error| panic!("{part:?}: {error:?}")))
}

/// Any value, its numbers and texts of every sort.
fn value() -> impl Strategy<Value = Theirs> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?";
    let leaf = prop_oneof![
        Just(Theirs::Null),
        any::<bool>().prop_map(Theirs::Bool),
        number.prop_map(|number| serde_json::from_str(&number).unwrap()),
        any::<String>().prop_map(Theirs::String),
        "[\\x00-\\x7F]{0,12}".prop_map(Theirs::String),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Theirs::Array),
            prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// A text that something was done to, at a character that is found from `place`.
fn spoilt(text: &str, place: usize, kind: u8, with: &str) -> String {
    let mut at = place % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let rest = after.chars().next().map_or("", |c| &after[c.len_utf8()..]);
    match kind % 4 {
        0 => before.to_owned(),
        1 => format!("{before}{with}{after}"),
        2 => format!("{before}{with}{rest}"),
        _ => format!("{before}{rest}"),
    }
}

const SNIPPETS: [&str; 36] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\uD800", "\\u0041", "\\u+041", "\\n",
    "\\x", "\n", "\t", " ", "\u{0}", "\u{7F}", "\u{FEFF}", "é", "😀", "0", "-", "1", ".", "e", "E+", "null", "true",
    "fals", "nan", "/", "'",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(512)))]

    #[test]
    fn any_text_is_read_alike(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes_are_read_alike(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn whatever_looks_like_json_is_read_alike(parts in prop::collection::vec(prop::sample::select(SNIPPETS.to_vec()), 0..16)) {
        let text = parts.concat();
        check(&text);
        check(&format!("\"{text}\""));
        check(&format!("[{text}]"));
        check(&format!("{{\"a\":{text}}}"));
    }

    #[test]
    fn numbers_are_read_alike(text in "-?[0-9]{0,3}\\.?[0-9]{0,2}[eE]?[+-]?[0-9]{0,2}") {
        check(&text);
        check(&format!("[{text} ]"));
    }

    #[test]
    fn names_that_come_twice_are_read_alike(names in prop::collection::vec("[ab\\\\]{1,2}", 0..8)) {
        let fields: Vec<String> = names.iter().enumerate().map(|(at, name)| format!("\"{name}\":{at}")).collect();
        let text = format!("{{{}}}", fields.join(","));
        check(&text);
        if let (Ok(ours), Ok(theirs)) = (json::parse(&text), serde_json::from_str::<Theirs>(&text)) {
            for name in &names {
                prop_assert_eq!(ours.get(name).and_then(Value::as_number), theirs.get(name).map(|number| number.as_number().unwrap().as_str()));
            }
        }
    }

    #[test]
    fn every_value_is_written_alike_and_read_back(value in value()) {
        let text = value.to_string();
        let ours = ours(&value);
        prop_assert_eq!(&ours.to_json(), &text);
        prop_assert_eq!(json::parse(&text), Ok(ours));
        check(&text);
        check(&serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn a_spoilt_value_is_read_alike(value in value(), place in any::<usize>(), kind in any::<u8>(), with in prop::sample::select(SNIPPETS.to_vec())) {
        check(&spoilt(&value.to_string(), place, kind, with));
    }

    #[test]
    fn a_spoilt_body_is_read_alike(
        name in prop::sample::select(FIXTURES.to_vec()),
        place in any::<usize>(),
        kind in any::<u8>(),
        with in prop::sample::select(SNIPPETS.to_vec()),
    ) {
        check(&spoilt(&fixture(name), place, kind, with));
    }
}

#[test]
fn every_fixture_is_read_alike() {
    for name in FIXTURES {
        check(&fixture(name));
    }
    for line in fixture("refusals.jsonl").lines() {
        check(line);
    }
}

#[test]
fn numbers_keep_the_digits_that_were_sent() {
    for digits in
        ["0", "-0", "0.10", "1E5", "1e-07", "0.00000000000000000001", "79228162514264337593543950336", "1e400"]
    {
        assert_eq!(json::parse(digits), Ok(Value::Number(digits.to_owned())));
        assert_eq!(json::parse(digits).unwrap().to_json(), digits);
    }
}

#[test]
fn every_character_and_escape_is_read_and_written_alike() {
    let all: String = (0..=0x2FF).chain(0x2020..0x2030).filter_map(char::from_u32).collect();
    assert_eq!(Value::text(&all).to_json(), Theirs::String(all.clone()).to_string());
    for character in all.chars() {
        check(&format!("\"{character}\""));
        check(&format!("\"\\{character}\""));
        check(&format!("{character}[{character}]{character}"));
    }
    for unit in 0..=u16::MAX {
        check(&format!("\"\\u{unit:04x}\""));
    }
    for unit in 0xD7F0..0xE010 {
        check(&format!("\"\\ud83d\\u{unit:04X}\""));
        check(&format!("\"\\u{unit:04X}\\ude00\""));
    }
}

#[test]
fn values_are_built_to_127_levels_and_passed_over_at_any() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let named = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for depth in [1, 126, 127, 128, 129] {
        assert_eq!(json::parse(&nested(depth)).is_ok(), depth <= 127);
        assert_eq!(json::parse(&named(depth)).is_ok(), depth <= 127);
        assert_eq!(serde_json::from_str::<Theirs>(&nested(depth)).is_ok(), depth <= 127);
    }
    assert!(json::parse(&"[".repeat(200_000)).is_err());
    assert!(elements(&"[".repeat(200_000)).is_err());
    let deep = nested(200_000);
    assert_eq!(elements(&format!("[ {deep} , 1 ]")), Ok(vec![deep.as_str(), "1"]));
    assert_eq!(fields(&format!("{{\"a\":{deep}}}")), Ok(vec![("a".to_owned(), deep.as_str())]));
    assert!(elements(&format!("[{deep}}}]")).is_err());
}

#[test]
fn m06_exponents_are_worked_out_with_every_digit_that_was_quoted() {
    let table = [
        ("0", Some("0")),
        ("-12.50", Some("-12.50")),
        ("1e-05", Some("0.00001")),
        ("5.52E1", Some("55.2")),
        ("5.520E+1", Some("55.20")),
        ("5.52e0", Some("5.52")),
        ("5.52e3", Some("5520")),
        ("12.5e-1", Some("1.25")),
        ("12.5e-2", Some("0.125")),
        ("-1e-2", Some("-0.01")),
        ("0e5", Some("0")),
        ("0E-8", Some("0.00000000")),
        ("0.001e2", Some("0.1")),
        ("1e400", None),
        ("1e-400", None),
        ("1e99999999999999999999999", None),
    ];
    for (number, plain) in table {
        assert_eq!(json::without_exponent(number).as_deref(), plain, "{number}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(20_000)))]

    /// The same number, and the same digits.
    #[test]
    fn m06_a_number_without_its_exponent_is_the_same(
        number in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?[eE][+-]?0?[0-9]",
    ) {
        let plain = json::without_exponent(&number).unwrap();
        prop_assert!(plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-'), "{}", plain);
        prop_assert_eq!(
            plain.parse::<rust_decimal::Decimal>().unwrap(),
            rust_decimal::Decimal::from_scientific(&number).unwrap()
        );
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().trim_start_matches('0').to_owned();
        let mantissa = number.split_once(['e', 'E']).unwrap().0;
        prop_assert!(digits(&plain).starts_with(&digits(mantissa)), "{} of {}", plain, number);
    }
}
