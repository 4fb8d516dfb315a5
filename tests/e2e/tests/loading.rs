//! The purchase is a second module: late, missing, or wanted at once.

use std::time::Duration;

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Pay, Product, Purchase},
    stack::Stack,
    tests,
    words::word,
};
use serde_json::json;
use thirtyfour::Key;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        without_the_second_module_the_grid_works_and_a_retry_opens_what_was_chosen,
        a_slow_second_module_is_waited_for_under_the_name_that_was_chosen,
        a_stored_order_is_offered_although_nothing_was_chosen,
        faults_h11_a_catalogue_that_never_comes_is_given_up_and_asked_for_again_by_keyboard,
    ]
}

/// The second module.
const SECOND: &str = "*cr-widget-purchase*.wasm*";

async fn block(stack: &Stack, urls: &[&str]) {
    stack.cdp("Network.enable", json!({})).await;
    stack.cdp("Network.setBlockedURLs", json!({ "urls": urls })).await;
}

async fn without_the_second_module_the_grid_works_and_a_retry_opens_what_was_chosen() {
    for missing in [SECOND, "*cr-widget-purchase*.js*", "*cr-widget-purchase*.css*"] {
        let stack = Stack::open().await;
        let screen = stack.screen();
        block(&stack, &[missing]).await;
        stack.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        stack.goto("/").await;
        let grid = Grid::on(&screen).await;
        grid.search("zzzzqq").await;
        grid.finds_nothing_called("zzzzqq").await;
        grid.open("Kettle & Crumb").await;
        screen.shows(word("error.unreachable.title")).await;
        screen.find("heading", "Kettle & Crumb").await;
        stack.shoot("stuck").await;

        // A retry in vain comes back to the same screen, and the way back leads to the brands.
        screen.press("button", word("error.retry")).await;
        screen.shows(word("error.unreachable.title")).await;
        screen.press("button", word("frame.back")).await;
        Grid::on(&screen).await.open("Kettle & Crumb").await;
        screen.shows(word("error.unreachable.title")).await;

        block(&stack, &[]).await;
        screen.press("button", word("error.retry")).await;
        Product::on(&screen, "Kettle & Crumb").await;
        screen.find("radio", "$25").await;
        stack.close().await;
    }
}

async fn a_slow_second_module_is_waited_for_under_the_name_that_was_chosen() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    // The page's own fetch, with a gate before the second module.
    let gate = "const real = window.fetch.bind(window);\
                const open = new Promise((resolve) => { window.openGate = resolve; });\
                window.fetch = async (what, how) => {\
                  if (/purchase.*wasm/.test(String(what.url ?? what))) await open;\
                  return real(what, how);\
                };";
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": gate })).await;
    stack.goto("/").await;
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    screen.find("heading", "Kettle & Crumb").await;
    screen.find("status", word("shell.loading")).await;
    stack.shoot("opening").await;
    // Changing one's mind is possible meanwhile.
    screen.press("button", word("frame.back")).await;
    Grid::on(&screen).await.open("Northpine Outfitters").await;
    screen.find("heading", "Northpine Outfitters").await;
    screen.script("openGate();").await;
    Product::on(&screen, "Northpine Outfitters").await.enter("60").await;
    stack.close().await;
}

async fn a_stored_order_is_offered_although_nothing_was_chosen() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let card = Goods::Fixed("Kettle & Crumb", "$25");
    let buy = Purchase { goods: card, email: "shopper@example.com", phone: None, method: None };
    let address = buy.order(&stack).await.address().await;
    stack.goto("/").await;
    screen.shows(word("resume.title")).await;
    stack.shoot("resume").await;
    screen.press("button", word("resume.open")).await;
    assert_eq!(Pay::on(&screen).await.address().await, address);
    // Without the second module there is nothing to offer it with, and the brands are there all the same.
    block(&stack, &[SECOND]).await;
    stack.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    stack.goto("/").await;
    Grid::on(&screen).await;
    stack.close().await;
}

async fn faults_h11_a_catalogue_that_never_comes_is_given_up_and_asked_for_again_by_keyboard() {
    let stack = Stack::open_with(json!({ "latency_ms": 60_000 })).await;
    let screen = stack.screen();
    // Longer than other waits: a read is repeated before it is given up.
    for _ in 0..120 {
        if screen.text().await.contains(word("error.unreachable.title")) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    screen.shows(word("error.unreachable.title")).await;
    stack.supplier.control(json!({ "latency_ms": 0 })).await;
    for _ in 0..40 {
        if screen.focused().await == word("error.retry") {
            break;
        }
        screen.type_keys(Key::Tab + "").await;
    }
    assert_eq!(screen.focused().await, word("error.retry"));
    screen.type_keys(Key::Enter + "").await;
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await;
    stack.close().await;
}
