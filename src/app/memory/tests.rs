//! Tests of what is kept, for how long, and how a text is read that is not understood.

use core::cell::RefCell;
use std::collections::BTreeMap;

use super::*;

#[derive(Default)]
pub(super) struct Plain(RefCell<BTreeMap<String, String>>);

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

pub(super) const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
pub(super) const PROXY: &str = "https://shop.example/api";

pub(super) fn id(text: &str) -> OrderId {
    OrderId::new(text).unwrap()
}

pub(super) fn hours(count: u64) -> Timestamp {
    NOON.plus(Duration::from_secs(count * 3_600))
}

pub(super) fn known(storage: &Plain, now: Timestamp) -> Vec<String> {
    orders(storage, PROXY, now).iter().map(|order| order.id.expose().to_owned()).collect()
}

/// A storage that counts what is written to it.
#[derive(Default)]
struct Counted(Plain, core::cell::Cell<u32>);

impl Storage for Counted {
    fn get(&self, key: &str) -> Option<String> {
        self.0.get(key)
    }
    fn set(&self, key: &str, value: &str) {
        self.1.set(self.1.get() + 1);
        self.0.set(key, value);
    }
    fn remove(&self, key: &str) {
        self.1.set(self.1.get() + 1);
        self.0.remove(key);
    }
}

