//! The place of a screen's one primary action: at the bottom, within thumb reach, with the price beside it.

use leptos::prelude::*;

/// The bar of the primary action. It sticks to the bottom edge on narrow containers, above the safe area; on wide ones
/// it is an ordinary row.
#[component]
pub fn ActionBar(
    /// What stands beside the action: the price, or nothing.
    #[prop(optional, into)]
    lead: Option<ViewFn>,
    /// The action, and at most one quiet one beside it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="action-bar" part="action-bar">
            {lead.map(|lead| view! { <div class="action-bar-lead">{lead.run()}</div> })}
            <div class="action-bar-actions">{children()}</div>
        </div>
    }
}
