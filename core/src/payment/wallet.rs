//! Paying by a wallet of the browser: what a wallet was asked and what it has sent, and what it may therefore be asked
//! next.
//!
//! A wallet that was asked to send cannot be told to stop, may answer after minutes or never, and sends each time it is
//! asked. So an amount is asked for once: not again while it may be sent, nor after it was. [`WalletLedger`] is what one
//! page knows of that, for all its orders, in memory. What other pages must know is one stored mark beside the order: a
//! wallet was asked, under the name of the page's last question. This module decides, and says how the mark changes;
//! whoever uses it talks with the wallet (EIP-1193), and reads and writes the mark.
//!
//! The mark is taken back where it is certain that nothing was sent: by the page whose question was declined, if the
//! mark still has its name, or by the shopper's word. A page whose question is open, or that has sent, stores the mark
//! again wherever it finds it gone, so that a word that came too early, or too late, hides nothing for longer than until
//! that page looks. A page that has never asked goes by the mark alone.
//!
//! What is promised of several pages: [`WalletLedger::about_to_ask`] gets the mark as the storage has it, and the change
//! that it returns is stored in the same task. So of pages that see the same storage only one asks. `localStorage` is
//! synchronous, but browsers may run pages of one origin in several processes and let each see the writes of another a
//! moment later: of two pages whose wallets are asked within such a moment both may ask.

use super::evm::Transfer;
use crate::{
    money::CoinAmount,
    order::{Order, OrderId, Stage},
};

/// A payment by a wallet of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletPayment {
    /// The payment is under way.
    Doing(WalletStep),
    /// The payment was not made, as far as is known.
    Failed(WalletFailure),
    /// The payment was made: the wallet returned the transaction's hash.
    Sent {
        /// `0x` and 64 hexadecimal digits.
        hash: String,
        /// The amount that was sent, in whole units of the coin.
        amount: CoinAmount,
    },
}

/// Why the shopper should not pay the amount in another way without care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InWallet {
    /// A wallet may send it, or have sent it, at any moment.
    Perhaps,
    /// A wallet has sent, and the server has not reported all of it as received.
    Sent,
}

/// What a payment waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletStep {
    /// The payment waits for the wallet to connect.
    Connect,
    /// The payment waits for the wallet to change to the order's network.
    Switch,
    /// The payment waits for the server to confirm that the order is still to be paid.
    Confirm,
    /// The payment waits for the shopper to approve the transaction in the wallet. The request cannot be cancelled.
    Approve,
}

/// Why a wallet has not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletFailure {
    /// The shopper declined.
    Declined,
    /// The wallet still shows an earlier question.
    Busy,
    /// The wallet returned no account of this chain.
    NoAccount,
    /// The wallet does not know the order's network.
    UnknownChain,
    /// The wallet stays on another network.
    OtherChain,
    /// The wallet failed before it was asked to send.
    NoAnswer,
    /// The server did not confirm the order in time.
    Unconfirmed,
    /// The order is not to be paid any more, or is not the same as before.
    Changed,
    /// The wallet still shows the question of another order; it may have only one question of this page at a time.
    OtherOrder,
    /// It is not known whether a wallet has sent: it was asked and answered neither yes nor no, or another page has asked
    /// one.
    Unclear,
    /// This page's wallet has sent, and another page has asked one too: it is not known whether that one has sent as well.
    AskedElsewhere,
}

/// The code of a wallet's error when the shopper rejects the request (EIP-1193, "Provider Errors").
const DECLINED: i64 = 4001;
/// The code when the wallet does not know the chain that it is to switch to (EIP-3326).
const UNKNOWN_CHAIN: i64 = 4902;
/// The code when a resource is not available, which wallets use while an earlier question of the same kind is open
/// (EIP-1474, "Error codes").
const PENDING: i64 = -32002;

impl WalletFailure {
    /// Returns what a wallet's error means before the wallet is asked to send. `code` is that of EIP-1193, EIP-1474 or
    /// EIP-3326.
    ///
    /// ```
    /// use cr_core::payment::wallet::WalletFailure;
    ///
    /// for (code, failure) in [
    ///     (4001, WalletFailure::Declined),
    ///     (4902, WalletFailure::UnknownChain),
    ///     (-32002, WalletFailure::Busy),
    ///     (4100, WalletFailure::NoAnswer),
    ///     (0, WalletFailure::NoAnswer),
    /// ] {
    ///     assert_eq!(WalletFailure::before_sending(code), failure, "{code}");
    /// }
    /// ```
    pub const fn before_sending(code: i64) -> Self {
        match code {
            DECLINED => Self::Declined,
            UNKNOWN_CHAIN => Self::UnknownChain,
            PENDING => Self::Busy,
            _ => Self::NoAnswer,
        }
    }
}

