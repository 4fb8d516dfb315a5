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
    world::{Answer, Connect, Glitch, Memory, Net, Note, Pings, SAID, World},
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
        1 => Just(Answer::Aged),
        3 => failure().prop_map(Answer::Fails),
        // Few that end it: there would be nothing left to see.
        2 => (0..SAID.len()).prop_map(Answer::Says),
        2 => router().prop_map(Answer::Says),
        1 => Just(Answer::Never),
    ];
    let flags = (pings(), prop::bool::weighted(0.6), any::<bool>(), memory());
    (connect, answer, 1_u64..5_000, flags).prop_map(|(connect, answer, latency, (pings, delivers, greets, memory))| {
        Net { connect, answer, latency, pings, delivers, greets, memory }
    })
}

/// What ends nothing.
fn router() -> impl Strategy<Value = usize> {
    let lines = (0..SAID.len()).filter(|line| SAID[*line].2.is_none());
    prop::sample::select(lines.collect::<Vec<_>>())
}

fn pings() -> impl Strategy<Value = Pings> {
    prop_oneof![Just(Pings::None), Just(Pings::Bare), Just(Pings::Telling), Just(Pings::Idle), Just(Pings::Deaf)]
}

fn memory() -> impl Strategy<Value = Memory> {
    prop_oneof![Just(Memory::None), Just(Memory::Forgets), Just(Memory::Stays)]
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
                Happening::Page(240..) => world.page(Input::MoneySeen),
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
    // All is well again; what was wrong must be put right within two minutes. Where nothing happens to the page, that takes as long
    // as a stream may say nothing of an order that is not payable.
    world.net = Net::GOOD;
    let is_healed = schedule.seed.is_multiple_of(2);
    if is_healed {
        world.page(Input::StreamAllowed(true));
        world.page(Input::Online);
        world.page(Input::Visible);
    }
    world.pass(if is_healed { 130_000 } else { 400_000 });
    let truth = world.truth().clone();
    world.judge.finally(world.now(), &truth, matches!(schedule.stamps, Stamps::Rising), is_healed);
    (world.judge.verdicts, world.log)
}

/// A payment, and what may hide it: a page that comes back at that moment, a proxy that remembers, a supplier's stream that is dead,
/// and an outage during which routers answer.
#[derive(Clone, Debug)]
struct Payment {
    seed: u32,
    net: Net,
    /// What happens to the page, and how many milliseconds before or after that the order is paid.
    page: Page,
    paid: i16,
    outage: Option<Outage>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    /// Nothing: it has been there for that many seconds.
    Watches(u8),
    /// It is opened: the order is known from its making.
    Opens,
    /// It is opened with the order's id.
    Resumes,
    /// It is seen again, or online again.
    Returns(bool),
}

#[derive(Clone, Copy, Debug)]
struct Outage {
    /// When it begins, in milliseconds before the payment.
    before: u16,
    secs: u16,
    answer: Answer,
    cuts_streams: bool,
}

fn payment() -> impl Strategy<Value = Payment> {
    let answer = prop_oneof![3 => router().prop_map(Answer::Says), 1 => Just(Answer::Fails(PollFailure::Unreachable))];
    let outage = (0_u16..60_000, prop_oneof![Just(2_u16), Just(30), Just(300), 1..100_u16], answer, any::<bool>())
        .prop_map(|(before, secs, answer, cuts_streams)| Outage { before, secs, answer, cuts_streams });
    let page = prop_oneof![
        any::<u8>().prop_map(Page::Watches),
        Just(Page::Opens),
        Just(Page::Resumes),
        any::<bool>().prop_map(Page::Returns),
    ];
    let net = (1_u64..1_000, pings(), any::<bool>(), any::<bool>(), memory()).prop_map(
        |(latency, pings, delivers, greets, memory)| Net { latency, pings, delivers, greets, memory, ..Net::GOOD },
    );
    (any::<u32>(), net, page, -4_000_i16..4_000, prop::option::weighted(0.3, outage))
        .prop_map(|(seed, net, page, paid, outage)| Payment { seed, net, page, paid, outage })
}

