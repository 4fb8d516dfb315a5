//! The list of requests that exist: every other method, path, spelling and query is refused before anything is asked of
//! the supplier, in the same order of checks on every route.

use crate::support::{Proxy, Supplier, proxy, refused};

/// Sends a request line as it is, which a client library would normalise, and returns the status of the response.
async fn status_of(proxy: &Proxy, method: &str, target: &str, headers: &str) -> (u16, String) {
    let body = if matches!(method, "POST" | "PUT" | "PATCH") { "{}" } else { "" };
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    let answer = proxy.raw(head).await;
    let head = answer.split_once("\r\n\r\n").map(|(head, _)| head.to_ascii_lowercase()).unwrap_or_default();
    assert!(!head.contains("\r\nallow:"), "{answer}");
    for framed in
        ["x-cr-proxy: idempotency", "x-content-type-options: nosniff", "referrer-policy: no-referrer", "vary: "]
    {
        assert!(head.contains(framed) || !is_ours(target), "{method} {target}: {answer}");
    }
    let status = answer.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("{answer:?}"));
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    (status, body)
}

/// Returns whether a request line reaches the routes below `/api`: what is no target of HTTP at all does not.
fn is_ours(target: &str) -> bool {
    target.starts_with("/api/") && !target.contains(['{', '\\'])
}

/// The routes, each with a target that is right, and its one method.
const ROUTES: [(&str, &str); 10] = [
    ("GET", "/api/v3/payment_vias"),
    ("GET", "/api/v2/brands?country_code=US"),
    ("GET", "/api/v2/homepage?country_code=US"),
    ("GET", "/api/v5/products/country/US?family_name=a"),
    ("GET", "/api/v4/products/price?brand_name=a&country_code=US&face_value=1&coin=BTC"),
    ("GET", "/api/available-countries"),
    ("POST", "/api/v5/orders"),
    ("POST", "/api/v5/orders/validations"),
    ("GET", "/api/v5/orders/abc"),
    ("GET", "/api/orders/abc/subscribe"),
];

const METHODS: [&str; 12] =
    ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY", "PROPFIND", "get"];

