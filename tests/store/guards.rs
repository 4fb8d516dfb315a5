//! What protects money outlives leaving an order: starting over, a reload, and a host page that names the order.

use core::time::Duration;
use std::rc::Rc;

use cr_core::{
    order::{NotPayable, OrderId, OrderState, Stage},
    tracking::Health,
};
use cr_widget::app::{
    Store,
    ports::{Elsewhere, NoAnswer, PageEvent, StreamEvent},
    store::{WalletFailure, WalletPayment},
};
use leptos::prelude::{GetUntracked as _, Owner, WithUntracked as _, untrack};

use crate::{
    shop::{go_to_passed_review, go_to_payment, open_shop, order, standing},
    world::{NOT_FOUND, World, answer, country, ok, turn},
};

const CREATE: &str = "/v5/orders";
const READ: &str = "/v5/orders/o-1";

fn id(text: &str) -> OrderId {
    OrderId::new(text).unwrap()
}

fn stage(store: Store) -> Option<Stage> {
    store.checkout.with_untracked(cr_core::checkout::Checkout::stage)
}

fn is_payable(store: Store) -> bool {
    store.checkout.with_untracked(|checkout| checkout.instruction(None).is_ok())
}

fn waiting(updated_at: u32, amount: &str) -> String {
    order("o-1", "WaitingForPayment", updated_at, amount)
}

/// Makes an order, whose create is answered with `body`.
fn create(world: &World, store: Store, body: &str) {
    go_to_passed_review(world, store, "51.20");
    store.create_order();
    turn();
    world.answer(CREATE, ok(body));
}

fn moved(body: &str) -> String {
    body.replace("AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS", "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF")
}

/// Opens the order as a shopper does, and answers its read with `body`.
fn reopen(world: &World, store: Store, body: &str) {
    store.resume(id("o-1"));
    turn();
    world.answer(READ, ok(body));
}

