//! What bars an order from being paid: another price, another payee, and what is known of it after it was left.

use cr_core::{
    checkout::{Checkout, Created, Guards},
    order::{Field, MemoDoubt, NotPayable, Order, OrderId, OrderState, Payee, Stage},
    payment::NoInstruction,
};
use proptest::prelude::*;

use crate::{
    creating, dearer, made, passed, paying, solana,
    support::{ADDRESS, Followed, OTHER_ADDRESS, STATES, at, coin},
};

#[test]
fn h13_an_order_dearer_by_more_than_one_per_cent_must_be_confirmed() {
    // 1 % over 101.55 is 102.5655.
    for (due, asks) in [("101.55", false), ("101", false), ("102.5655", false), ("102.5656", true), ("1000", true)] {
        let order = Order { due: Some(coin(due)), ..made("WaitingForPayment") };
        let checkout = creating().created(Created::Order(Box::new(order)));
        assert_eq!(matches!(checkout, Checkout::Confirming { .. }), asks, "{due}");
        assert_eq!(checkout.instruction(Some(&solana())).is_ok(), !asks, "{due}");
        if asks {
            assert_eq!(checkout.stage(), None);
            let agreed = checkout.confirm();
            assert_eq!(agreed.instruction(Some(&solana())).map(|it| it.amount.to_string()), Ok(due.to_owned()));
        }
    }
}

#[test]
fn h13_an_amount_that_rises_later_must_be_confirmed_too() {
    let checkout = paying().observe(Order { updated_at: Some(at(5)), ..dearer() }, false);
    assert!(matches!(checkout, Checkout::Confirming { .. }));
    let resumed = Checkout::resume(made("WaitingForPayment"), false, Guards::default()).observe(dearer(), false);
    assert!(matches!(resumed, Checkout::Confirming { draft: None, .. }));
    assert!(matches!(resumed.confirm().stage(), Some(Stage::AwaitingPayment { .. })));
}

#[test]
fn an_order_that_expires_while_it_waits_for_its_confirmation_asks_for_nothing() {
    let waiting = creating().created(Created::Order(Box::new(dearer())));
    let expired = waiting.observe(Order { due: Some(coin("103")), ..made("Expired") }, false);
    assert_eq!(expired.stage(), Some(Stage::Expired { money_seen: false }));
}

#[test]
fn what_bars_an_order_from_being_paid_outlives_leaving_it() {
    let bare = Order { deliveries: Vec::new(), coin: None, ..made("WaitingForPayment") };
    let other = Order { coin: Some("USDT".into()), ..made("WaitingForPayment") };
    let moved = Order { wallet_address: Some(OTHER_ADDRESS.into()), ..made("WaitingForPayment") };
    let created = |order: Order| creating().created(Created::Order(Box::new(order)));
    let expired = Order { due: Some(coin("103")), ..made("Expired") };
    let table = [
        (created(bare), NotPayable::Incomplete),
        (created(other), NotPayable::Mismatch),
        (paying().observe(moved, false), NotPayable::AddressChanged),
        (created(dearer()), NotPayable::Dearer),
        (paying().observe(Order { updated_at: Some(at(5)), ..dearer() }, false), NotPayable::Dearer),
        (created(dearer()).observe(expired, false), NotPayable::Dearer),
    ];
    for (left, reason) in table {
        assert_eq!(left.guards().not_payable, Some(reason));
        // Whatever the server says later.
        let resumed = Checkout::resume(made("WaitingForPayment"), false, left.guards());
        assert_eq!(resumed.stage(), Some(Stage::NotPayable(reason)));
        assert_eq!(resumed.instruction(Some(&solana())), Err(NoInstruction::Guarded(reason)));
        let later = resumed.observe(Order { updated_at: Some(at(9)), ..made("WaitingForPayment") }, false);
        assert_eq!((later.stage(), later.guards().not_payable), (Some(Stage::NotPayable(reason)), Some(reason)));
        let part = Order { received: Some(coin("1")), updated_at: Some(at(10)), ..made("PartialPaymentStarted") };
        let part = later.observe(part, true);
        assert_eq!(
            (part.instruction(Some(&solana())), part.guards().not_payable),
            (Err(NoInstruction::Guarded(reason)), Some(reason))
        );
    }
    for free in [paying(), created(dearer()).confirm(), paying().observe(made("PaymentStarted"), true), passed()] {
        assert_eq!(free.guards().not_payable, None, "{free:?}");
    }
}

