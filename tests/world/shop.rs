//! What the supplier of these tests sells, in its own JSON (docs/supplier-api.md §5).

use cr_core::{
    catalog::{BrandId, Denomination},
    checkout::{Checkout, Choice, Review},
    contact::Email,
    order::{Beneficiary, Chosen},
};
use cr_widget::app::{Load, Store, store::Recipient};
use leptos::prelude::{GetUntracked as _, WithUntracked as _};

use crate::world::{World, keeping_keys, ok};

pub(crate) const VIAS: &str = r#"[{ "name": "USER_WALLET", "available": true, "currencies": [
  { "name": "USDC", "networks": [ { "name": "Solana", "smart_contract": { "address": "Mint1", "decimals": 6 } },
                                  { "name": "Polygon (Matic)", "chain_id": 137 } ] },
  { "name": "BTC", "networks": [ { "name": "Mainnet" }, { "name": "Lightning" } ] } ] }]"#;

/// A fixed brand, a range brand and an e-money brand.
pub(crate) const BRANDS: &str = r#"{ "country_code": "US", "all_brands": [
  { "brand_id": "b-fixed", "brand": "Arcadia", "family": "Arcadia", "kind": "giftcard", "category": "games" },
  { "brand_id": "b-range", "brand": "Stayhere", "family": "Stayhere", "kind": "giftcard", "category": "travel_flights" },
  { "brand_id": "b-emoney", "brand": "Paycard", "family": "Paycard", "kind": "giftcard", "category": "e-money" } ] }"#;

pub(crate) const FIXED: &str = r#"[{ "country_code": "US", "category": "games", "kind": "giftcard", "family": "Arcadia",
  "brand": "Arcadia", "brand_id": "b-fixed", "is_out_of_stock": false, "products": [
    { "product_id": "p-50", "is_dynamic": false, "denomination": "50 USD", "localized_denomination": "$50",
      "face_value": { "currency_code": "USD", "amount": { "type": "fixed", "price": "50" } },
      "coin": "USDC", "coin_amount": "51.20", "delivery_type": "by_email" } ] }]"#;

pub(crate) const RANGE: &str = r#"[{ "country_code": "US", "category": "travel_flights", "kind": "giftcard", "family": "Stayhere",
  "brand": "Stayhere", "brand_id": "b-range", "is_out_of_stock": false, "products": [
    { "product_id": "p-range", "is_dynamic": true, "coin": "USDC", "delivery_type": "by_email",
      "range": { "min": 25.0, "max": 400.0, "currency": "USD", "step_size": 1.0, "default": "100.0" },
      "face_value": { "currency_code": "USD", "amount": { "type": "range", "min": "25.00", "max": "400.00" } } } ] }]"#;

pub(crate) const EMPTY: &str = r#"{ "country_code": "IT", "all_brands": [] }"#;

/// Returns a live price.
pub(crate) fn price(coin: &str, amount: &str) -> String {
    format!(r#"{{ "product_id": "p-range", "is_dynamic": true, "coin": "{coin}", "coin_amount": "{amount}" }}"#)
}

/// Returns a validation that passes at an amount.
pub(crate) fn passed(amount: &str) -> String {
    format!(
        r#"{{ "coin": "USDC", "coin_amount": "{amount}", "problems": [], "deliveries": [ {{ "delivery_state": "Created",
        "deliverable": {{ "brand_name": "Arcadia", "denomination": "50 USD", "country_code": "US",
        "beneficiary_account": "shopper@example.com" }} }} ] }}"#
    )
}

