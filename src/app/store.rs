//! The store: one purchase as signals, and the actions that change it. Components read signals and call actions; they
//! decide nothing.

use core::{
    cell::{Cell, RefCell},
    future::Future,
    task::Waker,
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
    payment::wallet::WalletLedger,
    time::Timestamp,
    tracking::{Health, Snapshot},
};
use leptos::prelude::*;

use super::{
    Config, Load, Shop,
    follow::Follower,
    memory::{self, Resumable},
    ports::{Guard, Others, Ports, Streams, Wallet, Wallets},
    shop::{Ask, CurrentOrder, Request, is_failed},
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

pub use cr_core::payment::wallet::{InWallet, WalletFailure, WalletPayment, WalletStep};

/// A price for a face value in a range, as it is shown while choosing.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The face value that is priced.
    pub face: FaceValue,
    /// The coin of the price, by its ticker.
    pub coin: String,
    /// The price.
    pub amount: CoinAmount,
    /// When the quote came, on the monotonic clock.
    pub at: Duration,
}

/// What the shopper typed on the recipient page. It is kept in memory while the element lives, and never stored.
#[derive(Clone, PartialEq)]
pub struct Recipient {
    /// The shopper's e-mail.
    pub email: Email,
    /// The account that receives the goods.
    pub beneficiary: Beneficiary,
    /// Whether the shopper wants the newsletter.
    pub newsletter: bool,
    /// The address to which a refund should go.
    pub refund_wallet_address: Option<String>,
}

/// The purchase over a [`Shop`], and all that its screens show. It is `Copy`, so that it can be passed around freely,
/// and is in context as `Store`.
#[derive(Clone, Copy)]
pub struct Store {
    /// What is there before anything is chosen.
    pub shop: Shop,
    /// The shop's configuration.
    pub config: RwSignal<Config>,
    /// The state of the checkout.
    pub checkout: RwSignal<Checkout>,
    /// The shop's country.
    pub country: RwSignal<Country>,
    /// The shop's catalogue.
    pub catalog: RwSignal<Load<Arc<Catalog>>>,
    /// The way of paying, with its coins and networks.
    pub via: RwSignal<Load<Arc<Via>>>,
    /// What the chosen brand sells, priced in `coin`.
    pub offer: RwSignal<Load<Arc<Offer>>>,
    /// The chosen coin, by its ticker as the supplier spells it. Prices are shown in it.
    pub coin: RwSignal<Option<String>>,
    /// The chosen network, as the supplier spells it.
    pub network: RwSignal<Option<String>>,
    /// The quote for the face value that was entered in a range.
    pub quote: RwSignal<Load<Quote>>,
    /// What the shopper typed on the recipient page.
    pub recipient: RwSignal<Option<Recipient>>,
    /// What the tracker has published of the current order: up to a frame behind what it knows, a quarter of a second for
    /// confirmations. The next three are parts of it. Here alone the store has the sign of money; storage has it as
    /// `paid` in the order's entry.
    snapshot: RwSignal<Snapshot>,
    /// How the order is followed.
    pub health: Memo<Health>,
    /// When the server last confirmed the order, on the monotonic clock.
    pub confirmed_at: Memo<Option<Duration>>,
    /// Whether there was ever a sign of money for the current order.
    pub money_seen: Memo<bool>,
    /// Server time minus device time, when known (milliseconds).
    pub server_offset: RwSignal<Option<i64>>,
    /// Whether the browser is online, as the shop knows it.
    pub online: RwSignal<bool>,
    /// The stored orders of earlier visits that can be resumed.
    pub resumable: RwSignal<Vec<Resumable>>,
    /// The order that is being resumed, until its first snapshot arrives; `health` shows when it cannot be loaded.
    pub resuming: RwSignal<Option<OrderId>>,
    /// The reference of the order that was left because it was forgotten elsewhere, until something else is shown.
    pub forgotten: RwSignal<Option<String>>,
    /// Whether a create is being repeated after an unknown outcome.
    pub is_retrying_create: RwSignal<bool>,
    /// The wallets of the browser that could pay, once they were looked for.
    pub wallets: RwSignal<Vec<Wallet>>,
    /// What such wallets were asked and have sent.
    wallet_payments: RwSignal<WalletLedger>,
    ticks: RwSignal<u32>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

/// What the store holds besides its signals.
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
    /// When the current order was last found in the storage.
    seen: RefCell<Option<forgetting::Seen>>,
    follower: RefCell<Option<Followed>>,
    /// What waits for the snapshot of the current order to change: a payment by a wallet.
    waiting: RefCell<Option<Waker>>,
    /// When the supplier last answered a validation, on the monotonic clock.
    reviewed_at: Cell<Option<Duration>>,
    /// A time of the server's clock, and the time of the monotonic clock that belongs to it.
    server: Cell<Option<(Timestamp, Duration)>>,
    /// The latest time that an order has carried, and when that order came, on the monotonic clock.
    past: Cell<Option<(Timestamp, Duration)>>,
    is_ticking: Cell<bool>,
}

/// The order being followed.
struct Followed {
    id: OrderId,
    /// The follower; `None` while it is being started.
    follower: Option<Follower>,
    /// The guards that the order had when it was left, for its first snapshot.
    known: Guards,
}

