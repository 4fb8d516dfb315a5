//! The shipped files: `dist/`, from the sources, doing only what has changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    assets::{self, Assets},
    compress,
    error::{At as _, Error, Result},
    process::Task,
    setup,
    tools::{Tool, npm_program},
    wasm,
    workspace::{WASM, Workspace},
};

/// The bin that ships, which also names the files made of it.
const APP: &str = "cr-widget-app";
/// The oldest browsers we support, for the minifier.
const BROWSERS: &str = "--target=chrome111,firefox115,safari16.4";
/// The manifest of what ships.
pub(crate) const MANIFEST: &str = "manifest.json";

/// What the build needs.
pub(crate) const TOOLS: [Tool; 3] = [Tool::WasmTarget, Tool::Node, Tool::WasmBindgen];

/// Builds `dist/`.
///
/// # Errors
/// When a tool cannot be had, a step fails, or a source does not hold what the build needs of it.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::ensure(workspace, &TOOLS)?;
    let compiled = compile(workspace)?;
    let app = app(workspace, &compiled)?;
    dist(workspace, &app)
}

/// The compiled wasm, before any tool touched it.
fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let remaps = workspace.remaps()?;
    // As in `.cargo/config.toml`, which the variable below hides.
    let mut flags = vec!["--cfg".to_owned(), "erase_components".to_owned()];
    flags.extend(remaps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())));
    Task::cargo()
        .args(["build", "--package", "cr-widget", "--bin", APP, "--profile", "wasm", "--target", WASM])
        // Encoded, because paths may hold spaces. The profile has a folder of its own: no other build notices.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .dir(&workspace.root)
        .run()?;
    Ok(workspace.target.join(WASM).join("wasm").join(format!("{APP}.wasm")))
}

/// The two files that `wasm-bindgen` makes of the compiled wasm, optimised.
struct App {
    glue: Vec<u8>,
    wasm: Vec<u8>,
}

fn app(workspace: &Workspace, compiled: &Path) -> Result<App> {
    let folder = workspace.work().join("app");
    let glue = folder.join(format!("{APP}.js"));
    let wasm = folder.join(format!("{APP}_bg.wasm"));
    let stamp =
        compress::key(&[&read(compiled)?, &ourselves()?, &read(&workspace.root.join("tools/package-lock.json"))?]);
    if !is_current(&folder, &stamp) {
        bind(workspace, compiled, &folder)?;
        optimize(workspace, compiled, &wasm, &["--strip-debug", "--strip-producers", "--strip-target-features"])?;
        minify(workspace, &glue, &glue, &["--format=esm"])?;
        mark_current(&folder, &stamp)?;
    }
    Ok(App { glue: read(&glue)?, wasm: read(&wasm)? })
}

/// The optimised wasm with the names of its functions.
///
/// # Errors
/// When a step fails.
pub(crate) fn named_wasm(workspace: &Workspace) -> Result<PathBuf> {
    let compiled = compile(workspace)?;
    let folder = workspace.work().join("named");
    let wasm = folder.join(format!("{APP}_bg.wasm"));
    bind(workspace, &compiled, &folder)?;
    optimize(workspace, &compiled, &wasm, &["--debuginfo"])?;
    Ok(wasm)
}

fn bind(workspace: &Workspace, compiled: &Path, folder: &Path) -> Result<()> {
    clear(folder)?;
    Task::new(Tool::WasmBindgen.path(workspace)?)
        .args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--encode-into", "always"])
        .args(["--out-name", APP, "--out-dir"])
        .args([folder, compiled])
        .run()
}

/// `wasm-opt` in place, with the features that the compiler used.
fn optimize(workspace: &Workspace, compiled: &Path, wasm: &Path, args: &[&str]) -> Result<()> {
    let features = wasm::optimizer_flags(&read(compiled)?)
        .map_err(|problem| Error::Source { file: compiled.display().to_string(), problem })?;
    Task::new(npm_program(workspace, "wasm-opt"))
        .arg("-Oz")
        .args(args)
        .args(features)
        .args([wasm, Path::new("-o"), wasm])
        .run()
}

/// Everything that ships, as names below `dist/` and their bytes.
type Files = BTreeMap<String, Vec<u8>>;

