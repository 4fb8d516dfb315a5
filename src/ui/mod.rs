//! What the shopper sees: components, one a file. They read the store's signals, call its actions and take their words
//! from `i18n`.
//!
//! The folders show the flow. `checkout` is the root of the tree, `purchase` what comes after the grid, and
//! `purchase_slot` where that hangs in the tree.
//!
//! | folder | holds |
//! |---|---|
//! | [`grid`] | the first screen: brands, search, country |
//! | [`choosing`] | from a brand to an order: value, recipient, coin and network, review |
//! | [`paying`] | from an order to its goods: payment, progress, receipt, and what may go wrong |
//! | [`parts`] | what several screens share |
//!
//! `choosing` and `paying` do not import each other.
//!
//! Rules that hold for every view here:
//! - No view may go through `innerHTML`: it throws under `require-trusted-types-for 'script'`. `view!` builds a nested
//!   element that way when nothing in it is dynamic and it has an attribute or a child (an icon, a bare
//!   `<div class="line"></div>`, a `<span>"text"</span>`). Text comes from `i18n` anyway, so it is dynamic; an empty
//!   element gets its class by an expression that is not a literal: `class={"line"}`.
//! - Ids are unique within one shadow root, so they are plain constants.
//! - Screens begin with a [`parts::ScreenHead`]; it takes the focus when the step changes.

pub mod checkout;
pub mod choosing;
pub mod context;
pub mod grid;
mod held;
mod live;
pub mod parts;
pub mod paying;
pub mod purchase;
pub mod purchase_slot;

use leptos::prelude::*;

pub use context::expect_checkout;

use crate::{
    app::{Shop, Store},
    i18n::I18n,
    ui::parts::Announcer,
};

/// Returns the shop of this element.
///
/// # Panics
/// Panics where [`expect_checkout`] does.
#[must_use]
pub fn expect_shop() -> Shop {
    expect_checkout().shop
}

/// Returns the store of this element.
///
/// # Panics
/// Before the purchase is there: `embed` provides the store when the purchase has loaded.
#[must_use]
pub fn expect_store() -> Store {
    expect_context()
}

/// Returns the announcer of this element.
///
/// # Panics
/// Panics where [`expect_checkout`] does.
#[must_use]
pub fn expect_announcer() -> Announcer {
    expect_checkout().announcer
}

/// Returns the messages and formats of this element.
///
/// # Panics
/// Panics where [`expect_checkout`] does.
#[must_use]
pub fn expect_i18n() -> I18n {
    expect_checkout().i18n
}
