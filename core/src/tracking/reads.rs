//! The tracker's reads: when, how often, and what their failures mean.

use super::{Backoff, Duration, Output, Phase, PollFailure, Read, SPACING, Timer, Tracker, Turn, Why};
use crate::order::Order;

/// A read that is neither answered nor refused after this long is given up; the driver's own deadline is a little shorter.
const DEADLINE: Duration = Duration::from_secs(16);
/// Failing reads are spaced further, but the truth must be on screen within 35 s of the network's return.
const RETRY: Backoff = Backoff { cap: Duration::from_secs(15), ..Backoff::STREAM };
/// The longest that a 429 may keep us waiting.
const LONGEST_HOLD: Duration = Duration::from_secs(60);
/// Two answers of 404 mean that there is no such order.
const NOT_FOUND: u8 = 2;

impl Tracker {
    /// Reads at once, unless the server asked us to wait. A read under way is superseded.
    pub(super) fn read_now(&mut self, why: Why, turn: &mut Turn<'_>) {
        if turn.now < self.held_until {
            return self.set_read(self.held_until.saturating_sub(turn.now), turn);
        }
        let generation = self.next_generation();
        self.read = Some(Read { generation, why });
        self.read_again = None;
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

    /// As [`Tracker::read_soon`], for news that only a read begun from now on is sure to bring.
    pub(super) fn read_behind(&mut self, why: Why, spacing: Duration, turn: &mut Turn<'_>) {
        self.owes_read = true;
        self.read_soon(why, spacing, turn);
        // Begun now, it is behind the news.
        if self.read.is_some() && self.last_read != Some(turn.now) {
            self.read_again = self.last_read.map(|last| last.saturating_add(spacing));
        }
    }

    /// Reads after `wait`, if no earlier read is planned.
    pub(super) fn read_within(&mut self, wait: Duration, turn: &mut Turn<'_>) {
        let due = turn.now.saturating_add(wait);
        if self.read.is_none() && (!self.is_set(Timer::Poll) || due < self.read_due) {
            self.set_read(wait, turn);
        }
    }

    /// Plans a read if none is under way or planned.
    pub(super) fn keep_reading(&mut self, turn: &mut Turn<'_>) {
        if self.read.is_none() && !self.is_set(Timer::Poll) {
            self.schedule_read(turn);
        }
    }

    fn set_read(&mut self, wait: Duration, turn: &mut Turn<'_>) {
        self.read_due = turn.now.saturating_add(wait);
        self.set(Timer::Poll, wait, turn);
    }

    pub(super) fn poll_timer_fired(&mut self, turn: &mut Turn<'_>) {
        match self.read {
            Some(read) => self.read_failed(read.generation, PollFailure::Unreachable, turn),
            None => self.read_now(Why::News, turn),
        }
    }

    /// Plans the next read by the pace of the state. None is planned while a stream brings the news.
    pub(super) fn schedule_read(&mut self, turn: &mut Turn<'_>) {
        if self.phase != Phase::Following || self.read.is_some() {
            return;
        }
        if self.is_open() && !self.owes_read {
            return self.clear(Timer::Poll, turn);
        }
        let pace = self.pace();
        let has_run_out = pace.lasts().is_some_and(|lasts| turn.now.saturating_sub(self.paced_since) > lasts);
        self.quiet = has_run_out && self.reads_work && !self.owes_read;
        if self.quiet {
            self.close_stream(turn);
            self.clear(Timer::Reconnect, turn);
            self.clear(Timer::Health, turn);
            return self.clear(Timer::Poll, turn);
        }
        let (low, high) = pace.wait_ms();
        let mut wait = turn.between(low, high);
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

    pub(super) fn read_answered(&mut self, generation: u32, seen: Order, turn: &mut Turn<'_>) {
        let Some(read) = self.read.filter(|read| read.generation == generation) else { return };
        if seen.id != self.id {
            self.ignored = self.ignored.saturating_add(1);
            return self.read_failed(generation, PollFailure::Undecodable, turn);
        }
        self.read = None;
        let again = self.read_again.take();
        self.owes_read = again.is_some();
        self.read_failures = 0;
        self.not_found = 0;
        self.reads_work = true;
        // Whatever the browser believes.
        self.online = true;
        self.cheer_up(turn);
        let brought_news = self.observe(seen, Some(read.why), turn);
        if read.why == Why::Silence && self.phase == Phase::Following {
            self.silence_checked(brought_news, turn);
        }
        self.schedule_read(turn);
        if let Some(due) = again.filter(|_| self.phase == Phase::Following) {
            self.read_within(due.saturating_sub(turn.now), turn);
        }
        if !self.is_set(Timer::Reconnect) {
            self.open_stream(turn);
        }
    }

    pub(super) fn read_failed(&mut self, generation: u32, failure: PollFailure, turn: &mut Turn<'_>) {
        let Some(read) = self.read.filter(|read| read.generation == generation) else { return };
        self.read = None;
        match failure {
            PollFailure::Forbidden => self.end(super::Health::Forbidden, turn),
            PollFailure::NotFound => {
                self.not_found = self.not_found.saturating_add(1);
                if self.not_found >= NOT_FOUND {
                    return self.end(super::Health::NotFound, turn);
                }
                let wait = turn.between(2_000, 5_000);
                self.set_read(wait, turn);
            }
            PollFailure::TooMany(wait) => {
                let wait = wait.unwrap_or(LONGEST_HOLD).clamp(SPACING, LONGEST_HOLD);
                self.held_until = turn.now.saturating_add(wait);
                self.not_found = 0;
                self.schedule_read(turn);
            }
            PollFailure::Unreachable | PollFailure::Undecodable => {
                self.read_failures = self.read_failures.saturating_add(1);
                self.reads_work = false;
                let is_dead = self.is_open() && read.why == Why::Silence;
                self.loss_admitted |= is_dead || !self.is_open();
                if is_dead {
                    self.stream_failed(turn);
                } else {
                    self.schedule_read(turn);
                }
            }
        }
    }
}
