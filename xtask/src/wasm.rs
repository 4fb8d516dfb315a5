//! Reads wasm files and changes what they name: their features, imports, exports and functions.

use std::collections::BTreeMap;

use wasm_encoder::{
    EntityType, ExportKind, ExportSection, ImportSection, Module, NameMap, NameSection, RawSection, Section as _,
};
use wasmparser::{BinaryReader, KnownCustom, Name, Parser, Payload};

/// The result of reading a file; the error is a sentence.
type Result<T> = std::result::Result<T, String>;

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

fn payloads(wasm: &[u8]) -> Result<Vec<Payload<'_>>> {
    Parser::new(0).parse_all(wasm).collect::<std::result::Result<_, _>>().map_err(in_words)
}

fn in_words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Returns the flags that make `wasm-opt` use exactly the features that the compiler used, as the custom section
/// `target_features` of the tool conventions lists them
/// (<https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md#target-features-section>).
///
/// # Errors
/// When the file is not wasm, does not list its features, or needs one that a supported browser lacks.
pub(crate) fn optimizer_flags(wasm: &[u8]) -> Result<Vec<&'static str>> {
    let mut section = payloads(wasm)?
        .iter()
        .find_map(|payload| {
            let Payload::CustomSection(section) = payload else { return None };
            (section.name() == "target_features").then(|| section.data_reader())
        })
        .ok_or("the file has no target_features section")?;
    let mut flags = vec!["--mvp-features"];
    for feature in features(&mut section).map_err(in_words)? {
        let (_, flag) = SUPPORTED.iter().find(|(name, _)| *name == feature).ok_or_else(|| {
            format!("the file needs the wasm feature {feature}, which not every supported browser has")
        })?;
        flags.push(flag);
    }
    Ok(flags)
}

fn features<'a>(section: &mut BinaryReader<'a>) -> wasmparser::Result<Vec<&'a str>> {
    let mut features = Vec::new();
    for _ in 0..section.read_var_u32()? {
        let prefix = section.read_u8()?;
        let name = section.read_string()?;
        if prefix == b'+' {
            features.push(name);
        }
    }
    Ok(features)
}

/// Returns the name and the size in bytes of every function that the file defines. The file must have the custom
/// section `name`.
pub(crate) fn functions(wasm: &[u8]) -> Result<Vec<(String, usize)>> {
    let mut names = BTreeMap::new();
    for payload in payloads(wasm)? {
        let Payload::CustomSection(section) = payload else { continue };
        let KnownCustom::Name(parts) = section.as_known() else { continue };
        for part in parts {
            if let Name::Function(functions) = part.map_err(in_words)? {
                for function in functions {
                    let function = function.map_err(in_words)?;
                    names.insert(function.index, function.name.to_owned());
                }
            }
        }
    }
    if names.is_empty() {
        return Err("the file has no names of functions".into());
    }
    let named = bodies(wasm)?.into_iter().zip(imported_functions(wasm)?..);
    Ok(named.map(|(body, index)| (names.remove(&index).unwrap_or_default(), body.len())).collect())
}

fn imported_functions(wasm: &[u8]) -> Result<u32> {
    let imports = Interface::of(wasm)?.imports;
    u32::try_from(imports.iter().filter(|import| matches!(import.what, EntityType::Function(_))).count())
        .map_err(in_words)
}

/// Returns the bodies of the functions that the file defines.
pub(crate) fn bodies(wasm: &[u8]) -> Result<Vec<&[u8]>> {
    let body = |payload| if let Payload::CodeSectionEntry(body) = payload { Some(body.as_bytes()) } else { None };
    Ok(payloads(wasm)?.into_iter().filter_map(body).collect())
}