#[test]
fn an_order_picked_up_again_is_held_against_what_it_was() {
    let moved = Order { wallet_address: Some(OTHER_ADDRESS.into()), ..made("WaitingForPayment") };
    for (left, picked_up, expected) in [
        (paying(), made("WaitingForPayment"), None),
        (paying(), moved.clone(), Some(NotPayable::AddressChanged)),
        (paying().observe(made("PaymentStarted"), true), moved, Some(NotPayable::AddressChanged)),
    ] {
        // As it is stored.
        let known = left.guards();
        let payee = known.payee.as_ref().map(|payee| Payee::from_text(&payee.to_text()));
        assert_eq!(payee, known.payee);
        assert_eq!(Checkout::resume(picked_up, false, known).guards().not_payable, expected);
    }
    // Dearer than agreed: asked, not bought.
    let resumed = Checkout::resume(dearer(), false, paying().guards());
    assert!(matches!(resumed, Checkout::Confirming { was_payable: true, .. }), "{resumed:?}");
    // A memo that is another one; one that was not told proves nothing.
    let with = |memo: Option<&str>| Order { memo: memo.map(str::to_owned), ..made("WaitingForPayment") };
    for (then, now, expected) in [
        (Some("7"), Some("7"), None),
        (Some("7"), Some("8"), Some(NotPayable::AddressChanged)),
        (None, Some("8"), None),
        // Left out: no other payee, but not payable either (below).
        (Some("7"), None, None),
    ] {
        let left = Checkout::resume(with(then), false, Guards::default());
        assert_eq!(
            Checkout::resume(with(now), false, left.guards()).guards().not_payable,
            expected,
            "{then:?} {now:?}"
        );
    }
    let text = Payee::of(&with(Some("7"))).unwrap().to_text();
    assert!(text.len() == 33 && !text.contains(&made("WaitingForPayment").wallet_address.unwrap()), "{text}");
    let other_order = Order { id: OrderId::new("another").unwrap(), ..with(Some("7")) };
    assert_ne!(Payee::of(&other_order).unwrap().to_text(), text, "the same address in two orders is not recognised");
}

#[test]
fn whether_an_order_was_payable_is_known_when_it_becomes_dearer() {
    let later = |order: Order| Order { updated_at: Some(at(5)), ..order };
    let at_once = creating().created(Created::Order(Box::new(dearer())));
    assert!(matches!(at_once, Checkout::Confirming { was_payable: false, .. }));
    let shown = paying().observe(later(dearer()), false);
    assert!(matches!(shown, Checkout::Confirming { was_payable: true, .. }));
    let bare = Order { wallet_address: None, ..made("WaitingForPayment") };
    let hidden = creating().created(Created::Order(Box::new(bare))).observe(later(dearer()), false);
    assert!(matches!(hidden, Checkout::Confirming { was_payable: false, .. }));
    // Agreed to, shown, and dearer once more.
    let much = Order { due: Some(coin("900")), updated_at: Some(at(6)), ..dearer() };
    let again = at_once.confirm().observe(much, false);
    assert!(matches!(again, Checkout::Confirming { was_payable: true, .. }), "{again:?}");
}

#[test]
fn the_rest_of_an_order_that_became_dearer_is_not_asked_for() {
    let part = |due: &str, secs: i64| Order {
        due: Some(coin(due)),
        received: Some(coin("40")),
        updated_at: Some(at(secs)),
        ..made("PartialPaymentStarted")
    };
    let partly = paying().observe(part("101.55", 5), true);
    assert_eq!(partly.instruction(Some(&solana())).map(|it| it.amount.to_string()), Ok("61.55".to_owned()));
    let dearer = partly.clone().observe(part("150", 6), true);
    assert_eq!(dearer.instruction(Some(&solana())), Err(NoInstruction::Guarded(NotPayable::Dearer)));
    assert_eq!(Checkout::resume(part("150", 7), true, partly.guards()).guards().not_payable, Some(NotPayable::Dearer));
}

