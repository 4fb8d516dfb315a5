//! Reports where a panic happened, for developers of the widget: by one line on the console, without the message, which
//! could quote what a shopper typed.
//!
//! Debug builds only. In the build that ships a panic is a trap and nothing else (docs/decisions/0014), as a stack that
//! overflows is: `shell/crash-guard.js` notices both, and puts the engine's own error on the console.

use std::panic::PanicHookInfo;

/// Sets the panic hook, which all mounts of a debug build share.
pub fn start() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
    web_sys::console::error_1(&format!("cr-widget: stopped at {place}").into());
}
