//! Payment links where a safe standard exists: BIP-21, `lightning:`, Solana Pay, EIP-681. There are none elsewhere.
//!
//! A link is made only when it can carry the exact amount in the unit of the standard: a wallet that rounds, or that
//! takes the token contract for the payee, loses the shopper's money.

use crate::{
    catalog::{Contract, Network},
    chain::{Address, Chain},
    money::CoinAmount,
};

/// What a link has to carry.
#[derive(Clone, Copy, Debug)]
pub struct Payment<'a> {
    /// The family of the network.
    pub chain: Chain,
    /// The ticker of the coin.
    pub coin: &'a str,
    /// The payee.
    pub address: &'a Address,
    /// The exact amount.
    pub amount: &'a CoinAmount,
    /// The memo or tag that must go with the payment.
    pub memo: Option<&'a str>,
    /// The catalogue's entry for the network.
    pub via: Option<&'a Network>,
}

/// What is sent: the network's own coin, or a token.
pub(super) enum Asset<'a> {
    Native,
    Token(&'a Contract),
}

/// Returns what is sent, if the catalogue says it.
fn asset<'a>(chain: Chain, coin: &str, via: Option<&'a Network>) -> Option<Asset<'a>> {
    let via = via?;
    match &via.contract {
        Some(contract) => Some(Asset::Token(contract)),
        None if is_native(chain, coin, via.base_token.as_deref()) => Some(Asset::Native),
        None => None,
    }
}

/// Returns the fraction digits of a coin on a network; `None` when they are not known.
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

/// Returns the fraction digits of a network's own coin, where its ticker alone says that it is sent.
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
    /// Returns what is sent, if the catalogue says it.
    pub(super) fn asset(&self) -> Option<Asset<'a>> {
        asset(self.chain, self.coin, self.via)
    }

    /// Returns the fraction digits of what is sent; `None` when they are not known.
    pub fn decimals(&self) -> Option<u32> {
        decimals(self.chain, self.coin, self.via)
    }

    /// Returns whether the amount has more fraction digits than what is sent can have.
    pub fn has_too_many_digits(&self) -> bool {
        self.decimals().is_some_and(|decimals| self.amount.fraction_digits() > decimals)
    }

    /// Returns the link, if there is a standard that carries all of this exactly.
    pub fn link(&self) -> Option<String> {
        let (address, amount) = (self.address.as_str(), self.amount.as_str());
        // An account that a program derived may be a token account, from which a wallet would derive another one.
        if !self.amount.is_positive()
            || self.has_too_many_digits()
            || self.address.is_derived(self.chain)
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
}

/// Returns whether a coin is its network's own.
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

/// Returns the text with everything but unreserved characters as `%XX` (RFC 3986).
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
