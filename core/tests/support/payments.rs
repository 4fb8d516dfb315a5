//! Orders on several networks, and the catalogue's entries of those.

use cr_core::{
    catalog::{Contract, Network},
    order::Order,
};

use super::{coin, order};

pub(crate) const MINT: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
pub(crate) const USDC: &str = "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359";
pub(crate) const PAYEE: &str = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
pub(crate) const BITCOIN: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
/// BOLT #11's example of 0.0025 bitcoin.
pub(crate) const INVOICE: &str = "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp";

pub(crate) fn network(name: &str, base_token: &str, contract: Option<(&str, u32)>) -> Network {
    Network {
        name: name.into(),
        label: name.into(),
        suspended: false,
        threshold: None,
        chain_id: None,
        base_token: Some(base_token.into()),
        engine: None,
        contract: contract.map(|(address, decimals)| Contract { address: address.into(), decimals }),
        logo_url: None,
    }
}

pub(crate) fn on(coin_name: &str, network: &str, address: &str, due: &str) -> Order {
    Order {
        coin: Some(coin_name.into()),
        network: Some(network.into()),
        wallet_address: Some(address.into()),
        due: Some(coin(due)),
        ..order("WaitingForPayment")
    }
}

pub(crate) fn with_id(name: &str, chain_id: u64) -> Option<Network> {
    Some(Network { chain_id: Some(chain_id), ..network(name, "ETH", None) })
}
