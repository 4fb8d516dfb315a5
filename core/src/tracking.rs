//! Following one order: a pure state machine that decides when to stream, poll, wait and stop.
//!
//! The driver (`app::follow`) keeps this contract:
//! - it hands in [`Input`]s one at a time, with a monotonic `now`, and carries out the [`Output`]s in order before the next;
//! - every stream, read and timer carries a generation; the driver hands it back unchanged. Inputs of an older generation are
//!   ignored, so late callbacks do no harm;
//! - every [`Output::Poll`] ends in one [`Input::PollAnswered`] or [`Input::PollFailed`]; a read has a deadline of its own;
//! - [`Output::SetTimer`] replaces a running timer of the same name;
//! - the page is taken as visible and online and the stream as allowed until told otherwise, before [`Input::Start`] if need be.
//!
//! [`pace`] says how often an order is asked about when no stream is there, and for how long.

use core::time::Duration;
use std::collections::VecDeque;

use crate::{
    backoff::{Backoff, between},
    checkout::is_moved,
    order::{Order, OrderId},
};

pub use contract::{Health, Input, Output, PollFailure, Timer};
use pace::Pace;

mod contract;
pub mod pace;
mod reads;
mod streams;

/// No event for this long on an open stream: verify by a read.
const WATCHDOG: Duration = Duration::from_secs(45);
/// A stream that is neither opened nor refused after this long is given up.
const OPENING: Duration = Duration::from_secs(15);
/// A stream that stays open for this long is good: failures are forgotten.
const SETTLED: Duration = Duration::from_secs(60);
/// How long a loss goes unmentioned; the shopper must know within 10 s.
const UNMENTIONED: Duration = Duration::from_secs(8);
/// The window in which failures of the stream are counted, and how many of them mean polling.
const FAILURE_WINDOW: Duration = Duration::from_secs(60);
const FAILURES_TO_POLL: usize = 3;
/// Reads of our own accord are at least this far apart; those that a flood of bad payloads asks for, further.
const SPACING: Duration = Duration::from_secs(1);
const BAD_PAYLOAD_SPACING: Duration = Duration::from_secs(5);
/// Whatever happens, no more streams than this are opened in [`FAILURE_WINDOW`].
const MAX_CONNECTS: usize = 8;

/// The state machine. One a followed order.
#[derive(Debug)]
pub struct Tracker {
    id: OrderId,
    order: Option<Order>,
    money_seen: bool,
    phase: Phase,
    /// The named event `stop` came: no stream any more.
    stopped: bool,
    visible: bool,
    online: bool,
    allowed: bool,
    generation: u32,
    stream: Stream,
    /// Times of the latest stream connects, the oldest first.
    connects: VecDeque<Duration>,
    /// Times of the latest stream failures, the oldest first.
    failures: VecDeque<Duration>,
    /// Failures of the stream since it was last good for a while.
    attempts: u32,
    /// The stream keeps failing: reads are the means, the stream is probed now and then.
    polling: bool,
    /// The last good stream was dropped: the next retries are spread widely, since a whole fleet may have been.
    dropped: bool,
    /// A silent stream was replaced once to no avail; silence is its way, unless it ever pings.
    knows_silence: bool,
    read: Option<Read>,
    /// Something happened that only a read can settle; it is repeated until one answers.
    owes_read: bool,
    /// What happened so while a read was under way, whose answer may be older: when to read again at the earliest.
    read_again: Option<Duration>,
    read_failures: u32,
    /// Answers of 404 with no other answer between them.
    not_found: u8,
    /// No read before this (429).
    held_until: Duration,
    last_read: Option<Duration>,
    /// When the poll timer is due.
    read_due: Duration,
    /// When the pace of the present state began to count.
    paced_since: Duration,
    /// The pace has run out: nothing is asked until something happens to the page.
    quiet: bool,
    timers: [Option<u32>; 5],
    health: Health,
    last_confirmed: Option<Duration>,
    /// The last read answered, and no stream or read failed since.
    reads_work: bool,
    /// Nothing has worked for a while.
    loss_admitted: bool,
    ignored: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// `Start` has not come.
    Ready,
    Following,
    /// Nothing will be asked again.
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    None,
    Opening { generation: u32 },
    Open { generation: u32, last_event: Duration, pings: bool },
}

