//! `bench tracker` measures how soon an order's true state is on screen again after each kind of loss, and what
//! following the order costs.

use crate::{
    error::{Error, Result},
    process::Task,
    setup,
    tools::Tool,
    workspace::Workspace,
};

/// Runs the benchmark in Chromium and Firefox. `--browsers LIST` chooses other browsers, such as `chromium`.
///
/// # Errors
/// [`Error::Usage`] for other arguments; [`Error::Failed`] when the run breaks off.
pub(super) fn run(workspace: &Workspace, stage: &Task, args: &[&String]) -> Result<()> {
    let browsers = match args {
        [] => "chromium,firefox",
        [flag, browsers] if *flag == "--browsers" => browsers.as_str(),
        _ => {
            return Err(Error::Usage(
                "the options of `bench tracker` are [--built] [--browsers chromium,firefox]".into(),
            ));
        }
    };
    let mut stage = stage.clone().env("CR_BROWSERS", browsers);
    if browsers.contains("firefox") {
        setup::ensure(workspace, &[Tool::Firefox, Tool::Geckodriver])?;
        stage = stage
            .env("CR_E2E_FIREFOX", Tool::Firefox.path(workspace)?)
            .env("CR_E2E_GECKODRIVER", Tool::Geckodriver.path(workspace)?);
    }
    stage.run()
}
