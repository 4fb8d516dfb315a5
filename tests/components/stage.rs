//! A place on the page where one checkout, or one of its components, is mounted over a [`World`]; and how a test looks
//! at it and uses it: by role and name, as a shopper does.

use core::{
    any::Any,
    cell::{Cell, RefCell},
};
use std::rc::Rc;

use cr_widget::{
    app::{Config, Store},
    i18n::I18n,
    ui::checkout::Checkout,
};
use js_sys::{Array, Function};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::console_log;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, ShadowRoot};

use crate::{
    mount::{Mounted, mount},
    states::State,
    words::{file, holds, squeezed, word},
    world::{World, turn},
};

/// Everything that screen readers are told, from the moment it was called on: each text that the polite region of the
/// frame is given, in order. The value is a function that returns what is new.
const LISTEN: &str = "const spoken = [];
    const note = (all) => {
      for (const { type, target, addedNodes } of all) {
        for (const node of type === 'childList' ? addedNodes : [target]) {
          if (node.nodeType !== Node.COMMENT_NODE && node.textContent !== '') spoken.push(node.textContent);
        }
      }
    };
    const observer = new MutationObserver(note);
    observer.observe(root.querySelector('[aria-live=polite]'), { childList: true, subtree: true, characterData: true });
    return () => { note(observer.takeRecords()); return spoken.splice(0); };";

thread_local! {
    /// The owner of the checkout that is mounted.
    static LAST: RefCell<Option<Owner>> = const { RefCell::new(None) };
}

/// One mounted checkout. Dropping it unmounts it and removes its element.
pub(crate) struct Stage {
    pub(crate) world: Rc<World>,
    pub(crate) store: Store,
    proxy: String,
    i18n: I18n,
    host: HtmlElement,
    root: ShadowRoot,
    spoken: Option<Function>,
    mounted: Option<(Owner, Box<dyn Any>)>,
}

impl Stage {
    /// Mounts a whole checkout in English: the frame with its polite region, and in it whatever the purchase calls for.
    pub(crate) fn new() -> Self {
        Self::with("en", |_| {})
    }

    /// Mounts a whole checkout in a language, with a configuration.
    pub(crate) fn with(lang: &str, configure: impl FnOnce(&mut Config)) -> Self {
        Self::mount(World::new(), another_proxy(), lang, configure, || view! { <Checkout /> }.into_any())
    }

    /// Loads the page anew: unmounts, and mounts another element in the same world, which finds what was stored.
    pub(crate) fn reload(mut self) -> Self {
        self.clear();
        let (world, proxy) = (Rc::clone(&self.world), self.proxy.clone());
        Self::mount(world, proxy, "en", |_| {}, || view! { <Checkout /> }.into_any())
    }

    /// Mounts a whole checkout and brings it to a state.
    pub(crate) fn at(state: &State) -> Self {
        Self::at_in(state, "en")
    }

    /// Mounts a whole checkout in a language and brings it to a state.
    pub(crate) fn at_in(state: &State, lang: &str) -> Self {
        // A test that fails on the way shows which state it was.
        console_log!("{} in {lang}", state.name);
        let stage = Self::with(lang, state.configure);
        (state.arrange)(&stage.world, stage.store);
        turn();
        stage
    }

    /// Brings a store to where one component is shown, and mounts that component alone: without the frame.
    pub(crate) fn alone(arrange: impl FnOnce(&World, Store), draw: fn() -> AnyView) -> Self {
        let mut stage = Self::mount(World::new(), another_proxy(), "en", |_| {}, || ().into_any());
        arrange(&stage.world, stage.store);
        let (owner, _) = stage.mounted.take().unwrap();
        let view = owner.with(|| mount_to(stage.place(), draw));
        stage.mounted = Some((owner, Box::new(view)));
        turn();
        stage
    }

