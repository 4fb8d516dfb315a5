//! Something that is loaded from the proxy, and why it could not be.

use core::time::Duration;

use cr_core::problem::Problem;

/// Something that is loaded from the proxy.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// Not asked for.
    Idle,
    /// Under way.
    Loading,
    /// There.
    Ready(T),
    /// Not to be had now.
    Failed(Trouble),
}

/// Why something could not be loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The browser is offline.
    Offline,
    /// The proxy or the supplier cannot be reached, or answered nonsense.
    Unreachable,
    /// Too many requests; try again after.
    Busy(Option<Duration>),
    /// The supplier refused, with reasons.
    Refused(Vec<Problem>),
    /// Nothing there (unknown order, brand without products).
    NotFound,
}
