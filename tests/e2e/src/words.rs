//! The English messages, by key: the tests find elements by what a shopper reads, and follow the text when it changes.

use std::{collections::HashMap, sync::LazyLock};

static ENGLISH: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../src/i18n/locales/en.json")).expect("en.json is a flat JSON object")
});

/// Returns the message of `key`.
///
/// # Panics
/// Panics if there is none.
pub fn word(key: &str) -> &'static str {
    ENGLISH.get(key).unwrap_or_else(|| panic!("en.json has no message {key:?}"))
}

/// Returns the message of `key` with its `{name}` placeholders filled in.
///
/// # Panics
/// Panics if there is none.
pub fn word_with(key: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(word(key).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
