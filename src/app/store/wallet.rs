//! Paying with a wallet in the shopper's browser: which there are, and one payment from the press to the transaction's hash.
//!
//! The wallet is handed the very transaction that the checked order makes, and only after the order was confirmed anew. What
//! became of it is kept with the order, in memory: an order that a wallet has paid is not offered to a wallet again.

use core::time::Duration;

use cr_core::{
    order::OrderId,
    payment::{
        address::{Address, Chain},
        evm::Transfer,
    },
    tracking::Health,
};
use leptos::prelude::*;

use super::{Slot, Store};
use crate::app::{
    ports::{Guard, WalletCall, WalletRefusal, Wallets},
    task::sleep,
};

/// A payment by a wallet of the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WalletPayment {
    /// Under way.
    Doing(WalletStep),
    /// Not made, as far as can be told.
    Failed(WalletFailure),
    /// Made: the wallet told the transaction's hash.
    Sent {
        /// `0x` and 64 hexadecimal digits.
        hash: String,
        /// How much, as the order wrote it.
        amount: String,
    },
}

/// What a payment waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletStep {
    /// The wallet, to connect.
    Connect,
    /// The wallet, to change to the order's network.
    Switch,
    /// The server, to confirm that the order is still to be paid.
    Confirm,
    /// The shopper, to approve the transaction in the wallet. It cannot be called back.
    Approve,
}

/// Why a wallet has not paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletFailure {
    /// The shopper declined.
    Declined,
    /// It still shows an earlier question.
    Busy,
    /// It gave no account of this kind of network.
    NoAccount,
    /// It does not know the order's network.
    UnknownChain,
    /// It stays on another network.
    OtherChain,
    /// It failed before it was asked to send.
    NoAnswer,
    /// The server did not confirm the order in time.
    Unconfirmed,
    /// The order is not to be paid any more, or is not what it was.
    Changed,
    /// It was asked to send and answered neither yes nor no: it may have sent.
    Unclear,
}

/// How fresh the last confirmation of an order must be when a wallet is asked to send, and how long one is waited for.
const FRESH: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(8);
const GLANCE: Duration = Duration::from_millis(200);

/// Codes of EIP-1193, EIP-3326 and EIP-1474.
const DECLINED: i64 = 4001;
const UNKNOWN_CHAIN: i64 = 4902;
const PENDING: i64 = -32002;

/// What is to be paid by which order.
#[derive(Clone, PartialEq)]
struct Bill {
    order: OrderId,
    transfer: Transfer,
    amount: String,
}

impl Store {
    /// Looks for wallets until the guard is dropped; they appear in `wallets`.
    pub fn discover_wallets(self) -> Option<Box<dyn Guard>> {
        let inner = self.inner()?;
        let tell = std::rc::Rc::new(move |wallets| {
            self.wallets.try_set(wallets);
        });
        Some(inner.wallets.discover(tell))
    }

    /// The transaction that pays the order at hand; `None` when it may not be paid, or not by a wallet of the browser. Tracked.
    pub fn wallet_transfer(self) -> Option<Transfer> {
        self.bill().map(|bill| bill.transfer)
    }

    /// What became of the order at hand in a wallet. Tracked.
    pub fn wallet_payment(self) -> Option<WalletPayment> {
        let id = self.checkout.with(|checkout| checkout.order().map(|order| order.id.clone()))?;
        self.wallet_payments.with(|all| all.iter().find(|(order, _)| *order == id).map(|(_, payment)| payment.clone()))
    }

