//! What the pages of the gallery call: the list of states, and drawing one of them.

#![allow(unreachable_pub, reason = "wasm-bindgen exports public functions only")]

use core::cell::RefCell;
use std::rc::Rc;

use cr_widget::ui::checkout::Checkout;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::{
    mount::{Mounted, mount},
    states::{STATES, named},
    words::file,
    world::{self, World},
};

/// A language that runs from right to left. None is shipped, so that its words are those of another.
const RIGHT_TO_LEFT: &str = "ar";

thread_local! {
    /// What this instance has drawn.
    static DRAWN: RefCell<Vec<(Rc<World>, Mounted)>> = const { RefCell::new(Vec::new()) };
    /// What the last panic said.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what a panic says, for [`last_panic`].
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|info| PANIC.set(Some(info.to_string()))));
}

/// Returns what the panic said that ended this instance.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> Option<String> {
    PANIC.with_borrow(Clone::clone)
}

/// Returns the names of all states, in the order of their list.
#[wasm_bindgen]
pub fn states() -> Vec<String> {
    STATES.iter().map(|state| state.name.to_owned()).collect()
}

/// Draws the state of a name into an element, with the messages of `lang`.
#[wasm_bindgen]
pub fn draw(name: &str, place: HtmlElement, lang: &str, is_rtl: bool) {
    let state = named(name);
    let world = World::new();
    let tag = if is_rtl { RIGHT_TO_LEFT } else { lang };
    let mounted = mount(&world, place, (tag, file(lang)), state.configure, || view! { <Checkout /> }.into_any());
    (state.arrange)(&world, mounted.store);
    world::turn();
    DRAWN.with_borrow_mut(|drawn| drawn.push((world, mounted)));
}

/// Draws what an event has changed. Time stands still.
#[wasm_bindgen]
pub fn turn() {
    world::turn();
}