#[test]
fn the_network_that_was_sent_is_known_when_the_order_leaves_it_out() {
    let bare = Order { network: None, ..made("WaitingForPayment") };
    let checkout = creating().created(Created::Order(Box::new(bare)));
    assert_eq!(checkout.order().and_then(|order| order.network.as_deref()), Some("Solana"));
    let part =
        Order { network: None, received: Some(coin("40")), updated_at: Some(at(5)), ..made("PartialPaymentStarted") };
    let rest = checkout.observe(part, true);
    assert_eq!(rest.instruction(None).map(|it| it.network), Ok("Solana".to_owned()));
}

#[test]
fn a_sign_of_money_outlives_leaving_the_order() {
    let resumed = Checkout::resume(made("WaitingForPayment"), true, Guards::default());
    assert_eq!(resumed.stage(), Some(Stage::PaymentWithdrawn));
    assert_eq!(resumed.instruction(Some(&solana())), Err(NoInstruction::NotAwaited));
}

fn with_memo(memo: Option<&str>, secs: i64) -> Order {
    Order { memo: memo.map(str::to_owned), updated_at: Some(at(secs)), ..made("WaitingForPayment") }
}

/// As after a reload: only what the stored mark says is left.
fn reloaded(left: &Checkout, now: Order) -> Checkout {
    let known = left.guards();
    let payee = known.payee.map(|payee| Payee::from_text(&payee.to_text()));
    Checkout::resume(now, false, Guards { payee, ..known })
}

