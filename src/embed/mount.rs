//! One mounted checkout: the adapters behind the ports, the shop and the messages in context, and the view in the
//! element's root.

use core::{
    any::Any,
    cell::{Cell, RefCell},
};
use std::rc::Rc;

use cr_core::order::OrderId;
use js_sys::{Array, Function, Object, Reflect};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, Url};

use super::{
    attributes::{Setup, Warning, read, starting_country},
    host::ElementHost,
    purchase::{Element, load, reword},
};
use crate::{
    app::{
        Config, Shop, memory,
        ports::{HostEvent, Ports, Storage},
        shop::Ask,
    },
    browser::{BrowserClipboard, BrowserClock, BrowserRandom, LocalStore, PageLifecycle, ProxyApi},
    dom::window,
    i18n::I18n,
    ui::{checkout::Checkout, context::CheckoutContext},
};

/// The handle of a mounted checkout that the shell holds. Everything ends with [`MountHandle::destroy`]; calls after
/// that do nothing.
#[wasm_bindgen]
pub struct MountHandle {
    root: HtmlElement,
    host: HtmlElement,
    shell: Option<Function>,
    mounted: RefCell<Option<Mounted>>,
}

struct Mounted {
    shop: Shop,
    i18n: I18n,
    exposes_order_id: Rc<Cell<bool>>,
    root: HtmlElement,
    /// The owner of every signal, request, stream, listener and timer.
    owner: Owner,
    /// The tree of views; dropping it removes them.
    view: Option<Box<dyn Any>>,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.view.take();
        self.owner.cleanup();
        self.root.set_text_content(None);
    }
}

/// Mounts a checkout into `root`; events are dispatched from `host`. `config` is a [`Setup`] as an object, whose member
/// `told` is a function that is called with the reference and id of the order on screen, or without arguments.
#[wasm_bindgen]
pub fn mount(root: HtmlElement, host: HtmlElement, config: JsValue) -> MountHandle {
    // Futures run in the browser's own queue. This fails when another mount has set that already, which does no harm.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    if is_framed_by_stranger() {
        warn("a page of another origin shows this one in a frame, and could lay something over the payment");
    }
    let setup = setup_of(&config);
    let shell = member(&config, "told").and_then(|told| told.dyn_into::<Function>().ok());
    let mounted = Mounted::new(&root, &host, &setup, shell.clone());
    MountHandle { root, host, shell, mounted: RefCell::new(mounted) }
}

#[wasm_bindgen]
impl MountHandle {
    /// Takes over changed attributes and a changed language. With another proxy, or other credentials, the checkout is
    /// mounted anew; the stored orders of that proxy can be resumed.
    pub fn update(&self, config: JsValue) {
        let setup = setup_of(&config);
        let Some((shop, i18n, exposes_order_id)) = self.parts() else { return };
        let config = read_warning(&setup);
        let last = shop.config.get_untracked();
        if config.proxy != last.proxy || config.include_credentials != last.include_credentials {
            self.destroy();
            let mounted = Mounted::new(&self.root, &self.host, &setup, self.shell.clone());
            self.mounted.replace(mounted);
            return;
        }
        if config.lang != last.lang {
            i18n.set(&setup.lang, &setup.messages);
            if shop.purchase.is_loaded() {
                reword(self.root.clone(), i18n);
            }
        }
        exposes_order_id.set(config.expose_order_id);
        shop.set_config(config);
    }

    /// Shows a brand (`{brand, country}`, both optional).
    pub fn open(&self, target: JsValue) {
        let country = text(&target, "country").and_then(|code| code.trim().to_ascii_uppercase().parse().ok());
        if let Some((shop, ..)) = self.parts() {
            shop.open(text(&target, "brand"), country);
        }
    }

    /// Goes back to the beginning, and forgets what was typed.
    pub fn reset(&self) {
        if let Some((shop, ..)) = self.parts() {
            shop.reset();
        }
    }

    /// Shows an order by its id.
    pub fn resume(&self, order_id: &str) {
        if let (Some((shop, ..)), Some(id)) = (self.parts(), OrderId::new(order_id.trim())) {
            shop.ask(Ask::Resume(id));
        }
    }

    /// Forgets all orders that are stored in this browser.
    pub fn forget(&self) {
        if let Some((shop, ..)) = self.parts() {
            shop.ask(Ask::Forget);
        }
    }

