//! The wait between retries: it grows with each failure and is spread by full jitter.

use core::time::Duration;

/// A schedule of retries: each wait is random ("full jitter") below a ceiling that doubles with every attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// No wait is shorter than this.
    pub floor: Duration,
    /// The ceiling of the first wait; each later attempt doubles it.
    pub first: Duration,
    /// No wait is longer than this.
    pub cap: Duration,
}

impl Backoff {
    /// The schedule for streams that never opened: the ceiling doubles from 1 s to 30 s, the floor is 0.5 s.
    pub const STREAM: Self =
        Self { floor: Duration::from_millis(500), first: Duration::from_secs(1), cap: Duration::from_secs(30) };

    /// Returns the wait before attempt `attempt` (0 is the first retry), uniform between the floor and the attempt's
    /// ceiling. `random` is a random number, uniform over `u32`.
    ///
    /// ```
    /// use core::time::Duration;
    /// use cr_core::backoff::Backoff;
    ///
    /// // (attempt, the shortest wait, the longest wait) in milliseconds
    /// for (attempt, shortest, longest) in [(0, 500, 999), (1, 500, 1_999), (3, 500, 7_999), (99, 500, 29_999)] {
    ///     assert_eq!(Backoff::STREAM.wait(attempt, 0), Duration::from_millis(shortest));
    ///     assert_eq!(Backoff::STREAM.wait(attempt, u32::MAX), Duration::from_millis(longest));
    /// }
    /// ```
    pub fn wait(&self, attempt: u32, random: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempt).and_then(|factor| self.first.checked_mul(factor));
        let ceiling = doubled.map_or(self.cap, |ceiling| ceiling.min(self.cap));
        between(self.floor.min(ceiling), ceiling, random)
    }
}

/// Returns a duration between `low` and `high`, to the millisecond. `random` is a random number, uniform over `u32`.
///
/// ```
/// use core::time::Duration;
/// use cr_core::backoff::between;
///
/// let (low, high) = (Duration::from_secs(12), Duration::from_secs(30));
/// assert_eq!(between(low, high, 0), low);
/// assert_eq!(between(low, high, u32::MAX / 2), Duration::from_millis(20_999));
/// ```
pub fn between(low: Duration, high: Duration, random: u32) -> Duration {
    let span = u64::try_from(high.saturating_sub(low).as_millis()).unwrap_or(u64::MAX);
    let part = (u128::from(span) * u128::from(random)) >> u32::BITS;
    low.saturating_add(Duration::from_millis(u64::try_from(part).unwrap_or(span)))
}
