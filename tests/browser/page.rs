//! Small helpers by which these tests act on the page.

use core::time::Duration;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Runs the body of a function in JavaScript. Its value must not be a promise.
#[track_caller]
pub(crate) fn js(body: &str) -> JsValue {
    js_sys::Function::new_no_args(body).call0(&JsValue::UNDEFINED).unwrap()
}

/// Waits in real time, since browsers have no other.
pub(crate) async fn wait(time: Duration) {
    let body = format!("return new Promise(done => setTimeout(done, {}))", time.as_millis());
    JsFuture::from(js(&body).unchecked_into::<js_sys::Promise>()).await.unwrap();
}

/// Waits until a condition holds; fails after ten seconds.
pub(crate) async fn until(what: &'static str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if holds() {
            return;
        }
        wait(Duration::from_millis(10)).await;
    }
    panic!("waited in vain until {what}");
}
