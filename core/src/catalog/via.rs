//! Coins and networks to pay with, from a wallet of the shopper's own (docs/supplier-api.md §5.1).

use crate::{
    chain::{Listing, same_coin, same_network},
    money::CoinAmount,
    text::holds,
};

/// The coins that can be paid from a wallet of the shopper's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Via {
    /// The coins, in the order sent.
    pub coins: Vec<Coin>,
}

/// A coin that can be paid with.
#[derive(Clone, Debug, PartialEq)]
pub struct Coin {
    /// The ticker, verbatim: it is sent as `payment.coin`.
    pub name: String,
    /// Whether the supplier has paused it.
    pub suspended: bool,
    /// The address of the logo, https or path-absolute.
    pub logo_url: Option<String>,
    /// The networks that the coin can be sent on.
    pub networks: Vec<Network>,
}

/// A network of a coin.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// The name, verbatim: it is sent as `payment.network`.
    pub name: String,
    /// The label to show, cleaned; it equals `name` if the supplier has none.
    pub label: String,
    /// Whether the supplier has paused it.
    pub suspended: bool,
    /// The smallest order on this network, in units of the coin.
    pub threshold: Option<CoinAmount>,
    /// The id of the chain, on EVM networks.
    pub chain_id: Option<u64>,
    /// The coin that pays the fees of the network.
    pub base_token: Option<String>,
    /// The engine of the network as the supplier names it: `EVM`, `SVM`, ….
    pub engine: Option<String>,
    /// The token's contract and its decimals; `None` for native coins.
    pub contract: Option<Contract>,
    /// The address of the logo, https or path-absolute.
    pub logo_url: Option<String>,
}

/// A token contract or mint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The address of the contract or mint.
    pub address: String,
    /// The number of fraction digits of the token.
    pub decimals: u32,
}

/// Why a network cannot be chosen for an amount, or how well it suits.
#[derive(Clone, Debug, PartialEq)]
pub enum NetworkFit {
    /// It is USDC on Solana: the lowest fees, and the quickest (docs/supplier-api.md §5.1).
    Recommended,
    /// Nothing speaks for or against it.
    Fine,
    /// It works, but the supplier may ask for a full name that cannot be given here: stablecoins on Tron.
    Risky,
    /// The network or its coin is paused.
    Suspended,
    /// The order is below this minimum.
    BelowMinimum(CoinAmount),
}

impl Network {
    /// Returns what this entry says about the chain that the network is.
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
    /// Returns whether the coin is one of the two stablecoins for which the supplier asks a full name on Tron
    /// (docs/supplier-api.md §8).
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
    /// Returns how well a network suits an order of `amount`, if that is known.
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

    /// Returns the coin and network to start with: the preferred ones if they can be had, else USDC on Solana, else the
    /// first that is neither suspended nor risky.
    ///
    /// Names are compared without case, as people write them in attributes. A preferred coin without a preferred
    /// network starts with its best network. Stablecoins on Tron are never preselected, whatever is preferred.
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

    /// Returns the coin and network with these exact names.
    pub fn find(&self, coin: &str, network: &str) -> Option<(&Coin, &Network)> {
        let coin = self.coins.iter().find(|candidate| candidate.name == coin)?;
        Some((coin, coin.networks.iter().find(|candidate| candidate.name == network)?))
    }

    /// Returns the coin and network that an order means: by exact names, else the only pair whose names mean the same
    /// (`POLYGON (MATIC)`).
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
