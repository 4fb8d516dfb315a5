//! One proxy with its simulated supplier, one WebDriver, one browser session.

use std::{env, net::TcpListener, path::PathBuf, process::Command, time::Duration};

use serde_json::{Value, json};
use thirtyfour::{WebDriver, extensions::cdp::ChromeDevTools};

use crate::{
    browser::{Browser, Session},
    process::Process,
    screen::Screen,
    supplier::Supplier,
};

/// Where the built parts are: `CR_E2E_DIST`, `CR_E2E_PROXY`, `CR_E2E_CHROMEDRIVER`, `CR_E2E_CHROMIUM`,
/// `CR_E2E_GECKODRIVER`, `CR_E2E_FIREFOX`, `CR_E2E_SCREENS`, `CR_E2E_AXE`.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The folder of the shipped files.
    pub dist: PathBuf,
    /// The program of the proxy.
    pub proxy: PathBuf,
    chromedriver: PathBuf,
    chromium: PathBuf,
    geckodriver: PathBuf,
    firefox: PathBuf,
    /// The folder for screenshots.
    pub screens: PathBuf,
    /// The script of axe-core.
    pub axe: PathBuf,
}

impl Paths {
    /// Reads the paths from the environment, falling back to where `cargo xtask build` and Debian put things.
    pub fn from_env() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = |name: &str, otherwise: PathBuf| env::var_os(name).map_or(otherwise, PathBuf::from);
        Self {
            dist: path("CR_E2E_DIST", root.join("target/xtask/site")),
            proxy: path("CR_E2E_PROXY", root.join("target/release/cr-proxy")),
            chromedriver: path("CR_E2E_CHROMEDRIVER", "/usr/bin/chromedriver".into()),
            chromium: path("CR_E2E_CHROMIUM", "/usr/bin/chromium".into()),
            geckodriver: path("CR_E2E_GECKODRIVER", "geckodriver".into()),
            firefox: path("CR_E2E_FIREFOX", "/usr/bin/firefox-esr".into()),
            screens: path("CR_E2E_SCREENS", root.join("target/screens")),
            axe: path("CR_E2E_AXE", root.join("tools/node_modules/axe-core/axe.min.js")),
        }
    }

    /// Takes a browser with an empty profile, which is started if none waits.
    ///
    /// # Panics
    /// Panics if the browser, or its driver, cannot be started.
    pub async fn browse(&self, browser: Browser) -> Session {
        match browser {
            Browser::Chromium => Session::take(browser, &self.chromedriver, &self.chromium).await,
            Browser::Firefox => Session::take(browser, &self.geckodriver, &self.firefox).await,
        }
    }
}

/// The device that the browser emulates.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// The width in CSS pixels.
    pub width: u32,
    /// The height in CSS pixels.
    pub height: u32,
    /// Whether it prefers a dark colour scheme.
    pub dark: bool,
}

impl Device {
    /// A phone held in one hand.
    pub const PHONE: Self = Self { width: 360, height: 780, dark: false };
    /// A tablet upright.
    pub const TABLET: Self = Self { width: 768, height: 1024, dark: false };
    /// A laptop.
    pub const DESKTOP: Self = Self { width: 1280, height: 900, dark: false };
}

/// All parts that one test runs on. Dropping it ends the processes it started.
pub struct Stack {
    /// The WebDriver client of the browser.
    pub driver: WebDriver,
    /// The supplier's controls.
    pub supplier: Supplier,
    /// The origin of the proxy, without a trailing slash.
    pub origin: String,
    tools: ChromeDevTools,
    screens: PathBuf,
    axe: PathBuf,
    session: Session,
    _proxy: Process,
}

impl Stack {
    /// Starts proxy, sandbox and Chromium as a phone, and opens the standalone page.
    ///
    /// # Panics
    /// Panics if a part cannot be started.
    pub async fn open() -> Self {
        Self::open_with(json!({})).await
    }

