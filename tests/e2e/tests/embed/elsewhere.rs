//! Page, files and proxy on three origins, with the headers and the tag that docs/integrating.md and docs/csp.md tell; and what a
//! shopper reads where one of them is missing.

use cr_e2e::{
    browser::Browser,
    harness::Test,
    page::{Goods, Grid, Product, Purchase, Receipt},
    stack::{Paths, Stack},
    tcp_line::{Kind, Seen, TcpLine},
    tests,
    words::word,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::embed::{
    origin::Origin,
    probe::{ask, texts},
};

pub(crate) fn tests() -> Vec<Test> {
    tests![
        each a_card_is_sold_over_three_origins_and_cookies_go_only_where_asked,
        the_proxy_answers_a_page_elsewhere_with_the_documented_headers,
        each h15_whatever_keeps_the_proxy_away_is_one_state,
        each e12_files_from_elsewhere_without_their_header_are_told,
        each e12_a_file_that_was_changed_on_its_way_is_not_used_and_a_retry_gets_the_right_one,
        each policies_with_a_nonce_need_it_on_the_tag_alone,
    ]
}

const CARD: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };
const INTEGRATING: &str = include_str!("../../../../docs/integrating.md");
const CSP: &str = include_str!("../../../../docs/csp.md");
const HTML: &str = "Content-Type: text/html; charset=utf-8";
const COOKIE: &str = "shopper=known";

/// The lines of the first block behind these words of a document.
fn block<'a>(document: &'a str, words: &str) -> Vec<&'a str> {
    let behind = document.split_once(words).unwrap_or_else(|| panic!("the document does not say {words:?}")).1;
    let block = behind.split("```").nth(1).expect("a block");
    block.lines().skip(1).filter(|line| !line.is_empty()).collect()
}

/// The documented tag and policy of files on a CDN, with the hosts of this test.
fn tag_and_policy(files: &Origin, proxy: &str) -> (String, String) {
    let tag = block(CSP, "do not check what a script imports").concat();
    let tag = tag
        .replace("https://cdn.example/cr/1.2.3", &files.url)
        .replace("sha384-…", &integrity("cr-widget.js"))
        .replace("data-proxy=\"/api\"", &format!("data-proxy=\"{proxy}/api\" data-country=\"US\""));
    let policy = block(CSP, "Files on a CDN, proxy on a host of its own:").concat();
    let policy = policy.replace("https://cdn.example", &files.url).replace("https://pay.shop.example", proxy);
    // The sandbox has no TLS for its pictures.
    let policy = policy.replace("img-src 'self' https:", &format!("img-src 'self' {proxy}"));
    assert!(!format!("{tag}{policy}").contains("example"), "{tag} {policy}");
    (tag, policy)
}

/// What the manifest tells of a built file.
fn built(name: &str, what: &str) -> String {
    let text = std::fs::read_to_string(Paths::from_env().dist.join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&text).expect("JSON");
    manifest["files"][name][what].as_str().expect("a text").to_owned()
}

fn integrity(name: &str) -> String {
    built(name, "integrity")
}

fn text_of(name: &str) -> String {
    std::fs::read_to_string(Paths::from_env().dist.join(built(name, "file"))).expect("a built text")
}

/// A policy with these sources of scripts, under which the proxy of this stack may be called.
fn nonce_policy(stack: &Stack, scripts: &str) -> String {
    let proxy = &stack.origin;
    format!(
        "Content-Security-Policy: default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' {proxy}; connect-src 'self' {proxy}"
    )
}

fn page(body: &str) -> String {
    format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>A shop</title><body>{body}</body></html>")
}

/// A stack whose proxy lists `pages`, with the page watched from its first line.
async fn stage_for(browser: Browser, pages: &[&str]) -> Stack {
    let stack = Stack::open_for(browser, json!({}), pages).await;
    stack.session().before_pages(include_str!("probe.js")).await;
    stack
}

async fn visit(stack: &Stack, address: &str) {
    stack.driver.goto(address).await.expect("the page opens");
}

async fn is_clean(stack: &Stack) {
    assert_eq!(texts(stack, "violations").await, Vec::<String>::new());
    assert_eq!(texts(stack, "errors").await, Vec::<String>::new());
}

