//! Relaying one order's stream to one subscriber.
//!
//! A pump reads the supplier's stream, whatever the subscriber does, and puts whole events into a small outbox; the
//! response body takes them from there. So a slow subscriber delays nobody and costs a bounded amount of memory: when
//! snapshots pile up, the newest is kept. A comment and a `ping` event are sent at a fixed pace, and never inside
//! another event. A ping says when the supplier last spoke of the order, and everything that the supplier said until
//! then is sent before the ping. The body ends cleanly whatever happens on the other side; the client then reads the
//! order and decides.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{body::Body, response::Response};
use bytes::{Bytes, BytesMut};
use futures::{
    Stream, StreamExt, TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
    task::AtomicWaker,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::{
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    answer::Answer,
    limits::Limits,
    orders::{Told, Watch},
    sse::{Event, Reader},
};

const OPENING: Bytes = Bytes::from_static(b": open\n\n");
/// Pings that replace events which are not passed on are at least this far apart.
const PING_APART: Duration = Duration::from_millis(250);
/// Why a stream ends when the supplier no longer shows its order.
const UNREADABLE: &str = "the order cannot be read";
/// How many bytes a waiting ping counts as.
const PING_BYTES: usize = 64;

/// The error for a stream of the supplier that broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// A stream of the supplier's that has just been opened.
pub struct Source {
    chunks: BoxStream<'static, Result<Bytes, Broken>>,
    /// The response head, used for the supplier's clock, and the time it came.
    head: HeaderMap,
    opened: std::time::Instant,
}

impl Source {
    /// Creates a stream of these chunks.
    pub fn new(chunks: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static) -> Self {
        Self { chunks: chunks.boxed(), head: HeaderMap::new(), opened: std::time::Instant::now() }
    }
}

impl From<reqwest::Response> for Source {
    fn from(response: reqwest::Response) -> Self {
        let mut head = HeaderMap::new();
        if let Some(date) = response.headers().get(header::DATE) {
            head.insert(header::DATE, date.clone());
        }
        Self { head, ..Self::new(response.bytes_stream().map_err(|_| Broken)) }
    }
}

/// Opens the supplier's stream again; `None` if that cannot be done now.
pub type Open = Box<dyn Fn() -> BoxFuture<'static, Option<Source>> + Send + Sync>;

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
    /// Returns whether the supplier's answer is a stream at all.
    pub fn is_stream(response: &reqwest::Response) -> bool {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        response.status() == StatusCode::OK && essence.eq_ignore_ascii_case("text/event-stream")
    }

    /// Returns the response for the subscriber, who watches the order with `watch`. `open` opens the supplier's stream
    /// again.
    pub fn respond(self, source: Source, watch: Watch, open: Open) -> Response {
        let outbox = Arc::new(Outbox::new(self.limits.outbox_bytes));
        outbox.lock().put(Parcel { content: Content::Bytes(OPENING), kind: Kind::Keep });
        let pump = tokio::spawn(self.pump(source, watch, open, Arc::clone(&outbox)));
        let mut response = Response::new(Body::from_stream(Subscription { outbox, pump: pump.abort_handle() }));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform, no-store"));
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        response
    }

    async fn pump(self, source: Source, watch: Watch, open: Open, outbox: Arc<Outbox>) {
        // The body ends however the pump ends.
        let closer = Closer(&outbox);
        let reference = self.reference.clone();
        let mut pump = Pump::new(self, source, watch, open, &outbox);
        let why = pump.run().await;
        let events = pump.events;
        drop(closer);
        info!(order = reference, events, why, "stream ended");
    }
}

/// One relay under way.
struct Pump<'a> {
    relay: Relay,
    watch: Watch,
    open: Open,
    outbox: &'a Outbox,
    source: Source,
    reader: Reader,
    /// When the supplier's stream was opened.
    opened: Instant,
    /// When that stream last spoke of the order, or was opened.
    spoke: Instant,
    /// When the stream is to be opened again, unless by then it says what another source said before it.
    reopen_at: Option<Instant>,
    opening: Option<BoxFuture<'static, Option<Source>>>,
    /// When the last ping went out, and whether another is owed before the next regular one.
    pinged: Option<Instant>,
    owes_ping: bool,
    events: u64,
}

