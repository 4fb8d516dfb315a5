//! Whether an order is the one that was asked for (docs/supplier-api.md §11.4): brand, coin, network, denomination,
//! recipient.
//!
//! A field that the supplier leaves out proves nothing either way; only a missing network is taken as the one that was
//! sent (§5.10).

use crate::{
    chain::{same_coin, same_network},
    money::{Currency, FaceValue},
    order::{Chosen, Delivery, Order, OrderRequest},
    text::{clean, punycode::domain_to_ascii, resolved, same_text, unescape},
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

/// Compares an order with the request that it came from.
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

/// Returns whether two e-mail addresses or telephone numbers may be the same recipient. A masked one, or a text that is
/// neither, proves nothing. A number may come without its calling code. Domains are compared in their ASCII form; in
/// the part before the `@` only the case of letters may differ.
fn same_recipient(echo: &str, asked: &str) -> bool {
    const SHORTEST_NUMBER: usize = 7;
    let echo = unescape(echo);
    let (echo, asked) = (echo.trim(), asked.trim());
    if echo.contains('*') {
        return true;
    }
    if let (Some((local, domain)), Some((asked_local, asked_domain))) = (echo.rsplit_once('@'), asked.rsplit_once('@'))
    {
        return local.eq_ignore_ascii_case(asked_local) && domain_to_ascii(domain) == domain_to_ascii(asked_domain);
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

/// Returns whether a denomination is echoed, in any spelling. A number and a currency are compared by value (`25.00
/// USD` for `25 USD`); the older dialect leaves the currency out (`100` for `100 USD`, §5.9). Anything more is a name
/// (`5 EUR - PIN`, §9.3).
pub(crate) fn same_denomination(echo: &str, asked: &str) -> bool {
    match as_money(&resolved(asked)) {
        Some(asked) => {
            let echo = resolved(echo);
            as_money(&echo).or_else(|| FaceValue::new(&echo, asked.currency()).ok()) == Some(asked)
        }
        None => same_text(echo, asked),
    }
}

/// The ISO 4217 currencies in use, and a few that were withdrawn lately and that cards may still be in. Any other three
/// letters beside a number are the name of something (`100 MIN`).
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD \
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD \
    SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND \
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL";

/// Reads a number and the code of a currency, in either order, and nothing else.
fn as_money(text: &str) -> Option<FaceValue> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let (number, code) = match text.find(|c| !is_number(c)) {
        Some(0) => text.split_at_checked(3).map(|(code, number)| (number, code))?,
        Some(end) => text.split_at(end),
        None => return None,
    };
    let currency: Currency = code.trim().parse().ok()?;
    let is_known = CURRENCIES.split_ascii_whitespace().any(|known| known == currency.as_str());
    is_known.then(|| FaceValue::new(number.trim(), currency).ok()).flatten()
}
