//! Following an order through every fault of the line, in Chromium and Firefox, against the real proxy and the simulated supplier.
//!
//! What is asserted is what ends up on screen, and how often was asked; how long it took is only told. docs/tracking.md has the
//! cases and how to play them.

mod harness;
mod line;
mod page;
mod raw;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    harness::play([page::cases(), raw::cases(), line::cases()].concat()).await
}
