//! What is known of one order: who watches it, what the supplier last said of it and when, what is owed to those who ask, and the
//! reads of it that are under way.

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

/// After a read that did not bring the order, the proxy's next one waits that long.
pub(super) const RETRY: Duration = Duration::from_secs(10);
/// How long a client's interest in an order without a stream lasts.
const INTEREST: Duration = Duration::from_secs(120);
/// Urgent reads of one order in a minute; further ones are routine, so that one page cannot take what all need.
const URGENT_EACH: usize = 6;
/// What a record weighs beside its snapshots.
pub(super) const RECORD_BYTES: usize = 512;

pub(super) struct Record {
    /// A reply that still serves all who ask.
    pub(super) shared: Option<Kept>,
    /// The newest state that the supplier told, and when it last did.
    pub(super) last: Option<(Snapshot, Instant)>,
    /// When the supplier last spoke of this order.
    pub(super) confirmed: Option<Instant>,
    /// When a read of it last went out.
    pub(super) tried: Option<Instant>,
    pub(super) born: Instant,
    /// When a client last asked or subscribed.
    pub(super) used: Instant,
    /// When it was last forgotten, while nobody was given a read from after that.
    pub(super) owed_since: Option<Instant>,
    /// A client asked for that and could not be given it: no read but a client's settles it.
    pub(super) is_denied: bool,
    /// Somebody asked and could not be given a read.
    pub(super) wanted: Option<Class>,
    pub(super) retry_at: Option<Instant>,
    pub(super) flight: Option<Flight>,
    /// A read of the proxy's own that was under way when it was forgotten: nobody joins it, but what it tells is heard.
    pub(super) left: Option<Flight>,
    pub(super) urgent: VecDeque<Instant>,
    pub(super) shopper: Shopper,
    pub(super) watchers: usize,
    /// Raised with each snapshot that says what the one before did not.
    pub(super) news: watch::Sender<u64>,
    /// The last of them that matters.
    pub(super) material: u64,
    /// The last of them that was a refusal to tell of the order.
    pub(super) unreadable: u64,
    /// What was known has been dropped: watchers may have missed what the next snapshot says.
    pub(super) has_gap: bool,
}

/// A reply that serves others for a while.
pub(super) struct Kept {
    pub(super) answer: Arc<Answer>,
    pub(super) begun: Instant,
    pub(super) until: Instant,
}

#[derive(Clone)]
pub(super) struct Flight {
    pub(super) number: u64,
    pub(super) begun: Instant,
    /// Whether it is the proxy's own, which settles nothing that a client is owed.
    pub(super) is_own: bool,
    /// What it was wanted for.
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

    /// Whether a read of it is under way whose answer will be heard.
    pub(super) fn is_read(&self) -> bool {
        self.flight.is_some() || self.left.is_some()
    }

    /// How long it has waited for its turn: since it was confirmed, or since that was tried, so that an order which cannot
    /// be read takes no more turns than any other.
    pub(super) fn since(&self) -> Instant {
        self.confirmed.max(self.tried).unwrap_or(self.born)
    }

    /// What a read of it would be for.
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

    /// When the proxy should read it, and what for.
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

    /// Takes note of what the supplier said. Says whether the order became payable by it.
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
        // A stream that replays, or a replica that lags: it says nothing of how the order is now.
        if snapshot.is_older_than(known) {
            return false;
        }
        self.confirmed = confirmed;
        // A read that was begun before the known state was told is newer only by the supplier's own word.
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

    /// Whether the supplier told of a later moment than this snapshot.
    pub(super) fn knows_newer(&self, snapshot: &Snapshot) -> bool {
        self.last.as_ref().is_some_and(|(known, _)| snapshot.is_older_than(known))
    }

    /// Takes note that a client's read was not made.
    pub(super) fn deny(&mut self, class: Class) {
        self.wanted = self.wanted.max(Some(class));
        self.is_denied |= class == Class::Urgent;
    }

    /// As [`Record::deny`], of an order of which nothing is known. It waits its turn if somebody watches it: the supplier
    /// knows that one, and whoever makes up ids must not fill the queue. What is read then is told by the stream.
    pub(super) fn refuse(&mut self) {
        if self.watchers > 0 {
            self.wanted = Some(Class::First);
            self.has_gap = true;
        }
    }

    /// Makes the watchers look, and says by which version they know.
    pub(super) fn raise(&self) -> u64 {
        let version = *self.news.borrow() + 1;
        self.news.send_replace(version);
        version
    }

    /// Drops what is known, so that nothing is vouched for any more.
    pub(super) fn lose(&mut self) {
        self.has_gap |= self.last.take().is_some();
        self.confirmed = None;
    }

    pub(super) fn forget(&mut self) {
        self.shared = None;
        match self.flight.take() {
            // Events may come faster than a read takes: it is heard all the same, as of when it began.
            Some(flight) if flight.is_own => self.left = Some(flight),
            // Those who wait get theirs; it will not be kept.
            Some(flight) => self.wanted = self.wanted.max(flight.wanted),
            None => {}
        }
        self.owed_since = Some(Instant::now());
    }

    /// Takes a read that has come to its end off the list, if it is to be heard. Says whether it was forgotten too.
    pub(super) fn land(&mut self, number: u64) -> Option<(Flight, bool)> {
        let is_it = |flight: &mut Flight| flight.number == number;
        let landed = self.flight.take_if(is_it).map(|flight| (flight, false));
        landed.or_else(|| self.left.take_if(is_it).map(|flight| (flight, true)))
    }

    /// Takes note of a read that brought no order.
    pub(super) fn miss(&mut self, landed: &Flight, reply: &Reply, now: Instant) {
        self.retry_at = Some(now + RETRY);
        // What was said after it began is newer.
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
        // In its turn: an order that cannot be read must not take what others need.
        if landed.wanted.is_some() {
            self.wanted = self.wanted.max(Some(Class::Routine));
        }
    }
}

/// Whether the supplier says that the order cannot be followed.
fn is_ending(answer: &Answer) -> bool {
    let body = std::str::from_utf8(&answer.body).unwrap_or_default();
    cr_core::wire::ending(answer.status.as_u16(), body).is_some()
}
