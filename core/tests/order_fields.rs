//! A state is believed even where a field beside it cannot be read; nothing is paid on such a snapshot, nor on the one before it.

mod support;

use core::time::Duration;
use std::sync::LazyLock;

use cr_core::{
    catalog::{Brand, BrandId, DeliveryType, Denomination, Kind, Sale},
    checkout::{Checkout, Choice, Created, Guards, Moved, Page, Review},
    order::{Chosen, NotPayable, Order, OrderRequest, OrderState, Payee, Stage},
    tracking::{Input, Output, Tracker},
    wire,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{ADDRESS, CREATED_AT, Followed, ID, OTHER_ADDRESS, STATES, asked, coin, solana};

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

/// Stands in a value for a field that is no JSON.
const BROKEN: &str = "no JSON: ";

/// As it comes in a snapshot of an order that is known, which may be no JSON in places.
fn snapshot(body: &Value) -> Order {
    let text = NO_JSON
        .iter()
        .fold(body.to_string(), |text, junk| text.replace(&json!([BROKEN, junk].concat()).to_string(), junk));
    wire::snapshot(200, &text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Values that are no JSON.
const NO_JSON: [&str; 8] = [".5", "+3", "01", "Nan", "undefined", "\"a\tb\"", r#""\x""#, "[1,{\"a\":inf}]"];

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
    let mut followed = Followed::new(unknown);
    followed.see(part(&json!("30"), 5));
    assert!(!is_payable(&followed.checkout), "less than before at the same time is no news");
    followed.see(part(&json!("50"), 5));
    let more = followed.checkout;
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
fn m15_a_snapshot_that_is_no_json_or_tells_no_state_leaves_nothing_older_payable() {
    for (field, value) in junk_of_snapshots() {
        for state in ["WaitingForPayment", "PartialPaymentStarted", "PaymentReceived"] {
            let seen = with(body(state, "40", 6), field, &value);
            let after = resumed(&body("WaitingForPayment", "0", 5)).observe(snapshot(&seen), false);
            assert!(!is_payable(&after), "{seen} leaves {:?}", after.stage());
        }
    }
    let seen = without(body("", "40", 6), "order_state");
    let after = resumed(&body("WaitingForPayment", "0", 5)).observe(snapshot(&seen), false);
    assert_eq!(after.stage(), Some(Stage::InProgress));
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
                if let Output::Publish(now) = output {
                    let order = now.order.expect("an order that is known");
                    checkout = checkout.observe(Order::clone(&order), now.money);
                }
            }
            assert!(!is_payable(&checkout), "{field} {value} beside {state}: {:?}", checkout.stage());
        }
    }
}

/// What a reload keeps of an order.
fn reloaded(left: &Checkout, now: Order) -> Checkout {
    let known = left.guards();
    let payee = known.payee.map(|payee| Payee::from_text(&payee.to_text()));
    Checkout::resume(now, false, Guards { payee, ..known })
}

#[test]
fn m15_that_an_order_was_payable_is_not_forgotten_over_what_cannot_be_read() {
    let due = |digits: &str, secs| with(body("WaitingForPayment", "0", secs), "coin_amount", &json!(digits));
    let spoilt = |secs| with(body("WaitingForPayment", "0", secs), "sent_coin_amount", &json!("abc"));
    let was_payable = |checkout: &Checkout| {
        let Checkout::Confirming { was_payable, .. } = checkout else { panic!("{checkout:?}") };
        *was_payable
    };
    // Shown; then one that cannot be read, then dearer.
    let shown = resumed(&body("WaitingForPayment", "0", 5));
    let unread = shown.clone().observe(read(&spoilt(6)), false).observe(read(&spoilt(7)), false);
    assert_eq!(unread.stage(), Some(Stage::NotPayable(NotPayable::Unreadable)));
    assert!(was_payable(&unread.observe(read(&due("106", 8)), false)));
    // From the question itself.
    let asked = shown.observe(read(&due("106", 6)), false);
    assert!(was_payable(&asked));
    assert!(was_payable(&asked.observe(read(&spoilt(7)), false).observe(read(&due("106", 8)), false)));
    // After a reload nobody knows what was on screen.
    let later = Checkout::resume(read(&spoilt(6)), false, resumed(&body("WaitingForPayment", "0", 5)).guards());
    assert!(was_payable(&later.observe(read(&due("106", 8)), false)));
}

#[test]
fn m15_one_memo_that_cannot_be_read_does_not_bar_a_right_order_for_good() {
    let whole = |secs| read(&body("WaitingForPayment", "0", secs));
    let spoilt = |secs| read(&with(body("WaitingForPayment", "0", secs), "memo", &json!({})));
    let left = resumed(&body("WaitingForPayment", "0", 5)).observe(spoilt(6), false);
    assert!(!is_payable(&left) && !is_payable(&reloaded(&left, spoilt(7))));
    for back in [reloaded(&left, whole(8)), reloaded(&reloaded(&left, spoilt(7)), whole(8))] {
        assert!(is_payable(&back), "{:?}", back.stage());
    }
    // Without it, or with another one, it is none that may be paid.
    assert!(!is_payable(&reloaded(&left, read(&without(body("WaitingForPayment", "0", 8), "memo")))));
    let other = reloaded(&left, read(&with(body("WaitingForPayment", "0", 8), "memo", &json!("8"))));
    assert_eq!(other.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)));
    // Where no memo was ever read, nothing tells the right one after a reload.
    let never = reloaded(&Checkout::resume(spoilt(5), false, Guards::default()), whole(6));
    assert_eq!(never.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
}

