//! What a proxy passes on of a failure: codes, ids and the few details that have a documented use, and no prose
//! (docs/proxy-contract.md, "What is passed on of an error").
//!
//! A supplier's error may hold a stack trace, the name of a host or what a shopper typed, in any field. So nothing is
//! searched for what must not pass; what may pass is written anew. Two things hold for every body: what ends the
//! following of an order ([`ending`]) does so before and after, and a create is judged the same before and after.

use super::{
    answers::ending,
    envelope::{self, CODE_FIELDS, SAYS_NOTHING, UNREADABLE, is_code},
    names::ORDER_ID_NAMES,
    node::{Node, is_same_name},
    orders::may_hold_order,
};
use crate::{
    json::Value,
    order::OrderId,
    problem::{Problem, ProblemCode},
};

/// An error as it is passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relayed {
    /// A JSON object that has at least `status`, a number, and `detail`, a code.
    pub body: String,
    /// How many bytes of texts and numbers were left out: all that may be known of them.
    pub prose: usize,
}

/// The field in which the details of a problem are passed on.
const DETAILS: &str = "moreDetails";
/// What is passed on in place of an id that no order can have. It is no id either, and still says that there was one.
const NO_ID: &str = "?";
/// The longest list of details that is passed on.
const MOST_DETAILS: usize = 64;
/// The longest number, in characters.
const LONGEST_NUMBER: usize = 40;
/// The longest ticker of a coin and the longest name of a network.
const LONGEST_TICKER: usize = 12;
const LONGEST_NETWORK: usize = 32;

/// What is passed on of the body of an error, of an answer with a status of 400 and more.
///
/// ```
/// use cr_core::wire::relay;
///
/// let told = r#"{"error": "OUT_OF_STOCK", "message": "at com.example.Stock(Stock.java:12)"}"#;
/// let relayed = relay::error(422, told);
/// assert_eq!(relayed.body, r#"{"status":422,"detail":"OUT_OF_STOCK","error":"OUT_OF_STOCK"}"#);
/// assert_eq!(relayed.prose, 35);
/// ```
pub fn error(status: u16, body: &str) -> Relayed {
    let Ok(value) = envelope::parse(body) else {
        return Relayed { body: written(status, SAYS_NOTHING, Vec::new()), prose: body.len() };
    };
    let root = Node::root(&value, "");
    let listed = envelope::listed(root);
    let codes: Vec<(&str, &str)> = CODE_FIELDS.iter().filter_map(|name| Some((*name, code(&root, name)?))).collect();
    let own = code(&root, "detail");
    let listed_codes = || listed.iter().map(|problem| problem.code.as_str());
    let readable = listed_codes().filter(|code| *code != UNREADABLE);
    let single = codes.first().map(|(_, code)| *code).filter(|_| listed.is_empty());
    // No answer may end the following of an order that did not do so as it came.
    let is_ending = ending(status, body).is_some();
    let fits = |detail: &&str| is_ending || ending(status, &written(status, detail, Vec::new())).is_none();
    let mut candidates = own.into_iter().chain(readable).chain(listed_codes()).chain(single);
    let detail = candidates.find(fits).unwrap_or(SAYS_NOTHING);
    let mut rest: Vec<(&str, Value)> = Vec::new();
    for (name, code) in &codes {
        if *name != "detail" {
            rest.push((name, Value::text(code)));
        }
    }
    if !listed.is_empty() {
        rest.push(("problems", Value::Array(listed.iter().map(entry).collect())));
    } else if let Some((_, code)) = codes.first() {
        let details = facts(&ProblemCode::from_wire(code), root.get(DETAILS).value());
        rest.extend(details.map(|details| (DETAILS, details)));
    }
    rest.extend(ids(&root));
    // The supplier's own code moves to where it is read first, unless another one is read before it anyway.
    if let Some(own) = own.filter(|own| *own != detail && listed.is_empty() && code(&root, "problem").is_none()) {
        rest.insert(0, ("problem", Value::text(own)));
    }
    let relayed = written(status, detail, rest);
    let kept = envelope::parse(&relayed).unwrap_or(Value::Null);
    let kept = leaves(&kept);
    let prose = leaves(&value).iter().filter(|text| !kept.contains(text)).map(|text| text.len()).sum();
    Relayed { body: relayed, prose }
}

