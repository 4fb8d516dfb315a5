//! Brands, countries, coins: what is there before anything is chosen.

use core::time::Duration;
use std::sync::Arc;

use cr_core::{
    catalog::{Catalog, Sale, Shelf, Via},
    checkout::Checkout,
    country::Country,
    problem::{Problem, ProblemCode},
    wire,
};
use leptos::prelude::*;

use super::{Load, Slot, Store, Trouble};
use crate::app::{
    fetch::{self, path},
    memory, pictures,
    task::{sleep, with_extra},
};

/// How much longer than the brands the homepage may take; it only decorates.
const HOMEPAGE_GRACE: Duration = Duration::from_millis(300);

impl Store {
    /// Reloads the catalogue and vias after a failure.
    pub fn retry_catalog(self) {
        if is_failed(self.catalog) {
            self.load_catalog();
        }
        if is_failed(self.via) {
            self.load_vias();
        }
    }

    /// Changes the country (remembered), reloads the catalogue, goes back to browsing.
    pub fn set_country(self, country: Country) {
        let is_locked = self.config.try_with_untracked(|config| config.lock_country).unwrap_or(true);
        if !is_locked && self.country.try_get_untracked() != Some(country) {
            self.move_to(country, true);
        }
    }

    /// Moves to a country. An order at hand is not taken away by that: the move waits until it is left.
    pub(super) fn move_to(self, country: Country, is_remembered: bool) {
        let Some(inner) = self.inner() else { return };
        let is_sold_in = self
            .config
            .try_with_untracked(|config| config.countries.is_empty() || config.countries.contains(&country))
            .unwrap_or(false);
        if !is_sold_in {
            return;
        }
        if self.has_order() {
            inner.wanted_country.set(Some(country));
            return;
        }
        if is_remembered {
            memory::set_country(&*inner.ports.storage, country);
        }
        for slot in [Slot::Offer, Slot::OfferRetry, Slot::Quote, Slot::Review] {
            inner.clear(slot);
        }
        self.transition(|_| Checkout::Browsing);
        self.offer.try_set(Load::Idle);
        self.quote.try_set(Load::Idle);
        self.country.try_set(country);
        self.load_catalog();
    }

    /// Loads the brands of the country, and the homepage's as decoration.
    pub(super) fn load_catalog(self) {
        let Some(inner) = self.inner() else { return };
        let Some(reader) = self.reader() else { return };
        inner.clear(Slot::CatalogRetry);
        self.catalog.try_set(Load::Loading);
        let country = self.country.get_untracked();
        let query = [("country_code", Some(country.code()))];
        let brands = reader.get(path("/v2/brands", &query));
        let homepage = inner.ports.api.get(path("/v2/homepage", &query));
        let clock = inner.ports.clock.clone();
        self.run(Slot::Catalog, async move {
            let (brands, homepage) = with_extra(brands, homepage, move || sleep(&*clock, HOMEPAGE_GRACE)).await;
            let featured = match homepage {
                Some(Ok(answer)) => wire::homepage(answer.status, &answer.body),
                Some(Err(_)) | None => Vec::new(),
            };
            let catalog = self.heard(brands).and_then(|answer| {
                wire::brands(answer.status, &answer.body).map_err(|error| fetch::trouble(&answer, error))
            });
            match catalog {
                Ok(mut list) => {
                    let Some(shelf) = self.shelf() else { return };
                    pictures::place_brands(&mut list, &self.proxy());
                    self.catalog.try_set(Load::Ready(Arc::new(Catalog::new(list, featured, &shelf))));
                    self.open_wanted_brand();
                }
                Err(trouble) => {
                    self.emit_trouble(&trouble, "catalog");
                    self.retry_when_free(&trouble, Slot::CatalogRetry, Self::load_catalog);
                    self.catalog.try_set(Load::Failed(trouble));
                }
            }
        });
    }

    /// Loads coins and networks, once an element.
    pub(super) fn load_vias(self) {
        let Some(inner) = self.inner() else { return };
        let Some(reader) = self.reader() else { return };
        inner.clear(Slot::ViasRetry);
        self.via.try_set(Load::Loading);
        let vias = reader.get("/v3/payment_vias".to_owned());
        self.run(Slot::Vias, async move {
            let via = self.heard(vias.await).and_then(|answer| {
                wire::payment_vias(answer.status, &answer.body).map_err(|error| fetch::trouble(&answer, error))
            });
            match via {
                Ok(mut via) => {
                    pictures::place_via(&mut via, &self.proxy());
                    self.via.try_set(Load::Ready(Arc::new(via)));
                    if self.coin.try_get_untracked().flatten().is_none() {
                        self.prefer_method();
                    }
                }
                Err(trouble) => {
                    self.emit_trouble(&trouble, "catalog");
                    self.retry_when_free(&trouble, Slot::ViasRetry, Self::load_vias);
                    self.via.try_set(Load::Failed(trouble));
                }
            }
            // A brand may have been chosen meanwhile; its offer waited for the coin.
            if self.brand_untracked().is_some()
                && self.offer.try_with_untracked(|offer| *offer == Load::Loading) == Some(true)
            {
                self.load_offer();
            }
        });
    }

    /// Starts with the configured coin and network, or the best there are.
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

    /// Shows the brand that configuration or host asked for, once the catalogue is there.
    pub(super) fn open_wanted_brand(self) {
        let Some(inner) = self.inner() else { return };
        let Some(Load::Ready(catalog)) = self.catalog.try_get_untracked() else { return };
        if self.has_order() {
            return;
        }
        let wanted = inner.wanted_brand.borrow_mut().take();
        if let Some(brand) = wanted.and_then(|name| catalog.by_name(&name).map(|brand| brand.id.clone())) {
            self.choose_brand(&brand);
        }
    }

    /// A coin or network turned out to be paused: it is shown so from now on.
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

    /// The connection is back: what could not be reached is asked for again.
    pub(super) fn retry_unreached(self) {
        if is_unreached(self.catalog) {
            self.load_catalog();
        }
        if is_unreached(self.via) {
            self.load_vias();
        } else if is_unreached(self.offer) {
            self.load_offer();
        }
    }

    /// A server that named a time is asked again then.
    pub(super) fn retry_when_free(self, trouble: &Trouble, slot: Slot, retry: fn(Self)) {
        if let Trouble::Busy(Some(wait)) = trouble {
            self.later(slot, *wait, move || retry(self));
        }
    }

    /// What may be shown.
    fn shelf(self) -> Option<Shelf> {
        self.config.try_with_untracked(|config| {
            let mut shelf = config.shelf.clone();
            shelf.kind = shelf.kind.or(config.kind);
            shelf
        })
    }
}

fn is_failed<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) -> bool {
    load.try_with_untracked(|load| matches!(load, Load::Failed(_))).unwrap_or(false)
}

fn is_unreached<T: Send + Sync + 'static>(load: RwSignal<Load<T>>) -> bool {
    load.try_with_untracked(|load| matches!(load, Load::Failed(Trouble::Offline | Trouble::Unreachable)))
        .unwrap_or(false)
}

/// Whether a brand can be bought here.
pub(super) fn is_on_sale(sale: Sale) -> bool {
    match sale {
        Sale::OnSale => true,
        Sale::OutOfStock | Sale::NeedsAccount => false,
    }
}
