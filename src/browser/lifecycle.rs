//! The life of the page: visibility, connection, sleep, and messages of other tabs.

use core::{cell::Cell, cell::RefCell, time::Duration};
use std::rc::{Rc, Weak};

use cr_core::time::Timestamp;
use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, EventTarget, PageTransitionEvent};

use super::{clock::BrowserClock, others};
use crate::{
    app::ports::{Clock, Guard, Lifecycle, PageEvent},
    dom::{is_visible, listener::Listener, window},
};

/// The channel on which tabs of this origin ask each other to read their orders again, and nothing else.
const CHANNEL: &str = "cr-widget";
/// How often the clocks are compared while the page is visible.
const PULSE: Duration = Duration::from_secs(2);
/// If the clocks drift apart by more than this, the device slept or a clock was set.
const GAP: Duration = Duration::from_secs(2);
/// If a pulse comes this late in a visible page, the device slept.
const LATE: Duration = Duration::from_secs(10);

/// Watches the life of the page by the events `visibilitychange`, `online`, `offline`, `pageshow`, `pagehide`, `freeze`
/// and `resume`, and by the clocks.
#[derive(Debug)]
pub struct PageLifecycle {
    /// One channel for sending and receiving, since a channel does not receive its own messages.
    channel: Option<BroadcastChannel>,
}

impl PageLifecycle {
    /// Joins the channel of this origin's tabs.
    pub fn new() -> Self {
        Self { channel: BroadcastChannel::new(CHANNEL).ok() }
    }
}

impl Default for PageLifecycle {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for PageLifecycle {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

impl Lifecycle for PageLifecycle {
    fn watch(&self, on_event: Rc<dyn Fn(PageEvent)>) -> Box<dyn Guard> {
        Box::new(Watch::start(on_event, self.channel.as_ref()))
    }

    fn is_visible(&self) -> bool {
        is_visible()
    }

    fn is_online(&self) -> bool {
        window().is_none_or(|window| window.navigator().on_line())
    }

    fn nudge(&self) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&"nudge".into());
        }
    }

    fn tell_forgotten(&self, until: Timestamp) {
        // Tabs of earlier releases look into the storage themselves.
        self.nudge();
        if let Ok(channel) = BroadcastChannel::new(others::CHANNEL) {
            let _ = channel.post_message(&others::all_until(until).into());
            channel.close();
        }
    }
}

/// The listeners and timers of one watcher. Dropping it removes them.
struct Watch {
    state: Rc<State>,
    _listeners: Vec<Listener>,
}

struct State {
    on_event: Rc<dyn Fn(PageEvent)>,
    /// The times of both clocks when they were last read.
    seen: Cell<(Timestamp, Duration)>,
    pulse: RefCell<Option<Box<dyn Guard>>>,
}

impl Guard for Watch {}

impl Drop for Watch {
    fn drop(&mut self) {
        self.state.pulse.borrow_mut().take();
    }
}

impl Watch {
    fn start(on_event: Rc<dyn Fn(PageEvent)>, channel: Option<&BroadcastChannel>) -> Self {
        let state = Rc::new(State { on_event, seen: Cell::new(now()), pulse: RefCell::new(None) });
        let mut listeners = Vec::new();
        if let Some(window) = window() {
            let document: Option<EventTarget> = window.document().map(Into::into);
            let mut listen = |target: &EventTarget, name: &'static str, act: fn(&Rc<State>, &web_sys::Event)| {
                let state = Rc::clone(&state);
                listeners.push(Listener::new(target, name, move |event| act(&state, &event)));
            };
            listen(&window, "online", |state, _| (state.on_event)(PageEvent::Online));
            listen(&window, "offline", |state, _| (state.on_event)(PageEvent::Offline));
            listen(&window, "pagehide", |state, _| state.hide());
            listen(&window, "pageshow", |state, event| {
                // Only a page that comes back from the back/forward cache was suspended.
                if event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted) {
                    State::wake(state);
                }
            });
            if let Some(document) = document {
                listen(&document, "visibilitychange", |state, _| {
                    if is_visible() {
                        State::show(state);
                    } else {
                        state.hide();
                    }
                });
                listen(&document, "freeze", |state, _| state.hide());
                listen(&document, "resume", |state, _| State::wake(state));
            }
        }
        if let Some(channel) = channel {
            let state = Rc::clone(&state);
            listeners.push(Listener::new(channel, "message", move |_| (state.on_event)(PageEvent::Nudge)));
        }
        if is_visible() {
            State::arm(&state);
        }
        Self { state, _listeners: listeners }
    }
}

impl State {
    /// Reports that the page is visible, and whether the device slept.
    fn show(state: &Rc<Self>) {
        let slept = state.slept(None);
        Self::arm(state);
        (state.on_event)(PageEvent::Visible);
        if slept {
            (state.on_event)(PageEvent::Woke);
        }
    }

    /// Reports that the page is back after it was frozen or in the back/forward cache.
    fn wake(state: &Rc<Self>) {
        state.seen.set(now());
        if is_visible() {
            Self::arm(state);
            (state.on_event)(PageEvent::Visible);
        }
        (state.on_event)(PageEvent::Woke);
    }

    fn hide(&self) {
        self.pulse.borrow_mut().take();
        (self.on_event)(PageEvent::Hidden);
    }

    /// Sets the timer of the next pulse.
    fn arm(state: &Rc<Self>) {
        let weak = Rc::downgrade(state);
        let pulse = BrowserClock.after(PULSE, Box::new(move || Self::beat(&weak)));
        *state.pulse.borrow_mut() = Some(pulse);
    }

    fn beat(weak: &Weak<Self>) {
        let Some(state) = weak.upgrade() else { return };
        let slept = state.slept(Some(LATE));
        Self::arm(&state);
        if slept {
            (state.on_event)(PageEvent::Woke);
        }
    }

    /// Returns whether the clocks show that the device slept since they were last read. Depending on the system,
    /// `performance.now` stands still during sleep or runs on. The first shows as a gap between the clocks, the second
    /// as a pulse that came later than `late`.
    fn slept(&self, late: Option<Duration>) -> bool {
        let (wall, monotonic) = now();
        let (seen_wall, seen_monotonic) = self.seen.replace((wall, monotonic));
        let by_monotonic = monotonic.saturating_sub(seen_monotonic);
        let forward = wall.since(seen_wall);
        let back = seen_wall.since(wall);
        forward.abs_diff(by_monotonic) > GAP || back > GAP || late.is_some_and(|late| by_monotonic > late)
    }
}

fn now() -> (Timestamp, Duration) {
    (BrowserClock.wall(), BrowserClock.monotonic())
}
