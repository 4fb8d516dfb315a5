//! The life of a page: processes that are killed, networks that go, tabs that are hidden, frozen, left and come back to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cr_e2e::{
    browser::Browser,
    faulty_stack::{FaultyStack, is_live, is_lost},
    harness::Test,
    screen::Screen,
    tcp_line::Kind,
    words::{word, word_with},
};
use serde_json::{Value, json};

use crate::tracking::{
    cases,
    line::{delivers, is_sound},
};

pub(crate) fn cases() -> Vec<Test> {
    cases![
        busy s01_two_hundred_reconnects_leave_nothing_behind,
        s23_the_proxy_is_killed_and_comes_back,
        s23_the_proxy_is_restarted_in_good_order,
        t06_hidden_and_seen_again,
        chromium t07_frozen_and_resumed,
        t09_offline_and_online_again,
        t10_a_browser_that_takes_itself_for_offline,
        t06_seen_again_at_the_moment_of_payment,
        t09_online_again_at_the_moment_of_payment,
        t12_reloaded_while_paying,
        t12_reloaded_at_the_moment_of_payment,
        t12_left_and_come_back_to,
        p01_storage_that_is_blocked,
        p01_storage_that_is_full,
        p02_storage_that_is_corrupt,
        p05_two_tabs_on_one_order,
        e05_two_orders_on_a_page,
        e06_an_element_that_is_taken_away,
    ]
}

/// Waits for the goods. `began` is when the fault was over.
async fn arrives(stack: &FaultyStack, began: Instant) -> Value {
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    stack.note(format!("delivered {:.1} s after that", began.elapsed().as_secs_f32()));
    is_sound(&page);
    page
}

async fn s23_the_proxy_is_killed_and_comes_back(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let began = Instant::now();
    stack.kill_proxy();
    let page = stack.until("the loss is told", 0, |page| page["health"] == "catching-up").await;
    stack.note(format!("told after {:.1} s", began.elapsed().as_secs_f32()));
    assert_eq!(page["screen"], "payment-panel", "what was known stays on screen");
    stack.supplier.pay(&id, None).await;
    stack.start_proxy().await;
    arrives(&stack, Instant::now()).await;
}

async fn s23_the_proxy_is_restarted_in_good_order(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    stack.wire.forget();
    stack.end_proxy();
    stack.start_proxy().await;
    let began = Instant::now();
    stack.wait("the stream is asked for again", || stack.wire.count(Kind::Stream) > 0).await;
    stack.until("the stream is live again", 0, is_live).await;
    stack.note(format!("live again after {:.1} s", began.elapsed().as_secs_f32()));
    delivers(&stack, &id).await;
}

async fn t06_hidden_and_seen_again(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let window = stack.cover().await;
    stack.wait("a hidden page holds no stream", || stack.wire.open_streams() == 0).await;
    stack.wire.forget();
    stack.supplier.pay(&id, None).await;
    // Time for the order to reach its end.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(stack.wire.count(Kind::Stream), 0, "no stream while hidden");
    assert!(stack.wire.count(Kind::Read) <= 1, "slow reads while hidden");
    stack.uncover(window).await;
    let began = Instant::now();
    arrives(&stack, began).await;
}

