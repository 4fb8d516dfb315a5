//! The purchase, loaded when it is wanted: the split point of the two wasm modules, and what is built behind it.

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
    /// Where the purchase lives in the tree of signals.
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
            // Both are asked for at once. No view may be built before it has its words.
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

/// Builds the purchase over a shop, and fills its place in the tree.
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

/// The language changed: the purchase, which is there, needs its words too.
pub(super) fn reword(root: HtmlElement, i18n: I18n) {
    leptos::task::spawn_local(async move {
        module::messages(&root, i18n).await;
    });
}

/// The build made two modules of what the compiler wrote; this is where one ends and the other begins.
#[cfg(feature = "split")]
mod module {
    use wasm_bindgen::prelude::*;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    use super::*;

    #[wasm_bindgen(module = "cr-widget/load-purchase")]
    extern "C" {
        /// Gives the tree of `root` the purchase's style sheet; resolves to its messages of `lang`.
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

    /// Loads the purchase's module.
    pub(super) async fn code() -> Option<()> {
        load_code().await.ok()
    }

    /// Loads the purchase's style sheet and messages. Gives the language that they are of.
    pub(super) async fn messages(root: &HtmlElement, i18n: I18n) -> Option<Arc<str>> {
        loop {
            let lang = i18n.lang_untracked()?;
            let messages = load_styles_and_messages(root, &lang).await.ok()?.as_string()?;
            // It may have changed meanwhile.
            if i18n.lang_untracked()? == lang {
                i18n.add(&messages);
                return Some(lang);
            }
        }
    }
}

/// Everything is in one module: nothing is left to load.
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
