//! Measures how long a keystroke in the search field takes until its result is painted, among 10,500 brands, with the
//! CPU at full speed and slowed down four times. Prints a table; `--profile FILE` writes a CPU profile of the
//! slowed-down run.

use std::{env, fs, time::Duration};

use cr_e2e::{page::Grid, stack::Stack};
use serde_json::{Value, json};

/// The texts that are typed, and then deleted key by key: words that fit many, few and no brands, and a typing error
/// that the search tolerates.
const TYPED: [&str; 12] = [
    "north",
    "a",
    "the kettle",
    "market",
    "zzzzqqq",
    "northpine outfitters",
    "cofee",
    "express diner",
    "gift card",
    "ca",
    "outfittesr",
    "12",
];
/// How many categories are opened and closed by the space bar.
const CATEGORIES: usize = 12;
/// The time between keys of a fast typist; a key is never sent before the last one was painted.
const PACE: Duration = Duration::from_millis(90);

#[tokio::main]
async fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let profile = match args.as_slice() {
        [] => None,
        [flag, file] if flag == "--profile" => Some(file.clone()),
        _ => panic!("usage: bench-keys [--profile FILE]"),
    };
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await.country("LI").await;
    screen.shows("CHF").await;
    stack.cdp("Performance.enable", json!({})).await;
    stack.driver.execute(include_str!("bench-keys.js"), Vec::<Value>::new()).await.expect("a recorder");
    run(&stack, true).await;
    println!(
        "per key, in ms                    p50 / p95 / worst       p50 / p95 / worst       mean of          at most"
    );
    println!(
        "what              CPU   keys      main thread works       until it is painted     script  style  layout   elements"
    );
    for rate in [1_u32, 4] {
        stack.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
        let profiled = profile.as_ref().filter(|_| rate > 1);
        if profiled.is_some() {
            stack.cdp("Profiler.enable", json!({})).await;
            stack.cdp("Profiler.setSamplingInterval", json!({ "interval": 200 })).await;
            stack.cdp("Profiler.start", json!({})).await;
        }
        println!("{:<16} {rate:>3}x  {}", "brand search", run(&stack, true).await);
        if let Some(file) = profiled {
            let told = stack.cdp("Profiler.stop", json!({})).await;
            fs::write(file, told["profile"].to_string()).expect("a written profile");
        }
    }
    // The bare field shows what this browser on this machine needs for any keystroke at all.
    let bare = "document.body.innerHTML = '<input id=search>'; search.focus();";
    stack.driver.execute(bare, Vec::<Value>::new()).await.expect("a bare field");
    for rate in [1_u32, 4] {
        stack.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await;
        println!("{:<16} {rate:>3}x  {}", "a bare field", run(&stack, false).await);
    }
    stack.close().await;
    cr_e2e::pool::end().await;
}

/// Types everything once, and returns how long it took.
async fn run(stack: &Stack, is_grid: bool) -> String {
    script(stack, "keys.length = 0; (root.querySelector('#search') ?? search).focus();").await;
    let before = metrics(stack).await;
    let mut sent = 0_u32;
    for text in TYPED {
        for letter in text.chars() {
            press(stack, &letter.to_string(), &letter.to_string(), &mut sent).await;
        }
        for _ in text.chars() {
            press(stack, "Backspace", "", &mut sent).await;
        }
    }
    for index in 0..if is_grid { CATEGORIES } else { 0 } {
        let focus = format!(
            "const all = [...root.querySelectorAll('.chip:not(.chip-kind)')].filter((chip) => chip.checkVisibility());\
             all[{index} % all.length].focus({{ preventScroll: true }});"
        );
        script(stack, &focus).await;
        for _ in 0..2 {
            press(stack, " ", " ", &mut sent).await;
        }
    }
    let after = metrics(stack).await;
    let all = script(stack, "return keys;").await;
    let column = |name: &str| -> Vec<f64> {
        let keys = all.as_array().into_iter().flatten();
        let mut column: Vec<f64> = keys.filter_map(|key| key[name].as_f64()).collect();
        column.sort_by(f64::total_cmp);
        column
    };
    let [script, style, layout] = [0, 1, 2].map(|at| (after[at] - before[at]) * 1000.0 / f64::from(sent));
    let nodes = column("nodes").last().copied().unwrap_or_default();
    let (work, painted) = (spread(&column("work")), spread(&column("frame")));
    format!("{sent:>5}      {work:<22}  {painted:<22}  {script:>6.1} {style:>6.1} {layout:>7.1} {nodes:>10}")
}

/// Returns the seconds spent on script, styles and layout so far.
async fn metrics(stack: &Stack) -> [f64; 3] {
    let told = stack.cdp("Performance.getMetrics", json!({})).await;
    ["ScriptDuration", "RecalcStyleDuration", "LayoutDuration"].map(|name| {
        let mut all = told["metrics"].as_array().into_iter().flatten();
        all.find(|metric| metric["name"] == name).and_then(|metric| metric["value"].as_f64()).unwrap_or_default()
    })
}

async fn script(stack: &Stack, body: &str) -> Value {
    stack.driver.execute(body, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
}

/// Presses and releases a key, and waits until its result was painted.
async fn press(stack: &Stack, key: &str, text: &str, sent: &mut u32) {
    let code = match key {
        "Backspace" => 8,
        one => one.chars().next().map_or(0, |letter| u32::from(letter.to_ascii_uppercase())),
    };
    let mut event =
        json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code });
    if !text.is_empty() {
        event["text"] = json!(text);
    }
    stack.cdp("Input.dispatchKeyEvent", event.clone()).await;
    event["type"] = json!("keyUp");
    stack.cdp("Input.dispatchKeyEvent", event).await;
    *sent += 1;
    tokio::time::sleep(PACE).await;
    for _ in 0..200 {
        if script(stack, "return keys.length;").await.as_u64() >= Some(u64::from(*sent)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("key {sent}, {key:?}, changed nothing on screen");
}

/// Returns the median, the 95th percentile and the maximum.
fn spread(sorted: &[f64]) -> String {
    let at = |percent: usize| sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)));
    let [middle, most, worst] = [at(50), at(95), sorted.last()].map(|value| value.copied().unwrap_or_default());
    format!("{middle:.1} / {most:.1} / {worst:.1}")
}
