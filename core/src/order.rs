//! An order as the checkout understands it: what is due, what was seen, what may be shown.
//!
//! [`progress`] holds the rule for what may follow what, [`identity`] the check that an order is the one asked for, `goods` what
//! becomes of delivered codes from one snapshot to the next, `seen` by what they are recognised after a reload.

use core::time::Duration;

use sha2::{Digest, Sha256};

use crate::{chain::Invoice, money::CoinAmount, text::Rich, time::Timestamp};

mod gaps;
mod goods;
pub mod identity;
mod payee;
pub mod progress;
mod request;
mod seen;
mod state;
mod unread;

pub(crate) use gaps::{after, with_payee_of};
pub use payee::Payee;
pub(crate) use payee::{is_memo_lost, payee_changed};
pub use request::{Beneficiary, Chosen, OrderRequest};
pub use seen::SeenGoods;
pub use state::{OrderState, PaymentState, StateClass};
pub use unread::{Field, Unread};

/// The supplier's order id. Whoever has it can read the code, so `Debug` shows the [`reference()`] only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrderId(String);

impl OrderId {
    /// Wraps an id: 1–128 unreserved characters (RFC 3986 §2.3), so that it is safe as one path segment. `.` and `..` would be
    /// other paths, and so would the words that have a meaning of their own in an id's place.
    ///
    /// ```
    /// use cr_core::order::OrderId;
    ///
    /// assert!(OrderId::new("9f0c.a~b-1_2").is_some());
    /// for none in ["", "..", "a/b", "validations"] {
    ///     assert!(OrderId::new(none).is_none());
    /// }
    /// ```
    pub fn new(id: &str) -> Option<Self> {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        let is_other_path = [".", "..", "validations"].contains(&id);
        let one_segment = (1..=128).contains(&id.len()) && id.bytes().all(safe) && !is_other_path;
        one_segment.then(|| Self(id.to_owned()))
    }
    /// For the request path and the shopper's own copy; nowhere else.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// The public name of the order.
    pub fn reference(&self) -> String {
        reference(&self.0)
    }
}

/// The first 8 Crockford base32 characters of SHA-256 of an order id: what logs, events and support requests use.
pub fn reference(order_id: &str) -> String {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits =
        Sha256::digest(order_id.as_bytes()).iter().take(5).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..8).rev().map(|place| char::from(CROCKFORD[(bits >> (place * 5) & 31) as usize])).collect()
}

/// One snapshot of an order (§5.10), decoded and checked. Holds personal data and codes: `Debug` shows reference and states only.
#[derive(Clone, PartialEq)]
pub struct Order {
    /// Id.
    pub id: OrderId,
    /// State.
    pub state: OrderState,
    /// Payment state.
    pub payment_state: Option<PaymentState>,
    /// Coin ticker.
    pub coin: Option<String>,
    /// Network as sent; absent means the one that was ordered.
    pub network: Option<String>,
    /// The amount due, with the supplier's very digits. What is shown, compared and paid is [`Order::to_pay`].
    pub due: Option<CoinAmount>,
    /// Fraction digits of the coin, where the catalogue tells them ([`crate::payment::decimals`]); no snapshot does.
    pub decimals: Option<u32>,
    /// Received so far; ask [`Order::received`] what is known of it.
    pub received: Option<CoinAmount>,
    /// Deposit address, or the BOLT11 invoice.
    pub wallet_address: Option<String>,
    /// The supplier's payment URI or bare address; used only when it agrees with the rest.
    pub qr_text: Option<String>,
    /// `memo`, `tag` or `destination_tag`: a second mandatory field.
    pub memo: Option<String>,
    /// Set where a memo is told and nobody can say which: then nothing is payable.
    pub memo_doubt: Option<MemoDoubt>,
    /// By what the payee is recognised that an earlier reading told, before the order was left; never from the wire.
    pub known_payee: Option<Payee>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When payment was asked for; the window starts here.
    pub payment_requested_at: Option<Timestamp>,
    /// `payment_method`, such as `BTC-LIGHTNING`.
    pub payment_method: Option<String>,
    /// What is delivered.
    pub deliveries: Vec<Delivery>,
    /// What is there and could not be read: with any of it the order is not payable.
    pub unread: Unread,
}

