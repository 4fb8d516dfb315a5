//! One order from the view of one of its watchers.

use std::sync::Arc;

use bytes::Bytes;
use tokio::{sync::watch, time::Instant};

use super::Orders;
use crate::{
    answer::{Answer, Failure},
    budget::Class,
    requests::OrderId,
    snapshot::{Snapshot, Teller},
};

/// What the watchers of an order have not been sent.
#[derive(Clone, Debug)]
pub enum Told {
    /// What the supplier said.
    Order {
        /// The order's JSON.
        body: Bytes,
        /// Whether the news is so important that a stream which did not send it cannot be trusted.
        is_material: bool,
    },
    /// The supplier says that there is no such order, or that the proxy may not read it.
    Unreadable,
}

/// One order from the view of one of its watchers. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watch {
    pub(super) orders: Arc<Orders>,
    pub(super) id: OrderId,
    pub(super) news: watch::Receiver<u64>,
    pub(super) seen: u64,
}

impl Watch {
    /// Waits for news of the order that this watcher has not been given.
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

    /// Returns the news that this watcher has not been given, if there is any. From then on it counts as given.
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

    /// Returns when the supplier last spoke of the order.
    pub fn confirmed(&self) -> Option<Instant> {
        self.orders.shelf().records.get(&self.id)?.confirmed
    }

    /// Records an event of this watcher's own stream, which the subscriber gets in any case. Returns whether it was a
    /// snapshot of the order that is not older than what is known.
    pub fn hear(&mut self, answer: Result<Answer, Failure>) -> bool {
        let read = answer.ok().and_then(|answer| Snapshot::read(&self.id, &Arc::new(answer), Teller::Stream));
        let mut shelf = self.orders.shelf();
        // A client that reads the order after an event must not get what was read before it.
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
        // What this stream said itself need not be sent to its subscriber again; what it did not say is still to be
        // sent.
        if before == self.seen {
            self.seen = after;
        }
        shelf.make_room(Instant::now(), &self.orders.limits);
        !is_old
    }

    /// Makes sure that the next caller gets an answer that is read after this moment.
    pub fn forget(&self) {
        self.orders.forget(&self.id);
    }

    /// Makes the proxy read the order, after its stream was opened again: what happened in between is not known. If the
    /// stream before it left something out, the read is urgent, and what was read before is forgotten as by
    /// [`Watch::forget`].
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
