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

/// Where a tool comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// `rustup` installs it, with these arguments; the function finds it.
    Rustup(&'static [&'static str], fn(&Workspace) -> Option<PathBuf>),
    /// npm installs what `tools/package-lock.json` pins.
    Npm,
    /// Cargo installs it.
    Cargo(CargoTool),
    /// The system has it.
    System(SystemTool),
}

/// A tool that Cargo installs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CargoTool {
    /// The name of the package.
    pub(crate) package: &'static str,
    /// The version to install; `None` is that of `wasm-bindgen` in `Cargo.lock`.
    version: Option<&'static str>,
    /// Which installed version is good enough.
    fits: Fits,
    /// Further arguments that `cargo install` needs.
    pub(crate) args: &'static [&'static str],
    /// The level of optimisation that is worth its compile time: tools that run for long have 1.
    pub(crate) opt_level: &'static str,
}

/// A browser or its driver.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemTool {
    /// The environment variable that may hold its path.
    variable: &'static str,
    /// The names that the program may have.
    programs: &'static [&'static str],
    /// Its path on macOS.
    application: &'static str,
    /// The Debian package that contains it.
    pub(crate) debian: &'static str,
    /// The Homebrew package that contains it.
    pub(crate) homebrew: &'static str,
}

/// Which version of an installed tool is good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fits {
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

    /// Returns the name by which people know the tool, which is that of its program if Cargo installs it, and where the
    /// tool comes from.
    pub(crate) fn origin(self) -> (&'static str, Source) {
        let cargo = |package, version, fits, args, opt_level| {
            Source::Cargo(CargoTool { package, version, fits, args, opt_level })
        };
        let system = |variable, programs, application, debian, homebrew| {
            Source::System(SystemTool { variable, programs, application, debian, homebrew })
        };
        let locked: &[&str] = &["--locked"];
        match self {
            Self::WasmTarget => (WASM, Source::Rustup(&["target", "add", WASM], wasm_target)),
            Self::RustSrc => ("rust-src", Source::Rustup(&["component", "add", "rust-src"], rust_src)),
            Self::Rustfmt => ("rustfmt", Source::Rustup(&["component", "add", "rustfmt"], |_| component("cargo-fmt"))),
            Self::Clippy => ("clippy", Source::Rustup(&["component", "add", "clippy"], |_| component("cargo-clippy"))),
            Self::Node => ("npm tools", Source::Npm),
            // The tool's own lock file may name versions of crates that can no longer be downloaded.
            Self::WasmBindgen => ("wasm-bindgen", cargo("wasm-bindgen-cli", None, Fits::Said, &[], "1")),
            Self::WasmSplit => (
                "wasm-split-cli",
                cargo(
                    "wasm_split_cli_support",
                    Some("0.2.4"),
                    Fits::Noted,
                    &["--locked", "--features", "build-binary"],
                    "1",
                ),
            ),
            Self::Trunk => (
                "trunk",
                cargo(
                    "trunk",
                    Some("0.21.14"),
                    Fits::Said,
                    &["--locked", "--no-default-features", "--features", "rustls"],
                    "0",
                ),
            ),
            Self::CargoDeny => ("cargo-deny", cargo("cargo-deny", Some("0.20.2"), Fits::Said, locked, "0")),
            Self::Geckodriver => ("geckodriver", cargo("geckodriver", Some("0.37.1"), Fits::Any, locked, "0")),
            Self::Chromium => (
                "Chromium",
                system(
                    "CHROMIUM",
                    &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    "chromium",
                    "google-chrome",
                ),
            ),
            Self::Chromedriver => {
                ("chromedriver", system("CHROMEDRIVER", &["chromedriver"], "", "chromium-driver", "chromedriver"))
            }
            Self::Firefox => (
                "Firefox",
                system(
                    "FIREFOX",
                    &["firefox-esr", "firefox"],
                    "/Applications/Firefox.app/Contents/MacOS/firefox",
                    "firefox-esr",
                    "firefox",
                ),
            ),
        }
    }

    /// Returns the name by which people know the tool.
    pub(crate) fn name(self) -> &'static str {
        self.origin().0
    }

    /// Returns the path of the program, if it is installed in the right version.
    ///
    /// # Errors
    /// When `Cargo.lock` cannot be read.
    pub(crate) fn find(self, workspace: &Workspace) -> Result<Option<PathBuf>> {
        let (program, source) = self.origin();
        Ok(match source {
            Source::Rustup(_, find) => find(workspace),
            Source::Npm => Some(workspace.tools().join("node_modules")).filter(|modules| {
                let installed = std::fs::read(modules.join(".installed")).ok();
                installed.is_some() && installed == std::fs::read(workspace.tools().join("package-lock.json")).ok()
            }),
            Source::Cargo(tool) => {
                let version = tool.version(workspace)?;
                let named = env::var_os("GECKODRIVER").filter(|_| self == Self::Geckodriver).map(PathBuf::from);
                let places = [own_bin(workspace).join(program), cargo_home().join("bin").join(program)];
                let mut paths = named.into_iter().chain(places).chain(on_path(program));
                paths.find(|path| path.is_file() && tool.is_good(path, &version))
            }
            Source::System(tool) => {
                let named = env::var_os(tool.variable).map(PathBuf::from);
                let found = tool.programs.iter().flat_map(|program| on_path(program));
                let mut paths = named.into_iter().chain(found).chain([PathBuf::from(tool.application)]);
                paths.find(|path| path.is_file())
            }
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

    /// Returns what is known of it as a tool of the system, if it is one.
    pub(crate) fn of_system(self) -> Option<SystemTool> {
        if let Source::System(tool) = self.origin().1 { Some(tool) } else { None }
    }
}

impl CargoTool {
    /// Returns the version to install.
    ///
    /// # Errors
    /// When `Cargo.lock` does not name `wasm-bindgen`.
    pub(crate) fn version(&self, workspace: &Workspace) -> Result<String> {
        self.version.map_or_else(|| workspace.locked("wasm-bindgen"), |version| Ok(version.to_owned()))
    }

    /// Whether the version of the program at `path` is good enough.
    fn is_good(&self, path: &Path, version: &str) -> bool {
        match self.fits {
            Fits::Any => true,
            Fits::Said => Task::new(path).arg("--version").capture().is_ok_and(|text| says_version(&text, version)),
            Fits::Noted => {
                let notes = path.parent().and_then(Path::parent).map(|root| root.join(".crates.toml"));
                notes
                    .and_then(|notes| std::fs::read_to_string(notes).ok())
                    .is_some_and(|text| notes_version(&text, self.package, version))
            }
        }
    }
}

fn wasm_target(workspace: &Workspace) -> Option<PathBuf> {
    let libdir = Task::new("rustc").args(["--print", "target-libdir", "--target", WASM]).dir(&workspace.root);
    libdir.capture().ok().map(|path| PathBuf::from(path.trim())).filter(|path| path.is_dir())
}

fn rust_src(workspace: &Workspace) -> Option<PathBuf> {
    let std = workspace.sysroot().ok()?.join("lib/rustlib/src/rust/library/std/Cargo.toml");
    std.is_file().then_some(std)
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
