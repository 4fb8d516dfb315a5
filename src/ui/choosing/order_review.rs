//! The last look before ordering: what is bought, for whom, for how much and on which network; and what to change when
//! the supplier would not take the order.

use cr_core::{
    catalog::{Brand, Denomination},
    checkout::{Checkout, Choice, Page, Review},
    contact::Email,
    order::{Beneficiary, Chosen, OrderRequest},
};
use leptos::{html, prelude::*};

use super::problem_list::ProblemList;
use crate::ui::{
    expect_announcer, expect_i18n, expect_store,
    parts::{
        ActionBar, Button, CoinMoney, FaceMoney, Glyph, Look, Notice, ScreenHead, Skeleton, Tone,
        description_list::{fact, facts},
        message::{line, say},
        outside_text::{email_text, outside_text},
        price_change::{Agree, Prices, change, money_text, was_and_now},
        progress,
        support::outside_link,
    },
};

/// What is about to be ordered.
type Draft = (Brand, Choice, OrderRequest);

/// How far the order has come.
#[derive(Clone, PartialEq)]
enum Phase {
    /// The supplier was asked to validate the draft, or has answered.
    Reviewed(Review),
    /// The order is being created.
    Creating,
}

/// The screen that reviews the draft and orders it, once.
#[component]
pub fn OrderReview() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let draft = Memo::new(move |_| store.checkout.with(draft_of));
    let phase = Memo::new(move |_| store.checkout.with(phase_of));
    let coin = Memo::new(move |_| draft.with(|draft| draft.as_ref().map(|(_, _, draft)| draft.coin.clone())));
    let amount = Memo::new(move |_| store.checkout.with(|checkout| checkout.price().cloned()));
    let told = Memo::new(move |_| store.checkout.with(told_of));
    let announcer = expect_announcer();
    let place = NodeRef::<html::Section>::new();
    // A price that moved is announced too: the change must not be visible in other digits alone.
    Effect::new(move || {
        if let Some((prices, coin)) = told.get().zip(coin.get()) {
            announcer.say(untrack(|| was_and_now(i18n, &prices, &coin)));
        }
    });
    let is_creating = Memo::new(move |_| phase.with(|phase| matches!(phase, Some(Phase::Creating))));
    let money = move || {
        let (amount, coin) = (amount.get()?.as_str().to_owned(), coin.get()?);
        Some(view! { <CoinMoney amount coin /> })
    };
    let told_note = move || {
        let (prices, coin) = (told.get()?, coin.get()?);
        let is_asked = phase.with(|phase| matches!(phase, Some(Phase::Reviewed(Review::Moved { .. }))));
        Some(if is_asked {
            view! {
                <Notice tone=Tone::Warn title=say("confirm.title")>
                    {line("notice-line", "review.moved_do")} {change(&prices, &coin)}
                </Notice>
            }
            .into_any()
        } else {
            view! { <Notice tone=Tone::Info title=move || was_and_now(i18n, &prices, &coin) /> }.into_any()
        })
    };
    let unjudged = move |title, text| {
        view! {
            <Notice tone=Tone::Warn title=say(title) alert=true>
                {line("notice-line", text)}
                <Button
                    label=say("review.retry")
                    look=Look::Primary
                    icon=Glyph::Refresh
                    on_press=move |_: ()| store.retry_review()
                />
            </Notice>
        }
        .into_any()
    };
    let verdict = move || match phase.get()? {
        Phase::Reviewed(Review::Checking) => Some(
            view! {
                <div aria-busy="true">
                    <Skeleton lines=1 />
                    <p class="hint" role="status">
                        {say("review.checking")}
                    </p>
                </div>
            }
            .into_any(),
        ),
        Phase::Reviewed(Review::Refused(problems)) => Some(view! { <ProblemList problems /> }.into_any()),
        Phase::Reviewed(Review::Unreachable) => Some(unjudged("review.unreachable", "review.unreachable_do")),
        Phase::Reviewed(Review::Busy) => Some(unjudged("error.busy.title", "review.busy_do")),
        Phase::Reviewed(Review::Implausible { .. }) => Some(unjudged("review.implausible", "review.implausible_do")),
        Phase::Reviewed(Review::Passed(_) | Review::Moved { .. }) | Phase::Creating => None,
    };
    let is_asked = Memo::new(move |_| store.checkout.with(is_asked));
    let order_for = move || {
        let (amount, coin) = (amount.get(), coin.get());
        let money = amount.zip(coin).map(|(amount, coin)| money_text(i18n, &amount, &coin)).unwrap_or_default();
        i18n.tf("review.order_for", &[("amount", &money)])
    };
    let action = move || {
        // The button agrees to the amount beside which it was drawn.
        let shown = amount.get()?;
        let button = if is_asked.get() {
            view! { <Agree place shown=amount label=order_for on_agree=move |shown| store.order_for(shown) /> }
                .into_any()
        } else {
            view! {
                <Button
                    label=move || i18n.t(if is_creating.get() { "review.creating" } else { "review.create" })
                    look=Look::Primary
                    busy=is_creating
                    on_press=move |_: ()| store.order_for(shown.clone())
                />
            }
            .into_any()
        };
        // The button that agrees to another price names the amount itself.
        Some(if is_asked.get() {
            view! { <ActionBar>{button}</ActionBar> }.into_any()
        } else {
            view! { <ActionBar lead=move || money>{button}</ActionBar> }.into_any()
        })
    };
    view! {
        <section class="order-review flow column" part="order-review" node_ref=place>
            <ScreenHead title=say("review.title") back=true below=progress(4) />
            <div class="screen-body">
                <div class="due" data-testid="amount-due">
                    {move || amount.with(Option::is_some).then(|| line("due-label", "review.due"))}
                    <p class="due-amount">{money}</p>
                    {told_note}
                    {verdict}
                    {move || amount.with(Option::is_some).then(|| line("hint", "review.exact"))}
                </div>
                {move || draft.get().map(|draft| summary(draft, is_creating))} <Seller />
                {move || amount.with(Option::is_some).then(|| line("hint", "review.pay_later"))}
            </div>
            {action}
        </section>
    }
}

