//! Creates that happen once: the promise behind `Idempotency-Key`, which the supplier itself does not give.
//!
//! A key stands for one body and at most one request to the supplier. A client that repeats a key with the same body
//! gets the same answer as the first; while the request is under way, it waits for it. When it cannot be known whether
//! the supplier made the order, "unknown" is the answer from then on. A create is not tied to its client: it continues
//! when the client leaves.
//!
//! Records live in memory, for [`Limits::create_window`] and at least for [`Limits::create_floor`]; a restart loses
//! them. Answers weigh at most [`Limits::create_bytes`] together; above that the oldest are dropped, and the answer to
//! their keys is "unknown" from then on, which is safe. When even the keys are too many, new ones are refused for a
//! while.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use cr_core::wire::{self, AnsweredBy, Verdict};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};
use tokio_util::task::TaskTracker;
use tracing::warn;

use crate::{
    answer::{Answer, Failure, Reply},
    limits::Limits,
    problem::Problem,
};

type Hash = [u8; 32];

/// The name of one attempt to buy, as a hash: the keys themselves are not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(Hash);

impl Key {
    /// Reads `Idempotency-Key`: 1–128 printable ASCII characters, at most once.
    ///
    /// # Errors
    /// [`Problem::KEY_INVALID`].
    pub fn read(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut lines = headers.get_all(HeaderName::from_static("idempotency-key")).iter();
        let Some(key) = lines.next() else { return Ok(None) };
        let bytes = key.as_bytes();
        let fits = (1..=128).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
        if fits && lines.next().is_none() { Ok(Some(Self(hash(bytes)))) } else { Err(Problem::KEY_INVALID) }
    }
}

/// The result of a create.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The supplier accepted the order, or certainly refused it.
    Answered(Arc<Answer>),
    /// It is not known whether the order exists.
    Unknown,
    /// The supplier was not reached: no order was made, and the key can be used again.
    NotSent(Failure),
}

/// All creates that are remembered.
#[derive(Debug)]
pub struct Creates {
    limits: Limits,
    tasks: TaskTracker,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    records: HashMap<Key, Record>,
    /// All keys, from the oldest to the newest.
    by_age: BTreeMap<u64, Key>,
    /// The keys whose answers are still held, from the oldest to the newest.
    answered: BTreeMap<u64, Key>,
    bytes: usize,
    last_number: u64,
}

#[derive(Debug)]
struct Record {
    number: u64,
    made: Instant,
    body: Hash,
    state: State,
}

