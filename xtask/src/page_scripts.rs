//! The scripts that a page names: one source, bundled as a script for a tag and as modules.

use std::path::Path;

use crate::{
    assets::Assets,
    error::{Error, Result},
    files, wasm_build,
    workspace::Workspace,
};

/// The folder of the hand-written scripts.
const FOLDER: &str = "src/embed/shell";
/// The beginning of a dynamic import whose address bundlers must leave alone.
const LEAVE_ALONE: &str = "import(/* webpackIgnore: true *//* @vite-ignore */";

/// One script that a page names.
struct Entry {
    /// Its name among the shipped files.
    name: &'static str,
    /// Its source.
    source: &'static str,
    /// The arguments with which `esbuild` makes it.
    args: &'static [&'static str],
}

const ENTRIES: [Entry; 3] = [
    // A script for a tag finds its own address by the tag.
    Entry {
        name: "cr-widget.js",
        source: "classic.js",
        args: &["--format=iife", "--define:import.meta.url=undefined"],
    },
    Entry { name: "index.js", source: "index.js", args: &["--format=esm"] },
    Entry { name: "define.js", source: "define.js", args: &["--format=esm", "--external:./index.js"] },
];

/// What the scripts share: the element.
const CORE: &str = "cr-widget.js";

/// Returns the sources of all scripts.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn sources(workspace: &Workspace) -> Result<Vec<(&'static str, String)>> {
    let files = ENTRIES.iter().map(|entry| entry.source).chain([CORE]);
    files.map(|file| Ok((file, workspace.read(&format!("{FOLDER}/{file}"))?))).collect()
}

/// Returns the minified scripts with their names; `assets` is what they load.
///
/// # Errors
/// When `esbuild` fails, or a script does not load its assets as expected.
pub(crate) fn scripts(workspace: &Workspace, assets: &Assets) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let folder = workspace.work().join("shell");
    let script = |entry: &Entry| {
        let output = folder.join(entry.name);
        bundle(workspace, entry, assets, &output)?;
        let bytes = wasm_build::read(&output)?;
        if entry.name != "index.js" {
            return Ok((entry.name, bytes));
        }
        let text = files::replaced(&String::from_utf8_lossy(&bytes), "import(", LEAVE_ALONE)
            .map_err(|problem| Error::Source { file: entry.name.into(), problem })?;
        Ok((entry.name, text.into_bytes()))
    };
    ENTRIES.iter().map(script).collect()
}

/// Writes the script for a tag to where Trunk picks it up, with the asset names that Trunk uses.
///
/// # Errors
/// When `esbuild` fails.
pub(crate) fn write_for_trunk(workspace: &Workspace, output: &Path) -> Result<()> {
    bundle(workspace, &ENTRIES[0], &Assets::of_trunk(workspace)?, output)
}

fn bundle(workspace: &Workspace, entry: &Entry, assets: &Assets, output: &Path) -> Result<()> {
    let source = workspace.root.join(FOLDER).join(entry.source);
    let args: Vec<String> = entry.args.iter().map(|arg| (*arg).to_owned()).collect();
    wasm_build::bundle_with_assets(workspace, &source, &assets.to_json(workspace.version), output, &args)
}
