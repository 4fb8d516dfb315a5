//! Screens that few shoppers ever see, each reached on purpose, and the main ones in the looks that the other tests leave out.

use std::{path::PathBuf, time::Duration};

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Method, Pay, Product, Purchase, Receipt, Recipient, Review, Track},
    stack::{Device, Stack},
    tests,
    words::word,
};
use serde_json::{Value, json};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        an_order_that_cannot_be_read_any_more_says_why,
        orders_that_cannot_be_paid_safely_show_no_address,
        what_arrived_and_cannot_be_read_leaves_nothing_to_pay,
        an_invoice_for_another_amount_is_not_shown,
        a_lost_connection_is_admitted_while_an_order_is_paid_and_while_it_is_tracked,
        a_network_below_its_minimum_says_so,
        a_barred_order_stays_barred_when_it_is_opened_again,
        faults_h14_brands_without_pictures_keep_their_place_and_show_their_initials,
        the_main_screens_fit_tablets_and_small_phones,
        the_main_screens_can_be_read_from_right_to_left,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");
const LIGHTNING: Option<(&str, &str)> = Some(("BTC", "Lightning"));

fn buying(email: &str) -> Purchase<'_> {
    Purchase { goods: CARD, email, phone: None, method: None }
}

/// Steps that make every stream of an order fail for good, and every read say why by the supplier's code.
fn refused(code: &str) -> Value {
    json!([{ "do": "stream_503", "times": 500 }, { "do": code, "times": 500 }])
}

async fn script(stage: &Stack, steps: Value) {
    stage.supplier.script(&stage.supplier.newest_order().await, steps).await;
}

async fn has_no_address(stack: &Stack) {
    let address = stack.screen().script("return root.querySelector('[data-testid=address]');").await;
    assert!(address.is_null(), "no address on a screen of trouble");
}

async fn an_order_that_cannot_be_read_any_more_says_why() {
    for (code, trouble) in [("order_not_found", "not_found"), ("order_forbidden", "forbidden")] {
        for is_paid in [false, true] {
            let stack = Stack::open().await;
            let screen = stack.screen();
            buying("shopper@example.com").order(&stack).await;
            if is_paid {
                stack.supplier.set_state(&stack.supplier.newest_order().await, "PaymentStarted").await;
                screen.hides(word("pay.title")).await;
            }
            script(&stack, refused(code)).await;
            Track::on(&screen).tells_trouble(trouble).await;
            has_no_address(&stack).await;
            // A second order would be a second payment, and money may be on its way to one that cannot be found or read.
            let offers_new = !screen.all("button", Some(word("pay.new_order"))).await.is_empty();
            assert!(!offers_new, "{trouble}, paid: {is_paid}");
            stack.close().await;
        }
    }
}

async fn orders_that_cannot_be_paid_safely_show_no_address() {
    for (tag, trouble, method) in [
        // Made without an address, and then nothing more is heard of it.
        ("half_open+read_503_x99+payment_setup_failed", "incomplete", None),
        ("partial_payment_started", "part_unclear", LIGHTNING),
        ("two_memos", "bad_memo", None),
        ("unreadable_sent", "unreadable", None),
        ("half_price", "cheaper", None),
    ] {
        let stack = Stack::open().await;
        let email = format!("shopper+{tag}@example.com");
        Purchase { method, ..buying(&email) }.review(&stack).await.create().await;
        Track::on(&stack.screen()).tells_trouble(trouble).await;
        has_no_address(&stack).await;
        stack.close().await;
    }
}

async fn what_arrived_and_cannot_be_read_leaves_nothing_to_pay() {
    let stack = Stack::open().await;
    let email = "shopper+unreadable_sent+partial_payment_started@example.com";
    buying(email).review(&stack).await.create().await;
    Track::on(&stack.screen()).tells_trouble("part_unclear").await;
    has_no_address(&stack).await;
    stack.close().await;
}

