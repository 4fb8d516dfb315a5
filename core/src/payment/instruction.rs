//! Everything that a payment panel shows, or the reason why nothing may be paid.

use super::{
    supplier_text::Agreement,
    uri::{Payment, decimals},
};
use crate::{
    catalog::Network,
    chain::{self, Address, AddressError, Chain, Checked, Invoice, chain_of, same_network},
    money::CoinAmount,
    order::{NotPayable, Order, Stage},
    time::Timestamp,
};

/// How to pay one order: made from its snapshot, checked, and complete. `Debug` shows neither address nor memo.
#[derive(Clone, PartialEq)]
pub struct Instruction {
    /// The family of the network.
    pub chain: Chain,
    /// The ticker of the coin, as the order spells it.
    pub coin: String,
    /// The name of the network, as the catalogue labels it, else as the order spells it; never empty.
    pub network: String,
    /// The payee: a checked address, or on Lightning the invoice.
    pub address: Address,
    /// A memo or tag that must go with the payment.
    pub memo: Option<String>,
    /// The exact amount, in whole units of the coin. [`CoinAmount::as_str`] is shown and copied.
    pub amount: CoinAmount,
    /// The end of the payment window by the server's clock; `None` when it sends no times ("about 30 minutes").
    pub until: Option<Timestamp>,
    /// What a QR code may hold, the safest first; never empty.
    pub qr: Vec<QrChoice>,
    /// The checks that were made, and their results.
    pub checks: Vec<Check>,
    /// What the shopper must be told beside the address.
    pub warnings: Vec<Warning>,
}

/// One text that a QR code may hold. `Debug` shows only its kind.
#[derive(Clone, PartialEq, Eq)]
pub struct QrChoice {
    /// What the text is.
    pub kind: QrKind,
    /// The exact text of the code.
    pub text: String,
    /// The address of an "open in wallet" link; `None` for plain addresses.
    pub href: Option<String>,
}

/// What a QR code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QrKind {
    /// The plain address or invoice; the shopper types the amount.
    Address,
    /// A payment link with address and amount.
    Link,
}

/// A check that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// The address belongs to the network, as far as that can be checked.
    Address(Checked),
    /// The invoice asks for exactly the amount of the order.
    InvoiceAmount,
    /// The payee is not the token's contract.
    NotTheContract,
    /// The supplier's own QR text says the same.
    SupplierAgrees,
}

/// Something a shopper must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Warning {
    /// The supplier's own QR text says something else; only the plain fields are shown (docs/supplier-api.md §9.7).
    SupplierDisagrees,
    /// Nothing about the address could be checked.
    NothingChecked,
    /// A program derived the address ([`Address::is_derived`]). There is no link and no code with the amount, since a
    /// wallet would derive a further account from an address that it takes for a person's.
    Derived,
}

/// Why an order must not be paid here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoInstruction {
    /// The order awaits no payment (any more).
    #[error("the order awaits no payment")]
    NotAwaited,
    /// A guard of the purchase forbids it.
    #[error("the order may not be paid: {0:?}")]
    Guarded(NotPayable),
    /// Neither the order nor the catalogue names the network or the coin.
    #[error("the network or the coin is not told")]
    NetworkUnknown,
    /// The catalogue's network is not the order's.
    #[error("the order is on another network than the one chosen")]
    OtherNetwork,
    /// The address may not be paid to.
    #[error("the address may not be paid to: {0}")]
    Address(#[from] AddressError),
    /// The payee is the token's contract.
    #[error("the address is the token's contract")]
    IsContract,
    /// The invoice asks for another amount than the order, or for none.
    #[error("the invoice asks for another amount")]
    InvoiceAmount,
    /// The memo has characters that cannot be shown safely, cannot be read, or is not the only one; one in the
    /// supplier's QR text counts.
    #[error("the memo is not clear")]
    BadMemo,
    /// The missing amount is not known, or cannot be sent to the same invoice.
    #[error("the remainder cannot be paid")]
    NoRemainder,
    /// Less than one unit of the coin is missing, or so little that it may be none: the order counts as paid, and
    /// nothing is asked for.
    #[error("less than a unit of the coin is missing")]
    LessThanAUnit,
}

/// The fraction digits of most stablecoins. Where those of a coin are not known, a remainder below such a unit counts
/// as none.
const USUAL_DECIMALS: u32 = 6;

