//! Payments on request, and the states that follow.

use std::time::Duration;

use cr_sandbox::Options;
use serde_json::{Value, json};

use crate::support::{STEP, Supplier, body, gift, paid_in, text};

async fn pay(supplier: &Supplier, order: &Value, amount: Option<&str>) -> reqwest::StatusCode {
    let path = format!("/sandbox/orders/{}/pay", text(order, "order_id"));
    let body = amount.map_or(json!({}), |amount| json!({ "amount": amount }));
    supplier.post(&path, &body).await.status
}

async fn read(supplier: &Supplier, order: &Value) -> Value {
    supplier.get_json(&format!("/v5/orders/{}", text(order, "order_id"))).await
}

fn units(text: &str) -> u128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<18}").parse().unwrap()
}

#[tokio::test]
async fn an_exact_payment_walks_to_done_and_carries_the_code() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    assert_eq!(pay(&supplier, &order, None).await, 200);
    let started = read(&supplier, &order).await;
    assert_ne!(started["order_state"], "WaitingForPayment");
    let done = supplier.until(text(&order, "order_id"), "done", |order| order["order_state"] == "Done").await;
    assert_eq!(done["payment_state"], "PaymentCompleted");
    assert_eq!(done["sent_coin_amount"], order["coin_amount"]);
    assert_eq!(done["wallet_address"], order["wallet_address"]);
    let line = &done["deliveries"][0];
    assert!(["Succeeded", "Done"].contains(&text(line, "delivery_state")));
    assert_eq!(text(&line["deliverable"], "pin_code").len(), 19);
    assert!(text(&line["deliverable"], "redeem_instructions").contains("onerror"), "hostile bits included");
    assert_eq!(pay(&supplier, &order, None).await, 409);
}

#[tokio::test]
async fn too_little_waits_and_the_remainder_completes() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    assert_eq!(pay(&supplier, &order, Some("40.25")).await, 200);
    let part = read(&supplier, &order).await;
    assert_eq!(part["order_state"], "PartialPaymentStarted");
    assert_eq!(part["sent_coin_amount"], "40.25");
    assert_eq!(part["coin_amount"], order["coin_amount"]);
    assert_eq!(part["wallet_address"], order["wallet_address"]);
    assert_eq!(pay(&supplier, &order, None).await, 200);
    let done = supplier.until(text(&order, "order_id"), "done", |order| order["order_state"] == "Done").await;
    assert_eq!(done["sent_coin_amount"], order["coin_amount"]);
}

#[tokio::test]
async fn digits_beyond_the_quoted_ones_are_kept() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    assert_eq!(pay(&supplier, &order, Some("0.123456789012345678")).await, 200);
    assert_eq!(read(&supplier, &order).await["sent_coin_amount"], "0.123456789012345678");
}

#[tokio::test]
async fn too_much_is_held() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    assert_eq!(pay(&supplier, &order, Some("150")).await, 200);
    let held =
        supplier.until(text(&order, "order_id"), "held", |order| order["payment_state"] == "PaymentQuarantined").await;
    assert_eq!(held["order_state"], "WaitingForManualAction");
    assert_eq!(held["sent_coin_amount"], "150.00");
    assert!(held["deliveries"][0]["deliverable"]["pin_code"].is_null());
}

#[tokio::test]
async fn money_after_expiry_revives_the_order() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let expire = format!("/sandbox/orders/{}/expire", text(&order, "order_id"));
    assert_eq!(supplier.post(&expire, &json!({})).await.status, 200);
    let expired = read(&supplier, &order).await;
    assert_eq!((text(&expired, "order_state"), text(&expired, "payment_state")), ("Expired", "Expired"));
    assert_eq!(pay(&supplier, &order, None).await, 200);
    supplier.until(text(&order, "order_id"), "done", |order| order["order_state"] == "Done").await;
}

#[tokio::test]
async fn expiry_with_money_in_it_says_so_and_a_late_part_goes_to_a_person() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    pay(&supplier, &order, Some("1")).await;
    let expire = format!("/sandbox/orders/{}/expire", text(&order, "order_id"));
    supplier.post(&expire, &json!({})).await;
    assert_eq!(read(&supplier, &order).await["payment_state"], "ExpiredAfterPaymentDetection");
    pay(&supplier, &order, Some("1")).await;
    let after = read(&supplier, &order).await;
    assert_eq!(after["order_state"], "WaitingForManualAction");
    assert_eq!(after["sent_coin_amount"], "2.00");
}

#[tokio::test]
async fn an_unpaid_order_expires_by_itself_when_its_window_is_over() {
    let window = Duration::from_millis(60);
    let supplier = Supplier::with(Options { step: STEP, window, ..Options::default() }).await;
    let unpaid = supplier.order(&gift("")).await;
    supplier.until(text(&unpaid, "order_id"), "expired", |order| order["order_state"] == "Expired").await;
}

#[tokio::test]
async fn amounts_that_are_no_payment_are_refused() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    for wrong in ["0", "-1", "1e3", "NaN", "", "1,5", "0.0"] {
        assert_eq!(pay(&supplier, &order, Some(wrong)).await, 400, "{wrong:?}");
    }
    let missing = supplier.post("/sandbox/orders/nothing/pay", &json!({})).await;
    assert_eq!(missing.status, 404);
    assert_eq!(read(&supplier, &order).await["order_state"], "WaitingForPayment");
}

