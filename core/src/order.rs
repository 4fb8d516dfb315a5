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

pub(crate) use gaps::{after, whole, with_payee_of};
pub use payee::Payee;
pub(crate) use payee::{is_memo_lost, names_more, payee_changed};
pub use request::{Beneficiary, Chosen, OrderRequest};
pub use seen::SeenGoods;
pub use state::{OrderState, PaymentState, StateClass};
pub use unread::{Field, Unread};

/// The supplier's order id. Whoever has it can read the code, so that `Debug` shows only the [`reference()`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrderId(String);

impl OrderId {
    /// Makes an id of a text of 1–128 unreserved characters (RFC 3986 §2.3), which is safe as one path segment. `.` and
    /// `..` would be other paths, and so would the words that have a meaning of their own in the place of an id.
    ///
    /// ```
    /// use cr_core::order::OrderId;
    ///
    /// assert!(OrderId::new("9f0c.a~b-1_2").is_some());
    /// for text in ["", "..", "a/b", "validations"] {
    ///     assert!(OrderId::new(text).is_none());
    /// }
    /// ```
    pub fn new(id: &str) -> Option<Self> {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        let is_other_path = [".", "..", "validations"].contains(&id);
        let one_segment = (1..=128).contains(&id.len()) && id.bytes().all(safe) && !is_other_path;
        one_segment.then(|| Self(id.to_owned()))
    }
    /// Returns the id, for the request path and the shopper's own copy and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// Returns the reference, which is the public name of the order.
    pub fn reference(&self) -> String {
        reference(&self.0)
    }
}

/// Returns the reference of an order: the first 8 Crockford base32 characters of the SHA-256 of its id. Logs, events
/// and support requests use it.
///
/// ```
/// use cr_core::order::reference;
///
/// assert_eq!(reference("9f0c").len(), 8);
/// assert_eq!(reference("9f0c"), reference("9f0c"));
/// assert_ne!(reference("9f0c"), reference("9f0d"));
/// ```
pub fn reference(order_id: &str) -> String {
    const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits =
        Sha256::digest(order_id.as_bytes()).iter().take(5).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..8).rev().map(|place| char::from(CROCKFORD[(bits >> (place * 5) & 31) as usize])).collect()
}

/// One snapshot of an order (§5.10), decoded and checked. It holds personal data and codes, so that `Debug` shows only
/// reference and states.
#[derive(Clone, PartialEq)]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// The order's state.
    pub state: OrderState,
    /// The payment's own state.
    pub payment_state: Option<PaymentState>,
    /// The ticker of the coin.
    pub coin: Option<String>,
    /// The network as sent; where it is absent, it is the one that was ordered.
    pub network: Option<String>,
    /// The amount due, with the supplier's own digits. What is shown, compared and paid is [`Order::to_pay`].
    pub due: Option<CoinAmount>,
    /// The number of fraction digits of the coin, where the catalogue has it ([`crate::payment::decimals`]); no
    /// snapshot does.
    pub decimals: Option<u32>,
    /// What was received so far; [`Order::received`] says what is known of it.
    pub received: Option<CoinAmount>,
    /// The deposit address, or the BOLT11 invoice.
    pub wallet_address: Option<String>,
    /// The supplier's payment URI or bare address; it is used only when it agrees with the rest.
    pub qr_text: Option<String>,
    /// The second mandatory field of the payment: `memo`, `tag` or `destination_tag`.
    pub memo: Option<String>,
    /// Why the memo is not clear, if it is not: then nothing is payable.
    pub memo_doubt: Option<MemoDoubt>,
    /// The payee of an earlier reading, from before the order was left; it never comes from the wire.
    pub known_payee: Option<Payee>,
    /// When the order was made.
    pub created_at: Option<Timestamp>,
    /// When the order last changed.
    pub updated_at: Option<Timestamp>,
    /// When payment was asked for; the payment window starts here.
    pub payment_requested_at: Option<Timestamp>,
    /// The wire's `payment_method`, such as `BTC-LIGHTNING`.
    pub payment_method: Option<String>,
    /// The lines of the order.
    pub deliveries: Vec<Delivery>,
    /// The fields that are there and could not be read: with any of them the order is not payable.
    pub unread: Unread,
}

/// What is known of the money that an order received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// The supplier says nothing about it, or nothing arrived.
    Nothing,
    /// The supplier says something that cannot be read: it may be any amount.
    Unknown,
    /// This much arrived; it is more than zero.
    Amount(&'a CoinAmount),
}

/// Why the memo of an order is not clear (docs/supplier-api.md §9.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemoDoubt {
    /// There is a memo that cannot be read.
    Unreadable,
    /// Two different memos were sent, by two names or in two places. A wallet has one field for it, so that one of them
    /// is wrong.
    Several,
}

