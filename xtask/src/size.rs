//! Checks the budget in bytes, and that shipped files contain nothing that must not be in them.

use std::{fs, path::Path};

use crate::{
    build,
    error::{At as _, Error, Result},
    package,
    process::Task,
    workspace::{Workspace, cargo_home, home},
};

/// The largest sum of brotli bytes up to the brand grid: shell, glue, first wasm module, first style sheet, first
/// messages of one language.
const TOTAL_BUDGET: usize = 130_000;
/// The shell, as a script for a tag and as a module: every visitor of the host page loads one of them.
const SHELLS: [&str; 2] = ["cr-widget.js", "index.js"];
/// The largest number of brotli bytes of each shell.
const SHELL_BUDGET: usize = 3_000;
/// The files that are loaded before the brand grid can be shown.
const TO_THE_GRID: [&str; 5] =
    ["cr-widget.js", "cr-widget-app.js", "cr-widget-app_bg.wasm", "cr-widget.css", "locales/en.json"];

/// The files that are loaded when a brand is chosen.
const AFTER_THE_GRID: [&str; 4] =
    ["cr-widget-purchase.js", "cr-widget-purchase.wasm", "cr-widget-purchase.css", "locales/en.purchase.json"];

/// The sizes of one shipped file, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Builds, prints the sizes and checks them.
///
/// # Errors
/// [`Error::Checks`] with every check that fails.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    build::run(workspace)?;
    let manifest = build::manifest(workspace)?;
    let needles = needles(workspace)?;
    let dist = workspace.dist();
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for (name, file) in manifest["files"].as_object().into_iter().flatten() {
        let path = dist.join(file["file"].as_str().unwrap_or_default());
        let bytes = fs::read(&path).at("read", &path)?;
        problems.extend(leaks(name, &bytes, &needles));
        if package::is_for_people(name) {
            continue;
        }
        let size = |extension: &str| -> Result<usize> {
            let path = path.with_added_extension(extension);
            Ok(fs::read(&path).at("read", &path)?.len())
        };
        rows.push(Row { name: name.clone(), raw: bytes.len(), gzip: size("gz")?, brotli: size("br")? });
    }
    let total = total_of("to the brand grid", &rows, &TO_THE_GRID);
    let later = total_of("after the brand grid", &rows, &AFTER_THE_GRID);
    for row in rows.iter().chain([&total, &later]) {
        println!("{:>9} raw {:>8} gzip {:>8} brotli  {}", row.raw, row.gzip, row.brotli, row.name);
    }
    problems.extend(over_budget(&rows, &total));
    if problems.is_empty() { Ok(()) } else { Err(Error::Checks(problems)) }
}

/// Returns the sum of the sizes of these files.
fn total_of(name: &str, rows: &[Row], files: &[&str]) -> Row {
    let mut total = Row { name: name.into(), raw: 0, gzip: 0, brotli: 0 };
    for row in rows.iter().filter(|row| files.contains(&row.name.as_str())) {
        total.raw += row.raw;
        total.gzip += row.gzip;
        total.brotli += row.brotli;
    }
    total
}

fn over_budget(rows: &[Row], total: &Row) -> Vec<String> {
    let mut problems = Vec::new();
    for name in TO_THE_GRID.into_iter().chain(AFTER_THE_GRID) {
        if !rows.iter().any(|row| row.name == name) {
            problems.push(format!("{name} is not among the shipped files"));
        }
    }
    let shell = rows.iter().filter(|row| SHELLS.contains(&row.name.as_str()));
    for (row, budget) in shell.map(|row| (row, SHELL_BUDGET)).chain([(total, TOTAL_BUDGET)]) {
        if row.brotli > budget {
            problems.push(format!("{}: {} bytes of brotli exceed the budget of {budget}", row.name, row.brotli));
        }
    }
    problems
}

/// Returns what no shipped file may contain: the folders of this machine and the hosts of its package registries.
fn needles(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = |path: &Path| format!("{}/", path.display().to_string().trim_end_matches('/'));
    let mut needles =
        vec![folder(&workspace.root), folder(&workspace.target), folder(&cargo_home()), "registry/src/".into()];
    needles.extend(home().as_deref().map(folder));
    needles.push(folder(&workspace.sysroot()?));
    let registries = cargo_home().join("registry/src");
    if let Ok(entries) = fs::read_dir(&registries) {
        needles.extend(entries.flatten().filter_map(|entry| registry_host(&entry.file_name().to_string_lossy())));
    }
    let npm = Task::new("npm").args(["config", "get", "registry"]).dir(&workspace.tools()).capture()?;
    needles.extend(url_host(npm.trim()));
    needles.sort();
    needles.dedup();
    Ok(needles)
}

