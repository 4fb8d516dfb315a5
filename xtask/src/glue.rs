//! The border between the first wasm module and its JavaScript: the functions that the module imports, and short names
//! for both directions.

use std::collections::{BTreeMap, BTreeSet};

use crate::wasm::{Export, Import, Interface};

/// The module that `wasm-bindgen` writes, as the wasm names it.
const BINDINGS: &str = "./cr-widget-app_bg.js";
/// The import that `wasm-split-cli` leaves: its module and its name.
const LOADER: [&str; 2] = ["./__wasm_split.js", "__wasm_split_load_purchase"];
/// The methods that the wasm calls on objects of the browser and for which the crash guard has its own. Some of the calls
/// are those of crates, so they are redirected here and not where they are made.
const GUARDED: [&str; 4] = ["setTimeout", "clearTimeout", "addEventListener", "removeEventListener"];

/// Returns the script of the functions that the wasm imports, as an array in the order of the imports.
///
/// # Errors
/// A sentence, when the wasm imports what the glue does not have, or nothing where the guard belongs.
pub(crate) fn functions(imports: &[Import]) -> Result<String, String> {
    let is_guarded = |name: &str, method: &str| name.starts_with(&format!("__wbg_{method}_"));
    if let Some(method) = GUARDED.iter().find(|method| !imports.iter().any(|import| is_guarded(&import.name, method))) {
        return Err(format!("the wasm does not import {method}"));
    }
    let mut functions = String::new();
    for Import { module, name, .. } in imports {
        functions.push_str(&match module.as_str() {
            BINDINGS if GUARDED.iter().any(|method| is_guarded(name, method)) => format!("redirected(app.{name}),\n"),
            BINDINGS => format!("app.{name},\n"),
            _ if [module, name] == LOADER => "loadPurchase,\n".to_owned(),
            _ => return Err(format!("the wasm imports {name} from {module}, which the glue does not have")),
        });
    }
    Ok(format!(
        "import * as app from \"cr-widget/app\";
import {{ redirected }} from \"cr-widget/crash-guard\";
import {{ loadPurchase }} from \"cr-widget/load-purchase\";
export default [
{functions}];
"
    ))
}

/// Gives names that only glue and wasm use between them short ones: the long ones hold hashes, which do not compress. An
/// import is named by its place among the imports, as a member of the array `a`. Returns the new names of the exports by
/// their old ones. Only exports with an underscore get one, since the bundler renames properties of that name wherever
/// they are, and no property of the browser's has an underscore.
pub(crate) fn shorten(interface: &mut Interface, shared: &BTreeSet<String>) -> BTreeMap<String, String> {
    for (place, import) in interface.imports.iter_mut().enumerate() {
        import.module = "a".into();
        import.name = place.to_string();
    }
    let is_own = |export: &&mut Export| export.name.contains('_') && !shared.contains(&export.name);
    let exports = interface.exports.iter_mut().filter(is_own);
    exports
        .zip('a'..='z')
        .map(|(export, name)| (std::mem::replace(&mut export.name, name.into()), name.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm;

    fn interface() -> Interface {
        let methods = GUARDED.map(|method| format!("__wbg_{method}_0a1b"));
        let bindings =
            methods.iter().map(String::as_str).chain(["__wbg_setTimeoutless_1"]).map(|name| [BINDINGS, name]);
        wasm::tests::interface(&bindings.chain([LOADER]).collect::<Vec<_>>(), &["memory", "mount", "free_it"])
    }

    #[test]
    fn every_function_has_its_place_and_the_guard_stands_where_it_belongs() {
        let mut interface = interface();
        let script = functions(&interface.imports).unwrap();
        let array = "export default [\nredirected(app.__wbg_setTimeout_0a1b),\nredirected(app.__wbg_clearTimeout_0a1b),\n\
                     redirected(app.__wbg_addEventListener_0a1b),\nredirected(app.__wbg_removeEventListener_0a1b),\n\
                     app.__wbg_setTimeoutless_1,\nloadPurchase,\n];\n";
        assert!(script.ends_with(array), "{script}");
        let exports = shorten(&mut interface, &["memory".to_owned()].into());
        let imports: Vec<_> =
            interface.imports.iter().map(|import| format!("{}.{}", import.module, import.name)).collect();
        assert_eq!(imports, ["a.0", "a.1", "a.2", "a.3", "a.4", "a.5"]);
        let names: Vec<_> = interface.exports.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(names, ["memory", "mount", "a"]);
        assert_eq!(exports, [("free_it".to_owned(), "a".to_owned())].into());
    }

    #[test]
    fn an_import_that_is_not_known_or_not_there_stops_the_build() {
        let Interface { mut imports, .. } = interface();
        assert!(functions(&imports[1..]).unwrap_err().contains("setTimeout"));
        imports[5].name = "__wasm_split_load_more".into();
        assert!(functions(&imports).unwrap_err().contains("__wasm_split_load_more"));
    }
}
