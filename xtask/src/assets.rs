//! What ships besides the wasm: the shell with the names of its assets, the style sheet, the messages, the page.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    error::{At as _, Error, Result},
    workspace::Workspace,
};

/// The hand-written shell.
pub(crate) const SHELL: &str = "src/embed/shell/cr-widget.js";
/// Where the messages are, one file a language.
pub(crate) const LOCALES: &str = "src/i18n/locales";
/// The standalone page.
pub(crate) const PAGE: &str = "index.html";
/// What the standalone page needs besides the widget.
pub(crate) const PAGE_FILES: [&str; 2] = ["standalone/standalone.css", "standalone/favicon.svg"];

/// Stands before the object in the shell that names its assets.
const MARK: &str = "/*@assets*/";
/// The order of the cascade, whatever the order of the sheets.
const LAYERS: &str = "@layer reset, tokens, components, states;\n";

/// The URL and, where the browser can check it, the hash of every asset that the shell loads.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The JavaScript that `wasm-bindgen` wrote; imported, so not checked.
    pub(crate) glue: String,
    /// The wasm and its hash.
    pub(crate) wasm: (String, String),
    /// The style sheet and its hash.
    pub(crate) css: (String, String),
    /// For each language, its messages and their hash.
    pub(crate) locales: BTreeMap<String, (String, String)>,
}

impl Assets {
    fn to_json(&self, version: &str) -> Value {
        let locales = |part: fn(&(String, String)) -> &String| -> Value {
            self.locales.iter().map(|(language, asset)| (language.clone(), part(asset).clone())).collect()
        };
        json!({
            "glue": self.glue,
            "wasm": self.wasm.0,
            "css": self.css.0,
            "locales": locales(|asset| &asset.0),
            "version": version,
            "integrity": { "wasm": self.wasm.1, "css": self.css.1, "locales": locales(|asset| &asset.1) },
        })
    }
}

/// The shell with the real names in the place of the ones that development uses.
///
/// # Errors
/// [`Error::Source`] when the shell has no such place, or its own list of languages is not the list of files.
pub(crate) fn shell(source: &str, assets: &Assets, version: &str) -> Result<String> {
    let wrong = |problem: String| Error::Source { file: SHELL.into(), problem };
    let (before, rest) = source
        .split_once(MARK)
        .ok_or_else(|| wrong(format!("holds no {MARK} before the object that names its assets")))?;
    if rest.contains(MARK) {
        return Err(wrong(format!("holds {MARK} more than once")));
    }
    let object = object(rest).ok_or_else(|| wrong(format!("no object follows {MARK}")))?;
    let after = &rest[rest.len() - (rest.trim_start().len() - object.len())..];
    for language in assets.locales.keys() {
        if !object.contains(&format!("\"locales/{language}.json\"")) {
            return Err(wrong(format!("its own list of languages lacks locales/{language}.json")));
        }
    }
    let named = object.matches("\"locales/").count();
    if named != assets.locales.len() {
        return Err(wrong(format!("it names {named} languages, and {LOCALES} holds {}", assets.locales.len())));
    }
    Ok(format!("{before}{}{after}", assets.to_json(version)))
}

/// The object literal at the start of `text`; its strings hold no braces.
fn object(text: &str) -> Option<&str> {
    let text = text.trim_start();
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

/// All sheets of `style/` as one: the order of the layers, the reset, the tokens, then the components by name.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn style_sheet(workspace: &Workspace) -> Result<String> {
    let mut names = list(&workspace.root.join("style"), "css")?;
    sort_sheets(&mut names);
    let mut sheet = LAYERS.to_owned();
    for path in names {
        sheet.push_str(fs::read_to_string(&path).at("read", &path)?.trim());
        sheet.push('\n');
    }
    Ok(sheet)
}

fn sort_sheets(paths: &mut [PathBuf]) {
    paths.sort_by_key(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let rank = match name.as_str() {
            "reset.css" => 0,
            "tokens.css" => 1,
            _ => 2,
        };
        (rank, name)
    });
}

/// The messages of each language, as compact JSON.
///
/// # Errors
/// [`Error::File`], or [`Error::Source`] when a file is not a JSON object or there is none.
pub(crate) fn locales(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    let mut locales = BTreeMap::new();
    for path in list(&workspace.root.join(LOCALES), "json")? {
        let language = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let wrong = |problem: String| Error::Source { file: format!("{LOCALES}/{language}.json"), problem };
        let text = fs::read_to_string(&path).at("read", &path)?;
        let messages: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if !messages.is_object() {
            return Err(wrong("is not an object".into()));
        }
        locales.insert(language, messages.to_string());
    }
    if locales.is_empty() {
        return Err(Error::Source { file: LOCALES.into(), problem: "holds no messages".into() });
    }
    Ok(locales)
}

/// The standalone page without the lines that are for Trunk.
pub(crate) fn page(source: &str) -> String {
    source.lines().filter(|line| !line.contains("data-trunk")).map(|line| format!("{line}\n")).collect()
}

/// Writes the one style sheet where Trunk picks it up.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn write_for_trunk(workspace: &Workspace) -> Result<()> {
    // `index.html` names this place, so it cannot follow a target folder elsewhere.
    write_if_changed(&workspace.root.join("target/xtask/trunk/cr-widget.css"), style_sheet(workspace)?.as_bytes())
}

/// Writes a file, and its folder, unless it holds just that already.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).at("create", folder)?;
    }
    fs::write(path, bytes).at("write", path)
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

    const SOURCE: &str = "const A = 1;\nconst ASSETS = /*@assets*/ { glue: \"cr-widget-app.js\", locales: { en: \"locales/en.json\" }, version: \"0.0.0\" };\nload(ASSETS);\n";

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
        assert_eq!(object["locales"]["en"], "locales/en.4.json");
        assert_eq!(object["integrity"]["locales"]["en"], "sha384-e");
    }

    #[test]
    fn a_shell_without_its_place_or_with_another_list_of_languages_is_refused() {
        let italian = SOURCE.replace("en.json\"", "en.json\", it: \"locales/it.json\"");
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
    fn reset_and_tokens_come_before_the_components() {
        let mut paths = ["tokens.css", "badge.css", "reset.css", "address.css"].map(PathBuf::from);
        sort_sheets(&mut paths);
        assert_eq!(paths, ["reset.css", "tokens.css", "address.css", "badge.css"].map(PathBuf::from));
    }

    #[test]
    fn the_page_loses_the_lines_for_trunk_only() {
        let page = page("<head>\n  <link data-trunk rel=\"rust\">\n  <title>A</title>\n</head>\n");
        assert_eq!(page, "<head>\n  <title>A</title>\n</head>\n");
    }
}