/// What happened to an order before it was left, and why it is not payable since then.
type Story = (&'static str, fn(&World, Store), NotPayable);

const STORIES: [Story; 9] = [
    (
        "mismatch",
        |world, store| create(world, store, &waiting(1_790_000_000, "51.20").replace("Arcadia", "Arcadia Bundle")),
        NotPayable::Mismatch,
    ),
    (
        "unproven",
        |world, store| {
            let body = waiting(1_790_000_000, "51.20").replace(r#""brand_name": "Arcadia","#, "");
            create(world, store, &body);
        },
        NotPayable::Incomplete,
    ),
    ("dearer", |world, store| create(world, store, &waiting(1_790_000_000, "60")), NotPayable::Dearer),
    ("cheaper", |world, store| create(world, store, &waiting(1_790_000_000, "45")), NotPayable::Cheaper),
    ("half the price", |world, store| create(world, store, &waiting(1_790_000_000, "25.60")), NotPayable::Cheaper),
    (
        "half the price later",
        |world, store| {
            create(world, store, &waiting(1_790_000_000, "51.20"));
            world.stream(StreamEvent::Opened);
            world.stream(StreamEvent::Message(waiting(1_790_000_010, "25.60")));
        },
        NotPayable::Cheaper,
    ),
    (
        "dearer later",
        |world, store| {
            create(world, store, &waiting(1_790_000_000, "51.20"));
            world.stream(StreamEvent::Opened);
            world.stream(StreamEvent::Message(waiting(1_790_000_010, "60")));
        },
        NotPayable::Dearer,
    ),
    (
        "address changed",
        |world, store| {
            create(world, store, &waiting(1_790_000_000, "51.20"));
            world.stream(StreamEvent::Opened);
            world.stream(StreamEvent::Message(moved(&waiting(1_790_000_010, "51.20"))));
        },
        NotPayable::AddressChanged,
    ),
    (
        "another address in an older snapshot",
        |world, store| {
            create(world, store, &waiting(1_790_000_010, "51.20"));
            world.stream(StreamEvent::Opened);
            world.stream(StreamEvent::Message(moved(&waiting(1_790_000_000, "51.20"))));
        },
        NotPayable::AddressChanged,
    ),
];

#[test]
fn an_order_that_was_not_payable_is_not_payable_when_opened_again() {
    for (name, story, reason) in STORIES {
        let world = World::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        story(&world, store);
        assert!(!is_payable(store), "{name}");
        store.start_over();
        assert_eq!(store.resumable.get_untracked().len(), 1, "{name}: it can still be opened");
        let fits = waiting(1_790_000_020, "51.20");
        reopen(&world, store, &fits);
        assert_eq!((standing(store), stage(store)), ("not payable", Some(Stage::NotPayable(reason))), "{name}: left");
        assert!(!is_payable(store), "{name}: left");
        drop(owner);

        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        reopen(&world, store, &fits);
        assert_eq!(
            (standing(store), stage(store)),
            ("not payable", Some(Stage::NotPayable(reason))),
            "{name}: reloaded"
        );
        store.start_over();
        reopen(&world, store, &fits);
        assert!(!is_payable(store), "{name}: opening it takes nothing back");
        drop(owner);
    }
}

#[test]
fn h13_what_changed_while_nobody_looked_is_noticed() {
    let fits = waiting(1_790_000_020, "51.20");
    for (name, body, expected) in [
        ("nothing", fits.clone(), ("paying", true)),
        ("the address", moved(&fits), ("not payable", false)),
        ("a little more", waiting(1_790_000_020, "51.30"), ("paying", true)),
        ("much more", waiting(1_790_000_020, "60"), ("confirming", false)),
        ("a little less", waiting(1_790_000_020, "50.90"), ("paying", true)),
        ("much less", waiting(1_790_000_020, "45"), ("confirming", false)),
        ("half", waiting(1_790_000_020, "25.60"), ("not payable", false)),
    ] {
        let world = World::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        create(&world, store, &waiting(1_790_000_000, "51.20"));
        assert!(is_payable(store), "{name}");
        let stored = world.stored("orders").unwrap();
        assert!(!stored.contains("AtuXpQUSVhw6"), "no address is stored: {stored}");
        drop(owner);

        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        reopen(&world, store, &body);
        assert_eq!((standing(store), is_payable(store)), expected, "{name}");
    }
}

#[test]
fn another_payee_bars_an_order_for_good_that_is_barred_for_its_price() {
    for is_heard_at_opening in [false, true] {
        for price in ["60", "45"] {
            let world = World::new();
            let (first_owner, first) = world.element(|_| {});
            open_shop(&world, false);
            create(&world, first, &waiting(1_790_000_000, "51.20"));
            world.stream(StreamEvent::Opened);
            world.answer(READ, ok(&waiting(1_790_000_000, "51.20")));
            // Another page is asked about the price, is loaded anew, and hears of another payee.
            let (owner, store) = world.element(|_| {});
            reopen(&world, store, &waiting(1_790_000_010, price));
            assert_eq!(standing(store), "confirming");
            drop(owner);
            let (owner, store) = world.element(|_| {});
            let elsewhere = moved(&waiting(1_790_000_020, price));
            if is_heard_at_opening {
                reopen(&world, store, &elsewhere);
            } else {
                reopen(&world, store, &waiting(1_790_000_010, price));
                assert_eq!(standing(store), "not payable");
                world.pass(Duration::from_secs(2));
                store.check_now();
                world.answer(READ, ok(&elsewhere));
                world.pass(Duration::from_secs(1));
            }
            assert!(!is_payable(store));
            drop(owner);
            // The first page has missed all of that, and stores that nothing bars the order.
            world.stream(StreamEvent::Message(waiting(1_790_000_030, "51.30")));
            world.pass(Duration::from_secs(1));
            drop(first_owner);

            let (_owner, store) = world.element(|_| {});
            open_shop(&world, false);
            reopen(&world, store, &waiting(1_790_000_040, "51.20"));
            assert!(!is_payable(store), "{price}");
            assert_eq!(stage(store), Some(Stage::NotPayable(NotPayable::AddressChanged)), "{price}");
        }
    }
}

/// The mark of address and memo `7` of order `o-1`, as releases before this test wrote it.
const MARK_WITH_MEMO: &str = r#""payee":"0c4d2eed5956aa6a:9056c26b8a1e02ff""#;
const MARK_WITHOUT: &str = r#""payee":"0c4d2eed5956aa6a:""#;

#[test]
fn u19_a_memo_that_was_told_is_asked_for_again_after_a_reload() {
    let with = |memo: &str, updated_at: u32| {
        let field = format!(r#""destination_tag": {memo}, "deliveries""#);
        waiting(updated_at, "51.20").replace(r#""deliveries""#, &field)
    };
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &with("7", 1_790_000_000));
    assert!(is_payable(store));
    assert!(world.stored("orders").unwrap().contains(MARK_WITH_MEMO));
    drop(owner);

    for (memo, expected) in [("7", ("paying", true)), ("8", ("not payable", false)), ("[]", ("paying", false))] {
        let stored = world.stored("orders").unwrap();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        // The memo is left out: the order is not payable, however often it is read like that.
        reopen(&world, store, &waiting(1_790_000_010, "51.20"));
        assert_eq!(stage(store), Some(Stage::NotPayable(NotPayable::Incomplete)));
        store.start_over();
        reopen(&world, store, &waiting(1_790_000_010, "51.20"));
        assert!(!is_payable(store));
        world.stream(StreamEvent::Opened);
        world.stream(StreamEvent::Message(with(memo, 1_790_000_020)));
        // A snapshot that follows closely on another is shown with the next frame.
        world.pass(Duration::from_secs(1));
        assert_eq!((standing(store), is_payable(store)), expected, "{memo}");
        assert!(world.stored("orders").unwrap().contains(MARK_WITH_MEMO));
        drop(owner);
        world.store("orders", stored);
    }
}

#[test]
fn u19_a_memo_that_comes_later_is_remembered_beside_what_an_older_release_stored() {
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "51.20"));
    let stored = world.stored("orders").unwrap();
    assert!(stored.contains(MARK_WITHOUT), "{stored}");
    world.stream(StreamEvent::Opened);
    let memo = waiting(1_790_000_010, "51.20").replace(r#""deliveries""#, r#""memo": "7", "deliveries""#);
    world.stream(StreamEvent::Message(memo));
    let now = world.stored("orders").unwrap();
    assert_eq!(now, stored.replace(MARK_WITHOUT, MARK_WITH_MEMO), "nothing else of the entry has changed");
    drop(owner);
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    reopen(&world, store, &waiting(1_790_000_020, "51.20"));
    assert!(!is_payable(store));
}

#[test]
fn u19_a_memo_that_another_tab_heard_of_is_asked_for_here() {
    let with_memo =
        |updated_at| waiting(updated_at, "51.20").replace(r#""deliveries""#, r#""memo": "7", "deliveries""#);
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "51.20"));
    world.stream(StreamEvent::Opened);
    assert!(is_payable(store));
    // Another page of this browser receives the memo, and the stored mark grows.
    let stored = world.stored("orders").unwrap();
    world.store("orders", stored.replace(MARK_WITHOUT, MARK_WITH_MEMO));
    world.stream(StreamEvent::Message(waiting(1_790_000_010, "51.20")));
    world.pass(Duration::from_secs(1));
    assert_eq!(stage(store), Some(Stage::NotPayable(NotPayable::Incomplete)));
    world.stream(StreamEvent::Message(with_memo(1_790_000_020)));
    world.pass(Duration::from_secs(1));
    assert!(is_payable(store));
}

#[test]
fn h13_half_the_price_is_not_taken_back_by_a_page_that_missed_it() {
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "51.20"));
    world.stream(StreamEvent::Opened);
    let before = world.stored("orders").unwrap();
    world.stream(StreamEvent::Message(waiting(1_790_000_010, "25.60")));
    world.pass(Duration::from_secs(1));
    assert!(!is_payable(store) && world.stored("notes").unwrap().contains("half"));
    drop(owner);
    // A page that was asleep meanwhile writes what it knows; it may be of any release.
    world.store("orders", before);
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    reopen(&world, store, &waiting(1_790_000_020, "51.20"));
    assert_eq!(stage(store), Some(Stage::NotPayable(NotPayable::Cheaper)));
    drop(owner);
    // A question about the price is not final.
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "45"));
    assert!(world.stored("notes").unwrap().contains("asked"));
    store.confirm_price();
    assert_eq!(world.stored("notes"), None);
}

