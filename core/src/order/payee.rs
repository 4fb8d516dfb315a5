//! Where the money of an order goes: recognised without being told, and held against an earlier reading.

use sha2::{Digest as _, Sha256};

use super::{MemoDoubt, Order};
use crate::chain::{is_hex_address, is_same_address, same_coin, same_network};

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

/// Whether nobody can tell the right memo any more once the order was left: two were told, or one that cannot be read and that
/// the mark of the payee does not know.
pub(crate) fn is_memo_lost(order: &Order) -> bool {
    match order.memo_doubt {
        Some(MemoDoubt::Several) => true,
        Some(MemoDoubt::Unreadable) => !Payee::of(order).is_some_and(|payee| payee.has_memo()),
        None => false,
    }
}

/// Whether money for the same order would go elsewhere than a moment ago: another address, memo, coin or network.
pub(crate) fn payee_changed(last: &Order, seen: &Order) -> bool {
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
