//! Every check of the workspace, one part after another. A failure does not stop later parts; the last line is the
//! result.

use std::{fs, path::Path, time::Instant};

use serde_json::{Value, json};

use crate::{
    build, demo_site,
    error::{At as _, Error, Result},
    files, gallery,
    process::Task,
    serve, setup, size,
    tools::Tool,
    workspace::{WASM, Workspace},
};

/// How many seconds one browser may take for one file of tests.
const BROWSER_TIMEOUT: &str = "300";

/// A part of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The formatting.
    Fmt,
    /// Clippy with warnings denied, for everything and for the proxy without the sandbox.
    Clippy,
    /// Licences, bans and sources of all dependencies.
    Deny,
    /// All native tests, in one build of the workspace: every package is compiled once, with one set of features.
    Native,
    /// The tests of this crate. It runs only when named, like the three parts after it: each builds its dependencies
    /// with the features of its own package.
    Xtask,
    /// The native tests of `cr-core`.
    Core,
    /// The pages that rustdoc makes of the crates that ship, with warnings denied, and the examples in `cr-core`.
    Docs,
    /// The native tests of `cr-proxy` and of `cr-sandbox`.
    Proxy,
    /// The widget's tests that need no browser. The runner for browsers skips plain tests.
    Widget,
    /// The widget's tests in Chromium and in Firefox.
    Browser,
    /// The built widget with the real proxy in a real browser.
    E2e,
    /// A build by Trunk.
    Trunk,
    /// The budget in bytes.
    Size,
    /// The same tests over many more cases. It runs only when named, since it takes a quarter of an hour.
    Deep,
}

/// How many cases the tests with a configurable number try in [`Part::Deep`].
const DEEP: [(&str, &str); 9] = [
    ("ADDRESS_MUTATIONS", "1000000"),
    ("SOLANA_ADDRESSES", "1000000"),
    ("AMOUNT_ROUND_TRIPS", "10000000"),
    ("QR_ORDERS", "20000"),
    ("QR_RENDERED", "2000"),
    ("TRACKER_SCHEDULES", "100000"),
    ("STORE_SCHEDULES", "100000"),
    ("WALLET_SCHEDULES", "100000"),
    ("PROPTEST_CASES", "20000"),
];

impl Part {
    /// All parts that run when none is named; what is quick or fails often comes first.
    const ALL: [Self; 9] = [
        Self::Fmt,
        Self::Clippy,
        Self::Deny,
        Self::Native,
        Self::Docs,
        Self::Browser,
        Self::Size,
        Self::E2e,
        Self::Trunk,
    ];

    /// Returns its name on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Deny => "deny",
            Self::Native => "native",
            Self::Xtask => "xtask",
            Self::Core => "core",
            Self::Docs => "docs",
            Self::Proxy => "proxy",
            Self::Widget => "widget",
            Self::Browser => "browser",
            Self::E2e => "e2e",
            Self::Trunk => "trunk",
            Self::Size => "size",
            Self::Deep => "deep",
        }
    }

    /// The parts that an engineer runs before each commit: no browser, no release build.
    const FAST: [Self; 2] = [Self::Fmt, Self::Native];

    /// The parts that run only when they are named.
    const OTHERS: [Self; 5] = [Self::Xtask, Self::Core, Self::Proxy, Self::Widget, Self::Deep];

    /// Returns every part that can be named.
    fn named() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(Self::OTHERS)
    }
}

/// The name that stands for [`Part::FAST`].
const FAST: &str = "fast";

/// How many checks passed and how many failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    const PASSED: Self = Self { passed: 1, failed: 0 };
    const FAILED: Self = Self { passed: 0, failed: 1 };

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Whether something ran and nothing failed.
    pub(crate) fn is_good(self) -> bool {
        self.passed > 0 && self.failed == 0
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs the named parts, or all of them.
///
/// # Errors
/// [`Error::Usage`] for a part that does not exist. Failed checks are counted in the tally instead.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<Tally> {
    let parts = select(names)?;
    let mut total = Tally::default();
    let mut rows = Vec::new();
    for part in parts {
        println!("\n── {} ──", part.name());
        let started = Instant::now();
        let tally = run_part(workspace, part).unwrap_or_else(|error| {
            eprintln!("{}: {error}", part.name());
            Tally::FAILED
        });
        rows.push(format!("{:>8}  {:>5} s  {tally}", part.name(), started.elapsed().as_secs()));
        total.add(tally);
    }
    println!("\n{}\n", rows.join("\n"));
    Ok(total)
}