/// What came of the request to send (`eth_sendTransaction`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The wallet has sent, and returned the transaction's hash: `0x` and 64 hexadecimal digits.
    Sent(String),
    /// The shopper declined, so that nothing was sent.
    Declined,
    /// The wallet answered neither yes nor no, so that it may have sent.
    Unclear,
}

impl SendOutcome {
    /// Reads a wallet's answer to `eth_sendTransaction`: the text that it returned, or its error's code. Only a hash
    /// (Ethereum JSON-RPC: 32 bytes of data) says that the wallet has sent, and only 4001 (EIP-1193, "User Rejected
    /// Request") that it has not. A wallet may fail with any other error after it has sent.
    ///
    /// ```
    /// use cr_core::payment::wallet::SendOutcome;
    ///
    /// let hash = format!("0x{}", "0a".repeat(32));
    /// assert_eq!(SendOutcome::read(Ok(&hash)), SendOutcome::Sent(hash.clone()));
    /// assert_eq!(SendOutcome::read(Err(4001)), SendOutcome::Declined);
    /// for unclear in [Ok("yes"), Ok(""), Ok(&hash[..65]), Err(4100), Err(-32603), Err(0)] {
    ///     assert_eq!(SendOutcome::read(unclear), SendOutcome::Unclear);
    /// }
    /// ```
    pub fn read(answer: Result<&str, i64>) -> Self {
        match answer {
            Ok(hash) if is_hash(hash) => Self::Sent(hash.to_owned()),
            Err(DECLINED) => Self::Declined,
            Ok(_) | Err(_) => Self::Unclear,
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Returns whether a wallet's answer to `eth_chainId` is the id of this chain (EIP-155): a quantity of Ethereum
/// JSON-RPC, as EIP-1474 has it. Some wallets write it in decimal digits.
///
/// ```
/// use cr_core::payment::wallet::is_chain;
///
/// for told in ["0x89", "0X89", "137", " 0x89 "] {
///     assert!(is_chain(told, 137), "{told}");
/// }
/// for told in ["", "0x", "0x137", "89", "1e2", "0x89n"] {
///     assert!(!is_chain(told, 137), "{told}");
/// }
/// ```
pub fn is_chain(told: &str, chain_id: u64) -> bool {
    let told = told.trim();
    let id = match told.strip_prefix("0x").or_else(|| told.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => told.parse(),
    };
    id == Ok(chain_id)
}

/// An amount that an order asks for. Amounts are compared by value: another spelling is the same amount.
#[derive(Clone, PartialEq)]
pub struct Claim {
    amount: CoinAmount,
    /// What the server has received, where the amount is only the remainder.
    received: Option<CoinAmount>,
}

impl Claim {
    /// Returns what an order asks for at a stage: the amount due, or the remainder of an order that was paid in part,
    /// each in whole units of the coin; `None` when it asks for nothing that is known.
    pub fn of(order: &Order, stage: Stage) -> Option<Self> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "every other stage asks for nothing")]
        match stage {
            Stage::AwaitingPayment { due, .. } => Some(Self { amount: due, received: None }),
            Stage::PartlyPaid { received: Some(received), missing: Some(missing), .. } => {
                Some(Self { amount: order.in_units(&missing), received: Some(received) })
            }
            _ => None,
        }
    }

    /// Returns the amount that is asked for, in whole units of the coin.
    pub const fn amount(&self) -> &CoinAmount {
        &self.amount
    }
}

/// A payment to be made: for which order, by which transaction, and for what amount.
#[derive(Clone, PartialEq)]
pub struct Bill {
    /// The order that is paid.
    pub order: OrderId,
    /// The transaction that the wallet is asked to send.
    pub transfer: Transfer,
    /// The amount for which it is sent.
    pub claim: Claim,
}

/// What a press of a wallet's button leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// The payment begins: the wallet may be asked for everything but to send ([`WalletLedger::about_to_ask`]).
    Begins,
    /// Nothing happens, since a payment of this order is under way already.
    UnderWay,
    /// Nothing happens, since a wallet may have sent the amount, or has sent and not all of it was received.
    MayBePaid,
    /// Nothing happens but that the screen says why: the wallet still shows the question of another order.
    OtherOrder,
}

/// The name of the question for which the mark of an order was stored: a random number. It tells a page whether the
/// mark is its own, and says nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkName(u32);

impl MarkName {
    /// Makes a name of a random number.
    pub const fn new(random: u32) -> Self {
        Self(random)
    }

