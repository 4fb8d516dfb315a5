//! Checks a requested order against catalogue, coins and limits, and prices it.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::request::{Wanted, WantedLine, is_email, is_phone};
use crate::catalog::{Brand, Catalog, Country, Face, Product, default_denomination};
use crate::fiat::Fiat;
use crate::money::{CoinAmount, FaceValue};
use crate::problems::Problem;
use crate::rates::{LITERAL_MARGIN_PPM, Market};
use crate::vias::{self, Coin, Network};

/// The most lines that one order may have.
const LINES_MAX: usize = 10;
/// The most that one order may be worth, in US dollars.
const ORDER_MAX_USD: u32 = 10_000;
/// Above this worth a stablecoin on Tron needs a full name on file, which no request can give.
const TRON_NAME_USD: u32 = 50;
/// A coupon that is accepted: 5 % off.
const COUPON: &str = "SANDBOX5";
/// What is left to pay with the coupon, in percent.
const COUPON_LEAVES: i64 = 95;

/// A line with its product and its price.
#[derive(Clone, Debug)]
pub(crate) struct PricedLine {
    pub(crate) brand: Brand,
    pub(crate) country: &'static str,
    pub(crate) fiat: Fiat,
    pub(crate) product_id: String,
    /// The denomination as it was resolved, not as it was requested.
    pub(crate) denomination: String,
    pub(crate) label: String,
    /// The face value, for ranges.
    pub(crate) product_value: Option<FaceValue>,
    pub(crate) face: FaceValue,
    pub(crate) beneficiary: String,
    pub(crate) delivery_type: &'static str,
    pub(crate) amount: CoinAmount,
}

/// The price of an order, and whether it may be made.
#[derive(Debug)]
pub(crate) struct Quote {
    pub(crate) lines: Vec<PricedLine>,
    pub(crate) coin: Option<&'static Coin>,
    pub(crate) network: Option<&'static Network>,
    /// The coin amount to be paid; `None` when some line or the coin cannot be priced.
    pub(crate) total: Option<CoinAmount>,
    /// The coin amount before a coupon.
    pub(crate) original: Option<CoinAmount>,
    pub(crate) coupon: Option<&'static str>,
    pub(crate) problems: Vec<Problem>,
    /// A suspension, which has an envelope of its own.
    pub(crate) suspension: Option<Problem>,
    pub(crate) has_emoney: bool,
}

/// Prices and checks an order.
pub(crate) fn quote(catalog: &Catalog, market: &Market, wanted: &Wanted) -> Quote {
    let mut quote = Quote {
        lines: Vec::new(),
        coin: None,
        network: None,
        total: None,
        original: None,
        coupon: None,
        problems: Vec::new(),
        suspension: None,
        has_emoney: false,
    };
    if wanted.lines.len() > LINES_MAX {
        quote.add("PRODUCT_COUNT_EXCEEDED");
    }
    quote.check_payment(wanted);
    for line in wanted.lines.iter().take(LINES_MAX) {
        quote.add_line(catalog, market, line);
    }
    if let Some(email) = &wanted.email {
        if !is_email(email) {
            quote.add("INVALID_BENEFICIARY_ACCOUNT");
        } else if has_dead_domain(email) {
            quote.add("INVALID_EMAIL_DOMAIN");
        }
    }
    if let (Some(coin), true) = (quote.coin, quote.lines.len() == wanted.lines.len()) {
        let sum = CoinAmount(quote.lines.iter().map(|line| line.amount.0).sum());
        quote.original = Some(sum);
        quote.total = Some(sum);
        quote.apply_coupon(wanted, coin, sum);
        quote.check_amount(market, coin);
    }
    quote
}

fn has_dead_domain(email: &str) -> bool {
    // RFC 2606 reserves `.invalid` for names that never exist.
    email.to_ascii_lowercase().ends_with(".invalid")
}

impl Quote {
    fn add(&mut self, code: &'static str) {
        self.add_with(code, Value::Null);
    }

