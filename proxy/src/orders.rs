//! What is known of orders, and how it is kept up to date: reads that are shared, the proxy's own reads of orders whose
//! streams say nothing, and one budget for all of them.
//!
//! A record holds what the supplier last said of an order and when. A client that asks gets an answer that is at most
//! three seconds old, or causes a read. A new subscription and every event make the proxy forget what it read before,
//! so that the next read begins after that moment. An order that was last seen payable and has watchers is read by the
//! proxy itself when the supplier has said nothing of it for [`Limits::confirm_after`]; the result of such a read is
//! sent to all watchers. A snapshot that is older than what is known, by the times that the supplier sent, confirms
//! nothing.
//!
//! All reads share a [`Budget`]. When it is used up, clients get the last confirmed snapshot with its age, and the
//! order is queued: the most urgent class of reads goes first, and within it the order confirmed the longest ago. So
//! the pause between two reads grows evenly for all orders, and none is left out. While the supplier asks for a pause
//! (429), no read goes out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use http::StatusCode;
use record::{Flight, Kept, RETRY, Record};
use shelf::Shelf;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};
pub use watch::{Told, Watch};

use crate::{
    answer::{Answer, Failure, Reply},
    budget::{Budget, Class},
    limits::Limits,
    requests::OrderId,
    snapshot::{Snapshot, Teller},
    upstream::Shopper,
};

mod record;
mod shelf;
mod watch;

/// For how long one read of an order serves all clients that ask.
const FRESH: Duration = Duration::from_secs(3);
/// For how long no order is read after a 429 without a `Retry-After`, and the longest pause that a 429 may ask for.
const HELD: Duration = Duration::from_secs(60);
/// A client that asks because of a stream or an event does so within this time; after that the proxy's own reads
/// suffice.
const OWED: Duration = Duration::from_secs(10);

/// Reads one order on behalf of a shopper.
pub type ReadOrder = Arc<dyn Fn(OrderId, Shopper) -> BoxFuture<'static, Reply> + Send + Sync>;

/// The result of a client's read.
#[derive(Debug)]
pub struct Given {
    /// The result of the read.
    pub reply: Reply,
    /// How long ago the supplier was asked, if the reply is the last confirmed snapshot in place of a read, or if
    /// another client caused the read a second or more ago.
    pub age: Option<Duration>,
}

impl Given {
    fn fresh(reply: Reply) -> Self {
        Self { reply, age: None }
    }

    /// Returns an answer to a read that another client caused.
    fn shared(reply: Reply, begun: Instant) -> Self {
        let age = Some(Instant::now().saturating_duration_since(begun)).filter(|age| *age >= Duration::from_secs(1));
        Self { reply, age }
    }
}

/// All orders that clients read or watch.
pub struct Orders {
    limits: Limits,
    read: ReadOrder,
    shelf: Mutex<Shelf>,
    bell: Notify,
}

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Orders").finish_non_exhaustive()
    }
}

impl Orders {
    /// Creates an empty set of orders; `read` asks the supplier.
    pub fn new(limits: &Limits, read: ReadOrder) -> Arc<Self> {
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

    /// Reads an order for a client.
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

    /// Makes sure that the next caller gets an answer that is read after this moment.
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

    /// Does what [`Orders::forget`] does, for every order.
    pub fn forget_all(&self) {
        let mut shelf = self.shelf();
        shelf.records.values_mut().for_each(Record::forget);
        shelf.weigh();
    }

    /// Records an order that was just made, from the answer to its create.
    pub fn made(&self, answer: &Arc<Answer>, shopper: &Shopper) {
        let Some((order, snapshot)) = Snapshot::of_any(answer, Teller::Create) else { return };
        let Some(id) = OrderId::new(order.id.expose()) else { return };
        let mut shelf = self.shelf();
        let now = Instant::now();
        shelf.record(&id, shopper, now, &self.limits);
        shelf.change(&id, |record| record.hear(snapshot, now));
    }

    /// Returns how many orders have a record, and what the records weigh in bytes.
    pub fn held(&self) -> (usize, usize) {
        let shelf = self.shelf();
        (shelf.records.len(), shelf.bytes)
    }

    /// Starts to watch an order.
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
            // The record was there before, under the same lock, so this does not happen.
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
            // `Landing` takes the lock when it is dropped, so it is created inside the task: a runtime that shuts down
            // drops a spawned task at once, while the lock is held here.
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
            // A read that was forgotten while it was under way counts only for the clients that waited for it, unless
            // it is the proxy's own.
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
                    // A snapshot older than what is known confirmed nothing, so the order is read again after a while.
                    record.retry_at = record.knows_newer(&snapshot).then_some(now + RETRY);
                    record.hear(snapshot, landed.begun);
                }
                None => record.miss(&landed, reply, now),
            }
        });
        shelf.make_room(now, &self.limits);
        // While the read was under way nothing was due for this order, so the task that makes the proxy's own reads may
        // have ended.
        self.tend(&mut shelf);
    }

    /// Makes sure that a task makes the reads that are due.
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
        // No code that can panic runs under the lock, so the data behind a poisoned lock is whole.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends a read under way when it is dropped, even if the read panicked.
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

/// Returns for how long one read of an order serves all clients. Errors are not kept: a client that asks twice whether
/// an order exists must not get one answer twice. A 429 is kept elsewhere, for all orders together.
fn keep(answer: &Answer) -> Duration {
    match answer.status {
        StatusCode::OK => FRESH,
        _ => Duration::ZERO,
    }
}
