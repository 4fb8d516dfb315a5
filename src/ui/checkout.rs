//! The frame around the screens: shows the one that the purchase calls for, and speaks of the change.

use cr_core::{
    catalog::BrandId,
    checkout::{Checkout, Page},
    order::OrderState,
};
use leptos::{ev, prelude::*};

use super::{
    brand_grid::{BrandGrid, GridMemory},
    create_unknown::CreateUnknown,
    denomination_picker::DenominationPicker,
    expect_i18n, expect_store,
    order_review::OrderReview,
    order_screen::OrderScreen,
    parts::{Announcer, Glyph, Icon, LiveRegion, Steps},
    payment_method_picker::PaymentMethodPicker,
    price_confirm::PriceConfirm,
    recipient_form::RecipientForm,
    resume_banner::ResumeBanner,
};
use crate::browser::focus;

/// What is on screen. Coarser than [`Checkout`], so that a new snapshot of an order does not build the screen anew.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Screen {
    Browse,
    /// Of this brand: another brand's is another screen.
    Product(BrandId),
    Recipient,
    Method,
    Review,
    CreateUnknown,
    PriceConfirm,
    Pay,
    Track,
    Receipt,
}

impl Screen {
    fn of(checkout: &Checkout) -> Self {
        match checkout {
            Checkout::Browsing => Self::Browse,
            Checkout::Choosing { page: Page::Product, brand, .. } => Self::Product(brand.id.clone()),
            Checkout::Choosing { page: Page::Recipient, .. } => Self::Recipient,
            Checkout::Choosing { page: Page::Method, .. } => Self::Method,
            Checkout::Reviewing { .. } | Checkout::Creating { .. } => Self::Review,
            Checkout::CreateUnknown { .. } => Self::CreateUnknown,
            Checkout::Confirming { .. } => Self::PriceConfirm,
            Checkout::Paying { .. } => Self::Pay,
            Checkout::Following { .. } => Self::Track,
            // An order that ended without goods has its story told by the tracker.
            Checkout::Finished { order } => match order.state {
                OrderState::Done => Self::Receipt,
                OrderState::Created
                | OrderState::WaitingForPayment
                | OrderState::PaymentStarted
                | OrderState::PartialPaymentStarted
                | OrderState::PaymentReceived
                | OrderState::WaitingForDelivery
                | OrderState::WaitingForManualAction
                | OrderState::Expired
                | OrderState::PaymentFailed
                | OrderState::PaymentSetupFailed
                | OrderState::Refunded
                | OrderState::Canceled
                | OrderState::Unknown(_) => Self::Track,
            },
        }
    }
}

/// The checkout of one element. Wants [`crate::app::Store`] and [`crate::i18n::I18n`] in context.
#[component]
pub fn CheckoutView() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    provide_context(Announcer::new());
    let steps = Steps::new();
    provide_context(steps);
    provide_context(GridMemory::new());
    let screen = Memo::new(move |_| store.checkout.with(Screen::of));
    Effect::new(move |before: Option<Screen>| {
        let now = screen.get();
        if before.as_ref().is_some_and(|before| *before != now) {
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
                        (!store.online.get())
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
                {move || {
                    let screen = screen.get();
                    view! { <div class="screen" part="screen">{show(screen)}</div> }
                }}
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

fn show(screen: Screen) -> AnyView {
    match screen {
        Screen::Browse => view! {
            <ResumeBanner />
            <BrandGrid />
        }
        .into_any(),
        Screen::Product(_) => view! { <DenominationPicker /> }.into_any(),
        Screen::Recipient => view! { <RecipientForm /> }.into_any(),
        Screen::Method => view! { <PaymentMethodPicker /> }.into_any(),
        Screen::Review => view! { <OrderReview /> }.into_any(),
        Screen::CreateUnknown => view! { <CreateUnknown /> }.into_any(),
        Screen::PriceConfirm => view! { <PriceConfirm /> }.into_any(),
        // What an order asks to be shown is finer than the purchase's variants: a remainder is paid while it is tracked.
        Screen::Pay | Screen::Track | Screen::Receipt => view! { <OrderScreen /> }.into_any(),
    }
}

/// Who sells, and the partner's links.
#[component]
fn Foot() -> impl IntoView {
    let store = expect_store();
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
                let links = store.config.with(|config| config.links.clone());
                (
                    link(links.terms, |i18n| i18n.t("frame.terms")),
                    link(links.privacy, |i18n| i18n.t("frame.privacy")),
                    link(links.support, |i18n| i18n.t("frame.support")),
                )
            }}
        </div>
    }
}
