//! Following one order: a pure state machine that decides when to stream, poll, wait and stop.
//!
//! The driver (`app::follow`) keeps this contract:
//! - it hands in [`Input`]s one at a time, with a monotonic `now`, and carries out the [`Output`]s in order before the next;
//! - every stream, read and timer carries a generation; the driver hands it back unchanged. Inputs of an older generation are
//!   ignored, so late callbacks do no harm;
//! - every [`Output::Poll`] ends in one [`Input::PollAnswered`] or [`Input::PollFailed`]; a read has a deadline of its own;
//! - [`Output::SetTimer`] replaces a running timer of the same name;
//! - an answer that is not fresh comes with its age, and a ping with what the proxy says of its own knowledge;
//! - the page is taken as visible and online and the stream as allowed until told otherwise, before [`Input::Start`] if need be.
//!
//! The order is called "live" only while its state was confirmed lately, by an event, by a read, or by a ping that says
//! when the proxy last heard of the order. An open stream alone proves nothing, nor does a ping without a number. While
//! no such ping comes, or what the pings say is old, the order is read.
//!
//! [`cadence`] says how often an order is read when no stream is there, and for how long.

use core::time::Duration;
use std::{collections::VecDeque, sync::Arc};

use crate::{
    backoff::{Backoff, between},
    order::{self, Order, OrderId, OrderState, SignOfMoney, Stage, names_more, payee_changed},
};

use cadence::Cadence;
pub use contract::{Health, Input, Output, PollFailure, Snapshot, Stake, Timer};

pub mod cadence;
mod contract;
mod reads;
mod streams;

/// An open stream that was silent for this long is checked by a read.
const WATCHDOG: Duration = Duration::from_secs(45);
/// How long a confirmation vouches for the state. After that the order is not called "live".
pub const VOUCHED: Duration = Duration::from_secs(60);
/// A payable order that nothing has confirmed for this long is read, so that the answer is there before [`VOUCHED`] has
/// passed.
const CHECK: Duration = Duration::from_secs(55);
/// A stream that has said nothing about the order for this long is replaced when the order is read. The order is read
/// then at the latest, even while pings say when the proxy last heard of it: until then the proxy reads a payable
/// order for the page.
const DEAF: Duration = Duration::from_secs(300);
/// The read behind a new stream is repeated this long after its answer: proxies that answer from memory do so for 3 s.
const MEMORY: Duration = Duration::from_secs(4);
/// A stream that is neither opened nor refused after this long is given up.
const OPENING: Duration = Duration::from_secs(15);
/// A stream that stays open for this long is good, and earlier failures no longer count.
const SETTLED: Duration = Duration::from_secs(60);
/// How long a lost connection is not shown; the shopper must know within 10 s.
const UNMENTIONED: Duration = Duration::from_secs(8);
/// The window in which failures of the stream are counted, and how many of them mean polling.
const FAILURE_WINDOW: Duration = Duration::from_secs(60);
const FAILURES_TO_POLL: usize = 3;
/// Reads that the tracker starts by itself are at least this far apart; those that a flood of bad payloads asks for are
/// further apart.
const SPACING: Duration = Duration::from_secs(1);
const BAD_PAYLOAD_SPACING: Duration = Duration::from_secs(5);
/// A delivered order is read when somebody comes back to it, for as long as it is kept: the supplier may have replaced a code. No
/// more often than that.
const LOOKED_BACK_AT: Duration = Duration::from_secs(60 * 60);
const LOOK_BACK: Duration = Duration::from_secs(60);
/// Whatever happens, no more streams than this are opened in [`FAILURE_WINDOW`].
const MAX_CONNECTS: usize = 8;