/// The longest memo that is shown.
const LONGEST_MEMO: usize = 128;

impl Instruction {
    /// Returns how to pay an order in full, if it awaits that. `via` is the catalogue's entry for the order's coin and
    /// network.
    ///
    /// The guards that need the memory of the purchase (an earlier sign of money, a changed address, another order than
    /// the one asked for) are in [`crate::checkout::Checkout::instruction`], which is to be used where there is a
    /// purchase.
    ///
    /// # Errors
    /// [`NoInstruction`] is the reason why the order may not be paid.
    pub fn for_order(order: &Order, via: Option<&Network>) -> Result<Self, NoInstruction> {
        let stage = order.stage(false);
        if let Stage::NotPayable(reason) = stage {
            return Err(NoInstruction::Guarded(reason));
        }
        let Stage::AwaitingPayment { due, until } = stage else { return Err(NoInstruction::NotAwaited) };
        Self::new(order, via, due, until)
    }

    /// Returns how to pay what is missing of an order that was paid in part.
    ///
    /// # Errors
    /// [`NoInstruction`] is the reason why nothing may be paid.
    pub fn for_remainder(order: &Order, via: Option<&Network>) -> Result<Self, NoInstruction> {
        let Stage::PartlyPaid { missing, until, .. } = order.stage(true) else { return Err(NoInstruction::NotAwaited) };
        let missing = missing.ok_or(NoInstruction::NoRemainder)?;
        if missing.is_below_unit(decimals_of(order, via).unwrap_or(USUAL_DECIMALS)) {
            return Err(NoInstruction::LessThanAUnit);
        }
        let remainder = Self::new(order, via, missing, until)?;
        // An invoice is paid once and in full, and too small an amount cannot be sent at all.
        if remainder.chain == Chain::Lightning || is_dust(remainder.chain, &remainder.amount) {
            Err(NoInstruction::NoRemainder)
        } else {
            Ok(remainder)
        }
    }

    fn new(
        order: &Order,
        via: Option<&Network>,
        amount: CoinAmount,
        until: Option<Timestamp>,
    ) -> Result<Self, NoInstruction> {
        let told =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let coin = told(&order.coin).ok_or(NoInstruction::NetworkUnknown)?;
        let network =
            told(&order.network).or_else(|| via.map(|via| via.name.clone())).ok_or(NoInstruction::NetworkUnknown)?;
        if via.is_some_and(|via| !same_network(&network, &via.name, &coin)) {
            return Err(NoInstruction::OtherNetwork);
        }
        let listing = via.map(Network::listing);
        let (chain, address) =
            chain::payee(&coin, &network, listing, order.wallet_address.as_deref().unwrap_or_default())?;
        if order.memo_doubt.is_some() {
            return Err(NoInstruction::BadMemo);
        }
        // What is shown, copied, encoded and asked of a wallet is what can be sent: rounded up to the coin's unit, here
        // at the latest.
        let decimals = decimals(chain, &coin, via);
        let in_units =
            |amount: &CoinAmount| decimals.map_or_else(|| amount.clone(), |digits| amount.rounded_up(digits));
        let amount = in_units(&amount);
        let memo = told(&order.memo);
        if memo
            .as_ref()
            .is_some_and(|memo| memo.len() > LONGEST_MEMO || !memo.bytes().all(|byte| matches!(byte, b' '..=b'~')))
        {
            return Err(NoInstruction::BadMemo);
        }
        let mut checks = vec![Check::Address(address.checked())];
        let mut warnings = Vec::new();
        if chain == Chain::Lightning {
            let invoice = Invoice::parse(address.as_str()).map_err(|_| NoInstruction::InvoiceAmount)?;
            // For a remainder the caller refuses the invoice.
            if !order.due.as_ref().is_some_and(|due| invoice.asks_for(&in_units(due))) {
                return Err(NoInstruction::InvoiceAmount);
            }
            checks.push(Check::InvoiceAmount);
        }
        if let Some(contract) = via.and_then(|via| via.contract.as_ref()) {
            if contract.address.eq_ignore_ascii_case(address.as_str()) {
                return Err(NoInstruction::IsContract);
            }
            checks.push(Check::NotTheContract);
        }
        let payment = Payment { chain, coin: &coin, address: &address, amount: &amount, memo: memo.as_deref(), via };
        if address.checked() == Checked::Nothing {
            warnings.push(Warning::NothingChecked);
        }
        // The supplier's text asks for the whole amount, of a remainder too.
        let whole = Payment { amount: order.due.as_ref().unwrap_or(&amount), ..payment };
        let agreement = told(&order.qr_text).map(|text| whole.agreement(&text));
        // Where the supplier's own text says something else, or demands something unknown, only the plain fields are
        // shown.
        let link = match agreement {
            Some(Agreement::Same) => {
                checks.push(Check::SupplierAgrees);
                payment.link()
            }
            Some(Agreement::Open) | None => payment.link(),
            Some(Agreement::Unusable) => None,
            Some(Agreement::OtherMemo) => return Err(NoInstruction::BadMemo),
            Some(Agreement::Differs) => {
                warnings.push(Warning::SupplierDisagrees);
                None
            }
        };
        if address.is_derived(chain) {
            warnings.push(Warning::Derived);
        }
        let qr = choices(chain, &address, link);
        let network = via.map_or(network, |via| via.label.clone());
        Ok(Self { chain, coin, network, address, memo, amount, until, qr, checks, warnings })
    }
}

