//! Why the supplier refuses, and what the shopper can do about it (docs/supplier-api.md §4, §8).

/// Declares the codes in one table: the variant, the spelling on the wire, the remedy and the meaning of each.
macro_rules! codes {
    ($($variant:ident $code:literal $remedy:ident $meaning:literal)+) => {
        /// The code of a refusal. Its spelling on the wire is the supplier's own, `LESS_THEN` included.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $(#[doc = concat!("`", $code, "`: ", $meaning, ".")] $variant,)+
            /// A code that this version does not know, as sent.
            Unknown(String),
        }

        impl ProblemCode {
            /// Every code of docs/supplier-api.md §8, as the supplier spells it, in its order.
            pub const ALL: &[&str] = &[$($code),+];

            /// Reads a code from the wire. An unknown code is kept.
            ///
            /// ```
            /// use cr_core::problem::{ProblemCode, Remedy};
            ///
            /// for (code, remedy) in [
            ///     ("OUT_OF_STOCK", Remedy::ChooseProduct),
            ///     ("INVALID_EMAIL_DOMAIN", Remedy::FixRecipient),
            ///     ("SUSPENDED_NETWORK", Remedy::ChangeNetwork),
            ///     ("SOMETHING_NEW", Remedy::ContactSupport),
            /// ] {
            ///     let read = ProblemCode::from_wire(code);
            ///     assert_eq!((read.as_str(), read.remedy()), (code, remedy));
            /// }
            /// ```
            pub fn from_wire(code: &str) -> Self {
                match code {
                    $($code => Self::$variant,)+
                    _ => Self::Unknown(code.to_owned()),
                }
            }

            /// Returns the code as the supplier spells it. The shopper's text has the key `problem.<CODE>` in the
            /// message files.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)+
                    Self::Unknown(code) => code,
                }
            }

            /// Returns what the shopper can do about the problem.
            pub fn remedy(&self) -> Remedy {
                match self {
                    $(Self::$variant => Remedy::$remedy,)+
                    Self::Unknown(_) => Remedy::ContactSupport,
                }
            }
        }
    };
}

