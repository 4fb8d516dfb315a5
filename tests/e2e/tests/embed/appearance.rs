//! The widget looks the same on a page that is at war with it as on a page that leaves it alone.

use std::time::{Duration, Instant};

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Pay, Product, Purchase},
    stack::{Device, Stack},
    tests,
    words::word,
};
use serde_json::json;

use crate::embed::probe::ask;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        first each e01_no_style_of_the_page_leaks_in,
        e01_what_the_shell_says_stands_apart_too,
        the_hostile_page_is_as_hostile_as_it_is_meant_to_be,
    ]
}

const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };

/// Every computed style of a box, of all that is in it, and of what style sheets put before and behind it, as one text: the
/// hostile page spoils lists on their way out.
const LOOK: &str = "const root = document.querySelector('cr-widget').shadowRoot;\
    const tell = (e, pseudo) => { const style = getComputedStyle(e, pseudo); const all = [];\
      if (pseudo && style.content === 'none') return '';\
      for (let i = 0; i < style.length; i++) all.push(style[i] + '\\u001f' + style.getPropertyValue(style[i]));\
      return e.localName + '.' + (e.getAttribute('class') ?? '') + (pseudo ?? '') + '\\u001d' + all.join('\\u001d'); };\
    return [...root.querySelectorAll('BOX, BOX *')].map((e) =>\
      [tell(e), tell(e, '::before'), tell(e, '::after')].filter((text) => text).join('\\u001e')).join('\\u001e');";
/// Where everything is, or nothing as long as something is still to come.
const PLACES: &str = "const root = document.querySelector('cr-widget').shadowRoot;\
    if (root.querySelector('.skeleton-line, .skeleton-block, .button[aria-busy=true]')) return '';\
    return [...root.querySelectorAll('*')].map((e) => { const r = e.getBoundingClientRect();\
      return [r.x, r.y, r.width, r.height].join(' '); }).join(';');";
/// The same room on every page; the zoom is the page's, and zooms us too as it zooms all else.
const ROOM: &str = "const e = document.querySelector('cr-widget'); e.style.setProperty('width', '800px', 'important');\
    document.documentElement.style.setProperty('zoom', '1.1', 'important'); return null;";

/// How often in a row everything must be where it was: a busy browser takes its time for the next frame.
const REST: u32 = 3;

/// One element, or what is put before or behind it: its name, and each property with its value.
type Row = (String, Vec<(String, String)>);

/// How the widget looks once nothing moves any more.
async fn look(stack: &Stack) -> Vec<Row> {
    let end = Instant::now() + Duration::from_secs(40);
    let (mut last, mut rested) = (String::new(), 0);
    while rested < REST {
        let now = ask(stack, PLACES).await.as_str().expect("a text").to_owned();
        rested = if !now.is_empty() && now == last { rested + 1 } else { 0 };
        assert!(Instant::now() < end, "the screen does not come to rest");
        last = now;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    styles(stack, ".checkout").await
}

async fn styles(stack: &Stack, of: &str) -> Vec<Row> {
    let text = ask(stack, &LOOK.replace("BOX", of)).await;
    text.as_str().expect("a text").split('\u{1e}').map(row).collect()
}

/// What differs, element by element.
fn differences(name: &str, clean: &[Row], hostile: &[Row]) -> Vec<String> {
    let names = |rows: &[Row]| rows.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(clean), names(hostile), "{name}");
    let mut wrong = Vec::new();
    for ((element, clean), (_, hostile)) in clean.iter().zip(hostile) {
        assert_eq!(clean.len(), hostile.len(), "{name}: {element}");
        let pairs = clean.iter().zip(hostile).filter(|(one, other)| one != other && !is_about_time(element));
        wrong.extend(pairs.map(|((what, one), (_, other))| format!("{name}: {element}: {what}: {one} / {other}")));
    }
    wrong
}

fn row(text: &str) -> Row {
    let mut parts = text.split('\u{1d}');
    let name = parts.next().unwrap_or_default().to_owned();
    let pairs = parts.filter_map(|pair| pair.split_once('\u{1f}')).map(|(name, value)| (name.into(), value.into()));
    (name, pairs.collect())
}

/// Grid, product and payment panel on one page.
async fn tour(stack: &Stack, page: &str, order: &str) -> Vec<(&'static str, Vec<Row>)> {
    stack.goto("/favicon.svg").await;
    ask(stack, "localStorage.clear(); return null;").await;
    stack.goto(page).await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    ask(stack, ROOM).await;
    screen.find("listitem", "Kettle & Crumb").await;
    let mut looks = vec![("grid", look(stack).await)];
    ask(stack, "document.querySelector('cr-widget').open({ brand: 'Kettle & Crumb' }); return null;").await;
    Product::on(&screen, "Kettle & Crumb").await.choose("$25").await;
    looks.push(("product", look(stack).await));
    ask(stack, &format!("document.querySelector('cr-widget').resume('{order}'); return null;")).await;
    Pay::on(&screen).await;
    looks.push(("payment", look(stack).await));
    looks
}

