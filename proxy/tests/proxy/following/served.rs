//! A supplier in memory, the orders that the proxy serves of it, and what subscribers receive.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use cr_proxy::{
    answer::Answer,
    limits::Limits,
    orders::{Given, Orders},
    requests::OrderId,
    stream::{Broken, Relay, Source},
    upstream::Shopper,
};
use futures::{FutureExt, StreamExt};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

pub(super) const SECOND: Duration = Duration::from_secs(1);

type Push = mpsc::UnboundedSender<Result<String, Broken>>;

/// What the supplier knows of one order, and how often it was asked.
#[derive(Clone)]
pub(super) struct Truth {
    pub(super) state: &'static str,
    pub(super) updated: u64,
    pub(super) is_dated: bool,
    /// The last read that was answered: when it came, and when the answer left.
    pub(super) spoke: Option<(Instant, Instant)>,
    pub(super) reads: Vec<Instant>,
    pub(super) streams: Vec<Push>,
}

/// A supplier in memory. Its streams send what a test tells them to; its reads return the truth of the moment they
/// came.
#[derive(Clone)]
pub(super) struct Supplier {
    pub(super) truths: Arc<Mutex<HashMap<String, Truth>>>,
    pub(super) late: Duration,
    pub(super) status: Arc<Mutex<u16>>,
    /// The body of every answer to a read, if not the truth.
    pub(super) answer: Arc<Mutex<Option<String>>>,
}

impl Supplier {
    pub(super) fn new() -> Self {
        let status = Arc::new(Mutex::new(200));
        Self { truths: Arc::default(), late: Duration::from_millis(200), status, answer: Arc::default() }
    }

    pub(super) fn change<T>(&self, id: &str, change: impl FnOnce(&mut Truth) -> T) -> T {
        let mut truths = self.truths.lock().unwrap();
        let truth = truths.entry(id.to_owned()).or_insert_with(|| Truth {
            state: "WaitingForPayment",
            updated: 0,
            is_dated: true,
            spoke: None,
            reads: Vec::new(),
            streams: Vec::new(),
        });
        change(truth)
    }

    pub(super) fn becomes(&self, id: &str, state: &'static str) {
        self.change(id, |truth| {
            truth.state = state;
            truth.updated += 1;
        });
    }

    /// Makes the order leave out when it was changed, from now on.
    pub(super) fn undate(&self, id: &str) {
        self.change(id, |truth| truth.is_dated = false);
    }

    pub(super) fn answers(&self, status: u16, body: &str) {
        *self.status.lock().unwrap() = status;
        *self.answer.lock().unwrap() = Some(body.to_owned());
    }

    pub(super) fn body(&self, id: &str) -> String {
        let (state, updated, is_dated) = self.change(id, |truth| (truth.state, truth.updated, truth.is_dated));
        let mut order = json!({ "order_id": id, "order_state": state, "payment_state": "WalletCreated", "coin": "USDC",
            "network": "Solana", "coin_amount": "50.78", "sent_coin_amount": "0", "updated_at": 1_790_000_000 + updated,
            "wallet_address": "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV", "deliveries": [] });
        if !is_dated {
            order.as_object_mut().unwrap().remove("updated_at");
        }
        order.to_string()
    }

    pub(super) fn reads(&self, id: &str) -> usize {
        self.change(id, |truth| truth.reads.len())
    }

    pub(super) fn streams(&self, id: &str) -> usize {
        self.change(id, |truth| truth.streams.len())
    }

    /// Sends the order on its newest stream.
    pub(super) fn tell(&self, id: &str) {
        let body = self.body(id);
        let now = Instant::now();
        self.change(id, |truth| {
            truth.spoke = Some((now, now));
            truth.streams.last().unwrap().send(Ok(format!("data: {body}\n\n"))).unwrap();
        });
    }

    pub(super) fn say(&self, id: &str, text: &str) {
        self.change(id, |truth| truth.streams.last().unwrap().send(Ok(text.to_owned())).unwrap());
    }

    /// Returns all reads of all orders.
    pub(super) fn all_reads(&self) -> Vec<Instant> {
        self.truths.lock().unwrap().values().flat_map(|truth| truth.reads.clone()).collect()
    }

    fn open(&self, id: &str) -> Source {
        let (push, pushed) = mpsc::unbounded_channel();
        self.change(id, |truth| truth.streams.push(push));
        Source::new(futures::stream::unfold(pushed, |mut pushed: mpsc::UnboundedReceiver<_>| async move {
            let chunk: Result<String, Broken> = pushed.recv().await?;
            Some((chunk.map(Into::into), pushed))
        }))
    }

    fn orders(&self, limits: &Limits) -> Arc<Orders> {
        let supplier = self.clone();
        let read = move |id: OrderId, _: Shopper| {
            let supplier = supplier.clone();
            async move {
                let id = id.path().rsplit('/').next().unwrap().to_owned();
                let begun = Instant::now();
                let body = supplier.body(&id);
                let status = if id.starts_with("bad") { 403 } else { *supplier.status.lock().unwrap() };
                supplier.change(&id, |truth| truth.reads.push(begun));
                sleep(supplier.late).await;
                if status == 200 {
                    supplier.change(&id, |truth| truth.spoke = Some((begun, Instant::now())));
                }
                let body = if status == 200 { body } else { "404 page not found".to_owned() };
                let body = supplier.answer.lock().unwrap().clone().unwrap_or(body);
                let status = StatusCode::from_u16(status).unwrap();
                Ok(Arc::new(Answer::new(status, &HeaderMap::new(), body.into(), std::time::Instant::now())?))
            }
            .boxed()
        };
        Orders::new(limits, Arc::new(read))
    }
}