/// The state machine that follows one order; each order has its own.
#[derive(Debug)]
pub struct Tracker {
    id: OrderId,
    /// What is known, and is published whenever it changes.
    snapshot: Snapshot,
    phase: Phase,
    /// The named event `stop` came: no stream is opened any more.
    stopped: bool,
    visible: bool,
    online: bool,
    allowed: bool,
    generation: u32,
    stream: Stream,
    /// The times of the latest stream connects, the oldest first.
    connects: VecDeque<Duration>,
    /// The times of the latest stream failures, the oldest first.
    failures: VecDeque<Duration>,
    /// How often the stream failed since it was last good for a while.
    attempts: u32,
    retries: Retries,
    /// A silent stream was replaced once and the new one is silent too: its silence is normal, unless it ever pings.
    knows_silence: bool,
    read: Option<Read>,
    /// What only a read can settle; the read is repeated until one answers.
    owed: Option<Owed>,
    read_failures: u32,
    /// "Not found" was answered once, at this time, and nothing else since: the order is read again before that is
    /// believed.
    doubted: Option<Duration>,
    stake: Stake,
    /// Reads wait until this time, because the server answered 429.
    held_until: Duration,
    last_read: Option<Duration>,
    /// When a sign of money was first heard of, or the order began to be followed.
    heard_at: Duration,
    /// When the current cadence began to count.
    paced_since: Duration,
    /// The timers that run, each in its [`slot`].
    timers: [Option<Running>; 6],
    reach: Reach,
    ignored: u32,
}

/// How far the following of an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// [`Input::Start`] has not come.
    Ready,
    /// The order is read, or a stream brings it.
    Following,
    /// The order was read for as long as its cadence lasts: no read is planned until something happens to the page.
    Quiet,
    /// The order cannot be found, or may not be read, since `since`, and is read ever more seldom. `times` counts how
    /// often that was answered after the first time since somebody looked; `said` is which of both it is.
    Missing { since: Duration, times: u32, said: Health },
    /// The order was delivered at this time. It is read when somebody comes back to it, for a while.
    Delivered(Duration),
    /// Nothing will be read again.
    Over,
}

impl Phase {
    /// Returns whether the order is followed, so that every input counts.
    const fn is_followed(self) -> bool {
        match self {
            Self::Following | Self::Quiet | Self::Missing { .. } => true,
            Self::Ready | Self::Delivered(_) | Self::Over => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    None,
    Opening { generation: u32 },
    Open(Open),
}

/// When a stream that failed is opened again. It is less and less often until a stream opens, or something happens to the
/// page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Retries {
    /// Soon, after waits that grow.
    Soon,
    /// A good stream was dropped: the retries are spread widely, since a whole fleet of pages may have been dropped.
    Spread,
    /// The stream keeps failing: the order is read instead, and the stream is tried now and then.
    Seldom,
}

/// An open stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    generation: u32,
    /// When anything came last: a sign that the proxy is there.
    last_event: Duration,
    /// As of when the stream itself, or the proxy by a ping, last said something about the order.
    last_word: Duration,
    pings: Pings,
    echo: Echo,
    told: Told,
}

/// What was heard about the order since a stream was opened, by the stream or by a read: that is what its pings vouch
/// for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// Nothing was heard.
    Nothing,
    /// The state that is shown.
    Shown,
    /// A snapshot that may not follow the one that is shown.
    Refused,
}

/// The pings of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pings {
    /// No ping came.
    None,
    /// Pings came that say nothing about the order.
    Bare,
    /// Pings say when the proxy last heard of the order: the last ping came at `at` and reported the time `of`.
    Telling { at: Duration, of: Duration },
}

/// Whether the read behind a new stream is repeated: some proxies answer it from memory, with a state from before the
/// stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Echo {
    /// The first read is not answered yet.
    Unanswered,
    /// The read is repeated at this time.
    Due(Duration),
    /// The read was repeated, or something came that makes that needless.
    Over,
}

/// Whether the server can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// It is not known: nothing was answered yet, or something has failed since.
    Unknown,
    /// The last read was answered, and no stream or read has failed since.
    ReadsWork,
    /// Nothing has worked for a while, and the shopper has been shown so.
    Lost,
}

/// A read under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Read {
    generation: u32,
    why: Why,
    /// Something has happened since this read began, and its answer may be older: the earliest time for another read.
    again: Option<Duration>,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Running {
    generation: u32,
    due: Duration,
}

/// A doubt that a read must settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Owed {
    /// Since when: a state that the supplier reported before this time does not settle it.
    since: Duration,
    why: Why,
}

/// Why the order is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// To learn its state.
    News,
    /// The stream is silent: the read tells whether the state is still true.
    Silence,
    /// The stream is open, but nothing vouches for the order any more: the read tells whether the stream has kept
    /// something back.
    Doubt,
    /// The first answer behind a new stream may have come from memory: the order is read once more.
    Echo,
    /// Another tab knows something newer.
    Nudge,
}