fn dist(workspace: &Workspace, app: &App) -> Result<()> {
    let dist = workspace.dist();
    let sheet = assets::style_sheet(workspace)?;
    let locales = assets::locales(workspace)?;
    let shell = workspace.read(assets::SHELL)?;
    let page = assets::page(&workspace.read(assets::PAGE)?);
    let page_files = assets::PAGE_FILES.map(|file| workspace.root.join(file));
    let ourselves = ourselves()?;
    let tools = read(&workspace.root.join("tools/package-lock.json"))?;
    let mut parts: Vec<&[u8]> = vec![&app.glue, &app.wasm, sheet.as_bytes(), shell.as_bytes(), page.as_bytes()];
    parts.extend(locales.iter().flat_map(|(language, messages)| [language.as_bytes(), messages.as_bytes()]));
    let page_bytes = page_files.iter().map(|file| read(file)).collect::<Result<Vec<_>>>()?;
    parts.extend(page_bytes.iter().map(Vec::as_slice));
    parts.extend([ourselves.as_slice(), &tools]);
    let stamp = compress::key(&parts);
    let kept = workspace.work().join("dist");
    if is_current(&kept, &stamp) && dist.join(MANIFEST).is_file() {
        return Ok(());
    }

    let mut files = Files::new();
    let mut named = BTreeMap::new();
    let mut ship = |name: &str, path: String, bytes: Vec<u8>| {
        let integrity = compress::integrity(&bytes);
        named.insert(name.to_owned(), json!({ "file": path, "bytes": bytes.len(), "integrity": integrity }));
        let short = compress::short_integrity(&bytes);
        files.insert(path.clone(), bytes);
        (path, short)
    };
    let hashed =
        |stem: &str, extension: &str, bytes: &[u8]| format!("{stem}.{}.{extension}", compress::short_hash(bytes));

    let sheet = minify_text(workspace, "cr-widget.css", &sheet)?;
    let wasm_name = format!("{APP}_bg");
    let names = Assets {
        glue: ship(&format!("{APP}.js"), hashed(APP, "js", &app.glue), app.glue.clone()).0,
        wasm: ship(&format!("{wasm_name}.wasm"), hashed(&wasm_name, "wasm", &app.wasm), app.wasm.clone()),
        css: ship("cr-widget.css", hashed("cr-widget", "css", &sheet), sheet),
        locales: locales
            .into_iter()
            .map(|(language, messages)| {
                let stem = format!("locales/{language}");
                let path = hashed(&stem, "json", messages.as_bytes());
                let asset = ship(&format!("{stem}.json"), path, messages.into_bytes());
                (language, asset)
            })
            .collect(),
    };
    let shell = assets::shell(&shell, &names, workspace.version)?;
    let shell = minify_text(workspace, "cr-widget.js", &shell)?;
    ship("cr-widget.js", "cr-widget.js".into(), shell);
    ship("index.html", "index.html".into(), page.into_bytes());
    for (path, bytes) in page_files.iter().zip(page_bytes) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        ship(&name, name.clone(), bytes);
    }
    let manifest = json!({ "version": workspace.version, "files": named });
    files.insert(MANIFEST.into(), format!("{manifest:#}\n").into_bytes());

    let compressed: Files = files
        .iter()
        .flat_map(|(path, bytes)| {
            [(format!("{path}.br"), compress::brotli(bytes)), (format!("{path}.gz"), compress::gzip(bytes))]
        })
        .collect();
    files.extend(compressed);
    put(&dist, &files)?;
    clear(&kept)?;
    mark_current(&kept, &stamp)
}

/// Makes `dist` hold these files and no others. The manifest goes last.
fn put(dist: &Path, files: &Files) -> Result<()> {
    for (path, bytes) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        assets::write_if_changed(&dist.join(path), bytes)?;
    }
    if let Some(manifest) = files.get(MANIFEST) {
        assets::write_if_changed(&dist.join(MANIFEST), manifest)?;
    }
    let wanted: BTreeSet<PathBuf> = files.keys().map(|path| dist.join(path)).collect();
    for path in walk(dist)? {
        if !wanted.contains(&path) {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

/// All files below a folder.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).at("read", &folder)? {
            let path = entry.at("read", &folder)?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                paths.push(path);
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// The manifest of the last build.
///
/// # Errors
/// [`Error::File`] when nothing was built, [`Error::Source`] when it is not ours.
pub(crate) fn manifest(workspace: &Workspace) -> Result<Value> {
    let path = workspace.dist().join(MANIFEST);
    serde_json::from_slice(&read(&path)?)
        .map_err(|error| Error::Source { file: path.display().to_string(), problem: error.to_string() })
}

fn minify_text(workspace: &Workspace, name: &str, text: &str) -> Result<Vec<u8>> {
    let folder = workspace.work().join("minify");
    let (input, output) = (folder.join(name), folder.join("out").join(name));
    assets::write_if_changed(&input, text.as_bytes())?;
    minify(workspace, &input, &output, &[])?;
    read(&output)
}

fn minify(workspace: &Workspace, input: &Path, output: &Path, args: &[&str]) -> Result<()> {
    Task::new(npm_program(workspace, "esbuild"))
        .arg(input)
        .args([
            "--minify",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
            BROWSERS,
            "--allow-overwrite",
        ])
        .args(args)
        .arg(format!("--outfile={}", output.display()))
        .run()
}

/// Our own program: when a step changes, what it made is stale.
fn ourselves() -> Result<Vec<u8>> {
    let path = env::current_exe().at("find", Path::new("xtask"))?;
    read(&path)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).at("read", path)
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).at("remove", folder)?;
    }
    fs::create_dir_all(folder).at("create", folder)
}

fn is_current(folder: &Path, stamp: &str) -> bool {
    fs::read_to_string(folder.join(".stamp")).is_ok_and(|found| found == stamp)
}

fn mark_current(folder: &Path, stamp: &str) -> Result<()> {
    let path = folder.join(".stamp");
    fs::write(&path, stamp).at("write", &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_holds_the_new_files_and_no_others() {
        let dist = env::temp_dir().join(format!("xtask-dist-{}", std::process::id()));
        let first = Files::from([("a.js".into(), b"1".to_vec()), ("locales/en.1.json".into(), b"{}".to_vec())]);
        let second = Files::from([("a.js".into(), b"2".to_vec()), ("locales/en.2.json".into(), b"{}".to_vec())]);
        put(&dist, &first).unwrap();
        put(&dist, &second).unwrap();
        let found = walk(&dist).unwrap();
        let text = fs::read(dist.join("a.js")).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!(found, [dist.join("a.js"), dist.join("locales/en.2.json")]);
        assert_eq!(text, b"2");
    }
}
