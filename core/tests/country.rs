//! The list of countries and their calling codes.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use cr_core::{
    catalog::is_uninhabited,
    country::{Country, calling_code_of},
};
use std::collections::BTreeSet;

#[test]
fn the_list_is_the_suppliers_with_every_code_once() {
    let codes: BTreeSet<String> = Country::all().map(|country| country.code().to_owned()).collect();
    assert_eq!((Country::all().count(), codes.len()), (233, 233));
    let listed: BTreeSet<String> = Country::named().map(|(country, _)| country.code().to_owned()).collect();
    assert_eq!((codes, Country::named().count()), (listed, 233));
    assert!(Country::all().zip(Country::all().skip(1)).all(|(a, b)| a < b), "sorted by code");
}

#[test]
fn every_country_has_a_name() {
    for country in Country::all() {
        assert!(!country.english_name().is_empty(), "{country:?}");
    }
    let name = |code: &str| code.parse::<Country>().unwrap().english_name();
    assert_eq!((name("IT"), name("XK"), name("AX")), ("Italy", "Kosovo", "Åland Islands"));
}

#[test]
fn codes_of_either_case_are_read_and_others_refused() {
    assert_eq!("it".parse::<Country>().unwrap().code(), "IT");
    assert_eq!(" US ".parse::<Country>().unwrap().code(), "US");
    for text in ["", "I", "ITA", "ZZ", "I T", "1T", "RU", "é"] {
        assert!(text.parse::<Country>().is_err(), "{text:?}");
    }
}

#[test]
fn calling_codes_are_those_of_the_numbering_plans() {
    let table = [
        ("US", Some("1")),
        ("CA", Some("1")),
        ("DO", Some("1")),
        ("AS", Some("1684")),
        ("SX", Some("1721")),
        ("IT", Some("39")),
        ("VA", Some("39")),
        ("KZ", Some("7")),
        ("GG", Some("44")),
        ("XK", Some("383")),
        ("EH", Some("212")),
        ("YT", Some("262")),
        ("AX", Some("358")),
        ("BL", Some("590")),
        ("CW", Some("599")),
        ("AQ", None),
        ("BV", None),
        ("HM", None),
    ];
    for (code, calling) in table {
        assert_eq!(code.parse::<Country>().unwrap().calling_code(), calling, "{code}");
    }
    for country in Country::all() {
        let Some(code) = country.calling_code() else { continue };
        assert!(
            (1..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()) && !code.starts_with('0'),
            "{country:?}"
        );
        assert!(code.len() < 4 || code.starts_with('1'), "{country:?}: only +1 has area codes");
    }
}

#[test]
fn no_calling_code_is_the_beginning_of_another() {
    let codes: BTreeSet<&str> =
        Country::all().filter_map(|country| country.calling_code()).filter(|code| !code.starts_with('1')).collect();
    for code in &codes {
        assert!(codes.iter().all(|other| other == code || !other.starts_with(code)), "{code}");
        assert_eq!(calling_code_of(&format!("{code}123456")), Some(*code));
    }
    assert_eq!(calling_code_of("16847331234"), Some("1"));
    assert_eq!(calling_code_of("999"), None);
    assert_eq!(calling_code_of(""), None);
}

#[test]
fn places_without_inhabitants_sell_nothing() {
    assert!(is_uninhabited("BV".parse().unwrap()));
    assert!(!is_uninhabited("VA".parse().unwrap()));
}
