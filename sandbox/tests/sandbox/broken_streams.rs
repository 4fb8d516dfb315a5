//! Each step of a script, as it looks on the wire.

use serde_json::{Value, json};

use crate::support::{Heard, Raw, Supplier, chunks, gift, states, text};

/// Makes an order whose shopper has these tags, and returns its id.
async fn order(supplier: &Supplier, tags: &str) -> String {
    text(&supplier.order(&gift(tags)).await, "order_id").to_owned()
}

/// Asserts that the order's stream is as it should be: it sends the order, every change, and the end.
async fn is_well(supplier: &Supplier, id: &str) {
    let mut heard = supplier.listen(id).await;
    heard.until("\n\n", 1).await;
    supplier.state(id, "PaymentReceived").await;
    supplier.state(id, "Done").await;
    let (all, is_orderly) = heard.drain().await;
    assert!(is_orderly);
    assert_eq!(states(&all, id).last().map(String::as_str), Some("Done"), "{all}");
    assert!(all.ends_with("event: stop\ndata: {}\n\n"), "{all}");
    assert_eq!(supplier.left(id).await, json!([]));
}

fn path(id: &str) -> String {
    format!("/v5/orders/{id}/subscribe")
}

#[tokio::test]
async fn drop_ends_the_stream_politely_as_often_as_asked() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+drop_x2").await;
    for _ in 0..2 {
        let (all, is_orderly) = supplier.listen(&id).await.drain().await;
        assert!(is_orderly);
        assert_eq!(states(&all, &id), ["WaitingForPayment"]);
        assert!(!all.contains("event:"), "{all}");
    }
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn drop_ends_a_stream_that_is_open() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    let mut heard = supplier.listen(&id).await;
    heard.until("\n\n", 1).await;
    supplier.script(&id, json!([{ "do": "drop" }])).await;
    assert!(heard.drain().await.1);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn cut_resets_the_connection_in_the_middle_of_a_chunk() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+cut").await;
    let (bytes, end) = Raw::get(supplier.handle.addr(), &path(&id)).await.end().await;
    let said = String::from_utf8(bytes.clone()).unwrap();
    assert!(said.contains("data: {\"") && !said.contains("}\n\n"), "{said}");
    assert!(chunks(&bytes).is_empty(), "the chunk is not whole");
    assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);

    supplier.script(&id, json!([{ "do": "cut" }])).await;
    assert!(!supplier.listen(&id).await.drain().await.1, "a client of HTTP hears of it");
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s09_silence_holds_everything_back_and_then_only_the_newest_is_told() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    let mut heard = supplier.listen(&id).await;
    heard.until("\n\n", 1).await;
    supplier.script(&id, json!([{ "do": "silence", "for": "1m" }])).await;
    supplier.used_up(&id).await;
    supplier.state(&id, "PaymentStarted").await;
    supplier.state(&id, "PaymentReceived").await;
    supplier.clear(&id).await;
    heard.until("\n\n", 2).await;
    assert_eq!(states(&heard.text(), &id), ["WaitingForPayment", "PaymentReceived"]);

    // The silence also ends by itself.
    supplier.script(&id, json!([{ "do": "silence", "for": "10ms" }])).await;
    heard.until("\n\n", 3).await;
    drop(heard);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s09_a_half_open_stream_has_a_head_and_nothing_else() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+half_open").await;
    let mut heard = supplier.listen(&id).await;
    supplier.used_up(&id).await;
    supplier.state(&id, "PaymentStarted").await;
    supplier.state(&id, "PaymentReceived").await;
    assert_eq!(heard.text(), "");
    // Only a request from outside ends the silence.
    supplier.clear(&id).await;
    heard.until("\n\n", 1).await;
    assert_eq!(states(&heard.text(), &id), ["PaymentReceived"]);
}

#[tokio::test]
async fn s19_retry_0_stands_before_the_order_and_the_end() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+retry_0_x3").await;
    for _ in 0..3 {
        let (all, is_orderly) = supplier.listen(&id).await.drain().await;
        assert!(is_orderly && all.starts_with("retry: 0\n\ndata: {"), "{all}");
        assert_eq!(states(&all, &id), ["WaitingForPayment"]);
    }
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn a_restart_cuts_every_stream_and_answers_503_until_it_is_over() {
    let supplier = Supplier::start().await;
    let (id, other) = (order(&supplier, "").await, order(&supplier, "").await);
    let (mut heard, mut elsewhere) = (supplier.listen(&id).await, supplier.listen(&other).await);
    heard.until("\n\n", 1).await;
    elsewhere.until("\n\n", 1).await;
    supplier.script(&id, json!([{ "do": "restart", "for": "60m" }])).await;
    for heard in [heard, elsewhere] {
        let (all, is_orderly) = heard.drain().await;
        assert!(!is_orderly && !all.contains("stop"), "{all}");
    }
    for path in [&*path(&id), &*path(&other), &format!("/v5/orders/{id}"), "/v3/payment_vias"] {
        assert_eq!(supplier.get(path).await.status, 503, "{path}");
    }
    assert!(supplier.get_json("/sandbox/control").await["restart_s"].as_u64().unwrap() > 3_000);
    supplier.control(json!({ "restart_s": 0 })).await;
    is_well(&supplier, &id).await;
    is_well(&supplier, &other).await;
}

