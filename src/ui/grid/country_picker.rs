//! The country in which the shopper buys, and changing it.

use core::time::Duration;
use std::sync::Arc;

use cr_core::{catalog::is_uninhabited, country::Country};
use leptos::{ev, prelude::*};

use crate::{
    app::Shop,
    dom::{collate, element},
    ui::{
        context::CheckoutContext,
        expect_checkout,
        held::{Held, hold},
        live::{changes, live, soon},
        parts::{Glyph, Icon},
    },
};

/// Id of the list, for code that sends the focus there.
pub const COUNTRY_ID: &str = "country";

/// Whether the country cannot be changed.
pub(super) fn is_fixed(shop: Shop) -> bool {
    shop.config.with(|config| config.lock_country || config.countries.len() == 1)
}

/// A list of the countries offered, or a plain word when the country cannot be changed.
#[component]
pub(super) fn CountryPicker() -> impl IntoView {
    let shop = expect_checkout().shop;
    // This follows no other change of the configuration: the list may be open.
    let offer = changes(move || shop.config.with(|config| (config.lock_country, config.countries.clone())));
    let picker = move || {
        offer.track();
        if untrack(|| is_fixed(shop)) {
            view! { <FixedCountry /> }.into_any()
        } else {
            view! { <CountryList /> }.into_any()
        }
    };
    view! { {move || picker()} }
}

/// The country as a plain word, where it is the only one.
#[component]
fn FixedCountry() -> impl IntoView {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    view! {
        <span class="country-fixed">
            <Icon glyph=Glyph::Globe />
            <span>{move || i18n.country(shop.country.get())}</span>
        </span>
    }
}

/// The list of countries. It looks like [`Select`](crate::ui::parts::Select), which does not sort its rows and has an
/// effect for each: here are over two hundred, which are drawn a little later than the rest.
#[component]
fn CountryList() -> impl IntoView {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    let select = Held::new();
    // Sorting two hundred names gets a task of its own, so that the grid is painted before.
    let is_whole = RwSignal::new(false);
    StoredValue::new_local(shop.after(Duration::ZERO, Box::new(move || is_whole.set(true))));
    let rows = move || {
        let chosen = shop.country.get();
        Rows {
            lang: i18n.lang(),
            is_whole: is_whole.get(),
            held: (!is_whole.get() || is_uninhabited(chosen)).then_some(chosen),
        }
    };
    let changed = changes(rows);
    let options = move || {
        changed.track();
        untrack(|| options(&rows()))
    };
    live(move || {
        changed.track();
        let chosen = shop.country.get();
        // The rows have been built by the end of this task.
        soon(move || {
            if let Some(select) = select.get() {
                element::set_value(&select, chosen.code());
            }
        });
    });
    let choose = move |event: ev::Event| {
        if let Ok(country) = event_target_value(&event).parse() {
            shop.set_country(country);
        }
    };
    view! {
        <span class="select" part="select">
            <Icon glyph=Glyph::Globe />
            <span class="select-face" aria-hidden="true">
                {move || i18n.country(shop.country.get())}
            </span>
            <Icon glyph=Glyph::Down />
            <select
                id=COUNTRY_ID
                name=COUNTRY_ID
                autocomplete="country"
                aria-label=move || i18n.t("country.label")
                on:change=choose
                use:hold=select
            >
                {move || options().into_any()}
            </select>
        </span>
    }
}

/// What the rows of the list depend on.
#[derive(PartialEq, Eq)]
struct Rows {
    lang: Arc<str>,
    is_whole: bool,
    /// The country that is in the list whatever is offered.
    held: Option<Country>,
}

fn options(rows: &Rows) -> Vec<AnyView> {
    let CheckoutContext { shop, i18n, .. } = expect_checkout();
    let offered = shop.config.with(|config| config.countries.clone());
    // An uninhabited territory is left out unless the page offers it: nobody lives there to buy.
    let is_there = |country: &Country| match &offered[..] {
        [] => rows.held == Some(*country) || rows.is_whole && !is_uninhabited(*country),
        offered if rows.is_whole => offered.contains(country),
        _ => rows.held == Some(*country),
    };
    let named: Vec<(String, Country)> =
        Country::all().filter(is_there).map(|country| (i18n.country(country), country)).collect();
    let option = |(name, country): (String, Country)| view! { <option value=country.code()>{name}</option> }.into_any();
    collate::by_name(named, &rows.lang).into_iter().map(option).collect()
}
