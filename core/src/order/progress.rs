//! Which snapshot may follow which: an observation of an order is accepted only if it does not go back
//! (docs/supplier-api.md §6.4).

use core::cmp::Ordering;

use super::{DeliveryStatus, Field, Goods, Order, OrderState, StateClass};
use crate::money::CoinAmount;

impl Order {
    /// Returns whether this snapshot may replace `last`: it is of the same order, and not from an earlier time.
    ///
    /// A later `updated_at` is believed, except that an end is undone only by the documented revisions (late money
    /// revives `Expired`, `Done` may become `Refunded`) and that delivered goods are never lost, only replaced. An
    /// equal or missing one allows the documented moves, and the same state with at least as much in it. An earlier one
    /// is never believed.
    pub fn may_follow(&self, last: &Order) -> bool {
        let age = match (self.updated_at, last.updated_at) {
            (Some(this), Some(last)) => this.cmp(&last),
            (Some(_) | None, Some(_) | None) => Ordering::Equal,
        };
        let stays = self.state == last.state;
        let allowed = match age {
            Ordering::Less => false,
            Ordering::Equal if stays => self.holds_as_much_as(last),
            Ordering::Equal => is_documented_move(&last.state, &self.state) || is_later_end(&last.state, &self.state),
            Ordering::Greater if stays => true,
            Ordering::Greater => !is_end(&last.state) || is_revision(last, self),
        };
        self.id == last.id && allowed && (!self.loses_goods_of(last) || age.is_gt() && self.replaces_goods_of(last))
    }

    /// Returns whether nothing that was in `last` is missing: money received, a sign of money, delivered lines. A field
    /// that cannot be read may hold as much, and nothing is paid on it.
    fn holds_as_much_as(&self, last: &Order) -> bool {
        let zero_or = |amount: &Option<CoinAmount>| amount.clone().filter(CoinAmount::is_positive);
        let may_be = |field| self.unread.has(field);
        (may_be(Field::Received) || zero_or(&self.received) >= zero_or(&last.received))
            && (self.has_sign_of_money() || !last.has_sign_of_money())
            && (may_be(Field::Deliveries) || delivered(self) >= delivered(last))
    }

    /// Returns whether a code that was shown is missing. A delivered order never loses one; a refund may take it back.
    pub(super) fn loses_goods_of(&self, last: &Order) -> bool {
        last.state == OrderState::Done
            && self.state == OrderState::Done
            && (inline_goods(self) < inline_goods(last) || delivered(self) < delivered(last))
    }

    /// Returns whether it carries something that was not there, and no item is lost once what it only leaves out is
    /// kept ([`Order::with_goods_of`]): one code may take the place of two.
    pub(super) fn replaces_goods_of(&self, last: &Order) -> bool {
        let carried = |goods: &&Goods| last.deliveries.iter().any(|line| line.goods.contains(goods));
        let is_elsewhere = |goods: &Goods| matches!(goods, Goods::SentByEmail | Goods::Credited);
        let mut goods = self.deliveries.iter().flat_map(|line| &line.goods);
        goods.any(|goods| !is_elsewhere(goods) && !carried(&goods))
            && delivered(&self.clone().with_goods_of(last)) >= delivered(last)
    }
}

fn delivered(order: &Order) -> usize {
    order.deliveries.iter().filter(|line| line.status == DeliveryStatus::Delivered).count()
}

fn inline_goods(order: &Order) -> usize {
    order.deliveries.iter().flat_map(|line| &line.goods).filter(|goods| **goods != Goods::SentByEmail).count()
}

/// Returns whether a state is undone only by a documented revision.
fn is_end(state: &OrderState) -> bool {
    match state.class() {
        StateClass::Done | StateClass::Closed => true,
        StateClass::Lapsed => *state == OrderState::Expired,
        StateClass::Unpaid | StateClass::Paid | StateClass::Unknown => false,
    }
}

/// Returns whether `to` is an end that nothing undoes, which cannot be older than a state that others follow, however
/// many steps were skipped between them.
fn is_later_end(from: &OrderState, to: &OrderState) -> bool {
    (!is_end(from) || *from == OrderState::Expired)
        && matches!(to, OrderState::Done | OrderState::Refunded | OrderState::Canceled)
}

/// Returns whether a state may come after an end when the server marks it as newer. Beside the documented moves,
/// `Expired` yields to whatever shows money, and to a firmer end.
fn is_revision(from: &Order, to: &Order) -> bool {
    is_documented_move(&from.state, &to.state)
        || from.state == OrderState::Expired
            && (to.has_sign_of_money() || matches!(to.state, OrderState::Canceled | OrderState::PaymentFailed))
}

/// Returns whether a move is one of docs/supplier-api.md §6.4, or one to or from an unknown state, which only an end
/// withstands.
pub fn is_documented_move(from: &OrderState, to: &OrderState) -> bool {
    use OrderState as S;
    match from {
        // Steps are sometimes skipped, and this one means nothing yet: what may follow the next state may follow it.
        S::Created => {
            matches!(to, S::WaitingForPayment | S::PaymentSetupFailed) || is_documented_move(&S::WaitingForPayment, to)
        }
        S::WaitingForPayment => matches!(
            to,
            S::PaymentStarted
                | S::PartialPaymentStarted
                | S::PaymentReceived
                | S::WaitingForDelivery
                | S::Done
                | S::Expired
                | S::PaymentFailed
                | S::WaitingForManualAction
                | S::Canceled
                | S::Refunded
                | S::Unknown(_)
        ),
        S::PaymentStarted => matches!(
            to,
            S::PaymentReceived
                | S::PartialPaymentStarted
                | S::WaitingForDelivery
                | S::Done
                | S::PaymentFailed
                | S::WaitingForManualAction
                | S::Expired
                | S::Refunded
                | S::WaitingForPayment
                | S::Unknown(_)
        ),
        S::PartialPaymentStarted => matches!(
            to,
            S::PaymentStarted
                | S::PaymentReceived
                | S::WaitingForDelivery
                | S::Done
                | S::WaitingForManualAction
                | S::Expired
                | S::Refunded
                | S::Unknown(_)
        ),
        S::PaymentReceived => {
            matches!(to, S::WaitingForDelivery | S::Done | S::WaitingForManualAction | S::Refunded | S::Unknown(_))
        }
        S::WaitingForDelivery => matches!(to, S::Done | S::WaitingForManualAction | S::Refunded | S::Unknown(_)),
        S::WaitingForManualAction => matches!(
            to,
            S::WaitingForDelivery
                | S::Done
                | S::Refunded
                | S::Expired
                | S::PaymentFailed
                | S::WaitingForPayment
                | S::Unknown(_)
        ),
        S::PaymentFailed => matches!(
            to,
            S::WaitingForManualAction
                | S::Refunded
                | S::PaymentReceived
                | S::WaitingForDelivery
                | S::Done
                | S::Unknown(_)
        ),
        S::Expired => matches!(
            to,
            S::PaymentStarted
                | S::PaymentReceived
                | S::WaitingForDelivery
                | S::Done
                | S::WaitingForManualAction
                | S::Refunded
        ),
        S::Done => matches!(to, S::Refunded),
        S::PaymentSetupFailed | S::Refunded | S::Canceled => false,
        S::Unknown(_) => true,
    }
}
