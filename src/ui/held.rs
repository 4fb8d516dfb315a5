//! References to elements of a view, for what `view!` cannot express: focus, sizes, values.

use leptos::prelude::*;

use crate::dom::{Element, HtmlElement, element};

/// An element of a view, once it has been built. It is used in place of `NodeRef`, which is compiled anew for each tag.
#[derive(Clone, Copy)]
pub(crate) struct Held(StoredValue<Option<HtmlElement>, LocalStorage>);

impl Held {
    /// Makes an empty reference; [`hold`] fills it.
    pub(crate) fn new() -> Self {
        Self(StoredValue::new_local(None))
    }

    /// Returns the element; `None` before it is built, and after the view is gone.
    pub(crate) fn get(self) -> Option<HtmlElement> {
        self.0.try_get_value().flatten()
    }
}

/// The directive that fills a [`Held`]: `<div use:hold=held>`.
pub(crate) fn hold(built: Element, held: Held) {
    held.0.set_value(element::html(built));
}
