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
mod server;
mod sites;
mod stream;
mod support;
