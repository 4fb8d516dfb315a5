//! Compiles the sources to the two wasm modules and their glue: what the brand grid needs, and the purchase.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::json;

use crate::{
    compress,
    error::{At as _, Error, Result},
    files, function_order, glue,
    process::Task,
    tools::{Tool, npm_program},
    wasm::{self, Interface},
    workspace::{WASM, Workspace},
};

/// The binary that ships. The files made of it have its name too.
pub(crate) const APP: &str = "cr-widget-app";
/// The file that `wasm-split-cli` writes for the functions marked as `purchase`.
const PURCHASE: &str = "split_purchase.wasm";
/// The module name under which that file imports what it shares with the first one.
const SHARED: &str = "__wasm_split";
/// The sources of the bundle of the glue. It begins with the first one, and has the second one injected. The others load
/// the purchase, guard the first module, and handle an order that is being made when that module dies.
const GLUE_SOURCES: [&str; 5] = [
    "src/embed/shell/glue.js",
    "src/embed/shell/in-place.js",
    "src/embed/shell/load-purchase.js",
    "src/embed/shell/crash-guard.js",
    "src/embed/shell/pending-create.js",
];
/// The flags that remove everything that only a debugger reads.
const STRIP: [&str; 3] = ["--strip-debug", "--strip-producers", "--strip-target-features"];

/// What the modules are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// The modules ship, in as few bytes as possible.
    Ship,
    /// The modules are examined, and keep the names of their functions.
    Weigh,
}

/// The files made of the compiled wasm, optimised.
pub(crate) struct App {
    /// The JavaScript around the first module, minified.
    pub(crate) glue: Vec<u8>,
    /// The first module: up to the brand grid.
    pub(crate) wasm: Vec<u8>,
    /// The second module: the purchase.
    pub(crate) purchase: Vec<u8>,
}

/// Makes the files, unless nothing has changed.
///
/// # Errors
/// When a step fails, or a tool's output is not what the next step expects.
pub(crate) fn app(workspace: &Workspace) -> Result<App> {
    let compiled = compile(workspace)?;
    let folder = workspace.work().join("app");
    let sources = GLUE_SOURCES.map(|file| read(&workspace.root.join(file)));
    let mut parts = vec![read(&compiled)?, ourselves()?, read(&workspace.root.join("tools/package-lock.json"))?];
    for source in sources {
        parts.push(source?);
    }
    let stamp = compress::key(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let made = Made::at(&folder);
    if !is_current(&folder, &stamp) {
        made.make(workspace, &compiled, Purpose::Ship)?;
        mark_current(&folder, &stamp)?;
    }
    Ok(App { glue: read(&made.glue)?, wasm: read(&made.wasm)?, purchase: read(&made.purchase)? })
}

/// Makes both modules, optimised but with the names of their functions, and returns their paths.
///
/// # Errors
/// When a step fails.
pub(crate) fn named(workspace: &Workspace) -> Result<[PathBuf; 2]> {
    let compiled = compile(workspace)?;
    let made = Made::at(&workspace.work().join("named"));
    made.make(workspace, &compiled, Purpose::Weigh)?;
    Ok([made.wasm, made.purchase])
}

/// The flags that compile the standard library with the widget, which saves bytes (docs/decisions/0014).
const OWN_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
/// The flags by which a panic ends the instance where it happens, without making a message. The last flag is for
/// `wasm-split-cli`.
const FLAGS: [&str; 3] = ["-Zunstable-options", "-Cpanic=immediate-abort", "-Clink-arg=--emit-relocs"];

/// Compiles the wasm, and returns its path before any tool has changed it.
fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let remaps = workspace.remaps()?;
    // The first two flags are those of `.cargo/config.toml`, which the variable below overrides.
    let mut flags: Vec<String> = ["--cfg", "erase_components"].into_iter().chain(FLAGS).map(str::to_owned).collect();
    flags.extend(remaps.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())));
    Task::cargo()
        .args(["build", "--package", "cr-widget", "--bin", APP, "--features", "split"])
        .args(["--profile", "wasm", "--target", WASM])
        .args(OWN_STD)
        // The flags above are unstable, and the compiler stays the stable one of `rust-toolchain.toml`.
        .env("RUSTC_BOOTSTRAP", "1")
        // The flags are encoded, because paths may hold spaces. The profile has a folder of its own, so no other build
        // is affected.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .dir(&workspace.root)
        .run()?;
    Ok(workspace.target.join(WASM).join("wasm").join(format!("{APP}.wasm")))
}

