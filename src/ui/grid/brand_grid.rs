//! The brands on sale: search, chips, the featured row, and a window over the list so that ten thousand stay smooth.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::{
    rc::{Rc, Weak},
    sync::Arc,
};

use cr_core::catalog::{BrandId, Catalog, Query};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    brand_card::{CARD, CardStamp},
    brand_rows::Rows,
    brand_search::{chips, everywhere, search_field},
    brand_window::{SPARE_ROWS, Window, columns, window},
    country_picker::{COUNTRY_ID, country_picker, is_fixed},
};
use crate::{
    app::{Load, Trouble, ports::Guard},
    dom::{
        element::{self, make, put, set, set_style, set_text},
        focus, image,
        viewport::{self, Sight, SizeWatch},
    },
    ui::{
        drawn::{boxed, button, head, inside, live, next_frame, notice, on, on_way_down, place, show, words},
        front::Front,
        parts::{Glyph, Look, Tone},
    },
};

/// Space between cards, in CSS pixels; `--_gap` of the style sheet is the same.
const GAP: u32 = 12;
/// Height of a row until one has been measured.
const FIRST_GUESS: u32 = 190;
/// How many near names are offered when nothing is found.
const NEAREST: usize = 3;
/// How long typing rests before the number of results is spoken.
const PAUSE: Duration = Duration::from_millis(700);

/// The first screen: find a brand.
pub(crate) fn brand_grid(front: Front) -> Vec<Element> {
    let Front { shop, i18n, memory, .. } = front;
    // Another country may not have the category, and its list begins at the top.
    live(move || {
        let country = shop.country.get();
        let last = memory.rest.try_update_value(|rest| rest.country.replace(country)).flatten();
        if last.is_some_and(|last| last != country) {
            memory.rest.update_value(|rest| (rest.scrolled, rest.opened) = (0, None));
            everywhere(memory.wanted);
        }
    });
    let body = place();
    inside(&body, move || match shop.catalog.get() {
        Load::Idle | Load::Loading => skeletons(front),
        Load::Failed(trouble) => vec![failed(front, &trouble)],
        Load::Ready(catalog) if catalog.brands().is_empty() => vec![nothing_here(front)],
        Load::Ready(catalog) => untrack(|| {
            let mut all = chips(front, &catalog);
            all.push(shelf(front, catalog));
            all
        }),
    });
    let grid = make("div", &[("class", "brand-grid"), ("part", "brand-grid")], &[search_field(front), body]);
    let title = Box::new(move || i18n.t("grid.title"));
    vec![head(i18n, title, None, Some(country_picker(front)), front.steps.has_moved()), grid]
}

/// The list and what it is drawn from.
struct Shelf {
    front: Front,
    catalog: Arc<Catalog>,
    scroller: Element,
    list: Element,
    cards: CardStamp,
    rows: RefCell<Rows>,
    featured: RefCell<Rows>,
    /// Indices of what was found, best first.
    found: RefCell<Vec<usize>>,
    view: Cell<View>,
    shown: Cell<Option<Window>>,
    watch: RefCell<Option<SizeWatch>>,
    /// What is to be spoken when typing pauses.
    pause: RefCell<Option<Box<dyn Guard>>>,
}

/// What of the list is in sight.
#[derive(Clone, Copy, PartialEq, Eq)]
struct View {
    sight: Sight,
    /// Size of its text.
    text: u32,
    /// How far below the scroller's top the list begins.
    offset: u32,
    /// Height of a row.
    row: u32,
    /// Rows out of sight wait until what is in sight has been painted.
    spare: u32,
}

