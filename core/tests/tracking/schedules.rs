//! Random schedules of faults. `TRACKER_SCHEDULES` says how many; a failing one is shrunk and kept.

use cr_core::{
    order::{DeliveryStatus, Goods, Order, PaymentState},
    tracking::{Input, PollFailure},
};
use proptest::{
    prelude::*,
    test_runner::{Config, FileFailurePersistence},
};
use std::time::Duration;

use crate::{
    support::{self, OTHER_ID, at, id, line, order},
    world::{Answer, Connect, Glitch, Net, Note, World},
};

/// What may follow what, after docs/supplier-api.md §6.4: the supplier's own walk.
fn next_states(state: &str) -> &'static [&'static str] {
    match state {
        "Created" => &["WaitingForPayment", "PaymentStarted", "PaymentSetupFailed", "Expired", "Canceled"],
        "WaitingForPayment" => &[
            "PaymentStarted",
            "PartialPaymentStarted",
            "PaymentReceived",
            "WaitingForDelivery",
            "Done",
            "Expired",
            "PaymentFailed",
            "WaitingForManualAction",
            "Canceled",
            "OnHold",
        ],
        "PaymentStarted" => &[
            "PaymentReceived",
            "PartialPaymentStarted",
            "WaitingForDelivery",
            "Done",
            "PaymentFailed",
            "WaitingForManualAction",
            "Expired",
            "WaitingForPayment",
        ],
        "PartialPaymentStarted" => {
            &["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done", "Expired", "Refunded"]
        }
        "PaymentReceived" => &["WaitingForDelivery", "Done", "WaitingForManualAction", "Refunded"],
        "WaitingForDelivery" => &["Done", "WaitingForManualAction", "Refunded"],
        "WaitingForManualAction" => {
            &["WaitingForDelivery", "Done", "Refunded", "Expired", "PaymentFailed", "WaitingForPayment"]
        }
        "PaymentFailed" => &["WaitingForManualAction", "Refunded", "PaymentReceived", "WaitingForDelivery", "Done"],
        "Expired" => {
            &["PaymentStarted", "PaymentReceived", "WaitingForDelivery", "Done", "WaitingForManualAction", "Refunded"]
        }
        "OnHold" => &["WaitingForDelivery", "Done", "WaitingForManualAction"],
        // The code of a line that was only sent by e-mail at first; a refund.
        "Done" => &["Done", "Refunded"],
        _ => &[],
    }
}

#[derive(Clone, Copy, Debug)]
enum Stamps {
    /// `updated_at` grows with each change.
    Rising,
    /// Everything within one second.
    Equal,
    /// No `updated_at`.
    Missing,
}

#[derive(Clone, Debug)]
enum Happening {
    /// The order takes the n-th of the moves it has.
    Move(u8),
    Page(u8),
    Glitch(Glitch),
    Sleep {
        secs: u16,
        clock_goes_on: bool,
        tells: bool,
    },
}

#[derive(Clone, Debug)]
struct Segment {
    secs: u16,
    net: Net,
    happenings: Vec<Happening>,
}

#[derive(Clone, Debug)]
struct Schedule {
    seed: u32,
    stamps: Stamps,
    is_resumed: bool,
    segments: Vec<Segment>,
}

fn snapshot(state: &str, step: i64, stamps: Stamps, is_complete: bool) -> Order {
    let updated_at = match stamps {
        Stamps::Rising => Some(at(step * 2)),
        Stamps::Equal => Some(at(0)),
        Stamps::Missing => None,
    };
    let deliveries = match (state, is_complete) {
        ("Done", true) => vec![line(DeliveryStatus::Delivered, &[Goods::Code("ABCD".into())])],
        ("Done", false) => vec![line(DeliveryStatus::Delivered, &[Goods::SentByEmail])],
        _ => vec![line(DeliveryStatus::Pending, &[])],
    };
    let payment_state = match state {
        "WaitingForPayment" => Some(PaymentState::PaymentRequested),
        "WaitingForManualAction" if step % 2 == 0 => Some(PaymentState::PaymentQuarantined),
        _ => None,
    };
    Order { updated_at, deliveries, payment_state, ..order(state) }
}

fn failure() -> impl Strategy<Value = PollFailure> {
    prop_oneof![
        8 => Just(PollFailure::Unreachable),
        3 => Just(PollFailure::Undecodable),
        1 => Just(PollFailure::NotFound),
        1 => Just(PollFailure::Forbidden),
        2 => Just(PollFailure::TooMany(None)),
        3 => (0_u64..100_000).prop_map(|secs| PollFailure::TooMany(Some(Duration::from_secs(secs)))),
    ]
}

