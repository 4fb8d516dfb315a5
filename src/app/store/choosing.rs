//! Choosing for one brand: its offer, the price, the recipient, and the coin and network.

use core::time::Duration;
use std::sync::Arc;

use cr_core::{
    catalog::{BrandId, Denomination, offer_of},
    checkout::{Checkout, Choice, Page},
    money::{CoinAmount, FaceValue},
    order::Chosen,
    wire,
};
use leptos::prelude::*;

use super::{Load, Quote, Recipient, Slot, Store, coins::is_on_sale};
use crate::app::{
    Trouble,
    error_code::Place,
    fetch::{self, path},
    ports::HostEvent,
    sleep::sleep,
};

/// How long the shopper must not have typed before a price is requested.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// How old a price may grow while it is shown.
const QUOTE_AGE: Duration = Duration::from_secs(30);

impl Store {
    /// Shows a brand that was chosen, and loads its offer.
    pub fn choose_brand(self, id: &BrandId) {
        let Some(Load::Ready(catalog)) = self.catalog.try_get_untracked() else { return };
        let Some(brand) = catalog.get(id).cloned() else { return };
        if self.has_order() {
            return;
        }
        self.shop.emit(HostEvent::BrandSelect {
            brand: brand.name.clone(),
            kind: brand.kind,
            category: brand.categories.first().cloned(),
            country: self.country.get_untracked().code().to_owned(),
        });
        if let Some(inner) = self.inner() {
            inner.slots.clear(Slot::Quote);
        }
        self.quote.try_set(Load::Idle);
        self.offer.try_set(Load::Loading);
        self.transition(move |checkout| checkout.choose(brand));
        self.load_offer();
    }

    /// Loads the offer again after a failure.
    pub fn retry_offer(self) {
        if matches!(self.via.try_get_untracked(), Some(Load::Failed(_))) {
            self.offer.try_set(Load::Loading);
            self.load_vias();
        } else {
            self.load_offer();
        }
    }

    /// Loads the offer of the chosen brand, priced in the chosen coin. Waits for the coins while they are being loaded.
    pub(super) fn load_offer(self) {
        let Some(inner) = self.inner() else { return };
        let Some(reader) = self.shop.reader() else { return };
        let Some(brand) = self.brand() else { return };
        inner.slots.clear(Slot::OfferRetry);
        match self.via.try_get_untracked() {
            Some(Load::Ready(_)) => {}
            Some(Load::Failed(trouble)) => {
                self.offer.try_set(Load::Failed(trouble));
                return;
            }
            Some(Load::Idle | Load::Loading) | None => {
                self.offer.try_set(Load::Loading);
                return;
            }
        }
        self.offer.try_set(Load::Loading);
        let coin = self.coin.get_untracked();
        let lang = self.api_lang();
        let (family, name) = if brand.family.is_empty() {
            (None, Some(brand.order_name.as_str()))
        } else {
            (Some(brand.family.as_str()), None)
        };
        let query =
            [("family_name", family), ("brand_name", name), ("coin", coin.as_deref()), ("lang", Some(lang.as_str()))];
        let products =
            reader.get(path(&format!("/v5/products/country/{}", self.country.get_untracked().code()), &query));
        self.run(Slot::Offer, async move {
            let offer = self.shop.heard(products.await).and_then(|answer| {
                let offers =
                    wire::products(answer.status, &answer.body).map_err(|error| fetch::trouble(&answer, error))?;
                let offer = offer_of(&offers, &brand).cloned().ok_or(Trouble::NotFound)?;
                // Prices in another coin would be shown as if they were in the one that was asked for.
                let is_ours = coin.as_deref().is_none_or(|coin| offer.is_priced_in(coin));
                if is_ours { Ok(offer) } else { Err(Trouble::Unreachable) }
            });
            match offer {
                Ok(offer) => {
                    self.offer.try_set(Load::Ready(Arc::new(offer)));
                }
                Err(trouble) => {
                    self.shop.emit_trouble(&trouble, Place::Product);
                    self.retry_when_free(&trouble, Slot::OfferRetry, Self::load_offer);
                    self.offer.try_set(Load::Failed(trouble));
                }
            }
        });
    }

