//! Several listeners under one guard.

use crate::{app::ports::Guard, dom::listener::Listener};

/// Listeners that belong together. Dropping it removes them.
pub(super) struct Listeners {
    /// The listeners, held for their `Drop`.
    _all: Vec<Listener>,
}

impl Listeners {
    /// Keeps the listeners until it is dropped.
    pub(super) fn new(all: Vec<Listener>) -> Self {
        Self { _all: all }
    }
}

impl Guard for Listeners {}
