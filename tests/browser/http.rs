//! Calls to the proxy, against the server of these tests and against a `fetch` that answers as a test needs.

use core::{cell::RefCell, pin::Pin, time::Duration};
use std::rc::Rc;

use cr_core::time::Timestamp;
use cr_widget::{
    app::ports::{Answer, Api as _, NoAnswer},
    browser::ProxyApi,
};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{js, until, wait};

/// Replaces `fetch` by a function of the request; requests are kept in `window.requests`.
struct FakeFetch;

impl FakeFetch {
    fn new(body: &str) -> Self {
        js(&format!(
            "window.realFetch ??= window.fetch; window.requests = [];
             window.fetch = (request) => {{ requests.push(request); return (async () => {{ {body} }})() }}"
        ));
        Self
    }
}

impl Drop for FakeFetch {
    fn drop(&mut self) {
        js("window.fetch = realFetch; delete window.realFetch; delete window.requests; delete window.free");
    }
}

fn api(base: &str) -> ProxyApi {
    ProxyApi::new(base, false)
}

async fn get(body: &str, path: &str) -> Result<Answer, NoAnswer> {
    let _fetch = FakeFetch::new(body);
    api("https://shop.example/api").get(path.to_owned()).await
}

#[wasm_bindgen_test]
async fn a_real_server_is_read_whatever_its_status() {
    let origin = js("return location.origin").as_string().unwrap();
    let missing = api(&origin).get("/nothing-here".to_owned()).await.unwrap();
    assert_eq!(missing.status, 404);
    let page = api(&origin).get("/".to_owned()).await.unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<html"), "{}", page.body.len());
    assert!(!page.idempotent);
}

#[wasm_bindgen_test]
async fn h15_a_server_that_cannot_be_reached_gives_no_answer() {
    assert_eq!(api("http://127.0.0.1:1").get("/v2/brands".to_owned()).await, Err(NoAnswer));
    assert_eq!(api("http://[").get("/v2/brands".to_owned()).await, Err(NoAnswer));
}

#[wasm_bindgen_test]
async fn h11_a_server_that_never_answers_is_given_up_after_fifteen_seconds() {
    // Timeouts are recorded, and end at once.
    js("window.realTimeout = window.setTimeout; window.waits = [];
        window.setTimeout = (then, wait, ...rest) => { waits.push(wait); return realTimeout(then, 0, ...rest) }");
    let answer = get(
        "return new Promise((_, give_up) => requests[0].signal.addEventListener('abort', () => give_up(new Error('aborted'))))",
        "/v2/brands",
    )
    .await;
    let waits = js("window.setTimeout = realTimeout; const told = waits.join(' ');
        delete window.realTimeout; delete window.waits; return told");
    assert_eq!(answer, Err(NoAnswer));
    assert!(waits.as_string().unwrap().split(' ').any(|wait| wait == "15000"), "{waits:?}");
}

#[wasm_bindgen_test]
async fn requests_carry_what_the_contract_says() {
    let _fetch = FakeFetch::new("return new Response('{}')");
    let api = ProxyApi::new("https://shop.example/api", true);
    api.get("/v2/brands?country_code=US".to_owned()).await.unwrap();
    api.get("/v5/orders/o-1".to_owned()).await.unwrap();
    api.post("/v5/orders".to_owned(), "{\"a\":1}".to_owned(), Some("key-1".to_owned())).await.unwrap();
    let told = js("return requests.map(({ url, method, redirect, credentials, cache, referrerPolicy, headers }) =>
        [url, method, redirect, credentials, cache, referrerPolicy, headers.get('accept'), headers.get('content-type'),
         headers.get('idempotency-key')].join(' ')).join('\\n')");
    assert_eq!(
        told.as_string().unwrap().lines().collect::<Vec<_>>(),
        [
            "https://shop.example/api/v2/brands?country_code=US GET error include default no-referrer application/json  ",
            "https://shop.example/api/v5/orders/o-1 GET error include no-store no-referrer application/json  ",
            "https://shop.example/api/v5/orders POST error include no-store no-referrer application/json application/json key-1",
        ]
    );
}

#[wasm_bindgen_test]
async fn headers_are_read() {
    let answer = get(
        "return new Response('\\ufeffbody', { status: 503, headers: { Date: 'Sat, 21 Nov 2026 03:00:00 GMT',
         'Retry-After': '7', 'X-Cr-Proxy': 'idempotency' } })",
        "/v2/brands",
    )
    .await
    .unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (503, "body"));
    assert_eq!(answer.date, Some(Timestamp::from_secs(1_795_230_000)));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert!(answer.idempotent);
}

#[wasm_bindgen_test]
async fn s33_the_age_of_an_answer_is_read_in_whole_seconds() {
    let table = [
        ("0", Some(0)),
        (" 17 ", Some(17)),
        ("86400", Some(86_400)),
        ("3, 5", Some(3)),
        ("-1", None),
        ("1.5", None),
        ("", None),
    ];
    for (text, expected) in table {
        let body = format!("return new Response('', {{ headers: {{ Age: '{text}' }} }})");
        let answer = get(&body, "/v5/orders/o-1").await.unwrap();
        assert_eq!(answer.age.map(|age| age.as_secs()), expected, "{text:?}");
    }
}