#[test]
fn u19_a_memo_that_was_there_must_be_there_after_the_order_was_left() {
    let left = Checkout::resume(with_memo(Some("7"), 1), false, Guards::default());
    let lacking = reloaded(&left, with_memo(None, 2));
    assert_eq!(lacking.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
    assert_eq!(lacking.instruction(Some(&solana())), Err(NoInstruction::Guarded(NotPayable::Incomplete)));
    // Left and picked up again and again, it stays so; nothing that cannot heal is stored of it.
    let again = reloaded(&lacking, with_memo(None, 3));
    assert_eq!(again.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
    assert_eq!((again.guards().not_payable, again.guards().payee), (None, left.guards().payee));
    // The same memo heals it, another one is another payee.
    let healed = again.clone().observe(with_memo(Some("7"), 4), false);
    assert_eq!(healed.instruction(Some(&solana())).map(|it| it.memo), Ok(Some("7".to_owned())));
    let other = again.observe(with_memo(Some("8"), 4), false);
    assert_eq!(other.guards().not_payable, Some(NotPayable::AddressChanged));
    // The rest of it is not asked for without the memo either.
    let part = Order {
        received: Some(coin("40")),
        state: cr_core::order::OrderState::PartialPaymentStarted,
        ..with_memo(None, 5)
    };
    assert!(reloaded(&left, part.clone()).instruction(Some(&solana())).is_err());
    assert!(reloaded(&left, Order { memo: Some("7".into()), ..part }).instruction(Some(&solana())).is_ok());
    // Dearer and without its memo: nothing to agree to.
    let dear = Order { due: dearer().due, ..with_memo(None, 5) };
    assert_eq!(reloaded(&left, dear).stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
}

#[test]
fn u19_a_memo_told_later_belongs_to_the_mark_from_then_on() {
    let first = Checkout::resume(with_memo(None, 1), false, Guards::default());
    let later = first.clone().observe(with_memo(Some("7"), 2), false);
    let left_out = later.observe(with_memo(None, 3), false);
    assert_eq!(left_out.instruction(Some(&solana())).map(|it| it.memo), Ok(Some("7".to_owned())));
    let joined = first.guards().payee.unwrap().with_memo_of(&left_out.guards().payee.unwrap());
    assert_eq!(Some(joined), Payee::of(&with_memo(Some("7"), 1)));
}

#[test]
fn u19_an_address_that_comes_back_later_is_held_against_the_mark() {
    let left = Checkout::resume(with_memo(None, 1), false, Guards::default());
    let bare = Order { wallet_address: None, ..with_memo(None, 2) };
    let elsewhere = Order { wallet_address: Some(OTHER_ADDRESS.into()), ..with_memo(None, 3) };
    let waiting = reloaded(&left, bare);
    assert_eq!(waiting.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
    assert_eq!(waiting.clone().observe(elsewhere, false).guards().not_payable, Some(NotPayable::AddressChanged));
    assert!(waiting.observe(with_memo(None, 3), false).instruction(Some(&solana())).is_ok());
}

#[test]
fn u20_two_memos_are_not_payable_and_a_later_one_does_not_choose() {
    let doubtful = |doubt: MemoDoubt, secs: i64| Order { memo_doubt: Some(doubt), ..with_memo(None, secs) };
    for doubt in [MemoDoubt::Several, MemoDoubt::Unreadable] {
        let first = Checkout::resume(doubtful(doubt, 1), false, Guards::default());
        assert_eq!(first.instruction(Some(&solana())), Err(NoInstruction::BadMemo));
        assert_eq!(
            first.clone().observe(with_memo(None, 2), false).instruction(Some(&solana())),
            Err(NoInstruction::BadMemo)
        );
        let chosen = first.clone().observe(with_memo(Some("7"), 2), false).instruction(Some(&solana()));
        // One that could not be read can be read now; two that were told remain two.
        assert_eq!(chosen.is_ok(), doubt == MemoDoubt::Unreadable, "{doubt:?}");
        // After a reload nobody knows what was told.
        let now = reloaded(&first, with_memo(Some("7"), 3)).instruction(Some(&solana()));
        assert_eq!(now, Err(NoInstruction::Guarded(NotPayable::Incomplete)));
        // A second one that comes later.
        let second =
            Checkout::resume(with_memo(Some("7"), 1), false, Guards::default()).observe(doubtful(doubt, 2), false);
        assert_eq!(second.instruction(Some(&solana())), Err(NoInstruction::BadMemo));
    }
}

#[test]
fn m15_lines_left_out_or_not_read_do_not_bar_a_proven_order_for_good() {
    let later = |secs| Order { updated_at: Some(at(secs)), ..made("WaitingForPayment") };
    let unread = |secs| {
        let mut order = later(secs);
        order.unread.note(Field::Deliveries);
        order
    };
    let none = |order: Order| Order { deliveries: Vec::new(), ..order };
    let nameless = |mut order: Order| {
        order.deliveries[0].brand_name.clear();
        order
    };
    for (name, spoilt, is_payable) in [
        ("no list", none(unread(5)), false),
        ("a line that cannot be read", nameless(unread(5)), false),
        ("left out", none(later(5)), true),
    ] {
        let left = paying().observe(spoilt.clone(), false);
        assert_eq!(left.instruction(Some(&solana())).is_ok(), is_payable, "{name}");
        assert_eq!(left.guards().not_payable, None, "{name}");
        for back in [left.clone().observe(later(6), false), reloaded(&left, later(6))] {
            assert!(back.instruction(Some(&solana())).is_ok(), "{name}: {:?}", back.stage());
        }
        // One that was never proven is not payable for that, here and later.
        let never = creating().created(Created::Order(Box::new(spoilt)));
        assert_eq!(never.guards().not_payable, Some(NotPayable::Incomplete), "{name}");
        assert!(reloaded(&never, later(6)).instruction(Some(&solana())).is_err(), "{name}");
        assert_eq!(
            never.observe(nameless(unread(6)), false).guards().not_payable,
            Some(NotPayable::Incomplete),
            "{name}"
        );
    }
    // Another product is another one all the same.
    let mut other = unread(5);
    other.deliveries[0].brand_name = "Arcadia".into();
    assert_eq!(paying().observe(other, false).guards().not_payable, Some(NotPayable::Mismatch));
}

#[test]
fn u19_a_mark_that_another_tab_grew_counts_at_once() {
    let known = Payee::of(&with_memo(Some("7"), 1));
    let heard = |order: Order| Order { known_payee: known.clone(), ..order };
    let here = || Checkout::resume(with_memo(None, 1), false, Guards::default());
    assert!(here().instruction(Some(&solana())).is_ok());
    let lacking = here().observe(heard(with_memo(None, 2)), false);
    assert_eq!(lacking.instruction(Some(&solana())), Err(NoInstruction::Guarded(NotPayable::Incomplete)));
    assert!(lacking.observe(with_memo(Some("7"), 3), false).instruction(Some(&solana())).is_ok());
    let other = here().observe(heard(with_memo(Some("8"), 2)), false);
    assert_eq!(other.guards().not_payable, Some(NotPayable::AddressChanged));
    let elsewhere = Order { wallet_address: Some(OTHER_ADDRESS.into()), ..with_memo(None, 1) };
    let elsewhere = Checkout::resume(elsewhere.clone(), false, Guards::default()).observe(heard(elsewhere), false);
    assert_eq!(elsewhere.guards().not_payable, Some(NotPayable::AddressChanged));
}

#[test]
fn a_disputed_snapshot_bars_the_order_and_never_takes_its_place() {
    for secs in [0, 5, 9] {
        let last = Order { updated_at: Some(at(5)), ..made("WaitingForPayment") };
        let elsewhere =
            Order { wallet_address: Some(OTHER_ADDRESS.into()), updated_at: Some(at(secs)), ..made("Expired") };
        let disputed = paying().observe(last.clone(), false).dispute(elsewhere);
        assert_eq!(disputed.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)));
        let shown = disputed.order().map(|order| (&order.state, &order.wallet_address, order.updated_at));
        assert_eq!(shown, Some((&last.state, &last.wallet_address, last.updated_at)), "{secs}");
    }
    // Its sign of money comes with the order, as the tracker has it.
    let last = Order { updated_at: Some(at(5)), ..made("WaitingForPayment") };
    let mut followed = Followed::new(paying().observe(last, false));
    let wallet_address = Some(OTHER_ADDRESS.into());
    followed.see(Order { wallet_address, updated_at: Some(at(4)), ..made("PaymentStarted") });
    assert!(matches!(
        followed.checkout,
        Checkout::Following { not_payable: Some(NotPayable::AddressChanged), ref order, .. }
            if order.state == OrderState::WaitingForPayment
    ));
}

#[test]
fn u19_a_payee_that_only_a_late_snapshot_named_is_held_against_what_comes() {
    let seen = |secs, address: Option<&str>, memo: Option<&str>| Order {
        updated_at: Some(at(secs)),
        wallet_address: address.map(str::to_owned),
        memo: memo.map(str::to_owned),
        ..made("WaitingForPayment")
    };
    let mut followed = Followed::new(Checkout::resume(seen(5, None, None), false, Guards::default()));
    followed.see(seen(4, Some(ADDRESS), None));
    assert!(followed.checkout.instruction(Some(&solana())).is_err(), "nothing is payable by what is out of date");
    let mut same = Followed::new(followed.checkout.clone());
    same.see(seen(6, Some(ADDRESS), None));
    assert!(same.checkout.instruction(Some(&solana())).is_ok());
    followed.see(seen(6, Some(OTHER_ADDRESS), None));
    assert_eq!(followed.checkout.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)));
    // A memo that such a snapshot had must be there.
    let mut followed = Followed::new(Checkout::resume(seen(5, Some(ADDRESS), None), false, Guards::default()));
    assert!(followed.checkout.instruction(Some(&solana())).is_ok());
    followed.see(seen(4, Some(ADDRESS), Some("7")));
    assert_eq!(followed.checkout.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)));
    followed.see(seen(6, Some(ADDRESS), Some("7")));
    assert!(followed.checkout.instruction(Some(&solana())).is_ok());
}

