//! The lists of brands, countries and coins.

use core::time::Duration;

use cr_core::{catalog::Kind, checkout::Step};
use cr_widget::app::{
    Load, Trouble,
    ports::{HostEvent, NoAnswer, PageEvent},
};
use leptos::prelude::{GetUntracked as _, WithUntracked as _};

use crate::{
    shop::{BRANDS, EMPTY, FIXED, VIAS, brand, go_to_payment, open_shop, standing},
    world::{World, answer, busy, country, ok, turn},
};

fn failure<T: Clone + Send + Sync + 'static>(load: leptos::prelude::RwSignal<Load<T>>) -> Option<Trouble> {
    match load.get_untracked() {
        Load::Failed(trouble) => Some(trouble),
        Load::Idle | Load::Loading | Load::Ready(_) => None,
    }
}

fn names(store: cr_widget::app::Store) -> Vec<String> {
    match store.catalog.get_untracked() {
        Load::Ready(catalog) => catalog.brands().iter().map(|brand| brand.name.clone()).collect(),
        Load::Idle | Load::Loading | Load::Failed(_) => Vec::new(),
    }
}

#[test]
fn a_shop_opens_with_brands_coins_and_the_best_coin_chosen() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    assert!(matches!(store.catalog.get_untracked(), Load::Loading));
    open_shop(&world, false);
    assert_eq!(names(store).len(), 2, "e-money brands are not listed unless asked for: {:?}", names(store));
    assert_eq!(store.coin.get_untracked().as_deref(), Some("USDC"));
    assert_eq!(store.network.get_untracked().as_deref(), Some("Solana"));
    assert_eq!(world.asked("/v2/brands")[0].path, "/v2/brands?country_code=US");
}

#[test]
fn the_configured_coin_is_chosen_if_it_is_on_sale() {
    let world = World::new();
    let (_owner, store) = world.element(|config| {
        config.coin = Some("BTC".to_owned());
        config.network = Some("Lightning".to_owned());
    });
    open_shop(&world, false);
    assert_eq!(store.coin.get_untracked().as_deref(), Some("BTC"));
    assert_eq!(store.network.get_untracked().as_deref(), Some("Lightning"));
}

#[test]
fn a_homepage_that_does_not_come_holds_nothing_up() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    world.answer("/v2/brands", ok(BRANDS));
    assert!(names(store).is_empty());
    world.pass(Duration::from_millis(400));
    assert_eq!(names(store).len(), 2);
    assert!(world.asked("/v2/homepage")[0].is_aborted());
}

#[test]
fn a_slow_device_reads_a_directory_in_turns_and_stops_when_another_is_wanted() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    world.slow_down(Duration::from_millis(20));
    world.answer("/v2/homepage", ok("{}"));
    world.answer("/v2/brands", ok(BRANDS));
    let mut turns = 0;
    while names(store).is_empty() {
        turns += 1;
        world.pass(Duration::ZERO);
        assert!(turns < 100, "it comes to an end");
    }
    // Three brands are read and two are indexed: a task ends at every second one of these steps.
    assert_eq!(turns, 2);
    assert_eq!(names(store).len(), 2);

    store.shop.set_country(country("IT"));
    turn();
    world.answer("/v2/homepage?country_code=IT", ok("{}"));
    world.answer("/v2/brands?country_code=IT", ok(BRANDS));
    world.pass(Duration::ZERO);
    store.shop.set_country(country("FR"));
    world.pass(Duration::from_secs(1));
    assert!(names(store).is_empty(), "what was half read is not shown for another country");
    world.answer("/v2/homepage?country_code=FR", ok("{}"));
    world.answer("/v2/brands?country_code=FR", ok(EMPTY));
    world.pass(Duration::from_secs(1));
    assert!(matches!(store.catalog.get_untracked(), Load::Ready(_)) && names(store).is_empty());
}

