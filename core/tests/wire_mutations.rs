//! Every field of every fixture spoilt in turn: absent, null, of another type, with its number as text or its text as number.
//! What is merely shown may be missing; what is paid or ordered must be right, and the error names the field.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use common::{Step, at, fixture_json, places, request, with};
use cr_core::wire::{self, AnswerError};
use serde_json::{Number, Value, json};

/// A decoder, its result in a form that can be compared.
type Decode = fn(&str) -> Result<Box<dyn Same>, AnswerError>;

/// What decoders answer with: comparable without naming the type.
trait Same {
    fn same(&self, other: &dyn Same) -> bool;
    fn any(&self) -> &dyn core::any::Any;
}

impl<T: PartialEq + 'static> Same for T {
    fn same(&self, other: &dyn Same) -> bool {
        other.any().downcast_ref::<T>() == Some(self)
    }
    fn any(&self) -> &dyn core::any::Any {
        self
    }
}

fn boxed<T: PartialEq + 'static>(result: Result<T, AnswerError>) -> Result<Box<dyn Same>, AnswerError> {
    result.map(|value| Box::new(value) as Box<dyn Same>)
}

/// A fixture, its decoder, the fields it cannot do without, and those that may be missing but not be nonsense.
struct Case {
    name: &'static str,
    decode: Decode,
    required: &'static [&'static str],
    strict: &'static [&'static str],
}

const CASES: [Case; 12] = [
    Case { name: "payment_vias.json", decode: |body| boxed(wire::payment_vias(200, body)), required: &[], strict: &[] },
    Case { name: "brands.json", decode: |body| boxed(wire::brands(200, body)), required: &[], strict: &[] },
    Case { name: "homepage.json", decode: |body| boxed(Ok(wire::homepage(200, body))), required: &[], strict: &[] },
    Case { name: "products_mixed.json", decode: |body| boxed(wire::products(200, body)), required: &[], strict: &[] },
    Case { name: "products_topup.json", decode: |body| boxed(wire::products(200, body)), required: &[], strict: &[] },
    Case { name: "products_esim.json", decode: |body| boxed(wire::products(200, body)), required: &[], strict: &[] },
    Case {
        name: "price.json",
        decode: |body| boxed(wire::price(200, body)),
        required: &["coin", "coin_amount"],
        strict: &[],
    },
    Case {
        name: "validation_passed.json",
        decode: |body| boxed(wire::validation(200, body, &request())),
        required: &["coin_amount"],
        strict: &["coin", "problems", "deliveries[0].deliverable.product_value"],
    },
    Case {
        name: "order_waiting.json",
        decode: |body| boxed(wire::order(200, body)),
        required: &["order_id", "order_state"],
        strict: &["coin", "network", "wallet_address", "coin_amount", "sent_coin_amount", "received_amount"],
    },
    Case {
        name: "order_done_giftcard.json",
        decode: |body| boxed(wire::order(200, body)),
        required: &["order_id", "order_state"],
        strict: &[],
    },
    Case {
        name: "order_done_esim.json",
        decode: |body| boxed(wire::order(200, body)),
        required: &["order_id", "order_state"],
        strict: &[],
    },
    Case {
        name: "order_done_topup.json",
        decode: |body| boxed(wire::order(200, body)),
        required: &["orderId", "status"],
        strict: &[],
    },
];

/// The path that an error is expected at: older spellings are reported by the documented name.
fn reported(path: &str) -> &str {
    match path {
        "orderId" => "order_id",
        "status" => "order_state",
        path => path,
    }
}

#[test]
fn m02_a_missing_or_null_field_is_an_error_only_if_nothing_goes_without_it() {
    for case in CASES {
        let body = fixture_json(case.name);
        for (path, steps) in places(&body) {
            for new in [None, Some(Value::Null)] {
                let absent = new.is_none();
                let result = (case.decode)(&with(&body, &steps, new).to_string());
                if case.required.contains(&path.as_str()) {
                    let Err(AnswerError::Undecodable(error)) = result else { panic!("{} without {path}", case.name) };
                    assert_eq!(error.path, reported(&path), "{}", case.name);
                } else if path == "problems" && absent {
                    assert!(result.is_err(), "a validation that does not speak of problems says nothing");
                } else {
                    assert!(result.is_ok(), "{} without {path}: {:?}", case.name, result.err());
                }
            }
        }
    }
}

