//! Each demonstration page sells a card in each browser, and says what is the matter where it cannot.

use std::{sync::Arc, time::Instant};

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Product, Purchase, Receipt},
    stack::{Device, Stack},
    tests,
    words::word,
};
use serde_json::json;

use crate::embed::probe::{ask, texts, until, watched, watched_in};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        plain no_page_of_the_list_is_left_out,
        first each e01_e03_e09_e10_e16_e17_every_page_sells_a_card_in_every_browser,
        each e09_where_wasm_is_forbidden_the_shopper_reads_so,
        e12_what_is_missing_is_said_with_a_way_on_and_a_retry_goes_on,
        e12_wasm_of_a_wrong_type_runs_all_the_same_and_a_slow_one_is_announced,
        a_token_changed_on_the_theming_page_is_seen_at_once,
    ]
}

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
async fn pay(stack: &Stack) {
    let order = stack.supplier.newest_order().await;
    stack.supplier.pay(&order, None).await;
    let code = Receipt::on(&stack.screen()).await.code().await;
    assert!(code.chars().filter(char::is_ascii_alphanumeric).count() >= 8, "not a code: {code:?}");
}

/// Nothing of ours failed, and nothing was forbidden.
async fn is_clean(stack: &Stack) {
    assert_eq!(texts(stack, "violations").await, Vec::<String>::new());
    let errors = texts(stack, "errors").await;
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
async fn look_around(stack: &Stack, page: &str) {
    let screen = stack.screen();
    match page {
        "plain" => {
            let place = "return document.querySelector('script[data-proxy]').nextElementSibling.localName;";
            assert_eq!(ask(stack, place).await, "cr-widget");
        }
        // A tag in the head: the element opens the body.
        "csp" => {
            Grid::on(&screen).await;
            let place = "return document.head.querySelector('script[data-proxy]') !== null && document.body.firstElementChild.localName;";
            assert_eq!(ask(stack, place).await, "cr-widget");
        }
        "hostile" => {
            Grid::on(&screen).await;
            let look = "const e = document.querySelector('cr-widget');\
                return getComputedStyle(e).display + ' ' + (e.getBoundingClientRect().width > 200);";
            assert_eq!(ask(stack, look).await, "block true");
        }
        // Frameworks pass properties, and take the element away and put it back.
        "react" | "vue" => {
            Grid::on(&screen).await;
            let choose = "const s = document.querySelector('#country'); \
                Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(s, 'IT'); \
                s.dispatchEvent(new Event('change', { bubbles: true })); return null;";
            ask(stack, choose).await;
            until(stack, "the country follows", "return document.querySelector('cr-widget').country === 'IT';").await;
            ask(stack, "document.querySelector('#toggle').click(); return null;").await;
            until(stack, "it is gone", "return document.querySelector('cr-widget') === null;").await;
            ask(stack, "document.querySelector('#toggle').click(); return null;").await;
            Grid::on(&screen).await;
            stack.set_attribute("country", "US").await;
        }
        _ => {}
    }
}

/// What a page is asked for after its first widget sold a card.
async fn look_back(stack: &Stack, page: &str) {
    match page {
        "react" | "vue" => {
            let heard = "return /^[0-9A-Z]{8}/.test(document.querySelector('#done').textContent);";
            until(stack, "the page heard", heard).await;
        }
        // The other one sells too, once it stands first; meanwhile this one keeps its receipt.
        "two" => {
            let move_up =
                "const [one, other] = document.querySelectorAll('cr-widget'); one.before(other); return null;";
            ask(stack, move_up).await;
            TOP_UP.order(stack).await;
            stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
            stack.screen().shows(word("receipt.credited")).await;
            let kept = "return document.querySelectorAll('cr-widget')[1].shadowRoot.querySelector('[data-testid=code]') !== null;";
            assert_eq!(ask(stack, kept).await, true);
        }
        "many" => {
            until(stack, "the others stay with their brands", &showing_brands(9)).await;
        }
        // What its listeners throw, at once and later, is its own, and is heard of: so the watch works.
        "hostile" => {
            let errors = texts(stack, "errors").await;
            assert!(errors.iter().any(|error| error.ends_with("a listener of the page")), "{errors:?}");
            assert!(errors.iter().any(|error| error.ends_with("a listener of the page, later")), "{errors:?}");
        }
        _ => {}
    }
}

/// From the grid of the page's first widget to the code.
async fn sell(stack: Arc<Stack>, page: &str, device: Device) {
    let stack = &*stack;
    stack.goto("/favicon.svg").await;
    ask(stack, "localStorage.clear(); return null;").await;
    stack.become_device(device).await;
    stack.goto(&format!("/demo/{page}.html")).await;
    look_around(stack, page).await;
    CARD.order(stack).await;
    if page == "two" {
        ask(stack, "document.querySelectorAll('cr-widget')[1].scrollIntoView(); return null;").await;
        until(stack, "the second one shows its brands", &showing_brands(1)).await;
    }
    pay(stack).await;
    look_back(stack, page).await;
    is_clean(stack).await;
}

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
    let stack = Arc::new(watched_in(browser).await);
    let mut failed = Vec::new();
    for (page, device) in PAGES {
        let start = Instant::now();
        // A page that fails does not keep the others from being tried.
        let sold = tokio::spawn(sell(stack.clone(), page, device)).await;
        println!("{} {page}: {:?}", browser.name(), start.elapsed());
        if sold.is_err() {
            failed.push(format!("{} {page}", browser.name()));
        }
    }
    Arc::into_inner(stack).expect("all pages were tried").close().await;
    failed
}

