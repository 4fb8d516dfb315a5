//! The tracker against the faults of docs/faults.md: one case each in virtual time, then random schedules of all of them under a
//! judge of its own, then a whole fleet.

#[path = "support/mod.rs"]
mod support;

#[path = "tracking/judge.rs"]
mod judge;
#[path = "tracking/world.rs"]
mod world;

#[path = "tracking/clock_faults.rs"]
mod clock_faults;
#[path = "tracking/confirmations.rs"]
mod confirmations;
#[path = "tracking/fleet.rs"]
mod fleet;
#[path = "tracking/observations.rs"]
mod observations;
#[path = "tracking/schedules.rs"]
mod schedules;
#[path = "tracking/stream_faults.rs"]
mod stream_faults;
