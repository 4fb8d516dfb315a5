//! The store: one checkout as signals, and the actions that change it. Components read signals and call actions; they decide nothing.

use core::{
    cell::{Cell, RefCell},
    future::Future,
    time::Duration,
};
use std::{rc::Rc, sync::Arc};

use cr_core::{
    catalog::{Brand, Catalog, Offer, Via},
    checkout::{Checkout, Page},
    contact::Email,
    country::Country,
    money::{CoinAmount, FaceValue},
    order::{NotPayable, OrderId},
    problem::Problem,
    time::Timestamp,
    tracking::Health,
    wire::Beneficiary,
};
use leptos::prelude::*;

use super::{
    Config,
    fetch::Reader,
    follow::Follower,
    memory,
    ports::{Answer, Guard, NoAnswer, Ports},
    task::Task,
};

mod browsing;
mod choosing;
mod following;
mod ordering;
mod telling;
mod time;

/// Something that is loaded from the proxy.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// Not asked for.
    Idle,
    /// Under way.
    Loading,
    /// There.
    Ready(T),
    /// Not to be had now.
    Failed(Trouble),
}

/// Why something could not be loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The browser is offline.
    Offline,
    /// The proxy or the supplier cannot be reached, or answered nonsense.
    Unreachable,
    /// Too many requests; try again after.
    Busy(Option<Duration>),
    /// The supplier refused, with reasons.
    Refused(Vec<Problem>),
    /// Nothing there (unknown order, brand without products).
    NotFound,
}

/// A live price of an open denomination.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// What it is for.
    pub face: FaceValue,
    /// Coin.
    pub coin: String,
    /// Price.
    pub amount: CoinAmount,
    /// When it came, on the monotonic clock.
    pub at: Duration,
}

/// What the recipient page collected. Kept in memory while the element lives; never stored.
#[derive(Clone, PartialEq)]
pub struct Recipient {
    /// The shopper's e-mail.
    pub email: Email,
    /// Who receives the goods.
    pub beneficiary: Beneficiary,
    /// Newsletter choice.
    pub newsletter: bool,
    /// Where a refund should go.
    pub refund_wallet_address: Option<String>,
}

/// Everything one element shows. `Copy`: pass it around freely; it is in context as `Store`.
#[derive(Clone, Copy)]
pub struct Store {
    /// Configuration; changes when attributes change.
    pub config: RwSignal<Config>,
    /// The purchase.
    pub checkout: RwSignal<Checkout>,
    /// Country being shopped in.
    pub country: RwSignal<Country>,
    /// Brands of that country.
    pub catalog: RwSignal<Load<Arc<Catalog>>>,
    /// Coins and networks.
    pub via: RwSignal<Load<Arc<Via>>>,
    /// What the chosen brand sells, priced in `coin`.
    pub offer: RwSignal<Load<Arc<Offer>>>,
    /// Coin chosen, verbatim ticker. Prices are shown in it.
    pub coin: RwSignal<Option<String>>,
    /// Network chosen, verbatim.
    pub network: RwSignal<Option<String>>,
    /// Quote for the value entered in a range.
    pub quote: RwSignal<Load<Quote>>,
    /// What the recipient page collected.
    pub recipient: RwSignal<Option<Recipient>>,
    /// How the order is followed.
    pub health: RwSignal<Health>,
    /// When the server last confirmed the order, on the monotonic clock.
    pub confirmed_at: RwSignal<Option<Duration>>,
    /// Sticky sign of money of the order at hand.
    pub money_seen: RwSignal<bool>,
    /// Server time minus device time, when known (milliseconds).
    pub server_offset: RwSignal<Option<i64>>,
    /// Whether the browser is online.
    pub online: RwSignal<bool>,
    /// Live orders of earlier visits that can be resumed: (reference, brand-free label is made by the UI, expiry).
    pub resumable: RwSignal<Vec<Resumable>>,
    /// The order being picked up, until its first snapshot arrives; `health` tells when it cannot be had.
    pub resuming: RwSignal<Option<OrderId>>,
    /// Whether a create is being repeated after an unknown outcome.
    pub is_retrying_create: RwSignal<bool>,
    ticks: RwSignal<u32>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What the store holds besides signals.
struct Inner {
    ports: Ports,
    /// Work and timers under way, one a slot. A new one in a slot ends the one before, so only the latest question is answered.
    slots: RefCell<Vec<(Slot, Box<dyn Guard>)>>,
    /// Held for its `Drop`.
    watch: RefCell<Option<Box<dyn Guard>>>,
    follower: RefCell<Option<Followed>>,
    /// The proxy announced that it keeps idempotency keys.
    keeps_keys: Cell<bool>,
    /// The brand to open once the catalogue is there.
    wanted_brand: RefCell<Option<String>>,
    /// The country to change to once the order at hand is left.
    wanted_country: Cell<Option<Country>>,
    /// When the supplier last answered a validation, on the monotonic clock.
    reviewed_at: Cell<Option<Duration>>,
    /// The server's time at a point of the monotonic clock.
    server: Cell<Option<(Timestamp, Duration)>>,
    is_ticking: Cell<bool>,
}

/// The order being followed.
struct Followed {
    id: OrderId,
    /// Absent while it is being started.
    follower: Option<Follower>,
    /// Why it was not payable when it was left, for its first snapshot.
    barred: Option<NotPayable>,
}

/// What goes on in the background, each at most once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Catalog,
    CatalogRetry,
    Vias,
    ViasRetry,
    Offer,
    OfferRetry,
    Quote,
    Review,
    Create,
    Tick,
}

