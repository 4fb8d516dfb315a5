//! A world for one tracker in virtual time: a browser that obeys it, a network with faults, and a supplier whose order moves.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    time::Duration,
};

use cr_core::{
    order::{Order, OrderId},
    tracking::{Health, Input, Output, PollFailure, Timer, Tracker},
};

use crate::judge::Judge;

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
    Fails(PollFailure),
    /// No answer at all.
    Never,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Net {
    pub(crate) connect: Connect,
    pub(crate) answer: Answer,
    /// Milliseconds until an answer or an opened stream.
    pub(crate) latency: u64,
    /// Whether the server pings each 15 s.
    pub(crate) pings: bool,
    /// Whether the stream brings what happens.
    pub(crate) delivers: bool,
    /// Whether a stream begins with a snapshot.
    pub(crate) greets: bool,
}

impl Net {
    pub(crate) const GOOD: Self =
        Self { connect: Connect::Opens, answer: Answer::Truth, latency: 80, pings: true, delivers: true, greets: true };
    pub(crate) const DOWN: Self = Self {
        connect: Connect::Fails(50),
        answer: Answer::Fails(PollFailure::Unreachable),
        latency: 50,
        pings: false,
        delivers: false,
        greets: false,
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
    Answers(u32, Box<Order>),
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
}

pub(crate) struct World {
    pub(crate) tracker: Tracker,
    pub(crate) judge: Judge,
    pub(crate) net: Net,
    pub(crate) log: Vec<(u64, Note)>,
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
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("a short time")
}

impl World {
    pub(crate) fn new(id: OrderId, known: Option<Order>, truth: Order, foreign: Order, seed: u64) -> Self {
        let judge = Judge::new(known.as_ref(), false);
        Self {
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
        let outputs = self.tracker.handle(input, Duration::from_millis(self.now), &mut random);
        self.seed = seed;
        for output in outputs {
            self.obey(output);
        }
    }

    fn obey(&mut self, output: Output) {
        let now = self.now;
        match output {
            Output::OpenStream(generation) => {
                self.judge.connects(now);
                self.log.push((now, Note::Connect));
                self.stream = Some(Stream { generation, is_open: false, is_dead: false });
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
                    let truth = Box::new(self.truth().clone());
                    self.later(self.net.latency, Event::Answers(generation, truth));
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
            Output::Publish(order) => {
                let was_sent = self.history.contains(&order);
                self.judge.shows(now, &order, was_sent, self.tracker.money_seen());
                self.log.push((now, Note::Show(order.state.as_str().to_owned())));
            }
            Output::Health(health) => {
                self.judge.says(now, health);
                self.log.push((now, Note::Say(health)));
            }
            Output::Dispute(order) => {
                let last = self.judge.shown_address();
                assert_ne!(order.wallet_address, last, "a dispute over the same payee");
                self.log.push((now, Note::Dispute));
            }
            Output::Nudge => self.log.push((now, Note::Nudge)),
        }
    }

    pub(crate) fn start(&mut self) {
        self.hand(Input::Start);
    }

    /// The order moves on.
    pub(crate) fn truth_is(&mut self, order: Order) {
        self.history.push(order.clone());
        self.bring(order);
    }

    fn bring(&mut self, order: Order) {
        let delivers = self.net.delivers;
        if let Some(stream) = self.stream.as_ref().filter(|stream| stream.is_open && !stream.is_dead && delivers) {
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

    fn deliver(&mut self, generation: u32, order: Order) {
        self.judge.told(&order);
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
                self.judge.time(self.now);
                self.happen(event);
            }
        }
        self.now = until;
        self.judge.time(until);
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
                self.hand(Input::StreamOpened(generation));
                if self.net.greets && !is_dead {
                    let truth = self.truth().clone();
                    self.bring(truth);
                }
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
                    if pings && self.stream.as_ref().is_some_and(|stream| !stream.is_dead) {
                        self.judge.stream_spoke(now);
                        self.hand(Input::Ping(generation));
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
            Event::Answers(generation, truth) => {
                let is_late = self.latest_read != Some(generation);
                let order = match self.net.answer {
                    Answer::Truth | Answer::Never => *truth,
                    Answer::Stale(steps) => self.stale(steps),
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
                    self.judge.read_answered(now);
                }
                self.hand(Input::PollAnswered(generation, Box::new(order)));
            }
        }
    }
}
