//! What the store needs from the outside world, as traits. `browser` implements them; tests may bring their own.

use core::{future::Future, pin::Pin, time::Duration};
use std::rc::Rc;

use cr_core::{catalog::Kind, checkout::Step, payment::evm::Transfer, time::Timestamp};

use super::error_code::{ErrorCode, Place};

/// A future that stays on this thread.
pub type Local<T> = Pin<Box<dyn Future<Output = T>>>;

/// An HTTP response of any status.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Body as text, within the limits of docs/proxy-contract.md.
    pub body: String,
    /// `Date` of the server, if readable.
    pub date: Option<Timestamp>,
    /// `Age`: how old the supplier's answer is, if it was not made for this request.
    pub age: Option<Duration>,
    /// `Retry-After`, clamped to 60 s.
    pub retry_after: Option<Duration>,
    /// Whether the proxy announced `X-Cr-Proxy: idempotency`.
    pub idempotent: bool,
}

/// There is no usable answer: the connection was refused or dropped, it timed out, or the answer is too large. What
/// became of a POST is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer from the proxy")]
pub struct NoAnswer;

/// Calls to the proxy. Paths start with `/` and are relative to the configured base. Each has a deadline and is aborted
/// when dropped.
pub trait Api {
    /// Sends a GET.
    fn get(&self, path: String) -> Local<Result<Answer, NoAnswer>>;
    /// Sends a POST of JSON, with an `Idempotency-Key` if one is given.
    fn post(&self, path: String, body: String, key: Option<String>) -> Local<Result<Answer, NoAnswer>>;
}

/// What a stream reports.
#[derive(Clone, Debug, PartialEq)]
pub enum StreamEvent {
    /// The stream is open.
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

/// Streams of the server-sent events of an order.
pub trait Streams {
    /// Opens `path`; events arrive until the guard is dropped.
    fn open(&self, path: String, on_event: Rc<dyn Fn(StreamEvent)>) -> Box<dyn Guard>;
}

/// Time.
pub trait Clock {
    /// Returns the time by the device's wall clock.
    fn wall(&self) -> Timestamp;
    /// Returns the time since an arbitrary start; it never goes back, and may stand still while the device sleeps.
    fn monotonic(&self) -> Duration;
    /// Calls `then` once after `wait`, unless the guard is dropped.
    fn after(&self, wait: Duration, then: Box<dyn FnOnce()>) -> Box<dyn Guard>;
}

/// An event in the life of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The browser reports that it is online.
    Online,
    /// The browser reports that it is offline.
    Offline,
    /// The page is visible again.
    Visible,
    /// The page is hidden.
    Hidden,
    /// The page woke from sleep, or was resumed.
    Woke,
    /// Another tab asks this one to read its order again.
    Nudge,
}

/// Watches the life of the page.
pub trait Lifecycle {
    /// Calls `on_event` at each change until the guard is dropped.
    fn watch(&self, on_event: Rc<dyn Fn(PageEvent)>) -> Box<dyn Guard>;
    /// Returns whether the page is visible now.
    fn is_visible(&self) -> bool;
    /// Returns whether the browser believes that it is online.
    fn is_online(&self) -> bool;
    /// Asks other tabs to read their orders again.
    fn nudge(&self);
    /// Informs other tabs, and other elements of this page, that all orders were forgotten that were stored by `until`
    /// ([`Elsewhere::ForgotAll`]).
    fn tell_forgotten(&self, until: Timestamp);
}

/// Small values that the browser stores under the prefix `cr-widget:`. Failures are silent: an absent storage is like
/// an empty one.
pub trait Storage {
    /// Returns the value of a key.
    fn get(&self, key: &str) -> Option<String>;
    /// Stores the value of a key.
    fn set(&self, key: &str, value: &str);
    /// Removes a key and its value.
    fn remove(&self, key: &str);
}

/// What other pages of this origin, and other elements of this page, report about stored orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// The stored orders have changed.
    Stored,
    /// Orders were forgotten. They are named by their references ([`cr_core::order::reference`]), never by their ids.
    Forgot(Vec<String>),
    /// All orders were forgotten that were stored by this time of the device's clock. A page that was frozen receives
    /// this late.
    ForgotAll(Timestamp),
}

/// The channel to other pages of this origin, and to other elements of this page.
pub trait Others {
    /// Calls `on_word` with what they report, until the guard is dropped.
    fn watch(&self, on_word: Rc<dyn Fn(Elsewhere)>) -> Box<dyn Guard>;
    /// Sends `word` to them.
    fn tell(&self, word: &Elsewhere);
    /// Returns whether a value that is stored under a key could be read. Where it could not, a missing value proves
    /// nothing.
    fn can_read(&self, key: &str) -> bool;
}

/// The clipboard.
pub trait Clipboard {
    /// Copies `text`; the future returns `false` when the browser refuses. To be called within the shopper's gesture.
    fn copy(&self, text: String) -> Local<bool>;
}

/// A wallet that announced itself to the page (EIP-6963). Every field is the wallet's own claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Identifies the wallet among those of this page.
    pub id: String,
    /// The wallet's name, cleaned. It is never empty.
    pub name: String,
    /// The wallet's picture, a `data:image/` URL.
    pub icon: Option<String>,
}

/// One request to a wallet (EIP-1193).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletCall {
    /// `eth_requestAccounts`, which returns the first account.
    Account,
    /// `eth_chainId`, which returns the id of the chain that the wallet is on.
    ChainId,
    /// `wallet_switchEthereumChain` to this chain; the value that is returned has no meaning.
    Switch(u64),
    /// `eth_sendTransaction`, which returns the transaction's hash.
    Send {
        /// The sender.
        from: String,
        /// The transaction.
        transfer: Transfer,
    },
}

/// A wallet's refusal, with its code of EIP-1193, EIP-1474 or EIP-3326; 0 if it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the wallet refused: {0}")]
pub struct WalletRefusal(pub i64);

/// Wallets in the shopper's browser.
pub trait Wallets {
    /// Asks wallets to announce themselves, and calls `on_change` at each change with all that have, until the guard is
    /// dropped.
    fn discover(&self, on_change: Rc<dyn Fn(Vec<Wallet>)>) -> Box<dyn Guard>;
    /// Sends a request to the wallet with this id. The answer may take as long as the shopper does, or never come.
    fn ask(&self, id: &str, call: WalletCall) -> Local<Result<String, WalletRefusal>>;
}

/// Randomness from `crypto.getRandomValues`.
pub trait Random {
    /// Returns a uniformly distributed number.
    fn next_u32(&self) -> u32;
    /// Returns a new idempotency key: 128 bits in hexadecimal digits.
    fn key(&self) -> String;
}

/// An event for the host page. It never carries personal data, coin amounts, codes or (by default) order ids.
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
        /// Kind of goods that the brand sells.
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
        /// Order id, which the host page gets only if the partner configured that.
        order_id: String,
        /// Brand.
        brand: String,
        /// Kind of goods that the brand sells.
        kind: Kind,
        /// Country.
        country: String,
        /// Digits of the face value, if the order has one.
        face_value: Option<String>,
        /// Currency of the face value.
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
        /// Order id, which the host page gets only if the partner configured that.
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
        /// Order id, which the host page gets only if the partner configured that.
        order_id: String,
    },
    /// `cr-error`.
    Error {
        /// What went wrong.
        code: ErrorCode,
        /// Where in the purchase the error came up.
        at: Place,
    },
}

/// The host page.
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
    /// The host page.
    pub host: Rc<dyn Host>,
}
