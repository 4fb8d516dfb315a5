//! The proxy over real sockets, in front of the sandbox or of small suppliers that misbehave on purpose.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail as tests do")]

mod allow_list;
mod config;
mod contract;
mod countries;
mod creates;
mod following;
mod live;
mod origins;
mod purchase;
mod relayed;
#[path = "../../../sandbox/tests/sandbox/support.rs"]
#[expect(dead_code, reason = "most of it is for the sandbox's own tests")]
mod sandbox_support;
mod server;
mod sites;
mod stream;
mod support;
