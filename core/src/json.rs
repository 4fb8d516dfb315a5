//! JSON (RFC 8259) for what comes from the supplier, the storage and the message files: strict, exact, small.
//!
//! This crate has a reader of its own, because numbers must keep their digits, and because a general reader is a large
//! part of the download (docs/decisions/0001). Numbers are never computed with here: they are the digits that were
//! sent.

use crate::pace::Pace;
use std::borrow::Cow;

/// How deep a value may be nested to be built. A value that is only skipped may be nested deeper.
const MAX_DEPTH: usize = 127;
/// How many bytes are read between two points at which the work may pause.
const STRETCH: usize = 8 * 1024;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, by the digits that were sent.
    Number(String),
    /// A string, its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object: names and values in the order sent. Of a name that comes twice the last one counts.
    Object(Vec<(String, Value)>),
}

/// The error for a text that is no JSON value. What is wrong stands at this byte, or begins there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Offset in bytes, at most the length of the text.
    pub at: usize,
}

impl Value {
    /// Returns an object of these fields, in this order.
    pub fn object(fields: Vec<(&str, Value)>) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Returns a string.
    pub fn text(text: &str) -> Self {
        Self::String(text.to_owned())
    }

    /// Returns a field of an object, the last one of this name. `None` where there is none, or the value is no object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object().iter().rev().find(|(spelt, _)| spelt == name).map(|(_, value)| value)
    }

    /// Returns the text of a string; `None` for any other value.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Returns the digits of a number; `None` for any other value.
    pub fn as_number(&self) -> Option<&str> {
        if let Self::Number(digits) = self { Some(digits) } else { None }
    }

    /// Returns the elements of an array; an empty slice for any other value.
    pub fn as_array(&self) -> &[Value] {
        if let Self::Array(elements) = self { elements } else { &[] }
    }

    /// Returns the fields of an object; an empty slice for any other value.
    pub fn as_object(&self) -> &[(String, Value)] {
        if let Self::Object(fields) = self { fields } else { &[] }
    }

    /// Returns whether the value is an array.
    pub fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    /// Returns whether the value is an object.
    pub fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// Returns the value as JSON text without white space.
    ///
    /// ```
    /// use cr_core::json::{Value, parse};
    ///
    /// let payment = Value::object(vec![("coin", Value::text("USDC")), ("amount", Value::Number("5.50".to_owned()))]);
    /// assert_eq!(payment.to_json(), r#"{"coin":"USDC","amount":5.50}"#);
    /// assert_eq!(parse(&payment.to_json()), Ok(payment));
    /// ```
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, to: &mut String) {
        match self {
            Self::Null => to.push_str("null"),
            Self::Bool(true) => to.push_str("true"),
            Self::Bool(false) => to.push_str("false"),
            Self::Number(digits) => to.push_str(digits),
            Self::String(text) => write_text(text, to),
            Self::Array(elements) => {
                to.push('[');
                for (at, element) in elements.iter().enumerate() {
                    if at > 0 {
                        to.push(',');
                    }
                    element.write(to);
                }
                to.push(']');
            }
            Self::Object(fields) => {
                to.push('{');
                for (at, (name, value)) in fields.iter().enumerate() {
                    if at > 0 {
                        to.push(',');
                    }
                    write_text(name, to);
                    to.push(':');
                    value.write(to);
                }
                to.push('}');
            }
        }
    }
}

/// Writes a text between quotes; only what must be escaped is escaped.
fn write_text(text: &str, to: &mut String) {
    let hex = |digit: u8| char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    to.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        to.push_str(plain);
        to.push('\\');
        match special.bytes().next().unwrap_or_default() {
            0x8 => to.push('b'),
            0x9 => to.push('t'),
            0xA => to.push('n'),
            0xC => to.push('f'),
            0xD => to.push('r'),
            control @ 0..0x20 => {
                to.push_str("u00");
                to.push(hex(control >> 4));
                to.push(hex(control & 0xF));
            }
            quote => to.push(char::from(quote)),
        }
        rest = special.get(1..).unwrap_or_default();
    }
    to.push_str(rest);
    to.push('"');
}

/// The most places by which an exponent may move the decimal point; far beyond what any amount needs.
const FARTHEST: usize = 60;

