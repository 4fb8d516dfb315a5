//! What is there before anything is chosen: configuration, country, brands. The first wasm module holds this and the brand
//! grid; the purchase itself ([`super::Store`]) is another, loaded behind [`Purchase`] (docs/decisions/0007).

use core::{
    cell::{Cell, RefCell},
    future::Future,
    time::Duration,
};
use std::{rc::Rc, sync::Arc};

use cr_core::{
    catalog::{BrandId, Catalog},
    country::Country,
    order::OrderId,
    problem::Problem,
};
use leptos::prelude::*;

use super::{
    Config,
    error_code::{ErrorCode, OwnCode, Place},
    fetch::Reader,
    load::{Load, Trouble},
    memory,
    ports::{Answer, Guard, HostEvent, Local, NoAnswer, PageEvent, Ports},
    slots::{Slot, Slots},
    task::Task,
};

mod catalog;
mod purchase;

pub(super) use purchase::on_forgetting;

/// Where the shopper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Among the brands.
    Grid,
    /// A brand was chosen and the purchase is still being loaded.
    Opening,
    /// The purchase could not be loaded.
    Stuck,
    /// In the purchase: its own screens are shown.
    Purchase,
}

/// What is asked of the purchase.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Show a brand.
    Choose(BrandId),
    /// Follow an order by its id.
    Resume(OrderId),
    /// Forget all stored orders.
    Forget,
}

/// The purchase, as the shop knows it.
pub trait Purchase {
    /// Loads what it needs, offers stored orders.
    fn start(&self);
    /// Does what was asked.
    fn ask(&self, ask: Ask);
    /// One step back.
    fn back(&self);
    /// Leaves whatever is at hand, unless an order is being created; calls [`Shop::settle`].
    fn start_over(&self);
    /// [`Purchase::start_over`], and what was typed is forgotten.
    fn reset(&self);
    /// Whether an order is at hand, or may be.
    fn has_order(&self) -> bool;
    /// Whether an order is being created right now.
    fn is_creating(&self) -> bool;
    /// The country changes: what was chosen in the old one goes.
    fn drop_choice(&self);
    /// The configuration changed from `last`.
    fn configured(&self, last: &Config);
    /// Asks again for what could not be had.
    fn retry(&self);
    /// Something happened to the page.
    fn page(&self, event: PageEvent);
}

/// Loads the purchase.
pub trait Loader {
    /// The purchase over `shop`; `None` when it cannot be had now.
    fn load(&self, shop: Shop) -> Local<Option<Rc<dyn Purchase>>>;
}

/// What one element shows before anything is chosen. `Copy`: pass it around freely; it is in context as `Shop`.
#[derive(Clone, Copy)]
pub struct Shop {
    /// Configuration; changes when attributes change.
    pub config: RwSignal<Config>,
    /// Country being shopped in.
    pub country: RwSignal<Country>,
    /// Brands of that country.
    pub catalog: RwSignal<Load<Arc<Catalog>>>,
    /// Whether the browser is online.
    pub online: RwSignal<bool>,
    /// Where the shopper is.
    pub stage: RwSignal<Stage>,
    /// Whether the purchase is there.
    pub is_whole: RwSignal<bool>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What the shop holds besides signals.
struct Inner {
    ports: Ports,
    loader: Option<Rc<dyn Loader>>,
    slots: Slots,
    /// Held for its `Drop`.
    watch: RefCell<Option<Box<dyn Guard>>>,
    purchase: RefCell<Option<Rc<dyn Purchase>>>,
    is_loading: Cell<bool>,
    /// What is asked of the purchase as soon as it is there.
    asked: RefCell<Option<Ask>>,
    /// The proxy announced that it keeps idempotency keys.
    keeps_keys: RwSignal<bool>,
    /// The brand to open once the catalogue is there.
    wanted_brand: RefCell<Option<String>>,
    /// The country to change to once the order at hand is left.
    wanted_country: Cell<Option<Country>>,
}

impl Shop {
    /// A shop over these ports; loads nothing until [`Shop::start`]. Without a `loader` the purchase is given by
    /// [`Shop::attach`].
    pub fn new(config: Config, country: Country, ports: Ports, loader: Option<Rc<dyn Loader>>) -> Self {
        let online = ports.lifecycle.is_online();
        let inner = Inner {
            wanted_brand: RefCell::new(config.brand.clone()),
            ports,
            loader,
            slots: Slots::default(),
            watch: RefCell::new(None),
            purchase: RefCell::new(None),
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
            stage: RwSignal::new(Stage::Grid),
            is_whole: RwSignal::new(false),
            inner: StoredValue::new_local(Rc::new(inner)),
        }
    }

