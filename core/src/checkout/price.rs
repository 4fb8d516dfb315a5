//! The one rule for a price that moved: what the supplier asks for now, held against what the shopper agreed to.
//!
//! The dry run and the order, the one picked up again and the one that changes while it is open, in full or in part: all of
//! them are judged here, against the amount that stood on screen when the shopper pressed.

use core::cmp::Ordering;

use crate::{money::CoinAmount, order::Order};

/// How an amount stands to the one that was agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moved {
    /// It is the same, by value.
    Same,
    /// It moved so little that the order goes on, and the shopper is told: up to 1 % dearer, or cheaper by less than 1 % (coins
    /// that keep their worth) or 5 % (others).
    Told,
    /// The shopper is asked before the order goes on.
    Asked,
    /// Half of it or less: probably another product. There is nothing to agree to.
    Refused,
}

/// How much dearer than agreed an order may be before the shopper is asked, in per cent (docs/supplier-api.md §9.10).
const DEARER: u16 = 1;
/// From how much cheaper on the shopper is asked, in per cent: for coins that keep their worth, and for others.
const CHEAPER_STABLE: u16 = 1;
const CHEAPER: u16 = 5;
/// From how much cheaper on nothing is ordered or paid, in per cent.
const IMPLAUSIBLE: u16 = 50;

/// Coins that keep their worth, by the tickers that the supplier sells in (docs/supplier-api.md §5.1) and the others of their
/// kind, each pegged to a currency. A coin that is not on this list is one that moves.
const STABLECOINS: [&str; 25] = [
    "USDT", "USDC", "USDT.E", "USDC.E", "USDT0", "USDBC", "DAI", "USDS", "EURC", "EUROC", "PYUSD", "FDUSD", "USDE",
    "TUSD", "USDP", "GUSD", "BUSD", "USDD", "USDG", "USD1", "RLUSD", "FRAX", "LUSD", "EURT", "EURS",
];

/// Whether a coin keeps its worth, by its ticker.
pub fn is_stablecoin(coin: &str) -> bool {
    STABLECOINS.iter().any(|known| known.eq_ignore_ascii_case(coin.trim()))
}

impl Moved {
    /// What becomes of an amount of `coin` that was `agreed` to and is `now` another. Exact at every edge.
    pub fn between(agreed: &CoinAmount, now: &CoinAmount, coin: &str) -> Self {
        let is_at_most = |percent: u16| now.cmp_percent(agreed, percent) != Ordering::Greater;
        let cheaper = if is_stablecoin(coin) { CHEAPER_STABLE } else { CHEAPER };
        match now.cmp(agreed) {
            Ordering::Equal => Self::Same,
            Ordering::Greater if is_at_most(100 + DEARER) => Self::Told,
            Ordering::Greater => Self::Asked,
            Ordering::Less if is_at_most(100 - IMPLAUSIBLE) => Self::Refused,
            Ordering::Less if is_at_most(100 - cheaper) => Self::Asked,
            Ordering::Less => Self::Told,
        }
    }

    /// Whether the order goes on without a question.
    pub const fn goes_on(self) -> bool {
        match self {
            Self::Same | Self::Told => true,
            Self::Asked | Self::Refused => false,
        }
    }
}

/// How what an order asks for stands to what was agreed to, both in whole units of its coin. What is not known did not move.
pub(super) fn moved(order: &Order, agreed: Option<&CoinAmount>) -> Moved {
    match (order.to_pay(), agreed) {
        (Some(now), Some(agreed)) => {
            Moved::between(&order.in_units(agreed), &now, order.coin.as_deref().unwrap_or_default())
        }
        (Some(_) | None, Some(_) | None) => Moved::Same,
    }
}
