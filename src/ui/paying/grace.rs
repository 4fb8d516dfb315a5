//! The time after an order's end in which a payment may still come to light.

use core::time::Duration;

use cr_core::{
    order::{Order, OrderState},
    time::Timestamp,
};
use leptos::prelude::*;

use super::countdown::{GRACE, minutes_and_seconds};
use crate::ui::{expect_i18n, expect_store, parts::message::isolate};

/// The line that says when a new order can be made.
pub(super) fn over_grace(left: Duration) -> AnyView {
    let i18n = expect_i18n();
    let left = isolate(i18n, &minutes_and_seconds(left));
    view! { <p class="hint">{move || i18n.tf("pay.over_grace", &[("time", &left)])}</p> }.into_any()
}

/// Returns what is left of the time in which a payment may still come to light and no new order is offered: five
/// minutes from the end of the window, or from when the server ended it. `None` when it has passed, or when the server
/// sent no times.
pub(super) fn grace_left() -> Memo<Option<Duration>> {
    let store = expect_store();
    let tick = store.tick();
    Memo::new(move |_| {
        tick.track();
        let ended = store.checkout.with(|checkout| ended_at(checkout.order()?))?;
        let left = ended.plus(GRACE).since(store.server_now());
        (!left.is_zero()).then(|| Duration::from_secs(left.as_secs() + 1))
    })
}

fn ended_at(order: &Order) -> Option<Timestamp> {
    let by_server =
        matches!(order.state, OrderState::Expired | OrderState::PaymentFailed).then_some(order.updated_at).flatten();
    match (order.pay_until(), by_server) {
        (Some(until), Some(ended)) => Some(until.min(ended)),
        (until, ended) => until.or(ended),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_when_the_server_says_so_or_by_its_length() {
        for (state, updated_at, expected) in [
            ("WaitingForPayment", Some(1_500), Some(1_000 + 1_800)),
            ("Expired", Some(1_500), Some(1_500)),
            ("Expired", Some(9_000), Some(1_000 + 1_800)),
            ("PaymentFailed", Some(1_200), Some(1_200)),
            ("Expired", None, Some(1_000 + 1_800)),
        ] {
            let body = serde_json::json!({
                "order_id": "order-1", "order_state": state, "coin": "USDC", "network": "Solana", "coin_amount": "10.5",
                "created_at": 1_000, "updated_at": updated_at, "deliveries": []
            });
            let order = cr_core::wire::order(200, &body.to_string()).expect("an order");
            assert_eq!(ended_at(&order), expected.map(Timestamp::from_secs), "{state} {updated_at:?}");
        }
    }
}
