//! What a partner sets on the element, and the global that makes one, as docs/integrating.md tells them.

use cr_e2e::{
    harness::Test,
    page::{Grid, Method, Product, Recipient, Review},
    stack::{Device, Stack},
    tests,
    words::word,
};
use serde_json::{Value, json};

use crate::embed::probe::{ask, texts, until, watched};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        a_partner_chooses_what_is_sold_where_and_under_whose_terms,
        one_out_of_sight_is_loaded_when_the_page_says_so,
        a_value_that_nobody_knows_is_told_once_whoever_reads_it,
        what_the_page_knows_of_the_purchase_is_filled_in,
    ]
}

/// Puts the script on a page that has none, and then does something with the global.
async fn with_script(stack: &Stack, then: &str) -> Value {
    stack.goto("/demo/index.html").await;
    let script = format!(
        "const done = arguments[arguments.length - 1]; const s = document.createElement('script'); s.src = '../cr-widget.js';\
         s.onload = () => {{ {then} done(true); }}; document.head.append(s);"
    );
    stack.driver.execute_async(script, Vec::<Value>::new()).await.expect("it loads").json().clone()
}

/// The names on the grid, once there are any.
async fn brands(stack: &Stack) -> Vec<String> {
    until(
        stack,
        "brands are there",
        "return !!document.querySelector('cr-widget').shadowRoot.querySelector('li button');",
    )
    .await;
    let names = "return [...root.querySelectorAll('li bdi:first-of-type')].map((e) => e.textContent.replace(/[\\u2066-\\u2069]/g, '')).sort();";
    serde_json::from_value(stack.screen().script(names).await).expect("names")
}

