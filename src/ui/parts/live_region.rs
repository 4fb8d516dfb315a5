//! The announcements of the one polite status region: changes of state, and never a ticking countdown. The frame draws
//! the region.

use leptos::prelude::*;

use crate::dom::{HtmlElement, focus};

/// Announces texts through the status region of this element. It is `Copy`, and part of
/// [`CheckoutContext`](crate::ui::context::CheckoutContext).
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<(u32, String)>);

impl Announcer {
    /// Makes an announcer that has announced nothing.
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

    /// Moves the focus to a field that was refused. Screen readers read its description when it gets the focus; where
    /// it has the focus already, `complaint` is announced.
    pub fn point_at(self, field: &HtmlElement, complaint: impl FnOnce() -> String) {
        if focus::is_on(field) {
            self.say(untrack(complaint));
        } else {
            focus::to_control(field);
        }
    }

    /// Returns the text that was announced last, and tracks it.
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
