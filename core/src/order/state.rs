//! The words for where an order and its payment are, as the supplier spells them (docs/supplier-api.md §6).

/// How much of a state word that we do not know is kept, in characters.
const UNKNOWN_STATE_LENGTH: usize = 64;

/// A state word without what cannot be seen: reading a kept word again gives the same word.
fn clean_word(text: &str) -> String {
    let visible: String = text.chars().filter(|letter| !letter.is_control()).collect();
    let word: String = visible.trim().chars().take(UNKNOWN_STATE_LENGTH).collect();
    word.trim_end().to_owned()
}

/// `order_state` (docs/supplier-api.md §6.1), compared without case; synonyms folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// Made, nothing happened yet.
    Created,
    /// The payment window is open.
    WaitingForPayment,
    /// A transaction was seen, unconfirmed.
    PaymentStarted,
    /// Less than due was seen.
    PartialPaymentStarted,
    /// Paid and confirmed.
    PaymentReceived,
    /// Being delivered.
    WaitingForDelivery,
    /// A person has to act.
    WaitingForManualAction,
    /// Delivered (`Completed` too).
    Done,
    /// The window passed.
    Expired,
    /// The attempt failed.
    PaymentFailed,
    /// No payment could be set up.
    PaymentSetupFailed,
    /// Money went back.
    Refunded,
    /// Called off (`Cancelled` too).
    Canceled,
    /// A state we do not know: in progress, not payable.
    Unknown(String),
}

/// What the states of an order have in common, as far as rules go by it. [`OrderState::class`] is the one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StateClass {
    /// Nothing was paid, as far as the state tells.
    Unpaid,
    /// A payment was seen; the order goes on.
    Paid,
    /// The window passed or the attempt failed: late money may revive the order.
    Lapsed,
    /// Everything was delivered, or is about to be; the money may go back still.
    Done,
    /// Over for good, without goods.
    Closed,
    /// Nobody knows.
    Unknown,
}

impl OrderState {
    /// The class of this state.
    ///
    /// ```
    /// use cr_core::order::{OrderState, StateClass};
    ///
    /// assert_eq!(OrderState::Expired.class(), StateClass::Lapsed);
    /// assert_eq!(OrderState::Refunded.class(), StateClass::Closed);
    /// ```
    pub const fn class(&self) -> StateClass {
        match self {
            Self::Created | Self::WaitingForPayment => StateClass::Unpaid,
            Self::PaymentStarted
            | Self::PartialPaymentStarted
            | Self::PaymentReceived
            | Self::WaitingForDelivery
            | Self::WaitingForManualAction => StateClass::Paid,
            Self::Expired | Self::PaymentFailed => StateClass::Lapsed,
            Self::Done => StateClass::Done,
            Self::Refunded | Self::Canceled | Self::PaymentSetupFailed => StateClass::Closed,
            Self::Unknown(_) => StateClass::Unknown,
        }
    }

    const WORDS: [(&'static str, Self); 15] = [
        ("Created", Self::Created),
        ("WaitingForPayment", Self::WaitingForPayment),
        ("PaymentStarted", Self::PaymentStarted),
        ("PartialPaymentStarted", Self::PartialPaymentStarted),
        ("PaymentReceived", Self::PaymentReceived),
        ("WaitingForDelivery", Self::WaitingForDelivery),
        ("WaitingForManualAction", Self::WaitingForManualAction),
        ("Done", Self::Done),
        ("Expired", Self::Expired),
        ("PaymentFailed", Self::PaymentFailed),
        ("PaymentSetupFailed", Self::PaymentSetupFailed),
        ("Refunded", Self::Refunded),
        ("Canceled", Self::Canceled),
        ("Completed", Self::Done),
        ("Cancelled", Self::Canceled),
    ];

    /// From the wire, compared without case; never fails.
    pub fn from_wire(text: &str) -> Self {
        let text = clean_word(text);
        let known = Self::WORDS.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(&text));
        known.map_or(Self::Unknown(text), |(_, state)| state)
    }
    /// The supplier's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Created => "Created",
            Self::WaitingForPayment => "WaitingForPayment",
            Self::PaymentStarted => "PaymentStarted",
            Self::PartialPaymentStarted => "PartialPaymentStarted",
            Self::PaymentReceived => "PaymentReceived",
            Self::WaitingForDelivery => "WaitingForDelivery",
            Self::WaitingForManualAction => "WaitingForManualAction",
            Self::Done => "Done",
            Self::Expired => "Expired",
            Self::PaymentFailed => "PaymentFailed",
            Self::PaymentSetupFailed => "PaymentSetupFailed",
            Self::Refunded => "Refunded",
            Self::Canceled => "Canceled",
            Self::Unknown(text) => text,
        }
    }
}

/// `payment_state` (§6.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// An address exists.
    WalletCreated,
    /// Waiting for coins.
    PaymentRequested,
    /// Settled.
    PaymentReceived,
    /// Settled and done.
    PaymentCompleted,
    /// Money arrived and is held.
    PaymentQuarantined,
    /// The window passed.
    Expired,
    /// A payment was noticed, then the window passed.
    ExpiredAfterPaymentDetection,
    /// The attempt failed.
    PaymentFailed,
    /// Money went back.
    Refunded,
    /// A word we do not know.
    Unknown(String),
}

impl PaymentState {
    const WORDS: [(&'static str, Self); 9] = [
        ("WalletCreated", Self::WalletCreated),
        ("PaymentRequested", Self::PaymentRequested),
        ("PaymentReceived", Self::PaymentReceived),
        ("PaymentCompleted", Self::PaymentCompleted),
        ("PaymentQuarantined", Self::PaymentQuarantined),
        ("Expired", Self::Expired),
        ("ExpiredAfterPaymentDetection", Self::ExpiredAfterPaymentDetection),
        ("PaymentFailed", Self::PaymentFailed),
        ("Refunded", Self::Refunded),
    ];

    /// From the wire, compared without case; never fails.
    pub fn from_wire(text: &str) -> Self {
        let text = clean_word(text);
        let known = Self::WORDS.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(&text));
        known.map_or(Self::Unknown(text), |(_, state)| state)
    }
    /// The supplier's spelling.
    pub fn as_str(&self) -> &str {
        match self {
            Self::WalletCreated => "WalletCreated",
            Self::PaymentRequested => "PaymentRequested",
            Self::PaymentReceived => "PaymentReceived",
            Self::PaymentCompleted => "PaymentCompleted",
            Self::PaymentQuarantined => "PaymentQuarantined",
            Self::Expired => "Expired",
            Self::ExpiredAfterPaymentDetection => "ExpiredAfterPaymentDetection",
            Self::PaymentFailed => "PaymentFailed",
            Self::Refunded => "Refunded",
            Self::Unknown(text) => text,
        }
    }
}
