//! Bodies as the supplier sends them, and what is made of them (docs/supplier-api.md §4–§9).

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use common::{codes, fixture, request, undecodable};
use cr_core::{
    catalog::Kind,
    money::FaceValue,
    order::{Beneficiary, Chosen, OrderRequest},
    problem::Refusal,
    wire::{self, AnswerError},
};
use serde_json::{Value, json};

#[test]
fn h08_every_envelope_is_a_refusal_to_every_decoder_at_its_status() {
    for line in fixture("refusals.jsonl").lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let status = u16::try_from(row["status"].as_u64().unwrap()).unwrap();
        let (name, body) = (row["name"].as_str().unwrap(), row["body"].as_str().unwrap());
        let expected: Vec<&str> = row["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        let answers = [
            wire::payment_vias(status, body).map(drop),
            wire::brands(status, body).map(drop),
            wire::products(status, body).map(drop),
            wire::price(status, body).map(drop),
            wire::validation(status, body, &request()).map(drop),
            wire::order(status, body).map(drop),
        ];
        for (decoder, answer) in answers.into_iter().enumerate() {
            let error = answer.expect_err(name);
            assert_eq!(codes(&error), expected, "{name}, decoder {decoder}");
            if expected.is_empty() {
                assert_eq!(error, AnswerError::Refused(Refusal::Http { status }), "{name}, decoder {decoder}");
            }
        }
        assert_eq!(wire::homepage(status, body), [], "{name}");
    }
}

#[test]
fn problems_are_all_listed_each_once_and_in_the_order_to_fix_them() {
    let body = json!({ "problems": [
        { "problem": "KYC_MISSING" }, { "problem": "SUSPENDED_NETWORK" }, { "problem": "INVALID_BENEFICIARY_ACCOUNT" },
        { "problem": "OUT_OF_STOCK" }, { "problem": "KYC_MISSING" }, { "problem": "NEW_ONE" },
    ] });
    let error = wire::validation(200, &body.to_string(), &request()).unwrap_err();
    assert_eq!(
        codes(&error),
        ["OUT_OF_STOCK", "INVALID_BENEFICIARY_ACCOUNT", "SUSPENDED_NETWORK", "KYC_MISSING", "NEW_ONE"]
    );
}

#[test]
fn h10_details_of_any_type_are_kept_and_never_shown() {
    let long = "<b>x</b>".repeat(12_800);
    for details in [
        json!(null),
        json!([1, { "a": [] }]),
        json!(12.5),
        json!(true),
        json!(long),
        json!({ "pairs": [["USDC", "Base"]] }),
    ] {
        let body = json!({ "problems": [{ "problem": "BRAND_NEW", "moreDetails": details }] });
        let Err(AnswerError::Refused(Refusal::Problems(problems))) = wire::price(200, &body.to_string()) else {
            panic!("{body}")
        };
        let kept = problems[0].details.as_ref().map(|details| serde_json::from_str(&details.to_json()).unwrap());
        assert_eq!(kept, (!details.is_null()).then_some(details));
        assert!(format!("{problems:?} {}", Refusal::Problems(problems.clone())).len() < 200);
    }
}

#[test]
fn prose_is_no_code() {
    for body in
        [r#"{"detail":"Not found"}"#, r#"{"error":"invalid_key"}"#, r#"{"detail":"OK?"}"#, r#"{"error":{"code":5}}"#]
    {
        assert_eq!(wire::order(400, body), Err(AnswerError::Refused(Refusal::Http { status: 400 })), "{body}");
    }
}

#[test]
fn h07_bodies_that_are_no_json_are_told_from_refusals() {
    for body in ["", "  ", "<html>", "{", "[1,", "{} trailing", "\u{0}", "{\"order_id\":\"x\"", "nul"] {
        assert_eq!(undecodable(wire::order(200, body)), "$", "{body:?}");
        assert_eq!(undecodable(wire::brands(200, body)), "$", "{body:?}");
        assert_eq!(wire::order(503, body), Err(AnswerError::Refused(Refusal::Http { status: 503 })), "{body:?}");
    }
}

#[test]
fn m05_deep_nesting_is_an_error_and_no_overflow() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        deep.clone(),
        format!("{{\"order_id\":\"x\",\"order_state\":\"Done\",\"deliveries\":{deep}}}"),
        "{\"a\":".repeat(10_000),
    ] {
        assert_eq!(undecodable(wire::order(200, &body)), "$");
        assert_eq!(undecodable(wire::products(200, &body)), "$");
        assert!(wire::brands(200, &body).is_err());
        assert_eq!(wire::homepage(200, &body), []);
    }
    let in_a_brand = format!("{{\"all_brands\":[{{\"brand\":{deep}}},{{\"brand\":\"B\",\"kind\":\"giftcard\"}}]}}");
    let list = wire::brands(200, &in_a_brand).unwrap();
    assert_eq!((list.brands.len(), list.dropped), (1, 1));
}

