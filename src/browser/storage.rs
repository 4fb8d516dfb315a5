//! Small values in `localStorage` under the prefix `cr-widget:`, or in memory where the browser refuses.

use core::cell::RefCell;
use std::collections::BTreeMap;

use crate::app::ports::Storage;

/// Every key of ours starts with this; nothing else is read or written.
pub const PREFIX: &str = "cr-widget:";

/// Longer values are not ours and are taken for absent, in UTF-8 bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// `localStorage`; what it will not take (private windows, full quota, sandboxed frames) is kept in memory for as long as the page lives.
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

/// The key as the browser stores it.
pub(super) fn full(key: &str) -> String {
    format!("{PREFIX}{key}")
}

/// `localStorage`, unless the browser refuses.
pub(super) fn local() -> Option<web_sys::Storage> {
    crate::dom::window()?.local_storage().ok()?
}
