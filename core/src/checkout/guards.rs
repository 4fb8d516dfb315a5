//! What makes an order one that must not be paid, and what of it has to be known after the order was left.

use sha2::{Digest as _, Sha256};

use crate::{
    chain::{is_hex_address, is_same_address, same_coin, same_network},
    money::CoinAmount,
    order::{
        Field, MemoDoubt, NotPayable, Order,
        identity::{self, Identity},
    },
    wire::OrderRequest,
};

/// What guards an order at hand. Kept while it is left, so that picking it up again takes nothing back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// Why it is not payable: it is not, or not provably, the one asked for, its address changed, or it asks for another amount
    /// than was agreed to.
    pub barred: Option<NotPayable>,
    /// Where the money was to go.
    pub payee: Option<Payee>,
    /// What the shopper agreed to pay.
    pub agreed: Option<CoinAmount>,
}

/// Recognises where the money of one order is to go, without telling it: the beginning of a hash over the order's id and the
/// address, and another one for the memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    address: String,
    memo: Option<String>,
}

impl Payee {
    /// Of an order that names an address, or of which an earlier reading is known that did.
    pub fn of(order: &Order) -> Option<Self> {
        let known = order.known_payee.as_ref();
        match (Self::told_by(order), known) {
            (Some(now), Some(known)) => Some(now.with_memo_of(known)),
            (now, known) => now.or_else(|| known.cloned()),
        }
    }

    /// What this snapshot tells by itself.
    fn told_by(order: &Order) -> Option<Self> {
        let address = order.wallet_address.as_deref().map(str::trim).filter(|address| !address.is_empty())?;
        let address = if is_hex_address(address) { address.to_ascii_lowercase() } else { address.to_owned() };
        let mark = |kind: &str, text: &str| {
            let hash = Sha256::new().chain_update(order.id.expose()).chain_update(kind).chain_update(text).finalize();
            hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        Some(Self {
            address: mark("\naddress\n", &address),
            memo: order.memo.as_deref().map(|memo| mark("\nmemo\n", memo.trim())),
        })
    }

    /// To be stored.
    pub fn to_text(&self) -> String {
        [&*self.address, self.memo.as_deref().unwrap_or_default()].join(":")
    }

    /// What [`Payee::to_text`] wrote. Anything else is no order's payee.
    pub fn from_text(text: &str) -> Self {
        let (address, memo) = text.split_once(':').unwrap_or((text, ""));
        Self { address: address.to_owned(), memo: (!memo.is_empty()).then(|| memo.to_owned()) }
    }

    /// Whether a memo belongs to the payment.
    pub fn has_memo(&self) -> bool {
        self.memo.is_some()
    }

    /// The same payee with the memo that another reading told, where this one told none.
    #[must_use]
    pub fn with_memo_of(mut self, other: &Self) -> Self {
        if self.address == other.address {
            self.memo = self.memo.or_else(|| other.memo.clone());
        }
        self
    }

    /// Whether money would go elsewhere. A memo that one of both does not tell proves nothing.
    pub fn is_other(&self, now: &Self) -> bool {
        self.address != now.address
            || self.memo.as_ref().zip(now.memo.as_ref()).is_some_and(|(one, other)| one != other)
    }
}

/// Why an order is not, or not provably, the one asked for.
pub(super) fn unlike(order: &Order, asked: &OrderRequest) -> Option<NotPayable> {
    match identity::compare(order, asked) {
        Identity::Same => None,
        Identity::Unproven => Some(NotPayable::Incomplete),
        Identity::Different => Some(NotPayable::Mismatch),
    }
}

/// Whether nobody can tell the right memo any more once the order was left: two were told, or one that cannot be read and that
/// the mark of the payee does not know.
pub(super) fn is_memo_lost(order: &Order) -> bool {
    match order.memo_doubt {
        Some(MemoDoubt::Several) => true,
        Some(MemoDoubt::Unreadable) => !Payee::of(order).is_some_and(|payee| payee.has_memo()),
        None => false,
    }
}

/// Whether money for the same order would go elsewhere than a moment ago: another address, memo, coin or network.
pub(crate) fn is_moved(last: &Order, seen: &Order) -> bool {
    fn differ(one: Option<&String>, other: Option<&String>, same: impl Fn(&str, &str) -> bool) -> bool {
        one.zip(other).is_some_and(|(one, other)| !same(one.trim(), other.trim()))
    }
    let coin = last.coin.as_deref().or(seen.coin.as_deref()).unwrap_or_default();
    // What another page of this browser knows comes with what was seen.
    let known = last.known_payee.iter().chain(&seen.known_payee);
    let now = Payee::told_by(seen);
    if now.is_some_and(|now| known.into_iter().any(|known| known.is_other(&now))) {
        return true;
    }
    differ(last.wallet_address.as_ref(), seen.wallet_address.as_ref(), is_same_address)
        || differ(last.memo.as_ref(), seen.memo.as_ref(), |one, other| one == other)
        || differ(last.coin.as_ref(), seen.coin.as_ref(), same_coin)
        || differ(last.network.as_ref(), seen.network.as_ref(), |one, other| same_network(one, other, coin))
}

/// A snapshot that leaves out where to pay says the same as another one of the same order: also that it cannot be read there. A
/// doubt about the memo is over once one can be read; that two were told is not.
///
/// What cannot be read itself keeps the last value only to be held against what comes: it stays marked, and is not payable.
pub(super) fn with_payee_of(mut order: Order, other: &Order) -> Order {
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

/// A newer snapshot with what it leaves out of an earlier one: where to pay, what was due, the lines, and what was received where
/// that could not be read. What it leaves out and could not be read there still cannot be: the payment's own state and the times
/// too, of which no value is taken over.
pub(super) fn after(seen: Order, last: &Order) -> Order {
    let mut order = with_payee_of(seen, last);
    take_up(&mut order, last, Field::Due, |order| &mut order.due, &last.due);
    // An amount received that is left out is none, unless the last one could not be read.
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
    if order.deliveries.is_empty() {
        order.deliveries.clone_from(&last.deliveries);
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
