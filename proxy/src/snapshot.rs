//! What the supplier said of one order at one moment, as far as the proxy has to understand it: which order it is,
//! whether it can be paid, and whether the snapshot says anything that was not known.

use std::sync::Arc;

use bytes::Bytes;
use cr_core::{
    order::{Order, Stage},
    time::Timestamp,
    wire::{self, MEMO_NAMES, STATE_NAMES, is_same_name},
};
use serde_json::{Map, Value};

use crate::{answer::Answer, requests::OrderId};

/// Where a snapshot comes from. The endpoints write the same things a little differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    /// The order's stream.
    Stream,
    /// A read of the order.
    Read,
    /// The answer to its create.
    Create,
}

/// One state of one order.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The answer in the form that clients get.
    pub answer: Arc<Answer>,
    /// Whether the shopper is asked to pay.
    pub is_payable: bool,
    updated_at: Option<Timestamp>,
    teller: Teller,
}

/// How much a snapshot says that another did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// Nothing new.
    None,
    /// Something of no weight, such as another rate.
    Minor,
    /// A new state, amount, address, or goods.
    Material,
}

/// The fields whose change matters to a shopper who pays (docs/supplier-api.md §5.10, §6, §7), besides state and memo.
const MATERIAL: [&str; 29] = [
    "order_id",
    "payment_state",
    "wallet_address",
    "coin",
    "network",
    "coin_amount",
    "sent_coin_amount",
    "received_amount",
    "amount",
    "currency",
    "reason",
    "delivery_state",
    "pin_code",
    "pin_serial",
    "security_code",
    "qr_text",
    "qr_image_url",
    "barcode_image_url",
    "operator_reference",
    "voucher_code",
    "pin",
    "code",
    "url",
    "redemption_url",
    "serial",
    "failure_reason",
    "error_description",
    "payment_requested_at",
    "expires_at",
];

/// Names that different endpoints use for the same thing, as `cr_core::wire` reads them.
const ALIASES: [&[&str]; 4] = [&STATE_NAMES, &MEMO_NAMES, &["delivery_state", "status"], &["pin_serial", "serial"]];

impl Snapshot {
    /// Reads an answer about the order `id`; returns `None` if it is about another order, or about none.
    pub fn read(id: &OrderId, answer: &Arc<Answer>, teller: Teller) -> Option<Self> {
        let (order, snapshot) = Self::of(Some(id), answer, teller)?;
        (order.id == *id.id()).then_some(snapshot)
    }

    /// Reads an answer about any order, as [`Snapshot::read`] does, and returns the order too, which has the id.
    pub fn of_any(answer: &Arc<Answer>, teller: Teller) -> Option<(Order, Self)> {
        Self::of(None, answer, teller)
    }

    /// Reads an answer. `asked` is the order that was read, if that is known: an answer whose id cannot be read is
    /// taken to be about it.
    fn of(asked: Option<&OrderId>, answer: &Arc<Answer>, teller: Teller) -> Option<(Order, Self)> {
        let body = std::str::from_utf8(&answer.body).ok()?;
        let order = match teller {
            // The order exists: its state counts even where a field beside it cannot be read, as it does in the widget.
            Teller::Stream | Teller::Read => match asked {
                Some(asked) => wire::snapshot_of(asked.id(), 200, body),
                None => wire::snapshot(200, body),
            },
            Teller::Create => wire::order(200, body),
        };
        let order = order.ok()?;
        let is_payable = matches!(order.stage(false), Stage::AwaitingPayment { .. } | Stage::PartlyPaid { .. });
        let snapshot = Self { answer: Arc::clone(answer), is_payable, updated_at: order.updated_at, teller };
        Some((order, snapshot))
    }

    /// Returns the order's JSON.
    pub fn body(&self) -> &Bytes {
        &self.answer.body
    }

    /// Returns whether this is an earlier state of the order than `other`, by the times that the supplier sent.
    pub fn is_older_than(&self, other: &Self) -> bool {
        matches!((self.updated_at, other.updated_at), (Some(mine), Some(theirs)) if mine < theirs)
    }

    /// Returns how much this snapshot says that `before` did not.
    pub fn news_after(&self, before: &Self) -> News {
        if self.body() == before.body() {
            return News::None;
        }
        let read = |snapshot: &Self| serde_json::from_slice::<Value>(snapshot.body());
        let (Ok(new), Ok(old)) = (read(self), read(before)) else { return News::Material };
        difference("", &new, &old, self.teller == before.teller)
    }
}

/// Returns how much `new` says that `old` does not. A field that only one of them has may be due to the endpoint it
/// came from.
fn difference(name: &str, new: &Value, old: &Value, is_same_place: bool) -> News {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            let names = new.keys().chain(old.keys().filter(|name| field(new, name).is_none()));
            names
                .map(|name| match (field(new, name), field(old, name)) {
                    (Some(new), Some(old)) => difference(name, new, old, is_same_place),
                    (Some(Value::Null), None) | (None, Some(Value::Null)) | (None, None) => News::None,
                    (Some(_), None) | (None, Some(_)) if is_same_place => weight(name),
                    (Some(_), None) => News::Minor,
                    (None, Some(_)) => News::None,
                })
                .max()
                .unwrap_or(News::None)
        }
        (Value::Array(new), Value::Array(old)) if new.len() == old.len() => {
            let pairs = new.iter().zip(old);
            pairs.map(|(new, old)| difference(name, new, old, is_same_place)).max().unwrap_or(News::None)
        }
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => News::Material,
        _ if plain(new) == plain(old) => News::None,
        _ => weight(name),
    }
}

fn weight(name: &str) -> News {
    let mut material = MATERIAL.iter().chain(&STATE_NAMES).chain(&MEMO_NAMES);
    if material.any(|known| is_same_name(known, name)) { News::Material } else { News::Minor }
}

