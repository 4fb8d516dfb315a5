//! The purchase: the screens after the brand grid. They are in the second wasm module, with everything that only they
//! need.

use cr_core::{
    catalog::BrandId,
    checkout::{Checkout, Page},
};
use leptos::prelude::*;

use super::{
    choosing::{
        denomination_picker::DenominationPicker, order_review::OrderReview, payment_method_picker::PaymentMethodPicker,
        recipient_form::RecipientForm,
    },
    expect_checkout, expect_store,
    paying::{
        amount_changed::WithoutMemo, create_unknown::CreateUnknown, order_screen::OrderScreen,
        price_confirm::PriceConfirm, resume_banner::ResumeBanner, screen_choice::is_receipt,
    },
};
use crate::app::{
    Store,
    shop::{CurrentOrder, Purchase, PurchaseView, Request},
};

/// The purchase with its views, as the shop is given it. The views expect the store in context, too.
pub struct LoadedPurchase(pub Store);

impl Purchase for LoadedPurchase {
    fn request(&self, request: Request) {
        self.0.request(request);
    }

    fn current_order(&self) -> CurrentOrder {
        self.0.current_order()
    }

    fn draw(&self, view: PurchaseView) -> AnyView {
        match view {
            PurchaseView::Screen => view! { <PurchaseScreen /> }.into_any(),
            PurchaseView::AboveGrid => view! { <ResumeBanner /> }.into_any(),
        }
    }
}

/// What is on screen. It is coarser than [`Checkout`], so that a new snapshot of an order does not build the screen
/// anew.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Screen {
    /// No screen of the purchase: the brands are shown.
    Browse,
    /// The screen of this brand; another brand has another screen.
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
            // Items that arrive one by one are on one screen, from the first to the last.
            Checkout::Following { .. } | Checkout::Finished { .. } if is_receipt(checkout) => Self::Receipt,
            // An order that ended without goods is explained by the tracker's screens.
            Checkout::Following { .. } | Checkout::Finished { .. } => Self::Track,
        }
    }
}

/// The screen that the purchase calls for.
#[component]
fn PurchaseScreen() -> impl IntoView {
    let store = expect_store();
    let steps = expect_checkout().steps;
    WithoutMemo::provide();
    let screen = Memo::new(move |_| store.checkout.with(Screen::of));
    Effect::new(move |before: Option<Screen>| {
        let now = screen.get();
        if before.as_ref().is_some_and(|before| *before != now) {
            steps.set_moved();
        }
        now
    });
    move || {
        let screen = screen.get();
        view! { <div class="screen" part="screen">{show(screen)}</div> }
    }
}

fn show(screen: Screen) -> AnyView {
    match screen {
        // The frame is about to show the brands.
        Screen::Browse => ().into_any(),
        Screen::Product(_) => view! { <DenominationPicker /> }.into_any(),
        Screen::Recipient => view! { <RecipientForm /> }.into_any(),
        Screen::Method => view! { <PaymentMethodPicker /> }.into_any(),
        Screen::Review => view! { <OrderReview /> }.into_any(),
        Screen::CreateUnknown => view! { <CreateUnknown /> }.into_any(),
        Screen::PriceConfirm => view! { <PriceConfirm /> }.into_any(),
        // What an order asks to be shown is finer than the screens of the purchase: a remainder is paid while the order
        // is tracked.
        Screen::Pay | Screen::Track | Screen::Receipt => view! { <OrderScreen /> }.into_any(),
    }
}
