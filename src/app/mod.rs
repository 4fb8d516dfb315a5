//! The application: the shop and the store that hold one checkout, and the ports through which it reaches the outside
//! world.

pub mod config;
pub mod error_code;
mod fetch;
pub mod follow;
mod join;
mod load;
pub mod memory;
mod picture_urls;
pub mod ports;
pub mod shop;
mod sleep;
mod slots;
pub mod store;
mod task;
mod turns;

pub use config::Config;
pub(crate) use join::both;
pub use load::{Load, Trouble};
pub use shop::Shop;
pub use store::{Quote, Store};
