//! Faults that the proxy would mend or mask, made up on the wire between it and the browser.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cr_e2e::{
    faulty_stack::{FaultyStack, is_live, is_lost, is_polling},
    harness::Test,
    tcp_line::{Answer, End, Kind},
};
use serde_json::{Value, json};

use crate::tracking::{
    cases,
    line::{delivers, is_sound},
};

pub(crate) fn cases() -> Vec<Test> {
    cases![
        s02_five_refusals,
        s05_a_sign_in_page_everywhere,
        s01_events_named_like_the_browsers_own,
        s09_no_word_and_no_ping,
        s09_pings_that_vouch_for_nothing,
        s09_pings_that_say_when_the_supplier_spoke_last,
        s10_heartbeats_that_scripts_cannot_see,
        s11_bytewise_to_the_browser,
        s12_every_kind_of_line_end,
        busy s17_a_flood_of_snapshots,
        s18_a_megabyte_to_the_browser,
        s19_retry_0_to_the_browser,
        s21_a_stream_that_never_opens,
        s03_every_refusal,
        t11_another_network_without_a_word,
        t12_a_proxy_that_answers_from_memory,
        long s09_no_word_for_45_real_seconds,
        long s22_up_for_seconds_down_again,
    ]
}

/// Seconds of a page's clock in a page with `fast=8`, as real time.
fn page_seconds(count: u64) -> Duration {
    Duration::from_millis(count * 125)
}

/// Seconds of the page's clock.
async fn page_time(stack: &FaultyStack) -> f64 {
    stack.script("return performance.now() / 1000;").await.as_f64().expect("a time")
}

/// Resets the stream, so that the browser asks for the next one.
async fn next_stream(stack: &FaultyStack, answers: impl IntoIterator<Item = Answer>) {
    stack.wire.answer_streams(answers);
    stack.wire.cut();
}

/// The order with other fields, a second later than the supplier has it: no read of the truth takes it back.
async fn snapshot(stack: &FaultyStack, id: &str, changes: Value) -> String {
    let mut order = stack.read_order(id).await;
    for (name, value) in changes.as_object().expect("fields") {
        order[name] = value.clone();
    }
    order["updated_at"] = json!(updated_at(&order) + 1.0);
    order.to_string()
}

/// When an order changed last, in seconds.
fn updated_at(order: &Value) -> f64 {
    order["updated_at"].to_string().trim_matches('"').parse().expect("a time")
}

fn refusal() -> Answer {
    Answer { pieces: Vec::new(), end: End::Reset }
}

async fn s02_five_refusals(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    stack.wire.forget();
    next_stream(&stack, (0..5).map(|_| Answer::plain("502 Bad Gateway", "text/html", "<h1>502</h1>"))).await;
    tokio::time::sleep(page_seconds(60)).await;
    let connects = stack.wire.count(Kind::Stream);
    assert!((1..=8).contains(&connects), "{connects} connects in the first minute");
    stack.until("the stream is live again", 0, is_live).await;
    assert_eq!(stack.wire.left(), 0, "every refusal was met");
    delivers(&stack, &id).await;
}

async fn s03_every_refusal(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=20", "shopper@example.com").await;
    let statuses =
        ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "429 Too Many Requests", "204 No Content"];
    next_stream(&stack, statuses.map(|status| Answer::plain(status, "application/json", ""))).await;
    stack.wait("every refusal was met", || stack.wire.left() == 0).await;
    // Reads say that the order is there, so it is followed on.
    stack.until("the stream is live again", 0, is_live).await;
    delivers(&stack, &id).await;
}

async fn s05_a_sign_in_page_everywhere(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    let page = || Answer::plain("200 OK", "text/html", "<!doctype html><title>Sign in to this network</title>");
    stack.wire.answer_reads((0..500).map(|_| page()));
    next_stream(&stack, (0..500).map(|_| page())).await;
    let page = stack.until("the loss is told", 0, is_lost).await;
    assert_eq!(page["screen"], "payment-panel", "what was known stays on screen");
    stack.supplier.pay(&id, None).await;
    stack.wire.reset();
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    is_sound(&page);
}

