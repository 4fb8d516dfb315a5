//! What an invoice asks for, held against an amount.

use crate::{chain::Invoice, money::CoinAmount};

/// Fraction digits of a bitcoin over Lightning: thousandths of a satoshi.
const DECIMALS: u32 = 11;

impl Invoice {
    /// Whether it asks for exactly this many bitcoin. One that leaves the amount to the payer does not.
    pub fn asks_for(&self, amount: &CoinAmount) -> bool {
        self.msat().is_some_and(|msat| amount.to_atoms(DECIMALS).is_some_and(|atoms| atoms == msat.to_string()))
    }
}
