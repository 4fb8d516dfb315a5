//! `/sandbox/orders/{order_id}/script` sets, shows and clears what will go wrong; `/sandbox/faults` lists what can go
//! wrong.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::Script;
use super::body::{Body, step_json};
use super::queue::STEPS_MAX;
use super::table::groups;
use crate::Sandbox;
use crate::problems::e6;

/// Returns the remaining steps of a script as JSON.
pub(crate) fn left_json(script: &Script) -> Value {
    script.left(Instant::now()).iter().map(step_json).collect()
}

fn shown(script: &Script) -> Response {
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, Json(json!({ "steps": left_json(script) }))).into_response()
}

fn missing() -> Response {
    e6(StatusCode::NOT_FOUND, "order not found")
}

fn refused(field: &str, why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "message": format!("{field} {why}"), "field": field }))).into_response()
}

/// Handles `GET /sandbox/faults`: every step, grouped, with descriptions for people.
pub(crate) async fn faults() -> Json<Value> {
    let rows = groups().iter().map(|group| {
        let rows = group.rows.iter().map(|row| json!({ "do": row.name, "label": row.label, "words": row.words }));
        json!({ "group": group.name, "title": group.title, "steps": rows.collect::<Vec<_>>() })
    });
    Json(rows.collect())
}

/// Handles `GET /sandbox/orders/{order_id}/script`: shows the remaining steps.
pub(crate) async fn show(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>) -> Response {
    sandbox.store.get(&id).map_or_else(missing, |slot| shown(&slot.script))
}

/// Handles `POST /sandbox/orders/{order_id}/script`: replaces the script, or adds to it.
pub(crate) async fn set(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, body: Bytes) -> Response {
    let Some(slot) = sandbox.store.get(&id) else { return missing() };
    let body = match Body::read(&body) {
        Ok(body) => body,
        Err(wrong) => return refused(&wrong.field, &wrong.why),
    };
    let done = if body.append { slot.script.append(body.steps) } else { slot.script.replace(body.steps) };
    match done {
        Ok(()) => shown(&slot.script),
        Err(_) => refused("steps", &format!("must be at most {STEPS_MAX} with those that are left")),
    }
}

/// Handles `DELETE /sandbox/orders/{order_id}/script`: clears the script.
pub(crate) async fn clear(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>) -> Response {
    let Some(slot) = sandbox.store.get(&id) else { return missing() };
    slot.script.clear();
    shown(&slot.script)
}