/// An order of an earlier visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Resumable {
    /// Id.
    pub id: OrderId,
    /// When it was stored.
    pub stored_at: Timestamp,
}

impl Store {
    /// A store over these ports; loads nothing until [`Store::start`].
    pub fn new(config: Config, country: Country, ports: Ports) -> Self {
        let online = ports.lifecycle.is_online();
        let inner = Inner {
            wanted_brand: RefCell::new(config.brand.clone()),
            ports,
            slots: RefCell::new(Vec::new()),
            watch: RefCell::new(None),
            follower: RefCell::new(None),
            keeps_keys: Cell::new(false),
            wanted_country: Cell::new(None),
            reviewed_at: Cell::new(None),
            server: Cell::new(None),
            is_ticking: Cell::new(false),
        };
        Self {
            config: RwSignal::new(config),
            checkout: RwSignal::new(Checkout::Browsing),
            country: RwSignal::new(country),
            catalog: RwSignal::new(Load::Idle),
            via: RwSignal::new(Load::Idle),
            offer: RwSignal::new(Load::Idle),
            coin: RwSignal::new(None),
            network: RwSignal::new(None),
            quote: RwSignal::new(Load::Idle),
            recipient: RwSignal::new(None),
            health: RwSignal::new(Health::Connecting),
            confirmed_at: RwSignal::new(None),
            money_seen: RwSignal::new(false),
            server_offset: RwSignal::new(None),
            online: RwSignal::new(online),
            resumable: RwSignal::new(Vec::new()),
            resuming: RwSignal::new(None),
            is_retrying_create: RwSignal::new(false),
            ticks: RwSignal::new(0),
            inner: StoredValue::new_local(Rc::new(inner)),
        }
    }

    /// Loads vias and the catalogue, offers stored orders, opens the configured brand.
    pub fn start(self) {
        let Some(inner) = self.inner() else { return };
        let watch = inner.ports.lifecycle.watch(Rc::new(move |event| self.page(event)));
        inner.watch.replace(Some(watch));
        self.refresh_resumable();
        self.load_catalog();
        self.load_vias();
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
        let is_other_method = last.coin != config.coin || last.network != config.network;
        let is_other_lang = last.lang != config.lang;
        self.config.try_set(config);
        if brand.is_some() {
            inner.wanted_brand.replace(brand);
        }
        if is_other_method && !self.has_order() {
            self.prefer_method();
        }
        match country {
            Some(country) if country != self.country.get_untracked() => self.move_to(country, false),
            _ if is_other_shelf => self.load_catalog(),
            _ => {
                self.open_wanted_brand();
                if is_other_lang && self.brand_untracked().is_some() && !self.has_order() {
                    self.load_offer();
                }
            }
        }
    }

    /// Shows a brand, in a country if one is given; what was going on is left, unless an order is being created right now.
    pub fn open(self, brand: Option<String>, country: Option<Country>) {
        let Some(inner) = self.inner() else { return };
        if self.is_creating() {
            return;
        }
        self.start_over();
        if brand.is_some() {
            inner.wanted_brand.replace(brand);
        }
        match country {
            Some(country) if country != self.country.get_untracked() => self.move_to(country, false),
            _ => self.open_wanted_brand(),
        }
    }

    /// Back to the beginning, and the recipient forgotten.
    pub fn reset(self) {
        if !self.is_creating() {
            self.start_over();
            self.recipient.try_set(None);
        }
    }

    /// Shows another page of choosing (from review too).
    pub fn turn_to(self, page: Page) {
        self.transition(move |checkout| checkout.turn_to(page));
    }

    /// One step back.
    pub fn back(self) {
        self.transition(Checkout::back);
    }

    /// Back to the grid with nothing chosen; the order at hand is left to be resumed.
    pub fn start_over(self) {
        let Some(inner) = self.inner() else { return };
        if self.is_creating() {
            return;
        }
        for slot in [Slot::Offer, Slot::OfferRetry, Slot::Quote, Slot::Review, Slot::Create] {
            inner.clear(slot);
        }
        self.leave_order();
        self.is_retrying_create.try_set(false);
        self.transition(|_| Checkout::Browsing);
        self.offer.try_set(Load::Idle);
        self.quote.try_set(Load::Idle);
        self.refresh_resumable();
        if let Some(country) = inner.wanted_country.take() {
            self.move_to(country, false);
        }
    }