/// Makes an order in one element and opens it in a second one. Both could be paid.
fn made_and_opened(world: &Rc<World>) -> [(Owner, Store); 2] {
    let (first_owner, first) = world.element(|_| {});
    open_shop(world, false);
    create(world, first, &waiting(1_790_000_000, "51.20"));
    world.stream(StreamEvent::Opened);
    world.answer(READ, ok(&waiting(1_790_000_000, "51.20")));
    let (owner, store) = world.element(|_| {});
    reopen(world, store, &waiting(1_790_000_000, "51.20"));
    // The next snapshot is shown at once.
    world.pass(Duration::from_secs(1));
    assert!(is_payable(first) && is_payable(store));
    [(first_owner, first), (owner, store)]
}

/// What one page hears, and where the order stands then on another page that was only told that something was stored.
type Heard = (&'static str, fn() -> String, &'static str, Stage);

const HEARD_ELSEWHERE: [Heard; 4] = [
    (
        "another address",
        || moved(&waiting(1_790_000_010, "51.20")),
        "not payable",
        Stage::NotPayable(NotPayable::AddressChanged),
    ),
    (
        "another order",
        || waiting(1_790_000_010, "51.20").replace("Arcadia", "Arcadia Bundle"),
        "not payable",
        Stage::NotPayable(NotPayable::Mismatch),
    ),
    ("half", || waiting(1_790_000_010, "25.60"), "not payable", Stage::NotPayable(NotPayable::Cheaper)),
    // What this page was told itself is older than the payment: that it went away is not known.
    ("money", || order("o-1", "PaymentStarted", 1_790_000_010, "51.20"), "following", Stage::PaymentSeen),
];

