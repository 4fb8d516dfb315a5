//! Browser, wire, proxy process and simulated supplier, each of which can fail alone: the supplier outlives a proxy that is killed.

use std::{
    process::Command,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use cr_proxy::sandbox::{self, Handle, Options};
use serde_json::{Value, json};
use thirtyfour::{WebDriver, WindowHandle, extensions::cdp::ChromeDevTools};
use tokio::net::TcpListener;

use crate::{
    browser::{Browser, Session},
    process::Process,
    stack::{Paths, free_port, wait_until_healthy},
    supplier::Supplier,
    tcp_line::Wire,
};

/// Far longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long an order stays in a state while it walks to its end.
const STEP: Duration = Duration::from_millis(400);

/// Where one case after another plays.
pub struct Lane {
    /// The browser's driver.
    pub driver: WebDriver,
    /// The line from browser to proxy.
    pub wire: Wire,
    /// The supplier's controls.
    pub supplier: Supplier,
    session: Session,
    paths: Paths,
    proxy: Mutex<Option<Process>>,
    /// Origin of the proxy, which stays the same over restarts.
    origin: String,
    upstream: String,
    client: reqwest::Client,
    notes: Mutex<Vec<String>>,
    order: Value,
    _sandbox: Handle,
}

impl Lane {
    /// Starts everything.
    ///
    /// # Panics
    /// When a part cannot be started.
    pub async fn open(browser: Browser) -> Self {
        let paths = Paths::from_env();
        assert!(paths.dist.join("cr-widget.js").exists(), "no built widget: run `cargo xtask build`");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let sandbox = sandbox::start(Options { step: STEP, ..Options::default() }, listener).await.expect("a supplier");
        let upstream = format!("http://{}", sandbox.addr());
        let address = format!("127.0.0.1:{}", free_port());
        let wire = Wire::start(address.parse().expect("an address")).await;
        let session = paths.browse(browser).await;
        let mut lane = Self {
            driver: session.driver.clone(),
            wire,
            supplier: Supplier::new(&upstream),
            session,
            paths,
            proxy: Mutex::default(),
            origin: format!("http://{address}"),
            upstream,
            client: reqwest::Client::new(),
            notes: Mutex::default(),
            order: Value::Null,
            _sandbox: sandbox,
        };
        lane.supplier.control(json!({ "rate_limit_scale": 0 })).await;
        lane.start_proxy().await;
        lane.order = lane.order_to_make().await;
        lane
    }

    /// Ends browser and proxy in good order.
    pub async fn close(&self) {
        let _ = self.driver.clone().quit().await;
        self.kill_proxy();
    }

    /// Which browser this is.
    pub fn browser(&self) -> Browser {
        self.session.browser
    }

    /// Starts the proxy, at the same address each time.
    ///
    /// # Panics
    /// When it does not become healthy.
    pub async fn start_proxy(&self) {
        self.start_proxy_behind(&self.upstream).await;
    }

    /// As [`Lane::start_proxy`], with this origin for the supplier's. The next case needs another proxy: kill it.
    ///
    /// # Panics
    /// When it does not become healthy.
    pub async fn start_proxy_behind(&self, upstream: &str) {
        let mut command = Command::new(&self.paths.proxy);
        command.args(["--upstream", upstream, "--partner-id", "tests", "--log", "off"]);
        // Pages with quicker clocks read more often than a supplier grants.
        command.args(["--order-reads", "2400"]);
        command.args(["--listen", self.origin.trim_start_matches("http://"), "--static"]).arg(&self.paths.dist);
        self.held().replace(Process::start(command));
        wait_until_healthy(&self.origin).await;
    }

    /// A line of its own between the proxy and the supplier, for [`Lane::start_proxy_behind`].
    ///
    /// # Panics
    /// When no port is free.
    pub async fn wire_to_supplier(&self) -> Wire {
        Wire::start(self.upstream.trim_start_matches("http://").parse().expect("an address")).await
    }

    /// Kills the proxy where it stands.
    pub fn kill_proxy(&self) {
        self.held().take();
    }

    /// Asks the proxy to end, which then tells its streams, and waits until it has.
    ///
    /// # Panics
    /// When there is none.
    pub fn end_proxy(&self) {
        self.held().take().expect("a running proxy").terminate();
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<Process>> {
        self.proxy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the ground even for another case: all is well, one window, nothing stored.
    ///
    /// # Panics
    /// When it cannot.
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

    /// A fixed gift card by its name, in the newer dialect.
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

    /// Makes an order past the browser; its id.
    ///
    /// # Panics
    /// When the supplier refuses.
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

    /// The order as a read through the proxy tells it, in the supplier's own words.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn read_order(&self, id: &str) -> Value {
        let answer = self.client.get(format!("{}/api/v5/orders/{id}", self.origin)).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }

    /// Opens the partner's page with this query.
    ///
    /// # Panics
    /// When the browser cannot.
    pub async fn visit(&self, query: &str) {
        self.driver.goto(format!("{}/host?{query}", self.wire.origin)).await.expect("the page opens");
    }

    /// Makes an order and follows it in the page's element number `index`, until it can be paid.
    ///
    /// # Panics
    /// When it does not come on screen.
    pub async fn follow_in(&self, index: usize, email: &str) -> String {
        let id = self.make_order(email).await;
        self.resume(index, &id).await;
        self.until("the order can be paid", index, |page| page["screen"] == "payment-panel").await;
        id
    }

    /// As [`Lane::follow_in`], in the first element, from a page with this query, until its stream is live.
    ///
    /// # Panics
    /// When it does not come on screen.
    pub async fn follow(&self, query: &str, email: &str) -> String {
        self.visit(query).await;
        let id = self.follow_in(0, email).await;
        self.until("the stream is live", 0, is_live).await;
        self.script("probe.watch();").await;
        id
    }

    /// Lets an element pick up an order.
    ///
    /// # Panics
    /// When there is no such element.
    pub async fn resume(&self, index: usize, id: &str) {
        let script = "const [index, id, done] = arguments; customElements.whenDefined('cr-widget').then(() => {\
                      document.querySelectorAll('cr-widget')[index].resume(id); done(); });";
        self.driver.execute_async(script, vec![json!(index), json!(id)]).await.expect("an element");
    }

    /// What the page shows and counted: see `probe.see` in its source.
    pub async fn see(&self, index: usize) -> Value {
        let script = "return window.probe ? probe.see(arguments[0]) : {};";
        match self.driver.execute(script, vec![json!(index)]).await {
            Ok(page) => page.json().clone(),
            Err(error) => json!({ "error": error.to_string() }),
        }
    }

    /// Waits until `holds` of what the page shows.
    ///
    /// # Panics
    /// When it does not, for very long.
    pub async fn until(&self, what: &str, index: usize, holds: impl Fn(&Value) -> bool) -> Value {
        self.until_at_most(PATIENCE, Instant::now(), what, index, holds).await
    }

    /// As [`Lane::until`], for what has to hold at most `limit` after `began`.
    ///
    /// # Panics
    /// When it does not.
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

    /// Waits until something holds that is not on the page.
    ///
    /// # Panics
    /// When it does not, for very long.
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
    /// When it throws.
    pub async fn script(&self, body: &str) -> Value {
        self.driver.execute(body, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
    }

    /// One Chrome DevTools Protocol command.
    ///
    /// # Panics
    /// When it fails.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        let tools = ChromeDevTools::new(self.driver.handle.clone());
        tools.execute_cdp_with_params(command, params).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// The browser takes itself for offline, or online again; connections that are open go with it.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn set_offline(&self, offline: bool) {
        match self.browser() {
            Browser::Chromium => {
                let params =
                    json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
                self.cdp("Network.emulateNetworkConditions", params).await;
            }
            Browser::Firefox => self.session.chrome_script(&format!("Services.io.offline = {offline};")).await,
        }
        // Streams to this machine outlive both.
        if offline {
            self.wire.refuse();
        } else {
            self.wire.pass();
        }
    }

    /// Opens a tab before the page, which is hidden by it. Answers the page's window.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn cover(&self) -> WindowHandle {
        let page = self.driver.window().await.expect("a window");
        let tab = self.driver.new_tab().await.expect("a tab");
        self.driver.switch_to_window(tab).await.expect("a tab");
        page
    }

    /// Brings a window to the front again.
    ///
    /// # Panics
    /// When the browser refuses.
    pub async fn uncover(&self, page: WindowHandle) {
        self.driver.close_window().await.expect("a tab that closes");
        self.driver.switch_to_window(page).await.expect("a window");
    }

    /// Notes something for the report.
    pub fn note(&self, text: String) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }

    /// What was noted since it was last taken.
    pub fn take_notes(&self) -> Vec<String> {
        core::mem::take(&mut self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether the widget says that reads, not a stream, keep the state true.
#[must_use]
pub fn is_polling(page: &Value) -> bool {
    page["health"] == "polling"
}

/// Whether neither a stream nor reads work, and the page admits it.
#[must_use]
pub fn is_lost(page: &Value) -> bool {
    page["health"] == "catching-up" || page["health"] == "offline"
}

/// Whether a page shows a live stream.
pub fn is_live(page: &Value) -> bool {
    page["health"] == "live" && page["live"] == 1
}
