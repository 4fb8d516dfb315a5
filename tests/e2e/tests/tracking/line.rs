//! Faults of the event stream that the simulated supplier plays, as they come through the proxy.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cr_e2e::{
    faulty_stack::{FaultyStack, is_live, is_lost, is_polling},
    harness::Test,
    tcp_line::Kind,
};
use serde_json::{Value, json};

use crate::tracking::cases;

/// Their clocks run this many times faster, so that minutes of patience pass in seconds.
const FAST: &str = "fast=8";

pub(crate) fn cases() -> Vec<Test> {
    cases![
        s09_a_half_open_line_tells_of_a_payment_in_time,
        s01_streams_that_end_after_each_event,
        s01_a_connection_that_is_cut,
        s09_silence_behind_the_proxy,
        s09_a_half_open_line_behind_the_proxy,
        s19_retry_0_and_an_end,
        s23_the_supplier_restarts,
        s02_refusals_with_503,
        s03_a_404_on_subscribe_alone,
        s03_prose_about_an_order_ends_nothing,
        s03_an_order_that_is_gone,
        s03_an_order_that_may_not_be_read,
        s04_204_on_subscribe,
        s05_a_page_in_place_of_the_stream,
        s24_a_redirect,
        s08_stop_before_the_end,
        s11_one_byte_at_a_time,
        s11_split_inside_a_character,
        busy s17_a_burst,
        s01_a_replay_of_what_was_before,
        s01_a_duplicate,
        busy s18_a_megabyte,
        s01_another_order,
        s05_no_order_at_all,
    ]
}

/// Follows an order, lets the line fail, pays, and waits for the goods.
async fn goes_on(stack: &FaultyStack, query: &str, steps: Value) -> Value {
    let id = stack.follow(query, "shopper@example.com").await;
    let opened = stack.see(0).await["opened"].as_u64().unwrap_or_default();
    let began = Instant::now();
    stack.supplier.script(&id, steps).await;
    let is_used = |page: &Value| page["opened"].as_u64() > Some(opened) || page["health"] != "live";
    // Not every fault is seen by the browser; those that are not need no recovery.
    let mut looks = 0;
    while !is_used(&stack.see(0).await) && looks < 20 {
        looks += 1;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    stack.until("the stream is live again", 0, is_live).await;
    stack.note(format!("live again after {:.1} s", began.elapsed().as_secs_f32()));
    delivers(stack, &id).await
}

/// Pays, and waits until the goods are on screen and nothing is open any more.
pub(crate) async fn delivers(stack: &FaultyStack, id: &str) -> Value {
    let paid = Instant::now();
    stack.supplier.pay(id, None).await;
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    stack.note(format!("delivered {:.1} s after it was paid", paid.elapsed().as_secs_f32()));
    is_sound(&page);
    page
}

/// What holds whatever happens: the states go forward, none was told twice, there was one address, and no error reached the page.
pub(crate) fn is_sound(page: &Value) {
    let order = ["Created", "WaitingForPayment", "PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done"];
    let states: Vec<_> =
        page["states"].as_array().expect("states").iter().map(|state| state.as_str().expect("a text")).collect();
    let places: Vec<_> = states.iter().map(|state| order.iter().position(|known| known == state)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "states as shown: {states:?}");
    assert_eq!(states.last(), Some(&"Done"));
    assert!(page["addresses"].as_u64() <= Some(1), "addresses as shown: {page:#}");
    assert_eq!(page["errors"], json!([]), "errors of the page");
    assert!(page["most"].as_u64() <= Some(1), "two streams at a time");
    assert_eq!(page["listeners"], 0, "listeners of event sources are left");
}

async fn s01_streams_that_end_after_each_event(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "drop", "times": 4 }])).await;
}

async fn s01_a_connection_that_is_cut(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "cut" }])).await;
}

async fn s09_silence_behind_the_proxy(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "silence", "for": "5s" }])).await;
}

/// The proxy's own pings say that all is well, and the supplier's stream says nothing at all: the proxy's clock is the real one,
/// and so is the page's here.
async fn s09_a_half_open_line_tells_of_a_payment_in_time(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper+half_open@example.com").await;
    let paid = Instant::now();
    stack.supplier.pay(&id, None).await;
    let is_seen = |page: &Value| page["screen"] == "status-tracker" || page["screen"] == "receipt";
    stack.until_at_most(Duration::from_secs(50), paid, "the payment is on screen", 0, is_seen).await;
    stack.note(format!("on screen {:.1} s after it was paid", paid.elapsed().as_secs_f32()));
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    is_sound(&page);
}

async fn s09_a_half_open_line_behind_the_proxy(stack: Arc<FaultyStack>) {
    let id = stack.follow(FAST, "shopper@example.com").await;
    stack.supplier.script(&id, json!([{ "do": "half_open" }])).await;
    // Nothing is told any more; other tabs and the shopper's own look find out, and then all is delivered by reads.
    stack.supplier.pay(&id, None).await;
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    is_sound(&page);
}

