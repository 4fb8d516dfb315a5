//! Group S of docs/faults.md, and H05, one case each.

use std::time::Duration;

use cr_core::{
    order::{DeliveryStatus, Goods, Order},
    tracking::{Health, Input, Output, PollFailure},
};

use crate::{
    support::{ID, OTHER_ID, at, delivered, id, line, order},
    world::{Answer, Connect, Glitch, Net, Note, Pings, World},
};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

pub(crate) fn waiting() -> Order {
    Order { updated_at: Some(at(0)), ..order("WaitingForPayment") }
}

pub(crate) fn state(word: &str, secs: i64) -> Order {
    Order { updated_at: Some(at(secs)), ..order(word) }
}

pub(crate) fn done(secs: i64) -> Order {
    Order { updated_at: Some(at(secs)), ..delivered() }
}

fn foreign() -> Order {
    Order { id: id(OTHER_ID), ..done(9) }
}

/// An order that was just made, followed from its first snapshot.
pub(crate) fn world(seed: u64, net: Net) -> World {
    let mut world = World::new(id(ID), Some(waiting()), waiting(), foreign(), seed);
    world.net = net;
    world.start();
    world
}

pub(crate) fn is_well(world: &World) {
    assert_eq!(world.judge.verdicts, Vec::<String>::new(), "{:?}", world.log);
}

/// Runs a case under many random numbers.
pub(crate) fn each_seed(case: impl Fn(u64)) {
    (1..=50).for_each(case);
}

#[test]
fn tracking_s01_a_clean_end_after_each_event_reconnects_without_repeating_itself() {
    each_seed(|seed| {
        let mut world = world(seed, Net { connect: Connect::OpensUntil(300), ..Net::GOOD });
        world.pass(5 * MINUTE);
        assert_eq!(world.shown(), Vec::<&str>::new(), "nothing changed");
        world.truth_is(done(1));
        world.pass(MINUTE);
        assert_eq!(world.shown(), ["Done"]);
        is_well(&world);
    });
}