    /// Loads the catalogue, and the purchase at once if an order of an earlier visit may be alive.
    pub fn start(self) {
        let Some(inner) = self.inner() else { return };
        let watch = inner.ports.lifecycle.watch(Rc::new(move |event| self.page(event)));
        inner.watch.replace(Some(watch));
        self.load_catalog();
        match self.purchase() {
            Some(purchase) => purchase.start(),
            None if memory::has_orders(&*inner.ports.storage) => self.load_purchase(),
            None => {}
        }
    }

    /// The purchase is there.
    pub fn attach(self, purchase: Rc<dyn Purchase>) {
        if let Some(inner) = self.inner() {
            inner.purchase.replace(Some(purchase));
            self.is_whole.try_set(true);
        }
    }

    /// Takes over a changed configuration. What the shopper has chosen by now stays.
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
        let purchase = self.purchase();
        match country {
            Some(country) if Some(country) != self.country.try_get_untracked() => self.move_to(country, false),
            _ if is_other_shelf => self.load_catalog(),
            _ => self.open_wanted_brand(),
        }
        if let Some(purchase) = purchase {
            purchase.configured(&last);
        }
    }

    /// A brand was chosen.
    pub fn choose(self, id: &BrandId) {
        self.ask(Ask::Choose(id.clone()));
    }

