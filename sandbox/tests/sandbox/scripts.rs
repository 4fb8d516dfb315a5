//! Scripts of orders: setting, showing and clearing them, faults of reads, tags, and what the documentation says.

use serde_json::{Value, json};

use crate::support::{Supplier, gift, text, within};

const DOCUMENT: &str = include_str!("../../../docs/sandbox.md");

/// Returns the names of all steps.
async fn names(supplier: &Supplier) -> Vec<String> {
    let groups = supplier.get_json("/sandbox/faults").await;
    let steps = groups.as_array().unwrap().iter().flat_map(|group| group["steps"].as_array().unwrap());
    steps.map(|step| text(step, "do").to_owned()).collect()
}

async fn order(supplier: &Supplier, tags: &str) -> String {
    text(&supplier.order(&gift(tags)).await, "order_id").to_owned()
}

#[tokio::test]
async fn every_step_can_be_set_shown_added_to_and_cleared() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    let path = format!("/sandbox/orders/{id}/script");
    let names = names(&supplier).await;
    assert!(names.len() >= 30, "{}", names.len());
    for name in &names {
        supplier.script(&id, json!([{ "do": name }])).await;
        let left = supplier.left(&id).await;
        assert_eq!((left.as_array().unwrap().len(), &left[0]["do"]), (1, &json!(name)));
        // The shown steps can be sent again.
        supplier.script(&id, left.clone()).await;
        assert_eq!(supplier.left(&id).await, left);
    }
    supplier.script(&id, json!([{ "do": "drop", "times": 3, "after": 5 }])).await;
    let more = json!({ "append": true, "steps": [{ "do": "read_slow", "for": "250ms" }, { "do": "cut" }] });
    let shown = supplier.post(&path, &more).await.json();
    let expected = json!([
        { "do": "drop", "times": 3, "after": "5s" },
        { "do": "cut" },
        { "do": "read_slow", "for": "250ms" },
    ]);
    assert_eq!(shown["steps"], expected, "those of the stream first");
    let listed = supplier.get_json("/sandbox/orders").await;
    assert_eq!(listed["orders"][0]["script"], expected);
    supplier.clear(&id).await;
    assert_eq!(supplier.left(&id).await, json!([]));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_the_name_of_its_field_and_changes_nothing() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+drop").await;
    let path = format!("/sandbox/orders/{id}/script");
    for (body, field) in [
        (json!([]), "body"),
        (json!({}), "steps"),
        (json!({ "steps": [{ "do": "drop" }, { "do": "explode" }] }), "steps[1].do"),
        (json!({ "steps": [{ "do": "drop", "times": -1 }] }), "steps[0].times"),
        (json!({ "steps": [{ "do": "silence", "for": "soon" }] }), "steps[0].for"),
        (json!({ "steps": [{ "do": "drop", "retry_after": 3 }] }), "steps[0].retry_after"),
        (json!({ "steps": vec![json!({ "do": "drop" }); 65] }), "steps"),
        (json!({ "append": true, "steps": vec![json!({ "do": "drop" }); 64] }), "steps"),
    ] {
        let answer = supplier.post(&path, &body).await;
        assert_eq!(answer.status, 400, "{body}");
        let said = answer.json();
        assert_eq!(said["field"], field, "{body}");
        assert!(text(&said, "message").starts_with(field), "{said}");
    }
    assert_eq!(supplier.left(&id).await, json!([{ "do": "drop" }]));
    let garbage = supplier.client.post(supplier.url(&path)).body("{").send().await.unwrap();
    assert_eq!(garbage.status(), 400);
    for method in [reqwest::Method::GET, reqwest::Method::POST, reqwest::Method::DELETE] {
        let nobody = supplier.client.request(method, supplier.url("/sandbox/orders/nothing/script")).body("{}");
        assert_eq!(nobody.send().await.unwrap().status(), 404);
    }
}

