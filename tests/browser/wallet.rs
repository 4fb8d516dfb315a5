//! Wallets of the browser, which announce themselves by EIP-6963 and take requests by EIP-1193: what is taken from
//! them, and what is not.

use core::cell::RefCell;
use std::rc::Rc;

use cr_core::payment::evm::Transfer;
use cr_widget::{
    app::ports::{Guard, Local, Wallet, WalletCall, WalletRefusal, Wallets as _},
    browser::PageWallets,
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::js;

const ACCOUNT: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

/// A page of its own for each test, since the last announcement counts.
struct Page {
    wallets: PageWallets,
    told: Rc<RefCell<Vec<Wallet>>>,
    looking: Box<dyn Guard>,
}

impl Page {
    fn looking() -> Self {
        let told: Rc<RefCell<Vec<Wallet>>> = Rc::default();
        let wallets = PageWallets::default();
        let tell = Rc::clone(&told);
        let looking = wallets.discover(Rc::new(move |all| *tell.borrow_mut() = all));
        Self { wallets, told, looking }
    }

    /// Makes a page with one wallet, `w`, whose `request` has this body.
    fn with(request: &str) -> Self {
        let page = Self::looking();
        announce(&format!(
            "{{ info: {{ uuid: 'w', name: 'W' }}, provider: {{ request({{ method, params }}) {{ {request} }} }} }}"
        ));
        assert_eq!(page.told.borrow().len(), 1, "{request}");
        page
    }

    fn ask(&self, call: WalletCall) -> Local<Result<String, WalletRefusal>> {
        self.wallets.ask("w", call)
    }

    fn names(&self) -> Vec<String> {
        self.told.borrow().iter().map(|wallet| wallet.name.clone()).collect()
    }
}

/// Announces the value of a script's expression.
fn announce(detail: &str) {
    js(&format!("window.dispatchEvent(new CustomEvent('eip6963:announceProvider', {{ detail: {detail} }}))"));
}

/// Announces a wallet that is valid but perhaps for its `info`.
fn announced(info: &str) {
    announce(&format!("{{ info: {info}, provider: {{ request() {{}} }} }}"));
}

fn send() -> WalletCall {
    let transfer = Transfer { chain_id: 137, to: "0x1".to_owned(), value: "0x2".to_owned(), data: "0x3".to_owned() };
    WalletCall::Send { from: ACCOUNT.to_owned(), transfer }
}

#[wasm_bindgen_test]
fn a_wallet_that_is_there_already_and_one_that_comes_late_are_both_found_while_looked_for() {
    js("window.early = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider',
            { detail: { info: { uuid: 'early', name: 'Early' }, provider: { request() {} } } }));
        window.addEventListener('eip6963:requestProvider', window.early)");
    let page = Page::looking();
    js("window.removeEventListener('eip6963:requestProvider', window.early); delete window.early");
    announced("{ uuid: 'late', name: 'Late' }");
    assert_eq!(page.names(), ["Early", "Late"]);
    let Page { looking, told, .. } = page;
    drop(looking);
    announced("{ uuid: 'never', name: 'Never' }");
    assert_eq!(told.borrow().len(), 2);
}

#[wasm_bindgen_test]
fn what_is_no_announcement_is_passed_over() {
    let page = Page::looking();
    for detail in [
        "null",
        "undefined",
        "'text'",
        "7",
        "{}",
        "{ info: { uuid: 'a', name: 'A' } }",
        "{ info: { uuid: 'a', name: 'A' }, provider: null }",
        "{ info: { uuid: 'a', name: 'A' }, provider: {} }",
        "{ info: { uuid: 'a', name: 'A' }, provider: { request: 'no function' } }",
        "{ provider: { request() {} } }",
        "{ get info() { throw new Error('mine') }, provider: { request() {} } }",
        "{ info: { uuid: 'a', name: 'A' }, get provider() { throw new Error('mine') } }",
    ] {
        announce(detail);
        assert_eq!(page.names(), [""; 0], "{detail}");
    }
    for info in [
        "null",
        "{ name: 'A' }",
        "{ uuid: 'a' }",
        "{ uuid: '', name: 'A' }",
        "{ uuid: 7, name: 'A' }",
        "{ uuid: 'a'.repeat(65), name: 'A' }",
        "{ uuid: 'a', name: '' }",
        "{ uuid: 'a', name: ' \\u202e\\u0007 ' }",
        "{ uuid: 'a', name: {} }",
    ] {
        announced(info);
        assert_eq!(page.names(), [""; 0], "{info}");
    }
    js("window.dispatchEvent(new Event('eip6963:announceProvider'))");
    assert_eq!(page.names(), [""; 0], "an event of another kind");
}

#[wasm_bindgen_test]
fn the_first_word_of_a_wallet_counts() {
    let page = Page::looking();
    announced("{ uuid: 'one', name: 'One' }");
    announced("{ uuid: 'one', name: 'Another that says it is one' }");
    announced("{ uuid: 'one', name: 'One' }");
    announced("{ uuid: 'two', name: 'One' }");
    assert_eq!(page.names(), ["One", "One"]);
}

#[wasm_bindgen_test]
async fn a_wallet_in_the_name_of_another_is_not_asked() {
    let page = Page::with("return '0x1'");
    announce("{ info: { uuid: 'w', name: 'W' }, provider: { request() { return '0x2' } } }");
    assert_eq!(page.ask(WalletCall::ChainId).await, Ok("0x1".to_owned()));
    assert_eq!(page.wallets.ask("nobody", WalletCall::ChainId).await, Err(WalletRefusal(0)));
}

