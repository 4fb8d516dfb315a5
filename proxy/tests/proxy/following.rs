//! Orders whose streams say nothing, in virtual time: what the proxy reads by itself, how often, and what it sends.

mod served;

use std::time::Duration;

use cr_proxy::{answer::Failure, limits::Limits};
use served::{Heard, SECOND, Served, Supplier};
use tokio::time::{Instant, sleep, sleep_until};

fn most_in_a_minute(reads: &mut [Instant]) -> usize {
    reads.sort();
    (0..reads.len())
        .map(|at| reads[at..].iter().take_while(|read| **read < reads[at] + 60 * SECOND).count())
        .max()
        .unwrap_or(0)
}

/// Closes streams and asserts that every ping on them was true; returns how many pings there were.
fn check(supplier: &Supplier, start: Instant, heard: &mut Vec<(String, Heard)>, ends: impl Fn(&str) -> bool) -> usize {
    let mut pings = 0;
    for (id, heard) in heard.extract_if(.., |(id, _)| ends(id)) {
        for (at, confirmed) in heard.numbers() {
            let confirmed = at - confirmed;
            let reads = supplier.change(&id, |truth| truth.reads.clone());
            assert!(confirmed == start || reads.contains(&confirmed), "{id} {at:?}: nothing was said then");
            let newest = reads.into_iter().filter(|read| *read + SECOND <= at).max();
            assert!(newest.is_none_or(|newest| confirmed >= newest), "{id} {at:?}: more was said");
            pings += 1;
        }
    }
    pings
}

#[tokio::test(start_paused = true)]
async fn s09_what_a_dead_stream_keeps_back_is_read_and_told_within_50_s() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("abc");
    sleep(5 * SECOND).await;
    let paid = Instant::now();
    supplier.becomes("abc", "PaymentReceived");
    sleep(60 * SECOND).await;
    let states = heard.states();
    assert_eq!(
        states.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>(),
        ["WaitingForPayment", "PaymentReceived"]
    );
    assert!(states[1].0 - paid <= 50 * SECOND, "{:?}", states[1].0 - paid);
    // The stream did not report the payment, so it was opened again, and what may have happened in between was read
    // too.
    assert_eq!((supplier.streams("abc"), supplier.reads("abc")), (2, 2));
    // Only the new stream is open, and what it says reaches the client through the same response.
    supplier.becomes("abc", "Done");
    supplier.tell("abc");
    supplier.say("abc", "event: stop\ndata: {}\n\n");
    sleep(SECOND).await;
    assert_eq!(heard.states().last().unwrap().1, "Done");
    assert!(heard.has_ended());
}

#[tokio::test(start_paused = true)]
async fn s09_one_read_serves_all_watchers_and_a_stream_that_tells_nothing_new_stays() {
    let (supplier, proxy) = Served::new();
    let (one, two) = (proxy.subscribe("abc"), proxy.subscribe("abc"));
    supplier.tell("abc");
    sleep(290 * SECOND).await;
    assert_eq!((supplier.streams("abc"), supplier.reads("abc")), (2, 7));
    assert_eq!(two.states().len(), 1);
    assert_eq!(one.states().len(), 0, "what is known when the watch begins is the business of the read behind it");
    for (at, confirmed) in two.numbers().into_iter().chain(one.numbers()) {
        assert!(confirmed <= 41 * SECOND, "{at:?} {confirmed:?}");
    }
    // After five minutes without a word of the order, the proxy opens the supplier's streams again; the clients' stay
    // open.
    sleep(30 * SECOND).await;
    assert!(!two.has_ended() && !one.has_ended());
    assert_eq!(supplier.streams("abc"), 4);
}

