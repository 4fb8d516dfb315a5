//! End-to-end tests: the built widget in a real browser, the real proxy binary, the simulated supplier behind it.
//!
//! | module | holds |
//! |---|---|
//! | [`stage`] | one proxy, one driver, one browser session; everything is ended with it |
//! | [`screen`] | finding and waiting inside the widget's shadow root, by role and accessible name; screenshots |
//! | [`page`] | one page object a screen |
//! | [`words`] | the English messages, so that tests speak of keys and not of copy |
//! | [`supplier`] | the sandbox's controls: paying, switching it off and on |
//!
//! `cargo xtask test e2e` builds what is needed and sets the environment (see [`stage::Paths`]).

pub mod page;
pub mod process;
pub mod screen;
pub mod stage;
pub mod supplier;
pub mod words;
