//! What is there before anything is chosen: configuration, country, brands. The first wasm module holds the shop and
//! the brand grid; the purchase itself ([`super::Store`]) is in the second module, which is loaded behind
//! [`PurchaseHandle`] (docs/decisions/0007).

use core::{
    cell::{Cell, RefCell},
    future::Future,
    time::Duration,
};
use std::{rc::Rc, sync::Arc};

use cr_core::{
    catalog::{BrandId, Catalog},
    country::Country,
    problem::Problem,
};
use leptos::prelude::*;

use super::{
    Config,
    error_code::{ErrorCode, OwnCode, Place},
    fetch::Reader,
    load::{Load, Trouble},
    memory,
    ports::{Answer, Guard, HostEvent, NoAnswer, PageEvent, Ports},
    slots::{Slot, Slots},
    task::Task,
};

mod catalog;
mod purchase;

pub(super) use purchase::on_forgetting;
pub use purchase::{Ask, Awaited, CurrentOrder, LoadPurchase, Purchase, PurchaseHandle, PurchaseView, Request};

/// Whether the grid or the purchase is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnScreen {
    /// The shopper looks at the grid.
    Grid,
    /// A brand was chosen and the purchase is still being loaded.
    Opening,
    /// The purchase could not be loaded.
    Stuck,
    /// The screens of the purchase are shown.
    Purchase,
}

/// What one element shows before anything is chosen. It is `Copy`, so that it can be passed around freely, and is in
/// context as `Shop`.
#[derive(Clone, Copy)]
pub struct Shop {
    /// The configuration, which changes when attributes change.
    pub config: RwSignal<Config>,
    /// The country in which the shopper buys.
    pub country: RwSignal<Country>,
    /// The brands of that country.
    pub catalog: RwSignal<Load<Arc<Catalog>>>,
    /// Whether the browser is online.
    pub online: RwSignal<bool>,
    /// Whether the grid or the purchase is on screen.
    pub on_screen: RwSignal<OnScreen>,
    /// The purchase, which is in the second wasm module.
    pub purchase: PurchaseHandle,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What the shop holds besides its signals.
struct Inner {
    ports: Ports,
    load: Option<LoadPurchase>,
    slots: Slots,
    /// Held for its `Drop`.
    watch: RefCell<Option<Box<dyn Guard>>>,
    is_loading: Cell<bool>,
    /// The request that the purchase gets as soon as it is loaded.
    asked: RefCell<Option<Ask>>,
    /// Whether the proxy announced that it keeps idempotency keys.
    keeps_keys: RwSignal<bool>,
    /// The brand to open once the catalogue is loaded.
    wanted_brand: RefCell<Option<String>>,
    /// The country to change to once the current order is left.
    wanted_country: Cell<Option<Country>>,
}

impl Shop {
    /// Makes a shop over these ports. It loads nothing until [`Shop::start`]. Without a function that loads the
    /// purchase, the purchase is given by [`PurchaseHandle::attach`].
    pub fn new(config: Config, country: Country, ports: Ports, load: Option<LoadPurchase>) -> Self {
        let online = ports.lifecycle.is_online();
        let inner = Inner {
            wanted_brand: RefCell::new(config.brand.clone()),
            ports,
            load,
            slots: Slots::default(),
            watch: RefCell::new(None),
            is_loading: Cell::new(false),
            asked: RefCell::new(None),
            keeps_keys: RwSignal::new(false),
            wanted_country: Cell::new(None),
        };
        Self {
            config: RwSignal::new(config),
            country: RwSignal::new(country),
            catalog: RwSignal::new(Load::Idle),
            online: RwSignal::new(online),
            on_screen: RwSignal::new(OnScreen::Grid),
            purchase: PurchaseHandle::new(),
            inner: StoredValue::new_local(Rc::new(inner)),
        }
    }

    /// Loads the catalogue, and also the purchase if an order of an earlier visit may be stored.
    pub fn start(self) {
        let Some(inner) = self.inner() else { return };
        let watch = inner.ports.lifecycle.watch(Rc::new(move |event| self.page(event)));
        inner.watch.replace(Some(watch));
        self.load_catalog();
        if !self.purchase.request(Request::Start) && memory::has_orders(&*inner.ports.storage) {
            self.load_purchase();
        }
    }