/// What is at hand while one input is handled.
struct Turn<'a> {
    now: Duration,
    random: &'a mut dyn FnMut() -> u32,
    out: Vec<Output>,
}

impl Turn<'_> {
    /// Returns a duration between two numbers of milliseconds, uniform.
    fn between(&mut self, low: u64, high: u64) -> Duration {
        between(Duration::from_millis(low), Duration::from_millis(high), (self.random)())
    }
}

impl Tracker {
    /// Makes a tracker that starts from the last known snapshot (`None` when an order is resumed by its id) and from
    /// the sticky sign of money.
    pub fn new(id: OrderId, known: Option<Order>, money: impl Into<SignOfMoney>) -> Self {
        let known = known.filter(|order| order.id == id);
        let stake = if known.is_some() { Stake::Made } else { Stake::Nothing };
        Self {
            id,
            snapshot: Snapshot::beginning(known, money),
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
            retries: Retries::Soon,
            knows_silence: false,
            read: None,
            owed: None,
            read_failures: 0,
            doubted: None,
            stake,
            held_until: Duration::ZERO,
            last_read: None,
            heard_at: Duration::ZERO,
            paced_since: Duration::ZERO,
            timers: [None; 6],
            reach: Reach::Unknown,
            ignored: 0,
        }
    }

    /// Takes one input and returns what is to be done, in order. `now` is monotonic time since an arbitrary start;
    /// `random` gives random numbers, uniform over `u32`.
    pub fn handle(&mut self, input: Input, now: Duration, random: &mut dyn FnMut() -> u32) -> Vec<Output> {
        let before = self.snapshot.clone();
        let mut turn = Turn { now, random, out: Vec::new() };
        if matches!(input, Input::MoneySeen) {
            self.learn_of_money(&mut turn);
        }
        match self.phase {
            Phase::Ready => self.prepare(&input, &mut turn),
            Phase::Following | Phase::Quiet | Phase::Missing { .. } => self.follow(input, &mut turn),
            Phase::Delivered(since) => self.look_back(input, since, &mut turn),
            Phase::Over => {}
        }
        self.mind_age(&mut turn);
        self.tell_health(now);
        if self.snapshot != before {
            turn.out.insert(0, Output::Publish(self.snapshot.clone()));
        }
        turn.out
    }

