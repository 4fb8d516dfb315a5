//! What a browser behind the real proxy sees of each fault. The table of `docs/sandbox.md` says the same.

use std::time::Duration;

use cr_proxy::config::Config;
use cr_proxy::limits::Limits;
use cr_proxy::server::{Running, start};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::sandbox_support::{Heard, Supplier, gift, states, text};

const OPEN: &str = ": open\n\n";
const PING: &str = ": ping\n\nevent: ping\ndata: {}\n\n";

/// A supplier, the proxy in front of it, and one order.
struct Scene {
    supplier: Supplier,
    _proxy: Running,
    base: String,
    client: reqwest::Client,
    id: String,
}

impl Scene {
    async fn with(tags: &str, change: impl FnOnce(&mut Limits)) -> Self {
        let supplier = Supplier::start().await;
        let upstream = format!("http://{}", supplier.handle.addr());
        let flags = ["--listen", "127.0.0.1:0", "--upstream", &upstream, "--partner-id", "partner-7"];
        let mut config = Config::from_args(flags).unwrap();
        change(&mut config.limits);
        let proxy = start(config).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        let id = text(&supplier.order(&gift(tags)).await, "order_id").to_owned();
        Self { base: format!("http://{}", proxy.addr()), supplier, _proxy: proxy, client, id }
    }

    async fn new(tags: &str) -> Self {
        Self::with(tags, |_| {}).await
    }

    fn stream(&self) -> String {
        format!("{}/api/orders/{}/subscribe", self.base, self.id)
    }

    async fn listen(&self) -> Heard {
        Heard::open(&self.client, &self.stream()).await
    }

    /// Returns all that a stream sends. The stream must end in an orderly way: the proxy passes no broken connection
    /// on.
    async fn drain(&self) -> String {
        let (all, is_orderly) = self.listen().await.drain().await;
        assert!(is_orderly, "{all}");
        let (first, rest) = all.strip_prefix(OPEN).unwrap().split_once("}\n\n").unwrap();
        assert!(first.starts_with(": ping\n\nevent: ping\ndata: {"), "{first}");
        rest.replace(PING, "")
    }

    async fn ask(&self, url: &str) -> (u16, Option<String>, Value) {
        let response = self.client.get(url).send().await.unwrap();
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let body = response.text().await.unwrap();
        let body = if body.is_empty() { Value::Null } else { serde_json::from_str(&body).unwrap() };
        (status, retry_after, body)
    }

    async fn read(&self) -> (u16, Option<String>, Value) {
        self.ask(&format!("{}/api/v5/orders/{}", self.base, self.id)).await
    }

    async fn steps(&self, steps: Value) {
        self.supplier.script(&self.id, steps).await;
    }
}

fn own(status: u16, detail: &str) -> Value {
    json!({ "status": status, "detail": detail })
}

#[tokio::test]
async fn a_drop_and_a_cut_both_come_as_an_orderly_end() {
    let scene = Scene::new("").await;
    scene.steps(json!([{ "do": "drop" }, { "do": "cut" }])).await;
    let dropped = scene.drain().await;
    assert_eq!(states(&dropped, &scene.id), ["WaitingForPayment"]);
    assert_eq!(scene.drain().await, "", "half an event is not passed on");
}

#[tokio::test]
async fn s09_silence_is_filled_with_pings_and_the_stream_opened_again_after_a_limit() {
    let quick = |limits: &mut Limits| {
        limits.ping_every = Duration::from_millis(10);
        limits.stream_silence = Duration::from_secs(1);
    };
    for tags in ["+half_open", "+silence_60m"] {
        let scene = Scene::with(tags, quick).await;
        let mut heard = scene.listen().await;
        heard.until(PING, 2).await;
        // The proxy reads the order after opening the stream again, and the client's stream goes on past the next time
        // too.
        heard.until("confirmed_ms", 150).await;
    }
}

#[tokio::test]
async fn s09_a_payment_that_a_dead_line_keeps_back_is_told_all_the_same() {
    let quick = |limits: &mut Limits| {
        limits.ping_every = Duration::from_millis(50);
        limits.confirm_after = Duration::from_millis(400);
        limits.stream_late = Duration::from_millis(100);
    };
    // The stream is silent from its first byte, or from some time on.
    for tags in ["+half_open", ""] {
        let scene = Scene::with(tags, quick).await;
        let mut heard = scene.listen().await;
        heard.until(OPEN, 1).await;
        if tags.is_empty() {
            heard.until("WaitingForPayment", 1).await;
            scene.steps(json!([{ "do": "half_open" }])).await;
            scene.supplier.used_up(&scene.id).await;
        }
        assert_eq!(scene.read().await.0, 200, "as the page does behind a stream");
        scene.supplier.state(&scene.id, "PaymentReceived").await;
        heard.until("\"PaymentReceived\"", 1).await;
        // The next stream works, and what it says reaches the client in the same body.
        scene.supplier.state(&scene.id, "Done").await;
        let (all, is_orderly) = heard.drain().await;
        assert!(is_orderly && all.ends_with("event: stop\ndata: {}\n\n"), "{tags} {all}");
        assert_eq!(states(&all, &scene.id).last().map(String::as_str), Some("Done"), "{tags}");
    }
}

