//! What is spoken by the one polite status region: state changes, and never a ticking countdown. The frame draws the
//! region.

use leptos::prelude::*;

use crate::{
    dom::{HtmlElement, focus},
    ui::expect_checkout,
};

/// Speaks through the status region of this element; `Copy`, part of
/// [`CheckoutContext`](crate::ui::context::CheckoutContext).
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<(u32, String)>);

impl Announcer {
    /// An announcer that has said nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new((0, String::new())))
    }

    /// Has `text` read out when the screen reader is free. Repeating a text reads it again.
    pub fn say(self, text: String) {
        self.0.update(|(count, said)| {
            *count = count.wrapping_add(1);
            *said = text;
        });
    }

    /// Brings the shopper to a field that was refused. What describes it is read as the focus comes; where that is
    /// already, `complaint` is said.
    pub fn point_at(self, field: &HtmlElement, complaint: impl FnOnce() -> String) {
        if focus::is_on(field) {
            self.say(untrack(complaint));
        } else {
            focus::to_control(field);
        }
    }

    /// What was said last; tracks it.
    #[must_use]
    pub fn said(self) -> String {
        self.0.with(|(_, said)| said.clone())
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// The announcer of this element.
///
/// # Panics
/// As [`expect_checkout`].
#[must_use]
pub fn expect_announcer() -> Announcer {
    expect_checkout().announcer
}