    /// Returns all that is known of the order, as it was published last.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
    /// Returns the order as it was accepted last.
    pub fn order(&self) -> Option<&Order> {
        self.snapshot.order.as_deref()
    }
    /// Returns whether there was ever a sign of money.
    pub fn money_seen(&self) -> bool {
        self.snapshot.money.is_seen()
    }
    /// Whether nothing will be asked again by itself.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Delivered(_) | Phase::Over)
    }
    /// Returns when the supplier last confirmed the state, as far as is known, in the driver's monotonic time.
    pub fn last_confirmed(&self) -> Option<Duration> {
        self.snapshot.confirmed_at
    }
    /// Returns how the order is followed right now; the first value is [`Health::Connecting`].
    pub fn health(&self) -> Health {
        self.snapshot.health
    }
    /// Returns how many snapshots were ignored because they were of another order or went back.
    pub fn ignored(&self) -> u32 {
        self.ignored
    }

    fn prepare(&mut self, input: &Input, turn: &mut Turn<'_>) {
        match input {
            Input::Start => {
                self.heard_at = turn.now;
                self.phase = Phase::Following;
                self.paced_since = turn.now;
                if self.order().is_some_and(Order::is_final) {
                    return self.end_well(turn);
                }
                if self.order().is_none() || !self.may_stream() {
                    self.owe(Why::News, turn);
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
            Input::Stake(stake) => self.stake = self.stake.max(*stake),
            Input::StreamOpened(_)
            | Input::Message(..)
            | Input::BadPayload(_)
            | Input::Ping(..)
            | Input::Stop(_)
            | Input::StreamError(_)
            | Input::PollAnswered(..)
            | Input::PollFailed(..)
            | Input::Timer(..)
            | Input::Woke
            | Input::Nudge
            | Input::MoneySeen => {}
        }
    }

    fn follow(&mut self, input: Input, turn: &mut Turn<'_>) {
        match input {
            Input::Start | Input::MoneySeen => {}
            Input::StreamOpened(generation) => self.stream_opened(generation, turn),
            Input::Message(generation, order) => {
                if self.hear(generation, turn) {
                    self.observe_event(*order, turn);
                }
            }
            Input::BadPayload(generation) => {
                if self.hear(generation, turn) {
                    self.ignored = self.ignored.saturating_add(1);
                    self.read_behind(Why::News, BAD_PAYLOAD_SPACING, turn);
                }
            }
            Input::Ping(generation, confirmed) => {
                if self.hear(generation, turn) {
                    self.hear_ping(confirmed, turn);
                }
            }
            Input::Stop(generation) => self.stream_stopped(generation, turn),
            Input::StreamError(generation) => {
                if self.stream_generation() == Some(generation) {
                    self.stream_failed(turn);
                }
            }
            Input::PollAnswered(generation, order, age) => self.read_answered(generation, *order, age, turn),
            Input::PollFailed(generation, failure) => self.read_failed(generation, failure, turn),
            Input::Timer(timer, generation) => {
                let fired = self.timers[slot(timer)].take_if(|running| running.generation == generation);
                if fired.is_some() {
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
                self.look_again();
                self.read_behind(Why::Nudge, SPACING, turn);
            }
            Input::Stake(stake) => self.stake = self.stake.max(stake),
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
                self.reach = Reach::Lost;
            }
            // What is due by now is looked for after every input.
            Timer::Age => {}
        }
    }

    /// Starts again after a suspension, during which the state may have changed unnoticed: reads at once, and opens a
    /// fresh stream beside it.
    fn start_afresh(&mut self, turn: &mut Turn<'_>) {
        self.close_stream(turn);
        self.attempts = 0;
        self.failures.clear();
        self.retries = Retries::Soon;
        self.read_failures = 0;
        self.look_again();
        self.read_behind(Why::News, SPACING, turn);
        self.open_stream(turn);
        self.expect_health(turn);
    }

    /// Takes a snapshot that was true at `as_of`. `read` is the reason of the read that brought it, if one did. Returns
    /// whether the snapshot was news.
    fn observe(&mut self, seen: Order, read: Option<Why>, as_of: Duration, turn: &mut Turn<'_>) -> bool {
        if seen.id != self.id {
            self.ignored = self.ignored.saturating_add(1);
            return false;
        }
        let first_money = !self.money_seen() && seen.has_sign_of_money();
        // A state from before the last confirmation is no news, unless the supplier itself marks it as newer.
        let is_late = self.last_confirmed().is_some_and(|last| as_of < last);
        let now = self.after_last(seen.clone());
        let accepted = self.order().is_none_or(|last| {
            seen.may_follow(last) && (!is_late || now == *last || seen.updated_at > last.updated_at)
        });
        if seen.has_sign_of_money() {
            // The sign is sticky: even a snapshot that is out of date by now was true once. Whether the payment went away
            // since is known only if that snapshot is surely the older one.
            let is_older = self
                .order()
                .is_some_and(|last| seen.updated_at.zip(last.updated_at).is_some_and(|(seen, last)| seen < last));
            let sign = if accepted || is_older { SignOfMoney::Told } else { SignOfMoney::Heard };
            self.hear_of_money(sign, turn.now);
        }
        if let Some(open) = self.open_mut().filter(|_| accepted || !is_late) {
            open.told = if accepted { Told::Shown } else { Told::Refused };
        }
        if !accepted {
            self.ignored = self.ignored.saturating_add(1);
            if self.order().is_some_and(|last| payee_changed(last, &seen) || names_more(last, &seen)) {
                turn.out.push(Output::Dispute(Box::new(seen)));
            }
            return false;
        }
        self.confirm(as_of);
        if self.snapshot.money == SignOfMoney::Heard && as_of >= self.heard_at.saturating_add(MEMORY) {
            // What the supplier says now is surely newer than the sign that was only heard of.
            self.snapshot.money = SignOfMoney::Told;
        }
        self.found();
        let is_news = self.order() != Some(&now);
        if !is_news && !first_money {
            return false;
        }
        let before = self.cadence();
        let is_final = now.is_final();
        self.snapshot.order = Some(Arc::new(now));
        if self.cadence() != before {
            self.paced_since = turn.now;
        }
        if read != Some(Why::Nudge) {
            turn.out.push(Output::Nudge);
        }
        if is_final {
            self.end_well(turn);
        } else if matches!(self.phase, Phase::Delivered(_)) {
            self.phase = Phase::Following;
        }
        is_news
    }

    /// Returns a snapshot with what it leaves out of the payment and the order had before. The next snapshot is compared
    /// with that: less money than before is seen where one in between left it out, or could not be read.
    fn after_last(&self, seen: Order) -> Order {
        match self.order() {
            Some(last) => order::after(seen, last),
            None => seen,
        }
    }

    /// Takes from another page of this browser that there was a sign of money. The order is followed for longer then.
    fn learn_of_money(&mut self, turn: &mut Turn<'_>) {
        let (before, is_news) = (self.cadence(), !self.money_seen());
        self.hear_of_money(SignOfMoney::Heard, turn.now);
        if self.cadence() != before {
            self.paced_since = turn.now;
        }
        if is_news && self.phase.is_followed() {
            // What another page has seen is read here at once: until then the state on screen is older than the money.
            self.read_behind(Why::Nudge, SPACING, turn);
        }
        self.keep_reading(turn);
    }

    /// Notes a sign of money, and when it was first heard of.
    fn hear_of_money(&mut self, sign: SignOfMoney, now: Duration) {
        if !self.money_seen() {
            self.heard_at = now;
        }
        self.snapshot.money = self.snapshot.money.max(sign);
    }

    /// Notes that the state was true at `as_of`.
    fn confirm(&mut self, as_of: Duration) {
        self.snapshot.confirmed_at = self.snapshot.confirmed_at.max(Some(as_of));
    }

    /// Returns whether a confirmation still vouches for the state.
    fn is_vouched_for(&self, now: Duration) -> bool {
        self.last_confirmed().is_some_and(|at| now.saturating_sub(at) <= VOUCHED)
    }

    /// Notes that only a read settles what has happened now.
    fn owe(&mut self, why: Why, turn: &Turn<'_>) {
        self.owed = Some(Owed { since: turn.now, why });
    }

    /// Returns whether the order could still be paid, as it was seen last: then a change that goes unnoticed costs
    /// money.
    fn is_payable(&self) -> bool {
        let stage = self.order().map(|order| order.stage(self.money_seen()));
        matches!(stage, Some(Stage::AwaitingPayment { .. } | Stage::PartlyPaid { .. }))
    }

    fn cadence(&self) -> Cadence {
        cadence::cadence(self.order(), self.money_seen(), self.stopped)
    }

    /// Nothing changes any more by itself. One that was delivered may have a code replaced, or be refunded.
    fn end_well(&mut self, turn: &mut Turn<'_>) {
        let since = match self.phase {
            Phase::Delivered(since) => since,
            Phase::Ready | Phase::Following | Phase::Quiet | Phase::Missing { .. } | Phase::Over => turn.now,
        };
        self.end(Health::Ended, turn);
        if self.order().is_some_and(|order| order.state == OrderState::Done) {
            self.phase = Phase::Delivered(since);
        }
    }

    /// Somebody comes back to a delivered order, or another tab knows more: it is read once, unless it was heard of just now. What
    /// fails is not repeated.
    fn look_back(&mut self, input: Input, since: Duration, turn: &mut Turn<'_>) {
        match input {
            Input::Online => self.online = true,
            Input::Visible => self.visible = true,
            Input::Woke | Input::Nudge => {}
            Input::Offline => return self.online = false,
            Input::Hidden => return self.visible = false,
            Input::StreamAllowed(allowed) => return self.allowed = allowed,
            Input::Stake(stake) => return self.stake = self.stake.max(stake),
            Input::PollAnswered(generation, order, age) => return self.read_answered(generation, *order, age, turn),
            Input::PollFailed(generation, failure) => return self.look_back_failed(generation, failure, turn),
            Input::Start
            | Input::StreamOpened(_)
            | Input::Message(..)
            | Input::BadPayload(_)
            | Input::Ping(..)
            | Input::Stop(_)
            | Input::StreamError(_)
            | Input::Timer(..)
            | Input::MoneySeen => return,
        }
        let last = self.last_read.max(self.last_confirmed());
        let is_due = last.is_none_or(|last| turn.now.saturating_sub(last) >= LOOK_BACK);
        let is_kept = turn.now.saturating_sub(since) <= LOOKED_BACK_AT;
        if is_due && is_kept && self.visible && turn.now >= self.held_until {
            let generation = self.next_generation();
            self.read = Some(Read { generation, why: Why::News, again: None });
            self.last_read = Some(turn.now);
            turn.out.push(Output::Poll(generation));
        }
    }

    fn end(&mut self, health: Health, turn: &mut Turn<'_>) {
        self.close_stream(turn);
        for timer in [Timer::Reconnect, Timer::Watchdog, Timer::Poll, Timer::Settled, Timer::Health, Timer::Age] {
            self.clear(timer, turn);
        }
        self.read = None;
        self.phase = Phase::Over;
        self.snapshot.health = health;
    }

    // The timers and generations of the tracker.

    fn next_generation(&mut self) -> u32 {
        self.generation = self.generation.wrapping_add(1);
        self.generation
    }

    fn set(&mut self, timer: Timer, wait: Duration, turn: &mut Turn<'_>) {
        let generation = self.next_generation();
        self.timers[slot(timer)] = Some(Running { generation, due: turn.now.saturating_add(wait) });
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

    /// Returns whether a timer runs that is due by `due`.
    fn is_set_by(&self, timer: Timer, due: Duration) -> bool {
        self.timers[slot(timer)].is_some_and(|running| running.due <= due)
    }

    // How the tracker decides what to say of its connection.

    /// Sets the timer that shows the loss of the connection unless something works before.
    fn expect_health(&mut self, turn: &mut Turn<'_>) {
        if !self.is_set(Timer::Health) {
            self.set(Timer::Health, UNMENTIONED, turn);
        }
    }

    /// Notes that something works.
    fn cheer_up(&mut self, turn: &mut Turn<'_>) {
        if self.reach == Reach::Lost {
            self.reach = Reach::Unknown;
        }
        self.clear(Timer::Health, turn);
    }

    /// Notes that something has failed, so that the last answer to a read proves nothing any more.
    fn doubt_reads(&mut self) {
        if self.reach == Reach::ReadsWork {
            self.reach = Reach::Unknown;
        }
    }

    fn tell_health(&mut self, now: Duration) {
        self.snapshot.health = match self.phase {
            // What was said last holds.
            Phase::Ready | Phase::Delivered(_) | Phase::Over => return,
            Phase::Missing { said, .. } => said,
            Phase::Quiet => Health::Ended,
            Phase::Following => match self.stream {
                Stream::Open(_) => self.health_by_stream(now),
                Stream::None | Stream::Opening { .. } => self.health_by_reads(now),
            },
        };
    }

    /// Returns how an order is followed beside an open stream.
    fn health_by_stream(&self, now: Duration) -> Health {
        let last = self.health();
        if self.is_vouched_for(now) {
            Health::Live
        } else if self.read_failures > 0 {
            Health::CatchingUp
        } else if self.read.is_some() && last != Health::Live {
            // The order is being read: what was said last holds until the answer, unless that was "live".
            last
        } else {
            Health::Polling
        }
    }

    /// Returns how an order is followed while no stream is open.
    fn health_by_reads(&self, now: Duration) -> Health {
        let last = self.health();
        let (was_live, is_opening) = (last == Health::Live, self.stream != Stream::None);
        match self.reach {
            _ if !self.online => Health::Offline,
            // The stream is being replaced, soon after something was confirmed: "live" still holds when this is over.
            Reach::ReadsWork if was_live && is_opening && self.is_vouched_for(now.saturating_add(OPENING)) => last,
            Reach::ReadsWork => Health::Polling,
            Reach::Lost => Health::CatchingUp,
            // No stream is wanted here and now.
            Reach::Unknown if was_live && !is_opening && !self.may_stream() => Health::Polling,
            // What was confirmed last has grown old meanwhile.
            Reach::Unknown if was_live && !self.is_vouched_for(now) => Health::Polling,
            // The stream was lost just now, which is not shown yet.
            Reach::Unknown => last,
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
        Timer::Age => 5,
    }
}
