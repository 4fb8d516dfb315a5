//! Paying with a wallet of the browser: what the wallet is asked, in which order, and when it is not asked at all.

use core::time::Duration;

use cr_core::{order::OrderId, payment::evm::Transfer};
use cr_widget::app::{
    Store,
    ports::{NoAnswer, StreamEvent, WalletCall},
    store::{WalletFailure, WalletPayment, WalletStep},
};
use leptos::prelude::{GetUntracked as _, Owner, untrack};

use crate::{
    shop::BRANDS,
    world::{World, answer, ok, turn},
};

pub(crate) const READ: &str = "/v5/orders/o-1";
pub(crate) const PAYEE: &str = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
pub(crate) const ACCOUNT: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const USDC: &str = "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359";
pub(crate) const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";

const VIAS: &str = r#"[{ "name": "USER_WALLET", "available": true, "currencies": [
  { "name": "USDC", "networks": [
    { "name": "Polygon (Matic)", "display_name": "Polygon", "chain_id": 137, "base_token": "MATIC",
      "smart_contract_engine": "EVM",
      "smart_contract": { "address": "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359", "decimals": 6 } },
    { "name": "Base", "chain_id": 8453, "base_token": "ETH" } ] },
  { "name": "ETH", "networks": [ { "name": "ETH Mainnet", "chain_id": 1, "base_token": "ETH" } ] } ] }]"#;

pub(crate) fn order(state: &str, updated_at: u32) -> String {
    format!(
        r#"{{ "order_id": "o-1", "order_state": "{state}", "payment_state": "WalletCreated", "coin": "USDC",
        "network": "Polygon (Matic)", "coin_amount": "51.20", "sent_coin_amount": "0", "wallet_address": "{PAYEE}",
        "created_at": "1790000000", "payment_requested_at": "1790000000", "updated_at": "{updated_at}", "deliveries": [] }}"#
    )
}

/// Opens an order of an earlier visit, and answers its read with `body`.
pub(crate) fn opened(world: &World, store: Store, body: &str) {
    world.answer("/v2/brands", ok(BRANDS));
    world.answer("/v2/homepage", ok("{}"));
    world.answer("/v3/payment_vias", ok(VIAS));
    store.resume(OrderId::new("o-1").unwrap());
    turn();
    world.answer(READ, ok(body));
}

pub(crate) fn waiting(world: &std::rc::Rc<World>) -> (Owner, Store) {
    let (owner, store) = world.element(|_| {});
    opened(world, store, &order("WaitingForPayment", 1_790_000_000));
    (owner, store)
}

pub(crate) fn payment(store: Store) -> Option<WalletPayment> {
    turn();
    untrack(|| store.wallet_payment())
}

pub(crate) fn failure(store: Store) -> WalletFailure {
    match payment(store) {
        Some(WalletPayment::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn pay(store: Store) {
    store.pay_by_wallet("wallet-1".to_owned());
    turn();
}

fn the_transfer() -> Transfer {
    let payee = PAYEE.trim_start_matches("0x").to_lowercase();
    Transfer {
        chain_id: 137,
        to: USDC.to_owned(),
        value: "0x0".to_owned(),
        // The amount is 51,200,000 atoms.
        data: format!("0xa9059cbb{payee:0>64}{:0>64}", "30d4000"),
    }
}

/// Goes to the question whether to send, on the right network.
pub(crate) fn to_approval(world: &World, store: Store) {
    pay(store);
    world.wallet_answers(Ok(ACCOUNT));
    world.wallet_answers(Ok("0x89"));
    let same = order("WaitingForPayment", 1_790_000_000);
    confirm(world, store, &same);
    world.wallet_answers(Ok("0x89"));
    assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Approve)));
}

/// Gives the server the time to confirm the order.
pub(crate) fn confirm(world: &World, store: Store, body: &str) {
    while payment(store) == Some(WalletPayment::Doing(WalletStep::Confirm)) && world.wallet_open().is_none() {
        world.pass(Duration::from_millis(250));
        while world.count_open(READ) > 0 {
            world.answer(READ, ok(body));
        }
    }
}

/// Sends something new from the server.
pub(crate) fn news(world: &World, body: String) {
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(body));
    world.pass(Duration::from_millis(100));
}

