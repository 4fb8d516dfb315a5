//! Orders of earlier visits that have not ended, offered above the brands.

use cr_core::{order::OrderId, tracking::Health};
use leptos::prelude::*;

use super::order_actions::check_now;
use crate::{
    app::memory::Resumable,
    ui::{
        expect_i18n, expect_store,
        parts::{
            Button, CopyButton, Glyph, Icon, Look, Notice, Skeleton, Tone,
            message::{isolate, line, say},
            support::support_link,
        },
    },
};

/// The stored orders, each to be opened or forgotten, and the one being opened. Draws nothing when there are none.
#[component]
pub fn ResumeBanner() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let orders = Memo::new(move |_| {
        let opening = store.resuming.get();
        let mut orders = store.resumable.get();
        orders.retain(|order| opening.as_ref() != Some(&order.id));
        orders
    });
    let title =
        move || i18n.t(if orders.with(|orders| orders.len() > 1) { "resume.title_many" } else { "resume.title" });
    let opening = move || store.resuming.get().map(|id| view! { <Opening id /> });
    let list = move || {
        orders.with(|orders| !orders.is_empty()).then(|| {
            view! {
                <section class="resume-banner" part="resume-banner" aria-label=title data-testid="resume-banner">
                    <p class="resume-title">
                        <Icon glyph=Glyph::Receipt />
                        <span>{title}</span>
                    </p>
                    <ul class="resume-list">{orders.get().into_iter().map(|order| view! { <Stored order /> }).collect_view()}</ul>
                </section>
            }
        })
    };
    let forgotten = move || {
        store.forgotten.get().map(|reference| {
            let link = support_link(Some(&reference));
            let reference = isolate(i18n, &reference);
            view! {
                <Notice
                    tone=Tone::Info
                    title=move || i18n.tf("resume.forgotten", &[("reference", &reference)])
                    alert=true
                >
                    {line("notice-line", "resume.forgotten_do")} {link}
                </Notice>
            }
        })
    };
    view! {
        {forgotten}
        {opening}
        {list}
    }
}

/// How far the opening of an order has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// The order was asked for.
    Asking,
    /// The order cannot be read at the moment.
    Unreachable,
    /// It cannot be found.
    Gone,
    /// The shop does not let this page read it.
    Forbidden,
}

const fn reach(health: Health) -> Reach {
    match health {
        Health::Connecting | Health::Live | Health::Polling | Health::Ended => Reach::Asking,
        Health::CatchingUp | Health::Offline => Reach::Unreachable,
        Health::NotFound => Reach::Gone,
        Health::Forbidden => Reach::Forbidden,
    }
}

/// The order that was asked for and has not arrived yet.
#[component]
fn Opening(id: OrderId) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let state = Memo::new(move |_| reach(store.health.get()));
    let reference = StoredValue::new(isolate(i18n, &id.reference()));
    let id = StoredValue::new(id);
    let named =
        move |key: &'static str| move || reference.with_value(|reference| i18n.tf(key, &[("reference", reference)]));
    let leave = move |_: ()| store.start_over();
    let forget = move |_: ()| {
        store.forget(Some(id.get_value()));
        store.start_over();
    };
    move || {
        match state.get() {
        Reach::Asking => view! {
            <section class="resume-banner" aria-busy="true">
                <p role="status">{named("resume.opening")}</p>
                <Skeleton lines=1 />
            </section>
        }
        .into_any(),
        Reach::Unreachable => view! {
            <Notice tone=Tone::Warn title=named("resume.failed") alert=true>
                {line("notice-line", "resume.failed_do")}
                <div class="support-actions">
                    {check_now(Look::Secondary)} <Button label=say("track.elsewhere") look=Look::Quiet on_press=leave />
                </div>
            </Notice>
        }
        .into_any(),
        Reach::Gone => view! {
            <Notice tone=Tone::Warn title=named("resume.gone") alert=true>
                {line("notice-line", "resume.gone_do")}
                <div class="support-actions">
                    <CopyButton value=Signal::derive(move || id.with_value(|id| id.expose().to_owned())) label=say("track.copy_id") />
                    {check_now(Look::Secondary)}
                    <Button label=say("track.elsewhere") look=Look::Quiet on_press=leave />
                    <Button label=say("resume.forget") look=Look::Quiet on_press=forget />
                </div>
                {id.with_value(|id| support_link(Some(&id.reference())))}
            </Notice>
        }
        .into_any(),
        // It is asked for again: nothing is forgotten for that.
        Reach::Forbidden => view! {
            <Notice tone=Tone::Warn title=say("trouble.forbidden.title") alert=true>
                {line("notice-line", "trouble.forbidden.next")}
                <div class="support-actions">
                    <CopyButton value=Signal::derive(move || id.with_value(|id| id.expose().to_owned())) label=say("track.copy_id") />
                    {check_now(Look::Secondary)}
                    <Button label=say("track.elsewhere") look=Look::Quiet on_press=leave />
                </div>
                {id.with_value(|id| support_link(Some(&id.reference())))}
            </Notice>
        }
        .into_any(),
    }
    }
}

#[component]
fn Stored(order: Resumable) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let Resumable { id, stored_at } = order;
    let reference = StoredValue::new(isolate(i18n, &id.reference()));
    let id = StoredValue::new(id);
    let named = move |key: &'static str| {
        Signal::derive(move || reference.with_value(|reference| i18n.tf(key, &[("reference", reference)])))
    };
    let line = move || {
        let when = i18n.date_time(stored_at);
        reference.with_value(|reference| i18n.tf("resume.line", &[("reference", reference), ("when", &when)]))
    };
    view! {
        <li class="resume-row">
            <span class="resume-line">{line}</span>
            <Button
                label=move || i18n.t("resume.open")
                full_name=named("resume.open_which")
                on_press=move |_: ()| store.open_stored(id.get_value())
            />
            <Button
                label=move || i18n.t("resume.forget")
                look=Look::Quiet
                full_name=named("resume.forget_which")
                on_press=move |_: ()| store.forget(Some(id.get_value()))
            />
        </li>
    }
}
