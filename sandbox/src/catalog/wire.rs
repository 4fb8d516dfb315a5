//! The catalogue as JSON (`docs/supplier-api.md` §5.3–5.6), written by hand and not through the decoders of `cr-core`.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::products::{Face, Product, default_denomination};
use super::texts;
use super::{Brand, Country, LogoUrl};
use crate::money::FaceValue;
use crate::rates::Market;
use crate::vias::Coin;

/// Returns a JSON number with exactly these digits, or a string if the text is not a number.
pub(crate) fn number(text: &str) -> Value {
    serde_json::from_str::<serde_json::Number>(text).map_or_else(|_| text.into(), Value::Number)
}

/// Returns a brand as an entry of the directory.
fn brand_json(country: &Country, brand: &Brand, products: &[Product]) -> Value {
    let mut out = json!({
        "brand_id": brand.id,
        "brand": brand.name,
        "family": brand.family,
        "kind": brand.kind,
        "category": brand.category,
        "additional_categories": brand.also,
        "is_out_of_stock": brand.is_out_of_stock,
        "country_code": country.code,
        "product_type": "physical",
    });
    let (min, max) = labels(country, products);
    out["min"] = min.into();
    out["max"] = max.into();
    put_logo(&mut out, brand);
    if !brand.tagline.is_empty() {
        out["brand_tags"] = json!([brand.category, "popular"]);
    }
    out
}

fn put_logo(out: &mut Value, brand: &Brand) {
    let base = match brand.logo_url {
        LogoUrl::Served => format!("/sandbox/logos/{}", brand.slug),
        LogoUrl::Broken => "/sandbox/logos/nothing-here".to_owned(),
        LogoUrl::Hostile(url) => url.to_owned(),
        LogoUrl::Absent => {
            out["logo_url"] = Value::Null;
            return;
        }
    };
    out["logo_url"] = format!("{base}.webp").into();
    out["logo_base_url"] = base.into();
    out["bg_color"] = format!("#{:06x}", brand.logo.colours[0]).into();
}

/// Returns the labels of the cheapest and the dearest product; `None` for a brand without products.
fn labels(country: &Country, products: &[Product]) -> (Option<String>, Option<String>) {
    let mut low: Option<(Decimal, String)> = None;
    let mut high: Option<(Decimal, String)> = None;
    let mut see = |worth: Decimal, label: String| {
        if low.as_ref().is_none_or(|(least, _)| worth < *least) {
            low = Some((worth, label.clone()));
        }
        if high.as_ref().is_none_or(|(most, _)| worth > *most) {
            high = Some((worth, label));
        }
    };
    for product in products {
        match product.face {
            Face::Fixed(face) => {
                let label = if product.plan.is_some() { product.label.clone() } else { country.fiat.label(face) };
                see(product.fiat.to_usd(face), label);
            }
            Face::Range { min, max, .. } => {
                see(product.fiat.to_usd(min), product.fiat.label(min));
                see(product.fiat.to_usd(max), product.fiat.label(max));
            }
        }
    }
    (low.map(|(_, label)| label), high.map(|(_, label)| label))
}

