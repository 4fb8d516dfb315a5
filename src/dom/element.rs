//! Elements made by hand, one call each, and copies of them: copying a tree is one call, where building it anew is dozens.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Event, HtmlElement};

use super::window;

const SVG: &str = "http://www.w3.org/2000/svg";

fn document() -> Option<Document> {
    window()?.document()
}

/// A new element with attributes, around its children.
///
/// # Panics
/// Outside a page, and for a `tag` that is no name.
#[must_use]
pub fn make(tag: &str, attributes: &[(&str, &str)], children: &[Element]) -> Element {
    fill(document().and_then(|document| document.create_element(tag).ok()), attributes, children)
}

/// The same among the elements of SVG.
///
/// # Panics
/// As [`make`].
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

/// Adds elements at the end of what is inside.
fn put(element: &Element, children: &[Element]) {
    for child in children {
        let _ = element.append_child(child);
    }
}

/// A deep copy; listeners are not copied.
#[must_use]
pub fn copy(element: &Element) -> Element {
    let copy = element.clone_node_with_deep(true).ok();
    copy.and_then(|copy| copy.dyn_into().ok()).unwrap_or_else(|| element.clone())
}

/// The element as one of HTML; `None` for one of SVG.
#[must_use]
pub fn html(element: Element) -> Option<HtmlElement> {
    element.dyn_into().ok()
}

/// What stands in a field or list.
#[must_use]
pub fn value(element: &Element) -> String {
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        input.value()
    } else {
        element.dyn_ref::<web_sys::HtmlSelectElement>().map(web_sys::HtmlSelectElement::value).unwrap_or_default()
    }
}

/// Puts a value into a field or list. What stands there already is not touched: that would move the cursor.
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