/// Featured row and list.
fn shelf(front: Front, catalog: Arc<Catalog>) -> Element {
    let Front { i18n, memory, .. } = front;
    let (scrolled, row) = memory.rest.with_value(|rest| (rest.scrolled, rest.row));
    let list = boxed("ul", "brand-list", &[]);
    let top = boxed("ul", "brand-featured", &[]);
    let scroller = make("div", &[("class", "brand-scroller"), ("part", "brand-list")], &[]);
    let shelf = Rc::new(Shelf {
        front,
        scroller: scroller.clone(),
        cards: CardStamp::new(),
        rows: RefCell::new(Rows::new(list.clone())),
        featured: RefCell::new(Rows::new(top.clone())),
        list: list.clone(),
        found: RefCell::default(),
        view: Cell::new(View {
            sight: Sight { top: scrolled, height: 900, width: 0 },
            text: 16,
            offset: 0,
            row: row.unwrap_or(FIRST_GUESS),
            spare: 0,
        }),
        shown: Cell::new(None),
        watch: RefCell::default(),
        pause: RefCell::default(),
        catalog,
    });
    // Kept and hidden while something is looked for: clearing the search must be as quick as typing.
    let above = make("div", &[], &[words(boxed("h3", "brand-heading", &[]), move || i18n.t("grid.featured")), top]);
    let heading = boxed("h3", "brand-heading", &[]);
    let nothing = place();
    put(&scroller, &[above.clone(), heading.clone(), list, nothing.clone()]);
    live({
        let shelf = Rc::clone(&shelf);
        let mut last: Option<(Query, Arc<str>)> = None;
        move || {
            let (query, lang) = (memory.wanted.get(), i18n.lang());
            let before = last.replace((query.clone(), Arc::clone(&lang)));
            let is_same_query = before.as_ref().is_some_and(|(before, _)| *before == query);
            let is_open = query == Query::default();
            if before.as_ref().is_none_or(|(_, before)| *before != lang) {
                shelf.forget_words();
            }
            shelf.find(&query, is_open);
            let count = shelf.found.borrow().len();
            show(&above, is_open && !shelf.catalog.featured().is_empty());
            show(&heading, count > 0);
            let counted = i18n.plural("grid.count", count as u64, &[("count", &i18n.number(count as u64))]);
            set_text(&heading, &if is_open { i18n.t("grid.all") } else { counted.clone() });
            set_text(&nothing, "");
            if count == 0 && !is_open {
                put(&nothing, &[nothing_found(front, &shelf.catalog, &query)]);
            }
            if before.is_some() && !is_same_query {
                shelf.from_the_top();
                shelf.say_soon(counted);
            }
            shelf.draw();
        }
    });
    on(&scroller, "scroll", {
        let shelf = Rc::clone(&shelf);
        move |_| shelf.measure()
    });
    // One listener for all cards: their ids tell which.
    on(&scroller, "click", {
        let shelf = Rc::clone(&shelf);
        move |event| {
            let index = element::id_around(&event, CARD).and_then(|id| id.rsplit('-').next()?.parse::<usize>().ok());
            if let Some(brand) = index.and_then(|index| shelf.catalog.brands().get(index)) {
                choose(front, &brand.id);
            }
        }
    });
    on_way_down(&scroller, "error", |event| image::on_error(&event));
    let kept = StoredValue::new_local(Rc::clone(&shelf));
    on_cleanup(move || {
        // The observer would keep the list, and the list the observer.
        kept.try_with_value(|shelf| shelf.watch.take());
    });
    // In the frame that shows the list first, so that measuring it is no part of drawing it.
    let shelf = Rc::downgrade(&shelf);
    next_frame(move || {
        if let Some(shelf) = shelf.upgrade() {
            shelf.settle(scrolled);
        }
    });
    scroller
}

fn choose(front: Front, id: &BrandId) {
    front.memory.rest.update_value(|rest| rest.opened = Some(id.clone()));
    front.shop.choose(id);
}

impl Shelf {
    /// Looks for what is wanted.
    fn find(&self, query: &Query, is_open: bool) {
        let mut found = self.catalog.search(query);
        // They stand in their own row above.
        if is_open {
            found.retain(|index| !self.catalog.featured().contains(index));
        }
        self.found.replace(found);
    }

    /// The cards hold words of another language.
    fn forget_words(&self) {
        self.rows.borrow_mut().clear();
        self.featured.borrow_mut().clear();
    }

    fn card(&self, index: usize, prefix: &str) -> Option<Element> {
        self.cards.card(self.catalog.brands().get(index)?, &card_id(prefix, index), self.front.i18n)
    }

    /// Brings the cards in the document in line with what was found and what is in sight.
    fn draw(&self) {
        let View { sight, text, offset, row, spare } = self.view.get();
        let from = sight.top.saturating_sub(offset);
        let found = self.found.borrow();
        let seen = (from, from.saturating_add(sight.height));
        let now = window(found.len(), columns(sight.width, GAP, text), row, seen, spare);
        let last = self.shown.replace(Some(now));
        if last.is_none_or(|last| last.columns != now.columns) {
            set_style(&self.scroller, "--_columns", &now.columns.to_string());
        }
        if last.is_none_or(|last| (last.before, last.after) != (now.before, now.after)) {
            set_style(&self.list, "padding-block-start", &pixels(now.before));
            set_style(&self.list, "padding-block-end", &pixels(now.after));
        }
        self.featured.borrow_mut().show(self.catalog.featured(), |index| self.card(index, "featured-"));
        let wanted = found.get(now.first..now.end).unwrap_or_default();
        self.rows.borrow_mut().show(wanted, |index| self.card(index, "brand-"));
    }