/// The paths of the files that are made.
struct Made {
    folder: PathBuf,
    glue: PathBuf,
    wasm: PathBuf,
    purchase: PathBuf,
}

impl Made {
    fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            glue: folder.join(format!("{APP}.js")),
            wasm: folder.join(format!("{APP}.wasm")),
            purchase: folder.join(PURCHASE),
        }
    }

    fn make(&self, workspace: &Workspace, compiled: &Path, purpose: Purpose) -> Result<()> {
        let (halves, bound) = (self.folder.join("halves"), self.folder.join("bound"));
        clear(&self.folder)?;
        split(workspace, compiled, &halves)?;
        bind(workspace, &halves.join(format!("{APP}.wasm")), &bound)?;

        let features = wasm::optimizer_flags(&read(compiled)?).map_err(|problem| wrong(compiled, problem))?;
        let optimize = |from: &Path, to: &Path| optimize(workspace, &features, purpose, from, to);
        optimize(&halves.join(PURCHASE), &self.purchase)?;

        optimize(&bound.join(format!("{APP}_bg.wasm")), &self.wasm)?;

        let mut interface = interface_of(&self.wasm)?;
        let functions = glue::functions(&interface.imports).map_err(|problem| wrong(&self.wasm, problem))?;
        let exports = glue::shorten(&mut interface, &shared(&self.purchase)?);
        rewrite(&self.wasm, &interface)?;
        self.bundle(workspace, &bound.join(format!("{APP}_bg.js")), &functions, &exports)
    }

    /// Bundles the glue with the loader of the second module and the guard: what the shell uses, and the functions that
    /// the wasm imports. `exports` are the new names of what the wasm exports.
    fn bundle(
        &self,
        workspace: &Workspace,
        bindings: &Path,
        functions: &str,
        exports: &BTreeMap<String, String>,
    ) -> Result<()> {
        let [entry, in_place, load_purchase, crash_guard, _] = GLUE_SOURCES.map(|file| workspace.root.join(file));
        let (imports, names) = (self.folder.join("imports.js"), self.folder.join("exports.json"));
        fs::write(&imports, functions).at("write", &imports)?;
        fs::write(&names, json!(exports).to_string()).at("write", &names)?;
        let alias = |name: &str, file: &Path| format!("--alias:cr-widget/{name}={}", file.display());
        let old: Vec<&str> = exports.keys().map(String::as_str).collect();
        let args = [
            "--bundle".to_owned(),
            "--format=esm".to_owned(),
            alias("app", bindings),
            alias("imports", &imports),
            alias("load-purchase", &load_purchase),
            alias("crash-guard", &crash_guard),
            format!("--inject:{}", in_place.display()),
            format!("--mangle-props=^({})$", old.join("|")),
            format!("--mangle-cache={}", names.display()),
            // Only the shell holds a handle, and it frees the handle itself. Without these two lines no class could be
            // left out.
            "--define:Symbol.dispose=undefined".to_owned(),
            "--pure:FinalizationRegistry".to_owned(),
        ];
        minify(workspace, &entry, &self.glue, &args)
    }
}

/// Runs `wasm-opt`. In modules that ship, it also puts the functions in the order that compresses best.
fn optimize(workspace: &Workspace, features: &[&str], purpose: Purpose, from: &Path, to: &Path) -> Result<()> {
    let run = |args: &[&str], from: &Path| {
        Task::new(npm_program(workspace, "wasm-opt"))
            // Nothing of ours is in the first 1024 bytes of memory, which are the far end of the stack.
            .args(["--quiet", "-Os", "--low-memory-unused"])
            .args(args)
            .args(features)
            .args([from, Path::new("-o"), to])
            .run()
    };
    if purpose == Purpose::Weigh {
        return run(&["--debuginfo"], from);
    }
    run(&STRIP, from)?;
    let bytes = read(to)?;
    let named =
        wasm::bodies(&bytes).and_then(|bodies| wasm::named_in_order(&bytes, &function_order::by_likeness(&bodies)));
    fs::write(to, named.map_err(|problem| wrong(to, problem))?).at("write", to)?;
    run(&["--reorder-functions-by-name", "--strip-debug"], to)
}

