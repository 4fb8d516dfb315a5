//! Sizes and scroll positions, in whole CSS pixels.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement, ResizeObserver};

use super::window;

/// Returns the height of the viewport; 0 without a window.
#[must_use]
pub fn height() -> f64 {
    window().and_then(|window| window.inner_height().ok()).and_then(|height| height.as_f64()).unwrap_or(0.0)
}

/// How far an element with its own scroll bar is scrolled, and how much of it is visible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// How far the element is scrolled.
    pub top: u32,
    /// The height of its visible content.
    pub height: u32,
    /// The width of its visible content.
    pub width: u32,
}

/// Returns which part of `element` is visible now.
#[must_use]
pub fn sight(element: &Element) -> Sight {
    let whole = |pixels: i32| u32::try_from(pixels).unwrap_or(0);
    Sight {
        top: whole(element.scroll_top()),
        height: whole(element.client_height()),
        width: whole(element.client_width()),
    }
}

/// Returns the size of an element's text in whole CSS pixels; 16 where it is not known.
#[must_use]
pub fn font_size(element: &Element) -> u32 {
    let style = window().and_then(|window| window.get_computed_style(element).ok()?);
    let size = style.and_then(|style| style.get_property_value("font-size").ok()).unwrap_or_default();
    let whole = size.split(|sign: char| !sign.is_ascii_digit()).next().unwrap_or_default();
    whole.parse().unwrap_or(16)
}

/// Scrolls `element` to `top`.
pub fn scroll_to(element: &Element, top: u32) {
    element.set_scroll_top(i32::try_from(top).unwrap_or(i32::MAX));
}

/// Returns the distance of `element`'s top edge from that of its offset parent.
#[must_use]
pub fn offset(element: &HtmlElement) -> u32 {
    u32::try_from(element.offset_top()).unwrap_or(0)
}

/// Returns the height of a grid's first child, if it has one. It contains the row's gap, so that it is the distance
/// from one row to the next.
#[must_use]
pub fn row_height(grid: &Element) -> Option<u32> {
    let first: HtmlElement = grid.first_element_child()?.dyn_into().ok()?;
    u32::try_from(first.offset_height()).ok().filter(|height| *height > 0)
}

/// Calls a closure when an element's size changes, and once at first. Dropping it ends that.
pub struct SizeWatch {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Watches the size of `element`; `None` where the browser does not support that.
    #[must_use]
    pub fn new(element: &Element, on_change: impl FnMut() + 'static) -> Option<Self> {
        let on_change: Closure<dyn FnMut()> = Closure::new(on_change);
        let observer = ResizeObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _on_change: on_change })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
