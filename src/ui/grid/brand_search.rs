//! What the shopper is looking for: search text, kind of goods, category.

use cr_core::catalog::{Catalog, Kind, Query};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::{
    dom::{
        element::{self, make, set},
        focus,
    },
    i18n::I18n,
    ui::{
        drawn::{Words, attribute, hide, icon, icon_button, live, on, show, words},
        front::Front,
        parts::Glyph,
    },
};

/// Longest search text that is looked at.
const LONGEST: usize = 100;

/// What the shopper is looking for; in [`super::grid_memory::GridMemory`].
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
        move || wanted.with(|wanted| element::set_value(&input, &wanted.text))
    });
    on(&input, "input", {
        let input = input.clone();
        move |_| {
            let text: String = element::value(&input).chars().take(LONGEST).collect();
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
    let mut of_kinds = Vec::new();
    let kinds = catalog.kinds();
    if kinds.len() > 1 {
        let shown = kinds.into_iter().filter(|kind| *kind != Kind::Unsupported).map(Some);
        of_kinds.extend([None].into_iter().chain(shown).map(|kind| (kind, kind_chip(front, kind))));
        all.push(group(i18n, "chips chips-kinds", "grid.kinds", of_kinds.iter().map(|(_, chip)| chip)));
    }
    let of_categories: Vec<CategoryChip> = catalog
        .categories()
        .into_iter()
        .map(|(slug, _)| {
            let brands = catalog.brands().iter().filter(|brand| brand.categories.contains(&slug));
            let kinds = brands.fold(0, |kinds, brand| kinds | bit(Some(brand.kind)));
            CategoryChip { chip: category_chip(front, slug.clone()), slug, kinds }
        })
        .collect();
    let group = group(i18n, "chips", "grid.categories", of_categories.iter().map(|category| &category.chip));
    all.push(group.clone());
    // One effect for all, that lets typing pass: dozens of them would be felt at every letter.
    let mut last = None;
    live(move || {
        wanted.with(|wanted| {
            let now = (wanted.kind, wanted.category.clone());
            if last.as_ref() == Some(&now) {
                return;
            }
            for (kind, chip) in &of_kinds {
                press(chip, *kind == wanted.kind);
            }
            let mut count = 0;
            for CategoryChip { chip, slug, kinds } in &of_categories {
                // Only categories that hold something of the chosen kind.
                let is_shown = kinds & bit(wanted.kind) != 0;
                count += usize::from(is_shown);
                show(chip, is_shown);
                press(chip, wanted.category.as_ref() == Some(slug));
            }
            show(&group, count > 1);
            last = Some(now);
        });
    });
    all
}

/// A category's chip, and of which kinds its brands are.
struct CategoryChip {
    slug: String,
    kinds: u8,
    chip: Element,
}

fn group<'a>(i18n: I18n, class: &str, name: &'static str, chips: impl Iterator<Item = &'a Element>) -> Element {
    let chips: Vec<Element> = chips.cloned().collect();
    let group = make("div", &[("class", class), ("role", "group")], &chips);
    attribute(&group, "aria-label", move || i18n.t(name));
    group
}

fn press(chip: &Element, is_pressed: bool) {
    set(chip, "aria-pressed", if is_pressed { "true" } else { "false" });
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
    chip("chip chip-kind", Box::new(name), Box::new(press))
}

fn category_chip(front: Front, slug: String) -> Element {
    let (i18n, wanted) = (front.i18n, front.memory.wanted);
    let named = slug.clone();
    let press = move || {
        wanted.update(|wanted| {
            let is_own = wanted.category.as_ref() == Some(&slug);
            wanted.category = (!is_own).then(|| slug.clone());
        });
    };
    chip("chip", Box::new(move || category_name(i18n, &named)), Box::new(press))
}

fn chip(class: &str, name: Words, press: Box<dyn Fn()>) -> Element {
    let chip = words(make("button", &[("class", class), ("part", "chip"), ("type", "button")], &[]), name);
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
