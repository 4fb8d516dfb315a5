//! Payment links where a safe standard exists: BIP-21, `lightning:`, Solana Pay, EIP-681. There are none elsewhere.
//!
//! A link is made only when it can carry the exact amount in the unit of the standard: a wallet that rounds, or that
//! takes the token contract for the payee, loses the shopper's money.

use core::str::FromStr;

use crate::{
    catalog::{Contract, Network},
    chain::{Address, Chain, Invoice, form, named},
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

    /// Returns how far a text of the supplier agrees with this payment (docs/supplier-api.md §9.7). What it leaves out
    /// does not count, nor do parameters that change neither payee, asset, amount nor memo.
    pub fn agreement(&self, text: &str) -> Agreement {
        let text = text.trim();
        if self.is_payee(text) {
            return Agreement::Same;
        }
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            Some(_) | None => (None, text),
        };
        let (target, query) = rest.split_once('?').unwrap_or((rest, ""));
        let target = decoded(target.trim_start_matches('/').trim_end_matches('/'));
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let parameters: Vec<(String, String)> = pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decoded(name).to_ascii_lowercase(), decoded(value).trim().to_owned()))
            .filter(|(name, value)| !value.is_empty() || name.starts_with("req-"))
            .collect();
        let link = Link { target: &target, parameters: &parameters };
        let own = match self.chain {
            Chain::Bitcoin => "bitcoin",
            Chain::Litecoin => "litecoin",
            Chain::Dogecoin => "dogecoin",
            Chain::Lightning => "lightning",
            Chain::Solana => "solana",
            Chain::Evm(_) => "ethereum",
            Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => {
                return self.without_standard(text, &link);
            }
        };
        let is_own = scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case(own));
        // A link of BIP-21 may hold an invoice beside an address.
        let is_beside =
            self.chain == Chain::Lightning && scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bitcoin"));
        if !is_own && !is_beside {
            return self.under_another_scheme(scheme.unwrap_or_default(), &link);
        }
        match self.chain {
            Chain::Bitcoin | Chain::Litecoin | Chain::Dogecoin => self.agreement_of_bip21(&link),
            Chain::Lightning => self.agreement_of_lightning(&link),
            Chain::Solana => self.agreement_of_solana_pay(&link),
            Chain::Evm(_) => self.agreement_of_eip681(&link),
            Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => self.without_standard(text, &link),
        }
    }

    /// Returns how far a text agrees that follows no known standard: it must be for our address and nobody else's, and
    /// have no other memo and no other amount.
    fn without_standard(&self, text: &str, link: &Link<'_>) -> Agreement {
        // TON carries `bin` instead of a text.
        const MEMOS: [&str; 12] = [
            "dt",
            "tag",
            "desttag",
            "destinationtag",
            "addresstag",
            "memo",
            "memoid",
            "memotext",
            "extraid",
            "text",
            "comment",
            "bin",
        ];
        let is_other_memo = link.parameters.iter().any(|(name, value)| {
            MEMOS.contains(&&*name.replace(['_', '-'], ""))
                && !value.is_empty()
                && self.memo.is_none_or(|memo| memo.trim() != value.trim())
        });
        if is_other_memo && self.needs_memo() {
            return Agreement::OtherMemo;
        }
        // Addresses of some networks contain a colon. A parameter does not say who is paid.
        let whole = text.split(['?', '#']).next().unwrap_or_default();
        let names_ours = [whole, link.target].into_iter().chain(link.target.split('/')).any(|part| self.is_payee(part))
            || link.target.split([':', '/', '@']).any(|part| self.is_payee(part));
        let is_anothers = |part: &str| form(part).is_some() && !self.is_payee(part);
        let names_other = link.target.split([':', '/', '@']).any(is_anothers);
        let is_same = names_ours && !names_other && !is_other_memo && !self.has_other_amount(link);
        if is_same { Agreement::Open } else { Agreement::Differs }
    }

    /// Returns whether money is lost without the right memo: where payees share an address, and where that is not
    /// known.
    fn needs_memo(&self) -> bool {
        match self.chain {
            Chain::Xrp | Chain::Ton | Chain::Unknown => true,
            Chain::Bitcoin
            | Chain::Lightning
            | Chain::Litecoin
            | Chain::Dogecoin
            | Chain::Evm(_)
            | Chain::Solana
            | Chain::Tron
            | Chain::Sui => false,
        }
    }

    /// Returns whether a link of no known standard has a number for an amount that is another one, both in whole coins
    /// and in the smallest unit.
    fn has_other_amount(&self, link: &Link<'_>) -> bool {
        // Where the unit is not known, any usual one may be meant.
        const USUAL: core::ops::RangeInclusive<u32> = 6..=24;
        let is_ours = |value: &str| {
            let is_atoms = |decimals: u32| self.is_atoms(value, decimals);
            self.is_amount(value) || self.decimals().map_or_else(|| USUAL.into_iter().any(is_atoms), is_atoms)
        };
        link.parameters.iter().any(|(name, value)| {
            matches!(name.as_str(), "amount" | "value") && plain(value).is_some() && !is_ours(value)
        })
    }

    /// Returns whether a text is our amount in a unit of so many fraction digits, as a whole number just above or just
    /// below it.
    fn is_atoms(&self, value: &str, decimals: u32) -> bool {
        let told = integer(value);
        let may_be = [self.amount.rounded_up(decimals), self.amount.rounded_down(decimals)];
        may_be.iter().map(|amount| amount.to_atoms(decimals)).any(|atoms| atoms.is_some() && atoms == told)
    }

    /// Returns how far a link agrees whose scheme is not that of our chain, such as a wallet's own: it may name our
    /// payee, but no other chain and no other amount.
    fn under_another_scheme(&self, scheme: &str, link: &Link<'_>) -> Agreement {
        let is_other_chain = match named(&scheme.to_ascii_lowercase()) {
            Some(Chain::Unknown) | None => false,
            Some(said) => said != self.chain,
        };
        let (target, chain_id, _) = parts_of_eip681(link.target);
        let is_other_chain = is_other_chain
            || matches!((self.chain, chain_id.and_then(whole)), (Chain::Evm(Some(own)), Some(said)) if said != own);
        let is_ours = self.is_payee(link.target) || self.is_payee(target);
        if is_ours && !is_other_chain && !self.has_other_amount(link) { Agreement::Open } else { Agreement::Differs }
    }

    fn agreement_of_bip21(&self, link: &Link<'_>) -> Agreement {
        let mut found = if self.is_payee(link.target) { Agreement::Same } else { Agreement::Differs };
        for (name, value) in link.parameters {
            found = found.and(match name.as_str() {
                "amount" => Agreement::of(self.is_amount(value)),
                // This is the same payment over Lightning: the payee cannot be compared there, the amount can.
                "lightning" => match Invoice::parse(value) {
                    Ok(invoice) => {
                        let in_units = self.decimals().map(|decimals| self.amount.rounded_up(decimals));
                        let is_asked = |amount: &CoinAmount| invoice.asks_for(amount);
                        Agreement::of(
                            invoice.leaves_amount() || is_asked(self.amount) || in_units.as_ref().is_some_and(is_asked),
                        )
                    }
                    Err(_) => Agreement::Same,
                },
                // Software that does not know the parameter must not use the link (BIP-21).
                name if name.starts_with("req-") => Agreement::Unusable,
                _ => Agreement::Same,
            });
        }
        found
    }

    /// Returns how far a link of Lightning agrees: `lightning:` and the invoice, or a link of BIP-21 that has it beside
    /// an address.
    fn agreement_of_lightning(&self, link: &Link<'_>) -> Agreement {
        let beside = link.parameters.iter().find(|(name, _)| name == "lightning").map(|(_, value)| value.as_str());
        let mut found = Agreement::of(self.is_payee(beside.unwrap_or(link.target)));
        for (name, value) in link.parameters {
            found = found.and(match name.as_str() {
                "amount" => Agreement::of(self.is_amount(value)),
                "lightning" => Agreement::of(self.is_payee(value)),
                name if name.starts_with("req-") => Agreement::Unusable,
                _ => Agreement::Same,
            });
        }
        found
    }

    fn agreement_of_solana_pay(&self, link: &Link<'_>) -> Agreement {
        let mut found = Agreement::of(self.is_payee(link.target));
        match self.asset() {
            // A link that names no token is for the network's own coin, unless it asks for nothing.
            Some(Asset::Token(_)) if !link.has("spl-token") && link.has("amount") => found = Agreement::Differs,
            Some(Asset::Token(_) | Asset::Native) => {}
            None => found = found.and(Agreement::Open),
        }
        for (name, value) in link.parameters {
            found = found.and(match (name.as_str(), self.asset()) {
                ("amount", _) => Agreement::of(self.is_amount(value)),
                ("spl-token", Some(Asset::Token(mint))) => Agreement::of(*value == mint.address),
                ("spl-token", Some(Asset::Native)) => Agreement::Differs,
                ("memo", _) => Agreement::of(self.memo.is_some_and(|memo| memo.trim() == value.trim())),
                _ => Agreement::Same,
            });
        }
        found
    }

    fn agreement_of_eip681(&self, link: &Link<'_>) -> Agreement {
        let (target, chain_id, function) = parts_of_eip681(link.target);
        let is_atoms = |value: &str, decimals: u32| self.is_atoms(value, decimals);
        // A link without a chain leaves the choice to the wallet.
        let mut found = match (self.chain, chain_id.map(whole)) {
            (Chain::Evm(Some(own)), Some(said)) => Agreement::of(said == Some(own)),
            (_, Some(_)) => Agreement::Open,
            (_, None) => Agreement::Same,
        };
        match (self.asset(), function) {
            (Some(Asset::Native), None) => found = found.and(Agreement::of(self.is_payee(target))),
            // The link says whom to pay, and nothing that differs.
            (Some(Asset::Token(_)), None) => {
                found = found.and(Agreement::of(self.is_payee(target) && !link.has("value")));
            }
            (Some(Asset::Token(contract)), Some("transfer")) => {
                let is_token = contract.address.eq_ignore_ascii_case(target) && link.has("address");
                found = found.and(Agreement::of(is_token));
            }
            (None, None) => found = found.and(Agreement::of(self.is_payee(target))).and(Agreement::Open),
            (None, Some("transfer")) => found = found.and(Agreement::of(link.has("address"))).and(Agreement::Open),
            (Some(_) | None, Some(_)) => found = Agreement::Differs,
        }
        for (name, value) in link.parameters {
            found = found.and(match (name.as_str(), self.asset()) {
                ("address", _) if function.is_some() => Agreement::of(self.is_payee(value)),
                ("uint256", Some(Asset::Token(contract))) => Agreement::of(is_atoms(value, contract.decimals)),
                ("value", Some(Asset::Native)) => Agreement::of(is_atoms(value, 18)),
                ("value", Some(Asset::Token(_))) => Agreement::of(integer(value).is_some_and(|value| value == "0")),
                // The parameter is not in the standard, but some wallets use it, in whole coins or in the smallest
                // unit.
                ("amount", Some(asset)) => {
                    let decimals = match asset {
                        Asset::Native => 18,
                        Asset::Token(contract) => contract.decimals,
                    };
                    Agreement::of(self.is_amount(value) || is_atoms(value, decimals))
                }
                _ => Agreement::Same,
            });
        }
        found
    }

    /// Returns whether a text is our amount. One with more digits than the coin has means what can be sent, just above
    /// or just below.
    fn is_amount(&self, text: &str) -> bool {
        plain(text).and_then(|text| CoinAmount::from_str(&text).ok()).is_some_and(|amount| {
            let in_units = |decimals: u32| {
                let up = self.amount.rounded_up(decimals);
                amount == up || amount.rounded_up(decimals) == up || amount == self.amount.rounded_down(decimals)
            };
            amount == *self.amount || self.decimals().is_some_and(in_units)
        })
    }

    /// Returns whether a text is our address, in any spelling that the network takes for the same.
    fn is_payee(&self, text: &str) -> bool {
        self.address.is_same(self.chain, text)
    }
}

