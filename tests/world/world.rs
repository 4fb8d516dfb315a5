//! The ports as a test controls them: answers come when the test gives them, and time passes when the test says so.

mod ports;

use core::{
    cell::{Cell, RefCell},
    task::Waker,
    time::Duration,
};
use std::{collections::BTreeMap, rc::Rc};

use cr_core::{country::Country, time::Timestamp};
use cr_widget::app::{
    Config, Shop, Store,
    config::Links,
    ports::{Answer, Elsewhere, HostEvent, NoAnswer, PageEvent, Ports, StreamEvent, Wallet, WalletCall, WalletRefusal},
};
use leptos::prelude::Owner;

use crate::turns::take_turns;
pub(crate) use crate::turns::turn;
use ports::{Port, build, load};

/// The time of the device's clock when a world begins.
pub(crate) const BEGINNING: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A request that was made.
pub(crate) struct Asked {
    /// Which element made it ([`World::last_element`]).
    pub(crate) by: usize,
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    pub(crate) key: Option<String>,
    state: Rc<RefCell<Reply>>,
}

enum Reply {
    Awaited(Option<Waker>),
    Given(Result<Answer, NoAnswer>),
    Taken,
    /// The future was dropped: a real one would abort the request.
    Aborted,
}

impl Asked {
    pub(crate) fn is_open(&self) -> bool {
        matches!(*self.state.borrow(), Reply::Awaited(_))
    }
    pub(crate) fn is_aborted(&self) -> bool {
        matches!(*self.state.borrow(), Reply::Aborted)
    }
}

/// A stream that was opened.
struct Opened {
    by: usize,
    path: String,
    on_event: Rc<dyn Fn(StreamEvent)>,
    is_open: Rc<Cell<bool>>,
}

type Then = Box<dyn FnOnce()>;
type Watcher = Rc<dyn Fn(PageEvent)>;
type Listening = Rc<dyn Fn(Elsewhere)>;
type WalletWatcher = Rc<dyn Fn(Vec<Wallet>)>;

#[derive(Default)]
pub(crate) struct World {
    now: Cell<Duration>,
    /// How far the device's clock is ahead of the monotonic one, in addition to [`BEGINNING`].
    ahead: Cell<Duration>,
    /// How much time passes between two readings of the clock.
    slowness: Cell<Duration>,
    timers: RefCell<BTreeMap<(Duration, u64), Then>>,
    count: Cell<u64>,
    /// How many elements have been made.
    elements: Cell<usize>,
    asked: RefCell<Vec<Rc<Asked>>>,
    streams: RefCell<Vec<Opened>>,
    stored: RefCell<BTreeMap<String, String>>,
    watchers: RefCell<Vec<(u64, Watcher)>>,
    events: RefCell<Vec<HostEvent>>,
    copied: RefCell<Vec<String>>,
    is_clipboard_refused: Cell<bool>,
    loads: RefCell<Vec<Rc<RefCell<Arrival>>>>,
    is_hidden: Cell<bool>,
    is_offline: Cell<bool>,
    /// The listeners to other pages and elements, each with the number of its port.
    listening: RefCell<Vec<(usize, u64, Listening)>>,
    /// Whether storage throws, so that nothing can be read from it.
    is_storage_broken: Cell<bool>,
    /// Whether storage refuses to write: each element then keeps what it wrote in a memory of its own.
    is_storage_refused: Cell<bool>,
    own: RefCell<BTreeMap<(usize, String), String>>,
    /// How often other tabs were asked to read the storage again.
    nudges: Cell<u32>,
    wallet_calls: RefCell<Vec<Rc<WalletAsked>>>,
    /// The watcher that a wallet's announcement would reach.
    on_wallets: RefCell<Option<WalletWatcher>>,
}

/// A request to a wallet.
struct WalletAsked {
    call: WalletCall,
    answer: RefCell<Option<Result<String, WalletRefusal>>>,
    waker: RefCell<Option<Waker>>,
    is_over: Cell<bool>,
}

impl WalletAsked {
    fn answer_with(&self, answer: Result<&str, i64>) {
        self.answer.replace(Some(answer.map(str::to_owned).map_err(WalletRefusal)));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        turn();
    }
}

/// The purchase while it is being loaded.
enum Arrival {
    Awaited(Option<Waker>),
    Given(bool),
    /// The purchase was taken, or is not waited for any more.
    Over,
}

impl World {
    pub(crate) fn new() -> Rc<Self> {
        take_turns();
        Rc::new(Self::default())
    }

