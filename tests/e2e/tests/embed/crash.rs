//! The end of a wasm instance: the page is told, nothing of it goes on, and a fresh one resumes the order.

use std::time::Instant;

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Method, Pay, Product, Purchase, Receipt, Recipient},
    stack::Stack,
    tests,
    words::word,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, texts, until, watched, watched_in};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        a_trap_while_paying_shows_the_reference_and_the_order_goes_on_by_itself,
        first an_instance_may_end_wherever_our_code_is_entered,
        an_instance_may_end_in_firefox_too,
        all_elements_of_a_page_come_back,
        it_comes_back_by_itself_three_times_in_ten_minutes_and_then_again,
    ]
}

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

async fn kill(stack: &Stack) {
    ask(stack, BREAK).await;
    ask(stack, POKE).await;
}

/// The page never sees an error of ours, and only the newest instance is at work.
async fn is_calm(stack: &Stack) {
    assert_eq!(texts(stack, "errors").await, Vec::<String>::new());
    let live = ask(stack, LIVE_STREAMS).await.as_u64().unwrap();
    assert!(live <= 1, "{live} streams are open");
}

async fn a_trap_while_paying_shows_the_reference_and_the_order_goes_on_by_itself() {
    let stack = watched().await;
    stack.goto("/demo/plain.html").await;
    let heard = "document.addEventListener('cr-order-created', ({ detail }) => { document.seen.reference = detail.reference; });\
                 return null;";
    ask(&stack, heard).await;
    let screen = stack.screen();
    let address = CARD.order(&stack).await.address().await;
    let reference = ask(&stack, "return document.seen.reference;").await;
    for crash in 1..=3 {
        let start = Instant::now();
        kill(&stack).await;
        screen.shows(word("shell.stopped")).await;
        let told = start.elapsed();
        screen.shows(reference.as_str().expect("a reference")).await;
        screen.find("link", word("shell.help")).await;
        assert_eq!(Pay::on(&screen).await.address().await, address);
        println!("crash {crash}: told after {told:?}, order resumed after {:?}", start.elapsed());
        is_calm(&stack).await;
    }
    // Enough is enough: the fourth time the shopper is asked, and then the order is still there.
    kill(&stack).await;
    screen.shows(word("shell.stopped")).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    screen.shows(word("shell.stopped")).await;
    screen.press("button", word("shell.retry")).await;
    assert_eq!(Pay::on(&screen).await.address().await, address);
    is_calm(&stack).await;
    stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
    Receipt::on(&screen).await.code().await;
    stack.close().await;
}

/// Where a shopper is when it happens.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// On a page that the widget is about to be put on.
    Before,
    /// At the grid, with one brand found.
    Grid,
    Recipient,
    Method,
    Review,
    Pay,
    Receipt,
}

/// A way into our code by which an instance ends.
struct Point {
    what: &'static str,
    at: Place,
    /// What crash.js has to be told to break the instance there; nothing when the deed itself says so.
    armed: &'static str,
    deed: Deed,
    /// What is on screen afterwards.
    then: Place,
}

