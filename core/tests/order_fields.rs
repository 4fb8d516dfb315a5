//! A state is believed even where a field beside it cannot be read; nothing is paid on such a snapshot, nor on the one before it.

mod support;

use core::time::Duration;
use cr_core::{
    catalog::{Contract, Network},
    checkout::{Checkout, Guards},
    order::{NotPayable, Order, OrderState, Stage},
    tracking::{Input, Output, Tracker},
    wire,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{ADDRESS, CREATED_AT, ID, OTHER_ADDRESS, STATES};

fn solana() -> Network {
    Network {
        name: "Solana".into(),
        label: "Solana".into(),
        suspended: false,
        threshold: None,
        chain_id: None,
        base_token: Some("SOL".into()),
        engine: Some("SVM".into()),
        contract: Some(Contract { address: "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v".into(), decimals: 6 }),
        logo_url: None,
    }
}

/// An order of 101.55 USDC as it is on the wire, `secs` after it was made.
fn body(state: &str, received: &str, secs: i64) -> Value {
    json!({
        "order_id": ID, "order_state": state, "payment_state": "WalletCreated", "coin": "USDC", "network": "Solana",
        "coin_amount": "101.55", "sent_coin_amount": received, "wallet_address": ADDRESS, "memo": "7",
        "created_at": CREATED_AT.to_string(), "payment_requested_at": CREATED_AT.to_string(),
        "updated_at": (CREATED_AT + secs).to_string(),
        "deliveries": [{ "delivery_state": "WaitingForPayment", "deliverable": {
            "brand_name": "Stayhere", "denomination": "range", "product_value": "100", "currency_code": "USD",
            "country_code": "US", "beneficiary_account": "shopper@example.com" } }],
    })
}

fn with(mut body: Value, field: &str, value: &Value) -> Value {
    match field.strip_prefix("line.") {
        Some(field) => body["deliveries"][0]["deliverable"][field] = value.clone(),
        None => body[field] = value.clone(),
    }
    body
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().expect("an object").remove(field);
    body
}

fn read(body: &Value) -> Order {
    wire::order(200, &body.to_string()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn is_payable(checkout: &Checkout) -> bool {
    matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. })) || checkout.instruction(Some(&solana())).is_ok()
}

fn resumed(body: &Value) -> Checkout {
    Checkout::resume(read(body), false, Guards::default())
}

