//! What is known of orders, and how it is kept true: reads that are shared, reads of the proxy's own for orders whose
//! streams say nothing, and one budget for all of them.
//!
//! A record holds what the supplier last said of an order and when. Who asks gets an answer that is at most three
//! seconds old, or makes a read; whoever subscribes, and every event, makes the proxy forget what it read before, so that
//! the next read begins after that moment. An order that was last seen payable and has watchers is read by the proxy
//! itself when the supplier said nothing of it for [`Limits::confirm_after`]; what such a read tells goes to all
//! watchers.
//!
//! All reads share a [`Budget`]. When it is used up, clients get the last confirmed snapshot with its age, and the order
//! waits its turn: whatever needs a read most comes first, then the order confirmed the longest ago. So the pause between
//! two reads grows evenly for all, and nobody is left out.

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
use http::StatusCode;
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
/// How long the supplier's 429 is passed on without asking again, at most.
const REFUSED_AT_MOST: Duration = Duration::from_secs(10);
/// How long the proxy reads nothing by itself after a 429 that does not say how long.
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
    /// How old it is, if it is the last confirmed snapshot in place of a read.
    pub age: Option<Duration>,
}

impl Given {
    fn fresh(reply: Reply) -> Self {
        Self { reply, age: None }
    }
}

/// What the watchers of an order have not been told.
#[derive(Clone, Debug)]
pub struct Told {
    /// The order's JSON.
    pub body: Bytes,
    /// Whether it matters so much that a stream which did not say it is not to be trusted.
    pub is_material: bool,
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
    /// The supplier wants to be left alone until then.
    held_until: Option<Instant>,
    swept: Instant,
}

struct Record {
    /// A reply that still serves all who ask, until then.
    shared: Option<(Arc<Answer>, Instant)>,
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
    urgent: VecDeque<Instant>,
    shopper: Shopper,
    watchers: usize,
    /// Raised with each snapshot that says what the one before did not.
    news: watch::Sender<u64>,
    /// The last of them that matters.
    material: u64,
}