/// One line of an order (§7).
#[derive(Clone, PartialEq)]
pub struct Delivery {
    /// The name of the brand as ordered, cleaned.
    pub brand_name: String,
    /// The denomination to show: the label, or face value and currency for a range.
    pub denomination: Option<String>,
    /// The face value, from `product_value` and a currency code, where the supplier sends them.
    pub face: Option<crate::money::FaceValue>,
    /// The code of the country.
    pub country_code: Option<String>,
    /// The denomination as the supplier echoes it, to compare with what was asked for.
    pub wire_denomination: Option<String>,
    /// The e-mail address or telephone number of the beneficiary.
    pub beneficiary_account: Option<String>,
    /// The state of this line.
    pub status: DeliveryStatus,
    /// The goods that arrived.
    pub goods: Vec<Goods>,
    /// The serial number of the card.
    pub serial: Option<String>,
    /// A further code of the card, such as a CVV.
    pub security_code: Option<String>,
    /// The address of the supplier's barcode image, https or path-absolute.
    pub barcode_image_url: Option<String>,
    /// The address of the supplier's QR image, https or path-absolute.
    pub qr_image_url: Option<String>,
    /// The carrier's reference.
    pub operator_reference: Option<String>,
    /// How to redeem, as safe rich text.
    pub instructions: Vec<Rich>,
    /// The terms, as safe rich text.
    pub terms: Vec<Rich>,
    /// Why the line failed, cleaned; it may be prose of the supplier.
    pub failure: Option<String>,
    /// Whether an earlier snapshot carried another code, which the supplier has replaced since.
    pub replaced: bool,
}

impl Delivery {
    /// Returns a line of which nothing is known but its state.
    #[must_use]
    pub fn bare(status: DeliveryStatus) -> Self {
        Self {
            brand_name: String::new(),
            denomination: None,
            face: None,
            country_code: None,
            wire_denomination: None,
            beneficiary_account: None,
            status,
            goods: Vec::new(),
            serial: None,
            security_code: None,
            barcode_image_url: None,
            qr_image_url: None,
            operator_reference: None,
            instructions: Vec::new(),
            terms: Vec::new(),
            failure: None,
            replaced: false,
        }
    }
}

/// Whether a line has arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryStatus {
    /// The line has not arrived yet.
    Pending,
    /// The line was delivered, by its state or because goods are there.
    Delivered,
    /// The line failed.
    Failed,
}

/// What a delivery carries.
#[derive(Clone, PartialEq)]
pub enum Goods {
    /// A code, exactly as sent; spaces, zeros and line breaks are kept.
    Code(String),
    /// An https link to open.
    Link(String),
    /// An activation text of an eSIM, `LPA:1$…`.
    Esim {
        /// The activation text.
        lpa: String,
        /// Whether the text has the form of GSMA SGP.22 §4.1, with a server and a matching id.
        valid: bool,
    },
    /// The value was credited to a phone.
    Credited,
    /// The goods were sent to the beneficiary's e-mail address; the order does not hold them (yet).
    SentByEmail,
}

/// What is known of a sign of money for an order. It is sticky: it only rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignOfMoney {
    /// There was none.
    #[default]
    None,
    /// Another page of this browser has stored that it was told of one, or a snapshot had one of which it is not known
    /// whether it is older than what is shown. What the supplier has told this page may be older than that.
    Heard,
    /// The supplier has told this page of one, or of the order's state since the page heard of one, or has told this browser
    /// of one before the page first read the order.
    Told,
}

impl SignOfMoney {
    /// Returns whether there was a sign of money, whoever was told of it.
    pub const fn is_seen(self) -> bool {
        match self {
            Self::None => false,
            Self::Heard | Self::Told => true,
        }
    }
}

impl From<bool> for SignOfMoney {
    /// Makes one of whether the supplier has told of it.
    fn from(is_told: bool) -> Self {
        if is_told { Self::Told } else { Self::None }
    }
}

/// Where an order stands. Each variant owns what may be shown at that moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The order is payable in full until `until`.
    AwaitingPayment {
        /// The exact amount to pay ([`Order::to_pay`]).
        due: CoinAmount,
        /// The end of the payment window by the server's clock; `None` when the server sends no times ("about 30
        /// minutes").
        until: Option<Timestamp>,
    },
    /// A part arrived in time, and only the remainder may be asked for.
    PartlyPaid {
        /// What was received so far; `None` when the server does not say it, or in a form that cannot be read.
        received: Option<CoinAmount>,
        /// What is missing, by the supplier's own digits; `None` when that is not known for sure, and then nothing may
        /// be asked for. What is asked for is [`Order::missing`].
        missing: Option<CoinAmount>,
        /// The end of the payment window.
        until: Option<Timestamp>,
    },
    /// The order is unpaid and not payable, for this reason.
    NotPayable(NotPayable),
    /// A payment was seen and is not confirmed.
    PaymentSeen,
    /// A payment was seen and went away; the shopper must not pay again yet.
    PaymentWithdrawn,
    /// The order is paid, and the goods are being delivered.
    Delivering,
    /// Money arrived and is held; the supplier's support resolves it.
    Held,
    /// A person looks at the order, for up to 24 h.
    InReview,
    /// The order is done.
    Done {
        /// Whether every line was delivered; else some are still coming or failed.
        complete: bool,
    },
    /// The payment window passed; `money_seen` decides what the shopper is told.
    Expired {
        /// Whether there was ever a sign of money.
        money_seen: bool,
    },
    /// The payment failed.
    Failed,
    /// No payment could be set up.
    SetupFailed,
    /// Money went back.
    Refunded,
    /// The order was canceled.
    Canceled,
    /// The state is not known to this version.
    InProgress,
}

