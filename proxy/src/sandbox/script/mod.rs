//! What goes wrong with one order's stream and with reads of it, step by step. Used up, all is well again.
//!
//! [`table`] names the steps, [`body`] reads and writes them as JSON, [`queue`] keeps those of one order, [`api`] is the way
//! in. What a step does on the wire is decided elsewhere: in `stream` for streams, in `orders_api` for reads.

pub(crate) mod api;
mod body;
mod queue;
mod table;
mod words;

pub(crate) use queue::{Moment, Next, Script, Taken};
pub(crate) use table::{groups, step_of_tag};

use std::time::Duration;

/// One step of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step<F> {
    /// What documents, tags and JSON call it.
    pub(crate) name: &'static str,
    pub(crate) fault: F,
    /// How often it happens; without a number as often as `lasts` allows, and once if there is none either.
    pub(crate) times: Option<u32>,
    /// For how long it happens again and again, from the first time on.
    pub(crate) lasts: Option<Duration>,
    /// For how long a stream is well before it: since it began, or since the step before.
    pub(crate) after: Duration,
}

impl<F> Step<F> {
    /// The same step with its fault told another way.
    fn with<G>(self, fault: G) -> Step<G> {
        let Self { name, times, lasts, after, .. } = self;
        Step { name, fault, times, lasts, after }
    }
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Stream(StreamFault),
    Read(ReadFault),
}

/// Something else than what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200 with a web page, as a hotel's network gives it.
    Html,
    /// That status, with this `Retry-After` if there is one.
    Status { status: u16, retry_after: Option<String> },
    /// That status, and the code that says so for sure (E4).
    Code { status: u16, code: &'static str },
    /// What a router answers whose service is being restarted: 404 in plain text.
    RouterNotFound,
    /// 403 with the page of something that takes us for a robot.
    Challenge,
}

/// What can go wrong with a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StreamFault {
    /// The next connect gets this instead of a stream; streams that are open end cleanly first.
    Answer(Answer),
    /// The stream ends cleanly.
    Drop,
    /// The connection is reset in the middle of a chunk.
    Cut,
    /// Not a byte for that long.
    Silence(Duration),
    /// Not a byte ever again.
    HalfOpen,
    /// Not the order as it is; the next change is told.
    QuietStart,
    /// An event under a name that nobody knows.
    Named,
    /// `retry: 0`, the order, and a clean end.
    RetryZero,
    /// `stop`, whatever the order's state.
    StopEarly,
    /// The order byte by byte; at once again after `lasts`.
    SlowBytes { every: Duration, lasts: Option<Duration> },
    /// The order, each chunk ending inside of a character.
    SplitUtf8,
    /// The order that many times at once.
    Burst { events: u32 },
    /// The order as it was before its last change.
    Stale,
    /// The order again.
    Duplicate,
    /// The order in an event of more than that many bytes.
    Oversized { bytes: usize },
    /// Another order, finished.
    Foreign,
    /// An event that is not an order's JSON.
    BadJson,
    /// All streams of all orders are cut, and for that long every supplier path answers 503.
    Restart(Duration),
}

impl StreamFault {
    /// True for what happens to the telling of the order; the others come after it.
    fn comes_first(&self) -> bool {
        match self {
            Self::Cut
            | Self::Silence(_)
            | Self::HalfOpen
            | Self::QuietStart
            | Self::RetryZero
            | Self::SlowBytes { .. }
            | Self::SplitUtf8 => true,
            Self::Answer(_)
            | Self::Drop
            | Self::Named
            | Self::StopEarly
            | Self::Burst { .. }
            | Self::Stale
            | Self::Duplicate
            | Self::Oversized { .. }
            | Self::Foreign
            | Self::BadJson
            | Self::Restart(_) => false,
        }
    }
}

/// What can go wrong with a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReadFault {
    Answer(Answer),
    /// The right answer, that much later.
    Slow(Duration),
}
