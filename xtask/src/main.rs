//! The tasks of this workspace: set-up, builds, tests, sizes. Run one with `cargo xtask <task>`.
//!
//! There is one module for each task. The tasks need stable Rust and Node.js; what else they need they install, or they
//! print the commands for it.

mod assets;
mod bench;
mod build;
mod compress;
mod demo;
mod demo_site;
mod error;
mod files;
mod function_order;
mod gallery;
mod glue;
mod notices;
mod package;
mod page_scripts;
mod process;
mod serve;
mod setup;
mod size;
mod split;
mod test;
mod tools;
mod trunk;
mod wasm;
mod wasm_build;
mod weigh;
mod workspace;

use std::{env, process::ExitCode};

use crate::{
    error::{Error, Result},
    tools::Tool,
    workspace::Workspace,
};

/// The tasks and their arguments.
const USAGE: &str = "\
usage: cargo xtask <task> [--yes]

--yes consents to the installation of packages of the system (Debian, as root). Without it, and outside of a container or
a CI run, the commands are printed instead.

  demo [--port 8080] [proxy options]   build everything, then run the proxy with the simulated supplier;
                                       with --upstream URL --partner-id ID, run it with the real one;
                                       with --gallery, build the gallery of all states too
  gallery [--port 8080]                build and serve the gallery of all states alone, without what ships
  serve [proxy options]                serve the standalone page with live reload (port 8081) and the proxy (port 8080)
  build                                build the shipped files into dist/
  size                                 build, then compare the size of every shipped file with the budget
  weigh                                list the crates and functions that the bytes of the wasm come from
  test [part …]                        run all checks, or the named parts: fmt clippy deny native docs browser size e2e
                                       trunk; `fast` stands for fmt native; only when they are named: xtask, core,
                                       proxy, widget (each part of native alone), and deep (many more cases)
  bench keys [--built]                 measure the time from a keystroke until its result is painted;
                                       with --built, use dist/ as it is
  bench tasks [--built]                print the tasks that hold up the page until the brands are on screen
  bench tracker [--built]              measure the recovery times, the requests per minute and the time from an event
                                       to the screen of order tracking
  setup                                install every tool that the tasks need
  assets                               write the style sheet and the script that Trunk takes";

fn main() -> ExitCode {
    let (yes, args): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|arg| arg == "--yes");
    match run(&args, !yes.is_empty()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String], yes: bool) -> Result<ExitCode> {
    let Some((task, args)) = args.split_first() else {
        return Err(Error::Usage("no task is given".into()));
    };
    if ["help", "--help", "-h"].contains(&task.as_str()) {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace { yes, ..Workspace::find()? };
    match task.as_str() {
        "demo" => demo::run(&workspace, args)?,
        "gallery" => demo::run_gallery(&workspace, args)?,
        "serve" => serve::run(&workspace, args)?,
        "build" => no_arguments(args).and_then(|()| build::run(&workspace))?,
        "size" => no_arguments(args).and_then(|()| size::run(&workspace))?,
        "weigh" => no_arguments(args).and_then(|()| weigh::run(&workspace))?,
        "bench" => bench::run(&workspace, args)?,
        "setup" => no_arguments(args).and_then(|()| setup::ensure(&workspace, &Tool::ALL))?,
        "assets" => no_arguments(args).and_then(|()| trunk::write(&workspace))?,
        "test" => {
            let tally = test::run(&workspace, args)?;
            println!("{tally}");
            if !tally.is_good() {
                return Ok(ExitCode::FAILURE);
            }
        }
        _ => return Err(Error::Usage(format!("unknown task {task:?}"))),
    }
    Ok(ExitCode::SUCCESS)
}

fn no_arguments(args: &[String]) -> Result<()> {
    match args.first() {
        None => Ok(()),
        Some(arg) => Err(Error::Usage(format!("unexpected argument {arg:?}"))),
    }
}
