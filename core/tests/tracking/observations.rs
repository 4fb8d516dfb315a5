//! What the tracker accepts (docs/supplier-api.md §6.4), from outside: order in, order shown.

use std::time::Duration;

use cr_core::{
    order::{Delivery, DeliveryStatus, Goods, Order, OrderState},
    tracking::{Input, Output, Tracker},
};
use proptest::prelude::*;

use crate::support::{ADDRESS, ID, OTHER_ADDRESS, STATES, at, coin, delivered, id, line, order};

/// Feeds snapshots through a stream and gives what was shown.
fn shown(snapshots: &[Order]) -> (Vec<Order>, Tracker) {
    let mut tracker = Tracker::new(id(ID), None, false);
    let mut random = || 1 << 31;
    let mut stream = 0;
    let mut shown = Vec::new();
    let mut last = tracker.snapshot().clone();
    let mut obey = |outputs: Vec<Output>, stream: &mut u32| {
        for output in outputs {
            if let Output::OpenStream(generation) = output {
                *stream = generation;
            } else if let Output::Publish(now) = output {
                if !now.has_order_of(&last) || now.money != last.money {
                    shown.extend(now.order.as_deref().cloned());
                }
                last = now;
            }
        }
    };
    obey(tracker.handle(Input::Start, Duration::ZERO, &mut random), &mut stream);
    obey(tracker.handle(Input::StreamOpened(stream), Duration::ZERO, &mut random), &mut stream);
    for (ms, snapshot) in (1..).zip(snapshots) {
        let message = Input::Message(stream, Box::new(snapshot.clone()));
        obey(tracker.handle(message, Duration::from_millis(ms), &mut random), &mut stream);
    }
    (shown, tracker)
}

#[test]
fn tracking_an_older_snapshot_with_another_payee_is_a_dispute_and_is_not_shown() {
    let stamped = |secs: i64, address: Option<&str>| Order {
        updated_at: Some(at(secs)),
        wallet_address: address.map(str::to_owned),
        ..order("WaitingForPayment")
    };
    for (address, expected) in [(Some(OTHER_ADDRESS), 1), (Some(ADDRESS), 0), (None, 0)] {
        let mut tracker = Tracker::new(id(ID), None, false);
        let mut random = || 1 << 31;
        let started = tracker.handle(Input::Start, Duration::ZERO, &mut random);
        let stream = started
            .iter()
            .find_map(|output| if let Output::OpenStream(generation) = output { Some(*generation) } else { None });
        let mut hear = |order: Order, ms: u64| {
            let message = Input::Message(stream.expect("a stream"), Box::new(order));
            tracker.handle(message, Duration::from_millis(ms), &mut random)
        };
        hear(stamped(105, Some(ADDRESS)), 1);
        let outputs = hear(stamped(100, address), 2);
        let is_shown = |output: &Output| matches!(output, Output::Publish(now) if now.order.as_ref().is_none_or(|order| order.updated_at != Some(at(105))));
        assert!(!outputs.iter().any(is_shown));
        let disputes = outputs.iter().filter(|output| matches!(output, Output::Dispute(_))).count();
        assert_eq!(disputes, expected, "{address:?}");
    }
}

fn stamped(state: &str, secs: Option<i64>) -> Order {
    Order { updated_at: secs.map(at), ..order(state) }
}

/// The documented moves, by the supplier's words.
const MOVES: [(&str, &str); 11] = [
    ("Created", "WaitingForPayment PaymentStarted PaymentSetupFailed Expired Canceled"),
    (
        "WaitingForPayment",
        "PaymentStarted PartialPaymentStarted PaymentReceived WaitingForDelivery Done Expired PaymentFailed WaitingForManualAction Canceled Refunded",
    ),
    (
        "PaymentStarted",
        "PaymentReceived PartialPaymentStarted WaitingForDelivery Done PaymentFailed WaitingForManualAction Expired Refunded WaitingForPayment",
    ),
    (
        "PartialPaymentStarted",
        "PaymentStarted PaymentReceived WaitingForDelivery Done WaitingForManualAction Expired Refunded",
    ),
    ("PaymentReceived", "WaitingForDelivery Done WaitingForManualAction Refunded"),
    ("WaitingForDelivery", "Done WaitingForManualAction Refunded"),
    ("WaitingForManualAction", "WaitingForDelivery Done Refunded Expired PaymentFailed WaitingForPayment"),
    ("PaymentFailed", "WaitingForManualAction Refunded PaymentReceived WaitingForDelivery Done"),
    ("Expired", "PaymentStarted PaymentReceived WaitingForDelivery Done WaitingForManualAction Refunded"),
    ("Done", "Refunded"),
    ("OnHold", ""),
];

#[test]
fn tracking_accepts_every_documented_move_whatever_the_stamps() {
    for (from, moves) in MOVES {
        for to in moves.split_whitespace() {
            for stamps in [(Some(5), Some(6)), (Some(5), Some(5)), (None, Some(5)), (Some(5), None), (None, None)] {
                let (shown, _) = shown(&[stamped(from, stamps.0), stamped(to, stamps.1)]);
                let last = shown.last().map(|order| order.state.as_str().to_owned());
                assert_eq!(last.as_deref(), Some(to), "{from} to {to} with stamps {stamps:?}");
            }
        }
    }
}