#[test]
fn an_open_page_heeds_at_once_what_another_one_has_stored() {
    for (name, heard, stands, expected) in HEARD_ELSEWHERE {
        let world = World::new();
        let [(_first_owner, _), (owner, store)] = made_and_opened(&world);
        world.stream(StreamEvent::Message(heard()));
        world.hear(&Elsewhere::Stored);
        assert_eq!((standing(store), stage(store)), (stands, Some(expected.clone())), "{name}");
        assert_eq!(store.money_seen.get_untracked(), name == "money", "{name}");
        // What this page is told later takes nothing of that back.
        world.pass(Duration::from_secs(2));
        store.check_now();
        world.answer(READ, ok(&waiting(1_790_000_020, "51.20")));
        world.pass(Duration::from_secs(1));
        assert_eq!((standing(store), stage(store)), (stands, Some(expected.clone())), "{name}: told later");
        drop(owner);
        let (_owner, store) = world.element(|_| {});
        reopen(&world, store, &waiting(1_790_000_030, "51.20"));
        // What is read now is newer than the payment that was stored.
        let expected = if name == "money" { Stage::PaymentWithdrawn } else { expected };
        assert_eq!((standing(store), stage(store)), (stands, Some(expected)), "{name}: opened again");
    }
}

#[test]
fn what_bars_an_order_counts_although_it_lasts_less_than_a_frame() {
    for (name, middle, expected) in [
        ("another address", moved(&waiting(1_790_000_011, "51.20")), NotPayable::AddressChanged),
        ("half the price", waiting(1_790_000_011, "25.60"), NotPayable::Cheaper),
    ] {
        let world = World::new();
        let [_, (_owner, store)] = made_and_opened(&world);
        for snapshot in [waiting(1_790_000_010, "51.20"), middle, waiting(1_790_000_012, "51.20")] {
            world.stream(StreamEvent::Message(snapshot));
        }
        world.pass(Duration::from_secs(1));
        assert_eq!(stage(store), Some(Stage::NotPayable(expected)), "{name}");
    }
}

#[test]
fn what_another_page_has_stored_counts_when_this_one_is_seen_again() {
    for event in [PageEvent::Visible, PageEvent::Woke, PageEvent::Nudge] {
        for (name, heard, stands, expected) in HEARD_ELSEWHERE {
            let world = World::new();
            let [(_first_owner, _), (_owner, store)] = made_and_opened(&world);
            world.stream(StreamEvent::Message(heard()));
            world.page(event);
            assert_eq!((standing(store), stage(store)), (stands, Some(expected)), "{name}, {event:?}");
        }
    }
}

