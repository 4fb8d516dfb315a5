//! What the store needs from outside, as traits. `browser` implements them; tests may bring their own.

use core::{future::Future, pin::Pin, time::Duration};
use std::rc::Rc;

use cr_core::{catalog::Kind, checkout::Step, payment::evm::Transfer, time::Timestamp};

use super::error_code::{ErrorCode, Place};

/// A future that stays on this thread.
pub type Local<T> = Pin<Box<dyn Future<Output = T>>>;

/// An HTTP answer of any status.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Body as text, within the caps of docs/proxy-contract.md.
    pub body: String,
    /// `Date` of the server, if readable.
    pub date: Option<Timestamp>,
    /// `Age`: how long ago the supplier said so, if the answer was not made for this request.
    pub age: Option<Duration>,
    /// `Retry-After`, clamped to 60 s.
    pub retry_after: Option<Duration>,
    /// Whether the proxy announced `X-Cr-Proxy: idempotency`.
    pub idempotent: bool,
}

/// No usable answer: refused, dropped, timed out, too large. What became of a POST is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer from the proxy")]
pub struct NoAnswer;

/// Calls to the proxy. Paths start with `/` and are relative to the configured base. Each has a deadline and is aborted when dropped.
pub trait Api {
    /// GET.
    fn get(&self, path: String) -> Local<Result<Answer, NoAnswer>>;
    /// POST of JSON, with an `Idempotency-Key` if given.
    fn post(&self, path: String, body: String, key: Option<String>) -> Local<Result<Answer, NoAnswer>>;
}

/// What a stream reports.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamEvent {
    /// It is open.
    Opened,
    /// An unnamed event's data.
    Message(String),
    /// The named event `ping`, with its data.
    Ping(String),
    /// The named event `stop`.
    Stop,
    /// An error; the adapter has closed the stream already.
    Error,
}

/// Something that is released by dropping it: a stream, a timer, a listener.
pub trait Guard {}

/// Server-sent events of an order.
pub trait Streams {
    /// Opens `path`; events arrive until the guard is dropped.
    fn open(&self, path: String, on_event: Rc<dyn Fn(StreamEvent)>) -> Box<dyn Guard>;
}

/// Time.
pub trait Clock {
    /// The device's wall clock.
    fn wall(&self) -> Timestamp;
    /// Time since an arbitrary start; never goes back, may stand still in sleep.
    fn monotonic(&self) -> Duration;
    /// Calls back once after `wait` unless the guard is dropped.
    fn after(&self, wait: Duration, then: Box<dyn FnOnce()>) -> Box<dyn Guard>;
}

/// Life of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The browser says online.
    Online,
    /// The browser says offline.
    Offline,
    /// Visible again.
    Visible,
    /// Hidden.
    Hidden,
    /// Woke from sleep, or was resumed.
    Woke,
    /// Another tab asks to re-read.
    Nudge,
}

/// Watches the life of the page.
pub trait Lifecycle {
    /// Calls back on each change until the guard is dropped.
    fn watch(&self, on_event: Rc<dyn Fn(PageEvent)>) -> Box<dyn Guard>;
    /// Whether the page is visible now.
    fn is_visible(&self) -> bool;
    /// Whether the browser believes it is online.
    fn is_online(&self) -> bool;
    /// Asks other tabs to re-read.
    fn nudge(&self);
    /// Tells other tabs, and other elements of this page, that all orders were forgotten that were stored by then
    /// ([`Elsewhere::ForgotAll`]).
    fn tell_forgotten(&self, until: Timestamp);
}

/// Small values kept by the browser under `cr-widget:`. Failures are silent: an absent store is an empty one.
pub trait Storage {
    /// Reads.
    fn get(&self, key: &str) -> Option<String>;
    /// Writes.
    fn set(&self, key: &str, value: &str);
    /// Removes.
    fn remove(&self, key: &str);
}

/// What other pages of this origin, and other elements of this one, tell of stored orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// What is stored has changed.
    Stored,
    /// Orders were forgotten; their references ([`cr_core::order::reference`]), never their ids.
    Forgot(Vec<String>),
    /// All orders were forgotten that were stored by then, by the device's clock. A page that lay frozen hears of it late.
    ForgotAll(Timestamp),
}

