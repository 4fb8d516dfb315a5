//! The store: one purchase as signals, and the actions that change it. Components read signals and call actions; they decide nothing.

use core::{
    cell::{Cell, RefCell},
    future::Future,
    time::Duration,
};
use std::{rc::Rc, sync::Arc};

use cr_core::{
    catalog::{Brand, Catalog, Offer, Via},
    checkout::{Checkout, Guards, Page},
    contact::Email,
    country::Country,
    money::{CoinAmount, FaceValue},
    order::{Beneficiary, OrderId},
    time::Timestamp,
    tracking::Health,
};
use leptos::prelude::*;

use super::{
    Config, Load, Shop,
    follow::Follower,
    memory::{self, Resumable},
    ports::{Guard, Others, PageEvent, Ports, Streams, Wallet, Wallets},
    shop::{Ask, Purchase, is_failed},
    slots::{Slot, Slots},
    task::Task,
};

mod choosing;
mod coins;
mod following;
mod forgetting;
mod making;
mod ordering;
mod time;
mod transitions;
mod wallet;

use wallet::AtWallet;
pub use wallet::{InWallet, WalletFailure, WalletPayment, WalletStep};

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

/// The purchase over a [`Shop`], and all that its screens show. `Copy`: pass it around freely; it is in context as `Store`.
#[derive(Clone, Copy)]
pub struct Store {
    /// What is there before anything is chosen.
    pub shop: Shop,
    /// The shop's configuration.
    pub config: RwSignal<Config>,
    /// The purchase.
    pub checkout: RwSignal<Checkout>,
    /// The shop's country.
    pub country: RwSignal<Country>,
    /// The shop's brands.
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
    /// Whether the browser is online, as the shop knows it.
    pub online: RwSignal<bool>,
    /// Live orders of earlier visits that can be resumed: (reference, brand-free label is made by the UI, expiry).
    pub resumable: RwSignal<Vec<Resumable>>,
    /// The order being picked up, until its first snapshot arrives; `health` tells when it cannot be had.
    pub resuming: RwSignal<Option<OrderId>>,
    /// The reference of the order at hand that turned out to be forgotten elsewhere, until something else is shown.
    pub forgotten: RwSignal<Option<String>>,
    /// Whether a create is being repeated after an unknown outcome.
    pub is_retrying_create: RwSignal<bool>,
    /// Wallets in the browser that could pay, once they were looked for.
    pub wallets: RwSignal<Vec<Wallet>>,
    /// What was paid, or is being paid, by such a wallet: one an order, in memory only.
    wallet_payments: RwSignal<Vec<AtWallet>>,
    ticks: RwSignal<u32>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What the store holds besides signals.
struct Inner {
    ports: Ports,
    streams: Rc<dyn Streams>,
    wallets: Rc<dyn Wallets>,
    others: RefCell<Option<Rc<dyn Others>>>,
    /// Held for its `Drop`.
    hearing: RefCell<Option<Box<dyn Guard>>>,
    slots: Slots,
    /// The create that is under way, or whose outcome is unknown.
    making: RefCell<Option<making::Hold>>,
    /// When the order at hand was last found stored.
    seen: RefCell<Option<forgetting::Seen>>,
    follower: RefCell<Option<Followed>>,
    /// When the supplier last answered a validation, on the monotonic clock.
    reviewed_at: Cell<Option<Duration>>,
    /// The server's time at a point of the monotonic clock.
    server: Cell<Option<(Timestamp, Duration)>>,
    /// The latest of the times that orders told, and when it was heard on the monotonic clock.
    past: Cell<Option<(Timestamp, Duration)>>,
    is_ticking: Cell<bool>,
}

/// The order being followed.
struct Followed {
    id: OrderId,
    /// Absent while it is being started.
    follower: Option<Follower>,
    /// What guarded it when it was left, for its first snapshot.
    known: Guards,
}

impl Store {
    /// A purchase over a shop; `None` when its element is gone. The shop is told by [`Shop::attach`].
    pub fn over(shop: Shop, streams: Rc<dyn Streams>, wallets: Rc<dyn Wallets>) -> Option<Self> {
        let inner = Inner {
            ports: shop.ports()?,
            streams,
            wallets,
            others: RefCell::new(None),
            hearing: RefCell::new(None),
            slots: Slots::default(),
            making: RefCell::new(None),
            seen: RefCell::new(None),
            follower: RefCell::new(None),
            reviewed_at: Cell::new(None),
            server: Cell::new(None),
            past: Cell::new(None),
            is_ticking: Cell::new(false),
        };
        Some(Self {
            shop,
            config: shop.config,
            checkout: RwSignal::new(Checkout::Browsing),
            country: shop.country,
            catalog: shop.catalog,
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
            online: shop.online,
            resumable: RwSignal::new(Vec::new()),
            resuming: RwSignal::new(None),
            forgotten: RwSignal::new(None),
            is_retrying_create: RwSignal::new(false),
            wallets: RwSignal::new(Vec::new()),
            wallet_payments: RwSignal::new(Vec::new()),
            ticks: RwSignal::new(0),
            inner: StoredValue::new_local(Rc::new(inner)),
        })
    }