    /// Takes over a changed configuration. What the shopper has chosen already stays.
    pub fn set_config(self, config: Config) {
        let Some(inner) = self.inner() else { return };
        let Some(last) = self.config.try_get_untracked() else { return };
        if last == config {
            return;
        }
        let country = config.country.filter(|country| last.country != Some(*country));
        let brand = config.brand.clone().filter(|brand| last.brand.as_ref() != Some(brand));
        let is_other_shelf = last.shelf != config.shelf || last.kind != config.kind;
        self.config.try_set(config);
        if brand.is_some() {
            inner.wanted_brand.replace(brand);
        }
        match country {
            Some(country) if Some(country) != self.country.try_get_untracked() => self.move_to(country, false),
            _ if is_other_shelf => self.load_catalog(),
            _ => self.open_wanted_brand(),
        }
        self.purchase.request(Request::Configured(Box::new(last)));
    }

    /// Shows a brand that was chosen.
    pub fn choose(self, id: &BrandId) {
        self.ask(Ask::Choose(id.clone()));
    }

    /// Shows a brand, in a country if one is given. Leaves what the shopper had begun; does nothing while an order is
    /// being created.
    pub fn open(self, brand: Option<String>, country: Option<Country>) {
        let Some(inner) = self.inner() else { return };
        if self.purchase.current_order() == Some(CurrentOrder::Creating) {
            return;
        }
        self.start_over();
        if brand.is_some() {
            inner.wanted_brand.replace(brand);
        }
        match country {
            Some(country) if Some(country) != self.country.try_get_untracked() => self.move_to(country, false),
            _ => self.open_wanted_brand(),
        }
    }

    /// Goes back to the grid. The current order is left and can be resumed.
    pub fn start_over(self) {
        self.unask();
        if !self.purchase.request(Request::StartOver) {
            self.settle();
        }
    }

    /// Goes back to the grid, and forgets what was typed.
    pub fn reset(self) {
        self.unask();
        if !self.purchase.request(Request::Reset) {
            self.settle();
        }
    }

    /// Goes one step back. Before the purchase's own screens are shown, what was to be opened is not wanted any more.
    pub fn back(self) {
        let is_awaited = matches!(self.on_screen.try_get_untracked(), Some(OnScreen::Opening | OnScreen::Stuck));
        if is_awaited || !self.purchase.request(Request::Back) {
            self.start_over();
        }
    }

    /// Makes the change of country that waited until there is no current order.
    pub fn settle(self) {
        let wanted = self.inner().and_then(|inner| inner.wanted_country.take());
        if let Some(country) = wanted {
            self.move_to(country, false);
        }
    }

    /// Loads again what could not be loaded.
    pub fn retry(self) {
        if is_failed(self.catalog) {
            self.load_catalog();
        }
        if self.on_screen.try_get_untracked() == Some(OnScreen::Stuck) {
            self.load_purchase();
        }
        self.purchase.request(Request::Retry);
    }

    /// Changes the country, stores it, reloads the catalogue, and drops what was chosen. Does nothing where the country
    /// is locked.
    pub fn set_country(self, country: Country) {
        let is_locked = self.config.try_with_untracked(|config| config.lock_country).unwrap_or(true);
        if !is_locked && self.country.try_get_untracked() != Some(country) {
            self.move_to(country, true);
        }
    }

    /// Returns the ports, for the purchase.
    pub(super) fn ports(self) -> Option<Ports> {
        Some(self.inner()?.ports.clone())
    }

    /// Returns the signal of whether the proxy announced that it keeps idempotency keys.
    pub(super) fn keeps_keys(self) -> Option<RwSignal<bool>> {
        Some(self.inner()?.keeps_keys)
    }

    /// Notes that the proxy keeps idempotency keys.
    pub(super) fn note_keys(self) {
        if let Some(keeps_keys) = self.keeps_keys()
            && keeps_keys.try_get_untracked() == Some(false)
        {
            keeps_keys.try_set(true);
        }
    }

    /// Returns whether an order waits for the purchase, to be resumed.
    pub(super) fn is_asked_to_resume(self) -> bool {
        self.inner().is_some_and(|inner| matches!(*inner.asked.borrow(), Some(Ask::Resume(_))))
    }

    pub(super) fn emit(self, event: HostEvent) {
        if let Some(inner) = self.inner() {
            inner.ports.host.emit(event);
        }
    }

    /// Reports to the host page, by its code, why something could not be loaded or sent.
    pub(super) fn emit_trouble(self, trouble: &Trouble, at: Place) {
        let code = match trouble {
            Trouble::Offline => OwnCode::Offline,
            Trouble::Unreachable => OwnCode::Unreachable,
            Trouble::Busy(_) => OwnCode::Busy,
            Trouble::NotFound => OwnCode::NotFound,
            Trouble::Refused(problems) => return self.emit_problems(problems, at),
        };
        self.emit_own(code, at);
    }

