//! What screen readers are told: news once, and never what ticks.

use core::time::Duration;

use cr_widget::app::ports::StreamEvent;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    shop::order,
    stage::Stage,
    states::{named, paid_as, reviewed_again, tell, two_lines},
    words::{word, word_with},
};

fn at(name: &str) -> Stage {
    Stage::at(named(name))
}

#[wasm_bindgen_test]
fn news_of_an_order_is_spoken_once() {
    for works_elsewhere in [false, true] {
        let mut stage = at("pay");
        stage.spoken();
        if works_elsewhere {
            stage.work_elsewhere();
        }
        tell(&stage.world, &paid_as("Canceled", "Canceled"));
        let title = word("trouble.canceled.title");
        // A heading that takes the focus is read for that.
        let expected = if works_elsewhere { (vec![title.clone()], String::new()) } else { (vec![], title) };
        assert_eq!((stage.spoken(), stage.focused()), expected);
        stage.world.pass(Duration::from_secs(60));
        assert_eq!(stage.spoken(), [""; 0], "and not again");
    }
}

#[wasm_bindgen_test]
fn the_same_news_told_again_is_not_spoken_again() {
    let mut stage = at("pay");
    stage.spoken();
    stage.world.stream(StreamEvent::Opened);
    for at in 10..20 {
        stage.world.stream(StreamEvent::Message(order("o-1", "PaymentStarted", 1_790_000_000 + at, "51.20")));
        stage.world.pass(Duration::from_secs(1));
    }
    assert_eq!(stage.spoken(), [word("track.seen.now")]);
    stage.world.stream(StreamEvent::Message(order("o-1", "PaymentReceived", 1_790_000_030, "51.20")));
    stage.world.pass(Duration::from_secs(1));
    assert_eq!(stage.spoken(), [word("track.confirmed.now")]);
}

#[wasm_bindgen_test]
fn a_title_that_tells_how_the_order_stands_is_spoken_when_it_changes() {
    let mut stage = at("receipt-part");
    stage.spoken();
    tell(&stage.world, &two_lines("Done", "Succeeded", 1_790_000_040));
    assert!(stage.has("heading", &word("receipt.title")), "{}", stage.text());
    assert_eq!(stage.spoken(), [word("receipt.title")], "the heading that has the focus already is not read of itself");
    tell(&stage.world, &two_lines("Done", "Succeeded", 1_790_000_050));
    assert_eq!(stage.spoken(), [""; 0]);
}

#[wasm_bindgen_test]
fn a_screen_of_waiting_says_nothing_while_time_goes_by() {
    for name in ["pay", "track-confirmed", "trouble-held", "receipt-code", "review-passed", "grid"] {
        let mut stage = at(name);
        stage.spoken();
        stage.world.pass(Duration::from_secs(45));
        assert_eq!(stage.spoken(), [""; 0], "{name}");
    }
}

#[wasm_bindgen_test]
fn a_price_that_moved_is_spoken_once() {
    for (now, amount) in [("60.42", "60.42 USDC"), ("51.30", "51.30 USDC")] {
        let mut stage = Stage::new();
        stage.spoken();
        reviewed_again(&stage.world, stage.store, now);
        assert_eq!(stage.spoken(), [word_with("review.told", &[("amount", amount), ("was", "51.20 USDC")])]);
    }
    let mut stage = at("pay");
    stage.spoken();
    tell(&stage.world, &order("o-1", "WaitingForPayment", 1_790_000_010, "51.30"));
    let told = word_with("pay.amount_changed", &[("amount", "51.30 USDC"), ("was", "51.20 USDC")]);
    assert!(stage.text().contains(&told), "{}", stage.text());
    assert_eq!(stage.spoken(), [told]);
}

#[wasm_bindgen_test]
fn what_was_copied_is_spoken_each_time() {
    let mut stage = at("pay");
    stage.spoken();
    stage.press("button", &word("pay.copy_amount"));
    assert_eq!(stage.spoken(), [word("parts.copied")]);
    // The button says so too, from then on.
    stage.press("button", &word("parts.copied"));
    assert_eq!(stage.spoken(), [word("parts.copied")], "a repeated text is a new node");
    stage.press("button", &word("pay.copy_address"));
    assert_eq!(stage.spoken(), [word("parts.copied")]);
}

#[wasm_bindgen_test]
fn the_region_is_there_and_empty_from_the_start() {
    let stage = Stage::new();
    let region = stage.script(
        "const region = root.querySelector('[aria-live=polite]');
        return `${region.getAttribute('role')}|${region.textContent}`",
    );
    assert_eq!(region.as_string().as_deref(), Some("status|"));
}