#[test]
fn the_wallet_is_asked_for_the_very_transaction_and_its_hash_is_kept() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    to_approval(&world, store);
    let send = WalletCall::Send { from: ACCOUNT.to_owned(), transfer: the_transfer() };
    assert_eq!(world.wallet_calls(), [WalletCall::Account, WalletCall::ChainId, WalletCall::ChainId, send]);
    world.wallet_answers(Ok(HASH));
    let sent = Some(WalletPayment::Sent { hash: HASH.to_owned(), amount: "51.20".parse().unwrap() });
    assert_eq!(payment(store), sent);
    // Another press sends no request.
    pay(store);
    assert_eq!((world.wallet_calls().len(), payment(store)), (4, sent.clone()));
    // The payment belongs to the order: it leaves the screen with the order, comes back with it, and is stored nowhere.
    store.start_over();
    assert_eq!(payment(store), None);
    store.resume(OrderId::new("o-1").unwrap());
    turn();
    world.answer(READ, ok(&order("WaitingForPayment", 1_790_000_010)));
    assert_eq!(payment(store), sent);
    for key in ["orders", "create"] {
        let stored = world.stored(key).unwrap_or_default();
        assert!(!stored.contains(HASH) && !stored.contains(ACCOUNT), "{stored}");
    }
}

#[test]
fn a_second_press_asks_nothing() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    pay(store);
    assert_eq!(world.wallet_calls(), [WalletCall::Account]);
    world.wallet_answers(Ok(ACCOUNT));
    pay(store);
    assert_eq!(world.wallet_calls(), [WalletCall::Account, WalletCall::ChainId]);
}

#[test]
fn another_network_is_switched_and_looked_at_again() {
    for (answers, expected) in [
        (vec![Ok("")], Ok(())),
        (vec![Err(4902)], Err(WalletFailure::UnknownChain)),
        (vec![Err(4001)], Err(WalletFailure::Declined)),
        (vec![Err(-32002)], Err(WalletFailure::Busy)),
        (vec![Err(4200)], Err(WalletFailure::NoAnswer)),
    ] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        world.wallet_answers(Ok("0x1"));
        assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Switch)));
        assert_eq!(world.wallet_open(), Some(WalletCall::Switch(137)));
        for answer in answers {
            world.wallet_answers(answer);
        }
        match expected {
            Ok(()) => {
                confirm(&world, store, "");
                world.wallet_answers(Ok("137"));
                assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Approve)));
            }
            Err(expected) => assert_eq!(failure(store), expected),
        }
    }
    // This wallet says yes to the switch and stays on its network.
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    world.wallet_answers(Ok(ACCOUNT));
    world.wallet_answers(Ok("0x1"));
    world.wallet_answers(Ok(""));
    confirm(&world, store, "");
    world.wallet_answers(Ok("0x1"));
    assert_eq!(failure(store), WalletFailure::OtherChain);
    assert!(!world.wallet_calls().iter().any(|call| matches!(call, WalletCall::Send { .. })));
}

#[test]
fn what_the_wallet_says_when_asked_to_connect_is_told() {
    for (answer, expected) in [
        (Err(4001), WalletFailure::Declined),
        (Err(-32002), WalletFailure::Busy),
        (Err(0), WalletFailure::NoAnswer),
        (Ok(""), WalletFailure::NoAccount),
        (Ok("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), WalletFailure::NoAccount),
    ] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        pay(store);
        world.wallet_answers(answer);
        assert_eq!(failure(store), expected, "{answer:?}");
        // The shopper may try again.
        pay(store);
        assert_eq!(world.wallet_open(), Some(WalletCall::Account));
    }
}

#[test]
fn a_wallet_that_does_not_say_whether_it_sent_is_not_asked_again_before_the_shopper_has_looked() {
    for answer in [Err(-32603), Err(-32000), Err(0), Ok(""), Ok("0x12"), Ok("yes")] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        to_approval(&world, store);
        let asked = world.wallet_calls().len();
        world.wallet_answers(answer);
        assert_eq!(failure(store), WalletFailure::Unclear, "{answer:?}");
        pay(store);
        assert_eq!((world.wallet_calls().len(), failure(store)), (asked, WalletFailure::Unclear), "{answer:?}");
        store.nothing_was_sent();
        pay(store);
        assert_eq!(world.wallet_open(), Some(WalletCall::Account), "{answer:?}");
    }
    // A wallet that plainly declines has not sent.
    let world = World::new();
    let (_owner, store) = waiting(&world);
    to_approval(&world, store);
    world.wallet_answers(Err(4001));
    assert_eq!(failure(store), WalletFailure::Declined);
    pay(store);
    assert_eq!(world.wallet_open(), Some(WalletCall::Account));
}

