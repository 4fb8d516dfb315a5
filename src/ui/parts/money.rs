//! Amounts as they are typeset: tabular figures, isolated from the direction of the text around them.

use cr_core::money::FaceValue;
use leptos::prelude::*;

use crate::ui::expect_i18n;

/// An amount of a coin: exactly the digits that were quoted, then the ticker. It runs left to right in every language.
#[component]
pub fn CoinMoney(
    /// The digits as quoted.
    #[prop(into)]
    amount: Signal<String>,
    /// The coin's ticker.
    #[prop(into)]
    coin: Signal<String>,
) -> impl IntoView {
    view! {
        <bdi class="amount" dir="ltr">
            <span class="amount-digits">{move || amount.get()}</span>
            "\u{a0}"
            <span class="amount-unit">{move || coin.get()}</span>
        </bdi>
    }
}

/// A face value, as the language writes money.
#[component]
pub fn FaceMoney(
    /// The value.
    #[prop(into)]
    face: Signal<FaceValue>,
) -> impl IntoView {
    let i18n = expect_i18n();
    view! { <bdi class="amount">{move || face.with(|face| i18n.money(face))}</bdi> }
}