    fn mount(
        world: Rc<World>,
        proxy: String,
        lang: &str,
        configure: impl FnOnce(&mut Config),
        draw: fn() -> AnyView,
    ) -> Self {
        // A test that failed has left its element behind, with a stream that the page has only one of.
        if let Some(left) = LAST.take() {
            left.cleanup();
        }
        js("document.querySelectorAll('cr-widget, .elsewhere').forEach((old) => old.remove())", &[]);
        let host: HtmlElement = js(
            "const host = document.createElement('cr-widget'); document.body.append(host);
             host.attachShadow({ mode: 'open' }).append(document.createElement('div')); return host",
            &[],
        )
        .unchecked_into();
        let root = host.shadow_root().unwrap();
        let place: HtmlElement = root.first_element_child().unwrap().unchecked_into();
        let configure = |config: &mut Config| {
            config.proxy = proxy.clone();
            configure(config);
        };
        let Mounted { owner, store, i18n, view } = mount(&world, place, (lang, file(lang)), configure, draw);
        LAST.set(Some(owner.clone()));
        Self { world, proxy, store, i18n, host, root, spoken: None, mounted: Some((owner, view)) }
    }

    fn place(&self) -> HtmlElement {
        self.root.first_element_child().unwrap().unchecked_into()
    }

    /// Changes the language, as the element's attribute does.
    pub(crate) fn speak(&self, lang: &str) {
        self.i18n.set(lang, file(lang));
        turn();
    }

    /// Runs the body of a function whose argument `root` is the shadow root.
    #[track_caller]
    pub(crate) fn script(&self, body: &str) -> JsValue {
        js_with("root", body, self.root.as_ref())
    }

    /// Returns the visible text, without the rows of selects.
    pub(crate) fn text(&self) -> String {
        let text = self.script(
            "const lists = [...root.querySelectorAll('select')]; lists.forEach((list) => { list.hidden = true; });
             const text = [...root.children].map((child) => child.innerText ?? '').join('\\n');
             lists.forEach((list) => { list.hidden = false; }); return text;",
        );
        squeezed(&text.as_string().unwrap())
    }

    /// Returns all that is in the document, seen or not: text, attributes and values of fields.
    pub(crate) fn everything(&self) -> String {
        let all = self.script(
            "return [root.innerHTML, root.textContent, ...[...root.querySelectorAll('input')].map((e) => e.value)].join('\\n')",
        );
        all.as_string().unwrap()
    }

    /// Returns whether the visible text holds the message of `key`, with anything in the places of its placeholders.
    #[track_caller]
    pub(crate) fn says(&self, key: &str) -> bool {
        holds(&self.text(), &word(key))
    }

    /// Asserts that the visible text holds the message of `key`.
    #[track_caller]
    pub(crate) fn shows(&self, key: &str) {
        assert!(self.says(key), "{key} is not on screen:\n{}", self.text());
    }

    /// Asserts that the visible text does not hold the message of `key`.
    #[track_caller]
    pub(crate) fn lacks(&self, key: &str) {
        assert!(!self.says(key), "{key} is on screen:\n{}", self.text());
    }

    /// Returns every visible element with this role whose name is or begins with `name`.
    pub(crate) fn all(&self, role: &str, name: Option<&str>) -> Vec<HtmlElement> {
        let name = name.map_or(JsValue::NULL, JsValue::from_str);
        let found = js_body(include_str!("../e2e/src/find.js"), &[role.into(), name]);
        found.unchecked_into::<Array>().iter().map(JsValue::unchecked_into).collect()
    }

    /// Returns the names of every visible element with this role.
    pub(crate) fn names(&self, role: &str) -> Vec<String> {
        self.all(role, None).iter().map(|element| self.name_of(element)).collect()
    }

    fn name_of(&self, element: &HtmlElement) -> String {
        let name = js_with(
            "element",
            "const root = element.getRootNode();
             const text = (node) => node.nodeType === Node.TEXT_NODE ? node.data
               : node.nodeType !== Node.ELEMENT_NODE || node.getAttribute('aria-hidden') === 'true' ? ''
               : [...node.childNodes].map(text).join(' ');
             const label = element.getAttribute('aria-label');
             return label ?? (element.labels?.length ? [...element.labels].map(text).join(' ')
               : text(element) || element.getAttribute('alt') || '');",
            element.as_ref(),
        );
        squeezed(&name.as_string().unwrap_or_default())
    }

    /// Returns whether there is a visible element with this role whose name is or begins with `name`.
    pub(crate) fn has(&self, role: &str, name: &str) -> bool {
        !self.all(role, Some(name)).is_empty()
    }

    /// Returns the first element with this role whose name is or begins with `name`.
    #[track_caller]
    pub(crate) fn one(&self, role: &str, name: &str) -> HtmlElement {
        let found = self.all(role, Some(name)).into_iter().next();
        found.unwrap_or_else(|| panic!("no {role} {name:?} on screen:\n{}", self.text()))
    }

