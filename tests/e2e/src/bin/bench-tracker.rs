//! Measures how soon the true state is on screen again after each kind of loss, how many requests following an order
//! takes, and how long an event takes to the screen; in each browser of `CR_BROWSERS`. Prints a table for each browser.

use std::time::{Duration, Instant};

use cr_e2e::{
    browser::Browser,
    faulty_stack::{FaultyStack, is_live, is_lost, is_polling},
    tcp_line::{Answer, End, Kind},
};
use serde_json::Value;

/// How many times each recovery is measured.
const ROUNDS: usize = 5;
/// How many orders walk through three states each, for the time to the screen.
const WALKS: usize = 10;
/// How much faster the page's clocks run while requests are counted, and for how many of its minutes.
const FAST: u32 = 8;
const MINUTES: u32 = 4;

#[tokio::main]
async fn main() {
    for browser in Browser::from_env() {
        let stack = FaultyStack::open(browser).await;
        measure(&stack).await;
        stack.close().await;
    }
    cr_e2e::pool::end().await;
}

async fn measure(stack: &FaultyStack) {
    println!("{}\n\nrecovery, {ROUNDS} rounds, in s          least  median   worst", stack.browser().name());
    let mut rows: [(&str, Vec<f64>); 5] = [
        ("the stream drops", Vec::new()),
        ("the loss is told", Vec::new()),
        ("the proxy is restarted", Vec::new()),
        ("online again", Vec::new()),
        ("visible again", Vec::new()),
    ];
    for _ in 0..ROUNDS {
        rows[0].1.push(drop(stack).await);
        let (told, restarted) = restart(stack).await;
        rows[1].1.push(told);
        rows[2].1.push(restarted);
        rows[3].1.push(online(stack).await);
        rows[4].1.push(visible(stack).await);
    }
    for (name, times) in &mut rows {
        println!("{name:<35} {}", spread(times));
    }
    let mut times = Vec::new();
    for _ in 0..WALKS {
        times.extend(paints(stack).await);
    }
    println!("\nevent to painted, {} events, in ms  {}", times.len(), spread(&mut times));
    println!("\nrequests a minute of the page        reads  streams");
    for (name, count) in [
        ("live", live(stack).await),
        ("polling: no stream opens", polling(stack).await),
        ("hidden", hidden(stack).await),
        ("delivered", ended(stack).await),
    ] {
        let a_minute = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(MINUTES);
        println!("{name:<35} {:>6.1} {:>8.1}", a_minute(count.0), a_minute(count.1));
    }
    println!();
}

/// Returns minimum, median and maximum.
fn spread(values: &mut [f64]) -> String {
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(worst)) = (values.first(), values.last()) else { return "nothing measured".into() };
    format!("{:>6.1}  {:>6.1}  {:>6.1}", least, values[values.len() / 2], worst)
}

async fn follow(stack: &FaultyStack, query: &str) -> String {
    stack.sweep().await;
    stack.follow(query, "shopper@example.com").await
}

/// Measures the time from the loss of a working stream to the next one.
async fn drop(stack: &FaultyStack) -> f64 {
    follow(stack, "").await;
    let began = Instant::now();
    stack.wire.forget();
    stack.wire.cut();
    stack.wait("the next stream", || stack.wire.count(Kind::Stream) > 0).await;
    stack.until("the stream is live", 0, is_live).await;
    began.elapsed().as_secs_f64()
}

/// Measures the time from the end of the proxy until the page shows the loss, and from its return to the true state.
async fn restart(stack: &FaultyStack) -> (f64, f64) {
    let id = follow(stack, "").await;
    let began = Instant::now();
    stack.kill_proxy();
    stack.until("the loss is told", 0, is_lost).await;
    let told = began.elapsed().as_secs_f64();
    stack.supplier.set_state(&id, "PaymentStarted").await;
    stack.start_proxy().await;
    (told, truth(stack).await)
}

async fn online(stack: &FaultyStack) -> f64 {
    let id = follow(stack, "").await;
    stack.set_offline(true).await;
    stack.until("the loss is told", 0, is_lost).await;
    stack.supplier.set_state(&id, "PaymentStarted").await;
    stack.set_offline(false).await;
    truth(stack).await
}

async fn visible(stack: &FaultyStack) -> f64 {
    let id = follow(stack, "").await;
    let window = stack.cover().await;
    stack.wait("a hidden page holds no stream", || stack.wire.open_streams() == 0).await;
    stack.supplier.set_state(&id, "PaymentStarted").await;
    stack.uncover(window).await;
    truth(stack).await
}

/// Measures the time from now until a payment that was seen meanwhile is on screen.
async fn truth(stack: &FaultyStack) -> f64 {
    let began = Instant::now();
    stack.until("the payment was seen", 0, |page| page["screen"] == "status-tracker").await;
    began.elapsed().as_secs_f64()
}

/// Measures the time from the event to the frame that paints it, in ms, for three states.
async fn paints(stack: &FaultyStack) -> Vec<f64> {
    let id = follow(stack, "").await;
    // The pause lets the read that comes with a new stream finish.
    tokio::time::sleep(Duration::from_secs(1)).await;
    stack.script("probe.paints.length = 0; probe.heard = undefined;").await;
    for (count, state) in ["PaymentStarted", "PaymentReceived", "WaitingForDelivery"].into_iter().enumerate() {
        stack.supplier.set_state(&id, state).await;
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end && painted(stack).await.len() <= count {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // The same state may be sent once more.
        tokio::time::sleep(Duration::from_millis(300)).await;
        stack.script("probe.heard = undefined;").await;
    }
    painted(stack).await.iter().filter_map(Value::as_f64).collect()
}

async fn painted(stack: &FaultyStack) -> Vec<Value> {
    stack.script("return probe.paints;").await.as_array().cloned().unwrap_or_default()
}

/// Returns how many reads and streams come in the next minutes of a page whose clocks run fast.
async fn count(stack: &FaultyStack) -> (usize, usize) {
    stack.wire.forget();
    tokio::time::sleep(Duration::from_secs(60) * MINUTES / FAST).await;
    (stack.wire.count(Kind::Read), stack.wire.count(Kind::Stream))
}

async fn live(stack: &FaultyStack) -> (usize, usize) {
    // The page's clocks run at normal speed here, since the proxy sends its pings every 15 s of real time.
    follow(stack, "").await;
    stack.wire.forget();
    tokio::time::sleep(Duration::from_secs(60)).await;
    (stack.wire.count(Kind::Read), stack.wire.count(Kind::Stream))
}

async fn polling(stack: &FaultyStack) -> (usize, usize) {
    follow(stack, &format!("fast={FAST}")).await;
    let refusal = || Answer { pieces: Vec::new(), end: End::Reset };
    stack.wire.answer_streams((0..200).map(|_| refusal()));
    stack.wire.cut();
    stack.until("reads take over", 0, is_polling).await;
    tokio::time::sleep(Duration::from_secs(60) / FAST).await;
    count(stack).await
}

async fn hidden(stack: &FaultyStack) -> (usize, usize) {
    follow(stack, &format!("fast={FAST}")).await;
    let window = stack.cover().await;
    stack.wait("a hidden page holds no stream", || stack.wire.open_streams() == 0).await;
    let counted = count(stack).await;
    stack.uncover(window).await;
    counted
}

async fn ended(stack: &FaultyStack) -> (usize, usize) {
    let id = follow(stack, &format!("fast={FAST}")).await;
    stack.supplier.pay(&id, None).await;
    stack.until("the goods are there", 0, |page| page["screen"] == "receipt" && page["live"] == 0).await;
    count(stack).await
}
