//! The reference proxy between the checkout widget and its supplier.
//!
//! The widget must not know the partner id and cannot set the headers that the supplier asks for; a proxy that the
//! partner hosts does both. This one also keeps the promises of docs/proxy-contract.md: only the routes of the
//! contract, shared and bounded reads, creates that happen once, streams that end cleanly, logs without secrets.
//!
//! | module | does |
//! |---|---|
//! | [`config`], [`limits`] | what can be chosen, and what cannot |
//! | [`server`] | connections, their limits, starting and stopping |
//! | [`api`] | the contract, from request to answer |
//! | [`routes`], [`requests`], [`cors`], [`client_ip`], [`body`] | what may be asked, by whom |
//! | [`upstream`], [`answer`] | asking the supplier, cleaning what it says |
//! | [`cache`], [`encoding`], [`creates`] | reads that are shared, bytes that are compressed once, creates that happen once |
//! | [`orders`], [`snapshot`], [`budget`] | what is known of orders, and how often the supplier is asked for them |
//! | [`stream`], [`sse`] | relaying an order's events |
//! | [`dialect`] | orders as the older document has them |
//! | [`countries`], [`health`], [`static_files`], [`forward`] | the rest of the paths |
//! | [`problem`], [`log`] | errors, log lines |
//! | [`simulation`] | the simulated supplier beside it, if this build has it |

pub mod answer;
pub mod api;
pub mod body;
pub mod budget;
pub mod cache;
pub mod client_ip;
pub mod config;
pub mod cors;
pub mod countries;
pub mod creates;
pub mod dialect;
pub mod encoding;
pub mod forward;
pub mod health;
pub mod limits;
pub mod log;
pub mod orders;
pub mod problem;
pub mod requests;
pub mod routes;
pub mod server;
pub mod simulation;
pub mod snapshot;
pub mod sse;
pub mod static_files;
pub mod stream;
pub mod upstream;

/// The simulated supplier.
#[cfg(feature = "sandbox")]
pub use cr_sandbox as sandbox;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::any,
};
use http::{HeaderValue, Method, header};
use reqwest::Url;

use crate::{
    api::Api,
    client_ip::Block,
    config::{Config, Supplier},
    cors::Cors,
    countries::Countries,
    limits::Limits,
    problem::Problem,
    server::{Lifetime, StartError},
    static_files::StaticFiles,
    upstream::Upstream,
};

/// All that is served at one origin.
#[derive(Debug)]
struct Site {
    api: Arc<Api>,
    sandbox: Option<Arc<Upstream>>,
    files: Option<StaticFiles>,
    trusted: Vec<Block>,
    cors: Cors,
    limits: Limits,
}

/// Returns the whole proxy as a router, in front of the supplier at `base`.
///
/// The router expects the peer's address as [`ConnectInfo`], which [`server::serve`] provides; without it the shopper's
/// address is not known.
///
/// # Errors
/// [`StartError`].
pub fn app(config: &Config, base: &Url, partner: HeaderValue, lifetime: &Lifetime) -> Result<Router, StartError> {
    let upstream =
        Upstream::new(base, partner, config.app_version.clone(), config.send_country_header, &config.limits)?;
    let upstream = Arc::new(upstream);
    let countries = Countries::new(config.countries_url.as_ref(), &config.limits)?;
    let api = Arc::new(Api::new(config, Arc::clone(&upstream), countries, lifetime));
    let site = Site {
        api: Arc::clone(&api),
        sandbox: matches!(config.supplier, Supplier::Sandbox { .. }).then_some(upstream),
        files: config.static_dir.as_deref().map(StaticFiles::new),
        trusted: config.trusted_proxies.clone(),
        cors: Cors::new(config.allowed_origins.iter().cloned()),
        limits: config.limits.clone(),
    };
    let rest = Router::new()
        .route("/healthz", any(|method: Method| async move { health::respond(&method) }))
        .route("/sandbox", any(to_sandbox))
        .route("/sandbox/", any(to_sandbox))
        .route("/sandbox/{*rest}", any(to_sandbox))
        .fallback(file)
        .layer(map_response(unsniffed))
        .with_state(Arc::new(site));
    Ok(routes::router(api).merge(rest))
}

async fn to_sandbox(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(sandbox) = &site.sandbox else { return Problem::NOT_FOUND.into_response() };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let standing = site.cors.standing(request.headers(), peer, &site.trusted);
    let tells = forward::tells(request.method());
    let response = forward::respond(sandbox, &site.limits, &standing, request).await;
    if tells {
        site.api.forget_reads();
    }
    response
}

async fn file(State(site): State<Arc<Site>>, request: Request) -> Response {
    match &site.files {
        Some(files) => files.respond(request).await,
        None => Problem::NOT_FOUND.into_response(),
    }
}

async fn unsniffed(mut response: Response) -> Response {
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
