//! The seven shapes of a refusal, looked for in every body at every status (docs/supplier-api.md §4).

use super::{
    AnswerError, DecodeError,
    names::ORDER_ID_NAMES,
    node::{Node, is_same_name},
};
use crate::{
    json::{self, Value},
    problem::{Problem, ProblemCode, Refusal},
    text::cut,
};
use std::borrow::Cow;

/// The code of a problem whose own code could not be read.
pub(super) const UNREADABLE: &str = "UNREADABLE";

/// The fields in which a body names the code of its failure, in the order in which they are believed.
pub(super) const CODE_FIELDS: [&str; 5] = ["problem", "detail", "error_code", "error", "code"];

/// Fields that a success of some endpoint has, and no failure; the names of an order's id are some more.
const SUCCESS_FIELDS: [&str; 7] =
    ["order_state", "all_brands", "categories", "popular_brands", "coin_amount", "deliveries", "product_id"];

/// Reads a body as JSON and returns a refusal as an error. An unreadable body is a failure by its status, or
/// undecodable if the status says success.
pub(super) fn read(status: u16, body: &str) -> Result<Value, AnswerError> {
    let value = match parse(body) {
        Ok(value) => value,
        Err(error) if is_success(status) => return Err(error.into()),
        Err(_) => return Err(Refusal::Http { status }.into()),
    };
    match refusal(status, &value) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(value),
    }
}

/// Reads a body as JSON, whatever it says.
pub(super) fn parse(body: &str) -> Result<Value, DecodeError> {
    json::parse(&mended(body)).map_err(|_| not_json(body))
}

/// Returns the error for a body that is no JSON.
pub(super) fn not_json(body: &str) -> DecodeError {
    let start = body.trim_start();
    let reason = if start.is_empty() {
        "empty body"
    } else if start.starts_with('<') {
        "a web page instead of JSON"
    } else {
        "not JSON, or nested too deeply"
    };
    DecodeError { path: "$".to_owned(), reason: reason.to_owned() }
}

/// Returns whether a status promises a body that can be decoded.
pub(super) fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// Returns the refusal that a body holds, if it holds one.
pub(super) fn refusal(status: u16, body: &Value) -> Option<Refusal> {
    let problems = problems(status, Node::root(body, ""));
    if !problems.is_empty() {
        return Some(Refusal::Problems(fix_first(problems)));
    }
    if !is_success(status) || is_bare_message(body) {
        return Some(Refusal::Http { status });
    }
    None
}

/// Returns every problem that a body names, in any of the shapes.
pub(super) fn problems(status: u16, body: Node<'_>) -> Vec<Problem> {
    let listed = listed(body);
    if listed.is_empty() { single(status, body).into_iter().collect() } else { listed }
}

/// Returns the problems that a body lists (E1, E2, E3), or that stand where such a list would.
pub(super) fn listed(body: Node<'_>) -> Vec<Problem> {
    if body.value().is_array() {
        // This is E1. A list of other things (brands, products) holds no problem.
        return body.list().filter_map(|entry| named(entry).or_else(|| bare(entry))).collect();
    }
    let listed = body.get("problems");
    if listed.value().is_array() {
        // These are E2 and E3. An entry of such a list is a problem even if its code cannot be read.
        return listed
            .list()
            .map(|entry| named(entry).or_else(|| bare(entry)).unwrap_or_else(|| unreadable(entry)))
            .collect();
    }
    if listed.is_there() && !matches!(listed.value(), Value::Bool(false)) {
        return vec![named(listed).or_else(|| bare(listed)).unwrap_or_else(|| unreadable(listed))];
    }
    Vec::new()
}

/// Returns the one problem that a body itself is: E4, E5, E6, and a single problem that is not in a list.
fn single(status: u16, body: Node<'_>) -> Option<Problem> {
    CODE_FIELDS.into_iter().find_map(|name| {
        let code = body.get(name).opt_text().filter(|text| is_code(text))?;
        let is_bare = matches!(name, "error_code" | "code");
        let is_refusal = !is_bare || !is_success(status) || is_known(code) || is_told_beside(body);
        is_refusal.then(|| problem(code, body))
    })
}

/// Returns whether a code is one of the supplier's (docs/supplier-api.md §8).
fn is_known(code: &str) -> bool {
    ProblemCode::ALL.contains(&code)
}

