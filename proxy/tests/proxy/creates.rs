//! Creating orders: once for each key, whatever happens.

use std::{sync::Arc, time::Duration};

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json as value};
use tokio::{io::AsyncWriteExt, sync::Semaphore};

use crate::support::{
    Proxy, Seen, Supplier, answered, eventually, json, proxy, proxy_with, raw_supplier, refused, sandbox, within,
};

const BODY: &str = r#"{"deliveries":[{"brand_name":"Arcadia","country_code":"US","denomination":"50 USD","beneficiary_account":"a@b.example"}]}"#;
const UNKNOWN: (u16, &str) = (504, "ORDER_OUTCOME_UNKNOWN");

fn create(proxy: &Proxy, key: &str, body: &str) -> reqwest::RequestBuilder {
    proxy.post("/api/v5/orders", body.to_owned()).header("idempotency-key", key)
}

fn order(number: usize) -> axum::response::Response {
    json(201, format!(r#"{{"order_id":"order-{number}","order_state":"WaitingForPayment"}}"#))
}

#[tokio::test]
async fn h01_a_create_whose_answer_was_lost_is_answered_again_and_not_made_again() {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let supplier = Supplier::start(move |number, _| {
        let gate = Arc::clone(&gate);
        async move {
            gate.acquire().await.unwrap().forget();
            order(number)
        }
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    // The client leaves while the supplier works.
    let lost = create(&proxy, "key-1", BODY).timeout(Duration::from_millis(100)).send().await;
    assert!(lost.unwrap_err().is_timeout());
    eventually("the supplier was asked", || supplier.asked() == 1).await;
    let again = create(&proxy, "key-1", BODY).send();
    tokio::pin!(again);
    assert!(futures::poll!(&mut again).is_pending());
    opened.add_permits(1);
    let again = within(again).await.unwrap();
    assert_eq!(again.status(), 201);
    assert_eq!(again.headers()["x-cr-proxy"], "idempotency");
    assert_eq!(again.headers()["cache-control"], "no-store");
    let first = again.text().await.unwrap();
    assert!(first.contains("order-0"), "{first}");
    let third = create(&proxy, "key-1", BODY).send().await.unwrap();
    assert_eq!((third.status().as_u16(), third.text().await.unwrap()), (201, first));
    assert_eq!(supplier.asked(), 1);
    opened.add_permits(1);
    let (status, other) = answered(create(&proxy, "key-2", BODY)).await;
    assert_eq!((status, &other["order_id"]), (201, &value!("order-1")));
}

#[tokio::test]
async fn h04_a_key_with_another_body_is_a_conflict() {
    let supplier = Supplier::start(|number, _| async move { order(number) }).await;
    let proxy = proxy(supplier.addr, &[]).await;
    assert_eq!(answered(create(&proxy, "key-1", BODY)).await.0, 201);
    let other = BODY.replace("50 USD", "500 USD");
    assert_eq!(refused(create(&proxy, "key-1", &other)).await, (409, "IDEMPOTENCY_KEY_REUSED".into()));
    assert_eq!(answered(create(&proxy, "key-1", BODY)).await.0, 201);
    assert_eq!(supplier.asked(), 1);
}

#[tokio::test]
async fn many_at_once_with_one_key_make_one_order() {
    let supplier = Supplier::start(|number, _| async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        order(number)
    })
    .await;
    let proxy = Arc::new(proxy(supplier.addr, &[]).await);
    let attempts: Vec<_> = (0..20)
        .map(|_| {
            let proxy = Arc::clone(&proxy);
            tokio::spawn(async move { answered(create(&proxy, "key-1", BODY)).await })
        })
        .collect();
    for attempt in attempts {
        assert_eq!(within(attempt).await.unwrap().1["order_id"], "order-0");
    }
    assert_eq!(supplier.asked(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_stays_unknown_for_its_key() {
    let supplier = Supplier::start(|_, seen| async move {
        match seen.json()["as"].as_str().unwrap() {
            "500" => json(500, r#"{"detail":"KABOOM"}"#),
            "502" => (StatusCode::BAD_GATEWAY, "<html>").into_response(),
            "429" => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")], "{}").into_response(),
            "408" => json(408, "{}"),
            "409" => json(409, "{}"),
            "302" => (StatusCode::FOUND, [("location", "/v5/orders/elsewhere")]).into_response(),
            "html" => (StatusCode::OK, "<html>").into_response(),
            "nothing" => json(200, "{}"),
            _ => std::future::pending().await,
        }
    })
    .await;
    let proxy = proxy_with(supplier.addr, &[], |limits| limits.write_call = Duration::from_millis(300)).await;
    let ways = ["500", "502", "429", "408", "409", "302", "html", "nothing", "timeout"];
    for (number, way) in ways.iter().enumerate() {
        let body = format!(r#"{{"as":"{way}"}}"#);
        for _ in 0..3 {
            let (status, detail) = refused(create(&proxy, way, &body)).await;
            assert_eq!((status, detail.as_str()), UNKNOWN, "{way}");
        }
        assert_eq!(supplier.asked(), number + 1, "{way}");
    }
    // Without a key the answer is the same, only it is not remembered.
    let (status, detail) = refused(proxy.post("/api/v5/orders", r#"{"as":"500"}"#)).await;
    assert_eq!((status, detail.as_str()), UNKNOWN);
}

#[tokio::test]
async fn a_dropped_connection_leaves_the_outcome_unknown_and_is_not_retried() {
    for half_an_answer in ["", "HTTP/1.1 201 Created\r\ncontent-length: 50\r\n\r\n{\"order_id\":"] {
        let dials = Arc::new(Semaphore::new(0));
        let counted = Arc::clone(&dials);
        let supplier = raw_supplier(move |_, mut stream| {
            counted.add_permits(1);
            async move { stream.write_all(half_an_answer.as_bytes()).await.unwrap() }
        })
        .await;
        let proxy = proxy(supplier, &[]).await;
        for _ in 0..2 {
            let (status, detail) = refused(create(&proxy, "key-1", BODY)).await;
            assert_eq!((status, detail.as_str()), UNKNOWN);
        }
        assert_eq!(dials.available_permits(), 1);
    }
}

#[tokio::test]
async fn a_supplier_that_was_never_reached_leaves_the_key_free() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let proxy = proxy(addr, &[]).await;
    assert_eq!(refused(create(&proxy, "key-1", BODY)).await, (502, "UPSTREAM_UNREACHABLE".into()));
    let listener = tokio::net::TcpListener::bind(addr).await.unwrap();
    let router = axum::Router::new().fallback(|| async { order(0) });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    assert_eq!(answered(create(&proxy, "key-1", BODY)).await.0, 201);
}

#[tokio::test]
async fn a_refusal_for_sure_is_the_answer_of_its_key() {
    let supplier = Supplier::start(|number, _| async move {
        if number == 0 { json(422, r#"{"detail":"LOGIN_REQUIRED"}"#) } else { order(number) }
    })
    .await;
    let proxy = proxy(supplier.addr, &[]).await;
    for _ in 0..2 {
        let told = answered(create(&proxy, "key-1", BODY)).await;
        assert_eq!(told, (422, value!({ "status": 422, "detail": "LOGIN_REQUIRED" })));
    }
    assert_eq!(answered(create(&proxy, "key-2", BODY)).await.0, 201);
}

#[tokio::test]
async fn x12_x13_only_small_declared_json_objects_are_passed_on_as_they_are() {
    let supplier = Supplier::start(|number, _| async move { order(number) }).await;
    let proxy = proxy(supplier.addr, &[]).await;
    for path in ["/api/v5/orders", "/api/v5/orders/validations"] {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/json"]
        {
            let request = proxy.client.post(proxy.url(path)).header("content-type", kind).body(BODY);
            assert_eq!(refused(request).await, (415, "CONTENT_TYPE_NOT_JSON".into()), "{path} {kind}");
        }
        let undeclared = proxy.client.post(proxy.url(path)).body(BODY);
        assert_eq!(refused(undeclared).await.0, 415, "{path}");
        for body in ["", "[]", "7", "null", "{", r#"{"a":1} x"#, "\u{feff}{}"] {
            assert_eq!(refused(proxy.post(path, body)).await, (400, "BODY_NOT_JSON".into()), "{path} {body:?}");
        }
        let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
        assert_eq!(refused(proxy.post(path, deep)).await.0, 400, "{path}");
        let large = format!(r#"{{"a":"{}"}}"#, "a".repeat(16 * 1024));
        assert_eq!(refused(proxy.post(path, large)).await, (413, "BODY_TOO_LARGE".into()), "{path}");
    }
    for key in ["", "a b", "é"] {
        assert_eq!(refused(create(&proxy, key, BODY)).await, (400, "IDEMPOTENCY_KEY_INVALID".into()), "{key:?}");
    }
    let twice = create(&proxy, "a", BODY).header("idempotency-key", "a");
    assert_eq!(refused(twice).await, (400, "IDEMPOTENCY_KEY_INVALID".into()));
    assert_eq!(supplier.asked(), 0);
    let odd = "{ \"deliveries\" : [ {\"product_value\": 100.10} ],\n\"a\":\"\\u00e9\" }";
    assert_eq!(answered(proxy.post("/api/v5/orders", odd)).await.0, 201);
    assert_eq!(supplier.seen()[0].body, odd);
}

/// Responds as a supplier that has one brand and takes orders in either dialect.
fn shop(seen: &Seen) -> axum::response::Response {
    match seen.uri.path() {
        "/v2/brands" => json(200, r#"{"all_brands":[{"brand":"Arcadia","kind":"nft_giftcard"}]}"#),
        "/v5/products/country/US" => {
            json(200, r#"[{"brand":"Arcadia","products":[{"denomination":"50 USD","localized_denomination":"$50"}]}]"#)
        }
        "/v5/orders/validations" => json(200, r#"{"coin_amount":"50","problems":[]}"#),
        _ => order(0),
    }
}

#[tokio::test]
async fn the_older_dialect_is_spoken_to_the_supplier_with_the_catalogues_facts() {
    let supplier = Supplier::start(|_, seen| async move { shop(&seen) }).await;
    let proxy = proxy(supplier.addr, &["--order-dialect", "nested"]).await;
    assert_eq!(answered(create(&proxy, "key-1", BODY)).await.0, 201);
    assert_eq!(answered(proxy.post("/api/v5/orders/validations", BODY)).await.0, 200);
    let sent = |path: &str| -> Value {
        supplier.seen().iter().find(|seen| seen.method == "POST" && seen.uri.path() == path).unwrap().json()
    };
    assert_eq!(
        sent("/v5/orders")["deliveries"],
        value!([{ "kind": "nft_giftcard", "quantity": 1, "deliverable": {
            "brand_name": "Arcadia", "country_code": "US", "denomination": "50", "beneficiary_account": "a@b.example" } }])
    );
    assert_eq!(
        sent("/v5/orders/validations")["deliveries"],
        value!([{ "brand_name": "Arcadia", "country_code": "US", "denomination": "50 USD",
            "localized_denomination": "$50", "beneficiary_account": "a@b.example" }])
    );
    let (before, again) = (supplier.asked(), answered(create(&proxy, "key-1", BODY)).await);
    assert_eq!((again.0, supplier.asked()), (201, before), "the key stands for the body as it was received");
    assert_eq!(refused(create(&proxy, "key-2", "{}")).await, (400, "ORDER_NOT_CONVERTIBLE".into()));
    assert_eq!(refused(proxy.post("/api/v5/orders/validations", "{}")).await, (400, "ORDER_NOT_CONVERTIBLE".into()));
}

#[tokio::test]
async fn the_sandbox_makes_one_order_per_key_too() {
    for flags in [&[][..], &["--order-dialect", "nested"]] {
        let proxy = sandbox(flags).await;
        let order = crate::purchase::order_for(&proxy, "shopper@example.com").await.to_string();
        let (status, first) = answered(create(&proxy, "key-1", &order)).await;
        assert!(matches!(status, 200 | 201), "{flags:?} {status} {first}");
        let (_, again) = answered(create(&proxy, "key-1", &order)).await;
        assert_eq!(first["order_id"], again["order_id"], "{flags:?}");
        let (_, another) = answered(create(&proxy, "key-2", &order)).await;
        assert_ne!(first["order_id"], another["order_id"], "{flags:?}");
    }
}
