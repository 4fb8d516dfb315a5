//! What was bought, once it is there: codes are masked until the shopper shows them, and masked again when the page is
//! left.

use cr_core::{
    catalog::Network,
    checkout::Checkout,
    money::CoinAmount,
    order::{Delivery, DeliveryStatus, Field, Goods, Order, Received},
    payment::is_below_unit,
    text::Rich,
};
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    goods::{Line, Numbers},
    health_line::HealthLine,
    receipt_paper::KeepReceipt,
    screen_choice::shows_arrivals,
};
use crate::{
    i18n::I18n,
    ui::{
        expect_i18n, expect_store,
        parts::{
            ActionBar, Button, CoinMoney, Look, Notice, ScreenHead, Tone,
            description_list::{fact, facts},
            message::{isolate, line, say},
            progress,
            rich_text::RichText,
            support::SupportLine,
        },
    },
};

/// Every line of the order, its details, and the ways on.
#[component]
pub fn Receipt() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let lines = Memo::new(move |_| {
        store.checkout.with(|checkout| checkout.order().map(|order| order.deliveries.clone())).unwrap_or_default()
    });
    let is_over = Memo::new(move |_| store.checkout.with(|checkout| matches!(checkout, Checkout::Finished { .. })));
    let is_waiting = Memo::new(move |_| {
        let is_coming = |line: &Delivery| line.status == DeliveryStatus::Pending || is_only_mail(line);
        !is_over.get() || lines.with(|lines| lines.iter().any(is_coming))
    });
    let title = move || lines.with(|lines| title(i18n, lines));
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
            <ScreenHead is_news=true title below=progress(6) />
            <div class="panes">
                <div class="pane-main">
                    <Lines lines is_shown=|_| true /> <KeepReceipt /> {overpaid_note}
                    {move || is_waiting.get().then(|| view! { <HealthLine /> })}
                </div>
                <div class="pane-side">
                    {move || lines.get().into_iter().map(fine_print).collect_view()} <Summary /> <WalletNews /> <SupportLine />
                    {move || is_over.get().then(|| view! { <Forget /> })}
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

/// What holds for all lines together: one word for them, or how many have arrived.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    All(&'static str),
    Some { arrived: u64, all: u64 },
}

fn standing(lines: &[Delivery]) -> Standing {
    let count = |status| lines.iter().filter(|line| line.status == status).count();
    let (arrived, failed, all) = (count(DeliveryStatus::Delivered), count(DeliveryStatus::Failed), lines.len());
    if all > 0 && arrived == all {
        Standing::All("receipt.title")
    } else if all > 0 && failed == all {
        Standing::All("receipt.title_failed")
    } else if arrived + failed == 0 {
        Standing::All("receipt.title_wait")
    } else {
        let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
        Standing::Some { arrived: number(arrived), all: number(all) }
    }
}

fn title(i18n: I18n, lines: &[Delivery]) -> String {
    match standing(lines) {
        Standing::All(key) => i18n.t(key),
        Standing::Some { arrived, all } => {
            i18n.tf("receipt.title_part", &[("arrived", &i18n.number(arrived)), ("all", &i18n.number(all))])
        }
    }
}