/// Returns the response body of `GET /v2/brands`.
pub(crate) fn brands_json(country: &Country) -> Value {
    let all: Vec<Value> =
        country.brands.iter().map(|brand| brand_json(country, brand, &country.products(brand))).collect();
    let popular: Vec<&Value> =
        country.brands.iter().zip(&all).filter(|(brand, _)| brand.is_popular).map(|(_, value)| value).collect();
    let mut keys: Vec<(&str, &str)> = Vec::new();
    for brand in &country.brands {
        for category in std::iter::once(brand.category).chain(brand.also.iter().copied()) {
            if !keys.contains(&(brand.kind, category)) {
                keys.push((brand.kind, category));
            }
        }
    }
    // The stress list would be twice as large if every brand were repeated under its categories.
    let repeats = country.brands.len() <= 2_000;
    let categories: Vec<Value> = keys
        .into_iter()
        .map(|(kind, category)| {
            let belongs = |brand: &Brand| {
                repeats && brand.kind == kind && (brand.category == category || brand.also.contains(&category))
            };
            let members: Vec<(&Brand, &Value)> =
                country.brands.iter().zip(&all).filter(|(brand, _)| belongs(brand)).collect();
            let popular: Vec<&Value> =
                members.iter().filter(|(brand, _)| brand.is_popular).map(|(_, value)| *value).collect();
            let brands: Vec<&Value> = members.iter().map(|(_, value)| *value).collect();
            let mut out = json!({ "kind": kind, "category": category, "brands": brands });
            if !popular.is_empty() {
                out["popular_brands"] = json!(popular);
            }
            out
        })
        .collect();
    json!({
        "country_code": country.code,
        "last_user_purchases": [],
        "suggestions": [],
        "popular_brands": popular,
        "categories": categories,
        "all_brands": all,
    })
}

/// Returns the response body of `GET /v2/homepage`: rows of brands, and one row of another type.
pub(crate) fn homepage_json(country: &Country) -> Value {
    let row = |title: &str, names: &[&str]| {
        let brands: Vec<Value> = names
            .iter()
            .filter_map(|name| country.named(name).next())
            .map(|brand| brand_json(country, brand, &country.products(brand)))
            .collect();
        json!({ "title": title, "kind": "brands", "brands": brands })
    };
    json!({
        "country_code": country.code,
        "rows": [
            row("Featured", &["Northpine Outfitters", "Lumiveil", "eSIM", "Kettle & Crumb", "Skywren Air", "Pixelgrove", "Rosavelle", "Meridian & Vale"]),
            { "title": "Two for one this week", "kind": "banner", "image_url": null, "link": "/deals" },
            row("For the road", &["Stillwater Stays", "Halcyon Rail", "Roamlight eSIM", "Lanternway", "Zephyrcell"]),
        ],
    })
}

/// Returns the response body of `GET /v2/search/{CC}`: at most 50 products of brands whose name contains the text.
pub(crate) fn search_json(country: &Country, query: &str) -> Value {
    let query = query.trim().to_lowercase();
    let mut out = Vec::new();
    if query.is_empty() {
        return Value::Array(out);
    }
    for brand in country.brands.iter().filter(|brand| brand.name.to_lowercase().contains(&query)) {
        for product in country.products(brand) {
            if out.len() < 50 {
                out.push(json!({
                    "product_id": product.id,
                    "brand": brand.name,
                    "family": brand.family,
                    "is_dynamic": product.denomination.is_none(),
                    "denomination": product.denomination,
                    "localized_denomination": product.label,
                    "country_code": country.code,
                }));
            }
        }
    }
    Value::Array(out)
}

/// Returns one group of `GET /v5/products/country/{CC}`.
pub(crate) fn group_json(country: &Country, brand: &Brand, coin: &Coin, market: &Market, lang: &str) -> Value {
    let products = country.products(brand);
    let mut out = json!({
        "country_code": country.code,
        "category": brand.category,
        "kind": brand.kind,
        "additional_categories": brand.also,
        "family": brand.family,
        "brand": brand.name,
        "brand_id": brand.id,
        "default_denomination": default_denomination(brand, country.fiat),
        "is_out_of_stock": brand.is_out_of_stock,
        "product_tc": texts::terms_plain(brand),
        "redeem_method": ["online"],
        "rich_description": rich_description(country, brand, lang),
        "product_type": "physical",
    });
    put_logo(&mut out, brand);
    out["products"] = if products.is_empty() {
        Value::Null
    } else {
        products.iter().map(|product| product_json(product, coin, market)).collect()
    };
    out
}

