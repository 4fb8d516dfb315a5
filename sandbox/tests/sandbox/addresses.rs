//! Every deposit address, checked by code written for this test from the standards.

use bitcoin::hashes::{Hash, sha256d};
use lightning_invoice::{Bolt11Invoice, Currency};
use tiny_keccak::{Hasher, Keccak};

use crate::support::{Supplier, gift, paid_in, text};

/// How many addresses of each network are checked.
const SAMPLES: usize = 12;

/// Returns whether an address fits BIP-173 and BIP-350 for a human-readable part.
fn is_segwit(address: &str, hrp: &str) -> bool {
    const ALPHABET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let Some(data) = address.strip_prefix(&format!("{hrp}1")) else { return false };
    let Some(values) = data.chars().map(|c| ALPHABET.find(c).map(|at| at as u32)).collect::<Option<Vec<u32>>>() else {
        return false;
    };
    let mut check = 1_u32;
    let expanded = hrp.bytes().map(|b| u32::from(b >> 5)).chain([0]).chain(hrp.bytes().map(|b| u32::from(b & 31)));
    for value in expanded.chain(values.iter().copied()) {
        let top = check >> 25;
        check = ((check & 0x1ff_ffff) << 5) ^ value;
        for (bit, generator) in
            [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].into_iter().enumerate()
        {
            if (top >> bit) & 1 == 1 {
                check ^= generator;
            }
        }
    }
    // The data is 39 characters for version 0 with 20 bytes, 59 for 32 bytes; 6 of them are the checksum and 1 is the
    // version.
    match (values.first(), values.len()) {
        (Some(0), 39) => check == 1,
        (Some(1), 59) => check == 0x2bc8_30a3,
        _ => false,
    }
}

fn is_base58check(address: &str, version: u8) -> bool {
    let Ok(bytes) = bs58::decode(address).into_vec() else { return false };
    bytes.len() == 25 && bytes[0] == version && sha256d::Hash::hash(&bytes[..21]).to_byte_array()[..4] == bytes[21..]
}

fn is_eip55(address: &str) -> bool {
    let Some(digits) = address.strip_prefix("0x") else { return false };
    let mut hash = [0_u8; 32];
    let mut keccak = Keccak::v256();
    keccak.update(digits.to_ascii_lowercase().as_bytes());
    keccak.finalize(&mut hash);
    digits.len() == 40
        && digits.chars().enumerate().all(|(index, c)| {
            let nibble = (hash[index / 2] >> if index % 2 == 0 { 4 } else { 0 }) & 15;
            c.is_ascii_hexdigit() && (!c.is_ascii_alphabetic() || c.is_ascii_uppercase() == (nibble > 7))
        })
}

fn is_ton(address: &str) -> bool {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let Some(values) = address.chars().map(|c| ALPHABET.find(c)).collect::<Option<Vec<usize>>>() else { return false };
    let bits: Vec<u8> = values.iter().flat_map(|value| (0..6).rev().map(move |bit| (value >> bit) as u8 & 1)).collect();
    let bytes: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |all, bit| (all << 1) | bit)).collect();
    // CRC-16/XMODEM is a polynomial division: the remainder of message and checksum together is zero.
    let mut remainder = 0_u32;
    for bit in bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| u32::from(byte >> bit & 1))).chain([0; 16]) {
        remainder = (remainder << 1) | bit;
        if remainder & 0x1_0000 != 0 {
            remainder ^= 0x1_1021;
        }
    }
    bytes.len() == 36 && matches!(bytes[0], 0x11 | 0x51) && bytes[1] == 0 && remainder == 0
}

