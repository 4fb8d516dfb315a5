//! Pages that do odd things: they clone the element, rewrite their document, hand the element to another one, keep every answer
//! in a worker, and let nothing be stored.

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Pay, Product, Purchase, Receipt},
    stack::Stack,
    tests,
};
use serde_json::{Value, json};

use crate::embed::{
    origin::Origin,
    probe::{ask, texts, until, watched, watched_in},
};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        e06_clones_are_elements_of_their_own_and_leave_the_order_alone,
        each e14_a_document_may_be_rewritten_under_the_widget,
        each e14_an_element_may_be_adopted_by_another_document_and_come_back,
        each e13_a_worker_that_answers_from_what_it_kept_does_not_hide_the_end_of_an_order,
        each p01_a_page_without_storage_sells_a_card,
        e11_in_a_strangers_frame_it_says_so_and_the_demonstration_is_not_shown,
    ]
}

const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };

const LIVE_STREAMS: &str = "return [...document.seen.streams].filter((s) => s.readyState !== 2).length;";
const LEFT: &str = "return { streams: [...document.seen.streams].filter((s) => s.readyState !== 2).length,\
    timers: document.seen.timers.size };";

async fn nothing_is_left(stack: &Stack, what: &str) {
    until(stack, what, &format!("const left = (() => {{ {LEFT} }})(); return left.streams + left.timers === 0;")).await;
    stack.turns().await;
    assert_eq!(ask(stack, LEFT).await, json!({ "streams": 0, "timers": 0 }), "{what}");
    assert_eq!(texts(stack, "errors").await, Vec::<String>::new(), "{what}");
}

async fn e06_clones_are_elements_of_their_own_and_leave_the_order_alone() {
    let stack = watched().await;
    stack.goto("/demo/plain.html").await;
    let address = CARD.order(&stack).await.address().await;
    let copy = "const live = document.querySelector('cr-widget');\
        const template = document.createElement('template'); template.innerHTML = live.outerHTML;\
        const div = document.createElement('div'); div.innerHTML = live.outerHTML;\
        document.body.append(live.cloneNode(true), template.content.cloneNode(true), document.importNode(template.content, true), div);\
        return document.querySelectorAll('cr-widget').length;";
    assert_eq!(ask(&stack, copy).await, 5);
    let alike = "const all = [...document.querySelectorAll('cr-widget')];\
        return all.every((e) => e.proxy === all[0].proxy && e.country === 'US');";
    assert_eq!(ask(&stack, alike).await, true, "attributes are copied");
    let shown = "return [...document.querySelectorAll('cr-widget')].slice(1)\
        .every((e) => { e.scrollIntoView(); return e.shadowRoot.querySelector('[type=search]'); });";
    until(&stack, "each clone shows its brands", shown).await;
    assert_eq!(Pay::on(&stack.screen()).await.address().await, address, "the order is where it was");
    assert_eq!(ask(&stack, LIVE_STREAMS).await, 1);

    // The page writes itself anew from its own text: elements of before are gone, those of now begin.
    ask(&stack, "document.body.innerHTML += '<p>More</p>'; return null;").await;
    let shown = "return [...document.querySelectorAll('cr-widget')]\
        .every((e) => { e.scrollIntoView(); return e.shadowRoot.querySelector('[type=search]'); });";
    until(&stack, "all show their brands", shown).await;
    assert_eq!(ask(&stack, LIVE_STREAMS).await, 0, "the order that was followed is not on screen any more");
    ask(&stack, "document.body.innerHTML = ''; return null;").await;
    nothing_is_left(&stack, "all are gone").await;
    stack.close().await;
}

/// What the page would see of errors, though its listeners were taken away with the document.
const LISTEN: &str = "addEventListener('error', ({ message }) => { document.seen.errors.push(String(message)); });\
    addEventListener('unhandledrejection', ({ reason }) => { document.seen.errors.push(String(reason)); });";

async fn e14_a_document_may_be_rewritten_under_the_widget(browser: Browser) {
    let stack = watched_in(browser).await;
    stack.goto("/demo/plain.html").await;
    let address = CARD.order(&stack).await.address().await;
    until(&stack, "the order is followed", "return [...document.seen.streams].some((s) => s.readyState === 1);").await;
    let write = |html: &str| {
        format!("document.open(); document.write({}); document.close(); {LISTEN} return null;", json!(html))
    };
    ask(&stack, &write("<!doctype html><title>Another</title><p>Nothing for sale</p>")).await;
    nothing_is_left(&stack, "rewritten without an element").await;
    // The script again, and with it the element: the first definition serves.
    let tag = "<!doctype html><title>Shop</title><body><script src='/cr-widget.js' data-proxy='/api' data-country='US'></script>";
    for _ in 0..3 {
        ask(&stack, &write(tag)).await;
        Grid::on(&stack.screen()).await;
    }
    let id = stack.supplier.newest_order().await;
    ask(&stack, &format!("document.querySelector('cr-widget').resume('{id}'); return null;")).await;
    assert_eq!(Pay::on(&stack.screen()).await.address().await, address);
    stack.supplier.pay(&id, None).await;
    Receipt::on(&stack.screen()).await.code().await;
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    ask(&stack, &write("<p>The end")).await;
    nothing_is_left(&stack, "rewritten at the end").await;
    stack.close().await;
}

