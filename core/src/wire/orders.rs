//! The order object (docs/supplier-api.md §5.10), the same from a create, a read and an event of its stream.

use super::{
    AnswerError, DecodeError, envelope, goods,
    node::{Node, is_same_name},
    products::RANGE,
};
use crate::{
    json::Value,
    money::{CoinAmount, Currency, FaceValue},
    order::{Delivery, DeliveryStatus, MemoDoubt, Order, OrderId, OrderState, PaymentState},
    text::{clean, holds, rich},
};

/// Spellings of the order's id, the documented one first.
const IDS: [&str; 3] = ["order_id", "id", "order_uuid"];
/// Spellings of the order's state, the documented one first.
const STATES: [&str; 3] = ["order_state", "state", "status"];

/// An order, from creation, reading or an event of its stream (§5.10), flat or nested, with the older aliases.
///
/// # Errors
/// [`AnswerError`]; a body with both an order id and problems is [`DecodeError`] at `problems` (the order may exist).
pub fn order(status: u16, body: &str) -> Result<Order, AnswerError> {
    // Looked at before the refusal: an id beside problems means that there may be an order to lose.
    let value = match envelope::parse(body) {
        Ok(value) => value,
        Err(error) if envelope::is_success(status) => return Err(error.into()),
        Err(_) => return Err(crate::problem::Refusal::Http { status }.into()),
    };
    let root = Node::root(&value, "");
    let has_order = value.is_object() && root.any(&IDS).opt_digits().is_some() && !is_failure_id(&root);
    if has_order && !envelope::problems(root).is_empty() {
        return Err(root.get("problems").error("problems beside an order id: the order may exist").into());
    }
    match envelope::refusal(status, &value) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(read(&root)?),
    }
}

/// Whether an `id` belongs to the failure itself, as some gateways number theirs: an order has a state.
fn is_failure_id(root: &Node<'_>) -> bool {
    !root.get("order_id").is_there() && root.any(&STATES).value().as_str().is_none()
}

fn read(root: &Node<'_>) -> Result<Order, DecodeError> {
    if !root.value().is_object() {
        return Err(root.expected("an order"));
    }
    // Payment fields sit at the top; older bodies have them under `payment`.
    let payment = root.get("payment");
    let pay = |name: &'static str| -> &Value {
        let top = root.get(name);
        if top.is_there() { top.value() } else { payment.get(name).value() }
    };
    let id = root.any(&IDS);
    let id = OrderId::new(id.opt_digits().ok_or_else(|| id.expected("a text"))?)
        .ok_or_else(|| id.error("not an id that can stand in a path"))?;
    let state = OrderState::from_wire(root.any(&STATES).text()?);
    // Amounts must be right where they decide what is paid. A final state is not lost over a broken number.
    let is_payable =
        matches!(state, OrderState::Created | OrderState::WaitingForPayment | OrderState::PartialPaymentStarted);
    let amount = |name: &'static str| {
        let read = Node::root(pay(name), name).opt_amount();
        if is_payable { read } else { Ok(read.unwrap_or_default()) }
    };
    let text = |name: &'static str| -> Result<Option<String>, DecodeError> {
        let node = Node::root(pay(name), name);
        match node.opt_text() {
            Some(text) => Ok(Some(text.to_owned())),
            None if node.is_there() && node.value().as_str().is_none() && is_payable => Err(node.expected("a text")),
            None => Ok(None),
        }
    };
    let (memo, memo_doubt) = memo([root, &payment]);
    let order = Order {
        id,
        payment_state: root.get("payment_state").opt_text().map(PaymentState::from_wire),
        coin: text("coin")?,
        network: text("network")?,
        due: amount("coin_amount")?,
        decimals: None,
        received: received(amount("sent_coin_amount")?, amount("received_amount")?),
        wallet_address: text("wallet_address")?,
        qr_text: Node::root(pay("qr_text"), "qr_text").opt_text().map(str::to_owned),
        memo,
        memo_doubt,
        known_payee: None,
        created_at: root.get("created_at").opt_epoch(),
        updated_at: root.get("updated_at").opt_epoch(),
        payment_requested_at: root.get("payment_requested_at").opt_epoch(),
        payment_method: Node::root(pay("payment_method"), "payment_method").opt_text().map(str::to_owned),
        deliveries: root.get("deliveries").list().map(|node| delivery(&node, &state)).collect(),
        state,
    };
    Ok(order)
}

/// A memo or tag, under any of its names, at the top or under `payment`. One that is there and cannot be read, or two that differ,
/// leave a doubt: money without the right one is lost (§9.12).
fn memo(places: [&Node<'_>; 2]) -> (Option<String>, Option<MemoDoubt>) {
    const NAMES: [&str; 5] = ["memo", "tag", "destination_tag", "dest_tag", "memo_id"];
    let (mut memo, mut doubt) = (None::<String>, None);
    let fields = places.into_iter().flat_map(|place| place.value().as_object());
    for (name, value) in fields.filter(|(name, _)| NAMES.iter().any(|known| is_same_name(name, known))) {
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

/// What was received. Where two fields tell of it, the one that leaves less to ask for counts.
fn received(sent: Option<CoinAmount>, other: Option<CoinAmount>) -> Option<CoinAmount> {
    match (sent, other) {
        (Some(sent), Some(other)) => Some(if other > sent { other } else { sent }),
        (sent, other) => sent.or(other),
    }
}

/// One line. Whatever it holds, it does not cost the order: a line that cannot be read proves nothing and delivers nothing.
fn delivery(node: &Node<'_>, order_state: &OrderState) -> Delivery {
    let nested = node.get("deliverable");
    let line = if nested.value().is_object() { nested } else { *node };
    let text = |name: &'static str| line.get(name).opt_text().map(str::to_owned);
    let face = face(&line);
    let wire_denomination = line.get("denomination").opt_digits().map(str::to_owned);
    let account = text("beneficiary_account");
    let mut goods = goods::inline(&line);
    let failure = goods::failure(node, &line);
    let (qr_image_url, barcode_image_url) =
        (line.get("qr_image_url").opt_image(), line.get("barcode_image_url").opt_image());
    let carries = !goods.is_empty() || qr_image_url.is_some() || barcode_image_url.is_some();
    let status = status(node, carries, failure.is_some(), order_state);
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
        serial: goods::lines_of(&line.any(&["pin_serial", "serial"])),
        security_code: goods::lines_of(&line.get("security_code")),
        barcode_image_url,
        qr_image_url,
        operator_reference: line.get("operator_reference").opt_label(),
        instructions: goods::instructions(&line),
        terms: line.any(&["terms_and_conditions", "term_and_conditions"]).opt_text().map(rich).unwrap_or_default(),
        failure,
        replaced: false,
    }
}

/// Whether a line has arrived: by what it carries, else by its own state; by the order's only where it has none.
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

/// The label, or value and currency where the supplier echoes the word `range`.
fn shown_denomination(line: &Node<'_>, face: Option<&FaceValue>) -> Option<String> {
    let label = |name: &'static str| {
        let text = line.get(name).opt_digits().map(clean)?;
        (!text.is_empty() && !text.eq_ignore_ascii_case(RANGE)).then_some(text)
    };
    label("localized_denomination")
        .or_else(|| label("denomination"))
        .or_else(|| face.map(|face| format!("{} {}", face.amount(), face.currency())))
}
