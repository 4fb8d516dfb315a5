//! What is bought and what it costs, beside the button that leads on.

use leptos::prelude::*;

use crate::ui::{expect_store, grid::brand_card::BrandLogo, parts::CoinMoney};

/// The choice and its price. On wide containers the brand stands above them.
#[component]
pub fn PriceLead(
    /// What is chosen, in words.
    #[prop(into)]
    what: Signal<String>,
    /// The amount's digits and the coin, as far as known.
    #[prop(into)]
    price: Signal<Option<(String, String)>>,
) -> impl IntoView {
    let brand = expect_store().brand();
    let brand = brand.map(|brand| {
        let name = brand.name.clone();
        view! {
            <div class="price-brand">
                <BrandLogo brand sizes="96px" />
                <bdi>{name}</bdi>
            </div>
        }
    });
    let digits = move || price.with(|price| price.as_ref().map(|(digits, _)| digits.clone()).unwrap_or_default());
    let coin = move || price.with(|price| price.as_ref().map(|(_, coin)| coin.clone()).unwrap_or_default());
    view! {
        {brand}
        <p class="price-what">
            <bdi>{move || what.get()}</bdi>
        </p>
        <p class="price-amount" hidden=move || price.with(Option::is_none)>
            <CoinMoney amount=digits coin />
        </p>
    }
}
