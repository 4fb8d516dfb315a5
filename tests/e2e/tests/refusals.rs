//! What is refused, wrong or away, and what the shopper is told.

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Product, Purchase, Recipient, Track},
    stack::Stack,
    tests,
    words::{word, word_with},
};
use serde_json::json;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        electronic_money_is_explained_and_not_sold,
        three_problems_are_told_in_their_own_words,
        wrong_entries_are_told_under_their_field,
        a_press_on_the_way_on_counts_though_the_field_that_it_leaves_complains,
        a_supplier_that_is_down_is_told_and_comes_back,
        another_country_has_other_brands_and_money,
        ten_thousand_brands_keep_the_document_small,
        first each_end_of_an_order_has_a_screen_of_its_own,
        a_dearer_order_must_be_agreed_to_before_an_address_is_shown,
        an_answer_that_is_lost_never_makes_a_second_order,
        part_of_the_money_leaves_the_remainder_to_pay,
        an_order_is_found_again_after_a_reload,
    ]
}

const CARD: Goods<'static> = Goods::Fixed("Kettle & Crumb", "$25");

fn buying(email: &str) -> Purchase<'_> {
    Purchase { goods: CARD, email, phone: None, method: None }
}

async fn electronic_money_is_explained_and_not_sold() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let grid = Grid::on(&screen).await;
    grid.search("Palisade Prepaid").await;
    grid.finds_nothing_called("Palisade Prepaid").await;
    // A partner may list them all the same.
    stack.set_attribute("emoney", "").await;
    Grid::on(&screen).await.open("Palisade Prepaid").await;
    screen.shows(word("product.account.title")).await;
    assert!(screen.all("button", Some(word("product.next"))).await.is_empty(), "there is nothing to go on with");
    stack.close().await;
}

async fn three_problems_are_told_in_their_own_words() {
    for (tag, code) in [
        ("out_of_stock", "OUT_OF_STOCK"),
        ("kyc_missing", "KYC_MISSING"),
        ("unsupported_protocol_coin_combination", "UNSUPPORTED_PROTOCOL_COIN_COMBINATION"),
    ] {
        let stack = Stack::open().await;
        let email = format!("shopper+{tag}@example.com");
        buying(&email).review(&stack).await.tells_problem(code).await;
        assert!(stack.supplier.orders().await.is_empty(), "nothing was ordered");
        stack.close().await;
    }
}

async fn wrong_entries_are_told_under_their_field() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    Grid::on(&screen).await.open("Northpine Outfitters").await;
    let product = Product::on(&screen, "Northpine Outfitters").await;
    product.enter("1e2").await;
    product.go_on().await;
    screen.shows(word("product.error.not_a_number")).await;
    stack.shoot("product-error").await;
    product.enter("60").await;
    product.go_on().await;
    let recipient = Recipient::on(&screen).await;
    for (entry, key) in [
        ("", "recipient.error.email_empty"),
        ("shopper", "recipient.error.email_no_at"),
        ("a@b.example c@d.example", "recipient.error.email_several"),
        ("shopper@nowhere", "recipient.error.email_domain"),
    ] {
        recipient.email(entry).await;
        recipient.go_on().await;
        screen.shows(word(key)).await;
        assert!(
            screen.focused().await.starts_with(word("recipient.email")),
            "the focus goes to the field that is wrong"
        );
    }
    stack.shoot("recipient-error").await;
    stack.close().await;
}

async fn a_press_on_the_way_on_counts_though_the_field_that_it_leaves_complains() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("").choose(&stack).await;
    let recipient = Recipient::on(&screen).await;
    // What the field says when it is left takes room above the button, which the second half of the press would miss.
    recipient.email("shopper").await;
    screen.script("window.sent = 0; root.addEventListener('submit', () => sent++, true);").await;
    recipient.go_on().await;
    screen.shows(word("recipient.error.email_no_at")).await;
    assert_eq!(screen.script("return sent;").await, 1);
    assert!(screen.focused().await.starts_with(word("recipient.email")), "the focus is where to go on");
    stack.close().await;
}

async fn a_supplier_that_is_down_is_told_and_comes_back() {
    let stack = Stack::open_with(json!({ "down": true })).await;
    let screen = stack.screen();
    screen.shows(word("error.unreachable.title")).await;
    stack.supplier.control(json!({ "down": false })).await;
    screen.press("button", word("error.retry")).await;
    Grid::on(&screen).await.open("Kettle & Crumb").await;
    Product::on(&screen, "Kettle & Crumb").await;
    stack.close().await;
}