/// Returns the file with the functions that it defines named by their places in `order`, for a tool that sorts them by
/// name. The file must not have a section of names yet.
pub(crate) fn named_in_order(wasm: &[u8], order: &[usize]) -> Result<Vec<u8>> {
    let mut places: Vec<(usize, usize)> = order.iter().enumerate().map(|(place, index)| (*index, place)).collect();
    places.sort_unstable();
    let mut functions = NameMap::new();
    for ((_, place), index) in places.into_iter().zip(imported_functions(wasm)?..) {
        functions.append(index, &format!("{place:08}"));
    }
    let mut names = NameSection::new();
    names.functions(&functions);
    let mut named = wasm.to_vec();
    names.append_to(&mut named);
    Ok(named)
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The module it is imported from.
    pub(crate) module: String,
    /// Its name in that module.
    pub(crate) name: String,
    what: EntityType,
}

/// One export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Export {
    /// Its name.
    pub(crate) name: String,
    kind: ExportKind,
    index: u32,
}

/// All imports and exports of a file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    /// The imports. They are numbered by their places, so none may be removed.
    pub(crate) imports: Vec<Import>,
    /// The exports.
    pub(crate) exports: Vec<Export>,
}

impl Interface {
    /// Reads the imports and exports of a file.
    ///
    /// # Errors
    /// When the file is not wasm.
    pub(crate) fn of(wasm: &[u8]) -> Result<Self> {
        let mut interface = Self::default();
        for payload in payloads(wasm)? {
            if let Payload::ImportSection(section) = payload {
                for import in section.into_imports() {
                    let wasmparser::Import { module, name, ty } = import.map_err(in_words)?;
                    let (module, name) = (module.to_owned(), name.to_owned());
                    interface.imports.push(Import { module, name, what: ty.try_into().map_err(in_words)? });
                }
            } else if let Payload::ExportSection(section) = payload {
                for export in section {
                    let wasmparser::Export { name, kind, index } = export.map_err(in_words)?;
                    interface.exports.push(Export { name: name.to_owned(), kind: kind.into(), index });
                }
            }
        }
        Ok(interface)
    }

    /// Returns the file with these imports and exports in place of its own.
    ///
    /// # Errors
    /// When the file is not wasm.
    pub(crate) fn write(&self, wasm: &[u8]) -> Result<Vec<u8>> {
        let mut module = Module::new();
        for payload in payloads(wasm)? {
            if let Payload::ImportSection(_) = payload {
                let mut section = ImportSection::new();
                for Import { module, name, what } in &self.imports {
                    section.import(module, name, *what);
                }
                module.section(&section);
            } else if let Payload::ExportSection(_) = payload {
                let mut section = ExportSection::new();
                for Export { name, kind, index } in &self.exports {
                    section.export(name, *kind, *index);
                }
                module.section(&section);
            } else if let Some((id, range)) = payload.as_section() {
                let start = usize::try_from(range.start).map_err(in_words)?;
                let end = usize::try_from(range.end).map_err(in_words)?;
                module.section(&RawSection { id, data: wasm.get(start..end).unwrap_or_default() });
            }
        }
        Ok(module.finish())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use wasm_encoder::{
        CodeSection, CustomSection, Function, FunctionSection, GlobalType, Instruction, MemoryType, RefType, TableType,
        TypeSection, ValType,
    };

    use super::*;

    /// Makes the interface of a module that imports and exports functions.
    pub(crate) fn interface(imports: &[[&str; 2]], exports: &[&str]) -> Interface {
        let what = EntityType::Function(0);
        let import = |[module, name]: &[&str; 2]| Import { module: (*module).into(), name: (*name).into(), what };
        let export = |name: &&str| Export { name: (*name).into(), kind: ExportKind::Func, index: 0 };
        Interface { imports: imports.iter().map(import).collect(), exports: exports.iter().map(export).collect() }
    }

    fn with_features(features: &[&str]) -> Vec<u8> {
        let mut data = vec![u8::try_from(features.len()).unwrap()];
        for feature in features {
            data.extend([b'+', u8::try_from(feature.len()).unwrap()]);
            data.extend(feature.as_bytes());
        }
        let mut module = Module::new();
        module.section(&CustomSection { name: "target_features".into(), data: (&data).into() });
        module.finish()
    }

    /// Makes a module that imports a table, a memory, a global and a function, exports two functions, and defines three,
    /// the last of which is longer.
    fn module() -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let table =
            TableType { element_type: RefType::FUNCREF, table64: false, minimum: 2, maximum: Some(128), shared: false };
        let memory = MemoryType { minimum: 3, maximum: None, memory64: false, shared: false, page_size_log2: None };
        let global = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        let mut imports = ImportSection::new();
        imports.import("e", "t", table).import("e", "m", memory).import("e", "g", global);
        imports.import("e", "f", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0).function(0).function(0);
        let mut exports = ExportSection::new();
        exports.export("a", ExportKind::Func, 0).export("bcd", ExportKind::Func, 1);
        let mut code = CodeSection::new();
        for instructions in [&[Instruction::End][..], &[Instruction::End], &[Instruction::Nop, Instruction::End]] {
            let mut function = Function::new([]);
            for instruction in instructions {
                function.instruction(instruction);
            }
            code.function(&function);
        }
        module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        module.section(&CustomSection { name: "x".into(), data: (&[9][..]).into() });
        module.finish()
    }

