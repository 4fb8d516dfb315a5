//! Points in time, as the caller passes them in.

use core::time::Duration;

/// A point in time, in milliseconds since the Unix epoch, by the server's clock unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a point of whole seconds since the Unix epoch, the supplier's unit (docs/supplier-api.md §2).
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Makes a point of milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Returns the time that has passed since `earlier`; zero if `earlier` is later.
    ///
    /// ```
    /// use core::time::Duration;
    /// use cr_core::time::Timestamp;
    ///
    /// let (made, until) = (Timestamp::from_secs(1_700_000_000), Timestamp::from_secs(1_700_001_800));
    /// assert_eq!(until.since(made), Duration::from_secs(30 * 60));
    /// assert_eq!(made.since(until), Duration::ZERO);
    /// assert_eq!(made.plus(Duration::from_secs(30 * 60)), until);
    /// ```
    pub const fn since(self, earlier: Self) -> Duration {
        let millis = self.0.saturating_sub(earlier.0);
        Duration::from_millis(if millis < 0 { 0 } else { millis.unsigned_abs() })
    }

    /// Returns this point moved forward by `by`; it saturates at the end of the range.
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }
}
