//! How the order is followed right now, and when it was last confirmed. A lost connection is never hidden.

use core::time::Duration;

use cr_core::tracking::Health;
use leptos::prelude::*;

use super::screen_choice::{Scene, scene_now};
use crate::ui::{expect_i18n, expect_store};

/// One quiet line: a mark, what we are doing, and when we last knew the order's state. `data-health` names the health.
/// The mark is good while the order is live, which the tracker says only of what was confirmed lately.
#[component]
pub fn HealthLine() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let ago = last_checked();
    let waits_for_payment =
        Memo::new(move |_| !store.money_seen.get() && matches!(scene_now(store), Some(Scene::Pay(_))));
    let name = move || match store.health.get() {
        Health::Connecting => ("connecting", "track.health.connecting"),
        Health::Live if waits_for_payment.get() => ("live", "track.health.live"),
        Health::Live => ("live", "track.health.watching"),
        Health::Polling => ("polling", "track.health.polling"),
        Health::CatchingUp => ("catching-up", "track.health.catching_up"),
        Health::Offline => ("offline", "track.health.offline"),
        Health::NotFound => ("not-found", "track.health.not_found"),
        Health::Forbidden => ("forbidden", "track.health.forbidden"),
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

/// Returns the text "Checked 3 seconds ago.", which changes with the time, or an empty text while nothing was
/// confirmed.
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
