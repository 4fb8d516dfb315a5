//! The created order asks for more than was agreed: nothing can be paid before the shopper says yes.

use cr_core::checkout::Checkout;
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    expect_store,
    facts::{fact, facts},
    parts::{ActionBar, Button, CoinMoney, Look, ScreenHead},
    say::{line, say},
    trouble::check_now,
};

/// Before, now and the difference; agree or leave.
#[component]
pub fn PriceConfirm() -> impl IntoView {
    let store = expect_store();
    let amounts = Memo::new(move |_| {
        store.checkout.with(|checkout| match checkout {
            Checkout::Confirming { order, quote, .. } => {
                Some((quote.clone(), order.due.clone()?, order.coin.clone().unwrap_or_default()))
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
    // Who saw the address may have sent what was asked for then.
    let was_payable = Memo::new(move |_| {
        store.checkout.with(|checkout| matches!(checkout, Checkout::Confirming { was_payable: true, .. }))
    });
    let lead = move || {
        let key = if was_payable.get() { "confirm.text_open" } else { "confirm.text" };
        line("lead", key)
    };
    let agree = move || {
        if store.may_have_sent() {
            check_now(Look::Primary)
        } else {
            view! { <Button label=say("confirm.agree") look=Look::Primary on_press=move |_: ()| store.confirm_price() /> }
                .into_any()
        }
    };
    let rows = move || {
        let (before, now, coin) = amounts.get()?;
        let more = now.checked_sub(&before).map(|more| more.as_str().to_owned());
        let money = |amount: String| view! { <CoinMoney amount coin=coin.clone() /> }.into_any();
        let mut rows = vec![fact("confirm.before", money(before.as_str().to_owned()), None)];
        rows.extend(more.map(|more| fact("confirm.more", money(more), None)));
        Some(view! {
            {facts(rows)}
            <div class="due">{line("due-label", "confirm.now")} <p class="due-amount">{money(now.as_str().to_owned())}</p></div>
        })
    };
    view! {
        <section class="price-confirm flow column" part="price-confirm" data-testid="price-confirm">
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
