//! What the shopper is looking for: search text, kind of goods, category.

use cr_core::catalog::{Catalog, Kind, Query};
use leptos::{ev, html, prelude::*};

use super::{
    expect_i18n,
    parts::{Glyph, Icon},
};
use crate::{browser::focus, i18n::I18n};

/// Longest search text that is looked at.
const LONGEST: usize = 100;

/// What the shopper is looking for, each part a signal of its own; `Copy`.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// Search text.
    pub text: RwSignal<String>,
    /// Category slug.
    pub category: RwSignal<Option<String>>,
    /// Kind of goods.
    pub kind: RwSignal<Option<Kind>>,
}

impl Wanted {
    /// Everything.
    #[must_use]
    pub fn new() -> Self {
        Self { text: RwSignal::new(String::new()), category: RwSignal::new(None), kind: RwSignal::new(None) }
    }

    /// All parts together; tracks all.
    #[must_use]
    pub fn query(self) -> Query {
        Query { text: self.text.get(), category: self.category.get(), kind: self.kind.get() }
    }

    /// Any kind, any category.
    pub fn everywhere(self) {
        self.kind.set(None);
        self.category.set(None);
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self::new()
    }
}

/// The search field. What is typed shows at once; a press of Enter only puts phone keyboards away.
#[component]
pub fn SearchField(
    /// What is looked for.
    wanted: Wanted,
) -> impl IntoView {
    let i18n = expect_i18n();
    let input = NodeRef::<html::Input>::new();
    let type_in = move |_| {
        if let Some(input) = input.get_untracked() {
            let text: String = input.value().chars().take(LONGEST).collect();
            wanted.text.set(text);
        }
    };
    let clear = move |_| {
        wanted.text.set(String::new());
        if let Some(input) = input.get_untracked() {
            focus::to_control(&input);
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            let _ = input.blur();
        }
    };
    let is_empty = move || wanted.text.with(String::is_empty);
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
                maxlength=LONGEST
                aria-label=move || i18n.t("grid.search")
                placeholder=move || i18n.t("grid.search_hint")
                prop:value=move || wanted.text.get()
                node_ref=input
                on:input=type_in
            />
            {move || {
                (!is_empty())
                    .then(|| {
                        view! {
                            <button class="icon-button search-clear" type="button" aria-label=move || i18n.t("grid.clear") on:click=clear>
                                <Icon glyph=Glyph::Close />
                            </button>
                        }
                    })
            }}
        </form>
    }
}

/// Chips for kinds, if there are several, and for categories.
#[component]
pub fn Chips(
    /// What is looked for.
    wanted: Wanted,
    /// Where to look.
    catalog: std::sync::Arc<Catalog>,
) -> impl IntoView {
    let i18n = expect_i18n();
    let kinds = catalog.kinds();
    let kinds = (kinds.len() > 1).then(|| {
        let mut chips = vec![kind_chip(i18n, wanted, None)];
        chips.extend(
            kinds.into_iter().filter(|kind| *kind != Kind::Unsupported).map(|kind| kind_chip(i18n, wanted, Some(kind))),
        );
        view! {
            <div class="chips chips-kinds" role="group" aria-label=move || i18n.t("grid.kinds")>
                {chips}
            </div>
        }
    });
    let categories = StoredValue::new(catalog.categories());
    let catalog = StoredValue::new(catalog);
    // Only categories that hold something of the chosen kind.
    let slugs = move || {
        let kind = wanted.kind.get();
        let holds = |slug: &String| {
            kind.is_none()
                || catalog.with_value(|catalog| {
                    catalog.brands().iter().any(|brand| Some(brand.kind) == kind && brand.categories.contains(slug))
                })
        };
        categories.with_value(|categories| {
            categories.iter().map(|(slug, _)| slug).filter(|slug| holds(slug)).cloned().collect::<Vec<_>>()
        })
    };
    let categories = move || {
        let slugs = slugs();
        (slugs.len() > 1).then(|| {
            view! {
                <div class="chips" role="group" aria-label=move || i18n.t("grid.categories")>
                    {slugs.into_iter().map(|slug| category_chip(i18n, wanted, slug)).collect_view()}
                </div>
            }
        })
    };
    view! {
        {kinds}
        {categories}
    }
}

fn kind_chip(i18n: I18n, wanted: Wanted, kind: Option<Kind>) -> AnyView {
    let pressed = move || wanted.kind.get() == kind;
    let words = move || match kind {
        None => i18n.t("grid.kind.all"),
        Some(Kind::GiftCard) => i18n.t("grid.kind.giftcard"),
        Some(Kind::TopUp) => i18n.t("grid.kind.topup"),
        Some(Kind::Esim) => i18n.t("grid.kind.esim"),
        Some(Kind::Unsupported) => String::new(),
    };
    let press = move |_| {
        wanted.category.set(None);
        wanted.kind.set(kind);
    };
    chip("chip chip-kind", pressed, words, press)
}

fn category_chip(i18n: I18n, wanted: Wanted, slug: String) -> AnyView {
    let slug = StoredValue::new(slug);
    let pressed = move || wanted.category.with(|category| slug.with_value(|slug| category.as_ref() == Some(slug)));
    let words = move || slug.with_value(|slug| category_name(i18n, slug));
    let press = move |_| {
        let own = Some(slug.get_value());
        wanted.category.update(|category| *category = if *category == own { None } else { own });
    };
    chip("chip", pressed, words, press)
}

fn chip(
    class: &'static str,
    pressed: impl Fn() -> bool + Send + Sync + 'static,
    words: impl Fn() -> String + Send + Sync + 'static,
    press: impl Fn(ev::MouseEvent) + 'static,
) -> AnyView {
    view! {
        <button class=class part="chip" type="button" aria-pressed=move || if pressed() { "true" } else { "false" } on:click=press>
            {words}
        </button>
    }
    .into_any()
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
