//! What the widget costs the page around it before anybody touches it: nothing moves, only the shell is loaded until it comes
//! near, and the line is left to the page.

use cr_e2e::{
    harness::Test,
    page::Grid,
    stack::{Device, Stack},
    tests,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, until, watched};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        nothing_moves_while_the_widget_comes_up_in_sight,
        a_tag_that_makes_its_element_keeps_the_room_for_it,
        far_below_only_the_shell_is_loaded_and_nothing_moves,
        e05_ten_elements_leave_four_connections_to_the_page,
    ]
}

/// Notes everything that moves, with what moved and from where to where.
const MOVES: &str = "document.moves = [];\
    const name = (node) => node ? node.nodeName + '.' + (node.className ?? '') : '?';\
    const place = ({ x, y, width, height }) => [x, y, width, height].join(' ');\
    new PerformanceObserver((list) => { for (const { value, sources } of list.getEntries()) document.moves.push(value + ': ' +\
      sources.map((e) => name(e.node) + ' from ' + place(e.previousRect) + ' to ' + place(e.currentRect)).join(', ')); })\
      .observe({ type: 'layout-shift', buffered: true });";
/// Notes when calls to the proxy begin and end, the page's own among them.
const CALLS: &str = "document.calls = []; const real = window.fetch;\
    window.fetch = async (what, how) => { const url = String(what.url ?? what);\
      const note = (word) => { if (/api|#own/.test(url)) document.calls.push(word + ' ' + url); };\
      note('begin'); try { return await real(what, how); } finally { note('end'); } };";

async fn watched_with(source: &str) -> Stack {
    let stack = watched().await;
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
    stack
}

/// What moved so far, once what was last drawn has been looked at.
async fn moves(stack: &Stack) -> Vec<String> {
    let script = "const done = arguments[arguments.length - 1];\
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(document.moves), 300)));";
    let answer = stack.driver.execute_async(script, Vec::<Value>::new()).await.expect("a frame");
    answer.convert().expect("a list of texts")
}

async fn nothing_moves_while_the_widget_comes_up_in_sight() {
    let stack = watched_with(MOVES).await;
    // Every step is painted.
    stack.supplier.control(json!({ "latency_ms": 300 })).await;
    for device in [Device::PHONE, Device::TABLET, Device::DESKTOP] {
        // The last has something below that is in sight, and is in sight itself from the first paint.
        for page in ["/", "/demo/rtl.html", "/demo/two.html"] {
            stack.become_device(device).await;
            stack.cdp("Network.clearBrowserCache", json!({})).await;
            stack.goto("/favicon.svg").await;
            stack.goto(page).await;
            stack.screen().find("listitem", "Kettle & Crumb").await;
            assert_eq!(moves(&stack).await, Vec::<String>::new(), "{page}, {} px", device.width);
        }
    }
    // The watch sees what moves.
    ask(
        &stack,
        "document.body.prepend(Object.assign(document.createElement('p'), { textContent: 'News' })); return null;",
    )
    .await;
    assert_eq!(moves(&stack).await.len(), 1);
    stack.close().await;
}

async fn a_tag_that_makes_its_element_keeps_the_room_for_it() {
    let stack = watched_with(MOVES).await;
    stack.become_device(Device::PHONE).await;
    // A page whose style sheet has the documented rule, shown before the script is there.
    stack.goto("/demo/index.html").await;
    let tag = "const s = document.createElement('script'); s.dataset.proxy = '/api'; s.dataset.country = 'US';\
        const foot = document.createElement('footer'); foot.textContent = 'Corner Shop'; document.body.prepend(s, foot); return null;";
    ask(&stack, tag).await;
    moves(&stack).await;
    ask(&stack, "document.moves = []; document.querySelector('footer').scrollIntoView({ block: 'end' }); return null;")
        .await;
    ask(&stack, "document.querySelector('script[data-proxy]').src = '../cr-widget.js'; return null;").await;
    stack.screen().find("listitem", "Kettle & Crumb").await;
    assert_eq!(
        ask(&stack, "return document.querySelector('script[data-proxy]').nextElementSibling.localName;").await,
        "cr-widget"
    );
    assert_eq!(moves(&stack).await, Vec::<String>::new());
    stack.close().await;
}