/// Returns the digits of a JSON number without its exponent, exactly, with all digits that were quoted. `None` for a
/// number whose exponent reaches further than that of any amount.
///
/// ```
/// use cr_core::json::without_exponent;
///
/// for (number, digits) in [
///     ("55.20", Some("55.20")),
///     ("5.52E1", Some("55.2")),
///     ("1e-05", Some("0.00001")),
///     ("1e400", None),
/// ] {
///     assert_eq!(without_exponent(number).as_deref(), digits);
/// }
/// ```
pub fn without_exponent(number: &str) -> Option<Cow<'_, str>> {
    let Some((digits, exponent)) = number.split_once(['e', 'E']) else { return Some(Cow::Borrowed(number)) };
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (is_left, places) = match exponent.strip_prefix('-') {
        Some(places) => (true, places),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let places = places.parse::<usize>().ok().filter(|places| *places <= FARTHEST)?;
    let (whole, fraction) = if is_left {
        let all = ["0".repeat(places), whole.to_owned()].concat();
        let (whole, moved) = all.split_at_checked(all.len().checked_sub(places)?)?;
        (whole.to_owned(), [moved, fraction].concat())
    } else {
        let all = [fraction, &*"0".repeat(places.saturating_sub(fraction.len()))].concat();
        let (moved, fraction) = all.split_at_checked(places)?;
        ([whole, moved].concat(), fraction.to_owned())
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Cow::Owned([sign, whole, point, &*fraction].concat()))
}

/// Reads a whole text as one value.
///
/// # Errors
/// [`Malformed`] for a text that is no JSON value, or that is nested deeper than 127 levels.
///
/// # Examples
/// ```
/// use cr_core::json::{Malformed, parse};
///
/// let order = parse(r#"{"id": "a1", "amount": 1.50, "lines": [1, 2]}"#)?;
/// assert_eq!(order.get("id").and_then(|id| id.as_str()), Some("a1"));
/// assert_eq!(order.get("amount").and_then(|amount| amount.as_number()), Some("1.50"));
/// assert_eq!(order.get("lines").map(|lines| lines.as_array().len()), Some(2));
/// assert_eq!(parse("[1, 2"), Err(Malformed { at: 5 }));
/// # Ok::<(), Malformed>(())
/// ```
pub fn parse(text: &str) -> Result<Value, Malformed> {
    let mut reader = Reader { text, at: 0, rested: 0 };
    reader.space();
    let value = reader.value(MAX_DEPTH)?;
    reader.end()?;
    Ok(value)
}

/// Returns the text of each element of an array, without building the elements. The whole text is checked, at any
/// depth.
///
/// # Errors
/// [`Malformed`] for a text that is no JSON, and for JSON that is no array.
///
/// # Examples
/// ```
/// use cr_core::{json::elements, pace::at_once};
///
/// let brands = r#"[{"id": 1}, {"id": 2}]"#;
/// assert_eq!(at_once(|pace| elements(brands, pace)), Ok(vec![r#"{"id": 1}"#, r#"{"id": 2}"#]));
/// ```
pub async fn elements<'a>(text: &'a str, pace: Pace<'_>) -> Result<Vec<&'a str>, Malformed> {
    let mut reader = Reader { text, at: 0, rested: 0 };
    let mut elements = Vec::new();
    reader.space();
    reader.expect(b'[')?;
    while reader.more(elements.is_empty(), b']')? {
        elements.push(reader.skip(pace).await?);
    }
    reader.end()?;
    Ok(elements)
}

/// Returns the fields of an object, each value as its text, without building the values. The whole text is checked, at
/// any depth.
///
/// # Errors
/// [`Malformed`] for a text that is no JSON, and for JSON that is no object.
pub async fn fields<'a>(text: &'a str, pace: Pace<'_>) -> Result<Vec<(String, &'a str)>, Malformed> {
    let mut reader = Reader { text, at: 0, rested: 0 };
    let mut fields = Vec::new();
    reader.space();
    reader.expect(b'{')?;
    while reader.more(fields.is_empty(), b'}')? {
        let mut name = String::new();
        reader.name(Some(&mut name))?;
        fields.push((name, reader.skip(pace).await?));
    }
    reader.end()?;
    Ok(fields)
}

