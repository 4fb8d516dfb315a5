//! Event listeners that are removed when they are dropped.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget};

/// One listener on one target. Dropping it removes the listener and frees the closure.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    is_capturing: bool,
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Listens for `name` on `target`.
    pub(crate) fn new(target: &EventTarget, name: &'static str, on_event: impl Fn(Event) + 'static) -> Self {
        Self::add(target, name, false, Box::new(on_event))
    }

    /// Listens for `name` on `target`, in the capture phase if `is_capturing`, in which non-bubbling events pass too.
    /// The closure is already boxed, since code for each type of closure would add to the size of the module.
    #[must_use]
    pub fn add(target: &EventTarget, name: &'static str, is_capturing: bool, on_event: Box<dyn Fn(Event)>) -> Self {
        let closure = Closure::<dyn Fn(Event)>::wrap(on_event);
        // Adding a listener throws only for an object that is no event target, and then there is nothing to do about
        // it.
        let _ = target.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), is_capturing);
        Self { target: target.clone(), name, is_capturing, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback_and_bool(
            self.name,
            self.closure.as_ref().unchecked_ref(),
            self.is_capturing,
        );
    }
}