    /// Does what [`Stack::open`] does, after setting the sandbox's controls.
    ///
    /// # Panics
    /// Panics if a part cannot be started.
    pub async fn open_with(controls: Value) -> Self {
        Self::open_in(Browser::Chromium, controls).await
    }

    /// Does what [`Stack::open_with`] does, in the given browser. Functions that need the Chrome DevTools Protocol work
    /// in Chromium only.
    ///
    /// # Panics
    /// Panics if a part cannot be started.
    pub async fn open_in(browser: Browser, controls: Value) -> Self {
        Self::open_for(browser, controls, &[]).await
    }

    /// Does what [`Stack::open_in`] does, with a proxy that pages of these other origins may call.
    ///
    /// # Panics
    /// Panics if a part cannot be started.
    pub async fn open_for(browser: Browser, controls: Value, pages: &[&str]) -> Self {
        let paths = Paths::from_env();
        assert!(
            paths.dist.join("cr-widget.js").exists(),
            "no built widget in {:?}: run `cargo xtask build`",
            paths.dist
        );
        let origin = format!("http://127.0.0.1:{}", free_port());
        let mut command = Command::new(&paths.proxy);
        command.args(["--sandbox", "--listen", origin.trim_start_matches("http://"), "--static"]).arg(&paths.dist);
        if !pages.is_empty() {
            command.args(["--allowed-origins", &pages.join(",")]);
        }
        let mut proxy = Process::start(command);
        wait_until_healthy(&mut proxy, &origin).await;

        let session = paths.browse(browser).await;
        let driver = session.driver.clone();
        let tools = ChromeDevTools::new(driver.handle.clone());
        let stack = Self {
            supplier: Supplier::new(&origin),
            driver,
            origin,
            tools,
            screens: paths.screens,
            axe: paths.axe,
            session,
            _proxy: proxy,
        };
        stack.supplier.control(controls).await;
        stack.become_device(Device::PHONE).await;
        stack.goto("/").await;
        stack
    }

    /// Lets the page run what it has to run now: ten turns of its event loop, one after the other.
    ///
    /// # Panics
    /// Panics if the page is closed.
    pub async fn turns(&self) {
        let script = "const done = arguments[arguments.length - 1]; let left = 10;\
            const port = new MessageChannel();\
            port.port1.onmessage = () => { left -= 1; if (left > 0) port.port2.postMessage(null); else done(null); };\
            port.port2.postMessage(null);";
        self.driver.execute_async(script, Vec::<Value>::new()).await.expect("a page that runs");
    }

