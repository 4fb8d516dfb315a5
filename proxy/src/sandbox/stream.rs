//! The event stream of an order (`docs/supplier-api.md` §5.11): the whole order on connect and on each change, then a named
//! `stop` after a final state, and the end. And everything that the order's script has go wrong on the way.
//!
//! What a stream sends is decided in [`next_piece`] alone: what waits in its queue first, then what the script says, then
//! the truth.

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

/// Between two pieces that are to arrive apart.
const APART: Duration = Duration::from_millis(5);

/// Where a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The order as it is now has to be told.
    Tell,
    /// Told, and the order was finished or not when it was.
    Told { is_final: bool },
    /// The order is final: say `stop`.
    Stop,
    /// Nothing more.
    End,
}

/// What waits to be sent.
#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    /// Nothing for that long.
    Pause(Duration),
    /// Nothing for that long, or ever; less if the script has another edition than this.
    Silence {
        lasts: Option<Duration>,
        edition: u64,
    },
    /// A byte at a time, the rest at once after that moment.
    Trickle {
        rest: Bytes,
        every: Duration,
        until: Option<Instant>,
    },
    /// Half of this, and a reset.
    Cut(Bytes),
}

/// What ends any wait.
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
    stage: Stage,
    waiting: VecDeque<Piece>,
    /// When it began, or its last step was done.
    since: Instant,
}

/// `GET /v5/orders/{order_id}/subscribe`
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
        stage: Stage::Tell,
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
        let wakes = match feed.stage {
            Stage::End => return None,
            Stage::Stop => {
                feed.stage = Stage::End;
                return Some(Ok(STOP));
            }
            Stage::Tell | Stage::Told { .. } => match feed.ask_script() {
                Next::Do(taken) => {
                    feed.perform(taken);
                    continue;
                }
                Next::End => {
                    feed.stage = Stage::End;
                    continue;
                }
                Next::Nothing(due) => due,
            },
        };
        match feed.stage {
            Stage::Tell => return Some(Ok(feed.tell(plain))),
            Stage::Told { is_final: true } => feed.stage = Stage::Stop,
            Stage::Told { is_final: false } => feed.wait(wakes).await,
            Stage::Stop | Stage::End => {}
        }
    }
}

/// The order as it should be told.
fn plain(order: &Order) -> Bytes {
    event(&snapshots::snapshot(order).to_string())
}

impl Feed {
    /// What the script wants now.
    fn ask_script(&mut self) -> Next {
        // Whatever rings from now on will be heard.
        self.script.mark_unchanged();
        let is_told = matches!(self.stage, Stage::Told { .. });
        let moment = Moment { since: self.since, is_told, has_past: self.slot.before().is_some() };
        self.slot.script.on_stream(Instant::now(), moment)
    }

    /// The order as it is now, written in some way; then it counts as told.
    fn tell<T>(&mut self, write: impl FnOnce(&Order) -> T) -> T {
        self.changes.mark_unchanged();
        let order = self.slot.lock();
        self.stage = Stage::Told { is_final: order.is_final() };
        write(&order)
    }

    /// Prepares what one step of the script sends.
    fn perform(&mut self, taken: Taken<StreamFault>) {
        match taken.fault {
            StreamFault::Answer(_) | StreamFault::Drop => self.stage = Stage::End,
            StreamFault::Cut => {
                let whole = self.tell(plain);
                self.waiting.push_back(Piece::Cut(whole));
            }
            StreamFault::Silence(lasts) => {
                self.waiting.push_back(Piece::Silence { lasts: Some(lasts), edition: taken.edition });
                self.stage = Stage::Tell;
            }
            StreamFault::HalfOpen => {
                self.waiting.push_back(Piece::Silence { lasts: None, edition: taken.edition });
                self.stage = Stage::Tell;
            }
            StreamFault::QuietStart => {
                // Whatever changes from now on is told.
                self.changes.mark_unchanged();
                self.stage = Stage::Told { is_final: self.slot.lock().is_final() };
            }
            StreamFault::Named => self.waiting.push_back(Piece::Bytes(NAMED)),
            StreamFault::RetryZero => {
                let whole = self.tell(plain);
                self.waiting.extend([Piece::Bytes(RETRY_ZERO), Piece::Bytes(whole)]);
                self.stage = Stage::End;
            }
            StreamFault::StopEarly => self.stage = Stage::Stop,
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
                // What has changed since it was told is told twice.
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
        if taken.is_lasting && matches!(self.stage, Stage::Tell | Stage::Told { .. }) {
            self.waiting.push_back(Piece::Pause(self.sandbox.options.step));
        }
        self.since = Instant::now();
    }

    /// Sends a piece, or waits as it says; `None` if nothing has to be sent for it.
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
                self.stage = Stage::End;
                // With nothing to cut in half, the connection breaks between two chunks.
                return Some(if bytes.is_empty() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(bytes) });
            }
        }
        None
    }

    /// Waits until there is something to tell, or to ask the script about.
    async fn wait(&mut self, due: Option<Instant>) {
        tokio::select! {
            changed = self.changes.changed() => {
                self.stage = if changed.is_ok() { Stage::Tell } else { Stage::End };
            }
            _ = self.script.changed() => {}
            () = reached(due) => {}
            outage = outage(&self.sandbox, &mut self.restarts) => self.give_way(&outage),
        }
    }

    fn give_way(&mut self, outage: &Outage) {
        self.waiting.clear();
        match outage {
            Outage::End => self.stage = Stage::End,
            // After a pause, so that what was said before has left.
            Outage::Cut => self.waiting.extend([Piece::Pause(APART), Piece::Cut(Bytes::new())]),
        }
    }
}

/// Ends when a script has another edition than this.
async fn replaced(editions: &mut watch::Receiver<u64>, edition: u64) {
    if editions.wait_for(|now| *now != edition).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ends when the supplier goes away in one way or another.
async fn outage(sandbox: &Sandbox, restarts: &mut watch::Receiver<u64>) -> Outage {
    tokio::select! {
        () = sandbox.stop.cancelled() => Outage::End,
        () = sandbox.control.went_down() => Outage::End,
        _ = restarts.changed() => Outage::Cut,
    }
}

/// Ends at that moment, or never.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
