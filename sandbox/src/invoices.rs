//! BOLT11 invoices for the main network, signed with a key that belongs to the simulation only. There is no node behind
//! them: a wallet can read them but finds no route.

use std::time::Duration;

use bitcoin::hashes::{Hash, sha256};
use bitcoin::secp256k1::{PublicKey, Secp256k1, SecretKey};
use lightning_invoice::{Currency, InvoiceBuilder, PaymentSecret, RouteHint, RouteHintHop, RoutingFees};
use sha2::{Digest, Sha256};

use super::money::CoinAmount;

/// After how many seconds an invoice expires.
pub(crate) const EXPIRY_S: u64 = 15 * 60;

/// How many private channels each path of a long invoice names: about 82 characters each, almost 2,000 in all.
const LONG_PATHS: [u64; 2] = [10, 9];

/// How long an invoice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// About 330 characters.
    Usual,
    /// Almost 2,000 characters. One field of BOLT 11 could not hold them, so the node is reached over private channels.
    Long,
}

/// Returns an invoice for `amount` BTC (whole millisatoshis), made at `now_s` Unix seconds, or `None` for an amount
/// that cannot be requested.
pub(crate) fn invoice(seed: u64, label: &str, amount: CoinAmount, now_s: u64, length: Length) -> Option<String> {
    let msat = u64::try_from(amount.atoms(11)?).ok()?;
    let hash = |what: &str| -> [u8; 32] { Sha256::digest(format!("{seed}/{what}/{label}").as_bytes()).into() };
    let key = SecretKey::from_slice(&Sha256::digest(format!("{seed}/node").as_bytes())).ok()?;
    let preimage: [u8; 32] = hash("preimage");
    let payment_hash = sha256::Hash::hash(&preimage);
    let secp = Secp256k1::new();
    let builder = InvoiceBuilder::new(Currency::Bitcoin)
        .description("Simulated order: do not pay".to_owned())
        .payment_hash(payment_hash)
        .payment_secret(PaymentSecret(hash("secret")))
        .duration_since_epoch(Duration::from_secs(now_s))
        .min_final_cltv_expiry_delta(144)
        .expiry_time(Duration::from_secs(EXPIRY_S))
        .amount_milli_satoshis(msat);
    let paths = if length == Length::Long { &LONG_PATHS[..] } else { &[] };
    let node = PublicKey::from_secret_key(&secp, &key);
    paths
        .iter()
        .fold(builder, |builder, channels| builder.private_route(private_path(node, *channels)))
        .build_signed(|message| secp.sign_ecdsa_recoverable(message, &key))
        .ok()
        .map(|invoice| invoice.to_string())
}

fn private_path(node: PublicKey, channels: u64) -> RouteHint {
    let hop = |short_channel_id| RouteHintHop {
        src_node_id: node,
        short_channel_id,
        fees: RoutingFees { base_msat: 1_000, proportional_millionths: 1 },
        cltv_expiry_delta: 144,
        htlc_minimum_msat: None,
        htlc_maximum_msat: None,
    };
    RouteHint((1..=channels).map(hop).collect())
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
            let made = invoice(1, "order", CoinAmount::parse(text).unwrap(), 1_790_000_000, Length::Usual).unwrap();
            assert!(made.starts_with("lnbc"), "{made}");
            let read: Bolt11Invoice = made.parse().unwrap();
            read.check_signature().unwrap();
            assert_eq!(read.amount_milli_satoshis(), Some(msat), "{text}");
            assert_eq!(read.expiry_time(), Duration::from_secs(EXPIRY_S));
            assert_eq!(read.duration_since_epoch(), Duration::from_secs(1_790_000_000));
        }
    }
}
