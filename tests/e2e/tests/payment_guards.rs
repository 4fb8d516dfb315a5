//! What keeps a shopper from paying wrongly, tried in the browser: a page that alters the address, a clipboard that refuses,
//! payments that come late or are too much, the narrowest screen.

use std::time::{Duration, Instant};

use cr_e2e::{
    browser::Browser,
    faulty_stack::FaultyStack,
    harness::Test,
    page::{Goods, Method, Pay, Purchase, Receipt, Recipient, Track},
    screen::Screen,
    stack::{Device, Stack},
    tests,
    words::{word, word_with},
};
use serde_json::{Value, json};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        u13_what_a_page_writes_over_the_address_is_noticed_and_never_copied,
        u14_a_clipboard_that_refuses_leaves_text_to_copy_by_hand,
        u16_a_selected_address_has_no_gaps,
        a09_too_much_is_delivered_with_a_note,
        t04_a_late_payment_is_delivered_all_the_same,
        nothing_is_payable_after_a_sign_of_money_or_the_window,
        a13_the_panel_fits_the_narrowest_screen_and_says_what_to_mind,
        f09_tron_stablecoins_carry_their_warning_before_they_are_chosen,
        odd_orders_are_shown_as_they_are,
        an_order_that_becomes_dearer_while_it_is_open_is_asked_about_and_nobody_is_told_that_nothing_was_paid,
        an_amount_that_changes_is_said_once_and_what_was_done_about_the_last_one_is_not_kept,
        each the_window_runs_out_and_a_new_order_is_offered_after_the_grace,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

fn buying(email: &str) -> Purchase<'_> {
    Purchase { goods: CARD, email, phone: None, method: None }
}

async fn run(stack: &Stack, script: &str) -> Value {
    stack.driver.execute(script, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
}

/// What is copied from now on is written down instead.
async fn note_copies(stack: &Stack, answer: &str) {
    let script = format!(
        "window.__copied = []; navigator.clipboard.writeText = (text) => {{ window.__copied.push(text); return {answer}; }};"
    );
    run(stack, &script).await;
}

async fn copied(stack: &Stack) -> Vec<String> {
    let copied = run(stack, "return window.__copied;").await;
    copied.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

async fn copy_buttons(screen: &Screen) {
    for key in ["pay.copy_amount", "pay.copy_address"] {
        screen.press("button", word(key)).await;
    }
}

async fn u13_what_a_page_writes_over_the_address_is_noticed_and_never_copied() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").order(&stack).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    note_copies(&stack, "Promise.resolve()").await;
    screen
        .script(
            "root.querySelector('[data-testid=address]').textContent = 'So11111111111111111111111111111111111111112';\
             root.querySelector('[data-testid=amount] .amount').textContent = '9999 USDC';",
        )
        .await;
    screen.shows(word("pay.changed_on_page")).await;
    copy_buttons(&screen).await;
    let expected = ["coin_amount", "wallet_address"].map(|field| order[field].as_str().expect("a text").to_owned());
    assert_eq!(copied(&stack).await, expected);
    stack.shoot("pay-altered").await;

    // A link into a wallet is watched too.
    stack.goto("/").await;
    let script = format!(
        "customElements.whenDefined('cr-widget').then(() => document.querySelector('cr-widget').resume({}));",
        order["order_id"]
    );
    run(&stack, &script).await;
    screen.press("button", word("pay.qr_switch_full")).await;
    screen.find("link", word("pay.open_wallet")).await;
    assert!(!screen.text().await.contains(word("pay.changed_on_page")));
    screen
        .script("root.querySelector('.wallet-link').href = 'solana:So11111111111111111111111111111111111111112';")
        .await;
    screen.shows(word("pay.changed_on_page")).await;
    stack.close().await;
}

async fn u14_a_clipboard_that_refuses_leaves_text_to_copy_by_hand() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").order(&stack).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    note_copies(&stack, "Promise.reject(new Error('refused'))").await;
    screen.press("button", word("pay.copy_address")).await;
    screen.find("textbox", word("parts.copy_by_hand")).await;
    let selected = "const field = root.querySelector('.copy-text'); return field.value.slice(field.selectionStart, field.selectionEnd);";
    assert_eq!(screen.script(selected).await, order["wallet_address"]);
    screen.shows(word("pay.compare")).await;
    stack.shoot("pay-copy-by-hand").await;
    stack.close().await;
}