#[test]
fn m07_half_a_character_does_not_cost_the_body() {
    let body = r#"{"all_brands":[{"brand_id":"1","brand":"A\ud800B","kind":"giftcard"},{"brand_id":"2","brand":"\uDC00\ud83d\ude00 C:\\ud800","kind":"giftcard"}]}"#;
    let list = wire::brands(200, body).unwrap();
    assert_eq!(list.brands.iter().map(|brand| brand.name.as_str()).collect::<Vec<_>>(), ["AB", "😀 C:\\ud800"]);
}

#[test]
fn featured_brands_are_read_in_the_order_sent_and_fields_sent_twice_cost_nothing() {
    let body = r#"{"z":[{"brand_id":"1"}],"a":{"rows":[{"brand_id":"2"},{"BrandId":"3","brandId":"4"}]},"z":{"brand_id":"1"}}"#;
    let ids: Vec<String> = wire::homepage(200, body).into_iter().map(|id| id.0).collect();
    assert_eq!(ids, ["1", "2", "4"]);
    // Were both of the two looked up by their name, each level would double the work.
    let doubled = (0..100).fold("[]".to_owned(), |inner, _| format!("{{\"a\":0,\"a\":{inner}}}"));
    assert_eq!(wire::homepage(200, &doubled), []);
    let order = r#"{"order_id":"a","order_state":"Expired","order_id":"b","orderId":"c"}"#;
    assert_eq!(wire::order(200, order).unwrap().id.expose(), "b");
}

#[test]
fn brands_are_decoded_each_once_with_what_is_safe_of_them() {
    let list = wire::brands(200, &fixture("brands.json")).unwrap();
    assert_eq!((list.brands.len(), list.dropped, list.country_code.as_deref()), (6, 0, Some("US")));
    let kinds: Vec<Kind> = list.brands.iter().map(|brand| brand.kind).collect();
    assert_eq!(kinds, [Kind::GiftCard, Kind::GiftCard, Kind::TopUp, Kind::Esim, Kind::GiftCard, Kind::Unsupported]);
    let popular: Vec<&str> = list.popular.iter().map(|id| &id.0[34..]).collect();
    assert_eq!(popular, ["02", "03"], "the country's before a category's, and none that is not listed");
    let arcadia = &list.brands[0];
    assert_eq!(arcadia.categories, ["games", "entertainment"]);
    assert_eq!((arcadia.min_label.as_deref(), arcadia.bg_color.as_deref()), (Some("$10"), Some("#112233")));
    assert_eq!(list.brands[1].logo_base_url.as_deref(), Some("/sandbox/logos/stayhere"));
    assert_eq!((list.brands[1].bg_color.as_deref(), list.brands[2].logo_base_url.as_deref()), (None, None));
    assert_eq!(list.brands[2].max_label.as_deref(), Some("₩5,000"));
}

#[test]
fn a_directory_without_a_list_of_all_is_gathered_from_its_categories() {
    let body = json!({ "all_brands": null, "categories": [
        { "kind": "mobile_recharge", "category": "e-sim", "brands": [{ "brand": "Roam" }], "popular_brands": [{ "brand": "Roam" }] },
        { "kind": "giftcard", "category": "games", "brands": [{ "brand_id": "1", "brand": "A", "kind": "giftcard" }, { "kind": "giftcard" }, 5] },
        { "kind": "giftcard", "category": "e-money", "brands": [{ "brand_id": "1", "brand": "A", "kind": "giftcard" }] },
        "nonsense",
    ] });
    let list = wire::brands(200, &body.to_string()).unwrap();
    let seen: Vec<_> =
        list.brands.iter().map(|brand| (brand.name.as_str(), brand.kind, brand.categories.join(" "))).collect();
    assert_eq!(seen, [("Roam", Kind::Esim, "e-sim".to_owned()), ("A", Kind::GiftCard, "games e-money".to_owned())]);
    assert_eq!((list.dropped, list.popular.len()), (2, 1));
}