async fn another_country_has_other_brands_and_money() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let grid = Grid::on(&screen).await;
    grid.country("JP").await;
    screen.shows("¥").await;
    stack.shoot("grid-japan").await;
    // Nobody is offered a place where nobody lives, but the page may say so.
    let offered =
        "const s = root.querySelector('#country'); return [s.value, [...s.options].some((o) => o.value === 'AQ')];";
    assert_eq!(screen.script(offered).await, json!(["JP", false]));
    stack.set_attribute("country", "AQ").await;
    screen.shows(&word_with("grid.no_products", &[("country", "Antarctica")])).await;
    assert_eq!(screen.script(offered).await, json!(["AQ", true]));
    grid.country("US").await;
    grid.search("zzzzqq").await;
    grid.finds_nothing_called("zzzzqq").await;
    stack.shoot("grid-nothing-found").await;
    stack.close().await;
}

async fn ten_thousand_brands_keep_the_document_small() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let grid = Grid::on(&screen).await;
    grid.country("LI").await;
    screen.shows("CHF").await;
    let nodes = screen.script("return root.querySelectorAll('*').length;").await.as_u64().expect("a number");
    assert!(nodes < 2_500, "{nodes} elements for a window over the list");
    grid.search("north").await;
    let nodes = screen.script("return root.querySelectorAll('*').length;").await.as_u64().expect("a number");
    assert!(nodes < 2_500, "{nodes} elements while searching");
    stack.close().await;
}

async fn each_end_of_an_order_has_a_screen_of_its_own() {
    // An address of Solana has no checksum that could be wrong, so the damaged one is an address of Base.
    for (tag, trouble, method) in [
        ("payment_quarantined", "held", None),
        ("expired", "expired", None),
        ("partial_then_expired", "expired_money", None),
        ("payment_failed", "failed", None),
        ("waiting_for_manual_action", "review", None),
        ("refunded", "refunded", None),
        ("canceled", "canceled", None),
        ("payment_setup_failed", "setup_failed", None),
        ("payment_withdrawn", "withdrawn", None),
        ("on_hold", "in_progress", None),
        ("wrong_coin_back", "mismatch", None),
        ("address_changes", "address_changed", None),
        ("bad_address", "bad_address", Some(("USDC", "Base"))),
    ] {
        let stack = Stack::open().await;
        let email = format!("shopper+{tag}@example.com");
        Purchase { method, ..buying(&email) }.review(&stack).await.create().await;
        Track::on(&stack.screen()).tells_trouble(trouble).await;
        let address = stack.screen().script("return root.querySelector('[data-testid=address]');").await;
        assert!(address.is_null(), "{tag}: no address on a screen of trouble");
        stack.close().await;
    }
}

async fn a_dearer_order_must_be_agreed_to_before_an_address_is_shown() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper+price_up@example.com").review(&stack).await.create().await;
    screen.shows(word("confirm.title")).await;
    assert!(screen.script("return root.querySelector('[data-testid=address]');").await.is_null());
    screen.agree(word("confirm.agree")).await;
    screen.shows(word("pay.title")).await;
    stack.close().await;
}

async fn an_answer_that_is_lost_never_makes_a_second_order() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    buying("shopper+create_500@example.com").review(&stack).await.create().await;
    screen.shows(word("unknown.title")).await;
    assert!(stack.supplier.orders().await.len() <= 1);
    stack.close().await;
}

async fn part_of_the_money_leaves_the_remainder_to_pay() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let pay = buying("shopper@example.com").order(&stack).await;
    let due = digits(&pay.amount().await);
    stack.supplier.pay(&stack.supplier.newest_order().await, Some("1.5")).await;
    screen.shows(word("pay.part.title")).await;
    let rest = digits(&pay.amount().await);
    assert_ne!(rest, due, "the full amount is never asked for again");
    let atoms = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{part:0<12}").parse::<u128>().expect("digits")
    };
    assert_eq!(atoms(&rest) + atoms("1.5"), atoms(&due));
    stack.close().await;
}

async fn an_order_is_found_again_after_a_reload() {
    let stack = Stack::open().await;
    let screen = stack.screen();
    let pay = buying("shopper@example.com").order(&stack).await;
    let address = pay.address().await;
    stack.goto("/").await;
    Grid::on(&screen).await;
    screen.shows(word("resume.title")).await;
    let reference = screen.script("return root.textContent.match(/[0-9A-HJKMNP-TV-Z]{8}/)[0];").await;
    screen
        .press("button", &word_with("resume.open_which", &[("reference", reference.as_str().expect("a reference"))]))
        .await;
    screen.shows(word("pay.title")).await;
    assert_eq!(pay.address().await, address);
    stack.close().await;
}

/// An amount without its coin.
fn digits(amount: &str) -> String {
    amount.split('\u{a0}').next().unwrap_or_default().to_owned()
}
