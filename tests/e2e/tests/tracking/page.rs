//! The life of a page: processes that are killed, networks that go, tabs that are hidden, frozen, left and come back to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cr_e2e::{
    browser::Browser,
    faulty_stack::{Lane, is_live, is_lost},
    screen::Screen,
    tcp_line::Kind,
    words::{word, word_with},
};
use serde_json::{Value, json};

use crate::{
    harness::{Case, cases},
    line::{delivers, is_sound},
};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        s01_two_hundred_reconnects_leave_nothing_behind,
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
async fn arrives(lane: &Lane, began: Instant) -> Value {
    let page = lane.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    lane.note(format!("delivered {:.1} s after that", began.elapsed().as_secs_f32()));
    is_sound(&page);
    page
}

async fn s23_the_proxy_is_killed_and_comes_back(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    let began = Instant::now();
    lane.kill_proxy();
    let page = lane.until("the loss is told", 0, |page| page["health"] == "catching-up").await;
    lane.note(format!("told after {:.1} s", began.elapsed().as_secs_f32()));
    assert_eq!(page["screen"], "payment-panel", "what was known stays on screen");
    lane.supplier.pay(&id, None).await;
    lane.start_proxy().await;
    arrives(&lane, Instant::now()).await;
}

async fn s23_the_proxy_is_restarted_in_good_order(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    lane.wire.forget();
    lane.end_proxy();
    lane.start_proxy().await;
    let began = Instant::now();
    lane.wait("the stream is asked for again", || lane.wire.count(Kind::Stream) > 0).await;
    lane.until("the stream is live again", 0, is_live).await;
    lane.note(format!("live again after {:.1} s", began.elapsed().as_secs_f32()));
    delivers(&lane, &id).await;
}

async fn t06_hidden_and_seen_again(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    let window = lane.cover().await;
    lane.wait("a hidden page holds no stream", || lane.wire.open_streams() == 0).await;
    lane.wire.forget();
    lane.supplier.pay(&id, None).await;
    // Time for the order to reach its end.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(lane.wire.count(Kind::Stream), 0, "no stream while hidden");
    assert!(lane.wire.count(Kind::Read) <= 1, "slow reads while hidden");
    lane.uncover(window).await;
    let began = Instant::now();
    arrives(&lane, began).await;
}