async fn an_invoice_for_another_amount_is_not_shown() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    // On its way to the page the order asks for one atom less than its invoice; nothing else is heard of it.
    let less = "const real = window.fetch.bind(window);\
        window.fetch = async (what, how) => {\
          const answer = await real(what, how);\
          if (!/\\/v5\\/orders$/.test(new URL(what.url ?? what, location).pathname)) return answer;\
          const text = (await answer.text()).replace(/(\"coin_amount\":\\s*\"[0-9.]*)([1-9])(0*\")/, (_, a, b, c) => a + (b - 1) + c);\
          return new Response(text, { status: answer.status, headers: answer.headers });\
        };";
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": less })).await;
    stack.goto("/").await;
    let email = "shopper+half_open+read_503_x99@example.com";
    Purchase { method: LIGHTNING, ..buying(email) }.review(&stack).await.create().await;
    Track::on(&screen).tells_trouble("bad_amount").await;
    has_no_address(&stack).await;
    stack.close().await;
}

async fn a_lost_connection_is_admitted_while_an_order_is_paid_and_while_it_is_tracked() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").order(&stack).await;
    stack.supplier.control(json!({ "down": true })).await;
    screen.has_health("catching-up").await;
    stack.supplier.control(json!({ "down": false })).await;
    let order = stack.supplier.newest_order().await;
    stack.supplier.set_state(&order, "PaymentReceived").await;
    screen.hides(word("pay.title")).await;
    stack.supplier.control(json!({ "down": true })).await;
    screen.has_health("catching-up").await;
    stack.supplier.control(json!({ "down": false })).await;
    stack.supplier.set_state(&order, "Done").await;
    Receipt::on(&screen).await;
    stack.close().await;
}

async fn a_network_below_its_minimum_says_so() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").choose(&stack).await;
    let recipient = Recipient::on(&screen).await;
    recipient.email("shopper@example.com").await;
    recipient.go_on().await;
    Method::on(&screen).await;
    screen.find("radio", "Ethereum").await;
    stack.close().await;
}

async fn a_barred_order_stays_barred_when_it_is_opened_again() {
    for (tag, first, trouble) in [
        ("wrong_coin_back", "trouble.mismatch.title", "mismatch"),
        ("price_up", "confirm.title", "dearer"),
        ("price_down", "confirm.title", "cheaper"),
        ("half_price", "trouble.cheaper.title", "cheaper"),
        ("address_changes", "trouble.address_changed.title", "address_changed"),
    ] {
        let stack = Stack::open().await;
        let screen = stack.screen();
        buying(&format!("shopper+{tag}@example.com")).review(&stack).await.create().await;
        screen.shows(word(first)).await;
        stack.goto("/").await;
        screen.shows(word("resume.title")).await;
        screen.press("button", word("resume.open")).await;
        Track::on(&screen).tells_trouble(trouble).await;
        has_no_address(&stack).await;
        stack.shoot(&format!("trouble-{trouble}-again")).await;
        stack.close().await;
    }
}

/// Where screenshots go, as for [`Stack::shoot`].
fn folder() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/screens");
    std::env::var_os("CR_E2E_SCREENS").map_or(here, PathBuf::from)
}

/// The looks that [`Stack::shoot`] leaves out: a tablet, and a laptop in the dark. Nothing may stick out sideways in any of them.
async fn shoot_wide(stack: &Stack, name: &str) {
    let looks = [
        (Device::TABLET, "768"),
        (Device { dark: true, ..Device::DESKTOP }, "1280-dark"),
        (Device { width: 320, height: 640, dark: false }, "320"),
        (Device::PHONE, ""),
    ];
    for (device, suffix) in looks {
        stack.become_device(device).await;
        tokio::time::sleep(Duration::from_millis(250)).await; // lets images and layout settle; nothing depends on it
        if !suffix.is_empty() {
            let png = stack.driver.screenshot_as_png().await.expect("a screenshot");
            std::fs::create_dir_all(folder()).expect("the folder for screenshots");
            std::fs::write(folder().join(format!("{name}-{suffix}.png")), png).expect("a written screenshot");
        }
        let over = stack
            .screen()
            .script("const page = document.scrollingElement; return page.scrollWidth - page.clientWidth;")
            .await;
        assert_eq!(over, 0, "{name} at {}: the page scrolls sideways", device.width);
    }
}