/// A read under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Read {
    generation: u32,
    why: Why,
}

/// What made us read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// To learn the state.
    News,
    /// The stream is silent: is it still true?
    Silence,
    /// Another tab knows more.
    Nudge,
}

/// The surroundings of one input.
struct Turn<'a> {
    now: Duration,
    random: &'a mut dyn FnMut() -> u32,
    out: Vec<Output>,
}

impl Turn<'_> {
    /// A duration uniform between two numbers of milliseconds.
    fn between(&mut self, low: u64, high: u64) -> Duration {
        between(Duration::from_millis(low), Duration::from_millis(high), (self.random)())
    }
}

impl Tracker {
    /// Starts from the last known snapshot (`None` when resuming by id) with the sticky sign of money.
    pub fn new(id: OrderId, known: Option<Order>, money_seen: bool) -> Self {
        let known = known.filter(|order| order.id == id);
        let money_seen = money_seen || known.as_ref().is_some_and(Order::has_sign_of_money);
        Self {
            id,
            order: known,
            money_seen,
            phase: Phase::Ready,
            stopped: false,
            visible: true,
            online: true,
            allowed: true,
            generation: 0,
            stream: Stream::None,
            connects: VecDeque::new(),
            failures: VecDeque::new(),
            attempts: 0,
            polling: false,
            dropped: false,
            knows_silence: false,
            read: None,
            owes_read: false,
            read_again: None,
            read_failures: 0,
            not_found: 0,
            held_until: Duration::ZERO,
            last_read: None,
            read_due: Duration::ZERO,
            paced_since: Duration::ZERO,
            quiet: false,
            timers: [None; 5],
            health: Health::Connecting,
            last_confirmed: None,
            reads_work: false,
            loss_admitted: false,
            ignored: 0,
        }
    }

    /// Takes one input and answers what to do, in order. `now` is monotonic time since an arbitrary start; `random` gives uniform `u32`s.
    pub fn handle(&mut self, input: Input, now: Duration, random: &mut dyn FnMut() -> u32) -> Vec<Output> {
        let mut turn = Turn { now, random, out: Vec::new() };
        match self.phase {
            Phase::Ready => self.prepare(&input, &mut turn),
            Phase::Following => self.follow(input, &mut turn),
            Phase::Over => {}
        }
        self.tell_health(&mut turn);
        turn.out
    }

    /// The last accepted snapshot.
    pub fn order(&self) -> Option<&Order> {
        self.order.as_ref()
    }
    /// Whether there was ever a sign of money.
    pub fn money_seen(&self) -> bool {
        self.money_seen
    }
    /// When the server last confirmed the state, in the driver's monotonic time.
    pub fn last_confirmed(&self) -> Option<Duration> {
        self.last_confirmed
    }
    /// How the order is followed right now; begins with [`Health::Connecting`].
    pub fn health(&self) -> Health {
        self.health
    }
    /// How many snapshots were ignored: of another order, or going back.
    pub fn ignored(&self) -> u32 {
        self.ignored
    }

    fn prepare(&mut self, input: &Input, turn: &mut Turn<'_>) {
        match input {
            Input::Start => {
                self.phase = Phase::Following;
                self.paced_since = turn.now;
                if self.order.as_ref().is_some_and(Order::is_final) {
                    return self.end(Health::Ended, turn);
                }
                if self.order.is_none() || !self.may_stream() {
                    self.owes_read = true;
                    self.read_now(Why::News, turn);
                }
                self.open_stream(turn);
                self.expect_health(turn);
            }
            Input::Online => self.online = true,
            Input::Offline => self.online = false,
            Input::Visible => self.visible = true,
            Input::Hidden => self.visible = false,
            Input::StreamAllowed(allowed) => self.allowed = *allowed,
            Input::StreamOpened(_)
            | Input::Message(..)
            | Input::BadPayload(_)
            | Input::Ping(_)
            | Input::Stop(_)
            | Input::StreamError(_)
            | Input::PollAnswered(..)
            | Input::PollFailed(..)
            | Input::Timer(..)
            | Input::Woke
            | Input::Nudge => {}
        }
    }

