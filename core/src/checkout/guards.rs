//! What makes an order not payable, and what must be known of it after it was left.

use crate::{
    money::CoinAmount,
    order::{
        NotPayable, Order, OrderRequest, Payee,
        identity::{self, Identity},
    },
};

/// What guards an order. It is kept while the order is left, so that resuming it makes nothing payable again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards {
    /// Why the order is not payable: it is not, or not provably, the one that was asked for, its address changed, or it
    /// asks for another amount than was agreed to.
    pub not_payable: Option<NotPayable>,
    /// The payee that the order had.
    pub payee: Option<Payee>,
    /// The amount that the shopper agreed to pay.
    pub agreed: Option<CoinAmount>,
}

/// Returns why an order is not, or not provably, the one that was asked for.
pub(super) fn unlike(order: &Order, asked: &OrderRequest) -> Option<NotPayable> {
    match identity::compare(order, asked) {
        Identity::Same => None,
        Identity::Unproven => Some(NotPayable::Incomplete),
        Identity::Different => Some(NotPayable::Mismatch),
    }
}
