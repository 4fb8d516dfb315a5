//! The clipboard, by the asynchronous Clipboard API.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::app::ports::{self, Local};

/// `navigator.clipboard`, where the page may use it.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClipboard;

impl ports::Clipboard for BrowserClipboard {
    fn copy(&self, text: String) -> Local<bool> {
        // The call is made now, within the shopper's gesture; only its outcome is awaited.
        let written = clipboard().map(|clipboard| clipboard.write_text(&text));
        Box::pin(async move {
            match written {
                Some(promise) => JsFuture::from(promise).await.is_ok(),
                None => false,
            }
        })
    }
}

/// Returns the clipboard object; pages without a secure context have none.
fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = crate::dom::window()?.navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    clipboard.is_object().then(|| clipboard.unchecked_into())
}
