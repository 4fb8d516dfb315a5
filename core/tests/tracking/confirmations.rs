//! What may be called live, who vouches for it, and whose answers end the following of an order (S25, S28 to S30, S32, S33).

use std::time::Duration;

use cr_core::{
    order::{Order, SignOfMoney},
    tracking::{Health, Input, Output, PollFailure, Stake, Timer, Tracker},
    wire::{self, Ending},
};

use crate::{
    stream_faults::{done, each_seed, is_well, state, waiting, world},
    support::{ID, OTHER_ID, id},
    world::{Answer, Connect, Glitch, Memory, Net, Note, Pings, SAID, World},
};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

/// The supplier's stream is dead, and the proxy goes on pinging.
fn half_dead(pings: Pings) -> Net {
    Net { pings, delivers: false, greets: false, ..Net::GOOD }
}

fn said(world: &World, health: Health) -> usize {
    world.count(0, &Note::Say(health))
}

fn reads_since(world: &World, since: u64) -> Vec<u64> {
    world.log.iter().filter(|(at, note)| *at > since && *note == Note::Read).map(|(at, _)| *at).collect()
}

/// An order that nobody here has ever seen.
fn resumed(seed: u64, net: Net) -> World {
    let mut world = World::new(id(ID), None, waiting(), Order { id: id(OTHER_ID), ..done(9) }, seed);
    world.net = net;
    world.start();
    world
}

#[test]
fn tracking_s25_the_read_behind_a_new_stream_is_not_believed_when_it_comes_from_memory() {
    for memory in [Memory::None, Memory::Forgets, Memory::Stays] {
        each_seed(|seed| {
            // The page is opened, reads, and opens a stream; the order is paid in between, and no snapshot begins the stream.
            let mut world = resumed(seed, Net { memory, greets: false, ..Net::GOOD });
            world.pass(79);
            world.truth_is(state("PaymentStarted", 1));
            world.pass(5 * SECOND);
            assert_eq!(world.shown().last(), Some(&"PaymentStarted"), "{memory:?}");
            is_well(&world);
        });
    }
}

#[test]
fn tracking_s25_that_read_is_repeated_once_unless_the_stream_begins_with_the_order() {
    for (order, greets, expected) in [
        (waiting(), false, 2),
        (waiting(), true, 1),
        (state("WaitingForDelivery", 1), false, 2),
        (state("WaitingForDelivery", 1), true, 1),
        (state("Expired", 1), false, 2),
    ] {
        let mut world = World::new(id(ID), Some(order.clone()), order.clone(), waiting(), 3);
        world.net = Net { greets, ..Net::GOOD };
        world.start();
        world.pass(30 * SECOND);
        let reads = reads_since(&world, 0);
        assert_eq!(reads.len(), expected, "{order:?}, begins with a snapshot: {greets}");
        if let [first, second] = reads[..] {
            assert!((4 * SECOND..4_500).contains(&(second - first)), "{reads:?}");
        }
        is_well(&world);
    }
}

#[test]
fn tracking_s25_what_is_done_meanwhile_is_shown_although_memory_says_that_nothing_can_be_paid() {
    for pings in [Pings::None, Pings::Bare] {
        each_seed(|seed| {
            // The goods came between the page's read and its stream, which does not begin with a snapshot.
            let started = state("PaymentStarted", 1);
            let mut world = World::new(id(ID), None, started.clone(), Order { id: id(OTHER_ID), ..done(9) }, seed);
            world.net = Net { memory: Memory::Stays, greets: false, pings, ..Net::GOOD };
            world.start();
            world.pass(79);
            world.truth_is(done(2));
            world.pass(10 * SECOND);
            assert_eq!(world.shown().last(), Some(&"Done"), "{pings:?}");
            is_well(&world);
        });
    }
}

