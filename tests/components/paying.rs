//! What to pay, where and until when; and an order between its payment and its goods.

use core::time::Duration;

use cr_widget::{
    app::{
        Store,
        ports::{PageEvent, StreamEvent},
        shop::PurchaseView,
    },
    ui::paying::status_tracker::StatusTracker,
};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{
    shop::order,
    stage::{Stage, frames},
    states::{
        BITCOIN, CREATE, HASH, INVOICE, POLYGON, READ, SOLANA, be_away, dated, delivering, done, lose, named, tell,
        waiting, with,
    },
    words::{beginning, word, word_with},
    world::{ok, turn},
};

fn at(name: &str) -> Stage {
    Stage::at(named(name))
}

fn state(state: &str, updated_at: u32) -> String {
    order("o-1", state, updated_at, "51.20")
}

fn amount(stage: &Stage) -> String {
    stage.text_of("amount").replace('\u{a0}', " ")
}

#[wasm_bindgen_test]
fn each_component_stands_alone_too() {
    let stage =
        Stage::alone(named("pay").arrange, || expect_context::<Store>().shop.purchase.draw(PurchaseView::Screen));
    assert_eq!(
        (stage.text_of("address"), stage.all("heading", Some(&word("pay.title"))).len()),
        (SOLANA.to_owned(), 1)
    );
    drop(stage);
    let stage = Stage::alone(named("track-seen").arrange, || view! { <StatusTracker /> }.into_any());
    stage.shows("track.seen.now");
}

#[wasm_bindgen_test]
async fn what_is_shown_is_what_is_copied() {
    for (name, address, digits, network) in [
        ("pay", SOLANA, "51.20", word_with("pay.only", &[("coin", "USDC"), ("network", "Solana")])),
        ("pay-checksum", BITCOIN, "0.0025", word_with("pay.only", &[("coin", "BTC"), ("network", "Mainnet")])),
        ("pay-wallet", POLYGON, "51.20", word_with("pay.only", &[("coin", "USDC"), ("network", "Polygon")])),
        ("pay-invoice", INVOICE, "0.0025", word("pay.lightning")),
    ] {
        let stage = at(name);
        assert_eq!(stage.text_of("address"), address, "{name}");
        assert!(amount(&stage).starts_with(digits), "{name}: {}", amount(&stage));
        assert_eq!(stage.text_of("network").trim(), network, "{name}: it stands first");
        let copy = if name == "pay-invoice" { "pay.copy_invoice" } else { "pay.copy_address" };
        for key in ["pay.copy_amount", copy] {
            let script = format!(
                "return [...root.querySelectorAll('button')].find((e) => e.textContent.includes('{}'))",
                word(key)
            );
            stage.press_on(&wasm_bindgen::JsCast::unchecked_into(stage.script(&script)));
        }
        assert_eq!(stage.world.copied(), [digits, address], "{name}");
        assert!(stage.has("button", &word("parts.copied")), "{name}");
    }
}

#[wasm_bindgen_test]
fn a_pasted_address_is_to_be_compared_once_it_was_copied() {
    let stage = at("pay");
    stage.lacks("pay.compare");
    stage.press("button", &word("pay.copy_address"));
    stage.shows("pay.compare");
}

#[wasm_bindgen_test]
async fn u14_a_clipboard_that_refuses_leaves_the_text_to_be_copied_by_hand() {
    let mut stage = at("pay");
    stage.spoken();
    stage.world.refuse_clipboard();
    stage.press("button", &word("pay.copy_address"));
    frames().await;
    assert_eq!(stage.focused(), word("parts.copy_by_hand"), "the text is selected in a field");
    let selected = stage.script("const f = root.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd)");
    assert_eq!(selected.as_string().as_deref(), Some(SOLANA));
    assert_eq!(stage.spoken(), [word("parts.copy_by_hand")]);
}

