//! A payment is on its way: where the order stands, what happens next and when to worry.

use cr_core::{
    catalog::Network,
    money::CoinAmount,
    order::{Field, Order, OrderState, Received, Stage},
    payment::is_below_unit,
};
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    health_line::HealthLine,
    order_actions::{check_now, elsewhere},
    order_path::OrderPath,
    screen_choice::is_settled,
};
use crate::ui::{
    expect_announcer, expect_i18n, expect_store,
    parts::{
        ActionBar, CoinMoney, Look, ScreenHead,
        description_list::{fact, facts},
        progress,
        support::SupportLine,
    },
};

/// The screen that follows an order between its payment and its goods.
#[component]
pub fn StatusTracker() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let is_confirmed = Memo::new(move |_| {
        store.checkout.with(|checkout| matches!(checkout.stage(), Some(Stage::Delivering | Stage::Done { .. })))
    });
    let part = Memo::new(move |_| {
        let via = store.order_network();
        store.checkout.with(|checkout| checkout.order().and_then(|order| part_of(order, via.as_ref())))
    });
    let settled = Memo::new(move |_| {
        let via = store.order_network();
        store.checkout.with(|checkout| is_settled(checkout, via.as_ref()))
    });
    let words = move |seen: &'static str, part_seen: &'static str, settles: &'static str, confirmed: &'static str| {
        move || {
            i18n.t(match (is_confirmed.get(), settled.get(), part.with(Option::is_some)) {
                (true, _, _) => confirmed,
                (false, true, _) => settles,
                (false, false, true) => part_seen,
                (false, false, false) => seen,
            })
        }
    };
    let figures = move || {
        part.get().map(|Part { received, missing, coin }| {
            let money = |amount: CoinAmount| {
                let (amount, coin) = (amount.as_str().to_owned(), coin.clone());
                view! { <CoinMoney amount coin /> }.into_any()
            };
            facts(vec![
                fact("pay.part.received", money(received), None),
                fact("pay.part.missing", money(missing), None),
            ])
        })
    };
    let now = words("track.seen.now", "pay.part.title", "track.settled.now", "track.confirmed.now");
    Effect::new(move || announcer.say(now()));
    view! {
        <section class="status-tracker flow column" part="status-tracker" data-testid="status-tracker">
            <ScreenHead title=move || i18n.t("track.title") below=progress(6) />
            <div class="screen-body">
                <p class="status-now">{now}</p>
                {figures}
                <OrderPath />
                <p class="status-next">{words("track.seen.next", "track.part.next", "track.settled.next", "track.confirmed.next")}</p>
                <p class="hint">{words("track.seen.worry", "track.seen.worry", "track.seen.worry", "track.confirmed.worry")}</p>
                <HealthLine />
                <WalletNews /> <SupportLine />
                {elsewhere()}
            </div>
            <ActionBar>{check_now(Look::Secondary)}</ActionBar>
        </section>
    }
}

/// A part that arrived before the order itself reports it.
#[derive(Clone, PartialEq)]
struct Part {
    received: CoinAmount,
    missing: CoinAmount,
    coin: String,
}

/// Returns what arrived of an order that still calls itself unpaid, if that is less than was due by a unit of the coin
/// or more. The remainder is asked for only when the order says that a part was paid.
fn part_of(order: &Order, via: Option<&Network>) -> Option<Part> {
    if !matches!(order.state, OrderState::Created | OrderState::WaitingForPayment) {
        return None;
    }
    let Received::Amount(received) = order.received() else { return None };
    let missing = order.missing()?;
    if order.unread.has(Field::Due) || is_below_unit(order, via, &missing) {
        return None;
    }
    // The whole amount stands beside them.
    let whole = order.due.as_ref().unwrap_or(&missing);
    let [received, missing, _] = CoinAmount::aligned([received, &missing, whole]);
    Some(Part { received, missing, coin: order.coin.clone()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_in_figures_while_the_order_still_calls_itself_unpaid() {
        for (state, received, expected) in [
            ("WaitingForPayment", Some("4"), Some(("4.0", "6.5"))),
            ("Created", Some("10.499999"), Some(("10.499999", "0.000001"))),
            ("WaitingForPayment", Some("10.5"), None),
            ("WaitingForPayment", Some("11"), None),
            ("WaitingForPayment", Some("0"), None),
            ("WaitingForPayment", None, None),
            // While the supplier is counting, the amount received means nothing yet.
            ("PaymentStarted", Some("4"), None),
        ] {
            let body = serde_json::json!({
                "order_id": "order-1", "order_state": state, "coin": "USDC", "network": "Solana",
                "coin_amount": "10.5", "sent_coin_amount": received, "deliveries": []
            });
            let order = cr_core::wire::order(200, &body.to_string()).expect("an order");
            let part = part_of(&order, None);
            let told = part.as_ref().map(|part| (part.received.as_str(), part.missing.as_str()));
            assert_eq!(told, expected, "{state} {received:?}");
        }
        let body = r#"{"order_id":"order-1","order_state":"Created","coin":"USDC","network":"Solana","coin_amount":"51.20","sent_coin_amount":"20.0"}"#;
        let order = cr_core::wire::order(200, body).expect("an order");
        let part = part_of(&order, None).expect("a part");
        assert_eq!(
            (part.received.as_str(), part.missing.as_str()),
            ("20.00", "31.20"),
            "as the whole amount is written"
        );
        let body = r#"{"order_id":"order-1","order_state":"WaitingForPayment","coin":"BTC","network":"Mainnet","coin_amount":"0.1000000001","sent_coin_amount":"0.1"}"#;
        let order = cr_core::wire::order(200, body).expect("an order");
        assert!(part_of(&order, None).is_none(), "less than a unit is not missing");
    }
}
