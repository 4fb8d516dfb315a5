//! The directory, the products and the prices.

use std::collections::HashSet;

use cr_sandbox::Options;
use serde_json::Value;

use crate::support::{STEP, Supplier, text};

async fn brands(supplier: &Supplier, country: &str) -> Vec<Value> {
    let directory = supplier.get_json(&format!("/v2/brands?country_code={country}")).await;
    assert_eq!(directory["country_code"], *country);
    directory["all_brands"].as_array().unwrap().clone()
}

async fn products(supplier: &Supplier, brand: &str, country: &str, coin: &str) -> Vec<Value> {
    let url = reqwest::Url::parse_with_params(
        &supplier.url(&format!("/v5/products/country/{country}")),
        [("brand_name", brand), ("coin", coin)],
    )
    .unwrap();
    let body = supplier.client.get(url).send().await.unwrap().bytes().await.unwrap();
    let groups: Value = serde_json::from_slice(&body).unwrap();
    groups[0]["products"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_shop_and_another_seed_another() {
    let seeded = |seed| Supplier::with(Options { seed, step: STEP, ..Options::default() });
    let (first, again, other) = (seeded(5).await, seeded(5).await, seeded(6).await);
    for path in
        ["/v2/brands?country_code=US", "/v2/brands?country_code=JP", "/v3/payment_vias", "/v2/homepage?country_code=IT"]
    {
        assert_eq!(first.get(path).await.body, again.get(path).await.body, "{path}");
    }
    assert_ne!(first.get("/v2/brands?country_code=US").await.body, other.get("/v2/brands?country_code=US").await.body);
}

#[tokio::test]
async fn every_country_has_its_hundreds_of_brands() {
    let supplier = Supplier::start().await;
    for country in ["US", "IT", "JP", "BR", "IN", "DE", "NG", "XK", "AX", "VA", "KR"] {
        let count = brands(&supplier, country).await.len();
        assert!((300..=1_000).contains(&count), "{country}: {count}");
    }
    assert!(brands(&supplier, "US").await.len() >= 900);
    assert_eq!(brands(&supplier, "LI").await.len(), 10_500);
    for country in ["AQ", "BV", "HM"] {
        assert!(brands(&supplier, country).await.is_empty(), "{country}");
    }
}

#[tokio::test]
async fn the_directory_covers_every_kind_and_category_and_its_ids_are_unique() {
    let supplier = Supplier::start().await;
    let all = brands(&supplier, "US").await;
    let of = |field: &str| -> HashSet<String> { all.iter().map(|brand| text(brand, field).to_owned()).collect() };
    for kind in ["giftcard", "mobile_recharge", "nft_giftcard"] {
        assert!(of("kind").contains(kind), "{kind}");
    }
    for category in [
        "e-commerce",
        "retail",
        "electronics",
        "food",
        "groceries",
        "games",
        "entertainment",
        "streaming",
        "apparel_clothing",
        "health_beauty",
        "sports_fitness",
        "travel_flights",
        "home",
        "e-money",
        "e-sim",
        "mobile_talk_time",
        "mobile_credits",
        "mobile_bundle",
        "charity_donations",
        "other_products",
        "books_learning",
    ] {
        assert!(of("category").contains(category), "{category}");
    }
    assert_eq!(of("brand_id").len(), all.len());
    assert!(of("brand").len() < all.len(), "no two names collide");
    assert!(of("family").len() < all.len(), "no family holds two brands");
    assert!(all.iter().any(|brand| brand["is_out_of_stock"] == true));
    assert!(all.iter().any(|brand| text(brand, "brand").chars().count() > 100));
    let with_emoney = all.iter().filter(|brand| {
        brand["additional_categories"].as_array().unwrap().iter().any(|category| category == "e-money")
    });
    assert!(with_emoney.count() > 0, "e-money hides among additional categories too");
}

#[tokio::test]
async fn local_names_are_written_in_local_scripts() {
    let supplier = Supplier::start().await;
    for (country, low, high) in [
        ("JP", '\u{3040}', '\u{9fff}'),
        ("KR", '\u{ac00}', '\u{d7a3}'),
        ("AE", '\u{600}', '\u{6ff}'),
        ("UA", '\u{400}', '\u{4ff}'),
    ] {
        let all = brands(&supplier, country).await;
        let local = all.iter().filter(|brand| text(brand, "brand").chars().any(|c| (low..=high).contains(&c))).count();
        assert!(local > 20, "{country}: {local}");
    }
}

#[tokio::test]
async fn a_directory_without_country_is_refused_and_an_unknown_country_too() {
    let supplier = Supplier::start().await;
    assert_eq!(supplier.get("/v2/brands").await.status, 400);
    assert_eq!(supplier.get("/v2/homepage").await.status, 400);
    assert_eq!(supplier.get("/v2/brands?country_code=us").await.status, 400);
    assert_eq!(supplier.get("/v2/brands?country_code=ZZ").await.status, 400);
}

#[tokio::test]
async fn products_need_a_filter_and_an_unknown_family_is_an_empty_list() {
    let supplier = Supplier::start().await;
    assert_eq!(supplier.get("/v5/products/country/US?coin=USDC").await.status, 400);
    assert_eq!(supplier.get_json("/v5/products/country/US?family_name=nothing-like-it").await, Value::Array(vec![]));
    let lower = supplier.get_json("/v5/products/country/US?family_name=zephyrcell").await;
    assert_eq!(lower.as_array().unwrap().len(), 3, "one family, three brands");
}

#[tokio::test]
async fn each_kind_of_product_is_there() {
    let supplier = Supplier::start().await;
    let range = products(&supplier, "Northpine Outfitters", "US", "USDC").await;
    assert_eq!(range.len(), 1);
    assert_eq!(range[0]["is_dynamic"], true);
    assert_eq!(range[0].get("denomination"), None);
    // The digits count: numbers are compared as they are written.
    let written = r#"{"currency":"USD","default":"50.0","max":500.0,"min":5.0,"step_size":1.0}"#;
    assert_eq!(range[0]["range"], serde_json::from_str::<Value>(written).unwrap());

    let fixed = products(&supplier, "Kettle & Crumb", "US", "USDC").await;
    let denominations: Vec<&str> = fixed.iter().map(|product| text(product, "denomination")).collect();
    assert_eq!(denominations, ["10 USD", "25 USD", "50 USD", "100 USD"]);

    let mixed = products(&supplier, "Meridian & Vale", "US", "USDC").await;
    assert_eq!(mixed.iter().filter(|product| product["is_dynamic"] == true).count(), 1);
    assert!(mixed.len() > 1);

    let top_up = products(&supplier, "Zephyrcell", "IT", "USDC").await;
    let twin = |delivery: &str| -> Vec<&str> {
        top_up.iter().filter(|p| p["delivery_type"] == *delivery).map(|p| text(p, "denomination")).collect()
    };
    assert_eq!(twin("by_phone")[0], "5 EUR");
    assert_eq!(twin("by_email")[0], "5 EUR - PIN");
    assert_eq!(twin("by_phone").len(), twin("by_email").len());

    let plans = products(&supplier, "eSIM", "US", "USDC").await;
    let unlimited: Vec<&Value> =
        plans.iter().filter(|plan| text(plan, "denomination").starts_with("Unlimited")).collect();
    assert!(!unlimited.is_empty());
    assert_eq!(unlimited[0]["benefits"][0]["amount"]["base"]["amount"], -1);
    assert!(plans.iter().all(|plan| plan["delivery_type"] == "by_email"));

    let months = products(&supplier, "Lumiveil", "US", "USDC").await;
    assert_eq!(text(&months[0], "denomination"), "1 month");
    assert!(products(&supplier, "Empty Shelf", "US", "USDC").await.is_empty());
}

#[tokio::test]
async fn labels_are_local_and_not_to_be_parsed() {
    let supplier = Supplier::start().await;
    for (country, brand, label) in [("ID", "Kettle & Crumb", "150.000 IDR"), ("KR", "Starmoor Saga Crystals", "₩7,500")]
    {
        let products = products(&supplier, brand, country, "USDC").await;
        let labels: Vec<&str> = products.iter().map(|product| text(product, "localized_denomination")).collect();
        assert!(labels.contains(&label), "{country}: {labels:?}");
    }
}

#[tokio::test]
async fn prices_are_numbers_for_stablecoins_and_text_for_others() {
    let supplier = Supplier::start().await;
    let path = |coin| {
        format!("/v4/products/price?brand_name=Northpine%20Outfitters&country_code=US&face_value=100&coin={coin}")
    };
    let usdc = supplier.get_json(&path("USDC")).await;
    assert!(usdc["coin_amount"].is_number() && usdc["original_coin_amount"].is_string());
    let cents: u32 = usdc["coin_amount"].to_string().replace('.', "").parse().unwrap();
    assert!((10_100..10_160).contains(&cents), "{usdc}");
    let btc = supplier.get_json(&path("BTC")).await;
    assert_eq!(text(&btc, "coin_amount").split_once('.').unwrap().1.len(), 8);
    let listed = products(&supplier, "Northpine Outfitters", "US", "BTC").await;
    assert_eq!(btc["product_id"], listed[0]["product_id"]);
}

#[tokio::test]
async fn price_refuses_what_it_cannot_price() {
    let supplier = Supplier::start().await;
    let path = |brand: &str, value: &str| {
        format!("/v4/products/price?brand_name={brand}&country_code=US&face_value={value}&coin=USDC")
    };
    for (brand, value, status) in [
        ("Nobody", "100", 404),
        ("Northpine%20Outfitters", "4", 422),
        ("Northpine%20Outfitters", "501", 422),
        ("Northpine%20Outfitters", "5.5", 422),
        ("Northpine%20Outfitters", "1e2", 400),
        ("Northpine%20Outfitters", "-5", 400),
        ("Northpine%20Outfitters", "", 400),
        ("Greengate%20Grocers", "12.34", 200),
        ("Greengate%20Grocers", "12.345", 422),
        ("Kettle%20%26%20Crumb", "25", 200),
        ("Kettle%20%26%20Crumb", "26", 422),
    ] {
        assert_eq!(supplier.get(&path(brand, value)).await.status, status, "{brand} {value}");
    }
}

#[tokio::test]
async fn vias_hold_what_a_client_must_tell_apart() {
    let supplier = Supplier::start().await;
    let vias = supplier.get_json("/v3/payment_vias").await;
    let vias = vias.as_array().unwrap();
    assert!(vias.iter().any(|via| via["available"] == false));
    assert!(vias.iter().any(|via| via["currencies"].is_null()));
    let wallet = vias.iter().find(|via| via["name"] == "USER_WALLET").unwrap();
    let coins = wallet["currencies"].as_array().unwrap();
    for name in ["BTC", "ETH", "USDC", "USDT", "SOL", "LTC", "DOGE", "TRX", "GRAM", "SUI", "DAI"] {
        assert!(coins.iter().any(|coin| coin["name"] == name), "{name}");
    }
    assert!(coins.iter().any(|coin| coin["is_suspended"] == true));
    let networks: Vec<&Value> = coins.iter().flat_map(|coin| coin["networks"].as_array().unwrap()).collect();
    assert!(networks.iter().any(|network| network["is_suspended"] == true));
    let decimals: HashSet<i64> =
        networks.iter().filter_map(|network| network["smart_contract"]["decimals"].as_i64()).collect();
    assert_eq!(decimals, HashSet::from([6, 18]));
    assert!(networks.iter().all(|network| network["threshold"].is_string()));
    let flat = supplier.get_json("/v3/currencies").await;
    assert_eq!(flat.as_array().unwrap().len(), coins.len());
}

#[tokio::test]
async fn search_finds_products_by_a_piece_of_the_name() {
    let supplier = Supplier::start().await;
    let found = supplier.get_json("/v2/search/US?q=PIXELGR").await;
    assert_eq!(found[0]["brand"], "Pixelgrove");
    assert_eq!(supplier.get_json("/v2/search/US?q=").await, Value::Array(vec![]));
}

#[tokio::test]
async fn an_empty_catalogue_and_moved_prices_come_and_go_by_control() {
    let supplier = Supplier::start().await;
    let price = "/v4/products/price?brand_name=Northpine%20Outfitters&country_code=US&face_value=100&coin=USDC";
    let cents =
        async || supplier.get_json(price).await["coin_amount"].to_string().replace('.', "").parse::<u32>().unwrap();
    let before = cents().await;
    supplier.control(serde_json::json!({ "empty_catalog": true, "price_step_percent": "10" })).await;
    assert!(supplier.get_json("/v2/brands?country_code=US").await["all_brands"].is_null());
    let after = cents().await;
    assert!((before * 109 / 100..=before * 111 / 100).contains(&after), "{before} became {after}");
    supplier.control(serde_json::json!({ "reset": true })).await;
    assert!(brands(&supplier, "US").await.len() >= 900);
}

#[tokio::test]
async fn texts_come_in_some_languages_and_say_which() {
    let supplier = Supplier::start().await;
    let locale = async |lang: &str| {
        let path = format!("/v5/products/country/IT?family_name=lumiveil&lang={lang}");
        supplier.get_json(&path).await[0]["rich_description"]["locale"].as_str().unwrap().to_owned()
    };
    for (lang, told) in [
        ("it", "it"),
        ("fr", "fr"),
        ("de", "de"),
        ("es", "es"),
        ("de-AT", "de"),
        ("vi", "en"),
        ("xx", "en"),
        ("", "en"),
    ] {
        assert_eq!(locale(lang).await, told, "{lang}");
    }
}
