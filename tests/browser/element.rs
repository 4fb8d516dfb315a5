//! One mounted checkout, as the shell mounts it.

use core::{cell::RefCell, time::Duration};
use std::rc::Rc;

use cr_widget::embed::mount;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CustomEvent, HtmlElement};

use crate::page::{js, until, wait};

/// A place on the page, and the events that leave it.
struct Place {
    host: HtmlElement,
    root: HtmlElement,
    events: Rc<RefCell<Vec<String>>>,
    _listener: Closure<dyn FnMut(CustomEvent)>,
}

impl Place {
    fn new() -> Self {
        let host: HtmlElement = js("const host = document.createElement('div'); document.body.append(host);
            host.attachShadow({ mode: 'open' }).append(document.createElement('div')); return host")
        .unchecked_into();
        let root = host.shadow_root().unwrap().first_element_child().unwrap().unchecked_into();
        let events: Rc<RefCell<Vec<String>>> = Rc::default();
        let sink = Rc::clone(&events);
        let listener = Closure::<dyn FnMut(CustomEvent)>::new(move |event: CustomEvent| {
            let detail = js_sys::JSON::stringify(&event.detail()).unwrap();
            let detail_object: js_sys::Object = event.detail().unchecked_into();
            assert!(js_sys::Object::is_frozen(&detail_object));
            sink.borrow_mut().push(format!("{} {detail}", event.type_()));
        });
        for name in ["cr-ready", "cr-error", "cr-step"] {
            let document: web_sys::EventTarget = host.owner_document().unwrap().into();
            document.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref()).unwrap();
        }
        Self { host, root, events, _listener: listener }
    }

    fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for name in ["cr-ready", "cr-error", "cr-step"] {
            let document: web_sys::EventTarget = self.host.owner_document().unwrap().into();
            document.remove_event_listener_with_callback(name, self._listener.as_ref().unchecked_ref()).unwrap();
        }
        self.host.remove();
    }
}

fn setup(attributes: &str) -> JsValue {
    js(&format!(
        "return {{ attributes: {attributes}, lang: 'en', messages: JSON.stringify({{ 'grid.title': 'Choose a brand' }}) }}"
    ))
}

#[wasm_bindgen_test]
async fn a_mounted_element_is_ready_and_gone_without_a_trace_when_destroyed() {
    let place = Place::new();
    let handle = mount(place.root.clone(), place.host.clone(), setup("{ proxy: '/none', theme: 'dark' }"));
    until("it is ready", || place.events.borrow().iter().any(|event| event.starts_with("cr-ready"))).await;
    assert!(place.events.borrow()[0].contains("\"version\""), "{:?}", place.events.borrow());
    assert!(place.text().contains("Choose a brand"), "{}", place.text());
    until("the failure is told", || place.events.borrow().iter().any(|event| event.starts_with("cr-error"))).await;
    handle.destroy();
    assert_eq!(place.root.child_element_count(), 0);
    let told = place.events.borrow().len();
    // Calls that come too late have no effect.
    handle.destroy();
    handle.reset();
    handle.forget();
    handle.resume("o-1");
    handle.open(JsValue::NULL);
    handle.update(setup("{ country: 'IT' }"));
    wait(Duration::from_millis(50)).await;
    assert_eq!((place.events.borrow().len(), place.root.child_element_count()), (told, 0));
}

#[wasm_bindgen_test]
async fn configurations_that_make_no_sense_still_mount() {
    let table = [
        "null",
        "undefined",
        "7",
        "'text'",
        "[]",
        "{ attributes: null }",
        "{ attributes: { country: 5 } }",
        "{ lang: {} }",
    ];
    for config in table {
        let place = Place::new();
        let handle = mount(place.root.clone(), place.host.clone(), js(&format!("return {config}")));
        until("it is ready", || place.events.borrow().iter().any(|event| event.starts_with("cr-ready"))).await;
        assert!(place.root.child_element_count() > 0, "{config}");
        handle.destroy();
    }
}

#[wasm_bindgen_test]
async fn attributes_and_language_may_change_and_another_proxy_starts_afresh() {
    let place = Place::new();
    let handle = mount(place.root.clone(), place.host.clone(), setup("{ proxy: '/none' }"));
    until("it is ready", || !place.events.borrow().is_empty()).await;
    let german = js("return { attributes: { proxy: '/none' }, lang: 'de', messages: '{\"grid.title\":\"Marke\"}' }");
    handle.update(german);
    until("the words follow", || place.text().contains("Marke")).await;
    handle.update(setup("{ proxy: '/other' }"));
    until("it is ready again", || {
        place.events.borrow().iter().filter(|event| event.starts_with("cr-ready")).count() == 2
    })
    .await;
    assert!(place.text().contains("Choose a brand"));
    handle.destroy();
}

#[wasm_bindgen_test]
async fn mounting_over_and_over_leaves_nothing() {
    js("window.timers = 0; const set = window.setTimeout, clear = window.clearTimeout; const live = new Set();
        window.setTimeout = (call, wait, ...given) => { const id = set(() => { live.delete(id); call() }, wait, ...given); live.add(id); return id };
        window.clearTimeout = (id) => { live.delete(id); clear(id) };
        window.liveTimers = () => live.size;
        window.untime = () => { window.setTimeout = set; window.clearTimeout = clear }");
    let place = Place::new();
    for _ in 0..20 {
        let handle = mount(place.root.clone(), place.host.clone(), setup("{ proxy: '/none' }"));
        handle.destroy();
    }
    let left = js("const left = liveTimers(); untime(); return left");
    assert_eq!((left.as_f64(), place.root.child_element_count()), (Some(0.0), 0));
}
