//! The place of the purchase in the tree. The purchase is in a wasm module of its own, which is loaded later
//! (docs/decisions/0007).

use leptos::prelude::*;

use super::expect_checkout;
use crate::app::shop::PurchaseView;

/// A view of the purchase, as soon as its module has loaded. Draws nothing before.
#[component]
pub(super) fn PurchaseSlot(
    /// The view to draw.
    view: PurchaseView,
) -> impl IntoView {
    let purchase = expect_checkout().shop.purchase;
    view! { {move || purchase.draw(view)} }
}
