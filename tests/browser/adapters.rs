//! The adapters of clocks, storage, clipboard, randomness, the page's life and streams.

use core::{cell::RefCell, time::Duration};
use std::rc::Rc;

use cr_widget::{
    app::ports::{
        Clipboard as _, Clock as _, Lifecycle as _, PageEvent, Random as _, Storage as _, StreamEvent, Streams as _,
    },
    browser::{BrowserClipboard, BrowserClock, BrowserRandom, LocalStore, OrderStreams, PageLifecycle},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{js, until, wait};

#[wasm_bindgen_test]
async fn a_timer_goes_off_once_and_not_when_dropped() {
    let fired = Rc::new(RefCell::new(Vec::new()));
    let fire = |name: &'static str| {
        let fired = Rc::clone(&fired);
        Box::new(move || fired.borrow_mut().push(name))
    };
    let soon = BrowserClock.after(Duration::from_millis(20), fire("soon"));
    let dropped = BrowserClock.after(Duration::from_millis(20), fire("dropped"));
    // Browsers run a timer of more than 2^31 - 1 ms at once.
    let far = BrowserClock.after(Duration::from_secs(60 * 60 * 24 * 365), fire("far"));
    drop(dropped);
    let before = BrowserClock.monotonic();
    until("the timer goes off", || !fired.borrow().is_empty()).await;
    wait(Duration::from_millis(60)).await;
    assert_eq!(*fired.borrow(), ["soon"]);
    assert!(BrowserClock.monotonic() > before);
    drop((soon, far));
}

#[wasm_bindgen_test]
async fn a_timer_may_drop_itself() {
    let slot: Rc<RefCell<Option<Box<dyn cr_widget::app::ports::Guard>>>> = Rc::default();
    let done = Rc::new(RefCell::new(false));
    let (own, set) = (Rc::clone(&slot), Rc::clone(&done));
    let timer = BrowserClock.after(
        Duration::ZERO,
        Box::new(move || {
            own.borrow_mut().take();
            *set.borrow_mut() = true;
        }),
    );
    slot.replace(Some(timer));
    until("it went off", || *done.borrow()).await;
    assert!(slot.borrow().is_none());
}