async fn t07_frozen_and_resumed(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    for _ in 0..3 {
        lane.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
        lane.wait("a frozen page holds no stream", || lane.wire.open_streams() == 0).await;
        thaw(&lane).await;
        lane.until("the stream is live again", 0, is_live).await;
    }
    assert_eq!(lane.wire.most_open_streams(), 1, "one stream at a time");
    lane.cdp("Page.setWebLifecycleState", json!({ "state": "frozen" })).await;
    lane.supplier.pay(&id, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    thaw(&lane).await;
    arrives(&lane, Instant::now()).await;
}

/// Resumes a frozen page, which was hidden by that, and looks at it again.
async fn thaw(lane: &Lane) {
    lane.cdp("Page.setWebLifecycleState", json!({ "state": "active" })).await;
    let window = lane.cover().await;
    lane.uncover(window).await;
}

async fn t09_offline_and_online_again(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    let began = Instant::now();
    lane.set_offline(true).await;
    let page = lane.until("offline is told", 0, |page| page["health"] == "offline").await;
    lane.note(format!("told after {:.1} s", began.elapsed().as_secs_f32()));
    assert_eq!(page["online"], false);
    lane.supplier.pay(&id, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(lane.see(0).await["screen"], "payment-panel", "nothing is shown that nobody told");
    lane.set_offline(false).await;
    arrives(&lane, Instant::now()).await;
}

async fn t10_a_browser_that_takes_itself_for_offline(lane: Arc<Lane>) {
    let id = lane.follow("fast=8", "shopper@example.com").await;
    lane.script("dispatchEvent(new Event('offline'));").await;
    lane.until("offline is told", 0, |page| is_lost(page) && page["live"] == 0).await;
    // Half a minute later a read works, and the browser is not believed any more.
    lane.until("the stream is live again", 0, is_live).await;
    delivers(&lane, &id).await;
}

/// Opens the order that the page offers.
pub(crate) async fn resumes(lane: &Lane) {
    let screen = Screen::new(lane.driver.clone());
    screen.shows(word("resume.title")).await;
    let reference = screen.script("return root.textContent.match(/[0-9A-HJKMNP-TV-Z]{8}/)[0];").await;
    let name = word_with("resume.open_which", &[("reference", reference.as_str().expect("a reference"))]);
    screen.press("button", &name).await;
}

async fn t12_reloaded_while_paying(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    let address = lane.see(0).await["address"].clone();
    for _ in 0..2 {
        lane.driver.refresh().await.expect("a reload");
        resumes(&lane).await;
        let page = lane.until("the stream is live", 0, is_live).await;
        assert_eq!(page["address"], address);
    }
    assert_eq!(lane.wire.open_streams(), 1, "the streams of pages that are gone are closed");
    lane.supplier.pay(&id, None).await;
    lane.driver.refresh().await.expect("a reload");
    resumes(&lane).await;
    arrives(&lane, Instant::now()).await;
}

/// Money arrives between the page's first read and its stream, which says nothing of what was before it, nor of anything else.
/// `comes_back` makes the page ask anew.
async fn paid_in_between(lane: &Lane, id: &str, comes_back: impl AsyncFnOnce(&Lane)) {
    lane.supplier.script(id, json!([{ "do": "half_open", "times": 100 }])).await;
    // What the proxy answered before is too old to be shared: the first read is kept from now on.
    tokio::time::sleep(Duration::from_secs(4)).await;
    lane.wire.forget();
    lane.wire.hold_streams();
    comes_back(lane).await;
    lane.wait("the first read is answered, and a stream asked for", || {
        lane.wire.reads_answered() > 0 && lane.wire.count(Kind::Stream) > 0
    })
    .await;
    lane.until("it is shown as the read told it", 0, |page| page["screen"] == "payment-panel").await;
    lane.supplier.pay(id, None).await;
    lane.wire.let_streams();
    let first = lane.wire.seen().iter().find(|seen| seen.kind == Kind::Read).expect("a read").at;
    let is_seen = |page: &Value| page["screen"] == "status-tracker" || page["screen"] == "receipt";
    lane.until_at_most(Duration::from_secs(3), first, "the payment is on screen", 0, is_seen).await;
    lane.note(format!("on screen {:.1} s after the first read", first.elapsed().as_secs_f32()));
    lane.supplier.heal(id).await;
    arrives(lane, Instant::now()).await;
}

async fn t06_seen_again_at_the_moment_of_payment(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    let window = lane.cover().await;
    lane.wait("a hidden page holds no stream", || lane.wire.open_streams() == 0).await;
    paid_in_between(&lane, &id, async |lane| lane.uncover(window).await).await;
}

async fn t09_online_again_at_the_moment_of_payment(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    lane.set_offline(true).await;
    lane.until("offline is told", 0, |page| page["online"] == false && page["live"] == 0).await;
    paid_in_between(&lane, &id, async |lane| lane.set_offline(false).await).await;
}

async fn t12_reloaded_at_the_moment_of_payment(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    paid_in_between(&lane, &id, async |lane| {
        lane.driver.refresh().await.expect("a reload");
        resumes(lane).await;
    })
    .await;
}

async fn t12_left_and_come_back_to(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    lane.driver.goto(format!("{}/favicon.svg", lane.wire.origin)).await.expect("another page");
    lane.wait("a page that was left holds no stream", || lane.wire.open_streams() == 0).await;
    lane.supplier.pay(&id, None).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    lane.driver.back().await.expect("the way back");
    let began = Instant::now();
    let page = lane
        .until("the page is back", 0, |page| page["screen"].as_str().is_some_and(|screen| !screen.is_empty()))
        .await;
    let was_kept = page["returned"] == true;
    lane.note(format!("kept by the back/forward cache: {was_kept}"));
    if !was_kept {
        resumes(&lane).await;
    }
    arrives(&lane, began).await;
}

/// What was never stored is not forgotten: its code can be shown.
async fn shows_its_code(lane: &Lane) {
    let screen = Screen::new(lane.driver.clone());
    screen.press("button", word("receipt.show")).await;
    screen.find("button", word("receipt.hide")).await;
    assert!(!screen.part("code").await.is_empty());
}

async fn p01_storage_that_is_blocked(lane: Arc<Lane>) {
    let id = lane.follow("storage=blocked", "shopper@example.com").await;
    delivers(&lane, &id).await;
    shows_its_code(&lane).await;
}

async fn p01_storage_that_is_full(lane: Arc<Lane>) {
    let id = lane.follow("storage=full", "shopper@example.com").await;
    delivers(&lane, &id).await;
    shows_its_code(&lane).await;
}

async fn p02_storage_that_is_corrupt(lane: Arc<Lane>) {
    let id = lane.follow("storage=corrupt", "shopper@example.com").await;
    let stored = lane.script("return localStorage.getItem('cr-widget:orders');").await;
    assert!(stored.as_str().is_some_and(|stored| stored.contains(&id)), "what is corrupt is rewritten: {stored}");
    delivers(&lane, &id).await;
}

async fn p05_two_tabs_on_one_order(lane: Arc<Lane>) {
    let id = lane.follow("", "shopper@example.com").await;
    let first = lane.cover().await;
    lane.visit("").await;
    lane.resume(0, &id).await;
    lane.until("the second tab is live", 0, is_live).await;
    assert_eq!(lane.wire.open_streams(), 1, "only the tab that is seen holds a stream");
    lane.script("probe.watch();").await;
    delivers(&lane, &id).await;
    lane.uncover(first).await;
    arrives(&lane, Instant::now()).await;
}

async fn e05_two_orders_on_a_page(lane: Arc<Lane>) {
    lane.visit("elements=2").await;
    let first = lane.follow_in(0, "shopper@example.com").await;
    let second = lane.follow_in(1, "other@example.com").await;
    lane.until("one stream is live", 0, is_live).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let page = lane.see(1).await;
    assert_eq!((&page["live"], &page["most"]), (&json!(1), &json!(1)), "one stream a page");
    lane.wire.forget();
    lane.supplier.pay(&second, None).await;
    lane.until("the second order arrives by reads", 1, |page| page["screen"] == "receipt").await;
    let streams =
        lane.wire.seen().iter().filter(|seen| seen.kind == Kind::Stream && seen.path.contains(&second)).count();
    assert_eq!(streams, 0, "it needed no stream");
    lane.supplier.pay(&first, None).await;
    let page = lane.until("the first order arrives", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    assert_eq!((&page["most"], &page["errors"]), (&json!(1), &json!([])));
    assert_eq!(lane.wire.most_open_streams(), 1);
}

async fn e06_an_element_that_is_taken_away(lane: Arc<Lane>) {
    lane.visit("elements=2").await;
    lane.follow_in(0, "shopper@example.com").await;
    let second = lane.follow_in(1, "other@example.com").await;
    lane.until("one stream is live", 0, is_live).await;
    lane.script("document.querySelector('cr-widget').remove();").await;
    // The other one, now the page's first, takes over.
    let of_second = || lane.wire.seen().iter().any(|seen| seen.kind == Kind::Stream && seen.path.contains(&second));
    lane.wait("the other order has the stream", of_second).await;
    // On the wire the end of the one may come after the beginning of the other.
    let page = lane.until("it is live", 0, is_live).await;
    assert_eq!(page["most"], 1, "streams at once");
    lane.wire.forget();
    lane.script("document.querySelector('cr-widget').remove();").await;
    lane.wait("no stream is open", || lane.wire.open_streams() == 0).await;
    let page = lane.see(0).await;
    assert_eq!((&page["live"], &page["listeners"], &page["errors"]), (&json!(0), &json!(0), &json!([])));
    lane.wire.forget();
    tokio::time::sleep(Duration::from_secs(12)).await;
    assert_eq!(lane.wire.count(Kind::Read) + lane.wire.count(Kind::Stream), 0, "requests for nobody");
}

async fn s01_two_hundred_reconnects_leave_nothing_behind(lane: Arc<Lane>) {
    // Eight connects a minute are the most: an hour of the page in a minute.
    let id = lane.follow("fast=40", "shopper@example.com").await;
    let before = lane.see(0).await;
    let count = |page: &Value, name: &str| page[name].as_u64().unwrap_or_default();
    let (mut opened, mut kept) = (0, Vec::new());
    for round in 0..200 {
        if round % 50 == 25 {
            kept.extend(kept_objects(&lane).await);
        }
        let page = lane.until("a stream is open", 0, |page| count(page, "openings") > opened).await;
        opened = count(&page, "openings");
        lane.wire.cut();
        let is_lost = |page: &Value| page["live"] == 0 || count(page, "opened") > opened;
        if lane.until("the loss is noticed", 0, is_lost).await["live"] == 0 {
            // At once, and not when patience is over.
            lane.script("dispatchEvent(new Event('online'));").await;
        }
    }
    let page = lane.until("the stream is live", 0, is_live).await;
    lane.note(format!("{} streams opened", page["opened"]));
    assert_eq!((&page["live"], &page["most"]), (&json!(1), &json!(1)));
    for name in ["listeners", "listening"] {
        assert_eq!(page[name], before[name], "{name}: as many as with the first stream");
    }
    assert_eq!(page["errors"], json!([]));
    for (listeners, heap) in &kept {
        lane.note(format!("{listeners} listeners in all, script heap {heap} kB"));
    }
    if let (Some((first, _)), Some((last, _))) = (kept.first(), kept.last()) {
        assert!(last <= &(first + 100), "listeners are left over: {kept:?}");
    }
    delivers(&lane, &id).await;
    lane.script("document.querySelector('cr-widget').remove();").await;
    lane.until("nothing is left", 0, |page| page["live"] == 0 && page["listeners"] == 0).await;
}

/// Listeners of all kinds and the script heap in kB, both after a collection, where they can be told.
async fn kept_objects(lane: &Lane) -> Option<(u64, u64)> {
    if lane.browser() != Browser::Chromium {
        return None;
    }
    // What the browser keeps for its own tools grows with each request.
    lane.script("console.clear(); performance.clearResourceTimings();").await;
    lane.cdp("HeapProfiler.collectGarbage", json!({})).await;
    let counters = lane.cdp("Memory.getDOMCounters", json!({})).await;
    let heap = lane.cdp("Runtime.getHeapUsage", json!({})).await;
    let used: f64 = heap["usedSize"].to_string().parse().ok()?;
    counters["jsEventListeners"].as_u64().zip(format!("{:.0}", used / 1024.0).parse().ok())
}
