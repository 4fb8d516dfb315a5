//! What is asked for: one order, as the shopper put it together. [`crate::wire`] writes it for the supplier.

use crate::{
    contact::{E164, Email},
    country::Country,
    money::FaceValue,
};

/// What is ordered, with the denomination exactly as the catalogue spells it.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// A fixed denomination, by its exact string.
    Fixed(String),
    /// A range, which is sent as `"range"` with this face value.
    Range(FaceValue),
}

/// Who receives the goods.
#[derive(Clone, Debug, PartialEq)]
pub enum Beneficiary {
    /// The goods are sent to this e-mail address.
    Email(Email),
    /// The value is credited to this telephone number.
    Phone(E164),
}

impl Beneficiary {
    /// Returns the beneficiary account as it is sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

/// One order to be validated or created (§5.8, §5.9).
#[derive(Clone, PartialEq)]
pub struct OrderRequest {
    /// The exact name of the brand.
    pub brand_name: String,
    /// The kind as the wire spells it, `giftcard` or `mobile_recharge`, for the nested dialect.
    pub wire_kind: String,
    /// The country of the product.
    pub country: Country,
    /// What is ordered.
    pub chosen: Chosen,
    /// Who receives the goods.
    pub beneficiary: Beneficiary,
    /// The shopper's own e-mail address.
    pub email: Email,
    /// Whether the shopper wants the newsletter; it is their own choice.
    pub newsletter: bool,
    /// The ticker of the coin, verbatim from `payment_vias`.
    pub coin: String,
    /// The name of the network, verbatim from `payment_vias`.
    pub network: String,
    /// The language of the supplier's messages.
    pub lang: String,
    /// The label of where the sale came from.
    pub utm_source: Option<String>,
    /// The address for a refund, in the shopper's own wallet (§9.9).
    pub refund_wallet_address: Option<String>,
}

/// Shows what is ordered and how it is paid, and nothing of the people.
impl core::fmt::Debug for OrderRequest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OrderRequest")
            .field("brand_name", &self.brand_name)
            .field("country", &self.country)
            .field("chosen", &self.chosen)
            .field("coin", &self.coin)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}
