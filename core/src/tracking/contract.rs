//! What goes into the tracker and what comes out of it.

use core::time::Duration;

use crate::order::Order;

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// Start following; sent once.
    Start,
    /// The stream of this generation is open.
    StreamOpened(u32),
    /// An order arrived by the stream.
    Message(u32, Box<Order>),
    /// Something undecodable or oversized arrived by the stream.
    BadPayload(u32),
    /// A named `ping` arrived, and how long ago the proxy last heard of the order, if it says so
    /// ([`confirmed`](super::confirmed)).
    Ping(u32, Option<Duration>),
    /// The named event `stop`.
    Stop(u32),
    /// The stream reported an error (whatever the browser will do about it).
    StreamError(u32),
    /// A read answered; with how long ago the supplier said so (`Age`), if the answer is not fresh.
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
    /// Another tab says: re-read now.
    Nudge,
    /// Whether this tracker may hold the page's one stream.
    StreamAllowed(bool),
    /// What this browser has at stake in the order; more than before, never less.
    Stake(Stake),
}

/// What this browser has at stake in an order: for how long one that cannot be found or read is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stake {
    /// Nothing: the order is known by its id alone.
    Nothing,
    /// It was made, read or kept here, and may have been paid from here.
    Made,
    /// A wallet was asked to pay it, or there was a sign of money.
    Sent,
}

/// Why a read failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollFailure {
    /// No answer, a deadline, any status that says nothing of the order: 5xx, a router's 404.
    Unreachable,
    /// There is no such order, by the closed list ([`ending`](super::ending)).
    NotFound,
    /// The order may not be read, by the closed list.
    Forbidden,
    /// 429, wait at least this long (clamped by the tracker).
    TooMany(Option<Duration>),
    /// Answered, but not understood.
    Undecodable,
}

/// The timers a tracker uses; at most one of each runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Try the stream again.
    Reconnect,
    /// No event for a while: verify.
    Watchdog,
    /// Read again.
    Poll,
    /// The stream has been good for long enough to forget failures.
    Settled,
    /// Say so when nothing works for a while.
    Health,
    /// What was confirmed last grows old beside an open stream: read, or do not say "live" any more.
    Age,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open the stream with this generation; any older one is already closed.
    OpenStream(u32),
    /// Close the stream.
    CloseStream,
    /// Read the order once, with this generation.
    Poll(u32),
    /// (Re)start a timer.
    SetTimer(Timer, u32, Duration),
    /// Stop a timer.
    ClearTimer(Timer),
    /// An accepted snapshot to show.
    Publish(Box<Order>),
    /// A snapshot that is out of date, and would send the money elsewhere than the one shown: not to be shown, but two payees of
    /// one order are a reason to stop.
    Dispute(Box<Order>),
    /// How we are connected, changed.
    Health(Health),
    /// Tell other tabs to re-read.
    Nudge,
}

/// How the order is followed right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Health {
    /// Not yet known.
    Connecting,
    /// A stream is open, and the state was confirmed within the last [`super::VOUCHED`].
    Live,
    /// Reading from time to time, or the last confirmation is older.
    Polling,
    /// The connection is lost; still trying.
    CatchingUp,
    /// The browser is offline; still trying now and then.
    Offline,
    /// The order cannot be found. One in which this browser has a stake is asked for again.
    NotFound,
    /// The order may not be read. One in which this browser has a stake is asked for again.
    Forbidden,
    /// Nothing more will happen.
    Ended,
}