#[tokio::test]
async fn h20_a_router_in_front_of_the_supplier_says_nothing_about_an_order() {
    for (control, status) in [("router_404_s", 404), ("router_403_s", 403)] {
        let scene = Scene::new("").await;
        let mut before = scene.listen().await;
        before.until("WaitingForPayment", 1).await;
        scene.supplier.control(json!({ control: 60 })).await;
        assert_eq!(scene.read().await, (status, None, own(status, "UPSTREAM_ERROR")), "{control}");
        assert_eq!(scene.ask(&scene.stream()).await, (status, None, own(status, "UPSTREAM_ERROR")), "{control}");
        let order = scene.client.post(format!("{}/api/v5/orders", scene.base));
        let order = order.header("content-type", "application/json").header("idempotency-key", control);
        let made = order.body(gift("").to_string()).send().await.unwrap();
        assert_eq!(made.status(), 504, "nobody knows what became of it");
        // Open streams stay open, and everything works again when the router does.
        scene.supplier.state(&scene.id, "PaymentReceived").await;
        before.until("\"PaymentReceived\"", 1).await;
        scene.supplier.control(json!({ control: 0 })).await;
        assert_eq!(text(&scene.read().await.2, "order_state"), "PaymentReceived", "{control}");
    }
}

#[tokio::test]
async fn h20_an_order_that_is_not_there_is_said_not_to_be_by_a_code() {
    let scene = Scene::new("").await;
    for path in ["/api/v5/orders/unknown", "/api/orders/unknown/subscribe"] {
        let told = scene.ask(&format!("{}{path}", scene.base)).await;
        assert_eq!(told, (404, None, own(404, "ORDER_NOT_FOUND")), "{path}");
    }
    for (step, detail) in [("order_not_found", "ORDER_NOT_FOUND"), ("read_router_404", "UPSTREAM_ERROR")] {
        let scene = Scene::new(&format!("+{step}")).await;
        assert_eq!(scene.read().await, (404, None, own(404, detail)), "{step}");
    }
}

#[tokio::test]
async fn s26_an_event_named_error_is_a_ping_behind_the_proxy() {
    let scene = Scene::new("").await;
    let mut heard = scene.listen().await;
    heard.until("WaitingForPayment", 1).await;
    scene.steps(json!([{ "do": "named" }])).await;
    heard.until("event: ping\ndata: {\"confirmed_ms\": ", 1).await;
    assert!(!heard.text().contains("event: error"), "{}", heard.text());
}

#[tokio::test]
async fn s25_behind_a_stream_that_does_not_begin_with_the_order_a_read_tells_the_truth() {
    let scene = Scene::new("+quiet_start").await;
    assert_eq!(text(&scene.read().await.2, "order_state"), "WaitingForPayment");
    scene.supplier.state(&scene.id, "PaymentStarted").await;
    let mut heard = scene.listen().await;
    heard.until(OPEN, 1).await;
    assert_eq!(text(&scene.read().await.2, "order_state"), "PaymentStarted");
    scene.supplier.state(&scene.id, "PaymentReceived").await;
    heard.until("\"PaymentReceived\"", 1).await;
    assert!(!states(&heard.text(), &scene.id).contains(&"WaitingForPayment".to_owned()), "{}", heard.text());
}

#[tokio::test]
async fn what_is_no_stream_is_answered_as_json() {
    let scene = Scene::new("").await;
    let table = [
        ("stream_html", 502, own(502, "UPSTREAM_BAD_BODY")),
        ("stream_204", 204, Value::Null),
        ("stream_307", 502, own(502, "UPSTREAM_REDIRECTED")),
        ("stream_401", 401, own(401, "UPSTREAM_ERROR")),
        ("stream_403", 403, own(403, "UPSTREAM_ERROR")),
        ("stream_404", 404, own(404, "UPSTREAM_ERROR")),
        ("stream_410", 410, own(410, "UPSTREAM_ERROR")),
        ("stream_router_404", 404, own(404, "UPSTREAM_ERROR")),
        ("stream_challenge", 403, own(403, "UPSTREAM_ERROR")),
        ("stream_429", 429, own(429, "UPSTREAM_ERROR")),
        ("stream_500", 500, own(500, "UPSTREAM_ERROR")),
        ("stream_502", 502, own(502, "UPSTREAM_ERROR")),
        ("stream_503", 503, own(503, "UPSTREAM_ERROR")),
        ("stream_504", 504, own(504, "UPSTREAM_ERROR")),
    ];
    for (step, status, body) in table {
        scene.steps(json!([{ "do": step }])).await;
        let (seen, retry_after, said) = scene.ask(&scene.stream()).await;
        assert_eq!((seen, said), (status, body), "{step}");
        assert_eq!(retry_after.as_deref(), (step == "stream_429").then_some("3"), "{step}");
    }
    for (said, passed) in [("20", true), ("Wed, 21 Oct 2026 07:28:00 GMT", true), ("soon", false)] {
        scene.steps(json!([{ "do": "stream_503", "retry_after": said }])).await;
        assert_eq!(scene.ask(&scene.stream()).await.1.as_deref(), passed.then_some(said));
    }
    let mut heard = scene.listen().await;
    heard.until("WaitingForPayment", 1).await;
}

