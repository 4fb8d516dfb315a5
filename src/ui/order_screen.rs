//! An order from its address to its code: the screen that its latest state asks for.

use leptos::prelude::*;

use super::{
    expect_store,
    payment_panel::PaymentPanel,
    receipt::{Arrivals, Receipt},
    scene::{Case, Scene, scene},
    status_tracker::StatusTracker,
    trouble::Trouble,
};
use crate::app::Store;

/// The scene of the order at hand, tracked.
pub(super) fn scene_now(store: Store) -> Option<Scene> {
    let via = store.order_network();
    store.checkout.with(|checkout| scene(checkout, store.health.get(), via.as_ref()))
}

/// Which component; what is in it changes by signals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Pay,
    Track,
    Receipt,
    Trouble(Case),
}

/// The order at hand. Nothing without one.
#[component]
pub fn OrderScreen() -> impl IntoView {
    let store = expect_store();
    let part = Memo::new(move |_| {
        Some(match scene_now(store)? {
            Scene::Pay(_) => Part::Pay,
            Scene::Track => Part::Track,
            Scene::Receipt => Part::Receipt,
            Scene::Trouble(case) => Part::Trouble(case),
        })
    });
    move || {
        Some(match part.get()? {
            Part::Pay => view! {
                <PaymentPanel />
                <Arrivals />
            }
            .into_any(),
            Part::Track => view! { <StatusTracker /> }.into_any(),
            Part::Receipt => view! { <Receipt /> }.into_any(),
            Part::Trouble(case) => view! { <Trouble case /> }.into_any(),
        })
    }
}
