//! Each demonstration page sells a card in each browser, and says what is the matter where it cannot.

use std::{sync::Arc, time::Instant};

use cr_e2e::{
    browser::Browser,
    page::{Goods, Grid, Product, Purchase, Receipt},
    stack::{Device, Stage},
    words::word,
};
use serde_json::json;

use crate::probe::{ask, texts, until, watched, watched_in};

/// Every page of the demonstration that sells, and the device it is visited with.
const PAGES: [(&str, Device); 12] = [
    ("plain", Device::PHONE),
    ("two", Device::PHONE),
    ("many", Device::DESKTOP),
    ("module", Device::PHONE),
    ("react", Device::DESKTOP),
    ("vue", Device::DESKTOP),
    ("theming", Device::DESKTOP),
    ("rtl", Device::PHONE),
    ("cms", Device::DESKTOP),
    ("csp", Device::PHONE),
    ("trusted-types", Device::PHONE),
    ("hostile", Device::DESKTOP),
];
const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };
const TOP_UP: Purchase<'static> = Purchase {
    goods: Goods::Fixed("Zephyrcell", "$10"),
    email: "shopper@example.com",
    phone: Some("(415) 555-0132"),
    method: None,
};

/// The newest order is paid, and its code is on screen.
async fn pay(stage: &Stage) {
    let order = stage.supplier.newest_order().await;
    stage.supplier.pay(&order, None).await;
    let code = Receipt::on(&stage.screen()).await.code().await;
    assert!(code.chars().filter(char::is_ascii_alphanumeric).count() >= 8, "not a code: {code:?}");
}

/// Nothing of ours failed, and nothing was forbidden.
async fn is_clean(stage: &Stage) {
    assert_eq!(texts(stage, "violations").await, Vec::<String>::new());
    let errors = texts(stage, "errors").await;
    let ours: Vec<_> = errors.into_iter().filter(|error| !error.contains("a listener of the page")).collect();
    assert_eq!(ours, Vec::<String>::new());
}

/// Whether so many widgets of the page show their brands.
fn showing_brands(count: usize) -> String {
    let shown =
        "[...document.querySelectorAll('cr-widget')].filter((e) => e.shadowRoot.querySelector('[type=search]'))";
    format!("return {shown}.length === {count};")
}

/// What a page is asked for before anything is bought on it.
async fn look_around(stage: &Stage, page: &str) {
    let screen = stage.screen();
    match page {
        "plain" => {
            let place = "return document.querySelector('script[data-proxy]').nextElementSibling.localName;";
            assert_eq!(ask(stage, place).await, "cr-widget");
        }
        // A tag in the head: the element opens the body.
        "csp" => {
            Grid::on(&screen).await;
            let place = "return document.head.querySelector('script[data-proxy]') !== null && document.body.firstElementChild.localName;";
            assert_eq!(ask(stage, place).await, "cr-widget");
        }
        "hostile" => {
            Grid::on(&screen).await;
            let look = "const e = document.querySelector('cr-widget');\
                return getComputedStyle(e).display + ' ' + (e.getBoundingClientRect().width > 200);";
            assert_eq!(ask(stage, look).await, "block true");
        }
        // Frameworks pass properties, and take the element away and put it back.
        "react" | "vue" => {
            Grid::on(&screen).await;
            let choose = "const s = document.querySelector('#country'); \
                Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(s, 'IT'); \
                s.dispatchEvent(new Event('change', { bubbles: true })); return null;";
            ask(stage, choose).await;
            until(stage, "the country follows", "return document.querySelector('cr-widget').country === 'IT';").await;
            ask(stage, "document.querySelector('#toggle').click(); return null;").await;
            until(stage, "it is gone", "return document.querySelector('cr-widget') === null;").await;
            ask(stage, "document.querySelector('#toggle').click(); return null;").await;
            Grid::on(&screen).await;
            stage.set_attribute("country", "US").await;
        }
        _ => {}
    }
}

