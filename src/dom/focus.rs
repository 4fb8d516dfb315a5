//! Moves the focus and the selection, and finds out where they are.

use wasm_bindgen::JsCast;
use web_sys::{
    Element, Event, FocusOptions, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent,
    ScrollIntoViewOptions, ScrollLogicalPosition, ShadowRoot,
};

/// Focuses the heading of a new screen. The page scrolls only if the heading is above or below the viewport.
///
/// Screens also change without the shopper, as when a payment arrives. A shopper who works elsewhere on the page then
/// keeps the focus there.
///
/// Returns whether the heading has the focus now; a screen reader then reads it out.
pub fn to_heading(heading: &HtmlElement) -> bool {
    if is_taken_elsewhere(heading) {
        return false;
    }
    quietly(heading);
    let top = heading.get_bounding_client_rect().top();
    if top < 0.0 || top > super::viewport::height() {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Start);
        heading.scroll_into_view_with_scroll_into_view_options(&options);
    }
    true
}

/// Returns whether something outside the shadow root that `element` is in has the focus. The body has the focus when
/// nothing else has it, and also after the focused element was removed.
fn is_taken_elsewhere(element: &Element) -> bool {
    let Some(active) = element.owner_document().and_then(|document| document.active_element()) else { return false };
    if active.tag_name().eq_ignore_ascii_case("body") || active.contains(Some(element)) {
        return false;
    }
    // To the document, the outermost shadow host around the element is the one that has the focus.
    let mut root = element.get_root_node();
    while let Some(host) = root.dyn_ref::<ShadowRoot>().map(ShadowRoot::host) {
        if host == active {
            return false;
        }
        root = host.get_root_node();
    }
    true
}

/// Focuses the primary button inside `within`, which is the answer to a question. A shopper who works elsewhere on the
/// page keeps the focus there.
pub fn to_answer(within: &Element) {
    if is_taken_elsewhere(within) {
        return;
    }
    let found = within.query_selector(".button-primary").ok().flatten();
    if let Some(button) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        to_control(&button);
    }
}

/// Focuses an element without scrolling the page.
pub fn quietly(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // The call fails only for an element that is gone, and then there is nothing to focus.
    let _ = element.focus_with_options(&options);
}

/// Focuses a control and lets the browser bring it into view.
pub fn to_control(element: &HtmlElement) {
    let _ = element.focus();
}

/// Returns whether `element` has the focus.
#[must_use]
pub fn is_on(element: &Element) -> bool {
    element.matches(":focus").unwrap_or(false)
}

/// Returns the element with this `id` in the shadow root (or document) that `near` is in.
#[must_use]
pub fn by_id(near: &Element, id: &str) -> Option<HtmlElement> {
    let root = near.get_root_node();
    let found = match root.dyn_ref::<web_sys::DocumentFragment>() {
        Some(shadow) => shadow.get_element_by_id(id),
        None => near.owner_document().and_then(|document| document.get_element_by_id(id)),
    };
    found.and_then(|found| found.dyn_into::<HtmlElement>().ok())
}

/// Focuses the element with this `id` in the shadow root (or document) that `near` is in. Returns whether there is one.
pub fn to_id(near: &Element, id: &str) -> bool {
    let found = by_id(near, id);
    if let Some(element) = &found {
        to_control(element);
    }
    found.is_some()
}

/// Focuses the first control inside `within`.
pub fn to_first_control(within: &Element) {
    let found = within.query_selector("input, button, select").ok().flatten();
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        to_control(&element);
    }
}

/// Focuses a field and selects all its text.
pub fn select_all(input: &HtmlInputElement) {
    to_control(input);
    input.select();
}

/// Returns whether an event comes from an element where people type. The host page's keyboard shortcuts must not
/// receive it.
#[must_use]
pub fn is_typing(event: &Event) -> bool {
    event.target().is_some_and(|target| {
        target.dyn_ref::<HtmlInputElement>().is_some()
            || target.dyn_ref::<HtmlSelectElement>().is_some()
            || target.dyn_ref::<HtmlTextAreaElement>().is_some()
    })
}

/// Returns whether a key belongs to an input method that is still composing, as when Enter picks a suggestion. Some
/// browsers end the composition before they dispatch that key, which then has the key code 229.
#[must_use]
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}
