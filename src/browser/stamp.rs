//! Elements that are made once and copied many times: copying a tree is one call, where building it anew is dozens.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::window;

/// A new element with attributes, around its children; `None` outside a page.
#[must_use]
pub fn make(tag: &str, attributes: &[(&str, &str)], children: &[Option<Element>]) -> Option<Element> {
    let element = window()?.document()?.create_element(tag).ok()?;
    for (name, value) in attributes {
        set(&element, name, value);
    }
    for child in children.iter().flatten() {
        let _ = element.append_child(child);
    }
    Some(element)
}

/// A deep copy; listeners are not copied.
#[must_use]
pub fn copy(element: &Element) -> Option<Element> {
    element.clone_node_with_deep(true).ok()?.dyn_into().ok()
}

/// Sets an attribute. Fails only for a name that is none.
pub fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Sets one style property through the object model, which a content policy for inline styles does not concern.
pub fn set_style(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

/// Replaces what is inside by text.
pub fn set_text(element: &Element, text: &str) {
    element.set_text_content(Some(text));
}

/// The id of the nearest element around an event's target that matches a selector.
#[must_use]
pub fn id_around(event: &Event, selector: &str) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    Some(target.closest(selector).ok()??.id())
}
