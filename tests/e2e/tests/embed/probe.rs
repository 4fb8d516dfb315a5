//! What a page says about itself while the widget is on it.

use std::time::{Duration, Instant};

use cr_e2e::{browser::Browser, stack::Stage};
use serde_json::{Value, json};

/// Opens a stage in Chromium whose pages are watched from their first line.
pub(crate) async fn watched() -> Stage {
    watched_in(Browser::Chromium).await
}

/// As [`watched`], in a browser of choice.
pub(crate) async fn watched_in(browser: Browser) -> Stage {
    let stage = Stage::open_in(browser, json!({})).await;
    stage.session().before_pages(include_str!("probe.js")).await;
    stage
}

/// Runs a script on the page.
pub(crate) async fn ask(stage: &Stage, script: &str) -> Value {
    let answer = stage.driver.execute(script, Vec::<Value>::new()).await;
    answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
}

/// A list of texts that the page kept.
pub(crate) async fn texts(stage: &Stage, what: &str) -> Vec<String> {
    let list = ask(stage, &format!("return [...document.seen.{what}].map(String);")).await;
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// How long until the script says `true`.
pub(crate) async fn until(stage: &Stage, what: &str, script: &str) -> Duration {
    let start = Instant::now();
    while ask(stage, script).await != Value::Bool(true) {
        assert!(start.elapsed() < Duration::from_secs(20), "{what}: not in 20 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    start.elapsed()
}
