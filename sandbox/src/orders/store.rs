//! Orders in memory, at most [`ORDERS_KEPT`] of them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::order::Order;
use super::wire::{Place, order_json};
use crate::script::Script;

/// How many orders are kept; the oldest is dropped when one more comes.
pub(crate) const ORDERS_KEPT: usize = 10_000;

/// An order and the channel that announces its changes.
#[derive(Debug)]
pub(crate) struct Slot {
    order: Mutex<Order>,
    changes: watch::Sender<u64>,
    before: Mutex<Option<String>>,
    /// What will go wrong with the order's stream and its reads.
    pub(crate) script: Script,
}

impl Slot {
    /// Returns the order, locked; the lock is never held across an `await`.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the order and notifies all listeners.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Order) -> T) -> T {
        let out = {
            let mut order = self.lock();
            let before = order_json(&order, Place::Stream);
            let out = change(&mut order);
            if order_json(&order, Place::Stream) != before {
                *self.before.lock().unwrap_or_else(PoisonError::into_inner) = Some(before.to_string());
            }
            out
        };
        self.changes.send_modify(|version| *version += 1);
        out
    }

    /// Returns the snapshot before the last change, if there was a change.
    pub(crate) fn before(&self) -> Option<String> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns a receiver of each change from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<String, Arc<Slot>>,
    age: VecDeque<String>,
}

/// All orders.
#[derive(Debug, Default)]
pub(crate) struct Store {
    kept: Mutex<Kept>,
}

impl Store {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn insert(&self, order: Order) -> Arc<Slot> {
        let id = order.id.clone();
        let slot = Arc::new(Slot {
            script: Script::new(order.wishes.script.clone()),
            order: Mutex::new(order),
            changes: watch::Sender::new(0),
            before: Mutex::new(None),
        });
        let mut kept = self.lock();
        kept.by_id.insert(id.clone(), slot.clone());
        kept.age.push_back(id);
        if kept.age.len() > ORDERS_KEPT
            && let Some(oldest) = kept.age.pop_front()
        {
            kept.by_id.remove(&oldest);
        }
        slot
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Slot>> {
        self.lock().by_id.get(id).cloned()
    }

    /// Returns the newest orders, newest first.
    pub(crate) fn youngest(&self, count: usize) -> Vec<Arc<Slot>> {
        let kept = self.lock();
        kept.age.iter().rev().filter_map(|id| kept.by_id.get(id).cloned()).take(count).collect()
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Kept::default();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().age.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::sample;

    #[test]
    fn the_oldest_orders_make_room_for_new_ones() {
        let store = Store::default();
        for index in 0..ORDERS_KEPT + 5 {
            store.insert(sample(index.to_string()));
        }
        assert_eq!(store.len(), ORDERS_KEPT);
        assert!(store.get("4").is_none());
        assert!(store.get("5").is_some());
        assert_eq!(store.youngest(1)[0].lock().id, (ORDERS_KEPT + 4).to_string());
    }
}
