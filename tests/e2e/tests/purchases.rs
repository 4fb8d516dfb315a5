//! Whole purchases in Chromium, on a phone: the main job.

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Method, Pay, Product, Purchase, Receipt, Recipient, Review},
    stack::Stack,
    tests,
    words::word,
};
use thirtyfour::Key;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        a_fixed_gift_card_is_bought_to_its_code,
        an_open_value_is_quoted_and_ordered_as_a_range,
        a_top_up_is_credited_to_the_number_that_was_read_back,
        an_esim_is_delivered_with_a_code_to_scan,
        a_mixed_family_sells_the_brand_that_was_chosen,
        another_coin_and_network_are_priced_and_named,
        everything_can_be_done_with_a_keyboard_only,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

async fn a_fixed_gift_card_is_bought_to_its_code() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    stack.shoot("grid").await;
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    let product = Product::on(&screen, "Kettle & Crumb").await;
    screen.find("radio", "$25").await;
    stack.shoot("product-fixed").await;
    product.choose("$25").await;
    product.go_on().await;
    let recipient = Recipient::on(&screen).await;
    stack.shoot("recipient").await;
    recipient.email("shopper@example.com").await;
    recipient.go_on().await;
    let method = Method::on(&screen).await;
    stack.shoot("method").await;
    method.go_on().await;
    let review = Review::on(&screen).await;
    screen.shows(word("review.due")).await;
    stack.shoot("review").await;
    review.create().await;
    let pay = Pay::on(&screen).await;
    pay.says_network("USDC", "Solana").await;
    stack.shoot("pay").await;

    // What is on screen is what the supplier asked for, to the last digit.
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    assert_eq!(pay.address().await, order["wallet_address"].as_str().expect("an address"));
    assert_eq!(pay.amount().await, format!("{}\u{a0}USDC", order["coin_amount"].as_str().expect("an amount")));

    stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
    let receipt = Receipt::on(&screen).await;
    assert!(receipt.is_masked().await, "the code is hidden until asked for");
    stack.shoot("receipt").await;
    let code = receipt.code().await;
    stack.shoot("receipt-shown").await;
    assert!(code.chars().filter(char::is_ascii_alphanumeric).count() >= 8, "not a code: {code:?}");
    assert!(!stack.driver.current_url().await.expect("a URL").as_str().contains(&stack.supplier.newest_order().await));
    stack.close().await;
}

async fn an_open_value_is_quoted_and_ordered_as_a_range() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("Northpine Outfitters").await;
    let product = Product::on(&screen, "Northpine Outfitters").await;
    // What is cleared stays clear, so that another value can be typed.
    product.enter("").await;
    let field = screen.find("textbox", word("product.amount")).await;
    assert_eq!(field.prop("value").await.expect("a field").as_deref(), Some(""));
    product.enter("73").await;
    screen.shows("73.").await;
    stack.shoot("product-range").await;
    product.go_on().await;
    Purchase::order_for(&stack, "shopper@example.com").await;
    let order = stack.supplier.newest_order().await;
    let body = stack.read_order(&order).await;
    let line = &body["deliveries"][0]["deliverable"];
    assert_eq!(line["denomination"], "range");
    assert_eq!(line["product_value"].to_string().trim_matches('"'), "73");
    stack.supplier.pay(&order, None).await;
    Receipt::on(&screen).await.code().await;
    stack.close().await;
}

async fn a_top_up_is_credited_to_the_number_that_was_read_back() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("Zephyrcell").await;
    let product = Product::on(&screen, "Zephyrcell").await;
    screen.shows(word("product.group.by_phone")).await;
    stack.shoot("product-top-up").await;
    product.choose("$10").await;
    product.go_on().await;
    let recipient = Recipient::on(&screen).await;
    recipient.phone("(415) 555-0132").await;
    recipient.email("shopper@example.com").await;
    screen.shows("+1 415 555 0132").await;
    stack.shoot("recipient-phone").await;
    recipient.go_on().await;
    Method::on(&screen).await.go_on().await;
    Review::on(&screen).await.create().await;
    Pay::on(&screen).await;
    let order = stack.supplier.newest_order().await;
    assert_eq!(stack.read_order(&order).await["deliveries"][0]["deliverable"]["beneficiary_account"], "+14155550132");
    stack.supplier.pay(&order, None).await;
    screen.shows(word("receipt.credited")).await;
    stack.shoot("receipt-top-up").await;
    stack.close().await;
}

