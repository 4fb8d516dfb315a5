//! The browsers that tests run in: starting them with their drivers, and what only one of them can do.

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use serde_json::{Value, json};
use thirtyfour::{
    BrowserCapabilitiesHelper, Capabilities, ChromeCapabilities, ChromiumLikeCapabilities, DesiredCapabilities,
    FirefoxCapabilities, TimeoutConfiguration, WebDriver, WindowHandle, extensions::cdp::ChromeDevTools,
    session::handle::SessionHandle,
};

use crate::{devtools::DevTools, pool, process::Process};

/// A browser that tests can run in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chromium with chromedriver.
    Chromium,
    /// Firefox with geckodriver.
    Firefox,
}

impl Browser {
    /// Returns the browsers that `CR_BROWSERS` names (`chromium,firefox`); both if it is unset.
    ///
    /// # Panics
    /// Panics if the variable names another browser.
    pub fn from_env() -> Vec<Self> {
        let names = std::env::var("CR_BROWSERS").unwrap_or_else(|_| "chromium,firefox".into());
        names
            .split(',')
            .map(|name| match name.trim() {
                "chromium" => Self::Chromium,
                "firefox" => Self::Firefox,
                other => panic!("CR_BROWSERS: there is no browser {other:?}"),
            })
            .collect()
    }

    /// Returns the browser's name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// A browser of the pool with an empty profile, lent to one test. Dropping it gives it back; one that is dropped by a panic
/// ends.
pub struct Session {
    /// The WebDriver client of the browser.
    pub driver: WebDriver,
    /// Which browser runs.
    pub browser: Browser,
    running: Option<Running>,
}

impl Drop for Session {
    fn drop(&mut self) {
        let running = self.running.take();
        if !std::thread::panicking() {
            pool::give(running);
        }
    }
}

impl Session {
    /// Takes a browser of the pool, or starts `program`, the browser's driver, and with it the browser `binary`.
    ///
    /// # Panics
    /// Panics if none can be started.
    pub(crate) async fn take(browser: Browser, program: &Path, binary: &Path) -> Self {
        while let Some(running) = pool::take(browser) {
            match Self::with(running).await {
                Ok(session) => return session,
                Err(error) => println!("a {} that cannot be cleared is replaced: {error}", browser.name()),
            }
        }
        let running = Running::start(browser, program, binary).await;
        let session = match running {
            Ok(running) => Self::with(running).await,
            Err(error) => Err(error),
        };
        session.unwrap_or_else(|error| panic!("no session of {}: {error}", browser.name()))
    }

    /// Lends a running browser, of which nothing is left that was done in it before.
    async fn with(mut running: Running) -> Result<Self, Failure> {
        let driver = running.client()?;
        running.clear(&driver).await?;
        Ok(Self { driver, browser: running.browser, running: Some(running) })
    }

    /// Does what giving the browser back and taking it again does, and is sure to get the same one.
    ///
    /// # Panics
    /// Panics if the browser cannot be cleared.
    #[must_use]
    pub async fn renew(mut self) -> Self {
        let running = self.running.take().expect("it is there until it is dropped");
        Self::with(running).await.unwrap_or_else(|error| panic!("the browser cannot be cleared: {error}"))
    }

    /// Returns the id of Chromium's profile in use, for commands of the DevTools Protocol that would else mean the first
    /// profile.
    pub fn profile(&self) -> Option<&str> {
        self.running().profile.as_deref()
    }

    /// Leaves the page, so that it does nothing while the browser waits for its next test.
    pub(crate) async fn leave_page(&self) {
        // A browser that cannot do this is replaced when it is to be cleared.
        let _ = self.driver.goto("about:blank").await;
    }

    /// Opens a tab in front of the others, and returns its handle.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn new_tab(&self) -> WindowHandle {
        self.running().tab(&self.driver, false).await.expect("a tab")
    }

