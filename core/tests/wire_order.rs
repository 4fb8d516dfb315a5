//! Orders as the supplier sends them, and what they carry (docs/supplier-api.md §5.10, §6, §7).

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;
mod support;

use common::{codes, fixture, request, undecodable};
use cr_core::{
    money::{CoinAmount, FaceValue},
    order::{
        DeliveryStatus, Field, Goods, MemoDoubt, NotPayable, Order, OrderId, OrderState, PaymentState, Received, Stage,
    },
    problem::Refusal,
    text::{Rich, plain},
    time::Timestamp,
    wire::{self, AnswerError},
};
use serde_json::{Value, json};
use std::str::FromStr as _;
use support::STATES;

fn order(body: &Value) -> Order {
    wire::order(200, &body.to_string()).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[test]
fn an_unpaid_order_is_read_field_by_field() {
    let order = wire::order(201, &fixture("order_waiting.json")).unwrap();
    assert_eq!(order.id.expose(), "7b0c0e6e-0000-4000-8000-0000000000f1");
    assert_eq!(
        (&order.state, &order.payment_state),
        (&OrderState::WaitingForPayment, &Some(PaymentState::WalletCreated))
    );
    assert_eq!((order.coin.as_deref(), order.network.as_deref()), (Some("USDC"), Some("Solana")));
    assert_eq!(order.due.as_ref().unwrap().as_str(), "101.55");
    assert_eq!(order.received.as_ref().unwrap().as_str(), "0");
    assert_eq!(order.wallet_address.as_deref(), Some("9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"));
    let seconds = |at: Option<Timestamp>| at.map(Timestamp::millis);
    assert_eq!(seconds(order.created_at), Some(1_790_000_000_000));
    assert_eq!(seconds(order.updated_at), Some(1_790_000_001_000));
    assert_eq!(seconds(order.payment_requested_at), Some(1_790_000_000_000), "fractions are cut");
    assert_eq!(order.memo, None, "payment_id is no memo");
    let line = &order.deliveries[0];
    assert_eq!(line.denomination.as_deref(), Some("100 USD"), "the word range is never shown");
    assert_eq!(line.face, Some(FaceValue::new("100", "USD".parse().unwrap()).unwrap()));
    assert_eq!((line.status, line.goods.len()), (DeliveryStatus::Pending, 0));
    assert!(order.matches(&request()));
}

#[test]
fn delivered_orders_carry_their_goods() {
    let card = wire::order(200, &fixture("order_done_giftcard.json")).unwrap();
    let line = &card.deliveries[0];
    assert!(line.goods == [Goods::Code(" 0042 EXAMPLE-CODE ".to_owned())], "codes are kept exactly");
    assert_eq!((line.serial.as_deref(), line.security_code.as_deref()), (Some("000123"), Some("987")));
    assert_eq!(line.barcode_image_url.as_deref(), Some("https://img.example/bar?w=64&h=64"));
    assert_eq!(
        (plain(&line.instructions), plain(&line.terms)),
        ("Open the shop.".to_owned(), "No refunds.".to_owned())
    );
    assert_eq!(line.denomination.as_deref(), Some("$50"));

    let esim = wire::order(200, &fixture("order_done_esim.json")).unwrap();
    assert!(
        esim.deliveries[0].goods == [Goods::Esim { lpa: "LPA:1$smdp.example$EXAMPLE-TOKEN".to_owned(), valid: true }]
    );

    let topup = wire::order(200, &fixture("order_done_topup.json")).unwrap();
    assert_eq!((topup.id.expose(), &topup.state), ("7b0c0e6e-0000-4000-8000-0000000000f4", &OrderState::Done));
    assert!(topup.deliveries[0].goods == [Goods::Credited]);
    assert_eq!(topup.deliveries[0].operator_reference.as_deref(), Some("EXAMPLE-REF-1"));
}

#[test]
fn g02_serials_and_security_codes_of_each_code_are_kept() {
    for (line, serial, security) in [
        (
            json!({ "pin_code": [{ "pin_code": "A", "pin_serial": "1", "security_code": "042" }, { "code": "B", "serial": 2, "securityCode": "042" }] }),
            Some("1\n2"),
            Some("042\n042"),
        ),
        (json!({ "voucher_code": { "value": "A", "serial": "1" } }), Some("1"), None),
        (json!({ "pin_code": [[{ "pin": "A", "pin_serial": ["1", "2"] }]], "pin_serial": "1" }), Some("1\n2"), None),
        (json!({ "pin_code": "A", "pin_serial": ["1", "2"], "security_code": "7" }), Some("1\n2"), Some("7")),
        (json!({ "pin_code": ["A", "B"] }), None, None),
    ] {
        let order = order(&json!({ "order_id": "x", "order_state": "Done", "deliveries": [{ "deliverable": line }] }));
        let told = &order.deliveries[0];
        assert_eq!((told.serial.as_deref(), told.security_code.as_deref()), (serial, security), "{line}");
    }
}

#[test]
fn g02_goods_are_told_apart_by_what_they_are() {
    let code = |text: &str| vec![Goods::Code(text.to_owned())];
    let link = |text: &str| vec![Goods::Link(text.to_owned())];
    let lpa = |text: &str, valid| vec![Goods::Esim { lpa: text.to_owned(), valid }];
    let table: Vec<(Value, Vec<Goods>)> = vec![
        (json!({ "pin_code": "ABC-123" }), code("ABC-123")),
        (json!({ "pin_code": "line 1\nline 2" }), code("line 1\nline 2")),
        (json!({ "pin_code": 420_042 }), code("420042")),
        (json!({ "voucher_code": "V" }), code("V")),
        (json!({ "pin_code": "A", "code": "A" }), code("A")),
        (json!({ "voucher_code": "V", "pin": "7" }), vec![Goods::Code("V".into()), Goods::Code("7".into())]),
        (json!({ "pin_code": "https://redeem.example/x" }), link("https://redeem.example/x")),
        (json!({ "redemption_url": "https://redeem.example/x" }), link("https://redeem.example/x")),
        (json!({ "url": "javascript:alert(1)", "pin_code": "A" }), code("A")),
        (json!({ "pin_code": "http://redeem.example/x" }), code("http://redeem.example/x")),
        (json!({ "pin_code": "javascript:alert(1)" }), code("javascript:alert(1)")),
        (json!({ "pin_code": "LPA:1$smdp.example.com$ABC-123" }), lpa("LPA:1$smdp.example.com$ABC-123", true)),
        (
            json!({ "pin_code": " LPA:1$smdp.example.com$ABC$1.3.6.1$1\n" }),
            lpa("LPA:1$smdp.example.com$ABC$1.3.6.1$1", true),
        ),
        (json!({ "pin_code": "LPA:1$smdp.example.com" }), lpa("LPA:1$smdp.example.com", false)),
        (json!({ "pin_code": "LPA:1$smdp.example.com$" }), lpa("LPA:1$smdp.example.com$", false)),
        (json!({ "pin_code": "LPA:1$$ABC" }), lpa("LPA:1$$ABC", false)),
        (json!({ "pin_code": "lpa:2$x" }), lpa("lpa:2$x", false)),
        // G02: several codes of one line, each of its own.
        (json!({ "pin_code": ["A", "B"] }), vec![Goods::Code("A".into()), Goods::Code("B".into())]),
        (
            json!({ "pin_code": ["A", null, "", 7, ["C"]] }),
            ["A", "7", "C"].map(|code| Goods::Code(code.into())).to_vec(),
        ),
        (
            json!({ "voucher_code": [{ "code": "A" }, { "pin_code": "B", "more": 1 }] }),
            vec![Goods::Code("A".into()), Goods::Code("B".into())],
        ),
        (
            json!({ "pin_code": ["https://redeem.example/x", "LPA:1$smdp.example.com$A"] }),
            vec![
                Goods::Link("https://redeem.example/x".into()),
                Goods::Esim { lpa: "LPA:1$smdp.example.com$A".into(), valid: true },
            ],
        ),
        (
            json!({ "redemption_url": ["https://redeem.example/x", "http://redeem.example/y"] }),
            link("https://redeem.example/x"),
        ),
        (json!({ "pin_code": { "pin": "A" } }), code("A")),
        (
            json!({ "delivery_type": "by_email", "pin_code": [{ "value": "A" }, { "Code": "B", "value": "20" }] }),
            vec![Goods::Code("A".into()), Goods::Code("B".into())],
        ),
        (json!({ "pin_code": { "value": "A" } }), code("A")),
        // What is there and cannot be read was not mailed.
        (json!({ "delivery_type": "by_email", "pin_code": [{ "secret": "A" }] }), vec![]),
        (json!({ "delivery_type": "by_email", "voucher_code": { "value": 50, "currency": "USD" } }), vec![]),
        (json!({ "beneficiary_account": "+393471234567", "pin": [[true]] }), vec![]),
        (json!({ "delivery_type": "by_email", "pin_code": [{ "secret": "" }, null, {}] }), vec![Goods::SentByEmail]),
        (json!({ "delivery_type": "by_email", "pin_code": [] }), vec![Goods::SentByEmail]),
        (json!({ "delivery_type": "by_email" }), vec![Goods::SentByEmail]),
        (json!({ "delivery_type": "by_phone", "pin_code": "" }), vec![Goods::Credited]),
        (json!({ "beneficiary_account": "+393471234567" }), vec![Goods::Credited]),
        (json!({ "beneficiary_account": "a@example.com" }), vec![Goods::SentByEmail]),
        (json!({ "delivery_type": "by_email", "qr_image_url": "https://img.example/qr" }), vec![]),
        (json!({}), vec![]),
    ];
    for (line, goods) in table {
        for nested in [true, false] {
            let mut delivery = if nested { json!({ "deliverable": line }) } else { line.clone() };
            delivery["delivery_state"] = json!("Succeeded");
            let order = order(&json!({ "order_id": "x", "order_state": "Done", "deliveries": [delivery] }));
            assert!(order.deliveries[0].goods == goods, "{line}, nested {nested}");
            let is_unread = ["secret\":\"A", "USD", "true"].iter().any(|part| line.to_string().contains(part));
            let expected = if is_unread { DeliveryStatus::Pending } else { DeliveryStatus::Delivered };
            assert_eq!(order.deliveries[0].status, expected, "{line}");
        }
    }
}

#[test]
fn a_line_is_delivered_by_its_word_or_by_what_it_carries() {
    use DeliveryStatus::{Delivered, Failed, Pending};
    let table = [
        ("WaitingForDelivery", json!({ "delivery_state": "Succeeded" }), Delivered),
        ("WaitingForDelivery", json!({ "delivery_state": "completed" }), Delivered),
        ("WaitingForDelivery", json!({ "delivery_state": "Done" }), Delivered),
        ("WaitingForDelivery", json!({ "delivery_state": "Odd", "deliverable": { "pin_code": "A" } }), Delivered),
        ("WaitingForDelivery", json!({ "deliverable": { "barcode_image_url": "https://img.example/b" } }), Delivered),
        ("WaitingForDelivery", json!({}), Pending),
        ("Done", json!({}), Delivered),
        ("Done", json!({ "delivery_state": "WaitingForPayment" }), Pending),
        ("Done", json!({ "delivery_state": "Failed" }), Failed),
        ("Done", json!({ "deliverable": { "failure_reason": "<p>Card <b>refused</b></p>" } }), Failed),
        ("Done", json!({ "error_description": "no stock", "deliverable": {} }), Failed),
        ("Done", json!({ "failure_reason": "late", "deliverable": { "pin_code": "A" } }), Delivered),
    ];
    for (state, delivery, status) in table {
        let order = order(&json!({ "order_id": "x", "order_state": state, "deliveries": [delivery] }));
        assert_eq!(order.deliveries[0].status, status, "{state} {delivery}");
    }
    let failed = order(
        &json!({ "order_id": "x", "order_state": "Done", "deliveries": [{ "failure_reason": "<p>Card <b>refused</b></p>" }] }),
    );
    assert_eq!(failed.deliveries[0].failure.as_deref(), Some("Card refused"));
}

#[test]
fn m09_images_of_an_order_are_https_or_our_own() {
    let image = |url: &str| {
        let line = json!({ "qr_image_url": url, "barcode_image_url": url });
        let order = order(&json!({ "order_id": "x", "order_state": "Done", "deliveries": [{ "deliverable": line }] }));
        assert_eq!(order.deliveries[0].qr_image_url, order.deliveries[0].barcode_image_url);
        order.deliveries[0].qr_image_url.clone()
    };
    for url in ["https://img.example/q?w=1", "/sandbox/qr/1"] {
        assert_eq!(image(url).as_deref(), Some(url));
    }
    for url in [
        "http://img.example/q",
        "//img.example/q",
        "/\\img.example",
        "data:image/png;base64,AA",
        "javascript:x",
        "https://u@img.example",
    ] {
        assert_eq!(image(url), None, "{url}");
    }
}

#[test]
fn hostile_texts_of_an_order_are_reduced() {
    let line = json!({ "brand_name": "Evil\u{202E}\u{0}Brand", "redeem_instructions": "<script>alert(1)</script><p onclick=x>Go</p>", "how_to_redeem": "<p>Then</p>" });
    let order = order(&json!({ "order_id": "x", "order_state": "Done", "deliveries": [{ "deliverable": line }] }));
    assert_eq!(order.deliveries[0].brand_name, "EvilBrand");
    let paragraph = |text: &str| Rich::Paragraph(vec![Rich::Text(text.to_owned())]);
    assert_eq!(order.deliveries[0].instructions, [paragraph("Go"), paragraph("Then")]);
}

#[test]
fn older_spellings_of_an_order_are_read() {
    let table = [
        json!({ "order_id": "x", "order_state": "Expired" }),
        json!({ "orderId": "x", "orderState": "expired" }),
        json!({ "id": "x", "status": "Expired" }),
        json!({ "ORDER_ID": "x", "state": "EXPIRED" }),
        json!({ "order_id": "x", "order_state": "Expired", "status": 200, "message": null, "problems": null }),
    ];
    for body in table {
        assert_eq!((order(&body).id.expose(), order(&body).state), ("x", OrderState::Expired), "{body}");
    }
    let nested = order(
        &json!({ "id": "7", "status": "WaitingForPayment", "payment": { "coin": "BTC", "coin_amount": 0.5, "wallet_address": "bc1x" } }),
    );
    assert_eq!(
        (nested.coin.as_deref(), nested.due.unwrap().as_str(), nested.wallet_address.as_deref()),
        (Some("BTC"), "0.5", Some("bc1x"))
    );
}

#[test]
fn an_order_id_beside_problems_means_the_order_may_exist() {
    for body in [
        json!({ "order_id": "x", "order_state": "Created", "problems": [{ "problem": "OUT_OF_STOCK" }] }),
        json!({ "order_id": "x", "problems": [{ "problem": "OUT_OF_STOCK" }] }),
        json!({ "order_id": "x", "order_state": "Created", "detail": "SUSPENDED_COIN" }),
        json!({ "id": "x", "status": "Created", "problems": ["OUT_OF_STOCK"] }),
    ] {
        for status in [200, 201, 422] {
            assert_eq!(undecodable(wire::order(status, &body.to_string())), "problems", "{status} {body}");
        }
    }
    let failure_with_a_number = json!({ "id": "trace-1", "status": 422, "detail": "LOGIN_REQUIRED" });
    assert_eq!(codes(&wire::order(422, &failure_with_a_number.to_string()).unwrap_err()), ["LOGIN_REQUIRED"]);
}

#[test]
fn h16_a_code_alone_is_no_refusal_of_a_create_that_was_answered_with_success() {
    for body in [
        json!({ "code": "SUCCESS", "data": { "order_id": "x" } }),
        json!({ "code": "SUCCESS", "message": "created", "data": { "order_id": "x" } }),
        json!({ "error_code": "NONE", "error": null, "result": { "id": "x" } }),
        json!({ "code": "CREATED", "detail": "Order created", "data": { "order_id": "x" } }),
        json!({ "code": "SUCCESS" }),
    ] {
        for status in [200, 201] {
            // Neither names a reason, and both leave open whether there is an order.
            match wire::order(status, &body.to_string()) {
                Err(AnswerError::Undecodable(error)) => assert_eq!(error.path, "order_id", "{status} {body}"),
                Err(AnswerError::Refused(Refusal::Http { .. })) => {}
                other => panic!("{other:?}: {status} {body}"),
            }
        }
    }
    let made = json!({ "code": "SUCCESS", "order_id": "x", "order_state": "Created" });
    assert_eq!(order(&made).state, OrderState::Created);
    for (status, body, code) in [
        (200, json!({ "code": "OUT_OF_STOCK", "data": {} }), "OUT_OF_STOCK"),
        (200, json!({ "error_code": "NEW_ONE", "detail": "no more of these" }), "NEW_ONE"),
        (200, json!({ "code": "NEW_ONE", "detail": "LOGIN_REQUIRED" }), "LOGIN_REQUIRED"),
        (200, json!({ "code": "SUCCESS", "problems": ["NEW_ONE"] }), "NEW_ONE"),
        (422, json!({ "error_code": "NEW_ONE" }), "NEW_ONE"),
    ] {
        assert_eq!(codes(&wire::order(status, &body.to_string()).unwrap_err()), [code], "{body}");
    }
}

#[test]
fn a_success_needs_id_and_state_and_an_id_fit_for_a_path() {
    let table = [
        (json!({ "order_state": "Done" }), "order_id"),
        (json!({ "order_id": "", "order_state": "Done" }), "order_id"),
        (json!({ "order_id": "a/../b", "order_state": "Done" }), "order_id"),
        (json!({ "order_id": ["x"], "order_state": "Done" }), "order_id"),
        (json!({ "order_id": "x" }), "order_state"),
        (json!({ "order_id": "x", "order_state": null }), "order_state"),
        (json!({ "order_id": "x", "order_state": " " }), "order_state"),
        (json!({ "order_id": "x", "status": 422 }), "status"),
        (json!({ "id": "x", "status": ["Done"] }), "status"),
        (json!([]), "$"),
        (json!(null), "$"),
        (json!("Done"), "$"),
    ];
    for (body, path) in table {
        assert_eq!(undecodable(wire::order(200, &body.to_string())), path, "{body}");
    }
}

#[test]
fn m15_a_broken_amount_stops_a_payment_but_never_hides_a_state() {
    let body = |state: &str, amount: Value| json!({ "order_id": "x", "order_state": state, "coin_amount": amount, "wallet_address": 5 });
    for amount in [json!("1e2"), json!(-1), json!([]), json!("1,5"), json!(true)] {
        for state in STATES {
            let order = order(&body(state, amount.clone()));
            assert_eq!((order.due.clone(), order.wallet_address.clone()), (None, None), "{state} {amount}");
            assert_eq!(order.state, OrderState::from_wire(state));
            assert!(order.unread.has(Field::Due) && order.unread.has(Field::Address) && !order.unread.has(Field::Coin));
        }
        let unpaid = order(&body("WaitingForPayment", amount));
        assert_eq!(unpaid.stage(false), Stage::NotPayable(NotPayable::Unreadable));
    }
}

#[test]
fn m15_an_amount_received_that_cannot_be_read_is_not_nothing() {
    let received = |sent: Value, other: Value| {
        order(
            &json!({ "order_id": "x", "order_state": "PartialPaymentStarted", "coin_amount": "5", "sent_coin_amount": sent, "received_amount": other }),
        )
    };
    let amount = CoinAmount::from_str("0.5").unwrap();
    for nothing in [json!(null), json!(""), json!("0"), json!(0), json!("0.000")] {
        assert_eq!(received(nothing, json!(null)).received(), Received::Nothing);
    }
    assert_eq!(received(json!("0.5"), json!("0")).received(), Received::Amount(&amount));
    for unknown in [json!("abc"), json!(-3), json!("1e-05"), json!([]), json!(false)] {
        assert_eq!(received(unknown.clone(), json!(null)).received(), Received::Unknown, "{unknown}");
        // The other one may be the larger of the two.
        assert_eq!(received(unknown.clone(), json!("0.5")).received(), Received::Unknown, "{unknown}");
        assert_eq!(received(json!("0.5"), unknown.clone()).received(), Received::Unknown, "{unknown}");
        let stage = received(json!("0.5"), unknown).stage(false);
        assert!(matches!(stage, Stage::PartlyPaid { received: None, missing: None, .. }), "{stage:?}");
    }
}

#[test]
fn m15_problems_beside_the_state_of_a_known_order_make_it_unpayable_and_do_not_hide_it() {
    let body = |state: &str| {
        json!({ "order_id": "x", "order_state": state, "coin": "BTC", "coin_amount": "1",
        "wallet_address": "bc1x", "problems": [{ "problem": "SUSPENDED_COIN" }] })
    };
    for state in STATES {
        let text = body(state).to_string();
        let order = wire::snapshot(200, &text).unwrap();
        assert_eq!(order.state, OrderState::from_wire(state));
        assert!(!matches!(order.stage(false), Stage::AwaitingPayment { .. }), "{state}");
        for status in [400, 422, 500] {
            assert_eq!(undecodable(wire::snapshot(status, &text)), "problems", "{status}");
        }
        assert_eq!(undecodable(wire::order(200, &text)), "problems", "of a create it says that an order may exist");
    }
    let bare = json!({ "order_id": "x", "problems": ["OUT_OF_STOCK"] }).to_string();
    assert_eq!(undecodable(wire::snapshot(200, &bare)), "problems", "that may be said of the reading");
    for name in ["order_id", "id"] {
        let stateless = json!({ name: "x", "coin_amount": "1", "problems": ["OUT_OF_STOCK"] }).to_string();
        let order = wire::snapshot(200, &stateless).unwrap();
        assert_eq!((order.state, order.unread.has(Field::Other)), (unreadable(), true));
    }
}

#[test]
fn m15_a_field_that_is_no_json_does_not_hide_the_state_of_a_known_order() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let tokens = [".5", "5.", "+3", "01", "nan", "Nan", "inf", "undefined", "None", "0x1F", "1_000", "'x'", "x y", ""];
    let texts = ["\"a\tb\"", "\"a\nb\"", r#""\x""#, r#""\u12""#, r#""a\""b"#, r#""a" "b""#, r#"b"x""#];
    let nested = ["[NaN,{\"a\":.5}]", "{\"a\":[1,],\"b\":undefined}", r#"["}",{"a":"\x,]"}]"#, "f(1)", "]"];
    let all = [&["NaN", "Infinity", "-Infinity", &*deep][..], &tokens, &texts, &nested].concat();
    for junk in all {
        for field in
            ["sent_coin_amount", "coin_amount", "memo", "wallet_address", "deliveries", "payment_state", "updated_at"]
        {
            for state in STATES {
                let known = format!(
                    r#""order_state" : "{state}","coin":"\"NaN\\","network":"N, }}aN","created_at":1790000000"#
                );
                for text in [
                    format!(r#"{{"order_id":"x",{known},"{field}":{junk}}}"#),
                    format!(" {{ \"{field}\" : {junk} , \"order_id\":\"x\",{known}}}\n"),
                ] {
                    let order = wire::snapshot(200, &text).unwrap_or_else(|error| panic!("{error}: {text}"));
                    assert_eq!(order.state, OrderState::from_wire(state), "{text}");
                    assert!(!order.unread.is_nothing(), "{text}");
                    assert_eq!((order.coin.as_deref(), order.network.as_deref()), (Some("\"NaN\\"), Some("N, }aN")));
                    assert_eq!(
                        undecodable(wire::order(200, &text)),
                        "$",
                        "a create that cannot be read is told as such"
                    );
                }
            }
        }
    }
    let table = [
        (r#"{"order_id":NaN,"order_state":"Done"}"#, "order_id"),
        (r#"{"order_id":"x","order_state":"Done","#, "$"),
        (r#"{"order_id":"x","order_state":"Done","memo":.5"#, "$"),
        (r#"{"order_id":"x","order_state":"Done","memo":"a}"#, "$"),
        (r#"{"order_id":"x","order_state":"Done","memo":.5}{}"#, "$"),
        ("NaN", "$"),
        ("[NaN]", "$"),
    ];
    for (text, path) in table {
        assert_eq!(undecodable(wire::snapshot(200, text)), path, "{text}");
    }
}

#[test]
fn m15_an_id_that_cannot_be_read_does_not_hide_the_state_of_the_order_asked_for() {
    let asked = |id: &str| OrderId::new(id).unwrap();
    let junk = [
        "7",
        "1e3",
        "true",
        "false",
        "{}",
        "[\"x\"]",
        "{\"id\":\"x\"}",
        "\"\"",
        "\" \"",
        "null",
        "NaN",
        ".5",
        "x",
        "\"\\x\"",
        "",
    ];
    for state in STATES {
        for id in junk.iter().map(|junk| format!("\"order_id\":{junk},")).chain([String::new()]) {
            let text = format!(
                r#"{{{id}"order_state":"{state}","payment_state":null,"coin_amount":"5","wallet_address":"a"}}"#
            );
            let order = wire::snapshot_of(&asked("x"), 200, &text).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!((order.id.expose(), &order.state), ("x", &OrderState::from_wire(state)), "{text}");
            assert!(!order.unread.is_nothing(), "it is not payable: {text}");
            assert!(
                wire::order(200, &text).is_err() || id.contains("7") || id.contains("1e3"),
                "of a create it is not known: {text}"
            );
        }
    }
    // One that can be read counts, whichever it is, wherever it stands.
    let told = [
        (r#""order_id":"x""#, "x", "x", true),
        (r#""order_id":"y""#, "x", "y", true),
        (r#""order_id":7,"id":"y""#, "x", "y", false),
        (r#""order_id":{},"order_uuid":"x""#, "x", "x", false),
        (r#""order_id":7"#, "7", "7", true),
        (r#""order_id":8"#, "7", "8", true),
        (r#""order_id":"7""#, "7", "7", true),
    ];
    for (field, known, id, is_read) in told {
        let text = format!(r#"{{{field},"order_state":"Done"}}"#);
        let order = wire::snapshot_of(&asked(known), 200, &text).unwrap();
        assert_eq!((order.id.expose(), order.unread.is_nothing()), (id, is_read), "{text}");
    }
    assert!(wire::snapshot_of(&asked("x"), 200, r#"{"order_id":"a/b","order_state":"Done"}"#).is_err());
    // What names neither the order nor its state is no order.
    let garbage = r#"{"order_id":7,"order_state":{"name":"Done"},"coin_amount":[]}"#;
    assert!(wire::snapshot_of(&asked("x"), 200, garbage).is_err());
    // Of an order that nobody has asked for yet, no other name stands in for the first.
    assert!(wire::order(200, r#"{"order_id":["x"],"id":"y","order_state":"Created"}"#).is_err());
    // What has no field of an order beside its state is no order: any failure's number stands under `id`.
    for failure in [
        r#"{"id":7,"status":"error"}"#,
        r#"{"id":{},"state":"down"}"#,
        r#"{"status":"ok"}"#,
        r#"{"state":"Done"}"#,
        r#"{"message":"later"}"#,
        r#"{"id":7,"status":"error","problems":["LOGIN_REQUIRED"]}"#,
    ] {
        let answer = wire::snapshot_of(&asked("x"), 200, failure);
        assert!(answer.as_ref().map_or(true, |order| order.id.expose() != "x"), "{failure}");
        assert!(wire::snapshot_of(&asked("x"), 404, r#"{"order_id":7,"order_state":"Done"}"#).is_err());
    }
}

#[test]
fn m15_a_name_that_is_no_json_may_be_that_of_any_field() {
    for name in ["memo", "'memo'", "\"me\tmo\"", r#""me\xmo""#, "/* a */ \"memo\"", "7"] {
        for field in [format!("{name}:\"7\""), name.to_owned()] {
            let text = format!(r#"{{"order_id":"x",{field},"order_state":"PaymentReceived","qr_text":"x"}}"#);
            if field == "\"memo\"" {
                continue;
            }
            let order = wire::snapshot(200, &text).unwrap();
            assert_eq!((&order.state, order.unread.is_nothing()), (&OrderState::PaymentReceived, false), "{text}");
        }
    }
    // A comma too many is no field.
    let text = r#"{"order_id":"x",,"order_state":"PaymentReceived",}"#;
    assert!(wire::snapshot(200, text).unwrap().unread.is_nothing());
}

/// What stands for a state that could not be read.
fn unreadable() -> OrderState {
    OrderState::Unknown("Unreadable".to_owned())
}

#[test]
fn m15_a_known_order_without_a_state_that_can_be_read_is_in_one_that_is_not_known() {
    let states =
        [json!(null), json!(""), json!(" "), json!(7), json!(["Done"]), json!({ "name": "Done" }), json!(true)];
    for (id, field) in [("order_id", "order_state"), ("orderId", "state"), ("id", "order_state"), ("id", "status")] {
        for state in &states {
            for beside in [json!({}), json!({ "payment_state": "PaymentReceived" }), json!({ "deliveries": [] })] {
                let mut body = beside;
                body[id] = json!("x");
                body[field] = state.clone();
                let is_failure = id == "id" && body.as_object().unwrap().len() == 2;
                let answer = wire::snapshot(200, &body.to_string());
                match answer {
                    Ok(order) if order.state == unreadable() => assert!(!is_failure, "{body}"),
                    Ok(order) => panic!("{order:?}"),
                    Err(error) => assert!(is_failure, "{error}: {body}"),
                }
            }
        }
    }
    assert_eq!(wire::snapshot(200, r#"{"order_id":"x"}"#).unwrap().state, unreadable(), "none at all");
    assert_eq!(undecodable(wire::order(200, r#"{"order_id":"x"}"#)), "order_state", "of a create it is not known");
    // A failure's own number makes no order.
    for failure in [
        json!({ "id": "trace-1", "status": 422, "detail": "LOGIN_REQUIRED" }),
        json!({ "id": "trace-1", "status": 200, "message": "later", "payment_state": null }),
        json!({ "id": "trace-1" }),
    ] {
        assert!(wire::snapshot(200, &failure.to_string()).is_err(), "{failure}");
    }
}

#[test]
fn t13_absurd_times_are_no_times() {
    for time in [
        json!("soon"),
        json!(-5),
        json!(0),
        json!(1e30),
        json!("1790000000.5.5"),
        json!("99999999999999999999"),
        json!([1]),
        json!("2026-10-01T00:00:00Z"),
    ] {
        assert_eq!(
            order(&json!({ "order_id": "x", "order_state": "Done", "updated_at": time })).updated_at,
            None,
            "{time}"
        );
    }
}

#[test]
fn u10_memos_of_any_spelling_are_found() {
    for (field, value) in [
        ("memo", json!("12345")),
        ("tag", json!(12345)),
        ("destination_tag", json!("12345")),
        ("destinationTag", json!(12345)),
        ("destination-tag", json!(12345)),
        ("extra_id", json!(12345)),
        ("extraId", json!("12345")),
        ("address_tag", json!(12345)),
        ("Deposit-Memo", json!("12345")),
    ] {
        assert_eq!(
            order(&json!({ "order_id": "x", "order_state": "Created", field: value })).memo.as_deref(),
            Some("12345"),
            "{field}"
        );
    }
    for field in ["comment", "payment_id"] {
        let body = json!({ "order_id": "x", "order_state": "Created", field: "12345" });
        assert_eq!(order(&body).memo, None, "{field}");
    }
}

#[test]
fn u10_a_memo_that_cannot_be_read_is_a_doubt_and_costs_no_state() {
    for memo in [json!({ "tag": 7 }), json!([7]), json!(true), json!(1e21), json!(-7), json!(7.5)] {
        for field in ["memo", "tag", "destination_tag"] {
            for state in ["WaitingForPayment", "Done"] {
                let order = order(&json!({ "order_id": "x", "order_state": state, field: memo }));
                assert_eq!((order.memo, order.memo_doubt), (None, Some(MemoDoubt::Unreadable)), "{field} {memo}");
            }
        }
    }
}

#[test]
fn m15_a_memo_that_cannot_be_read_stops_a_payment_but_never_hides_a_state() {
    for memo in [json!({ "tag": 7 }), json!([7]), json!(true)] {
        for field in ["memo", "tag", "destination_tag"] {
            for state in ["WaitingForPayment", "PartialPaymentStarted", "Done"] {
                let body = json!({ "order_id": "x", "order_state": state, "coin_amount": "1", "wallet_address": "x", field: memo });
                let order = order(&body);
                assert_eq!((order.memo.as_deref(), order.unread.has(Field::Memo)), (None, true), "{body}");
                assert!(!matches!(order.stage(false), Stage::AwaitingPayment { .. }), "{body}");
            }
        }
        // Beside one that can be read.
        let body = json!({ "order_id": "x", "order_state": "Created", "coin_amount": "1", "wallet_address": "x", "memo": "7", "tag": memo });
        assert_eq!(order(&body).stage(false), Stage::NotPayable(NotPayable::Unreadable));
    }
    for nothing in [json!(null), json!(""), json!("  ")] {
        let order = order(&json!({ "order_id": "x", "order_state": "Created", "memo": nothing }));
        assert_eq!((order.memo, order.memo_doubt, order.unread.is_nothing()), (None, None, true));
    }
}

#[test]
fn u10_two_memos_are_one_if_they_are_equal_and_else_none() {
    let two = |one: Value, other: Value| {
        let by_name = json!({ "order_id": "x", "order_state": "Created", "memo": one, "destination_tag": other });
        let by_place = json!({ "order_id": "x", "order_state": "Created", "tag": one, "payment": { "tag": other } });
        let by_spelling =
            json!({ "order_id": "x", "order_state": "Created", "destinationTag": one, "destination_tag": other });
        [by_name, by_place, by_spelling].map(|body| {
            let order = order(&body);
            (order.memo, order.memo_doubt)
        })
    };
    let seven = || (Some("7".to_owned()), None);
    let doubt = |why: MemoDoubt| (None, Some(why));
    for (one, other, expected) in [
        (json!("7"), json!(7), seven()),
        (json!(" 7 "), json!("7"), seven()),
        (json!("7"), json!(null), seven()),
        (json!(""), json!(7), seven()),
        (json!("7"), json!("8"), doubt(MemoDoubt::Several)),
        (json!("07"), json!(7), doubt(MemoDoubt::Several)),
        (json!("order 7"), json!(7), doubt(MemoDoubt::Several)),
        (json!([]), json!(7), doubt(MemoDoubt::Unreadable)),
    ] {
        for found in two(one.clone(), other.clone()) {
            assert_eq!(found, expected, "{one} {other}");
        }
    }
}

#[test]
fn what_was_received_is_told_by_either_field() {
    let received = |sent: Value, other: Value| {
        let body = json!({ "order_id": "x", "order_state": "PartialPaymentStarted", "sent_coin_amount": sent, "received_amount": other });
        order(&body).received.map(|amount| amount.to_string())
    };
    // Where both tell of money, the one that leaves less to ask for.
    assert_eq!(received(json!("0.5"), json!("0.7")).as_deref(), Some("0.7"));
    assert_eq!(received(json!("0.7"), json!("0.5")).as_deref(), Some("0.7"));
    assert_eq!(received(json!("0.70"), json!("0.7")).as_deref(), Some("0.70"));
    assert_eq!(received(json!("0"), json!("0.7")).as_deref(), Some("0.7"));
    assert_eq!(received(json!(null), json!(0.25)).as_deref(), Some("0.25"));
    assert_eq!(received(json!("0"), json!(null)).as_deref(), Some("0"));
    assert_eq!(received(json!(null), json!(null)), None);
}

#[test]
fn errors_never_repeat_what_was_in_the_field() {
    let body = json!({ "order_id": "secret id", "order_state": "Done" }).to_string();
    let error = wire::order(200, &body).unwrap_err().to_string();
    assert!(!error.contains("secret"), "{error}");
}
