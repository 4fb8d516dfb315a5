//! The payee of an order: where its money goes, in a form that recognises it without revealing it, and compared with an
//! earlier reading.

use sha2::{Digest as _, Sha256};

use super::{MemoDoubt, Order};
use crate::chain::{is_hex_address, is_same_address, same_coin, same_network};

/// The payee of one order in a form that recognises it but does not reveal it: the beginning of a hash over the order's
/// id and the address, and another one for the memo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    address: String,
    memo: Option<String>,
}

impl Payee {
    /// Returns the payee of an order that names an address, or that named one in an earlier reading.
    pub fn of(order: &Order) -> Option<Self> {
        let known = order.known_payee.as_ref();
        match (Self::told_by(order), known) {
            (Some(now), Some(known)) => Some(now.with_memo_of(known)),
            (now, known) => now.or_else(|| known.cloned()),
        }
    }

    /// Returns the payee that this snapshot itself names.
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

    /// Returns the text to store.
    pub fn to_text(&self) -> String {
        [&*self.address, self.memo.as_deref().unwrap_or_default()].join(":")
    }

    /// Reads what [`Payee::to_text`] wrote. Any other text becomes a payee that no order has.
    pub fn from_text(text: &str) -> Self {
        let (address, memo) = text.split_once(':').unwrap_or((text, ""));
        Self { address: address.to_owned(), memo: (!memo.is_empty()).then(|| memo.to_owned()) }
    }

    /// Returns whether the payee has a memo.
    pub fn has_memo(&self) -> bool {
        self.memo.is_some()
    }

    /// Returns this payee with the memo of another reading, where this one has none.
    #[must_use]
    pub fn with_memo_of(mut self, other: &Self) -> Self {
        if self.address == other.address {
            self.memo = self.memo.or_else(|| other.memo.clone());
        }
        self
    }

    /// Returns whether money would go to another payee. A memo that one of the two does not name proves nothing.
    pub fn is_other(&self, now: &Self) -> bool {
        self.address != now.address
            || self.memo.as_ref().zip(now.memo.as_ref()).is_some_and(|(one, other)| one != other)
    }
}

/// Returns whether the right memo is not known any more after the order was left: two were sent, or one that cannot be
/// read and that the stored payee does not have.
pub(crate) fn is_memo_lost(order: &Order) -> bool {
    match order.memo_doubt {
        Some(MemoDoubt::Several) => true,
        Some(MemoDoubt::Unreadable) => !Payee::of(order).is_some_and(|payee| payee.has_memo()),
        None => false,
    }
}

/// Returns whether a snapshot names a payee where the last one names none, or a memo that the last one does not have.
/// What the order was paid to later is compared with that, although the snapshot is out of date.
pub(crate) fn names_more(last: &Order, seen: &Order) -> bool {
    Payee::of(seen).is_some_and(|now| Payee::of(last).is_none_or(|known| now.has_memo() && !known.has_memo()))
}

/// Returns whether money for the same order would go elsewhere than by the last snapshot: to another address, memo,
/// coin or network.
pub(crate) fn payee_changed(last: &Order, seen: &Order) -> bool {
    fn differ(one: Option<&String>, other: Option<&String>, same: impl Fn(&str, &str) -> bool) -> bool {
        one.zip(other).is_some_and(|(one, other)| !same(one.trim(), other.trim()))
    }
    let coin = last.coin.as_deref().or(seen.coin.as_deref()).unwrap_or_default();
    // What other pages of this browser know comes with the snapshot that was seen.
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
