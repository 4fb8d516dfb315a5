//! The server's clock, the tick, and what the events of the page mean for them.

use core::time::Duration;

use cr_core::{order::Order, time::Timestamp};
use leptos::prelude::*;

use super::{Slot, Store};
use crate::app::ports::PageEvent;

impl Store {
    /// Returns the server's time now, from its clock as last seen, or the device's time when it was never seen. It is
    /// never before [`Self::earliest_now`].
    pub fn server_now(self) -> Timestamp {
        let Some(inner) = self.inner() else { return Timestamp::from_millis(0) };
        let now = inner.server.get().map_or_else(|| inner.ports.clock.wall(), |seen| self.since(seen));
        now.max(self.earliest_now())
    }

    /// Returns the earliest time that the server's clock may show: the latest time that an order has carried, and what
    /// has passed since that order came.
    pub fn earliest_now(self) -> Timestamp {
        let past = self.inner().and_then(|inner| inner.past.get());
        past.map_or(Timestamp::from_millis(0), |past| self.since(past))
    }

    /// Returns whether a time of the server's clock was seen. Tracked.
    pub fn has_server_clock(self) -> bool {
        self.server_offset.try_with(Option::is_some).unwrap_or(false)
    }

    fn since(self, (at, heard): (Timestamp, Duration)) -> Timestamp {
        at.plus(self.monotonic().saturating_sub(heard))
    }

    /// Returns the time of the monotonic clock now.
    pub fn monotonic(self) -> Duration {
        self.inner().map_or(Duration::ZERO, |inner| inner.ports.clock.monotonic())
    }

    /// Returns a signal that changes about once a second while the page is visible, for ages and countdowns.
    pub fn tick(self) -> Signal<u32> {
        if let Some(inner) = self.inner()
            && !inner.is_ticking.replace(true)
        {
            self.arm_tick();
        }
        self.ticks.into()
    }

    /// Notes a time of the server's clock. It is exact to the second, and the middle of that second is the best
    /// estimate.
    pub(super) fn note_server_time(self, date: Timestamp) {
        let Some(inner) = self.inner() else { return };
        let at = date.plus(Duration::from_millis(500));
        inner.server.set(Some((at, inner.ports.clock.monotonic())));
        let offset = at.millis().saturating_sub(inner.ports.clock.wall().millis());
        self.server_offset.try_set(Some(offset));
    }

    /// Notes the latest time that an order carries, since what has happened lies in the past.
    pub(super) fn note_past(self, order: &Order) {
        let Some(inner) = self.inner() else { return };
        let last = order.updated_at.max(order.payment_requested_at).max(order.created_at);
        if let Some(last) = last.filter(|last| *last > self.earliest_now()) {
            inner.past.set(Some((last, inner.ports.clock.monotonic())));
        }
    }

    fn arm_tick(self) {
        self.later(Slot::Tick, Duration::from_secs(1), move || {
            self.ticks.try_update(|ticks| *ticks = ticks.wrapping_add(1));
            if self.inner().is_some_and(|inner| inner.ports.lifecycle.is_visible()) {
                self.arm_tick();
            }
        });
    }

    /// Handles an event of the page.
    pub(super) fn page(self, event: PageEvent) {
        let Some(inner) = self.inner() else { return };
        // This comes before anything is requested or shown, since the order may have been forgotten while this page was
        // suspended.
        self.heed_forgetting();
        match event {
            PageEvent::Online => self.retry_unreached(),
            PageEvent::Visible | PageEvent::Woke => {
                if event == PageEvent::Woke
                    && let Some(offset) = self.server_offset.try_get_untracked().flatten()
                {
                    // The monotonic clock may have stood still in sleep; the device's own ran on, unless it was set
                    // back.
                    let at = Timestamp::from_millis(inner.ports.clock.wall().millis().saturating_add(offset));
                    let at = at.max(self.server_now());
                    inner.server.set(Some((at, inner.ports.clock.monotonic())));
                }
                self.ticks.try_update(|ticks| *ticks = ticks.wrapping_add(1));
                if inner.is_ticking.get() {
                    self.arm_tick();
                }
                self.refresh_quote();
                self.heed_stored();
                self.refresh_resumable();
            }
            PageEvent::Hidden => inner.slots.clear(Slot::Tick),
            PageEvent::Nudge => {
                self.heed_stored();
                self.refresh_resumable();
            }
            PageEvent::Offline => {}
        }
        if let Some(follower) = inner.follower.borrow().as_ref().and_then(|followed| followed.follower.as_ref()) {
            follower.page(event);
        }
    }
}
