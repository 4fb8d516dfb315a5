//! The simulated supplier over real sockets, read by code that shares nothing with it.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure here is a failed test")]

mod addresses;
mod broken_streams;
mod calls;
mod catalogue;
mod images;
mod orders;
mod outcomes;
mod reading;
mod scripts;
mod streams;
mod support;
