//! The messages of one language, by key.

use cr_core::json::{self, Value};

/// Keys and messages, sorted by key.
#[derive(Clone, Default)]
pub(super) struct Messages(Vec<(String, String)>);

impl Messages {
    /// Reads a JSON object of strings. Values that are not strings are left out; anything that is not an object holds
    /// no messages.
    pub(super) fn parse(file: &str) -> Self {
        let mut messages = Self::default();
        messages.add(file);
        messages
    }

    /// Adds messages, which replace those of the same key.
    pub(super) fn add(&mut self, file: &str) {
        let Ok(Value::Object(fields)) = json::parse(file) else { return };
        for (key, message) in fields {
            let Value::String(message) = message else { continue };
            // The files are sorted, so most messages are inserted at the end.
            match self.place(&key) {
                Ok(at) => self.0.get_mut(at).into_iter().for_each(|(_, known)| message.clone_into(known)),
                Err(at) => self.0.insert(at, (key, message)),
            }
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let at = self.place(key).ok()?;
        self.0.get(at).map(|(_, message)| message.as_str())
    }

    /// Returns where a key is, or where it would be.
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_read_holds_no_messages() {
        for file in ["", "null", "[]", "7", "<html>", "{\"a\":\"b\""] {
            assert!(Messages::parse(file).0.is_empty(), "{file}");
        }
    }

    #[test]
    fn messages_are_found_whatever_the_order_of_the_file() {
        let messages = Messages::parse(r#"{"b":"2","a.b":"1","c":7,"a":"0","b":"3"}"#);
        let found = ["a", "a.b", "b", "c", ""].map(|key| messages.get(key));
        assert_eq!(found, [Some("0"), Some("1"), Some("3"), None, None]);
    }

    #[test]
    fn added_messages_replace_and_join_the_others() {
        let mut messages = Messages::parse(r#"{"a":"1","c":"3"}"#);
        messages.add(r#"{"b":"2","c":"4"}"#);
        messages.add("no file");
        assert_eq!(["a", "b", "c"].map(|key| messages.get(key)), [Some("1"), Some("2"), Some("4")]);
    }

    #[test]
    fn the_files_are_read_in_full() {
        for file in [include_str!("locales/en.json"), include_str!("locales/it.json"), include_str!("locales/ja.json")]
        {
            let expected: std::collections::BTreeMap<String, String> = serde_json::from_str(file).unwrap();
            let messages = Messages::parse(file).0;
            assert!(messages.iter().map(|(key, message)| (key, message)).eq(&expected));
        }
    }
}