/// Returns a refusal that has a success status, its details reduced and everything else as it was; `None` where there
/// is nothing to reduce, as in every success.
pub fn refusal(status: u16, body: &str) -> Option<String> {
    let value = envelope::parse(body).ok()?;
    let root = Node::root(&value, "");
    envelope::refusal(status, &value)?;
    let mut reduced = value.clone();
    match &mut reduced {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| reduce(entry, None)),
        Value::Object(fields) => {
            for (_, value) in fields.iter_mut().filter(|(name, _)| is_same_name(name, "problems")) {
                match value {
                    Value::Array(entries) => entries.iter_mut().for_each(|entry| reduce(entry, None)),
                    Value::Object(_) => reduce(value, None),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
                }
            }
            let is_listed = !envelope::listed(root).is_empty();
            let single = envelope::problems(status, root).into_iter().next().filter(|_| !is_listed);
            reduce(&mut reduced, single.map(|problem| problem.code));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    (reduced != value).then(|| reduced.to_json())
}

/// Reduces the details of an object to those that its code has a use for. `known` is the code where the object itself
/// does not have it.
fn reduce(holder: &mut Value, known: Option<ProblemCode>) {
    let told = envelope::listed(Node::root(&Value::Array(vec![holder.clone()]), ""));
    let code = known.or_else(|| told.into_iter().next().map(|problem| problem.code));
    let Value::Object(fields) = holder else { return };
    for (_, value) in fields.iter_mut().filter(|(name, _)| is_same_name(name, DETAILS)) {
        *value = code.as_ref().and_then(|code| facts(code, value)).unwrap_or(Value::Null);
    }
}

/// Returns the code in a field.
fn code<'a>(root: &'a Node<'_>, name: &'a str) -> Option<&'a str> {
    root.get(name).opt_text().filter(|text| is_code(text))
}

/// Returns one of several problems as it is passed on.
fn entry(problem: &Problem) -> Value {
    let mut fields = vec![("problem", Value::text(problem.code.as_str()))];
    let details = problem.details.as_ref().and_then(|details| facts(&problem.code, details));
    fields.extend(details.map(|details| (DETAILS, details)));
    Value::object(fields)
}

/// Returns the ids in the body, each under its name. Where they mean that there may be an order, one of them stands in
/// a field that only orders have: beside the status of HTTP there is no state any more that would say so.
fn ids(root: &Node<'_>) -> Vec<(&'static str, Value)> {
    let id = |name: &str| {
        let id = root.get(name).opt_digits()?;
        let is_number = root.get(name).value().as_number().is_some() && id.len() <= LONGEST_NUMBER;
        Some(match OrderId::new(id) {
            Some(_) if is_number => root.get(name).value().clone(),
            Some(_) => Value::text(id),
            None => Value::text(NO_ID),
        })
    };
    let is_spelt = |name: &str| root.value().get(name).is_some_and(|id| *id != Value::Null);
    let mut ids: Vec<(&str, Value)> = Vec::new();
    for name in ORDER_ID_NAMES {
        let is_new = ids.iter().all(|(known, _)| !is_same_name(known, name));
        // Two casings of a name are one field, which keeps the casing that it has.
        let spelt =
            ORDER_ID_NAMES.into_iter().find(|known| is_same_name(known, name) && is_spelt(known)).unwrap_or(name);
        ids.extend(id(name).filter(|_| is_new).map(|id| (spelt, id)));
    }
    if may_hold_order(root) && !ids.iter().any(|(name, _)| is_same_name(name, "order_id")) {
        let told = ids.first().map(|(_, id)| id.clone());
        ids.splice(0..0, told.map(|id| ("order_id", id)));
    }
    ids
}

fn written(status: u16, detail: &str, rest: Vec<(&str, Value)>) -> String {
    let mut fields = vec![("status", Value::Number(status.to_string())), ("detail", Value::text(detail))];
    fields.extend(rest);
    Value::object(fields).to_json()
}

/// Returns all texts and numbers in a value, the names of fields aside.
fn leaves(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) | Value::Number(text) => vec![text],
        Value::Array(elements) => elements.iter().flat_map(leaves).collect(),
        Value::Object(fields) => fields.iter().flat_map(|(_, value)| leaves(value)).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// Returns the details that the code has a use for (docs/supplier-api.md §8): the kinds of payment that are accepted,
