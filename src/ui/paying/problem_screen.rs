//! The screen for an order that does not simply go well: what happened, whether money is safe, what happens next, what
//! to do, and the reference. There is one screen for all cases; the words are in the message files.

use cr_core::order::Received;
use leptos::prelude::*;

use super::{
    browser_wallet::WalletNews,
    grace::{grace_left, over_grace},
    health_line::HealthLine,
    order_actions::{check_now, check_or_support, elsewhere, new_order},
    receipt::Arrivals,
    screen_choice::{Case, Way},
};
use crate::ui::{
    expect_i18n, expect_store,
    parts::{
        ActionBar, CoinMoney, Look, ScreenHead,
        message::{isolate, say},
        support::SupportLine,
        tone_mark::tone_mark,
    },
};

/// The four things that the screen says, in this order.
const TOLD: [(&str, &str); 4] = [
    ("happened", "trouble.label.happened"),
    ("money", "trouble.label.money"),
    ("next", "trouble.label.next"),
    ("do", "trouble.label.do"),
];

/// The messages that replace those of the case once a payment was seen.
const PAID: [(&str, &str); 2] = [("money", "trouble.paid.money"), ("do", "trouble.paid.do")];

/// The messages that replace those of the case once a wallet of the browser has sent, or may have sent.
const SENT: [(&str, &str); 2] = [("money", "trouble.sent.money"), ("do", "trouble.sent.do")];

/// The screen of one case.
#[component]
pub fn ProblemScreen(
    /// What happened.
    case: Case,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let grace = grace_left();
    // An order whose parts do not fit together may have been cut short on the way: one more read decides.
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
            // Where the usual words speak to shoppers who have not paid, those who have paid get others.
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
    // What has arrived is shown in figures, so that support and shopper speak of the same amount.
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
    // A shopper who has sent nothing need not wait for the end of an order that was not agreed to, and its words say
    // so.
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
                {tone_mark(case.tone())} <dl class="told">{received} {parts.into_iter().collect_view()}</dl> {hint} <Arrivals />
                {case.is_watched().then(|| view! { <HealthLine /> })} <WalletNews /> <SupportLine is_action />
                {move || (way.get() != Way::New).then(elsewhere)}
            </div>
            <ActionBar>{action}</ActionBar>
        </section>
    }
}

/// One of the things that the screen says, under its label.
pub(super) fn told(label: &'static str, text: AnyView) -> AnyView {
    view! {
        <div class="told-row">
            <dt class="told-label">{say(label)}</dt>
            <dd class="told-text">{text}</dd>
        </div>
    }
    .into_any()
}