async fn t07_frozen_and_resumed(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    for _ in 0..3 {
        stack.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
        stack.wait("a frozen page holds no stream", || stack.wire.open_streams() == 0).await;
        thaw(&stack).await;
        stack.until("the stream is live again", 0, is_live).await;
    }
    assert_eq!(stack.wire.most_open_streams(), 1, "one stream at a time");
    stack.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
    stack.supplier.pay(&id, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    thaw(&stack).await;
    arrives(&stack, Instant::now()).await;
}

/// Resumes a frozen page, which was hidden by that, and looks at it again.
async fn thaw(stack: &FaultyStack) {
    stack.cdp("Page.setWebLifecycleState", json!({ "state": "active" })).await;
    let window = stack.cover().await;
    stack.uncover(window).await;
}

async fn t09_offline_and_online_again(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let began = Instant::now();
    stack.set_offline(true).await;
    let page = stack.until("offline is told", 0, |page| page["health"] == "offline").await;
    stack.note(format!("told after {:.1} s", began.elapsed().as_secs_f32()));
    assert_eq!(page["online"], false);
    stack.supplier.pay(&id, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(stack.see(0).await["screen"], "payment-panel", "nothing is shown that nobody told");
    stack.set_offline(false).await;
    arrives(&stack, Instant::now()).await;
}

async fn t10_a_browser_that_takes_itself_for_offline(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    stack.script("dispatchEvent(new Event('offline'));").await;
    stack.until("offline is told", 0, |page| is_lost(page) && page["live"] == 0).await;
    // Half a minute later a read works, and the browser is not believed any more.
    stack.until("the stream is live again", 0, is_live).await;
    delivers(&stack, &id).await;
}

/// Opens the order that the page offers.
pub(crate) async fn resumes(stack: &FaultyStack) {
    let screen = Screen::new(stack.driver.clone());
    screen.shows(word("resume.title")).await;
    let reference = screen.script("return root.textContent.match(/[0-9A-HJKMNP-TV-Z]{8}/)[0];").await;
    let name = word_with("resume.open_which", &[("reference", reference.as_str().expect("a reference"))]);
    screen.press("button", &name).await;
}

async fn t12_reloaded_while_paying(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let address = stack.see(0).await["address"].clone();
    for _ in 0..2 {
        stack.driver.refresh().await.expect("a reload");
        resumes(&stack).await;
        let page = stack.until("the stream is live", 0, is_live).await;
        assert_eq!(page["address"], address);
    }
    assert_eq!(stack.wire.open_streams(), 1, "the streams of pages that are gone are closed");
    stack.supplier.pay(&id, None).await;
    stack.driver.refresh().await.expect("a reload");
    resumes(&stack).await;
    arrives(&stack, Instant::now()).await;
}

/// Money arrives between the page's first read and its stream, which says nothing of what was before it, nor of anything else.
/// `comes_back` makes the page ask anew.
async fn paid_in_between(stack: &FaultyStack, id: &str, comes_back: impl AsyncFnOnce(&FaultyStack)) {
    stack.supplier.script(id, json!([{ "do": "half_open", "times": 100 }])).await;
    // What the proxy answered before is too old to be shared: the first read is kept from now on.
    tokio::time::sleep(Duration::from_secs(4)).await;
    stack.wire.forget();
    stack.wire.hold_streams();
    comes_back(stack).await;
    stack
        .wait("the first read is answered, and a stream asked for", || {
            stack.wire.reads_answered() > 0 && stack.wire.count(Kind::Stream) > 0
        })
        .await;
    stack.until("it is shown as the read told it", 0, |page| page["screen"] == "payment-panel").await;
    stack.supplier.pay(id, None).await;
    stack.wire.let_streams();
    let first = stack.wire.seen().iter().find(|seen| seen.kind == Kind::Read).expect("a read").at;
    let is_seen = |page: &Value| page["screen"] == "status-tracker" || page["screen"] == "receipt";
    stack.until_at_most(Duration::from_secs(3), first, "the payment is on screen", 0, is_seen).await;
    stack.note(format!("on screen {:.1} s after the first read", first.elapsed().as_secs_f32()));
    stack.supplier.heal(id).await;
    arrives(stack, Instant::now()).await;
}

async fn t06_seen_again_at_the_moment_of_payment(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let window = stack.cover().await;
    stack.wait("a hidden page holds no stream", || stack.wire.open_streams() == 0).await;
    paid_in_between(&stack, &id, async |stack| stack.uncover(window).await).await;
}

async fn t09_online_again_at_the_moment_of_payment(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    stack.set_offline(true).await;
    stack.until("offline is told", 0, |page| page["online"] == false && page["live"] == 0).await;
    paid_in_between(&stack, &id, async |stack| stack.set_offline(false).await).await;
}

async fn t12_reloaded_at_the_moment_of_payment(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    paid_in_between(&stack, &id, async |stack| {
        stack.driver.refresh().await.expect("a reload");
        resumes(stack).await;
    })
    .await;
}

async fn t12_left_and_come_back_to(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    stack.driver.goto(format!("{}/favicon.svg", stack.wire.origin)).await.expect("another page");
    stack.wait("a page that was left holds no stream", || stack.wire.open_streams() == 0).await;
    stack.supplier.pay(&id, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    stack.driver.back().await.expect("the way back");
    let began = Instant::now();
    let page = stack
        .until("the page is back", 0, |page| page["screen"].as_str().is_some_and(|screen| !screen.is_empty()))
        .await;
    let was_kept = page["returned"] == true;
    stack.note(format!("kept by the back/forward cache: {was_kept}"));
    if !was_kept {
        resumes(&stack).await;
    }
    arrives(&stack, began).await;
}

/// What was never stored is not forgotten: its code can be shown.
async fn shows_its_code(stack: &FaultyStack) {
    let screen = Screen::new(stack.driver.clone());
    screen.press("button", word("receipt.show")).await;
    screen.find("button", word("receipt.hide")).await;
    assert!(!screen.part("code").await.is_empty());
}

async fn p01_storage_that_is_blocked(stack: Arc<FaultyStack>) {
    let id = stack.follow("storage=blocked", "shopper@example.com").await;
    delivers(&stack, &id).await;
    shows_its_code(&stack).await;
}

async fn p01_storage_that_is_full(stack: Arc<FaultyStack>) {
    let id = stack.follow("storage=full", "shopper@example.com").await;
    delivers(&stack, &id).await;
    shows_its_code(&stack).await;
}

async fn p02_storage_that_is_corrupt(stack: Arc<FaultyStack>) {
    let id = stack.follow("storage=corrupt", "shopper@example.com").await;
    let stored = stack.script("return localStorage.getItem('cr-widget:orders');").await;
    assert!(stored.as_str().is_some_and(|stored| stored.contains(&id)), "what is corrupt is rewritten: {stored}");
    delivers(&stack, &id).await;
}

async fn p05_two_tabs_on_one_order(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let first = stack.cover().await;
    stack.visit("").await;
    stack.resume(0, &id).await;
    stack.until("the second tab is live", 0, is_live).await;
    assert_eq!(stack.wire.open_streams(), 1, "only the tab that is seen holds a stream");
    stack.script("probe.watch();").await;
    delivers(&stack, &id).await;
    stack.uncover(first).await;
    arrives(&stack, Instant::now()).await;
}

async fn e05_two_orders_on_a_page(stack: Arc<FaultyStack>) {
    stack.visit("elements=2").await;
    let first = stack.follow_in(0, "shopper@example.com").await;
    let second = stack.follow_in(1, "other@example.com").await;
    stack.until("one stream is live", 0, is_live).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let page = stack.see(1).await;
    assert_eq!((&page["live"], &page["most"]), (&json!(1), &json!(1)), "one stream a page");
    stack.wire.forget();
    stack.supplier.pay(&second, None).await;
    stack.until("the second order arrives by reads", 1, |page| page["screen"] == "receipt").await;
    let streams =
        stack.wire.seen().iter().filter(|seen| seen.kind == Kind::Stream && seen.path.contains(&second)).count();
    assert_eq!(streams, 0, "it needed no stream");
    stack.supplier.pay(&first, None).await;
    let page = stack.until("the first order arrives", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    assert_eq!((&page["most"], &page["errors"]), (&json!(1), &json!([])));
    assert_eq!(stack.wire.most_open_streams(), 1);
}

async fn e06_an_element_that_is_taken_away(stack: Arc<FaultyStack>) {
    stack.visit("elements=2").await;
    stack.follow_in(0, "shopper@example.com").await;
    let second = stack.follow_in(1, "other@example.com").await;
    stack.until("one stream is live", 0, is_live).await;
    stack.script("document.querySelector('cr-widget').remove();").await;
    // The other one, now the page's first, takes over.
    let of_second = || stack.wire.seen().iter().any(|seen| seen.kind == Kind::Stream && seen.path.contains(&second));
    stack.wait("the other order has the stream", of_second).await;
    // On the wire the end of the one may come after the beginning of the other.
    let page = stack.until("it is live", 0, is_live).await;
    assert_eq!(page["most"], 1, "streams at once");
    stack.wire.forget();
    stack.script("document.querySelector('cr-widget').remove();").await;
    stack.wait("no stream is open", || stack.wire.open_streams() == 0).await;
    let page = stack.see(0).await;
    assert_eq!((&page["live"], &page["listeners"], &page["errors"]), (&json!(0), &json!(0), &json!([])));
    stack.wire.forget();
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert_eq!(stack.wire.count(Kind::Read) + stack.wire.count(Kind::Stream), 0, "requests for nobody");
}

async fn s01_two_hundred_reconnects_leave_nothing_behind(stack: Arc<FaultyStack>) {
    // Eight connects a minute are the most: an hour of the page in a minute.
    let id = stack.follow("fast=40", "shopper@example.com").await;
    let before = stack.see(0).await;
    let count = |page: &Value, name: &str| page[name].as_u64().unwrap_or_default();
    let (mut opened, mut kept) = (0, Vec::new());
    for round in 0..200 {
        if round % 50 == 25 {
            kept.extend(kept_objects(&stack).await);
        }
        let page = stack.until("a stream is open", 0, |page| count(page, "openings") > opened).await;
        opened = count(&page, "openings");
        stack.wire.cut();
        let is_lost = |page: &Value| page["live"] == 0 || count(page, "opened") > opened;
        if stack.until("the loss is noticed", 0, is_lost).await["live"] == 0 {
            // At once, and not when patience is over.
            stack.script("dispatchEvent(new Event('online'));").await;
        }
    }
    let page = stack.until("the stream is live", 0, is_live).await;
    stack.note(format!("{} streams opened", page["opened"]));
    assert_eq!((&page["live"], &page["most"]), (&json!(1), &json!(1)));
    for name in ["listeners", "listening"] {
        assert_eq!(page[name], before[name], "{name}: as many as with the first stream");
    }
    assert_eq!(page["errors"], json!([]));
    for (listeners, heap) in &kept {
        stack.note(format!("{listeners} listeners in all, script heap {heap} kB"));
    }
    if let (Some((first, _)), Some((last, _))) = (kept.first(), kept.last()) {
        assert!(last <= &(first + 100), "listeners are left over: {kept:?}");
    }
    delivers(&stack, &id).await;
    stack.script("document.querySelector('cr-widget').remove();").await;
    stack.until("nothing is left", 0, |page| page["live"] == 0 && page["listeners"] == 0).await;
}

/// Listeners of all kinds and the script heap in kB, both after a collection, where they can be told.
async fn kept_objects(stack: &FaultyStack) -> Option<(u64, u64)> {
    if stack.browser() != Browser::Chromium {
        return None;
    }
    // What the browser keeps for its own tools grows with each request.
    stack.script("console.clear(); performance.clearResourceTimings();").await;
    stack.cdp("HeapProfiler.collectGarbage", json!({})).await;
    let counters = stack.cdp("Memory.getDOMCounters", json!({})).await;
    let heap = stack.cdp("Runtime.getHeapUsage", json!({})).await;
    let used: f64 = heap["usedSize"].to_string().parse().ok()?;
    counters["jsEventListeners"].as_u64().zip(format!("{:.0}", used / 1024.0).parse().ok())
}
