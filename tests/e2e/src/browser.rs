//! The browsers that tests run in: starting them with their drivers, and what only one of them can do.

use std::{path::Path, process::Command};

use serde_json::{Value, json};
use thirtyfour::{
    BrowserCapabilitiesHelper, ChromeCapabilities, ChromiumLikeCapabilities, DesiredCapabilities, FirefoxCapabilities,
    WebDriver, extensions::cdp::ChromeDevTools,
};

use crate::process::Process;

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

/// A running browser with its driver. Quit it before dropping it: a driver that is killed may leave its browser
/// running.
pub struct Session {
    /// The WebDriver client of the browser.
    pub driver: WebDriver,
    /// Which browser runs.
    pub browser: Browser,
    /// The address of this session at the driver.
    address: String,
    _process: Process,
}

impl Session {
    /// Starts `program`, the browser's driver, and with it the browser `binary`.
    pub(crate) async fn start(browser: Browser, program: &Path, binary: &Path) -> Self {
        let mut command = Command::new(program);
        let (process, port) = match browser {
            Browser::Chromium => {
                command.arg("--port=0");
                Process::start_until(command, |line| port_after(line, "successfully on port "))
            }
            Browser::Firefox => {
                command.args(["--port", "0", "--websocket-port", "0", "--allow-system-access"]);
                Process::start_until(command, |line| port_after(line, "Listening on 127.0.0.1:"))
            }
        };
        let driver = match browser {
            Browser::Chromium => WebDriver::new(format!("http://127.0.0.1:{port}"), chromium(binary)).await,
            Browser::Firefox => WebDriver::new(format!("http://127.0.0.1:{port}"), firefox(binary)).await,
        };
        let driver = driver.unwrap_or_else(|error| panic!("no session of {}: {error}", browser.name()));
        let address = format!("http://127.0.0.1:{port}/session/{}", driver.handle.session_id());
        Self { driver, browser, address, _process: process }
    }

    /// Runs a script with the privileges of the browser itself.
    ///
    /// # Panics
    /// Panics if this is not Firefox, or the script throws.
    pub async fn chrome_script(&self, script: &str) {
        assert_eq!(self.browser, Browser::Firefox, "only Firefox runs scripts of its own rights");
        self.post("moz/context", json!({ "context": "chrome" })).await;
        self.post("execute/sync", json!({ "script": script, "args": [] })).await;
        self.post("moz/context", json!({ "context": "content" })).await;
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

    async fn post(&self, command: &str, body: Value) {
        let url = format!("{}/{command}", self.address);
        let answer = reqwest::Client::new().post(url).json(&body).send().await.expect("the driver answers");
        assert!(answer.status().is_success(), "{command}: {}", answer.text().await.unwrap_or_default());
    }
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