async fn u16_a_selected_address_has_no_gaps() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let address = buying("shopper@example.com").order(&stack).await.address().await;
    let selected = "const range = document.createRange(); range.selectNodeContents(root.querySelector('[data-testid=address]'));\
        return range.toString();";
    assert_eq!(screen.script(selected).await, address);
    stack.close().await;
}

async fn a09_too_much_is_delivered_with_a_note() {
    let stack = Stack::open().await;
    buying("shopper+overpaid_done@example.com").review(&stack).await.create().await;
    Receipt::on(&stack.screen()).await;
    let note = word("receipt.over_note").split("{amount}").next().expect("a beginning");
    stack.screen().shows(note).await;
    stack.close().await;
}

async fn t04_a_late_payment_is_delivered_all_the_same() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper+late_payment@example.com").review(&stack).await.create().await;
    Track::on(&screen).tells_trouble("expired").await;
    // What has expired is looked at once a minute.
    let until = Instant::now() + Duration::from_secs(90);
    while screen.all("heading", Some(word("receipt.title"))).await.is_empty() {
        assert!(Instant::now() < until, "still not there:\n{}", screen.text().await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    stack.close().await;
}

async fn nothing_is_payable_after_a_sign_of_money_or_the_window() {
    for state in ["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Expired"] {
        let stack = Stack::open().await;
        let screen = stack.screen();
        buying("shopper@example.com").order(&stack).await;
        stack.supplier.set_state(&stack.supplier.newest_order().await, state).await;
        screen.hides(word("pay.title")).await;
        let left = screen
            .script("return root.querySelectorAll('[data-testid=address], .qr-code, .wallet-link').length;")
            .await;
        assert_eq!(left, 0, "{state}");
        stack.close().await;
    }
}

async fn a13_the_panel_fits_the_narrowest_screen_and_says_what_to_mind() {
    for (coin, network) in [("USDC", "Solana"), ("BTC", "Lightning"), ("USDT", "Tron")] {
        let stack = Stack::open().await;
        let screen = stack.screen();
        Purchase { method: Some((coin, network)), ..buying("shopper@example.com") }.order(&stack).await;
        if network != "Lightning" {
            screen.shows(word("pay.fee")).await;
            screen
                .shows(word("pay.only_hint").split("{coin}").last().expect("an end").split("{").next().expect("a text"))
                .await;
        }
        for dark in [false, true] {
            stack.become_device(Device { width: 320, height: 640, dark }).await;
            let wide = run(&stack, "return document.documentElement.scrollWidth;").await;
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
        stack.close().await;
    }
}

async fn f09_tron_stablecoins_carry_their_warning_before_they_are_chosen() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").choose(&stack).await;
    let recipient = Recipient::on(&screen).await;
    recipient.email("shopper@example.com").await;
    recipient.go_on().await;
    Method::on(&screen).await.choose("USDT", "Tron").await;
    screen.shows(word("method.risky")).await;
    stack.close().await;
}

/// Whether one part stands above another, and before it for who reads by ear.
async fn stands_before(screen: &Screen, first: &str, second: &str) -> bool {
    let script = format!(
        "const [a, b] = ['{first}', '{second}'].map((part) => root.querySelector(part));\
         return (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0\
           && a.getBoundingClientRect().bottom <= b.getBoundingClientRect().top;"
    );
    screen.script(&script).await == true
}

async fn odd_orders_are_shown_as_they_are() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let memo = Purchase { method: Some(("USDC", "Polygon")), ..buying("shopper+memo@example.com") };
    memo.order(&stack).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    note_copies(&stack, "Promise.resolve()").await;
    screen.press("button", word("pay.copy_memo")).await;
    assert_eq!(copied(&stack).await, [order["memo"].as_str().expect("a memo")]);
    screen.shows(word("pay.memo")).await;
    screen.shows(word("pay.qr_address_memo_note")).await;
    for (first, second) in [("[data-testid=address]", "[data-testid=memo]"), ("[data-testid=memo]", ".pay-qr")] {
        assert!(stands_before(&screen, first, second).await, "{first} before {second}");
    }
    assert_eq!(screen.script("return root.querySelectorAll('.wallet-link').length;").await, 0);
    screen.script("root.querySelector('[data-testid=memo] code').textContent = '1';").await;
    screen.shows(word("pay.changed_on_page")).await;

    stack.goto("/").await;
    let tags = "+wrong_qr+no_network_back+number_amounts+price_up_slightly";
    let email = format!("a{tags}@example.com");
    let pay = Purchase { method: Some(("USDC", "Polygon")), ..buying(&email) }.order(&stack).await;
    pay.says_network("USDC", "Polygon").await;
    screen.shows(word("pay.warn.supplier")).await;
    assert!(screen.all("button", Some(word("pay.qr_switch_full"))).await.is_empty());
    assert_eq!(screen.script("return root.querySelectorAll('.wallet-link').length;").await, 0);
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    assert!(order["coin_amount"].is_number() && order.get("network").is_none());
    let shown = pay.amount().await;
    let shown: f64 = shown.split_whitespace().next().and_then(|digits| digits.parse().ok()).expect("digits");
    assert_eq!(Some(shown), order["coin_amount"].as_f64());
    screen.script("root.querySelector('.qr-ink').setAttribute('d', 'M0 0h1v1z');").await;
    screen.shows(word("pay.changed_on_page")).await;
    stack.close().await;
}