/// Plays a payment, and gives back what is wrong with it.
fn pay(payment: &Payment) -> (Vec<String>, Vec<(u64, Note)>) {
    let first = snapshot("WaitingForPayment", 0, Stamps::Rising, false);
    let foreign = Order { id: id(OTHER_ID), ..support::delivered() };
    let known = (payment.page != Page::Resumes).then(|| first.clone());
    let mut world = World::new(id(support::ID), known, first, foreign, u64::from(payment.seed));
    world.net = payment.net;
    let comes_at = 100_000;
    if let Page::Watches(_) | Page::Returns(_) = payment.page {
        world.start();
    }
    if let Page::Returns(is_seen) = payment.page {
        world.pass(2_000);
        world.page(if is_seen { Input::Hidden } else { Input::Offline });
    }
    let paid_at = match payment.page {
        Page::Watches(secs) => comes_at + u64::from(secs) * 1_000,
        Page::Opens | Page::Resumes | Page::Returns(_) => comes_at.saturating_add_signed(i64::from(payment.paid)),
    };
    let outage_at = payment.outage.map(|outage| paid_at.saturating_sub(u64::from(outage.before)));
    let outage_ends = payment.outage.zip(outage_at).map(|(outage, at)| at + u64::from(outage.secs) * 1_000);
    let mut moments = vec![(paid_at, 0), (comes_at, 1)];
    moments.extend(outage_at.map(|at| (at, 2)));
    moments.extend(outage_ends.map(|at| (at, 3)));
    moments.sort_unstable();
    for (at, what) in moments {
        world.pass(at - world.now());
        match (what, payment.page, payment.outage) {
            (0, ..) => world.truth_is(snapshot("PaymentStarted", 1, Stamps::Rising, false)),
            (1, Page::Opens | Page::Resumes, _) => world.start(),
            (1, Page::Returns(is_seen), _) => world.page(if is_seen { Input::Visible } else { Input::Online }),
            (2, _, Some(outage)) => {
                world.net.answer = outage.answer;
                if outage.cuts_streams {
                    world.net.connect = Connect::Fails(50);
                    world.glitch(Glitch::Drop);
                }
            }
            (3, ..) => world.net = payment.net,
            _ => {}
        }
    }
    let from = paid_at.max(comes_at);
    // A supplier's stream that is there tells at once, or a read behind it does, from memory at first; one that is dead is found
    // out by the reads of whoever vouches for the order; a proxy that does not read is relied on for five minutes.
    let unread = match payment.net.pings {
        Pings::None | Pings::Bare | Pings::Telling => 62_000,
        Pings::Idle | Pings::Deaf => 307_000,
    };
    let promised = match payment.outage.zip(outage_ends) {
        None if payment.net.delivers => from + 10_000,
        None => from + unread,
        Some((_, ends)) => (from + unread).max(ends + 36_000),
    };
    world.pass(promised.saturating_sub(world.now()));
    let shown = world.shown().last().map(|state| (*state).to_owned());
    let mut broken = world.judge.verdicts;
    if shown.as_deref() != Some("PaymentStarted") {
        broken.push(format!("paid at {paid_at}, and at {promised} it shows {shown:?}"));
    }
    (broken, world.log)
}

/// How many schedules are played, and where those are kept that failed.
fn config() -> Config {
    let cases = std::env::var("TRACKER_SCHEDULES").ok().and_then(|number| number.parse().ok()).unwrap_or(2_000);
    Config {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    }
}

#[test]
fn tracking_schedules_of_payments_are_seen_in_time() {
    proptest!(config(), |(payment in payment())| {
        let (broken, log) = pay(&payment);
        prop_assert!(broken.is_empty(), "{broken:#?}\n{log:?}");
    });
}

#[test]
fn tracking_survives_random_schedules_of_faults() {
    proptest!(config(), |(schedule in schedule())| {
        let (broken, log) = play(&schedule);
        prop_assert!(broken.is_empty(), "{broken:#?}\n{log:?}");
    });
}