#[tokio::test]
async fn s19_the_pace_of_browsers_is_not_the_suppliers_to_set() {
    let scene = Scene::new("+retry_0").await;
    let all = scene.drain().await;
    assert!(!all.contains("retry:"), "{all}");
    assert_eq!(states(&all, &scene.id), ["WaitingForPayment"]);
}

#[tokio::test]
async fn a_stop_is_passed_on_whenever_it_comes() {
    let scene = Scene::new("+stop_early").await;
    let all = scene.drain().await;
    assert_eq!(states(&all, &scene.id), ["WaitingForPayment"]);
    assert!(all.ends_with("event: stop\ndata: {}\n\n"), "{all}");
}

#[tokio::test]
async fn s11_bytes_and_halves_of_characters_arrive_as_whole_events() {
    let scene = Scene::new("").await;
    scene
        .steps(
            json!([{ "do": "slow_bytes", "every": "1ms", "for": "100ms" }, { "do": "split_utf8" }, { "do": "drop" }]),
        )
        .await;
    let all = scene.drain().await;
    assert_eq!(states(&all, &scene.id).len(), 2, "{all}");
    assert!(all.contains("Caffè 日本 🙂"), "{all}");
}

#[tokio::test]
async fn s17_of_a_burst_that_is_not_read_the_newest_arrive_and_not_all() {
    let scene = Scene::new("").await;
    scene.steps(json!([{ "do": "burst", "events": 10_000 }, { "do": "stop_early" }])).await;
    let heard = scene.listen().await;
    // The supplier never waits for the client: it has sent everything before a single event was read.
    scene.supplier.used_up(&scene.id).await;
    let (all, is_orderly) = heard.drain().await;
    assert!(is_orderly && all.ends_with("event: stop\ndata: {}\n\n"));
    let count = states(&all, &scene.id).len();
    assert!((1..10_000).contains(&count), "{count}");
}

#[tokio::test]
async fn wrong_orders_are_passed_on_as_they_are() {
    let scene = Scene::new("").await;
    let direct = async |steps: Value| {
        scene.steps(steps).await;
        scene.supplier.listen(&scene.id).await.drain().await.0
    };
    for step in ["duplicate", "bad_json"] {
        let steps = json!([{ "do": step }, { "do": "drop" }]);
        let expected = direct(steps.clone()).await;
        scene.steps(steps).await;
        assert_eq!(scene.drain().await, expected, "{step}");
    }
    // The foreign order has another id each time, so the two outputs cannot be compared.
    scene.steps(json!([{ "do": "foreign" }, { "do": "drop" }])).await;
    let all = scene.drain().await;
    assert!(states(&all, &scene.id) == ["WaitingForPayment"] && all.contains("\"Done\""), "{all}");
    scene.steps(json!([{ "do": "stale" }, { "do": "drop" }])).await;
    let mut heard = scene.listen().await;
    heard.until("\"WaitingForPayment\"", 1).await;
    scene.supplier.state(&scene.id, "PaymentStarted").await;
    let (all, _) = heard.drain().await;
    let told = states(all.strip_prefix(OPEN).unwrap(), &scene.id);
    assert_eq!(told, ["WaitingForPayment", "PaymentStarted", "WaitingForPayment"]);
}

#[tokio::test]
async fn s18_an_oversized_event_ends_the_stream() {
    let scene = Scene::new("+oversized").await;
    let all = scene.drain().await;
    assert_eq!(states(&all, &scene.id), ["WaitingForPayment"]);
    // An event that fits is passed on.
    scene.steps(json!([{ "do": "oversized", "bytes": 200_000 }, { "do": "drop" }])).await;
    assert!(scene.drain().await.len() > 200_000);
}

