//! Writing orders as the supplier's older document has them (docs/supplier-api.md §5.8, §5.9).
//!
//! The widget sends the newer, flat body. For a create, the older document wants each delivery as `kind`, `quantity`
//! and `deliverable`, with plain fixed values without their currency (`"100"` for `"100 USD"`); for a validation it
//! wants a `localized_denomination` beside the flat fields. Both need facts that only the catalogue has. Ranges stay
//! `"range"` with `product_value`: written as a literal they would buy another, dearer product (§9.1).

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What is bought, reduced to what the catalogue needs to look it up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// The exact brand.
    pub brand: String,
    /// The country of the product.
    pub country: String,
    /// The exact denomination.
    pub denomination: String,
}

/// What the catalogue knows of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The kind: `giftcard`, `mobile_recharge`, …
    pub kind: Option<String>,
    /// The label in the local format, such as `$100`.
    pub label: Option<String>,
}

/// The error for a body that is not a flat order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a flat order")]
pub struct NotFlat;

/// Returns the items of a flat order; deliveries that are nested already are left out.
///
/// # Errors
/// [`NotFlat`].
pub fn items(order: &Value) -> Result<Vec<Item>, NotFlat> {
    deliveries(order)?.iter().filter(|delivery| delivery.get("deliverable").is_none()).map(item).collect()
}

/// Rewrites a create in the older dialect.
///
/// # Errors
/// [`NotFlat`].
pub fn create(order: &Value, facts: &HashMap<Item, Facts>) -> Result<Value, NotFlat> {
    rewrite(order, |mut flat| {
        let item = item(&Value::Object(flat.clone()))?;
        let kind =
            facts.get(&item).and_then(|facts| facts.kind.clone()).unwrap_or_else(|| guess_kind(&flat).to_owned());
        let quantity = flat.remove("quantity").unwrap_or(json!(1));
        flat.remove("kind");
        flat.insert("denomination".into(), Value::String(without_currency(&item.denomination).to_owned()));
        Ok(json!({ "kind": kind, "quantity": quantity, "deliverable": flat }))
    })
}

/// Rewrites a validation in the older dialect.
///
/// # Errors
/// [`NotFlat`].
pub fn validation(order: &Value, facts: &HashMap<Item, Facts>) -> Result<Value, NotFlat> {
    let mut order = rewrite(order, |mut flat| {
        let item = item(&Value::Object(flat.clone()))?;
        let label = facts.get(&item).and_then(|facts| facts.label.clone()).unwrap_or(item.denomination);
        flat.entry("localized_denomination").or_insert(Value::String(label));
        Ok(Value::Object(flat))
    })?;
    // The older document has the shopper's e-mail address at the top level.
    if order.get("email").is_none()
        && let Some(email) = order.pointer("/user/email").cloned()
    {
        order["email"] = email;
    }
    Ok(order)
}

/// Returns the kind of a brand in the supplier's brand list.
pub fn kind_in(brands: &[u8], brand: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct List {
        #[serde(default)]
        all_brands: Option<Vec<Row>>,
        #[serde(default)]
        categories: Option<Vec<Category>>,
    }
    #[derive(Deserialize)]
    struct Category {
        #[serde(default)]
        brands: Option<Vec<Row>>,
    }
    #[derive(Deserialize)]
    struct Row {
        #[serde(default)]
        brand: Option<String>,
        #[serde(default)]
        kind: Option<String>,
    }
    let list: List = serde_json::from_slice(brands).ok()?;
    let categories = list.categories.into_iter().flatten().filter_map(|category| category.brands).flatten();
    let mut rows = list.all_brands.into_iter().flatten().chain(categories);
    rows.find(|row| row.brand.as_deref() == Some(brand) && row.kind.is_some())?.kind
}

/// Returns the local label of a denomination in the supplier's product list.
pub fn label_in(products: &[u8], item: &Item) -> Option<String> {
    let groups: Value = serde_json::from_slice(products).ok()?;
    let of_brand = groups.as_array()?.iter().filter(|group| group["brand"].as_str() == Some(&item.brand));
    let mut found = of_brand
        .filter_map(|group| group["products"].as_array())
        .flatten()
        .filter(|product| product["denomination"].as_str() == Some(&item.denomination));
    found.find_map(|product| product["localized_denomination"].as_str().map(str::to_owned))
}

fn deliveries(order: &Value) -> Result<&Vec<Value>, NotFlat> {
    order.get("deliveries").and_then(Value::as_array).filter(|list| !list.is_empty()).ok_or(NotFlat)
}

fn item(delivery: &Value) -> Result<Item, NotFlat> {
    let text = |name: &str| delivery.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(NotFlat);
    Ok(Item { brand: text("brand_name")?, country: text("country_code")?, denomination: text("denomination")? })
}

