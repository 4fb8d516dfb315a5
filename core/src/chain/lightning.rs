//! BOLT #11 invoices, read as far as safe payment needs it: checksum, network, amount, expiry. The signature is left to
//! the wallet.

use core::time::Duration;

use bech32::{Bech32, Checksum, primitives::decode::CheckedHrpstring};

use crate::time::Timestamp;

/// A Lightning invoice of the Bitcoin main network.
#[derive(Clone, PartialEq, Eq)]
pub struct Invoice {
    text: String,
    /// The amount in thousandths of a satoshi; `None` when the payer may choose it.
    msat: Option<u64>,
    made_at: u64,
    expiry_secs: u64,
}

/// The checksum of BIP-173 at any length: BOLT #11 has no limit. Up to 1,023 characters it finds any three mistakes. In
/// longer texts it still finds any one mistake or swap of neighbours, but two that are 1,023 characters apart may
/// cancel each other out.
enum AnyLength {}

impl Checksum for AnyLength {
    type MidstateRepr = <Bech32 as Checksum>::MidstateRepr;
    type CorrectionField = <Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = <Bech32 as Checksum>::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = <Bech32 as Checksum>::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = <Bech32 as Checksum>::CHECKSUM_LENGTH;
    const GENERATOR_SH: [Self::MidstateRepr; 5] = <Bech32 as Checksum>::GENERATOR_SH;
    const TARGET_RESIDUE: Self::MidstateRepr = <Bech32 as Checksum>::TARGET_RESIDUE;
}

/// Why a text is not an invoice that may be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// The text does not have the form of an invoice.
    #[error("not an invoice")]
    NotAnInvoice,
    /// The checksum is wrong.
    #[error("the checksum does not hold")]
    BadChecksum,
    /// It is an invoice of a test network.
    #[error("an invoice of a test network")]
    TestNetwork,
    /// It is an invoice of another network.
    #[error("an invoice of another network")]
    OtherNetwork,
}

/// How long an invoice is good for when it does not say (BOLT #11).
const DEFAULT_EXPIRY_SECS: u64 = 3600;
/// The number of characters of the signature at the end of the data, and of the timestamp at its beginning.
const SIGNATURE: usize = 104;
const TIMESTAMP: usize = 7;
/// The tag of the expiry field, `x`.
const EXPIRY: u8 = 6;

impl Invoice {
    /// Reads and checks an invoice, all in lower or all in upper case.
    ///
    /// # Errors
    /// [`InvoiceError`] says why it must not be paid.
    pub fn parse(text: &str) -> Result<Self, InvoiceError> {
        let text = text.trim();
        let is_like_one = text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("ln"));
        if !is_like_one || !text.is_ascii() {
            return Err(InvoiceError::NotAnInvoice);
        }
        let parsed = CheckedHrpstring::new::<AnyLength>(text).map_err(|_| InvoiceError::BadChecksum)?;
        let hrp = text.rsplit_once('1').map(|(hrp, _)| hrp.to_ascii_lowercase()).unwrap_or_default();
        let split = hrp.find(|letter: char| letter.is_ascii_digit()).unwrap_or(hrp.len());
        let (network, amount) = hrp.split_at(split);
        match network {
            "lnbc" => {}
            "lntb" | "lntbs" | "lnbcrt" | "lnsb" => return Err(InvoiceError::TestNetwork),
            _ => return Err(InvoiceError::OtherNetwork),
        }
        let msat = match amount {
            "" => None,
            digits => Some(read_amount(digits).ok_or(InvoiceError::NotAnInvoice)?),
        };
        let data: Vec<u8> = parsed.fe32_iter().map(|value| value.to_u8()).collect();
        let fields = data.len().checked_sub(SIGNATURE).and_then(|end| data.get(TIMESTAMP..end));
        let fields = fields.ok_or(InvoiceError::NotAnInvoice)?;
        let made_at = number(&data[..TIMESTAMP]);
        let expiry_secs = read_expiry(fields)?.unwrap_or(DEFAULT_EXPIRY_SECS);
        Ok(Self { text: text.to_owned(), msat, made_at, expiry_secs })
    }

    /// Returns the invoice as it was sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the time after which the network refuses the invoice.
    pub fn expires_at(&self) -> Timestamp {
        let secs = i64::try_from(self.made_at).unwrap_or(i64::MAX);
        Timestamp::from_secs(secs).plus(Duration::from_secs(self.expiry_secs))
    }

    /// Returns whether the payer may choose the amount.
    pub fn leaves_amount(&self) -> bool {
        self.msat.is_none()
    }

    /// What it asks for, in thousandths of a satoshi; `None` when it leaves the amount to the payer.
    pub fn msat(&self) -> Option<u64> {
        self.msat
    }
}

impl core::fmt::Debug for Invoice {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Invoice(…)")
    }
}

/// An amount in bitcoin with its multiplier, in thousandths of a satoshi.
fn read_amount(text: &str) -> Option<u64> {
    let (digits, last) = text.split_at(text.len().checked_sub(1)?);
    let (digits, unit) = match last {
        // The unit is a tenth of a thousandth of a satoshi, and only whole thousandths can be paid.
        "p" => (digits.strip_suffix('0')?, 1),
        "n" => (digits, 100),
        "u" => (digits, 100_000),
        "m" => (digits, 100_000_000),
        _ => (text, 100_000_000_000),
    };
    if digits.is_empty() || digits.starts_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// Returns the expiry field, if there is one. The first one counts.
fn read_expiry(mut fields: &[u8]) -> Result<Option<u64>, InvoiceError> {
    while let [tag, high, low, rest @ ..] = fields {
        let length = usize::from(*high) * 32 + usize::from(*low);
        let value = rest.get(..length).ok_or(InvoiceError::NotAnInvoice)?;
        if *tag == EXPIRY {
            return Ok(Some(number(value)));
        }
        fields = &rest[length..];
    }
    if fields.is_empty() { Ok(None) } else { Err(InvoiceError::NotAnInvoice) }
}

/// Returns the number in groups of five bits, the highest first; the largest `u64` when it is larger.
fn number(groups: &[u8]) -> u64 {
    groups.iter().fold(
        0_u64,
        |number, group| {
            if number.leading_zeros() < 5 { u64::MAX } else { number << 5 | u64::from(*group) }
        },
    )
}
