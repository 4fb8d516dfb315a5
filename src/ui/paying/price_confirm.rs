//! The order asks for another amount than was agreed to: nothing can be paid before the shopper agrees.

use cr_core::checkout::Checkout;
use leptos::{html, prelude::*};

use super::{browser_wallet::WalletNews, order_actions::check_now};
use crate::ui::{
    expect_announcer, expect_i18n, expect_store,
    parts::{
        ActionBar, Button, CoinMoney, Look, ScreenHead,
        message::{line, say},
        price_change::{Agree, Prices, change, was_and_now},
        progress,
    },
};

/// The amount before, the amount now and the difference; the shopper agrees or leaves.
#[component]
pub fn PriceConfirm() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let announcer = expect_announcer();
    let place = NodeRef::<html::Section>::new();
    let prices = Memo::new(move |_| {
        store.checkout.with(|checkout| {
            let order = checkout.order().filter(|_| matches!(checkout, Checkout::Confirming { .. }))?;
            let prices = Prices { was: checkout.agreed()?, now: order.to_pay()? };
            Some((prices, order.coin.clone().unwrap_or_default()))
        })
    });
    // The focus goes to the answer, so the question has to be announced.
    Effect::new(move || {
        if let Some((prices, coin)) = prices.get() {
            announcer.say(untrack(|| was_and_now(i18n, &prices, &coin)));
        }
    });
    // A shopper who saw the address may have sent the amount that was asked for then.
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
        let now = prices.figures().now.as_str().to_owned();
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
            <ScreenHead title=say("confirm.title") below=progress(5) />
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
