//! The frame around the screens: the brands, or the purchase once it is there, and what stands around both.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::{
    drawn::{attribute, boxed, head, icon, inside, on, place, words},
    front::{Front, Mount, Views},
    grid::brand_grid::{brand_grid, failed},
    parts::Glyph,
};
use crate::{
    app::shop::Stage,
    dom::{
        element::{make, put, set},
        focus,
    },
};

/// The checkout of one element, alive as long as the owner that it is drawn under.
#[must_use]
pub fn checkout(front: Front) -> Element {
    let Front { shop, i18n, .. } = front;
    let offline = make("div", &[("class", "offline"), ("role", "status")], &[]);
    inside(&offline, move || {
        if shop.online.get() {
            return Vec::new();
        }
        let text = words(make("span", &[], &[]), move || i18n.t("frame.offline"));
        vec![boxed("p", "offline-text", &[icon(Glyph::Offline), text])]
    });
    let stage = place();
    let mut before = None;
    super::drawn::live({
        let stage = stage.clone();
        move || {
            let now = shop.stage.get();
            if before.replace(now).is_some_and(|before| before != now) {
                front.steps.set_moved();
            }
            crate::dom::element::set_text(&stage, "");
            untrack(|| show(front, now, &stage));
        }
    });
    let said = make("div", &[("class", "visually-hidden"), ("role", "status"), ("aria-live", "polite")], &[]);
    // A fresh element each time: it is read even when the words are the same.
    inside(&said, move || {
        let text = front.announcer.said();
        let line = make("p", &[], &[]);
        crate::dom::element::set_text(&line, &text);
        if text.is_empty() { Vec::new() } else { vec![line] }
    });
    let frame = make("div", &[("class", "frame"), ("part", "frame")], &[offline, stage, foot(front)]);
    let checkout = make("div", &[("class", "checkout"), ("part", "checkout")], &[frame, said]);
    attribute(&checkout, "lang", move || i18n.lang().to_string());
    attribute(&checkout, "dir", move || if i18n.is_rtl() { "rtl" } else { "ltr" }.to_owned());
    // What is typed here is none of the page's business: to its shortcuts a key in our fields would look like one outside any.
    for name in [
        "keydown",
        "keypress",
        "keyup",
        "beforeinput",
        "input",
        "compositionstart",
        "compositionupdate",
        "compositionend",
    ] {
        on(&checkout, name, |event| {
            if focus::is_typing(&event) {
                event.stop_propagation();
            }
        });
    }
    // Nor is what is copied: pages that add a line of their own to it would spoil an address.
    for name in ["copy", "cut", "paste"] {
        on(&checkout, name, |event| event.stop_propagation());
    }
    checkout
}

fn show(front: Front, stage: Stage, place: &Element) {
    let children = match stage {
        Stage::Grid => {
            let above = super::drawn::place();
            set(&above, "class", "place above");
            mount(front, &above, |views| views.above_grid);
            let mut children = vec![above];
            children.extend(brand_grid(front));
            children
        }
        Stage::Opening => opening(front),
        Stage::Stuck => stuck(front),
        // It brings its own box, one a screen.
        Stage::Purchase => return mount(front, place, |views| views.purchase),
    };
    put(place, &[make("div", &[("class", "screen"), ("part", "screen")], &children)]);
}

/// Shows a view of the purchase as soon as it is there.
fn mount(front: Front, place: &Element, which: fn(Views) -> Mount) {
    let place = place.clone();
    super::drawn::live(move || {
        if let (Some(views), Some(place)) = (front.views.get(), place.dyn_ref::<HtmlElement>()) {
            StoredValue::new_local(untrack(|| which(views)(place)));
        }
    });
}

/// A brand was chosen, and the purchase is on its way.
fn opening(front: Front) -> Vec<Element> {
    let i18n = front.i18n;
    // In the shape of what comes: the brand's picture, and values to choose from.
    let blocks: Vec<_> = (0..7).map(|_| boxed("span", "skeleton-block", &[])).collect();
    let skeleton = boxed("div", "opening", &blocks);
    set(&skeleton, "role", "status");
    attribute(&skeleton, "aria-label", move || i18n.t("shell.loading"));
    vec![awaited_head(front), skeleton]
}

/// The purchase could not be loaded.
fn stuck(front: Front) -> Vec<Element> {
    vec![awaited_head(front), failed(front, &front.shop.unanswered())]
}

/// The head of what is to be opened, with the way back.
fn awaited_head(front: Front) -> Element {
    let Front { shop, i18n, .. } = front;
    let name = shop.awaited();
    let title = move || name.clone().unwrap_or_else(|| i18n.t("shell.loading"));
    head(i18n, Box::new(title), Some(Box::new(move || shop.start_over())), None, front.steps.has_moved())
}

/// Who sells, and the partner's links.
fn foot(front: Front) -> Element {
    let Front { shop, i18n, .. } = front;
    let seller = words(make("span", &[], &[]), move || i18n.t("frame.seller"));
    let links = place();
    inside(&links, move || {
        let own = shop.config.with(|config| config.links.clone());
        let named = [(own.terms, "frame.terms"), (own.privacy, "frame.privacy"), (own.support, "frame.support")];
        named
            .into_iter()
            .filter_map(|(href, key)| {
                let attributes =
                    [("class", "foot-link"), ("href", &*href?), ("target", "_blank"), ("rel", "noopener noreferrer")]
                        .map(|(name, value)| (name, value.to_owned()));
                let attributes = attributes.each_ref().map(|(name, value)| (*name, value.as_str()));
                Some(words(make("a", &attributes, &[]), move || i18n.t(key)))
            })
            .collect()
    });
    make("div", &[("class", "foot"), ("part", "footer")], &[seller, links])
}
