//! Views of the first module, drawn by hand: elements from [`element`], and what changes in them as effects of one type.
//!
//! `view!` is for the purchase. Its typed trees weigh kilobytes each, and all of the first module has to arrive before the
//! shopper sees a brand (docs/decisions/0008). The markup here is that of the components in `parts`.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::parts::{Glyph, Look, Tone};
use crate::{
    dom::{
        element::{self, make, make_svg, put, set},
        focus,
        listener::Listener,
    },
    i18n::I18n,
};

/// Words that may change.
pub(super) type Words = Box<dyn Fn() -> String>;

/// Does `work` now, and again whenever a signal that it read changes, as long as the owner lives. What an earlier run set up
/// is cleaned up before the next.
pub(super) fn live(work: impl FnMut() + 'static) {
    start(Box::new(work));
}

fn start(mut work: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_: Option<()>| work());
    StoredValue::new_local(effect);
}

/// Listens as long as the owner lives.
pub(super) fn on(element: &Element, name: &'static str, act: impl Fn(Event) + 'static) {
    StoredValue::new_local(Listener::add(element, name, false, Box::new(act)));
}

/// The same for events that do not rise from where they happen.
pub(super) fn on_way_down(element: &Element, name: &'static str, act: impl Fn(Event) + 'static) {
    StoredValue::new_local(Listener::add(element, name, true, Box::new(act)));
}

/// After the current turn: what is being drawn is in the document by then.
pub(super) fn soon(work: impl FnOnce() + 'static) {
    let work: Box<dyn FnOnce()> = Box::new(work);
    let turn: crate::app::ports::Local<()> = Box::pin(async move { work() });
    leptos::task::spawn_local(turn);
}

/// Before the next picture is painted.
pub(super) fn next_frame(work: impl FnOnce() + 'static) {
    let work: Box<dyn FnOnce()> = Box::new(work);
    request_animation_frame(work);
}

/// Keeps the words inside an element up to date.
pub(super) fn words(element: Element, words: impl Fn() -> String + 'static) -> Element {
    let inside = element.clone();
    live(move || element::set_text(&inside, &words()));
    element
}

/// Keeps an attribute up to date.
pub(super) fn attribute(element: &Element, name: &'static str, value: impl Fn() -> String + 'static) {
    let element = element.clone();
    live(move || set(&element, name, &value()));
}

/// Hides an element while `is_hidden`.
pub(super) fn hide(element: &Element, is_hidden: impl Fn() -> bool + 'static) {
    let element = element.clone();
    live(move || show(&element, !is_hidden()));
}

/// Shows or hides an element.
pub(super) fn show(element: &Element, is_shown: bool) {
    if is_shown { element::unset(element, "hidden") } else { set(element, "hidden", "") }
}

/// Draws the inside of an element, and draws it anew whenever a signal that `draw` read changes.
pub(super) fn inside(element: &Element, draw: impl Fn() -> Vec<Element> + 'static) {
    let place = element.clone();
    live(move || {
        let drawn = draw();
        element::set_text(&place, "");
        put(&place, &drawn);
    });
}

/// A box that has no box of its own: what is in it stands where it stands.
pub(super) fn place() -> Element {
    make("div", &[("class", "place")], &[])
}

/// An element with a class, around its children.
pub(super) fn boxed(tag: &str, class: &str, children: &[Element]) -> Element {
    make(tag, &[("class", class)], children)
}

/// An icon.
pub(super) fn icon(glyph: Glyph) -> Element {
    let class = if glyph.is_directional() { "icon icon-directional" } else { "icon" };
    let path = make_svg("path", &[("d", glyph.path())], &[]);
    make_svg("svg", &[("class", class), ("viewBox", "0 0 20 20"), ("aria-hidden", "true")], &[path])
}

/// A button of icon and words.
pub(super) fn button(look: Look, glyph: Option<Glyph>, label: Words, press: impl Fn() + 'static) -> Element {
    let (class, part) = look.names();
    let button = make("button", &[("class", class), ("part", part), ("type", "button")], &[]);
    if let Some(glyph) = glyph {
        put(&button, &[icon(glyph)]);
    }
    put(&button, &[words(boxed("span", "button-label", &[]), label)]);
    on(&button, "click", move |_| press());
    button
}

/// A button that is an icon only, with a name for screen readers.
pub(super) fn icon_button(class: &str, glyph: Glyph, name: Words, press: impl Fn() + 'static) -> Element {
    let button = make("button", &[("class", class), ("type", "button")], &[icon(glyph)]);
    attribute(&button, "aria-label", name);
    on(&button, "click", move |_| press());
    button
}

/// A few sentences that matter now.
pub(super) fn notice(tone: Tone, title: Words, children: &[Element]) -> Element {
    let (name, glyph) = tone.names();
    let text = boxed("div", "notice-text", &[words(boxed("p", "notice-title", &[]), title)]);
    put(&text, children);
    make("div", &[("class", "notice"), ("part", "notice"), ("data-tone", name)], &[icon(glyph), text])
}

/// The head of a screen: the way back if there is one, where we are, and what stands at the far end.
///
/// Its heading takes the focus when the screen replaces another: `is_moved`.
pub(super) fn head(
    i18n: I18n,
    title: Words,
    back: Option<Box<dyn Fn()>>,
    end: Option<Element>,
    is_moved: bool,
) -> Element {
    let head = make("div", &[("class", "screen-head"), ("part", "header")], &[]);
    if let Some(back) = back {
        let back = icon_button("icon-button", Glyph::Back, Box::new(move || i18n.t("frame.back")), back);
        set(&back, "part", "back-button");
        put(&head, &[back]);
    }
    let heading = make("h2", &[("class", "screen-title"), ("part", "title"), ("tabindex", "-1")], &[]);
    put(&head, &[words(heading.clone(), title)]);
    if let Some(end) = end {
        put(&head, &[boxed("div", "screen-head-end", &[end])]);
    }
    if is_moved {
        soon(move || {
            if let Some(heading) = heading.dyn_ref() {
                let _ = focus::to_heading(heading);
            }
        });
    }
    head
}
