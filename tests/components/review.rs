//! The last look before ordering, the order while it is made, and what is asked about it before there is an address.

use core::time::Duration;

use cr_core::{
    order::reference,
    problem::{ProblemCode, Remedy},
};
use cr_widget::ui::choosing::order_review::OrderReview;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    shop::{order, passed},
    stage::{Stage, pause},
    states::{CREATE, SOLANA, VALIDATE, named, refused},
    words::{beginning, messages, word, word_with},
    world::{keeping_keys, ok},
};

fn at(name: &str) -> Stage {
    Stage::at(named(name))
}

/// Returns how many creates were sent.
fn creates(stage: &Stage) -> usize {
    stage.world.asked(CREATE).iter().filter(|asked| asked.path == CREATE).count()
}

#[wasm_bindgen_test]
fn the_review_reads_like_a_receipt_and_each_line_leads_back_to_where_it_was_entered() {
    let stage = at("review-passed");
    for text in ["Arcadia", "$50", "United States", "shopper@example.com", "USDC on Solana", "51.20 USDC"] {
        assert!(stage.text().contains(text), "{text}: {}", stage.text());
    }
    for (line, heading) in
        [("review.item", "Arcadia"), ("review.to", "recipient.title"), ("review.network", "method.title")]
    {
        let stage = at("review-passed");
        stage.press("button", &word_with("review.change_what", &[("what", &word(line))]));
        let title = messages("en").get(heading).cloned().unwrap_or_else(|| heading.to_owned());
        assert_eq!(stage.focused(), title);
    }
}

#[wasm_bindgen_test]
fn while_the_supplier_is_asked_nothing_can_be_ordered() {
    let stage = at("review-checking");
    assert!(!stage.has("button", &word("review.create")));
    assert!(stage.script("return root.querySelector('[aria-busy=true]') !== null").is_truthy());
    stage.world.answer(VALIDATE, ok(&passed("51.20")));
    stage.press("button", &word("review.create"));
    assert_eq!(creates(&stage), 1);
}

#[wasm_bindgen_test]
fn an_order_is_created_once_however_often_the_button_is_pressed() {
    let stage = at("review-passed");
    stage.press("button", &word("review.create"));
    let button = stage.one("button", &word("review.creating"));
    assert_eq!(button.get_attribute("aria-busy").as_deref(), Some("true"));
    for _ in 0..3 {
        stage.press("button", &word("review.creating"));
    }
    assert_eq!(creates(&stage), 1);
    let change = stage.one("button", &word_with("review.change_what", &[("what", &word("review.to"))]));
    assert_eq!(change.get_attribute("aria-disabled").as_deref(), Some("true"), "nothing is changed meanwhile");
    stage.world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    assert_eq!((stage.focused(), stage.text_of("address")), (word("pay.title"), SOLANA.to_owned()));
}

