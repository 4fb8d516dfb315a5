//! Tests that what the release of commit d2917dd stored can be read, and that a tab of it beside one of this release
//! loses nothing on either side.

use proptest::prelude::*;

use super::{
    Marks, as_d2917dd as old,
    tests::{NOON, PROXY, Plain, hours, id, known},
    *,
};

fn old_marks(marks: &Marks) -> old::Marks {
    let Marks { paid, not_payable, asked, payee, agreed } = marks.clone();
    old::Marks { paid, barred: not_payable, asked, payee, agreed }
}

fn new_marks(marks: &old::Marks) -> Marks {
    let old::Marks { paid, barred: not_payable, asked, payee, agreed } = marks.clone();
    Marks { paid, not_payable, asked, payee, agreed }
}

/// Texts that d2917dd wrote: an order that was just kept; one with every mark; two orders, one of them wound up.
const WRITTEN: [(&str, &str, Option<NotPayable>, bool); 5] = [
    (
        r#"{"v":1,"orders":[{"id":"7b0c0e6e-0000-4000-8000-0000000000f1","at":1790000000000,"until":1790086400000,"proxy":"https://shop.example/api"}]}"#,
        "7b0c0e6e-0000-4000-8000-0000000000f1",
        None,
        false,
    ),
    (
        r#"{"v":1,"orders":[{"id":"o-1","at":1790000000000,"until":1790086400000,"proxy":"https://shop.example/api","paid":true,"barred":"address","asked":true,"payee":"ab12:cd34","agreed":"51.20"}]}"#,
        "o-1",
        Some(NotPayable::AddressChanged),
        true,
    ),
    (
        r#"{"v":1,"orders":[{"id":"o-0","at":1790000000000,"until":1790003600000,"proxy":"https://shop.example/api","paid":true,"payee":"ab12:","agreed":"10"},{"id":"o-1","at":1790000000000,"until":1790086400000,"proxy":"https://shop.example/api","barred":"dearer","agreed":"51.20"}]}"#,
        "o-1",
        Some(NotPayable::Dearer),
        false,
    ),
    (
        r#"{"v":1,"orders":[{"id":"o-1","at":1790000000000,"until":1790086400000,"proxy":"https://shop.example/api","barred":"mismatch"}]}"#,
        "o-1",
        Some(NotPayable::Mismatch),
        false,
    ),
    (
        r#"{"v":1,"orders":[{"id":"o-1","at":1790000000000,"until":1790086400000,"proxy":"https://shop.example/api","barred":"unproven"}]}"#,
        "o-1",
        Some(NotPayable::Incomplete),
        false,
    ),
];

#[test]
fn p09_what_the_earlier_release_stored_is_read_as_it_was_meant() {
    for (text, order, not_payable, asked) in WRITTEN {
        let storage = Plain::default();
        storage.set(ORDERS, text);
        let before = old::marks(&storage, &id(order), NOON);
        assert_eq!((before.barred, before.asked), (not_payable, asked), "this is how it was meant: {text}");
        assert!(known(&storage, NOON).contains(&order.to_owned()), "{text}");
        assert_eq!(storage.get(ORDERS).as_deref(), Some(text), "and it is written back as it was");
        assert_eq!(marks(&storage, &id(order), NOON), new_marks(&before), "{text}");
        assert_eq!(trace(&storage, &id(order)), Trace::Kept(hours(24)), "{text}");
    }
}

#[test]
fn p09_both_releases_write_the_same_entry() {
    let (ours, theirs) = (Plain::default(), Plain::default());
    let all = Marks {
        paid: true,
        not_payable: Some(NotPayable::Dearer),
        asked: false,
        payee: Some("ab12:cd34".into()),
        agreed: Some("51.20".into()),
    };
    keep(&ours, PROXY, &id("o-1"), NOON);
    mark(&ours, &id("o-1"), &all, NOON);
    set_asked(&ours, &id("o-1"), true, NOON);
    old::keep(&theirs, PROXY, &id("o-1"), NOON);
    old::mark(&theirs, &id("o-1"), &old_marks(&all), NOON);
    old::set_asked(&theirs, &id("o-1"), true, NOON);
    assert_eq!(ours.get(ORDERS), theirs.get(ORDERS));
    assert_eq!(ours.get(NOTES), None);
}