/// Returns the host of a registry from the name of its folder, which Cargo makes of host and hash.
fn registry_host(folder: &str) -> Option<String> {
    let (host, _) = folder.rsplit_once('-')?;
    host.contains('.').then(|| host.to_owned())
}

fn url_host(url: &str) -> Option<String> {
    let host = url.split_once("://")?.1.split(['/', ':']).next()?;
    host.contains('.').then(|| host.to_owned())
}

fn leaks(name: &str, bytes: &[u8], needles: &[String]) -> Vec<String> {
    needles
        .iter()
        .filter_map(|needle| {
            let at = bytes.windows(needle.len()).position(|window| window == needle.as_bytes())?;
            let around = &bytes[at.saturating_sub(20)..bytes.len().min(at + needle.len() + 60)];
            Some(format!("{name} contains {needle:?}: …{}…", String::from_utf8_lossy(around).escape_debug()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(shell: usize, wasm: usize) -> Vec<Row> {
        let row = |name: &str, brotli| Row { name: name.into(), raw: brotli * 3, gzip: brotli * 2, brotli };
        vec![
            row("cr-widget-app.js", 5_000),
            row("cr-widget-purchase.css", 400),
            row("cr-widget-purchase.js", 300),
            row("cr-widget-purchase.wasm", 40_000),
            row("cr-widget-app_bg.wasm", wasm),
            row("cr-widget.css", 4_000),
            row("cr-widget.js", shell),
            row("index.html", 500_000),
            row("locales/en.json", 1_000),
            row("locales/en.purchase.json", 300),
            row("locales/ja.json", 500_000),
        ]
    }

    fn to_the_grid(rows: &[Row]) -> Row {
        total_of("to the brand grid", rows, &TO_THE_GRID)
    }

    #[test]
    fn the_totals_are_what_a_visitor_loads_before_the_grid_and_after() {
        let rows = rows(2_000, 80_000);
        let total = to_the_grid(&rows);
        assert_eq!((total.raw, total.gzip, total.brotli), (276_000, 184_000, 92_000));
        assert_eq!(total_of("after", &rows, &AFTER_THE_GRID).brotli, 41_000);
    }

    #[test]
    fn each_budget_holds_to_its_last_byte() {
        const REST: usize = TOTAL_BUDGET - 13_000;
        for (shell, wasm, problems) in [(3_000, REST, 0), (3_000, REST + 1, 1), (3_001, REST - 1, 1), (3_001, REST, 2)]
        {
            let rows = rows(shell, wasm);
            let found = over_budget(&rows, &to_the_grid(&rows));
            assert_eq!(found.len(), problems, "{shell} {wasm}: {found:?}");
        }
    }

    #[test]
    fn the_shell_as_a_module_has_the_same_budget() {
        for (bytes, problems) in [(3_000, 0), (3_001, 1)] {
            let mut rows = rows(2_000, 80_000);
            rows.push(Row { name: "index.js".into(), raw: 9_000, gzip: 4_000, brotli: bytes });
            assert_eq!(over_budget(&rows, &to_the_grid(&rows)).len(), problems, "{bytes}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_a_problem() {
        for name in ["cr-widget.css", "cr-widget-purchase.css"] {
            let mut rows = rows(2_000, 80_000);
            rows.retain(|row| row.name != name);
            assert_eq!(over_budget(&rows, &to_the_grid(&rows)), [format!("{name} is not among the shipped files")]);
        }
    }

    #[test]
    fn a_path_or_a_host_is_found_with_what_stands_around_it() {
        let needles = ["/home/ada/".to_owned(), "index.example.org".to_owned()];
        let wasm = b"\0asm at /home/ada/work/src/lib.rs:1 and /rustc/59807616/library/core/src/str.rs";
        let found = leaks("app.wasm", wasm, &needles);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("work/src/lib.rs"), "{found:?}");
        assert!(leaks("app.wasm", b"/cr-widget/src/lib.rs", &needles).is_empty());
        assert_eq!(leaks("glue.js", b"https://index.example.org/a", &needles).len(), 1);
    }

    #[test]
    fn hosts_are_read_from_folders_and_urls() {
        assert_eq!(registry_host("index.example.org-1949cf8c6b5b557f").as_deref(), Some("index.example.org"));
        assert_eq!(registry_host("local"), None);
        assert_eq!(url_host("https://npm.example.org:4873/path/").as_deref(), Some("npm.example.org"));
        assert_eq!(url_host("undefined"), None);
    }
}
