//! Small values in `localStorage` under the prefix `cr-widget:`, or in memory where the browser refuses to store.

use core::cell::RefCell;
use std::collections::BTreeMap;

use crate::app::ports::Storage;

/// The prefix of every key of the widget; no other key is read or written.
pub const PREFIX: &str = "cr-widget:";

/// The longest value that is read, in UTF-8 bytes. A longer one was not written by the widget and is treated as absent.
pub(super) const LONGEST: usize = 64 * 1024;

/// The storage port, by `localStorage`. What the browser refuses to store (in private windows, with a full quota, in
/// sandboxed frames) is kept in memory for as long as the page lives.
#[derive(Debug, Default)]
pub struct LocalStore {
    memory: RefCell<BTreeMap<String, String>>,
}

impl Storage for LocalStore {
    fn get(&self, key: &str) -> Option<String> {
        if let Some(value) = self.memory.borrow().get(key) {
            return Some(value.clone());
        }
        local()?.get_item(&full(key)).ok()?.filter(|value| value.len() <= LONGEST)
    }

    fn set(&self, key: &str, value: &str) {
        let kept = local().is_some_and(|local| local.set_item(&full(key), value).is_ok());
        let mut memory = self.memory.borrow_mut();
        if kept {
            memory.remove(key);
        } else {
            memory.insert(key.to_owned(), value.to_owned());
        }
    }

    fn remove(&self, key: &str) {
        self.memory.borrow_mut().remove(key);
        if let Some(local) = local() {
            let _ = local.remove_item(&full(key));
        }
    }
}

/// Returns the key with its prefix, as the browser stores it.
pub(super) fn full(key: &str) -> String {
    format!("{PREFIX}{key}")
}

/// Returns `localStorage`, unless the browser refuses access.
pub(super) fn local() -> Option<web_sys::Storage> {
    crate::dom::window()?.local_storage().ok()?
}
