//! An address to be read by people: whole, in groups of four, left to right, in figures of one width. What is selected
//! and copied has no spaces, since the gaps are margins.

use cr_core::chain::Address;
use leptos::{html, prelude::*};

use crate::ui::expect_store;

/// The address in groups. After copying, the groups to compare stand out.
#[component]
pub fn AddressText(
    /// The address.
    address: Address,
    /// Whether the first, the middle and the last group are marked.
    marked: RwSignal<bool>,
    /// Set when the page shows something other than what we wrote.
    altered: RwSignal<bool>,
) -> impl IntoView {
    let node = NodeRef::<html::Code>::new();
    watch_text(node, address.as_str().to_owned(), altered);
    let groups = address.groups();
    let (middle, last) = (groups.len() / 2, groups.len().saturating_sub(1));
    let groups = groups
        .into_iter()
        .enumerate()
        .map(|(place, group)| {
            let is_mark = place == 0 || place == middle || place == last;
            view! {
                <span class="address-group" data-mark=is_mark.then_some("")>
                    {group.to_owned()}
                </span>
                <wbr />
            }
        })
        .collect_view();
    view! {
        <code class="address" dir="ltr" data-testid="address" data-marked=move || marked.get().then_some("") node_ref=node>
            {groups}
        </code>
    }
}

/// Compares once a second what stands in `node` with what we wrote, as [`watch`] does.
pub(super) fn watch_text(node: NodeRef<html::Code>, written: String, altered: RwSignal<bool>) {
    watch(move || node.get().and_then(|node| node.text_content()), written, altered);
}

/// Compares once a second what stands in the page, as `shown` reads it, with what we wrote. `shown` returns nothing
/// while there is nothing yet. This is defence in depth only: a page that wants to deceive can lie here too, but a
/// careless script or extension is noticed.
pub(super) fn watch(
    shown: impl Fn() -> Option<String> + Send + Sync + 'static,
    written: String,
    altered: RwSignal<bool>,
) {
    let tick = expect_store().tick();
    Effect::new(move || {
        tick.track();
        if shown().is_some_and(|shown| shown != written) {
            altered.set(true);
        }
    });
}
