//! The screen for a create whose answer was lost or cannot be read: whether the order exists is not known. The create
//! is repeated only where that cannot make a second order.

use cr_core::checkout::Checkout;
use leptos::prelude::*;

use super::problem_screen::told;
use crate::ui::{
    expect_i18n, expect_store,
    parts::{ActionBar, Button, Look, ScreenHead, Tone, message::say, support::support_link, tone_mark::tone_mark},
};

/// What happened, that no money has moved, and the ways on.
#[component]
pub fn CreateUnknown() -> impl IntoView {
    let store = expect_store();
    // While this is on screen, the proxy may report that it keeps idempotency keys.
    let can_retry = Memo::new(move |_| store.can_retry_create());
    let buttons = move || {
        let can_retry = can_retry.get();
        let retry = can_retry.then(|| {
            let ask = move |_: ()| store.retry_create();
            view! { <Button label=say("unknown.retry") look=Look::Primary busy=store.is_retrying_create on_press=ask /> }
        });
        let look = if can_retry { Look::Quiet } else { Look::Primary };
        view! {
            <Button label=say("unknown.over") look on_press=move |_: ()| store.start_over() />
            {retry}
        }
    };
    let i18n = expect_i18n();
    let is_unreadable = Memo::new(move |_| {
        store.checkout.with(|checkout| matches!(checkout, Checkout::CreateUnknown { is_unreadable: true, .. }))
    });
    let happened = move || i18n.t(if is_unreadable.get() { "unknown.happened_unreadable" } else { "unknown.happened" });
    let ways = move || i18n.t(if can_retry.get() { "unknown.next_retry" } else { "unknown.next_stop" });
    view! {
        <section class="trouble flow column" part="trouble" data-testid="create-unknown">
            <ScreenHead title=say("unknown.title") />
            <div class="screen-body">
                {tone_mark(Tone::Warn)}
                <dl class="told">
                    {told("trouble.label.happened", happened.into_any())}
                    {told("trouble.label.money", say("unknown.money").into_any())}
                    {move || can_retry.get().then(|| told("trouble.label.next", say("unknown.next_stop").into_any()))}
                    {told("trouble.label.do", ways.into_any())}
                </dl>
                <div class="support-line">{support_link(None)}</div>
            </div>
            <ActionBar>{buttons}</ActionBar>
        </section>
    }
}
