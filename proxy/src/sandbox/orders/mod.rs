//! Orders: quoting, making, walking, telling.

mod quote;
mod request;
mod secrets;
mod store;
mod wire;

pub(crate) use quote::{Quote, quote};
pub(crate) use request::Wanted;
pub(crate) use secrets::Secrets;
#[cfg(test)]
pub(crate) use store::sample;
pub(crate) use store::{Line, Order, Slot, Store};
pub(crate) use wire::{Place, order_json, qr_text, validation_json};
