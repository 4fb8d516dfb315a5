//! Event listeners that are taken off when dropped.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget};

use crate::app::ports::Guard;

/// One listener on one target. Dropping it removes the listener and frees the closure.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens for `name` on `target`.
    pub(super) fn new(target: &EventTarget, name: &'static str, on_event: impl Fn(Event) + 'static) -> Self {
        let closure = Closure::<dyn Fn(Event)>::new(on_event);
        // Adding a listener throws only for a target that is none; there is nothing to do about it then.
        let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.name, self.closure.as_ref().unchecked_ref());
    }
}

/// Several listeners that belong together.
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