    fn follow(&mut self, input: Input, turn: &mut Turn<'_>) {
        match input {
            Input::Start => {}
            Input::StreamOpened(generation) => self.stream_opened(generation, turn),
            Input::Message(generation, order) => {
                if self.hear(generation, false, turn) {
                    self.observe(*order, None, turn);
                }
            }
            Input::BadPayload(generation) => {
                if self.hear(generation, false, turn) {
                    self.ignored = self.ignored.saturating_add(1);
                    self.read_behind(Why::News, BAD_PAYLOAD_SPACING, turn);
                }
            }
            Input::Ping(generation) => {
                self.hear(generation, true, turn);
            }
            Input::Stop(generation) => self.stream_stopped(generation, turn),
            Input::StreamError(generation) => {
                if self.stream_generation() == Some(generation) {
                    self.stream_failed(turn);
                }
            }
            Input::PollAnswered(generation, order) => self.read_answered(generation, *order, turn),
            Input::PollFailed(generation, failure) => self.read_failed(generation, failure, turn),
            Input::Timer(timer, generation) => {
                if self.timers[slot(timer)] == Some(generation) {
                    self.timers[slot(timer)] = None;
                    self.timer_fired(timer, turn);
                }
            }
            Input::Online => {
                self.online = true;
                self.start_afresh(turn);
            }
            Input::Offline => {
                self.online = false;
                self.close_stream(turn);
                self.clear(Timer::Reconnect, turn);
                self.schedule_read(turn);
            }
            Input::Visible => {
                self.visible = true;
                self.start_afresh(turn);
            }
            Input::Hidden => {
                self.visible = false;
                self.close_stream(turn);
                self.clear(Timer::Reconnect, turn);
                self.schedule_read(turn);
            }
            Input::Woke => self.start_afresh(turn),
            Input::Nudge => {
                self.read_behind(Why::Nudge, SPACING, turn);
            }
            Input::StreamAllowed(allowed) => {
                self.allowed = allowed;
                if allowed {
                    self.open_stream(turn);
                } else {
                    self.close_stream(turn);
                    self.clear(Timer::Reconnect, turn);
                    self.schedule_read(turn);
                }
            }
        }
    }

    fn timer_fired(&mut self, timer: Timer, turn: &mut Turn<'_>) {
        match timer {
            Timer::Reconnect => self.open_stream(turn),
            Timer::Watchdog => self.watch(turn),
            Timer::Poll => self.poll_timer_fired(turn),
            Timer::Settled => {
                self.attempts = 0;
                self.failures.clear();
            }
            Timer::Health => {
                self.loss_admitted = true;
                self.reads_work = false;
            }
        }
    }

    /// What was suspended is true again, or may have gone stale unnoticed: read at once, with a fresh stream beside it.
    fn start_afresh(&mut self, turn: &mut Turn<'_>) {
        self.close_stream(turn);
        self.attempts = 0;
        self.failures.clear();
        self.polling = false;
        self.dropped = false;
        self.read_failures = 0;
        self.owes_read = true;
        self.read_soon(Why::News, SPACING, turn);
        self.open_stream(turn);
        self.expect_health(turn);
    }