/// Pages of several processes see each other's writes late: what a look writes back would undo them.
#[test]
fn a_look_at_what_is_stored_writes_nothing() {
    let storage = Counted::default();
    let look = || {
        orders(&storage, PROXY, hours(1));
        mark(&storage, &id("a"), &Marks::default(), hours(1));
        storage.1.take()
    };
    assert_eq!(look(), 0, "nothing is stored yet");
    keep(&storage, PROXY, &id("a"), NOON);
    note(&storage, &id("a"), "x", Some("y"), NOON);
    mark(&storage, &id("a"), &Marks { paid: true, ..Marks::default() }, NOON);
    storage.1.take();
    assert_eq!(look(), 0);
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
fn p08_an_order_that_goes_on_after_its_end_is_kept_for_its_day_again() {
    let storage = Plain::default();
    keep(&storage, PROXY, &id("a"), NOON);
    let before = (storage.get(ORDERS), storage.get(NOTES));
    reopen(&storage, &id("a"), hours(1));
    assert_eq!((storage.get(ORDERS), storage.get(NOTES)), before, "it was not wound up");
    wind_up(&storage, &id("a"), hours(1));
    reopen(&storage, &id("a"), hours(1));
    assert_eq!((storage.get(ORDERS), storage.get(NOTES)), before);
    wind_up(&storage, &id("a"), hours(1));
    note(&storage, &id("a"), GOODS, Some("5a17"), hours(1));
    reopen(&storage, &id("a"), hours(1));
    assert_eq!(noted(&storage, &id("a"), GOODS, hours(23)).as_deref(), Some("5a17"), "what else is noted stays");
    assert_eq!(known(&storage, hours(23)), ["a"]);
    assert_eq!(known(&storage, hours(24)), [""; 0]);
    // What is gone stays gone.
    reopen(&storage, &id("a"), hours(24));
    assert_eq!((storage.get(ORDERS), storage.get(NOTES)), (None, None));
    // The clock was set back: no longer than a new one.
    keep(&storage, PROXY, &id("b"), hours(5));
    reopen(&storage, &id("b"), NOON);
    assert_eq!(known(&storage, hours(23)), ["b"]);
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
    for (not_payable, is_for_good) in [
        (NotPayable::Incomplete, false),
        (NotPayable::Dearer, false),
        (NotPayable::Cheaper, false),
        (NotPayable::AddressChanged, true),
        (NotPayable::Mismatch, true),
    ] {
        keep(&storage, PROXY, &id("x"), NOON);
        mark(&storage, &id("x"), &Marks { not_payable: Some(not_payable), ..Marks::default() }, NOON);
        assert_eq!(marks(&storage, &id("x"), hours(1)), Marks { not_payable: Some(not_payable), ..Marks::default() });
        mark(&storage, &id("x"), &Marks::default(), NOON);
        assert_eq!(marks(&storage, &id("x"), NOON).not_payable.is_some(), is_for_good, "{not_payable:?}");
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
fn h13_half_the_price_is_never_taken_back() {
    let cheaper = || Marks { not_payable: Some(NotPayable::Cheaper), ..Marks::default() };
    let storage = Plain::default();
    keep(&storage, PROXY, &id("a"), NOON);
    mark_never_payable(&storage, &id("b"), NOON);
    assert_eq!(marks(&storage, &id("b"), NOON), Marks::default(), "a note stores no order");
    mark(&storage, &id("a"), &cheaper(), NOON);
    mark_never_payable(&storage, &id("a"), NOON);
    // Another page has not seen that, or has seen another reason that can be undone.
    for not_payable in [None, Some(NotPayable::Dearer), Some(NotPayable::Incomplete), Some(NotPayable::Cheaper)] {
        mark(&storage, &id("a"), &Marks { not_payable, ..Marks::default() }, NOON);
        assert_eq!(marks(&storage, &id("a"), NOON), cheaper(), "{not_payable:?}");
        let stored = storage.get(ORDERS).unwrap();
        assert!(stored.contains("dearer"), "an older release reads it as a bar: {stored}");
        // A tab of an older release removes the reason from the entry.
        storage.set(ORDERS, &stored.replace(r#","barred":"dearer""#, ""));
        assert_eq!(marks(&storage, &id("a"), NOON), cheaper(), "{not_payable:?}");
    }
    mark(&storage, &id("a"), &Marks { not_payable: Some(NotPayable::Mismatch), ..Marks::default() }, NOON);
    assert_eq!(marks(&storage, &id("a"), NOON).not_payable, Some(NotPayable::Mismatch));
    forget(&storage, Some(&id("a")), NOON);
    keep(&storage, PROXY, &id("a"), NOON);
    assert_eq!(marks(&storage, &id("a"), NOON), Marks::default(), "gone with its order");
}

#[test]
fn the_name_of_a_wallets_question_goes_with_its_mark() {
    let storage = Plain::default();
    let name = MarkName::new(7);
    change_asked(&storage, &id("a"), MarkChange::Set(name), NOON);
    assert_eq!(asked(&storage, &id("a"), NOON), None, "a mark stores no order");
    keep(&storage, PROXY, &id("a"), NOON);
    change_asked(&storage, &id("a"), MarkChange::Set(name), NOON);
    assert_eq!(asked(&storage, &id("a"), NOON), Some(StoredMark::Set(Some(name))));
    change_asked(&storage, &id("a"), MarkChange::Set(MarkName::new(8)), NOON);
    assert_eq!(asked(&storage, &id("a"), NOON), Some(StoredMark::Set(Some(MarkName::new(8)))));
    change_asked(&storage, &id("a"), MarkChange::Remove, NOON);
    assert_eq!((asked(&storage, &id("a"), NOON), storage.get(NOTES)), (Some(StoredMark::Absent), None));
    // A tab of an older release knows no names.
    set_asked(&storage, &id("a"), true, NOON);
    assert_eq!(asked(&storage, &id("a"), NOON), Some(StoredMark::Set(None)));
}

#[test]
fn that_a_wallet_was_asked_stays_until_it_is_taken_back_in_so_many_words() {
    let storage = Plain::default();
    set_asked(&storage, &id("a"), true, NOON);
    assert_eq!(known(&storage, NOON), [""; 0], "a mark stores no order");
    keep(&storage, PROXY, &id("a"), NOON);
    keep(&storage, PROXY, &id("b"), NOON);
    set_asked(&storage, &id("a"), true, NOON);
    // Another tab does not know of it, and writes everything that it knows.
    mark(
        &storage,
        &id("a"),
        &Marks { paid: true, not_payable: Some(NotPayable::Dearer), asked: false, ..Marks::default() },
        NOON,
    );
    mark(&storage, &id("a"), &Marks { paid: true, ..Marks::default() }, NOON);
    keep(&storage, PROXY, &id("a"), hours(1));
    wind_up(&storage, &id("a"), NOON);
    assert_eq!(
        marks(&storage, &id("a"), NOON),
        Marks { paid: true, not_payable: None, asked: true, ..Marks::default() }
    );
    assert_eq!(marks(&storage, &id("b"), NOON), Marks::default());
    set_asked(&storage, &id("a"), false, NOON);
    assert_eq!(
        marks(&storage, &id("a"), NOON),
        Marks { paid: true, not_payable: None, asked: false, ..Marks::default() }
    );
    // Only `set_asked` stores that a wallet was asked.
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
        (r#","barred":"address""#, Marks { not_payable: Some(NotPayable::AddressChanged), ..Marks::default() }),
        (r#","barred":true"#, Marks { not_payable: Some(NotPayable::Mismatch), ..Marks::default() }),
        (
            r#","payee":"ab:","agreed":"51.20""#,
            Marks { payee: Some("ab:".into()), agreed: Some("51.20".into()), ..Marks::default() },
        ),
        (r#","payee":7,"agreed":null"#, Marks::default()),
        (r#","barred":"of later""#, Marks { not_payable: Some(NotPayable::Mismatch), ..Marks::default() }),
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

#[test]
fn u19_a_memo_that_was_told_later_is_kept_with_the_mark_and_never_lost_again() {
    let storage = Plain::default();
    keep(&storage, PROXY, &id("a"), NOON);
    let payee = |text: &str| Marks { payee: Some(text.to_owned()), ..Marks::default() };
    for (now, kept) in [
        ("aa:", "aa:"),
        ("aa:07", "aa:07"),
        // What was seen first stays, when another tab has not seen it, or has seen another memo or another address.
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
