//! Wallets of the browser, which are announced by the events of EIP-6963 and called by EIP-1193.

use core::cell::RefCell;
use std::rc::Rc;

use cr_core::{payment::evm::Transfer, text};
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CustomEvent, Event};

use super::listeners::Listeners;
use crate::{
    app::ports::{Guard, Local, Wallet, WalletCall, WalletRefusal, Wallets},
    dom::{listener::Listener, window},
};

/// How many wallets are offered at most. Nobody has as many, and a page could announce any number.
const MOST: usize = 12;
/// The longest name that is shown, and the longest picture that is taken, in bytes.
const LONGEST_NAME: usize = 40;
const LONGEST_ICON: usize = 256 * 1024;

/// The wallets that have announced themselves to this page.
#[derive(Default)]
pub struct PageWallets {
    known: Rc<RefCell<Vec<(Wallet, JsValue)>>>,
}

impl Wallets for PageWallets {
    fn discover(&self, on_change: Rc<dyn Fn(Vec<Wallet>)>) -> Box<dyn Guard> {
        let Some(window) = window() else { return Box::new(Listeners::new(Vec::new())) };
        let known = Rc::clone(&self.known);
        let hear = move |event: Event| {
            if let Some(announced) = event.dyn_ref::<CustomEvent>().and_then(|event| announced(&event.detail())) {
                let mut all = known.borrow_mut();
                // The first announcement of an id counts: a wallet repeats its own, and another wallet under the same
                // id does not replace it.
                if all.len() < MOST && all.iter().all(|(wallet, _)| wallet.id != announced.0.id) {
                    all.push(announced);
                    let wallets = all.iter().map(|(wallet, _)| wallet.clone()).collect();
                    drop(all);
                    on_change(wallets);
                }
            }
        };
        let listener = Listener::new(&window, "eip6963:announceProvider", hear);
        if let Ok(request) = Event::new("eip6963:requestProvider") {
            let _ = window.dispatch_event(&request);
        }
        Box::new(Listeners::new(vec![listener]))
    }

    fn ask(&self, id: &str, call: WalletCall) -> Local<Result<String, WalletRefusal>> {
        // The request is made now, within the shopper's gesture; only its answer is awaited.
        let provider = self.known.borrow().iter().find(|(wallet, _)| wallet.id == id).map(|(_, it)| it.clone());
        let asked = provider.ok_or(JsValue::NULL).and_then(|provider| request(&provider, &call));
        Box::pin(async move {
            let answer = match asked {
                Ok(promise) => JsFuture::from(promise).await,
                Err(error) => Err(error),
            };
            let answer = answer.map_err(|error| refusal(&error))?;
            let answer = if call == WalletCall::Account { first(&answer) } else { answer };
            Ok(answer.as_string().unwrap_or_default())
        })
    }
}

/// Returns the wallet of an announcement and its provider; `None` if the announcement is not valid.
fn announced(detail: &JsValue) -> Option<(Wallet, JsValue)> {
    let provider = get(detail, "provider")?;
    get(&provider, "request")?.dyn_ref::<Function>()?;
    let info = get(detail, "info")?;
    let told = |name: &str| get(&info, name)?.as_string();
    let id = told("uuid").filter(|id| !id.is_empty() && id.len() <= 64)?;
    let name: String = text::clean(&told("name")?).chars().take(LONGEST_NAME).collect();
    let icon = told("icon").filter(|icon| icon.starts_with("data:image/") && icon.len() <= LONGEST_ICON);
    (!name.is_empty()).then_some((Wallet { id, name, icon }, provider))
}

/// Calls `provider.request({ method, params })`.
fn request(provider: &JsValue, call: &WalletCall) -> Result<Promise, JsValue> {
    let (method, params) = match call {
        WalletCall::Account => ("eth_requestAccounts", Array::new()),
        WalletCall::ChainId => ("eth_chainId", Array::new()),
        WalletCall::Switch(chain_id) => {
            ("wallet_switchEthereumChain", Array::of1(object(&[("chainId", &quantity(*chain_id))])?.as_ref()))
        }
        WalletCall::Send { from, transfer } => {
            let Transfer { chain_id, to, value, data } = transfer;
            let chain_id = quantity(*chain_id);
            let fields = [("from", from), ("to", to), ("value", value), ("data", data), ("chainId", &chain_id)];
            ("eth_sendTransaction", Array::of1(object(&fields.map(|(name, value)| (name, value.as_str())))?.as_ref()))
        }
    };
    let arguments = object(&[("method", method)])?;
    Reflect::set(&arguments, &"params".into(), &params)?;
    let ask: Function = Reflect::get(provider, &"request".into())?.dyn_into()?;
    Ok(Promise::resolve(&ask.call1(provider, &arguments)?))
}

fn object(fields: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), &(*value).into())?;
    }
    Ok(object)
}

fn quantity(number: u64) -> String {
    format!("{number:#x}")
}

/// Returns the code of an error. Some wallets on phones wrap the code that matters in `data.originalError`.
fn refusal(error: &JsValue) -> WalletRefusal {
    let code = |error: &JsValue| get(error, "code")?.as_f64().map(|code| code as i64);
    let inner = get(error, "data").and_then(|data| get(&data, "originalError")).and_then(|error| code(&error));
    WalletRefusal(inner.or_else(|| code(error)).unwrap_or_default())
}

/// Returns the first entry of an array; `undefined` for anything else, which some wallets return.
fn first(list: &JsValue) -> JsValue {
    // Whatever a wallet returned, an error that reading it throws is ignored here.
    Reflect::get_u32(list, 0).unwrap_or_default()
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
