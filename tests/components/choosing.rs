//! Value, recipient, coin and network.

use core::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;

use cr_widget::ui::choosing::{
    denomination_picker::DenominationPicker, payment_method_picker::PaymentMethodPicker, recipient_form::RecipientForm,
};
use leptos::prelude::*;

use crate::{
    shop::{FIXED, price},
    stage::{Stage, frames},
    states::{named, unanswered},
    words::{beginning, word, word_with},
    world::{ok, turn},
};

fn at(name: &str) -> Stage {
    Stage::at(named(name))
}

#[wasm_bindgen_test]
fn each_component_stands_alone_too() {
    for (name, draw, expected) in [
        ("product-fixed", (|| view! { <DenominationPicker /> }.into_any()) as fn() -> AnyView, "product.next"),
        ("recipient", || view! { <RecipientForm /> }.into_any(), "recipient.next"),
        ("method", || view! { <PaymentMethodPicker /> }.into_any(), "method.next"),
    ] {
        let stage = Stage::alone(named(name).arrange, draw);
        assert!(stage.has("button", &word(expected)), "{name}: {}", stage.text());
        assert_eq!(stage.all("heading", None).len(), 1, "{name}");
    }
}

// The value.

#[wasm_bindgen_test]
fn the_only_value_is_chosen_and_one_of_several_is_not() {
    let stage = at("product-fixed");
    let checked = |stage: &Stage| stage.script("return root.querySelectorAll('input[type=radio]:checked').length");
    assert_eq!(checked(&stage).as_f64(), Some(1.0));
    assert!(stage.text().contains("51.20 USDC"), "its price stands beside the button: {}", stage.text());
    drop(stage);
    let stage = at("product-several");
    assert_eq!(checked(&stage).as_f64(), Some(0.0));
    let group = stage.script("return root.querySelector('fieldset legend').textContent");
    assert_eq!(group.as_string(), Some(word("product.group.value")));
    assert_eq!(stage.names("radio"), ["$50 51.20 USDC", "$20 20.48 USDC"]);
}

#[wasm_bindgen_test]
fn f10_nothing_chosen_is_an_alert_and_the_first_value_gets_the_focus() {
    let mut stage = at("product-several");
    stage.spoken();
    stage.press("button", &word("product.next"));
    assert_eq!(stage.alerts(), [word("product.error.none")]);
    assert_eq!(stage.spoken(), [""; 0], "the alert is read, and not the same once more");
    assert!(stage.focused().starts_with("$50"), "{}", stage.focused());
    assert!(!stage.is_invalid() && stage.description().is_empty(), "no field is wrong");
    stage.choose("radio", "$20");
    assert_eq!(stage.alerts(), [""; 0]);
    stage.press("button", &word("product.next"));
    assert_eq!(stage.focused(), word("recipient.title"));
    assert!(stage.text().contains("20.48 USDC"), "{}", stage.text());
}

#[wasm_bindgen_test]
fn a_wrong_value_is_told_under_its_field_in_words_of_its_own() {
    for (entry, key, values) in [
        ("", "product.error.empty", vec![]),
        ("1e2", "product.error.not_a_number", vec![]),
        ("24", "product.error.below", vec![("min", "$25")]),
        ("401", "product.error.above", vec![("max", "$400")]),
        ("60.5", "product.error.off_step", vec![("low", "$60"), ("high", "$61")]),
    ] {
        let stage = at("product-range");
        stage.fill("textbox", &word("product.amount"), entry);
        stage.press("button", &word("product.next"));
        assert!(stage.focused().starts_with(&word("product.amount")), "{entry}: {}", stage.focused());
        assert!(stage.is_invalid(), "{entry}");
        let told = word_with(key, &values);
        assert!(stage.description().contains(&told), "{entry}: {}", stage.description());
        assert!(stage.has("heading", "Stayhere"), "{entry}: the screen stays");
        stage.fill("textbox", &word("product.amount"), "60");
        assert!(!stage.is_invalid(), "{entry}: it is put right");
        stage.press("button", &word("product.next"));
        assert_eq!(stage.focused(), word("recipient.title"), "{entry}");
    }
}

