//! Relaying an order's events.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde_json::{Value, json as value};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

use crate::support::{
    Listening, STREAM_HEAD, Supplier, answered, eventually, json, proxy, proxy_with, raw_supplier, refused, within,
};

/// Starts a supplier whose one stream sends what the test pushes and ends when the test drops the sender.
async fn pushed() -> (Supplier, mpsc::UnboundedSender<Vec<u8>>) {
    let (push, pushed) = mpsc::unbounded_channel::<Vec<u8>>();
    let pushed = Arc::new(std::sync::Mutex::new(Some(pushed)));
    let supplier = Supplier::start(move |_, _| {
        let chunks = pushed.lock().unwrap().take();
        async move {
            let Some(chunks) = chunks else { return StatusCode::NOT_FOUND.into_response() };
            let body = futures::stream::unfold(chunks, |mut chunks| async move {
                let chunk = chunks.recv().await?;
                Some((Ok::<_, std::convert::Infallible>(chunk), chunks))
            });
            stream(Body::from_stream(body))
        }
    })
    .await;
    (supplier, push)
}

fn stream(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "text/event-stream;charset=UTF-8")], body).into_response()
}

#[tokio::test]
async fn x15_events_come_whole_at_once_uncompressed_and_with_the_right_head() {
    let (supplier, push) = pushed().await;
    let proxy = proxy(supplier.addr, &[]).await;
    let request = proxy.get("/api/orders/abc/subscribe").header("accept-encoding", "gzip, br");
    let response = within(request.send()).await.unwrap();
    for (name, content) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-transform, no-store"),
        ("x-accel-buffering", "no"),
        ("x-cr-proxy", "idempotency"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(response.headers()[name], content);
    }
    assert!(response.headers().get("content-encoding").is_none());
    drop(response);

    let (supplier, push_more) = pushed().await;
    drop(push);
    let proxy = crate::support::proxy(supplier.addr, &[]).await;
    // The head and the first bytes arrive before the supplier has sent any event.
    let mut listening = within(Listening::open(&proxy, "abc")).await;
    listening.until(": open\n\n").await;
    for number in 0..3 {
        push_more.send(format!("data: {{\"n\":{number}}}\n\n").into_bytes()).unwrap();
        listening.until(&format!("data: {{\"n\":{number}}}\n\n")).await;
    }
    drop(push_more);
    let all = listening.drain().await;
    assert_eq!(
        all,
        ": open\n\n: ping\n\nevent: ping\ndata: {}\n\ndata: {\"n\":0}\n\ndata: {\"n\":1}\n\ndata: {\"n\":2}\n\n"
    );
    let seen = &supplier.seen()[0];
    assert_eq!(seen.uri.path(), "/v5/orders/abc/subscribe");
    assert_eq!(seen.header("accept"), Some("text/event-stream"));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn s11_s12_events_cut_anywhere_arrive_whole_and_pings_stand_between_them() {
    let text =
        "\u{feff}data: {\"name\":\"Caffè 日本 🙂\"}\r\n\r\nid: 7\rretry: 0\rdata: {\rdata: }\r\r: c\nevent: stop\n\n";
    let addr = raw_supplier(move |_, mut stream| async move {
        stream.write_all(STREAM_HEAD).await.unwrap();
        for byte in text.bytes() {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // The supplier keeps the connection open after its last event.
        let _ = stream.read_u8().await;
    })
    .await;
    let proxy = proxy_with(addr, &[], |limits| limits.ping_every = Duration::from_millis(20)).await;
    let all = Listening::open(&proxy, "abc").await.drain().await;
    let pings = all.matches(": ping\n\nevent: ping\ndata: {}\n\n").count();
    assert!(pings > 0, "{all:?}");
    let events = all.replace(": ping\n\nevent: ping\ndata: {}\n\n", "");
    assert_eq!(events, ": open\n\ndata: {\"name\":\"Caffè 日本 🙂\"}\n\ndata: {\ndata: }\n\nevent: stop\ndata: \n\n");
}

#[tokio::test]
async fn x15_a_silent_stream_is_kept_alive_by_pings() {
    let (supplier, _push) = pushed().await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.ping_every = Duration::from_millis(10)).await;
    let mut listening = Listening::open(&proxy, "abc").await;
    let ping = ": ping\n\nevent: ping\ndata: {}\n\n";
    listening.until(&format!(": open\n\n{}", ping.repeat(3))).await;
}

#[tokio::test]
async fn x17_whatever_the_supplier_does_the_stream_ends_cleanly() {
    let ways: [(&str, Vec<u8>); 5] = [
        ("ends", b"data: {}\n\n".to_vec()),
        ("ends within an event", b"data: {}\n\ndata: {\"half\":".to_vec()),
        ("sends an endless line", [b"data: {}\n\ndata: ".to_vec(), vec![b'a'; 300 * 1024]].concat()),
        ("sends an endless event", [b"data: {}\n\n".to_vec(), b"data: aaaaaaaaaaaaaaaa\n".repeat(20_000)].concat()),
        ("sends no text at all", [b"data: {}\n\n".to_vec(), vec![0xff; 1_000]].concat()),
    ];
    for (way, bytes) in ways {
        let addr = raw_supplier(move |_, mut stream| {
            let bytes = bytes.clone();
            async move {
                stream.write_all(STREAM_HEAD).await.unwrap();
                let _ = stream.write_all(&bytes).await;
            }
        })
        .await;
        let proxy = proxy(addr, &[]).await;
        let all = Listening::open(&proxy, "abc").await.drain().await;
        assert_eq!(all, ": open\n\n: ping\n\nevent: ping\ndata: {}\n\ndata: {}\n\n", "{way}");
    }
}

#[tokio::test]
async fn x17_a_reset_connection_ends_the_stream_cleanly() {
    let addr = raw_supplier(|_, mut stream| async move {
        let chunked = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\na\r\ndata: {}\n\n\r\n";
        stream.write_all(chunked).await.unwrap();
        // Half a chunk is sent, then nothing.
        stream.write_all(b"ff\r\ndata: ").await.unwrap();
    })
    .await;
    let proxy = proxy(addr, &[]).await;
    assert_eq!(
        Listening::open(&proxy, "abc").await.drain().await,
        ": open\n\n: ping\n\nevent: ping\ndata: {}\n\ndata: {}\n\n"
    );
}

#[tokio::test]
async fn a_supplier_that_falls_silent_for_good_is_asked_anew_and_left_if_it_refuses() {
    let (supplier, _push) = pushed().await;
    let proxy = proxy_with(supplier.addr, &[], |limits| {
        limits.stream_silence = Duration::from_millis(80);
        limits.ping_every = Duration::from_millis(10);
    })
    .await;
    let all = Listening::open(&proxy, "abc").await.drain().await;
    assert!(all.contains("event: ping"), "pings do not count as a sign of life: {all:?}");
    assert_eq!(supplier.asked(), 2);
}

#[tokio::test]
async fn what_is_not_a_stream_is_answered_as_json_with_the_suppliers_status() {
    let supplier = Supplier::start(|_, seen| async move {
        match seen.uri.path().split('/').nth(3).unwrap() {
            "unknown" => json(404, r#"{"detail":"ORDER_NOT_FOUND"}"#),
            "gone" => (StatusCode::GONE, "<html>gone</html>").into_response(),
            "auth" => json(401, "{}"),
            "down" => (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "7")], "<html>").into_response(),
            "none" => StatusCode::NO_CONTENT.into_response(),
            "moved" => (StatusCode::TEMPORARY_REDIRECT, [("location", "https://evil.test/")]).into_response(),
            "html" => "<html>sign in to the wifi</html>".into_response(),
            "json" => json(200, r#"{"order_id":"abc"}"#),
            _ => std::future::pending().await,
        }
    })
    .await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.stream_head = Duration::from_millis(300)).await;
    let path = |id: &str| format!("/api/orders/{id}/subscribe");
    let mapped = |status: u16, detail: &str| value!({ "status": status, "detail": detail });
    let table: [(&str, u16, Value); 8] = [
        // A code without its own status ends nothing: it is passed on in a field in which no ending is looked for.
        ("unknown", 404, value!({ "status": 404, "detail": "UPSTREAM_ERROR", "problem": "ORDER_NOT_FOUND" })),
        ("gone", 410, mapped(410, "UPSTREAM_ERROR")),
        ("auth", 401, mapped(401, "UPSTREAM_ERROR")),
        ("down", 503, mapped(503, "UPSTREAM_ERROR")),
        ("moved", 502, mapped(502, "UPSTREAM_REDIRECTED")),
        ("html", 502, mapped(502, "UPSTREAM_BAD_BODY")),
        ("json", 502, mapped(502, "UPSTREAM_BAD_BODY")),
        ("silent", 504, mapped(504, "UPSTREAM_TIMEOUT")),
    ];
    for (id, status, body) in table {
        assert_eq!(answered(proxy.get(&path(id))).await, (status, body), "{id}");
    }
    assert_eq!(proxy.get(&path("none")).send().await.unwrap().status(), 204);
    assert_eq!(proxy.get(&path("down")).send().await.unwrap().headers()["retry-after"], "7");
    assert_eq!(refused(proxy.get(&path("moved"))).await.0, 502);
}

