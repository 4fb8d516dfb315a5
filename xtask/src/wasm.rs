//! Reads from a wasm file the features that it needs, in the custom section `target_features` of the tool conventions
//! (<https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#target-features-section>), and the names and
//! sizes of its functions (<https://webassembly.github.io/spec/core/binary/modules.html>).

use std::collections::BTreeMap;

use crate::{
    interface,
    wasm_format::{Reader, put_number, put_text, sections},
};

/// The features that every browser we support has (Chrome 111, Firefox 115, Safari 16.4), with `wasm-opt`'s flag for
/// each.
const SUPPORTED: [(&str, &str); 8] = [
    ("bulk-memory", "--enable-bulk-memory"),
    ("bulk-memory-opt", "--enable-bulk-memory-opt"),
    // This is only a longer encoding of a table index; every engine with reference types reads it.
    ("call-indirect-overlong", "--enable-call-indirect-overlong"),
    ("multivalue", "--enable-multivalue"),
    ("mutable-globals", "--enable-mutable-globals"),
    ("nontrapping-fptoint", "--enable-nontrapping-float-to-int"),
    ("reference-types", "--enable-reference-types"),
    ("sign-ext", "--enable-sign-ext"),
];

/// Returns the flags that make `wasm-opt` use exactly the features that the compiler used.
///
/// # Errors
/// A sentence, when the file is not wasm, does not list its features, or needs one that a supported browser lacks.
pub(crate) fn optimizer_flags(wasm: &[u8]) -> Result<Vec<&'static str>, String> {
    let features = target_features(wasm).ok_or("the file has no readable target_features section")?;
    let mut flags = vec!["--mvp-features"];
    for feature in features {
        let (_, flag) = SUPPORTED.iter().find(|(name, _)| *name == feature).ok_or_else(|| {
            format!("the file needs the wasm feature {feature}, which not every supported browser has")
        })?;
        flags.push(flag);
    }
    Ok(flags)
}

/// Returns the features that the compiler enabled.
fn target_features(wasm: &[u8]) -> Option<Vec<String>> {
    let mut section = custom_section(wasm, "target_features")?;
    let mut features = Vec::new();
    for _ in 0..section.number()? {
        let prefix = section.byte()?;
        let name = section.text()?;
        if prefix == b'+' {
            features.push(name);
        }
    }
    Some(features)
}

/// Returns the name and the size in bytes of every function that the file defines. The file must have the custom
/// section `name`.
pub(crate) fn functions(wasm: &[u8]) -> Option<Vec<(String, usize)>> {
    let mut names = BTreeMap::new();
    let mut section = custom_section(wasm, "name")?;
    while let Some(kind) = section.byte() {
        let size = section.number()?;
        let mut part = Reader::new(section.take(size)?);
        if kind == 1 {
            for _ in 0..part.number()? {
                let index = part.number()?;
                names.insert(index, part.text()?);
            }
        }
    }
    let imported = imported_functions(wasm)?;
    let name = |(index, body): (usize, &[u8])| (names.remove(&(index + imported)).unwrap_or_default(), body.len());
    Some(bodies(wasm)?.into_iter().enumerate().map(name).collect())
}

fn imported_functions(wasm: &[u8]) -> Option<usize> {
    Some(interface::read(wasm)?.imports.iter().filter(|import| import.is_function()).count())
}

/// Returns the bodies of the functions that the file defines.
pub(crate) fn bodies(wasm: &[u8]) -> Option<Vec<&[u8]>> {
    let mut bodies = Vec::new();
    for (_, mut section) in sections(wasm)?.into_iter().filter(|(id, _)| *id == CODE) {
        for _ in 0..section.number()? {
            let size = section.number()?;
            bodies.push(section.take(size)?);
        }
    }
    Some(bodies)
}