/// The list that reads like a receipt, each line with the way back to the screen where it was entered.
fn summary((brand, choice, draft): Draft, is_creating: Memo<bool>) -> AnyView {
    let store = expect_store();
    let i18n = expect_i18n();
    let country = draft.country;
    let network = store.via.with_untracked(|via| match via {
        crate::app::Load::Ready(via) => via.find(&draft.coin, &draft.network).map(|(_, network)| network.label.clone()),
        crate::app::Load::Idle | crate::app::Load::Loading | crate::app::Load::Failed(_) => None,
    });
    let network = network.unwrap_or_else(|| draft.network.clone());
    let coin = draft.coin.clone();
    let change = move |what: &'static str, page: Page| {
        Some(
            view! {
                <Button
                    label=say("review.change")
                    look=Look::Quiet
                    disabled=is_creating
                    full_name=Signal::derive(move || i18n.tf("review.change_what", &[("what", &i18n.t(what))]))
                    on_press=move |_: ()| store.turn_to(page)
                />
            }
            .into_any(),
        )
    };
    let email = |email: &Email| email_text(email.as_str());
    let mut rows = vec![
        fact("review.item", item(&brand, &choice), change("review.item", Page::Product)),
        fact("review.country", (move || i18n.country(country)).into_any(), None),
    ];
    let (to, is_phone) = match &draft.beneficiary {
        Beneficiary::Email(to) => (email(to), false),
        Beneficiary::Phone(phone) => {
            (view! { <bdi class="phone-number" dir="ltr">{phone.grouped()}</bdi> }.into_any(), true)
        }
    };
    rows.push(fact("review.to", to, change("review.to", Page::Recipient)));
    if draft.beneficiary != Beneficiary::Email(draft.email.clone()) {
        rows.push(fact("review.receipt_to", email(&draft.email), None));
    }
    let method = move || i18n.tf("review.on_network", &[("coin", &coin), ("network", &network)]);
    rows.push(fact("review.network", method.into_any(), change("review.network", Page::Method)));
    if let Some(wallet) = draft.refund_wallet_address {
        rows.push(fact("review.refund", view! { <bdi class="mono" dir="ltr">{wallet}</bdi> }.into_any(), None));
    }
    let warning = if is_phone {
        view! { <Notice tone=Tone::Warn title=say("review.phone_final") /> }.into_any()
    } else {
        line("hint", "review.final")
    };
    view! {
        {facts(rows)}
        {warning}
    }
    .into_any()
}

fn item(brand: &Brand, choice: &Choice) -> AnyView {
    let value = match (&choice.chosen, &choice.denomination) {
        (Chosen::Range(face), _) => view! { <FaceMoney face=face.clone() /> }.into_any(),
        (Chosen::Fixed(_), Denomination::Fixed { label, .. }) => outside_text(label.clone()),
        (Chosen::Fixed(text), Denomination::Range { .. }) => outside_text(text.clone()),
    };
    view! {
        <bdi class="item-brand">{brand.name.clone()}</bdi>
        <span class="item-value">{value}</span>
    }
    .into_any()
}

/// The seller, and the links to its terms and to what it does with personal data.
#[component]
fn Seller() -> impl IntoView {
    let store = expect_store();
    move || {
        let links = store.config.with(|config| config.links.clone());
        let terms = links.terms.map(|href| outside_link(href, "review.terms"));
        let privacy = links.privacy.map(|href| outside_link(href, "review.privacy"));
        view! {
            <div class="seller">
                {line("hint", "review.seller")} <p class="seller-links">{terms} {privacy}</p>
            </div>
        }
    }
}

fn draft_of(checkout: &Checkout) -> Option<Draft> {
    Some((checkout.brand()?.clone(), checkout.choice()?.clone(), checkout.draft()?.clone()))
}

fn phase_of(checkout: &Checkout) -> Option<Phase> {
    let creating = || matches!(checkout, Checkout::Creating { .. }).then_some(Phase::Creating);
    checkout.review().cloned().map(Phase::Reviewed).or_else(creating)
}

/// Whether the review asks the shopper to agree to a price that moved.
fn is_asked(checkout: &Checkout) -> bool {
    matches!(checkout.review(), Some(Review::Moved { .. }))
}

/// What the shopper had agreed to and what is asked for now, where these differ.
fn told_of(checkout: &Checkout) -> Option<Prices> {
    let (was, now) = (checkout.agreed()?, checkout.price()?.clone());
    (was != now).then_some(Prices { was, now })
}
