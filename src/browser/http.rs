//! Calls to the proxy by `fetch`: a deadline, a cap on the body, an abort on drop, no redirects, no referrer.

use core::time::Duration;

use cr_core::time::Timestamp;
use gloo_net::http::{Headers, Method, RequestBuilder, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect,
};

use super::{clock::BrowserClock, request_limit};
use crate::app::ports::{Answer, Api, Clock, Guard, Local, NoAnswer};

/// The deadline of a read.
const READ_DEADLINE: Duration = Duration::from_secs(15);
/// The deadline of a validation or create.
const WRITE_DEADLINE: Duration = Duration::from_secs(30);
/// The longest wait a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

const MIB: usize = 1024 * 1024;

/// The API of the proxy below one base URL.
#[derive(Clone, Debug)]
pub struct ProxyApi {
    base: String,
    include_credentials: bool,
}

impl ProxyApi {
    /// Makes calls to `base` (no trailing slash). With `include_credentials`, cookies are sent to another origin too.
    pub fn new(base: &str, include_credentials: bool) -> Self {
        Self { base: base.to_owned(), include_credentials }
    }

    fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        key: Option<String>,
    ) -> Local<Result<Answer, NoAnswer>> {
        let is_read = body.is_none();
        let request = RequestBuilder::new(&format!("{}{path}", self.base))
            .method(method)
            .header("Accept", "application/json")
            .credentials(if self.include_credentials {
                RequestCredentials::Include
            } else {
                RequestCredentials::SameOrigin
            })
            .cache(if is_order(path) { RequestCache::NoStore } else { RequestCache::Default })
            .redirect(RequestRedirect::Error)
            .referrer_policy(ReferrerPolicy::NoReferrer);
        let request = match key {
            Some(key) => request.header("Idempotency-Key", &key),
            None => request,
        };
        let cap = body_cap(path);
        let deadline = if is_read { READ_DEADLINE } else { WRITE_DEADLINE };
        let permit = request_limit::enter(is_order(path));
        Box::pin(async move {
            permit.granted().await;
            let call = Call::start(deadline).ok_or(NoAnswer)?;
            let request = request.abort_signal(Some(&call.controller.signal()));
            let request = match body {
                Some(body) => request.header("Content-Type", "application/json").body(body),
                None => request.build(),
            }
            .map_err(|_| NoAnswer)?;
            let response = request.send().await.map_err(|_| NoAnswer)?;
            let answer = read(&response, cap).await;
            drop(call);
            drop(permit);
            answer
        })
    }
}

impl Api for ProxyApi {
    fn get(&self, path: String) -> Local<Result<Answer, NoAnswer>> {
        self.call(Method::GET, &path, None, None)
    }

    fn post(&self, path: String, body: String, key: Option<String>) -> Local<Result<Answer, NoAnswer>> {
        self.call(Method::POST, &path, Some(body), key)
    }
}

/// Returns whether a path is about an order, which is read past the cache, and before anything else.
fn is_order(path: &str) -> bool {
    path.starts_with("/v5/orders")
}

/// Returns the longest body to accept, in bytes, as docs/proxy-contract.md limits it.
fn body_cap(path: &str) -> usize {
    if path.starts_with("/v2/brands") {
        32 * MIB
    } else if path.starts_with("/v5/products") {
        4 * MIB
    } else {
        MIB
    }
}

/// A request that is under way. Dropping it aborts the request, unless it has ended.
struct Call {
    controller: AbortController,
    _deadline: Box<dyn Guard>,
}

impl Call {
    fn start(deadline: Duration) -> Option<Self> {
        let controller = AbortController::new().ok()?;
        let late = controller.clone();
        let deadline = BrowserClock.after(deadline, Box::new(move || late.abort()));
        Some(Self { controller, _deadline: deadline })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

async fn read(response: &Response, cap: usize) -> Result<Answer, NoAnswer> {
    let headers = response.headers();
    let date = headers.get("Date").and_then(|date| http_date(&date));
    Ok(Answer {
        status: response.status(),
        date,
        age: headers.get("Age").and_then(|value| age(&value)),
        retry_after: headers.get("Retry-After").and_then(|value| retry_after(&value, date)),
        idempotent: announces_idempotency(&headers),
        body: read_body(response, cap).await?,
    })
}

fn announces_idempotency(headers: &Headers) -> bool {
    headers
        .get("X-Cr-Proxy")
        .is_some_and(|value| value.split([',', ' ']).any(|word| word.eq_ignore_ascii_case("idempotency")))
}

/// Reads the body as text, chunk by chunk, so that a body that is longer than `cap` is never held in memory.
async fn read_body(response: &Response, cap: usize) -> Result<String, NoAnswer> {
    let Some(stream) = response.body() else { return Ok(String::new()) };
    let reader = ReadableStreamDefaultReader::new(&stream).map_err(|_| NoAnswer)?;
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(|_| NoAnswer)?;
        let chunk: &JsValue = chunk.as_ref();
        let Ok(value) = js_sys::Reflect::get(chunk, &"value".into()) else { return Err(NoAnswer) };
        let Ok(value) = value.dyn_into::<js_sys::Uint8Array>() else { break };
        let start = bytes.len();
        let length = usize::try_from(value.length()).map_err(|_| NoAnswer)?;
        if start.saturating_add(length) > cap {
            return Err(NoAnswer);
        }
        bytes.resize(start + length, 0);
        value.copy_to(&mut bytes[start..]);
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Reads an HTTP date (RFC 9110 §5.6.7) by the browser.
#[expect(clippy::cast_possible_truncation, reason = "dates are far below 2^53 ms; NaN is excluded before")]
fn http_date(text: &str) -> Option<Timestamp> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then(|| Timestamp::from_millis(millis as i64))
}

/// Reads `Age` (RFC 9111 §5.1), which is in whole seconds. Of a list the first value counts; anything else is treated
/// as absent.
fn age(text: &str) -> Option<Duration> {
    let seconds = text.split(',').next().unwrap_or_default().trim();
    let is_number = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Duration::from_secs(seconds.parse().unwrap_or(u64::MAX)))
}

/// Reads `Retry-After` (RFC 9110 §10.2.3), which is in seconds or a date, and clamps it to a minute. Anything else is
/// treated as absent.
fn retry_after(text: &str, now: Option<Timestamp>) -> Option<Duration> {
    let text = text.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        http_date(text)?.since(now.unwrap_or_else(|| BrowserClock.wall()))
    };
    Some(wait.min(LONGEST_WAIT))
}
