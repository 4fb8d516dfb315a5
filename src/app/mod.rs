//! The application: the shop and the store that hold one checkout, and the ports through which it reaches the outside world.

pub mod config;
mod fetch;
pub mod follow;
mod load;
pub mod memory;
mod picture_urls;
pub mod ports;
pub mod shop;
pub mod store;
mod task;

pub use config::Config;
pub use load::{Load, Trouble};
pub use shop::Shop;
pub use store::{Quote, Store};
pub(crate) use task::both;
