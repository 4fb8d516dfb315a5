//! Server-sent events of an order, by `EventSource`.
//!
//! The browser's own reconnecting is never used: on any error the source is closed at once, and the tracker decides
//! when to open it again.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Event, EventSource, EventSourceInit, MessageEvent};

use super::listeners::Listeners;
use crate::{
    app::ports::{Guard, StreamEvent, Streams},
    dom::listener::Listener,
};

/// The longest event that is copied into the memory of the wasm module, in UTF-16 units. A longer one is reported as an
/// empty message, which cannot be parsed.
const LONGEST_EVENT: u32 = 256 * 1024;

/// Opens streams below the proxy's base URL.
#[derive(Clone, Debug)]
pub struct OrderStreams {
    base: String,
    include_credentials: bool,
}

impl OrderStreams {
    /// Makes streams from `base` (no trailing slash). With `include_credentials`, cookies are sent to another origin
    /// too.
    pub fn new(base: &str, include_credentials: bool) -> Self {
        Self { base: base.to_owned(), include_credentials }
    }
}

impl Streams for OrderStreams {
    fn open(&self, path: String, on_event: Rc<dyn Fn(StreamEvent)>) -> Box<dyn Guard> {
        let init = EventSourceInit::new();
        init.set_with_credentials(self.include_credentials);
        let Ok(source) = EventSource::new_with_event_source_init_dict(&format!("{}{path}", self.base), &init) else {
            on_event(StreamEvent::Error);
            return Box::new(Listeners::new(Vec::new()));
        };
        let listen = |name: &'static str, report: fn(&Event) -> Option<StreamEvent>| {
            let on_event = Rc::clone(&on_event);
            Listener::new(&source, name, move |event| {
                if let Some(event) = report(&event) {
                    on_event(event);
                }
            })
        };
        let on_error = {
            let (source, on_event) = (source.clone(), Rc::clone(&on_event));
            Listener::new(&source.clone(), "error", move |event| {
                if is_of_connection(&event) && source.ready_state() != EventSource::OPEN {
                    source.close();
                    on_event(StreamEvent::Error);
                }
            })
        };
        let listeners = vec![
            listen("open", |event| is_of_connection(event).then_some(StreamEvent::Opened)),
            listen("message", |event| data(event).map(StreamEvent::Message)),
            listen("ping", |event| Some(StreamEvent::Ping(data(event).unwrap_or_default()))),
            listen("stop", |_| Some(StreamEvent::Stop)),
            on_error,
        ];
        Box::new(LiveStream { source, _listeners: Listeners::new(listeners) })
    }
}

/// A live connection. Dropping it closes the connection; no event arrives after that.
struct LiveStream {
    source: EventSource,
    _listeners: Listeners,
}

impl Guard for LiveStream {}

impl Drop for LiveStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Returns whether an event is about the connection itself. An event that the server named `open` or `error` has the
/// same type, but is a message and says nothing about the connection.
fn is_of_connection(event: &Event) -> bool {
    event.dyn_ref::<MessageEvent>().is_none()
}

/// Returns the text of a message.
fn data(event: &Event) -> Option<String> {
    let data = event.dyn_ref::<MessageEvent>()?.data().dyn_into::<js_sys::JsString>().ok()?;
    Some(if data.length() > LONGEST_EVENT { String::new() } else { String::from(data) })
}
