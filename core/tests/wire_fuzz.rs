//! No body makes a decoder panic: arbitrary text, and arbitrary JSON made of the names and values that decoders look for.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use common::request;
use cr_core::{
    catalog::{Catalog, Query, Shelf},
    wire,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const NAMES: [&str; 58] = [
    "order_id",
    "id",
    "order_state",
    "status",
    "payment_state",
    "coin",
    "network",
    "coin_amount",
    "sent_coin_amount",
    "wallet_address",
    "memo",
    "created_at",
    "updated_at",
    "deliveries",
    "deliverable",
    "delivery_state",
    "brand_name",
    "denomination",
    "product_value",
    "currency_code",
    "pin_code",
    "url",
    "qr_image_url",
    "redeem_instructions",
    "failure_reason",
    "beneficiary_account",
    "delivery_type",
    "problems",
    "problem",
    "moreDetails",
    "detail",
    "error",
    "message",
    "all_brands",
    "categories",
    "popular_brands",
    "brands",
    "brand",
    "brand_id",
    "family",
    "kind",
    "category",
    "products",
    "range",
    "min",
    "max",
    "step_size",
    "default",
    "currency",
    "face_value",
    "amount",
    "price",
    "benefits",
    "unit",
    "type",
    "name",
    "currencies",
    "networks",
];

fn scalar() -> impl Strategy<Value = Value> {
    let words = [
        "USER_WALLET",
        "OUT_OF_STOCK",
        "Done",
        "WaitingForPayment",
        "range",
        "giftcard",
        "mobile_recharge",
        "e-sim",
        "by_phone",
        "DATA",
        "USD",
        "GB",
        "LPA:1$a.b$C",
        "https://a.example/b",
        "10 GB 30 days",
        "<p>x</p>",
        "1790000000",
        "0.5",
        "-1",
        "1e5",
        "",
        "+393471234567",
        "\u{202E}",
    ];
    let numbers =
        ["0", "1", "-1", "5", "100.50", "1e400", "-0", "0.00000001", "79228162514264337593543950336", "1790000000.5"];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop::sample::select(numbers.to_vec()).prop_map(|number| serde_json::from_str(number).unwrap()),
        any::<i64>().prop_map(|number| json!(number)),
        prop::sample::select(words.to_vec()).prop_map(|word| json!(word)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
    ]
}

fn body() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(6, 96, 8, |inner| {
        let name = prop_oneof![8 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((name, inner), 0..10)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn decode_all(status: u16, body: &str) {
    let _ = wire::payment_vias(status, body);
    let _ = wire::products(status, body);
    let _ = wire::price(status, body);
    let _ = wire::validation(status, body, &request());
    let featured = wire::homepage(status, body);
    if let Ok(list) = wire::brands(status, body) {
        assert!(list.popular.iter().all(|id| list.brands.iter().any(|brand| brand.id == *id)));
        let catalog = Catalog::new(list, featured, &Shelf::default());
        let everything = catalog.search(&Query::default());
        assert_eq!(everything.len(), catalog.brands().len());
    }
    for order in [wire::order(status, body), wire::snapshot(status, body)].into_iter().flatten() {
        // Whatever it is, it stands somewhere.
        let _ =
            (order.stage(false), order.stage(true), order.is_final(), order.matches(&request()), format!("{order:?}"));
    }
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![4 => Just(200u16), 1 => Just(201), 1 => Just(422), 1 => any::<u16>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(768)))]

    #[test]
    fn no_json_panics(status in status(), body in body()) {
        decode_all(status, &body.to_string());
    }

    #[test]
    fn no_order_like_json_panics(status in status(), mut body in body(), id in "[a-z0-9-]{1,12}|\\PC{0,4}", state in prop::sample::select(vec![
        "Created", "WaitingForPayment", "PartialPaymentStarted", "PaymentReceived", "Done", "Expired", "Refunded", "OnHold",
    ])) {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("order_id".to_owned(), json!(id));
            fields.insert("order_state".to_owned(), json!(state));
        }
        decode_all(status, &body.to_string());
    }

    #[test]
    fn no_text_panics(status in status(), body in "\\PC{0,60}|[\\[\\]{}\":,0-9eE+.\\\\u d8]{0,40}") {
        decode_all(status, &body);
    }

    #[test]
    fn no_escape_panics(parts in prop::collection::vec(prop::sample::select(vec![
        "\\ud800", "\\udc00", "\\uD83D", "\\ude00", "\\\\", "\\", "\\u", "\\u12", "\\u+d80", "ud800", "é", "\\\"", "a",
    ]), 0..12)) {
        decode_all(200, &format!("{{\"all_brands\":[{{\"brand\":\"{}\"}}]}}", parts.concat()));
    }
}
