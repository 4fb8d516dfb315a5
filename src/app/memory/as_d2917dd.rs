//! How the release of commit d2917dd reads and writes stored orders: this is its `src/app/memory.rs` as it was, without
//! the country. A tab of that release may be open beside this page. This file must not be corrected, since the release
//! that is in use behaves like this.

use core::time::Duration;

use cr_core::{
    json::{self, Value},
    order::{NotPayable, OrderId},
    time::Timestamp,
};

use crate::app::{memory::Resumable, ports::Storage};

const ORDERS: &str = "orders";

/// Raised when the form below changes; other versions are ignored and overwritten.
const VERSION: i64 = 1;
/// How long an order is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long one is kept in which nothing will change any more.
const KEPT_WHEN_FINAL: Duration = Duration::from_secs(60 * 60);
/// More orders than a shopper makes in a day; the oldest are dropped first.
const MOST: usize = 20;

/// What was found out about an order, and must outlive leaving it: none of it makes it payable again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app::memory) struct Marks {
    /// There was a sign of money.
    pub(in crate::app::memory) paid: bool,
    /// Why it is not payable here.
    pub(in crate::app::memory) barred: Option<NotPayable>,
    /// A wallet of the browser was asked to send, and may have done so. Which, from where and what became of it is not
    /// stored.
    pub(in crate::app::memory) asked: bool,
    /// By what the payee is recognised ([`cr_core::order::Payee`]); no address can be read from it.
    pub(in crate::app::memory) payee: Option<String>,
    /// What the shopper agreed to pay.
    pub(in crate::app::memory) agreed: Option<String>,
}

/// The stored words for why an order is not payable.
const BARS: [(NotPayable, &str); 4] = [
    (NotPayable::Mismatch, "mismatch"),
    (NotPayable::AddressChanged, "address"),
    (NotPayable::Dearer, "dearer"),
    (NotPayable::Incomplete, "unproven"),
];

impl Marks {
    /// Absent marks are none; a bar that is not understood is one all the same, and so is a wallet that was asked.
    fn read(entry: &Value) -> Self {
        let set = |name: &str| entry.get(name).filter(|mark| !matches!(mark, Value::Null | Value::Bool(false)));
        let text = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
        let reason = |bar: &Value| {
            let known = BARS.iter().find(|(_, word)| bar.as_str() == Some(*word));
            known.map_or(NotPayable::Mismatch, |(reason, _)| *reason)
        };
        Self {
            paid: matches!(entry.get("paid"), Some(Value::Bool(true))),
            barred: set("barred").map(reason),
            asked: set("asked").is_some(),
            payee: text("payee"),
            agreed: text("agreed"),
        }
    }

    fn write(&self, entry: &mut Vec<(&str, Value)>) {
        if self.paid {
            entry.push(("paid", Value::Bool(true)));
        }
        if let Some((_, word)) = BARS.iter().find(|(reason, _)| self.barred == Some(*reason)) {
            entry.push(("barred", Value::text(word)));
        }
        if self.asked {
            entry.push(("asked", Value::Bool(true)));
        }
        for (name, text) in [("payee", &self.payee), ("agreed", &self.agreed)] {
            entry.extend(text.as_deref().map(|text| (name, Value::text(text))));
        }
    }
}

/// One stored order.
struct Entry {
    id: String,
    /// When it was stored, in milliseconds by the device's clock.
    at: i64,
    /// When it is to be forgotten.
    until: i64,
    /// The proxy it was made through: another shop's orders are none of ours.
    proxy: String,
    marks: Marks,
}

impl Entry {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            id: text("id")?,
            at: whole(value, "at")?,
            until: whole(value, "until")?,
            proxy: text("proxy")?,
            marks: Marks::read(value),
        })
    }

    fn write(&self) -> Value {
        let mut entry = vec![
            ("id", Value::text(&self.id)),
            ("at", Value::Number(self.at.to_string())),
            ("until", Value::Number(self.until.to_string())),
            ("proxy", Value::text(&self.proxy)),
        ];
        self.marks.write(&mut entry);
        Value::object(entry)
    }
}

/// A field that is a whole number.
fn whole(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_number()?.parse().ok()
}

/// Orders made through `proxy` that can be resumed, the latest first. Cleans up what is too old or not understood.
pub(in crate::app::memory) fn orders(storage: &dyn Storage, proxy: &str, now: Timestamp) -> Vec<Resumable> {
    let all = read(storage, now);
    write(storage, &all);
    let mut ours: Vec<Resumable> = all
        .iter()
        .filter(|entry| entry.proxy == proxy)
        .filter_map(|entry| {
            Some(Resumable { id: OrderId::new(&entry.id)?, stored_at: Timestamp::from_millis(entry.at) })
        })
        .collect();
    ours.reverse();
    ours
}

