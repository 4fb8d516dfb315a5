//! Words for people: messages from one JSON file a language, and numbers, money, dates, plural forms and country names
//! by the browser's `Intl`.
//!
//! Keys are flat, dotted and literal (`t("grid.search")`), so that a test can compare them with the files. Values may
//! hold `{name}` places; plural forms are separate keys with the CLDR category as suffix (`grid.count.one`,
//! `grid.count.other`).

use std::{rc::Rc, sync::Arc};

use core::time::Duration;
use cr_core::{country::Country, money::FaceValue, time::Timestamp};
use leptos::prelude::*;

mod formats;
mod messages;
mod places;

use formats::Formats;
use messages::Messages;

/// Messages and formats of the language in use. It is in context, and `Copy`.
#[derive(Clone, Copy)]
pub struct I18n {
    lang: RwSignal<Arc<str>>,
    messages: RwSignal<Arc<Messages>>,
    formats: StoredValue<Rc<Formats>, LocalStorage>,
}

impl I18n {
    /// Makes the words of the language `lang` (a BCP 47 tag; English if it is none) with the messages of its file, as
    /// JSON text. A file that cannot be read holds no messages.
    pub fn new(lang: &str, messages: &str) -> Self {
        let lang = formats::understood(lang);
        Self {
            lang: RwSignal::new(lang.into()),
            messages: RwSignal::new(Arc::new(Messages::parse(messages))),
            formats: StoredValue::new_local(Rc::new(Formats::new(lang))),
        }
    }
    /// Changes the language; everything that is shown follows. A message that this file lacks stays in the language it
    /// was in, until [`I18n::add`] brings it.
    pub fn set(self, lang: &str, messages: &str) {
        let lang = formats::understood(lang);
        self.formats.try_set_value(Rc::new(Formats::new(lang)));
        self.add(messages);
        self.lang.try_set(lang.into());
    }
    /// Adds messages of the same language.
    pub fn add(self, messages: &str) {
        self.messages.try_update(|known| Arc::make_mut(known).add(messages));
    }
    /// Returns the message of `key`, or the key itself if the file lacks it. Tracked: read it inside a closure.
    pub fn t(self, key: &str) -> String {
        self.messages.with(|messages| messages.get(key).unwrap_or(key).to_owned())
    }
    /// Returns the message of `key` with its `{name}` places filled in.
    pub fn tf(self, key: &str, values: &[(&str, &str)]) -> String {
        places::fill(&self.t(key), values)
    }
    /// Returns the plural form for `count`, with `{count}` and other places filled in.
    pub fn plural(self, key: &str, count: u64, values: &[(&str, &str)]) -> String {
        let form = format!("{key}.{}", self.formats().plural(count));
        let message = if self.has(&form) { self.t(&form) } else { self.t(&format!("{key}.other")) };
        let count = self.number(count);
        let mut all = vec![("count", count.as_str())];
        all.extend_from_slice(values);
        places::fill(&message, &all)
    }
    /// Whether the file has `key`.
    pub fn has(self, key: &str) -> bool {
        self.messages.with(|messages| messages.get(key).is_some())
    }
    /// Returns a face value as money: `$50`, `$12.50`, by `Intl.NumberFormat` from its digits.
    pub fn money(self, face: &FaceValue) -> String {
        self.formats().money(face)
    }
    /// Returns the currency's symbol as the language writes it.
    pub fn currency_symbol(self, face: &FaceValue) -> String {
        self.formats().currency_symbol(face)
    }
    /// Returns the decimal mark that people type in this language.
    pub fn decimal_mark(self) -> char {
        self.formats().decimal_mark()
    }
    /// Returns a country's name.
    pub fn country(self, country: Country) -> String {
        self.formats().country(country)
    }
    /// Returns the time of day in short form.
    pub fn time(self, at: Timestamp) -> String {
        self.formats().time(at)
    }
    /// Returns date and time in short form.
    pub fn date_time(self, at: Timestamp) -> String {
        self.formats().date_time(at)
    }
    /// Returns "3 seconds ago", by `Intl.RelativeTimeFormat`.
    pub fn ago(self, age: Duration) -> String {
        self.formats().ago(age)
    }
    /// Returns a number as the language writes it.
    pub fn number(self, value: u64) -> String {
        self.formats().number(value)
    }
    /// Returns the BCP 47 tag in use, and tracks it.
    pub fn lang(self) -> Arc<str> {
        self.lang.get()
    }
    /// Returns the BCP 47 tag in use without tracking it; `None` once the element is gone.
    pub fn lang_untracked(self) -> Option<Arc<str>> {
        self.lang.try_get_untracked()
    }
    /// Whether the language runs right to left.
    pub fn is_rtl(self) -> bool {
        self.lang.with(|lang| runs_right_to_left(lang))
    }

    /// Returns the formats, and tracks the language, so that what is formatted follows it.
    fn formats(self) -> Rc<Formats> {
        self.lang.track();
        self.formats.get_value()
    }
}

/// Whether text in a language runs right to left: by the script if the tag names one, or else by the language.
fn runs_right_to_left(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let language = subtags.next().unwrap_or_default().to_ascii_lowercase();
    match subtags.next().filter(|subtag| subtag.len() == 4) {
        Some(script) => {
            ["arab", "hebr", "thaa", "syrc", "nkoo", "adlm"].contains(&script.to_ascii_lowercase().as_str())
        }
        None => ["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"].contains(&language.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_tells_the_direction_before_the_language_does() {
        let table = [
            ("en", false),
            ("ar", true),
            ("ar-EG", true),
            ("he-IL", true),
            ("az-Arab-IR", true),
            ("uz-Latn", false),
            ("AR", true),
            ("", false),
        ];
        for (tag, expected) in table {
            assert_eq!(runs_right_to_left(tag), expected, "{tag}");
        }
    }
}
