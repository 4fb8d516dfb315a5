//! Adapters behind `app::ports`, made of web APIs. An adapter only translates, calls, and translates back. Only `embed`
//! names them.
//!
//! What is opened here is owned by a Rust value and released by dropping it; no closure is ever leaked.

pub mod clipboard;
pub mod clock;
pub mod http;
pub mod lifecycle;
mod listeners;
pub mod order_stream;
pub mod others;
pub mod random;
mod request_limit;
pub mod storage;
pub mod wallet;

pub use clipboard::BrowserClipboard;
pub use clock::BrowserClock;
pub use http::ProxyApi;
pub use lifecycle::PageLifecycle;
pub use order_stream::OrderStreams;
pub use others::OtherPages;
pub use random::BrowserRandom;
pub use storage::LocalStore;
pub use wallet::PageWallets;