    /// Requests a quote, debounced by 300 ms; only the answer to the latest request counts. The quote is refreshed
    /// while it is shown.
    pub fn ask_quote(self, face: FaceValue) {
        let Some(coin) = self.coin.try_get_untracked().flatten() else { return };
        if self.is_quoted(&face, &coin) && self.age_of_quote().is_some_and(|age| age < QUOTE_AGE) {
            return;
        }
        if !self.is_quoted(&face, &coin) {
            self.quote.try_set(Load::Loading);
        }
        self.keep_quoting(face, coin, DEBOUNCE);
    }

    /// Requests a quote anew that has grown old while the page was hidden.
    pub(super) fn refresh_quote(self) {
        if let Some(Load::Ready(quote)) = self.quote.try_get_untracked()
            && self.is_quote_shown()
            && self.age_of_quote().is_some_and(|age| age >= QUOTE_AGE)
        {
            self.keep_quoting(quote.face, quote.coin, Duration::ZERO);
        }
    }

    /// Requests a quote after `wait`, and again whenever it has grown old, for as long as it is shown.
    fn keep_quoting(self, face: FaceValue, coin: String, wait: Duration) {
        let Some(inner) = self.inner() else { return };
        let (clock, lifecycle) = (inner.ports.clock.clone(), inner.ports.lifecycle.clone());
        self.run(Slot::Quote, async move {
            sleep(&*clock, wait).await;
            loop {
                match self.fetch_quote(&face, &coin).await {
                    Ok(quote) => {
                        self.quote.try_set(Load::Ready(quote));
                    }
                    // A quote that was received stays on screen, with its age; it is not an invoice.
                    Err(_) if self.is_quoted(&face, &coin) => {}
                    Err(trouble) => {
                        self.shop.emit_trouble(&trouble, Place::Quote);
                        self.quote.try_set(Load::Failed(trouble));
                        return;
                    }
                }
                sleep(&*clock, QUOTE_AGE).await;
                // Nobody looks at a hidden page; when it becomes visible, the quote is requested anew.
                if !self.is_quote_shown() || !lifecycle.is_visible() {
                    return;
                }
            }
        });
    }

    async fn fetch_quote(self, face: &FaceValue, coin: &str) -> Result<Quote, Trouble> {
        let (reader, brand) = self.shop.reader().zip(self.brand()).ok_or(Trouble::Unreachable)?;
        let country = self.country.try_get_untracked().ok_or(Trouble::Unreachable)?;
        let query = [
            ("brand_name", Some(brand.order_name.as_str())),
            ("country_code", Some(country.code())),
            ("face_value", Some(face.amount())),
            ("coin", Some(coin)),
        ];
        let answer = reader.get(path("/v4/products/price", &query)).await;
        let answer = self.shop.heard(answer)?;
        let price = wire::price(answer.status, &answer.body).map_err(|error| fetch::trouble(&answer, error))?;
        // A price in another coin, or of another product, is not taken.
        let shown = self.range_product();
        let is_ours = price.is_in(coin) && (shown.is_none() || price.product_id.is_none() || shown == price.product_id);
        if !is_ours {
            return Err(Trouble::Unreachable);
        }
        Ok(Quote { face: face.clone(), coin: coin.to_owned(), amount: price.coin_amount, at: self.monotonic() })
    }

    /// Returns the id of the product behind the offer's range, if the offer has just one.
    fn range_product(self) -> Option<String> {
        let Some(Load::Ready(offer)) = self.offer.try_get_untracked() else { return None };
        let mut ranges = offer.denominations.iter().filter_map(|denomination| match denomination {
            Denomination::Range { product_id, .. } => Some(product_id.clone()),
            Denomination::Fixed { .. } => None,
        });
        ranges.next().filter(|id| !id.is_empty() && ranges.next().is_none())
    }

    /// Returns the age of the current quote. Tracked.
    pub fn quote_age(self) -> Option<Duration> {
        self.tick().track();
        self.quote.track();
        self.age_of_quote()
    }

