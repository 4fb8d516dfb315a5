//! An order from its address to its code: the screen that its latest state asks for.

use cr_core::order::Stage;
use leptos::prelude::*;

use super::{
    payment_panel::PaymentPanel,
    receipt::{Arrivals, Receipt},
    scene::{Case, Scene, scene},
    status_tracker::StatusTracker,
    trouble::{Trouble, elsewhere},
};
use crate::{
    app::Store,
    ui::{
        expect_store,
        parts::{ScreenHead, Skeleton, say::say},
    },
};

/// The scene of the order at hand, tracked. `None` without an order, and for one that asks for money while the coins and networks
/// that tell its units, its contract and its chain are still under way.
pub(super) fn scene_now(store: Store) -> Option<Scene> {
    let via = store.order_network();
    store.checkout.with(|checkout| {
        let scene = scene(checkout, store.health.get(), via.as_ref())?;
        let is_unread = matches!(scene, Scene::Trouble(Case::NotFound | Case::Forbidden));
        let asks = matches!(checkout.stage(), Some(Stage::AwaitingPayment { .. } | Stage::PartlyPaid { .. }));
        (is_unread || !asks || !store.awaits_units()).then_some(scene)
    })
}

/// Which component; what is in it changes by signals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What is to be paid is not known yet.
    Opening,
    Pay,
    Track,
    Receipt,
    Trouble(Case),
}

/// The order at hand. Nothing without one.
#[component]
pub fn OrderScreen() -> impl IntoView {
    let store = expect_store();
    let part = Memo::new(move |_| match scene_now(store) {
        Some(Scene::Pay(_)) => Some(Part::Pay),
        Some(Scene::Track) => Some(Part::Track),
        Some(Scene::Receipt) => Some(Part::Receipt),
        Some(Scene::Trouble(case)) => Some(Part::Trouble(case)),
        None => store.checkout.with(|checkout| checkout.stage().is_some()).then_some(Part::Opening),
    });
    move || {
        Some(match part.get()? {
            Part::Opening => view! {
                <section class="flow column" data-testid="order-opening" aria-busy="true">
                    <ScreenHead title=say("shell.loading") />
                    <div class="screen-body">
                        <Skeleton lines=8 />
                        {elsewhere()}
                    </div>
                </section>
            }
            .into_any(),
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
