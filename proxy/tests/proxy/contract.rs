//! Reads: what the supplier is asked, what the client gets, and how often the supplier is asked.

use std::{
    io::Read,
    sync::{Arc, atomic::AtomicUsize, atomic::Ordering},
    time::Duration,
};

use axum::{body::Body, response::IntoResponse};
use http::{HeaderValue, header};
use serde_json::{Value, json as value};
use tokio::{io::AsyncWriteExt, sync::Semaphore};

use crate::support::{Supplier, answered, eventually, json, proxy, proxy_with, raw_supplier, refused, within};

#[tokio::test]
async fn x01_x03_what_is_not_on_the_list_never_reaches_the_supplier() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    for path in [
        "/api",
        "/api/",
        "/api/v2",
        "/api/v2/search/US?q=a",
        "/api/v3/currencies",
        "/api/v3/qrs/abc",
        "/api/v5/orders",
        "/api/v5/orders/a%2Eb",
        "/api/v5/orders/abc/subscribe",
        "/api/orders/abc",
        "/api/v6/partner/orders",
        "/api/healthz",
        "/api//v2/brands?country_code=US",
        "/api/v2/brands/?country_code=US",
        "/api/v2/%62rands?country_code=US",
        "/apiv2/brands?country_code=US",
        "/v2/brands?country_code=US",
        "/sandbox/",
        "/sandbox/control",
        "/nothing",
    ] {
        assert_eq!(refused(proxy.get(path)).await, (404, "NOT_FOUND".into()), "GET {path}");
    }
    for (method, path) in [
        ("POST", "/api/v2/brands"),
        ("PUT", "/api/v5/orders/abc"),
        ("PATCH", "/api/v5/orders/abc"),
        ("DELETE", "/api/v5/orders/abc"),
        ("POST", "/sandbox/orders/abc/pay"),
        ("POST", "/sandbox/control"),
        ("PROPFIND", "/api/v5/orders/abc"),
        ("POST", "/"),
    ] {
        let request = proxy
            .client
            .request(method.parse().unwrap(), proxy.url(path))
            .header("content-type", "application/json")
            .body("{}");
        assert_eq!(refused(request).await, (404, "NOT_FOUND".into()), "{method} {path}");
    }
    let head = proxy.client.head(proxy.url("/api/v3/payment_vias")).send().await.unwrap();
    assert_eq!(head.status(), 404);
    for (path, detail) in [
        ("/api/v2/brands", "PARAMETER_MISSING"),
        ("/api/v2/brands?country_code=US&country_code=IT", "PARAMETER_REPEATED"),
        ("/api/v2/brands?country_code=US&upstream=http://evil.test", "PARAMETER_NOT_ALLOWED"),
        ("/api/v2/brands?country_code=usa", "PARAMETER_INVALID"),
        ("/api/v5/orders/abc?expand=all", "PARAMETER_NOT_ALLOWED"),
    ] {
        assert_eq!(refused(proxy.get(path)).await, (400, detail.into()), "{path}");
    }
    // A client library would normalise these paths before it sends them.
    for path in [
        "/api/../v5/orders/abc",
        "/api/v5/orders/..%2f..%2fv2",
        "/api/v5/orders/../../v2/brands",
        "http://evil.test/v2/brands",
    ] {
        let answer = proxy.raw(format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x04_x07_the_supplier_sees_our_headers_and_none_of_the_clients() {
    let supplier = Supplier::start(|_, seen| async move {
        if seen.uri.path().ends_with("/subscribe") {
            return ([(header::CONTENT_TYPE, "text/event-stream")], "").into_response();
        }
        json(200, r#"{"order_id":"abc"}"#)
    })
    .await;
    let proxy = proxy(supplier.addr, &["--send-country-header"]).await;
    let head = concat!(
        "host: evil.test\r\nx-cr-application: thief\r\nX-CR-APPLICATION: thief\r\nx-cr-version: 9\r\nx-forwarded-for: 6.6.6.6\r\n",
        "x-forwarded-host: evil.test\r\nx-forwarded-proto: https\r\nforwarded: for=6.6.6.6\r\nx-real-ip: 6.6.6.6\r\n",
        "x-country-iso-code: KP\r\nauthorization: Bearer stolen\r\ncookie: session=stolen\r\nproxy-authorization: Basic c3RvbGVu\r\n",
        "te: trailers\r\ntrailer: x-a\r\nkeep-alive: timeout=5\r\nupgrade: h2c\r\nconnection: close, x-secret, upgrade\r\nx-secret: 1\r\n",
        "last-event-id: 7\r\nif-none-match: \"a\"\r\nrange: bytes=0-1\r\naccept-language: it\r\nreferer: https://evil.test/\r\n",
        "user-agent: Browser/7 (phone)\r\naccept: text/html\r\n",
    );
    for (method, path, body) in [
        ("GET", "/api/v2/brands?country_code=IT", ""),
        ("GET", "/api/v5/products/country/IT?family_name=a", ""),
        ("GET", "/api/v5/orders/abc", ""),
        ("GET", "/api/orders/abc/subscribe", ""),
        ("POST", "/api/v5/orders/validations", r#"{"deliveries":[{"country_code":"IT"}]}"#),
        ("POST", "/api/v5/orders", r#"{"deliveries":[{"country_code":"IT"}]}"#),
    ] {
        let length = body.len();
        let kind = if method == "POST" { "content-type: application/json\r\n" } else { "" };
        let request = format!("{method} {path} HTTP/1.1\r\n{head}{kind}content-length: {length}\r\n\r\n{body}");
        let answer = proxy.raw(request).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    assert_eq!(supplier.asked(), 6);
    for seen in supplier.seen() {
        let path = seen.uri.path().to_owned();
        let streams = path.ends_with("/subscribe");
        let mut expected = vec![
            ("accept", if streams { "text/event-stream" } else { "application/json" }),
            ("accept-encoding", if streams { "identity" } else { "gzip,br" }),
            ("content-type", "application/json"),
            ("host", seen.header("host").unwrap()),
            ("user-agent", "Browser/7 (phone)"),
            ("x-cr-application", "partner-7"),
            ("x-cr-version", "shop/1.2"),
            ("x-forwarded-for", "127.0.0.1"),
        ];
        if streams {
            expected.push(("cache-control", "no-cache"));
        }
        if !path.contains("/abc") {
            expected.push(("x-country-iso-code", "IT"));
        }
        let mut found: Vec<(&str, &str)> = seen
            .headers
            .iter()
            .map(|(name, content)| (name.as_str(), content.to_str().unwrap()))
            .filter(|(name, _)| *name != "content-length")
            .collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{path}");
        assert_eq!(seen.header("host"), Some(supplier.addr.to_string().as_str()));
    }
}

#[tokio::test]
async fn the_country_header_is_sent_only_if_asked_for() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    answered(proxy.get("/api/v2/brands?country_code=IT")).await;
    assert_eq!(supplier.seen()[0].header("x-country-iso-code"), None);
}

#[tokio::test]
async fn x06_a_hostile_user_agent_is_cleaned() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    let own = concat!("cr-proxy/", env!("CARGO_PKG_VERSION"));
    let long = "a".repeat(9_000);
    let table: &[(&[u8], &str)] = &[(b"", own), (b"Mozilla\xff/5", "Mozilla/5"), (long.as_bytes(), &long[..512])];
    for (number, (agent, expected)) in table.iter().enumerate() {
        let head = format!("GET /api/v5/orders/a{number} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nuser-agent: ");
        proxy.raw([head.as_bytes(), *agent, b"\r\n\r\n"].concat()).await;
        assert_eq!(supplier.seen()[number].header("user-agent"), Some(*expected));
    }
    let injected =
        proxy.raw("GET /api/v5/orders/b HTTP/1.1\r\nhost: a\r\nuser-agent: x\rX-Cr-Application: y\r\n\r\n").await;
    assert!(injected.starts_with("HTTP/1.1 400"), "{injected}");
    assert_eq!(supplier.asked(), table.len());
}

#[tokio::test]
async fn x07_x20_nothing_of_the_suppliers_head_crosses_but_date_and_retry_after() {
    let supplier = Supplier::start(|_, seen| async move {
        let status = if seen.uri.path().ends_with("bad") { 503 } else { 200 };
        let mut response = json(status, r#"{"order_id":"abc"}"#);
        let headers = response.headers_mut();
        for (name, content) in [
            ("set-cookie", "a=b"),
            ("location", "https://evil.test/"),
            ("access-control-allow-origin", "*"),
            ("access-control-allow-credentials", "true"),
            ("server", "supplier/1"),
            ("x-powered-by", "db-7"),
            ("via", "1.1 inner"),
            ("keep-alive", "timeout=5"),
            ("proxy-authenticate", "Basic"),
            ("x-internal", "10.0.0.7"),
            ("etag", "\"a\""),
            ("cache-control", "public, max-age=9999"),
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("retry-after", "7"),
            ("content-security-policy", "default-src *"),
            ("link", "<https://evil.test>; rel=preload"),
        ] {
            headers.insert(name, HeaderValue::from_static(content));
        }
        *headers.get_mut("content-type").unwrap() = HeaderValue::from_static("text/html");
        response
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for (path, status) in [("/api/v5/orders/abc", 200), ("/api/v5/orders/bad", 503)] {
        let response = proxy.get(path).send().await.unwrap();
        assert_eq!(response.status(), status);
        let mut found: Vec<(&str, &str)> = response
            .headers()
            .iter()
            .map(|(name, content)| (name.as_str(), content.to_str().unwrap()))
            .filter(|(name, _)| *name != "content-length")
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("cache-control", "no-store"),
                ("content-type", "application/json"),
                ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("referrer-policy", "no-referrer"),
                ("retry-after", "7"),
                ("vary", "Accept-Encoding"),
                ("vary", "Origin"),
                ("x-content-type-options", "nosniff"),
                ("x-cr-proxy", "idempotency"),
            ]
        );
    }
    let catalogue = proxy.get("/api/v3/payment_vias").send().await.unwrap();
    assert_ne!(
        catalogue.headers()["date"],
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "only order answers carry the supplier's clock"
    );
}

#[tokio::test]
async fn x20_error_pages_and_stack_traces_become_plain_json() {
    let supplier = Supplier::start(|_, seen| async move {
        match seen.uri.path().rsplit('/').next().unwrap() {
            "html" => (http::StatusCode::INTERNAL_SERVER_ERROR, "<html>at com.example.Orders</html>").into_response(),
            "trace" => json(500, r#"{"trace":"at com.example.Orders","detail":"a\n\tat com.example"}"#),
            "message" => json(500, r#"{"message":"java.lang.Error: at com.example.Orders(Orders.java:12)"}"#),
            "detail" => json(404, r#"{"status":404,"detail":"com.example.Orders: db-7 is away","order_id":"abc"}"#),
            "list" => json(400, r#"[{"problem":"OUT_OF_STOCK","moreDetails":"at com.example.Stock"},{"problem":"db-7"}]"#),
            "problem" => json(422, r#"{"detail":"SUSPENDED_COIN","moreDetails":["BTC"],"host":"db-7"}"#),
            "gone" => json(410, r#"{"status":410,"detail":"ORDER_NOT_FOUND","message":"no such order in db-7"}"#),
            "limit" => json(
                422,
                r#"{"status":"422","detail":"DAILY_SPENDING_LIMIT_EXCEEDED","moreDetails":{"limit":1000.00,"of":"a@b.example"}}"#,
            ),
            "empty" => http::StatusCode::NOT_FOUND.into_response(),
            _ => http::StatusCode::IM_A_TEAPOT.into_response(),
        }
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for (id, status, body) in [
        ("html", 500, value!({ "status": 500, "detail": "UPSTREAM_ERROR" })),
        ("trace", 500, value!({ "status": 500, "detail": "UPSTREAM_ERROR" })),
        ("message", 500, value!({ "status": 500, "detail": "UPSTREAM_ERROR" })),
        ("detail", 404, value!({ "status": 404, "detail": "UPSTREAM_ERROR", "order_id": "abc" })),
        (
            "list",
            400,
            value!({ "status": 400, "detail": "OUT_OF_STOCK",
                "problems": [{ "problem": "OUT_OF_STOCK" }, { "problem": "UNREADABLE" }] }),
        ),
        ("problem", 422, value!({ "status": 422, "detail": "SUSPENDED_COIN" })),
        ("gone", 410, value!({ "status": 410, "detail": "ORDER_NOT_FOUND" })),
        (
            "limit",
            422,
            serde_json::from_str(
                r#"{"status":422,"detail":"DAILY_SPENDING_LIMIT_EXCEEDED","moreDetails":{"limit":1000.00}}"#,
            )
            .unwrap(),
        ),
        ("empty", 404, value!({ "status": 404, "detail": "UPSTREAM_ERROR" })),
    ] {
        assert_eq!(answered(proxy.get(&format!("/api/v5/orders/{id}"))).await, (status, body), "{id}");
    }
}

#[tokio::test]
async fn x20_refusals_that_are_told_with_200_lose_only_details_that_nobody_has_a_use_for() {
    let told = r#"{ "coin_amount": "5.10", "note": "as it was", "problems": [
        { "problem": "KYC_MISSING", "moreDetails": "at com.example.Kyc(Kyc.java:12)" },
        { "problem": "NOT_ALLOWED_PAYMENT_VIA", "moreDetails": ["USER_WALLET"] } ] }"#;
    let supplier = Supplier::always(200, told).await;
    let proxy = proxy(supplier.addr, &[]).await;
    let passed = answered(proxy.post("/api/v5/orders/validations", "{}".to_owned())).await;
    let mut expected: Value = serde_json::from_str(told).unwrap();
    expected["problems"][0]["moreDetails"] = Value::Null;
    assert_eq!(passed, (200, expected));
}

#[tokio::test]
async fn a_supplier_that_redirects_hangs_up_or_lies_is_told_apart_from_one_that_answers() {
    let other = Supplier::always(200, "{}").await;
    let elsewhere = format!("http://{}/v3/payment_vias", other.addr);
    let supplier = Supplier::start(move |_, seen| {
        let elsewhere = elsewhere.clone();
        async move {
            match seen.uri.path() {
                "/v3/payment_vias" => (http::StatusCode::TEMPORARY_REDIRECT, [("location", elsewhere)]).into_response(),
                "/v5/orders/html" => "<html>sign in to the wifi</html>".into_response(),
                "/v5/orders/cut" => json(200, r#"{"order_id":"#),
                "/v5/orders/tail" => json(200, "{} {}"),
                "/v5/orders/empty" => json(200, ""),
                _ => std::future::pending().await,
            }
        }
    })
    .await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.read_call = Duration::from_millis(300)).await;
    for (path, status, detail) in [
        ("/api/v3/payment_vias", 502, "UPSTREAM_REDIRECTED"),
        ("/api/v5/orders/html", 502, "UPSTREAM_BAD_BODY"),
        ("/api/v5/orders/cut", 502, "UPSTREAM_BAD_BODY"),
        ("/api/v5/orders/tail", 502, "UPSTREAM_BAD_BODY"),
        ("/api/v5/orders/empty", 502, "UPSTREAM_BAD_BODY"),
        ("/api/v5/orders/silent", 504, "UPSTREAM_TIMEOUT"),
    ] {
        assert_eq!(refused(proxy.get(path)).await, (status, detail.into()), "{path}");
    }
    assert_eq!(other.asked(), 0, "redirects are not followed");
}

#[tokio::test]
async fn a_supplier_that_cannot_be_reached_or_breaks_off_is_a_bad_gateway() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let gone = proxy(free, &[]).await;
    assert_eq!(refused(gone.get("/api/v3/payment_vias")).await, (502, "UPSTREAM_UNREACHABLE".into()));
    assert_eq!(refused(gone.get("/api/orders/abc/subscribe")).await, (502, "UPSTREAM_UNREACHABLE".into()));

    let breaks = raw_supplier(|_, mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"a\":").await.unwrap();
    })
    .await;
    let proxy = proxy(breaks, &[]).await;
    assert_eq!(refused(proxy.get("/api/v3/payment_vias")).await, (502, "UPSTREAM_DROPPED".into()));
}

#[tokio::test]
async fn h07_answers_over_the_limit_are_cut_even_if_they_were_small_when_compressed() {
    let supplier = Supplier::start(|_, seen| async move {
        let big = format!(r#""{}""#, "a".repeat(2_000_000));
        if seen.uri.path() == "/v5/orders/bomb" {
            let mut coded = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut coded, big.as_bytes()).unwrap();
            return ([(header::CONTENT_ENCODING, "gzip")], coded.finish().unwrap()).into_response();
        }
        json(200, big)
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for path in
        ["/api/v3/payment_vias", "/api/v5/orders/big", "/api/v5/orders/bomb", "/api/v2/homepage?country_code=US"]
    {
        assert_eq!(refused(proxy.get(path)).await, (502, "UPSTREAM_TOO_LARGE".into()), "{path}");
    }
    for path in ["/api/v5/products/country/US?family_name=a", "/api/v2/brands?country_code=US"] {
        assert_eq!(proxy.get(path).send().await.unwrap().status(), 200, "{path}");
    }
}

#[tokio::test]
async fn l04_a_catalogue_answer_is_read_once_for_all() {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let supplier = Supplier::start(move |_, _| {
        let gate = Arc::clone(&gate);
        async move {
            gate.acquire().await.unwrap().forget();
            json(200, r#"{"all_brands":[{"brand":"Arcadia"}]}"#)
        }
    })
    .await;
    let proxy = Arc::new(proxy(supplier.addr, &[]).await);
    let readers: Vec<_> = (0..40)
        .map(|_| {
            let proxy = Arc::clone(&proxy);
            tokio::spawn(async move { proxy.get("/api/v2/brands?country_code=US").send().await.unwrap() })
        })
        .collect();
    eventually("the supplier is asked", || supplier.asked() == 1).await;
    opened.add_permits(1);
    for reader in readers {
        let response = within(reader).await.unwrap();
        assert_eq!(response.status(), 200);
        let kept = response.headers()["cache-control"].to_str().unwrap().to_owned();
        let seconds: u64 = kept.strip_prefix("public, max-age=").unwrap().parse().unwrap();
        assert!((280..=300).contains(&seconds), "{kept}");
    }
    let later = proxy.get("/api/v2/brands?country_code=US").send().await.unwrap();
    assert_eq!(later.text().await.unwrap(), r#"{"all_brands":[{"brand":"Arcadia"}]}"#);
    assert_eq!(supplier.asked(), 1);
    opened.add_permits(1);
    proxy.get("/api/v2/brands?country_code=IT").send().await.unwrap();
    assert_eq!(supplier.asked(), 2, "another country is another question");
}

#[tokio::test]
async fn errors_are_not_kept() {
    let supplier =
        Supplier::start(
            |number, _| async move { if number == 0 { json(503, "{}") } else { json(200, r#"["fresh"]"#) } },
        )
        .await;
    let proxy = proxy(supplier.addr, &[]).await;
    let failed = proxy.get("/api/v3/payment_vias").send().await.unwrap();
    assert_eq!(
        (failed.status().as_u16(), &failed.headers()["cache-control"]),
        (503, &HeaderValue::from_static("no-store"))
    );
    assert_eq!(answered(proxy.get("/api/v3/payment_vias")).await, (200, value!(["fresh"])));
}

#[tokio::test]
async fn while_the_supplier_wants_to_be_left_alone_it_is() {
    let supplier = Supplier::start(|_, _| async move {
        (http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "30")], r#"{"error":"slow down"}"#).into_response()
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for path in ["/api/v3/payment_vias", "/api/v5/orders/abc"] {
        for _ in 0..3 {
            let response = proxy.get(path).send().await.unwrap();
            assert_eq!(
                (response.status().as_u16(), &response.headers()["retry-after"]),
                (429, &HeaderValue::from_static("30"))
            );
            assert_eq!(response.headers()["cache-control"], "no-store");
        }
    }
    assert_eq!(supplier.asked(), 2);
}

#[tokio::test]
async fn one_read_of_an_order_serves_all_who_ask_but_none_who_heard_an_event_since() {
    let reads = Arc::new(AtomicUsize::new(0));
    let event = Arc::new(Semaphore::new(0));
    let (count, sent) = (Arc::clone(&reads), Arc::clone(&event));
    let supplier = Supplier::start(move |_, seen| {
        let (count, sent) = (Arc::clone(&count), Arc::clone(&sent));
        async move {
            if seen.uri.path().ends_with("/subscribe") {
                let body = futures::stream::once(async move {
                    sent.acquire().await.unwrap().forget();
                    Ok::<_, std::convert::Infallible>("data: {}\n\n")
                });
                return ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(body)).into_response();
            }
            json(200, format!(r#"{{"read":{}}}"#, count.fetch_add(1, Ordering::SeqCst)))
        }
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for _ in 0..5 {
        assert_eq!(answered(proxy.get("/api/v5/orders/abc")).await, (200, value!({ "read": 0 })));
    }
    assert_eq!(answered(proxy.get("/api/v5/orders/other")).await, (200, value!({ "read": 1 })));
    let mut listening = crate::support::Listening::open(&proxy, "abc").await;
    event.add_permits(1);
    listening.until("data: {}\n\n").await;
    assert_eq!(answered(proxy.get("/api/v5/orders/abc")).await, (200, value!({ "read": 2 })));
    assert_eq!(answered(proxy.get("/api/v5/orders/other")).await, (200, value!({ "read": 1 })));
}

#[tokio::test]
async fn json_is_compressed_for_those_who_accept_it_and_large_enough_to_matter() {
    let supplier = Supplier::start(|_, seen| async move {
        if seen.uri.path() == "/v5/orders/small" {
            json(200, "{}")
        } else {
            json(200, format!("[{}1]", "1,".repeat(5_000)))
        }
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    let whole = format!("[{}1]", "1,".repeat(5_000));
    for (path, accepted, coding) in [
        ("/api/v3/payment_vias", "gzip, deflate, br", Some("br")),
        ("/api/v3/payment_vias", "gzip", Some("gzip")),
        ("/api/v3/payment_vias", "identity", None),
        ("/api/v5/orders/abc", "br", Some("br")),
        ("/api/v5/orders/small", "br", None),
        ("/api/available-countries", "gzip", Some("gzip")),
    ] {
        let response = proxy.get(path).header("accept-encoding", accepted).send().await.unwrap();
        let found = response.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), coding, "{path} {accepted}");
        let vary: Vec<_> = response.headers().get_all("vary").iter().map(|name| name.to_str().unwrap()).collect();
        assert_eq!(vary, ["Accept-Encoding", "Origin"], "{path}");
        let bytes = response.bytes().await.unwrap();
        let mut plain = Vec::new();
        match coding {
            Some("br") => brotli::Decompressor::new(&bytes[..], 4_096).read_to_end(&mut plain).unwrap(),
            Some("gzip") => flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).unwrap(),
            _ => bytes.as_ref().read_to_end(&mut plain).unwrap(),
        };
        if path == "/api/v3/payment_vias" {
            assert_eq!(plain, whole.as_bytes());
        }
    }
}

#[tokio::test]
async fn countries_come_from_our_own_list_and_may_be_kept_for_a_day() {
    let supplier = Supplier::always(500, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    let response = proxy.get("/api/available-countries").send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=86400");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(rows.len(), 233);
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn amounts_keep_every_digit_on_the_way() {
    let body = r#"{"order_id":"abc","coin_amount":12345678901234567890.1234567890,"sent":0.10,"tiny":1e-30}"#;
    let supplier = Supplier::always(200, body).await;
    let proxy = proxy(supplier.addr, &[]).await;
    assert_eq!(proxy.get("/api/v5/orders/abc").send().await.unwrap().text().await.unwrap(), body);
}