    /// Shows a brand, in a country if one is given; what was going on is left, unless an order is being created right now.
    pub fn open(self, brand: Option<String>, country: Option<Country>) {
        let Some(inner) = self.inner() else { return };
        if self.purchase().is_some_and(|purchase| purchase.is_creating()) {
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

    /// Back to the brands; the order at hand is left to be resumed.
    pub fn start_over(self) {
        self.unask();
        match self.purchase() {
            Some(purchase) => purchase.start_over(),
            None => self.settle(),
        }
    }

    /// Back to the beginning, and what was typed forgotten.
    pub fn reset(self) {
        self.unask();
        match self.purchase() {
            Some(purchase) => purchase.reset(),
            None => self.settle(),
        }
    }

    /// Goes one step back. Before the purchase's own screens are shown, what was to be opened is not wanted any more.
    pub fn back(self) {
        let is_awaited = matches!(self.stage.try_get_untracked(), Some(Stage::Opening | Stage::Stuck));
        match self.purchase().filter(|_| !is_awaited) {
            Some(purchase) => purchase.back(),
            None => self.start_over(),
        }
    }

    /// Nothing is at hand any more: a change of country that waited for this is made.
    pub fn settle(self) {
        let wanted = self.inner().and_then(|inner| inner.wanted_country.take());
        if let Some(country) = wanted {
            self.move_to(country, false);
        }
    }

    /// Asks again for what could not be had.
    pub fn retry(self) {
        if is_failed(self.catalog) {
            self.load_catalog();
        }
        if self.stage.try_get_untracked() == Some(Stage::Stuck) {
            self.load_purchase();
        }
        if let Some(purchase) = self.purchase() {
            purchase.retry();
        }
    }

    /// Changes the country (remembered), reloads the catalogue, goes back to browsing.
    pub fn set_country(self, country: Country) {
        let is_locked = self.config.try_with_untracked(|config| config.lock_country).unwrap_or(true);
        if !is_locked && self.country.try_get_untracked() != Some(country) {
            self.move_to(country, true);
        }
    }

    /// The ports, for the purchase.
    pub(super) fn ports(self) -> Option<Ports> {
        Some(self.inner()?.ports.clone())
    }

    /// Whether the proxy announced that it keeps idempotency keys.
    pub(super) fn keeps_keys(self) -> Option<RwSignal<bool>> {
        Some(self.inner()?.keeps_keys)
    }

    /// The proxy keeps idempotency keys.
    pub(super) fn note_keys(self) {
        if let Some(keeps_keys) = self.keeps_keys()
            && keeps_keys.try_get_untracked() == Some(false)
        {
            keeps_keys.try_set(true);
        }
    }

    /// Whether an order is waiting to be shown.
    pub(super) fn is_asked_to_resume(self) -> bool {
        self.inner().is_some_and(|inner| matches!(*inner.asked.borrow(), Some(Ask::Resume(_))))
    }

    pub(super) fn emit(self, event: HostEvent) {
        if let Some(inner) = self.inner() {
            inner.ports.host.emit(event);
        }
    }

    /// Tells the page around us of problems by their codes.
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

    /// Tells the page around us of an error by one of our own codes.
    pub(super) fn emit_own(self, code: OwnCode, at: Place) {
        self.emit(HostEvent::Error { code: ErrorCode::Own(code), at });
    }

    /// Tells the page around us of a refusal, of each of its problems.
    pub(super) fn emit_problems(self, problems: &[Problem], at: Place) {
        for problem in problems {
            self.emit(HostEvent::Error { code: ErrorCode::Given(problem.code.clone()), at });
        }
    }

    pub(super) fn reader(self) -> Option<Reader> {
        Some(Reader::new(&self.inner()?.ports))
    }

    /// Reads what an answer tells besides its body.
    pub(super) fn heard(self, answer: Result<Answer, NoAnswer>) -> Result<Answer, Trouble> {
        let answer = answer.map_err(|NoAnswer| self.unanswered())?;
        if answer.idempotent {
            self.note_keys();
        }
        Ok(answer)
    }

    /// The proxy's base URL.
    pub(super) fn proxy(self) -> String {
        self.config.try_with_untracked(|config| config.proxy.clone()).unwrap_or_default()
    }

    /// Shows the brand that configuration or host asked for, once the catalogue is there.
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

    /// Moves to a country. An order at hand is not taken away by that: the move waits until it is left.
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
        if let Some(purchase) = self.purchase() {
            purchase.drop_choice();
        }
        self.country.try_set(country);
        self.load_catalog();
    }

    fn has_order(self) -> bool {
        match self.purchase() {
            Some(purchase) => purchase.has_order(),
            // One that was asked for and waits for the purchase is as good as at hand.
            None => self.inner().is_some_and(|inner| matches!(*inner.asked.borrow(), Some(Ask::Resume(_)))),
        }
    }

    /// Something happened to the page.
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
        if let Some(purchase) = self.purchase() {
            purchase.page(event);
        }
    }

    /// Calls back once after `wait` by the element's clock, unless the guard is dropped. Nothing once the element is gone.
    #[must_use]
    pub fn after(self, wait: Duration, then: Box<dyn FnOnce()>) -> Option<Box<dyn Guard>> {
        Some(self.inner()?.ports.clock.after(wait, then))
    }

    /// What is held besides signals; `None` once the element is gone. Never kept across an `await`: it owns the work under way.
    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    fn purchase(self) -> Option<Rc<dyn Purchase>> {
        self.inner()?.purchase.borrow().clone()
    }

    fn run(self, slot: Slot, work: impl Future<Output = ()> + 'static) {
        if let Some(inner) = self.inner() {
            inner.slots.put(slot, Box::new(Task::spawn(Box::pin(work))));
        }
    }

    /// What no answer means.
    #[must_use]
    pub fn unanswered(self) -> Trouble {
        match self.inner() {
            Some(inner) if !inner.ports.lifecycle.is_online() => Trouble::Offline,
            Some(_) | None => Trouble::Unreachable,
        }
    }
}

/// Whether it could not be had.
pub(super) fn is_failed<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) -> bool {
    load.try_with_untracked(|load| matches!(load, Load::Failed(_))).unwrap_or(false)
}

/// Whether the way there was the trouble.
pub(super) fn is_unreached<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) -> bool {
    load.try_with_untracked(|load| matches!(load, Load::Failed(Trouble::Offline | Trouble::Unreachable)))
        .unwrap_or(false)
}
