//! What is known of one order: how many watch it, what the supplier last said of it and when, which reads clients still
//! wait for, and the reads of it that are under way.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures::future::{BoxFuture, Shared};
use http::StatusCode;
use tokio::{sync::watch, time::Instant};

use crate::{
    answer::{Answer, Failure, Reply},
    budget::Class,
    limits::Limits,
    snapshot::{News, Snapshot},
    upstream::Shopper,
};

/// After a read that did not bring the order, the proxy's next own read waits this long.
pub(super) const RETRY: Duration = Duration::from_secs(10);
/// For how long an order without a stream is read for a client that asked for it.
const INTEREST: Duration = Duration::from_secs(120);
/// How many urgent reads of one order may go out in a minute; further ones are routine, so that one page cannot use up
/// the budget of all.
const URGENT_EACH: usize = 6;
/// What a record weighs besides its snapshots, in bytes.
pub(super) const RECORD_BYTES: usize = 512;

pub(super) struct Record {
    /// A reply that still serves all clients that ask.
    pub(super) shared: Option<Kept>,
    /// The newest state that the supplier sent, and when it last sent it.
    pub(super) last: Option<(Snapshot, Instant)>,
    /// When the supplier last spoke of this order.
    pub(super) confirmed: Option<Instant>,
    /// When a read of the order last went out.
    pub(super) tried: Option<Instant>,
    pub(super) born: Instant,
    /// When a client last asked or subscribed.
    pub(super) used: Instant,
    /// When the record was last forgotten, as long as no client has been given a read that began after that.
    pub(super) owed_since: Option<Instant>,
    /// Whether a client asked for such a read and could not be given one: then only a client's read settles what is
    /// owed.
    pub(super) is_denied: bool,
    /// The class of a read that a client asked for and could not be given.
    pub(super) wanted: Option<Class>,
    pub(super) retry_at: Option<Instant>,
    pub(super) flight: Option<Flight>,
    /// A read of the proxy's own that was under way when the record was forgotten: no client joins it, but its result
    /// is used.
    pub(super) left: Option<Flight>,
    pub(super) urgent: VecDeque<Instant>,
    pub(super) shopper: Shopper,
    pub(super) watchers: usize,
    /// A version that grows with each snapshot that says something new.
    pub(super) news: watch::Sender<u64>,
    /// The last version that said something material.
    pub(super) material: u64,
    /// The last version at which the supplier refused to show the order.
    pub(super) unreadable: u64,
    /// Whether what was known has been dropped: watchers may have missed what the next snapshot says.
    pub(super) has_gap: bool,
}

/// A reply that serves other clients for a while.
pub(super) struct Kept {
    pub(super) answer: Arc<Answer>,
    pub(super) begun: Instant,
    pub(super) until: Instant,
}

#[derive(Clone)]
pub(super) struct Flight {
    pub(super) number: u64,
    pub(super) begun: Instant,
    /// Whether the read is the proxy's own, which settles nothing that a client is owed.
    pub(super) is_own: bool,
    /// The class that was wanted when this read started.
    pub(super) wanted: Option<Class>,
    pub(super) reply: Shared<BoxFuture<'static, Reply>>,
}

impl Record {
    pub(super) fn new(shopper: Shopper, now: Instant) -> Self {
        Self {
            shared: None,
            last: None,
            confirmed: None,
            tried: None,
            born: now,
            used: now,
            owed_since: None,
            is_denied: false,
            wanted: None,
            retry_at: None,
            flight: None,
            left: None,
            urgent: VecDeque::new(),
            shopper,
            watchers: 0,
            news: watch::Sender::new(0),
            material: 0,
            unreadable: 0,
            has_gap: false,
        }
    }

    pub(super) fn weight(&self) -> usize {
        let last = self.last.as_ref().map_or(0, |(snapshot, _)| snapshot.answer.weight());
        let shared = self.shared.as_ref().map_or(0, |kept| kept.answer.weight());
        RECORD_BYTES + last + shared
    }

    pub(super) fn is_idle(&self) -> bool {
        self.watchers == 0 && !self.is_read()
    }

    /// Returns whether a read whose answer will be used is under way.
    pub(super) fn is_read(&self) -> bool {
        self.flight.is_some() || self.left.is_some()
    }

    /// Returns since when the order has been waiting for a read: since it was last confirmed, or since the last try, so
    /// that an order which cannot be read gets no more reads than any other.
    pub(super) fn since(&self) -> Instant {
        self.confirmed.max(self.tried).unwrap_or(self.born)
    }

    /// Returns the class that a read of the order would have.
    pub(super) fn class(&mut self, now: Instant) -> Class {
        while self.urgent.front().is_some_and(|read| *read + Duration::from_secs(60) <= now) {
            self.urgent.pop_front();
        }
        if self.last.is_none() {
            Class::First
        } else if self.owed_since.is_some() && self.urgent.len() < URGENT_EACH {
            Class::Urgent
        } else {
            Class::Routine
        }
    }

