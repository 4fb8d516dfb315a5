//! Review and creation: the supplier is asked once whether it would take the order, and then once to take it.

use core::time::Duration;

use cr_core::{
    checkout::{Checkout, Created, Review},
    money::CoinAmount,
    order::{Chosen, Order, OrderRequest, SignOfMoney},
    payment,
    problem::Refusal,
    tracking::Snapshot,
    wire::{self, AnswerError, Validated},
};
use leptos::prelude::*;

use super::{
    Load, Slot, Store,
    making::{Hold, Outcome},
};
use crate::app::{
    error_code::{OwnCode, Place},
    memory, picture_urls,
    ports::{Answer, HostEvent, NoAnswer},
};

/// A validation that is older than this is repeated before an order is created.
const REVIEW_AGE: Duration = Duration::from_secs(60);
/// How often, and with which wait between, a new element looks for an order that is being made in another element that
/// is about to be removed.
const LOOKS: u32 = 10;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Store {
    /// Goes on to the review, and validates the order once.
    pub fn review(self) {
        let Some(draft) = self.draft() else { return };
        // An order that is still being resumed must not take the place of this purchase.
        self.leave_order();
        self.transition(move |checkout| checkout.with_draft(draft));
        if self.review_at_hand() == Some(Review::Checking) {
            self.validate(false);
        }
    }

    /// Validates again after a failure, or when the last answer is older than 60 s.
    pub fn retry_review(self) {
        let is_old = self.is_review_old();
        match self.review_at_hand() {
            Some(Review::Refused(_) | Review::Unreachable | Review::Busy | Review::Implausible { .. }) => {
                self.validate(false);
            }
            Some(Review::Passed(_) | Review::Moved { .. }) if is_old => self.validate(false),
            Some(Review::Passed(_) | Review::Moved { .. } | Review::Checking) | None => {}
        }
    }

    /// Creates the order, once, for `shown`: the amount that stood on screen when the shopper pressed. Where the
    /// supplier asks for another amount by now, that is shown to the shopper first, who may have to agree to it
    /// ([`cr_core::checkout::Moved`]).
    pub fn order_for(self, shown: CoinAmount) {
        self.transition(move |checkout| checkout.agree(shown));
        if !matches!(self.review_at_hand(), Some(Review::Passed(_))) {
            return;
        }
        if self.is_review_old() {
            self.validate(true);
        } else {
            self.create();
        }
    }

    /// Does [`Store::order_for`] with the amount that the review shows at this moment. Does not agree to a price that
    /// has moved.
    pub fn create_order(self) {
        if let Some(Review::Passed(shown)) = self.review_at_hand() {
            self.order_for(shown);
        }
    }

    /// Repeats a create whose outcome is not known, with the same key; only if the proxy announced that it keeps keys.
    pub fn retry_create(self) {
        if !self.keeps_keys() || self.is_retrying_create.try_get_untracked() != Some(false) {
            return;
        }
        let is_unknown =
            self.checkout.try_with_untracked(|checkout| matches!(checkout, Checkout::CreateUnknown { .. }));
        let Some(inner) = self.inner().filter(|_| is_unknown == Some(true)) else { return };
        if let Some(hold) = &*inner.making.borrow() {
            self.is_retrying_create.try_set(true);
            hold.send();
        }
    }

    /// Returns whether [`Store::retry_create`] is safe. Tracked.
    pub fn can_retry_create(self) -> bool {
        self.shop.keeps_keys().and_then(|keeps_keys| keeps_keys.try_get()).unwrap_or(false)
    }

    pub(super) fn keeps_keys(self) -> bool {
        self.shop.keeps_keys().and_then(|keeps_keys| keeps_keys.try_get_untracked()).unwrap_or(false)
    }

    /// Agrees to pay `shown`, the amount that stood on screen when the shopper pressed, for an order that waits for an
    /// agreement.
    pub fn agree_to(self, shown: CoinAmount) {
        self.transition(move |checkout| checkout.agree(shown));
    }

    /// Does [`Store::agree_to`] with the amount that the order asks for at this moment.
    pub fn confirm_price(self) {
        self.transition(Checkout::confirm);
    }

    /// Returns the order as it would be sent; `None` while something is missing.
    fn draft(self) -> Option<OrderRequest> {
        let (brand, chosen) = self.checkout.try_with_untracked(|checkout| {
            let choice = checkout.choice().filter(|_| checkout.making().is_none())?;
            Some((checkout.brand()?.clone(), choice.chosen.clone()))
        })??;
        let recipient = self.recipient.try_get_untracked().flatten()?;
        Some(OrderRequest {
            brand_name: brand.order_name,
            wire_kind: brand.wire_kind,
            country: self.country.try_get_untracked()?,
            chosen,
            beneficiary: recipient.beneficiary,
            email: recipient.email,
            newsletter: recipient.newsletter,
            coin: self.coin.try_get_untracked().flatten()?,
            network: self.network.try_get_untracked().flatten()?,
            lang: self.api_lang(),
            utm_source: self.config.try_with_untracked(|config| config.utm_source.clone())?,
            refund_wallet_address: recipient.refund_wallet_address,
        })
    }

    fn review_at_hand(self) -> Option<Review> {
        self.checkout.try_with_untracked(|checkout| checkout.review().cloned())?
    }

    fn is_review_old(self) -> bool {
        let reviewed_at = self.inner().and_then(|inner| inner.reviewed_at.get());
        reviewed_at.is_none_or(|at| self.monotonic().saturating_sub(at) >= REVIEW_AGE)
    }

    /// Asks the supplier whether it would take the draft under review. When the shopper has just agreed to an amount
    /// (`is_agreed`), the order is created right after, unless the price moved so far that they have to agree again.
    fn validate(self, is_agreed: bool) {
        let Some(inner) = self.inner() else { return };
        let draft = self
            .checkout
            .try_with_untracked(|checkout| checkout.draft().cloned().filter(|_| checkout.review().is_some()));
        let Some(draft) = draft.flatten() else { return };
        self.transition(|checkout| checkout.reviewed(Review::Checking));
        let answer = inner.ports.api.post("/v5/orders/validations".to_owned(), draft.to_flat_json(), None);
        self.run(Slot::Review, async move {
            let review = self.judge_validation(answer.await, &draft);
            // The shopper may have gone back and changed something during the request.
            let is_still_asked = self.checkout.try_with_untracked(
                |checkout| matches!(checkout, Checkout::Reviewing { draft: current, review: Review::Checking, .. } if **current == draft),
            );
            if is_still_asked != Some(true) {
                return;
            }
            if let Some(inner) = self.inner() {
                inner.reviewed_at.set(Some(self.monotonic()));
            }
            self.transition(move |checkout| checkout.reviewed(review));
            if is_agreed && matches!(self.review_at_hand(), Some(Review::Passed(_))) {
                self.create();
            }
        });
    }

    fn judge_validation(self, answer: Result<Answer, NoAnswer>, draft: &OrderRequest) -> Review {
        let answer = match self.shop.heard(answer) {
            Ok(answer) => answer,
            Err(trouble) => {
                self.shop.emit_trouble(&trouble, Place::Review);
                return Review::Unreachable;
            }
        };
        match wire::validation(answer.status, &answer.body, draft) {
            Ok(Validated { coin_amount, .. }) => {
                let decimals = self.decimals(&draft.coin, &draft.network);
                Review::Passed(
                    decimals.map_or_else(|| coin_amount.clone(), |decimals| coin_amount.rounded_up(decimals)),
                )
            }
            Err(AnswerError::Refused(Refusal::Problems(problems))) if answer.status < 500 && answer.status != 429 => {
                self.shop.emit_problems(&problems, Place::Review);
                self.note_suspensions(&problems, &draft.coin, &draft.network);
                Review::Refused(problems)
            }
            Err(_) => {
                let is_busy = answer.status == 429;
                self.shop.emit_own(if is_busy { OwnCode::Busy } else { OwnCode::Unreachable }, Place::Review);
                if is_busy { Review::Busy } else { Review::Unreachable }
            }
        }
    }

    /// Sends the create of this order, with a new idempotency key.
    fn create(self) {
        let Some(inner) = self.inner() else { return };
        let key = inner.ports.random.key();
        let ours = key.clone();
        self.transition(move |checkout| checkout.create(ours));
        let asked = self.checkout.try_with_untracked(|checkout| {
            let making = checkout.making().filter(|making| making.key == key)?;
            Some((checkout.clone(), making.draft.to_flat_json()))
        });
        let hold = asked.flatten().and_then(|(checkout, body)| Hold::begin(self, checkout, key, body));
        if let Some(hold) = hold {
            self.settle_making();
            hold.send();
            inner.making.replace(Some(hold));
        }
    }

    /// Handles the outcome of a create.
    pub(super) fn made(self, outcome: Outcome) {
        self.is_retrying_create.try_set(false);
        let Outcome { created, date } = outcome;
        match created {
            Created::Order(order) => {
                self.created(order, date);
                self.settle_making();
            }
            Created::Refused(_) => {
                self.not_created(created);
                self.settle_making();
            }
            // The create may be repeated, with the same key.
            Created::Unknown | Created::Unreadable => self.not_created(created),
        }
    }

    /// Ends the create that this element holds, about which nothing is left to ask.
    pub(super) fn settle_making(self) {
        let hold = self.inner().and_then(|inner| inner.making.take());
        if let Some(hold) = hold {
            hold.end();
        }
    }

    /// Goes on with an order that was being made when its element was removed from the page.
    pub(super) fn go_on_making(self) {
        self.look_for_making(LOOKS);
    }

    /// Looks for a create to take over, `looks` times more. A framework may insert the next element before it removes
    /// the last one.
    fn look_for_making(self, looks: u32) {
        let is_free = self.checkout.try_with_untracked(|checkout| *checkout == Checkout::Browsing) == Some(true)
            && self.resuming.try_with_untracked(Option::is_none) == Some(true)
            && !self.shop.is_asked_to_resume();
        let Some(inner) = self.inner().filter(|_| is_free) else { return };
        let Some(hold) = Hold::take_over(self) else {
            if looks > 0 && Hold::may_come(self) {
                self.later(Slot::Making, LOOK_AGAIN, move || self.look_for_making(looks - 1));
            }
            return;
        };
        if hold.keeps_keys() {
            self.shop.note_keys();
        }
        let (standing, recipient) = hold.standing();
        let (is_asking, outcome) = (hold.is_asking(), hold.outcome());
        if let Some(draft) = standing.making().map(|making| making.draft) {
            // If the order is refused, the shopper goes on where they were.
            if self.country.try_get_untracked() != Some(draft.country) {
                self.shop.open(None, Some(draft.country));
            }
            self.coin.try_set(Some(draft.coin.clone()));
            self.network.try_set(Some(draft.network.clone()));
        }
        inner.making.replace(Some(hold));
        self.recipient.try_set(recipient);
        // The offer of the brand is needed again if the order is refused.
        self.offer.try_set(Load::Loading);
        self.is_retrying_create.try_set(is_asking && matches!(standing, Checkout::CreateUnknown { .. }));
        self.transition(move |_| standing);
        if let Some(outcome) = outcome {
            self.made(outcome);
        }
    }

    fn created(self, mut order: Box<Order>, date: Option<cr_core::time::Timestamp>) {
        let Some(inner) = self.inner() else { return };
        // Without a readable clock of the server, the order's own times are the next best.
        if let Some(date) = date.or(order.payment_requested_at).or(order.created_at) {
            self.note_server_time(date);
        }
        self.note_past(&order);
        let proxy = self.shop.proxy();
        picture_urls::place_order(&mut order, &proxy);
        self.place_units(&mut order);
        memory::keep(&*inner.ports.storage, &proxy, &order.id, inner.ports.clock.wall());
        self.announce(&order);
        let known = order.clone();
        // A sign of money in the answer is known, and stored, before the tracker begins.
        self.set_snapshot(Snapshot::beginning(Some(*order.clone()), false));
        self.transition(move |checkout| checkout.created(Created::Order(order)));
        self.refresh_resumable();
        self.follow(known.id.clone(), Some(*known), SignOfMoney::None);
    }

    /// Returns the number of fraction digits of a coin on a network, as far as it is known from the payment via or from
    /// the network itself.
    pub(super) fn decimals(self, coin: &str, network: &str) -> Option<u32> {
        let via = self.via.try_with_untracked(|via| match via {
            Load::Ready(via) => via.meant(coin, network).map(|(_, network)| network.clone()),
            Load::Idle | Load::Loading | Load::Failed(_) => None,
        });
        payment::decimals(coin, network, via.flatten().as_ref())
    }

    /// Sets the number of fraction digits with which an order's amounts can be sent. Where the order names no coin or
    /// network, the ones of the current order count, or those that were asked for.
    pub(super) fn place_units(self, order: &mut Order) {
        let known = self.checkout.try_with_untracked(|checkout| match (checkout.order(), checkout.making()) {
            (Some(order), _) => (order.coin.clone(), order.network.clone()),
            (None, Some(making)) => (Some(making.draft.coin.clone()), Some(making.draft.network.clone())),
            (None, None) => (None, None),
        });
        let (coin, network) = known.unwrap_or_default();
        if let (Some(coin), Some(network)) = (order.coin.clone().or(coin), order.network.clone().or(network)) {
            order.decimals = self.decimals(&coin, &network).or(order.decimals);
        }
    }

    /// Sets the fraction digits of the current order after the coins and networks were loaded, if they were not known
    /// before.
    pub(super) fn place_units_at_hand(self) {
        let order = self.checkout.try_with_untracked(|checkout| checkout.order().cloned()).flatten();
        let Some(mut order) = order.filter(|order| order.decimals.is_none()) else { return };
        self.place_units(&mut order);
        if order.decimals.is_some() {
            let money = self.snapshot.try_with_untracked(|snapshot| snapshot.money).unwrap_or_default();
            self.transition(move |checkout| checkout.observe(order, money));
        }
    }

    fn not_created(self, outcome: Created) {
        match &outcome {
            Created::Refused(problems) => {
                self.shop.emit_problems(problems, Place::Create);
                let (coin, network) =
                    (self.coin.try_get_untracked().flatten(), self.network.try_get_untracked().flatten());
                self.note_suspensions(problems, &coin.unwrap_or_default(), &network.unwrap_or_default());
            }
            Created::Unknown | Created::Unreadable => {
                self.shop.emit_own(OwnCode::OrderOutcomeUnknown, Place::Create);
            }
            Created::Order(_) => {}
        }
        self.transition(move |checkout| checkout.created(outcome));
    }

    /// Reports a new order to the host page.
    fn announce(self, order: &Order) {
        let asked = self.checkout.try_with_untracked(|checkout| {
            let making = checkout.making()?;
            Some((making.brand.name.clone(), making.brand.kind, making.draft.clone()))
        });
        let Some((brand, kind, draft)) = asked.flatten() else { return };
        let face = match &draft.chosen {
            Chosen::Range(face) => Some(face.clone()),
            Chosen::Fixed(_) => self.face_of_choice(),
        };
        self.shop.emit(HostEvent::OrderCreated {
            reference: order.id.reference(),
            order_id: order.id.expose().to_owned(),
            brand,
            kind,
            country: draft.country.code().to_owned(),
            face_value: face.as_ref().map(|face| face.amount().to_owned()),
            currency: face.as_ref().map(|face| face.currency().as_str().to_owned()),
            coin: draft.coin.clone(),
            network: draft.network.clone(),
        });
    }
}
