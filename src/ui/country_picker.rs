//! The country being shopped in, and changing it.

use core::str::FromStr;

use cr_core::country::Country;
use leptos::prelude::*;

use super::{
    expect_i18n, expect_shop,
    parts::{Glyph, Icon, Row, Select},
};
use crate::browser::collate;

/// Id of the list, for those who want to send the focus there.
pub const COUNTRY_ID: &str = "country";

/// A list of the countries offered; only a word when there is nothing to choose.
#[component]
pub fn CountryPicker() -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let fixed = move || shop.config.with(|config| config.lock_country || config.countries.len() == 1);
    let name = move || i18n.country(shop.country.get());
    let rows = move || {
        let offered = shop.config.with(|config| config.countries.clone());
        let rows: Vec<(String, Country)> = Country::all()
            .filter(|country| offered.is_empty() || offered.contains(country))
            .map(|country| (i18n.country(country), country))
            .collect();
        collate::by_name(rows, &i18n.lang())
            .into_iter()
            .map(|(text, country)| Row { value: country.code().to_owned(), text })
            .collect::<Vec<_>>()
    };
    let choose = move |code: String| {
        if let Ok(country) = Country::from_str(&code) {
            shop.set_country(country);
        }
    };
    move || {
        if fixed() {
            view! {
                <span class="country-fixed">
                    <Icon glyph=Glyph::Globe />
                    <span>{name}</span>
                </span>
            }
            .into_any()
        } else {
            view! {
                <Select
                    id=COUNTRY_ID
                    label=move || i18n.t("country.label")
                    face=name
                    icon=Glyph::Globe
                    rows
                    value=move || shop.country.get().code().to_owned()
                    autocomplete="country"
                    on_choose=choose
                />
            }
            .into_any()
        }
    }
}
