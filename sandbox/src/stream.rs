//! The event stream of an order (`docs/supplier-api.md` §5.11): the whole order on connect and on each change, then an
//! event named `stop` after a final state, and the end. It also carries out the faults in the order's script.
//!
//! What a stream sends is decided in [`next_piece`] alone: first what waits in its queue, then what the script asks
//! for, then the true state of the order.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Sandbox;
use super::breaker::Breaker;
use super::orders::{Order, Slot};
use super::problems::{answer_instead, order_not_found};
use super::script::{Moment, Next, StreamFault, Taken};
use super::snapshots::{self, NAMED, RETRY_ZERO, STOP, event};

/// The pause between two pieces that are to arrive apart.
const APART: Duration = Duration::from_millis(5);

/// How far a stream has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The order as it is now has to be sent.
    Tell,
    /// The order has been sent, and was final or not at that moment.
    Told { is_final: bool },
    /// The order is final: `stop` has to be sent.
    Stop,
    /// Nothing more is to be sent.
    End,
}

/// A piece that waits to be sent.
#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    /// Nothing is sent for that long.
    Pause(Duration),
    /// Nothing is sent for that long, or for ever; it ends early if the script gets another edition than this.
    Silence {
        lasts: Option<Duration>,
        edition: u64,
    },
    /// The bytes are sent one at a time, and the rest at once after that moment.
    Trickle {
        rest: Bytes,
        every: Duration,
        until: Option<Instant>,
    },
    /// Half of these bytes are sent, and then a reset.
    Cut(Bytes),
}

/// An event that ends any wait.
enum Outage {
    /// The server stops, or the supplier is down.
    End,
    /// The supplier restarts.
    Cut,
}

struct Feed {
    sandbox: Arc<Sandbox>,
    slot: Arc<Slot>,
    breaker: Breaker,
    changes: watch::Receiver<u64>,
    script: watch::Receiver<()>,
    editions: watch::Receiver<u64>,
    restarts: watch::Receiver<u64>,
    phase: Phase,
    waiting: VecDeque<Piece>,
    /// When the stream began, or when its last step was done.
    since: Instant,
}

