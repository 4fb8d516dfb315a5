//! The pure heart of the checkout: wire formats, money, contacts, the catalogue, orders and their tracking.
//!
//! Nothing here touches a document, a clock, a random source or a network. The outside world comes in as arguments
//! (`now`, a random number, an event) and leaves as values, so that everything can be tested natively and in virtual time.
//!
//! | module | holds |
//! |---|---|
//! | [`wire`] | what the supplier sends and takes, decoded tolerantly |
//! | [`json`] | values, and reading and writing them |
//! | [`chain`] | networks and what their names mean, addresses, Lightning invoices |
//! | [`money`] | coin amounts, face values, ranges: exact decimals, never floats |
//! | [`contact`] | e-mail addresses and telephone numbers |
//! | [`country`] | the countries served and their calling codes |
//! | [`catalog`] | brands, what they sell, and finding them |
//! | [`problem`] | why an order is refused and what can be done about it |
//! | [`order`] | an order as the checkout understands it |
//! | [`checkout`] | the steps of one purchase |
//! | [`tracking`], [`backoff`] | following an order through a bad network |
//! | [`payment`] | how an order is paid: payment links, QR codes, transactions, and what a wallet may be asked to send |
//! | [`pace`] | long work that lets others have their turn |
//! | [`text`] | cleaning names and rich text that come from outside |

pub mod backoff;
pub mod catalog;
pub mod chain;
pub mod checkout;
pub mod contact;
pub mod country;
pub mod json;
mod lists;
pub mod money;
pub mod order;
pub mod pace;
pub mod payment;
pub mod problem;
pub mod text;
pub mod time;
pub mod tracking;
pub mod wire;