#[test]
fn the_checks_of_this_file_accept_known_addresses_and_refuse_typos() {
    assert!(is_segwit("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc"));
    assert!(is_segwit("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc"));
    assert!(!is_segwit("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "bc"));
    assert!(is_base58check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", 0));
    assert!(is_eip55("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    assert!(!is_eip55("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"));
    // This is the example of TEP-2.
    assert!(is_ton("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHF"));
    assert!(!is_ton("EQDKbjIcfM6ezt8KjKJJLshZJJSqX7XOA4ff-W72r5gqPrHG"));
}

#[tokio::test]
async fn every_network_s_deposit_address_is_valid_there() {
    let supplier = Supplier::start().await;
    let vias = supplier.get_json("/v3/payment_vias").await;
    let wallet = vias.as_array().unwrap().iter().find(|via| via["name"] == "USER_WALLET").unwrap().clone();
    let mut pairs = 0;
    for coin in wallet["currencies"].as_array().unwrap() {
        for network in coin["networks"].as_array().unwrap() {
            if coin["is_suspended"] == true || network["is_suspended"] == true {
                continue;
            }
            let (coin, name) = (text(coin, "name"), text(network, "name"));
            if name == "Lightning" {
                continue;
            }
            pairs += 1;
            let mut seen = std::collections::HashSet::new();
            for _ in 0..SAMPLES {
                // A stablecoin on Tron needs a full name on file for larger orders.
                let mut wanted = paid_in(gift(""), coin, name);
                wanted["deliveries"][0]["product_value"] = 45.into();
                let order = supplier.order(&wanted).await;
                let address = text(&order, "wallet_address");
                let is_valid = match (coin, name) {
                    ("BTC", _) => is_segwit(address, "bc"),
                    ("LTC", _) => is_segwit(address, "ltc"),
                    ("DOGE", _) => is_base58check(address, 0x1e) && address.starts_with('D'),
                    (_, "Tron") => is_base58check(address, 0x41) && address.starts_with('T'),
                    (_, "Solana") => bs58::decode(address).into_vec().is_ok_and(|bytes| bytes.len() == 32),
                    (_, "Ton") => is_ton(address),
                    (_, "Sui") => address.len() == 66 && address[2..].bytes().all(|b| b.is_ascii_hexdigit()),
                    _ => is_eip55(address),
                };
                assert!(is_valid, "{coin} on {name}: {address}");
                assert!(seen.insert(address.to_owned()), "{address} came twice");
                assert_eq!(order["network"], *name);
                assert_eq!(order["coin"], *coin);
            }
        }
    }
    assert!(pairs >= 20, "{pairs}");
}

#[tokio::test]
async fn contracts_are_valid_addresses_too() {
    let supplier = Supplier::start().await;
    let vias = supplier.get_json("/v3/payment_vias").await;
    let mut count = 0;
    for network in
        vias[1]["currencies"].as_array().unwrap().iter().flat_map(|coin| coin["networks"].as_array().unwrap())
    {
        let Some(address) = network["smart_contract"]["address"].as_str() else { continue };
        count += 1;
        let is_valid = match text(network, "name") {
            "Solana" => bs58::decode(address).into_vec().is_ok_and(|bytes| bytes.len() == 32),
            "Tron" => is_base58check(address, 0x41),
            "Ton" => is_ton(address),
            _ => is_eip55(address),
        };
        assert!(is_valid, "{network}");
    }
    assert!(count >= 15, "{count}");
}

#[tokio::test]
async fn lightning_orders_carry_an_invoice_that_verifies() {
    let supplier = Supplier::start().await;
    for value in ["5", "37", "100", "500"] {
        let mut wanted = paid_in(gift(""), "BTC", "Lightning");
        wanted["deliveries"][0]["product_value"] = value.parse::<u32>().unwrap().into();
        let order = supplier.order(&wanted).await;
        let address = text(&order, "wallet_address");
        let invoice: Bolt11Invoice = address.parse().unwrap();
        invoice.check_signature().unwrap();
        assert_eq!(invoice.currency(), Currency::Bitcoin);
        let amount = text(&order, "coin_amount");
        let (whole, fraction) = amount.split_once('.').unwrap();
        let sats: u64 = format!("{whole}{fraction}").parse().unwrap();
        assert_eq!(fraction.len(), 8);
        assert_eq!(invoice.amount_milli_satoshis(), Some(sats * 1_000), "{amount}");
        assert_eq!(invoice.expiry_time().as_secs(), 900);
        let created: u64 = text(&order, "created_at").parse().unwrap();
        assert!(invoice.duration_since_epoch().as_secs().abs_diff(created) <= 1);
        assert_eq!(text(&order, "qr_text"), format!("lightning:{address}"));
        assert_eq!(order["payment_method"], "BTC-LIGHTNING");
        assert_eq!(order["payment_method_protocol"], "LIGHTNING_LIKE");
    }
    let long = supplier.order(&paid_in(gift("+long_invoice"), "BTC", "Lightning")).await;
    let invoice = text(&long, "wallet_address");
    assert!((1_800..2_000).contains(&invoice.len()), "{}", invoice.len());
    invoice.parse::<Bolt11Invoice>().unwrap().check_signature().unwrap();
}

#[tokio::test]
async fn payment_texts_agree_with_address_and_amount() {
    let supplier = Supplier::start().await;
    let digits = |amount: &str, decimals: usize| {
        let (whole, fraction) = amount.split_once('.').unwrap();
        format!("{whole}{fraction:0<decimals$}").trim_start_matches('0').to_owned()
    };
    for (coin, network) in
        [("BTC", "Mainnet"), ("SOL", "Solana"), ("USDC", "Polygon (Matic)"), ("DAI", "Base"), ("ETH", "ETH Mainnet")]
    {
        let order = supplier.order(&paid_in(gift(""), coin, network)).await;
        let (address, amount, qr) =
            (text(&order, "wallet_address"), text(&order, "coin_amount"), text(&order, "qr_text"));
        match coin {
            "BTC" => {
                let shown = qr.strip_prefix(&format!("bitcoin:{address}?amount=")).unwrap();
                assert_eq!(digits(&format!("{shown:0<10}"), 8), digits(amount, 8));
            }
            "SOL" => assert_eq!(qr, address),
            "ETH" => assert_eq!(qr, format!("ethereum:{address}@1?value={}", digits(amount, 18))),
            _ => {
                let decimals = if coin == "DAI" { 18 } else { 6 };
                let end = format!("/transfer?address={address}&uint256={}", digits(amount, decimals));
                assert!(qr.starts_with("ethereum:0x") && qr.ends_with(&end), "{qr}");
            }
        }
    }
}
