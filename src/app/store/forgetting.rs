//! Forgetting orders, here and elsewhere. What was forgotten in another tab or by another element is forgotten by this
//! one too: the current order is left, and its codes are no longer shown.
//!
//! That an order is not stored proves little by itself: it may never have been stored, its time may be over, later
//! orders may have taken its place, or the storage cannot be read. An order was forgotten if this page found it stored,
//! its time is not over, and it is gone. Its time may have been cut short while this page was suspended; a note of that
//! is kept longer than the order, and is removed where the order is forgotten.

use core::time::Duration;
use std::rc::Rc;

use cr_core::{order::OrderId, time::Timestamp};
use leptos::prelude::*;

use super::{Slot, Store, making};
use crate::app::{
    memory::{self, Trace},
    ports::{Elsewhere, Others},
};

/// How often an open page looks for the current order in the storage. A page that is awake is informed of every change,
/// so that this only shows how long the page was suspended.
const LOOK: Duration = Duration::from_secs(10 * 60);

/// The record that the current order was found in the storage.
#[derive(Clone, PartialEq)]
pub(super) struct Seen {
    id: OrderId,
    /// Until when the order is kept, as it was stored then.
    until: Timestamp,
    /// When the order was found, by the device's clock.
    at: Timestamp,
}

impl Seen {
    /// Returns whether the order, which is not stored any more, can only have been forgotten. Where a note of it is
    /// left, its time may have been cut short while this page was suspended.
    fn is_missed(&self, is_note_left: bool, now: Timestamp) -> bool {
        now < self.until && (!is_note_left || now < self.at.plus(memory::TRUSTED))
    }
}

impl Store {
    /// Listens to what other pages and elements report about stored orders, and reports to them from now on.
    pub fn listen(self, others: Rc<dyn Others>) {
        let Some(inner) = self.inner() else { return };
        let guard = others.watch(Rc::new(move |word| self.hear_elsewhere(&word)));
        inner.hearing.replace(Some(guard));
        inner.others.replace(Some(others));
    }

    /// Forgets a stored order, or all of them (`None`), here and in other tabs.
    pub fn forget(self, id: Option<OrderId>) {
        let Some(inner) = self.inner() else { return };
        let at_hand = self.id_at_hand();
        let (storage, now) = (&*inner.ports.storage, inner.ports.clock.wall());
        memory::forget(storage, id.as_ref(), now);
        let word = match &id {
            Some(id) => {
                let references = vec![id.reference()];
                making::forget_made(&references);
                Elsewhere::Forgot(references)
            }
            None => {
                making::forget_unseen();
                Elsewhere::ForgotAll(now)
            }
        };
        if let Some(others) = &*inner.others.borrow() {
            others.tell(&word);
        }
        match (at_hand, id) {
            (Some(at_hand), Some(id)) if at_hand != id => self.refresh_resumable(),
            (Some(_), _) => self.start_over(),
            (None, _) => self.refresh_resumable(),
        }
    }

    /// Returns whether the current order was forgotten elsewhere. It is left then, and `forgotten` is set. To be called
    /// before a code is shown or copied.
    pub fn heed_forgetting(self) -> bool {
        let (Some(inner), Some(id)) = (self.inner(), self.id_at_hand()) else { return false };
        let trace = memory::trace(&*inner.ports.storage, &id);
        match trace {
            Trace::Kept(_) => {
                self.note_seen();
                false
            }
            Trace::Unclear => {
                // An entry that cannot be read is removed sooner or later, so that its absence would prove nothing
                // either.
                inner.seen.replace(None);
                false
            }
            Trace::Gone | Trace::Over => {
                let now = inner.ports.clock.wall();
                let is_note_left = trace == Trace::Over;
                let seen = inner.seen.borrow().clone().filter(|seen| seen.id == id);
                let is_missed = seen.is_some_and(|seen| seen.is_missed(is_note_left, now));
                let is_gone =
                    is_missed && inner.others.borrow().as_ref().is_none_or(|others| others.can_read(memory::ORDERS));
                if is_gone {
                    self.leave_forgotten(&id);
                } else if is_note_left {
                    // The note is removed sooner or later, so that its absence would prove nothing.
                    inner.seen.replace(None);
                }
                is_gone
            }
        }
    }

    /// Opens one of the orders that are offered, unless it was forgotten elsewhere: then it is no longer offered.
    pub fn open_stored(self, id: OrderId) {
        let Some(inner) = self.inner() else { return };
        let can_read = inner.others.borrow().as_ref().is_none_or(|others| others.can_read(memory::ORDERS));
        if can_read && matches!(memory::trace(&*inner.ports.storage, &id), Trace::Gone | Trace::Over) {
            self.refresh_resumable();
        } else {
            self.resume(id);
        }
    }

    /// Records that the current order is stored now, if it is.
    pub(super) fn note_seen(self) {
        let (Some(inner), Some(id)) = (self.inner(), self.id_at_hand()) else { return };
        if let Trace::Kept(until) = memory::trace(&*inner.ports.storage, &id) {
            let at = inner.ports.clock.wall();
            if self.money_seen.try_get_untracked() == Some(true) {
                memory::note_kept(&*inner.ports.storage, &id, at);
            }
            let is_new = inner.seen.replace(Some(Seen { id, until, at })).is_none();
            if is_new {
                self.keep_looking();
            }
        }
    }

    fn keep_looking(self) {
        self.later(Slot::Look, LOOK, move || {
            if !self.heed_forgetting() && self.id_at_hand().is_some() {
                self.keep_looking();
            }
        });
    }

    fn hear_elsewhere(self, word: &Elsewhere) {
        let Some(inner) = self.inner() else { return };
        let (storage, now) = (&*inner.ports.storage, inner.ports.clock.wall());
        // Where the browser refuses to store, each element has a storage of its own, from which the orders must be
        // removed too.
        match word {
            Elsewhere::Stored => {}
            Elsewhere::Forgot(references) => {
                memory::forget_references(storage, references, now);
                making::forget_made(references);
            }
            Elsewhere::ForgotAll(until) => {
                memory::forget_until(storage, *until, now);
                making::forget_unseen();
            }
        }
        match (word, self.id_at_hand()) {
            (Elsewhere::Forgot(references), Some(id)) if references.contains(&id.reference()) => {
                self.leave_forgotten(&id);
            }
            (Elsewhere::ForgotAll(_), Some(id)) if !matches!(memory::trace(storage, &id), Trace::Kept(_)) => {
                self.leave_forgotten(&id);
            }
            (Elsewhere::Forgot(_) | Elsewhere::ForgotAll(_) | Elsewhere::Stored, _) => {
                if !self.heed_forgetting() {
                    self.heed_stored();
                }
            }
        }
        self.refresh_resumable();
    }

    /// Leaves the current order as if it had been forgotten here.
    fn leave_forgotten(self, id: &OrderId) {
        self.start_over();
        self.forgotten.try_set(Some(id.reference()));
    }

    pub(super) fn id_at_hand(self) -> Option<OrderId> {
        let inner = self.inner()?;
        let followed = inner.follower.borrow();
        followed.as_ref().map(|followed| followed.id.clone())
    }
}
