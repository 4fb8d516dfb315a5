//! Brands, shelves, offers and the coins to pay with.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

mod common;

use common::{fixture, fixture_json};
use cr_core::{
    catalog::{
        Brand, BrandId, Catalog, DeliveryType, Denomination, Kind, NetworkFit, PlanData, Query, Sale, Shelf, Via,
        offer_of,
    },
    money::CoinAmount,
    text::Rich,
    wire,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::{cmp::Reverse, collections::BTreeMap};

fn id(last: &str) -> BrandId {
    BrandId(format!("7b0c0e6e-0000-4000-8000-0000000000{last}"))
}

fn catalog(shelf: &Shelf) -> Catalog {
    Catalog::new(wire::brands(200, &fixture("brands.json")).unwrap(), Vec::new(), shelf)
}

fn names(catalog: &Catalog) -> Vec<&str> {
    catalog.brands().iter().map(|brand| brand.name.as_str()).collect()
}

fn via() -> Via {
    wire::payment_vias(200, &fixture("payment_vias.json")).unwrap()
}

#[test]
fn popular_brands_come_first_and_kinds_not_sold_are_left_out() {
    let catalog = catalog(&Shelf::default());
    assert_eq!(names(&catalog), ["Stayhere", "Lantern Mobile", "Arcadia", "eSIM"]);
    assert_eq!(catalog.featured(), [0], "what is out of stock is not featured");
    assert_eq!(catalog.kinds(), [Kind::GiftCard, Kind::TopUp, Kind::Esim]);
}

#[test]
fn featured_brands_go_before_popular_ones() {
    let list = wire::brands(200, &fixture("brands.json")).unwrap();
    let featured = wire::homepage(200, &fixture("homepage.json"));
    assert_eq!(featured, [id("04"), id("01")]);
    let catalog = Catalog::new(list, featured, &Shelf::default());
    assert_eq!(names(&catalog), ["eSIM", "Arcadia", "Stayhere", "Lantern Mobile"]);
    assert_eq!(catalog.featured(), [0, 1]);
}

#[test]
fn at_most_twelve_brands_are_featured() {
    let rows: Vec<_> = (0..40)
        .map(|n| json!({ "brand_id": format!("b{n}"), "brand": format!("B {n}"), "kind": "giftcard" }))
        .collect();
    let body = json!({ "all_brands": rows, "popular_brands": rows }).to_string();
    let catalog = Catalog::new(wire::brands(200, &body).unwrap(), Vec::new(), &Shelf::default());
    assert_eq!(catalog.featured(), (0..12).collect::<Vec<_>>());
}

#[test]
fn the_partners_shelf_limits_what_is_shown() {
    let table = [
        (
            Shelf { brands: vec!["ARCADIA".into(), "Lantern".into()], ..Shelf::default() },
            vec!["Lantern Mobile", "Arcadia"],
        ),
        (Shelf { categories: vec!["e-sim".into()], ..Shelf::default() }, vec!["eSIM"]),
        (Shelf { kind: Some(Kind::GiftCard), ..Shelf::default() }, vec!["Stayhere", "Arcadia"]),
        (
            Shelf { kind: Some(Kind::GiftCard), emoney: true, ..Shelf::default() },
            vec!["Stayhere", "Arcadia", "Prepaid World"],
        ),
        (Shelf { brands: vec!["Nobody".into()], ..Shelf::default() }, vec![]),
    ];
    for (shelf, shown) in table {
        assert_eq!(names(&catalog(&shelf)), shown, "{shelf:?}");
    }
}

#[test]
fn emoney_is_marked_as_not_for_sale_here() {
    let catalog = catalog(&Shelf { emoney: true, ..Shelf::default() });
    let sale = |last| catalog.get(&id(last)).unwrap().sale;
    assert_eq!((sale("05"), sale("03"), sale("01")), (Sale::NeedsAccount, Sale::OutOfStock, Sale::OnSale));
}

#[test]
fn brands_are_found_by_id_name_and_family() {
    let catalog = catalog(&Shelf::default());
    let by_name = |name| catalog.by_name(name).map(|brand| brand.order_name.as_str());
    assert_eq!(by_name("Arcadia"), Some("Arcadia"));
    assert_eq!(by_name("Lantern"), Some("Lantern Mobile"));
    assert_eq!(by_name("esim"), Some("eSIM"));
    assert_eq!(by_name(""), None);
    assert_eq!(by_name("Nobody"), None);
    assert_eq!(catalog.get(&id("99")), None);
}

#[test]
fn categories_are_counted_largest_first() {
    let categories = catalog(&Shelf::default()).categories();
    assert_eq!(categories.iter().map(|(_, count)| *count).sum::<usize>(), 5);
    let query = |slug: &str| Query { category: Some(slug.to_owned()), ..Query::default() };
    for (slug, count) in categories {
        assert_eq!(catalog(&Shelf::default()).search(&query(&slug)).len(), count, "{slug}");
    }
}

#[test]
fn initials_stand_in_for_a_logo() {
    let body =
        |name: &str| json!({ "all_brands": [{ "brand_id": "x", "brand": name, "kind": "giftcard" }] }).to_string();
    for (name, initials) in [
        ("Arcadia", "A"),
        ("play station", "PS"),
        ("H&M", "HM"),
        ("ポケモン", "ポ"),
        ("- _", "?"),
        ("Éclair Bar X", "ÉB"),
    ] {
        let list = wire::brands(200, &body(name)).unwrap();
        assert_eq!(list.brands.first().map(Brand::initials).as_deref(), Some(initials), "{name}");
    }
}

#[test]
fn a_mixed_offer_holds_its_range_and_its_fixed_values() {
    let offers = wire::products(200, &fixture("products_mixed.json")).unwrap();
    let offer = offers.first().unwrap();
    assert_eq!((offers.len(), offer.denominations.len(), offer.dropped, offer.out_of_stock), (2, 2, 0, false));
    let Denomination::Range { range, product_id, delivery } = &offer.denominations[0] else {
        panic!("{:?}", offer.denominations[0])
    };
    assert_eq!((range.min.amount(), range.max.amount(), range.step().amount()), ("25.0", "400.0", "1"));
    assert_eq!(range.default.as_ref().unwrap().amount(), "100");
    assert_eq!((product_id.as_str(), *delivery), ("7b0c0e6e-0000-4000-8000-0000000000a1", DeliveryType::ByEmail));
    let Denomination::Fixed { denomination, label, face, price, plan, .. } = &offer.denominations[1] else { panic!() };
    assert_eq!((denomination.as_str(), label.as_str(), face.as_ref().unwrap().amount()), ("50 USD", "$50", "50.00"));
    assert_eq!((price.as_ref().unwrap().as_str(), plan), ("50.72", &None));
    assert_eq!(offer.tagline.as_deref(), Some("Stay anywhere"));
    assert_eq!(offer.coin.as_deref(), Some("USDC"));
    assert_eq!(offer.terms, [Rich::Paragraph(vec![Rich::Text("Plain terms.".into())])]);
    assert!(!format!("{:?}", offer.description).contains("alert"));
    assert!(matches!(&offer.how_to_redeem[0], Rich::List { ordered: true, items } if items.len() == 2));
}

#[test]
fn top_ups_and_their_voucher_twins_are_told_apart() {
    let offers = wire::products(200, &fixture("products_topup.json")).unwrap();
    let seen: Vec<_> = offers[0]
        .denominations
        .iter()
        .map(|denomination| match denomination {
            Denomination::Fixed { denomination, face, delivery, plan, .. } => {
                (denomination.as_str(), face.as_ref().map(|face| face.amount().to_owned()), *delivery, plan.clone())
            }
            Denomination::Range { .. } => panic!("no range in it"),
        })
        .collect();
    assert_eq!(seen[0], ("5 EUR", Some("5".to_owned()), DeliveryType::ByPhone, None));
    assert_eq!(seen[1], ("5 EUR - PIN", Some("5.00".to_owned()), DeliveryType::ByEmail, None));
    let plan = seen[2].3.as_ref().unwrap();
    assert_eq!((plan.data.clone(), plan.days), (Some(PlanData::Amount("10".into(), "GB".into())), Some(30)));
}

#[test]
fn plans_never_show_minus_one() {
    let offers = wire::products(200, &fixture("products_esim.json")).unwrap();
    let plans: Vec<_> = offers[0]
        .denominations
        .iter()
        .map(|denomination| match denomination {
            Denomination::Fixed { plan: Some(plan), delivery: DeliveryType::ByEmail, .. } => {
                (plan.data.clone().unwrap(), plan.days)
            }
            other @ (Denomination::Fixed { .. } | Denomination::Range { .. }) => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(plans, [(PlanData::Amount("1".into(), "GB".into()), Some(7)), (PlanData::Unlimited, Some(3))]);
}

#[test]
fn m12_products_that_make_no_sense_are_left_out_and_the_others_stay() {
    let fine = json!({ "denomination": "10 USD", "coin_amount": "10.1" });
    let range = |range: serde_json::Value, face: serde_json::Value| json!({ "is_dynamic": true, "range": range, "face_value": face });
    let spoilt = [
        json!({ "denomination": "10 USD", "coin_amount": "9" }), // the same again
        json!({ "denomination": "11 USD", "coin_amount": "0" }),
        json!({ "denomination": "12 USD", "coin_amount": "-1" }),
        json!({ "denomination": "13 USD", "coin_amount": "1e2" }),
        json!({ "denomination": "14 USD", "face_value": { "currency_code": "USD", "amount": { "type": "fixed", "price": 0 } } }),
        json!({ "denomination": "15 USD", "face_value": { "currency_code": "USD", "amount": { "type": "fixed", "price": -15 } } }),
        json!({ "denomination": "", "coin_amount": "1" }),
        json!({ "coin_amount": "1" }),
        json!(null),
        json!(7),
        range(json!({ "min": 10, "max": 5, "currency": "USD" }), json!(null)),
        range(json!({ "min": 0, "max": 5, "currency": "USD" }), json!(null)),
        range(json!({ "min": 1, "max": 5, "currency": "USD", "step_size": 0 }), json!(null)),
        range(json!({ "min": 1, "max": 5, "currency": "USD", "step_size": {} }), json!(null)),
        range(json!({ "min": 1, "max": 5 }), json!(null)),
        range(
            json!({ "min": "x", "max": 5, "currency": "USD" }),
            json!({ "currency_code": "USD", "amount": { "min": "1", "max": "5" } }),
        ),
        range(
            json!({ "min": 1, "max": 5, "currency": "USD" }),
            json!({ "currency_code": "USD", "amount": { "min": "1", "max": "6" } }),
        ),
        range(
            json!({ "min": 1, "max": 5, "currency": "USD" }),
            json!({ "currency_code": "EUR", "amount": { "min": "1", "max": "5" } }),
        ),
        range(json!(null), json!(null)),
    ];
    for bad in &spoilt {
        let body = json!([{ "brand": "B", "brand_id": "b", "kind": "giftcard", "products": [fine, bad] }]).to_string();
        let offers = wire::products(200, &body).unwrap();
        assert_eq!((offers[0].denominations.len(), offers[0].dropped), (1, 1), "{bad}");
    }
}

#[test]
fn a_range_may_be_told_in_either_place_and_either_form() {
    let tellings = [
        json!({ "is_dynamic": true, "range": { "min": "5", "max": "50", "currency": "USD", "step_size": null } }),
        json!({ "is_dynamic": true, "face_value": { "currency_code": "USD", "amount": { "type": "range", "min": "5.00", "max": "50.00" } } }),
        json!({ "denomination": "range", "face_value": { "amount": { "minimum": { "amount": 5, "currency": "USD" }, "maximum": { "amount": "50", "currency": "USD" } } } }),
        json!({ "range": { "min": 5, "max": 50 }, "face_value": { "currency_code": "usd" } }),
    ];
    for product in tellings {
        let body = json!([{ "brand": "B", "kind": "giftcard", "products": [product] }]).to_string();
        let offers = wire::products(200, &body).unwrap();
        let Some(Denomination::Range { range, .. }) = offers[0].denominations.first() else { panic!("{product}") };
        assert_eq!((range.check("5", '.').is_ok(), range.check("50.01", '.').is_ok()), (true, false), "{product}");
        assert_eq!(range.currency().as_str(), "USD");
    }
}

#[test]
fn the_chosen_brands_offer_is_never_simply_the_first() {
    let offers = wire::products(200, &fixture("products_mixed.json")).unwrap();
    let list = wire::brands(200, &fixture("brands.json")).unwrap();
    let stayhere = list.brands[1].clone();
    assert_eq!(offer_of(&offers, &stayhere).unwrap().brand_name, "Stayhere");
    let bundle = Brand { id: BrandId("other".into()), order_name: "Stayhere Bundle".into(), ..stayhere.clone() };
    assert_eq!(offer_of(&offers, &bundle).unwrap().brand_name, "Stayhere Bundle");
    assert_eq!(offer_of(&offers, &list.brands[0]), None);
    assert_eq!(offer_of(&[], &stayhere), None);
}

#[test]
fn vias_hold_what_the_shoppers_wallet_can_pay() {
    let via = via();
    let coins: Vec<_> =
        via.coins.iter().map(|coin| (coin.name.as_str(), coin.suspended, coin.networks.len())).collect();
    assert_eq!(coins, [("BTC", false, 2), ("USDC", false, 3), ("USDT", false, 2), ("DAI", true, 1)]);
    let (_, polygon) = via.find("USDC", "Polygon (Matic)").unwrap();
    assert_eq!(
        (polygon.label.as_str(), polygon.chain_id, polygon.engine.as_deref()),
        ("Polygon", Some(137), Some("EVM"))
    );
    assert_eq!(polygon.contract.as_ref().map(|contract| contract.decimals), Some(6));
    assert_eq!(polygon.threshold.as_ref().map(CoinAmount::as_str), Some("0.562348"));
    let (_, base) = via.find("USDC", "Base").unwrap();
    assert_eq!(base.threshold.as_ref().map(CoinAmount::as_str), Some("0.50"), "the coin's own minimum");
    let (_, mainnet) = via.find("BTC", "Mainnet").unwrap();
    assert!(mainnet.threshold.as_ref().is_some_and(CoinAmount::is_positive), "long decimals are cut");
    assert_eq!(via.find("USDC", "solana"), None, "names are sent verbatim");
    let meant = |coin, network| via.meant(coin, network).map(|(coin, network)| (&*coin.name, &*network.name));
    for (coin, network, expected) in [
        ("USDC", "Polygon (Matic)", Some(("USDC", "Polygon (Matic)"))),
        ("usdc", "POLYGON (MATIC)", Some(("USDC", "Polygon (Matic)"))),
        ("USDC", "Polygon", Some(("USDC", "Polygon (Matic)"))),
        ("USDC", "Tron", None),
        ("BTC", "Bitcoin", Some(("BTC", "Mainnet"))),
        ("NEW", "Base", None),
    ] {
        assert_eq!(meant(coin, network), expected, "{coin} on {network}");
    }
}

#[test]
fn the_first_pair_is_the_wished_one_else_usdc_on_solana_and_never_a_stablecoin_on_tron() {
    let via = via();
    let table = [
        (None, None, "USDC", "Solana"),
        (Some("BTC"), Some("Lightning"), "BTC", "Lightning"),
        (Some("btc"), Some("bitcoin lightning"), "BTC", "Lightning"),
        (Some("BTC"), None, "BTC", "Mainnet"),
        (Some("USDC"), None, "USDC", "Solana"),
        (Some("USDC"), Some("Base"), "USDC", "Solana"),
        (Some("USDT"), None, "USDT", "ETH Mainnet"),
        (Some("USDT"), Some("Tron"), "USDT", "ETH Mainnet"),
        (Some("DAI"), None, "USDC", "Solana"),
        (Some("XYZ"), Some("Nowhere"), "USDC", "Solana"),
    ];
    for (coin, network, expected_coin, expected_network) in table {
        let (found_coin, found_network) = via.preferred(coin, network).unwrap();
        assert_eq!(
            (found_coin.name.as_str(), found_network.name.as_str()),
            (expected_coin, expected_network),
            "{coin:?} {network:?}"
        );
    }
    assert_eq!(Via::default().preferred(None, None), None);
}

#[test]
fn f09_networks_say_how_well_they_suit() {
    let via = via();
    let fit = |coin: &str, network: &str, amount: Option<&str>| {
        let (coin, network) = via.find(coin, network).unwrap();
        Via::fit(coin, network, amount.map(|amount| amount.parse().unwrap()).as_ref())
    };
    assert_eq!(fit("USDC", "Solana", Some("10")), NetworkFit::Recommended);
    assert_eq!(fit("USDC", "Polygon (Matic)", None), NetworkFit::Fine);
    assert_eq!(fit("USDC", "Base", Some("10")), NetworkFit::Suspended);
    assert_eq!(fit("DAI", "ETH Mainnet", Some("10")), NetworkFit::Suspended);
    assert_eq!(fit("USDT", "Tron", Some("10")), NetworkFit::Risky);
    assert_eq!(fit("USDT", "Tron", Some("0.1")), NetworkFit::BelowMinimum("0.6".parse().unwrap()));
    assert_eq!(fit("USDT", "ETH Mainnet", Some("4.25")), NetworkFit::Fine);
    assert_eq!(fit("USDT", "ETH Mainnet", Some("4.24999999")), NetworkFit::BelowMinimum("4.25".parse().unwrap()));
}

#[test]
fn a_supplier_without_our_via_sells_nothing() {
    for body in [
        "[]",
        "[{\"name\":\"GATE_PAY\",\"currencies\":[]}]",
        "[{\"name\":\"USER_WALLET\",\"available\":false,\"currencies\":[{\"name\":\"BTC\",\"networks\":[{\"name\":\"Mainnet\"}]}]}]",
    ] {
        assert_eq!(wire::payment_vias(200, body), Ok(Via::default()), "{body}");
    }
    assert!(fixture_json("payment_vias.json").is_array());
}

/// What is expected of an order of brands: the place of each in the featured and popular ones, else last; equals as sent.
fn placed(brands: &[BrandId], firsts: &[BrandId]) -> Vec<BrandId> {
    let mut placed = brands.to_vec();
    placed.sort_by_key(|id| firsts.iter().position(|first| first == id).unwrap_or(usize::MAX));
    placed
}

proptest! {
    #[test]
    fn brands_come_in_the_order_of_featured_popular_and_sent(
        sent in prop::collection::btree_set("[a-e]{1,2}", 0..24),
        popular in prop::collection::vec("[a-e]{1,2}", 0..12),
        featured in prop::collection::vec("[a-e]{1,2}", 0..12),
        slugs in prop::collection::vec("[a-d]", 24),
    ) {
        let rows: Vec<_> = sent.iter().rev().zip(&slugs)
            .map(|(id, slug)| json!({ "brand_id": id, "brand": id, "kind": "giftcard", "category": slug }))
            .collect();
        let popular: Vec<_> = popular.iter().map(|id| json!({ "brand_id": id })).collect();
        let list = wire::brands(200, &json!({ "all_brands": rows, "popular_brands": popular }).to_string()).unwrap();
        let featured: Vec<BrandId> = featured.into_iter().map(BrandId).collect();
        let ids: Vec<BrandId> = sent.iter().rev().map(|id| BrandId(id.clone())).collect();
        prop_assert_eq!(list.brands.iter().map(|brand| brand.id.clone()).collect::<Vec<_>>(), ids.clone());
        let firsts: Vec<BrandId> = featured.iter().chain(&list.popular).cloned().collect();
        let catalog = Catalog::new(list, featured, &Shelf::default());
        let shown: Vec<BrandId> = catalog.brands().iter().map(|brand| brand.id.clone()).collect();
        prop_assert_eq!(shown, placed(&ids, &firsts));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        slugs.into_iter().take(ids.len()).for_each(|slug| *counts.entry(slug).or_default() += 1);
        let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        prop_assert_eq!(catalog.categories(), counts);
    }
}

#[test]
fn a23_prices_in_another_coin_are_not_prices_in_the_one_asked_for() {
    let offer = |group: Value| wire::products(200, &json!([group]).to_string()).unwrap().remove(0);
    let priced = |coins: &[Value]| -> Vec<Value> {
        coins
            .iter()
            .enumerate()
            .map(|(at, coin)| json!({ "denomination": format!("{at} USD"), "coin_amount": "5.08", "coin": coin }))
            .collect()
    };
    let list = |coins: &[Value]| offer(json!({ "brand": "A", "products": priced(coins) }));
    for (coins, asked, expected) in [
        (vec![json!("USDC"), json!("USDC")], "USDC", true),
        (vec![json!("usdc"), json!(null)], "USDC", true),
        (vec![json!(null), json!("")], "USDC", true),
        (vec![json!("GRAM")], "TON", true),
        (vec![json!("BTC")], "USDC", false),
        (vec![json!("USDC"), json!("BTC")], "USDC", false),
        (vec![json!(null), json!("BTC")], "USDC", false),
        (vec![json!("USDC"), json!(7)], "USDC", false),
        (vec![json!(["USDC"])], "USDC", false),
        (vec![json!("USDT")], "USDC", false),
    ] {
        assert_eq!(list(&coins).is_priced_in(asked), expected, "{coins:?}");
    }
    assert!(!offer(json!({ "brand": "A", "coin": "BTC", "products": priced(&[json!(null)]) })).is_priced_in("USDC"));
    // An open value has no price here.
    let open = json!({ "is_dynamic": true, "coin": "BTC", "range": { "min": 5, "max": 10, "currency": "USD" } });
    assert!(offer(json!({ "brand": "A", "products": [open] })).is_priced_in("USDC"));
}

#[test]
fn m06_limits_with_an_exponent_are_read_exactly() {
    let product = r#"[{"brand":"A","products":[{"is_dynamic":true,"range":{"min":1.0E5,"max":1.0E7,"currency":"IDR","step_size":1E3}}]}]"#;
    let offer = wire::products(200, product).unwrap().remove(0);
    let Denomination::Range { range, .. } = &offer.denominations[0] else { panic!("{offer:?}") };
    assert_eq!((range.min.amount(), range.max.amount(), range.step().amount()), ("100000", "10000000", "1000"));
}