fn net() -> impl Strategy<Value = Net> {
    let connect = prop_oneof![
        4 => Just(Connect::Opens),
        2 => (0_u64..20_000).prop_map(Connect::OpensUntil),
        2 => Just(Connect::OpensSilent),
        4 => (0_u64..3_000).prop_map(Connect::Fails),
        1 => Just(Connect::Hangs),
    ];
    let answer = prop_oneof![
        6 => Just(Answer::Truth),
        1 => (1_usize..4).prop_map(Answer::Stale),
        1 => Just(Answer::Foreign),
        4 => failure().prop_map(Answer::Fails),
        1 => Just(Answer::Never),
    ];
    let flags = (any::<bool>(), prop::bool::weighted(0.8), any::<bool>());
    (connect, answer, 1_u64..5_000, flags).prop_map(|(connect, answer, latency, (pings, delivers, greets))| Net {
        connect,
        answer,
        latency,
        pings,
        delivers,
        greets,
    })
}

fn happening() -> impl Strategy<Value = Happening> {
    let glitch = prop_oneof![
        Just(Glitch::Garbage),
        Just(Glitch::Foreign),
        (1_usize..4).prop_map(Glitch::Stale),
        Just(Glitch::Duplicate),
        Just(Glitch::Stop),
        Just(Glitch::Drop),
        Just(Glitch::HalfOpen),
    ];
    prop_oneof![
        4 => any::<u8>().prop_map(Happening::Move),
        3 => any::<u8>().prop_map(Happening::Page),
        3 => glitch.prop_map(Happening::Glitch),
        1 => (1_u16..4_000, any::<bool>(), any::<bool>())
            .prop_map(|(secs, clock_goes_on, tells)| Happening::Sleep { secs, clock_goes_on, tells }),
    ]
}

fn segment() -> impl Strategy<Value = Segment> {
    let secs = prop_oneof![6 => 1_u16..90, 1 => 90_u16..900, 1 => 3_000_u16..4_000];
    (secs, net(), prop::collection::vec(happening(), 0..4)).prop_map(|(secs, net, happenings)| Segment {
        secs,
        net,
        happenings,
    })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let stamps = prop_oneof![3 => Just(Stamps::Rising), 1 => Just(Stamps::Equal), 1 => Just(Stamps::Missing)];
    (any::<u32>(), stamps, any::<bool>(), prop::collection::vec(segment(), 1..9))
        .prop_map(|(seed, stamps, is_resumed, segments)| Schedule { seed, stamps, is_resumed, segments })
}

/// Plays a schedule and gives back the broken rules, and what the tracker did.
fn play(schedule: &Schedule) -> (Vec<String>, Vec<(u64, Note)>) {
    let mut state = "Created";
    let mut step = 0;
    let first = snapshot(state, step, schedule.stamps, false);
    let known = (!schedule.is_resumed).then(|| first.clone());
    let foreign = Order { id: id(OTHER_ID), ..support::delivered() };
    let mut world = World::new(id(support::ID), known, first, foreign, u64::from(schedule.seed));
    world.net = schedule.segments[0].net;
    world.start();
    for segment in &schedule.segments {
        world.net = segment.net;
        let pieces = u64::try_from(segment.happenings.len()).expect("a few") + 1;
        let piece = u64::from(segment.secs) * 1_000 / pieces;
        for happening in &segment.happenings {
            world.pass(piece);
            match happening {
                Happening::Move(choice) => {
                    let moves = next_states(state);
                    if let Some(next) = moves.get(usize::from(*choice) % moves.len().max(1)) {
                        let is_complete = *next == "Done" && (state == "Done" || choice % 3 != 0);
                        state = next;
                        step += 1;
                        world.truth_is(snapshot(state, step, schedule.stamps, is_complete));
                    }
                }
                Happening::Page(choice) => world.page(match choice % 8 {
                    0 => Input::Online,
                    1 => Input::Offline,
                    2 => Input::Visible,
                    3 => Input::Hidden,
                    4 => Input::Woke,
                    5 => Input::Nudge,
                    6 => Input::StreamAllowed(false),
                    _ => Input::StreamAllowed(true),
                }),
                Happening::Glitch(glitch) => world.glitch(*glitch),
                Happening::Sleep { secs, clock_goes_on, tells } => {
                    world.sleep(u64::from(*secs) * 1_000, *clock_goes_on);
                    if *tells {
                        world.page(Input::Woke);
                    }
                }
            }
        }
        world.pass(piece);
    }
    // All is well again; what was wrong must be put right within two minutes.
    world.net = Net::GOOD;
    world.page(Input::StreamAllowed(true));
    world.page(Input::Online);
    world.page(Input::Visible);
    world.pass(130_000);
    let truth = world.truth().clone();
    world.judge.finally(world.now(), &truth, matches!(schedule.stamps, Stamps::Rising));
    (world.judge.verdicts, world.log)
}

#[test]
fn tracking_survives_random_schedules_of_faults() {
    let cases = std::env::var("TRACKER_SCHEDULES").ok().and_then(|number| number.parse().ok()).unwrap_or(2_000);
    let config = Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    };
    proptest!(config, |(schedule in schedule())| {
        let (broken, log) = play(&schedule);
        prop_assert!(broken.is_empty(), "{broken:#?}\n{log:?}");
    });
}
