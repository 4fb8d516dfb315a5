//! The store with ports that the test controls: every answer, fault and second comes when the test says so.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one variant among many")]

mod browsing;
mod choosing;
mod earlier_release;
mod following;
mod forgetting;
mod guards;
mod loading;
mod making;
mod ordering;
mod schedules;
mod wallet;
mod wallet_once;
mod wallet_tabs;

#[path = "../world/shop.rs"]
mod shop;
#[path = "../world/turns.rs"]
mod turns;
#[path = "../world/world.rs"]
#[allow(dead_code, reason = "the tests of components use more of it")]
mod world;