/// Returns whether an amount is less than one unit of an order's coin, where the coin's decimals are known. Such a
/// difference counts as none. `via` is the catalogue's entry for the order's coin and network.
pub fn is_below_unit(order: &Order, via: Option<&Network>, amount: &CoinAmount) -> bool {
    decimals_of(order, via).is_some_and(|decimals| amount.is_below_unit(decimals))
}

/// Returns the fraction digits of an order's coin, where they are known.
fn decimals_of(order: &Order, via: Option<&Network>) -> Option<u32> {
    let coin = order.coin.as_deref().map(str::trim).unwrap_or_default();
    let network = order.network.as_deref().or(via.map(|via| via.name.as_str())).map(str::trim).unwrap_or_default();
    // What the catalogue says about another network says nothing about this one.
    let via = via.filter(|via| same_network(network, &via.name, coin));
    decimals(chain_of(coin, network, via.map(Network::listing)), coin, via)
}

impl core::fmt::Debug for Instruction {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Instruction({:?}, {:?}, {:?}, {:?})", self.chain, self.qr, self.checks, self.warnings)
    }
}
impl core::fmt::Debug for QrChoice {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "QrChoice({:?})", self.kind)
    }
}

/// Returns whether the nodes of a network do not pass on so small an output, by the default limits of Bitcoin Core,
/// Litecoin Core (with its tenfold relay fee) and Dogecoin Core.
fn is_dust(chain: Chain, amount: &CoinAmount) -> bool {
    let least = match chain {
        Chain::Bitcoin => "0.00000546",
        Chain::Litecoin => "0.0000546",
        Chain::Dogecoin => "0.01",
        Chain::Lightning
        | Chain::Evm(_)
        | Chain::Solana
        | Chain::Tron
        | Chain::Ton
        | Chain::Sui
        | Chain::Xrp
        | Chain::Unknown => return false,
    };
    // The amounts are compared by value: one with more digits than the coin has may be dust as well.
    least.parse::<CoinAmount>().is_ok_and(|least| *amount < least)
}

/// Returns the texts of QR codes. A link comes first where every wallet understands it in the same way; elsewhere the
/// plain address does.
fn choices(chain: Chain, address: &Address, link: Option<String>) -> Vec<QrChoice> {
    let plain = QrChoice { kind: QrKind::Address, text: address.as_str().to_owned(), href: None };
    let Some(link) = link else { return vec![plain] };
    // The case of an invoice does not count, and a code of capitals and digits is smaller.
    let text = if chain == Chain::Lightning { link.to_ascii_uppercase() } else { link.clone() };
    let link = QrChoice { kind: QrKind::Link, text, href: Some(link) };
    match chain {
        Chain::Bitcoin | Chain::Lightning | Chain::Litecoin | Chain::Dogecoin => vec![link, plain],
        Chain::Evm(_) | Chain::Solana | Chain::Tron | Chain::Ton | Chain::Sui | Chain::Xrp | Chain::Unknown => {
            vec![plain, link]
        }
    }
}
