//! Reads what a wasm file imports and exports (<https://webassembly.github.io/spec/core/binary/modules.html>), and
//! writes the file with others.

use crate::wasm_format::{Reader, put_number, put_text, sections};

/// The id of the section of imports.
const IMPORTS: u8 = 2;
/// The id of the section of exports.
const EXPORTS: u8 = 7;

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The module it is imported from.
    pub(crate) module: String,
    /// Its name in that module.
    pub(crate) name: String,
    /// Kind and type, in the bytes of the file.
    what: Vec<u8>,
}

impl Import {
    /// Whether it is a function.
    pub(crate) fn is_function(&self) -> bool {
        self.what.first() == Some(&0)
    }
}

/// One export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Export {
    /// Its name.
    pub(crate) name: String,
    /// Kind and index, in the bytes of the file.
    what: Vec<u8>,
}

/// All imports and exports of a file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    /// The imports. They are numbered by their places, so none may be removed.
    pub(crate) imports: Vec<Import>,
    /// The exports.
    pub(crate) exports: Vec<Export>,
}

/// Returns the imports and exports of a file, if it is wasm.
pub(crate) fn read(wasm: &[u8]) -> Option<Interface> {
    let mut interface = Interface::default();
    for (id, mut section) in sections(wasm)? {
        match id {
            IMPORTS => {
                for _ in 0..section.number()? {
                    let (module, name) = (section.text()?, section.text()?);
                    let what = passed(&mut section, kind_and_type)?;
                    interface.imports.push(Import { module, name, what });
                }
            }
            EXPORTS => {
                for _ in 0..section.number()? {
                    let name = section.text()?;
                    let what = passed(&mut section, |section| {
                        section.byte()?;
                        section.number()
                    })?;
                    interface.exports.push(Export { name, what });
                }
            }
            _ => {}
        }
    }
    Some(interface)
}

/// Returns the file with these imports and exports in place of its own.
pub(crate) fn write(wasm: &[u8], interface: &Interface) -> Option<Vec<u8>> {
    let mut written = wasm.get(..8)?.to_vec();
    for (id, section) in sections(wasm)? {
        let mut content = Vec::new();
        match id {
            IMPORTS => {
                put_number(&mut content, interface.imports.len());
                for import in &interface.imports {
                    put_text(&mut content, &import.module);
                    put_text(&mut content, &import.name);
                    content.extend(&import.what);
                }
            }
            EXPORTS => {
                put_number(&mut content, interface.exports.len());
                for export in &interface.exports {
                    put_text(&mut content, &export.name);
                    content.extend(&export.what);
                }
            }
            _ => content.extend(section.rest()),
        }
        written.push(id);
        put_number(&mut written, content.len());
        written.extend(content);
    }
    Some(written)
}

/// Returns the bytes over which `read` moves.
fn passed<'a, T>(section: &mut Reader<'a>, read: impl FnOnce(&mut Reader<'a>) -> Option<T>) -> Option<Vec<u8>> {
    let before = section.rest();
    read(section)?;
    Some(before.get(..before.len() - section.rest().len())?.to_vec())
}

fn kind_and_type(section: &mut Reader<'_>) -> Option<()> {
    match section.byte()? {
        0 => {
            section.number()?;
        }
        kind @ (1 | 2) => {
            if kind == 1 {
                section.byte()?;
            }
            let has_maximum = section.byte()? & 1 == 1;
            section.number()?;
            if has_maximum {
                section.number()?;
            }
        }
        3 => {
            section.take(2)?;
        }
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a module that imports a table and a memory with a maximum, a global and a function, exports two functions,
    /// and has a custom section.
    fn module() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([2, 31, 4]);
        wasm.extend([1, b'e', 1, b't', 1, 0x70, 1, 2, 0x80, 1]);
        wasm.extend([1, b'e', 1, b'm', 2, 0, 3]);
        wasm.extend([1, b'e', 1, b'g', 3, 0x7f, 1]);
        wasm.extend([1, b'e', 1, b'f', 0, 0]);
        wasm.extend([7, 11, 2, 1, b'a', 0, 0, 3, b'b', b'c', b'd', 0, 1]);
        wasm.extend([0, 3, 1, b'x', 9]);
        wasm
    }

    #[test]
    fn what_is_read_is_written_back_to_the_byte() {
        let wasm = module();
        let interface = read(&wasm).unwrap();
        let names: Vec<_> =
            interface.imports.iter().map(|import| (import.name.as_str(), import.is_function())).collect();
        assert_eq!(names, [("t", false), ("m", false), ("g", false), ("f", true)]);
        assert_eq!(write(&wasm, &interface).unwrap(), wasm);
    }

    #[test]
    fn names_change_and_exports_go_while_all_else_stays() {
        let wasm = module();
        let mut interface = read(&wasm).unwrap();
        interface.exports.remove(0);
        let long = "f".repeat(200);
        interface.imports[3].name.clone_from(&long);
        let written = write(&wasm, &interface).unwrap();
        assert!(written.ends_with(&[0, 3, 1, b'x', 9]));
        let again = read(&written).unwrap();
        assert_eq!(again, interface);
        assert_eq!((again.imports[3].name.as_str(), again.exports[0].name.as_str()), (long.as_str(), "bcd"));
    }

    #[test]
    fn a_file_cut_inside_a_section_is_refused() {
        let wasm = module();
        for end in [0, 7, 12, 30, 45] {
            assert_eq!(read(&wasm[..end]), None, "cut at {end}");
        }
    }
}