#[wasm_bindgen_test]
async fn every_problem_has_words_of_its_own_and_a_remedy_that_leads_somewhere() {
    for code in ProblemCode::ALL {
        pause().await;
        let stage = Stage::new();
        refused(&stage.world, stage.store, &format!(r#"[{{"problem":"{code}"}}]"#));
        let alert = stage.alerts();
        let told = word(&format!("problem.{code}"));
        assert!(alert.len() == 1 && alert[0].contains(&told), "{code}: {alert:?}");
        assert!(!stage.has("button", &word("review.create")), "{code}: it cannot be ordered");
        let remedy = ProblemCode::from_wire(code).remedy();
        let is_whole_brand = ["LOGIN_REQUIRED", "NOT_ACTIVE", "COUNTRY_NOT_SUPPORTED"].contains(code);
        let (button, heading) = match remedy {
            Remedy::ChooseProduct if is_whole_brand => ("remedy.product", "grid.title"),
            Remedy::ChooseProduct => ("remedy.product", "Arcadia"),
            Remedy::ChangeAmount | Remedy::Verify => ("remedy.amount", "Arcadia"),
            Remedy::FixRecipient => ("remedy.recipient", "recipient.title"),
            Remedy::ChangeCoin => ("remedy.coin", "method.title"),
            Remedy::ChangeNetwork => ("remedy.network", "method.title"),
            Remedy::Coupon => ("remedy.coupon", "review.title"),
            Remedy::Wait => ("remedy.wait", "review.title"),
            Remedy::ContactSupport => {
                assert!(stage.has("link", &word("track.support")), "{code}");
                continue;
            }
        };
        stage.press("button", &word(button));
        let heading = messages("en").get(heading).cloned().unwrap_or_else(|| heading.to_owned());
        assert!(stage.has("heading", &heading), "{code}: {}", stage.text());
        if matches!(remedy, Remedy::Coupon | Remedy::Wait) {
            stage.shows("review.checking");
        }
        assert_eq!(creates(&stage), 0, "{code}: nothing was ordered");
    }
}

#[wasm_bindgen_test]
fn an_unknown_problem_is_told_with_its_code() {
    let stage = Stage::new();
    refused(&stage.world, stage.store, r#"[{"problem":"LUNAR_PHASE_UNFAVOURABLE"}]"#);
    assert!(stage.text().contains(&word_with("problem.unknown", &[("code", "LUNAR_PHASE_UNFAVOURABLE")])));
    assert!(stage.has("link", &word("track.support")));
}

#[wasm_bindgen_test]
fn of_several_problems_each_is_told_once_and_one_remedy_is_the_primary_one() {
    let stage = Stage::new();
    let problems = r#"[{"problem":"OUT_OF_STOCK"},{"problem":"INVALID_EMAIL_DOMAIN"},{"problem":"OUT_OF_STOCK"}]"#;
    refused(&stage.world, stage.store, problems);
    let text = stage.text();
    for code in ["OUT_OF_STOCK", "INVALID_EMAIL_DOMAIN"] {
        assert_eq!(text.matches(&word(&format!("problem.{code}"))).count(), 1, "{code}: {text}");
    }
    let is_primary = |name: &str| {
        let part = stage.one("button", &word(name)).get_attribute("part").unwrap_or_default();
        part.contains("primary")
    };
    assert_eq!((is_primary("remedy.product"), is_primary("remedy.recipient")), (true, false));
}

#[wasm_bindgen_test]
fn a_verified_account_is_where_the_partner_says() {
    let stage = Stage::with("en", |config| config.links.kyc = Some("https://shop.example/verify".to_owned()));
    refused(&stage.world, stage.store, r#"[{"problem":"KYC_MISSING"}]"#);
    let link = stage.one("link", &word("remedy.verify"));
    assert_eq!(link.get_attribute("href").as_deref(), Some("https://shop.example/verify"));
}

#[wasm_bindgen_test]
fn a_review_without_an_answer_is_asked_again_at_the_press_of_a_button() {
    for (name, title) in [
        ("review-unreachable", "review.unreachable"),
        ("review-busy", "error.busy.title"),
        ("review-implausible", "review.implausible"),
    ] {
        let stage = at(name);
        assert_eq!(stage.alerts().len(), 1, "{name}");
        assert!(stage.alerts()[0].starts_with(&word(title)), "{name}");
        assert!(!stage.has("button", &word("review.create")), "{name}");
        stage.press("button", &word("review.retry"));
        stage.shows("review.checking");
        stage.world.answer(VALIDATE, ok(&passed("51.20")));
        assert!(stage.has("button", &word("review.create")), "{name}");
        assert_eq!(stage.alerts(), [""; 0], "{name}");
        assert_eq!(creates(&stage), 0, "{name}");
    }
}

#[wasm_bindgen_test]
fn a11_a_price_that_moved_is_agreed_to_by_a_button_of_its_own_and_by_no_second_press() {
    let stage = at("review-moved");
    let agree = word_with("review.order_for", &[("amount", "60.42 USDC")]);
    assert_eq!(stage.focused(), agree, "the focus is on the answer");
    assert!(stage.text().contains("51.20 USDC"), "what was agreed to stays in view: {}", stage.text());
    assert!(stage.text_of("amount-due").replace('\u{a0}', " ").contains("60.42 USDC"));
    assert!(!stage.has("button", &word("review.create")), "the old button is gone");
    // The second of two quick presses answers nothing, nor does a key that is held, nor what comes right after them.
    for waited in [0, 499, 499] {
        stage.world.pass(Duration::from_millis(waited));
        stage.press("button", &agree);
        assert_eq!((creates(&stage), stage.focused()), (0, agree.clone()), "after {waited} ms");
    }
    stage.world.pass(Duration::from_millis(500));
    stage.press("button", &agree);
    assert_eq!(creates(&stage), 1);
    stage.world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "60.42")));
    assert!(stage.text_of("amount").starts_with("60.42"), "{}", stage.text());
}

#[wasm_bindgen_test]
fn a11_a_price_that_moved_a_little_is_said_and_not_asked_about() {
    let stage = at("review-moved-a-little");
    let told = word_with("review.told", &[("amount", "51.30 USDC"), ("was", "51.20 USDC")]);
    assert!(stage.text().contains(&told), "{}", stage.text());
    assert!(
        stage.text_of("amount-due").replace('\u{a0}', " ").contains("51.30 USDC"),
        "the new amount is the large one"
    );
    assert!(stage.has("button", &word("review.creating")));
    assert_eq!(creates(&stage), 1, "it is ordered without a question");
    assert!(!stage.has("button", &beginning("review.order_for")));
    stage.world.answer(CREATE, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.30")));
    assert!(stage.text_of("amount").starts_with("51.30"));
}

#[wasm_bindgen_test]
fn a_dearer_order_must_be_agreed_to_before_an_address_is_shown() {
    for (name, now, more) in [("confirm-dearer", "60.00", "confirm.more"), ("confirm-cheaper", "45.00", "confirm.less")]
    {
        let stage = at(name);
        assert!(stage.part("address").is_none(), "{name}");
        assert!(stage.text().contains("51.20 USDC") && stage.text().contains(&format!("{now} USDC")), "{name}");
        stage.shows(more);
        assert_eq!(stage.focused(), word("confirm.agree"), "{name}: the focus is on the answer");
        // What comes right after the question is no answer to it.
        stage.press("button", &word("confirm.agree"));
        assert!(stage.part("address").is_none(), "{name}");
        stage.world.pass(Duration::from_millis(501));
        stage.press("button", &word("confirm.agree"));
        assert_eq!(stage.text_of("address"), SOLANA, "{name}");
        assert!(stage.has("heading", &word("pay.title")), "{name}");
        drop(stage);
        let stage = at(name);
        stage.press("button", &word("confirm.leave"));
        assert!(stage.has("heading", &word("grid.title")), "{name}");
        stage.shows("resume.title");
    }
}

#[wasm_bindgen_test]
fn an_answer_that_was_lost_is_asked_for_again_only_where_that_is_the_same_order() {
    let stage = at("create-unknown");
    assert_eq!(creates(&stage), 1);
    assert!(!stage.has("button", &word("unknown.retry")));
    stage.press("button", &word("unknown.over"));
    assert!(stage.has("heading", &word("grid.title")));
    drop(stage);
    let stage = at("create-unknown-retry");
    let before = creates(&stage);
    stage.press("button", &word("unknown.retry"));
    assert_eq!(creates(&stage), before + 1);
    let all: Vec<_> = stage.world.asked(CREATE).into_iter().filter(|asked| asked.path == CREATE).collect();
    assert!(all.iter().all(|create| create.key == all[0].key && create.body == all[0].body));
    stage.world.answer(CREATE, keeping_keys(ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20"))));
    assert_eq!(stage.text_of("address"), SOLANA);
    assert_eq!(stage.text_of("reference"), reference("o-1"));
}

#[wasm_bindgen_test]
fn the_review_stands_alone_too() {
    let stage = Stage::alone(named("review-passed").arrange, || view! { <OrderReview /> }.into_any());
    assert!(stage.has("button", &word("review.create")) && stage.has("heading", &word("review.title")));
}
