//! Writing orders, exactly (docs/supplier-api.md §5.8, §5.9).

use super::{products::RANGE, vias::USER_WALLET};
use crate::{
    contact::{E164, Email},
    country::Country,
    json::{self, Value},
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

impl OrderRequest {
    /// The body for validation and creation in the newer, flat dialect; `product_value` is a JSON number with the entered digits.
    pub fn to_flat_json(&self) -> String {
        self.to_json(self.line())
    }

    /// The body for creation in the older, nested dialect: `kind`, `quantity` and `deliverable`.
    pub fn to_nested_json(&self) -> String {
        self.to_json(Value::object(vec![
            ("kind", Value::text(&self.wire_kind)),
            ("quantity", Value::Number("1".to_owned())),
            ("deliverable", self.line()),
        ]))
    }

    /// The one thing ordered.
    fn line(&self) -> Value {
        let mut line = vec![
            ("brand_name", Value::text(&self.brand_name)),
            ("country_code", Value::text(self.country.code())),
            ("beneficiary_account", Value::text(self.beneficiary.as_str())),
        ];
        match &self.chosen {
            Chosen::Fixed(denomination) => line.push(("denomination", Value::text(denomination))),
            Chosen::Range(face) => {
                line.push(("denomination", Value::text(RANGE)));
                // The digits of a face value are a JSON number as they stand.
                let number = json::parse(face.amount()).unwrap_or_else(|_| Value::text(face.amount()));
                line.push(("product_value", number));
            }
        }
        Value::object(line)
    }

    fn to_json(&self, delivery: Value) -> String {
        let payment = vec![
            ("type", Value::text("via")),
            ("payment_via", Value::text(USER_WALLET)),
            ("coin", Value::text(&self.coin)),
            ("network", Value::text(&self.network)),
        ];
        let email = || Value::text(self.email.as_str());
        let mut body = vec![
            ("deliveries", Value::Array(vec![delivery])),
            ("payment", Value::object(payment)),
            // Both spellings of the shopper's address: validations know the one, creates the other.
            ("email", email()),
            (
                "user",
                Value::object(vec![("email", email()), ("has_accepted_newsletter", Value::Bool(self.newsletter))]),
            ),
            ("lang", Value::text(&self.lang)),
        ];
        if let Some(source) = &self.utm_source {
            body.push(("acquisition", Value::object(vec![("utm_source", Value::text(source))])));
        }
        if let Some(address) = &self.refund_wallet_address {
            body.push(("refund_wallet_address", Value::text(address)));
        }
        Value::object(body).to_json()
    }
}
