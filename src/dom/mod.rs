//! What views may use of the page: elements, focus, sizes, pictures, listeners, printing. Nothing here depends on the
//! checkout.
//!
//! What is opened here is owned by a Rust value and released by dropping it; no closure is ever leaked.

pub mod collate;
pub mod element;
pub mod focus;
pub mod image;
pub mod listener;
pub mod print;
pub mod save_image;
pub(crate) mod timer;
pub mod viewport;

pub use web_sys::{Element, HtmlElement};

/// Returns the page's window; `None` outside a page.
#[expect(clippy::disallowed_methods, reason = "this is the edge: the one place where the window is taken")]
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// Returns whether the page is visible; it counts as visible where that is not known.
pub(crate) fn is_visible() -> bool {
    window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() != web_sys::VisibilityState::Hidden)
}
