//! How the order is followed right now, and when it was last confirmed. Never hides that the connection is lost.

use core::time::Duration;

use cr_core::tracking::Health;
use leptos::prelude::*;

use super::{expect_i18n, expect_store};

/// One quiet line: a mark, what we do, when we last knew.
#[component]
pub fn HealthLine() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let ago = last_checked();
    let name = move || match store.health.get() {
        Health::Connecting => ("wait", "track.health.connecting"),
        Health::Live => ("live", "track.health.live"),
        Health::Polling => ("live", "track.health.polling"),
        Health::CatchingUp => ("lost", "track.health.catching_up"),
        Health::Offline => ("lost", "track.health.offline"),
        Health::NotFound => ("lost", "track.health.not_found"),
        Health::Forbidden => ("lost", "track.health.forbidden"),
        Health::Ended => ("ended", "track.health.ended"),
    };
    view! {
        <p class="health-line" data-health=move || name().0 data-testid="health">
            <span class={"health-mark"} aria-hidden={"true"}></span>
            <span role="status">{move || i18n.t(name().1)}</span>
            <span class="health-ago">{ago}</span>
        </p>
    }
}

/// "Last checked 3 seconds ago.", ticking; empty while nothing was confirmed.
fn last_checked() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let store = expect_store();
    let i18n = expect_i18n();
    let tick = store.tick();
    move || {
        tick.track();
        let Some(at) = store.confirmed_at.get() else { return String::new() };
        let age = store.monotonic().saturating_sub(at);
        i18n.tf("pay.checked_ago", &[("ago", &i18n.ago(Duration::from_secs(age.as_secs().max(1))))])
    }
}