async fn e01_e03_e09_e10_e16_e17_every_page_sells_a_card_in_every_browser(browser: Browser) {
    let failed = sell_everywhere(browser).await;
    assert!(failed.is_empty(), "not sold, or not cleanly: {failed:?}");
}

/// The background of everything that has one.
const COLOURS: &str = "return [...root.querySelectorAll('*')].map((e) => getComputedStyle(e).backgroundColor);";

/// Moves the slider of the accent; the style sheet that the page then shows.
async fn change_accent(stack: &Stack, colour: &str) -> String {
    let change = format!(
        "const i = document.querySelector('[name=\"--cr-accent\"]'); i.value = '{colour}';\
         i.dispatchEvent(new Event('input', {{ bubbles: true }})); return document.querySelector('#css').textContent;"
    );
    ask(stack, &change).await.as_str().unwrap_or_default().to_owned()
}

async fn open_brand(stack: &Stack) {
    let screen = stack.screen();
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await;
    screen.find("radio", "$25").await;
}

async fn e09_where_wasm_is_forbidden_the_shopper_reads_so(browser: Browser) {
    let stack = watched_in(browser).await;
    stack.goto("/demo/no-wasm.html").await;
    let screen = stack.screen();
    screen.shows(word("shell.forbidden")).await;
    screen.find("link", word("shell.help")).await;
    stack.set_attribute("support-url", "https://shop.example/help").await;
    screen.press("button", word("shell.retry")).await;
    screen.shows(word("shell.forbidden")).await;
    let href = screen.script("return root.querySelector('a').href;").await;
    assert_eq!(href, "https://shop.example/help");
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    let violations = texts(&stack, "violations").await;
    assert!(violations.iter().any(|violation| violation.starts_with("script-src")), "{violations:?}");
    stack.close().await;
}

async fn e12_what_is_missing_is_said_with_a_way_on_and_a_retry_goes_on() {
    for missing in ["*cr-widget-app*.js", "*cr-widget-app*.wasm", "*cr-widget.*.css"] {
        let stack = watched().await;
        stack.cdp("Network.enable", json!({})).await;
        stack.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        stack.cdp("Network.setBlockedURLs", json!({ "urls": [missing] })).await;
        stack.goto("/demo/plain.html").await;
        let screen = stack.screen();
        screen.shows(word("shell.failed")).await;
        screen.find("link", word("shell.help")).await;
        stack.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
        screen.press("button", word("shell.retry")).await;
        open_brand(&stack).await;
        assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
        stack.close().await;
    }
}

async fn e12_wasm_of_a_wrong_type_runs_all_the_same_and_a_slow_one_is_announced() {
    let stack = watched().await;
    let wrap = "const real = window.fetch.bind(window); document.gate = Promise.resolve();\
        window.fetch = async (what, how) => { const answer = await real(what, how);\
          if (!/app_bg.*wasm/.test(String(what))) return answer;\
          if (location.hash === '#slow') await new Promise((open) => { document.open10 = open; });\
          return new Response(await answer.arrayBuffer(), { headers: { 'Content-Type': 'text/html' } }); };";
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": wrap })).await;
    stack.goto("/demo/plain.html").await;
    open_brand(&stack).await;
    stack.goto("/demo/index.html").await;
    stack.goto("/demo/plain.html#slow").await;
    let screen = stack.screen();
    screen.shows(word("shell.slow")).await;
    screen.find("link", word("shell.help")).await;
    ask(&stack, "document.open10(); return null;").await;
    open_brand(&stack).await;
    stack.close().await;
}

async fn a_token_changed_on_the_theming_page_is_seen_at_once() {
    let stack = watched().await;
    stack.goto("/demo/theming.html").await;
    let screen = stack.screen();
    open_brand(&stack).await;
    assert_eq!(change_accent(&stack, "#006622").await, "cr-widget {\n  --cr-accent: #006622;\n}");
    screen.choose("radio", "$25").await;
    let green = screen.script(COLOURS).await;
    change_accent(&stack, "#aa0044").await;
    assert_ne!(screen.script(COLOURS).await, green);
    stack.close().await;
}
