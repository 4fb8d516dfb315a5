//! Deposit addresses, checked for their network as far as the network allows.

use sha2::{Digest, Sha256};
use tiny_keccak::{Hasher, Keccak};

use super::{
    Chain,
    lightning::{Invoice, InvoiceError},
};

mod curve;
mod ton;

/// An address that passed every check that its network allows.
///
/// `Debug` shows only how far it was checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The text to show and copy (EVM addresses in EIP-55 case).
    text: String,
    /// How far it was checked.
    checked: Checked,
}

/// How far an address could be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checked {
    /// The checksum is right.
    Checksum,
    /// The form is right, but the network has no checksum (or the address came without one).
    FormOnly,
    /// Nothing could be checked.
    Nothing,
}

/// Why an address must not be shown as payable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text is empty, or has characters or a length that no address of the network has.
    #[error("not an address")]
    NotAnAddress,
    /// The checksum is wrong.
    #[error("the checksum does not hold")]
    BadChecksum,
    /// It is an address of a test network.
    #[error("an address of a test network")]
    TestNetwork,
    /// It is an address of another network.
    #[error("an address of another network")]
    OtherNetwork,
}

/// The longest text that is taken for an address of an unknown network.
const LONGEST_UNKNOWN: usize = 256;

impl Address {
    /// Reads and checks an address. White space around it is dropped; anything but ASCII is refused.
    ///
    /// # Errors
    /// [`AddressError`] says why it must not be paid to.
    ///
    /// # Examples
    /// ```
    /// use cr_core::chain::{Address, AddressError, Chain};
    ///
    /// let address = Address::parse(Chain::Evm(None), "0x52908400098527886e0f7030069857d2e4169ee7")?;
    /// assert_eq!(address.as_str(), "0x52908400098527886E0F7030069857D2E4169EE7");
    /// for (chain, text, error) in [
    ///     (Chain::Bitcoin, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", AddressError::TestNetwork),
    ///     (Chain::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T5", AddressError::BadChecksum),
    ///     (Chain::Evm(None), "0x52908400098527886e0f7030069857d2e4169ee", AddressError::NotAnAddress),
    /// ] {
    ///     assert_eq!(Address::parse(chain, text), Err(error), "{text}");
    /// }
    /// # Ok::<(), AddressError>(())
    /// ```
    pub fn parse(chain: Chain, text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AddressError::NotAnAddress);
        }
        let checked = match chain {
            Chain::Bitcoin => coin(text, &BITCOIN)?,
            Chain::Litecoin => coin(text, &LITECOIN)?,
            Chain::Dogecoin => coin(text, &DOGECOIN)?,
            Chain::Tron => coin(text, &TRON)?,
            Chain::Xrp => xrp(text)?,
            Chain::Lightning => invoice(text)?,
            Chain::Evm(_) => return evm(text),
            Chain::Solana => solana(text)?,
            Chain::Ton => ton::check(text)?,
            Chain::Sui => sui(text)?,
            Chain::Unknown if text.len() > LONGEST_UNKNOWN => return Err(AddressError::NotAnAddress),
            Chain::Unknown => Checked::Nothing,
        };
        Ok(Self { text: text.to_owned(), checked })
    }
    /// The same, checked so far.
    pub(super) fn with(self, checked: Checked) -> Self {
        Self { checked, ..self }
    }
    /// Returns the text to show and copy, ungrouped.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// How far it was checked.
    pub fn checked(&self) -> Checked {
        self.checked
    }
    /// Returns whether no key belongs to the address: an address of Solana that is no point of Ed25519 was derived by a
    /// program, and may be a token account, a vault or an account of several signers. `false` proves nothing, and is
    /// the answer for every other network.
    pub fn is_derived(&self, chain: Chain) -> bool {
        chain == Chain::Solana && solana_bytes(&self.text).is_some_and(|bytes| !curve::is_point(&bytes))
    }
    /// Returns whether another text is the same payee: spellings differ in case, and TON has several forms of one
    /// account.
    pub(crate) fn is_same(&self, chain: Chain, text: &str) -> bool {
        // The case of the letters is no part of an EVM address.
        if let Chain::Evm(_) = chain {
            let text = text.trim();
            return self.text.eq_ignore_ascii_case(text)
                || self.text.strip_prefix("0x").is_some_and(|digits| digits.eq_ignore_ascii_case(text));
        }
        let bytes = |text: &str| base58check(text, bs58::Alphabet::BITCOIN).ok();
        // Older spellings: Tron's in hexadecimal digits, Litecoin's scripts with the version that they shared with Bitcoin's.
        if chain == Chain::Tron {
            let text = text.trim();
            let text = text.strip_prefix("0x").unwrap_or(text);
            let hex = bytes(&self.text).map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            if hex.is_some_and(|hex| hex.eq_ignore_ascii_case(text)) {
                return true;
            }
        }
        if chain == Chain::Litecoin
            && let (Some([0x32, ours @ ..]), Some([0x05, theirs @ ..])) =
                (bytes(&self.text).as_deref(), bytes(text.trim()).as_deref())
        {
            return ours == theirs;
        }
        let Ok(other) = Self::parse(chain, text) else { return false };
        match chain {
            Chain::Lightning => self.text.eq_ignore_ascii_case(&other.text),
            // These are segwit addresses; in base58 the case is part of the value.
            Chain::Bitcoin | Chain::Litecoin if ["bc1", "ltc1"].iter().any(|start| starts_with(&self.text, start)) => {
                self.text.eq_ignore_ascii_case(&other.text)
            }
            Chain::Ton => ton::account(&self.text) == ton::account(&other.text),
            Chain::Sui => self.text.eq_ignore_ascii_case(&other.text),
            Chain::Bitcoin
            | Chain::Litecoin
            | Chain::Dogecoin
            | Chain::Evm(_)
            | Chain::Solana
            | Chain::Tron
            | Chain::Xrp
            | Chain::Unknown => self.text == other.text,
        }
    }
    /// Returns the address in groups of four characters, for the eye.
    pub fn groups(&self) -> Vec<&str> {
        let cut = |start: usize| self.text.get(start..self.text.len().min(start + 4));
        (0..self.text.len()).step_by(4).filter_map(cut).collect()
    }
}