#[test]
fn the_answer_for_a_country_that_was_left_never_counts() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    store.shop.set_country(country("IT"));
    turn();
    assert!(world.asked("/v2/brands?country_code=US")[0].is_aborted());
    world.answer("/v2/brands?country_code=IT", ok(EMPTY));
    world.answer("/v2/homepage?country_code=IT", ok("{}"));
    assert_eq!(store.country.get_untracked(), country("IT"));
    assert!(matches!(store.catalog.get_untracked(), Load::Ready(_)) && names(store).is_empty());
    assert_eq!(world.stored("country").as_deref(), Some("IT"));
}

#[test]
fn a_locked_country_stays() {
    let world = World::new();
    let (_owner, store) = world.element(|config| config.lock_country = true);
    store.shop.set_country(country("IT"));
    assert_eq!(store.country.get_untracked(), country("US"));
    assert_eq!(world.stored("country"), None);
}

#[test]
fn a_country_that_is_not_sold_in_is_not_moved_to() {
    let world = World::new();
    let (_owner, store) = world.element(|config| config.countries = vec![country("US"), country("FR")]);
    store.shop.set_country(country("IT"));
    assert_eq!(store.country.get_untracked(), country("US"));
    store.shop.set_country(country("FR"));
    assert_eq!(store.country.get_untracked(), country("FR"));
}

#[test]
fn a_server_error_is_tried_once_more() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    for status in [502, 500] {
        world.answer("/v2/brands", answer(status, "<html>"));
        world.pass(Duration::from_secs(5));
    }
    world.pass(Duration::from_secs(60));
    assert_eq!(world.asked("/v2/brands").len(), 2);
    assert_eq!(failure(store.catalog), Some(Trouble::Unreachable));
    assert_eq!(world.errors(), ["catalog: UNREACHABLE"]);
    store.shop.retry();
    turn();
    world.answer("/v2/brands", Err(NoAnswer));
    world.pass(Duration::from_secs(5));
    world.answer("/v2/brands", ok(BRANDS));
    world.pass(Duration::from_secs(1));
    assert_eq!(names(store).len(), 2);
}

#[test]
fn refusals_and_nonsense_are_told_apart() {
    let table = [
        (404, "{}", Trouble::NotFound),
        (200, "<html>portal</html>", Trouble::Unreachable),
        (200, "", Trouble::Unreachable),
        (200, "{\"country_code\":", Trouble::Unreachable),
    ];
    for (status, body, expected) in table {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        world.answer("/v2/brands", answer(status, body));
        world.pass(Duration::from_secs(1));
        assert_eq!(failure(store.catalog), Some(expected), "{status} {body}");
    }
}

#[test]
fn a_busy_server_is_asked_again_when_it_said() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    let wait = Duration::from_secs(20);
    world.answer("/v2/brands", busy(wait));
    world.answer("/v2/homepage", ok("{}"));
    assert_eq!(failure(store.catalog), Some(Trouble::Busy(Some(wait))));
    world.pass(Duration::from_secs(19));
    assert_eq!(world.asked("/v2/brands").len(), 1);
    world.pass(Duration::from_secs(2));
    world.answer("/v2/brands", ok(BRANDS));
    world.answer("/v2/homepage", ok("{}"));
    assert_eq!(names(store).len(), 2);
}

#[test]
fn what_failed_offline_is_loaded_when_the_browser_is_online_again() {
    let world = World::new();
    world.page(PageEvent::Offline);
    let (_owner, store) = world.element(|_| {});
    assert!(!store.online.get_untracked());
    for path in ["/v2/brands", "/v3/payment_vias"] {
        world.answer(path, Err(NoAnswer));
        world.pass(Duration::from_secs(5));
        world.answer(path, Err(NoAnswer));
        world.pass(Duration::from_secs(1));
    }
    assert_eq!((failure(store.catalog), failure(store.via)), (Some(Trouble::Offline), Some(Trouble::Offline)));
    world.page(PageEvent::Online);
    assert!(store.online.get_untracked());
    world.answer("/v2/brands", ok(BRANDS));
    world.answer("/v3/payment_vias", ok(VIAS));
    world.pass(Duration::from_secs(1));
    assert_eq!(names(store).len(), 2);
}

