//! What an order means: states, signs of money, stages, the window, and whether it is the one asked for.

mod support;

use cr_core::{
    chain::same_network,
    contact::E164,
    money::FaceValue,
    order::{
        Beneficiary, Chosen, DeliveryStatus, Goods, NotPayable, Order, OrderId, OrderRequest, OrderState, PaymentState,
        Stage,
        identity::{self, Identity},
        reference,
    },
};
use proptest::prelude::*;
use support::{ADDRESS, ID, PAYMENT_STATES, STATES, asked, at, coin, delivered, line, order};

#[test]
fn states_are_read_without_case_and_synonyms_are_folded() {
    for word in STATES {
        for spelling in [word.to_owned(), word.to_uppercase(), word.to_lowercase(), format!(" {word} ")] {
            let state = OrderState::from_wire(&spelling);
            if word == "OnHold" {
                assert!(matches!(state, OrderState::Unknown(_)));
            } else {
                assert_eq!(state.as_str(), word, "{spelling:?}");
            }
        }
    }
    assert_eq!(OrderState::from_wire("Completed"), OrderState::Done);
    assert_eq!(OrderState::from_wire("cancelled"), OrderState::Canceled);
    assert_eq!(OrderState::from_wire("OnHold").as_str(), "OnHold");
    for word in PAYMENT_STATES {
        assert_eq!(PaymentState::from_wire(&word.to_uppercase()).as_str().to_uppercase(), word.to_uppercase());
    }
}

#[test]
fn s16_a_long_unknown_state_is_cut_and_cleaned() {
    let state = OrderState::from_wire(&format!("a\u{7}\n{}", "x".repeat(10_000)));
    assert_eq!(state.as_str().len(), 64);
    assert!(!state.as_str().contains(char::is_control));
}

#[test]
fn references_are_the_first_forty_bits_of_sha_256_in_crockfords_base32() {
    // SHA-256 of "abc" begins ba 78 16 bf 8f (FIPS 180-4), of nothing e3 b0 c4 42 98.
    assert_eq!(reference("abc"), "Q9W1DFWF");
    assert_eq!(reference(""), "WERC8GMR");
    assert_eq!(support::id(ID).reference(), reference(ID));
}

#[test]
fn ids_are_safe_as_one_path_segment() {
    for good in [ID, "ord_abc123xyz", "a", "A.b~c-d"] {
        assert_eq!(OrderId::new(good).map(|id| id.expose().to_owned()), Some(good.to_owned()));
    }
    for bad in ["", ".", "..", "a/b", "a b", "a?b", "a#b", "a%2fb", "é", "a\n", "validations", &"x".repeat(129)] {
        assert_eq!(OrderId::new(bad), None, "{bad:?}");
    }
}

#[test]
fn debug_output_hides_what_belongs_to_the_shopper() {
    let order = Order {
        deliveries: vec![
            line(DeliveryStatus::Delivered, &[Goods::Code("SECRET-1".into()), Goods::Link("https://SECRET-2".into())]),
            line(DeliveryStatus::Delivered, &[Goods::Esim { lpa: "LPA:1$SECRET-3".into(), valid: true }]),
        ],
        ..delivered()
    };
    let text = format!("{order:?} {:?} {:?}", order.deliveries, order.id);
    for secret in ["SECRET", "shopper@example.com", ID, ADDRESS] {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains(&reference(ID)));
}

#[test]
fn a_sign_of_money_is_a_paid_state_a_paid_payment_state_or_an_amount() {
    let paid = [
        "PaymentStarted",
        "PartialPaymentStarted",
        "PaymentReceived",
        "WaitingForDelivery",
        "WaitingForManualAction",
        "Done",
        "Refunded",
    ];
    for state in STATES {
        assert_eq!(order(state).has_sign_of_money(), paid.contains(&state), "{state}");
        let with_amount = Order { received: Some(coin("0.000001")), ..order(state) };
        assert!(with_amount.has_sign_of_money(), "{state}");
        let with_zero = Order { received: Some(coin("0.00")), ..order(state) };
        assert_eq!(with_zero.has_sign_of_money(), paid.contains(&state), "{state}");
    }
    let paid =
        ["PaymentReceived", "PaymentCompleted", "PaymentQuarantined", "ExpiredAfterPaymentDetection", "Refunded"];
    for state in PAYMENT_STATES {
        let order = Order { payment_state: Some(PaymentState::from_wire(state)), ..order("WaitingForPayment") };
        assert_eq!(order.has_sign_of_money(), paid.contains(&state), "{state}");
    }
}