    /// Returns when the proxy should read the order, and with which class.
    pub(super) fn due(&self, limits: &Limits, now: Instant) -> Option<(Instant, Class)> {
        if self.is_read() {
            return None;
        }
        let asked = self.wanted.filter(|_| self.watchers > 0 || self.used + INTEREST > now);
        let is_payable = self.last.as_ref().is_some_and(|(snapshot, _)| snapshot.is_payable);
        let silent =
            (self.watchers > 0 && is_payable).then(|| self.confirmed.unwrap_or(self.born) + limits.confirm_after);
        let (at, class) = match (asked, silent) {
            (Some(class), _) if self.last.is_some() => (now, class.min(Class::Urgent)),
            (Some(class), _) => (now, class),
            (None, Some(at)) => (at, Class::Routine),
            (None, None) => return None,
        };
        Some((self.retry_at.map_or(at, |retry| at.max(retry)), class))
    }

    /// Records what the supplier said. Returns whether that made the order payable.
    pub(super) fn hear(&mut self, snapshot: Snapshot, at: Instant) -> bool {
        let confirmed = Some(self.confirmed.map_or(at, |known| known.max(at)));
        let Some((known, known_at)) = &self.last else {
            let is_payable = snapshot.is_payable;
            (self.last, self.confirmed) = (Some((snapshot, at)), confirmed);
            if std::mem::take(&mut self.has_gap) {
                self.raise();
            }
            return is_payable;
        };
        // A stream that replays, or a replica that lags, says nothing of how the order is now.
        if snapshot.is_older_than(known) {
            return false;
        }
        self.confirmed = confirmed;
        // A read that began before the known state came counts as newer only if the times that the supplier sent say
        // so.
        if at < *known_at && !known.is_older_than(&snapshot) {
            return false;
        }
        let becomes_payable = snapshot.is_payable && !known.is_payable;
        let news = snapshot.news_after(known);
        self.last = Some((snapshot, at));
        if news > News::None {
            let version = self.raise();
            if news == News::Material {
                self.material = version;
            }
        }
        becomes_payable
    }

    /// Returns whether the supplier has sent a later state than this snapshot.
    pub(super) fn knows_newer(&self, snapshot: &Snapshot) -> bool {
        self.last.as_ref().is_some_and(|(known, _)| snapshot.is_older_than(known))
    }

    /// Records that a client's read was not made.
    pub(super) fn deny(&mut self, class: Class) {
        self.wanted = self.wanted.max(Some(class));
        self.is_denied |= class == Class::Urgent;
    }

    /// Does what [`Record::deny`] does for an order of which nothing is known. The order is queued only if it is
    /// watched: then the supplier knows it, whereas made-up ids must not fill the queue. The stream sends the result of
    /// that read.
    pub(super) fn refuse(&mut self) {
        if self.watchers > 0 {
            self.wanted = Some(Class::First);
            self.has_gap = true;
        }
    }

    /// Wakes the watchers and returns the new version.
    pub(super) fn raise(&self) -> u64 {
        let version = *self.news.borrow() + 1;
        self.news.send_replace(version);
        version
    }

    /// Drops what is known, so that nothing counts as confirmed any more.
    pub(super) fn lose(&mut self) {
        self.has_gap |= self.last.take().is_some();
        self.confirmed = None;
    }

    pub(super) fn forget(&mut self) {
        self.shared = None;
        match self.flight.take() {
            // Events may come faster than a read takes, so the result of this read is used all the same, with the time
            // at which it began.
            Some(flight) if flight.is_own => self.left = Some(flight),
            // Callers that wait for this read still get its answer, but it is not kept.
            Some(flight) => self.wanted = self.wanted.max(flight.wanted),
            None => {}
        }
        self.owed_since = Some(Instant::now());
    }

    /// Takes a read that has ended off the record, if its result is to be used. Returns it and whether it was
    /// forgotten.
    pub(super) fn land(&mut self, number: u64) -> Option<(Flight, bool)> {
        let is_it = |flight: &mut Flight| flight.number == number;
        let landed = self.flight.take_if(is_it).map(|flight| (flight, false));
        landed.or_else(|| self.left.take_if(is_it).map(|flight| (flight, true)))
    }

    /// Records a read that brought no order.
    pub(super) fn miss(&mut self, landed: &Flight, reply: &Reply, now: Instant) {
        self.retry_at = Some(now + RETRY);
        // What was said after the read began is newer than its result.
        let is_newest = self.confirmed.is_none_or(|at| at <= landed.begun);
        let (is_order, is_ending) = match reply {
            Ok(answer) => (answer.status == StatusCode::OK, is_ending(answer)),
            Err(failure) => (*failure == Failure::BadBody, false),
        };
        if is_ending && is_newest {
            self.lose();
            if landed.is_own {
                self.unreadable = self.raise();
            }
            return;
        }
        if is_order && landed.is_own && is_newest {
            self.confirmed = None;
        }
        // The read is repeated as a routine one: an order that cannot be read must not take the places of others.
        if landed.wanted.is_some() {
            self.wanted = self.wanted.max(Some(Class::Routine));
        }
    }
}

/// Returns whether the supplier says that the order cannot be followed.
fn is_ending(answer: &Answer) -> bool {
    let body = std::str::from_utf8(&answer.body).unwrap_or_default();
    cr_core::wire::ending(answer.status.as_u16(), body).is_some()
}
