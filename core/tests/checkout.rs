//! The steps of a purchase and their guards.

#[path = "checkout/guards.rs"]
mod guards;
#[path = "checkout/price.rs"]
mod price;
mod support;

use std::mem::discriminant;

use cr_core::{
    catalog::{Brand, BrandId, DeliveryType, Denomination, Kind, Sale},
    checkout::{Checkout, Choice, Created, Guards, Page, Review, Step},
    money::CoinAmount,
    order::{Chosen, NotPayable, Order, OrderRequest, OrderState, PaymentState, Stage},
    payment::NoInstruction,
    problem::{Problem, ProblemCode},
};
use proptest::prelude::*;
use support::{
    ADDRESS, Followed, OTHER_ADDRESS, OTHER_ID, PAYMENT_STATES, STATES, asked, at, coin, delivered, id, order, solana,
};

fn brand() -> Brand {
    Brand {
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
    }
}

fn choice() -> Choice {
    Choice {
        denomination: Denomination::Fixed {
            denomination: "100 USD".into(),
            label: "$100".into(),
            face: None,
            price: None,
            delivery: DeliveryType::ByEmail,
            plan: None,
        },
        chosen: Chosen::Fixed("100 USD".into()),
    }
}

fn draft() -> OrderRequest {
    OrderRequest { chosen: Chosen::Fixed("100 USD".into()), ..asked() }
}

fn made(state: &str) -> Order {
    let mut order = order(state);
    order.deliveries[0].wire_denomination = Some("100 USD".into());
    order
}

fn problem() -> Problem {
    Problem { code: ProblemCode::OutOfStock, details: None }
}

fn choosing(page: Page) -> Checkout {
    Checkout::Browsing.choose(brand()).with_choice(choice()).turn_to(page)
}
fn reviewing() -> Checkout {
    choosing(Page::Method).with_draft(draft())
}
fn passed() -> Checkout {
    reviewing().reviewed(Review::Passed(coin("101.55")))
}
fn agreed() -> Checkout {
    passed().agree(coin("101.55"))
}
fn creating() -> Checkout {
    agreed().create("key".into())
}
fn paying() -> Checkout {
    creating().created(Created::Order(Box::new(made("WaitingForPayment"))))
}
fn dearer() -> Order {
    Order { due: Some(coin("103")), ..made("WaitingForPayment") }
}

/// Every step, as it is reached.
fn steps() -> Vec<Checkout> {
    vec![
        Checkout::Browsing,
        Checkout::Browsing.choose(brand()),
        choosing(Page::Recipient),
        choosing(Page::Method),
        reviewing(),
        agreed(),
        reviewing().reviewed(Review::Refused(vec![problem()])),
        creating(),
        creating().created(Created::Unknown),
        creating().created(Created::Order(Box::new(dearer()))),
        paying(),
        paying().observe(made("PaymentStarted"), true),
        paying().observe(Order { deliveries: delivered().deliveries, ..made("Done") }, true),
    ]
}

#[test]
fn one_purchase_goes_from_the_grid_to_the_receipt() {
    let names: Vec<&str> = steps().iter().map(|checkout| checkout.step().as_str()).collect();
    assert_eq!(
        names,
        [
            "browse",
            "choose",
            "recipient",
            "method",
            "review",
            "review",
            "review",
            "review",
            "review",
            "pay",
            "pay",
            "track",
            "receipt"
        ]
    );
    let network = solana();
    let instruction = paying().instruction(Some(&network)).expect("payable");
    assert_eq!((instruction.address.as_str(), instruction.amount.as_str()), (ADDRESS, "101.55"));
}