    fn age_of_quote(self) -> Option<Duration> {
        match self.quote.try_get_untracked() {
            Some(Load::Ready(quote)) => Some(self.monotonic().saturating_sub(quote.at)),
            Some(Load::Idle | Load::Loading | Load::Failed(_)) | None => None,
        }
    }

    fn is_quoted(self, face: &FaceValue, coin: &str) -> bool {
        self.quote
            .try_with_untracked(
                |quote| matches!(quote, Load::Ready(quote) if quote.face == *face && quote.coin == coin),
            )
            .unwrap_or(false)
    }

    fn is_quote_shown(self) -> bool {
        self.checkout.try_with_untracked(|checkout| matches!(checkout, Checkout::Choosing { .. })).unwrap_or(false)
    }

    /// Takes the chosen denomination, and goes on to the recipient.
    pub fn choose_denomination(self, choice: Choice) {
        if !self.brand().is_some_and(|brand| is_on_sale(brand.sale)) {
            return;
        }
        if let Chosen::Range(face) = &choice.chosen {
            self.ask_quote(face.clone());
        }
        self.transition(move |checkout| checkout.with_choice(choice));
    }

    /// Takes the recipient, and goes on to the choice of coin and network.
    pub fn set_recipient(self, recipient: Recipient) {
        self.recipient.try_set(Some(recipient));
        self.turn_to(Page::Method);
    }

    /// Takes the chosen coin and network, which are not confirmed yet. When the coin changed, the offer is loaded with
    /// its prices in the new one.
    pub fn set_method(self, coin: String, network: String) {
        if self.network.try_get_untracked().flatten().as_ref() != Some(&network) {
            self.network.try_set(Some(network));
        }
        if self.coin.try_get_untracked().flatten().as_ref() == Some(&coin) {
            return;
        }
        self.coin.try_set(Some(coin));
        if self.brand().is_none() || self.has_order() {
            return;
        }
        self.load_offer();
        let quoted = match self.quote.try_get_untracked() {
            Some(Load::Ready(quote)) => Some(quote.face),
            Some(Load::Idle | Load::Loading | Load::Failed(_)) | None => None,
        };
        if let Some(face) = self.chosen_face().or(quoted) {
            self.quote.try_set(Load::Loading);
            self.ask_quote(face);
        }
    }

    /// Returns the face value that was chosen in a range.
    fn chosen_face(self) -> Option<FaceValue> {
        self.checkout.try_with_untracked(|checkout| match chosen(checkout) {
            Some(Chosen::Range(face)) => Some(face.clone()),
            Some(Chosen::Fixed(_)) | None => None,
        })?
    }

    /// Returns the price of what is chosen, in the chosen coin, as far as it is known before the review. It is rounded
    /// up to whole units of the coin where those are known on the chosen network. Tracked.
    pub fn current_price(self) -> Option<CoinAmount> {
        let price = self.told_price()?;
        Some(match self.coin.get() {
            Some(coin) => self.in_units(&price, &coin),
            None => price,
        })
    }

    fn told_price(self) -> Option<CoinAmount> {
        let chosen = self.checkout.with(|checkout| chosen(checkout).cloned())?;
        match chosen {
            Chosen::Fixed(text) => self.offer.with(|offer| match offer {
                Load::Ready(offer) => offer.denominations.iter().find_map(|denomination| match denomination {
                    Denomination::Fixed { denomination, price, .. } if *denomination == text => price.clone(),
                    Denomination::Fixed { .. } | Denomination::Range { .. } => None,
                }),
                Load::Idle | Load::Loading | Load::Failed(_) => None,
            }),
            Chosen::Range(face) => {
                let coin = self.coin.get()?;
                self.quote.with(|quote| match quote {
                    Load::Ready(quote) if quote.face == face && quote.coin == coin => Some(quote.amount.clone()),
                    Load::Ready(_) | Load::Idle | Load::Loading | Load::Failed(_) => None,
                })
            }
        }
    }
}

/// Returns what the shopper chose to order; `None` before that.
fn chosen(checkout: &Checkout) -> Option<&Chosen> {
    checkout.choice().map(|choice| &choice.chosen)
}
