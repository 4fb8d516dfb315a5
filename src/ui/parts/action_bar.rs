//! Where a screen's one primary action lives: at the bottom, within thumb reach, with the price beside it.

use leptos::prelude::*;

/// Sticks to the bottom edge on narrow containers, above the safe area; an ordinary row on wide ones.
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
