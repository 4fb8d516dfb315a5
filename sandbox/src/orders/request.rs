//! The body of a validation or a creation, in either dialect (`docs/supplier-api.md` §5.8 and §5.9).

use serde_json::Value;

use crate::money::FaceValue;

/// The most entries of `deliveries` after quantities are expanded; a longer body is refused before anything is looked
/// up.
const LINES_READ: usize = 100;

/// One requested line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedLine {
    pub(crate) brand_name: String,
    pub(crate) country_code: String,
    pub(crate) denomination: String,
    /// The value of a range; `Err` for a value that is not a plain decimal.
    pub(crate) product_value: Result<Option<FaceValue>, ()>,
    pub(crate) beneficiary: String,
}

/// A requested order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) lines: Vec<WantedLine>,
    pub(crate) payment_via: String,
    pub(crate) coin: String,
    pub(crate) network: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) refund_address: Option<String>,
    pub(crate) promo_code: Option<String>,
    pub(crate) lang: Option<String>,
}

impl Wanted {
    /// Reads a body.
    ///
    /// # Errors
    /// The name of the first field that is missing or of the wrong type.
    pub(crate) fn read(body: &Value) -> Result<Self, String> {
        let mut lines = Vec::new();
        let deliveries = body["deliveries"].as_array().ok_or("deliveries")?;
        for (index, delivery) in deliveries.iter().enumerate() {
            // The older dialect nests the line and gives it a quantity.
            let nested = delivery.get("deliverable").filter(|value| value.is_object());
            let line = nested.unwrap_or(delivery);
            let field = |name: &str| text(line, name).ok_or_else(|| format!("deliveries[{index}].{name}"));
            let wanted = WantedLine {
                brand_name: field("brand_name")?,
                country_code: field("country_code")?,
                denomination: field("denomination")?,
                product_value: decimal(&line["product_value"]),
                beneficiary: field("beneficiary_account")?,
            };
            let quantity = match delivery.get("quantity").filter(|value| !value.is_null()) {
                None => 1,
                Some(value) => value
                    .as_u64()
                    .and_then(|quantity| usize::try_from(quantity).ok())
                    .filter(|quantity| *quantity > 0)
                    .ok_or_else(|| format!("deliveries[{index}].quantity"))?,
            };
            lines.extend(std::iter::repeat_n(wanted, quantity.min(LINES_READ)));
            if lines.len() > LINES_READ {
                lines.truncate(LINES_READ);
                break;
            }
        }
        if lines.is_empty() {
            return Err("deliveries".to_owned());
        }
        let payment = &body["payment"];
        Ok(Self {
            lines,
            payment_via: text(payment, "payment_via").ok_or("payment.payment_via")?,
            coin: text(payment, "coin").ok_or("payment.coin")?,
            network: text(payment, "network"),
            email: text(&body["user"], "email").or_else(|| text(body, "email")),
            refund_address: text(body, "refund_wallet_address"),
            promo_code: text(body, "promo_code").filter(|code| !code.is_empty()),
            lang: text(body, "lang"),
        })
    }
}

fn text(object: &Value, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

fn decimal(value: &Value) -> Result<Option<FaceValue>, ()> {
    match value {
        Value::Null => Ok(None),
        Value::Number(number) => FaceValue::parse(&number.to_string()).map(Some).ok_or(()),
        Value::String(text) => FaceValue::parse(text).map(Some).ok_or(()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(()),
    }
}

/// Returns whether the text is a plausible e-mail address: one `@`, something before it, a dot in what follows.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let labels: Vec<&str> = domain.split('.').collect();
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';'))
        && !domain.contains('@')
}

/// Returns whether the text is a number in E.164 form: `+`, a digit from 1 to 9, 8 to 15 digits in all, nothing else.
pub(crate) fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn flat() -> Value {
        json!({
            "deliveries": [{ "brand_name": "B", "country_code": "US", "denomination": "range", "product_value": 12.5,
                "beneficiary_account": "a@example.com" }],
            "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
            "user": { "email": "a@example.com" },
        })
    }

    #[test]
    fn both_dialects_say_the_same() {
        let nested = json!({
            "deliveries": [{ "kind": "giftcard", "quantity": 1, "deliverable": flat()["deliveries"][0] }],
            "payment": flat()["payment"],
            "user": flat()["user"],
        });
        assert_eq!(Wanted::read(&nested), Wanted::read(&flat()));
    }

    #[test]
    fn quantity_repeats_the_line_and_is_bounded() {
        let mut body = flat();
        body["deliveries"][0]["quantity"] = json!(3);
        assert_eq!(Wanted::read(&body).unwrap().lines.len(), 3);
        body["deliveries"][0]["quantity"] = json!(1_000_000_000);
        assert_eq!(Wanted::read(&body).unwrap().lines.len(), LINES_READ);
    }

    #[test]
    fn a_missing_field_is_named() {
        for (path, name) in
            [("/deliveries/0/brand_name", "deliveries[0].brand_name"), ("/payment/coin", "payment.coin")]
        {
            let mut body = flat();
            *body.pointer_mut(path).unwrap() = Value::Null;
            assert_eq!(Wanted::read(&body), Err(name.to_owned()));
        }
        assert_eq!(Wanted::read(&json!({ "deliveries": [] })), Err("deliveries".to_owned()));
        assert_eq!(Wanted::read(&json!([])), Err("deliveries".to_owned()));
    }

    #[test]
    fn contacts_are_told_from_nonsense() {
        for good in ["a@example.com", "a+b@sub.example.co.uk", "ü@exämple.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@example.com", "a@@example.com", "a b@example.com", "a@example..com", "a@-x.com"] {
            assert!(!is_email(bad), "{bad}");
        }
        for good in ["+14155551234", "+39333123456", "+12345678"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["14155551234", "+0123456789", "+1234567", "+1234567890123456", "+1 415 555 1234", "+1415555123a"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }
}
