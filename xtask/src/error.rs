//! What can go wrong in a task, told so that the reader knows what to do next.

use std::{io, path::PathBuf};

/// Why a task ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line makes no sense; the usage follows.
    #[error("{0}\n\n{usage}", usage = crate::USAGE)]
    Usage(String),
    /// A file or folder could not be read, written or removed.
    #[error("cannot {action} {path}: {source}", path = path.display())]
    File {
        /// The verb: read, write, remove.
        action: &'static str,
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started at all.
    #[error("cannot start {program}: {source}")]
    Start {
        /// Its name or path.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ran and failed; its own output says why.
    #[error("failed ({status}): {command}")]
    Failed {
        /// The command line.
        command: String,
        /// Its exit status.
        status: String,
    },
    /// Something is missing that only a person can install here.
    #[error("missing here: {what}\ninstall it and run this again:\n{commands}", what = what.join(", "), commands = commands.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"))]
    Missing {
        /// The programs, by name.
        what: Vec<String>,
        /// The commands to give.
        commands: Vec<String>,
    },
    /// A source file does not hold what the build needs of it.
    #[error("{file}: {problem}")]
    Source {
        /// The file, relative to the workspace.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A server did not come up.
    #[error("{0}")]
    NotReady(String),
    /// Checks ran and did not hold.
    #[error("{}", .0.join("\n"))]
    Checks(Vec<String>),
}

/// The result of a task.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Attaches the path and the verb to an I/O error.
pub(crate) trait At<T> {
    /// Names what was being done to which path.
    fn at(self, action: &'static str, path: &std::path::Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &std::path::Path) -> Result<T> {
        self.map_err(|source| Error::File { action, path: path.to_owned(), source })
    }
}
