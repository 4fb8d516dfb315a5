//! The gallery: every component in every state, from the list of the component tests (`tests/components/states.rs`), over
//! the same fake ports (`tests/world`). Its page is `index.html`; each state has a frame, `frame.html`, with a wasm
//! instance of its own. `cargo xtask gallery` builds and serves them.

#![allow(clippy::unwrap_used, reason = "what fails is shown as broken in its own frame")]
#![allow(clippy::wildcard_enum_match_arm, reason = "the ports of the tests look for one variant among many")]

#[cfg(any(target_arch = "wasm32", clippy))]
mod drawing;
#[cfg(any(target_arch = "wasm32", clippy))]
#[path = "../../tests/components/mount.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod mount;
#[cfg(any(target_arch = "wasm32", clippy))]
#[path = "../../tests/world/shop.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod shop;
#[cfg(any(target_arch = "wasm32", clippy))]
#[path = "../../tests/components/states.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod states;
#[cfg(any(target_arch = "wasm32", clippy))]
#[path = "../../tests/world/turns.rs"]
mod turns;
#[cfg(any(target_arch = "wasm32", clippy))]
#[path = "../../tests/components/words.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod words;
#[cfg(any(target_arch = "wasm32", clippy))]
#[path = "../../tests/world/world.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod world;

fn main() {
    #[cfg(any(target_arch = "wasm32", clippy))]
    drawing::report_panics();
}
