//! Orders and validations as JSON (`docs/supplier-api.md` §5.8 and §5.10), written by hand and not through the decoders
//! of `cr-core`.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::order::{Line, Order};
use super::quote::{PricedLine, Quote};
use crate::addresses::AddressKind;
use crate::catalog::number;
use crate::fiat::EUR;
use crate::money::{CoinAmount, fixed};
use crate::outcomes::Twist;
use crate::problems;
use crate::rng::Rng;
use crate::vias::{self, Coin};

/// Where an order is returned: the endpoints write the same things a little differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Created,
    Read,
    Stream,
}

/// Converts US dollars to euros, roughly; only for the undocumented `payment_value`.
fn euro(usd: Decimal) -> Value {
    number(&fixed(usd / EUR.usd(), 2))
}

/// Returns the order as a JSON object.
pub(crate) fn order_json(order: &Order, place: Place) -> Value {
    let wishes = &order.wishes;
    let as_number = wishes.has(Twist::NumberAmounts);
    let amount = |amount: CoinAmount| {
        let text = amount.fixed(order.coin.digits);
        if as_number { number(&text) } else { json!(text) }
    };
    let coin: &Coin = if wishes.has(Twist::WrongCoin) { other_coin(order.coin) } else { order.coin };
    let network = if wishes.has(Twist::WrongNetwork) { other_network(order) } else { order.network.name };
    // An epoch is a string in some places and a number in others, and once it had a fraction.
    let epoch = |seconds: u64| if place == Place::Stream { json!(seconds) } else { json!(seconds.to_string()) };
    let requested =
        if order.id.ends_with('3') { number(&format!("{}.25", order.created_s)) } else { epoch(order.created_s) };
    let mut out = json!({
        "order_id": order.id,
        "order_state": order.order_state,
        "payment_state": order.payment_state,
        "coin": coin.name,
        "network": network,
        "coin_amount": amount(order.due),
        "original_coin_amount": amount(order.due),
        "sent_coin_amount": sent(order, as_number),
        "payment_via": "USER_WALLET",
        "payment_method": order.coin.payment_method(order.network),
        "payment_id": Rng::new(2, &order.id).uuid(),
        "payment_value": euro(order.worth_usd),
        "is_payment_processor_external": false,
        "created_at": epoch(order.created_s),
        "updated_at": epoch(order.updated_s),
        "payment_requested_at": requested,
        "user": { "email": order.email },
        "refund_wallet_address": order.refund_address,
        "refund": null,
        "deliveries": order.lines.iter().map(|line| line_json(order, line)).collect::<Vec<_>>(),
    });
    if !order.address.is_empty() {
        let address = shown_address(order);
        out["qr_text"] = qr_text(order, &address).into();
        out["qr_url"] = format!("/sandbox/v3/qrs/{}", order.id).into();
        out["wallet_address"] = address.into();
    }
    if order.network.kind == AddressKind::Lightning {
        out["payment_method_protocol"] = "LIGHTNING_LIKE".into();
    }
    if wishes.has(Twist::Memo) {
        out["memo"] = "104-882-19".into();
    }
    if wishes.has(Twist::TwoMemos) {
        out["memo"] = "104-882-19".into();
        out["destination_tag"] = json!(2_741_093);
    }
    if order.lower_state() == "refunded" {
        out["refund"] = json!({ "amount": order.sent.fixed(order.coin.digits), "currency": order.coin.name,
            "reason": "Refunded by support" });
    }
    let drops_network = place == Place::Stream && order.id.ends_with('5');
    if let Some(fields) = out.as_object_mut() {
        if wishes.has(Twist::NoNetwork) || drops_network {
            fields.remove("network");
        }
        if wishes.has(Twist::OldNames) {
            let renames = [("order_id", "id"), ("order_state", "status")];
            for (new, old) in renames {
                if let Some(value) = fields.remove(new) {
                    fields.insert(old.to_owned(), value);
                }
            }
            fields.insert("expires_at".to_owned(), json!((order.created_s + 1_800).to_string()));
        }
    }
    out
}

/// Returns the amount that has come in, with the digits that were sent if they are more than the coin is quoted in.
fn sent(order: &Order, as_number: bool) -> Value {
    if order.wishes.has(Twist::UnreadableSent) {
        return json!("n/a");
    }
    if order.sent == CoinAmount::ZERO {
        return json!("0");
    }
    let quoted = order.sent.fixed(order.coin.digits);
    let exact = order.sent.trimmed();
    let text = if CoinAmount::parse(&quoted) == Some(order.sent) { quoted } else { exact };
    if as_number { number(&text) } else { json!(text) }
}

fn other_coin(coin: &Coin) -> &'static Coin {
    let other = if coin.name == "USDT" { "USDC" } else { "USDT" };
    vias::find_coin(other).unwrap_or(&vias::COINS[0])
}

fn other_network(order: &Order) -> &'static str {
    let other = order.coin.networks.iter().find(|network| network.name != order.network.name);
    other.map_or("Tron", |network| network.name)
}

fn shown_address(order: &Order) -> String {
    if !order.wishes.has(Twist::BadAddress) {
        return order.address.clone();
    }
    // Two neighbouring characters in the middle are swapped: the result stays within every alphabet, and is a mistake
    // that people make.
    let mut characters: Vec<char> = order.address.chars().collect();
    let middle = characters.len() / 2;
    if let Some(at) = (middle + 1..characters.len()).find(|&at| characters[at] != characters[at - 1]) {
        characters.swap(at - 1, at);
    }
    characters.into_iter().collect()
}