impl<'a> Pump<'a> {
    fn new(relay: Relay, source: Source, watch: Watch, open: Open, outbox: &'a Outbox) -> Self {
        let (now, reader) = (Instant::now(), Reader::new(relay.limits.event_bytes));
        Self {
            relay,
            watch,
            open,
            outbox,
            source,
            reader,
            opened: now,
            spoke: now,
            reopen_at: None,
            opening: None,
            pinged: None,
            owes_ping: false,
            events: 0,
        }
    }

    /// Relays until there is a reason to end, and returns that reason.
    async fn run(&mut self) -> &'static str {
        let every = self.relay.limits.ping_every;
        let closing = self.relay.closing.clone();
        let mut pings = interval_at(Instant::now() + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first ping lets the subscriber know at once that this proxy reports the age of what it knows.
        if self.ping() {
            return UNREADABLE;
        }
        loop {
            let ping_at = self.owes_ping.then(|| self.pinged.map_or_else(Instant::now, |last| last + PING_APART));
            // Bytes prove that the other side is there, not that it knows anything of the order.
            let silent_at = self.spoke + self.relay.limits.stream_silence;
            let reopen_at = self.reopen_at.map_or(silent_at, |at| at.min(silent_at));
            let reopen_at = self.opening.is_none().then_some(reopen_at);
            let chunk = tokio::select! {
                () = closing.cancelled() => return "the proxy stops",
                _ = pings.tick() => {
                    if self.outbox.lock().stuck_for(Instant::now()) >= self.relay.limits.write_stall {
                        return "the subscriber does not read";
                    }
                    if self.ping() {
                        return UNREADABLE;
                    }
                    continue;
                }
                () = until(ping_at) => {
                    if self.ping() {
                        return UNREADABLE;
                    }
                    continue;
                }
                told = self.watch.news() => {
                    if self.pass_on(&told) {
                        return UNREADABLE;
                    }
                    continue;
                }
                () = until(reopen_at) => {
                    self.opening = Some((self.open)());
                    continue;
                }
                source = opened(&mut self.opening) => {
                    self.opening = None;
                    let Some(source) = source else { return "the supplier's stream cannot be opened again" };
                    self.take_over(source);
                    continue;
                }
                chunk = self.source.chunks.next() => chunk,
            };
            let bytes = match chunk {
                Some(Ok(bytes)) => bytes,
                // A new stream is being opened already.
                None | Some(Err(Broken)) if self.opening.is_some() => {
                    self.source.chunks = stream::pending().boxed();
                    continue;
                }
                None => return "the supplier ended it",
                Some(Err(Broken)) => return "the supplier's connection broke",
            };
            let Ok(whole) = self.reader.push(&bytes) else { return "an event was too long" };
            for event in whole {
                self.events += 1;
                if self.take(&event) {
                    return "the order is finished";
                }
            }
        }
    }

    /// Takes one event of the supplier's stream and returns whether it is the last.
    fn take(&mut self, event: &Event) -> bool {
        if event.is_message() {
            let body = Bytes::copy_from_slice(&event.data);
            let answer = Answer::new(StatusCode::OK, &self.source.head, body, self.source.opened);
            if self.watch.hear(answer) {
                (self.spoke, self.reopen_at) = (Instant::now(), None);
            }
            self.outbox.put(event);
        } else if event.is_stop() {
            self.watch.forget();
            self.outbox.put(event);
            return true;
        } else {
            // Browsers have meanings of their own for some names, such as `error`. Whatever the event means, something
            // may have changed.
            self.watch.forget();
            self.owes_ping = true;
        }
        false
    }

    /// Sends the subscriber what this stream has not said. Returns whether the stream has to end, so that the
    /// subscriber reads the order and decides.
    fn pass_on(&mut self, told: &Told) -> bool {
        let (body, is_material) = match told {
            Told::Order { body, is_material } => (body, *is_material),
            Told::Unreadable => return true,
        };
        self.outbox.put(&Event { name: Vec::new(), data: one_line(body) });
        let (now, limits) = (Instant::now(), &self.relay.limits);
        // A stream could not report what changed before it was opened.
        let could_tell = now.saturating_duration_since(self.opened) >= limits.stream_late;
        if is_material && could_tell && self.reopen_at.is_none() {
            let soonest = self.opened + limits.confirm_after.min(limits.stream_silence);
            self.reopen_at = Some(soonest.max(now + limits.stream_late));
        }
        false
    }

    /// Sends a ping. Returns whether the stream has to end, as [`Pump::pass_on`] does.
    fn ping(&mut self) -> bool {
        let confirmed = self.watch.confirmed();
        // What the supplier said before that time is sent before the ping.
        if let Some(told) = self.watch.untold()
            && self.pass_on(&told)
        {
            return true;
        }
        self.owes_ping = false;
        self.pinged = Some(Instant::now());
        self.outbox.ping(confirmed);
        false
    }