async fn a_partner_chooses_what_is_sold_where_and_under_whose_terms() {
    let stack = watched().await;
    stack.become_device(Device::DESKTOP).await;
    let mount = "document.handle = CrWidget.mount('body', { proxy: '/api', country: 'US', countries: 'US, IT', brands: 'Kettle & Crumb, Lumiveil',\
        termsUrl: 'https://shop.example/terms', privacyUrl: 'https://shop.example/privacy', supportUrl: 'http://shop.example/plain' });\
        document.handle.element.scrollIntoView();";
    with_script(&stack, mount).await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    assert_eq!(brands(&stack).await, ["Kettle & Crumb", "Lumiveil"]);
    let offered = "return [...root.querySelector('select').options].map((e) => e.value).filter((code) => code).sort();";
    until(
        &stack,
        "both countries are there",
        "return document.handle.element.shadowRoot.querySelectorAll('select option').length >= 2;",
    )
    .await;
    assert_eq!(screen.script(offered).await, json!(["IT", "US"]));
    // Who sells is said whatever the partner sets; a link that is not https is none.
    screen.shows(word("frame.seller")).await;
    for (key, href) in
        [("frame.terms", "https://shop.example/terms"), ("frame.privacy", "https://shop.example/privacy")]
    {
        let link = screen.find("link", word(key)).await;
        assert_eq!(link.attr("href").await.expect("an attribute").as_deref(), Some(href));
    }
    assert!(screen.all("link", Some(word("frame.support"))).await.is_empty());

    // Another choice, by the handle.
    ask(&stack, "document.handle.update({ brands: null, categories: 'streaming', lockCountry: true, supportUrl: 'https://shop.example/help' }); return null;")
        .await;
    screen.find("link", word("frame.support")).await;
    until(&stack, "the list is gone", "return !document.handle.element.shadowRoot.querySelector('select');").await;
    // The property says what the checkout makes of the attribute.
    let told = "const read = (value) => { e.setAttribute('lock-country', value); return e.lockCountry; };\
        const e = document.createElement('cr-widget'); return [e.lockCountry, read(''), read('true'), read('false')];";
    assert_eq!(ask(&stack, told).await, json!([false, true, true, false]));
    let found = brands(&stack).await;
    assert!(found.contains(&"Lumiveil".to_owned()) && !found.contains(&"Kettle & Crumb".to_owned()), "{found:?}");
    // What is not on the shelf cannot be opened either.
    ask(&stack, "document.handle.element.open({ brand: 'Kettle & Crumb', country: 'IT' }); return null;").await;
    Grid::on(&screen).await;
    ask(&stack, "document.handle.element.open({ brand: 'Lumiveil' }); return null;").await;
    Product::on(&screen, "Lumiveil").await;
    ask(&stack, "document.handle.destroy(); return null;").await;
    assert_eq!(ask(&stack, "return document.querySelector('cr-widget') === null;").await, true);
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn one_out_of_sight_is_loaded_when_the_page_says_so() {
    let stack = watched().await;
    // In a box that is not shown, as behind a button of the page.
    let mount = "document.asked = 0; const { fetch } = window;\
        window.fetch = (...all) => { document.asked += 1; return fetch(...all); };\
        const box = document.createElement('dialog'); document.body.append(box);\
        document.handle = CrWidget.mount(box, { proxy: '/api', country: 'US' });";
    with_script(&stack, mount).await;
    // The widget's own watch came first, so that it has been told where the element is before this one is.
    let told = "const done = arguments[arguments.length - 1];\
        new IntersectionObserver(() => done(null)).observe(document.handle.element);";
    stack.driver.execute_async(told, Vec::<Value>::new()).await.expect("a place");
    stack.turns().await;
    let loaded = "return performance.getEntriesByType('resource').filter((e) => /app|locales|api/.test(new URL(e.name).pathname)).length;";
    assert_eq!(ask(&stack, loaded).await, 0);
    assert_eq!(ask(&stack, "return document.asked;").await, 0, "nothing is under way either");
    // The pointer comes near the button.
    ask(&stack, "document.handle.element.loading = 'eager'; return null;").await;
    until(&stack, "it is there", "return !!document.handle.element.shadowRoot.querySelector('[type=search]');").await;
    ask(&stack, "document.querySelector('dialog').showModal(); return null;").await;
    Grid::on(&stack.screen()).await.open("Kettle & Crumb").await;
    Product::on(&stack.screen(), "Kettle & Crumb").await;
    assert_eq!(ask(&stack, "return document.seen.exports.length;").await, 1);
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}

async fn a_value_that_nobody_knows_is_told_once_whoever_reads_it() {
    let stack = watched().await;
    let warn = "document.warned = []; console.warn = (...given) => { document.warned.push(given.join(' ')); };";
    stack.session().before_pages(warn).await;
    let mount = "for (let i = 0; i < 2; i++) CrWidget.mount('body', { proxy: '/api', country: 'Atlantis', theme: 'night', kind: 'voucher',\
        loading: 'soon', credentials: 'all', termsUrl: 'javascript:alert(1)' }).element.scrollIntoView();";
    with_script(&stack, mount).await;
    let both = "return [...document.querySelectorAll('cr-widget')].every((e) => { e.scrollIntoView(); return e.shadowRoot.querySelector('li button'); });";
    until(&stack, "both show brands", both).await;
    let warned: Vec<String> = serde_json::from_value(ask(&stack, "return document.warned;").await).expect("texts");
    for name in ["country", "theme", "kind", "loading", "credentials", "terms-url"] {
        let said = warned.iter().filter(|text| text.contains(&format!("`{name}`"))).count();
        assert_eq!(said, 1, "{name}: {warned:?}");
    }
    stack.close().await;
}

async fn what_the_page_knows_of_the_purchase_is_filled_in() {
    let stack = watched().await;
    // What is sent with the order.
    let sent = "const real = window.fetch; window.fetch = async (what, how) => {\
        if (what.method === 'POST' && /orders$/.test(what.url)) document.sent = await what.clone().text(); return real.call(window, what, how); };";
    stack.session().before_pages(sent).await;
    let mount = "document.handle = CrWidget.mount('body', { proxy: '/api', country: 'US', kind: 'topup', brand: 'Zephyrcell', coin: 'BTC',\
        network: 'Lightning', email: 'known@example.com', phone: '+14155550132', utmSource: 'corner-shop' }); document.handle.element.scrollIntoView();";
    with_script(&stack, mount).await;
    let screen = stack.screen();
    let product = Product::on(&screen, "Zephyrcell").await;
    product.choose("$10").await;
    product.go_on().await;
    let recipient = Recipient::on(&screen).await;
    let filled = "return [...root.querySelectorAll('input')].map((e) => e.value.replace(/[^0-9a-z@.]/g, ''));";
    let filled: Vec<String> = serde_json::from_value(screen.script(filled).await).expect("texts");
    assert!(filled.contains(&"known@example.com".to_owned()), "{filled:?}");
    assert!(filled.iter().any(|text| text.ends_with("4155550132")), "{filled:?}");
    recipient.go_on().await;
    Method::on(&screen).await.go_on().await;
    let review = Review::on(&screen).await;
    screen.shows("Lightning").await;
    review.create().await;
    until(&stack, "the order is sent", "return typeof document.sent === 'string';").await;
    let sent = ask(&stack, "return document.sent;").await;
    let sent = sent.as_str().expect("a text");
    for part in ["corner-shop", "known@example.com", "4155550132", "Lightning", "BTC"] {
        assert!(sent.contains(part), "{part} is not in {sent}");
    }
    assert_eq!(texts(&stack, "errors").await, Vec::<String>::new());
    stack.close().await;
}
