//! The files that make an npm package of the shipped files.

use crate::{error::Result, workspace::Workspace};

/// The hand-written types, the manifest of the element, the licences and the page of the package registry: for each its
/// name among the shipped files, and its source.
const SOURCES: [(&str, &str); 6] = [
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("custom-elements.json", "src/embed/shell/custom-elements.json"),
    ("README.md", "src/embed/shell/README.md"),
    ("define.d.ts", "src/embed/shell/define.d.ts"),
    ("index.d.ts", "src/embed/shell/index.d.ts"),
];

/// Returns the files with their texts.
///
/// # Errors
/// When a source cannot be read.
pub(crate) fn files(workspace: &Workspace) -> Result<Vec<(&'static str, String)>> {
    let mut files =
        SOURCES.iter().map(|(name, source)| Ok((*name, workspace.read(source)?))).collect::<Result<Vec<_>>>()?;
    files.push(("package.json", manifest(workspace.version)));
    Ok(files)
}

/// Whether a file is meant for people who look into the package: no browser requests it, and npm packs every file whose
/// name begins like that.
pub(crate) fn is_for_people(path: &str) -> bool {
    path == "README.md" || path.starts_with("LICENSE")
}

/// The contents of `package.json`. The first condition that fits an export counts, so their order matters. Compressed
/// files, the standalone page and its files are for web servers and stay out of the package.
const MANIFEST: &str = r#"{
  "name": "cr-widget",
  "version": "VERSION",
  "description": "An embeddable checkout for gift cards, mobile top-ups and eSIMs, paid in crypto",
  "license": "MIT OR Apache-2.0",
  "type": "module",
  "main": "./index.js",
  "types": "./index.d.ts",
  "customElements": "./custom-elements.json",
  "exports": {
    ".": { "types": "./index.d.ts", "default": "./index.js" },
    "./define": { "types": "./define.d.ts", "default": "./define.js" },
    "./custom-elements.json": "./custom-elements.json",
    "./manifest.json": "./manifest.json",
    "./package.json": "./package.json"
  },
  "files": [
    "cr-widget*.js",
    "cr-widget*.wasm",
    "cr-widget*.css",
    "index.js",
    "index.d.ts",
    "define.js",
    "define.d.ts",
    "custom-elements.json",
    "locales/*.json",
    "manifest.json",
    "LICENSE-*",
    "THIRD-PARTY-NOTICES.txt"
  ],
  "sideEffects": ["./define.js", "./cr-widget.js"]
}
"#;

fn manifest(version: &str) -> String {
    MANIFEST.replacen("VERSION", version, 1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::notices;

    #[test]
    fn only_the_entry_that_registers_has_side_effects() {
        let manifest: Value = serde_json::from_str(&manifest("1.2.3")).unwrap();
        assert_eq!(manifest["version"], "1.2.3");
        assert_eq!(manifest["exports"]["."]["default"], "./index.js");
        assert!(manifest["files"].as_array().unwrap().contains(&json!(notices::FILE)));
        let element = manifest["customElements"].as_str().unwrap().trim_start_matches("./");
        assert!(SOURCES.iter().any(|(name, _)| *name == element), "{element} is shipped");
        assert!(manifest["files"].as_array().unwrap().contains(&json!(element)), "{element} is packed");
        let impure = manifest["sideEffects"].as_array().unwrap();
        assert!(impure.contains(&json!("./define.js")) && !impure.contains(&json!("./index.js")));
    }
}