#[derive(Debug)]
enum State {
    UnderWay(Shared<BoxFuture<'static, Outcome>>),
    Answered(Arc<Answer>),
    Unknown,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Creates {
    /// Creates an empty book; creates run as `tasks`, so that a proxy that is stopping can wait for them.
    pub fn new(limits: &Limits, tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self { limits: limits.clone(), tasks, book: Mutex::default() })
    }

    /// Creates an order once. `send` is called only if this key has not been used.
    ///
    /// # Errors
    /// [`Problem::KEY_REUSED`] for another body, [`Problem::BUSY`] when no more keys can be remembered.
    pub async fn create<S>(
        self: &Arc<Self>,
        key: Option<Key>,
        body: &[u8],
        send: impl FnOnce() -> S,
    ) -> Result<Outcome, Problem>
    where
        S: Future<Output = Reply> + Send + 'static,
    {
        let Some(key) = key else {
            let sending = send();
            let task = self.tasks.spawn(async move { judge(sending.await) });
            return Ok(task.await.unwrap_or(Outcome::Unknown));
        };
        let body = hash(body);
        let under_way = {
            let mut book = self.book();
            let now = Instant::now();
            book.expire(now, &self.limits);
            if let Some(record) = book.records.get(&key) {
                if record.body != body {
                    return Err(Problem::KEY_REUSED);
                }
                match &record.state {
                    State::Answered(answer) => return Ok(Outcome::Answered(Arc::clone(answer))),
                    State::Unknown => return Ok(Outcome::Unknown),
                    State::UnderWay(flight) => flight.clone(),
                }
            } else if book.is_full(now, &self.limits) {
                return Err(Problem { retry_after: Some(60), ..Problem::BUSY });
            } else {
                self.start(&mut book, key, body, now, send())
            }
        };
        Ok(under_way.await)
    }

    fn start<S>(
        self: &Arc<Self>,
        book: &mut Book,
        key: Key,
        body: Hash,
        made: Instant,
        sending: S,
    ) -> Shared<BoxFuture<'static, Outcome>>
    where
        S: Future<Output = Reply> + Send + 'static,
    {
        book.last_number += 1;
        let number = book.last_number;
        let mut ending = Ending { creates: Arc::clone(self), key, outcome: Outcome::Unknown };
        let task = self.tasks.spawn(async move {
            ending.outcome = judge(sending.await);
            ending.outcome.clone()
        });
        let flight = async move { task.await.unwrap_or(Outcome::Unknown) }.boxed().shared();
        book.by_age.insert(number, key);
        book.records.insert(key, Record { number, made, body, state: State::UnderWay(flight.clone()) });
        flight
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // No code that can panic runs under the lock, so the data behind a poisoned lock is whole.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn expire(&mut self, now: Instant, limits: &Limits) {
        while let Some((made, key)) = self.oldest() {
            if now.saturating_duration_since(made) < limits.create_window {
                break;
            }
            self.remove(key);
        }
    }

    /// Returns whether there is no place for another key, not even that of the oldest record.
    fn is_full(&mut self, now: Instant, limits: &Limits) -> bool {
        if self.records.len() < limits.create_entries {
            return false;
        }
        match self.oldest() {
            Some((made, key)) if now.saturating_duration_since(made) >= limits.create_floor => {
                self.remove(key);
                false
            }
            _ => true,
        }
    }

    fn oldest(&self) -> Option<(Instant, Key)> {
        let key = *self.by_age.first_key_value()?.1;
        Some((self.records.get(&key)?.made, key))
    }

    fn remove(&mut self, key: Key) {
        let Some(record) = self.records.remove(&key) else { return };
        self.by_age.remove(&record.number);
        self.answered.remove(&record.number);
        if let State::Answered(answer) = record.state {
            self.bytes = self.bytes.saturating_sub(answer.weight());
        }
    }

    fn settle(&mut self, key: Key, outcome: &Outcome, most_bytes: usize) {
        let Some(record) = self.records.get_mut(&key) else { return };
        match outcome {
            Outcome::NotSent(_) => return self.remove(key),
            Outcome::Unknown => record.state = State::Unknown,
            Outcome::Answered(answer) => {
                record.state = State::Answered(Arc::clone(answer));
                self.answered.insert(record.number, key);
                self.bytes += answer.weight();
            }
        }
        while self.bytes > most_bytes {
            let Some((_, oldest)) = self.answered.pop_first() else { break };
            if let Some(record) = self.records.get_mut(&oldest)
                && let State::Answered(answer) = std::mem::replace(&mut record.state, State::Unknown)
            {
                self.bytes = self.bytes.saturating_sub(answer.weight());
            }
        }
    }
}

/// Records the result of a create when it is dropped: "unknown" if the task panicked or was aborted.
struct Ending {
    creates: Arc<Creates>,
    key: Key,
    outcome: Outcome,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.creates.book().settle(self.key, &self.outcome, self.creates.limits.create_bytes);
    }
}

/// Decides what the supplier's reply says about the order ([`wire::create`]): an order, a refusal by a code, or nothing
/// that can be relied on. If a reply of the last kind holds an order's id, the client must still see it.
fn judge(reply: Reply) -> Outcome {
    let answer = match reply {
        Ok(answer) => answer,
        Err(failure @ (Failure::Unreachable | Failure::Busy)) => return Outcome::NotSent(failure),
        Err(failure) => {
            warn!(%failure, "the outcome of a create is unknown");
            return Outcome::Unknown;
        }
    };
    let body = String::from_utf8_lossy(&answer.body);
    match wire::create(AnsweredBy::Supplier, answer.status.as_u16(), &body) {
        Verdict::Made(_) | Verdict::Refused(_) | Verdict::Named => Outcome::Answered(Arc::clone(&answer)),
        Verdict::Unknown => {
            warn!(status = answer.status.as_u16(), "the outcome of a create is unknown");
            Outcome::Unknown
        }
    }
}

fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use bytes::Bytes;
    use http::{HeaderValue, StatusCode};
    use tokio::sync::Notify;

    use super::*;

    const ORDER: &str = r#"{"order_id":"a1"}"#;

    fn reply(status: u16, body: &str) -> Reply {
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Arc::new(Answer::new(status, &HeaderMap::new(), Bytes::from(body.to_owned()), Instant::now())?))
    }

    fn key(text: &str) -> Option<Key> {
        Some(Key(hash(text.as_bytes())))
    }

    fn creates(change: fn(&mut Limits)) -> Arc<Creates> {
        let mut limits = Limits::default();
        change(&mut limits);
        Creates::new(&limits, TaskTracker::new())
    }

    /// Returns the outcome as a word, and how often the supplier was asked so far.
    async fn create(
        creates: &Arc<Creates>,
        sent: &Arc<AtomicUsize>,
        name: &str,
        body: &str,
        reply: Reply,
    ) -> (&'static str, usize) {
        let count = Arc::clone(sent);
        let outcome = creates
            .create(key(name), body.as_bytes(), || async move {
                count.fetch_add(1, Ordering::SeqCst);
                reply
            })
            .await;
        let word = match outcome {
            Ok(Outcome::Answered(_)) => "answered",
            Ok(Outcome::Unknown) => "unknown",
            Ok(Outcome::NotSent(_)) => "not sent",
            Err(problem) => problem.detail,
        };
        (word, sent.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn every_outcome_but_an_unsent_one_is_final_for_its_key() {
        let problem = r#"{"detail":"OUT_OF_STOCK"}"#;
        let table: &[(Reply, &str, usize)] = &[
            (reply(200, ORDER), "answered", 1),
            (reply(201, r#"{"id":"a1"}"#), "answered", 1),
            (reply(200, r#"{"order_id":"a1","id":"b2"}"#), "answered", 1),
            (reply(200, r#"{"id":17}"#), "answered", 1),
            (reply(200, r#"[{"problem":"OUT_OF_STOCK"}]"#), "answered", 1),
            (reply(200, "{}"), "unknown", 1),
            (reply(200, "[]"), "unknown", 1),
            (reply(200, "null"), "unknown", 1),
            (reply(200, r#"{"order_id":"#), "unknown", 1),
            (reply(400, problem), "answered", 1),
            (reply(401, problem), "answered", 1),
            (reply(403, problem), "answered", 1),
            (reply(404, problem), "answered", 1),
            (reply(404, "<html>"), "unknown", 1),
            (reply(403, r#"{"message":"Forbidden"}"#), "unknown", 1),
            (reply(422, ""), "unknown", 1),
            (reply(422, r#"{"order_id":"a1","problems":[{"problem":"KYC_MISSING"}]}"#), "answered", 1),
            (reply(200, r#"{"message":"accepted"}"#), "unknown", 1),
            (reply(422, problem), "answered", 1),
            (reply(408, problem), "unknown", 1),
            (reply(409, problem), "unknown", 1),
            (reply(429, problem), "unknown", 1),
            (reply(301, ""), "unknown", 1),
            (reply(500, problem), "unknown", 1),
            (reply(503, problem), "unknown", 1),
            (Err(Failure::Timeout), "unknown", 1),
            (Err(Failure::Dropped), "unknown", 1),
            (Err(Failure::TooLarge), "unknown", 1),
            (Err(Failure::Unreachable), "not sent", 2),
        ];
        for (first, word, asked) in table {
            let (creates, sent) = (creates(|_| {}), Arc::new(AtomicUsize::new(0)));
            assert_eq!(create(&creates, &sent, "k", "b", first.clone()).await, (*word, 1), "{first:?}");
            let again = create(&creates, &sent, "k", "b", first.clone()).await;
            assert_eq!(again, (*word, *asked), "again: {first:?}");
        }
    }

    #[tokio::test]
    async fn h04_a_key_stands_for_one_body() {
        let (creates, sent) = (creates(|_| {}), Arc::new(AtomicUsize::new(0)));
        assert_eq!(create(&creates, &sent, "k", "b", reply(200, ORDER)).await, ("answered", 1));
        assert_eq!(create(&creates, &sent, "k", "c", reply(200, ORDER)).await, ("IDEMPOTENCY_KEY_REUSED", 1));
        assert_eq!(create(&creates, &sent, "l", "c", reply(200, ORDER)).await, ("answered", 2));
    }

    #[tokio::test]
    async fn the_second_waits_for_the_first_even_if_the_first_leaves() {
        let (creates, sent, gate) = (creates(|_| {}), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let attempt = || {
            let (creates, sent, gate) = (Arc::clone(&creates), Arc::clone(&sent), Arc::clone(&gate));
            tokio::spawn(async move {
                let send = || async move {
                    sent.fetch_add(1, Ordering::SeqCst);
                    gate.notified().await;
                    reply(200, ORDER)
                };
                creates.create(key("k"), b"b", send).await
            })
        };
        let first = attempt();
        while sent.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        first.abort();
        let second = attempt();
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        gate.notify_one();
        assert!(matches!(second.await.unwrap(), Ok(Outcome::Answered(_))));
        assert_eq!(sent.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_create_that_dies_is_unknown() {
        let (creates, sent) = (creates(|_| {}), Arc::new(AtomicUsize::new(0)));
        let outcome = creates.create(key("k"), b"b", || async { panic!("as if a decoder had a bug") }).await;
        assert!(matches!(outcome, Ok(Outcome::Unknown)));
        assert_eq!(create(&creates, &sent, "k", "b", reply(200, ORDER)).await, ("unknown", 0));
    }

    #[tokio::test]
    async fn answers_give_way_to_weight_but_their_keys_never_create_again() {
        let (creates, sent) = (creates(|limits| limits.create_bytes = 1_200), Arc::new(AtomicUsize::new(0)));
        for (turn, name) in ["a", "b", "c"].into_iter().enumerate() {
            assert_eq!(create(&creates, &sent, name, "b", reply(200, ORDER)).await, ("answered", turn + 1));
        }
        assert_eq!(create(&creates, &sent, "a", "b", reply(200, ORDER)).await, ("unknown", 3));
        assert_eq!(create(&creates, &sent, "c", "b", reply(200, ORDER)).await, ("answered", 3));
        assert!(creates.book().bytes <= 1_200);
    }

    #[tokio::test]
    async fn when_there_are_too_many_keys_new_ones_wait_and_old_ones_hold() {
        let (creates, sent) = (creates(|limits| limits.create_entries = 2), Arc::new(AtomicUsize::new(0)));
        create(&creates, &sent, "a", "b", Err(Failure::Timeout)).await;
        create(&creates, &sent, "b", "b", reply(200, ORDER)).await;
        assert_eq!(create(&creates, &sent, "c", "b", reply(200, ORDER)).await, ("BUSY", 2));
        assert_eq!(create(&creates, &sent, "a", "b", reply(200, ORDER)).await, ("unknown", 2));
    }

    #[tokio::test]
    async fn records_older_than_the_floor_make_room_and_those_of_the_window_go() {
        let sent = Arc::new(AtomicUsize::new(0));
        let roomy = creates(|limits| {
            limits.create_entries = 1;
            limits.create_floor = Duration::ZERO;
        });
        create(&roomy, &sent, "a", "b", reply(200, ORDER)).await;
        assert_eq!(create(&roomy, &sent, "b", "b", reply(200, ORDER)).await, ("answered", 2));
        let brief = creates(|limits| limits.create_window = Duration::ZERO);
        create(&brief, &sent, "a", "b", reply(200, ORDER)).await;
        assert_eq!(create(&brief, &sent, "a", "b", reply(200, ORDER)).await, ("answered", 4));
        assert_eq!(brief.book().records.len(), 1);
    }

    #[test]
    fn a_key_is_one_printable_word() {
        let read = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("idempotency-key", HeaderValue::from_bytes(value).unwrap());
            }
            Key::read(&headers).map(|key| key.is_some())
        };
        assert_eq!(read(&[]), Ok(false));
        assert_eq!(read(&[b"6f1c-22"]), Ok(true));
        assert_eq!(read(&[&[b'a'; 128]]), Ok(true));
        for wrong in [&[&b""[..]][..], &[&[b'a'; 129][..]], &[b"a b"], &[b"\xc3\xa9"], &[b"a", b"a"], &[b"a", b"b"]] {
            assert_eq!(read(wrong), Err(Problem::KEY_INVALID), "{wrong:?}");
        }
    }
}
