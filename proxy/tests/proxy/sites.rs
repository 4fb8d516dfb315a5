//! The other paths of the proxy's origin: the built widget and the sandbox's pages.

use std::{fs, io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use serde_json::json as value;

use crate::support::{Supplier, answered, proxy, refused, sandbox};

/// A folder of files that is deleted when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cr-proxy-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(self, name: &str, content: &[u8]) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn the_widget_is_served_as_built_and_kept_as_long_as_is_right() {
    let wasm = [b"\0asm\x01\0\0\0".to_vec(), vec![7; 5_000]].concat();
    let folder = Folder::new("widget")
        .with("index.html", b"<!doctype html><title>t</title>")
        .with("cr-widget.js", b"// shell")
        .with("manifest.json", b"{}")
        .with("cr-widget-app-0a1b2c3d4e_bg.wasm", &wasm)
        .with("cr-widget-app-0a1b2c3d4e_bg.wasm.gz", &gzip(&wasm))
        .with("cr-widget-app-0a1b2c3d4e_bg.wasm.br", b"as if brotli")
        .with("cr-widget-0123456789.css", b"a{}")
        .with("locales/en-00aa11bb22.json", b"{}")
        .with("0.1.0/cr-widget.js", b"// shell")
        .with(".env", b"SECRET=1");
    let supplier = Supplier::always(200, "{}").await;
    let proxy = proxy(supplier.addr, &["--static", folder.path()]).await;
    for (path, kind, is_final) in [
        ("/", "text/html", false),
        ("/index.html", "text/html", false),
        ("/cr-widget.js", "text/javascript", false),
        ("/manifest.json", "application/json", false),
        ("/cr-widget-app-0a1b2c3d4e_bg.wasm", "application/wasm", true),
        ("/cr-widget-0123456789.css", "text/css", true),
        ("/locales/en-00aa11bb22.json", "application/json", true),
        ("/0.1.0/cr-widget.js", "text/javascript", true),
    ] {
        let response = proxy.get(path).header("origin", "https://anywhere.example").send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let headers = response.headers();
        let kept = if is_final { "public, max-age=31536000, immutable" } else { "no-cache" };
        assert_eq!(headers["content-type"], kind, "{path}");
        assert_eq!(headers["cache-control"], kept, "{path}");
        assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["vary"], "Accept-Encoding", "{path}");
        assert!(headers.get("x-cr-proxy").is_none(), "{path}");
        assert_eq!(headers.contains_key("content-security-policy"), kind == "text/html", "{path}");
        assert_eq!(proxy.client.head(proxy.url(path)).send().await.unwrap().status(), 200, "{path}");
    }
    let page = proxy.get("/").send().await.unwrap();
    assert_eq!(page.headers()["content-security-policy"], "frame-ancestors 'self'");

    for (accepted, coding, bytes) in [
        ("gzip, br", Some("br"), b"as if brotli".to_vec()),
        ("gzip", Some("gzip"), gzip(&wasm)),
        ("identity", None, wasm),
    ] {
        let request = proxy.get("/cr-widget-app-0a1b2c3d4e_bg.wasm").header("accept-encoding", accepted);
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/wasm", "{accepted}");
        let found = response.headers().get("content-encoding").map(|coding| coding.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), coding, "{accepted}");
        assert_eq!(response.bytes().await.unwrap(), bytes, "{accepted}");
    }

    let modified = proxy.get("/cr-widget.js").send().await.unwrap().headers()["last-modified"].clone();
    let unchanged = proxy.get("/cr-widget.js").header("if-modified-since", modified).send().await.unwrap();
    assert_eq!(unchanged.status(), 304);

    for path in ["/nothing.js", "/locales", "/locales/", "/.env", "/locales/../.env", "/%2e%2e/etc/passwd", "/a%00b"] {
        assert_eq!(refused(proxy.get(path)).await, (404, "NOT_FOUND".into()), "{path}");
    }
    for path in [
        "/../../etc/passwd",
        "/locales/..%2f..%2fetc/passwd",
        "/..\\etc",
        "//etc/passwd",
        "/locales//en-00aa11bb22.json",
    ] {
        let answer = proxy.raw(format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
    }
    assert_eq!(refused(proxy.post("/index.html", "{}")).await.0, 404);
    assert_eq!(supplier.asked(), 0);
}

#[tokio::test]
async fn x24_the_sandboxs_pages_exist_with_the_sandbox_only() {
    let supplier = Supplier::always(200, "{}").await;
    let without = proxy(supplier.addr, &[]).await;
    for path in ["/sandbox", "/sandbox/", "/sandbox/control", "/sandbox/orders"] {
        assert_eq!(refused(without.get(path)).await.0, 404, "{path}");
    }
    assert_eq!(supplier.asked(), 0);

    let with = sandbox(&[]).await;
    let page = with.get("/sandbox/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let (status, control) = answered(with.get("/sandbox/control")).await;
    assert_eq!((status, &control["down"]), (200, &value!(false)));
    assert_eq!(refused(with.client.delete(with.url("/sandbox/control"))).await.0, 404);
    let up = with.raw("GET /sandbox/../v3/payment_vias HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(up.starts_with("HTTP/1.1 404"), "{up}");
    let foreign = with.post("/sandbox/control", r#"{"down":true}"#).header("origin", "https://evil.com");
    assert_eq!(refused(foreign).await, (403, "ORIGIN_NOT_ALLOWED".into()));
}

#[tokio::test]
async fn what_the_sandbox_is_told_holds_at_once_despite_the_caches() {
    let proxy = sandbox(&[]).await;
    let brands = || answered(proxy.get("/api/v2/brands?country_code=US"));
    assert!(!brands().await.1["all_brands"].as_array().unwrap().is_empty());
    let tell = |body: &'static str| answered(proxy.post("/sandbox/control", body));
    assert_eq!(tell(r#"{"empty_catalog":true}"#).await.0, 200);
    assert!(brands().await.1["all_brands"].as_array().is_none_or(Vec::is_empty));
    assert_eq!(tell(r#"{"empty_catalog":false,"down":true}"#).await.0, 200);
    assert_eq!(brands().await, (503, value!({ "status": 503, "detail": "UPSTREAM_ERROR" })));
    assert_eq!(tell(r#"{"down":false}"#).await.0, 200);
    assert_eq!(brands().await.0, 200);
}

#[tokio::test]
async fn logos_are_reached_through_the_proxys_own_origin() {
    let proxy = sandbox(&[]).await;
    let (_, brands) = answered(proxy.get("/api/v2/brands?country_code=US")).await;
    let base = brands["all_brands"][0]["logo_base_url"].as_str().unwrap();
    assert!(base.starts_with("/sandbox/"), "{base}");
    for (suffix, kind) in [("_300x190.webp", "image/webp"), ("_500x318.jpg", "image/jpeg")] {
        let response = proxy.get(&format!("{base}{suffix}")).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()), (200, kind));
        assert!(!response.bytes().await.unwrap().is_empty());
    }
}
