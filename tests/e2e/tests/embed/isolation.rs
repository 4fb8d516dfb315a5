//! What the widget leaves of the page around it, and what is left of the widget.

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Pay, Product, Purchase},
    stack::{Device, Stack},
    tests,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, texts, until, watched, watched_in};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        each the_page_keeps_its_styles_globals_and_storage,
        e06_a_removed_element_leaves_nothing_running_and_a_moved_one_goes_on,
        e05_ten_elements_share_one_instance_one_stream_and_the_lists,
        e04_the_first_definition_stays_whoever_made_it,
        e08_a_storm_of_attributes_ends_with_the_last_and_bad_values_are_told_once,
        e08_e13_properties_set_early_and_a_foreign_base_are_understood,
    ]
}

const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };

/// Every computed style of every element of the page but ours.
const STYLES: &str = "return [...document.querySelectorAll('html, body, body *')].filter((e) => e.localName !== 'cr-widget')\
    .map((e) => e.localName + ' ' + [...getComputedStyle(e)].map((n) => n + ':' + getComputedStyle(e)[n]).join(';'));";
/// Puts the script and an element on a page that has neither, in a place that takes no room.
const EMBED: &str = "const place = document.createElement('div'); place.id = 'place'; document.body.append(place);\
    place.style.cssText = 'position:absolute;inset:0;inline-size:360px;block-size:2000px;overflow:hidden';\
    const e = document.createElement('cr-widget'); e.setAttribute('proxy', '/api'); e.setAttribute('country', 'US');\
    place.append(e); const s = document.createElement('script'); s.src = '../cr-widget.js'; document.head.append(s); return null;";

async fn wait(stack: &Stack, ms: u32) {
    let script = format!("setTimeout(arguments[arguments.length - 1], {ms});");
    stack.driver.execute_async(script, Vec::<Value>::new()).await.expect("a wait");
}

async fn the_page_keeps_its_styles_globals_and_storage(browser: Browser) {
    keeps(browser).await;
}

