//! Loading the purchase: it is loaded when something is asked of it, and a request that comes meanwhile is kept.

use core::{cell::Cell, time::Duration};
use std::rc::Rc;

use leptos::prelude::*;

use super::{Ask, Inner, OnScreen, Shop};
use crate::app::{Load, error_code::Place, join::before, memory, sleep::sleep, slots::Slot};

/// How long loading the purchase may take; on the slowest phones it takes most of that.
const PATIENCE: Duration = Duration::from_secs(60);
/// The wait before loading is tried again without being asked for.
const AGAIN: Duration = Duration::from_secs(10);

thread_local! {
    /// The function that forgets orders which no element shows; `None` until one is registered by [`on_forgetting`].
    static ON_FORGETTING: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Registers a function to call when all orders are forgotten. The purchase may be loaded already for another element
/// of the page, though not for the one that forgets.
pub(in crate::app) fn on_forgetting(forget: fn()) {
    ON_FORGETTING.set(Some(forget));
}

impl Shop {
    /// Sends a request to the purchase, which is loaded if need be.
    pub fn ask(self, ask: Ask) {
        let Some(inner) = self.inner() else { return };
        if let Some(purchase) = self.purchase() {
            purchase.ask(ask);
            return;
        }
        if ask == Ask::Forget {
            // Forgetting must not wait for anything, since the page may be left the next moment.
            memory::forget_all(&*inner.ports.storage);
            if let Some(forget) = ON_FORGETTING.get() {
                forget();
            }
            // Other elements of this page get no event from the storage, and other tabs may have no storage.
            inner.ports.lifecycle.tell_forgotten(inner.ports.clock.wall());
            if self.has_order() {
                self.start_over();
            }
            return;
        }
        self.on_screen.try_set(OnScreen::Opening);
        inner.asked.replace(Some(ask));
        self.load_purchase();
    }

    /// Loads the purchase, unless it is loaded or being loaded.
    pub fn load_purchase(self) {
        let Some(inner) = self.inner() else { return };
        let Some(loader) = &inner.loader else { return };
        if self.purchase().is_some() || inner.is_loading.replace(true) {
            return;
        }
        if self.on_screen.try_get_untracked() == Some(OnScreen::Stuck) {
            self.on_screen.try_set(OnScreen::Opening);
        }
        let loaded = before(loader.load(self), sleep(&*inner.ports.clock, PATIENCE));
        self.run(Slot::Purchase, async move {
            let loaded = loaded.await.flatten();
            let Some(inner) = self.inner() else { return };
            inner.is_loading.set(false);
            match loaded {
                Some(purchase) => {
                    self.attach(Rc::clone(&purchase));
                    purchase.start();
                    self.carry_out();
                }
                None => self.not_loaded(&inner),
            }
        });
    }

    /// Shows that the purchase could not be loaded, if something was asked of it; else tries again later where orders
    /// are stored.
    fn not_loaded(self, inner: &Inner) {
        self.emit_trouble(&self.unanswered(), Place::Product);
        if self.on_screen.try_get_untracked() == Some(OnScreen::Opening) {
            self.on_screen.try_set(OnScreen::Stuck);
        } else if memory::has_orders(&*inner.ports.storage) {
            // An order of an earlier visit waits to be offered.
            let again = inner.ports.clock.after(AGAIN, Box::new(move || self.load_purchase()));
            inner.slots.put(Slot::HeadStart, again);
        }
    }

    /// Carries out the request that came before the purchase was loaded. A request for a brand waits for the catalogue
    /// too.
    pub(super) fn carry_out(self) {
        let (Some(inner), Some(purchase)) = (self.inner(), self.purchase()) else { return };
        let is_stocking = self.catalog.try_with_untracked(|catalog| matches!(catalog, Load::Loading));
        let is_choice = matches!(*inner.asked.borrow(), Some(Ask::Choose(_)));
        if is_choice && is_stocking == Some(true) {
            return;
        }
        let asked = inner.asked.borrow_mut().take();
        if let Some(ask) = asked {
            purchase.ask(ask);
        }
        if self.on_screen.try_get_untracked() == Some(OnScreen::Opening) {
            self.on_screen.try_set(OnScreen::Grid);
        }
    }

    /// Returns the name of the brand that was chosen and waits for the purchase.
    #[must_use]
    pub fn awaited(self) -> Option<String> {
        let inner = self.inner()?;
        let asked = inner.asked.borrow();
        let (Some(Ask::Choose(id)), Load::Ready(catalog)) = (&*asked, self.catalog.try_get_untracked()?) else {
            return None;
        };
        catalog.get(id).map(|brand| brand.name.clone())
    }

    /// Cancels the request that waits for the purchase.
    pub(super) fn unask(self) {
        let Some(inner) = self.inner() else { return };
        inner.asked.replace(None);
        if matches!(self.on_screen.try_get_untracked(), Some(OnScreen::Opening | OnScreen::Stuck)) {
            self.on_screen.try_set(OnScreen::Grid);
        }
    }
}
