//! The steps of a purchase by name: what the page around the checkout is told of them.

/// A step of a purchase. Several of the [`Checkout`](super::Checkout)'s variants may be one step to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Among the brands.
    Browse,
    /// At a brand, where the shopper chooses a value.
    Choose,
    /// The shopper says who receives the goods.
    Recipient,
    /// The shopper chooses coin and network.
    Method,
    /// The order is shown before it is made, or is being made.
    Review,
    /// The order waits for its payment.
    Pay,
    /// The order is followed: it is paid, or its payment cannot be asked for.
    Track,
    /// The supplier calls the order done.
    Receipt,
}

impl Step {
    /// Every step, in the order in which a purchase passes through them.
    pub const ALL: [Self; 8] = [
        Self::Browse,
        Self::Choose,
        Self::Recipient,
        Self::Method,
        Self::Review,
        Self::Pay,
        Self::Track,
        Self::Receipt,
    ];

    /// The name that the page is told.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Choose => "choose",
            Self::Recipient => "recipient",
            Self::Method => "method",
            Self::Review => "review",
            Self::Pay => "pay",
            Self::Track => "track",
            Self::Receipt => "receipt",
        }
    }
}
