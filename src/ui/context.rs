//! What the components of one checkout share.

use leptos::prelude::*;

use super::{
    grid::grid_memory::GridMemory,
    parts::{Announcer, Steps},
};
use crate::{app::Shop, i18n::I18n};

/// What every component of one checkout shares. It is one value in context, since each type that is looked up there
/// costs bytes.
#[derive(Clone, Copy)]
pub struct CheckoutContext {
    /// Configuration, country and brands, and the way to the purchase.
    pub shop: Shop,
    /// Words and formats.
    pub i18n: I18n,
    /// Announces texts to screen readers.
    pub announcer: Announcer,
    /// Whether the shopper has moved between screens.
    pub steps: Steps,
    /// What the grid remembers while another screen is shown.
    pub memory: GridMemory,
}

impl CheckoutContext {
    /// Makes what [`Checkout`](super::checkout::Checkout) and all components in it expect in context.
    #[must_use]
    pub fn new(shop: Shop, i18n: I18n) -> Self {
        Self { shop, i18n, announcer: Announcer::new(), steps: Steps::new(), memory: GridMemory::new() }
    }
}

/// Returns what the components of this checkout share.
///
/// # Panics
/// Outside a mounted checkout: `embed` provides the context before it mounts [`Checkout`](super::checkout::Checkout).
#[must_use]
pub fn expect_checkout() -> CheckoutContext {
    expect_context()
}
