//! How text gets into fields that an input method composes.

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Method, Purchase, Recipient},
    stack::Stack,
    tests,
    words::word,
};
use serde_json::json;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        faults_f04_a_word_being_composed_is_searched_and_neither_sent_nor_lost,
        faults_f04_enter_while_composing_sends_no_form,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

async fn recipient_form(stack: &Stack) -> Recipient {
    Purchase { goods: CARD, email: "", phone: None, method: None }.choose(stack).await;
    Recipient::on(&stack.screen()).await
}

/// Begins a composition in what has the focus; nothing is committed yet.
async fn compose(stack: &Stack, text: &str) {
    let end = text.chars().count();
    stack.cdp("Input.imeSetComposition", json!({ "text": text, "selectionStart": end, "selectionEnd": end })).await;
}

/// The Enter that an input method takes for itself: the page sees it as key 229, and as composing.
async fn enter_while_composing(stack: &Stack) {
    let script = "const field = root.activeElement;\
        const key = (type) => new KeyboardEvent(type,\
          { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true, composed: true });\
        field.dispatchEvent(key('keydown')); field.dispatchEvent(key('keyup'));";
    stack.screen().script(script).await;
}

async fn faults_f04_a_word_being_composed_is_searched_and_neither_sent_nor_lost() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await;
    screen.script("root.querySelector('#search').focus();").await;
    compose(&stack, "けと").await;
    enter_while_composing(&stack).await;
    assert_eq!(screen.focused().await, word("grid.search"), "the field keeps the focus");
    assert_eq!(screen.script("return root.querySelector('#search').value;").await, "けと");
    compose(&stack, "けとる").await;
    assert_eq!(screen.script("return root.querySelector('#search').value;").await, "けとる");
    stack.cdp("Input.insertText", json!({ "text": "Kettle" })).await;
    assert_eq!(screen.script("return root.querySelector('#search').value;").await, "Kettle");
    screen.find("listitem", "Kettle & Crumb").await;
    stack.close().await;
}

async fn faults_f04_enter_while_composing_sends_no_form() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    recipient_form(&stack).await.email("shopper@example.com").await;
    compose(&stack, "x").await;
    enter_while_composing(&stack).await;
    screen.find("textbox", word("recipient.email")).await;
    assert!(screen.all("heading", Some(word("method.title"))).await.is_empty(), "the form was not sent");
    let typed = screen.script("return root.activeElement.value;").await;
    assert_eq!(typed, "shopper@example.comx", "what is composed is not lost");
    // Composing ends with nothing; the Enter after that is one of the shopper's own.
    compose(&stack, "").await;
    screen.type_keys(thirtyfour::Key::Enter + "").await;
    Method::on(&screen).await;
    stack.close().await;
}