#[wasm_bindgen_test]
fn no_more_wallets_are_taken_than_anybody_has() {
    let page = Page::looking();
    for wallet in 0..40 {
        announced(&format!("{{ uuid: 'w{wallet}', name: 'W{wallet}' }}"));
    }
    let names = page.names();
    assert_eq!((names.len(), &*names[0], &*names[11]), (12, "W0", "W11"));
}

#[wasm_bindgen_test]
fn names_are_short_and_pictures_are_small_and_their_own() {
    let page = Page::looking();
    let table = [
        ("'data:image/png;base64,AAAA'", true),
        ("'data:image/svg+xml,<svg/>'", true),
        ("'data:image/png,' + 'x'.repeat(256 * 1024 - 15)", true),
        ("'data:image/png,' + 'x'.repeat(256 * 1024)", false),
        ("'https://icons.example/x.png'", false),
        ("'http://icons.example/x.png'", false),
        ("'javascript:alert(1)'", false),
        ("'data:text/html,<script>alert(1)</script>'", false),
        ("' data:image/png,x'", false),
        ("7", false),
        ("null", false),
        ("undefined", false),
    ];
    for (at, (icon, is_taken)) in table.into_iter().enumerate() {
        announced(&format!("{{ uuid: 'w{at}', name: 'n'.repeat(100), icon: {icon} }}"));
        let told = page.told.borrow();
        let wallet = &told[at];
        assert_eq!((wallet.name.len(), wallet.icon.is_some()), (40, is_taken), "{icon}");
    }
}

#[wasm_bindgen_test]
async fn a_refusal_is_told_by_the_code_that_matters() {
    for (thrown, code) in [
        ("Object.assign(new Error('no'), { code: 4001 })", 4001),
        ("{ code: 4902 }", 4902),
        ("{ code: -32002, message: 'pending' }", -32002),
        // Some wallets on phones wrap the code like this.
        ("{ code: -32603, data: { originalError: { code: 4902 } } }", 4902),
        ("{ code: -32603, data: { originalError: { code: 4001, message: 'no' } } }", 4001),
        ("{ code: -32603, data: { originalError: {} } }", -32603),
        ("{ code: -32603, data: { originalError: null } }", -32603),
        ("{ code: -32603, data: 'text' }", -32603),
        ("{ data: { code: 4001 } }", 0),
        ("{ code: '4001' }", 0),
        ("{ code: NaN }", 0),
        ("{ get code() { throw new Error('mine') } }", 0),
        ("new Error('no')", 0),
        ("'no'", 0),
        ("null", 0),
        ("undefined", 0),
    ] {
        for request in [format!("throw {thrown}"), format!("return Promise.reject({thrown})")] {
            let page = Page::with(&request);
            assert_eq!(page.ask(send()).await, Err(WalletRefusal(code)), "{request}");
        }
    }
}

#[wasm_bindgen_test]
async fn an_answer_that_is_none_is_an_empty_one() {
    for answer in ["null", "undefined", "7", "{}", "true", "Symbol()", "[]"] {
        for request in [format!("return {answer}"), format!("return Promise.resolve({answer})")] {
            let page = Page::with(&request);
            for call in [WalletCall::Account, WalletCall::ChainId, WalletCall::Switch(137), send()] {
                assert_eq!(page.ask(call).await, Ok(String::new()), "{request}");
            }
        }
    }
    for accounts in [
        "'0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'",
        "[null]",
        "[undefined]",
        "[7]",
        "[[]]",
        "new Proxy([], { get(list, name) { if (name === 'then') return; throw new Error('mine') } })",
        "Object.defineProperty([], 0, { get() { throw new Error('mine') } })",
    ] {
        let page = Page::with(&format!("return {accounts}"));
        assert_eq!(page.ask(WalletCall::Account).await, Ok(String::new()), "{accounts}");
    }
    let page = Page::with(&format!("return ['{ACCOUNT}', '0x0']"));
    assert_eq!(page.ask(WalletCall::Account).await, Ok(ACCOUNT.to_owned()));
}

#[wasm_bindgen_test]
fn a_wallet_is_asked_at_once_and_in_the_very_words() {
    let page = Page::with("window.heard = JSON.stringify({ method, params }); return Promise.resolve('yes')");
    for (call, words) in [
        (WalletCall::Account, r#"{"method":"eth_requestAccounts","params":[]}"#.to_owned()),
        (WalletCall::ChainId, r#"{"method":"eth_chainId","params":[]}"#.to_owned()),
        (
            WalletCall::Switch(137),
            r#"{"method":"wallet_switchEthereumChain","params":[{"chainId":"0x89"}]}"#.to_owned(),
        ),
        (
            send(),
            format!(
                r#"{{"method":"eth_sendTransaction","params":[{{"from":"{ACCOUNT}","to":"0x1","value":"0x2","data":"0x3","chainId":"0x89"}}]}}"#
            ),
        ),
    ] {
        let answer = page.ask(call);
        // The request is sent within the shopper's gesture: before anything is awaited.
        assert_eq!(js("return window.heard").as_string(), Some(words));
        drop(answer);
    }
    js("delete window.heard");
}

#[wasm_bindgen_test]
async fn a_wallet_whose_account_changed_is_asked_in_the_name_of_the_one_it_told() {
    let page = Page::with(&format!(
        "if (method === 'eth_requestAccounts') return ['{ACCOUNT}'];
         const now = '0x0000000000000000000000000000000000000001';
         if (params[0].from !== now) throw {{ code: 4100, message: params[0].from }};
         return '0xsent'"
    ));
    let from = page.ask(WalletCall::Account).await.unwrap();
    let WalletCall::Send { transfer, .. } = send() else { unreachable!() };
    // The wallet refuses by itself; its answer cannot be distinguished from that of one that sent and failed
    // afterwards.
    assert_eq!(page.ask(WalletCall::Send { from, transfer }).await, Err(WalletRefusal(4100)));
}