async fn an_esim_is_delivered_with_a_code_to_scan() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("eSIM").await;
    let product = Product::on(&screen, "eSIM").await;
    screen.shows(word("product.unlimited")).await;
    assert!(!screen.text().await.contains("-1"), "the wire's -1 is never shown");
    stack.shoot("product-esim").await;
    let plans = screen.all("radio", None).await;
    assert!(plans.len() > 2, "several plans are on sale");
    product.choose("1 GB").await;
    product.go_on().await;
    Purchase::order_for(&stack, "shopper@example.com").await;
    stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
    screen.press("button", word("receipt.esim_show")).await;
    screen.find("img", word("receipt.esim_qr")).await;
    stack.shoot("receipt-esim").await;
    stack.close().await;
}

async fn a_mixed_family_sells_the_brand_that_was_chosen() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("Meridian & Vale").await;
    let product = Product::on(&screen, "Meridian & Vale").await;
    // Fixed values and an open one, side by side.
    screen.find("radio", word("product.other_amount")).await;
    stack.shoot("product-mixed").await;
    product.choose(word("product.other_amount")).await;
    product.enter("40").await;
    product.go_on().await;
    let recipient = Recipient::on(&screen).await;
    recipient.email("shopper@example.com").await;
    recipient.gift_to("friend@example.org").await;
    recipient.go_on().await;
    Method::on(&screen).await.go_on().await;
    Review::on(&screen).await.create().await;
    Pay::on(&screen).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    let line = &order["deliveries"][0]["deliverable"];
    assert_eq!(line["brand_name"], "Meridian & Vale");
    assert_eq!(line["beneficiary_account"], "friend@example.org");
    assert_eq!(order["user"]["email"], "shopper@example.com");
    stack.close().await;
}

async fn another_coin_and_network_are_priced_and_named() {
    let stack = Stack::open().await;
    let buy = Purchase { goods: CARD, email: "shopper@example.com", phone: None, method: Some(("BTC", "Lightning")) };
    buy.order(&stack).await;
    stack.shoot("pay-lightning").await;
    let order = stack.supplier.orders().await.remove(0);
    assert_eq!(order["coin"], "BTC");
    assert_eq!(order["network"], "Lightning");
    stack.close().await;
}

async fn everything_can_be_done_with_a_keyboard_only() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    tab_to(&stack, word("grid.search")).await;
    screen.type_keys("Kettle & Crumb").await;
    tab_to(&stack, "Kettle & Crumb").await;
    screen.type_keys(Key::Enter + "").await;
    Product::on(&screen, "Kettle & Crumb").await;
    screen.find("radio", "$25").await;
    // The first radio takes the focus; the arrow keys choose.
    tab_to(&stack, "$").await;
    screen.type_keys(Key::Down + "").await;
    tab_to(&stack, word("product.next")).await;
    screen.type_keys(Key::Enter + "").await;
    Recipient::on(&screen).await;
    tab_to(&stack, word("recipient.email")).await;
    screen.type_keys("shopper@example.com").await;
    screen.type_keys(Key::Enter + "").await;
    Method::on(&screen).await;
    tab_to(&stack, word("method.next")).await;
    screen.type_keys(Key::Enter + "").await;
    Review::on(&screen).await;
    screen.shows(word("review.due")).await;
    tab_to(&stack, word("review.create")).await;
    screen.type_keys(Key::Enter + "").await;
    Pay::on(&screen).await;
    stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
    Receipt::on(&screen).await;
    tab_to(&stack, word("receipt.show")).await;
    screen.type_keys(Key::Enter + "").await;
    screen.find("button", word("receipt.hide")).await;
    stack.close().await;
}

/// Presses Tab until what has the focus is called `name`.
async fn tab_to(stack: &Stack, name: &str) {
    let screen = stack.screen();
    for _ in 0..60 {
        if screen.focused().await.starts_with(name) {
            return;
        }
        screen.type_keys(Key::Tab + "").await;
    }
    panic!("Tab never reaches {name:?}; the focus is on {:?}", screen.focused().await);
}