codes! {
    AmountBelowMinimum "AMOUNT_LESS_THEN_MINIMUM_ALLOWED" ChangeAmount "below the smallest payment in this coin"
    AmountAboveMaximum "MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED" ChangeAmount "above the cap of one order"
    DailyLimit "DAILY_SPENDING_LIMIT_EXCEEDED" Wait "the shopper's daily cap is used up"
    MonthlyLimit "MONTHLY_SPENDING_LIMIT_EXCEEDED" Wait "the shopper's monthly cap is used up"
    TooManyProducts "PRODUCT_COUNT_EXCEEDED" ChangeAmount "too many items in one order"
    SeveralLimitedProducts "MULTIPLE_LIMITED_PRODUCT_SAME_ORDER" ChooseProduct "two rate-limited products together"
    NotAvailableProduct "NOT_AVAILABLE_PRODUCT" ChooseProduct "not in the catalogue as it was spelt"
    OutOfStock "OUT_OF_STOCK" ChooseProduct "no stock, or a top-up value out of range"
    NotActive "NOT_ACTIVE" ChooseProduct "paused"
    InvalidBeneficiary "INVALID_BENEFICIARY_ACCOUNT" FixRecipient "wrong e-mail address or phone number"
    NotAllowedPaymentVia "NOT_ALLOWED_PAYMENT_VIA" ChangeCoin "this way of paying is not taken"
    UnsupportedCoinOnNetwork "UNSUPPORTED_PROTOCOL_COIN_COMBINATION" ChangeNetwork "this coin is not taken on this network"
    LoginRequired "LOGIN_REQUIRED" ChooseProduct "needs a signed-in account with the supplier"
    CouponRequiresLogin "COUPON_REQUIRES_LOGIN" Coupon "for signed-in users only"
    CouponNotFound "COUPON_NOT_FOUND" Coupon "no such coupon"
    CouponNotActive "COUPON_NOT_ACTIVE" Coupon "not valid yet"
    CouponAlreadySpent "COUPON_ALREADY_SPENT" Coupon "used by this shopper"
    CouponUsedUp "COUPON_MAX_USAGE_REACHED" Coupon "used up"
    CouponExpired "COUPON_EXPIRED" Coupon "no longer valid"
    CouponBelowMinimum "COUPON_BELOW_MIN_AMOUNT" Coupon "the order is too small for it"
    CouponNotForUser "COUPON_NOT_VALID_FOR_USER" Coupon "not for this shopper"
    CouponNotForCategory "COUPON_NOT_VALID_FOR_CATEGORY" Coupon "not for this category"
    CouponNotForKind "COUPON_NOT_VALID_FOR_KIND" Coupon "not for this kind of product"
    CouponNotForBrand "COUPON_NOT_VALID_FOR_BRAND" Coupon "not for this brand"
    CouponNotForCountry "COUPON_NOT_VALID_FOR_COUNTRY" Coupon "not for this country"
    CouponNotForStore "COUPON_NOT_VALID_FOR_STORE" Coupon "not for this store"
    KycMissing "KYC_MISSING" Verify "a verified account is needed, or the limit without one is passed"
    KycPending "KYC_PENDING" Wait "the identity check is running"
    VerificationRequired "VERIFICATION_REQUIRED" ContactSupport "an extra verification is needed"
    FullnameMissing "FULLNAME_MISSING" ChangeNetwork "stablecoins on Tron need a full name, for which there is no field"
    SuspendedCoin "SUSPENDED_COIN" ChangeCoin "the coin is paused"
    SuspendedNetwork "SUSPENDED_NETWORK" ChangeNetwork "the network is paused"
    InvalidEmailDomain "INVALID_EMAIL_DOMAIN" FixRecipient "the domain cannot receive mail"
    InvalidDenomination "INVALID_DENOMINATION" ChooseProduct "no such denomination"
    InvalidProductValue "INVALID_PRODUCT_VALUE" ChangeAmount "no such value"
    AmountTooLow "AMOUNT_TOO_LOW" ChangeAmount "too small"
    AmountTooHigh "AMOUNT_TOO_HIGH" ChangeAmount "too large"
    CountryNotSupported "COUNTRY_NOT_SUPPORTED" ChooseProduct "not sold in this country"
    ProductNotAvailable "PRODUCT_NOT_AVAILABLE" ChooseProduct "not on sale"
}

/// What the shopper can do about a problem; it decides which control the checkout offers. The order of the variants is
/// the order in which problems are best fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Remedy {
    /// The shopper picks another product or denomination.
    ChooseProduct,
    /// The shopper picks another amount.
    ChangeAmount,
    /// The shopper corrects the e-mail address or telephone number.
    FixRecipient,
    /// The shopper picks another coin.
    ChangeCoin,
    /// The shopper picks another network.
    ChangeNetwork,
    /// The shopper removes or corrects the coupon.
    Coupon,
    /// The shopper comes back later.
    Wait,
    /// The shopper verifies their identity with the supplier.
    Verify,
    /// Only support can help.
    ContactSupport,
}

/// One reason for a refusal. `Debug` shows the code only: the details may hold a shopper's data.
#[derive(Clone, PartialEq)]
pub struct Problem {
    /// The code.
    pub code: ProblemCode,
    /// What came with the code, as any JSON. It may hold prose of the supplier and is never shown as it is.
    pub details: Option<crate::json::Value>,
}

impl core::fmt::Debug for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Problem({})", self.code.as_str())
    }
}

/// An answer that is not a success, by any of the envelopes of docs/supplier-api.md §4 and at any HTTP status.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The supplier names problems; they are in the order in which they are best fixed, and never empty.
    #[error("refused: {}", codes(.0))]
    Problems(Vec<Problem>),
    /// The answer is a failure of HTTP and has no code that could be read.
    #[error("HTTP status {status}")]
    Http {
        /// The status.
        status: u16,
    },
}

impl Refusal {
    /// Returns the problems that the supplier named; an empty slice for a failure without a code.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Problems(problems) => problems,
            Self::Http { .. } => &[],
        }
    }
}

/// Returns the codes alone: the details may hold a shopper's data and stay out of messages and logs.
fn codes(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.code.as_str()).collect::<Vec<_>>().join(", ")
}
