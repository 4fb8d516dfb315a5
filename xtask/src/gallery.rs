//! Builds the gallery of all states of the checkout, `demo/gallery`, and adds it to the demonstration site.
//!
//! It is compiled with the profile `dev`, from the same parts as the component tests, so that it is built in a minute and
//! after a change in seconds.

use std::path::Path;

use crate::{
    assets, demo_site,
    error::Result,
    files,
    process::Task,
    setup,
    split::ByModule,
    tools::Tool,
    wasm_build,
    workspace::{WASM, Workspace},
};

/// The name of the example, and of its folder on the site.
const NAME: &str = "gallery";
/// The page, on the site.
pub(crate) const PAGE: &str = "gallery/index.html";
/// The files that are taken as they are.
const FILES: [&str; 6] = ["index.html", "gallery.css", "page.js", "frame.html", "frame.css", "frame.js"];
/// The tools that the task needs.
const TOOLS: [Tool; 2] = [Tool::WasmTarget, Tool::WasmBindgen];

/// Builds the gallery, and puts it into the site's folder.
///
/// # Errors
/// When a tool cannot be had, or a step fails.
pub(crate) fn lay_out(workspace: &Workspace) -> Result<()> {
    setup::ensure(workspace, &TOOLS)?;
    Task::cargo()
        .args(["build", "--package", "cr-widget", "--example", NAME, "--target", WASM])
        .dir(&workspace.root)
        .run()?;
    let compiled = workspace.target.join(WASM).join("debug/examples").join(format!("{NAME}.wasm"));
    let bound = workspace.work().join(NAME);
    Task::new(Tool::WasmBindgen.path(workspace)?)
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&bound)
        .arg(&compiled)
        .run()?;
    let site = demo_site::folder(workspace).join(NAME);
    let pages = workspace.root.join("demo").join(NAME);
    let copy = |from: &Path, name: &str| {
        let bytes = wasm_build::read(&from.join(name))?;
        files::write_if_changed(&site.join(name), &bytes)
    };
    for name in [format!("{NAME}.js"), format!("{NAME}_bg.wasm")] {
        copy(&bound, &name)?;
    }
    for name in FILES {
        copy(&pages, name)?;
    }
    let ByModule { first, second } = assets::style_sheets(workspace)?;
    files::write_if_changed(&site.join("cr-widget.css"), (first + &second).as_bytes())
}