#[tokio::test(start_paused = true)]
async fn s09_a_stream_with_heartbeats_and_no_word_of_the_order_is_opened_again() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.subscribe("abc");
    // The order is not payable, so the proxy does not read it of its own accord.
    supplier.becomes("abc", "WaitingForDelivery");
    supplier.tell("abc");
    let start = Instant::now();
    supplier.becomes("abc", "Done");
    while Instant::now() < start + 303 * SECOND {
        supplier.say("abc", ": beat\n\nevent: beat\ndata: {}\n\ndata: {\"beat\":true}\n\n");
        sleep(5 * SECOND).await;
    }
    assert_eq!((supplier.streams("abc"), heard.has_ended()), (2, false));
    assert_eq!(heard.states().last().unwrap().1, "Done", "what was not told in between is read");
    // A stream that speaks of the order is not opened again.
    for _ in 0..20 {
        supplier.tell("abc");
        sleep(30 * SECOND).await;
    }
    assert_eq!(supplier.streams("abc"), 2);
}

#[tokio::test(start_paused = true)]
async fn s09_a_stream_that_replays_an_older_state_confirms_nothing() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.subscribe("abc");
    let replayed = supplier.body("abc");
    supplier.becomes("abc", "PartialPaymentStarted");
    supplier.tell("abc");
    let told = Instant::now();
    sleep(5 * SECOND).await;
    supplier.becomes("abc", "PaymentReceived");
    let paid = Instant::now();
    let known = || heard.all().iter().position(|(_, text)| text.contains("PaymentReceived"));
    while known().is_none() {
        assert!(paid.elapsed() <= 50 * SECOND, "{:?}", heard.pings());
        supplier.say("abc", &format!("data: {replayed}\n\n"));
        sleep(10 * SECOND).await;
    }
    for (at, confirmed) in heard.numbers().into_iter().filter(|(at, _)| *at < told + 40 * SECOND) {
        assert_eq!(at - confirmed, told);
    }
    // What the stream did not report makes the proxy open it again, whatever it repeats meanwhile.
    supplier.say("abc", &format!("data: {replayed}\n\n"));
    sleep(40 * SECOND).await;
    assert_eq!(supplier.streams("abc"), 2);
}

#[tokio::test(start_paused = true)]
async fn s09_a_replica_that_lags_confirms_nothing_and_is_not_asked_without_end() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.subscribe("abc");
    let old = supplier.body("abc");
    supplier.becomes("abc", "PartialPaymentStarted");
    supplier.tell("abc");
    let told = Instant::now();
    supplier.answers(200, &old);
    sleep(160 * SECOND).await;
    for (at, confirmed) in heard.numbers() {
        assert_eq!(at - confirmed, told);
    }
    let reads = supplier.reads("abc");
    assert!((6..=13).contains(&reads), "{reads}");
    *supplier.answer.lock().unwrap() = None;
    supplier.becomes("abc", "PaymentReceived");
    sleep(12 * SECOND).await;
    assert_eq!(heard.states().last().unwrap().1, "PaymentReceived");
}

#[tokio::test(start_paused = true)]
async fn s27_after_a_429_no_read_of_any_order_goes_out() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("known");
    let told = Instant::now();
    let watched = proxy.subscribe("watched");
    sleep(20 * SECOND).await;
    supplier.answers(429, r#"{"error":"slow down"}"#);
    let status = async |id: &str| {
        let given = proxy.ask(id).await;
        let answer = given.reply.unwrap();
        (answer.status.as_u16(), answer.retry_after(), given.age)
    };
    assert_eq!(status("first").await, (429, None, None));
    supplier.becomes("known", "PaymentReceived");
    supplier.answers(200, &supplier.body("known"));
    sleep(10 * SECOND).await;
    // Three reads are asked for: one of a known order after an event, one of an unknown order, and one of the order
    // that was refused.
    proxy.forget("known");
    assert_eq!(status("known").await, (200, None, Some(told.elapsed())));
    *supplier.answer.lock().unwrap() = None;
    for id in ["first", "other", "watched"] {
        assert_eq!(status(id).await, (429, Some(50 * SECOND), None), "{id}");
    }
    sleep(49 * SECOND).await;
    assert_eq!(["known", "first", "other", "watched"].map(|id| supplier.reads(id)), [0, 1, 0, 0]);
    sleep(2 * SECOND).await;
    assert_eq!(["known", "first", "other", "watched"].map(|id| supplier.reads(id)), [1, 1, 0, 1]);
    assert_eq!(heard.states().last().unwrap().1, "PaymentReceived");
    assert_eq!(watched.states().len(), 1, "it asked, and is told");
    assert_eq!(status("other").await, (200, None, None));
}

