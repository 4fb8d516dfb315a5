//! `cr-widget`: a checkout that any page embeds, for gift cards, mobile top-ups and eSIMs, paid in crypto.
//!
//! | folder | holds | may touch |
//! |---|---|---|
//! | [`embed`] | the composition root: configuration, element glue, host events | everything |
//! | [`ui`] | what the shopper sees, one component a file | `app`, `dom`, `i18n`, `cr-core` |
//! | [`app`] | the store that holds the checkout, and the ports to the outside world | `cr-core` |
//! | [`dom`] | what views may use of the page: elements, focus, sizes, pictures, listeners, printing | `cr-core` |
//! | [`browser`] | the adapters behind the ports, made of web APIs | `app::ports`, `dom`, `cr-core` |
//! | [`i18n`] | messages and formatting by the browser's `Intl` | `cr-core` |
//!
//! Imports run one way: `embed → ui → app → cr-core`. Only `embed` names adapters. Everything that decides is in
//! `cr-core`, which is pure.

pub mod app;
pub mod browser;
pub mod dom;
pub mod embed;
pub mod i18n;
pub mod ui;
