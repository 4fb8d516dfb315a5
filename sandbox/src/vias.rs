//! Payment vias, coins and networks (`docs/supplier-api.md` §5.1 and §5.2). Contracts are invented: their addresses are
//! valid but belong to nothing, so a wallet that follows the simulation cannot move a real token.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::addresses::{self, AddressKind};
use super::money::{CoinAmount, ppm};

/// One network of a coin.
#[derive(Debug)]
pub(crate) struct Network {
    /// The exact text for `payment.network`.
    pub(crate) name: &'static str,
    pub(crate) display_name: Option<&'static str>,
    pub(crate) kind: AddressKind,
    pub(crate) chain_id: Option<u64>,
    base_token: &'static str,
    engine: Option<&'static str>,
    /// The decimals of the token contract; `None` for the chain's native coin.
    pub(crate) token_decimals: Option<u32>,
    /// The smallest order in thousandths of a US dollar.
    minimum_milli_usd: i64,
    pub(crate) is_suspended: bool,
    /// The second half of `payment_method`, as in `USDC-MATIC`; empty when the coin's name is all of it.
    pub(crate) rail: &'static str,
    cost: Option<&'static str>,
}

/// A coin that can be paid with.
#[derive(Debug)]
pub(crate) struct Coin {
    /// The ticker to send as `payment.coin`.
    pub(crate) name: &'static str,
    /// How many digits after the point the supplier quotes.
    pub(crate) digits: u32,
    /// The middle price of one coin in millionths of a US dollar.
    pub(crate) micro_usd: i64,
    /// How far the price may swing to either side, in millionths.
    pub(crate) swing_ppm: i64,
    pub(crate) is_suspended: bool,
    pub(crate) networks: &'static [Network],
}

const fn network(name: &'static str, kind: AddressKind, base_token: &'static str, rail: &'static str) -> Network {
    Network {
        name,
        display_name: None,
        kind,
        chain_id: None,
        base_token,
        engine: None,
        token_decimals: None,
        minimum_milli_usd: 545,
        is_suspended: false,
        rail,
        cost: None,
    }
}

const fn evm(name: &'static str, chain_id: u64, base_token: &'static str, rail: &'static str) -> Network {
    Network { chain_id: Some(chain_id), engine: Some("EVM"), ..network(name, AddressKind::Evm, base_token, rail) }
}

const fn token(network: Network, decimals: u32) -> Network {
    Network { token_decimals: Some(decimals), ..network }
}

const fn minimum(network: Network, milli_usd: i64) -> Network {
    Network { minimum_milli_usd: milli_usd, ..network }
}

const fn costs(network: Network, cost: &'static str) -> Network {
    Network { cost: Some(cost), ..network }
}

const fn shown(network: Network, display_name: &'static str) -> Network {
    Network { display_name: Some(display_name), ..network }
}

const fn suspended(network: Network) -> Network {
    Network { is_suspended: true, ..network }
}

const fn solana() -> Network {
    Network { engine: Some("SVM"), cost: Some("€0"), ..network("Solana", AddressKind::Solana, "SOL", "SOL") }
}

const fn polygon() -> Network {
    costs(shown(evm("Polygon (Matic)", 137, "MATIC", "MATIC"), "Polygon"), "€0.01")
}

const fn base() -> Network {
    costs(evm("Base", 8453, "ETH", "Base"), "€0.01")
}

const fn arbitrum() -> Network {
    shown(evm("Arbitrum", 42161, "ETH", "Arbitrum"), "Arbitrum One")
}

const fn ethereum() -> Network {
    costs(shown(minimum(evm("ETH Mainnet", 1, "ETH", "ETH"), 12_400), "Ethereum"), "€1.20")
}

const fn bnb() -> Network {
    evm("BNB Smart Chain", 56, "BNB", "BSC")
}

const fn tron() -> Network {
    costs(network("Tron", AddressKind::Tron, "TRX", "TRX"), "€1")
}

const fn coin(name: &'static str, digits: u32, micro_usd: i64, swing_ppm: i64, networks: &'static [Network]) -> Coin {
    Coin { name, digits, micro_usd, swing_ppm, is_suspended: false, networks }
}