#[test]
fn illegal_transitions_change_nothing() {
    /// A transition, and the steps (by their place in `steps`) where it may change something.
    type Move = (&'static str, fn(Checkout) -> Checkout, &'static [usize]);
    let moves: [Move; 12] = [
        ("choose", |checkout| checkout.choose(brand()), &[0, 1, 2, 3, 4, 5, 6]),
        ("with_choice", |checkout| checkout.with_choice(choice()), &[1, 2, 3]),
        ("turn_to", |checkout| checkout.turn_to(Page::Product), &[1, 2, 3, 4, 5, 6]),
        ("review", |checkout| checkout.with_draft(draft()), &[2, 3, 4, 5, 6]),
        ("reviewed", |checkout| checkout.reviewed(Review::Unreachable), &[4, 5, 6]),
        ("agree", |checkout| checkout.agree(coin("101.6")), &[5, 9]),
        ("create", |checkout| checkout.create("key".into()), &[5]),
        ("created", |checkout| checkout.created(Created::Order(Box::new(made("WaitingForPayment")))), &[7, 8]),
        ("confirm", Checkout::confirm, &[9]),
        ("observe", |checkout| checkout.observe(made("Refunded"), true), &[9, 10, 11, 12]),
        ("back", Checkout::back, &[1, 2, 3, 4, 5, 6]),
        ("observe another order", |checkout| checkout.observe(Order { id: id(OTHER_ID), ..delivered() }, true), &[]),
    ];
    for (name, transition, legal) in moves {
        for (place, step) in steps().into_iter().enumerate() {
            let after = transition(step.clone());
            if legal.contains(&place) {
                let may_stay = name == "choose" || name == "turn_to" || name == "with_choice" || name == "review";
                assert!(may_stay || after != step, "{name} at {place} does nothing");
            } else {
                assert_eq!(after, step, "{name} at {place}");
            }
        }
    }
}

#[test]
fn only_what_the_catalogue_offers_can_be_chosen() {
    let rebuilt = Choice { chosen: Chosen::Fixed("100USD".into()), ..choice() };
    let start = || Checkout::Browsing.choose(brand());
    assert_eq!(start().with_choice(rebuilt), start());
    for sale in [Sale::OutOfStock, Sale::NeedsAccount] {
        let start = || Checkout::Browsing.choose(Brand { sale, ..brand() });
        assert_eq!(start().with_choice(choice()), start(), "{sale:?}");
    }
    let another = OrderRequest { brand_name: "Stayhere Lite".into(), ..draft() };
    assert_eq!(choosing(Page::Method).with_draft(another), choosing(Page::Method));
}

#[test]
fn going_back_keeps_what_was_chosen() {
    let back = reviewing().back();
    assert_eq!(back, choosing(Page::Method));
    assert_eq!(back.back().back().turn_to(Page::Method), choosing(Page::Method));
    assert_eq!(reviewing().back().back().back().back(), Checkout::Browsing);
}

#[test]
fn h01_a_refused_create_comes_back_to_review_and_a_lost_one_does_not() {
    let refused = creating().created(Created::Refused(vec![problem()]));
    assert!(matches!(refused, Checkout::Reviewing { review: Review::Refused(_), .. }));
    let unknown = creating().created(Created::Unknown);
    assert!(matches!(&unknown, Checkout::CreateUnknown { key, .. } if key == "key"));
    assert_eq!(unknown.clone().create("another".into()), unknown, "never a second create");
    let found = unknown.created(Created::Order(Box::new(made("WaitingForPayment"))));
    assert_eq!(found, paying());
}

#[test]
fn h16_an_answer_that_cannot_be_read_is_no_lost_answer() {
    let unreadable = creating().created(Created::Unreadable);
    assert!(matches!(&unreadable, Checkout::CreateUnknown { key, is_unreadable: true, .. } if key == "key"));
    assert_eq!(unreadable.clone().create("another".into()), unreadable, "never a second create");
    let lost = unreadable.clone().created(Created::Unknown);
    assert!(matches!(lost, Checkout::CreateUnknown { is_unreadable: false, .. }));
    assert_eq!(unreadable.created(Created::Order(Box::new(made("WaitingForPayment")))), paying());
}

#[test]
fn a_create_needs_a_passed_review_and_a_key() {
    assert_eq!(reviewing().create("key".into()), reviewing());
    assert_eq!(agreed().create(String::new()), agreed());
    assert_eq!(passed().create("key".into()), passed(), "nobody has agreed to anything yet");
}

#[test]
fn another_order_than_asked_for_is_frozen() {
    let other = Order { coin: Some("USDT".into()), ..made("WaitingForPayment") };
    let checkout = creating().created(Created::Order(Box::new(other)));
    assert_eq!(checkout.stage(), Some(Stage::NotPayable(NotPayable::Mismatch)));
    assert_eq!(checkout.instruction(None), Err(NoInstruction::Guarded(NotPayable::Mismatch)));
    // For good: a later snapshot that fits does not undo it.
    let later = Order { updated_at: Some(at(5)), ..made("WaitingForPayment") };
    assert_eq!(checkout.observe(later, false).instruction(None), Err(NoInstruction::Guarded(NotPayable::Mismatch)));
}

