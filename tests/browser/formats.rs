//! Messages and numbers as the browser's `Intl` formats them.

use core::time::Duration;

use cr_core::{country::Country, money::FaceValue, time::Timestamp};
use cr_widget::i18n::I18n;
use leptos::prelude::Owner;
use wasm_bindgen_test::wasm_bindgen_test;

/// Makes a language with some messages; the owner keeps it alive.
fn speak(lang: &str) -> (Owner, I18n) {
    let messages = r#"{ "hello": "Hello {name}", "found.one": "{count} brand", "found.other": "{count} brands", "few.other": "{count}" }"#;
    let owner = Owner::new();
    let i18n = owner.with(|| I18n::new(lang, messages));
    (owner, i18n)
}

fn face(amount: &str, currency: &str) -> FaceValue {
    FaceValue::new(amount, currency.parse().unwrap()).unwrap()
}

/// Returns a text with plain spaces: formatters put no-break spaces where they like.
fn plain(text: String) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[wasm_bindgen_test]
fn messages_are_found_filled_and_counted() {
    let (_owner, i18n) = speak("en");
    assert_eq!(i18n.tf("hello", &[("name", "{count}")]), "Hello {count}");
    assert_eq!(i18n.t("missing.key"), "missing.key");
    assert_eq!(i18n.plural("found", 1, &[]), "1 brand");
    assert_eq!(i18n.plural("found", 10_500, &[]), "10,500 brands");
    assert_eq!(i18n.plural("few", 1, &[]), "1", "a missing form falls back to the one for all the rest");
}

#[wasm_bindgen_test]
fn plural_forms_are_the_languages_own() {
    let owner = Owner::new();
    let messages =
        r#"{ "n.zero": "zero", "n.one": "one", "n.two": "two", "n.few": "few", "n.many": "many", "n.other": "other" }"#;
    let table: [(&str, &[(u64, &str)]); 3] = [
        ("ja", &[(0, "other"), (1, "other")]),
        ("en", &[(0, "other"), (1, "one"), (2, "other")]),
        ("ar", &[(0, "zero"), (1, "one"), (2, "two"), (3, "few"), (11, "many"), (100, "other")]),
    ];
    for (lang, forms) in table {
        let i18n = owner.with(|| I18n::new(lang, messages));
        for (count, form) in forms {
            assert_eq!(i18n.plural("n", *count, &[]), *form, "{lang} {count}");
        }
    }
}

#[wasm_bindgen_test]
fn money_is_written_as_the_language_writes_it() {
    let table = [
        ("en", "50", "USD", "$50"),
        ("en", "1234.5", "USD", "$1,234.50"),
        ("de", "1234.56", "EUR", "1.234,56 €"),
        ("ja", "5000", "JPY", "¥5,000"),
        ("it", "25", "EUR", "25 €"),
        ("en", "50.00", "USD", "$50"),
        // Digits that the currency does not usually have are not rounded away.
        ("en", "9.999", "USD", "$9.999"),
        ("en", "500.5", "JPY", "¥500.5"),
        ("en", "0.5", "JPY", "¥0.5"),
        ("en", "1234.5", "HUF", "HUF 1,234.50"),
        ("it", "9.990", "EUR", "9,990 €"),
        ("en", "1234567.890123", "KWD", "KWD 1,234,567.890123"),
        // A double does not keep all of these digits.
        ("en", "1234567890.1234567", "USD", "1234567890.1234567 USD"),
        ("en", "0.000000000000000000001", "USD", "0.000000000000000000001 USD"),
    ];
    for (lang, amount, currency, expected) in table {
        let (_owner, i18n) = speak(lang);
        let text = plain(i18n.money(&face(amount, currency))).replace('￥', "¥");
        assert_eq!(text, expected, "{lang} {amount} {currency}");
    }
}

#[wasm_bindgen_test]
fn marks_and_symbols_are_found() {
    for (lang, mark) in [("en", '.'), ("de", ','), ("it", ','), ("ja", '.')] {
        assert_eq!(speak(lang).1.decimal_mark(), mark, "{lang}");
    }
    assert_eq!(speak("en").1.currency_symbol(&face("1", "EUR")), "€");
    assert_eq!(speak("en").1.currency_symbol(&face("1", "XXA")), "XXA", "a currency nobody knows is its code");
}

#[wasm_bindgen_test]
fn countries_ages_and_times_have_words() {
    let (_owner, en) = speak("en");
    let (_owner_it, it) = speak("it");
    let italy: Country = "IT".parse().unwrap();
    assert_eq!((en.country(italy), it.country(italy)), ("Italy".to_owned(), "Italia".to_owned()));
    for country in Country::all() {
        assert_ne!(en.country(country), country.code(), "a country without a name");
    }
    assert_eq!(en.ago(Duration::from_secs(3)), "3 seconds ago");
    assert_eq!(en.ago(Duration::from_secs(90)), "1 minute ago");
    assert_eq!(it.ago(Duration::from_secs(7_200)), "2 ore fa");
    let noon = Timestamp::from_secs(1_790_000_000);
    assert!(en.date_time(noon).contains("2026"), "{}", en.date_time(noon));
    assert!(en.time(noon).contains(':'), "{}", en.time(noon));
}

#[wasm_bindgen_test]
fn a_tag_that_intl_refuses_is_spoken_as_english() {
    for lang in ["", "x", "en_US", "not a tag"] {
        let (_owner, i18n) = speak(lang);
        assert_eq!(i18n.money(&face("50.25", "USD")), "$50.25", "{lang:?}");
        assert_eq!(&*i18n.lang(), "en", "{lang:?}");
        assert_eq!(i18n.plural("found", 1, &[]), "1 brand", "{lang:?}");
    }
}

#[wasm_bindgen_test]
fn another_language_is_taken_over_whole() {
    let (_owner, i18n) = speak("en");
    i18n.set("de-AT", r#"{ "hello": "Servus {name}" }"#);
    assert_eq!(i18n.tf("hello", &[("name", "Ada")]), "Servus Ada");
    assert_eq!((&*i18n.lang(), i18n.is_rtl(), i18n.decimal_mark()), ("de-AT", false, ','));
    i18n.set("ar", "{}");
    assert!(i18n.is_rtl());
    // Another language is better than a key, until the other messages arrive.
    assert_eq!(i18n.tf("hello", &[("name", "Ada")]), "Servus Ada");
    i18n.add(r#"{ "hello": "مرحبا {name}" }"#);
    assert_eq!(i18n.tf("hello", &[("name", "Ada")]), "مرحبا Ada");
}