fn with_payment(state: &str, payment: &str) -> Order {
    Order { payment_state: Some(PaymentState::from_wire(payment)), ..order(state) }
}

#[test]
fn stages_follow_the_states() {
    let table: [(Order, bool, Stage); 26] = [
        (order("Created"), false, Stage::AwaitingPayment { due: coin("101.55"), until: Some(at(1800)) }),
        (order("WaitingForPayment"), false, Stage::AwaitingPayment { due: coin("101.55"), until: Some(at(1800)) }),
        (
            with_payment("WaitingForPayment", "WalletCreated"),
            false,
            Stage::AwaitingPayment { due: coin("101.55"), until: Some(at(1800)) },
        ),
        (order("WaitingForPayment"), true, Stage::PaymentWithdrawn),
        (Order { received: Some(coin("5")), ..order("WaitingForPayment") }, false, Stage::PaymentSeen),
        (
            Order { wallet_address: None, ..order("WaitingForPayment") },
            false,
            Stage::NotPayable(NotPayable::Incomplete),
        ),
        (
            Order { wallet_address: Some(" ".into()), ..order("Created") },
            false,
            Stage::NotPayable(NotPayable::Incomplete),
        ),
        (
            Order { due: Some(coin("0.0")), ..order("WaitingForPayment") },
            false,
            Stage::NotPayable(NotPayable::Incomplete),
        ),
        (with_payment("WaitingForPayment", "Pondering"), false, Stage::InProgress),
        (with_payment("WaitingForPayment", "PaymentQuarantined"), false, Stage::Held),
        (with_payment("WaitingForPayment", "Expired"), false, Stage::Expired { money_seen: false }),
        (with_payment("WaitingForPayment", "PaymentCompleted"), false, Stage::Delivering),
        (order("PaymentStarted"), false, Stage::PaymentSeen),
        (order("PaymentReceived"), true, Stage::Delivering),
        (order("WaitingForDelivery"), true, Stage::Delivering),
        (with_payment("WaitingForDelivery", "PaymentQuarantined"), true, Stage::Held),
        (order("WaitingForManualAction"), true, Stage::InReview),
        (order("Done"), true, Stage::Done { complete: false }),
        (delivered(), true, Stage::Done { complete: true }),
        (order("Expired"), false, Stage::Expired { money_seen: false }),
        (order("Expired"), true, Stage::Expired { money_seen: true }),
        (with_payment("Expired", "ExpiredAfterPaymentDetection"), false, Stage::Expired { money_seen: true }),
        (with_payment("Expired", "Refunded"), false, Stage::Refunded),
        (order("PaymentFailed"), false, Stage::Failed),
        (order("Canceled"), true, Stage::Canceled),
        (order("OnHold"), false, Stage::InProgress),
    ];
    for (order, money_seen, stage) in table {
        assert_eq!(order.stage(money_seen), stage, "{order:?}, money seen: {money_seen}");
    }
    assert_eq!(order("PaymentSetupFailed").stage(false), Stage::SetupFailed);
    assert_eq!(order("Refunded").stage(false), Stage::Refunded);
}

#[test]
fn a08_a_part_leaves_an_exact_remainder() {
    let part = |received: Option<&str>| Order { received: received.map(coin), ..order("PartialPaymentStarted") };
    let table = [
        (part(Some("1.55")), Some("1.55"), Some("100")),
        (part(Some("101.549999")), Some("101.549999"), Some("0.000001")),
        (part(Some("0")), None, None),
        (part(None), None, None),
    ];
    for (order, received, missing) in table {
        let Stage::PartlyPaid { received: got, missing: left, until } = order.stage(false) else {
            panic!("{order:?} is {:?}", order.stage(false));
        };
        assert_eq!((got, left), (received.map(coin), missing.map(coin)));
        assert_eq!(until, Some(at(1800)));
    }
    for enough in ["101.55", "200"] {
        assert_eq!(part(Some(enough)).stage(false), Stage::PaymentSeen, "nothing is missing of {enough}");
    }
    let late = with_payment("PartialPaymentStarted", "Expired");
    assert_eq!(late.stage(false), Stage::Expired { money_seen: true });
}

