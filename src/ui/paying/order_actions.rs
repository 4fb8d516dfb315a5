//! What can be done about an order on screen: look again, write to support, leave it.

use leptos::prelude::*;

use crate::ui::{
    expect_store,
    parts::{Button, Look, message::say, support::support_button},
};

/// Asks the server at once.
pub(super) fn check_now(look: Look) -> AnyView {
    let store = expect_store();
    view! { <Button label=say("track.check") look on_press=move |_: ()| store.check_now() /> }.into_any()
}

/// Money is in play: support is the way on, and looking again is the other.
pub(super) fn check_or_support() -> AnyView {
    view! {
        {check_now(Look::Secondary)}
        {support_button()}
    }
    .into_any()
}

/// The quiet way back to the brands; the order stays where it is, to be opened again.
pub(super) fn elsewhere() -> AnyView {
    let store = expect_store();
    view! {
        <div class="support-actions">
            <Button label=say("track.elsewhere") look=Look::Quiet on_press=move |_: ()| store.start_over() />
        </div>
    }
    .into_any()
}

/// Leaves this order where it is and goes back to the brands.
pub(super) fn new_order() -> AnyView {
    let store = expect_store();
    view! { <Button label=say("pay.new_order") look=Look::Primary on_press=move |_: ()| store.start_over() /> }
        .into_any()
}
