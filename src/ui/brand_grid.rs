//! The brands on sale: search, chips, the featured row, and a window over the list so that ten thousand stay smooth.

use std::sync::Arc;

use core::time::Duration;
use cr_core::catalog::{BrandId, Catalog, Query};
use leptos::{ev, html, prelude::*};

use super::{
    brand_card::{CARD, CardStamp},
    brand_rows::Rows,
    brand_search::{Chips, SearchField, Wanted},
    brand_window::{SPARE_ROWS, columns, window},
    country_picker::{COUNTRY_ID, CountryPicker},
    expect_i18n, expect_shop,
    parts::{Button, Glyph, LoadFailed, Look, Notice, ScreenHead, Steps, Tone, expect_announcer},
};
use crate::{
    app::Load,
    browser::{
        focus, image, stamp,
        viewport::{self, Sight, SizeWatch},
    },
};

/// Space between cards, in CSS pixels; `--_gap` of the style sheet is the same.
const GAP: u32 = 12;
/// Height of a row until one has been measured.
const FIRST_GUESS: u32 = 190;
/// How many near names are offered when nothing is found.
const NEAREST: usize = 3;

/// What the grid remembers while the shopper looks at a brand; in context, `Copy`.
#[derive(Clone, Copy)]
pub struct GridMemory {
    /// What is looked for.
    wanted: Wanted,
    /// How far the list is scrolled, and how high its rows are.
    place: StoredValue<(u32, u32)>,
    /// The card that was opened.
    opened: StoredValue<Option<BrandId>>,
}

impl GridMemory {
    /// Nothing to remember.
    #[must_use]
    pub fn new() -> Self {
        Self { wanted: Wanted::new(), place: StoredValue::new((0, FIRST_GUESS)), opened: StoredValue::new(None) }
    }
}

impl Default for GridMemory {
    fn default() -> Self {
        Self::new()
    }
}

/// The first screen: find a brand.
#[component]
pub fn BrandGrid() -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let memory: GridMemory = use_context().unwrap_or_default();
    let body = move || match shop.catalog.get() {
        Load::Idle | Load::Loading => skeletons(),
        Load::Failed(trouble) => view! { <LoadFailed trouble on_retry=move |(): ()| shop.retry() /> }.into_any(),
        Load::Ready(catalog) if catalog.brands().is_empty() => nothing_here(),
        Load::Ready(catalog) => {
            view! { <Chips wanted=memory.wanted catalog=Arc::clone(&catalog) /><Shelf catalog memory /> }.into_any()
        }
    };
    // Another country may not have the category, and its list begins at the top.
    Effect::new(move |before: Option<cr_core::country::Country>| {
        let country = shop.country.get();
        if before.is_some_and(|before| before != country) {
            memory.wanted.everywhere();
            memory.place.update_value(|place| place.0 = 0);
            memory.opened.set_value(None);
        }
        country
    });
    view! {
        <ScreenHead title=move || i18n.t("grid.title")>
            <CountryPicker />
        </ScreenHead>
        <div class="brand-grid" part="brand-grid">
            <SearchField wanted=memory.wanted />
            {body}
        </div>
    }
}