    /// Returns the stored form: eight hexadecimal digits.
    pub fn to_text(self) -> String {
        format!("{:08x}", self.0)
    }

    /// Reads the stored form; `None` for any other text.
    ///
    /// ```
    /// use cr_core::payment::wallet::MarkName;
    ///
    /// let name = MarkName::new(0x00c0_ffee);
    /// assert_eq!((name.to_text().as_str(), MarkName::from_text("00c0ffee")), ("00c0ffee", Some(name)));
    /// assert_eq!(MarkName::from_text("yes"), None);
    /// ```
    pub fn from_text(text: &str) -> Option<Self> {
        u32::from_str_radix(text, 16).ok().map(Self)
    }
}

/// The mark that a wallet was asked to pay an order, as the storage has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredMark {
    /// No wallet was asked as far as the storage says: none was, it is certain that nothing was sent, or the shopper has
    /// said so.
    Absent,
    /// A wallet was asked. Pages of older releases store no name.
    Set(Option<MarkName>),
}

/// What has to become of the stored mark that a wallet was asked to pay an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkChange {
    /// The mark is to be stored under this name. Where a wallet is about to be asked, it is stored before.
    Set(MarkName),
    /// The mark is to be removed, since it is certain that nothing was sent, or the shopper has said so.
    Remove,
}

/// A payment that a wallet has sent.
#[derive(Clone, PartialEq)]
struct Sent {
    hash: String,
    /// The amount for which it was sent.
    claim: Claim,
}

impl Sent {
    /// Returns whether another claim cannot be for the same money: it is for the remainder that is missing although all
    /// of this payment was received.
    fn allows(&self, claim: &Claim) -> bool {
        let Some(received) = &claim.received else { return false };
        match &self.claim.received {
            None => *received >= self.claim.amount,
            Some(before) => {
                let since = received.checked_sub(before);
                claim.amount != self.claim.amount && since.is_some_and(|since| since >= self.claim.amount)
            }
        }
    }
}

/// What wallets were asked, and have sent, for one order.
#[derive(Clone, PartialEq)]
struct AtWallet {
    order: OrderId,
    /// The last payment that was tried.
    payment: Option<WalletPayment>,
    /// What a wallet was last asked to send.
    asked: Option<Bill>,
    /// All payments that were sent.
    sent: Vec<Sent>,
    /// The name under which this page last stored the mark.
    name: Option<MarkName>,
}

impl AtWallet {
    const fn new(order: OrderId) -> Self {
        Self { order, payment: None, asked: None, sent: Vec::new(), name: None }
    }

    /// Returns whether a wallet shows the question whether to send.
    const fn is_asking(&self) -> bool {
        matches!(self.payment, Some(WalletPayment::Doing(WalletStep::Approve)))
    }

    const fn is_unclear(&self) -> bool {
        matches!(self.payment, Some(WalletPayment::Failed(WalletFailure::Unclear | WalletFailure::AskedElsewhere)))
    }

    /// Returns whether a wallet may send at any moment, or may have sent.
    const fn is_open(&self) -> bool {
        self.is_asking() || self.is_unclear()
    }

    const fn has_sent(&self) -> bool {
        !self.sent.is_empty()
    }

    /// Returns what this page knows where another one has asked a wallet.
    const fn asked_elsewhere(&self) -> WalletFailure {
        if self.has_sent() { WalletFailure::AskedElsewhere } else { WalletFailure::Unclear }
    }

    /// Returns what holds once it is known that no wallet has sent what this page was not told of: what it has sent last,
    /// if only another page's question was unclear.
    fn cleared(&self) -> Option<WalletPayment> {
        let is_elsewhere = matches!(self.payment, Some(WalletPayment::Failed(WalletFailure::AskedElsewhere)));
        let Sent { hash, claim } = self.sent.last().filter(|_| is_elsewhere)?;
        Some(WalletPayment::Sent { hash: hash.clone(), amount: claim.amount.clone() })
    }

    /// Returns whether the stored mark is the one that this page has stored last.
    fn is_own(&self, mark: StoredMark) -> bool {
        self.name.is_some() && mark == StoredMark::Set(self.name)
    }

    /// Returns the change that stores this page's mark, unless it is stored.
    fn keep(&self, mark: StoredMark) -> Option<MarkChange> {
        self.name.filter(|_| !self.is_own(mark)).map(MarkChange::Set)
    }

    /// Returns whether a wallet can be asked to pay `claim` without paying anything twice.
    fn allows(&self, claim: &Claim) -> bool {
        !self.is_open() && self.sent.iter().all(|sent| sent.allows(claim))
    }
}

