//! Benchmarks of what ships, in a real browser: one module a benchmark. They print numbers and check nothing, since the
//! numbers belong to the machine on which they were measured; docs/numbers.md keeps those worth comparing with.

mod keys;
mod tracker;

use crate::{
    build, demo, demo_site,
    error::{Error, Result},
    process::Task,
    setup,
    tools::Tool,
    workspace::Workspace,
};

/// Runs the benchmark that `args` begins with. With `--built`, the last build is used as it is.
///
/// # Errors
/// [`Error::Usage`] for a benchmark that does not exist; else when something cannot be built or the benchmark cannot
/// run.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let built = |arg: &&String| *arg == "--built";
    let is_built = args.iter().any(|arg| built(&arg));
    let rest: Vec<&String> = args.iter().filter(|arg| !built(arg)).collect();
    let Some((name, args)) = rest.split_first() else {
        return Err(Error::Usage("no benchmark is given; the benchmarks are keys, tasks and tracker".into()));
    };
    match name.as_str() {
        "keys" => keys::run(&stage(workspace, is_built, "bench-keys")?, args),
        "tasks" if args.is_empty() => stage(workspace, is_built, "bench-tasks")?.run(),
        "tracker" => tracker::run(workspace, &stage(workspace, is_built, "bench-tracker")?, args),
        _ => Err(Error::Usage(format!("unknown benchmark {name:?}; the benchmarks are keys, tasks and tracker"))),
    }
}

/// Returns a task for the program `name` of `cr-e2e`, with the places of the shipped files, the proxy and the browser
/// in its environment.
fn stage(workspace: &Workspace, is_built: bool, name: &str) -> Result<Task> {
    setup::ensure(workspace, &[Tool::Chromium, Tool::Chromedriver])?;
    if !is_built {
        build::run(workspace)?;
        demo::proxy_program(workspace)?;
    }
    let task = Task::cargo().args(["run", "--quiet", "--package", "cr-e2e", "--bin", name, "--"]).dir(&workspace.root);
    Ok(task
        .env("CR_E2E_DIST", demo_site::folder(workspace))
        .env("CR_E2E_PROXY", workspace.target.join("release/cr-proxy"))
        .env("CR_E2E_CHROMIUM", Tool::Chromium.path(workspace)?)
        .env("CR_E2E_CHROMEDRIVER", Tool::Chromedriver.path(workspace)?))
}
