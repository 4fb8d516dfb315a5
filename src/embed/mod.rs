//! The composition root: configuration from attributes, the mount, host events, the JavaScript API.
//!
//! | file | holds |
//! |---|---|
//! | `attributes` | attributes → [`Config`](crate::app::Config); bad values fall back and are warned about once |
//! | `purchase` | the loader of the purchase, which is a second wasm module and is loaded after the grid |
//! | `host` | the events that are dispatched from the element, which carry no secrets |
//! | `interface` | the table of attributes, properties, events, methods and codes, compared with its copies by tests |
//! | `mount` | one mounted checkout, and the handle that the shell holds |
//! | `panic` | the panic hook of debug builds, which writes one line to the console |
//! | `shell/` | the hand-written JavaScript, of which `cr-widget.js` defines the element and loads everything else |
//! | `shell/classic.js` | the entry point as a script tag; `index.js` and `define.js` are those as modules |
//! | `shell/crash-guard.js` | what stands between JavaScript and each wasm instance |
//! | `shell/pending-create.js` | what keeps an order that is being made when an instance ends |

mod attributes;
mod host;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod interface;
mod mount;
#[cfg(debug_assertions)]
mod panic;
mod purchase;

pub use attributes::{Setup, Warning, read};
pub use mount::{MountHandle, mount};
#[cfg(debug_assertions)]
pub use panic::start;