/// What may differ: text that tells how long something is ago.
fn is_about_time(element: &str) -> bool {
    element == "span.health-ago"
}

async fn e01_no_style_of_the_page_leaks_in(browser: Browser) {
    compare(browser).await;
}

async fn compare(browser: Browser) {
    let stack = Stack::open_in(browser, json!({})).await;
    stack.become_device(Device::DESKTOP).await;
    CARD.order(&stack).await;
    let order = stack.supplier.newest_order().await;
    let clean = tour(&stack, "/demo/plain.html", &order).await;
    let hostile = tour(&stack, "/demo/hostile.html", &order).await;
    let mut wrong = Vec::new();
    for ((name, clean), (_, hostile)) in clean.iter().zip(&hostile) {
        assert!(clean.len() >= 50, "{name}: {}", clean.len());
        println!("{}, {name}: {} elements", browser.name(), clean.len());
        wrong.extend(differences(name, clean, hostile));
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    stack.close().await;
}

async fn e01_what_the_shell_says_stands_apart_too() {
    let stack = Stack::open().await;
    stack.cdp("Network.enable", json!({})).await;
    stack.cdp("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    stack.cdp("Network.setBlockedURLs", json!({ "urls": ["*cr-widget.*.css"] })).await;
    let mut looks = Vec::new();
    for page in ["/demo/plain.html", "/demo/hostile.html"] {
        stack.goto(page).await;
        // Where the page's own JSON is of no use, it says so in English, and in fewer words.
        let said = word("shell.failed").split_inclusive('.').next().expect("a sentence");
        stack.screen().shows(said).await;
        ask(&stack, ROOM).await;
        looks.push(styles(&stack, ".note").await);
    }
    let mut wrong = differences("note", &looks[0], &looks[1]);
    // It comes before there is a language, so that it runs the way the page does, and lines through the page's text go on in it.
    wrong.retain(|text| !text.contains(": direction: ") && !text.contains("decorations-in-effect: "));
    assert_eq!(wrong, Vec::<String>::new());
    stack.close().await;
}

/// What the hostile page is meant to be, each with the proof. Code with our name in its stack is taken for the checkout.
const HOSTILITIES: &str = r#"
const ours = (body) => new Function(body + "\n//# sourceURL=cr-widget-test.js")();
const native = (call) => /\[native code\]/.test(Function.prototype.toString.call(call));
const throws = (call) => { try { call(); return false; } catch { return true; } };
const before = document.createElement("iframe");
document.body.append(before);
const clean = before.contentWindow;
const [html, outer, text] = ["html", ".outer", "p"].map((name) => getComputedStyle(document.querySelector(name)));
const host = getComputedStyle(document.querySelector("cr-widget"));
const names = ["Object", "Array", "Function", "String", "Number", "Promise", "RegExp", "Map", "Set", "Date", "Error"];
const all = [
  ["every style is unset", text.display === "inline" && text.marginTop === "0px"],
  ["it is zoomed", html.zoom === "1.1"],
  ["a rem is huge", html.fontSize === "60px"],
  ["it runs from right to left", document.dir === "rtl" && text.direction === "rtl" && host.direction === "rtl"],
  ["letters are spread and shouted", parseFloat(host.letterSpacing) > 50 && host.textTransform === "uppercase"],
  ["nothing can be seen, pointed at or selected", host.visibility === "hidden" && host.cursor === "none" && host.pointerEvents === "none" && host.userSelect === "none"],
  ["lines stand far apart and go through the text", outer.lineHeight !== "normal" && outer.textDecorationLine === "line-through"],
  ["text has no colour", host.webkitTextFillColor === "rgba(0, 0, 0, 0)"],
  ["loops over objects find more than there is", (() => { for (const name in {}) if (name === "extend") return true; })()],
  ["lists have methods of another library", typeof [].each === "function" && typeof [].toJSON === "function" && typeof "".extend === "function"],
  ["lists are made in another way", ours("return Array.from('12', () => 0).join() === '1,2';")],
  ["JSON is not read", throws(() => JSON.parse("{}"))],
  ["JSON is written wrongly", ours("return JSON.stringify({ a: 1 }) === 'null' && ({}).toJSON() === '{}';")],
  ["objects inherit settings", ({}).url === "/hijacked"],
  ["promises are wrapped", !native(Promise)],
  ["requests are wrapped", !native(fetch) && native(clean.fetch)],
  ["timers are wrapped", !native(setTimeout)],
  ["streams are wrapped", !native(EventSource)],
  ["prototypes are frozen", names.every((name) => Object.isFrozen(window[name]) && Object.isFrozen(window[name].prototype))],
];
before.remove();
return all.filter(([, is]) => !is).map(([name]) => name).join("; ");
"#;

async fn the_hostile_page_is_as_hostile_as_it_is_meant_to_be() {
    let stack = Stack::open().await;
    stack.goto("/demo/hostile.html").await;
    Grid::on(&stack.screen()).await;
    assert_eq!(ask(&stack, HOSTILITIES).await, "");
    stack.close().await;
}
