//! The current order: followed, left, picked up again, forgotten.

use core::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use std::sync::Arc;

use cr_core::{order::OrderId, time::Timestamp, tracking::Health};
use cr_widget::app::{
    Store,
    ports::{Answer, HostEvent, NoAnswer, PageEvent, StreamEvent},
};
use leptos::prelude::{GetUntracked as _, ImmediateEffect, Track as _, WithUntracked as _};

use crate::{
    shop::{go_to_passed_review, go_to_payment, open_shop, order, standing},
    world::{BEGINNING, NOT_FOUND, World, aged, answer, ok, turn},
};

fn id(text: &str) -> OrderId {
    OrderId::new(text).unwrap()
}

fn message(state: &str, updated_at: u32) -> StreamEvent {
    StreamEvent::Message(order("o-1", state, updated_at, "51.20"))
}

#[test]
fn an_order_is_followed_to_its_code_and_the_page_is_told_each_state_once() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    world.told();
    world.stream(StreamEvent::Opened);
    assert_eq!(store.health.get_untracked(), Health::Connecting, "an open stream alone says nothing of the order");
    world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    assert_eq!(store.health.get_untracked(), Health::Live);
    for (state, at) in [
        ("WaitingForPayment", 1_790_000_000),
        ("PaymentStarted", 1_790_000_010),
        ("PaymentStarted", 1_790_000_010),
        ("WaitingForDelivery", 1_790_000_020),
        ("PaymentStarted", 1_790_000_010),
        ("Done", 1_790_000_030),
    ] {
        world.stream(message(state, at));
        if world.open_streams().is_empty() {
            break;
        }
    }
    assert_eq!(standing(store), "finished");
    assert!(store.money_seen.get_untracked());
    let mut told = Vec::new();
    for event in world.told() {
        match event {
            HostEvent::OrderStatus { state, .. } => told.push(state),
            HostEvent::OrderDone { .. } => told.push("done".to_owned()),
            HostEvent::Step(step) => told.push(format!("step {}", step.as_str())),
            _ => {}
        }
    }
    assert_eq!(
        told,
        ["step track", "PaymentStarted", "WaitingForDelivery", "step receipt", "Done", "done"],
        "no state twice, none that goes back"
    );
    assert_eq!(store.health.get_untracked(), Health::Ended);
    assert!(world.open_streams().is_empty());
    let requests = world.asked("/v5/orders/o-1").len();
    world.pass(Duration::from_secs(600));
    assert_eq!(world.asked("/v5/orders/o-1").len(), requests, "nothing is asked once all is delivered");
}

#[test]
fn an_order_is_polled_when_its_stream_does_not_come_up() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    for _ in 0..40 {
        if world.open_streams().is_empty() {
            world.pass(Duration::from_secs(3));
        } else {
            world.stream(StreamEvent::Error);
        }
        if world.count_open("/v5/orders/o-1") > 0 {
            world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
        }
        if store.health.get_untracked() == Health::Polling {
            break;
        }
    }
    assert_eq!(store.health.get_untracked(), Health::Polling);
    for _ in 0..20 {
        world.pass(Duration::from_secs(1));
        if world.count_open("/v5/orders/o-1") > 0 {
            world.answer("/v5/orders/o-1", ok(&order("o-1", "PaymentReceived", 1_790_000_020, "51.20")));
            break;
        }
    }
    assert_eq!(standing(store), "following");
}