    fn ports(self: &Rc<Self>) -> (Rc<Port>, Ports) {
        self.elements.set(self.elements.get() + 1);
        let port = Rc::new(Port(Rc::clone(self), self.elements.get()));
        let ports = Ports {
            api: port.clone(),
            clock: port.clone(),
            lifecycle: port.clone(),
            storage: port.clone(),
            clipboard: port.clone(),
            random: port.clone(),
            host: port.clone(),
        };
        (port, ports)
    }

    /// Makes and starts an element whose purchase arrives when the test says so ([`World::arrive`]).
    pub(crate) fn waiting_element(self: &Rc<Self>, configure: impl FnOnce(&mut Config)) -> (Owner, Shop) {
        let mut config = config();
        configure(&mut config);
        let (port, ports) = self.ports();
        let owner = Owner::new();
        let shop = owner.with(|| {
            let above = owner.clone();
            let load = move |shop| load(Rc::clone(&port), above.clone(), shop);
            let shop = Shop::new(config, country("US"), ports, Some(Rc::new(load)));
            shop.start();
            shop
        });
        turn();
        (owner, shop)
    }

    /// Returns how often the purchase was requested, and how many of the requests are open.
    pub(crate) fn loads(&self) -> (usize, usize) {
        let loads = self.loads.borrow();
        (loads.len(), loads.iter().filter(|load| matches!(*load.borrow(), Arrival::Awaited(_))).count())
    }

    /// Lets the purchase that is awaited arrive, or fail to load.
    #[track_caller]
    pub(crate) fn arrive(&self, is_there: bool) {
        turn();
        let awaited = self.loads.borrow().iter().find(|load| matches!(*load.borrow(), Arrival::Awaited(_))).cloned();
        let last = core::mem::replace(&mut *awaited.expect("awaited").borrow_mut(), Arrival::Given(is_there));
        if let Arrival::Awaited(Some(waker)) = last {
            waker.wake();
        }
        turn();
    }

    /// Makes and starts an element on the page.
    pub(crate) fn element(self: &Rc<Self>, configure: impl FnOnce(&mut Config)) -> (Owner, Store) {
        let mut config = config();
        configure(&mut config);
        let (port, ports) = self.ports();
        let owner = Owner::new();
        let store = owner.with(|| {
            let shop = Shop::new(config, country("US"), ports, None);
            let (store, purchase) = build(shop, port).unwrap();
            shop.purchase.attach(purchase);
            shop.start();
            store
        });
        turn();
        (owner, store)
    }

    /// Returns the number of the element that was made last.
    pub(crate) fn last_element(&self) -> usize {
        self.elements.get()
    }

    /// Returns the time of the monotonic clock.
    pub(crate) fn now(&self) -> Duration {
        self.now.get()
    }

    /// Returns when the next timer is due.
    pub(crate) fn next_timer(&self) -> Option<Duration> {
        self.timers.borrow().first_key_value().map(|((at, _), _)| *at)
    }

    /// Returns the requests that were made after the first `count`.
    pub(crate) fn asked_after(&self, count: usize) -> Vec<Rc<Asked>> {
        self.asked.borrow().iter().skip(count).cloned().collect()
    }

    /// Answers one request, if it is still open.
    pub(crate) fn answer_to(&self, asked: &Asked, answer: Result<Answer, NoAnswer>) {
        if asked.is_open() {
            let last = core::mem::replace(&mut *asked.state.borrow_mut(), Reply::Given(answer));
            if let Reply::Awaited(Some(waker)) = last {
                waker.wake();
            }
            turn();
        }
    }

    /// Returns which elements opened streams after the first `count`.
    pub(crate) fn streams_after(&self, count: usize) -> Vec<usize> {
        self.streams.borrow().iter().skip(count).map(|stream| stream.by).collect()
    }

    /// Whether a stream is open, by its number in the order in which they were opened.
    pub(crate) fn is_stream_open(&self, number: usize) -> bool {
        self.streams.borrow().get(number).is_some_and(|stream| stream.is_open.get())
    }

    /// Dispatches an event on the stream of this number, if it is open.
    pub(crate) fn tell_stream(&self, number: usize, event: StreamEvent) {
        if self.is_stream_open(number) {
            let on_event = Rc::clone(&self.streams.borrow()[number].on_event);
            on_event(event);
            turn();
        }
    }

    fn next(&self) -> u64 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// Lets time pass; timers run in order.
    pub(crate) fn pass(&self, time: Duration) {
        turn();
        let end = self.now.get() + time;
        loop {
            let due = self
                .timers
                .borrow_mut()
                .first_entry()
                .filter(|entry| entry.key().0 <= end)
                .map(|entry| entry.remove_entry());
            let Some(((at, _), then)) = due else { break };
            self.now.set(self.now.get().max(at));
            then();
            turn();
        }
        self.now.set(self.now.get().max(end));
    }