fn rich_description(country: &Country, brand: &Brand, lang: &str) -> Value {
    let words = texts::words(lang);
    let description = texts::description(brand, words);
    json!({
        "markup": "html",
        "sizeInBytes": description.len(),
        "description": description,
        "how_to_redeem": texts::how_to_redeem(brand, words),
        "term_and_conditions": texts::terms(brand, words),
        "note": null,
        "redeem_geo": country.code,
        "brand_tagline": if brand.tagline.is_empty() { Value::Null } else { brand.tagline.as_str().into() },
        "brand_url": format!("https://{}.sandbox.example/", brand.slug),
        "brand_alt_names": null,
        "country_code": country.code,
        "locale": words.locale,
    })
}

fn product_json(product: &Product, coin: &Coin, market: &Market) -> Value {
    let fiat = product.fiat;
    let mut out = json!({
        "product_id": product.id,
        "is_dynamic": product.denomination.is_none(),
        "localized_denomination": product.label,
        "coin": coin.name,
        "payment_method": coin.payment_method(coin.default_network()),
        "delivery_type": product.delivery_type(),
        "product_type": "physical",
    });
    match product.face {
        Face::Fixed(face) => {
            let amount = market.price(coin, fiat, face, product.margin_ppm).fixed(coin.digits);
            out["denomination"] = product.denomination.clone().into();
            out["coin_amount"] = amount.as_str().into();
            out["original_coin_amount"] = amount.into();
            out["points"] = (face.0 / Decimal::from(20) + Decimal::ONE).trunc().to_string().into();
            out["face_value"] =
                json!({ "currency_code": fiat.code, "amount": { "type": "fixed", "price": fiat.plain(face) } });
            // Older fields with the same facts, as numbers.
            out["amount"] = number(&face.trimmed());
            out["currency_code"] = fiat.code.into();
        }
        Face::Range { min, max, .. } => {
            out["range"] = range_json(product);
            out["points"] = "4".into();
            // The supplier writes the ends of a range in two ways.
            let ends = if (min.0 % Decimal::TWO).is_zero() {
                json!({ "type": "range",
                    "min": { "amount": fiat.plain(min), "currency": fiat.code },
                    "max": { "amount": fiat.plain(max), "currency": fiat.code } })
            } else {
                json!({ "type": "range", "min": fiat.plain(min), "max": fiat.plain(max) })
            };
            out["face_value"] = json!({ "currency_code": fiat.code, "amount": ends });
            if product.is_by_phone {
                out["denomination"] = "range".into();
            }
        }
    }
    if let Some((megabytes, days)) = product.plan {
        let (unit, amount) = match megabytes {
            -1 => ("GB", -1),
            megabytes if megabytes % 1_024 == 0 => ("GB", megabytes / 1_024),
            megabytes => ("MB", megabytes),
        };
        out["benefits"] = json!([
            { "type": "DATA", "unit_type": "DATA", "unit": unit,
              "amount": { "base": { "amount": amount }, "total_including_tax": { "amount": amount } } },
            { "type": "VALIDITY", "unit_type": "TIME", "unit": "DAYS",
              "amount": { "base": { "amount": days }, "total_including_tax": { "amount": days } } },
        ]);
    }
    out
}

/// Returns `{min, max, currency, step_size, default}` with numbers for the ends and text for the default.
pub(crate) fn range_json(product: &Product) -> Value {
    match product.face {
        Face::Fixed(_) => Value::Null,
        Face::Range { min, max, step, default } => json!({
            "min": number(&with_point(min)),
            "max": number(&with_point(max)),
            "currency": product.fiat.code,
            "step_size": step.map_or(Value::Null, |step| number(&with_point(step))),
            "default": with_point(default),
        }),
    }
}

/// Returns decimal text with at least one digit after the point, as a float would be printed: `25.0`, `12.75`.
fn with_point(amount: FaceValue) -> String {
    let text = amount.trimmed();
    if text.contains('.') { text } else { format!("{text}.0") }
}
