//! Addresses and numbers are read as people type them, or refused with the reason.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use cr_core::contact::{E164, Email, EmailError, PhoneError};
use proptest::prelude::*;

#[test]
fn f01_addresses_that_a_provider_could_accept_are_taken() {
    let long = format!("{}@{}.example.com", "a".repeat(60), "b".repeat(60));
    for text in [
        "shopper@example.com",
        "shopper+out_of_stock@example.com",
        "first.last@mail.sub.example.co.uk",
        "o'neil!#$%&*/=?^_`{|}~-@example.com",
        "post@bücher.example",
        "post@例え.テスト",
        "post@xn--bcher-kva.xn--p1ai",
        "a@1.ex",
        long.as_str(),
    ] {
        assert_eq!(text.parse::<Email>().as_ref().map(Email::as_str), Ok(text), "{text}");
    }
}

#[test]
fn f01_other_texts_are_refused_with_the_reason() {
    let long = format!("{}@example.com", "a".repeat(65));
    let endless = "a".repeat(64 * 1024);
    let table = [
        ("", EmailError::Empty),
        (" \t\u{200B} ", EmailError::Empty),
        ("shopper", EmailError::NoAt),
        ("a@b", EmailError::BadDomain),
        ("a@b@c.example", EmailError::Several),
        ("a@example.com, b@example.com", EmailError::Several),
        ("a@example.com;", EmailError::Several),
        ("@example.com", EmailError::BadLocal),
        ("\"quoted\"@example.com", EmailError::BadLocal),
        ("a b@example.com", EmailError::BadLocal),
        ("a\r\nBcc: x@example.com", EmailError::BadLocal),
        (".a@example.com", EmailError::BadLocal),
        ("a..b@example.com", EmailError::BadLocal),
        ("аdmin@example.com", EmailError::BadLocal),
        (long.as_str(), EmailError::BadLocal),
        ("a@example..com", EmailError::BadDomain),
        ("a@-example.com", EmailError::BadDomain),
        ("a@example-.com", EmailError::BadDomain),
        ("a@exa mple.com", EmailError::BadDomain),
        ("a@exa\r\nmple.com", EmailError::BadDomain),
        ("a@127.0.0.1", EmailError::BadDomain),
        ("a@[127.0.0.1]", EmailError::BadDomain),
        ("a@example.c", EmailError::BadDomain),
        ("a@exa_mple.com", EmailError::BadDomain),
        ("a@example.com\u{202E}moc", EmailError::BadDomain),
        (endless.as_str(), EmailError::TooLong),
    ];
    for (text, error) in table {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(text.parse::<Email>(), Err(error), "{shown:?}");
    }
}

#[test]
fn what_surrounds_an_address_and_full_width_typing_is_overlooked() {
    for text in [
        "  shopper@example.com\n",
        "\u{FEFF}shopper@example.com",
        "shopper＠example．com",
        "shopper@example.com\u{200B}",
    ] {
        assert_eq!(text.parse::<Email>().unwrap().as_str(), "shopper@example.com", "{text:?}");
    }
}

#[test]
fn f02_mistyped_domains_bring_a_suggestion_and_nothing_more() {
    let table = [
        ("a@gmial.com", Some("a@gmail.com")),
        ("a@gmail.con", Some("a@gmail.com")),
        ("a@gmail.co", Some("a@gmail.com")),
        ("A.b@GMAL.com", Some("A.b@gmail.com")),
        ("a@hotmial.com", Some("a@hotmail.com")),
        ("a@yaho.co.jp", Some("a@yahoo.co.jp")),
        ("a@gmail.com", None),
        ("a@GMAIL.COM", None),
        ("a@mail.com", None),
        ("a@ymail.com", None),
        ("a@gmx.at", None),
        ("a@aq.com", None),
        ("a@example.com", None),
        ("a@gmxil.cim", None),
    ];
    for (text, meant) in table {
        let email: Email = text.parse().unwrap();
        assert_eq!(email.suggestion().as_ref().map(Email::as_str), meant, "{text}");
        assert_eq!(email.as_str(), text, "the address itself stays");
    }
}