/// Simulates pages that come back after a restart, all within twelve seconds: each reads, opens a stream and reads
/// after it, and asks again when it is refused. Returns when each page had its order.
async fn come_back(proxy: &Served, count: u64, tells: bool) -> Vec<Duration> {
    let start = Instant::now();
    let pages: Vec<_> = (0..count)
        .map(|number| {
            let proxy = proxy.clone();
            tokio::spawn(async move {
                let id = format!("page-{number}");
                sleep(Duration::from_millis(500 + number * 7_919 % 11_500)).await;
                let mut is_served = proxy.ask(&id).await.reply.is_ok();
                sleep(Duration::from_millis(number * 104_729 % 11_500)).await;
                let heard = proxy.subscribe(&id);
                if tells {
                    proxy.supplier.tell(&id);
                    sleep(Duration::from_millis(10)).await;
                }
                let mut turn = number;
                loop {
                    let is_answered = proxy.ask(&id).await.reply.is_ok();
                    is_served |= is_answered || !heard.states().is_empty();
                    let served = start.elapsed();
                    if is_served {
                        return (served, heard);
                    }
                    turn += 1;
                    sleep(Duration::from_millis(5_000 + turn * 6_271 % 10_000)).await;
                }
            })
        })
        .collect();
    let mut served = Vec::new();
    let mut open = Vec::new();
    for page in pages {
        let (at, heard) = page.await.unwrap();
        served.push(at);
        open.push(heard);
    }
    // The pages stay for a while: none is left out afterwards.
    sleep(300 * SECOND).await;
    served
}