#[wasm_bindgen_test]
fn keys_are_128_bits_of_hex_and_differ() {
    let (one, other) = (BrowserRandom.key(), BrowserRandom.key());
    assert_ne!(one, other);
    for key in [one, other] {
        assert!(key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    }
    let numbers: Vec<u32> = (0..8).map(|_| BrowserRandom.next_u32()).collect();
    assert!(numbers.iter().any(|number| *number != numbers[0]));
}

#[wasm_bindgen_test]
fn values_are_stored_under_our_prefix_and_nothing_else_is_touched() {
    js("localStorage.clear(); localStorage.setItem('country', 'theirs')");
    let store = LocalStore::default();
    assert_eq!(store.get("country"), None);
    store.set("country", "IT");
    assert_eq!(LocalStore::default().get("country").as_deref(), Some("IT"));
    assert_eq!(
        js("return Object.keys(localStorage).sort().join()").as_string().as_deref(),
        Some("country,cr-widget:country")
    );
    store.remove("country");
    assert_eq!(store.get("country"), None);
    assert_eq!(js("return localStorage.getItem('country')").as_string().as_deref(), Some("theirs"));
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
fn p01_a_refused_storage_is_replaced_by_memory() {
    js("const real = Object.getOwnPropertyDescriptor(window, 'localStorage');
        window.restore = () => Object.defineProperty(window, 'localStorage', real);
        const get = () => { throw new DOMException('no', 'SecurityError') };
        Object.defineProperty(window, 'localStorage', { configurable: true, get })");
    let store = LocalStore::default();
    store.set("orders", "kept");
    let kept = store.get("orders");
    store.remove("orders");
    let removed = store.get("orders");
    js("window.restore(); delete window.restore");
    assert_eq!((kept.as_deref(), removed), (Some("kept"), None));
}

#[wasm_bindgen_test]
fn p01_a_full_storage_is_replaced_by_memory() {
    js("const set = Storage.prototype.setItem; window.unfill = () => { Storage.prototype.setItem = set };
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }");
    let store = LocalStore::default();
    store.set("orders", "kept");
    let kept = store.get("orders");
    js("window.unfill(); delete window.unfill");
    assert_eq!(kept.as_deref(), Some("kept"));
    store.set("orders", "newer");
    assert_eq!(LocalStore::default().get("orders").as_deref(), Some("newer"), "once it can, it is written");
    store.remove("orders");
}

#[wasm_bindgen_test]
fn p02_a_huge_value_is_none_of_ours() {
    js("localStorage.setItem('cr-widget:orders', 'x'.repeat(1 << 20))");
    let found = LocalStore::default().get("orders");
    js("localStorage.clear()");
    assert_eq!(found, None);
}

#[wasm_bindgen_test]
async fn u14_a_clipboard_that_is_missing_or_refuses_is_told() {
    let table = [
        ("undefined", false),
        ("{ writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) }", false),
        ("{ writeText: (text) => { window.copied = text; return Promise.resolve() } }", true),
    ];
    for (clipboard, expected) in table {
        js(&format!("Object.defineProperty(navigator, 'clipboard', {{ configurable: true, value: {clipboard} }})"));
        let copied = BrowserClipboard.copy("51.20".to_owned()).await;
        js("delete navigator.clipboard");
        assert_eq!(copied, expected, "{clipboard}");
    }
    assert_eq!(js("return window.copied").as_string().as_deref(), Some("51.20"));
    js("delete window.copied");
}

fn watch(life: &PageLifecycle) -> (Rc<RefCell<Vec<PageEvent>>>, Box<dyn cr_widget::app::ports::Guard>) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&seen);
    let guard = life.watch(Rc::new(move |event| sink.borrow_mut().push(event)));
    (seen, guard)
}

#[wasm_bindgen_test]
fn the_pages_life_is_reported_until_the_watch_is_dropped() {
    let life = PageLifecycle::new();
    let (seen, guard) = watch(&life);
    let live = || {
        js("window.dispatchEvent(new Event('offline'))");
        js("window.dispatchEvent(new Event('online'))");
        js("Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
            document.dispatchEvent(new Event('visibilitychange'))");
        js("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))");
        js("document.dispatchEvent(new Event('freeze'))");
        js("document.dispatchEvent(new Event('resume'))");
        js("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))");
        js("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    };
    live();
    use PageEvent::{Hidden, Offline, Online, Visible, Woke};
    assert_eq!(*seen.borrow(), [Offline, Online, Hidden, Visible, Hidden, Visible, Woke, Visible, Woke]);
    drop(guard);
    live();
    assert_eq!(seen.borrow().len(), 9);
}

#[wasm_bindgen_test]
async fn t05_a_sleep_shows_in_the_clocks() {
    let life = PageLifecycle::new();
    let (seen, guard) = watch(&life);
    // The wall clock jumps and the monotonic one does not, as on systems where the latter stands still in sleep.
    js("const now = Date.now; window.wake = () => { Date.now = now }; Date.now = () => now() + 1500000");
    until("the sleep is noticed", || seen.borrow().contains(&PageEvent::Woke)).await;
    js("window.wake(); delete window.wake");
    drop(guard);
}

#[wasm_bindgen_test]
async fn other_tabs_are_heard_and_we_do_not_hear_ourselves() {
    let (ours, theirs) = (PageLifecycle::new(), PageLifecycle::new());
    let (heard_here, _here) = watch(&ours);
    let (heard_there, _there) = watch(&theirs);
    ours.nudge();
    until("the nudge is heard", || heard_there.borrow().contains(&PageEvent::Nudge)).await;
    assert!(!heard_here.borrow().contains(&PageEvent::Nudge));
}

/// Records every `EventSource` that is made, in `window.sources`.
fn record_sources() {
    js("window.RealEventSource ??= window.EventSource; window.sources = [];
        window.EventSource = class extends RealEventSource { constructor(...given) { super(...given); sources.push(this) } }");
}

fn restore_sources() {
    js("window.EventSource = RealEventSource; delete window.RealEventSource; delete window.sources");
}

#[wasm_bindgen_test]
async fn a_stream_is_closed_at_the_first_error() {
    record_sources();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&seen);
    // The server of these tests answers with 404 and plain text.
    let stream = OrderStreams::new(&format!("{}/none", origin()), false)
        .open("/orders/x/subscribe".to_owned(), Rc::new(move |event| sink.borrow_mut().push(event)));
    until("it fails", || !seen.borrow().is_empty()).await;
    wait(Duration::from_millis(50)).await;
    assert_eq!(*seen.borrow(), [StreamEvent::Error]);
    assert_eq!(js("return sources.map(source => source.readyState).join()").as_string().as_deref(), Some("2"));
    drop(stream);
    restore_sources();
}

#[wasm_bindgen_test]
fn a_stream_reports_what_comes_and_nothing_after_it_is_dropped() {
    record_sources();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&seen);
    let stream = OrderStreams::new(&origin(), true)
        .open("/orders/x/subscribe".to_owned(), Rc::new(move |event| sink.borrow_mut().push(event)));
    let speak = || {
        js("const source = sources[0];
            source.dispatchEvent(new Event('open'));
            source.dispatchEvent(new MessageEvent('message', { data: '{\"a\":1}' }));
            source.dispatchEvent(new MessageEvent('message', { data: 'x'.repeat(300000) }));
            source.dispatchEvent(new MessageEvent('message', { data: { not: 'text' } }));
            source.dispatchEvent(new MessageEvent('ping', { data: '{\"confirmed_ms\":5}' }));
            source.dispatchEvent(new MessageEvent('stop', { data: '{}' }))");
    };
    speak();
    let message = |text: &str| StreamEvent::Message(text.to_owned());
    let expected = [
        StreamEvent::Opened,
        message("{\"a\":1}"),
        message(""),
        StreamEvent::Ping("{\"confirmed_ms\":5}".to_owned()),
        StreamEvent::Stop,
    ];
    assert_eq!(*seen.borrow(), expected, "what is oversized comes empty");
    assert!(js("return sources[0].withCredentials").is_truthy());
    drop(stream);
    speak();
    assert_eq!(seen.borrow().len(), 5);
    assert_eq!(js("return sources[0].readyState").as_f64(), Some(2.0));
    restore_sources();
}

#[wasm_bindgen_test]
fn s26_what_the_server_names_like_an_event_of_the_connection_does_no_harm() {
    record_sources();
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&seen);
    let stream = OrderStreams::new(&origin(), false)
        .open("/orders/x/subscribe".to_owned(), Rc::new(move |event| sink.borrow_mut().push(event)));
    js("const source = sources[0];
        for (const name of ['open', 'error', 'close', 'whatever']) source.dispatchEvent(new MessageEvent(name, { data: '{}' }))");
    assert_eq!(*seen.borrow(), [], "neither opened nor failed");
    assert_ne!(js("return sources[0].readyState").as_f64(), Some(2.0), "it is not closed");
    js("sources[0].dispatchEvent(new MessageEvent('message', { data: '{}' }))");
    assert_eq!(*seen.borrow(), [StreamEvent::Message("{}".to_owned())]);
    js("sources[0].dispatchEvent(new Event('error'))");
    assert_eq!(seen.borrow().last(), Some(&StreamEvent::Error), "the connection's own");
    drop(stream);
    restore_sources();
}

#[wasm_bindgen_test]
fn two_hundred_streams_leave_none_behind() {
    record_sources();
    let streams = OrderStreams::new(&origin(), false);
    for _ in 0..200 {
        drop(streams.open("/orders/x/subscribe".to_owned(), Rc::new(|_| {})));
    }
    let open = js("return sources.filter(source => source.readyState !== 2).length");
    assert_eq!((js("return sources.length").as_f64(), open.as_f64()), (Some(200.0), Some(0.0)));
    restore_sources();
}

fn origin() -> String {
    js("return location.origin").as_string().unwrap()
}