    /// Lets the device sleep: its clock goes on, and the monotonic one stands still.
    pub(crate) fn sleep(&self, time: Duration) {
        self.ahead.set(self.ahead.get() + time);
    }

    /// Makes the device slow: this much time passes between two readings of the monotonic clock.
    pub(crate) fn slow_down(&self, time: Duration) {
        self.slowness.set(time);
    }

    /// Sets the device's clock back.
    pub(crate) fn set_back(&self, time: Duration) {
        self.ahead.set(self.ahead.get().saturating_sub(time));
    }

    /// Dispatches an event of the page's life.
    pub(crate) fn page(&self, event: PageEvent) {
        match event {
            PageEvent::Online => self.is_offline.set(false),
            PageEvent::Offline => self.is_offline.set(true),
            PageEvent::Visible => self.is_hidden.set(false),
            PageEvent::Hidden => self.is_hidden.set(true),
            PageEvent::Woke | PageEvent::Nudge => {}
        }
        let watchers: Vec<_> = self.watchers.borrow().iter().map(|(_, watcher)| Rc::clone(watcher)).collect();
        for watcher in watchers {
            watcher(event);
        }
        turn();
    }

    /// Returns all requests whose path starts with `path`, in order.
    pub(crate) fn asked(&self, path: &str) -> Vec<Rc<Asked>> {
        self.asked.borrow().iter().filter(|asked| asked.path.starts_with(path)).cloned().collect()
    }

    /// Returns the one open request whose path starts with `path`.
    #[track_caller]
    pub(crate) fn open(&self, path: &str) -> Rc<Asked> {
        turn();
        let mut open: Vec<_> = self.asked(path).into_iter().filter(|asked| asked.is_open()).collect();
        // `/v5/orders` is a path of its own, and the beginning of others.
        if open.iter().any(|asked| asked.path == path) {
            open.retain(|asked| asked.path == path);
        }
        assert_eq!(open.len(), 1, "open requests to {path}");
        open[0].clone()
    }

    /// Returns how many requests to a path are open.
    pub(crate) fn count_open(&self, path: &str) -> usize {
        turn();
        self.asked(path).iter().filter(|asked| asked.is_open()).count()
    }

    /// Answers the open request to a path.
    #[track_caller]
    pub(crate) fn answer(&self, path: &str, answer: Result<Answer, NoAnswer>) {
        let asked = self.open(path);
        let last = core::mem::replace(&mut *asked.state.borrow_mut(), Reply::Given(answer));
        if let Reply::Awaited(Some(waker)) = last {
            waker.wake();
        }
        turn();
    }

    /// Returns the paths of the streams that are open.
    pub(crate) fn open_streams(&self) -> Vec<String> {
        self.streams.borrow().iter().filter(|stream| stream.is_open.get()).map(|stream| stream.path.clone()).collect()
    }

    /// Dispatches an event on the one open stream.
    #[track_caller]
    pub(crate) fn stream(&self, event: StreamEvent) {
        let open: Vec<_> = self
            .streams
            .borrow()
            .iter()
            .filter(|stream| stream.is_open.get())
            .map(|stream| Rc::clone(&stream.on_event))
            .collect();
        assert_eq!(open.len(), 1, "open streams");
        open[0](event);
        turn();
    }

    /// Returns how many timers are set and how many watchers listen: both must be gone with the element.
    pub(crate) fn held(&self) -> (usize, usize) {
        (self.timers.borrow().len(), self.watchers.borrow().len() + self.listening.borrow().len())
    }

    pub(crate) fn stored(&self, key: &str) -> Option<String> {
        self.stored.borrow().get(key).cloned()
    }

    /// Stores something as another page does.
    pub(crate) fn store(&self, key: &str, value: String) {
        self.stored.borrow_mut().insert(key.to_owned(), value);
    }

    /// Returns what was copied.
    pub(crate) fn copied(&self) -> Vec<String> {
        self.copied.borrow().clone()
    }

    /// Makes the browser refuse to copy anything.
    pub(crate) fn refuse_clipboard(&self) {
        self.is_clipboard_refused.set(true);
    }

    pub(crate) fn nudges(&self) -> u32 {
        self.nudges.get()
    }

    /// Removes something from the storage as another page does.
    pub(crate) fn unstore(&self, key: &str) {
        self.stored.borrow_mut().remove(key);
    }

    /// Sets whether storage throws.
    pub(crate) fn break_storage(&self, is_broken: bool) {
        self.is_storage_broken.set(is_broken);
    }

    /// Makes the browser refuse to store anything for this page.
    pub(crate) fn refuse_storage(&self) {
        self.is_storage_refused.set(true);
    }

    /// Sends a message about stored orders as another page does.
    pub(crate) fn hear(&self, word: &Elsewhere) {
        self.tell_all_but(0, word);
        turn();
    }

