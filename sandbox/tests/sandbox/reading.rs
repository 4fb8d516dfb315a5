//! The checkout's decoders understand everything that the sandbox sends: the two were written independently.

use cr_core::catalog::{DeliveryType, Denomination, Kind, Network, Offer, Sale, Via};
use cr_core::money::FaceValue;
use cr_core::order::identity::{Identity, compare};
use cr_core::order::{Goods, Order, Stage};
use cr_core::payment::instruction::{Instruction, Warning};
use cr_core::{
    order::{Beneficiary, Chosen, OrderRequest},
    wire::{self, AnswerError},
};

use crate::support::{Answer, Supplier};

fn body(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

async fn offers(supplier: &Supplier, country: &str, family: &str) -> Vec<Offer> {
    let url = reqwest::Url::parse_with_params(
        &supplier.url(&format!("/v5/products/country/{country}")),
        [("family_name", family), ("coin", "USDC")],
    )
    .unwrap();
    let text = supplier.client.get(url).send().await.unwrap().text().await.unwrap();
    wire::products(200, &text).unwrap_or_else(|error| panic!("{country} {family}: {error:?}"))
}

async fn vias(supplier: &Supplier) -> Via {
    let answer = supplier.get("/v3/payment_vias").await;
    wire::payment_vias(answer.status.as_u16(), body(&answer)).unwrap()
}

fn request(brand: &str, chosen: Chosen, beneficiary: &str, tags: &str, (coin, network): (&str, &str)) -> OrderRequest {
    let beneficiary = match beneficiary.parse() {
        Ok(email) => Beneficiary::Email(email),
        Err(_) => Beneficiary::Phone(cr_core::contact::E164::parse(beneficiary, None).unwrap()),
    };
    OrderRequest {
        brand_name: brand.to_owned(),
        wire_kind: "giftcard".to_owned(),
        country: "US".parse().unwrap(),
        chosen,
        beneficiary,
        email: format!("shopper{tags}@example.com").parse().unwrap(),
        newsletter: false,
        coin: coin.to_owned(),
        network: network.to_owned(),
        lang: "en".to_owned(),
        utm_source: None,
        refund_wallet_address: None,
    }
}

fn card(tags: &str, pair: (&str, &str)) -> OrderRequest {
    let face = FaceValue::new("40", "USD".parse().unwrap()).unwrap();
    request("Northpine Outfitters", Chosen::Range(face), "shopper@example.com", tags, pair)
}

async fn post(supplier: &Supplier, path: &str, text: &str) -> Answer {
    supplier.post(path, &serde_json::from_str(text).unwrap()).await
}

async fn create(supplier: &Supplier, asked: &OrderRequest) -> Result<Order, AnswerError> {
    let answer = post(supplier, "/v5/orders", &asked.to_flat_json()).await;
    wire::order(answer.status.as_u16(), body(&answer))
}

async fn read(supplier: &Supplier, order: &Order) -> Order {
    let answer = supplier.get(&format!("/v5/orders/{}", order.id.expose())).await;
    wire::order(answer.status.as_u16(), body(&answer)).unwrap()
}

#[tokio::test]
async fn directories_and_products_are_read_without_loss() {
    let supplier = Supplier::start().await;
    for country in ["US", "JP", "KW", "ID", "LI"] {
        let answer = supplier.get(&format!("/v2/brands?country_code={country}")).await;
        let list = wire::brands(200, body(&answer)).unwrap();
        assert_eq!(list.dropped, 0, "{country}");
        assert_eq!(list.popular.len(), 40, "{country}");
        assert_eq!(list.country_code.as_deref(), Some(country));
        assert!(list.brands.iter().any(|brand| brand.sale == Sale::NeedsAccount));
        assert!(list.brands.iter().any(|brand| brand.sale == Sale::OutOfStock));
        for kind in [Kind::GiftCard, Kind::TopUp, Kind::Esim, Kind::Unsupported] {
            assert!(list.brands.iter().any(|brand| brand.kind == kind), "{country} {kind:?}");
        }
        let stride = list.brands.len() / 12;
        for brand in list.brands.iter().take(50).chain(list.brands.iter().step_by(stride)) {
            let offers = offers(&supplier, country, &brand.family).await;
            let offer = offers.iter().find(|offer| offer.brand_id == brand.id).unwrap();
            assert_eq!(offer.dropped, 0, "{country} {}", brand.name);
            assert!(!offer.denominations.is_empty() || brand.order_name == "Empty Shelf", "{country} {}", brand.name);
            for denomination in &offer.denominations {
                if let Denomination::Fixed { price, .. } = denomination {
                    assert!(price.as_ref().is_some_and(|price| price.is_positive()), "{country} {}", brand.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn the_homepage_names_brands_of_the_directory() {
    let supplier = Supplier::start().await;
    let featured = wire::homepage(200, body(&supplier.get("/v2/homepage?country_code=US").await));
    let directory = supplier.get("/v2/brands?country_code=US").await;
    let list = wire::brands(200, body(&directory)).unwrap();
    assert!(featured.len() >= 8);
    assert!(featured.iter().all(|id| list.brands.iter().any(|brand| brand.id == *id)));
}

#[tokio::test]
async fn every_coin_and_network_gives_a_validated_order_that_can_be_paid() {
    let supplier = Supplier::start().await;
    let via = vias(&supplier).await;
    let pairs = via.coins.iter().flat_map(|coin| coin.networks.iter().map(move |network| (coin, network)));
    let mut count = 0;
    for (coin, network) in pairs.filter(|(coin, network)| !coin.suspended && !network.suspended) {
        count += 1;
        let asked = card("", (&coin.name, &network.name));
        let answer = post(&supplier, "/v5/orders/validations", &asked.to_flat_json()).await;
        let validated = wire::validation(answer.status.as_u16(), body(&answer), &asked)
            .unwrap_or_else(|error| panic!("{} {}: {error:?}", coin.name, network.name));
        assert!(validated.coin_amount.is_positive());
        for text in [asked.to_flat_json(), asked.to_nested_json()] {
            let answer = post(&supplier, "/v5/orders", &text).await;
            let order = wire::order(answer.status.as_u16(), body(&answer)).unwrap();
            assert_eq!(compare(&order, &asked), Identity::Same, "{} {}", coin.name, network.name);
            // Prices may change between the calls, though not by much.
            assert!(!order.due.as_ref().unwrap().exceeds_by_percent(&validated.coin_amount, 1));
            let how = Instruction::for_order(&order, Some(network))
                .unwrap_or_else(|error| panic!("{} {}: {error:?}", coin.name, network.name));
            assert_eq!(how.warnings, [], "{} {}: {:?}", coin.name, network.name, how.checks);
        }
    }
    assert!(count >= 25, "{count}");
}

fn solana(via: &Via) -> &Network {
    via.find("USDC", "Solana").unwrap().1
}

#[tokio::test]
async fn odd_orders_are_noticed() {
    let supplier = Supplier::start().await;
    let via = vias(&supplier).await;
    for tag in ["wrong_coin_back", "wrong_network_back", "wrong_brand_back", "wrong_value_back"] {
        let asked = card(&format!("+{tag}"), ("USDC", "Solana"));
        let order = create(&supplier, &asked).await.unwrap();
        assert_eq!(compare(&order, &asked), Identity::Different, "{tag}");
    }
    for pair in [
        ("BTC", "Mainnet"),
        ("BTC", "Lightning"),
        ("LTC", "Mainnet"),
        ("DOGE", "Mainnet"),
        ("TRX", "Tron"),
        ("GRAM", "Ton"),
        ("USDC", "Base"),
    ] {
        let order = create(&supplier, &card("+bad_address", pair)).await.unwrap();
        let network = via.find(pair.0, pair.1).unwrap().1;
        assert!(Instruction::for_order(&order, Some(network)).is_err(), "{pair:?}");
    }
    let wrong = create(&supplier, &card("+wrong_qr", ("BTC", "Mainnet"))).await.unwrap();
    let how = Instruction::for_order(&wrong, via.find("BTC", "Mainnet").map(|pair| pair.1)).unwrap();
    assert!(how.warnings.contains(&Warning::SupplierDisagrees));
    let memo = create(&supplier, &card("+memo", ("USDC", "Solana"))).await.unwrap();
    assert!(Instruction::for_order(&memo, Some(solana(&via))).unwrap().memo.is_some());
    for tag in ["number_amounts", "old_names", "no_network_back"] {
        let asked = card(&format!("+{tag}"), ("USDC", "Solana"));
        let order = create(&supplier, &asked).await.unwrap();
        assert_eq!(compare(&order, &asked), Identity::Same, "{tag}");
    }
}

#[tokio::test]
async fn partial_payments_name_the_remainder() {
    let supplier = Supplier::start().await;
    let order = create(&supplier, &card("", ("USDC", "Solana"))).await.unwrap();
    let path = format!("/sandbox/orders/{}/pay", order.id.expose());
    post(&supplier, &path, r#"{"amount":"1.5"}"#).await;
    let order = read(&supplier, &order).await;
    let Stage::PartlyPaid { received: Some(received), missing: Some(missing), .. } = order.stage(false) else {
        panic!("{:?}", order.stage(false));
    };
    assert_eq!(received.as_str(), "1.50");
    let due = order.due.clone().unwrap();
    assert_eq!(due.checked_sub(&received).unwrap(), missing);
}

#[tokio::test]
async fn what_is_delivered_is_read_as_what_it_is() {
    let supplier = Supplier::start().await;
    for (brand, denomination, beneficiary, tag) in [
        ("Kettle & Crumb", "25 USD", "shopper@example.com", "code"),
        ("Kettle & Crumb", "25 USD", "shopper@example.com", "code_link"),
        ("Kettle & Crumb", "25 USD", "shopper@example.com", "code_alias"),
        ("Kettle & Crumb", "25 USD", "shopper@example.com", "link_alias"),
        ("Kettle & Crumb", "25 USD", "shopper@example.com", "sent_by_email"),
        ("eSIM", "1 GB 7 days", "shopper@example.com", "esim"),
        ("Zephyrcell", "10 USD", "+14155550123", "done"),
    ] {
        let asked =
            request(brand, Chosen::Fixed(denomination.to_owned()), beneficiary, &format!("+{tag}"), ("USDC", "Solana"));
        let mut order = create(&supplier, &asked).await.unwrap();
        for _ in 0..500 {
            if matches!(order.stage(false), Stage::Done { .. }) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            order = read(&supplier, &order).await;
        }
        let goods = &order.deliveries[0].goods;
        let is_right = match tag {
            "code" | "code_alias" => matches!(goods.as_slice(), [Goods::Code(_)]),
            "code_link" | "link_alias" => matches!(goods.as_slice(), [Goods::Link(_)]),
            "sent_by_email" => matches!(goods.as_slice(), [Goods::SentByEmail]),
            "esim" => matches!(goods.as_slice(), [Goods::Esim { valid: true, .. }]),
            _ => matches!(goods.as_slice(), [Goods::Credited]),
        };
        assert!(is_right, "{tag}");
    }
}

#[tokio::test]
async fn top_ups_are_told_from_their_twins() {
    let supplier = Supplier::start().await;
    let offers = offers(&supplier, "US", "Zephyrcell").await;
    assert_eq!(offers.len(), 3);
    let by = |wanted: DeliveryType| {
        offers[0].denominations.iter().filter(move |denomination| match denomination {
            Denomination::Fixed { delivery, .. } | Denomination::Range { delivery, .. } => *delivery == wanted,
        })
    };
    assert_eq!(by(DeliveryType::ByPhone).count(), by(DeliveryType::ByEmail).count());
}
