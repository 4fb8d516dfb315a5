//! What is asked for: one order, as the shopper put it together. How it is written for the supplier is [`crate::wire`]'s.

use crate::{
    contact::{E164, Email},
    country::Country,
    money::FaceValue,
};

/// What is ordered: the denomination exactly as the catalogue spelt it.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// A fixed denomination, its exact string.
    Fixed(String),
    /// An open one: sent as `"range"` with this face value.
    Range(FaceValue),
}

/// Who receives the goods.
#[derive(Clone, Debug, PartialEq)]
pub enum Beneficiary {
    /// By e-mail.
    Email(Email),
    /// By phone.
    Phone(E164),
}

impl Beneficiary {
    /// As it is sent.
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
    /// Exact brand name.
    pub brand_name: String,
    /// `giftcard` or `mobile_recharge`, for the nested dialect.
    pub wire_kind: String,
    /// The country of the product.
    pub country: Country,
    /// What.
    pub chosen: Chosen,
    /// To whom.
    pub beneficiary: Beneficiary,
    /// The shopper's own e-mail.
    pub email: Email,
    /// The shopper's real choice.
    pub newsletter: bool,
    /// Coin ticker, verbatim from `payment_vias`.
    pub coin: String,
    /// Network, verbatim from `payment_vias`.
    pub network: String,
    /// Language of the messages.
    pub lang: String,
    /// Where the sale came from.
    pub utm_source: Option<String>,
    /// Where a refund should go; the shopper's own wallet (§9.9).
    pub refund_wallet_address: Option<String>,
}

/// What is ordered and how it is paid; nothing of the people.
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
