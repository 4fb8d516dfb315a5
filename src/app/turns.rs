//! Long work in turns, so that it never holds up the page for long.

use core::{cell::Cell, time::Duration};

use super::{
    ports::{Clock, Local},
    sleep::sleep,
};

/// How long work may hold up the page: long enough for few turns, short enough to stay below the 50 ms that are felt
/// (W3C Long Tasks), on a slow phone too, where what stands between two questions takes longer.
const TURN: Duration = Duration::from_millis(16);

/// Cuts long work into turns, so that the page can answer a finger between them.
pub(super) struct Turns<'a> {
    clock: &'a dyn Clock,
    began: Cell<Option<Duration>>,
}

impl<'a> Turns<'a> {
    /// Turns of work, the first of which begins at the first question.
    pub(super) fn new(clock: &'a dyn Clock) -> Self {
        Self { clock, began: Cell::new(None) }
    }

    /// A rest if the turn has been long enough.
    pub(super) fn rest(&self) -> Option<Local<()>> {
        let now = self.clock.monotonic();
        let began = self.began.get().unwrap_or(now);
        let is_over = now.saturating_sub(began) >= TURN;
        self.began.set((!is_over).then_some(began));
        is_over.then(|| sleep(self.clock, Duration::ZERO))
    }
}