#[test]
fn an_order_that_changed_while_the_wallet_was_asked_is_not_sent() {
    type Change = (&'static str, fn(String) -> String);
    let changes: [Change; 5] = [
        ("address", |body| body.replace(PAYEE, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")),
        ("amount", |body| body.replace("51.20", "51.21")),
        ("network", |body| body.replace("Polygon (Matic)", "Base")),
        ("paid", |body| body.replace("WaitingForPayment", "PaymentStarted")),
        ("expired", |body| body.replace("WaitingForPayment", "Expired")),
    ];
    for (name, change) in changes {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        news(&world, change(order("WaitingForPayment", 1_790_000_005)));
        world.wallet_answers(Ok("0x89"));
        confirm(&world, store, "");
        world.wallet_answers(Ok("0x89"));
        assert_eq!(failure(store), WalletFailure::Changed, "{name}");
        assert!(!world.wallet_calls().iter().any(|call| matches!(call, WalletCall::Send { .. })), "{name}");
    }
}

#[test]
fn news_that_waits_for_the_end_of_a_frame_is_looked_at_before_anything_is_sent() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    world.wallet_answers(Ok(ACCOUNT));
    world.wallet_answers(Ok("0x89"));
    confirm(&world, store, &order("WaitingForPayment", 1_790_000_000));
    news(&world, order("WaitingForPayment", 1_790_000_001));
    world.stream(StreamEvent::Message(order("WaitingForPayment", 1_790_000_002)));
    let dearer = order("WaitingForPayment", 1_790_000_003).replace("51.20", "51.30");
    world.stream(StreamEvent::Message(dearer));
    world.wallet_answers(Ok("0x89"));
    assert_eq!(failure(store), WalletFailure::Changed);
    assert!(!world.wallet_calls().iter().any(|call| matches!(call, WalletCall::Send { .. })));
}

#[test]
fn what_another_page_has_stored_is_looked_at_before_anything_is_sent() {
    let marks = [r#""barred":"address""#, r#""barred":"mismatch""#, r#""paid":true"#];
    for (mark, is_early) in marks.into_iter().flat_map(|mark| [(mark, false), (mark, true)]) {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        let write = || {
            let stored = world.stored("orders").unwrap();
            assert!(stored.contains(r#""id":"o-1","#), "{stored}");
            world.store("orders", stored.replace(r#""id":"o-1","#, &format!(r#""id":"o-1",{mark},"#)));
        };
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        if is_early {
            write();
        }
        world.wallet_answers(Ok("0x89"));
        confirm(&world, store, &order("WaitingForPayment", 1_790_000_000));
        if !is_early {
            write();
        }
        world.wallet_answers(Ok("0x89"));
        assert_eq!(failure(store), WalletFailure::Changed, "{mark}");
        assert!(!world.wallet_calls().iter().any(|call| matches!(call, WalletCall::Send { .. })), "{mark}");
    }
}

#[test]
fn the_wallet_is_asked_as_soon_as_the_order_is_confirmed_with_what_the_answer_brought() {
    for (amount, is_asked) in [("51.20", true), ("51.30", false)] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        world.pass(Duration::from_secs(20));
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        world.wallet_answers(Ok("0x89"));
        assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Confirm)));
        assert_eq!(world.wallet_open(), None);
        let asked = world.now();
        world.answer(READ, ok(&order("WaitingForPayment", 1_790_000_001).replace("51.20", amount)));
        assert_eq!((world.wallet_open(), world.now()), (Some(WalletCall::ChainId), asked), "no time has passed");
        world.wallet_answers(Ok("0x89"));
        let is_open = payment(store) == Some(WalletPayment::Doing(WalletStep::Approve));
        assert_eq!(is_open, is_asked, "{amount}: {:?}", payment(store));
    }
}

#[test]
fn an_order_whose_time_ran_out_while_the_wallet_was_asked_is_not_sent() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    world.pass(Duration::from_secs(31 * 60));
    world.wallet_answers(Ok(ACCOUNT));
    world.wallet_answers(Ok("0x89"));
    // The order is read from the server first, and has not changed.
    confirm(&world, store, &order("WaitingForPayment", 1_790_000_000));
    world.wallet_answers(Ok("0x89"));
    assert_eq!(failure(store), WalletFailure::Changed);
    assert_eq!(untrack(|| store.wallet_transfer()), None);
    pay(store);
    assert_eq!(world.wallet_open(), None, "and none is asked any more");
}

#[test]
fn an_order_that_was_not_confirmed_lately_is_confirmed_before_anything_is_sent() {
    for (is_answered, expected) in [(true, None), (false, Some(WalletFailure::Unconfirmed))] {
        let world = World::new();
        let (_owner, store) = waiting(&world);
        pay(store);
        world.wallet_answers(Ok(ACCOUNT));
        // The shopper takes a minute; meanwhile no read is answered.
        for _ in 0..60 {
            world.pass(Duration::from_secs(1));
            while world.count_open(READ) > 0 {
                world.answer(READ, Err(NoAnswer));
            }
        }
        world.wallet_answers(Ok("0x89"));
        assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Confirm)));
        for _ in 0..20 {
            world.pass(Duration::from_millis(500));
            while world.count_open(READ) > 0 {
                world.answer(
                    READ,
                    if is_answered { ok(&order("WaitingForPayment", 1_790_000_000)) } else { answer(502, "") },
                );
            }
        }
        match expected {
            None => assert_eq!(world.wallet_open(), Some(WalletCall::ChainId)),
            Some(expected) => assert_eq!(failure(store), expected),
        }
        assert!(!world.wallet_calls().iter().any(|call| matches!(call, WalletCall::Send { .. })));
    }
}

