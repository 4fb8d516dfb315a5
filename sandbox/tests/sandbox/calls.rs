//! Validation and creation: dialects, resolution of denominations, refusals, budgets, outages.

use serde_json::{Value, json};

use crate::support::{Answer, Supplier, body, gift, paid_in, text};

/// Returns the codes of a problem list.
fn codes(body: &Value) -> Vec<String> {
    let rows = body["problems"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| text(row, "problem").to_owned()).collect()
}

fn cents(value: &Value) -> u64 {
    value.as_str().unwrap().replace('.', "").parse().unwrap()
}

#[tokio::test]
async fn a_good_order_validates_without_problems_and_echoes_what_was_meant() {
    let supplier = Supplier::start().await;
    let answer = supplier.post("/v5/orders/validations", &gift("")).await;
    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert!(codes(&body).is_empty());
    let line = &body["deliveries"][0];
    assert_eq!(line["delivery_state"], "Created");
    assert_eq!(line["deliverable"]["denomination"], "range");
    assert_eq!(line["deliverable"]["product_value"].to_string(), "100");
    assert_eq!(line["deliverable"]["brand_name"], "Northpine Outfitters");
    assert!(cents(&body["coin_amount"]) > 10_000);
    assert!(
        supplier.get_json("/sandbox/orders").await["orders"].as_array().unwrap().is_empty(),
        "validation makes nothing"
    );
}

#[tokio::test]
async fn no_problems_is_null_for_fixed_products_and_an_empty_list_for_ranges() {
    let supplier = Supplier::start().await;
    let fixed = body("Kettle & Crumb", "25 USD", None, "shopper@example.com");
    assert!(supplier.post("/v5/orders/validations", &fixed).await.json()["problems"].is_null());
    assert_eq!(supplier.post("/v5/orders/validations", &gift("")).await.json()["problems"], json!([]));
}

#[tokio::test]
async fn both_dialects_make_the_same_order_and_nothing_is_idempotent() {
    let supplier = Supplier::start().await;
    let flat = gift("");
    let nested = json!({
        "deliveries": [{ "kind": "giftcard", "quantity": 2, "deliverable": flat["deliveries"][0] }],
        "payment": flat["payment"],
        "user": flat["user"],
    });
    let first = supplier.order(&flat).await;
    let second = supplier.order(&flat).await;
    let pair = supplier.order(&nested).await;
    assert_ne!(first["order_id"], second["order_id"]);
    assert_eq!(pair["deliveries"].as_array().unwrap().len(), 2);
    assert_eq!(cents(&pair["coin_amount"]), 2 * cents(&first["coin_amount"]));
    assert_ne!(pair["deliveries"][0]["id"], pair["deliveries"][1]["id"]);
}

#[tokio::test]
async fn the_older_dialect_writes_the_amount_without_a_currency() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&body("Kettle & Crumb", "25", None, "shopper@example.com")).await;
    assert_eq!(order["deliveries"][0]["deliverable"]["denomination"], "25 USD");
}

#[tokio::test]
async fn a_literal_for_a_range_product_is_a_dearer_product() {
    let supplier = Supplier::start().await;
    let range = supplier.order(&gift("")).await;
    let literal = supplier.order(&body("Northpine Outfitters", "100 USD", None, "shopper@example.com")).await;
    let (range, literal) = (cents(&range["coin_amount"]), cents(&literal["coin_amount"]));
    assert!(literal > range + 300 && literal < range + 340, "{range} and {literal}");
}

#[tokio::test]
async fn an_amount_not_on_sale_falls_back_to_the_default_of_the_brand() {
    let supplier = Supplier::start().await;
    let answer =
        supplier.post("/v5/orders/validations", &body("Pixelgrove", "30 USD", None, "shopper@example.com")).await;
    let line = &answer.json()["deliveries"][0]["deliverable"];
    assert_eq!(line["denomination"], "100 USD", "silently something else");
}