#[test]
fn tracking_s33_pings_are_not_relied_on_for_what_was_refused() {
    let waiting_again = || Box::new(state("WaitingForPayment", 0));
    let mut random = || 7;
    let partly = state("PartialPaymentStarted", 3);
    let mut tracker = Tracker::new(id(ID), Some(partly.clone()), true);
    let at = Duration::from_secs;
    let generation = |outputs: &[Output]| {
        outputs
            .iter()
            .find_map(|output| if let Output::OpenStream(generation) = output { Some(*generation) } else { None })
    };
    let read = |outputs: &[Output]| {
        outputs.iter().find_map(|output| if let Output::Poll(generation) = output { Some(*generation) } else { None })
    };
    let stream = generation(&tracker.handle(Input::Start, at(0), &mut random)).unwrap();
    let first = read(&tracker.handle(Input::StreamOpened(stream), at(1), &mut random)).unwrap();
    tracker.handle(Input::PollAnswered(first, Box::new(partly), None), at(1), &mut random);
    // The stream replays what was, and the pings say that it spoke of the order just now.
    let mut asked = None;
    for second in (10..70).step_by(10) {
        let mut outputs = tracker.handle(Input::Message(stream, waiting_again()), at(second), &mut random);
        outputs.extend(tracker.handle(Input::Ping(stream, Some(Duration::ZERO)), at(second), &mut random));
        asked = asked.or(read(&outputs).map(|_| second));
    }
    assert_eq!(asked, Some(60), "the order is read after 55 s");
}

#[test]
fn tracking_s25_a_repeat_that_fails_is_owed() {
    each_seed(|seed| {
        let mut world = world(seed, Net { memory: Memory::Stays, greets: false, ..Net::GOOD });
        world.pass(2 * SECOND);
        world.net.answer = Answer::Says(0);
        world.pass(20 * SECOND);
        world.net.answer = Answer::Truth;
        // By now the stream says nothing, since the supplier's is dead.
        world.net.delivers = false;
        world.net.pings = Pings::Bare;
        world.truth_is(state("PaymentStarted", 1));
        world.pass(35 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        is_well(&world);
    });
}

#[test]
fn tracking_s32_a_ping_without_a_number_vouches_for_nothing() {
    each_seed(|seed| {
        let mut world = world(seed, half_dead(Pings::Bare));
        world.pass(20 * MINUTE);
        let reads = reads_since(&world, 10 * SECOND).len();
        assert!((20..=30).contains(&reads), "a read a minute, not {reads}");
        assert_eq!(said(&world, Health::Polling), 0, "each comes in time");
        let connects = world.count(SECOND, &Note::Connect);
        assert!((3..=4).contains(&connects), "one each five minutes, not {connects}");
        world.truth_is(state("PaymentStarted", 1));
        let paid = world.now();
        world.pass(57 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        assert_eq!(world.count(paid, &Note::Connect), 1, "a stream that kept something back is replaced");
        is_well(&world);
    });
}

#[test]
fn tracking_s32_while_pings_tell_the_proxy_reads_for_us() {
    each_seed(|seed| {
        let mut world = world(seed, half_dead(Pings::Telling));
        world.pass(MINUTE);
        let from = world.now();
        world.pass(30 * MINUTE);
        assert_eq!((world.count(from, &Note::Read), world.count(from, &Note::Connect)), (0, 0));
        assert_eq!(said(&world, Health::Polling), 0);
        world.truth_is(state("PaymentStarted", 1));
        world.pass(50 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        is_well(&world);
    });
}

#[test]
fn tracking_s32_pings_that_tell_of_long_ago_only_change_the_line_for_five_minutes() {
    let mut world = world(4, Net { answer: Answer::Aged, ..half_dead(Pings::Telling) });
    world.pass(50 * SECOND);
    assert_eq!(world.tracker.health(), Health::Live);
    let from = world.now();
    world.pass(245 * SECOND);
    assert_eq!(world.tracker.health(), Health::Polling);
    assert_eq!((world.count(from, &Note::Read), world.count(from, &Note::Connect)), (0, 0));
    world.pass(175 * SECOND);
    // It answers from memory: what made the page read is still owed, and asked for without haste.
    let reads = world.count(from, &Note::Read);
    assert!((5..=8).contains(&reads), "{reads} reads");
    assert_eq!((world.tracker.health(), world.count(from, &Note::Connect)), (Health::Polling, 0));
    assert!(world.tracker.last_confirmed() < Some(Duration::from_secs(10)), "{:?}", world.tracker.last_confirmed());
    // The proxy hears of the order again.
    world.net = Net::GOOD;
    world.pass(35 * SECOND);
    assert_eq!(world.tracker.health(), Health::Live);
    is_well(&world);
}

#[test]
fn tracking_s32_a_proxy_that_does_not_read_for_us_is_not_relied_on() {
    for pings in [Pings::Idle, Pings::Deaf] {
        each_seed(|seed| {
            let mut world = world(seed, half_dead(pings));
            world.pass(20 * MINUTE);
            let reads = reads_since(&world, 10 * SECOND);
            let expected = if pings == Pings::Idle { 3..=5 } else { 12..=30 };
            assert!(expected.contains(&reads.len()), "{pings:?}: {} reads", reads.len());
            let paid = world.now();
            world.truth_is(state("PaymentStarted", 1));
            world.pass(302 * SECOND);
            assert_eq!(world.shown(), ["PaymentStarted"], "{pings:?}");
            let connects = world.count(paid, &Note::Connect);
            assert_eq!(connects > 0, pings == Pings::Deaf, "a stream that kept something back is replaced");
            is_well(&world);
        });
    }
    // One whose number grows whatever is read is replaced now and then.
    let mut world = world(1, half_dead(Pings::Deaf));
    world.pass(30 * MINUTE);
    let connects = world.count(SECOND, &Note::Connect);
    assert!((3..=6).contains(&connects), "{connects} connects");
}

#[test]
fn tracking_s30_live_ends_in_time_when_the_stream_is_lost_just_before() {
    let mut bare = Bare::new(Some(waiting()));
    bare.answer(waiting(), None, 1);
    bare.hand(Input::Ping(bare.stream, Some(Duration::ZERO)), 2);
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(30))), 32);
    bare.hand(Input::StreamError(bare.stream), 61);
    assert_eq!(bare.tracker.health(), Health::Live, "a loss is not mentioned at once");
    let age = bare.age;
    bare.hand(Input::Timer(Timer::Age, age), 63);
    assert_eq!(bare.tracker.health(), Health::Polling);
}

