//! Which pages may call the proxy.

use http::Method;

use crate::support::{Proxy, Supplier, answered, proxy, refused};

async fn shop() -> (Supplier, Proxy) {
    let supplier = Supplier::always(200, r#"{"order_id":"abc"}"#).await;
    let flags = ["--allowed-origins", "https://partner.com,http://localhost:3000"];
    let proxy = proxy(supplier.addr, &flags).await;
    (supplier, proxy)
}

#[tokio::test]
async fn x11_only_exact_origins_on_the_list_may_read() {
    let (supplier, proxy) = shop().await;
    let own = format!("http://{}", proxy.addr());
    for origin in ["https://partner.com", "http://localhost:3000"] {
        for path in ["/api/v3/payment_vias", "/api/v5/orders/abc", "/api/available-countries"] {
            let response = proxy.get(path).header("origin", origin).send().await.unwrap();
            let headers = response.headers();
            assert_eq!(response.status(), 200, "{origin} {path}");
            assert_eq!(headers["access-control-allow-origin"], origin);
            assert_eq!(headers["access-control-allow-credentials"], "true");
            assert_eq!(headers["access-control-expose-headers"], "Age, Date, Retry-After, X-Cr-Proxy");
            assert!(headers.get_all("vary").iter().any(|name| name == "Origin"));
        }
    }
    let asked = supplier.asked();
    for origin in [
        "null",
        "https://evil.com",
        "https://evil-partner.com",
        "https://partner.com.evil.com",
        "http://partner.com",
        "https://partner.com:8443",
        "https://sub.partner.com",
        "https://PARTNER.com",
        "https://partner.com/",
        "*",
        "file://",
    ] {
        let request = || proxy.get("/api/v5/orders/new").header("origin", origin);
        assert_eq!(refused(request()).await, (403, "ORIGIN_NOT_ALLOWED".into()), "{origin}");
        let response = request().send().await.unwrap();
        assert!(response.headers().get("access-control-allow-origin").is_none(), "{origin}");
        assert!(response.headers().get_all("vary").iter().any(|name| name == "Origin"), "{origin}");
    }
    assert_eq!(supplier.asked(), asked);
    let same = proxy.get("/api/v5/orders/abc").header("origin", &own).send().await.unwrap();
    assert_eq!(same.status(), 200);
    assert!(same.headers().get("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn x11_a_preflight_is_answered_for_listed_origins_and_listed_methods() {
    let (supplier, proxy) = shop().await;
    let ask = |path: &str, origin: &str, method: &str| {
        proxy
            .client
            .request(Method::OPTIONS, proxy.url(path))
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "content-type, idempotency-key")
    };
    for (path, method) in
        [("/api/v5/orders", "POST"), ("/api/v5/orders/validations", "POST"), ("/api/orders/abc/subscribe", "GET")]
    {
        let response = ask(path, "https://partner.com", method).send().await.unwrap();
        assert_eq!(response.status(), 204, "{path}");
        let headers = response.headers();
        assert_eq!(headers["access-control-allow-origin"], "https://partner.com");
        assert_eq!(headers["access-control-allow-methods"], method);
        assert_eq!(headers["access-control-allow-headers"], "Accept, Content-Type, Idempotency-Key");
        assert_eq!(headers["access-control-max-age"], "600");
    }
    for (path, origin, method, status) in [
        ("/api/v5/orders", "https://evil.com", "POST", 403),
        ("/api/v5/orders", "null", "POST", 403),
        ("/api/v5/orders", "https://partner.com", "DELETE", 404),
        ("/api/v2/brands", "https://partner.com", "POST", 404),
        ("/api/v9/anything", "https://partner.com", "GET", 404),
    ] {
        let response = ask(path, origin, method).send().await.unwrap();
        assert_eq!(response.status(), status, "{path} {origin} {method}");
        assert!(response.headers().get("access-control-allow-methods").is_none(), "{path} {origin} {method}");
    }
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x12_another_page_cannot_make_orders() {
    let (supplier, proxy) = shop().await;
    let own = format!("http://{}", proxy.addr());
    for (origin, site, status) in [
        (Some("https://evil.com"), None, 403),
        (Some("https://evil.com"), Some("cross-site"), 403),
        (Some("null"), Some("cross-site"), 403),
        (None, Some("cross-site"), 403),
        (Some(own.as_str()), Some("cross-site"), 403),
        (Some(own.as_str()), Some("same-origin"), 200),
        (Some(own.as_str()), None, 200),
        (Some("https://partner.com"), Some("cross-site"), 200),
        (None, None, 200),
        (None, Some("same-origin"), 200),
    ] {
        for path in ["/api/v5/orders", "/api/v5/orders/validations"] {
            let before = supplier.asked();
            let mut request = proxy.post(path, "{}");
            for (name, content) in [("origin", origin), ("sec-fetch-site", site)] {
                if let Some(content) = content {
                    request = request.header(name, content);
                }
            }
            assert_eq!(answered(request).await.0, status, "{path} {origin:?} {site:?}");
            assert_eq!(supplier.asked() - before, usize::from(status == 200), "{path} {origin:?} {site:?}");
        }
    }
}

#[tokio::test]
async fn errors_can_be_read_across_origins_too() {
    let (_, proxy) = shop().await;
    let response = proxy.get("/api/v2/brands").header("origin", "https://partner.com").send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["access-control-allow-origin"], "https://partner.com");
    assert_eq!(response.headers()["x-cr-proxy"], "idempotency");
}
