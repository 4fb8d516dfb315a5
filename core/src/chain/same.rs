//! When two spellings mean the same coin, network or address.

use super::network::spelt;
use crate::text::same_text;

/// Returns whether two tickers mean the same coin: Toncoin is served under two tickers (docs/supplier-api.md §5.1).
///
/// ```
/// use cr_core::chain::same_coin;
///
/// assert!(same_coin("TON", "gram"));
/// assert!(!same_coin("USDT", "USDC"));
/// ```
pub fn same_coin(one: &str, other: &str) -> bool {
    let is_toncoin = |coin: &str| ["TON", "GRAM"].iter().any(|ticker| ticker.eq_ignore_ascii_case(coin.trim()));
    same_text(one, other) || is_toncoin(one) && is_toncoin(other)
}

/// Returns whether two names mean the same network for a coin: some spellings differ without a difference in meaning
/// (`POLYGON (MATIC)`, `Polygon (Matic)`, `Polygon`).
///
/// ```
/// use cr_core::chain::same_network;
///
/// assert!(same_network("POLYGON (MATIC)", "Polygon", "USDC"));
/// assert!(!same_network("Polygon", "Base", "USDC"));
/// ```
pub fn same_network(one: &str, other: &str, coin: &str) -> bool {
    same_text(one, other) || spelt(coin, one).is_some_and(|known| Some(known) == spelt(coin, other))
}

/// Returns whether two texts are the same address. In an EVM address the case of the letters is only a checksum.
pub(crate) fn is_same_address(one: &str, other: &str) -> bool {
    one == other || is_hex_address(one) && is_hex_address(other) && one.eq_ignore_ascii_case(other)
}

/// Returns whether a text has the form of an EVM address, by its prefix and length.
pub(crate) fn is_hex_address(text: &str) -> bool {
    text.len() == 42 && text.starts_with("0x")
}
