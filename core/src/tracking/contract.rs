//! The inputs of the tracker and its outputs.

use core::time::Duration;
use std::sync::Arc;

use crate::order::{Order, SignOfMoney};

/// What happened: one input of the tracker.
#[derive(Clone, Debug)]
pub enum Input {
    /// The driver starts to follow the order; sent once.
    Start,
    /// The stream of this generation is open.
    StreamOpened(u32),
    /// An order arrived by the stream.
    Message(u32, Box<Order>),
    /// Something undecodable or oversized arrived by the stream.
    BadPayload(u32),
    /// A named `ping` arrived; with how long ago the proxy last heard of the order, if the ping says so
    /// ([`confirmed`](crate::wire::confirmed)).
    Ping(u32, Option<Duration>),
    /// The named event `stop` arrived.
    Stop(u32),
    /// The stream reported an error, whatever the browser will do about it.
    StreamError(u32),
    /// A read was answered; with the age of the answer (header `Age`), if it is not fresh.
    PollAnswered(u32, Box<Order>, Option<Duration>),
    /// A read failed.
    PollFailed(u32, PollFailure),
    /// A timer fired.
    Timer(Timer, u32),
    /// The browser says it is online.
    Online,
    /// The browser says it is offline.
    Offline,
    /// The page became visible.
    Visible,
    /// The page was hidden.
    Hidden,
    /// The device woke from sleep (or the page was resumed).
    Woke,
    /// Another tab asks for a read now.
    Nudge,
    /// The permission to hold the page's one stream changed.
    StreamAllowed(bool),
    /// What this browser has at stake in the order rose; it never falls.
    Stake(Stake),
    /// Another page of this browser has stored that it saw a sign of money.
    MoneySeen,
}

/// What this browser has at stake in an order: for how long one that cannot be found or read is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stake {
    /// This browser has nothing at stake: the order is known by its id alone.
    Nothing,
    /// The order was made, read or kept here, and may have been paid from here.
    Made,
    /// A wallet was asked to pay it, or there was a sign of money.
    Sent,
}

/// Why a read failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFailure {
    /// There was no answer before the deadline, or one that says nothing about the order: 5xx, a router's 404.
    Unreachable,
    /// There is no such order, by the closed list ([`ending`](crate::wire::ending)).
    NotFound,
    /// The order may not be read, by the closed list.
    Forbidden,
    /// The server answered 429 and asks to wait at least this long (limited by the tracker).
    TooMany(Option<Duration>),
    /// The answer could not be understood.
    Undecodable,
}

/// The timers a tracker uses; at most one of each runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The stream is opened again.
    Reconnect,
    /// The stream was silent for a while and is checked.
    Watchdog,
    /// The order is read again.
    Poll,
    /// The stream has been good for long enough to forget earlier failures.
    Settled,
    /// Nothing has worked for a while, and the shopper is shown so.
    Health,
    /// The last confirmation grows old beside an open stream: the order is read, or is not called "live" any more.
    Age,
}

/// What the driver has to do: one output of the tracker.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open the stream with this generation; an older one has been closed before.
    OpenStream(u32),
    /// Close the stream.
    CloseStream,
    /// Read the order once, with this generation.
    Poll(u32),
    /// Start a timer, or restart the running one of the same name.
    SetTimer(Timer, u32, Duration),
    /// Stop a timer.
    ClearTimer(Timer),
    /// Show what is known now. Whenever any part of it has changed, this is the first output, with all parts as they
    /// are after the input.
    Publish(Snapshot),
    /// Compare an order that is out of date, and would send the money elsewhere than the one that is shown. It is not
    /// to be shown, but two payees of one order are a reason to stop.
    Dispute(Box<Order>),
    /// Tell other tabs to re-read.
    Nudge,
}

/// All that is known of the order that is followed, as one value: a confirmation never arrives before the order that it
/// confirms, and the health never before the order that caused it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The order as it was accepted last, with what that snapshot leaves out of the payment and earlier ones had; `None`
    /// before any answer.
    pub order: Option<Arc<Order>>,
    /// Whether there was ever a sign of money, and who was told of it. It never falls.
    pub money: SignOfMoney,
    /// When the supplier last confirmed the order, as far as is known, in the driver's monotonic time. It never goes
    /// back.
    pub confirmed_at: Option<Duration>,
    /// How the order is followed.
    pub health: Health,
}

impl Default for Snapshot {
    /// Nothing is known.
    fn default() -> Self {
        Self { order: None, money: SignOfMoney::None, confirmed_at: None, health: Health::Connecting }
    }
}

impl Snapshot {
    /// Makes the snapshot with which the following of an order begins: what was known of it, and whether there was ever
    /// a sign of money.
    pub fn beginning(known: Option<Order>, money: impl Into<SignOfMoney>) -> Self {
        let money = money.into().max(known.as_ref().is_some_and(Order::has_sign_of_money).into());
        Self { order: known.map(Arc::new), money, ..Self::default() }
    }

    /// Returns whether the order is the very one of another snapshot, since none was accepted in between.
    pub fn has_order_of(&self, other: &Self) -> bool {
        self.order.as_ref().map(Arc::as_ptr) == other.order.as_ref().map(Arc::as_ptr)
    }
}

/// How the order is followed right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Health {
    /// Nothing is known yet.
    Connecting,
    /// A stream is open, and the state was confirmed within the last [`super::VOUCHED`].
    Live,
    /// The order is read from time to time, or the last confirmation is older.
    Polling,
    /// The connection is lost; the tracker still tries.
    CatchingUp,
    /// The browser is offline; the tracker still tries now and then.
    Offline,
    /// The order cannot be found. An order in which this browser has a stake is read again.
    NotFound,
    /// The order may not be read. One in which this browser has a stake is asked for again.
    Forbidden,
    /// The order does not change any more.
    Ended,
}
