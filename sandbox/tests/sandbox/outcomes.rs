//! Every tag of the table, observed over HTTP.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{STEP, Supplier, gift, paid_in, text};

#[tokio::test]
async fn each_state_tag_leads_to_its_state() {
    let supplier = Supplier::start().await;
    let rows = [
        ("created", "Created", "WalletCreated"),
        ("waiting_for_payment", "WaitingForPayment", "WalletCreated"),
        ("wallet_created", "WaitingForPayment", "WalletCreated"),
        ("payment_requested", "WaitingForPayment", "PaymentRequested"),
        ("payment_started", "PaymentStarted", "PaymentRequested"),
        ("partial_payment_started", "PartialPaymentStarted", "PaymentRequested"),
        ("payment_received", "PaymentReceived", "PaymentReceived"),
        ("waiting_for_delivery", "WaitingForDelivery", "PaymentReceived"),
        ("waiting_for_manual_action", "WaitingForManualAction", "PaymentReceived"),
        ("done", "Done", "PaymentCompleted"),
        ("payment_completed", "Done", "PaymentCompleted"),
        ("completed", "Completed", "PaymentCompleted"),
        ("expired", "Expired", "Expired"),
        ("expired_after_payment_detection", "Expired", "ExpiredAfterPaymentDetection"),
        ("payment_failed", "PaymentFailed", "PaymentFailed"),
        ("payment_setup_failed", "PaymentSetupFailed", "PaymentFailed"),
        ("refunded", "Refunded", "Refunded"),
        ("canceled", "Canceled", "Canceled"),
        ("cancelled", "Cancelled", "Canceled"),
        ("payment_quarantined", "WaitingForManualAction", "PaymentQuarantined"),
        ("jump_to_done", "Done", "PaymentCompleted"),
        ("partial_then_done", "Done", "PaymentCompleted"),
        ("partial_then_expired", "Expired", "ExpiredAfterPaymentDetection"),
        ("late_payment", "Done", "PaymentCompleted"),
        ("payment_withdrawn", "WaitingForPayment", "PaymentRequested"),
        ("overpaid_done", "Done", "PaymentCompleted"),
        ("refunded_after_done", "Refunded", "Refunded"),
        ("manual_then_done", "Done", "PaymentCompleted"),
        ("failed_then_done", "Done", "PaymentCompleted"),
        ("on_hold", "OnHold", "UnderObservation"),
        ("lower_case_states", "done", "paymentcompleted"),
    ];
    let walks = rows.map(|(tag, state, payment)| {
        let supplier = &supplier;
        async move {
            let order = supplier.order(&gift(&format!("+{tag}"))).await;
            let id = text(&order, "order_id");
            supplier
                .until(id, &format!("{tag}: {state}/{payment}"), |order| {
                    order["order_state"] == *state && order["payment_state"] == *payment
                })
                .await;
            // The order stays in that state.
            tokio::time::sleep(STEP * 7).await;
            let order = supplier.get_json(&format!("/v5/orders/{id}")).await;
            assert_eq!((text(&order, "order_state"), text(&order, "payment_state")), (state, payment), "{tag}");
        }
    });
    futures::future::join_all(walks).await;
    let listed = supplier.get_json("/sandbox/tags").await;
    let states = listed.as_array().unwrap().iter().find(|group| group["group"] == "states").unwrap();
    assert_eq!(states["tags"].as_array().unwrap().len(), rows.len(), "a tag is missing from this table");
}

#[tokio::test]
async fn amounts_in_states_agree_with_the_state() {
    let supplier = Supplier::start().await;
    let cents = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<u64>().unwrap();
    for (tag, state, low, high) in [
        ("partial_payment_started", "PartialPaymentStarted", 55, 65),
        ("payment_quarantined", "WaitingForManualAction", 101, 102),
        ("payment_started", "PaymentStarted", 100, 100),
    ] {
        let order = supplier.order(&gift(&format!("+{tag}"))).await;
        let seen = supplier.until(text(&order, "order_id"), tag, |order| order["order_state"] == *state).await;
        let percent = cents(&seen["sent_coin_amount"]) * 100 / cents(&seen["coin_amount"]);
        assert!((low..=high).contains(&percent), "{tag}: {percent}");
    }
    let withdrawn = supplier.order(&gift("+payment_withdrawn")).await;
    let back = supplier
        .until(text(&withdrawn, "order_id"), "withdrawn", |order| {
            order["payment_state"] == "PaymentRequested" && order["order_state"] == "WaitingForPayment"
        })
        .await;
    assert_eq!(back["sent_coin_amount"], "0");
    let refunded = supplier.order(&gift("+refunded")).await;
    let seen =
        supplier.until(text(&refunded, "order_id"), "refunded", |order| order["order_state"] == "Refunded").await;
    assert_eq!(seen["refund"]["currency"], "USDC");
}

