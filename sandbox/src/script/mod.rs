//! What goes wrong with one order's stream and with reads of it, step by step. After the last step nothing goes wrong
//! any more.
//!
//! [`table`] names the steps, [`body`] reads and writes them as JSON, [`queue`] keeps those of one order, and [`api`]
//! has the endpoints. What a step does on the wire is decided elsewhere: in `stream` for streams, in `orders_api` for
//! reads.

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
    /// The name in documents, tags and JSON.
    pub(crate) name: &'static str,
    pub(crate) fault: F,
    /// How often the fault happens; without a number, as often as `lasts` allows, and once if that is missing too.
    pub(crate) times: Option<u32>,
    /// For how long the fault is repeated, from the first time on.
    pub(crate) lasts: Option<Duration>,
    /// For how long a stream works normally before the step, counted from its start or from the step before.
    pub(crate) after: Duration,
}

impl<F> Step<F> {
    /// Returns the same step with another type of fault.
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

/// A response in place of the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200 with a web page, as the network of a hotel sends it.
    Html,
    /// That status, with this `Retry-After` if there is one.
    Status { status: u16, retry_after: Option<String> },
    /// That status, with the code that says so for sure (E4).
    Code { status: u16, code: &'static str },
    /// The response of a router whose service is being restarted: 404 in plain text.
    RouterNotFound,
    /// 403 with the page of a network that takes its caller for a robot.
    Challenge,
}

/// What can go wrong with a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StreamFault {
    /// The next connect gets this response instead of a stream; streams that are open end cleanly first.
    Answer(Answer),
    /// The stream ends cleanly.
    Drop,
    /// The connection is reset in the middle of a chunk.
    Cut,
    /// Not a byte is sent for that long.
    Silence(Duration),
    /// Not a byte is sent ever again.
    HalfOpen,
    /// The order is not sent as it is; its next change is.
    QuietStart,
    /// An event is sent under a name that is not documented.
    Named,
    /// `retry: 0`, the order, and a clean end.
    RetryZero,
    /// `stop` is sent, whatever the order's state.
    StopEarly,
    /// The order is sent byte by byte; after `lasts` the rest is sent at once.
    SlowBytes { every: Duration, lasts: Option<Duration> },
    /// The order is sent in chunks that each end inside a character.
    SplitUtf8,
    /// The order is sent that many times at once.
    Burst { events: u32 },
    /// The order is sent as it was before its last change.
    Stale,
    /// The order is sent again.
    Duplicate,
    /// The order is sent in an event of more than that many bytes.
    Oversized { bytes: usize },
    /// Another order is sent, which is finished.
    Foreign,
    /// An event is sent that is not an order's JSON.
    BadJson,
    /// All streams of all orders are cut, and every supplier path responds with 503 for that long.
    Restart(Duration),
}

impl StreamFault {
    /// Returns whether the fault changes how the order is sent; all others happen after that.
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
    /// The right response, delayed by that much.
    Slow(Duration),
}
