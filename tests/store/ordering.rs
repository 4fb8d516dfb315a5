//! Review and creation: an order is validated once and created once, whatever the network does.

use core::time::Duration;

use cr_core::checkout::{Checkout, Review};
use cr_widget::app::{
    Load,
    ports::{HostEvent, NoAnswer},
};
use leptos::prelude::{GetUntracked as _, WithUntracked as _};

use crate::{
    shop::{go_to_passed_review, go_to_review, open_shop, order, passed, review, standing},
    world::{World, answer, ok, turn},
};

const CREATE: &str = "/v5/orders";
const VALIDATE: &str = "/v5/orders/validations";

/// Returns the creates that were sent, without validations.
fn creates(world: &World) -> Vec<std::rc::Rc<crate::world::Asked>> {
    world.asked(CREATE).into_iter().filter(|asked| asked.path == CREATE).collect()
}

#[test]
fn a_review_validates_once_with_the_network() {
    let world = World::new();
    let (_owner, store) = world.element(|config| config.utm_source = Some("example-shop".to_owned()));
    open_shop(&world, false);
    go_to_review(&world, store);
    assert_eq!(review(store), Some(Review::Checking));
    let body = world.open(VALIDATE).body.clone().unwrap();
    for part in [r#""Solana""#, r#""50 USD""#, r#""shopper@example.com""#, r#""example-shop""#] {
        assert!(body.contains(part), "{part} in {body}");
    }
    world.answer(VALIDATE, ok(&passed("51.25")));
    assert!(matches!(review(store), Some(Review::Passed(amount)) if amount.as_str() == "51.25"));
    world.pass(Duration::from_secs(600));
    assert_eq!(world.asked(VALIDATE).len(), 1);
}

#[test]
fn all_problems_of_a_refusal_are_told() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_review(&world, store);
    world.told();
    world.answer(VALIDATE, ok(r#"[{"problem":"OUT_OF_STOCK"},{"problem":"SOMETHING_NEW","moreDetails":{"a":1}}]"#));
    assert!(matches!(review(store), Some(Review::Refused(problems)) if problems.len() == 2));
    assert_eq!(world.errors().len(), 2);
    store.create_order();
    turn();
    assert!(creates(&world).is_empty());
}

#[test]
fn a_suspended_network_is_shown_as_such_from_then_on() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_review(&world, store);
    world.answer(
        VALIDATE,
        answer(422, r#"{"status":422,"detail":"SUSPENDED_NETWORK","moreDetails":{"network":"Solana"}}"#),
    );
    let Load::Ready(via) = store.via.get_untracked() else { panic!("no vias") };
    let (coin, network) = via.find("USDC", "Solana").unwrap();
    assert!(network.suspended && !coin.suspended);
    assert!(!via.find("USDC", "Polygon (Matic)").unwrap().1.suspended);
}

#[test]
fn a_validation_without_an_answer_is_not_repeated_by_itself() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_review(&world, store);
    world.answer(VALIDATE, Err(NoAnswer));
    world.pass(Duration::from_secs(60));
    assert_eq!(review(store), Some(Review::Unreachable));
    assert_eq!(world.asked(VALIDATE).len(), 1);
    store.retry_review();
    turn();
    world.answer(VALIDATE, ok(&passed("51.20")));
    assert!(matches!(review(store), Some(Review::Passed(_))));
}

#[test]
fn a_validation_that_is_asked_for_too_often_is_told_so() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_review(&world, store);
    world.answer(VALIDATE, answer(429, r#"{"status":429,"detail":"BUSY"}"#));
    assert_eq!(review(store), Some(Review::Busy));
    store.retry_review();
    turn();
    world.answer(VALIDATE, ok(&passed("51.20")));
    assert!(matches!(review(store), Some(Review::Passed(_))));
}

#[test]
fn an_answer_for_a_draft_that_was_left_changes_nothing() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_review(&world, store);
    store.shop.back();
    store.set_method("USDC".to_owned(), "Polygon (Matic)".to_owned());
    store.review();
    turn();
    assert!(world.asked(VALIDATE)[0].is_aborted());
    assert!(world.open(VALIDATE).body.as_ref().unwrap().contains("Polygon (Matic)"));
}