#[tokio::test]
async fn set_up_failures_never_show_an_address() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("+payment_setup_failed")).await;
    assert_eq!(order["order_state"], "Created");
    assert_eq!(order.get("wallet_address"), None);
}

fn listed(body: &Value) -> Vec<String> {
    body["problems"].as_array().unwrap().iter().map(|row| text(row, "problem").to_owned()).collect()
}

#[tokio::test]
async fn each_problem_code_comes_at_validation_and_at_creation_in_its_shape() {
    let supplier = Supplier::start().await;
    let tags = supplier.get_json("/sandbox/tags").await;
    let group = tags.as_array().unwrap().iter().find(|group| group["group"] == "problems").unwrap();
    let codes = group["tags"].as_array().unwrap();
    assert!(codes.len() >= 39, "{}", codes.len());
    for tag in codes.iter().map(|tag| tag.as_str().unwrap()) {
        let code = tag.to_ascii_uppercase();
        let wanted = gift(&format!("+{tag}"));
        let (validation, creation) =
            (supplier.post("/v5/orders/validations", &wanted).await, supplier.post("/v5/orders", &wanted).await);
        if tag.starts_with("suspended_") {
            assert_eq!((validation.status.as_u16(), text(&validation.json(), "detail")), (422, code.as_str()));
            assert!(creation.json()["status"].is_number() || creation.json()["status"].is_string());
        } else {
            assert_eq!((validation.status.as_u16(), listed(&validation.json())), (200, vec![code.clone()]));
        }
        assert_eq!(creation.status, 422, "{tag}");
        if tag == "login_required" {
            assert_eq!(creation.json(), json!({ "detail": code }));
        } else if !tag.starts_with("suspended_") {
            assert_eq!(listed(&creation.json()), [code]);
        }
    }
}

#[tokio::test]
async fn each_envelope_has_its_shape_and_status() {
    let supplier = Supplier::start().await;
    let validate = async |tag: &str| supplier.post("/v5/orders/validations", &gift(&format!("+{tag}"))).await;
    let e1 = validate("e1").await;
    assert_eq!(e1.status, 200);
    assert_eq!(e1.json()[0], json!({ "problem": "OUT_OF_STOCK" }));
    assert_eq!(e1.json()[1]["moreDetails"], json!(["USER_WALLET"]));
    let e2 = validate("e2").await;
    assert_eq!((e2.status.as_u16(), listed(&e2.json())), (200, vec!["OUT_OF_STOCK".to_owned()]));
    assert!(e2.json()["coin_amount"].is_string());
    let e3 = validate("e3").await;
    assert_eq!((e3.status.as_u16(), e3.json()), (422, json!({ "problems": [{ "problem": "OUT_OF_STOCK" }] })));
    let e4 = validate("e4").await;
    assert_eq!((e4.status.as_u16(), text(&e4.json(), "detail")), (422, "OUT_OF_STOCK"));
    let e5 = validate("e5").await;
    assert_eq!((e5.status.as_u16(), e5.json()), (422, json!({ "detail": "OUT_OF_STOCK" })));
    assert!(validate("e6").await.json()["message"].is_string());
    assert_eq!(text(&validate("e6_error").await.json(), "error"), "OUT_OF_STOCK");
    assert_eq!(text(&validate("e6_error_code").await.json(), "error_code"), "OUT_OF_STOCK");
    let e7 = validate("e7").await;
    assert_eq!(e7.status, 502);
    assert!(e7.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    let empty = validate("e7_empty").await;
    assert_eq!((empty.status.as_u16(), empty.body.len()), (502, 0));
    let two = validate("two_problems").await;
    assert_eq!(listed(&two.json()), ["OUT_OF_STOCK", "NOT_ALLOWED_PAYMENT_VIA"]);
    assert!(validate("empty_body").await.body.is_empty());
    assert!(serde_json::from_slice::<Value>(&validate("truncated_body").await.body).is_err());
}

#[tokio::test]
async fn faults_can_be_kept_to_one_call() {
    let supplier = Supplier::start().await;
    for (tag, validation, creation) in [
        ("validation_500", 500, 201),
        ("create_500", 200, 500),
        ("create_out_of_stock", 200, 422),
        ("validation_e7", 502, 201),
        ("create_503", 200, 503),
        ("supplier_down", 503, 503),
        ("429", 429, 429),
    ] {
        let wanted = gift(&format!("+{tag}"));
        assert_eq!(supplier.post("/v5/orders/validations", &wanted).await.status, validation, "{tag}");
        assert_eq!(supplier.post("/v5/orders", &wanted).await.status, creation, "{tag}");
    }
    let limited = supplier.post("/v5/orders", &gift("+create_429")).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers["retry-after"], "3");
}

