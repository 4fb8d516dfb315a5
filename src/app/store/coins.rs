//! The coins and networks on sale, and which of them is preferred.

use std::sync::Arc;

use cr_core::{
    catalog::{Sale, Via},
    money::CoinAmount,
    problem::{Problem, ProblemCode},
    wire,
};
use leptos::prelude::*;

use super::{Load, Slot, Store};
use crate::app::{Trouble, error_code::Place, fetch, picture_urls, shop::is_unreached};

impl Store {
    /// Loads the coins and networks.
    pub(super) fn load_vias(self) {
        let Some(inner) = self.inner() else { return };
        let Some(reader) = self.shop.reader() else { return };
        inner.slots.clear(Slot::ViasRetry);
        self.via.try_set(Load::Loading);
        let vias = reader.get("/v3/payment_vias".to_owned());
        self.run(Slot::Vias, async move {
            let via = self.shop.heard(vias.await).and_then(|answer| {
                wire::payment_vias(answer.status, &answer.body).map_err(|error| fetch::trouble(&answer, error))
            });
            match via {
                Ok(mut via) => {
                    picture_urls::place_via(&mut via, &self.shop.proxy());
                    self.via.try_set(Load::Ready(Arc::new(via)));
                    self.place_units_at_hand();
                    if self.coin.try_get_untracked().flatten().is_none() {
                        self.prefer_method();
                    }
                }
                Err(trouble) => {
                    self.shop.emit_trouble(&trouble, Place::Catalog);
                    self.retry_when_free(&trouble, Slot::ViasRetry, Self::load_vias);
                    self.via.try_set(Load::Failed(trouble));
                }
            }
            // A brand may have been chosen meanwhile, whose offer waited for the coin.
            if self.brand().is_some() && self.offer.try_with_untracked(|offer| *offer == Load::Loading) == Some(true) {
                self.load_offer();
            }
        });
    }

    /// Returns whether coins and networks are being loaded by which the unit of the current order will be known, and by
    /// which its payment is checked. Where they could not be loaded, the order is taken as it stands. Tracked.
    pub fn awaits_units(self) -> bool {
        self.via.with(|via| matches!(via, Load::Loading))
            && self.checkout.with(|checkout| checkout.order().is_some_and(|order| order.decimals.is_none()))
    }

    /// Chooses the configured coin and network, or the best there are.
    pub(super) fn prefer_method(self) {
        let Some(Load::Ready(via)) = self.via.try_get_untracked() else { return };
        let pair = self.config.try_with_untracked(|config| {
            let (coin, network) = via.preferred(config.coin.as_deref(), config.network.as_deref())?;
            Some((coin.name.clone(), network.name.clone()))
        });
        if let Some((coin, network)) = pair.flatten() {
            self.set_method(coin, network);
        }
    }

    /// Returns the digits of a price as they are shown before there is an order: rounded up to whole units of the coin
    /// on the chosen network, where those are known. Tracked.
    pub fn shown_price(self, price: &CoinAmount, coin: &str) -> String {
        self.in_units(price, coin).as_str().to_owned()
    }

    /// Returns a price rounded up to whole units of the coin on the chosen network, where those are known. Tracked.
    pub(super) fn in_units(self, price: &CoinAmount, coin: &str) -> CoinAmount {
        let decimals = self.network.get().and_then(|network| self.decimals(coin, &network));
        decimals.map_or_else(|| price.clone(), |decimals| price.rounded_up(decimals))
    }

    /// Marks a coin or network as suspended from now on, if a problem of a refusal names that reason.
    pub(super) fn note_suspensions(self, problems: &[Problem], coin: &str, network: &str) {
        let is_coin = problems.iter().any(|problem| problem.code == ProblemCode::SuspendedCoin);
        let is_network = problems.iter().any(|problem| problem.code == ProblemCode::SuspendedNetwork);
        let Some(Load::Ready(via)) = self.via.try_get_untracked() else { return };
        if !is_coin && !is_network {
            return;
        }
        let mut via = Via::clone(&via);
        for entry in via.coins.iter_mut().filter(|entry| entry.name == coin) {
            entry.suspended |= is_coin;
            for entry in entry.networks.iter_mut().filter(|entry| entry.name == network) {
                entry.suspended |= is_network;
            }
        }
        self.via.try_set(Load::Ready(Arc::new(via)));
    }

    /// Loads again what could not be reached, since the connection is back.
    pub(super) fn retry_unreached(self) {
        if is_unreached(self.via) {
            self.load_vias();
        } else if is_unreached(self.offer) {
            self.load_offer();
        }
    }

    /// Tries again after the wait that a server asked for, if it sent one.
    pub(super) fn retry_when_free(self, trouble: &Trouble, slot: Slot, retry: fn(Self)) {
        if let Trouble::Busy(Some(wait)) = trouble {
            self.later(slot, *wait, move || retry(self));
        }
    }
}

/// Returns whether a brand can be bought here.
pub(super) fn is_on_sale(sale: Sale) -> bool {
    match sale {
        Sale::OnSale => true,
        Sale::OutOfStock | Sale::NeedsAccount => false,
    }
}