#[test]
fn an_order_is_created_exactly_once() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_passed_review(&world, store, "51.20");
    world.told();
    for _ in 0..5 {
        store.create_order();
        turn();
    }
    assert_eq!(standing(store), "creating");
    assert_eq!(creates(&world).len(), 1);
    assert!(creates(&world)[0].key.is_some());
    world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    assert_eq!(standing(store), "paying");
    assert!(world.stored("orders").unwrap().contains("o-1"));
    assert_eq!(world.open_streams(), ["/orders/o-1/subscribe"]);
    let created = world.told().into_iter().find_map(|event| match event {
        HostEvent::OrderCreated { brand, face_value, currency, coin, network, .. } => {
            Some((brand, face_value, currency, coin, network))
        }
        _ => None,
    });
    let text = |text: &str| text.to_owned();
    assert_eq!(created, Some((text("Arcadia"), Some(text("50")), Some(text("USD")), text("USDC"), text("Solana"))));
    store.create_order();
    world.pass(Duration::from_secs(120));
    assert_eq!(creates(&world).len(), 1);
}

#[test]
fn a_review_older_than_a_minute_is_repeated_before_the_order() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_passed_review(&world, store, "51.20");
    world.pass(Duration::from_secs(61));
    store.create_order();
    turn();
    assert_eq!((world.asked(VALIDATE).len(), creates(&world).len()), (2, 0));
    world.answer(VALIDATE, ok(&passed("51.20")));
    assert_eq!(creates(&world).len(), 1, "the same price: what was agreed to is done");
}

/// Goes to a review that has stood for 66 s, presses its button at 51.20, and answers with the price `now`.
fn press_an_old_review(world: &World, store: cr_widget::app::Store, now: &str) {
    open_shop(world, false);
    go_to_passed_review(world, store, "51.20");
    world.pass(Duration::from_secs(66));
    store.create_order();
    turn();
    assert_eq!((world.asked(VALIDATE).len(), creates(world).len()), (2, 0));
    world.answer(VALIDATE, ok(&passed(now)));
}

#[test]
fn a11_a_price_that_moved_a_little_goes_on_and_does_not_become_what_was_agreed_to() {
    for now in ["51.20", "51.21", "51.712", "50.69"] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        press_an_old_review(&world, store, now);
        assert_eq!((standing(store), creates(&world).len()), ("creating", 1), "{now}");
        store.checkout.with_untracked(|checkout| {
            let Checkout::Creating { agreed, price, .. } = checkout else { panic!("not creating") };
            assert_eq!(
                (agreed.as_str(), price.as_str()),
                ("51.20", now),
                "what was shown is agreed to, and {now} is told"
            );
        });
        // One per cent above the dry run is more than one per cent above what was agreed to.
        world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "52.22")));
        assert_eq!(standing(store), "confirming", "{now}");
        assert!(world.stored("orders").unwrap().contains(r#""agreed":"51.20""#), "{now}");
    }
}

