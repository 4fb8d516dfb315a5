//! Cuts long work into short tasks, so that it never blocks the page for long.

use core::{cell::Cell, time::Duration};

use super::{
    ports::{Clock, Local},
    sleep::sleep,
};

/// How long work may block the page. It is long enough for few tasks, and short enough to stay below the 50 ms that are
/// felt (W3C Long Tasks), on a slow phone too, where the work between two calls of [`Turns::rest`] takes longer.
const TURN: Duration = Duration::from_millis(16);

/// Cuts long work into tasks, so that the page can handle input between them.
pub(super) struct Turns<'a> {
    clock: &'a dyn Clock,
    began: Cell<Option<Duration>>,
}

impl<'a> Turns<'a> {
    /// Returns a division of work whose first task begins with the first call of [`Self::rest`].
    pub(super) fn new(clock: &'a dyn Clock) -> Self {
        Self { clock, began: Cell::new(None) }
    }

    /// Returns a future to wait for if the current task has lasted long enough; `None` to go on at once.
    pub(super) fn rest(&self) -> Option<Local<()>> {
        let now = self.clock.monotonic();
        let began = self.began.get().unwrap_or(now);
        let is_over = now.saturating_sub(began) >= TURN;
        self.began.set((!is_over).then_some(began));
        is_over.then(|| sleep(self.clock, Duration::ZERO))
    }
}
