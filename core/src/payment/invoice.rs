//! What an invoice asks for, compared with an amount.

use crate::{chain::Invoice, money::CoinAmount};

/// The fraction digits of a bitcoin over Lightning, where the unit is a thousandth of a satoshi.
const DECIMALS: u32 = 11;

impl Invoice {
    /// Returns whether the invoice asks for exactly this many bitcoin. One that leaves the amount to the payer does
    /// not.
    pub fn asks_for(&self, amount: &CoinAmount) -> bool {
        self.msat().is_some_and(|msat| amount.to_atoms(DECIMALS).is_some_and(|atoms| atoms == msat.to_string()))
    }
}
