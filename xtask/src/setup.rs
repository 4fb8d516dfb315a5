//! Installs the tools that are missing, and says which. Where it may not install them, it prints the commands for a
//! person.

use std::{fs, path::PathBuf};

use crate::{
    error::{At as _, Error, Result},
    process::Task,
    tools::{CargoTool, Tool, on_path, own_bin},
    workspace::{WASM, Workspace, cargo_home},
};

/// Makes the given tools available.
///
/// # Errors
/// [`Error::Missing`] with the commands for a person when we may not install something, or else the failure of an
/// installer.
pub(crate) fn ensure(workspace: &Workspace, tools: &[Tool]) -> Result<()> {
    let mut missing = Vec::new();
    for tool in tools {
        if tool.find(workspace)?.is_none() {
            missing.push(*tool);
        }
    }
    let system: Vec<Tool> = missing.iter().copied().filter(|tool| tool.debian_package().is_some()).collect();
    if !system.is_empty() {
        install_system(workspace, &system)?;
    }
    for tool in missing {
        match tool {
            Tool::WasmTarget => rustup(workspace, &["target", "add", WASM])?,
            Tool::RustSrc => rustup(workspace, &["component", "add", "rust-src"])?,
            Tool::Rustfmt => rustup(workspace, &["component", "add", "rustfmt"])?,
            Tool::Clippy => rustup(workspace, &["component", "add", "clippy"])?,
            Tool::Node => npm_ci(workspace)?,
            Tool::WasmBindgen | Tool::WasmSplit | Tool::Trunk | Tool::CargoDeny | Tool::Geckodriver => {
                if let Some(tool) = tool.cargo_tool(workspace)? {
                    cargo_install(workspace, &tool)?;
                }
            }
            Tool::Chromium | Tool::Chromedriver | Tool::Firefox => {}
        }
    }
    Ok(())
}

fn say(what: &str) {
    eprintln!("setup: {what}");
}

fn rustup(workspace: &Workspace, args: &[&str]) -> Result<()> {
    let task = Task::new("rustup").args(args).dir(&workspace.root);
    if on_path("rustup").next().is_none() {
        return Err(Error::Missing {
            what: vec!["rustup".into()],
            commands: vec!["see https://rustup.rs/, then:".into(), task.line()],
        });
    }
    say(&task.line());
    task.run()
}

fn npm_ci(workspace: &Workspace) -> Result<()> {
    if on_path("npm").next().is_none() || on_path("node").next().is_none() {
        return Err(Error::Missing {
            what: vec!["Node.js with npm".into()],
            commands: vec![
                "see https://nodejs.org/ (version 18 or later is needed); on Debian:".into(),
                "sudo apt-get install nodejs npm".into(),
            ],
        });
    }
    let task = Task::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).dir(&workspace.tools());
    say(&format!("{} in tools/, for the npm packages that are pinned there", task.line()));
    task.run()?;
    // The lock file is copied last, so that an interrupted installation does not look finished.
    let lock = workspace.tools().join("package-lock.json");
    let stamp = workspace.tools().join("node_modules/.installed");
    fs::copy(&lock, &stamp).at("write", &stamp)?;
    Ok(())
}

fn cargo_install(workspace: &Workspace, tool: &CargoTool) -> Result<()> {
    let beside = cargo_home().join("bin").join(tool.program).is_file();
    let mut task = install_task(workspace, tool);
    if beside {
        task = task.arg("--root").arg(own_root(workspace));
    }
    say(&format!(
        "{}{}",
        task.line(),
        if beside { " (Cargo's own folder has another version, which stays there)" } else { "" }
    ));
    task.run()
}

/// Returns `cargo install` with a quick build: the tools' own release profiles take many times as long.
fn install_task(workspace: &Workspace, tool: &CargoTool) -> Task {
    Task::cargo()
        .args(["install", tool.package, "--version", &tool.version])
        .args(tool.args)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_TARGET_DIR", own_root(workspace))
}

fn own_root(workspace: &Workspace) -> PathBuf {
    own_bin(workspace).parent().map_or_else(|| workspace.target.clone(), PathBuf::from)
}

fn install_system(workspace: &Workspace, tools: &[Tool]) -> Result<()> {
    let packages: Vec<&str> = tools.iter().filter_map(|tool| tool.debian_package()).collect();
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let root = Task::new("id").arg("-u").capture().is_ok_and(|id| id.trim() == "0");
    if !(root && is_debian(&release)) {
        return Err(Error::Missing {
            what: tools.iter().map(|tool| tool.name().to_owned()).collect(),
            commands: by_hand(tools, &release),
        });
    }
    let apt = |args: &[&str]| {
        let task = Task::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").dir(&workspace.root);
        say(&task.line());
        task.run()
    };
    apt(&["update"])?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    apt(&install)
}

fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line.trim() == "ID=debian")
}

/// Returns the commands that install system packages, for a person to run.
fn by_hand(tools: &[Tool], os_release: &str) -> Vec<String> {
    let debian: Vec<&str> = tools.iter().filter_map(|tool| tool.debian_package()).collect();
    if is_debian(os_release) {
        return vec!["sudo apt-get update".into(), format!("sudo apt-get install {}", debian.join(" "))];
    }
    if cfg!(target_os = "macos") {
        let brew: Vec<&str> = tools.iter().filter_map(|tool| tool.homebrew_package()).collect();
        return vec![format!("brew install --cask {}", brew.join(" "))];
    }
    vec![
        format!("install the packages that Debian calls {}", debian.join(", ")),
        "or set the paths of the programs: CHROMIUM=… CHROMEDRIVER=… FIREFOX=… GECKODRIVER=…".into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debian_itself_is_taken_for_debian() {
        assert!(is_debian("NAME=Debian\nID=debian\n"));
        assert!(!is_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(!is_debian(""));
    }

    #[test]
    fn a_person_gets_the_exact_commands() {
        let tools = [Tool::Chromium, Tool::Chromedriver];
        assert_eq!(
            by_hand(&tools, "ID=debian"),
            ["sudo apt-get update", "sudo apt-get install chromium chromium-driver"]
        );
        let message =
            Error::Missing { what: vec!["Chromium".into()], commands: by_hand(&tools, "ID=debian") }.to_string();
        assert!(message.ends_with("\n    sudo apt-get install chromium chromium-driver"), "{message}");
    }
}
