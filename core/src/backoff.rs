//! Waiting longer after each failure, with full jitter.

use core::time::Duration;

/// Full jitter under a doubling ceiling, with a floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Never less.
    pub floor: Duration,
    /// The first ceiling.
    pub first: Duration,
    /// Never more.
    pub cap: Duration,
}

impl Backoff {
    /// For streams that never opened: ceiling 1 s doubling to 30 s, floor 0.5 s.
    pub const STREAM: Self =
        Self { floor: Duration::from_millis(500), first: Duration::from_secs(1), cap: Duration::from_secs(30) };

    /// The wait before try `attempt` (0 is the first retry), uniform between the floor and the attempt's ceiling; `random` is
    /// uniform over `u32`.
    pub fn wait(&self, attempt: u32, random: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempt).and_then(|factor| self.first.checked_mul(factor));
        let ceiling = doubled.map_or(self.cap, |ceiling| ceiling.min(self.cap));
        between(self.floor.min(ceiling), ceiling, random)
    }
}

/// A duration uniform between `low` and `high`, to the millisecond; `random` is uniform over `u32`.
pub fn between(low: Duration, high: Duration, random: u32) -> Duration {
    let span = u64::try_from(high.saturating_sub(low).as_millis()).unwrap_or(u64::MAX);
    let part = (u128::from(span) * u128::from(random)) >> u32::BITS;
    low.saturating_add(Duration::from_millis(u64::try_from(part).unwrap_or(span)))
}