#[test]
fn s17_a_flood_of_snapshots_is_shown_once_a_frame() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    world.stream(StreamEvent::Opened);
    world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
    world.pass(Duration::from_secs(1));
    let (shown, confirmed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (told, checked) = (Arc::clone(&shown), Arc::clone(&confirmed));
    let _seen = ImmediateEffect::new(move || {
        store.checkout.track();
        told.fetch_add(1, Ordering::Relaxed);
    });
    let _checked = ImmediateEffect::new(move || {
        store.confirmed_at.track();
        checked.fetch_add(1, Ordering::Relaxed);
    });
    let count = |counted: &AtomicUsize| counted.swap(0, Ordering::Relaxed);
    let state = || store.checkout.with_untracked(|checkout| checkout.order().map(|order| order.updated_at));
    count(&shown);
    count(&confirmed);
    for at in 1..=1_000 {
        world.stream(message("PaymentStarted", 1_790_000_000 + at));
        if at == 1 {
            assert_eq!((count(&shown), standing(store)), (1, "following"), "the first one at once");
        }
    }
    assert_eq!(count(&shown), 0, "the others wait for the frame's end");
    assert!(count(&confirmed) <= 1, "and so does when they came");
    world.pass(Duration::from_millis(20));
    assert_eq!(count(&shown), 1, "then the newest is shown");
    assert_eq!(state(), Some(Some(Timestamp::from_secs(1_790_001_000))));
    // An end is shown at once, whatever came just before it.
    world.stream(message("PaymentReceived", 1_790_001_001));
    world.stream(message("Done", 1_790_001_002));
    assert_eq!((standing(store), store.health.get_untracked()), ("finished", Health::Ended));
}

#[test]
fn a_new_visit_offers_the_order_and_picks_it_up() {
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    drop(owner);
    assert!(world.open_streams().is_empty());
    assert_eq!(world.held(), (0, 0));

    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    let offered: Vec<_> = store.resumable.get_untracked().into_iter().map(|order| order.id).collect();
    assert_eq!(offered, [id("o-1")]);
    store.resume(id("o-1"));
    turn();
    assert_eq!((standing(store), store.resuming.get_untracked()), ("browsing", Some(id("o-1"))));
    world.answer("/v5/orders/o-1", ok(&order("o-1", "PaymentReceived", 1_790_000_020, "51.20")));
    assert_eq!((standing(store), store.resuming.get_untracked()), ("following", None));
}

#[test]
fn an_order_that_does_not_exist_is_said_to_be_so_and_not_asked_for_for_ever() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    world.told();
    store.resume(id("o-none"));
    turn();
    for _ in 0..30 {
        if world.count_open("/v5/orders/o-none") > 0 {
            world.answer("/v5/orders/o-none", answer(404, NOT_FOUND));
        }
        world.pass(Duration::from_secs(5));
    }
    assert_eq!(store.health.get_untracked(), Health::NotFound);
    assert_eq!(world.errors(), ["track: NOT_FOUND"]);
    assert_eq!(world.asked("/v5/orders/o-none").len(), 2);
    assert!(world.open_streams().is_empty());
}

#[test]
fn forgetting_an_order_leaves_it_and_wipes_it() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    store.forget(Some(id("o-1")));
    assert_eq!((standing(store), world.stored("orders")), ("browsing", None));
    assert!(world.open_streams().is_empty());
    world.pass(Duration::from_secs(120));
    assert_eq!(world.stored("orders"), None, "nothing writes it again");
}

#[test]
fn starting_over_leaves_the_order_to_be_resumed() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    store.start_over();
    assert_eq!(standing(store), "browsing");
    assert_eq!(store.resumable.get_untracked().len(), 1);
    assert!(world.open_streams().is_empty());
    store.forget(None);
    assert!(store.resumable.get_untracked().is_empty());
}

#[test]
fn one_page_holds_one_stream_and_hands_it_on() {
    let world = World::new();
    let (first_owner, first) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, first, "o-1");
    let (_second_owner, second) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, second, "o-2");
    assert_eq!(world.open_streams(), ["/orders/o-1/subscribe"]);
    world.pass(Duration::from_secs(15));
    assert!(!world.asked("/v5/orders/o-2").is_empty(), "the other reads from time to time");
    drop(first_owner);
    let mut waited = 0;
    while world.open_streams().is_empty() && waited < 60 {
        world.pass(Duration::from_secs(1));
        waited += 1;
    }
    assert_eq!(world.open_streams(), ["/orders/o-2/subscribe"], "after {waited} s");
}

