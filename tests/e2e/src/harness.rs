//! Runs the end-to-end tests of all files in one pool of workers, so that no worker waits for the last test of a file,
//! and every browser serves many tests.
//!
//! Most tests keep a processor busy. Others mostly wait, for the page's own timers: they have workers of their own.
//! `CR_E2E_WORKERS` sets how many workers take busy tests, `CR_E2E_WAITING` how many take waiting ones, and `CR_BROWSERS`
//! (`chromium`, `firefox`) the browsers. An argument takes only the tests whose names hold it. A test that fails has
//! failed: none is run again.

use std::{
    collections::VecDeque,
    env,
    future::Future,
    pin::Pin,
    process::ExitCode,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::{browser::Browser, pool};

/// How many workers take busy tests, if `CR_E2E_WORKERS` is not set.
const BUSY: usize = 2;
/// How many workers take waiting tests, if `CR_E2E_WAITING` is not set.
const WAITING: usize = 4;
/// A test that has not ended after this has failed; the longest ones take ten minutes.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Tests that took longer than this are named at the end.
const LONG: Duration = Duration::from_secs(20);

/// What a test does.
pub type Run = Pin<Box<dyn Future<Output = ()>>>;

/// One test.
#[derive(Clone, Copy)]
pub struct Test {
    /// Its module.
    pub module: &'static str,
    /// The name of its function.
    pub name: &'static str,
    /// Starts it; a test of one browser is told which.
    pub run: Kind,
    /// When and where it runs.
    pub place: Place,
}

/// How a test chooses its browsers.
#[derive(Clone, Copy)]
pub enum Kind {
    /// By itself.
    Once(fn() -> Run),
    /// It runs once in each.
    Each(fn(Browser) -> Run),
    /// It runs in this one, if that is among those asked for.
    In(Browser, fn(Browser) -> Run),
}

/// When and where a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among the busy tests.
    Busy,
    /// Before the other busy tests: it takes so long that at the end everybody would wait for it.
    First,
    /// Among the tests that mostly wait.
    Waiting,
    /// As [`Place::Waiting`], and only if it is asked for, by its name or by `CR_TRACKING=all`: it takes minutes.
    Asked,
}

/// Makes a list of tests of their functions: `tests![a, each b, plain c, first each d]`. The function of an `each`
/// takes its browser, that of a `plain` needs no browser and is not asynchronous, and `first` is [`Place::First`]. A
/// test that is on no list is a function that nothing uses, which the compiler reports.
#[macro_export]
macro_rules! tests {
    (@one $place:ident $name:ident $run:expr) => {
        $crate::harness::Test {
            module: module_path!(),
            name: stringify!($name),
            run: $run,
            place: $crate::harness::Place::$place,
        }
    };
    (@in $place:ident each $name:ident) => {
        $crate::tests!(@one $place $name $crate::harness::Kind::Each(|browser| Box::pin($name(browser))))
    };
    (@in $place:ident plain $name:ident) => {
        $crate::tests!(@one $place $name $crate::harness::Kind::Once(|| Box::pin(async { $name() })))
    };
    (@in $place:ident $name:ident) => {
        $crate::tests!(@one $place $name $crate::harness::Kind::Once(|| Box::pin($name())))
    };
    (@word first $($word:ident)+) => { $crate::tests!(@in First $($word)+) };
    (@word $($word:ident)+) => { $crate::tests!(@in Busy $($word)+) };
    ($($($word:ident)+),* $(,)?) => { vec![$($crate::tests!(@word $($word)+)),*] };
}

/// A test in the queue: its whole name, and what starts it.
struct Job {
    name: String,
    place: Place,
    start: Box<dyn FnOnce() -> Run + Send>,
}

/// How a test went.
struct Row {
    name: String,
    took: Duration,
    passed: bool,
}