/// What the wallets of one page were asked, and have sent, for all orders of the page. It is kept in memory only.
#[derive(Clone, Default, PartialEq)]
pub struct WalletLedger {
    orders: Vec<AtWallet>,
}

impl WalletLedger {
    /// Returns the last payment of an order by a wallet.
    pub fn payment(&self, order: &OrderId) -> Option<&WalletPayment> {
        self.of(order)?.payment.as_ref()
    }

    /// Returns the orders whose mark this page needs: a wallet shows its question, or has sent.
    pub fn insists(&self) -> Vec<OrderId> {
        self.orders.iter().filter(|at| at.is_asking() || at.has_sent()).map(|at| at.order.clone()).collect()
    }

    /// Returns the hashes of all transactions that wallets have sent for an order.
    pub fn hashes(&self, order: &OrderId) -> Vec<String> {
        self.of(order).map(|at| at.sent.iter().map(|sent| sent.hash.clone()).collect()).unwrap_or_default()
    }

    /// Returns whether a wallet can be offered to pay this without paying anything twice, as far as this page knows.
    pub fn allows(&self, bill: &Bill) -> bool {
        self.of(&bill.order).is_none_or(|at| at.allows(&bill.claim))
    }

    /// Returns why what an order asks for (`claim`) should not be paid again without care, if a wallet has or may have
    /// sent it.
    pub fn in_wallet(&self, order: &OrderId, claim: Option<&Claim>) -> Option<InWallet> {
        let at = self.of(order)?;
        if at.is_open() {
            return Some(InWallet::Perhaps);
        }
        let is_due = claim.is_some_and(|claim| at.allows(claim));
        (!is_due && at.has_sent()).then_some(InWallet::Sent)
    }

    /// Returns whether a wallet has sent anything for an order, or may have. It counts like a sign of money: the shopper
    /// should not order anew.
    pub fn may_have_sent(&self, order: &OrderId) -> bool {
        self.of(order).is_some_and(|at| at.is_open() || at.has_sent())
    }

    /// Returns whether a wallet shows a question that the shopper must decline, since the order is not to be paid any
    /// more, or not in this way. `payable` returns what the order asks for now; it is called only while there is a
    /// question.
    pub fn must_decline(&self, order: &OrderId, payable: impl FnOnce() -> Option<Bill>) -> bool {
        let asked = self.of(order).filter(|at| at.is_asking()).and_then(|at| at.asked.as_ref());
        asked.is_some_and(|asked| payable().as_ref() != Some(asked))
    }

    /// The shopper presses a wallet's button.
    pub fn press(&mut self, bill: &Bill) -> Press {
        let ours = self.of(&bill.order);
        if ours.is_some_and(|at| matches!(at.payment, Some(WalletPayment::Doing(_)))) {
            return Press::UnderWay;
        }
        if !self.allows(bill) {
            return Press::MayBePaid;
        }
        if self.orders.iter().any(|at| at.order != bill.order && at.is_asking()) {
            self.not_asked(&bill.order, WalletFailure::OtherOrder);
            return Press::OtherOrder;
        }
        self.waits_for(&bill.order, WalletStep::Connect);
        Press::Begins
    }

    /// A payment that has begun waits for something else now; that the wallet is asked to send is for
    /// [`Self::about_to_ask`] to allow.
    pub fn waits_for(&mut self, order: &OrderId, step: WalletStep) {
        self.at(order).payment = Some(WalletPayment::Doing(step));
    }

    /// A payment has failed before the wallet was asked to send.
    pub fn not_asked(&mut self, order: &OrderId, failure: WalletFailure) {
        self.at(order).payment = Some(WalletPayment::Failed(failure));
    }

    /// The shopper does not want to wait for a wallet that was not asked to send yet. Returns whether there was such a
    /// payment, which is then given up.
    pub fn give_up(&mut self, order: &OrderId) -> bool {
        let waits = matches!(
            self.payment(order),
            Some(WalletPayment::Doing(WalletStep::Connect | WalletStep::Switch | WalletStep::Confirm))
        );
        if waits {
            self.at(order).payment = None;
        }
        waits
    }