#[wasm_bindgen_test]
fn the_price_of_a_value_is_asked_for_and_its_age_is_told() {
    let stage = at("product-range");
    stage.fill("textbox", &word("product.amount"), "60");
    stage.shows("product.quote_loading");
    stage.world.pass(Duration::from_millis(400));
    stage
        .world
        .answer("/v4/products/price?brand_name=Stayhere&country_code=US&face_value=60", ok(&price("USDC", "61.10")));
    assert!(stage.text().contains("61.10 USDC"), "{}", stage.text());
    stage.shows("product.quote_now");
    stage.world.pass(Duration::from_secs(5));
    stage.shows("product.quote_age");
    stage.lacks("product.quote_now");
    assert!(stage.has("button", &word("product.refresh")));
    stage.fill("textbox", &word("product.amount"), "70");
    assert!(!stage.text().contains("61.10"), "no old price beside a new value");
    stage.world.pass(Duration::from_millis(400));
    unanswered(&stage.world, "/v4/products/price");
    stage.shows("product.quote_failed");
}

#[wasm_bindgen_test]
fn an_offer_that_could_not_be_loaded_is_asked_for_again() {
    let stage = at("product-unreachable");
    stage.press("button", &word("error.retry"));
    stage.shows("product.loading");
    stage.world.answer("/v5/products", ok(FIXED));
    assert!(stage.has("radio", "$50"));
}

