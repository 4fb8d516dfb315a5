//! End-to-end tests: the built widget in a real browser, the real proxy binary, the simulated supplier behind it.
//!
//! | module | holds |
//! |---|---|
//! | [`stack`] | one proxy, one driver, one browser session, which all end together |
//! | [`screen`] | finding and waiting inside the widget's shadow root, by role and accessible name; screenshots |
//! | [`page`] | one page object for each screen |
//! | [`code`] | reading QR codes on screen |
//! | [`browser`] | Chromium and Firefox: starting them, and emptying them for the next test |
//! | [`pool`] | the browsers that wait for a test |
//! | `devtools` | profiles and tabs of Chromium, which chromedriver does not know |
//! | [`harness`] | the tests, side by side in one pool of workers |
//! | [`tcp_line`] | the connection between browser and proxy, which a test can count, cut, silence and script |
//! | [`faulty_stack`] | browser, connection, proxy process and simulated supplier, each of which can fail alone |
//! | [`words`] | the English messages, so that tests name keys and not the text itself |
//! | [`supplier`] | the sandbox's controls: paying, switching it off and on |
//!
//! `cargo xtask test e2e` builds what is needed and sets the environment (see [`stack::Paths`]).

pub mod browser;
pub mod code;
mod devtools;
pub mod faulty_stack;
pub mod harness;
pub mod page;
pub mod pool;
pub mod process;
pub mod screen;
pub mod stack;
pub mod supplier;
pub mod tcp_line;
pub mod words;
