//! A running sandbox, a client, and bodies to send.

use std::time::Duration;

use cr_proxy::sandbox::{Handle, Options, start};
use reqwest::header::HeaderMap;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

/// An answer, read to its end.
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

/// Steps so short that a test never waits for them long.
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

/// An order for one line, paid in USDC on Solana.
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

/// A gift card of a range brand for 100 dollars, for `shopper` with these tags.
pub(crate) fn gift(tags: &str) -> Value {
    body("Northpine Outfitters", "range", Some("100"), &format!("shopper{tags}@example.com"))
}

/// The same on another coin and network.
pub(crate) fn paid_in(mut body: Value, coin: &str, network: &str) -> Value {
    body["payment"]["coin"] = json!(coin);
    body["payment"]["network"] = json!(network);
    body
}

pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {value}"))
}
