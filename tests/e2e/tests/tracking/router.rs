//! Routers and gateways that answer in the place of the proxy, or of the supplier, while money is on its way. Only the two
//! themselves can say that there is no such order, and they say it by a code.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use cr_e2e::{
    faulty_stack::{FaultyStack, is_live, is_lost},
    harness::Test,
    tcp_line::{Answer, Kind, TcpLine},
    words::word,
};
use serde_json::Value;

use crate::tracking::{
    cases,
    line::{delivers, is_sound},
    page::resumes,
};

pub(crate) fn cases() -> Vec<Test> {
    cases![
        s03_a_router_says_404_for_five_minutes,
        s03_a_gateway_says_403_for_five_minutes,
        s03_a_router_says_404_in_text_for_half_a_minute,
        s03_a_router_says_404_in_html_for_half_a_minute,
        s03_a_gateway_says_403_for_half_a_minute,
        s03_a_router_before_the_supplier,
        s03_a_page_loaded_behind_a_router,
        s03_a_router_or_gateway_for_two_seconds,
        s03_one_answer_of_somebody_in_front,
        s03_an_order_that_is_not_known_is_asked_for_again,
        s03_an_order_that_the_code_forbids,
    ]
}

/// The truth must be on screen so long after whatever it was is over, by the clock of the page: where that runs fast, so does all
/// that the widget waits for, and what the line, the proxy and the machine take counts as often.
const TRUE_WITHIN: Duration = Duration::from_secs(35);

/// What a router says that does not know who is to answer.
fn not_found_in_text() -> Answer {
    Answer::plain("404 Not Found", "text/plain; charset=utf-8", "404 page not found\n")
}

/// The same as a page.
fn not_found_in_html() -> Answer {
    let page = "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n\
                <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    Answer::plain("404 Not Found", "text/html", page)
}

/// What a gateway says to whom it takes for a robot.
fn forbidden_in_html() -> Answer {
    let page =
        "<!doctype html><title>Just a moment...</title><h1>Checking your browser</h1><script>challenge()</script>";
    Answer::plain("403 Forbidden", "text/html; charset=UTF-8", page)
}

/// The page never said that the order cannot be found or read, nor that nothing is asked any more.
fn never_gave_up(page: &Value) {
    let has = |list: &str, name: &str| page[list].as_array().expect("a list").iter().any(|one| one == name);
    for (case, health) in [("not_found", "not-found"), ("forbidden", "forbidden")] {
        assert!(!has("cases", case) && !has("healths", health), "taken for the supplier's word: {page:#}");
    }
}

