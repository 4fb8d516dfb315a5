//! Puts away what nobody else should see once the shopper has left the page.

use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};

/// Calls `put_away` when the page is hidden or left, and when it is seen again, for as long as the present owner lives:
/// a page in the background, or in the picture of a task switcher, shows no code.
pub(crate) fn when_page_hides(put_away: impl Fn() + Copy + 'static) {
    for event in ["visibilitychange", "pagehide"] {
        let handle = window_event_listener_untyped(event, move |_| put_away());
        on_cleanup(move || handle.remove());
    }
}