#[test]
fn tracking_s25_the_repeat_of_a_read_does_not_settle_what_is_owed() {
    let mut bare = Bare::new(Some(waiting()));
    bare.answer(waiting(), None, 0);
    // Another tab knows more; the reads about it fail, and then one is answered from before.
    bare.hand(Input::Nudge, 2);
    bare.hand(Input::PollFailed(bare.read, PollFailure::Unreachable), 3);
    bare.hand(Input::Nudge, 5);
    bare.answer(waiting(), Some(30), 6);
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(1))), 20);
    assert_eq!(bare.confirmed(), Some(0), "that answer is older than the other tab's word");
}

#[test]
fn tracking_s33_an_answer_counts_from_when_it_was_asked_for() {
    let stamp = Some(crate::support::at(0));
    let with = |word: &str| Order { updated_at: stamp, ..state(word, 0) };
    let mut bare = Bare::new(Some(with("WaitingForPayment")));
    bare.hand(Input::Message(bare.stream, Box::new(with("PaymentStarted"))), 2);
    // Asked for at 0: a documented move back, but from before.
    let outputs = bare.answer(with("WaitingForPayment"), None, 9);
    let shown = bare.tracker.order().map(|order| order.state.as_str().to_owned());
    assert_eq!((shown.as_deref(), bare.confirmed()), (Some("PaymentStarted"), Some(2)));
    let asks_again = outputs.iter().any(|output| matches!(output, Output::SetTimer(Timer::Poll, ..)));
    assert!(asks_again, "the two do not agree: {outputs:?}");
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(1))), 10);
    assert_eq!(bare.confirmed(), Some(2), "nor do we know which of them the proxy means");
    // A later stamp is believed.
    bare.answer(state("PaymentReceived", 5), None, 11);
    let mut bare = Bare::new(Some(with("WaitingForPayment")));
    bare.hand(Input::Message(bare.stream, Box::new(with("PaymentStarted"))), 2);
    bare.answer(state("PaymentReceived", 5), None, 9);
    assert_eq!(bare.tracker.order().map(|order| order.state.as_str()), Some("PaymentReceived"));
}

#[test]
fn tracking_s29_a_not_found_that_may_come_from_memory_is_not_the_second() {
    let mut bare = Bare::new(Some(waiting()));
    bare.hand(Input::PollFailed(bare.read, PollFailure::NotFound), 1);
    bare.hand(Input::Nudge, 3);
    bare.hand(Input::PollFailed(bare.read, PollFailure::NotFound), 4);
    assert_ne!(bare.tracker.health(), Health::NotFound);
    bare.hand(Input::Nudge, 5);
    bare.hand(Input::PollFailed(bare.read, PollFailure::NotFound), 6);
    assert_eq!(bare.tracker.health(), Health::NotFound);
    // Refused streams do not hurry the second read.
    each_seed(|seed| {
        let mut world = resumed(seed, Net { answer: Answer::Says(16), ..Net::DOWN });
        world.pass(MINUTE);
        let reads = reads_since(&world, 0);
        let first = world.log.iter().find(|(_, note)| *note == Note::Read).map_or(0, |(at, _)| *at);
        assert!(reads.last().is_some_and(|last| last - first >= 4 * SECOND), "{reads:?}");
        assert!(reads.len() <= 2, "{reads:?}");
        is_well(&world);
    });
}

