//! Builds the shipped files, `dist/`, from the sources, and repeats only the steps whose inputs have changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use crate::{
    assets::{self, Asset, Assets, PurchaseAssets},
    compress, demo_site,
    error::{At as _, Error, Result},
    files, notices, package, page_scripts, setup,
    tools::Tool,
    wasm_build::{self, APP, App},
    workspace::Workspace,
};

/// The name under which the purchase ships. The glue holds the name of its script.
const PURCHASE: &str = "cr-widget-purchase";
/// The name of the manifest of what ships.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The tools that the build needs.
pub(crate) const TOOLS: [Tool; 5] = [Tool::WasmTarget, Tool::RustSrc, Tool::Node, Tool::WasmSplit, Tool::WasmBindgen];

/// Builds `dist/`, and lays out the demonstration site.
///
/// # Errors
/// When a tool cannot be had, a step fails, or a source does not hold what the build needs of it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::ensure(workspace, &TOOLS)?;
    let app = wasm_build::app(workspace)?;
    dist(workspace, &app)?;
    demo_site::lay_out(workspace)
}

/// Everything that ships, as names below `dist/` and their bytes.
type Files = BTreeMap<String, Vec<u8>>;

fn dist(workspace: &Workspace, app: &App) -> Result<()> {
    let dist = workspace.dist();
    let sheets = assets::style_sheets(workspace)?;
    let locales = assets::locales(workspace)?;
    let entries = page_scripts::sources(workspace)?;
    let script = workspace.read(assets::PURCHASE)?;
    let page = assets::page(&workspace.read(assets::PAGE)?);
    let page_files = assets::PAGE_FILES.map(|file| workspace.root.join(file));
    let page_bytes = page_files.iter().map(|file| wasm_build::read(file)).collect::<Result<Vec<_>>>()?;
    let ourselves = wasm_build::ourselves()?;
    let tools = wasm_build::read(&workspace.root.join("tools/package-lock.json"))?;
    let package = package::files(workspace)?;
    let notices = notices::notices(workspace)?;
    let texts = [&sheets.first, &sheets.second, &script, &page, &notices];
    let mut parts: Vec<&[u8]> = vec![&app.glue, &app.wasm, &app.purchase, &ourselves, &tools];
    parts.extend(texts.map(String::as_bytes));
    parts.extend(entries.iter().chain(&package).map(|(_, text)| text.as_bytes()));
    for (language, messages) in &locales {
        parts.extend([language, &messages.first, &messages.second].map(|text| text.as_bytes()));
    }
    parts.extend(page_bytes.iter().map(Vec::as_slice));
    let stamp = compress::key(&parts);
    let kept = workspace.work().join("dist");
    if wasm_build::is_current(&kept, &stamp) && dist.join(MANIFEST).is_file() {
        return Ok(());
    }

    let mut shipment = Shipment::default();
    let mut names = BTreeMap::new();
    let mut purchase_names = BTreeMap::new();
    for (language, messages) in locales {
        let stem = format!("locales/{language}");
        let more = shipment.ship_with_long_integrity(&format!("{stem}.purchase"), "json", messages.second.into_bytes());
        purchase_names.insert(language.clone(), more);
        names.insert(language, shipment.ship(&stem, "json", messages.first.into_bytes()));
    }
    let sheet = minify_text(workspace, &format!("{PURCHASE}.css"), &sheets.second)?;
    let purchase = PurchaseAssets {
        wasm: shipment.ship_with_long_integrity(PURCHASE, "wasm", app.purchase.clone()),
        css: shipment.ship_with_long_integrity(PURCHASE, "css", sheet),
        locales: purchase_names,
    };
    let script = workspace.work().join("minify/out").join(format!("{PURCHASE}.js"));
    let source = workspace.root.join(assets::PURCHASE);
    wasm_build::bundle_with_assets(workspace, &source, &purchase.to_json(), &script, &["--format=esm".into()])?;
    let script = shipment.ship_hashed(PURCHASE, "js", wasm_build::read(&script)?);
    let glue = files::replaced(&String::from_utf8_lossy(&app.glue), &format!("{PURCHASE}.js"), &script)
        .map_err(|problem| Error::Source { file: "the glue".into(), problem })?;
    let sheet = minify_text(workspace, "cr-widget.css", &sheets.first)?;
    let names = Assets {
        glue: shipment.ship_hashed(APP, "js", glue.into_bytes()),
        wasm: shipment.ship(&format!("{APP}_bg"), "wasm", app.wasm.clone()),
        css: shipment.ship("cr-widget", "css", sheet),
        locales: names,
    };
    for (name, script) in page_scripts::scripts(workspace, &names)? {
        shipment.ship_as(name, name, script);
    }
    for (name, text) in package {
        shipment.ship_as(name, name, text.into_bytes());
    }
    shipment.ship_as(notices::FILE, notices::FILE, notices.into_bytes());
    shipment.ship_as("index.html", "index.html", page.into_bytes());
    for (path, bytes) in page_files.iter().zip(page_bytes) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        shipment.ship_as(&name, &name, bytes);
    }
    put(&dist, &shipment.finish(workspace.version))?;
    wasm_build::clear(&kept)?;
    wasm_build::mark_current(&kept, &stamp)
}

/// The shipped files while they are collected.
#[derive(Default)]
struct Shipment {
    files: Files,
    named: Map<String, Value>,
}

