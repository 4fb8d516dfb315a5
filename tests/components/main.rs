//! Screens and components of `src/ui`, each in a real browser over the fake ports of `tests/world`: what it shows and
//! says in every state, and where the focus goes. No server takes part, and time passes when a test says so.

#![cfg(any(target_arch = "wasm32", clippy))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one variant among many")]

mod choosing;
mod every_state;
mod grid;
mod mount;
mod paying;
mod receipt;
mod review;
mod spoken;
mod stage;
mod states;
mod trouble;
mod words;

#[path = "../world/shop.rs"]
#[allow(dead_code, reason = "the tests of the store use more of it")]
mod shop;
#[path = "../world/turns.rs"]
mod turns;
#[path = "../world/world.rs"]
#[allow(dead_code, reason = "the tests of the store use more of it")]
mod world;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