/// Returns the text in the supplier's QR code (`docs/supplier-api.md` §9.7).
pub(crate) fn qr_text(order: &Order, address: &str) -> String {
    let due = if order.wishes.has(Twist::WrongQr) { CoinAmount(order.due.0 * Decimal::TWO) } else { order.due };
    let amount = due.trimmed();
    let network = order.network;
    match network.kind {
        AddressKind::Lightning => format!("lightning:{address}"),
        AddressKind::Bitcoin => format!("bitcoin:{address}?amount={amount}"),
        AddressKind::Litecoin => format!("litecoin:{address}?amount={amount}"),
        AddressKind::Dogecoin => format!("dogecoin:{address}?amount={amount}"),
        AddressKind::Evm => {
            let chain = network.chain_id.unwrap_or(1);
            match (network.token_decimals, order.coin.contract(network)) {
                (Some(decimals), Some(contract)) => match due.atoms(decimals) {
                    Some(atoms) => format!("ethereum:{contract}@{chain}/transfer?address={address}&uint256={atoms}"),
                    None => address.to_owned(),
                },
                _ => format!("ethereum:{address}@{chain}?value={}", due.atoms(18).unwrap_or_default()),
            }
        }
        AddressKind::Solana | AddressKind::Tron | AddressKind::Ton | AddressKind::Sui => address.to_owned(),
    }
}

fn line_json(order: &Order, line: &Line) -> Value {
    let mut deliverable = deliverable_json(&line.priced, order.coin);
    if order.wishes.has(Twist::WrongBrand) {
        deliverable["brand_name"] = "Somebody Else's Card".into();
    }
    if order.wishes.has(Twist::WrongValue) {
        if line.priced.product_value.is_some() {
            deliverable["product_value"] =
                number(&crate::money::FaceValue(line.priced.face.0 * Decimal::TWO).trimmed());
        } else {
            deliverable["denomination"] = format!("1 {}", line.priced.fiat.code).into();
        }
    }
    if let Some(secrets) = &line.secrets {
        secrets.write(&mut deliverable);
    }
    if line.has_failed {
        deliverable["failure_reason"] = "PROVIDER_REJECTED".into();
        deliverable["error_description"] = "The operator refused the transaction (code 17).".into();
    }
    json!({
        "id": line.id,
        "delivery_state": line.delivery_state,
        "kind": line.priced.brand.kind,
        "deliverable": deliverable,
    })
}

fn deliverable_json(line: &PricedLine, coin: &Coin) -> Value {
    let brand = &line.brand;
    json!({
        "brand_name": brand.name,
        "family": brand.family,
        "brand_logo": format!("/sandbox/logos/{}.webp", brand.slug),
        "brand_bg_color": format!("#{:06x}", brand.logo.colours[0]),
        "country_code": line.country,
        "currency_code": line.fiat.code,
        "denomination": line.denomination,
        "localized_denomination": line.label,
        "product_value": line.product_value.map_or(Value::Null, |value| number(&value.trimmed())),
        "beneficiary_account": line.beneficiary,
        "delivery_type": line.delivery_type,
        "coin_amount": line.amount.fixed(coin.digits),
        "original_coin_amount": line.amount.fixed(coin.digits),
        "points": "4",
        "pin_code": null,
        "pin_serial": null,
        "security_code": null,
        "qr_image_url": null,
        "barcode_image_url": null,
        "redeem_instructions": null,
        "operator_reference": null,
    })
}

/// Returns the answer to a validation: E2, whose list is empty or null if there are no problems.
pub(crate) fn validation_json(quote: &Quote, problems_now: &[problems::Problem], worth_usd: Decimal) -> Value {
    let Some(coin) = quote.coin else {
        return json!({ "coin": null, "coin_amount": null, "problems": problems::list(problems_now) });
    };
    let text = |amount: Option<CoinAmount>| amount.map(|amount| amount.fixed(coin.digits));
    let deliveries: Vec<Value> = quote
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            json!({
                "id": Rng::new(index as u64, &line.product_id).uuid(),
                "delivery_state": "Created",
                "kind": line.brand.kind,
                "deliverable": deliverable_json(line, coin),
            })
        })
        .collect();
    // The supplier writes "no problems" in two ways: null with fixed products, an empty list with ranges.
    let is_range = quote.lines.iter().any(|line| line.product_value.is_some());
    let list = if problems_now.is_empty() && !is_range { Value::Null } else { problems::list(problems_now) };
    json!({
        "coin": coin.name,
        "coin_amount": text(quote.total),
        "original_coin_amount": text(quote.original),
        "coupon_code": quote.coupon,
        "loyalty_summary": null,
        "payment_fee": { "amount": "0", "original_amount": "0" },
        "summary": {
            "coin_amount_to_pay_in_crypto": text(quote.total),
            "as_USD": { "value_to_pay_in_crypto": fixed(worth_usd, 2) },
            "as_EUR": { "value_to_pay_in_crypto": euro(worth_usd).to_string() },
        },
        "deliveries": deliveries,
        "problems": list,
    })
}
