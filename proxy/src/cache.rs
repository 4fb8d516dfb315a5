//! Shared answers: one request to the supplier serves all clients that ask the same at the same time, and for a while
//! after.
//!
//! A read is not tied to the client that started it: if that client goes away, the read still finishes for the others.
//! Answers are bounded in number and weight; the least recently used are dropped first. Failures are shared with the
//! clients that waited and are not kept.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use crate::answer::{Answer, Failure, Reply};

/// The limits of a cache.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many answers are kept.
    pub entries: usize,
    /// How many bytes they weigh at most, by [`Answer::weight`].
    pub bytes: usize,
    /// How many reads may be under way.
    pub flights: usize,
}

/// A reply and for how long it may still be used; zero if it is not kept.
pub type Fresh = (Reply, Duration);

/// Answers, keyed by the question that was asked.
#[derive(Debug)]
pub struct Cache {
    bounds: Bounds,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    kept: HashMap<String, Kept>,
    flying: HashMap<String, Flight>,
    bytes: usize,
    last_flight: u64,
}

#[derive(Debug)]
struct Kept {
    answer: Arc<Answer>,
    until: Instant,
    used: Instant,
}

#[derive(Debug)]
struct Flight {
    number: u64,
    reply: Shared<BoxFuture<'static, Fresh>>,
}

impl Cache {
    /// Creates an empty cache.
    pub fn new(bounds: Bounds) -> Arc<Self> {
        Arc::new(Self { bounds, shelf: Mutex::default() })
    }

    /// Returns the answer to `question`: one that is kept, one that is under way, or one that `read` fetches. `keep`
    /// returns for how long the answer serves others.
    pub async fn get<R>(
        self: &Arc<Self>,
        question: &str,
        keep: impl FnOnce(&Answer) -> Duration + Send + 'static,
        read: impl FnOnce() -> R,
    ) -> Fresh
    where
        R: Future<Output = Reply> + Send + 'static,
    {
        let flight = {
            let mut shelf = self.shelf();
            let now = Instant::now();
            if let Some(kept) = shelf.kept.get_mut(question).filter(|kept| kept.until > now) {
                kept.used = now;
                return (Ok(Arc::clone(&kept.answer)), kept.until.saturating_duration_since(now));
            }
            match shelf.flying.get(question) {
                Some(flight) => flight.reply.clone(),
                None if shelf.flying.len() >= self.bounds.flights => return (Err(Failure::Busy), Duration::ZERO),
                None => self.start(&mut shelf, question, keep, read()),
            }
        };
        flight.await
    }

    /// Makes sure that the next caller gets an answer that is read after this moment.
    pub fn forget(&self, question: &str) {
        let mut shelf = self.shelf();
        shelf.remove(question);
        // Callers that wait for this read still get its answer, but it is not kept.
        shelf.flying.remove(question);
    }

    /// Does what [`Cache::forget`] does, for every question.
    pub fn forget_all(&self) {
        let mut shelf = self.shelf();
        let last_flight = shelf.last_flight;
        *shelf = Shelf { last_flight, ..Shelf::default() };
    }

    fn start<R>(
        self: &Arc<Self>,
        shelf: &mut Shelf,
        question: &str,
        keep: impl FnOnce(&Answer) -> Duration + Send + 'static,
        read: R,
    ) -> Shared<BoxFuture<'static, Fresh>>
    where
        R: Future<Output = Reply> + Send + 'static,
    {
        shelf.last_flight += 1;
        let (cache, asked, number) = (Arc::clone(self), question.to_owned(), shelf.last_flight);
        let task = tokio::spawn(async move {
            // `Landing` takes the lock when it is dropped, so it is created inside the task: a runtime that shuts down
            // drops a spawned task at once, while the lock is held here.
            let landing = Landing { cache, question: asked, number };
            let reply = read.await;
            let fresh_for = reply.as_ref().map_or(Duration::ZERO, |answer| keep(answer));
            landing.land(&reply, fresh_for);
            (reply, fresh_for)
        });
        let reply = async move { task.await.unwrap_or((Err(Failure::Dropped), Duration::ZERO)) }.boxed().shared();
        shelf.flying.insert(question.to_owned(), Flight { number: shelf.last_flight, reply: reply.clone() });
        reply
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // No code that can panic runs under the lock, so the data behind a poisoned lock is whole.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn remove(&mut self, question: &str) {
        if let Some(kept) = self.kept.remove(question) {
            self.bytes = self.bytes.saturating_sub(kept.answer.weight());
        }
    }

    fn put(&mut self, question: String, answer: Arc<Answer>, fresh_for: Duration, bounds: Bounds) {
        let now = Instant::now();
        let weight = answer.weight();
        self.remove(&question);
        if weight > bounds.bytes || bounds.entries == 0 {
            return;
        }
        if self.kept.len() >= bounds.entries || self.bytes + weight > bounds.bytes {
            self.sweep(now);
        }
        while self.kept.len() >= bounds.entries || self.bytes + weight > bounds.bytes {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(question, _)| question.clone());
            let Some(oldest) = oldest else { break };
            self.remove(&oldest);
        }
        self.bytes += weight;
        self.kept.insert(question, Kept { answer, until: now + fresh_for, used: now });
    }

    fn sweep(&mut self, now: Instant) {
        self.kept.retain(|_, kept| kept.until > now);
        self.bytes = self.kept.values().map(|kept| kept.answer.weight()).sum();
    }
}

/// Ends a read under way when it is dropped, even if the read panicked.
struct Landing {
    cache: Arc<Cache>,
    question: String,
    number: u64,
}

