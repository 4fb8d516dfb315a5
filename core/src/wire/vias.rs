//! `GET /v3/payment_vias` (docs/supplier-api.md §5.1).

use super::{AnswerError, envelope, node::Node};
use crate::{
    catalog::{Coin, Contract, Network, Via},
    money::CoinAmount,
};

/// The payment via of this checkout: the supplier gives an address, and the shopper pays from a wallet of their own.
pub(super) const USER_WALLET: &str = "USER_WALLET";

/// Decodes the answer to `GET /v3/payment_vias`: the coins payable from the shopper's own wallet (`USER_WALLET`).
///
/// Coins and networks without a name are left out, and coins without a network.
///
/// # Errors
/// [`AnswerError`]. A body without an available `USER_WALLET` is no error: it gives an empty [`Via`].
pub fn payment_vias(status: u16, body: &str) -> Result<Via, AnswerError> {
    let body = envelope::read(status, body)?;
    let root = Node::root(&body, "");
    if !body.is_array() {
        return Err(root.expected("a list of payment vias").into());
    }
    let wallet = root
        .list()
        .find(|via| via.get("name").opt_text() == Some(USER_WALLET) && via.get("available").flag(true))
        .map(|via| via.get("currencies").list().filter_map(|node| coin(&node)).collect());
    Ok(Via { coins: wallet.unwrap_or_default() })
}

fn coin(node: &Node<'_>) -> Option<Coin> {
    let name = node.get("name").opt_text()?.to_owned();
    let threshold = threshold(&node.get("threshold"));
    let networks: Vec<Network> =
        node.get("networks").list().filter_map(|node| network(&node, threshold.as_ref())).collect();
    if networks.is_empty() {
        return None;
    }
    Some(Coin {
        name,
        suspended: node.get("is_suspended").flag(false),
        logo_url: node.get("logo_url").opt_image(),
        networks,
    })
}

fn network(node: &Node<'_>, coin_threshold: Option<&CoinAmount>) -> Option<Network> {
    let name = node.get("name").opt_text()?;
    let text = |field| node.get(field).opt_text().map(str::to_owned);
    let contract = node.get("smart_contract");
    Some(Network {
        name: name.to_owned(),
        label: node.get("display_name").opt_label().unwrap_or_else(|| crate::text::clean(name)),
        suspended: node.get("is_suspended").flag(false),
        threshold: threshold(&node.get("threshold")).or_else(|| coin_threshold.cloned()),
        chain_id: node.get("chain_id").opt_whole(),
        base_token: text("base_token"),
        engine: text("smart_contract_engine").or_else(|| contract.get("engine").opt_text().map(str::to_owned)),
        contract: self::contract(&contract),
        logo_url: node.get("logo_url").opt_image(),
    })
}

/// Returns a token contract; `None` for one that is not complete enough for a payment link.
fn contract(node: &Node<'_>) -> Option<Contract> {
    let decimals = u32::try_from(node.get("decimals").opt_whole()?).ok()?;
    Some(Contract { address: node.get("address").opt_text()?.to_owned(), decimals })
}

/// Returns the smallest order. It is never paid, so that digits beyond those that can be kept exactly may be cut off.
fn threshold(node: &Node<'_>) -> Option<CoinAmount> {
    let digits = node.opt_amount_digits()?;
    digits.parse().ok().or_else(|| digits.get(..24)?.parse().ok())
}