    /// Takes over what the browser says of sizes and places, and draws if they are others.
    fn measure(self: &Rc<Self>) {
        // Browsers still tell of the scrolling of a list that is gone.
        if !self.scroller.is_connected() {
            return;
        }
        let before = self.view.get();
        let row = viewport::row_height(&self.list).map_or(before.row, |height| height + GAP);
        let sight = viewport::sight(&self.scroller);
        let is_same_room = (sight.width, sight.height) == (before.sight.width, before.sight.height);
        let text = if is_same_room { before.text } else { viewport::font_size(&self.scroller) };
        let now = View { sight, text, offset: self.offset(), row, ..before };
        self.view.set(now);
        if now != before {
            let columns = || self.shown.get().map(|window| window.columns);
            let last = columns();
            self.draw();
            // Rows of another width may have another height.
            if last.is_some() && columns() != last {
                self.measure_later();
            }
        }
        self.front.memory.rest.try_update_value(|rest| (rest.scrolled, rest.row) = (now.sight.top, Some(now.row)));
    }

    fn offset(&self) -> u32 {
        self.list.dyn_ref::<HtmlElement>().map_or(0, viewport::offset)
    }

    /// Measures when what it follows has been painted, so that its own cost is never felt, with rows to spare from then on.
    fn measure_later(self: &Rc<Self>) {
        let shelf = Rc::downgrade(self);
        // The first frame is painted only after what is asked of it here.
        next_frame(move || {
            next_frame(move || {
                if let Some(shelf) = shelf.upgrade() {
                    shelf.view.set(View { spare: SPARE_ROWS, ..shelf.view.get() });
                    shelf.shown.set(None);
                    shelf.measure();
                    if shelf.shown.get().is_none() {
                        shelf.draw();
                    }
                }
            });
        });
    }

    /// Other results begin at the top, and other rows may have another height.
    fn from_the_top(self: &Rc<Self>) {
        let mut view = self.view.get();
        view.spare = 0;
        // Scrolling makes the browser lay out at once; at the top there is nothing to scroll.
        if view.sight.top > 0 {
            view.sight.top = 0;
            viewport::scroll_to(&self.scroller, 0);
        }
        self.view.set(view);
        self.measure_later();
    }

    /// The number of results is spoken when typing pauses, not at every letter.
    fn say_soon(&self, counted: String) {
        let announcer = self.front.announcer;
        let pause = self.front.shop.after(PAUSE, Box::new(move || announcer.say(counted)));
        self.pause.replace(pause);
    }

    /// The list is in the document: where the shopper was, in the width there is now; then the card that was opened.
    fn settle(self: &Rc<Self>, scrolled: u32) {
        if !self.scroller.is_connected() {
            // Taken out just now: the watch tells when it is put back.
            self.watch_size();
            return;
        }
        let sight = Sight { top: scrolled, ..viewport::sight(&self.scroller) };
        let text = viewport::font_size(&self.scroller);
        self.view.set(View { sight, text, offset: self.offset(), ..self.view.get() });
        self.draw();
        viewport::scroll_to(&self.scroller, scrolled);
        if let Some(index) = self.returning() {
            let _ = focus::to_id(&self.scroller, &card_id("brand-", index))
                || focus::to_id(&self.scroller, &card_id("featured-", index));
        }
        self.watch_size();
        self.measure_later();
    }

    fn watch_size(self: &Rc<Self>) {
        let shelf: Weak<Self> = Rc::downgrade(self);
        let watch = SizeWatch::new(&self.scroller, move || {
            if let Some(shelf) = shelf.upgrade() {
                shelf.measure();
            }
        });
        self.watch.replace(watch);
    }

    /// The card that was opened and should have the focus again; the heading has it meanwhile.
    fn returning(&self) -> Option<usize> {
        let opened = self.front.memory.rest.try_update_value(|rest| rest.opened.take()).flatten()?;
        if !self.front.steps.has_moved() {
            return None;
        }
        self.catalog.brands().iter().position(|brand| brand.id == opened)
    }
}

fn card_id(prefix: &str, index: usize) -> String {
    [prefix, &index.to_string()].concat()
}

