//! Scripts as JSON: `{"steps": [{"do": "drop", "times": 3}]}`. A script with a wrong field is refused with the name of
//! that field.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::table::named;
use super::words::duration;
use super::{Answer, Fault, ReadFault, Step, StreamFault};

/// The most repetitions of a step.
const TIMES_MAX: u32 = 1_000;
/// The longest pause between two bytes.
const PACE_MAX: Duration = Duration::from_secs(10);
/// The most snapshots in one burst.
const EVENTS_MAX: u32 = 10_000;
/// The largest event in bytes.
const BYTES_MAX: usize = 8 * 1024 * 1024;
/// The longest `Retry-After`, in bytes.
const RETRY_AFTER_MAX: usize = 64;

const TIME_FORM: &str =
    "must be a time of more than zero and at most an hour, such as \"250ms\", \"20s\", \"2m\" or whole seconds";

/// The error for a field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The path of the field, such as `steps[1].times`.
    pub(crate) field: String,
    /// What is wrong with the field.
    pub(crate) why: String,
}

impl Wrong {
    fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A script as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) steps: Vec<Step<Fault>>,
    /// Whether the steps are added after the remaining ones instead of replacing them.
    pub(crate) append: bool,
}

impl Body {
    /// Reads a script from the body of a request.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(crate) fn read(text: &[u8]) -> Result<Self, Wrong> {
        let value =
            serde_json::from_slice(text).map_err(|error| Wrong::new("body", format!("must be JSON: {error}")))?;
        let Value::Object(fields) = value else {
            return Err(Wrong::new("body", "must be an object with a field \"steps\""));
        };
        let mut out = Self { steps: Vec::new(), append: false };
        for (name, value) in &fields {
            match name.as_str() {
                "append" => {
                    out.append = value.as_bool().ok_or_else(|| Wrong::new("append", "must be true or false"))?;
                }
                "steps" => {
                    let steps = value.as_array().ok_or_else(|| Wrong::new("steps", "must be a list"))?;
                    let read = |(index, step)| read_step(step, &format!("steps[{index}]"));
                    out.steps = steps.iter().enumerate().map(read).collect::<Result<_, _>>()?;
                }
                _ => return Err(Wrong::new(name, "is not known; there are \"steps\" and \"append\"")),
            }
        }
        if !fields.contains_key("steps") {
            return Err(Wrong::new("steps", "is missing"));
        }
        Ok(out)
    }
}

fn read_step(value: &Value, path: &str) -> Result<Step<Fault>, Wrong> {
    let fields = value.as_object().ok_or_else(|| Wrong::new(path, "must be an object"))?;
    let at = |field: &str| format!("{path}.{field}");
    let name = match fields.get("do") {
        None => return Err(Wrong::new(at("do"), "is missing")),
        Some(name) => name.as_str().unwrap_or_default(),
    };
    let mut step = named(name).ok_or_else(|| Wrong::new(at("do"), "is no step; GET /sandbox/faults lists them all"))?;
    for (field, value) in fields {
        let set = match field.as_str() {
            "do" => Ok(()),
            "times" => step.set_times(whole(value).unwrap_or(0)),
            "for" => time(value).ok_or(TIME_FORM).and_then(|lasts| step.set_lasts(lasts)),
            "after" => time(value).ok_or(TIME_FORM).and_then(|after| step.set_after(after)),
            "every" => step.set_every(time(value)),
            "events" => step.set_events(whole(value)),
            "bytes" => step.set_bytes(whole(value)),
            "retry_after" => step.set_retry_after(value),
            _ => Err("is not known"),
        };
        set.map_err(|why| Wrong::new(at(field), why))?;
    }
    Ok(step)
}

fn whole<N: TryFrom<u64>>(value: &Value) -> Option<N> {
    N::try_from(value.as_u64()?).ok()
}