#[wasm_bindgen_test]
fn a_memo_is_a_second_field_and_no_code_or_link_goes_without_it() {
    let stage = at("pay-memo");
    assert!(stage.text_of("memo").contains("M-77"));
    stage.press("button", &word("pay.copy_memo"));
    assert_eq!(stage.world.copied(), ["M-77"]);
    stage.shows("pay.qr_address_memo_note");
    drop(stage);
    let stage = at("pay");
    assert!(stage.part("memo").is_none());
    stage.shows("pay.qr_address_note");
}

#[wasm_bindgen_test]
fn u10_a_memo_that_is_told_later_is_news_on_screen_and_aloud() {
    let mut stage = at("pay");
    stage.spoken();
    tell(&stage.world, &with(&order("o-1", "WaitingForPayment", 1_790_000_010, "51.20"), r#""memo": "M-77""#));
    assert!(stage.text_of("memo").contains("M-77"));
    let told = word_with("pay.memo_added", &[("memo", "M-77")]);
    assert!(stage.text().contains(&told), "{}", stage.text());
    assert_eq!(stage.spoken(), [told]);
}

#[wasm_bindgen_test]
fn the_codes_are_named_and_the_other_one_is_behind_a_choice() {
    for (name, first, switch, second) in [
        ("pay-wallet", "pay.qr_address", "pay.qr_switch_full", "pay.qr_full"),
        ("pay-checksum", "pay.qr_full", "pay.qr_switch_address", "pay.qr_address"),
    ] {
        let stage = at(name);
        assert_eq!(stage.names("img"), [word(first)], "{name}");
        stage.press("button", &word(switch));
        assert_eq!(stage.names("img"), [word(second)], "{name}");
    }
    let stage = at("pay-invoice");
    assert_eq!(stage.names("img"), [word("pay.qr_invoice")], "an invoice has one code");
    assert!(!stage.has("button", &beginning("pay.qr_switch_full")));
}

#[wasm_bindgen_test]
fn part_of_the_money_leaves_the_remainder_to_pay() {
    let stage = at("pay-remainder");
    assert_eq!(amount(&stage), "31.2 USDC", "the full amount is never asked for again");
    assert!(stage.text().contains("20.0 USDC"), "what arrived is told: {}", stage.text());
    let everything = stage.everything();
    assert!(!everything.contains("51.20"), "the amount due is nowhere");
    stage.press("button", &word("pay.copy_amount"));
    assert_eq!(stage.world.copied(), ["31.2"]);
}

#[wasm_bindgen_test]
fn who_says_to_have_paid_is_reassured_once_and_the_order_is_read() {
    let mut stage = at("pay");
    stage.world.stream(StreamEvent::Opened);
    stage.world.answer(READ, ok(&waiting()));
    stage.spoken();
    let before = stage.world.asked(READ).len();
    stage.world.pass(Duration::from_secs(3));
    stage.press("button", &word("pay.paid"));
    stage.shows("pay.paid_title");
    assert_eq!(stage.spoken(), [word("pay.paid_note")]);
    assert!(!stage.has("button", &word("pay.paid")), "another button takes its place");
    assert!(stage.has("button", &word("track.check")));
    assert_eq!(stage.world.asked(READ).len(), before + 1);
}

#[wasm_bindgen_test]
fn the_countdown_follows_the_servers_clock_and_speaks_at_ten_five_and_one_minutes() {
    let stage = at("review-passed");
    stage.press("button", &word("review.create"));
    let timeless = waiting().replace(r#""created_at": "1790000000","#, "");
    let timeless = timeless.replace(r#""payment_requested_at": "1790000000", "updated_at": "1790000000","#, "");
    stage.world.answer(CREATE, ok(&timeless));
    stage.shows("pay.about_30");
    drop(stage);

    let mut stage = at("review-passed");
    stage.press("button", &word("review.create"));
    // The device's clock is at the beginning of the window, and the server's is eight minutes ahead.
    stage.world.answer(CREATE, dated(Duration::from_secs(8 * 60), &waiting()));
    let left = |minutes| word_with("pay.min_short", &[("minutes", minutes)]);
    assert!(stage.text().contains(&left("22")), "{}", stage.text());
    let timer = "return root.querySelector('[role=timer]').getAttribute('aria-live')";
    assert_eq!(stage.script(timer).as_string().as_deref(), Some("off"), "the ticking is not spoken");
    stage.spoken();
    for (minutes, key) in [("10", "other"), ("5", "other"), ("1", "one")] {
        let told = word_with(&format!("pay.minutes_left.{key}"), &[("count", minutes)]);
        let mut all = Vec::new();
        // Until then the page is hidden, a minute short of it.
        let short = match minutes {
            "10" => 11 * 60,
            "5" => 4 * 60 - 30,
            _ => 3 * 60,
        };
        be_away(&stage.world, Duration::from_secs(short));
        let _ = stage.spoken();
        for _ in 0..90 {
            stage.world.pass(Duration::from_secs(1));
            all.extend(stage.spoken());
        }
        assert_eq!(all.iter().filter(|said| **said == told).count(), 1, "{minutes}: {all:?}");
    }
}

#[wasm_bindgen_test]
fn when_the_time_is_over_there_is_nothing_to_pay_to_and_the_order_is_read() {
    let stage = at("pay-over");
    assert!(stage.part("address").is_none() && stage.part("amount").is_none());
    assert_eq!(stage.alerts().len(), 1);
    assert!(!stage.has("button", &word("pay.new_order")), "not while a payment may come to light");
    assert!(stage.has("button", &word("track.check")));
    assert!(stage.world.count_open(READ) > 0, "our clock never decides alone");
    drop(stage);
    let stage = at("pay-over-for-good");
    stage.press("button", &word("pay.new_order"));
    assert!(stage.has("heading", &word("grid.title")));
}

#[wasm_bindgen_test]
fn a_lost_connection_is_admitted_while_an_order_is_paid_and_while_it_is_tracked() {
    let stage = at("pay");
    stage.world.stream(StreamEvent::Opened);
    stage.world.answer(READ, ok(&waiting()));
    assert_eq!(stage.health().as_deref(), Some("live"));
    stage.shows("track.health.live");
    stage.shows("pay.checked_ago");
    lose(&stage.world);
    assert_eq!(stage.health().as_deref(), Some("catching-up"));
    stage.shows("track.health.catching_up");
    assert_eq!(stage.text_of("address"), SOLANA, "the order can be paid all the same");
    drop(stage);
    let stage = at("track-confirmed");
    lose(&stage.world);
    assert_eq!(stage.health().as_deref(), Some("catching-up"));
    // It comes back, and the order goes on to its goods.
    for _ in 0..20 {
        if stage.world.count_open(READ) > 0 {
            stage.world.answer(READ, ok(&done()));
            break;
        }
        stage.world.pass(Duration::from_secs(3));
    }
    assert!(stage.has("heading", &word("receipt.title")), "{}", stage.text());
}

#[wasm_bindgen_test]
fn a_browser_that_is_offline_says_so_until_it_is_back() {
    let stage = at("pay-offline");
    assert_eq!(stage.health().as_deref(), Some("offline"));
    stage.shows("frame.offline");
    stage.world.page(PageEvent::Online);
    stage.world.answer(READ, ok(&waiting()));
    assert_ne!(stage.health().as_deref(), Some("offline"));
    stage.lacks("frame.offline");
}

#[wasm_bindgen_test]
fn an_order_is_drawn_as_far_as_it_has_come() {
    for (name, now) in
        [("pay", "track.waiting"), ("track-seen", "track.confirming"), ("track-confirmed", "track.delivering")]
    {
        let stage = at(name);
        let current =
            stage.script("return root.querySelector('[aria-current=step]')?.textContent ?? ''").as_string().unwrap();
        assert!(current.contains(&word(now)), "{name}: {current:?}\n{}", stage.text());
    }
}

#[wasm_bindgen_test]
fn the_order_id_is_copied_and_shown_nowhere() {
    let stage = at("track-seen");
    stage.press("button", &word("track.copy_id"));
    assert_eq!(stage.world.copied(), ["o-1"]);
    assert!(!stage.everything().contains("o-1"), "the id opens the order");
    assert_eq!(stage.text_of("reference"), cr_core::order::reference("o-1"));
}

#[wasm_bindgen_test]
fn an_order_waits_for_the_coins_that_tell_its_unit() {
    let stage = at("order-opening");
    assert!(stage.part("order-opening").is_some() && stage.part("address").is_none());
    let busy = stage.part("order-opening").and_then(|part| part.get_attribute("aria-busy"));
    assert_eq!(busy.as_deref(), Some("true"));
    stage.world.answer("/v3/payment_vias", ok(crate::shop::VIAS));
    assert_eq!((stage.text_of("address"), stage.focused()), (SOLANA.to_owned(), word("pay.title")));
}

#[wasm_bindgen_test]
fn each_step_of_an_order_has_the_focus_on_its_heading() {
    let stage = at("pay");
    assert_eq!(stage.focused(), word("pay.title"));
    stage.world.stream(StreamEvent::Opened);
    for (body, title) in [
        (state("PaymentStarted", 1_790_000_010), "track.title"),
        (delivering(), "receipt.title"),
        (order("o-1", "Done", 1_790_000_040, "51.20"), "receipt.title"),
    ] {
        stage.world.stream(StreamEvent::Message(body));
        stage.world.pass(Duration::from_secs(1));
        turn();
        assert_eq!(stage.focused(), word(title));
    }
}

#[wasm_bindgen_test]
fn a_wallet_of_the_browser_is_a_way_beside_the_others() {
    let mut stage = at("pay-wallet");
    stage.spoken();
    assert!(stage.part("browser-wallet").is_some());
    stage.press("button", &word_with("pay.wallet.pay", &[("wallet", "Foxy")]));
    stage.shows("pay.wallet.connect");
    assert_eq!(stage.spoken(), [word("pay.wallet.connect")]);
    assert_eq!(stage.text_of("address"), POLYGON, "the address stays");
    stage.press("button", &word("pay.wallet.stop"));
    assert!(stage.has("button", &word_with("pay.wallet.pay", &[("wallet", "Foxy")])));
}

#[wasm_bindgen_test]
fn u18_once_a_wallet_was_asked_to_send_the_other_way_is_folded_and_nothing_asks_it_again() {
    for (name, is_sent) in [("pay-wallet-approve", false), ("pay-wallet-unclear", false), ("pay-wallet-sent", true)] {
        let mut stage = at(name);
        stage.spoken();
        let is_open = "return root.querySelector('[data-testid=address]').closest('details').open";
        assert!(stage.script(is_open).is_falsy(), "{name}: the address is folded");
        assert!(!stage.has("button", &beginning("pay.wallet.pay")), "{name}: no second payment by the wallet");
        assert_eq!(stage.part("transaction-hash").is_some(), is_sent, "{name}");
        let asked = stage.world.wallet_calls().len();
        stage.world.pass(Duration::from_secs(30));
        assert_eq!((stage.world.wallet_calls().len(), stage.spoken()), (asked, vec![]), "{name}");
    }
    let stage = at("pay-wallet-sent");
    assert_eq!(stage.text_of("transaction-hash").trim(), HASH);
    stage.press("button", &word("pay.wallet.copy_hash"));
    assert_eq!(stage.world.copied(), [HASH]);
    assert!(!stage.has("button", &word("pay.paid")), "what the wallet sent is known without the shopper's word");
}
