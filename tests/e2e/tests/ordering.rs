//! From the last look to the order: a price that moves under an open review, and an element that is taken out of the page while
//! its order is being made.

use std::time::{Duration, Instant};

use cr_e2e::{
    harness::Test,
    page::{Goods, Grid, Pay, Purchase},
    screen::Screen,
    stack::Stack,
    tests,
    words::word,
};
use serde_json::{Value, json};
use thirtyfour::Key;

pub(crate) fn tests() -> Vec<Test> {
    tests![
        a11_a_price_that_moved_under_an_open_review_is_agreed_to_by_a_button_of_its_own,
        e18_an_order_that_is_being_made_while_its_element_is_away_comes_to_the_next_one,
        e18_an_order_that_nobody_came_for_is_offered,
    ]
}

const BUYING: Purchase<'static> =
    Purchase { goods: Goods::Fixed("Kettle & Crumb", "$25"), email: "shopper@example.com", phone: None, method: None };

async fn run(stack: &Stack, script: &str) -> Value {
    stack.driver.execute(script, Vec::<Value>::new()).await.expect("a script that runs").json().clone()
}

/// From now on the page's clock goes on only when it is told to, by [`pass`].
async fn stop_clock(stack: &Stack) {
    run(stack, "window.clock = Math.ceil(performance.now()); performance.now = () => window.clock;").await;
}

async fn pass(stack: &Stack, milliseconds: u32) {
    run(stack, &format!("window.clock += {milliseconds};")).await;
}

/// Goes as far as the review that has been answered.
async fn reviewed(stack: &Stack) -> Screen {
    let screen = stack.screen();
    BUYING.review(stack).await;
    screen.shows(word("review.due")).await;
    screen
}

/// Orders from a review that has lain open for longer than its answer is trusted, while the supplier behaves as `control`
/// says. Returns the amount that stood there.
async fn order_late(stack: &Stack, control: Value) -> (Screen, String) {
    let screen = reviewed(stack).await;
    let was = largest_amount(&screen).await;
    stop_clock(stack).await;
    stack.supplier.control(control).await;
    pass(stack, 66_000).await;
    screen.press("button", word("review.create")).await;
    (screen, was)
}

/// The amount that stands largest on the review or on the question, with its coin.
async fn largest_amount(screen: &Screen) -> String {
    let amount = screen.script("return root.querySelector('.due-amount').textContent;").await;
    amount
        .as_str()
        .expect("a text")
        .replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "")
        .replace('\u{a0}', " ")
}

/// What the button that agrees to a moved price begins with.
fn order_for() -> &'static str {
    word("review.order_for").split('{').next().expect("a beginning").trim()
}

async fn a11_a_price_that_moved_under_an_open_review_is_agreed_to_by_a_button_of_its_own() {
    let stack = Stack::open().await;
    let (screen, was) = order_late(&stack, json!({ "price_step_percent": "18" })).await;
    let button = screen.find("button", order_for()).await;
    let now = largest_amount(&screen).await;
    assert_ne!(now, was);
    assert!(screen.text().await.replace('\u{a0}', " ").contains(&was), "what was agreed to stays in view");
    let focused = screen.focused().await;
    assert!(focused.starts_with(order_for()) && focused.ends_with(&now), "the focus is on the answer: {focused:?}");
    assert!(screen.all("button", Some(word("review.create"))).await.is_empty(), "the old button is gone");

    // The second of two quick presses answers nothing, nor does a key that is held, nor what comes right after them.
    for (waited, is_key) in [(0, true), (499, true), (499, false)] {
        pass(&stack, waited).await;
        if is_key {
            screen.type_keys(Key::Enter + "").await;
        } else {
            button.click().await.expect("a press");
        }
        assert_eq!(screen.focused().await, focused, "after {waited} ms");
        assert!(screen.all("button", Some(word("review.creating"))).await.is_empty(), "after {waited} ms");
    }
    assert!(stack.supplier.orders().await.is_empty(), "nothing was ordered");
    pass(&stack, 500).await;
    screen.type_keys(Key::Enter + "").await;
    let pay = Pay::on(&screen).await;
    assert_eq!(pay.amount().await.replace('\u{a0}', " "), now);
    assert_eq!(stack.supplier.orders().await.len(), 1);
    stack.close().await;
}

/// Orders from a supplier that takes its time, as far as the button that says so.
async fn ordering(stack: &Stack) -> Screen {
    let screen = reviewed(stack).await;
    stack.supplier.control(json!({ "latency_ms": 2_000 })).await;
    screen.press("button", word("review.create")).await;
    screen.find("button", word("review.creating")).await;
    screen
}

/// Takes the element out of the page for 200 ms, and puts it, or one like it, in its place again.
const AWAY: &str = "const [isAnother, done] = arguments;\
    const gone = document.querySelector('cr-widget'), place = gone.parentNode, after = gone.nextSibling;\
    gone.remove();\
    setTimeout(() => { place.insertBefore(isAnother ? gone.cloneNode() : gone, after); done(); }, 200);";

async fn e18_an_order_that_is_being_made_while_its_element_is_away_comes_to_the_next_one() {
    for is_another in [false, true] {
        let stack = Stack::open().await;
        let screen = ordering(&stack).await;
        stack.driver.execute_async(AWAY, vec![json!(is_another)]).await.expect("a script that runs");
        assert!(stack.supplier.orders().await.is_empty(), "it was still being made");
        let address = Pay::on(&screen).await.address().await;
        let orders = stack.supplier.orders().await;
        assert_eq!(orders.len(), 1, "one order, another element: {is_another}");
        assert_eq!(stack.read_order(&stack.supplier.newest_order().await).await["wallet_address"], address);
        // It is stored like any other.
        stack.goto("/").await;
        screen.shows(word("resume.title")).await;
        stack.close().await;
    }
}

async fn e18_an_order_that_nobody_came_for_is_offered() {
    let stack = Stack::open().await;
    let screen = ordering(&stack).await;
    // Half a minute passes in a moment: nobody is waited for any more when the answer comes.
    run(
        &stack,
        "const later = window.setTimeout.bind(window);\
         window.setTimeout = (then, wait, ...rest) => later(then, (wait ?? 0) / 100, ...rest);\
         window.gone = document.querySelector('cr-widget'); window.place = gone.parentNode; gone.remove();",
    )
    .await;
    assert!(stack.supplier.orders().await.is_empty(), "it was still being made");
    let until = Instant::now() + Duration::from_secs(20);
    while run(&stack, "return localStorage.getItem('cr-widget:orders');").await.is_null() {
        assert!(Instant::now() < until, "the order is not stored");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stack.supplier.control(json!({ "latency_ms": 0 })).await;
    run(&stack, "place.append(gone);").await;
    Grid::on(&screen).await;
    screen.shows(word("resume.title")).await;
    screen.press("button", word("resume.open")).await;
    let address = Pay::on(&screen).await.address().await;
    assert_eq!(stack.supplier.orders().await.len(), 1);
    assert_eq!(stack.read_order(&stack.supplier.newest_order().await).await["wallet_address"], address);
    stack.close().await;
}
