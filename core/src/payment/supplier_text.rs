//! The supplier's own text for a payment (`qr_text`): how far it agrees with ours. It is never shown, but one that names
//! another payee, asset, amount or memo means that one of the two is wrong.

use core::str::FromStr;

use super::uri::{Asset, Payment};
use crate::{
    chain::{self, Address, Chain, Invoice, form},
    money::CoinAmount,
};

impl Payment<'_> {
    /// Returns how far a text of the supplier agrees with this payment (docs/supplier-api.md §9.7). What it leaves out
    /// does not count, nor do parameters that change neither payee, asset, amount nor memo. Only what is understood can
    /// differ: a text whose payee cannot be read, or that demands something unknown, is unusable.
    pub fn agreement(&self, text: &str) -> Agreement {
        let text = text.trim();
        if self.is_payee(text) {
            return Agreement::Same;
        }
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme.to_ascii_lowercase()), rest),
            Some(_) | None => (None, text),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (target, query) = rest.split_once('?').unwrap_or((rest, ""));
        let target = decoded(target.trim_matches('/'));
        let pairs = query.split('&').map(|pair| pair.strip_prefix("amp;").unwrap_or(pair));
        let parameters: Vec<(String, String)> = pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decoded(name).to_ascii_lowercase(), decoded(value).trim().to_owned()))
            .filter(|(name, value)| !value.is_empty() || name.starts_with("req-"))
            .collect();
        let mut link = Link { target: &target, parameters: &parameters };
        let Some(scheme) = scheme else {
            return match self.standard() {
                Some(standard) => self.agreement_by(standard, &link),
                None => self.agreement_of_parts(text, &link, true),
            };
        };
        // An account of CAIP-10, or an asset of CAIP-19: namespace, chain, and what it is there.
        let reference = target.split([':', '/']).next().unwrap_or_default();
        if let Some(said) = chain::caip2(&scheme, reference) {
            link.target = target.get(reference.len()..).unwrap_or_default().trim_start_matches([':', '/']);
            let found = self.agreement_of_parts(link.target, &link, true);
            let is_known = said != Chain::Unknown;
            return found.and(if is_known { Agreement::of(self.may_be_on(said)) } else { Agreement::Unusable });
        }
        if let Some(standard) = self.standard().filter(|standard| standard.has_scheme(&scheme)) {
            return self.agreement_by(standard, &link);
        }
        // A link of BIP-21 may hold an invoice beside an address.
        if self.chain == Chain::Lightning && Standard::Bip21("bc").has_scheme(&scheme) {
            return self.agreement_of_lightning(&link);
        }
        match chain::named(&scheme) {
            Some(Chain::Unknown) | None => self.agreement_of_parts(text, &link, false),
            Some(said) if self.may_be_on(said) => self.agreement_of_parts(text, &link, true),
            Some(_) => Agreement::Differs,
        }
    }

    /// The standard that links of our chain are read by, if there is one.
    fn standard(&self) -> Option<Standard> {
        match self.chain {
            Chain::Bitcoin => Some(Standard::Bip21("bc")),
            Chain::Litecoin => Some(Standard::Bip21("ltc")),
            Chain::Dogecoin => Some(Standard::Bip21("doge")),
            Chain::Lightning => Some(Standard::Lightning),
            Chain::Solana => Some(Standard::SolanaPay),
            Chain::Evm(_) => Some(Standard::Eip681),
            Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => None,
        }
    }

    fn agreement_by(&self, standard: Standard, link: &Link<'_>) -> Agreement {
        match standard {
            Standard::Bip21(hrp) => self.agreement_of_bip21(link, hrp),
            Standard::Lightning => self.agreement_of_lightning(link),
            Standard::SolanaPay => self.agreement_of_solana_pay(link),
            Standard::Eip681 => self.agreement_of_eip681(link),
        }
    }

    /// Whether what is said of a chain may be said of ours. Of a chain that we do not know it may be anything.
    fn may_be_on(&self, said: Chain) -> bool {
        match (self.chain, said) {
            (Chain::Unknown, _) | (_, Chain::Unknown) => true,
            (Chain::Evm(own), Chain::Evm(said)) => own.zip(said).is_none_or(|(own, said)| own == said),
            (own, said) => own == said,
        }
    }

    /// Returns how far a text agrees that follows no known standard, such as a wallet's own link or an account of
    /// CAIP-10. The payee is the one that it names before its parameters, or in one that is called so; the text must be
    /// for our chain, asset and amount as far as it has them. `is_payment` says that the text is no page of the web but
    /// begins with the payee.
    fn agreement_of_parts(&self, text: &str, link: &Link<'_>, is_payment: bool) -> Agreement {
        const PAYEES: [&str; 8] =
            ["address", "to", "toaddress", "recipient", "receiver", "payee", "destination", "beneficiary"];
        const CHAINS: [&str; 4] = ["chain", "chainid", "network", "networkid"];
        const CALLS: [&str; 4] = ["approve", "increaseallowance", "permit", "transferfrom"];
        let is_evm = matches!(self.chain, Chain::Evm(_));
        let target = if is_evm { without_pay(link.target) } else { link.target };
        // Addresses of TON may have a colon themselves.
        let whole = text.split(['?', '#']).next().unwrap_or_default();
        let mut is_ours = [whole, target].into_iter().any(|part| self.is_payee(part));
        let mut has_contract = false;
        let mut found = Agreement::Open;
        let named = |name: &str, names: &[&str]| names.contains(&&*name.replace(['_', '-'], ""));
        let first = target.split(['@', '/']).next().unwrap_or_default();
        let is_call = target.split('/').any(|part| part.eq_ignore_ascii_case("transfer"));
        // Without the catalogue nobody knows which token it is.
        let has_asset = self.asset().is_some();
        let is_unknown_token = |part: &str| is_call && !has_asset && part.split('@').next() == Some(first);
        let places = target.split('/').filter(|part| self.chain == Chain::Ton || !part.contains(':'));
        let places = places.map(|part| (part, is_payment));
        let pieces = target.split([':', '/', '@']).map(|part| (part, false));
        let told = link.parameters.iter().filter(|(name, _)| named(name, &PAYEES));
        for (part, is_place) in places.chain(pieces).chain(told.map(|(_, value)| (value.as_str(), true))) {
            match self.party(part, is_place) {
                Party::Ours => is_ours = true,
                Party::Contract => has_contract = true,
                Party::Another if is_unknown_token(part) => has_contract = true,
                Party::Another => return Agreement::Differs,
                Party::Nobody => {}
            }
        }
        for part in target.split('/').filter(|_| is_evm) {
            let id = part.split_once('@').and_then(|(_, id)| whole_number(id));
            let is_call = CALLS.iter().any(|call| part.eq_ignore_ascii_case(call));
            if is_call || id.is_some_and(|id| !self.may_be_on(Chain::Evm(Some(id)))) {
                return Agreement::Differs;
            }
        }
        for (name, value) in link.parameters {
            let said = if named(name, &CHAINS) {
                let id = whole_number(value).filter(|_| is_evm).map(|id| Chain::Evm(Some(id)));
                id.or_else(|| chain::named(value))
            } else {
                None
            };
            found = found.and(Agreement::of(said.is_none_or(|said| self.may_be_on(said))));
            found = found.and(self.agreement_of_token(name, value));
        }
        let has_token = has_contract || link.parameters.iter().any(|(_, value)| self.is_contract(value));
        found = found.and(self.agreement_of_amounts(link, has_token)).and(self.agreement_of_memo(link));
        if is_ours {
            return found;
        }
        // Only the token is named, and not to be transferred to anybody: it would be the payee itself.
        let is_first = self.is_contract(first);
        let is_paid_itself = is_payment && is_first && !link.parameters.iter().any(|(name, _)| named(name, &PAYEES));
        found.and(if is_paid_itself && !is_call { Agreement::Differs } else { Agreement::Unusable })
    }

    /// Who is named by a part of a text. In the place of a payee whatever looks like an address is one; elsewhere
    /// only what is an address by prefix, checksum or, on a network with the same form, by its length.
    fn party(&self, part: &str, is_place: bool) -> Party {
        let is_like_ours = |found: Chain| match found {
            Chain::Solana | Chain::Sui => found == self.chain,
            Chain::Bitcoin
            | Chain::Lightning
            | Chain::Litecoin
            | Chain::Dogecoin
            | Chain::Evm(_)
            | Chain::Tron
            | Chain::Ton
            | Chain::Xrp
            | Chain::Unknown => true,
        };
        if self.is_payee(part) {
            Party::Ours
        } else if self.is_contract(part) {
            Party::Contract
        } else if form(part).is_some_and(|found| is_place || is_like_ours(found)) || is_place && is_like_address(part) {
            Party::Another
        } else {
            Party::Nobody
        }
    }

    /// Whether a text is the contract of the token that is sent.
    fn is_contract(&self, text: &str) -> bool {
        let Some(Asset::Token(contract)) = self.asset() else {
            return false;
        };
        contract.address == text
            || Address::parse(self.chain, &contract.address).is_ok_and(|token| token.is_same(self.chain, text))
    }

    /// What a parameter says of the asset: the contract of a token, or a ticker. Anything else is not understood.
    fn agreement_of_token(&self, name: &str, value: &str) -> Agreement {
        const TOKENS: [&str; 9] =
            ["token", "tokenaddress", "contract", "contractaddress", "jetton", "mint", "spltoken", "asset", "coin"];
        if !TOKENS.contains(&&*name.replace(['_', '-'], "")) || value.eq_ignore_ascii_case(self.coin) {
            return Agreement::Same;
        }
        match self.asset() {
            Some(_) if self.is_contract(value) => Agreement::Same,
            Some(Asset::Native | Asset::Token(_)) if form(value).is_some() => Agreement::Differs,
            Some(_) => Agreement::Unusable,
            None => Agreement::Open,
        }
    }

    /// Whether the numbers for an amount in a link of no standard of ours are ours, in whole coins or in the smallest
    /// unit. With a token no coin of the network's own goes along.
    fn agreement_of_amounts(&self, link: &Link<'_>, has_token: bool) -> Agreement {
        // Where the unit is not known, any usual one may be meant.
        const USUAL: core::ops::RangeInclusive<u32> = 6..=24;
        let is_atoms = |value: &str| {
            let is_in = |decimals: u32| self.is_atoms(value, decimals);
            self.decimals().map_or_else(|| USUAL.into_iter().any(is_in), is_in)
        };
        let of = |(name, value): &(String, String)| match name.as_str() {
            "value" if has_token && plain(value).is_some_and(|value| value == "0") => Agreement::Same,
            "amount" | "value" | "uint256" => Agreement::of_number(value, self.is_amount(value) || is_atoms(value)),
            _ => Agreement::Same,
        };
        link.parameters.iter().map(of).fold(Agreement::Same, Agreement::and)
    }

    /// What a link of no standard of ours says of a memo. One that the order does not tell is no part of who is paid
    /// but where accounts are shared by it; where the order tells another one, one of the two is wrong.
    fn agreement_of_memo(&self, link: &Link<'_>) -> Agreement {
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
        let is_memo = |name: &str| MEMOS.contains(&&*name.replace(['_', '-'], ""));
        let told = link.parameters.iter().filter(|(name, _)| is_memo(name));
        told.map(|(_, value)| self.agreement_with_memo(value)).fold(Agreement::Same, Agreement::and)
    }

    fn agreement_with_memo(&self, value: &str) -> Agreement {
        let is_ours = |memo: &str| [value.trim(), value.replace('+', " ").trim()].contains(&memo.trim());
        let has_memo = self.memo.is_some();
        match self.chain {
            _ if self.memo.is_some_and(is_ours) => Agreement::Same,
            // The tag is a part of the account, on networks that we do not know perhaps.
            Chain::Xrp | Chain::Unknown => Agreement::OtherMemo,
            Chain::Ton if has_memo => Agreement::OtherMemo,
            Chain::Bitcoin
            | Chain::Lightning
            | Chain::Litecoin
            | Chain::Dogecoin
            | Chain::Evm(_)
            | Chain::Solana
            | Chain::Tron
            | Chain::Ton
            | Chain::Sui => {
                if has_memo {
                    Agreement::Differs
                } else {
                    Agreement::Unusable
                }
            }
        }
    }

    /// Returns whether a text is our amount in a unit of so many fraction digits, as a whole number just above or just
    /// below it.
    fn is_atoms(&self, value: &str, decimals: u32) -> bool {
        let told = integer(value);
        let may_be = [self.amount.rounded_up(decimals), self.amount.rounded_down(decimals)];
        may_be.iter().map(|amount| amount.to_atoms(decimals)).any(|atoms| atoms.is_some() && atoms == told)
    }

    /// What the place of the payee says: ours, another, or nobody that can be compared, such as a name or an address
    /// of the web.
    fn agreement_of_payee(&self, text: &str) -> Agreement {
        match self.party(text, true) {
            Party::Ours => Agreement::Same,
            Party::Contract | Party::Another => Agreement::Differs,
            Party::Nobody => Agreement::Unusable,
        }
    }

    /// BIP-21, and BIP-321, where the address may stand in a parameter that has the name of its human-readable part.
    fn agreement_of_bip21(&self, link: &Link<'_>, hrp: &str) -> Agreement {
        let named = link.parameters.iter().filter(|(name, _)| name == hrp).map(|(_, value)| value.as_str());
        let payees = Some(link.target).filter(|target| !target.is_empty()).into_iter().chain(named);
        let payee = payees.map(|payee| self.agreement_of_payee(payee)).reduce(Agreement::and);
        let mut found = payee.unwrap_or(Agreement::Unusable);
        for (name, value) in link.parameters {
            found = found.and(match name.as_str() {
                "amount" => Agreement::of_number(value, self.is_amount(value)),
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
    /// an address. The invoice itself says how much; an amount beside it may be in bitcoin, satoshi or thousandths of
    /// it.
    fn agreement_of_lightning(&self, link: &Link<'_>) -> Agreement {
        let is_amount = |value: &str| self.is_amount(value) || self.is_atoms(value, 8) || self.is_atoms(value, 11);
        let beside = link.parameters.iter().find(|(name, _)| name == "lightning").map(|(_, value)| value.as_str());
        // `lightning:…&label=…` has no question mark.
        let target = link.target.split('&').next().unwrap_or_default();
        let mut found = self.agreement_of_payee(beside.unwrap_or(target));
        for (name, value) in link.parameters {
            found = found.and(match name.as_str() {
                "amount" => Agreement::of_number(value, is_amount(value)),
                "lightning" => self.agreement_of_payee(value),
                name if name.starts_with("req-") => Agreement::Unusable,
                _ => Agreement::Same,
            });
        }
        found
    }

    fn agreement_of_solana_pay(&self, link: &Link<'_>) -> Agreement {
        let mut found = self.agreement_of_payee(link.target);
        match self.asset() {
            // A link that names no token is for the network's own coin, unless it asks for nothing.
            Some(Asset::Token(_)) if !link.has("spl-token") && link.has("amount") => found = Agreement::Differs,
            Some(_) => {}
            // Which token it is cannot be compared.
            None => found = found.and(Agreement::Open),
        }
        for (name, value) in link.parameters {
            found = found.and(match (name.as_str(), self.asset()) {
                ("amount", _) => Agreement::of_number(value, self.is_amount(value)),
                ("spl-token", Some(Asset::Token(mint))) => Agreement::of(*value == mint.address),
                ("spl-token", Some(Asset::Native)) => Agreement::Differs,
                ("memo", _) => self.agreement_with_memo(value),
                _ => Agreement::Same,
            });
        }
        found
    }

    fn agreement_of_eip681(&self, link: &Link<'_>) -> Agreement {
        let (target, chain_id, function) = parts_of_eip681(link.target);
        // A link without a chain leaves the choice to the wallet.
        let mut found = match (self.chain, chain_id.map(whole_number)) {
            (Chain::Evm(Some(own)), Some(Some(said))) => Agreement::of(said == own),
            (_, Some(None)) => Agreement::Unusable,
            (_, Some(_)) => Agreement::Open,
            (_, None) => Agreement::Same,
        };
        let is_transfer = function.is_some_and(|name| name.eq_ignore_ascii_case("transfer"));
        // Some wallets write the token beside the payee.
        let has_token = link.parameters.iter().any(|(_, value)| self.is_contract(value));
        let is_nothing = |value: &str| integer(value).is_some_and(|value| value == "0");
        match (self.asset(), function) {
            (_, Some(_)) if !is_transfer => {
                // A call that we do not know.
                return found.and(self.agreement_of_parts(link.target, link, true)).and(Agreement::Unusable);
            }
            (Some(Asset::Native), None) => found = found.and(self.agreement_of_payee(target)),
            // The link says whom to pay, and nothing that differs.
            (Some(Asset::Token(_)), None) if self.is_contract(target) => {
                found = found.and(if link.has("address") { Agreement::Unusable } else { Agreement::Differs });
            }
            (Some(Asset::Token(_)), None) => found = found.and(self.agreement_of_payee(target)),
            (Some(Asset::Token(_)), Some(_)) if self.is_contract(target) => {
                found = found.and(if link.has("address") { Agreement::Same } else { Agreement::Unusable });
            }
            (Some(_), Some(_)) => found = Agreement::Differs,
            (None, None) => found = found.and(self.agreement_of_payee(target)).and(Agreement::Open),
            (None, Some(_)) if link.has("address") => found = found.and(Agreement::Open),
            (None, Some(_)) => found = found.and(Agreement::Unusable),
        }
        for (name, value) in link.parameters {
            found = found.and(match (name.as_str(), self.asset()) {
                ("address", _) => self.agreement_of_payee(value),
                ("uint256", Some(Asset::Token(contract))) => {
                    Agreement::of_number(value, self.is_atoms(value, contract.decimals))
                }
                // In whole coins it is another standard's.
                ("value", Some(Asset::Native)) if integer(value).is_none() && self.is_amount(value) => {
                    Agreement::Unusable
                }
                ("value", Some(Asset::Native)) => Agreement::of_number(value, self.is_atoms(value, 18)),
                ("value", Some(Asset::Token(contract))) if has_token => Agreement::of_number(
                    value,
                    is_nothing(value) || self.is_amount(value) || self.is_atoms(value, contract.decimals),
                ),
                ("value", Some(Asset::Token(_))) => Agreement::of_number(value, is_nothing(value)),
                // The parameter is not in the standard, but some wallets use it, in whole coins or in the smallest
                // unit.
                ("amount", Some(asset)) => {
                    let decimals = match asset {
                        Asset::Native => 18,
                        Asset::Token(contract) => contract.decimals,
                    };
                    Agreement::of_number(value, self.is_amount(value) || self.is_atoms(value, decimals))
                }
                (name, _) => self.agreement_of_token(name, value),
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

/// A standard that payment links are read by.
#[derive(Clone, Copy)]
enum Standard {
    /// BIP-21 and its like, with the human-readable part of the chain's addresses.
    Bip21(&'static str),
    Lightning,
    SolanaPay,
    Eip681,
}

impl Standard {
    /// Whether a scheme, in lower case, is one of this standard.
    fn has_scheme(self, scheme: &str) -> bool {
        match self {
            Self::Bip21("ltc") => matches!(scheme, "litecoin" | "ltc"),
            Self::Bip21("doge") => matches!(scheme, "dogecoin" | "doge"),
            Self::Bip21(_) => matches!(scheme, "bitcoin" | "btc"),
            Self::Lightning => matches!(scheme, "lightning" | "ln" | "bolt11"),
            Self::SolanaPay => matches!(scheme, "solana" | "sol" | "solanapay"),
            Self::Eip681 => matches!(scheme, "ethereum" | "eth" | "erc20" | "evm"),
        }
    }
}

/// Who is named by a part of a text.
enum Party {
    /// Our payee.
    Ours,
    /// The token that is sent.
    Contract,
    /// Somebody else.
    Another,
    /// Nobody that we can read.
    Nobody,
}

/// Whether a text is written like an address, though it may be none. A name or an address of the web is not, nor is
/// an invoice that has to be asked for, nor an account of XRP with its tag in one.
fn is_like_address(text: &str) -> bool {
    const SHORTEST: usize = 25;
    let starts_with = |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let is_other = starts_with("lnurl") || starts_with("lno1") || text.len() == 47 && text.starts_with('X');
    text.len() >= SHORTEST
        && !is_other
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
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

    /// What a number says, if it is one.
    fn of_number(text: &str, is_same: bool) -> Self {
        if is_same || plain(text).is_some() { Self::of(is_same) } else { Self::Unusable }
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
    (without_pay(text), chain_id, function)
}

/// A target of EIP-681 without the prefix that keeps it apart from names.
fn without_pay(text: &str) -> &str {
    text.split_at_checked(4).filter(|(start, _)| start.eq_ignore_ascii_case("pay-")).map_or(text, |(_, rest)| rest)
}

/// Returns whether the text is a scheme of RFC 3986 §3.1. A TON address in its raw form is none, since it begins with a
/// digit or a sign.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Reads a whole number in decimal digits or, after `0x`, in hexadecimal ones.
fn whole_number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
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
    let missing = usize::try_from(point.checked_neg()?.max(0)).ok().filter(|missing| *missing <= FURTHEST)?;
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
