//! The choice of what to pay with: a coin, then one of its networks, as two short lists.

use std::sync::Arc;

use cr_core::{
    catalog::{Coin, Network, NetworkFit, Via},
    chain::{Chain, resolve},
    money::CoinAmount,
};
use leptos::prelude::*;

use crate::{
    app::Load,
    ui::{
        expect_i18n, expect_store,
        parts::{
            ActionBar, Button, CoinMoney, Glyph, Icon, LoadFailed, Look, Notice, RadioRow, ScreenHead, Skeleton, Tone,
            message::{isolate, line, say},
            progress,
        },
    },
};

/// Coins and networks for the shopper's own wallet. A network that may ask for a name is never chosen in the shopper's
/// place.
#[component]
pub fn PaymentMethodPicker() -> impl IntoView {
    let store = expect_store();
    view! {
        <section class="payment-method-picker flow column" part="payment-method-picker">
            <ScreenHead title=say("method.title") back=true below=progress(3) />
            {move || {
                store
                    .via
                    .with(|via| match via {
                        Load::Idle | Load::Loading => {
                            view! {
                                <div class="screen-body" aria-busy="true">
                                    <p class="visually-hidden">{say("method.loading")}</p>
                                    <Skeleton lines=8 />
                                </div>
                            }
                                .into_any()
                        }
                        Load::Failed(trouble) => {
                            let trouble = trouble.clone();
                            view! { <LoadFailed trouble on_retry=move |_: ()| store.shop.retry() /> }.into_any()
                        }
                        Load::Ready(via) if via.coins.is_empty() => none(),
                        Load::Ready(via) => view! { <Methods via=Arc::clone(via) /> }.into_any(),
                    })
            }}
        </section>
    }
}

/// The screen when the supplier takes no coin at the moment.
fn none() -> AnyView {
    let store = expect_store();
    view! {
        <Notice tone=Tone::Warn title=say("method.none") alert=true>
            {line("notice-line", "method.none_do")}
            <Button label=say("method.retry") icon=Glyph::Refresh on_press=move |_: ()| store.shop.retry() />
        </Notice>
    }
    .into_any()
}