#[test]
fn what_is_stored_while_an_order_is_being_opened_counts_for_its_first_snapshot() {
    for (name, heard, stands, expected) in HEARD_ELSEWHERE {
        let world = World::new();
        let [(_first_owner, _), (_owner, store)] = made_and_opened(&world);
        store.start_over();
        store.resume(id("o-1"));
        turn();
        world.stream(StreamEvent::Message(heard()));
        world.hear(&Elsewhere::Stored);
        world.answer(READ, ok(&waiting(1_790_000_020, "51.20")));
        assert_eq!((standing(store), stage(store)), (stands, Some(expected)), "{name}");
    }
}

#[test]
fn another_stored_payee_and_a_stored_memo_count_on_an_open_page() {
    for (name, mark, reason) in [
        ("another payee", r#""payee":"1c4d2eed5956aa6a:""#, NotPayable::AddressChanged),
        ("no payee that an order has", r#""payee":"soon""#, NotPayable::AddressChanged),
        ("a memo", MARK_WITH_MEMO, NotPayable::Incomplete),
    ] {
        let world = World::new();
        let [(_first_owner, first), (_owner, store)] = made_and_opened(&world);
        let stored = world.stored("orders").unwrap();
        assert!(stored.contains(MARK_WITHOUT), "{stored}");
        world.store("orders", stored.replace(MARK_WITHOUT, mark));
        world.hear(&Elsewhere::Stored);
        for store in [first, store] {
            assert_eq!(stage(store), Some(Stage::NotPayable(reason)), "{name}");
        }
    }
}

#[test]
fn nothing_that_is_stored_makes_an_order_payable_again_on_an_open_page() {
    for (name, heard, stands, _) in HEARD_ELSEWHERE {
        let world = World::new();
        let [(_first_owner, first), (_owner, _)] = made_and_opened(&world);
        let (orders, notes) = (world.stored("orders").unwrap(), world.stored("notes"));
        world.stream(StreamEvent::Message(heard()));
        let before = (standing(first), stage(first));
        assert_eq!(before.0, stands, "{name}");
        // A page of an older release writes what it knows.
        world.store("orders", orders);
        match notes {
            Some(notes) => world.store("notes", notes),
            None => world.unstore("notes"),
        }
        world.hear(&Elsewhere::Stored);
        assert_eq!((standing(first), stage(first)), before, "{name}");
    }
}

#[test]
fn a_price_that_another_page_is_asked_about_is_not_final_for_this_one() {
    let world = World::new();
    let [(_first_owner, first), (_owner, store)] = made_and_opened(&world);
    for price in ["60", "45"] {
        world.stream(StreamEvent::Message(waiting(1_790_000_010, price)));
        world.pass(Duration::from_secs(1));
        assert_eq!(standing(first), "confirming");
        world.hear(&Elsewhere::Stored);
        assert!(is_payable(store), "{price}: this page has not heard of it, and hears of it in time");
    }
}

#[test]
fn two_open_pages_that_hear_of_each_other_come_to_rest() {
    let world = World::new();
    let [(_first_owner, first), (_owner, _)] = made_and_opened(&world);
    world.stream(StreamEvent::Message(waiting(1_790_000_010, "60")));
    assert_eq!(standing(first), "confirming");
    world.hear(&Elsewhere::Stored);
    let stored = (world.stored("orders"), world.stored("notes"));
    for _ in 0..3 {
        world.hear(&Elsewhere::Stored);
        assert_eq!((world.stored("orders"), world.stored("notes")), stored, "nobody writes because the other wrote");
    }
}

#[test]
fn a_wallet_that_another_page_has_asked_counts_on_an_open_page() {
    let world = World::new();
    let [(_first_owner, _), (_owner, store)] = made_and_opened(&world);
    assert_eq!(untrack(|| store.wallet_payment()), None);
    let stored = world.stored("orders").unwrap();
    world.store("orders", stored.replace(MARK_WITHOUT, &format!("{MARK_WITHOUT},\"asked\":true")));
    world.hear(&Elsewhere::Stored);
    let payment = untrack(|| store.wallet_payment());
    assert_eq!(payment, Some(WalletPayment::Failed(WalletFailure::Unclear)));
}

#[test]
fn a_late_answer_with_another_payee_bars_the_order_and_is_not_shown() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "51.20"));
    world.stream(StreamEvent::Opened);
    world.pass(Duration::from_millis(100));
    // What the stream brings is newer than the answer to a read that began before.
    world.stream(StreamEvent::Message(waiting(1_790_000_010, "51.20")));
    let expired = order("o-1", "Expired", 1_790_000_010, "51.20").replace("PaymentReceived", "Expired");
    world.answer(READ, ok(&moved(&expired)));
    assert_eq!(stage(store), Some(Stage::NotPayable(NotPayable::AddressChanged)));
    let state = store.checkout.with_untracked(|checkout| checkout.order().map(|order| order.state.clone()));
    assert_eq!(state, Some(OrderState::WaitingForPayment), "the tracker has refused the answer");
    world.pass(Duration::from_secs(2));
    store.check_now();
    world.answer(READ, ok(&waiting(1_790_000_010, "51.20")));
    assert_eq!(stage(store), Some(Stage::NotPayable(NotPayable::AddressChanged)));
}