#[tokio::test]
async fn any_state_can_be_set_by_name() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let path = format!("/sandbox/orders/{}/state", text(&order, "order_id"));
    for (name, state) in [
        ("payment_started", "PaymentStarted"),
        ("WaitingForManualAction", "WaitingForManualAction"),
        ("refunded", "Refunded"),
        ("WaitingForPayment", "WaitingForPayment"),
        ("done", "Done"),
    ] {
        assert_eq!(supplier.post(&path, &json!({ "state": name })).await.status, 200, "{name}");
        assert_eq!(read(&supplier, &order).await["order_state"], *state);
    }
    let held = json!({ "state": "waiting_for_manual_action", "payment_state": "payment_quarantined" });
    assert_eq!(supplier.post(&path, &held).await.status, 200);
    assert_eq!(read(&supplier, &order).await["payment_state"], "PaymentQuarantined");
    assert_eq!(supplier.post(&path, &json!({ "state": "nonsense" })).await.status, 400);
    let amounts = json!({ "state": "waiting_for_payment", "due": "31.5", "sent": "1.25" });
    assert_eq!(supplier.post(&path, &amounts).await.status, 200);
    let now = read(&supplier, &order).await;
    assert_eq!((text(&now, "coin_amount"), text(&now, "sent_coin_amount")), ("31.50", "1.25"));
    let odd = json!({ "state": "waiting_for_payment", "due": "much" });
    assert_eq!(supplier.post(&path, &odd).await.status, 400);
}

#[tokio::test]
async fn setting_a_state_stops_a_walk_under_way() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    pay(&supplier, &order, None).await;
    let path = format!("/sandbox/orders/{}/state", text(&order, "order_id"));
    supplier.post(&path, &json!({ "state": "payment_failed" })).await;
    tokio::time::sleep(STEP * 8).await;
    assert_eq!(read(&supplier, &order).await["order_state"], "PaymentFailed");
}

#[tokio::test]
async fn the_payer_s_list_shows_what_is_missing_to_the_last_digit() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&paid_in(gift(""), "ETH", "Base")).await;
    pay(&supplier, &order, Some("0.000000000000000001")).await;
    let list = supplier.get_json("/sandbox/orders").await;
    let row = &list["orders"][0];
    assert_eq!(row["order_id"], order["order_id"]);
    let (due, sent, missing) =
        (text(row, "coin_amount"), text(row, "sent_coin_amount"), text(row, "missing_coin_amount"));
    assert_eq!(units(due), units(sent) + units(missing));
    assert_eq!(units(sent), 1);
}

#[tokio::test]
async fn each_kind_of_product_is_delivered_in_its_own_shape() {
    let supplier = Supplier::start().await;
    for (brand, denomination, value, to, field, starts) in [
        ("Kettle & Crumb", "25 USD", None, "a+done@example.com", "pin_code", ""),
        ("Lumiveil", "1 month", None, "a+done@example.com", "pin_code", "https://redeem.sandbox.example/"),
        ("Voltfinch", "50 USD", None, "a+done@example.com", "pin_serial", "00"),
        ("eSIM", "1 GB 7 days", None, "a+done@example.com", "pin_code", "LPA:1$smdp.sandbox.example$"),
        ("Zephyrcell", "10 USD - PIN", None, "a+done@example.com", "pin_code", ""),
        ("Northpine Outfitters", "range", Some("20"), "a+done@example.com", "pin_code", ""),
    ] {
        let order = supplier.order(&body(brand, denomination, value, to)).await;
        let done = supplier.until(text(&order, "order_id"), "done", |order| order["order_state"] == "Done").await;
        let shown = text(&done["deliveries"][0]["deliverable"], field).to_owned();
        assert!(shown.starts_with(starts) && !shown.is_empty(), "{brand}: {shown}");
    }
    let mut by_phone = body("Zephyrcell", "10 USD", None, "+14155550123");
    by_phone["user"]["email"] = json!("a+done@example.com");
    let order = supplier.order(&by_phone).await;
    let done = supplier.until(text(&order, "order_id"), "done", |order| order["order_state"] == "Done").await;
    let deliverable = &done["deliveries"][0]["deliverable"];
    assert!(deliverable["pin_code"].is_null());
    assert!(text(deliverable, "operator_reference").starts_with("TX"));
}

#[tokio::test]
async fn the_payer_page_needs_nothing_from_elsewhere() {
    let supplier = Supplier::start().await;
    let page = supplier.get("/sandbox/").await;
    assert_eq!(page.status, 200);
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    for (path, kind) in [("/sandbox/payer.css", "text/css"), ("/sandbox/payer.js", "text/javascript")] {
        let file = supplier.get(path).await;
        assert!(file.headers["content-type"].to_str().unwrap().starts_with(kind));
        let text = String::from_utf8(file.body).unwrap();
        assert!(!text.contains("http://") && !text.contains("https://"), "{path}");
    }
    let text = String::from_utf8(page.body).unwrap();
    assert!(!text.contains("style=") && !text.contains("onclick"), "strict policies forbid it");
    let tags = supplier.get_json("/sandbox/tags").await;
    assert!(tags.to_string().contains("partial_payment_started"));
}
