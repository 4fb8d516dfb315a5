//! What bars an order from being paid: another price, another payee, and what is known of it after it was left.

use cr_core::{
    checkout::{Checkout, Created, Guards, Payee},
    order::{NotPayable, Order, OrderId, Stage},
    payment::Unpayable,
};

use crate::{
    creating, dearer, made, passed, paying, solana,
    support::{OTHER_ADDRESS, at, coin},
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
        assert_eq!(left.guards().barred, Some(reason));
        // Whatever the server says later.
        let resumed = Checkout::resume(made("WaitingForPayment"), false, left.guards());
        assert_eq!(resumed.stage(), Some(Stage::NotPayable(reason)));
        assert_eq!(resumed.instruction(Some(&solana())), Err(Unpayable::Guarded(reason)));
        let later = resumed.observe(Order { updated_at: Some(at(9)), ..made("WaitingForPayment") }, false);
        assert_eq!((later.stage(), later.guards().barred), (Some(Stage::NotPayable(reason)), Some(reason)));
        let part = Order { received: Some(coin("1")), updated_at: Some(at(10)), ..made("PartialPaymentStarted") };
        let part = later.observe(part, true);
        assert_eq!(
            (part.instruction(Some(&solana())), part.guards().barred),
            (Err(Unpayable::Guarded(reason)), Some(reason))
        );
    }
    for free in [paying(), created(dearer()).confirm(), paying().observe(made("PaymentStarted"), true), passed()] {
        assert_eq!(free.guards().barred, None, "{free:?}");
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
        assert_eq!(Checkout::resume(picked_up, false, known).guards().barred, expected);
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
        (Some("7"), None, None),
    ] {
        let left = Checkout::resume(with(then), false, Guards::default());
        assert_eq!(Checkout::resume(with(now), false, left.guards()).guards().barred, expected, "{then:?} {now:?}");
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
    assert_eq!(dearer.instruction(Some(&solana())), Err(Unpayable::Guarded(NotPayable::Dearer)));
    assert_eq!(Checkout::resume(part("150", 7), true, partly.guards()).guards().barred, Some(NotPayable::Dearer));
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
    assert_eq!(resumed.instruction(Some(&solana())), Err(Unpayable::NotAwaited));
}
