//! The folders and versions of the workspace, as Cargo reports them.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    error::{At as _, Error, Result},
    process::Task,
};

/// The target triple of the widget.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The workspace on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The version that all its packages have.
    pub(crate) version: &'static str,
    /// Whether `--yes` was given: packages of the system may be installed without asking.
    pub(crate) yes: bool,
}

impl Workspace {
    /// Finds the workspace.
    ///
    /// # Errors
    /// When `cargo metadata` fails.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().unwrap_or(Path::new(".")).to_owned();
        let metadata = metadata(&root, &["--no-deps"])?;
        let target = metadata["target_directory"].as_str().map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { root, target, version: env!("CARGO_PKG_VERSION"), yes: false })
    }

    /// Returns the folder of what ships.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Returns the folder of our own intermediate files.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Returns the folder of the pinned npm tools.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("tools")
    }

    /// Returns the text of a file of the workspace.
    ///
    /// # Errors
    /// [`Error::File`].
    pub(crate) fn read(&self, path: &str) -> Result<String> {
        let path = self.root.join(path);
        fs::read_to_string(&path).at("read", &path)
    }

    /// Returns the version of a package in `Cargo.lock`.
    ///
    /// # Errors
    /// [`Error::Source`] when the package is not there.
    pub(crate) fn locked(&self, package: &str) -> Result<String> {
        locked_version(&self.read("Cargo.lock")?, package).ok_or_else(|| Error::Source {
            file: "Cargo.lock".into(),
            problem: format!("the file does not list {package}"),
        })
    }

    /// Returns the folder of the compiler and its libraries.
    ///
    /// # Errors
    /// When `rustc` fails.
    pub(crate) fn sysroot(&self) -> Result<PathBuf> {
        let path = Task::new("rustc").args(["--print", "sysroot"]).dir(&self.root).capture()?;
        Ok(PathBuf::from(path.trim()))
    }

    /// Returns pairs of a path of this machine and its replacement in what we ship, for `--remap-path-prefix`; the
    /// later ones win.
    ///
    /// # Errors
    /// When `cargo metadata` or `rustc` fails.
    pub(crate) fn remaps(&self) -> Result<Vec<(PathBuf, &'static str)>> {
        let mut remaps = Vec::new();
        if let Some(home) = home() {
            remaps.push((home, "/home"));
        }
        remaps.push((cargo_home(), "/cargo"));
        remaps.push((self.sysroot()?, "/rust"));
        remaps.push((self.root.clone(), "/cr-widget"));
        remaps.push((self.target.clone(), "/target"));
        let metadata = metadata(&self.root, &["--filter-platform", WASM])?;
        let mut registries: Vec<PathBuf> = metadata["packages"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|package| !package["source"].is_null())
            .filter_map(|package| package["manifest_path"].as_str())
            .filter_map(|manifest| Path::new(manifest).parent()?.parent().map(Path::to_owned))
            .collect();
        registries.sort();
        registries.dedup();
        remaps.extend(registries.into_iter().map(|folder| (folder, "/crates")));
        Ok(remaps)
    }
}

fn metadata(root: &Path, args: &[&str]) -> Result<Value> {
    let text = Task::cargo().args(["metadata", "--format-version", "1"]).args(args).dir(root).capture()?;
    serde_json::from_str(&text)
        .map_err(|error| Error::Source { file: "cargo metadata".into(), problem: error.to_string() })
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

/// Returns the home folder of whoever runs the task.
pub(crate) fn home() -> Option<PathBuf> {
    env::var_os("HOME").map(PathBuf::from).filter(|home| home.components().count() > 1)
}

/// Returns Cargo's own folder.
pub(crate) fn cargo_home() -> PathBuf {
    env::var_os("CARGO_HOME").map_or_else(|| home().unwrap_or_default().join(".cargo"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_exact_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-cli\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
