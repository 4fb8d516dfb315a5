//! The only home of web APIs: adapters behind `app::ports`. Thin: translate, call, translate back.
//!
//! What is opened here is owned by a Rust value and released by dropping it; no closure is ever leaked.

pub mod clipboard;
pub mod clock;
pub mod collate;
pub mod focus;
mod gate;
pub mod http;
pub mod image;
pub mod lifecycle;
pub mod listener;
pub mod order_stream;
pub mod others;
pub mod print;
pub mod random;
pub mod save;
pub mod stamp;
pub mod storage;
pub mod viewport;
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

/// The page's window; absent outside a page.
#[expect(clippy::disallowed_methods, reason = "this is the edge: the one place where the window is taken")]
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}