    /// Opens a path of the proxy's origin.
    ///
    /// # Panics
    /// Panics if the browser cannot open it.
    pub async fn goto(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.origin)).await.expect("the page opens");
    }

    /// Returns the order as the supplier sends it.
    ///
    /// # Panics
    /// Panics if the order cannot be read.
    pub async fn read_order(&self, order_id: &str) -> Value {
        let answer = reqwest::get(format!("{}/api/v5/orders/{order_id}", self.origin)).await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Sets an attribute of the element, as a partner's page would.
    ///
    /// # Panics
    /// Panics if there is no element.
    pub async fn set_attribute(&self, name: &str, value: &str) {
        let script = "document.querySelector('cr-widget').setAttribute(arguments[0], arguments[1]);";
        self.driver.execute(script, vec![json!(name), json!(value)]).await.expect("an element");
    }

    /// Returns the widget on the page.
    pub fn screen(&self) -> Screen {
        Screen::new(self.driver.clone())
    }

    /// Changes the size of the page, and whether dark is preferred.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn become_device(&self, device: Device) {
        if self.session.browser == Browser::Firefox {
            let set = self.driver.set_window_rect(0, 0, device.width, device.height).await;
            return set.expect("a window that can be sized");
        }
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": device.width, "height": device.height, "deviceScaleFactor": 1, "mobile": device.width < 600 }),
        )
        .await;
        let scheme = if device.dark { "dark" } else { "light" };
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme },
                                 { "name": "prefers-reduced-motion", "value": "reduce" }] }),
        )
        .await;
    }

    /// Returns the running browser.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Runs one Chrome DevTools Protocol command.
    ///
    /// # Panics
    /// Panics if the command fails.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        self.tools.execute_cdp_with_params(command, params).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Saves screenshots of the page as it is: `name-360.png` and `name-360-dark.png`; with `CR_LOOKS=all` also at 768
    /// and 1280 pixels, light and dark. The phone's are checked by axe-core against the rules of WCAG 2.2 AA that it
    /// has: once a scheme, since the rules look at elements and colours, which no width changes.
    ///
    /// # Panics
    /// Panics if they cannot be taken or written, or if there is a serious violation of a rule.
    pub async fn shoot(&self, name: &str) {
        std::fs::create_dir_all(&self.screens).expect("the folder for screenshots");
        let dark = |device| Device { dark: true, ..device };
        let wide = [
            (Device::TABLET, "768"),
            (dark(Device::TABLET), "768-dark"),
            (Device::DESKTOP, "1280"),
            (dark(Device::DESKTOP), "1280-dark"),
        ];
        let wide = if env::var("CR_LOOKS").is_ok_and(|looks| looks == "all") { &wide[..] } else { &[] };
        let phone = [(dark(Device::PHONE), "360-dark"), (Device::PHONE, "360")];
        for (device, suffix) in wide.iter().chain(&phone) {
            self.become_device(*device).await;
            tokio::time::sleep(Duration::from_millis(250)).await; // lets images and layout settle; nothing depends on it
            let png = self.driver.screenshot_as_png().await.expect("a screenshot");
            std::fs::write(self.screens.join(format!("{name}-{suffix}.png")), png).expect("a written screenshot");
            if device.width == Device::PHONE.width {
                self.is_accessible(&format!("{name} at {suffix}")).await;
            }
        }
    }

    /// Runs axe-core over the widget. A target that the bar at the bottom covers at the moment does not count: it can
    /// be scrolled free.
    async fn is_accessible(&self, look: &str) {
        let axe = std::fs::read_to_string(&self.axe)
            .unwrap_or_else(|error| panic!("no axe-core at {:?} ({error}): run `cargo xtask setup`", self.axe));
        let is_there = self.driver.execute("return 'axe' in window;", Vec::<Value>::new()).await.expect("a page");
        if is_there.json() != &Value::Bool(true) {
            self.driver.execute(axe, Vec::<Value>::new()).await.expect("axe-core loads");
        }
        let script = "const done = arguments[arguments.length - 1];\
            axe.run('cr-widget', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((found) =>\
              done(found.violations.filter((rule) => ['serious', 'critical'].includes(rule.impact)).flatMap((rule) =>\
                rule.nodes.map((node) => rule.id + ': ' + node.target.flat().join(' ') + ' ' + (node.any[0]?.message ?? '')))\
                .filter((text) => !text.includes('partially obscured'))),\
              (error) => done(['axe-core: ' + error]));";
        let found = self.driver.execute_async(script, Vec::<Value>::new()).await.expect("axe-core answers");
        let found: Vec<String> = found.convert().expect("a list of texts");
        assert!(found.is_empty(), "{look}:\n{}", found.join("\n"));
    }

    /// Gives the browser back and ends the proxy.
    pub async fn close(self) {
        self.session.leave_page().await;
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port()
}

/// Waits until a proxy that was started answers at its origin.
///
/// # Panics
/// Panics if it does not within 30 s, or ends before: then another program has its port.
pub(crate) async fn wait_until_healthy(proxy: &mut Process, origin: &str) {
    for _ in 0..300 {
        assert!(!proxy.has_ended(), "the proxy at {origin} has ended");
        if let Ok(answer) = reqwest::get(format!("{origin}/healthz")).await
            && answer.status().is_success()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the proxy at {origin} did not become healthy in 30 s");
}
