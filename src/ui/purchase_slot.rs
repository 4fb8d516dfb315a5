//! The place of the purchase in the tree. The purchase is in a wasm module of its own, which is loaded later
//! (docs/decisions/0007).

use leptos::prelude::*;

use super::expect_checkout;

/// The views that the purchase has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurchaseView {
    /// Its current screen.
    Screen,
    /// What the purchase shows above the brands.
    AboveGrid,
}

/// Draws a view of the purchase. It is a function of the purchase's module.
pub type DrawPurchase = fn(PurchaseView) -> AnyView;

/// The purchase as the tree knows it: nothing until its module has loaded. It is `Copy`, and part of
/// [`CheckoutContext`](super::context::CheckoutContext).
#[derive(Clone, Copy)]
pub struct PurchaseHandle(RwSignal<Option<DrawPurchase>>);

impl PurchaseHandle {
    /// Makes a purchase that has not loaded.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Sets the function that draws the views, once the module has loaded.
    pub fn fill(self, draw: DrawPurchase) {
        self.0.try_set(Some(draw));
    }
}

impl Default for PurchaseHandle {
    fn default() -> Self {
        Self::new()
    }
}

/// A view of the purchase, as soon as its module has loaded. Draws nothing before.
#[component]
pub(super) fn PurchaseSlot(
    /// The view to draw.
    view: PurchaseView,
) -> impl IntoView {
    let PurchaseHandle(draw) = expect_checkout().purchase;
    let drawn = move || match draw.get() {
        Some(draw) => untrack(|| draw(view)),
        None => ().into_any(),
    };
    view! { {move || drawn()} }
}
