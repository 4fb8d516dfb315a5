//! The first screen: brands, search, country.

use core::time::Duration;

use cr_core::country::Country;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    shop::{BRANDS, EMPTY, open_shop},
    stage::{Stage, frames},
    states::named,
    words::{word, word_with},
    world::{ok, turn},
};

/// Returns the names on the cards, in order, each once.
fn cards(stage: &Stage) -> Vec<String> {
    stage.names("listitem")
}

async fn grid() -> Stage {
    let stage = Stage::at(named("grid"));
    // The countries are drawn a little later than the rest.
    stage.world.pass(Duration::ZERO);
    frames().await;
    stage
}

#[wasm_bindgen_test]
async fn brands_are_listed_and_one_that_is_pressed_is_opened() {
    let stage = grid().await;
    assert_eq!(cards(&stage), ["Arcadia", "Stayhere"], "electronic money is not listed");
    assert!(stage.has("heading", &word("grid.all")));
    let card: web_sys::HtmlElement = stage.one("listitem", "Stayhere").first_element_child().unwrap().unchecked_into();
    stage.press_on(&card);
    assert!(stage.has("heading", "Stayhere"));
    assert_eq!(stage.focused(), "Stayhere", "the heading of the new screen");
    assert_eq!(stage.world.open("/v5/products").path, "/v5/products/country/US?family_name=Stayhere&coin=USDC&lang=en");
    // Back on the grid, the card that was opened has the focus.
    stage.press("button", &word("frame.back"));
    frames().await;
    assert_eq!(stage.focused(), "Stayhere");
    assert_eq!(stage.script("return root.activeElement.localName").as_string().as_deref(), Some("button"));
}

#[wasm_bindgen_test]
async fn electronic_money_is_found_by_nobody_and_listed_where_the_partner_says_so() {
    let stage = grid().await;
    stage.fill("searchbox", &word("grid.search"), "Paycard");
    assert!(stage.text().contains(&word_with("grid.none_called", &[("name", "Paycard")])), "{}", stage.text());
    drop(stage);
    let stage = Stage::with("en", |config| config.shelf.emoney = true);
    open_shop(&stage.world, false);
    frames().await;
    let card = stage.one("listitem", "Paycard");
    assert!(card.inner_text().contains(&word("grid.needs_account")));
    stage.press_on(&card.first_element_child().unwrap().unchecked_into());
    stage.shows("product.account.title");
    assert!(!stage.has("button", &word("product.next")), "there is nothing to go on with");
}

#[wasm_bindgen_test]
async fn a_search_that_finds_nothing_says_so_and_offers_ways_on() {
    let stage = grid().await;
    stage.fill("searchbox", &word("grid.search"), "zzzzqq");
    assert_eq!(cards(&stage), [""; 0]);
    assert!(stage.text().contains(&word_with("grid.none_called", &[("name", "zzzzqq")])));
    // A name that is nearly one is offered.
    stage.fill("searchbox", &word("grid.search"), "Stayzzqq");
    stage.shows("grid.nearest");
    assert!(stage.has("button", "Stayhere"));
    stage.press("button", &word("grid.other_country"));
    assert_eq!(stage.focused(), word("country.label"), "the list of countries has the focus");
    let clear = stage.all("button", Some(&word("grid.clear"))).pop().unwrap();
    stage.press_on(&clear);
    assert_eq!(cards(&stage), ["Arcadia", "Stayhere"]);
}

#[wasm_bindgen_test]
async fn the_number_of_brands_found_is_spoken_once_when_typing_pauses() {
    let mut stage = grid().await;
    stage.spoken();
    for text in ["a", "ar", "arc"] {
        stage.fill("searchbox", &word("grid.search"), text);
        stage.world.pass(Duration::from_millis(50));
    }
    assert_eq!(stage.spoken(), [""; 0], "not at every letter");
    stage.world.pass(Duration::from_secs(3));
    assert_eq!(stage.spoken(), [word_with("grid.count.one", &[("count", "1")])]);
    stage.world.pass(Duration::from_secs(60));
    assert_eq!(stage.spoken(), [""; 0], "and not again");
}

