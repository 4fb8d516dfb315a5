//! One order as one of its watchers sees it.

use std::sync::Arc;

use bytes::Bytes;
use tokio::{sync::watch, time::Instant};

use super::Orders;
use crate::{
    answer::{Answer, Failure},
    budget::Class,
    routes::OrderId,
    snapshot::{Snapshot, Teller},
};

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

/// One order as one of its watchers sees it. Dropping it ends the watch.
#[derive(Debug)]
pub struct Watch {
    pub(super) orders: Arc<Orders>,
    pub(super) id: OrderId,
    pub(super) news: watch::Receiver<u64>,
    pub(super) seen: u64,
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
