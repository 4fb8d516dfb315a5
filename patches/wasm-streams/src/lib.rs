//! The part of `wasm-streams` that the types of Leptos' server functions name.
//!
//! The widget has no server function, so none of this ever runs. The crate that stands here for compiles three classes
//! that it exports to JavaScript, and the linker keeps whatever is exported: 3 kB (brotli) of every download, for
//! nothing. The workspace's `[patch.crates-io]` puts this crate in its place (docs/decisions/0014).

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// Why no value of these types is ever used.
const UNUSED: &str = "the widget calls no server function";

/// A readable stream of JavaScript.
#[derive(Debug)]
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Wraps a stream of the browser.
    #[must_use]
    pub const fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// Returns the stream of the browser.
    #[must_use]
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Would let JavaScript read a Rust stream, which takes the exported classes.
    ///
    /// # Panics
    /// Always.
    #[must_use]
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        unreachable!("{UNUSED}")
    }

    /// Would read the chunks of the stream.
    #[must_use]
    pub fn into_stream(self) -> IntoStream {
        IntoStream(self.0)
    }
}

/// The chunks of a [`ReadableStream`].
#[derive(Debug)]
pub struct IntoStream(web_sys::ReadableStream);

impl Stream for IntoStream {
    type Item = Result<JsValue, JsValue>;

    /// Would wait for the next chunk.
    ///
    /// # Panics
    /// Always.
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        unreachable!("{UNUSED}: {:?} is not read", self.0)
    }
}
