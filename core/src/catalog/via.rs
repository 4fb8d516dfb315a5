//! Coins and networks to pay with, from a wallet of the shopper's own (docs/supplier-api.md §5.1).

use crate::{
    chain::{Listing, same_coin, same_network},
    money::CoinAmount,
    text::holds,
};

/// The coins payable from a wallet of the shopper's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Via {
    /// Coins, in the order sent.
    pub coins: Vec<Coin>,
}

/// A coin.
#[derive(Clone, Debug, PartialEq)]
pub struct Coin {
    /// Ticker, verbatim: sent as `payment.coin`.
    pub name: String,
    /// Whether it is paused.
    pub suspended: bool,
    /// Logo, https or path-absolute.
    pub logo_url: Option<String>,
    /// Its networks.
    pub networks: Vec<Network>,
}

/// A network of a coin.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Verbatim: sent as `payment.network`.
    pub name: String,
    /// Nicer label, cleaned; equals `name` if the supplier has none.
    pub label: String,
    /// Whether it is paused.
    pub suspended: bool,
    /// Smallest order in coin units.
    pub threshold: Option<CoinAmount>,
    /// EVM chain id.
    pub chain_id: Option<u64>,
    /// Coin that pays the network's fee.
    pub base_token: Option<String>,
    /// `EVM`, `SVM`, ….
    pub engine: Option<String>,
    /// Token contract and its decimals; `None` for native coins.
    pub contract: Option<Contract>,
    /// Logo, https or path-absolute.
    pub logo_url: Option<String>,
}

/// A token contract or mint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Address of the contract or mint.
    pub address: String,
    /// Fraction digits of the token.
    pub decimals: u32,
}

/// Why a network cannot be chosen for an amount, or how well it suits.
#[derive(Clone, Debug, PartialEq)]
pub enum NetworkFit {
    /// USDC on Solana: lowest fees, quickest (docs/supplier-api.md §5.1).
    Recommended,
    /// Fine.
    Fine,
    /// Works, but the supplier may ask for a full name that cannot be given here: stablecoins on Tron.
    Risky,
    /// The network or its coin is paused.
    Suspended,
    /// The order is below this minimum.
    BelowMinimum(CoinAmount),
}

impl Network {
    /// What this tells of the chain that it is.
    pub fn listing(&self) -> Listing<'_> {
        Listing {
            name: &self.name,
            label: &self.label,
            chain_id: self.chain_id,
            engine: self.engine.as_deref(),
            contract: self.contract.as_ref().map(|contract| contract.address.as_str()),
        }
    }
}

impl Coin {
    /// Whether it is a stablecoin of the two that the supplier asks a full name for on Tron (docs/supplier-api.md §8).
    fn needs_name_on_tron(&self) -> bool {
        self.name.eq_ignore_ascii_case("USDT") || self.name.eq_ignore_ascii_case("USDC")
    }

    fn is_risky_on(&self, network: &Network) -> bool {
        self.needs_name_on_tron()
            && [&network.name, &network.label].into_iter().any(|name| {
                let name = name.to_ascii_lowercase();
                ["tron", "trc20", "trc-20"].into_iter().any(|part| holds(&name, part))
            })
    }

    fn is_recommended_on(&self, network: &Network) -> bool {
        self.name.eq_ignore_ascii_case("USDC") && network.name.eq_ignore_ascii_case("Solana")
    }
}

impl Via {
    /// How well a network suits an order of `amount` (if known).
    pub fn fit(coin: &Coin, network: &Network, amount: Option<&CoinAmount>) -> NetworkFit {
        if coin.suspended || network.suspended {
            return NetworkFit::Suspended;
        }
        if let (Some(amount), Some(threshold)) = (amount, &network.threshold)
            && amount < threshold
        {
            return NetworkFit::BelowMinimum(threshold.clone());
        }
        if coin.is_risky_on(network) {
            NetworkFit::Risky
        } else if coin.is_recommended_on(network) {
            NetworkFit::Recommended
        } else {
            NetworkFit::Fine
        }
    }

    /// The pair to start with: the wished one if it can be had, else USDC on Solana, else the first that is neither suspended nor risky.
    ///
    /// Names are compared without case, as people write them in attributes. A wished coin without a wished network starts
    /// with its best network. Stablecoins on Tron are never preselected, wished
    /// for or not.
    pub fn preferred(&self, coin: Option<&str>, network: Option<&str>) -> Option<(&Coin, &Network)> {
        let pairs = || self.coins.iter().flat_map(|coin| coin.networks.iter().map(move |network| (coin, network)));
        let is_wished =
            |name: &str, wish: Option<&str>| wish.is_some_and(|wish| name.eq_ignore_ascii_case(wish.trim()));
        let is_safe =
            |(coin, network): &(&Coin, &Network)| !coin.suspended && !network.suspended && !coin.is_risky_on(network);
        let on_wished =
            |pair: &(&Coin, &Network)| is_wished(&pair.1.name, network) || is_wished(&pair.1.label, network);
        pairs()
            .find(|pair| is_wished(&pair.0.name, coin) && on_wished(pair) && is_safe(pair))
            .or_else(|| {
                pairs().find(|pair| is_wished(&pair.0.name, coin) && pair.0.is_recommended_on(pair.1) && is_safe(pair))
            })
            .or_else(|| pairs().find(|pair| is_wished(&pair.0.name, coin) && is_safe(pair)))
            .or_else(|| pairs().find(|pair| pair.0.is_recommended_on(pair.1) && is_safe(pair)))
            .or_else(|| pairs().find(is_safe))
    }

    /// Finds a pair by exact names.
    pub fn find(&self, coin: &str, network: &str) -> Option<(&Coin, &Network)> {
        let coin = self.coins.iter().find(|candidate| candidate.name == coin)?;
        Some((coin, coin.networks.iter().find(|candidate| candidate.name == network)?))
    }

    /// Finds the pair that an order means: by exact names, else by the one pair whose names mean the same (`POLYGON (MATIC)`).
    pub fn meant(&self, coin: &str, network: &str) -> Option<(&Coin, &Network)> {
        self.find(coin, network).or_else(|| {
            let coins = self.coins.iter().filter(|candidate| same_coin(&candidate.name, coin));
            let mut pairs =
                coins.flat_map(|candidate| candidate.networks.iter().map(move |network| (candidate, network)));
            let is_meant = |pair: &(&Coin, &Network)| same_network(&pair.1.name, network, coin);
            let found = pairs.find(is_meant)?;
            pairs.find(is_meant).is_none().then_some(found)
        })
    }
}