#[component]
fn Methods(via: Arc<Via>) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let via = StoredValue::new(via);
    // The coin whose networks are listed. The store is given it together with a network.
    let listed = RwSignal::new(store.coin.get_untracked());
    let is_stored = move || listed.with(|listed| store.coin.with(|coin| coin == listed));
    let price = Memo::new(move |_| if is_stored() { store.current_price() } else { None });
    let chosen = Memo::new(move |_| if is_stored() { store.network.get() } else { None });
    let choose_coin = move |name: String| {
        let network = via.with_value(|via| {
            let coin = via.coins.iter().find(|coin| coin.name == name)?;
            let before = store.network.get_untracked();
            first_network(coin, before.as_deref())
        });
        listed.set(Some(name.clone()));
        if let Some(network) = network {
            store.set_method(name, network);
        }
    };
    let ready = Memo::new(move |_| {
        via.with_value(|via| {
            let (coin, network) = (listed.get()?, chosen.get()?);
            let (coin, network) = via.find(&coin, &network)?;
            Some(is_open(&price.with(|price| Via::fit(coin, network, price.as_ref()))))
        })
        .unwrap_or(false)
    });
    let row = move |coin: &Coin| {
        let name = StoredValue::new(coin.name.clone());
        let checked = Memo::new(move |_| listed.with(|listed| name.with_value(|name| listed.as_ref() == Some(name))));
        let paused = is_paused(coin);
        let (logo, shown_name, hint) = (coin.logo_url.clone(), coin.name.clone(), coin_name(&coin.name));
        let amount = move || {
            let price = if checked.get() { price.get() } else { None };
            price.map(|price| view! { <CoinMoney amount=price.as_str().to_owned() coin=name.get_value() /> })
        };
        view! {
            <RadioRow name="cr-coin" checked disabled=paused on_choose=move |_: ()| choose_coin(name.get_value())>
                <Logo url=logo name=shown_name.clone() />
                <span class="method-text">
                    <bdi class="method-name">{shown_name}</bdi>
                    {if paused { line_in("method-why", "method.suspended") } else { plain("method-hint", hint) }}
                </span>
                <span class="method-end">{amount}</span>
            </RadioRow>
        }
    };
    let (first, more) = via.with_value(|via| split(&via.coins, listed.get_untracked().as_deref()));
    let is_open_list = RwSignal::new(more.is_empty());
    let count = u64::try_from(more.len()).unwrap_or_default();
    let first = first.iter().map(row).collect_view();
    let more = StoredValue::new(more);
    let more = move || {
        if is_open_list.get() {
            more.with_value(|more| more.iter().map(row).collect_view()).into_any()
        } else {
            let label = move || i18n.tf("method.more", &[("count", &i18n.number(count))]);
            view! { <Button label look=Look::Quiet icon=Glyph::Down on_press=move |_: ()| is_open_list.set(true) /> }
                .into_any()
        }
    };
    let networks = move || {
        via.with_value(|via| {
            let name = listed.get()?;
            let coin = via.coins.iter().find(|coin| coin.name == name)?;
            let networks = in_order(&coin.networks, |network| place(coin, network));
            Some(
                networks
                    .into_iter()
                    .map(|network| view! { <NetworkRow coin=coin.clone() network=network.clone() price chosen /> })
                    .collect_view(),
            )
        })
    };
    let lead = move || {
        let (price, coin) = (price.get()?, listed.get()?);
        Some(view! {
            <span class="hint">{say("method.price")}</span>
            <CoinMoney amount=price.as_str().to_owned() coin />
        })
    };
    view! {
        <div class="screen-body">
            <fieldset class="method-list">
                <legend class="method-legend">{say("method.coin")}</legend>
                {first}
                {more}
            </fieldset>
            <fieldset class="method-list" aria-describedby="cr-network-hint">
                <legend class="method-legend">{say("method.network")}</legend>
                <p class="hint" id="cr-network-hint">
                    {say("method.network_hint")}
                </p>
                {networks}
                {move || chosen.with(Option::is_none).then(|| line("method-why", "method.pick_network"))}
            </fieldset>
        </div>
        <ActionBar lead=move || lead>
            <Button
                label=move || i18n.t("method.next")
                look=Look::Primary
                disabled=move || !ready.get()
                on_press=move |_: ()| store.review()
            />
        </ActionBar>
    }
}

#[component]
fn NetworkRow(
    coin: Coin,
    network: Network,
    price: Memo<Option<CoinAmount>>,
    chosen: Memo<Option<String>>,
) -> impl IntoView {
    let store = expect_store();
    let i18n = expect_i18n();
    let (ticker, name) = (StoredValue::new(coin.name.clone()), StoredValue::new(network.name.clone()));
    let logo = network.logo_url.clone();
    let label = network.label.clone();
    let cost = cost(resolve(&coin.name, &network.name, Some(network.listing())));
    let fit = Memo::new(move |_| price.with(|price| Via::fit(&coin, &network, price.as_ref())));
    let checked = Memo::new(move |_| chosen.with(|chosen| name.with_value(|name| chosen.as_ref() == Some(name))));
    let note = move || match fit.get() {
        NetworkFit::Recommended | NetworkFit::Fine => line_in("method-hint", cost),
        NetworkFit::Risky => view! {
            <span class="method-why">
                <Icon glyph=Glyph::Warn />
                <span>{say("method.risky")}</span>
            </span>
        }
        .into_any(),
        NetworkFit::Suspended => line_in("method-why", "method.suspended"),
        NetworkFit::BelowMinimum(least) => {
            let least = isolate(i18n, &[least.as_str(), "\u{a0}", &ticker.get_value()].concat());
            let text = move || i18n.tf("method.below_min", &[("amount", &least)]);
            view! { <span class="method-why">{text}</span> }.into_any()
        }
    };
    view! {
        <RadioRow
            name="cr-network"
            checked
            disabled=move || !fit.with(is_open)
            on_choose=move |_: ()| store.set_method(ticker.get_value(), name.get_value())
        >
            <Logo url=logo name=label.clone() />
            <span class="method-text">
                <span class="method-title">
                    <bdi class="method-name">{label.clone()}</bdi>
                    {move || {
                        (fit.get() == NetworkFit::Recommended)
                            .then(|| view! { <span class="badge">{say("method.recommended")}</span> })
                    }}
                </span>
                {note}
            </span>
        </RadioRow>
    }
}

