//! Messages as closures of one type, so that every place that shows one compiles to the same code.

use leptos::prelude::*;

use crate::{i18n::I18n, ui::expect_i18n};

/// Returns a closure that reads the message of `key`, again when the language changes.
pub(crate) fn say(key: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let i18n = expect_i18n();
    move || i18n.t(key)
}

/// A paragraph with the message of `key`.
pub(crate) fn line(class: &'static str, key: &'static str) -> AnyView {
    view! { <p class=class>{say(key)}</p> }.into_any()
}

/// Isolates a text from the direction of the sentence it is put into: an amount, an address, a name. It is left bare
/// where both run left to right, so that what is copied out of a sentence holds no invisible characters.
pub(crate) fn isolate(i18n: I18n, text: &str) -> String {
    if text.is_ascii() && !untrack(|| i18n.is_rtl()) {
        text.to_owned()
    } else {
        ["\u{2068}", text, "\u{2069}"].concat()
    }
}