    /// Ends everything: view, requests, streams, timers.
    pub fn destroy(&self) {
        let mounted = self.mounted.borrow_mut().take();
        drop(mounted);
    }

    fn parts(&self) -> Option<(Shop, I18n, Rc<Cell<bool>>)> {
        let mounted = self.mounted.borrow();
        mounted.as_ref().map(|mounted| (mounted.shop, mounted.i18n, Rc::clone(&mounted.exposes_order_id)))
    }
}

impl Mounted {
    fn new(root: &HtmlElement, host: &HtmlElement, setup: &Setup, shell: Option<Function>) -> Option<Self> {
        let config = read_warning(setup);
        let exposes_order_id = Rc::new(Cell::new(config.expose_order_id));
        let ports = ports(&config, host, &exposes_order_id, shell);
        let lang = window().and_then(|window| window.navigator().language());
        let country = starting_country(&config, memory::country(&*ports.storage), lang.as_deref())?;
        let host = Rc::clone(&ports.host);
        let owner = Owner::new();
        let (shop, i18n, view) = owner.with(|| {
            let i18n = I18n::new(&setup.lang, &setup.messages);
            let element = Element { owner: owner.clone(), root: root.clone(), i18n };
            let shop = Shop::new(config, country, ports, Some(Rc::new(move |shop| load(&element, shop))));
            provide_context(CheckoutContext::new(shop, i18n));
            let view = mount_to(root.clone(), || view! { <Checkout /> });
            shop.start();
            (shop, i18n, Box::new(view) as Box<dyn Any>)
        });
        host.emit(HostEvent::Ready);
        Some(Self { shop, i18n, exposes_order_id, root: root.clone(), owner, view: Some(view) })
    }
}

/// Makes the concrete adapters. They are named only in this module and in `purchase`.
fn ports(config: &Config, host: &HtmlElement, exposes_order_id: &Rc<Cell<bool>>, shell: Option<Function>) -> Ports {
    let storage: Rc<dyn Storage> = Rc::new(LocalStore::default());
    Ports {
        api: Rc::new(ProxyApi::new(&config.proxy, config.include_credentials)),
        clock: Rc::new(BrowserClock),
        lifecycle: Rc::new(PageLifecycle::new()),
        storage,
        clipboard: Rc::new(BrowserClipboard),
        random: Rc::new(BrowserRandom),
        host: Rc::new(ElementHost::new(host.clone(), Rc::clone(exposes_order_id), shell)),
    }
}

/// Reads what the shell hands over: `{attributes, lang, messages}`.
fn setup_of(config: &JsValue) -> Setup {
    let attributes = member(config, "attributes").and_then(|attributes| attributes.dyn_into::<Object>().ok());
    let entries = attributes.map(|attributes| Object::entries(&attributes)).unwrap_or_default();
    let pair = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    };
    Setup {
        attributes: entries.iter().filter_map(pair).collect(),
        lang: text(config, "lang").unwrap_or_default(),
        messages: text(config, "messages").unwrap_or_default(),
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name)?.as_string()
}

fn read_warning(setup: &Setup) -> Config {
    let (config, warnings) = read(setup, &resolve);
    for Warning(name) in warnings {
        warn(&["attribute `", name, "` was not understood, or not all of it; what was not counts as absent"].concat());
    }
    config
}

/// Returns whether the outermost page is of another origin, whose URL cannot be read.
fn is_framed_by_stranger() -> bool {
    let top = window().and_then(|window| window.top().ok().flatten());
    top.is_some_and(|top| top.location().href().is_err())
}

/// Resolves a URL against the page's own URL, whatever its `<base>` says.
fn resolve(text: &str) -> Option<String> {
    let page = window()?.location().href().ok()?;
    Url::new_with_base(text, &page).ok().map(|url| url.href())
}

thread_local! {
    static WARNED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Writes a warning to the console; the same text only once.
fn warn(text: &str) {
    let is_new = WARNED.with_borrow_mut(|warned| {
        let is_new = !warned.iter().any(|said| said == text);
        if is_new {
            warned.push(text.to_owned());
        }
        is_new
    });
    if is_new {
        web_sys::console::warn_1(&["cr-widget: ", text].concat().into());
    }
}
