//! Relaying one order's stream to one subscriber.
//!
//! A pump reads the supplier's stream, whatever the subscriber does, and puts whole events into a small outbox; the
//! response body takes them from there. So a slow subscriber holds up nobody and costs a bounded amount of memory: of
//! snapshots that pile up, the newest wins. A comment and a `ping` event go out at a fixed pace, between events by
//! construction. The body ends cleanly whatever happens on the other side; the client then reads the order and decides.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures::{Stream, StreamExt, task::AtomicWaker};
use http::{HeaderValue, StatusCode, header};
use tokio::{
    task::AbortHandle,
    time::{MissedTickBehavior, interval_at, sleep},
};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    limits::Limits,
    sse::{Event, Reader},
};

const OPENING: Bytes = Bytes::from_static(b": open\n\n");
const PING: Bytes = Bytes::from_static(b": ping\n\nevent: ping\ndata: {}\n\n");

/// What the relay needs to know besides the supplier's stream.
#[derive(Debug)]
pub struct Relay {
    /// Sizes and times.
    pub limits: Limits,
    /// Ends all streams when the proxy stops.
    pub closing: CancellationToken,
    /// The order's name in the log.
    pub reference: String,
}

impl Relay {
    /// Whether the supplier's answer is a stream at all.
    pub fn is_stream(response: &reqwest::Response) -> bool {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        response.status() == StatusCode::OK && essence.eq_ignore_ascii_case("text/event-stream")
    }

    /// The answer to the subscriber. `on_event` is called before each event is passed on.
    pub fn respond(self, upstream: reqwest::Response, on_event: impl Fn() + Send + Sync + 'static) -> Response {
        let outbox = Arc::new(Outbox::new(self.limits.outbox_bytes));
        outbox.lock().put(Parcel { bytes: OPENING, kind: Kind::Keep });
        let pump = tokio::spawn(self.pump(upstream, Arc::clone(&outbox), on_event));
        let mut response = Response::new(Body::from_stream(Subscription { outbox, pump: pump.abort_handle() }));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform, no-store"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        response
    }

    async fn pump(self, upstream: reqwest::Response, outbox: Arc<Outbox>, on_event: impl Fn()) {
        // However the pump ends, the body ends with it.
        let closer = Closer(&outbox);
        let mut events = 0_u64;
        let why = self.relay(upstream, &outbox, &on_event, &mut events).await;
        drop(closer);
        info!(order = self.reference, events, why, "stream ended");
    }

    async fn relay(
        &self,
        upstream: reqwest::Response,
        outbox: &Outbox,
        on_event: &impl Fn(),
        events: &mut u64,
    ) -> &'static str {
        let mut reader = Reader::new(self.limits.event_bytes);
        let mut chunks = upstream.bytes_stream();
        let every = self.limits.ping_every;
        let mut pings = interval_at(tokio::time::Instant::now() + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silence = std::pin::pin!(sleep(self.limits.stream_silence));
        loop {
            let chunk = tokio::select! {
                () = self.closing.cancelled() => return "the proxy stops",
                _ = pings.tick() => {
                    if outbox.lock().stuck_for(Instant::now()) >= self.limits.write_stall {
                        return "the subscriber does not read";
                    }
                    outbox.ping();
                    continue;
                }
                () = &mut silence => return "the supplier is silent",
                chunk = chunks.next() => chunk,
            };
            silence.as_mut().reset(tokio::time::Instant::now() + self.limits.stream_silence);
            let Some(chunk) = chunk else { return "the supplier ended it" };
            let Ok(chunk) = chunk else { return "the supplier's connection broke" };
            let Ok(whole) = reader.push(&chunk) else { return "an event was too long" };
            for event in whole {
                *events += 1;
                on_event();
                outbox.put(&event);
                if event.is_stop() {
                    return "the order is finished";
                }
            }
        }
    }
}

/// What waits for the subscriber to take it.
#[derive(Debug)]
struct Outbox {
    waiting: Mutex<Waiting>,
    taker: AtomicWaker,
}

#[derive(Debug)]
struct Waiting {
    parcels: VecDeque<Parcel>,
    bytes: usize,
    most: usize,
    ended: bool,
    /// Since when the oldest parcel has not been taken.
    since: Option<Instant>,
}

