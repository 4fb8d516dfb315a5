//! One whole purchase through the proxy from the sandbox, and what the log says about it.

use std::{
    io,
    sync::{Arc, Mutex},
};

use cr_proxy::{config::LogStyle, log};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Listening, Proxy, answered, sandbox};

/// Returns a flat order of the first fixed gift card on sale, for `email`.
pub(crate) async fn order_for(proxy: &Proxy, email: &str) -> Value {
    let (_, brands) = answered(proxy.get("/api/v2/brands?country_code=US")).await;
    for brand in brands["all_brands"].as_array().unwrap() {
        let sells = brand["kind"] == "giftcard" && brand["is_out_of_stock"] == false && brand["category"] != "e-money";
        let tagged = brand["additional_categories"].as_array().is_some_and(|list| list.contains(&json!("e-money")));
        if !sells || tagged {
            continue;
        }
        let name = brand["brand"].as_str().unwrap();
        let products = proxy.get("/api/v5/products/country/US").query(&[
            ("family_name", brand["family"].as_str().unwrap()),
            ("coin", "USDC"),
            ("lang", "en"),
        ]);
        let (_, groups) = answered(products).await;
        let fixed = groups.as_array().unwrap().iter().filter(|group| group["brand"] == name).find_map(|group| {
            group["products"]
                .as_array()?
                .iter()
                .find(|product| product["is_dynamic"] == false && product["delivery_type"] == "by_email")
        });
        let Some(product) = fixed else { continue };
        return json!({
            "deliveries": [{ "brand_name": name, "country_code": "US", "denomination": product["denomination"], "beneficiary_account": email }],
            "payment": { "type": "via", "payment_via": "USER_WALLET", "coin": "USDC", "network": "Solana" },
            "user": { "email": email, "has_accepted_newsletter": false },
            "email": email,
            "lang": "en",
        });
    }
    panic!("the sandbox sells no fixed gift card");
}

/// A log writer that keeps everything that was logged.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Collects every string in a JSON value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(rows) => rows.iter().for_each(|row| texts(row, found)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test]
async fn x19_a_whole_purchase_leaves_no_secret_in_the_log() {
    let captured = Captured::default();
    let style = LogStyle { level: Some(tracing::Level::DEBUG), json: true };
    tracing::subscriber::set_global_default(log::subscriber(style, captured.clone())).unwrap();

    let proxy = sandbox(&["--allowed-origins", "https://shop.example"]).await;
    let email = "very.private.person@example.com";
    let order = order_for(&proxy, email).await;
    let (status, validated) = answered(proxy.post("/api/v5/orders/validations", order.to_string())).await;
    assert_eq!(status, 200, "{validated}");
    let key = "0f1e2d3c-key-of-the-attempt";
    let create = proxy.post("/api/v5/orders", order.to_string()).header("idempotency-key", key);
    let created = create.header("origin", "https://shop.example").send().await.unwrap();
    assert!(created.status().is_success());
    assert!(created.headers().contains_key("date"));
    let created: Value = serde_json::from_str(&created.text().await.unwrap()).unwrap();
    let id = created["order_id"].as_str().unwrap().to_owned();

    let mut listening = Listening::open(&proxy, &id).await;
    listening.until("\"WaitingForPayment\"").await;
    let (paid, _) = answered(proxy.post(&format!("/sandbox/orders/{id}/pay"), "{}")).await;
    assert_eq!(paid, 200);
    listening.until("event: stop\n").await;
    let events = listening.drain().await;
    let (status, done) = answered(proxy.get(&format!("/api/v5/orders/{id}"))).await;
    assert_eq!((status, &done["order_state"]), (200, &json!("Done")));
    let code = done["deliveries"][0]["deliverable"]["pin_code"].as_str().unwrap().to_owned();
    let address = done["wallet_address"].as_str().unwrap().to_owned();
    assert!(events.contains(&code), "the stream brought the code");
    // The log does not hold paths that are wrong either.
    proxy.get(&format!("/api/v5/orders/{id}/wrong?email={email}")).send().await.unwrap();
    proxy.running.stop().await;

    let logged = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains(&cr_core::order::reference(&id)), "the log names the order by its reference");
    for route in ["brands", "products", "validate", "create", "order", "subscribe"] {
        assert!(logged.contains(&format!(r#""route":"{route}""#)), "{route}");
    }
    let mut secrets = vec![id, email.to_owned(), code, address, key.to_owned(), "very.private".to_owned()];
    let mut everything = Vec::new();
    for delivery in done["deliveries"].as_array().unwrap() {
        for field in
            ["pin_code", "pin_serial", "security_code", "beneficiary_account", "qr_image_url", "barcode_image_url"]
        {
            texts(&delivery["deliverable"][field], &mut everything);
        }
    }
    secrets.extend(everything.into_iter().filter(|text| text.len() > 3));
    for secret in secrets {
        assert!(!logged.contains(&secret), "the log holds {secret:?}");
    }
}
