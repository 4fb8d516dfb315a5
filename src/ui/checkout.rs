//! The root of the tree: the brand grid, or the purchase once its module has loaded, and the frame around both.

use leptos::{either::Either, prelude::*};

use super::{
    context::CheckoutContext,
    expect_checkout,
    grid::brand_grid::BrandGrid,
    parts::{Glyph, Icon, LoadFailed, ScreenHead},
    purchase_slot::PurchaseSlot,
};
use crate::{
    app::shop::{Awaited, OnScreen, PurchaseView},
    dom::{Element, focus, listener::Listener},
};

/// The checkout of one element. It expects a [`CheckoutContext`] in context.
#[component]
pub fn Checkout() -> impl IntoView {
    let CheckoutContext { shop, i18n, announcer, steps, .. } = expect_checkout();
    let mut before = None;
    let mut is_even = false;
    let mut screen = move || {
        let now = shop.on_screen.get();
        // This comes before the new screen is drawn, because the head of that screen reads it.
        if before.replace(now).is_some_and(|before| before != now) {
            steps.set_moved();
        }
        let screen = untrack(|| screen_of(now));
        // Two screens in a row never have the same type: otherwise the renderer would reuse the elements of the first
        // for the second, which would then not fade in.
        is_even = !is_even;
        if is_even { Either::Left(screen) } else { Either::Right(screen) }.into_any()
    };
    let mut is_odd = false;
    view! {
        <div
            class="checkout"
            part="checkout"
            lang=move || i18n.lang().to_string()
            dir=move || if i18n.is_rtl() { "rtl" } else { "ltr" }.to_owned()
            use:keep_to_ourselves
        >
            <div class="frame" part="frame">
                <div class="offline" role="status">
                    {move || {
                        if shop.online.get() { ().into_any() } else { view! { <OfflineLine /> }.into_any() }
                    }}
                </div>
                {move || screen()}
                <Foot />
            </div>
            <div class="visually-hidden" role="status" aria-live="polite">
                // It is a new element each time, as the screens are: it is read out even when the words are the same.
                {move || {
                    let said = announcer.said();
                    is_odd = !is_odd;
                    if said.is_empty() {
                        return ().into_any();
                    }
                    let said = view! { <p>{said}</p> };
                    if is_odd { Either::Left(said) } else { Either::Right(said) }.into_any()
                }}
            </div>
        </div>
    }
}

/// The directive that stops events of the checkout before they reach the page's own listeners.
fn keep_to_ourselves(checkout: Element) {
    let listen = |name, act: fn(leptos::ev::Event)| {
        StoredValue::new_local(Listener::add(&checkout, name, false, Box::new(act)));
    };
    // What is typed here does not concern the page: to its shortcuts, a key pressed in one of our fields would look
    // like one pressed outside any field.
    for name in [
        "keydown",
        "keypress",
        "keyup",
        "beforeinput",
        "input",
        "compositionstart",
        "compositionupdate",
        "compositionend",
    ] {
        listen(name, |event| {
            if focus::is_typing(&event) {
                event.stop_propagation();
            }
        });
    }
    // What is copied does not concern it either: pages that add a line of their own to it would spoil an address.
    for name in ["copy", "cut", "paste"] {
        listen(name, |event| event.stop_propagation());
    }
}

fn screen_of(on_screen: OnScreen) -> AnyView {
    let inside = match on_screen {
        OnScreen::Grid => view! {
            <div class={"place above"}>
                <PurchaseSlot view=PurchaseView::AboveGrid />
            </div>
            <BrandGrid />
        }
        .into_any(),
        OnScreen::Opening => view! { <Opening /> }.into_any(),
        OnScreen::Stuck => view! { <Stuck /> }.into_any(),
        // The purchase draws a box of its own, one for each screen.
        OnScreen::Purchase => return view! { <PurchaseSlot view=PurchaseView::Screen /> }.into_any(),
    };
    view! { <div class="screen" part="screen">{inside}</div> }.into_any()
}

/// The line that is shown while the browser is offline.
#[component]
fn OfflineLine() -> impl IntoView {
    let i18n = expect_checkout().i18n;
    view! {
        <p class="offline-text">
            <Icon glyph=Glyph::Offline />
            <span>{move || i18n.t("frame.offline")}</span>
        </p>
    }
}

/// The screen between the choice of a brand and the arrival of the purchase's module.
#[component]
fn Opening() -> impl IntoView {
    let i18n = expect_checkout().i18n;
    // The placeholders have the shape of what comes: the brand's picture, and values to choose from.
    let blocks: Vec<AnyView> = (0..7).map(|_| view! { <span class={"skeleton-block"}></span> }.into_any()).collect();
    view! {
        <AwaitedHead />
        <div class="opening" role="status" aria-label=move || i18n.t("shell.loading")>
            {blocks.into_any()}
        </div>
    }
}

/// The screen that is shown when the purchase could not be loaded.
#[component]
fn Stuck() -> impl IntoView {
    let shop = expect_checkout().shop;
    view! {
        <AwaitedHead />
        <LoadFailed trouble=shop.unanswered() on_retry=move |(): ()| shop.retry() />
    }
}

/// The head of the screen that is to be opened, with the way back.
#[component]
fn AwaitedHead() -> impl IntoView {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    let awaited = shop.awaited();
    let title = move || match &awaited {
        Some(Awaited::Brand(name)) => name.clone(),
        Some(Awaited::Order) => i18n.t("frame.opening_order"),
        None => i18n.t("shell.loading"),
    };
    view! { <ScreenHead title back=true /> }
}

/// The foot of the checkout: who sells, and the partner's links.
#[component]
fn Foot() -> impl IntoView {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    let links = move || {
        let own = shop.config.with(|config| config.links.clone());
        let named = [(own.terms, "frame.terms"), (own.privacy, "frame.privacy"), (own.support, "frame.support")];
        let link = |(href, key): (Option<String>, &'static str)| {
            let href = href?;
            let link = view! {
                <a class="foot-link" href=href target="_blank" rel="noopener noreferrer">
                    {move || i18n.t(key)}
                </a>
            };
            Some(link.into_any())
        };
        named.into_iter().filter_map(link).collect::<Vec<_>>().into_any()
    };
    view! {
        <div class="foot" part="footer">
            <span>{move || i18n.t("frame.seller")}</span>
            {move || links()}
        </div>
    }
}
