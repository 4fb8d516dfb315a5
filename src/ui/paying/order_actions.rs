//! What can be done about an order on screen: look again, write to support, leave it.

use leptos::prelude::*;

use crate::ui::{
    expect_store,
    parts::{Button, Look, message::say, support::support_button},
};

/// A button that reads the order from the server at once.
pub(super) fn check_now(look: Look) -> AnyView {
    let store = expect_store();
    view! { <Button label=say("track.check") look on_press=move |_: ()| store.check_now() /> }.into_any()
}

/// The actions for an order with money in play: support is the way on, and looking again is the other.
pub(super) fn check_or_support() -> AnyView {
    view! {
        {check_now(Look::Secondary)}
        {support_button()}
    }
    .into_any()
}

/// The quiet way back to the brands. The order is kept and can be opened again.
pub(super) fn elsewhere() -> AnyView {
    let store = expect_store();
    view! {
        <div class="support-actions">
            <Button label=say("track.elsewhere") look=Look::Quiet on_press=move |_: ()| store.start_over() />
        </div>
    }
    .into_any()
}

/// A button that keeps this order as it is and goes back to the brands.
pub(super) fn new_order() -> AnyView {
    let store = expect_store();
    view! { <Button label=say("pay.new_order") look=Look::Primary on_press=move |_: ()| store.start_over() /> }
        .into_any()
}