#[test]
fn tracking_s32_pings_vouch_for_nothing_that_is_still_owed() {
    // The stream is there and its proxy knows that the order is paid; we could not read what came before.
    let mut world = world(2, Net { answer: Answer::Says(0), greets: false, ..Net::GOOD });
    world.pass(70 * SECOND);
    assert_ne!(world.tracker.health(), Health::Live, "nothing has confirmed what is shown");
    assert_eq!(world.tracker.last_confirmed(), None);
    world.net = Net { greets: false, ..Net::GOOD };
    world.pass(36 * SECOND);
    assert_eq!(world.tracker.health(), Health::Live);
    is_well(&world);
}

/// A tracker at a stream that is open, with a read behind it under way.
struct Bare {
    tracker: Tracker,
    stream: u32,
    read: u32,
    age: u32,
    poll: u32,
}

impl Bare {
    fn new(known: Option<Order>) -> Self {
        let mut bare = Self { tracker: Tracker::new(id(ID), known, false), stream: 0, read: 0, age: 0, poll: 0 };
        bare.hand(Input::Start, 0);
        bare.hand(Input::StreamOpened(bare.stream), 0);
        bare
    }

    fn hand(&mut self, input: Input, secs: u64) -> Vec<Output> {
        let outputs = self.tracker.handle(input, Duration::from_secs(secs), &mut || 0);
        for output in &outputs {
            if let Output::OpenStream(generation) = output {
                self.stream = *generation;
            } else if let Output::Poll(generation) = output {
                self.read = *generation;
            } else if let Output::SetTimer(Timer::Age, generation, _) = output {
                self.age = *generation;
            } else if let Output::SetTimer(Timer::Poll, generation, _) = output {
                self.poll = *generation;
            }
        }
        outputs
    }

    fn answer(&mut self, order: Order, age: Option<u64>, secs: u64) -> Vec<Output> {
        self.hand(Input::PollAnswered(self.read, Box::new(order), age.map(Duration::from_secs)), secs)
    }

    fn confirmed(&self) -> Option<u64> {
        self.tracker.last_confirmed().map(|at| at.as_secs())
    }
}

#[test]
fn tracking_s33_an_answer_with_an_age_confirms_as_of_then_and_settles_nothing() {
    let mut bare = Bare::new(Some(waiting()));
    bare.hand(Input::Nudge, 39);
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(1))), 39);
    assert_eq!(bare.confirmed(), None, "a read is owed");
    let outputs = bare.answer(waiting(), Some(30), 40);
    assert_eq!((bare.confirmed(), bare.tracker.health()), (Some(9), Health::Live), "from when it was asked for");
    let asks_again = outputs.iter().any(|output| matches!(output, Output::SetTimer(Timer::Poll, ..)));
    assert!(asks_again, "what made us read is still owed: {outputs:?}");
    // Nothing is confirmed by pings before that.
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(1))), 45);
    assert_eq!(bare.confirmed(), Some(9));
    let age = bare.age;
    bare.hand(Input::Timer(Timer::Age, age), 71);
    assert_eq!(bare.tracker.health(), Health::Polling, "over a minute old");
}

#[test]
fn tracking_s33_an_age_never_takes_a_confirmation_back_nor_a_state() {
    for stamp in [None, Some(crate::support::at(0))] {
        let paid = Order { updated_at: stamp, ..state("PaymentStarted", 0) };
        let mut bare = Bare::new(Some(Order { updated_at: stamp, ..waiting() }));
        bare.hand(Input::Message(bare.stream, Box::new(paid)), 50);
        bare.answer(Order { updated_at: stamp, ..waiting() }, Some(20), 55);
        let shown = bare.tracker.order().map(|order| order.state.as_str().to_owned());
        assert_eq!((shown.as_deref(), bare.confirmed()), (Some("PaymentStarted"), Some(50)));
    }
}