#[wasm_bindgen_test]
fn what_cannot_be_bought_leads_to_another_brand() {
    for name in ["product-out-of-stock", "product-needs-account"] {
        let stage = at(name);
        assert!(!stage.has("button", &word("product.next")), "{name}: there is nothing to go on with");
        stage.press("button", &word("product.other_brand"));
        assert!(stage.has("heading", &word("grid.title")), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_range_begins_with_the_suggestion_and_keeps_what_was_entered() {
    let stage = at("product-range");
    let entry = async || {
        frames().await;
        stage.script("return root.querySelector('[inputmode=decimal]').value").as_string().unwrap()
    };
    assert_eq!(entry().await, "100");
    stage.press("button", &word("product.more"));
    assert_eq!(entry().await, "101");
    stage.fill("textbox", &word("product.amount"), "60");
    stage.press("button", &word("product.next"));
    stage.press("button", &word("frame.back"));
    assert_eq!(entry().await, "60");
    stage.press("button", "$200");
    assert_eq!(entry().await, "200");
}

// The recipient.

#[wasm_bindgen_test]
fn a_wrong_address_is_told_under_its_field_which_gets_the_focus() {
    for (entry, key) in [
        ("", "recipient.error.email_empty"),
        ("shopper", "recipient.error.email_no_at"),
        ("a@b.example c@d.example", "recipient.error.email_several"),
        ("shopper@nowhere", "recipient.error.email_domain"),
        ("sho..pper@example.com", "recipient.error.email_local"),
    ] {
        let stage = at("recipient");
        stage.fill("textbox", &word("recipient.email"), entry);
        stage.press("button", &word("recipient.next"));
        assert!(stage.focused().starts_with(&word("recipient.email")), "{entry}: {}", stage.focused());
        assert!(stage.is_invalid(), "{entry}");
        assert!(stage.description().contains(&word(key)), "{entry}: {}", stage.description());
        assert!(stage.has("heading", &word("recipient.title")), "{entry}: the screen stays");
    }
}

#[wasm_bindgen_test]
fn f10_what_the_form_refuses_is_heard_once_wherever_the_focus_was() {
    let mut stage = at("recipient");
    stage.spoken();
    let wrong = word("recipient.error.email_no_at");
    // From the keyboard, on the button: the focus comes to the field, and what describes that is read.
    stage.fill("textbox", &word("recipient.email"), "shopper");
    stage.press_by_key(&word("recipient.next"));
    assert!(stage.focused().starts_with(&word("recipient.email")));
    assert_eq!((stage.is_invalid(), stage.description().matches(&wrong).count()), (true, 1));
    assert_eq!((stage.alerts(), stage.spoken()), (vec![], vec![]));
    // By the mouse, which leaves the focus in the field, and by Enter there: nothing is read of itself, so it is said.
    for (entry, key, is_pressed) in [
        ("a@b.example c@d.example", "recipient.error.email_several", true),
        ("shopper@nowhere", "recipient.error.email_domain", false),
        ("shopper@nowhere", "recipient.error.email_domain", false),
    ] {
        stage.fill("textbox", &word("recipient.email"), entry);
        if is_pressed {
            stage.press("button", &word("recipient.next"));
        } else {
            stage.enter();
        }
        assert!(stage.focused().starts_with(&word("recipient.email")), "{entry}");
        assert_eq!((stage.is_invalid(), stage.description().matches(&word(key)).count()), (true, 1), "{entry}");
        assert_eq!((stage.alerts(), stage.spoken()), (vec![], vec![word(key)]), "{entry}");
    }
}

#[wasm_bindgen_test]
fn a_complaint_comes_when_the_field_is_left_and_goes_while_it_is_put_right() {
    let stage = at("recipient");
    stage.fill("textbox", &word("recipient.email"), "shopper");
    assert!(!stage.is_invalid(), "not while it is typed");
    stage.leave();
    stage.shows("recipient.error.email_no_at");
    stage.fill("textbox", &word("recipient.email"), "shopper@example.com");
    assert!(!stage.is_invalid());
    stage.lacks("recipient.error.email_no_at");
}

#[wasm_bindgen_test]
fn a_likely_slip_is_asked_about_and_the_shopper_decides() {
    let stage = at("recipient");
    stage.fill("textbox", &word("recipient.email"), "shopper@gmial.com");
    assert!(!stage.has("button", &beginning("recipient.did_you_mean")), "not while it is typed");
    stage.leave();
    let question = word_with("recipient.did_you_mean", &[("email", "shopper@gmail.com")]);
    let button = stage.one("button", &question);
    assert!(button.closest("[role=status]").unwrap().is_some(), "it is spoken when it appears");
    stage.press("button", &question);
    assert!(stage.focused().starts_with(&word("recipient.email")), "the field has the focus again");
    let value = stage.script("return root.activeElement.value").as_string();
    assert_eq!(value.as_deref(), Some("shopper@gmail.com"));
    assert!(!stage.has("button", &beginning("recipient.did_you_mean")));
    stage.press("button", &word("recipient.next"));
    assert_eq!(stage.focused(), word("method.title"));
    drop(stage);
    // Who means it goes on with it.
    let stage = at("recipient");
    stage.fill("textbox", &word("recipient.email"), "shopper@gmial.com");
    stage.leave();
    stage.press("button", &word("recipient.next"));
    assert_eq!(stage.focused(), word("method.title"));
}

#[wasm_bindgen_test]
fn a_wrong_number_is_told_under_its_field_and_comes_before_the_address() {
    for (entry, key) in [
        ("", "recipient.error.phone_empty"),
        ("201 555 x", "recipient.error.phone_character"),
        ("201", "recipient.error.phone_short"),
        ("2015550123456789", "recipient.error.phone_long"),
        ("+39 06 1234 5678", "recipient.error.phone_other"),
    ] {
        let stage = at("recipient-phone");
        stage.fill("textbox", &word("recipient.phone"), entry);
        stage.press("button", &word("recipient.next"));
        assert!(stage.focused().starts_with(&word("recipient.phone")), "{entry}: {}", stage.focused());
        assert!(stage.is_invalid(), "{entry}: {}", stage.text());
        assert!(stage.description().contains(&word(key)), "{entry}: {}", stage.description());
        // The address is wrong too, and comes second.
        stage.shows("recipient.error.email_empty");
        stage.fill("textbox", &word("recipient.phone"), "(201) 555-0123");
        stage.press("button", &word("recipient.next"));
        assert!(stage.focused().starts_with(&word("recipient.email")), "{entry}: {}", stage.focused());
    }
}

#[wasm_bindgen_test]
fn a_number_is_read_back_as_it_will_be_credited() {
    let stage = at("recipient-phone");
    stage.fill("textbox", &word("recipient.phone"), "201 555 0123");
    stage.shows("recipient.read_back");
    assert!(stage.text().replace(' ', "").contains("+12015550123"), "{}", stage.text());
    stage.lacks("recipient.foreign");
    stage.select(&word("recipient.calling_code"), "IT");
    stage.fill("textbox", &word("recipient.phone"), "06 1234 5678");
    assert!(stage.text().replace(' ', "").contains("+390612345678"), "{}", stage.text());
    stage.shows("recipient.foreign");
}

#[wasm_bindgen_test]
fn a_gift_asks_for_another_address_which_is_checked_too() {
    let stage = at("recipient");
    assert!(!stage.has("textbox", &word("recipient.gift_email")));
    stage.choose("checkbox", &word("recipient.gift"));
    stage.shows("recipient.email_hint_gift");
    stage.fill("textbox", &word("recipient.email"), "shopper@example.com");
    stage.fill("textbox", &word("recipient.gift_email"), "friend");
    stage.press("button", &word("recipient.next"));
    assert!(stage.focused().starts_with(&word("recipient.gift_email")), "{}", stage.focused());
    stage.fill("textbox", &word("recipient.gift_email"), "friend@example.com");
    stage.press("button", &word("recipient.next"));
    stage.press("button", &word("method.next"));
    let body = stage.world.open("/v5/orders/validations").body.clone().unwrap();
    assert!(body.contains("friend@example.com") && body.contains("shopper@example.com"), "{body}");
    stage.shows("review.receipt_to");
}

#[wasm_bindgen_test]
fn f05_what_the_browser_fills_in_is_taken_with_events_and_without() {
    for events in ["['input', 'change']", "['change']", "[]"] {
        let stage = at("recipient");
        let hints = stage.script(
            "const field = root.querySelector('input[type=email]');
            return [field.autocomplete, field.inputMode, field.name].join()",
        );
        assert_eq!(hints.as_string().as_deref(), Some("email,email,email"));
        stage.script(&format!(
            "const field = root.querySelector('input[type=email]'); field.value = 'filled@example.com';
             for (const name of {events}) field.dispatchEvent(new Event(name, {{ bubbles: true, composed: true }}));"
        ));
        turn();
        stage.press("button", &word("recipient.next"));
        assert_eq!(stage.focused(), word("method.title"), "{events}");
        stage.press("button", &word("method.next"));
        assert!(stage.text().contains("filled@example.com"), "{events}: {}", stage.text());
    }
}

#[wasm_bindgen_test]
fn f06_a_pasted_megabyte_is_refused_and_the_form_goes_on() {
    let stage = at("recipient");
    stage.fill("textbox", &word("recipient.email"), &"kettle ".repeat(150_000));
    stage.press("button", &word("recipient.next"));
    assert!(stage.focused().starts_with(&word("recipient.email")), "{}", stage.focused());
    assert!(stage.is_invalid());
    stage.fill("textbox", &word("recipient.email"), "shopper@example.com");
    stage.press("button", &word("recipient.next"));
    assert_eq!(stage.focused(), word("method.title"));
}

#[wasm_bindgen_test]
fn f04_enter_while_composing_sends_no_form() {
    let stage = at("recipient");
    stage.fill("textbox", &word("recipient.email"), "shopper@example.comx");
    stage.enter_while_composing();
    assert!(stage.has("heading", &word("recipient.title")), "the form was not sent");
    assert!(stage.focused().starts_with(&word("recipient.email")));
    stage.enter();
    assert_eq!(stage.focused(), word("method.title"), "the Enter after that is one of the shopper's own");
}

#[wasm_bindgen_test]
fn what_was_typed_is_there_again_on_the_way_back() {
    let stage = at("recipient");
    stage.fill("textbox", &word("recipient.email"), "shopper@example.com");
    stage.press("button", &word("recipient.next"));
    stage.press("button", &word("frame.back"));
    assert_eq!(stage.focused(), word("recipient.title"));
    let value = stage.script("return root.querySelector('input[type=email]').value").as_string();
    assert_eq!(value.as_deref(), Some("shopper@example.com"));
}

#[wasm_bindgen_test]
fn what_the_partner_knows_of_the_shopper_stands_in_the_fields() {
    let state = named("recipient-phone");
    let stage = Stage::with("en", |config| {
        config.email = Some("known@example.com".to_owned());
        config.phone = Some("+390612345678".to_owned());
    });
    (state.arrange)(&stage.world, stage.store);
    turn();
    let values = stage.script("return [...root.querySelectorAll('input[type=email], input[type=tel], #calling-code')].map((e) => e.value).join()");
    assert_eq!(values.as_string().as_deref(), Some("IT,+390612345678,known@example.com"));
    stage.shows("recipient.foreign");
}

// Coin and network.

fn radio(stage: &Stage, name: &str) -> (bool, bool) {
    let input: web_sys::HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(stage.one("radio", name));
    (input.checked(), input.disabled())
}

#[wasm_bindgen_test]
fn coins_and_their_networks_are_two_lists_and_the_best_is_chosen() {
    let stage = at("method");
    let legends = stage.script("return [...root.querySelectorAll('legend')].map((e) => e.textContent).join('|')");
    assert_eq!(legends.as_string(), Some([word("method.coin"), word("method.network")].join("|")));
    assert_eq!(radio(&stage, "USDC"), (true, false));
    assert_eq!(radio(&stage, "Solana"), (true, false));
    assert!(stage.text().contains("51.20 USDC"));
    // Another coin has other networks, and another price.
    stage.choose("radio", "BTC");
    assert!(!stage.has("radio", "Solana") && stage.has("radio", "Lightning"), "{:?}", stage.names("radio"));
    assert!(!stage.text().contains("51.20"), "no old price under another coin");
    stage.world.answer("/v5/products", ok(&FIXED.replace("USDC", "BTC").replace("51.20", "0.00051")));
    assert!(stage.text().contains("0.00051 BTC"), "{}", stage.text());
    stage.choose("radio", "Mainnet");
    stage.press("button", &word("method.next"));
    assert_eq!(stage.focused(), word("review.title"));
    let body = stage.world.open("/v5/orders/validations").body.clone().unwrap();
    assert!(body.contains("Mainnet") && body.contains("BTC"), "{body}");
}

#[wasm_bindgen_test]
fn a_network_that_may_ask_for_a_name_is_chosen_by_the_shopper_alone() {
    let stage = at("method-risky");
    assert_eq!(radio(&stage, "USDT"), (false, false), "nor is its coin chosen");
    stage.choose("radio", "USDT");
    assert_eq!(radio(&stage, "Tron"), (false, false));
    stage.shows("method.risky");
    let next = stage.one("button", &word("method.next"));
    assert_eq!(next.get_attribute("aria-disabled").as_deref(), Some("true"));
    stage.press_on(&next);
    assert!(stage.has("heading", &word("method.title")), "without a network it does not go on");
    stage.choose("radio", "Tron");
    stage.press("button", &word("method.next"));
    assert_eq!(stage.focused(), word("review.title"));
}

#[wasm_bindgen_test]
fn a_network_that_is_paused_or_below_its_minimum_says_so_and_cannot_be_chosen() {
    let stage = at("method-paused");
    assert!(radio(&stage, "Solana").1);
    assert_eq!(radio(&stage, "Polygon"), (true, false));
    drop(stage);
    let stage = at("method-below-minimum");
    assert!(radio(&stage, "Polygon").1);
    assert!(stage.text().contains(&word_with("method.below_min", &[("amount", "60 USDC")])), "{}", stage.text());
}
