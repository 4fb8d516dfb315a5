//! Paying with a wallet in the shopper's browser: which wallets there are, and one payment from the press to the
//! transaction's hash.
//!
//! The wallet gets exactly the transaction that the checked order asks for, and only after the order was confirmed
//! anew. The outcome is kept with the order, in memory: what a wallet was once asked to send is not offered to a wallet
//! again. The fact that a wallet was asked is stored, so that neither another page nor this one after a reload asks
//! again without knowing.

use core::time::Duration;

use cr_core::{
    chain::{Address, Chain},
    checkout::Checkout,
    money::CoinAmount,
    order::{OrderId, Stage},
    payment::evm::Transfer,
    tracking::Health,
};
use leptos::prelude::*;

use super::{Slot, Store};
use crate::app::{
    memory,
    ports::{Guard, WalletCall, WalletRefusal, Wallets},
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
        /// The amount that was sent.
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
    /// The wallet was asked to send and answered neither yes nor no, here or on another page, so that it may have sent.
    Unclear,
}

/// How old the last confirmation of an order may be when a wallet is asked to send, and how long a confirmation is
/// waited for.
const FRESH: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(8);

/// Error codes of wallets, from EIP-1193, EIP-3326 and EIP-1474.
const DECLINED: i64 = 4001;
const UNKNOWN_CHAIN: i64 = 4902;
const PENDING: i64 = -32002;

/// An amount that an order asks for. Amounts are compared by value: another spelling is the same amount.
#[derive(Clone, PartialEq)]
struct Claim {
    amount: CoinAmount,
    /// What the server has received, where the amount is only the remainder.
    received: Option<CoinAmount>,
}

/// A payment to be made: for which order, by which transaction, and for what amount.
#[derive(Clone, PartialEq)]
struct Bill {
    order: OrderId,
    transfer: Transfer,
    claim: Claim,
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
pub(super) struct AtWallet {
    order: OrderId,
    /// The last payment that was tried.
    payment: Option<WalletPayment>,
    /// What a wallet was last asked to send.
    asked: Option<Bill>,
    /// All payments that were sent.
    sent: Vec<Sent>,
}

impl AtWallet {
    const fn new(order: OrderId) -> Self {
        Self { order, payment: None, asked: None, sent: Vec::new() }
    }

    /// Returns whether a wallet may send at any moment, or may have sent.
    const fn is_open(&self) -> bool {
        matches!(
            self.payment,
            Some(WalletPayment::Doing(WalletStep::Approve) | WalletPayment::Failed(WalletFailure::Unclear))
        )
    }

    /// Returns whether a wallet can be asked to pay `claim` without paying anything twice.
    fn allows(&self, claim: &Claim) -> bool {
        !self.is_open() && self.sent.iter().all(|sent| sent.allows(claim))
    }
}

impl Store {
    /// Looks for wallets until the guard is dropped, and lists them in `wallets`.
    pub fn discover_wallets(self) -> Option<Box<dyn Guard>> {
        let inner = self.inner()?;
        let tell = std::rc::Rc::new(move |wallets| {
            self.wallets.try_set(wallets);
        });
        Some(inner.wallets.discover(tell))
    }

    /// Returns the transaction that pays the current order; `None` when it may not be paid, or not by a wallet of the
    /// browser. Tracked.
    pub fn wallet_transfer(self) -> Option<Transfer> {
        let bill = self.bill()?;
        self.at_wallet(|at| at.allows(&bill.claim)).unwrap_or(true).then_some(bill.transfer)
    }

    /// Returns the last payment of the current order by a wallet. Tracked.
    pub fn wallet_payment(self) -> Option<WalletPayment> {
        self.at_wallet(|at| at.payment.clone())?
    }

    /// Returns the hashes of all transactions that wallets have sent for the current order. Tracked.
    pub fn wallet_hashes(self) -> Vec<String> {
        self.at_wallet(|at| at.sent.iter().map(|sent| sent.hash.clone()).collect()).unwrap_or_default()
    }

