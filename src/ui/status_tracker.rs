//! A payment is on its way: where the order stands, what happens next and when to worry.

use cr_core::order::Stage;
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    expect_i18n, expect_store,
    health_line::HealthLine,
    order_path::OrderPath,
    parts::{ActionBar, Look, ScreenHead, expect_announcer},
    support::SupportLine,
    trouble::{check_now, elsewhere},
};

/// Follows an order between its payment and its goods.
#[component]
pub fn StatusTracker() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let is_confirmed = Memo::new(move |_| {
        store.checkout.with(|checkout| matches!(checkout.stage(), Some(Stage::Delivering | Stage::Done { .. })))
    });
    let words = move |seen: &'static str, confirmed: &'static str| {
        move || i18n.t(if is_confirmed.get() { confirmed } else { seen })
    };
    let now = words("track.seen.now", "track.confirmed.now");
    Effect::new(move || announcer.say(now()));
    view! {
        <section class="status-tracker flow column" part="status-tracker" data-testid="status-tracker">
            <ScreenHead title=move || i18n.t("track.title") step=6 />
            <div class="screen-body">
                <p class="status-now">{now}</p>
                <OrderPath />
                <p class="status-next">{words("track.seen.next", "track.confirmed.next")}</p>
                <p class="hint">{words("track.seen.worry", "track.confirmed.worry")}</p>
                <HealthLine />
                <WalletNews /> <SupportLine />
                {elsewhere()}
            </div>
            <ActionBar>{check_now(Look::Secondary)}</ActionBar>
        </section>
    }
}