/// A link of the supplier's, taken apart: names in lower case, values decoded.
struct Link<'a> {
    target: &'a str,
    parameters: &'a [(String, String)],
}

impl Link<'_> {
    fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(known, _)| known == name)
    }
}

/// How far a text of the supplier agrees with the payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// It agrees, as far as it goes.
    Same,
    /// Nothing contradicts, but not all of it can be compared.
    Open,
    /// It demands something unknown: no link is safe, though payee and amount are the same.
    Unusable,
    /// Payee, asset, amount or memo differ.
    Differs,
    /// It demands another memo, on a network where money without the right one is lost.
    OtherMemo,
}

impl Agreement {
    fn of(is_same: bool) -> Self {
        if is_same { Self::Same } else { Self::Differs }
    }

    /// Returns the worse of the two.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::OtherMemo, _) | (_, Self::OtherMemo) => Self::OtherMemo,
            (Self::Differs, _) | (_, Self::Differs) => Self::Differs,
            (Self::Unusable, _) | (_, Self::Unusable) => Self::Unusable,
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::Same, Self::Same) => Self::Same,
        }
    }
}

/// Takes a link of EIP-681 apart: `[pay-]target[@chain][/function]`.
fn parts_of_eip681(text: &str) -> (&str, Option<&str>, Option<&str>) {
    let (text, function) = text.split_once('/').map_or((text, None), |(text, name)| (text, Some(name)));
    let (text, chain_id) = text.split_once('@').map_or((text, None), |(text, id)| (text, Some(id)));
    (text.strip_prefix("pay-").unwrap_or(text), chain_id, function)
}