#[test]
fn m15_what_is_left_out_after_it_could_not_be_read_still_cannot_be() {
    let junk = json!({ "name": "PaymentReceived" });
    for (field, value) in [("payment_state", junk), ("deliveries", json!("x"))] {
        let spoilt = resumed(&body("WaitingForPayment", "0", 5))
            .observe(read(&with(body("WaitingForPayment", "0", 6), field, &value)), false);
        let silent = spoilt.observe(read(&without(body("WaitingForPayment", "0", 7), field)), false);
        assert!(!is_payable(&silent), "{field}: {:?}", silent.stage());
        assert!(is_payable(&silent.observe(read(&body("WaitingForPayment", "0", 8)), false)), "{field} told again");
    }
    let timeless = |secs| {
        let body = without(without(body("WaitingForPayment", "0", secs), "created_at"), "updated_at");
        without(body, "payment_requested_at")
    };
    let spoilt = resumed(&timeless(5)).observe(read(&with(timeless(6), "created_at", &json!("soon"))), false);
    assert!(!is_payable(&spoilt.clone().observe(read(&timeless(7)), false)));
    assert!(is_payable(&spoilt.observe(read(&body("WaitingForPayment", "0", 8)), false)));
    // An amount received that is left out is still unknown; one that is told is known.
    let unknown =
        resumed(&body("WaitingForPayment", "0", 5)).observe(read(&body("WaitingForPayment", "abc", 6)), false);
    let silent = unknown.observe(read(&without(body("WaitingForPayment", "0", 7), "sent_coin_amount")), false);
    assert!(!is_payable(&silent));
    assert!(is_payable(&silent.observe(read(&body("WaitingForPayment", "0", 8)), false)));
}

#[test]
fn m15_what_one_snapshot_tells_twice_and_differently_is_not_believed() {
    let twice =
        |field: &str, other: Value| with(body("WaitingForPayment", "0", 5), "payment", &json!({ field: other }));
    for (field, same, other) in [
        ("wallet_address", json!([" ", ADDRESS, " "].concat()), json!(OTHER_ADDRESS)),
        ("coin_amount", json!("101.550"), json!("20")),
        ("coin", json!("usdc"), json!("USDT")),
        ("network", json!("SOLANA"), json!("Base")),
        ("sent_coin_amount", json!(0), json!("40")),
    ] {
        assert!(is_payable(&resumed(&twice(field, same))), "{field} twice");
        for wrong in [other, json!([])] {
            let torn = twice(field, wrong);
            assert_eq!(resumed(&torn).stage(), Some(Stage::NotPayable(NotPayable::Unreadable)), "{torn}");
        }
    }
    // By two spellings of the name.
    for (name, other) in [("walletAddress", json!(OTHER_ADDRESS)), ("coinAmount", json!("20"))] {
        let torn = with(body("WaitingForPayment", "0", 5), name, &other);
        assert_eq!(resumed(&torn).stage(), Some(Stage::NotPayable(NotPayable::Unreadable)), "{torn}");
    }
}

/// What is stored of an order, as `app::memory` does it.
#[derive(Default)]
struct Kept {
    guards: Guards,
    paid: bool,
}

impl Kept {
    fn keep(&mut self, checkout: &Checkout) {
        let now = checkout.guards();
        self.paid |= matches!(checkout, Checkout::Following { .. });
        self.guards.payee = match (self.guards.payee.take(), now.payee) {
            (Some(known), Some(now)) => Some(known.with_memo_of(&now)),
            (known, now) => known.or(now),
        };
        self.guards.agreed = now.agreed.or(self.guards.agreed.take());
        if !matches!(checkout, Checkout::Finished { .. }) {
            let for_good = [Some(NotPayable::Mismatch), Some(NotPayable::AddressChanged)];
            self.guards.not_payable =
                self.guards.not_payable.filter(|bar| for_good.contains(&Some(*bar))).or(now.not_payable);
        }
    }