#[test]
fn t15_the_window_is_thirty_minutes_from_when_payment_was_asked_for() {
    let later = Order { payment_requested_at: Some(at(60)), ..order("Created") };
    assert_eq!(later.pay_until(), Some(at(60 + 1800)));
    assert_eq!(Order { created_at: None, ..order("Created") }.pay_until(), None);
}

#[test]
fn an_earlier_invoice_expiry_shortens_the_window() {
    // From BOLT #11: made at 1496314658, good for a minute.
    let invoice = "lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh";
    let made_at = cr_core::time::Timestamp::from_secs(1_496_314_658);
    let lightning = Order { wallet_address: Some(invoice.into()), created_at: Some(made_at), ..order("Created") };
    assert_eq!(lightning.pay_until(), Some(cr_core::time::Timestamp::from_secs(1_496_314_658 + 60)));
    let untimed = Order { created_at: None, ..lightning };
    assert_eq!(untimed.pay_until(), Some(cr_core::time::Timestamp::from_secs(1_496_314_658 + 60)));
}

#[test]
fn only_ends_are_final() {
    for state in STATES {
        assert_eq!(order(state).is_final(), ["Refunded", "Canceled", "PaymentSetupFailed"].contains(&state), "{state}");
    }
    assert!(delivered().is_final());
    let mailed = Order { deliveries: vec![line(DeliveryStatus::Delivered, &[Goods::SentByEmail])], ..delivered() };
    assert!(mailed.is_delivered() && !mailed.is_final(), "its code may still come");
    let none = Order { deliveries: Vec::new(), ..delivered() };
    assert!(!none.is_delivered() && !none.is_final());
}

