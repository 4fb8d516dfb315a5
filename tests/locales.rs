//! The message files are compared with each other and with the sources: no key is missing, none is left over, and the
//! places are the same everywhere.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

type Messages = BTreeMap<String, String>;

const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn locales() -> BTreeMap<String, Messages> {
    let folder = root().join("src/i18n/locales");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let messages = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), messages)
        })
        .collect()
}

/// Returns a key without its plural form, since languages may have different ones.
fn base(key: &str) -> &str {
    match key.rsplit_once('.') {
        Some((base, form)) if PLURALS.contains(&form) => base,
        _ => key,
    }
}

/// Returns the names of a message's places.
fn places(message: &str) -> BTreeSet<&str> {
    message.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "js") {
            found.push(path);
        }
    }
}

/// Returns what in the sources looks like a key or the beginning of one: a text whose first word begins some key of the
/// files.
fn literals(english: &Messages) -> BTreeSet<String> {
    let words: BTreeSet<&str> = english.keys().filter_map(|key| key.split('.').next()).collect();
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    assert!(files.len() > 20, "the sources were not found");
    let mut literals = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let shipped = text.split("#[cfg(test)]").next().unwrap();
        for literal in shipped.split('"') {
            let is_plain = literal.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter));
            if is_plain && literal.split_once('.').is_some_and(|(word, _)| words.contains(word)) {
                literals.insert(literal.to_owned());
            }
        }
    }
    literals
}

#[test]
fn every_language_has_the_same_keys() {
    let locales = locales();
    let keys = |messages: &Messages| messages.keys().map(|key| base(key).to_owned()).collect::<BTreeSet<_>>();
    let english = keys(&locales["en"]);
    for (lang, messages) in &locales {
        let ours = keys(messages);
        let missing: Vec<_> = english.difference(&ours).collect();
        let surplus: Vec<_> = ours.difference(&english).collect();
        assert!(missing.is_empty() && surplus.is_empty(), "{lang} lacks {missing:?} and has {surplus:?} over");
    }
}

#[test]
fn every_plural_has_the_form_for_all_the_rest() {
    for (lang, messages) in locales() {
        for key in messages.keys().filter(|key| base(key) != key.as_str()) {
            assert!(messages.contains_key(&format!("{}.other", base(key))), "{lang}: {key} has no `other`");
        }
    }
}

#[test]
fn every_message_has_the_same_places_in_every_language() {
    let locales = locales();
    let english: BTreeMap<&str, BTreeSet<&str>> =
        locales["en"].iter().fold(BTreeMap::new(), |mut all, (key, message)| {
            all.entry(base(key)).or_default().extend(places(message));
            all
        });
    for (lang, messages) in &locales {
        for (key, message) in messages {
            let ours = places(message);
            let theirs = &english[base(key)];
            // A plural form for one may leave out its number.
            let is_fine = if base(key) == key { ours == *theirs } else { ours.is_subset(theirs) };
            assert!(is_fine, "{lang}: {key} has {ours:?}, in English {theirs:?}");
        }
    }
}

#[test]
fn no_message_is_empty_or_padded() {
    for (lang, messages) in locales() {
        for (key, message) in &messages {
            assert!(!message.trim().is_empty() && message.trim() == message, "{lang}: {key} is {message:?}");
        }
    }
}

#[test]
fn every_key_in_the_sources_has_a_message() {
    let english = &locales()["en"];
    let bases: BTreeSet<&str> = english.keys().map(|key| base(key)).collect();
    let missing: Vec<_> = literals(english)
        .into_iter()
        .filter(|literal| {
            let is_known = english.contains_key(literal) || bases.contains(literal.as_str());
            let begins_one = literal.ends_with('.') && english.keys().any(|key| key.starts_with(literal.as_str()));
            !is_known && !begins_one
        })
        .collect();
    assert!(missing.is_empty(), "no message for {missing:?}");
}

#[test]
fn every_message_is_used() {
    let english = &locales()["en"];
    let literals = literals(english);
    let beginnings: Vec<_> = literals.iter().filter(|literal| literal.ends_with('.')).collect();
    let unused: Vec<_> = english
        .keys()
        .filter(|key| {
            let is_named = literals.contains(*key) || literals.contains(base(key));
            !is_named && !beginnings.iter().any(|beginning| key.starts_with(beginning.as_str()))
        })
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}