#[test]
fn a_follower_that_ended_and_goes_on_takes_no_second_stream() {
    let world = World::new();
    let (_first_owner, first) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, first, "o-1");
    let expired = order("o-1", "Expired", 1_790_001_800, "51.20").replace("PaymentReceived", "Expired");
    // Nobody pays: after an hour the order is read no more.
    for _ in 0..2_000 {
        if first.health.get_untracked() == Health::Ended {
            break;
        }
        if !world.open_streams().is_empty() {
            world.stream(StreamEvent::Error);
        }
        if world.count_open("/v5/orders/o-1") > 0 {
            world.answer("/v5/orders/o-1", ok(&expired));
        }
        world.pass(Duration::from_secs(5));
    }
    assert_eq!((first.health.get_untracked(), world.open_streams().len()), (Health::Ended, 0));
    let (second_owner, second) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, second, "o-2");
    assert_eq!(world.open_streams(), ["/orders/o-2/subscribe"]);
    // The shopper returns, and a late payment has revived the order.
    world.page(PageEvent::Woke);
    world.answer("/v5/orders/o-1", ok(&order("o-1", "PaymentStarted", 1_790_006_000, "51.20")));
    assert_eq!((standing(first), first.health.get_untracked()), ("following", Health::Polling));
    assert_eq!(world.open_streams(), ["/orders/o-2/subscribe"]);
    drop(second_owner);
    world.pass(Duration::from_secs(5));
    assert_eq!(world.open_streams(), ["/orders/o-1/subscribe"], "it waits for its turn");
}

#[test]
fn t01_the_servers_clock_counts_not_the_devices() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_passed_review(&world, store, "51.20");
    store.create_order();
    turn();
    let server = Timestamp::from_secs(1_790_086_400);
    let created = ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20"));
    world.answer("/v5/orders", created.map(|answer| Answer { date: Some(server), ..answer }));
    let off = |now: Timestamp, expected: Timestamp| now.millis().abs_diff(expected.millis());
    assert!(off(store.server_now(), server) <= 1_000);
    world.pass(Duration::from_secs(100));
    assert!(off(store.server_now(), server.plus(Duration::from_secs(100))) <= 1_000);
    // T05: the monotonic clock stands still in sleep.
    world.sleep(Duration::from_secs(1_500));
    world.page(PageEvent::Woke);
    assert!(off(store.server_now(), server.plus(Duration::from_secs(1_600))) <= 1_000);
}

#[test]
fn without_a_servers_clock_the_devices_is_used() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    world.pass(Duration::from_secs(10));
    assert_eq!(store.server_now(), BEGINNING.plus(Duration::from_secs(10)));
}

#[test]
fn t01_an_order_picked_up_without_a_servers_clock_is_never_older_than_its_own_times() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.resume(id("o-1"));
    turn();
    // The device's clock is 50 minutes behind that of the server, which cannot be read.
    let changed = Timestamp::from_secs(1_790_003_000);
    world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_003_000, "51.20")));
    assert!(!store.has_server_clock(), "an order's times tell no more than what is past");
    assert_eq!(store.server_now(), changed);
    world.stream(StreamEvent::Opened);
    world.pass(Duration::from_secs(5));
    // An older snapshot takes nothing back.
    world.stream(message("WaitingForPayment", 1_790_002_000));
    assert_eq!(store.server_now(), changed.plus(Duration::from_secs(5)));
}

#[test]
fn t01_a_servers_clock_behind_the_orders_times_counts_as_little_as_the_devices() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.resume(id("o-1"));
    turn();
    let read = ok(&order("o-1", "WaitingForPayment", 1_790_003_000, "51.20"));
    world.answer("/v5/orders/o-1", read.map(|answer| Answer { date: Some(BEGINNING), ..answer }));
    assert!(store.has_server_clock());
    assert_eq!(store.server_now(), Timestamp::from_secs(1_790_003_000));
}

