//! Several listeners under one guard.

use crate::{app::ports::Guard, dom::listener::Listener};

/// Listeners that belong together. Dropping it takes them off.
pub(super) struct Listeners {
    /// Held for their `Drop`.
    _all: Vec<Listener>,
}

impl Listeners {
    /// Keeps these until it is dropped.
    pub(super) fn new(all: Vec<Listener>) -> Self {
        Self { _all: all }
    }
}

impl Guard for Listeners {}