/// What is known of the money that an order received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// Nothing is told, or nothing arrived.
    Nothing,
    /// Something is told and cannot be read: it may be any amount.
    Unknown,
    /// This much, more than zero.
    Amount(&'a CoinAmount),
}

/// Why the memo of an order is not clear (docs/supplier-api.md §9.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemoDoubt {
    /// One is there that cannot be read.
    Unreadable,
    /// Two different ones were told, by two names or in two places. A wallet has one field for it, so one of them is wrong.
    Several,
}

/// One line of an order (§7).
#[derive(Clone, PartialEq)]
pub struct Delivery {
    /// Brand name as ordered, cleaned.
    pub brand_name: String,
    /// Denomination to show: the label, or face value and currency for a range.
    pub denomination: Option<String>,
    /// `product_value` digits and currency code when told.
    pub face: Option<crate::money::FaceValue>,
    /// Country code.
    pub country_code: Option<String>,
    /// Raw denomination echo, to compare with what was asked.
    pub wire_denomination: Option<String>,
    /// E-mail or phone of the beneficiary.
    pub beneficiary_account: Option<String>,
    /// State of this line.
    pub status: DeliveryStatus,
    /// What arrived.
    pub goods: Vec<Goods>,
    /// Card serial.
    pub serial: Option<String>,
    /// CVV-like extra.
    pub security_code: Option<String>,
    /// Supplier's barcode image, https or path-absolute.
    pub barcode_image_url: Option<String>,
    /// Supplier's QR image, https or path-absolute.
    pub qr_image_url: Option<String>,
    /// Carrier's reference.
    pub operator_reference: Option<String>,
    /// How to redeem, safe.
    pub instructions: Vec<Rich>,
    /// Terms, safe.
    pub terms: Vec<Rich>,
    /// Why it failed, cleaned; may be supplier prose.
    pub failure: Option<String>,
    /// Whether an earlier snapshot carried another code: the supplier has replaced it since.
    pub replaced: bool,
}

/// Whether a line has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryStatus {
    /// Not yet.
    Pending,
    /// Delivered, by its state or by goods being there.
    Delivered,
    /// Failed.
    Failed,
}

/// What a delivery carries.
#[derive(Clone, PartialEq)]
pub enum Goods {
    /// A code, exactly as sent (spaces, zeros and line breaks kept).
    Code(String),
    /// An https link to open.
    Link(String),
    /// An eSIM activation text, `LPA:1$…`; `valid` when it has server and matching id.
    Esim {
        /// The text.
        lpa: String,
        /// Whether it has the form of GSMA SGP.22 §4.1.
        valid: bool,
    },
    /// Credited to a phone.
    Credited,
    /// Sent to the beneficiary's e-mail, nothing inline (yet).
    SentByEmail,
}

