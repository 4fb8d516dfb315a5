//! Payment links where a safe standard exists: BIP-21, `lightning:`, Solana Pay, EIP-681. None elsewhere.
//!
//! A link is made only when it can carry the exact amount in the unit of the standard; a wallet that rounds, or that takes the
//! token contract for the payee, loses the shopper's money.

use core::str::FromStr;

use super::address::{Address, Chain};
use crate::{
    catalog::{Contract, Network},
    money::CoinAmount,
};

/// What a link has to carry.
#[derive(Clone, Copy, Debug)]
pub struct Payment<'a> {
    /// Network.
    pub chain: Chain,
    /// Coin ticker.
    pub coin: &'a str,
    /// Payee.
    pub address: &'a Address,
    /// Exact amount.
    pub amount: &'a CoinAmount,
    /// Memo or tag that must go with it.
    pub memo: Option<&'a str>,
    /// What the catalogue knows about the network.
    pub via: Option<&'a Network>,
}

/// What is sent: the network's own coin, or a token.
pub(super) enum Asset<'a> {
    Native,
    Token(&'a Contract),
}

/// What is sent, if the catalogue tells.
fn asset<'a>(chain: Chain, coin: &str, via: Option<&'a Network>) -> Option<Asset<'a>> {
    let via = via?;
    match &via.contract {
        Some(contract) => Some(Asset::Token(contract)),
        None if is_native(chain, coin, via.base_token.as_deref()) => Some(Asset::Native),
        None => None,
    }
}

/// Fraction digits of a coin on a network; `None` when unknown.
pub(super) fn decimals(chain: Chain, coin: &str, via: Option<&Network>) -> Option<u32> {
    let of = |native: u32| {
        asset(chain, coin, via).map(|asset| match asset {
            Asset::Native => native,
            Asset::Token(contract) => contract.decimals,
        })
    };
    match chain {
        Chain::Bitcoin | Chain::Litecoin | Chain::Dogecoin => Some(8),
        Chain::Lightning => Some(11),
        Chain::Evm(_) => of(18),
        Chain::Solana => of(9),
        Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => {
            let contract = via.and_then(|via| via.contract.as_ref());
            contract.map(|contract| contract.decimals).or_else(|| native_decimals(chain, coin))
        }
    }
}

/// Fraction digits of a network's own coin, where its ticker alone says that it is sent.
fn native_decimals(chain: Chain, coin: &str) -> Option<u32> {
    let own: [(Chain, &[&str], u32); 4] = [
        (Chain::Tron, &["TRX"], 6),
        (Chain::Ton, &["TON", "GRAM"], 9),
        (Chain::Sui, &["SUI"], 9),
        (Chain::Xrp, &["XRP"], 6),
    ];
    let is_own = |(its, tickers, _): &&(Chain, &[&str], u32)| {
        *its == chain && tickers.iter().any(|it| it.eq_ignore_ascii_case(coin))
    };
    own.iter().find(is_own).map(|(_, _, decimals)| *decimals)
}