async fn an_order_that_becomes_dearer_while_it_is_open_is_asked_about_and_nobody_is_told_that_nothing_was_paid() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").order(&stack).await;
    let id = stack.supplier.newest_order().await;
    stack.supplier.set_amounts(&id, "WaitingForPayment", json!({ "due": "99.5" })).await;
    screen.shows(word("confirm.text_open")).await;
    assert!(!screen.text().await.contains(word("confirm.text")));
    assert_eq!(screen.script("return root.querySelectorAll('[data-testid=address], .qr-code').length;").await, 0);
    screen.agree(word("confirm.agree")).await;
    assert!(Pay::on(&screen).await.amount().await.starts_with("99.5"));
    stack.close().await;
}

async fn an_amount_that_changes_is_said_once_and_what_was_done_about_the_last_one_is_not_kept() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper@example.com").order(&stack).await;
    let id = stack.supplier.newest_order().await;
    let first = stack.read_order(&id).await["coin_amount"].as_str().expect("digits").to_owned();
    let due: f64 = first.parse().expect("digits");
    note_copies(&stack, "Promise.resolve()").await;
    screen
        .script(
            "window.__said = [];\
             new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((line) => window.__said.push(line.textContent))))\
               .observe(root.querySelector('.visually-hidden[aria-live=polite]'), { childList: true });",
        )
        .await;
    screen.press("button", word("pay.copy_amount")).await;
    screen.find("button", word("parts.copied")).await;
    screen.press("button", word("pay.paid")).await;
    screen.shows(word("pay.paid_title")).await;
    let due = format!("{:.2}", due * 1.005);
    stack.supplier.set_amounts(&id, "WaitingForPayment", json!({ "due": due })).await;
    let (now, was) = (format!("{due}\u{a0}USDC"), format!("{first}\u{a0}USDC"));
    let said = word_with("pay.amount_changed", &[("amount", &now), ("was", &was)]);
    screen.shows(&said).await;
    screen.find("button", word("pay.copy_amount")).await;
    screen.find("button", word("pay.paid")).await;
    screen.hides(word("pay.paid_title")).await;
    let told = run(&stack, "return window.__said;").await;
    let beginning = said.split(&due).next().expect("a beginning");
    let is_told = |text: &&Value| text.as_str().is_some_and(|text| text.starts_with(beginning) && text.contains(&due));
    assert_eq!(told.as_array().expect("a list").iter().filter(is_told).count(), 1, "{told}");

    // A part arrives; at first the order itself does not say so.
    screen.press("button", word("pay.paid")).await;
    stack.supplier.set_amounts(&id, "WaitingForPayment", json!({ "sent": "5" })).await;
    screen.shows(word("track.part.next")).await;
    assert!(screen.text().await.contains(word("pay.part.missing")));
    assert_eq!(screen.script("return root.querySelectorAll('[data-testid=address], .qr-code').length;").await, 0);
    stack.supplier.set_amounts(&id, "PartialPaymentStarted", json!({ "sent": "5" })).await;
    screen.shows(word("pay.part.do")).await;
    screen.find("button", word("pay.paid")).await;
    screen.press("button", word("pay.paid")).await;
    stack.supplier.set_amounts(&id, "PartialPaymentStarted", json!({ "sent": "6" })).await;
    screen.hides(word("pay.paid_title")).await;
    stack.close().await;
}