#[test]
fn the_configured_brand_opens_by_itself() {
    let world = World::new();
    let (_owner, store) = world.element(|config| config.brand = Some("Arcadia".to_owned()));
    open_shop(&world, false);
    assert_eq!(standing(store), "choosing");
    let selected = world.told().into_iter().find_map(|event| match event {
        HostEvent::BrandSelect { brand, kind, category, country } => Some((brand, kind, category, country)),
        _ => None,
    });
    assert_eq!(selected, Some(("Arcadia".to_owned(), Kind::GiftCard, Some("games".to_owned()), "US".to_owned())));
    world.answer("/v5/products", ok(FIXED));
    assert!(matches!(store.offer.get_untracked(), Load::Ready(_)));
}

#[test]
fn the_host_can_open_a_brand_in_another_country() {
    let world = World::new();
    let (_owner, store) = world.element(|config| config.lock_country = true);
    open_shop(&world, false);
    store.shop.open(Some("Arcadia".to_owned()), Some(country("CA")));
    turn();
    world.answer("/v2/brands?country_code=CA", ok(BRANDS));
    world.answer("/v2/homepage?country_code=CA", ok("{}"));
    assert_eq!(store.brand().map(|brand| brand.name).as_deref(), Some("Arcadia"));
    assert_eq!(world.stored("country"), None, "only the shopper's own choice is remembered");
}

#[test]
fn a_changed_country_attribute_waits_until_the_order_at_hand_is_left() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    let mut config = store.config.get_untracked();
    config.country = Some(country("IT"));
    store.shop.set_config(config);
    assert_eq!((standing(store), store.country.get_untracked()), ("paying", country("US")));
    store.start_over();
    turn();
    assert_eq!((standing(store), store.country.get_untracked()), ("browsing", country("IT")));
}

#[test]
fn a_brand_that_needs_an_account_is_shown_but_nothing_of_it_can_be_chosen() {
    let world = World::new();
    let (_owner, store) = world.element(|config| config.shelf.emoney = true);
    open_shop(&world, false);
    store.choose_brand(&brand("b-emoney"));
    assert_eq!(standing(store), "choosing");
    let denomination = cr_core::catalog::Denomination::Fixed {
        denomination: "50 USD".to_owned(),
        label: "$50".to_owned(),
        face: None,
        price: None,
        delivery: cr_core::catalog::DeliveryType::ByEmail,
        plan: None,
    };
    let chosen = cr_core::order::Chosen::Fixed("50 USD".to_owned());
    store.choose_denomination(cr_core::checkout::Choice { denomination, chosen });
    let page = store.checkout.with_untracked(|checkout| checkout.step());
    assert_eq!(page, Step::Choose);
}

#[test]
fn a_long_list_is_drawn_in_a_turn_of_its_own_and_only_if_it_is_still_wanted() {
    let list = |count: usize| {
        let brand = |index: usize| {
            format!(
                r#"{{ "brand_id": "b{index}", "brand": "B{index}", "family": "B{index}", "kind": "giftcard", "category": "games" }}"#
            )
        };
        let brands: Vec<String> = (0..count).map(brand).collect();
        format!(r#"{{ "country_code": "US", "all_brands": [{}] }}"#, brands.join(","))
    };
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    world.answer("/v2/brands", ok(&list(201)));
    world.answer("/v2/homepage", ok("{}"));
    assert!(matches!(store.catalog.get_untracked(), Load::Loading), "read, not drawn");
    store.shop.set_country(country("IT"));
    world.pass(Duration::ZERO);
    assert!(matches!(store.catalog.get_untracked(), Load::Loading), "another country's list is waited for");
    world.answer("/v2/brands", ok(&list(201)));
    world.answer("/v2/homepage", ok("{}"));
    world.pass(Duration::ZERO);
    assert!(matches!(store.catalog.get_untracked(), Load::Ready(catalog) if catalog.brands().len() == 201));
}