#[test]
fn h13_what_another_page_found_bars_an_order_that_is_open_here() {
    let part = Order { received: Some(coin("20")), ..made("PartialPaymentStarted") };
    let part = Checkout::resume(part, true, Guards::default());
    let asked = creating().created(Created::Order(Box::new(dearer())));
    for reason in FOR_GOOD {
        let found = Guards { not_payable: Some(reason), ..Guards::default() };
        for checkout in [paying(), asked.clone(), part.clone()] {
            let heeded = checkout.heed(found.clone());
            assert_eq!(heeded.stage(), Some(Stage::NotPayable(reason)));
            assert_eq!(heeded.instruction(Some(&solana())), Err(NoInstruction::Guarded(reason)));
            assert_eq!(heeded.clone().confirm(), heeded, "there is nothing to agree to");
        }
    }
    let payee = |order: &Order| Guards { payee: Payee::of(order), ..Guards::default() };
    let elsewhere = Order { wallet_address: Some(OTHER_ADDRESS.into()), ..made("WaitingForPayment") };
    let heeded = paying().heed(payee(&elsewhere));
    assert_eq!(heeded.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)));
    let heeded = paying().heed(payee(&Order { memo: Some("7".into()), ..made("WaitingForPayment") }));
    assert_eq!(heeded.stage(), Some(Stage::NotPayable(NotPayable::Incomplete)), "a memo that is missing here");
    assert_eq!(paying().heed(payee(&made("WaitingForPayment"))).stage(), paying().stage(), "the same payee");
}

