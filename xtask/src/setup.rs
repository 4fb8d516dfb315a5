//! Installs the tools that are missing, and says which. Where it may not install them, it prints the commands for a
//! person.

use std::{env, fs, path::Path};

use crate::{
    error::{At as _, Error, Result},
    process::Task,
    tools::{CargoTool, Source, Tool, on_path, own_bin},
    workspace::{Workspace, cargo_home},
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
    let system: Vec<Tool> = missing.iter().copied().filter(|tool| tool.of_system().is_some()).collect();
    if !system.is_empty() {
        install_system(workspace, &system)?;
    }
    for tool in missing {
        match tool.origin() {
            (_, Source::Rustup(args, _)) => rustup(workspace, args)?,
            (_, Source::Npm) => npm_ci(workspace)?,
            (program, Source::Cargo(tool)) => cargo_install(workspace, program, &tool)?,
            (_, Source::System(_)) => {}
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

/// Installs a tool with a quick build: the tools' own release profiles take many times as long.
fn cargo_install(workspace: &Workspace, program: &str, tool: &CargoTool) -> Result<()> {
    let own = own_bin(workspace);
    let own = own.parent().unwrap_or(&workspace.target);
    let mut task = Task::cargo()
        .args(["install", tool.package, "--version", &tool.version(workspace)?])
        .args(tool.args)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "64")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_TARGET_DIR", own);
    let mut reason = "";
    if cargo_home().join("bin").join(program).is_file() {
        task = task.arg("--root").arg(own);
        reason = " (Cargo's own folder has another version, which stays there)";
    }
    say(&format!("{}{reason}", task.line()));
    task.run()
}

fn install_system(workspace: &Workspace, tools: &[Tool]) -> Result<()> {
    let packages = tools.iter().filter_map(|tool| Some((tool.name(), tool.of_system()?.debian)));
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let root = Task::new("id").arg("-u").capture().is_ok_and(|id| id.trim() == "0");
    let ci = env::var("CI").ok();
    let in_container = ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists());
    if !(root && is_debian(&release) && has_consent(workspace.yes, ci.as_deref(), in_container)) {
        return Err(Error::Missing {
            what: tools.iter().map(|tool| tool.name().to_owned()).collect(),
            commands: by_hand(tools, &release),
        });
    }
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    for (name, package) in packages {
        say(&format!("{name} is missing; Debian's package {package} has it"));
        install.push(package);
    }
    let apt = |args: &[&str]| {
        let task = Task::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").dir(&workspace.root);
        say(&task.line());
        task.run()
    };
    apt(&["update"])?;
    apt(&install)
}

/// Returns whether packages of the system may be installed: the person says so, or the system is one that is thrown
/// away, in a CI run or a container.
fn has_consent(yes: bool, ci: Option<&str>, in_container: bool) -> bool {
    yes || in_container || ci.is_some_and(|ci| !matches!(ci, "" | "0" | "false"))
}

fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| line.trim() == "ID=debian")
}

/// Returns the commands that install system packages, for a person to run.
fn by_hand(tools: &[Tool], os_release: &str) -> Vec<String> {
    let debian: Vec<&str> = tools.iter().filter_map(|tool| Some(tool.of_system()?.debian)).collect();
    if is_debian(os_release) {
        return vec![
            "sudo apt-get update".into(),
            format!("sudo apt-get install {}", debian.join(" ")),
            "or, as root: run the same task with --yes".into(),
        ];
    }
    if cfg!(target_os = "macos") {
        let brew: Vec<&str> = tools.iter().filter_map(|tool| Some(tool.of_system()?.homebrew)).collect();
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
    fn packages_of_the_system_are_installed_with_consent_only() {
        for (yes, ci, in_container, consent) in [
            (false, None, false, false),
            (false, Some(""), false, false),
            (false, Some("false"), false, false),
            (true, None, false, true),
            (false, Some("true"), false, true),
            (false, Some("1"), false, true),
            (false, None, true, true),
        ] {
            assert_eq!(has_consent(yes, ci, in_container), consent, "{yes} {ci:?} {in_container}");
        }
    }

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
            [
                "sudo apt-get update",
                "sudo apt-get install chromium chromium-driver",
                "or, as root: run the same task with --yes"
            ]
        );
        let message =
            Error::Missing { what: vec!["Chromium".into()], commands: by_hand(&tools, "ID=debian") }.to_string();
        assert!(message.contains("\n    sudo apt-get install chromium chromium-driver\n"), "{message}");
    }
}