#[tokio::test]
async fn a_restart_by_tag_tells_the_order_first_and_ends_by_itself() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+restart_20ms").await;
    let (all, is_orderly) = supplier.listen(&id).await.drain().await;
    assert!(!is_orderly);
    assert_eq!(states(&all, &id), ["WaitingForPayment"]);
    while supplier.get(&format!("/v5/orders/{id}")).await.status == 503 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s05_a_connect_can_get_a_web_page() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+stream_html").await;
    let answer = supplier.get(&path(&id)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert!(String::from_utf8(answer.body).unwrap().contains("Wi-Fi"));
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s02_s03_s04_s24_a_connect_can_get_any_status() {
    let supplier = Supplier::start().await;
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let id = order(&supplier, "").await;
    for status in [204, 307, 401, 403, 404, 410, 429, 500, 502, 503, 504] {
        supplier.script(&id, json!([{ "do": format!("stream_{status}") }])).await;
        let answer = client.get(supplier.url(&path(&id))).send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers().contains_key("retry-after"), status == 429, "{status}");
        assert_eq!(answer.headers().contains_key("location"), status == 307, "{status}");
        assert_eq!(supplier.left(&id).await, json!([]), "{status}");
    }
    for said in [json!(7), json!("Wed, 21 Oct 2026 07:28:00 GMT"), json!("soon"), json!(86_400)] {
        supplier.script(&id, json!([{ "do": "stream_503", "retry_after": said }])).await;
        let answer = supplier.get(&path(&id)).await;
        let expected = said.as_str().map_or_else(|| said.to_string(), str::to_owned);
        assert_eq!((answer.status.as_u16(), answer.headers["retry-after"].to_str().unwrap()), (503, &*expected));
    }
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn an_answer_for_the_next_connect_ends_the_stream_that_is_open() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    let mut heard = supplier.listen(&id).await;
    heard.until("\n\n", 1).await;
    supplier.script(&id, json!([{ "do": "stream_404", "times": 2 }])).await;
    let (all, is_orderly) = heard.drain().await;
    assert!(is_orderly && !all.contains("stop"));
    assert_eq!(supplier.get(&path(&id)).await.status, 404);
    assert_eq!(supplier.get(&path(&id)).await.status, 404);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn stop_can_come_too_early() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+stop_early").await;
    let (all, is_orderly) = supplier.listen(&id).await.drain().await;
    assert!(is_orderly && all.ends_with("event: stop\ndata: {}\n\n"), "{all}");
    assert_eq!(states(&all, &id), ["WaitingForPayment"]);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s11_slow_bytes_come_one_by_one() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    supplier.script(&id, json!([{ "do": "slow_bytes", "every": "10ms", "for": "1s" }])).await;
    let mut raw = Raw::get(supplier.handle.addr(), &path(&id)).await;
    raw.until(|bytes| bytes.ends_with(b"\n\n\r\n")).await;
    let all = chunks(&raw.bytes);
    let (rest, bytes) = all.split_last().unwrap();
    assert!(bytes.len() > 1 && bytes.iter().all(|chunk| chunk.len() == 1), "{}", bytes.len());
    assert!(rest.len() > 1, "after its time the rest comes at once");
    let said = String::from_utf8(all.concat()).unwrap();
    assert_eq!(states(&said, &id), ["WaitingForPayment"]);
    drop(raw);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s11_chunks_can_end_inside_of_characters() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+split_utf8").await;
    let mut raw = Raw::get(supplier.handle.addr(), &path(&id)).await;
    raw.until(|bytes| bytes.ends_with(b"\n\n\r\n")).await;
    let all = chunks(&raw.bytes);
    assert!(all.iter().filter(|chunk| std::str::from_utf8(chunk).is_err()).count() > 3, "{all:?}");
    let said = String::from_utf8(all.concat()).unwrap();
    assert!(said.contains("Caffè 日本 🙂"), "{said}");
    assert_eq!(states(&said, &id), ["WaitingForPayment"]);
    drop(raw);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s17_a_burst_is_many_equal_snapshots() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    supplier.script(&id, json!([{ "do": "burst", "events": 1_234 }, { "do": "drop" }])).await;
    let (all, is_orderly) = supplier.listen(&id).await.drain().await;
    assert!(is_orderly);
    let mut events: Vec<&str> = all.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 1_235);
    events.dedup();
    assert_eq!(events.len(), 1, "all equal");
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn stale_tells_what_was_before_the_last_change_and_waits_for_one() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+stale").await;
    let mut heard = supplier.listen(&id).await;
    heard.until("\n\n", 1).await;
    assert_eq!(supplier.left(&id).await, json!([{ "do": "stale" }]), "nothing has changed yet");
    supplier.state(&id, "PaymentStarted").await;
    heard.until("\n\n", 3).await;
    assert_eq!(states(&heard.text(), &id), ["WaitingForPayment", "PaymentStarted", "WaitingForPayment"]);
    drop(heard);
    // After a final state, an older snapshot can still come before the stop.
    supplier.state(&id, "Done").await;
    supplier.script(&id, json!([{ "do": "stale" }])).await;
    let (all, _) = supplier.listen(&id).await.drain().await;
    assert_eq!(states(&all, &id), ["Done", "PaymentStarted"]);
    assert!(all.ends_with("event: stop\ndata: {}\n\n"), "{all}");
}