#[test]
fn h13_what_was_found_here_is_not_replaced_by_what_another_page_found() {
    let moved = Order { wallet_address: Some(OTHER_ADDRESS.into()), ..made("WaitingForPayment") };
    let found = |reason| Guards { not_payable: Some(reason), ..Guards::default() };
    let heeded = paying().observe(moved, false).heed(found(NotPayable::Mismatch));
    assert_eq!(heeded.stage(), Some(Stage::NotPayable(NotPayable::AddressChanged)));
    let bare = Order { deliveries: Vec::new(), ..made("WaitingForPayment") };
    let heeded = creating().created(Created::Order(Box::new(bare))).heed(found(NotPayable::Cheaper));
    assert_eq!(heeded.stage(), Some(Stage::NotPayable(NotPayable::Cheaper)), "this one would end");
}

/// Why an order is never payable again.
const FOR_GOOD: [NotPayable; 3] = [NotPayable::Mismatch, NotPayable::AddressChanged, NotPayable::Cheaper];

/// A snapshot of the order: in any state, with a price, an address and a memo of a few.
fn any_snapshot() -> impl Strategy<Value = Order> {
    let due = prop::sample::select(vec!["101.55", "101.6", "103", "90", "50"]);
    let address = prop::sample::select(vec![None, Some(ADDRESS), Some(OTHER_ADDRESS)]);
    let memo = prop::sample::select(vec![None, Some("7"), Some("8")]);
    (prop::sample::select(STATES.to_vec()), due, address, memo, 0_i64..9, any::<bool>()).prop_map(
        |(state, due, address, memo, secs, is_bare)| {
            let mut order = Order { due: Some(coin(due)), updated_at: Some(at(secs)), ..made(state) };
            order.wallet_address = address.map(str::to_owned);
            order.memo = memo.map(str::to_owned);
            if is_bare {
                order.deliveries.clear();
            }
            order
        },
    )
}

fn any_guards() -> impl Strategy<Value = Guards> {
    let reason = prop::option::of(prop::sample::select(FOR_GOOD.to_vec()));
    (reason, prop::option::of(any_snapshot())).prop_map(|(not_payable, order)| Guards {
        not_payable,
        payee: order.as_ref().and_then(Payee::of),
        agreed: None,
    })
}