#[derive(Debug)]
struct Parcel {
    bytes: Bytes,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A snapshot: obsolete as soon as the next one is there.
    Snapshot,
    /// At most one waits.
    Ping,
    /// An event with a name of its own.
    Other,
    /// Never dropped.
    Keep,
}

impl Outbox {
    fn new(most: usize) -> Self {
        let waiting = Waiting { parcels: VecDeque::new(), bytes: 0, most, ended: false, since: None };
        Self { waiting: Mutex::new(waiting), taker: AtomicWaker::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // No code that can panic runs under the lock, so what a poisoned one guards is whole.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, event: &Event) {
        let kind = match event {
            event if event.is_message() => Kind::Snapshot,
            event if event.is_stop() => Kind::Keep,
            _ => Kind::Other,
        };
        self.lock().put(Parcel { bytes: event.to_wire(), kind });
        self.taker.wake();
    }

    fn ping(&self) {
        {
            let mut waiting = self.lock();
            if !waiting.parcels.iter().any(|parcel| parcel.kind == Kind::Ping) {
                waiting.put(Parcel { bytes: PING, kind: Kind::Ping });
            }
        }
        self.taker.wake();
    }
}

impl Waiting {
    fn put(&mut self, parcel: Parcel) {
        self.since.get_or_insert_with(Instant::now);
        self.bytes += parcel.bytes.len();
        self.parcels.push_back(parcel);
        // The newest snapshot makes the older ones obsolete; other events go after them, the oldest first.
        for droppable in [Kind::Snapshot, Kind::Other, Kind::Ping] {
            let mut place = 0;
            while self.bytes > self.most && place + 1 < self.parcels.len() {
                if self.parcels[place].kind == droppable {
                    if let Some(dropped) = self.parcels.remove(place) {
                        self.bytes -= dropped.bytes.len();
                    }
                } else {
                    place += 1;
                }
            }
        }
    }

    fn take(&mut self) -> Option<Bytes> {
        let parcel = self.parcels.pop_front()?;
        self.bytes -= parcel.bytes.len();
        self.since = (!self.parcels.is_empty()).then(Instant::now);
        Some(parcel.bytes)
    }

    fn stuck_for(&self, now: Instant) -> Duration {
        self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

struct Closer<'a>(&'a Outbox);

impl Drop for Closer<'_> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.taker.wake();
    }
}

/// The body of the answer. Dropping it ends the supplier's stream.
struct Subscription {
    outbox: Arc<Outbox>,
    pump: AbortHandle,
}

impl Stream for Subscription {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.outbox.taker.register(context.waker());
        let mut waiting = self.outbox.lock();
        match waiting.take() {
            Some(bytes) => Poll::Ready(Some(Ok(bytes))),
            None if waiting.ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, size: usize) -> Event {
        Event { name: name.into(), data: vec![b'a'; size] }
    }

    fn sizes(outbox: &Outbox) -> Vec<usize> {
        let mut waiting = outbox.lock();
        std::iter::from_fn(|| waiting.take()).map(|bytes| bytes.len() - "data: \n\n".len()).collect()
    }

    #[test]
    fn a_subscriber_that_keeps_up_gets_every_event() {
        let outbox = Outbox::new(1_000);
        for size in [1, 2, 3] {
            outbox.put(&event("", size));
        }
        assert_eq!(sizes(&outbox), [1, 2, 3]);
    }

    #[test]
    fn x18_of_what_piles_up_the_newest_snapshot_and_the_stop_survive() {
        let outbox = Outbox::new(1_000);
        for size in [400, 401, 402, 403] {
            outbox.put(&event("", size));
        }
        outbox.put(&event("stop", 0));
        assert!(outbox.lock().bytes <= 1_000);
        assert_eq!(sizes(&outbox), [402, 403, "event: stop\n".len()]);

        outbox.put(&event("stop", 0));
        outbox.put(&event("", 5_000));
        assert_eq!(sizes(&outbox), ["event: stop\n".len(), 5_000]);
        assert_eq!(outbox.lock().bytes, 0);
    }

    #[test]
    fn one_ping_waits_at_most() {
        let outbox = Outbox::new(1_000);
        outbox.ping();
        outbox.ping();
        outbox.put(&event("", 1));
        outbox.ping();
        assert_eq!(outbox.lock().parcels.len(), 2);
    }
}