#[tokio::test]
async fn duplicate_tells_the_same_again() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+duplicate_x2+drop").await;
    let (all, _) = supplier.listen(&id).await.drain().await;
    let events: Vec<&str> = all.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 3);
    assert!(events.iter().all(|event| *event == events[0]), "{all}");
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s18_an_oversized_event_has_over_a_mebibyte_and_is_an_order() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+oversized+drop").await;
    let (all, _) = supplier.listen(&id).await.drain().await;
    let huge = all.split_terminator("\n\n").nth(1).unwrap();
    assert!(huge.len() > 1_048_576, "{}", huge.len());
    assert_eq!(states(&all, &id), ["WaitingForPayment", "WaitingForPayment"]);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn x21_a_foreign_order_is_finished_and_has_another_id_and_address() {
    let supplier = Supplier::start().await;
    for (tags, id_name, state_name) in [("", "order_id", "order_state"), ("+old_names", "id", "status")] {
        let order = supplier.order(&gift(&format!("{tags}+foreign+drop"))).await;
        let id = order[id_name].as_str().unwrap();
        let (all, _) = supplier.listen(id).await.drain().await;
        let told: Vec<Value> = all
            .split_terminator("\n\n")
            .map(|event| serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap())
            .collect();
        let [own, other] = &told[..] else { panic!("{all}") };
        assert_eq!(own[id_name], id);
        assert_eq!(own["wallet_address"], order["wallet_address"]);
        assert_ne!(other[id_name], own[id_name]);
        assert_ne!(other["wallet_address"], own["wallet_address"]);
        assert_eq!(other[state_name], "Done");
        assert!(text(other, "qr_text").contains(text(other, "wallet_address")));
    }
}

#[tokio::test]
async fn bad_json_is_another_thing_each_time_and_never_an_order() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+bad_json_x6+drop").await;
    let (all, _) = supplier.listen(&id).await.drain().await;
    let events: Vec<&str> = all.split_terminator("\n\n").collect();
    assert_eq!(events.len(), 7, "{all}");
    assert_eq!(states(&all, &id), ["WaitingForPayment"], "only the first is the order");
    let mut kinds = events.clone();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 7);
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn s22_a_stream_can_be_well_for_a_while_before_each_drop() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    supplier.script(&id, json!([{ "do": "drop", "after": "30ms", "times": 2 }])).await;
    for _ in 0..2 {
        let mut heard: Heard = supplier.listen(&id).await;
        heard.until("\n\n", 1).await;
        let (all, is_orderly) = heard.drain().await;
        assert!(is_orderly && !all.contains("stop"));
    }
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn a_step_with_a_time_meets_every_connect_until_the_script_is_cleared() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+stream_503_1h+stream_502").await;
    assert_eq!(supplier.left(&id).await, json!([{ "do": "stream_502" }]), "an hour is no time of a tag");
    supplier.script(&id, json!([{ "do": "stream_503", "for": "59m" }, { "do": "stream_502" }])).await;
    for _ in 0..5 {
        assert_eq!(supplier.get(&path(&id)).await.status, 503);
    }
    assert_eq!(supplier.left(&id).await.as_array().unwrap().len(), 2);
    supplier.clear(&id).await;
    is_well(&supplier, &id).await;
}

#[tokio::test]
async fn events_that_are_repeated_for_a_time_have_a_pace_and_an_end() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+duplicate_100ms+drop").await;
    let (all, is_orderly) = supplier.listen(&id).await.drain().await;
    assert!(is_orderly);
    // At a pace of 25 ms there are at most five in that time, and the first one is always there.
    let count = states(&all, &id).len();
    assert!((2..=6).contains(&count), "{count}");
    is_well(&supplier, &id).await;
}
