//! The list of brands: featured ones in a row, and below it all others or what was found.

use std::sync::Arc;

use cr_core::catalog::{BrandId, Catalog, Query};
use leptos::prelude::*;

use super::{
    card_list::{Door, counted, show_cards},
    nothing_found::NothingFound,
};
use crate::ui::{
    context::CheckoutContext,
    expect_checkout,
    held::{Held, hold},
    live::soon,
};

/// The brands that fit what is looked for.
///
/// **An island.** The cards are not drawn by `view!`: they are cloned from one element, and only those around what is
/// in sight are in the document. A keystroke among ten thousand brands may change all of them, and is to be painted in
/// the next frame; a `<For>` over cards of `view!` builds each anew, with effects of its own (docs/decisions/0015). The
/// island's interface is [`Door`]: three elements that it fills and listens on, and two callbacks. What stands around
/// the cards is drawn by `view!`.
#[component]
pub(super) fn BrandList(
    /// The brands of the country.
    catalog: Arc<Catalog>,
    /// Called with the brand whose card is pressed.
    #[prop(into)]
    on_choose: Callback<BrandId>,
) -> impl IntoView {
    let context = expect_checkout();
    let CheckoutContext { i18n, memory, .. } = context;
    let is_open = move || memory.wanted.with(|query| *query == Query::default());
    let has_featured = !catalog.featured().is_empty();
    // The number of cards, once the first search has run.
    let found = RwSignal::new(None::<usize>);
    let (scroller, list, featured) = (Held::new(), Held::new(), Held::new());
    let brands = Arc::clone(&catalog);
    let owner = Owner::current();
    // The elements have been built by the end of this task.
    soon(move || {
        if let (Some(owner), Some(scroller), Some(list), Some(featured)) =
            (owner, scroller.get(), list.get(), featured.get())
        {
            let on_found = Box::new(move |count| found.set(Some(count)));
            owner.with(|| show_cards(context, brands, Door { scroller, list, featured, on_choose, on_found }));
        }
    });
    let heading = move || if is_open() { i18n.t("grid.all") } else { counted(i18n, found.get().unwrap_or_default()) };
    let nothing = move || {
        // Only what was found is followed: what is wanted changes before it is looked for.
        let query = memory.wanted.get_untracked();
        if found.get() == Some(0) && query != Query::default() {
            view! { <NothingFound catalog=Arc::clone(&catalog) query on_choose /> }.into_any()
        } else {
            ().into_any()
        }
    };
    view! {
        <div class="brand-scroller" part="brand-list" use:hold=scroller>
            // The row stays in the document and is hidden while something is looked for: clearing the search must be as
            // quick as typing.
            <div hidden=move || !(has_featured && is_open())>
                <h3 class="brand-heading">{move || i18n.t("grid.featured")}</h3>
                <ul class="brand-featured" use:hold=featured></ul>
            </div>
            <h3 class="brand-heading" hidden=move || found.get().unwrap_or_default() == 0>
                {move || heading()}
            </h3>
            <ul class="brand-list" use:hold=list></ul>
            {move || nothing()}
        </div>
    }
}
