//! The tracker's stream: opening it, watching it, spreading the retries.

use super::{
    Backoff, Duration, FAILURE_WINDOW, FAILURES_TO_POLL, MAX_CONNECTS, OPENING, Output, Phase, SETTLED, SPACING,
    Stream, Timer, Tracker, Turn, WATCHDOG, Why,
};

impl Tracker {
    /// Whether a stream may be held at all.
    pub(super) fn may_stream(&self) -> bool {
        self.visible && self.online && self.allowed && !self.stopped && !self.quiet && self.phase == Phase::Following
    }

    pub(super) fn stream_generation(&self) -> Option<u32> {
        match self.stream {
            Stream::None => None,
            Stream::Opening { generation } | Stream::Open { generation, .. } => Some(generation),
        }
    }

    pub(super) fn is_open(&self) -> bool {
        match self.stream {
            Stream::Open { .. } => true,
            Stream::None | Stream::Opening { .. } => false,
        }
    }

    /// Opens the stream unless there is one, or it may not be; puts it off when there were too many lately.
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
        self.stream = Stream::Open { generation, last_event: turn.now, pings: false };
        self.polling = false;
        self.dropped = false;
        self.cheer_up(turn);
        self.set(Timer::Watchdog, WATCHDOG, turn);
        self.set(Timer::Settled, SETTLED, turn);
        // Whatever happened while there was no stream may not be told on it.
        self.owes_read = true;
        self.read_now(Why::News, turn);
    }

    /// A sign of life from the stream; `false` if it is not from the current one.
    pub(super) fn hear(&mut self, from: u32, is_ping: bool, turn: &mut Turn<'_>) -> bool {
        self.stream_opened(from, turn);
        match &mut self.stream {
            Stream::Open { generation, last_event, pings } if *generation == from => {
                *last_event = turn.now;
                *pings |= is_ping;
                true
            }
            Stream::None | Stream::Opening { .. } | Stream::Open { .. } => false,
        }
    }

    /// The supplier says that it is done. Nothing is said about success, and the last event may be older than the end.
    pub(super) fn stream_stopped(&mut self, generation: u32, turn: &mut Turn<'_>) {
        if self.stream_generation() != Some(generation) {
            return;
        }
        self.stopped = true;
        self.close_stream(turn);
        self.clear(Timer::Reconnect, turn);
        self.paced_since = turn.now;
        self.owes_read = true;
        self.read_now(Why::News, turn);
    }

    /// The watchdog's timer fired.
    pub(super) fn watch(&mut self, turn: &mut Turn<'_>) {
        match self.stream {
            Stream::None => {}
            Stream::Opening { .. } => self.stream_failed(turn),
            Stream::Open { last_event, .. } => {
                let silence = turn.now.saturating_sub(last_event);
                if silence < WATCHDOG {
                    return self.set(Timer::Watchdog, WATCHDOG.saturating_sub(silence), turn);
                }
                self.set(Timer::Watchdog, WATCHDOG, turn);
                self.read_now(Why::Silence, turn);
            }
        }
    }

    /// A silent stream's order was read. If the stream kept news from us, or used to ping, it is dead. A stream that never said
    /// a word may have heartbeats that scripts cannot see: it is replaced once, and then believed as long as reads agree.
    pub(super) fn silence_checked(&mut self, brought_news: bool, turn: &mut Turn<'_>) {
        let Stream::Open { pings, last_event, .. } = self.stream else { return };
        let is_silent = turn.now.saturating_sub(last_event) >= WATCHDOG;
        if !is_silent || !pings && !brought_news && self.knows_silence {
            return;
        }
        self.knows_silence |= !pings && !brought_news;
        self.close_stream(turn);
        self.open_stream(turn);
    }

    /// The stream is not open any more, or never was. It is closed at once, and our schedule rules.
    pub(super) fn stream_failed(&mut self, turn: &mut Turn<'_>) {
        let was_open = self.is_open();
        self.close_stream(turn);
        let attempt = self.attempts;
        self.attempts = self.attempts.saturating_add(1);
        while self.failures.front().is_some_and(|at| turn.now.saturating_sub(*at) >= FAILURE_WINDOW) {
            self.failures.pop_front();
        }
        self.failures.push_back(turn.now);
        self.polling |= self.failures.len() >= FAILURES_TO_POLL;
        self.dropped |= was_open;
        let wait = if self.polling {
            turn.between(55_000, 65_000)
        } else if was_open {
            let again = if attempt == 0 { Duration::ZERO } else { Backoff::STREAM.wait(attempt, (turn.random)()) };
            turn.between(500, 12_000).max(again)
        } else if self.dropped {
            // A restarted proxy meets its whole fleet: the second round starts when the first has passed.
            turn.between(12_000, 30_000)
        } else {
            Backoff::STREAM.wait(attempt, (turn.random)())
        };
        if self.may_stream() {
            self.set(Timer::Reconnect, wait, turn);
        }
        self.expect_health(turn);
        if was_open {
            self.reads_work = false;
            self.owes_read = true;
            let wait = turn.between(500, 12_000);
            self.read_within(wait, turn);
        } else {
            // A refusal cannot be read from an EventSource: a read tells what is wrong.
            self.read_soon(Why::News, SPACING, turn);
        }
    }
}