#[wasm_bindgen_test]
async fn f06_a_pasted_megabyte_is_cut_and_the_search_goes_on() {
    let stage = grid().await;
    stage.fill("searchbox", &word("grid.search"), &"arcadia ".repeat(150_000));
    frames().await;
    let length = stage.script("return root.querySelector('input[type=search]').value.length").as_f64().unwrap();
    assert!(length <= 100.0, "{length} characters are kept");
    stage.fill("searchbox", &word("grid.search"), "Stay");
    assert_eq!(cards(&stage), ["Stayhere"]);
}

#[wasm_bindgen_test]
async fn categories_filter_the_brands() {
    let stage = grid().await;
    let chip = stage.one("button", &word("category.games"));
    assert_eq!(chip.get_attribute("aria-pressed").as_deref(), Some("false"));
    stage.press_on(&chip);
    assert_eq!(stage.one("button", &word("category.games")).get_attribute("aria-pressed").as_deref(), Some("true"));
    assert_eq!(cards(&stage), ["Arcadia"]);
}

#[wasm_bindgen_test]
async fn a_shop_that_cannot_be_reached_is_asked_again_at_the_press_of_a_button() {
    let stage = Stage::at(named("grid-unreachable"));
    assert_eq!(stage.alerts().len(), 1, "it is told at once");
    stage.press("button", &word("error.retry"));
    stage.shows("grid.loading");
    stage.world.answer("/v2/brands", ok(BRANDS));
    stage.world.answer("/v2/homepage", ok("{}"));
    frames().await;
    assert_eq!(cards(&stage), ["Arcadia", "Stayhere"]);
    stage.lacks("error.unreachable.title");
}

#[wasm_bindgen_test]
fn a_busy_shop_is_asked_again_by_itself_after_the_wait() {
    let stage = Stage::at(named("grid-busy"));
    assert!(stage.text().contains(&word_with("error.busy.wait.other", &[("count", "20")])));
    stage.world.pass(Duration::from_secs(21));
    stage.shows("grid.loading");
}

#[wasm_bindgen_test]
async fn another_country_has_brands_of_its_own() {
    let stage = grid().await;
    stage.select(&word("country.label"), "IT");
    stage.shows("grid.loading");
    assert_eq!(stage.world.open("/v2/brands").path, "/v2/brands?country_code=IT");
    stage.world.answer("/v2/homepage", ok("{}"));
    stage.world.answer("/v2/brands", ok(EMPTY));
    assert!(stage.text().contains(&word_with("grid.no_products", &[("country", "Italy")])));
    assert_eq!(stage.world.stored("country").as_deref(), Some("IT"));
}

#[wasm_bindgen_test]
fn a_place_where_nobody_lives_is_not_offered_but_the_page_may_say_so() {
    let stage = Stage::new();
    open_shop(&stage.world, false);
    stage.world.pass(Duration::ZERO);
    let offered = |stage: &Stage| {
        let script = "const select = root.querySelector('#country');
            const has = (code) => [...select.options].some((option) => option.value === code);
            return `${select.value} ${has('AQ')} ${has('IT') ? 'IT' : ''}`;";
        stage.script(script).as_string().unwrap()
    };
    assert_eq!(offered(&stage), "US false IT");
    let mut config = leptos::prelude::GetUntracked::get_untracked(&stage.store.config);
    config.country = Some("AQ".parse::<Country>().unwrap());
    stage.store.shop.set_config(config);
    turn();
    stage.world.answer("/v2/homepage", ok("{}"));
    stage.world.answer("/v2/brands", ok(&EMPTY.replace("IT", "AQ")));
    assert!(stage.text().contains(&word_with("grid.no_products", &[("country", "Antarctica")])));
    assert_eq!(offered(&stage), "AQ true IT");
}

#[wasm_bindgen_test]
fn an_order_that_was_left_is_offered_opened_and_forgotten() {
    let stage = Stage::at(named("grid-order-kept"));
    let reference = cr_core::order::reference("o-1");
    let named = |key| word_with(key, &[("reference", &reference)]);
    stage.press("button", &named("resume.open_which"));
    stage.shows("resume.opening");
    stage.world.answer("/v5/orders/o-1", ok(&crate::states::waiting()));
    assert_eq!(stage.text_of("address"), crate::states::SOLANA);
    drop(stage);
    let stage = Stage::at(crate::states::named("grid-order-kept"));
    stage.press("button", &named("resume.forget_which"));
    assert_eq!(stage.world.stored("orders"), None);
    stage.lacks("resume.title");
}
