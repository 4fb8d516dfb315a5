//! Offers, prices and quotes.

use core::time::Duration;

use cr_core::{catalog::Denomination, checkout::Choice, money::FaceValue, order::Chosen};
use cr_widget::app::{
    Load, Store, Trouble,
    ports::{NoAnswer, PageEvent},
};
use leptos::prelude::GetUntracked as _;

use crate::{
    shop::{BRANDS, FIXED, RANGE, VIAS, brand, open_shop, price, recipient},
    world::{World, answer, ok, turn},
};

fn face(amount: &str) -> FaceValue {
    FaceValue::new(amount, "USD".parse().unwrap()).unwrap()
}

fn quoted(store: Store) -> Option<String> {
    match store.quote.get_untracked() {
        Load::Ready(quote) => Some(quote.amount.as_str().to_owned()),
        Load::Idle | Load::Loading | Load::Failed(_) => None,
    }
}

/// Opens the range brand with its offer.
fn open_range(world: &World, store: Store) {
    store.choose_brand(&brand("b-range"));
    world.answer("/v5/products", ok(RANGE));
    assert!(matches!(store.offer.get_untracked(), Load::Ready(_)));
}

#[test]
fn an_offer_is_asked_for_in_the_chosen_coin_and_language() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.choose_brand(&brand("b-fixed"));
    turn();
    assert_eq!(world.open("/v5/products").path, "/v5/products/country/US?family_name=Arcadia&coin=USDC&lang=en");
}

#[test]
fn an_offer_waits_for_the_coins() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    world.answer("/v2/brands", ok(BRANDS));
    world.answer("/v2/homepage", ok("{}"));
    store.choose_brand(&brand("b-fixed"));
    turn();
    assert_eq!(world.count_open("/v5/products"), 0);
    assert!(matches!(store.offer.get_untracked(), Load::Loading));
    world.answer("/v3/payment_vias", ok(VIAS));
    assert!(world.open("/v5/products").path.contains("coin=USDC"));
}

#[test]
fn without_coins_an_offer_fails_and_a_retry_asks_for_both() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    world.answer("/v2/brands", ok(BRANDS));
    world.answer("/v2/homepage", ok("{}"));
    store.choose_brand(&brand("b-fixed"));
    world.answer("/v3/payment_vias", answer(404, "{}"));
    assert!(matches!(store.offer.get_untracked(), Load::Failed(Trouble::NotFound)));
    store.retry_offer();
    turn();
    world.answer("/v3/payment_vias", ok(VIAS));
    world.answer("/v5/products", ok(FIXED));
    assert!(matches!(store.offer.get_untracked(), Load::Ready(_)));
}

#[test]
fn a_family_without_the_brand_sells_nothing() {
    for body in ["[]", RANGE] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        store.choose_brand(&brand("b-fixed"));
        world.answer("/v5/products", ok(body));
        assert!(matches!(store.offer.get_untracked(), Load::Failed(Trouble::NotFound)), "{body}");
    }
}

#[test]
fn a_late_offer_of_another_brand_never_counts() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.choose_brand(&brand("b-fixed"));
    turn();
    store.shop.back();
    store.choose_brand(&brand("b-range"));
    turn();
    assert!(world.asked("/v5/products")[0].is_aborted());
    world.answer("/v5/products", ok(RANGE));
    let Load::Ready(offer) = store.offer.get_untracked() else { panic!("no offer") };
    assert_eq!(offer.brand_name, "Stayhere");
}

#[test]
fn another_coin_prices_anew_and_no_old_price_is_shown_under_it() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.choose_brand(&brand("b-fixed"));
    world.answer("/v5/products", ok(FIXED));
    let Load::Ready(offer) = store.offer.get_untracked() else { panic!("no offer") };
    let denomination = offer.denominations[0].clone();
    store.choose_denomination(Choice { denomination, chosen: Chosen::Fixed("50 USD".to_owned()) });
    store.set_recipient(recipient());
    assert_eq!(store.current_price().map(|price| price.as_str().to_owned()).as_deref(), Some("51.20"));
    store.set_method("BTC".to_owned(), "Mainnet".to_owned());
    turn();
    assert_eq!(store.current_price(), None);
    world.answer(
        "/v5/products/country/US?family_name=Arcadia&coin=BTC",
        ok(&FIXED.replace("USDC", "BTC").replace("51.20", "0.00051")),
    );
    assert_eq!(store.current_price().map(|price| price.as_str().to_owned()).as_deref(), Some("0.00051"));
    store.set_method("BTC".to_owned(), "Lightning".to_owned());
    turn();
    assert_eq!(world.count_open("/v5/products"), 0, "prices do not depend on the network");
}

#[test]
fn only_the_answer_to_the_latest_question_counts() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    open_range(&world, store);
    for amount in ["30", "40", "50"] {
        store.ask_quote(face(amount));
        world.pass(Duration::from_millis(100));
    }
    assert_eq!(world.asked("/v4/products/price").len(), 0, "typing has not rested yet");
    world.pass(Duration::from_millis(300));
    assert_eq!(
        world.open("/v4/products/price").path,
        "/v4/products/price?brand_name=Stayhere&country_code=US&face_value=50&coin=USDC"
    );
    store.ask_quote(face("60"));
    world.pass(Duration::from_millis(400));
    let asked = world.asked("/v4/products/price");
    assert!(asked[0].is_aborted() && asked.len() == 2);
    world.answer("/v4/products/price", ok(&price("USDC", "61.10")));
    assert_eq!(quoted(store).as_deref(), Some("61.10"));
}

