//! The verdict on a create (docs/supplier-api.md §4): whether its answer means that there is an order, that there is
//! none, or nothing that can be relied on.
//!
//! The checkout and the proxy use the same function, since both repeat or give up a purchase by it.

use super::{
    AnswerError,
    envelope::{UNREADABLE, is_success},
    order, told_id,
};
use crate::{
    order::Order,
    problem::{Problem, Refusal},
};

/// Who gave the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnsweredBy {
    /// The supplier gave it: the proxy reads such answers.
    Supplier,
    /// The proxy gave it, for the supplier or for itself: the checkout reads such answers.
    Proxy,
}

/// What the answer to a create says about the order.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// There is an order, and this is it.
    Made(Box<Order>),
    /// There is no order, for these reasons: at least one of them is named by a code.
    Refused(Vec<Problem>),
    /// There may be an order: the answer has an id, and no order beside it that could be read.
    Named,
    /// There may be an order: the answer says nothing that could be understood.
    Unknown,
}

/// The statuses at which the supplier's code means that no order was made. At any other status of a failure an order
/// may exist.
const NOT_MADE: [u16; 5] = [400, 401, 403, 404, 422];

/// The proxy's codes for a request that it has not sent, at statuses that otherwise say nothing
/// (docs/proxy-contract.md).
const NOT_SENT: [(u16, &str); 3] = [(408, "BODY_TOO_SLOW"), (413, "BODY_TOO_LARGE"), (415, "CONTENT_TYPE_NOT_JSON")];

/// Judges the answer to a create by its status and its body.
///
/// Only a code is a refusal, and only at a status which means that nothing was made: a router's page says nothing of
/// what happened behind it. What cannot be understood may hold an order.
///
/// ```
/// use cr_core::wire::{AnsweredBy, Verdict, create};
///
/// let verdict = |status, body| create(AnsweredBy::Supplier, status, body);
/// assert!(matches!(verdict(422, r#"{"detail": "OUT_OF_STOCK"}"#), Verdict::Refused(_)));
/// assert_eq!(verdict(404, r#"{"message": "no Route matched"}"#), Verdict::Unknown);
/// assert_eq!(verdict(503, r#"{"detail": "OUT_OF_STOCK"}"#), Verdict::Unknown);
/// ```
pub fn create(by: AnsweredBy, status: u16, body: &str) -> Verdict {
    let is_answer = is_success(status) || NOT_MADE.contains(&status);
    let is_not_sent = |code: &str| by == AnsweredBy::Proxy && NOT_SENT.contains(&(status, code));
    match order(status, body) {
        Ok(order) if is_success(status) => Verdict::Made(Box::new(order)),
        Err(AnswerError::Refused(Refusal::Problems(problems)))
            if problems
                .iter()
                .map(|problem| problem.code.as_str())
                .any(|code| if is_answer { code != UNREADABLE } else { is_not_sent(code) }) =>
        {
            Verdict::Refused(problems)
        }
        Err(AnswerError::Undecodable(_)) if is_answer && told_id(body).is_some() => Verdict::Named,
        Err(AnswerError::Refused(_)) if is_success(status) && told_id(body).is_some() => Verdict::Named,
        Ok(_) | Err(AnswerError::Refused(_) | AnswerError::Undecodable(_)) => Verdict::Unknown,
    }
}