#[test]
fn an_order_that_tells_too_little_waits_until_it_tells_more() {
    let bare = Order { deliveries: Vec::new(), coin: None, ..made("WaitingForPayment") };
    let checkout = creating().created(Created::Order(Box::new(bare)));
    assert_eq!(checkout.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
    let checkout = checkout.observe(made("WaitingForPayment"), false);
    assert!(matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. })));
}

#[test]
fn a_changed_address_memo_coin_or_network_freezes_for_good() {
    type Change = (&'static str, fn(&mut Order));
    let changes: [Change; 4] = [
        ("address", |order| order.wallet_address = Some(OTHER_ADDRESS.into())),
        ("memo", |order| order.memo = Some("2".into())),
        ("coin", |order| order.coin = Some("USDT".into())),
        ("network", |order| order.network = Some("Base".into())),
    ];
    for (name, change) in changes {
        let first = Order { memo: Some("1".into()), ..made("WaitingForPayment") };
        let checkout = creating().created(Created::Order(Box::new(first.clone())));
        assert!(checkout.instruction(Some(&solana())).is_ok(), "{name}");
        let mut changed = first.clone();
        change(&mut changed);
        let not_payable = checkout.observe(changed, false);
        let gone = Some(Stage::NotPayable(NotPayable::AddressChanged));
        assert_eq!(not_payable.stage(), gone, "{name}");
        let back = not_payable.observe(Order { updated_at: Some(at(9)), ..first.clone() }, false);
        assert_eq!(back.stage(), gone, "{name}");
        // Not even a remainder.
        let partial = Order {
            state: OrderState::PartialPaymentStarted,
            received: Some(coin("1")),
            updated_at: Some(at(10)),
            ..first
        };
        let partial = back.observe(partial, true);
        assert_eq!(partial.stage(), gone, "{name}");
        assert!(partial.instruction(Some(&solana())).is_err(), "{name}");
    }
}

#[test]
fn an_address_that_is_left_out_is_still_the_same_one() {
    let without = Order { wallet_address: None, updated_at: Some(at(1)), ..made("WaitingForPayment") };
    let checkout = paying().observe(without, false);
    assert_eq!(checkout.instruction(None).map(|it| it.address.as_str().to_owned()), Ok(ADDRESS.to_owned()));
    let changed =
        Order { wallet_address: Some(OTHER_ADDRESS.into()), updated_at: Some(at(2)), ..made("WaitingForPayment") };
    assert_eq!(checkout.observe(changed, false).stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)));
}

#[test]
fn the_case_of_an_evm_address_is_no_change() {
    let address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let with = |text: &str| Order { wallet_address: Some(text.into()), ..made("WaitingForPayment") };
    let checkout =
        Checkout::resume(with(address), false, Guards::default()).observe(with(&address.to_lowercase()), false);
    assert!(matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. })));
}

#[test]
fn another_spelling_of_the_same_coin_or_network_is_no_change() {
    let polygon = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let ton = "EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N";
    for (address, coin, network, again) in [
        (polygon, "USDC", "Polygon (Matic)", [("USDC", "POLYGON (MATIC)"), ("USDC", "Polygon"), ("usdc", "polygon")]),
        (ton, "TON", "TON", [("GRAM", "TON"), ("gram", "Ton"), ("TON", " TON ")]),
    ] {
        let with = |coin: &str, network: &str| Order {
            wallet_address: Some(address.into()),
            coin: Some(coin.into()),
            network: Some(network.into()),
            ..made("WaitingForPayment")
        };
        for (coin_again, network_again) in again {
            let checkout = Checkout::resume(with(coin, network), false, Guards::default());
            let checkout = checkout.observe(with(coin_again, network_again), false);
            assert!(
                matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. })),
                "{coin} {network}: {coin_again} {network_again}"
            );
        }
        let elsewhere =
            Checkout::resume(with(coin, network), false, Guards::default()).observe(with(coin, "Base"), false);
        assert_eq!(elsewhere.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)), "{coin}");
    }
}

