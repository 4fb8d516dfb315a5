//! `bench keys` measures how long a keystroke in the search field takes until its result is painted, among 10,500
//! brands.

use crate::{
    error::{Error, Result},
    process::Task,
};

/// Runs the benchmark. `--profile FILE` writes a CPU profile of the slowed-down run, for the browser's own tools.
///
/// # Errors
/// [`Error::Usage`] for other arguments; [`Error::Failed`] when the run breaks off.
pub(super) fn run(stage: &Task, args: &[&String]) -> Result<()> {
    match args {
        [] => stage.run(),
        [flag, file] if *flag == "--profile" => stage.clone().arg("--profile").arg(file).run(),
        _ => Err(Error::Usage("the options of `bench keys` are [--built] [--profile FILE]".into())),
    }
}
