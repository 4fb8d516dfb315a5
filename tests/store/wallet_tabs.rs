//! Two pages of one browser, and one order that each may ask a wallet to pay: what one page stores, takes back or hears
//! late does not hide a payment of the other.

use core::time::Duration;
use std::rc::Rc;

use cr_widget::app::{
    Store,
    ports::{PageEvent, WalletCall},
    store::{WalletFailure, WalletPayment, WalletStep},
};
use leptos::prelude::{Owner, untrack};

use crate::{
    wallet::{ACCOUNT, HASH, READ, failure, opened, order, pay, payment, to_approval, waiting},
    world::{World, ok, turn},
};

/// Whether the stored order carries the mark that a wallet was asked.
fn is_marked(world: &World) -> bool {
    world.stored("orders").unwrap_or_default().contains(r#""asked":true"#)
}

/// Opens the order on two pages. The wallet shows the question of the first one; on the second one the shopper has said
/// that nothing was sent.
fn asked_and_taken_back(world: &Rc<World>) -> [(Owner, Store); 2] {
    let asking = waiting(world);
    to_approval(world, asking.1);
    let (owner, other) = world.element(|_| {});
    opened(world, other, &order("WaitingForPayment", 1_790_000_000));
    assert_eq!(failure(other), WalletFailure::Unclear);
    other.nothing_was_sent();
    assert_eq!((payment(other), is_marked(world)), (None, false));
    [asking, (owner, other)]
}

/// Goes to the question whether to send, while the wallet still shows the one of another page.
fn to_second_approval(world: &World, store: Store) {
    pay(store);
    world.wallet_answers_last(Ok(ACCOUNT));
    world.wallet_answers_last(Ok("0x89"));
    while world.wallet_calls().last() == Some(&WalletCall::ChainId) && payment(store) != approving() {
        world.pass(Duration::from_millis(250));
        while world.count_open(READ) > 0 {
            world.answer(READ, ok(&order("WaitingForPayment", 1_790_000_000)));
        }
        if world.is_last_wallet_call_open() {
            world.wallet_answers_last(Ok("0x89"));
        }
    }
    assert_eq!((payment(store), is_marked(world)), (approving(), true));
}

fn approving() -> Option<WalletPayment> {
    Some(WalletPayment::Doing(WalletStep::Approve))
}

#[test]
fn what_a_wallet_sends_after_the_shopper_said_that_it_had_not_is_marked_again() {
    for answer in [Ok(HASH), Err(-32603), Ok("yes")] {
        let world = World::new();
        let [_asking, (_owner, other)] = asked_and_taken_back(&world);
        world.wallet_answers(answer);
        assert!(is_marked(&world), "{answer:?}");
        pay(other);
        assert_eq!(failure(other), WalletFailure::Unclear, "{answer:?}");
        assert!(untrack(|| other.may_have_sent()), "{answer:?}");
    }
}

#[test]
fn a_page_whose_question_is_open_marks_the_order_again_as_soon_as_it_looks() {
    for event in [PageEvent::Nudge, PageEvent::Visible] {
        let world = World::new();
        let [(_first, asking), (_second, other)] = asked_and_taken_back(&world);
        world.page(event);
        assert_eq!((payment(asking), is_marked(&world)), (approving(), true), "{event:?}");
        world.page(PageEvent::Nudge);
        assert_eq!(failure(other), WalletFailure::Unclear, "{event:?}");
        // Its own refusal takes the mark back, and nothing stands in the way any more.
        world.wallet_answers(Err(4001));
        assert!(!is_marked(&world), "{event:?}");
        pay(asking);
        assert_eq!(world.wallet_open(), Some(WalletCall::Account), "{event:?}");
    }
}

#[test]
fn a_page_that_only_heard_of_a_question_offers_wallets_again_after_that_was_declined() {
    for event in [PageEvent::Nudge, PageEvent::Visible] {
        let world = World::new();
        let (_first, asking) = waiting(&world);
        to_approval(&world, asking);
        let (_second, other) = world.element(|_| {});
        opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
        assert_eq!(failure(other), WalletFailure::Unclear);
        world.page(event);
        assert_eq!(failure(other), WalletFailure::Unclear, "{event:?}: the wallet still asks");
        world.wallet_answers(Err(4001));
        world.page(event);
        assert_eq!((payment(other), is_marked(&world)), (None, false), "{event:?}");
        assert_eq!(failure(asking), WalletFailure::Declined, "{event:?}");
    }
}

#[test]
fn a_page_whose_order_is_not_stored_any_more_keeps_what_it_heard() {
    let world = World::new();
    let (_first, asking) = waiting(&world);
    to_approval(&world, asking);
    let (_second, other) = world.element(|_| {});
    opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
    assert_eq!(failure(other), WalletFailure::Unclear);
    world.pass(Duration::from_secs(25 * 3_600));
    world.page(PageEvent::Nudge);
    assert_eq!(failure(other), WalletFailure::Unclear, "that nothing is stored proves nothing");
}

#[test]
fn a_page_that_has_sent_marks_the_order_again_as_soon_as_it_looks() {
    let world = World::new();
    let asking = waiting(&world);
    to_approval(&world, asking.1);
    world.wallet_answers(Ok(HASH));
    let (_owner, other) = world.element(|_| {});
    opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
    other.nothing_was_sent();
    assert!(!is_marked(&world), "the other page cannot know better");
    world.page(PageEvent::Nudge);
    assert!(is_marked(&world));
    world.page(PageEvent::Nudge);
    assert_eq!(failure(other), WalletFailure::Unclear);
}

#[test]
fn a_refusal_that_comes_late_does_not_take_back_the_mark_of_another_page() {
    let world = World::new();
    let [(_first, asking), (owner, other)] = asked_and_taken_back(&world);
    to_second_approval(&world, other);
    world.wallet_answers(Err(4001));
    assert_eq!((failure(asking), payment(other)), (WalletFailure::Unclear, approving()), "the other wallet may send");
    assert!(is_marked(&world), "the other page's question is open");
    // The other page is loaded anew, and its wallet sends meanwhile: no page asks again.
    drop(owner);
    pay(asking);
    assert_eq!(failure(asking), WalletFailure::Unclear);
}

#[test]
fn the_refusal_of_a_second_page_does_not_take_back_the_mark_of_what_the_first_one_has_sent() {
    let world = World::new();
    let [(first, asking), (_second, other)] = asked_and_taken_back(&world);
    to_second_approval(&world, other);
    world.wallet_answers(Ok(HASH));
    // What the other page's wallet does is not known here.
    let hashes = untrack(|| asking.wallet_hashes());
    assert_eq!((failure(asking), hashes), (WalletFailure::AskedElsewhere, vec![HASH.to_owned()]));
    world.wallet_answers(Err(4001));
    assert_eq!((failure(other), is_marked(&world)), (WalletFailure::Unclear, true), "the first page's wallet has sent");
    drop(first);
    pay(other);
    assert_eq!(failure(other), WalletFailure::Unclear);
}

#[test]
fn a_page_that_has_sent_says_both_that_and_that_another_one_has_asked() {
    let world = World::new();
    let asking = waiting(&world);
    to_approval(&world, asking.1);
    world.wallet_answers(Ok(HASH));
    let sent = payment(asking.1);
    let (_owner, other) = world.element(|_| {});
    opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
    other.nothing_was_sent();
    to_second_approval(&world, other);
    world.page(PageEvent::Nudge);
    assert_eq!(failure(asking.1), WalletFailure::AskedElsewhere);
    assert!(untrack(|| asking.1.may_have_sent()));
    // The shopper's word is about the other page: what was sent here stays.
    asking.1.nothing_was_sent();
    assert_eq!((payment(asking.1), is_marked(&world)), (sent, true));
    pay(asking.1);
    assert_eq!(untrack(|| asking.1.wallet_hashes()).len(), 1);
}

#[test]
fn a_page_that_has_sent_says_so_again_after_the_other_ones_wallet_declined() {
    let world = World::new();
    let asking = waiting(&world);
    to_approval(&world, asking.1);
    world.wallet_answers(Ok(HASH));
    let sent = payment(asking.1);
    let (_owner, other) = world.element(|_| {});
    opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
    other.nothing_was_sent();
    to_second_approval(&world, other);
    world.page(PageEvent::Nudge);
    assert_eq!(failure(asking.1), WalletFailure::AskedElsewhere);
    world.wallet_answers(Err(4001));
    world.page(PageEvent::Nudge);
    assert_eq!((payment(asking.1), is_marked(&world)), (sent, true), "its own mark is there again");
}

#[test]
fn pages_whose_orders_are_not_stored_any_more_do_not_nudge_each_other_without_end() {
    let world = World::new();
    let (_owner, store) = waiting(&world);
    to_approval(&world, store);
    world.wallet_answers(Ok(HASH));
    turn();
    world.pass(Duration::from_secs(25 * 3_600));
    let before = world.nudges();
    for _ in 0..5 {
        world.page(PageEvent::Nudge);
        turn();
    }
    assert_eq!(world.nudges(), before, "a day later the order is stored no more, and its mark cannot be");
}

#[test]
fn an_open_question_keeps_its_mark_after_its_page_has_left_the_order() {
    let world = World::new();
    let (_first, asking) = waiting(&world);
    to_approval(&world, asking);
    asking.start_over();
    turn();
    let (_second, other) = world.element(|_| {});
    opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
    assert_eq!(failure(other), WalletFailure::Unclear);
    other.nothing_was_sent();
    assert!(!is_marked(&world));
    world.page(PageEvent::Nudge);
    turn();
    assert!(is_marked(&world), "the wallet still shows the question");
    world.page(PageEvent::Nudge);
    assert_eq!(failure(other), WalletFailure::Unclear);
}

#[test]
fn what_another_page_asked_meanwhile_counts_when_a_payment_here_comes_to_nothing() {
    for gives_up in [false, true] {
        let world = World::new();
        let (_first, asking) = waiting(&world);
        pay(asking);
        let (_second, other) = world.element(|_| {});
        opened(&world, other, &order("WaitingForPayment", 1_790_000_000));
        to_second_approval(&world, other);
        if gives_up {
            asking.give_up_wallet();
        } else {
            world.wallet_answers(Err(4001));
        }
        assert_eq!(failure(asking), WalletFailure::Unclear, "the other page's wallet may send: {gives_up}");
    }
}
