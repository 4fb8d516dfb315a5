//! What an event stream says about an order: true snapshots, and every wrong one that a script can request.

use axum::body::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Sandbox;
use super::invoices::Length;
use super::orders::{Order, Place, order_json, qr_text};

/// How many times [`split`] cuts at most.
const CUTS_MAX: usize = 12;
/// How many snapshots of a burst are sent as one piece.
const AT_ONCE: u32 = 50;

/// The event that ends a stream, whatever the order's state.
pub(super) const STOP: Bytes = Bytes::from_static(b"event: stop\ndata: {}\n\n");
/// An event with a name of its own.
pub(super) const NAMED: Bytes = Bytes::from_static(b"event: error\ndata: {\"note\":\"nobody knows this name\"}\n\n");
/// The field that makes a browser reconnect without a pause.
pub(super) const RETRY_ZERO: Bytes = Bytes::from_static(b"retry: 0\n\n");

/// Returns one event with that text, which must not contain a line break.
pub(super) fn event(text: &str) -> Bytes {
    Bytes::from(format!("data: {text}\n\n"))
}

/// Returns the order as it is now.
pub(super) fn snapshot(order: &Order) -> Value {
    order_json(order, Place::Stream)
}

/// Returns an event with the order and so much filler that it is longer than `bytes`.
pub(super) fn oversized(order: &Order, bytes: usize) -> Bytes {
    let mut value = snapshot(order);
    value["padding"] = "x".repeat(bytes).into();
    event(&value.to_string())
}

/// Returns an event with another order, which is finished, was paid to another address, and must not be taken for this
/// one.
pub(super) fn foreign(order: &Order, sandbox: &Sandbox) -> Bytes {
    let id = Uuid::new_v4().to_string();
    let address = sandbox.address_for(order.network, &id, order.due, Length::Usual);
    let mut value = snapshot(order);
    let (state_name, id_name) =
        if value.get("order_id").is_some() { ("order_state", "order_id") } else { ("status", "id") };
    value[id_name] = id.into();
    value[state_name] = "Done".into();
    value["payment_state"] = "PaymentCompleted".into();
    value["updated_at"] = json!(sandbox.now_s().max(order.updated_s) + 1);
    value["qr_text"] = qr_text(order, &address).into();
    value["wallet_address"] = address.into();
    event(&value.to_string())
}

/// Returns an event that is not an order's JSON, a different one for each `turn`.
pub(super) fn garbage(order: &Order, turn: u32) -> Bytes {
    let whole = snapshot(order).to_string();
    match turn % 6 {
        0 => event(&whole.chars().take(whole.chars().count() / 2).collect::<String>()),
        1 => event("<html><body>502 Bad Gateway</body></html>"),
        2 => event(""),
        3 => event("null"),
        4 => event(&format!("[{whole}]")),
        _ => event(r#"{"order_id":7,"order_state":{"name":"Done"},"coin_amount":[]}"#),
    }
}

/// Returns many copies of the order, in pieces.
pub(super) fn burst(order: &Order, events: u32) -> Vec<Bytes> {
    let one = event(&snapshot(order).to_string());
    let piece = |count: u32| Bytes::from(one.repeat(count as usize));
    let full = std::iter::repeat_n(piece(AT_ONCE), (events / AT_ONCE) as usize);
    full.chain((!events.is_multiple_of(AT_ONCE)).then(|| piece(events % AT_ONCE))).collect()
}

/// Returns the order in pieces that each end inside a character. A note that is added to the order makes sure that
/// there is a character to cut.
pub(super) fn split(order: &Order) -> Vec<Bytes> {
    let mut value = snapshot(order);
    value["note"] = "Caffè 日本 🙂".into();
    let whole = event(&value.to_string());
    let mut pieces = Vec::new();
    let mut rest = whole.clone();
    // Finds a byte that continues a character, to cut before it.
    let inside = |bytes: &[u8]| bytes.windows(2).position(|pair| pair[1] & 0b1100_0000 == 0b1000_0000);
    while pieces.len() < CUTS_MAX
        && let Some(place) = inside(&rest)
    {
        pieces.push(rest.split_to(place + 1));
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::sample;

    #[test]
    fn split_pieces_end_inside_of_characters_and_make_the_whole() {
        let order = sample("a".to_owned());
        let pieces = split(&order);
        assert!(pieces.len() > 3);
        for piece in &pieces[..pieces.len() - 1] {
            assert!(std::str::from_utf8(piece).is_err(), "{piece:?}");
        }
        let whole = String::from_utf8(pieces.concat()).unwrap();
        assert!(whole.starts_with("data: {") && whole.ends_with("}\n\n") && whole.contains("日本 🙂"));
    }

    #[test]
    fn bursts_have_the_number_of_events_that_was_asked_for() {
        let order = sample("a".to_owned());
        for events in [1, 49, 50, 51, 1_000] {
            let all = burst(&order, events).concat();
            assert_eq!(String::from_utf8(all).unwrap().matches("data: {").count(), events as usize);
        }
    }

    #[test]
    fn garbage_is_one_event_and_never_an_order() {
        let order = sample("a".to_owned());
        for turn in 0..6 {
            let text = String::from_utf8(garbage(&order, turn).to_vec()).unwrap();
            let data = text.strip_prefix("data: ").unwrap().strip_suffix("\n\n").unwrap();
            assert!(!data.contains('\n'));
            let value = serde_json::from_str::<Value>(data).unwrap_or_default();
            assert!(!value["order_id"].is_string(), "{text}");
        }
        assert_eq!(garbage(&order, 0), garbage(&order, 6));
    }

    #[test]
    fn an_oversized_event_is_longer_than_asked_for_and_still_an_order() {
        let order = sample("a".to_owned());
        let bytes = oversized(&order, 2_000_000);
        assert!(bytes.len() > 2_000_000);
        let value: Value = serde_json::from_slice(&bytes["data: ".len()..]).unwrap();
        assert_eq!(value["order_id"], order.id.as_str());
    }
}
