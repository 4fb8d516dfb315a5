//! Problem codes (`docs/supplier-api.md` §8) and the envelopes in which they arrive (§4).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde_json::{Value, json};

use super::script::Answer;

/// Every code that is documented or has been seen, spelled as the supplier spells it.
pub(crate) const CODES: &[&str] = &[
    "AMOUNT_LESS_THEN_MINIMUM_ALLOWED",
    "MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED",
    "DAILY_SPENDING_LIMIT_EXCEEDED",
    "MONTHLY_SPENDING_LIMIT_EXCEEDED",
    "PRODUCT_COUNT_EXCEEDED",
    "MULTIPLE_LIMITED_PRODUCT_SAME_ORDER",
    "NOT_AVAILABLE_PRODUCT",
    "OUT_OF_STOCK",
    "NOT_ACTIVE",
    "INVALID_BENEFICIARY_ACCOUNT",
    "NOT_ALLOWED_PAYMENT_VIA",
    "UNSUPPORTED_PROTOCOL_COIN_COMBINATION",
    "LOGIN_REQUIRED",
    "COUPON_REQUIRES_LOGIN",
    "COUPON_NOT_FOUND",
    "COUPON_NOT_ACTIVE",
    "COUPON_ALREADY_SPENT",
    "COUPON_MAX_USAGE_REACHED",
    "COUPON_EXPIRED",
    "COUPON_BELOW_MIN_AMOUNT",
    "COUPON_NOT_VALID_FOR_USER",
    "COUPON_NOT_VALID_FOR_CATEGORY",
    "COUPON_NOT_VALID_FOR_KIND",
    "COUPON_NOT_VALID_FOR_BRAND",
    "COUPON_NOT_VALID_FOR_COUNTRY",
    "COUPON_NOT_VALID_FOR_STORE",
    "KYC_MISSING",
    "KYC_PENDING",
    "VERIFICATION_REQUIRED",
    "FULLNAME_MISSING",
    "SUSPENDED_COIN",
    "SUSPENDED_NETWORK",
    "INVALID_EMAIL_DOMAIN",
    "INVALID_DENOMINATION",
    "INVALID_PRODUCT_VALUE",
    "AMOUNT_TOO_LOW",
    "AMOUNT_TOO_HIGH",
    "COUNTRY_NOT_SUPPORTED",
    "PRODUCT_NOT_AVAILABLE",
    // This code is not documented anywhere: it stands for a code that is added tomorrow.
    "LUNAR_PHASE_UNFAVOURABLE",
];

/// The response of a network that wants its user to sign in first.
const PORTAL: &str = "<!doctype html><html><head><title>Welcome</title></head><body><h1>Sign in to the Wi-Fi</h1>\
    <form><button>I agree</button></form></body></html>";

/// The response of a network that takes its caller for a robot.
const CHALLENGE: &str = "<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Verify that you are human</h1>\
    <noscript>Enable JavaScript and cookies to continue</noscript></body></html>";

/// One entry of a problem list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) code: &'static str,
    pub(crate) details: Value,
}

impl Problem {
    pub(crate) fn new(code: &'static str) -> Self {
        Self { code, details: details_of(code) }
    }

    pub(crate) fn json(&self) -> Value {
        if self.details.is_null() {
            json!({ "problem": self.code })
        } else {
            json!({ "problem": self.code, "moreDetails": self.details })
        }
    }
}

/// Returns example details for a code: `moreDetails` has no fixed type, and sometimes holds prose that must not be
/// shown.
fn details_of(code: &str) -> Value {
    match code {
        "NOT_ALLOWED_PAYMENT_VIA" => json!(["USER_WALLET"]),
        "UNSUPPORTED_PROTOCOL_COIN_COMBINATION" => json!([
            { "coin": "USDC", "protocol": "Solana" },
            { "coin": "USDC", "protocol": "Polygon (Matic)" },
            { "coin": "BTC", "protocol": "Lightning" },
        ]),
        "SUSPENDED_NETWORK" => json!({ "network": "Tron" }),
        "DAILY_SPENDING_LIMIT_EXCEEDED" | "MONTHLY_SPENDING_LIMIT_EXCEEDED" => {
            json!({ "limit": "1000", "currency": "EUR" })
        }
        "MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED" => json!(5000),
        "VERIFICATION_REQUIRED" => json!("<b>internal:</b> rule 17b matched, see java.lang.IllegalStateException"),
        _ => Value::Null,
    }
}

