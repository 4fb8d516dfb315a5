//! What the purchase is asked to do while it is still loading, and when it cannot be loaded.

use core::time::Duration;
use std::rc::Rc;

use cr_core::order::OrderId;
use cr_widget::app::{
    Config, Shop,
    ports::PageEvent,
    shop::{Ask, Awaited, OnScreen},
};
use leptos::prelude::{GetUntracked as _, Owner};

use crate::{
    shop::{BRANDS, EMPTY, brand, order},
    world::{World, country, ok},
};

fn resume() -> Ask {
    Ask::Resume(OrderId::new("o-1").unwrap())
}

fn stock(world: &World) {
    world.answer("/v2/homepage", ok("{}"));
    world.answer("/v2/brands", ok(BRANDS));
}

/// An element in which a brand was chosen while the purchase is still being loaded.
fn choosing() -> (Rc<World>, Owner, Shop) {
    let world = World::new();
    let (owner, shop) = world.waiting_element(|_| {});
    stock(&world);
    shop.choose(&brand("b-fixed"));
    (world, owner, shop)
}

fn on_screen(shop: Shop) -> OnScreen {
    shop.on_screen.get_untracked()
}

fn change(shop: Shop, change: impl FnOnce(&mut Config)) {
    let mut config = shop.config.get_untracked();
    change(&mut config);
    shop.set_config(config);
}

/// Stores an order of an earlier visit.
fn visit_before(world: &Rc<World>) {
    let (owner, store) = world.element(|_| {});
    store.resume(OrderId::new("o-1").unwrap());
    world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    owner.cleanup();
    assert!(world.stored("orders").is_some());
}

#[test]
fn the_brands_come_first_and_the_purchase_in_the_background() {
    let world = World::new();
    let (_owner, shop) = world.waiting_element(|_| {});
    assert_eq!(world.loads(), (0, 0));
    stock(&world);
    world.pass(Duration::from_secs(1));
    assert_eq!((world.loads(), on_screen(shop)), ((1, 1), OnScreen::Grid));
    world.arrive(true);
    assert_eq!(on_screen(shop), OnScreen::Grid);
    world.answer("/v3/payment_vias", ok("[]"));
}

#[test]
fn a_brand_chosen_meanwhile_opens_when_the_purchase_is_there() {
    let (world, _owner, shop) = choosing();
    assert_eq!((on_screen(shop), shop.awaited()), (OnScreen::Opening, Some(Awaited::Brand("Arcadia".to_owned()))));
    world.arrive(true);
    assert_eq!(on_screen(shop), OnScreen::Purchase);
}

#[test]
fn what_cannot_be_loaded_says_so_and_is_tried_again() {
    let (world, _owner, shop) = choosing();
    world.arrive(false);
    assert_eq!(on_screen(shop), OnScreen::Stuck);
    assert_eq!(world.errors(), ["product: UNREACHABLE"]);
    shop.load_purchase();
    assert_eq!(on_screen(shop), OnScreen::Opening);
    // The request hangs: it is given up, and sent again when the browser is online again.
    world.pass(Duration::from_secs(61));
    assert_eq!((on_screen(shop), world.loads().1), (OnScreen::Stuck, 0));
    world.page(PageEvent::Online);
    world.arrive(true);
    assert_eq!(on_screen(shop), OnScreen::Purchase);
}

#[test]
fn a_shopper_who_goes_back_is_not_taken_away_from_the_brands() {
    let (world, _owner, shop) = choosing();
    shop.back();
    world.arrive(true);
    assert_eq!(on_screen(shop), OnScreen::Grid);
}

#[test]
fn a_shopper_goes_back_while_the_shelves_are_filled_anew_and_stays_there() {
    let (world, _owner, shop) = choosing();
    change(shop, |config| config.shelf.emoney = true);
    world.arrive(true);
    shop.back();
    assert_eq!(on_screen(shop), OnScreen::Grid);
    stock(&world);
    assert_eq!(on_screen(shop), OnScreen::Grid);
}

#[test]
fn a_brand_chosen_while_the_shelves_are_filled_anew_opens_when_they_are() {
    let (world, _owner, shop) = choosing();
    change(shop, |config| config.shelf.emoney = true);
    world.arrive(true);
    assert_eq!(on_screen(shop), OnScreen::Opening);
    stock(&world);
    assert_eq!(on_screen(shop), OnScreen::Purchase);
}

#[test]
fn an_order_asked_for_by_the_page_is_not_lost_to_a_brand_or_a_country() {
    let world = World::new();
    let (_owner, shop) = world.waiting_element(|config| config.brand = Some("Arcadia".to_owned()));
    shop.ask(resume());
    assert_eq!((on_screen(shop), shop.awaited()), (OnScreen::Opening, Some(Awaited::Order)));
    stock(&world);
    change(shop, |config| config.country = Some(country("IT")));
    assert_eq!(shop.country.get_untracked(), country("US"));
    world.arrive(true);
    // The order was only asked for and has no country yet, so the shop may change its own.
    assert_eq!(shop.country.get_untracked(), country("IT"));
    world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    assert_eq!(on_screen(shop), OnScreen::Purchase);
    world.answer("/v2/homepage", ok("{}"));
    world.answer("/v2/brands", ok(EMPTY));
    assert_eq!(on_screen(shop), OnScreen::Purchase);
}

#[test]
fn forgetting_waits_for_nothing() {
    let world = World::new();
    visit_before(&world);
    let (_owner, shop) = world.waiting_element(|_| {});
    assert_eq!(world.loads(), (1, 1), "an order may wait: the purchase is loaded at once");
    stock(&world);
    shop.choose(&brand("b-fixed"));
    shop.ask(Ask::Forget);
    assert_eq!(world.stored("orders"), None);
    world.arrive(true);
    assert_eq!(on_screen(shop), OnScreen::Purchase, "the brand was not forgotten");
    assert_eq!(world.stored("orders"), None);
}

#[test]
fn forgetting_takes_back_the_order_that_was_asked_for() {
    let world = World::new();
    let (_owner, shop) = world.waiting_element(|_| {});
    shop.ask(resume());
    shop.ask(Ask::Forget);
    assert_eq!(on_screen(shop), OnScreen::Grid);
    world.arrive(true);
    assert_eq!(world.asked("/v5/orders/").len(), 0);
}

#[test]
fn a_stored_order_is_offered_although_the_purchase_did_not_come_at_first() {
    let world = World::new();
    visit_before(&world);
    let (_owner, shop) = world.waiting_element(|_| {});
    world.arrive(false);
    assert_eq!((on_screen(shop), world.loads().1), (OnScreen::Grid, 0));
    world.pass(Duration::from_secs(11));
    assert_eq!(world.loads().1, 1);
    world.arrive(true);
    assert!(shop.purchase.is_loaded());
}

#[test]
fn an_element_that_is_gone_loads_nothing_more() {
    let (world, owner, shop) = choosing();
    owner.cleanup();
    assert_eq!(world.loads().1, 0);
    shop.load_purchase();
    assert_eq!(world.held(), (0, 0));
}
