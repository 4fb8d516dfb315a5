//! The proxy's own errors, always JSON: `{"status": 404, "detail": "NOT_FOUND"}`.
//!
//! The shape is the supplier's fourth envelope (docs/supplier-api.md §4), so that a client needs one decoder. A
//! `detail` is a code for programs and never repeats anything that a client or the supplier sent.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

/// One refusal or failure, as the client sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The code: upper-case words joined by `_`.
    pub detail: &'static str,
    /// Whole seconds after which it makes sense to repeat the request.
    pub retry_after: Option<u32>,
}

/// The code of a [`Problem`], in the extensions of its response, for the log.
#[derive(Clone, Copy, Debug)]
pub struct Code(pub &'static str);

impl Problem {
    /// The path or method is not part of the contract.
    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "NOT_FOUND");
    /// The query has a parameter that this route does not take.
    pub const PARAMETER_NOT_ALLOWED: Self = Self::new(StatusCode::BAD_REQUEST, "PARAMETER_NOT_ALLOWED");
    /// A query parameter is given twice.
    pub const PARAMETER_REPEATED: Self = Self::new(StatusCode::BAD_REQUEST, "PARAMETER_REPEATED");
    /// The value of a query parameter cannot be right.
    pub const PARAMETER_INVALID: Self = Self::new(StatusCode::BAD_REQUEST, "PARAMETER_INVALID");
    /// A query parameter that this route needs is missing.
    pub const PARAMETER_MISSING: Self = Self::new(StatusCode::BAD_REQUEST, "PARAMETER_MISSING");
    /// The page's origin is neither the proxy's own nor on the list.
    pub const ORIGIN_NOT_ALLOWED: Self = Self::new(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED");
    /// The body of a POST is not declared as JSON.
    pub const NOT_JSON: Self = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "CONTENT_TYPE_NOT_JSON");
    /// The body is not one JSON object.
    pub const BODY_INVALID: Self = Self::new(StatusCode::BAD_REQUEST, "BODY_NOT_JSON");
    /// The body is over the limit.
    pub const BODY_TOO_LARGE: Self = Self::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE");
    /// The body did not arrive in time.
    pub const BODY_TOO_SLOW: Self = Self::new(StatusCode::REQUEST_TIMEOUT, "BODY_TOO_SLOW");
    /// The `Idempotency-Key` is empty, too long, repeated or not printable ASCII.
    pub const KEY_INVALID: Self = Self::new(StatusCode::BAD_REQUEST, "IDEMPOTENCY_KEY_INVALID");
    /// The `Idempotency-Key` was used with another body.
    pub const KEY_REUSED: Self = Self::new(StatusCode::CONFLICT, "IDEMPOTENCY_KEY_REUSED");
    /// It is not known whether the order exists; the key will never create one again.
    pub const OUTCOME_UNKNOWN: Self = Self::new(StatusCode::GATEWAY_TIMEOUT, "ORDER_OUTCOME_UNKNOWN");
    /// The order cannot be expressed in the older dialect.
    pub const ORDER_NOT_CONVERTIBLE: Self = Self::new(StatusCode::BAD_REQUEST, "ORDER_NOT_CONVERTIBLE");
    /// The supplier cannot be reached.
    pub const UNREACHABLE: Self = Self::new(StatusCode::BAD_GATEWAY, "UPSTREAM_UNREACHABLE");
    /// The supplier did not answer in time.
    pub const TIMEOUT: Self = Self::new(StatusCode::GATEWAY_TIMEOUT, "UPSTREAM_TIMEOUT");
    /// The supplier's answer broke off.
    pub const DROPPED: Self = Self::new(StatusCode::BAD_GATEWAY, "UPSTREAM_DROPPED");
    /// The supplier's answer is over the limit.
    pub const TOO_LARGE: Self = Self::new(StatusCode::BAD_GATEWAY, "UPSTREAM_TOO_LARGE");
    /// The supplier's response is not what was asked for.
    pub const BAD_BODY: Self = Self::new(StatusCode::BAD_GATEWAY, "UPSTREAM_BAD_BODY");
    /// The supplier sent a redirect, which is not followed.
    pub const REDIRECTED: Self = Self::new(StatusCode::BAD_GATEWAY, "UPSTREAM_REDIRECTED");
    /// Too many requests are under way already.
    pub const BUSY: Self = Self { status: StatusCode::SERVICE_UNAVAILABLE, detail: "BUSY", retry_after: Some(2) };

    const fn new(status: StatusCode, detail: &'static str) -> Self {
        Self { status, detail, retry_after: None }
    }

    /// Returns the JSON body.
    pub fn body(&self) -> String {
        format!(r#"{{"status":{},"detail":"{}"}}"#, self.status.as_u16(), self.detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
            self.body(),
        )
            .into_response();
        response.extensions_mut().insert(Code(self.detail));
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