/// the pairs of coin and network, a limit. `None` for every other code, and where nothing of them is left.
fn facts(code: &ProblemCode, details: &Value) -> Option<Value> {
    match code {
        ProblemCode::NotAllowedPaymentVia => list(details, &|entry| {
            let kind = entry.as_str().filter(|kind| is_code(kind))?;
            Some(Value::text(kind))
        }),
        ProblemCode::UnsupportedCoinOnNetwork => list(details, &pair),
        ProblemCode::AmountBelowMinimum
        | ProblemCode::AmountAboveMaximum
        | ProblemCode::DailyLimit
        | ProblemCode::MonthlyLimit
        | ProblemCode::TooManyProducts
        | ProblemCode::AmountTooLow
        | ProblemCode::AmountTooHigh => limit(details),
        ProblemCode::SeveralLimitedProducts
        | ProblemCode::NotAvailableProduct
        | ProblemCode::OutOfStock
        | ProblemCode::NotActive
        | ProblemCode::InvalidBeneficiary
        | ProblemCode::LoginRequired
        | ProblemCode::CouponRequiresLogin
        | ProblemCode::CouponNotFound
        | ProblemCode::CouponNotActive
        | ProblemCode::CouponAlreadySpent
        | ProblemCode::CouponUsedUp
        | ProblemCode::CouponExpired
        | ProblemCode::CouponBelowMinimum
        | ProblemCode::CouponNotForUser
        | ProblemCode::CouponNotForCategory
        | ProblemCode::CouponNotForKind
        | ProblemCode::CouponNotForBrand
        | ProblemCode::CouponNotForCountry
        | ProblemCode::CouponNotForStore
        | ProblemCode::KycMissing
        | ProblemCode::KycPending
        | ProblemCode::VerificationRequired
        | ProblemCode::FullnameMissing
        | ProblemCode::SuspendedCoin
        | ProblemCode::SuspendedNetwork
        | ProblemCode::InvalidEmailDomain
        | ProblemCode::InvalidDenomination
        | ProblemCode::InvalidProductValue
        | ProblemCode::CountryNotSupported
        | ProblemCode::ProductNotAvailable
        | ProblemCode::Unknown(_) => None,
    }
}

/// Returns the elements of a list that can be passed on.
fn list(details: &Value, read: &dyn Fn(&Value) -> Option<Value>) -> Option<Value> {
    let entries: Vec<Value> = details.as_array().iter().filter_map(read).take(MOST_DETAILS).collect();
    (!entries.is_empty()).then_some(Value::Array(entries))
}

/// Reads a coin and its network, from an object or from two texts.
fn pair(entry: &Value) -> Option<Value> {
    if let [coin, network] = entry.as_array() {
        return Some(Value::Array(vec![ticker(coin)?, network_name(network)?]));
    }
    let node = Node::root(entry, "");
    let coin = ticker(node.get("coin").value())?;
    let (name, network) =
        ["protocol", "network"].into_iter().find_map(|name| Some((name, network_name(node.get(name).value())?)))?;
    Some(Value::object(vec![("coin", coin), (name, network)]))
}

fn ticker(value: &Value) -> Option<Value> {
    let is_ticker = |text: &str| {
        (1..=LONGEST_TICKER).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    };
    value.as_str().filter(|text| is_ticker(text)).map(Value::text)
}

fn network_name(value: &Value) -> Option<Value> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b" ()-_".contains(&byte);
    let is_name = |text: &str| (1..=LONGEST_NETWORK).contains(&text.len()) && text.bytes().all(fits);
    value.as_str().filter(|text| is_name(text)).map(Value::text)
}

/// Reads a limit: a number, or an object of numbers and of the currency or coin that they are in.
fn limit(details: &Value) -> Option<Value> {
    const NUMBERS: [&str; 10] =
        ["limit", "minimum", "maximum", "min", "max", "amount", "remaining", "used", "allowed", "count"];
    const UNITS: [&str; 2] = ["currency", "coin"];
    if let Some(number) = number(details) {
        return Some(number);
    }
    let mut fields: Vec<(&str, Value)> = Vec::new();
    for (told, value) in details.as_object() {
        let known = |names: &[&'static str]| names.iter().find(|name| is_same_name(name, told)).copied();
        let field = known(&NUMBERS).and_then(|name| Some((name, number(value)?)));
        let field = field.or_else(|| known(&UNITS).and_then(|name| Some((name, ticker(value)?))));
        fields.extend(field.filter(|(name, _)| fields.iter().all(|(known, _)| known != name)));
    }
    fields.iter().any(|(name, _)| NUMBERS.contains(name)).then(|| Value::object(fields))
}

/// Returns a number as it was sent, its digits untouched, whether it is a JSON number or a text.
fn number(value: &Value) -> Option<Value> {
    let is_plain = |digits: &str| {
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.len() <= LONGEST_NUMBER && is_digits(whole) && is_digits(fraction)
    };
    match value {
        Value::Number(digits) if digits.len() <= LONGEST_NUMBER => Some(value.clone()),
        Value::String(digits) if is_plain(digits) => Some(value.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
