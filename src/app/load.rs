//! The state of something that is loaded from the proxy, and why loading failed.

use core::time::Duration;

use cr_core::problem::Problem;

/// The state of something that is loaded from the proxy.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    /// It was not asked for.
    Idle,
    /// The request is under way.
    Loading,
    /// It is loaded.
    Ready(T),
    /// It could not be loaded.
    Failed(Trouble),
}

/// Why something could not be loaded.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The browser is offline.
    Offline,
    /// The proxy or the supplier cannot be reached, or the answer was not understood.
    Unreachable,
    /// There were too many requests; the server asks to wait this long, if it sent a time.
    Busy(Option<Duration>),
    /// The supplier refused, for these reasons.
    Refused(Vec<Problem>),
    /// It does not exist (an unknown order, or a brand without products).
    NotFound,
}
