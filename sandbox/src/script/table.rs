//! Every step by name, with its description for people, and the e-mail tags, which have the same names.

use std::time::Duration;

use super::words::duration;
use super::{Answer, Fault, ReadFault, Step, StreamFault};

/// A step that can be requested.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// The text on its button.
    pub(crate) label: &'static str,
    /// The text under the button: what happens, in plain words.
    pub(crate) words: &'static str,
    /// Makes the fault with its defaults.
    fault: fn() -> Fault,
}

/// Steps that belong together.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) rows: &'static [Row],
}

/// How long a silence lasts unless the step says otherwise.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a restart takes unless the step says otherwise.
const RESTART: Duration = Duration::from_secs(10);
/// How late a slow read is unless the step says otherwise.
const SLOW_READ: Duration = Duration::from_secs(10);
/// The pause between two bytes of a slow event.
const PACE: Duration = Duration::from_millis(20);
/// The number of snapshots in a burst.
const BURST: u32 = 1_000;
/// The size of an oversized event in bytes, just over 1 MiB.
const OVERSIZED: usize = 1_100_000;

const fn row(name: &'static str, label: &'static str, words: &'static str, fault: fn() -> Fault) -> Row {
    Row { name, label, words, fault }
}

fn status(status: u16) -> Answer {
    Answer::Status { status, retry_after: (status == 429).then(|| "3".to_owned()) }
}

fn read_code(status: u16, code: &'static str) -> Fault {
    Fault::Read(ReadFault::Answer(Answer::Code { status, code }))
}

fn stream(fault: StreamFault) -> Fault {
    Fault::Stream(fault)
}

fn refuse(code: u16) -> Fault {
    Fault::Stream(StreamFault::Answer(status(code)))
}

fn read(code: u16) -> Fault {
    Fault::Read(ReadFault::Answer(status(code)))
}

const CONNECTION: &[Row] = &[
    row("drop", "Drop", "The stream ends politely after the order was told. The shop has to connect again.", || {
        stream(StreamFault::Drop)
    }),
    row("cut", "Cut", "The line breaks in the middle of a message: half of it arrives, then a reset.", || {
        stream(StreamFault::Cut)
    }),
    row("silence", "Silence", "Nothing comes for a minute, not even a sign of life. Then it goes on.", || {
        stream(StreamFault::Silence(SILENCE))
    }),
    row("half_open", "Dead line", "The connection looks open, and nothing ever comes again.", || {
        stream(StreamFault::HalfOpen)
    }),
    row("quiet_start", "Quiet start", "The stream does not begin with the order; it tells the next change.", || {
        stream(StreamFault::QuietStart)
    }),
    row("retry_0", "Retry at once", "Tells the browser to reconnect without any pause, then ends the stream.", || {
        stream(StreamFault::RetryZero)
    }),
    row(
        "restart",
        "Restart",
        "The supplier restarts: every stream of every order breaks, then 503 for ten seconds.",
        || stream(StreamFault::Restart(RESTART)),
    ),
];

const ANSWERS: &[Row] = &[
    row("stream_html", "Web page", "200, but a sign-in page in place of the stream, as hotel Wi-Fi gives it.", || {
        stream(StreamFault::Answer(Answer::Html))
    }),
    row(
        "stream_router_404",
        "404 of a router",
        "404 page not found, as a router says while a service restarts.",
        || stream(StreamFault::Answer(Answer::RouterNotFound)),
    ),
    row("stream_challenge", "403 with a puzzle", "403 and a web page that wants proof of a human.", || {
        stream(StreamFault::Answer(Answer::Challenge))
    }),
    row("stream_204", "204", "No content. A browser never asks a second time after that.", || refuse(204)),
    row("stream_307", "307", "Go elsewhere: a redirect, here back to the same place.", || refuse(307)),
    row("stream_401", "401", "The supplier does not know who is asking.", || refuse(401)),
    row("stream_403", "403", "The supplier knows, and does not allow it.", || refuse(403)),
    row("stream_404", "404", "There is no such order, although there is.", || refuse(404)),
    row("stream_410", "410", "The order is gone for good, although it is not.", || refuse(410)),
    row("stream_429", "429", "Too many requests; come back in three seconds.", || refuse(429)),
    row("stream_500", "500", "Something broke at the supplier.", || refuse(500)),
    row("stream_502", "502", "A gateway in front of the supplier cannot reach it.", || refuse(502)),
    row("stream_503", "503", "The supplier is overloaded or being serviced.", || refuse(503)),
    row("stream_504", "504", "A gateway waited for the supplier in vain.", || refuse(504)),
];