impl core::fmt::Debug for Address {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Address({:?})", self.checked)
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Returns the chain that an address belongs to by its form alone, as far as the form says it: by a checksum and its
/// version, a prefix, or, for the EVM chains ([`Chain::Evm`] without an id), Solana and Sui, by its length. A link
/// counts as the address in it.
pub(crate) fn form(text: &str) -> Option<Chain> {
    let text = text.trim();
    let bare = text.split('?').next().unwrap_or_default();
    let bare = bare.split_once(':').map_or(bare, |(_, bare)| bare).trim_start_matches('/');
    form_of(text).or_else(|| form_of(bare))
}

fn form_of(text: &str) -> Option<Chain> {
    let is_data = |rest: &str| rest.len() >= 11 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_hrp = |hrps: &[&str]| {
        text.rsplit_once('1')
            .is_some_and(|(hrp, rest)| is_data(rest) && hrps.iter().any(|known| known.eq_ignore_ascii_case(hrp)))
    };
    if starts_with(text, "0x") && hex_digits(&["0x", text.get(2..)?].concat(), 40).is_ok() {
        return Some(Chain::Evm(None));
    }
    if sui(text).is_ok() {
        return Some(Chain::Sui);
    }
    if has_hrp(&["bc", "tb", "bcrt"]) {
        return Some(Chain::Bitcoin);
    }
    if has_hrp(&["ltc", "tltc", "rltc", "ltcmweb"]) {
        return Some(Chain::Litecoin);
    }
    if !matches!(Invoice::parse(text), Err(InvoiceError::NotAnInvoice | InvoiceError::BadChecksum)) {
        return Some(Chain::Lightning);
    }
    if xrp(text).is_ok() {
        return Some(Chain::Xrp);
    }
    if ton::account(text).is_some() {
        return Some(Chain::Ton);
    }
    if solana_bytes(text).is_some() {
        return Some(Chain::Solana);
    }
    match base58check(text, bs58::Alphabet::BITCOIN).ok()?.as_slice() {
        [version, hash @ ..] if hash.len() == 20 => match version {
            0x00 | 0x05 | 0x6f | 0xc4 => Some(Chain::Bitcoin),
            0x30 | 0x32 => Some(Chain::Litecoin),
            0x1e | 0x16 => Some(Chain::Dogecoin),
            0x41 => Some(Chain::Tron),
            _ => None,
        },
        _ => None,
    }
}

/// The forms that the addresses of a coin in Bitcoin's tradition have.
struct Forms {
    /// The version bytes of base58check on the main network.
    versions: &'static [u8],
    /// The version bytes of its test networks.
    test_versions: &'static [u8],
    /// The human-readable part of segwit addresses, if the network has them, and those of its test networks.
    hrp: Option<&'static str>,
    test_hrps: &'static [&'static str],
}