/// Silences the line for good; the watchdog must notice.
async fn silence(stack: &FaultyStack, query: &str) {
    let id = stack.follow(query, "shopper@example.com").await;
    stack.wire.forget();
    let began = Instant::now();
    stack.wire.silence();
    stack.wait("another stream is asked for", || stack.wire.count(Kind::Stream) > 0).await;
    stack.note(format!("noticed after {:.1} s", began.elapsed().as_secs_f32()));
    assert!(stack.wire.count(Kind::Read) >= 1, "a read verifies first");
    stack.until("the stream is live again", 0, is_live).await;
    assert_eq!(stack.wire.count(Kind::Stream), 1, "one stream is enough");
    delivers(stack, &id).await;
}

async fn s09_no_word_and_no_ping(stack: Arc<FaultyStack>) {
    silence(&stack, "fast=8").await;
}

async fn s09_no_word_for_45_real_seconds(stack: Arc<FaultyStack>) {
    silence(&stack, "").await;
}

/// A stream whose pings, one each 15 s of the page, carry this, and which says nothing else.
fn pings(data: impl IntoIterator<Item = String>) -> Answer {
    let mut answer = Answer::stream(": open\n\n", End::Hang);
    answer
        .pieces
        .extend(data.into_iter().map(|data| (page_seconds(15), format!("event: ping\ndata: {data}\n\n").into_bytes())));
    answer
}

/// Older proxies ping whether the supplier lives or not.
async fn s09_pings_that_vouch_for_nothing(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    next_stream(&stack, (0..20).map(|_| pings((0..200).map(|_| "{}".to_owned())))).await;
    stack.until("the stream is live", 0, |page| is_live(page) && stack.wire.left() == 19).await;
    // Behind the reads that come with a new stream.
    tokio::time::sleep(page_seconds(20)).await;
    stack.wire.forget();
    stack.supplier.pay(&id, None).await;
    let paid = Instant::now();
    let is_seen = |page: &Value| page["screen"] == "status-tracker" || page["screen"] == "receipt";
    let limit = page_seconds(75) + Duration::from_secs(1);
    stack.until_at_most(limit, paid, "the payment is on screen", 0, is_seen).await;
    stack.note(format!("on screen after {:.1} page seconds", paid.elapsed().as_secs_f32() * 8.0));
    arrives_without_stream(&stack).await;
}

