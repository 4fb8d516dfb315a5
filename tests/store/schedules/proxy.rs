//! The proxy of the schedules, and what stands between it and the page.

use core::time::Duration;
use std::{collections::BTreeMap, rc::Rc};

use cr_widget::app::ports::{NoAnswer, StreamEvent};

use super::{READ, secs, supplier::Supplier};
use crate::world::{Asked, NOT_FOUND, World, aged, answer, busy, ok};

/// Answers that routers, gateways and bot challenges give in place of the proxy.
pub(super) const ROUTERS: [(u16, &str); 6] = [
    (404, "404 page not found"),
    (404, "<html>Not Found</html>"),
    (403, "<html>Just a moment</html>"),
    (401, r#"{"message":"Unauthorized"}"#),
    (200, "<html>Welcome</html>"),
    (502, r#"{"status":502,"detail":"UPSTREAM_ERROR"}"#),
];

/// A snapshot of another order.
const FOREIGN: &str = r#"{ "order_id": "o-9", "order_state": "Done", "updated_at": "1790009999", "wallet_address": "x",
    "deliveries": [{ "delivery_state": "Succeeded", "deliverable": { "brand_name": "Arcadia", "pin_code": "FOREIGN" } }] }"#;

/// What happens to a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    Unreachable,
    Router(usize),
    /// The answer says that the order does not exist, though it does.
    NotFound,
    /// The answer is what the proxy received last, with its age.
    Aged,
    Busy,
}

/// What the proxy's pings contain while the supplier sends nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pings {
    None,
    /// The pings contain nothing about the order.
    Bare,
    /// The proxy reads the order in time, sends what is new, and says how long ago that was.
    Telling,
    /// The proxy says how long ago it received the order, and does not read it.
    Deaf,
}

/// Whether reads within 3 s get the same answer, and whether opening a stream ends that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Memory {
    None,
    Forgets,
    Stays,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Net {
    pub(super) fault: Fault,
    pub(super) pings: Pings,
    pub(super) memory: Memory,
    /// Whether the supplier's stream reports changes.
    pub(super) delivers: bool,
    /// Whether the supplier's stream begins with a snapshot.
    pub(super) greets: bool,
    /// Whether streams can be opened.
    pub(super) connects: bool,
    /// How long an answer takes, in milliseconds.
    pub(super) latency: u16,
}

impl Net {
    pub(super) const GOOD: Self = Self {
        fault: Fault::None,
        pings: Pings::Telling,
        memory: Memory::None,
        delivers: true,
        greets: true,
        connects: true,
        latency: 50,
    };

    pub(super) fn is_well(&self) -> bool {
        self.fault == Fault::None && self.connects
    }

    /// Returns how long a payable order may be wrong on screen.
    pub(super) fn patience(&self) -> Duration {
        match self.pings {
            Pings::None | Pings::Bare | Pings::Telling => secs(75),
            Pings::Deaf => secs(320),
        }
    }
}

/// A fault of the streams.
#[derive(Clone, Copy, Debug)]
pub(super) enum Glitch {
    Drop,
    /// An older snapshot arrives.
    Stale,
    Garbage,
    Foreign,
    Repeat,
    /// A named event arrives that no listener knows: the proxy drops the answer that it kept, and sends a ping.
    Ping,
}

enum Event {
    Answer { asked: Rc<Asked>, step: usize, at: Duration, is_kept: bool },
    Opens(usize),
    Told(usize, usize),
    Ping(usize),
}

/// Something for one element, with the supplier's step that it reports.
pub(super) struct Delivery {
    pub(super) to: usize,
    pub(super) step: Option<usize>,
    give: Box<dyn FnOnce(&World)>,
}

impl Delivery {
    pub(super) fn give(self, world: &World) {
        (self.give)(world);
    }
}

pub(super) struct Proxy {
    pub(super) net: Net,
    queue: BTreeMap<(Duration, u64), Event>,
    count: u64,
    /// How many requests of the world have been taken up.
    asked: usize,
    /// The element of each stream that was taken up, and whether the stream was opened.
    streams: Vec<(usize, bool)>,
    kept: Option<(Duration, usize)>,
    /// The step that was received last, and when.
    heard: (usize, Duration),
}