/// Parses a time from text, or from a number of seconds.
fn time(value: &Value) -> Option<Duration> {
    match value {
        Value::String(text) => duration(text),
        Value::Number(seconds) => duration(&format!("{}s", seconds.as_u64()?)),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Writes a time as [`duration`] reads it; a part of a millisecond is rounded up.
fn time_text(time: Duration) -> String {
    let ms = time.as_nanos().div_ceil(1_000_000);
    if ms.is_multiple_of(1_000) { format!("{}s", ms / 1_000) } else { format!("{ms}ms") }
}

impl Step<Fault> {
    /// Sets how often a step happens, at least once.
    pub(super) fn set_times(&mut self, times: u32) -> Result<(), &'static str> {
        if !(1..=TIMES_MAX).contains(&times) {
            return Err("must be a whole number from 1 to 1000");
        }
        self.times = Some(times);
        Ok(())
    }

    /// Sets a duration: the length of a fault that has one, otherwise for how long the fault is repeated.
    pub(super) fn set_lasts(&mut self, lasts: Duration) -> Result<(), &'static str> {
        match &mut self.fault {
            Fault::Stream(StreamFault::Silence(length) | StreamFault::Restart(length))
            | Fault::Read(ReadFault::Slow(length)) => *length = lasts,
            Fault::Stream(StreamFault::SlowBytes { lasts: length, .. }) => *length = Some(lasts),
            Fault::Stream(
                StreamFault::Answer(_)
                | StreamFault::Drop
                | StreamFault::Cut
                | StreamFault::HalfOpen
                | StreamFault::QuietStart
                | StreamFault::Named
                | StreamFault::RetryZero
                | StreamFault::StopEarly
                | StreamFault::SplitUtf8
                | StreamFault::Burst { .. }
                | StreamFault::Stale
                | StreamFault::Duplicate
                | StreamFault::Oversized { .. }
                | StreamFault::Foreign
                | StreamFault::BadJson,
            )
            | Fault::Read(ReadFault::Answer(_)) => self.lasts = Some(lasts),
        }
        Ok(())
    }

    fn set_after(&mut self, after: Duration) -> Result<(), &'static str> {
        match self.fault {
            Fault::Read(_) | Fault::Stream(StreamFault::Answer(_)) => {
                Err("is for steps of an open stream; put a \"drop\" with it in front instead")
            }
            Fault::Stream(_) => {
                self.after = after;
                Ok(())
            }
        }
    }

    fn set_every(&mut self, pace: Option<Duration>) -> Result<(), &'static str> {
        let Fault::Stream(StreamFault::SlowBytes { every, .. }) = &mut self.fault else {
            return Err("is for \"slow_bytes\" only");
        };
        *every =
            pace.filter(|pace| *pace <= PACE_MAX).ok_or("must be a time of at most ten seconds, such as \"50ms\"")?;
        Ok(())
    }

    fn set_events(&mut self, count: Option<u32>) -> Result<(), &'static str> {
        let Fault::Stream(StreamFault::Burst { events }) = &mut self.fault else {
            return Err("is for \"burst\" only");
        };
        let fits = |count: &u32| (1..=EVENTS_MAX).contains(count);
        *events = count.filter(fits).ok_or("must be a whole number from 1 to 10000")?;
        Ok(())
    }

    fn set_bytes(&mut self, count: Option<usize>) -> Result<(), &'static str> {
        let Fault::Stream(StreamFault::Oversized { bytes }) = &mut self.fault else {
            return Err("is for \"oversized\" only");
        };
        let fits = |count: &usize| (1..=BYTES_MAX).contains(count);
        *bytes = count.filter(fits).ok_or("must be a whole number from 1 to 8388608")?;
        Ok(())
    }

    fn set_retry_after(&mut self, value: &Value) -> Result<(), &'static str> {
        let (Fault::Stream(StreamFault::Answer(Answer::Status { retry_after, .. }))
        | Fault::Read(ReadFault::Answer(Answer::Status { retry_after, .. }))) = &mut self.fault
        else {
            return Err("is for steps that answer with a status");
        };
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(seconds) => seconds.as_u64().map(|seconds| seconds.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        let fits = |text: &String| {
            (1..=RETRY_AFTER_MAX).contains(&text.len()) && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        };
        *retry_after = Some(text.filter(fits).ok_or("must be whole seconds, or text of 1 to 64 ASCII characters")?);
        Ok(())
    }
}

