//! The last look before ordering: what, to whom, for how much and on which network; and what to change when the supplier
//! would not take it.

use cr_core::{
    catalog::{Brand, Denomination},
    checkout::{Checkout, Choice, Page, Review},
    contact::Email,
    wire::{Beneficiary, Chosen, OrderRequest},
};
use leptos::prelude::*;

use super::{
    expect_i18n, expect_store,
    facts::{email_text, fact, facts, outside_text},
    parts::{ActionBar, Button, CoinMoney, FaceMoney, Glyph, Look, Notice, ScreenHead, Skeleton, Tone},
    problem_list::ProblemList,
    say::{line, say},
    support::outside_link,
};

/// What is about to be ordered.
type Draft = (Brand, Choice, OrderRequest);

/// What the supplier and the shopper are at.
#[derive(Clone, PartialEq)]
enum Phase {
    /// The supplier was asked, or has answered.
    Reviewed(Review),
    /// The order is being created.
    Creating,
}

/// Reviews the draft and orders it, once.
#[component]
pub fn OrderReview() -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let draft = Memo::new(move |_| store.checkout.with(draft_of));
    let phase = Memo::new(move |_| store.checkout.with(phase_of));
    let coin = Memo::new(move |_| draft.with(|draft| draft.as_ref().map(|(_, _, draft)| draft.coin.clone())));
    let amount = Memo::new(move |_| store.checkout.with(amount_of));
    let is_creating = Memo::new(move |_| phase.with(|phase| matches!(phase, Some(Phase::Creating))));
    let money = move || {
        let (amount, coin) = (amount.get()?, coin.get()?);
        Some(view! { <CoinMoney amount coin /> })
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
        Phase::Reviewed(Review::Passed(_)) | Phase::Creating => None,
    };
    let action = move || {
        amount.with(Option::is_some).then(|| {
            view! {
                <ActionBar lead=move || money>
                    <Button
                        label=move || i18n.t(if is_creating.get() { "review.creating" } else { "review.create" })
                        look=Look::Primary
                        busy=is_creating
                        on_press=move |_: ()| store.create_order()
                    />
                </ActionBar>
            }
        })
    };
    view! {
        <section class="order-review flow column" part="order-review">
            <ScreenHead title=say("review.title") back=true step=4 />
            <div class="screen-body">
                <div class="due" data-testid="amount-due">
                    {move || amount.with(Option::is_some).then(|| line("due-label", "review.due"))}
                    <p class="due-amount">{money}</p>
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

/// The receipt-like list, each line with the way back to where it was entered.
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

/// Who sells, under which terms.
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
    match checkout {
        Checkout::Reviewing { brand, choice, draft, .. } | Checkout::Creating { brand, choice, draft, .. } => {
            Some((brand.as_ref().clone(), choice.clone(), draft.as_ref().clone()))
        }
        Checkout::Browsing
        | Checkout::Choosing { .. }
        | Checkout::CreateUnknown { .. }
        | Checkout::Confirming { .. }
        | Checkout::Paying { .. }
        | Checkout::Following { .. }
        | Checkout::Finished { .. } => None,
    }
}

fn phase_of(checkout: &Checkout) -> Option<Phase> {
    match checkout {
        Checkout::Reviewing { review, .. } => Some(Phase::Reviewed(review.clone())),
        Checkout::Creating { .. } => Some(Phase::Creating),
        Checkout::Browsing
        | Checkout::Choosing { .. }
        | Checkout::CreateUnknown { .. }
        | Checkout::Confirming { .. }
        | Checkout::Paying { .. }
        | Checkout::Following { .. }
        | Checkout::Finished { .. } => None,
    }
}

/// What the shopper is asked to agree to, once the supplier has said it.
fn amount_of(checkout: &Checkout) -> Option<String> {
    match checkout {
        Checkout::Reviewing { review: Review::Passed(amount), .. } | Checkout::Creating { quote: amount, .. } => {
            Some(amount.as_str().to_owned())
        }
        Checkout::Reviewing { .. }
        | Checkout::Browsing
        | Checkout::Choosing { .. }
        | Checkout::CreateUnknown { .. }
        | Checkout::Confirming { .. }
        | Checkout::Paying { .. }
        | Checkout::Following { .. }
        | Checkout::Finished { .. } => None,
    }
}