impl<'a> Payment<'a> {
    /// What is sent, if the catalogue tells.
    pub(super) fn asset(&self) -> Option<Asset<'a>> {
        asset(self.chain, self.coin, self.via)
    }

    /// Fraction digits of what is sent; `None` when unknown.
    pub fn decimals(&self) -> Option<u32> {
        decimals(self.chain, self.coin, self.via)
    }

    /// Whether the amount has more fraction digits than what is sent can have.
    pub fn has_too_many_digits(&self) -> bool {
        self.decimals().is_some_and(|decimals| self.amount.fraction_digits() > decimals)
    }

    /// The link, if there is a standard that carries all of this exactly.
    pub fn link(&self) -> Option<String> {
        let (address, amount) = (self.address.as_str(), self.amount.as_str());
        if !self.amount.is_positive()
            || self.has_too_many_digits()
            || self.memo.is_some() && self.chain != Chain::Solana
        {
            return None;
        }
        match self.chain {
            Chain::Bitcoin => Some(format!("bitcoin:{address}?amount={amount}")),
            Chain::Litecoin => Some(format!("litecoin:{address}?amount={amount}")),
            Chain::Dogecoin => Some(format!("dogecoin:{address}?amount={amount}")),
            Chain::Lightning => Some(format!("lightning:{address}")),
            Chain::Solana => {
                let token = match self.asset()? {
                    Asset::Native => String::new(),
                    Asset::Token(mint) => {
                        let mint = Address::parse(Chain::Solana, &mint.address).ok()?;
                        format!("&spl-token={}", mint.as_str())
                    }
                };
                let memo = self.memo.map_or_else(String::new, |memo| format!("&memo={}", percent_encoded(memo)));
                Some(format!("solana:{address}?amount={amount}{token}{memo}"))
            }
            Chain::Evm(Some(chain_id)) => match self.asset()? {
                Asset::Native => {
                    let wei = self.amount.to_atoms(18)?;
                    Some(format!("ethereum:{address}@{chain_id}?value={wei}"))
                }
                Asset::Token(contract) => {
                    let token = Address::parse(self.chain, &contract.address).ok()?;
                    let atoms = self.amount.to_atoms(contract.decimals)?;
                    let token = token.as_str();
                    Some(format!("ethereum:{token}@{chain_id}/transfer?address={address}&uint256={atoms}"))
                }
            },
            Chain::Evm(None) | Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => None,
        }
    }

    /// Whether a text of the supplier's says the same as we do: it parses, and address, amount, token and network agree
    /// (docs/supplier-api.md §9.7). What it leaves out does not count, what we do not understand speaks against it. `None` where
    /// there is no standard to read it by, but it does name our address.
    pub fn agrees(&self, text: &str) -> Option<bool> {
        let text = text.trim();
        let has_standard = match self.chain {
            Chain::Bitcoin | Chain::Lightning | Chain::Litecoin | Chain::Dogecoin | Chain::Evm(_) | Chain::Solana => {
                true
            }
            Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => false,
        };
        let is_open = !has_standard && !self.is_payee(text) && text.contains(self.address.as_str());
        (!is_open).then(|| self.is_payee(text) || self.reads_as_ours(text))
    }

    fn reads_as_ours(&self, text: &str) -> bool {
        let Some((scheme, rest)) = text.split_once(':') else { return false };
        let (target, query) = rest.split_once('?').unwrap_or((rest, ""));
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let parameters: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
        let scheme_fits = |expected: &str| scheme.eq_ignore_ascii_case(expected);
        match self.chain {
            Chain::Bitcoin => scheme_fits("bitcoin") && self.agrees_with_bip21(target, &parameters),
            Chain::Litecoin => scheme_fits("litecoin") && self.agrees_with_bip21(target, &parameters),
            Chain::Dogecoin => scheme_fits("dogecoin") && self.agrees_with_bip21(target, &parameters),
            Chain::Lightning => scheme_fits("lightning") && self.is_payee(target) && query.is_empty(),
            Chain::Solana => scheme_fits("solana") && self.agrees_with_solana_pay(target, &parameters),
            Chain::Evm(_) => scheme_fits("ethereum") && self.agrees_with_eip681(target, &parameters),
            Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => false,
        }
    }

    fn agrees_with_bip21(&self, target: &str, parameters: &[(&str, &str)]) -> bool {
        self.is_payee(target)
            && parameters.iter().all(|(name, value)| match *name {
                "amount" => self.is_amount(value),
                "label" | "message" => true,
                _ => false,
            })
    }

    fn agrees_with_solana_pay(&self, target: &str, parameters: &[(&str, &str)]) -> bool {
        let mint = self.via.and_then(|via| via.contract.as_ref()).map(|mint| mint.address.as_str());
        self.is_payee(target)
            && parameters.iter().any(|(name, _)| *name == "spl-token") == mint.is_some()
            && parameters.iter().any(|(name, _)| *name == "memo") == self.memo.is_some()
            && parameters.iter().all(|(name, value)| match *name {
                "amount" => self.is_amount(value),
                "spl-token" => Some(*value) == mint,
                "memo" => self.memo.is_some_and(|memo| *value == memo || *value == percent_encoded(memo)),
                "label" | "message" => true,
                _ => false,
            })
    }

    fn agrees_with_eip681(&self, target: &str, parameters: &[(&str, &str)]) -> bool {
        let (target, function) = target.split_once('/').map_or((target, None), |(target, name)| (target, Some(name)));
        let (target, chain_id) = target.split_once('@').map_or((target, None), |(target, id)| (target, Some(id)));
        let target = target.strip_prefix("pay-").unwrap_or(target);
        let Chain::Evm(Some(id)) = self.chain else { return false };
        let is_chain = chain_id == Some(id.to_string().as_str());
        let is_atoms = |value: &str, decimals: u32| {
            let atoms = self.amount.to_atoms(decimals);
            atoms.is_some() && atoms == integer(value)
        };
        let has = |wanted: &str| parameters.iter().any(|(name, _)| *name == wanted);
        is_chain
            && match (self.asset(), function) {
                (Some(Asset::Native), None) => {
                    self.is_payee(target)
                        && parameters.iter().all(|(name, value)| *name == "value" && is_atoms(value, 18))
                }
                (Some(Asset::Token(contract)), Some("transfer")) => {
                    contract.address.eq_ignore_ascii_case(target)
                        && has("address")
                        && parameters.iter().all(|(name, value)| match *name {
                            "address" => self.is_payee(value),
                            "uint256" => is_atoms(value, contract.decimals),
                            _ => false,
                        })
                }
                (Some(_) | None, Some(_) | None) => false,
            }
    }

    fn is_amount(&self, text: &str) -> bool {
        CoinAmount::from_str(text).is_ok_and(|amount| amount == *self.amount)
    }

    /// Whether a text is our address, in any spelling that the network takes for the same.
    fn is_payee(&self, text: &str) -> bool {
        let address = self.address.as_str();
        let has_free_case = match self.chain {
            Chain::Evm(_) | Chain::Lightning => true,
            // Segwit addresses; in base58 the case is part of the value.
            Chain::Bitcoin | Chain::Litecoin => ["bc1", "ltc1"]
                .iter()
                .any(|start| address.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))),
            Chain::Dogecoin | Chain::Solana | Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => {
                false
            }
        };
        let same_text = if has_free_case { text.eq_ignore_ascii_case(address) } else { text == address };
        same_text && Address::parse(self.chain, text).is_ok()
    }
}

/// Whether a coin is its network's own.
fn is_native(chain: Chain, coin: &str, base_token: Option<&str>) -> bool {
    let is = |ticker: &str| coin.eq_ignore_ascii_case(ticker);
    match chain {
        Chain::Bitcoin | Chain::Lightning => is("BTC"),
        Chain::Litecoin => is("LTC"),
        Chain::Dogecoin => is("DOGE"),
        Chain::Evm(_) => base_token.is_some_and(is),
        Chain::Solana => is("SOL"),
        Chain::Tron => is("TRX"),
        Chain::Ton => is("TON") || is("GRAM"),
        Chain::Sui => is("SUI"),
        Chain::Xrp => is("XRP"),
        Chain::Unknown => false,
    }
}

/// An integer as EIP-681 writes it: digits, or `2.014e18`.
fn integer(text: &str) -> Option<String> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    CoinAmount::from_str(digits).ok()?.to_atoms(exponent.parse().ok()?)
}

/// RFC 3986: everything but unreserved characters as `%XX`.
fn percent_encoded(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.extend(['%', char::from(HEX[usize::from(byte >> 4)]), char::from(HEX[usize::from(byte & 15)])]);
        }
        out
    })
}
