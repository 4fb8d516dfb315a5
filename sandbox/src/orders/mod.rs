//! Orders: pricing them, making them, changing their state, and writing them as JSON.

mod order;
mod quote;
mod request;
mod secrets;
mod store;
mod wire;

#[cfg(test)]
pub(crate) use order::sample;
pub(crate) use order::{Line, Order};
pub(crate) use quote::{Quote, quote};
pub(crate) use request::Wanted;
pub(crate) use secrets::Secrets;
pub(crate) use store::{Slot, Store};
pub(crate) use wire::{Place, order_json, qr_text, validation_json};
