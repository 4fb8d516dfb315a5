//! The window over the list of brands: which cards are in the document, and keeping them in line with what is found and
//! in sight. The imperative inside of [`BrandList`](super::brand_list::BrandList), which alone knows it.

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

/// Space between cards, in CSS pixels; `--_gap` of the style sheet is the same.
const GAP: u32 = 12;
/// Height of a row until one has been measured.
const FIRST_GUESS: u32 = 190;
/// How long typing rests before the number of results is spoken.
const PAUSE: Duration = Duration::from_millis(700);

/// What the cards need of the view around them.
pub(super) struct Door {
    /// What scrolls, with a head above the list.
    pub(super) scroller: HtmlElement,
    /// The list of what was found.
    pub(super) list: HtmlElement,
    /// The row of featured brands.
    pub(super) featured: HtmlElement,
    /// Called with the brand whose card is pressed.
    pub(super) on_choose: Callback<BrandId>,
    /// Called with the number of cards below the featured ones, whenever something else is looked for.
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

/// Ends what goes on without the shopper when it is dropped: an observer would keep the list, and the list the
/// observer.
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
    /// Indices of what was found, best first.
    found: RefCell<Vec<usize>>,
    view: Cell<View>,
    shown: Cell<Option<Window>>,
    /// What was looked for last, in which language.
    last: RefCell<Option<(Query, Arc<str>)>>,
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

impl CardList {
    /// A list with no card in it yet; it is scrolled to where the shopper was before the next picture is painted.
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
        // In the frame that shows the list first, so that measuring it is no part of drawing it.
        let weak = Rc::downgrade(&cards);
        next_frame(move || {
            if let Some(cards) = weak.upgrade() {
                cards.settle(scrolled);
            }
        });
        cards
    }

    /// One listener a kind for all cards: their ids tell which.
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

    /// Shows what fits a query, in the language there is now. Returns how many cards that are below the featured ones.
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
        self.context.memory.rest.try_update_value(|rest| (rest.scrolled, rest.row) = (now.sight.top, Some(now.row)));
    }

    fn offset(&self) -> u32 {
        viewport::offset(&self.list)
    }

    /// Measures when what it follows has been painted, so that its own cost is never felt, with rows to spare from then
    /// on.
    fn measure_later(self: &Rc<Self>) {
        let cards = Rc::downgrade(self);
        // The first frame is painted only after what is asked of it here.
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
        let announcer = self.context.announcer;
        let pause = self.context.shop.after(PAUSE, Box::new(move || announcer.say(counted)));
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
        let cards: Weak<Self> = Rc::downgrade(self);
        let watch = SizeWatch::new(&self.scroller, move || {
            if let Some(cards) = cards.upgrade() {
                cards.measure();
            }
        });
        self.watch.replace(watch);
    }

    /// The card that was opened and should have the focus again; the heading has it meanwhile.
    fn returning(&self) -> Option<usize> {
        let opened = self.context.memory.rest.try_update_value(|rest| rest.opened.take()).flatten()?;
        if !self.context.steps.has_moved() {
            return None;
        }
        self.catalog.brands().iter().position(|brand| brand.id == opened)
    }
}

/// How many brands were found, in words.
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
