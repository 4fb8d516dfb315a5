//! What the proxy writes to its log, and what it never writes.
//!
//! Each request is one line: method, the route's name, status, duration and, for orders, the [`reference()`]. A line
//! has the route's name and never its path, since paths and queries hold order ids. E-mail addresses, phone numbers,
//! wallet addresses, codes, client addresses, keys and bodies are not arguments of any log call in this crate. Other
//! crates may only log warnings and errors: at their more verbose levels they print URLs.

use std::time::Duration;

use cr_core::{order::reference, wire::told_id};
use tracing::{Subscriber, info};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    fmt::MakeWriter,
    layer::SubscriberExt,
    registry::LookupSpan,
};

use crate::config::LogStyle;

/// Returns a subscriber that writes as `style` says.
pub fn subscriber<W>(style: LogStyle, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let own = style.level.map_or(LevelFilter::OFF, LevelFilter::from_level);
    let filter = Targets::new().with_default(own.min(LevelFilter::WARN)).with_target("cr_proxy", own);
    Box::new(tracing_subscriber::registry().with(layer(style.json, writer).with_filter(filter)))
}

fn layer<S, W>(json: bool, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    if json {
        fmt::layer().json().with_writer(writer).boxed()
    } else {
        fmt::layer().with_ansi(false).with_target(false).with_writer(writer).boxed()
    }
}

/// The log line of one request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The route's name, not its path.
    pub route: &'static str,
    /// The status of the response.
    pub status: u16,
    /// How long it took until the head of the response was ready.
    pub took: Duration,
    /// The order's [`reference()`], where there is one.
    pub reference: Option<&'a str>,
    /// The error code of the response, if it is one of the proxy's own.
    pub problem: Option<&'static str>,
}

impl Line<'_> {
    /// Writes the line.
    pub fn write(self) {
        let ms = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX);
        let Self { method, route, status, reference, problem, .. } = self;
        info!(method, route, status, ms, order = reference, problem, "answered");
    }
}

/// Returns the reference of the order in a supplier's answer, by any of the names of its id.
pub fn reference_in(body: &[u8]) -> Option<String> {
    told_id(std::str::from_utf8(body).ok()?).map(|id| reference(&id))
}
