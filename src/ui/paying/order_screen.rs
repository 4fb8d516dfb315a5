//! An order from its address to its code: the screen that its latest state asks for.

use leptos::prelude::*;

use super::{
    order_actions::elsewhere,
    payment_panel::PaymentPanel,
    problem_screen::ProblemScreen,
    receipt::{Arrivals, Receipt},
    screen_choice::{Case, Scene, scene_now},
    status_tracker::StatusTracker,
};
use crate::ui::{
    expect_store,
    parts::{ScreenHead, Skeleton, message::say},
};

/// Which component is shown. What stands in it changes by signals.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is not known yet what is to be paid.
    Opening,
    Pay,
    Track,
    Receipt,
    Trouble(Case),
}

/// The screen of the current order. Draws nothing without one.
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
                    <ScreenHead title=say("frame.opening_order") />
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
            Part::Trouble(case) => view! { <ProblemScreen case /> }.into_any(),
        })
    }
}