    fn resume(&self, now: Order) -> Checkout {
        Checkout::resume(now, self.paid, self.guards.clone())
    }
}

/// A snapshot that leaves a field out.
fn told(body: Value, left_out: Option<&str>) -> Value {
    match left_out {
        Some(field) => without(body, field),
        None => body,
    }
}

/// What may be left out.
const OPTIONAL: [&str; 9] = [
    "coin",
    "network",
    "wallet_address",
    "memo",
    "coin_amount",
    "sent_coin_amount",
    "payment_state",
    "deliveries",
    "updated_at",
];

/// Of these a doubt lasts until they are told in words that can be read.
const LASTING: [&str; 8] =
    ["coin", "network", "wallet_address", "memo", "coin_amount", "sent_coin_amount", "payment_state", "deliveries"];

/// Which field junk is about.
fn about(field: &str) -> &str {
    match field {
        "tag" | "destination_tag" | "extra_id" => "memo",
        "received_amount" => "sent_coin_amount",
        field if field.starts_with("line.") => "deliveries",
        field => field,
    }
}

/// Junk of every kind that a snapshot of a known order may have.
fn junk_of_snapshots() -> Vec<(&'static str, Value)> {
    let fields = LASTING.into_iter().chain(["tag", "extra_id", "received_amount", "updated_at", "order_state"]);
    let broken = fields.flat_map(|field| NO_JSON.map(|junk| (field, json!([BROKEN, junk].concat()))));
    let states = [json!(null), json!(""), json!(7), json!({ "name": "Done" })].map(|state| ("order_state", state));
    junk().into_iter().chain(broken).chain(states).collect()
}

/// What an order may ask for besides what was agreed to: a little more and less, so much that it is asked about, and half.
const PRICES: [&str; 5] = ["101.55", "102", "103", "90", "50"];

static JUNK: LazyLock<Vec<(&str, Value)>> = LazyLock::new(junk_of_snapshots);

#[derive(Clone, Copy, Debug)]
struct Step {
    state: usize,
    received: u32,
    secs: i64,
    spoilt: Option<usize>,
    left_out: Option<&'static str>,
    due: &'static str,
    reload: bool,
    confirm: bool,
}

fn steps() -> impl Strategy<Value = Step> {
    let seen = (0..STATES.len(), 0_u32..102, 0_i64..6, prop::option::of(0..JUNK.len()));
    // Mostly unpaid, so that stories are not over at once.
    let state = prop_oneof![3 => Just(None), 1 => Just(Some(()))];
    let unpaid = STATES.iter().position(|state| *state == "WaitingForPayment").expect("it is one");
    let more = (
        prop::option::of(prop::sample::select(&OPTIONAL[..])),
        prop_oneof![2 => Just(PRICES[0]), 1 => prop::sample::select(&PRICES[..])],
        prop::bool::weighted(0.2),
        any::<bool>(),
    );
    (state, seen, more).prop_map(
        move |(any_state, (state, received, secs, spoilt), (left_out, due, reload, confirm))| {
            let (state, received) = any_state.map_or((unpaid, 0), |()| (state, received));
            Step { state, received, secs, spoilt, left_out, due, reload, confirm }
        },
    )
}

