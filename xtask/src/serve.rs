//! Serves the standalone page with live reload by Trunk, and the proxy beside it.

use std::{env, ffi::OsString};

use crate::{
    demo,
    error::{Error, Result},
    process::Task,
    setup,
    tools::Tool,
    trunk,
    workspace::Workspace,
};

/// The port at which `Trunk.toml` expects the proxy.
const PROXY_PORT: u16 = 8080;
/// The tools that the task needs.
pub(crate) const TOOLS: [Tool; 4] = [Tool::WasmTarget, Tool::Node, Tool::WasmBindgen, Tool::Trunk];

/// Serves until it is stopped.
///
/// # Errors
/// When a tool cannot be had, the proxy does not come up, or Trunk fails.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    setup::ensure(workspace, &TOOLS)?;
    trunk::write(workspace)?;
    let proxy = demo::proxy_program(workspace)?;
    let _proxy = demo::start(workspace, &proxy, PROXY_PORT, None, args)?;
    trunk(workspace, "serve")?.run()
}

/// Returns a task that runs Trunk offline with our tools on its path: otherwise it would download its own.
///
/// # Errors
/// When a tool is missing.
pub(crate) fn trunk(workspace: &Workspace, command: &str) -> Result<Task> {
    let mut folders: Vec<_> =
        Tool::WasmBindgen.path(workspace)?.parent().map(std::path::Path::to_owned).into_iter().collect();
    folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    let path: OsString =
        env::join_paths(folders).map_err(|error| Error::NotReady(format!("cannot set the search path: {error}")))?;
    let task = Task::new(Tool::Trunk.path(workspace)?).args([command, "--offline"]);
    // Trunk reads NO_COLOR as a boolean of its own, and stops at any value that is none.
    Ok(task.env("PATH", path).env("NO_COLOR", "true").dir(&workspace.root))
}
