//! Changes to the JavaScript that `wasm-bindgen` writes: it gets the loader of the second module and a guard before the
//! wasm, and loses what nothing uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::files;

/// The import that `wasm-split-cli` leaves, as `wasm-bindgen` writes it: a module with all its exports.
const SPLIT_IMPORT: &str = "import * as import1 from \"./__wasm_split.js\"\n";
/// The only export of that module which is called, and the function that replaces it.
const LOADER: [&str; 2] = ["__wasm_split_load_purchase", "loadPurchase"];
/// The places where exports and imports of a new instance pass, and what stands there with the guard before them.
const GATES: [[&str; 2]; 2] = [
    ["wasm = instance.exports;", "wasm = guarded(instance.exports);"],
    ["__wbg_load(await module_or_path, imports)", "__wbg_load(await module_or_path, outward(imports))"],
];
/// Methods that the wasm calls on objects of the browser, and the guard's functions in place of them.
const CALLS: [[&str; 2]; 4] = [
    ["arg0.setTimeout(", "setTimeout("],
    ["arg0.clearTimeout(", "clearTimeout("],
    ["arg0.addEventListener(", "listen(arg0, "],
    ["arg0.removeEventListener(", "unlisten(arg0, "],
];
/// The imports of our own modules. Some of their names shadow the browser's.
const OURS: &str = "import { loadPurchase } from \"cr-widget/load-purchase\";
import { guarded, outward, EventSource, ResizeObserver } from \"cr-widget/crash-guard\";
import { setTimeout, clearTimeout, listen, unlisten } from \"cr-widget/crash-guard\";
import { fetch } from \"cr-widget/pending-create\";
";
/// The indentation of the functions that the wasm imports.
const INDENT: &str = "        ";

/// Returns the glue with the loader and the guard of our own modules.
///
/// # Errors
/// A sentence, when the glue is not written as expected.
pub(crate) fn joined(glue: &str) -> Result<String, String> {
    let [name, ours] = LOADER;
    let glue = files::replaced(glue, SPLIT_IMPORT, OURS)?;
    let glue = GATES.iter().try_fold(glue, |glue, [bare, guarded]| files::replaced(&glue, bare, guarded))?;
    let glue = CALLS.iter().try_fold(glue, |glue, [bare, guarded]| match glue.matches(bare).count() {
        0 => Err(format!("the text has no {bare:?}")),
        _ => Ok(glue.replace(bare, guarded)),
    })?;
    files::replaced(&glue, "\"./__wasm_split.js\": import1", &format!("\"./__wasm_split.js\": {{ {name}: {ours} }}"))
}

/// Returns every word of a text of JavaScript, whatever it means there.
pub(crate) fn words(text: &str) -> BTreeSet<&str> {
    text.split(|character| !is_of_word(character)).filter(|word| !word.is_empty()).collect()
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '$'
}

/// Returns the glue without these functions, which the wasm no longer imports.
///
/// # Errors
/// A sentence, when one of them is not in the glue.
pub(crate) fn without(glue: &str, unused: &BTreeSet<&str>) -> Result<String, String> {
    let mut left = String::with_capacity(glue.len());
    let mut found = 0;
    let mut is_inside = false;
    for line in glue.split_inclusive('\n') {
        let own = line.strip_prefix(INDENT).unwrap_or_default();
        if !is_inside && own.split_once(": function(").is_some_and(|(name, _)| unused.contains(name)) {
            is_inside = true;
            found += 1;
        }
        if !is_inside {
            left.push_str(line);
        } else if own.starts_with('}') {
            is_inside = false;
        }
    }
    if found == unused.len() && !is_inside {
        Ok(left)
    } else {
        Err(format!("the text has only {found} of the {} functions to take out", unused.len()))
    }
}

/// The new names of the imports and exports between glue and wasm.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The new names of what the wasm imports, by the old ones. All of them differ, whatever module they are imported
    /// from.
    pub(crate) imports: BTreeMap<String, String>,
    /// The new names of what the wasm exports, by the old ones.
    pub(crate) exports: BTreeMap<String, String>,
}

/// Returns the glue with the new names, in `wasm.export` and in the keys that stand for imports.
///
/// # Errors
/// A sentence, when an import is not named exactly once, or an export is not named at all.
pub(crate) fn renamed(glue: &str, names: &Names) -> Result<String, String> {
    let mut text = String::with_capacity(glue.len());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rest = glue;
    let mut is_export = false;
    while !rest.is_empty() {
        let (between, after) = rest.split_at(rest.find(is_of_word).unwrap_or(rest.len()));
        let (word, after) = after.split_at(after.find(|character| !is_of_word(character)).unwrap_or(after.len()));
        text.push_str(between);
        let table = if is_export && between == "." { &names.exports } else { &names.imports };
        if let Some(name) = table.get(word) {
            *counts.entry(word).or_default() += 1;
            text.push_str(name);
        } else {
            text.push_str(word);
        }
        is_export = word == "wasm";
        rest = after;
    }
    let count = |name: &String| counts.get(name.as_str()).copied().unwrap_or_default();
    if let Some(name) = names.imports.keys().find(|name| count(name) != 1) {
        return Err(format!("the text names the import {name} {} times instead of once", count(name)));
    }
    match names.exports.keys().find(|name| count(name) == 0) {
        Some(name) => Err(format!("the text does not name the export {name}")),
        None => Ok(text),
    }
}

