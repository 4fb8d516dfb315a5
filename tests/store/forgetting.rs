//! An order that is forgotten in another tab, or by another element, goes from this element too, and only then.

use core::time::Duration;

use cr_core::order::{OrderId, reference};
use cr_widget::app::{
    Store,
    ports::{Elsewhere, PageEvent, StreamEvent},
};
use leptos::prelude::{GetUntracked as _, WithUntracked as _};

use crate::{
    shop::{go_to_payment, open_shop, order, standing},
    world::{World, ok, turn},
};

fn id(text: &str) -> OrderId {
    OrderId::new(text).unwrap()
}

fn has_code(store: Store) -> bool {
    store.checkout.with_untracked(|checkout| {
        checkout.order().is_some_and(|order| order.deliveries.iter().any(|line| !line.goods.is_empty()))
    })
}

/// Makes an element with the code of `o-1` on screen.
fn with_code(world: &std::rc::Rc<World>) -> (leptos::prelude::Owner, Store) {
    let (owner, store) = world.element(|_| {});
    open_shop(world, false);
    go_to_payment(world, store, "o-1");
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(order("o-1", "Done", 1_790_000_030, "51.20")));
    assert!(has_code(store));
    (owner, store)
}

fn assert_gone(world: &World, store: Store, when: &str) {
    assert_eq!((standing(store), has_code(store)), ("browsing", false), "{when}");
    assert_eq!(store.forgotten.get_untracked(), Some(reference("o-1")), "{when}: it is said");
    assert!(world.open_streams().is_empty() && store.resumable.get_untracked().is_empty(), "{when}");
    assert_eq!(world.stored("orders"), None, "{when}: nothing writes it again");
}

