//! The pool of browsers itself: what one test leaves, the next one does not see.

use cr_e2e::{
    browser::{Browser, Session},
    harness::Test,
    stack::Paths,
    tests,
};
use serde_json::{Value, json};
use thirtyfour::{TimeoutConfiguration, extensions::cdp::ChromeDevTools};

use crate::embed::origin::Origin;

pub(crate) fn tests() -> Vec<Test> {
    tests![each nothing_that_a_test_leaves_is_there_for_the_next]
}

/// Keeps something in every storage that an origin has.
const KEEP: &str = "const done = arguments[arguments.length - 1];\
    (async () => {\
      localStorage.setItem('left', '1'); sessionStorage.setItem('left', '1');\
      document.cookie = 'left=1; path=/; max-age=100000';\
      await new Promise((then, fail) => { const open = indexedDB.open('left', 1);\
        open.onupgradeneeded = () => open.result.createObjectStore('left');\
        open.onsuccess = () => { open.result.close(); then(); }; open.onerror = fail; });\
      await (await caches.open('left')).put('/left', new Response('1'));\
      history.pushState({}, '', '#left');\
    })().then(() => done('kept'), (error) => done(String(error)));";
/// What a page finds of what was before it.
const SEE: &str = "const done = arguments[arguments.length - 1];\
    (async () => done({\
      local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,\
      databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,\
      script: window.left ?? null, width: innerWidth, height: innerHeight, history: history.length,\
      dark: matchMedia('(prefers-color-scheme: dark)').matches, zone: new Date(0).getTimezoneOffset(),\
      language: navigator.language, permission: (await navigator.permissions.query({ name: 'geolocation' })).state,\
      hidden: document.hidden, focus: document.hasFocus(), online: navigator.onLine,\
    }))().catch((error) => done(String(error)));";

async fn see(session: &Session, page: &str) -> Value {
    session.driver.goto(page).await.expect("the page opens");
    session.driver.execute_async(SEE, Vec::<Value>::new()).await.expect("an answer").json().clone()
}

/// Emulates another device, place and network, as far as this browser can.
async fn emulate(session: &Session) {
    let commands = match session.browser {
        Browser::Firefox => {
            session.driver.set_window_rect(0, 0, 700, 500).await.expect("a window that can be sized");
            session.set_firefox_offline(true).await;
            return;
        }
        Browser::Chromium => [
            (
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": 360, "height": 500, "deviceScaleFactor": 2, "mobile": true }),
            ),
            (
                "Emulation.setEmulatedMedia",
                json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] }),
            ),
            ("Emulation.setTimezoneOverride", json!({ "timezoneId": "Asia/Tokyo" })),
            ("Emulation.setLocaleOverride", json!({ "locale": "ja-JP" })),
            ("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })),
            (
                "Browser.grantPermissions",
                json!({ "permissions": ["geolocation"], "browserContextId": session.profile() }),
            ),
            ("Network.enable", json!({})),
            ("Network.setBlockedURLs", json!({ "urls": ["*"] })),
            (
                "Network.emulateNetworkConditions",
                json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
            ),
            ("Fetch.enable", json!({ "patterns": [{ "urlPattern": "*" }] })),
        ],
    };
    let tools = ChromeDevTools::new(session.driver.handle.clone());
    for (command, params) in commands {
        tools.execute_cdp_with_params(command, params).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

async fn nothing_that_a_test_leaves_is_there_for_the_next(browser: Browser) {
    let origin = Origin::start().await;
    origin.put("/", &["Content-Type: text/html"], "<!doctype html><title>A page</title>".into());
    let page = format!("{}/", origin.url);
    // What the first test of a browser sees is the measure of all later ones.
    let session = Paths::from_env().browse(browser).await.renew().await;
    let clean = see(&session, &page).await;
    assert_eq!((&clean["local"], &clean["cookie"], &clean["script"]), (&json!(0), &json!(""), &Value::Null), "{clean}");
    assert_eq!((&clean["hidden"], &clean["focus"]), (&json!(false), &json!(true)), "{clean}");

    let session = session.renew().await;
    session.before_pages("window.left = 1;").await;
    session.driver.goto(&page).await.expect("the page opens");
    let kept = session.driver.execute_async(KEEP, Vec::<Value>::new()).await.expect("an answer");
    assert_eq!(kept.json(), &json!("kept"));
    emulate(&session).await;
    let dirty = session.driver.execute_async(SEE, Vec::<Value>::new()).await.expect("an answer").json().clone();
    let left = ["local", "session", "cookie", "databases", "caches", "script", "width", "height", "history"];
    let emulated: &[_] = match browser {
        Browser::Chromium => &["online", "dark", "zone", "permission"],
        Browser::Firefox => &["online"],
    };
    for what in left.iter().chain(emulated) {
        assert_ne!(dirty[what], clean[what], "the test left no {what}: {dirty}");
    }
    let short = core::time::Duration::from_millis(777);
    let timeouts = TimeoutConfiguration::new(Some(short), Some(short), Some(short));
    session.driver.update_timeouts(timeouts).await.expect("timeouts");

    let session = session.renew().await;
    assert_eq!(see(&session, &page).await, clean, "after storage, scripts and emulation");
    let timeouts = session.driver.get_timeouts().await.expect("timeouts");
    let usual = TimeoutConfiguration::default();
    assert_eq!(
        (timeouts.script(), timeouts.page_load(), timeouts.implicit()),
        (usual.script(), usual.page_load(), usual.implicit())
    );

    // Two more windows, one of them in front, and a dialog in each.
    session.driver.goto(&page).await.expect("the page opens");
    let (tab, window) = (session.new_tab().await, session.new_window().await);
    for handle in [tab, window] {
        session.driver.switch_to_window(handle).await.expect("a window");
        session.driver.goto(&page).await.expect("the page opens");
        let ask = "onbeforeunload = (event) => event.preventDefault(); setTimeout(() => confirm('left?'));";
        session.driver.execute(ask, Vec::<Value>::new()).await.expect("a dialog to come");
    }
    assert_eq!(session.driver.windows().await.expect("windows").len(), 3);

    let session = session.renew().await;
    assert_eq!(session.driver.windows().await.expect("windows").len(), 1);
    assert_eq!(see(&session, &page).await, clean, "after windows and dialogs");

    // The window that a test stands in is closed.
    let tab = session.new_tab().await;
    session.driver.close_window().await.expect("a window that closes");
    let session = session.renew().await;
    assert_eq!(see(&session, &page).await, clean, "after the window was closed");
    assert_ne!(session.driver.window().await.expect("a window"), tab);
}
