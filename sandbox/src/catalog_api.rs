//! The catalogue's endpoints.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::catalog::{self, Country, Face, number, range_json};
use super::money::FaceValue;
use super::problems::{Problem, e4, e6};
use super::{Sandbox, vias};

/// The coin of prices when a request names none.
const DEFAULT_COIN: &str = "USDC";

#[derive(Deserialize)]
pub(super) struct CountryQuery {
    country_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ProductsQuery {
    family_name: Option<String>,
    brand_name: Option<String>,
    coin: Option<String>,
    lang: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct PriceQuery {
    brand_name: Option<String>,
    country_code: Option<String>,
    face_value: Option<String>,
    coin: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SearchQuery {
    q: Option<String>,
}

/// Returns the country of a query, or the response to send instead.
fn country_of(sandbox: &Sandbox, code: Option<&str>) -> Result<Arc<Country>, Box<Response>> {
    let code = code.ok_or_else(|| e6(StatusCode::BAD_REQUEST, "country_code is required"))?;
    sandbox.catalog.country(code).ok_or_else(|| {
        Box::new(e4(
            StatusCode::BAD_REQUEST,
            &Problem { code: "COUNTRY_NOT_SUPPORTED", details: json!({ "country": code }) },
        ))
    })
}

/// Handles `GET /v2/brands`.
pub(super) async fn brands(State(sandbox): State<Arc<Sandbox>>, Query(query): Query<CountryQuery>) -> Response {
    match country_of(&sandbox, query.country_code.as_deref()) {
        Err(response) => *response,
        Ok(country) if sandbox.control.now().empty_catalog => Json(json!({
            "country_code": country.code, "last_user_purchases": [], "suggestions": [], "categories": [], "all_brands": null,
        }))
        .into_response(),
        Ok(country) => {
            ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], country.directory()).into_response()
        }
    }
}

/// Handles `GET /v2/homepage`.
pub(super) async fn homepage(State(sandbox): State<Arc<Sandbox>>, Query(query): Query<CountryQuery>) -> Response {
    match country_of(&sandbox, query.country_code.as_deref()) {
        Err(response) => *response,
        Ok(country) if sandbox.control.now().empty_catalog => {
            Json(json!({ "country_code": country.code, "rows": null })).into_response()
        }
        Ok(country) => Json(catalog::homepage_json(&country)).into_response(),
    }
}

/// Handles `GET /v2/search/{CC}`.
pub(super) async fn search(
    State(sandbox): State<Arc<Sandbox>>,
    Path(code): Path<String>,
    Query(query): Query<SearchQuery>,
) -> Response {
    match country_of(&sandbox, Some(&code)) {
        Err(response) => *response,
        Ok(country) => Json(catalog::search_json(&country, query.q.as_deref().unwrap_or_default())).into_response(),
    }
}

/// Handles `GET /v3/payment_vias`.
pub(super) async fn payment_vias() -> Json<Value> {
    Json(vias::payment_vias())
}

/// Handles `GET /v3/currencies`.
pub(super) async fn currencies() -> Json<Value> {
    Json(vias::currencies())
}

/// Handles `GET /v5/products/country/{CC}`.
pub(super) async fn products(
    State(sandbox): State<Arc<Sandbox>>,
    Path(code): Path<String>,
    Query(query): Query<ProductsQuery>,
) -> Response {
    let country = match country_of(&sandbox, Some(&code)) {
        Err(response) => return *response,
        Ok(country) => country,
    };
    if query.family_name.is_none() && query.brand_name.is_none() {
        return e6(StatusCode::BAD_REQUEST, "family_name or brand_name is required");
    }
    if sandbox.control.now().empty_catalog {
        return Json(json!([])).into_response();
    }
    let name = query.coin.as_deref().unwrap_or(DEFAULT_COIN);
    let Some(coin) = vias::find_coin(name) else {
        return e6(StatusCode::BAD_REQUEST, "unknown coin");
    };
    let lang = query.lang.as_deref().unwrap_or("en");
    let market = sandbox.market();
    let groups: Vec<Value> = country
        .brands
        .iter()
        .filter(|brand| query.brand_name.as_ref().is_none_or(|name| brand.name == *name))
        .filter(|brand| {
            query.family_name.as_ref().is_none_or(|family| brand.family.to_lowercase() == family.to_lowercase())
        })
        .map(|brand| catalog::group_json(&country, brand, coin, &market, lang))
        .collect();
    Json(Value::Array(groups)).into_response()
}

/// Handles `GET /v4/products/price`.
pub(super) async fn price(State(sandbox): State<Arc<Sandbox>>, Query(query): Query<PriceQuery>) -> Response {
    let country = match country_of(&sandbox, query.country_code.as_deref()) {
        Err(response) => return *response,
        Ok(country) => country,
    };
    let Some(coin) = vias::find_coin(query.coin.as_deref().unwrap_or(DEFAULT_COIN)) else {
        return e6(StatusCode::BAD_REQUEST, "unknown coin");
    };
    let Some(value) = query.face_value.as_deref().and_then(FaceValue::parse) else {
        return e6(StatusCode::BAD_REQUEST, "face_value must be a number");
    };
    let name = query.brand_name.as_deref().unwrap_or_default();
    if country.named(name).next().is_none() {
        return e6(StatusCode::NOT_FOUND, "brand not found");
    }
    // The endpoint is meant for ranges; of fixed values it prices those that are on sale.
    let product = country
        .named(name)
        .flat_map(|brand| country.products(brand))
        .filter(|product| product.accepts(value))
        .min_by_key(|product| product.denomination.is_some());
    let Some(product) = product else {
        return e4(StatusCode::UNPROCESSABLE_ENTITY, &Problem { code: "INVALID_PRODUCT_VALUE", details: Value::Null });
    };
    let amount = sandbox.market().price(coin, product.fiat, value, product.margin_ppm).fixed(coin.digits);
    // The prices of stablecoins are numbers here, all others are strings.
    let shown = if coin.digits == 2 { number(&amount) } else { json!(amount) };
    let mut out = json!({
        "product_id": product.id,
        "is_dynamic": product.denomination.is_none(),
        "coin": coin.name,
        "coin_amount": shown,
        "original_coin_amount": amount,
        "payment_method": coin.payment_method(coin.default_network()),
        "delivery_type": product.delivery_type(),
        "points": (value.0 / Decimal::from(5)).trunc().to_string(),
        "product_type": "physical",
    });
    if matches!(product.face, Face::Range { .. }) {
        out["range"] = range_json(&product);
    }
    Json(out).into_response()
}
