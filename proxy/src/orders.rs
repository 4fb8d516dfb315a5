//! What is known of orders, and how it is kept true: reads that are shared, reads of the proxy's own for orders whose
//! streams say nothing, and one budget for all of them.
//!
//! A record holds what the supplier last said of an order and when. Who asks gets an answer that is at most three
//! seconds old, or makes a read; whoever subscribes, and every event, makes the proxy forget what it read before, so that
//! the next read begins after that moment. An order that was last seen payable and has watchers is read by the proxy
//! itself when the supplier said nothing of it for [`Limits::confirm_after`]; what such a read tells goes to all
//! watchers. A snapshot that by the supplier's own word is older than what is known confirms nothing.
//!
//! All reads share a [`Budget`]. When it is used up, clients get the last confirmed snapshot with its age, and the order
//! waits its turn: whatever needs a read most comes first, then the order confirmed the longest ago. So the pause between
//! two reads grows evenly for all, and nobody is left out. While the supplier wants to be left alone (429), no read goes out.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep_until},
};

use crate::{
    answer::{Answer, Failure, Reply},
    budget::{Budget, Class},
    limits::Limits,
    routes::OrderId,
    snapshot::{News, Snapshot, Teller},
    upstream::Shopper,
};

/// How long one read of an order serves all who ask.
const FRESH: Duration = Duration::from_secs(3);
/// How long no order is read after a 429 that does not say how long, and the longest that one may ask for.
const HELD: Duration = Duration::from_secs(60);
/// After a read that did not bring the order, the proxy's next one waits that long.
const RETRY: Duration = Duration::from_secs(10);
/// Who asks because of a stream or an event does so within that time; later the proxy's own reads will do.
const OWED: Duration = Duration::from_secs(10);
/// How long a client's interest in an order without a stream lasts.
const INTEREST: Duration = Duration::from_secs(120);
/// What nobody watches or asks for is forgotten after that long.
const OLD: Duration = Duration::from_secs(600);
/// How often old records are looked for.
const SWEEP: Duration = Duration::from_secs(60);
/// Urgent reads of one order in a minute; further ones are routine, so that one page cannot take what all need.
const URGENT_EACH: usize = 6;
/// What a record weighs beside its snapshots.
const RECORD_BYTES: usize = 512;

/// Reads one order on behalf of a shopper.
pub type Reader = Arc<dyn Fn(OrderId, Shopper) -> BoxFuture<'static, Reply> + Send + Sync>;

/// What a client's read comes to.
#[derive(Debug)]
pub struct Given {
    /// The answer.
    pub reply: Reply,
    /// How long ago the supplier was asked, if that is the last confirmed snapshot in place of a read, or if it is a second
    /// or more that the answer was asked for by somebody else.
    pub age: Option<Duration>,
}

impl Given {
    fn fresh(reply: Reply) -> Self {
        Self { reply, age: None }
    }

    /// An answer that somebody else asked for.
    fn shared(reply: Reply, begun: Instant) -> Self {
        let age = Some(Instant::now().saturating_duration_since(begun)).filter(|age| *age >= Duration::from_secs(1));
        Self { reply, age }
    }
}

/// What the watchers of an order have not been told.
#[derive(Clone, Debug)]
pub enum Told {
    /// What the supplier said.
    Order {
        /// The order's JSON.
        body: Bytes,
        /// Whether it matters so much that a stream which did not say it is not to be trusted.
        is_material: bool,
    },
    /// The supplier says that there is no such order, or that we may not see it.
    Unreadable,
}

/// All orders that somebody reads or watches.
pub struct Orders {
    limits: Limits,
    read: Reader,
    shelf: Mutex<Shelf>,
    bell: Notify,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Orders").finish_non_exhaustive()
    }
}

struct Shelf {
    records: HashMap<OrderId, Record>,
    budget: Budget,
    /// What records, snapshots and shared answers weigh.
    bytes: usize,
    flying: usize,
    last_flight: u64,
    /// Whether the task is there that makes the proxy's own reads.
    is_kept: bool,
    /// The supplier wants to be left alone until then, as it said in this answer.
    held_until: Option<(Instant, Arc<Answer>)>,
    swept: Instant,
}

