//! The tools that the other tasks run: which tools, in which version, and where they are found.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Result},
    process::Task,
    workspace::{WASM, Workspace, cargo_home},
};

/// A tool that may have to be installed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The compiler's target for the widget.
    WasmTarget,
    /// The sources of the standard library, which the widget that ships compiles for itself.
    RustSrc,
    /// `rustfmt`.
    Rustfmt,
    /// `clippy`.
    Clippy,
    /// The command line of `wasm-bindgen`, in the version of `Cargo.lock`.
    WasmBindgen,
    /// The program that splits the compiled wasm in two.
    WasmSplit,
    /// The pinned npm tools of `tools/`.
    Node,
    /// Trunk.
    Trunk,
    /// `cargo deny`.
    CargoDeny,
    /// The driver of Firefox.
    Geckodriver,
    /// Chromium or Chrome.
    Chromium,
    /// The driver of Chromium or Chrome.
    Chromedriver,
    /// Firefox.
    Firefox,
}

/// A tool that Cargo installs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CargoTool {
    /// The name of the package.
    pub(crate) package: &'static str,
    /// The name of the program.
    pub(crate) program: &'static str,
    /// The version to install.
    pub(crate) version: String,
    /// Which installed version is good enough.
    pub(crate) fits: Fits,
    /// Further arguments that `cargo install` needs.
    pub(crate) args: &'static [&'static str],
    /// The level of optimisation that is worth its compile time: tools that run for long have 1.
    pub(crate) opt_level: &'static str,
}

/// Which version of an installed tool is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fits {
    /// Any version is.
    Any,
    /// Only the version to install is; the tool prints its own by `--version`.
    Said,
    /// Only the version to install is; the tool has no `--version`, so what Cargo recorded when it installed the tool
    /// counts.
    Noted,
}

impl Tool {
    /// All tools, in the order in which they are installed.
    pub(crate) const ALL: [Self; 13] = [
        Self::WasmTarget,
        Self::RustSrc,
        Self::Rustfmt,
        Self::Clippy,
        Self::Node,
        Self::Chromium,
        Self::Chromedriver,
        Self::Firefox,
        Self::WasmBindgen,
        Self::WasmSplit,
        Self::Geckodriver,
        Self::Trunk,
        Self::CargoDeny,
    ];

    /// Returns how Cargo installs the tool, if it does.
    ///
    /// # Errors
    /// When `Cargo.lock` does not name `wasm-bindgen`.
    pub(crate) fn cargo_tool(self, workspace: &Workspace) -> Result<Option<CargoTool>> {
        let tool = |package, program, version: &str, fits, args, opt_level| {
            Some(CargoTool { package, program, version: version.to_owned(), fits, args, opt_level })
        };
        Ok(match self {
            // The tool's own lock file may name versions of crates that can no longer be downloaded.
            Self::WasmBindgen => {
                tool("wasm-bindgen-cli", "wasm-bindgen", &workspace.locked("wasm-bindgen")?, Fits::Said, &[], "1")
            }
            Self::WasmSplit => tool(
                "wasm_split_cli_support",
                "wasm-split-cli",
                "0.2.4",
                Fits::Noted,
                &["--locked", "--features", "build-binary"],
                "1",
            ),
            Self::Trunk => tool(
                "trunk",
                "trunk",
                "0.21.14",
                Fits::Said,
                &["--locked", "--no-default-features", "--features", "rustls"],
                "0",
            ),
            Self::CargoDeny => tool("cargo-deny", "cargo-deny", "0.20.2", Fits::Said, &["--locked"], "0"),
            Self::Geckodriver => tool("geckodriver", "geckodriver", "0.37.1", Fits::Any, &["--locked"], "0"),
            Self::WasmTarget
            | Self::RustSrc
            | Self::Rustfmt
            | Self::Clippy
            | Self::Node
            | Self::Chromium
            | Self::Chromedriver
            | Self::Firefox => None,
        })
    }

    /// Returns the path of the program, if it is installed in the right version.
    ///
    /// # Errors
    /// When `Cargo.lock` cannot be read.
    pub(crate) fn find(self, workspace: &Workspace) -> Result<Option<PathBuf>> {
        if let Some(tool) = self.cargo_tool(workspace)? {
            let named = env::var_os("GECKODRIVER").filter(|_| self == Self::Geckodriver).map(PathBuf::from);
            return Ok(named
                .into_iter()
                .chain([own_bin(workspace).join(tool.program), cargo_home().join("bin").join(tool.program)])
                .chain(on_path(tool.program))
                .find(|path| path.is_file() && tool.fits(path)));
        }
        Ok(match self {
            Self::WasmTarget => {
                let libdir =
                    Task::new("rustc").args(["--print", "target-libdir", "--target", WASM]).dir(&workspace.root);
                libdir.capture().ok().map(|path| PathBuf::from(path.trim())).filter(|path| path.is_dir())
            }
            Self::RustSrc => {
                let sysroot = Task::new("rustc").args(["--print", "sysroot"]).dir(&workspace.root);
                let std =
                    |sysroot: String| Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std/Cargo.toml");
                sysroot.capture().ok().map(std).filter(|std| std.is_file())
            }
            Self::Rustfmt => component("cargo-fmt"),
            Self::Clippy => component("cargo-clippy"),
            Self::Node => Some(workspace.tools().join("node_modules")).filter(|modules| {
                let installed = std::fs::read(modules.join(".installed")).ok();
                installed.is_some() && installed == std::fs::read(workspace.tools().join("package-lock.json")).ok()
            }),
            Self::Chromium => first(
                "CHROMIUM",
                &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            ),
            Self::Chromedriver => first("CHROMEDRIVER", &["chromedriver"], ""),
            Self::Firefox => {
                first("FIREFOX", &["firefox-esr", "firefox"], "/Applications/Firefox.app/Contents/MacOS/firefox")
            }
            Self::WasmBindgen | Self::WasmSplit | Self::Trunk | Self::CargoDeny | Self::Geckodriver => None,
        })
    }

