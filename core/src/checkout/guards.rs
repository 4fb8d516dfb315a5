//! What makes an order one that must not be paid, and what of it has to be known after the order was left.

use crate::{
    money::CoinAmount,
    order::{
        NotPayable, Order, OrderRequest, Payee,
        identity::{self, Identity},
    },
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

/// Why an order is not, or not provably, the one asked for.
pub(super) fn unlike(order: &Order, asked: &OrderRequest) -> Option<NotPayable> {
    match identity::compare(order, asked) {
        Identity::Same => None,
        Identity::Unproven => Some(NotPayable::Incomplete),
        Identity::Different => Some(NotPayable::Mismatch),
    }
}
