//! The country being shopped in, and changing it.

use cr_core::{catalog::is_uninhabited, country::Country};
use leptos::prelude::*;
use web_sys::Element;

use super::{
    checkout::Front,
    drawn::{attribute, boxed, icon, inside, live, on, place, words},
    parts::Glyph,
};
use crate::browser::{
    collate,
    stamp::{self, make},
};

/// Id of the list, for those who want to send the focus there.
pub const COUNTRY_ID: &str = "country";

/// Whether there is nothing to choose.
pub(super) fn is_fixed(front: Front) -> bool {
    front.shop.config.with(|config| config.lock_country || config.countries.len() == 1)
}

/// A list of the countries offered; only a word when there is nothing to choose.
pub(super) fn country_picker(front: Front) -> Element {
    let place = place();
    // Turns when what is offered changes, and at no other change of the configuration: the list may be open.
    let turn = RwSignal::new(false);
    let mut last = None;
    live(move || {
        let now = front.shop.config.with(|config| (config.lock_country, config.countries.clone()));
        if last.replace(now.clone()).is_some_and(|last| last != now) {
            turn.update(|turn| *turn = !*turn);
        }
    });
    inside(&place, move || {
        turn.track();
        let name = move || front.i18n.country(front.shop.country.get());
        vec![if untrack(|| is_fixed(front)) {
            boxed("span", "country-fixed", &[icon(Glyph::Globe), words(make("span", &[], &[]), name)])
        } else {
            list(front, name)
        }]
    });
    place
}

/// A native select under a face of our own, as [`super::parts::Select`].
fn list(front: Front, name: impl Fn() -> String + 'static) -> Element {
    let Front { shop, i18n, .. } = front;
    let face = make("span", &[("class", "select-face"), ("aria-hidden", "true")], &[]);
    let select = make("select", &[("id", COUNTRY_ID), ("name", COUNTRY_ID), ("autocomplete", "country")], &[]);
    attribute(&select, "aria-label", move || i18n.t("country.label"));
    inside(&select, move || {
        let offered = shop.config.with_untracked(|config| config.countries.clone());
        let chosen = shop.country.get();
        // Nobody buys where nobody lives, unless the page says so.
        let is_offered = |country| match &offered[..] {
            [] => !is_uninhabited(country) || country == chosen,
            offered => offered.contains(&country),
        };
        let rows: Vec<(String, Country)> = Country::all()
            .filter(|country| is_offered(*country))
            .map(|country| (i18n.country(country), country))
            .collect();
        let option = |(text, country): (String, Country)| {
            let option = make("option", &[("value", country.code())], &[]);
            stamp::set_text(&option, &text);
            option
        };
        collate::by_name(rows, &i18n.lang()).into_iter().map(option).collect()
    });
    live({
        let select = select.clone();
        move || {
            // The rows follow the language, and with them which of them is chosen.
            i18n.lang();
            stamp::set_value(&select, shop.country.get().code());
        }
    });
    on(&select, "change", {
        let select = select.clone();
        move |_| {
            if let Ok(country) = stamp::value(&select).parse() {
                shop.set_country(country);
            }
        }
    });
    make(
        "span",
        &[("class", "select"), ("part", "select")],
        &[icon(Glyph::Globe), words(face, name), icon(Glyph::Down), select],
    )
}
