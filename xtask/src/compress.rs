//! Compression and hashes, in the forms that the shipped files use.

use std::io::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use sha2::{Digest as _, Sha256, Sha384};

/// Compresses with brotli at its highest quality.
pub(crate) fn brotli(bytes: &[u8]) -> Vec<u8> {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::with_params(&mut compressed, 4096, &parameters);
    let written = writer.write_all(bytes);
    drop(writer);
    debug_assert!(written.is_ok(), "a vector takes every byte");
    compressed
}

/// Compresses with gzip at its highest level. The file holds no time, so the same bytes give the same file.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let written = encoder.write_all(bytes);
    debug_assert!(written.is_ok(), "a vector takes every byte");
    encoder.finish().unwrap_or_default()
}

/// Returns the hash in the form of the `integrity` of a fetch or a script (<https://www.w3.org/TR/SRI/>).
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

/// Returns the integrity with a shorter hash, for the shell, which every visitor of the host page downloads.
pub(crate) fn short_integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}

/// Returns the part of a content hash that goes into a file's name.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..5])
}

/// Returns one hash of several parts, which are kept apart by their lengths.
pub(crate) fn key(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn integrity_is_the_known_hash_of_nothing() {
        assert_eq!(integrity(b""), "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
    }

    #[test]
    fn what_is_compressed_comes_back() {
        let bytes = b"the same words, the same words, the same words".repeat(100);
        let mut back = Vec::new();
        let compressed = brotli(&bytes);
        brotli::Decompressor::new(&*compressed, 4096).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
        assert!(compressed.len() < 100);
        back.clear();
        let compressed = gzip(&bytes);
        flate2::read::GzDecoder::new(&*compressed).read_to_end(&mut back).unwrap();
        assert_eq!(back, bytes);
        assert_eq!(compressed, gzip(&bytes));
    }

    #[test]
    fn a_key_knows_where_its_parts_end() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
        assert_eq!(key(&[b"ab", b"c"]), key(&[b"ab", b"c"]));
    }
}