/// Finds a field by its name, or else by another casing or name of the same thing.
fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let is_alias = |one: &str, other: &str| {
        let mut groups = ALIASES.iter();
        groups.any(|names| [one, other].iter().all(|name| names.iter().any(|known| is_same_name(known, name))))
    };
    let find = |is_it: &dyn Fn(&str) -> bool| fields.iter().find(|(spelt, _)| is_it(spelt)).map(|(_, value)| value);
    let cased = || find(&|spelt| is_same_name(spelt, name));
    fields.get(name).or_else(cased).or_else(|| find(&|spelt| is_alias(spelt, name)))
}

/// Returns a value as text, so that a number and the same digits as a string are equal.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use http::{HeaderMap, StatusCode};
    use serde_json::json;

    use super::*;

    fn snapshot(value: &Value, teller: Teller) -> Option<Snapshot> {
        let body = Bytes::from(value.to_string());
        let answer = Answer::new(StatusCode::OK, &HeaderMap::new(), body, Instant::now()).unwrap();
        Snapshot::read(&OrderId::new("abc").unwrap(), &Arc::new(answer), teller)
    }

    fn order() -> Value {
        json!({ "order_id": "abc", "order_state": "WaitingForPayment", "payment_state": "WalletCreated",
            "coin": "USDC", "network": "Solana", "coin_amount": "50.78", "sent_coin_amount": "0", "payment_value": 46.1,
            "wallet_address": "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV", "updated_at": 1_790_000_000,
            "deliveries": [{ "id": "d-1", "delivery_state": "WaitingForPayment", "deliverable": { "pin_code": null } }] })
    }

    fn changed(path: &str, to: Value) -> Value {
        let mut order = order();
        *order.pointer_mut(path).unwrap() = to;
        order
    }

    #[test]
    fn an_order_is_payable_or_not_and_another_one_is_none() {
        assert!(snapshot(&order(), Teller::Read).unwrap().is_payable);
        assert!(snapshot(&changed("/order_state", "PartialPaymentStarted".into()), Teller::Read).unwrap().is_payable);
        assert!(!snapshot(&changed("/order_state", "PaymentReceived".into()), Teller::Read).unwrap().is_payable);
        assert!(snapshot(&changed("/order_id", "abd".into()), Teller::Read).is_none());
        for unread in [json!(7), json!({ "id": "abc" }), json!(null)] {
            let told = snapshot(&changed("/order_id", unread), Teller::Stream).unwrap();
            assert!(!told.is_payable, "an id that cannot be read does not hide the state");
        }
        assert!(snapshot(&json!({ "message": "all is well" }), Teller::Read).is_none());
        assert!(snapshot(&json!({ "detail": "ORDER_NOT_FOUND" }), Teller::Read).is_none());
    }

    #[test]
    fn news_is_what_was_not_known() {
        let known = snapshot(&order(), Teller::Stream).unwrap();
        let mut without = order();
        without.as_object_mut().unwrap().remove("network");
        let table = [
            (order(), News::None),
            (changed("/coin_amount", json!(50.78)), News::None),
            (without, News::None),
            (changed("/payment_value", json!(46.2)), News::Minor),
            (changed("/order_state", "PaymentStarted".into()), News::Material),
            (changed("/sent_coin_amount", "1".into()), News::Material),
            (changed("/deliveries/0/deliverable/pin_code", "K-1".into()), News::Material),
            (changed("/deliveries", json!([])), News::Material),
        ];
        for (value, news) in table {
            assert_eq!(snapshot(&value, Teller::Read).unwrap().news_after(&known), news, "{value}");
        }
        let mut more = order();
        more["memo"] = "104".into();
        let told = |teller| snapshot(&more, teller).unwrap().news_after(&known);
        assert_eq!((told(Teller::Stream), told(Teller::Read)), (News::Material, News::Minor));
    }

    #[test]
    fn news_is_known_by_any_name_of_a_field() {
        let renamed = |value: &Value| {
            let mut value = value.clone();
            let fields = value.as_object_mut().unwrap();
            for (name, other) in [
                ("order_state", "state"),
                ("sent_coin_amount", "sentCoinAmount"),
                ("wallet_address", "walletAddress"),
                ("memo", "addressTag"),
            ] {
                let field = fields.remove(name).unwrap();
                fields.insert(other.to_owned(), field);
            }
            value
        };
        let mut known = order();
        known["memo"] = "104".into();
        let before = [(known.clone(), Teller::Stream), (renamed(&known), Teller::Read)];
        for (old, teller) in before {
            let old = snapshot(&old, teller).unwrap();
            assert_eq!(snapshot(&known, Teller::Read).unwrap().news_after(&old), News::None);
            assert_eq!(snapshot(&renamed(&known), Teller::Read).unwrap().news_after(&old), News::None);
            for (name, to) in [
                ("order_state", "PaymentReceived"),
                ("sent_coin_amount", "1"),
                ("wallet_address", "8EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"),
                ("memo", "105"),
            ] {
                let mut value = known.clone();
                value[name] = to.into();
                let news = snapshot(&renamed(&value), Teller::Read).unwrap().news_after(&old);
                assert_eq!(news, News::Material, "{name}");
            }
        }
    }

    #[test]
    fn the_suppliers_own_time_says_which_is_older() {
        let (early, late) = (order(), changed("/updated_at", json!("1790000001")));
        let read = |value| snapshot(value, Teller::Read).unwrap();
        assert!(read(&early).is_older_than(&read(&late)));
        assert!(!read(&late).is_older_than(&read(&early)) && !read(&late).is_older_than(&read(&late)));
    }
}