const BITCOIN: Forms =
    Forms { versions: &[0x00, 0x05], test_versions: &[0x6f, 0xc4], hrp: Some("bc"), test_hrps: &["tb", "bcrt"] };
/// Litecoin's addresses. The older script version 0x05 is left out, since it is Bitcoin's too.
const LITECOIN: Forms = Forms {
    versions: &[0x30, 0x32],
    test_versions: &[0x6f, 0xc4, 0x3a],
    hrp: Some("ltc"),
    test_hrps: &["tltc", "rltc"],
};
const DOGECOIN: Forms = Forms { versions: &[0x1e, 0x16], test_versions: &[0x71, 0xc4], hrp: None, test_hrps: &[] };
/// Tron's addresses. The test networks in use share the version of the main network; only a retired one had its own.
const TRON: Forms = Forms { versions: &[0x41], test_versions: &[0xa0], hrp: None, test_hrps: &[] };

/// Checks base58check or segwit (BIP-173, BIP-350). Some base58 addresses begin like segwit ones (`TB1…` on Tron);
/// hardly any segwit address is base58 by its letters, and none by its checksum.
fn coin(text: &str, forms: &Forms) -> Result<Checked, AddressError> {
    match (base58check(text, bs58::Alphabet::BITCOIN), text.rsplit_once('1')) {
        (Ok(payload), _) => match payload.as_slice() {
            [version, hash @ ..] if hash.len() == 20 => verdict(forms.versions, forms.test_versions, version),
            _ => Err(AddressError::OtherNetwork),
        },
        (Err(_), Some((hrp, _))) if is_segwit_hrp(hrp) => segwit(text, hrp, forms),
        (Err(error), _) => Err(error),
    }
}

fn verdict<T: PartialEq>(main: &[T], test: &[T], found: &T) -> Result<Checked, AddressError> {
    if main.contains(found) {
        Ok(Checked::Checksum)
    } else if test.contains(found) {
        Err(AddressError::TestNetwork)
    } else {
        Err(AddressError::OtherNetwork)
    }
}

fn is_segwit_hrp(hrp: &str) -> bool {
    ["bc", "tb", "bcrt", "ltc", "tltc", "rltc", "ltcmweb"].iter().any(|known| known.eq_ignore_ascii_case(hrp))
}

fn segwit(text: &str, hrp: &str, forms: &Forms) -> Result<Checked, AddressError> {
    use bech32::primitives::decode::{SegwitHrpstring, UncheckedHrpstring};
    UncheckedHrpstring::new(text).map_err(|_| AddressError::NotAnAddress)?;
    SegwitHrpstring::new(text).map_err(|_| AddressError::BadChecksum)?;
    verdict(forms.hrp.as_slice(), forms.test_hrps, &hrp.to_ascii_lowercase().as_str())
}

