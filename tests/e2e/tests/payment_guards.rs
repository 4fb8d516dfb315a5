//! What keeps a shopper from paying wrongly, tried in the browser: a page that alters the address, a clipboard that refuses,
//! payments that come late or are too much, the narrowest screen.

use std::time::{Duration, Instant};

use cr_e2e::{
    page::{Goods, Method, Pay, Purchase, Receipt, Recipient, Track},
    screen::Screen,
    stage::{Device, Stage},
    words::word,
};
use serde_json::Value;

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

fn buying(email: &str) -> Purchase<'_> {
    Purchase { goods: CARD, email, phone: None, method: None }
}

async fn run(stage: &Stage, script: &str) -> Value {
    stage.driver.execute(script, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
}

/// What is copied from now on is written down instead.
async fn note_copies(stage: &Stage, answer: &str) {
    let script = format!(
        "window.__copied = []; navigator.clipboard.writeText = (text) => {{ window.__copied.push(text); return {answer}; }};"
    );
    run(stage, &script).await;
}

async fn copied(stage: &Stage) -> Vec<String> {
    let copied = run(stage, "return window.__copied;").await;
    copied.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

async fn copy_buttons(screen: &Screen) {
    for key in ["pay.copy_amount", "pay.copy_address"] {
        screen.press("button", word(key)).await;
    }
}

#[tokio::test]
async fn u13_what_a_page_writes_over_the_address_is_noticed_and_never_copied() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    buying("shopper@example.com").order(&stage).await;
    let order = stage.read_order(&stage.supplier.newest_order().await).await;
    note_copies(&stage, "Promise.resolve()").await;
    screen
        .script(
            "root.querySelector('[data-testid=address]').textContent = 'So11111111111111111111111111111111111111112';\
             root.querySelector('[data-testid=amount] .amount').textContent = '9999 USDC';",
        )
        .await;
    screen.shows(word("pay.changed_on_page")).await;
    copy_buttons(&screen).await;
    let expected = ["coin_amount", "wallet_address"].map(|field| order[field].as_str().expect("a text").to_owned());
    assert_eq!(copied(&stage).await, expected);
    stage.shoot("pay-altered").await;
    stage.close().await;
}

#[tokio::test]
async fn u14_a_clipboard_that_refuses_leaves_text_to_copy_by_hand() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    buying("shopper@example.com").order(&stage).await;
    let order = stage.read_order(&stage.supplier.newest_order().await).await;
    note_copies(&stage, "Promise.reject(new Error('refused'))").await;
    screen.press("button", word("pay.copy_address")).await;
    screen.find("textbox", word("parts.copy_by_hand")).await;
    let selected = "const field = root.querySelector('.copy-text'); return field.value.slice(field.selectionStart, field.selectionEnd);";
    assert_eq!(screen.script(selected).await, order["wallet_address"]);
    screen.shows(word("pay.compare")).await;
    stage.shoot("pay-copy-by-hand").await;
    stage.close().await;
}

#[tokio::test]
async fn u16_a_selected_address_has_no_gaps() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    let address = buying("shopper@example.com").order(&stage).await.address().await;
    let selected = "const range = document.createRange(); range.selectNodeContents(root.querySelector('[data-testid=address]'));\
        return range.toString();";
    assert_eq!(screen.script(selected).await, address);
    stage.close().await;
}

#[tokio::test]
async fn a09_too_much_is_delivered_with_a_note() {
    let stage = Stage::open().await;
    buying("shopper+overpaid_done@example.com").review(&stage).await.create().await;
    Receipt::on(&stage.screen()).await;
    let note = word("receipt.over_note").split("{amount}").next().expect("a beginning");
    stage.screen().shows(note).await;
    stage.close().await;
}

#[tokio::test]
async fn t04_a_late_payment_is_delivered_all_the_same() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    buying("shopper+late_payment@example.com").review(&stage).await.create().await;
    Track::on(&screen).tells_trouble("expired").await;
    // What has expired is looked at once a minute.
    let until = Instant::now() + Duration::from_secs(90);
    while screen.all("heading", Some(word("receipt.title"))).await.is_empty() {
        assert!(Instant::now() < until, "still not there:\n{}", screen.text().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    stage.close().await;
}

#[tokio::test]
async fn nothing_is_payable_after_a_sign_of_money_or_the_window() {
    for state in ["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Expired"] {
        let stage = Stage::open().await;
        let screen = stage.screen();
        buying("shopper@example.com").order(&stage).await;
        stage.supplier.set_state(&stage.supplier.newest_order().await, state).await;
        screen.hides(word("pay.title")).await;
        let left = screen
            .script("return root.querySelectorAll('[data-testid=address], .qr-code, .wallet-link').length;")
            .await;
        assert_eq!(left, 0, "{state}");
        stage.close().await;
    }
}

#[tokio::test]
async fn a13_the_panel_fits_the_narrowest_screen_and_says_what_to_mind() {
    for (coin, network) in [("USDC", "Solana"), ("BTC", "Lightning"), ("USDT", "Tron")] {
        let stage = Stage::open().await;
        let screen = stage.screen();
        Purchase { method: Some((coin, network)), ..buying("shopper@example.com") }.order(&stage).await;
        if network != "Lightning" {
            screen.shows(word("pay.fee")).await;
            screen
                .shows(word("pay.only_hint").split("{coin}").last().expect("an end").split("{").next().expect("a text"))
                .await;
        }
        for dark in [false, true] {
            stage.become_device(Device { width: 320, height: 640, dark }).await;
            let wide = run(&stage, "return document.documentElement.scrollWidth;").await;
            assert!(wide.as_u64().is_some_and(|wide| wide <= 320), "{coin} on {network}: {wide} px");
            let cut = screen
                .script(
                    "return [...root.querySelectorAll('.payment-panel *')].filter((e) => e.getBoundingClientRect().right > 320.5 \
                     && e.checkVisibility({ visibilityProperty: true }) && !e.closest('.visually-hidden')).map((e) => e.className);",
                )
                .await;
            assert_eq!(cut.as_array().map(Vec::len), Some(0), "{coin} on {network}: {cut}");
        }
        Pay::on(&screen).await;
        stage.close().await;
    }
}

#[tokio::test]
async fn f09_tron_stablecoins_carry_their_warning_before_they_are_chosen() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    buying("shopper@example.com").choose(&stage).await;
    let recipient = Recipient::on(&screen).await;
    recipient.email("shopper@example.com").await;
    recipient.go_on().await;
    Method::on(&screen).await.choose("USDT", "Tron").await;
    screen.shows(word("method.risky")).await;
    stage.close().await;
}
