//! What a page hears of a purchase: the documented events and nothing else, none of it a secret.

use std::collections::BTreeSet;

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Purchase, Receipt},
    stack::Stack,
    tests,
    words::word,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, texts, until, watched_in};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        each e15_the_page_hears_the_documented_events_and_no_secret,
        keys_of_the_page_work_beside_the_widget_and_errors_are_told_by_code,
    ]
}

const EMAIL: &str = "secret.shopper@example.com";
const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: EMAIL, phone: None, method: None };
const INTEGRATING: &str = include_str!("../../../../docs/integrating.md");

/// Hears our events, and what browsers tell of keys, fields and clipboard.
const HEAR: &str = "document.heard = []; document.leaked = [];\
    for (const name of ['ready', 'step', 'brand-select', 'order-created', 'order-status', 'order-done', 'error'])\
      document.addEventListener('cr-' + name, ({ type, detail, bubbles, composed, cancelable, target }) => {\
        let kept = detail; try { detail.added = 1; } catch {}\
        document.heard.push({ type, keys: Object.keys(detail), detail: { ...kept }, bubbles, composed,\
          frozen: Object.isFrozen(detail), target: target.localName }); });\
    for (const name of ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'change', 'compositionupdate', 'paste', 'copy', 'cut'])\
      addEventListener(name, (event) => {\
        document.leaked.push(event.type + ' ' + (event.key ?? event.data ?? event.target.value ?? '')); });";

/// The documented details of each event.
fn documented() -> Vec<(String, BTreeSet<String>)> {
    let table = INTEGRATING.split_once("| event | detail |").expect("a table of events").1;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|');
        let name = cells.next().expect("a name").trim().trim_matches('`').to_owned();
        // What follows a colon are values.
        let details = cells.next().expect("details");
        let keys = details.split(',').map(str::trim).filter_map(|part| part.strip_prefix('`')?.split_once('`'));
        let mut known = BTreeSet::new();
        for (key, rest) in keys {
            known.insert(key.to_owned());
            if rest.starts_with(':') && name == "cr-step" {
                break;
            }
        }
        if name == "cr-error" {
            known = ["code", "where"].map(str::to_owned).into();
        }
        (name, known)
    })
    .collect()
}

async fn heard(stack: &Stack) -> Vec<Value> {
    ask(stack, "return document.heard;").await.as_array().expect("a list").clone()
}

async fn e15_the_page_hears_the_documented_events_and_no_secret(browser: Browser) {
    let stack = watched_in(browser).await;
    stack.session().before_pages(HEAR).await;
    stack.goto("/demo/plain.html").await;
    let screen = stack.screen();
    let pay = CARD.order(&stack).await;
    let (address, amount) = (pay.address().await, pay.amount().await);
    // As a shopper who marks the address by hand.
    screen
        .script(
            "for (const name of ['copy', 'cut', 'paste']) root.querySelector('[data-testid=address]')\
             .dispatchEvent(new ClipboardEvent(name, { bubbles: true, composed: true }));",
        )
        .await;
    let id = stack.supplier.newest_order().await;
    stack.supplier.pay(&id, None).await;
    let code = Receipt::on(&screen).await.code().await;

    let events = heard(&stack).await;
    let documented = documented();
    assert_eq!(documented.len(), 7, "{documented:?}");
    for event in &events {
        let (name, detail) = (event["type"].as_str().expect("a name"), &event["detail"]);
        let keys: BTreeSet<String> =
            event["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
        let known = &documented.iter().find(|(known, _)| known == name).expect("a documented event").1;
        assert_eq!(&keys, known, "{name}");
        let manner = ["bubbles", "composed", "frozen"].map(|what| event[what] == true);
        assert_eq!((manner, &event["target"]), ([true; 3], &json!("cr-widget")), "{event}");
        assert!(detail.as_object().expect("an object").values().all(|value| value.is_string() || value.is_null()));
    }
    let steps: Vec<&str> =
        events.iter().filter(|event| event["type"] == "cr-step").filter_map(|e| e["detail"]["step"].as_str()).collect();
    assert_eq!(steps, ["choose", "recipient", "method", "review", "pay", "track", "receipt"]);
    let count = |name: &str| events.iter().filter(|event| event["type"] == name).count();
    for name in ["cr-ready", "cr-brand-select", "cr-order-created", "cr-order-done"] {
        assert_eq!(count(name), 1, "{name}");
    }
    assert!(count("cr-order-status") >= 2, "{events:#?}");
    assert_eq!(count("cr-error"), 0, "{events:#?}");
    let all = Value::from(events).to_string();
    for secret in [EMAIL, &*address, &*amount, &*id, code.trim()] {
        assert!(!secret.is_empty() && !all.contains(secret), "{secret} is told in {all}");
    }

    // Nothing of what was typed, marked or copied rose to the page; what is typed in its own field does.
    assert_eq!(texts_of(&stack, "leaked").await, Vec::<String>::new());
    ask(&stack, "document.querySelector('input[name=mail]').focus(); return null;").await;
    screen.type_keys("a").await;
    let own = texts_of(&stack, "leaked").await;
    assert!(own.contains(&"keydown a".to_owned()) && own.contains(&"input a".to_owned()), "{own:?}");

    // A page that asks for the id gets it, with the events of orders alone.
    ask(&stack, "document.heard.length = 0; return null;").await;
    stack.set_attribute("expose-order-id", "").await;
    ask(&stack, "document.querySelector('cr-widget').reset(); return null;").await;
    Grid::on(&screen).await;
    let told = heard(&stack).await;
    assert_eq!(
        told.iter().map(|event| &event["detail"]).collect::<Vec<_>>(),
        [&json!({ "step": "browse" })],
        "{told:?}"
    );
    ask(&stack, &format!("document.querySelector('cr-widget').resume('{id}'); return null;")).await;
    Receipt::on(&screen).await;
    until(&stack, "the end is told", "return document.heard.some(({ type }) => type === 'cr-order-done');").await;
    for event in heard(&stack).await {
        let is_of_order = event["type"].as_str().is_some_and(|name| name.starts_with("cr-order-"));
        assert_eq!(event["detail"].get("orderId"), is_of_order.then_some(&json!(id)), "{event}");
    }
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn texts_of(stack: &Stack, what: &str) -> Vec<String> {
    serde_json::from_value(ask(stack, &format!("return document.{what};")).await).expect("a list of texts")
}

async fn keys_of_the_page_work_beside_the_widget_and_errors_are_told_by_code() {
    let stack = watched_in(Browser::Chromium).await;
    stack.session().before_pages(HEAR).await;
    stack.goto("/demo/plain.html").await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    // A key while a button of ours has the focus is the page's to use: nobody types there.
    screen.script("root.querySelector('button').focus();").await;
    screen.type_keys("k").await;
    assert!(texts_of(&stack, "leaked").await.contains(&"keydown k".to_owned()));
    let refused = Purchase { email: "shopper+kyc_missing@example.com", ..CARD };
    stack.set_attribute("kyc-url", "https://shop.example/verify").await;
    refused.review(&stack).await.tells_problem("KYC_MISSING").await;
    let told = "return document.heard.some(({ type, detail }) => type === 'cr-error' && detail.code === 'KYC_MISSING' && detail.where === 'review');";
    until(&stack, "the refusal is told", told).await;
    let link = screen.find("link", word("remedy.verify")).await;
    let href = link.attr("href").await.expect("an attribute");
    assert_eq!(href.as_deref(), Some("https://shop.example/verify"));
    stack.close().await;
}
