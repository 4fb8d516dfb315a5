//! The fields of a snapshot that are there and cannot be read. The state beside them is believed; nothing is paid on
//! the rest.

/// A part of a snapshot beside its state, as far as it decides what is paid, where and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The coin.
    Coin,
    /// The network.
    Network,
    /// The amount due.
    Due,
    /// The amount received, under either of its names.
    Received,
    /// The address or invoice.
    Address,
    /// A memo or tag, under any of its names.
    Memo,
    /// The payment's own state.
    PaymentState,
    /// The lines, or what one of them says about the product.
    Deliveries,
    /// The times at which it was made, changed, or payment was asked for.
    Times,
    /// Anything else that is compared with the rest: the supplier's QR text, the way of paying, problems beside a
    /// state.
    Other,
}

/// The fields of a snapshot that are there and cannot be read. An order with any of them is not payable.
///
/// This is not the same as a field that is left out: an earlier snapshot may have had that, while a field that cannot
/// be read may hold something new. The value of such a field is absent, or the last one that could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Unread(u16);

impl Unread {
    /// All fields could be read.
    pub const NOTHING: Self = Self(0);

    /// Returns whether this field is there and cannot be read.
    pub const fn has(self, field: Field) -> bool {
        self.0 & Self::bit(field) != 0
    }

    /// Returns whether every field could be read.
    pub const fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// Notes that a field cannot be read.
    pub const fn note(&mut self, field: Field) {
        self.0 |= Self::bit(field);
    }

    const fn bit(field: Field) -> u16 {
        1 << match field {
            Field::Coin => 0,
            Field::Network => 1,
            Field::Due => 2,
            Field::Received => 3,
            Field::Address => 4,
            Field::Memo => 5,
            Field::PaymentState => 6,
            Field::Deliveries => 7,
            Field::Times => 8,
            Field::Other => 9,
        }
    }
}
