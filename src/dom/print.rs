//! Prints a document of the checkout. It is built as nodes in a hidden frame, so that nothing of the host page is
//! printed.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::rc::{Rc, Weak};

use cr_core::payment::qr::{QUIET_ZONE, Qr};
use js_sys::{Array, Promise};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, EventTarget, HtmlElement, HtmlIFrameElement, HtmlImageElement, Window};

use super::{
    element::{make, make_svg},
    is_visible,
    listener::Listener,
    timer::{Timer, timeout_ms},
    window,
};

/// One part of a document, from top to bottom.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A heading for what follows.
    Heading(String),
    /// A label for the next piece.
    Label(String),
    /// A secret or a number, of which every character counts.
    Code(String),
    /// A line of plain text.
    Text(String),
    /// A QR code.
    Qr(Qr),
    /// A picture from this URL.
    Picture(String),
}

/// How long pictures are waited for; one that has not loaded by then is left out.
const PATIENCE: Duration = Duration::from_secs(6);

/// How long a print that has begun may last, after which it counts as ended even if the browser reports no end. Phones
/// read the frame for as long as their print dialogue is open.
const LONGEST: Duration = Duration::from_secs(180);

/// How long to wait for the beginning of a print, after which it counts as refused. Where a frame may not open a
/// dialogue, no event reports that.
const BEGINNING: Duration = Duration::from_secs(10);

/// A document being printed. Dropping it removes the frame.
pub struct Printing {
    frame: HtmlIFrameElement,
    _loaded: Listener,
    /// The listeners and the timer that end the print.
    _ends: Rc<RefCell<Ends>>,
}

/// The listeners and the timer that wait for the end of a print.
#[derive(Default)]
struct Ends {
    _listeners: Vec<Listener>,
    timer: Option<Timer>,
}

impl Printing {
    /// Puts the document into a frame inside `place` and opens the browser's print dialogue. `done` is called
    /// afterwards: when the browser reports the end, when the page is left or visible again after it was hidden, when
    /// the browser refuses, or after a time limit.
    pub fn start(place: &Element, title: String, pieces: Vec<Piece>, done: Rc<dyn Fn()>) -> Option<Self> {
        let frame: HtmlIFrameElement =
            make("iframe", &[("aria-hidden", "true"), ("tabindex", "-1")], &[]).dyn_into().ok()?;
        style(&frame, &[("position", "fixed"), ("inset", "0 auto auto 0"), ("visibility", "hidden")]);
        style(&frame, &[("width", "0"), ("height", "0"), ("border", "0")]);
        let ends = Rc::new(RefCell::new(Ends::default()));
        let (ours, held) = (frame.clone(), Rc::downgrade(&ends));
        // `done` is not called within an event, since it removes the frame, and the listener of the event with it.
        let done: Rc<dyn Fn()> = Rc::new(move || {
            let done = Rc::clone(&done);
            wasm_bindgen_futures::spawn_local(async move { done() });
        });
        // Some browsers replace the empty document once it has loaded; others load it within the call that adds the
        // frame.
        let loaded = Listener::new(&frame, "load", move |_| {
            let (Some(window), Some(document)) = (ours.content_window(), ours.content_document()) else {
                return done();
            };
            let has_begun = Rc::new(Cell::new(false));
            if let Some(ends) = held.upgrade() {
                *ends.borrow_mut() = Ends { _listeners: listen(&window, &has_begun, &done), timer: None };
            }
            document.set_title(&title);
            let pictures = fill(&document, &pieces);
            let (held, done) = (held.clone(), Rc::clone(&done));
            wasm_bindgen_futures::spawn_local(async move {
                in_time(all_settled(&pictures)).await;
                // The frame was removed meanwhile: another print was begun, or the screen is gone.
                if held.strong_count() == 0 {
                    return;
                }
                if window.print().is_err() {
                    return done();
                }
                end_after(&held, if has_begun.get() { LONGEST } else { BEGINNING }, done);
            });
        });
        place.append_child(&frame).ok()?;
        Some(Self { frame, _loaded: loaded, _ends: ends })
    }
}