/// Values that are no text, no amount, no list or no time, by field. Numbers are written as they would come.
fn junk() -> Vec<(&'static str, Value)> {
    let number = |digits: &str| serde_json::from_str::<Value>(digits).expect("a number");
    let amounts = [
        json!("abc"),
        json!("1e-05"),
        json!("-3"),
        json!("1,5"),
        json!(" 1"),
        json!("NaN"),
        json!("100000000000000000000000000000"),
        json!("0.00000000000000000000000000001"),
        json!(true),
        json!([]),
        json!({ "amount": "1" }),
        number("-3"),
        number("-0.5"),
        number("-1e-05"),
        number("1e400"),
        number("1e-400"),
        number("1e29"),
        number("1e-29"),
        number("1.5e99999999999999999999"),
    ];
    let others = [json!(true), json!([]), json!({ "x": 1 })];
    let texts = [json!(7), json!(true), json!([]), json!(["x"]), json!({ "x": 1 })];
    let times = [json!("soon"), json!("2026-10-01T00:00:00Z"), json!(-5), json!(true), json!([1]), number("1e30")];
    let lists = [json!("x"), json!(7), json!(true), json!({ "x": 1 }), json!([7]), json!(["x"]), json!([null])];
    let groups: [(&[&'static str], &[Value]); 6] = [
        (&["coin_amount", "sent_coin_amount", "received_amount"], &amounts),
        (&["coin", "network", "wallet_address", "payment_state", "qr_text", "payment_method"], &texts),
        (&["memo", "tag", "destination_tag"], &others),
        (&["created_at", "updated_at", "payment_requested_at"], &times),
        (&["deliveries"], &lists),
        (
            &[
                "line.brand_name",
                "line.country_code",
                "line.denomination",
                "line.product_value",
                "line.currency_code",
                "line.beneficiary_account",
            ],
            &[json!(true), json!([]), json!([[]])],
        ),
    ];
    let mut all = Vec::new();
    for (fields, values) in groups {
        all.extend(fields.iter().flat_map(|field| values.iter().map(|value| (*field, value.clone()))));
    }
    all
}

#[test]
fn m15_a_state_is_believed_beside_a_field_that_cannot_be_read_and_nothing_is_payable() {
    for (field, value) in junk() {
        for state in STATES {
            let body = with(body(state, "40", 5), field, &value);
            let order = read(&body);
            assert_eq!(order.state, OrderState::from_wire(state), "{body}");
            for money_seen in [false, true] {
                let checkout = Checkout::resume(order.clone(), money_seen, Guards::default());
                assert!(!is_payable(&checkout), "{body} is {:?}", checkout.stage());
            }
        }
        // An unpaid one says so.
        let unpaid = with(body("WaitingForPayment", "0", 5), field, &value);
        assert!(matches!(resumed(&unpaid).stage(), Some(Stage::NotPayable(_))), "{unpaid}");
    }
}

#[test]
fn m15_what_cannot_be_read_never_leaves_an_older_payable_snapshot_standing() {
    let waiting = || resumed(&body("WaitingForPayment", "0", 5));
    let partly = || resumed(&body("PartialPaymentStarted", "40", 5));
    assert!(is_payable(&waiting()) && is_payable(&partly()));
    for (field, value) in junk() {
        // At the same time, and later.
        for secs in [5, 9] {
            for (before, state, received) in [
                (waiting(), "WaitingForPayment", "0"),
                (waiting(), "PaymentStarted", "0"),
                (waiting(), "PartialPaymentStarted", "40"),
                (partly(), "PartialPaymentStarted", "40"),
                (partly(), "PartialPaymentStarted", "41"),
                (partly(), "PaymentStarted", "40"),
            ] {
                let seen = with(body(state, received, secs), field, &value);
                let after = before.observe(read(&seen), false);
                assert!(!is_payable(&after), "{seen} leaves {:?}", after.stage());
            }
        }
    }
}

#[test]
fn m15_what_cannot_be_read_is_not_what_was_left_out() {
    // Of a payee or an amount a later snapshot that leaves it out says that nothing changed: it still cannot be read.
    for (field, value) in [
        ("memo", json!([7])),
        ("coin", json!(7)),
        ("network", json!({})),
        ("wallet_address", json!(["x"])),
        ("coin_amount", json!("abc")),
    ] {
        let spoilt = resumed(&body("WaitingForPayment", "0", 5))
            .observe(read(&with(body("WaitingForPayment", "0", 6), field, &value)), false);
        let silent = spoilt.clone().observe(read(&without(body("WaitingForPayment", "0", 7), field)), false);
        assert!(!is_payable(&silent), "{field} left out");
        // Told again as it was, it is.
        for from in [spoilt.clone(), silent.clone()] {
            assert!(is_payable(&from.observe(read(&body("WaitingForPayment", "0", 8)), false)), "{field} told again");
        }
        // Another one is another one, whatever came between.
        let other = match field {
            "memo" => json!("8"),
            "coin" => json!("USDT"),
            "network" => json!("Base"),
            "wallet_address" => json!(OTHER_ADDRESS),
            _ => continue,
        };
        for from in [spoilt, silent] {
            let moved = from.observe(read(&with(body("WaitingForPayment", "0", 8), field, &other)), false);
            assert_eq!(moved.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)), "{field}");
        }
    }
    // What was received before it could not be read is not taken back.
    let part =
        |received: &Value, secs| read(&with(body("PartialPaymentStarted", "0", secs), "sent_coin_amount", received));
    let unknown = resumed(&body("PartialPaymentStarted", "40", 5)).observe(part(&json!("abc"), 5), false);
    let Some(Stage::PartlyPaid { received: None, missing: None, .. }) = unknown.stage() else {
        panic!("{:?}", unknown.stage())
    };
    let less = unknown.clone().observe(part(&json!("30"), 5), false);
    assert!(!is_payable(&less), "less than before at the same time is no news");
    let more = unknown.observe(part(&json!("50"), 5), false);
    assert_eq!(more.instruction(Some(&solana())).map(|it| it.amount.to_string()), Ok("51.55".to_owned()));
}

