//! What ships besides the wasm: the scripts with the names of their assets, the style sheets, the messages, the page.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{
    error::{At as _, Error, Result},
    split::{self, ByModule},
    workspace::Workspace,
};

/// The hand-written shell.
pub(crate) const SHELL: &str = "src/embed/shell/cr-widget.js";
/// The hand-written script that loads the purchase.
pub(crate) const PURCHASE: &str = "src/embed/shell/purchase.js";
/// The folder of the messages, with one file a language.
pub(crate) const LOCALES: &str = "src/i18n/locales";
/// The standalone page.
pub(crate) const PAGE: &str = "index.html";
/// The files that the standalone page needs besides the widget.
pub(crate) const PAGE_FILES: [&str; 2] = ["standalone/standalone.css", "standalone/favicon.svg"];

/// The mark before the object in a script that names its assets.
const MARK: &str = "/*@assets*/";
/// The order of the cascade layers, whatever the order of the sheets.
const LAYERS: &str = "@layer reset, tokens, components, states;\n";

/// The URL of an asset and its integrity.
pub(crate) type Asset = (String, String);

/// The URL and, where the browser can check it, the hash of every asset that the shell loads.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The URL of the JavaScript that `wasm-bindgen` wrote. It is imported, so the browser cannot check its hash.
    pub(crate) glue: String,
    /// The first wasm module.
    pub(crate) wasm: Asset,
    /// The first style sheet.
    pub(crate) css: Asset,
    /// For each language, its first messages.
    pub(crate) locales: BTreeMap<String, Asset>,
}

impl Assets {
    fn to_json(&self, version: &str) -> Value {
        let Self { glue, wasm, css, locales } = self;
        json!({ "glue": glue, "wasm": wasm, "css": css, "locales": locales, "version": version })
    }
}

/// The assets that the script of the purchase loads.
#[derive(Debug)]
pub(crate) struct PurchaseAssets {
    /// The second wasm module.
    pub(crate) wasm: Asset,
    /// The second style sheet.
    pub(crate) css: Asset,
    /// For each language, the rest of its messages.
    pub(crate) locales: BTreeMap<String, Asset>,
}

/// Returns the shell with the real names of the assets in place of the ones that development uses.
///
/// # Errors
/// [`Error::Source`] when the shell has no place for them, or its own list of languages is not the list of files.
pub(crate) fn shell(source: &str, assets: &Assets, version: &str) -> Result<String> {
    let wrong = |problem: String| Error::Source { file: SHELL.into(), problem };
    let (before, object, after) = place(source).map_err(wrong)?;
    for language in assets.locales.keys() {
        if !object.contains(&format!("\"locales/{language}.json\"")) {
            return Err(wrong(format!("the list of languages does not contain locales/{language}.json")));
        }
    }
    let named = object.matches("\"locales/").count();
    if named != assets.locales.len() {
        return Err(wrong(format!(
            "the list of languages has {named} files, but {LOCALES} has {}",
            assets.locales.len()
        )));
    }
    Ok(format!("{before}{}{after}", assets.to_json(version)))
}

/// Returns the script of the purchase with the names of its assets.
///
/// # Errors
/// [`Error::Source`] when the script has no place for them.
pub(crate) fn purchase(source: &str, assets: &PurchaseAssets) -> Result<String> {
    let (before, _, after) = place(source).map_err(|problem| Error::Source { file: PURCHASE.into(), problem })?;
    let names = json!({ "wasm": assets.wasm, "css": assets.css, "locales": assets.locales });
    Ok(format!("{before}{names}{after}"))
}

/// Splits a script in three: what stands before the mark, the object after it, and the rest.
fn place(source: &str) -> std::result::Result<(&str, &str, &str), String> {
    let (before, rest) = source
        .split_once(MARK)
        .ok_or_else(|| format!("the file has no {MARK} before the object that names the assets"))?;
    if rest.contains(MARK) {
        return Err(format!("the file has {MARK} more than once"));
    }
    let rest = rest.trim_start();
    let object = object(rest).ok_or_else(|| format!("no object follows {MARK}"))?;
    Ok((before, object, &rest[object.len()..]))
}

/// Returns the object literal at the start of `text`, whose strings hold no braces.
fn object(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (index, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return text.get(..=index);
                }
            }
            _ if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Returns all sheets of `style/` in two halves, each with the order of the layers.
