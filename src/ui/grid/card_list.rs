//! The window over the list of brands: which cards are in the document, and keeping them in line with what is found and
//! in sight. This is the imperative part of [`BrandList`](super::brand_list::BrandList); no other component knows it.

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

use super::{
    brand_card::{CARD, CardStamp},
    brand_rows::Rows,
    brand_window::{SPARE_ROWS, Window, columns, window},
};
use crate::{
    app::ports::Guard,
    dom::{
        Element, HtmlElement,
        element::{self, set_style},
        focus, image,
        listener::Listener,
        viewport::{self, Sight, SizeWatch},
    },
    i18n::I18n,
    ui::{
        context::CheckoutContext,
        live::{live, next_frame},
    },
};

/// Space between cards, in CSS pixels; `--_gap` of the style sheet has the same value.
const GAP: u32 = 12;
/// Assumed height of a row, in CSS pixels, until one has been measured.
const FIRST_GUESS: u32 = 190;
/// How long after the last keystroke the number of results is spoken.
const PAUSE: Duration = Duration::from_millis(700);

/// What the cards need of the view around them.
pub(super) struct Door {
    /// The element that scrolls, with a head above the list.
    pub(super) scroller: HtmlElement,
    /// The list of what was found.
    pub(super) list: HtmlElement,
    /// The row of featured brands.
    pub(super) featured: HtmlElement,
    /// Called with the brand whose card is pressed.
    pub(super) on_choose: Callback<BrandId>,
    /// Called with the number of cards below the featured ones, whenever the query changes.
    pub(super) on_found: Box<dyn Fn(usize)>,
}

/// Fills a view with the cards of what is looked for, as long as the owner lives.
pub(super) fn show_cards(context: CheckoutContext, catalog: Arc<Catalog>, door: Door) {
    let wanted = context.memory.wanted;
    let Door { scroller, list, featured, on_choose, on_found } = door;
    let cards = CardList::new(context, catalog, scroller, list, featured);
    let ending: Option<Box<dyn Guard>> =
        Some(Box::new(Ending { _listeners: cards.listen(on_choose), cards: Rc::clone(&cards) }));
    StoredValue::new_local(ending);
    live(move || {
        let count = wanted.with(|query| cards.look_for(query));
        on_found(count);
    });
}

/// Ends the observer and the timer when it is dropped: otherwise the observer would keep the list alive, and the list
/// the observer.
struct Ending {
    cards: Rc<CardList>,
    _listeners: [Listener; 3],
}

impl Guard for Ending {}

impl Drop for Ending {
    fn drop(&mut self) {
        self.cards.watch.take();
        self.cards.pause.take();
    }
}

/// The cards in the document, and what they are drawn from.
struct CardList {
    context: CheckoutContext,
    catalog: Arc<Catalog>,
    scroller: HtmlElement,
    list: HtmlElement,
    cards: CardStamp,
    rows: RefCell<Rows>,
    featured: RefCell<Rows>,
    /// Indices of the brands that were found, best first.
    found: RefCell<Vec<usize>>,
    view: Cell<View>,
    shown: Cell<Option<Window>>,
    /// The query that ran last, and the language of that time.
    last: RefCell<Option<(Query, Arc<str>)>>,
    watch: RefCell<Option<SizeWatch>>,
    /// The timer that announces the number of results when typing pauses.
    pause: RefCell<Option<Box<dyn Guard>>>,
}

/// Which part of the list is in sight, and the sizes that decide what fits there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct View {
    sight: Sight,
    /// Size of its text, in CSS pixels.
    text: u32,
    /// How far below the scroller's top the list begins, in CSS pixels.
    offset: u32,
    /// Height of a row with the gap, in CSS pixels.
    row: u32,
    /// Rows kept out of sight; none until what is in sight has been painted.
    spare: u32,
}

impl CardList {
    /// Makes a list with no card in it yet. It is scrolled to where the shopper was before the next frame is painted.
    fn new(
        context: CheckoutContext,
        catalog: Arc<Catalog>,
        scroller: HtmlElement,
        list: HtmlElement,
        featured: HtmlElement,
    ) -> Rc<Self> {
        let (scrolled, row) = context.memory.rest.with_value(|rest| (rest.scrolled, rest.row));
        let cards = Rc::new(Self {
            context,
            catalog,
            cards: CardStamp::new(),
            rows: RefCell::new(Rows::new(list.clone().into())),
            featured: RefCell::new(Rows::new(featured.into())),
            scroller,
            list,
            found: RefCell::default(),
            view: Cell::new(View {
                sight: Sight { top: scrolled, height: 900, width: 0 },
                text: 16,
                offset: 0,
                row: row.unwrap_or(FIRST_GUESS),
                spare: 0,
            }),
            shown: Cell::new(None),
            last: RefCell::new(None),
            watch: RefCell::default(),
            pause: RefCell::default(),
        });
        // Measuring waits for the frame that first shows the list, so that it is no part of drawing it.
        let weak = Rc::downgrade(&cards);
        next_frame(move || {
            if let Some(cards) = weak.upgrade() {
                cards.settle(scrolled);
            }
        });
        cards
    }