/// A text, and how far it has been read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Where the work could last pause.
    rested: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_it = self.peek() == Some(byte);
        self.at += usize::from(is_it);
        is_it
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.eat(byte) { Ok(()) } else { Err(self.malformed()) }
    }

    fn malformed(&self) -> Malformed {
        Malformed { at: self.at }
    }

    /// Returns what was read since `start`.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Checks that nothing but white space follows.
    fn end(&mut self) -> Result<(), Malformed> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.malformed()) }
    }

    /// Moves on to the next element of an array or field of an object, or past its closing bracket; returns whether
    /// there is one.
    fn more(&mut self, is_first: bool, close: u8) -> Result<bool, Malformed> {
        self.space();
        if self.eat(close) {
            return Ok(false);
        }
        if !is_first {
            self.expect(b',')?;
            self.space();
        }
        Ok(true)
    }

    /// Reads the value that begins here; `depth` is how many arrays and objects may be nested in it.
    fn value(&mut self, depth: usize) -> Result<Value, Malformed> {
        match self.peek() {
            Some(b'[') => {
                let depth = depth.checked_sub(1).ok_or(self.malformed())?;
                self.at += 1;
                let mut elements = Vec::new();
                while self.more(elements.is_empty(), b']')? {
                    elements.push(self.value(depth)?);
                }
                Ok(Value::Array(elements))
            }
            Some(b'{') => {
                let depth = depth.checked_sub(1).ok_or(self.malformed())?;
                self.at += 1;
                let mut fields = Vec::new();
                while self.more(fields.is_empty(), b'}')? {
                    let mut name = String::new();
                    self.name(Some(&mut name))?;
                    fields.push((name, self.value(depth)?));
                }
                Ok(Value::Object(fields))
            }
            Some(b'"') => {
                let mut text = String::new();
                self.string(Some(&mut text))?;
                Ok(Value::String(text))
            }
            Some(b'-' | b'0'..=b'9') => Ok(Value::Number(self.number()?.to_owned())),
            _ => self.word(),
        }
    }

    /// Passes over the value that begins here and returns its text. It does not recurse, so that no depth overflows the
    /// stack.
    async fn skip(&mut self, pace: Pace<'_>) -> Result<&'a str, Malformed> {
        let start = self.at;
        // The brackets that close what is open.
        let mut open: Vec<u8> = Vec::new();
        loop {
            if self.at - self.rested > STRETCH {
                pace.point().await;
                self.rested = self.at;
            }
            let first = self.peek();
            match first {
                Some(b'[' | b'{') => {
                    self.at += 1;
                    open.push(if first == Some(b'[') { b']' } else { b'}' });
                }
                Some(b'"') => self.string(None)?,
                Some(b'-' | b'0'..=b'9') => self.number().map(drop)?,
                _ => self.word().map(drop)?,
            }
            let mut is_first = matches!(first, Some(b'[' | b'{'));
            loop {
                let Some(&close) = open.last() else { return Ok(self.since(start)) };
                if self.more(is_first, close)? {
                    if close == b'}' {
                        self.name(None)?;
                    }
                    break;
                }
                open.pop();
                is_first = false;
            }
        }
    }

    /// Reads the name of a field and the colon after it.
    fn name(&mut self, to: Option<&mut String>) -> Result<(), Malformed> {
        self.string(to)?;
        self.space();
        self.expect(b':')?;
        self.space();
        Ok(())
    }

    /// Reads `null`, `true` or `false`.
    fn word(&mut self) -> Result<Value, Malformed> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let (length, value) = if rest.starts_with(b"null") {
            (4, Value::Null)
        } else if rest.starts_with(b"true") {
            (4, Value::Bool(true))
        } else if rest.starts_with(b"false") {
            (5, Value::Bool(false))
        } else {
            return Err(self.malformed());
        };
        self.at += length;
        Ok(value)
    }

    fn number(&mut self) -> Result<&'a str, Malformed> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(self.since(start))
    }

    /// Reads one digit or more.
    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.malformed()) }
    }

    /// Reads a string with its quotes and appends it to `to`.
    fn string(&mut self, mut to: Option<&mut String>) -> Result<(), Malformed> {
        self.expect(b'"')?;
        loop {
            let start = self.at;
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            let run = rest.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
            self.at += run.unwrap_or(rest.len());
            if let Some(to) = &mut to {
                to.push_str(self.since(start));
            }
            if self.eat(b'"') {
                return Ok(());
            }
            // Anything else here is a control character or the end of the text, which are errors.
            self.expect(b'\\')?;
            let escaped = self.escaped()?;
            if let Some(to) = &mut to {
                to.push(escaped);
            }
        }
    }

    /// Returns the character that an escape stands for; the backslash has been read. Half of a surrogate pair is an
    /// error.
    fn escaped(&mut self) -> Result<char, Malformed> {
        let at = self.malformed();
        match self.next().ok_or(at)? {
            quoted @ (b'"' | b'\\' | b'/') => Ok(char::from(quoted)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{C}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => {
                let mut code = self.unit()?;
                if (0xD800..0xDC00).contains(&code) {
                    self.expect(b'\\')?;
                    self.expect(b'u')?;
                    let low = self.unit()?.checked_sub(0xDC00).filter(|low| *low < 0x400).ok_or(at)?;
                    code = 0x1_0000 + ((code - 0xD800) << 10) + low;
                }
                char::from_u32(code).ok_or(at)
            }
            _ => Err(at),
        }
    }

    /// Reads four hexadecimal digits as a number.
    fn unit(&mut self) -> Result<u32, Malformed> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or(self.malformed())?;
            self.at += 1;
            unit = unit * 16 + digit;
        }
        Ok(unit)
    }
}