    /// A wallet is about to be asked to send. `payable` is what the order asks for now, `mark` what the storage has now,
    /// and `name` a new name. Returns how the mark has to be changed, in the same task and before the wallet is asked.
    ///
    /// # Errors
    /// The wallet must not be asked: [`WalletFailure::Changed`] when the order asks for something else now, and
    /// [`WalletFailure::Unclear`] or [`WalletFailure::AskedElsewhere`] when another page has asked a wallet.
    pub fn about_to_ask(
        &mut self,
        bill: &Bill,
        payable: Option<&Bill>,
        mark: StoredMark,
        name: MarkName,
    ) -> Result<MarkChange, WalletFailure> {
        if payable != Some(bill) {
            return Err(WalletFailure::Changed);
        }
        let at = self.at(&bill.order);
        let is_of_what_was_sent = at.has_sent() && at.is_own(mark);
        if mark != StoredMark::Absent && !is_of_what_was_sent {
            return Err(at.asked_elsewhere());
        }
        at.asked = Some(bill.clone());
        at.payment = Some(WalletPayment::Doing(WalletStep::Approve));
        at.name = Some(name);
        Ok(MarkChange::Set(name))
    }

    /// A wallet that was asked to send has answered; `mark` is what the storage has now. Returns how the mark has to be
    /// changed. What was sent, or may have been, is marked under this page's name, so that no other page takes the mark
    /// back. After a refusal only this page's own mark is removed, and only if nothing was sent before.
    pub fn answered(&mut self, bill: &Bill, outcome: SendOutcome, mark: StoredMark) -> Option<MarkChange> {
        let at = self.at(&bill.order);
        let (payment, is_declined) = match outcome {
            SendOutcome::Sent(hash) => {
                at.sent.push(Sent { hash: hash.clone(), claim: bill.claim.clone() });
                // Where another page has asked since, what its wallet does is not known here.
                let is_alone = mark == StoredMark::Absent || at.is_own(mark);
                let sent = WalletPayment::Sent { hash, amount: bill.claim.amount.clone() };
                (if is_alone { sent } else { WalletPayment::Failed(at.asked_elsewhere()) }, false)
            }
            SendOutcome::Declined => (WalletPayment::Failed(WalletFailure::Declined), true),
            SendOutcome::Unclear => (WalletPayment::Failed(WalletFailure::Unclear), false),
        };
        at.payment = Some(payment);
        match (is_declined, at.has_sent()) {
            (false, _) => at.keep(mark),
            // The mark of another page stays, since that page may be asking.
            (true, true) => at.keep(mark).filter(|_| mark == StoredMark::Absent),
            (true, false) => at.is_own(mark).then_some(MarkChange::Remove),
        }
    }

    /// The shopper says that the wallet has sent nothing, so that it may be asked again. That is only heeded where it
    /// is not known what the wallet did. Returns how the mark has to be changed: it is removed, whoever stored it,
    /// unless this page knows of something that was sent before.
    pub fn nothing_was_sent(&mut self, order: &OrderId) -> Option<MarkChange> {
        let at = self.orders.iter_mut().find(|at| at.order == *order).filter(|at| at.is_unclear())?;
        at.payment = at.cleared();
        if at.has_sent() { at.name.map(MarkChange::Set) } else { Some(MarkChange::Remove) }
    }

    /// The page looks at the mark of an order that is stored. Where the mark was stored by another page, or before this
    /// one was loaded, a wallet was asked with an outcome that is not known; that holds for as long as the mark is
    /// there, unless this page has asked a wallet itself. Returns how the mark has to be changed: it is stored again
    /// where it is gone although this page's question is open, or this page has sent.
    pub fn mark_seen(&mut self, order: &OrderId, mark: StoredMark) -> Option<MarkChange> {
        if mark == StoredMark::Absent {
            let at = self.orders.iter_mut().find(|at| at.order == *order)?;
            let is_elsewhere = at.payment == Some(WalletPayment::Failed(WalletFailure::AskedElsewhere));
            if is_elsewhere || at.is_unclear() && at.name.is_none() {
                // What was unclear was not this page's own question, and that one is known to have sent nothing.
                at.payment = at.cleared();
            }
            return Some(&*at).filter(|at| at.is_asking() || at.has_sent()).and_then(|at| at.keep(mark));
        }
        let is_known = self
            .of(order)
            .is_some_and(|at| matches!(at.payment, Some(WalletPayment::Doing(_))) || at.has_sent() && at.is_own(mark));
        let at = self.at(order);
        // That the answer to this page's own question is unclear says more.
        if !is_known && !at.is_unclear() {
            at.payment = Some(WalletPayment::Failed(at.asked_elsewhere()));
        }
        None
    }

    fn of(&self, order: &OrderId) -> Option<&AtWallet> {
        self.orders.iter().find(|at| at.order == *order)
    }

    fn at(&mut self, order: &OrderId) -> &mut AtWallet {
        let index = self.orders.iter().position(|at| at.order == *order).unwrap_or_else(|| {
            self.orders.push(AtWallet::new(order.clone()));
            self.orders.len() - 1
        });
        &mut self.orders[index]
    }
}
