//! What to show in place of a picture that cannot be loaded.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlImageElement};

/// The attribute with the URL to try when the first one fails.
pub const FALLBACK: &str = "data-fallback";

/// Handles the `error` event of an image: sets its fallback, once, or removes the image, since the frame of a broken
/// one is of no use.
pub fn on_error(event: &Event) {
    let Some(image) = event.target().and_then(|target| target.dyn_into::<HtmlImageElement>().ok()) else { return };
    match image.get_attribute(FALLBACK) {
        Some(fallback) => {
            let _ = image.remove_attribute(FALLBACK);
            let _ = image.remove_attribute("srcset");
            image.set_src(&fallback);
        }
        None => image.remove(),
    }
}