/// The proxy reads for its pages, which ask nothing meanwhile; but what was confirmed long ago is not "live".
async fn s09_pings_that_say_when_the_supplier_spoke_last(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    let said = |ms: u32| format!(r#"{{"confirmed_ms": {ms}}}"#);
    // Two minutes of the page in which the supplier speaks now and then, and two and a half in which it says nothing more: after
    // three the page would read by itself.
    let fresh = (0..8).map(|_| said(5_000));
    let old = (1..=10).map(|turn| said(5_000 + turn * 15_000));
    let again = (0..100).map(|_| said(1_000));
    next_stream(&stack, [pings(fresh.chain(old).chain(again))]).await;
    stack.until("the stream is live", 0, |page| is_live(page) && stack.wire.left() == 0).await;
    tokio::time::sleep(page_seconds(20)).await;
    stack.wire.forget();
    tokio::time::sleep(page_seconds(90)).await;
    let (page, reads) = (stack.see(0).await, stack.wire.count(Kind::Read));
    assert!(is_live(&page) && reads == 0, "the proxy reads for the page: {reads} reads, {page:#}");
    stack.until("what was confirmed long ago is not live", 0, is_polling).await;
    stack.until("the supplier has spoken: live", 0, is_live).await;
    let (reads, streams) = (stack.wire.count(Kind::Read), stack.wire.count(Kind::Stream));
    assert_eq!((reads, streams), (0, 0), "reads and streams while numbers came");
    delivers_without_stream(&stack, &id).await;
}

/// An event that a server calls `error` is no error of the connection.
async fn s01_events_named_like_the_browsers_own(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let mut answer = Answer::stream(": open\n\n", End::Hang);
    for name in ["open", "error", "close", "error", "open", "error"] {
        answer.pieces.push((Duration::from_millis(500), format!("event: {name}\ndata: {{}}\n\n").into_bytes()));
    }
    next_stream(&stack, [answer]).await;
    stack.until("the stream is live", 0, |page| is_live(page) && stack.wire.left() == 0).await;
    stack.wire.forget();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let page = stack.see(0).await;
    assert!(is_live(&page), "a healthy stream stays: {page:#}");
    assert_eq!(stack.wire.count(Kind::Stream), 0, "a healthy stream is kept");
    delivers_without_stream(&stack, &id).await;
}

async fn t11_another_network_without_a_word(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    // Nothing passes, and nothing is said about it; reads time out too.
    stack.wire.go_dark();
    stack.supplier.pay(&id, None).await;
    let page = stack.until("the loss is told", 0, is_lost).await;
    assert_eq!(page["screen"], "payment-panel", "no state that the server did not tell");
    stack.wire.pass();
    let began = Instant::now();
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    stack.note(format!("delivered {:.1} page seconds after the line was back", began.elapsed().as_secs_f32() * 8.0));
    is_sound(&page);
}

/// Proxies of others keep a read for some seconds, whatever is subscribed to meanwhile: the read behind a stream may be from before it.
async fn t12_a_proxy_that_answers_from_memory(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = stack.read_order(&id).await.to_string();
    let memory = || Answer::plain("200 OK", "application/json", &before);
    stack.supplier.script(&id, json!([{ "do": "half_open", "times": 100 }])).await;
    stack.wire.forget();
    stack.wire.hold_streams();
    stack.wire.answer_streams([pings((0..100).map(|_| "{}".to_owned()))]);
    stack.wire.answer_reads([memory()]);
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.wait("it was read", || stack.wire.reads_answered() == 1 && stack.wire.count(Kind::Stream) == 1).await;
    stack.supplier.pay(&id, None).await;
    stack.wire.answer_reads([memory()]);
    let began = Instant::now();
    stack.wire.let_streams();
    let is_seen = |page: &Value| page["screen"] == "status-tracker" || page["screen"] == "receipt";
    stack.until_at_most(Duration::from_secs(6), began, "the payment is on screen", 0, is_seen).await;
    stack.note(format!("on screen after {:.1} s", began.elapsed().as_secs_f32()));
    stack.supplier.heal(&id).await;
    arrives_without_stream(&stack).await;
}

async fn s10_heartbeats_that_scripts_cannot_see(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    let quiet = || {
        let mut answer = Answer::stream(": open\n\n", End::Hang);
        answer.pieces.extend((0..200).map(|_| (page_seconds(15), b": heartbeat\n\n".to_vec())));
        answer
    };
    next_stream(&stack, (0..20).map(|_| quiet())).await;
    stack.until("the quiet stream is live", 0, |page| is_live(page) && stack.wire.left() == 19).await;
    stack.wire.forget();
    let (start, began) = (Instant::now(), page_time(&stack).await);
    let mut lost = 0;
    for _ in 0..45 {
        tokio::time::sleep(page_seconds(4)).await;
        lost += usize::from(is_lost(&stack.see(0).await));
    }
    let (reads, streams) = (stack.wire.count(Kind::Read), stack.wire.count(Kind::Stream));
    // What is looked at 45 times takes longer than three minutes of the page on a slow machine.
    let took = page_time(&stack).await - began;
    stack.note(format!("{reads} reads, {streams} streams in {took:.0} s of the page"));
    assert_eq!(lost, 0, "no flapping");
    assert!(streams <= 1, "a silent stream is replaced once, and then believed: {streams}");
    // One in 45 s, of three minutes at least, and four more, among them two behind the stream that was replaced.
    assert!(took >= 180.0 && reads >= 1, "{reads} reads in {took:.0} s");
    let at: Vec<_> = stack.wire.seen().iter().map(|seen| (seen.kind, seen.at - start)).collect();
    assert!(f64::from(u32::try_from(reads).expect("few")) <= 4.0 + took / 45.0, "{reads} reads in {took:.0} s: {at:?}");
    stack.supplier.pay(&id, None).await;
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    is_sound(&page);
}

/// The next stream says that the payment was seen, written as `write` has it; nobody else says so.
async fn says(stack: &FaultyStack, query: &str, write: impl Fn(&str) -> Answer) {
    let id = stack.follow(query, "shopper@example.com").await;
    let told = snapshot(stack, &id, json!({ "order_state": "PaymentStarted", "note": "né 🎁 日本" })).await;
    next_stream(stack, [write(&told)]).await;
    stack.until("the payment was seen", 0, |page| page["screen"] == "status-tracker").await;
    let told =
        |page: &Value| page["states"].as_array().and_then(|states| states.last()) == Some(&json!("PaymentStarted"));
    stack.until("the page was told", 0, told).await;
    delivers_without_stream(stack, &id).await;
}

async fn s11_bytewise_to_the_browser(stack: Arc<FaultyStack>) {
    // In real time: a busy machine sends the bytes so slowly that a page with a faster clock would miss an event.
    says(&stack, "", |order| {
        Answer::stream(&format!("data: {order}\n\n"), End::Hang).bytewise(Duration::from_millis(1))
    })
    .await;
}

async fn s12_every_kind_of_line_end(stack: Arc<FaultyStack>) {
    says(&stack, "fast=8", |order| {
        // Where a line may end inside of JSON: before a field.
        let (first, rest) = order.split_at(order.find(",\"").expect("several fields") + 1);
        let (second, third) = rest.split_at(rest.find(",\"").expect("several fields") + 1);
        let text = format!("\u{feff}: hello\r\nid: 1\rdata: {first}\ndata:{second}\r\ndata: {third}\r\r");
        Answer::stream(&text, End::Hang)
    })
    .await;
}

async fn s17_a_flood_of_snapshots(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    let order = stack.read_order(&id).await;
    let updated = updated_at(&order);
    // A thousand that differ, then as many that do not, ten times over.
    let mut body = String::new();
    for number in 1..=10_000_u32 {
        let mut order = order.clone();
        order["updated_at"] = json!(updated + f64::from(number.min(999)) / 1_000.0);
        body += &format!("data: {order}\n\n");
    }
    stack.wire.forget();
    let before = stack.see(0).await;
    let began = Instant::now();
    // Nothing but the flood is told: no read may disturb the count.
    next_stream(&stack, [Answer::stream(&body, End::Hang)]).await;
    stack.wait("the flood was asked for", || stack.wire.count(Kind::Stream) > 0).await;
    stack.until("the stream is live", 0, is_live).await;
    // The page answers: what comes behind the flood is told too.
    let asked = Instant::now();
    let page = stack.see(0).await;
    stack.note(format!("the page answered in {} ms", asked.elapsed().as_millis()));
    let count = |page: &Value, name: &str| page[name].as_u64().unwrap_or_default();
    let (writes, frames) =
        (count(&page, "writes") - count(&before, "writes"), count(&page, "frames") - count(&before, "frames"));
    stack.note(format!("{writes} changes of the document in {frames} frames, {:.1} s", began.elapsed().as_secs_f32()));
    assert!(writes < 1_000, "{writes} changes for 10,000 snapshots");
    assert_eq!(stack.wire.count(Kind::Stream), 1, "the stream is kept");
    assert!(stack.wire.count(Kind::Read) <= 4, "no read for a snapshot");
    delivers_without_stream(&stack, &id).await;
}

/// Delivers although the made-up stream says nothing of it.
async fn delivers_without_stream(stack: &FaultyStack, id: &str) {
    stack.supplier.pay(id, None).await;
    arrives_without_stream(stack).await;
}

/// The same for an order that is paid.
async fn arrives_without_stream(stack: &FaultyStack) {
    stack.wire.reset();
    stack.wire.cut();
    let page = stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    is_sound(&page);
}

async fn s18_a_megabyte_to_the_browser(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    let huge = snapshot(&stack, &id, json!({ "padding": "x".repeat(1_100_000) })).await;
    let large = snapshot(&stack, &id, json!({ "order_state": "PaymentStarted", "padding": "x".repeat(200_000) })).await;
    // The huge one comes well behind the read that follows the opening.
    let mut answer = Answer::stream(": open\n\n", End::Hang);
    answer.pieces.push((Duration::from_secs(2), format!("data: {huge}\n\n").into_bytes()));
    next_stream(&stack, [answer]).await;
    stack.wait("it was asked for", || stack.wire.left() == 0).await;
    stack.until("the stream is live", 0, is_live).await;
    stack.wire.forget();
    stack.wait("what was dropped is read", || stack.wire.count(Kind::Read) > 0).await;
    assert_eq!(stack.wire.count(Kind::Stream), 0, "the stream is kept");
    next_stream(&stack, [Answer::stream(&format!("data: {large}\n\n"), End::Hang)]).await;
    stack.until("one under the limit is read", 0, |page| page["screen"] == "status-tracker").await;
    delivers_without_stream(&stack, &id).await;
}

async fn s19_retry_0_to_the_browser(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    stack.wire.forget();
    next_stream(&stack, (0..100).map(|_| Answer::stream("retry: 0\n\n", End::Close))).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let connects = stack.wire.count(Kind::Stream);
    assert!(connects <= 3, "{connects} connects in five seconds: the browser's own loop runs");
    stack.wire.reset();
    delivers(&stack, &id).await;
}

async fn s21_a_stream_that_never_opens(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    next_stream(&stack, (0..100).map(|_| refusal())).await;
    stack.until("reads take over", 0, is_polling).await;
    tokio::time::sleep(page_seconds(60)).await;
    stack.wire.forget();
    // Firefox repeats a request up to ten times by itself when the line is reset, so what the page opened is counted.
    let opened = async || stack.see(0).await["opened"].as_u64().unwrap_or_default();
    let before = opened().await;
    tokio::time::sleep(page_seconds(120)).await;
    let (reads, streams) = (stack.wire.count(Kind::Read), opened().await - before);
    stack.note(format!("{reads} reads, {streams} streams in 2 minutes of the page"));
    assert!((1..=4).contains(&streams), "a probe a minute: {streams}");
    assert!((8..=30).contains(&reads), "a read every 5 to 10 s, and one with each probe: {reads}");
    delivers(&stack, &id).await;
}

async fn s22_up_for_seconds_down_again(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=20", "shopper@example.com").await;
    // Up for five seconds of the page, for ten minutes of it.
    let flap = || Answer {
        pieces: vec![Answer::stream(": up\n\n", End::Close).pieces.remove(0), (Duration::from_millis(250), Vec::new())],
        end: End::Close,
    };
    stack.wire.forget();
    next_stream(&stack, (0..1_000).map(|_| flap())).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    let connects = stack.wire.count(Kind::Stream);
    stack.note(format!("{connects} connects in ten minutes of the page"));
    assert!((5..=25).contains(&connects), "patience grows: {connects} connects");
    stack.wire.reset();
    delivers(&stack, &id).await;
}