#[test]
fn tracking_s33_an_answer_that_is_younger_than_what_made_us_read_settles_it() {
    let mut bare = Bare::new(Some(waiting()));
    bare.answer(waiting(), Some(0), 0);
    bare.hand(Input::Ping(bare.stream, Some(Duration::ZERO)), 3);
    assert_eq!(bare.confirmed(), Some(0), "an answer of the same second may be from before");
    bare.hand(Input::Nudge, 4);
    bare.answer(waiting(), Some(0), 8);
    bare.hand(Input::Ping(bare.stream, Some(Duration::ZERO)), 9);
    assert_eq!(bare.confirmed(), Some(4), "nor is it known to be younger than when it was asked for");
    bare.hand(Input::Nudge, 10);
    bare.hand(Input::Nudge, 12);
    bare.answer(waiting(), Some(0), 13);
    bare.hand(Input::Ping(bare.stream, Some(Duration::ZERO)), 14);
    assert_eq!(bare.confirmed(), Some(12), "the newest word is what counts");
    let poll = bare.poll;
    bare.hand(Input::Timer(Timer::Poll, poll), 20);
    bare.answer(waiting(), Some(0), 21);
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(1))), 40);
    assert_eq!(bare.confirmed(), Some(39));
}

#[test]
fn tracking_s32_a_ping_never_takes_a_confirmation_back() {
    let mut bare = Bare::new(Some(waiting()));
    bare.answer(waiting(), None, 5);
    bare.hand(Input::Message(bare.stream, Box::new(waiting())), 10);
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(400))), 20);
    assert_eq!(bare.confirmed(), Some(10));
    bare.hand(Input::Ping(bare.stream, Some(Duration::from_secs(2))), 30);
    assert_eq!(bare.confirmed(), Some(28));
    bare.hand(Input::Ping(bare.stream, None), 40);
    assert_eq!(bare.confirmed(), Some(28));
}