const FRAME: &str = "document.querySelector('iframe').contentDocument.body.append(document.aside);";
/// How the address to pay to looks.
const LOOKS: &str = "return [...getComputedStyle(root.querySelector('[data-testid=address]'))]\
    .map((name) => name + getComputedStyle(root.querySelector('[data-testid=address]'))[name]).join();";
const BACK: &str = "document.body.prepend(document.aside);";

async fn e14_an_element_may_be_adopted_by_another_document_and_come_back(browser: Browser) {
    let stack = watched_in(browser).await;
    stack.goto("/demo/plain.html").await;
    let address = CARD.order(&stack).await.address().await;
    let looks = stack.screen().script(LOOKS).await;
    let id = stack.supplier.newest_order().await;
    let frame = "document.aside = document.querySelector('cr-widget');\
        const frame = document.createElement('iframe'); frame.srcdoc = '<body>';\
        frame.onload = () => { document.framed = true; }; document.body.append(frame); return null;";
    ask(&stack, frame).await;
    until(&stack, "the frame is there", "return document.framed === true;").await;
    for _ in 0..3 {
        ask(&stack, &format!("{FRAME} return null;")).await;
        nothing_is_left(&stack, "in another document").await;
        // Neither here: calls wait until it is back.
        ask(&stack, &format!("document.aside.resume('{id}'); document.aside.country = 'IT'; return null;")).await;
        nothing_is_left(&stack, "called in another document").await;
        ask(&stack, &format!("{BACK} return null;")).await;
        assert_eq!(Pay::on(&stack.screen()).await.address().await, address);
        assert_eq!(stack.screen().script(LOOKS).await, looks, "it is dressed as before");
        assert_eq!(ask(&stack, LIVE_STREAMS).await, 1);
    }
    // Moved on at once, and put aside before it was ever loaded.
    ask(&stack, &format!("{FRAME} {BACK} {FRAME} {BACK} return null;")).await;
    Grid::on(&stack.screen()).await;
    ask(&stack, "document.aside.remove(); document.aside = document.createElement('cr-widget'); return null;").await;
    ask(&stack, &format!("{FRAME} document.aside.open(); {BACK} return null;")).await;
    Grid::on(&stack.screen()).await;
    ask(&stack, &format!("document.aside.resume('{id}'); return null;")).await;
    Pay::on(&stack.screen()).await;
    ask(&stack, &format!("{FRAME} document.querySelector('iframe').remove(); return null;")).await;
    nothing_is_left(&stack, "the frame is gone, and the element with it").await;
    stack.close().await;
}

/// A worker that answers every call it once made from what it kept; asked with `?all` even what must not be kept. Pictures
/// pass by: what is kept of another origin counts for many times its size.
const WORKER: &str = "addEventListener('install', () => skipWaiting());\
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));\
    addEventListener('fetch', (event) => { if (event.request.method === 'GET' && event.request.url.includes('/api/')) event.respondWith(answer(event.request)); });\
    const answer = async (request) => {\
      const kept = await caches.open('kept');\
      const hit = await kept.match(request);\
      if (hit) return hit;\
      const fresh = await fetch(request);\
      if (location.search === '?all' || !/no-store/.test(fresh.headers.get('Cache-Control')))\
        kept.put(request, fresh.clone()).catch(() => {});\
      return fresh;\
    };";
const KEPT: &str = "const done = arguments[arguments.length - 1]; caches.open('kept').then((kept) => kept.keys())\
    .then((all) => done(all.map(({ url }) => new URL(url).pathname)));";

/// What the page's worker keeps of our calls.
async fn kept_calls(stack: &Stack) -> Vec<String> {
    let kept = stack.driver.execute_async(KEPT, Vec::<Value>::new()).await.expect("a list");
    let kept: Vec<String> = kept.convert().expect("paths");
    kept.into_iter().filter(|path| path.starts_with("/api/")).collect()
}