proptest! {
    #[test]
    fn h13_what_another_page_found_never_makes_anything_payable(
        snapshots in prop::collection::vec((any_snapshot(), any::<bool>()), 0..5),
        is_resumed in any::<bool>(),
        guards in any_guards(),
        later in prop::collection::vec(any_snapshot(), 0..4),
    ) {
        let begun = if is_resumed {
            Checkout::resume(made("WaitingForPayment"), false, Guards::default())
        } else {
            paying()
        };
        let mut followed = Followed::new(begun);
        for (seen, is_heard) in snapshots {
            if is_heard {
                followed.hear_of_money();
            }
            followed.see(seen);
        }
        let checkout = followed.checkout.clone();
        prop_assert_eq!(checkout.clone().heed(Guards::default()), checkout.clone(), "nothing was found");
        let heeded = checkout.clone().heed(guards.clone());
        prop_assert_eq!(heeded.clone().heed(guards.clone()), heeded.clone(), "it was found before");
        if let Ok(instruction) = heeded.instruction(Some(&solana())) {
            prop_assert_eq!(Ok(instruction), checkout.instruction(Some(&solana())));
        }
        followed.checkout = heeded;
        for seen in later {
            let is_for_good = guards.not_payable.is_some();
            let is_payable = followed.checkout.instruction(Some(&solana())).is_ok();
            prop_assert!(!is_for_good || !is_payable, "{:?}", followed.checkout.stage());
            followed.see(seen);
        }
    }
}

fn doubts() -> impl Strategy<Value = Option<MemoDoubt>> {
    prop_oneof![6 => Just(None), 2 => Just(Some(MemoDoubt::Unreadable)), 1 => Just(Some(MemoDoubt::Several))]
}

proptest! {
    /// Whatever the snapshots tell or leave out, and however often the order is left: once a memo was told, nothing is payable
    /// without it.
    #[test]
    fn u19_no_schedule_of_snapshots_and_reloads_pays_without_the_memo(
        steps in proptest::collection::vec(
            (prop_oneof![Just(None), Just(Some("7")), Just(Some("8"))], any::<bool>(), any::<bool>(), doubts()),
            1..9,
        ),
    ) {
        let mut checkout: Option<Checkout> = None;
        let mut stored: Option<String> = None;
        let mut told: Option<&str> = None;
        let (mut is_torn, mut is_other, mut had_none) = (false, false, false);
        for (at, (memo, has_address, reload, doubt)) in steps.into_iter().enumerate() {
            let mut seen = with_memo(memo, i64::try_from(at).unwrap() + 1);
            if !has_address {
                seen.wallet_address = None;
                seen.memo = None;
            }
            // As it is read: no memo where there is a doubt.
            seen.memo_doubt = doubt;
            seen.memo = seen.memo.filter(|_| doubt.is_none());
            if doubt == Some(MemoDoubt::Unreadable) {
                seen.unread.note(Field::Memo);
            }
            let told_now = seen.memo.is_some().then_some(memo).flatten();
            let now = match checkout.take() {
                Some(last) if reload => {
                    let known = last.guards();
                    let payee = stored.as_deref().map(Payee::from_text);
                    Checkout::resume(seen, false, Guards { payee, ..known })
                }
                Some(last) => last.observe(seen, false),
                None => Checkout::resume(seen, false, Guards::default()),
            };
            let first = told.or(told_now);
            is_torn |= doubt == Some(MemoDoubt::Several);
            is_other |= told.zip(told_now).is_some_and(|(one, other)| one != other);
            had_none |= doubt.is_some() && first.is_none();
            let is_payable = now.instruction(Some(&solana()));
            if let Ok(instruction) = &is_payable {
                prop_assert_eq!(instruction.memo.as_deref(), first, "step {}", at);
                prop_assert!(!is_torn && !is_other && doubt.is_none(), "step {}", at);
            }
            // The right memo can be paid with, unless there was another one, or the doubt came before any.
            if told_now.is_some() && !is_torn && !is_other && !had_none {
                prop_assert!(is_payable.is_ok(), "step {}: {:?}", at, is_payable);
            }
            told = first;
            // As `app::memory` stores it.
            let mark = now.guards().payee;
            stored = match (stored.as_deref().map(Payee::from_text), mark) {
                (Some(known), Some(mark)) => Some(known.with_memo_of(&mark).to_text()),
                (known, mark) => known.or(mark).map(|payee| payee.to_text()),
            };
            checkout = Some(now);
        }
    }
}
