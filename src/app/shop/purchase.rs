//! The way from the first wasm module to the purchase, which is in the second one ([`PurchaseHandle`]), and loading it:
//! the purchase is loaded when something is asked of it, and a request that comes meanwhile is kept.

use core::{cell::Cell, time::Duration};
use std::rc::Rc;

use cr_core::{catalog::BrandId, order::OrderId};
use leptos::prelude::*;

use super::{Inner, OnScreen, Shop};
use crate::app::{
    Config, Load,
    error_code::Place,
    join::before,
    memory,
    ports::{Local, PageEvent},
    sleep::sleep,
    slots::Slot,
};

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

/// What the shopper or the host page may ask of the purchase before it is loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Show a brand.
    Choose(BrandId),
    /// Follow an order by its id.
    Resume(OrderId),
    /// Forget all stored orders.
    Forget,
}

/// A request to the loaded purchase.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Load what the purchase needs, and offer stored orders. It is the first request.
    Start,
    /// Do what may have been asked before the purchase was loaded.
    Ask(Ask),
    /// Go one step back.
    Back,
    /// Leave whatever the shopper has begun, unless an order is being created; [`Shop::settle`] is called then.
    StartOver,
    /// Do the same, and forget what was typed.
    Reset,
    /// Load again what could not be loaded.
    Retry,
    /// Drop what was chosen, since the country changes.
    DropChoice,
    /// Take over the configuration, which has changed from this one.
    Configured(Box<Config>),
    /// Handle an event of the page.
    Page(PageEvent),
}

/// What waits for the purchase, as far as its screen can name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// A brand, by its name.
    Brand(String),
    /// An order.
    Order,
}

/// What the purchase says of its current order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrentOrder {
    /// There is no current order.
    Absent,
    /// There is one; or there may be one, since the answer to a create was lost.
    Present,
    /// An order is being created right now.
    Creating,
}

/// A view that the purchase draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurchaseView {
    /// The current screen of the purchase.
    Screen,
    /// What the purchase shows above the brands.
    AboveGrid,
}

/// All that the first wasm module knows of the second. The second module implements it; the first reaches it only as
/// `dyn Purchase`, by a [`PurchaseHandle`].
pub trait Purchase {
    /// Carries out a request.
    fn request(&self, request: Request);
    /// Says what the current order is.
    fn current_order(&self) -> CurrentOrder;
    /// Draws a view.
    fn draw(&self, view: PurchaseView) -> AnyView;
}

/// Loads the purchase over a shop. The future gives `None` when the purchase cannot be loaded now.
pub type LoadPurchase = Rc<dyn Fn(Shop) -> Local<Option<Rc<dyn Purchase>>>>;

/// The purchase as the first wasm module holds it: nothing until [`Shop::load_purchase`] has loaded it. It is `Copy`, and
/// in context as a part of [`Shop`].
#[derive(Clone, Copy)]
pub struct PurchaseHandle(RwSignal<Option<Rc<dyn Purchase>>, LocalStorage>);

impl PurchaseHandle {
    /// Makes a handle of a purchase that is not loaded.
    pub(super) fn new() -> Self {
        Self(RwSignal::new_local(None))
    }

    /// Takes the purchase, which is loaded now. Its views are drawn from now on.
    pub fn attach(self, purchase: Rc<dyn Purchase>) {
        self.0.try_set(Some(purchase));
    }

    /// Returns whether the purchase is loaded.
    #[must_use]
    pub fn is_loaded(self) -> bool {
        self.loaded().is_some()
    }

    /// Returns what the purchase says of its current order; `None` while it is not loaded.
    #[must_use]
    pub fn current_order(self) -> Option<CurrentOrder> {
        Some(self.loaded()?.current_order())
    }

    /// Draws a view of the purchase, and draws it anew when the purchase is attached. Before that, it is empty.
    #[must_use]
    pub fn draw(self, view: PurchaseView) -> AnyView {
        match self.0.get() {
            Some(purchase) => untrack(|| purchase.draw(view)),
            None => ().into_any(),
        }
    }

    /// Hands the purchase a request. Returns `false`, and does nothing, while the purchase is not loaded.
    pub(super) fn request(self, request: Request) -> bool {
        let loaded = self.loaded();
        if let Some(purchase) = &loaded {
            purchase.request(request);
        }
        loaded.is_some()
    }

    fn loaded(self) -> Option<Rc<dyn Purchase>> {
        self.0.try_get_untracked().flatten()
    }
}

impl Shop {
    /// Sends a request to the purchase, which is loaded if need be.
    pub fn ask(self, ask: Ask) {
        let Some(inner) = self.inner() else { return };
        if self.purchase.request(Request::Ask(ask.clone())) {
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
        let Some(load) = &inner.load else { return };
        if self.purchase.is_loaded() || inner.is_loading.replace(true) {
            return;
        }
        if self.on_screen.try_get_untracked() == Some(OnScreen::Stuck) {
            self.on_screen.try_set(OnScreen::Opening);
        }
        let loaded = before(load(self), sleep(&*inner.ports.clock, PATIENCE));
        self.run(Slot::Purchase, async move {
            let loaded = loaded.await.flatten();
            let Some(inner) = self.inner() else { return };
            inner.is_loading.set(false);
            match loaded {
                Some(purchase) => {
                    self.purchase.attach(purchase);
                    self.purchase.request(Request::Start);
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
        let Some(inner) = self.inner().filter(|_| self.purchase.is_loaded()) else { return };
        let is_stocking = self.catalog.try_with_untracked(|catalog| matches!(catalog, Load::Loading));
        let is_choice = matches!(*inner.asked.borrow(), Some(Ask::Choose(_)));
        if is_choice && is_stocking == Some(true) {
            return;
        }
        let asked = inner.asked.borrow_mut().take();
        if let Some(ask) = asked {
            self.purchase.request(Request::Ask(ask));
        }
        if self.on_screen.try_get_untracked() == Some(OnScreen::Opening) {
            self.on_screen.try_set(OnScreen::Grid);
        }
    }

    /// Returns what was asked for and waits for the purchase; `None` where that is a brand whose name is not known.
    #[must_use]
    pub fn awaited(self) -> Option<Awaited> {
        let inner = self.inner()?;
        let asked = inner.asked.borrow();
        match (&*asked, self.catalog.try_get_untracked()?) {
            (Some(Ask::Resume(_)), _) => Some(Awaited::Order),
            (Some(Ask::Choose(id)), Load::Ready(catalog)) => Some(Awaited::Brand(catalog.get(id)?.name.clone())),
            (Some(Ask::Choose(_) | Ask::Forget) | None, _) => None,
        }
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
