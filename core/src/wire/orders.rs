//! The order object (docs/supplier-api.md §5.10): the same in the answer to a create, in the answer to a read and in an
//! event of its stream.

use super::{
    AnswerError, DecodeError, envelope, goods,
    names::{MEMO_NAMES, ORDER_ID_NAMES, STATE_NAMES},
    node::{Node, is_same_name},
    products::RANGE,
};
use crate::{
    chain::{is_same_address, same_coin, same_network},
    json::{self, Value},
    money::{CoinAmount, Currency, FaceValue},
    order::{Delivery, DeliveryStatus, Field, MemoDoubt, Order, OrderId, OrderState, PaymentState, Unread},
    text::{clean, holds, rich},
};

/// Fields that an order has, and no failure.
const TOLD_BY_ORDERS: [&str; 7] = [
    "payment_state",
    "coin_amount",
    "sent_coin_amount",
    "wallet_address",
    "payment_requested_at",
    "payment",
    "deliveries",
];
/// The state of an order whose state has a form that is not known.
const UNREADABLE_STATE: &str = "Unreadable";
/// The fields that say as text where and how to pay.
const TEXTS: [(&str, Field); 5] = [
    ("coin", Field::Coin),
    ("network", Field::Network),
    ("wallet_address", Field::Address),
    ("qr_text", Field::Other),
    ("payment_method", Field::Other),
];
/// The fields that are points in time.
const TIMES: [&str; 3] = ["created_at", "updated_at", "payment_requested_at"];

/// Decodes an order, from a create, a read or an event of its stream (§5.10), flat or nested, with the older aliases.
///
/// Its state is believed even where a field beside it cannot be read: such fields are noted in [`Order::unread`], and
/// the order is then not payable.
///
/// # Errors
/// [`AnswerError`] where the body is no order, or has no id that can be read, or no state at all. A body with both an
/// order id and problems is a [`DecodeError`] at `problems` (the order may exist); [`snapshot`] takes it.
pub fn order(status: u16, body: &str) -> Result<Order, AnswerError> {
    decode(status, body, false, None)
}

/// Decodes an order that is known to exist, from a read or an event of its stream, as [`order()`] does, except that
/// neither problems beside its state nor a field that is no JSON (`NaN`, `.5`, a bad escape) or nested too deeply hide
/// the state. They make the order unpayable. An order without a state that can be read is in an unknown state.
///
/// # Errors
/// [`AnswerError`] as for [`order()`].
pub fn snapshot(status: u16, body: &str) -> Result<Order, AnswerError> {
    decode(status, body, envelope::is_success(status), None)
}

/// As [`snapshot`], for the order that was `asked` for: by a read of it, or by its stream. Where its state can be read
/// and the id in it cannot (another form than a text, no JSON, none beside the fields of an order), it is the order asked
/// for, and not payable. One that can be read counts, whichever it is; a number is one only where the id asked for is
/// made of digits.
///
/// # Errors
/// [`AnswerError`], as [`order()`].
pub fn snapshot_of(asked: &OrderId, status: u16, body: &str) -> Result<Order, AnswerError> {
    decode(status, body, envelope::is_success(status), Some(asked))
}

fn decode(status: u16, body: &str, exists: bool, asked: Option<&OrderId>) -> Result<Order, AnswerError> {
    // Looked at before the refusal: an id beside problems means that there may be an order to lose.
    let parsed = envelope::parse(body);
    let value = match parsed.or_else(|error| if exists { field_by_field(body).ok_or(error) } else { Err(error) }) {
        Ok(value) => value,
        Err(error) if envelope::is_success(status) => return Err(error.into()),
        Err(_) => return Err(crate::problem::Refusal::Http { status }.into()),
    };
    let root = Node::root(&value, "");
    let is_told = exists && TOLD_BY_ORDERS.iter().any(|name| root.get(name).is_there());
    // An order that exists has a state, whether the body holds it or not.
    let is_stateful = is_told || exists && root.get("order_id").is_there();
    // A body that may be any failure's is not taken for the order.
    let asked = asked.filter(|_| is_stateful);
    let has_id = asked.is_some() || id_in(&root).is_some();
    let has_order = value.is_object() && has_id && (is_told || !is_failure_id(&root));
    if has_order && !envelope::problems(status, root).is_empty() {
        if is_told || exists && root.any(&STATE_NAMES).opt_text().is_some() {
            let mut order = read(&root, is_stateful, asked)?;
            order.unread.note(Field::Other);
            return Ok(order);
        }
        return Err(root.get("problems").error("problems beside an order id: the order may exist").into());
    }
    match envelope::refusal(status, &value) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(read(&root, is_stateful, asked)?),
    }
}

