//! What is shown in place of the brands when nothing was found, or nothing is sold in the country.

use std::sync::Arc;

use cr_core::catalog::{BrandId, Catalog, Query};
use leptos::prelude::*;

use super::{
    brand_search::everywhere,
    country_picker::{COUNTRY_ID, is_fixed},
};
use crate::{
    dom::focus,
    ui::{
        context::CheckoutContext,
        expect_checkout,
        held::{Held, hold},
        parts::{Button, Glyph, Look, Notice, Tone},
    },
};

/// How many similar names are offered when nothing is found.
const NEAREST: usize = 3;

/// What to try instead when no brand has the name that was looked for.
#[component]
pub(super) fn NothingFound(
    /// The brands of the country.
    catalog: Arc<Catalog>,
    /// What was looked for.
    query: Query,
    /// Called with the brand of a similar name that is pressed.
    on_choose: Callback<BrandId>,
) -> impl IntoView {
    let CheckoutContext { i18n, memory, .. } = expect_checkout();
    let wanted = memory.wanted;
    let text = query.text.trim().to_owned();
    let near: Vec<AnyView> = catalog
        .nearest(&text, NEAREST)
        .into_iter()
        .filter_map(|index| catalog.brands().get(index))
        .map(|brand| {
            let (name, id) = (brand.name.clone(), brand.id.clone());
            view! { <Button label=name on_press=move |(): ()| on_choose.run(id.clone()) /> }.into_any()
        })
        .collect();
    let near = (!near.is_empty()).then(|| {
        view! {
            <p>{move || i18n.t("grid.nearest")}</p>
            <div class="brand-ways">{near.into_any()}</div>
        }
        .into_any()
    });
    let is_narrowed = query.category.is_some() || query.kind.is_some();
    let wider = is_narrowed.then(|| {
        view! { <Button label=move || i18n.t("grid.everywhere") on_press=move |(): ()| everywhere(wanted) /> }
            .into_any()
    });
    let title = move || {
        if text.is_empty() { i18n.t("grid.none") } else { i18n.tf("grid.none_called", &[("name", &text)]) }
    };
    view! {
        <div class="brand-nothing">
            <Notice tone=Tone::Info title>
                {near}
                <div class="brand-ways">
                    {wider}
                    <Button
                        label=move || i18n.t("grid.clear")
                        icon=Glyph::Close
                        on_press=move |(): ()| wanted.set(Query::default())
                    />
                    <AnotherCountry />
                </div>
            </Notice>
        </div>
    }
}

/// The screen of a country in which nothing is sold.
#[component]
pub(super) fn NothingHere() -> impl IntoView {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    let title = move || i18n.tf("grid.no_products", &[("country", &i18n.country(shop.country.get()))]);
    view! {
        <Notice tone=Tone::Info title>
            <p>{move || i18n.t("grid.no_products_hint")}</p>
            <div class="brand-ways">
                <AnotherCountry />
                <Button
                    label=move || i18n.t("error.retry")
                    look=Look::Quiet
                    icon=Glyph::Refresh
                    on_press=move |(): ()| shop.retry()
                />
            </div>
        </Notice>
    }
}

/// A button that sends the focus to the country list, if there is one.
#[component]
fn AnotherCountry() -> impl IntoView {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    if untrack(|| is_fixed(shop)) {
        return ().into_any();
    }
    let here = Held::new();
    let go = move |(): ()| {
        if let Some(here) = here.get() {
            focus::to_id(&here, COUNTRY_ID);
        }
    };
    view! {
        <span use:hold=here>
            <Button label=move || i18n.t("grid.other_country") icon=Glyph::Globe on_press=go />
        </span>
    }
    .into_any()
}