async fn count(supplier: &Supplier) -> usize {
    supplier.get_json("/sandbox/orders").await["orders"].as_array().unwrap().len()
}

#[tokio::test]
async fn lost_answers_leave_an_order_behind() {
    let supplier = Supplier::start().await;
    let cut =
        supplier.client.post(supplier.url("/v5/orders")).body(gift("+create_cut").to_string()).send().await.unwrap();
    assert!(cut.bytes().await.is_err(), "the connection breaks in the middle");
    assert_eq!(count(&supplier).await, 1);

    assert_eq!(supplier.post("/v5/orders", &gift("+create_gateway")).await.status, 504);
    assert_eq!(count(&supplier).await, 2);

    let silent = supplier
        .client
        .post(supplier.url("/v5/orders"))
        .body(gift("+create_timeout").to_string())
        .timeout(Duration::from_millis(1_500))
        .send()
        .await;
    assert!(silent.is_err_and(|error| error.is_timeout()));
    assert_eq!(count(&supplier).await, 3);

    let both = supplier.post("/v5/orders", &gift("+id_and_problems")).await.json();
    assert!(both["order_id"].is_string() && both["problems"].is_array());
    assert_eq!(count(&supplier).await, 4);

    supplier.post("/v5/orders", &gift("+create_500")).await;
    assert_eq!(count(&supplier).await, 4, "a plain 500 made nothing");
}

#[tokio::test]
async fn slow_calls_take_steps() {
    let supplier = Supplier::start().await;
    let started = tokio::time::Instant::now();
    let order = supplier.order(&gift("+slow")).await;
    assert!(started.elapsed() >= STEP * 4);
    supplier.get_json(&format!("/v5/orders/{}", text(&order, "order_id"))).await;
    assert!(started.elapsed() >= STEP * 8);
}

#[tokio::test]
async fn twisted_orders_come_back_as_asked() {
    let supplier = Supplier::start().await;
    let cents = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<u64>().unwrap();
    let plain = cents(&supplier.order(&gift("")).await["coin_amount"]);
    let dear = cents(&supplier.order(&gift("+price_up")).await["coin_amount"]);
    assert!((plain + 200..=plain + 206).contains(&dear), "{plain} {dear}");
    let slightly = cents(&supplier.order(&gift("+price_up_slightly")).await["coin_amount"]);
    assert!((plain + 49..=plain + 53).contains(&slightly), "{plain} {slightly}");
    for (tag, thousandths) in [("price_down", 940), ("price_down_slightly", 995), ("half_price", 490)] {
        let cheap = cents(&supplier.order(&gift(&format!("+{tag}"))).await["coin_amount"]);
        let expected = plain * thousandths / 1_000;
        assert!((expected..=expected + 6).contains(&cheap), "{tag}: {plain} {cheap}");
    }
    let made = async |tag: &str| supplier.order(&gift(&format!("+{tag}"))).await;
    assert_eq!(made("wrong_coin_back").await["coin"], "USDT");
    let network = made("wrong_network_back").await;
    assert_ne!(network["network"], "Solana");
    assert!(made("wrong_brand_back").await["deliveries"][0]["deliverable"]["brand_name"] != "Northpine Outfitters");
    assert_eq!(made("wrong_value_back").await["deliveries"][0]["deliverable"]["product_value"].to_string(), "200");
    assert_eq!(made("no_network_back").await.get("network"), None);
    assert!(made("memo").await["memo"].is_string());
    let memos = made("two_memos").await;
    assert!(memos["memo"].is_string() && memos["destination_tag"].is_number());
    assert_eq!(made("unreadable_sent").await["sent_coin_amount"], "n/a");
    assert!(made("number_amounts").await["coin_amount"].is_number());
    let old = made("old_names").await;
    assert!(old["id"].is_string() && old["status"].is_string() && old.get("order_id").is_none());
    let qr = supplier.order(&paid_in(gift("+wrong_qr"), "BTC", "Mainnet")).await;
    assert!(!text(&qr, "qr_text").ends_with(text(&qr, "coin_amount").trim_end_matches('0')));
    let bad = supplier.order(&paid_in(gift("+bad_address"), "USDC", "Base")).await;
    assert_eq!(text(&bad, "wallet_address").len(), 42);
    let moving = made("address_changes").await;
    supplier
        .until(text(&moving, "order_id"), "another address", |order| {
            order["wallet_address"] != moving["wallet_address"]
        })
        .await;
}

