//! What a delivered line carries (docs/supplier-api.md §7): codes, links, eSIM activation texts, or nothing inline.

use super::node::Node;
use crate::{
    json::Value,
    order::Goods,
    text::{Rich, plain, rich, safe_link},
};

/// The spellings of the main secret: a text, or a list of texts.
const CODES: [&str; 4] = ["pin_code", "voucher_code", "code", "pin"];
/// The spellings of a link to redeem at.
const LINKS: [&str; 2] = ["redemption_url", "url"];

/// Returns what is in the line itself; an empty list when everything was mailed or credited.
pub(super) fn inline(line: &Node<'_>) -> Vec<Goods> {
    let mut goods: Vec<Goods> = Vec::new();
    let mut add = |carried: Goods| {
        if !goods.contains(&carried) {
            goods.push(carried);
        }
    };
    for name in CODES {
        each(&line.get(name), &mut |code| add(carried(code)));
    }
    for name in LINKS {
        each(&line.get(name), &mut |link| {
            if let Some(link) = safe_link(link) {
                add(Goods::Link(link.to_owned()));
            }
        });
    }
    goods
}

/// Calls `take` with every code or link of a field that may be one text, or a list of texts. An element may be an
/// object that holds its code under one of the spellings, else as its `value`, unless that is money.
fn each(node: &Node<'_>, take: &mut dyn FnMut(&str)) {
    if let Some(text) = node.opt_digits() {
        take(text);
    }
    for element in node.list() {
        each(&element, take);
    }
    if node.value().is_object() {
        let mut has_code = false;
        for name in CODES.iter().chain(&LINKS) {
            each(&node.get(name), &mut |text| {
                has_code = true;
                take(text);
            });
        }
        let value = node.get("value");
        if !has_code && !node.any(&["currency", "currency_code"]).is_there() && value.opt_text().is_some() {
            each(&value, take);
        }
    }
}

/// Returns whether the line holds a code in a form that cannot be read, so that the goods cannot be said to be
/// elsewhere.
pub(super) fn is_unread(line: &Node<'_>) -> bool {
    fn holds_something(node: &Node<'_>) -> bool {
        match node.value() {
            Value::Null | Value::Bool(false) => false,
            Value::Bool(true) | Value::Number(_) => true,
            Value::String(_) => node.opt_text().is_some(),
            Value::Array(_) => node.list().any(|element| holds_something(&element)),
            Value::Object(_) => node.fields().any(|field| holds_something(&field)),
        }
    }
    CODES.iter().any(|name| {
        let node = line.get(name);
        let mut is_read = false;
        each(&node, &mut |_| is_read = true);
        !is_read && holds_something(&node)
    })
}

/// Returns a serial number or the like, of the line and of each of its codes that is an object; several are joined by
/// line breaks.
pub(super) fn lines_of(line: &Node<'_>, names: &[&str]) -> Option<String> {
    fn collect(node: &Node<'_>, names: &[&str], to: &mut Vec<String>) {
        for element in node.list() {
            collect(&element, names, to);
        }
        if node.value().is_object() {
            each(&node.any(names), &mut |text| to.push(text.to_owned()));
            for name in CODES {
                collect(&node.get(name), names, to);
            }
        }
    }
    let (mut lines, mut of_codes) = (Vec::new(), Vec::new());
    each(&line.any(names), &mut |text| lines.push(text.to_owned()));
    for name in CODES {
        collect(&line.get(name), names, &mut of_codes);
    }
    // A text that the line itself holds is not repeated.
    of_codes.retain(|text| !lines.contains(text));
    lines.append(&mut of_codes);
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Tells a code from a link and from the activation text of an eSIM.
fn carried(secret: &str) -> Goods {
    let bare = secret.trim();
    if bare.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("LPA:")) {
        return Goods::Esim { lpa: bare.to_owned(), valid: is_lpa(bare) };
    }
    match safe_link(bare) {
        Some(link) => Goods::Link(link.to_owned()),
        // A link that may not be opened still belongs to the shopper: it is shown as text.
        None => Goods::Code(secret.to_owned()),
    }
}

/// Returns whether the text is an activation text of GSMA SGP.22 §4.1 with a server and a matching id:
/// `LPA:1$server$id`, which the server's OID and a flag for a confirmation code may follow.
fn is_lpa(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("LPA:1$") else { return false };
    let parts: Vec<&str> = rest.split('$').collect();
    let (server, id) = match parts.as_slice() {
        [server, id] | [server, id, _] | [server, id, _, "" | "1"] => (*server, *id),
        _ => return false,
    };
    let is_name = |part: &str, extra: &[u8]| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || extra.contains(&byte))
    };
    is_name(server, b".-:") && server.contains('.') && is_name(id, b"-_") && text.len() <= 255
}

/// Returns what stands for a delivered line that holds no goods: they were credited to the phone, or sent by mail.
pub(super) fn elsewhere(line: &Node<'_>, account: Option<&str>) -> Option<Goods> {
    match (line.get("delivery_type").opt_text(), account) {
        (Some("by_phone"), _) => Some(Goods::Credited),
        (Some("by_email"), _) => Some(Goods::SentByEmail),
        (_, Some(account)) if account.starts_with('+') => Some(Goods::Credited),
        (_, Some(account)) if account.contains('@') => Some(Goods::SentByEmail),
        _ => None,
    }
}

/// Returns how to redeem, from every field that says so, each text once.
pub(super) fn instructions(line: &Node<'_>) -> Vec<Rich> {
    let mut texts: Vec<&str> = Vec::new();
    let mut nodes = Vec::new();
    for name in ["redeem_instructions", "how_to_redeem", "pin_usage_instructions"] {
        if let Some(text) = line.get(name).opt_text()
            && !texts.contains(&text)
        {
            texts.push(text);
            nodes.extend(rich(text));
        }
    }
    nodes
}

/// Returns why the line failed, as one line of text.
pub(super) fn failure(delivery: &Node<'_>, line: &Node<'_>) -> Option<String> {
    [line, delivery]
        .into_iter()
        .flat_map(|node| {
            ["failure_reason", "error_description"].into_iter().filter_map(|name| node.get(name).opt_text())
        })
        .map(|text| plain(&rich(text)))
        .find(|text| !text.is_empty())
}
