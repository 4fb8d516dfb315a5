//! Work and timers under way, one a slot.

use core::cell::RefCell;

use super::ports::Guard;

/// What goes on in the background, each at most once.
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

/// Work and timers under way, one a slot. A new one in a slot ends the one before, so only the latest question is answered.
#[derive(Default)]
pub(super) struct Slots(RefCell<Vec<(Slot, Box<dyn Guard>)>>);

impl Slots {
    /// Puts something in a slot; what was in it is ended.
    pub(super) fn put(&self, slot: Slot, guard: Box<dyn Guard>) {
        let last = self.take(slot);
        self.0.borrow_mut().push((slot, guard));
        drop(last);
    }

    /// Ends what is in a slot.
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
