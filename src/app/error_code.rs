//! What the page around the checkout is told of an error: a code, and where in the purchase it came up.

use cr_core::problem::ProblemCode;

/// The code of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// One of the checkout's own.
    Own(OwnCode),
    /// One that the supplier or the proxy gave.
    Given(ProblemCode),
}

/// The codes by which the checkout itself names what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCode {
    /// The browser is offline.
    Offline,
    /// The proxy or the supplier cannot be reached, or the answer was not understood.
    Unreachable,
    /// Too much is asked of the supplier or the proxy.
    Busy,
    /// What was asked for is not there.
    NotFound,
    /// The order may not be read.
    Forbidden,
    /// Nobody knows whether the order was made.
    OrderOutcomeUnknown,
}

/// Where in the purchase an error came up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Brands, and ways to pay.
    Catalog,
    /// What a brand sells.
    Product,
    /// The price of an open value.
    Quote,
    /// The trial of the order before it is made.
    Review,
    /// Making the order.
    Create,
    /// Following the order.
    Track,
}

impl ErrorCode {
    /// The code as the page is told it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Own(code) => code.as_str(),
            Self::Given(code) => code.as_str(),
        }
    }
}

impl OwnCode {
    /// Every code of the checkout's own.
    pub const ALL: [Self; 6] =
        [Self::Offline, Self::Unreachable, Self::Busy, Self::NotFound, Self::Forbidden, Self::OrderOutcomeUnknown];

    /// The code as the page is told it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "OFFLINE",
            Self::Unreachable => "UNREACHABLE",
            Self::Busy => "BUSY",
            Self::NotFound => "NOT_FOUND",
            Self::Forbidden => "FORBIDDEN",
            Self::OrderOutcomeUnknown => "ORDER_OUTCOME_UNKNOWN",
        }
    }
}

impl Place {
    /// Every place, in the order of a purchase.
    pub const ALL: [Self; 6] = [Self::Catalog, Self::Product, Self::Quote, Self::Review, Self::Create, Self::Track];

    /// The place as the page is told it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Product => "product",
            Self::Quote => "quote",
            Self::Review => "review",
            Self::Create => "create",
            Self::Track => "track",
        }
    }
}
