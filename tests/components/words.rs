//! The messages of the shipped languages, by key: the tests follow a text when it changes.

use std::{collections::BTreeMap, rc::Rc};

/// The shipped languages with their files.
pub(crate) const FILES: [(&str, &str); 3] = [
    ("en", include_str!("../../src/i18n/locales/en.json")),
    ("it", include_str!("../../src/i18n/locales/it.json")),
    ("ja", include_str!("../../src/i18n/locales/ja.json")),
];

/// Returns the file of messages for a language tag; the English one for a language that is not shipped.
pub(crate) fn file(lang: &str) -> &'static str {
    FILES.iter().find(|(known, _)| lang.starts_with(known)).map_or(FILES[0].1, |(_, file)| *file)
}

type Messages = BTreeMap<String, String>;

thread_local! {
    static MESSAGES: Vec<(&'static str, Rc<Messages>)> =
        FILES.iter().map(|(lang, file)| (*lang, Rc::new(serde_json::from_str(file).unwrap()))).collect();
}

/// Returns all messages of a language by their keys.
pub(crate) fn messages(lang: &str) -> Rc<Messages> {
    let found = MESSAGES.with(|all| all.iter().find(|(known, _)| *known == lang).map(|(_, file)| Rc::clone(file)));
    found.expect("a shipped language")
}

/// Returns the English message of `key`.
#[track_caller]
pub(crate) fn word(key: &str) -> String {
    let english = messages("en");
    squeezed(english.get(key).unwrap_or_else(|| panic!("en.json has no message {key:?}")))
}

/// Returns the English message of `key` with its `{name}` placeholders filled in.
#[track_caller]
pub(crate) fn word_with(key: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(word(key), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Returns what the English message of `key` begins with: the text before its first placeholder.
#[track_caller]
pub(crate) fn beginning(key: &str) -> String {
    word(key).split('{').next().unwrap_or_default().trim().to_owned()
}

/// Returns whether `text` holds the message with anything in the places of its placeholders.
pub(crate) fn holds(text: &str, message: &str) -> bool {
    let pieces = message.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, after)| after));
    let mut rest = text;
    pieces.filter(|piece| !piece.trim().is_empty()).all(|piece| match rest.split_once(piece.trim()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

/// Returns a text without marks of direction, and with one plain space for each run of white space.
pub(crate) fn squeezed(text: &str) -> String {
    let is_mark = |letter: &char| matches!(letter, '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let visible: String = text.chars().filter(|letter| !is_mark(letter)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