/// Why an unpaid order is not payable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotPayable {
    /// There is no address, or no positive amount.
    Incomplete,
    /// The order is not the one that was asked for.
    Mismatch,
    /// The address changed between two snapshots.
    AddressChanged,
    /// The order asks for more than was agreed to, and the shopper did not agree to that.
    Dearer,
    /// The order asks for so much less than was agreed to that the shopper had to be asked, and did not agree; or for
    /// half or less, which is probably another product.
    Cheaper,
    /// The server sends a field beside the state that cannot be read. A snapshot that can be read ends this.
    Unreadable,
}

/// The payment window: 30 minutes from the server's time (§9.6).
pub const PAYMENT_WINDOW: Duration = Duration::from_secs(30 * 60);

impl Order {
    /// Returns what is known of the money received. An amount that cannot be read is something else than none.
    pub fn received(&self) -> Received<'_> {
        if self.unread.has(Field::Received) {
            return Received::Unknown;
        }
        self.received.as_ref().filter(|amount| amount.is_positive()).map_or(Received::Nothing, Received::Amount)
    }

    /// Returns whether this snapshot alone shows a sign of money (state, payment state or an amount received).
    ///
    /// An unknown state is no sign of money: it hides the address, but proves nothing.
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

    /// Returns where the order stands, given whether money was ever seen before (sticky).
    ///
    /// Where the two states disagree, the one that asks for less money counts. The full amount is asked for only when
    /// both are known states of an unpaid order, no money was ever seen, and address and amount are there.
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

    /// Returns an amount in whole units of the coin, rounded up, where the number of its digits is known
    /// ([`CoinAmount::rounded_up`]): nobody can send a part of a unit. It is always made from the supplier's own
    /// digits, so that it is rounded once.
    pub fn in_units(&self, amount: &CoinAmount) -> CoinAmount {
        self.decimals.map_or_else(|| amount.clone(), |decimals| amount.rounded_up(decimals))
    }

    /// Returns what the order asks for in all: the amount due in whole units of the coin.
    pub fn to_pay(&self) -> Option<CoinAmount> {
        self.due.as_ref().map(|due| self.in_units(due))
    }

    /// Returns what is missing, in whole units of the coin; `None` when it is less than a unit, or the supplier does
    /// not say it.
    pub fn missing(&self) -> Option<CoinAmount> {
        let due = self.due.as_ref().filter(|_| !self.unread.has(Field::Due))?;
        let received = self.received.as_ref().filter(|_| !self.unread.has(Field::Received))?;
        let missing = due.checked_sub(received)?;
        self.can_be_sent(&missing).then(|| self.in_units(&missing))
    }

    /// Returns whether an amount is at least one unit of the coin, as far as that is known.
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
                    // The state is believed, but nothing is paid on a field that may have changed unreadably.
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

    /// Returns whether a memo is known to belong to the payment and the order does not have it: money without it is
    /// lost.
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

    /// Returns the end of the payment window by the server's clock: [`PAYMENT_WINDOW`] after payment was asked for
    /// (else after the order was made), or the expiry of a Lightning invoice if that is earlier. `None` when the
    /// supplier sends neither.
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

    /// Returns whether every line is delivered; `false` for an order without lines.
    pub fn is_delivered(&self) -> bool {
        !self.deliveries.is_empty() && self.deliveries.iter().all(|line| line.status == DeliveryStatus::Delivered)
    }

    /// Returns how many lines are delivered, and how many there are.
    pub fn arrived(&self) -> (usize, usize) {
        let arrived = self.deliveries.iter().filter(|line| line.status == DeliveryStatus::Delivered).count();
        (arrived, self.deliveries.len())
    }

    /// Returns whether nothing will change any more (docs/supplier-api.md §6): the order is done with everything
    /// delivered, refunded, canceled, or was never set up. A line that was only "sent by e-mail" may still bring its
    /// code (§7), so that it does not make an order final.
    pub fn is_final(&self) -> bool {
        match self.state.class() {
            StateClass::Done => {
                self.is_delivered() && !self.deliveries.iter().any(|line| line.goods.contains(&Goods::SentByEmail))
            }
            StateClass::Closed => true,
            StateClass::Unpaid | StateClass::Paid | StateClass::Lapsed | StateClass::Unknown => false,
        }
    }

    /// Returns whether this is provably the order that was asked for: brand, coin, network, face value. See
    /// [`identity`].
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
