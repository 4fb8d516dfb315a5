//! How an error is reported to the host page: by a code, and by the place in the purchase where it came up.

use cr_core::problem::ProblemCode;

/// The code of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A code of the checkout itself.
    Own(OwnCode),
    /// A code that the supplier or the proxy sent.
    Given(ProblemCode),
}

/// The codes by which the checkout itself names what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCode {
    /// The browser is offline.
    Offline,
    /// The proxy or the supplier cannot be reached, or the answer was not understood.
    Unreachable,
    /// The supplier or the proxy gets too many requests.
    Busy,
    /// What was asked for does not exist.
    NotFound,
    /// The order may not be read.
    Forbidden,
    /// It is not known whether the order was made.
    OrderOutcomeUnknown,
}

/// Where in the purchase an error came up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// While loading brands or ways of paying.
    Catalog,
    /// While loading what a brand sells.
    Product,
    /// While loading the price of a face value in a range.
    Quote,
    /// While validating the order before it is made.
    Review,
    /// While making the order.
    Create,
    /// While following the order.
    Track,
}

impl ErrorCode {
    /// Returns the code as the host page receives it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Own(code) => code.as_str(),
            Self::Given(code) => code.as_str(),
        }
    }
}

impl OwnCode {
    /// Every code of the checkout itself.
    pub const ALL: [Self; 6] =
        [Self::Offline, Self::Unreachable, Self::Busy, Self::NotFound, Self::Forbidden, Self::OrderOutcomeUnknown];

    /// Returns the code as the host page receives it.
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

    /// Returns the place as the host page receives it.
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
