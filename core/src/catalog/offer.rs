//! What a brand sells: fixed and open denominations, plans (docs/supplier-api.md §5.6).

use super::{Brand, BrandId};
use crate::{
    chain::same_coin,
    money::{CoinAmount, FaceRange, FaceValue},
};

/// How the goods arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryType {
    /// To an e-mail address.
    ByEmail,
    /// Credited to a phone number.
    ByPhone,
}

/// What a plan contains, when the supplier says (eSIM, bundles).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Data, `None` if not told.
    pub data: Option<PlanData>,
    /// Validity in days.
    pub days: Option<u32>,
}

/// Data of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanData {
    /// No limit (the wire's -1, never shown).
    Unlimited,
    /// Amount text and unit, such as `("10", "GB")`.
    Amount(String, String),
}

/// One thing that can be ordered.
#[derive(Clone, Debug, PartialEq)]
pub enum Denomination {
    /// A fixed one.
    Fixed {
        /// The exact string to order with, verbatim.
        denomination: String,
        /// Label to show, cleaned.
        label: String,
        /// What it is worth, if told as money.
        face: Option<FaceValue>,
        /// Catalogue price in the asked coin; indicative.
        price: Option<CoinAmount>,
        /// How it arrives.
        delivery: DeliveryType,
        /// What the plan contains.
        plan: Option<Plan>,
    },
    /// An open one, ordered as `"range"`.
    Range {
        /// What values are on sale.
        range: FaceRange,
        /// The product, to compare with a quote's.
        product_id: String,
        /// How it arrives.
        delivery: DeliveryType,
    },
}

/// What one brand sells in one country: a group of `GET /v5/products` (§5.6).
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The brand's id.
    pub brand_id: BrandId,
    /// The brand's exact name.
    pub brand_name: String,
    /// Whether the whole group is out of stock.
    pub out_of_stock: bool,
    /// What can be ordered, in the order sent; products that make no sense (min over max, zero price) are left out and counted.
    pub denominations: Vec<Denomination>,
    /// Products left out.
    pub dropped: usize,
    /// Description, safe.
    pub description: Vec<crate::text::Rich>,
    /// How to redeem, safe.
    pub how_to_redeem: Vec<crate::text::Rich>,
    /// Terms, safe.
    pub terms: Vec<crate::text::Rich>,
    /// A one-line note or tagline, cleaned.
    pub tagline: Option<String>,
    /// The coin that the prices are in, when told.
    pub coin: Option<String>,
    /// Whether another price is in another coin, or in one that cannot be read.
    pub is_in_several_coins: bool,
}

impl Offer {
    /// Whether its prices may be labelled with the coin that was asked for: all are in it, or none says what it is in.
    pub fn is_priced_in(&self, coin: &str) -> bool {
        !self.is_in_several_coins && self.coin.as_deref().is_none_or(|told| same_coin(told, coin))
    }
}

/// The offers of a family reduced to the chosen brand's; `None` when the family does not hold it (docs/supplier-api.md §9.16).
///
/// By id, else by exact name; never simply the first.
pub fn offer_of<'a>(offers: &'a [Offer], brand: &Brand) -> Option<&'a Offer> {
    offers
        .iter()
        .find(|offer| offer.brand_id == brand.id)
        .or_else(|| offers.iter().find(|offer| offer.brand_name == brand.order_name))
}