#[test]
fn a_fall_back_after_a_payment_says_so_and_asks_for_nothing() {
    let seen = paying().observe(made("PaymentStarted"), true);
    assert_eq!(seen.stage(), Some(Stage::PaymentSeen));
    let withdrawn = seen.observe(made("WaitingForPayment"), true);
    assert_eq!(withdrawn.stage(), Some(Stage::PaymentWithdrawn));
    assert_eq!(withdrawn.instruction(Some(&solana())), Err(NoInstruction::NotAwaited));
}

#[test]
fn a_page_that_only_heard_of_money_does_not_say_that_the_payment_went_away() {
    let mut followed = Followed::new(paying());
    followed.hear_of_money();
    assert_eq!(followed.checkout.stage(), Some(Stage::PaymentSeen), "what is at hand is older than the payment");
    assert!(followed.checkout.instruction(Some(&solana())).is_err());
    // The first answer may come from a proxy's memory.
    followed.see_after(2, Order { updated_at: Some(at(1)), ..made("WaitingForPayment") });
    assert_eq!(followed.checkout.stage(), Some(Stage::PaymentSeen));
    let mut later = Followed::new(paying());
    later.hear_of_money();
    later.see_after(5, Order { updated_at: Some(at(1)), ..made("WaitingForPayment") });
    assert_eq!(later.checkout.stage(), Some(Stage::PaymentWithdrawn), "that answer is surely newer");
    followed.see_after(1, Order { updated_at: Some(at(2)), ..made("PaymentStarted") });
    assert_eq!(followed.checkout.stage(), Some(Stage::PaymentSeen));
    // Now the supplier has told of it.
    followed.see(Order { updated_at: Some(at(3)), ..made("WaitingForPayment") });
    assert_eq!(followed.checkout.stage(), Some(Stage::PaymentWithdrawn));
}

#[test]
fn money_in_a_snapshot_that_came_late_counts() {
    let fresh = Order { updated_at: Some(at(9)), ..made("WaitingForPayment") };
    let late = Order { updated_at: Some(at(5)), ..made("PaymentStarted") };
    let mut followed = Followed::new(Checkout::resume(fresh, false, Guards::default()));
    followed.see(late);
    assert_eq!(followed.checkout.stage(), Some(Stage::PaymentWithdrawn));
}

#[test]
fn t14_late_money_revives_an_expired_order_and_a_done_one_may_be_refunded() {
    let expired = paying().observe(made("Expired"), false);
    assert_eq!((expired.stage(), expired.step()), (Some(Stage::Expired { money_seen: false }), Step::Track));
    let revived = expired.observe(made("PaymentStarted"), true);
    assert_eq!(revived.stage(), Some(Stage::PaymentSeen));
    let done = revived.observe(delivered(), true);
    assert_eq!(done.step(), Step::Receipt);
    let mut followed = Followed::new(done.clone());
    followed.see(made("WaitingForDelivery"));
    assert_eq!(followed.checkout, done);
    followed.see(made("Refunded"));
    let refunded = followed.checkout;
    assert_eq!((refunded.stage(), refunded.step()), (Some(Stage::Refunded), Step::Track));
}

#[test]
fn a08_a_partial_payment_asks_for_the_remainder_at_the_same_address() {
    let part = Order { received: Some(coin("1.5")), ..made("PartialPaymentStarted") };
    let instruction = paying().observe(part, true).instruction(Some(&solana())).expect("a remainder");
    assert_eq!((instruction.amount.as_str(), instruction.address.as_str()), ("100.05", ADDRESS));
}

/// What can happen to an order that exists.
#[derive(Clone, Debug)]
enum Event {
    Observe(Box<Order>, bool),
    Confirm,
    Back,
    Choose,
    Create,
    Again,
    /// Left and picked up again.
    Leave,
}

