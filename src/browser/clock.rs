//! Time: `Date.now`, `performance.now` and `setTimeout`.

use core::time::Duration;

use cr_core::time::Timestamp;
use wasm_bindgen::{JsCast, closure::Closure};

use crate::app::ports::{Clock, Guard};

/// The browser's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserClock;

impl Clock for BrowserClock {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 are far below 2^53")]
    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(js_sys::Date::now() as i64)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "performance.now() is positive and below 2^53"
    )]
    fn monotonic(&self) -> Duration {
        let now =
            super::window().and_then(|window| window.performance()).map_or(0, |performance| performance.now() as u64);
        Duration::from_millis(now)
    }

    fn after(&self, wait: Duration, then: Box<dyn FnOnce()>) -> Box<dyn Guard> {
        let closure = Closure::<dyn FnMut()>::once(then);
        let id = super::window().and_then(|window| {
            window
                .set_timeout_with_callback_and_timeout_and_arguments_0(
                    closure.as_ref().unchecked_ref(),
                    timeout_ms(wait),
                )
                .ok()
        });
        Box::new(Timeout { id, _closure: closure })
    }
}

/// `setTimeout`'s argument: rounded up, and never over 2³¹−1 ms, beyond which browsers fire at once.
pub(super) fn timeout_ms(wait: Duration) -> i32 {
    i32::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
}

/// A timer under way. Dropping it stops it.
struct Timeout {
    id: Option<i32>,
    _closure: Closure<dyn FnMut()>,
}

impl Guard for Timeout {}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let (Some(id), Some(window)) = (self.id, super::window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}