/// Returns a step in the form that [`Body::read`] reads.
pub(super) fn step_json(step: &Step<Fault>) -> Value {
    let mut out = Map::from_iter([("do".to_owned(), json!(step.name))]);
    let mut set = |name: &str, value: Value| out.insert(name.to_owned(), value);
    if let Some(times) = step.times {
        set("times", json!(times));
    }
    if let Some(lasts) = step.lasts {
        set("for", json!(time_text(lasts)));
    }
    if !step.after.is_zero() {
        set("after", json!(time_text(step.after)));
    }
    match &step.fault {
        Fault::Stream(StreamFault::Silence(length) | StreamFault::Restart(length))
        | Fault::Read(ReadFault::Slow(length)) => {
            set("for", json!(time_text(*length)));
        }
        Fault::Stream(StreamFault::SlowBytes { every, lasts }) => {
            set("every", json!(time_text(*every)));
            if let Some(lasts) = lasts {
                set("for", json!(time_text(*lasts)));
            }
        }
        Fault::Stream(StreamFault::Burst { events }) => {
            set("events", json!(events));
        }
        Fault::Stream(StreamFault::Oversized { bytes }) => {
            set("bytes", json!(bytes));
        }
        Fault::Stream(StreamFault::Answer(Answer::Status { retry_after: Some(text), .. }))
        | Fault::Read(ReadFault::Answer(Answer::Status { retry_after: Some(text), .. })) => {
            set("retry_after", json!(text));
        }
        Fault::Stream(
            StreamFault::Answer(_)
            | StreamFault::Drop
            | StreamFault::Cut
            | StreamFault::HalfOpen
            | StreamFault::QuietStart
            | StreamFault::Named
            | StreamFault::RetryZero
            | StreamFault::StopEarly
            | StreamFault::SplitUtf8
            | StreamFault::Stale
            | StreamFault::Duplicate
            | StreamFault::Foreign
            | StreamFault::BadJson,
        )
        | Fault::Read(ReadFault::Answer(_)) => {}
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::script::groups;

    fn wrong(text: &str) -> String {
        match Body::read(text.as_bytes()) {
            Err(wrong) => wrong.field,
            Ok(body) => panic!("{text}: {body:?}"),
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let table = [
            ("", "body"),
            ("[]", "body"),
            ("{}", "steps"),
            (r#"{"steps": {}}"#, "steps"),
            (r#"{"steps": [], "apend": true}"#, "apend"),
            (r#"{"steps": [], "append": 1}"#, "append"),
            (r#"{"steps": ["drop"]}"#, "steps[0]"),
            (r#"{"steps": [{"do": "drop"}, {}]}"#, "steps[1].do"),
            (r#"{"steps": [{"do": 404}]}"#, "steps[0].do"),
            (r#"{"steps": [{"do": "dorp"}]}"#, "steps[0].do"),
            (r#"{"steps": [{"do": "drop_x3"}]}"#, "steps[0].do"),
            (r#"{"steps": [{"do": "drop", "time": 3}]}"#, "steps[0].time"),
            (r#"{"steps": [{"do": "drop", "times": 0}]}"#, "steps[0].times"),
            (r#"{"steps": [{"do": "drop", "times": 1001}]}"#, "steps[0].times"),
            (r#"{"steps": [{"do": "drop", "times": 1.5}]}"#, "steps[0].times"),
            (r#"{"steps": [{"do": "drop", "times": "3"}]}"#, "steps[0].times"),
            (r#"{"steps": [{"do": "silence", "for": 0}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "silence", "for": -1}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "silence", "for": "1h"}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "silence", "for": "99999999999999999999m"}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "silence", "for": "20 s"}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "silence", "for": 3601}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "silence", "for": null}]}"#, "steps[0].for"),
            (r#"{"steps": [{"do": "stream_404", "after": 1}]}"#, "steps[0].after"),
            (r#"{"steps": [{"do": "read_404", "after": 1}]}"#, "steps[0].after"),
            (r#"{"steps": [{"do": "drop", "every": 1}]}"#, "steps[0].every"),
            (r#"{"steps": [{"do": "slow_bytes", "every": 11}]}"#, "steps[0].every"),
            (r#"{"steps": [{"do": "burst", "events": 10001}]}"#, "steps[0].events"),
            (r#"{"steps": [{"do": "drop", "events": 1}]}"#, "steps[0].events"),
            (r#"{"steps": [{"do": "oversized", "bytes": 8388609}]}"#, "steps[0].bytes"),
            (r#"{"steps": [{"do": "burst", "bytes": 1}]}"#, "steps[0].bytes"),
            (r#"{"steps": [{"do": "read_slow", "retry_after": 1}]}"#, "steps[0].retry_after"),
            (r#"{"steps": [{"do": "read_html", "retry_after": 1}]}"#, "steps[0].retry_after"),
            (r#"{"steps": [{"do": "read_503", "retry_after": "a\nb"}]}"#, "steps[0].retry_after"),
            (r#"{"steps": [{"do": "read_503", "retry_after": ""}]}"#, "steps[0].retry_after"),
        ];
        for (text, field) in table {
            assert_eq!(wrong(text), field, "{text}");
        }
    }

    #[test]
    fn each_step_is_read_as_it_is_written() {
        for row in groups().iter().flat_map(|group| group.rows) {
            let step = named(row.name).unwrap();
            assert_eq!(read_step(&step_json(&step), ""), Ok(step), "{}", row.name);
        }
    }

    prop_compose! {
        /// Generates a step with every field that it takes.
        fn any_step()(
            index in 0usize..64,
            times in prop::option::of(1u32..=1_000),
            lasts_ms in prop::option::of(1u64..=3_600_000),
            after_ms in 1u64..=3_600_000,
            every_ms in 1u64..=10_000,
            events in 1u32..=10_000,
            bytes in 1usize..=BYTES_MAX,
            retry_after in "[ -~]{1,64}",
        ) -> Step<Fault> {
            let rows: Vec<&str> = groups().iter().flat_map(|group| group.rows).map(|row| row.name).collect();
            let mut step = named(rows[index % rows.len()]).unwrap();
            if let Some(times) = times {
                step.set_times(times).unwrap();
            }
            if let Some(ms) = lasts_ms {
                step.set_lasts(Duration::from_millis(ms)).unwrap();
            }
            // Each step refuses the fields that it does not take.
            let _ = step.set_after(Duration::from_millis(after_ms));
            let _ = step.set_every(Some(Duration::from_millis(every_ms)));
            let _ = step.set_events(Some(events));
            let _ = step.set_bytes(Some(bytes));
            let _ = step.set_retry_after(&json!(retry_after));
            step
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_sent_again(steps in prop::collection::vec(any_step(), 0..8)) {
            let text = json!({ "steps": steps.iter().map(step_json).collect::<Vec<_>>() }).to_string();
            prop_assert_eq!(Body::read(text.as_bytes()), Ok(Body { steps, append: false }));
        }
    }
}
