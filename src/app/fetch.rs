//! Reads of the proxy: each is tried a second time after no answer or a server error, and a failure is returned as a
//! [`Trouble`].

use core::time::Duration;
use std::rc::Rc;

use cr_core::{backoff::Backoff, problem::Refusal, wire::AnswerError};

use super::{
    load::Trouble,
    ports::{Answer, Api, Clock, Local, NoAnswer, Ports, Random},
    sleep::sleep,
};

/// How often one read is tried at most.
const TRIES: u32 = 2;
/// The wait before the second try.
const PATIENCE: Backoff =
    Backoff { floor: Duration::from_millis(300), first: Duration::from_millis(1_500), cap: Duration::from_secs(5) };

/// The ports that a read needs, owned by its future.
#[derive(Clone)]
pub(super) struct Reader {
    api: Rc<dyn Api>,
    clock: Rc<dyn Clock>,
    random: Rc<dyn Random>,
}

impl Reader {
    pub(super) fn new(ports: &Ports) -> Self {
        Self { api: Rc::clone(&ports.api), clock: Rc::clone(&ports.clock), random: Rc::clone(&ports.random) }
    }

    /// Reads `path`, and tries once more after a status of 5xx or no answer. Returns the last answer, whatever its
    /// status.
    pub(super) fn get(&self, path: String) -> Local<Result<Answer, NoAnswer>> {
        let reader = self.clone();
        Box::pin(async move {
            let mut attempt = 0;
            loop {
                let answer = reader.api.get(path.clone()).await;
                attempt += 1;
                let is_worth_another = match &answer {
                    Ok(answer) => answer.status >= 500 && answer.retry_after.is_none(),
                    Err(NoAnswer) => true,
                };
                if !is_worth_another || attempt >= TRIES {
                    return answer;
                }
                sleep(&*reader.clock, PATIENCE.wait(attempt - 1, reader.random.next_u32())).await;
            }
        })
    }
}

/// Returns why a read failed that got an answer.
pub(super) fn trouble(answer: &Answer, error: AnswerError) -> Trouble {
    if answer.status == 429 || answer.status == 503 && answer.retry_after.is_some() {
        return Trouble::Busy(answer.retry_after);
    }
    match error {
        _ if answer.status >= 500 => Trouble::Unreachable,
        AnswerError::Refused(Refusal::Problems(problems)) => Trouble::Refused(problems),
        AnswerError::Refused(Refusal::Http { status: 404 }) => Trouble::NotFound,
        AnswerError::Refused(Refusal::Http { .. }) | AnswerError::Undecodable(_) => Trouble::Unreachable,
    }
}

/// Returns a path with its query, with the values percent-encoded (RFC 3986 §2.3). Absent values are left out.
pub(super) fn path(path: &str, query: &[(&str, Option<&str>)]) -> String {
    let mut whole = path.to_owned();
    let mut mark = '?';
    for (name, value) in query {
        if let Some(value) = value {
            whole.push(mark);
            whole.push_str(name);
            whole.push('=');
            encode(value, &mut whole);
            mark = '&';
        }
    }
    whole
}

fn encode(value: &str, into: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(char::from(HEX[usize::from(byte >> 4)]));
            into.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded_and_absent_values_left_out() {
        type Query = &'static [(&'static str, Option<&'static str>)];
        let table: [(Query, &str); 4] = [
            (&[], "/p"),
            (&[("a", Some("Café & Co"))], "/p?a=Caf%C3%A9%20%26%20Co"),
            (&[("a", None), ("b", Some("x=1?#/"))], "/p?b=x%3D1%3F%23%2F"),
            (&[("a", Some("Az09-._~")), ("b", Some(""))], "/p?a=Az09-._~&b="),
        ];
        for (query, expected) in table {
            assert_eq!(path("/p", query), expected, "{query:?}");
        }
    }
}
