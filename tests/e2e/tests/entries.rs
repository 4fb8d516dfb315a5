//! How text gets into fields besides key by key: composed by an input method, filled in by the browser, pasted by the megabyte.

use cr_e2e::{
    page::{Goods, Grid, Method, Purchase, Recipient},
    stack::Stage,
    words::word,
};
use serde_json::json;

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

async fn recipient_form(stage: &Stage) -> Recipient {
    Purchase { goods: CARD, email: "", phone: None, method: None }.choose(stage).await;
    Recipient::on(&stage.screen()).await
}

/// Begins a composition in what has the focus; nothing is committed yet.
async fn compose(stage: &Stage, text: &str) {
    let end = text.chars().count();
    stage.cdp("Input.imeSetComposition", json!({ "text": text, "selectionStart": end, "selectionEnd": end })).await;
}

/// The Enter that an input method takes for itself: the page sees it as key 229, and as composing.
async fn enter_while_composing(stage: &Stage) {
    let script = "const field = root.activeElement;\
        const key = (type) => new KeyboardEvent(type,\
          { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true, composed: true });\
        field.dispatchEvent(key('keydown')); field.dispatchEvent(key('keyup'));";
    stage.screen().script(script).await;
}

#[tokio::test]
async fn faults_f04_a_word_being_composed_is_searched_and_neither_sent_nor_lost() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    Grid::on(&screen).await;
    screen.script("root.querySelector('#search').focus();").await;
    compose(&stage, "けと").await;
    enter_while_composing(&stage).await;
    assert_eq!(screen.focused().await, word("grid.search"), "the field keeps the focus");
    assert_eq!(screen.script("return root.querySelector('#search').value;").await, "けと");
    compose(&stage, "けとる").await;
    assert_eq!(screen.script("return root.querySelector('#search').value;").await, "けとる");
    stage.cdp("Input.insertText", json!({ "text": "Kettle" })).await;
    assert_eq!(screen.script("return root.querySelector('#search').value;").await, "Kettle");
    screen.find("listitem", "Kettle & Crumb").await;
    stage.close().await;
}

#[tokio::test]
async fn faults_f04_enter_while_composing_sends_no_form() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    recipient_form(&stage).await.email("shopper@example.com").await;
    compose(&stage, "x").await;
    enter_while_composing(&stage).await;
    screen.find("textbox", word("recipient.email")).await;
    assert!(screen.all("heading", Some(word("method.title"))).await.is_empty(), "the form was not sent");
    let typed = screen.script("return root.activeElement.value;").await;
    assert_eq!(typed, "shopper@example.comx", "what is composed is not lost");
    // Composing ends with nothing; the Enter after that is one of the shopper's own.
    compose(&stage, "").await;
    screen.type_keys(thirtyfour::Key::Enter + "").await;
    Method::on(&screen).await;
    stage.close().await;
}

#[tokio::test]
async fn faults_f05_what_the_browser_fills_in_is_taken_with_events_and_without() {
    for events in ["['input', 'change']", "['change']", "[]"] {
        let stage = Stage::open().await;
        let screen = stage.screen();
        let recipient = recipient_form(&stage).await;
        let hints = screen.script("const field = root.querySelector('input[type=email]'); return [field.autocomplete, field.inputMode, field.name];").await;
        assert_eq!(hints[0], "email", "{hints}");
        let fill = format!(
            "const field = root.querySelector('input[type=email]'); field.value = 'filled@example.com';\
             for (const name of {events}) field.dispatchEvent(new Event(name, {{ bubbles: true, composed: true }}));"
        );
        screen.script(&fill).await;
        recipient.go_on().await;
        Method::on(&screen).await;
        screen.press("button", word("method.next")).await;
        screen.shows("filled@example.com").await;
        stage.close().await;
    }
}

#[tokio::test]
async fn faults_f06_a_pasted_megabyte_is_cut_and_the_page_lives() {
    let stage = Stage::open().await;
    let screen = stage.screen();
    Grid::on(&screen).await;
    let paste = "const field = root.activeElement; field.value = 'kettle '.repeat(150000);\
                 field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));";
    screen.script("root.querySelector('#search').focus();").await;
    screen.script(paste).await;
    Grid::on(&screen).await.search("Kettle").await;
    let recipient = recipient_form(&stage).await;
    screen.script("root.querySelector('input[type=email]').focus();").await;
    screen.script(paste).await;
    recipient.go_on().await;
    screen.find("textbox", word("recipient.email")).await;
    recipient.email("shopper@example.com").await;
    recipient.go_on().await;
    Method::on(&screen).await;
    stage.close().await;
}