/// Other pages of this origin, and other elements of this one.
pub trait Others {
    /// Calls back with what they tell until the guard is dropped.
    fn watch(&self, on_word: Rc<dyn Fn(Elsewhere)>) -> Box<dyn Guard>;
    /// Tells them.
    fn tell(&self, word: &Elsewhere);
    /// Whether what is stored under a key can be read, if there is something: where it cannot, that nothing is found means nothing.
    fn can_read(&self, key: &str) -> bool;
}

/// The clipboard.
pub trait Clipboard {
    /// Copies; `false` when refused. Called within the shopper's gesture.
    fn copy(&self, text: String) -> Local<bool>;
}

/// A wallet that announced itself to the page (EIP-6963). All of it is the wallet's own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Tells it from others of this page.
    pub id: String,
    /// Its name, cleaned. Never empty.
    pub name: String,
    /// Its picture, a `data:image/` address.
    pub icon: Option<String>,
}

/// One request to a wallet (EIP-1193).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletCall {
    /// `eth_requestAccounts`; the answer is the first account.
    Account,
    /// `eth_chainId`.
    ChainId,
    /// `wallet_switchEthereumChain`; the answer says nothing.
    Switch(u64),
    /// `eth_sendTransaction`; the answer is the hash.
    Send {
        /// The sender.
        from: String,
        /// The transaction.
        transfer: Transfer,
    },
}

/// A wallet's refusal: the code of EIP-1193, EIP-1474 or EIP-3326, 0 for one without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the wallet refused: {0}")]
pub struct WalletRefusal(pub i64);

/// Wallets in the shopper's browser.
pub trait Wallets {
    /// Asks wallets to announce themselves; reports all that have, at each change, until the guard is dropped.
    fn discover(&self, on_change: Rc<dyn Fn(Vec<Wallet>)>) -> Box<dyn Guard>;
    /// Asks one of them, by its id. It may take as long as the shopper does, or for ever.
    fn ask(&self, id: &str, call: WalletCall) -> Local<Result<String, WalletRefusal>>;
}

/// Randomness from `crypto.getRandomValues`.
pub trait Random {
    /// A uniform number.
    fn next_u32(&self) -> u32;
    /// A fresh idempotency key, 128 bits as hex.
    fn key(&self) -> String;
}

/// What the page around us is told. Never personal data, amounts in coin, codes or (by default) order ids.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEvent {
    /// `cr-ready`.
    Ready,
    /// `cr-step`.
    Step(Step),
    /// `cr-brand-select`: brand, kind, category, country.
    BrandSelect {
        /// Brand.
        brand: String,
        /// What it sells.
        kind: Kind,
        /// Main category.
        category: Option<String>,
        /// Country.
        country: String,
    },
    /// `cr-order-created`.
    OrderCreated {
        /// Reference.
        reference: String,
        /// Order id, exposed only if configured.
        order_id: String,
        /// Brand.
        brand: String,
        /// What the brand sells.
        kind: Kind,
        /// Country.
        country: String,
        /// Face value digits, if it has one.
        face_value: Option<String>,
        /// Its currency.
        currency: Option<String>,
        /// Coin.
        coin: String,
        /// Network.
        network: String,
    },
    /// `cr-order-status`.
    OrderStatus {
        /// Reference.
        reference: String,
        /// Order id, exposed only if configured.
        order_id: String,
        /// Order state as the supplier spells it.
        state: String,
        /// Payment state.
        payment_state: Option<String>,
    },
    /// `cr-order-done`.
    OrderDone {
        /// Reference.
        reference: String,
        /// Order id, exposed only if configured.
        order_id: String,
    },
    /// `cr-error`.
    Error {
        /// What went wrong.
        code: ErrorCode,
        /// Where.
        at: Place,
    },
}

/// The page around the element.
pub trait Host {
    /// Dispatches one event from the element.
    fn emit(&self, event: HostEvent);
}

/// All ports of one element.
#[derive(Clone)]
pub struct Ports {
    /// Proxy calls.
    pub api: Rc<dyn Api>,
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Life of the page.
    pub lifecycle: Rc<dyn Lifecycle>,
    /// Small values.
    pub storage: Rc<dyn Storage>,
    /// Clipboard.
    pub clipboard: Rc<dyn Clipboard>,
    /// Randomness.
    pub random: Rc<dyn Random>,
    /// The page around us.
    pub host: Rc<dyn Host>,
}
