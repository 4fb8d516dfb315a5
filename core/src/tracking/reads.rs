//! The reads of the tracker: when they happen, how often, and what their failures mean.

use super::{
    Backoff, Duration, Echo, Health, MEMORY, Output, Owed, Phase, PollFailure, Reach, Read, SPACING, Stake, Timer,
    Tracker, Turn, Why,
};
use crate::order::{Order, PAYMENT_WINDOW};

/// A read that is neither answered nor refused after this long is given up; the driver's own deadline is a little shorter.
const DEADLINE: Duration = Duration::from_secs(16);
/// The wait between failing reads. It is short enough for the true state to be on screen within 35 s of the network's
/// return.
const RETRY: Backoff = Backoff { cap: Duration::from_secs(15), ..Backoff::STREAM };
/// The longest that a 429 may delay a read.
const LONGEST_HOLD: Duration = Duration::from_secs(60);
/// How long money may take that was sent within the payment window: as long as an expired order is followed
/// (docs/supplier-api.md §6).
const GRACE: Duration = Duration::from_secs(60 * 60);
/// How long money that has been seen may take.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);
/// The first and the longest pause between reads of an order that cannot be found; the pause doubles each time.
const MISSING_FIRST: Duration = Duration::from_secs(5);
const MISSING_LONGEST: Duration = Duration::from_secs(120);
/// The header `Age` counts whole seconds: the answer may be older by as much.
const AGE_STEP: Duration = Duration::from_secs(1);

impl Tracker {
    /// Reads at once, unless the server asked for a wait. A read under way is superseded.
    pub(super) fn read_now(&mut self, why: Why, turn: &mut Turn<'_>) {
        if turn.now < self.held_until {
            return self.set_read(self.held_until.saturating_sub(turn.now), turn);
        }
        if let Some(open) = self.open_mut()
            && matches!(open.echo, Echo::Due(at) if at <= turn.now)
        {
            open.echo = Echo::Over;
            // A stronger reason that is owed already stays.
            if self.owed.is_none() {
                self.owe(Why::Echo, turn);
            }
        }
        let generation = self.next_generation();
        self.read = Some(Read { generation, why, again: None });
        self.last_read = Some(turn.now);
        turn.out.push(Output::Poll(generation));
        self.set_read(DEADLINE, turn);
        if !self.is_open() {
            self.expect_health(turn);
        }
    }

    /// Reads at once, or as soon as `spacing` has passed since the last read began.
    pub(super) fn read_soon(&mut self, why: Why, spacing: Duration, turn: &mut Turn<'_>) {
        let wait =
            self.last_read.map_or(Duration::ZERO, |last| (last.saturating_add(spacing)).saturating_sub(turn.now));
        if wait.is_zero() {
            self.read_now(why, turn);
        } else if self.read.is_none() {
            self.read_within(wait, turn);
        }
    }

    /// Reads as [`Tracker::read_soon`] does, but for news that only a read begun from now on is sure to bring.
    pub(super) fn read_behind(&mut self, why: Why, spacing: Duration, turn: &mut Turn<'_>) {
        self.owe(why, turn);
        self.read_soon(why, spacing, turn);
        // A read that begins now begins after the news.
        if let Some(read) = self.read.as_mut().filter(|_| self.last_read != Some(turn.now)) {
            read.again = self.last_read.map(|last| last.saturating_add(spacing));
        }
    }

    /// Plans a read after `wait`, if no earlier one is planned.
    pub(super) fn read_within(&mut self, wait: Duration, turn: &mut Turn<'_>) {
        let due = turn.now.saturating_add(wait);
        if self.read.is_none() && !self.is_set_by(Timer::Poll, due) {
            self.set_read(wait, turn);
        }
    }

    /// Plans a read if none is under way or planned.
    pub(super) fn keep_reading(&mut self, turn: &mut Turn<'_>) {
        if self.read.is_none() && !self.is_set(Timer::Poll) {
            self.schedule_read(turn);
        }
    }

    /// Plans to repeat the read behind a new stream, whose answer may have come from memory. A proxy that sends ages
    /// sends one with such an answer.
    fn plan_echo(&mut self, age: Option<Duration>, turn: &Turn<'_>) {
        let due = turn.now.saturating_add(MEMORY);
        if let Some(open) = self.open_mut()
            && open.echo == Echo::Unanswered
        {
            open.echo = if age.is_none() { Echo::Due(due) } else { Echo::Over };
        }
    }

    fn set_read(&mut self, wait: Duration, turn: &mut Turn<'_>) {
        self.set(Timer::Poll, wait, turn);
    }

    pub(super) fn poll_timer_fired(&mut self, turn: &mut Turn<'_>) {
        match self.read {
            Some(read) => self.read_failed(read.generation, PollFailure::Unreachable, turn),
            None => self.read_now(self.owed.map_or(Why::News, |owed| owed.why), turn),
        }
    }