/// All coins, in the order in which they are listed.
pub(crate) const COINS: &[Coin] = &[
    coin(
        "BTC",
        8,
        97_412_500_000,
        6_000,
        &[
            costs(minimum(shown(network("Mainnet", AddressKind::Bitcoin, "BTC", ""), "Bitcoin"), 5_450), "€0.80"),
            costs(shown(network("Lightning", AddressKind::Lightning, "BTC", "LIGHTNING"), "Lightning Network"), "€0"),
        ],
    ),
    coin("ETH", 8, 3_310_200_000, 7_000, &[ethereum_native(), base_native(), arbitrum_native()]),
    coin(
        "USDC",
        2,
        1_000_000,
        150,
        &[
            token(solana(), 6),
            token(polygon(), 6),
            token(base(), 6),
            token(arbitrum(), 6),
            token(ethereum(), 6),
            suspended(token(shown(evm("Avalanche C-Chain", 43114, "AVAX", "AVAXC"), "Avalanche"), 6)),
        ],
    ),
    coin(
        "USDT",
        2,
        999_600,
        250,
        &[
            token(tron(), 6),
            token(solana(), 6),
            token(polygon(), 6),
            token(bnb(), 18),
            token(ethereum(), 6),
            suspended(token(network("Ton", AddressKind::Ton, "TON", "TON"), 6)),
        ],
    ),
    coin("SOL", 6, 188_400_000, 8_000, &[solana()]),
    coin("LTC", 8, 92_300_000, 7_000, &[shown(network("Mainnet", AddressKind::Litecoin, "LTC", ""), "Litecoin")]),
    coin("DOGE", 4, 183_400, 9_000, &[shown(network("Mainnet", AddressKind::Dogecoin, "DOGE", ""), "Dogecoin")]),
    coin("TRX", 4, 241_100, 5_000, &[tron()]),
    coin("GRAM", 6, 3_120_000, 7_000, &[shown(network("Ton", AddressKind::Ton, "GRAM", "TON"), "TON")]),
    coin("SUI", 6, 2_870_000, 9_000, &[network("Sui", AddressKind::Sui, "SUI", "SUI")]),
    coin("DAI", 6, 1_000_200, 250, &[token(polygon(), 18), token(base(), 18), token(ethereum(), 18)]),
    coin("EUROC", 2, 1_084_000, 300, &[token(solana(), 6), token(base(), 6)]),
    coin("PYUSD", 2, 999_900, 200, &[token(solana(), 6), token(ethereum(), 6)]),
    coin("USDC.e", 2, 999_800, 200, &[token(polygon(), 6)]),
    Coin { is_suspended: true, ..coin("FDUSD", 2, 999_500, 200, &[token(bnb(), 18), token(ethereum(), 18)]) },
];

const fn ethereum_native() -> Network {
    Network { rail: "", ..ethereum() }
}

const fn base_native() -> Network {
    base()
}

const fn arbitrum_native() -> Network {
    arbitrum()
}

/// Returns the coin with exactly that name.
pub(crate) fn find_coin(name: &str) -> Option<&'static Coin> {
    COINS.iter().find(|coin| coin.name == name)
}

impl Coin {
    /// Returns the network of that name; letter case is ignored, as two spellings of Polygon suggest.
    pub(crate) fn find_network(&self, name: &str) -> Option<&'static Network> {
        self.networks.iter().find(|network| network.name.eq_ignore_ascii_case(name))
    }

    /// Returns the network that catalogue prices assume.
    pub(crate) fn default_network(&self) -> &'static Network {
        let matic = self.networks.iter().find(|network| network.rail == "MATIC");
        matic.unwrap_or(&self.networks[0])
    }

    /// Returns the text for `payment_method`, such as `USDC-MATIC`, `BTC-LIGHTNING`, `BTC`.
    pub(crate) fn payment_method(&self, network: &Network) -> String {
        if network.rail.is_empty() || network.rail == self.name {
            self.name.to_owned()
        } else {
            format!("{}-{}", self.name, network.rail)
        }
    }

    /// Returns the smallest order on that network, in coin units with 18 digits.
    pub(crate) fn threshold(&self, network: &Network) -> CoinAmount {
        CoinAmount((Decimal::new(network.minimum_milli_usd, 3) / ppm(self.micro_usd)).trunc_with_scale(18))
    }

    /// Returns the contract address of the coin on that network, if it is a token.
    pub(crate) fn contract(&self, network: &Network) -> Option<String> {
        network.token_decimals?;
        Some(addresses::contract(network.kind, self.name, network.name))
    }
}