#[derive(Clone)]
struct Flight {
    number: u64,
    /// Whether it is the proxy's own, which settles nothing that a client is owed.
    is_own: bool,
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
            urgent: VecDeque::new(),
            shopper,
            watchers: 0,
            news: watch::Sender::new(0),
            material: 0,
        }
    }

    fn weight(&self) -> usize {
        let last = self.last.as_ref().map_or(0, |(snapshot, _)| snapshot.answer.weight());
        let shared = self.shared.as_ref().map_or(0, |(answer, _)| answer.weight());
        RECORD_BYTES + last + shared
    }

    fn is_idle(&self) -> bool {
        self.watchers == 0 && self.flight.is_none()
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
        if self.flight.is_some() {
            return None;
        }
        let asked = self.wanted.filter(|_| self.watchers > 0 || self.used + INTEREST > now);
        let is_payable = self.last.as_ref().is_some_and(|(snapshot, _)| snapshot.is_payable);
        let silent =
            (self.watchers > 0 && is_payable).then(|| self.confirmed.unwrap_or(self.born) + limits.confirm_after);
        let (at, class) = match (asked, silent) {
            (Some(class), _) => (now, class.min(Class::Urgent)),
            (None, Some(at)) => (at, Class::Routine),
            (None, None) => return None,
        };
        Some((self.retry_at.map_or(at, |retry| at.max(retry)), class))
    }

    /// Takes note of what the supplier said. Says whether the order became payable by it.
    fn hear(&mut self, snapshot: Snapshot, at: Instant) -> bool {
        self.confirmed = Some(self.confirmed.map_or(at, |known| known.max(at)));
        let Some((known, _)) = &self.last else {
            let is_payable = snapshot.is_payable;
            self.last = Some((snapshot, at));
            return is_payable;
        };
        if snapshot.is_older_than(known) {
            return false;
        }
        let becomes_payable = snapshot.is_payable && !known.is_payable;
        let news = snapshot.news_after(known);
        self.last = Some((snapshot, at));
        if news > News::None {
            let version = *self.news.borrow() + 1;
            if news == News::Material {
                self.material = version;
            }
            self.news.send_replace(version);
        }
        becomes_payable
    }

    fn forget(&mut self) {
        self.shared = None;
        // Those who wait get theirs; it will not be kept.
        self.flight = None;
        self.owed_since = Some(Instant::now());
    }
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
                record.last = None;
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

    /// What the proxy does next by itself: a read, or a wait until then; nothing if there is nothing to wait for.
    fn next(&mut self, now: Instant, limits: &Limits) -> Option<Result<(OrderId, Class), Instant>> {
        let mut soonest: Option<Instant> = None;
        let mut first: Option<(Class, Instant, &OrderId)> = None;
        for (id, record) in &self.records {
            let Some((at, class)) = record.due(limits, now) else { continue };
            if at > now {
                soonest = Some(soonest.map_or(at, |known| known.min(at)));
                continue;
            }
            let since = record.since();
            if first.is_none_or(|(best, oldest, _)| class > best || (class == best && since < oldest)) {
                first = Some((class, since, id));
            }
        }
        let Some((class, _, id)) = first else { return soonest.map(Err) };
        let id = id.clone();
        let free = if class == Class::Routine { self.budget.paced_at(now) } else { self.budget.free_at(class, now) };
        let free = self.held_until.map_or(free, |held| free.max(held));
        if free <= now {
            return Some(Ok((id, class)));
        }
        Some(Err(soonest.map_or(free, |soonest| soonest.min(free))))
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
        let flight = {
            let mut shelf = self.shelf();
            let now = Instant::now();
            let record = shelf.record(id, shopper, now, &self.limits);
            if let Some((answer, _)) = record.shared.as_ref().filter(|(_, until)| *until > now) {
                return Given::fresh(Ok(Arc::clone(answer)));
            }
            if let Some(flight) = &record.flight {
                flight.reply.clone()
            } else {
                let (class, since, last) = (record.class(now), record.since(), record.last.clone());
                let is_full = shelf.flying >= self.limits.flights;
                let is_next = class > Class::Routine || !shelf.is_someone_needier(since, now, &self.limits);
                match last.filter(|_| is_full || !is_next || shelf.budget.free_at(class, now) > now) {
                    Some((snapshot, at)) => {
                        shelf.change(id, |record| {
                            record.wanted = record.wanted.max(Some(class));
                            record.is_denied |= class == Class::Urgent;
                        });
                        self.tend(&mut shelf);
                        let age = now.saturating_duration_since(at);
                        return Given { reply: Ok(snapshot.answer), age: Some(age) };
                    }
                    None if is_full => return Given::fresh(Err(Failure::Busy)),
                    None => {
                        shelf.budget.take(class, now);
                        self.start(&mut shelf, id, class, now, false)
                    }
                }
            }
        };
        Given::fresh(flight.await)
    }

    /// Makes sure that the next to ask gets an answer read after this moment.
    pub fn forget(&self, id: &OrderId) {
        self.shelf().change(id, Record::forget);
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
        shelf.last_flight += 1;
        shelf.flying += 1;
        let number = shelf.last_flight;
        let mut landing =
            Landing { orders: Arc::clone(self), id: id.clone(), number, begun: now, reply: Err(Failure::Dropped) };
        let Some(record) = shelf.records.get_mut(id) else {
            // It was there a line ago, under the same lock.
            return std::future::ready(Err(Failure::Busy)).boxed().shared();
        };
        if class == Class::Urgent {
            record.urgent.push_back(now);
        }
        record.wanted = None;
        record.tried = Some(now);
        let read = (self.read)(id.clone(), record.shopper.clone());
        let task = tokio::spawn(async move {
            landing.reply = read.await;
            landing.reply.clone()
        });
        let reply = async move { task.await.unwrap_or(Err(Failure::Dropped)) }.boxed().shared();
        record.flight = Some(Flight { number, is_own, reply: reply.clone() });
        reply
    }

    fn land(self: &Arc<Self>, id: &OrderId, number: u64, begun: Instant, reply: &Reply) {
        let mut shelf = self.shelf();
        let now = Instant::now();
        shelf.flying = shelf.flying.saturating_sub(1);
        if let Ok(answer) = reply
            && answer.status == StatusCode::TOO_MANY_REQUESTS
        {
            let held = answer.retry_after().unwrap_or(HELD).min(HELD);
            shelf.held_until = Some(shelf.held_until.map_or(now + held, |known| known.max(now + held)));
        }
        let landed =
            shelf.records.get_mut(id).and_then(|record| record.flight.take_if(|flight| flight.number == number));
        // What was forgotten on its way is for those only who waited for it.
        let Some(landed) = landed else { return };
        shelf.change(id, |record| {
            let answer = reply.as_ref().ok();
            record.shared = answer.map(|answer| (Arc::clone(answer), now + keep(answer))).filter(|(_, at)| *at > now);
            match answer.filter(|answer| answer.status == StatusCode::OK) {
                Some(answer) => match Snapshot::read(id, answer, Teller::Read) {
                    Some(snapshot) => {
                        let is_late = record.owed_since.is_some_and(|since| since + OWED <= begun);
                        if !landed.is_own || (is_late && !record.is_denied) {
                            (record.owed_since, record.is_denied) = (None, false);
                        }
                        record.retry_at = None;
                        record.hear(snapshot, begun);
                    }
                    None => record.retry_at = Some(now + RETRY),
                },
                None => record.retry_at = Some(now + RETRY),
            }
        });
        shelf.make_room(now, &self.limits);
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
    begun: Instant,
    reply: Reply,
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.orders.land(&self.id, self.number, self.begun, &self.reply);
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
        let is_material = record.material > self.seen;
        self.seen = *record.news.borrow();
        Some(Told { body: record.last.as_ref()?.0.body().clone(), is_material })
    }

    /// When the supplier last spoke of the order.
    pub fn confirmed(&self) -> Option<Instant> {
        self.orders.shelf().records.get(&self.id)?.confirmed
    }

    /// Takes note of an event of this watcher's own stream, which it is told in any case. Says whether it was the order.
    pub fn hear(&mut self, answer: Result<Answer, Failure>) -> bool {
        let read = answer.ok().and_then(|answer| Snapshot::read(&self.id, &Arc::new(answer), Teller::Stream));
        let mut shelf = self.orders.shelf();
        // Who reads the order after an event must not get what was read before it.
        let heard = shelf.change(&self.id, |record| {
            record.forget();
            let Some(snapshot) = read else { return (false, None) };
            let before = *record.news.borrow();
            let becomes_payable = record.hear(snapshot, Instant::now());
            let after = *record.news.borrow();
            (becomes_payable, Some((before, after)))
        });
        let Some((becomes_payable, Some((before, after)))) = heard else { return false };
        // What it told itself, nobody else has to; what it did not, stays untold.
        if before == self.seen {
            self.seen = after;
        }
        shelf.make_room(Instant::now(), &self.orders.limits);
        if becomes_payable {
            self.orders.tend(&mut shelf);
        }
        true
    }

    /// Makes sure that the next to ask gets an answer read after this moment.
    pub fn forget(&self) {
        self.orders.forget(&self.id);
    }

    /// As [`Watch::forget`], and the proxy reads it by itself too: nobody knows what was not told in between.
    pub fn reopened(&self) {
        let mut shelf = self.orders.shelf();
        shelf.change(&self.id, |record| {
            record.forget();
            record.wanted = Some(Class::Urgent);
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

/// One read of an order serves all who ask, and so does the news that there is none. A 429 serves them while the supplier
/// wants to be left alone, but not for long: its limits count all shoppers together. Other errors are not kept.
fn keep(answer: &Answer) -> Duration {
    match answer.status {
        StatusCode::OK | StatusCode::NOT_FOUND => FRESH,
        StatusCode::TOO_MANY_REQUESTS => answer.retry_after().unwrap_or_default().min(REFUSED_AT_MOST),
        _ => Duration::ZERO,
    }
}
