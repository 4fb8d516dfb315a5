//! What other pages of this origin, and other elements of this page, do to stored orders.

use std::rc::Rc;

use cr_core::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent, StorageEvent};

use super::{
    listeners::Listeners,
    storage::{LONGEST, full, local},
};
use crate::{
    app::ports::{Elsewhere, Guard, Others},
    dom::{listener::Listener, window},
};

/// The channel for messages about forgotten and stored orders, which names orders by their references. It is not the
/// channel of [`super::lifecycle`]: on that one any message means "read again", to tabs of earlier releases too.
pub(super) const CHANNEL: &str = "cr-widget:forgotten";

/// The character that begins the message of [`all_until`]; it is in no reference.
const ALL: char = '*';

/// Returns the message that all orders were forgotten that were stored by `until`.
pub(super) fn all_until(until: Timestamp) -> String {
    let mut text = String::from(ALL);
    text.push_str(&until.millis().to_string());
    text
}

/// The message that something was stored. It is for elements of the same page, which get no `storage` event for changes
/// by their own page.
const STORED: &str = "";

/// Listens to `storage` events and to a channel of this origin's tabs.
#[derive(Debug)]
pub struct OtherPages {
    channel: Option<BroadcastChannel>,
}

impl OtherPages {
    /// Joins the channel.
    pub fn new() -> Self {
        Self { channel: BroadcastChannel::new(CHANNEL).ok() }
    }
}

impl Default for OtherPages {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for OtherPages {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

impl Others for OtherPages {
    fn watch(&self, on_word: Rc<dyn Fn(Elsewhere)>) -> Box<dyn Guard> {
        let mut listeners = Vec::new();
        if let Some(window) = window() {
            let on_word = Rc::clone(&on_word);
            listeners.push(Listener::new(&window, "storage", move |event| {
                // An event without a key means that the whole storage was cleared.
                let key = event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key);
                if key.is_none_or(|key| key.starts_with(super::storage::PREFIX)) {
                    on_word(Elsewhere::Stored);
                }
            }));
        }
        if let Some(channel) = &self.channel {
            listeners.push(Listener::new(channel, "message", move |event| {
                let text = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string());
                match text.as_deref() {
                    Some(STORED) => on_word(Elsewhere::Stored),
                    Some(text) => on_word(match text.strip_prefix(ALL).map(str::parse) {
                        Some(Ok(until)) => Elsewhere::ForgotAll(Timestamp::from_millis(until)),
                        // A text that begins with `ALL` but has no time may come from a later release. It names no
                        // order that is known here.
                        Some(Err(_)) | None => Elsewhere::Forgot(text.split(' ').map(str::to_owned).collect()),
                    }),
                    // A message that is no string comes from a later release.
                    None => {}
                }
            }));
        }
        Box::new(Listeners::new(listeners))
    }

    fn tell(&self, word: &Elsewhere) {
        let text = match word {
            Elsewhere::Stored => STORED.to_owned(),
            Elsewhere::Forgot(references) => references.join(" "),
            Elsewhere::ForgotAll(until) => all_until(*until),
        };
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&JsValue::from_str(&text));
        }
    }

    fn can_read(&self, key: &str) -> bool {
        let value = local().map(|local| local.get_item(&full(key)));
        // A value that is too long to be written by the widget is present, but is not read.
        matches!(value, Some(Ok(value)) if value.as_ref().is_none_or(|value| value.len() <= LONGEST))
    }
}
