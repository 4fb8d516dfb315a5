//! What a brand sells: fixed denominations, ranges, and plans (docs/supplier-api.md §5.6).

use super::{Brand, BrandId};
use crate::{
    chain::same_coin,
    money::{CoinAmount, FaceRange, FaceValue},
};

/// How the goods are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryType {
    /// They are sent to an e-mail address.
    ByEmail,
    /// They are credited to a phone number.
    ByPhone,
}

/// What a plan contains, as far as the supplier says it (eSIMs, bundles).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The data; `None` if the supplier does not say.
    pub data: Option<PlanData>,
    /// The validity in days; `None` if the supplier does not say.
    pub days: Option<u32>,
}

/// The data of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanData {
    /// There is no limit (the wire says -1, which is never shown).
    Unlimited,
    /// There is this much: the text of an amount and its unit, such as `("10", "GB")`.
    Amount(String, String),
}

/// One thing that can be ordered.
#[derive(Clone, Debug, PartialEq)]
pub enum Denomination {
    /// A fixed denomination.
    Fixed {
        /// The exact string to order with, verbatim.
        denomination: String,
        /// The label to show, cleaned.
        label: String,
        /// What it is worth, if the supplier says it as money.
        face: Option<FaceValue>,
        /// The price by the catalogue, in the coin that was asked for; it is only an indication.
        price: Option<CoinAmount>,
        /// How it is delivered.
        delivery: DeliveryType,
        /// What the plan contains.
        plan: Option<Plan>,
    },
    /// A range, which is ordered as `"range"` with a face value.
    Range {
        /// The values that are on sale.
        range: FaceRange,
        /// The supplier's id of the product, to compare with that of a quote.
        product_id: String,
        /// How it is delivered.
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
    /// What can be ordered, in the order sent. Products that make no sense (a minimum over the maximum, a price of
    /// zero) are left out and counted.
    pub denominations: Vec<Denomination>,
    /// How many products were left out.
    pub dropped: usize,
    /// The description, as safe rich text.
    pub description: Vec<crate::text::Rich>,
    /// How to redeem, as safe rich text.
    pub how_to_redeem: Vec<crate::text::Rich>,
    /// The terms, as safe rich text.
    pub terms: Vec<crate::text::Rich>,
    /// A one-line note or tagline, cleaned.
    pub tagline: Option<String>,
    /// The coin that the prices are in, if the supplier says it.
    pub coin: Option<String>,
    /// Whether another price is in another coin, or in one that cannot be read.
    pub is_in_several_coins: bool,
}

impl Offer {
    /// Returns whether the prices may be labelled with the coin that was asked for: all of them are in it, or the
    /// supplier does not say what they are in.
    pub fn is_priced_in(&self, coin: &str) -> bool {
        !self.is_in_several_coins && self.coin.as_deref().is_none_or(|told| same_coin(told, coin))
    }
}

/// Returns the offer of the chosen brand among those of its family; `None` when the family does not hold it
/// (docs/supplier-api.md §9.16).
///
/// The offer is found by the brand's id, else by its exact name; it is never simply the first.
pub fn offer_of<'a>(offers: &'a [Offer], brand: &Brand) -> Option<&'a Offer> {
    offers
        .iter()
        .find(|offer| offer.brand_id == brand.id)
        .or_else(|| offers.iter().find(|offer| offer.brand_name == brand.order_name))
}