#[tokio::test]
async fn x01_each_route_takes_its_one_method_and_no_other() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    for (right, target) in ROUTES {
        for method in METHODS.into_iter().filter(|method| *method != right) {
            // The same path may be another route by another method.
            let is_route = |(other, at): &(&str, &str)| *other == method && at.split('?').next() == Some(target);
            if ROUTES.iter().any(is_route) {
                continue;
            }
            let (status, body) = status_of(&proxy, method, target, "").await;
            assert_eq!(status, 404, "{method} {target}: {body}");
            if method != "HEAD" {
                assert_eq!(body, r#"{"status":404,"detail":"NOT_FOUND"}"#, "{method} {target}");
            }
        }
    }
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x01_no_other_spelling_of_a_path_is_taken() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    for target in [
        "/api/v5",
        "/api/v5/orders/",
        "/api/v5/orders//subscribe",
        "/api/v5/orders/..",
        "/api/v5/orders/.",
        "/api/v5/orders/../brands",
        "/api/v5/orders/a%2Fb",
        "/api/v5/orders/a%2Eb",
        "/api/v5/orders/%61bc",
        "/api/v5/orders/a+b",
        "/api/v5/orders/a;b",
        "/api/v5/orders/a:b",
        "/api/v5/orders/a@b",
        "/api/v5/orders/abc/",
        "/api/v5/orders/%76alidations",
        "/api/v5%2Forders/abc",
        "/api/orders/validations/subscribe",
        "/api/orders/abc/subscribe/",
        "/api/orders/abc/%73ubscribe",
        "/api/orders//subscribe",
        "/api//orders/abc/subscribe",
        "/api/V2/brands?country_code=US",
        "/api/v2/Brands?country_code=US",
        "/api/v2/brands;a?country_code=US",
        "/API/v2/brands?country_code=US",
        "/%61pi/v2/brands?country_code=US",
        "/api/./v2/brands?country_code=US",
        "/api/v2/./brands?country_code=US",
        "/api/v2\\brands?country_code=US",
        "/api/v5/products/country/us?family_name=a",
        "/api/v5/products/country/USA?family_name=a",
        "/api/v5/products/country/U%53?family_name=a",
        "/api/v5/products/country/?family_name=a",
        "/api/v5/products/country?family_name=a",
        "/api/available-countries/",
        "/api/{*rest}",
        "/api/v5/orders/{id}",
    ] {
        let (status, body) = status_of(&proxy, "GET", target, "").await;
        assert!(status == 404 || status == 400 && !is_ours(target), "{target}: {status} {body}");
    }
    let long = format!("/api/v5/orders/{}", "a".repeat(129));
    assert_eq!(refused(proxy.get(&long)).await, (404, "NOT_FOUND".into()));
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x03_queries_are_taken_only_as_listed() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    let (brands, products, price) = ("/api/v2/brands", "/api/v5/products/country/US", "/api/v4/products/price");
    for (path, query, detail) in [
        (brands, "", "PARAMETER_MISSING"),
        (brands, "country_code=", "PARAMETER_INVALID"),
        (brands, "country_code=us", "PARAMETER_INVALID"),
        (brands, "country_code=US&country_code=US", "PARAMETER_REPEATED"),
        (brands, "country_code=US&country%5Fcode=IT", "PARAMETER_REPEATED"),
        (brands, "country_code=US&promo_code=X", "PARAMETER_NOT_ALLOWED"),
        (brands, "country_code=US&country_code[]=IT", "PARAMETER_NOT_ALLOWED"),
        ("/api/v3/payment_vias", "lang=en", "PARAMETER_NOT_ALLOWED"),
        ("/api/v5/orders/abc", "x=1", "PARAMETER_NOT_ALLOWED"),
        ("/api/orders/abc/subscribe", "x=1", "PARAMETER_NOT_ALLOWED"),
        ("/api/available-countries", "x=1", "PARAMETER_NOT_ALLOWED"),
        (products, "", "PARAMETER_MISSING"),
        (products, "coin=USDC", "PARAMETER_MISSING"),
        (products, "family_name=", "PARAMETER_INVALID"),
        (products, "family_name=a%0D%0AHost:%20evil", "PARAMETER_INVALID"),
        (products, "family_name=%ff", "PARAMETER_INVALID"),
        (products, "family_name=a&coin=a%20b", "PARAMETER_INVALID"),
        (products, "family_name=a&lang=../..", "PARAMETER_INVALID"),
        (price, "brand_name=a&country_code=US&face_value=1", "PARAMETER_MISSING"),
        (price, "brand_name=a&country_code=US&face_value=-1&coin=BTC", "PARAMETER_INVALID"),
        (price, "brand_name=a&country_code=US&face_value=1e9&coin=BTC", "PARAMETER_INVALID"),
        (price, "brand_name=a&country_code=US&face_value=1.&coin=BTC", "PARAMETER_INVALID"),
    ] {
        let (status, body) = status_of(&proxy, "GET", &format!("{path}?{query}"), "").await;
        assert_eq!((status, body), (400, format!(r#"{{"status":400,"detail":"{detail}"}}"#)), "{path}?{query}");
    }
    for path in ["/api/v5/orders", "/api/v5/orders/validations"] {
        let (status, body) = status_of(&proxy, "POST", &format!("{path}?x=1"), "").await;
        assert_eq!((status, body.contains("PARAMETER_NOT_ALLOWED")), (400, true), "{path}: {body}");
    }
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x01_the_path_is_checked_first_then_the_origin_then_the_query() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &["--allowed-origins", "https://listed.example"]).await;
    let foreign = "origin: https://foreign.example\r\n";
    for (method, target, expected) in [
        ("GET", "/api/v2/brand?x=1", 404),
        ("GET", "/api/v5/orders/a%2Eb?x=1", 404),
        ("GET", "/api/v5/products/country/us?x=1", 404),
        ("PUT", "/api/v5/orders/abc?x=1", 404),
        ("GET", "/api/v2/brands?x=1", 403),
        ("GET", "/api/v5/orders/abc?x=1", 403),
        ("POST", "/api/v5/orders?x=1", 403),
    ] {
        assert_eq!(status_of(&proxy, method, target, foreign).await.0, expected, "{method} {target}");
    }
    let preflight =
        |method: &str| format!("origin: https://listed.example\r\naccess-control-request-method: {method}\r\n");
    for (method, target, expected) in [
        ("GET", "/api/v2/brands", 204),
        ("GET", "/api/v5/orders/abc", 204),
        ("POST", "/api/v5/orders", 204),
        ("POST", "/api/v5/orders/validations", 204),
        ("GET", "/api/v5/orders", 404),
        ("HEAD", "/api/v2/brands", 404),
        ("GET", "/api/v5/orders/a%2Eb", 404),
        ("GET", "/api/v5/products/country/us", 404),
        ("GET", "/api/nothing", 404),
    ] {
        let (status, body) = status_of(&proxy, "OPTIONS", target, &preflight(method)).await;
        assert_eq!(status, expected, "OPTIONS for {method} {target}: {body}");
    }
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn every_listing_is_asked_for_in_one_spelling() {
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &[]).await;
    let table = [
        ("/api/v3/payment_vias", "/v3/payment_vias"),
        ("/api/v2/brands?country_code=US", "/v2/brands?country_code=US"),
        ("/api/v2/homepage?country_code=XK", "/v2/homepage?country_code=XK"),
        (
            "/api/v5/products/country/US?lang=en&coin=USDC.e&family_name=A%26B%20C",
            "/v5/products/country/US?family_name=A%26B+C&coin=USDC.e&lang=en",
        ),
        ("/api/v5/products/country/IT?brand_name=Caff%C3%A8", "/v5/products/country/IT?brand_name=Caff%C3%A8"),
        (
            "/api/v4/products/price?coin=USDC&face_value=12.50&country_code=US&brand_name=Stayhere",
            "/v4/products/price?brand_name=Stayhere&country_code=US&face_value=12.50&coin=USDC",
        ),
    ];
    for (asked, _) in table {
        assert_eq!(status_of(&proxy, "GET", asked, "").await.0, 200, "{asked}");
    }
    let targets: Vec<String> = supplier.seen().iter().map(|seen| seen.uri.to_string()).collect();
    assert_eq!(targets, table.map(|(_, sent)| sent));
}