#[test]
fn a11_a_price_that_moved_much_is_asked_about_and_no_second_press_buys_it_unseen() {
    for now in ["60.42", "51.7121", "50.688", "26"] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        press_an_old_review(&world, store, now);
        assert_eq!((standing(store), creates(&world).len()), ("reviewing", 0), "{now}");
        let Some(Review::Moved { was, now: told }) = review(store) else { panic!("{:?}", review(store)) };
        assert_eq!((was.as_str(), told.as_str()), ("51.20", now));
        store.create_order();
        turn();
        assert_eq!((standing(store), creates(&world).len()), ("reviewing", 0), "{now}: a second press");
        // A press at the earlier amount does not agree to the one that is asked for.
        store.order_for("51.20".parse().unwrap());
        turn();
        assert_eq!((standing(store), creates(&world).len()), ("reviewing", 0), "{now}");
        store.order_for(now.parse().unwrap());
        turn();
        assert_eq!((standing(store), creates(&world).len()), ("creating", 1), "{now}");
        world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, now)));
        assert_eq!(standing(store), "paying", "{now}");
        assert!(world.stored("orders").unwrap().contains(&format!(r#""agreed":"{now}""#)), "{now}");
    }
}

#[test]
fn a11_a_question_that_stood_long_is_held_against_what_it_said() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    press_an_old_review(&world, store, "60.42");
    world.pass(Duration::from_secs(61));
    store.order_for("60.42".parse().unwrap());
    turn();
    world.answer(VALIDATE, ok(&passed("51.20")));
    assert_eq!(creates(&world).len(), 0, "the other way is a move as well");
    assert!(
        matches!(review(store), Some(Review::Moved { was, now }) if was.as_str() == "60.42" && now.as_str() == "51.20")
    );
    // A validation that failed meanwhile takes nothing back.
    world.pass(Duration::from_secs(61));
    store.order_for("51.20".parse().unwrap());
    turn();
    world.answer(VALIDATE, Err(NoAnswer));
    store.retry_review();
    turn();
    world.answer(VALIDATE, ok(&passed("60.42")));
    assert!(matches!(review(store), Some(Review::Moved { was, .. }) if was.as_str() == "51.20"), "{:?}", review(store));
}

#[test]
fn a11_at_half_the_price_nothing_is_ordered() {
    for now in ["25.60", "10", "0.01"] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        press_an_old_review(&world, store, now);
        assert!(matches!(review(store), Some(Review::Implausible { .. })), "{now}: {:?}", review(store));
        store.create_order();
        store.order_for(now.parse().unwrap());
        turn();
        assert_eq!((standing(store), creates(&world).len()), ("reviewing", 0), "{now}");
        store.retry_review();
        turn();
        world.answer(VALIDATE, ok(&passed("51.20")));
        assert!(matches!(review(store), Some(Review::Passed(_))), "{now}");
    }
}

#[test]
fn a11_a_fresher_price_than_the_one_on_screen_is_not_what_was_pressed() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_passed_review(&world, store, "60.42");
    store.order_for("51.20".parse().unwrap());
    turn();
    assert_eq!((standing(store), creates(&world).len()), ("reviewing", 0));
    assert!(matches!(review(store), Some(Review::Moved { was, .. }) if was.as_str() == "51.20"));
}

#[test]
fn a03_a_listed_price_is_told_in_units_of_the_coin_as_well() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.choose_brand(&crate::shop::brand("b-fixed"));
    world.answer("/v5/products", ok(&crate::shop::FIXED.replace("51.20", "51.2000000000000014")));
    let Load::Ready(offer) = store.offer.get_untracked() else { panic!("no offer") };
    let cr_core::catalog::Denomination::Fixed { price: Some(told), .. } = &offer.denominations[0] else {
        panic!("a price")
    };
    let shown = |coin: &str| leptos::prelude::untrack(|| store.shown_price(told, coin));
    assert_eq!(shown("USDC"), "51.200001", "beside the value, before it is chosen");
    assert_eq!(shown("XYZ"), "51.2000000000000014", "as it was told, where nothing is known of the coin");
    let chosen = cr_core::order::Chosen::Fixed("50 USD".to_owned());
    store.choose_denomination(cr_core::checkout::Choice { denomination: offer.denominations[0].clone(), chosen });
    let price = leptos::prelude::untrack(|| store.current_price()).map(|price| price.to_string());
    assert_eq!(price.as_deref(), Some("51.200001"));
}