    /// Opens a window beside the others, and returns its handle.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn new_window(&self) -> WindowHandle {
        self.running().tab(&self.driver, true).await.expect("a window")
    }

    /// Sets Firefox offline, or online again.
    ///
    /// # Panics
    /// Panics if this is not Firefox.
    pub async fn set_firefox_offline(&self, offline: bool) {
        self.chrome_script(&format!("Services.io.offline = {offline};")).await;
    }

    /// Runs a script with the privileges of the browser itself. What it changes, [`Running::clear`] has to undo.
    async fn chrome_script(&self, script: &str) {
        assert_eq!(self.browser, Browser::Firefox, "only Firefox runs scripts of its own rights");
        self.running().chrome_script("execute/sync", script).await.expect("a script that runs");
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("it is there until it is dropped")
    }

    /// Runs `source` in every page from now on, before its first script and whatever its policy.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn before_pages(&self, source: &str) {
        match self.browser {
            Browser::Chromium => {
                let tools = ChromeDevTools::new(self.driver.handle.clone());
                let params = json!({ "source": source });
                let added = tools.execute_cdp_with_params("Page.addScriptToEvaluateOnNewDocument", params).await;
                added.expect("a script to run");
            }
            Browser::Firefox => {
                // The script runs in each content process as a debugger would run it, which no policy of the page
                // forbids.
                let frame = format!(
                    "const {{ addDebuggerToGlobal }} = ChromeUtils.importESModule('resource://gre/modules/jsdebugger.sys.mjs');\
                     addDebuggerToGlobal(globalThis); const tools = new Debugger();\
                     addEventListener('DOMWindowCreated', ({{ target }}) => {{\
                       tools.makeGlobalObjectReference(target.defaultView).executeInGlobal({});\
                     }}, true);",
                    json!(source)
                );
                let load =
                    "Services.mm.loadFrameScript('data:text/javascript;charset=utf-8,' + encodeURIComponent(%), true);";
                self.chrome_script(&load.replace('%', &json!(frame).to_string())).await;
            }
        }
    }
}

/// Why a browser cannot be used.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// A driver with its browser, which outlive the tests. Dropping it kills both.
pub(crate) struct Running {
    pub(crate) browser: Browser,
    /// Its address at the driver.
    server: String,
    session: String,
    /// The size of its first window.
    window: (u32, u32),
    /// Chromium's own door, and the profile in use; none before the first.
    devtools: Option<DevTools>,
    profile: Option<String>,
    _process: Process,
}

/// How many dialogs a page may have left open.
const DIALOGS: usize = 20;
/// Undoes what [`Session::chrome_script`] did.
const TIDY: &str = "Services.io.offline = false;\
    for (const [url] of Services.mm.getDelayedFrameScripts())\
      if (url.startsWith('data:')) Services.mm.removeDelayedFrameScript(url);";
/// Deletes all that Firefox keeps of pages: storage, cookies, caches, workers, permissions.
const FORGET: &str = "const done = arguments[arguments.length - 1];\
    Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: (failed) => done(failed) });";

impl Running {
    /// Starts a driver and a browser.
    async fn start(browser: Browser, program: &Path, binary: &Path) -> Result<Self, Failure> {
        let (process, port) = match browser {
            Browser::Chromium => {
                Process::start_until(program, &["--port=0"], |line| port_after(line, "successfully on port "))
            }
            Browser::Firefox => {
                let arguments = ["--port", "0", "--websocket-port", "0", "--allow-system-access"];
                Process::start_until(program, &arguments, |line| port_after(line, "Listening on 127.0.0.1:"))
            }
        };
        let server = format!("http://127.0.0.1:{port}");
        let capabilities: Capabilities = match browser {
            Browser::Chromium => chromium(binary).into(),
            Browser::Firefox => firefox(binary).into(),
        };
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = post(&format!("{server}/session"), &asked).await?;
        let session = made["sessionId"].as_str().ok_or("a session without id")?.to_owned();
        let devtools = match made["capabilities"]["goog:chromeOptions"]["debuggerAddress"].as_str() {
            Some(address) => Some(DevTools::at(address).await?),
            None => None,
        };
        let mut running = Self { browser, server, session, window: (0, 0), devtools, profile: None, _process: process };
        let rect = running.client()?.get_window_rect().await?;
        running.window = (u32::try_from(rect.width)?, u32::try_from(rect.height)?);
        Ok(running)
    }

