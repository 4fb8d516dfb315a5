//! Writing orders, exactly (docs/supplier-api.md §5.8, §5.9).

use super::{products::RANGE, vias::USER_WALLET};
use crate::{
    json::{self, Value},
    order::{Chosen, OrderRequest},
};

impl OrderRequest {
    /// Returns the body for validation and creation in the newer, flat dialect. `product_value` is a JSON number with
    /// the digits that were entered.
    pub fn to_flat_json(&self) -> String {
        self.to_json(self.line())
    }

    /// Returns the body for creation in the older, nested dialect: `kind`, `quantity` and `deliverable`.
    pub fn to_nested_json(&self) -> String {
        self.to_json(Value::object(vec![
            ("kind", Value::text(&self.wire_kind)),
            ("quantity", Value::Number("1".to_owned())),
            ("deliverable", self.line()),
        ]))
    }

    /// Returns the one line of the order.
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
                // The digits of a face value are a JSON number as they are.
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
            // Both spellings of the shopper's address are sent: validations read the one, creates the other.
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