const EVENTS: &[Row] = &[
    row(
        "stop_early",
        "Stop too early",
        "Says that the order is finished, which it is not, and ends the stream.",
        || stream(StreamFault::StopEarly),
    ),
    row("slow_bytes", "Byte by byte", "The order trickles in, one byte every 20 ms.", || {
        stream(StreamFault::SlowBytes { every: PACE, lasts: None })
    }),
    row("split_utf8", "Split characters", "Letters like é or 日 arrive in two halves.", || {
        stream(StreamFault::SplitUtf8)
    }),
    row("burst", "Burst", "A thousand copies of the order at once.", || stream(StreamFault::Burst { events: BURST })),
    row("stale", "Old news", "After the next change the state before it is told once more.", || {
        stream(StreamFault::Stale)
    }),
    row("duplicate", "Twice", "The same state is told a second time.", || stream(StreamFault::Duplicate)),
    row("oversized", "Huge message", "The order in one message of over a megabyte.", || {
        stream(StreamFault::Oversized { bytes: OVERSIZED })
    }),
    row("named", "Other event", "An event under a name that nobody knows.", || stream(StreamFault::Named)),
    row("foreign", "Someone else's order", "Tells of another order, finished and with another address.", || {
        stream(StreamFault::Foreign)
    }),
    row("bad_json", "Garbage", "A message that is cut short or no order at all.", || stream(StreamFault::BadJson)),
];

const READS: &[Row] = &[
    row(
        "order_not_found",
        "Not found",
        "The supplier says for sure that there is no such order, although there is.",
        || read_code(404, "ORDER_NOT_FOUND"),
    ),
    row("order_gone", "Gone", "The supplier says for sure that the order is gone, although it is not.", || {
        read_code(410, "ORDER_NOT_FOUND")
    }),
    row(
        "order_unauthorized",
        "Unauthorized",
        "The supplier says for sure that it does not know who is asking.",
        || read_code(401, "UNAUTHORIZED"),
    ),
    row("order_forbidden", "Forbidden", "The supplier says for sure that this order must not be read.", || {
        read_code(403, "FORBIDDEN")
    }),
    row("read_router_404", "404 of a router", "404 page not found, as a router says while a service restarts.", || {
        Fault::Read(ReadFault::Answer(Answer::RouterNotFound))
    }),
    row("read_challenge", "403 with a puzzle", "403 and a web page that wants proof of a human.", || {
        Fault::Read(ReadFault::Answer(Answer::Challenge))
    }),
    row("read_404", "404", "There is no such order, although there is.", || read(404)),
    row("read_401", "401", "The supplier does not know who is asking.", || read(401)),
    row("read_403", "403", "The supplier knows, and does not allow it.", || read(403)),
    row("read_429", "429", "Too many requests; come back in three seconds.", || read(429)),
    row("read_500", "500", "Something broke at the supplier.", || read(500)),
    row("read_502", "502", "A gateway in front of the supplier cannot reach it.", || read(502)),
    row("read_503", "503", "The supplier is overloaded or being serviced.", || read(503)),
    row("read_504", "504", "A gateway waited for the supplier in vain.", || read(504)),
    row("read_html", "Web page", "200, but a sign-in page in place of the order, as hotel Wi-Fi gives it.", || {
        Fault::Read(ReadFault::Answer(Answer::Html))
    }),
    row("read_slow", "Slow", "The right answer, ten seconds late.", || Fault::Read(ReadFault::Slow(SLOW_READ))),
];