#[test]
fn a_wallet_that_never_answers_can_be_given_up_until_it_is_asked_to_send() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    pay(store);
    world.pass(Duration::from_secs(60));
    store.give_up_wallet();
    assert_eq!((payment(store), world.wallet_open()), (None, None));
    to_approval(&world, store);
    store.give_up_wallet();
    assert_eq!(payment(store), Some(WalletPayment::Doing(WalletStep::Approve)), "it may be sent at any moment");
    // Leaving the order loses nothing either.
    store.start_over();
    world.wallet_answers(Ok(HASH));
    store.resume(OrderId::new("o-1").unwrap());
    turn();
    world.answer(READ, ok(&order("WaitingForPayment", 1_790_000_010)));
    assert!(matches!(payment(store), Some(WalletPayment::Sent { .. })));
}

#[test]
fn there_is_no_transaction_without_contract_chain_and_permission() {
    let cases: [(&str, &str); 6] = [
        (r#""network": "Polygon (Matic)""#, r#""network": "Base""#),
        (r#""network": "Polygon (Matic)""#, r#""network": "Optimism""#),
        ("WaitingForPayment", "PaymentStarted"),
        ("WaitingForPayment", "Expired"),
        ("WaitingForPayment", "Nobody knows"),
        (r#""deliveries""#, r#""memo": "12", "deliveries""#),
    ];
    for (from, to) in cases {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        opened(&world, store, &order("WaitingForPayment", 1_790_000_000).replace(from, to));
        assert_eq!(untrack(|| store.wallet_transfer()), None, "{to}");
        pay(store);
        assert_eq!(world.wallet_calls(), [], "{to}");
    }
}

#[test]
fn wallets_are_looked_for_only_while_they_are_wanted() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    assert!(!world.announce_wallet("Too early"));
    let looking = store.discover_wallets();
    assert!(world.announce_wallet("Fox"));
    assert_eq!(store.wallets.get_untracked()[0].name, "Fox");
    drop(looking);
    assert!(!world.announce_wallet("Too late"));
}
