//! The application: the store that holds one checkout, and the ports through which it reaches the outside world.

pub mod config;
mod fetch;
pub mod follow;
pub mod memory;
mod pictures;
pub mod ports;
pub mod store;
mod task;

pub use config::Config;
pub use store::{Load, Quote, Store, Trouble};
