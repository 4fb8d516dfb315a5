//! The payer: a page that lists open orders and simulates payments, and the requests behind its buttons.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Sandbox;
use super::money::CoinAmount;
use super::orders::Slot;
use super::outcomes;
use super::problems::e6;
use super::script;
use super::walking::Refused;

/// How many orders the page lists.
const LISTED: usize = 50;

const PAGE: &str = include_str!("payer.html");
const STYLE: &str = include_str!("payer.css");
const SCRIPT: &str = include_str!("payer.js");

/// A policy that allows nothing but the page's own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (headers, text).into_response()
}

/// Handles `GET /sandbox`.
pub(super) async fn redirect() -> Redirect {
    Redirect::permanent("/sandbox/")
}

/// Handles `GET /sandbox/`.
pub(super) async fn page() -> Response {
    file("text/html; charset=utf-8", PAGE)
}

/// Handles `GET /sandbox/payer.css`.
pub(super) async fn style() -> Response {
    file("text/css; charset=utf-8", STYLE)
}

/// Handles `GET /sandbox/payer.js`.
pub(super) async fn script() -> Response {
    file("text/javascript; charset=utf-8", SCRIPT)
}

/// Handles `GET /sandbox/tags`: every e-mail tag, grouped.
pub(super) async fn tags() -> Json<Value> {
    Json(outcomes::all_tags().into_iter().map(|(group, tags)| json!({ "group": group, "tags": tags })).collect())
}

/// Handles `GET /sandbox/orders`: the newest orders, newest first.
pub(super) async fn orders(State(sandbox): State<Arc<Sandbox>>) -> Response {
    let orders: Vec<Value> = sandbox.store.youngest(LISTED).iter().map(|slot| summary(slot)).collect();
    let body = json!({ "now": sandbox.now_s(), "window_s": sandbox.options.window.as_secs(), "orders": orders });
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(body)).into_response()
}

fn summary(slot: &Slot) -> Value {
    let order = slot.lock();
    let digits = order.coin.digits;
    let what: Vec<String> = order
        .lines
        .iter()
        .map(|line| {
            let value = match line.priced.product_value {
                Some(value) => line.priced.fiat.denomination(value),
                None => line.priced.denomination.clone(),
            };
            format!("{} · {value}", line.priced.brand.name)
        })
        .collect();
    json!({
        "order_id": order.id,
        "reference": cr_core::order::reference(&order.id),
        "order_state": order.order_state,
        "payment_state": order.payment_state,
        "is_final": order.is_final(),
        "what": what,
        "to": order.lines.first().map(|line| line.priced.beneficiary.as_str()),
        "coin": order.coin.name,
        "network": order.network.name,
        "coin_amount": order.due.fixed(digits),
        "sent_coin_amount": order.sent.trimmed(),
        "missing_coin_amount": order.missing().trimmed(),
        "address": order.address,
        "script": script::api::left_json(&slot.script),
        "created_at": order.created_s,
        "updated_at": order.updated_s,
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PayBody {
    amount: Option<String>,
}

#[derive(Deserialize)]
struct StateBody {
    state: String,
    payment_state: Option<String>,
    due: Option<String>,
    sent: Option<String>,
}

/// Handles `POST /sandbox/orders/{order_id}/pay`: money arrives, `{"amount"?: "decimal"}`; without an amount it is
/// exactly what is missing.
pub(super) async fn pay(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, body: Bytes) -> Response {
    let Some(slot) = sandbox.store.get(&id) else { return missing() };
    let body: PayBody = if body.iter().all(u8::is_ascii_whitespace) {
        PayBody::default()
    } else {
        match serde_json::from_slice(&body) {
            Ok(body) => body,
            Err(error) => return e6(StatusCode::BAD_REQUEST, &error.to_string()),
        }
    };
    let amount = match body.amount.as_deref().map(CoinAmount::parse) {
        None => None,
        Some(Some(amount)) => Some(amount),
        Some(None) => return e6(StatusCode::BAD_REQUEST, "amount must be plain decimal text"),
    };
    match sandbox.pay(&slot, amount) {
        Ok(()) => answer(&slot),
        Err(Refused::NoAmount) => e6(StatusCode::BAD_REQUEST, "nothing to pay"),
        Err(Refused::Closed) => e6(StatusCode::CONFLICT, "the order takes no money in this state"),
    }
}

/// Handles `POST /sandbox/orders/{order_id}/state`: puts the order in a state, `{"state": "Done"}`, with other amounts
/// if these are given.
pub(super) async fn state(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, body: Bytes) -> Response {
    let Some(slot) = sandbox.store.get(&id) else { return missing() };
    let body: StateBody = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(error) => return e6(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let Some(step) = outcomes::step_to(&body.state, body.payment_state.as_deref()) else {
        return e6(StatusCode::BAD_REQUEST, "no such state");
    };
    let amounts = [&body.due, &body.sent].map(|text| text.as_deref().map(CoinAmount::parse));
    if amounts.contains(&Some(None)) {
        return e6(StatusCode::BAD_REQUEST, "due and sent must be plain decimal text");
    }
    let [due, sent] = amounts.map(Option::flatten);
    slot.change(|order| {
        order.walk += 1;
        order.apply(step, sandbox.now_s());
        order.due = due.unwrap_or(order.due);
        order.sent = sent.unwrap_or(order.sent);
    });
    answer(&slot)
}

/// Handles `POST /sandbox/orders/{order_id}/expire`: ends the payment window now.
pub(super) async fn expire(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>) -> Response {
    let Some(slot) = sandbox.store.get(&id) else { return missing() };
    sandbox.expire(&slot);
    answer(&slot)
}

fn missing() -> Response {
    e6(StatusCode::NOT_FOUND, "order not found")
}

fn answer(slot: &Slot) -> Response {
    Json(summary(slot)).into_response()
}
