//! Following an order through every fault of the line, in Chromium and Firefox, against the real proxy and the simulated supplier.
//!
//! What is asserted is what ends up on screen, and how often was asked. How long it took is told, and held only against limits that
//! docs/tracking.md promises; it has the cases too, and how to play them.

mod forget;
mod harness;
mod line;
mod page;
mod raw;
mod router;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    harness::play([router::cases(), page::cases(), raw::cases(), line::cases(), forget::cases()].concat()).await
}
