//! From a brand to an order: value, recipient, coin and network, and the review of it all.
//!
//! No file here imports `paying`. What both folders need is in `parts`.

pub mod denomination_picker;
pub mod offer_texts;
pub mod order_review;
pub mod payment_method_picker;
pub mod price_lead;
pub mod problem_list;
pub mod range_field;
pub mod recipient_fields;
pub mod recipient_form;
