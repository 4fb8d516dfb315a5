//! The browser's side of the widget in real browsers: adapters, formats, and one mounted element.

#![cfg(any(target_arch = "wasm32", clippy))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod adapters;
mod element;
mod formats;
mod http;
mod page;
mod wallet;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
