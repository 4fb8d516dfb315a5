//! The goods: masked until they are shown, and masked again when the page is left.

use core::time::Duration;

use cr_widget::ui::paying::receipt::Receipt;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    stage::{Stage, frames},
    states::{create, delivering, done, named, tell},
    words::{word, word_with},
};

fn at(name: &str) -> Stage {
    Stage::at(named(name))
}

fn is_masked(stage: &Stage) -> bool {
    stage.has("button", &word("receipt.show"))
}

#[wasm_bindgen_test]
fn a_code_is_not_in_the_document_until_it_is_shown() {
    for (name, secrets) in [
        ("receipt-code", &["AAAA-BBBB"][..]),
        ("receipt-codes", &["AAAA-BBBB", "CCCC-DDDD"]),
        ("receipt-numbers", &["AAAA-BBBB", "SERIAL-0042", "SECURITY-7", "img.example/barcode"]),
        ("receipt-part", &["AAAA-BBBB"]),
        ("receipt-replaced", &["AAAA-BBBB", "EEEE-FFFF"]),
        ("trouble-canceled-arrived", &["AAAA-BBBB"]),
    ] {
        let stage = at(name);
        for secret in secrets {
            assert!(!stage.everything().contains(secret), "{name}: {secret} is in the document");
        }
        stage.press("button", &word("receipt.show"));
        let last = secrets.last().unwrap();
        assert!(stage.everything().contains(last), "{name}: {last} is shown");
        stage.press("button", &word("receipt.hide"));
        for secret in secrets {
            assert!(!stage.everything().contains(secret), "{name}: {secret} is hidden again");
        }
    }
}

#[wasm_bindgen_test]
fn an_esim_is_masked_with_its_text_and_its_code() {
    let stage = at("receipt-esim");
    assert!(!stage.everything().contains("TOKEN-1"));
    assert!(!stage.has("img", &word("receipt.esim_qr")));
    stage.press("button", &word("receipt.esim_show"));
    assert!(stage.everything().contains("TOKEN-1"));
    assert!(stage.has("img", &word("receipt.esim_qr")));
    stage.press("button", &word("receipt.esim_hide"));
    assert!(!stage.everything().contains("TOKEN-1"));
}

#[wasm_bindgen_test]
fn a_code_is_copied_without_being_shown() {
    let stage = at("receipt-code");
    stage.press("button", &word("receipt.copy"));
    assert_eq!(stage.world.copied(), ["AAAA-BBBB"]);
    assert!(is_masked(&stage));
    assert!(!stage.everything().contains("AAAA-BBBB"));
}

