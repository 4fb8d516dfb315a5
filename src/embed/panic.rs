//! Reports where a panic happened, for developers of the widget: by one line on the console, without the message, which
//! could quote what a shopper typed.
//!
//! It is part of debug builds only. In the build that ships, a panic is only a trap (docs/decisions/0014), like a stack
//! overflow. `shell/crash-guard.js` notices both, and prints the engine's own error to the console.

use std::panic::PanicHookInfo;

/// Sets the panic hook, which all mounts of a debug build share.
pub fn start() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
    web_sys::console::error_1(&format!("cr-widget: stopped at {place}").into());
}
