//! What ships besides the wasm: the names of the assets for the scripts, the style sheets, the messages, the page.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{
    error::{At as _, Error, Result},
    split::{self, ByModule},
    wasm_build::APP,
    workspace::Workspace,
};

/// The hand-written script that loads the purchase.
pub(crate) const PURCHASE: &str = "src/embed/shell/purchase.js";
/// The folder of the messages, with one file a language.
pub(crate) const LOCALES: &str = "src/i18n/locales";
/// The standalone page.
pub(crate) const PAGE: &str = "index.html";
/// The files that the standalone page needs besides the widget.
pub(crate) const PAGE_FILES: [&str; 2] = ["standalone/standalone.css", "standalone/favicon.svg"];

/// The order of the cascade layers, whatever the order of the sheets.
const LAYERS: &str = "@layer reset, tokens, components, states;\n";

/// The URL of an asset and, where the browser can check it, its integrity.
pub(crate) type Asset = Vec<String>;

/// The assets that the shell loads.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The URL of the JavaScript around the first wasm module. It is imported, so the browser cannot check its hash.
    pub(crate) glue: String,
    /// The first wasm module.
    pub(crate) wasm: Asset,
    /// The first style sheet.
    pub(crate) css: Asset,
    /// For each language, its first messages.
    pub(crate) locales: BTreeMap<String, Asset>,
}

impl Assets {
    /// Returns what the shell imports as `cr-widget/assets`.
    pub(crate) fn to_json(&self, version: &str) -> String {
        let Self { glue, wasm, css, locales } = self;
        json!({ "glue": glue, "wasm": wasm, "css": css, "locales": locales, "version": version }).to_string()
    }

    /// Returns the assets under the names that Trunk gives them.
    ///
    /// # Errors
    /// When the messages cannot be read.
    pub(crate) fn of_trunk(workspace: &Workspace) -> Result<Self> {
        let languages = locales(workspace)?.into_keys();
        let messages = |language: String| {
            let file = format!("locales/{language}.json");
            (language, vec![file])
        };
        Ok(Self {
            glue: format!("{APP}.js"),
            wasm: vec![format!("{APP}_bg.wasm")],
            css: vec!["cr-widget.css".into()],
            locales: languages.map(messages).collect(),
        })
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

impl PurchaseAssets {
    /// Returns what the script imports as `cr-widget/assets`.
    pub(crate) fn to_json(&self) -> String {
        json!({ "wasm": self.wasm, "css": self.css, "locales": self.locales }).to_string()
    }
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

    #[test]
    fn the_scripts_get_the_names_of_their_assets_with_the_hashes() {
        let locales: BTreeMap<_, _> = [("en".into(), vec!["locales/en.4.json".into(), "sha384-e".into()])].into();
        let (wasm, css) = (vec!["app.2.wasm".into(), "sha384-w".into()], vec!["style.3.css".into()]);
        let assets =
            Assets { glue: "glue.1.js".into(), wasm: wasm.clone(), css: css.clone(), locales: locales.clone() };
        let object: Value = serde_json::from_str(&assets.to_json("1.2.3")).unwrap();
        let messages = json!({ "en": ["locales/en.4.json", "sha384-e"] });
        let wasm_and_css = json!({ "wasm": ["app.2.wasm", "sha384-w"], "css": ["style.3.css"], "locales": messages });
        let mut whole = json!({ "glue": "glue.1.js", "version": "1.2.3" });
        whole.as_object_mut().unwrap().extend(wasm_and_css.as_object().unwrap().clone());
        assert_eq!(object, whole);
        let object: Value = serde_json::from_str(&PurchaseAssets { wasm, css, locales }.to_json()).unwrap();
        assert_eq!(object, wasm_and_css);
    }

    #[test]
    fn the_page_loses_the_lines_for_trunk_only() {
        let page = page("<head>\n  <link data-trunk rel=\"rust\">\n  <title>A</title>\n</head>\n");
        assert_eq!(page, "<head>\n  <title>A</title>\n</head>\n");
    }
}
