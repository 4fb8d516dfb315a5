//! Tasks and timers that run in the background, at most one in each slot.

use core::cell::RefCell;

use super::ports::Guard;

/// The kinds of background work; of each kind at most one is running.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Catalog,
    CatalogRetry,
    HeadStart,
    Purchase,
    Vias,
    ViasRetry,
    Offer,
    OfferRetry,
    Quote,
    Review,
    Look,
    Tick,
    Wallet,
    Making,
}

/// Tasks and timers that are running, at most one in each slot. A new one ends the one before in its slot, so that only
/// the latest request counts.
#[derive(Default)]
pub(super) struct Slots(RefCell<Vec<(Slot, Box<dyn Guard>)>>);

impl Slots {
    /// Puts a task or timer into a slot, and ends what was in it.
    pub(super) fn put(&self, slot: Slot, guard: Box<dyn Guard>) {
        let last = self.take(slot);
        self.0.borrow_mut().push((slot, guard));
        drop(last);
    }

    /// Ends what is in a slot, and leaves the slot empty.
    pub(super) fn clear(&self, slot: Slot) {
        let last = self.take(slot);
        drop(last);
    }

    fn take(&self, slot: Slot) -> Option<(Slot, Box<dyn Guard>)> {
        let mut slots = self.0.borrow_mut();
        let index = slots.iter().position(|(taken, _)| *taken == slot)?;
        Some(slots.swap_remove(index))
    }
}
