//! Effects and deferred calls that take closures of one type each.
//!
//! Leptos has effects of its own for all of this, and compiles each anew for every closure that it is given, which
//! costs about 2 kB a closure. All of the first module has to arrive before the shopper sees a brand, so its components
//! use these functions.

use leptos::prelude::*;

/// Runs `work` now, and again whenever a signal that it read changes, as long as the owner lives. What an earlier run
/// set up is cleaned up before the next.
pub(crate) fn live(work: impl FnMut() + 'static) {
    start(Box::new(work));
}

fn start(mut work: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| work());
    StoredValue::new_local(effect);
}

/// Returns a signal that flips whenever `read` returns another value, and at no other change of the signals that it
/// reads. It is used in place of a `Memo` where only the change matters: a `Memo` is compiled anew for each type of
/// value.
pub(crate) fn changes<T: PartialEq + 'static>(read: impl Fn() -> T + 'static) -> RwSignal<bool> {
    let turn = RwSignal::new(false);
    let mut last = None;
    live(move || {
        let now = read();
        if last.as_ref() != Some(&now) && last.replace(now).is_some() {
            turn.update(|turn| *turn = !*turn);
        }
    });
    turn
}

/// Runs `work` after the current task: what is being drawn is in the document by then.
pub(crate) fn soon(work: impl FnOnce() + 'static) {
    let work: Box<dyn FnOnce()> = Box::new(work);
    let task: crate::app::ports::Local<()> = Box::pin(async move { work() });
    leptos::task::spawn_local(task);
}

/// Runs `work` before the next frame is painted.
pub(crate) fn next_frame(work: impl FnOnce() + 'static) {
    let work: Box<dyn FnOnce()> = Box::new(work);
    request_animation_frame(work);
}
