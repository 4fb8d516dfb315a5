//! What the shopper is looking for: search text, kind of goods, category.

use cr_core::catalog::{Catalog, Kind, Query};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    checkout::Front,
    drawn::{attribute, hide, icon, icon_button, live, on, words},
    parts::Glyph,
};
use crate::{
    browser::{
        focus,
        stamp::{self, make, put},
    },
    i18n::I18n,
};

/// Longest search text that is looked at.
const LONGEST: usize = 100;

/// What the shopper is looking for; in [`super::brand_grid::GridMemory`].
pub(super) type Wanted = RwSignal<Query>;

/// Any kind, any category.
pub(super) fn everywhere(wanted: Wanted) {
    wanted.update(|wanted| {
        wanted.kind = None;
        wanted.category = None;
    });
}

/// The search field. What is typed shows at once; a press of Enter only puts phone keyboards away.
pub(super) fn search_field(front: Front) -> Element {
    let (i18n, wanted) = (front.i18n, front.memory.wanted);
    let input = make(
        "input",
        &[
            ("class", "search-input"),
            ("part", "search-input"),
            ("id", "search"),
            ("name", "search"),
            ("type", "search"),
            ("inputmode", "search"),
            ("enterkeyhint", "search"),
            ("autocomplete", "off"),
            ("autocapitalize", "none"),
            ("spellcheck", "false"),
            ("maxlength", "100"),
        ],
        &[],
    );
    attribute(&input, "aria-label", move || i18n.t("grid.search"));
    attribute(&input, "placeholder", move || i18n.t("grid.search_hint"));
    live({
        let input = input.clone();
        move || wanted.with(|wanted| stamp::set_value(&input, &wanted.text))
    });
    on(&input, "input", {
        let input = input.clone();
        move |_| {
            let text: String = stamp::value(&input).chars().take(LONGEST).collect();
            wanted.update(|wanted| wanted.text = text);
        }
    });
    let clear = icon_button("icon-button search-clear", Glyph::Close, Box::new(move || i18n.t("grid.clear")), {
        let input = input.clone();
        move || {
            wanted.update(|wanted| wanted.text.clear());
            if let Some(input) = input.dyn_ref::<HtmlElement>() {
                focus::to_control(input);
            }
        }
    });
    hide(&clear, move || wanted.with(|wanted| wanted.text.is_empty()));
    let form = make(
        "form",
        &[("class", "search"), ("part", "search"), ("role", "search")],
        &[icon(Glyph::Search), input.clone(), clear],
    );
    on(&form, "submit", move |event| {
        event.prevent_default();
        if let Some(input) = input.dyn_ref::<HtmlElement>() {
            let _ = input.blur();
        }
    });
    form
}

/// Chips for kinds, if there are several, and for categories.
pub(super) fn chips(front: Front, catalog: &Catalog) -> Vec<Element> {
    let (i18n, wanted) = (front.i18n, front.memory.wanted);
    let mut all = Vec::new();
    let kinds = catalog.kinds();
    if kinds.len() > 1 {
        let group = make("div", &[("class", "chips chips-kinds"), ("role", "group")], &[kind_chip(front, None)]);
        attribute(&group, "aria-label", move || i18n.t("grid.kinds"));
        for kind in kinds.into_iter().filter(|kind| *kind != Kind::Unsupported) {
            put(&group, &[kind_chip(front, Some(kind))]);
        }
        all.push(group);
    }
    // Only categories that hold something of the chosen kind.
    let slugs: Vec<(String, u8)> = catalog
        .categories()
        .into_iter()
        .map(|(slug, _)| {
            let brands = catalog.brands().iter().filter(|brand| brand.categories.contains(&slug));
            let kinds = brands.fold(0, |kinds, brand| kinds | bit(Some(brand.kind)));
            (slug, kinds)
        })
        .collect();
    let group = make("div", &[("class", "chips"), ("role", "group")], &[]);
    attribute(&group, "aria-label", move || i18n.t("grid.categories"));
    for (slug, kinds) in slugs.clone() {
        let chip = category_chip(front, slug);
        hide(&chip, move || wanted.with(|wanted| kinds & bit(wanted.kind) == 0));
        put(&group, &[chip]);
    }
    hide(&group, move || {
        wanted.with(|wanted| slugs.iter().filter(|(_, kinds)| kinds & bit(wanted.kind) != 0).count() < 2)
    });
    all.push(group);
    all
}

/// One bit a kind, so that a category's kinds are a number; all of them for no kind.
const fn bit(kind: Option<Kind>) -> u8 {
    match kind {
        None => u8::MAX,
        Some(Kind::GiftCard) => 1,
        Some(Kind::TopUp) => 2,
        Some(Kind::Esim) => 4,
        Some(Kind::Unsupported) => 8,
    }
}

fn kind_chip(front: Front, kind: Option<Kind>) -> Element {
    let (i18n, wanted) = (front.i18n, front.memory.wanted);
    let name = move || match kind {
        None => i18n.t("grid.kind.all"),
        Some(Kind::GiftCard) => i18n.t("grid.kind.giftcard"),
        Some(Kind::TopUp) => i18n.t("grid.kind.topup"),
        Some(Kind::Esim) => i18n.t("grid.kind.esim"),
        Some(Kind::Unsupported) => String::new(),
    };
    let press = move || {
        wanted.update(|wanted| {
            wanted.category = None;
            wanted.kind = kind;
        });
    };
    chip("chip chip-kind", Box::new(name), Box::new(move || wanted.with(|wanted| wanted.kind == kind)), Box::new(press))
}

fn category_chip(front: Front, slug: String) -> Element {
    let (i18n, wanted) = (front.i18n, front.memory.wanted);
    let (named, own) = (slug.clone(), slug.clone());
    let press = move || {
        wanted.update(|wanted| {
            let is_own = wanted.category.as_ref() == Some(&own);
            wanted.category = (!is_own).then(|| own.clone());
        });
    };
    chip(
        "chip",
        Box::new(move || category_name(i18n, &named)),
        Box::new(move || wanted.with(|wanted| wanted.category.as_ref() == Some(&slug))),
        Box::new(press),
    )
}

fn chip(
    class: &str,
    name: Box<dyn Fn() -> String>,
    is_pressed: Box<dyn Fn() -> bool>,
    press: Box<dyn Fn()>,
) -> Element {
    let chip = words(make("button", &[("class", class), ("part", "chip"), ("type", "button")], &[]), name);
    attribute(&chip, "aria-pressed", move || if is_pressed() { "true" } else { "false" }.to_owned());
    on(&chip, "click", move |_| press());
    chip
}

/// A category's name: ours, or the supplier's slug made readable, since the set is open.
pub fn category_name(i18n: I18n, slug: &str) -> String {
    let mut key = String::from("category.");
    key.push_str(slug);
    if i18n.has(&key) { i18n.t(&key) } else { readable(slug) }
}

fn readable(slug: &str) -> String {
    let mut text = slug.replace(['-', '_'], " ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_categories_are_made_readable() {
        for (slug, shown) in [("pet_care", "Pet care"), ("e-books", "E books"), ("", ""), ("été", "été")] {
            assert_eq!(readable(slug), shown, "{slug}");
        }
    }
}
