//! "Live." must mean live: reads after streams, events with names of their own, and responses of a router.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use cr_core::wire::relay;
use http::{StatusCode, header};
use serde_json::{Value, json as value};
use tokio::sync::{Semaphore, mpsc};

use crate::support::{Listening, Seen, Supplier, answered, eventually, json, proxy, proxy_with, refused, within};

/// Returns an order as the supplier sends it.
fn order(state: &str, updated: u32) -> String {
    value!({
        "order_id": "abc", "order_state": state, "payment_state": "WalletCreated", "coin": "USDC", "network": "Solana",
        "coin_amount": "50.78", "sent_coin_amount": "0", "created_at": 1_790_000_000, "updated_at": 1_790_000_000 + updated,
        "wallet_address": "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV",
        "deliveries": [{ "id": "d-1", "delivery_state": "WaitingForPayment", "kind": "giftcard", "deliverable": {
            "brand_name": "Arcadia", "denomination": "50 USD", "delivery_type": "by_email", "pin_code": null } }],
    })
    .to_string()
}

fn event_stream(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

/// A supplier with one order, whose streams send what the test pushes and nothing else.
struct Scripted {
    supplier: Supplier,
    state: Arc<Mutex<String>>,
    reads: Arc<AtomicUsize>,
    streams: Arc<Mutex<Vec<mpsc::UnboundedSender<String>>>>,
    /// While this has no permits, reads wait, and then respond with the state from when they came.
    gate: Arc<Semaphore>,
}

impl Scripted {
    async fn start() -> Self {
        let state = Arc::new(Mutex::new(order("WaitingForPayment", 0)));
        let (reads, streams) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let gate = Arc::new(Semaphore::new(1_000));
        let (told, counted, opened, closed) =
            (Arc::clone(&state), Arc::clone(&reads), Arc::clone(&streams), Arc::clone(&gate));
        let supplier = Supplier::start(move |_, seen: Seen| {
            let (told, counted, opened, closed) =
                (Arc::clone(&told), Arc::clone(&counted), Arc::clone(&opened), Arc::clone(&closed));
            async move {
                if seen.uri.path().ends_with("/subscribe") {
                    let (push, pushed) = mpsc::unbounded_channel::<String>();
                    opened.lock().unwrap().push(push);
                    let body = futures::stream::unfold(pushed, |mut pushed| async move {
                        let chunk = pushed.recv().await?;
                        Some((Ok::<_, std::convert::Infallible>(chunk), pushed))
                    });
                    return event_stream(Body::from_stream(body));
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let body = told.lock().unwrap().clone();
                closed.acquire().await.unwrap().forget();
                json(200, body)
            }
        })
        .await;
        Self { supplier, state, reads, streams, gate }
    }

    fn becomes(&self, state: &str, updated: u32) {
        *self.state.lock().unwrap() = order(state, updated);
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    /// Sends a text on the newest stream.
    fn say(&self, text: &str) {
        self.streams.lock().unwrap().last().unwrap().send(text.to_owned()).unwrap();
    }
}

async fn read_state(proxy: &crate::support::Proxy) -> String {
    let (status, order) = answered(proxy.get("/api/v5/orders/abc")).await;
    assert_eq!(status, 200, "{order}");
    order["order_state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn s25_a_read_behind_a_new_stream_is_not_answered_from_memory() {
    let supplier = Scripted::start().await;
    let proxy = proxy(supplier.supplier.addr, &[]).await;
    assert_eq!(read_state(&proxy).await, "WaitingForPayment");
    supplier.becomes("PaymentReceived", 1);
    let mut listening = Listening::open(&proxy, "abc").await;
    listening.until(": open").await;
    assert_eq!(read_state(&proxy).await, "PaymentReceived");
    assert_eq!(read_state(&proxy).await, "PaymentReceived");
    assert_eq!(supplier.reads(), 2, "the second is shared again");
}

#[tokio::test]
async fn s25_nor_from_a_read_that_began_before_it() {
    let supplier = Scripted::start().await;
    let proxy = Arc::new(proxy(supplier.supplier.addr, &[]).await);
    supplier.gate.forget_permits(1_000);
    let early = tokio::spawn({
        let proxy = Arc::clone(&proxy);
        async move { read_state(&proxy).await }
    });
    eventually("the early read is under way", || supplier.reads() == 1).await;
    supplier.becomes("PaymentReceived", 1);
    let mut listening = Listening::open(&proxy, "abc").await;
    listening.until(": open").await;
    let behind = tokio::spawn({
        let proxy = Arc::clone(&proxy);
        async move { read_state(&proxy).await }
    });
    eventually("another read is under way", || supplier.reads() == 2).await;
    supplier.gate.add_permits(1_000);
    assert_eq!(within(behind).await.unwrap(), "PaymentReceived");
    assert_eq!(within(early).await.unwrap(), "WaitingForPayment");
    assert_eq!(read_state(&proxy).await, "PaymentReceived", "what came late from before is not kept");
}

#[tokio::test]
async fn s26_an_event_with_a_name_of_its_own_is_not_passed_on_but_makes_a_ping_and_forgets_the_read() {
    for name in ["error", "open", "heartbeat", "ping", "order_updated"] {
        let supplier = Scripted::start().await;
        let proxy = proxy(supplier.supplier.addr, &[]).await;
        let mut listening = Listening::open(&proxy, "abc").await;
        listening.until("event: ping\ndata: {}\n\n").await;
        assert_eq!(read_state(&proxy).await, "WaitingForPayment");
        supplier.becomes("PaymentReceived", 1);
        supplier.say(&format!("event: {name}\ndata: {{\"code\": 7}}\n\n"));
        let said = listening.until("event: ping\ndata: {\"confirmed_ms\"").await;
        assert!(!said.contains("code"), "{name}: {said}");
        assert_eq!(read_state(&proxy).await, "PaymentReceived", "{name}");
        supplier.say("data: 1\n\nevent: message\ndata: 2\n\nevent: stop\ndata: 3\n\n");
        let all = listening.drain().await;
        assert!(all.contains("data: 1\n\nevent: message\ndata: 2\n\nevent: stop\ndata: 3\n\n"), "{name}: {all}");
        assert_eq!(all.matches("event: ").count(), 4, "{name}: {all}");
    }
}

#[tokio::test]
async fn s26_a_flood_of_named_events_is_not_a_flood_of_pings() {
    let supplier = Scripted::start().await;
    let proxy = proxy(supplier.supplier.addr, &[]).await;
    let mut listening = Listening::open(&proxy, "abc").await;
    listening.until(": open").await;
    for _ in 0..100 {
        supplier.say(&"event: beat\ndata: {}\n\n".repeat(10));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    supplier.say("event: stop\ndata: {}\n\n");
    let all = listening.drain().await;
    let pings = all.matches("event: ping\n").count();
    assert!((1..=12).contains(&pings), "{pings}");
    assert!(!all.contains("beat"), "{all}");
}

#[tokio::test]
async fn h20_a_routers_page_is_never_a_code_that_ends_the_following_of_an_order() {
    let supplier = Supplier::start(|_, seen: Seen| async move {
        let status: u16 = seen.uri.path().split('/').nth(3).unwrap()[1..].parse().unwrap();
        let status = StatusCode::from_u16(status).unwrap();
        match seen.uri.path().as_bytes()[11] {
            b'h' => (status, [(header::CONTENT_TYPE, "text/html")], "<html>404 NOT_FOUND</html>").into_response(),
            b't' => (status, [(header::CONTENT_TYPE, "text/plain")], "404 page not found").into_response(),
            b'c' => (status, [(header::CONTENT_TYPE, "text/plain")], "ORDER_NOT_FOUND").into_response(),
            b's' => json(status.as_u16(), "\"ORDER_NOT_FOUND\""),
            b'j' => {
                json(status.as_u16(), value!({ "status": status.as_u16(), "detail": "ORDER_NOT_FOUND" }).to_string())
            }
            _ => status.into_response(),
        }
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for status in [401, 403, 404, 410] {
        for way in ["h", "t", "c", "s", "e"] {
            for path in [format!("/api/v5/orders/{way}{status}"), format!("/api/orders/{way}{status}/subscribe")] {
                assert_eq!(refused(proxy.get(&path)).await, (status, "UPSTREAM_ERROR".into()), "{path}");
            }
        }
        let told = answered(proxy.get(&format!("/api/v5/orders/j{status}"))).await;
        assert_eq!(told, (status, value!({ "status": status, "detail": "ORDER_NOT_FOUND" })));
    }
}

#[tokio::test]
async fn h21_a_create_is_refused_by_a_code_only() {
    let supplier = Supplier::start(|number, seen: Seen| async move {
        let asked = seen.json();
        let status = u16::try_from(asked["status"].as_u64().unwrap_or(201)).unwrap();
        match asked["body"].as_str() {
            Some(body) if body.starts_with(['<', '4']) => {
                (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "text/html")], body.to_owned())
                    .into_response()
            }
            Some(body) => json(status, body.to_owned()),
            None => json(201, format!(r#"{{"order_id":"order-{number}","order_state":"WaitingForPayment"}}"#)),
        }
    })
    .await;
    let proxy = proxy_with(supplier.addr, &[], |_| {}).await;
    let mut number = 0;
    let mut create = |status: u16, body: &str| {
        number += 1;
        let request = value!({ "status": status, "body": body }).to_string();
        [(); 2]
            .map(|()| proxy.post("/api/v5/orders", request.clone()).header("idempotency-key", format!("key-{number}")))
    };
    for status in [400, 401, 403, 404, 422] {
        for body in [
            "<html>404 Not Found</html>",
            "404 page not found",
            "",
            "{}",
            r#"{"message": "no Route matched with those values"}"#,
            r#"{"error": "Not Found", "status": 404}"#,
            r#"{"status": 404, "detail": "UPSTREAM_ERROR"}"#,
            r#"{"problems": []}"#,
            r#"{"problems": [{"moreDetails": 1}]}"#,
        ] {
            for attempt in create(status, body) {
                let told = refused(attempt).await;
                assert_eq!(told, (504, "ORDER_OUTCOME_UNKNOWN".into()), "{status} {body}");
            }
        }
        for body in [
            r#"[{"problem": "OUT_OF_STOCK"}]"#,
            r#"{"problems": [{"problem": "OUT_OF_STOCK"}]}"#,
            r#"{"status": 422, "detail": "OUT_OF_STOCK"}"#,
            r#"{"detail": "LOGIN_REQUIRED"}"#,
            r#"{"error": "INVALID_EMAIL_DOMAIN", "detail": "this domain takes no mail"}"#,
            r#"{"error_code": "OUT_OF_STOCK"}"#,
        ] {
            // The codes of the error are passed on, in the form that all errors have.
            let relayed: Value = serde_json::from_str(&relay::error(status, body).body).unwrap();
            for attempt in create(status, body) {
                assert_eq!(answered(attempt).await, (status, relayed.clone()), "{status} {body}");
            }
        }
    }
    // A success without an order leaves the outcome open too.
    for attempt in create(200, r#"{"message": "accepted"}"#) {
        assert_eq!(refused(attempt).await, (504, "ORDER_OUTCOME_UNKNOWN".into()));
    }
}

#[tokio::test]
async fn s27_an_order_from_memory_says_its_age_and_any_listed_page_can_read_it() {
    let supplier = Scripted::start().await;
    let flags = ["--allowed-origins", "https://shop.example"];
    let proxy = proxy_with(supplier.supplier.addr, &flags, |limits| limits.order_reads = 4).await;
    let read = || proxy.get("/api/v5/orders/abc").header("origin", "https://shop.example").send();
    for _ in 0..3 {
        let mut listening = Listening::open(&proxy, "abc").await;
        listening.until(": open").await;
        let fresh = within(read()).await.unwrap();
        assert!(fresh.headers().get("age").is_none());
    }
    supplier.becomes("PaymentReceived", 1);
    let mut listening = Listening::open(&proxy, "abc").await;
    listening.until(": open").await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let aged = within(read()).await.unwrap();
    assert_eq!((aged.status().as_u16(), &aged.headers()["age"]), (200, &header::HeaderValue::from_static("1")));
    assert_eq!(aged.headers()["cache-control"], "no-store");
    let exposed = aged.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.split(", ").any(|name| name == "Age"), "{exposed}");
    let order: Value = serde_json::from_str(&aged.text().await.unwrap()).unwrap();
    assert_eq!(order["order_state"], "WaitingForPayment");
    assert_eq!(supplier.reads(), 3);
}
