//! Paying: addresses, payment links, invoices, QR codes, and the one instruction that a payment panel shows.
//!
//! Nothing here asks for money on its own: [`Instruction::for_order`] and [`Instruction::for_remainder`] give either everything
//! that is needed to pay one order safely, or the reason why it must not be paid.

pub mod address;
pub mod evm;
pub mod instruction;
pub mod lightning;
pub mod network;
pub mod qr;
mod unit;
pub mod uri;

pub use instruction::{Check, Instruction, QrChoice, QrKind, Unpayable, Warning, is_below_unit};
pub use unit::decimals;
