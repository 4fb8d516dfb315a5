//! Whether an order is the one that was asked for (docs/supplier-api.md §11.4): brand, coin, network, denomination, recipient.
//!
//! What the supplier leaves out proves nothing either way; only a missing network is taken as the one that was sent (§5.10).

use crate::{
    order::{Delivery, Order},
    payment::address::{self, Chain},
    text::clean,
    wire::{Chosen, OrderRequest},
};

/// The result of comparing an order with what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// Everything that must agree is there and agrees.
    Same,
    /// Nothing contradicts, but something that must agree is missing.
    Unproven,
    /// Something contradicts.
    Different,
}

impl Identity {
    fn of(fact: Option<bool>) -> Self {
        match fact {
            Some(true) => Self::Same,
            Some(false) => Self::Different,
            None => Self::Unproven,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Different, _) | (_, Self::Different) => Self::Different,
            (Self::Unproven, _) | (_, Self::Unproven) => Self::Unproven,
            (Self::Same, Self::Same) => Self::Same,
        }
    }
}

/// Compares an order with what was asked for.
pub fn compare(order: &Order, asked: &OrderRequest) -> Identity {
    let coin = Identity::of(order.coin.as_deref().map(|coin| same_coin(coin, &asked.coin)));
    let network = order.network.as_deref().is_none_or(|network| same_network(network, &asked.network, &asked.coin));
    let lines = order.deliveries.iter().map(|line| compare_line(line, asked));
    let lines = lines.reduce(Identity::and).unwrap_or(Identity::Unproven);
    coin.and(Identity::of(Some(network))).and(lines)
}

fn compare_line(line: &Delivery, asked: &OrderRequest) -> Identity {
    let brand = match line.brand_name.as_str() {
        "" => None,
        name => Some(same_text(name, &clean(&asked.brand_name))),
    };
    let country = line.country_code.as_deref().is_none_or(|code| code.eq_ignore_ascii_case(asked.country.code()));
    let value = match &asked.chosen {
        Chosen::Fixed(denomination) => {
            line.wire_denomination.as_deref().map(|echo| same_denomination(echo, denomination))
        }
        Chosen::Range(face) => line.face.as_ref().map(|echo| echo == face),
    };
    let recipient =
        line.beneficiary_account.as_deref().is_none_or(|echo| same_recipient(echo, asked.beneficiary.as_str()));
    Identity::of(brand).and(Identity::of(Some(country))).and(Identity::of(value)).and(Identity::of(Some(recipient)))
}

/// Whether two e-mail addresses or telephone numbers may be the same recipient. Masked ones, and what is neither, tell nothing;
/// a number may come without its calling code.
fn same_recipient(echo: &str, asked: &str) -> bool {
    const SHORTEST_NUMBER: usize = 7;
    let (echo, asked) = (echo.trim(), asked.trim());
    if echo.contains('*') {
        return true;
    }
    if echo.contains('@') && asked.contains('@') {
        return same_text(echo, asked);
    }
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (one, other) = (digits(echo), digits(asked));
    if !is_number(echo) || !is_number(asked) || one.len().min(other.len()) < SHORTEST_NUMBER {
        return true;
    }
    let bare = |digits: &str| digits.trim_start_matches('0').to_owned();
    let (one, other) = (bare(&one), bare(&other));
    one.ends_with(&other) || other.ends_with(&one)
}

fn same_text(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase()
}

/// Whether two tickers mean the same coin: Toncoin is served under two tickers (§5.1).
pub(crate) fn same_coin(one: &str, other: &str) -> bool {
    let is_toncoin = |coin: &str| ["TON", "GRAM"].iter().any(|ticker| ticker.eq_ignore_ascii_case(coin.trim()));
    same_text(one, other) || is_toncoin(one) && is_toncoin(other)
}

/// Whether two names mean the same network for a coin: spellings differ without meaning anything (`POLYGON (MATIC)`,
/// `Polygon (Matic)`, `Polygon`).
pub fn same_network(one: &str, other: &str, coin: &str) -> bool {
    let chain = |network: &str| {
        let chain = address::resolve(coin, network, None);
        (!matches!(chain, Chain::Unknown | Chain::Evm(None))).then_some(chain)
    };
    same_text(one, other) || chain(one).is_some_and(|known| Some(known) == chain(other))
}

/// The older dialect echoes the bare number of a denomination: `100` for `100 USD` (§5.9).
fn same_denomination(echo: &str, asked: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number = asked.trim().split(' ').next().unwrap_or_default();
    same_text(echo, asked) || is_number(number) && echo.trim() == number
}
