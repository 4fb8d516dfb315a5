//! Plays cases on several lanes at a time: each case once in every browser, in one browser session after the other.
//!
//! `CR_BROWSERS=chromium` takes one browser only, `CR_TRACKING=all` the long cases too, `CR_TRACKING_LANES` sets the sessions a
//! browser. An argument takes only the cases whose name holds it.

use std::{
    collections::VecDeque,
    env,
    future::Future,
    pin::Pin,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use cr_e2e::{browser::Browser, faulty_stack::FaultyStack};

/// What a case does with its stack.
pub(crate) type Run = fn(Arc<FaultyStack>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// One case.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    /// The only browser that can show it.
    pub(crate) only: Option<Browser>,
    /// Takes so long that it is not played unless asked for.
    pub(crate) is_long: bool,
}

/// Cases by the names of their functions: `cases![s01_drop, long s09_watchdog, chromium t07_freeze]`.
macro_rules! cases {
    (@case $name:ident) => { $crate::harness::Case {
        name: stringify!($name), run: |stack| Box::pin($name(stack)), only: None, is_long: false } };
    (@case long $name:ident) => { $crate::harness::Case { is_long: true, ..cases!(@case $name) } };
    (@case chromium $name:ident) => { $crate::harness::Case {
        only: Some(cr_e2e::browser::Browser::Chromium), ..cases!(@case $name) } };
    ($($($word:ident)+),* $(,)?) => { vec![$(cases!(@case $($word)+)),*] };
}
pub(crate) use cases;

#[derive(Default)]
struct Report {
    passed: usize,
    /// Case and browser.
    failed: Vec<(String, String)>,
}

/// Plays the cases that the command line and the environment ask for.
pub(crate) async fn play(cases: Vec<Case>) -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let wanted: Vec<&String> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let with_long = env::var("CR_TRACKING").is_ok_and(|value| value == "all") || !wanted.is_empty();
    let cases: Vec<Case> = cases
        .into_iter()
        .filter(|case| with_long || !case.is_long)
        .filter(|case| wanted.is_empty() || wanted.iter().any(|part| case.name.contains(part.as_str())))
        .collect();
    if args.iter().any(|arg| arg == "--list") {
        cases.iter().for_each(|case| println!("{}: test", case.name));
        return ExitCode::SUCCESS;
    }
    let lanes = env::var("CR_TRACKING_LANES").ok().and_then(|lanes| lanes.parse().ok()).unwrap_or(3_usize);
    let began = Instant::now();
    let report = Arc::new(Mutex::new(Report::default()));
    let mut workers = Vec::new();
    for browser in Browser::from_env() {
        let queue: VecDeque<Case> =
            cases.iter().filter(|case| case.only.is_none_or(|only| only == browser)).copied().collect();
        let lanes = lanes.min(queue.len());
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..lanes {
            workers.push(tokio::spawn(work(browser, Arc::clone(&queue), Arc::clone(&report))));
        }
    }
    for worker in workers {
        if let Err(error) = worker.await {
            locked(&report).failed.push(("a_lane".to_owned(), error.to_string()));
        }
    }
    let report = locked(&report);
    for (case, browser) in &report.failed {
        println!("failed: {case} in {browser}");
    }
    // As libtest lists them, for those who want to run them again.
    println!("\nfailures:");
    for (case, _) in &report.failed {
        println!("    {case}");
    }
    let (word, passed, failed) =
        (if report.failed.is_empty() { "ok" } else { "FAILED" }, report.passed, report.failed.len());
    println!("\ntest result: {word}. {passed} passed; {failed} failed; finished in {:.0?}", began.elapsed());
    if report.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Takes case after case until none is left.
async fn work(browser: Browser, queue: Arc<Mutex<VecDeque<Case>>>, report: Arc<Mutex<Report>>) {
    let mut stack = Arc::new(FaultyStack::open(browser).await);
    loop {
        let Some(case) = locked(&queue).pop_front() else { break };
        let began = Instant::now();
        stack.sweep().await;
        let done = tokio::spawn((case.run)(Arc::clone(&stack))).await;
        let name = format!("{} in {}", case.name, browser.name());
        let (word, notes) = (if done.is_ok() { "ok" } else { "FAILED" }, stack.take_notes().join("; "));
        println!("test {name} ... {word} ({:.1} s) {notes}", began.elapsed().as_secs_f32());
        if done.is_ok() {
            locked(&report).passed += 1;
            continue;
        }
        locked(&report).failed.push((case.name.to_owned(), browser.name().to_owned()));
        // Whatever state it was left in.
        stack.close().await;
        stack = Arc::new(FaultyStack::open(browser).await);
    }
    stack.close().await;
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
