//! Why the supplier would not take the order, what to fix first, and the way to the screen where it is fixed.

use cr_core::{
    checkout::Page,
    problem::{Problem, ProblemCode, Remedy},
    text::clean,
};
use leptos::prelude::*;

use crate::ui::{
    expect_i18n, expect_store,
    parts::{
        Button, Look, Notice, Tone,
        message::{isolate, say},
        support::{outside_link, support_link},
    },
};

/// All problems, the first to fix first; the remedy of that one is the screen's primary action.
#[component]
pub fn ProblemList(
    /// What the supplier reported: at least one problem, the first to fix first.
    mut problems: Vec<Problem>,
) -> impl IntoView {
    problems.dedup_by(|one, other| one.code == other.code);
    let rows: Vec<_> = problems
        .into_iter()
        .enumerate()
        .map(|(place, problem)| {
            let look = if place == 0 { Look::Primary } else { Look::Secondary };
            let control = control(&problem.code, look);
            view! {
                <li class="problem">
                    <p class="problem-text">{text(problem.code)}</p>
                    {control}
                </li>
            }
        })
        .collect();
    view! {
        <Notice tone=Tone::Warn title=say("review.problems") alert=true>
            <ul class="problem-list">{rows}</ul>
        </Notice>
    }
}

/// Our words for a code. A code that we do not know gets the general words, with the code itself for support.
fn text(code: ProblemCode) -> impl Fn() -> String {
    let i18n = expect_i18n();
    move || {
        let key = ["problem.", code.as_str()].concat();
        if i18n.has(&key) {
            i18n.t(&key)
        } else {
            i18n.tf("problem.unknown", &[("code", &isolate(i18n, &clean(code.as_str())))])
        }
    }
}

fn control(code: &ProblemCode, look: Look) -> AnyView {
    let store = expect_store();
    let turn = move |label: &'static str, page: Page| {
        view! { <Button label=say(label) look on_press=move |_: ()| store.turn_to(page) /> }.into_any()
    };
    let again = move |label: &'static str| {
        view! { <Button label=say(label) look on_press=move |_: ()| store.retry_review() /> }.into_any()
    };
    match code.remedy() {
        Remedy::ChooseProduct if is_whole_brand(code) => {
            view! { <Button label=say("remedy.product") look on_press=move |_: ()| store.start_over() /> }.into_any()
        }
        Remedy::ChooseProduct => turn("remedy.product", Page::Product),
        Remedy::ChangeAmount => turn("remedy.amount", Page::Product),
        Remedy::FixRecipient => turn("remedy.recipient", Page::Recipient),
        Remedy::ChangeCoin => turn("remedy.coin", Page::Method),
        Remedy::ChangeNetwork => turn("remedy.network", Page::Method),
        Remedy::Coupon => again("remedy.coupon"),
        Remedy::Wait => again("remedy.wait"),
        // A smaller amount may need no verification.
        Remedy::Verify => {
            let link = match store.config.with_untracked(|config| config.links.kyc.clone()) {
                Some(href) => outside_link(href, "remedy.verify"),
                None => support_link(None),
            };
            view! {
                {turn("remedy.amount", Page::Product)}
                {link}
            }
            .into_any()
        }
        Remedy::ContactSupport => support_link(None),
    }
}

/// Whether no other value of the brand would help either.
fn is_whole_brand(code: &ProblemCode) -> bool {
    ["LOGIN_REQUIRED", "NOT_ACTIVE", "COUNTRY_NOT_SUPPORTED"].contains(&code.as_str())
}