fn rewrite(order: &Value, each: impl Fn(Map<String, Value>) -> Result<Value, NotFlat>) -> Result<Value, NotFlat> {
    let rewritten = deliveries(order)?
        .iter()
        .map(|delivery| match delivery {
            Value::Object(fields) if fields.contains_key("deliverable") => Ok(delivery.clone()),
            Value::Object(fields) => each(fields.clone()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Err(NotFlat),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut order = order.clone();
    order["deliveries"] = Value::Array(rewritten);
    Ok(order)
}

/// Guesses the kind of a brand that the catalogue does not list from what it is delivered to.
fn guess_kind(flat: &Map<String, Value>) -> &'static str {
    let to_phone =
        flat.get("beneficiary_account").and_then(Value::as_str).is_some_and(|account| account.starts_with('+'));
    if to_phone { "mobile_recharge" } else { "giftcard" }
}

/// Returns `"100"` for `"100 USD"`; every other text is returned as it is, since it is a name and not an amount.
fn without_currency(denomination: &str) -> &str {
    match denomination.split_once(' ') {
        Some((value, currency))
            if currency.len() == 3
                && currency.bytes().all(|byte| byte.is_ascii_uppercase())
                && value.starts_with(|first: char| first.is_ascii_digit())
                && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') =>
        {
            value
        }
        _ => denomination,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(denomination: &str, beneficiary: &str) -> Value {
        json!({
            "deliveries": [{ "brand_name": "Arcadia", "country_code": "US", "denomination": denomination, "beneficiary_account": beneficiary }],
            "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
            "user": { "email": "shopper@example.com", "has_accepted_newsletter": false },
        })
    }

    fn facts(denomination: &str) -> HashMap<Item, Facts> {
        let item = Item { brand: "Arcadia".into(), country: "US".into(), denomination: denomination.into() };
        HashMap::from([(item, Facts { kind: Some("giftcard".into()), label: Some("$50".into()) })])
    }

    #[test]
    fn a_create_is_nested_and_the_rest_of_it_untouched() {
        let order = flat("50 USD", "shopper@example.com");
        let nested = create(&order, &facts("50 USD")).unwrap();
        assert_eq!(
            nested["deliveries"],
            json!([{ "kind": "giftcard", "quantity": 1, "deliverable": {
                "brand_name": "Arcadia", "country_code": "US", "denomination": "50", "beneficiary_account": "shopper@example.com" } }])
        );
        assert_eq!((&nested["payment"], &nested["user"]), (&order["payment"], &order["user"]));
    }

    #[test]
    fn an_open_value_stays_a_range_with_the_digits_entered() {
        let order: Value = serde_json::from_str(
            r#"{"deliveries":[{"brand_name":"Stayhere","country_code":"US","denomination":"range","product_value":100.10,"beneficiary_account":"a@b.example"}]}"#,
        )
        .unwrap();
        let nested = create(&order, &HashMap::new()).unwrap();
        assert_eq!(nested["deliveries"][0]["deliverable"]["denomination"], "range");
        assert_eq!(nested["deliveries"][0]["deliverable"]["product_value"].to_string(), "100.10");
    }

    #[test]
    fn a_validation_stays_flat_and_gains_the_label_and_the_address() {
        let order = validation(&flat("50 USD", "shopper@example.com"), &facts("50 USD")).unwrap();
        assert_eq!(order["deliveries"][0]["denomination"], "50 USD");
        assert_eq!(order["deliveries"][0]["localized_denomination"], "$50");
        assert_eq!(order["email"], "shopper@example.com");
        let unknown = validation(&flat("1 GB 7 days", "shopper@example.com"), &HashMap::new()).unwrap();
        assert_eq!(unknown["deliveries"][0]["localized_denomination"], "1 GB 7 days");
    }

    #[test]
    fn only_an_amount_loses_its_currency() {
        let table = [
            ("50 USD", "50"),
            ("12.50 EUR", "12.50"),
            ("5 EUR - PIN", "5 EUR - PIN"),
            ("10 GB 30 days", "10 GB 30 days"),
            ("1 month", "1 month"),
            ("range", "range"),
            ("USD 50", "USD 50"),
            ("10 DAY", "10"),
        ];
        for (denomination, written) in table {
            assert_eq!(without_currency(denomination), written);
        }
    }

    #[test]
    fn without_the_catalogue_the_beneficiary_tells_the_kind() {
        for (beneficiary, kind) in [("+14155550100", "mobile_recharge"), ("a@b.example", "giftcard")] {
            let nested = create(&flat("50 USD", beneficiary), &HashMap::new()).unwrap();
            assert_eq!(nested["deliveries"][0]["kind"], kind);
        }
    }

    #[test]
    fn what_is_nested_already_passes_and_what_is_no_order_does_not() {
        let nested = create(&flat("50 USD", "a@b.example"), &HashMap::new()).unwrap();
        assert_eq!(create(&nested, &HashMap::new()), Ok(nested.clone()));
        assert_eq!(items(&nested), Ok(vec![]));
        for wrong in [
            json!({}),
            json!({ "deliveries": [] }),
            json!({ "deliveries": [7] }),
            json!({ "deliveries": [{ "brand_name": "a" }] }),
        ] {
            assert_eq!(create(&wrong, &HashMap::new()), Err(NotFlat), "{wrong}");
            assert_eq!(validation(&wrong, &HashMap::new()), Err(NotFlat), "{wrong}");
        }
    }

    #[test]
    fn the_catalogue_tells_kind_and_label() {
        let brands = br#"{"all_brands":[{"brand":"eSIM","kind":"mobile_recharge"}],"categories":[{"brands":[{"brand":"Arcadia","kind":"giftcard"}]},{"brands":null}]}"#;
        assert_eq!(kind_in(brands, "eSIM").as_deref(), Some("mobile_recharge"));
        assert_eq!(kind_in(brands, "Arcadia").as_deref(), Some("giftcard"));
        assert_eq!(kind_in(brands, "arcadia"), None);
        assert_eq!(kind_in(b"[]", "Arcadia"), None);
        let products = br#"[{"brand":"Other","products":[{"denomination":"50 USD","localized_denomination":"no"}]},
            {"brand":"Arcadia","products":[{"denomination":"5 USD"},{"denomination":"50 USD","localized_denomination":"$50"}]}]"#;
        let item = Item { brand: "Arcadia".into(), country: "US".into(), denomination: "50 USD".into() };
        assert_eq!(label_in(products, &item).as_deref(), Some("$50"));
        assert_eq!(label_in(b"{}", &item), None);
    }
}