#[test]
fn m02_a_field_of_another_type_is_an_error_only_if_it_matters_and_the_error_names_it() {
    let wrong = [json!(true), json!(-7.5), json!("\u{202E}nonsense<b>"), json!([[]]), json!({ "x": {} })];
    for case in CASES {
        let body = fixture_json(case.name);
        for (path, steps) in places(&body) {
            let matters = case.required.contains(&path.as_str()) || case.strict.contains(&path.as_str());
            for new in &wrong {
                let result = (case.decode)(&with(&body, &steps, Some(new.clone())).to_string());
                match result {
                    Err(AnswerError::Undecodable(error)) => {
                        let is_told = new.is_string() || new.is_number() && path.ends_with(".denomination");
                        let echo = case.name.starts_with("validation") && is_told;
                        assert!(matters || echo, "{}: {new} at {path} is an error: {error}", case.name);
                        let named = error.path.starts_with(reported(&path)) || error.path == path;
                        assert!(named, "{}: {new} at {path}: {error}", case.name);
                        assert!(!error.reason.contains("nonsense"), "{error}");
                    }
                    Err(AnswerError::Refused(_)) => {
                        assert!(path.starts_with("problems"), "{}: {new} at {path}", case.name)
                    }
                    Ok(_) => {}
                }
            }
        }
    }
}

#[test]
fn m03_numbers_may_be_texts_and_texts_numbers() {
    let mut swapped = 0;
    for case in CASES {
        let body = fixture_json(case.name);
        let plain = (case.decode)(&body.to_string()).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        for (path, steps) in places(&body) {
            let twin = match at(&body, &steps) {
                Value::Number(number) => Value::String(number.to_string()),
                Value::String(text) => match text.parse::<Number>() {
                    // Leading zeros and the like: no number is written that way.
                    Ok(number) if number.to_string() == *text => Value::Number(number),
                    _ => continue,
                },
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => continue,
            };
            let result = (case.decode)(&with(&body, &steps, Some(twin)).to_string());
            let same = result.as_ref().is_ok_and(|result| result.same(&*plain));
            assert!(same, "{}: {path} as its twin: {:?}", case.name, result.err());
            swapped += 1;
        }
    }
    assert!(swapped > 40, "the fixtures hold numbers of both kinds: {swapped}");
}

#[test]
fn m01_unknown_fields_and_other_casings_change_nothing() {
    fn camel(name: &str) -> String {
        let mut words = name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |name, word| {
            let mut letters = word.chars();
            name + &letters.next().map(|first| first.to_ascii_uppercase()).into_iter().collect::<String>()
                + letters.as_str()
        })
    }
    fn changed(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let mut fields: serde_json::Map<String, Value> =
                    fields.iter().map(|(name, value)| (camel(name), changed(value))).collect();
                fields.insert("somethingNew".to_owned(), json!({ "deep": [1, null, { "a": "b" }] }));
                Value::Object(fields)
            }
            Value::Array(elements) => Value::Array(elements.iter().map(changed).collect()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }
    for case in CASES {
        let body = fixture_json(case.name);
        let plain = (case.decode)(&body.to_string()).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let other = (case.decode)(&changed(&body).to_string()).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert!(other.same(&*plain), "{}", case.name);
    }
}

#[test]
fn every_truncation_is_an_error_and_no_panic() {
    for case in CASES {
        let text = fixture_json(case.name).to_string();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let result = (case.decode)(&text[..end]);
            assert!(result.is_err() || case.name == "homepage.json", "{} cut at {end}", case.name);
        }
    }
}

#[test]
fn a_place_can_be_spoilt_at_all() {
    let body = json!({ "a": [{ "b": 1 }] });
    let steps = [Step::Field("a".into()), Step::Element(0), Step::Field("b".into())];
    assert_eq!(with(&body, &steps, None), json!({ "a": [{}] }));
    assert_eq!(places(&body).last(), Some(&("a[0].b".to_owned(), steps.to_vec())));
}
