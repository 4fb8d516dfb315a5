//! TON addresses (TEP-2): the user-friendly form with its CRC-16, and the raw form, which has none.

use super::{AddressError, Checked};

const BOUNCEABLE: u8 = 0x11;
const NON_BOUNCEABLE: u8 = 0x51;
const TEST_ONLY: u8 = 0x80;

pub(super) fn check(text: &str) -> Result<Checked, AddressError> {
    if let Some((workchain, account)) = text.split_once(':') {
        let is_account = account.len() == 64 && account.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_known = workchain == "0" || workchain == "-1";
        return if is_account && is_known { Ok(Checked::FormOnly) } else { Err(AddressError::NotAnAddress) };
    }
    let bytes = decode(text).ok_or(AddressError::NotAnAddress)?;
    let (payload, checksum) = bytes.split_at(34);
    if crc16(payload).to_be_bytes() != checksum {
        return Err(AddressError::BadChecksum);
    }
    match payload {
        [BOUNCEABLE | NON_BOUNCEABLE, 0x00 | 0xff, ..] => Ok(Checked::Checksum),
        [tag, 0x00 | 0xff, ..] if [BOUNCEABLE, NON_BOUNCEABLE].contains(&(tag ^ TEST_ONLY)) => {
            Err(AddressError::TestNetwork)
        }
        _ => Err(AddressError::NotAnAddress),
    }
}

/// Returns the account of an address in any form, workchain and hash; `None` for a text that is no address. An address
/// of a test network has one too.
pub(super) fn account(text: &str) -> Option<Vec<u8>> {
    if let Err(AddressError::NotAnAddress | AddressError::BadChecksum | AddressError::OtherNetwork) = check(text) {
        return None;
    }
    let Some((workchain, account)) = text.split_once(':') else {
        return decode(text).and_then(|bytes| bytes.get(1..34).map(<[u8]>::to_vec));
    };
    let mut bytes = vec![if workchain == "0" { 0 } else { 0xff }];
    for pair in account.as_bytes().chunks(2) {
        let digit = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        bytes.push(u8::try_from(digit(0)? << 4 | digit(1)?).ok()?);
    }
    Some(bytes)
}

/// Decodes 48 characters of base64, of either alphabet but not of both.
fn decode(text: &str) -> Option<[u8; 36]> {
    let is_mixed = text.contains(['+', '/']) && text.contains(['-', '_']);
    if text.len() != 48 || is_mixed {
        return None;
    }
    let mut bytes = [0; 36];
    for (out, group) in bytes.chunks_exact_mut(3).zip(text.as_bytes().chunks_exact(4)) {
        let mut bits = 0_u32;
        for letter in group {
            bits = bits << 6 | u32::from(sextet(*letter)?);
        }
        out.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    Some(bytes)
}

fn sextet(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

/// Returns the CRC-16/XMODEM of the bytes: polynomial 0x1021, initial value 0.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 })
    })
}
