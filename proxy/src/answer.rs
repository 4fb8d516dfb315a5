//! The supplier's answer to a JSON call: cleaned when it comes in, written for each client as it goes out.
//!
//! Of the supplier's headers only `Date` and `Retry-After` survive, and only if they can be parsed. A body passes only
//! if it is JSON, and of an error body only codes, ids and documented details ([`relay`]), so that stack traces and web
//! pages end here.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use cr_core::wire::{is_same_name, relay};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::de::IgnoredAny;
use tokio::sync::OnceCell;
use tracing::info;

use crate::{
    encoding::{Coding, WORTH_IT},
    problem::Problem,
};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection was established: the supplier certainly did not read the request.
    #[error("the supplier cannot be reached")]
    Unreachable,
    /// No complete answer came in time.
    #[error("the supplier did not answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection was lost")]
    Dropped,
    /// The answer is larger than the proxy accepts.
    #[error("the answer is too large")]
    TooLarge,
    /// A success whose body is not what was asked for.
    #[error("the answer has another content than was requested")]
    BadBody,
    /// The supplier sent a redirect, which is never followed.
    #[error("the supplier sent a redirect")]
    Redirected,
    /// Too many reads are under way; the supplier was not asked.
    #[error("too many reads are in progress")]
    Busy,
}

impl Failure {
    /// Returns the problem that the client is sent.
    pub fn problem(self) -> Problem {
        match self {
            Self::Unreachable => Problem::UNREACHABLE,
            Self::Timeout => Problem::TIMEOUT,
            Self::Dropped => Problem::DROPPED,
            Self::TooLarge => Problem::TOO_LARGE,
            Self::BadBody => Problem::BAD_BODY,
            Self::Redirected => Problem::REDIRECTED,
            Self::Busy => Problem::BUSY,
        }
    }
}

/// The result of a call to the supplier.
pub type Reply = Result<Arc<Answer>, Failure>;

/// One answer of the supplier, in a form that can be relayed.
#[derive(Debug)]
pub struct Answer {
    /// The supplier's status: a success, or an error of its own.
    pub status: StatusCode,
    /// Valid JSON, except for an order that can be understood although a field of it is not JSON.
    pub body: Bytes,
    /// The supplier's clock, and the proxy's when the answer was read.
    date: Option<(SystemTime, Instant)>,
    retry_after: Option<HeaderValue>,
    gzip: OnceCell<Bytes>,
    brotli: OnceCell<Bytes>,
}

impl Answer {
    /// Cleans a response.
    ///
    /// # Errors
    /// [`Failure::Redirected`] for any 3xx, [`Failure::BadBody`] for a success that is not JSON or a status out of
    /// range.
    pub fn new(status: StatusCode, headers: &HeaderMap, body: Bytes, now: Instant) -> Result<Self, Failure> {
        let body = match status.as_u16() {
            200..=299 if is_json(&body) || is_order(&body) => clean_success(status, body),
            300..=399 => return Err(Failure::Redirected),
            400..=599 => clean_error(status, &body),
            _ => return Err(Failure::BadBody),
        };
        let date = headers.get(header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        Ok(Self {
            status,
            body,
            date: date.map(|date| (date, now)),
            retry_after: headers.get(header::RETRY_AFTER).filter(|value| is_retry_after(value)).cloned(),
            gzip: OnceCell::new(),
            brotli: OnceCell::new(),
        })
    }

    /// Returns the supplier's clock now: its `Date` plus the time that has passed since the answer was read.
    pub fn date(&self, now: Instant) -> Option<HeaderValue> {
        let (date, read_at) = self.date?;
        let age = Duration::from_secs(now.saturating_duration_since(read_at).as_secs());
        HeaderValue::from_str(&httpdate::fmt_http_date(date.checked_add(age)?)).ok()
    }

    /// Returns how long the supplier wants clients to wait before they ask again, in whole seconds.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after.as_ref()?.to_str().ok()?.parse().ok().map(Duration::from_secs)
    }