impl Store {
    /// Makes a purchase over a shop; `None` when the shop's element is gone. The shop gets it, with its views, by
    /// [`PurchaseHandle::attach`](super::shop::PurchaseHandle::attach).
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
            waiting: RefCell::new(None),
            reviewed_at: Cell::new(None),
            server: Cell::new(None),
            past: Cell::new(None),
            is_ticking: Cell::new(false),
        };
        let snapshot = RwSignal::new(Snapshot::default());
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
            snapshot,
            health: Memo::new(move |_| snapshot.with(|snapshot| snapshot.health)),
            confirmed_at: Memo::new(move |_| snapshot.with(|snapshot| snapshot.confirmed_at)),
            money_seen: Memo::new(move |_| snapshot.with(|snapshot| snapshot.money.is_seen())),
            server_offset: RwSignal::new(None),
            online: shop.online,
            resumable: RwSignal::new(Vec::new()),
            resuming: RwSignal::new(None),
            forgotten: RwSignal::new(None),
            is_retrying_create: RwSignal::new(false),
            wallets: RwSignal::new(Vec::new()),
            wallet_payments: RwSignal::new(WalletLedger::default()),
            ticks: RwSignal::new(0),
            inner: StoredValue::new_local(Rc::new(inner)),
        })
    }

    /// Shows another page of choosing, from the review too.
    pub fn turn_to(self, page: Page) {
        self.transition(move |checkout| checkout.turn_to(page));
    }

    /// Goes back to the grid with nothing chosen. The current order is left and can be resumed.
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

    /// Drops everything that was chosen.
    fn drop_choice(self) {
        let Some(inner) = self.inner() else { return };
        for slot in [Slot::Offer, Slot::OfferRetry, Slot::Quote, Slot::Review] {
            inner.slots.clear(slot);
        }
        self.transition(|_| Checkout::Browsing);
        self.offer.try_set(Load::Idle);
        self.quote.try_set(Load::Idle);
    }

    /// Copies text, and returns whether that worked. Nothing of an order that was forgotten elsewhere is copied.
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

    /// Returns the chosen brand. Not tracked: another brand gets other screens, which read it once.
    pub fn brand(self) -> Option<Brand> {
        self.checkout.try_with_untracked(|checkout| checkout.brand().cloned()).flatten()
    }

    fn has_order(self) -> bool {
        self.is_unanswered() || self.checkout.try_with_untracked(|checkout| checkout.order().is_some()).unwrap_or(false)
    }

    /// Returns whether a create is under way or its answer was lost. Its key must be kept then, whatever else happens.
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

    /// Returns what the store holds besides its signals; `None` once the element is gone. It must not be kept across an
    /// `await`, since it owns the running tasks.
    fn inner(self) -> Option<Rc<Inner>> {
        self.inner.try_get_value()
    }

    /// Starts background work in a slot, and ends what was in it.
    fn run(self, slot: Slot, work: impl Future<Output = ()> + 'static) {
        if let Some(inner) = self.inner() {
            inner.slots.put(slot, Box::new(Task::spawn(Box::pin(work))));
        }
    }

    /// Calls `then` after `wait`, by a timer in a slot, and ends what was in the slot.
    fn later(self, slot: Slot, wait: Duration, then: impl FnOnce() + 'static) {
        if let Some(inner) = self.inner() {
            inner.slots.put(slot, inner.ports.clock.after(wait, Box::new(then)));
        }
    }

    /// Returns the language to request from the supplier: the primary subtag of the configured one, or English.
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

    /// Carries out a request of the shop.
    pub fn request(self, request: Request) {
        match request {
            Request::Start => {
                self.refresh_resumable();
                self.go_on_making();
                self.load_vias();
            }
            Request::Ask(Ask::Choose(id)) => self.choose_brand(&id),
            Request::Ask(Ask::Resume(id)) => self.resume(id),
            Request::Ask(Ask::Forget) => self.forget(None),
            Request::Back => self.transition(Checkout::back),
            Request::StartOver => self.start_over(),
            Request::Reset => {
                if !self.is_creating() {
                    self.start_over();
                    self.recipient.try_set(None);
                }
            }
            Request::Retry => {
                if is_failed(self.via) {
                    self.load_vias();
                }
            }
            Request::DropChoice => self.drop_choice(),
            Request::Configured(last) => self.configured(&last),
            Request::Page(event) => self.page(event),
        }
    }

    /// Returns what the shop must know of the current order.
    pub fn current_order(self) -> CurrentOrder {
        if self.is_creating() {
            CurrentOrder::Creating
        } else if self.has_order() {
            CurrentOrder::Present
        } else {
            CurrentOrder::Absent
        }
    }

    /// Takes over a configuration that changed from `last`.
    fn configured(self, last: &Config) {
        let changed = self.config.try_with_untracked(|config| {
            (last.coin != config.coin || last.network != config.network, last.lang != config.lang)
        });
        let Some((is_other_method, is_other_lang)) = changed else { return };
        if self.has_order() {
            return;
        }
        if is_other_method {
            self.prefer_method();
        }
        if is_other_lang && self.brand().is_some() {
            self.load_offer();
        }
    }
}
