//! What a proxy passes on of a failure, and the verdict on a create: the same for the checkout and the proxy
//! (docs/proxy-contract.md, docs/supplier-api.md §4).

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use common::fixture;
use cr_core::{
    order::OrderId,
    wire::{self, AnsweredBy, Ending, ORDER_ID_NAMES, Verdict, create, ending, relay, told_id},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const TRACE: &str = "java.lang.IllegalStateException: at com.example.Orders(Orders.java:12) on db-7.internal";

fn relayed(status: u16, body: &str) -> Value {
    serde_json::from_str(&relay::error(status, body).body).unwrap()
}

#[test]
fn x20_of_an_error_codes_and_ids_are_passed_on_and_no_prose() {
    let nothing = json!({ "status": 422, "detail": "UPSTREAM_ERROR" });
    let table = [
        // Every shape of docs/supplier-api.md §4.
        (
            json!([{ "problem": "OUT_OF_STOCK" }]),
            json!({ "status": 422, "detail": "OUT_OF_STOCK", "problems": [{ "problem": "OUT_OF_STOCK" }] }),
        ),
        (
            json!([{ "problem": TRACE }, { "problem": "KYC_MISSING", "at": TRACE }, 7, { "moreDetails": 1 }]),
            json!({ "status": 422, "detail": "KYC_MISSING",
                "problems": [{ "problem": "UNREADABLE" }, { "problem": "KYC_MISSING" }] }),
        ),
        (
            json!({ "problems": [{ "problem": "OUT_OF_STOCK" }], "message": TRACE }),
            json!({ "status": 422, "detail": "OUT_OF_STOCK", "problems": [{ "problem": "OUT_OF_STOCK" }] }),
        ),
        (
            json!({ "problems": ["NOT_ACTIVE"] }),
            json!({ "status": 422, "detail": "NOT_ACTIVE", "problems": [{ "problem": "NOT_ACTIVE" }] }),
        ),
        (
            json!({ "problems": [{ "problem": TRACE }], "detail": TRACE }),
            json!({ "status": 422, "detail": "UNREADABLE", "problems": [{ "problem": "UNREADABLE" }] }),
        ),
        (
            json!({ "status": "422", "detail": "SUSPENDED_NETWORK", "moreDetails": { "network": TRACE } }),
            json!({ "status": 422, "detail": "SUSPENDED_NETWORK" }),
        ),
        (
            json!({ "status": 500, "detail": "KYC_MISSING", "stack": TRACE, "host": "db-7" }),
            json!({ "status": 422, "detail": "KYC_MISSING" }),
        ),
        (json!({ "detail": "LOGIN_REQUIRED" }), json!({ "status": 422, "detail": "LOGIN_REQUIRED" })),
        (
            json!({ "error": "OUT_OF_STOCK", "detail": TRACE }),
            json!({ "status": 422, "detail": "OUT_OF_STOCK", "error": "OUT_OF_STOCK" }),
        ),
        (
            json!({ "errorCode": "LOGIN_REQUIRED" }),
            json!({ "status": 422, "detail": "LOGIN_REQUIRED", "error_code": "LOGIN_REQUIRED" }),
        ),
        (
            json!({ "code": "A_CODE", "problem": "B_CODE" }),
            json!({ "status": 422, "detail": "B_CODE", "problem": "B_CODE", "code": "A_CODE" }),
        ),
        (json!({ "code": 17, "error": { "code": "OUT_OF_STOCK" } }), nothing.clone()),
        // Prose, wherever it is.
        (json!({ "message": TRACE }), nothing.clone()),
        (json!({ "message": "OUT_OF_STOCK" }), nothing.clone()),
        (
            json!({ "detail": TRACE, "error": TRACE, "error_code": TRACE, "code": TRACE, "problem": TRACE }),
            nothing.clone(),
        ),
        (json!({ "detail": "UPSTREAM_ERROR" }), nothing.clone()),
        (json!(TRACE), nothing.clone()),
        (json!(null), nothing.clone()),
        (json!([]), nothing.clone()),
        (json!({ "problems": [] }), nothing.clone()),
        // Ids, which beside problems mean that an order may exist.
        (
            json!({ "order_id": "o-1", "detail": "OUT_OF_STOCK" }),
            json!({ "status": 422, "detail": "OUT_OF_STOCK", "order_id": "o-1" }),
        ),
        (
            json!({ "orderId": "o-1", "id": 17 }),
            json!({ "status": 422, "detail": "UPSTREAM_ERROR", "orderId": "o-1", "id": 17 }),
        ),
        (json!({ "order_uuid": "o-1" }), json!({ "status": 422, "detail": "UPSTREAM_ERROR", "order_uuid": "o-1" })),
        (
            json!({ "id": "o-1", "order_state": "Created", "problems": ["OUT_OF_STOCK"] }),
            json!({ "status": 422, "detail": "OUT_OF_STOCK", "problems": [{ "problem": "OUT_OF_STOCK" }],
                "id": "o-1", "order_id": "o-1" }),
        ),
        (
            json!({ "order_id": TRACE, "detail": "OUT_OF_STOCK" }),
            json!({ "status": 422, "detail": "OUT_OF_STOCK", "order_id": "?" }),
        ),
        (json!({ "id": { "a": TRACE } }), nothing),
    ];
    for (body, expected) in table {
        let relayed = relay::error(422, &body.to_string());
        assert_eq!(serde_json::from_str::<Value>(&relayed.body).unwrap(), expected, "{body}");
        assert!(!relayed.body.contains("Orders.java"), "{body}");
    }
    for body in
        ["", "<html>java.lang.NullPointerException</html>", "404 page not found", "{\"detail\":\"OUT_OF_STOCK\""]
    {
        assert_eq!(relayed(503, body), json!({ "status": 503, "detail": "UPSTREAM_ERROR" }), "{body}");
        assert_eq!(relay::error(503, body).prose, body.len());
    }
}

#[test]
fn of_prose_only_its_length_is_known() {
    let table = [
        (json!({ "message": "12345" }), 5),
        (json!({ "detail": "OUT_OF_STOCK", "message": "12345" }), 5),
        (json!({ "status": "400", "problems": [{ "problem": "OUT_OF_STOCK", "moreDetails": ["123", 45] }] }), 5),
        (json!({ "status": 400, "error_code": "OUT_OF_STOCK", "order_id": "o-1" }), 0),
    ];
    for (body, prose) in table {
        assert_eq!(relay::error(400, &body.to_string()).prose, prose, "{body}");
    }
}

#[test]
fn details_pass_where_their_code_has_a_use_for_them_in_that_shape_only() {
    let pairs = json!([{ "coin": "USDC", "protocol": "Polygon (Matic)" }, ["BTC", "Lightning"]]);
    let table = [
        ("NOT_ALLOWED_PAYMENT_VIA", json!(["USER_WALLET", TRACE, 7, "GATE_PAY"]), json!(["USER_WALLET", "GATE_PAY"])),
        ("NOT_ALLOWED_PAYMENT_VIA", json!("USER_WALLET"), Value::Null),
        ("NOT_ALLOWED_PAYMENT_VIA", json!(TRACE), Value::Null),
        ("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", pairs.clone(), pairs),
        (
            "UNSUPPORTED_PROTOCOL_COIN_COMBINATION",
            json!([{ "coin": "USDC.e", "network": "Base", "note": TRACE },
                { "coin": TRACE, "protocol": "Base" }, [TRACE, "Base"]]),
            json!([{ "coin": "USDC.e", "network": "Base" }]),
        ),
        (
            "MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED",
            serde_json::from_str("5000.00000000000000000001").unwrap(),
            serde_json::from_str("5000.00000000000000000001").unwrap(),
        ),
        ("AMOUNT_LESS_THEN_MINIMUM_ALLOWED", json!("0.50"), json!("0.50")),
        (
            "DAILY_SPENDING_LIMIT_EXCEEDED",
            json!({ "limit": "1000", "currency": "EUR", "user": "shopper@example.com" }),
            json!({ "currency": "EUR", "limit": "1000" }),
        ),
        ("DAILY_SPENDING_LIMIT_EXCEEDED", json!({ "limit": TRACE, "currency": "EUR" }), Value::Null),
        ("PRODUCT_COUNT_EXCEEDED", json!({ "maximum": 10 }), json!({ "maximum": 10 })),
        ("VERIFICATION_REQUIRED", json!(TRACE), Value::Null),
        ("SUSPENDED_NETWORK", json!({ "network": "Tron" }), Value::Null),
        ("INVALID_BENEFICIARY_ACCOUNT", json!({ "limit": 5 }), Value::Null),
        ("BRAND_NEW_CODE", json!({ "limit": 5 }), Value::Null),
    ];
    for (code, details, kept) in table {
        let shapes = [
            json!([{ "problem": code, "moreDetails": details }]),
            json!({ "problems": [{ "problem": code, "more_details": details }] }),
        ];
        for body in shapes {
            let relayed = relayed(422, &body.to_string());
            assert_eq!(relayed["problems"][0]["moreDetails"], kept, "{body}");
        }
        let single = json!({ "status": 422, "detail": code, "moreDetails": details });
        assert_eq!(relayed(422, &single.to_string())["moreDetails"], kept, "{single}");
        // Told with a success status nothing else of the body is touched.
        for body in [
            json!([{ "problem": code, "moreDetails": details, "rest": "a: b" }]),
            json!({ "coin_amount": null, "problems": [{ "problem": code, "moreDetails": details }], "note": "a: b" }),
            json!({ "status": 422, "detail": code, "moreDetails": details, "message": "a: b" }),
        ] {
            let reduced = relay::refusal(200, &body.to_string());
            let expected = body.to_string().replace(&details.to_string(), &kept.to_string());
            let value = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
            assert_eq!(value(&reduced.unwrap_or_else(|| body.to_string())), value(&expected), "{body}");
        }
    }
}

#[test]
fn successes_are_left_alone_and_so_are_refusals_without_details() {
    let table = [
        json!({ "order_id": "o-1", "order_state": "Done", "moreDetails": TRACE }),
        json!({ "coin_amount": "5", "problems": [], "moreDetails": TRACE }),
        json!([{ "brand": "Arcadia", "moreDetails": TRACE }]),
        json!({ "problems": [{ "problem": "OUT_OF_STOCK" }], "note": TRACE }),
        json!("moreDetails"),
    ];
    for body in table {
        assert_eq!(relay::refusal(200, &body.to_string()), None, "{body}");
    }
    assert_eq!(relay::refusal(200, "moreDetails"), None);
    // Details beside a list, of which nobody knows what they belong to, and those of a refusal without a code.
    for body in [r#"{"problems":["OUT_OF_STOCK"],"moreDetails":"x y"}"#, r#"{"message":"no","moreDetails":"x y"}"#] {
        assert_eq!(relay::refusal(200, body).unwrap(), body.replace("\"x y\"", "null"), "{body}");
    }
}

#[test]
fn h20_what_ends_the_following_of_an_order_passes_and_nothing_else_becomes_it() {
    let ends = [
        (404, json!({ "status": 404, "detail": "ORDER_NOT_FOUND" }), Some(Ending::NotFound)),
        (410, json!({ "status": "410", "detail": "NOT_FOUND", "message": TRACE }), Some(Ending::NotFound)),
        (401, json!({ "status": 401, "detail": "UNAUTHORIZED" }), Some(Ending::Forbidden)),
        (403, json!({ "status": 403, "detail": "FORBIDDEN", "error": "Forbidden" }), Some(Ending::Forbidden)),
        (404, json!({ "detail": "ORDER_NOT_FOUND" }), None),
        (404, json!({ "status": 404, "error": "NOT_FOUND" }), None),
        (403, json!({ "message": "ORDER_NOT_FOUND", "error": "FORBIDDEN" }), None),
        (404, json!([{ "problem": "NOT_FOUND" }]), None),
        (404, json!({ "status": 404, "problems": ["ORDER_NOT_FOUND"] }), None),
        (404, json!({ "status": 403, "detail": "NOT_FOUND" }), None),
    ];
    for (status, body, expected) in ends {
        let text = body.to_string();
        assert_eq!(ending(status, &text), expected, "{body}");
        let relayed = relay::error(status, &text);
        assert_eq!(ending(status, &relayed.body), expected, "{body} → {}", relayed.body);
        let relayed: Value = serde_json::from_str(&relayed.body).unwrap();
        assert_eq!(relayed["status"], json!(status), "{body}");
        // The code itself is still there.
        let code = text.split('"').find(|part| wire::is_code(part)).unwrap();
        assert!(
            code == "ORDER_NOT_FOUND" && text.contains("message") || relayed.to_string().contains(code),
            "{relayed}"
        );
    }
}

/// What the checkout makes of an error.
fn refusal(status: u16, body: &str) -> String {
    format!("{:?}", wire::price(status, body).unwrap_err())
}

/// The verdict on a create, the codes without their details.
fn verdict(status: u16, body: &str) -> String {
    match create(AnsweredBy::Supplier, status, body) {
        Verdict::Refused(problems) => format!("refused {problems:?}"),
        Verdict::Made(_) => "made".to_owned(),
        Verdict::Named => "named".to_owned(),
        Verdict::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn both_forms_of_an_error_are_read_alike_so_older_proxies_and_newer_checkouts_go_together() {
    for line in fixture("refusals.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let (name, body) = (row["name"].as_str().unwrap(), row["body"].as_str().unwrap());
        for status in [400, 403, 404, 422, 429, 500, 503] {
            let newer = relay::error(status, body).body;
            assert_eq!(refusal(status, &newer), refusal(status, body), "{name}");
            assert_eq!(verdict(status, &newer), verdict(status, body), "{name}");
        }
    }
}

#[test]
fn ids_have_one_list_of_names() {
    for name in ORDER_ID_NAMES {
        let order = json!({ name: "o-1", "order_state": "Done" }).to_string();
        assert_eq!(wire::order(200, &order).unwrap().id, OrderId::new("o-1").unwrap(), "{name}");
        assert_eq!(told_id(&order).as_deref(), Some("o-1"), "{name}");
        assert_eq!(told_id(&json!({ name: 17 }).to_string()).as_deref(), Some("17"), "{name}");
        let told = relayed(422, &json!({ name: "o-1", "detail": "OUT_OF_STOCK" }).to_string());
        assert_eq!(told_id(&told.to_string()).as_deref(), Some("o-1"), "{name}");
    }
    let all = json!({ "order_uuid": "4", "id": "3", "orderId": "2", "order_id": "1" }).to_string();
    assert_eq!(told_id(&all).as_deref(), Some("1"));
    for none in ["", "[]", "{}", r#"{"order_id":null}"#, r#"{"order_id":" "}"#, r#"{"reference":"a"}"#] {
        assert_eq!(told_id(none), None, "{none}");
    }
}

#[test]
fn h16_only_what_surely_was_not_created_is_a_refusal() {
    let order = r#"{"order_id":"o-1","order_state":"WaitingForPayment","wallet_address":"x","coin_amount":"1"}"#;
    let both = r#"{"order_id":"o-1","order_state":"WaitingForPayment","problems":[{"problem":"OUT_OF_STOCK"}]}"#;
    let problem = r#"{"detail":"LOGIN_REQUIRED"}"#;
    let list = r#"[{"problem":"OUT_OF_STOCK"},{"problem":"KYC_MISSING"}]"#;
    let nameless = r#"{"problems":[{"moreDetails":1}]}"#;
    let table = [
        (200, order, "made"),
        (201, order, "made"),
        (422, order, "unknown"),
        (504, order, "unknown"),
        (200, both, "named"),
        (422, both, "named"),
        (503, both, "unknown"),
        (200, list, "refused"),
        (200, nameless, "unknown"),
        (200, r#"{"id":17}"#, "named"),
        (200, r#"{"message":"accepted"}"#, "unknown"),
        (408, problem, "unknown"),
        (409, problem, "unknown"),
        (429, problem, "unknown"),
        (301, "", "unknown"),
        (500, problem, "unknown"),
        (503, problem, "unknown"),
        (504, r#"{"status":504,"detail":"ORDER_OUTCOME_UNKNOWN"}"#, "unknown"),
        (502, "", "unknown"),
        (413, "<html>413</html>", "unknown"),
        (409, r#"{"status":409,"detail":"IDEMPOTENCY_KEY_REUSED"}"#, "unknown"),
        (503, r#"{"status":503,"detail":"BUSY"}"#, "unknown"),
        (200, "", "unknown"),
        (200, "[]", "unknown"),
        (200, "<html></html>", "unknown"),
        (201, r#"{"order_id":"o-1","order_state":"#, "unknown"),
        (201, r#"{"order_id":"../o-1","order_state":"WaitingForPayment"}"#, "named"),
        (202, "null", "unknown"),
        (204, "", "unknown"),
    ];
    let word = |verdict: Verdict| match verdict {
        Verdict::Made(_) => "made",
        Verdict::Refused(_) => "refused",
        Verdict::Named => "named",
        Verdict::Unknown => "unknown",
    };
    for (status, body, expected) in table {
        for by in [AnsweredBy::Supplier, AnsweredBy::Proxy] {
            assert_eq!(word(create(by, status, body)), expected, "{status} {body}");
        }
    }
    for status in [400, 401, 403, 404, 422] {
        for body in [
            problem,
            list,
            r#"{"error":"OUT_OF_STOCK","detail":"none is left"}"#,
            r#"{"error_code":"LOGIN_REQUIRED"}"#,
            r#"{"status":"422","detail":"SUSPENDED_COIN"}"#,
            r#"{"problems":["OUT_OF_STOCK"]}"#,
        ] {
            assert_eq!(word(create(AnsweredBy::Supplier, status, body)), "refused", "{status} {body}");
        }
        for body in [
            "<html>not found</html>",
            "404 page not found",
            "",
            "{}",
            r#"{"message":"no Route matched with those values"}"#,
            r#"{"status":404,"error":"Not Found","path":"/api/v5/orders"}"#,
            r#"{"status":404,"detail":"UPSTREAM_ERROR"}"#,
            r#"{"problems":[]}"#,
            nameless,
        ] {
            assert_eq!(word(create(AnsweredBy::Supplier, status, body)), "unknown", "{status} {body}");
        }
    }
    // What the proxy has not sent, only the proxy can say.
    for (status, code) in [(408, "BODY_TOO_SLOW"), (413, "BODY_TOO_LARGE"), (415, "CONTENT_TYPE_NOT_JSON")] {
        let body = json!({ "status": status, "detail": code }).to_string();
        assert_eq!(word(create(AnsweredBy::Proxy, status, &body)), "refused", "{body}");
        assert_eq!(word(create(AnsweredBy::Supplier, status, &body)), "unknown", "{body}");
    }
}

/// A body of an error that may be odd in every way.
fn any_error() -> impl Strategy<Value = (u16, Value)> {
    let text = prop_oneof![
        Just("ORDER_NOT_FOUND"),
        Just("NOT_FOUND"),
        Just("FORBIDDEN"),
        Just("UNAUTHORIZED"),
        Just("OUT_OF_STOCK"),
        Just("UPSTREAM_ERROR"),
        Just("UNREADABLE"),
        Just("NOT_ALLOWED_PAYMENT_VIA"),
        Just("WaitingForPayment"),
        Just("404"),
        Just("403"),
        Just("o-1"),
        Just(TRACE),
        Just(""),
    ];
    let leaf = prop_oneof![
        6 => text.prop_map(Value::from),
        1 => Just(json!(404)),
        1 => Just(json!(403)),
        1 => Just(Value::Null),
        1 => Just(json!(false)),
    ];
    let names = prop::sample::select(vec![
        "status",
        "detail",
        "error",
        "error_code",
        "code",
        "problem",
        "problems",
        "moreDetails",
        "order_id",
        "id",
        "orderId",
        "order_uuid",
        "message",
        "order_state",
        "state",
        "errorCode",
        "data",
    ]);
    let value = leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    });
    (prop::sample::select(vec![400_u16, 401, 403, 404, 408, 410, 413, 422, 429, 500, 503]), value)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn passing_an_error_on_changes_nothing_that_is_decided_by_it((status, body) in any_error()) {
        let body = body.to_string();
        let relayed = relay::error(status, &body).body;
        let read: Value = serde_json::from_str(&relayed).unwrap();
        prop_assert_eq!(&read["status"], &json!(status));
        let detail = read["detail"].as_str().unwrap();
        prop_assert!(wire::is_code(detail) || detail == "UPSTREAM_ERROR", "{}", relayed);
        prop_assert!(!relayed.contains("Orders.java"), "{}", relayed);
        prop_assert_eq!(ending(status, &relayed), ending(status, &body), "{} → {}", body, relayed);
        prop_assert_eq!(verdict(status, &relayed), verdict(status, &body), "{} → {}", body, relayed);
        prop_assert_eq!(refusal(status, &relayed), refusal(status, &body), "{} → {}", body, relayed);
        // Passed on twice is passed on once: proxies may stand behind one another.
        prop_assert_eq!(relay::error(status, &relayed).body, relayed);
    }
}