async fn walk(stack: &Stack, prefix: &str) {
    let screen = stack.screen();
    let grid = Grid::on(&screen).await;
    screen.shows("Kettle & Crumb").await;
    shoot_wide(stack, &format!("{prefix}grid")).await;
    grid.open("Kettle & Crumb").await;
    let product = Product::on(&screen, "Kettle & Crumb").await;
    screen.find("radio", "$25").await;
    shoot_wide(stack, &format!("{prefix}product")).await;
    product.choose("$25").await;
    product.go_on().await;
    let recipient = Recipient::on(&screen).await;
    recipient.email("shopper@example.com").await;
    shoot_wide(stack, &format!("{prefix}recipient")).await;
    recipient.go_on().await;
    let method = Method::on(&screen).await;
    shoot_wide(stack, &format!("{prefix}method")).await;
    method.go_on().await;
    let review = Review::on(&screen).await;
    screen.shows(word("review.due")).await;
    shoot_wide(stack, &format!("{prefix}review")).await;
    review.create().await;
    Pay::on(&screen).await;
    shoot_wide(stack, &format!("{prefix}pay")).await;
    stack.supplier.set_state(&stack.supplier.newest_order().await, "PaymentReceived").await;
    screen.hides(word("pay.title")).await;
    shoot_wide(stack, &format!("{prefix}track")).await;
    stack.supplier.set_state(&stack.supplier.newest_order().await, "Done").await;
    Receipt::on(&screen).await;
    shoot_wide(stack, &format!("{prefix}receipt")).await;
}

async fn faults_h14_brands_without_pictures_keep_their_place_and_show_their_initials() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let height = "const all = [...root.querySelectorAll('.brand-card .brand-logo')].filter((logo) => logo.checkVisibility());\
        return [...new Set(all.map((logo) => Math.round(logo.offsetWidth / logo.offsetHeight * 100)))].join();";
    Grid::on(&screen).await;
    screen.shows("Kettle & Crumb").await;
    let before = screen.script(height).await;
    stack.cdp("Network.enable", json!({})).await;
    stack.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    stack.cdp("Network.setBlockedURLs", json!({ "urls": ["*_300x190*", "*_500x318*", "*.svg*"] })).await;
    stack.goto("/").await;
    Grid::on(&screen).await;
    screen.shows("Kettle & Crumb").await;
    for _ in 0..200 {
        if screen.script("return root.querySelectorAll('.brand-image').length;").await == json!(0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let left = "const near = [...root.querySelectorAll('.brand-card')].slice(0, 6);\
                return near.filter((card) => card.querySelector('img')).length;";
    assert_eq!(screen.script(left).await, json!(0), "pictures that cannot come are taken away");
    assert_eq!(screen.script(height).await, before, "the boxes keep their shape");
    let shown = "return getComputedStyle(root.querySelector('.brand-card .brand-logo'), '::before').content;";
    assert_eq!(screen.script(shown).await, json!("\"NO\""), "initials take the picture's place");
    stack.shoot("grid-no-pictures").await;
    stack.close().await;
}

async fn the_main_screens_fit_tablets_and_small_phones() {
    let stack = Stack::open().await;
    walk(&stack, "").await;
    stack.close().await;
}

async fn the_main_screens_can_be_read_from_right_to_left() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    // No shipped language runs that way, so the direction is turned by hand; the words stay.
    let turn = "const frame = root.querySelector('.checkout');\
                const turn = () => { if (frame.dir !== 'rtl') frame.dir = 'rtl'; };\
                turn(); new MutationObserver(turn).observe(frame, { attributes: true });";
    screen.script(turn).await;
    walk(&stack, "rtl-").await;
    stack.close().await;
}