#[test]
fn a03_dust_is_rounded_up_in_the_review_the_order_and_what_is_kept_of_it() {
    for (is_told_late, vias) in [(false, true), (true, true), (true, false)] {
        let world = World::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_passed_review(&world, store, "10.16000000000000014");
        let shown = review(store).as_ref().and_then(Review::amount).map(ToString::to_string);
        assert_eq!(shown.as_deref(), Some("10.160001"), "in the review");
        store.create_order();
        turn();
        // The dust differs, and the amount is the same.
        let body = order("o-1", "WaitingForPayment", 1_790_000_000, "10.16000000000000029");
        world.answer(CREATE, ok(&body));
        let instruction = |store: cr_widget::app::Store| {
            let via = leptos::prelude::untrack(|| store.order_network());
            store.checkout.with_untracked(|checkout| {
                let amount = checkout.instruction(via.as_ref()).map(|it| it.amount.to_string());
                (amount.ok(), checkout.agreed().map(|agreed| agreed.to_string()))
            })
        };
        let expected = (Some("10.160001".to_owned()), Some("10.160001".to_owned()));
        assert_eq!(instruction(store), expected, "in the order");
        assert!(world.stored("orders").unwrap().contains(r#""agreed":"10.160001""#));
        if !is_told_late {
            continue;
        }
        // After a reload, the catalogue arrives after the order, or never.
        drop(owner);
        let (_owner, store) = world.element(|_| {});
        store.resume(cr_core::order::OrderId::new("o-1").unwrap());
        turn();
        world.answer("/v5/orders/o-1", ok(&body));
        if vias {
            world.answer("/v3/payment_vias", ok(crate::shop::VIAS));
            assert_eq!(instruction(store), expected, "loaded anew");
        } else {
            let expected = Some("10.16000000000000029".to_owned());
            assert_eq!(instruction(store).0, expected, "nobody tells the digits");
        }
    }
}

#[test]
fn h01_a_lost_answer_is_not_repeated_to_a_proxy_that_keeps_no_keys() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_passed_review(&world, store, "51.20");
    store.create_order();
    turn();
    world.answer(CREATE, Err(NoAnswer));
    world.pass(Duration::from_secs(120));
    assert_eq!((standing(store), creates(&world).len()), ("create unknown", 1));
    assert!(!store.can_retry_create());
    store.retry_create();
    world.pass(Duration::from_secs(120));
    assert_eq!(creates(&world).len(), 1);
}

#[test]
fn h01_a_lost_answer_is_asked_for_with_the_same_key_and_body() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, true);
    go_to_passed_review(&world, store, "51.20");
    store.create_order();
    turn();
    world.answer(CREATE, Err(NoAnswer));
    world.pass(Duration::from_secs(5));
    assert_eq!(creates(&world).len(), 2, "once by itself");
    world.answer(CREATE, Err(NoAnswer));
    world.pass(Duration::from_secs(120));
    assert_eq!((standing(store), creates(&world).len()), ("create unknown", 2));
    for _ in 0..3 {
        store.retry_create();
        turn();
    }
    assert!(store.is_retrying_create.get_untracked());
    assert_eq!(creates(&world).len(), 3, "and when the shopper asks");
    world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    assert_eq!(standing(store), "paying");
    assert!(!store.is_retrying_create.get_untracked());
    let creates = creates(&world);
    assert!(creates.iter().all(|create| create.key == creates[0].key && create.body == creates[0].body));
}

#[test]
fn an_outcome_that_the_proxy_does_not_know_stays_unknown() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, true);
    go_to_passed_review(&world, store, "51.20");
    world.told();
    store.create_order();
    turn();
    world.answer(CREATE, answer(504, r#"{"status":504,"detail":"ORDER_OUTCOME_UNKNOWN"}"#));
    world.pass(Duration::from_secs(60));
    assert_eq!((standing(store), creates(&world).len()), ("create unknown", 1));
    assert_eq!(world.errors(), ["create: ORDER_OUTCOME_UNKNOWN"]);
}

#[test]
fn a_refused_create_leads_back_to_the_review_and_can_be_tried_with_another_key() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, true);
    go_to_passed_review(&world, store, "51.20");
    store.create_order();
    turn();
    world.answer(CREATE, answer(422, r#"{"detail":"LOGIN_REQUIRED"}"#));
    assert!(matches!(review(store), Some(Review::Refused(_))));
    store.retry_review();
    turn();
    world.answer(VALIDATE, ok(&passed("51.20")));
    store.create_order();
    turn();
    let creates = creates(&world);
    assert_eq!(creates.len(), 2);
    assert_ne!(creates[0].key, creates[1].key);
}

#[test]
fn h13_an_order_whose_price_moved_much_shows_no_address_before_it_is_agreed_to() {
    let table = [
        ("51.20", "paying"),
        ("51.70", "paying"),
        ("51.72", "confirming"),
        ("60", "confirming"),
        ("50.69", "paying"),
        ("50.688", "confirming"),
        ("25.61", "confirming"),
        ("25.60", "not payable"),
        ("1", "not payable"),
    ];
    for (amount, expected) in table {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_passed_review(&world, store, "51.20");
        store.create_order();
        turn();
        world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, amount)));
        assert_eq!(standing(store), expected, "{amount}");
        assert_eq!(world.open_streams().len(), 1, "it is followed at once");
        store.confirm_price();
        assert_eq!(standing(store), if expected == "not payable" { expected } else { "paying" }, "{amount}");
    }
}