/// Keeps an order for a day.
pub(in crate::app::memory) fn keep(storage: &dyn Storage, proxy: &str, id: &OrderId, now: Timestamp) {
    let mut all = read(storage, now);
    if all.iter().any(|entry| entry.id == id.expose()) {
        return;
    }
    all.push(Entry {
        id: id.expose().to_owned(),
        at: now.millis(),
        until: now.plus(KEPT).millis(),
        proxy: proxy.to_owned(),
        marks: Marks::default(),
    });
    let surplus = all.len().saturating_sub(MOST);
    all.drain(..surplus);
    write(storage, &all);
}

/// What is known of an order; nothing of one that is not stored.
pub(in crate::app::memory) fn marks(storage: &dyn Storage, id: &OrderId, now: Timestamp) -> Marks {
    let known = read(storage, now).into_iter().find(|entry| entry.id == id.expose());
    known.map_or_else(Marks::default, |entry| entry.marks)
}

/// Remembers what is known of a stored order by now. That there was money is never taken back, nor that it was another
/// order or its address changed: a tab that has not seen it must not undo what another one saw. The payee is the one
/// that was seen first, what was agreed to is what was agreed to last. Whether a wallet was asked is for [`set_asked`]
/// alone.
pub(in crate::app::memory) fn mark(storage: &dyn Storage, id: &OrderId, marks: &Marks, now: Timestamp) {
    let mut all = read(storage, now);
    let mut changed = false;
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose()) {
        let for_good =
            entry.marks.barred.filter(|bar| matches!(bar, NotPayable::Mismatch | NotPayable::AddressChanged));
        let marks = Marks {
            paid: entry.marks.paid || marks.paid,
            barred: for_good.or(marks.barred),
            asked: entry.marks.asked,
            payee: entry.marks.payee.clone().or_else(|| marks.payee.clone()),
            agreed: marks.agreed.clone().or_else(|| entry.marks.agreed.clone()),
        };
        changed |= entry.marks != marks;
        entry.marks = marks;
    }
    if changed {
        write(storage, &all);
    }
}

/// A wallet is asked to pay a stored order, or it is certain that it did not.
pub(in crate::app::memory) fn set_asked(storage: &dyn Storage, id: &OrderId, asked: bool, now: Timestamp) {
    let mut all = read(storage, now);
    let mut changed = false;
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose() && entry.marks.asked != asked) {
        entry.marks.asked = asked;
        changed = true;
    }
    if changed {
        write(storage, &all);
    }
}

/// Nothing will change any more: the order is kept for an hour at most.
pub(in crate::app::memory) fn wind_up(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
    let mut all = read(storage, now);
    let until = now.plus(KEPT_WHEN_FINAL).millis();
    let mut changed = false;
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose() && entry.until > until) {
        entry.until = until;
        changed = true;
    }
    if changed {
        write(storage, &all);
    }
}

/// Forgets an order, or all of them.
pub(in crate::app::memory) fn forget(storage: &dyn Storage, id: Option<&OrderId>, now: Timestamp) {
    let mut all = read(storage, now);
    all.retain(|entry| id.is_some_and(|id| entry.id != id.expose()));
    write(storage, &all);
}

/// What is stored and still counts. An entry from the future (the clock was set back) is kept no longer than a new one.
fn read(storage: &dyn Storage, now: Timestamp) -> Vec<Entry> {
    let stored = storage.get(ORDERS).and_then(|text| json::parse(&text).ok()).unwrap_or(Value::Null);
    let latest = now.plus(KEPT).millis();
    let entries = stored.get("orders").filter(|_| whole(&stored, "v") == Some(VERSION));
    entries
        .map_or(&[][..], Value::as_array)
        .iter()
        .filter_map(Entry::read)
        .filter(|entry| entry.until > now.millis())
        .map(|entry| Entry { until: entry.until.min(latest), ..entry })
        .collect()
}

fn write(storage: &dyn Storage, orders: &[Entry]) {
    if orders.is_empty() {
        storage.remove(ORDERS);
    } else {
        let orders = Value::Array(orders.iter().map(Entry::write).collect());
        let stored = Value::object(vec![("v", Value::Number(VERSION.to_string())), ("orders", orders)]);
        storage.set(ORDERS, &stored.to_json());
    }
}
