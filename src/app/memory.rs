//! What outlives the page: the country chosen, and the ids of live orders with what guards them, a day at most. Nothing else is
//! ever stored.

use core::time::Duration;

use cr_core::{
    checkout::Payee,
    country::Country,
    json::{self, Value},
    order::{NotPayable, OrderId},
    time::Timestamp,
};

use super::{ports::Storage, store::Resumable};

const COUNTRY: &str = "country";
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
pub(super) struct Marks {
    /// There was a sign of money.
    pub(super) paid: bool,
    /// Why it is not payable here.
    pub(super) barred: Option<NotPayable>,
    /// A wallet of the browser was asked to send, and may have done so. Which, from where and what became of it is not stored.
    pub(super) asked: bool,
    /// By what the payee is recognised ([`cr_core::checkout::Payee`]); no address can be read from it.
    pub(super) payee: Option<String>,
    /// What the shopper agreed to pay.
    pub(super) agreed: Option<String>,
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

/// The country the shopper chose last.
pub fn country(storage: &dyn Storage) -> Option<Country> {
    storage.get(COUNTRY)?.parse().ok()
}

/// Remembers the country.
pub(super) fn set_country(storage: &dyn Storage, country: Country) {
    storage.set(COUNTRY, country.code());
}

/// Forgets all orders, whatever is stored of them.
pub(super) fn forget_all(storage: &dyn Storage) {
    storage.remove(ORDERS);
}

/// Whether an order of an earlier visit may be stored.
pub(super) fn has_orders(storage: &dyn Storage) -> bool {
    storage.get(ORDERS).is_some()
}

/// Orders made through `proxy` that can be resumed, the latest first. Cleans up what is too old or not understood.
pub(super) fn orders(storage: &dyn Storage, proxy: &str, now: Timestamp) -> Vec<Resumable> {
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
pub(super) fn keep(storage: &dyn Storage, proxy: &str, id: &OrderId, now: Timestamp) {
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
pub(super) fn marks(storage: &dyn Storage, id: &OrderId, now: Timestamp) -> Marks {
    let known = read(storage, now).into_iter().find(|entry| entry.id == id.expose());
    known.map_or_else(Marks::default, |entry| entry.marks)
}

/// Remembers what is known of a stored order by now. That there was money is never taken back, nor that it was another order or
/// its address changed: a tab that has not seen it must not undo what another one saw. The payee is
/// the one that was seen first, what was agreed to is what was agreed to last. Whether a wallet was asked is for [`set_asked`] alone.
pub(super) fn mark(storage: &dyn Storage, id: &OrderId, marks: &Marks, now: Timestamp) {
    let mut all = read(storage, now);
    let mut changed = false;
    for entry in all.iter_mut().filter(|entry| entry.id == id.expose()) {
        let for_good =
            entry.marks.barred.filter(|bar| matches!(bar, NotPayable::Mismatch | NotPayable::AddressChanged));
        let marks = Marks {
            paid: entry.marks.paid || marks.paid,
            barred: for_good.or(marks.barred),
            asked: entry.marks.asked,
            payee: joined(entry.marks.payee.as_deref(), marks.payee.as_deref()),
            agreed: marks.agreed.clone().or_else(|| entry.marks.agreed.clone()),
        };
        changed |= entry.marks != marks;
        entry.marks = marks;
    }
    if changed {
        write(storage, &all);
    }
}

/// The payee that was seen first, with the memo that was told later for the same address.
fn joined(known: Option<&str>, now: Option<&str>) -> Option<String> {
    match (known, now) {
        (Some(known), Some(now)) => Some(Payee::from_text(known).with_memo_of(&Payee::from_text(now)).to_text()),
        (known, now) => known.or(now).map(str::to_owned),
    }
}

/// A wallet is asked to pay a stored order, or it is certain that it did not.
pub(super) fn set_asked(storage: &dyn Storage, id: &OrderId, asked: bool, now: Timestamp) {
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
pub(super) fn wind_up(storage: &dyn Storage, id: &OrderId, now: Timestamp) {
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
pub(super) fn forget(storage: &dyn Storage, id: Option<&OrderId>, now: Timestamp) {
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

#[cfg(test)]
mod tests {
    use core::cell::RefCell;
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Default)]
    struct Plain(RefCell<BTreeMap<String, String>>);

    impl Storage for Plain {
        fn get(&self, key: &str) -> Option<String> {
            self.0.borrow().get(key).cloned()
        }
        fn set(&self, key: &str, value: &str) {
            self.0.borrow_mut().insert(key.to_owned(), value.to_owned());
        }
        fn remove(&self, key: &str) {
            self.0.borrow_mut().remove(key);
        }
    }

    const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
    const PROXY: &str = "https://shop.example/api";

    fn id(text: &str) -> OrderId {
        OrderId::new(text).unwrap()
    }

    fn hours(count: u64) -> Timestamp {
        NOON.plus(Duration::from_secs(count * 3_600))
    }

    fn known(storage: &Plain, now: Timestamp) -> Vec<String> {
        orders(storage, PROXY, now).iter().map(|order| order.id.expose().to_owned()).collect()
    }

    #[test]
    fn orders_are_kept_for_a_day_the_latest_first() {
        let storage = Plain::default();
        keep(&storage, PROXY, &id("a"), NOON);
        keep(&storage, PROXY, &id("b"), hours(1));
        keep(&storage, PROXY, &id("a"), hours(2));
        assert_eq!(known(&storage, hours(3)), ["b", "a"]);
        assert_eq!(known(&storage, hours(24)), ["b"], "keeping an order again does not prolong it");
        assert_eq!(known(&storage, hours(25)), [""; 0]);
        assert_eq!(storage.get(ORDERS), None, "nothing is left behind");
    }

    #[test]
    fn an_order_in_which_nothing_will_change_is_kept_for_an_hour() {
        let storage = Plain::default();
        keep(&storage, PROXY, &id("a"), NOON);
        keep(&storage, PROXY, &id("b"), NOON);
        wind_up(&storage, &id("a"), hours(1));
        wind_up(&storage, &id("a"), hours(1).plus(Duration::from_secs(1_800)));
        assert_eq!(known(&storage, hours(2)), ["b"]);
    }

    #[test]
    fn forgetting_takes_one_or_all() {
        let storage = Plain::default();
        for order in ["a", "b", "c"] {
            keep(&storage, PROXY, &id(order), NOON);
        }
        forget(&storage, Some(&id("b")), NOON);
        assert_eq!(known(&storage, NOON), ["c", "a"]);
        forget(&storage, None, NOON);
        assert_eq!(storage.get(ORDERS), None);
    }

    #[test]
    fn another_shops_orders_are_none_of_ours_and_stay() {
        let storage = Plain::default();
        keep(&storage, "https://other.example/api", &id("theirs"), NOON);
        keep(&storage, PROXY, &id("ours"), NOON);
        assert_eq!(known(&storage, NOON), ["ours"]);
        assert_eq!(orders(&storage, "https://other.example/api", NOON).len(), 1);
    }

    #[test]
    fn what_is_not_understood_is_ignored_and_rewritten() {
        let far = hours(1_000).millis();
        let entry = |order: &str| format!(r#"{{"id":"{order}","at":0,"until":{far},"proxy":"{PROXY}"}}"#);
        let table = [
            (String::new(), 0),
            ("null".to_owned(), 0),
            ("{".to_owned(), 0),
            ("[]".to_owned(), 0),
            (format!(r#"{{"v":2,"orders":[{}]}}"#, entry("a")), 0),
            (format!(r#"{{"v":1,"orders":[{}]}}"#, entry("a/../b")), 0),
            (format!(r#"{{"v":1,"orders":[{}]}}"#, entry("a")), 1),
            (format!(r#"{{"v":1,"more":true,"orders":[{}]}}"#, entry("a")), 1),
        ];
        for (text, expected) in table {
            let storage = Plain::default();
            storage.set(ORDERS, &text);
            assert_eq!(known(&storage, NOON).len(), expected, "{text}");
            assert_eq!(known(&storage, hours(24)).len(), 0, "no entry outlives a day: {text}");
        }
    }

    #[test]
    fn marks_are_kept_with_their_order_and_money_is_never_taken_back() {
        let storage = Plain::default();
        keep(&storage, PROXY, &id("a"), NOON);
        keep(&storage, PROXY, &id("b"), NOON);
        assert_eq!(marks(&storage, &id("a"), NOON), Marks::default());
        for (barred, is_for_good) in [
            (NotPayable::Incomplete, false),
            (NotPayable::Dearer, false),
            (NotPayable::AddressChanged, true),
            (NotPayable::Mismatch, true),
        ] {
            keep(&storage, PROXY, &id("x"), NOON);
            mark(&storage, &id("x"), &Marks { barred: Some(barred), ..Marks::default() }, NOON);
            assert_eq!(marks(&storage, &id("x"), hours(1)), Marks { barred: Some(barred), ..Marks::default() });
            mark(&storage, &id("x"), &Marks::default(), NOON);
            assert_eq!(marks(&storage, &id("x"), NOON).barred.is_some(), is_for_good, "{barred:?}");
            forget(&storage, Some(&id("x")), NOON);
        }
        mark(&storage, &id("a"), &Marks { paid: true, ..Marks::default() }, NOON);
        mark(&storage, &id("a"), &Marks::default(), NOON);
        keep(&storage, PROXY, &id("a"), hours(1));
        wind_up(&storage, &id("a"), NOON);
        assert_eq!(marks(&storage, &id("a"), NOON), Marks { paid: true, ..Marks::default() });
        assert_eq!(marks(&storage, &id("b"), NOON), Marks::default());
        assert_eq!(marks(&storage, &id("a"), hours(1)), Marks::default(), "gone with its order");
        mark(&storage, &id("c"), &Marks { paid: true, ..Marks::default() }, NOON);
        assert_eq!(known(&storage, NOON), ["b", "a"], "a mark stores no order");
    }

    #[test]
    fn u19_a_memo_that_was_told_later_is_kept_with_the_mark_and_never_lost_again() {
        let storage = Plain::default();
        keep(&storage, PROXY, &id("a"), NOON);
        let payee = |text: &str| Marks { payee: Some(text.to_owned()), ..Marks::default() };
        for (now, kept) in [
            ("aa:", "aa:"),
            ("aa:07", "aa:07"),
            // Another tab that has not seen it, another memo, another address: what was seen first stays.
            ("aa:", "aa:07"),
            ("aa:08", "aa:07"),
            ("bb:09", "aa:07"),
        ] {
            mark(&storage, &id("a"), &payee(now), NOON);
            assert_eq!(marks(&storage, &id("a"), NOON), payee(kept), "{now}");
        }
        mark(&storage, &id("a"), &Marks::default(), NOON);
        assert_eq!(marks(&storage, &id("a"), NOON), payee("aa:07"));
        keep(&storage, PROXY, &id("b"), NOON);
        mark(&storage, &id("b"), &payee("aa:"), NOON);
        mark(&storage, &id("b"), &payee("bb:09"), NOON);
        assert_eq!(marks(&storage, &id("b"), NOON), payee("aa:"), "no memo of another address");
    }

    #[test]
    fn that_a_wallet_was_asked_stays_until_it_is_taken_back_in_so_many_words() {
        let storage = Plain::default();
        set_asked(&storage, &id("a"), true, NOON);
        assert_eq!(known(&storage, NOON), [""; 0], "a mark stores no order");
        keep(&storage, PROXY, &id("a"), NOON);
        keep(&storage, PROXY, &id("b"), NOON);
        set_asked(&storage, &id("a"), true, NOON);
        // Another tab knows nothing of it, and writes all that it does.
        mark(
            &storage,
            &id("a"),
            &Marks { paid: true, barred: Some(NotPayable::Dearer), asked: false, ..Marks::default() },
            NOON,
        );
        mark(&storage, &id("a"), &Marks { paid: true, ..Marks::default() }, NOON);
        keep(&storage, PROXY, &id("a"), hours(1));
        wind_up(&storage, &id("a"), NOON);
        assert_eq!(
            marks(&storage, &id("a"), NOON),
            Marks { paid: true, barred: None, asked: true, ..Marks::default() }
        );
        assert_eq!(marks(&storage, &id("b"), NOON), Marks::default());
        set_asked(&storage, &id("a"), false, NOON);
        assert_eq!(
            marks(&storage, &id("a"), NOON),
            Marks { paid: true, barred: None, asked: false, ..Marks::default() }
        );
        // It is asked by way of `set_asked` only.
        mark(&storage, &id("b"), &Marks { asked: true, ..Marks::default() }, NOON);
        assert_eq!(marks(&storage, &id("b"), NOON), Marks::default());
    }

    #[test]
    fn marks_are_read_tolerantly() {
        let far = hours(1_000).millis();
        for (fields, expected) in [
            ("", Marks::default()),
            (r#","paid":false,"barred":false"#, Marks::default()),
            (r#","paid":null,"barred":null"#, Marks::default()),
            (r#","paid":"yes""#, Marks::default()),
            (r#","asked":null"#, Marks::default()),
            (r#","asked":false"#, Marks::default()),
            (r#","asked":true"#, Marks { asked: true, ..Marks::default() }),
            (r#","asked":"of later""#, Marks { asked: true, ..Marks::default() }),
            (r#","paid":true"#, Marks { paid: true, ..Marks::default() }),
            (r#","barred":"address""#, Marks { barred: Some(NotPayable::AddressChanged), ..Marks::default() }),
            (r#","barred":true"#, Marks { barred: Some(NotPayable::Mismatch), ..Marks::default() }),
            (
                r#","payee":"ab:","agreed":"51.20""#,
                Marks { payee: Some("ab:".into()), agreed: Some("51.20".into()), ..Marks::default() },
            ),
            (r#","payee":7,"agreed":null"#, Marks::default()),
            (r#","barred":"of later""#, Marks { barred: Some(NotPayable::Mismatch), ..Marks::default() }),
        ] {
            let storage = Plain::default();
            let entry = format!(r#"{{"id":"a","at":0,"until":{far},"proxy":"{PROXY}"{fields}}}"#);
            storage.set(ORDERS, &format!(r#"{{"v":1,"orders":[{entry}]}}"#));
            assert_eq!(known(&storage, NOON), ["a"], "{fields}");
            assert_eq!(marks(&storage, &id("a"), NOON), expected, "{fields}");
        }
    }

    #[test]
    fn a_shopper_with_many_orders_keeps_the_latest() {
        let storage = Plain::default();
        for order in 0..30 {
            keep(&storage, PROXY, &id(&format!("o{order}")), NOON);
        }
        let known = known(&storage, NOON);
        assert_eq!((known.len(), known[0].as_str(), known[19].as_str()), (20, "o29", "o10"));
    }
}