async fn s19_retry_0_and_an_end(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "retry_0", "times": 3 }])).await;
}

async fn s23_the_supplier_restarts(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "restart" }])).await;
}

async fn s02_refusals_with_503(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "stream_503", "times": 2, "retry_after": 1 }])).await;
}

async fn s03_a_404_on_subscribe_alone(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "stream_404", "times": 2 }])).await;
}

async fn s03_prose_about_an_order_ends_nothing(stack: Arc<FaultyStack>) {
    for status in [404, 403] {
        let id = stack.follow(FAST, "shopper@example.com").await;
        let steps = ["stream", "read"].map(|what| json!({ "do": format!("{what}_{status}"), "times": 100 }));
        stack.supplier.script(&id, json!(steps)).await;
        stack.until("the loss is told", 0, is_lost).await;
        // A minute of the page.
        tokio::time::sleep(Duration::from_millis(7_500)).await;
        stack.supplier.heal(&id).await;
        let page = delivers(&stack, &id).await;
        assert_eq!(page["cases"], json!([]), "troubles as shown");
    }
}

async fn s03_an_order_that_is_gone(stack: Arc<FaultyStack>) {
    let id = stack.follow(FAST, "shopper@example.com").await;
    let steps = json!([{ "do": "stream_404", "times": 100 }, { "do": "order_not_found", "times": 100 }]);
    stack.supplier.script(&id, steps).await;
    stack.until("it is said to be gone", 0, |page| page["case"] == "not_found").await;
    stack.until("no stream is open", 0, |page| page["live"] == 0).await;
    // Money could be on its way: when the order is there again, the page finds out.
    stack.supplier.heal(&id).await;
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.until("the stream is live again", 0, is_live).await;
    delivers(&stack, &id).await;
}

async fn s03_an_order_that_may_not_be_read(stack: Arc<FaultyStack>) {
    let id = stack.follow(FAST, "shopper@example.com").await;
    let steps = json!([{ "do": "stream_403", "times": 100 }, { "do": "order_forbidden", "times": 100 }]);
    stack.supplier.script(&id, steps).await;
    stack.until("it is said that it may not be read", 0, |page| page["case"] == "forbidden").await;
    // Money could be on its way: when the order may be read again, the page finds out.
    stack.supplier.heal(&id).await;
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.until("the stream is live again", 0, is_live).await;
    delivers(&stack, &id).await;
}

/// Nothing is open, and nothing is asked for what is more than a minute to the page.
async fn asks_no_more(stack: &FaultyStack) {
    stack.until("no stream is open", 0, |page| page["live"] == 0).await;
    let asked = || stack.wire.count(Kind::Stream) + stack.wire.count(Kind::Read);
    let before = asked();
    tokio::time::sleep(std::time::Duration::from_secs(9)).await;
    assert_eq!(asked(), before, "requests after the end");
}

async fn s04_204_on_subscribe(stack: Arc<FaultyStack>) {
    let id = stack.follow(FAST, "shopper@example.com").await;
    stack.supplier.script(&id, json!([{ "do": "stream_204", "times": 100 }])).await;
    stack.until("reads take over", 0, is_polling).await;
    delivers(&stack, &id).await;
}

async fn s05_a_page_in_place_of_the_stream(stack: Arc<FaultyStack>) {
    let id = stack.follow(FAST, "shopper@example.com").await;
    stack.supplier.script(&id, json!([{ "do": "stream_html", "times": 100 }, { "do": "read_html", "times": 3 }])).await;
    stack.until("the loss is told", 0, is_lost).await;
    delivers(&stack, &id).await;
}

async fn s24_a_redirect(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "stream_307" }])).await;
}

async fn s08_stop_before_the_end(stack: Arc<FaultyStack>) {
    let id = stack.follow(FAST, "shopper@example.com").await;
    stack.supplier.script(&id, json!([{ "do": "stop_early" }])).await;
    stack.until("the stream is closed", 0, |page| page["live"] == 0).await;
    let before = stack.see(0).await["opened"].clone();
    let page = delivers(&stack, &id).await;
    assert_eq!(page["opened"], before, "no stream after a stop");
    asks_no_more(&stack).await;
}

async fn s11_one_byte_at_a_time(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "slow_bytes", "every": "2ms" }])).await;
}

async fn s11_split_inside_a_character(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "split_utf8" }])).await;
}

async fn s17_a_burst(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "burst", "events": 5000 }])).await;
}

async fn s01_a_replay_of_what_was_before(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "stale", "times": 3 }])).await;
}

async fn s01_a_duplicate(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "duplicate", "times": 3 }])).await;
}

async fn s18_a_megabyte(stack: Arc<FaultyStack>) {
    goes_on(&stack, FAST, json!([{ "do": "oversized" }])).await;
}

async fn s01_another_order(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "foreign", "times": 3 }])).await;
}

async fn s05_no_order_at_all(stack: Arc<FaultyStack>) {
    goes_on(&stack, "", json!([{ "do": "bad_json", "times": 8 }])).await;
}