#[tokio::test]
async fn each_delivery_shape_carries_what_it_says() {
    let supplier = Supplier::start().await;
    let delivered = async |tag: &str| {
        let order = supplier.order(&gift(&format!("+{tag}"))).await;
        supplier.until(text(&order, "order_id"), tag, |order| order["order_state"] == "Done").await["deliveries"][0]
            .clone()
    };
    let code = delivered("code").await;
    assert_eq!(text(&code["deliverable"], "pin_code").split('-').count(), 4);
    assert!(text(&delivered("code_link").await["deliverable"], "pin_code").starts_with("https://"));
    let serial = delivered("code_serial").await;
    for field in ["pin_code", "pin_serial", "security_code", "barcode_image_url"] {
        assert!(serial["deliverable"][field].is_string(), "{field}");
    }
    let link = delivered("link_security").await;
    assert!(text(&link["deliverable"], "pin_code").starts_with("https://"));
    assert!(link["deliverable"]["security_code"].is_string());
    let bars = delivered("serial_barcode").await;
    assert!(bars["deliverable"]["pin_code"].is_null() && bars["deliverable"]["pin_serial"].is_string());
    assert!(bars["deliverable"]["barcode_image_url"].is_string());
    assert_eq!(text(&delivered("code_multi").await["deliverable"], "pin_code").lines().count(), 3);
    let list = delivered("code_list").await;
    assert_eq!(list["deliverable"]["pin_code"].as_array().map(Vec::len), Some(2));
    let order = supplier.order(&gift("+code_replaced+waiting_for_delivery")).await;
    let id = text(&order, "order_id");
    let code = |order: &Value| order["deliveries"][0]["deliverable"]["pin_code"].clone();
    let early = code(&supplier.until(id, "a code", |order| code(order).is_string()).await);
    supplier.post(&format!("/sandbox/orders/{id}/state"), &json!({ "state": "Done" })).await;
    let done = supplier.until(id, "done", |order| order["order_state"] == "Done").await;
    assert!(code(&done).is_string() && code(&done) != early, "{done}");
    let alias = delivered("code_alias").await;
    assert!(alias["deliverable"]["pin_code"].is_null() && alias["deliverable"]["voucher_code"].is_string());
    assert!(text(&delivered("link_alias").await["deliverable"], "redemption_url").starts_with("https://"));
    assert!(text(&delivered("esim").await["deliverable"], "pin_code").starts_with("LPA:1$"));
    let image_only = delivered("esim_qr_only").await;
    assert!(image_only["deliverable"]["pin_code"].is_null() && image_only["deliverable"]["qr_image_url"].is_string());
    assert!(delivered("top_up").await["deliverable"]["operator_reference"].is_string());
    let mailed = delivered("sent_by_email").await;
    assert_eq!(mailed["deliverable"]["pin_code"], Value::Null);
    let failed = delivered("delivery_failed").await;
    assert_eq!(text(&failed, "delivery_state"), "Failed");
    assert!(failed["deliverable"]["failure_reason"].is_string());

    let order = supplier.order(&gift("+late_code")).await;
    let id = text(&order, "order_id");
    let done = supplier.until(id, "done", |order| order["order_state"] == "Done").await;
    assert!(done["deliveries"][0]["deliverable"]["pin_code"].is_null());
    supplier.until(id, "the code", |order| order["deliveries"][0]["deliverable"]["pin_code"].is_string()).await;
}

#[tokio::test]
async fn of_several_lines_only_the_last_fails() {
    let supplier = Supplier::start().await;
    let mut wanted = gift("+delivery_failed");
    wanted["deliveries"][0]["quantity"] = json!(3);
    let order = supplier.order(&wanted).await;
    let done = supplier.until(text(&order, "order_id"), "done", |order| order["order_state"] == "Done").await;
    let has_code = |index: usize| done["deliveries"][index]["deliverable"]["pin_code"].is_string();
    assert!(has_code(0) && has_code(1) && !has_code(2), "{done}");
}

#[tokio::test]
async fn the_documentation_lists_every_tag() {
    let supplier = Supplier::start().await;
    let documentation = include_str!("../../../docs/sandbox.md");
    for group in supplier.get_json("/sandbox/tags").await.as_array().unwrap() {
        for tag in group["tags"].as_array().unwrap() {
            let tag = format!("`+{}`", tag.as_str().unwrap());
            assert!(documentation.contains(&tag), "{tag} is missing from docs/sandbox.md");
        }
    }
}