/// Runs the tests that the command line and the environment ask for.
pub fn main(tests: &[Test]) -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let wanted: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
    let with_long = env::var("CR_TRACKING").is_ok_and(|value| value == "all") || !wanted.is_empty();
    let browsers = Browser::from_env();
    let mut jobs: Vec<Job> = tests
        .iter()
        .filter(|test| with_long || test.place != Place::Asked)
        .flat_map(|test| jobs(*test, &browsers))
        .filter(|job| wanted.is_empty() || wanted.iter().any(|part| job.name.contains(part)))
        .collect();
    if args.iter().any(|arg| arg == "--list") {
        jobs.iter().for_each(|job| println!("{}: test", job.name));
        return ExitCode::SUCCESS;
    }
    jobs.sort_by_key(|job| job.place != Place::First);
    let count = jobs.len();
    println!("\nrunning {count} tests");
    let began = Instant::now();
    let (busy, waiting): (VecDeque<_>, VecDeque<_>) =
        jobs.into_iter().partition(|job| matches!(job.place, Place::Busy | Place::First));
    let (busy, waiting, rows) = (Mutex::new(busy), Mutex::new(waiting), Mutex::default());
    thread::scope(|scope| {
        for _ in 0..number("CR_E2E_WORKERS", BUSY) {
            scope.spawn(|| work(&[&busy, &waiting], &rows));
        }
        for _ in 0..number("CR_E2E_WAITING", WAITING) {
            scope.spawn(|| work(&[&waiting], &rows));
        }
    });
    runtime().block_on(pool::end());
    let rows: Vec<Row> = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    report(&rows, began.elapsed());
    if rows.len() == count && rows.iter().all(|row| row.passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Returns a test once, or once in each browser.
fn jobs(test: Test, browsers: &[Browser]) -> Vec<Job> {
    let module = test.module.split_once("::").map_or("", |(_, module)| module);
    let name = if module.is_empty() { test.name.to_owned() } else { format!("{module}::{}", test.name) };
    let each = |browsers: Vec<Browser>, run: fn(Browser) -> Run| {
        let job = |browser: Browser| Job {
            name: format!("{name}::{}", browser.name()),
            place: test.place,
            start: Box::new(move || run(browser)),
        };
        browsers.into_iter().map(job).collect()
    };
    match test.run {
        Kind::Once(run) => vec![Job { name, place: test.place, start: Box::new(run) }],
        Kind::Each(run) => each(browsers.to_vec(), run),
        Kind::In(only, run) => each(browsers.iter().copied().filter(|browser| *browser == only).collect(), run),
    }
}

/// Takes test after test, of the first queue that has one, until none is left.
fn work(queues: &[&Mutex<VecDeque<Job>>], rows: &Mutex<Vec<Row>>) {
    while let Some(job) = queues.iter().find_map(|queue| locked(queue).pop_front()) {
        let (name, began) = (job.name, Instant::now());
        // The name of the thread is in the message of a panic.
        let whole = move || {
            runtime()
                .block_on(async { tokio::time::timeout(LIMIT, (job.start)()).await.expect("the test ends in time") });
        };
        let thread = thread::Builder::new().name(name.clone()).spawn(whole);
        let passed = thread.is_ok_and(|thread| thread.join().is_ok());
        let took = began.elapsed();
        println!("test {name} ... {} ({:.1} s)", if passed { "ok" } else { "FAILED" }, took.as_secs_f32());
        locked(rows).push(Row { name, took, passed });
    }
}

/// Returns a runtime in which a test's own servers run beside it.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// Prints what took long, what failed, and the summary in the words of libtest.
fn report(rows: &[Row], took: Duration) {
    let mut long: Vec<&Row> = rows.iter().filter(|row| row.took > LONG).collect();
    long.sort_by_key(|row| core::cmp::Reverse(row.took));
    for row in long {
        println!("{:>6.1} s  {}", row.took.as_secs_f32(), row.name);
    }
    let failed: Vec<&Row> = rows.iter().filter(|row| !row.passed).collect();
    if !failed.is_empty() {
        println!("\nfailures:");
        failed.iter().for_each(|row| println!("    {}", row.name));
    }
    let word = if failed.is_empty() { "ok" } else { "FAILED" };
    let passed = rows.len() - failed.len();
    println!("\ntest result: {word}. {passed} passed; {} failed; finished in {:.0?}", failed.len(), took);
}

fn number(variable: &str, otherwise: usize) -> usize {
    env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(otherwise).max(1)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
