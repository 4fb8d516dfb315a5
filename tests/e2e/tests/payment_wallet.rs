//! Paying with a wallet of the browser: an EIP-6963 provider in the page, and what it is asked, byte for byte.

use std::time::{Duration, Instant};

use cr_e2e::{
    harness::Test,
    page::{Goods, Pay, Purchase, Receipt},
    screen::Screen,
    stack::Stack,
    tests,
    words::{word, word_with},
};
use serde_json::{Value, json};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        the_wallet_is_handed_the_very_transaction_of_the_order,
        a_wallet_on_another_network_is_switched_or_told_in_words,
        what_the_wallet_refuses_is_told_and_may_be_tried_again,
        a_wallet_that_vanishes_leaves_the_other_ways_to_pay,
        a_page_that_is_loaded_anew_lets_the_shopper_look_before_a_wallet_is_asked_again,
        a_wallet_that_still_asks_when_the_order_ends_is_to_be_told_no_and_no_new_order_is_the_way,
        an_order_that_is_paid_meanwhile_is_never_sent,
        there_is_no_wallet_button_where_no_wallet_of_the_browser_can_pay,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");
const FOX: &str = "Fox & <i>Son</i>";
const ACCOUNT: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";

/// An order on a network, with a wallet in the page.
async fn order(settings: Value, coin: &str, network: &str) -> (Stack, Screen, Value) {
    let stack = Stack::open().await;
    put_wallet(&stack, settings).await;
    let buy = Purchase { goods: CARD, email: "shopper@example.com", phone: None, method: Some((coin, network)) };
    buy.order(&stack).await;
    let order = stack.read_order(&stack.supplier.newest_order().await).await;
    let screen = stack.screen();
    (stack, screen, order)
}

async fn put_wallet(stack: &Stack, settings: Value) {
    stack.driver.execute(include_str!("../src/wallet.js"), vec![settings]).await.expect("a wallet");
}

async fn press_pay(screen: &Screen) {
    screen.press("button", &word_with("pay.wallet.pay", &[("wallet", FOX)])).await;
}

async fn asked(stack: &Stack) -> Vec<Value> {
    let asked = stack.driver.execute("return window.__asked;", Vec::<Value>::new()).await.expect("a list");
    asked.json().as_array().cloned().expect("a list")
}

async fn methods(stack: &Stack) -> Vec<String> {
    asked(stack).await.iter().map(|call| call["method"].as_str().expect("a name").to_owned()).collect()
}

/// How often the wallet was asked to send.
async fn sends(stack: &Stack) -> usize {
    methods(stack).await.iter().filter(|method| *method == "eth_sendTransaction").count()
}

/// The wallet is told how to answer from now on.
async fn teach(stack: &Stack, settings: Value) {
    stack.driver.execute("Object.assign(window.__wallet, arguments[0]);", vec![settings]).await.expect("a wallet");
}

