//! Elements that come and go for as long as a page lives: nothing of one that went is left behind.

use std::time::Duration;

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Purchase},
    stack::Stack,
    tests,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, texts, until, watched};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        first elements_that_come_and_go_leave_nothing_behind,
        e06_one_that_goes_while_it_loads_leaves_nothing_and_one_that_is_moved_then_goes_on,
    ]
}

const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };
/// After this many rounds everything that is made once is there: two modules, the lists, the pictures.
const WARM: u64 = 20;
/// Rounds asked for in one call of the driver.
const STRIDE: u64 = 5;
/// The heap of JavaScript may grow by this much a round, in bytes, and by [`HEAP_ONCE`]: the browser notes each request, and
/// compiles more of what is often called. A checkout that stayed would be a hundred times as much.
const HEAP_A_ROUND: i64 = 2_048;
const HEAP_ONCE: i64 = 1_000_000;
/// The memory of the wasm may reach this, in bytes: it never shrinks, and where the list of brands comes in other pieces than
/// before, a larger hole is needed for it. One list that stayed a round would pass it within the rounds below.
const MEMORY: u64 = 8 << 20;

/// Puts elements on the page and takes them off again, from round `arguments[0]` on, `arguments[1]` rounds. What each round is
/// goes by its number: the grid; a brand; an order that is followed; taken off at once, while it loads, while a brand
/// is being opened; and the element of an earlier round put back.
const ROUNDS: &str = r"
const [first, count, order, done] = arguments;
const sleep = (ms) => new Promise((go) => setTimeout(go, ms));
const until = async (what, is) => {
  for (const end = Date.now() + 20000; !is();) {
    if (Date.now() > end) throw new Error(what + ' does not come');
    await sleep(10);
  }
};
const put = (e) => document.body.prepend(e);
const fresh = () => {
  const e = document.createElement('cr-widget');
  for (const [name, value] of [['proxy', '/api'], ['country', 'US'], ['loading', 'eager']]) e.setAttribute(name, value);
  return e;
};
const has = (e, css) => until(css, () => e.shadowRoot.querySelector(css));
const rounds = [
  async (e) => { await has(e, 'li button'); },
  async (e) => { e.open({ brand: 'Kettle & Crumb' }); await has(e, '[type=radio]'); },
  async () => {},
  async (e) => { e.resume(order); await has(e, '[data-testid=address]'); },
  async () => { await sleep(1); },
  async (e) => { e.open({ brand: 'Kettle & Crumb' }); await has(e, 'li button, [type=radio]'); },
  async () => { await sleep(55); },
  async (e) => { await has(e, '[type=search]'); e.setAttribute('lang', 'it'); e.setAttribute('country', 'IT'); },
  async (e) => {
    await has(e, 'li button');
    e.remove();
    await sleep(60);
    put(e);
    e.open({ brand: 'Kettle & Crumb' });
    await has(e, '[type=radio]');
  },
  async (e) => { await has(e, 'li button'); e.open({ brand: 'Kettle & Crumb' }); },
];
(async () => {
  for (let round = first; round < first + count; round++) {
    const e = fresh();
    put(e);
    await rounds[round % rounds.length](e);
    e.remove();
    await sleep(60);
    if (e.shadowRoot.childElementCount) throw new Error('round ' + round + ' left ' + e.shadowRoot.innerHTML);
  }
})().then(() => done('well'), (error) => done(String(error)));";

/// What is alive, after the garbage is gone.
#[derive(Debug)]
struct Alive {
    heap: i64,
    nodes: i64,
    listeners: i64,
    /// Bytes of each instance.
    memory: Vec<u64>,
}

async fn alive(stack: &Stack) -> Alive {
    // The probe keeps streams that are closed.
    let drop =
        "for (const s of document.seen.streams) if (s.readyState === 2) document.seen.streams.delete(s); return null;";
    ask(stack, drop).await;
    for _ in 0..3 {
        stack.cdp("HeapProfiler.collectGarbage", json!({})).await;
    }
    let metrics = stack.cdp("Performance.getMetrics", json!({})).await;
    let metric = |name: &str| {
        let all = metrics["metrics"].as_array().expect("a list");
        let found = all.iter().find(|metric| metric["name"] == name).expect("a known name");
        found["value"].as_f64().expect("a number").round() as i64
    };
    let memory = "return document.seen.exports.map(({ memory }) => memory.buffer.byteLength);";
    Alive {
        heap: metric("JSHeapUsedSize"),
        nodes: metric("Nodes"),
        listeners: metric("JSEventListeners"),
        memory: serde_json::from_value(ask(stack, memory).await).expect("numbers"),
    }
}

