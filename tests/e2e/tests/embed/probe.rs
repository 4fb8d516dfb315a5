//! What a page says about itself while the widget is on it.

use std::time::{Duration, Instant};

use cr_e2e::{browser::Browser, stack::Stack};
use serde_json::{Value, json};

/// Opens a stack in Chromium whose pages are watched from their first line.
pub(crate) async fn watched() -> Stack {
    watched_in(Browser::Chromium).await
}

/// As [`watched`], in a browser of choice.
pub(crate) async fn watched_in(browser: Browser) -> Stack {
    let stack = Stack::open_in(browser, json!({})).await;
    stack.session().before_pages(include_str!("probe.js")).await;
    stack
}

/// Runs a script on the page.
pub(crate) async fn ask(stack: &Stack, script: &str) -> Value {
    let answer = stack.driver.execute(script, Vec::<Value>::new()).await;
    answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
}

/// A list of texts that the page kept.
pub(crate) async fn texts(stack: &Stack, what: &str) -> Vec<String> {
    let list = ask(stack, &format!("return [...document.seen.{what}].map(String);")).await;
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// How long until the script says `true`.
pub(crate) async fn until(stack: &Stack, what: &str, script: &str) -> Duration {
    let start = Instant::now();
    while ask(stack, script).await != Value::Bool(true) {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}: not in 20 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    start.elapsed()
}
