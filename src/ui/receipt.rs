//! What was bought, once it is there: codes masked until asked for, and masked again when the page is left.

use cr_core::{
    catalog::Network,
    money::CoinAmount,
    order::{Delivery, DeliveryStatus, Field, Goods, Order, Received},
    payment::is_below_unit,
    text::Rich,
};
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    expect_i18n, expect_store,
    facts::{fact, facts},
    goods::Line,
    health_line::HealthLine,
    parts::{ActionBar, Button, CoinMoney, Look, Notice, ScreenHead, Tone},
    receipt_paper::KeepReceipt,
    rich_text::RichText,
    say::{isolate, line, say},
    support::SupportLine,
};

/// Every line of the order, its details, and the ways on.
#[component]
pub fn Receipt() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let lines = Memo::new(move |_| {
        store.checkout.with(|checkout| checkout.order().map(|order| order.deliveries.clone())).unwrap_or_default()
    });
    let is_waiting = Memo::new(move |_| {
        lines.with(|lines| lines.iter().any(|line| line.status == DeliveryStatus::Pending || is_only_mail(line)))
    });
    let title = move || i18n.t(lines.with(|lines| title_key(lines)));
    let overpaid = Memo::new(move |_| {
        store
            .checkout
            .with(|checkout| checkout.order().and_then(|order| overpaid_by(order, store.order_network().as_ref())))
    });
    let overpaid_note = move || {
        overpaid.get().map(|amount| {
            let amount = isolate(i18n, &amount);
            view! { <Notice tone=Tone::Info title=move || i18n.tf("receipt.over_note", &[("amount", &amount)]) /> }
        })
    };
    view! {
        <section class="receipt flow" part="receipt" data-testid="receipt">
            <ScreenHead is_news=true title step=6 />
            <div class="panes">
                <div class="pane-main">
                    {move || lines.get().into_iter().map(|line| view! { <Line line /> }).collect_view()} <KeepReceipt /> {overpaid_note}
                    {move || is_waiting.get().then(|| view! { <HealthLine /> })}
                </div>
                <div class="pane-side">
                    {move || lines.get().into_iter().map(fine_print).collect_view()} <Summary /> <WalletNews /> <SupportLine />
                    <Forget />
                </div>
                <div class="pane-end">
                    <ActionBar>
                        <Button label=say("receipt.again") on_press=move |_: ()| store.start_over() />
                    </ActionBar>
                </div>
            </div>
        </section>
    }
}

fn title_key(lines: &[Delivery]) -> &'static str {
    let any = |status| lines.iter().any(|line| line.status == status);
    if any(DeliveryStatus::Delivered) {
        "receipt.title"
    } else if any(DeliveryStatus::Failed) {
        "receipt.title_failed"
    } else {
        "receipt.title_wait"
    }
}

fn is_only_mail(line: &Delivery) -> bool {
    line.goods.iter().all(|goods| *goods == Goods::SentByEmail)
}

/// How much more arrived than was due, with the coin. Less than a unit of the coin is nothing.
fn overpaid_by(order: &Order, via: Option<&Network>) -> Option<String> {
    let Received::Amount(received) = order.received() else { return None };
    let more = received.checked_sub(order.due.as_ref()?).filter(|more| more.is_positive())?;
    if order.unread.has(Field::Due) || is_below_unit(order, via, &more) {
        return None;
    }
    Some([more.as_str(), "\u{a0}", order.coin.as_deref().unwrap_or_default()].concat())
}

/// What arrived; what was due where the supplier does not tell.
fn paid(order: &Order) -> Option<&CoinAmount> {
    match order.received() {
        Received::Amount(received) => Some(received),
        Received::Nothing | Received::Unknown => order.due.as_ref(),
    }
}

/// How to use it, folded open; terms, folded.
fn fine_print(line: Delivery) -> AnyView {
    let fold = |head: &'static str, open: bool, nodes: Vec<Rich>| {
        (!nodes.is_empty()).then(|| {
            view! {
                <details class="fold" open=open>
                    <summary class="fold-head">{say(head)}</summary>
                    <RichText nodes />
                </details>
            }
        })
    };
    let folds = [fold("receipt.how", true, line.instructions), fold("receipt.terms", false, line.terms)];
    folds
        .iter()
        .any(Option::is_some)
        .then(|| view! { <div class="folds">{folds.into_iter().collect_view()}</div> })
        .into_any()
}

/// What was paid, and when.
#[component]
fn Summary() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let paid = Memo::new(move |_| {
        store.checkout.with(|checkout| {
            let order = checkout.order()?;
            Some((paid(order)?.as_str().to_owned(), order.coin.clone()?, order.created_at))
        })
    });
    move || {
        let (amount, coin, made_at) = paid.get()?;
        let mut rows = vec![fact("receipt.paid", view! { <CoinMoney amount coin /> }.into_any(), None)];
        rows.extend(made_at.map(|at| fact("receipt.when", (move || i18n.date_time(at)).into_any(), None)));
        Some(facts(rows))
    }
}

/// Removes the order from this device, after a second thought.
#[component]
fn Forget() -> impl IntoView {
    let store = expect_store();
    let asked = RwSignal::new(false);
    let forget = move |_: ()| {
        store.forget(store.checkout.with_untracked(|checkout| checkout.order().map(|order| order.id.clone())));
        store.start_over();
    };
    let control = move || {
        if asked.get() {
            view! {
                {line("hint", "receipt.forget_hint")}
                <div class="support-actions">
                    <Button label=say("receipt.forget_sure") on_press=forget />
                    <Button label=say("receipt.keep") look=Look::Quiet on_press=move |_: ()| asked.set(false) />
                </div>
            }
            .into_any()
        } else {
            view! { <Button label=say("receipt.forget") look=Look::Quiet on_press=move |_: ()| asked.set(true) /> }
                .into_any()
        }
    };
    view! { <div class="forget">{control}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(received: Option<&str>) -> Order {
        let body = serde_json::json!({
            "order_id": "order-1", "order_state": "Done", "coin": "USDC", "network": "Solana",
            "coin_amount": "10.5", "sent_coin_amount": received, "deliveries": []
        });
        cr_core::wire::order(200, &body.to_string()).expect("an order")
    }

    #[test]
    fn only_more_than_was_due_is_called_too_much() {
        for (received, expected) in
            [("10.5", None), ("10.50", None), ("10.4", None), ("0", None), ("10.605", Some("0.105\u{a0}USDC"))]
        {
            assert_eq!(overpaid_by(&order(Some(received)), None).as_deref(), expected, "{received}");
        }
    }

    #[test]
    fn what_was_paid_is_what_arrived_as_far_as_it_is_told() {
        for (received, expected) in
            [(Some("10.605"), "10.605"), (Some("10.4"), "10.4"), (Some("0"), "10.5"), (None, "10.5")]
        {
            assert_eq!(paid(&order(received)).map(CoinAmount::as_str), Some(expected), "{received:?}");
        }
    }
}
