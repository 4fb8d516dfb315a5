//! A panic ends the wasm instance. It is said once on the console, without the message (that could quote what a shopper typed),
//! and the shell is told, so that it can show something better than a frozen screen.

use std::{cell::RefCell, panic::PanicHookInfo};

use wasm_bindgen::prelude::*;

thread_local! {
    static SHELL: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
}

/// Sets up what every mount shares: the panic hook.
pub fn start() {
    std::panic::set_hook(Box::new(report));
}

/// Registers what the shell wants called after a panic, with the place in our sources as its argument.
#[wasm_bindgen(js_name = onPanic)]
pub fn on_panic(callback: js_sys::Function) {
    SHELL.with_borrow_mut(|shell| *shell = Some(callback));
}

fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
    web_sys::console::error_1(&format!("cr-widget: stopped at {place}").into());
    let shell = SHELL.with(|shell| shell.try_borrow_mut().ok().and_then(|mut shell| shell.take()));
    if let Some(shell) = shell {
        // What the shell throws cannot be helped here.
        let _ = shell.call1(&JsValue::UNDEFINED, &place.into());
    }
}