    /// Pays the order at hand with a wallet. Nothing happens while one is being paid, once it was, or while it is not known
    /// whether it was.
    pub fn pay_by_wallet(self, wallet: String) {
        let Some(inner) = self.inner() else { return };
        let is_busy = self
            .wallet_payments
            .try_with_untracked(|all| all.iter().any(|(_, payment)| matches!(payment, WalletPayment::Doing(_))))
            .unwrap_or(true);
        let Some(bill) = untrack(|| self.bill()) else { return };
        let may_pay = match untrack(|| self.wallet_payment()) {
            None => true,
            Some(WalletPayment::Failed(failure)) => failure != WalletFailure::Unclear,
            Some(WalletPayment::Doing(_)) => false,
            // What is missing is another amount than what was sent.
            Some(WalletPayment::Sent { amount, .. }) => amount != bill.amount,
        };
        if is_busy || !may_pay {
            return;
        }
        self.note(&bill.order, WalletPayment::Doing(WalletStep::Connect));
        let wallets = std::rc::Rc::clone(&inner.wallets);
        drop(inner);
        self.run(Slot::Wallet, async move {
            let outcome = match self.pay(&*wallets, &wallet, &bill).await {
                Ok(hash) => WalletPayment::Sent { hash, amount: bill.amount.clone() },
                Err(failure) => WalletPayment::Failed(failure),
            };
            self.note(&bill.order, outcome);
            self.check_now();
        });
    }

    /// Stops waiting for a wallet that has not been asked to send yet.
    pub fn give_up_wallet(self) {
        let id = untrack(|| self.checkout.with(|checkout| checkout.order().map(|order| order.id.clone())));
        let payment = untrack(|| self.wallet_payment());
        if let (Some(id), Some(WalletPayment::Doing(WalletStep::Connect | WalletStep::Switch | WalletStep::Confirm))) =
            (id, payment)
            && let Some(inner) = self.inner()
        {
            inner.slots.clear(Slot::Wallet);
            self.wallet_payments.try_update(|all| all.retain(|(order, _)| *order != id));
        }
    }

    /// The shopper has looked: the wallet has sent nothing, so that it may be asked again.
    pub fn nothing_was_sent(self) {
        if untrack(|| self.wallet_payment()) == Some(WalletPayment::Failed(WalletFailure::Unclear)) {
            let id = untrack(|| self.checkout.with(|checkout| checkout.order().map(|order| order.id.clone())));
            self.wallet_payments.try_update(|all| all.retain(|(order, _)| Some(order) != id.as_ref()));
        }
    }

    /// The whole way; the hash at its end.
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
        // Last of all what may change at any time: the wallet's network, then the order.
        if !is_chain(&ask(WalletCall::ChainId).await.map_err(before_sending)?, chain_id) {
            return Err(WalletFailure::OtherChain);
        }
        if untrack(|| self.bill()).as_ref() != Some(bill) {
            return Err(WalletFailure::Changed);
        }
        self.note(&bill.order, WalletPayment::Doing(WalletStep::Approve));
        let send = WalletCall::Send { from: from.as_str().to_owned(), transfer: bill.transfer.clone() };
        let hash = ask(send).await.map_err(|refusal| match refusal.0 {
            DECLINED => WalletFailure::Declined,
            _ => WalletFailure::Unclear,
        })?;
        if is_hash(&hash) { Ok(hash) } else { Err(WalletFailure::Unclear) }
    }

    /// Waits until the server has confirmed the order just now.
    async fn confirm_anew(self) -> Result<(), WalletFailure> {
        let begun = self.monotonic();
        let is_fresh = || {
            let at = self.confirmed_at.try_get_untracked().flatten();
            at.is_some_and(|at| at >= begun || self.monotonic().saturating_sub(at) < FRESH)
        };
        if !is_fresh() {
            self.check_now();
        }
        while !is_fresh() {
            if self.monotonic().saturating_sub(begun) > PATIENCE {
                return Err(WalletFailure::Unconfirmed);
            }
            self.glance().await?;
        }
        // A confirmation may be told a moment before what it says of the order.
        self.glance().await
    }

    async fn glance(self) -> Result<(), WalletFailure> {
        let glance = self.inner().map(|inner| sleep(&*inner.ports.clock, GLANCE));
        glance.ok_or(WalletFailure::Unconfirmed)?.await;
        Ok(())
    }

    /// What is to be paid now, if anything is.
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
            Some(Bill { order: checkout.order()?.id.clone(), transfer, amount: instruction.amount.as_str().to_owned() })
        })
    }

    fn note(self, order: &OrderId, payment: WalletPayment) {
        self.wallet_payments.try_update(|all| match all.iter_mut().find(|(known, _)| known == order) {
            Some((_, known)) => *known = payment,
            None => all.push((order.clone(), payment)),
        });
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

/// Whether a quantity (`0x89`; some wallets write `137`) is this chain.
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