    /// Presses the element with this role and name as a mouse does: the focus moves unless the element prevents it.
    #[track_caller]
    pub(crate) fn press(&self, role: &str, name: &str) {
        self.press_on(&self.one(role, name));
    }

    /// Presses an element as a mouse does.
    pub(crate) fn press_on(&self, element: &HtmlElement) {
        if dispatch(element, "new MouseEvent('mousedown', init)") {
            element.focus().unwrap();
            turn();
        }
        element.click();
        turn();
    }

    /// Presses Enter on the button of this name: the focus is on it, and no mouse takes part.
    #[track_caller]
    pub(crate) fn press_by_key(&self, name: &str) {
        let button = self.one("button", name);
        button.focus().unwrap();
        turn();
        button.click();
        turn();
    }

    /// Chooses the radio button or checkbox whose label is or begins with `name`.
    #[track_caller]
    pub(crate) fn choose(&self, role: &str, name: &str) {
        self.one(role, name).click();
        turn();
    }

    /// Replaces the text of a field as typing does.
    #[track_caller]
    pub(crate) fn fill(&self, role: &str, name: &str, text: &str) {
        let field: HtmlInputElement = self.one(role, name).unchecked_into();
        field.focus().unwrap();
        field.set_value(text);
        dispatch(&field, INPUT);
    }

    /// Takes the focus from the field that has it.
    pub(crate) fn leave(&self) {
        if let Some(field) = self.root.active_element() {
            field.unchecked_into::<HtmlElement>().blur().unwrap();
        }
        turn();
    }

    /// Picks the row with this value of the select called `name`.
    #[track_caller]
    pub(crate) fn select(&self, name: &str, value: &str) {
        let select: HtmlSelectElement = self.one("combobox", name).unchecked_into();
        select.set_value(value);
        assert_eq!(select.value(), value, "the select {name:?} has no such row");
        dispatch(&select, INPUT);
        dispatch(&select, CHANGE);
    }

    /// Sends Enter to the field that has the focus: its form is submitted, unless the key is prevented.
    pub(crate) fn enter(&self) {
        self.enter_by("new KeyboardEvent('keydown', { ...init, key: 'Enter' })");
    }

    /// Sends the Enter to the field that has the focus which an input method takes for itself: the page sees it as key
    /// 229, and as composing.
    pub(crate) fn enter_while_composing(&self) {
        self.enter_by("new KeyboardEvent('keydown', { ...init, key: 'Enter', keyCode: 229, isComposing: true })");
    }

    fn enter_by(&self, event: &str) {
        let field = self.root.active_element().expect("a field with the focus");
        if dispatch(&field, event) {
            js_with("field", "field.form?.requestSubmit()", field.as_ref());
        }
        turn();
    }

    /// Returns the element marked `data-testid={id}`, for what has no role of its own.
    pub(crate) fn part(&self, id: &str) -> Option<Element> {
        self.root.query_selector(&format!("[data-testid={id}]")).unwrap()
    }

    /// Returns the texts of all elements marked `data-testid={id}`, as they are in the document.
    pub(crate) fn texts(&self, id: &str) -> Vec<String> {
        let found = self.root.query_selector_all(&format!("[data-testid={id}]")).unwrap();
        (0..found.length()).filter_map(|at| found.item(at)?.text_content()).collect()
    }

    /// Returns the text of the element marked `data-testid={id}`.
    #[track_caller]
    pub(crate) fn text_of(&self, id: &str) -> String {
        let part = self.part(id).unwrap_or_else(|| panic!("no part {id:?} on screen:\n{}", self.text()));
        part.text_content().unwrap_or_default()
    }

    /// Returns the health that the line about the order's connection shows.
    pub(crate) fn health(&self) -> Option<String> {
        self.part("health")?.get_attribute("data-health")
    }

    /// Returns the accessible name of what has the focus; an empty text if nothing here has it.
    pub(crate) fn focused(&self) -> String {
        let focused = self.root.active_element().map(JsCast::unchecked_into::<HtmlElement>);
        focused.map(|element| self.name_of(&element)).unwrap_or_default()
    }

    /// Returns what describes the element that has the focus: the texts that its `aria-describedby` points at.
    pub(crate) fn description(&self) -> String {
        let text = self.script(
            "const ids = root.activeElement?.getAttribute('aria-describedby') ?? '';
             return ids.split(' ').filter(Boolean).map((id) => root.getElementById(id)?.textContent ?? '').join('|');",
        );
        squeezed(&text.as_string().unwrap())
    }

