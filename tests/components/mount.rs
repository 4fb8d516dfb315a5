//! Mounts a checkout over a [`World`], for the tests and for the gallery (`demo/gallery`).

use core::any::Any;
use std::rc::Rc;

use cr_widget::{
    app::{Config, Store},
    i18n::I18n,
    ui::{context::CheckoutContext, purchase},
};
use leptos::{mount::mount_to, prelude::*};
use web_sys::HtmlElement;

use crate::world::{World, turn};

/// A mounted checkout. To take it off the page, drop the view first and then clean the owner up.
pub(crate) struct Mounted {
    pub(crate) owner: Owner,
    pub(crate) store: Store,
    pub(crate) i18n: I18n,
    pub(crate) view: Box<dyn Any>,
}

/// Mounts what `draw` draws into `place`: in the language `lang`, a BCP 47 tag, with the messages of a file.
pub(crate) fn mount(
    world: &Rc<World>,
    place: HtmlElement,
    (lang, messages): (&str, &str),
    configure: impl FnOnce(&mut Config),
    draw: fn() -> AnyView,
) -> Mounted {
    let (owner, store) = world.element(configure);
    let (i18n, view) = owner.with(|| {
        let i18n = I18n::new(lang, messages);
        store.shop.purchase.attach(Rc::new(purchase::LoadedPurchase(store)));
        provide_context(CheckoutContext::new(store.shop, i18n));
        provide_context(store);
        (i18n, mount_to(place, draw))
    });
    turn();
    Mounted { owner, store, i18n, view: Box::new(view) }
}
