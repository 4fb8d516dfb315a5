//! The composition root: configuration from attributes, the mount, host events, the JavaScript API.
//!
//! | file | holds |
//! |---|---|
//! | `attributes` | attributes → [`Config`](crate::app::Config); bad values fall back and are warned about once |
//! | `purchase` | the purchase as a second wasm module, loaded after the grid |
//! | `host` | events on the element, built without secrets |
//! | `interface` | the table of attributes, properties, events, methods and codes, against which tests hold all that repeats it |
//! | `mount` | one mounted checkout, and the handle that the shell holds |
//! | `panic` | one console line, in debug builds |
//! | `shell/` | the hand-written JavaScript: `cr-widget.js` defines the element and loads all this, as a script tag (`classic.js`)
//! and as modules (`index.js`, `define.js`); `crash-guard.js` stands between JavaScript and each wasm instance,
//! `pending-create.js` keeps hold of an order that is being made when one ends |

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