proptest! {
    #![proptest_config(support::schedules(1_000))]

    /// Whatever was seen, left out, agreed to and reloaded before, what is payable is what the last snapshots say in words that
    /// can be read, at an amount that was agreed to; and that it was payable once is not forgotten.
    #[test]
    fn m15_after_any_story_what_is_payable_could_be_read(story in prop::collection::vec(steps(), 1..9)) {
        let all = &*JUNK;
        let mut followed = Followed::new(resumed(&body("WaitingForPayment", "0", 0)));
        let (mut doubted, mut is_spoilt) = ([false; LASTING.len()], false);
        let mut kept = Kept::default();
        kept.keep(&followed.checkout);
        for Step { state, received, secs, spoilt, left_out, due, reload, confirm } in story {
            let mut seen = with(body(STATES[state], &received.to_string(), secs), "coin_amount", &json!(due));
            seen = told(seen, left_out);
            let spoilt = spoilt.and_then(|at| all.get(at));
            let spoilt = spoilt.filter(|(field, _)| !field.starts_with("line.") || left_out != Some("deliveries"));
            if let Some((field, value)) = spoilt {
                seen = with(seen, field, value);
            }
            let order = snapshot(&seen);
            let last = followed.checkout.order().cloned().expect("an order");
            // An order that is over is not read any more, but for one that was delivered.
            let is_read = !last.is_final() || last.state == OrderState::Done;
            let is_accepted = reload || is_read && order.may_follow(&last);
            if is_accepted {
                is_spoilt = spoilt.is_some();
                for (doubt, field) in doubted.iter_mut().zip(LASTING) {
                    let is_kept = *doubt && left_out == Some(field) && !reload;
                    *doubt = is_kept || spoilt.is_some_and(|(spoilt, _)| about(spoilt) == field);
                }
            }
            if reload {
                followed = Followed::new(kept.resume(order));
            } else {
                followed.see(order);
            }
            if let Checkout::Confirming { was_payable, .. } = &followed.checkout {
                prop_assert!(*was_payable, "it was on screen: {seen}");
            }
            if confirm {
                followed.checkout = followed.checkout.confirm();
            }
            let checkout = &followed.checkout;
            kept.keep(checkout);
            if let Ok(instruction) = checkout.instruction(Some(&solana())) {
                prop_assert!(!is_spoilt && doubted.iter().all(|doubt| !doubt), "{seen} after {doubted:?}");
                let last = checkout.order().expect("an order");
                let is_part = last.state == OrderState::PartialPaymentStarted;
                prop_assert!(is_part || matches!(last.state, OrderState::Created | OrderState::WaitingForPayment));
                let received = last.received.as_ref().filter(|amount| amount.is_positive());
                prop_assert_eq!(is_part, received.is_some());
                let due = last.due.as_ref().expect("due");
                let asked = received.map_or_else(|| Some(due.clone()), |received| due.checked_sub(received));
                prop_assert_eq!(Some(&instruction.amount), asked.as_ref());
                prop_assert_eq!((instruction.address.as_str(), instruction.memo.as_deref()), (ADDRESS, Some("7")));
                let agreed = checkout.agreed().expect("agreed to");
                prop_assert!(Moved::between(&agreed, due, "USDC").goes_on(), "{due:?} where {agreed:?} was agreed to");
            }
        }
    }

    /// Whatever cannot be read or is left out, and however often the order is left: one that was right, and is told whole again,
    /// can be paid.
    #[test]
    fn m15_no_story_of_unpaid_snapshots_freezes_a_right_order(story in prop::collection::vec(steps(), 1..9)) {
        let all = &*JUNK;
        let mut checkout = made();
        prop_assert!(is_payable(&checkout));
        for (secs, Step { spoilt, left_out, reload, .. }) in (1_i64..).zip(story) {
            let mut seen = told(unpaid(secs), left_out);
            let spoilt = spoilt.and_then(|at| all.get(at));
            let spoilt = spoilt.filter(|(field, _)| !field.starts_with("line.") || left_out != Some("deliveries"));
            if let Some((field, value)) = spoilt {
                seen = with(seen, field, value);
            }
            let order = snapshot(&seen);
            checkout = if reload { reloaded(&checkout, order) } else { checkout.observe(order, false) };
        }
        let whole = || read(&unpaid(60));
        prop_assert!(is_payable(&reloaded(&checkout, whole())), "{:?}", reloaded(&checkout, whole()).guards());
        let stage = checkout.stage();
        prop_assert!(is_payable(&checkout.observe(whole(), false)), "{stage:?}");
    }
}

fn unpaid(secs: i64) -> Value {
    with(body("WaitingForPayment", "0", secs), "line.denomination", &json!("100 USD"))
}

/// The order as it comes back from its create, proven to be the one asked for.
fn made() -> Checkout {
    let brand = Brand {
        id: BrandId("b1".into()),
        name: "Stayhere".into(),
        order_name: "Stayhere".into(),
        family: "Stayhere".into(),
        kind: Kind::GiftCard,
        wire_kind: "giftcard".into(),
        categories: Vec::new(),
        tags: Vec::new(),
        min_label: None,
        max_label: None,
        logo_base_url: None,
        logo_url: None,
        bg_color: None,
        sale: Sale::OnSale,
    };
    let denomination = Denomination::Fixed {
        denomination: "100 USD".into(),
        label: "$100".into(),
        face: None,
        price: None,
        delivery: DeliveryType::ByEmail,
        plan: None,
    };
    let choice = Choice { denomination, chosen: Chosen::Fixed("100 USD".into()) };
    let draft = OrderRequest { chosen: Chosen::Fixed("100 USD".into()), ..asked() };
    let order = read(&unpaid(0));
    Checkout::Browsing
        .choose(brand)
        .with_choice(choice)
        .turn_to(Page::Method)
        .with_draft(draft)
        .reviewed(Review::Passed(coin("101.55")))
        .agree(coin("101.55"))
        .create("key".into())
        .created(Created::Order(Box::new(order)))
}
