//! Writing orders, exactly (docs/supplier-api.md §5.8, §5.9).

use super::{products::RANGE, vias::USER_WALLET};
use crate::{
    contact::{E164, Email},
    country::Country,
    money::FaceValue,
};
use serde_json::{Map, Number, Value};

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
        self.to_json(Value::Object(self.line()))
    }

    /// The body for creation in the older, nested dialect: `kind`, `quantity` and `deliverable`.
    pub fn to_nested_json(&self) -> String {
        self.to_json(object([
            ("kind", text(&self.wire_kind)),
            ("quantity", Value::Number(1.into())),
            ("deliverable", Value::Object(self.line())),
        ]))
    }

    /// The one thing ordered.
    fn line(&self) -> Map<String, Value> {
        let mut line = Map::new();
        let account = match &self.beneficiary {
            Beneficiary::Email(email) => email.as_str(),
            Beneficiary::Phone(phone) => phone.as_str(),
        };
        put(&mut line, "brand_name", text(&self.brand_name));
        put(&mut line, "country_code", text(self.country.code()));
        put(&mut line, "beneficiary_account", text(account));
        match &self.chosen {
            Chosen::Fixed(denomination) => put(&mut line, "denomination", text(denomination)),
            Chosen::Range(face) => {
                put(&mut line, "denomination", text(RANGE));
                // The digits of a face value are a JSON number as they stand.
                let number = face.amount().parse::<Number>().map_or_else(|_| text(face.amount()), Value::Number);
                put(&mut line, "product_value", number);
            }
        }
        line
    }

    fn to_json(&self, delivery: Value) -> String {
        let mut body = Map::new();
        put(&mut body, "deliveries", Value::Array(vec![delivery]));
        let payment = [
            ("type", text("via")),
            ("payment_via", text(USER_WALLET)),
            ("coin", text(&self.coin)),
            ("network", text(&self.network)),
        ];
        put(&mut body, "payment", object(payment));
        // Both spellings of the shopper's address: validations know the one, creates the other.
        put(&mut body, "email", text(self.email.as_str()));
        let user = [("email", text(self.email.as_str())), ("has_accepted_newsletter", Value::Bool(self.newsletter))];
        put(&mut body, "user", object(user));
        put(&mut body, "lang", text(&self.lang));
        if let Some(source) = &self.utm_source {
            put(&mut body, "acquisition", object([("utm_source", text(source))]));
        }
        if let Some(address) = &self.refund_wallet_address {
            put(&mut body, "refund_wallet_address", text(address));
        }
        Value::Object(body).to_string()
    }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Value) {
    fields.insert(name.to_owned(), value);
}

fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
