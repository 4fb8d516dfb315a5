//! Orders that do not simply go well: what is said of them, and what there is to do.

use core::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    shop::order,
    stage::{Stage, pause},
    states::{READ, STATES, State, named, reopen},
    words::word,
    world::{answer, ok},
};

/// All states whose screen is one of trouble.
fn troubles() -> impl Iterator<Item = &'static State> {
    STATES.iter().filter(|state| state.name.starts_with("trouble-"))
}

/// The way on that a case offers: a new order, support, or to look again.
fn ways(stage: &Stage) -> (bool, bool, bool) {
    (
        stage.has("button", &word("pay.new_order")),
        stage.has("link", &word("track.support")),
        stage.has("button", &word("track.check")),
    )
}

#[wasm_bindgen_test]
async fn each_case_says_what_happened_whether_money_is_safe_what_is_next_and_what_to_do() {
    for state in troubles() {
        pause().await;
        let stage = Stage::at(state);
        let case = stage.part("trouble").and_then(|part| part.get_attribute("data-case")).unwrap();
        let is_paid = state.name.ends_with("-paid") || state.name.ends_with("-arrived");
        for part in ["happened", "money", "next", "do"] {
            let key = match part {
                "money" | "do" if is_paid => format!("trouble.paid.{part}"),
                _ => format!("trouble.{case}.{part}"),
            };
            assert!(stage.says(&key), "{}: {key} is not said:\n{}", state.name, stage.text());
        }
        for label in ["happened", "money", "next", "do"] {
            stage.shows(&format!("trouble.label.{label}"));
        }
        let terms = stage.script(
            "return [...root.querySelectorAll('dl.told, dl')].every((list) => [...list.querySelectorAll('dt')]
            .every((term) => term.nextElementSibling?.localName === 'dd'))",
        );
        assert!(terms.is_truthy(), "{}: each label has its text", state.name);
        assert_eq!(stage.text_of("reference"), cr_core::order::reference("o-1"), "{}", state.name);
        for part in ["address", "amount", "memo", "payment-panel"] {
            assert!(stage.part(part).is_none(), "{}: {part}", state.name);
        }
        assert!(stage.all("img", None).is_empty(), "{}: no code to scan", state.name);
    }
}

#[wasm_bindgen_test]
async fn a_new_order_is_offered_only_where_it_is_no_second_payment() {
    for (name, expected) in [
        ("trouble-withdrawn", (false, true, true)),
        ("trouble-held", (false, true, true)),
        ("trouble-review", (false, true, true)),
        ("trouble-expired", (false, true, true)),
        ("trouble-expired_money", (false, true, true)),
        ("trouble-failed", (false, true, true)),
        ("trouble-setup_failed", (true, true, false)),
        ("trouble-refunded", (true, true, false)),
        ("trouble-canceled", (true, true, false)),
        ("trouble-in_progress", (false, true, true)),
        ("trouble-mismatch", (true, true, false)),
        ("trouble-address_changed", (false, true, true)),
        ("trouble-incomplete", (false, true, true)),
        ("trouble-unreadable", (false, true, true)),
        ("trouble-bad_address", (true, true, false)),
        ("trouble-bad_amount", (true, true, false)),
        ("trouble-bad_memo", (true, true, false)),
        ("trouble-part_unclear", (false, true, true)),
        ("trouble-not_found", (false, true, true)),
        ("trouble-not_found-paid", (false, true, true)),
        ("trouble-forbidden", (false, true, true)),
        ("trouble-forbidden-paid", (false, true, true)),
    ] {
        pause().await;
        let stage = Stage::at(named(name));
        assert_eq!(ways(&stage), expected, "{name}: new order, support, look again\n{}", stage.text());
    }
}

#[wasm_bindgen_test]
fn after_the_grace_an_order_that_ended_unpaid_makes_room_for_a_new_one() {
    for name in ["trouble-expired", "trouble-failed"] {
        let stage = Stage::at(named(name));
        stage.world.pass(Duration::from_secs(6 * 60));
        assert!(ways(&stage).0, "{name}: {}", stage.text());
        stage.press("button", &word("pay.new_order"));
        assert!(stage.has("heading", &word("grid.title")), "{name}");
    }
}

#[wasm_bindgen_test]
fn looking_again_reads_the_order_and_shows_what_has_become_of_it() {
    let stage = Stage::at(named("trouble-incomplete"));
    if stage.world.count_open(READ) == 0 {
        stage.press("button", &word("track.check"));
    }
    stage.world.answer(READ, ok(&order("o-1", "WaitingForPayment", 1_790_000_020, "51.20")));
    stage.world.pass(Duration::from_secs(1));
    assert!(stage.has("heading", &word("pay.title")), "{}", stage.text());
}

#[wasm_bindgen_test]
async fn an_order_that_was_not_payable_is_not_payable_when_it_is_opened_again() {
    for (name, again) in [
        ("trouble-mismatch", "mismatch"),
        ("confirm-dearer", "dearer"),
        ("confirm-cheaper", "cheaper"),
        ("trouble-cheaper", "cheaper"),
        ("trouble-address_changed", "address_changed"),
    ] {
        for is_reloaded in [false, true] {
            pause().await;
            let mut stage = Stage::at(named(name));
            let fits = order("o-1", "WaitingForPayment", 1_790_000_020, "51.20");
            if is_reloaded {
                stage = stage.reload();
                crate::shop::open_shop(&stage.world, false);
                stage.shows("resume.title");
                stage.press("button", &word("resume.open").to_owned());
                stage.world.answer(READ, ok(&fits));
            } else {
                reopen(&stage.world, stage.store, &fits);
            }
            stage.world.pass(Duration::from_secs(1));
            let case = stage.part("trouble").and_then(|part| part.get_attribute("data-case"));
            assert_eq!(case.as_deref(), Some(again), "{name}, reloaded: {is_reloaded}\n{}", stage.text());
            assert!(stage.part("address").is_none(), "{name}");
        }
    }
}

#[wasm_bindgen_test]
fn a_refused_read_of_another_kind_ends_nothing() {
    let stage = Stage::at(named("pay"));
    for _ in 0..5 {
        if stage.world.count_open(READ) > 0 {
            stage.world.answer(READ, answer(404, "<html>Not Found</html>"));
        }
        stage.world.pass(Duration::from_secs(3));
    }
    assert!(stage.part("trouble").is_none(), "{}", stage.text());
    for _ in 0..20 {
        if stage.world.count_open(READ) > 0 {
            stage.world.answer(READ, ok(&order("o-1", "PaymentStarted", 1_790_000_010, "51.20")));
            break;
        }
        stage.world.pass(Duration::from_secs(3));
    }
    assert!(stage.has("heading", &word("track.title")), "{}", stage.text());
}