impl Landing {
    fn land(&self, reply: &Reply, fresh_for: Duration) {
        let mut shelf = self.cache.shelf();
        if shelf.flying.get(&self.question).is_none_or(|flight| flight.number != self.number) {
            return;
        }
        shelf.flying.remove(&self.question);
        if let (Ok(answer), false) = (reply, fresh_for.is_zero()) {
            shelf.put(self.question.clone(), Arc::clone(answer), fresh_for, self.cache.bounds);
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.land(&Err(Failure::Dropped), Duration::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};
    use tokio::sync::Notify;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn answer(body: &str) -> Reply {
        let body = Bytes::from(body.to_owned());
        Ok(Arc::new(Answer::new(StatusCode::OK, &HeaderMap::new(), body, Instant::now())?))
    }

    fn cache(entries: usize, bytes: usize) -> Arc<Cache> {
        Cache::new(Bounds { entries, bytes, flights: 2 })
    }

    async fn ask(cache: &Arc<Cache>, question: &str, asked: &Arc<AtomicUsize>) -> String {
        let count = Arc::clone(asked);
        let (reply, _) = cache
            .get(question, |_| LONG, || async move { answer(&count.fetch_add(1, Ordering::SeqCst).to_string()) })
            .await;
        String::from_utf8(reply.unwrap().body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_serves_until_it_is_forgotten() {
        let (cache, asked) = (cache(9, 9_999), Arc::new(AtomicUsize::new(0)));
        assert_eq!(ask(&cache, "a", &asked).await, "0");
        assert_eq!(ask(&cache, "a", &asked).await, "0");
        assert_eq!(ask(&cache, "b", &asked).await, "1");
        cache.forget("a");
        assert_eq!(ask(&cache, "a", &asked).await, "2");
    }

    #[tokio::test]
    async fn those_who_ask_together_share_one_read_even_if_the_first_leaves() {
        let (cache, asked, gate) = (cache(9, 9_999), Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let question = || {
            let (cache, asked, gate) = (Arc::clone(&cache), Arc::clone(&asked), Arc::clone(&gate));
            tokio::spawn(async move {
                let read = || async move {
                    asked.fetch_add(1, Ordering::SeqCst);
                    gate.notified().await;
                    answer("1")
                };
                cache.get("a", |_| LONG, read).await.0
            })
        };
        let first = question();
        while asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        first.abort();
        let rest: Vec<_> = (0..50).map(|_| question()).collect();
        tokio::task::yield_now().await;
        gate.notify_waiters();
        gate.notify_one();
        for waiting in rest {
            assert_eq!(waiting.await.unwrap().unwrap().body, "1");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_read_that_began_before_a_change_is_not_kept() {
        let (cache, gate) = (cache(9, 9_999), Arc::new(Notify::new()));
        let opened = Arc::clone(&gate);
        let early = cache.get(
            "a",
            |_| LONG,
            || async move {
                opened.notified().await;
                answer(r#""old""#)
            },
        );
        tokio::pin!(early);
        assert!(futures::poll!(&mut early).is_pending());
        cache.forget("a");
        let (new, _) = cache.get("a", |_| LONG, || async { answer(r#""new""#) }).await;
        assert_eq!(new.unwrap().body, r#""new""#);
        gate.notify_one();
        assert_eq!(early.await.0.unwrap().body, r#""old""#);
        let (kept, _) = cache.get("a", |_| LONG, || async { answer(r#""newest""#) }).await;
        assert_eq!(kept.unwrap().body, r#""new""#);
    }

    #[tokio::test]
    async fn failures_and_panics_are_not_kept() {
        let cache = cache(9, 9_999);
        let (reply, _) = cache.get("a", |_| LONG, || async { Err(Failure::Timeout) }).await;
        assert_eq!(reply.unwrap_err(), Failure::Timeout);
        let (reply, _) = cache.get("a", |_| LONG, || async { panic!("as if a decoder had a bug") }).await;
        assert_eq!(reply.unwrap_err(), Failure::Dropped);
        let (reply, fresh_for) = cache.get("a", |_| Duration::ZERO, || async { answer("1") }).await;
        assert_eq!((reply.unwrap().body.clone(), fresh_for), (Bytes::from("1"), Duration::ZERO));
        let (reply, _) = cache.get("a", |_| LONG, || async { answer("2") }).await;
        assert_eq!(reply.unwrap().body, "2");
    }

    #[tokio::test]
    async fn number_and_weight_are_bounded_and_the_least_used_goes_first() {
        let asked = Arc::new(AtomicUsize::new(0));
        let small = cache(2, 9_999);
        for question in ["a", "b", "a", "c"] {
            ask(&small, question, &asked).await;
        }
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        assert_eq!(ask(&small, "a", &asked).await, "0");
        assert_eq!(ask(&small, "b", &asked).await, "3");

        let light = cache(99, 1_100);
        for question in ["a", "b", "c", "d"] {
            ask(&light, question, &asked).await;
        }
        assert_eq!(light.shelf().kept.len(), 2);
        assert!(light.shelf().bytes <= 1_100);
    }

    #[tokio::test]
    async fn too_many_reads_at_once_are_refused() {
        let cache = cache(9, 9_999);
        let held: Vec<_> = ["a", "b"]
            .map(|question| Box::pin(cache.get(question, |_| LONG, std::future::pending::<Reply>)))
            .into_iter()
            .map(|mut flight| {
                assert!((&mut flight).now_or_never().is_none());
                flight
            })
            .collect();
        let (reply, _) = cache.get("c", |_| LONG, || async { answer("1") }).await;
        assert_eq!(reply.unwrap_err(), Failure::Busy);
        drop(held);
    }
}
