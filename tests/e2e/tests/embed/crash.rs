//! The end of a wasm instance: the page is told, nothing of it goes on, and a fresh one resumes the order.

use std::time::Instant;

use cr_e2e::{
    page::{Goods, Grid, Pay, Product, Purchase, Receipt, Recipient},
    stage::Stage,
    words::word,
};

use crate::probe::{ask, texts, until, watched};

const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };

/// From now on every indirect call of the newest instance traps.
const BREAK: &str = "const table = document.seen.exports.at(-1).__indirect_function_table;\
    for (let i = 0; i < table.length; i++) table.set(i, null); return null;";
/// Something for it to do: what was typed, pressed or told by the browser arrives.
const POKE: &str = "const { shadowRoot } = document.querySelector('cr-widget');\
    for (const e of shadowRoot.querySelectorAll('input, select, button')) {\
      if (shadowRoot.querySelector('.note')) break;\
      for (const name of ['input', 'change', 'keydown']) e.dispatchEvent(new Event(name, { bubbles: true, composed: true }));\
      if (e.localName === 'button' && e.isConnected) e.click(); }\
    document.dispatchEvent(new Event('visibilitychange')); window.dispatchEvent(new Event('online')); return null;";
const LIVE_STREAMS: &str = "return [...document.seen.streams].filter((s) => s.readyState !== 2).length;";

async fn kill(stage: &Stage) {
    ask(stage, BREAK).await;
    ask(stage, POKE).await;
}

/// The page never sees an error of ours, and only the newest instance is at work.
async fn is_calm(stage: &Stage) {
    assert_eq!(texts(stage, "errors").await, Vec::<String>::new());
    let live = ask(stage, LIVE_STREAMS).await.as_u64().unwrap();
    assert!(live <= 1, "{live} streams are open");
}

#[tokio::test]
async fn a_trap_while_paying_shows_the_reference_and_the_order_goes_on_by_itself() {
    let stage = watched().await;
    stage.goto("/demo/plain.html").await;
    let heard = "document.addEventListener('cr-order-created', ({ detail }) => { document.seen.reference = detail.reference; });\
                 return null;";
    ask(&stage, heard).await;
    let screen = stage.screen();
    let address = CARD.order(&stage).await.address().await;
    let reference = ask(&stage, "return document.seen.reference;").await;
    for crash in 1..=3 {
        let start = Instant::now();
        kill(&stage).await;
        screen.shows(word("shell.stopped")).await;
        let told = start.elapsed();
        screen.shows(reference.as_str().expect("a reference")).await;
        screen.find("link", word("shell.help")).await;
        assert_eq!(Pay::on(&screen).await.address().await, address);
        println!("crash {crash}: told after {told:?}, order resumed after {:?}", start.elapsed());
        is_calm(&stage).await;
    }
    // Enough is enough: the fourth time the shopper is asked, and then the order is still there.
    kill(&stage).await;
    screen.shows(word("shell.stopped")).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    screen.shows(word("shell.stopped")).await;
    screen.press("button", word("shell.retry")).await;
    assert_eq!(Pay::on(&screen).await.address().await, address);
    is_calm(&stage).await;
    stage.supplier.pay(&stage.supplier.newest_order().await, None).await;
    Receipt::on(&screen).await.code().await;
    stage.close().await;
}

#[tokio::test]
async fn an_instance_may_end_on_any_screen() {
    let stage = watched().await;
    let screen = stage.screen();
    for place in ["grid", "product", "recipient", "review", "receipt"] {
        stage.goto("/demo/plain.html").await;
        ask(&stage, "localStorage.clear(); return null;").await;
        let grid = Grid::on(&screen).await;
        match place {
            "product" => {
                grid.open("Kettle & Crumb").await;
                Product::on(&screen, "Kettle & Crumb").await;
                screen.find("radio", "$25").await;
            }
            "recipient" => {
                CARD.choose(&stage).await;
                Recipient::on(&screen).await;
            }
            "review" => drop(CARD.review(&stage).await),
            "receipt" => {
                CARD.order(&stage).await;
                stage.supplier.pay(&stage.supplier.newest_order().await, None).await;
                Receipt::on(&screen).await.code().await;
            }
            _ => {}
        }
        kill(&stage).await;
        screen.shows(word("shell.stopped")).await;
        if place == "receipt" {
            Receipt::on(&screen).await.code().await;
        } else {
            Grid::on(&screen).await.open("Kettle & Crumb").await;
            Product::on(&screen, "Kettle & Crumb").await;
        }
        is_calm(&stage).await;
    }
    stage.close().await;
}

#[tokio::test]
async fn all_elements_of_a_page_come_back() {
    let stage = watched().await;
    stage.goto("/demo/many.html").await;
    let shown =
        "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot.querySelector('[type=search]'));";
    until(&stage, "all show their brands", shown).await;
    kill(&stage).await;
    let told = "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot.querySelector('.note'));";
    until(&stage, "all say so", told).await;
    until(&stage, "all are back", shown).await;
    assert_eq!(ask(&stage, "return document.seen.exports.length;").await, 2, "one new instance serves all");
    is_calm(&stage).await;
    stage.close().await;
}