#[test]
fn tracking_drops_older_snapshots_whatever_they_say() {
    for from in STATES {
        for to in STATES {
            let (shown, tracker) = shown(&[stamped(from, Some(6)), stamped(to, Some(5))]);
            assert!(shown.iter().all(|order| order.state.as_str() == from), "{from} to {to}");
            // After an end nothing is listened to.
            let has_ended = ["Refunded", "Canceled", "PaymentSetupFailed"].contains(&from);
            assert_eq!(tracker.ignored(), u32::from(!has_ended), "{from} to {to}");
        }
    }
}

#[test]
fn tracking_with_equal_stamps_nothing_goes_back() {
    let back = [
        ("PaymentReceived", "PaymentStarted"),
        ("PaymentReceived", "WaitingForPayment"),
        ("WaitingForDelivery", "PaymentReceived"),
        ("WaitingForDelivery", "WaitingForPayment"),
        ("PartialPaymentStarted", "WaitingForPayment"),
        ("WaitingForPayment", "Created"),
        ("Expired", "WaitingForPayment"),
        ("Done", "WaitingForDelivery"),
        ("Done", "Expired"),
        ("Refunded", "Done"),
        ("Canceled", "WaitingForPayment"),
        ("PaymentSetupFailed", "WaitingForPayment"),
    ];
    for (from, to) in back {
        for stamp in [Some(5), None] {
            let (shown, _) = shown(&[stamped(from, stamp), stamped(to, stamp)]);
            assert_eq!(shown.last().map(|order| order.state.as_str()), Some(from), "{from} to {to}, {stamp:?}");
        }
    }
}

#[test]
fn tracking_with_equal_stamps_the_same_state_may_only_gain() {
    let one = [line(DeliveryStatus::Delivered, &[Goods::Code("A".into())]), line(DeliveryStatus::Pending, &[])];
    let both: Vec<Delivery> = vec![one[0].clone(), one[0].clone()];
    let with = |deliveries: &[Delivery]| Order { deliveries: deliveries.to_vec(), ..order("WaitingForDelivery") };
    let got = |amount: &str| Order { received: Some(coin(amount)), ..order("PartialPaymentStarted") };
    let cases = [
        ("a line more", with(&one), with(&both), true),
        ("a line less", with(&both), with(&one), false),
        ("more money", got("1"), got("2"), true),
        ("less money", got("2"), got("1"), false),
        ("money not told", got("2"), order("PartialPaymentStarted"), false),
    ];
    for (name, before, after, is_news) in cases {
        let (shown, _) = shown(&[before, after]);
        assert_eq!(shown.len() == 2, is_news, "{name}");
    }
}

#[test]
fn tracking_never_loses_a_code_that_was_shown() {
    let bare = Order { deliveries: order("Done").deliveries, updated_at: Some(at(9)), ..delivered() };
    let partly = Order {
        deliveries: vec![
            line(DeliveryStatus::Delivered, &[Goods::Code("A".into())]),
            line(DeliveryStatus::Pending, &[]),
        ],
        updated_at: Some(at(1)),
        ..delivered()
    };
    let (shown, tracker) = shown(&[partly.clone(), bare]);
    assert_eq!(shown, std::slice::from_ref(&partly));
    assert_eq!(tracker.order(), Some(&partly));
}

#[test]
fn tracking_a_sign_of_money_in_a_snapshot_that_came_late_counts() {
    let (shown, tracker) = shown(&[stamped("WaitingForPayment", Some(6)), stamped("PaymentStarted", Some(5))]);
    assert!(tracker.money_seen());
    assert_eq!(
        shown.last().map(|order| &order.state),
        Some(&OrderState::WaitingForPayment),
        "shown again, with money seen"
    );
}

proptest! {
    #[test]
    fn tracking_ends_hold_against_any_sequence(
        sequence in prop::collection::vec((0..STATES.len(), prop::option::of(0_i64..5)), 1..30),
    ) {
        let snapshots: Vec<Order> = sequence.iter().map(|(state, secs)| stamped(STATES[*state], *secs)).collect();
        let (shown, _) = shown(&snapshots);
        for pair in shown.windows(2) {
            let (from, to) = (pair[0].state.as_str(), pair[1].state.as_str());
            match from {
                "Done" => prop_assert!(to == "Done" || to == "Refunded", "Done became {to}"),
                "Refunded" | "Canceled" | "PaymentSetupFailed" => prop_assert!(from == to, "{from} became {to}"),
                "Expired" => prop_assert!(to != "WaitingForPayment" && to != "Created" && to != "OnHold", "{from} became {to}"),
                _ => {}
            }
            if let (Some(before), Some(after)) = (pair[0].updated_at, pair[1].updated_at) {
                prop_assert!(before <= after, "went back in time");
            }
        }
    }
}