    /// Reports an error to the host page by one of the checkout's own codes.
    pub(super) fn emit_own(self, code: OwnCode, at: Place) {
        self.emit(HostEvent::Error { code: ErrorCode::Own(code), at });
    }

    /// Reports each problem of a refusal to the host page.
    pub(super) fn emit_problems(self, problems: &[Problem], at: Place) {
        for problem in problems {
            self.emit(HostEvent::Error { code: ErrorCode::Given(problem.code.clone()), at });
        }
    }

    pub(super) fn reader(self) -> Option<Reader> {
        Some(Reader::new(&self.inner()?.ports))
    }

    /// Notes whether an answer announces that the proxy keeps idempotency keys, and turns a missing answer into a
    /// [`Trouble`].
    pub(super) fn heard(self, answer: Result<Answer, NoAnswer>) -> Result<Answer, Trouble> {
        let answer = answer.map_err(|NoAnswer| self.unanswered())?;
        if answer.idempotent {
            self.note_keys();
        }
        Ok(answer)
    }

    /// Returns the proxy's base URL.
    pub(super) fn proxy(self) -> String {
        self.config.try_with_untracked(|config| config.proxy.clone()).unwrap_or_default()
    }

    /// Shows the brand that the configuration or the host page asked for, once the catalogue is loaded.
    fn open_wanted_brand(self) {
        let Some(inner) = self.inner() else { return };
        let Some(Load::Ready(catalog)) = self.catalog.try_get_untracked() else { return };
        if self.has_order() {
            return;
        }
        let wanted = inner.wanted_brand.borrow_mut().take();
        if let Some(brand) = wanted.and_then(|name| catalog.by_name(&name).map(|brand| brand.id.clone())) {
            self.choose(&brand);
        }
    }

    /// Changes the country. Where there is a current order, the change waits until the shopper leaves it.
    fn move_to(self, country: Country, is_remembered: bool) {
        let Some(inner) = self.inner() else { return };
        let is_sold_in = self
            .config
            .try_with_untracked(|config| config.countries.is_empty() || config.countries.contains(&country))
            .unwrap_or(false);
        if !is_sold_in {
            return;
        }
        if self.has_order() {
            inner.wanted_country.set(Some(country));
            return;
        }
        if is_remembered {
            memory::set_country(&*inner.ports.storage, country);
        }
        self.unask();
        self.purchase.request(Request::DropChoice);
        self.country.try_set(country);
        self.load_catalog();
    }

    fn has_order(self) -> bool {
        match self.purchase.current_order() {
            Some(order) => order != CurrentOrder::Absent,
            // An order that was asked for and waits for the purchase counts as the current one.
            None => self.is_asked_to_resume(),
        }
    }

    /// Handles an event of the page.
    fn page(self, event: PageEvent) {
        match event {
            PageEvent::Online => {
                self.online.try_set(true);
                if is_unreached(self.catalog) {
                    self.load_catalog();
                }
                self.load_purchase();
            }
            PageEvent::Offline => {
                self.online.try_set(false);
            }
            PageEvent::Visible | PageEvent::Woke | PageEvent::Hidden | PageEvent::Nudge => {}
        }
        self.purchase.request(Request::Page(event));
    }

    /// Calls `then` once after `wait` by the element's clock, unless the guard is dropped. Returns `None` once the
    /// element is gone.
    #[must_use]
    pub fn after(self, wait: Duration, then: Box<dyn FnOnce()>) -> Option<Box<dyn Guard>> {
        Some(self.inner()?.ports.clock.after(wait, then))
    }

    /// Returns what the shop holds besides its signals; `None` once the element is gone. It must not be kept across an
    /// `await`, since it owns the running tasks.
    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    fn run(self, slot: Slot, work: impl Future<Output = ()> + 'static) {
        if let Some(inner) = self.inner() {
            inner.slots.put(slot, Box::new(Task::spawn(Box::pin(work))));
        }
    }

    /// Returns the trouble that a missing answer means.
    #[must_use]
    pub fn unanswered(self) -> Trouble {
        match self.inner() {
            Some(inner) if !inner.ports.lifecycle.is_online() => Trouble::Offline,
            Some(_) | None => Trouble::Unreachable,
        }
    }
}

/// Returns whether loading failed.
pub(super) fn is_failed<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) -> bool {
    load.try_with_untracked(|load| matches!(load, Load::Failed(_))).unwrap_or(false)
}

/// Returns whether loading failed because the server was not reached.
pub(super) fn is_unreached<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) -> bool {
    load.try_with_untracked(|load| matches!(load, Load::Failed(Trouble::Offline | Trouble::Unreachable)))
        .unwrap_or(false)
}