    fn tell_all_but(&self, teller: usize, word: &Elsewhere) {
        let listening = self.listening.borrow();
        let others: Vec<_> =
            listening.iter().filter(|(port, ..)| *port != teller).map(|(.., tell)| Rc::clone(tell)).collect();
        drop(listening);
        for tell in others {
            tell(word.clone());
        }
    }

    /// Announces a wallet. Returns whether the element was looking for wallets.
    pub(crate) fn announce_wallet(&self, name: &str) -> bool {
        let on_wallets = self.on_wallets.borrow().clone();
        let wallet = Wallet { id: "wallet-1".to_owned(), name: name.to_owned(), icon: None };
        on_wallets.map(|tell| tell(vec![wallet])).is_some()
    }

    /// Returns the request that the wallet has not answered.
    pub(crate) fn wallet_open(&self) -> Option<WalletCall> {
        turn();
        let open = |asked: &Rc<WalletAsked>| !asked.is_over.get();
        self.wallet_calls.borrow().iter().find(|asked| open(asked)).map(|asked| asked.call.clone())
    }

    /// Returns all requests that a wallet ever got.
    pub(crate) fn wallet_calls(&self) -> Vec<WalletCall> {
        self.wallet_calls.borrow().iter().map(|asked| asked.call.clone()).collect()
    }

    /// Answers the open request to the wallet, or refuses it with a code.
    #[track_caller]
    pub(crate) fn wallet_answers(&self, answer: Result<&str, i64>) {
        turn();
        let asked = self.wallet_calls.borrow().iter().find(|asked| !asked.is_over.get()).cloned();
        asked.expect("an open request to the wallet").answer_with(answer);
    }

    /// Answers the last request to the wallet, which may have an earlier one open too.
    #[track_caller]
    pub(crate) fn wallet_answers_last(&self, answer: Result<&str, i64>) {
        turn();
        assert!(self.is_last_wallet_call_open());
        let asked = self.wallet_calls.borrow().last().cloned();
        asked.expect("a request to the wallet").answer_with(answer);
    }

    /// Whether the last request to the wallet is open.
    pub(crate) fn is_last_wallet_call_open(&self) -> bool {
        turn();
        self.wallet_calls.borrow().last().is_some_and(|asked| !asked.is_over.get() && asked.answer.borrow().is_none())
    }

    /// Returns the events that the page got since the last call.
    pub(crate) fn told(&self) -> Vec<HostEvent> {
        self.events.take()
    }

    /// Returns the codes of the errors among [`World::told`].
    pub(crate) fn errors(&self) -> Vec<String> {
        let codes = self.told().into_iter().filter_map(|event| match event {
            HostEvent::Error { code, at } => Some(format!("{}: {}", at.as_str(), code.as_str())),
            _ => None,
        });
        codes.collect()
    }
}

pub(crate) fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn config() -> Config {
    Config {
        proxy: "https://shop.example/api".to_owned(),
        country: None,
        lock_country: false,
        countries: Vec::new(),
        lang: Some("en-GB".to_owned()),
        coin: None,
        network: None,
        brand: None,
        kind: None,
        shelf: Default::default(),
        email: None,
        phone: None,
        utm_source: None,
        include_credentials: false,
        expose_order_id: false,
        links: Links::default(),
    }
}

/// Returns an answer of the proxy.
pub(crate) fn answer(status: u16, body: &str) -> Result<Answer, NoAnswer> {
    Ok(Answer { status, body: body.to_owned(), date: None, age: None, retry_after: None, idempotent: false })
}

/// What supplier and proxy say of an order that does not exist, with status 404.
pub(crate) const NOT_FOUND: &str = r#"{"status":404,"detail":"ORDER_NOT_FOUND"}"#;

/// Returns an answer that the supplier gave this many seconds ago.
pub(crate) fn aged(seconds: u64, body: &str) -> Result<Answer, NoAnswer> {
    Ok(Answer { age: Some(Duration::from_secs(seconds)), ..answer(200, body).unwrap() })
}

/// Returns an answer with status 200.
pub(crate) fn ok(body: &str) -> Result<Answer, NoAnswer> {
    answer(200, body)
}

/// Returns an answer as a proxy that keeps idempotency keys gives it.
pub(crate) fn keeping_keys(answer: Result<Answer, NoAnswer>) -> Result<Answer, NoAnswer> {
    answer.map(|answer| Answer { idempotent: true, ..answer })
}

/// Returns the answer of a busy server, which asks to wait.
pub(crate) fn busy(wait: Duration) -> Result<Answer, NoAnswer> {
    Ok(Answer { retry_after: Some(wait), ..answer(429, "").unwrap() })
}
