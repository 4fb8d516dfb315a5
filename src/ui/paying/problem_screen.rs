//! When an order does not simply go well: what happened, whether money is safe, what happens next, what to do, and the
//! reference. One screen for all cases; the words are in the message files.

use core::time::Duration;

use cr_core::{
    order::{Order, OrderState, Received},
    time::Timestamp,
};
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    countdown::{GRACE, minutes_and_seconds},
    health_line::HealthLine,
    receipt::Arrivals,
    screen_choice::{Case, Way},
};
use crate::ui::{
    expect_i18n, expect_store,
    parts::{
        ActionBar, Button, CoinMoney, Glyph, Icon, Look, ScreenHead, Tone,
        message::{isolate, say},
        support::{SupportLine, support_button},
    },
};

/// The four things that are told, in this order.
const TOLD: [(&str, &str); 4] = [
    ("happened", "trouble.label.happened"),
    ("money", "trouble.label.money"),
    ("next", "trouble.label.next"),
    ("do", "trouble.label.do"),
];

/// What is told instead once a payment was seen.
const PAID: [(&str, &str); 2] = [("money", "trouble.paid.money"), ("do", "trouble.paid.do")];

/// What is told instead once a wallet of the browser has sent, or may have.
const SENT: [(&str, &str); 2] = [("money", "trouble.sent.money"), ("do", "trouble.sent.do")];

/// The screen of one case.
#[component]
pub fn Trouble(
    /// What happened.
    case: Case,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let grace = grace_left();
    // What does not fit together may have been cut short on the way: one more reading decides.
    if matches!(
        case,
        Case::BadAddress | Case::BadAmount | Case::BadMemo | Case::Incomplete | Case::Unreadable | Case::PartUnclear
    ) {
        store.check_now();
    }
    let key = move |part: &str| ["trouble.", case.name(), ".", part].concat();
    let network = Memo::new(move |_| {
        let told = store.order_network().map(|network| network.label);
        told.or_else(|| store.checkout.with(|checkout| checkout.order()?.network.clone())).unwrap_or_default()
    });
    let parts = TOLD.map(|(part, label)| {
        let key = key(part);
        let text = move || {
            // Where the usual words speak to those who have not paid, others are for those who have.
            let instead = if case.speaks_to_the_unpaid() && store.money_seen.get() {
                &PAID[..]
            } else if (case.speaks_to_the_unpaid() || case == Case::Expired) && store.may_have_sent() {
                &SENT[..]
            } else {
                &[]
            };
            let key = instead.iter().find(|(known, _)| *known == part).map_or(key.as_str(), |(_, key)| key);
            i18n.tf(key, &[("network", &isolate(i18n, &network.get()))])
        };
        told(label, text.into_any())
    });
    // What has arrived is told in figures, so that support and shopper speak of the same.
    let received = Memo::new(move |_| {
        store.checkout.with(|checkout| {
            let order = checkout.order()?;
            let Received::Amount(amount) = order.received() else { return None };
            Some((amount.as_str().to_owned(), order.coin.clone()?))
        })
    });
    let received = move || {
        let (amount, coin) = received.get().filter(|_| case != Case::Refunded)?;
        Some(told("pay.part.received", view! { <CoinMoney amount coin /> }.into_any()))
    };
    let title = move || i18n.t(&key("title"));
    let way = Memo::new(move |_| match case.way(store.money_seen.get() || store.may_have_sent()) {
        Way::WaitThenNew if grace.with(Option::is_none) => Way::New,
        way @ (Way::New | Way::WaitThenNew | Way::Wait | Way::Support) => way,
    });
    let is_action = Memo::new(move |_| way.get() == Way::Support);
    // Who has sent nothing need not wait for the end of an order that was not agreed to, and its words say so.
    let tells_grace = !matches!(case, Case::Dearer | Case::Cheaper);
    let hint = move || grace.get().filter(|_| tells_grace && way.get() == Way::WaitThenNew).map(over_grace);
    let action = move || match way.get() {
        Way::New => new_order(),
        Way::WaitThenNew => check_now(Look::Secondary),
        Way::Wait => check_now(Look::Primary),
        Way::Support => check_or_support(),
    };
    view! {
        <section class="trouble flow column" part="trouble" data-testid="trouble" data-case=case.name()>
            <ScreenHead is_news=true title />
            <div class="screen-body">
                {mark(case.tone())} <dl class="told">{received} {parts.into_iter().collect_view()}</dl> {hint} <Arrivals />
                {case.is_watched().then(|| view! { <HealthLine /> })} <WalletNews /> <SupportLine is_action />
                {move || (way.get() != Way::New).then(elsewhere)}
            </div>
            <ActionBar>{action}</ActionBar>
        </section>
    }
}

/// The tone of the news, as a mark beside the words that tell it.
pub(super) fn mark(tone: Tone) -> AnyView {
    let (name, glyph) = match tone {
        Tone::Info => ("info", Glyph::Info),
        Tone::Warn => ("warn", Glyph::Warn),
        Tone::Bad => ("bad", Glyph::Bad),
        Tone::Good => ("good", Glyph::Check),
    };
    view! {
        <span class="tone-mark" data-tone=name>
            <Icon glyph />
        </span>
    }
    .into_any()
}

/// When a new order can be made.
pub(super) fn over_grace(left: Duration) -> AnyView {
    let i18n = expect_i18n();
    let left = isolate(i18n, &minutes_and_seconds(left));
    view! { <p class="hint">{move || i18n.tf("pay.over_grace", &[("time", &left)])}</p> }.into_any()
}

/// One thing told, under its label.
pub(super) fn told(label: &'static str, text: AnyView) -> AnyView {
    view! {
        <div class="told-row">
            <dt class="told-label">{say(label)}</dt>
            <dd class="told-text">{text}</dd>
        </div>
    }
    .into_any()
}

/// Asks the server at once.
pub(super) fn check_now(look: Look) -> AnyView {
    let store = expect_store();
    view! { <Button label=say("track.check") look on_press=move |_: ()| store.check_now() /> }.into_any()
}

/// Money is in play: support is the way on, and looking again is the other.
pub(super) fn check_or_support() -> AnyView {
    view! {
        {check_now(Look::Secondary)}
        {support_button()}
    }
    .into_any()
}

/// The quiet way back to the brands; the order stays where it is, to be opened again.
pub(super) fn elsewhere() -> AnyView {
    let store = expect_store();
    view! {
        <div class="support-actions">
            <Button label=say("track.elsewhere") look=Look::Quiet on_press=move |_: ()| store.start_over() />
        </div>
    }
    .into_any()
}

/// Leaves this order where it is and goes back to the brands.
pub(super) fn new_order() -> AnyView {
    let store = expect_store();
    view! { <Button label=say("pay.new_order") look=Look::Primary on_press=move |_: ()| store.start_over() /> }
        .into_any()
}

/// What is left of the time in which a payment may still come to light and no new order is offered: five minutes from the end
/// of the window, or from when the server ended it. `None` when it has passed, or when the server told no times.
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
