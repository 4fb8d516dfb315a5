//! The search text, the kind of goods and the category that the shopper is looking for.

use std::sync::Arc;

use cr_core::catalog::{Catalog, Kind, Query};
use leptos::{ev, prelude::*};

use crate::{
    dom::{Element, element, focus},
    i18n::I18n,
    ui::{
        context::CheckoutContext,
        expect_checkout,
        held::{Held, hold},
        live::{changes, live},
        parts::{Flag, Glyph, Icon, Words},
    },
};

/// Longest search text that is used.
const LONGEST: usize = 100;

/// What the shopper is looking for; it is kept in [`super::grid_memory::GridMemory`].
pub(super) type Wanted = RwSignal<Query>;

/// Resets the filter to any kind and any category.
pub(super) fn everywhere(wanted: Wanted) {
    wanted.update(|wanted| {
        wanted.kind = None;
        wanted.category = None;
    });
}

/// The search field. The list follows at every keystroke; the Enter key only closes the keyboard of a phone.
#[component]
pub(super) fn SearchField() -> impl IntoView {
    let CheckoutContext { i18n, memory, .. } = expect_checkout();
    let wanted = memory.wanted;
    let input = Held::new();
    let text = move || wanted.with(|wanted| wanted.text.clone());
    let typed = move |event: ev::Event| {
        let text: String = event_target_value(&event).chars().take(LONGEST).collect();
        wanted.update(|wanted| wanted.text = text);
    };
    let clear = move |_: ev::MouseEvent| {
        wanted.update(|wanted| wanted.text.clear());
        if let Some(input) = input.get() {
            focus::to_control(&input);
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get() {
            let _ = input.blur();
        }
    };
    view! {
        <form class="search" part="search" role="search" on:submit=submit>
            <Icon glyph=Glyph::Search />
            <input
                class="search-input"
                part="search-input"
                id="search"
                name="search"
                type="search"
                inputmode="search"
                enterkeyhint="search"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength="100"
                aria-label=move || i18n.t("grid.search")
                placeholder=move || i18n.t("grid.search_hint")
                on:input=typed
                use:hold=input
                use:value=Words::from(text)
            />
            <button
                class="icon-button search-clear"
                type="button"
                aria-label=move || i18n.t("grid.clear")
                hidden=move || wanted.with(|wanted| wanted.text.is_empty())
                on:click=clear
            >
                <Icon glyph=Glyph::Close />
            </button>
        </form>
    }
}

/// The directive that sets the value of a field whenever `value` changes.
fn value(field: Element, value: Words) {
    live(move || element::set_value(&field, &value.get()));
}

/// Chips for kinds, if there are several, and for categories.
#[component]
pub(super) fn Chips(
    /// The brands whose kinds and categories are shown.
    catalog: Arc<Catalog>,
) -> impl IntoView {
    let CheckoutContext { i18n, memory, .. } = expect_checkout();
    let wanted = memory.wanted;
    // Typing must not run the effects of the chips: dozens of effects would be felt at every letter.
    let choice = changes(move || wanted.with(|wanted| (wanted.kind, wanted.category.clone())));
    let kinds = catalog.kinds();
    let of_kinds = (kinds.len() > 1).then(|| {
        let shown = kinds.into_iter().filter(|kind| *kind != Kind::Unsupported).map(Some);
        let chips: Vec<AnyView> = [None].into_iter().chain(shown).map(|kind| kind_chip(choice, kind)).collect();
        view! {
            <div class="chips chips-kinds" role="group" aria-label=move || i18n.t("grid.kinds")>
                {chips.into_any()}
            </div>
        }
        .into_any()
    });
    let (slugs, kinds): (Vec<String>, Vec<u8>) = catalog
        .categories()
        .into_iter()
        .map(|(slug, _)| {
            let brands = catalog.brands().iter().filter(|brand| brand.categories.contains(&slug));
            let kinds = brands.fold(0, |kinds, brand| kinds | bit(Some(brand.kind)));
            (slug, kinds)
        })
        .unzip();
    let chips: Vec<AnyView> =
        slugs.into_iter().zip(&kinds).map(|(slug, kinds)| category_chip(choice, slug, *kinds)).collect();
    let is_single = move || {
        choice.track();
        let kind = bit(wanted.with_untracked(|wanted| wanted.kind));
        kinds.iter().filter(|kinds| *kinds & kind != 0).count() < 2
    };
    view! {
        {of_kinds}
        <div
            class="chips"
            role="group"
            aria-label=move || i18n.t("grid.categories")
            hidden=is_single
        >
            {chips.into_any()}
        </div>
    }
}

/// The chip of a kind, or of all kinds; `choice` changes when another kind or category is chosen.
fn kind_chip(choice: RwSignal<bool>, kind: Option<Kind>) -> AnyView {
    let CheckoutContext { i18n, memory, .. } = expect_checkout();
    let wanted = memory.wanted;
    let name = move || match kind {
        None => i18n.t("grid.kind.all"),
        Some(Kind::GiftCard) => i18n.t("grid.kind.giftcard"),
        Some(Kind::TopUp) => i18n.t("grid.kind.topup"),
        Some(Kind::Esim) => i18n.t("grid.kind.esim"),
        Some(Kind::Unsupported) => String::new(),
    };
    let is_pressed = move || {
        choice.track();
        wanted.with_untracked(|wanted| wanted.kind == kind)
    };
    let press = move |(): ()| {
        wanted.update(|wanted| {
            wanted.category = None;
            wanted.kind = kind;
        });
    };
    view! { <Chip class="chip chip-kind" name is_pressed on_press=press /> }.into_any()
}

/// The chip of a category that has brands of these `kinds`. It is shown while one of these kinds is wanted.
fn category_chip(choice: RwSignal<bool>, slug: String, kinds: u8) -> AnyView {
    let CheckoutContext { i18n, memory, .. } = expect_checkout();
    let wanted = memory.wanted;
    let slug: Arc<str> = slug.into();
    let name = {
        let slug = Arc::clone(&slug);
        move || category_name(i18n, &slug)
    };
    let is_pressed = {
        let slug = Arc::clone(&slug);
        move || {
            choice.track();
            wanted.with_untracked(|wanted| wanted.category.as_deref() == Some(&*slug))
        }
    };
    let is_hidden = move || {
        choice.track();
        wanted.with_untracked(|wanted| kinds & bit(wanted.kind) == 0)
    };
    let press = move |(): ()| {
        wanted.update(|wanted| {
            let is_own = wanted.category.as_deref() == Some(&*slug);
            wanted.category = (!is_own).then(|| slug.to_string());
        });
    };
    view! { <Chip class="chip" name is_pressed is_hidden on_press=press /> }.into_any()
}

/// A filter that is on or off.
#[component]
fn Chip(
    /// Its classes.
    class: &'static str,
    /// Its words.
    #[prop(into)]
    name: Words,
    /// Whether the filter is on.
    #[prop(into)]
    is_pressed: Flag,
    /// Whether it is hidden, since it would find nothing now.
    #[prop(optional, into)]
    is_hidden: Flag,
    /// Called on click, Enter or Space.
    #[prop(into)]
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class=class
            part="chip"
            type="button"
            hidden=move || is_hidden.get()
            aria-pressed=move || if is_pressed.get() { "true" } else { "false" }.to_owned()
            on:click=move |_| on_press.run(())
        >
            {move || name.get()}
        </button>
    }
}

/// Returns one bit for each kind, so that the kinds of a category are one number; all bits for `None`.
const fn bit(kind: Option<Kind>) -> u8 {
    match kind {
        None => u8::MAX,
        Some(Kind::GiftCard) => 1,
        Some(Kind::TopUp) => 2,
        Some(Kind::Esim) => 4,
        Some(Kind::Unsupported) => 8,
    }
}

/// Returns a category's name: ours, or the supplier's slug made readable, since the set is open.
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