fn snapshot() -> impl Strategy<Value = Order> {
    let parts = (
        0..STATES.len(),
        prop::option::of(0..PAYMENT_STATES.len()),
        prop::option::of(0_u32..200),
        prop::option::of(0_i64..6),
        prop::sample::select(vec![Some(ADDRESS), Some(OTHER_ADDRESS), None]),
        prop::sample::select(vec!["101.55", "101.56", "101.5", "150", "97", "40"]),
    );
    parts.prop_map(|(state, payment, received, updated, address, due)| Order {
        payment_state: payment.map(|payment| PaymentState::from_wire(PAYMENT_STATES[payment])),
        received: received.map(|received| coin(&received.to_string())),
        updated_at: updated.map(at),
        wallet_address: address.map(str::to_owned),
        due: Some(coin(due)),
        ..made(STATES[state])
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => (snapshot(), prop::bool::weighted(0.1)).prop_map(|(order, money)| Event::Observe(Box::new(order), money)),
        2 => Just(Event::Confirm),
        1 => Just(Event::Back),
        1 => Just(Event::Choose),
        1 => Just(Event::Create),
        1 => Just(Event::Again),
        2 => Just(Event::Leave),
    ]
}

proptest! {
    #![proptest_config(support::schedules(2_000))]

    #[test]
    fn no_sequence_of_events_shows_an_address_for_the_full_amount_after_a_sign_of_money(
        first in snapshot(),
        events in prop::collection::vec(event(), 0..25),
    ) {
        let network = solana();
        let mut money = first.has_sign_of_money();
        let mut addresses: Vec<String> = first.wallet_address.iter().cloned().collect();
        let mut agreed: CoinAmount = coin("101.55");
        let mut followed = Followed::new(creating().created(Created::Order(Box::new(first))));
        for event in events {
            let before = followed.checkout.order().cloned().expect("an order");
            if let Event::Observe(order, is_heard) = &event {
                if *is_heard {
                    followed.hear_of_money();
                }
                // An order that is over is not read any more, but for one that was delivered.
                let is_read = !before.is_final() || before.state == OrderState::Done;
                money |= *is_heard || is_read && order.has_sign_of_money();
                addresses.extend(order.wallet_address.iter().filter(|_| is_read).cloned());
                followed.see(Order::clone(order));
            }
            let checkout = followed.checkout.clone();
            followed.checkout = match event {
                Event::Observe(..) => checkout,
                Event::Confirm => {
                    if matches!(checkout, Checkout::Confirming { .. }) {
                        agreed = before.due.clone().expect("an amount");
                    }
                    checkout.confirm()
                }
                Event::Back => checkout.back(),
                Event::Choose => checkout.choose(brand()),
                Event::Create => checkout.create("another".into()),
                Event::Again => checkout.created(Created::Order(Box::new(made("WaitingForPayment")))),
                Event::Leave if matches!(checkout, Checkout::Finished { .. }) => checkout,
                Event::Leave => {
                    let resumed = Checkout::resume(before.clone(), followed.money_seen(), checkout.guards());
                    followed = Followed::new(resumed.clone());
                    resumed
                }
            };
            let checkout = followed.checkout.clone();
            prop_assert!(!money || followed.money_seen(), "a sign of money is forgotten");
            let after = checkout.order().expect("still an order");
            // It never goes back.
            let (from, to) = (before.state.as_str(), after.state.as_str());
            prop_assert!(before.updated_at.is_none() || after.updated_at.is_none() || before.updated_at <= after.updated_at);
            match from {
                "Done" => prop_assert!(to == "Done" || to == "Refunded", "Done became {}", to),
                "Refunded" | "Canceled" | "PaymentSetupFailed" => prop_assert_eq!(from, to),
                _ => {}
            }
            if let Ok(instruction) = checkout.instruction(Some(&network)) {
                let is_full = matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. }));
                prop_assert!(!(money && is_full), "payable in full after a sign of money");
                prop_assert!(is_full || after.state == OrderState::PartialPaymentStarted);
                prop_assert!(addresses.iter().all(|address| address == instruction.address.as_str()), "two addresses were seen");
                let due = after.due.as_ref().expect("an amount");
                let moved = cr_core::checkout::Moved::between(&agreed, due, "USDC");
                prop_assert!(moved.goes_on(), "neither dearer nor cheaper than agreed, in full or in part");
            }
        }
    }

    #[test]
    fn a_finished_purchase_stays_finished(events in prop::collection::vec(event(), 0..25)) {
        let mut followed = Followed::new(Checkout::resume(delivered(), true, Guards::default()));
        let kind = discriminant(&followed.checkout);
        for event in events {
            if let Event::Observe(order, _) = event {
                followed.see(*order);
            }
            prop_assert_eq!(discriminant(&followed.checkout), kind);
        }
    }
}
