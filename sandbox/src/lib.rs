//! A simulated supplier: a real HTTP server with the supplier's paths, quirks and event streams, and invented goods.
//!
//! It exists for development, demonstrations and tests. Brands, prices, addresses and codes follow from a seed; money
//! arrives when a request to `/sandbox/*` says so, or by tags in the shopper's e-mail address. Nothing here reaches any
//! network, and no address that it shows belongs to anyone. `docs/sandbox.md` lists tags and controls.

mod addresses;
mod breaker;
mod catalog;
mod catalog_api;
mod control;
mod fiat;
mod images;
mod invoices;
mod limits;
mod logos;
mod money;
mod orders;
mod orders_api;
mod outcomes;
mod payer;
mod problems;
mod rates;
mod rng;
mod script;
mod snapshots;
mod stream;
mod vias;
mod walking;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use addresses::AddressKind;
use money::CoinAmount;
use vias::Network;

/// Largest request body in bytes.
const BODY_MAX: usize = 64 * 1024;
/// How long open connections may take to finish when the server stops.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// The options of the simulation.
#[derive(Clone, Debug)]
pub struct Options {
    /// The seed, from which everything invented follows.
    pub seed: u64,
    /// The time between two steps of an order that changes by itself; also the unit of slow responses. One second by
    /// default.
    pub step: Duration,
    /// How long an order can be paid. Half an hour by default.
    pub window: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 20_251_121, step: Duration::from_secs(1), window: Duration::from_secs(30 * 60) }
    }
}

/// A running simulation. [`Handle::stop`] ends it; dropping the handle ends it too, though less gently.
#[derive(Debug)]
pub struct Handle {
    addr: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

impl Handle {
    /// Returns the address on which the simulation listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops accepting connections, ends all streams and walks, and waits until the listener is closed.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if tokio::time::timeout(STOP_PATIENCE, &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Everything the handlers share.
#[derive(Debug)]
struct Sandbox {
    options: Options,
    catalog: catalog::Catalog,
    store: orders::Store,
    control: control::Control,
    limits: limits::Limits,
    logos: logos::Cache,
    stop: CancellationToken,
}

impl Sandbox {
    /// Returns the supplier's clock in Unix seconds: the machine's clock, shifted by the control endpoint.
    fn now_s(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        now.saturating_add_signed(self.control.now().clock_skew_s)
    }

    /// Returns the prices at this moment.
    fn market(&self) -> rates::Market {
        rates::Market { seed: self.options.seed, now_s: self.now_s(), factor_ppm: self.control.now().price_factor_ppm }
    }

    /// Returns a deposit address, or an invoice, for a label.
    fn address_for(&self, network: &Network, label: &str, due: CoinAmount, length: invoices::Length) -> String {
        if network.kind == AddressKind::Lightning {
            return invoices::invoice(self.options.seed, label, due, self.now_s(), length).unwrap_or_default();
        }
        addresses::deposit(network.kind, label)
    }

    /// Runs a task beside the requests until it ends or the server stops.
    fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                () = stop.cancelled() => {}
            }
        });
    }
}

/// Starts the simulation on a listener that is already bound.
///
/// # Errors
/// If the listener has no local address.
pub async fn start(options: Options, listener: TcpListener) -> Result<Handle, std::io::Error> {
    let addr = listener.local_addr()?;
    let stop = CancellationToken::new();
    let sandbox = Arc::new(Sandbox {
        catalog: catalog::Catalog::new(options.seed),
        store: orders::Store::default(),
        control: control::Control::default(),
        limits: limits::Limits::default(),
        logos: logos::Cache::default(),
        stop: stop.clone(),
        options,
    });
    let router = router(sandbox);
    let until = stop.clone();
    let server = tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<breaker::Breaker>();
        let served = axum::serve(breaker::Lines(listener), service)
            .with_graceful_shutdown(async move { until.cancelled().await });
        if let Err(error) = served.await {
            tracing::error!(%error, "the simulated supplier stopped");
        }
    });
    Ok(Handle { addr, stop, server })
}

fn router(sandbox: Arc<Sandbox>) -> Router {
    let supplier = Router::new()
        .route("/v2/brands", get(catalog_api::brands))
        .route("/v2/homepage", get(catalog_api::homepage))
        .route("/v2/search/{country}", get(catalog_api::search))
        .route("/v3/payment_vias", get(catalog_api::payment_vias))
        .route("/v3/currencies", get(catalog_api::currencies))
        .route("/v3/qrs/{order_id}", get(images::order_qr))
        .route("/v4/products/price", get(catalog_api::price))
        .route("/v5/products/country/{country}", get(catalog_api::products))
        .route("/v5/orders/validations", post(orders_api::validate))
        .route("/v5/orders", post(orders_api::create))
        .route("/v5/orders/{order_id}", get(orders_api::read).fallback(orders_api::unknown))
        .route("/v5/orders/{order_id}/subscribe", get(stream::subscribe))
        .layer(middleware::from_fn_with_state(sandbox.clone(), limits::layer))
        .layer(middleware::from_fn_with_state(sandbox.clone(), control::layer));
    let own = Router::new()
        .route("/sandbox", get(payer::redirect))
        .route("/sandbox/", get(payer::page))
        .route("/sandbox/payer.css", get(payer::style))
        .route("/sandbox/payer.js", get(payer::script))
        .route("/sandbox/tags", get(payer::tags))
        .route("/sandbox/orders", get(payer::orders))
        .route("/sandbox/orders/{order_id}/pay", post(payer::pay))
        .route("/sandbox/orders/{order_id}/state", post(payer::state))
        .route("/sandbox/orders/{order_id}/expire", post(payer::expire))
        .route(
            "/sandbox/orders/{order_id}/script",
            get(script::api::show).post(script::api::set).delete(script::api::clear),
        )
        .route("/sandbox/faults", get(script::api::faults))
        .route("/sandbox/control", get(control::show).post(control::set))
        .route("/sandbox/logos/{file}", get(logos::serve))
        .route("/sandbox/coins/{file}", get(logos::serve_coin))
        .route("/sandbox/img/qr", get(images::line_qr))
        .route("/sandbox/img/barcode", get(images::line_barcode))
        .route("/sandbox/v3/qrs/{order_id}", get(images::order_qr));
    supplier
        .merge(own)
        .fallback(orders_api::unknown)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn_with_state(sandbox.clone(), control::date_layer))
        .with_state(sandbox)
}
