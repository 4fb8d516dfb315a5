//! Paying: payment links, whether the supplier's own text agrees with them, what an invoice asks for, QR codes, and the
//! one instruction that a payment panel shows.
//!
//! Nothing here asks for money on its own: [`Instruction::for_order`] and [`Instruction::for_remainder`] return either
//! everything that is needed to pay one order safely, or the reason why it must not be paid.

pub mod evm;
pub mod instruction;
mod invoice;
pub mod qr;
pub mod supplier_text;
mod unit;
pub mod uri;
pub mod wallet;

pub use instruction::{Check, Instruction, NoInstruction, QrChoice, QrKind, Warning, is_below_unit};
pub use unit::decimals;