#[tokio::test]
async fn rebuilt_and_impossible_denominations_are_not_available() {
    let supplier = Supplier::start().await;
    let phone = "+14155550123";
    let mail = "shopper@example.com";
    for (brand, denomination, value, to, code) in [
        ("eSIM", "12 USD", None, mail, "NOT_AVAILABLE_PRODUCT"),
        ("eSIM", "1GB 7 days", None, mail, "NOT_AVAILABLE_PRODUCT"),
        ("Kettle & Crumb", "30 USD", None, mail, "NOT_AVAILABLE_PRODUCT"),
        ("Kettle & Crumb", "range", Some("25"), mail, "NOT_AVAILABLE_PRODUCT"),
        ("Northpine Outfitters", "range", None, mail, "NOT_AVAILABLE_PRODUCT"),
        ("Northpine Outfitters", "range", Some("4.99"), mail, "NOT_AVAILABLE_PRODUCT"),
        ("Northpine Outfitters", "range", Some("500.5"), mail, "NOT_AVAILABLE_PRODUCT"),
        ("Northpine Outfitters", "range", Some("1e2"), mail, "NOT_AVAILABLE_PRODUCT"),
        ("Northpine Outfitters", "range", Some("-5"), mail, "NOT_AVAILABLE_PRODUCT"),
        ("northpine outfitters", "range", Some("100"), mail, "NOT_AVAILABLE_PRODUCT"),
        ("Norwave Mobile", "range", Some("5000"), phone, "OUT_OF_STOCK"),
        ("Marlowe Leather", "50 USD", None, mail, "OUT_OF_STOCK"),
        ("Zephyrcell", "10 USD", None, mail, "INVALID_BENEFICIARY_ACCOUNT"),
        ("Zephyrcell", "10 USD", None, "4155550123", "INVALID_BENEFICIARY_ACCOUNT"),
        ("Kettle & Crumb", "25 USD", None, phone, "INVALID_BENEFICIARY_ACCOUNT"),
        ("Kettle & Crumb", "25 USD", None, "shopper@nowhere.invalid", "INVALID_EMAIL_DOMAIN"),
        ("Palisade Prepaid", "range", Some("50"), mail, "KYC_MISSING"),
    ] {
        let wanted = body(brand, denomination, value, to);
        let validation = supplier.post("/v5/orders/validations", &wanted).await;
        assert_eq!(validation.status, 200, "{brand} {denomination}");
        assert_eq!(codes(&validation.json()), [code], "{brand} {denomination} {value:?}");
        let creation = supplier.post("/v5/orders", &wanted).await;
        assert_eq!(creation.status, 422, "{brand} {denomination}");
        if brand == "Palisade Prepaid" {
            assert_eq!(creation.json(), json!({ "detail": "LOGIN_REQUIRED" }));
        } else {
            assert_eq!(codes(&creation.json()), [code], "{brand} {denomination}");
        }
    }
}

#[tokio::test]
async fn ranges_are_exact_at_their_ends_and_steps() {
    let supplier = Supplier::start().await;
    for (value, is_good) in [
        ("10", true),
        ("10.01", true),
        ("250", true),
        ("250.00", true),
        ("250.01", false),
        ("9.99", false),
        ("10.005", false),
        ("\"12.34\"", true),
        ("0", false),
    ] {
        let answer = supplier
            .post("/v5/orders/validations", &body("Greengate Grocers", "range", Some(value), "shopper@example.com"))
            .await;
        assert_eq!(codes(&answer.json()).is_empty(), is_good, "{value}");
    }
}

#[tokio::test]
async fn phones_are_served_by_phone_and_pins_by_mail() {
    let supplier = Supplier::start().await;
    let by_phone = supplier.order(&body("Zephyrcell", "10 USD", None, "+14155550123")).await;
    assert_eq!(by_phone["deliveries"][0]["deliverable"]["delivery_type"], "by_phone");
    let by_mail = supplier.order(&body("Zephyrcell", "10 USD - PIN", None, "shopper@example.com")).await;
    assert_eq!(by_mail["deliveries"][0]["deliverable"]["delivery_type"], "by_email");
}

