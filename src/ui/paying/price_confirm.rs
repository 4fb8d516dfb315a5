//! The order asks for another amount than was agreed to: nothing can be paid before the shopper says yes.

use core::{cmp::Ordering, time::Duration};

use cr_core::{checkout::Checkout, money::CoinAmount};
use leptos::{html, prelude::*};

use super::{browser_wallet::WalletNews, trouble::check_now};
use crate::{
    browser::focus,
    i18n::I18n,
    ui::{
        expect_i18n, expect_store,
        parts::{
            ActionBar, Button, CoinMoney, Look, ScreenHead, expect_announcer,
            facts::{fact, facts},
            say::{isolate, line, say},
        },
    },
};

/// How long no press may have come before one is taken as the answer to a question that has just appeared: longer than between
/// the two presses of a double one, or those of a key that is held.
const CALM: Duration = Duration::from_millis(500);

/// What was agreed to, and what is asked for now.
#[derive(Clone, PartialEq)]
pub(crate) struct Prices {
    pub(crate) was: CoinAmount,
    pub(crate) now: CoinAmount,
}

/// An amount with its coin, for a sentence or a label.
pub(crate) fn money_text(i18n: I18n, amount: &CoinAmount, coin: &str) -> String {
    isolate(i18n, &[amount.as_str(), "\u{a0}", coin].concat())
}

/// "The price is now …. It was …."
pub(crate) fn was_and_now(i18n: I18n, prices: &Prices, coin: &str) -> String {
    let money = |amount: &CoinAmount| money_text(i18n, amount, coin);
    i18n.tf("review.told", &[("amount", &money(&prices.now)), ("was", &money(&prices.was))])
}

/// What was agreed to, and by how much it moved.
pub(crate) fn change(prices: &Prices, coin: &str) -> AnyView {
    let Prices { was, now } = prices;
    let money =
        |amount: &CoinAmount| view! { <CoinMoney amount=amount.as_str().to_owned() coin=coin.to_owned() /> }.into_any();
    let (label, difference) = match now.cmp(was) {
        Ordering::Less => ("confirm.less", was.checked_sub(now)),
        Ordering::Equal | Ordering::Greater => ("confirm.more", now.checked_sub(was)),
    };
    let mut rows = vec![fact("confirm.before", money(was), None)];
    rows.extend(difference.map(|difference| fact(label, money(&difference), None)));
    facts(rows)
}

/// The button that agrees to another amount than before. It takes the focus when it appears. Neither the second of two quick
/// presses nor a key that is held answers a question that nobody has read, so a press counts only after a moment without one.
#[component]
pub(crate) fn Agree(
    /// The screen that it is on.
    place: NodeRef<html::Section>,
    /// What is on screen.
    #[prop(into)]
    shown: Signal<Option<CoinAmount>>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// Called with what stood on screen.
    #[prop(into)]
    on_agree: Callback<CoinAmount>,
) -> impl IntoView {
    let store = expect_store();
    Effect::new(move || {
        if let Some(place) = place.get() {
            focus::to_answer(&place);
        }
    });
    let restless_at = StoredValue::new(store.monotonic());
    // Another amount is another question.
    Effect::new(move || {
        shown.track();
        restless_at.set_value(store.monotonic());
    });
    let press = move |_: ()| {
        let now = store.monotonic();
        let is_calm = now.saturating_sub(restless_at.get_value()) >= CALM;
        restless_at.set_value(now);
        if let Some(shown) = shown.get_untracked().filter(|_| is_calm) {
            on_agree.run(shown);
        }
    };
    view! { <Button label look=Look::Primary on_press=press /> }
}

/// Before, now and the difference; agree or leave.
#[component]
pub fn PriceConfirm() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let place = NodeRef::<html::Section>::new();
    let prices = Memo::new(move |_| {
        store.checkout.with(|checkout| match checkout {
            Checkout::Confirming { order, .. } => {
                let prices = Prices { was: checkout.agreed()?, now: order.to_pay()? };
                Some((prices, order.coin.clone().unwrap_or_default()))
            }
            Checkout::Browsing
            | Checkout::Choosing { .. }
            | Checkout::Reviewing { .. }
            | Checkout::Creating { .. }
            | Checkout::CreateUnknown { .. }
            | Checkout::Paying { .. }
            | Checkout::Following { .. }
            | Checkout::Finished { .. } => None,
        })
    });
    // The focus goes to the answer; what the question is has to be heard.
    Effect::new(move || {
        if let Some((prices, coin)) = prices.get() {
            announcer.say(untrack(|| was_and_now(i18n, &prices, &coin)));
        }
    });
    // Who saw the address may have sent what was asked for then.
    let was_payable = Memo::new(move |_| {
        store.checkout.with(|checkout| matches!(checkout, Checkout::Confirming { was_payable: true, .. }))
    });
    let is_cheaper =
        Memo::new(move |_| prices.with(|prices| prices.as_ref().is_some_and(|(prices, _)| prices.now < prices.was)));
    let lead = move || {
        line(
            "lead",
            match (was_payable.get(), is_cheaper.get()) {
                (true, true) => "confirm.text_open_cheaper",
                (true, false) => "confirm.text_open",
                (false, true) => "confirm.text_cheaper",
                (false, false) => "confirm.text",
            },
        )
    };
    let shown = Signal::derive(move || prices.with(|prices| prices.as_ref().map(|(prices, _)| prices.now.clone())));
    let agree = move || {
        if store.may_have_sent() {
            check_now(Look::Primary)
        } else {
            view! { <Agree place shown label=say("confirm.agree") on_agree=move |shown| store.agree_to(shown) /> }
                .into_any()
        }
    };
    let rows = move || {
        let (prices, coin) = prices.get()?;
        let now = prices.now.as_str().to_owned();
        Some(view! {
            {change(&prices, &coin)}
            <div class="due">
                {line("due-label", "confirm.now")}
                <p class="due-amount">
                    <CoinMoney amount=now coin />
                </p>
            </div>
        })
    };
    view! {
        <section class="price-confirm flow column" part="price-confirm" data-testid="price-confirm" node_ref=place>
            <ScreenHead title=say("confirm.title") step=5 />
            <div class="screen-body">
                <WalletNews /> {lead} {rows} {line("hint", "confirm.leave_hint")}
            </div>
            <ActionBar>
                <Button label=say("confirm.leave") look=Look::Quiet on_press=move |_: ()| store.start_over() />
                {agree}
            </ActionBar>
        </section>
    }
}
