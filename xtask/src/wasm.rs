//! What a wasm file says about itself: the features it needs, in the custom section `target_features` of the tool
//! conventions (<https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#target-features-section>), and the
//! names and sizes of its functions (<https://webassembly.github.io/spec/core/binary/modules.html>).

use std::collections::BTreeMap;

use crate::interface;

/// Features of every browser we support (Chrome 111, Firefox 115, Safari 16.4), with `wasm-opt`'s name for each.
const SUPPORTED: [(&str, &str); 8] = [
    ("bulk-memory", "--enable-bulk-memory"),
    ("bulk-memory-opt", "--enable-bulk-memory-opt"),
    // Only a longer encoding of a table index; every engine with reference types reads it.
    ("call-indirect-overlong", "--enable-call-indirect-overlong"),
    ("multivalue", "--enable-multivalue"),
    ("mutable-globals", "--enable-mutable-globals"),
    ("nontrapping-fptoint", "--enable-nontrapping-float-to-int"),
    ("reference-types", "--enable-reference-types"),
    ("sign-ext", "--enable-sign-ext"),
];

/// The flags that make `wasm-opt` use exactly the features that the compiler used.
///
/// # Errors
/// A sentence, when the file is no wasm, does not tell its features, or needs one that a supported browser lacks.
pub(crate) fn optimizer_flags(wasm: &[u8]) -> Result<Vec<&'static str>, String> {
    let features = target_features(wasm).ok_or("it holds no readable target_features section")?;
    let mut flags = vec!["--mvp-features"];
    for feature in features {
        let (_, flag) = SUPPORTED
            .iter()
            .find(|(name, _)| *name == feature)
            .ok_or_else(|| format!("it needs the wasm feature {feature}, which not every supported browser has"))?;
        flags.push(flag);
    }
    Ok(flags)
}

/// The features that the compiler enabled.
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

/// The name and the size in bytes of every function the file defines; it must have its custom section `name`.
pub(crate) fn functions(wasm: &[u8]) -> Option<Vec<(String, usize)>> {
    let mut names = BTreeMap::new();
    let mut section = custom_section(wasm, "name")?;
    while let Some(kind) = section.byte() {
        let size = section.number()?;
        let mut part = Reader(section.take(size)?);
        if kind == 1 {
            for _ in 0..part.number()? {
                let index = part.number()?;
                names.insert(index, part.text()?);
            }
        }
    }
    let mut sizes = Vec::new();
    for (_, mut section) in sections(wasm)?.into_iter().filter(|(id, _)| *id == CODE) {
        for _ in 0..section.number()? {
            let size = section.number()?;
            section.take(size)?;
            sizes.push(size);
        }
    }
    let imported = interface::read(wasm)?.imports.iter().filter(|import| import.is_function()).count();
    let name = |index: usize| names.remove(&(index + imported)).unwrap_or_default();
    Some((0..sizes.len()).map(name).zip(sizes).collect())
}

/// The id of the section of function bodies.
const CODE: u8 = 10;

fn custom_section<'a>(wasm: &'a [u8], wanted: &str) -> Option<Reader<'a>> {
    sections(wasm)?.into_iter().find_map(|(id, mut section)| (id == 0 && section.text()? == wanted).then_some(section))
}

/// The sections, by their ids.
pub(crate) fn sections(wasm: &[u8]) -> Option<Vec<(u8, Reader<'_>)>> {
    let mut module = Reader(wasm.strip_prefix(b"\0asm\x01\0\0\0")?);
    let mut sections = Vec::new();
    while let Some(id) = module.byte() {
        let size = module.number()?;
        sections.push((id, Reader(module.take(size)?)));
    }
    Some(sections)
}

/// Reads the binary format's few primitives.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// What is not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned LEB128 number of at most 32 bits.
    pub(crate) fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// That many bytes.
    pub(crate) fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(taken)
    }

    /// A text after its length.
    pub(crate) fn text(&mut self) -> Option<String> {
        let size = self.number()?;
        String::from_utf8(self.take(size)?.to_vec()).ok()
    }
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
        // One imported memory with a maximum, one imported function.
        wasm.extend([2, 15, 2, 1, b'e', 1, b'm', 2, 1, 1, 2, 1, b'e', 1, b'f', 0, 0]);
        wasm.extend([10, 8, 2, 2, 0, 0x0b, 3, 0, 1, 0x0b]);
        wasm.extend([0, 14, 4, b'n', b'a', b'm', b'e', 1, 7, 2, 1, 1, b'a', 2, 1, b'b']);
        assert_eq!(functions(&wasm).unwrap(), [("a".to_owned(), 2), ("b".to_owned(), 3)]);
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
