//! `GET /healthz`: whether this process responds. It does not ask the supplier, since a restart would not cure the
//! supplier's outage.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, header};

use crate::problem::Problem;

/// Responds with `{"status":"ok","version":"…"}`.
pub fn respond(method: &Method) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Problem::NOT_FOUND.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, concat!(r#"{"status":"ok","version":""#, env!("CARGO_PKG_VERSION"), r#""}"#)).into_response()
}