#[test]
fn tracking_s02_refused_streams_converge_with_few_connects() {
    each_seed(|seed| {
        let refused = Net { connect: Connect::Fails(50), ..Net::GOOD };
        let mut world = world(seed, refused);
        world.pass(MINUTE);
        assert!(world.count(0, &Note::Connect) <= 8);
        world.truth_is(state("PaymentStarted", 1));
        world.pass(11 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"], "reads do what the stream cannot");
        world.net = Net::GOOD;
        world.pass(70 * SECOND);
        assert_eq!(world.tracker.health(), Health::Live);
        is_well(&world);
    });
}

#[test]
fn tracking_s03_a_read_tells_what_a_refused_stream_cannot() {
    let cases = [(PollFailure::NotFound, Health::NotFound, 2), (PollFailure::Forbidden, Health::Forbidden, 1)];
    for (failure, health, reads) in cases {
        each_seed(|seed| {
            let mut world = World::new(id(ID), None, waiting(), foreign(), seed);
            world.net = Net { answer: Answer::Fails(failure), ..Net::DOWN };
            world.start();
            world.pass(10 * MINUTE);
            assert_eq!(world.tracker.health(), health);
            assert_eq!(world.count(0, &Note::Read), reads, "{failure:?}");
            assert!(world.count(0, &Note::Connect) <= 5);
            assert!(!world.has_stream());
            is_well(&world);
        });
    }
}

#[test]
fn tracking_s03_one_404_between_good_answers_is_forgotten() {
    let mut world = world(1, Net { answer: Answer::Fails(PollFailure::NotFound), ..Net::GOOD });
    world.pass(SECOND);
    world.net = Net::GOOD;
    world.pass(10 * SECOND);
    world.net.answer = Answer::Fails(PollFailure::NotFound);
    world.page(Input::Nudge);
    world.pass(SECOND);
    world.net = Net::GOOD;
    world.pass(MINUTE);
    assert_eq!(world.tracker.health(), Health::Live);
    is_well(&world);
}

#[test]
fn tracking_s04_a_204_switches_to_polling_and_reaches_the_end() {
    each_seed(|seed| {
        let mut world = world(seed, Net { connect: Connect::Fails(20), ..Net::GOOD });
        world.pass(30 * SECOND);
        assert_eq!(world.tracker.health(), Health::Polling);
        world.truth_is(done(1));
        world.pass(11 * SECOND);
        assert_eq!(world.shown(), ["Done"]);
        assert_eq!(world.tracker.health(), Health::Ended);
        is_well(&world);
    });
}

#[test]
fn tracking_s05_html_everywhere_is_a_lost_connection() {
    each_seed(|seed| {
        let html = Net { answer: Answer::Fails(PollFailure::Undecodable), ..Net::DOWN };
        let mut world = world(seed, html);
        world.pass(10 * SECOND);
        assert_eq!(world.tracker.health(), Health::CatchingUp);
        world.net = Net::GOOD;
        world.truth_is(done(1));
        world.pass(35 * SECOND);
        assert_eq!(world.shown(), ["Done"]);
        is_well(&world);
    });
}

#[test]
fn tracking_s08_after_done_nothing_is_asked_by_itself() {
    for ends_by in ["event", "read"] {
        let mut world = world(7, Net { delivers: ends_by == "event", greets: false, ..Net::GOOD });
        world.pass(SECOND);
        world.truth_is(done(1));
        world.page(Input::Nudge);
        world.pass(2 * SECOND);
        let end = world.now();
        assert_eq!(world.shown(), ["Done"], "{ends_by}");
        for input in [Input::Online, Input::Visible, Input::Woke, Input::Nudge, Input::StreamAllowed(true)] {
            world.page(input);
            world.pass(10 * SECOND);
        }
        world.pass(70 * MINUTE);
        for input in [Input::Online, Input::Visible, Input::Woke, Input::Nudge, Input::StreamAllowed(true)] {
            world.page(input);
            world.pass(20 * MINUTE);
        }
        assert_eq!(world.count(end, &Note::Read) + world.count(end, &Note::Connect), 0, "{ends_by}");
        assert!(!world.has_stream());
        is_well(&world);
    }
}

#[test]
fn tracking_g03_a_delivered_order_is_read_once_when_somebody_comes_back_within_its_hour() {
    for input in [Input::Online, Input::Visible, Input::Woke, Input::Nudge] {
        let mut world = world(7, Net::GOOD);
        world.pass(SECOND);
        world.truth_is(done(1));
        world.pass(10 * MINUTE);
        let replaced = line(DeliveryStatus::Delivered, &[Goods::Code("EFGH".into())]);
        world.truth_is(Order { deliveries: vec![replaced.clone()], ..done(2) });
        let end = world.now();
        world.page(input.clone());
        world.page(Input::Woke);
        world.pass(SECOND);
        assert_eq!(world.count(end, &Note::Read), 1, "{input:?}");
        assert_eq!(world.tracker.order().map(|order| &order.deliveries), Some(&vec![replaced]), "{input:?}");
        assert_eq!(world.shown(), ["Done", "Done"], "{input:?}");
        // What fails is not said, and not repeated; another try is left to the next time somebody comes.
        for failure in [PollFailure::Unreachable, PollFailure::NotFound, PollFailure::Forbidden] {
            world.pass(2 * MINUTE);
            world.net.answer = Answer::Fails(failure);
            let now = world.now();
            world.page(input.clone());
            world.pass(5 * MINUTE);
            assert_eq!(world.count(now, &Note::Read), 1, "{input:?}: {failure:?}");
        }
        // Nobody looks at a hidden page.
        let now = world.now();
        world.page(Input::Hidden);
        world.page(Input::Woke);
        world.pass(MINUTE);
        assert_eq!((world.count(now, &Note::Read), world.count(end, &Note::Connect)), (0, 0), "{input:?}");
        assert_eq!(world.tracker.health(), Health::Ended);
        // The money went back meanwhile.
        world.net = Net::GOOD;
        world.truth_is(state("Refunded", 3));
        world.page(Input::Visible);
        world.pass(SECOND);
        assert_eq!(world.shown(), ["Done", "Done", "Refunded"]);
        is_well(&world);
    }
}

#[test]
fn tracking_s08_stop_before_the_end_reads_once_more_and_never_streams_again() {
    each_seed(|seed| {
        let mut world = world(seed, Net { delivers: false, ..Net::GOOD });
        world.pass(SECOND);
        world.truth_is(done(1));
        let stop = world.now();
        world.glitch(Glitch::Stop);
        world.pass(SECOND);
        assert_eq!(world.shown(), ["Done"], "the last event may be older than the end");
        assert_eq!((world.count(stop, &Note::Read), world.count(stop, &Note::Connect)), (1, 0));
        is_well(&world);
    });
}

#[test]
fn tracking_after_stop_asks_as_often_and_as_long_as_the_table_says() {
    let quarantined =
        Order { payment_state: Some(cr_core::order::PaymentState::PaymentQuarantined), ..state("Expired", 1) };
    let incomplete = Order { deliveries: order("Done").deliveries, ..done(1) };
    // The state, the shortest and longest wait in seconds, and for how many minutes.
    let table = [
        (incomplete, 28, 30, Some(10)),
        (state("Expired", 1), 55, 60, Some(60)),
        (state("PaymentFailed", 1), 55, 60, Some(60)),
        (state("PaymentReceived", 1), 30, 60, Some(24 * 60)),
        (state("WaitingForManualAction", 1), 30, 60, Some(24 * 60)),
        (quarantined, 30, 60, Some(24 * 60)),
        (waiting(), 5, 10, None),
    ];
    for (order, shortest, longest, minutes) in table {
        let mut world = world(3, Net::GOOD);
        world.pass(SECOND);
        world.truth_is(order.clone());
        world.pass(SECOND);
        let stop = world.now();
        world.glitch(Glitch::Stop);
        world.pass(minutes.map_or(3 * 60, |minutes| minutes + 30) * MINUTE);
        let reads: Vec<u64> =
            world.log.iter().filter(|(at, note)| *at > stop && *note == Note::Read).map(|(at, _)| *at).collect();
        for pair in reads.windows(2) {
            let wait = pair[1] - pair[0];
            assert!((shortest * SECOND..=longest * SECOND + 100).contains(&wait), "{order:?}: {wait} ms");
        }
        if let Some(minutes) = minutes {
            let last = reads.last().expect("there are reads") - stop;
            let end = minutes * MINUTE;
            assert!((end - longest * SECOND..=end + longest * SECOND).contains(&last), "{order:?}: until {last}");
            assert_eq!(world.tracker.health(), Health::Ended, "{order:?}");
        }
        assert_eq!(world.count(stop, &Note::Connect), 0, "{order:?}");
        is_well(&world);
    }
}

#[test]
fn tracking_a_quiet_order_is_read_when_the_shopper_comes_back() {
    let mut world = world(5, Net::GOOD);
    world.truth_is(state("Expired", 1));
    world.pass(SECOND);
    world.glitch(Glitch::Stop);
    world.pass(2 * 60 * MINUTE);
    assert_eq!(world.tracker.health(), Health::Ended);
    world.truth_is(state("PaymentReceived", 2));
    world.page(Input::Visible);
    world.pass(SECOND);
    assert_eq!(world.shown(), ["Expired", "PaymentReceived"], "late money revives it");
    world.truth_is(done(3));
    world.pass(61 * SECOND);
    assert_eq!(world.shown(), ["Expired", "PaymentReceived", "Done"]);
    is_well(&world);
}

#[test]
fn tracking_s09_half_open_stream_is_noticed() {
    each_seed(|seed| {
        let mut world =
            world(seed, Net { connect: Connect::OpensSilent, pings: Pings::None, greets: false, ..Net::GOOD });
        world.pass(10 * SECOND);
        world.net = Net::GOOD;
        world.truth_is(state("PaymentStarted", 1));
        world.pass(36 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        assert_eq!(world.count(10 * SECOND, &Note::Connect), 1, "reopened");
        is_well(&world);
    });
}

#[test]
fn tracking_s09_a_silent_stream_is_replaced_even_if_nothing_happened() {
    let silent = Net { connect: Connect::OpensSilent, pings: Pings::None, greets: false, ..Net::GOOD };
    let mut world = world(1, silent);
    world.pass(2 * MINUTE);
    assert_eq!(world.count(SECOND, &Note::Connect), 1);
    is_well(&world);
}

#[test]
fn tracking_s10_heartbeats_that_scripts_cannot_see_do_not_make_it_flap() {
    each_seed(|seed| {
        let mut world = world(seed, Net { pings: Pings::None, ..Net::GOOD });
        world.pass(30 * MINUTE);
        // The first silence may be a dead stream; after that silence is this server's way.
        assert!(world.count(SECOND, &Note::Connect) <= 1);
        let reads = world.count(SECOND, &Note::Read);
        assert!((39..=42).contains(&reads), "one read each 45 s, not {reads}");
        assert_eq!(world.log.iter().filter(|(_, note)| matches!(note, Note::Say(Health::CatchingUp))).count(), 0);
        is_well(&world);
    });
}

#[test]
fn tracking_a_pinged_stream_is_never_verified() {
    let mut world = world(2, Net::GOOD);
    world.pass(30 * MINUTE);
    assert_eq!((world.count(0, &Note::Connect), world.count(0, &Note::Read)), (1, 1), "one re-read once it was open");
    is_well(&world);
}

#[test]
fn tracking_s15_skipped_states_are_fine() {
    let mut world = world(1, Net::GOOD);
    world.pass(SECOND);
    world.truth_is(done(1));
    world.pass(SECOND);
    assert_eq!(world.shown(), ["Done"]);
    is_well(&world);
}

#[test]
fn tracking_s16_an_unknown_state_keeps_it_going() {
    each_seed(|seed| {
        let mut world = world(seed, Net::GOOD);
        world.pass(SECOND);
        for (secs, word) in (1..).zip(["OnHold", "WaitingForDelivery", "Done"]) {
            world.truth_is(Order { deliveries: done(0).deliveries, ..state(word, secs) });
            world.pass(10 * SECOND);
        }
        assert_eq!(world.shown(), ["OnHold", "WaitingForDelivery", "Done"]);
        is_well(&world);
    });
}

#[test]
fn tracking_s17_a_flood_of_equal_events_costs_nothing() {
    let mut world = world(1, Net::GOOD);
    world.pass(SECOND);
    let notes = world.log.len();
    for _ in 0..30_000 {
        world.glitch(Glitch::Duplicate);
        world.pass(1);
    }
    assert_eq!(world.log.len(), notes, "nothing shown, read or said");
    is_well(&world);
}

#[test]
fn tracking_s17_equal_events_move_no_timers() {
    let mut tracker = cr_core::tracking::Tracker::new(id(ID), Some(waiting()), false);
    let mut random = || 0;
    let outputs = tracker.handle(Input::Start, Duration::ZERO, &mut random);
    let is_open = |output: &Output| if let Output::OpenStream(generation) = output { Some(*generation) } else { None };
    let generation = outputs.iter().find_map(is_open);
    let generation = generation.expect("a stream");
    tracker.handle(Input::StreamOpened(generation), Duration::from_secs(1), &mut random);
    let mut hear = |ms: u64| {
        let message = Input::Message(generation, Box::new(waiting()));
        tracker.handle(message, Duration::from_millis(ms), &mut random)
    };
    // Each confirms the state, and the first one makes it live; nothing else happens.
    for ms in 1_999..3_000 {
        let outputs = hear(ms);
        let [Output::Publish(now)] = &outputs[..] else { panic!("{outputs:?}") };
        let expected = (Some(&waiting()), false, Some(Duration::from_millis(ms)), Health::Live);
        assert_eq!((now.order.as_deref(), now.money.is_seen(), now.confirmed_at, now.health), expected);
    }
}

#[test]
fn tracking_s18_an_oversized_event_is_read_instead() {
    let mut world = world(1, Net { delivers: false, ..Net::GOOD });
    world.pass(10 * SECOND);
    world.truth_is(done(1));
    world.glitch(Glitch::Garbage);
    world.pass(SECOND);
    assert_eq!(world.shown(), ["Done"]);
    assert_eq!(world.tracker.ignored(), 1);
    is_well(&world);
}

#[test]
fn tracking_s18_a_flood_of_garbage_is_not_a_flood_of_reads() {
    let mut world = world(1, Net::GOOD);
    world.pass(10 * SECOND);
    for _ in 0..30_000 {
        world.glitch(Glitch::Garbage);
        world.pass(1);
    }
    assert!(world.count(10 * SECOND, &Note::Read) <= 7);
    is_well(&world);
}

#[test]
fn tracking_s19_a_stream_that_ends_at_once_is_not_hot() {
    each_seed(|seed| {
        let mut world = world(seed, Net { connect: Connect::OpensUntil(0), ..Net::GOOD });
        world.pass(5 * SECOND);
        assert!(world.count(0, &Note::Connect) <= 3, "{:?}", world.log);
        world.pass(55 * SECOND);
        assert!(world.count(0, &Note::Connect) <= 8);
        is_well(&world);
    });
}

#[test]
fn tracking_s21_three_failures_mean_polling_with_a_probe_a_minute() {
    each_seed(|seed| {
        let mut world = world(seed, Net { connect: Connect::Fails(10), ..Net::GOOD });
        world.pass(20 * SECOND);
        assert_eq!(world.count(0, &Note::Connect), 3);
        let from = world.now();
        world.pass(10 * MINUTE);
        let probes = world.count(from, &Note::Connect);
        assert!((9..=11).contains(&probes), "{probes} probes");
        let reads: Vec<u64> =
            world.log.iter().filter(|(at, note)| *at > from && *note == Note::Read).map(|(at, _)| *at).collect();
        let longest = reads.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(longest <= Some(10 * SECOND + 100), "{longest:?}");
        world.net = Net::GOOD;
        world.pass(66 * SECOND);
        let live = world.now();
        world.pass(5 * MINUTE);
        assert_eq!(world.count(live, &Note::Read), 0, "no polling beside a stream");
        is_well(&world);
    });
}

#[test]
fn tracking_s22_flapping_does_not_reset_the_patience() {
    each_seed(|seed| {
        let mut world = world(seed, Net { connect: Connect::OpensUntil(5_000), ..Net::GOOD });
        world.pass(10 * MINUTE);
        let connects = world.count(0, &Note::Connect);
        // Without patience there would be a hundred.
        assert!(connects <= 25, "{connects} connects");
        is_well(&world);
    });
}

#[test]
fn tracking_a_stream_that_was_good_for_a_minute_is_forgiven() {
    each_seed(|seed| {
        let mut world = world(seed, Net::DOWN);
        world.pass(3 * MINUTE);
        world.net = Net::GOOD;
        world.pass(3 * MINUTE);
        let drop = world.now();
        world.glitch(Glitch::Drop);
        world.pass(13 * SECOND);
        assert_eq!(world.count(drop, &Note::Connect), 1, "the first retry comes within 12 s");
        is_well(&world);
    });
}

#[test]
fn tracking_h05_429_is_obeyed_and_clamped() {
    for (told, obeyed) in [(Some(7), 7), (Some(86_400), 60), (None, 60), (Some(0), 1)] {
        let busy = PollFailure::TooMany(told.map(Duration::from_secs));
        let mut world = world(1, Net { answer: Answer::Fails(busy), connect: Connect::Fails(10), ..Net::GOOD });
        world.pass(60);
        let first = world.log.iter().find(|(_, note)| *note == Note::Read).map(|(at, _)| *at).expect("a read");
        world.page(Input::Online);
        world.page(Input::Visible);
        world.pass(2 * MINUTE);
        let second =
            world.log.iter().filter(|(_, note)| *note == Note::Read).nth(1).map(|(at, _)| *at).expect("another");
        let wait = (second - first) / SECOND;
        assert!((obeyed..=obeyed.max(10)).contains(&wait), "told {told:?}, waited {wait} s");
        is_well(&world);
    }
}

#[test]
fn tracking_snapshots_of_another_order_are_ignored_and_counted() {
    let mut world = world(1, Net { answer: Answer::Foreign, ..Net::GOOD });
    world.pass(SECOND);
    let ignored = world.tracker.ignored();
    world.glitch(Glitch::Foreign);
    assert_eq!(world.tracker.ignored(), ignored + 1);
    assert_eq!(world.shown(), Vec::<&str>::new());
    assert!(!world.tracker.money_seen());
    is_well(&world);
}

#[test]
fn tracking_a_lost_connection_is_admitted_within_ten_seconds() {
    each_seed(|seed| {
        let mut world = world(seed, Net::GOOD);
        world.pass(2 * MINUTE);
        world.net = Net::DOWN;
        world.glitch(Glitch::Drop);
        world.pass(10 * SECOND);
        assert_eq!(world.tracker.health(), Health::CatchingUp);
        world.net = Net::GOOD;
        world.truth_is(done(1));
        let back = world.now();
        world.pass(35 * SECOND);
        assert_eq!(world.shown(), ["Done"], "within 35 s of {back}");
        is_well(&world);
    });
}

#[test]
fn tracking_s05_news_that_cannot_be_read_is_asked_for_behind_the_read_under_way() {
    each_seed(|seed| {
        for told_by in ["an event", "another tab"] {
            let mut world = world(seed, Net { latency: 500, delivers: false, ..Net::GOOD });
            world.pass(20 * SECOND);
            world.glitch(Glitch::Garbage);
            // The server has answered this read in its mind.
            world.pass(100);
            world.truth_is(state("PaymentStarted", 1));
            match told_by {
                "an event" => world.glitch(Glitch::Garbage),
                _ => world.page(Input::Nudge),
            }
            world.pass(6 * SECOND);
            assert_eq!(world.shown(), ["PaymentStarted"], "{told_by}");
            is_well(&world);
        }
    });
}

#[test]
fn tracking_other_tabs_are_told_once() {
    let mut world = world(1, Net { delivers: false, greets: false, pings: Pings::Bare, ..Net::GOOD });
    world.pass(10 * SECOND);
    world.truth_is(state("PaymentStarted", 1));
    world.page(Input::Nudge);
    world.pass(10 * SECOND);
    assert_eq!(world.shown(), ["PaymentStarted"]);
    assert_eq!(world.count(0, &Note::Nudge), 0, "what another tab told is not told back");
    world.net = Net::GOOD;
    world.truth_is(state("PaymentReceived", 2));
    world.pass(10 * SECOND);
    assert_eq!(world.count(0, &Note::Nudge), 1);
    is_well(&world);
}