/// Handles `GET /v5/orders/{order_id}/subscribe`.
pub(super) async fn subscribe(
    State(sandbox): State<Arc<Sandbox>>,
    ConnectInfo(breaker): ConnectInfo<Breaker>,
    Path(id): Path<String>,
) -> Response {
    let Some(slot) = sandbox.store.get(&id) else {
        return order_not_found();
    };
    if let Some(answer) = slot.script.at_connect(Instant::now()) {
        return answer_instead(&answer, &format!("/v5/orders/{id}/subscribe"));
    }
    let feed = Feed {
        changes: slot.listen(),
        script: slot.script.listen(),
        editions: slot.script.editions(),
        restarts: sandbox.control.restarts(),
        sandbox,
        slot,
        breaker,
        phase: Phase::Tell,
        waiting: VecDeque::new(),
        since: Instant::now(),
    };
    let pieces = futures::stream::unfold(feed, |mut feed| async move {
        let piece = next_piece(&mut feed).await?;
        Some((piece, feed))
    });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

async fn next_piece(feed: &mut Feed) -> Option<io::Result<Bytes>> {
    loop {
        if let Some(piece) = feed.waiting.pop_front() {
            match feed.send(piece).await {
                Some(sent) => return Some(sent),
                None => continue,
            }
        }
        let wakes = match feed.phase {
            Phase::End => return None,
            Phase::Stop => {
                feed.phase = Phase::End;
                return Some(Ok(STOP));
            }
            Phase::Tell | Phase::Told { .. } => match feed.ask_script() {
                Next::Do(taken) => {
                    feed.perform(taken);
                    continue;
                }
                Next::End => {
                    feed.phase = Phase::End;
                    continue;
                }
                Next::Nothing(due) => due,
            },
        };
        match feed.phase {
            Phase::Tell => return Some(Ok(feed.tell(plain))),
            Phase::Told { is_final: true } => feed.phase = Phase::Stop,
            Phase::Told { is_final: false } => feed.wait(wakes).await,
            Phase::Stop | Phase::End => {}
        }
    }
}

/// Returns the event with the order as it should be sent.
fn plain(order: &Order) -> Bytes {
    event(&snapshots::snapshot(order).to_string())
}

impl Feed {
    /// Returns what the script asks for now.
    fn ask_script(&mut self) -> Next {
        // A change of the script from now on is noticed.
        self.script.mark_unchanged();
        let is_told = matches!(self.phase, Phase::Told { .. });
        let moment = Moment { since: self.since, is_told, has_past: self.slot.before().is_some() };
        self.slot.script.on_stream(Instant::now(), moment)
    }

    /// Writes the order as it is now; then it counts as sent.
    fn tell<T>(&mut self, write: impl FnOnce(&Order) -> T) -> T {
        self.changes.mark_unchanged();
        let order = self.slot.lock();
        self.phase = Phase::Told { is_final: order.is_final() };
        write(&order)
    }

    /// Prepares the pieces of one step of the script.
    fn perform(&mut self, taken: Taken<StreamFault>) {
        match taken.fault {
            StreamFault::Answer(_) | StreamFault::Drop => self.phase = Phase::End,
            StreamFault::Cut => {
                let whole = self.tell(plain);
                self.waiting.push_back(Piece::Cut(whole));
            }
            StreamFault::Silence(lasts) => {
                self.waiting.push_back(Piece::Silence { lasts: Some(lasts), edition: taken.edition });
                self.phase = Phase::Tell;
            }
            StreamFault::HalfOpen => {
                self.waiting.push_back(Piece::Silence { lasts: None, edition: taken.edition });
                self.phase = Phase::Tell;
            }
            StreamFault::QuietStart => {
                // A change from now on is sent.
                self.changes.mark_unchanged();
                self.phase = Phase::Told { is_final: self.slot.lock().is_final() };
            }
            StreamFault::Named => self.waiting.push_back(Piece::Bytes(NAMED)),
            StreamFault::RetryZero => {
                let whole = self.tell(plain);
                self.waiting.extend([Piece::Bytes(RETRY_ZERO), Piece::Bytes(whole)]);
                self.phase = Phase::End;
            }
            StreamFault::StopEarly => self.phase = Phase::Stop,
            StreamFault::SlowBytes { every, lasts } => {
                let rest = self.tell(plain);
                let until = lasts.map(|lasts| Instant::now() + lasts);
                self.waiting.push_back(Piece::Trickle { rest, every, until });
            }
            StreamFault::SplitUtf8 => {
                for piece in self.tell(snapshots::split) {
                    self.waiting.extend([Piece::Bytes(piece), Piece::Pause(APART)]);
                }
            }
            StreamFault::Burst { events } => {
                let pieces = self.tell(|order| snapshots::burst(order, events));
                self.waiting.extend(pieces.into_iter().map(Piece::Bytes));
            }
            StreamFault::Stale => {
                let before = self.slot.before().map(|text| Piece::Bytes(event(&text)));
                self.waiting.extend(before);
            }
            StreamFault::Duplicate => {
                // A change since the order was last sent is sent twice.
                let is_news = self.changes.has_changed().unwrap_or_default();
                let whole = self.tell(plain);
                self.waiting.extend(is_news.then(|| Piece::Bytes(whole.clone())));
                self.waiting.push_back(Piece::Bytes(whole));
            }
            StreamFault::Oversized { bytes } => {
                let whole = self.tell(|order| snapshots::oversized(order, bytes));
                self.waiting.push_back(Piece::Bytes(whole));
            }
            StreamFault::Foreign => {
                let other = snapshots::foreign(&self.slot.lock(), &self.sandbox);
                self.waiting.push_back(Piece::Bytes(other));
            }
            StreamFault::BadJson => {
                let garbage = snapshots::garbage(&self.slot.lock(), taken.turn);
                self.waiting.push_back(Piece::Bytes(garbage));
            }
            StreamFault::Restart(lasts) => {
                self.sandbox.control.restart(lasts);
                self.restarts.mark_unchanged();
                self.give_way(&Outage::Cut);
            }
        }
        if taken.is_lasting && matches!(self.phase, Phase::Tell | Phase::Told { .. }) {
            self.waiting.push_back(Piece::Pause(self.sandbox.options.step));
        }
        self.since = Instant::now();
    }

    /// Sends a piece, or waits as it says; returns `None` if nothing has to be sent for it.
    async fn send(&mut self, piece: Piece) -> Option<io::Result<Bytes>> {
        match piece {
            Piece::Bytes(bytes) => return Some(Ok(bytes)),
            Piece::Pause(lasts) => {
                tokio::select! {
                    () = tokio::time::sleep(lasts) => {}
                    outage = outage(&self.sandbox, &mut self.restarts) => self.give_way(&outage),
                }
            }
            Piece::Silence { lasts, edition } => {
                let until = lasts.map(|lasts| Instant::now() + lasts);
                tokio::select! {
                    () = reached(until) => {}
                    () = replaced(&mut self.editions, edition) => {}
                    outage = outage(&self.sandbox, &mut self.restarts) => self.give_way(&outage),
                }
                self.since = Instant::now();
            }
            Piece::Trickle { mut rest, every, until } => {
                if until.is_some_and(|until| until <= Instant::now()) {
                    return Some(Ok(rest));
                }
                let first = rest.split_to(1.min(rest.len()));
                if !rest.is_empty() {
                    self.waiting.push_front(Piece::Trickle { rest, every, until });
                    self.waiting.push_front(Piece::Pause(every));
                }
                return Some(Ok(first));
            }
            Piece::Cut(bytes) => {
                self.breaker.arm();
                self.waiting.clear();
                self.phase = Phase::End;
                // If there is nothing to cut in half, the connection breaks between two chunks.
                return Some(if bytes.is_empty() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(bytes) });
            }
        }
        None
    }

    /// Waits until there is something to send, or until the script has to be asked again.
    async fn wait(&mut self, due: Option<Instant>) {
        tokio::select! {
            changed = self.changes.changed() => {
                self.phase = if changed.is_ok() { Phase::Tell } else { Phase::End };
            }
            _ = self.script.changed() => {}
            () = reached(due) => {}
            outage = outage(&self.sandbox, &mut self.restarts) => self.give_way(&outage),
        }
    }

    fn give_way(&mut self, outage: &Outage) {
        self.waiting.clear();
        match outage {
            Outage::End => self.phase = Phase::End,
            // The cut follows after a pause, so that what was written before has been sent.
            Outage::Cut => self.waiting.extend([Piece::Pause(APART), Piece::Cut(Bytes::new())]),
        }
    }
}

/// Resolves when a script has another edition than this.
async fn replaced(editions: &mut watch::Receiver<u64>, edition: u64) {
    if editions.wait_for(|now| *now != edition).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Resolves when the supplier stops, goes down or restarts.
async fn outage(sandbox: &Sandbox, restarts: &mut watch::Receiver<u64>) -> Outage {
    tokio::select! {
        () = sandbox.stop.cancelled() => Outage::End,
        () = sandbox.control.went_down() => Outage::End,
        _ = restarts.changed() => Outage::Cut,
    }
}

/// Resolves at that moment; never if there is none.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
