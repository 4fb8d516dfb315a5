//! The notices for the packages of others that the wasm contains: names, versions, licences and their texts.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::{
    error::{At as _, Error, Result},
    process::Task,
    workspace::{WASM, Workspace},
};

/// The name of the file in which they ship.
pub(crate) const FILE: &str = "THIRD-PARTY-NOTICES.txt";

/// Our package, whose dependencies ship.
const PACKAGE: &str = "cr-widget";
const HEAD: &str = "\
What cr-widget contains of others: the Rust packages compiled into its WebAssembly, and the JavaScript that wasm-bindgen writes.
The Rust standard library (MIT OR Apache-2.0, copyright the Rust Project contributors) is contained too.
";
const RULE: &str = "────────────────────────────────────────────────────────────────────────────────";

/// A package that ships.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    licence: String,
    manifest: String,
}

/// Returns the text of the file, which is the same on every machine.
///
/// # Errors
/// When `cargo metadata` fails, or a package cannot be read.
pub(crate) fn notices(workspace: &Workspace) -> Result<String> {
    let metadata = Task::cargo()
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", WASM, "--features", "split"])
        .dir(&workspace.root)
        .capture()?;
    let wrong = |problem: String| Error::Source { file: "cargo metadata".into(), problem };
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| wrong(error.to_string()))?;
    let packages = shipped(&metadata);
    if packages.is_empty() {
        return Err(wrong(format!("the output lists no dependencies of {PACKAGE}")));
    }
    let mut texts = BTreeMap::new();
    for package in &packages {
        let folder = Path::new(&package.manifest).parent().unwrap_or(Path::new("."));
        texts.insert(package, licence_texts(folder)?);
    }
    Ok(written(&texts))
}

/// Returns the packages of others that are compiled into the wasm, without those that run only at build time or in
/// tests.
fn shipped(metadata: &Value) -> BTreeSet<Package> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<String, Value> =
        list(&metadata["resolve"]["nodes"]).into_iter().map(|node| (text(&node["id"]), node)).collect();
    let is_macro = |package: &Value| {
        list(&package["targets"]).iter().any(|target| list(&target["kind"]).iter().any(|kind| kind == "proc-macro"))
    };
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut left: Vec<String> =
        packages.iter().filter(|(_, package)| package["name"] == PACKAGE).map(|(id, _)| id.clone()).collect();
    while let Some(id) = left.pop() {
        let Some(package) = packages.get(&id).filter(|package| !is_macro(package)) else { continue };
        if !seen.insert(id.clone()) {
            continue;
        }
        if !package["source"].is_null() {
            found.insert(Package {
                name: text(&package["name"]),
                version: text(&package["version"]),
                licence: text(&package["license"]),
                manifest: text(&package["manifest_path"]),
            });
        }
        let deps = nodes.get(&id).map(|node| list(&node["deps"])).unwrap_or_default();
        let is_normal = |dep: &&Value| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        left.extend(deps.iter().filter(is_normal).map(|dep| text(&dep["pkg"])));
    }
    found
}

/// Returns the texts of a package's licence. Of several to choose from, that is the MIT licence, which asks to be
/// passed on.
fn licence_texts(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).at("read", folder)? {
        let entry = entry.at("read", folder)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && is_licence(&name) {
            names.push(name);
        }
    }
    names.sort();
    let of_mit: Vec<String> = names.iter().filter(|name| name.to_ascii_uppercase().contains("MIT")).cloned().collect();
    let chosen = if of_mit.is_empty() { names } else { of_mit };
    chosen.iter().map(|name| read(&folder.join(name))).collect()
}

fn is_licence(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"].iter().any(|start| name.starts_with(start))
}

fn read(path: &Path) -> Result<String> {
    let text = fs::read(path).at("read", path)?;
    let lines: Vec<String> = String::from_utf8_lossy(&text).lines().map(|line| line.trim_end().to_owned()).collect();
    Ok(lines.join("\n").trim_matches('\n').to_owned())
}

/// Returns a list of the packages, followed by each text once, with the packages that it is for.
fn written(texts: &BTreeMap<&Package, Vec<String>>) -> String {
    let mut file = format!("{HEAD}\n");
    let mut for_text: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (package, texts) in texts {
        let name = format!("{} {}", package.name, package.version);
        let remark = if texts.is_empty() { "; the package contains no text of its licence" } else { "" };
        file.push_str(&format!("{name} ({}{remark})\n", package.licence));
        for text in texts {
            for_text.entry(text).or_default().push(name.clone());
        }
    }
    let mut sections: Vec<_> = for_text.into_iter().map(|(text, names)| (names, text)).collect();
    sections.sort();
    for (names, text) in sections {
        file.push_str(&format!("\n{RULE}\n{}\n\n{text}\n", names.join(", ")));
    }
    file
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_runs_at_build_time_or_in_tests_does_not_ship() {
        let package = |id: &str, source: Value, kind: &str| {
            json!({ "id": id, "name": id, "version": "1.0.0", "license": "MIT", "source": source,
                    "manifest_path": format!("/crates/{id}/Cargo.toml"), "targets": [{ "kind": [kind] }] })
        };
        let dep = |id: &str, kind: Value| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [
                package(PACKAGE, Value::Null, "lib"),
                package("core-of-ours", Value::Null, "lib"),
                package("views", json!("registry"), "lib"),
                package("derive", json!("registry"), "proc-macro"),
                package("of-derive", json!("registry"), "lib"),
                package("of-build", json!("registry"), "lib"),
                package("of-tests", json!("registry"), "lib"),
                package("deep", json!("registry"), "lib"),
            ],
            "resolve": { "nodes": [
                { "id": PACKAGE, "deps": [dep("core-of-ours", Value::Null), dep("views", Value::Null),
                    dep("of-build", json!("build")), dep("of-tests", json!("dev"))] },
                { "id": "core-of-ours", "deps": [dep("deep", Value::Null)] },
                { "id": "views", "deps": [dep("derive", Value::Null), dep("deep", Value::Null)] },
                { "id": "derive", "deps": [dep("of-derive", Value::Null)] },
            ] },
        });
        let names: Vec<_> = shipped(&metadata).into_iter().map(|package| package.name).collect();
        assert_eq!(names, ["deep", "views"]);
    }

    #[test]
    fn each_text_is_written_once_and_no_path_is() {
        let package = |name: &str| Package {
            name: name.into(),
            version: "1.0.0".into(),
            licence: "MIT".into(),
            manifest: format!("/home/ada/{name}/Cargo.toml"),
        };
        let (one, two, three) = (package("one"), package("two"), package("three"));
        let same = || vec!["Permission is hereby granted".to_owned()];
        let file = written(&[(&one, same()), (&two, same()), (&three, vec![])].into());
        assert_eq!(file.matches("Permission").count(), 1);
        assert!(file.contains("\none 1.0.0, two 1.0.0\n\nPermission"), "{file}");
        assert!(file.contains("three 1.0.0 (MIT; the package contains no text of its licence)"), "{file}");
        assert!(!file.contains("/home"));
    }
}
