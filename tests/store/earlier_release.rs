//! Orders in the storage that the release of commit d2917dd wrote, opened by this one.

use cr_core::order::{NotPayable, OrderId, Stage};
use cr_widget::app::store::{WalletFailure, WalletPayment};
use leptos::prelude::{GetUntracked as _, WithUntracked as _, untrack};

use crate::{
    shop::{open_shop, order, standing},
    world::{World, ok, turn},
};

const READ: &str = "/v5/orders/o-1";

/// Returns the stored entry with these fields at its end.
fn entry(marks: &str) -> String {
    format!(
        r#"{{"v":1,"orders":[{{"id":"o-1","at":1790000000000,"until":1790086400000,"proxy":"https://shop.example/api"{marks}}}]}}"#
    )
}

fn waiting() -> String {
    order("o-1", "WaitingForPayment", 1_790_000_020, "51.20")
}

fn moved() -> String {
    waiting().replace("AtuXpQUSVhw6PgWWUcZVV5ygY7KT3frYGdjq3sHfbfcS", "4Nd1mYvM4wQdzFT6CKpy9pXqWvkmcPDtT4z2vF2X9NpF")
}

fn with_memo(memo: &str) -> String {
    waiting().replace(r#""created_at""#, &format!(r#""memo": "{memo}", "created_at""#))
}

#[test]
fn p09_an_order_of_the_earlier_release_is_what_it_was() {
    use NotPayable::{AddressChanged, Dearer, Incomplete, Mismatch};
    const PAYEE: &str = r#","payee":"0c4d2eed5956aa6a:","agreed":"51.20""#;
    const WITH_MEMO: &str = r#","payee":"0c4d2eed5956aa6a:d8f5237391e3ee1f","agreed":"51.20""#;
    let table: [(&str, &str, String, Option<NotPayable>); 10] = [
        ("no mark", "", waiting(), None),
        ("its payee", PAYEE, waiting(), None),
        ("another payee", PAYEE, moved(), Some(AddressChanged)),
        ("its payee and memo", WITH_MEMO, with_memo("12345"), None),
        ("another memo", WITH_MEMO, with_memo("12346"), Some(AddressChanged)),
        ("barred for its address", r#","barred":"address""#, waiting(), Some(AddressChanged)),
        ("barred for being another", r#","barred":"mismatch""#, waiting(), Some(Mismatch)),
        ("barred for its price", r#","barred":"dearer","agreed":"50.00""#, waiting(), Some(Dearer)),
        ("barred for what it left out", r#","barred":"unproven""#, waiting(), Some(Incomplete)),
        ("barred for a reason of later", r#","barred":"of later""#, waiting(), Some(Mismatch)),
    ];
    for (name, marks, body, reason) in table {
        let world = World::new();
        world.store("orders", entry(marks));
        let (_owner, store) = world.element(|_| {});
        open_shop(&world, false);
        assert_eq!(store.resumable.get_untracked().len(), 1, "{name}");
        store.resume(OrderId::new("o-1").unwrap());
        turn();
        world.answer(READ, ok(&body));
        let stage = store.checkout.with_untracked(|checkout| checkout.stage());
        match reason {
            Some(reason) => assert_eq!(stage, Some(Stage::NotPayable(reason)), "{name}"),
            None => assert!(matches!(stage, Some(Stage::AwaitingPayment { .. })), "{name}: {stage:?}"),
        }
        let stored = world.stored("orders").unwrap();
        assert!(stored.starts_with(entry("").trim_end_matches("}]}")), "{name}: {stored}");
    }
}

#[test]
fn p09_money_and_a_wallet_that_was_asked_are_still_known() {
    let world = World::new();
    world.store("orders", entry(r#","paid":true,"asked":true,"payee":"0c4d2eed5956aa6a:","agreed":"51.20""#));
    let (_owner, store) = world.element(|_| {});
    open_shop(&world, false);
    store.resume(OrderId::new("o-1").unwrap());
    turn();
    assert_eq!(untrack(|| store.wallet_payment()), None, "not at hand yet");
    world.answer(READ, ok(&waiting()));
    assert_eq!(standing(store), "following");
    assert_eq!(store.checkout.with_untracked(|checkout| checkout.stage()), Some(Stage::PaymentWithdrawn));
    assert_eq!(untrack(|| store.wallet_payment()), Some(WalletPayment::Failed(WalletFailure::Unclear)));
}