/// What leads there.
enum Deed {
    /// The script and the element are put on the page; then a script of the page, which knows the element as `e`, the script as `s`.
    EmbedAndRun(&'static str),
    /// Pressed: role and key of its words.
    Press(&'static str, &'static str),
    /// The brand is opened.
    Open,
    /// Typed into what has this role and key.
    Type(&'static str, &'static str),
    /// Ordered, while the supplier takes its time.
    Create,
    /// Money arrives.
    Paid,
    /// Nothing but time.
    Wait,
    /// A script of the page.
    Run(&'static str),
    /// A script of the page, and then the brand is opened.
    RunAndOpen(&'static str),
}

const POINTS: [Point; 15] = [
    Point {
        what: "the first module starts",
        at: Place::Before,
        armed: "first module",
        deed: Deed::EmbedAndRun(""),
        then: Place::Grid,
    },
    Point { what: "a click on the grid", at: Place::Grid, armed: "click", deed: Deed::Open, then: Place::Grid },
    Point {
        what: "typing in the search",
        at: Place::Grid,
        armed: "input",
        deed: Deed::Type("searchbox", "grid.search"),
        then: Place::Grid,
    },
    Point {
        what: "the second module comes",
        at: Place::Before,
        armed: "second module",
        deed: Deed::EmbedAndRun("s.onload = () => e.open({ brand: 'Kettle & Crumb' });"),
        then: Place::Grid,
    },
    Point {
        what: "typing in the form",
        at: Place::Recipient,
        armed: "input",
        deed: Deed::Type("textbox", "recipient.email"),
        then: Place::Grid,
    },
    Point {
        what: "an answer arrives",
        at: Place::Method,
        armed: "answer /api/v5/orders/validations",
        deed: Deed::Press("button", "method.next"),
        then: Place::Grid,
    },
    Point {
        what: "an order is being made",
        at: Place::Review,
        armed: "order under way",
        deed: Deed::Create,
        then: Place::Pay,
    },
    Point {
        what: "the answer to an order arrives",
        at: Place::Review,
        armed: "answer /api/v5/orders",
        deed: Deed::Press("button", "review.create"),
        then: Place::Pay,
    },
    Point { what: "a message of the stream", at: Place::Pay, armed: "stream", deed: Deed::Paid, then: Place::Receipt },
    Point { what: "a timer", at: Place::Pay, armed: "timer", deed: Deed::Wait, then: Place::Pay },
    Point {
        what: "an attribute changes",
        at: Place::Pay,
        armed: "",
        deed: Deed::Run("document.seen.break(); document.querySelector('cr-widget').setAttribute('country', 'IT');"),
        then: Place::Pay,
    },
    Point {
        what: "the page is shown",
        at: Place::Pay,
        armed: "visibilitychange",
        deed: Deed::Run("document.dispatchEvent(new Event('visibilitychange'));"),
        then: Place::Pay,
    },
    Point {
        what: "the element is resized",
        at: Place::Grid,
        armed: "resized",
        deed: Deed::Run("document.querySelector('cr-widget').style.inlineSize = '300px';"),
        then: Place::Grid,
    },
    Point {
        what: "the page calls in one of our events",
        at: Place::Grid,
        armed: "",
        deed: Deed::RunAndOpen(
            "document.querySelector('cr-widget').addEventListener('cr-step', ({ target }) => { document.seen.break(); target.reset(); }, { once: true });",
        ),
        then: Place::Grid,
    },
    Point {
        what: "a click on the receipt",
        at: Place::Receipt,
        armed: "click",
        deed: Deed::Press("button", "receipt.show"),
        then: Place::Receipt,
    },
];

/// Puts the script and an element on a page that has neither.
const EMBED: &str = "const e = document.createElement('cr-widget'); e.setAttribute('proxy', '/api'); e.setAttribute('country', 'US');\
    document.body.prepend(e); const s = document.createElement('script'); s.src = '../cr-widget.js'; document.head.append(s);";
const BRAND: &str = "Kettle & Crumb";

/// Brings a fresh page there; gives how many listeners the page had before us.
async fn go(stack: &Stack, at: Place) -> Value {
    stack.goto("/demo/index.html").await;
    let listeners = ask(stack, "localStorage.clear(); return document.seen.listeners.size;").await;
    if !matches!(at, Place::Before) {
        ask(stack, &format!("{EMBED} return null;")).await;
    }
    let screen = stack.screen();
    match at {
        Place::Before => {}
        Place::Grid => {
            Grid::on(&screen).await.search(BRAND).await;
            screen.find("listitem", BRAND).await;
        }
        Place::Recipient | Place::Method => {
            CARD.choose(stack).await;
            let recipient = Recipient::on(&screen).await;
            if matches!(at, Place::Method) {
                recipient.email(CARD.email).await;
                recipient.go_on().await;
                Method::on(&screen).await;
            }
        }
        Place::Review => {
            CARD.review(stack).await;
            screen.shows(word("review.due")).await;
        }
        Place::Pay => drop(CARD.order(stack).await),
        Place::Receipt => {
            CARD.order(stack).await;
            stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
            Receipt::on(&screen).await;
            screen.find("button", word("receipt.show")).await;
        }
    }
    listeners
}

async fn act(stack: &Stack, deed: &Deed) {
    let screen = stack.screen();
    match deed {
        Deed::EmbedAndRun(script) => drop(ask(stack, &format!("{EMBED} {script} return null;")).await),
        Deed::Press(role, key) => screen.press(role, word(key)).await,
        Deed::Open => screen.press("listitem", BRAND).await,
        Deed::Type(role, key) => screen.fill(role, word(key), "a").await,
        Deed::Create => {
            stack.supplier.control(json!({ "latency_ms": 2500 })).await;
            screen.press("button", word("review.create")).await;
        }
        Deed::Paid => stack.supplier.pay(&stack.supplier.newest_order().await, None).await,
        Deed::Wait => {}
        Deed::Run(script) => drop(ask(stack, &format!("{script} return null;")).await),
        Deed::RunAndOpen(script) => {
            ask(stack, &format!("{script} return null;")).await;
            screen.press("listitem", BRAND).await;
        }
    }
}

/// What crash.js counted.
const COUNTS: &str =
    "const { struck, deaths, late, left, creates } = document.seen; return { struck, deaths, late, left, creates };";

/// Ends an instance at this point and sees the next one go on.
async fn ends_and_goes_on(stack: &Stack, point: &Point) {
    let what = point.what;
    let listeners = go(stack, point.at).await;
    let screen = stack.screen();
    let orders = stack.supplier.orders().await.len();
    let is_made = matches!(point.at, Place::Review);
    let address = if matches!(point.at, Place::Pay) { Some(Pay::on(&screen).await.address().await) } else { None };
    ask(stack, &format!("document.seen.armed = '{}'; return null;", point.armed)).await;
    act(stack, &point.deed).await;
    until(stack, what, "return document.seen.left !== null;").await;
    let told = ask(stack, "return document.seen.told - document.seen.at;").await;
    assert!(told.as_f64() >= Some(0.0), "{what}: the shopper is not told");
    match point.then {
        Place::Pay => {
            let now = Pay::on(&screen).await.address().await;
            assert_eq!(now, address.unwrap_or_else(|| now.clone()), "{what}: the order of before");
        }
        Place::Receipt => drop(Receipt::on(&screen).await),
        Place::Before | Place::Grid | Place::Recipient | Place::Method | Place::Review => drop(Grid::on(&screen).await),
    }
    let back = ask(stack, "return performance.now() - document.seen.at;").await;
    stack.supplier.control(json!({ "latency_ms": 0 })).await;
    let ms = |time: &Value| time.as_f64().expect("a time").round();
    println!("{what}: told after {} ms, back after {} ms", ms(&told), ms(&back));

    // The next one works.
    match point.then {
        Place::Pay => {}
        Place::Receipt => drop(Receipt::on(&screen).await.code().await),
        Place::Before | Place::Grid | Place::Recipient | Place::Method | Place::Review => {
            Grid::on(&screen).await.open(BRAND).await;
            Product::on(&screen, BRAND).await;
        }
    }
    let counts = ask(stack, COUNTS).await;
    let struck = if point.armed.is_empty() { Value::Null } else { json!(point.armed) };
    assert_eq!(counts["struck"], struck, "{what}: {counts}");
    assert_eq!((&counts["deaths"], &counts["late"]), (&json!(1), &json!(0)), "{what}: {counts}");
    assert_eq!((&counts["left"]["streams"], &counts["left"]["listeners"]), (&json!(0), &listeners), "{what}: {counts}");
    // One of the shell's, which begins anew, and one that belongs to the order on its way.
    let timers = counts["left"]["timers"].as_u64().expect("a number");
    assert!((1..=1 + u64::from(is_made)).contains(&timers), "{what}: {counts}");
    let creates = usize::from(is_made || matches!(point.at, Place::Pay | Place::Receipt));
    assert_eq!(counts["creates"], json!(creates), "{what}: creates sent");
    assert_eq!(stack.supplier.orders().await.len(), orders + usize::from(is_made), "{what}: orders made");
    is_calm(stack).await;
}

async fn all_points(browser: Browser, points: impl Iterator<Item = &Point>) {
    let stack = watched_in(browser).await;
    stack.session().before_pages(include_str!("crash.js")).await;
    let only = std::env::var("CR_POINT").unwrap_or_default();
    for point in points.filter(|point| point.what.contains(&only)) {
        ends_and_goes_on(&stack, point).await;
    }
    stack.close().await;
}

async fn an_instance_may_end_wherever_our_code_is_entered() {
    all_points(Browser::Chromium, POINTS.iter()).await;
}

async fn an_instance_may_end_in_firefox_too() {
    let some = ["a click on the grid", "an order is being made", "a message of the stream"];
    all_points(Browser::Firefox, POINTS.iter().filter(|point| some.contains(&point.what))).await;
}

async fn all_elements_of_a_page_come_back() {
    let stack = watched().await;
    stack.goto("/demo/many.html").await;
    let shown =
        "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot.querySelector('[type=search]'));";
    until(&stack, "all show their brands", shown).await;
    kill(&stack).await;
    let told = "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot.querySelector('.note'));";
    until(&stack, "all say so", told).await;
    until(&stack, "all are back", shown).await;
    assert_eq!(ask(&stack, "return document.seen.exports.length;").await, 2, "one new instance serves all");
    is_calm(&stack).await;
    stack.close().await;
}

async fn it_comes_back_by_itself_three_times_in_ten_minutes_and_then_again() {
    let stack = watched().await;
    stack.goto("/demo/plain.html").await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    for _ in 0..3 {
        kill(&stack).await;
        screen.shows(word("shell.stopped")).await;
        Grid::on(&screen).await;
    }
    kill(&stack).await;
    screen.shows(word("shell.stopped")).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(ask(&stack, "return document.seen.exports.length;").await, 4, "it waits for the shopper");
    screen.press("button", word("shell.retry")).await;
    Grid::on(&screen).await;
    // The page's clock goes on by more than ten minutes.
    ask(&stack, "const now = Date.now.bind(Date); Date.now = () => now() + 601000; return null;").await;
    kill(&stack).await;
    Grid::on(&screen).await;
    assert_eq!(ask(&stack, "return document.seen.exports.length;").await, 6);
    is_calm(&stack).await;
    stack.close().await;
}
