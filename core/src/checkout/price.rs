//! The one rule for a price that moved: what the supplier asks for now is compared with what the shopper agreed to.
//!
//! Dry runs and orders, orders that are resumed and those that change while they are open, in full or in part: all of
//! them are judged here, against the amount that stood on screen when the shopper pressed.

use core::cmp::Ordering;

use crate::{money::CoinAmount, order::Order};

/// How an amount compares with the one that was agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moved {
    /// The amounts are equal, by value.
    Same,
    /// The amount moved so little that the order goes on and the shopper is only told: up to 1 % dearer, or cheaper by
    /// less than 1 % (stablecoins) or 5 % (other coins).
    Told,
    /// The shopper is asked before the order goes on.
    Asked,
    /// The amount is half of what was agreed to, or less: it is probably another product, and there is nothing to agree
    /// to.
    Refused,
}

/// How much dearer than agreed an order may be before the shopper is asked, in per cent (docs/supplier-api.md §9.10).
const DEARER: u16 = 1;
/// From how much cheaper on the shopper is asked, in per cent: for stablecoins, and for other coins.
const CHEAPER_STABLE: u16 = 1;
const CHEAPER: u16 = 5;
/// From how much cheaper on nothing is ordered or paid, in per cent.
const IMPLAUSIBLE: u16 = 50;

/// The stablecoins, by the tickers that the supplier sells in (docs/supplier-api.md §5.1), and the others of their
/// kind, each pegged to a currency. A coin that is not on this list is treated as one whose price moves.
const STABLECOINS: [&str; 25] = [
    "USDT", "USDC", "USDT.E", "USDC.E", "USDT0", "USDBC", "DAI", "USDS", "EURC", "EUROC", "PYUSD", "FDUSD", "USDE",
    "TUSD", "USDP", "GUSD", "BUSD", "USDD", "USDG", "USD1", "RLUSD", "FRAX", "LUSD", "EURT", "EURS",
];

/// Returns whether a coin is a stablecoin, by its ticker.
///
/// ```
/// use cr_core::checkout::is_stablecoin;
///
/// for (coin, is_stable) in [("USDC", true), ("usdt", true), ("EURC", true), ("BTC", false), ("SOL", false)] {
///     assert_eq!(is_stablecoin(coin), is_stable);
/// }
/// ```
pub fn is_stablecoin(coin: &str) -> bool {
    STABLECOINS.iter().any(|known| known.eq_ignore_ascii_case(coin.trim()))
}

impl Moved {
    /// Returns how the amount `now` compares with the amount that was `agreed` to, both of `coin`. The answer is exact
    /// at every edge.
    ///
    /// ```
    /// use cr_core::{checkout::Moved, money::AmountError};
    ///
    /// // Of an agreed amount of 100:
    /// for (now, coin, moved) in [
    ///     ("100.00", "BTC", Moved::Same),
    ///     ("101", "BTC", Moved::Told),
    ///     ("101.00000001", "BTC", Moved::Asked),
    ///     ("96", "BTC", Moved::Told),
    ///     ("96", "USDC", Moved::Asked),
    ///     ("50", "BTC", Moved::Refused),
    /// ] {
    ///     assert_eq!(Moved::between(&"100".parse()?, &now.parse()?, coin), moved, "{now} {coin}");
    /// }
    /// # Ok::<(), AmountError>(())
    /// ```
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

    /// Returns whether the order goes on without a question.
    pub const fn goes_on(self) -> bool {
        match self {
            Self::Same | Self::Told => true,
            Self::Asked | Self::Refused => false,
        }
    }
}

/// Returns how what an order asks for compares with what was agreed to, both in whole units of its coin. An amount that
/// is not known counts as unchanged.
pub(super) fn moved(order: &Order, agreed: Option<&CoinAmount>) -> Moved {
    match (order.to_pay(), agreed) {
        (Some(now), Some(agreed)) => {
            Moved::between(&order.in_units(agreed), &now, order.coin.as_deref().unwrap_or_default())
        }
        (Some(_) | None, Some(_) | None) => Moved::Same,
    }
}
