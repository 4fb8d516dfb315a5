//! The simulated supplier's controls, as docs/sandbox.md describes them.

use serde_json::{Value, json};

/// A client of the sandbox behind one proxy.
#[derive(Clone, Debug)]
pub struct Supplier {
    base: String,
    client: reqwest::Client,
}

impl Supplier {
    /// Creates a client for the proxy at `base` (no trailing slash).
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), client: reqwest::Client::new() }
    }

    async fn post(&self, path: &str, body: Value) {
        let answer =
            self.client.post(format!("{}{path}", self.base)).json(&body).send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "POST {path}: {}", answer.status());
    }

    /// Returns every order in the sandbox, newest first.
    ///
    /// # Panics
    /// Panics if the sandbox does not respond.
    pub async fn orders(&self) -> Vec<Value> {
        let body: Value = self
            .client
            .get(format!("{}/sandbox/orders", self.base))
            .send()
            .await
            .expect("the sandbox answers")
            .json()
            .await
            .expect("JSON");
        body.as_array().cloned().or_else(|| body["orders"].as_array().cloned()).expect("a list of orders")
    }

    /// Returns the id of the newest order.
    ///
    /// # Panics
    /// Panics if there is none.
    pub async fn newest_order(&self) -> String {
        let orders = self.orders().await;
        orders.first().and_then(|order| order["order_id"].as_str()).expect("an order").to_owned()
    }

    /// Simulates a payment: `amount` coins, or exactly what is due.
    pub async fn pay(&self, order_id: &str, amount: Option<&str>) {
        let body = amount.map_or_else(|| json!({}), |amount| json!({ "amount": amount }));
        self.post(&format!("/sandbox/orders/{order_id}/pay"), body).await;
    }

    /// Puts an order into a state.
    pub async fn set_state(&self, order_id: &str, state: &str) {
        self.post(&format!("/sandbox/orders/{order_id}/state"), json!({ "state": state })).await;
    }

    /// Puts an order into a state in which it asks for, or has seen, other amounts: `{"due": "12.5", "sent": "3"}`.
    pub async fn set_amounts(&self, order_id: &str, state: &str, amounts: Value) {
        let mut body = amounts;
        body["state"] = json!(state);
        self.post(&format!("/sandbox/orders/{order_id}/state"), body).await;
    }

    /// Sets what goes wrong with an order's stream and reads from now on, step by step.
    pub async fn script(&self, order_id: &str, steps: Value) {
        self.post(&format!("/sandbox/orders/{order_id}/script"), json!({ "steps": steps })).await;
    }

    /// Ends all faults of an order's stream and reads.
    ///
    /// # Panics
    /// Panics if the sandbox does not respond.
    pub async fn heal(&self, order_id: &str) {
        let path = format!("{}/sandbox/orders/{order_id}/script", self.base);
        let answer = self.client.delete(path).send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "DELETE the script: {}", answer.status());
    }

    /// Sets global controls: `{"down": true}`, `{"latency_ms": 500}`, `{"reset": true}`, ….
    pub async fn control(&self, settings: Value) {
        self.post("/sandbox/control", settings).await;
    }
}
