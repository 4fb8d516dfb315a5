//! Messages as closures of one type, so that every place that shows one compiles to the same code.

use leptos::prelude::*;

use crate::{i18n::I18n, ui::expect_i18n};

/// The message of `key`, read again when the language changes.
pub(crate) fn say(key: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let i18n = expect_i18n();
    move || i18n.t(key)
}

/// A paragraph with the message of `key`.
pub(crate) fn line(class: &'static str, key: &'static str) -> AnyView {
    view! { <p class=class>{say(key)}</p> }.into_any()
}

/// A text set apart from the direction of the sentence it is put into: amounts, addresses, names. Bare where both run left to
/// right, so that what is copied out of a sentence holds no invisible characters.
pub(crate) fn isolate(i18n: I18n, text: &str) -> String {
    if text.is_ascii() && !untrack(|| i18n.is_rtl()) {
        text.to_owned()
    } else {
        ["\u{2068}", text, "\u{2069}"].concat()
    }
}