/// Returns the fields of an object, each read by itself, wherever one ends and the next begins. A field that cannot be
/// read is `false`, which is a value of none of an order's fields. `None` where the object does not end.
fn field_by_field(body: &str) -> Option<Value> {
    let body = envelope::mended(body);
    let inside = body.trim().strip_prefix('{')?;
    let (mut fields, mut start, mut colon) = (Vec::new(), 0, None);
    // The brackets that close what is open.
    let mut open = vec![b'}'];
    let (mut is_text, mut is_escaped) = (false, false);
    for (at, byte) in inside.bytes().enumerate() {
        if is_text {
            is_text = is_escaped || byte != b'"';
            is_escaped = byte == b'\\' && !is_escaped;
            continue;
        }
        match byte {
            b'"' => is_text = true,
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b']' if open.last() == Some(&byte) => drop(open.pop()),
            // This closes an array that was left open in the object, too.
            b'}' => while open.pop().is_some_and(|close| close != byte) {},
            b':' if open.len() == 1 => colon = colon.or(Some(at)),
            _ => {}
        }
        if open.is_empty() || byte == b',' && open.len() == 1 {
            let (name, value) = match colon.take() {
                Some(colon) => (inside.get(start..colon)?, inside.get(colon + 1..at)?),
                None => (inside.get(start..at)?, ""),
            };
            start = at + 1;
            if !name.trim().is_empty() {
                // A name that cannot be read may be that of any field: it counts as a field that must be readable,
                // whatever its value.
                let name = json::parse(name).ok().and_then(|name| name.as_str().map(str::to_owned));
                let value = if name.is_some() { json::parse(value).ok() } else { None };
                fields.push((name.unwrap_or_else(|| "qr_text".to_owned()), value.unwrap_or(Value::Bool(false))));
            }
        }
        if open.is_empty() {
            return inside.get(start..)?.trim().is_empty().then_some(Value::Object(fields));
        }
    }
    None
}

/// Returns the order's id as a body holds it, under any of its names, whether or not an order can have it; `None` where
/// no name has a text or a number. A log takes its [`reference`](crate::order::reference()).
///
/// ```
/// use cr_core::wire::told_id;
///
/// assert_eq!(told_id(r#"{"orderId": "a1", "id": 17}"#).as_deref(), Some("a1"));
/// assert_eq!(told_id(r#"{"id": 17}"#).as_deref(), Some("17"));
/// assert_eq!(told_id("<html>"), None);
/// ```
pub fn told_id(body: &str) -> Option<String> {
    let value = envelope::parse(body).ok()?;
    id_in(&Node::root(&value, "")).map(str::to_owned)
}

/// Returns the first id that is a text or a number.
fn id_in<'a>(root: &'a Node<'_>) -> Option<&'a str> {
    ORDER_ID_NAMES.iter().find_map(|name| root.get(name).opt_digits())
}

/// Returns whether a failure may hold an order, by its id: it has a name that only orders have, or stands beside the
/// state of an order.
pub(super) fn may_hold_order(root: &Node<'_>) -> bool {
    id_in(root).is_some() && !is_failure_id(root)
}

/// Returns whether an `id` belongs to the failure itself, as some gateways number theirs: an order has a state.
fn is_failure_id(root: &Node<'_>) -> bool {
    !root.any(&ORDER_ID_NAMES[..2]).is_there() && root.any(&STATE_NAMES).value().as_str().is_none()
}

