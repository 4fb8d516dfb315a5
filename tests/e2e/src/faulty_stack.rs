//! Browser, connection, proxy process and simulated supplier, each of which can fail alone: the supplier outlives a
//! proxy that is killed.

use std::{
    process::Command,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use cr_sandbox::{Handle, Options};
use serde_json::{Value, json};
use thirtyfour::{WebDriver, WindowHandle, extensions::cdp::ChromeDevTools};
use tokio::net::TcpListener;

use crate::{
    browser::{Browser, Session},
    process::Process,
    stack::{Paths, free_port, wait_until_healthy},
    supplier::Supplier,
    tcp_line::TcpLine,
};

/// A time far longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long an order stays in each state while it walks to its end.
const STEP: Duration = Duration::from_millis(400);

/// All parts that one test of a fault runs on.
pub struct FaultyStack {
    /// The WebDriver client of the browser.
    pub driver: WebDriver,
    /// The connection from browser to proxy, which tests control.
    pub wire: TcpLine,
    /// The supplier's controls.
    pub supplier: Supplier,
    session: Session,
    paths: Paths,
    proxy: Mutex<Option<Process>>,
    /// The origin of the proxy, which stays the same over restarts.
    origin: String,
    upstream: String,
    client: reqwest::Client,
    order: Value,
    _sandbox: Handle,
}

impl FaultyStack {
    /// Starts all parts.
    ///
    /// # Panics
    /// Panics if a part cannot be started.
    pub async fn open(browser: Browser) -> Self {
        let paths = Paths::from_env();
        assert!(paths.dist.join("cr-widget.js").exists(), "no built widget: run `cargo xtask build`");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sandbox =
            cr_sandbox::start(Options { step: STEP, ..Options::default() }, listener).await.expect("a supplier");
        let upstream = format!("http://{}", sandbox.addr());
        let address = format!("127.0.0.1:{}", free_port());
        let wire = TcpLine::start(address.parse().expect("an address")).await;
        let session = paths.browse(browser).await;
        let mut stack = Self {
            driver: session.driver.clone(),
            wire,
            supplier: Supplier::new(&upstream),
            session,
            paths,
            proxy: Mutex::default(),
            origin: format!("http://{address}"),
            upstream,
            client: reqwest::Client::new(),
            order: Value::Null,
            _sandbox: sandbox,
        };
        stack.supplier.control(json!({ "rate_limit_scale": 0 })).await;
        stack.start_proxy().await;
        stack.order = stack.order_to_make().await;
        stack
    }

    /// Ends the proxy; the browser goes back when this is dropped.
    pub async fn close(&self) {
        self.session.leave_page().await;
        self.kill_proxy();
    }

    /// Returns the running browser.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns which browser this is.
    pub fn browser(&self) -> Browser {
        self.session.browser
    }

    /// Starts the proxy, at the same address each time.
    ///
    /// # Panics
    /// Panics if the proxy does not become healthy.
    pub async fn start_proxy(&self) {
        self.start_proxy_behind(&self.upstream).await;
    }

    /// Does what [`FaultyStack::start_proxy`] does, with this origin for the supplier's.
    ///
    /// # Panics
    /// Panics if the proxy does not become healthy.
    pub async fn start_proxy_behind(&self, upstream: &str) {
        let mut command = Command::new(&self.paths.proxy);
        command.args(["--upstream", upstream, "--partner-id", "tests", "--log", "off"]);
        // Pages with faster clocks read more often than a supplier grants.
        command.args(["--order-reads", "2400"]);
        command.args(["--listen", self.origin.trim_start_matches("http://"), "--static"]).arg(&self.paths.dist);
        // One that runs is ended first: it has the port.
        self.kill_proxy();
        let mut proxy = Process::start(command);
        wait_until_healthy(&mut proxy, &self.origin).await;
        self.held().replace(proxy);
    }

    /// Starts another line, between the proxy and the supplier, for [`FaultyStack::start_proxy_behind`].
    ///
    /// # Panics
    /// Panics if no port is free.
    pub async fn wire_to_supplier(&self) -> TcpLine {
        TcpLine::start(self.upstream.trim_start_matches("http://").parse().expect("an address")).await
    }

    /// Kills the proxy at once.
    pub fn kill_proxy(&self) {
        self.held().take();
    }

    /// Asks the proxy to end, which then ends its streams, and waits until it has ended.
    ///
    /// # Panics
    /// Panics if no proxy is running.
    pub fn end_proxy(&self) {
        self.held().take().expect("a running proxy").terminate();
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Process>> {
        self.proxy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares for another round of a benchmark: no faults, one window, nothing stored.
    ///
    /// # Panics
    /// Panics if a part of this fails.
    pub async fn sweep(&self) {
        self.wire.reset();
        if self.held().is_none() {
            self.start_proxy().await;
        }
        self.supplier.control(json!({ "reset": true })).await;
        self.supplier.control(json!({ "rate_limit_scale": 0 })).await;
        while let Ok(windows) = self.driver.windows().await {
            let Some(last) = windows.last().filter(|_| windows.len() > 1) else {
                let only = windows.first().expect("a window").clone();
                self.driver.switch_to_window(only).await.expect("a window");
                break;
            };
            self.driver.switch_to_window(last.clone()).await.expect("a window");
            self.driver.close_window().await.expect("a window that closes");
        }
        self.driver.goto(format!("{}/favicon.svg", self.wire.origin)).await.expect("a page");
        self.driver.execute("localStorage.clear();", Vec::<Value>::new()).await.expect("a storage");
        self.wire.reset();
    }

    /// Returns the body of an order for a fixed gift card of a known brand, in the newer dialect.
    async fn order_to_make(&self) -> Value {
        let query = "family_name=Kettle%20%26%20Crumb&coin=USDC&lang=en";
        let url = format!("{}/api/v5/products/country/US?{query}", self.origin);
        let groups: Value = self.client.get(url).send().await.expect("an answer").json().await.expect("JSON");
        let group = &groups[0];
        let denomination = &group["products"][0]["denomination"];
        assert!(denomination.is_string(), "the sandbox sells Kettle & Crumb: {groups}");
        json!({
            "deliveries": [{ "brand_name": group["brand"], "country_code": "US", "denomination": denomination }],
            "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
            "user": { "has_accepted_newsletter": false },
            "lang": "en",
        })
    }

    /// Makes an order without the browser and returns its id.
    ///
    /// # Panics
    /// Panics if the supplier refuses.
    pub async fn make_order(&self, email: &str) -> String {
        let mut order = self.order.clone();
        order["email"] = json!(email);
        order["user"]["email"] = json!(email);
        order["deliveries"][0]["beneficiary_account"] = json!(email);
        let url = format!("{}/api/v5/orders", self.origin);
        let made: Value =
            self.client.post(url).json(&order).send().await.expect("an answer").json().await.expect("JSON");
        made["order_id"].as_str().unwrap_or_else(|| panic!("no order was made: {made}")).to_owned()
    }

    /// Returns the order as a read through the proxy returns it, in the supplier's form.
    ///
    /// # Panics
    /// Panics if the order cannot be read.
    pub async fn read_order(&self, id: &str) -> Value {
        let answer = self.client.get(format!("{}/api/v5/orders/{id}", self.origin)).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    /// Opens the partner's page with this query.
    ///
    /// # Panics
    /// Panics if the browser cannot open it.
    pub async fn visit(&self, query: &str) {
        self.driver.goto(format!("{}/host?{query}", self.wire.origin)).await.expect("the page opens");
    }

    /// Makes an order and follows it in the page's element number `index`, until it can be paid.
    ///
    /// # Panics
    /// Panics if the order does not appear on screen.
    pub async fn follow_in(&self, index: usize, email: &str) -> String {
        let id = self.make_order(email).await;
        self.resume(index, &id).await;
        self.until("the order can be paid", index, |page| page["screen"] == "payment-panel").await;
        id
    }

    /// Does what [`FaultyStack::follow_in`] does, in the first element of a page with this query, until its stream is live.
    ///
    /// # Panics
    /// Panics if the order does not appear on screen.
    pub async fn follow(&self, query: &str, email: &str) -> String {
        self.visit(query).await;
        let id = self.follow_in(0, email).await;
        self.until("the stream is live", 0, is_live).await;
        self.script("probe.watch();").await;
        id
    }

    /// Makes an element resume an order.
    ///
    /// # Panics
    /// Panics if there is no such element.
    pub async fn resume(&self, index: usize, id: &str) {
        let script = "const [index, id, done] = arguments; customElements.whenDefined('cr-widget').then(() => {\
                      document.querySelectorAll('cr-widget')[index].resume(id); done(); });";
        self.driver.execute_async(script, vec![json!(index), json!(id)]).await.expect("an element");
    }

    /// Returns what the page shows and has counted: see `probe.see` in its source.
    pub async fn see(&self, index: usize) -> Value {
        let script = "return window.probe ? probe.see(arguments[0]) : {};";
        match self.driver.execute(script, vec![json!(index)]).await {
            Ok(page) => page.json().clone(),
            Err(error) => json!({ "error": error.to_string() }),
        }
    }

    /// Waits until `holds` is true of what the page shows.
    ///
    /// # Panics
    /// Panics if it does not become true for a very long time.
    pub async fn until(&self, what: &str, index: usize, holds: impl Fn(&Value) -> bool) -> Value {
        self.until_at_most(PATIENCE, Instant::now(), what, index, holds).await
    }

    /// Does what [`FaultyStack::until`] does, for what has to become true within `limit` after `began`.
    ///
    /// # Panics
    /// Panics if it does not become true in that time.
    pub async fn until_at_most(
        &self,
        limit: Duration,
        began: Instant,
        what: &str,
        index: usize,
        holds: impl Fn(&Value) -> bool,
    ) -> Value {
        let end = began + limit;
        loop {
            let page = self.see(index).await;
            if holds(&page) {
                return page;
            }
            assert!(Instant::now() < end, "waited in vain, {limit:.1?} at most, until {what}. The page: {page:#}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until something is true that is not on the page.
    ///
    /// # Panics
    /// Panics if it does not become true for a very long time.
    pub async fn wait(&self, what: &str, holds: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds() {
            if Instant::now() > end {
                panic!("waited in vain until {what}. The page: {:#}", self.see(0).await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Runs a script in the page.
    ///
    /// # Panics
    /// Panics if the script throws.
    pub async fn script(&self, body: &str) -> Value {
        self.driver.execute(body, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
    }

    /// Runs one Chrome DevTools Protocol command.
    ///
    /// # Panics
    /// Panics if the command fails.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        let tools = ChromeDevTools::new(self.driver.handle.clone());
        tools.execute_cdp_with_params(command, params).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// Sets the browser offline, or online again; connections that are open are cut when it goes offline.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn set_offline(&self, offline: bool) {
        match self.browser() {
            Browser::Chromium => {
                let params =
                    json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
                self.cdp("Network.emulateNetworkConditions", params).await;
            }
            Browser::Firefox => self.session.set_firefox_offline(offline).await,
        }
        // Neither setting cuts streams to this machine.
        if offline {
            self.wire.refuse();
        } else {
            self.wire.pass();
        }
    }

    /// Opens a tab in front of the page, which hides it. Returns the page's window.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn cover(&self) -> WindowHandle {
        let page = self.driver.window().await.expect("a window");
        let tab = self.session.new_tab().await;
        self.driver.switch_to_window(tab).await.expect("a tab");
        page
    }

    /// Brings a window to the front again.
    ///
    /// # Panics
    /// Panics if the browser refuses.
    pub async fn uncover(&self, page: WindowHandle) {
        self.driver.close_window().await.expect("a tab that closes");
        self.driver.switch_to_window(page).await.expect("a window");
    }

    /// Adds a note to the report.
    pub fn note(&self, text: String) {
        println!("{}: {text}", std::thread::current().name().unwrap_or_default());
    }
}

/// Returns whether the page shows that the order is followed by reads and not by a stream.
#[must_use]
pub fn is_polling(page: &Value) -> bool {
    page["health"] == "polling"
}

/// Returns whether neither a stream nor reads work, and the page shows it.
#[must_use]
pub fn is_lost(page: &Value) -> bool {
    page["health"] == "catching-up" || page["health"] == "offline"
}

/// Returns whether a page shows a live stream.
pub fn is_live(page: &Value) -> bool {
    page["health"] == "live" && page["live"] == 1
}