    /// Returns what this answer weighs in a cache, its compressed copies included, in bytes.
    pub fn weight(&self) -> usize {
        self.body.len().saturating_add(self.body.len() / 2).saturating_add(512)
    }

    /// Writes the answer for a client with the request headers `asked`. The caller sets `Cache-Control`.
    pub async fn respond(self: &Arc<Self>, asked: &HeaderMap, with_date: bool) -> Response {
        let coding = if self.body.len() < WORTH_IT { Coding::Identity } else { Coding::choose(asked) };
        let (body, coding) = self.coded(coding).await;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(token) = coding.token() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        if let Some(retry_after) = &self.retry_after {
            headers.insert(header::RETRY_AFTER, retry_after.clone());
        }
        if let Some(date) = self.date(Instant::now()).filter(|_| with_date) {
            headers.insert(header::DATE, date);
        }
        response
    }

    /// Returns the body in a coding, compressed once for all clients that share this answer.
    async fn coded(self: &Arc<Self>, coding: Coding) -> (Bytes, Coding) {
        let cell = match coding {
            Coding::Identity => return (self.body.clone(), Coding::Identity),
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        };
        let plain = self.body.clone();
        let coded = cell
            .get_or_init(|| async move {
                tokio::task::spawn_blocking(move || coding.apply(&plain)).await.unwrap_or_default()
            })
            .await;
        if coded.is_empty() { (self.body.clone(), Coding::Identity) } else { (coded.clone(), coding) }
    }
}

/// Returns whether a body is exactly one JSON value.
pub fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Returns whether a body that is not valid JSON throughout (`NaN`, too deeply nested) still shows the state of an
/// order: clients understand it, and a state that says "paid" must reach them.
fn is_order(body: &[u8]) -> bool {
    const MOST: usize = 1024 * 1024;
    let text = std::str::from_utf8(body).ok().filter(|text| text.len() <= MOST);
    // The order that was asked for does not matter here: an id that cannot be read does not hide the state either.
    let any = cr_core::order::OrderId::new("any");
    text.zip(any).is_some_and(|(text, any)| {
        text.trim_start().starts_with('{') && cr_core::wire::snapshot_of(&any, 200, text).is_ok()
    })
}

/// Returns whether the value is in whole seconds, or a date (RFC 9110 §10.2.3).
fn is_retry_after(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|text| {
        let seconds = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        seconds || httpdate::parse_http_date(text).is_ok()
    })
}

/// Returns what is passed on of an error's body. What is left out is not logged either, except for its length.
fn clean_error(status: StatusCode, body: &[u8]) -> Bytes {
    let relayed = relay::error(status.as_u16(), &String::from_utf8_lossy(body));
    if relayed.prose > 0 {
        info!(status = status.as_u16(), bytes = relayed.prose, "text of the supplier is not passed on");
    }
    Bytes::from(relayed.body)
}

/// Returns a success as it came, or a refusal that was sent with a success status, its details reduced.
fn clean_success(status: StatusCode, body: Bytes) -> Bytes {
    let text = if may_hold_details(&body) { std::str::from_utf8(&body).ok() } else { None };
    let reduced = text.and_then(|text| relay::refusal(status.as_u16(), text));
    reduced.map_or(body, Bytes::from)
}

