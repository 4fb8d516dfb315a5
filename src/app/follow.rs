//! Drives [`cr_core::tracking::Tracker`]: carries out its outputs through the ports, and hands it what happens as
//! inputs.
//!
//! A page has one stream. The follower that came first may hold it; the others read from time to time until that one
//! leaves.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::{
    collections::VecDeque,
    rc::{Rc, Weak},
};

use cr_core::{
    order::{Order, OrderId, SignOfMoney},
    time::Timestamp,
    tracking::{Health, Input, Output, PollFailure, Snapshot, Stake, Timer, Tracker},
    wire,
};

use super::{
    ports::{Answer, Guard, NoAnswer, PageEvent, Ports, StreamEvent, Streams},
    task::Task,
};

/// Of snapshots with the same states that come faster than this, only the newest is reported in a frame. A snapshot
/// with another state, another health or the first sign of money is reported at once.
const FRAME: Duration = Duration::from_millis(16);
/// Confirmations that are closer together than this are reported once, since the screen shows whole seconds.
const CONFIRMED_STEP: Duration = Duration::from_millis(250);

/// What the follower reports.
#[derive(Clone, Debug)]
pub enum News {
    /// All that is known of the order.
    Snapshot(Snapshot),
    /// An order that is out of date, and names another payee than the one shown.
    Dispute(Box<Order>),
    /// The time by the server's clock, from the `Date` of an answer.
    Date(Timestamp),
}

/// Follows one order until dropped.
pub struct Follower(Rc<Inner>);

struct Inner {
    id: OrderId,
    path: String,
    ports: Ports,
    streams: Rc<dyn Streams>,
    tell: Rc<dyn Fn(News)>,
    tracker: RefCell<Tracker>,
    /// Inputs wait here while another is handled, since carrying out an output may cause an input.
    inbox: RefCell<VecDeque<Input>>,
    is_busy: Cell<bool>,
    is_released: Cell<bool>,
    has_left_seat: Cell<bool>,
    /// The snapshot that was reported last, or with which the tracker began. The tracker has the newest one.
    told: RefCell<Snapshot>,
    /// The timer that runs for a frame after an order was reported.
    frame: RefCell<Option<Box<dyn Guard>>>,
    stream: RefCell<Option<Box<dyn Guard>>>,
    timers: RefCell<Vec<(Timer, Box<dyn Guard>)>>,
    read: RefCell<Option<Task>>,
}

thread_local! {
    /// The followers of this page in the order in which they came; the first may hold the stream.
    static SEATS: RefCell<Vec<Weak<Inner>>> = const { RefCell::new(Vec::new()) };
}

impl Follower {
    /// Starts following `id` from the last known snapshot. `tell` may be called before this returns, and until the
    /// follower is dropped.
    pub fn start(
        ports: Ports,
        streams: Rc<dyn Streams>,
        id: OrderId,
        known: Option<Order>,
        money: SignOfMoney,
        tell: Rc<dyn Fn(News)>,
    ) -> Self {
        let (is_visible, is_online) = (ports.lifecycle.is_visible(), ports.lifecycle.is_online());
        let tracker = Tracker::new(id.clone(), known, money);
        let inner = Rc::new(Inner {
            path: format!("/orders/{}", id.expose()),
            id,
            ports,
            streams,
            tell,
            told: RefCell::new(tracker.snapshot().clone()),
            tracker: RefCell::new(tracker),
            inbox: RefCell::new(VecDeque::new()),
            is_busy: Cell::new(false),
            is_released: Cell::new(false),
            has_left_seat: Cell::new(false),
            frame: RefCell::new(None),
            stream: RefCell::new(None),
            timers: RefCell::new(Vec::new()),
            read: RefCell::new(None),
        });
        inner.take_seat();
        if !is_visible {
            inner.feed(Input::Hidden);
        }
        if !is_online {
            inner.feed(Input::Offline);
        }
        inner.feed(Input::Start);
        Self(inner)
    }

    /// Hands an event of the page to the tracker.
    pub fn page(&self, event: PageEvent) {
        self.0.feed(match event {
            PageEvent::Online => Input::Online,
            PageEvent::Offline => Input::Offline,
            PageEvent::Visible => Input::Visible,
            PageEvent::Hidden => Input::Hidden,
            PageEvent::Woke => Input::Woke,
            PageEvent::Nudge => Input::Nudge,
        });
    }

