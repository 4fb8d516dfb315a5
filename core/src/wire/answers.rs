//! What the answer to a read of an order means, and what a ping means.
//!
//! Routers, gateways and bot challenges answer in place of the proxy, and in place of the supplier. Only an answer with
//! a code of a closed list ends or bars the following of an order ([`ending`]); any other answer that is no order is a
//! lost connection.

use core::time::Duration;

use super::snapshot_of;
use crate::{
    json::{self, Value},
    order::{Order, OrderId},
    tracking::PollFailure,
};

/// How an answer ends the following of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// There is no such order.
    NotFound,
    /// The order may not be read.
    Forbidden,
}

/// The closed list of docs/proxy-contract.md: the status, the code, and what they mean.
const ENDINGS: [(u16, &str, Ending); 7] = [
    (404, "ORDER_NOT_FOUND", Ending::NotFound),
    (404, "NOT_FOUND", Ending::NotFound),
    (410, "ORDER_NOT_FOUND", Ending::NotFound),
    (410, "NOT_FOUND", Ending::NotFound),
    (401, "UNAUTHORIZED", Ending::Forbidden),
    (403, "FORBIDDEN", Ending::Forbidden),
    (403, "ORIGIN_NOT_ALLOWED", Ending::Forbidden),
];

/// Returns how an answer to a read or to a subscribe ends or bars the following of the order; `None` for any other
/// answer. Such an answer is a JSON object whose `status` is the HTTP status, as a number or a text, and whose `detail`
/// is a code of the closed list for that status. Prose, HTML, `UPSTREAM_ERROR` and a code in another field end nothing.
///
/// ```
/// use cr_core::wire::{Ending, ending};
///
/// for (status, body, end) in [
///     (404, r#"{"status": 404, "detail": "ORDER_NOT_FOUND"}"#, Some(Ending::NotFound)),
///     (404, "<html>Not Found</html>", None),
///     (502, r#"{"status": 502, "detail": "UPSTREAM_ERROR"}"#, None),
/// ] {
///     assert_eq!(ending(status, body), end);
/// }
/// ```
pub fn ending(status: u16, body: &str) -> Option<Ending> {
    // Most answers are orders, which are not parsed here.
    if !ENDINGS.iter().any(|(known, ..)| *known == status) {
        return None;
    }
    let body = json::parse(body).ok()?;
    let told = body.get("status")?;
    if told.as_number().or_else(|| told.as_str())? != status.to_string() {
        return None;
    }
    let detail = body.get("detail")?.as_str()?;
    ENDINGS.iter().find(|(known, code, _)| (*known, *code) == (status, detail)).map(|(.., ending)| *ending)
}

/// What the answer to a read of the order `asked` holds, or why it is no order. `retry_after` is what the answer's header says.
///
/// # Errors
/// What the tracker makes of any other answer; those of no server at all are [`PollFailure::Unreachable`] too.
pub fn read(
    asked: &OrderId,
    status: u16,
    body: &str,
    retry_after: Option<Duration>,
) -> Result<Box<Order>, PollFailure> {
    match ending(status, body) {
        Some(Ending::NotFound) => return Err(PollFailure::NotFound),
        Some(Ending::Forbidden) => return Err(PollFailure::Forbidden),
        None => {}
    }
    match status {
        429 => Err(PollFailure::TooMany(retry_after)),
        200..300 => snapshot_of(asked, status, body).map(Box::new).map_err(|_| PollFailure::Undecodable),
        _ => Err(PollFailure::Unreachable),
    }
}

/// Returns how long ago the proxy last heard of the order, by the data of a ping: `{"confirmed_ms": N}`, in whole
/// milliseconds. `None` for any other data: such a ping vouches for nothing.
///
/// ```
/// use core::time::Duration;
/// use cr_core::wire::confirmed;
///
/// for (ping, age) in [(r#"{"confirmed_ms": 1500}"#, Some(Duration::from_millis(1500))), ("", None), ("{}", None)] {
///     assert_eq!(confirmed(ping), age);
/// }
/// ```
pub fn confirmed(ping: &str) -> Option<Duration> {
    let data = json::parse(ping).ok()?;
    let millis = data.get("confirmed_ms").and_then(Value::as_number)?;
    millis.parse().ok().map(Duration::from_millis)
}