/// What is spoken, and each time that the countdown shows. The server's clock runs as fast as the page's, from 15 minutes after
/// the order was made.
const RUN_OUT: &str = "const [made, done] = arguments;\
    const get = Headers.prototype.get; let start;\
    Headers.prototype.get = function (name) {\
      if (name.toLowerCase() !== 'date') return get.call(this, name);\
      start ??= Date.now();\
      return new Date(made * 1000 + 15 * 60000 + Date.now() - start).toUTCString();\
    };\
    window.__said = []; window.__shown = [];\
    customElements.whenDefined('cr-widget').then(() => {\
      const root = document.querySelector('cr-widget').shadowRoot;\
      new MutationObserver((all) => {\
        for (const one of all) {\
          if (one.target.ariaLive === 'polite') one.addedNodes.forEach((line) => window.__said.push(line.textContent));\
        }\
        const time = root.querySelector('.countdown')?.textContent;\
        if (time && !window.__shown.includes(time)) window.__shown.push(time);\
      }).observe(root, { subtree: true, childList: true, characterData: true });\
      done();\
    });";

async fn the_window_runs_out_and_a_new_order_is_offered_after_the_grace(browser: Browser) {
    let faulty = FaultyStack::open(browser).await;
    let id = faulty.make_order("shopper@example.com").await;
    let made = faulty.read_order(&id).await["created_at"].as_str().and_then(|at| at.parse::<u64>().ok());
    faulty.visit("fast=60").await;
    faulty.driver.execute_async(RUN_OUT, vec![json!(made.expect("a time"))]).await.expect("a script that runs");
    faulty.resume(0, &id).await;
    let holds = |text: &'static str| move |page: &Value| page["text"].as_str().is_some_and(|all| all.contains(text));
    let page = faulty.until("the window is over", 0, holds(word("pay.over_title"))).await;
    assert_eq!((&page["screen"], &page["address"]), (&json!("payment-panel"), &json!("")));
    let grace = word("pay.over_grace").split("{time}").next().expect("a beginning");
    assert!(holds(grace)(&page) && !holds(word("pay.new_order"))(&page), "first the grace: {page:#}");
    let page = faulty.until("a new order can be made", 0, holds(word("pay.new_order"))).await;
    assert!(holds(word("pay.over_new"))(&page) && !holds(grace)(&page), "{page:#}");
    let (said, shown) = (faulty.script("return window.__said;").await, faulty.script("return window.__shown;").await);
    for (minutes, key) in [(10, "other"), (5, "other"), (1, "one")] {
        let text = word_with(&format!("pay.minutes_left.{key}"), &[("count", &minutes.to_string())]);
        let count = said.as_array().expect("a list").iter().filter(|said| **said == json!(text)).count();
        assert_eq!(count, 1, "{text:?} in {said}");
    }
    // Calm minutes at first, then seconds.
    let minutes = word_with("pay.min_short", &[("minutes", "12")]);
    let shown: Vec<_> = shown.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(shown.contains(&minutes.as_str()) && shown.iter().any(|time| time.starts_with("4:")), "{shown:?}");
    faulty.close().await;
}