#[test]
fn p08_what_was_forgotten_elsewhere_goes_here_by_whichever_way_it_is_noticed() {
    type Way = (&'static str, fn(&World, Store));
    let ways: [Way; 6] = [
        ("a storage event", |world, _| world.hear(&Elsewhere::Stored)),
        ("seen again", |world, _| world.page(PageEvent::Visible)),
        ("back from the back/forward cache", |world, _| world.page(PageEvent::Woke)),
        ("a nudge", |world, _| world.page(PageEvent::Nudge)),
        ("before a code is shown", |_, store| assert!(store.heed_forgetting())),
        ("in the course of time", |world, _| world.pass(Duration::from_secs(600))),
    ];
    for (name, way) in ways {
        let world = World::new();
        let (_owner, store) = with_code(&world);
        world.unstore("orders");
        way(&world, store);
        turn();
        assert_gone(&world, store, name);
        // The notice was given once, and does not come back with the next order.
        go_to_payment(&world, store, "o-2");
        assert_eq!(store.forgotten.get_untracked(), None, "{name}");
    }
}

#[test]
fn p08_nothing_of_a_forgotten_order_is_copied() {
    let world = World::new();
    let (_owner, store) = with_code(&world);
    world.unstore("orders");
    let copied = std::rc::Rc::new(core::cell::Cell::new(None));
    let told = std::rc::Rc::clone(&copied);
    leptos::task::spawn_local(async move { told.set(Some(store.copy("AAAA-BBBB".to_owned()).await)) });
    turn();
    assert_eq!((copied.get(), world.copied()), (Some(false), vec![]));
    assert_gone(&world, store, "copy");
}

#[test]
fn p08_what_another_page_says_counts_even_where_nothing_is_stored() {
    let world = World::new();
    let (_owner, store) = with_code(&world);
    world.unstore("orders");
    world.break_storage(true);
    world.hear(&Elsewhere::Forgot(vec![reference("o-7")]));
    assert!(has_code(store), "another order");
    world.hear(&Elsewhere::Forgot(vec![reference("o-7"), reference("o-1")]));
    assert_eq!((standing(store), has_code(store)), ("browsing", false));
}

#[test]
fn p08_another_element_of_the_page_lets_go_too() {
    for all in [false, true] {
        let world = World::new();
        let (_first_owner, first) = with_code(&world);
        let (_owner, second) = world.element(|_| {});
        open_shop(&world, false);
        second.forget((!all).then(|| id("o-1")));
        turn();
        assert_gone(&world, first, "the first");
        assert_eq!(second.forgotten.get_untracked(), None, "who forgets knows it");
        assert_eq!(world.stored("notes"), None);
    }
}

#[test]
fn p08_forgetting_before_the_purchase_is_loaded_is_told_to_the_other_elements() {
    let world = World::new();
    let (_first_owner, first) = with_code(&world);
    let (_owner, shop) = world.waiting_element(|_| {});
    let before = world.nudges();
    shop.ask(cr_widget::app::shop::Ask::Forget);
    assert_eq!((world.stored("orders"), world.nudges()), (None, before + 1));
    world.page(PageEvent::Nudge);
    assert_gone(&world, first, "nudged");
}

#[test]
fn p08_an_order_being_opened_is_left_too() {
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    drop(owner);
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.resume(id("o-1"));
    turn();
    world.unstore("orders");
    world.hear(&Elsewhere::Stored);
    assert_eq!(store.resuming.get_untracked(), None);
    assert_gone(&world, store, "being opened");
}

#[test]
fn p08_that_it_is_not_stored_does_not_mean_forgotten() {
    type Case = (&'static str, fn(&World, Store));
    let look = |world: &World, store: Store| {
        world.page(PageEvent::Visible);
        world.page(PageEvent::Woke);
        world.hear(&Elsewhere::Stored);
        assert!(!store.heed_forgetting());
    };
    let cases: [Case; 7] = [
        ("still there", |_, _| {}),
        ("its time is over", |world, _| {
            world.pass(Duration::from_secs(3_601));
            world.unstore("orders");
        }),
        ("its time was over while this page slept", |world, _| {
            world.sleep(Duration::from_secs(3_601));
            world.unstore("orders");
        }),
        ("storage throws", |world, _| world.break_storage(true)),
        ("it cannot be read", |world, _| world.store("orders", "{".to_owned())),
        ("it is of a later release", |world, _| world.store("orders", r#"{"v":2,"orders":[]}"#.to_owned())),
        ("twenty later ones took its place", |world, _| {
            let entry = |at: u32| format!(r#"{{"id":"n-{at}","at":{at},"until":1790080000000,"proxy":"x"}}"#);
            let entries: Vec<_> = (0..20).map(entry).collect();
            world.store("orders", format!(r#"{{"v":1,"orders":[{}]}}"#, entries.join(",")));
        }),
    ];
    for (name, case) in cases {
        let world = World::new();
        let (_owner, store) = with_code(&world);
        case(&world, store);
        look(&world, store);
        assert!(has_code(store), "{name}");
        assert_eq!(store.forgotten.get_untracked(), None, "{name}");
    }
}

#[test]
fn p08_an_order_that_was_never_stored_is_not_called_forgotten() {
    let world = World::new();
    world.break_storage(true);
    let (_owner, store) = with_code(&world);
    world.break_storage(false);
    world.unstore("orders");
    world.page(PageEvent::Woke);
    assert!(!store.heed_forgetting() && has_code(store));
}

#[test]
fn p08_surplus_is_not_forgotten_though_others_go_later() {
    let world = World::new();
    let (_owner, store) = with_code(&world);
    let (_other, other) = world.element(|_| {});
    for number in 2..23 {
        open_shop_again(&world);
        go_to_payment(&world, other, &format!("o-{number}"));
        other.start_over();
    }
    assert!(!world.stored("orders").unwrap().contains("\"o-1\""));
    for number in 5..20 {
        other.forget(Some(id(&format!("o-{number}"))));
        turn();
    }
    world.page(PageEvent::Visible);
    assert!(has_code(store));
    // It can still be forgotten, by an element that still has it.
    world.hear(&Elsewhere::Forgot(vec![reference("o-1")]));
    assert!(!has_code(store));
}

fn open_shop_again(world: &World) {
    if world.count_open("/v2/brands") > 0 {
        open_shop(world, false);
    }
}

#[test]
fn p08_an_order_wound_up_elsewhere_may_be_over_before_this_page_wakes() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(order("o-1", "WaitingForDelivery", 1_790_000_030, "51.20")));
    // Another tab saw it delivered more than an hour ago; its entry was removed when its time was over.
    world.sleep(Duration::from_secs(2 * 3_600));
    world.unstore("orders");
    world.page(PageEvent::Woke);
    assert_eq!((standing(store), store.forgotten.get_untracked()), ("following", None));
    // Within the hour, an entry can be gone for one reason only.
    world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForDelivery", 1_790_000_040, "51.20")));
    assert_eq!(standing(store), "following");
}

#[test]
fn p08_what_was_forgotten_while_this_page_was_away_for_hours_goes_too() {
    for state in ["WaitingForPayment", "PaymentReceived", "WaitingForDelivery"] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_payment(&world, store, "o-1");
        world.stream(StreamEvent::Opened);
        world.stream(StreamEvent::Message(order("o-1", state, 1_790_000_030, "51.20")));
        world.pass(Duration::from_secs(1));
        world.sleep(Duration::from_secs(3 * 3_600));
        // A tab that forgets an order removes both its entry and its notes.
        world.unstore("orders");
        world.unstore("notes");
        world.page(PageEvent::Woke);
        assert_gone(&world, store, state);
    }
}

#[test]
fn p08_where_nothing_can_be_stored_an_elements_own_memory_forgets_too() {
    type Way = (&'static str, fn(&std::rc::Rc<World>));
    let ways: [Way; 3] = [
        ("one", |world| world.hear(&Elsewhere::Forgot(vec![reference("o-1")]))),
        ("all", |world| {
            let (_owner, other) = world.element(|_| {});
            other.forget(None);
            turn();
        }),
        ("all, before the purchase is there", |world| {
            let (_owner, shop) = world.waiting_element(|_| {});
            shop.ask(cr_widget::app::shop::Ask::Forget);
            turn();
        }),
    ];
    for (name, way) in ways {
        let world = World::new();
        world.refuse_storage();
        let (_owner, store) = with_code(&world);
        assert_eq!(store.resumable.get_untracked().len(), 1, "{name}");
        way(&world);
        assert_gone(&world, store, name);
        // It is not offered later either.
        world.page(PageEvent::Visible);
        assert!(store.resumable.get_untracked().is_empty(), "{name}");
    }
}

#[test]
fn p08_a_page_that_hears_late_that_all_was_forgotten_keeps_what_was_stored_since() {
    let world = World::new();
    let (_owner, store) = with_code(&world);
    world.hear(&Elsewhere::ForgotAll(cr_core::time::Timestamp::from_millis(crate::world::BEGINNING.millis() - 1)));
    assert!(has_code(store));
    world.hear(&Elsewhere::ForgotAll(crate::world::BEGINNING));
    assert_gone(&world, store, "of all until then");
}

#[test]
fn p08_what_was_forgotten_elsewhere_is_not_offered_any_more() {
    let events = [Some(PageEvent::Visible), Some(PageEvent::Woke), Some(PageEvent::Nudge), None];
    for event in events {
        let world = World::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_payment(&world, store, "o-1");
        drop(owner);
        let (_owner, store) = world.element(|_| {});
        assert_eq!(store.resumable.get_untracked().len(), 1);
        world.unstore("orders");
        match event {
            Some(event) => world.page(event),
            None => store.open_stored(id("o-1")),
        }
        turn();
        assert!(store.resumable.get_untracked().is_empty() && store.resuming.get_untracked().is_none(), "{event:?}");
        assert_eq!(world.count_open("/v5/orders/o-1"), 0, "{event:?}");
    }
}
