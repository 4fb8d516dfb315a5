//! Parsing `text/event-stream` (WHATWG HTML §9.2.6): takes bytes, however they are split, and returns whole events.
//!
//! Only `event` and `data` are kept. Comments are written by the proxy itself; `id` is of no use, since `Last-Event-ID`
//! is not passed on; `retry` would let the supplier decide how soon our clients reconnect.

use bytes::{BufMut, Bytes, BytesMut};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name; empty for a message without an `event` field.
    pub name: Vec<u8>,
    /// Its `data` lines, joined by line feeds.
    pub data: Vec<u8>,
}

impl Event {
    /// Returns whether this is an order's snapshot, which the next snapshot makes obsolete.
    pub fn is_message(&self) -> bool {
        self.name.is_empty() || self.name == b"message"
    }

    /// Returns whether this is the event `stop`, after which no more will come.
    pub fn is_stop(&self) -> bool {
        self.name == b"stop"
    }

    /// Returns the event in wire format.
    pub fn to_wire(&self) -> Bytes {
        let mut wire = BytesMut::with_capacity(self.name.len() + self.data.len() + 32);
        if !self.name.is_empty() {
            wire.put_slice(b"event: ");
            wire.put_slice(&self.name);
            wire.put_u8(b'\n');
        }
        for line in self.data.split(|byte| *byte == b'\n') {
            wire.put_slice(b"data: ");
            wire.put_slice(line);
            wire.put_u8(b'\n');
        }
        wire.put_u8(b'\n');
        wire.freeze()
    }
}

/// The error for an event, or a line, over the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is too long")]
pub struct TooLong;

/// Collects bytes until an event is whole.
#[derive(Debug)]
pub struct Reader {
    most: usize,
    line: Vec<u8>,
    name: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    after_cr: bool,
    at_start: bool,
}

impl Reader {
    /// Creates a reader that takes events of up to `most` bytes.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            line: Vec::new(),
            name: Vec::new(),
            data: Vec::new(),
            has_data: false,
            after_cr: false,
            at_start: true,
        }
    }

    /// Takes the next bytes and returns the events that they complete.
    ///
    /// # Errors
    /// [`TooLong`]; the reader is of no use afterwards.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        let mut events = Vec::new();
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let part = &bytes[..end.unwrap_or(bytes.len())];
            if self.line.len() + self.data.len() + part.len() > self.most {
                return Err(TooLong);
            }
            self.line.extend_from_slice(part);
            let Some(end) = end else { break };
            self.after_cr = bytes[end] == b'\r';
            bytes = &bytes[end + 1..];
            events.extend(self.end_line());
        }
        Ok(events)
    }

    fn end_line(&mut self) -> Option<Event> {
        let mut line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.at_start) && line.starts_with(b"\xef\xbb\xbf") {
            line.drain(..3);
        }
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = match line.iter().position(|byte| *byte == b':') {
            Some(colon) => (&line[..colon], line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..])),
            None => (&line[..], &[][..]),
        };
        match field {
            b"event" => self.name = value.to_vec(),
            b"data" => {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
                self.has_data = true;
            }
            _ => {}
        }
        // The buffer is reused for the next line.
        line.clear();
        self.line = line;
        None
    }

    fn end_event(&mut self) -> Option<Event> {
        let event = Event { name: std::mem::take(&mut self.name), data: std::mem::take(&mut self.data) };
        // Browsers drop events without data. A `stop` is too important to be lost that way, so `to_wire` writes an
        // empty data line for it.
        (std::mem::take(&mut self.has_data) || event.is_stop()).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(name: &str, data: &str) -> Event {
        Event { name: name.into(), data: data.into() }
    }

    fn read(text: &[u8]) -> Vec<Event> {
        Reader::new(1_000).push(text).unwrap()
    }

    #[test]
    fn s12_every_line_end_and_shape_is_read() {
        let table: &[(&str, &[Event])] = &[
            ("data: a\n\n", &[event("", "a")]),
            ("data:a\r\n\r\n", &[event("", "a")]),
            ("data:  a\r\rdata: b\r\r", &[event("", " a"), event("", "b")]),
            ("\u{feff}data: a\n\n", &[event("", "a")]),
            ("data: {\ndata: }\n\n", &[event("", "{\n}")]),
            ("event: stop\ndata: x\n\n", &[event("stop", "x")]),
            ("event: stop\n\n", &[event("stop", "")]),
            ("event: other\n\n", &[]),
            (": comment\n\n", &[]),
            ("id: 7\nretry: 0\n\n", &[]),
            ("id: 7\nretry: 0\n: c\ndata: a\nunknown: b\n\n", &[event("", "a")]),
            ("data\n\n", &[event("", "")]),
            ("\n\n\ndata: a\n\n", &[event("", "a")]),
            ("event: x\n\ndata: a\n\n", &[event("", "a")]),
            ("data: never ended\n", &[]),
        ];
        for (text, events) in table {
            assert_eq!(read(text.as_bytes()), *events, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for event in [event("", "a"), event("stop", ""), event("x", "a\n\nb: c")] {
            assert_eq!(read(&event.to_wire()), [event]);
        }
    }

    #[test]
    fn x17_a_line_or_event_over_the_limit_ends_it() {
        assert_eq!(Reader::new(1_000).push(&[b'a'; 1_001]), Err(TooLong));
        assert_eq!(Reader::new(1_000).push(format!("data: {}\n", "a".repeat(90)).repeat(20).as_bytes()), Err(TooLong));
        let mut reader = Reader::new(1_000);
        for _ in 0..100 {
            assert!(reader.push(format!("data: {}\n\n", "a".repeat(900)).as_bytes()).is_ok());
        }
    }

    proptest! {
        #[test]
        fn s11_cuts_change_nothing(text in "((data: |event: |:|id: )?[aé日🙂]{0,6}(\n|\r|\r\n)){0,12}", cuts in prop::collection::vec(1usize..9, 0..40)) {
            let whole = read(text.as_bytes());
            let (mut reader, mut rest, mut pieces) = (Reader::new(1_000), text.as_bytes(), Vec::new());
            for cut in cuts {
                let (piece, after) = rest.split_at(cut.min(rest.len()));
                pieces.extend(reader.push(piece).unwrap());
                rest = after;
            }
            pieces.extend(reader.push(rest).unwrap());
            prop_assert_eq!(pieces, whole);
        }
    }
}