///
/// # Errors
/// [`Error::File`], or [`Error::Source`] when a sheet of the first half is not there.
pub(crate) fn style_sheets(workspace: &Workspace) -> Result<ByModule<String>> {
    let paths = list(&workspace.root.join("style"), "css")?;
    let mut sheets: Vec<(String, PathBuf)> = paths.into_iter().map(|path| (stem(&path), path)).collect();
    sheets.sort_by(|(one, _), (other, _)| (split::rank(one), one).cmp(&(split::rank(other), other)));
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    if let Some(name) = split::missing_sheets(&names).next() {
        return Err(Error::Source { file: format!("style/{name}.css"), problem: "the file does not exist".into() });
    }
    let mut both = ByModule { first: LAYERS.to_owned(), second: LAYERS.to_owned() };
    for (name, path) in sheets {
        let sheet = if split::rank(&name).0 { &mut both.second } else { &mut both.first };
        sheet.push_str(fs::read_to_string(&path).at("read", &path)?.trim());
        sheet.push('\n');
    }
    Ok(both)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Returns the messages of each language in two halves, as compact JSON.
///
/// # Errors
/// [`Error::File`], or [`Error::Source`] when a file is not a JSON object or there is none.
pub(crate) fn locales(workspace: &Workspace) -> Result<BTreeMap<String, ByModule<String>>> {
    let mut locales = BTreeMap::new();
    for path in list(&workspace.root.join(LOCALES), "json")? {
        let language = stem(&path);
        let text = fs::read_to_string(&path).at("read", &path)?;
        let all: Map<String, Value> = serde_json::from_str(&text).map_err(|error| Error::Source {
            file: format!("{LOCALES}/{language}.json"),
            problem: error.to_string(),
        })?;
        let ByModule { first, second } = split::messages(all);
        let compact = |messages: Map<String, Value>| Value::from(messages).to_string();
        locales.insert(language, ByModule { first: compact(first), second: compact(second) });
    }
    if locales.is_empty() {
        return Err(Error::Source { file: LOCALES.into(), problem: "the folder contains no messages".into() });
    }
    Ok(locales)
}

/// Returns the standalone page without the lines that are for Trunk.
pub(crate) fn page(source: &str) -> String {
    source.lines().filter(|line| !line.contains("data-trunk")).map(|line| format!("{line}\n")).collect()
}

fn list(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).at("read", folder)? {
        let path = entry.at("read", folder)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "const A = 1;\nconst ASSETS = /*@assets*/ { glue: \"cr-widget-app.js\", locales: { en: [\"locales/en.json\"] }, version: \"0.0.0\" };\nload(ASSETS);\n";

    fn assets() -> Assets {
        Assets {
            glue: "glue.1.js".into(),
            wasm: ("app.2.wasm".into(), "sha384-w".into()),
            css: ("style.3.css".into(), "sha384-c".into()),
            locales: [("en".into(), ("locales/en.4.json".into(), "sha384-e".into()))].into(),
        }
    }

    #[test]
    fn the_shell_gets_the_real_names_and_keeps_the_rest() {
        let shell = shell(SOURCE, &assets(), "1.2.3").unwrap();
        let (start, rest) = shell.split_once("const ASSETS = ").unwrap();
        let (object, end) = rest.split_once(";\n").unwrap();
        assert_eq!(start, "const A = 1;\n");
        assert_eq!(end, "load(ASSETS);\n");
        let object: Value = serde_json::from_str(object).unwrap();
        assert_eq!(object["glue"], "glue.1.js");
        assert_eq!(object["version"], "1.2.3");
        assert_eq!(object["wasm"], json!(["app.2.wasm", "sha384-w"]));
        assert_eq!(object["locales"]["en"], json!(["locales/en.4.json", "sha384-e"]));
    }

    #[test]
    fn a_shell_without_its_place_or_with_another_list_of_languages_is_refused() {
        let italian = SOURCE.replace("en.json\"]", "en.json\"], it: [\"locales/it.json\"]");
        for (case, source) in [
            ("no mark", SOURCE.replace(MARK, "")),
            ("two marks", SOURCE.replace("load(", "load(/*@assets*/ ")),
            ("no object", SOURCE.replace('{', "[")),
            ("unclosed", SOURCE.replace('}', "")),
            ("no such language", SOURCE.replace("locales/en.json", "locales/de.json")),
            ("one language more", italian),
        ] {
            assert!(shell(&source, &assets(), "1.2.3").is_err(), "{case}");
        }
    }

    #[test]
    fn the_script_of_the_purchase_gets_its_names_with_their_hashes() {
        let Assets { wasm, css, locales, .. } = assets();
        let script =
            purchase("const ASSETS = /*@assets*/ {};\nrun();\n", &PurchaseAssets { wasm, css, locales }).unwrap();
        let object = script.strip_prefix("const ASSETS = ").unwrap().strip_suffix(";\nrun();\n").unwrap();
        let object: Value = serde_json::from_str(object).unwrap();
        assert_eq!(object["wasm"], json!(["app.2.wasm", "sha384-w"]));
        assert_eq!(object["locales"]["en"], json!(["locales/en.4.json", "sha384-e"]));
        assert!(
            purchase("run();", &PurchaseAssets { wasm: Asset::default(), css: Asset::default(), locales: [].into() })
                .is_err()
        );
    }

    #[test]
    fn the_page_loses_the_lines_for_trunk_only() {
        let page = page("<head>\n  <link data-trunk rel=\"rust\">\n  <title>A</title>\n</head>\n");
        assert_eq!(page, "<head>\n  <title>A</title>\n</head>\n");
    }
}