/// Buys a card on the page at `address`, to the code; the requests for it.
async fn buy(stack: &Stack, wire: &TcpLine, address: &str) -> Vec<Seen> {
    wire.forget();
    visit(stack, address).await;
    CARD.order(stack).await;
    stack.supplier.pay(&stack.supplier.newest_order().await, None).await;
    let code = Receipt::on(&stack.screen()).await.code().await;
    assert!(code.chars().filter(char::is_ascii_alphanumeric).count() >= 8, "not a code: {code:?}");
    is_clean(stack).await;
    let calls: Vec<_> = wire.seen().into_iter().filter(|seen| seen.path.starts_with("/api/")).collect();
    let of = |kind| calls.iter().filter(|seen| seen.kind == kind).count();
    assert!(calls.iter().any(|seen| seen.head.starts_with("POST /api/v5/orders ")), "the order went over the line");
    assert_eq!(of(Kind::Stream), 1, "one stream brought all");
    println!("{}: {} calls, {} reads of the order", stack.session().browser.name(), calls.len(), of(Kind::Read));
    calls
}

fn has_cookie(seen: &Seen) -> bool {
    seen.head.lines().any(|line| line.to_ascii_lowercase().starts_with("cookie:") && line.contains(COOKIE))
}

async fn a_card_is_sold_over_three_origins_and_cookies_go_only_where_asked(browser: Browser) {
    let (shop, files) = (Origin::start().await, Origin::start().await);
    files.put_files(&block(INTEGRATING, "The host of the files"));
    let stack = stage_for(browser, &[&shop.url]).await;
    let wire = TcpLine::start(stack.origin.trim_start_matches("http://").parse().expect("an address")).await;
    let (tag, policy) = tag_and_policy(&files, &wire.origin);
    let headers = [HTML, &policy];
    shop.put("/plain", &headers, page(&tag));
    shop.put("/cookies", &headers, page(&tag.replace("<script ", "<script data-credentials=\"include\" ")));
    let module = format!(
        "<script type=\"module\" crossorigin src=\"{}/define.js\" integrity=\"{}\"></script>\
         <cr-widget proxy=\"{}/api\" country=\"US\"></cr-widget>",
        files.url,
        integrity("define.js"),
        wire.origin
    );
    shop.put("/module", &headers, page(&module));

    visit(&stack, &format!("{}/favicon.svg", wire.origin)).await;
    ask(&stack, &format!("document.cookie = '{COOKIE}; Path=/'; return null;")).await;
    let calls = buy(&stack, &wire, &format!("{}/plain", shop.url)).await;
    let kept: Vec<_> = calls.iter().filter(|seen| has_cookie(seen)).map(|seen| &seen.head).collect();
    assert!(kept.is_empty(), "{kept:#?}");

    let calls = buy(&stack, &wire, &format!("{}/cookies", shop.url)).await;
    for seen in calls {
        // A preflight never carries any.
        assert_eq!(has_cookie(&seen), !seen.head.starts_with("OPTIONS"), "{}", seen.head);
    }

    visit(&stack, &format!("{}/module", shop.url)).await;
    Grid::on(&stack.screen()).await.open("Kettle & Crumb").await;
    Product::on(&stack.screen(), "Kettle & Crumb").await;
    is_clean(&stack).await;
    stack.close().await;
}

async fn the_proxy_answers_a_page_elsewhere_with_the_documented_headers() {
    const SHOP: &str = "https://www.shop.example";
    let stack = Stack::open_for(Browser::Chromium, json!({}), &[SHOP]).await;
    let client = reqwest::Client::new();
    let ask = async |method: Method, path: &str, origin: &str| {
        let request = client.request(method, format!("{}/api{path}", stack.origin)).header("Origin", origin);
        request.header("Access-Control-Request-Method", "POST").send().await.expect("an answer")
    };
    for (method, path, words) in [
        (Method::GET, "/v3/payment_vias", "It then answers"),
        (Method::GET, "/v5/orders/nobodys", "It then answers"),
        (Method::OPTIONS, "/v5/orders", "and a preflight"),
    ] {
        let answer = ask(method.clone(), path, SHOP).await;
        for line in block(INTEGRATING, words) {
            let (name, value) = line.split_once(": ").expect("a header line");
            let told: Vec<_> = answer.headers().get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            assert!(told.join(", ").contains(value), "{method} {path}: {name} is {told:?}");
        }
        let answer = ask(method, path, "https://www.another.example").await;
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{path}");
        assert!(answer.status().is_client_error(), "{path}");
    }
    stack.close().await;
}