fn pixels(length: u32) -> String {
    [&*length.to_string(), "px"].concat()
}

/// Nothing carries that name: what to try instead.
fn nothing_found(front: Front, catalog: &Arc<Catalog>, query: &Query) -> Element {
    let Front { i18n, memory, .. } = front;
    let text = query.text.trim().to_owned();
    let mut children = Vec::new();
    let near = catalog.nearest(&text, NEAREST);
    if !near.is_empty() {
        let ways = boxed("div", "brand-ways", &[]);
        for brand in near.into_iter().filter_map(|index| catalog.brands().get(index)) {
            let (name, id) = (brand.name.clone(), brand.id.clone());
            put(&ways, &[button(Look::Secondary, None, Box::new(move || name.clone()), move || choose(front, &id))]);
        }
        children.extend([words(make("p", &[], &[]), move || i18n.t("grid.nearest")), ways]);
    }
    let ways = boxed("div", "brand-ways", &[]);
    if query.category.is_some() || query.kind.is_some() {
        let label = Box::new(move || i18n.t("grid.everywhere"));
        put(&ways, &[button(Look::Secondary, None, label, move || everywhere(memory.wanted))]);
    }
    let clear = button(Look::Secondary, Some(Glyph::Close), Box::new(move || i18n.t("grid.clear")), move || {
        memory.wanted.set(Query::default());
    });
    put(&ways, &[clear]);
    put(&ways, &another_country(front));
    children.push(ways);
    let title = move || {
        if text.is_empty() { i18n.t("grid.none") } else { i18n.tf("grid.none_called", &[("name", &text)]) }
    };
    boxed("div", "brand-nothing", &[notice(Tone::Info, Box::new(title), &children)])
}

/// A country in which nothing is sold.
fn nothing_here(front: Front) -> Element {
    let Front { shop, i18n, .. } = front;
    let title = move || i18n.tf("grid.no_products", &[("country", &i18n.country(shop.country.get()))]);
    let hint = words(make("p", &[], &[]), move || i18n.t("grid.no_products_hint"));
    let ways = boxed("div", "brand-ways", &another_country(front));
    put(&ways, &[retry(front, Look::Quiet)]);
    notice(Tone::Info, Box::new(title), &[hint, ways])
}

/// The brands, or what comes after them, could not be loaded, as [`crate::ui::parts::LoadFailed`] says it.
pub(crate) fn failed(front: Front, trouble: &Trouble) -> Element {
    let i18n = front.i18n;
    let (title, text) = trouble.words();
    let seconds = trouble.wait_seconds();
    let text = move || match seconds {
        Some(seconds) => i18n.plural("error.busy.wait", seconds, &[]),
        None => i18n.t(text),
    };
    let children = [words(make("p", &[], &[]), text), make("p", &[], &[retry(front, Look::Secondary)])];
    let notice = notice(Tone::Warn, Box::new(move || i18n.t(title)), &children);
    set(&notice, "role", "alert");
    notice
}

fn retry(front: Front, look: Look) -> Element {
    let Front { shop, i18n, .. } = front;
    button(look, Some(Glyph::Refresh), Box::new(move || i18n.t("error.retry")), move || shop.retry())
}

/// Sends the focus to the country list, if there is one.
fn another_country(front: Front) -> Vec<Element> {
    let i18n = front.i18n;
    if is_fixed(front) {
        return Vec::new();
    }
    let here = make("span", &[], &[]);
    let go = button(Look::Secondary, Some(Glyph::Globe), Box::new(move || i18n.t("grid.other_country")), {
        let here = here.clone();
        move || {
            focus::to_id(&here, COUNTRY_ID);
        }
    });
    put(&here, &[go]);
    vec![here]
}

/// Cards' places while the brands are on their way.
fn skeletons(front: Front) -> Vec<Element> {
    let i18n = front.i18n;
    let said = make("p", &[("class", "visually-hidden"), ("role", "status")], &[]);
    let parts = ["skeleton-block brand-logo", "skeleton-line", "skeleton-line"].map(|class| boxed("span", class, &[]));
    let card = boxed("li", "brand-skeleton", &parts);
    let cards: Vec<Element> = (0..12).map(|_| element::copy(&card)).collect();
    let list = boxed("ul", "brand-list brand-list-loading", &cards);
    vec![
        words(said, move || i18n.t("grid.loading")),
        make("div", &[("class", "brand-scroller"), ("aria-hidden", "true")], &[list]),
    ]
}