    /// Returns why what the current order asks for should not be paid again without care, if a wallet has or may have
    /// sent it. Tracked.
    pub fn in_wallet(self) -> Option<InWallet> {
        let claim = self.checkout.with(claim);
        self.at_wallet(|at| {
            if at.is_open() {
                Some(InWallet::Perhaps)
            } else {
                let is_due = claim.is_some_and(|claim| at.allows(&claim));
                (!is_due && !at.sent.is_empty()).then_some(InWallet::Sent)
            }
        })?
    }

    /// Returns whether a wallet has sent anything for the current order, or may have. For the shopper that counts like
    /// a sign of money: they should not order anew. Tracked.
    pub fn may_have_sent(self) -> bool {
        self.at_wallet(|at| at.is_open() || !at.sent.is_empty()).unwrap_or(false)
    }

    /// Returns whether a wallet shows a question that the shopper must decline, since the order is not to be paid any
    /// more, or not in this way. Tracked.
    pub fn must_decline(self) -> bool {
        let asked = self.at_wallet(|at| {
            let is_asking = at.payment == Some(WalletPayment::Doing(WalletStep::Approve));
            at.asked.clone().filter(|_| is_asking)
        });
        asked.flatten().is_some_and(|asked| self.bill() != Some(asked))
    }

    /// Pays the current order with a wallet. Does nothing while the order is being paid, after it was paid, or while it
    /// is not known whether it was paid.
    pub fn pay_by_wallet(self, wallet: String) {
        let Some(inner) = self.inner() else { return };
        self.heed_other_tabs();
        let Some(bill) = untrack(|| self.bill()) else { return };
        let (is_asking_for_other, may_pay) = self
            .wallet_payments
            .try_with_untracked(|all| {
                let ours = all.iter().find(|at| at.order == bill.order);
                let is_doing = ours.is_some_and(|at| matches!(at.payment, Some(WalletPayment::Doing(_))));
                let is_asking = |at: &AtWallet| at.payment == Some(WalletPayment::Doing(WalletStep::Approve));
                (
                    all.iter().any(|at| at.order != bill.order && is_asking(at)),
                    !is_doing && ours.is_none_or(|at| at.allows(&bill.claim)),
                )
            })
            .unwrap_or_default();
        if !may_pay {
            return;
        }
        if is_asking_for_other {
            self.note(&bill.order, WalletPayment::Failed(WalletFailure::OtherOrder));
            return;
        }
        self.note(&bill.order, WalletPayment::Doing(WalletStep::Connect));
        let wallets = std::rc::Rc::clone(&inner.wallets);
        drop(inner);
        self.run(Slot::Wallet, async move {
            let outcome = match self.pay(&*wallets, &wallet, &bill).await {
                Ok(hash) => {
                    let sent = Sent { hash: hash.clone(), claim: bill.claim.clone() };
                    self.change(&bill.order, move |at| at.sent.push(sent));
                    WalletPayment::Sent { hash, amount: bill.claim.amount.clone() }
                }
                Err(failure) => WalletPayment::Failed(failure),
            };
            self.note(&bill.order, outcome);
            self.check_now();
        });
    }

    /// Stops waiting for a wallet that has not been asked to send yet.
    pub fn give_up_wallet(self) {
        // Without `inner` the element is gone, and its signals with it.
        let (Some(inner), Some(id)) = (self.inner(), self.order_at_hand()) else { return };
        let payment = untrack(|| self.wallet_payment());
        if let Some(WalletPayment::Doing(WalletStep::Connect | WalletStep::Switch | WalletStep::Confirm)) = payment {
            inner.slots.clear(Slot::Wallet);
            self.change(&id, |at| at.payment = None);
        }
    }

    /// Takes the shopper's word that the wallet has sent nothing, so that it may be asked again.
    pub fn nothing_was_sent(self) {
        let Some(id) = self.order_at_hand() else { return };
        if untrack(|| self.wallet_payment()) == Some(WalletPayment::Failed(WalletFailure::Unclear)) {
            self.change(&id, |at| at.payment = None);
            self.take_back_asking(&id);
        }
    }