/// A counter of the supplier's open streams.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Starts a supplier whose streams never stop sending, in events of `size` bytes; also returns the number of open ones.
async fn chatty(size: usize) -> (Supplier, Arc<AtomicUsize>) {
    let open = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&open);
    let event = Bytes::from(format!("data: {}\n\n", "a".repeat(size)));
    let supplier = Supplier::start(move |_, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        let (guard, event) = (Open(Arc::clone(&counted)), event.clone());
        async move {
            let body = futures::stream::unfold(guard, move |guard| {
                let event = event.clone();
                async move {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    Some((Ok::<_, std::convert::Infallible>(event), guard))
                }
            });
            stream(Body::from_stream(body))
        }
    })
    .await;
    (supplier, open)
}

#[tokio::test]
async fn a_subscriber_that_leaves_ends_the_suppliers_stream() {
    let (supplier, open) = chatty(10).await;
    let proxy = proxy(supplier.addr, &[]).await;
    let listening = Listening::open(&proxy, "abc").await;
    eventually("the supplier's stream is open", || open.load(Ordering::SeqCst) == 1).await;
    drop(listening);
    eventually("the supplier's stream is closed", || open.load(Ordering::SeqCst) == 0).await;
}

#[tokio::test]
async fn x18_a_subscriber_that_does_not_read_is_dropped_and_others_are_not() {
    let (supplier, open) = chatty(60_000).await;
    let proxy = proxy_with(supplier.addr, &[], |limits| {
        limits.write_stall = Duration::from_millis(400);
        limits.ping_every = Duration::from_millis(50);
    })
    .await;
    let mut stuck = TcpStream::connect(proxy.addr()).await.unwrap();
    stuck.write_all(b"GET /api/orders/stuck/subscribe HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut reading = Listening::open(&proxy, "abc").await;
    eventually("both streams are open", || open.load(Ordering::SeqCst) == 2).await;
    let reader = tokio::spawn(async move {
        let mut events = 0;
        while let Ok(Some(_)) = reading.chunk().await {
            events += 1;
            if events == 200 {
                break;
            }
        }
        (reading, events)
    });
    eventually("the stuck subscriber is dropped", || open.load(Ordering::SeqCst) == 1).await;
    let (_reading, events) = within(reader).await.unwrap();
    assert_eq!(events, 200);
    // What was already sent can be read; then the connection is over.
    let mut rest = Vec::new();
    let _ = within(stuck.read_to_end(&mut rest)).await;
}
