//! `/sandbox/*`: requests for the simulated supplier's payer page, controls and logos, passed on to it. The routes
//! exist with `--sandbox` only.

use std::sync::Arc;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, header};

use crate::{
    body,
    cors::{Cors, Standing},
    limits::Limits,
    problem::Problem,
    upstream::Upstream,
};

/// The headers of the sandbox's responses that are passed on to the browser.
const RELAYED: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CACHE_CONTROL,
    header::CONTENT_SECURITY_POLICY,
    header::ETAG,
    header::RETRY_AFTER,
    header::LOCATION,
];

/// Passes one request on, if it comes from the proxy's own page or names no origin.
pub async fn respond(upstream: &Arc<Upstream>, limits: &Limits, standing: &Standing, request: Request) -> Response {
    pass_on(upstream, limits, standing, request).await.unwrap_or_else(IntoResponse::into_response)
}

async fn pass_on(
    upstream: &Arc<Upstream>,
    limits: &Limits,
    standing: &Standing,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/sandbox", |target| target.as_str());
    if !is_taken(&parts.method, parts.uri.path()) || !stays_inside(parts.uri.path()) {
        return Err(Problem::NOT_FOUND);
    }
    if tells(&parts.method) && !Cors::may_write(standing, &parts.headers) {
        return Err(Problem::ORIGIN_NOT_ALLOWED);
    }
    let body = body::read(body, limits).await?;
    let content_type = parts.headers.get(header::CONTENT_TYPE);
    // A HEAD gets the response that a GET would get; the server leaves the body out.
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method };
    let (status, headers, body) =
        upstream.forward(method, target, content_type, body).await.map_err(crate::answer::Failure::problem)?;
    let mut response = (status, body).into_response();
    response.headers_mut().remove(header::CONTENT_TYPE);
    for name in RELAYED {
        let elsewhere = |value: &&HeaderValue| name == header::LOCATION && !value.as_bytes().starts_with(b"/sandbox");
        if let Some(value) = headers.get(&name).filter(|value| !elsewhere(value)) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    Ok(response)
}

/// Returns whether a method may change something.
pub fn tells(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Returns whether the sandbox takes this method at this path: only scripts can be deleted.
fn is_taken(method: &Method, path: &str) -> bool {
    match *method {
        Method::GET | Method::HEAD | Method::POST => true,
        Method::DELETE => path.ends_with("/script"),
        _ => false,
    }
}

/// Returns whether no part of a path leads up to a parent, however it is spelt.
fn stays_inside(path: &str) -> bool {
    let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\");
    !plain.split(['/', '\\']).any(|part| matches!(part, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_up_are_told() {
        for (path, inside) in [
            ("/sandbox/", true),
            ("/sandbox/logos/a_300x190.webp", true),
            ("/sandbox/orders/a..b/pay", true),
            ("/sandbox/../v5/orders", false),
            ("/sandbox/%2e%2E/v5/orders", false),
            ("/sandbox/x%2f..%2fy", false),
            ("/sandbox/..\\v5", false),
        ] {
            assert_eq!(stays_inside(path), inside, "{path}");
        }
    }
}
