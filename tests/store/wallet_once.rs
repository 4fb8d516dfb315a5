//! Nothing is sent twice by a wallet of the browser: not because of another spelling, not while a payment is still on
//! its way, not by a page that was loaded anew, and not by another page.

use core::time::Duration;
use std::rc::Rc;

use cr_core::order::OrderId;
use cr_widget::app::{
    Store,
    ports::{PageEvent, WalletCall},
    store::{InWallet, WalletFailure, WalletPayment, WalletStep},
};
use leptos::prelude::{Owner, untrack};

use crate::{
    wallet::{ACCOUNT, HASH, PAYEE, READ, confirm, failure, news, opened, order, pay, payment, to_approval, waiting},
    world::{World, answer, ok, turn},
};

/// Returns the order with another amount, and with what has arrived of it.
fn amounts(state: &str, updated_at: u32, due: &str, received: &str) -> String {
    order(state, updated_at)
        .replace(r#""coin_amount": "51.20""#, &format!(r#""coin_amount": {due}"#))
        .replace(r#""sent_coin_amount": "0""#, &format!(r#""sent_coin_amount": {received}"#))
}

fn in_wallet(store: Store) -> Option<InWallet> {
    turn();
    untrack(|| store.in_wallet())
}

fn sends(world: &World) -> usize {
    world.wallet_calls().iter().filter(|call| matches!(call, WalletCall::Send { .. })).count()
}

/// Whether the stored order carries the mark that a wallet was asked.
fn is_marked(world: &World) -> bool {
    world.stored("orders").unwrap_or_default().contains(r#""asked":true"#)
}

/// Checks that a press of a wallet's button sends it no further request.
#[track_caller]
fn asks_nothing(world: &World, store: Store) {
    let asked = world.wallet_calls().len();
    pay(store);
    assert_eq!(world.wallet_calls().len(), asked, "{:?}", world.wallet_open());
}

/// Sends the whole amount.
fn sent() -> (Rc<World>, Owner, Store) {
    let world = World::new();
    let (owner, store) = waiting(&world);
    to_approval(&world, store);
    world.wallet_answers(Ok(HASH));
    (world, owner, store)
}

/// Loads the page anew, and picks up the order.
fn reloaded(world: &Rc<World>, owner: Owner, body: &str) -> (Owner, Store) {
    drop(owner);
    let (owner, store) = world.element(|_| {});
    opened(world, store, body);
    (owner, store)
}

#[test]
fn what_was_sent_is_not_offered_again_for_another_spelling_or_another_price() {
    for due in [r#""51.2""#, "51.2", r#""51.200000""#, r#""51.50""#, r#""60""#] {
        let (world, _owner, store) = sent();
        news(&world, amounts("WaitingForPayment", 1_790_000_010, due, r#""0""#));
        store.confirm_price();
        assert_eq!(in_wallet(store), Some(InWallet::Sent), "{due}");
        assert_eq!(untrack(|| store.wallet_transfer()), None, "{due}");
        asks_nothing(&world, store);
        assert!(matches!(payment(store), Some(WalletPayment::Sent { .. })), "{due}");
    }
}

#[test]
fn what_is_missing_is_offered_once_all_that_was_sent_has_arrived() {
    for (due, received, missing) in [
        (r#""51.20""#, r#""50""#, None),
        (r#""51.70""#, r#""51.19""#, None),
        (r#""51.70""#, "51.2", Some("7a120")),
        (r#""51.70""#, r#""51.4""#, Some("493e0")),
    ] {
        let (world, _owner, store) = sent();
        news(&world, amounts("PartialPaymentStarted", 1_790_000_020, due, received));
        let transfer = untrack(|| store.wallet_transfer());
        let Some(missing) = missing else {
            assert_eq!((transfer, in_wallet(store)), (None, Some(InWallet::Sent)), "{received} of {due}");
            asks_nothing(&world, store);
            continue;
        };
        let transfer = transfer.expect("the rest");
        assert!(transfer.data.ends_with(&format!("{missing:0>64}")), "{}", transfer.data);
        assert_eq!(in_wallet(store), None, "{received} of {due}");
        let part = amounts("PartialPaymentStarted", 1_790_000_020, due, received);
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        world.wallet_answers(Ok("0x89"));
        confirm(&world, store, &part);
        world.wallet_answers(Ok("0x89"));
        assert!(matches!(world.wallet_open(), Some(WalletCall::Send { transfer: sent, .. }) if sent == transfer));
        // The wallet declines: what was sent before is not forgotten, neither here nor by a page loaded anew.
        world.wallet_answers(Err(4001));
        assert_eq!((failure(store), is_marked(&world)), (WalletFailure::Declined, true));
        assert_eq!(untrack(|| store.wallet_hashes()), [HASH]);
    }
}

#[test]
fn a_remainder_that_was_sent_is_waited_for_too() {
    let part = |updated_at, due: &str, received: &str| amounts("PartialPaymentStarted", updated_at, due, received);
    for (by_hand, due, received, is_offered) in [
        (r#""20""#, r#""51.20""#, r#""20""#, false),
        // Money that arrived by hand is not what the wallet sent.
        (r#""20""#, r#""51.20""#, r#""35""#, false),
        (r#""20""#, r#""51.70""#, r#""51.19""#, false),
        (r#""20""#, r#""51.70""#, r#""51.2""#, true),
        // The remainder is the amount that was sent before.
        (r#""50.9""#, r#""51.50""#, r#""51.20""#, false),
    ] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        let first = part(1_790_000_005, r#""51.20""#, by_hand);
        news(&world, first.clone());
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        world.wallet_answers(Ok("0x89"));
        confirm(&world, store, &first);
        world.wallet_answers(Ok("0x89"));
        world.wallet_answers(Ok(HASH));
        assert_eq!(in_wallet(store), Some(InWallet::Sent));
        world.stream(cr_widget::app::ports::StreamEvent::Message(part(1_790_000_030, due, received)));
        world.pass(Duration::from_millis(100));
        assert_eq!(in_wallet(store), (!is_offered).then_some(InWallet::Sent), "{received} of {due}");
        assert_eq!(untrack(|| store.wallet_transfer()).is_some(), is_offered, "{received} of {due}");
        if !is_offered {
            asks_nothing(&world, store);
        }
    }
}

#[test]
fn an_amount_spelled_in_another_way_is_no_change_while_the_wallet_is_asked() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    world.wallet_answers(Ok(ACCOUNT));
    news(&world, amounts("WaitingForPayment", 1_790_000_005, "51.2", r#""0.0""#));
    world.wallet_answers(Ok("0x89"));
    confirm(&world, store, "");
    world.wallet_answers(Ok("0x89"));
    assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Approve)));
}

#[test]
fn that_a_wallet_is_asked_is_stored_before_it_is_and_taken_back_only_when_nothing_was_sent() {
    type Answer = Result<&'static str, i64>;
    let answers: [(Answer, bool); 4] = [(Ok(HASH), true), (Err(4001), false), (Err(-32603), true), (Ok("yes"), true)];
    for (answer, stays) in answers {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        assert!(!is_marked(&world), "nothing can have been sent yet");
        store.give_up_wallet();
        to_approval(&world, store);
        assert!(is_marked(&world));
        world.wallet_answers(answer);
        assert_eq!(is_marked(&world), stays, "{answer:?}");
        let stored = world.stored("orders").unwrap_or_default();
        for secret in [HASH, ACCOUNT, "wallet-1"] {
            assert!(!stored.contains(secret), "{stored}");
        }
        store.nothing_was_sent();
        assert_eq!(is_marked(&world), answer == Ok(HASH), "the shopper says so, unless it is known: {answer:?}");
    }
}

#[test]
fn a_page_that_is_loaded_anew_does_not_ask_again_before_the_shopper_has_looked() {
    for answer in [None, Some(Ok(HASH)), Some(Err(0))] {
        let world = World::new();
        let (owner, store) = waiting(&world);
        to_approval(&world, store);
        if let Some(answer) = answer {
            world.wallet_answers(answer);
        }
        let (_owner, store) = reloaded(&world, owner, &order("WaitingForPayment", 1_790_000_000));
        assert_eq!(failure(store), WalletFailure::Unclear, "{answer:?}");
        assert_eq!(in_wallet(store), Some(InWallet::Perhaps));
        assert!(untrack(|| store.may_have_sent()));
        assert_eq!(untrack(|| store.wallet_transfer()), None);
        asks_nothing(&world, store);
        store.nothing_was_sent();
        assert_eq!((payment(store), in_wallet(store), is_marked(&world)), (None, None, false));
        pay(store);
        assert_eq!(world.wallet_calls().last(), Some(&WalletCall::Account));
    }
    // After a plain refusal nothing counts as sent, and the page that is loaded anew does not ask either.
    let world = World::new();
    let (owner, store) = waiting(&world);
    to_approval(&world, store);
    world.wallet_answers(Err(4001));
    let (_owner, store) = reloaded(&world, owner, &order("WaitingForPayment", 1_790_000_000));
    assert_eq!((payment(store), untrack(|| store.may_have_sent())), (None, false));
}

#[test]
fn another_page_that_shows_the_order_heeds_that_a_wallet_was_asked() {
    let marked = |world: &World| {
        let stored = world.stored("orders").expect("an order");
        world.store("orders", stored.replace(r#""id":"o-1""#, r#""id":"o-1","asked":true"#));
    };
    // The page notices the mark by a nudge, when it becomes visible, or at the press.
    for event in [Some(PageEvent::Nudge), Some(PageEvent::Visible), None] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        marked(&world);
        match event {
            Some(event) => world.page(event),
            None => pay(store),
        }
        assert_eq!((failure(store), in_wallet(store)), (WalletFailure::Unclear, Some(InWallet::Perhaps)), "{event:?}");
        asks_nothing(&world, store);
        assert_eq!(world.wallet_calls(), []);
    }
    // The other page was quicker than the shopper of this one.
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    world.wallet_answers(Ok(ACCOUNT));
    world.wallet_answers(Ok("0x89"));
    confirm(&world, store, &order("WaitingForPayment", 1_790_000_000));
    marked(&world);
    world.page(PageEvent::Nudge);
    world.wallet_answers(Ok("0x89"));
    assert_eq!((failure(store), sends(&world), is_marked(&world)), (WalletFailure::Unclear, 0, true));
}

#[test]
fn a_wallet_that_may_send_counts_as_money_and_is_to_be_told_no_once_the_order_is_not_what_it_was() {
    type Change = (&'static str, fn(String) -> String, bool);
    let changes: [Change; 7] = [
        ("nothing", |body| body, false),
        ("spelling", |body| body.replace("51.20", "51.200"), false),
        ("amount", |body| body.replace("51.20", "51.21"), true),
        ("dearer", |body| body.replace("51.20", "61.20"), true),
        ("address", |body| body.replace(PAYEE, ACCOUNT), true),
        ("paid", |body| body.replace("WaitingForPayment", "PaymentStarted"), true),
        ("expired", |body| body.replace("WaitingForPayment", "Expired"), true),
    ];
    for (name, change, expected) in changes {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        to_approval(&world, store);
        assert!(untrack(|| store.may_have_sent() && !store.must_decline()), "{name}");
        news(&world, change(order("WaitingForPayment", 1_790_000_020)));
        assert_eq!(untrack(|| (store.may_have_sent(), store.must_decline())), (true, expected), "{name}");
        world.wallet_answers(Err(4001));
        assert!(!untrack(|| store.may_have_sent() || store.must_decline()), "{name}");
    }
    // A payment that was sent is still reported.
    let (world, _owner, store) = sent();
    news(&world, order("Expired", 1_790_000_020));
    assert!(untrack(|| store.may_have_sent() && !store.must_decline()));
}

#[test]
fn a_wallet_that_still_asks_when_the_window_ends_is_to_be_told_no() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    to_approval(&world, store);
    world.pass(Duration::from_secs(31 * 60));
    assert!(untrack(|| store.may_have_sent() && store.must_decline()));
}

#[test]
fn a_wallet_that_hangs_over_one_order_stands_in_the_way_of_another_only_once_it_may_send() {
    let other = |store: Store, world: &World| {
        store.start_over();
        store.resume(OrderId::new("o-2").unwrap());
        turn();
        world.answer("/v5/orders/o-2", ok(&order("WaitingForPayment", 1_790_000_000).replace("o-1", "o-2")));
    };
    let back = |store: Store, world: &World| {
        store.start_over();
        store.resume(OrderId::new("o-1").unwrap());
        turn();
        world.answer(READ, ok(&order("WaitingForPayment", 1_790_000_000)));
    };
    // An order that is left before its wallet was asked to send gives the wallet up.
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    other(store, &world);
    assert_eq!((payment(store), world.wallet_open()), (None, None));
    pay(store);
    assert_eq!((payment(store), world.wallet_calls().len()), (Some(WalletPayment::Doing(WalletStep::Connect)), 2));
    back(store, &world);
    assert_eq!((payment(store), world.wallet_open()), (None, None));
    // Once the wallet was asked to send, another order says so, and the wallet gets no request.
    to_approval(&world, store);
    other(store, &world);
    let asked = world.wallet_calls().len();
    pay(store);
    assert_eq!((failure(store), world.wallet_calls().len()), (WalletFailure::OtherOrder, asked));
    assert!(!untrack(|| store.may_have_sent()));
    world.wallet_answers(Err(4001));
    pay(store);
    assert_eq!(world.wallet_open(), Some(WalletCall::Account));
    back(store, &world);
    assert_eq!(failure(store), WalletFailure::Declined);
}

#[test]
fn a_wallet_that_takes_minutes_to_name_its_network_sends_only_what_was_confirmed_since() {
    let same = order("WaitingForPayment", 1_790_000_000);
    let paid = order("PaymentStarted", 1_790_000_100);
    for (said, expected) in [
        (ok(&same), None),
        (ok(&paid), Some(WalletFailure::Changed)),
        (answer(502, ""), Some(WalletFailure::Unconfirmed)),
    ] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        world.wallet_answers(Ok("0x89"));
        confirm(&world, store, &same);
        assert_eq!(world.wallet_open(), Some(WalletCall::ChainId));
        // Meanwhile no read is answered with an order.
        for _ in 0..180 {
            world.pass(Duration::from_secs(1));
            while world.count_open(READ) > 0 {
                world.answer(READ, answer(502, ""));
            }
        }
        world.wallet_answers(Ok("0x89"));
        assert_eq!((payment(store), sends(&world)), (Some(WalletPayment::Doing(WalletStep::Confirm)), 0));
        for _ in 0..20 {
            world.pass(Duration::from_millis(500));
            while world.count_open(READ) > 0 {
                world.answer(READ, said.clone());
            }
        }
        match expected {
            None => assert_eq!((payment(store), sends(&world)), (Some(WalletPayment::Doing(WalletStep::Approve)), 1)),
            Some(expected) => assert_eq!((failure(store), sends(&world)), (expected, 0)),
        }
    }
}
