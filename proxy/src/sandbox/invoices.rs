//! BOLT11 invoices for the main network, signed with a key that belongs to the simulation only. There is no node behind
//! them: a wallet can read them and finds no route.

use std::time::Duration;

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{Secp256k1, SecretKey};
use lightning_invoice::{Currency, InvoiceBuilder, PaymentSecret};
use sha2::{Digest, Sha256};

use super::money::Atto;

/// Seconds after which an invoice lapses.
pub(crate) const EXPIRY_S: u64 = 15 * 60;

/// An invoice for `amount` BTC (whole millisatoshis), made at `now_s` Unix seconds, or `None` for an amount that cannot be
/// asked for.
pub(crate) fn invoice(seed: u64, label: &str, amount: Atto, now_s: u64) -> Option<String> {
    let msat = u64::try_from(amount.atoms(11)?).ok()?;
    let hash = |what: &str| -> [u8; 32] { Sha256::digest(format!("{seed}/{what}/{label}").as_bytes()).into() };
    let key = SecretKey::from_slice(&Sha256::digest(format!("{seed}/node").as_bytes())).ok()?;
    let preimage: [u8; 32] = hash("preimage");
    let payment_hash = sha256::Hash::hash(&preimage);
    let secp = Secp256k1::new();
    InvoiceBuilder::new(Currency::Bitcoin)
        .description("Simulated order: do not pay".to_owned())
        .payment_hash(payment_hash)
        .payment_secret(PaymentSecret(hash("secret")))
        .duration_since_epoch(Duration::from_secs(now_s))
        .min_final_cltv_expiry_delta(144)
        .expiry_time(Duration::from_secs(EXPIRY_S))
        .amount_milli_satoshis(msat)
        .build_signed(|message| secp.sign_ecdsa_recoverable(message, &key))
        .ok()
        .map(|invoice| invoice.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lightning_invoice::Bolt11Invoice;

    #[test]
    fn an_invoice_verifies_and_asks_for_the_exact_amount() {
        for (text, msat) in
            [("0.00032833", 32_833_000), ("0.1", 10_000_000_000), ("0.00000001", 1_000), ("1", 100_000_000_000)]
        {
            let made = invoice(1, "order", Atto::parse(text).unwrap(), 1_790_000_000).unwrap();
            assert!(made.starts_with("lnbc"), "{made}");
            let read: Bolt11Invoice = made.parse().unwrap();
            read.check_signature().unwrap();
            assert_eq!(read.amount_milli_satoshis(), Some(msat), "{text}");
            assert_eq!(read.expiry_time(), Duration::from_secs(EXPIRY_S));
            assert_eq!(read.duration_since_epoch(), Duration::from_secs(1_790_000_000));
        }
    }
}
