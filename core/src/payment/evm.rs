//! The transaction that a browser wallet is asked to send on an EVM chain: a native transfer, or a token's `transfer`
//! (ERC-20). It is made from a checked instruction only.

use super::{
    Instruction, Warning,
    uri::{Asset, Payment},
};
use crate::{
    catalog::Network,
    chain::{Address, Chain},
};

/// What `eth_sendTransaction` takes beside the sender, each as `0x` and hexadecimal digits (Ethereum JSON-RPC
/// quantities and data).
#[derive(Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The chain that the wallet must be on.
    pub chain_id: u64,
    /// The payee, or the token's contract.
    pub to: String,
    /// The wei to send; `0x0` for a token.
    pub value: String,
    /// The data of the call; `0x` for a native transfer.
    pub data: String,
}

/// The first four bytes of Keccak-256 of `transfer(address,uint256)`.
const TRANSFER: &str = "a9059cbb";

impl Instruction {
    /// Returns the transaction that pays this; `None` unless chain, contract and decimals are known and carry the
    /// amount exactly.
    pub fn evm_transfer(&self, via: Option<&Network>) -> Option<Transfer> {
        let Chain::Evm(Some(chain_id)) = self.chain else { return None };
        if self.memo.is_some() || self.warnings.contains(&Warning::SupplierDisagrees) {
            return None;
        }
        let payment = Payment {
            chain: self.chain,
            coin: &self.coin,
            address: &self.address,
            amount: &self.amount,
            memo: None,
            via,
        };
        let payee = self.address.as_str();
        let (to, value, data) = match payment.asset()? {
            Asset::Native => {
                let wei = hex(&self.amount.to_atoms(18)?)?;
                let significant = wei.trim_start_matches('0');
                (payee.to_owned(), format!("0x{significant}"), "0x".to_owned())
            }
            Asset::Token(contract) => {
                let token = Address::parse(self.chain, &contract.address).ok()?;
                let atoms = hex(&self.amount.to_atoms(contract.decimals)?)?;
                let payee = payee.trim_start_matches("0x").to_ascii_lowercase();
                (token.as_str().to_owned(), "0x0".to_owned(), format!("0x{TRANSFER}{payee:0>64}{atoms}"))
            }
        };
        Some(Transfer { chain_id, to, value, data })
    }
}

impl core::fmt::Debug for Transfer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Transfer(chain {})", self.chain_id)
    }
}

/// Returns a positive integer in decimal digits as 64 hexadecimal ones; `None` when it is zero or does not fit 256
/// bits.
fn hex(digits: &str) -> Option<String> {
    let mut bytes = [0_u8; 32];
    for digit in digits.bytes() {
        let mut carry = u16::from(digit.checked_sub(b'0').filter(|digit| *digit <= 9)?);
        for byte in bytes.iter_mut().rev() {
            let [high, low] = (u16::from(*byte) * 10 + carry).to_be_bytes();
            *byte = low;
            carry = u16::from(high);
        }
        if carry != 0 {
            return None;
        }
    }
    let hex = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    let is_positive = bytes.iter().any(|byte| *byte != 0);
    if is_positive { bytes.iter().flat_map(|byte| [hex(byte >> 4), hex(byte & 15)]).collect() } else { None }
}