#[tokio::test]
async fn payment_problems_each_have_their_code_and_details() {
    let supplier = Supplier::start().await;
    let validate = async |wanted: Value| supplier.post("/v5/orders/validations", &wanted).await;

    let mut via = gift("");
    via["payment"]["payment_via"] = json!("GATE_PAY");
    let answer = validate(via).await.json();
    assert_eq!(answer["problems"], json!([{ "problem": "NOT_ALLOWED_PAYMENT_VIA", "moreDetails": ["USER_WALLET"] }]));

    for (coin, network) in [("USDC", "Tron"), ("XYZ", "Solana"), ("BTC", "Solana")] {
        let answer = validate(paid_in(gift(""), coin, network)).await.json();
        assert_eq!(codes(&answer), ["UNSUPPORTED_PROTOCOL_COIN_COMBINATION"], "{coin} {network}");
        assert!(!answer["problems"][0]["moreDetails"].as_array().unwrap().is_empty());
    }

    let coin = validate(paid_in(gift(""), "FDUSD", "BNB Smart Chain")).await;
    assert_eq!((coin.status.as_u16(), text(&coin.json(), "detail")), (422, "SUSPENDED_COIN"));
    let network = validate(paid_in(gift(""), "USDC", "Avalanche C-Chain")).await;
    assert_eq!((network.status.as_u16(), text(&network.json(), "detail")), (422, "SUSPENDED_NETWORK"));

    let mut small = paid_in(gift(""), "USDC", "ETH Mainnet");
    small["deliveries"][0]["product_value"] = json!(5);
    assert_eq!(codes(&validate(small).await.json()), ["AMOUNT_LESS_THEN_MINIMUM_ALLOWED"]);

    assert_eq!(codes(&validate(paid_in(gift(""), "USDT", "Tron")).await.json()), ["FULLNAME_MISSING"]);

    let refused = body("Halcyon Rail", "range", Some("50"), "shopper@example.com");
    assert_eq!(
        codes(&validate(paid_in(refused.clone(), "USDC", "Base")).await.json()),
        ["UNSUPPORTED_PROTOCOL_COIN_COMBINATION"]
    );
    assert!(codes(&validate(paid_in(refused.clone(), "USDC", "Solana")).await.json()).is_empty());
    // Without a network the refusal only comes at creation.
    let mut blind = refused;
    blind["payment"].as_object_mut().unwrap().remove("network");
    assert!(codes(&validate(blind.clone()).await.json()).is_empty());
    assert_eq!(supplier.post("/v5/orders", &blind).await.status, 422);

    let spelled = paid_in(gift(""), "USDC", "POLYGON (MATIC)");
    assert_eq!(supplier.order(&spelled).await["network"], "Polygon (Matic)");
}

#[tokio::test]
async fn too_many_lines_too_much_and_coupons() {
    let supplier = Supplier::start().await;
    let mut many = gift("");
    many["deliveries"][0]["quantity"] = json!(11);
    assert!(
        codes(&supplier.post("/v5/orders/validations", &many).await.json())
            .contains(&"PRODUCT_COUNT_EXCEEDED".to_owned())
    );

    let mut dear = body("Stillwater Stays", "range", Some("1000"), "shopper@example.com");
    dear["deliveries"][0]["quantity"] = json!(10);
    assert_eq!(
        codes(&supplier.post("/v5/orders/validations", &dear).await.json()),
        ["MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED"]
    );

    let mut coupon = gift("");
    coupon["promo_code"] = json!("NOSUCH");
    assert_eq!(codes(&supplier.post("/v5/orders/validations", &coupon).await.json()), ["COUPON_NOT_FOUND"]);
    coupon["promo_code"] = json!("SANDBOX5");
    let answer = supplier.post("/v5/orders/validations", &coupon).await.json();
    assert!(codes(&answer).is_empty());
    assert!(cents(&answer["coin_amount"]) < cents(&answer["original_coin_amount"]));
}

#[tokio::test]
async fn bodies_that_are_no_order_are_refused_by_name() {
    let supplier = Supplier::start().await;
    for wanted in [json!(null), json!([]), json!({}), json!({ "deliveries": [{}] }), json!("text")] {
        for path in ["/v5/orders/validations", "/v5/orders"] {
            let answer = supplier.post(path, &wanted).await;
            assert_eq!(answer.status, 400, "{path} {wanted}");
            assert!(answer.json()["message"].is_string());
        }
    }
}