    /// Listens once for each event type for all cards; the id of a card identifies it.
    fn listen(self: &Rc<Self>, on_choose: Callback<BrandId>) -> [Listener; 3] {
        let (scrolled, pressed) = (Rc::downgrade(self), Rc::downgrade(self));
        let scroll = move |_| {
            if let Some(cards) = scrolled.upgrade() {
                cards.measure();
            }
        };
        let press = move |event| {
            let index = element::id_around(&event, CARD).and_then(|id| id.rsplit('-').next()?.parse::<usize>().ok());
            let (Some(cards), Some(index)) = (pressed.upgrade(), index) else { return };
            if let Some(brand) = cards.catalog.brands().get(index) {
                on_choose.run(brand.id.clone());
            }
        };
        [
            Listener::add(&self.scroller, "scroll", false, Box::new(scroll)),
            Listener::add(&self.scroller, "click", false, Box::new(press)),
            Listener::add(&self.scroller, "error", true, Box::new(|event| image::on_error(&event))),
        ]
    }

    /// Shows what fits a query, in the current language. Returns how many cards that is below the featured ones.
    fn look_for(self: &Rc<Self>, query: &Query) -> usize {
        let i18n = self.context.i18n;
        let lang = i18n.lang();
        let before = self.last.replace(Some((query.clone(), Arc::clone(&lang))));
        if before.as_ref().is_none_or(|(_, before)| *before != lang) {
            self.forget_words();
        }
        self.find(query, *query == Query::default());
        let count = self.found.borrow().len();
        if before.is_some_and(|(before, _)| before != *query) {
            self.from_the_top();
            self.say_soon(counted(i18n, count));
        }
        self.draw();
        count
    }

    /// Finds the brands that fit the query; `is_open` is set when nothing particular is looked for.
    fn find(&self, query: &Query, is_open: bool) {
        let mut found = self.catalog.search(query);
        // The featured brands stand in a row of their own above.
        if is_open {
            found.retain(|index| !self.catalog.featured().contains(index));
        }
        self.found.replace(found);
    }

    /// Removes all cards, since they hold words of another language.
    fn forget_words(&self) {
        self.rows.borrow_mut().clear();
        self.featured.borrow_mut().clear();
    }

    fn card(&self, index: usize, prefix: &str) -> Option<Element> {
        self.cards.card(self.catalog.brands().get(index)?, &card_id(prefix, index), self.context.i18n)
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

    /// Reads sizes and positions from the browser, and draws if they have changed.
    fn measure(self: &Rc<Self>) {
        // Browsers still dispatch scroll events of a list that is gone.
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
        self.context.memory.rest.try_update_value(|rest| (rest.scrolled, rest.row) = (now.sight.top, Some(now.row)));
    }

    fn offset(&self) -> u32 {
        viewport::offset(&self.list)
    }

    /// Measures once the current change has been painted, so that the cost of measuring is never felt, and keeps spare
    /// rows from then on.
    fn measure_later(self: &Rc<Self>) {
        let cards = Rc::downgrade(self);
        // A callback requested here runs before the next frame is painted, so only the second one runs after it.
        next_frame(move || {
            next_frame(move || {
                if let Some(cards) = cards.upgrade() {
                    cards.view.set(View { spare: SPARE_ROWS, ..cards.view.get() });
                    cards.shown.set(None);
                    cards.measure();
                    if cards.shown.get().is_none() {
                        cards.draw();
                    }
                }
            });
        });
    }

    /// Scrolls to the top for other results, and measures again: their rows may have another height.
    fn from_the_top(self: &Rc<Self>) {
        let mut view = self.view.get();
        view.spare = 0;
        // Scrolling makes the browser lay out at once, so it is left out where the list is at the top already.
        if view.sight.top > 0 {
            view.sight.top = 0;
            viewport::scroll_to(&self.scroller, 0);
        }
        self.view.set(view);
        self.measure_later();
    }

    /// Announces the number of results when typing pauses, not at every letter.
    fn say_soon(&self, counted: String) {
        let announcer = self.context.announcer;
        let pause = self.context.shop.after(PAUSE, Box::new(move || announcer.say(counted)));
        self.pause.replace(pause);
    }

    /// Restores the scroll position in the current width once the list is in the document, and then the focus on the
    /// card that was opened.
    fn settle(self: &Rc<Self>, scrolled: u32) {
        if !self.scroller.is_connected() {
            // The list was just taken out of the document: the size observer reports when it is put back.
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
        let cards: Weak<Self> = Rc::downgrade(self);
        let watch = SizeWatch::new(&self.scroller, move || {
            if let Some(cards) = cards.upgrade() {
                cards.measure();
            }
        });
        self.watch.replace(watch);
    }

    /// The index of the card that was opened and should get the focus back; meanwhile the heading has it.
    fn returning(&self) -> Option<usize> {
        let opened = self.context.memory.rest.try_update_value(|rest| rest.opened.take()).flatten()?;
        if !self.context.steps.has_moved() {
            return None;
        }
        self.catalog.brands().iter().position(|brand| brand.id == opened)
    }
}

/// Returns how many brands were found, in words.
pub(super) fn counted(i18n: I18n, count: usize) -> String {
    let count = count as u64;
    i18n.plural("grid.count", count, &[("count", &i18n.number(count))])
}

fn card_id(prefix: &str, index: usize) -> String {
    [prefix, &index.to_string()].concat()
}

fn pixels(length: u32) -> String {
    [&*length.to_string(), "px"].concat()
}