#[wasm_bindgen_test]
fn g02_several_codes_are_shown_and_copied_one_by_one() {
    let stage = at("receipt-codes");
    for number in ["1", "2"] {
        assert!(stage.text().contains(&word_with("receipt.code_n", &[("n", number)])), "{}", stage.text());
    }
    stage.press("button", &word("receipt.show"));
    assert_eq!(stage.texts("code"), ["AAAA-BBBB", "CCCC-DDDD"]);
    let copies = stage.all("button", Some(&word("receipt.copy")));
    assert_eq!(copies.len(), 2);
    for copy in &copies {
        stage.press_on(copy);
    }
    assert_eq!(stage.world.copied(), ["AAAA-BBBB", "CCCC-DDDD"]);
    drop(stage);
    // Several lines of one text are one code, as it is written.
    let stage = Stage::new();
    create(&stage.world, stage.store, &crate::states::carrying(r#""0012 AAAA\n0034 BBBB""#, ""));
    stage.press("button", &word("receipt.show"));
    assert_eq!(stage.texts("code"), ["0012 AAAA\n0034 BBBB"]);
    assert_eq!(stage.all("button", Some(&word("receipt.copy"))).len(), 1);
}

#[wasm_bindgen_test]
fn g03_a_code_that_takes_the_place_of_another_says_so_and_is_masked() {
    let stage = Stage::new();
    create(&stage.world, stage.store, &delivering());
    stage.press("button", &word("receipt.show"));
    assert_eq!(stage.texts("code"), ["AAAA-BBBB"]);
    stage.lacks("receipt.replaced");
    tell(&stage.world, &done().replace("AAAA-BBBB", "EEEE-FFFF"));
    stage.shows("receipt.replaced");
    assert!(is_masked(&stage), "the new code is shown when it is asked for");
    assert!(!stage.everything().contains("AAAA-BBBB"));
    stage.press("button", &word("receipt.show"));
    assert_eq!(stage.texts("code"), ["EEEE-FFFF"]);
}

#[wasm_bindgen_test]
fn a_code_that_is_shown_stays_so_when_more_is_told_of_its_order() {
    let stage = Stage::new();
    create(&stage.world, stage.store, &delivering());
    stage.press("button", &word("receipt.show"));
    tell(&stage.world, &done());
    assert_eq!(stage.texts("code"), ["AAAA-BBBB"]);
}

#[wasm_bindgen_test]
async fn p07_a_shown_code_is_masked_when_the_page_is_hidden() {
    for name in ["receipt-code", "receipt-numbers"] {
        let stage = at(name);
        stage.press("button", &word("receipt.show"));
        assert!(stage.part("code").is_some());
        stage.see_as("hidden");
        assert!(is_masked(&stage), "{name}");
        for secret in ["AAAA-BBBB", "SERIAL-0042", "SECURITY-7", "img.example"] {
            assert!(!stage.everything().contains(secret), "{name}: {secret}");
        }
        stage.see_as("visible");
        assert!(is_masked(&stage), "{name}: nothing shows itself");
    }
}

#[wasm_bindgen_test]
async fn p07_what_a_clipboard_that_refuses_leaves_to_be_copied_by_hand_goes_with_the_code() {
    let stage = at("receipt-code");
    stage.world.refuse_clipboard();
    for hide in [true, false] {
        stage.press("button", &word("receipt.copy"));
        frames().await;
        assert!(stage.has("textbox", &word("parts.copy_by_hand")));
        assert!(stage.everything().contains("AAAA-BBBB"));
        if hide {
            stage.see_as("hidden");
        } else {
            stage.press("button", &word("receipt.show"));
            stage.press("button", &word("receipt.hide"));
        }
        assert!(!stage.has("textbox", &word("parts.copy_by_hand")), "by hiding the page: {hide}");
        assert!(!stage.everything().contains("AAAA-BBBB"), "by hiding the page: {hide}");
        stage.see_as("visible");
    }
}

#[wasm_bindgen_test]
fn numbers_and_pictures_are_named_and_go_with_the_code() {
    let stage = at("receipt-numbers");
    for key in ["receipt.serial", "receipt.security"] {
        stage.lacks(key);
    }
    assert!(!stage.has("img", &word("receipt.barcode")));
    stage.press("button", &word("receipt.show"));
    for key in ["receipt.serial", "receipt.security"] {
        stage.shows(key);
    }
    let picture = stage.script("return root.querySelector('img[src*=barcode]').alt");
    assert_eq!(picture.as_string(), Some(word("receipt.barcode")));
    for (key, value) in [("receipt.copy_serial", "SERIAL-0042"), ("receipt.copy_security", "SECURITY-7")] {
        stage.press("button", &word(key));
        assert_eq!(stage.world.copied().last().map(String::as_str), Some(value));
    }
}

#[wasm_bindgen_test]
fn a_link_opens_beside_the_page_and_says_where() {
    let stage = at("receipt-link");
    let link = stage.one("link", &word("receipt.link"));
    assert_eq!(link.get_attribute("href").as_deref(), Some("https://redeem.example/t/SECRET-LINK"));
    assert_eq!(link.get_attribute("target").as_deref(), Some("_blank"));
    assert!(stage.text().contains(&word_with("receipt.link_note", &[("host", "redeem.example")])));
    stage.press("button", &word("receipt.copy_link"));
    assert_eq!(stage.world.copied(), ["https://redeem.example/t/SECRET-LINK"]);
}

#[wasm_bindgen_test]
fn what_is_not_here_says_where_it_went() {
    let stage = at("receipt-mailed");
    assert!(stage.part("sent-by-email").is_some());
    assert!(stage.text().contains("shopper@example.com"));
    assert!(!is_masked(&stage), "there is nothing to show");
    drop(stage);
    let stage = at("receipt-credited");
    assert!(stage.text_of("credited").replace(' ', "").contains("+12015550123"));
    drop(stage);
    let stage = at("receipt-part");
    assert!(stage.text().contains(&word_with("receipt.title_part", &[("arrived", "1"), ("all", "2")])));
}

#[wasm_bindgen_test]
fn what_was_paid_and_what_came_too_much_is_told() {
    let stage = at("receipt-overpaid");
    assert!(stage.text().contains(&word_with("receipt.over_note", &[("amount", "1 USDC")])), "{}", stage.text());
    assert!(stage.text().contains("52.20 USDC"));
}

#[wasm_bindgen_test]
fn an_order_is_forgotten_only_after_a_question() {
    let stage = at("receipt-code");
    assert!(stage.world.stored("orders").is_some());
    stage.press("button", &word("receipt.forget"));
    stage.shows("receipt.forget_hint");
    stage.press("button", &word("receipt.keep"));
    assert!(stage.world.stored("orders").is_some());
    stage.press("button", &word("receipt.forget"));
    stage.press("button", &word("receipt.forget_sure"));
    assert_eq!(stage.world.stored("orders"), None);
    assert_eq!(stage.focused(), word("grid.title"));
}

#[wasm_bindgen_test]
fn buying_something_else_leads_to_the_brands() {
    let stage = at("receipt-code");
    stage.press("button", &word("receipt.again"));
    assert_eq!(stage.focused(), word("grid.title"));
    assert!(!stage.everything().contains("AAAA-BBBB"));
}

#[wasm_bindgen_test]
fn the_receipt_stands_alone_too() {
    let stage = Stage::alone(named("receipt-code").arrange, || view! { <Receipt /> }.into_any());
    assert!(is_masked(&stage));
    stage.world.pass(Duration::from_secs(60));
    assert!(stage.has("heading", &word("receipt.title")));
}
