//! The supplier's JSON, decoded tolerantly and written exactly (docs/supplier-api.md §2, §5, §11).
//!
//! Bodies become the types of the neighbouring modules at once. Every decoder looks for an error envelope first, at any
//! HTTP status; unknown fields are ignored, `null` counts as absent, and numbers may be text. A [`DecodeError`] names
//! the field.
//!
//! A field that is only shown may have any type and is then absent; a field that is paid or ordered by must be right or
//! is an error. Of an order alone the state is believed beside a field that cannot be read, which is noted and makes
//! the order not payable. Whoever fetches a body caps it; the parser caps the nesting (128 levels).

mod answers;
mod brands;
mod create;
mod envelope;
mod goods;
mod names;
mod node;
mod orders;
mod products;
mod quotes;
pub mod relay;
mod request;
mod vias;

pub use answers::{Ending, confirmed, ending, read};
pub use brands::{brands, brands_by, homepage};
pub use create::{AnsweredBy, Verdict, create};
pub use envelope::is_code;
pub use names::{MEMO_NAMES, ORDER_ID_NAMES, STATE_NAMES};
pub use node::is_same_name;
pub use orders::{order, snapshot, snapshot_of, told_id};
pub use products::products;
pub use quotes::{Price, Validated, price, validation};
pub use vias::payment_vias;

use crate::problem::Refusal;

/// A body that could not be understood: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct DecodeError {
    /// The field, such as `deliveries[0].deliverable.brand_name`; `$` for the whole body.
    pub path: String,
    /// What was expected and found; it never holds the value itself.
    pub reason: String,
}

/// Why an answer is not a success.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnswerError {
    /// The supplier refused, in one of its seven envelopes.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The body could not be understood.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
}