/// Returns whether the text is a scheme of RFC 3986 §3.1. A TON address in its raw form is none, since it begins with a
/// digit or a sign.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Reads a whole number in decimal digits or, after `0x`, in hexadecimal ones.
fn whole(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
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

/// Reads an integer as EIP-681 writes it: digits, or `2.014e18`.
fn integer(text: &str) -> Option<String> {
    plain(text).filter(|number| !number.contains('.'))
}

/// Returns a decimal number in any spelling, with zeros at either end, a sign or an exponent, in its shortest plain
/// one.
fn plain(text: &str) -> Option<String> {
    const FURTHEST: usize = 64;
    let text = text.trim();
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.strip_prefix('+').unwrap_or(digits).split_once('.').unwrap_or((digits, ""));
    let whole = whole.strip_prefix('+').unwrap_or(whole);
    let mut all = [whole, fraction].concat();
    if all.is_empty() || all.len() > FURTHEST || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: i32 = exponent.parse().ok()?;
    let mut point = i32::try_from(whole.len()).ok()?.checked_add(exponent)?;
    // The point may have moved beyond the digits on either side.
    let missing = usize::try_from((-point).max(0)).ok().filter(|missing| *missing <= FURTHEST)?;
    all.insert_str(0, &"0".repeat(missing));
    point = point.max(0);
    let point = usize::try_from(point).ok().filter(|point| *point <= FURTHEST)?;
    let padded = format!("{all:0<point$}");
    let (whole, fraction) = padded.split_at(point);
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Some(if fraction.is_empty() { whole.to_owned() } else { [whole, ".", fraction].concat() })
}

/// Returns a part of a link with its `%XX` resolved; one that makes no text stays as it is.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |at: usize| tail.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let byte = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        match byte.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
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
