//! Orders that change by themselves: they walk along a path, their window ends, or money arrives.

use std::sync::Arc;

use super::Sandbox;
use super::catalog::Shape;
use super::invoices::Length;
use super::money::CoinAmount;
use super::orders::{Order, Slot};
use super::outcomes::{self, Step, Twist};

/// After how many steps a code that was promised for later is delivered.
const LATE_STEPS: u32 = 15;

/// Why money was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The amount is not a positive plain decimal.
    NoAmount,
    /// The order accepts no more money.
    Closed,
}

impl Sandbox {
    /// Starts a walk: the first step happens now or after one step's time, the others one step's time apart. An older
    /// walk of the same order stops.
    pub(crate) fn walk(self: &Arc<Self>, slot: &Arc<Slot>, path: &'static [Step], starts_now: bool) {
        let walk = slot.change(|order| {
            order.walk += 1;
            if starts_now && let Some(first) = path.first() {
                order.apply(*first, self.now_s());
            }
            order.walk
        });
        let (sandbox, slot) = (self.clone(), slot.clone());
        self.spawn(async move {
            for step in path.iter().skip(usize::from(starts_now)) {
                tokio::time::sleep(sandbox.options.step).await;
                if slot.lock().walk != walk {
                    return;
                }
                slot.change(|order| order.apply(*step, sandbox.now_s()));
            }
            if !slot.lock().lines.iter().any(|line| line.shape == Shape::Late) {
                return;
            }
            tokio::time::sleep(sandbox.options.step * LATE_STEPS).await;
            let is_done = slot.lock().lower_state() == "done";
            if is_done && slot.lock().walk == walk {
                slot.change(|order| order.deliver_late(sandbox.now_s()));
            }
        });
    }

    /// Starts what happens to a new order by itself.
    pub(crate) fn begin(self: &Arc<Self>, slot: &Arc<Slot>) {
        let (path, has_moving_address) = {
            let order = slot.lock();
            (order.wishes.path.map(|(_, path)| path), order.wishes.has(Twist::AddressChanges))
        };
        if let Some(path) = path
            && !path.is_empty()
        {
            self.walk(slot, path, false);
        }
        if has_moving_address {
            let (sandbox, slot) = (self.clone(), slot.clone());
            self.spawn(async move {
                tokio::time::sleep(sandbox.options.step * 2).await;
                slot.change(|order| {
                    order.address =
                        sandbox.address_for(order.network, &format!("{}/moved", order.id), order.due, Length::Usual);
                    order.touch(sandbox.now_s());
                });
            });
        }
        // An order that was dropped from the store meanwhile is not kept in memory only for the end of its window.
        let (sandbox, slot) = (self.clone(), Arc::downgrade(slot));
        self.spawn(async move {
            tokio::time::sleep(sandbox.options.window).await;
            if let Some(slot) = slot.upgrade().filter(|slot| slot.lock().is_open()) {
                sandbox.expire(&slot);
            }
        });
    }

    /// Ends the payment window now.
    pub(crate) fn expire(self: &Arc<Self>, slot: &Arc<Slot>) {
        let has_money = slot.lock().sent > CoinAmount::ZERO;
        self.walk(slot, if has_money { outcomes::OVER_WITH_MONEY } else { outcomes::OVER }, true);
    }

    /// Simulates a payment: that amount, or exactly what is missing.
    ///
    /// # Errors
    /// [`Refused`], if the amount is no payment or the order takes none.
    pub(crate) fn pay(self: &Arc<Self>, slot: &Arc<Slot>, amount: Option<CoinAmount>) -> Result<(), Refused> {
        let path = {
            let mut order = slot.lock();
            let takes_money = matches!(
                order.lower_state().as_str(),
                "created" | "waitingforpayment" | "partialpaymentstarted" | "expired" | "paymentfailed"
            );
            if !takes_money {
                return Err(Refused::Closed);
            }
            let amount = amount.unwrap_or(order.missing());
            if amount == CoinAmount::ZERO {
                return Err(Refused::NoAmount);
            }
            let is_late = order.lower_state() == "expired";
            order.sent = CoinAmount(order.sent.0 + amount.0);
            path_for(&order, is_late)
        };
        self.walk(slot, path, true);
        Ok(())
    }
}

fn path_for(order: &Order, is_late: bool) -> &'static [Step] {
    match (order.sent.cmp(&order.due), is_late) {
        (std::cmp::Ordering::Equal, false) => outcomes::PAID,
        (std::cmp::Ordering::Equal, true) => outcomes::PAID_LATE,
        (std::cmp::Ordering::Less, false) => outcomes::UNDERPAID,
        (std::cmp::Ordering::Less, true) => outcomes::UNDERPAID_LATE,
        (std::cmp::Ordering::Greater, _) => outcomes::OVERPAID,
    }
}
