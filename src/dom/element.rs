//! Makes elements, and clones them: cloning a tree takes one call, where building it takes dozens.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement};

use super::window;

const SVG: &str = "http://www.w3.org/2000/svg";

fn document() -> Option<Document> {
    window()?.document()
}

/// Makes an element with attributes and children.
///
/// # Panics
/// Panics outside a page, and for a `tag` that is not a valid name.
#[must_use]
pub fn make(tag: &str, attributes: &[(&str, &str)], children: &[Element]) -> Element {
    fill(document().and_then(|document| document.create_element(tag).ok()), attributes, children)
}

/// Makes an element of SVG with attributes and children.
///
/// # Panics
/// Panics in the same cases as [`make`].
#[must_use]
pub fn make_svg(tag: &str, attributes: &[(&str, &str)], children: &[Element]) -> Element {
    fill(document().and_then(|document| document.create_element_ns(Some(SVG), tag).ok()), attributes, children)
}

fn fill(made: Option<Element>, attributes: &[(&str, &str)], children: &[Element]) -> Element {
    let element = made.expect("a page");
    for (name, value) in attributes {
        set(&element, name, value);
    }
    put(&element, children);
    element
}

/// Appends children to an element.
fn put(element: &Element, children: &[Element]) {
    for child in children {
        let _ = element.append_child(child);
    }
}

/// Returns a deep clone of an element; listeners are not copied.
#[must_use]
pub fn copy(element: &Element) -> Element {
    let copy = element.clone_node_with_deep(true).ok();
    copy.and_then(|copy| copy.dyn_into().ok()).unwrap_or_else(|| element.clone())
}

/// Returns the element as an HTML element; `None` for one of SVG.
#[must_use]
pub fn html(element: Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

/// Returns the value of an `input` or `select`; empty text for other elements.
#[must_use]
pub fn value(element: &Element) -> String {
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        input.value()
    } else {
        element.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value).unwrap_or_default()
    }
}

/// Sets the value of an `input` or `select`. An equal value is not set again, since that would move the cursor.
pub fn set_value(element: &Element, wanted: &str) {
    if value(element) == wanted {
        return;
    }
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        input.set_value(wanted);
    } else if let Some(select) = element.dyn_ref::<web_sys::HtmlSelectElement>() {
        select.set_value(wanted);
    }
}

/// Sets an attribute. Does nothing for a name that is not valid.
pub fn set(element: &Element, name: &str, value: &str) {
    let _ = element.set_attribute(name, value);
}

/// Sets one style property through the object model, to which a Content Security Policy for inline styles does not
/// apply.
pub fn set_style(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.style().set_property(name, value);
    }
}

/// Replaces the content of an element with text.
pub fn set_text(element: &Element, text: &str) {
    element.set_text_content(Some(text));
}

/// Returns the id of the closest element, from an event's target outwards, that matches a selector.
#[must_use]
pub fn id_around(event: &Event, selector: &str) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    Some(target.closest(selector).ok()??.id())
}
