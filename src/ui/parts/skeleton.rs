//! Placeholders for what is still loading.

use leptos::prelude::*;

/// Grey lines in the shape of text. The screen announces "loading" once for all of them, through the live region.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            {(0..lines).map(|_| view! { <span class={"skeleton-line"}></span> }).collect_view()}
        </div>
    }
}
