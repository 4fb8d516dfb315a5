//! Connections: their limits, their client's address, and their end.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Listening, Supplier, answered, eventually, json, proxy, proxy_with, within};

#[tokio::test]
async fn the_shoppers_address_is_the_peers_unless_a_trusted_proxy_says_otherwise() {
    for (flags, sent, seen) in [
        (&[][..], "198.51.100.1", "127.0.0.1"),
        (&["--trusted-proxies", "10.0.0.0/8"], "198.51.100.1", "127.0.0.1"),
        (&["--trusted-proxies", "127.0.0.1"], "198.51.100.1", "198.51.100.1"),
        (&["--trusted-proxies", "127.0.0.0/8,10.0.0.0/8"], "6.6.6.6, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
        (&["--trusted-proxies", "127.0.0.1"], "rubbish", "127.0.0.1"),
        (&["--trusted-proxies", "127.0.0.1"], "2001:db8::1", "2001:db8::1"),
    ] {
        let supplier = Supplier::always(200, "{}").await;
        let proxy = proxy(supplier.addr, flags).await;
        answered(proxy.get("/api/v5/orders/abc").header("x-forwarded-for", sent)).await;
        let found: Vec<_> = supplier.seen()[0].headers.get_all("x-forwarded-for").iter().cloned().collect();
        assert_eq!(found, [seen], "{flags:?} {sent}");
    }
}

#[tokio::test]
async fn x13_a_head_that_trickles_in_is_cut_and_others_do_not_wait() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.header_read = Duration::from_millis(300)).await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(proxy.addr()).await.unwrap());
    }
    let mut slow = TcpStream::connect(proxy.addr()).await.unwrap();
    let trickle = async {
        for byte in b"GET /api/v3/payment_vias HTTP/1.1\r\nhost: a\r\nx: ".iter().chain(std::iter::repeat(&b'a')) {
            if slow.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ((), answer) = tokio::join!(within(trickle), answered(proxy.get("/api/v3/payment_vias")));
    assert_eq!(answer.0, 200);
    for mut connection in idle {
        // A closed connection reads as its end.
        assert_eq!(within(connection.read(&mut [0; 1])).await.unwrap_or(0), 0);
    }
}

#[tokio::test]
async fn x13_a_body_that_trickles_in_is_cut() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.body_read = Duration::from_millis(200)).await;
    let head =
        "POST /api/v5/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let answer = within(proxy.raw(head)).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("BODY_TOO_SLOW"), "{answer}");
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x13_a_head_over_the_limit_is_refused() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    let long = |size: usize| {
        format!("GET /api/v3/payment_vias HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: {}\r\n\r\n", "a".repeat(size))
    };
    assert!(proxy.raw(long(15_000)).await.starts_with("HTTP/1.1 200"));
    let answer = proxy.raw(long(17_000)).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn health_is_told_without_asking_the_supplier() {
    let supplier = Supplier::always(500, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    let (status, body) = answered(proxy.get("/healthz")).await;
    assert_eq!((status, &body["status"]), (200, &"ok".into()));
    assert_eq!(proxy.client.head(proxy.url("/healthz")).send().await.unwrap().status(), 200);
    assert_eq!(answered(proxy.post("/healthz", "{}")).await.0, 404);
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x23_stopping_ends_streams_finishes_requests_and_takes_no_new_ones() {
    let supplier = Supplier::start(|_, seen| async move {
        if seen.uri.path().ends_with("/subscribe") {
            let endless =
                axum::body::Body::from_stream(futures::stream::pending::<Result<&str, std::convert::Infallible>>());
            return axum::response::IntoResponse::into_response(([("content-type", "text/event-stream")], endless));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        json(201, r#"{"order_id":"abc"}"#)
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    let addr = proxy.addr();
    let mut listening = Listening::open(&proxy, "abc").await;
    listening.until(": open").await;
    let idle = TcpStream::connect(addr).await.unwrap();
    let create = tokio::spawn(answered(proxy.post("/api/v5/orders", r#"{"a":1}"#).header("idempotency-key", "k")));
    // A create whose client has left is finished too.
    let left =
        proxy.post("/api/v5/orders", r#"{"a":2}"#).header("idempotency-key", "l").timeout(Duration::from_millis(50));
    assert!(left.send().await.is_err());
    eventually("the supplier works on all of them", || supplier.asked() == 3).await;
    let crate::support::Proxy { running, client: _client } = proxy;
    within(running.stop()).await;
    assert_eq!(within(create).await.unwrap().0, 201);
    let rest = listening.drain().await;
    assert_eq!(rest, ": open\n\n: ping\n\nevent: ping\ndata: {}\n\n");
    drop(idle);
    assert!(TcpStream::connect(addr).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn x23_stopping_does_not_wait_for_ever() {
    let supplier = Supplier::start(|_, _| std::future::pending()).await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.drain = Duration::from_millis(200)).await;
    let hanging = tokio::spawn(proxy.get("/api/v3/payment_vias").send());
    eventually("the supplier is asked", || supplier.asked() == 1).await;
    let crate::support::Proxy { running, client: _client } = proxy;
    within(running.stop()).await;
    hanging.abort();
}

#[cfg(unix)]
#[test]
fn x23_the_binary_ends_by_itself_on_sigterm() {
    use std::{
        io::{BufRead, BufReader},
        process::{Command, Stdio},
    };

    let mut child = Command::new(env!("CARGO_BIN_EXE_cr-proxy"))
        .args(["--sandbox", "--listen", "127.0.0.1:0", "--log", "off"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("cr-proxy listens on http://127.0.0.1:"), "{line}");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
}