/// A round logo, or the first letters of the name where there is no logo or it does not load.
#[component]
fn Logo(url: Option<String>, name: String) -> impl IntoView {
    let broken = RwSignal::new(false);
    let letters: String = name.chars().take(2).collect();
    view! {
        <span class="method-logo" aria-hidden="true">
            {move || match url.clone().filter(|_| !broken.get()) {
                Some(url) => {
                    view! {
                        <img src=url alt="" width="28" height="28" loading="lazy" referrerpolicy="no-referrer" on:error=move |_| broken.set(true) />
                    }
                        .into_any()
                }
                None => letters.clone().into_any(),
            }}
        </span>
    }
}

fn line_in(class: &'static str, key: &'static str) -> AnyView {
    view! { <span class=class>{say(key)}</span> }.into_any()
}

fn plain(class: &'static str, text: &'static str) -> AnyView {
    view! { <span class=class>{(!text.is_empty()).then_some(text)}</span> }.into_any()
}

const fn is_open(fit: &NetworkFit) -> bool {
    match fit {
        NetworkFit::Recommended | NetworkFit::Fine | NetworkFit::Risky => true,
        NetworkFit::Suspended | NetworkFit::BelowMinimum(_) => false,
    }
}

fn is_paused(coin: &Coin) -> bool {
    coin.suspended || coin.networks.iter().all(|network| network.suspended)
}

/// The rank of a network in its list: the best ones come first, those that cannot be chosen come last.
fn place(coin: &Coin, network: &Network) -> u8 {
    match Via::fit(coin, network, None) {
        NetworkFit::Recommended => 0,
        NetworkFit::Fine => 1,
        NetworkFit::Risky => 2,
        NetworkFit::BelowMinimum(_) | NetworkFit::Suspended => 3,
    }
}

/// Returns the items ordered by their rank, 0 to 3, and otherwise in the order given. The standard library's sort would
/// cost kilobytes, which so few items do not justify.
fn in_order<T>(items: &[T], place: impl Fn(&T) -> u8) -> Vec<&T> {
    let mut ordered = Vec::with_capacity(items.len());
    for at in 0..=3 {
        ordered.extend(items.iter().filter(|item| place(item) == at));
    }
    ordered
}

/// How many coins are shown before the shopper asks for the others.
const AT_FIRST: usize = 5;

/// Returns the coins in the order shown, split into those to show at first and the rest: the chosen one and those with
/// a recommended network lead, paused ones come last.
fn split(coins: &[Coin], chosen: Option<&str>) -> (Vec<Coin>, Vec<Coin>) {
    let rank = |coin: &Coin| {
        if is_paused(coin) {
            3
        } else if chosen == Some(coin.name.as_str()) {
            0
        } else if coin.networks.iter().any(|network| Via::fit(coin, network, None) == NetworkFit::Recommended) {
            1
        } else {
            2
        }
    };
    let mut sorted: Vec<Coin> = in_order(coins, rank).into_iter().cloned().collect();
    // A list with one more row is no longer than one with the button that would hide that row.
    let rest = if sorted.len() > AT_FIRST + 1 { sorted.split_off(AT_FIRST) } else { Vec::new() };
    (sorted, rest)
}

/// The network that a coin starts with: the one in use if the coin has it, or else the recommended one, or else the
/// first that is fine. `None` when only risky ones are left: the shopper chooses those, not we.
fn first_network(coin: &Coin, before: Option<&str>) -> Option<String> {
    let rank = |network: &Network| match Via::fit(coin, network, None) {
        NetworkFit::Recommended => Some(0),
        NetworkFit::Fine if before == Some(network.name.as_str()) => Some(1),
        NetworkFit::Fine => Some(2),
        NetworkFit::Risky | NetworkFit::Suspended | NetworkFit::BelowMinimum(_) => None,
    };
    let ranked = coin.networks.iter().filter_map(|network| Some((rank(network)?, network)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, network)| network.name.clone())
}

