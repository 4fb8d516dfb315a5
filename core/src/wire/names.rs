//! The names under which an order's fields are found, in orders and in failures alike (docs/supplier-api.md §5.10).

/// The names under which a body holds the order's id, in the order in which they are believed. Each may be in another
/// casing.
pub const ORDER_ID_NAMES: [&str; 4] = ["order_id", "orderId", "id", "order_uuid"];
/// The names under which a body holds the order's state, the documented one first.
pub const STATE_NAMES: [&str; 3] = ["order_state", "state", "status"];
/// The names under which a body holds the memo or tag that its payment needs. Neither `payment_id` is among them, which
/// is the supplier's own (docs/supplier-api.md §9.12), nor `comment`, which may be prose.
pub const MEMO_NAMES: [&str; 13] = [
    "memo",
    "tag",
    "destination_tag",
    "dest_tag",
    "memo_id",
    "extra_id",
    "address_tag",
    "address_memo",
    "payment_tag",
    "payment_memo",
    "deposit_tag",
    "deposit_memo",
    "destination_memo",
];
