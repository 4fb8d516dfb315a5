//! The event streams of orders.

use cr_sandbox::Options;
use futures::StreamExt;
use serde_json::{Value, json};

use crate::support::{Supplier, gift, text};

/// Returns the events of a stream until it ends: name and data.
async fn events(response: reqwest::Response) -> Vec<(String, String)> {
    let mut stream = response.bytes_stream();
    let mut text = String::new();
    while let Some(Ok(piece)) = stream.next().await {
        text.push_str(std::str::from_utf8(&piece).unwrap());
    }
    let mut out = Vec::new();
    for block in text.split("\n\n").filter(|block| !block.is_empty()) {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
        out.push((field("event: "), field("data: ")));
    }
    out
}

async fn subscribe(supplier: &Supplier, order: &Value) -> reqwest::Response {
    let path = format!("/v5/orders/{}/subscribe", text(order, "order_id"));
    let response = supplier.client.get(supplier.url(&path)).header("accept", "text/event-stream").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response
}

#[tokio::test]
async fn a_stream_tells_every_state_and_then_stops() {
    // The steps are slow enough that the stream is open before the first, and that no two are sent as one.
    let step = std::time::Duration::from_millis(300);
    let supplier = Supplier::with(Options { step, ..Options::default() }).await;
    let order = supplier.order(&gift("+done")).await;
    let all = events(subscribe(&supplier, &order).await).await;
    let (last, told) = all.split_last().unwrap();
    assert_eq!(last.0, "stop");
    let states: Vec<String> = told
        .iter()
        .map(|(name, data)| {
            assert_eq!(name, "", "orders come as unnamed events");
            text(&serde_json::from_str(data).unwrap(), "order_state").to_owned()
        })
        .collect();
    let mut steps = states.clone();
    steps.dedup();
    assert_eq!(steps, ["WaitingForPayment", "PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done"]);
    let done: Value = serde_json::from_str(&told.last().unwrap().1).unwrap();
    assert!(done["deliveries"][0]["deliverable"]["pin_code"].is_string());
    assert!(done["updated_at"].is_number(), "an epoch is a number here and text elsewhere");
}

#[tokio::test]
async fn a_stream_of_a_finished_order_tells_it_once_and_stops() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("+canceled")).await;
    supplier.until(text(&order, "order_id"), "canceled", |order| order["order_state"] == "Canceled").await;
    let all = events(subscribe(&supplier, &order).await).await;
    assert_eq!(all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["", "stop"]);
}

#[tokio::test]
async fn streams_of_one_order_all_hear_the_same() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let (first, second) = (subscribe(&supplier, &order).await, subscribe(&supplier, &order).await);
    let path = format!("/sandbox/orders/{}/pay", text(&order, "order_id"));
    supplier.post(&path, &json!({})).await;
    let (first, second) = futures::join!(events(first), events(second));
    assert_eq!(first.last(), second.last());
    assert_eq!(first[first.len() - 2], second[second.len() - 2]);
}

#[tokio::test]
async fn streams_end_when_the_supplier_goes_down_and_are_refused_until_it_is_back() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let open = subscribe(&supplier, &order).await;
    supplier.control(json!({ "down": true })).await;
    let all = events(open).await;
    assert!(all.iter().all(|(name, _)| name != "stop"), "an outage is no stop");
    let path = format!("/v5/orders/{}/subscribe", text(&order, "order_id"));
    assert_eq!(supplier.get(&path).await.status, 503);
    supplier.control(json!({ "down": false })).await;
    subscribe(&supplier, &order).await;
}

#[tokio::test]
async fn stopping_the_server_ends_streams_and_frees_the_port() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let open = subscribe(&supplier, &order).await;
    let (addr, client) = (supplier.handle.addr(), supplier.client.clone());
    let (all, ()) = futures::join!(events(open), supplier.handle.stop());
    assert_eq!(all.len(), 1);
    assert!(client.get(format!("http://{addr}/v3/payment_vias")).send().await.is_err());
    tokio::net::TcpListener::bind(addr).await.unwrap();
}
