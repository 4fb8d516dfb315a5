//! A running sandbox, a client, request bodies, and readers of streams.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use cr_sandbox::{Handle, Options, start};
use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A response, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

pub(crate) struct Supplier {
    pub(crate) handle: Handle,
    pub(crate) client: Client,
}

/// The time of a step, so short that a test never waits long.
pub(crate) const STEP: Duration = Duration::from_millis(25);

impl Supplier {
    pub(crate) async fn start() -> Self {
        Self::with(Options { step: STEP, ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let handle = start(options, listener).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self { handle, client }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.handle.addr())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.client.get(self.url(path)).send().await.unwrap()).await
    }

    pub(crate) async fn get_json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request =
            self.client.post(self.url(path)).header("content-type", "application/json").body(body.to_string());
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn control(&self, body: Value) {
        let answer = self.post("/sandbox/control", &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    /// Makes an order that must succeed.
    pub(crate) async fn order(&self, body: &Value) -> Value {
        let answer = self.post("/v5/orders", body).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// Sets what is to go wrong with an order.
    pub(crate) async fn script(&self, id: &str, steps: Value) {
        let answer = self.post(&format!("/sandbox/orders/{id}/script"), &json!({ "steps": steps })).await;
        assert_eq!(answer.status, 200, "{steps}: {}", String::from_utf8_lossy(&answer.body));
    }

    /// Returns the remaining steps of an order's script.
    pub(crate) async fn left(&self, id: &str) -> Value {
        self.get_json(&format!("/sandbox/orders/{id}/script")).await["steps"].clone()
    }

    /// Waits until an order's script has no remaining steps.
    pub(crate) async fn used_up(&self, id: &str) {
        let waiting = async {
            while self.left(id).await != json!([]) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within(waiting).await;
    }

    /// Clears an order's script.
    pub(crate) async fn clear(&self, id: &str) {
        let request = self.client.delete(self.url(&format!("/sandbox/orders/{id}/script")));
        let answer = read(request.send().await.unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "steps": [] })));
    }

    /// Puts an order in a state.
    pub(crate) async fn state(&self, id: &str, state: &str) {
        let answer = self.post(&format!("/sandbox/orders/{id}/state"), &json!({ "state": state })).await;
        assert_eq!(answer.status, 200, "{state}");
    }

    /// Opens the stream of an order.
    pub(crate) async fn listen(&self, id: &str) -> Heard {
        Heard::open(&self.client, &self.url(&format!("/v5/orders/{id}/subscribe"))).await
    }

    /// Reads an order until a test holds, for at most ten seconds.
    pub(crate) async fn until(&self, id: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/v5/orders/{id}");
        for _ in 0..1_000 {
            let order = self.get_json(&path).await;
            if holds(&order) {
                return order;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never {what}: {}", self.get_json(&path).await)
    }
}

async fn read(response: reqwest::Response) -> Answer {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = response.bytes().await.map(|body| body.to_vec()).unwrap_or_default();
    Answer { status, headers, body }
}

/// Returns the body of an order for one line, paid in USDC on Solana.
pub(crate) fn body(brand: &str, denomination: &str, value: Option<&str>, beneficiary: &str) -> Value {
    let mut line = json!({
        "brand_name": brand, "country_code": "US", "denomination": denomination, "beneficiary_account": beneficiary,
    });
    if let Some(value) = value {
        line["product_value"] = serde_json::from_str(value).unwrap();
    }
    json!({
        "deliveries": [line],
        "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
        "user": { "email": "shopper@example.com", "has_accepted_newsletter": false },
        "lang": "en",
    })
}

/// Returns the body of an order for a gift card of a range brand for 100 dollars, for `shopper` with these tags.
pub(crate) fn gift(tags: &str) -> Value {
    body("Northpine Outfitters", "range", Some("100"), &format!("shopper{tags}@example.com"))
}

/// Returns the same body with another coin and network.
pub(crate) fn paid_in(mut body: Value, coin: &str, network: &str) -> Value {
    body["payment"]["coin"] = json!(coin);
    body["payment"]["network"] = json!(network);
    body
}

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {value}"))
}

/// A stream and what has been received of it.
pub(crate) struct Heard {
    response: reqwest::Response,
    bytes: Vec<u8>,
}

impl Heard {
    pub(crate) async fn open(client: &Client, url: &str) -> Self {
        let response = within(client.get(url).header("accept", "text/event-stream").send()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, bytes: Vec::new() }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Reads until `text` has come that many times. Fails if the stream ends first.
    pub(crate) async fn until(&mut self, text: &str, times: usize) {
        while self.text().matches(text).count() < times {
            let chunk = within(self.response.chunk()).await.unwrap();
            self.bytes.extend(chunk.unwrap_or_else(|| panic!("it ended before {text:?}: {}", self.text())));
        }
    }

    /// Reads to the end. Returns what was sent, and whether the end was an orderly one.
    pub(crate) async fn drain(mut self) -> (String, bool) {
        loop {
            match within(self.response.chunk()).await {
                Ok(Some(chunk)) => self.bytes.extend(chunk),
                Ok(None) => return (self.text(), true),
                Err(_) => return (self.text(), false),
            }
        }
    }
}

/// Returns the states in the plain events of a text, leaving out those of other orders and events that are no order.
pub(crate) fn states(text: &str, id: &str) -> Vec<String> {
    let data = text.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
    let orders = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    orders.filter(|order| order["order_id"] == id).map(|order| self::text(&order, "order_state").to_owned()).collect()
}

/// A connection read below HTTP.
pub(crate) struct Raw {
    stream: TcpStream,
    pub(crate) bytes: Vec<u8>,
}

impl Raw {
    pub(crate) async fn get(addr: SocketAddr, path: &str) -> Self {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\n\r\n").as_bytes()).await.unwrap();
        Self { stream, bytes: Vec::new() }
    }

    /// Reads until `done` returns true.
    pub(crate) async fn until(&mut self, done: impl Fn(&[u8]) -> bool) {
        while !done(&self.bytes) {
            let count = within(self.stream.read_buf(&mut self.bytes)).await.unwrap();
            assert_ne!(count, 0, "it ended: {}", String::from_utf8_lossy(&self.bytes));
        }
    }

    /// Reads to the end, orderly or not.
    pub(crate) async fn end(mut self) -> (Vec<u8>, std::io::Result<usize>) {
        let end = within(self.stream.read_to_end(&mut self.bytes)).await;
        (self.bytes, end)
    }
}

/// Returns the chunks of a body (RFC 9112 §7.1) that have arrived whole.
pub(crate) fn chunks(bytes: &[u8]) -> Vec<Vec<u8>> {
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let Some(start) = find(bytes, b"\r\n\r\n") else { return Vec::new() };
    let mut rest = &bytes[start + 4..];
    let mut out = Vec::new();
    while let Some(line) = find(rest, b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        let Some(chunk) = rest.get(line + 2..line + 2 + size) else { break };
        out.push(chunk.to_vec());
        let Some(next) = rest.get(line + 4 + size..) else { break };
        rest = next;
    }
    out
}

/// Waits for `work`, but not for ever, so that a hanging test fails.
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it takes too long")
}
