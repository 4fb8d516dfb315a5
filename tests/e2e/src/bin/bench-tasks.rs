//! Prints the tasks that hold up the page for more than 50 ms: until the first brands are on screen, in a browser
//! without and with the files in its cache, and when the shopper changes to a country with 10,500 brands.

use cr_e2e::{
    page::Grid,
    pool,
    stack::{Device, Stack},
};
use serde_json::{Value, json};

/// Notes every task of more than 50 ms, and when the first brand is on screen.
const TASKS: &str = "document.tasks = [];\
    new PerformanceObserver((list) => { for (const e of list.getEntries()) document.tasks.push(Math.round(e.duration) +\
      ' ms at ' + Math.round(e.startTime)); }).observe({ type: 'longtask', buffered: true });\
    const look = () => { const there = document.querySelector('cr-widget')?.shadowRoot?.querySelector('li button');\
      if (there) document.shown = Math.round(performance.now()); else requestAnimationFrame(look); }; look();";

#[tokio::main]
async fn main() {
    let stack = Stack::open().await;
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": TASKS })).await;
    stack.become_device(Device::DESKTOP).await;
    let screen = stack.screen();
    for round in ["first", "again"] {
        stack.goto("/favicon.svg").await;
        stack.goto("/").await;
        screen.find("listitem", "Kettle & Crumb").await;
        let shown = stack.driver.execute("return document.shown;", Vec::<Value>::new()).await.expect("a time");
        println!("{round}: brands at {} ms, tasks over 50 ms: {}", shown.json(), tasks(&stack).await);
    }
    screen.script("document.tasks.length = 0;").await;
    Grid::on(&screen).await.country("LI").await;
    let there = "return root.querySelector('select').value === 'LI' && !!root.querySelector('li button');";
    while screen.script(there).await != json!(true) {
        stack.turns().await;
    }
    println!("10,500 brands of another country: tasks over 50 ms: {}", tasks(&stack).await);
    stack.close().await;
    pool::end().await;
}

/// The tasks so far; rows to spare are drawn in later frames.
async fn tasks(stack: &Stack) -> Value {
    let answer = "const done = arguments[arguments.length - 1]; setTimeout(() => done(document.tasks), 1000);";
    stack.driver.execute_async(answer, Vec::<Value>::new()).await.expect("an answer").json().clone()
}
