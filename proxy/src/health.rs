//! `GET /healthz`: whether this process answers. It does not ask the supplier, whose outage is not cured by a restart.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, header};

use crate::problem::Problem;

/// `{"status":"ok","version":"…"}`.
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
