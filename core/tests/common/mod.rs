//! What the tests of the wire share: fixtures, and ways to spoil them.

#![allow(dead_code, reason = "each test crate uses a part of it")]

use cr_core::{
    contact::Email,
    money::FaceValue,
    order::{Beneficiary, Chosen, OrderRequest},
    wire::AnswerError,
};
use serde_json::Value;

/// The text of a fixture in `tests/fixtures/wire`.
pub(crate) fn fixture(name: &str) -> String {
    let path = format!("{}/../tests/fixtures/wire/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fixture as a value.
pub(crate) fn fixture_json(name: &str) -> Value {
    serde_json::from_str(&fixture(name)).unwrap()
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Field(String),
    Element(usize),
}

/// Every place in a value below its root, the path as decoders spell it beside it.
pub(crate) fn places(value: &Value) -> Vec<(String, Vec<Step>)> {
    fn collect(value: &Value, path: &str, steps: &[Step], to: &mut Vec<(String, Vec<Step>)>) {
        let mut child = |path: String, step: Step, value: &Value| {
            let steps: Vec<Step> = steps.iter().cloned().chain([step]).collect();
            to.push((path.clone(), steps.clone()));
            collect(value, &path, &steps, to);
        };
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                let dot = if path.is_empty() { "" } else { "." };
                child(format!("{path}{dot}{name}"), Step::Field(name.clone()), value);
            }),
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .for_each(|(at, value)| child(format!("{path}[{at}]"), Step::Element(at), value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let mut all = Vec::new();
    collect(value, "", &[], &mut all);
    all
}

/// The value at a place.
pub(crate) fn at<'a>(value: &'a Value, steps: &[Step]) -> &'a Value {
    steps.iter().fold(value, |value, step| match step {
        Step::Field(name) => &value[name.as_str()],
        Step::Element(at) => &value[*at],
    })
}

/// The value with something else at a place; `None` takes the field away.
pub(crate) fn with(value: &Value, steps: &[Step], new: Option<Value>) -> Value {
    let mut changed = value.clone();
    let (last, before) = steps.split_last().unwrap();
    let holder = before.iter().fold(&mut changed, |value, step| match step {
        Step::Field(name) => &mut value[name.as_str()],
        Step::Element(at) => &mut value[*at],
    });
    match (last, new) {
        (Step::Field(name), Some(new)) => holder[name.as_str()] = new,
        (Step::Field(name), None) => drop(holder.as_object_mut().unwrap().remove(name)),
        (Step::Element(at), Some(new)) => holder[*at] = new,
        (Step::Element(at), None) => drop(holder.as_array_mut().unwrap().remove(*at)),
    }
    changed
}

/// An order of 100 USD of the fixtures' open brand.
pub(crate) fn request() -> OrderRequest {
    OrderRequest {
        brand_name: "Stayhere".to_owned(),
        wire_kind: "giftcard".to_owned(),
        country: "US".parse().unwrap(),
        chosen: Chosen::Range(FaceValue::new("100", "USD".parse().unwrap()).unwrap()),
        beneficiary: Beneficiary::Email("shopper@example.com".parse::<Email>().unwrap()),
        email: "shopper@example.com".parse().unwrap(),
        newsletter: false,
        coin: "USDC".to_owned(),
        network: "Solana".to_owned(),
        lang: "en".to_owned(),
        utm_source: None,
        refund_wallet_address: None,
    }
}

/// The codes of a refusal, in the order given.
pub(crate) fn codes(error: &AnswerError) -> Vec<&str> {
    match error {
        AnswerError::Refused(refusal) => refusal.problems().iter().map(|problem| problem.code.as_str()).collect(),
        AnswerError::Undecodable(error) => panic!("{error}"),
    }
}

/// The field that a body could not be decoded at.
pub(crate) fn undecodable<T: core::fmt::Debug>(result: Result<T, AnswerError>) -> String {
    match result {
        Err(AnswerError::Undecodable(error)) => error.path,
        other => panic!("{other:?}"),
    }
}
