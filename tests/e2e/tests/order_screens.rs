//! Screens of orders that few shoppers ever see: before all is there, with several codes, with another code than before, and
//! after the order was forgotten elsewhere.

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Pay, Purchase, Receipt},
    screen::Screen,
    stack::Stack,
    tests,
    words::word,
};
use serde_json::{Value, json};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        what_is_under_way_has_a_shape_before_it_is_there,
        g02_several_codes_are_shown_and_copied_one_by_one,
        g03_a_code_that_takes_the_place_of_another_says_so,
        p04_an_order_that_was_forgotten_elsewhere_is_told_of,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

fn buying(email: &str) -> Purchase<'_> {
    Purchase { goods: CARD, email, phone: None, method: None }
}

async fn has_no_address(screen: &Screen) {
    assert!(screen.script("return root.querySelector('[data-testid=address]');").await.is_null());
}

async fn what_is_under_way_has_a_shape_before_it_is_there() {
    let stack = Stack::open_with(json!({ "latency_ms": 120_000 })).await;
    let screen = stack.screen();
    screen.find("searchbox", word("grid.search")).await;
    stack.supplier.control(json!({ "latency_ms": 0 })).await;
    stack.goto("/").await;
    buying("shopper@example.com").order(&stack).await;
    // The order is there, and the coins and networks that tell its unit are not.
    let hold = json!({ "patterns": [{ "urlPattern": "*/v3/payment_vias*" }] });
    stack.cdp("Fetch.enable", hold).await;
    stack.goto("/").await;
    screen.press("button", word("resume.open")).await;
    screen.part("order-opening").await;
    has_no_address(&screen).await;
    stack.cdp("Fetch.disable", json!({})).await;
    Pay::on(&screen).await;
    stack.close().await;
}

async fn g02_several_codes_are_shown_and_copied_one_by_one() {
    for tag in ["code_multi", "code_list"] {
        let stack = Stack::open().await;
        let screen = stack.screen();
        buying(&format!("shopper+{tag}@example.com")).review(&stack).await.create().await;
        let receipt = Receipt::on(&screen).await;
        let order = stack.read_order(&stack.supplier.newest_order().await).await;
        // Several lines of one text are one code, as it is written.
        let codes = match &order["deliveries"][0]["deliverable"]["pin_code"] {
            Value::Array(codes) => codes.clone(),
            code => vec![code.clone()],
        };
        receipt.code().await;
        let shown =
            screen.script("return [...root.querySelectorAll('[data-testid=code]')].map((e) => e.textContent);").await;
        assert_eq!(shown, json!(codes));
        assert_eq!(screen.all("button", Some(word("receipt.copy"))).await.len(), codes.len());
        stack.shoot(&format!("receipt-{tag}")).await;
        stack.close().await;
    }
}

async fn g03_a_code_that_takes_the_place_of_another_says_so() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper+code_replaced+waiting_for_delivery@example.com").review(&stack).await.create().await;
    let first = Receipt::on(&screen).await.code().await;
    assert!(!screen.text().await.contains(word("receipt.replaced")));
    stack.supplier.set_state(&stack.supplier.newest_order().await, "Done").await;
    screen.shows(word("receipt.replaced")).await;
    let receipt = Receipt::on(&screen).await;
    assert!(receipt.is_masked().await, "the new code is shown when it is asked for");
    assert_ne!(receipt.code().await, first);
    stack.close().await;
}

async fn p04_an_order_that_was_forgotten_elsewhere_is_told_of() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").order(&stack).await;
    let here = stack.driver.window().await.expect("a window");
    let elsewhere = stack.session().new_window().await;
    stack.driver.switch_to_window(elsewhere).await.expect("a window");
    stack.goto("/").await;
    screen.press("button", word("resume.forget_which").split('{').next().expect("a beginning").trim()).await;
    stack.driver.switch_to_window(here).await.expect("a window");
    Grid::on(&screen).await;
    screen.shows(word("resume.forgotten").split("{reference}").last().expect("an end").trim()).await;
    has_no_address(&screen).await;
    stack.close().await;
}