/// What a page is asked for after its first widget sold a card.
async fn look_back(stage: &Stage, page: &str) {
    match page {
        "react" | "vue" => {
            let heard = "return /^[0-9A-Z]{8}/.test(document.querySelector('#done').textContent);";
            until(stage, "the page heard", heard).await;
        }
        // The other one sells too, once it stands first; meanwhile this one keeps its receipt.
        "two" => {
            let move_up =
                "const [one, other] = document.querySelectorAll('cr-widget'); one.before(other); return null;";
            ask(stage, move_up).await;
            TOP_UP.order(stage).await;
            stage.supplier.pay(&stage.supplier.newest_order().await, None).await;
            stage.screen().shows(word("receipt.credited")).await;
            let kept = "return document.querySelectorAll('cr-widget')[1].shadowRoot.querySelector('[data-testid=code]') !== null;";
            assert_eq!(ask(stage, kept).await, true);
        }
        "many" => {
            until(stage, "the others stay with their brands", &showing_brands(9)).await;
        }
        // What its listeners throw, at once and later, is its own, and is heard of: so the watch works.
        "hostile" => {
            let errors = texts(stage, "errors").await;
            assert!(errors.iter().any(|error| error.ends_with("a listener of the page")), "{errors:?}");
            assert!(errors.iter().any(|error| error.ends_with("a listener of the page, later")), "{errors:?}");
        }
        _ => {}
    }
}

/// From the grid of the page's first widget to the code.
async fn sell(stage: Arc<Stage>, page: &str, device: Device) {
    let stage = &*stage;
    stage.goto("/favicon.svg").await;
    ask(stage, "localStorage.clear(); return null;").await;
    stage.become_device(device).await;
    stage.goto(&format!("/demo/{page}.html")).await;
    look_around(stage, page).await;
    CARD.order(stage).await;
    if page == "two" {
        ask(stage, "document.querySelectorAll('cr-widget')[1].scrollIntoView(); return null;").await;
        until(stage, "the second one shows its brands", &showing_brands(1)).await;
    }
    pay(stage).await;
    look_back(stage, page).await;
    is_clean(stage).await;
}

#[test]
fn no_page_of_the_list_is_left_out() {
    let list = include_str!("../../../../demo/index.html");
    let mut listed: Vec<_> = list
        .split("<li><a href=\"")
        .skip(1)
        .filter_map(|link| link.split_once(".html"))
        .map(|(page, _)| page)
        .collect();
    listed.sort_unstable();
    let mut tested: Vec<_> = PAGES.iter().map(|(page, _)| *page).chain(["no-wasm"]).collect();
    tested.sort_unstable();
    assert_eq!(listed, tested);
}

/// Goes through all pages in one browser; those that did not sell.
async fn sell_everywhere(browser: Browser) -> Vec<String> {
    let stage = Arc::new(watched_in(browser).await);
    let mut failed = Vec::new();
    for (page, device) in PAGES {
        let start = Instant::now();
        // A page that fails does not keep the others from being tried.
        let sold = tokio::spawn(sell(stage.clone(), page, device)).await;
        println!("{} {page}: {:?}", browser.name(), start.elapsed());
        if sold.is_err() {
            failed.push(format!("{} {page}", browser.name()));
        }
    }
    Arc::into_inner(stage).expect("all pages were tried").close().await;
    failed
}

#[tokio::test]
async fn e01_e03_e09_e10_e16_e17_every_page_sells_a_card_in_every_browser() {
    let browsers: Vec<_> =
        Browser::from_env().into_iter().map(|browser| tokio::spawn(sell_everywhere(browser))).collect();
    let mut failed = Vec::new();
    for browser in browsers {
        failed.extend(browser.await.expect("a browser that runs"));
    }
    assert!(failed.is_empty(), "not sold, or not cleanly: {failed:?}");
}

/// The background of everything that has one.
const COLOURS: &str = "return [...root.querySelectorAll('*')].map((e) => getComputedStyle(e).backgroundColor);";