/// The message on what sending costs on a network, in time and fee, as orders of magnitude.
const fn cost(chain: Chain) -> &'static str {
    match chain {
        Chain::Lightning | Chain::Solana | Chain::Ton | Chain::Sui | Chain::Xrp => "method.cost.instant",
        Chain::Evm(Some(1)) => "method.cost.dollars",
        Chain::Evm(_) => "method.cost.cents",
        Chain::Litecoin | Chain::Dogecoin | Chain::Unknown => "method.cost.minutes",
        Chain::Bitcoin => "method.cost.bitcoin",
        Chain::Tron => "method.cost.tron",
    }
}

/// The name by which the market knows a coin, beside its ticker.
fn coin_name(ticker: &str) -> &'static str {
    match ticker {
        "BTC" => "Bitcoin",
        "ETH" => "Ether",
        "LTC" => "Litecoin",
        "SOL" => "Solana",
        "DOGE" => "Dogecoin",
        "TRX" => "Tron",
        "SUI" => "Sui",
        "TON" | "GRAM" => "Toncoin",
        "WLD" => "Worldcoin",
        "USDC" => "USD Coin",
        "USDT" => "Tether",
        "DAI" => "Dai",
        "EUROC" => "Euro Coin",
        "PYUSD" => "PayPal USD",
        "FDUSD" => "First Digital USD",
        "USDE" => "Ethena USDe",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coin(name: &str, networks: &[(&str, bool)]) -> Coin {
        let network = |(name, suspended): &(&str, bool)| Network {
            name: (*name).to_owned(),
            label: (*name).to_owned(),
            suspended: *suspended,
            threshold: None,
            chain_id: None,
            base_token: None,
            engine: None,
            contract: None,
            logo_url: None,
        };
        Coin {
            name: name.to_owned(),
            suspended: false,
            logo_url: None,
            networks: networks.iter().map(network).collect(),
        }
    }

    #[test]
    fn a_coin_starts_on_its_best_network_and_never_on_a_risky_one() {
        for (name, networks, before, expected) in [
            ("USDC", &[("Base", false), ("Solana", false)][..], None, Some("Solana")),
            ("USDC", &[("Base", false), ("Solana", true)], None, Some("Base")),
            ("USDT", &[("Tron", false), ("Polygon (Matic)", false)], None, Some("Polygon (Matic)")),
            ("USDT", &[("Tron", false)], None, None),
            ("USDT", &[("Tron", false)], Some("Tron"), None),
            ("USDT", &[("Arbitrum", false), ("Base", false)], Some("Base"), Some("Base")),
            ("BTC", &[("Mainnet", true)], None, None),
        ] {
            let coin = coin(name, networks);
            assert_eq!(first_network(&coin, before).as_deref(), expected, "{name} {networks:?} {before:?}");
        }
    }

    #[test]
    fn the_chosen_coin_is_in_sight_and_paused_ones_come_last() {
        let names = ["BTC", "ETH", "USDC", "USDT", "SOL", "LTC", "DOGE"];
        let mut coins: Vec<_> = names
            .iter()
            .map(|name| coin(name, &[(if *name == "USDC" { "Solana" } else { "Mainnet" }, *name == "ETH")]))
            .collect();
        let shown = |coins: &[Coin], chosen| {
            let (first, rest) = split(coins, chosen);
            let name = |coins: Vec<Coin>| coins.into_iter().map(|coin| coin.name).collect::<Vec<_>>();
            (name(first), name(rest))
        };
        let (first, rest) = shown(&coins, Some("DOGE"));
        assert_eq!(first, ["DOGE", "USDC", "BTC", "USDT", "SOL"]);
        assert_eq!(rest, ["LTC", "ETH"]);
        coins.truncate(AT_FIRST + 1);
        let (first, rest) = shown(&coins, None);
        assert_eq!((first.len(), rest.len()), (AT_FIRST + 1, 0), "no button that hides a single row");
    }
}