impl Shipment {
    /// Adds a file whose name on disk holds its hash. Returns its URL with the short integrity, for the shell, which
    /// every visitor of the host page downloads.
    fn ship(&mut self, stem: &str, extension: &str, bytes: Vec<u8>) -> Asset {
        let integrity = compress::short_integrity(&bytes);
        vec![self.ship_hashed(stem, extension, bytes), integrity]
    }

    /// Adds a file as [`Self::ship`] does, and returns the long integrity.
    fn ship_with_long_integrity(&mut self, stem: &str, extension: &str, bytes: Vec<u8>) -> Asset {
        let integrity = compress::integrity(&bytes);
        vec![self.ship_hashed(stem, extension, bytes), integrity]
    }

    fn ship_hashed(&mut self, stem: &str, extension: &str, bytes: Vec<u8>) -> String {
        let path = format!("{stem}.{}.{extension}", compress::short_hash(&bytes));
        self.ship_as(&format!("{stem}.{extension}"), &path, bytes);
        path
    }

    /// Adds a file to the shipment, and to the manifest under its name.
    fn ship_as(&mut self, name: &str, path: &str, bytes: Vec<u8>) {
        let integrity = compress::integrity(&bytes);
        self.named.insert(name.to_owned(), json!({ "file": path, "bytes": bytes.len(), "integrity": integrity }));
        self.files.insert(path.to_owned(), bytes);
    }

    /// Returns all files, with the manifest and the compressed copies that servers send.
    fn finish(self, version: &str) -> Files {
        let Self { mut files, named } = self;
        let manifest = json!({ "version": version, "files": named });
        files.insert(MANIFEST.into(), format!("{manifest:#}\n").into_bytes());
        let compressed: Files = files
            .iter()
            .filter(|(path, _)| !package::is_for_people(path))
            .flat_map(|(path, bytes)| {
                [(format!("{path}.br"), compress::brotli(bytes)), (format!("{path}.gz"), compress::gzip(bytes))]
            })
            .collect();
        files.extend(compressed);
        files
    }
}

/// Makes `dist` hold these files and no others. The manifest is written last.
fn put(dist: &Path, files: &Files) -> Result<()> {
    for (path, bytes) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        files::write_if_changed(&dist.join(path), bytes)?;
    }
    if let Some(manifest) = files.get(MANIFEST) {
        files::write_if_changed(&dist.join(MANIFEST), manifest)?;
    }
    let wanted: BTreeSet<PathBuf> = files.keys().map(|path| dist.join(path)).collect();
    for path in files::walk(dist)? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

/// Returns the manifest of the last build.
///
/// # Errors
/// [`Error::File`] when nothing was built, [`Error::Source`] when the file is not a manifest of ours.
pub(crate) fn manifest(workspace: &Workspace) -> Result<Value> {
    let path = workspace.dist().join(MANIFEST);
    serde_json::from_slice(&wasm_build::read(&path)?)
        .map_err(|error| Error::Source { file: path.display().to_string(), problem: error.to_string() })
}

fn minify_text(workspace: &Workspace, name: &str, text: &str) -> Result<Vec<u8>> {
    let folder = workspace.work().join("minify");
    let (input, output) = (folder.join(name), folder.join("out").join(name));
    files::write_if_changed(&input, text.as_bytes())?;
    wasm_build::minify(workspace, &input, &output, &[])?;
    wasm_build::read(&output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_every_file_and_each_is_there_compressed() {
        let mut shipment = Shipment::default();
        let asset = shipment.ship_with_long_integrity("locales/en.purchase", "json", b"{}".to_vec());
        let [path, integrity] = asset.try_into().unwrap();
        shipment.ship_as("index.html", "index.html", b"<p>".to_vec());
        shipment.ship_as("README.md", "README.md", b"# It".to_vec());
        let files = shipment.finish("1.2.3");
        let manifest: Value = serde_json::from_slice(&files[MANIFEST]).unwrap();
        let named = &manifest["files"]["locales/en.purchase.json"];
        assert_eq!((named["file"].as_str().unwrap(), named["integrity"].as_str().unwrap()), (&*path, &*integrity));
        assert!(
            path.starts_with("locales/en.purchase.") && path.ends_with(".json") && integrity.starts_with("sha384-")
        );
        assert!(files.contains_key("README.md") && !files.contains_key("README.md.br"), "npm would pack it");
        for name in [&path, "index.html", MANIFEST] {
            assert!(["", ".br", ".gz"].iter().all(|end| files.contains_key(&format!("{name}{end}"))), "{name}");
        }
    }

    #[test]
    fn the_folder_holds_the_new_files_and_no_others() {
        let dist = std::env::temp_dir().join(format!("xtask-dist-{}", std::process::id()));
        let first = Files::from([("a.js".into(), b"1".to_vec()), ("locales/en.1.json".into(), b"{}".to_vec())]);
        let second = Files::from([("a.js".into(), b"2".to_vec()), ("locales/en.2.json".into(), b"{}".to_vec())]);
        put(&dist, &first).unwrap();
        put(&dist, &second).unwrap();
        let found = files::walk(&dist).unwrap();
        let text = fs::read(dist.join("a.js")).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!(found, [dist.join("a.js"), dist.join("locales/en.2.json")]);
        assert_eq!(text, b"2");
    }
}