/// Waits until the wallet is asked something.
async fn until_asked(stack: &Stack, method: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    while !methods(stack).await.iter().any(|asked| asked == method) {
        assert!(Instant::now() < until, "never asked {method}: {:?}", methods(stack).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Whole units of an amount, in 64 hexadecimal digits.
fn word_of(amount: &str, decimals: usize) -> String {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let atoms: u128 = format!("{whole}{fraction:0<decimals$}").parse().expect("digits");
    format!("{atoms:064x}")
}

/// Contract and decimals of a token, as the supplier lists them.
async fn token(stack: &Stack, coin: &str, network: &str) -> Option<(String, usize)> {
    let vias: Value =
        reqwest::get(format!("{}/api/v3/payment_vias", stack.origin)).await.expect("vias").json().await.expect("JSON");
    let vias = vias.as_array().expect("a list").iter().find(|via| via["name"] == "USER_WALLET").expect("wallets");
    let named = |list: &Value, name: &str| {
        list.as_array().expect("a list").iter().find(|entry| entry["name"] == name).cloned().expect("an entry")
    };
    let network = named(&named(&vias["currencies"], coin)["networks"], network);
    let contract = &network["smart_contract"];
    let decimals = contract["decimals"].as_u64().and_then(|decimals| usize::try_from(decimals).ok())?;
    Some((contract["address"].as_str()?.to_owned(), decimals))
}

async fn the_wallet_is_handed_the_very_transaction_of_the_order() {
    for (coin, label, network, chain) in [
        ("USDC", "Polygon", "Polygon (Matic)", "0x89"),
        ("USDT", "BNB", "BNB Smart Chain", "0x38"),
        ("ETH", "Ethereum", "ETH Mainnet", "0x1"),
    ] {
        let (stack, screen, order) = order(json!({ "chain": chain }), coin, label).await;
        let button = screen.find("button", &word_with("pay.wallet.pay", &[("wallet", FOX)])).await;
        assert!(screen.all("button", Some("Pay with Nobody")).await.is_empty(), "a name without a provider");
        let icons = screen.script("return [...root.querySelectorAll('.browser-wallet-icon')].map((i) => i.src);").await;
        let icons = icons.as_array().expect("a list");
        assert!(icons.len() == 1 && icons[0].as_str().expect("a source").starts_with("data:image/"), "{icons:?}");
        assert_eq!(screen.script("return root.querySelectorAll('.browser-wallet i').length;").await, 0, "text only");
        // As quick as no finger is.
        let twice = "arguments[0].click(); arguments[0].click();";
        stack.driver.execute(twice, vec![button.to_json().expect("an element")]).await.expect("two clicks");
        screen.shows(word("pay.wallet.sent")).await;

        let payee = order["wallet_address"].as_str().expect("an address");
        let amount = order["coin_amount"].as_str().expect("an amount");
        let transaction = match token(&stack, coin, network).await {
            Some((contract, decimals)) => {
                let payee = payee.trim_start_matches("0x").to_lowercase();
                let data = format!("0xa9059cbb{payee:0>64}{}", word_of(amount, decimals));
                json!({ "from": ACCOUNT, "to": contract, "value": "0x0", "data": data, "chainId": chain })
            }
            None => {
                let wei = word_of(amount, 18);
                let value = format!("0x{}", wei.trim_start_matches('0'));
                json!({ "from": ACCOUNT, "to": payee, "value": value, "data": "0x", "chainId": chain })
            }
        };
        let calls = asked(&stack).await;
        assert_eq!(methods(&stack).await, ["eth_requestAccounts", "eth_chainId", "eth_chainId", "eth_sendTransaction"]);
        assert_eq!(calls[3]["params"], json!([transaction]), "{coin} on {network}");

        assert_eq!(screen.part("transaction-hash").await, HASH);
        assert!(screen.all("button", Some(&word_with("pay.wallet.pay", &[("wallet", FOX)]))).await.is_empty());
        if coin == "USDC" {
            assert!(screen.all("button", Some(word("pay.paid"))).await.is_empty(), "the panel knows");
            // Nothing of it is stored; all of it stays with the order on screen.
            let stored = stack.driver.execute("return JSON.stringify({ ...localStorage });", Vec::<Value>::new()).await;
            let stored = stored.expect("storage").json().to_string();
            assert!(!stored.contains(HASH) && !stored.contains(ACCOUNT), "{stored}");
            stack.supplier.pay(order["order_id"].as_str().expect("an id"), None).await;
            Receipt::on(&screen).await;
            assert_eq!(screen.part("transaction-hash").await, HASH);
        }
        stack.close().await;
    }
}

async fn a_wallet_on_another_network_is_switched_or_told_in_words() {
    let (stack, screen, _) =
        order(json!({ "chain": "0x1", "refuses": { "wallet_switchEthereumChain": 4001 } }), "USDC", "Polygon").await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.failed.declined")).await;
    teach(&stack, json!({ "refuses": {}, "knows": ["0x1"] })).await;
    press_pay(&screen).await;
    screen.shows(&word_with("pay.wallet.failed.unknown_chain", &[("network", "Polygon")])).await;
    stack.shoot("pay-wallet-unknown-network").await;
    assert_eq!(sends(&stack).await, 0);
    teach(&stack, json!({ "knows": ["0x89"] })).await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.sent")).await;
    let switches: Vec<Value> =
        asked(&stack).await.into_iter().filter(|call| call["method"] == "wallet_switchEthereumChain").collect();
    assert_eq!(switches.last().expect("a switch")["params"], json!([{ "chainId": "0x89" }]));
    assert_eq!(sends(&stack).await, 1);
    stack.close().await;
}

async fn what_the_wallet_refuses_is_told_and_may_be_tried_again() {
    let (stack, screen, _) =
        order(json!({ "chain": "0x89", "refuses": { "eth_requestAccounts": 4001 } }), "USDC", "Polygon").await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.failed.declined")).await;
    teach(&stack, json!({ "refuses": { "eth_requestAccounts": -32002 } })).await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.failed.busy")).await;
    teach(&stack, json!({ "refuses": { "eth_sendTransaction": 4001 } })).await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.failed.declined")).await;
    // Neither yes nor no: it may have sent, so nothing is asked again before the shopper has looked.
    teach(&stack, json!({ "refuses": { "eth_sendTransaction": -32603 } })).await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.failed.unclear_do")).await;
    assert!(screen.all("button", Some(&word_with("pay.wallet.pay", &[("wallet", FOX)]))).await.is_empty());
    teach(&stack, json!({ "refuses": {} })).await;
    screen.press("button", word("pay.wallet.nothing_sent")).await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.sent")).await;
    assert_eq!(sends(&stack).await, 3);
    stack.close().await;
}

async fn a_wallet_that_vanishes_leaves_the_other_ways_to_pay() {
    let (stack, screen, order) =
        order(json!({ "chain": "0x89", "hangs": ["eth_requestAccounts"] }), "USDC", "Polygon").await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.connect")).await;
    assert_eq!(Pay::on(&screen).await.address().await, order["wallet_address"].as_str().expect("an address"));
    screen.press("button", word("pay.wallet.stop")).await;
    teach(&stack, json!({ "hangs": ["eth_sendTransaction"] })).await;
    press_pay(&screen).await;
    until_asked(&stack, "eth_sendTransaction").await;
    screen.shows(word("pay.wallet.approve")).await;
    assert!(screen.all("button", Some(word("pay.wallet.stop"))).await.is_empty(), "it may be sent at any moment");
    stack.close().await;
}

async fn a_page_that_is_loaded_anew_lets_the_shopper_look_before_a_wallet_is_asked_again() {
    let pay = word_with("pay.wallet.pay", &[("wallet", FOX)]);
    let (stack, screen, order) =
        order(json!({ "chain": "0x89", "hangs": ["eth_sendTransaction"] }), "USDC", "Polygon").await;
    press_pay(&screen).await;
    until_asked(&stack, "eth_sendTransaction").await;
    stack.driver.refresh().await.expect("the page");
    let screen = stack.screen();
    put_wallet(&stack, json!({ "chain": "0x89" })).await;
    screen.press("button", word("resume.open")).await;
    screen.shows(word("pay.wallet.failed.unclear_do")).await;
    assert!(screen.all("button", Some(&pay)).await.is_empty(), "it may have sent");
    stack.shoot("pay-wallet-reloaded").await;
    screen.press("button", word("pay.wallet.nothing_sent")).await;
    press_pay(&screen).await;
    screen.shows(word("pay.wallet.sent")).await;
    assert_eq!(sends(&stack).await, 1);
    // Part of it comes to light: the rest may be on its way.
    stack.supplier.pay(order["order_id"].as_str().expect("an id"), Some("1")).await;
    screen.shows(word("pay.waiting_rest")).await;
    screen.shows(word("pay.wallet.sent")).await;
    assert!(screen.all("button", Some(&pay)).await.is_empty(), "what was sent is not there yet");
    assert_eq!(screen.part("transaction-hash").await, HASH);
    stack.shoot("pay-wallet-sent-part").await;
    stack.close().await;
}

async fn a_wallet_that_still_asks_when_the_order_ends_is_to_be_told_no_and_no_new_order_is_the_way() {
    let (stack, screen, order) =
        order(json!({ "chain": "0x89", "hangs": ["eth_sendTransaction"] }), "USDC", "Polygon").await;
    press_pay(&screen).await;
    until_asked(&stack, "eth_sendTransaction").await;
    stack.supplier.set_state(order["order_id"].as_str().expect("an id"), "Canceled").await;
    screen.shows(word("trouble.canceled.title")).await;
    screen.shows(word("pay.wallet.decline")).await;
    screen.shows(word("trouble.sent.money")).await;
    assert!(screen.all("button", Some(word("pay.new_order"))).await.is_empty(), "it may have been paid");
    stack.shoot("pay-wallet-decline").await;
    teach(&stack, json!({ "refuses": { "eth_sendTransaction": 4001 } })).await;
    stack.driver.execute("window.__release();", Vec::<Value>::new()).await.expect("a wallet");
    screen.hides(word("pay.wallet.decline")).await;
    screen.shows(word("trouble.canceled.money")).await;
    screen.find("button", word("pay.new_order")).await;
    stack.close().await;
}

async fn an_order_that_is_paid_meanwhile_is_never_sent() {
    let (stack, screen, order) =
        order(json!({ "chain": "0x1", "hangs": ["wallet_switchEthereumChain"] }), "USDC", "Polygon").await;
    // The shopper leaves the question open, pays in another way, and then answers it.
    press_pay(&screen).await;
    until_asked(&stack, "wallet_switchEthereumChain").await;
    stack.supplier.pay(order["order_id"].as_str().expect("an id"), None).await;
    Receipt::on(&screen).await;
    stack.driver.execute("window.__release();", Vec::<Value>::new()).await.expect("a wallet");
    // The last look at the chain comes before the order is looked at; had it been in order, the sending would follow.
    let until = Instant::now() + Duration::from_secs(20);
    while methods(&stack).await.iter().filter(|method| *method == "eth_chainId").count() < 2 {
        assert!(Instant::now() < until, "{:?}", methods(&stack).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stack.turns().await;
    assert_eq!(sends(&stack).await, 0);
    stack.close().await;
}

async fn there_is_no_wallet_button_where_no_wallet_of_the_browser_can_pay() {
    for (coin, network) in [("BTC", "Bitcoin"), ("USDC", "Solana")] {
        let (stack, screen, _) = order(json!({}), coin, network).await;
        assert!(screen.script("return root.querySelector('[data-testid=browser-wallet]');").await.is_null(), "{coin}");
        stack.close().await;
    }
    // Nor where there is none.
    let stack = Stack::open().await;
    let buy = Purchase { goods: CARD, email: "shopper@example.com", phone: None, method: Some(("USDC", "Polygon")) };
    buy.order(&stack).await;
    let section = stack.screen().script("return root.querySelector('[data-testid=browser-wallet]');").await;
    assert!(section.is_null());
    stack.close().await;
}
