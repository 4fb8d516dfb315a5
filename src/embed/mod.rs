//! The composition root: configuration from attributes, the mount, host events, the JavaScript API.
//!
//! | file | holds |
//! |---|---|
//! | `attributes` | attributes → [`Config`](crate::app::Config); bad values fall back and are warned about once |
//! | `beyond` | the purchase as a second wasm module, loaded after the grid |
//! | `host` | events on the element, built without secrets |
//! | `mount` | one mounted checkout, and the handle that the shell holds |
//! | `panic` | one console line, and word to the shell |
//! | `shell/` | the hand-written script that defines the element and loads all this |

mod attributes;
mod beyond;
mod host;
mod mount;
mod panic;

pub use attributes::{Setup, Warning, read};
pub use mount::{MountHandle, mount};
pub use panic::{on_panic, start};