    /// Takes a snapshot; `read` tells why we read, if it came by a read. Answers whether it brought news.
    fn observe(&mut self, seen: Order, read: Option<Why>, turn: &mut Turn<'_>) -> bool {
        if seen.id != self.id {
            self.ignored = self.ignored.saturating_add(1);
            return false;
        }
        // Sticky: even a snapshot that is out of date by now was true once.
        let money_seen = self.money_seen || seen.has_sign_of_money();
        let first_money = money_seen && !self.money_seen;
        self.money_seen = money_seen;
        let accepted = self.order.as_ref().is_none_or(|last| seen.may_follow(last));
        if !accepted {
            self.ignored = self.ignored.saturating_add(1);
            if first_money {
                turn.out.extend(self.order.clone().map(|order| Output::Publish(Box::new(order))));
            }
            if self.order.as_ref().is_some_and(|last| is_moved(last, &seen)) {
                turn.out.push(Output::Dispute(Box::new(seen)));
            }
            return false;
        }
        self.last_confirmed = Some(turn.now);
        let is_news = self.order.as_ref() != Some(&seen);
        if !is_news && !first_money {
            return false;
        }
        let before = self.pace();
        self.order = Some(seen.clone());
        if self.pace() != before {
            self.paced_since = turn.now;
        }
        let is_final = seen.is_final();
        turn.out.push(Output::Publish(Box::new(seen)));
        if read != Some(Why::Nudge) {
            turn.out.push(Output::Nudge);
        }
        if is_final {
            self.end(Health::Ended, turn);
        }
        is_news
    }

    fn pace(&self) -> Pace {
        pace::pace(self.order.as_ref(), self.money_seen, self.stopped)
    }

    fn end(&mut self, health: Health, turn: &mut Turn<'_>) {
        self.close_stream(turn);
        for timer in [Timer::Reconnect, Timer::Watchdog, Timer::Poll, Timer::Settled, Timer::Health] {
            self.clear(timer, turn);
        }
        self.read = None;
        self.phase = Phase::Over;
        self.health_is(health, turn);
    }

    // Timers and generations.

    fn next_generation(&mut self) -> u32 {
        self.generation = self.generation.wrapping_add(1);
        self.generation
    }

    fn set(&mut self, timer: Timer, wait: Duration, turn: &mut Turn<'_>) {
        let generation = self.next_generation();
        self.timers[slot(timer)] = Some(generation);
        turn.out.push(Output::SetTimer(timer, generation, wait));
    }

    fn clear(&mut self, timer: Timer, turn: &mut Turn<'_>) {
        if self.timers[slot(timer)].take().is_some() {
            turn.out.push(Output::ClearTimer(timer));
        }
    }

    fn is_set(&self, timer: Timer) -> bool {
        self.timers[slot(timer)].is_some()
    }

    // Health.

    /// Unless something works by then, the loss is admitted when the timer fires.
    fn expect_health(&mut self, turn: &mut Turn<'_>) {
        if !self.is_set(Timer::Health) {
            self.set(Timer::Health, UNMENTIONED, turn);
        }
    }

    /// Something works.
    fn cheer_up(&mut self, turn: &mut Turn<'_>) {
        self.loss_admitted = false;
        self.clear(Timer::Health, turn);
    }

    fn tell_health(&mut self, turn: &mut Turn<'_>) {
        let health = match self.stream {
            _ if self.phase != Phase::Following => return,
            _ if self.quiet => Health::Ended,
            Stream::Open { .. } => Health::Live,
            Stream::None | Stream::Opening { .. } if !self.online => Health::Offline,
            Stream::None | Stream::Opening { .. } if self.reads_work => Health::Polling,
            Stream::None | Stream::Opening { .. } if self.loss_admitted => Health::CatchingUp,
            // Lost just now: it is not mentioned yet.
            Stream::None | Stream::Opening { .. } => return,
        };
        self.health_is(health, turn);
    }

    fn health_is(&mut self, health: Health, turn: &mut Turn<'_>) {
        if self.health != health {
            self.health = health;
            turn.out.push(Output::Health(health));
        }
    }
}

fn slot(timer: Timer) -> usize {
    match timer {
        Timer::Reconnect => 0,
        Timer::Watchdog => 1,
        Timer::Poll => 2,
        Timer::Settled => 3,
        Timer::Health => 4,
    }
}
