//! What the views of the first module share, and how the views of the purchase are handed to them.

use core::any::Any;

use leptos::prelude::*;

use super::{
    grid::grid_memory::GridMemory,
    parts::{Announcer, Steps},
};
use crate::{app::Shop, dom::HtmlElement, i18n::I18n};

/// Draws a view into a place; dropping what it gives takes the view away.
pub type Mount = fn(&HtmlElement) -> Box<dyn Any>;

/// What the purchase has to show.
#[derive(Clone, Copy)]
pub struct Views {
    /// The screen it is at.
    pub purchase: Mount,
    /// What it shows above the brands.
    pub above_grid: Mount,
}

/// What the views of the first module share.
#[derive(Clone, Copy)]
pub struct Front {
    /// The shop.
    pub shop: Shop,
    /// Words and formats.
    pub i18n: I18n,
    /// Empty until the purchase is there.
    pub views: RwSignal<Option<Views>>,
    /// Speaks to screen readers.
    pub announcer: Announcer,
    /// Whether the shopper has moved between screens.
    pub steps: Steps,
    /// What the grid remembers.
    pub memory: GridMemory,
}

impl Front {
    /// What the views of one element need. What the purchase's screens take from it is put into context.
    #[must_use]
    pub fn new(shop: Shop, i18n: I18n, views: RwSignal<Option<Views>>) -> Self {
        let (announcer, steps) = (Announcer::new(), Steps::new());
        provide_context(shop);
        provide_context(i18n);
        provide_context(announcer);
        provide_context(steps);
        Self { shop, i18n, views, announcer, steps, memory: GridMemory::new() }
    }
}