#[test]
fn m11_an_empty_directory_is_empty_and_something_else_is_an_error() {
    for body in
        [r#"{"country_code":"AX","all_brands":[],"categories":[]}"#, r#"{"all_brands":null}"#, r#"{"categories":[]}"#]
    {
        assert_eq!(wire::brands(200, body).unwrap().brands, [], "{body}");
    }
    for (body, path) in
        [("{}", "all_brands"), (r#"{"all_brands":7}"#, "all_brands"), ("[]", "$"), ("7", "$"), ("null", "$")]
    {
        assert_eq!(undecodable(wire::brands(200, body)), path, "{body}");
    }
}

#[test]
fn m10_a_directory_of_thousands_of_brands_is_read_whole() {
    let rows: Vec<Value> = (0..10_500)
        .map(|n| json!({ "brand_id": format!("id-{n}"), "brand": format!("Brand {n}"), "kind": "giftcard", "category": "games", "min": "$5" }))
        .collect();
    let body = json!({ "country_code": "US", "all_brands": rows, "categories": [{ "kind": "giftcard", "category": "games", "brands": rows }] });
    assert_eq!(wire::brands(200, &body.to_string()).unwrap().brands.len(), 10_500);
}

#[test]
fn an_unknown_family_sells_nothing_and_that_is_no_error() {
    assert_eq!(wire::products(200, "[]"), Ok(vec![]));
    assert_eq!(wire::products(200, "null"), Ok(vec![]));
    assert_eq!(undecodable(wire::products(200, "{\"products\":[]}")), "$");
}

#[test]
fn a_price_keeps_its_digits() {
    let price = wire::price(200, &fixture("price.json")).unwrap();
    assert_eq!((price.coin.as_str(), price.coin_amount.as_str()), ("USDC", "101.55"));
    let number = wire::price(200, r#"{"coin":"BTC","coin_amount":0.000328330}"#).unwrap();
    assert_eq!(number.coin_amount.as_str(), "0.000328330");
    // The exponent of a bare number is worked out, exactly.
    for (digits, shown) in [("1e-05", "0.00001"), ("3.28330e-4", "0.000328330"), ("5.52E1", "55.2"), ("1e2", "100")] {
        let price = wire::price(200, &format!(r#"{{"coin":"BTC","coin_amount":{digits}}}"#)).unwrap();
        assert_eq!(price.coin_amount.as_str(), shown);
    }
    assert!(number.is_in("btc") && !number.is_in("USDC"));
    let toncoin = wire::price(200, r#"{"coin":"GRAM","coin_amount":"1"}"#).unwrap();
    assert!(toncoin.is_in("TON"), "one coin under two tickers");
}

#[test]
fn m06_amounts_that_are_no_amounts_are_errors_at_their_field() {
    for amount in [
        "\"1e2\"", "\"1E-6\"", "1e29", "1e-29", "-1e2", "0e5", "-0", "-1", "0", "0.000", "1e400", "\"NaN\"", "\"\"",
        "\"1,5\"", "true", "[]", "{}", "null", "\" 1\"",
    ] {
        let body = format!("{{\"coin\":\"USDC\",\"coin_amount\":{amount},\"problems\":[]}}");
        assert_eq!(undecodable(wire::price(200, &body)), "coin_amount", "{amount}");
        assert_eq!(undecodable(wire::validation(200, &body, &request())), "coin_amount", "{amount}");
    }
}

#[test]
fn a_validation_passes_only_with_no_problems_an_amount_and_the_right_echo() {
    let passed = wire::validation(200, &fixture("validation_passed.json"), &request()).unwrap();
    assert_eq!((passed.coin.as_deref(), passed.coin_amount.as_str()), (Some("USDC"), "101.55"));
    assert!(wire::validation(200, r#"{"coin_amount":"5","problems":null}"#, &request()).is_ok());
    assert_eq!(undecodable(wire::validation(200, r#"{"coin_amount":"5"}"#, &request())), "problems");
    assert_eq!(undecodable(wire::validation(200, "[]", &request())), "problems");
    let table = [
        ("USDC\", \"coin_amount\": \"101.55\", \"original", "USDT\", \"coin_amount\": \"101.55\", \"original", "coin"),
        ("\"Stayhere\"", "\"Stayhere Bundle\"", "deliveries[0].deliverable.brand_name"),
        ("\"country_code\": \"US\"", "\"country_code\": \"MX\"", "deliveries[0].deliverable.country_code"),
        ("\"denomination\": \"range\"", "\"denomination\": \"500 USD\"", "deliveries[0].deliverable.denomination"),
        ("\"product_value\": 100.0", "\"product_value\": 500", "deliveries[0].deliverable.product_value"),
    ];
    for (from, to, path) in table {
        let body = fixture("validation_passed.json").replacen(from, to, 1);
        assert_eq!(undecodable(wire::validation(200, &body, &request())), path);
    }
    // What it was priced for, where it says so.
    let told = |what: &str| format!(r#"{{"coin_amount":"5","problems":null,{what}}}"#);
    for (what, path) in [
        (r#""network":"Base""#, "network"),
        (r#""network":["Solana"]"#, "network"),
        (r#""coin":"BTC""#, "coin"),
        (r#""payment":{"coin":"BTC"}"#, "payment.coin"),
        (r#""payment":{"coin":"USDC","network":"Base"}"#, "payment.network"),
    ] {
        assert_eq!(undecodable(wire::validation(200, &told(what), &request())), path, "{what}");
    }
    for what in [r#""network":"SOLANA","coin":"usdc""#, r#""network":null"#, r#""payment":{"network":"Solana"}"#] {
        assert!(wire::validation(200, &told(what), &request()).is_ok(), "{what}");
    }
}

#[test]
fn h17_a_fixed_denomination_may_be_echoed_in_another_spelling_but_not_as_another() {
    let asked = OrderRequest { chosen: Chosen::Fixed("100 USD".to_owned()), ..request() };
    let body = |echo: &str| {
        json!({ "coin_amount": "5", "problems": [], "deliveries": [{ "denomination": echo }] }).to_string()
    };
    for echo in ["100 USD", "100", "100.00 USD", "100.0", "100&nbsp;USD"] {
        assert!(wire::validation(200, &body(echo), &asked).is_ok(), "{echo}");
    }
    let number = json!({ "coin_amount": "5", "problems": [], "deliveries": [{ "denomination": 500 }] }).to_string();
    assert_eq!(undecodable(wire::validation(200, &number, &asked)), "deliveries[0].denomination");
    let brand = json!({ "coin_amount": "5", "problems": [], "deliveries": [{ "brand_name": "Kettle &amp; Crumb" }] });
    let kettle = OrderRequest { brand_name: "Kettle & Crumb".to_owned(), ..asked.clone() };
    assert!(wire::validation(200, &brand.to_string(), &kettle).is_ok());
    assert_eq!(undecodable(wire::validation(200, &brand.to_string(), &asked)), "deliveries[0].brand_name");
    for echo in ["10", "1", "500 USD", "range", "100 USD - PIN", "100.01 USD"] {
        assert_eq!(undecodable(wire::validation(200, &body(echo), &asked)), "deliveries[0].denomination", "{echo}");
    }
}

#[test]
fn a_request_is_written_in_the_flat_dialect_with_the_entered_digits() {
    let asked = OrderRequest {
        chosen: Chosen::Range(FaceValue::new("12.50", "USD".parse().unwrap()).unwrap()),
        utm_source: Some("example-shop".to_owned()),
        ..request()
    };
    let text = asked.to_flat_json();
    assert!(text.contains("\"product_value\":12.50"), "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        body,
        serde_json::from_str::<Value>(
            r#"{ "deliveries": [{ "brand_name": "Stayhere", "country_code": "US", "denomination": "range", "product_value": 12.50,
                "beneficiary_account": "shopper@example.com" }],
              "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
              "email": "shopper@example.com", "user": { "email": "shopper@example.com", "has_accepted_newsletter": false },
              "lang": "en", "acquisition": { "utm_source": "example-shop" } }"#
        )
        .unwrap()
    );
}

#[test]
fn a_fixed_denomination_is_sent_verbatim_and_a_phone_is_the_beneficiary() {
    let asked = OrderRequest {
        brand_name: "Quote \" & <b>".to_owned(),
        chosen: Chosen::Fixed("5 EUR - PIN".to_owned()),
        beneficiary: Beneficiary::Phone(cr_core::contact::E164::parse("+393471234567", None).unwrap()),
        refund_wallet_address: Some("ExampleRefund1111".to_owned()),
        newsletter: true,
        ..request()
    };
    let body: Value = serde_json::from_str(&asked.to_flat_json()).unwrap();
    assert_eq!(
        body["deliveries"],
        json!([{ "brand_name": "Quote \" & <b>", "country_code": "US", "denomination": "5 EUR - PIN", "beneficiary_account": "+393471234567" }])
    );
    assert_eq!(body["user"], json!({ "email": "shopper@example.com", "has_accepted_newsletter": true }));
    assert_eq!((body.get("acquisition"), &body["refund_wallet_address"]), (None, &json!("ExampleRefund1111")));
}

#[test]
fn an_order_to_be_made_tells_nothing_of_the_people_when_it_is_printed() {
    let asked = OrderRequest { refund_wallet_address: Some("ExampleRefund1111".to_owned()), ..request() };
    let printed = format!("{asked:?}");
    assert!(printed.contains("Stayhere") && printed.contains("Solana"), "{printed}");
    assert!(!printed.contains("ExampleRefund1111") && !printed.contains("shopper"), "{printed}");
}

#[test]
fn the_older_dialect_wraps_the_same_line() {
    let flat: Value = serde_json::from_str(&request().to_flat_json()).unwrap();
    let nested: Value = serde_json::from_str(&request().to_nested_json()).unwrap();
    assert_eq!(
        nested["deliveries"],
        json!([{ "kind": "giftcard", "quantity": 1, "deliverable": flat["deliveries"][0] }])
    );
    assert_eq!((&nested["payment"], &nested["user"]), (&flat["payment"], &flat["user"]));
}