fn select(names: &[String]) -> Result<Vec<Part>> {
    if names.is_empty() {
        return Ok(Part::ALL.to_vec());
    }
    let mut parts = Vec::new();
    for name in names {
        if name == FAST {
            parts.extend(Part::FAST);
            continue;
        }
        let part = Part::named().find(|part| part.name() == name).ok_or_else(|| {
            let all = Part::named().map(Part::name).chain([FAST]).collect::<Vec<_>>().join(", ");
            Error::Usage(format!("unknown part {name:?}; the parts are {all}"))
        })?;
        parts.push(part);
    }
    Ok(parts)
}

/// The seed of property tests, so that a failure shows up for everybody, and is caused by the current change. Runs of
/// [`Part::Deep`] begin with another seed each time.
const SEED: (&str, &str) = ("PROPTEST_RNG_SEED", "20261121");

fn run_part(workspace: &Workspace, part: Part) -> Result<Tally> {
    let cargo = |args: &[&str]| Task::cargo().args(args).env(SEED.0, SEED.1).dir(&workspace.root);
    match part {
        Part::Fmt => {
            setup::ensure(workspace, &[Tool::Rustfmt])?;
            check(&cargo(&["fmt", "--all", "--check"]))
        }
        Part::Clippy => {
            setup::ensure(workspace, &[Tool::Clippy])?;
            // One pass for everything. The end-to-end tests are no default targets (tests/e2e/Cargo.toml), so that
            // they are named; the tests that run in a browser are compiled for `cfg(clippy)` too; and the widget is
            // examined as it ships, in two modules.
            let all = ["clippy", "--workspace", "--all-targets", "--test", "*", "--features", "cr-widget/split"];
            let mut tally = check(&cargo(&all).args(["--locked", "--", "-D", "warnings"]))?;
            // The widget in one module, as Trunk builds it.
            let whole = ["clippy", "--workspace", "--lib", "--bins", "--locked", "--", "-D", "warnings"];
            tally.add(check(&cargo(&whole))?);
            let bare = ["clippy", "--package", "cr-proxy", "--no-default-features", "--locked", "--", "-D", "warnings"];
            tally.add(check(&cargo(&bare))?);
            Ok(tally)
        }
        Part::Deny => {
            setup::ensure(workspace, &[Tool::CargoDeny])?;
            let deny = Task::new(Tool::CargoDeny.path(workspace)?).dir(&workspace.root);
            check(&deny.args(["--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))
        }
        Part::Native => {
            let mut tally = count(&cargo(&["test", "--tests", "--no-fail-fast"]).args(MEMBERS))?;
            tally.add(count(&cargo(&["test", "--package", "xtask"]))?);
            Ok(tally)
        }
        Part::Xtask => count(&cargo(&["test", "--package", "xtask"])),
        Part::Core => count(&cargo(&["test", "--package", "cr-core", "--lib", "--tests", "--no-fail-fast"])),
        Part::Docs => docs(workspace),
        Part::Proxy => count(&cargo(&["test", "--package", "cr-proxy", "--package", "cr-sandbox", "--no-fail-fast"])),
        Part::Widget => count(&cargo(&["test", "--package", "cr-widget", "--lib", "--tests", "--no-fail-fast"])),
        Part::Browser => browser(workspace),
        Part::E2e => e2e(workspace, &[]),
        Part::Trunk => trunk(workspace),
        Part::Size => size::run(workspace).map(|()| Tally::PASSED),
        Part::Deep => deep(workspace),
    }
}

/// The packages that are built together, with one set of features. This program is not among them: it must not replace
/// itself while it runs.
const MEMBERS: [&str; 3] = ["--workspace", "--exclude", "xtask"];

/// The packages whose documentation must have no warning: no broken link, no invalid markup.
const DOCUMENTED: [&str; 4] = ["cr-core", "cr-proxy", "cr-sandbox", "cr-widget"];

fn docs(workspace: &Workspace) -> Result<Tally> {
    let packages = DOCUMENTED.into_iter().flat_map(|package| ["--package", package]);
    let pages = Task::cargo().args(["doc", "--no-deps", "--lib"]).args(packages).env("RUSTDOCFLAGS", "-D warnings");
    let mut tally = check(&pages.dir(&workspace.root))?;
    let examples = Task::cargo().args(["test", "--doc", "--package", "cr-core"]);
    tally.add(count(&examples.dir(&workspace.root))?);
    Ok(tally)
}

/// Runs a part that passes or fails as a whole.
fn check(task: &Task) -> Result<Tally> {
    match task.run() {
        Ok(()) => Ok(Tally::PASSED),
        Err(Error::Failed { command, status }) => {
            eprintln!("the command failed ({status}): {command}");
            Ok(Tally::FAILED)
        }
        Err(error) => Err(error),
    }
}

/// Runs a part that reports how many tests it ran.
fn count(task: &Task) -> Result<Tally> {
    let (status, output) = task.tee()?;
    let tally = tally(&output, status.success());
    if !tally.is_good() {
        eprintln!("{tally} ({status}): {}", task.line());
    }
    Ok(tally)
}

/// Sums the summaries of all test binaries. A run that failed without a summary of a failure, or in which no test ran,
/// counts as a failure.
fn tally(output: &str, success: bool) -> Tally {
    let mut tally = Tally::default();
    for summary in output.lines().filter_map(|line| line.trim().strip_prefix("test result: ")) {
        for part in summary.split(['.', ';']) {
            let number =
                |kind: &str| part.trim().strip_suffix(kind).and_then(|number| number.parse().ok()).unwrap_or(0);
            tally.add(Tally { passed: number(" passed"), failed: number(" failed") });
        }
    }
    if tally.failed == 0 && (!success || tally.passed == 0) {
        tally.failed = 1;
    }
    tally
}

fn browser(workspace: &Workspace) -> Result<Tally> {
    setup::ensure(workspace, &[Tool::WasmTarget, Tool::WasmBindgen])?;
    let runner = Tool::WasmBindgen.path(workspace)?.with_file_name("wasm-bindgen-test-runner");
    let task = Task::cargo()
        .args(["test", "--package", "cr-widget", "--target", WASM, "--lib", "--tests", "--no-fail-fast"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TIMEOUT)
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .dir(&workspace.root);
    let mut total = Tally::default();
    for (browser, driver, variable, options) in [
        (Tool::Chromium, Tool::Chromedriver, "CHROMEDRIVER", "goog:chromeOptions"),
        (Tool::Firefox, Tool::Geckodriver, "GECKODRIVER", "moz:firefoxOptions"),
    ] {
        println!("\n{}:", browser.name());
        let one = || -> Result<Tally> {
            setup::ensure(workspace, &[browser, driver])?;
            let capabilities = capabilities(workspace, options, &browser.path(workspace)?)?;
            count(
                &task
                    .clone()
                    .env(variable, driver.path(workspace)?)
                    .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities),
            )
        };
        total.add(one().unwrap_or_else(|error| {
            eprintln!("{}: {error}", browser.name());
            Tally::FAILED
        }));
    }
    Ok(total)
}

/// Writes `webdriver.json` for one browser, with the path of its program, and returns the path of that file.
fn capabilities(workspace: &Workspace, options: &str, browser: &Path) -> Result<std::path::PathBuf> {
    let source = workspace.read("webdriver.json")?;
    let all: Value = serde_json::from_str(&source)
        .map_err(|error| Error::Source { file: "webdriver.json".into(), problem: error.to_string() })?;
    let mut own = all[options].clone();
    if !own.is_object() {
        return Err(Error::Source {
            file: "webdriver.json".into(),
            problem: format!("the file has no object {options:?}"),
        });
    }
    own["binary"] = json!(browser);
    let path = workspace.work().join(format!("webdriver-{}.json", options.replace(':', "-")));
    files::write_if_changed(&path, json!({ options: own }).to_string().as_bytes())?;
    Ok(path)
}

/// Runs the tests with a configurable number of cases, with optimisations, and the end-to-end test of codes that a
/// browser draws.
fn deep(workspace: &Workspace) -> Result<Tally> {
    let mut tally = Tally::default();
    for package in [&["cr-core"][..], &["cr-widget", "--lib", "--test", "store"]] {
        let task = Task::cargo().args(["test", "--release", "--no-fail-fast", "--package"]).args(package);
        let task = DEEP.into_iter().fold(task.dir(&workspace.root), |task, (name, number)| task.env(name, number));
        tally.add(count(&task)?);
    }
    tally.add(e2e(workspace, &["payment_codes"])?);
    Ok(tally)
}

/// Runs all end-to-end tests, or those whose names contain one of `only`, over many more cases. A test that fails has
/// failed; none is run again.
fn e2e(workspace: &Workspace, only: &[&str]) -> Result<Tally> {
    setup::ensure(workspace, &[Tool::Chromium, Tool::Chromedriver, Tool::Firefox, Tool::Geckodriver])?;
    build::run(workspace)?;
    gallery::lay_out(workspace)?;
    Task::cargo().args(["build", "--bin", "cr-proxy"]).args(MEMBERS).dir(&workspace.root).run()?;
    let paths = [
        ("CR_E2E_DIST", demo_site::folder(workspace)),
        ("CR_E2E_PROXY", workspace.target.join("debug/cr-proxy")),
        ("CR_E2E_CHROMIUM", Tool::Chromium.path(workspace)?),
        ("CR_E2E_CHROMEDRIVER", Tool::Chromedriver.path(workspace)?),
        ("CR_E2E_FIREFOX", Tool::Firefox.path(workspace)?),
        ("CR_E2E_GECKODRIVER", Tool::Geckodriver.path(workspace)?),
        ("CR_E2E_SCREENS", workspace.target.join("screens")),
    ];
    let cases = if only.is_empty() { &[][..] } else { &DEEP[..] };
    let task = Task::cargo().arg("test").args(MEMBERS).args(["--test", "end_to_end"]).dir(&workspace.root);
    let task = paths.iter().fold(task, |task, (name, path)| task.env(name, path));
    let task = cases.iter().fold(task, |task, (name, number)| task.env(name, number));
    count(&task.arg("--").args(only))
}

/// The unhashed names by which the shell requests its files when Trunk serves the page.
const TRUNK_FILES: [&str; 6] =
    ["index.html", "cr-widget.js", "cr-widget-app.js", "cr-widget-app_bg.wasm", "cr-widget.css", "locales/en.json"];

fn trunk(workspace: &Workspace) -> Result<Tally> {
    setup::ensure(workspace, &serve::TOOLS)?;
    let folder = workspace.root.join("target/trunk");
    if folder.exists() {
        fs::remove_dir_all(&folder).at("remove", &folder)?;
    }
    let tally = check(&serve::trunk(workspace, "build")?)?;
    if !tally.is_good() {
        return Ok(tally);
    }
    let mut problems = Vec::new();
    for file in TRUNK_FILES {
        if !folder.join(file).is_file() {
            problems.push(format!("Trunk did not write target/trunk/{file}"));
        }
    }
    let page = folder.join("index.html");
    problems.extend(page_problems(&fs::read_to_string(&page).at("read", &page)?));
    if problems.is_empty() { Ok(tally) } else { Err(Error::Checks(problems)) }
}

/// Returns what is wrong with the page that Trunk built: the shell alone starts the widget, and a loader of Trunk's
/// would start it a second time.
fn page_problems(page: &str) -> Vec<String> {
    [
        ("data-trunk", "the page still has a line for Trunk"),
        ("init(", "the page starts the wasm module itself"),
        ("modulepreload", "the page loads the glue itself"),
    ]
    .into_iter()
    .filter(|(mark, _)| page.contains(mark))
    .map(|(mark, problem)| format!("target/trunk/index.html: {problem} ({mark})"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summaries_of_all_binaries_are_summed() {
        let output = "running 3 tests\ntest a ... ok\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s\n\
                      test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(tally(output, false), Tally { passed: 13, failed: 2 });
    }

    #[test]
    fn a_run_that_failed_or_ran_nothing_is_never_a_success() {
        let one = "test result: ok. 1 passed; 0 failed; 0 ignored";
        let none = "test result: ok. 0 passed; 0 failed; 0 ignored";
        for (output, success, good) in
            [(one, true, true), (one, false, false), (none, true, false), ("", true, false), ("error", false, false)]
        {
            assert_eq!(tally(output, success).is_good(), good, "{output:?} {success}");
        }
    }

    #[test]
    fn parts_are_chosen_by_name_and_a_wrong_name_is_refused() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(select(&[]).unwrap(), Part::ALL);
        assert_eq!(select(&names(&["size", "fmt"])).unwrap(), [Part::Size, Part::Fmt]);
        assert_eq!(select(&names(&["deep"])).unwrap(), [Part::Deep]);
        assert_eq!(select(&names(&["fast"])).unwrap(), Part::FAST);
        assert!(!select(&[]).unwrap().contains(&Part::Deep), "a quarter of an hour only for who asks for it");
        assert_eq!(select(&names(&["core"])).unwrap(), [Part::Core]);
        assert!(matches!(select(&names(&["fmt", "all"])), Err(Error::Usage(_))));
    }

    #[test]
    fn a_page_that_starts_the_widget_twice_is_told() {
        assert!(page_problems("<script async src=\"cr-widget.js\"></script>").is_empty());
        assert_eq!(page_problems("<script type=module>init({})</script><link rel=modulepreload>").len(), 2);
    }
}