/// Returns an order for the fixed brand.
pub(crate) fn order(id: &str, state: &str, updated_at: u32, amount: &str) -> String {
    let payment_state = if state == "WaitingForPayment" { "WalletCreated" } else { "PaymentReceived" };
    let (delivery_state, pin) =
        if state == "Done" { ("Succeeded", r#""AAAA-BBBB""#) } else { ("WaitingForPayment", "null") };
    format!(
        r#"{{ "order_id": "{id}", "order_state": "{state}", "payment_state": "{payment_state}", "coin": "USDC",
        "network": "Solana", "coin_amount": "{amount}", "sent_coin_amount": "0",
        "wallet_address": "AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS", "created_at": "1790000000",
        "payment_requested_at": "1790000000", "updated_at": "{updated_at}",
        "deliveries": [ {{ "delivery_state": "{delivery_state}", "kind": "giftcard", "deliverable": {{
          "brand_name": "Arcadia", "denomination": "50 USD", "product_value": "50", "currency_code": "USD",
          "country_code": "US", "beneficiary_account": "shopper@example.com", "delivery_type": "by_email",
          "pin_code": {pin} }} }} ] }}"#
    )
}

/// Answers with brands and coins; the proxy keeps idempotency keys or not.
pub(crate) fn open_shop(world: &World, keeps_keys: bool) {
    let brands = ok(BRANDS);
    world.answer("/v2/brands", if keeps_keys { keeping_keys(brands) } else { brands });
    world.answer("/v2/homepage", ok("{}"));
    world.answer("/v3/payment_vias", ok(VIAS));
}

pub(crate) fn brand(id: &str) -> BrandId {
    BrandId(id.to_owned())
}

/// Goes to the review of the fixed brand, whose validation is not answered yet.
pub(crate) fn go_to_review(world: &World, store: Store) {
    store.choose_brand(&brand("b-fixed"));
    world.answer("/v5/products", ok(FIXED));
    let Load::Ready(offer) = store.offer.get_untracked() else { panic!("no offer") };
    let denomination = offer.denominations[0].clone();
    let Denomination::Fixed { denomination: text, .. } = &denomination else { panic!("not fixed") };
    let chosen = Chosen::Fixed(text.clone());
    store.choose_denomination(Choice { denomination, chosen });
    store.set_recipient(recipient());
    store.review();
    crate::world::turn();
}

/// Goes to a review that has passed.
pub(crate) fn go_to_passed_review(world: &World, store: Store, amount: &str) {
    go_to_review(world, store);
    world.answer("/v5/orders/validations", ok(&passed(amount)));
    assert!(matches!(review(store), Some(Review::Passed(_))), "{:?}", review(store));
}

/// Goes to an order that waits for its payment.
pub(crate) fn go_to_payment(world: &World, store: Store, id: &str) {
    go_to_passed_review(world, store, "51.20");
    store.create_order();
    crate::world::turn();
    world.answer("/v5/orders", ok(&order(id, "WaitingForPayment", 1_790_000_000, "51.20")));
    assert!(store.checkout.with_untracked(|checkout| matches!(checkout, Checkout::Paying { not_payable: None, .. })));
}

pub(crate) fn recipient() -> Recipient {
    let email: Email = "shopper@example.com".parse().unwrap();
    Recipient { beneficiary: Beneficiary::Email(email.clone()), email, newsletter: false, refund_wallet_address: None }
}

pub(crate) fn review(store: Store) -> Option<Review> {
    store.checkout.with_untracked(|checkout| match checkout {
        Checkout::Reviewing { review, .. } => Some(review.clone()),
        _ => None,
    })
}

/// Returns a short name of where the purchase stands.
pub(crate) fn standing(store: Store) -> &'static str {
    store.checkout.with_untracked(|checkout| match checkout {
        Checkout::Browsing => "browsing",
        Checkout::Choosing { .. } => "choosing",
        Checkout::Reviewing { .. } => "reviewing",
        Checkout::Creating { .. } => "creating",
        Checkout::CreateUnknown { .. } => "create unknown",
        Checkout::Confirming { .. } => "confirming",
        Checkout::Paying { not_payable: None, .. } => "paying",
        Checkout::Paying { .. } => "not payable",
        Checkout::Following { .. } => "following",
        Checkout::Finished { .. } => "finished",
    })
}