/// Returns the payload of a text in base58 with a checksum of four bytes of double SHA-256.
pub(super) fn base58check(text: &str, alphabet: &bs58::Alphabet) -> Result<Vec<u8>, AddressError> {
    if text.len() > 64 {
        return Err(AddressError::NotAnAddress);
    }
    let mut bytes = bs58::decode(text).with_alphabet(alphabet).into_vec().map_err(|_| AddressError::NotAnAddress)?;
    let length = bytes.len().checked_sub(4).ok_or(AddressError::NotAnAddress)?;
    let checksum = bytes.split_off(length);
    if Sha256::digest(Sha256::digest(&bytes)).get(..4) != Some(checksum.as_slice()) {
        return Err(AddressError::BadChecksum);
    }
    Ok(bytes)
}

/// Checks a classic address of the XRP Ledger.
fn xrp(text: &str) -> Result<Checked, AddressError> {
    match base58check(text, bs58::Alphabet::RIPPLE)?.as_slice() {
        [0, account @ ..] if account.len() == 20 => Ok(Checked::Checksum),
        _ => Err(AddressError::OtherNetwork),
    }
}

fn invoice(text: &str) -> Result<Checked, AddressError> {
    match Invoice::parse(text) {
        Ok(_) => Ok(Checked::Checksum),
        Err(InvoiceError::NotAnInvoice) => Err(AddressError::NotAnAddress),
        Err(InvoiceError::BadChecksum) => Err(AddressError::BadChecksum),
        Err(InvoiceError::TestNetwork) => Err(AddressError::TestNetwork),
        Err(InvoiceError::OtherNetwork) => Err(AddressError::OtherNetwork),
    }
}

/// Returns the digits after `0x`, if there are `length` of them and they are not all zero: nobody has the key to the
/// zero address.
fn hex_digits(text: &str, length: usize) -> Result<&str, AddressError> {
    let digits = text.strip_prefix("0x").ok_or(AddressError::NotAnAddress)?;
    if digits.len() != length || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(AddressError::NotAnAddress);
    }
    if digits.bytes().all(|byte| byte == b'0') {
        return Err(AddressError::NotAnAddress);
    }
    Ok(digits)
}

/// Checks an EVM address. By EIP-55 the case of the letters is the checksum; letters of one case mean that there is
/// none.
fn evm(text: &str) -> Result<Address, AddressError> {
    let digits = hex_digits(text, 40)?;
    let lower = digits.to_ascii_lowercase();
    let mut hash = [0; 32];
    let mut keccak = Keccak::v256();
    keccak.update(lower.as_bytes());
    keccak.finalize(&mut hash);
    let nibble = |place: usize| hash[place / 2] >> (if place.is_multiple_of(2) { 4 } else { 0 }) & 0xf;
    let cased = lower.chars().enumerate().map(
        |(place, digit)| {
            if nibble(place) >= 8 { digit.to_ascii_uppercase() } else { digit }
        },
    );
    let cased: String = cased.collect();
    let has_one_case = digits == lower || digits == digits.to_ascii_uppercase();
    let checked = match (has_one_case, cased == digits) {
        (true, _) => Checked::FormOnly,
        (false, true) => Checked::Checksum,
        (false, false) => return Err(AddressError::BadChecksum),
    };
    Ok(Address { text: format!("0x{cased}"), checked })
}

/// Checks an address of Solana: 32 bytes in base58, without a checksum.
fn solana(text: &str) -> Result<Checked, AddressError> {
    solana_bytes(text).map(|_| Checked::FormOnly).ok_or(AddressError::NotAnAddress)
}

fn solana_bytes(text: &str) -> Option<Vec<u8>> {
    if !(32..=44).contains(&text.len()) {
        return None;
    }
    let bytes = bs58::decode(text).into_vec().ok()?;
    // The address of 32 zero bytes is the system program.
    (bytes.len() == 32 && bytes.iter().any(|byte| *byte != 0)).then_some(bytes)
}

/// Checks an address of Sui: 32 bytes in hexadecimal, without a checksum.
fn sui(text: &str) -> Result<Checked, AddressError> {
    hex_digits(text, 64).map(|_| Checked::FormOnly)
}