/// The shopper comes back from the wallet, and again, while the line is as it is: each time the page asks at once.
async fn look_again(stack: &FaultyStack) {
    for _ in 0..3 {
        stack.script("dispatchEvent(new Event('online'));").await;
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    stack.wait("it was asked", || stack.wire.count(Kind::Read) >= 2).await;
}

/// For `lasts` of the page whose clocks run `fast` times faster, `answer` comes in place of everything behind the proxy's name;
/// money arrives in that time.
async fn in_front(stack: &FaultyStack, fast: u32, lasts: u64, answer: Answer) {
    let id = stack.follow(&format!("fast={fast}"), "shopper@example.com").await;
    stack.wire.forget();
    let end = Instant::now() + Duration::from_secs(lasts) / fast;
    stack.wire.answer_all(answer);
    look_again(stack).await;
    stack.supplier.pay(&id, None).await;
    if lasts > 10 {
        stack.until("the loss is told", 0, is_lost).await;
    }
    tokio::time::sleep(end.saturating_duration_since(Instant::now())).await;
    assert_eq!(stack.see(0).await["screen"], "payment-panel", "what was known stays on screen");
    arrives(stack, &stack.wire).await;
}

/// Whatever it was on `line` is over: the goods are on screen in time, and nobody gave up meanwhile.
async fn arrives(stack: &FaultyStack, line: &TcpLine) {
    let over = stack.script("return performance.now();").await.as_f64().expect("a time");
    line.pass();
    let is_there = |page: &Value| page["screen"] == "receipt" && page["live"] == 0;
    let page = stack.until("the goods are there", 0, is_there).await;
    let took = page["arrived"].as_f64().expect("a time") - over;
    stack.note(format!("true {:.1} s after the end", took / 1000.0));
    assert!(took <= TRUE_WITHIN.as_millis() as f64, "true {took} ms after the end: {page:#}");
    never_gave_up(&page);
    is_sound(&page);
}

async fn s03_a_router_says_404_for_five_minutes(stack: Arc<FaultyStack>) {
    in_front(&stack, 5, 300, not_found_in_html()).await;
}

async fn s03_a_gateway_says_403_for_five_minutes(stack: Arc<FaultyStack>) {
    in_front(&stack, 5, 300, forbidden_in_html()).await;
}

async fn s03_a_router_says_404_in_text_for_half_a_minute(stack: Arc<FaultyStack>) {
    in_front(&stack, 1, 30, not_found_in_text()).await;
}

async fn s03_a_router_says_404_in_html_for_half_a_minute(stack: Arc<FaultyStack>) {
    in_front(&stack, 1, 30, not_found_in_html()).await;
}

async fn s03_a_gateway_says_403_for_half_a_minute(stack: Arc<FaultyStack>) {
    in_front(&stack, 1, 30, forbidden_in_html()).await;
}

async fn s03_a_router_or_gateway_for_two_seconds(stack: Arc<FaultyStack>) {
    for answer in [not_found_in_text(), not_found_in_html(), forbidden_in_html()] {
        in_front(&stack, 1, 2, answer).await;
    }
}

/// The same behind the proxy, which must not make a code of it.
async fn s03_a_router_before_the_supplier(stack: Arc<FaultyStack>) {
    let line = stack.wire_to_supplier().await;
    stack.kill_proxy();
    stack.start_proxy_behind(&line.origin).await;
    for answer in [not_found_in_html(), forbidden_in_html()] {
        let id = stack.follow("", "shopper@example.com").await;
        line.answer_all(answer);
        // What the proxy was told before is not shared any more.
        tokio::time::sleep(Duration::from_millis(3_500)).await;
        stack.wire.forget();
        look_again(&stack).await;
        stack.supplier.pay(&id, None).await;
        tokio::time::sleep(Duration::from_secs(8)).await;
        arrives(&stack, &line).await;
    }
    // The next case has a proxy without this line.
    stack.kill_proxy();
}

/// A page that knows the order by its id alone, and its calls go nowhere.
async fn s03_a_page_loaded_behind_a_router(stack: Arc<FaultyStack>) {
    let id = stack.follow("", "shopper@example.com").await;
    for answer in [not_found_in_text(), forbidden_in_html()] {
        stack.wire.answer_calls(answer);
        stack.driver.refresh().await.expect("a reload");
        resumes(&stack).await;
        let says = |key: &str, page: &Value| {
            let words = word(key).split("{reference}").last().expect("an end").trim();
            page["text"].as_str().is_some_and(|text| text.contains(words))
        };
        stack.until("it is told", 0, |page| says("resume.failed", page) || says("resume.gone", page)).await;
        tokio::time::sleep(Duration::from_secs(8)).await;
        let page = stack.see(0).await;
        assert!(says("resume.failed", &page) && !says("resume.gone", &page), "taken for gone: {page:#}");
        stack.wire.pass();
        let over = Instant::now();
        let is_there = |page: &Value| page["screen"] == "payment-panel";
        stack.until_at_most(TRUE_WITHIN, over, "the order is there", 0, is_there).await;
        stack.note(format!("true {:.1} s after the end", over.elapsed().as_secs_f32()));
    }
    delivers(&stack, &id).await;
}

/// The stream stays or goes; a read is answered by somebody who is neither the proxy nor the supplier.
async fn s03_one_answer_of_somebody_in_front(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    let json = "application/json";
    let answers = [
        not_found_in_text(),
        not_found_in_html(),
        forbidden_in_html(),
        Answer::plain("401 Unauthorized", "text/html", "<h1>401 Authorization Required</h1>"),
        Answer::plain("410 Gone", "text/html", "<h1>410 Gone</h1>"),
        Answer::plain("404 Not Found", json, ""),
        Answer::plain("404 Not Found", json, r#"{"message":"no Route matched with those values"}"#),
        Answer::plain("404 Not Found", json, r#"{"detail":"Not Found"}"#),
        Answer::plain("404 Not Found", json, r#"{"status":404,"error":"Not Found","path":"/v5/orders"}"#),
        Answer::plain("404 Not Found", json, r#"{"status":404,"detail":"UPSTREAM_ERROR"}"#),
        // A code that belongs to another status.
        Answer::plain("404 Not Found", json, r#"{"status":503,"detail":"ORDER_NOT_FOUND"}"#),
        Answer::plain("401 Unauthorized", json, r#"{"message":"Unauthorized"}"#),
        Answer::plain("403 Forbidden", json, r#"{"message":"Forbidden"}"#),
        Answer::plain("403 Forbidden", json, r#"{"message":"ORDER_NOT_FOUND","error":"FORBIDDEN"}"#),
    ];
    let count = answers.len();
    for answer in answers {
        stack.wire.forget();
        // Each is met twice: twice was once taken for certainty.
        stack.wire.answer_reads([answer.clone(), answer]);
        stack.script("dispatchEvent(new Event('online'));").await;
        stack.wait("both were met", || stack.wire.reads_answered() >= 2).await;
        let page = stack.until("the stream is live", 0, is_live).await;
        never_gave_up(&page);
    }
    stack.note(format!("{count} answers"));
    never_gave_up(&delivers(&stack, &id).await);
}

/// What the supplier says of an order that it does not know.
fn not_known() -> Answer {
    Answer::plain("404 Not Found", "application/json", r#"{"status":404,"detail":"ORDER_NOT_FOUND"}"#)
}

/// It is believed, said, and doubted all the same: money could be on its way.
async fn s03_an_order_that_is_not_known_is_asked_for_again(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=20", "shopper@example.com").await;
    stack.wire.forget();
    stack.wire.answer_all(not_known());
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.until("it is said", 0, |page| page["case"] == "not_found").await;
    stack.until("no stream is open", 0, |page| page["live"] == 0).await;
    stack.wire.forget();
    // Five minutes of the page.
    tokio::time::sleep(Duration::from_secs(15)).await;
    let (reads, streams) = (stack.wire.count(Kind::Read), stack.wire.count(Kind::Stream));
    stack.note(format!("{reads} reads, {streams} streams in 5 minutes of the page"));
    assert!((1..=20).contains(&reads), "asked again, and ever slower: {reads} reads");
    // The shopper looks again: so does the page, at once.
    stack.wire.pass();
    let over = Instant::now();
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.until_at_most(Duration::from_secs(5), over, "the stream is live", 0, is_live).await;
    delivers(&stack, &id).await;
}

async fn s03_an_order_that_the_code_forbids(stack: Arc<FaultyStack>) {
    let id = stack.follow("fast=8", "shopper@example.com").await;
    let said = r#"{"status":403,"detail":"FORBIDDEN"}"#;
    stack.wire.answer_all(Answer::plain("403 Forbidden", "application/json", said));
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.until("it is said", 0, |page| page["case"] == "forbidden").await;
    stack.until("no stream is open", 0, |page| page["live"] == 0).await;
    stack.wire.forget();
    // Two minutes of the page.
    tokio::time::sleep(Duration::from_secs(15)).await;
    let (reads, streams) = (stack.wire.count(Kind::Read), stack.wire.count(Kind::Stream));
    assert!(
        (1..=15).contains(&reads) && streams == 0,
        "asked again, and ever slower: {reads} reads, {streams} streams"
    );
    stack.wire.pass();
    stack.script("dispatchEvent(new Event('online'));").await;
    stack.until("the stream is live", 0, is_live).await;
    delivers(&stack, &id).await;
}