    /// Notes that a wallet was asked to pay this order, on another page or before this one was loaded, with an outcome
    /// that is not known.
    pub(super) fn note_asked(self, order: &OrderId) {
        let is_known = self
            .wallet_payments
            .try_with_untracked(|all| {
                let ours = all.iter().find(|at| at.order == *order);
                ours.is_some_and(|at| !at.sent.is_empty() || matches!(at.payment, Some(WalletPayment::Doing(_))))
            })
            .unwrap_or(true);
        if !is_known {
            self.note(order, WalletPayment::Failed(WalletFailure::Unclear));
        }
    }

    /// Looks whether another page has asked a wallet to pay the current order.
    pub(super) fn heed_other_tabs(self) {
        if let Some(id) = self.order_at_hand()
            && self.was_asked(&id)
        {
            self.note_asked(&id);
        }
    }

    fn was_asked(self, order: &OrderId) -> bool {
        let marks = |inner: std::rc::Rc<super::Inner>| {
            memory::marks(&*inner.ports.storage, order, inner.ports.clock.wall()).asked
        };
        self.inner().is_some_and(marks)
    }

    /// Stores that a wallet is about to be asked to send. Returns `false` when another page has asked one already.
    fn store_asking(self, bill: &Bill) -> bool {
        let Some(inner) = self.inner() else { return false };
        let has_sent = self
            .wallet_payments
            .try_with_untracked(|all| all.iter().any(|at| at.order == bill.order && !at.sent.is_empty()));
        if self.was_asked(&bill.order) && has_sent != Some(true) {
            return false;
        }
        memory::set_asked(&*inner.ports.storage, &bill.order, true, inner.ports.clock.wall());
        self.raise_stake(&bill.order);
        inner.ports.lifecycle.nudge();
        true
    }

    /// Removes the stored mark that a wallet was asked, since nothing was sent; unless something was sent before.
    fn take_back_asking(self, order: &OrderId) {
        let Some(inner) = self.inner() else { return };
        let has_sent = self
            .wallet_payments
            .try_with_untracked(|all| all.iter().any(|at| at.order == *order && !at.sent.is_empty()));
        if has_sent == Some(false) {
            memory::set_asked(&*inner.ports.storage, order, false, inner.ports.clock.wall());
        }
    }

    /// Carries out all steps of a payment, and returns the transaction's hash.
    async fn pay(self, wallets: &dyn Wallets, wallet: &str, bill: &Bill) -> Result<String, WalletFailure> {
        let ask = |call| wallets.ask(wallet, call);
        let account = ask(WalletCall::Account).await.map_err(before_sending)?;
        let from = Address::parse(Chain::Evm(None), &account).map_err(|_| WalletFailure::NoAccount)?;
        let chain_id = bill.transfer.chain_id;
        if !is_chain(&ask(WalletCall::ChainId).await.map_err(before_sending)?, chain_id) {
            self.note(&bill.order, WalletPayment::Doing(WalletStep::Switch));
            ask(WalletCall::Switch(chain_id)).await.map_err(before_sending)?;
        }
        self.note(&bill.order, WalletPayment::Doing(WalletStep::Confirm));
        self.confirm_anew().await?;
        // What may change at any time is checked last: the wallet's network, then the order. The wallet may take long
        // to answer.
        if !is_chain(&ask(WalletCall::ChainId).await.map_err(before_sending)?, chain_id) {
            return Err(WalletFailure::OtherChain);
        }
        if !self.is_confirmed_lately() {
            self.confirm_anew().await?;
        }
        if untrack(|| self.bill()).as_ref() != Some(bill) {
            return Err(WalletFailure::Changed);
        }
        if !self.store_asking(bill) {
            return Err(WalletFailure::Unclear);
        }
        let asked = bill.clone();
        self.change(&bill.order, move |at| at.asked = Some(asked));
        self.note(&bill.order, WalletPayment::Doing(WalletStep::Approve));
        let send = WalletCall::Send { from: from.as_str().to_owned(), transfer: bill.transfer.clone() };
        let hash = match ask(send).await {
            Ok(hash) => hash,
            Err(WalletRefusal(DECLINED)) => {
                self.take_back_asking(&bill.order);
                return Err(WalletFailure::Declined);
            }
            Err(_) => return Err(WalletFailure::Unclear),
        };
        if is_hash(&hash) { Ok(hash) } else { Err(WalletFailure::Unclear) }
    }

