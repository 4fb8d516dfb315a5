//! Solana's addresses: keys are points of Ed25519, what programs derive is none, and nothing but the plain address is offered for it.

mod support;

use cr_core::{
    catalog::{Contract, Network},
    chain::{Address, Chain},
    order::Order,
    payment::{Instruction, QrKind, Warning},
};
use curve25519_dalek::edwards::CompressedEdwardsY;
use sha2::{Digest as _, Sha256};
use support::{ADDRESS, coin, order};

const USDC: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
const TOKEN_PROGRAM: &str = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
const TOKEN_2022: &str = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb";
const ATA_PROGRAM: &str = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL";

fn bytes(address: &str) -> [u8; 32] {
    bs58::decode(address).into_vec().expect("base58").try_into().expect("32 bytes")
}

fn text(bytes: &[u8; 32]) -> String {
    bs58::encode(bytes).into_string()
}

fn is_point(bytes: &[u8; 32]) -> bool {
    CompressedEdwardsY(*bytes).decompress().is_some()
}

fn is_derived(bytes: &[u8; 32]) -> bool {
    Address::parse(Chain::Solana, &text(bytes)).expect("an address").is_derived(Chain::Solana)
}

/// `find_program_address`: the first bump from above that gives no point.
fn derived(seeds: &[&[u8]], program: &str) -> [u8; 32] {
    let hash = |bump: u8| -> [u8; 32] {
        let seeds = seeds.iter().fold(Sha256::new(), |hash, seed| hash.chain_update(seed));
        seeds.chain_update([bump]).chain_update(bytes(program)).chain_update("ProgramDerivedAddress").finalize().into()
    };
    (0..=255).rev().map(hash).find(|hash| !is_point(hash)).expect("a bump")
}

fn token_account(owner: &[u8; 32], mint: &str, token_program: &str) -> [u8; 32] {
    derived(&[owner, &bytes(token_program), &bytes(mint)], ATA_PROGRAM)
}

/// How many addresses are tried.
fn addresses() -> u32 {
    std::env::var("SOLANA_ADDRESSES").ok().and_then(|number| number.parse().ok()).unwrap_or(2_000)
}

fn random(number: u32) -> [u8; 32] {
    Sha256::digest(number.to_le_bytes()).into()
}

fn network(contract: Option<&str>) -> Network {
    Network {
        name: "Solana".into(),
        label: "Solana".into(),
        suspended: false,
        threshold: None,
        chain_id: None,
        base_token: Some("SOL".into()),
        engine: Some("SVM".into()),
        contract: contract.map(|address| Contract { address: address.into(), decimals: 6 }),
        logo_url: None,
    }
}

fn instruction(coin_name: &str, address: &[u8; 32], memo: Option<&str>) -> Instruction {
    let order = Order {
        coin: Some(coin_name.into()),
        due: Some(coin("5")),
        wallet_address: Some(text(address)),
        memo: memo.map(str::to_owned),
        ..order("WaitingForPayment")
    };
    let via = network((coin_name == "USDC").then_some(USDC));
    Instruction::for_order(&order, Some(&via)).expect("payable")
}

#[test]
fn u21_a_point_is_what_dalek_takes_for_one() {
    for number in 0..addresses() {
        let bytes = random(number);
        assert_eq!(is_derived(&bytes), !is_point(&bytes), "{number}");
    }
}

#[test]
fn u21_the_edges_of_the_field_are_as_dalek_has_them() {
    // Around 0, p and 2²⁵⁵, with either sign: y of p and more, y = ±1 where x is 0.
    let mut edges = Vec::new();
    for low in 0..=255_u8 {
        for (middle, high) in [(0, 0), (0xff, 0x7f)] {
            for sign in [0, 0x80] {
                let mut bytes = [middle; 32];
                bytes[0] = low;
                bytes[31] = high | sign;
                edges.push(bytes);
            }
        }
    }
    assert!(edges.iter().any(is_point) && !edges.iter().all(is_point));
    for bytes in edges.iter().filter(|bytes| **bytes != [0; 32]) {
        assert_eq!(is_derived(bytes), !is_point(bytes), "{bytes:?}");
    }
}

#[test]
fn u21_the_accounts_of_the_associated_token_program_are_known_as_derived() {
    // From the tests of @solana/spl-token: an owner that is a key, and one that is itself derived.
    const MINT: &str = "7o36UsWR1JQLpZ9PE2gn9L4SQ69CNNiWAXd4Jt7rqz9Z";
    for (owner, account) in [
        ("B8UwBUUnKwCyKuGMbFKWaG7exYdDk2ozZrPg72NyVbfj", "DShWnroshVbeUp28oopA3Pu7oFPDBtC1DBmPECXXAQ9n"),
        ("DShWnroshVbeUp28oopA3Pu7oFPDBtC1DBmPECXXAQ9n", "F3DmXZFqkfEWFA7MN2vDPs813GeEWPaT6nLk4PSGuWJd"),
    ] {
        let found = token_account(&bytes(owner), MINT, TOKEN_PROGRAM);
        assert_eq!(text(&found), account);
        assert!(is_derived(&found));
    }
    assert!(!is_derived(&bytes("B8UwBUUnKwCyKuGMbFKWaG7exYdDk2ozZrPg72NyVbfj")));
    for program in [USDC, ADDRESS] {
        assert!(!is_derived(&bytes(program)), "{program}");
    }
}

#[test]
fn u21_a_derived_address_is_offered_as_plain_text_alone() {
    let key = bytes(ADDRESS);
    for (coin_name, memo) in [("USDC", None), ("SOL", None), ("USDC", Some("7"))] {
        for account in [token_account(&key, USDC, TOKEN_PROGRAM), token_account(&key, USDC, TOKEN_2022)] {
            let instruction = instruction(coin_name, &account, memo);
            let [only] = instruction.qr.as_slice() else { panic!("{:?}", instruction.qr) };
            assert_eq!((only.kind, &only.text, &only.href), (QrKind::Address, &text(&account), &None), "{coin_name}");
            assert_eq!(instruction.warnings, [Warning::Derived], "{coin_name}");
        }
        let instruction = instruction(coin_name, &key, memo);
        assert_eq!(
            (instruction.qr.len(), instruction.warnings.len()),
            (2, 0),
            "{coin_name}: on the curve nothing changes"
        );
    }
    // Elsewhere 32 bytes are something else.
    let account = token_account(&key, USDC, TOKEN_PROGRAM);
    let plain = Address::parse(Chain::Unknown, &text(&account)).expect("plain text");
    assert!(!plain.is_derived(Chain::Unknown));
}

#[test]
fn u21_no_derived_address_has_a_link() {
    for number in 0..addresses() {
        let owner = random(number);
        let account = match number % 3 {
            0 => token_account(&owner, USDC, TOKEN_PROGRAM),
            1 => token_account(&owner, USDC, TOKEN_2022),
            // A vault of some program.
            _ => derived(&[b"vault", &owner], TOKEN_PROGRAM),
        };
        let coin_name = if number % 2 == 0 { "USDC" } else { "SOL" };
        let instruction = instruction(coin_name, &account, None);
        assert!(instruction.qr.iter().all(|choice| choice.kind == QrKind::Address && choice.href.is_none()));
    }
}