/// Returns short names, in the order of their length.
pub(crate) fn short_names() -> impl Iterator<Item = String> {
    let letters = || ('a'..='z').chain('A'..='Z').map(String::from);
    letters().chain(letters().flat_map(move |first| letters().map(move |second| format!("{first}{second}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"import * as import1 from "./__wasm_split.js"

function mount(root) {
    return wasm.mount(root);
}
function ready(instance) {
    wasm = instance.exports;
}
async function load(module_or_path, imports) {
    return __wbg_load(await module_or_path, imports);
}
function imports() {
    const import0 = {
        __wbg_a_01: function(arg0) {
            wasm.free_it(arg0);
            arg0.clearTimeout(arg0.setTimeout(arg0, arg0));
            arg0.addEventListener(arg0, arg0);
            arg0.removeEventListener(arg0, arg0, arg0 !== 0);
        },
        __wbg_b_02: function() { return handleError(function (arg0) {
            return { a: arg0 };
        }, arguments); },
        __wbg_c_03: function(arg0) {
            arg0.mount();
        },
    };
    return {
        "./app_bg.js": import0,
        "./__wasm_split.js": import1,
    };
}
"#;

    #[test]
    fn loader_and_guard_come_from_our_own_modules() {
        let glue = joined(GLUE).unwrap();
        assert!(glue.starts_with(&format!("{OURS}\nfunction mount")) && OURS.contains(LOADER[1]));
        assert!(glue.contains("wasm = guarded(instance.exports);"));
        assert!(glue.contains("__wbg_load(await module_or_path, outward(imports))"));
        assert!(glue.contains("            clearTimeout(setTimeout(arg0, arg0));"));
        assert!(glue.contains("            listen(arg0, arg0, arg0);"));
        assert!(glue.contains("            unlisten(arg0, arg0, arg0, arg0 !== 0);"));
        assert!(glue.contains("\"./__wasm_split.js\": { __wasm_split_load_purchase: loadPurchase },"));
        assert!(!glue.contains("import1"));
        assert!(joined(&glue).is_err());
        assert!(joined(&GLUE.replace("import1", "import2")).is_err());
        assert!(joined(&GLUE.replace("addEventListener", "listen")).is_err());
    }

    #[test]
    fn unused_functions_go_with_all_their_lines() {
        let glue = without(GLUE, &["__wbg_a_01", "__wbg_b_02"].into()).unwrap();
        assert!(glue.contains(
            "const import0 = {\n        __wbg_c_03: function(arg0) {\n            arg0.mount();\n        },\n    };"
        ));
        assert!(without(GLUE, &["__wbg_a_01", "__wbg_gone"].into()).is_err());
        assert_eq!(without(GLUE, &BTreeSet::new()).unwrap(), GLUE);
    }

    #[test]
    fn imports_and_exports_get_their_names_and_nothing_else_does() {
        let pair = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        let names = Names {
            imports: [pair("__wbg_a_01", "x"), pair("__wbg_c_03", "y")].into(),
            exports: [pair("free_it", "f"), pair("mount", "m")].into(),
        };
        let glue = renamed(GLUE, &names).unwrap();
        let expected = GLUE
            .replace("__wbg_a_01", "x")
            .replace("__wbg_c_03", "y")
            .replace("wasm.free_it", "wasm.f")
            .replace("wasm.mount", "wasm.m");
        assert_eq!(glue, expected);
        assert!(glue.contains("function mount(root)") && glue.contains("arg0.mount()"));
        for (imports, exports) in [(Some("__wbg_gone"), None), (Some("arg0"), None), (None, Some("gone"))] {
            let one = |name: Option<&str>| name.map(|name| pair(name, "z")).into_iter().collect();
            assert!(renamed(GLUE, &Names { imports: one(imports), exports: one(exports) }).is_err(), "{imports:?}");
        }
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(words("a.bc(_d,$e)\n1"), ["a", "bc", "_d", "$e", "1"].into());
    }

    #[test]
    fn short_names_are_enough_and_no_two_are_alike() {
        let names: Vec<_> = short_names().collect();
        assert_eq!(names[..3], ["a", "b", "c"]);
        assert_eq!(names.len(), 52 + 52 * 52);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }
}
