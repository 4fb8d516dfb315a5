//! What the grid remembers while the shopper is on another screen.

use cr_core::{
    catalog::{BrandId, Query},
    country::Country,
};
use leptos::prelude::*;

/// What the grid remembers while the shopper looks at a brand.
#[derive(Clone, Copy)]
pub struct GridMemory {
    /// What is looked for.
    pub(super) wanted: RwSignal<Query>,
    pub(super) rest: StoredValue<Remembered, LocalStorage>,
}

#[derive(Clone, Default)]
pub(super) struct Remembered {
    /// How far the list is scrolled, in CSS pixels.
    pub(super) scrolled: u32,
    /// How high its rows are, in CSS pixels, once measured.
    pub(super) row: Option<u32>,
    /// The card that was opened.
    pub(super) opened: Option<BrandId>,
    /// The country in which all this was.
    pub(super) country: Option<Country>,
}

impl GridMemory {
    /// Makes an empty memory.
    #[must_use]
    pub fn new() -> Self {
        Self { wanted: RwSignal::new(Query::default()), rest: StoredValue::new_local(Remembered::default()) }
    }
}

impl Default for GridMemory {
    fn default() -> Self {
        Self::new()
    }
}