async fn e13_a_worker_that_answers_from_what_it_kept_does_not_hide_the_end_of_an_order(browser: Browser) {
    let shop = Origin::start().await;
    let stack = Stack::open_for(browser, json!({}), &[&shop.url]).await;
    stack.session().before_pages(include_str!("probe.js")).await;
    let screen = stack.screen();
    shop.put_files(&["Cache-Control: no-cache"]);
    let page = format!(
        "<!doctype html><title>A shop</title><body>\
         <script async src=\"/cr-widget.js\" data-proxy=\"{}/api\" data-country=\"US\"></script>",
        stack.origin
    );
    for (folder, query) in [("/heeds", ""), ("/heedless", "?all")] {
        shop.put(&format!("{folder}/worker.js"), &["Content-Type: text/javascript"], WORKER.to_owned());
        shop.put(&format!("{folder}/shop"), &["Content-Type: text/html; charset=utf-8"], page.clone());
        let visit = async || {
            let address = format!("{}{folder}/shop", shop.url);
            stack.driver.goto(address).await.expect("the page opens");
            Grid::on(&screen).await;
        };
        let resume = async |id: &str| {
            ask(&stack, &format!("document.querySelector('cr-widget').resume('{id}'); return null;")).await;
        };
        visit().await;
        let register = format!(
            "caches.delete('kept'); localStorage.clear();\
             navigator.serviceWorker.register('{folder}/worker.js{query}'); return null;"
        );
        ask(&stack, &register).await;
        until(&stack, "the worker is at work", "return navigator.serviceWorker.controller !== null;").await;

        visit().await;
        CARD.order(&stack).await;
        let id = stack.supplier.newest_order().await;
        // Come back to it: the order is read while it waits for its money.
        visit().await;
        resume(&id).await;
        Pay::on(&screen).await;
        until(&stack, "it is followed", "return [...document.seen.streams].some((s) => s.readyState === 1);").await;
        stack.supplier.pay(&id, None).await;
        let code = Receipt::on(&screen).await.code().await;
        // And again after its end, without a mark of what was seen.
        ask(&stack, "localStorage.clear(); return null;").await;
        visit().await;
        resume(&id).await;
        assert_eq!(Receipt::on(&screen).await.code().await, code);

        let kept = kept_calls(&stack).await;
        assert!(kept.iter().any(|path| path == "/api/v2/brands"), "the worker keeps what it may: {kept:?}");
        let read = format!("/api/v5/orders/{id}");
        assert_eq!(kept.contains(&read), query == "?all", "{kept:?}");
        assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    }
    stack.close().await;
}

async fn p01_a_page_without_storage_sells_a_card(browser: Browser) {
    let stack = watched_in(browser).await;
    let refuse = "for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])\
        Object.defineProperty(window, name, { get() { throw new DOMException('not here', 'SecurityError'); } });";
    stack.session().before_pages(refuse).await;
    stack.goto("/demo/plain.html").await;
    let thrown = ask(&stack, "try { return String(localStorage); } catch (error) { return error.name; }").await;
    assert_eq!(thrown, "SecurityError");
    CARD.order(&stack).await;
    stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
    Receipt::on(&stack.screen()).await.code().await;
    ask(
        &stack,
        "document.querySelector('cr-widget').forget(); document.querySelector('cr-widget').reset(); return null;",
    )
    .await;
    Grid::on(&stack.screen()).await.open("Kettle & Crumb").await;
    Product::on(&stack.screen(), "Kettle & Crumb").await;
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn e11_in_a_strangers_frame_it_says_so_and_the_demonstration_is_not_shown() {
    let (shop, stranger) = (Origin::start().await, Origin::start().await);
    shop.put_files(&["Cache-Control: no-cache"]);
    let stack = Stack::open_for(Browser::Chromium, json!({}), &[&shop.url]).await;
    stack.session().before_pages(include_str!("probe.js")).await;
    // What is warned of inside is told to the page around.
    let tell = "const real = console.warn; console.warn = (...given) => { top.postMessage(given.join(' '), '*'); real(...given); };\
        document.told = []; addEventListener('message', ({ data }) => { document.told.push(String(data)); });";
    stack.session().before_pages(tell).await;
    const HTML: &str = "Content-Type: text/html; charset=utf-8";
    let page = |inside: &str| format!("<!doctype html><title>A page</title><body>{inside}");
    let tag = format!(
        "<script async src=\"/cr-widget.js\" data-proxy=\"{}/api\" data-country=\"US\" data-loading=\"eager\"></script>",
        stack.origin
    );
    shop.put("/shop", &[HTML], page(&tag));
    let frame = page("<iframe src=\"/shop\" style=\"inline-size:100%;block-size:600px\"></iframe>");
    shop.put("/own", &[HTML], frame.clone());
    stranger.put("/frame", &[HTML], frame.replace("\"/shop\"", &format!("\"{}/shop\"", shop.url)));
    stranger.put("/demo", &[HTML], frame.replace("\"/shop\"", &format!("\"{}/demo/plain.html\"", stack.origin)));
    let told = "return document.told.filter((text) => text.includes('another origin')).length;";

    stack.driver.goto(format!("{}/frame", stranger.url)).await.expect("the page opens");
    until(&stack, "it says so", &told.replace(".length;", ".length === 1;")).await;
    // In a frame of the partner's own it has nothing to say.
    stack.driver.goto(format!("{}/own", shop.url)).await.expect("the page opens");
    let there = "return !!document.querySelector('iframe').contentDocument?.querySelector('cr-widget')?.shadowRoot?.querySelector('[type=search]');";
    until(&stack, "it is there", there).await;
    assert_eq!(ask(&stack, told).await, 0);
    stack.driver.goto(format!("{}/demo", stranger.url)).await.expect("the page opens");
    let refused = "return performance.getEntriesByType('resource').some((e) => e.initiatorType === 'iframe') && frames.length === 1;";
    until(&stack, "the frame was asked for", refused).await;
    stack.driver.enter_frame(0).await.expect("a frame");
    let inside = "return document.querySelector('cr-widget') === null && document.title !== 'Corner Shop';";
    assert_eq!(ask(&stack, inside).await, true);
    stack.close().await;
}