fn split(workspace: &Workspace, compiled: &Path, folder: &Path) -> Result<()> {
    clear(folder)?;
    Task::new(Tool::WasmSplit.path(workspace)?)
        .args(["--target", "web", "--out-name", APP])
        .args([compiled, folder])
        .run()?;
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder).at("read", folder)? {
        let name = entry.at("read", folder)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".wasm") {
            modules.push(name);
        }
    }
    modules.sort();
    if modules == [format!("{APP}.wasm"), PURCHASE.to_owned()] {
        Ok(())
    } else {
        Err(wrong(compiled, format!("wasm-split-cli wrote {} instead of two modules", modules.join(", "))))
    }
}

fn bind(workspace: &Workspace, wasm: &Path, folder: &Path) -> Result<()> {
    clear(folder)?;
    Task::new(Tool::WasmBindgen.path(workspace)?)
        .args(["--target", "bundler", "--no-typescript", "--encode-into", "always"])
        // The linker's exports are what the second module shares with the first.
        .arg("--keep-lld-exports")
        .args(["--out-name", APP, "--out-dir"])
        .args([folder, wasm])
        .run()
}

/// Minifies a script or a style sheet for the browsers we support.
///
/// # Errors
/// When `esbuild` fails.
pub(crate) fn minify(workspace: &Workspace, input: &Path, output: &Path, args: &[String]) -> Result<()> {
    Task::new(npm_program(workspace, "esbuild"))
        .arg(input)
        .args(["--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning", BROWSERS])
        .args(args)
        .arg(format!("--outfile={}", output.display()))
        .run()
}

/// Bundles and minifies a script that imports the names of its assets, as JSON, from `cr-widget/assets`.
///
/// # Errors
/// When a file cannot be written, or `esbuild` fails.
pub(crate) fn bundle_with_assets(
    workspace: &Workspace,
    source: &Path,
    assets: &str,
    output: &Path,
    args: &[String],
) -> Result<()> {
    let json = output.with_added_extension("assets.json");
    files::write_if_changed(&json, assets.as_bytes())?;
    let more = ["--bundle".to_owned(), format!("--alias:cr-widget/assets={}", json.display())];
    minify(workspace, source, output, &[&more, args].concat())
}

/// The oldest browsers we support, for the minifier.
const BROWSERS: &str = "--target=chrome111,firefox115,safari16.4";

/// Returns the names that the second module imports from the first.
fn shared(purchase: &Path) -> Result<BTreeSet<String>> {
    let interface = interface_of(purchase)?;
    match interface.imports.iter().find(|import| import.module != SHARED) {
        Some(import) => Err(wrong(
            purchase,
            format!(
                "the second module imports {} from {}, which the first one does not share",
                import.name, import.module
            ),
        )),
        None => Ok(interface.imports.into_iter().map(|import| import.name).collect()),
    }
}

fn interface_of(wasm: &Path) -> Result<Interface> {
    Interface::of(&read(wasm)?).map_err(|problem| wrong(wasm, problem))
}

fn rewrite(wasm: &Path, interface: &Interface) -> Result<()> {
    let bytes = interface.write(&read(wasm)?).map_err(|problem| wrong(wasm, problem))?;
    fs::write(wasm, bytes).at("write", wasm)
}

fn wrong(file: &Path, problem: String) -> Error {
    Error::Source { file: file.display().to_string(), problem }
}

/// Returns the bytes of our own program: when a step changes, the files it made are out of date.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn ourselves() -> Result<Vec<u8>> {
    // On Linux this name is good even after another build has replaced the file.
    let running = Path::new("/proc/self/exe");
    if running.exists() { read(running) } else { read(&env::current_exe().at("find", Path::new("xtask"))?) }
}

/// Returns the bytes of a file.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).at("read", path)
}

/// Makes an empty folder, without what may have been in it.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).at("remove", folder)?;
    }
    fs::create_dir_all(folder).at("create", folder)
}

/// Whether a folder was made of exactly these inputs.
pub(crate) fn is_current(folder: &Path, stamp: &str) -> bool {
    fs::read_to_string(folder.join(".stamp")).is_ok_and(|found| found == stamp)
}

/// Records of which inputs a folder was made.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn mark_current(folder: &Path, stamp: &str) -> Result<()> {
    let path = folder.join(".stamp");
    fs::write(&path, stamp).at("write", &path)
}