    /// Shows another page of choosing (from review too).
    pub fn turn_to(self, page: Page) {
        self.transition(move |checkout| checkout.turn_to(page));
    }

    /// Back to the grid with nothing chosen; the order at hand is left to be resumed.
    pub fn start_over(self) {
        if self.is_creating() {
            return;
        }
        self.settle_making();
        self.leave_order();
        self.is_retrying_create.try_set(false);
        self.drop_choice();
        self.refresh_resumable();
        self.shop.settle();
    }

    /// Nothing is chosen any more.
    fn drop_choice(self) {
        let Some(inner) = self.inner() else { return };
        for slot in [Slot::Offer, Slot::OfferRetry, Slot::Quote, Slot::Review] {
            inner.slots.clear(slot);
        }
        self.transition(|_| Checkout::Browsing);
        self.offer.try_set(Load::Idle);
        self.quote.try_set(Load::Idle);
    }

    /// Copies text; resolves to whether it worked. Nothing of an order that was forgotten elsewhere is copied.
    pub async fn copy(self, text: String) -> bool {
        if self.heed_forgetting() {
            return false;
        }
        let copied = self.inner().map(|inner| inner.ports.clipboard.copy(text));
        match copied {
            Some(copied) => copied.await,
            None => false,
        }
    }

    /// The brand at hand.
    pub fn brand(self) -> Option<Brand> {
        self.checkout.with(|checkout| checkout.brand().cloned())
    }

    fn brand_untracked(self) -> Option<Brand> {
        self.checkout.try_with_untracked(|checkout| checkout.brand().cloned()).flatten()
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

    /// Starts background work; what was in the slot is ended.
    fn run(self, slot: Slot, work: impl Future<Output = ()> + 'static) {
        if let Some(inner) = self.inner() {
            inner.slots.put(slot, Box::new(Task::spawn(Box::pin(work))));
        }
    }

    /// Calls back after `wait`; what was in the slot is ended.
    fn later(self, slot: Slot, wait: Duration, then: impl FnOnce() + 'static) {
        if let Some(inner) = self.inner() {
            inner.slots.put(slot, inner.ports.clock.after(wait, Box::new(then)));
        }
    }

    /// The language asked of the supplier: the primary subtag.
    fn api_lang(self) -> String {
        let lang = self.config.try_with_untracked(|config| config.lang.clone()).flatten().unwrap_or_default();
        match lang.split('-').next() {
            Some(primary) if !primary.is_empty() => primary.to_ascii_lowercase(),
            Some(_) | None => "en".to_owned(),
        }
    }

    fn refresh_resumable(self) {
        let Some(inner) = self.inner() else { return };
        self.resumable.try_set(memory::orders(&*inner.ports.storage, &self.shop.proxy(), inner.ports.clock.wall()));
    }
}

impl Purchase for Store {
    fn start(&self) {
        self.refresh_resumable();
        self.go_on_making();
        self.load_vias();
    }
    fn ask(&self, ask: Ask) {
        match ask {
            Ask::Choose(id) => self.choose_brand(&id),
            Ask::Resume(id) => self.resume(id),
            Ask::Forget => self.forget(None),
        }
    }
    fn back(&self) {
        self.transition(Checkout::back);
    }
    fn start_over(&self) {
        Self::start_over(*self);
    }
    fn reset(&self) {
        if !Self::is_creating(*self) {
            Self::start_over(*self);
            self.recipient.try_set(None);
        }
    }
    fn has_order(&self) -> bool {
        Self::has_order(*self)
    }
    fn is_creating(&self) -> bool {
        Self::is_creating(*self)
    }
    fn drop_choice(&self) {
        Self::drop_choice(*self);
    }
    fn configured(&self, last: &Config) {
        let changed = self.config.try_with_untracked(|config| {
            (last.coin != config.coin || last.network != config.network, last.lang != config.lang)
        });
        let Some((is_other_method, is_other_lang)) = changed else { return };
        if Self::has_order(*self) {
            return;
        }
        if is_other_method {
            self.prefer_method();
        }
        if is_other_lang && self.brand_untracked().is_some() {
            self.load_offer();
        }
    }
    fn retry(&self) {
        if is_failed(self.via) {
            self.load_vias();
        }
    }
    fn page(&self, event: PageEvent) {
        Self::page(*self, event);
    }
}
