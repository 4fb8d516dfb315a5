//! The stream of the tracker: opening it, watching it, spreading the retries.

use super::{
    Backoff, CHECK, DEAF, Duration, Echo, FAILURE_WINDOW, FAILURES_TO_POLL, Health, MAX_CONNECTS, OPENING, Open,
    Output, Phase, Pings, Retries, SETTLED, SPACING, Stream, Timer, Told, Tracker, Turn, VOUCHED, WATCHDOG, Why,
};
use crate::order::Order;

impl Tracker {
    /// Returns whether a stream may be held at all.
    pub(super) fn may_stream(&self) -> bool {
        self.visible && self.online && self.allowed && !self.stopped && self.phase == Phase::Following
    }

    pub(super) fn stream_generation(&self) -> Option<u32> {
        match self.stream {
            Stream::None => None,
            Stream::Opening { generation } | Stream::Open(Open { generation, .. }) => Some(generation),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        match self.stream {
            Stream::Open(_) => true,
            Stream::None | Stream::Opening { .. } => false,
        }
    }

    pub(super) fn open_mut(&mut self) -> Option<&mut Open> {
        match &mut self.stream {
            Stream::Open(open) => Some(open),
            Stream::None | Stream::Opening { .. } => None,
        }
    }

    pub(super) fn echo(&self) -> Echo {
        match self.stream {
            Stream::Open(open) => open.echo,
            Stream::None | Stream::Opening { .. } => Echo::Over,
        }
    }

    /// Opens the stream unless there is one or none may be held; delays it when there were too many lately.
    pub(super) fn open_stream(&mut self, turn: &mut Turn<'_>) {
        if !self.may_stream() || self.stream != Stream::None {
            return;
        }
        self.clear(Timer::Reconnect, turn);
        while self.connects.front().is_some_and(|at| turn.now.saturating_sub(*at) >= FAILURE_WINDOW) {
            self.connects.pop_front();
        }
        if let Some(oldest) = self.connects.front().filter(|_| self.connects.len() >= MAX_CONNECTS) {
            let wait = FAILURE_WINDOW.saturating_sub(turn.now.saturating_sub(*oldest));
            let wait = wait.saturating_add(turn.between(0, 1_000));
            self.set(Timer::Reconnect, wait, turn);
            return self.keep_reading(turn);
        }
        self.connects.push_back(turn.now);
        let generation = self.next_generation();
        self.stream = Stream::Opening { generation };
        turn.out.push(Output::OpenStream(generation));
        self.set(Timer::Watchdog, OPENING, turn);
    }

    pub(super) fn close_stream(&mut self, turn: &mut Turn<'_>) {
        if self.stream != Stream::None {
            self.stream = Stream::None;
            turn.out.push(Output::CloseStream);
        }
        self.clear(Timer::Watchdog, turn);
        self.clear(Timer::Settled, turn);
    }

    pub(super) fn stream_opened(&mut self, generation: u32, turn: &mut Turn<'_>) {
        if self.stream != (Stream::Opening { generation }) {
            return;
        }
        let (last_event, last_word) = (turn.now, turn.now);
        self.stream = Stream::Open(Open {
            generation,
            last_event,
            last_word,
            pings: Pings::None,
            echo: Echo::Unanswered,
            told: Told::Nothing,
        });
        self.retries = Retries::Soon;
        self.cheer_up(turn);
        self.set(Timer::Watchdog, WATCHDOG, turn);
        self.set(Timer::Settled, SETTLED, turn);
        // What happened while there was no stream may never come on it.
        self.owe(Why::News, turn);
        self.read_now(Why::News, turn);
    }

    /// Takes a sign of life from the stream; returns `false` if it is not from the current one.
    pub(super) fn hear(&mut self, from: u32, turn: &mut Turn<'_>) -> bool {
        self.stream_opened(from, turn);
        let now = turn.now;
        let open = self.open_mut().filter(|open| open.generation == from);
        open.map(|open| open.last_event = now).is_some()
    }

    /// Takes a snapshot that came by the stream, so that the order need not be read as well.
    pub(super) fn observe_event(&mut self, seen: Order, turn: &mut Turn<'_>) {
        let is_ours = seen.id == self.id;
        self.observe(seen, None, turn.now, turn);
        let now = turn.now;
        let Some(open) = self.open_mut().filter(|_| is_ours) else { return };
        open.last_word = now;
        let last = core::mem::replace(&mut open.echo, Echo::Over);
        if matches!(last, Echo::Due(_)) {
            self.schedule_read(turn);
        }
    }

    /// Takes a ping. One that says when the proxy last heard of the order confirms what was heard on this stream, as of
    /// that time. It confirms nothing where that is not what is shown, or where a read is owed, since then it is not
    /// known what the proxy knows.
    pub(super) fn hear_ping(&mut self, confirmed: Option<Duration>, turn: &mut Turn<'_>) {
        let (now, is_clear) = (turn.now, self.owed.is_none());
        let Some(open) = self.open_mut() else { return };
        let Some(confirmed) = confirmed else {
            open.pings = Pings::Bare;
            return;
        };
        let of = now.saturating_sub(confirmed);
        open.pings = Pings::Telling { at: now, of };
        open.last_word = open.last_word.max(of);
        // Such a proxy forgets what it kept before a stream opens.
        let last = core::mem::replace(&mut open.echo, Echo::Over);
        if is_clear && open.told == Told::Shown {
            self.confirm(of);
        }
        if matches!(last, Echo::Due(_)) {
            self.schedule_read(turn);
        }
    }

    /// Checks the age of the last confirmation, after every input. Beside a stream that vouches for nothing the order
    /// is read in time, and also beside one whose pings report an old time: that proxy does not read, or cannot. The
    /// timer makes sure that there is an input; it also ends "live" in time when the stream was lost.
    pub(super) fn mind_age(&mut self, turn: &mut Turn<'_>) {
        let mut check = None;
        if let Stream::Open(open) = self.stream {
            // The pings vouch for what was heard, which is not what is shown if that was refused.
            let is_relied_on = match open.pings {
                Pings::None | Pings::Bare => false,
                Pings::Telling { at, of } => {
                    open.told == Told::Shown
                        && turn.now.saturating_sub(at) < WATCHDOG
                        && turn.now.saturating_sub(of) < DEAF
                }
            };
            let (spacing, patience) = match (self.is_payable(), is_relied_on) {
                (true, true) => (CHECK, DEAF),
                (true, false) => (CHECK, CHECK),
                (false, _) => (DEAF, DEAF),
            };
            let confirmed = self.last_confirmed().unwrap_or_default().saturating_add(patience);
            let due = confirmed.max(self.last_read.unwrap_or_default().saturating_add(spacing));
            if due <= turn.now && self.owed.is_none() && self.read.is_none() {
                self.owe(Why::Doubt, turn);
                self.read_now(Why::Doubt, turn);
            }
            check = Some(due);
        } else if self.health() != Health::Live || !self.phase.is_followed() {
            return self.clear(Timer::Age, turn);
        }
        // The timer fires a millisecond later: a confirmation of exactly this age still vouches for the state.
        let stale = self.last_confirmed().map(|at| at.saturating_add(VOUCHED).saturating_add(Duration::from_millis(1)));
        let due = [check, stale].into_iter().flatten().filter(|due| *due > turn.now).min();
        if let Some(due) = due.filter(|due| !self.is_set_by(Timer::Age, *due)) {
            self.set(Timer::Age, due.saturating_sub(turn.now), turn);
        }
    }

    /// Takes the result of a read that was made because nothing vouched for the order. A stream that kept news back is
    /// deaf, and one that has said nothing about the order for long may be.
    pub(super) fn doubt_settled(&mut self, brought_news: bool, turn: &mut Turn<'_>) {
        let Stream::Open(open) = self.stream else { return };
        let deaf = match open.pings {
            Pings::None | Pings::Bare => DEAF,
            // The page's own last read, which the proxy passed on, made the proxy hear of the order: a ping is given
            // time to report that.
            Pings::Telling { .. } => DEAF.saturating_add(CHECK),
        };
        if brought_news || turn.now.saturating_sub(open.last_word) >= deaf {
            self.close_stream(turn);
            self.open_stream(turn);
        }
    }

    /// Takes the event `stop`: the supplier is done. It says nothing about success, and the last event may be older
    /// than the end.
    pub(super) fn stream_stopped(&mut self, generation: u32, turn: &mut Turn<'_>) {
        if self.stream_generation() != Some(generation) {
            return;
        }
        self.stopped = true;
        self.close_stream(turn);
        self.clear(Timer::Reconnect, turn);
        self.paced_since = turn.now;
        self.owe(Why::News, turn);
        self.read_now(Why::News, turn);
    }

    /// Acts on the watchdog's timer.
    pub(super) fn watch(&mut self, turn: &mut Turn<'_>) {
        match self.stream {
            Stream::None => {}
            Stream::Opening { .. } => self.stream_failed(turn),
            Stream::Open(Open { last_event, .. }) => {
                let silence = turn.now.saturating_sub(last_event);
                if silence < WATCHDOG {
                    return self.set(Timer::Watchdog, WATCHDOG.saturating_sub(silence), turn);
                }
                self.set(Timer::Watchdog, WATCHDOG, turn);
                self.owe(Why::Silence, turn);
                self.read_now(Why::Silence, turn);
            }
        }
    }

    /// Takes the result of a read that was made because the stream was silent. If the stream kept news back, or used to
    /// ping, it is dead. A stream that never said a word may have heartbeats that scripts cannot see: it is replaced
    /// once, and then believed as long as reads agree with it.
    pub(super) fn silence_checked(&mut self, brought_news: bool, turn: &mut Turn<'_>) {
        let Stream::Open(Open { pings, last_event, .. }) = self.stream else { return };
        let is_silent = turn.now.saturating_sub(last_event) >= WATCHDOG;
        let pings = pings != Pings::None;
        if !is_silent || !pings && !brought_news && self.knows_silence {
            return;
        }
        self.knows_silence |= !pings && !brought_news;
        self.close_stream(turn);
        self.open_stream(turn);
    }

    /// Takes the end of a stream that is not open any more or never was. It is closed at once, and the tracker's
    /// schedule says when to try again.
    pub(super) fn stream_failed(&mut self, turn: &mut Turn<'_>) {
        let was_open = self.is_open();
        self.close_stream(turn);
        let attempt = self.attempts;
        self.attempts = self.attempts.saturating_add(1);
        while self.failures.front().is_some_and(|at| turn.now.saturating_sub(*at) >= FAILURE_WINDOW) {
            self.failures.pop_front();
        }
        self.failures.push_back(turn.now);
        self.retries = self.retries.max(match self.failures.len() {
            FAILURES_TO_POLL.. => Retries::Seldom,
            _ if was_open => Retries::Spread,
            _ => Retries::Soon,
        });
        let wait = match self.retries {
            Retries::Seldom => turn.between(55_000, 65_000),
            Retries::Spread if was_open => {
                let again = if attempt == 0 { Duration::ZERO } else { Backoff::STREAM.wait(attempt, (turn.random)()) };
                turn.between(500, 12_000).max(again)
            }
            // A restarted proxy meets all its pages at once: the second round starts when the first has passed.
            Retries::Spread => turn.between(12_000, 30_000),
            Retries::Soon => Backoff::STREAM.wait(attempt, (turn.random)()),
        };
        if self.may_stream() {
            self.set(Timer::Reconnect, wait, turn);
        }
        self.expect_health(turn);
        if was_open {
            self.doubt_reads();
            self.owe(Why::News, turn);
            let wait = turn.between(500, 12_000);
            self.read_within(wait, turn);
        } else {
            // An `EventSource` does not say why it was refused: a read tells. A read because of a doubt whether the
            // order exists is not hurried: it would be answered from memory.
            match self.doubted {
                Some(_) => self.keep_reading(turn),
                None => self.read_soon(Why::News, SPACING, turn),
            }
        }
    }
}