    /// Plans the next read by the cadence of the state. None is planned while a stream brings the news.
    pub(super) fn schedule_read(&mut self, turn: &mut Turn<'_>) {
        match self.phase {
            _ if self.read.is_some() => return,
            Phase::Ready | Phase::Delivered(_) | Phase::Over => return,
            Phase::Missing { since, times, .. } => return self.ask_for_missing(since, times, turn),
            Phase::Following | Phase::Quiet => {}
        }
        if self.is_open() && self.owed.is_none() {
            return match self.echo() {
                Echo::Due(at) => self.set_read(at.max(self.held_until).saturating_sub(turn.now), turn),
                Echo::Unanswered | Echo::Over => self.clear(Timer::Poll, turn),
            };
        }
        let cadence = self.cadence();
        let has_run_out = cadence.lasts().is_some_and(|lasts| turn.now.saturating_sub(self.paced_since) > lasts);
        let is_quiet = has_run_out && self.reach == Reach::ReadsWork && self.owed.is_none();
        self.phase = if is_quiet { Phase::Quiet } else { Phase::Following };
        if is_quiet {
            self.close_stream(turn);
            self.clear(Timer::Reconnect, turn);
            self.clear(Timer::Health, turn);
            return self.clear(Timer::Poll, turn);
        }
        let (low, high) = cadence.wait_ms();
        let mut wait = turn.between(low, high);
        if self.is_open() && self.read_failures == 0 && matches!(self.owed, Some(Owed { why: Why::Doubt, .. })) {
            // The proxy answered from memory because it may not ask the supplier: it is asked again without haste.
            wait = wait.max(turn.between(25_000, 30_000));
        }
        if self.read_failures > 1 {
            wait = wait.max(RETRY.wait(self.read_failures, (turn.random)()));
        }
        if !self.visible {
            wait = wait.max(turn.between(50_000, 60_000));
        } else if !self.online {
            wait = wait.max(turn.between(25_000, 30_000));
        }
        self.set_read(wait.max(self.held_until.saturating_sub(turn.now)), turn);
    }

    /// An order that cannot be found or read is asked for ever more slowly, as long as money could be on its way to it. Then only
    /// the page's own events ask.
    fn ask_for_missing(&mut self, since: Duration, times: u32, turn: &mut Turn<'_>) {
        let lasts = match self.stake {
            Stake::Sent => PATIENCE,
            Stake::Made | Stake::Nothing if self.money_seen() => PATIENCE,
            Stake::Made | Stake::Nothing => PAYMENT_WINDOW.saturating_add(GRACE),
        };
        if turn.now.saturating_sub(since) > lasts {
            return self.clear(Timer::Poll, turn);
        }
        let doubled = 2_u32.checked_pow(times).and_then(|factor| MISSING_FIRST.checked_mul(factor));
        let pause = doubled.map_or(MISSING_LONGEST, |pause| pause.min(MISSING_LONGEST));
        let mut wait = crate::backoff::between(pause, pause.saturating_add(pause / 4), (turn.random)());
        if !self.visible {
            wait = wait.max(turn.between(50_000, 60_000));
        }
        self.set_read(wait.max(self.held_until.saturating_sub(turn.now)), turn);
    }

    /// Somebody looks: an order that cannot be found or read is asked for in short pauses once more.
    pub(super) fn look_again(&mut self) {
        if let Phase::Missing { times, .. } = &mut self.phase {
            *times = 0;
        }
    }

    /// Takes an answer of "not found". Proxies keep such an answer too: a second one counts if it was asked for when no
    /// proxy remembers the first.
    fn not_found(&mut self, turn: &mut Turn<'_>) {
        if let Phase::Missing { said, .. } = self.phase {
            return self.miss(said, turn);
        }
        let (asked, first) = (self.last_read.unwrap_or_default(), self.doubted.unwrap_or(turn.now));
        if self.doubted.is_some() && asked >= first.saturating_add(MEMORY) {
            return self.miss(Health::NotFound, turn);
        }
        self.doubted = Some(first);
        let due = first.saturating_add(turn.between(4_000, 6_000));
        self.set_read(due.saturating_sub(turn.now).max(SPACING), turn);
    }

    /// Keys of the supplier's are changed, and origins are written wrongly into settings: such an answer may be taken back too. It
    /// is not doubted, since nothing but the settings of supplier or proxy makes it.
    fn forbidden(&mut self, turn: &mut Turn<'_>) {
        self.miss(Health::Forbidden, turn);
    }

    /// Notes that the order cannot be found or read. One in which nobody here has anything at stake is given up; any other is
    /// read on.
    fn miss(&mut self, said: Health, turn: &mut Turn<'_>) {
        let (since, times) = match self.phase {
            Phase::Missing { since, times, .. } => (since, times.saturating_add(1)),
            Phase::Ready | Phase::Following | Phase::Quiet | Phase::Delivered(_) | Phase::Over => (turn.now, 0),
        };
        self.doubted = None;
        self.phase = Phase::Missing { since, times, said };
        if self.stake == Stake::Nothing && self.order().is_none() && !self.money_seen() {
            return self.end(said, turn);
        }
        self.close_stream(turn);
        self.clear(Timer::Reconnect, turn);
        self.clear(Timer::Health, turn);
        self.schedule_read(turn);
    }

