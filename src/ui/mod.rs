//! What the shopper sees: components, one a file. They read the store's signals, call its actions and take their words from `i18n`.
//!
//! Rules that hold for every view here:
//! - No view may go through `innerHTML`: it throws under `require-trusted-types-for 'script'`. `view!` builds a nested
//!   element that way when nothing in it is dynamic and it has an attribute or a child (an icon, a bare
//!   `<div class="line"></div>`, a `<span>"text"</span>`). Text comes from `i18n` anyway, so it is dynamic; an empty element
//!   gets its class by an expression that is not a literal: `class={"line"}`.
//! - Ids are unique within one shadow root, so they are plain constants.
//! - Screens begin with a [`parts::ScreenHead`]; it takes the focus when the step changes.

pub mod address_text;
mod amount_changed;
pub mod brand_card;
pub mod brand_grid;
pub mod brand_rows;
pub mod brand_search;
pub mod brand_window;
pub mod browser_wallet;
pub mod checkout;
pub mod countdown;
pub mod country_picker;
pub mod create_unknown;
pub mod denomination_picker;
mod drawn;
pub mod esim;
pub mod facts;
pub mod goods;
pub mod health_line;
mod images;
pub mod offer_texts;
pub mod order_path;
pub mod order_review;
pub mod order_screen;
pub mod parts;
pub mod payment_method_picker;
pub mod payment_panel;
pub mod price_confirm;
pub mod price_lead;
pub mod problem_list;
pub mod purchase;
pub mod qr_code;
pub mod range_field;
pub mod receipt;
pub mod receipt_paper;
pub mod recipient_fields;
pub mod recipient_form;
pub mod resume_banner;
pub mod rich_text;
pub mod say;
pub mod scene;
pub mod status_tracker;
pub mod support;
pub mod trouble;

use leptos::prelude::*;

use crate::{
    app::{Shop, Store},
    i18n::I18n,
};

/// The shop of this element.
///
/// # Panics
/// Outside a mounted checkout: `embed` provides it before it mounts [`checkout`].
#[must_use]
pub fn expect_shop() -> Shop {
    expect_context()
}

/// The store of this element.
///
/// # Panics
/// Before the purchase is there: `embed` provides it when it has loaded.
#[must_use]
pub fn expect_store() -> Store {
    expect_context()
}

/// The messages and formats of this element.
///
/// # Panics
/// Outside a mounted checkout: `embed` provides them before it mounts [`checkout`].
#[must_use]
pub fn expect_i18n() -> I18n {
    expect_context()
}