/// Featured row and list.
#[component]
fn Shelf(catalog: Arc<Catalog>, memory: GridMemory) -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let wanted = memory.wanted;
    let catalog = StoredValue::new(catalog);
    let featured: Vec<usize> = catalog.with_value(|catalog| catalog.featured().to_vec());
    let has_no_featured = featured.is_empty();
    let is_open = Memo::new(move |_| wanted.query() == Query::default());
    let found = Memo::new(move |_| {
        let mut found = catalog.with_value(|catalog| catalog.search(&wanted.query()));
        // They stand in their own row above.
        if is_open.get() {
            found.retain(|index| !featured.contains(index));
        }
        found
    });
    let count = move || found.with(Vec::len);

    let (scrolled, row_height) = memory.place.get_value();
    let scroller = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Ul>::new();
    let sight = RwSignal::new(Sight { top: scrolled, height: 900, width: 0 });
    let offset = RwSignal::new(0_u32);
    let row = RwSignal::new(row_height);
    // Rows out of sight wait until what is in sight has been painted.
    let spare = RwSignal::new(0_u32);
    let shown = Memo::new(move |_| {
        let sight = sight.get();
        let from = sight.top.saturating_sub(offset.get());
        window(count(), columns(sight.width, GAP), row.get(), (from, from.saturating_add(sight.height)), spare.get())
    });
    let measure = move || {
        // Browsers still tell of the scrolling of a list that is gone.
        let (Some(Some(scroller)), Some(Some(list))) = (scroller.try_get_untracked(), list.try_get_untracked()) else {
            return;
        };
        let now = viewport::sight(&scroller);
        if sight.get_untracked() != now {
            sight.set(now);
        }
        let now = viewport::offset(&list);
        if offset.get_untracked() != now {
            offset.set(now);
        }
        if let Some(height) = viewport::row_height(&list)
            && row.get_untracked() != height + GAP
        {
            row.set(height + GAP);
        }
        memory.place.set_value((sight.get_untracked().top, row.get_untracked()));
    };
    // One frame later than what it follows, so that its own cost is never felt.
    let later = move || {
        request_animation_frame(move || {
            if !sight.is_disposed() {
                measure();
                spare.set(SPARE_ROWS);
            }
        });
    };
    let watch = StoredValue::new_local(None::<SizeWatch>);
    Effect::new(move |_| {
        let (Some(scroller), Some(list)) = (scroller.get(), list.get()) else { return };
        // Where the shopper was, in the width there is now; then the rows around that place, then the card.
        sight.set(Sight { top: scrolled, ..viewport::sight(&scroller) });
        offset.set(viewport::offset(&list));
        let returning = bring_back_focus(memory, catalog);
        request_animation_frame(move || {
            if sight.is_disposed() {
                return;
            }
            viewport::scroll_to(&scroller, scrolled);
            if let Some(index) = returning {
                let _ = focus::to_id(&scroller, &card_id("brand-", index))
                    || focus::to_id(&scroller, &card_id("featured-", index));
            }
            watch.set_value(SizeWatch::new(&scroller, measure));
            later();
        });
    });
    // Other results begin at the top, and other rows may have another height.
    Effect::new(move |before: Option<Query>| {
        let now = wanted.query();
        if before.is_some_and(|before| before != now) {
            spare.set(0);
            // Scrolling makes the browser lay out at once; at the top there is nothing to scroll.
            if sight.with_untracked(|sight| sight.top > 0)
                && let Some(scroller) = scroller.get_untracked()
            {
                sight.update(|sight| sight.top = 0);
                viewport::scroll_to(&scroller, 0);
            }
            later();
        }
        now
    });
    // Said when typing pauses, not at every letter.
    let say_count = debounce(Duration::from_millis(700), move |count: u64| {
        announcer.say(i18n.plural("grid.count", count, &[("count", &i18n.number(count))]));
    });
    Effect::new({
        let mut say_count = say_count;
        move |before: Option<usize>| {
            let now = count();
            if before.is_some_and(|before| before != now) {
                say_count(now as u64);
            }
            now
        }
    });
    on_cleanup(move || watch.set_value(None));

    let choose = Callback::new(move |id: BrandId| {
        memory.opened.set_value(Some(id.clone()));
        shop.choose(&id);
    });
    // One listener for all cards: their ids tell which.
    let press = move |event: ev::MouseEvent| {
        let index = stamp::id_around(&event, CARD).and_then(|id| id.rsplit('-').next()?.parse::<usize>().ok());
        let brand = index
            .and_then(|index| catalog.with_value(|catalog| catalog.brands().get(index).map(|brand| brand.id.clone())));
        if let Some(brand) = brand {
            choose.run(brand);
        }
    };
    let cards = StoredValue::new_local(CardStamp::new());
    let card = move |index: usize, prefix: &str| {
        let id = card_id(prefix, index);
        catalog.with_value(|catalog| cards.with_value(|cards| cards.card(catalog.brands().get(index)?, &id, i18n)))
    };
    let top = NodeRef::<html::Ul>::new();
    let rows = StoredValue::new_local(None::<(Rows, Rows)>);
    Effect::new(move |before: Option<Arc<str>>| {
        let lang = i18n.lang();
        let (Some(top), Some(list)) = (top.get(), list.get()) else { return lang };
        let shown = shown.get();
        rows.update_value(|rows| {
            let (top, rows) = rows.get_or_insert_with(|| (Rows::new(top.into()), Rows::new(list.into())));
            if before.is_some_and(|before| before != lang) {
                top.clear();
                rows.clear();
            }
            top.show(&catalog.with_value(|catalog| catalog.featured().to_vec()), |index| card(index, "featured-"));
            found.with(|found| {
                rows.show(found.get(shown.first..shown.end).unwrap_or_default(), |index| card(index, "brand-"))
            });
        });
        lang
    });
    let heading = move || {
        let count = count() as u64;
        if is_open.get() {
            i18n.t("grid.all")
        } else {
            i18n.plural("grid.count", count, &[("count", &i18n.number(count))])
        }
    };
    view! {
        <div
            class="brand-scroller"
            part="brand-list"
            style:--_columns=move || shown.get().columns.to_string()
            node_ref=scroller
            on:scroll=move |_| measure()
            on:click=press
            on:error:capture=move |event| image::on_error(&event)
        >
            // Kept and hidden while something is looked for: clearing the search must be as quick as typing.
            <div hidden=move || has_no_featured || !is_open.get()>
                <h3 class="brand-heading">{move || i18n.t("grid.featured")}</h3>
                <ul class="brand-featured" node_ref=top></ul>
            </div>
            <h3 class="brand-heading" hidden=move || count() == 0>{heading}</h3>
            <ul
                class="brand-list"
                node_ref=list

                style:padding-block-start=move || pixels(shown.get().before)
                style:padding-block-end=move || pixels(shown.get().after)
            ></ul>
            {move || (count() == 0 && !is_open.get()).then(|| view! { <NothingFound catalog wanted choose /> })}
        </div>
    }
}