    /// Notes that the order exists.
    pub(super) fn found(&mut self) {
        self.doubted = None;
        if let Phase::Missing { .. } = self.phase {
            self.phase = Phase::Following;
        }
    }

    /// Takes the answer to a read. `age` is the age of an answer that is not fresh: it does not settle what came up
    /// since.
    pub(super) fn read_answered(&mut self, generation: u32, seen: Order, age: Option<Duration>, turn: &mut Turn<'_>) {
        let Some(read) = self.read.filter(|read| read.generation == generation) else { return };
        if seen.id != self.id {
            self.ignored = self.ignored.saturating_add(1);
            return match self.phase {
                Phase::Delivered(_) => self.look_back_failed(generation, PollFailure::Undecodable, turn),
                Phase::Ready | Phase::Following | Phase::Quiet | Phase::Missing { .. } | Phase::Over => {
                    self.read_failed(generation, PollFailure::Undecodable, turn);
                }
            };
        }
        self.read = None;
        // The server may have looked as soon as it was asked, and an event that came since is newer.
        let as_of = self.last_read.unwrap_or(turn.now).saturating_sub(age.unwrap_or_default());
        let has_heard_since = age.is_none() && self.last_confirmed().is_some_and(|last| as_of < last);
        let is_settled = match (age, self.owed) {
            (None, _) | (_, None | Some(Owed { why: Why::Echo, .. })) => true,
            (Some(_), Some(owed)) => owed.since.saturating_add(AGE_STEP) <= as_of,
        };
        if is_settled {
            self.owed = self.owed.filter(|_| read.again.is_some());
            self.plan_echo(age, turn);
        }
        self.read_failures = 0;
        self.found();
        self.reach = Reach::ReadsWork;
        // An answer proves that the page is online, whatever the browser believes.
        self.online = true;
        self.cheer_up(turn);
        let overtaken = has_heard_since.then(|| seen.clone());
        let brought_news = self.observe(seen, Some(read.why), as_of, turn);
        if overtaken.is_some_and(|seen| self.order() != Some(&self.after_last(seen.clone()))) {
            // There are two states, and it is not known which one is later: a read begun from now on tells.
            self.owe(Why::News, turn);
        }
        if self.phase.is_followed() && is_settled {
            match read.why {
                Why::Silence => self.silence_checked(brought_news, turn),
                Why::Doubt => self.doubt_settled(brought_news, turn),
                Why::News | Why::Nudge | Why::Echo => {}
            }
        }
        self.schedule_read(turn);
        if let Some(due) = read.again.filter(|_| self.phase.is_followed()) {
            self.read_within(due.saturating_sub(turn.now), turn);
        }
        if !self.is_set(Timer::Reconnect) {
            self.open_stream(turn);
        }
    }

    /// The read of a delivered order failed: nothing is said of that, and only a wait that was asked for is kept.
    pub(super) fn look_back_failed(&mut self, generation: u32, failure: PollFailure, turn: &mut Turn<'_>) {
        // A wait counts whichever read was told it: the order may have been delivered while that read was under way.
        self.read.take_if(|read| read.generation == generation);
        match failure {
            PollFailure::TooMany(wait) => {
                let wait = wait.unwrap_or(LONGEST_HOLD).clamp(SPACING, LONGEST_HOLD);
                self.held_until = self.held_until.max(turn.now.saturating_add(wait));
            }
            PollFailure::Unreachable | PollFailure::NotFound | PollFailure::Forbidden | PollFailure::Undecodable => {}
        }
    }

    pub(super) fn read_failed(&mut self, generation: u32, failure: PollFailure, turn: &mut Turn<'_>) {
        let Some(read) = self.read.filter(|read| read.generation == generation) else { return };
        self.read = None;
        match failure {
            PollFailure::Forbidden => self.forbidden(turn),
            PollFailure::NotFound => self.not_found(turn),
            PollFailure::TooMany(wait) => {
                let wait = wait.unwrap_or(LONGEST_HOLD).clamp(SPACING, LONGEST_HOLD);
                self.held_until = turn.now.saturating_add(wait);
                self.doubted = None;
                self.schedule_read(turn);
            }
            PollFailure::Unreachable | PollFailure::Undecodable => {
                self.read_failures = self.read_failures.saturating_add(1);
                let is_dead = self.is_open() && read.why == Why::Silence;
                if is_dead || !self.is_open() {
                    self.reach = Reach::Lost;
                } else {
                    self.doubt_reads();
                }
                if is_dead {
                    self.stream_failed(turn);
                } else {
                    self.schedule_read(turn);
                }
            }
        }
    }
}