/// Returns whether it is worth looking for the details of a refusal: in every short body, and in a long one that names
/// them.
fn may_hold_details(body: &[u8]) -> bool {
    const SHORT: usize = 64 * 1024;
    let is_name = |field: &[u8]| std::str::from_utf8(field).is_ok_and(|name| is_same_name(name, "more_details"));
    body.len() <= SHORT || body.split(|byte| *byte == b'"').any(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<String, Failure> {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer::new(status, &HeaderMap::new(), Bytes::from(body.to_owned()), Instant::now())?;
        Ok(String::from_utf8(answer.body.to_vec()).unwrap())
    }

    #[test]
    fn successes_pass_untouched_and_only_as_json() {
        let table = [
            (200, r#"{"coin_amount": 0.10000000000000000000001}"#, Ok(())),
            (201, "[]", Ok(())),
            (200, "", Err(Failure::BadBody)),
            (204, "", Err(Failure::BadBody)),
            (200, r#"{"a": 1"#, Err(Failure::BadBody)),
            (200, r#"{"a": 1} x"#, Err(Failure::BadBody)),
            (200, "<html>", Err(Failure::BadBody)),
            (200, r#"{"order_id": "abc", "order_state": "Done", "rate": NaN}"#, Ok(())),
            (200, r#"{"rate": NaN}"#, Err(Failure::BadBody)),
            (302, "{}", Err(Failure::Redirected)),
            (304, "", Err(Failure::Redirected)),
            (999, "{}", Err(Failure::BadBody)),
        ];
        for (status, body, expected) in table {
            assert_eq!(answer(status, body), expected.map(|()| body.to_owned()), "{status} {body}");
        }
    }

    #[test]
    fn x20_errors_keep_only_codes_and_ids() {
        let table = [
            ("<html><body>java.lang.NullPointerException</body></html>", r#"{"status":500,"detail":"UPSTREAM_ERROR"}"#),
            ("", r#"{"status":500,"detail":"UPSTREAM_ERROR"}"#),
            (
                r#"{"message":"at com.example.Orders(Orders.java:12)","detail":"java.lang.Error: db-7"}"#,
                r#"{"status":500,"detail":"UPSTREAM_ERROR"}"#,
            ),
            (
                r#"[{"problem":"OUT_OF_STOCK","moreDetails":"at com.example.Orders(Orders.java:12)"}]"#,
                r#"{"status":500,"detail":"OUT_OF_STOCK","problems":[{"problem":"OUT_OF_STOCK"}]}"#,
            ),
        ];
        for (body, expected) in table {
            assert_eq!(answer(500, body).unwrap(), expected, "{body}");
        }
        let broken =
            Answer::new(StatusCode::BAD_GATEWAY, &HeaderMap::new(), Bytes::from_static(b"\xff"), Instant::now());
        assert_eq!(broken.unwrap().body, r#"{"status":502,"detail":"UPSTREAM_ERROR"}"#);
    }

    #[test]
    fn a_refusal_that_is_told_with_200_keeps_all_but_its_details() {
        let refused = |details: &str, rest: &str| {
            let head = r#"{"coin_amount":0.10,"problems":[{"problem":"KYC_MISSING","moreDetails":"#;
            [head, details, r#"}],"rest":""#, rest, r#""}"#].concat()
        };
        for rest in ["x".to_owned(), "x".repeat(100_000)] {
            assert_eq!(answer(200, &refused(r#""at com.example.Kyc""#, &rest)).unwrap(), refused("null", &rest));
        }
        let order = r#"{"order_id": "abc", "order_state": "Done", "moreDetails": "as it is"}"#;
        assert_eq!(answer(200, order).unwrap(), order);
    }

    #[test]
    fn of_the_headers_a_readable_date_and_retry_after_survive() {
        for (retry_after, kept) in
            [("5", true), ("86400", true), ("Sun, 06 Nov 1994 08:49:37 GMT", true), ("soon", false), ("-1", false)]
        {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(retry_after))]);
            let answer = Answer::new(StatusCode::TOO_MANY_REQUESTS, &headers, Bytes::new(), Instant::now()).unwrap();
            assert_eq!(answer.retry_after.is_some(), kept, "{retry_after}");
        }
    }

    #[test]
    fn a_kept_answer_tells_the_suppliers_time_now() {
        let headers = HeaderMap::from_iter([(header::DATE, HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"))]);
        let read_at = Instant::now();
        let answer = Answer::new(StatusCode::OK, &headers, Bytes::from_static(b"{}"), read_at).unwrap();
        assert_eq!(answer.date(read_at + Duration::from_millis(2_900)).unwrap(), "Sun, 06 Nov 1994 08:49:39 GMT");
    }
}
