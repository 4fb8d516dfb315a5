//! Transitions of the purchase, and what the page around us is told about them.

use core::mem;

use cr_core::{
    checkout::Checkout,
    order::{OrderId, OrderState},
    problem::Problem,
};
use leptos::prelude::*;

use super::{Store, Trouble};
use crate::app::ports::HostEvent;

impl Store {
    /// Applies a transition of the purchase and tells the page around us what changed.
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
        self.remember_guards();
        if after.step != before.step {
            self.emit(HostEvent::Step(after.step));
        }
        let Some(order) = after.order else { return };
        if before.order.as_ref() == Some(&order) {
            return;
        }
        let (reference, order_id) = (order.id.reference(), order.id.expose().to_owned());
        self.emit(HostEvent::OrderStatus {
            reference: reference.clone(),
            order_id: order_id.clone(),
            state: order.state.as_str().to_owned(),
            payment_state: order.payment_state,
        });
        if order.state == OrderState::Done && before.order.is_none_or(|before| before.state != OrderState::Done) {
            self.emit(HostEvent::OrderDone { reference, order_id });
        }
    }

    pub(super) fn emit(self, event: HostEvent) {
        if let Some(inner) = self.inner() {
            inner.ports.host.emit(event);
        }
    }

    /// Tells the page around us of problems by their codes.
    pub(super) fn emit_trouble(self, trouble: &Trouble, at: &'static str) {
        match trouble {
            Trouble::Offline => self.emit_code("OFFLINE", at),
            Trouble::Unreachable => self.emit_code("UNREACHABLE", at),
            Trouble::Busy(_) => self.emit_code("BUSY", at),
            Trouble::NotFound => self.emit_code("NOT_FOUND", at),
            Trouble::Refused(problems) => self.emit_problems(problems, at),
        }
    }

    pub(super) fn emit_problems(self, problems: &[Problem], at: &'static str) {
        for problem in problems {
            self.emit_code(problem.code.as_str(), at);
        }
    }

    pub(super) fn emit_code(self, code: &str, at: &'static str) {
        self.emit(HostEvent::Error { code: code.to_owned(), at });
    }
}

/// What of a purchase the page around us hears about.
struct Marks {
    step: &'static str,
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
        Self { step: checkout.step(), order }
    }
}