    fn add_with(&mut self, code: &'static str, details: Value) {
        if !self.problems.iter().any(|problem| problem.code == code) {
            self.problems.push(Problem { code, details });
        }
    }

    fn check_payment(&mut self, wanted: &Wanted) {
        if wanted.payment_via != "USER_WALLET" {
            self.add_with("NOT_ALLOWED_PAYMENT_VIA", json!(["USER_WALLET"]));
        }
        let Some(coin) = vias::find_coin(&wanted.coin) else {
            self.add_with("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", pairs_of(None));
            return;
        };
        self.coin = Some(coin);
        if coin.is_suspended {
            self.suspension = Some(Problem { code: "SUSPENDED_COIN", details: json!({ "coin": coin.name }) });
        }
        let Some(name) = &wanted.network else { return };
        match coin.find_network(name) {
            None => self.add_with("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", pairs_of(Some(coin))),
            Some(network) => {
                self.network = Some(network);
                if network.is_suspended && self.suspension.is_none() {
                    self.suspension =
                        Some(Problem { code: "SUSPENDED_NETWORK", details: json!({ "network": network.name }) });
                }
            }
        }
    }

    fn add_line(&mut self, catalog: &Catalog, market: &Market, wanted: &WantedLine) {
        let Some(country) = catalog.country(&wanted.country_code) else {
            self.add("NOT_AVAILABLE_PRODUCT");
            return;
        };
        let found = country.named(&wanted.brand_name).find_map(|brand| {
            let found = resolve(&country, brand, wanted)?;
            Some((brand.clone(), found))
        });
        let Some((brand, found)) = found else {
            // The supplier has been seen to refuse a top-up of a value that is not on sale as "out of stock".
            let by_phone = country
                .named(&wanted.brand_name)
                .any(|brand| country.products(brand).iter().any(|product| product.is_by_phone));
            let in_range_form = wanted.denomination == "range";
            self.add(if by_phone && in_range_form { "OUT_OF_STOCK" } else { "NOT_AVAILABLE_PRODUCT" });
            return;
        };
        if brand.is_out_of_stock {
            self.add("OUT_OF_STOCK");
        }
        if brand.is_emoney() {
            self.has_emoney = true;
            self.add("KYC_MISSING");
        }
        if let (Some(coin), Some(network)) = (self.coin, self.network)
            && brand.refused_network == Some(network.name)
        {
            self.add_with("UNSUPPORTED_PROTOCOL_COIN_COMBINATION", pairs_without(coin, network));
        }
        let reachable =
            if found.product.is_by_phone { is_phone(&wanted.beneficiary) } else { is_email(&wanted.beneficiary) };
        if !reachable {
            self.add("INVALID_BENEFICIARY_ACCOUNT");
        } else if !found.product.is_by_phone && has_dead_domain(&wanted.beneficiary) {
            self.add("INVALID_EMAIL_DOMAIN");
        }
        let Some(coin) = self.coin else { return };
        let amount = market.price(coin, found.product.fiat, found.face, found.margin_ppm);
        let is_range = found.product.denomination.is_none() && !found.is_literal;
        self.lines.push(PricedLine {
            country: country.code,
            fiat: found.product.fiat,
            product_id: found.product.id.clone(),
            denomination: if is_range {
                "range".to_owned()
            } else {
                found.product.denomination.clone().unwrap_or_else(|| found.product.fiat.denomination(found.face))
            },
            label: if is_range {
                "range".to_owned()
            } else if found.is_literal {
                found.product.fiat.label(found.face)
            } else {
                found.product.label.clone()
            },
            product_value: is_range.then_some(found.face),
            face: found.face,
            beneficiary: wanted.beneficiary.clone(),
            delivery_type: found.product.delivery_type(),
            amount,
            brand,
        });
    }

    fn apply_coupon(&mut self, wanted: &Wanted, coin: &Coin, sum: CoinAmount) {
        match wanted.promo_code.as_deref() {
            None => {}
            Some(COUPON) => {
                self.coupon = Some(COUPON);
                self.total = Some(CoinAmount(sum.0 * Decimal::new(COUPON_LEAVES, 2)).round_up(coin.digits));
            }
            Some(_) => self.add("COUPON_NOT_FOUND"),
        }
    }

