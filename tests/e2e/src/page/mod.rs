//! One page object for each screen: what a shopper can do there, in a shopper's words.

mod grid;
mod order;
mod product;
mod purchase;

pub use grid::Grid;
pub use order::{Pay, Receipt, Review, Track};
pub use product::{Method, Product, Recipient};
pub use purchase::{Goods, Purchase};