    /// Copies text; resolves to whether it worked.
    pub async fn copy(self, text: String) -> bool {
        let copied = self.inner().map(|inner| inner.ports.clipboard.copy(text));
        match copied {
            Some(copied) => copied.await,
            None => false,
        }
    }

    /// The brand at hand.
    pub fn brand(self) -> Option<Brand> {
        self.checkout.with(brand_of)
    }

    fn brand_untracked(self) -> Option<Brand> {
        self.checkout.try_with_untracked(brand_of).flatten()
    }

    fn has_order(self) -> bool {
        self.is_unanswered() || self.checkout.try_with_untracked(|checkout| checkout.order().is_some()).unwrap_or(false)
    }

    /// Whether a create is under way or its answer was lost: its key must survive whatever else happens.
    fn is_unanswered(self) -> bool {
        self.is_creating()
            || self
                .checkout
                .try_with_untracked(|checkout| matches!(checkout, Checkout::CreateUnknown { .. }))
                .unwrap_or(false)
    }

    fn is_creating(self) -> bool {
        self.checkout.try_with_untracked(|checkout| matches!(checkout, Checkout::Creating { .. })).unwrap_or(false)
            || self.is_retrying_create.try_get_untracked().unwrap_or(false)
    }

    /// What is held besides signals; `None` once the element is gone. Never kept across an `await`: it owns the work under way.
    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    fn reader(self) -> Option<Reader> {
        Some(Reader::new(&self.inner()?.ports))
    }

    /// Starts background work; what was in the slot is ended.
    fn run(self, slot: Slot, work: impl Future<Output = ()> + 'static) {
        if let Some(inner) = self.inner() {
            inner.put(slot, Box::new(Task::spawn(Box::pin(work))));
        }
    }

    /// Calls back after `wait`; what was in the slot is ended.
    fn later(self, slot: Slot, wait: Duration, then: impl FnOnce() + 'static) {
        if let Some(inner) = self.inner() {
            inner.put(slot, inner.ports.clock.after(wait, Box::new(then)));
        }
    }

    /// What no answer means.
    fn unanswered(self) -> Trouble {
        match self.inner() {
            Some(inner) if !inner.ports.lifecycle.is_online() => Trouble::Offline,
            Some(_) | None => Trouble::Unreachable,
        }
    }

    /// Reads what an answer tells besides its body.
    fn heard(self, answer: Result<Answer, NoAnswer>) -> Result<Answer, Trouble> {
        let answer = answer.map_err(|NoAnswer| self.unanswered())?;
        if answer.idempotent
            && let Some(inner) = self.inner()
        {
            inner.keeps_keys.set(true);
        }
        Ok(answer)
    }

    /// The language asked of the supplier: the primary subtag.
    fn api_lang(self) -> String {
        let lang = self.config.try_with_untracked(|config| config.lang.clone()).flatten().unwrap_or_default();
        match lang.split('-').next() {
            Some(primary) if !primary.is_empty() => primary.to_ascii_lowercase(),
            Some(_) | None => "en".to_owned(),
        }
    }

    /// The proxy's base URL.
    fn proxy(self) -> String {
        self.config.try_with_untracked(|config| config.proxy.clone()).unwrap_or_default()
    }

    fn refresh_resumable(self) {
        let Some(inner) = self.inner() else { return };
        self.resumable.try_set(memory::orders(&*inner.ports.storage, &self.proxy(), inner.ports.clock.wall()));
    }
}

impl Inner {
    fn put(&self, slot: Slot, guard: Box<dyn Guard>) {
        let mut slots = self.slots.borrow_mut();
        let last = slots.iter().position(|(taken, _)| *taken == slot).map(|index| slots.swap_remove(index));
        slots.push((slot, guard));
        drop(slots);
        drop(last);
    }

    fn clear(&self, slot: Slot) {
        let mut slots = self.slots.borrow_mut();
        let last = slots.iter().position(|(taken, _)| *taken == slot).map(|index| slots.swap_remove(index));
        drop(slots);
        drop(last);
    }
}

fn brand_of(checkout: &Checkout) -> Option<Brand> {
    match checkout {
        Checkout::Choosing { brand, .. }
        | Checkout::Reviewing { brand, .. }
        | Checkout::Creating { brand, .. }
        | Checkout::CreateUnknown { brand, .. } => Some((**brand).clone()),
        Checkout::Browsing
        | Checkout::Confirming { .. }
        | Checkout::Paying { .. }
        | Checkout::Following { .. }
        | Checkout::Finished { .. } => None,
    }
}