    /// Returns whether the element that has the focus is marked as wrong.
    pub(crate) fn is_invalid(&self) -> bool {
        let focused = self.root.active_element();
        focused.and_then(|field| field.get_attribute("aria-invalid")).as_deref() == Some("true")
    }

    /// Returns the texts of all alerts.
    pub(crate) fn alerts(&self) -> Vec<String> {
        let found = self.root.query_selector_all("[role=alert]").unwrap();
        (0..found.length()).filter_map(|at| Some(squeezed(&found.item(at)?.text_content()?))).collect()
    }

    /// Returns what the polite region was given since the last call; the first call only begins to listen.
    pub(crate) fn spoken(&mut self) -> Vec<String> {
        if self.spoken.is_none() {
            self.spoken = Some(self.script(LISTEN).unchecked_into());
        }
        let spoken = self.spoken.as_ref().unwrap().call0(&JsValue::UNDEFINED).unwrap();
        spoken.unchecked_into::<Array>().iter().filter_map(|text| Some(squeezed(&text.as_string()?))).collect()
    }

    /// Puts the focus into a field of the host page, as of a shopper who works elsewhere on it.
    pub(crate) fn work_elsewhere(&self) {
        js(
            "const field = document.createElement('input'); field.className = 'elsewhere';
             document.body.append(field); field.focus();",
            &[],
        );
    }

    /// Makes the page hidden or visible.
    pub(crate) fn see_as(&self, state: &str) {
        js(
            &format!(
                "Object.defineProperty(document, 'visibilityState', {{ configurable: true, get: () => '{state}' }});
                 document.dispatchEvent(new Event('visibilitychange', {{ bubbles: true }}));
                 delete document.visibilityState;"
            ),
            &[],
        );
        turn();
    }

    fn clear(&mut self) {
        if let Some((owner, view)) = self.mounted.take() {
            LAST.take();
            drop(view);
            owner.cleanup();
            drop(owner);
            turn();
        }
        self.host.remove();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Returns the address of a proxy that no other test has. All tests are one page to the widget, and an order that is
/// being made when its element goes is taken over by the next element with the same proxy.
fn another_proxy() -> String {
    thread_local! {
        static COUNT: Cell<u32> = const { Cell::new(0) };
    }
    COUNT.set(COUNT.get() + 1);
    format!("https://shop.example/{}", COUNT.get())
}

const INPUT: &str = "new Event('input', init)";
const CHANGE: &str = "new Event('change', init)";

/// Dispatches an event that leaves shadow roots; `event` makes it. Returns whether nobody has prevented what it does.
fn dispatch(target: &Element, event: &str) -> bool {
    let body = format!(
        "const init = {{ bubbles: true, cancelable: true, composed: true }}; return target.dispatchEvent({event});"
    );
    let is_allowed = js_with("target", &body, target.as_ref()).is_truthy();
    turn();
    is_allowed
}

/// Ends the task, so that the browser can answer the driver of these tests. To be called between states, in tests that
/// go through many.
pub(crate) async fn pause() {
    let task = js("return new Promise((done) => setTimeout(done, 0))", &[]);
    JsFuture::from(task.unchecked_into::<js_sys::Promise>()).await.unwrap();
}

/// Waits until the browser has painted twice: what was asked for the next frame has been done.
pub(crate) async fn frames() {
    turn();
    let two = js(
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))",
        &[],
    );
    JsFuture::from(two.unchecked_into::<js_sys::Promise>()).await.unwrap();
    turn();
}

#[track_caller]
fn js_with(name: &str, body: &str, value: &JsValue) -> JsValue {
    Function::new_with_args(name, body).call1(&JsValue::UNDEFINED, value).unwrap()
}

#[track_caller]
fn js_body(body: &str, arguments: &[JsValue]) -> JsValue {
    js(body, arguments)
}

/// Runs the body of a function in JavaScript. Its value must not be a promise.
#[track_caller]
pub(crate) fn js(body: &str, arguments: &[JsValue]) -> JsValue {
    let arguments: Array = arguments.iter().collect();
    Function::new_no_args(body).apply(&JsValue::UNDEFINED, &arguments).unwrap()
}
