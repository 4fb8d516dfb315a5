//! The catalogue of a country: it is requested, read, and filtered by the shelf.

use core::time::Duration;
use std::sync::Arc;

use cr_core::{
    catalog::{Catalog, Shelf},
    pace::Pace,
    wire,
};
use leptos::prelude::*;

use super::Shop;
use crate::app::{
    Load, Trouble,
    error_code::Place,
    fetch::{self, path},
    join::with_extra,
    picture_urls,
    ports::{Answer, Clock, NoAnswer},
    sleep::sleep,
    slots::Slot,
    turns::Turns,
};

/// How much longer than the brands the homepage may take, which only decorates the grid.
const HOMEPAGE_GRACE: Duration = Duration::from_millis(300);
/// A longer list of brands is drawn in a task of its own after the one that read it, so that neither blocks the page
/// for long.
const LONG_LIST: usize = 200;
/// How long the grid has the connection to itself before the purchase is loaded in the background.
const HEAD_START: Duration = Duration::from_millis(250);

impl Shop {
    /// Loads the brands of the country, and those of the homepage as decoration.
    pub(super) fn load_catalog(self) {
        let Some(inner) = self.inner() else { return };
        let Some(reader) = self.reader() else { return };
        let Some(country) = self.country.try_get_untracked() else { return };
        inner.slots.clear(Slot::CatalogRetry);
        self.catalog.try_set(Load::Loading);
        let query = [("country_code", Some(country.code()))];
        let brands = reader.get(path("/v2/brands", &query));
        let homepage = inner.ports.api.get(path("/v2/homepage", &query));
        let clock = inner.ports.clock.clone();
        self.run(Slot::Catalog, async move {
            let grace = clock.clone();
            let (brands, homepage) = with_extra(brands, homepage, move || sleep(&*grace, HOMEPAGE_GRACE)).await;
            let Some(read) = self.read_stock(&*clock, brands, homepage).await else { return };
            if read.as_ref().is_ok_and(|catalog| catalog.brands().len() > LONG_LIST) {
                sleep(&*clock, Duration::ZERO).await;
            }
            self.stock(read);
            if let Some(inner) = self.inner() {
                let later = inner.ports.clock.after(HEAD_START, Box::new(move || self.load_purchase()));
                inner.slots.put(Slot::HeadStart, later);
            }
        });
    }

    /// Reads the answers, a part in each task, and makes the catalogue; `None` when the element is gone.
    async fn read_stock(
        self,
        clock: &dyn Clock,
        brands: Result<Answer, NoAnswer>,
        homepage: Option<Result<Answer, NoAnswer>>,
    ) -> Option<Result<Catalog, Trouble>> {
        let featured = match homepage {
            Some(Ok(answer)) => wire::homepage(answer.status, &answer.body),
            Some(Err(_)) | None => Vec::new(),
        };
        let turns = Turns::new(clock);
        let rest = || turns.rest();
        let pace = Pace::new(&rest);
        let list = match self.heard(brands) {
            Ok(answer) => {
                wire::brands_by(answer.status, &answer.body, pace).await.map_err(|error| fetch::trouble(&answer, error))
            }
            Err(trouble) => Err(trouble),
        };
        let shelf = self.shelf()?;
        Some(match list {
            Ok(mut list) => {
                picture_urls::place_brands(&mut list, &self.proxy());
                Ok(Catalog::build(list, featured, &shelf, pace).await)
            }
            Err(trouble) => Err(trouble),
        })
    }

    /// Publishes the catalogue, or why it could not be loaded.
    fn stock(self, read: Result<Catalog, Trouble>) {
        match read {
            Ok(catalog) => {
                self.catalog.try_set(Load::Ready(Arc::new(catalog)));
                self.open_wanted_brand();
                self.carry_out();
            }
            Err(trouble) => {
                self.emit_trouble(&trouble, Place::Catalog);
                if !self.has_order() {
                    self.unask();
                }
                // A server that sent a time to wait is asked again after that.
                if let (Trouble::Busy(Some(wait)), Some(inner)) = (&trouble, self.inner()) {
                    let again = inner.ports.clock.after(*wait, Box::new(move || self.load_catalog()));
                    inner.slots.put(Slot::CatalogRetry, again);
                }
                self.catalog.try_set(Load::Failed(trouble));
            }
        }
    }

    /// Returns what the partner allows to be shown.
    fn shelf(self) -> Option<Shelf> {
        self.config.try_with_untracked(|config| {
            let mut shelf = config.shelf.clone();
            shelf.kind = shelf.kind.or(config.kind);
            shelf
        })
    }
}
