//! Timers that are stopped when they are dropped.

use core::time::Duration;

use wasm_bindgen::{JsCast, closure::Closure};

use super::window;

/// A running timer. Dropping it stops the timer.
pub(crate) struct Timer {
    id: Option<i32>,
    _closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `then` once after `wait`.
    pub(crate) fn after(wait: Duration, then: Box<dyn FnOnce()>) -> Self {
        let closure = Closure::<dyn FnMut()>::once(then);
        let id = window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    closure.as_ref().unchecked_ref(),
                    timeout_ms(wait),
                )
                .ok()
        });
        Self { id, _closure: closure }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.id, window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}

/// Returns the argument of `setTimeout`, in milliseconds: rounded up, and never over 2³¹−1, beyond which browsers fire
/// at once.
pub(crate) fn timeout_ms(wait: Duration) -> i32 {
    i32::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}
