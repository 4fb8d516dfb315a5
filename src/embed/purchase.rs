//! Loads the purchase when it is needed. This is the split point of the two wasm modules, behind which the purchase is
//! built.

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::{
    app::{Shop, Store, both, ports::Local, shop::Purchase},
    browser::{OrderStreams, OtherPages, PageWallets},
    i18n::I18n,
    ui::purchase::LoadedPurchase,
};

/// The element for which the purchase is loaded.
pub(super) struct Element {
    /// The owner in the tree of signals under which the purchase is built.
    pub(super) owner: Owner,
    /// The element's root, for the purchase's style sheet.
    pub(super) root: HtmlElement,
    /// The element's words, to which those of the purchase are added.
    pub(super) i18n: I18n,
}

/// Loads the purchase of an element, over its shop.
pub(super) fn load(element: &Element, shop: Shop) -> Local<Option<Rc<dyn Purchase>>> {
    let Element { owner, root, i18n } = element;
    let (owner, root, i18n) = (owner.clone(), root.clone(), *i18n);
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
        module::build(shop, owner).await
    })
}

/// Builds the purchase over a shop.
fn build(shop: Shop, owner: Owner) -> Option<Rc<dyn Purchase>> {
    owner.with(|| {
        let streams =
            shop.config.try_with_untracked(|config| OrderStreams::new(&config.proxy, config.include_credentials))?;
        let store = Store::over(shop, Rc::new(streams), Rc::new(PageWallets::default()))?;
        store.listen(Rc::new(OtherPages::new()));
        provide_context(store);
        let purchase: Rc<dyn Purchase> = Rc::new(LoadedPurchase(store));
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
    fn build_split(shop: Shop, owner: Owner) -> Result<Option<Rc<dyn Purchase>>, SplitLoaderError> {
        Ok(super::build(shop, owner))
    }

    pub(super) async fn build(shop: Shop, owner: Owner) -> Option<Rc<dyn Purchase>> {
        build_split(shop, owner).await.ok().flatten()
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

    pub(super) async fn build(shop: Shop, owner: Owner) -> Option<Rc<dyn Purchase>> {
        super::build(shop, owner)
    }

    pub(super) async fn code() -> Option<()> {
        Some(())
    }

    pub(super) async fn messages(_: &HtmlElement, i18n: I18n) -> Option<Arc<str>> {
        i18n.lang_untracked()
    }
}