#[test]
fn an_order_that_is_not_the_one_asked_for_cannot_be_paid() {
    let good = order("o-1", "WaitingForPayment", 1_790_000_000, "51.20");
    let table = [
        good.replace(r#""brand_name": "Arcadia""#, r#""brand_name": "Arcadia Bundle""#),
        good.replace(r#""network": "Solana""#, r#""network": "Tron""#),
        good.replace(r#""coin": "USDC""#, r#""coin": "USDT""#),
        good.replace("50 USD", "500 USD").replace(r#""product_value": "50""#, r#""product_value": "500""#),
    ];
    for body in table {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_passed_review(&world, store, "51.20");
        store.create_order();
        turn();
        world.answer(CREATE, ok(&body));
        assert_eq!(standing(store), "not payable", "{body}");
    }
}

#[test]
fn a_host_cannot_take_the_page_away_while_an_order_is_being_created() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_passed_review(&world, store, "51.20");
    store.create_order();
    turn();
    store.shop.reset();
    store.shop.open(Some("Stayhere".to_owned()), None);
    store.shop.set_country(crate::world::country("IT"));
    assert_eq!(standing(store), "creating");
    world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    assert_eq!(standing(store), "paying");
}

#[test]
fn what_was_ordered_is_kept_in_the_draft() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_review(&world, store);
    store.checkout.with_untracked(|checkout| {
        let Checkout::Reviewing { draft, .. } = checkout else { panic!("no review") };
        assert_eq!((draft.brand_name.as_str(), draft.coin.as_str(), draft.lang.as_str()), ("Arcadia", "USDC", "en"));
    });
}

#[test]
fn s28_a_routers_answer_to_a_create_leaves_open_whether_there_is_an_order() {
    for (status, body) in [
        (404, "<html></html>"),
        (403, "<html></html>"),
        (404, r#"{"status":404,"detail":"UPSTREAM_ERROR"}"#),
        (400, ""),
    ] {
        let world = World::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_passed_review(&world, store, "51.20");
        store.create_order();
        turn();
        world.told();
        world.answer(CREATE, answer(status, body));
        assert_eq!(standing(store), "create unknown", "{status} {body}");
        assert_eq!(world.errors(), ["create: ORDER_OUTCOME_UNKNOWN"]);
        drop(owner);
        // Until this time the next element would take the create over.
        world.pass(Duration::from_secs(31));
    }
}

#[test]
fn s28_a_routers_answer_to_a_validation_is_no_refusal() {
    let table = [
        (404, "<html></html>", false),
        (403, "<html></html>", false),
        (404, r#"{"status":404,"detail":"UPSTREAM_ERROR"}"#, false),
        (422, r#"{"message":"no"}"#, false),
        (200, "<html></html>", false),
        (403, r#"{"status":403,"detail":"ORIGIN_NOT_ALLOWED"}"#, true),
        (422, r#"{"error_code":"OUT_OF_STOCK"}"#, true),
    ];
    for (status, body, is_refusal) in table {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_review(&world, store);
        world.answer(VALIDATE, answer(status, body));
        let is_refused = matches!(review(store), Some(Review::Refused(_)));
        assert_eq!(
            (is_refused, review(store) == Some(Review::Unreachable)),
            (is_refusal, !is_refusal),
            "{status} {body}"
        );
    }
}
