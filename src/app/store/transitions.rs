//! Transitions of the purchase, and the events of them that the host page gets.

use core::mem;

use cr_core::{
    checkout::{Checkout, Step},
    order::{OrderId, OrderState},
};
use leptos::prelude::*;

use super::Store;
use crate::app::{ports::HostEvent, shop::OnScreen};

impl Store {
    /// Applies a transition of the purchase, and emits to the host page what changed.
    pub(super) fn transition(self, change: impl FnOnce(Checkout) -> Checkout + 'static) {
        self.apply(Box::new(change));
    }

    fn apply(self, change: Box<dyn FnOnce(Checkout) -> Checkout>) {
        let marks = self.checkout.try_maybe_update(|checkout| {
            let last = checkout.clone();
            let before = Marks::of(checkout);
            *checkout = change(mem::replace(checkout, Checkout::Browsing));
            (*checkout != last, (before, Marks::of(checkout)))
        });
        let Some((before, after)) = marks else { return };
        let on_screen = if after.is_browsing { OnScreen::Grid } else { OnScreen::Purchase };
        if !after.is_browsing && self.forgotten.try_with_untracked(Option::is_some) == Some(true) {
            self.forgotten.try_set(None);
        }
        if self.shop.on_screen.try_get_untracked() != Some(on_screen) {
            self.shop.on_screen.try_set(on_screen);
        }
        self.remember_guards();
        self.remember_goods();
        if after.step != before.step {
            self.shop.emit(HostEvent::Step(after.step));
        }
        let Some(order) = after.order else { return };
        if before.order.as_ref() == Some(&order) {
            return;
        }
        let (reference, order_id) = (order.id.reference(), order.id.expose().to_owned());
        self.shop.emit(HostEvent::OrderStatus {
            reference: reference.clone(),
            order_id: order_id.clone(),
            state: order.state.as_str().to_owned(),
            payment_state: order.payment_state,
        });
        if order.state == OrderState::Done && before.order.is_none_or(|before| before.state != OrderState::Done) {
            self.shop.emit(HostEvent::OrderDone { reference, order_id });
        }
    }
}

/// The parts of a purchase whose changes the host page is informed about.
struct Marks {
    is_browsing: bool,
    step: Step,
    order: Option<OrderMarks>,
}

#[derive(PartialEq)]
struct OrderMarks {
    id: OrderId,
    state: OrderState,
    payment_state: Option<String>,
}

impl Marks {
    fn of(checkout: &Checkout) -> Self {
        let order = checkout.order().map(|order| OrderMarks {
            id: order.id.clone(),
            state: order.state.clone(),
            payment_state: order.payment_state.as_ref().map(|state| state.as_str().to_owned()),
        });
        Self { is_browsing: matches!(checkout, Checkout::Browsing), step: checkout.step(), order }
    }
}