/// Returns the response body of `GET /v3/payment_vias`.
pub(crate) fn payment_vias() -> Value {
    let wallet: Vec<Value> = COINS.iter().map(coin_json).collect();
    let stable = || json!([{ "name": "USDT", "is_suspended": false }, { "name": "USDC", "is_suspended": false }]);
    json!([
        { "name": "GATE_PAY", "available": true, "logo_url": null, "currencies": stable() },
        { "name": "USER_WALLET", "available": true, "logo_url": "/sandbox/coins/wallet.webp", "currencies": wallet },
        { "name": "KUCOIN_PAY", "available": false, "currencies": stable() },
        { "name": "BUYDL", "currencies": null }
    ])
}

/// Returns the response body of `GET /v3/currencies`.
pub(crate) fn currencies() -> Value {
    let row =
        |coin: &Coin| json!({ "name": coin.name, "logo_url": logo_url(coin.name), "is_suspended": coin.is_suspended });
    COINS.iter().map(row).collect()
}

fn logo_url(coin: &str) -> String {
    format!("/sandbox/coins/{}.webp", coin.to_ascii_lowercase())
}

fn coin_json(coin: &Coin) -> Value {
    let networks: Vec<Value> = coin.networks.iter().map(|network| network_json(coin, network)).collect();
    let mut out = json!({ "name": coin.name, "logo_url": logo_url(coin.name), "networks": networks });
    // One coin leaves the flag out where it would be false.
    if coin.is_suspended || coin.name != "LTC" {
        out["is_suspended"] = coin.is_suspended.into();
    }
    if coin.name == "BTC" {
        out["threshold"] = "0.00000559".into();
    }
    out
}

fn network_json(coin: &Coin, network: &Network) -> Value {
    let mut out = json!({
        "name": network.name,
        "base_token": network.base_token,
        "threshold": coin.threshold(network).trimmed(),
    });
    if let Some(name) = network.display_name {
        out["display_name"] = name.into();
    }
    if network.is_suspended || network.chain_id.is_some() {
        out["is_suspended"] = network.is_suspended.into();
    }
    if let Some(id) = network.chain_id {
        out["chain_id"] = id.into();
    }
    if let Some(engine) = network.engine {
        out["smart_contract_engine"] = engine.into();
    }
    if let Some(cost) = network.cost {
        out["estimated_transfer_cost"] = cost.into();
    }
    if let (Some(decimals), Some(address)) = (network.token_decimals, coin.contract(network)) {
        out["smart_contract"] = json!({
            "engine": network.engine.unwrap_or(network.name),
            "address": address,
            "decimals": decimals,
            "symbol": coin.name,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usdc_travels_on_solana_with_six_decimals() {
        let coin = find_coin("USDC").unwrap();
        assert_eq!(coin.find_network("Solana").unwrap().token_decimals, Some(6));
        assert_eq!(coin.payment_method(coin.default_network()), "USDC-MATIC");
    }

    #[test]
    fn there_is_a_suspended_coin_a_suspended_network_and_a_token_of_18_decimals() {
        assert!(COINS.iter().any(|coin| coin.is_suspended));
        let networks = || COINS.iter().flat_map(|coin| coin.networks);
        assert!(networks().any(|network| network.is_suspended));
        assert!(networks().any(|network| network.token_decimals == Some(18)));
    }

    #[test]
    fn thresholds_are_plain_decimals() {
        for coin in COINS {
            for network in coin.networks {
                let text = coin.threshold(network).trimmed();
                assert!(
                    CoinAmount::parse(&text).is_some_and(|amount| amount > CoinAmount::ZERO),
                    "{} {}: {text}",
                    coin.name,
                    network.name
                );
            }
        }
    }
}