impl Proxy {
    pub(super) fn new(world: &World) -> Self {
        Self {
            net: Net::GOOD,
            queue: BTreeMap::new(),
            count: 0,
            asked: 0,
            streams: Vec::new(),
            kept: None,
            heard: (0, world.now()),
        }
    }

    fn later(&mut self, at: Duration, event: Event) {
        self.count += 1;
        self.queue.insert((at, self.count), event);
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(u64::from(self.net.latency))
    }

    pub(super) fn next(&self) -> Option<Duration> {
        self.queue.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes up the new requests and streams.
    fn watch(&mut self, world: &World, supplier: &Supplier) {
        let now = world.now();
        let asked = world.asked_after(self.asked);
        self.asked += asked.len();
        for asked in asked.into_iter().filter(|asked| asked.path == READ) {
            let kept = self.kept.filter(|(until, _)| now < *until && self.net.memory != Memory::None);
            let step = kept.map_or_else(|| supplier.last(), |(_, step)| step);
            if kept.is_none() {
                self.kept = Some((now + secs(3), step));
            }
            self.later(now + self.latency(), Event::Answer { asked, step, at: now, is_kept: kept.is_some() });
        }
        for by in world.streams_after(self.streams.len()) {
            self.streams.push((by, false));
            self.later(now + self.latency(), Event::Opens(self.streams.len() - 1));
        }
    }

    /// Returns the next delivery that is due by now.
    pub(super) fn due(&mut self, world: &World, supplier: &Supplier) -> Option<Delivery> {
        loop {
            self.watch(world, supplier);
            let entry = self.queue.first_entry().filter(|entry| entry.key().0 <= world.now())?;
            let delivery = match entry.remove() {
                Event::Answer { asked, step, at, is_kept } => self.answer(world, supplier, asked, (step, at, is_kept)),
                Event::Opens(stream) => self.opens(world, supplier, stream),
                Event::Told(stream, step) => {
                    world.is_stream_open(stream).then(|| self.message(stream, Some(step), supplier.body(step)))
                }
                Event::Ping(stream) => self.ping(world, supplier, stream),
            };
            if delivery.is_some() {
                return delivery;
            }
        }
    }

    fn answer(
        &mut self,
        world: &World,
        supplier: &Supplier,
        asked: Rc<Asked>,
        (step, at, is_kept): (usize, Duration, bool),
    ) -> Option<Delivery> {
        if !asked.is_open() {
            return None;
        }
        let (step, answer) = match self.net.fault {
            Fault::None => (Some(step), ok(&supplier.body(step))),
            Fault::Unreachable => (None, Err(NoAnswer)),
            Fault::Router(line) => (None, answer(ROUTERS[line].0, ROUTERS[line].1)),
            Fault::NotFound => (None, answer(404, NOT_FOUND)),
            Fault::Aged => {
                let (step, at) = self.heard;
                (Some(step), aged((world.now() - at).as_secs(), &supplier.body(step)))
            }
            Fault::Busy => (None, busy(secs(20))),
        };
        if let Some(step) = step.filter(|_| self.net.fault == Fault::None && !is_kept) {
            self.passes_on(world, step, Duration::ZERO);
            self.heard = self.heard.max((step, at));
        }
        Some(Delivery { to: asked.by, step, give: Box::new(move |world| world.answer_to(&asked, answer)) })
    }

    fn opens(&mut self, world: &World, supplier: &Supplier, stream: usize) -> Option<Delivery> {
        if !world.is_stream_open(stream) {
            return None;
        }
        if !self.net.connects {
            return Some(self.event(stream, None, StreamEvent::Error));
        }
        self.streams[stream].1 = true;
        if self.net.memory == Memory::Forgets {
            self.kept = None;
        }
        let now = world.now();
        if self.net.greets {
            let wait = Duration::from_millis(20);
            if !self.passes_on(world, supplier.last(), wait) {
                self.later(now + wait, Event::Told(stream, supplier.last()));
            }
            self.heard = (supplier.last(), now);
        }
        self.later(now + secs(15), Event::Ping(stream));
        Some(self.event(stream, None, StreamEvent::Opened))
    }

    fn ping(&mut self, world: &World, supplier: &Supplier, stream: usize) -> Option<Delivery> {
        if !world.is_stream_open(stream) {
            return None;
        }
        let now = world.now();
        self.later(now + secs(15), Event::Ping(stream));
        let reads = self.net.pings == Pings::Telling && self.net.fault == Fault::None;
        if reads && now - self.heard.1 > secs(40) {
            let is_new = self.heard.0 != supplier.last();
            self.heard = (supplier.last(), now);
            if is_new {
                self.tell_all(world, supplier.last(), Duration::ZERO);
            }
        }
        let told = format!(r#"{{"confirmed_ms":{}}}"#, (now - self.heard.1).as_millis());
        let data = match self.net.pings {
            Pings::None => return None,
            Pings::Bare => String::new(),
            Pings::Telling | Pings::Deaf => told,
        };
        // News that was sent before the ping arrives before it.
        Some(self.event(stream, None, StreamEvent::Ping(data)))
    }

    /// Sends what a read or another stream brought to all streams, if it is new and the pings contain numbers: whatever
    /// the supplier said until a ping stands before it (docs/proxy-contract.md), else its number would vouch for a
    /// state that the page was never sent. Returns whether it was sent.
    fn passes_on(&mut self, world: &World, step: usize, wait: Duration) -> bool {
        let tells = match self.net.pings {
            Pings::None | Pings::Bare => false,
            Pings::Telling | Pings::Deaf => step > self.heard.0,
        };
        if tells {
            self.tell_all(world, step, wait);
        }
        tells
    }

    fn tell_all(&mut self, world: &World, step: usize, wait: Duration) {
        for stream in 0..self.streams.len() {
            if self.streams[stream].1 && world.is_stream_open(stream) {
                self.later(world.now() + wait, Event::Told(stream, step));
            }
        }
    }

    /// Passes a move of the supplier's order on to the streams.
    pub(super) fn hears(&mut self, world: &World, supplier: &Supplier) {
        if self.net.delivers && self.streams.iter().any(|(_, is_open)| *is_open) {
            self.heard = (supplier.last(), world.now());
            self.kept = None;
            self.tell_all(world, supplier.last(), self.latency());
        }
    }

    /// Makes one fault happen to all streams that are open.
    pub(super) fn glitch(&mut self, world: &World, supplier: &Supplier, glitch: Glitch) -> Vec<Delivery> {
        let last = supplier.last();
        let open = (0..self.streams.len()).filter(|stream| self.streams[*stream].1 && world.is_stream_open(*stream));
        let open: Vec<usize> = open.collect();
        if matches!(glitch, Glitch::Ping) {
            self.kept = None;
        }
        open.into_iter()
            .map(|stream| match glitch {
                Glitch::Drop => self.event(stream, None, StreamEvent::Error),
                Glitch::Stale => {
                    let step = last.saturating_sub(2);
                    self.message(stream, Some(step), supplier.body(step))
                }
                Glitch::Garbage => self.message(stream, None, "{".to_owned()),
                Glitch::Foreign => self.message(stream, None, FOREIGN.to_owned()),
                Glitch::Repeat => self.message(stream, Some(last), supplier.body(last)),
                Glitch::Ping => self.event(stream, None, StreamEvent::Ping(String::new())),
            })
            .collect()
    }

    fn message(&self, stream: usize, step: Option<usize>, body: String) -> Delivery {
        self.event(stream, step, StreamEvent::Message(body))
    }

    fn event(&self, stream: usize, step: Option<usize>, event: StreamEvent) -> Delivery {
        let to = self.streams[stream].0;
        Delivery { to, step, give: Box::new(move |world| world.tell_stream(stream, event)) }
    }
}
