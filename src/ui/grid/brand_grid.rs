//! The first screen: the country, the search, and the brands on sale.

use std::sync::Arc;

use cr_core::catalog::BrandId;
use leptos::prelude::*;

use super::{
    brand_list::BrandList,
    brand_search::{Chips, SearchField, everywhere},
    country_picker::CountryPicker,
    nothing_found::NothingHere,
};
use crate::{
    app::Load,
    ui::{
        context::CheckoutContext,
        expect_checkout,
        live::live,
        parts::{LoadFailed, ScreenHead},
    },
};

/// The first screen, on which the shopper finds a brand.
#[component]
pub(crate) fn BrandGrid() -> impl IntoView {
    let CheckoutContext { shop, i18n, memory, .. } = expect_checkout();
    // Another country may not have the category, and its list begins at the top.
    live(move || {
        let country = shop.country.get();
        let last = memory.rest.try_update_value(|rest| rest.country.replace(country)).flatten();
        if last.is_some_and(|last| last != country) {
            memory.rest.update_value(|rest| (rest.scrolled, rest.opened) = (0, None));
            everywhere(memory.wanted);
        }
    });
    let choose = move |id: BrandId| {
        memory.rest.update_value(|rest| rest.opened = Some(id.clone()));
        shop.choose(&id);
    };
    let brands = move || match shop.catalog.get() {
        Load::Idle | Load::Loading => view! { <Skeletons /> }.into_any(),
        Load::Failed(trouble) => view! { <LoadFailed trouble on_retry=move |(): ()| shop.retry() /> }.into_any(),
        Load::Ready(catalog) if catalog.brands().is_empty() => view! { <NothingHere /> }.into_any(),
        Load::Ready(catalog) => untrack(|| {
            view! {
                <Chips catalog=Arc::clone(&catalog) />
                <BrandList catalog on_choose=choose />
            }
            .into_any()
        }),
    };
    view! {
        <ScreenHead title=move || i18n.t("grid.title")>
            <CountryPicker />
        </ScreenHead>
        <div class="brand-grid" part="brand-grid">
            <SearchField />
            {move || brands()}
        </div>
    }
}

/// Placeholders where the cards will be, while the brands are loading.
#[component]
fn Skeletons() -> impl IntoView {
    let i18n = expect_checkout().i18n;
    let card = |_| {
        view! {
            <li class="brand-skeleton">
                <span class={"skeleton-block brand-logo"}></span>
                <span class={"skeleton-line"}></span>
                <span class={"skeleton-line"}></span>
            </li>
        }
        .into_any()
    };
    view! {
        <p class="visually-hidden" role="status">
            {move || i18n.t("grid.loading")}
        </p>
        <div class="brand-scroller" aria-hidden="true">
            <ul class="brand-list brand-list-loading">{(0..12).map(card).collect::<Vec<_>>().into_any()}</ul>
        </div>
    }
}
