//! "Forget this order": whoever sits at this browser next gets no code from any page that still has it.

use std::{sync::Arc, time::Duration};

use cr_e2e::{faulty_stack::FaultyStack, harness::Test, screen::Screen, words::word};
use serde_json::{Value, json};

use crate::tracking::{cases, line::delivers};

pub(crate) fn cases() -> Vec<Test> {
    cases![
        p04_another_tab_has_no_code_after_forgetting,
        p04_back_brings_no_code_after_forgetting,
        p04_a_code_in_view_goes_with_the_order,
        p04_another_element_has_no_code_after_forgetting,
    ]
}

/// From now on what the page gives away is noted: what is copied, printed and painted.
const NOTE: &str = "window.given = [];\
    navigator.clipboard.writeText = (text) => { given.push(text); return Promise.resolve(); };\
    const frame = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow');\
    Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', { configurable: true, get() {\
      const inner = frame.get.call(this);\
      if (inner) inner.print = () => { given.push(inner.document.body.textContent); inner.dispatchEvent(new Event('afterprint')); };\
      return inner;\
    } });\
    const write = CanvasRenderingContext2D.prototype.fillText;\
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { given.push(text); return write.call(this, text, ...rest); };\
    HTMLAnchorElement.prototype.click = () => {};";
/// Presses every button that could give a code away, one after the other, and tells what was given.
const ASK: &str = "const [index, labels, done] = arguments;\
    (async () => {\
      const root = document.querySelectorAll('cr-widget')[index]?.shadowRoot;\
      const seen = [];\
      const look = () => seen.push([...(root?.children ?? [])].map((child) => child.textContent).join(' '));\
      look();\
      for (const label of labels) {\
        for (const button of [...(root?.querySelectorAll('button') ?? [])].filter((one) => one.textContent.includes(label))) {\
          button.click();\
          await new Promise((then) => setTimeout(then, 300));\
          look();\
        }\
      }\
      done([...seen, ...(window.given ?? [])].join('\\n'));\
    })();";

/// Buys, pays and waits for the goods. The order, and its code.
async fn bought(stack: &FaultyStack, query: &str) -> (String, String) {
    let id = stack.follow(query, "shopper@example.com").await;
    delivers(stack, &id).await;
    stack.script(NOTE).await;
    let order = stack.read_order(&id).await;
    let code = order["deliveries"][0]["deliverable"]["pin_code"].as_str().expect("a code").to_owned();
    (id, code)
}

/// Everything that the page gives away in one element, by whatever button.
async fn given(stack: &FaultyStack, index: usize) -> String {
    let labels = ["receipt.show", "receipt.copy", "receipt.paper.print", "receipt.paper.save"].map(word);
    let given = stack.driver.execute_async(ASK, vec![json!(index), json!(labels)]).await.expect("a script that runs");
    given.json().as_str().expect("a text").to_owned()
}

/// Forgets the order by the receipt's own button.
async fn forget(stack: &FaultyStack) {
    let screen = Screen::new(stack.driver.clone());
    screen.press("button", word("receipt.forget")).await;
    screen.press("button", word("receipt.forget_sure")).await;
    stack.until("the receipt is gone", 0, |page| page["screen"] != "receipt").await;
}

/// Opens the order in the page before us and forgets it there.
async fn open_and_forget(stack: &FaultyStack, id: &str) {
    stack.visit("another").await;
    stack.resume(0, id).await;
    stack.until("the receipt is there", 0, |page| page["screen"] == "receipt").await;
    forget(stack).await;
}

async fn p04_another_tab_has_no_code_after_forgetting(stack: Arc<FaultyStack>) {
    let (id, code) = bought(&stack, "").await;
    assert!(given(&stack, 0).await.contains(&code), "until it is forgotten the code is there");
    stack.script("given.length = 0;").await;
    let first = stack.cover().await;
    open_and_forget(&stack, &id).await;
    stack.uncover(first).await;
    let given = given(&stack, 0).await;
    assert!(!given.contains(&code), "the other tab still gives the code: {given}");
}

async fn p04_back_brings_no_code_after_forgetting(stack: Arc<FaultyStack>) {
    let (_, code) = bought(&stack, "").await;
    // Forgotten from the list, so that nothing is told of the order: Chromium drops a page from its cache that is told something.
    stack.visit("another").await;
    let screen = Screen::new(stack.driver.clone());
    screen.press("button", word("resume.forget_which").split('{').next().expect("a beginning").trim()).await;
    stack.until("the offer is gone", 0, |page| page["screen"] == "").await;
    stack.driver.back().await.expect("the way back");
    stack.until("the page is back", 0, |page| page["text"].as_str().is_some_and(|text| !text.trim().is_empty())).await;
    stack.note(format!("kept by the back/forward cache: {}", stack.see(0).await["returned"]));
    let given = given(&stack, 0).await;
    assert!(!given.contains(&code), "the page that came back still gives the code: {given}");
}

/// Two windows beside each other, both seen.
async fn p04_a_code_in_view_goes_with_the_order(stack: Arc<FaultyStack>) {
    let (id, code) = bought(&stack, "").await;
    Screen::new(stack.driver.clone()).press("button", word("receipt.show")).await;
    stack.until("the code is in view", 0, |page| shows(page, &code)).await;
    let first = stack.driver.window().await.expect("a window");
    let second = stack.session().new_window().await;
    stack.driver.switch_to_window(second).await.expect("a window");
    open_and_forget(&stack, &id).await;
    stack.driver.switch_to_window(first).await.expect("a window");
    stack.note(format!("the first window was hidden: {}", stack.see(0).await["hidden"]));
    let began = std::time::Instant::now();
    let is_gone = |page: &Value| page["screen"].is_string() && !shows(page, &code);
    stack.until_at_most(Duration::from_secs(5), began, "the code is gone", 0, is_gone).await;
    let given = given(&stack, 0).await;
    assert!(!given.contains(&code), "the other window still gives the code: {given}");
}

fn shows(page: &Value, code: &str) -> bool {
    page["text"].as_str().is_some_and(|text| text.contains(code))
}

async fn p04_another_element_has_no_code_after_forgetting(stack: Arc<FaultyStack>) {
    stack.visit("elements=2").await;
    let id = stack.follow_in(0, "shopper@example.com").await;
    stack.supplier.pay(&id, None).await;
    stack.until("the goods are there", 0, |page| page["screen"] == "receipt").await;
    let order = stack.read_order(&id).await;
    let code = order["deliveries"][0]["deliverable"]["pin_code"].as_str().expect("a code").to_owned();
    stack.resume(1, &id).await;
    stack.until("the receipt is there too", 1, |page| page["screen"] == "receipt").await;
    stack.script(NOTE).await;
    forget(&stack).await;
    let given = given(&stack, 1).await;
    assert!(!given.contains(&code), "the other element still gives the code: {given}");
}