#[test]
fn t05_a_devices_clock_set_back_while_it_sleeps_takes_no_time_back() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.resume(id("o-1"));
    turn();
    let read = ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20"));
    world.answer("/v5/orders/o-1", read.map(|answer| Answer { date: Some(BEGINNING), ..answer }));
    world.sleep(Duration::from_secs(600));
    world.page(PageEvent::Woke);
    let before = store.server_now();
    world.set_back(Duration::from_secs(500));
    world.page(PageEvent::Woke);
    assert_eq!(store.server_now(), before);
}

#[test]
fn the_tick_runs_while_the_page_is_visible_and_not_before_anyone_wants_it() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    world.pass(Duration::from_secs(1));
    assert_eq!(world.held().0, 0, "no timer for nobody");
    let tick = store.tick();
    world.pass(Duration::from_secs(10));
    assert_eq!(tick.get_untracked(), 10);
    world.page(PageEvent::Hidden);
    world.pass(Duration::from_secs(100));
    assert_eq!(tick.get_untracked(), 10);
    world.page(PageEvent::Visible);
    assert_eq!(tick.get_untracked(), 11);
    world.pass(Duration::from_secs(2));
    assert_eq!(tick.get_untracked(), 13);
}

#[test]
fn m15_an_amount_or_an_id_that_cannot_be_read_stops_a_payment_by_stream_and_by_read() {
    let spoilt = [
        (r#""order_id": "o-1""#, r#""order_id": 7"#),
        (r#""order_id": "o-1""#, r#""order_id": {"id": "o-1"}"#),
        (r#""order_id": "o-1""#, r#""order_id": NaN"#),
        (r#""sent_coin_amount": "0""#, r#""sent_coin_amount": "abc""#),
        (r#""sent_coin_amount": "0""#, r#""sent_coin_amount": -3"#),
        (r#""sent_coin_amount": "0""#, r#""sent_coin_amount": 1e400"#),
        (r#""payment_state": "PaymentReceived""#, r#""payment_state": 7"#),
        (r#""payment_state": "PaymentReceived""#, r#""payment_state": null, "problems": ["SUSPENDED_COIN"]"#),
    ];
    for by_stream in [true, false] {
        for (from, to) in spoilt {
            let world = World::new();
            let (_owner, store) = world.element(|_| {});
            open_shop(&world, false);
            go_to_payment(&world, store, "o-1");
            world.stream(StreamEvent::Opened);
            if world.count_open("/v5/orders/o-1") > 0 {
                world.answer("/v5/orders/o-1", ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
            }
            let body = order("o-1", "PartialPaymentStarted", 1_790_000_000, "51.20").replace(from, to);
            if by_stream {
                world.stream(StreamEvent::Message(body));
            } else {
                store.check_now();
                world.pass(Duration::from_secs(4));
                world.answer("/v5/orders/o-1", ok(&body));
            }
            world.pass(Duration::from_secs(1));
            let is_payable = store.checkout.with_untracked(|checkout| checkout.instruction(None).is_ok());
            assert!(!is_payable && standing(store) == "following", "{to} by stream: {by_stream}");
        }
    }
}
/// A proxy that repeats the answer to a read for 3 s, and opens streams that bring nothing: the answer that it keeps,
/// and until when.
struct Forgetless {
    kept: Option<(Duration, String)>,
    now: Duration,
}

impl Forgetless {
    fn new() -> Self {
        Self { kept: None, now: Duration::ZERO }
    }

    /// Lets time pass in steps, and answers reads with the truth, or with the answer that it keeps.
    fn serve(&mut self, world: &World, truth: &str, time: Duration) {
        const STEP: Duration = Duration::from_millis(100);
        let end = self.now + time;
        while self.now < end {
            if world.count_open(READ) > 0 {
                let kept = self.kept.take().filter(|(until, _)| self.now < *until);
                let (until, answer) = kept.unwrap_or_else(|| (self.now + Duration::from_secs(3), truth.to_owned()));
                world.answer(READ, ok(&answer));
                self.kept = Some((until, answer));
            }
            world.pass(STEP);
            self.now += STEP;
        }
    }
}

const READ: &str = "/v5/orders/o-1";

fn unpaid() -> String {
    order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")
}

fn paid() -> String {
    order("o-1", "PaymentStarted", 1_790_000_020, "51.20")
}

#[test]
fn s25_a_page_that_is_loaded_anew_at_the_moment_of_payment_shows_it() {
    for reload in [true, false] {
        let world = World::new();
        let mut proxy = Forgetless::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_payment(&world, store, "o-1");
        world.stream(StreamEvent::Opened);
        proxy.serve(&world, &unpaid(), Duration::from_secs(20));
        let (_owner, store) = if reload {
            drop(owner);
            let (owner, store) = world.element(|_| {});
            open_shop(&world, false);
            store.resume(id("o-1"));
            (owner, store)
        } else {
            world.page(PageEvent::Hidden);
            world.page(PageEvent::Visible);
            (owner, store)
        };
        turn();
        proxy.serve(&world, &unpaid(), Duration::from_millis(100));
        // The shopper has just paid, and the stream that opens now does not report it.
        world.stream(StreamEvent::Opened);
        proxy.serve(&world, &paid(), Duration::from_secs(5));
        assert_eq!(standing(store), "following", "loaded anew: {reload}");
    }
}

#[test]
fn s32_a_ping_that_tells_confirms_the_order_and_one_that_does_not_confirms_nothing() {
    let world = World::new();
    let mut proxy = Forgetless::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    world.stream(StreamEvent::Opened);
    proxy.serve(&world, &unpaid(), Duration::from_secs(10));
    let confirmed = || store.monotonic().saturating_sub(store.confirmed_at.get_untracked().unwrap()).as_secs();
    world.pass(Duration::from_secs(20));
    world.stream(StreamEvent::Ping("{}".to_owned()));
    assert!(confirmed() >= 20, "{}", confirmed());
    world.stream(StreamEvent::Ping(r#"{"confirmed_ms":4000}"#.to_owned()));
    assert_eq!(confirmed(), 4);
    world.stream(StreamEvent::Ping(r#"{"confirmed_ms":9000}"#.to_owned()));
    assert_eq!(confirmed(), 4, "never back");
    let asked = world.asked(READ).len();
    let ping = |rounds: std::ops::Range<u64>| {
        for round in rounds {
            world.pass(Duration::from_secs(15));
            world.stream(StreamEvent::Ping(format!(r#"{{"confirmed_ms":{}}}"#, 4_000 + round * 15_000)));
        }
    };
    ping(1..19);
    assert_eq!(world.asked(READ).len(), asked, "the proxy reads for us, as far as it may");
    assert_eq!(store.health.get_untracked(), Health::Polling, "what is over a minute old is not live");
    ping(19..21);
    assert_eq!(world.asked(READ).len(), asked + 1, "a proxy that tells of five minutes ago does not read");
}

#[test]
fn s33_an_answer_with_an_age_is_not_fresh() {
    let world = World::new();
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    world.pass(Duration::from_secs(50));
    go_to_payment(&world, store, "o-1");
    world.stream(StreamEvent::Opened);
    world.answer(READ, aged(50, &unpaid()));
    let confirmed = store.monotonic().saturating_sub(store.confirmed_at.get_untracked().unwrap());
    assert!((50..52).contains(&confirmed.as_secs()), "{confirmed:?}");
    world.pass(Duration::from_secs(16));
    assert!(world.count_open(READ) > 0, "what made us read is still owed");
    world.answer(READ, aged(70, &unpaid()));
    assert_eq!(store.health.get_untracked(), Health::Polling);
    world.pass(Duration::from_secs(16));
    world.answer(READ, ok(&paid()));
    assert_eq!((standing(store), store.health.get_untracked()), ("following", Health::Live));
}

#[test]
fn s28_a_routers_answer_ends_nothing() {
    for (status, body) in [
        (404, "404 page not found"),
        (404, "<html></html>"),
        (403, "<html>checking your browser</html>"),
        (401, ""),
        (410, "{}"),
    ] {
        let world = World::new();
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_payment(&world, store, "o-1");
        world.told();
        for _ in 0..100 {
            if !world.open_streams().is_empty() {
                world.stream(StreamEvent::Error);
            }
            if world.count_open(READ) > 0 {
                world.answer(READ, answer(status, body));
            }
            world.pass(Duration::from_secs(3));
        }
        assert_eq!(store.health.get_untracked(), Health::CatchingUp, "{status} {body}");
        assert_eq!((standing(store), world.errors()), ("paying", Vec::<String>::new()), "{status} {body}");
        Forgetless::new().serve(&world, &paid(), Duration::from_secs(35));
        assert_eq!(standing(store), "following", "{status} {body}");
    }
}

#[test]
fn s29_an_order_that_is_kept_here_is_asked_for_though_it_cannot_be_found() {
    let world = World::new();
    let (owner, store) = world.element(|_| {});
    open_shop(&world, false);
    go_to_payment(&world, store, "o-1");
    drop(owner);
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.resume(id("o-1"));
    turn();
    for _ in 0..60 {
        if world.count_open(READ) > 0 {
            world.answer(READ, answer(404, NOT_FOUND));
        }
        world.pass(Duration::from_secs(5));
    }
    assert_eq!(store.health.get_untracked(), Health::NotFound);
    let asked = world.asked(READ).len();
    assert!((6..=12).contains(&asked), "{asked} reads in 5 minutes");
    world.page(PageEvent::Visible);
    assert_eq!(world.count_open(READ), 1, "whoever comes back sees at once how it is");
    world.answer(READ, ok(&paid()));
    assert_eq!(standing(store), "following");
    assert_eq!(world.open_streams(), ["/orders/o-1/subscribe"]);
}

#[test]
fn a24_an_order_whose_units_are_still_to_come_waits_for_them_and_not_for_ever() {
    const READ: &str = "/v5/orders/o-1";
    let body = || order("o-1", "WaitingForPayment", 1_790_000_000, "10.16000000000000014");
    let to_pay = |store: Store| {
        store.checkout.with_untracked(|checkout| checkout.order().and_then(cr_core::order::Order::to_pay))
    };
    let open = |world: &std::rc::Rc<World>, body: &str| {
        let (owner, store) = world.element(|_| {});
        store.resume(id("o-1"));
        turn();
        world.answer(READ, ok(body));
        (owner, store)
    };
    // The coins and networks arrive.
    let world = World::new();
    let (_owner, store) = open(&world, &body());
    assert!(store.awaits_units());
    world.answer("/v3/payment_vias", ok(crate::shop::VIAS));
    assert!(!store.awaits_units());
    assert_eq!(to_pay(store).map(|amount| amount.to_string()).as_deref(), Some("10.160001"));
    // Their request is refused.
    let world = World::new();
    let (_owner, store) = open(&world, &body());
    world.answer("/v3/payment_vias", answer(404, "{}"));
    assert!(!store.awaits_units());
    // Their request is never answered: the deadline that every read has ends the wait.
    let world = World::new();
    let (_owner, store) = open(&world, &body());
    while world.count_open("/v3/payment_vias") > 0 {
        world.answer("/v3/payment_vias", Err(NoAnswer));
        world.pass(Duration::from_secs(2));
    }
    assert!(!store.awaits_units());
    // A chain's own coin does not need them.
    let world = World::new();
    let own = body().replace("USDC", "BTC").replace("Solana", "Mainnet");
    let (_owner, store) = open(&world, &own);
    assert_eq!((standing(store), store.awaits_units()), ("paying", false));
}

fn replaced(store: Store) -> Vec<bool> {
    store.checkout.with_untracked(|checkout| {
        checkout.order().map_or(&[][..], |order| &order.deliveries).iter().map(|line| line.replaced).collect()
    })
}

#[test]
fn g03_a_code_that_was_replaced_after_the_end_is_told_by_an_open_page_and_after_a_reload() {
    let done = |code: &str, at: u32| order("o-1", "Done", at, "51.20").replace("AAAA-BBBB", code);
    for is_reload in [true, false] {
        for (code, is_new) in [("AAAA-BBBB-1111", false), ("CCCC-DDDD-2222", true)] {
            let world = World::new();
            let (mut owner, mut store) = world.element(|_| {});
            open_shop(&world, false);
            go_to_payment(&world, store, "o-1");
            world.stream(StreamEvent::Opened);
            world.answer(READ, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
            world.stream(StreamEvent::Message(done("AAAA-BBBB-1111", 1_790_000_030)));
            assert_eq!((replaced(store), world.count_open(READ)), (vec![false], 0));
            world.pass(Duration::from_secs(600));
            assert_eq!(world.count_open(READ), 0, "nobody looks");
            if is_reload {
                drop(owner);
                (owner, store) = world.element(|_| {});
                open_shop(&world, false);
                store.resume(id("o-1"));
                turn();
            } else {
                world.page(PageEvent::Visible);
            }
            world.answer(READ, ok(&done(code, 1_790_000_630)));
            world.pass(Duration::from_secs(1));
            assert_eq!(replaced(store), [is_new], "{code}, loaded anew: {is_reload}");
            let notes = world.stored("notes").unwrap();
            assert!(notes.contains("goods") && !notes.contains("AAAA") && !notes.contains("CCCC"), "{notes}");
            // The notice stays after another reload.
            drop(owner);
            let (_owner, store) = world.element(|_| {});
            open_shop(&world, false);
            store.resume(id("o-1"));
            turn();
            world.answer(READ, ok(&done(code, 1_790_000_630)));
            assert_eq!(replaced(store), [is_new], "{code}, once more");
            store.forget(None);
            assert_eq!(world.stored("notes"), None);
        }
    }
}

#[test]
fn p08_an_order_that_goes_on_after_its_end_is_kept_as_long_as_any_other() {
    let whole = order("o-1", "Done", 1_790_000_030, "51.20");
    let more = order("o-1", "WaitingForDelivery", 1_790_000_630, "51.20");
    let more = more.split_once("\"deliveries\": [").unwrap().1.split_once(" ] }").unwrap().0;
    let half = order("o-1", "Done", 1_790_000_630, "51.20").replace("AAAA-BBBB", "CCCC-DDDD");
    let half = half.replace("\"deliveries\": [", &format!("\"deliveries\": [ {more},"));
    for (later, is_kept) in [(&whole, false), (&half, true)] {
        let world = World::new();
        let (owner, store) = world.element(|_| {});
        open_shop(&world, false);
        go_to_payment(&world, store, "o-1");
        world.stream(StreamEvent::Opened);
        world.answer(READ, ok(&order("o-1", "WaitingForPayment", 1_790_000_000, "51.20")));
        world.stream(StreamEvent::Message(whole.clone()));
        world.pass(Duration::from_secs(600));
        world.page(PageEvent::Visible);
        world.answer(READ, ok(later));
        world.pass(Duration::from_secs(1));
        let lines = store.checkout.with_untracked(|checkout| checkout.order().map(|order| order.deliveries.len()));
        assert_eq!(lines, Some(if is_kept { 2 } else { 1 }));
        drop(owner);
        turn();
        world.sleep(Duration::from_secs(2 * 3_600));
        let (_owner, store) = world.element(|_| {});
        assert_eq!(!store.resumable.get_untracked().is_empty(), is_kept, "{later}");
        world.sleep(Duration::from_secs(22 * 3_600));
        let (_owner, store) = world.element(|_| {});
        assert!(store.resumable.get_untracked().is_empty(), "a day at most");
    }
}