/// One change to the order that comes back, and what that says about it.
type Change = (&'static str, fn(&mut Order), Identity);

#[test]
fn the_order_that_comes_back_must_be_the_one_asked_for() {
    let changes: [Change; 16] = [
        ("nothing", |_| {}, Identity::Same),
        ("network not told", |order| order.network = None, Identity::Same),
        ("network in capitals", |order| order.network = Some("SOLANA".into()), Identity::Same),
        ("coin in small letters", |order| order.coin = Some("usdc".into()), Identity::Same),
        ("country not told", |order| order.deliveries[0].country_code = None, Identity::Same),
        ("another coin", |order| order.coin = Some("USDT".into()), Identity::Different),
        ("another network", |order| order.network = Some("Tron".into()), Identity::Different),
        ("another brand", |order| order.deliveries[0].brand_name = "Stayhere Lite".into(), Identity::Different),
        ("a brand with an entity", |order| order.deliveries[0].brand_name = "St&#97;yhere".into(), Identity::Same),
        ("another country", |order| order.deliveries[0].country_code = Some("CA".into()), Identity::Different),
        ("another value", |order| order.deliveries[0].face = face("10", "USD"), Identity::Different),
        ("another currency", |order| order.deliveries[0].face = face("100", "CAD"), Identity::Different),
        (
            "one line too many",
            |order| {
                let mut other = order.deliveries[0].clone();
                other.brand_name = "Elsewhere".into();
                order.deliveries.push(other);
            },
            Identity::Different,
        ),
        ("coin not told", |order| order.coin = None, Identity::Unproven),
        ("no lines", |order| order.deliveries.clear(), Identity::Unproven),
        ("value not told", |order| order.deliveries[0].face = None, Identity::Unproven),
    ];
    for (name, change, expected) in changes {
        let mut order = order("Created");
        change(&mut order);
        assert_eq!(identity::compare(&order, &asked()), expected, "{name}");
        assert_eq!(order.matches(&asked()), expected == Identity::Same, "{name}");
    }
}

#[test]
fn the_goods_go_to_whom_they_were_ordered_for() {
    let phone = Beneficiary::Phone(E164::parse("+393331234567", None).unwrap());
    let mail = || Beneficiary::Email("Shopper@example.com".parse().unwrap());
    let unicode = || Beneficiary::Email("a@Bücher.example".parse().unwrap());
    let ascii = || Beneficiary::Email("o@xn--bcher-kva.example".parse().unwrap());
    let irish = || Beneficiary::Email("o'brien@example.com".parse().unwrap());
    for (asked_for, echo, expected) in [
        (mail(), "shopper@example.com", Identity::Same),
        (mail(), " SHOPPER@EXAMPLE.COM ", Identity::Same),
        (mail(), "other@example.com", Identity::Different),
        (mail(), "\u{17f}hopper@example.com", Identity::Different),
        (mail(), "shopper@example.com.", Identity::Same),
        (mail(), "shopper&#64;example.com", Identity::Same),
        (unicode(), "a@xn--bcher-kva.example", Identity::Same),
        (unicode(), "A@XN--BCHER-KVA.EXAMPLE", Identity::Same),
        (unicode(), "a@b\u{fc}cher.example", Identity::Same),
        (unicode(), "a@xn--bcher-kvb.example", Identity::Different),
        (unicode(), "a@bucher.example", Identity::Different),
        (ascii(), "o@B\u{dc}CHER.example", Identity::Same),
        (ascii(), "o@xn--bcher-kva.example.org", Identity::Different),
        (irish(), "o&#39;brien@example.com", Identity::Same),
        // Masked, or something else altogether, tells nothing.
        (mail(), "s***@example.com", Identity::Same),
        (mail(), "user-77", Identity::Same),
        (phone.clone(), "+393331234567", Identity::Same),
        (phone.clone(), "0039 333 123-4567", Identity::Same),
        (phone.clone(), "3331234567", Identity::Same),
        (phone.clone(), "+393331234568", Identity::Different),
        (phone.clone(), "4567", Identity::Same),
        (phone, "shopper@example.com", Identity::Same),
    ] {
        let asked = OrderRequest { beneficiary: asked_for, ..asked() };
        let mut order = order("Created");
        order.deliveries[0].beneficiary_account = Some(echo.to_owned());
        assert_eq!(identity::compare(&order, &asked), expected, "{echo}");
    }
}

fn face(amount: &str, currency: &str) -> Option<FaceValue> {
    FaceValue::new(amount, currency.parse().expect("a currency")).ok()
}

#[test]
fn h17_fixed_denominations_are_compared_by_value_or_else_by_their_text() {
    let cases = [
        ("50 USD", "50 USD", Identity::Same),
        ("50 usd", "50 USD", Identity::Same),
        ("50", "50 USD", Identity::Same),
        ("5", "50 USD", Identity::Different),
        ("500 USD", "50 USD", Identity::Different),
        ("10 GB 30 days", "10 GB 30 days", Identity::Same),
        ("10 GB 7 days", "10 GB 30 days", Identity::Different),
        ("range", "50 USD", Identity::Different),
        // Only a currency may be left away; anything else is part of a name.
        ("1", "1 month", Identity::Different),
        ("100", "100 MIN", Identity::Different),
        ("100.0 min", "100 MIN", Identity::Different),
        ("100 min", "100 MIN", Identity::Same),
        ("30", "30 DAY", Identity::Different),
        ("100", "100 KWD", Identity::Same),
        ("100.0", "SLE 100", Identity::Same),
        ("5", "5 EUR - PIN", Identity::Different),
        ("50.00 USD", "50 USD", Identity::Same),
        ("50.0", "50 USD", Identity::Same),
        ("50\u{a0}USD", "50 USD", Identity::Same),
        ("USD 50", "50 USD", Identity::Same),
        ("50USD", "50 USD", Identity::Same),
        ("50.00 EUR", "50 USD", Identity::Different),
        ("50.01 USD", "50 USD", Identity::Different),
        ("5,00 USD", "500 USD", Identity::Different),
        ("5.00 EUR - PIN", "5 EUR - PIN", Identity::Different),
        ("5 EUR", "5 EUR - PIN", Identity::Different),
        ("5 EUR - PIN", "5 EUR", Identity::Different),
        ("5 EUR  -  PIN ", "5 EUR - PIN", Identity::Same),
        ("5 EUR &ndash; PIN", "5 EUR – PIN", Identity::Same),
        ("Day &amp; night", "Day & Night", Identity::Same),
        ("Day &amp;amp; night", "Day & Night", Identity::Different),
        ("Season Pass", "Season Pass", Identity::Same),
        ("Season", "Season Pass", Identity::Different),
    ];
    for (echo, denomination, expected) in cases {
        let mut order = order("Created");
        order.deliveries[0].wire_denomination = Some(echo.into());
        let asked = cr_core::order::OrderRequest { chosen: Chosen::Fixed(denomination.into()), ..asked() };
        assert_eq!(identity::compare(&order, &asked), expected, "{echo} for {denomination}");
    }
}

#[test]
fn spellings_of_a_network_mean_the_same() {
    for (one, other, coin, same) in [
        ("POLYGON (MATIC)", "Polygon (Matic)", "USDC", true),
        ("Polygon", "Polygon (Matic)", "USDC", true),
        ("Ethereum", "ETH Mainnet", "USDT", true),
        ("Bitcoin", "Mainnet", "BTC", true),
        ("Lightning", "Mainnet", "BTC", false),
        ("Base", "Arbitrum", "USDC", false),
        ("Moonbeam", "moonbeam", "USDC", true),
        ("Moonbeam", "Moonriver", "USDC", false),
    ] {
        assert_eq!(same_network(one, other, coin), same, "{one}, {other}");
    }
}

#[test]
fn a_state_word_is_read_without_what_cannot_be_seen() {
    let long = format!("{}\u{2003}tail", "x".repeat(63));
    for (wire, word) in
        [("\u{7f} 0", "0"), ("\0Done\u{85}", "Done"), ("  Odd  state\t", "Odd  state"), (&long, &"x".repeat(63))]
    {
        let state = OrderState::from_wire(wire);
        assert_eq!(state.as_str(), word, "{wire:?}");
        assert_eq!(OrderState::from_wire(word), state, "{wire:?}");
        assert_eq!(PaymentState::from_wire(wire).as_str(), word, "{wire:?}");
    }
}

proptest! {
    #[test]
    fn no_word_makes_a_state_panic(word in ".*") {
        let state = OrderState::from_wire(&word);
        prop_assert_eq!(OrderState::from_wire(state.as_str()), state);
        let state = PaymentState::from_wire(&word);
        prop_assert_eq!(PaymentState::from_wire(state.as_str()), state);
    }

    #[test]
    fn a10_after_a_sign_of_money_the_full_amount_is_never_asked_for(
        state in 0..STATES.len(),
        payment in prop::option::of(0..PAYMENT_STATES.len()),
        received in prop::option::of(0_u32..200),
        money_seen: bool,
    ) {
        let order = Order {
            payment_state: payment.map(|payment| PaymentState::from_wire(PAYMENT_STATES[payment])),
            received: received.map(|received| coin(&received.to_string())),
            ..order(STATES[state])
        };
        let stage = order.stage(money_seen);
        if money_seen || order.has_sign_of_money() {
            prop_assert!(!matches!(stage, Stage::AwaitingPayment { .. }), "{:?}", stage);
        }
        if let Stage::PartlyPaid { missing: Some(missing), received: Some(received), .. } = stage {
            prop_assert!(order.state == OrderState::PartialPaymentStarted);
            prop_assert!(missing.is_positive() && Some(missing.clone()) == coin("101.55").checked_sub(&received));
        }
    }
}

/// Ways to write the same value of money.
fn spellings(whole: u32, cents: u32, currency: &str) -> Vec<String> {
    let mut numbers = vec![format!("{whole}.{cents:02}"), format!("{whole}.{cents:02}0")];
    if cents == 0 {
        numbers.extend([whole.to_string(), format!("{whole}.0")]);
    }
    let around = |number: &String| {
        [
            format!("{number} {currency}"),
            format!(" {number}  {} ", currency.to_lowercase()),
            format!("{number}&nbsp;{currency}"),
            format!("{currency} {number}"),
            number.clone(),
        ]
    };
    numbers.iter().flat_map(around).collect()
}

/// Whether an order that echoes `echo` is the one for which `asked` was ordered.
fn is_echo(echo: &str, asked_for: &str) -> bool {
    let mut order = order("Created");
    order.deliveries[0].wire_denomination = Some(echo.into());
    identity::compare(&order, &OrderRequest { chosen: Chosen::Fixed(asked_for.into()), ..asked() }) == Identity::Same
}

/// Letters that have a name in HTML, with it.
const NAMED: [(&str, &str); 3] = [
    (
        "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞß",
        "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve \
         Oacute Ocirc Otilde Ouml Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig",
    ),
    (
        "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",
        "agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve \
         oacute ocirc otilde ouml oslash ugrave uacute ucirc uuml yacute thorn yuml",
    ),
    ("ŠšŒœŸ&", "Scaron scaron OElig oelig Yuml amp"),
];

/// A name with some of its letters as character references, by name where they have one and by number.
fn referenced(name: &str, which: u32) -> String {
    let named = |letter: char| {
        NAMED
            .iter()
            .find_map(|(letters, names)| letters.chars().zip(names.split(' ')).find(|(known, _)| *known == letter))
    };
    let letter = |(place, letter): (usize, char)| match (which >> (place % 32) & 1, named(letter)) {
        (1, Some((_, name))) if place % 3 > 0 => format!("&{name};"),
        (1, _) => format!("&#{};", u32::from(letter)),
        _ => letter.to_string(),
    };
    name.chars().enumerate().map(letter).collect()
}

proptest! {
    #[test]
    fn h17_spellings_of_a_value_are_the_same_and_of_another_never(
        whole in 1_u32..100_000,
        cents in prop_oneof![Just(0_u32), 0_u32..100],
        other in 1_u32..100_000,
        other_cents in 0_u32..100,
    ) {
        let asked_for = if cents == 0 { format!("{whole} USD") } else { format!("{whole}.{cents:02} USD") };
        for echo in spellings(whole, cents, "USD") {
            prop_assert!(is_echo(&echo, &asked_for), "{} for {}", echo, asked_for);
        }
        for echo in spellings(whole, cents, "EUR").iter().filter(|echo| echo.to_uppercase().contains("EUR")) {
            prop_assert!(!is_echo(echo, &asked_for), "{} for {}", echo, asked_for);
        }
        if (other, other_cents) != (whole, cents) {
            for echo in spellings(other, other_cents, "USD") {
                prop_assert!(!is_echo(&echo, &asked_for), "{} for {}", echo, asked_for);
            }
        }
        let name = format!("{asked_for} - PIN");
        prop_assert!(is_echo(&name, &name));
        for echo in spellings(whole, cents, "USD") {
            prop_assert!(!is_echo(&echo, &name) && !is_echo(&name, &echo), "{} for {}", echo, name);
        }
    }

    #[test]
    fn h17_a_name_is_the_same_with_its_letters_as_references_and_another_name_never(
        name in "[A-Za-z&'À-ÖØ-öø-ÿŠšŒœŸ ]{1,20}[A-Za-z]",
        other in "[A-Za-z&'À-ÖØ-öø-ÿŠšŒœŸ ]{1,20}[A-Za-z]",
        which in 0_u32..,
    ) {
        let name = name.trim();
        let asked = OrderRequest { brand_name: name.to_owned(), ..asked() };
        let compare = |echo: &str| {
            let mut order = order("Created");
            order.deliveries[0].brand_name = cr_core::text::clean(echo);
            identity::compare(&order, &asked) == Identity::Same
        };
        prop_assert!(compare(&referenced(name, which)), "{}", referenced(name, which));
        let folded = |text: &str| cr_core::text::clean(text).to_lowercase();
        if folded(name) != folded(&other) {
            prop_assert!(!compare(&other) && !compare(&referenced(&other, which)), "{} for {}", other, name);
        }
    }

    #[test]
    fn h17_a_domain_is_the_same_in_either_form_and_another_never(label in "[a-zäöüß日本]{1,12}", other in "[a-zäöüß日本]{1,12}") {
        let ascii = |label: &str| cr_core::text::punycode::domain_to_ascii(&format!("{label}.example"));
        let compare = |echo: String, asked_for: String| {
            let Ok(email) = asked_for.parse() else { return None };
            let mut order = order("Created");
            order.deliveries[0].beneficiary_account = Some(echo);
            let asked = OrderRequest { beneficiary: Beneficiary::Email(email), ..asked() };
            Some(identity::compare(&order, &asked) == Identity::Same)
        };
        let (unicode, ascii_form) = (format!("a@{label}.example"), format!("a@{}", ascii(&label)));
        for (echo, asked_for) in [(&unicode, &ascii_form), (&ascii_form, &unicode), (&unicode, &unicode)] {
            prop_assert_ne!(compare(echo.clone(), asked_for.clone()), Some(false), "{} for {}", echo, asked_for);
        }
        if label != other {
            prop_assert_ne!(compare(format!("a@{other}.example"), unicode.clone()), Some(true));
            prop_assert_ne!(compare(format!("a@{}", ascii(&other)), unicode), Some(true));
        }
    }
}