async fn far_below_only_the_shell_is_loaded_and_nothing_moves() {
    let stack = watched_with(MOVES).await;
    stack.become_device(Device::DESKTOP).await;
    stack.goto("/demo/index.html").await;
    let gap = "const gap = document.createElement('div'); gap.style.blockSize = '3000px'; document.body.append(gap); return null;";
    ask(&stack, gap).await;
    moves(&stack).await;
    let below = "document.moves = [];\
        const e = document.createElement('cr-widget'); e.setAttribute('proxy', '/api'); e.setAttribute('country', 'US'); document.body.append(e);\
        const foot = document.createElement('footer'); foot.textContent = 'Corner Shop'; document.body.append(foot);\
        const s = document.createElement('script'); s.src = '../cr-widget.js'; document.head.append(s); return null;";
    ask(&stack, below).await;
    until(&stack, "the element is there", "return document.querySelector('cr-widget').shadowRoot !== null;").await;
    assert_eq!(moves(&stack).await, Vec::<String>::new());
    let loaded = "return performance.getEntriesByType('resource').map((e) => new URL(e.name).pathname).filter((n) => /cr-widget|locales|api/.test(n));";
    assert_eq!(ask(&stack, loaded).await, json!(["/cr-widget.js"]));
    // With what is below in sight, so that growing would push it away.
    ask(&stack, "document.querySelector('footer').scrollIntoView({ block: 'end' }); return null;").await;
    Grid::on(&stack.screen()).await;
    stack.screen().find("listitem", "Kettle & Crumb").await;
    assert_eq!(moves(&stack).await, Vec::<String>::new());
    stack.close().await;
}

async fn e05_ten_elements_leave_four_connections_to_the_page() {
    let stack = watched_with(CALLS).await;
    // Longer than all that follows takes: what waits, waits.
    stack.supplier.control(json!({ "latency_ms": 100_000 })).await;
    stack.goto("/demo/index.html").await;
    // Other countries than that of the page before, whose lists are known.
    let ten = "for (const country of ['PT', 'IT', 'DE', 'FR', 'ES', 'JP', 'GB', 'CA', 'BR', 'MX']) {\
          const e = document.createElement('cr-widget'); e.setAttribute('proxy', '/api'); e.setAttribute('loading', 'eager');\
          e.setAttribute('country', country); document.body.append(e); }\
        const s = document.createElement('script'); s.src = '../cr-widget.js'; document.head.append(s); return null;";
    ask(&stack, ten).await;
    let all = "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot?.querySelector('[type=search]'));";
    until(&stack, "all ten are there", all).await;
    let ours = "return document.calls.filter((call) => call.startsWith('begin')).length";
    until(&stack, "some of their calls are under way", &format!("{ours} === 2;")).await;

    // Six connections there are. Three calls of the page's that wait as well leave one, on which the rest comes.
    let own = "for (const id of ['one', 'two', 'three']) fetch(`/api/v5/orders/${id}#own`).catch(() => {});\
        (async () => { for (let i = 0; i < 5; i++) await (await fetch(`../favicon.svg?${i}#own`)).text(); document.served = true; })();\
        return null;";
    ask(&stack, own).await;
    until(&stack, "the page's own calls are answered", "return document.served === true;").await;
    let ended = ask(&stack, "return document.calls.filter((call) => call.startsWith('end'));").await;
    let expected: Vec<_> = (0..5).map(|i| format!("end ../favicon.svg?{i}#own")).collect();
    assert_eq!(ended, json!(expected), "none of the calls that wait was answered before");
    assert_eq!(ask(&stack, &format!("{ours};")).await, 2 + 3 + 5);
    stack.close().await;
}