#[tokio::test]
async fn a_restart_ends_streams_in_an_orderly_way_and_then_is_503_everywhere() {
    let scene = Scene::new("+restart_60m").await;
    assert_eq!(states(&scene.drain().await, &scene.id), ["WaitingForPayment"]);
    let down = (503, None, own(503, "UPSTREAM_ERROR"));
    assert_eq!(scene.ask(&scene.stream()).await, down);
    assert_eq!(scene.read().await, down);
    scene.supplier.control(json!({ "restart_s": 0 })).await;
    let mut heard = scene.listen().await;
    heard.until("WaitingForPayment", 1).await;
}

#[tokio::test]
async fn faults_of_reads_keep_their_status() {
    let table = [
        ("read_401", 401, own(401, "UPSTREAM_ERROR")),
        ("read_403", 403, own(403, "UPSTREAM_ERROR")),
        ("read_challenge", 403, own(403, "UPSTREAM_ERROR")),
        ("order_unauthorized", 401, own(401, "UNAUTHORIZED")),
        ("order_forbidden", 403, own(403, "FORBIDDEN")),
        ("order_gone", 410, own(410, "ORDER_NOT_FOUND")),
        ("read_500", 500, own(500, "UPSTREAM_ERROR")),
        ("read_502", 502, own(502, "UPSTREAM_ERROR")),
        ("read_503", 503, own(503, "UPSTREAM_ERROR")),
        ("read_504", 504, own(504, "UPSTREAM_ERROR")),
        ("read_html", 502, own(502, "UPSTREAM_BAD_BODY")),
    ];
    let scene = Scene::new("").await;
    for (step, status, body) in table {
        scene.steps(json!([{ "do": step }])).await;
        assert_eq!(scene.read().await, (status, None, body), "{step}");
    }
    assert_eq!(scene.read().await.0, 200);
}

#[tokio::test]
async fn h05_one_429_serves_all_who_ask_for_a_while_and_a_404_one() {
    let scene = Scene::new("+read_429_x1").await;
    for _ in 0..2 {
        let (seen, said, _) = scene.read().await;
        assert_eq!((seen, said.as_deref()), (429, Some("3")));
    }
    assert_eq!(scene.supplier.left(&scene.id).await, json!([]), "the supplier was asked once");
    let scene = Scene::new("+read_404").await;
    assert_eq!(scene.read().await.0, 404);
    assert_eq!(scene.read().await.0, 200);
}

#[tokio::test]
async fn a_read_that_is_too_slow_is_given_up_on() {
    let scene =
        Scene::with("+read_slow_60m+read_slow_10ms", |limits| limits.read_call = Duration::from_millis(1_500)).await;
    assert_eq!(scene.read().await, (504, None, own(504, "UPSTREAM_TIMEOUT")));
    assert_eq!(scene.read().await.0, 200);
}

#[tokio::test]
async fn the_proxy_forwards_the_sandboxs_pages_heads_and_scripts() {
    let proxy = start(Config::from_args(["--listen", "127.0.0.1:0", "--sandbox"]).unwrap()).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    let url = |path: &str| format!("http://{}{path}", proxy.addr());
    for path in
        ["/sandbox", "/sandbox/", "/sandbox/payer.css", "/sandbox/orders", "/sandbox/faults", "/sandbox/nothing"]
    {
        let get = client.get(url(path)).send().await.unwrap();
        let head = client.head(url(path)).send().await.unwrap();
        assert_eq!(head.status(), get.status(), "{path}");
        for name in ["content-type", "content-length", "location", "content-security-policy", "cache-control"] {
            assert_eq!(head.headers().get(name), get.headers().get(name), "{path} {name}");
        }
        assert!(!get.bytes().await.unwrap().is_empty() || path == "/sandbox", "{path}");
        assert!(head.bytes().await.unwrap().is_empty(), "{path}");
    }
    let created = client.post(url("/api/v5/orders")).header("content-type", "application/json");
    let order: Value =
        serde_json::from_slice(&created.body(gift("").to_string()).send().await.unwrap().bytes().await.unwrap())
            .unwrap();
    let id = text(&order, "order_id");
    let (script, order) = (url(&format!("/sandbox/orders/{id}/script")), url(&format!("/api/v5/orders/{id}")));
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(client.get(&order)).await, 200);
    // The proxy reads anew after each of these requests.
    let steps = json!({ "steps": [{ "do": "read_404", "for": "60m" }] }).to_string();
    assert_eq!(status(client.post(&script).header("content-type", "application/json").body(steps)).await, 200);
    assert_eq!(status(client.get(&order)).await, 404);
    let foreign = client.delete(&script).header("origin", "https://evil.example");
    assert_eq!(status(foreign).await, 403);
    assert_eq!(status(client.get(&order)).await, 404);
    assert_eq!(status(client.delete(&script)).await, 200);
    assert_eq!(status(client.get(&order)).await, 200);
    assert_eq!(status(client.delete(url("/sandbox/orders"))).await, 404, "only scripts can be deleted");
    proxy.stop().await;
}
