//! What the answer to a read of an order says, and what a ping says.
//!
//! Routers, gateways and bot challenges answer in the name of the proxy, and in that of the supplier. Only what supplier or proxy
//! say in so many words ends or bars the following of an order ([`ending`]); anything else that is no order is a lost connection.

use core::time::Duration;

use super::snapshot;
use crate::{
    json::{self, Value},
    order::Order,
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

/// The closed list of docs/proxy-contract.md: status, code, and what it means.
const ENDINGS: [(u16, &str, Ending); 7] = [
    (404, "ORDER_NOT_FOUND", Ending::NotFound),
    (404, "NOT_FOUND", Ending::NotFound),
    (410, "ORDER_NOT_FOUND", Ending::NotFound),
    (410, "NOT_FOUND", Ending::NotFound),
    (401, "UNAUTHORIZED", Ending::Forbidden),
    (403, "FORBIDDEN", Ending::Forbidden),
    (403, "ORIGIN_NOT_ALLOWED", Ending::Forbidden),
];

/// Whether an answer to a read, or to a subscribe, ends or bars the following of the order: a JSON object whose `status` is the
/// HTTP status, as a number or a text, and whose `detail` is a code of the closed list for that status. Prose, HTML,
/// `UPSTREAM_ERROR` and a code that stands elsewhere end nothing.
pub fn ending(status: u16, body: &str) -> Option<Ending> {
    // Most answers are orders: no need to look into them.
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

/// The order that an answer to a read holds, or why it is none. `retry_after` is what the answer's header says.
///
/// # Errors
/// What the tracker makes of any other answer; those of no server at all are [`PollFailure::Unreachable`] too.
pub fn read(status: u16, body: &str, retry_after: Option<Duration>) -> Result<Box<Order>, PollFailure> {
    match ending(status, body) {
        Some(Ending::NotFound) => return Err(PollFailure::NotFound),
        Some(Ending::Forbidden) => return Err(PollFailure::Forbidden),
        None => {}
    }
    match status {
        429 => Err(PollFailure::TooMany(retry_after)),
        200..300 => snapshot(status, body).map(Box::new).map_err(|_| PollFailure::Undecodable),
        _ => Err(PollFailure::Unreachable),
    }
}

/// How long ago supplier or read last spoke of the order to the proxy, by the data of a ping: `{"confirmed_ms": N}`, whole
/// milliseconds. `None` for any other data: such a ping vouches for nothing.
pub fn confirmed(ping: &str) -> Option<Duration> {
    let data = json::parse(ping).ok()?;
    let millis = data.get("confirmed_ms").and_then(Value::as_number)?;
    millis.parse().ok().map(Duration::from_millis)
}
