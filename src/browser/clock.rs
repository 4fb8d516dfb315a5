//! The clock port, by `Date.now`, `performance.now` and timers.

use core::time::Duration;

use cr_core::time::Timestamp;

use crate::{
    app::ports::{Clock, Guard},
    dom::{timer::Timer, window},
};

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
        let now = window().and_then(|window| window.performance()).map_or(0, |performance| performance.now() as u64);
        Duration::from_millis(now)
    }

    fn after(&self, wait: Duration, then: Box<dyn FnOnce()>) -> Box<dyn Guard> {
        Box::new(Timer::after(wait, then))
    }
}

impl Guard for Timer {}
