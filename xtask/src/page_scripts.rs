//! The scripts that a page names: one source, bundled as a script for a tag and as modules.

use std::path::Path;

use crate::{assets, error::Result, files, glue_edits, wasm_build, workspace::Workspace};

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

/// Returns the sources of all scripts except the one that names the assets.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn sources(workspace: &Workspace) -> Result<Vec<(&'static str, String)>> {
    ENTRIES.iter().map(|entry| Ok((entry.source, workspace.read(&format!("{FOLDER}/{}", entry.source))?))).collect()
}

/// Returns the minified scripts with their names; `core` is the source that they share, with the names of its assets.
///
/// # Errors
/// When `esbuild` fails, or a script does not load its assets as expected.
pub(crate) fn scripts(workspace: &Workspace, core: &str) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let folder = workspace.work().join("shell");
    write_sources(workspace, &folder, core)?;
    ENTRIES
        .iter()
        .map(|entry| {
            let output = folder.join("out").join(entry.name);
            bundle(workspace, &folder, entry, &output)?;
            let bytes = wasm_build::read(&output)?;
            if entry.name != "index.js" {
                return Ok((entry.name, bytes));
            }
            let text = glue_edits::replaced(&String::from_utf8_lossy(&bytes), "import(", LEAVE_ALONE)
                .map_err(|problem| crate::error::Error::Source { file: entry.name.into(), problem })?;
            Ok((entry.name, text.into_bytes()))
        })
        .collect()
}

/// Writes the script for a tag to where Trunk picks it up, with the asset names that Trunk uses.
///
/// # Errors
/// When `esbuild` fails.
pub(crate) fn write_for_trunk(workspace: &Workspace, output: &Path) -> Result<()> {
    let folder = workspace.work().join("shell-for-trunk");
    write_sources(workspace, &folder, &workspace.read(assets::SHELL)?)?;
    bundle(workspace, &folder, &ENTRIES[0], output)
}

fn write_sources(workspace: &Workspace, folder: &Path, core: &str) -> Result<()> {
    files::write_if_changed(&folder.join("cr-widget.js"), core.as_bytes())?;
    for (name, text) in sources(workspace)? {
        files::write_if_changed(&folder.join(name), text.as_bytes())?;
    }
    Ok(())
}

fn bundle(workspace: &Workspace, folder: &Path, entry: &Entry, output: &Path) -> Result<()> {
    let args: Vec<String> = std::iter::once(&"--bundle").chain(entry.args).map(|arg| (*arg).to_owned()).collect();
    wasm_build::minify(workspace, &folder.join(entry.source), output, &args)
}