    #[test]
    fn the_flags_are_the_features_of_the_file() {
        assert_eq!(
            optimizer_flags(&with_features(&["bulk-memory", "sign-ext"])).unwrap(),
            ["--mvp-features", "--enable-bulk-memory", "--enable-sign-ext"]
        );
    }

    #[test]
    fn a_feature_beyond_the_browser_floor_is_refused_by_name() {
        let problem = optimizer_flags(&with_features(&["sign-ext", "exception-handling"])).unwrap_err();
        assert!(problem.contains("exception-handling"), "{problem}");
    }

    #[test]
    fn functions_are_called_by_their_places() {
        let wasm = module();
        assert_eq!(bodies(&wasm).unwrap(), [&[0, 0x0b][..], &[0, 0x0b], &[0, 1, 0x0b]]);
        assert!(functions(&wasm).is_err());
        let named = named_in_order(&wasm, &[2, 0, 1]).unwrap();
        assert!(named.starts_with(&wasm));
        let called = [("00000001", 2), ("00000002", 2), ("00000000", 3)].map(|(name, size)| (name.to_owned(), size));
        assert_eq!(functions(&named).unwrap(), called);
    }

    #[test]
    fn what_is_read_is_written_back_to_the_byte() {
        let wasm = module();
        let interface = Interface::of(&wasm).unwrap();
        let names: Vec<_> = interface.imports.iter().map(|import| import.name.as_str()).collect();
        assert_eq!(names, ["t", "m", "g", "f"]);
        assert_eq!(interface.write(&wasm).unwrap(), wasm);
    }

    #[test]
    fn names_change_and_exports_go_while_all_else_stays() {
        let wasm = module();
        let mut interface = Interface::of(&wasm).unwrap();
        interface.exports.remove(0);
        interface.imports[3].name = "f".repeat(200);
        let written = interface.write(&wasm).unwrap();
        assert!(written.ends_with(&[0, 3, 1, b'x', 9]));
        let again = Interface::of(&written).unwrap();
        assert_eq!(again, interface);
        assert_eq!((again.imports[3].name.len(), again.exports[0].name.as_str()), (200, "bcd"));
    }

    #[test]
    fn a_broken_file_is_refused_wherever_it_is_cut() {
        let whole = with_features(&["bulk-memory"]);
        for end in 0..whole.len() {
            assert!(optimizer_flags(&whole[..end]).is_err(), "cut at {end}");
        }
        assert!(optimizer_flags(&whole).is_ok());
        for end in [0, 7, 12, 30, 45] {
            assert!(Interface::of(&module()[..end]).is_err(), "cut at {end}");
        }
    }
}