/// Returns the file with the functions that it defines named by their places in `order`, for a tool that sorts them by
/// name. The file must not have a section of names yet.
pub(crate) fn named_in_order(wasm: &[u8], order: &[usize]) -> Option<Vec<u8>> {
    let imported = imported_functions(wasm)?;
    let mut places: Vec<(usize, usize)> = order.iter().enumerate().map(|(place, index)| (*index, place)).collect();
    places.sort_unstable();
    let mut names = Vec::new();
    put_number(&mut names, places.len());
    for (index, place) in places {
        put_number(&mut names, imported + index);
        put_text(&mut names, &format!("{place:08}"));
    }
    let mut section = Vec::new();
    put_text(&mut section, "name");
    section.push(1);
    put_number(&mut section, names.len());
    section.extend(names);
    let mut named = wasm.to_vec();
    named.push(0);
    put_number(&mut named, section.len());
    named.extend(section);
    Some(named)
}

/// The id of the section of function bodies.
const CODE: u8 = 10;

fn custom_section<'a>(wasm: &'a [u8], wanted: &str) -> Option<Reader<'a>> {
    sections(wasm)?.into_iter().find_map(|(id, mut section)| (id == 0 && section.text()? == wanted).then_some(section))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(features: &[&str]) -> Vec<u8> {
        let byte = |number: usize| u8::try_from(number).unwrap();
        let mut section = vec![15];
        section.extend(b"target_features");
        section.push(byte(features.len()));
        for feature in features {
            section.push(b'+');
            section.push(byte(feature.len()));
            section.extend(feature.as_bytes());
        }
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([1, 1, 0]);
        wasm.extend([0, byte(section.len())]);
        wasm.extend(section);
        wasm
    }

    #[test]
    fn the_flags_are_the_features_of_the_file() {
        assert_eq!(
            optimizer_flags(&module(&["bulk-memory", "sign-ext"])).unwrap(),
            ["--mvp-features", "--enable-bulk-memory", "--enable-sign-ext"]
        );
    }

    #[test]
    fn a_feature_beyond_the_browser_floor_is_refused_by_name() {
        let problem = optimizer_flags(&module(&["sign-ext", "exception-handling"])).unwrap_err();
        assert!(problem.contains("exception-handling"), "{problem}");
    }

    #[test]
    fn functions_have_their_names_and_sizes_after_the_imported_ones() {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        // The module imports one memory with a maximum, and one function.
        wasm.extend([2, 15, 2, 1, b'e', 1, b'm', 2, 1, 1, 2, 1, b'e', 1, b'f', 0, 0]);
        wasm.extend([10, 8, 2, 2, 0, 0x0b, 3, 0, 1, 0x0b]);
        wasm.extend([0, 14, 4, b'n', b'a', b'm', b'e', 1, 7, 2, 1, 1, b'a', 2, 1, b'b']);
        assert_eq!(functions(&wasm).unwrap(), [("a".to_owned(), 2), ("b".to_owned(), 3)]);
    }

    #[test]
    fn functions_are_called_by_their_places() {
        // The module imports one function and defines three, of which the last one has three bytes.
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([2, 7, 1, 1, b'e', 1, b'f', 0, 0]);
        wasm.extend([10, 11, 3, 2, 0, 0x0b, 2, 0, 0x0b, 3, 0, 1, 0x0b]);
        assert_eq!(bodies(&wasm).unwrap(), [&[0, 0x0b][..], &[0, 0x0b], &[0, 1, 0x0b]]);
        let named = named_in_order(&wasm, &[2, 0, 1]).unwrap();
        assert!(named.starts_with(&wasm));
        let called = [("00000001", 2), ("00000002", 2), ("00000000", 3)].map(|(name, size)| (name.to_owned(), size));
        assert_eq!(functions(&named).unwrap(), called);
    }

    #[test]
    fn a_broken_file_is_refused_wherever_it_is_cut() {
        let whole = module(&["bulk-memory"]);
        for end in 0..whole.len() {
            assert!(optimizer_flags(&whole[..end]).is_err(), "cut at {end}");
        }
        assert!(optimizer_flags(&whole).is_ok());
    }
}