#[test]
fn a_quote_is_refreshed_while_it_is_shown_and_looked_at() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    open_range(&world, store);
    store.ask_quote(face("50"));
    world.pass(Duration::from_millis(300));
    world.answer("/v4/products/price", ok(&price("USDC", "50.60")));
    world.pass(Duration::from_secs(12));
    assert_eq!(store.quote_age(), Some(Duration::from_secs(12)));
    world.pass(Duration::from_secs(18));
    world.answer("/v4/products/price", ok(&price("USDC", "50.90")));
    assert_eq!(quoted(store).as_deref(), Some("50.90"));
    world.pass(Duration::from_secs(30));
    world.answer("/v4/products/price", answer(404, "{}"));
    assert_eq!(quoted(store).as_deref(), Some("50.90"), "a failed refresh leaves the price standing, with its age");
    world.page(PageEvent::Hidden);
    world.pass(Duration::from_secs(300));
    assert_eq!(world.asked("/v4/products/price").len(), 3, "nobody looks");
    world.page(PageEvent::Visible);
    world.pass(Duration::from_millis(10));
    world.answer("/v4/products/price", ok(&price("USDC", "51.00")));
    assert_eq!(quoted(store).as_deref(), Some("51.00"));
    store.shop.back();
    world.pass(Duration::from_secs(300));
    assert_eq!(world.asked("/v4/products/price").len(), 4, "no brand, no quote");
}

#[test]
fn a_price_in_another_coin_or_of_another_product_is_none() {
    let other = price("USDC", "99").replace("p-range", "p-literal");
    for body in [price("BTC", "0.1"), other, price("USDC", "0"), "{}".to_owned()] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        open_range(&world, store);
        store.ask_quote(face("50"));
        world.pass(Duration::from_millis(300));
        world.answer("/v4/products/price", ok(&body));
        assert!(matches!(store.quote.get_untracked(), Load::Failed(_)), "{body}");
        assert_eq!(store.current_price(), None, "{body}");
    }
}

#[test]
fn a_quote_in_the_old_coin_is_no_price_in_the_new_one() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    open_range(&world, store);
    let Load::Ready(offer) = store.offer.get_untracked() else { panic!("no offer") };
    let denomination = offer.denominations[0].clone();
    assert!(matches!(denomination, Denomination::Range { .. }));
    store.choose_denomination(Choice { denomination, chosen: Chosen::Range(face("50")) });
    world.pass(Duration::from_millis(300));
    world.answer("/v4/products/price", ok(&price("USDC", "50.60")));
    assert_eq!(store.current_price().map(|price| price.as_str().to_owned()).as_deref(), Some("50.60"));
    store.set_method("BTC".to_owned(), "Mainnet".to_owned());
    assert_eq!(store.current_price(), None);
    world.pass(Duration::from_millis(300));
    world.answer(
        "/v4/products/price?brand_name=Stayhere&country_code=US&face_value=50&coin=BTC",
        ok(&price("BTC", "0.0005")),
    );
    assert_eq!(store.current_price().map(|price| price.as_str().to_owned()).as_deref(), Some("0.0005"));
}

#[test]
fn the_element_gone_nothing_goes_on() {
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    open_range(&world, store);
    store.ask_quote(face("50"));
    world.pass(Duration::from_millis(350));
    let quote = world.open("/v4/products/price");
    store.tick();
    drop(owner);
    assert!(quote.is_aborted());
    assert_eq!(world.held(), (0, 0), "timers and watchers");
    // Calls that come too late have no effect, and do not panic.
    store.shop.retry();
    store.shop.set_country(crate::world::country("IT"));
    store.ask_quote(face("60"));
    store.review();
    store.create_order();
    store.start_over();
    store.forget(None);
    world.page(PageEvent::Online);
    world.pass(Duration::from_secs(60));
    assert_eq!(world.held(), (0, 0));
}

#[test]
fn a_quote_that_cannot_be_had_says_so() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    open_range(&world, store);
    world.told();
    store.ask_quote(face("50"));
    world.pass(Duration::from_millis(300));
    world.answer("/v4/products/price", Err(NoAnswer));
    world.pass(Duration::from_secs(5));
    world.answer("/v4/products/price", Err(NoAnswer));
    assert_eq!(world.errors(), ["quote: UNREACHABLE"]);
}

#[test]
fn a23_a_price_list_in_another_coin_is_refused_and_asked_for_anew() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.choose_brand(&brand("b-fixed"));
    world.answer("/v5/products", ok(&FIXED.replace("USDC", "BTC")));
    assert!(matches!(store.offer.get_untracked(), Load::Failed(Trouble::Unreachable)));
    store.retry_offer();
    turn();
    world.answer("/v5/products", ok(&FIXED.replace("\"USDC\"", "\"usdc\"")));
    assert!(matches!(store.offer.get_untracked(), Load::Ready(_)));
    // A list that names no coin counts as one in the coin that was asked for.
    store.retry_offer();
    turn();
    world.answer("/v5/products", ok(&FIXED.replace("\"USDC\"", "null")));
    assert!(matches!(store.offer.get_untracked(), Load::Ready(_)));
}
