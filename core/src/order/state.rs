//! The states of an order and of its payment, as the supplier spells them (docs/supplier-api.md §6).

/// How much of an unknown state word is kept, in characters.
const UNKNOWN_STATE_LENGTH: usize = 64;

/// Returns a state word without invisible characters: reading the result again gives the same word.
fn clean_word(text: &str) -> String {
    let visible: String = text.chars().filter(|letter| !letter.is_control()).collect();
    let word: String = visible.trim().chars().take(UNKNOWN_STATE_LENGTH).collect();
    word.trim_end().to_owned()
}

/// The state of an order, `order_state` (docs/supplier-api.md §6.1). Words are compared without case, and synonyms are
/// one state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// The order was made, and nothing has happened yet.
    Created,
    /// The payment window is open.
    WaitingForPayment,
    /// A transaction was seen and is not confirmed.
    PaymentStarted,
    /// Less than due was seen.
    PartialPaymentStarted,
    /// The order is paid, and the payment is confirmed.
    PaymentReceived,
    /// The goods are being delivered.
    WaitingForDelivery,
    /// A person has to act.
    WaitingForManualAction,
    /// The order was delivered (`Completed` too).
    Done,
    /// The payment window passed.
    Expired,
    /// The payment failed.
    PaymentFailed,
    /// No payment could be set up.
    PaymentSetupFailed,
    /// Money went back.
    Refunded,
    /// The order was canceled (`Cancelled` too).
    Canceled,
    /// A state that this version does not know: the order counts as in progress and not payable.
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

    /// Reads a word from the wire, compared without case; it never fails.
    pub fn from_wire(text: &str) -> Self {
        let text = clean_word(text);
        let known = Self::WORDS.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(&text));
        known.map_or(Self::Unknown(text), |(_, state)| state)
    }
    /// Returns the supplier's spelling.
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

/// The state of a payment, `payment_state` (§6.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PaymentState {
    /// The address was made.
    WalletCreated,
    /// The supplier waits for coins.
    PaymentRequested,
    /// The payment is settled.
    PaymentReceived,
    /// The payment is settled and done.
    PaymentCompleted,
    /// Money arrived and is held.
    PaymentQuarantined,
    /// The payment window passed.
    Expired,
    /// A payment was noticed, then the window passed.
    ExpiredAfterPaymentDetection,
    /// The payment failed.
    PaymentFailed,
    /// Money went back.
    Refunded,
    /// A word that this version does not know.
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

    /// Reads a word from the wire, compared without case; it never fails.
    pub fn from_wire(text: &str) -> Self {
        let text = clean_word(text);
        let known = Self::WORDS.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(&text));
        known.map_or(Self::Unknown(text), |(_, state)| state)
    }
    /// Returns the supplier's spelling.
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