/// Moves the slider of the accent; the style sheet that the page then shows.
async fn change_accent(stage: &Stage, colour: &str) -> String {
    let change = format!(
        "const i = document.querySelector('[name=\"--cr-accent\"]'); i.value = '{colour}';\
         i.dispatchEvent(new Event('input', {{ bubbles: true }})); return document.querySelector('#css').textContent;"
    );
    ask(stage, &change).await.as_str().unwrap_or_default().to_owned()
}

async fn open_brand(stage: &Stage) {
    let screen = stage.screen();
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await;
    screen.find("radio", "$25").await;
}

#[tokio::test]
async fn e09_where_wasm_is_forbidden_the_shopper_reads_so() {
    for browser in Browser::from_env() {
        let stage = watched_in(browser).await;
        stage.goto("/demo/no-wasm.html").await;
        let screen = stage.screen();
        screen.shows(word("shell.forbidden")).await;
        screen.find("link", word("shell.help")).await;
        stage.set_attribute("support-url", "https://shop.example/help").await;
        screen.press("button", word("shell.retry")).await;
        screen.shows(word("shell.forbidden")).await;
        let href = screen.script("return root.querySelector('a').href;").await;
        assert_eq!(href, "https://shop.example/help");
        assert_eq!(texts(&stage, "errors").await, Vec::<String>::new());
        let violations = texts(&stage, "violations").await;
        assert!(violations.iter().any(|violation| violation.starts_with("script-src")), "{violations:?}");
        stage.close().await;
    }
}

#[tokio::test]
async fn e12_what_is_missing_is_said_with_a_way_on_and_a_retry_goes_on() {
    for missing in ["*cr-widget-app*.js", "*cr-widget-app*.wasm", "*cr-widget.*.css"] {
        let stage = watched().await;
        stage.cdp("Network.enable", json!({})).await;
        stage.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        stage.cdp("Network.setBlockedURLs", json!({ "urls": [missing] })).await;
        stage.goto("/demo/plain.html").await;
        let screen = stage.screen();
        screen.shows(word("shell.failed")).await;
        screen.find("link", word("shell.help")).await;
        stage.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
        screen.press("button", word("shell.retry")).await;
        open_brand(&stage).await;
        assert_eq!(texts(&stage, "errors").await, Vec::<String>::new());
        stage.close().await;
    }
}

#[tokio::test]
async fn e12_wasm_of_a_wrong_type_runs_all_the_same_and_a_slow_one_is_announced() {
    let stage = watched().await;
    let wrap = "const real = window.fetch.bind(window); document.gate = Promise.resolve();\
        window.fetch = async (what, how) => { const answer = await real(what, how);\
          if (!/app_bg.*wasm/.test(String(what))) return answer;\
          if (location.hash === '#slow') await new Promise((open) => { document.open10 = open; });\
          return new Response(await answer.arrayBuffer(), { headers: { 'Content-Type': 'text/html' } }); };";
    stage.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": wrap })).await;
    stage.goto("/demo/plain.html").await;
    open_brand(&stage).await;
    stage.goto("/demo/index.html").await;
    stage.goto("/demo/plain.html#slow").await;
    let screen = stage.screen();
    screen.shows(word("shell.slow")).await;
    screen.find("link", word("shell.help")).await;
    ask(&stage, "document.open10(); return null;").await;
    open_brand(&stage).await;
    stage.close().await;
}

#[tokio::test]
async fn a_token_changed_on_the_theming_page_is_seen_at_once() {
    let stage = watched().await;
    stage.goto("/demo/theming.html").await;
    let screen = stage.screen();
    open_brand(&stage).await;
    assert_eq!(change_accent(&stage, "#006622").await, "cr-widget {\n  --cr-accent: #006622;\n}");
    screen.choose("radio", "$25").await;
    let green = screen.script(COLOURS).await;
    change_accent(&stage, "#aa0044").await;
    assert_ne!(screen.script(COLOURS).await, green);
    stage.close().await;
}
