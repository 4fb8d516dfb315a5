//! What a snapshot leaves out and an earlier one had.

use super::{Field, MemoDoubt, Order};

/// Returns a snapshot that takes from another one of the same order what it leaves out of where to pay; also that this
/// cannot be read there. A doubt about the memo is over once a memo can be read, unless two were sent.
///
/// A field that cannot be read here keeps the last value only to be compared with what comes: it stays marked, and the
/// order is not payable.
pub(crate) fn with_payee_of(mut order: Order, other: &Order) -> Order {
    order.memo_doubt = match (order.memo_doubt, other.memo_doubt) {
        (_, Some(MemoDoubt::Several)) => other.memo_doubt,
        (None, Some(MemoDoubt::Unreadable)) if order.memo.is_none() => other.memo_doubt,
        (doubt, Some(MemoDoubt::Unreadable) | None) => doubt,
    };
    order.known_payee = order.known_payee.or_else(|| other.known_payee.clone());
    order.decimals = order.decimals.or(other.decimals);
    take_up(&mut order, other, Field::Address, |order| &mut order.wallet_address, &other.wallet_address);
    take_up(&mut order, other, Field::Memo, |order| &mut order.memo, &other.memo);
    take_up(&mut order, other, Field::Coin, |order| &mut order.coin, &other.coin);
    take_up(&mut order, other, Field::Network, |order| &mut order.network, &other.network);
    order
}

/// Returns a newer snapshot with all that it leaves out and that was known before: what [`after`] adds, and lines with
/// the goods that had arrived. An order is over by what its snapshot says, and not by what was kept of its lines. Goods of
/// an order that is done are replaced by a newer snapshot only.
pub(crate) fn whole(seen: Order, last: &Order) -> Order {
    let mut order = after(seen, last);
    let is_newer = order.updated_at.zip(last.updated_at).is_some_and(|(now, before)| now > before);
    let takes_away = order.loses_goods_of(last) && !(is_newer && order.replaces_goods_of(last));
    if takes_away || order.deliveries.is_empty() {
        order.deliveries.clone_from(&last.deliveries);
    }
    order.with_goods_of(last)
}

/// Returns a newer snapshot that takes from an earlier one what it leaves out of the payment: where to pay, what was
/// due, and what was received where that could not be read. A field that it leaves out and that could not be read there
/// still cannot be read; so it is with the payment's own state and the times, of which no value is taken over.
pub(crate) fn after(seen: Order, last: &Order) -> Order {
    let mut order = with_payee_of(seen, last);
    take_up(&mut order, last, Field::Due, |order| &mut order.due, &last.due);
    // An absent amount received means none, unless the last one could not be read.
    if order.unread.has(Field::Received) || last.unread.has(Field::Received) {
        take_up(&mut order, last, Field::Received, |order| &mut order.received, &last.received);
    }
    let has_times = [order.created_at, order.updated_at, order.payment_requested_at].iter().any(Option::is_some);
    for (field, is_left_out) in [
        (Field::PaymentState, order.payment_state.is_none()),
        (Field::Times, !has_times),
        (Field::Deliveries, order.deliveries.is_empty()),
    ] {
        if is_left_out && last.unread.has(field) {
            order.unread.note(field);
        }
    }
    order
}

fn take_up<T: Clone>(
    order: &mut Order,
    other: &Order,
    field: Field,
    place: impl Fn(&mut Order) -> &mut Option<T>,
    value: &Option<T>,
) {
    if place(order).is_none() {
        if other.unread.has(field) {
            order.unread.note(field);
        }
        *place(order) = value.clone();
    }
}
