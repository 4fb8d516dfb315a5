//! The unit of a coin: how many fraction digits an amount of it can have (docs/supplier-api.md §9.20).

use super::uri;
use crate::{catalog::Network, chain::chain_of};

/// Returns the fraction digits of a coin on a network; `None` when neither the network nor the catalogue's entry for it
/// says them.
pub fn decimals(coin: &str, network: &str, via: Option<&Network>) -> Option<u32> {
    let coin = coin.trim();
    uri::decimals(chain_of(coin, network, via.map(Network::listing)), coin, via)
}