#[test]
fn p09_a_field_of_a_later_release_outlives_ours() {
    let storage = Plain::default();
    let later =
        r#"{"id":"a","at":0,"until":1790080000000,"proxy":"https://shop.example/api","of later":{"b":[1,null]}}"#;
    storage.set(ORDERS, &format!(r#"{{"v":1,"orders":[{later}]}}"#));
    mark(&storage, &id("a"), &Marks { paid: true, ..Marks::default() }, NOON);
    keep(&storage, PROXY, &id("b"), NOON);
    let stored = storage.get(ORDERS).unwrap_or_default();
    assert!(stored.contains(r#""paid":true,"of later":{"b":[1,null]}"#), "{stored}");
}

#[test]
fn p09_notes_outlive_an_older_tab_and_go_with_their_order() {
    let storage = Plain::default();
    note(&storage, &id("a"), "extra", Some("1"), NOON);
    assert_eq!(storage.get(NOTES), None, "nothing is noted of what is not stored");
    for order in ["a", "b"] {
        keep(&storage, PROXY, &id(order), NOON);
        note(&storage, &id(order), "extra", Some(order), NOON);
    }
    old::mark(&storage, &id("a"), &old::Marks { paid: true, ..old::Marks::default() }, NOON);
    old::set_asked(&storage, &id("a"), true, NOON);
    assert_eq!(noted(&storage, &id("a"), "extra", NOON).as_deref(), Some("a"));
    assert!(!storage.get(NOTES).unwrap_or_default().contains("\"a\",\"b"), "by reference");
    note(&storage, &id("a"), "extra", None, NOON);
    assert_eq!(noted(&storage, &id("a"), "extra", NOON), None);
    // An older tab forgets the order, and does not know of notes.
    old::forget(&storage, Some(&id("b")), NOON);
    assert_eq!(noted(&storage, &id("b"), "extra", NOON), None);
    known(&storage, NOON);
    assert_eq!(storage.get(NOTES), None, "gone at the next look");
    for all in [false, true] {
        note(&storage, &id("a"), "extra", Some("1"), NOON);
        forget(&storage, (!all).then(|| id("a")).as_ref(), NOON);
        assert_eq!((storage.get(NOTES), storage.get(ORDERS)), (None, None));
        keep(&storage, PROXY, &id("a"), NOON);
    }
    note(&storage, &id("a"), "extra", Some("1"), NOON);
    known(&storage, hours(24));
    assert_eq!(storage.get(NOTES), None, "gone with its time");
    for text in ["", "{", "[]", r#"{"v":2,"notes":[{"of":"x"}]}"#, r#"{"v":1,"notes":[7,{"of":3},{"a":"b"}]}"#] {
        storage.set(NOTES, text);
        keep(&storage, PROXY, &id("c"), NOON);
        note(&storage, &id("c"), "extra", Some("2"), NOON);
        assert_eq!(noted(&storage, &id("c"), "extra", NOON).as_deref(), Some("2"), "{text}");
    }
}

#[test]
fn p08_what_is_dropped_for_later_orders_is_no_longer_looked_for_until_its_time_is_over() {
    let storage = Plain::default();
    for order in 0..21 {
        keep(&storage, PROXY, &id(&format!("o{order}")), NOON);
    }
    forget(&storage, Some(&id("o7")), NOON);
    assert_eq!(trace(&storage, &id("o0")), Trace::Unclear);
    assert_eq!(trace(&storage, &id("o7")), Trace::Gone);
    assert_eq!(trace(&storage, &id("o8")), Trace::Kept(hours(24)));
    forget(&storage, Some(&id("o0")), NOON);
    assert_eq!(storage.get(NOTES), None);
    // An order that is kept again is like any other.
    keep(&storage, PROXY, &id("o0"), NOON);
    for order in 30..50 {
        keep(&storage, PROXY, &id(&format!("o{order}")), hours(1));
    }
    keep(&storage, PROXY, &id("o0"), hours(2));
    forget(&storage, Some(&id("o0")), hours(2));
    assert_eq!(trace(&storage, &id("o0")), Trace::Gone, "its place was not needed for others");
    known(&storage, hours(26));
    assert_eq!((storage.get(ORDERS), storage.get(NOTES)), (None, None));
}

#[test]
fn p08_an_order_that_was_wound_up_is_not_taken_for_forgotten_when_its_time_is_over() {
    for is_old in [false, true] {
        let storage = Plain::default();
        keep(&storage, PROXY, &id("a"), NOON);
        note(&storage, &id("a"), "extra", Some("1"), NOON);
        if is_old {
            old::wind_up(&storage, &id("a"), hours(1))
        } else {
            wind_up(&storage, &id("a"), hours(1))
        }
        assert_eq!(trace(&storage, &id("a")), Trace::Kept(hours(2)), "old: {is_old}");
        // The next look at the orders removes it.
        assert!(known(&storage, hours(3)).is_empty());
        assert_eq!((storage.get(ORDERS), trace(&storage, &id("a"))), (None, Trace::Over), "old: {is_old}");
        let left = storage.get(NOTES).unwrap_or_default();
        assert!(!left.contains("extra"), "the rest goes: {left}");
        known(&storage, hours(24));
        assert_eq!(trace(&storage, &id("a")), Trace::Over, "a page may rely on a whole day");
        keep(&storage, PROXY, &id("b"), hours(25));
        assert_eq!(storage.get(NOTES), None, "old: {is_old}");
        // Here the order is forgotten before its time is over.
        let storage = Plain::default();
        keep(&storage, PROXY, &id("a"), NOON);
        wind_up(&storage, &id("a"), hours(1));
        if is_old {
            old::forget(&storage, Some(&id("a")), NOON)
        } else {
            forget(&storage, Some(&id("a")), hours(1))
        }
        known(&storage, hours(1));
        assert_eq!((storage.get(NOTES), trace(&storage, &id("a"))), (None, Trace::Gone), "old: {is_old}");
    }
    // An order that was kept for its whole day leaves nothing.
    let storage = Plain::default();
    keep(&storage, PROXY, &id("a"), NOON);
    note_kept(&storage, &id("a"), NOON);
    known(&storage, hours(24));
    assert_eq!((storage.get(ORDERS), storage.get(NOTES)), (None, None));
    // An order that is kept again is like any other.
    keep(&storage, PROXY, &id("a"), NOON);
    wind_up(&storage, &id("a"), NOON);
    known(&storage, hours(2));
    keep(&storage, PROXY, &id("a"), hours(3));
    known(&storage, hours(3));
    assert_eq!((storage.get(NOTES), trace(&storage, &id("a"))), (None, Trace::Kept(hours(27))));
}

#[derive(Clone, Debug)]
enum Act {
    Mark {
        paid: bool,
        not_payable: Option<NotPayable>,
        payee: Option<&'static str>,
        agreed: Option<&'static str>,
    },
    Asked(bool),
    KeepAgain,
    KeepOther(u8),
    WindUp,
    Reopen,
    Look,
    Note(&'static str),
    /// The order asks for half. Only the newer release knows that.
    Half,
    Forget(Forgetting),
}

/// What is forgotten: the order alone, or all that is stored. Only the newer release forgets by a reference or a time.
#[derive(Clone, Copy, Debug)]
enum Forgetting {
    This,
    All,
    Reference,
    Until,
}

fn act() -> impl Strategy<Value = Act> {
    let bar = prop_oneof![
        Just(None),
        Just(Some(NotPayable::Incomplete)),
        Just(Some(NotPayable::Dearer)),
        Just(Some(NotPayable::Cheaper)),
        Just(Some(NotPayable::Mismatch)),
        Just(Some(NotPayable::AddressChanged)),
    ];
    let forgetting = [Forgetting::This, Forgetting::All, Forgetting::Reference, Forgetting::Until];
    let payee = prop_oneof![Just(None), Just(Some("ab12:")), Just(Some("ff00:aa"))];
    let agreed = prop_oneof![Just(None), Just(Some("51.20")), Just(Some("60"))];
    prop_oneof![
        4 => (any::<bool>(), bar, payee, agreed)
            .prop_map(|(paid, not_payable, payee, agreed)| Act::Mark { paid, not_payable, payee, agreed }),
        2 => any::<bool>().prop_map(Act::Asked),
        1 => Just(Act::KeepAgain),
        1 => (0_u8..9).prop_map(Act::KeepOther),
        1 => Just(Act::WindUp),
        1 => Just(Act::Reopen),
        1 => Just(Act::Look),
        1 => prop_oneof![Just(Act::Note("x")), Just(Act::Note("y"))],
        1 => Just(Act::Half),
        1 => proptest::sample::select(forgetting.to_vec()).prop_map(Act::Forget),
    ]
}

proptest! {
    /// Two tabs of two releases act on one order in any sequence. That there was money is never lost, nor why the order
    /// is never payable again, nor that it asked for half, nor its payee. That a wallet was asked is lost only when it
    /// is taken back. The notes of the newer release stay. What either tab forgets, both have forgotten; its notes may
    /// come back with the order where no tab looked meanwhile.
    #[test]
    fn p09_an_old_and_a_new_tab_lose_nothing_of_each_other(acts in proptest::collection::vec((any::<bool>(), act()), 1..60)) {
        let storage = Plain::default();
        let order = id("o-1");
        keep(&storage, PROXY, &order, NOON);
        let (mut paid, mut asked, mut for_good, mut seen_payee, mut noted_last) = (false, false, None, None, None);
        let (mut is_stored, mut is_half, mut may_come_back) = (true, false, false);
        for (is_old, act) in acts {
            match act {
                Act::Mark { paid: now_paid, not_payable, payee, agreed } => {
                    // The older release does not know this reason.
                    let not_payable = if is_old && not_payable == Some(NotPayable::Cheaper) { Some(NotPayable::Dearer) } else { not_payable };
                    let marks = Marks {
                        paid: now_paid,
                        not_payable,
                        asked: false,
                        payee: payee.map(str::to_owned),
                        agreed: agreed.map(str::to_owned),
                    };
                    if is_old { old::mark(&storage, &order, &old_marks(&marks), NOON) } else { mark(&storage, &order, &marks, NOON) }
                    if !is_stored {
                        continue;
                    }
                    paid |= now_paid;
                    let is_for_good = matches!(not_payable, Some(NotPayable::Mismatch | NotPayable::AddressChanged));
                    for_good = for_good.or(not_payable.filter(|_| is_for_good));
                    seen_payee = seen_payee.or(payee);
                }
                Act::Asked(now_asked) => {
                    if is_old { old::set_asked(&storage, &order, now_asked, NOON) } else { set_asked(&storage, &order, now_asked, NOON) }
                    asked = now_asked && is_stored;
                }
                Act::KeepAgain => {
                    if is_old { old::keep(&storage, PROXY, &order, NOON) } else { keep(&storage, PROXY, &order, NOON) }
                    is_stored = true;
                }
                Act::KeepOther(number) => {
                    let other = id(&format!("other-{number}"));
                    if is_old { old::keep(&storage, PROXY, &other, NOON) } else { keep(&storage, PROXY, &other, NOON) }
                }
                Act::WindUp => if is_old { old::wind_up(&storage, &order, NOON) } else { wind_up(&storage, &order, NOON) },
                Act::Reopen => reopen(&storage, &order, NOON),
                Act::Look => {
                    if is_old { old::orders(&storage, PROXY, NOON); } else { orders(&storage, PROXY, NOON); }
                }
                Act::Note(text) => {
                    note(&storage, &order, "extra", Some(text), NOON);
                    if is_stored {
                        noted_last = Some(text.to_owned());
                    }
                }
                Act::Half => {
                    let marks = Marks { not_payable: Some(NotPayable::Cheaper), ..Marks::default() };
                    mark(&storage, &order, &marks, NOON);
                    mark_never_payable(&storage, &order, NOON);
                    is_half |= is_stored;
                }
                Act::Forget(forgetting) => {
                    match (is_old, forgetting) {
                        (true, Forgetting::All) => old::forget(&storage, None, NOON),
                        (true, Forgetting::This | Forgetting::Reference | Forgetting::Until) => {
                            old::forget(&storage, Some(&order), NOON);
                        }
                        (false, Forgetting::This) => forget(&storage, Some(&order), NOON),
                        (false, Forgetting::All) => forget(&storage, None, NOON),
                        (false, Forgetting::Reference) => forget_references(&storage, &[order.reference()], NOON),
                        (false, Forgetting::Until) => forget_until(&storage, NOON, NOON),
                    }
                    may_come_back |= is_old && is_stored;
                    (paid, asked, for_good, seen_payee, noted_last) = (false, false, None, None, None);
                    (is_stored, is_half) = (false, false);
                }
            }
            let (ours, theirs) = (marks(&storage, &order, NOON), old::marks(&storage, &order, NOON));
            let mut alike = new_marks(&theirs);
            if ours.not_payable == Some(NotPayable::Cheaper) {
                alike.not_payable = ours.not_payable;
            }
            prop_assert_eq!(&ours, &alike, "both read the same");
            prop_assert_eq!((ours.paid, ours.asked), (paid, asked));
            if for_good.is_some() {
                prop_assert_eq!(ours.not_payable, for_good);
            } else if is_half {
                prop_assert_eq!(ours.not_payable, Some(NotPayable::Cheaper));
            }
            prop_assert_eq!(ours.payee.as_deref(), seen_payee);
            let is_noted = noted(&storage, &order, "extra", NOON);
            if !is_stored {
                prop_assert_eq!((ours, is_noted), (Marks::default(), None));
            } else if noted_last.is_some() || !may_come_back {
                prop_assert_eq!(is_noted, noted_last.clone());
            }
        }
    }
}