const GROUPS: &[Group] = &[
    Group { name: "connection", title: "The line", rows: CONNECTION },
    Group { name: "answers", title: "The next connect gets", rows: ANSWERS },
    Group { name: "events", title: "What the stream says", rows: EVENTS },
    Group { name: "reads", title: "The next read of the order gets", rows: READS },
];

/// Returns every step, grouped.
pub(crate) fn groups() -> &'static [Group] {
    GROUPS
}

/// Returns the step of that name with its defaults.
pub(super) fn named(name: &str) -> Option<Step<Fault>> {
    let row = GROUPS.iter().flat_map(|group| group.rows).find(|row| row.name == name)?;
    Some(Step { name: row.name, fault: (row.fault)(), times: None, lasts: None, after: Duration::ZERO })
}

/// Returns the step that an e-mail tag asks for: a name, followed by `_x3` for how often, `_20s` for how long, or both.
pub(crate) fn step_of_tag(tag: &str) -> Option<Step<Fault>> {
    let mut rest = tag;
    let mut said = Vec::new();
    // At most two suffixes are read: a tag can be any text that somebody writes.
    while said.len() < 2 && named(rest).is_none() {
        let (name, last) = rest.rsplit_once('_')?;
        said.push(last);
        rest = name;
    }
    let mut step = named(rest)?;
    for said in said {
        match said.strip_prefix('x') {
            Some(times) => step.set_times(times.parse().ok()?).ok()?,
            None => step.set_lasts(duration(said)?).ok()?,
        }
    }
    Some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_a_step_and_say_how_often_or_how_long() {
        let seconds = Duration::from_secs;
        let of = |tag: &str| step_of_tag(tag).unwrap_or_else(|| panic!("{tag}"));
        let plain = |name: &str| named(name).unwrap();
        assert_eq!(of("drop"), plain("drop"));
        assert_eq!(of("drop_x3"), Step { times: Some(3), ..plain("drop") });
        assert_eq!(of("retry_0"), plain("retry_0"));
        assert_eq!(of("retry_0_x5"), Step { times: Some(5), ..plain("retry_0") });
        assert_eq!(of("stream_503_20s"), Step { lasts: Some(seconds(20)), ..plain("stream_503") });
        assert_eq!(of("drop_x9_2m"), Step { times: Some(9), lasts: Some(seconds(120)), ..plain("drop") });
        assert_eq!(of("silence_90s").fault, Fault::Stream(StreamFault::Silence(seconds(90))));
        assert_eq!(of("read_slow_250ms").fault, Fault::Read(ReadFault::Slow(Duration::from_millis(250))));
    }

    #[test]
    fn other_tags_are_no_steps() {
        let long = "drop_x2".repeat(5_000);
        let deep = "_".repeat(50_000);
        let wrong = [
            "",
            "x",
            "drop_",
            "drop_x",
            "drop_x0",
            "drop_x1001",
            "drop_3",
            "drop_2h",
            "drop_61m",
            "drop_0s",
            "404",
            "drop_x1_x2_x3",
            "_x3",
            "slow",
            &long,
            &deep,
        ];
        for tag in wrong {
            assert_eq!(step_of_tag(tag), None, "{tag:.40}");
        }
    }

    #[test]
    fn every_step_has_a_name_of_its_own_and_words() {
        let mut names: Vec<&str> = GROUPS.iter().flat_map(|group| group.rows).map(|row| row.name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        for row in GROUPS.iter().flat_map(|group| group.rows) {
            let is_name =
                row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            assert!(is_name && !row.label.is_empty() && row.words.ends_with('.'), "{}", row.name);
        }
    }
}