/// Returns the order's state. One in an unknown form is an unknown state; so is an absent one, where it is sure that
/// the order has a state. An empty text counts as absent, and so does the number of an HTTP status.
fn state(root: &Node<'_>, is_stateful: bool) -> Result<OrderState, DecodeError> {
    let state = root.any(&STATE_NAMES);
    let is_status = state.value().as_number().is_some() && !root.any(&STATE_NAMES[..2]).is_there();
    match state.opt_text() {
        Some(word) => Ok(OrderState::from_wire(word)),
        None if is_stateful || state.is_no_text() && !is_status && root.get("order_id").is_there() => {
            Ok(OrderState::Unknown(UNREADABLE_STATE.to_owned()))
        }
        None => Err(state.expected("a text")),
    }
}

/// The id, and whether one is there that cannot be read, or is missing beside an order of which it is known.
fn identity(root: &Node<'_>, asked: Option<&OrderId>) -> Result<(OrderId, bool), DecodeError> {
    let first = root.any(&ORDER_ID_NAMES);
    let Some(asked) = asked else {
        // What stands under the first name must be the id: another name may hold another id.
        return Ok((id_of(&first, first.opt_digits().ok_or_else(|| first.expected("a text"))?)?, false));
    };
    let has_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_id = |node: &Node<'_>| match node.value() {
        Value::Number(number) => has_digits(number) && has_digits(asked.expose()),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
            node.opt_text().is_some()
        }
    };
    let Some(told) = ORDER_ID_NAMES.iter().map(|name| root.get(name)).find(is_id) else {
        // What names neither the order nor its state is no order.
        return match root.any(&STATE_NAMES).opt_text() {
            Some(_) => Ok((asked.clone(), true)),
            None => Err(first.expected("a text")),
        };
    };
    // What stands before it under another name could not be read.
    Ok((id_of(&told, told.opt_digits().unwrap_or_default())?, !is_id(&first)))
}

fn id_of(node: &Node<'_>, text: &str) -> Result<OrderId, DecodeError> {
    OrderId::new(text).ok_or_else(|| node.error("not an id that can stand in a path"))
}

fn read(root: &Node<'_>, is_stateful: bool, asked: Option<&OrderId>) -> Result<Order, DecodeError> {
    if !root.value().is_object() {
        return Err(root.expected("an order"));
    }
    // The payment's fields are at the top level; older bodies have them under `payment`.
    let payment = root.get("payment");
    let pay = |name: &'static str| -> Node<'_> {
        let top = root.get(name);
        Node::root(if top.is_there() { top.value() } else { payment.get(name).value() }, name)
    };
    let (id, is_unread_id) = identity(root, asked)?;
    let state = state(root, is_stateful)?;
    let mut unread = Unread::NOTHING;
    let mut note = |field: Field, is_unread: bool| {
        if is_unread {
            unread.note(field);
        }
    };
    note(Field::Other, is_unread_id);
    let text = |node: Node<'_>| node.opt_text().map(str::to_owned);
    let places = [root, &payment];
    let coin = pay("coin").opt_text().unwrap_or_default();
    for (name, field) in TEXTS {
        note(field, told(places, name).any(|node| node.is_no_text()));
        note(
            field,
            is_torn(told(places, name).filter_map(|node| node.opt_text()), |one, other| match field {
                Field::Coin => same_coin(one, other),
                Field::Network => same_network(one, other, coin),
                Field::Address => is_same_address(one.trim(), other.trim()),
                // These fields are compared with the others, and decide nothing by themselves.
                Field::Other => true,
                Field::Due | Field::Received | Field::Memo | Field::PaymentState | Field::Deliveries | Field::Times => {
                    one == other
                }
            }),
        );
    }
    let (memo, memo_doubt) = memo(places);
    note(Field::Memo, memo_doubt == Some(MemoDoubt::Unreadable));
    for name in TIMES {
        note(Field::Times, root.get(name).is_no_epoch());
    }
    note(Field::PaymentState, root.get("payment_state").is_no_text());
    note(Field::Other, payment.is_there() && !payment.value().is_object() && !root.get("wallet_address").is_there());
    let deliveries = root.get("deliveries");
    note(Field::Deliveries, deliveries.is_there() && !deliveries.value().is_array());
    note(Field::Deliveries, deliveries.list().any(|node| is_unread_line(&node)));
    let mut amount = |name: &'static str, field: Field| {
        note(field, told(places, name).any(|node| node.opt_amount().is_err()));
        note(field, is_torn(told(places, name).filter_map(|node| node.opt_amount().ok()?), |one, other| one == other));
        pay(name).opt_amount().unwrap_or_default()
    };
    let due = amount("coin_amount", Field::Due);
    let (sent, other) = (amount("sent_coin_amount", Field::Received), amount("received_amount", Field::Received));
    let order = Order {
        id,
        payment_state: root.get("payment_state").opt_text().map(PaymentState::from_wire),
        coin: text(pay("coin")),
        network: text(pay("network")),
        due,
        decimals: None,
        received: received(sent, other),
        wallet_address: text(pay("wallet_address")),
        qr_text: text(pay("qr_text")),
        memo,
        memo_doubt,
        known_payee: None,
        created_at: root.get("created_at").opt_epoch(),
        updated_at: root.get("updated_at").opt_epoch(),
        payment_requested_at: root.get("payment_requested_at").opt_epoch(),
        payment_method: text(pay("payment_method")),
        deliveries: deliveries.list().map(|node| delivery(&node, &state)).collect(),
        unread,
        state,
    };
    Ok(order)
}

