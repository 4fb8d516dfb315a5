//! The country being shopped in, and changing it.

use core::time::Duration;
use std::sync::Arc;

use cr_core::{catalog::is_uninhabited, country::Country};
use leptos::prelude::*;
use web_sys::Element;

use crate::{
    dom::{
        collate,
        element::{self, make, put},
    },
    ui::{
        drawn::{attribute, boxed, icon, inside, live, on, place, words},
        front::Front,
        parts::Glyph,
    },
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

/// A native select under a face of our own, as [`crate::ui::parts::Select`].
fn list(front: Front, name: impl Fn() -> String + 'static) -> Element {
    let Front { shop, i18n, .. } = front;
    let face = make("span", &[("class", "select-face"), ("aria-hidden", "true")], &[]);
    let select = make("select", &[("id", COUNTRY_ID), ("name", COUNTRY_ID), ("autocomplete", "country")], &[]);
    attribute(&select, "aria-label", move || i18n.t("country.label"));
    // Two hundred names to sort are for a turn of their own: the grid is in sight before.
    let is_filled = RwSignal::new(false);
    let turn = shop.after(Duration::ZERO, Box::new(move || is_filled.set(true)));
    StoredValue::new_local(turn);
    let mut last = None;
    live({
        let select = select.clone();
        move || {
            let chosen = shop.country.get();
            let rows = Rows {
                lang: i18n.lang(),
                is_whole: is_filled.get(),
                held: (!is_filled.get() || is_uninhabited(chosen)).then_some(chosen),
            };
            if last.as_ref() != Some(&rows) {
                element::set_text(&select, "");
                put(&select, &untrack(|| options(front, &rows)));
                last = Some(rows);
            }
            element::set_value(&select, chosen.code());
        }
    });
    on(&select, "change", {
        let select = select.clone();
        move |_| {
            if let Ok(country) = element::value(&select).parse() {
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

/// What the rows of the list depend on.
#[derive(PartialEq, Eq)]
struct Rows {
    lang: Arc<str>,
    is_whole: bool,
    /// The country that is there whatever is offered.
    held: Option<Country>,
}

fn options(Front { shop, i18n, .. }: Front, rows: &Rows) -> Vec<Element> {
    let offered = shop.config.with(|config| config.countries.clone());
    // Nobody buys where nobody lives, unless the page says so.
    let is_there = |country: &Country| match &offered[..] {
        [] => rows.held == Some(*country) || rows.is_whole && !is_uninhabited(*country),
        offered if rows.is_whole => offered.contains(country),
        _ => rows.held == Some(*country),
    };
    let named: Vec<(String, Country)> =
        Country::all().filter(is_there).map(|country| (i18n.country(country), country)).collect();
    let option = |(text, country): (String, Country)| {
        let option = make("option", &[("value", country.code())], &[]);
        element::set_text(&option, &text);
        option
    };
    collate::by_name(named, &rows.lang).into_iter().map(option).collect()
}