#[test]
fn m06_exponents_of_bare_numbers_are_amounts_and_those_of_texts_are_not() {
    let number = |digits: &str| serde_json::from_str::<Value>(digits).expect("a number");
    for (digits, shown) in [
        ("1e-05", "0.00001"),
        ("5.52E1", "55.2"),
        ("5.520E1", "55.20"),
        ("55.2e0", "55.2"),
        ("1E+2", "100"),
        ("0.5e1", "5"),
        ("1e-28", "0.0000000000000000000000000001"),
    ] {
        let due = read(&with(body("WaitingForPayment", "0", 5), "coin_amount", &number(digits)));
        assert_eq!(due.due.as_ref().map(|due| due.as_str()), Some(shown), "{digits}");
        let checkout = Checkout::resume(due, false, Guards::default());
        assert!(matches!(checkout.stage(), Some(Stage::AwaitingPayment { due, .. }) if due.as_str() == shown));
        for field in ["sent_coin_amount", "received_amount"] {
            let part = read(&with(body("PartialPaymentStarted", "0", 5), field, &number(digits)));
            assert_eq!(part.received.as_ref().map(|received| received.as_str()), Some(shown), "{digits}");
        }
    }
    let nothing = read(&with(body("WaitingForPayment", "0", 5), "sent_coin_amount", &number("0E-8")));
    assert!(matches!(nothing.stage(false), Stage::AwaitingPayment { .. }), "zero with an exponent is nothing");
    let part = resumed(&with(body("PartialPaymentStarted", "0", 5), "sent_coin_amount", &number("1e-05")));
    assert_eq!(part.instruction(Some(&solana())).map(|it| it.amount.to_string()), Ok("101.54999".to_owned()));
}

#[test]
fn m15_a_state_in_a_form_that_is_not_known_is_a_state_that_is_not_known() {
    for state in [json!({ "name": "PartialPaymentStarted" }), json!(["Done"]), json!(4), json!(true)] {
        let seen = with(body("", "0", 6), "order_state", &state);
        let after = resumed(&body("WaitingForPayment", "0", 5)).observe(read(&seen), false);
        assert_eq!(after.stage(), Some(Stage::InProgress), "{state}");
    }
}

#[test]
fn m15_the_tracker_hands_on_what_it_heard_and_the_purchase_is_not_payable() {
    let mut random = || 7;
    for (field, value) in junk() {
        for (state, received) in [("WaitingForPayment", "0"), ("PaymentStarted", "0"), ("PartialPaymentStarted", "40")]
        {
            let known = read(&body("WaitingForPayment", "0", 5));
            let mut checkout = Checkout::resume(known.clone(), false, Guards::default());
            let mut tracker = Tracker::new(known.id.clone(), Some(known), false);
            let mut stream = None;
            let start = tracker.handle(Input::Start, Duration::ZERO, &mut random);
            for output in &start {
                if let Output::OpenStream(generation) = output {
                    stream = Some(*generation);
                }
            }
            let stream = stream.expect("a stream");
            tracker.handle(Input::StreamOpened(stream), Duration::from_secs(1), &mut random);
            let seen = read(&with(body(state, received, 5), field, &value));
            let heard = tracker.handle(Input::Message(stream, Box::new(seen)), Duration::from_secs(2), &mut random);
            for output in heard {
                if let Output::Publish(order) = output {
                    checkout = checkout.observe(*order, tracker.money_seen());
                }
            }
            assert!(!is_payable(&checkout), "{field} {value} beside {state}: {:?}", checkout.stage());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whatever was seen before, what is payable is what the last snapshot says in words that can be read.
    #[test]
    fn m15_after_any_story_what_is_payable_could_be_read(
        story in prop::collection::vec((0..STATES.len(), 0_u32..102, 0_i64..6, prop::option::of(0..junk().len())), 1..8),
    ) {
        let all = junk();
        let mut checkout = resumed(&body("WaitingForPayment", "0", 0));
        for (state, received, secs, spoilt) in story {
            let mut seen = body(STATES[state], &received.to_string(), secs);
            if let Some((field, value)) = spoilt.and_then(|at| all.get(at)) {
                seen = with(seen, field, value);
            }
            let order = read(&seen);
            let is_newest = checkout.order().is_some_and(|last| order.updated_at >= last.updated_at);
            checkout = checkout.observe(order, false);
            if spoilt.is_some() && is_newest && STATES[state] == "WaitingForPayment" {
                prop_assert!(!is_payable(&checkout) || checkout.order().is_some_and(|last| last.state != OrderState::WaitingForPayment), "{seen}");
            }
            if let Ok(instruction) = checkout.instruction(Some(&solana())) {
                let last = checkout.order().expect("an order");
                let is_part = last.state == OrderState::PartialPaymentStarted;
                prop_assert!(is_part || matches!(last.state, OrderState::Created | OrderState::WaitingForPayment));
                let received = last.received.as_ref().filter(|amount| amount.is_positive());
                prop_assert_eq!(is_part, received.is_some());
                let due = last.due.as_ref().expect("due");
                let asked = received.map_or_else(|| Some(due.clone()), |received| due.checked_sub(received));
                prop_assert_eq!(Some(&instruction.amount), asked.as_ref());
                prop_assert_eq!((instruction.address.as_str(), instruction.memo.as_deref()), (ADDRESS, Some("7")));
            }
        }
    }
}
