//! Loads the purchase when it is needed. This is the split point of the two wasm modules, behind which the purchase is
//! built.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::{
    app::{
        Shop, Store, both,
        ports::Local,
        shop::{Loader, Purchase},
    },
    browser::{OrderStreams, OtherPages, PageWallets},
    i18n::I18n,
    ui::{purchase::draw, purchase_slot::PurchaseHandle},
};

/// Loads the purchase of one element.
pub(super) struct PurchaseLoader {
    /// The owner in the tree of signals under which the purchase is built.
    pub(super) owner: Owner,
    /// The element's root, for the purchase's style sheet.
    pub(super) root: HtmlElement,
    pub(super) i18n: I18n,
    pub(super) purchase: PurchaseHandle,
}

impl Loader for PurchaseLoader {
    fn load(&self, shop: Shop) -> Local<Option<Rc<dyn Purchase>>> {
        let Self { owner, root, i18n, purchase } = self;
        let (owner, root, i18n, handle) = (owner.clone(), root.clone(), *i18n, *purchase);
        Box::pin(async move {
            let code: Local<Option<()>> = Box::pin(module::code());
            let near = root.clone();
            let messages: Local<Option<Arc<str>>> = Box::pin(async move { module::messages(&near, i18n).await });
            // Both are requested at once. No view may be built before its messages are there.
            let (code, lang) = both(code, messages).await;
            code?;
            let mut lang = lang?;
            while i18n.lang_untracked()? != lang {
                lang = module::messages(&root, i18n).await?;
            }
            module::build(shop, owner, handle).await
        })
    }
}

/// Builds the purchase over a shop, and hands its views to the place that waits for them.
fn build(shop: Shop, owner: Owner, handle: PurchaseHandle) -> Option<Rc<dyn Purchase>> {
    owner.with(|| {
        let streams =
            shop.config.try_with_untracked(|config| OrderStreams::new(&config.proxy, config.include_credentials))?;
        let store = Store::over(shop, Rc::new(streams), Rc::new(PageWallets::default()))?;
        store.listen(Rc::new(OtherPages::new()));
        provide_context(store);
        handle.fill(draw);
        let purchase: Rc<dyn Purchase> = Rc::new(store);
        Some(purchase)
    })
}

/// Loads the messages of a purchase that is loaded already, after the language changed.
pub(super) fn reword(root: HtmlElement, i18n: I18n) {
    leptos::task::spawn_local(async move {
        module::messages(&root, i18n).await;
    });
}

/// The border between the two wasm modules into which the build splits what the compiler wrote.
#[cfg(feature = "split")]
mod module {
    use wasm_bindgen::prelude::*;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    use super::*;

    #[wasm_bindgen(module = "cr-widget/load-purchase")]
    extern "C" {
        /// Adds the purchase's style sheet to the shadow root (or document) of `root`, and returns its messages in
        /// `lang`.
        #[wasm_bindgen(catch, js_name = loadStylesAndMessages)]
        async fn load_styles_and_messages(root: &HtmlElement, lang: &str) -> Result<JsValue, JsValue>;
    }

    #[wasm_split(purchase, fallible, preload(load_code))]
    fn build_split(
        shop: Shop,
        owner: Owner,
        handle: PurchaseHandle,
    ) -> Result<Option<Rc<dyn Purchase>>, SplitLoaderError> {
        Ok(super::build(shop, owner, handle))
    }

    pub(super) async fn build(shop: Shop, owner: Owner, handle: PurchaseHandle) -> Option<Rc<dyn Purchase>> {
        build_split(shop, owner, handle).await.ok().flatten()
    }

    /// Loads the wasm module of the purchase.
    pub(super) async fn code() -> Option<()> {
        load_code().await.ok()
    }

    /// Loads the purchase's style sheet and messages, and returns the language of these.
    pub(super) async fn messages(root: &HtmlElement, i18n: I18n) -> Option<Arc<str>> {
        loop {
            let lang = i18n.lang_untracked()?;
            let messages = load_styles_and_messages(root, &lang).await.ok()?.as_string()?;
            // The language may have changed meanwhile; then the messages are loaded again.
            if i18n.lang_untracked()? == lang {
                i18n.add(&messages);
                return Some(lang);
            }
        }
    }
}

/// The same functions for a build with one module, in which nothing is left to load.
#[cfg(not(feature = "split"))]
mod module {
    use super::*;

    pub(super) async fn build(shop: Shop, owner: Owner, handle: PurchaseHandle) -> Option<Rc<dyn Purchase>> {
        super::build(shop, owner, handle)
    }

    pub(super) async fn code() -> Option<()> {
        Some(())
    }

    pub(super) async fn messages(_: &HtmlElement, i18n: I18n) -> Option<Arc<str>> {
        i18n.lang_untracked()
    }
}