    /// Takes all that is known of the order by now, here and by what other pages have stored, and returns whether it was
    /// confirmed lately.
    fn is_confirmed_lately(self) -> bool {
        self.take_waiting();
        self.heed_stored();
        let at = self.confirmed_at.try_get_untracked().flatten();
        at.is_some_and(|at| self.monotonic().saturating_sub(at) < FRESH)
    }

    /// Waits until the server has confirmed the order just now, and takes what other pages have stored of it.
    async fn confirm_anew(self) -> Result<(), WalletFailure> {
        if !self.is_confirmed_lately() {
            let begun = self.monotonic();
            self.check_now();
            let is_fresh = move |at: Duration| at >= begun || self.monotonic().saturating_sub(at) < FRESH;
            if !self.is_confirmed_within(PATIENCE, is_fresh).await {
                return Err(WalletFailure::Unconfirmed);
            }
        }
        self.heed_stored();
        Ok(())
    }

    /// Returns what is to be paid now, if anything is. Tracked.
    fn bill(self) -> Option<Bill> {
        if matches!(self.health.get(), Health::NotFound | Health::Forbidden) {
            return None;
        }
        let via = self.order_network();
        let now = self.server_now();
        self.checkout.with(|checkout| {
            let instruction = checkout.instruction(via.as_ref()).ok()?;
            if instruction.until.is_some_and(|until| until <= now) {
                return None;
            }
            let transfer = instruction.evm_transfer(via.as_ref())?;
            let claim = claim(checkout)?;
            (claim.amount == instruction.amount).then_some(())?;
            Some(Bill { order: checkout.order()?.id.clone(), transfer, claim })
        })
    }

    fn order_at_hand(self) -> Option<OrderId> {
        self.checkout.try_with_untracked(|checkout| checkout.order().map(|order| order.id.clone()))?
    }

    /// Returns what `read` takes from the entry of the current order. Tracked.
    fn at_wallet<A>(self, read: impl FnOnce(&AtWallet) -> A) -> Option<A> {
        let id = self.checkout.with(|checkout| checkout.order().map(|order| order.id.clone()))?;
        self.wallet_payments.with(|all| all.iter().find(|at| at.order == id).map(read))
    }

    fn note(self, order: &OrderId, payment: WalletPayment) {
        self.change(order, move |at| at.payment = Some(payment));
    }

    fn change(self, order: &OrderId, change: impl FnOnce(&mut AtWallet)) {
        self.wallet_payments.try_update(|all| match all.iter_mut().find(|at| at.order == *order) {
            Some(at) => change(at),
            None => {
                let mut at = AtWallet::new(order.clone());
                change(&mut at);
                all.push(at);
            }
        });
    }
}

/// Returns what the current order asks for.
fn claim(checkout: &Checkout) -> Option<Claim> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other stage asks for nothing")]
    match checkout.stage()? {
        Stage::AwaitingPayment { due, .. } => Some(Claim { amount: due, received: None }),
        Stage::PartlyPaid { received: Some(received), missing: Some(missing), .. } => {
            Some(Claim { amount: checkout.order()?.in_units(&missing), received: Some(received) })
        }
        _ => None,
    }
}

fn before_sending(refusal: WalletRefusal) -> WalletFailure {
    match refusal.0 {
        DECLINED => WalletFailure::Declined,
        UNKNOWN_CHAIN => WalletFailure::UnknownChain,
        PENDING => WalletFailure::Busy,
        _ => WalletFailure::NoAnswer,
    }
}

/// Returns whether a quantity (`0x89`; some wallets write `137`) is the id of this chain.
fn is_chain(told: &str, chain_id: u64) -> bool {
    let told = told.trim();
    let id = match told.strip_prefix("0x").or_else(|| told.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => told.parse(),
    };
    id == Ok(chain_id)
}

fn is_hash(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