#[test]
fn f03_numbers_are_read_as_people_type_them() {
    let table = [
        ("+39 347 123 4567", None, "+393471234567"),
        ("+39 347 123 4567", Some("39"), "+393471234567"),
        ("0039-347-1234567", Some("39"), "+393471234567"),
        ("347.123.4567", Some("39"), "+393471234567"),
        ("06 1234 5678", Some("39"), "+390612345678"),
        ("0171 1234567", Some("49"), "+491711234567"),
        ("+49 (0)171 1234567", Some("49"), "+491711234567"),
        ("+49 (0)171 1234567", None, "+491711234567"),
        ("(020) 7946 0018", Some("44"), "+442079460018"),
        ("+٣٩ ٣٤٧ ١٢٣ ٤٥٦٧", None, "+393471234567"),
        ("＋８１ ９０－１２３４－５６７８", None, "+819012345678"),
        ("090-1234-5678", Some("81"), "+819012345678"),
        ("(415) 555-2671", Some("1"), "+14155552671"),
        ("1 415 555 2671", Some("1"), "+14155552671"),
        ("011 39 347 123 4567", Some("39"), "TooLong"),
        ("011 1 415 555 2671", Some("1"), "+14155552671"),
        ("733 1234", Some("1684"), "+16847331234"),
        ("684 733 1234", Some("1684"), "+16847331234"),
        ("1 684 733 1234", Some("1684"), "+16847331234"),
        ("8 (701) 123-45-67", Some("7"), "+77011234567"),
        ("06 20 123 4567", Some("36"), "+36201234567"),
        ("8 612 34567", Some("370"), "+37061234567"),
        ("07 01 02 03 04", Some("225"), "+2250701020304"),
        ("55 99999 9999", Some("55"), "+5555999999999"),
        ("tel:+39-347-1234567", None, "+393471234567"),
        ("\u{202A}+39 347 1234567\u{202C}", None, "+393471234567"),
    ];
    for (entry, code, number) in table {
        let read = E164::parse(entry, code);
        let read = read.as_ref().map_or_else(|error| format!("{error:?}"), |number| number.as_str().to_owned());
        assert_eq!(read, number, "{entry:?} under {code:?}");
    }
}

#[test]
fn f03_other_numbers_are_refused_with_the_reason() {
    let endless = "1".repeat(1 << 20);
    let table = [
        ("", None, PhoneError::Empty),
        ("+", None, PhoneError::Empty),
        (" - ", Some("39"), PhoneError::Empty),
        ("347 123 4567", None, PhoneError::NoCallingCode),
        ("347 123 4567", Some(""), PhoneError::NoCallingCode),
        ("+0347 123 4567", None, PhoneError::NoCallingCode),
        ("+33 6 12 34 56 78", Some("39"), PhoneError::OtherCountry),
        ("0033 612345678", Some("39"), PhoneError::OtherCountry),
        ("+1 415 555 2671", Some("1684"), PhoneError::OtherCountry),
        ("415 555 2671", Some("1684"), PhoneError::OtherCountry),
        ("12345", Some("39"), PhoneError::TooShort),
        ("555 2671", Some("1"), PhoneError::TooShort),
        ("+1 415 555", None, PhoneError::TooShort),
        ("+1 415 555 2671 22", None, PhoneError::TooLong),
        ("12345678901234567890", Some("39"), PhoneError::TooLong),
        ("393471234567", Some("39"), PhoneError::TooLong),
        ("5511999998888", Some("55"), PhoneError::TooLong),
        ("347 123 4567 ext 5", Some("39"), PhoneError::BadCharacter),
        ("+39+347", None, PhoneError::BadCharacter),
        ("347+1234567", Some("39"), PhoneError::BadCharacter),
        (endless.as_str(), Some("39"), PhoneError::TooLong),
    ];
    for (entry, code, error) in table {
        let shown: String = entry.chars().take(40).collect();
        assert_eq!(E164::parse(entry, code), Err(error), "{shown:?} under {code:?}");
    }
}

#[test]
fn numbers_are_read_back_in_groups() {
    let table = [
        ("+393471234567", "+39 347 123 4567"),
        ("+16847331234", "+1 684 733 1234"),
        ("+33612345678", "+33 612 345 678"),
        ("+4512345678", "+45 1234 5678"),
        ("+8613812345678", "+86 138 1234 5678"),
        ("+2902345678", "+290 234 5678"),
    ];
    for (number, grouped) in table {
        assert_eq!(E164::parse(number, None).unwrap().grouped(), grouped);
    }
}

#[test]
fn debug_output_gives_nobody_away() {
    assert_eq!(format!("{:?}", "shopper@example.com".parse::<Email>().unwrap()), "Email(…)");
    assert_eq!(format!("{:?}", E164::parse("+393471234567", None).unwrap()), "E164(…67)");
}

proptest! {
    #[test]
    fn an_accepted_address_is_plain_and_stays_itself(text in "\\PC{0,80}|[a-z.@ +]{0,40}|[a-z]{1,9}@[a-z0-9.-]{1,20}") {
        if let Ok(email) = text.parse::<Email>() {
            prop_assert!(email.as_str().matches('@').count() == 1 && !email.as_str().contains(char::is_whitespace));
            let again = email.as_str().parse::<Email>();
            prop_assert_eq!(again.as_ref(), Ok(&email));
            let _ = email.suggestion();
        }
    }

    #[test]
    fn an_accepted_number_has_the_form_of_e164_and_stays_itself(entry in "\\PC{0,40}|[+0-9 ().-]{0,24}", code in prop::option::of("[0-9]{0,4}")) {
        if let Ok(number) = E164::parse(&entry, code.as_deref()) {
            let digits = number.as_str().strip_prefix('+').unwrap();
            prop_assert!((8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));
            prop_assert_eq!(number.grouped().replace(' ', ""), number.as_str());
        }
    }
}
