//! From an order to its goods: paying, watching, receiving, and what may go wrong on the way.
//!
//! No file here imports `choosing`. What both folders need is in `parts`.

pub mod address_text;
pub(crate) mod amount_changed;
pub mod browser_wallet;
pub mod countdown;
pub mod create_unknown;
pub mod esim;
pub mod goods;
mod grace;
pub mod health_line;
mod images;
mod order_actions;
pub mod order_path;
pub mod order_screen;
pub mod payment_panel;
pub mod price_confirm;
pub mod problem_screen;
pub mod qr_code;
pub mod receipt;
pub mod receipt_paper;
pub mod resume_banner;
pub mod screen_choice;
pub mod status_tracker;
