//! Deposit addresses that are valid for their network, checksums included. They are hashes of a label: nobody has a key
//! to any of them, so nothing real may ever be sent there.

use cr_core::chain::{Address, Chain};
use sha2::{Digest, Sha256};
use tiny_keccak::{Hasher, Keccak};

/// The form of a network's deposit addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressKind {
    /// Bitcoin, bech32 (`bc1q…`) or bech32m (`bc1p…`).
    Bitcoin,
    /// A BOLT11 invoice.
    Lightning,
    /// Litecoin, `ltc1…`.
    Litecoin,
    /// Dogecoin, base58check.
    Dogecoin,
    /// EVM chains, EIP-55.
    Evm,
    /// Solana, base58 of 32 bytes.
    Solana,
    /// Tron, base58check with prefix 0x41.
    Tron,
    /// TON, the user-friendly form.
    Ton,
    /// Sui, `0x` and 32 bytes.
    Sui,
}

/// Returns the deposit address that belongs to `label` (an order and how often its address changed). For Lightning see
/// [`super::invoices`]; this function returns the label's Bitcoin address for it.
pub(crate) fn deposit(kind: AddressKind, label: &str) -> String {
    let hash = digest(label);
    match kind {
        AddressKind::Bitcoin | AddressKind::Lightning => segwit("bc", &hash),
        AddressKind::Litecoin => segwit("ltc", &hash),
        AddressKind::Dogecoin => base58check(0x1e, &hash[..20]),
        AddressKind::Evm => eip55(&hash[..20]),
        AddressKind::Solana => solana(hash),
        AddressKind::Tron => base58check(0x41, &hash[..20]),
        AddressKind::Ton => ton(&hash),
        AddressKind::Sui => format!("0x{}", hex(&hash)),
    }
}

/// Returns an address that could be a key's: a point of Ed25519, as the addresses of wallets are. Half of all hashes
/// are such points.
fn solana(mut hash: [u8; 32]) -> String {
    loop {
        let text = bs58::encode(hash).into_string();
        match Address::parse(Chain::Solana, &text) {
            Ok(address) if !address.is_derived(Chain::Solana) => return text,
            Ok(_) | Err(_) => hash = Sha256::digest(hash).into(),
        }
    }
}

/// Returns an invented contract address of a token.
pub(crate) fn contract(kind: AddressKind, coin: &str, network: &str) -> String {
    deposit(kind, &format!("contract/{coin}/{network}"))
}

fn digest(label: &str) -> [u8; 32] {
    Sha256::digest(label.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns an address by BIP-173 and BIP-350: half of the labels become version 0 (20 bytes), half version 1 (32
/// bytes).
fn segwit(hrp: &str, hash: &[u8; 32]) -> String {
    let hrp = bech32::Hrp::parse_unchecked(hrp);
    let encoded = if hash[31] & 1 == 0 {
        bech32::segwit::encode_v0(hrp, &hash[..20])
    } else {
        bech32::segwit::encode_v1(hrp, hash)
    };
    encoded.unwrap_or_default()
}

fn base58check(version: u8, payload: &[u8]) -> String {
    bs58::encode(payload).with_check_version(version).into_string()
}

/// Returns the address with the mixed-case checksum of EIP-55.
pub(crate) fn eip55(bytes: &[u8]) -> String {
    let lower = hex(bytes);
    let mut keccak = Keccak::v256();
    let mut hash = [0; 32];
    keccak.update(lower.as_bytes());
    keccak.finalize(&mut hash);
    let cased = lower.chars().enumerate().map(|(index, digit)| {
        let nibble = if index % 2 == 0 { hash[index / 2] >> 4 } else { hash[index / 2] & 0x0f };
        if nibble >= 8 { digit.to_ascii_uppercase() } else { digit }
    });
    std::iter::once("0x".to_owned()).chain(cased.map(String::from)).collect()
}

/// Returns an address by TEP-2: tag, workchain 0, hash, CRC16; base64url. Half of them are bounceable (`EQ`), half are
/// not (`UQ`).
fn ton(hash: &[u8; 32]) -> String {
    let tag = if hash[0] & 1 == 0 { 0x11 } else { 0x51 };
    let mut bytes = vec![tag, 0];
    bytes.extend_from_slice(hash);
    bytes.extend_from_slice(&crc16_xmodem(&bytes).to_be_bytes());
    base64url(&bytes)
}

fn crc16_xmodem(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 },
        )
    })
}

/// Returns base64url without padding; the length of the input is always a multiple of three here.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..=chunk.len() {
            let six = (word >> (18 - 6 * index)) & 63;
            out.push(char::from(ALPHABET[six as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eip55_matches_the_standard_s_own_examples() {
        for known in ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"] {
            let bytes: Vec<u8> =
                (2..42).step_by(2).map(|at| u8::from_str_radix(&known[at..at + 2], 16).unwrap()).collect();
            assert_eq!(eip55(&bytes), known);
        }
    }

    #[test]
    fn crc16_matches_the_check_value_of_its_catalogue() {
        assert_eq!(crc16_xmodem(b"123456789"), 0x31c3);
    }

    #[test]
    fn base64url_matches_rfc_4648() {
        assert_eq!(base64url(b"foobar"), "Zm9vYmFy");
        assert_eq!(base64url(&[0xfb, 0xff, 0xfe]), "-__-");
    }

    #[test]
    fn a_label_gives_one_address_and_another_label_another() {
        for kind in [AddressKind::Bitcoin, AddressKind::Evm, AddressKind::Solana, AddressKind::Tron, AddressKind::Ton] {
            assert_eq!(deposit(kind, "a"), deposit(kind, "a"));
            assert_ne!(deposit(kind, "a"), deposit(kind, "b"));
        }
    }
}
