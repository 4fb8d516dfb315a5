//! Whether the shopper has moved between screens.

use leptos::prelude::*;

/// Whether the shopper has moved between screens yet; `Copy`. The first screen must not take the focus, which the host
/// page had.
#[derive(Clone, Copy)]
pub struct Steps {
    moved: StoredValue<bool>,
}

impl Steps {
    /// Makes the value of a checkout that has shown no screen yet.
    #[must_use]
    pub fn new() -> Self {
        Self { moved: StoredValue::new(false) }
    }

    /// Whether a screen was shown before this one.
    #[must_use]
    pub fn has_moved(self) -> bool {
        self.moved.get_value()
    }

    /// Records that a screen was replaced by another.
    pub fn set_moved(self) {
        self.moved.set_value(true);
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self::new()
    }
}