async fn h15_whatever_keeps_the_proxy_away_is_one_state(browser: Browser) {
    let shop = Origin::start().await;
    shop.put_files(&[]);
    // Nobody elsewhere may call this proxy.
    let stack = stage_for(browser, &[]).await;
    let screen = stack.screen();
    let mut said = Vec::new();
    for (what, proxy, policy) in [
        ("an origin that is not listed", stack.origin.clone(), "img-src *"),
        ("a name that nobody has", "http://nowhere.invalid".to_owned(), "img-src *"),
        ("no TLS where it is expected", stack.origin.replace("http:", "https:"), "img-src *"),
        ("a policy that forbids the proxy", stack.origin.clone(), "connect-src 'self'"),
    ] {
        let tag = format!(
            "<script async src=\"/cr-widget.js\" data-proxy=\"{proxy}/api\" data-country=\"US\" data-lang=\"en\"></script>"
        );
        shop.put("/shop", &[HTML, &format!("Content-Security-Policy: {policy}")], page(&tag));
        visit(&stack, &format!("{}/shop", shop.url)).await;
        screen.shows(word("error.unreachable.title")).await;
        screen.shows(word("error.unreachable.text")).await;
        screen.find("button", word("error.retry")).await;
        assert_eq!(texts(&stack, "errors").await, Vec::<String>::new(), "{what}");
        said.push(screen.text().await);
    }
    assert!(said.iter().all(|text| *text == said[0]), "{said:#?}");
    stack.close().await;
}

async fn e12_files_from_elsewhere_without_their_header_are_told(browser: Browser) {
    let (shop, files) = (Origin::start().await, Origin::start().await);
    files.put_files(&["Cache-Control: no-cache"]);
    let stack = stage_for(browser, &[&shop.url]).await;
    let screen = stack.screen();
    let tag = format!(
        "<script async src=\"{}/cr-widget.js\" data-proxy=\"{}/api\" data-country=\"US\"></script>",
        files.url, stack.origin
    );
    shop.put("/shop", &[HTML], page(&tag));
    let address = format!("{}/shop", shop.url);
    visit(&stack, &address).await;
    // The messages are among the files that did not come: the script has short ones itself.
    let failed = word("shell.failed").split_inclusive('.').next().expect("a sentence");
    screen.shows(failed).await;
    screen.find("link", "Support").await;
    screen.press("button", word("shell.retry")).await;
    screen.shows(failed).await;
    is_clean(&stack).await;
    files.put_files(&block(INTEGRATING, "The host of the files"));
    visit(&stack, &address).await;
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await;
    is_clean(&stack).await;
    stack.close().await;
}

async fn e12_a_file_that_was_changed_on_its_way_is_not_used_and_a_retry_gets_the_right_one(browser: Browser) {
    let shop = Origin::start().await;
    shop.put_files(&["Cache-Control: no-store"]);
    let stack = stage_for(browser, &[&shop.url]).await;
    let screen = stack.screen();
    let tag = format!(
        "<script async src=\"/cr-widget.js\" data-proxy=\"{}/api\" data-country=\"US\" data-lang=\"en\"></script>",
        stack.origin
    );
    shop.put("/shop", &[HTML], page(&tag));
    // What servers send in place of a file that they do not have, a sheet with a rule more, and messages with a word less.
    for (name, kind, body) in [
        ("cr-widget-app.js", HTML, page("Nothing here")),
        ("cr-widget-app_bg.wasm", HTML, page("Nothing here")),
        ("cr-widget.css", "Content-Type: text/css", format!("{}a{{}}", text_of("cr-widget.css"))),
        ("locales/en.json", "Content-Type: application/json", "{}".to_owned()),
    ] {
        let path = format!("/{}", built(name, "file"));
        shop.put(&path, &[kind], body);
        visit(&stack, &format!("{}/shop", shop.url)).await;
        let failed = word("shell.failed").split_inclusive('.').next().expect("a sentence");
        screen.shows(failed).await;
        shop.take(&path);
        screen.press("button", word("shell.retry")).await;
        Grid::on(&screen).await;
        screen.find("listitem", "Kettle & Crumb").await;
        assert_eq!(texts(&stack, "errors").await, Vec::<String>::new(), "{name}");
    }
    stack.close().await;
}

async fn policies_with_a_nonce_need_it_on_the_tag_alone(browser: Browser) {
    let shop = Origin::start().await;
    shop.put_files(&["Cache-Control: no-cache"]);
    let stack = stage_for(browser, &[&shop.url]).await;
    let screen = stack.screen();
    let tag = format!(
        "<script async nonce=\"r4nd0m\" src=\"/cr-widget.js\" data-proxy=\"{}/api\" data-country=\"US\"></script>",
        stack.origin
    );
    shop.put("/nonce", &[HTML, &nonce_policy(&stack, "'nonce-r4nd0m' 'wasm-unsafe-eval'")], page(&tag));
    shop.put(
        "/dynamic",
        &[HTML, &nonce_policy(&stack, "'nonce-r4nd0m' 'strict-dynamic' 'wasm-unsafe-eval'")],
        page(&tag),
    );
    for path in ["nonce", "dynamic"] {
        visit(&stack, &format!("{}/{path}", shop.url)).await;
        // The purchase has a module of its own.
        Grid::on(&screen).await.open("Kettle & Crumb").await;
        Product::on(&screen, "Kettle & Crumb").await;
        is_clean(&stack).await;
    }
    stack.close().await;
}
