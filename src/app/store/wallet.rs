//! Paying with a wallet in the shopper's browser: which wallets there are, and one payment from the press to the
//! transaction's hash.
//!
//! The wallet gets exactly the transaction that the checked order asks for, and only after the order was confirmed
//! anew. What may be asked, and what an answer means, is decided by [`cr_core::payment::wallet`]; this file talks with
//! the wallet, and reads and writes the mark by which another page, or this one after a reload, knows that a wallet was
//! asked.

use core::time::Duration;

use cr_core::{
    chain::{Address, Chain},
    order::OrderId,
    payment::{
        evm::Transfer,
        wallet::{
            Bill, Claim, InWallet, MarkChange, MarkName, Press, SendOutcome, StoredMark, WalletFailure, WalletLedger,
            WalletPayment, WalletStep, is_chain,
        },
    },
    tracking::Health,
};
use leptos::prelude::*;

use super::{Slot, Store};
use crate::app::{
    memory,
    ports::{Guard, WalletCall, WalletRefusal, Wallets},
};

/// How old the last confirmation of an order may be when a wallet is asked to send, and how long a confirmation is
/// waited for.
const FRESH: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(8);

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
        self.wallet_payments.with(|ledger| ledger.allows(&bill)).then_some(bill.transfer)
    }

    /// Returns the last payment of the current order by a wallet. Tracked.
    pub fn wallet_payment(self) -> Option<WalletPayment> {
        self.at_wallet(|ledger, id| ledger.payment(id).cloned())?
    }

    /// Returns the hashes of all transactions that wallets have sent for the current order. Tracked.
    pub fn wallet_hashes(self) -> Vec<String> {
        self.at_wallet(WalletLedger::hashes).unwrap_or_default()
    }

    /// Returns why what the current order asks for should not be paid again without care, if a wallet has or may have
    /// sent it. Tracked.
    pub fn in_wallet(self) -> Option<InWallet> {
        let claim = self.claim();
        self.at_wallet(|ledger, id| ledger.in_wallet(id, claim.as_ref()))?
    }

    /// Returns whether a wallet has sent anything for the current order, or may have. For the shopper that counts like
    /// a sign of money: they should not order anew. Tracked.
    pub fn may_have_sent(self) -> bool {
        self.at_wallet(WalletLedger::may_have_sent).unwrap_or(false)
    }

    /// Returns whether a wallet shows a question that the shopper must decline, since the order is not to be paid any
    /// more, or not in this way. Tracked.
    pub fn must_decline(self) -> bool {
        self.at_wallet(|ledger, id| ledger.must_decline(id, || self.bill())).unwrap_or(false)
    }

    /// Pays the current order with a wallet. Does nothing while the order is being paid, after it was paid, or while it
    /// is not known whether it was paid.
    pub fn pay_by_wallet(self, wallet: String) {
        let Some(inner) = self.inner() else { return };
        self.heed_other_tabs();
        let Some(bill) = untrack(|| self.bill()) else { return };
        match self.change(|ledger| ledger.press(&bill)) {
            Some(Press::Begins) => {}
            Some(Press::UnderWay | Press::MayBePaid | Press::OtherOrder) | None => return,
        }
        let wallets = std::rc::Rc::clone(&inner.wallets);
        drop(inner);
        self.run(Slot::Wallet, async move {
            match self.pay(&*wallets, &wallet, &bill).await {
                Ok(outcome) => {
                    // Without the element nothing takes the mark back.
                    if let Some(mark) = self.mark(&bill.order) {
                        let change = self.change(|ledger| ledger.answered(&bill, outcome, mark));
                        self.change_mark(&bill.order, change.flatten());
                    }
                }
                Err(failure) => {
                    self.change(|ledger| ledger.not_asked(&bill.order, failure));
                }
            }
            // What another page's wallet was asked meanwhile counts now that this one is done.
            self.note_asked(&bill.order);
            self.check_now();
        });
    }

    /// Stops waiting for a wallet that has not been asked to send yet.
    pub fn give_up_wallet(self) {
        // Without `inner` the element is gone, and its signals with it.
        let (Some(inner), Some(id)) = (self.inner(), self.order_at_hand()) else { return };
        if self.change(|ledger| ledger.give_up(&id)) == Some(true) {
            inner.slots.clear(Slot::Wallet);
            self.note_asked(&id);
        }
    }

    /// Takes the shopper's word that the wallet has sent nothing, so that it may be asked again.
    pub fn nothing_was_sent(self) {
        let Some(id) = self.order_at_hand() else { return };
        let change = self.change(|ledger| ledger.nothing_was_sent(&id));
        self.change_mark(&id, change.flatten());
    }

    /// Looks whether a wallet was asked to pay this order, on another page or before this one was loaded. The mark of this
    /// page's own open question is stored again where it is gone.
    pub(super) fn note_asked(self, order: &OrderId) {
        let Some(inner) = self.inner() else { return };
        // An order that is not stored has no mark, and none can be stored.
        let Some(mark) = memory::asked(&*inner.ports.storage, order, inner.ports.clock.wall()) else { return };
        if mark != StoredMark::Absent {
            self.raise_stake(order);
        }
        let change = self.change(|ledger| ledger.mark_seen(order, mark));
        self.change_mark(order, change.flatten());
    }

    /// Looks whether another page has asked a wallet to pay the current order, and whether the marks are there that this
    /// page's wallets need, of orders that it has left too.
    pub(super) fn heed_other_tabs(self) {
        let mut orders = self.wallet_payments.try_with_untracked(WalletLedger::insists).unwrap_or_default();
        orders.extend([self.id_at_hand(), self.order_at_hand()].into_iter().flatten());
        let seen = core::mem::take(&mut orders);
        for order in seen {
            if !orders.contains(&order) {
                self.note_asked(&order);
                orders.push(order);
            }
        }
    }

    /// Returns the stored mark that a wallet was asked; `None` when the element is gone.
    fn mark(self, order: &OrderId) -> Option<StoredMark> {
        let inner = self.inner()?;
        let mark = memory::asked(&*inner.ports.storage, order, inner.ports.clock.wall());
        Some(mark.unwrap_or(StoredMark::Absent))
    }

    /// Stores or removes the mark that a wallet was asked, and lets other pages look at it if it is another one then.
    /// Pages would nudge each other without end for a mark that cannot be stored.
    fn change_mark(self, order: &OrderId, change: Option<MarkChange>) {
        let (Some(inner), Some(change)) = (self.inner(), change) else { return };
        let (storage, now) = (&*inner.ports.storage, inner.ports.clock.wall());
        let before = memory::asked(storage, order, now);
        memory::change_asked(storage, order, change, now);
        match change {
            MarkChange::Set(_) => self.raise_stake(order),
            MarkChange::Remove => {}
        }
        if memory::asked(storage, order, now) != before {
            inner.ports.lifecycle.nudge();
        }
    }

    /// Carries out all steps of a payment, and returns what came of the request to send, or why there was none.
    async fn pay(self, wallets: &dyn Wallets, wallet: &str, bill: &Bill) -> Result<SendOutcome, WalletFailure> {
        let ask = async |call| {
            let answer = wallets.ask(wallet, call).await;
            answer.map_err(|WalletRefusal(code)| WalletFailure::before_sending(code))
        };
        let account = ask(WalletCall::Account).await?;
        let from = Address::parse(Chain::Evm(None), &account).map_err(|_| WalletFailure::NoAccount)?;
        let chain_id = bill.transfer.chain_id;
        if !is_chain(&ask(WalletCall::ChainId).await?, chain_id) {
            self.change(|ledger| ledger.waits_for(&bill.order, WalletStep::Switch));
            ask(WalletCall::Switch(chain_id)).await?;
        }
        self.change(|ledger| ledger.waits_for(&bill.order, WalletStep::Confirm));
        self.confirm_anew().await?;
        // What may change at any time is checked last: the wallet's network, then the order. The wallet may take long
        // to answer.
        if !is_chain(&ask(WalletCall::ChainId).await?, chain_id) {
            return Err(WalletFailure::OtherChain);
        }
        if !self.is_confirmed_lately() {
            self.confirm_anew().await?;
        }
        let payable = untrack(|| self.bill());
        let name = self.inner().map(|inner| MarkName::new(inner.ports.random.next_u32()));
        let (mark, name) = self.mark(&bill.order).zip(name).ok_or(WalletFailure::Unclear)?;
        // The mark is read, judged and stored in one task, so that no other page comes in between, and before the
        // wallet is asked.
        let change = self.change(|ledger| ledger.about_to_ask(bill, payable.as_ref(), mark, name));
        self.change_mark(&bill.order, Some(change.unwrap_or(Err(WalletFailure::Unclear))?));
        let send = WalletCall::Send { from: from.as_str().to_owned(), transfer: bill.transfer.clone() };
        let answer = wallets.ask(wallet, send).await;
        Ok(SendOutcome::read(answer.as_deref().map_err(|WalletRefusal(code)| *code)))
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
            let claim = Claim::of(checkout.order()?, checkout.stage()?)?;
            (*claim.amount() == instruction.amount).then_some(())?;
            Some(Bill { order: checkout.order()?.id.clone(), transfer, claim })
        })
    }

    /// Returns what the current order asks for. Tracked.
    fn claim(self) -> Option<Claim> {
        self.checkout.with(|checkout| Claim::of(checkout.order()?, checkout.stage()?))
    }

    fn order_at_hand(self) -> Option<OrderId> {
        self.checkout.try_with_untracked(|checkout| checkout.order().map(|order| order.id.clone()))?
    }

    /// Returns what `read` takes from the ledger for the current order. Tracked.
    fn at_wallet<A>(self, read: impl FnOnce(&WalletLedger, &OrderId) -> A) -> Option<A> {
        let id = self.checkout.with(|checkout| checkout.order().map(|order| order.id.clone()))?;
        Some(self.wallet_payments.with(|ledger| read(ledger, &id)))
    }

    /// Changes the ledger, and tells those who read it if it is another one then; `None` when the element is gone.
    fn change<A>(self, change: impl FnOnce(&mut WalletLedger) -> A) -> Option<A> {
        self.wallet_payments.try_maybe_update(|ledger| {
            let before = ledger.clone();
            let result = change(ledger);
            (*ledger != before, result)
        })
    }
}