#[tokio::test]
async fn every_step_is_a_tag() {
    let supplier = Supplier::start().await;
    for name in names(&supplier).await {
        let id = order(&supplier, &format!("+{name}_x2")).await;
        let left = supplier.left(&id).await;
        assert_eq!((&left[0]["do"], &left[0]["times"]), (&json!(name), &json!(2)), "{name}");
    }
    let listed = supplier.get_json("/sandbox/tags").await;
    for group in ["connection", "answers", "events", "reads"] {
        assert!(listed.as_array().unwrap().iter().any(|row| row["group"] == group), "{group}");
    }
}

#[tokio::test]
async fn h05_h06_reads_can_get_any_status_and_then_are_well() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    let path = format!("/v5/orders/{id}");
    let well = supplier.get_json(&path).await;
    for status in [401, 403, 404, 429, 500, 502, 503, 504] {
        supplier.script(&id, json!([{ "do": format!("read_{status}"), "times": 2 }])).await;
        for _ in 0..2 {
            let answer = supplier.get(&path).await;
            assert_eq!(answer.status, status);
            let said = answer.headers.get("retry-after").map(|value| value.to_str().unwrap());
            assert_eq!(said, (status == 429).then_some("3"), "{status}");
        }
        assert_eq!(supplier.get_json(&path).await, well, "{status}");
    }
    supplier.script(&id, json!([{ "do": "read_429", "retry_after": "soon" }])).await;
    assert_eq!(supplier.get(&path).await.headers["retry-after"], "soon");
}

#[tokio::test]
async fn s05_a_read_can_get_a_web_page() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+read_html").await;
    let answer = supplier.get(&format!("/v5/orders/{id}")).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    assert!(supplier.get_json(&format!("/v5/orders/{id}")).await["order_id"].is_string());
}

#[tokio::test]
async fn a_slow_read_is_late_and_right() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+read_slow_2s").await;
    let path = format!("/v5/orders/{id}");
    let change = async {
        supplier.used_up(&id).await;
        supplier.state(&id, "PaymentReceived").await;
    };
    // The response includes what happened while it was delayed.
    let (read, ()) = within(async { tokio::join!(supplier.get_json(&path), change) }).await;
    assert_eq!(read["order_state"], "PaymentReceived");
}

#[tokio::test]
async fn reads_and_streams_have_lists_of_their_own() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "+read_503+drop+read_404").await;
    let path = format!("/v5/orders/{id}");
    assert_eq!(supplier.get(&path).await.status, 503);
    assert!(supplier.listen(&id).await.drain().await.1);
    assert_eq!(supplier.get(&path).await.status, 404);
    assert_eq!(supplier.left(&id).await, json!([]));
}

#[tokio::test]
async fn the_examples_of_the_documentation_work() {
    let supplier = Supplier::start().await;
    let id = order(&supplier, "").await;
    let mut examples = 0;
    for line in DOCUMENT.lines().filter(|line| line.contains("/script")) {
        let Some((_, rest)) = line.split_once("-d '") else { continue };
        let body: Value = serde_json::from_str(rest.split_once('\'').unwrap().0).unwrap();
        let answer = supplier.post(&format!("/sandbox/orders/{id}/script"), &body).await;
        assert_eq!(answer.status, 200, "{line}");
        examples += 1;
    }
    assert!(examples > 1, "{examples}");
}

#[tokio::test]
async fn the_payer_page_has_what_its_script_looks_for() {
    let supplier = Supplier::start().await;
    let read = async |path: &str| String::from_utf8(supplier.get(path).await.body).unwrap();
    let (page, script) = (read("/sandbox/").await, read("/sandbox/payer.js").await);
    let mut looked_for = 0;
    for part in script.split("byId(\"").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        looked_for += 1;
    }
    assert!(looked_for > 5, "{looked_for}");
    let head = supplier.client.head(supplier.url("/sandbox/")).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], page.len().to_string());
}