    /// Returns a client of this session for the runtime that calls. It does not end the session when it is dropped.
    fn client(&self) -> Result<WebDriver, Failure> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(120)).build()?;
        let handle = SessionHandle::new(Arc::new(client), self.server.as_str(), self.session.as_str().into())?;
        let driver = WebDriver { handle: Arc::new(handle) };
        driver.clone().leak()?;
        Ok(driver)
    }

    /// Forgets all that was done in this browser, and shows one empty tab.
    async fn clear(&mut self, driver: &WebDriver) -> Result<(), Failure> {
        // The last test may have left short ones, which would end the clearing.
        driver.update_timeouts(TimeoutConfiguration::default()).await?;
        match self.browser {
            Browser::Chromium => self.clear_chromium(driver).await,
            Browser::Firefox => self.clear_firefox(driver).await,
        }
    }

    /// Changes to another profile. What tests set belongs to a tab (emulation, scripts, the network's conditions) or to
    /// a profile (storage, caches, permissions, downloads), and ends with it.
    async fn clear_chromium(&mut self, driver: &WebDriver) -> Result<(), Failure> {
        let old = match &self.profile {
            Some(_) => Vec::new(),
            None => driver.windows().await?,
        };
        let devtools = self.devtools.as_ref().ok_or("chromedriver gave no address of the browser")?;
        let profile = devtools.profile().await?;
        let tab = devtools.tab(&profile, true).await?;
        // Before its last tab is closed, the browser has another one.
        for window in old {
            driver.switch_to_window(window).await?;
            driver.close_window().await?;
        }
        if let Some(profile) = self.profile.replace(profile) {
            devtools.dispose(&profile).await?;
        }
        driver.switch_to_window(WindowHandle::from(tab)).await?;
        Ok(())
    }

    /// Closes all tabs, undoes what tests may set, and deletes all data of pages.
    async fn clear_firefox(&mut self, driver: &WebDriver) -> Result<(), Failure> {
        let old = driver.windows().await?;
        for window in &old {
            driver.switch_to_window(window.clone()).await?;
            dismiss(driver).await?;
        }
        self.chrome_script("execute/sync", TIDY).await?;
        let fresh = driver.new_tab().await?;
        for window in old {
            driver.switch_to_window(window).await?;
            dismiss(driver).await?;
            driver.close_window().await?;
        }
        driver.switch_to_window(fresh).await?;
        driver.set_window_rect(0, 0, self.window.0, self.window.1).await?;
        let failed = self.chrome_script("execute/async", FORGET).await?;
        if failed != json!(0) {
            return Err(format!("data could not be deleted: {failed}").into());
        }
        Ok(())
    }

    async fn tab(&self, driver: &WebDriver, is_window: bool) -> Result<WindowHandle, Failure> {
        match (&self.devtools, &self.profile) {
            // chromedriver would open it with another profile.
            (Some(devtools), Some(profile)) => Ok(WindowHandle::from(devtools.tab(profile, is_window).await?)),
            _ if is_window => Ok(driver.new_window().await?),
            _ => Ok(driver.new_tab().await?),
        }
    }

    /// Runs a script with the privileges of Firefox itself.
    async fn chrome_script(&self, command: &str, script: &str) -> Result<Value, Failure> {
        let session = format!("{}/session/{}", self.server, self.session);
        post(&format!("{session}/moz/context"), &json!({ "context": "chrome" })).await?;
        let ran = post(&format!("{session}/{command}"), &json!({ "script": script, "args": [] })).await;
        post(&format!("{session}/moz/context"), &json!({ "context": "content" })).await?;
        ran
    }

    /// Ends browser and driver in an orderly way.
    pub(crate) async fn quit(self) {
        let session = format!("{}/session/{}", self.server, self.session);
        let _ = reqwest::Client::new().delete(session).send().await;
    }
}

/// Dismisses the dialogs of a page; a driver does nothing else in a window that has one.
async fn dismiss(driver: &WebDriver) -> Result<(), Failure> {
    for _ in 0..DIALOGS {
        if driver.dismiss_alert().await.is_err() {
            return Ok(());
        }
    }
    Err("the page opens one dialog after the other".into())
}

/// Sends a command to a driver, and returns the value of its response.
async fn post(url: &str, body: &Value) -> Result<Value, Failure> {
    let answer = reqwest::Client::new().post(url).json(body).send().await?;
    let is_good = answer.status().is_success();
    let mut answer: Value = answer.json().await?;
    if is_good { Ok(answer["value"].take()) } else { Err(format!("{url}: {answer}").into()) }
}

/// Returns the port number that follows `words`.
fn port_after(line: &str, words: &str) -> Option<u16> {
    let digits: String = line.split_once(words)?.1.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn chromium(binary: &Path) -> ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        // Each window would start two pages of the address bar's own, which cost as much as a whole test's page.
        "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
        "--lang=en-US",
        "--window-size=1280,900",
    ];
    for argument in arguments {
        capabilities.add_arg(argument).expect("a plain argument");
    }
    capabilities.set_binary(&binary.to_string_lossy()).expect("a plain path");
    capabilities
}

fn firefox(binary: &Path) -> FirefoxCapabilities {
    let mut capabilities = DesiredCapabilities::firefox();
    capabilities.set_headless().expect("a plain argument");
    let prefs = json!({
        "intl.accept_languages": "en-US",
        "ui.prefersReducedMotion": 1,
        "app.update.disabledForTesting": true,
        "datareporting.policy.dataSubmissionEnabled": false,
    });
    capabilities.insert_browser_option("prefs", prefs).expect("plain preferences");
    capabilities.set_firefox_binary(&binary.to_string_lossy()).expect("a plain path");
    capabilities
}