/// Listens for the beginning of a print, which is noted, and for its end.
fn listen(window: &Window, has_begun: &Rc<Cell<bool>>, done: &Rc<dyn Fn()>) -> Vec<Listener> {
    let ends = |target: &EventTarget, name| {
        let done = Rc::clone(done);
        Listener::new(target, name, move |_| done())
    };
    let begun = Rc::clone(has_begun);
    let mut all = vec![Listener::new(window, "beforeprint", move |_| begun.set(true)), ends(window, "afterprint")];
    if let Some(page) = super::window() {
        all.push(ends(&page, "pagehide"));
        // A page that becomes hidden does not end the print: on phones the print dialogue hides the page, and still
        // reads the frame.
        let done = Rc::clone(done);
        let seen_again = move |_| {
            if is_visible() {
                done();
            }
        };
        all.push(Listener::new(&page, "visibilitychange", seen_again));
    }
    all
}

fn end_after(held: &Weak<RefCell<Ends>>, wait: Duration, done: Rc<dyn Fn()>) {
    if let Some(ends) = held.upgrade() {
        let timer = Timer::after(wait, Box::new(move || done()));
        ends.borrow_mut().timer = Some(timer);
    }
}

impl Drop for Printing {
    fn drop(&mut self) {
        self.frame.remove();
    }
}

/// Builds the document, and returns the pictures to wait for.
fn fill(document: &Document, pieces: &[Piece]) -> Vec<HtmlImageElement> {
    let mut pictures = Vec::new();
    let Some(body) = document.body() else { return pictures };
    style(
        &body,
        &[("margin", "0"), ("font", "16px/1.4 system-ui, sans-serif"), ("color", "#000"), ("background", "#fff")],
    );
    for piece in pieces {
        let element = match piece {
            Piece::Heading(text) => line("h1", text, &[("font-size", "22px"), ("margin", "24px 0 4px")]),
            Piece::Label(text) => {
                line("p", text, &[("font-size", "14px"), ("color", "#555"), ("margin", "12px 0 2px")])
            }
            Piece::Code(text) => {
                let font = ("font", "600 20px/1.4 ui-monospace, Menlo, Consolas, monospace");
                line("p", text, &[font, ("margin", "0"), ("white-space", "pre-wrap"), ("overflow-wrap", "anywhere")])
            }
            Piece::Text(text) => line("p", text, &[("margin", "0"), ("overflow-wrap", "anywhere")]),
            Piece::Qr(qr) => svg(qr),
            Piece::Picture(url) => {
                let picture = make("img", &[("referrerpolicy", "no-referrer"), ("alt", ""), ("src", url)], &[]);
                if let Some(picture) = picture.dyn_ref::<HtmlImageElement>() {
                    style(picture, &[("max-width", "100%"), ("margin", "12px 0")]);
                    pictures.push(picture.clone());
                }
                picture
            }
        };
        style_element(&element, "break-inside", "avoid");
        let _ = body.append_child(&element);
    }
    pictures
}

fn line(tag: &str, text: &str, rules: &[(&str, &str)]) -> Element {
    let element = make(tag, &[("dir", "auto")], &[]);
    element.set_text_content(Some(text));
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        style(element, rules);
    }
    element
}

/// Sets style rules one by one, which no Content Security Policy against inline styles forbids.
fn style(element: &HtmlElement, rules: &[(&str, &str)]) {
    for (name, value) in rules {
        let _ = element.style().set_property(name, value);
    }
}

fn style_element(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        style(element, &[(name, value)]);
    }
}

fn svg(qr: &Qr) -> Element {
    let side = qr.size + 2 * QUIET_ZONE;
    let quiet = QUIET_ZONE.to_string();
    let path =
        make_svg("path", &[("d", &qr.path), ("transform", &["translate(", &quiet, " ", &quiet, ")"].concat())], &[]);
    let pixels = (side * 4).to_string();
    let view = ["0 0 ", &side.to_string(), " ", &side.to_string()].concat();
    make_svg(
        "svg",
        &[("viewBox", &view), ("width", &pixels), ("height", &pixels), ("shape-rendering", "crispEdges")],
        &[path],
    )
}

/// Returns a promise that settles when every picture has loaded or failed.
fn all_settled(pictures: &[HtmlImageElement]) -> Promise {
    let all = Array::new();
    for picture in pictures {
        all.push(&picture.decode());
    }
    Promise::all_settled(&all)
}

/// Waits for `work`, until a time limit. Returns whether it was fulfilled in time.
pub(super) async fn in_time(work: Promise) -> bool {
    let late = Promise::new(&mut |_, give_up| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&give_up, timeout_ms(PATIENCE));
        }
    });
    JsFuture::from(Promise::race(&Array::of2(&work, &late))).await.is_ok()
}