/// Returns whether the words of a failure stand beside a code that could also be one of a success (`SUCCESS`), and no
/// object that could be the order.
fn is_told_beside(body: Node<'_>) -> bool {
    let fields = body.value().as_object();
    let holds_object = fields.iter().any(|(name, value)| value.is_object() && !is_same_name(name, "more_details"));
    !holds_object && ["problem", "detail", "error"].iter().any(|name| body.get(name).opt_text().is_some())
}

/// Reads a problem that is an object with its code.
fn named(entry: Node<'_>) -> Option<Problem> {
    if !entry.value().is_object() {
        return None;
    }
    let name = entry.get("problem");
    let told = name.is_there();
    let code = ["problem", "code", "detail", "error"].into_iter().find_map(|name| {
        let code = entry.get(name).opt_text().filter(|text| is_code(text))?.to_owned();
        // Outside a `problem` these fields mean other things in other objects (the `code` of a country).
        (told || name == "problem" || code.contains('_')).then_some(code)
    });
    match code {
        Some(code) => Some(problem(&code, entry)),
        None => told.then(|| unreadable(entry)),
    }
}

/// Reads a problem that is its code alone.
fn bare(entry: Node<'_>) -> Option<Problem> {
    let code = entry.opt_text().filter(|text| is_code(text) && text.contains('_'))?;
    Some(Problem { code: ProblemCode::from_wire(code), details: None })
}

fn unreadable(entry: Node<'_>) -> Problem {
    problem(UNREADABLE, entry)
}

fn problem(code: &str, holder: Node<'_>) -> Problem {
    let details = holder.get("more_details");
    Problem { code: ProblemCode::from_wire(code), details: details.is_there().then(|| details.value().clone()) }
}

/// The proxy's code for an answer of the supplier that says nothing (docs/proxy-contract.md): it names no reason.
pub(super) const SAYS_NOTHING: &str = "UPSTREAM_ERROR";

/// Returns whether a text is a code that names a reason: 3 to 80 upper-case letters, digits and `_`, a letter first.
/// Every other text is prose, and so is `UPSTREAM_ERROR`, by which a proxy says that the supplier gave no reason.
///
/// ```
/// use cr_core::wire::is_code;
///
/// assert!(is_code("OUT_OF_STOCK") && is_code("BUSY"));
/// for prose in ["Out of stock", "out_of_stock", "NO", "UPSTREAM_ERROR"] {
///     assert!(!is_code(prose));
/// }
/// ```
pub fn is_code(text: &str) -> bool {
    text != SAYS_NOTHING
        && (3..=80).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Sorts problems into the order in which they are best fixed (item, beneficiary, payment, limits), each code once.
fn fix_first(problems: Vec<Problem>) -> Vec<Problem> {
    let mut sorted: Vec<Problem> = Vec::new();
    for problem in problems {
        if sorted.iter().all(|known| known.code != problem.code) {
            let later = sorted.iter().position(|known| known.code.remedy() > problem.code.remedy());
            sorted.insert(later.unwrap_or(sorted.len()), problem);
        }
    }
    sorted
}

/// Returns whether the body is E6 in prose: an object that reports a failure and holds nothing of a success.
fn is_bare_message(body: &Value) -> bool {
    let node = Node::root(body, "");
    body.is_object()
        && ["message", "error", "error_code", "detail"].into_iter().any(|name| node.get(name).is_there())
        && !SUCCESS_FIELDS.iter().chain(&ORDER_ID_NAMES).any(|name| node.get(name).is_there())
}

/// Returns a body whose escaped lone surrogates (half of a character, such as `\ud800`) are replaced, so that one
/// broken name does not lose the whole body.
pub(super) fn mended(body: &str) -> Cow<'_, str> {
    if !body.split('\\').skip(1).any(|escape| escape.starts_with("ud") || escape.starts_with("uD")) {
        return Cow::Borrowed(body);
    }
    let mut mended = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = cut(rest, at);
        mended.push_str(before);
        let taken = match (surrogate(escape), surrogate(escape.get(6..).unwrap_or_default())) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
            (Some(_), _) => {
                mended.push_str("\\ufffd");
                rest = cut(escape, 6).1;
                continue;
            }
            // This skips the backslash and the character that it escapes, which may be a backslash.
            (None, _) => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (kept, after) = cut(escape, taken);
        mended.push_str(kept);
        rest = after;
    }
    mended.push_str(rest);
    Cow::Owned(mended)
}

/// Returns the surrogate that an escape at the beginning of `text` stands for.
fn surrogate(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok().filter(|unit| (0xD800..0xE000).contains(unit) && !digits.starts_with('+'))
}
