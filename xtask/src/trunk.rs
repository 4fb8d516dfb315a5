//! What Trunk takes from this build: it compiles the wasm itself.

use crate::{assets, error::Result, files, page_scripts, split::ByModule, workspace::Workspace};

/// Writes the one style sheet, and the script for the page, to where Trunk picks them up.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File), or when `esbuild` fails.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    // `index.html` names this folder, so it cannot follow a target folder that lies elsewhere.
    let ByModule { first, second } = assets::style_sheets(workspace)?;
    let folder = workspace.root.join("target/xtask/trunk");
    page_scripts::write_for_trunk(workspace, &folder.join("cr-widget.js"))?;
    files::write_if_changed(&folder.join("cr-widget.css"), (first + &second).as_bytes())
}
