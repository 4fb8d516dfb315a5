//! How often an order is read while no stream brings it, and for how long (docs/supplier-api.md §6).

use core::time::Duration;

use crate::order::{Order, OrderState, PaymentState, StateClass};

/// How often an order is read, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// The order never changes any more.
    Never,
    /// The order is read every few seconds, as long as it takes.
    Lively,
    /// The order is done, but goods are still to come: every 30 s for 10 minutes.
    Completing,
    /// The order is over without a sign of money, and late money may revive it: every minute for an hour.
    Late,
    /// Money is on its way or held: every 30–60 s for a day.
    Patient,
}

impl Cadence {
    /// Returns the shortest and the longest wait between two reads, in milliseconds.
    pub const fn wait_ms(self) -> (u64, u64) {
        match self {
            Self::Never | Self::Lively => (5_000, 10_000),
            Self::Completing => (28_000, 30_000),
            Self::Late => (55_000, 60_000),
            Self::Patient => (30_000, 60_000),
        }
    }

    /// Returns how long the order is read at this cadence; `None` means no limit.
    pub const fn lasts(self) -> Option<Duration> {
        match self {
            Self::Never => Some(Duration::ZERO),
            Self::Lively => None,
            Self::Completing => Some(Duration::from_secs(10 * 60)),
            Self::Late => Some(Duration::from_secs(60 * 60)),
            Self::Patient => Some(Duration::from_secs(24 * 60 * 60)),
        }
    }
}

/// Returns the cadence for an order in this state. `stopped` says that the supplier has sent `stop` on its stream.
pub fn cadence(order: Option<&Order>, money_seen: bool, stopped: bool) -> Cadence {
    let Some(order) = order else { return Cadence::Lively };
    if order.is_final() {
        return Cadence::Never;
    }
    let held = order.payment_state == Some(PaymentState::PaymentQuarantined);
    let is_patient = order.state == OrderState::WaitingForManualAction || held || stopped && money_seen;
    match order.state.class() {
        StateClass::Done => Cadence::Completing,
        StateClass::Closed => Cadence::Never,
        StateClass::Lapsed if !money_seen => Cadence::Late,
        StateClass::Lapsed => Cadence::Patient,
        StateClass::Unpaid | StateClass::Paid | StateClass::Unknown if is_patient => Cadence::Patient,
        StateClass::Unpaid | StateClass::Paid | StateClass::Unknown => Cadence::Lively,
    }
}