/// Where an order stands, owning what that moment may show.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Payable in full until `until`.
    AwaitingPayment {
        /// Exact amount to pay ([`Order::to_pay`]).
        due: CoinAmount,
        /// End of the window by the server's clock; `None` when the server told no times ("about 30 minutes").
        until: Option<Timestamp>,
    },
    /// Part arrived in time; only the remainder may be asked for.
    PartlyPaid {
        /// Received so far; `None` when the server did not say, or what it said cannot be read.
        received: Option<CoinAmount>,
        /// What is missing, by the supplier's own digits; `None` when that is not known for sure: nothing may be asked for. What is
        /// asked for is [`Order::missing`].
        missing: Option<CoinAmount>,
        /// End of the window.
        until: Option<Timestamp>,
    },
    /// Not payable though unpaid: the reason.
    NotPayable(NotPayable),
    /// A payment was seen and is not confirmed.
    PaymentSeen,
    /// A payment was seen and went away; do not pay again yet.
    PaymentWithdrawn,
    /// Paid; the product is being delivered.
    Delivering,
    /// Money arrived and is held; support resolves it.
    Held,
    /// A person looks at it; up to 24 h.
    InReview,
    /// Done; every line delivered, or some still coming or failed.
    Done {
        /// Every line delivered.
        complete: bool,
    },
    /// The window passed; `money_seen` decides what is said.
    Expired {
        /// Whether there was ever a sign of money.
        money_seen: bool,
    },
    /// The attempt failed.
    Failed,
    /// No payment could be set up.
    SetupFailed,
    /// Money went back.
    Refunded,
    /// Called off.
    Canceled,
    /// A state we do not know.
    InProgress,
}

/// Why an unpaid order must not be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotPayable {
    /// No address or no positive amount.
    Incomplete,
    /// The order is not the one asked for.
    Mismatch,
    /// The address changed between two readings.
    AddressChanged,
    /// It asks for more than was agreed to, and that was never agreed to.
    Dearer,
    /// It asks for so much less than was agreed to that it was to be asked about, and that was never agreed to; or for half or
    /// less, which is probably another product.
    Cheaper,
    /// The server tells something beside the state that cannot be read. Passes with a snapshot that can be.
    Unreadable,
}

/// The payment window: 30 minutes from the server's time (§9.6).
pub const PAYMENT_WINDOW: Duration = Duration::from_secs(30 * 60);