/// Orders of a supplier in memory, as the proxy serves them.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) supplier: Supplier,
    pub(super) orders: Arc<Orders>,
    limits: Limits,
}

impl Served {
    /// Starts with the proxy's default limits.
    pub(super) fn new() -> (Supplier, Self) {
        Self::within(Limits::default())
    }

    pub(super) fn within(limits: Limits) -> (Supplier, Self) {
        let supplier = Supplier::new();
        (supplier.clone(), Self::of(supplier, limits))
    }

    pub(super) fn of(supplier: Supplier, limits: Limits) -> Self {
        let orders = supplier.orders(&limits);
        Self { supplier, orders, limits }
    }

    /// Subscribes as [`cr_proxy::api`] does.
    pub(super) fn subscribe(&self, id: &str) -> Heard {
        let source = self.supplier.open(id);
        let order = OrderId::new(id).unwrap();
        self.orders.forget(&order);
        let watch = self.orders.watch(&order, &shopper());
        let relay = Relay { limits: self.limits.clone(), closing: Default::default(), reference: "TEST".to_owned() };
        let (supplier, again) = (self.supplier.clone(), id.to_owned());
        let open = move || {
            let (supplier, again) = (supplier.clone(), again.clone());
            async move { Some(supplier.open(&again)) }.boxed()
        };
        Heard::new(relay.respond(source, watch, Box::new(open)).into_body())
    }

    /// Subscribes, and makes the stream send the order as it is.
    pub(super) fn follow(&self, id: &str) -> Heard {
        let heard = self.subscribe(id);
        self.supplier.tell(id);
        heard
    }

    /// Returns the result of a client's read.
    pub(super) async fn ask(&self, id: &str) -> Given {
        self.orders.read(&OrderId::new(id).unwrap(), &shopper()).await
    }

    /// Reads an order that exists; returns its state, and the age if it is an old one.
    pub(super) async fn read(&self, id: &str) -> (String, Option<Duration>) {
        let Given { reply, age } = self.ask(id).await;
        let order: Value = serde_json::from_slice(&reply.unwrap().body).unwrap();
        (order["order_state"].as_str().unwrap().to_owned(), age)
    }

    /// Makes sure that the next caller gets an answer that is read after this moment.
    pub(super) fn forget(&self, id: &str) {
        self.orders.forget(&OrderId::new(id).unwrap());
    }
}

fn shopper() -> Shopper {
    Shopper::new(None, &HeaderMap::new())
}

/// What a subscriber has received, with the times.
pub(super) struct Heard(Arc<Mutex<Vec<(Instant, String)>>>, tokio::task::JoinHandle<()>);

impl Heard {
    pub(super) fn new(body: axum::body::Body) -> Self {
        let all = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&all);
        let task = tokio::spawn(async move {
            let mut chunks = body.into_data_stream();
            while let Some(chunk) = chunks.next().await {
                let text = String::from_utf8(chunk.unwrap().to_vec()).unwrap();
                book.lock().unwrap().push((Instant::now(), text));
            }
            book.lock().unwrap().push((Instant::now(), "end".to_owned()));
        });
        Self(all, task)
    }

    pub(super) fn all(&self) -> Vec<(Instant, String)> {
        self.0.lock().unwrap().clone()
    }

    /// Returns the states that were sent, with the times.
    pub(super) fn states(&self) -> Vec<(Instant, String)> {
        let read = |text: &str| -> Option<String> {
            let order: Value = serde_json::from_str(text.strip_prefix("data: ")?.trim_end()).ok()?;
            Some(order["order_state"].as_str()?.to_owned())
        };
        self.all().iter().filter_map(|(at, text)| Some((*at, read(text)?))).collect()
    }

    /// Returns the ages in the pings, with the times.
    pub(super) fn pings(&self) -> Vec<(Instant, Option<Duration>)> {
        let read = |text: &str| -> Option<Option<Duration>> {
            let data = text.strip_prefix(": ping\n\nevent: ping\ndata: ")?.trim_end();
            let data: Value = serde_json::from_str(data).unwrap();
            Some(data.get("confirmed_ms").map(|ms| Duration::from_millis(ms.as_u64().unwrap())))
        };
        self.all().iter().filter_map(|(at, text)| Some((*at, read(text)?))).collect()
    }

    /// Returns the ages in the pings except the first, which may go out before anything was said.
    pub(super) fn numbers(&self) -> Vec<(Instant, Duration)> {
        self.pings().into_iter().skip(1).map(|(at, confirmed)| (at, confirmed.unwrap())).collect()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.all().last().is_some_and(|(_, text)| text == "end")
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.1.abort();
    }
}
