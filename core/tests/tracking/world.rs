//! A world for one tracker in virtual time: a browser that obeys it, a network with faults, and a supplier whose order moves.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    time::Duration,
};

use cr_core::{
    order::{Order, OrderId},
    tracking::{Health, Input, Output, PollFailure, Snapshot, Timer, Tracker},
    wire,
};

use crate::{
    judge::{Judge, is_payable},
    support::{ID, id},
};

/// What a new stream meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connect {
    Opens,
    /// Opens, and ends cleanly after so many milliseconds.
    OpensUntil(u64),
    /// Opens, and nothing ever comes.
    OpensSilent,
    /// An error after so many milliseconds: any status but 200, a wrong content type, no route.
    Fails(u64),
    /// Nothing at all.
    Hangs,
}

/// What a read meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Truth,
    /// A snapshot from some steps ago.
    Stale(usize),
    /// The snapshot of another order.
    Foreign,
    /// What the proxy heard last, with its age: it may not ask the supplier now.
    Aged,
    /// A line of [`SAID`], in the name of whoever stands between.
    Says(usize),
    Fails(PollFailure),
    /// No answer at all.
    Never,
}

/// What is said in place of an order, and whether docs/proxy-contract.md lets it end the following of one.
pub(crate) const SAID: [(u16, &str, Option<Ending>); 20] = [
    (404, "404 page not found\n", None),
    (404, "<html><title>404 Not Found</title></html>", None),
    (404, "", None),
    (404, r#"{"message":"no Route matched with those values"}"#, None),
    (404, r#"{"status":404,"error":"Not Found","path":"/v5/orders/x"}"#, None),
    (404, r#"{"status":404,"detail":"UPSTREAM_ERROR"}"#, None),
    (404, r#"{"detail":"NOT_FOUND"}"#, None),
    (404, r#"{"status":403,"detail":"NOT_FOUND"}"#, None),
    (404, r#"[{"status":404,"detail":"NOT_FOUND"}]"#, None),
    (410, "Gone", None),
    (403, "<html>Checking your browser</html>", None),
    (403, r#"{"status":403,"error":"FORBIDDEN"}"#, None),
    (403, r#"{"status":403,"detail":"NOT_FOUND"}"#, None),
    (401, r#"{"error":"sign in first"}"#, None),
    (404, r#"{"status":404,"detail":"ORDER_NOT_FOUND"}"#, Some(Ending::NotFound)),
    (404, r#"{"status":"404","detail":"NOT_FOUND"}"#, Some(Ending::NotFound)),
    (410, r#"{"status":410,"detail":"ORDER_NOT_FOUND"}"#, Some(Ending::NotFound)),
    (401, r#"{"status":401,"detail":"UNAUTHORIZED"}"#, Some(Ending::Forbidden)),
    (403, r#"{"status":403,"detail":"FORBIDDEN"}"#, Some(Ending::Forbidden)),
    (403, r#"{"status":403,"detail":"ORIGIN_NOT_ALLOWED"}"#, Some(Ending::Forbidden)),
];

/// The pings of a proxy, each 15 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pings {
    None,
    /// They say nothing of the order.
    Bare,
    /// They say how long ago the proxy heard of the order. Such a proxy reads a payable order after 40 s of silence, unless it may
    /// not ask ([`Answer::Aged`]), and passes on what it learns.
    Telling,
    /// They tell, but the proxy never reads of its own accord: the number grows until the page reads.
    Idle,
    /// They tell, but another instance answers what the page reads: the number grows whatever happens.
    Deaf,
}

impl Pings {
    fn tell(self) -> bool {
        match self {
            Self::None | Self::Bare => false,
            Self::Telling | Self::Idle | Self::Deaf => true,
        }
    }
}

/// A proxy that gives the answer to a read once more, for 3 s from when it came, and to all who ask while it is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    None,
    /// It forgets when a stream is opened, and with each event: the reference proxy.
    Forgets,
    /// Whatever happens: proxies of others.
    Stays,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Net {
    pub(crate) connect: Connect,
    pub(crate) answer: Answer,
    /// Milliseconds until an answer or an opened stream.
    pub(crate) latency: u64,
    pub(crate) pings: Pings,
    /// Whether the supplier's stream brings what happens; the proxy may ping all the same.
    pub(crate) delivers: bool,
    /// Whether a stream begins with a snapshot.
    pub(crate) greets: bool,
    pub(crate) memory: Memory,
}

impl Net {
    pub(crate) const GOOD: Self = Self {
        connect: Connect::Opens,
        answer: Answer::Truth,
        latency: 80,
        pings: Pings::Telling,
        delivers: true,
        greets: true,
        memory: Memory::None,
    };
    pub(crate) const DOWN: Self = Self {
        connect: Connect::Fails(50),
        answer: Answer::Fails(PollFailure::Unreachable),
        latency: 50,
        pings: Pings::None,
        delivers: false,
        greets: false,
        memory: Memory::None,
    };
}

/// What a stream can be made to bring out of turn.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Glitch {
    Garbage,
    Foreign,
    Stale(usize),
    Duplicate,
    Stop,
    Drop,
    /// The socket is dead, and nobody says so.
    HalfOpen,
}

#[derive(Debug)]
enum Event {
    Timer(Timer, u32),
    Opens(u32),
    Ends(u32),
    Pings(u32),
    Brings(u32, Box<Order>),
    /// With what was true when the read began: the server answers from then.
    Answers(u32, Box<Order>, Option<u64>),
    /// The proxy looks whether the supplier has been silent for too long.
    Looks(u32),
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Note {
    Connect,
    Close,
    Read,
    Show(String),
    Say(Health),
    Dispute,
    Nudge,
}

struct Stream {
    generation: u32,
    is_open: bool,
    is_dead: bool,
    /// What its page was told last, by it or by a read since it opened.
    told: Option<Order>,
    /// All that its page heard of the order since it was asked for, out of date or not.
    brought: Vec<Order>,
}

pub(crate) struct World {
    pub(crate) tracker: Tracker,
    pub(crate) judge: Judge,
    pub(crate) net: Net,
    pub(crate) log: Vec<(u64, Note)>,
    /// What was published last.
    published: Snapshot,
    /// The order that the input at hand brings; for a ping all that was heard since its stream was opened.
    brought: Vec<Order>,
    now: u64,
    seed: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    events: HashMap<u64, Event>,
    next_event: u64,
    timers: HashMap<Timer, (u32, u64)>,
    stream: Option<Stream>,
    latest_read: Option<u32>,
    history: Vec<Order>,
    foreign: Order,
    /// What the proxy keeps in memory, and until when.
    kept: Option<(u64, Order)>,
    /// When the supplier last spoke of the order to the proxy, and what it said.
    heard: Option<(u64, Order)>,
}

/// How an answer ends the following of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    NotFound,
    Forbidden,
}

impl Ending {
    fn failure(self) -> PollFailure {
        match self {
            Self::NotFound => PollFailure::NotFound,
            Self::Forbidden => PollFailure::Forbidden,
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("a short time")
}

impl World {
    pub(crate) fn new(id: OrderId, known: Option<Order>, truth: Order, foreign: Order, seed: u64) -> Self {
        let judge = Judge::new(known.as_ref(), false);
        Self {
            published: Snapshot::beginning(known.clone(), false),
            brought: Vec::new(),
            tracker: Tracker::new(id, known, false),
            judge,
            net: Net::GOOD,
            log: Vec::new(),
            now: 0,
            seed: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            queue: BinaryHeap::new(),
            events: HashMap::new(),
            next_event: 0,
            timers: HashMap::new(),
            stream: None,
            latest_read: None,
            history: vec![truth],
            foreign,
            kept: None,
            heard: None,
        }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn truth(&self) -> &Order {
        self.history.last().expect("there is always a truth")
    }

    pub(crate) fn has_stream(&self) -> bool {
        self.stream.is_some()
    }

    /// How many notes of a kind there are since a moment.
    pub(crate) fn count(&self, since: u64, note: &Note) -> usize {
        self.log.iter().filter(|(at, found)| *at >= since && found == note).count()
    }

    pub(crate) fn shown(&self) -> Vec<&str> {
        self.log
            .iter()
            .filter_map(|(_, note)| match note {
                Note::Show(state) => Some(state.as_str()),
                Note::Connect | Note::Close | Note::Read | Note::Say(_) | Note::Dispute | Note::Nudge => None,
            })
            .collect()
    }

    pub(crate) fn random(&mut self) -> u32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        u32::try_from(self.seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32).expect("32 bits")
    }

    fn later(&mut self, wait: u64, event: Event) {
        self.next_event += 1;
        self.queue.push(Reverse((self.now + wait, self.next_event)));
        self.events.insert(self.next_event, event);
    }

    /// Hands the tracker something and obeys what it says.
    pub(crate) fn hand(&mut self, input: Input) {
        let mut seed = self.seed;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            u32::try_from(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32).expect("32 bits")
        };
        self.brought = match &input {
            Input::Message(_, order) | Input::PollAnswered(_, order, _) => vec![(**order).clone()],
            Input::Ping(_, Some(_)) => self.stream.as_ref().map(|stream| stream.brought.clone()).unwrap_or_default(),
            Input::Start
            | Input::StreamOpened(_)
            | Input::BadPayload(_)
            | Input::Ping(..)
            | Input::Stop(_)
            | Input::StreamError(_)
            | Input::PollFailed(..)
            | Input::Timer(..)
            | Input::Online
            | Input::Offline
            | Input::Visible
            | Input::Hidden
            | Input::Woke
            | Input::Nudge
            | Input::StreamAllowed(_)
            | Input::Stake(_)
            | Input::MoneySeen => Vec::new(),
        };
        let outputs = self.tracker.handle(input, Duration::from_millis(self.now), &mut random);
        self.seed = seed;
        for (at, output) in outputs.into_iter().enumerate() {
            let is_in_place = at == 0 || !matches!(output, Output::Publish(_));
            assert!(is_in_place, "what is known is published once an input, before anything else is done");
            self.obey(output);
        }
        assert_eq!(self.published, *self.tracker.snapshot(), "nothing changes without being published");
    }

    fn obey(&mut self, output: Output) {
        let now = self.now;
        match output {
            Output::OpenStream(generation) => {
                self.judge.connects(now);
                self.log.push((now, Note::Connect));
                self.stream =
                    Some(Stream { generation, is_open: false, is_dead: false, told: None, brought: Vec::new() });
                match self.net.connect {
                    Connect::Opens | Connect::OpensUntil(_) | Connect::OpensSilent => {
                        self.later(self.net.latency, Event::Opens(generation));
                    }
                    Connect::Fails(after) => self.later(after, Event::Ends(generation)),
                    Connect::Hangs => {}
                }
            }
            Output::CloseStream => {
                self.judge.closes(now);
                self.log.push((now, Note::Close));
                if let Some(stream) = self.stream.take() {
                    // Late callbacks happen.
                    let truth = Box::new(self.truth().clone());
                    self.later(10, Event::Ends(stream.generation));
                    self.later(20, Event::Brings(stream.generation, truth));
                }
            }
            Output::Poll(generation) => {
                self.judge.reads(now);
                self.log.push((now, Note::Read));
                self.latest_read = Some(generation);
                if self.net.answer != Answer::Never {
                    let (order, age) = self.proxy_answers();
                    self.later(self.net.latency, Event::Answers(generation, Box::new(order), age));
                }
            }
            Output::SetTimer(timer, generation, wait) => {
                let wait = millis(wait);
                assert!(wait <= 24 * 3_600_000, "a timer of {wait} ms");
                self.timers.insert(timer, (generation, now + wait));
                self.later(wait, Event::Timer(timer, generation));
            }
            Output::ClearTimer(timer) => {
                self.timers.remove(&timer);
            }
            Output::Publish(snapshot) => self.publish(snapshot),
            Output::Dispute(order) => {
                let last = self.judge.shown_address();
                assert_ne!(order.wallet_address, last, "a dispute over the same payee");
                self.log.push((now, Note::Dispute));
            }
            Output::Nudge => self.log.push((now, Note::Nudge)),
        }
    }

    fn publish(&mut self, snapshot: Snapshot) {
        let now = self.now;
        self.judge.publishes(now, &self.published, &snapshot, &self.brought);
        let last = std::mem::replace(&mut self.published, snapshot.clone());
        let is_first_money = snapshot.money.is_seen() && !last.money.is_seen();
        if let Some(order) =
            snapshot.order.as_deref().filter(|order| Some(*order) != last.order.as_deref() || is_first_money)
        {
            let was_sent = self.history.contains(order);
            self.judge.shows(now, order, was_sent, snapshot.money.is_seen());
            self.log.push((now, Note::Show(order.state.as_str().to_owned())));
        }
        if snapshot.health != last.health {
            self.judge.says(now, snapshot.health);
            self.log.push((now, Note::Say(snapshot.health)));
        }
    }

    pub(crate) fn start(&mut self) {
        self.judge.begins(self.now);
        self.hand(Input::Start);
    }

    /// The order moves on.
    pub(crate) fn truth_is(&mut self, order: Order) {
        self.judge.truth_is(self.now, &order);
        self.history.push(order);
        self.supplier_speaks();
    }

    /// What a read is answered that begins now, and how old that is if the proxy says so. The supplier may be asked for it.
    fn proxy_answers(&mut self) -> (Order, Option<u64>) {
        let is_asked = matches!(self.net.answer, Answer::Truth | Answer::Aged);
        if let Some((until, order)) = self.kept.clone().filter(|_| is_asked && self.net.memory != Memory::None)
            && self.now < until
        {
            return (order, None);
        }
        if let Some((at, order)) = self.heard.clone().filter(|_| self.net.answer == Answer::Aged) {
            return (order, Some((self.now - at) / 1_000));
        }
        let truth = self.truth().clone();
        if is_asked {
            self.kept = Some((self.now + self.net.latency + 3_000, truth.clone()));
            if self.net.pings != Pings::Deaf {
                self.proxy_hears(false);
            }
        }
        (truth, None)
    }

    /// The supplier answers a read of the page's or of the proxy's own; a proxy that vouches for the order passes on what is new.
    fn proxy_hears(&mut self, is_its_own: bool) {
        let truth = self.truth().clone();
        self.heard = Some((self.now, truth.clone()));
        if is_its_own {
            self.judge.somebody_asked(self.now);
        }
        let told = self.stream.as_ref().and_then(|stream| stream.told.as_ref());
        if self.net.pings.tell() && told.map_or(is_its_own, |told| *told != truth) {
            self.bring(truth);
        }
    }

    /// The supplier's stream tells how the order is.
    fn supplier_speaks(&mut self) {
        if !self.net.delivers {
            return;
        }
        let truth = self.truth().clone();
        self.heard = Some((self.now, truth.clone()));
        if self.net.memory == Memory::Forgets {
            self.kept = None;
        }
        self.bring(truth);
    }

    fn bring(&mut self, order: Order) {
        if let Some(stream) = self.stream.as_mut().filter(|stream| stream.is_open && !stream.is_dead) {
            stream.told = Some(order.clone());
            let generation = stream.generation;
            self.later(5, Event::Brings(generation, Box::new(order)));
        }
    }

    pub(crate) fn glitch(&mut self, glitch: Glitch) {
        let now = self.now;
        let Some((generation, is_open)) = self.stream.as_ref().map(|stream| (stream.generation, stream.is_open)) else {
            return;
        };
        if !is_open {
            return;
        }
        match glitch {
            Glitch::Garbage => {
                self.judge.stream_spoke(now);
                self.hand(Input::BadPayload(generation));
            }
            Glitch::Foreign => {
                self.judge.stream_spoke(now);
                self.hand(Input::Message(generation, Box::new(self.foreign.clone())));
            }
            Glitch::Stale(steps) => {
                self.judge.lied_to(now);
                let order = self.stale(steps);
                self.deliver(generation, order);
            }
            Glitch::Duplicate => {
                let order = self.truth().clone();
                self.deliver(generation, order);
            }
            Glitch::Stop => {
                self.judge.stream_stopped(now);
                self.hand(Input::Stop(generation));
            }
            Glitch::Drop => self.end(generation),
            Glitch::HalfOpen => {
                if let Some(stream) = &mut self.stream {
                    stream.is_dead = true;
                }
            }
        }
    }

    fn stale(&self, steps: usize) -> Order {
        self.history[self.history.len().saturating_sub(1 + steps)].clone()
    }

    /// Notes what the page hears while a stream is open.
    fn page_hears(&mut self, order: &Order) {
        if let Some(stream) = self.stream.as_mut().filter(|stream| !stream.brought.contains(order)) {
            stream.brought.push(order.clone());
        }
    }

    fn deliver(&mut self, generation: u32, order: Order) {
        self.judge.told(&order);
        self.page_hears(&order);
        self.judge.stream_spoke(self.now);
        self.hand(Input::Message(generation, Box::new(order)));
    }

    fn end(&mut self, generation: u32) {
        let was_open = self.stream.as_ref().is_some_and(|stream| stream.is_open);
        self.hand(Input::StreamError(generation));
        if was_open {
            self.judge.stream_dropped(self.now);
        }
    }

    /// The page's own events.
    pub(crate) fn page(&mut self, input: Input) {
        let now = self.now;
        if matches!(input, Input::Visible | Input::Hidden) {
            self.judge.page(now, Some(matches!(input, Input::Visible)), None);
        } else if matches!(input, Input::Online | Input::Offline) {
            self.judge.page(now, None, Some(matches!(input, Input::Online)));
        } else {
            self.judge.page(now, None, None);
        }
        if matches!(input, Input::MoneySeen) {
            self.judge.told_of_money(now);
        }
        self.hand(input);
    }

    /// The device sleeps; whether its monotonic clock goes on in sleep differs. Sockets do not survive.
    pub(crate) fn sleep(&mut self, ms: u64, clock_goes_on: bool) {
        if let Some(stream) = &mut self.stream {
            stream.is_dead = true;
        }
        // What was under way is lost; timers wait for the end of the sleep, or for as long again as they had to.
        self.events.retain(|_, event| matches!(event, Event::Timer(..)));
        self.latest_read = None;
        if clock_goes_on {
            self.now += ms;
        }
        self.judge.slept(self.now);
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        while let Some(Reverse((due, key))) = self.queue.peek().copied().filter(|Reverse((due, _))| *due <= until) {
            self.queue.pop();
            self.now = self.now.max(due);
            if let Some(event) = self.events.remove(&key) {
                self.judges();
                self.happen(event);
            }
        }
        self.now = until;
        self.judges();
    }

    fn judges(&mut self) {
        self.judge.time(self.now);
        let confirmed = self.tracker.last_confirmed().map(millis);
        self.judge.live(self.now, confirmed);
    }

    fn is_current(&self, generation: u32) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.generation == generation)
    }

    fn happen(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Timer(timer, generation) => {
                if self.timers.get(&timer).is_some_and(|(current, _)| *current == generation) {
                    self.timers.remove(&timer);
                    self.hand(Input::Timer(timer, generation));
                } else if self.random().is_multiple_of(8) {
                    // A callback that was under way when the timer was cleared.
                    self.hand(Input::Timer(timer, generation));
                }
            }
            Event::Opens(generation) => {
                let Some(stream) = self.stream.as_mut().filter(|stream| stream.generation == generation) else {
                    return;
                };
                stream.is_open = true;
                stream.is_dead = self.net.connect == Connect::OpensSilent;
                let is_dead = stream.is_dead;
                self.judge.stream_opened(now);
                if self.net.memory == Memory::Forgets {
                    self.kept = None;
                }
                self.hand(Input::StreamOpened(generation));
                if self.net.greets && !is_dead {
                    self.supplier_speaks();
                }
                self.later(5_000, Event::Looks(generation));
                if let Connect::OpensUntil(life) = self.net.connect {
                    self.later(life, Event::Ends(generation));
                }
                self.later(15_000, Event::Pings(generation));
            }
            Event::Ends(generation) => {
                if self.is_current(generation) {
                    self.end(generation);
                } else {
                    self.hand(Input::StreamError(generation));
                }
            }
            Event::Pings(generation) => {
                let pings = self.net.pings;
                if self.stream.as_ref().is_some_and(|stream| stream.generation == generation) {
                    if pings != Pings::None && self.stream.as_ref().is_some_and(|stream| !stream.is_dead) {
                        // It vouches for nothing that the page was not told.
                        let told = self.stream.as_ref().and_then(|stream| stream.told.as_ref());
                        let heard = self.heard.as_ref().filter(|(_, order)| told == Some(order) && pings.tell());
                        let confirmed = heard.map(|(at, _)| now - at);
                        self.judge.pinged(now, confirmed);
                        self.hand(Input::Ping(generation, confirmed.map(Duration::from_millis)));
                    }
                    self.later(15_000, Event::Pings(generation));
                }
            }
            Event::Brings(generation, order) => {
                if self.stream.as_ref().is_some_and(|stream| stream.generation == generation && stream.is_dead) {
                    return;
                }
                if self.is_current(generation) {
                    self.deliver(generation, *order);
                } else {
                    self.hand(Input::Message(generation, order));
                }
            }
            Event::Looks(generation) => {
                if !self.is_current(generation) {
                    return;
                }
                let silent_since = self.heard.as_ref().map_or(0, |(at, _)| *at);
                let is_payable = self.heard.as_ref().is_none_or(|(_, order)| is_payable(order));
                let may_ask = self.net.pings == Pings::Telling && self.net.answer == Answer::Truth;
                if may_ask && is_payable && now - silent_since >= 40_000 {
                    self.proxy_hears(true);
                }
                self.later(5_000, Event::Looks(generation));
            }
            Event::Answers(generation, truth, age) => {
                let is_late = self.latest_read != Some(generation);
                let is_fresh = age.is_none();
                let order = match self.net.answer {
                    Answer::Truth | Answer::Aged | Answer::Never => *truth,
                    Answer::Stale(steps) => {
                        self.judge.lied_to(now);
                        self.stale(steps)
                    }
                    Answer::Says(line) => {
                        let (status, body, ending) = SAID[line];
                        let failure = wire::read(&id(ID), status, body, None).expect_err("no order");
                        if !is_late {
                            self.judge.read_failed(now, ending.map_or(PollFailure::Unreachable, Ending::failure));
                        }
                        return self.hand(Input::PollFailed(generation, failure));
                    }
                    Answer::Foreign => self.foreign.clone(),
                    Answer::Fails(failure) => {
                        if !is_late {
                            self.judge.read_failed(now, failure);
                        }
                        return self.hand(Input::PollFailed(generation, failure));
                    }
                };
                if is_late {
                    // Superseded: it must be ignored.
                } else if order.id == self.foreign.id {
                    self.judge.read_failed(now, PollFailure::Undecodable);
                } else {
                    self.judge.told(&order);
                    self.page_hears(&order);
                    self.judge.read_answered(now);
                    if let Some(stream) = self.stream.as_mut().filter(|stream| stream.is_open && is_fresh) {
                        stream.told = Some(order.clone());
                    }
                }
                self.hand(Input::PollAnswered(generation, Box::new(order), age.map(Duration::from_secs)));
            }
        }
    }
}
