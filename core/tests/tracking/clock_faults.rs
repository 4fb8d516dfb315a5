//! Group T of docs/faults.md, as far as it is the tracker's: sleep, hidden pages, a browser that is wrong about the network.

use cr_core::{
    order::Order,
    tracking::{Health, Input},
};

use crate::{
    stream_faults::{done, each_seed, is_well, state, waiting, world},
    support::{ID, id},
    world::{Answer, Connect, Glitch, Net, Note, World},
};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

#[test]
fn tracking_t03_waking_tells_the_truth_at_once() {
    for clock_goes_on in [true, false] {
        let mut world = world(1, Net::GOOD);
        world.pass(MINUTE);
        world.sleep(25 * MINUTE, clock_goes_on);
        world.truth_is(done(1));
        world.page(Input::Woke);
        world.pass(2 * SECOND);
        assert_eq!(world.shown(), ["Done"], "clock goes on in sleep: {clock_goes_on}");
        is_well(&world);
    }
}

#[test]
fn tracking_t04_an_order_paid_in_sleep_is_shown_paid() {
    let mut world = world(1, Net::GOOD);
    world.pass(MINUTE);
    world.sleep(60 * MINUTE, true);
    world.truth_is(state("PaymentReceived", 1));
    world.page(Input::Woke);
    world.pass(2 * SECOND);
    assert_eq!(world.shown(), ["PaymentReceived"]);
    assert!(world.tracker.money_seen());
    is_well(&world);
}

#[test]
fn tracking_t05_a_sleep_that_nobody_noticed_is_found_out_by_the_watchdog() {
    for clock_goes_on in [true, false] {
        each_seed(|seed| {
            let mut world = world(seed, Net::GOOD);
            world.pass(MINUTE);
            world.sleep(10 * MINUTE, clock_goes_on);
            world.truth_is(done(1));
            world.pass(46 * SECOND);
            assert_eq!(world.shown(), ["Done"]);
            is_well(&world);
        });
    }
}

#[test]
fn tracking_t06_a_hidden_page_reads_slowly_and_is_right_within_two_seconds() {
    each_seed(|seed| {
        let mut world = world(seed, Net::GOOD);
        world.pass(MINUTE);
        world.page(Input::Hidden);
        let hidden = world.now();
        assert!(!world.has_stream(), "only visible pages hold streams");
        world.pass(10 * MINUTE);
        let reads = world.count(hidden, &Note::Read);
        assert!((10..=12).contains(&reads), "{reads} reads");
        assert_eq!(world.count(hidden, &Note::Connect), 0);
        world.truth_is(done(1));
        world.page(Input::Visible);
        world.pass(2 * SECOND);
        assert_eq!(world.shown(), ["Done"]);
        is_well(&world);
    });
}

#[test]
fn tracking_t07_freezing_and_resuming_leaves_one_stream() {
    let mut world = world(1, Net::GOOD);
    world.pass(MINUTE);
    for _ in 0..5 {
        world.page(Input::Hidden);
        world.sleep(5 * MINUTE, false);
        world.page(Input::Woke);
        world.page(Input::Visible);
        world.pass(MINUTE);
        assert!(world.has_stream());
    }
    assert_eq!(world.tracker.health(), Health::Live);
    is_well(&world);
}

#[test]
fn tracking_t09_offline_says_so_and_online_acts_at_once() {
    each_seed(|seed| {
        let mut world = world(seed, Net::GOOD);
        world.pass(MINUTE);
        world.net = Net::DOWN;
        world.page(Input::Offline);
        assert_eq!(world.tracker.health(), Health::Offline);
        world.pass(5 * MINUTE);
        assert_eq!(world.tracker.health(), Health::Offline);
        world.net = Net::GOOD;
        world.truth_is(state("PaymentStarted", 1));
        let back = world.now();
        world.page(Input::Online);
        world.pass(SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        assert_eq!(world.count(back, &Note::Connect), 1);
        is_well(&world);
    });
}

#[test]
fn tracking_t10_a_browser_that_is_wrong_about_the_network_is_not_believed() {
    each_seed(|seed| {
        // It says offline, but the proxy is in reach.
        let mut world = world(seed, Net::GOOD);
        world.pass(SECOND);
        world.page(Input::Offline);
        world.truth_is(state("PaymentStarted", 1));
        world.pass(31 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        assert_eq!(world.tracker.health(), Health::Live);
        is_well(&world);
    });
}

#[test]
fn tracking_t11_a_change_of_network_without_a_word_is_a_half_open_stream() {
    each_seed(|seed| {
        let mut world = world(seed, Net::GOOD);
        world.pass(MINUTE);
        world.glitch(Glitch::HalfOpen);
        world.truth_is(done(1));
        world.pass(46 * SECOND);
        assert_eq!(world.shown(), ["Done"]);
        is_well(&world);
    });
}

#[test]
fn tracking_t12_an_order_known_by_its_id_alone_is_read_at_once() {
    let mut world = World::new(id(ID), None, waiting(), Order { id: id(crate::support::OTHER_ID), ..waiting() }, 1);
    world.start();
    world.pass(SECOND);
    assert_eq!(world.shown(), ["WaitingForPayment"]);
    assert_eq!(world.tracker.health(), Health::Live);
    is_well(&world);
}

#[test]
fn tracking_t12_a_resumed_order_that_cannot_be_reached_is_asked_for_again() {
    each_seed(|seed| {
        let mut world =
            World::new(id(ID), None, waiting(), Order { id: id(crate::support::OTHER_ID), ..waiting() }, seed);
        world.net = Net { answer: Answer::Never, connect: Connect::Hangs, ..Net::DOWN };
        world.start();
        world.pass(5 * MINUTE);
        assert_eq!(world.tracker.health(), Health::CatchingUp);
        world.net = Net::GOOD;
        world.pass(35 * SECOND);
        assert_eq!(world.shown(), ["WaitingForPayment"]);
        is_well(&world);
    });
}

#[test]
fn tracking_t14_an_expired_order_is_followed_for_an_hour() {
    let mut world = world(1, Net::GOOD);
    world.pass(SECOND);
    world.truth_is(state("Expired", 1));
    world.pass(SECOND);
    world.glitch(Glitch::Stop);
    world.pass(55 * MINUTE);
    world.truth_is(state("PaymentStarted", 2));
    world.pass(61 * SECOND);
    assert_eq!(world.shown(), ["Expired", "PaymentStarted"]);
    is_well(&world);
}

#[test]
fn tracking_restless_pages_do_not_open_too_many_streams() {
    each_seed(|seed| {
        let mut world = world(seed, Net::GOOD);
        for _ in 0..200 {
            world.page(Input::Hidden);
            world.pass(300);
            world.page(Input::Visible);
            world.pass(300);
        }
        world.pass(2 * MINUTE);
        assert_eq!(world.tracker.health(), Health::Live);
        is_well(&world);
    });
}

#[test]
fn tracking_without_leave_to_stream_it_polls() {
    each_seed(|seed| {
        let mut world = World::new(
            id(ID),
            Some(waiting()),
            waiting(),
            Order { id: id(crate::support::OTHER_ID), ..waiting() },
            seed,
        );
        world.page(Input::StreamAllowed(false));
        world.start();
        world.pass(5 * MINUTE);
        assert_eq!(world.count(0, &Note::Connect), 0);
        assert_eq!(world.tracker.health(), Health::Polling);
        world.truth_is(done(1));
        world.pass(11 * SECOND);
        assert_eq!(world.shown(), ["Done"]);
        is_well(&world);
    });
}