struct Record {
    /// A reply that still serves all who ask.
    shared: Option<Kept>,
    /// The newest state that the supplier told, and when it last did.
    last: Option<(Snapshot, Instant)>,
    /// When the supplier last spoke of this order.
    confirmed: Option<Instant>,
    /// When a read of it last went out.
    tried: Option<Instant>,
    born: Instant,
    /// When a client last asked or subscribed.
    used: Instant,
    /// When it was last forgotten, while nobody was given a read from after that.
    owed_since: Option<Instant>,
    /// A client asked for that and could not be given it: no read but a client's settles it.
    is_denied: bool,
    /// Somebody asked and could not be given a read.
    wanted: Option<Class>,
    retry_at: Option<Instant>,
    flight: Option<Flight>,
    /// A read of the proxy's own that was under way when it was forgotten: nobody joins it, but what it tells is heard.
    left: Option<Flight>,
    urgent: VecDeque<Instant>,
    shopper: Shopper,
    watchers: usize,
    /// Raised with each snapshot that says what the one before did not.
    news: watch::Sender<u64>,
    /// The last of them that matters.
    material: u64,
    /// The last of them that was a refusal to tell of the order.
    unreadable: u64,
    /// What was known has been dropped: watchers may have missed what the next snapshot says.
    has_gap: bool,
}

/// A reply that serves others for a while.
struct Kept {
    answer: Arc<Answer>,
    begun: Instant,
    until: Instant,
}

#[derive(Clone)]
struct Flight {
    number: u64,
    begun: Instant,
    /// Whether it is the proxy's own, which settles nothing that a client is owed.
    is_own: bool,
    /// What it was wanted for.
    wanted: Option<Class>,
    reply: Shared<BoxFuture<'static, Reply>>,
}

