//! Reading JSON by hand: a value together with where it was found, and the tolerances of docs/supplier-api.md §2 and §11.
//!
//! Structs are not derived, for three reasons: a derived struct adds about a kilobyte to the download, numbers must
//! keep their digits, and an error must name the field without repeating its content (docs/decisions/0001).

use super::DecodeError;
use crate::{
    json::{self, Value},
    money::{CoinAmount, Currency, FaceValue},
    text::{clean, safe_image},
    time::Timestamp,
};
use core::fmt::Write as _;
use std::borrow::Cow;

/// The value of a field that is absent.
static ABSENT: Value = Value::Null;

/// A value and the path that leads to it.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    value: &'a Value,
    place: Place<'a>,
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Root(&'a str),
    Field(&'a Node<'a>, &'a str),
    Element(&'a Node<'a>, usize),
}

impl<'a> Node<'a> {
    /// Makes a node of the whole body, or of a part of it that was found at `path` (empty for the whole).
    pub(super) fn root(value: &'a Value, path: &'a str) -> Self {
        Self { value, place: Place::Root(path) }
    }

    /// Returns the value itself.
    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// Returns a field; an absent node when this is no object, has no such field, or the field is `null`.
    ///
    /// A name matches in either casing: `order_id`, `orderId` and `OrderID` are one field.
    pub(super) fn get<'s>(&'s self, name: &'s str) -> Node<'s> {
        let value = field(self.value.as_object(), name).unwrap_or(&ABSENT);
        Node { value, place: Place::Field(self, name) }
    }

    /// Returns the first of several spellings of a field that is there; the first spelling if none is.
    pub(super) fn any<'s>(&'s self, names: &[&'s str]) -> Node<'s> {
        let all = || names.iter().map(|name| self.get(name));
        all().find(Node::is_there).or_else(|| all().next()).unwrap_or(*self)
    }

    /// Returns whether there is something other than `null`.
    pub(super) fn is_there(&self) -> bool {
        !matches!(self.value, Value::Null)
    }

    /// Returns the elements of an array; none for `null`, for an absent node and for anything else.
    pub(super) fn list<'s>(&'s self) -> impl Iterator<Item = Node<'s>> {
        let elements = self.value.as_array().iter().enumerate();
        elements.map(|(at, value)| Node { value, place: Place::Element(self, at) })
    }

    /// Returns the fields of an object, under the names as they are spelt there; none for anything else.
    pub(super) fn fields<'s>(&'s self) -> impl Iterator<Item = Node<'s>> {
        self.value.as_object().iter().map(|(name, value)| Node { value, place: Place::Field(self, name) })
    }

    /// Returns the path, such as `deliveries[0].deliverable.brand_name`; `$` for the whole body.
    fn path(&self) -> String {
        fn write(node: &Node<'_>, to: &mut String) {
            match node.place {
                Place::Root(path) => to.push_str(path),
                Place::Field(parent, name) => {
                    write(parent, to);
                    if !to.is_empty() {
                        to.push('.');
                    }
                    to.push_str(name);
                }
                Place::Element(parent, at) => {
                    write(parent, to);
                    // Writing to a string does not fail.
                    let _ = write!(to, "[{at}]");
                }
            }
        }
        let mut path = String::new();
        write(self, &mut path);
        if path.is_empty() { "$".to_owned() } else { path }
    }

    /// Returns an error at this place.
    pub(super) fn error(&self, reason: &str) -> DecodeError {
        DecodeError { path: self.path(), reason: reason.to_owned() }
    }

    /// Returns an error that says what kind of value is here instead of `expected`; it never holds the value.
    pub(super) fn expected(&self, expected: &str) -> DecodeError {
        let found = match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a flag",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.error(&["expected ", expected, ", found ", found].concat())
    }

    /// Returns a text that is not empty.
    pub(super) fn opt_text(&self) -> Option<&'a str> {
        self.value.as_str().filter(|text| !text.trim().is_empty())
    }

    /// Returns a text that must be there and not be empty.
    pub(super) fn text(&self) -> Result<&'a str, DecodeError> {
        self.opt_text().ok_or_else(|| self.expected("a text"))
    }

    /// Returns the text, or the digits of a number: for ids, codes and amounts, which have been seen as either.
    pub(super) fn opt_digits(&self) -> Option<&'a str> {
        match self.value {
            Value::Number(digits) => Some(digits),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => self.opt_text(),
        }
    }

    /// Returns the digits of an amount or a time: a text as it is, or a number with its exponent resolved.
    pub(super) fn opt_amount_digits(&self) -> Option<Cow<'a, str>> {
        match self.value {
            Value::Number(digits) => json::without_exponent(digits),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                self.opt_text().map(Cow::Borrowed)
            }
        }
    }

    /// Returns whether something is here that is no text. An empty text counts as absent.
    pub(super) fn is_no_text(&self) -> bool {
        self.is_there() && self.value.as_str().is_none()
    }

    /// Returns whether something is here that is neither a text nor a number.
    pub(super) fn has_no_digits(&self) -> bool {
        self.is_no_text() && self.value.as_number().is_none()
    }

    /// Returns whether a time is here that cannot be read. Zero counts as absent.
    pub(super) fn is_no_epoch(&self) -> bool {
        let digits = self.opt_amount_digits();
        let is_zero = digits.is_some_and(|digits| digits.trim().trim_matches(['0', '.']).is_empty());
        let is_told = self.is_there() && self.value.as_str().is_none_or(|text| !text.trim().is_empty());
        is_told && !is_zero && self.opt_epoch().is_none()
    }

    /// Returns a text for showing.
    pub(super) fn opt_label(&self) -> Option<String> {
        self.opt_digits().map(clean).filter(|label| !label.is_empty())
    }

    /// Returns the address of an image that may be loaded.
    pub(super) fn opt_image(&self) -> Option<String> {
        self.opt_text().and_then(safe_image).map(str::to_owned)
    }

    /// Returns a flag, or `absent` where it is absent or cannot be read. Texts and numbers that mean a flag are taken.
    pub(super) fn flag(&self, absent: bool) -> bool {
        match self.value {
            Value::Bool(flag) => *flag,
            Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => true,
            Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => false,
            Value::Number(digits) => digits != "0",
            Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => absent,
        }
    }

    /// Returns a non-negative whole number.
    pub(super) fn opt_whole(&self) -> Option<u64> {
        self.opt_digits()?.trim().parse().ok()
    }

    /// Returns an amount of a coin. A value that is there but is no amount is an error.
    pub(super) fn opt_amount(&self) -> Result<Option<CoinAmount>, DecodeError> {
        if !self.is_there() || self.value.as_str().is_some_and(str::is_empty) {
            return Ok(None);
        }
        let digits = match self.opt_amount_digits() {
            Some(digits) => digits,
            None if self.value.as_number().is_some() => Cow::Borrowed(""),
            None => return Err(self.expected("an amount")),
        };
        digits.parse().map(Some).map_err(|_| self.error("not an exact, plain, non-negative amount"))
    }

    /// Returns an amount of a coin that must be there and be more than zero.
    pub(super) fn positive_amount(&self) -> Result<CoinAmount, DecodeError> {
        let amount = self.opt_amount()?.ok_or_else(|| self.expected("an amount"))?;
        if amount.is_positive() { Ok(amount) } else { Err(self.error("not more than zero")) }
    }

    /// Returns a face value in `currency`, from a number, a text, or `{amount, currency}`, whose own currency counts
    /// first.
    pub(super) fn face(&self, currency: Option<Currency>) -> Result<FaceValue, DecodeError> {
        let (amount, own) = (self.get("amount"), self.any(&["currency", "currency_code"]));
        let inner = if self.value.is_object() { &amount } else { self };
        let currency = own.opt_text().and_then(|code| code.parse().ok()).or(currency);
        let currency = currency.ok_or_else(|| self.error("in no currency"))?;
        let digits = inner.opt_amount_digits().ok_or_else(|| inner.expected("an amount"))?;
        FaceValue::new(digits.trim(), currency).map_err(|_| inner.error("not an exact, plain, non-negative amount"))
    }

    /// Returns a point in time: Unix seconds as text or number, cut to whole seconds. An unreadable or absurd one
    /// counts as absent.
    pub(super) fn opt_epoch(&self) -> Option<Timestamp> {
        let digits = self.opt_amount_digits()?;
        let digits = digits.trim();
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return None;
        }
        // The limit is the last second of the year 9999.
        whole.parse().ok().filter(|seconds| (1..=253_402_300_799).contains(seconds)).map(Timestamp::from_secs)
    }
}

/// Returns a field by its name in either casing, the exact spelling first. Of several fields of one name the last one
/// counts.
pub(super) fn field<'a, V>(fields: &'a [(String, V)], name: &str) -> Option<&'a V> {
    let find = |is_it: &dyn Fn(&str) -> bool| fields.iter().rev().find(|(spelt, _)| is_it(spelt));
    let found = find(&|spelt| spelt == name).or_else(|| find(&|spelt| is_same_name(spelt, name)));
    found.map(|(_, value)| value)
}

/// Returns whether two names of a field differ in case, underscores and hyphens only, so that they are one name.
pub fn is_same_name(a: &str, b: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase())
    }
    a.len().abs_diff(b.len()) <= 4 && letters(a).eq(letters(b))
}