#[test]
fn tracking_s32_what_a_ping_says() {
    let table = [
        (r#"{"confirmed_ms": 12345}"#, Some(12_345)),
        (r#"{"confirmed_ms":0,"more":1}"#, Some(0)),
        ("{}", None),
        ("", None),
        (r#"{"confirmed_ms":-1}"#, None),
        (r#"{"confirmed_ms":1.5}"#, None),
        (r#"{"confirmed_ms":1e3}"#, None),
        (r#"{"confirmed_ms":"12"}"#, None),
        (r#"{"confirmed_ms":null}"#, None),
        (r#"{"confirmed_ms":99999999999999999999999}"#, None),
        ("12345", None),
    ];
    for (data, expected) in table {
        assert_eq!(wire::confirmed(data), expected.map(Duration::from_millis), "{data}");
    }
}

#[test]
fn tracking_s28_only_the_closed_list_ends_anything() {
    for (status, body, expected) in SAID {
        let found = wire::ending(status, body);
        let expected = expected.map(|ending| match ending {
            crate::world::Ending::NotFound => Ending::NotFound,
            crate::world::Ending::Forbidden => Ending::Forbidden,
        });
        assert_eq!(found, expected, "{status} {body}");
    }
    for (status, code) in
        [(500, "NOT_FOUND"), (400, "ORDER_NOT_FOUND"), (422, "FORBIDDEN"), (200, "NOT_FOUND"), (404, "FORBIDDEN")]
    {
        let body = format!(r#"{{"status":{status},"detail":"{code}"}}"#);
        assert_eq!(wire::ending(status, &body), None, "{body}");
    }
}

#[test]
fn tracking_s28_what_an_answer_means() {
    let table = [
        (404, "<html>", PollFailure::Unreachable),
        (403, "<html>", PollFailure::Unreachable),
        (418, "{}", PollFailure::Unreachable),
        (302, "", PollFailure::Unreachable),
        (503, "", PollFailure::Unreachable),
        (200, "<html>", PollFailure::Undecodable),
        (429, "<html>", PollFailure::TooMany(None)),
        (404, r#"{"status":404,"detail":"NOT_FOUND"}"#, PollFailure::NotFound),
        (403, r#"{"status":403,"detail":"ORIGIN_NOT_ALLOWED"}"#, PollFailure::Forbidden),
    ];
    for (status, body, expected) in table {
        assert_eq!(wire::read(&id(ID), status, body, None).expect_err("no order"), expected, "{status} {body}");
    }
}

#[test]
fn tracking_s28_a_routers_answers_are_a_lost_connection() {
    for secs in [2, 30, 300] {
        for line in (0..SAID.len()).filter(|line| SAID[*line].2.is_none()) {
            for is_cut in [true, false] {
                let mut world = world(u64::try_from(line).expect("few"), Net { greets: false, ..Net::GOOD });
                world.pass(MINUTE);
                world.net.answer = Answer::Says(line);
                if is_cut {
                    world.net.connect = Connect::Fails(20);
                    world.glitch(Glitch::Drop);
                } else {
                    world.page(Input::Nudge);
                    world.net.delivers = false;
                }
                world.pass(secs * SECOND);
                world.truth_is(state("PaymentStarted", 1));
                world.net = Net { greets: false, delivers: is_cut, ..Net::GOOD };
                world.pass(35 * SECOND);
                assert_eq!(world.shown(), ["PaymentStarted"], "{} s of {:?}", secs, SAID[line]);
                is_well(&world);
            }
        }
    }
}

#[test]
fn tracking_s29_an_order_of_ours_that_cannot_be_found_is_asked_for_ever_more_slowly() {
    each_seed(|seed| {
        let mut world = world(seed, Net { answer: Answer::Says(14), greets: false, ..Net::GOOD });
        world.pass(10 * SECOND);
        assert_eq!(world.tracker.health(), Health::NotFound);
        assert!(!world.has_stream());
        world.pass(30 * MINUTE);
        assert_eq!(world.tracker.health(), Health::NotFound, "and nothing else is said meanwhile");
        assert_eq!(said(&world, Health::NotFound), 1);
        let reads = reads_since(&world, 5 * SECOND);
        assert!((15..=24).contains(&reads.len()), "{} reads", reads.len());
        let waits: Vec<u64> = reads.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(waits[0] < 13 * SECOND && waits[5] > 100 * SECOND, "{waits:?}");
        // Whoever comes back sees at once how it is.
        for input in [Input::Visible, Input::Online, Input::Woke, Input::Nudge] {
            let from = world.now();
            world.page(input.clone());
            world.pass(2 * SECOND);
            assert_eq!(world.count(from, &Note::Read), 1, "{input:?}");
        }
        world.net = Net::GOOD;
        world.truth_is(state("PaymentStarted", 1));
        world.pass(151 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        assert!(world.has_stream(), "and it is followed as before");
        is_well(&world);
    });
}

#[test]
fn tracking_s29_it_is_asked_for_as_long_as_money_could_be_on_its_way() {
    for (stake, minutes) in [(Stake::Made, 90), (Stake::Sent, 24 * 60)] {
        let mut world = world(6, Net { answer: Answer::Says(15), greets: false, ..Net::GOOD });
        world.page(Input::Stake(stake));
        world.pass((minutes - 5) * MINUTE);
        let late = world.now();
        world.pass(4 * MINUTE);
        assert!(world.count(late, &Note::Read) > 0, "{stake:?}");
        world.pass(10 * MINUTE);
        let over = world.now();
        world.pass(30 * MINUTE);
        assert_eq!(world.count(over, &Note::Read), 0, "{stake:?}");
        world.net = Net::GOOD;
        world.page(Input::Visible);
        world.pass(SECOND);
        assert_eq!(world.tracker.health(), Health::Live, "{stake:?}: it is there again");
        is_well(&world);
    }
}

#[test]
fn tracking_s29_an_order_of_ours_that_may_not_be_read_is_asked_for_as_one_that_cannot_be_found() {
    for line in [17, 18, 19] {
        let mut world = world(7, Net { answer: Answer::Says(line), greets: false, ..Net::GOOD });
        world.pass(10 * SECOND);
        assert_eq!((world.tracker.health(), world.tracker.is_over()), (Health::Forbidden, false), "{:?}", SAID[line]);
        assert!(!world.has_stream());
        world.pass(30 * MINUTE);
        assert_eq!(said(&world, Health::Forbidden), 1, "and nothing else is said meanwhile");
        let reads = reads_since(&world, 5 * SECOND).len();
        assert!((12..=24).contains(&reads), "{reads} reads");
        world.net = Net::GOOD;
        world.truth_is(state("PaymentStarted", 1));
        world.pass(151 * SECOND);
        assert_eq!(world.shown(), ["PaymentStarted"]);
        assert!(world.has_stream(), "and it is followed as before");
        is_well(&world);
    }
}

#[test]
fn tracking_s29_an_order_that_nobody_here_has_seen_is_given_up() {
    each_seed(|seed| {
        let mut world = resumed(seed, Net { answer: Answer::Says(16), ..Net::DOWN });
        world.pass(10 * MINUTE);
        assert_eq!((world.tracker.health(), world.tracker.is_over()), (Health::NotFound, true));
        assert_eq!(world.count(0, &Note::Read), 2);
        is_well(&world);
        // One that is kept here is not.
        let mut world = World::new(id(ID), None, waiting(), waiting(), seed);
        world.net = Net { answer: Answer::Says(16), ..Net::DOWN };
        world.page(Input::Stake(Stake::Made));
        world.start();
        world.pass(10 * MINUTE);
        assert_eq!((world.tracker.health(), world.tracker.is_over()), (Health::NotFound, false));
        assert!(world.count(0, &Note::Read) > 5);
    });
}

#[test]
fn tracking_s29_two_not_found_with_an_event_between_them_are_not_two() {
    let mut world = world(1, Net { answer: Answer::Says(14), ..Net::GOOD });
    // The stream brings the order, so it is there.
    world.pass(200);
    world.glitch(Glitch::Duplicate);
    world.pass(4 * SECOND);
    world.glitch(Glitch::Duplicate);
    world.net = Net::GOOD;
    world.pass(30 * SECOND);
    assert_eq!(said(&world, Health::NotFound), 0);
    assert_eq!(world.tracker.health(), Health::Live);
}

#[test]
fn tracking_s30_live_ends_a_minute_after_the_last_confirmation() {
    each_seed(|seed| {
        for answer in [Answer::Says(1), Answer::Never, Answer::Fails(PollFailure::Undecodable)] {
            let mut world = world(seed, Net { greets: false, pings: Pings::Bare, ..Net::GOOD });
            world.pass(20 * SECOND);
            world.net.answer = answer;
            world.pass(10 * MINUTE);
            let (confirmed, ended) = (
                world.tracker.last_confirmed().expect("a confirmation"),
                world.log.iter().rev().find(|(_, note)| *note == Note::Say(Health::Live)).map(|(at, _)| *at),
            );
            let left = world.log.iter().find(|(at, note)| Some(*at) > ended && matches!(note, Note::Say(_)));
            let left = left.map(|(at, _)| *at).expect("it is not called live for ever");
            let held = left - u64::try_from(confirmed.as_millis()).expect("short");
            assert!((59 * SECOND..61 * SECOND).contains(&held), "{held} ms, {answer:?}");
            is_well(&world);
        }
    });
}

#[test]
fn tracking_s30_an_order_that_is_not_payable_any_more_is_not_read_each_minute() {
    for (pings, most) in [(Pings::Bare, 14), (Pings::Telling, 7)] {
        let order = state("WaitingForDelivery", 1);
        let mut world = World::new(id(ID), Some(order.clone()), order, waiting(), 9);
        world.net = Net { pings, ..Net::GOOD };
        world.start();
        world.pass(30 * MINUTE);
        let reads = reads_since(&world, 0).len();
        assert!(reads <= most, "{pings:?}: {reads} reads");
        is_well(&world);
    }
}

#[test]
fn tracking_s33_a_sign_of_money_in_a_snapshot_of_unknown_age_is_only_heard() {
    for (stamps, expected) in [
        ([None, None], SignOfMoney::Heard),
        ([Some(crate::support::at(9)), Some(crate::support::at(5))], SignOfMoney::Told),
    ] {
        let [last, late] = stamps;
        let waits = || Order { updated_at: last, ..state("WaitingForPayment", 0) };
        let mut bare = Bare::new(Some(waits()));
        bare.answer(waits(), None, 1);
        bare.hand(Input::Message(bare.stream, Box::new(waits())), 100);
        bare.hand(Input::Nudge, 102);
        bare.answer(Order { updated_at: late, ..state("PaymentStarted", 0) }, Some(60), 103);
        let snapshot = bare.tracker.snapshot();
        let shown = snapshot.order.as_ref().map(|order| order.state.as_str());
        assert_eq!((shown, snapshot.money), (Some("WaitingForPayment"), expected), "{stamps:?}");
    }
}