#[tokio::test(start_paused = true)]
async fn s27_ninety_pages_that_come_back_after_a_restart_are_served_within_the_suppliers_limit() {
    for tells in [true, false] {
        let (supplier, proxy) = Served::new();
        let start = Instant::now();
        let served = come_back(&proxy, 90, tells).await;
        let last = served.iter().max().unwrap();
        assert!(*last <= 150 * SECOND, "{tells}: {last:?}");
        let mut reads = supplier.all_reads();
        let most = most_in_a_minute(&mut reads);
        assert!(most <= 60, "{tells}: {most}");
        for (id, truth) in supplier.truths.lock().unwrap().iter() {
            let reads: Vec<Instant> = [start].into_iter().chain(truth.reads.iter().copied()).collect();
            let gap = reads.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
            assert!(gap <= 200 * SECOND, "{tells} {id}: {gap:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn s27_made_up_ids_take_neither_the_partners_limit_nor_what_watched_orders_need() {
    let (supplier, proxy) = Served::new();
    let watched: Vec<(String, Heard)> = (0..20)
        .map(|number| {
            let id = format!("watched-{number}");
            let heard = proxy.follow(&id);
            (id, heard)
        })
        .collect();
    for number in 0..450 {
        let _ = proxy.ask(&format!("made-up-{number}")).await;
        // A shopper returns to a page of an order of which nothing is known.
        if number == 300 {
            let heard = proxy.subscribe("late");
            let _ = proxy.ask("late").await;
            sleep(5 * SECOND).await;
            assert!(supplier.reads("late") > 0, "what is watched does not wait for what is made up");
            drop(heard);
        }
        sleep(Duration::from_millis(466)).await;
    }
    for (id, heard) in &watched {
        for (at, confirmed) in heard.numbers() {
            assert!(confirmed <= 75 * SECOND, "{id} {at:?} {confirmed:?}");
        }
    }
    let mut reads = supplier.all_reads();
    let most = most_in_a_minute(&mut reads);
    assert!(most <= 60, "{most}");
}

#[tokio::test(start_paused = true)]
async fn s09_what_one_stream_tells_reaches_those_whose_streams_are_dead() {
    let (supplier, proxy) = Served::new();
    let dead = proxy.follow("abc");
    sleep(SECOND).await;
    let well = proxy.follow("abc");
    sleep(SECOND).await;
    supplier.becomes("abc", "PaymentReceived");
    supplier.tell("abc");
    sleep(14 * SECOND).await;
    assert_eq!(well.states().len(), 2);
    assert_eq!(dead.states().last().unwrap().1, "PaymentReceived");
    assert_eq!(dead.all().len(), 5, "opening and a ping, both states, then a ping: {:?}", dead.all());
}

#[tokio::test(start_paused = true)]
async fn s09_a_stream_that_does_not_begin_with_the_order_is_not_taken_for_dead() {
    let (supplier, proxy) = Served::new();
    proxy.read("abc").await;
    supplier.becomes("abc", "PartialPaymentStarted");
    let heard = proxy.subscribe("abc");
    assert_eq!(proxy.read("abc").await, ("PartialPaymentStarted".to_owned(), None));
    sleep(200 * SECOND).await;
    assert_eq!(supplier.streams("abc"), 1);
    // A stream that reports a change a moment later than a read did is not opened again either.
    supplier.becomes("abc", "PaymentStarted");
    proxy.forget("abc");
    proxy.read("abc").await;
    sleep(SECOND).await;
    supplier.tell("abc");
    sleep(100 * SECOND).await;
    assert_eq!(supplier.streams("abc"), 1);
    assert_eq!(heard.states().last().unwrap().1, "PaymentStarted");
    drop(heard);
}

#[tokio::test(start_paused = true)]
async fn s09_nothing_is_vouched_for_that_was_not_confirmed() {
    let (supplier, proxy) = Served::new();
    // The supplier never says anything of this order.
    let heard = proxy.subscribe("new");
    supplier.say(
        "new",
        "data: {\"order_id\":\"another\",\"order_state\":\"Done\"}\n\nevent: beat\ndata: {}\n\n: comment\n\n",
    );
    sleep(100 * SECOND).await;
    assert!(heard.pings().len() > 5);
    assert!(heard.pings().iter().all(|(_, confirmed)| confirmed.is_none()), "{:?}", heard.pings());
    assert_eq!(supplier.reads("new"), 0);
    // If the supplier answers no read, the age in the pings grows.
    let heard = proxy.follow("abc");
    let told = Instant::now();
    *supplier.status.lock().unwrap() = 404;
    sleep(200 * SECOND).await;
    for (at, confirmed) in heard.numbers() {
        assert_eq!(confirmed.as_millis(), (at - told).as_millis());
    }
    let while_down = supplier.reads("abc");
    assert!((5..=17).contains(&while_down), "{while_down}");
    *supplier.status.lock().unwrap() = 200;
    supplier.becomes("abc", "PaymentReceived");
    sleep(12 * SECOND).await;
    assert_eq!(heard.states().last().unwrap().1, "PaymentReceived");
    // The order is not payable any more, so the proxy does not read it.
    let so_far = supplier.reads("abc");
    sleep(120 * SECOND).await;
    assert!(supplier.reads("abc") <= so_far + 1);
}

#[tokio::test(start_paused = true)]
async fn s09_a_stream_that_only_lives_is_no_word_of_the_order() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("abc");
    supplier.becomes("abc", "PaymentReceived");
    for _ in 0..50 {
        supplier.say("abc", ": beat\n\n");
        sleep(SECOND).await;
    }
    assert_eq!(heard.states().last().unwrap().1, "PaymentReceived");
    assert_eq!(supplier.streams("abc"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_state_that_is_older_than_the_known_one_is_no_news() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("abc");
    let before = supplier.body("abc");
    supplier.becomes("abc", "PaymentReceived");
    supplier.tell("abc");
    supplier.say("abc", &format!("data: {before}\n\n"));
    sleep(100 * SECOND).await;
    assert_eq!(heard.states().len(), 3, "events pass as they come");
    assert_eq!(supplier.reads("abc"), 0, "the order is not payable");
    assert_eq!(supplier.streams("abc"), 1);
}

#[tokio::test(start_paused = true)]
async fn s27_ninety_payable_orders_take_half_of_the_suppliers_budget_and_all_is_told_true() {
    let (supplier, proxy) = Served::new();
    let start = Instant::now();
    let end = start + 1_200 * SECOND;
    // Sixty pages are visible, and their streams speak of the order once and then no more.
    let mut heard = Vec::new();
    for number in 0..60 {
        let id = format!("seen-{number}");
        heard.push((id.clone(), proxy.subscribe(&id)));
        supplier.tell(&id);
    }
    // Thirty pages are hidden and read by themselves.
    let hidden: Vec<_> = (0..30_u64)
        .map(|number| {
            let (proxy, supplier) = (proxy.clone(), supplier.clone());
            tokio::spawn(async move {
                let id = format!("hidden-{number}");
                sleep(Duration::from_millis(1_700 * number)).await;
                let mut ages = Vec::new();
                while Instant::now() < end {
                    let asked = Instant::now();
                    let given = proxy.ask(&id).await;
                    if matches!(given.reply, Err(Failure::Busy)) {
                        // Nothing is known of the order yet, and the page asks again by itself.
                        assert!(ages.is_empty() && asked <= start + 120 * SECOND, "{id} at {:?}", asked - start);
                        sleep(7 * SECOND).await;
                        continue;
                    }
                    let age = given.age;
                    let (begun, answered) = supplier.change(&id, |truth| truth.spoke.unwrap());
                    match age {
                        // The age is counted from when the supplier was asked: it is never less than the truth.
                        Some(age) => assert_eq!(age, asked - begun, "{id}"),
                        None => assert!(answered + 3 * SECOND >= asked, "{id}"),
                    }
                    ages.push(age);
                    sleep(Duration::from_millis(50_000 + number * 7_919 % 10_000)).await;
                }
                ages
            })
        })
        .collect();
    // Every ten seconds a shopper pays and returns to the page: it reads, opens a stream, and reads after it.
    let mut pings = 0;
    for turn in 0..110 {
        sleep_until(start + (turn + 6) * 10 * SECOND).await;
        let id = format!("seen-{}", turn * 7 % 60);
        let state = if supplier.change(&id, |truth| truth.state) == "WaitingForPayment" {
            "PartialPaymentStarted"
        } else {
            "WaitingForPayment"
        };
        supplier.becomes(&id, state);
        let asked = Instant::now();
        pings += check(&supplier, start, &mut heard, |known| known == id);
        proxy.read(&id).await;
        heard.push((id.clone(), proxy.subscribe(&id)));
        let (told, age) = proxy.read(&id).await;
        assert_eq!((told.as_str(), age), (state, None), "{turn}");
        assert!(asked.elapsed() <= 3 * SECOND);
    }
    sleep_until(end).await;
    let mut reads = supplier.all_reads();
    let all = reads.len();
    assert!(most_in_a_minute(&mut reads) <= 60, "{}", most_in_a_minute(&mut reads));
    assert!(all > 20 * 40, "the budget is used: {all}");
    let mut aged = 0;
    for ages in hidden {
        aged += ages.await.unwrap().iter().flatten().count();
    }
    assert!(aged > 0, "some reads had to wait");
    for (id, truth) in supplier.truths.lock().unwrap().iter() {
        let until = end;
        let reads: Vec<Instant> =
            [start].into_iter().chain(truth.reads.iter().copied()).filter(|read| *read < until).collect();
        let gap = reads.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        assert!(gap <= 200 * SECOND && until - *reads.last().unwrap() <= 200 * SECOND, "{id}: {gap:?}");
    }
    pings += check(&supplier, start, &mut heard, |_| true);
    assert!(pings >= 60 * 19, "{pings}");
}

#[tokio::test(start_paused = true)]
async fn s27_beyond_the_budget_the_last_confirmed_state_comes_with_its_age_and_the_order_waits_its_turn() {
    let (supplier, proxy) = Served::within(Limits { order_reads: 6, ..Limits::default() });
    for number in 0..3 {
        assert_eq!(proxy.read(&format!("o{number}")).await.1, None, "nothing is known of it");
        sleep(SECOND).await;
    }
    let confirmed = supplier.change("o0", |truth| truth.reads[0]);
    sleep(61 * SECOND).await;
    for _ in 0..2 {
        assert_eq!(proxy.read("o0").await.1, None, "routine reads have four places");
        sleep(4 * SECOND).await;
    }
    for id in ["o1", "o2"] {
        assert_eq!(proxy.read(id).await.1, None);
    }
    sleep(4 * SECOND).await;
    supplier.becomes("o0", "PaymentReceived");
    let (state, age) = proxy.read("o0").await;
    let known = supplier.change("o0", |truth| truth.reads[truth.reads.len() - 1]);
    assert_eq!((state.as_str(), age), ("WaitingForPayment", Some(Instant::now() - known)));
    assert!(known > confirmed);
    // The order was asked for, so it is read when there is a place, without another request.
    sleep(60 * SECOND).await;
    assert_eq!(proxy.read("o0").await.0, "PaymentReceived");
    // Two unknown orders are read whatever else is wanted; further ones only if no other read needs the place.
    let mut refused = 0;
    for number in 0..9 {
        let given = proxy.ask(&format!("p{number}")).await;
        refused += usize::from(matches!(given.reply, Err(Failure::Busy)));
    }
    assert!((3..=7).contains(&refused), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn s27_orders_that_cannot_be_read_take_no_more_turns_than_others() {
    let (supplier, proxy) = Served::new();
    let ids: Vec<String> = (0..20).flat_map(|number| [format!("bad-{number}"), format!("well-{number}")]).collect();
    let _heard: Vec<Heard> = ids.iter().map(|id| proxy.follow(id)).collect();
    sleep(290 * SECOND).await;
    for id in ids.iter().filter(|id| id.starts_with("well")) {
        assert!(supplier.reads(id) >= 4, "{id}: {}", supplier.reads(id));
    }
    let mut reads: Vec<Instant> = ids.iter().flat_map(|id| supplier.change(id, |truth| truth.reads.clone())).collect();
    assert!(most_in_a_minute(&mut reads) <= 40);
}

#[tokio::test(start_paused = true)]
async fn s27_one_page_that_subscribes_again_and_again_does_not_take_what_others_need() {
    let (supplier, proxy) = Served::new();
    proxy.read("other").await;
    for _ in 0..600 {
        let _heard = proxy.subscribe("abc");
        proxy.read("abc").await;
        sleep(Duration::from_millis(100)).await;
    }
    proxy.forget("other");
    supplier.becomes("other", "PaymentReceived");
    assert_eq!(proxy.read("other").await, ("PaymentReceived".to_owned(), None));
    let mut reads = supplier.change("abc", |truth| truth.reads.clone());
    assert!(most_in_a_minute(&mut reads) <= 50, "{}", reads.len());
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_of_orders_is_bounded_and_ends() {
    let (_supplier, proxy) =
        Served::within(Limits { orders_entries: 50, orders_bytes: 60_000, order_reads: 10_000, ..Limits::default() });
    let heard = proxy.follow("watched");
    for number in 0..500 {
        proxy.read(&format!("o{number}")).await;
        let (records, bytes) = proxy.orders.held();
        assert!(records <= 50 && bytes <= 60_000, "{records} {bytes}");
    }
    sleep(SECOND).await;
    // An order that is watched is not dropped in favour of orders that are only asked for.
    assert!(heard.numbers().len() > 3);
    drop(heard);
    sleep(700 * SECOND).await;
    proxy.read("last").await;
    assert_eq!(proxy.orders.held().0, 1);
}

#[tokio::test(start_paused = true)]
async fn s09_a_word_of_the_stream_while_the_proxy_reads_does_not_end_its_reading() {
    let words = ["", "event: beat\ndata: {}\n\n", "data: {\"order_id\":\"another\",\"order_state\":\"Done\"}\n\n"];
    for word in words {
        let (supplier, proxy) = Served::new();
        let start = Instant::now();
        let heard = proxy.follow("abc");
        sleep_until(start + Duration::from_millis(40_100)).await;
        if word.is_empty() {
            supplier.tell("abc");
        } else {
            supplier.say("abc", word);
        }
        sleep(SECOND).await;
        assert_eq!(supplier.reads("abc"), 1, "{word}");
        supplier.becomes("abc", "PaymentReceived");
        sleep_until(start + 95 * SECOND).await;
        assert_eq!(heard.states().last().unwrap().1, "PaymentReceived", "{word}");
    }
}

#[tokio::test(start_paused = true)]
async fn s09_named_events_that_come_faster_than_a_read_do_not_keep_it_from_being_heard() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("abc");
    sleep(SECOND).await;
    supplier.becomes("abc", "PaymentReceived");
    for _ in 0..500 {
        supplier.say("abc", "event: beat\ndata: {}\n\n");
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(heard.states().last().unwrap().1, "PaymentReceived");
    assert!(supplier.reads("abc") <= 3, "{}", supplier.reads("abc"));
}

#[tokio::test(start_paused = true)]
async fn s09_what_the_proxy_read_before_the_stream_spoke_does_not_go_back() {
    let (supplier, proxy) = Served::new();
    let start = Instant::now();
    let heard = proxy.subscribe("abc");
    supplier.undate("abc");
    supplier.tell("abc");
    sleep_until(start + Duration::from_millis(40_100)).await;
    supplier.change("abc", |truth| truth.state = "PaymentReceived");
    supplier.tell("abc");
    sleep(20 * SECOND).await;
    assert_eq!(supplier.reads("abc"), 1);
    let states: Vec<String> = heard.states().into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["WaitingForPayment", "PaymentReceived"]);
}

#[tokio::test(start_paused = true)]
async fn s09_a_client_does_not_join_a_read_from_before_an_event() {
    let (supplier, proxy) = Served::new();
    let start = Instant::now();
    let _heard = proxy.follow("abc");
    sleep_until(start + Duration::from_millis(40_100)).await;
    supplier.becomes("abc", "PaymentReceived");
    supplier.say("abc", "event: beat\ndata: {}\n\n");
    sleep(Duration::from_millis(10)).await;
    assert_eq!(proxy.read("abc").await, ("PaymentReceived".to_owned(), None));
    assert_eq!(supplier.reads("abc"), 2);
}

#[tokio::test(start_paused = true)]
async fn s09_a_state_is_told_even_where_a_field_beside_it_is_no_json_and_what_is_no_order_vouches_for_nothing() {
    for (more, is_told) in [(r#""rate": NaN"#, true), (r#""problems": [{"problem": "LATE"}]"#, true)] {
        let (supplier, proxy) = Served::new();
        let heard = proxy.follow("abc");
        sleep(SECOND).await;
        supplier.becomes("abc", "PaymentReceived");
        let body = supplier.body("abc");
        supplier.answers(200, &format!("{}, {more}}}", body.strip_suffix('}').unwrap()));
        sleep(60 * SECOND).await;
        let told = heard.all().iter().any(|(_, text)| text.contains("PaymentReceived"));
        assert_eq!(told, is_told, "{more}");
    }
    for nothing in ["<html>", "{}", r#"{"order_id": "another", "order_state": "Done"}"#] {
        let (supplier, proxy) = Served::new();
        let heard = proxy.follow("abc");
        supplier.answers(200, nothing);
        sleep(50 * SECOND).await;
        assert_eq!(heard.pings().last().unwrap().1, None, "{nothing}");
        assert!(!heard.has_ended());
    }
}

#[tokio::test(start_paused = true)]
async fn s09_an_order_that_is_not_there_any_more_ends_the_stream() {
    for (status, body, ends) in [
        (404, r#"{"status": 404, "detail": "ORDER_NOT_FOUND"}"#, true),
        (403, r#"{"status": 403, "detail": "FORBIDDEN"}"#, true),
        (404, r#"{"status": 404, "detail": "UPSTREAM_ERROR"}"#, false),
        (404, "404 page not found", false),
    ] {
        let (supplier, proxy) = Served::new();
        let heard = proxy.follow("abc");
        supplier.answers(status, body);
        sleep(42 * SECOND).await;
        assert_eq!(heard.has_ended(), ends, "{status} {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn s27_made_up_ids_do_not_take_what_keeps_orders_confirmed() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("abc");
    let mut refused = 0;
    for number in 0..600 {
        refused += usize::from(proxy.ask(&format!("made-up-{number}")).await.reply.is_err());
        sleep(Duration::from_millis(200)).await;
    }
    for (at, confirmed) in heard.numbers() {
        assert!(confirmed <= 45 * SECOND, "{at:?} {confirmed:?}");
    }
    assert!(refused > 0, "and their number is bounded");
    let mut reads = supplier.all_reads();
    assert!(most_in_a_minute(&mut reads) <= 60, "{}", most_in_a_minute(&mut reads));
}

#[tokio::test(start_paused = true)]
async fn what_gives_way_to_others_is_not_vouched_for() {
    let (supplier, proxy) = Served::within(Limits { orders_bytes: 9_000, ..Limits::default() });
    let all: Vec<(String, Heard)> = (0..12)
        .map(|number| {
            let id = format!("o{number}");
            let heard = proxy.follow(&id);
            (id, heard)
        })
        .collect();
    sleep(35 * SECOND).await;
    let lost: Vec<&(String, Heard)> =
        all.iter().filter(|(_, heard)| heard.pings().last().unwrap().1.is_none()).collect();
    assert!(!lost.is_empty() && proxy.orders.held().1 <= 9_000, "{}", lost.len());
    // The next snapshot is sent, since it is not known what was missed.
    let (id, heard) = lost[0];
    supplier.becomes(id, "PaymentReceived");
    proxy.read(id).await;
    sleep(SECOND).await;
    assert_eq!(heard.states().last().unwrap().1, "PaymentReceived");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_somebody_else_asked_for_says_its_age() {
    let supplier = Supplier { late: 5 * SECOND, ..Supplier::new() };
    let proxy = Served::of(supplier.clone(), Limits::default());
    let (one, two) = tokio::join!(proxy.read("abc"), async {
        sleep(2 * SECOND).await;
        proxy.read("abc").await
    });
    assert_eq!((one.1, two.1), (None, Some(5 * SECOND)));
    sleep(SECOND).await;
    assert_eq!(proxy.read("abc").await.1, Some(6 * SECOND));
    assert_eq!(supplier.reads("abc"), 1);
}

#[tokio::test(start_paused = true)]
async fn that_there_is_no_such_order_is_asked_each_time() {
    let (supplier, proxy) = Served::new();
    supplier.answers(404, r#"{"status": 404, "detail": "ORDER_NOT_FOUND"}"#);
    for _ in 0..2 {
        let given = proxy.ask("abc").await;
        assert_eq!(given.reply.unwrap().status, 404);
    }
    assert_eq!(supplier.reads("abc"), 2);
}

#[tokio::test(start_paused = true)]
async fn s09_a_stream_begins_with_a_ping() {
    let (_supplier, proxy) = Served::new();
    let heard = proxy.subscribe("abc");
    sleep(Duration::from_millis(10)).await;
    assert_eq!(heard.pings().iter().map(|(_, confirmed)| *confirmed).collect::<Vec<_>>(), [None]);
}

#[tokio::test(start_paused = true)]
async fn s09_a_read_behind_a_stream_opened_again_is_made_up_for_when_it_fails() {
    let (supplier, proxy) = Served::new();
    let heard = proxy.follow("abc");
    supplier.becomes("abc", "PaymentReceived");
    while supplier.streams("abc") < 2 {
        sleep(Duration::from_millis(1)).await;
        if supplier.reads("abc") == 1 {
            sleep(SECOND).await;
            *supplier.status.lock().unwrap() = 503;
        }
    }
    supplier.becomes("abc", "Done");
    sleep(SECOND).await;
    *supplier.status.lock().unwrap() = 200;
    sleep(15 * SECOND).await;
    assert_eq!(heard.states().last().unwrap().1, "Done");
}