async fn play(stack: &Stack, rounds: core::ops::Range<u64>, order: &str) {
    let mut at = rounds.start;
    while at < rounds.end {
        let count = STRIDE.min(rounds.end - at);
        let given = vec![json!(at), json!(count), json!(order)];
        let answer = stack.driver.execute_async(ROUNDS, given).await.expect("rounds");
        assert_eq!(*answer.json(), json!("well"), "in rounds {at} to {}", at + count);
        at += count;
    }
}

async fn elements_that_come_and_go_leave_nothing_behind() {
    let rounds: u64 =
        std::env::var("CR_MOUNTS").map_or(100, |text| text.parse().expect("CR_MOUNTS is a number of rounds"));
    assert!(rounds > WARM, "CR_MOUNTS is over {WARM}");
    let stack = watched().await;
    stack.goto("/demo/plain.html").await;
    CARD.order(&stack).await;
    let order = stack.supplier.newest_order().await;
    stack.goto("/demo/index.html").await;
    let load = "const done = arguments[arguments.length - 1]; const s = document.createElement('script');\
        s.src = '../cr-widget.js'; s.onload = () => done(document.seen.listeners.size); document.head.append(s);";
    let listeners = stack.driver.execute_async(load, Vec::<Value>::new()).await.expect("it loads").json().clone();
    stack.cdp("Performance.enable", json!({})).await;

    play(&stack, 0..WARM, &order).await;
    let warm = alive(&stack).await;
    play(&stack, WARM..rounds, &order).await;
    let mut last = alive(&stack).await;
    // A picture that is still on its way holds the element it was for.
    for _ in 0..40 {
        if last.nodes <= warm.nodes && last.listeners <= warm.listeners {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        last = alive(&stack).await;
    }
    println!("after {WARM} rounds {warm:?}, after {rounds} {last:?}");
    let left = "return { streams: [...document.seen.streams].filter((s) => s.readyState !== 2).length,\
        timers: document.seen.timers.size, listeners: document.seen.listeners.size };";
    assert_eq!(ask(&stack, left).await, json!({ "streams": 0, "timers": 0, "listeners": listeners }));
    assert!(last.nodes <= warm.nodes && last.listeners <= warm.listeners, "{warm:?} became {last:?}");
    let grown = last.heap - warm.heap;
    let most = HEAP_ONCE + HEAP_A_ROUND * i64::try_from(rounds - WARM).expect("a number of rounds");
    assert!(grown <= most, "the heap grew by {grown} bytes");
    assert_eq!(last.memory.len(), 1, "one instance");
    assert!(last.memory[0] <= MEMORY, "{last:?}");
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn e06_one_that_goes_while_it_loads_leaves_nothing_and_one_that_is_moved_then_goes_on() {
    let stack = watched().await;
    // The first module comes when the page lets it.
    let gate = "const real = window.fetch; const open = new Promise((go) => { document.openGate = go; });\
        window.fetch = async (what, how) => { if (/app_bg/.test(String(what.url ?? what))) await open; return real.call(window, what, how); };";
    stack.session().before_pages(gate).await;
    stack.goto("/demo/index.html").await;
    let embed = "const done = arguments[arguments.length - 1]; const s = document.createElement('script'); s.src = '../cr-widget.js';\
        s.onload = () => { for (const id of ['gone', 'kept']) { const e = document.createElement('cr-widget'); e.id = id;\
          for (const [name, value] of [['proxy', '/api'], ['country', 'US'], ['loading', 'eager']]) e.setAttribute(name, value);\
          document.body.prepend(e); } setTimeout(done, 200); };\
        document.head.append(s);";
    stack.driver.execute_async(embed, Vec::<Value>::new()).await.expect("it loads");
    // Of each, the one that tells of slow loading.
    assert_eq!(ask(&stack, "return document.seen.timers.size;").await, 2);
    let go =
        "document.querySelector('#gone').remove(); document.body.append(document.querySelector('#kept')); return null;";
    ask(&stack, go).await;
    stack.turns().await;
    until(&stack, "one waits", "return document.seen.timers.size === 1;").await;
    ask(&stack, "document.openGate(); return null;").await;
    Grid::on(&stack.screen()).await;
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}