#[wasm_bindgen_test]
async fn h05_waits_are_read_in_every_form_and_clamped() {
    let date = "Sat, 21 Nov 2026 03:00:00 GMT";
    let table = [
        ("7", Some(7)),
        (" 0 ", Some(0)),
        ("86400", Some(60)),
        ("99999999999999999999999", Some(60)),
        ("Sat, 21 Nov 2026 03:00:30 GMT", Some(30)),
        ("Sat, 21 Nov 2026 02:00:00 GMT", Some(0)),
        ("Sun, 22 Nov 2026 03:00:00 GMT", Some(60)),
        ("soon", None),
        ("", None),
        ("-5x", None),
    ];
    for (text, expected) in table {
        let body = format!(
            "return new Response('', {{ status: 429, headers: {{ Date: '{date}', 'Retry-After': '{text}' }} }})"
        );
        let answer = get(&body, "/v2/brands").await.unwrap();
        assert_eq!(answer.retry_after.map(|wait| wait.as_secs()), expected, "{text:?}");
    }
}

#[wasm_bindgen_test]
async fn h07_a_body_over_the_cap_is_given_up_and_not_held() {
    let endless = "window.pulled = 0;
        return new Response(new ReadableStream({ pull(control) { pulled++; control.enqueue(new Uint8Array(65536)) },
                                                 cancel() { window.cancelled = true } }))";
    assert_eq!(get(endless, "/v5/orders/o-1").await, Err(NoAnswer));
    let pulled = js("return pulled").as_f64().unwrap();
    assert!(pulled < 40.0, "{pulled} chunks of 64 KiB for a cap of 1 MiB");
    let large = "return new Response('x'.repeat(3 << 20))";
    assert_eq!(get(large, "/v5/products/country/US").await.unwrap().body.len(), 3 << 20);
    assert_eq!(get(large, "/v4/products/price").await, Err(NoAnswer));
    js("delete window.pulled; delete window.cancelled");
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_off_or_is_no_utf8_does_no_harm() {
    let broken = "return new Response(new ReadableStream({ start(control) { control.enqueue(new Uint8Array([123])); control.error(new TypeError('cut')) } }))";
    assert_eq!(get(broken, "/v2/brands").await, Err(NoAnswer));
    let odd = get("return new Response(new Uint8Array([34, 255, 34]))", "/v2/brands").await.unwrap();
    assert_eq!(odd.body, "\"\u{fffd}\"");
    assert_eq!(get("return new Response(null, { status: 204 })", "/v2/brands").await.unwrap().body, "");
}

#[wasm_bindgen_test]
async fn a_dropped_call_is_aborted() {
    let _fetch = FakeFetch::new("return new Promise(() => {})");
    let mut call = api("https://shop.example/api").get("/v2/brands".to_owned());
    core::future::poll_fn(|context| {
        assert!(Pin::as_mut(&mut call).poll(context).is_pending());
        core::task::Poll::Ready(())
    })
    .await;
    assert_eq!(
        js("return requests.map(request => request.signal.aborted).join()").as_string().as_deref(),
        Some("false")
    );
    drop(call);
    assert_eq!(
        js("return requests.map(request => request.signal.aborted).join()").as_string().as_deref(),
        Some("true")
    );
}

#[wasm_bindgen_test]
async fn e05_at_most_two_calls_at_once_and_orders_first() {
    let _fetch =
        FakeFetch::new("await new Promise(free => { (window.free ??= []).push(free) }); return new Response('{}')");
    let done = Rc::new(RefCell::new(0));
    let api = api("https://shop.example/api");
    for path in ["/v2/brands", "/v2/homepage", "/v3/payment_vias", "/v5/products/country/US", "/v5/orders/o-1"] {
        let (call, done) = (api.get(path.to_owned()), Rc::clone(&done));
        spawn_local(async move {
            call.await.unwrap();
            *done.borrow_mut() += 1;
        });
    }
    // A call that is dropped gives up its place in the queue.
    drop(api.get("/v5/orders/o-2".to_owned()));
    let paths =
        || js("return requests.map(request => new URL(request.url).pathname.slice(4)).join()").as_string().unwrap();
    until("two are under way", || paths() == "/v2/brands,/v2/homepage").await;
    wait(Duration::from_millis(50)).await;
    assert_eq!(paths(), "/v2/brands,/v2/homepage");
    js("free.shift()()");
    until("the order is next", || paths() == "/v2/brands,/v2/homepage,/v5/orders/o-1").await;
    for _ in 0..4 {
        until("one is under way", || js("return free.length > 0").is_truthy()).await;
        js("free.shift()()");
        wait(Duration::from_millis(10)).await;
    }
    until("all are done", || *done.borrow() == 5).await;
}