    fn take_over(&mut self, source: Source) {
        let now = Instant::now();
        self.source = source;
        self.reader = Reader::new(self.relay.limits.event_bytes);
        (self.opened, self.spoke) = (now, now);
        self.watch.reopened(self.reopen_at.take().is_some());
    }
}

/// Resolves at that moment; never if there is none.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Resolves when the stream that is being opened is there; never if none is.
async fn opened(opening: &mut Option<BoxFuture<'static, Option<Source>>>) -> Option<Source> {
    match opening {
        Some(opening) => opening.await,
        None => std::future::pending().await,
    }
}

/// Replaces the carriage returns of JSON, which would end a line of an event, by spaces. They can stand only between
/// JSON tokens.
fn one_line(body: &[u8]) -> Vec<u8> {
    body.iter().map(|byte| if *byte == b'\r' { b' ' } else { *byte }).collect()
}

/// The parcels that wait until the subscriber takes them.
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
    /// Since when the oldest parcel has been waiting.
    since: Option<Instant>,
}

#[derive(Debug)]
struct Parcel {
    content: Content,
    kind: Kind,
}

#[derive(Debug)]
enum Content {
    Bytes(Bytes),
    /// A ping with the moment when the supplier last spoke of the order; its age is computed when the ping is sent.
    Ping(Option<Instant>),
}

impl Content {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Ping(_) => PING_BYTES,
        }
    }

    fn write(self, now: Instant) -> Bytes {
        let confirmed = match self {
            Self::Bytes(bytes) => return bytes,
            Self::Ping(confirmed) => confirmed,
        };
        let mut wire = BytesMut::from(&b": ping\n\nevent: ping\ndata: {"[..]);
        if let Some(confirmed) = confirmed {
            let ms = now.saturating_duration_since(confirmed).as_millis();
            wire.extend_from_slice(format!("\"confirmed_ms\": {ms}").as_bytes());
        }
        wire.extend_from_slice(b"}\n\n");
        wire.freeze()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A snapshot, which the next snapshot makes obsolete.
    Snapshot,
    /// A ping; at most one waits.
    Ping,
    /// An event that is never dropped.
    Keep,
}

impl Outbox {
    fn new(most: usize) -> Self {
        let waiting = Waiting { parcels: VecDeque::new(), bytes: 0, most, ended: false, since: None };
        Self { waiting: Mutex::new(waiting), taker: AtomicWaker::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // No code that can panic runs under the lock, so the data behind a poisoned lock is whole.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, event: &Event) {
        let kind = if event.is_message() { Kind::Snapshot } else { Kind::Keep };
        self.lock().put(Parcel { content: Content::Bytes(event.to_wire()), kind });
        self.taker.wake();
    }

    fn ping(&self, confirmed: Option<Instant>) {
        {
            let mut waiting = self.lock();
            if !waiting.parcels.iter().any(|parcel| parcel.kind == Kind::Ping) {
                waiting.put(Parcel { content: Content::Ping(confirmed), kind: Kind::Ping });
            }
        }
        self.taker.wake();
    }
}

impl Waiting {
    fn put(&mut self, parcel: Parcel) {
        self.since.get_or_insert_with(Instant::now);
        self.bytes += parcel.content.len();
        self.parcels.push_back(parcel);
        // Older snapshots are dropped first, as the newest makes them obsolete, and then pings.
        for droppable in [Kind::Snapshot, Kind::Ping] {
            let mut place = 0;
            while self.bytes > self.most && place + 1 < self.parcels.len() {
                if self.parcels[place].kind == droppable {
                    if let Some(dropped) = self.parcels.remove(place) {
                        self.bytes -= dropped.content.len();
                    }
                } else {
                    place += 1;
                }
            }
        }
    }

    fn take(&mut self) -> Option<Bytes> {
        let parcel = self.parcels.pop_front()?;
        let now = Instant::now();
        self.bytes -= parcel.content.len();
        self.since = (!self.parcels.is_empty()).then_some(now);
        Some(parcel.content.write(now))
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

/// The body of the response. Dropping it ends the supplier's stream.
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
        outbox.ping(None);
        outbox.ping(None);
        outbox.put(&event("", 1));
        outbox.ping(None);
        assert_eq!(outbox.lock().parcels.len(), 2);
    }
}
