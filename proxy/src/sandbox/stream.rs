//! The event stream of an order (`docs/supplier-api.md` §5.11): the whole order on connect and on each change, then a named
//! `stop` after a final state, and the end.
//!
//! What a stream sends is decided in [`next_piece`] alone; faults of streams belong there.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;

use super::Sandbox;
use super::orders::{Place, Slot, order_json};
use super::problems::e6;

/// Where a stream is.
enum Stage {
    /// The order as it is now has to be told.
    Tell,
    /// Told; something has to change first.
    Wait,
    /// The order is final: say `stop`.
    Stop,
    /// Nothing more.
    End,
}

struct Feed {
    sandbox: Arc<Sandbox>,
    slot: Arc<Slot>,
    changes: watch::Receiver<u64>,
    stage: Stage,
}

/// `GET /v5/orders/{order_id}/subscribe`
pub(super) async fn subscribe(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>) -> Response {
    let Some(slot) = sandbox.store.get(&id) else {
        return e6(StatusCode::NOT_FOUND, "order not found");
    };
    let feed = Feed { changes: slot.listen(), sandbox, slot, stage: Stage::Tell };
    let pieces = futures::stream::unfold(feed, |mut feed| async move {
        let piece = next_piece(&mut feed).await?;
        Some((Ok::<_, Infallible>(piece), feed))
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

async fn next_piece(feed: &mut Feed) -> Option<Bytes> {
    loop {
        match feed.stage {
            Stage::Tell => {
                feed.changes.mark_unchanged();
                let (text, is_final) = {
                    let order = feed.slot.lock();
                    (order_json(&order, Place::Stream).to_string(), order.is_final())
                };
                feed.stage = if is_final { Stage::Stop } else { Stage::Wait };
                return Some(Bytes::from(format!("data: {text}\n\n")));
            }
            Stage::Wait => {
                tokio::select! {
                    changed = feed.changes.changed() => {
                        feed.stage = if changed.is_ok() { Stage::Tell } else { Stage::End };
                    }
                    () = feed.sandbox.stop.cancelled() => feed.stage = Stage::End,
                    () = feed.sandbox.control.went_down() => feed.stage = Stage::End,
                }
            }
            Stage::Stop => {
                feed.stage = Stage::End;
                return Some(Bytes::from_static(b"event: stop\ndata: {}\n\n"));
            }
            Stage::End => return None,
        }
    }
}
