//! Chains: which one the name of a network means, and the addresses, invoices and spellings of each.
//!
//! This is the lowest layer of the domain. It knows neither amounts nor the catalogue nor orders; what a catalogue says
//! about a network is passed in as a [`Listing`].

mod address;
mod lightning;
mod network;
mod same;

pub(crate) use address::form;
pub use address::{Address, AddressError, Checked};
pub use lightning::{Invoice, InvoiceError};
pub use network::{Listing, payee, resolve};
pub(crate) use network::{caip2, chain_of, named};
pub(crate) use same::{is_hex_address, is_same_address};
pub use same::{same_coin, same_network};

/// A network family with its own address form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chain {
    /// The main chain of Bitcoin.
    Bitcoin,
    /// Bitcoin over Lightning.
    Lightning,
    /// Litecoin.
    Litecoin,
    /// Dogecoin.
    Dogecoin,
    /// An EVM chain, with its id where that is known.
    Evm(Option<u64>),
    /// Solana.
    Solana,
    /// Tron.
    Tron,
    /// TON.
    Ton,
    /// Sui.
    Sui,
    /// The XRP Ledger.
    Xrp,
    /// An unknown chain, whose addresses are handled as plain text.
    Unknown,
}