    fn check_amount(&mut self, market: &Market, coin: &Coin) {
        let Some(total) = self.total else { return };
        let worth = market.worth_usd(coin, total);
        if worth > ORDER_MAX_USD.into() {
            self.add_with("MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED", json!({ "maximum": "10000", "currency": "USD" }));
        }
        let Some(network) = self.network else { return };
        let threshold = coin.threshold(network);
        if total < threshold {
            self.add_with(
                "AMOUNT_LESS_THEN_MINIMUM_ALLOWED",
                json!({ "minimum": threshold.trimmed(), "coin": coin.name }),
            );
        }
        let is_stable = matches!(coin.name, "USDT" | "USDC");
        if network.name == "Tron" && is_stable && worth > TRON_NAME_USD.into() {
            self.add("FULLNAME_MISSING");
        }
    }
}

fn pair(coin: &Coin, network: &Network) -> Value {
    json!({ "coin": coin.name, "protocol": network.name })
}

fn pairs_of(coin: Option<&Coin>) -> Value {
    let coins: Vec<&Coin> = match coin {
        Some(coin) => vec![coin],
        None => vias::COINS.iter().collect(),
    };
    coins.iter().flat_map(|coin| coin.networks.iter().map(|network| pair(coin, network))).collect()
}

fn pairs_without(coin: &Coin, refused: &Network) -> Value {
    coin.networks.iter().filter(|network| network.name != refused.name).map(|network| pair(coin, network)).collect()
}

struct Found {
    product: Product,
    face: FaceValue,
    margin_ppm: i64,
    /// Whether a literal amount was ordered of something sold as a range: that is another, dearer product.
    is_literal: bool,
}

/// Finds the product that a line means, as the supplier does (`docs/supplier-api.md` §9.1–9.3).
fn resolve(country: &Country, brand: &Brand, wanted: &WantedLine) -> Option<Found> {
    let products = country.products(brand);
    let fixed = |product: &Product| match product.face {
        Face::Fixed(face) => {
            Some(Found { product: product.clone(), face, margin_ppm: product.margin_ppm, is_literal: false })
        }
        Face::Range { .. } => None,
    };
    if wanted.denomination == "range" {
        let value = wanted.product_value.ok().flatten()?;
        let product = products.into_iter().find(|product| product.denomination.is_none() && product.accepts(value))?;
        let margin_ppm = product.margin_ppm;
        return Some(Found { product, face: value, margin_ppm, is_literal: false });
    }
    let exact = products.iter().find(|product| product.denomination.as_deref() == Some(wanted.denomination.as_str()));
    if let Some(found) = exact.and_then(fixed) {
        return Some(found);
    }
    // The denomination is `"100"` in the older dialect, or `"100 USD"`.
    let (amount, currency) = wanted.denomination.split_once(' ').unwrap_or((&wanted.denomination, ""));
    let value = FaceValue::parse(amount)?;
    let fits = |product: &&Product| currency.is_empty() || product.fiat.code == currency;
    if currency.is_empty() {
        let by_value = products.iter().find(|product| product.plan.is_none() && product.face == Face::Fixed(value));
        if let Some(found) = by_value.and_then(fixed) {
            return Some(found);
        }
    }
    let range = products.iter().filter(fits).find(|product| product.denomination.is_none() && product.accepts(value));
    if let Some(product) = range {
        let mut product = product.clone();
        // This is another product altogether, which no list shows.
        product.id = crate::rng::Rng::new(1, &product.id).uuid();
        return Some(Found { product, face: value, margin_ppm: LITERAL_MARGIN_PPM, is_literal: true });
    }
    let fallback = default_denomination(brand, country.fiat);
    products
        .iter()
        .filter(fits)
        .find(|product| !fallback.is_empty() && product.denomination.as_deref() == Some(fallback.as_str()))
        .and_then(fixed)
}