#[tokio::test]
async fn unknown_orders_methods_and_paths_are_not_found() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let path = format!("/v5/orders/{}", text(&order, "order_id"));
    for method in [reqwest::Method::PATCH, reqwest::Method::PUT, reqwest::Method::DELETE] {
        let answer = supplier.client.request(method.clone(), supplier.url(&path)).body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 404, "{method}");
    }
    for path in ["/v5/orders/nothing", "/v5/orders/nothing/subscribe", "/v6/partner/orders", "/v3/qrs/nothing"] {
        assert_eq!(supplier.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_fresh_order_is_unpaid_and_complete() {
    let supplier = Supplier::start().await;
    let mut wanted = gift("");
    wanted["refund_wallet_address"] = json!("refund-here");
    let made = supplier.order(&wanted).await;
    let read = supplier.get_json(&format!("/v5/orders/{}", text(&made, "order_id"))).await;
    assert_eq!(made, read);
    assert_eq!(read["order_state"], "WaitingForPayment");
    assert_eq!(read["payment_state"], "WalletCreated");
    assert_eq!(read["sent_coin_amount"], "0");
    assert_eq!(read["payment_via"], "USER_WALLET");
    assert_eq!(read["refund_wallet_address"], "refund-here");
    assert_eq!(read["user"]["email"], "shopper@example.com");
    assert!(read["payment_value"].is_number());
    assert!(read["created_at"].is_string());
    for absent in ["expires_at", "memo", "tag", "destination_tag", "status", "id"] {
        assert_eq!(read.get(absent), None, "{absent}");
    }
    let line = &read["deliveries"][0];
    assert_eq!(line["delivery_state"], "WaitingForPayment");
    assert_eq!(line["deliverable"]["localized_denomination"], "range");
    assert!(line["deliverable"]["pin_code"].is_null());
    assert_eq!(text(&read, "order_id").len(), 36);
}

#[tokio::test]
async fn amounts_are_exact_text_in_every_coin() {
    let supplier = Supplier::start().await;
    for (coin, network, digits) in
        [("USDC", "Solana", 2), ("BTC", "Mainnet", 8), ("ETH", "Base", 8), ("DOGE", "Mainnet", 4), ("DAI", "Base", 6)]
    {
        let order = supplier.order(&paid_in(gift(""), coin, network)).await;
        let (whole, fraction) = text(&order, "coin_amount").split_once('.').unwrap();
        assert_eq!(fraction.len(), digits, "{coin}");
        assert!(whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()), "{coin}");
    }
}

fn budget(answer: &Answer, name: &str) -> u64 {
    answer.headers[name].to_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn budgets_run_out_with_429_and_word_of_when_to_return() {
    let supplier = Supplier::start().await;
    let generous = supplier.get("/v3/payment_vias").await;
    assert_eq!(budget(&generous, "x-ratelimit-limit"), 600);
    supplier.control(json!({ "reset": true, "rate_limit_scale": 1 })).await;
    let mut last = supplier.get("/v3/payment_vias").await;
    for _ in 0..60 {
        if last.status == 429 {
            break;
        }
        last = supplier.get("/v3/payment_vias").await;
    }
    assert_eq!(last.status, 429);
    assert!((1..=60).contains(&budget(&last, "retry-after")));
    assert_eq!(budget(&last, "x-ratelimit-remaining"), 0);
    assert!(budget(&last, "x-ratelimit-reset") > 1_700_000_000);
    assert_eq!(supplier.get("/v2/brands?country_code=VA").await.status, 200, "another budget");
    let other = supplier.client.get(supplier.url("/v3/payment_vias")).header("x-cr-application", "another");
    assert_eq!(other.send().await.unwrap().status(), 200, "another partner");
    supplier.control(json!({ "rate_limit_scale": 0 })).await;
    assert_eq!(supplier.get("/v3/payment_vias").await.status, 200);
}

#[tokio::test]
async fn the_supplier_goes_down_and_comes_back_with_its_orders() {
    let supplier = Supplier::start().await;
    let order = supplier.order(&gift("")).await;
    let path = format!("/v5/orders/{}", text(&order, "order_id"));
    supplier.control(json!({ "down": true })).await;
    for path in [path.as_str(), "/v2/brands?country_code=US", "/v3/payment_vias"] {
        let answer = supplier.get(path).await;
        assert_eq!(answer.status, 503, "{path}");
        assert!(String::from_utf8(answer.body).unwrap().contains("<html>"));
    }
    assert_eq!(supplier.get("/sandbox/orders").await.status, 200);
    supplier.control(json!({ "down": false })).await;
    assert_eq!(supplier.get_json(&path).await, order);
}

#[tokio::test]
async fn the_supplier_s_clock_can_be_wrong() {
    let supplier = Supplier::start().await;
    let honest: u64 = text(&supplier.order(&gift("")).await, "created_at").parse().unwrap();
    supplier.control(json!({ "clock_skew_s": 86_400 })).await;
    let answer = supplier.post("/v5/orders", &gift("")).await;
    let skewed: u64 = text(&answer.json(), "created_at").parse().unwrap();
    assert!((86_400..86_410).contains(&(skewed - honest)), "{honest} {skewed}");
    let date = answer.headers["date"].to_str().unwrap().to_owned();
    supplier.control(json!({ "clock_skew_s": 0 })).await;
    let now = supplier.get("/v3/payment_vias").await.headers["date"].to_str().unwrap().to_owned();
    assert_ne!(date[..16], now[..16], "another day");
}

#[tokio::test]
async fn controls_refuse_what_they_do_not_know() {
    let supplier = Supplier::start().await;
    for wrong in [json!({ "donw": true }), json!({ "down": "yes" }), json!({ "price_step_percent": "lots" }), json!([])]
    {
        assert_eq!(supplier.post("/sandbox/control", &wrong).await.status, 400, "{wrong}");
    }
}