/// The card that was opened and should have the focus again; the heading has it meanwhile.
fn bring_back_focus(memory: GridMemory, catalog: StoredValue<Arc<Catalog>>) -> Option<usize> {
    let steps: Option<Steps> = use_context();
    let opened = memory.opened.get_value()?;
    memory.opened.set_value(None);
    if !steps.is_some_and(Steps::has_moved) {
        return None;
    }
    catalog.with_value(|catalog| catalog.brands().iter().position(|brand| brand.id == opened))
}

fn card_id(prefix: &str, index: usize) -> String {
    let mut id = String::from(prefix);
    id.push_str(&index.to_string());
    id
}

fn pixels(length: u32) -> String {
    let mut text = length.to_string();
    text.push_str("px");
    text
}

/// Nothing carries that name: what to try instead.
#[component]
fn NothingFound(catalog: StoredValue<Arc<Catalog>>, wanted: Wanted, choose: Callback<BrandId>) -> impl IntoView {
    let i18n = expect_i18n();
    let text = move || wanted.text.with(|text| text.trim().to_owned());
    let is_narrowed = move || wanted.category.with(Option::is_some) || wanted.kind.with(Option::is_some);
    let title = move || {
        let text = text();
        if text.is_empty() { i18n.t("grid.none") } else { i18n.tf("grid.none_called", &[("name", &text)]) }
    };
    let near = move || {
        let near = catalog.with_value(|catalog| catalog.nearest(&text(), NEAREST));
        (!near.is_empty()).then(|| {
            view! {
                <p>{move || i18n.t("grid.nearest")}</p>
                <div class="brand-ways">
                    {near
                        .into_iter()
                        .filter_map(|index| catalog.with_value(|catalog| catalog.brands().get(index).cloned()))
                        .map(|brand| {
                            view! { <Button label=brand.name.clone() on_press=move |(): ()| choose.run(brand.id.clone()) /> }
                        })
                        .collect_view()}
                </div>
            }
        })
    };
    view! {
        <div class="brand-nothing">
            <Notice tone=Tone::Info title>
                {near}
                <div class="brand-ways">
                    {move || {
                        is_narrowed()
                            .then(|| {
                                view! {
                                    <Button
                                        label=move || i18n.t("grid.everywhere")
                                        on_press=move |(): ()| {
                                            wanted.everywhere();
                                        }
                                    />
                                }
                            })
                    }}
                    <Button label=move || i18n.t("grid.clear") icon=Glyph::Close on_press=move |(): ()| {
                            wanted.text.set(String::new());
                            wanted.everywhere();
                        } />
                    <AnotherCountry />
                </div>
            </Notice>
        </div>
    }
}

/// A country in which nothing is sold.
fn nothing_here() -> AnyView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let title = move || i18n.tf("grid.no_products", &[("country", &i18n.country(shop.country.get()))]);
    view! {
        <Notice tone=Tone::Info title>
            <p>{move || i18n.t("grid.no_products_hint")}</p>
            <div class="brand-ways">
                <AnotherCountry />
                <Button look=Look::Quiet icon=Glyph::Refresh label=move || i18n.t("error.retry") on_press=move |(): ()| shop.retry() />
            </div>
        </Notice>
    }
    .into_any()
}

/// Sends the focus to the country list, if there is one.
#[component]
fn AnotherCountry() -> impl IntoView {
    let shop = expect_shop();
    let i18n = expect_i18n();
    let place = NodeRef::<html::Span>::new();
    let go = move |(): ()| {
        if let Some(place) = place.get_untracked() {
            focus::to_id(&place, COUNTRY_ID);
        }
    };
    let is_locked = move || shop.config.with(|config| config.lock_country || config.countries.len() == 1);
    view! {
        <span node_ref=place>
            {move || {
                (!is_locked()).then(|| view! { <Button icon=Glyph::Globe label=move || i18n.t("grid.other_country") on_press=go /> })
            }}
        </span>
    }
}

/// Cards' places while the brands are on their way.
fn skeletons() -> AnyView {
    let i18n = expect_i18n();
    let card = |_| {
        view! {
            <li class="brand-skeleton">
                <span class={"skeleton-block brand-logo"}></span>
                <span class={"skeleton-line"}></span>
                <span class={"skeleton-line"}></span>
            </li>
        }
    };
    view! {
        <p class="visually-hidden" role="status">{move || i18n.t("grid.loading")}</p>
        <div class="brand-scroller" aria-hidden="true">
            <ul class="brand-list brand-list-loading">{(0..12).map(card).collect_view()}</ul>
        </div>
    }
    .into_any()
}