#[test]
fn u20_two_memos_are_not_paid_and_do_not_become_one_by_a_reload() {
    let two = waiting(1_790_000_000, "51.20")
        .replace(r#""deliveries""#, r#""memo": "order 7", "destination_tag": 7, "deliveries""#);
    let one = waiting(1_790_000_010, "51.20").replace(r#""deliveries""#, r#""memo": "order 7", "deliveries""#);
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &two);
    assert!(!is_payable(store));
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(one.clone()));
    assert!(!is_payable(store));
    drop(owner);
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    reopen(&world, store, &one);
    assert!(!is_payable(store));
}

#[test]
fn an_order_whose_dearer_price_was_agreed_to_can_be_opened_and_paid() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "60"));
    assert_eq!(standing(store), "confirming");
    assert!(world.stored("orders").unwrap().contains("barred"));
    store.confirm_price();
    assert!(is_payable(store));
    store.start_over();
    reopen(&world, store, &waiting(1_790_000_000, "60"));
    assert_eq!(standing(store), "paying");
    assert!(is_payable(store));
}

#[test]
fn an_order_that_told_too_little_and_then_enough_can_be_opened_and_paid() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "51.20").replace(r#""brand_name": "Arcadia","#, ""));
    assert_eq!(standing(store), "not payable");
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(waiting(1_790_000_010, "51.20")));
    assert!(is_payable(store));
    store.start_over();
    reopen(&world, store, &waiting(1_790_000_010, "51.20"));
    assert!(is_payable(store));
}

#[test]
fn a_payment_that_was_seen_and_withdrawn_is_remembered() {
    for is_reloaded in [false, true] {
        let world = World::new();
        let (owner, first) = world.element(|_| {});
        open_shop(&world, false);
        go_to_payment(&world, first, "o-1");
        world.stream(StreamEvent::Opened);
        world.stream(StreamEvent::Message(order("o-1", "PaymentStarted", 1_790_000_010, "51.20")));
        assert!(first.money_seen.get_untracked());
        first.start_over();
        assert!(!first.money_seen.get_untracked());
        let (_other, store) = if is_reloaded {
            drop(owner);
            let (owner, store) = world.element(|_| {});
            open_shop(&world, false);
            (owner, store)
        } else {
            (owner, first)
        };
        reopen(&world, store, &waiting(1_790_000_020, "51.20"));
        assert_eq!((standing(store), stage(store)), ("following", Some(Stage::PaymentWithdrawn)));
        assert!(store.money_seen.get_untracked());
        assert!(!is_payable(store));
    }
}

#[test]
fn money_told_by_the_create_itself_is_remembered() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &order("o-1", "PaymentStarted", 1_790_000_000, "51.20"));
    assert_eq!(standing(store), "following");
    store.start_over();
    reopen(&world, store, &waiting(1_790_000_010, "51.20"));
    assert_eq!(stage(store), Some(Stage::PaymentWithdrawn));
}

#[test]
fn a_forgotten_order_leaves_no_mark() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    create(&world, store, &waiting(1_790_000_000, "60"));
    store.forget(Some(id("o-1")));
    assert_eq!(world.stored("orders"), None);
}

