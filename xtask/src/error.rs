//! What can go wrong in a task, in words that say what to do next.

use std::{io, path::PathBuf};

/// Why a task ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line cannot be understood; the usage is printed after it.
    #[error("{0}\n\n{usage}", usage = crate::USAGE)]
    Usage(String),
    /// A file or folder could not be read, written or removed.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// What was being done: read, write, remove.
        action: &'static str,
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A program could not be started at all.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program's name or path.
        program: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A program ran and failed; its own output says why.
    #[error("the command failed ({status}): {command}")]
    Failed {
        /// The command line.
        command: String,
        /// The program's exit status.
        status: String,
    },
    /// Something is missing that only a person can install here.
    #[error("not installed: {what}\nInstall what is missing, then run the task again:\n{commands}", what = what.join(", "), commands = commands.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"))]
    Missing {
        /// The programs, by name.
        what: Vec<String>,
        /// The commands that install them.
        commands: Vec<String>,
    },
    /// A source file does not hold what the build needs of it.
    #[error("{file}: {problem}")]
    Source {
        /// The file, relative to the workspace.
        file: String,
        /// What is wrong with the file.
        problem: String,
    },
    /// A server did not come up.
    #[error("{0}")]
    NotReady(String),
    /// These checks ran and failed.
    #[error("{}", .0.join("\n"))]
    Checks(Vec<String>),
}

/// The result of a task.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Attaches the path and the verb to an I/O error.
pub(crate) trait At<T> {
    /// Adds what was being done, and to which path.
    fn at(self, action: &'static str, path: &std::path::Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| Error::File { action, path: path.to_owned(), source })
    }
}
