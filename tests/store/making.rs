//! An element that is removed from the page while its order is being made: the create goes on, and its result is not
//! lost.

use core::time::Duration;
use std::rc::Rc;

use cr_core::checkout::{Checkout, Review};
use cr_widget::app::{Store, ports::NoAnswer};
use leptos::prelude::{GetUntracked as _, Owner, WithUntracked as _};

use crate::{
    shop::{go_to_passed_review, open_shop, order, review, standing},
    world::{World, answer, keeping_keys, ok, turn},
};

const CREATE: &str = "/v5/orders";

fn waiting(id: &str) -> String {
    order(id, "WaitingForPayment", 1_790_000_000, "51.20")
}

fn creates(world: &World) -> Vec<Rc<crate::world::Asked>> {
    world.asked(CREATE).into_iter().filter(|asked| asked.path == CREATE).collect()
}

/// Makes an element in which an order is being made.
fn making(world: &Rc<World>, keeps_keys: bool) -> (Owner, Store) {
    let (owner, store) = world.element(|_| {});
    open_shop(world, keeps_keys);
    go_to_passed_review(world, store, "51.20");
    store.create_order();
    turn();
    assert_eq!((standing(store), creates(world).len()), ("creating", 1));
    (owner, store)
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn e18_an_order_being_made_goes_on_in_the_next_element() {
    let world = World::new();
    let (owner, _) = making(&world, false);
    drop(owner);
    assert!(creates(&world)[0].is_open(), "the create goes on");
    world.pass(Duration::from_millis(200));
    let (_owner, store) = world.element(|_| {});
    assert_eq!(standing(store), "creating");
    store.start_over();
    store.create_order();
    turn();
    assert_eq!((standing(store), creates(&world).len()), ("creating", 1), "it is the same one");
    world.answer(CREATE, ok(&waiting("o-1")));
    assert_eq!(standing(store), "paying");
    assert!(world.stored("orders").unwrap().contains("o-1"));
    assert_eq!(world.open_streams(), ["/orders/o-1/subscribe"]);
    world.pass(seconds(120));
    assert_eq!((standing(store), creates(&world).len()), ("paying", 1));
}

#[test]
fn e18_an_element_that_comes_before_the_last_one_goes_has_its_order() {
    for (answered, expected) in [(false, "creating"), (true, "paying")] {
        let world = World::new();
        let (owner, _) = making(&world, false);
        let (_owner, store) = world.element(|_| {});
        world.pass(Duration::from_millis(50));
        assert_eq!(standing(store), "browsing");
        drop(owner);
        if answered {
            world.answer(CREATE, ok(&waiting("o-1")));
        }
        world.pass(Duration::from_millis(100));
        assert_eq!((standing(store), creates(&world).len()), (expected, 1));
        if !answered {
            world.answer(CREATE, ok(&waiting("o-1")));
            assert_eq!(standing(store), "paying");
        }
    }
    // Where both elements stay, each keeps what it has.
    let world = World::new();
    let (_first_owner, first) = making(&world, false);
    let (_owner, second) = world.element(|_| {});
    world.pass(seconds(10));
    assert_eq!((standing(first), standing(second)), ("creating", "browsing"));
}

#[test]
fn p08_what_is_forgotten_while_nobody_looks_is_not_stored_nor_given_to_anybody() {
    use cr_core::{order::reference, time::Timestamp};
    use cr_widget::app::{ports::Elsewhere, shop::Ask};
    type Way = (&'static str, bool, fn(&Rc<World>));
    let ways: [Way; 5] = [
        ("all, in another element", false, |world| {
            let (_other, other) = world.element(|config| config.proxy = "https://other.example/api".to_owned());
            other.forget(None);
        }),
        ("all, before the purchase is there", false, |world| {
            let (_other, shop) = world.waiting_element(|config| config.proxy = "https://other.example/api".to_owned());
            shop.ask(Ask::Forget);
        }),
        ("all, in another tab", false, |world| {
            let (_other, _) = world.element(|config| config.proxy = "https://other.example/api".to_owned());
            world.hear(&Elsewhere::ForgotAll(Timestamp::from_secs(1_790_000_100)));
        }),
        ("this one, in another tab", true, |world| {
            let (_other, _) = world.element(|config| config.proxy = "https://other.example/api".to_owned());
            world.hear(&Elsewhere::Forgot(vec![reference("o-1")]));
        }),
        ("this one, and nobody heard it", true, |world| world.unstore("orders")),
    ];
    for (name, only_made, way) in ways {
        for answered in [true, false] {
            if only_made && !answered {
                continue;
            }
            let world = World::new();
            let (owner, _) = making(&world, false);
            drop(owner);
            if answered {
                world.answer(CREATE, ok(&waiting("o-1")));
            }
            way(&world);
            turn();
            assert_eq!(world.count_open(CREATE), 0, "{name}");
            let (_owner, store) = world.element(|_| {});
            world.pass(seconds(40));
            assert_eq!((standing(store), world.stored("orders")), ("browsing", None), "{name}");
            assert!(store.recipient.get_untracked().is_none(), "{name}");
        }
    }
}

#[test]
fn e18_an_order_made_while_nobody_looked_is_given_to_the_next_element_or_offered() {
    for (wait, expected) in [(0, "paying"), (29, "paying"), (31, "browsing")] {
        let world = World::new();
        let (owner, _) = making(&world, false);
        drop(owner);
        world.answer(CREATE, ok(&waiting("o-1")));
        let stored = world.stored("orders").unwrap();
        assert!(stored.contains("o-1") && stored.contains("payee") && stored.contains("51.20"), "{stored}");
        world.pass(seconds(wait));
        let (_owner, store) = world.element(|_| {});
        assert_eq!(standing(store), expected, "after {wait} s");
        let offered = store.resumable.get_untracked().len();
        assert_eq!(offered, 1, "after {wait} s");
        // The order is not given to a second element.
        let (_other, other) = world.element(|_| {});
        assert_eq!(standing(other), "browsing");
        assert_eq!(creates(&world).len(), 1);
    }
}

#[test]
fn e18_an_answer_that_comes_later_than_anybody_waited_is_stored() {
    let world = World::new();
    let (owner, _) = making(&world, false);
    let (_other, other) = world.element(|_| {});
    world.pass(seconds(2));
    drop(owner);
    world.pass(seconds(40));
    world.answer(CREATE, ok(&waiting("o-1")));
    assert!(world.stored("orders").unwrap().contains("o-1"));
    assert_eq!(standing(other), "browsing", "it was there before");
    assert_eq!(other.resumable.get_untracked().len(), 1, "it is offered at once");
    let (_owner, store) = world.element(|_| {});
    assert_eq!((standing(store), store.resumable.get_untracked().len()), ("browsing", 1));
}

#[test]
fn e18_an_order_that_is_not_the_one_asked_for_is_no_more_payable_for_having_been_made_unseen() {
    for late in [false, true] {
        let world = World::new();
        let (owner, _) = making(&world, false);
        drop(owner);
        world.answer(CREATE, ok(&waiting("o-1").replace("Arcadia", "Arcadia Bundle")));
        assert!(world.stored("orders").unwrap().contains(r#""barred":"mismatch""#));
        if late {
            world.pass(seconds(31));
        }
        let (_owner, store) = world.element(|_| {});
        if late {
            store.resume(cr_core::order::OrderId::new("o-1").unwrap());
            turn();
            world.answer("/v5/orders/o-1", ok(&waiting("o-1")));
        }
        assert_eq!(standing(store), "not payable", "late: {late}");
    }
}

#[test]
fn e18_another_shop_or_other_credentials_get_nothing() {
    let world = World::new();
    let (owner, _) = making(&world, false);
    drop(owner);
    let (_other, elsewhere) = world.element(|config| config.proxy = "https://other.example/api".to_owned());
    let (_third, with_cookies) = world.element(|config| config.include_credentials = true);
    assert_eq!((standing(elsewhere), standing(with_cookies)), ("browsing", "browsing"));
    let (_owner, store) = world.element(|_| {});
    assert_eq!(standing(store), "creating");
}

#[test]
fn e18_a_refusal_nobody_saw_comes_back_to_review() {
    let world = World::new();
    let (owner, _) = making(&world, false);
    drop(owner);
    world.answer(CREATE, answer(422, r#"{"status":422,"detail":"OUT_OF_STOCK"}"#));
    let (_owner, store) = world.element(|_| {});
    assert!(matches!(review(store), Some(Review::Refused(_))));
    assert!(store.recipient.get_untracked().is_some(), "what was typed is there to go back to");
    assert_eq!(world.stored("orders"), None);
}

#[test]
fn e18_a_lost_answer_keeps_its_key_from_element_to_element() {
    let world = World::new();
    let (owner, _) = making(&world, true);
    drop(owner);
    world.answer(CREATE, Err(NoAnswer));
    world.pass(seconds(3));
    world.answer(CREATE, Err(NoAnswer));
    let (owner, store) = world.element(|_| {});
    assert_eq!(standing(store), "create unknown");
    assert!(store.can_retry_create(), "the key is as safe as it was, whatever this element has heard");
    open_shop(&world, true);
    drop(owner);
    world.pass(seconds(10));
    let (owner, store) = world.element(|_| {});
    open_shop(&world, true);
    assert_eq!(standing(store), "create unknown", "and again");
    store.retry_create();
    turn();
    drop(owner);
    let (_owner, store) = world.element(|_| {});
    assert!(store.is_retrying_create.get_untracked());
    world.answer(CREATE, ok(&waiting("o-1")));
    assert_eq!(standing(store), "paying");
    let creates = creates(&world);
    assert_eq!(creates.len(), 3);
    assert!(creates.iter().all(|create| create.key == creates[0].key && create.body == creates[0].body));
}

#[test]
fn e18_a_create_that_the_shopper_gave_up_is_not_gone_on_with() {
    let world = World::new();
    let (owner, store) = making(&world, false);
    world.answer(CREATE, Err(NoAnswer));
    assert_eq!(standing(store), "create unknown");
    store.start_over();
    drop(owner);
    let (_owner, store) = world.element(|_| {});
    assert_eq!(standing(store), "browsing");
    world.pass(seconds(60));
    assert_eq!(creates(&world).len(), 1);
}

#[test]
fn e18_an_element_that_is_asked_for_another_order_shows_that() {
    let world = World::new();
    let (owner, _) = making(&world, false);
    drop(owner);
    let (_owner, shop) = world.waiting_element(|_| {});
    shop.ask(cr_widget::app::shop::Ask::Resume(cr_core::order::OrderId::new("o-old").unwrap()));
    world.arrive(true);
    assert_eq!(world.count_open("/v5/orders/o-old"), 1);
    world.answer(CREATE, ok(&waiting("o-1")));
    world.pass(seconds(31));
    assert!(world.stored("orders").unwrap().contains("o-1"));
}

#[test]
fn e18_an_element_that_stays_out_leaves_nothing_running() {
    for answered in [ok(&waiting("o-1")), Err(NoAnswer), answer(200, "<html>")] {
        let world = World::new();
        let (owner, _) = making(&world, true);
        drop(owner);
        world.answer(CREATE, answered.clone());
        world.pass(seconds(3));
        if world.count_open(CREATE) > 0 {
            world.answer(CREATE, answered);
        }
        world.pass(seconds(60));
        assert_eq!(world.held(), (0, 0));
        let (_owner, store) = world.element(|_| {});
        assert_eq!(standing(store), "browsing");
    }
}

#[test]
fn h16_an_answer_that_cannot_be_read_is_told_as_such() {
    for keeps_keys in [false, true] {
        let world = World::new();
        let (_owner, store) = making(&world, keeps_keys);
        world.told();
        world.answer(CREATE, keeping_keys(answer(201, r#"{"order_id":"o-1","order_state":"#)));
        world.pass(seconds(10));
        let is_unreadable = store
            .checkout
            .with_untracked(|checkout| matches!(checkout, Checkout::CreateUnknown { is_unreadable: true, .. }));
        assert!(is_unreadable);
        assert_eq!(world.errors(), ["create: ORDER_OUTCOME_UNKNOWN"]);
        assert_eq!(creates(&world).len(), 1, "an answer that came is not asked for again by itself");
        store.retry_create();
        turn();
        world.answer(CREATE, ok(&waiting("o-1")));
        assert_eq!(standing(store), "paying");
        assert_eq!(creates(&world)[0].key, creates(&world)[1].key);
    }
}