#[test]
fn an_order_that_is_gone_is_asked_for_again_and_its_money_is_not_forgotten() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(order("o-1", "PaymentStarted", 1_790_000_010, "51.20")));
    for _ in 0..60 {
        if store.health.get_untracked() == Health::NotFound {
            break;
        }
        if !world.open_streams().is_empty() {
            world.stream(StreamEvent::Error);
        }
        if world.count_open(READ) > 0 {
            world.answer(READ, answer(404, NOT_FOUND));
        }
        world.pass(Duration::from_secs(3));
    }
    assert_eq!(store.health.get_untracked(), Health::NotFound);
    let before = world.asked(READ).len();
    for _ in 0..100 {
        world.pass(Duration::from_secs(3));
        if world.count_open(READ) > 0 {
            world.answer(READ, answer(404, NOT_FOUND));
        }
    }
    let asked = world.asked(READ).len() - before;
    assert!(
        (3..=9).contains(&asked),
        "money is on its way, so it is asked for, ever more rarely: {asked} reads in 5 minutes"
    );
    let before = world.asked(READ).len();
    for _ in 0..5 {
        store.check_now();
        turn();
    }
    assert_eq!(world.asked(READ).len(), before + 1, "asked once, however often it is pressed");
    assert_eq!(store.health.get_untracked(), Health::NotFound, "until it answers, nothing is taken back");
    assert!(store.money_seen.get_untracked());
    world.answer(READ, ok(&waiting(1_790_000_020, "51.20")));
    assert_ne!(store.health.get_untracked(), Health::NotFound);
    assert_eq!((standing(store), stage(store)), ("following", Some(Stage::PaymentWithdrawn)));
}

#[test]
fn a_slow_answer_of_an_opened_order_does_not_take_the_place_of_one_made_meanwhile() {
    const OLD: &str = "/v5/orders/o-old";
    for lost in [false, true] {
        for moment in ["reviewing", "creating", "create unknown"] {
            if lost != (moment == "create unknown") {
                continue;
            }
            let world = World::new();
            let (_owner, store) = world.element(|_| {});
            open_shop(&world, true);
            store.resume(id("o-old"));
            turn();
            assert_eq!(world.count_open(OLD), 1);
            go_to_passed_review(&world, store, "51.20");
            if moment != "reviewing" {
                store.create_order();
                turn();
            }
            if lost {
                world.answer(CREATE, Err(NoAnswer));
                world.pass(Duration::from_secs(5));
                world.answer(CREATE, Err(NoAnswer));
                world.pass(Duration::from_secs(5));
            }
            assert_eq!(standing(store), moment);
            if world.count_open(OLD) > 0 {
                world.answer(OLD, ok(&order("o-old", "WaitingForPayment", 1_790_000_000, "51.20")));
            }
            assert_eq!(standing(store), moment, "the order opened before came in between");
            assert_eq!(store.resuming.get_untracked(), None, "{moment}");
            if moment == "reviewing" {
                store.create_order();
                turn();
            } else if lost {
                store.retry_create();
                turn();
            }
            world.answer(CREATE, ok(&waiting(1_790_000_000, "51.20")));
            let at_hand = store.checkout.with_untracked(|checkout| checkout.order().map(|order| order.id.clone()));
            assert_eq!(at_hand, Some(id("o-1")), "{moment}");
        }
    }
}

#[test]
fn a_change_of_country_keeps_the_key_of_a_create_whose_answer_was_lost() {
    for is_by_host in [false, true] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, true);
        go_to_passed_review(&world, store, "51.20");
        store.create_order();
        turn();
        world.answer(CREATE, Err(NoAnswer));
        world.pass(Duration::from_secs(5));
        world.answer(CREATE, Err(NoAnswer));
        world.pass(Duration::from_secs(5));
        assert_eq!(standing(store), "create unknown");
        if is_by_host {
            let mut config = store.config.get_untracked();
            config.country = Some(country("IT"));
            store.shop.set_config(config);
        } else {
            store.shop.set_country(country("IT"));
        }
        turn();
        assert_eq!((standing(store), store.country.get_untracked()), ("create unknown", country("US")));
        store.retry_create();
        turn();
        let creates: Vec<_> = world.asked(CREATE).into_iter().filter(|asked| asked.path == CREATE).collect();
        assert_eq!(creates.len(), 3);
        assert!(creates.iter().all(|create| create.key == creates[0].key && create.body == creates[0].body));
        world.answer(CREATE, ok(&waiting(1_790_000_000, "51.20")));
        assert_eq!(standing(store), "paying");
        store.start_over();
        assert_eq!(store.country.get_untracked(), country("IT"), "the wish is granted once the order is left");
    }
}