impl Record {
    fn new(shopper: Shopper, now: Instant) -> Self {
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

    fn weight(&self) -> usize {
        let last = self.last.as_ref().map_or(0, |(snapshot, _)| snapshot.answer.weight());
        let shared = self.shared.as_ref().map_or(0, |kept| kept.answer.weight());
        RECORD_BYTES + last + shared
    }

    fn is_idle(&self) -> bool {
        self.watchers == 0 && !self.is_read()
    }

    /// Whether a read of it is under way whose answer will be heard.
    fn is_read(&self) -> bool {
        self.flight.is_some() || self.left.is_some()
    }

    /// How long it has waited for its turn: since it was confirmed, or since that was tried, so that an order which cannot
    /// be read takes no more turns than any other.
    fn since(&self) -> Instant {
        self.confirmed.max(self.tried).unwrap_or(self.born)
    }

    /// What a read of it would be for.
    fn class(&mut self, now: Instant) -> Class {
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
    fn due(&self, limits: &Limits, now: Instant) -> Option<(Instant, Class)> {
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
    fn hear(&mut self, snapshot: Snapshot, at: Instant) -> bool {
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
    fn knows_newer(&self, snapshot: &Snapshot) -> bool {
        self.last.as_ref().is_some_and(|(known, _)| snapshot.is_older_than(known))
    }

    /// Takes note that a client's read was not made.
    fn deny(&mut self, class: Class) {
        self.wanted = self.wanted.max(Some(class));
        self.is_denied |= class == Class::Urgent;
    }

    /// As [`Record::deny`], of an order of which nothing is known. It waits its turn if somebody watches it: the supplier
    /// knows that one, and whoever makes up ids must not fill the queue. What is read then is told by the stream.
    fn refuse(&mut self) {
        if self.watchers > 0 {
            self.wanted = Some(Class::First);
            self.has_gap = true;
        }
    }

    /// Makes the watchers look, and says by which version they know.
    fn raise(&self) -> u64 {
        let version = *self.news.borrow() + 1;
        self.news.send_replace(version);
        version
    }

    /// Drops what is known, so that nothing is vouched for any more.
    fn lose(&mut self) {
        self.has_gap |= self.last.take().is_some();
        self.confirmed = None;
    }

    fn forget(&mut self) {
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
    fn land(&mut self, number: u64) -> Option<(Flight, bool)> {
        let is_it = |flight: &mut Flight| flight.number == number;
        let landed = self.flight.take_if(is_it).map(|flight| (flight, false));
        landed.or_else(|| self.left.take_if(is_it).map(|flight| (flight, true)))
    }

    /// Takes note of a read that brought no order.
    fn miss(&mut self, landed: &Flight, reply: &Reply, now: Instant) {
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

impl Shelf {
    fn record(&mut self, id: &OrderId, shopper: &Shopper, now: Instant, limits: &Limits) -> &mut Record {
        if !self.records.contains_key(id) {
            self.make_room(now, limits);
            self.bytes += RECORD_BYTES;
        }
        let record = self.records.entry(id.clone()).or_insert_with(|| Record::new(shopper.clone(), now));
        record.used = now;
        record.shopper = shopper.clone();
        record
    }

    /// Changes a record, if it is there, and what all weigh with it.
    fn change<T>(&mut self, id: &OrderId, change: impl FnOnce(&mut Record) -> T) -> Option<T> {
        let record = self.records.get_mut(id)?;
        let before = record.weight();
        let out = change(record);
        self.bytes = (self.bytes + record.weight()).saturating_sub(before);
        Some(out)
    }

    /// Old records go; if that is not enough, those that were not used for the longest time.
    fn make_room(&mut self, now: Instant, limits: &Limits) {
        let is_full = |shelf: &Self| shelf.records.len() >= limits.orders_entries || shelf.bytes > limits.orders_bytes;
        if !is_full(self) && now < self.swept + SWEEP {
            return;
        }
        self.swept = now;
        self.records.retain(|_, record| !record.is_idle() || record.used + OLD > now);
        for record in self.records.values_mut() {
            record.shared.take_if(|kept| kept.until <= now);
        }
        self.weigh();
        if !is_full(self) {
            return;
        }
        let mut idle: Vec<(Instant, OrderId)> = self
            .records
            .iter()
            .filter(|(_, record)| record.is_idle())
            .map(|(id, record)| (record.used, id.clone()))
            .collect();
        idle.sort_by_key(|(used, _)| *used);
        // A tenth at a time, so that not every newcomer has to look at all.
        let most = (limits.orders_entries - limits.orders_entries / 10, limits.orders_bytes - limits.orders_bytes / 10);
        for (_, id) in idle {
            if self.records.len() < most.0 && self.bytes <= most.1 {
                return;
            }
            if let Some(record) = self.records.remove(&id) {
                self.bytes = self.bytes.saturating_sub(record.weight());
            }
        }
        // What is left is watched: its records stay, what they hold can be read again.
        let mut watched: Vec<OrderId> = self.records.keys().cloned().collect();
        watched.sort_by_key(|id| self.records.get(id).map(|record| record.used));
        for id in watched {
            if self.bytes <= most.1 {
                return;
            }
            self.change(&id, |record| {
                record.shared = None;
                record.lose();
            });
        }
    }

    fn weigh(&mut self) {
        self.bytes = self.records.values().map(Record::weight).sum();
    }

    /// Whether a routine read of an order confirmed at `since` has to wait for another one that needs it more.
    fn is_someone_needier(&self, since: Instant, now: Instant, limits: &Limits) -> bool {
        self.records
            .values()
            .any(|record| record.since() < since && record.due(limits, now).is_some_and(|(at, _)| at <= now))
    }

    /// While the supplier wants to be left alone, what is said in its name: its refusal, with the rest of the time.
    fn held(&self, now: Instant) -> Option<Reply> {
        let (until, answer) = self.held_until.as_ref().filter(|(until, _)| *until > now)?;
        let rest = until.saturating_duration_since(now).as_millis().div_ceil(1_000);
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_str(&rest.to_string()).ok()?)]);
        Some(Answer::new(answer.status, &headers, answer.body.clone(), now.into_std()).map(Arc::new))
    }

    /// What the proxy does next by itself: a read, or a wait until then; nothing if there is nothing to wait for.
    fn next(&mut self, now: Instant, limits: &Limits) -> Option<Result<(OrderId, Class), Instant>> {
        let mut soonest: Option<Instant> = None;
        // The neediest of each kind.
        let (mut unknown, mut urgent, mut routine) = (None::<(Instant, &OrderId)>, None, None);
        for (id, record) in &self.records {
            let Some((at, class)) = record.due(limits, now) else { continue };
            if at > now {
                soonest = Some(soonest.map_or(at, |known| known.min(at)));
                continue;
            }
            let since = record.since();
            let first = match class {
                Class::First => &mut unknown,
                Class::Urgent => &mut urgent,
                Class::Routine => &mut routine,
            };
            if first.is_none_or(|(oldest, _)| since < oldest) {
                *first = Some((since, id));
            }
        }
        // Made-up ids may have taken the places of unknown orders: one that is watched takes an urgent one then.
        let all =
            [(Class::First, unknown), (Class::Urgent, unknown), (Class::Urgent, urgent), (Class::Routine, routine)];
        for (class, id) in all.map(|(class, first)| (class, first.map(|(_, id)| id.clone()))) {
            let Some(id) = id else { continue };
            let free = match class {
                Class::First | Class::Urgent => self.budget.free_at(class, now),
                Class::Routine => self.budget.paced_at(now),
            };
            let free = self.held_until.as_ref().map_or(free, |(held, _)| free.max(*held));
            if free <= now {
                return Some(Ok((id, class)));
            }
            soonest = Some(soonest.map_or(free, |known| known.min(free)));
        }
        soonest.map(Err)
    }
}

impl Orders {
    /// No orders yet; `read` asks the supplier.
    pub fn new(limits: &Limits, read: Reader) -> Arc<Self> {
        let shelf = Shelf {
            records: HashMap::new(),
            budget: Budget::new(limits.order_reads),
            bytes: 0,
            flying: 0,
            last_flight: 0,
            is_kept: false,
            held_until: None,
            swept: Instant::now(),
        };
        Arc::new(Self { limits: limits.clone(), read, shelf: Mutex::new(shelf), bell: Notify::new() })
    }

    /// A client's read.
    pub async fn read(self: &Arc<Self>, id: &OrderId, shopper: &Shopper) -> Given {
        let (flight, joined) = {
            let mut shelf = self.shelf();
            let now = Instant::now();
            let held = shelf.held(now);
            let record = shelf.record(id, shopper, now, &self.limits);
            if let Some(kept) = record.shared.as_ref().filter(|kept| kept.until > now) {
                return Given::shared(Ok(Arc::clone(&kept.answer)), kept.begun);
            }
            if let Some(refusal) = held {
                let class = record.class(now);
                let given = match record.last.clone() {
                    Some((snapshot, at)) => {
                        record.deny(class);
                        Given { reply: Ok(snapshot.answer), age: Some(now.saturating_duration_since(at)) }
                    }
                    None => {
                        record.refuse();
                        Given::fresh(refusal)
                    }
                };
                self.tend(&mut shelf);
                return given;
            }
            if let Some(flight) = &record.flight {
                (flight.reply.clone(), Some(flight.begun))
            } else {
                let (class, since, last) = (record.class(now), record.since(), record.last.clone());
                let is_full = shelf.flying >= self.limits.flights;
                let is_next = class > Class::Routine || !shelf.is_someone_needier(since, now, &self.limits);
                match last.filter(|_| is_full || !is_next || shelf.budget.free_at(class, now) > now) {
                    Some((snapshot, at)) => {
                        shelf.change(id, |record| record.deny(class));
                        self.tend(&mut shelf);
                        let age = now.saturating_duration_since(at);
                        return Given { reply: Ok(snapshot.answer), age: Some(age) };
                    }
                    None if is_full || !shelf.budget.take(class, now) => {
                        shelf.change(id, Record::refuse);
                        self.tend(&mut shelf);
                        return Given::fresh(Err(Failure::Busy));
                    }
                    None => (self.start(&mut shelf, id, class, now, false), None),
                }
            }
        };
        let reply = flight.await;
        joined.map_or_else(|| Given::fresh(reply.clone()), |begun| Given::shared(reply.clone(), begun))
    }

    /// Makes sure that the next to ask gets an answer read after this moment.
    pub fn forget(self: &Arc<Self>, id: &OrderId) {
        let mut shelf = self.shelf();
        if shelf.change(id, |record| {
            record.forget();
            record.wanted.is_some()
        }) == Some(true)
        {
            self.tend(&mut shelf);
        }
    }

    /// As [`Orders::forget`], for every order.
    pub fn forget_all(&self) {
        let mut shelf = self.shelf();
        shelf.records.values_mut().for_each(Record::forget);
        shelf.weigh();
    }

    /// Takes note of an order that was just made, from the answer to its create.
    pub fn made(&self, answer: &Arc<Answer>, shopper: &Shopper) {
        let Some((order, snapshot)) = Snapshot::of_any(answer, Teller::Create) else { return };
        let Some(id) = OrderId::new(order.id.expose()) else { return };
        let mut shelf = self.shelf();
        let now = Instant::now();
        shelf.record(&id, shopper, now, &self.limits);
        shelf.change(&id, |record| record.hear(snapshot, now));
    }

    /// How many orders something is remembered of, and what that weighs in bytes.
    pub fn held(&self) -> (usize, usize) {
        let shelf = self.shelf();
        (shelf.records.len(), shelf.bytes)
    }

    /// Begins to watch an order.
    pub fn watch(self: &Arc<Self>, id: &OrderId, shopper: &Shopper) -> Watch {
        let mut shelf = self.shelf();
        let record = shelf.record(id, shopper, Instant::now(), &self.limits);
        record.watchers += 1;
        let news = record.news.subscribe();
        let seen = *news.borrow();
        self.tend(&mut shelf);
        drop(shelf);
        Watch { orders: Arc::clone(self), id: id.clone(), news, seen }
    }

    fn start(
        self: &Arc<Self>,
        shelf: &mut Shelf,
        id: &OrderId,
        class: Class,
        now: Instant,
        is_own: bool,
    ) -> Shared<BoxFuture<'static, Reply>> {
        let number = shelf.last_flight + 1;
        let Some(record) = shelf.records.get_mut(id) else {
            // It was there a line ago, under the same lock.
            return std::future::ready(Err(Failure::Busy)).boxed().shared();
        };
        if class == Class::Urgent {
            record.urgent.push_back(now);
        }
        let wanted = record.wanted.take();
        record.tried = Some(now);
        let read = (self.read)(id.clone(), record.shopper.clone());
        let (orders, landed) = (Arc::clone(self), id.clone());
        let task = tokio::spawn(async move {
            // It takes the lock when it is dropped, so it must not be there before this runs: a runtime that ends drops
            // what is spawned at once.
            let mut landing = Landing { orders, id: landed, number, reply: Err(Failure::Dropped) };
            landing.reply = read.await;
            landing.reply.clone()
        });
        let reply = async move { task.await.unwrap_or(Err(Failure::Dropped)) }.boxed().shared();
        record.flight = Some(Flight { number, begun: now, is_own, wanted, reply: reply.clone() });
        shelf.last_flight = number;
        shelf.flying += 1;
        reply
    }

    fn land(self: &Arc<Self>, id: &OrderId, number: u64, reply: &Reply) {
        let mut shelf = self.shelf();
        let now = Instant::now();
        shelf.flying = shelf.flying.saturating_sub(1);
        if let Ok(answer) = reply
            && answer.status == StatusCode::TOO_MANY_REQUESTS
        {
            let until = now + answer.retry_after().unwrap_or(HELD).min(HELD);
            if shelf.held_until.as_ref().is_none_or(|(known, _)| *known < until) {
                shelf.held_until = Some((until, Arc::clone(answer)));
            }
        }
        shelf.change(id, |record| {
            // What was forgotten on its way is for those only who waited for it, unless it is the proxy's own.
            let Some((landed, is_forgotten)) = record.land(number) else { return };
            let answer = reply.as_ref().ok();
            if !is_forgotten {
                let kept = |answer: &Arc<Answer>| Kept {
                    answer: Arc::clone(answer),
                    begun: landed.begun,
                    until: now + keep(answer),
                };
                record.shared = answer.map(kept).filter(|kept| kept.until > now);
            }
            let order = answer.filter(|answer| answer.status == StatusCode::OK);
            match order.and_then(|answer| Snapshot::read(id, answer, Teller::Read)) {
                Some(snapshot) => {
                    let is_late = record.owed_since.is_some_and(|since| since + OWED <= landed.begun);
                    if !landed.is_own || (is_late && !record.is_denied) {
                        (record.owed_since, record.is_denied) = (None, false);
                    }
                    // What lags is asked again after a while: it confirmed nothing.
                    record.retry_at = record.knows_newer(&snapshot).then_some(now + RETRY);
                    record.hear(snapshot, landed.begun);
                }
                None => record.miss(&landed, reply, now),
            }
        });
        shelf.make_room(now, &self.limits);
        // While it was under way nothing was due, and whoever looks after that may have gone.
        self.tend(&mut shelf);
    }

    /// Makes sure that somebody looks after what is due.
    fn tend(self: &Arc<Self>, shelf: &mut Shelf) {
        if shelf.is_kept {
            self.bell.notify_one();
        } else {
            shelf.is_kept = true;
            tokio::spawn(Arc::clone(self).keep());
        }
    }

    /// Makes the proxy's own reads, until there is nothing left to read.
    async fn keep(self: Arc<Self>) {
        loop {
            let until = {
                let mut shelf = self.shelf();
                let now = Instant::now();
                match shelf.next(now, &self.limits) {
                    None => {
                        shelf.is_kept = false;
                        return;
                    }
                    Some(Ok((id, class))) if shelf.flying < self.limits.flights && shelf.budget.take(class, now) => {
                        drop(self.start(&mut shelf, &id, class, now, true));
                        continue;
                    }
                    Some(Ok(_)) => now + Duration::from_secs(1),
                    Some(Err(until)) => until,
                }
            };
            tokio::select! {
                () = sleep_until(until) => {}
                () = self.bell.notified() => {}
            }
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // No code that can panic runs under the lock, so what a poisoned one guards is whole.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a flight, even if the read panicked.
struct Landing {
    orders: Arc<Orders>,
    id: OrderId,
    number: u64,
    reply: Reply,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.orders.land(&self.id, self.number, &self.reply);
    }
}

/// One order as one of its watchers sees it. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watch {
    orders: Arc<Orders>,
    id: OrderId,
    news: watch::Receiver<u64>,
    seen: u64,
}

impl Watch {
    /// Waits until something was said of the order that this watcher has not been told.
    pub async fn news(&mut self) -> Told {
        loop {
            if let Some(told) = self.untold() {
                return told;
            }
            // The sender lives in the record, which stays as long as it is watched.
            if self.news.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// What this watcher has not been told, if there is any. It counts as told then.
    pub fn untold(&mut self) -> Option<Told> {
        let version = *self.news.borrow_and_update();
        if version <= self.seen {
            return None;
        }
        let shelf = self.orders.shelf();
        let record = shelf.records.get(&self.id)?;
        let before = std::mem::replace(&mut self.seen, *record.news.borrow());
        if record.unreadable > before {
            return Some(Told::Unreadable);
        }
        Some(Told::Order { body: record.last.as_ref()?.0.body().clone(), is_material: record.material > before })
    }

    /// When the supplier last spoke of the order.
    pub fn confirmed(&self) -> Option<Instant> {
        self.orders.shelf().records.get(&self.id)?.confirmed
    }

    /// Takes note of an event of this watcher's own stream, which it is told in any case. Says whether it was the order, and
    /// not as it was before what is known.
    pub fn hear(&mut self, answer: Result<Answer, Failure>) -> bool {
        let read = answer.ok().and_then(|answer| Snapshot::read(&self.id, &Arc::new(answer), Teller::Stream));
        let mut shelf = self.orders.shelf();
        // Who reads the order after an event must not get what was read before it.
        let heard = shelf.change(&self.id, |record| {
            record.forget();
            let Some(snapshot) = read else { return (record.wanted.is_some(), None) };
            let (before, is_old) = (*record.news.borrow(), record.knows_newer(&snapshot));
            let becomes_payable = record.hear(snapshot, Instant::now());
            let after = *record.news.borrow();
            (becomes_payable || record.wanted.is_some(), Some((before, after, is_old)))
        });
        let Some((is_due, told)) = heard else { return false };
        if is_due {
            self.orders.tend(&mut shelf);
        }
        let Some((before, after, is_old)) = told else { return false };
        // What it told itself, nobody else has to; what it did not, stays untold.
        if before == self.seen {
            self.seen = after;
        }
        shelf.make_room(Instant::now(), &self.orders.limits);
        !is_old
    }

    /// Makes sure that the next to ask gets an answer read after this moment.
    pub fn forget(&self) {
        self.orders.forget(&self.id);
    }

    /// The proxy reads the order by itself: nobody knows what was not told in between. If the stream before kept something
    /// back, that is urgent, and as with [`Watch::forget`].
    pub fn reopened(&self, kept_back: bool) {
        let mut shelf = self.orders.shelf();
        shelf.change(&self.id, |record| {
            if kept_back {
                record.forget();
            }
            record.wanted = record.wanted.max(Some(if kept_back { Class::Urgent } else { Class::Routine }));
        });
        self.orders.tend(&mut shelf);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut shelf = self.orders.shelf();
        if let Some(record) = shelf.records.get_mut(&self.id) {
            record.watchers = record.watchers.saturating_sub(1);
            record.used = Instant::now();
        }
    }
}

/// One read of an order serves all who ask. Errors are not kept: who asks twice whether an order is there must not hear one
/// answer twice. A 429 holds for all orders, beside them.
fn keep(answer: &Answer) -> Duration {
    match answer.status {
        StatusCode::OK => FRESH,
        _ => Duration::ZERO,
    }
}