    /// Returns the path of the program.
    ///
    /// # Errors
    /// [`Error::NotReady`] when it is missing.
    pub(crate) fn path(self, workspace: &Workspace) -> Result<PathBuf> {
        self.find(workspace)?
            .ok_or_else(|| Error::NotReady(format!("{} is not installed; run `cargo xtask setup`", self.name())))
    }

    /// Returns the name by which people know the tool.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WasmTarget => WASM,
            Self::RustSrc => "rust-src",
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmSplit => "wasm-split-cli",
            Self::Node => "npm tools",
            Self::Trunk => "trunk",
            Self::CargoDeny => "cargo-deny",
            Self::Geckodriver => "geckodriver",
            Self::Chromium => "Chromium",
            Self::Chromedriver => "chromedriver",
            Self::Firefox => "Firefox",
        }
    }

    /// Returns the Debian package that contains it.
    pub(crate) fn debian_package(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("chromium"),
            Self::Chromedriver => Some("chromium-driver"),
            Self::Firefox => Some("firefox-esr"),
            Self::WasmTarget
            | Self::RustSrc
            | Self::Rustfmt
            | Self::Clippy
            | Self::WasmBindgen
            | Self::WasmSplit
            | Self::Node
            | Self::Trunk
            | Self::CargoDeny
            | Self::Geckodriver => None,
        }
    }

    /// Returns the Homebrew package that contains it.
    pub(crate) fn homebrew_package(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("google-chrome"),
            Self::Chromedriver => Some("chromedriver"),
            Self::Firefox => Some("firefox"),
            Self::WasmTarget
            | Self::RustSrc
            | Self::Rustfmt
            | Self::Clippy
            | Self::WasmBindgen
            | Self::WasmSplit
            | Self::Node
            | Self::Trunk
            | Self::CargoDeny
            | Self::Geckodriver => None,
        }
    }
}

impl CargoTool {
    /// Whether the version of the program at `path` is good enough.
    fn fits(&self, path: &Path) -> bool {
        match self.fits {
            Fits::Any => true,
            Fits::Said => {
                Task::new(path).arg("--version").capture().is_ok_and(|text| says_version(&text, &self.version))
            }
            Fits::Noted => {
                let notes = path.parent().and_then(Path::parent).map(|root| root.join(".crates.toml"));
                notes
                    .and_then(|notes| std::fs::read_to_string(notes).ok())
                    .is_some_and(|text| notes_version(&text, self.package, &self.version))
            }
        }
    }
}

/// Whether Cargo's records of what it installed name exactly this version of a package.
fn notes_version(notes: &str, package: &str, version: &str) -> bool {
    notes.lines().any(|line| line.starts_with(&format!("\"{package} {version} ")))
}

/// Whether the output of a program with `--version` names exactly this version.
fn says_version(answer: &str, version: &str) -> bool {
    answer.split_whitespace().any(|word| word.trim_start_matches('v') == version)
}

/// Returns the folder for our own copy of a tool. It is used when Cargo's folder holds another version, which another
/// project may need.
pub(crate) fn own_bin(workspace: &Workspace) -> PathBuf {
    workspace.target.join("tools/bin")
}

/// Returns the path of the program of an npm tool.
pub(crate) fn npm_program(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.tools().join("node_modules/.bin").join(name)
}

/// Returns the places of a program on the search path.
pub(crate) fn on_path(program: &str) -> impl Iterator<Item = PathBuf> {
    let folders: Vec<PathBuf> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let program = program.to_owned();
    folders.into_iter().map(move |folder| folder.join(&program)).filter(|path| path.is_file())
}

fn first(variable: &str, programs: &[&str], application: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .into_iter()
        .chain(programs.iter().flat_map(|program| on_path(program)))
        .chain([PathBuf::from(application)])
        .find(|path| path.is_file())
}

/// Returns the path of a subcommand of the toolchain. Rustup's proxy exists even where the component does not, so the
/// program is run to find out.
fn component(program: &str) -> Option<PathBuf> {
    on_path(program).find(|path| Task::new(path).arg("--version").capture().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_cargo_noted() {
        let notes = "[v1]\n\"wasm_split_cli_support 0.2.4 (registry+https://example.org)\" = [\"wasm-split-cli\"]\n";
        assert!(notes_version(notes, "wasm_split_cli_support", "0.2.4"));
        assert!(!notes_version(notes, "wasm_split_cli_support", "0.2.40"));
        assert!(!notes_version(notes, "wasm_split_cli_support", "0.2"));
        assert!(!notes_version(notes, "split_cli_support", "0.2.4"));
    }

    #[test]
    fn a_version_is_compared_as_a_whole_word() {
        for (answer, fits) in [
            ("wasm-bindgen 0.2.130", true),
            ("trunk v0.2.130", true),
            ("wasm-bindgen 0.2.13", false),
            ("wasm-bindgen 0.2.1301", false),
            ("", false),
        ] {
            assert_eq!(says_version(answer, "0.2.130"), fits, "{answer:?}");
        }
    }
}
