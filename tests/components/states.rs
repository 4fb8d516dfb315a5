//! Every state that a shopper can see, by name, and how to bring a world there: by answers, events of streams, time, and
//! the store's own actions. What draws or checks all screens goes through this one list.

use core::time::Duration;

use cr_core::{
    catalog::Denomination,
    checkout::Choice,
    contact::{E164, Email},
    order::{Beneficiary, Chosen, OrderId},
    problem::ProblemCode,
};
use cr_widget::app::{
    Config, Load, Store,
    ports::{Answer, NoAnswer, PageEvent, StreamEvent},
    store::Recipient,
};
use leptos::prelude::GetUntracked as _;

use crate::{
    shop::{BRANDS, EMPTY, FIXED, RANGE, VIAS, brand, go_to_passed_review, go_to_review, open_shop, order, passed},
    world::{BEGINNING, NOT_FOUND, World, answer, busy, keeping_keys, ok, turn},
};

/// One state of the checkout.
pub(crate) struct State {
    /// Its name.
    pub(crate) name: &'static str,
    /// The key of the message that is its heading, or the heading itself where that is a brand's name.
    pub(crate) title: &'static str,
    /// Keys of messages that it shows besides.
    pub(crate) tells: &'static [&'static str],
    /// Whether an address to pay to is on screen.
    pub(crate) pays: bool,
    /// What the partner has configured.
    pub(crate) configure: fn(&mut Config),
    /// Brings a checkout there that has just been started.
    pub(crate) arrange: fn(&World, Store),
}

const fn state(
    name: &'static str,
    title: &'static str,
    tells: &'static [&'static str],
    arrange: fn(&World, Store),
) -> State {
    State { name, title, tells, pays: false, configure: |_| {}, arrange }
}

const fn paying(name: &'static str, tells: &'static [&'static str], arrange: fn(&World, Store)) -> State {
    State { pays: true, ..state(name, "pay.title", tells, arrange) }
}

/// Returns the state of a name.
#[track_caller]
pub(crate) fn named(name: &str) -> &'static State {
    STATES.iter().find(|state| state.name == name).unwrap_or_else(|| panic!("there is no state {name:?}"))
}