impl Order {
    /// What is known of the money received. An amount that cannot be read is something else than none.
    pub fn received(&self) -> Received<'_> {
        if self.unread.has(Field::Received) {
            return Received::Unknown;
        }
        self.received.as_ref().filter(|amount| amount.is_positive()).map_or(Received::Nothing, Received::Amount)
    }

    /// Whether this snapshot alone shows a sign of money (state, payment state or an amount received).
    ///
    /// A state that we do not know is no sign: it hides the address, but proves nothing.
    pub fn has_sign_of_money(&self) -> bool {
        let by_state = match self.state.class() {
            StateClass::Paid | StateClass::Done => true,
            StateClass::Closed => self.state == OrderState::Refunded,
            StateClass::Unpaid | StateClass::Lapsed | StateClass::Unknown => false,
        };
        let by_payment = self.payment_state.as_ref().is_some_and(|state| match state {
            PaymentState::PaymentReceived
            | PaymentState::PaymentCompleted
            | PaymentState::PaymentQuarantined
            | PaymentState::ExpiredAfterPaymentDetection
            | PaymentState::Refunded => true,
            PaymentState::WalletCreated
            | PaymentState::PaymentRequested
            | PaymentState::Expired
            | PaymentState::PaymentFailed
            | PaymentState::Unknown(_) => false,
        });
        by_state || by_payment || self.received.as_ref().is_some_and(CoinAmount::is_positive)
    }

    /// Where the order stands, given whether money was ever seen before (sticky).
    ///
    /// Where the two states disagree, the one that asks for less money wins. The full amount is asked for only when both are
    /// unpaid ones that we know, nothing was ever seen, and address and amount are there.
    pub fn stage(&self, money_seen: bool) -> Stage {
        let money_seen = money_seen || self.has_sign_of_money();
        let payment = self.payment_state.as_ref();
        let held = payment == Some(&PaymentState::PaymentQuarantined);
        let refunded = payment == Some(&PaymentState::Refunded);
        let is_open = match self.state.class() {
            StateClass::Unpaid | StateClass::Lapsed | StateClass::Unknown => true,
            StateClass::Paid | StateClass::Done | StateClass::Closed => false,
        };
        if held && (is_open || self.state.class() == StateClass::Paid) {
            return Stage::Held;
        }
        if refunded && is_open {
            return Stage::Refunded;
        }
        match self.state {
            OrderState::Created | OrderState::WaitingForPayment => self.unpaid_stage(money_seen),
            OrderState::PaymentStarted => Stage::PaymentSeen,
            OrderState::PartialPaymentStarted => self.partial_stage(),
            OrderState::PaymentReceived | OrderState::WaitingForDelivery => Stage::Delivering,
            OrderState::WaitingForManualAction => Stage::InReview,
            OrderState::Done => Stage::Done { complete: self.is_delivered() },
            OrderState::Expired => Stage::Expired { money_seen },
            OrderState::PaymentFailed => Stage::Failed,
            OrderState::PaymentSetupFailed => Stage::SetupFailed,
            OrderState::Refunded => Stage::Refunded,
            OrderState::Canceled => Stage::Canceled,
            OrderState::Unknown(_) => Stage::InProgress,
        }
    }

    /// An amount in whole units of the coin, rounded up, where its digits are known ([`CoinAmount::rounded_up`]): nobody can send
    /// a part of a unit. Always made from the supplier's own digits, so that it is rounded once.
    pub fn in_units(&self, amount: &CoinAmount) -> CoinAmount {
        self.decimals.map_or_else(|| amount.clone(), |decimals| amount.rounded_up(decimals))
    }

    /// What the order asks for in all: the amount due in whole units of the coin.
    pub fn to_pay(&self) -> Option<CoinAmount> {
        self.due.as_ref().map(|due| self.in_units(due))
    }

    /// What is missing of it, in whole units of the coin; `None` when less than a unit is, or nothing is told.
    pub fn missing(&self) -> Option<CoinAmount> {
        let due = self.due.as_ref().filter(|_| !self.unread.has(Field::Due))?;
        let received = self.received.as_ref().filter(|_| !self.unread.has(Field::Received))?;
        let missing = due.checked_sub(received)?;
        self.can_be_sent(&missing).then(|| self.in_units(&missing))
    }

    /// Whether an amount is at least one unit of the coin, as far as that is known.
    fn can_be_sent(&self, amount: &CoinAmount) -> bool {
        self.decimals.map_or_else(|| amount.is_positive(), |decimals| amount.rounded_down(decimals).is_positive())
    }

    fn unpaid_stage(&self, money_seen: bool) -> Stage {
        match self.payment_state {
            None | Some(PaymentState::WalletCreated | PaymentState::PaymentRequested) => {
                let due = self.to_pay();
                let due = due.as_ref().filter(|due| due.is_positive());
                if self.received.as_ref().is_some_and(CoinAmount::is_positive) {
                    return Stage::PaymentSeen;
                }
                match (money_seen, due, self.wallet_address.as_deref()) {
                    (true, _, _) => Stage::PaymentWithdrawn,
                    // The state is believed, and nothing is paid on what may be something else than it was.
                    (false, _, _) if !self.unread.is_nothing() => Stage::NotPayable(NotPayable::Unreadable),
                    (false, Some(due), Some(address)) if !address.trim().is_empty() && !self.lacks_memo() => {
                        Stage::AwaitingPayment { due: due.clone(), until: self.pay_until() }
                    }
                    (false, _, _) => Stage::NotPayable(NotPayable::Incomplete),
                }
            }
            Some(PaymentState::PaymentReceived | PaymentState::PaymentCompleted) => Stage::Delivering,
            Some(PaymentState::PaymentQuarantined) => Stage::Held,
            Some(PaymentState::Expired | PaymentState::ExpiredAfterPaymentDetection) => Stage::Expired { money_seen },
            Some(PaymentState::PaymentFailed) => Stage::Failed,
            Some(PaymentState::Refunded) => Stage::Refunded,
            Some(PaymentState::Unknown(_)) => Stage::InProgress,
        }
    }

    /// Whether a memo is known to belong to the payment, and is not told: money without it is lost.
    pub fn lacks_memo(&self) -> bool {
        self.memo.is_none() && self.known_payee.as_ref().is_some_and(Payee::has_memo)
    }

    fn partial_stage(&self) -> Stage {
        if matches!(self.payment_state, Some(PaymentState::Expired | PaymentState::ExpiredAfterPaymentDetection)) {
            return Stage::Expired { money_seen: true };
        }
        let received = match self.received() {
            Received::Amount(received) => Some(received.clone()),
            Received::Nothing | Received::Unknown => None,
        };
        let due = self.due.as_ref().filter(|_| !self.unread.has(Field::Due));
        let missing = match (due, &received) {
            (Some(_), Some(_)) if self.lacks_memo() => None,
            (Some(due), Some(received)) => match due.checked_sub(received) {
                Some(missing) if missing.is_positive() => Some(missing),
                // Nothing is missing by the supplier's own figures: asking for more would be wrong.
                Some(_) | None => return Stage::PaymentSeen,
            },
            (Some(_) | None, Some(_) | None) => None,
        };
        let missing = missing.filter(|_| self.unread.is_nothing());
        Stage::PartlyPaid { received, missing, until: self.pay_until() }
    }

    /// End of the payment window by the server's clock: [`PAYMENT_WINDOW`] after payment was asked for (else after the order was
    /// made), or the expiry of a Lightning invoice if that is earlier. `None` when neither is told.
    pub fn pay_until(&self) -> Option<Timestamp> {
        let window = self.payment_requested_at.or(self.created_at).map(|start| start.plus(PAYMENT_WINDOW));
        let invoice = self.wallet_address.as_deref().and_then(|text| Invoice::parse(text).ok());
        let expiry = invoice.map(|invoice| invoice.expires_at());
        match (window, expiry) {
            (Some(window), Some(expiry)) => Some(window.min(expiry)),
            (Some(only), None) | (None, Some(only)) => Some(only),
            (None, None) => None,
        }
    }

    /// Whether every line is delivered; `false` for an order that tells no lines.
    pub fn is_delivered(&self) -> bool {
        !self.deliveries.is_empty() && self.deliveries.iter().all(|line| line.status == DeliveryStatus::Delivered)
    }

    /// How many lines are delivered, and how many there are.
    pub fn arrived(&self) -> (usize, usize) {
        let arrived = self.deliveries.iter().filter(|line| line.status == DeliveryStatus::Delivered).count();
        (arrived, self.deliveries.len())
    }

    /// Whether nothing will change any more (docs/supplier-api.md §6): done with everything delivered, refunded, cancelled or
    /// set-up failed. A line that was only "sent by e-mail" may still bring its code (§7), so it does not make an order final.
    pub fn is_final(&self) -> bool {
        match self.state.class() {
            StateClass::Done => {
                self.is_delivered() && !self.deliveries.iter().any(|line| line.goods.contains(&Goods::SentByEmail))
            }
            StateClass::Closed => true,
            StateClass::Unpaid | StateClass::Paid | StateClass::Lapsed | StateClass::Unknown => false,
        }
    }

    /// Whether it is provably the order that was asked for: brand, coin, network, face value. See [`identity`].
    pub fn matches(&self, asked: &OrderRequest) -> bool {
        identity::compare(self, asked) == identity::Identity::Same
    }
}

impl core::fmt::Debug for OrderId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "OrderId({})", self.reference())
    }
}
impl core::fmt::Debug for Order {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Order({}, {:?}, {:?})", self.id.reference(), self.state, self.payment_state)
    }
}
impl core::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Delivery({:?}, {:?})", self.status, self.goods)
    }
}
impl core::fmt::Debug for Goods {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Code(_) => "Code(…)",
            Self::Link(_) => "Link(…)",
            Self::Esim { .. } => "Esim(…)",
            Self::Credited => "Credited",
            Self::SentByEmail => "SentByEmail",
        })
    }
}
