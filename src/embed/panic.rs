//! A panic ends the wasm instance. Its place is said once on the console, without the message (that could quote what a shopper
//! typed); `shell/crash-guard.js` notices the end itself.

use std::panic::PanicHookInfo;

/// Sets up what every mount shares: the panic hook.
pub fn start() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |place| format!("{}:{}", place.file(), place.line()));
    web_sys::console::error_1(&format!("cr-widget: stopped at {place}").into());
}