/// Returns every place that holds a field: the top level and `payment`, in any casing of its name.
fn told<'a>(places: [&Node<'a>; 2], name: &'a str) -> impl Iterator<Item = Node<'a>> {
    let fields = places.into_iter().flat_map(|place| place.value().as_object());
    fields.filter(move |(known, _)| is_same_name(known, name)).map(move |(_, value)| Node::root(value, name))
}

/// Returns whether the values of a field that stands in more than one place differ.
fn is_torn<T>(mut told: impl Iterator<Item = T>, same: impl Fn(&T, &T) -> bool) -> bool {
    told.next().is_some_and(|first| told.any(|other| !same(&first, &other)))
}

/// Returns a memo or tag, under any of its names, at the top level or under `payment`. One that is there and cannot be
/// read, or two that differ, are a doubt: money without the right one is lost (§9.12).
fn memo(places: [&Node<'_>; 2]) -> (Option<String>, Option<MemoDoubt>) {
    let (mut memo, mut doubt) = (None::<String>, None);
    let fields = places.into_iter().flat_map(|place| place.value().as_object());
    for (name, value) in fields.filter(|(name, _)| MEMO_NAMES.iter().any(|known| is_same_name(name, known))) {
        let node = Node::root(value, name);
        let is_whole = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        match node.opt_digits().map(str::trim).filter(|digits| value.as_number().is_none() || is_whole(digits)) {
            Some(told) => match &memo {
                Some(known) if known != told => doubt = Some(MemoDoubt::Several),
                Some(_) => {}
                None => memo = Some(told.to_owned()),
            },
            None if node.is_there() && value.as_str().is_none() => doubt = doubt.or(Some(MemoDoubt::Unreadable)),
            None => {}
        }
    }
    (memo.filter(|_| doubt.is_none()), doubt)
}

/// Returns whether a line is no object, or says something about the product in a form that cannot be read. The goods
/// that it holds are not looked at.
fn is_unread_line(node: &Node<'_>) -> bool {
    let nested = node.get("deliverable");
    let line = if nested.value().is_object() { nested } else { *node };
    !node.value().is_object()
        || nested.is_there() && !nested.value().is_object()
        || ["country_code", "currency_code"].iter().any(|name| line.get(name).is_no_text())
        || ["brand_name", "denomination", "beneficiary_account"].iter().any(|name| line.get(name).has_no_digits())
        || line.get("product_value").has_no_digits() && !line.get("product_value").value().is_object()
}

/// Returns what was received. Where two fields say it, the one that leaves less to ask for counts.
fn received(sent: Option<CoinAmount>, other: Option<CoinAmount>) -> Option<CoinAmount> {
    match (sent, other) {
        (Some(sent), Some(other)) => Some(if other > sent { other } else { sent }),
        (sent, other) => sent.or(other),
    }
}

/// Decodes one line. Whatever it holds, the order is kept: a line that cannot be read proves nothing and delivers
/// nothing.
fn delivery(node: &Node<'_>, order_state: &OrderState) -> Delivery {
    let nested = node.get("deliverable");
    let line = if nested.value().is_object() { nested } else { *node };
    let text = |name: &'static str| line.get(name).opt_text().map(str::to_owned);
    let face = face(&line);
    let wire_denomination = line.get("denomination").opt_digits().map(str::to_owned);
    let account = line.get("beneficiary_account").opt_digits().map(str::to_owned);
    let mut goods = goods::inline(&line);
    let failure = goods::failure(node, &line);
    let (qr_image_url, barcode_image_url) =
        (line.get("qr_image_url").opt_image(), line.get("barcode_image_url").opt_image());
    let carries = !goods.is_empty() || qr_image_url.is_some() || barcode_image_url.is_some();
    let mut status = status(node, carries, failure.is_some(), order_state);
    if status == DeliveryStatus::Delivered && !carries && goods::is_unread(&line) {
        // The line holds something that cannot be read: nothing has arrived, neither here nor elsewhere.
        status = DeliveryStatus::Pending;
    }
    if status == DeliveryStatus::Delivered && !carries {
        goods.extend(goods::elsewhere(&line, account.as_deref()));
    }
    Delivery {
        brand_name: line.get("brand_name").opt_label().unwrap_or_default(),
        denomination: shown_denomination(&line, face.as_ref()),
        face,
        country_code: text("country_code"),
        wire_denomination,
        beneficiary_account: account,
        status,
        goods,
        serial: goods::lines_of(&line, &["pin_serial", "serial"]),
        security_code: goods::lines_of(&line, &["security_code"]),
        barcode_image_url,
        qr_image_url,
        operator_reference: line.get("operator_reference").opt_label(),
        instructions: goods::instructions(&line),
        terms: line.any(&["terms_and_conditions", "term_and_conditions"]).opt_text().map(rich).unwrap_or_default(),
        failure,
        replaced: false,
    }
}

/// Returns whether a line has arrived: by what it carries, else by its own state; by the order's state only where it
/// has none.
fn status(node: &Node<'_>, carries: bool, failed: bool, order_state: &OrderState) -> DeliveryStatus {
    let word = node.any(&["delivery_state", "status"]).opt_text().unwrap_or_default().to_ascii_lowercase();
    let is_delivered = match word.as_str() {
        "succeeded" | "done" | "completed" | "delivered" => true,
        "" => *order_state == OrderState::Done,
        _ => false,
    };
    if carries {
        DeliveryStatus::Delivered
    } else if failed || ["fail", "reject", "refund", "cancel", "error"].iter().any(|part| holds(&word, part)) {
        DeliveryStatus::Failed
    } else if is_delivered {
        DeliveryStatus::Delivered
    } else {
        DeliveryStatus::Pending
    }
}

fn face(line: &Node<'_>) -> Option<FaceValue> {
    let currency = line.get("currency_code").opt_text()?.parse::<Currency>().ok()?;
    line.get("product_value").face(Some(currency)).ok()
}

/// Returns the label, or value and currency where the supplier echoes the word `range`.
fn shown_denomination(line: &Node<'_>, face: Option<&FaceValue>) -> Option<String> {
    let label = |name: &'static str| {
        let text = line.get(name).opt_digits().map(clean)?;
        (!text.is_empty() && !text.eq_ignore_ascii_case(RANGE)).then_some(text)
    };
    label("localized_denomination")
        .or_else(|| label("denomination"))
        .or_else(|| face.map(|face| format!("{} {}", face.amount(), face.currency())))
}