async fn keeps(browser: Browser) {
    let stack = watched_in(browser).await;
    stack.become_device(Device::DESKTOP).await;
    stack.goto("/demo/index.html").await;
    ask(&stack, "localStorage.clear(); localStorage.theirs = '1'; return null;").await;
    let more = "for (const name of ['input', 'button', 'select', 'p', 'table', 'form', 'label', 'img', 'h2', 'em', 'b', 'i',\
        'code', 'blockquote', 'fieldset', 'textarea', 'dl', 'section', 'aside', 'nav', 'mark', 'small', 'sub', 'svg'])\
        document.body.append(document.createElement(name)); return null;";
    ask(&stack, more).await;
    ask(&stack, &EMBED.split("const e =").next().map(|place| format!("{place} return null;")).unwrap()).await;
    let before = ask(&stack, STYLES).await;
    assert!(before.as_array().unwrap().len() >= 50, "{}", before.as_array().unwrap().len());
    ask(&stack, "document.querySelector('#place').remove(); return null;").await;
    ask(&stack, EMBED).await;
    CARD.order(&stack).await;
    let after = ask(&stack, STYLES).await;
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(after) {
        let (before, after) = (before.as_str().unwrap(), after.as_str().unwrap());
        let changed: Vec<_> = before.split(';').zip(after.split(';')).filter(|(one, other)| one != other).collect();
        assert!(changed.is_empty(), "{changed:?} of {:?}", before.split(' ').next());
    }

    let added = "return Reflect.ownKeys(window).map(String).filter((k) => !document.seen.keys.includes(k) && !/^cdc_|^ret_nodes|^se_/.test(k));";
    assert_eq!(ask(&stack, added).await, json!(["CrWidget"]));
    let head = "return document.querySelectorAll('style, head link:not([href=\"demo.css\"])').length + document.adoptedStyleSheets.length;";
    assert_eq!(ask(&stack, head).await, 0);
    let keys = ask(&stack, "return [...Object.keys(localStorage), ...Object.keys(sessionStorage)];").await;
    for key in keys.as_array().unwrap() {
        let key = key.as_str().unwrap();
        assert!(key == "theirs" || key.starts_with("cr-widget:"), "{key}");
    }
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn e06_a_removed_element_leaves_nothing_running_and_a_moved_one_goes_on() {
    let stack = watched().await;
    stack.goto("/demo/index.html").await;
    let listeners = ask(&stack, "return document.seen.listeners.size;").await;
    ask(&stack, EMBED).await;
    let pay = CARD.order(&stack).await;
    let address = pay.address().await;
    until(&stack, "the order is followed", "return [...document.seen.streams].some((s) => s.readyState === 1);").await;

    // Moved: the same screen, the same stream.
    ask(&stack, "document.body.prepend(document.querySelector('cr-widget')); return null;").await;
    wait(&stack, 150).await;
    assert_eq!(Pay::on(&stack.screen()).await.address().await, address);
    assert_eq!(ask(&stack, "return [...document.seen.streams].filter((s) => s.readyState !== 2).length;").await, 1);

    // Removed, and kept aside by the page.
    ask(&stack, "document.aside = document.querySelector('cr-widget'); document.aside.remove(); return null;").await;
    wait(&stack, 100).await;
    let left = "return { streams: [...document.seen.streams].filter((s) => s.readyState !== 2).length,\
        timers: document.seen.timers.size, listeners: document.seen.listeners.size };";
    assert_eq!(ask(&stack, left).await, json!({ "streams": 0, "timers": 0, "listeners": listeners }));

    // And put back.
    ask(&stack, "document.body.prepend(document.aside); return null;").await;
    Grid::on(&stack.screen()).await;

    // Over and over: nothing piles up.
    for _ in 0..20 {
        ask(&stack, "document.aside.remove(); return null;").await;
        wait(&stack, 100).await;
        ask(&stack, "document.body.prepend(document.aside); return null;").await;
        Grid::on(&stack.screen()).await;
    }
    ask(&stack, "document.aside.remove(); return null;").await;
    wait(&stack, 100).await;
    assert_eq!(ask(&stack, left).await, json!({ "streams": 0, "timers": 0, "listeners": listeners }));
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn e05_ten_elements_share_one_instance_one_stream_and_the_lists() {
    let stack = watched().await;
    stack.become_device(Device::DESKTOP).await;
    stack.cdp("Network.clearBrowserCache", json!({})).await;
    stack.goto("/demo/many.html").await;
    let shown =
        "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot.querySelector('[type=search]'));";
    until(&stack, "all show their brands", shown).await;
    assert_eq!(ask(&stack, "return document.seen.exports.length;").await, 1);
    let calls = "return performance.getEntriesByType('resource').filter((e) => e.name.includes('/api/')).map((e) =>\
        [new URL(e.name).pathname, e.startTime, e.responseEnd, e.transferSize]);";
    let calls = ask(&stack, calls).await;
    let calls = calls.as_array().unwrap();
    // The browser's own cache answers whoever asks later.
    let wired: Vec<_> = calls.iter().filter(|call| call[3] != 0).map(|call| call[0].to_string()).collect();
    let mut lists = wired.clone();
    lists.sort();
    lists.dedup();
    let most = calls
        .iter()
        .map(|one| {
            let at = one[1].as_f64().unwrap();
            calls.iter().filter(|other| other[1].as_f64().unwrap() <= at && at < other[2].as_f64().unwrap()).count()
        })
        .max();
    println!("{} calls, {} over the wire, at most {most:?} at once", calls.len(), wired.len());
    assert_eq!(wired.len(), lists.len(), "{wired:?}");
    assert!(most <= Some(2), "{calls:?}");

    CARD.order(&stack).await;
    let id = stack.supplier.newest_order().await;
    ask(&stack, &format!("for (const e of document.querySelectorAll('cr-widget')) e.resume('{id}'); return null;"))
        .await;
    let paying = "return [...document.querySelectorAll('cr-widget')].every((e) => e.shadowRoot.querySelector('[data-testid=pay-address], [data-testid=address]'));";
    until(&stack, "all show the order", paying).await;
    wait(&stack, 500).await;
    assert_eq!(ask(&stack, "return [...document.seen.streams].filter((s) => s.readyState !== 2).length;").await, 1);
    stack.close().await;
}

async fn e04_the_first_definition_stays_whoever_made_it() {
    let stack = watched().await;
    let note = "const real = console.info; document.notes = []; console.info = (...given) => { document.notes.push(given.join(' ')); real(...given); };";
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": note })).await;
    stack.goto("/demo/plain.html").await;
    Grid::on(&stack.screen()).await;
    let again = "const done = arguments[arguments.length - 1]; const first = window.CrWidget; const s = document.createElement('script');\
        s.src = '../cr-widget.js?again'; s.dataset.proxy = '/api';\
        s.onload = async () => { (await import('../index.js')).define(); await import('../define.js');\
          done([window.CrWidget === first, document.querySelectorAll('cr-widget').length, document.notes.length]); };\
        document.body.append(s);";
    let answer = stack.driver.execute_async(again, Vec::<Value>::new()).await.expect("it loads twice");
    // The second script tag places a second element, of the first definition; the module is another stranger, told once each.
    assert_eq!(*answer.json(), json!([true, 2, 3]));
    // Another version says which of the two the page has.
    let newer = "const done = arguments[arguments.length - 1]; const { version } = window.CrWidget;\
        fetch('../cr-widget.js').then((answer) => answer.text()).then((text) => { const s = document.createElement('script');\
          s.src = URL.createObjectURL(new Blob([text.replaceAll(JSON.stringify(version), '\"9.8.7\"')], { type: 'text/javascript' }));\
          s.onload = () => { const told = document.notes.at(-1);\
            done([told.includes('9.8.7'), told.includes(version), window.CrWidget.version === version, customElements.get('cr-widget').version === version]); };\
          document.head.append(s); });";
    let answer = stack.driver.execute_async(newer, Vec::<Value>::new()).await.expect("another version loads");
    assert_eq!(*answer.json(), json!([true, true, true, true]));
    // The name may be taken by someone else altogether.
    stack.goto("/demo/index.html").await;
    let taken = "const done = arguments[arguments.length - 1]; customElements.define('cr-widget', class extends HTMLElement {});\
        const s = document.createElement('script'); s.src = '../cr-widget.js'; s.onload = () => done(document.notes.length); document.head.append(s);";
    let answer = stack.driver.execute_async(taken, Vec::<Value>::new()).await.expect("it loads");
    assert_eq!(*answer.json(), json!(1));
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn e08_a_storm_of_attributes_ends_with_the_last_and_bad_values_are_told_once() {
    let stack = watched().await;
    let warn = "document.warned = []; console.warn = (...given) => { document.warned.push(given.join(' ')); };";
    stack.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": warn })).await;
    stack.goto("/demo/plain.html").await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    let storm = "const e = document.querySelector('cr-widget');\
        for (let i = 0; i < 1000; i++) { e.setAttribute('country', i % 2 ? 'US' : 'IT'); e.kind = i % 2 ? 'nonsense' : null; }\
        e.country = 'IT'; e.kind = 'giftcard'; return null;";
    ask(&stack, storm).await;
    let chosen = "return document.querySelector('cr-widget').shadowRoot.querySelector('select')?.value === 'IT';";
    until(&stack, "the last country is shown", chosen).await;
    for _ in 0..5 {
        ask(&stack, "document.querySelector('cr-widget').kind = 'nonsense'; return null;").await;
        wait(&stack, 50).await;
        ask(&stack, "document.querySelector('cr-widget').kind = 'giftcard'; return null;").await;
        wait(&stack, 50).await;
    }
    let warned = ask(&stack, "return document.warned.filter((text) => text.includes('`kind`')).length;").await;
    assert_eq!(warned, 1);
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn e08_e13_properties_set_early_and_a_foreign_base_are_understood() {
    let stack = watched().await;
    stack.goto("/demo/index.html").await;
    let embed = "const base = document.createElement('base'); base.href = 'https://elsewhere.example/'; document.head.append(base);\
        const e = document.createElement('cr-widget'); Object.assign(e, { proxy: '/api', country: 'US', utmSource: 'early' });\
        document.body.append(e); const s = document.createElement('script'); s.src = location.origin + '/cr-widget.js';\
        document.head.append(s); history.pushState({}, '', location.origin + '/some/route'); return null;";
    ask(&stack, embed).await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await;
    let attribute = ask(&stack, "return document.querySelector('cr-widget').getAttribute('utm-source');").await;
    assert_eq!(attribute, "early");
    stack.close().await;
}