/// The lines of an order that are to be shown. Each keeps its card from one snapshot to the next, and with it whether
/// its code is shown. A line whose code is replaced by another gets a card of its own, which shows nothing before it is
/// asked to.
#[component]
fn Lines(lines: Memo<Vec<Delivery>>, is_shown: fn(&Delivery) -> bool) -> impl IntoView {
    let places = Memo::new(move |_| {
        lines.with(|lines| {
            let shown = lines.iter().enumerate().filter(|(_, line)| is_shown(line));
            shown.map(|(place, line)| (place, first_secret(line))).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || places.get() key=Clone::clone let:card>
            <Line
                numbers={
                    let place = card.0;
                    Memo::new(move |_| lines.with(|lines| Numbers::of(lines, is_shown, place)))
                }
                line=Memo::new(move |_| {
                    let (place, secret) = &card;
                    lines.with(|lines| lines.get(*place).filter(|line| first_secret(line) == *secret).cloned())
                })
            />
        </For>
    }
}

/// Returns what distinguishes a line from another one in its place: the first secret that it carries. White space
/// around a code does not make it another one.
fn first_secret(line: &Delivery) -> Option<String> {
    let of_goods = line.goods.iter().find_map(|goods| match goods {
        Goods::Code(text) | Goods::Link(text) | Goods::Esim { lpa: text, .. } => Some(text.trim().to_owned()),
        Goods::Credited | Goods::SentByEmail => None,
    });
    of_goods.or_else(|| line.barcode_image_url.clone()).or_else(|| line.qr_image_url.clone())
}

/// What has arrived of an order whose screen is about something else. Draws nothing when nothing has arrived.
#[component]
pub fn Arrivals() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let lines = Memo::new(move |_| {
        store.checkout.with(|checkout| {
            let order = checkout.order().filter(|_| shows_arrivals(checkout));
            order.map(|order| order.deliveries.clone()).unwrap_or_default()
        })
    });
    let is_there = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    let has_arrived = |line: &Delivery| line.status == DeliveryStatus::Delivered;
    move || {
        is_there.get().then(|| {
            view! {
                <section class="flow" data-testid="arrivals">
                    <h3 class="fact-label">{move || lines.with(|lines| title(i18n, lines))}</h3>
                    <Lines lines is_shown=has_arrived />
                    <KeepReceipt />
                    {move || lines.get().into_iter().filter(has_arrived).map(fine_print).collect_view()}
                </section>
            }
        })
    }
}

fn is_only_mail(line: &Delivery) -> bool {
    line.goods.iter().all(|goods| *goods == Goods::SentByEmail)
}

/// Returns how much more arrived than was due, with the coin. Less than a unit of the coin counts as nothing.
fn overpaid_by(order: &Order, via: Option<&Network>) -> Option<String> {
    let Received::Amount(received) = order.received() else { return None };
    let more = received.checked_sub(&order.to_pay()?).filter(|more| more.is_positive())?;
    if order.unread.has(Field::Due) || is_below_unit(order, via, &more) {
        return None;
    }
    Some([more.as_str(), "\u{a0}", order.coin.as_deref().unwrap_or_default()].concat())
}

/// Returns what arrived, or what was due where the supplier does not say what arrived.
fn paid(order: &Order) -> Option<CoinAmount> {
    match order.received() {
        Received::Amount(received) => Some(received.clone()),
        Received::Nothing | Received::Unknown => order.to_pay(),
    }
}

/// How to use the goods, folded open; their terms, folded.
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

/// The button that removes the order from this device, once the shopper has confirmed it.
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

    #[test]
    fn g01_the_heading_tells_what_is_true_of_all_items() {
        let part = |arrived, all| Standing::Some { arrived, all };
        for (states, expected) in [
            ("", Standing::All("receipt.title_wait")),
            ("d", Standing::All("receipt.title")),
            ("ddd", Standing::All("receipt.title")),
            ("f", Standing::All("receipt.title_failed")),
            ("ff", Standing::All("receipt.title_failed")),
            ("p", Standing::All("receipt.title_wait")),
            ("ppp", Standing::All("receipt.title_wait")),
            ("dpp", part(1, 3)),
            ("pdd", part(2, 3)),
            ("df", part(1, 2)),
            ("fp", part(0, 2)),
            ("dfp", part(1, 3)),
        ] {
            let word = |state| match state {
                'd' => "Succeeded",
                'f' => "Failed",
                _ => "Processing",
            };
            let lines: Vec<_> = states
                .chars()
                .map(|state| serde_json::json!({ "delivery_state": word(state), "deliverable": { "brand_name": "A" } }))
                .collect();
            let body = serde_json::json!({ "order_id": "order-1", "order_state": "Done", "deliveries": lines });
            let order = cr_core::wire::order(200, &body.to_string()).expect("an order");
            assert_eq!(standing(&order.deliveries), expected, "{states}");
        }
    }

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
        // The payment that is shown exceeds this dust by less than a unit.
        let dust = Order { due: "10.16000000000000014".parse().ok(), decimals: Some(6), ..order(Some("10.160001")) };
        assert_eq!(overpaid_by(&dust, None), None);
    }

    #[test]
    fn what_was_paid_is_what_arrived_as_far_as_it_is_told() {
        for (received, expected) in
            [(Some("10.605"), "10.605"), (Some("10.4"), "10.4"), (Some("0"), "10.5"), (None, "10.5")]
        {
            assert_eq!(paid(&order(received)).as_ref().map(CoinAmount::as_str), Some(expected), "{received:?}");
        }
    }
}
