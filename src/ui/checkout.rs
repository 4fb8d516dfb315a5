//! The frame around the screens: the brands, or the purchase once it is there, and what stands around both.

use leptos::{ev, prelude::*};

use super::{
    brand_grid::{BrandGrid, GridMemory},
    expect_i18n, expect_shop,
    parts::{Announcer, Button, Glyph, Icon, LiveRegion, Look, Notice, ScreenHead, Skeleton, Steps, Tone},
};
use crate::{app::shop::Stage, browser::focus};

/// What the purchase has to show; in context as a signal that is empty until it is there.
#[derive(Clone, Copy)]
pub struct Views {
    /// The screen it is at.
    pub purchase: fn() -> AnyView,
    /// What it shows above the brands.
    pub above_grid: fn() -> AnyView,
}

/// The checkout of one element. Wants [`crate::app::Shop`], [`crate::i18n::I18n`] and a `RwSignal` of [`Views`] in context.
#[component]
pub fn CheckoutView() -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    provide_context(Announcer::new());
    let steps = Steps::new();
    provide_context(steps);
    provide_context(GridMemory::new());
    Effect::new(move |before: Option<Stage>| {
        let now = shop.stage.get();
        if before.is_some_and(|before| before != now) {
            steps.set_moved();
        }
        now
    });
    view! {
        <div
            class="checkout"
            part="checkout"
            lang=move || i18n.lang().to_string()
            dir=move || if i18n.is_rtl() { "rtl" } else { "ltr" }
            on:keydown=keep_typing
            on:keyup=keep_typing
        >
            <div class="frame" part="frame">
                <div class="offline" role="status">
                    {move || {
                        (!shop.online.get())
                            .then(|| {
                                view! {
                                    <p class="offline-text">
                                        <Icon glyph=Glyph::Offline />
                                        <span>{move || i18n.t("frame.offline")}</span>
                                    </p>
                                }
                            })
                    }}
                </div>
                {move || show(shop.stage.get())}
                <Foot />
            </div>
            <LiveRegion />
        </div>
    }
}

/// What is typed here is none of the page's business: to its shortcuts a key in our fields would look like one outside any.
fn keep_typing(event: ev::KeyboardEvent) {
    if focus::is_typing(&event) {
        event.stop_propagation();
    }
}

fn show(stage: Stage) -> AnyView {
    let views: RwSignal<Option<Views>> = expect_context();
    let screen = match stage {
        Stage::Grid => {
            let above = move || views.get().map(|views| (views.above_grid)());
            view! {
                {above}
                <BrandGrid />
            }
            .into_any()
        }
        Stage::Opening => opening(),
        Stage::Stuck => stuck(),
        // It brings its own box, one a screen.
        Stage::Purchase => return (move || views.get().map(|views| (views.purchase)())).into_any(),
    };
    view! { <div class="screen" part="screen">{screen}</div> }.into_any()
}

/// A brand was chosen, and the purchase is on its way.
fn opening() -> AnyView {
    let i18n = expect_i18n();
    view! {
        <ScreenHead title=move || i18n.t("shell.loading") back=true />
        <div class="opening" role="status" aria-label=move || i18n.t("shell.loading")>
            <Skeleton lines=4 />
        </div>
    }
    .into_any()
}

/// The purchase could not be loaded.
fn stuck() -> AnyView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    view! {
        <ScreenHead title=move || i18n.t("error.unreachable.title") back=true />
        <Notice tone=Tone::Warn title=move || i18n.t("shell.failed") alert=true>
            <Button
                label=move || i18n.t("error.retry")
                look=Look::Secondary
                icon=Glyph::Refresh
                on_press=move |(): ()| shop.load_beyond()
            />
        </Notice>
    }
    .into_any()
}

/// Who sells, and the partner's links.
#[component]
fn Foot() -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let link = move |href: Option<String>, words: fn(crate::i18n::I18n) -> String| {
        href.map(|href| {
            view! {
                <a class="foot-link" href=href target="_blank" rel="noopener">
                    {move || words(i18n)}
                </a>
            }
        })
    };
    view! {
        <div class="foot" part="footer">
            <span>{move || i18n.t("frame.seller")}</span>
            {move || {
                let links = shop.config.with(|config| config.links.clone());
                (
                    link(links.terms, |i18n| i18n.t("frame.terms")),
                    link(links.privacy, |i18n| i18n.t("frame.privacy")),
                    link(links.support, |i18n| i18n.t("frame.support")),
                )
            }}
        </div>
    }
}