/// All states.
pub(crate) static STATES: &[State] = &[
    // The grid.
    state("grid-loading", "grid.title", &["grid.loading"], |_, _| {}),
    state("grid-unreachable", "grid.title", &["error.unreachable.title", "error.retry"], |world, _| {
        unanswered(world, "/v2/brands");
    }),
    state("grid-busy", "grid.title", &["error.busy.title", "error.busy.wait.other"], |world, _| {
        world.answer("/v2/homepage", ok("{}"));
        world.answer("/v2/brands", busy(Duration::from_secs(20)));
    }),
    state("grid-offline", "grid.title", &["error.offline.title", "frame.offline"], |world, _| {
        world.page(PageEvent::Offline);
        unanswered(world, "/v2/brands");
    }),
    state("grid-refused", "grid.title", &["error.refused.title"], |world, _| {
        world.answer("/v2/homepage", ok("{}"));
        world.answer("/v2/brands", answer(422, r#"{"status":422,"detail":"COUNTRY_NOT_SUPPORTED"}"#));
    }),
    state("grid-empty", "grid.title", &["grid.no_products", "grid.other_country"], |world, _| {
        world.answer("/v2/brands", ok(EMPTY));
        world.answer("/v2/homepage", ok("{}"));
    }),
    state("grid", "grid.title", &[], |world, _| open_shop(world, false)),
    state("grid-names", "grid.title", &[], |world, _| open_with(world, &named_brands(), VIAS)),
    state("grid-order-kept", "grid.title", &["resume.title", "resume.open", "resume.forget"], |world, store| {
        create(world, store, &waiting());
        store.start_over();
    }),
    state("grid-order-forgotten", "grid.title", &["resume.forgotten", "resume.forgotten_do"], |world, store| {
        create(world, store, &waiting());
        world.unstore("orders");
        world.hear(&cr_widget::app::ports::Elsewhere::Forgot(vec![cr_core::order::reference("o-1")]));
    }),
    state("order-asked-for", "grid.title", &["resume.opening"], |world, store| {
        open_shop(world, false);
        resume(store, "o-1");
    }),
    state("order-unreachable", "grid.title", &["resume.failed", "track.check"], |world, store| {
        open_shop(world, false);
        resume(store, "o-1");
        lose(world);
    }),
    state("order-gone", "grid.title", &["resume.gone", "resume.gone_do", "resume.forget"], |world, store| {
        open_shop(world, false);
        resume(store, "o-1");
        refuse(world, 404, NOT_FOUND);
    }),
    state("order-forbidden", "grid.title", &["trouble.forbidden.title", "trouble.forbidden.next"], |world, store| {
        open_shop(world, false);
        resume(store, "o-1");
        refuse(world, 403, FORBIDDEN);
    }),
    // The value.
    state("product-loading", "Arcadia", &["product.loading"], |world, store| {
        open_shop(world, false);
        store.choose_brand(&brand("b-fixed"));
    }),
    state("product-unreachable", "Arcadia", &["error.unreachable.title", "error.retry"], |world, store| {
        open_shop(world, false);
        store.choose_brand(&brand("b-fixed"));
        unanswered(world, "/v5/products");
    }),
    state("product-off-sale", "Arcadia", &["error.not_found.title"], |world, store| {
        open(world, store, "b-fixed", "[]");
    }),
    state("product-fixed", "Arcadia", &["product.group.value", "product.next"], |world, store| {
        open(world, store, "b-fixed", FIXED);
    }),
    state("product-several", "Arcadia", &["product.group.value", "product.none_yet"], |world, store| {
        open(world, store, "b-fixed", &several());
    }),
    state("product-range", "Stayhere", &["product.range_step", "product.quote_loading"], |world, store| {
        open(world, store, "b-range", RANGE);
    }),
    state("product-plans", "Roamer", &["product.group.plan", "product.kind.esim"], |world, store| {
        open_all(world);
        sell(world, store, "b-esim", PLANS);
    }),
    state("product-names", LONG, &["product.group.value"], |world, store| {
        open_with(world, &BRANDS.replace("Arcadia", LONG), VIAS);
        let values = several().replace("$50", JAPANESE).replace("50 USD", CYRILLIC);
        sell(world, store, "b-fixed", &values.replace("Arcadia", LONG));
    }),
    state("product-top-up", "Ringtel", &["product.kind.topup", "product.by_phone"], |world, store| {
        open_all(world);
        sell(world, store, "b-phone", TOP_UP);
    }),
    state("product-out-of-stock", "Arcadia", &["product.out.title", "product.other_brand"], |world, store| {
        open(world, store, "b-fixed", &FIXED.replace(r#""is_out_of_stock": false"#, r#""is_out_of_stock": true"#));
    }),
    State {
        configure: |config| config.shelf.emoney = true,
        ..state(
            "product-needs-account",
            "Paycard",
            &["product.account.title", "product.other_brand"],
            |world, store| {
                open_shop(world, false);
                store.choose_brand(&brand("b-emoney"));
            },
        )
    },
    // The recipient.
    state("recipient", "recipient.title", &["recipient.email", "recipient.gift", "recipient.next"], |world, store| {
        open(world, store, "b-fixed", FIXED);
        take_first(store);
    }),
    state("recipient-phone", "recipient.title_phone", &["recipient.phone", "recipient.email"], |world, store| {
        open_all(world);
        sell(world, store, "b-phone", TOP_UP);
        take_first(store);
    }),
    // Coin and network.
    state("method", "method.title", &["method.coin", "method.network", "method.next"], |world, store| {
        open(world, store, "b-fixed", FIXED);
        take_first(store);
        store.set_recipient(crate::shop::recipient());
    }),
    state("method-paused", "method.title", &["method.suspended"], |world, store| {
        open_vias(world, &VIAS.replace(r#""name": "Solana","#, r#""name": "Solana", "is_suspended": true,"#));
        sell(world, store, "b-fixed", FIXED);
        take_first(store);
        store.set_recipient(crate::shop::recipient());
    }),
    state("method-risky", "method.title", &["method.coin", "method.pick_network"], |world, store| {
        open_vias(world, TRON_VIAS);
        sell(world, store, "b-fixed", &FIXED.replace("USDC", "USDT"));
        take_first(store);
        store.set_recipient(crate::shop::recipient());
    }),
    state("method-below-minimum", "method.title", &["method.below_min"], |world, store| {
        open_vias(
            world,
            &VIAS.replace(r#""name": "Polygon (Matic)","#, r#""name": "Polygon (Matic)", "threshold": "60","#),
        );
        sell(world, store, "b-fixed", FIXED);
        take_first(store);
        store.set_recipient(crate::shop::recipient());
    }),
    // The review.
    state("review-checking", "review.title", &["review.checking"], |world, store| {
        open_shop(world, false);
        go_to_review(world, store);
    }),
    state("review-passed", "review.title", &["review.due", "review.create", "review.final"], reviewed),
    state("review-moved", "review.title", &["confirm.title", "review.moved_do", "review.order_for"], |world, store| {
        reviewed_again(world, store, "60.42");
    }),
    state("review-moved-a-little", "review.title", &["review.told", "review.creating"], |world, store| {
        reviewed_again(world, store, "51.30");
    }),
    state("review-implausible", "review.title", &["review.implausible", "review.retry"], |world, store| {
        reviewed_again(world, store, "25.60");
    }),
    state("review-refused", "review.title", &["review.problems", "problem.OUT_OF_STOCK"], |world, store| {
        refused(world, store, r#"[{"problem":"OUT_OF_STOCK"}]"#);
    }),
    state("review-refused-twice", "review.title", &["problem.OUT_OF_STOCK", "problem.unknown"], |world, store| {
        refused(world, store, r#"[{"problem":"LUNAR_PHASE"},{"problem":"OUT_OF_STOCK"}]"#);
    }),
    state("review-refused-all", "review.title", &["review.problems", "problem.OUT_OF_STOCK"], |world, store| {
        let problems: Vec<_> = ProblemCode::ALL.iter().map(|code| format!(r#"{{"problem":"{code}"}}"#)).collect();
        refused(world, store, &format!("[{}]", problems.join(",")));
    }),
    state("review-names", "review.title", &["review.due", "review.create"], |world, store| {
        open_with(world, &BRANDS.replace("Arcadia", LONG), VIAS);
        sell(world, store, "b-fixed", &FIXED.replace("Arcadia", LONG).replace("$50", CYRILLIC));
        take_first(store);
        let email: Email = LONG_EMAIL.parse().unwrap();
        let beneficiary = Beneficiary::Email(email.clone());
        store.set_recipient(Recipient { email, beneficiary, newsletter: false, refund_wallet_address: None });
        store.review();
        turn();
        let passed = passed("1234567.890123").replace("Arcadia", LONG).replace("shopper@example.com", LONG_EMAIL);
        world.answer(VALIDATE, ok(&passed));
    }),
    state("review-unreachable", "review.title", &["review.unreachable", "review.retry"], |world, store| {
        open_shop(world, false);
        go_to_review(world, store);
        world.answer(VALIDATE, Err(NoAnswer));
    }),
    state("review-busy", "review.title", &["error.busy.title", "review.busy_do"], |world, store| {
        open_shop(world, false);
        go_to_review(world, store);
        world.answer(VALIDATE, busy(Duration::from_secs(20)));
    }),
    state("review-top-up", "review.title", &["review.phone_final", "review.receipt_to"], |world, store| {
        open_all(world);
        sell(world, store, "b-phone", TOP_UP);
        take_first(store);
        store.set_recipient(by_phone());
        store.review();
        turn();
        world.answer(VALIDATE, ok(&passed("5.10")));
    }),
    state("creating", "review.title", &["review.creating"], |world, store| {
        reviewed(world, store);
        store.create_order();
    }),
    state("create-unknown", "unknown.title", &["unknown.happened", "unknown.next_stop"], |world, store| {
        open_shop(world, false);
        lose_create(world, store);
    }),
    state("create-unknown-retry", "unknown.title", &["unknown.happened", "unknown.next_retry"], |world, store| {
        open_shop(world, true);
        lose_create(world, store);
    }),
    state("create-unreadable", "unknown.title", &["unknown.happened_unreadable"], |world, store| {
        create(world, store, "{}");
    }),
    state("confirm-dearer", "confirm.title", &["confirm.text", "confirm.agree", "confirm.leave"], |world, store| {
        create(world, store, &order("o-1", "WaitingForPayment", 1_790_000_000, "60"));
    }),
    state("confirm-cheaper", "confirm.title", &["confirm.text_cheaper", "confirm.agree"], |world, store| {
        create(world, store, &order("o-1", "WaitingForPayment", 1_790_000_000, "45"));
    }),
    state("confirm-open", "confirm.title", &["confirm.text_open", "confirm.agree"], |world, store| {
        create(world, store, &waiting());
        tell(world, &order("o-1", "WaitingForPayment", 1_790_000_010, "60"));
    }),
    // The payment.
    state("order-opening", "frame.opening_order", &["track.elsewhere"], |world, store| {
        resume(store, "o-1");
        world.answer(READ, ok(&waiting()));
    }),
    paying(
        "pay",
        &["pay.only", "pay.warn.derived", "pay.checked.form", "pay.waiting", "pay.paid", "pay.next"],
        |world, store| {
            create(world, store, &waiting());
        },
    ),
    paying("pay-names", &["pay.only", "pay.copy_memo"], |world, store| {
        let body = order("o-1", "WaitingForPayment", 1_790_000_000, "1234567.890123").replace("Arcadia", JAPANESE);
        let body = body.replace("50 USD", CYRILLIC);
        create_as_another(world, store, &with(&body, &format!("\"memo\": \"{}\"", "1234567890".repeat(6))));
    }),
    paying("pay-checksum", &["pay.checked.sum", "pay.open_wallet"], |world, store| {
        create_on(world, store, "BTC", "Mainnet", BITCOIN, "0.0025");
    }),
    paying("pay-memo", &["pay.memo", "pay.memo_hint", "pay.copy_memo"], |world, store| {
        create(world, store, &with(&waiting(), r#""memo": "M-77""#));
    }),
    paying("pay-invoice", &["pay.lightning", "pay.checked.invoice", "pay.copy_invoice"], |world, store| {
        create_on(world, store, "BTC", "Lightning", INVOICE, "0.0025");
    }),
    paying("pay-wallet", &["pay.wallet.title", "pay.wallet.pay"], with_wallet),
    paying("pay-wallet-connect", &["pay.wallet.connect", "pay.wallet.stop"], |world, store| {
        with_wallet(world, store);
        store.pay_by_wallet("wallet-1".to_owned());
    }),
    paying("pay-wallet-declined", &["pay.wallet.failed.declined", "pay.wallet.pay"], |world, store| {
        with_wallet(world, store);
        store.pay_by_wallet("wallet-1".to_owned());
        world.wallet_answers(Err(4001));
    }),
    paying("pay-wallet-approve", &["pay.wallet.approve", "pay.wallet.again"], ask_wallet),
    paying("pay-wallet-unclear", &["pay.wallet.failed.unclear", "pay.wallet.nothing_sent"], |world, store| {
        ask_wallet(world, store);
        world.wallet_answers(Err(0));
    }),
    paying("pay-wallet-sent", &["pay.wallet.sent", "pay.wallet.sent_note", "pay.wallet.hash"], |world, store| {
        ask_wallet(world, store);
        world.wallet_answers(Ok(HASH));
    }),
    State {
        title: "pay.title_rest",
        ..paying("pay-remainder", &["pay.part.title", "pay.part.do", "pay.waiting_rest"], |world, store| {
            create(world, store, &waiting());
            tell(world, &sent(&partly(1_790_000_010), "20"));
        })
    },
    paying("pay-moved-a-little", &["pay.amount_changed"], |world, store| {
        create(world, store, &waiting());
        tell(world, &order("o-1", "WaitingForPayment", 1_790_000_010, "51.30"));
    }),
    paying("pay-lost", &["track.health.catching_up"], |world, store| {
        create(world, store, &waiting());
        lose(world);
    }),
    paying("pay-offline", &["track.health.offline", "frame.offline"], |world, store| {
        create(world, store, &waiting());
        world.page(PageEvent::Offline);
    }),
    state("pay-over", "pay.over", &["pay.over_title", "pay.over_hint", "pay.over_grace"], |world, store| {
        create(world, store, &waiting());
        be_away(world, Duration::from_secs(30 * 60 + 1));
    }),
    state("pay-over-for-good", "pay.over", &["pay.over_title", "pay.over_new", "pay.new_order"], |world, store| {
        create(world, store, &waiting());
        be_away(world, Duration::from_secs(36 * 60));
    }),
    state("pay-over-remainder", "pay.over", &["pay.over_rest", "track.support"], |world, store| {
        create(world, store, &waiting());
        tell(world, &sent(&partly(1_790_000_010), "20"));
        be_away(world, Duration::from_secs(30 * 60 + 1));
    }),
    // Under way.
    state("track-seen", "track.title", &["track.seen.now", "track.seen.next"], |world, store| {
        create(world, store, &order("o-1", "PaymentStarted", 1_790_000_010, "51.20"));
    }),
    state("track-part", "track.title", &["pay.part.title", "track.part.next", "pay.part.missing"], |world, store| {
        create(world, store, &waiting());
        tell(world, &sent(&order("o-1", "WaitingForPayment", 1_790_000_010, "51.20"), "20"));
    }),
    state("track-settled", "track.title", &["track.settled.now", "track.settled.next"], |world, store| {
        create(world, store, &waiting());
        tell(world, &sent(&partly(1_790_000_010), "51.20"));
    }),
    state("track-confirmed", "track.title", &["track.confirmed.now", "track.confirmed.next"], |world, store| {
        create(world, store, &order("o-1", "PaymentReceived", 1_790_000_010, "51.20"));
    }),
    state("track-names", "track.title", &["track.confirmed.now"], |world, store| {
        let body = order("o-1", "PaymentReceived", 1_790_000_010, "51.20").replace("Arcadia", LONG);
        create_as_another(world, store, &body.replace("50 USD", CYRILLIC));
    }),
    state("track-lost", "track.title", &["track.health.catching_up"], |world, store| {
        create(world, store, &order("o-1", "PaymentReceived", 1_790_000_010, "51.20"));
        lose(world);
    }),
    // The goods.
    state("receipt-code", "receipt.title", &["receipt.show", "receipt.hidden", "receipt.copy"], |world, store| {
        create(world, store, &done());
    }),
    state("receipt-codes", "receipt.title", &["receipt.code_n", "receipt.show"], |world, store| {
        create(world, store, &carrying(r#"["AAAA-BBBB", "CCCC-DDDD"]"#, ""));
    }),
    state("receipt-names", "receipt.title", &["receipt.show"], |world, store| {
        let body = carrying(&format!("\"{}\"", "ABCD-1234-".repeat(8)), NUMBERS).replace("Arcadia", ARABIC);
        let body = body.replace("50 USD", CYRILLIC).replace("shopper@example.com", LONG_EMAIL);
        create_as_another(world, store, &body);
    }),
    state("receipt-link", "receipt.title", &["receipt.link", "receipt.link_note"], |world, store| {
        create(world, store, &carrying(r#""https://redeem.example/t/SECRET-LINK""#, ""));
    }),
    state("receipt-numbers", "receipt.title", &["receipt.show"], |world, store| {
        create(world, store, &carrying(r#""AAAA-BBBB""#, NUMBERS));
    }),
    state("receipt-esim", "receipt.title", &["receipt.esim_show"], |world, store| {
        create(world, store, &carrying(r#""LPA:1$smdp.example$TOKEN-1""#, ""));
    }),
    state("receipt-mailed", "receipt.title", &["receipt.by_email_to", "receipt.by_email_note"], |world, store| {
        create(world, store, &carrying("null", ""));
    }),
    state("receipt-credited", "receipt.title", &["receipt.credited", "receipt.credited_note"], |world, store| {
        let body = done().replace(r#""delivery_type": "by_email""#, r#""delivery_type": "by_phone""#);
        let body = body.replace("shopper@example.com", "+12015550123").replace(r#""AAAA-BBBB""#, "null");
        create_as_another(world, store, &body);
    }),
    state("receipt-part", "receipt.title_part", &["receipt.pending_note", "receipt.show"], |world, store| {
        create_as_another(world, store, &two_lines("Done", "Processing", 1_790_000_030));
    }),
    state("receipt-failed", "receipt.title_failed", &["receipt.failed", "receipt.failed_note"], |world, store| {
        create(world, store, &done().replace("Succeeded", "Failed").replace(r#""AAAA-BBBB""#, "null"));
    }),
    state("receipt-replaced", "receipt.title", &["receipt.replaced", "receipt.show"], |world, store| {
        create(world, store, &delivering());
        tell(world, &done().replace("AAAA-BBBB", "EEEE-FFFF"));
    }),
    state("receipt-overpaid", "receipt.title", &["receipt.over_note", "receipt.paid"], |world, store| {
        create(world, store, &sent(&done(), "52.20"));
    }),
    // What may go wrong.
    state("trouble-withdrawn", "trouble.withdrawn.title", &WITHDRAWN, |world, store| {
        create(world, store, &order("o-1", "PaymentStarted", 1_790_000_000, "51.20"));
        reopen(world, store, &order("o-1", "WaitingForPayment", 1_790_000_010, "51.20"));
    }),
    state("trouble-held", "trouble.held.title", &["trouble.held.money", "track.support"], |world, store| {
        create(world, store, &paid_as("WaitingForManualAction", "PaymentQuarantined"));
    }),
    state("trouble-review", "trouble.review.title", &["trouble.review.next", "track.check"], |world, store| {
        create(world, store, &order("o-1", "WaitingForManualAction", 1_790_000_010, "51.20"));
    }),
    state("trouble-expired", "trouble.expired.title", &["trouble.expired.money", "pay.over_grace"], |world, store| {
        create(world, store, &paid_as("Expired", "Expired"));
    }),
    state("trouble-expired_money", "trouble.expired_money.title", &["track.support"], |world, store| {
        create(world, store, &paid_as("Expired", "ExpiredAfterPaymentDetection"));
    }),
    state("trouble-failed", "trouble.failed.title", &["trouble.failed.money"], |world, store| {
        create(world, store, &paid_as("PaymentFailed", "PaymentFailed"));
    }),
    state("trouble-setup_failed", "trouble.setup_failed.title", &["pay.new_order"], |world, store| {
        create(world, store, &paid_as("PaymentSetupFailed", "PaymentFailed"));
    }),
    state("trouble-refunded", "trouble.refunded.title", &["pay.new_order"], |world, store| {
        create(world, store, &paid_as("Refunded", "Refunded"));
    }),
    state("trouble-canceled", "trouble.canceled.title", &["pay.new_order"], |world, store| {
        create(world, store, &paid_as("Canceled", "Canceled"));
    }),
    state("trouble-in_progress", "trouble.in_progress.title", &["track.check"], |world, store| {
        create(world, store, &paid_as("OnHold", "WalletCreated"));
    }),
    state("trouble-mismatch", "trouble.mismatch.title", &["trouble.mismatch.money"], |world, store| {
        create(world, store, &waiting().replace(r#""coin": "USDC""#, r#""coin": "USDT""#));
    }),
    state("trouble-address_changed", "trouble.address_changed.title", &["track.support"], |world, store| {
        create(world, store, &waiting());
        tell(world, &order("o-1", "WaitingForPayment", 1_790_000_010, "51.20").replace(SOLANA, OTHER_SOLANA));
    }),
    state("trouble-dearer", "trouble.dearer.title", &["trouble.dearer.money"], |world, store| {
        create(world, store, &order("o-1", "WaitingForPayment", 1_790_000_000, "60"));
        reopen(world, store, &order("o-1", "WaitingForPayment", 1_790_000_010, "60"));
    }),
    state("trouble-cheaper", "trouble.cheaper.title", &["trouble.cheaper.money"], |world, store| {
        create(world, store, &order("o-1", "WaitingForPayment", 1_790_000_000, "25.60"));
    }),
    state("trouble-incomplete", "trouble.incomplete.title", &["track.check"], |world, store| {
        create(world, store, &waiting().replace(&format!("\"{SOLANA}\""), "null"));
    }),
    state("trouble-unreadable", "trouble.unreadable.title", &["track.check"], |world, store| {
        create(world, store, &waiting().replace(r#""sent_coin_amount": "0""#, r#""sent_coin_amount": ["0"]"#));
    }),
    state("trouble-bad_address", "trouble.bad_address.title", &["trouble.bad_address.happened"], |world, store| {
        create_on(world, store, "USDC", "Polygon (Matic)", "0x529084000985278", "51.20");
    }),
    state("trouble-bad_amount", "trouble.bad_amount.title", &["trouble.bad_amount.happened"], |world, store| {
        create_on(world, store, "BTC", "Lightning", INVOICE, "0.002499");
    }),
    state("trouble-bad_memo", "trouble.bad_memo.title", &["trouble.bad_memo.happened"], |world, store| {
        create(world, store, &with(&waiting(), r#""memo": "M-77", "destination_tag": 78"#));
    }),
    state("trouble-part_unclear", "trouble.part_unclear.title", &["trouble.part_unclear.money"], |world, store| {
        create(world, store, &waiting());
        tell(world, &partly(1_790_000_010).replace(r#""sent_coin_amount": "0""#, r#""sent_coin_amount": ["20"]"#));
    }),
    state("trouble-not_found", "trouble.not_found.title", &["track.health.not_found"], |world, store| {
        create(world, store, &waiting());
        refuse(world, 404, NOT_FOUND);
    }),
    state("trouble-not_found-paid", "trouble.not_found.title", &["trouble.paid.money"], |world, store| {
        create(world, store, &order("o-1", "PaymentStarted", 1_790_000_000, "51.20"));
        refuse(world, 404, NOT_FOUND);
    }),
    state("trouble-forbidden", "trouble.forbidden.title", &["track.health.forbidden"], |world, store| {
        create(world, store, &waiting());
        refuse(world, 403, FORBIDDEN);
    }),
    state("trouble-forbidden-paid", "trouble.forbidden.title", &["trouble.paid.money"], |world, store| {
        create(world, store, &order("o-1", "PaymentStarted", 1_790_000_000, "51.20"));
        refuse(world, 403, FORBIDDEN);
    }),
    state(
        "trouble-canceled-arrived",
        "trouble.canceled.title",
        &["receipt.title_part", "receipt.show"],
        |world, store| {
            create_as_another(world, store, &two_lines("Canceled", "Failed", 1_790_000_030));
        },
    ),
];

/// A name that needs several lines.
const LONG: &str = "The Grand Intercontinental Society of Booksellers, Stationers and Purveyors of Fine Paper";
const JAPANESE: &str = "全国共通百貨店商品券オンラインショップ限定ギフトカード";
const CYRILLIC: &str = "Подарочный сертификат на электротехнику";
const ARABIC: &str = "بطاقة هدايا المتجر الإلكتروني 50";
const LONG_EMAIL: &str = "a.shopper.with.many.names.and.a.long.address@subdomain.of.a.rather.long.example.com";

const WITHDRAWN: [&str; 2] = ["trouble.withdrawn.happened", "track.check"];

pub(crate) const CREATE: &str = "/v5/orders";
pub(crate) const VALIDATE: &str = "/v5/orders/validations";
pub(crate) const READ: &str = "/v5/orders/o-1";
/// What supplier and proxy say of an order that may not be read, with status 403.
const FORBIDDEN: &str = r#"{"status":403,"detail":"FORBIDDEN"}"#;

/// The address in [`order`].
pub(crate) const SOLANA: &str = "AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS";
const OTHER_SOLANA: &str = "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF";
/// An example of BIP 173.
pub(crate) const BITCOIN: &str = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";
/// An example of EIP-55.
pub(crate) const POLYGON: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
/// An example of BOLT #11 over 0.0025 BTC, with the time at which a world begins, and without an expiry of its own.
pub(crate) const INVOICE: &str = "lnbc2500u1p4tzwuqpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspasjsqp";

/// The hash of a transaction.
pub(crate) const HASH: &str = "0x88df016429689c079f3b2f6ad39fa052532c56795b733da78a91ebe6a713944b";

/// Brands of every kind of goods.
const ALL_BRANDS: &str = r#"{ "country_code": "US", "all_brands": [
  { "brand_id": "b-fixed", "brand": "Arcadia", "family": "Arcadia", "kind": "giftcard", "category": "games" },
  { "brand_id": "b-phone", "brand": "Ringtel", "family": "Ringtel", "kind": "mobile_recharge", "category": "mobile_credits" },
  { "brand_id": "b-esim", "brand": "Roamer", "family": "Roamer", "kind": "mobile_recharge", "category": "e-sim" } ] }"#;

const TOP_UP: &str = r#"[{ "country_code": "US", "category": "mobile_credits", "kind": "mobile_recharge", "family": "Ringtel",
  "brand": "Ringtel", "brand_id": "b-phone", "is_out_of_stock": false, "products": [
    { "product_id": "p-5", "is_dynamic": false, "denomination": "5 USD", "localized_denomination": "$5",
      "face_value": { "currency_code": "USD", "amount": { "type": "fixed", "price": "5" } },
      "coin": "USDC", "coin_amount": "5.10", "delivery_type": "by_phone" } ] }]"#;

const PLANS: &str = r#"[{ "country_code": "US", "category": "e-sim", "kind": "mobile_recharge", "family": "Roamer",
  "brand": "Roamer", "brand_id": "b-esim", "is_out_of_stock": false, "products": [
    { "product_id": "p-1", "is_dynamic": false, "denomination": "1 GB 7 days", "localized_denomination": "1 GB 7 days",
      "coin": "USDC", "coin_amount": "4.10", "delivery_type": "by_email" },
    { "product_id": "p-2", "is_dynamic": false, "denomination": "3 GB 30 days", "localized_denomination": "3 GB 30 days",
      "coin": "USDC", "coin_amount": "9.10", "delivery_type": "by_email" } ] }]"#;

/// A coin whose only network may ask for a name.
const TRON_VIAS: &str = r#"[{ "name": "USER_WALLET", "available": true, "currencies": [
  { "name": "USDT", "networks": [ { "name": "Tron" } ] } ] }]"#;

/// A coin that a wallet of the browser can send: its contract is known.
const WALLET_VIAS: &str = r#"[{ "name": "USER_WALLET", "available": true, "currencies": [
  { "name": "USDC", "networks": [
    { "name": "Polygon (Matic)", "display_name": "Polygon", "chain_id": 137, "base_token": "MATIC",
      "smart_contract_engine": "EVM",
      "smart_contract": { "address": "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359", "decimals": 6 } } ] } ] }]"#;

const NUMBERS: &str = r#", "pin_serial": "SERIAL-0042", "security_code": "SECURITY-7", "barcode_image_url": "https://img.example/barcode""#;

/// The fixed brand with a second value.
pub(crate) fn several() -> String {
    let second = FIXED.split_once("[\n").map(|(_, product)| product.split(" ] }]").next().unwrap_or_default());
    let second = second.unwrap().replace("p-50", "p-20").replace("50 USD", "20 USD").replace("$50", "$20");
    let second = second.replace(r#""price": "50""#, r#""price": "20""#).replace("51.20", "20.48");
    FIXED.replace(" ] }]", &format!(", {second} ] }}]"))
}

pub(crate) fn waiting() -> String {
    order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")
}

/// A delivered order with one code.
pub(crate) fn done() -> String {
    order("o-1", "Done", 1_790_000_030, "51.20")
}

/// An order that is still being delivered, and whose code has arrived.
pub(crate) fn delivering() -> String {
    order("o-1", "Done", 1_790_000_020, "51.20").replace(r#""Done""#, r#""WaitingForDelivery""#)
}

/// A delivered order with this as its code, and with more fields.
pub(crate) fn carrying(code: &str, fields: &str) -> String {
    done().replace(r#""pin_code": "AAAA-BBBB""#, &format!("\"pin_code\": {code}{fields}"))
}

fn partly(updated_at: u32) -> String {
    let body = order("o-1", "PartialPaymentStarted", updated_at, "51.20");
    body.replace("PaymentReceived", "PaymentRequested")
}

/// An order in a state, with a payment state of its own.
pub(crate) fn paid_as(state: &str, payment_state: &str) -> String {
    order("o-1", state, 1_790_000_010, "51.20").replace("PaymentReceived", payment_state)
}

/// An order of two lines; the first is delivered, and this is the state of the second.
pub(crate) fn two_lines(state: &str, second: &str, updated_at: u32) -> String {
    let body = order("o-1", "Done", updated_at, "51.20").replace(r#""Done""#, &format!("\"{state}\""));
    let (head, line) = body.split_once(r#""deliveries": [ "#).unwrap();
    let line = line.trim_end().strip_suffix("] }").unwrap();
    let other = line.replace("Succeeded", second).replace(r#""AAAA-BBBB""#, "null");
    format!(r#"{head}"deliveries": [ {line}, {other} ] }}"#)
}

/// An order with more fields at its top.
pub(crate) fn with(body: &str, fields: &str) -> String {
    body.replace(r#""deliveries""#, &format!("{fields}, \"deliveries\""))
}

/// An order for which this much has arrived.
pub(crate) fn sent(body: &str, amount: &str) -> String {
    body.replace(r#""sent_coin_amount": "0""#, &format!(r#""sent_coin_amount": "{amount}""#))
}

/// Gives no answer to a read, nor to the one that repeats it.
pub(crate) fn unanswered(world: &World, path: &str) {
    for _ in 0..2 {
        world.answer(path, Err(NoAnswer));
        world.pass(Duration::from_secs(5));
    }
}

/// Brands whose names are long, or in other scripts.
fn named_brands() -> String {
    let names = [
        LONG,
        JAPANESE,
        CYRILLIC,
        ARABIC,
        "Donaudampfschifffahrtsgesellschaftskapitän",
        "ร้านหนังสือและเครื่องเขียน",
        "🎁 3",
    ];
    let brand = |(number, name): (usize, &&str)| {
        format!(
            r#"{{ "brand_id": "b-{number}", "brand": "{name}", "family": "{name}", "kind": "giftcard", "category": "games" }}"#
        )
    };
    let brands: Vec<_> = names.iter().enumerate().map(brand).collect();
    format!(r#"{{ "country_code": "US", "all_brands": [ {} ] }}"#, brands.join(", "))
}

fn open_with(world: &World, brands: &str, vias: &str) {
    world.answer("/v2/brands", ok(brands));
    world.answer("/v2/homepage", ok("{}"));
    world.answer("/v3/payment_vias", ok(vias));
}

pub(crate) fn open_all(world: &World) {
    open_with(world, ALL_BRANDS, VIAS);
}

pub(crate) fn open_vias(world: &World, vias: &str) {
    open_with(world, BRANDS, vias);
}

/// Opens the shop and in it a brand, which sells this.
pub(crate) fn open(world: &World, store: Store, id: &str, offer: &str) {
    open_shop(world, false);
    sell(world, store, id, offer);
}

/// Opens a brand, which sells this.
pub(crate) fn sell(world: &World, store: Store, id: &str, offer: &str) {
    store.choose_brand(&brand(id));
    world.answer("/v5/products", ok(offer));
}

/// Chooses the first value of the offer, a fixed one.
fn take_first(store: Store) {
    let Load::Ready(offer) = store.offer.get_untracked() else { panic!("no offer") };
    let denomination = offer.denominations[0].clone();
    let Denomination::Fixed { denomination: text, .. } = &denomination else { panic!("not fixed") };
    let chosen = Chosen::Fixed(text.clone());
    store.choose_denomination(Choice { denomination, chosen });
}

fn by_phone() -> Recipient {
    let email: Email = "shopper@example.com".parse().unwrap();
    let beneficiary = Beneficiary::Phone(E164::parse("+12015550123", None).unwrap());
    Recipient { email, beneficiary, newsletter: false, refund_wallet_address: None }
}

fn reviewed(world: &World, store: Store) {
    open_shop(world, false);
    go_to_passed_review(world, store, "51.20");
}

/// Presses the button of a review that has stood for 66 s at 51.20, and answers with the price `now`.
pub(crate) fn reviewed_again(world: &World, store: Store, now: &str) {
    reviewed(world, store);
    world.pass(Duration::from_secs(66));
    store.create_order();
    turn();
    world.answer(VALIDATE, ok(&passed(now)));
}

pub(crate) fn refused(world: &World, store: Store, problems: &str) {
    open_shop(world, false);
    go_to_review(world, store);
    world.answer(VALIDATE, ok(problems));
}

fn lose_create(world: &World, store: Store) {
    go_to_passed_review(world, store, "51.20");
    store.create_order();
    for _ in 0..2 {
        turn();
        if world.count_open(CREATE) > 0 {
            world.answer(CREATE, Err(NoAnswer));
        }
        world.pass(Duration::from_secs(5));
    }
}

/// Makes an order for the fixed brand, whose create is answered with `body`.
pub(crate) fn create(world: &World, store: Store, body: &str) {
    reviewed(world, store);
    store.create_order();
    turn();
    world.answer(CREATE, ok(body));
    turn();
}

/// Shows an order of an earlier visit of which nothing is known: it may be for any goods.
pub(crate) fn create_as_another(world: &World, store: Store, body: &str) {
    open_shop(world, false);
    resume(store, "o-1");
    world.answer(READ, ok(body));
}

/// Makes an order on another network.
fn create_on(world: &World, store: Store, coin: &str, network: &str, address: &str, amount: &str) {
    open(world, store, "b-fixed", FIXED);
    take_first(store);
    store.set_recipient(crate::shop::recipient());
    store.set_method(coin.to_owned(), network.to_owned());
    store.review();
    turn();
    let in_coin = |body: &str| body.replace(r#""coin": "USDC""#, &format!(r#""coin": "{coin}""#));
    world.answer(VALIDATE, ok(&in_coin(&passed(amount))));
    store.create_order();
    turn();
    let body = in_coin(&order("o-1", "WaitingForPayment", 1_790_000_000, amount));
    let body = body.replace(r#""network": "Solana""#, &format!(r#""network": "{network}""#)).replace(SOLANA, address);
    world.answer(CREATE, ok(&body));
}

pub(crate) fn resume(store: Store, id: &str) {
    store.resume(OrderId::new(id).unwrap());
    turn();
}

/// Opens an order that a wallet of the browser could pay, with such a wallet.
pub(crate) fn with_wallet(world: &World, store: Store) {
    open_vias(world, WALLET_VIAS);
    resume(store, "o-1");
    world.answer(READ, ok(&on_polygon()));
    world.announce_wallet("Foxy");
}

fn on_polygon() -> String {
    let body = waiting().replace(r#""network": "Solana""#, r#""network": "Polygon (Matic)""#);
    body.replace(SOLANA, POLYGON)
}

/// Goes on from [`with_wallet`] to the question whether to send, which is put to the wallet.
pub(crate) fn ask_wallet(world: &World, store: Store) {
    with_wallet(world, store);
    store.pay_by_wallet("wallet-1".to_owned());
    world.wallet_answers(Ok("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    world.wallet_answers(Ok("0x89"));
    // The server confirms that the order can still be paid.
    for _ in 0..40 {
        if world.wallet_open().is_some() {
            break;
        }
        world.pass(Duration::from_millis(250));
        while world.count_open(READ) > 0 {
            world.answer(READ, ok(&on_polygon()));
        }
    }
    world.wallet_answers(Ok("0x89"));
}

/// Leaves the order and opens it again; its read is answered with `body`.
pub(crate) fn reopen(world: &World, store: Store, body: &str) {
    store.start_over();
    resume(store, "o-1");
    world.answer(READ, ok(body));
}

/// Lets time pass while the page is hidden: nothing is drawn meanwhile.
pub(crate) fn be_away(world: &World, time: Duration) {
    world.page(PageEvent::Hidden);
    world.pass(time);
    world.page(PageEvent::Visible);
    world.pass(Duration::from_secs(1));
}

/// Brings a snapshot of the current order by its stream.
pub(crate) fn tell(world: &World, body: &str) {
    world.stream(StreamEvent::Opened);
    world.stream(StreamEvent::Message(body.to_owned()));
    // A snapshot that follows closely on another is shown with the next frame.
    world.pass(Duration::from_secs(1));
}

fn fail_streams(world: &World, reply: &dyn Fn() -> Result<Answer, NoAnswer>) {
    for _ in 0..12 {
        if !world.open_streams().is_empty() {
            world.stream(StreamEvent::Error);
        }
        if world.count_open(READ) > 0 {
            world.answer(READ, reply());
        }
        world.pass(Duration::from_secs(3));
    }
}

/// Loses the connection: neither streams nor reads bring anything.
pub(crate) fn lose(world: &World) {
    fail_streams(world, &|| Err(NoAnswer));
}

/// Refuses every read of the order.
pub(crate) fn refuse(world: &World, status: u16, body: &str) {
    fail_streams(world, &|| answer(status, body));
}

/// Returns an answer that carries the server's time, which is the one at which a world begins, and this much later.
pub(crate) fn dated(after: Duration, body: &str) -> Result<Answer, NoAnswer> {
    keeping_keys(ok(body)).map(|answer| Answer { date: Some(BEGINNING.plus(after)), ..answer })
}