/// Returns the problems as a JSON array.
pub(crate) fn list(problems: &[Problem]) -> Value {
    problems.iter().map(Problem::json).collect()
}

/// Returns E1: a bare array, at HTTP 200.
pub(crate) fn e1(problems: &[Problem]) -> Response {
    Json(list(problems)).into_response()
}

/// Returns E3: an object with an array, at HTTP 422.
pub(crate) fn e3(problems: &[Problem]) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "problems": list(problems) }))).into_response()
}

/// Returns E4: `{status, detail, moreDetails}`, the status as a string for every other code.
pub(crate) fn e4(status: StatusCode, problem: &Problem) -> Response {
    let shown = if problem.code.len().is_multiple_of(2) { json!(status.as_u16()) } else { json!(status.as_str()) };
    let mut body = json!({ "status": shown, "detail": problem.code });
    if !problem.details.is_null() {
        body["moreDetails"] = problem.details.clone();
    }
    (status, Json(body)).into_response()
}

/// Returns E5: `{detail}` alone.
pub(crate) fn e5(status: StatusCode, code: &str) -> Response {
    (status, Json(json!({ "detail": code }))).into_response()
}

/// Returns E6: `{message}`.
pub(crate) fn e6(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

/// Returns E7: the HTML page of a gateway.
pub(crate) fn e7(status: StatusCode) -> Response {
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
    );
    (status, Html(page)).into_response()
}

/// Returns the answer that says for sure that an order does not exist.
pub(crate) fn order_not_found() -> Response {
    coded(404, "ORDER_NOT_FOUND")
}

fn coded(status: u16, code: &str) -> Response {
    let shown = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
    (shown, Json(json!({ "status": status, "detail": code }))).into_response()
}

/// Returns the response of a router whose service is being restarted.
pub(crate) fn router_not_found() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found\n").into_response()
}

/// Returns the response of a network that takes its caller for a robot.
pub(crate) fn challenge() -> Response {
    (StatusCode::FORBIDDEN, Html(CHALLENGE)).into_response()
}

/// Returns the response that a script puts in place of the true one for `path`.
pub(crate) fn answer_instead(answer: &Answer, path: &str) -> Response {
    let (status, retry_after) = match answer {
        Answer::Html => return Html(PORTAL).into_response(),
        Answer::Code { status, code } => return coded(*status, code),
        Answer::RouterNotFound => return router_not_found(),
        Answer::Challenge => return challenge(),
        Answer::Status { status, retry_after } => (*status, retry_after),
    };
    let mut response = match status {
        204 => StatusCode::NO_CONTENT.into_response(),
        307 => Redirect::temporary(path).into_response(),
        401 => e6(StatusCode::UNAUTHORIZED, "not authorized"),
        403 => e6(StatusCode::FORBIDDEN, "not allowed"),
        404 => e6(StatusCode::NOT_FOUND, "order not found"),
        410 => e6(StatusCode::GONE, "order is gone"),
        429 => e6(StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
        _ => e7(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),
    };
    if let Some(text) = retry_after.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, text);
    }
    response
}

/// Returns a 429 with the headers that say when to try again.
pub(crate) fn too_many(retry_after_s: u64, limit: u32, reset_s: u64) -> Response {
    let mut response = e6(StatusCode::TOO_MANY_REQUESTS, "Too many requests");
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
    headers.insert("x-ratelimit-limit", HeaderValue::from(limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(0));
    headers.insert("x-ratelimit-reset", HeaderValue::from(reset_s));
    response
}