    /// Reads the order now.
    pub fn check_now(&self) {
        self.0.feed(Input::Nudge);
    }

    /// Reports now what would be reported at the end of a frame.
    pub fn report(&self) {
        self.0.tell_waiting();
    }

    /// Tells the tracker that this browser has more at stake in the order than was known.
    pub fn raise(&self, stake: Stake) {
        self.0.feed(Input::Stake(stake));
    }

    /// Tells the tracker that another page of this browser saw a sign of money.
    pub fn learn_of_money(&self) {
        self.0.feed(Input::MoneySeen);
    }

    /// Returns whether the server refused to show the order, so that it is no longer read.
    pub fn is_refused(&self) -> bool {
        let tracker = self.0.tracker.borrow();
        matches!(tracker.health(), Health::NotFound | Health::Forbidden) && tracker.is_over()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Inner {
    /// Hands one input to the tracker and carries out the outputs, then does the same with inputs that came meanwhile.
    fn feed(self: &Rc<Self>, input: Input) {
        self.inbox.borrow_mut().push_back(input);
        if self.is_busy.replace(true) {
            return;
        }
        loop {
            let next = self.inbox.borrow_mut().pop_front();
            let Some(input) = next.filter(|_| !self.is_released.get()) else { break };
            let now = self.ports.clock.monotonic();
            let outputs = self.tracker.borrow_mut().handle(input, now, &mut || self.ports.random.next_u32());
            for output in outputs {
                self.carry_out(output);
            }
        }
        self.is_busy.set(false);
    }

    fn carry_out(self: &Rc<Self>, output: Output) {
        // What an earlier output reported may have ended this follower.
        if self.is_released.get() {
            return;
        }
        match output {
            Output::OpenStream(generation) => self.open_stream(generation),
            Output::CloseStream => self.close_stream(),
            Output::Poll(generation) => self.read(generation),
            Output::SetTimer(timer, generation, wait) => {
                let weak = Rc::downgrade(self);
                let fire = Box::new(move || {
                    if let Some(inner) = weak.upgrade() {
                        inner.feed(Input::Timer(timer, generation));
                    }
                });
                let guard = self.ports.clock.after(wait, fire);
                self.clear(timer);
                self.timers.borrow_mut().push((timer, guard));
            }
            Output::ClearTimer(timer) => self.clear(timer),
            Output::Publish(now) => self.publish(now),
            Output::Dispute(order) => {
                self.tell_waiting();
                (self.tell)(News::Dispute(order));
            }
            Output::Nudge => self.ports.lifecycle.nudge(),
        }
    }

    fn open_stream(self: &Rc<Self>, generation: u32) {
        self.close_stream();
        let weak = Rc::downgrade(self);
        let on_event = Rc::new(move |event| {
            let Some(inner) = weak.upgrade() else { return };
            inner.feed(match event {
                StreamEvent::Opened => Input::StreamOpened(generation),
                StreamEvent::Message(text) => match wire::snapshot_of(&inner.id, 200, &text) {
                    Ok(order) => Input::Message(generation, Box::new(order)),
                    Err(_) => Input::BadPayload(generation),
                },
                StreamEvent::Ping(data) => Input::Ping(generation, wire::confirmed(&data)),
                StreamEvent::Stop => Input::Stop(generation),
                StreamEvent::Error => Input::StreamError(generation),
            });
        });
        let stream = self.streams.open(format!("{}/subscribe", self.path), on_event);
        *self.stream.borrow_mut() = Some(stream);
    }

    fn close_stream(&self) {
        let stream = self.stream.borrow_mut().take();
        drop(stream);
    }

    fn clear(&self, timer: Timer) {
        let mut timers = self.timers.borrow_mut();
        let running = timers.iter().position(|(running, _)| *running == timer);
        let guard = running.map(|index| timers.swap_remove(index));
        drop(timers);
        drop(guard);
    }

    /// Reads the order once; the tracker decides whether to repeat it.
    fn read(self: &Rc<Self>, generation: u32) {
        let answer = self.ports.api.get(format!("/v5{}", self.path));
        let weak = Rc::downgrade(self);
        let task = Task::spawn(Box::pin(async move {
            let answer = answer.await;
            let Some(inner) = weak.upgrade() else { return };
            if let Ok(Answer { date: Some(date), .. }) = &answer {
                (inner.tell)(News::Date(*date));
            }
            let age = answer.as_ref().ok().and_then(|answer| answer.age);
            inner.feed(match judge(&inner.id, answer) {
                Ok(order) => Input::PollAnswered(generation, order, age),
                Err(failure) => Input::PollFailed(generation, failure),
            });
        }));
        let last = self.read.borrow_mut().replace(task);
        drop(last);
    }

    /// Reports what is known now, unless that can wait.
    fn publish(self: &Rc<Self>, now: Snapshot) {
        let health = now.health;
        let is_due = {
            let told = self.told.borrow();
            if decisive(&told) != decisive(&now) || told.money != now.money || told.health != now.health {
                true
            } else if told.has_order_of(&now) {
                let next = told.confirmed_at.map(|last| last.saturating_add(CONFIRMED_STEP));
                now.confirmed_at > told.confirmed_at && now.confirmed_at >= next
            } else {
                self.frame.borrow().is_none()
            }
        };
        if is_due {
            self.tell_snapshot(now);
        }
        if self.is_released.get() {
            return;
        }
        if matches!(health, Health::NotFound | Health::Forbidden | Health::Ended) {
            if !self.has_left_seat.replace(true) {
                self.leave_seat();
                // An event of the page may make this follower go on, and another one may hold the stream by then.
                self.feed(Input::StreamAllowed(false));
            }
        } else if self.has_left_seat.replace(false) {
            self.take_seat();
        }
    }

    /// Reports a snapshot. Orders that are paid alike and come within the next frame wait for its end.
    fn tell_snapshot(self: &Rc<Self>, now: Snapshot) {
        let last = self.told.replace(now.clone());
        if !last.has_order_of(&now) {
            let weak = Rc::downgrade(self);
            let end = Box::new(move || {
                if let Some(inner) = weak.upgrade() {
                    let frame = inner.frame.take();
                    drop(frame);
                    inner.tell_waiting();
                }
            });
            let frame = self.frame.replace(Some(self.ports.clock.after(FRAME, end)));
            drop(frame);
        }
        (self.tell)(News::Snapshot(now));
    }

    /// Reports what is known now, if the order of that waits for the end of a frame.
    fn tell_waiting(self: &Rc<Self>) {
        let now = self.tracker.borrow().snapshot().clone();
        let is_waiting = !self.told.borrow().has_order_of(&now);
        if is_waiting {
            self.tell_snapshot(now);
        }
    }

    /// Queues this follower for the stream, behind those that came before; the first may hold it.
    fn take_seat(self: &Rc<Self>) {
        let is_first = SEATS.with_borrow_mut(|seats| {
            seats.push(Rc::downgrade(self));
            seats.len() == 1
        });
        self.feed(Input::StreamAllowed(is_first));
    }

    /// Removes this follower from the queue, and lets the next one have the stream.
    fn leave_seat(&self) {
        let next = SEATS.with_borrow_mut(|seats| {
            let first = seats.first().map(Weak::as_ptr);
            seats.retain(|seat| !core::ptr::eq(seat.as_ptr(), self) && seat.strong_count() > 0);
            if first == seats.first().map(Weak::as_ptr) { None } else { seats.first().and_then(Weak::upgrade) }
        });
        if let Some(next) = next {
            next.feed(Input::StreamAllowed(true));
        }
    }

    /// Closes the stream, stops timers and reads, and leaves the seat.
    fn release(&self) {
        self.is_released.set(true);
        self.close_stream();
        let timers = self.timers.take();
        drop(timers);
        let frame = self.frame.take();
        drop(frame);
        let read = self.read.borrow_mut().take();
        drop(read);
        self.leave_seat();
    }
}

/// Returns what decides whether and how an order is paid: its states, and where to pay what. A snapshot in which that
/// differs is never skipped.
fn decisive(snapshot: &Snapshot) -> Option<impl PartialEq> {
    snapshot.order.as_ref().map(|order| {
        let states = (&order.state, &order.payment_state);
        let payee = (&order.wallet_address, &order.memo, &order.memo_doubt, &order.coin, &order.network);
        (states, payee, &order.due)
    })
}

/// Returns the order that a read brought, or why it failed.
fn judge(id: &OrderId, answer: Result<Answer, NoAnswer>) -> Result<Box<Order>, PollFailure> {
    let answer = answer.map_err(|NoAnswer| PollFailure::Unreachable)?;
    wire::read(id, answer.status, &answer.body, answer.retry_after)
}
