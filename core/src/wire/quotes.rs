//! What an order would cost: `GET /v4/products/price` and `POST /v5/orders/validations` (docs/supplier-api.md §5.7, §5.8).

use super::{AnswerError, DecodeError, envelope, node::Node, products::RANGE};
use crate::{
    chain::{same_coin, same_network},
    money::CoinAmount,
    order::{Chosen, OrderRequest, identity::same_denomination},
    text::same_text,
};

/// A live price, from `GET /v4/products/price` (§5.7). It is shown, and is never what an order asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// The product that the price is for.
    pub product_id: Option<String>,
    /// The coin that the price is in.
    pub coin: String,
    /// The total to pay.
    pub coin_amount: CoinAmount,
}

impl Price {
    /// Returns whether the price is in this coin.
    pub fn is_in(&self, coin: &str) -> bool {
        same_coin(&self.coin, coin)
    }
}

/// A passed validation, from `POST /v5/orders/validations` (§5.8).
#[derive(Clone, Debug, PartialEq)]
pub struct Validated {
    /// The coin of the amount.
    pub coin: Option<String>,
    /// What the order would ask for now; always positive.
    pub coin_amount: CoinAmount,
}

/// Decodes the answer to `GET /v4/products/price`.
///
/// # Errors
/// [`AnswerError`] for a refusal and for a body that cannot be understood.
pub fn price(status: u16, body: &str) -> Result<Price, AnswerError> {
    let body = envelope::read(status, body)?;
    let root = Node::root(&body, "");
    Ok(Price {
        product_id: root.get("product_id").opt_digits().map(str::to_owned),
        coin: root.get("coin").text()?.to_owned(),
        coin_amount: root.get("coin_amount").positive_amount()?,
    })
}

/// Decodes the answer to `POST /v5/orders/validations`. A pass has no problems, has a positive amount, and echoes what
/// was asked for.
///
/// # Errors
/// [`AnswerError`] for a refusal, for a body that cannot be understood, and for an echo of something else.
pub fn validation(status: u16, body: &str, asked: &OrderRequest) -> Result<Validated, AnswerError> {
    let body = envelope::read(status, body)?;
    let root = Node::root(&body, "");
    // A body that does not mention problems does not say that there are none (docs/supplier-api.md §4).
    if body.get("problems").is_none() {
        return Err(root.get("problems").expected("a list or null").into());
    }
    let coin = root.get("coin");
    let told = coin.opt_text();
    if coin.is_there() && !told.is_some_and(|told| same_coin(told, &asked.coin)) {
        return Err(coin.error("not the coin asked for").into());
    }
    let payment = root.get("payment");
    for holder in [&root, &payment] {
        let (coin, network) = (holder.get("coin"), holder.get("network"));
        if coin.is_no_text() || coin.opt_text().is_some_and(|told| !same_coin(told, &asked.coin)) {
            return Err(coin.error("not the coin asked for").into());
        }
        if network.is_no_text()
            || network.opt_text().is_some_and(|told| !same_network(told, &asked.network, &asked.coin))
        {
            return Err(network.error("not the network asked for").into());
        }
    }
    let coin_amount = root.get("coin_amount").positive_amount()?;
    for delivery in root.get("deliveries").list() {
        check_echo(&delivery, asked)?;
    }
    Ok(Validated { coin: told.map(str::to_owned), coin_amount })
}

/// Fails when the supplier priced something else than was asked for (docs/supplier-api.md §9.2).
fn check_echo(delivery: &Node<'_>, asked: &OrderRequest) -> Result<(), DecodeError> {
    let nested = delivery.get("deliverable");
    let line = if nested.value().is_object() { nested } else { *delivery };
    let echoes = |name: &'static str, meant: &dyn Fn(&str) -> bool| {
        let echo = line.get(name);
        // A bare number is a denomination without its currency; in any other field it says nothing.
        let text = if name == "denomination" { echo.opt_digits() } else { echo.opt_text() };
        match text {
            Some(text) if !meant(text.trim()) => Err(echo.error("not what was asked for")),
            _ => Ok(()),
        }
    };
    echoes("brand_name", &|brand| same_text(brand, &asked.brand_name))?;
    echoes("country_code", &|code| code.eq_ignore_ascii_case(asked.country.code()))?;
    match &asked.chosen {
        Chosen::Fixed(denomination) => echoes("denomination", &|echo| same_denomination(echo, denomination)),
        Chosen::Range(face) => {
            echoes("denomination", &|echo| echo.eq_ignore_ascii_case(RANGE))?;
            let value = line.get("product_value");
            match value.is_there() {
                true if value.face(Some(face.currency()))? != *face => Err(value.error("not the value asked for")),
                true | false => Ok(()),
            }
        }
    }
}
