//! Pictures that do not come.

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlImageElement};

/// The attribute that holds what to try when the first choice fails.
pub const FALLBACK: &str = "data-fallback";

/// Tries the fallback of the image whose error `event` is, once; else takes the image away: the frame of a broken one
/// helps nobody.
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
