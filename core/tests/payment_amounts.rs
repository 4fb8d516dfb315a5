//! Amounts on their way from the order's text to whole units of a coin and back, digit by digit.

use std::{fs, path::Path};

use cr_core::{
    catalog::{Contract, Network},
    money::CoinAmount,
    order::Order,
    payment::Instruction,
    wire,
};

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit
    }
}

/// Whole units as decimal text: what a wallet or an explorer shows for them.
fn shown(atoms: &str, decimals: usize) -> String {
    let padded = format!("{atoms:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// A text without zeros at its end that say nothing.
fn plain(amount: &str) -> &str {
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount }
}

fn order(amount: &str) -> Order {
    let body = format!(
        r#"{{ "order_id": "o-1", "order_state": "WaitingForPayment", "payment_state": "WalletCreated", "coin": "USDC",
        "network": "Base", "coin_amount": "{amount}", "sent_coin_amount": "0", "deliveries": [],
        "wallet_address": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" }}"#
    );
    wire::order(200, &body).expect("an order")
}

fn token(decimals: u32) -> Network {
    Network {
        name: "Base".into(),
        label: "Base".into(),
        suspended: false,
        threshold: None,
        chain_id: Some(8453),
        base_token: Some("ETH".into()),
        engine: Some("EVM".into()),
        contract: Some(Contract { address: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359".into(), decimals }),
        logo_url: None,
    }
}

#[test]
fn a01_amounts_come_back_from_whole_units_as_they_were() {
    let count = std::env::var("AMOUNT_ROUND_TRIPS").ok().and_then(|number| number.parse().ok()).unwrap_or(100_000_u64);
    let mut numbers = Numbers(0x00a0_0b0c_0d0e_0f01);
    for turn in 0..count {
        let digits = numbers.below(19);
        let whole = numbers.next() % 10_u64.pow(u32::try_from(numbers.below(11)).expect("small"));
        let scale = 10_u64.pow(u32::try_from(digits).expect("small"));
        let fraction = numbers.next() % scale;
        let width = usize::try_from(digits).expect("small");
        let text = if digits == 0 { whole.to_string() } else { format!("{whole}.{fraction:0width$}") };
        let amount: CoinAmount = text.parse().expect("an amount");
        let decimals = digits + numbers.below(19 - digits);
        let decimals = u32::try_from(decimals).expect("small");
        let atoms = amount.to_atoms(decimals).expect("no digit is lost");
        let back = shown(&atoms, usize::try_from(decimals).expect("small"));
        assert_eq!(back, plain(&text), "{text} at {decimals}");
        // One in a hundred all the way from the wire to the call that a wallet is asked to make.
        if turn % 100 == 0 && amount.is_positive() {
            let via = token(decimals);
            let instruction = Instruction::for_order(&order(&text), Some(&via)).expect("payable");
            assert_eq!(instruction.amount.as_str(), text);
            let data = instruction.evm_transfer(Some(&via)).expect("a transfer").data;
            let called = u128::from_str_radix(&data[data.len() - 64..], 16).expect("128 bits are enough");
            assert_eq!(called.to_string(), atoms, "{text} at {decimals}");
        }
    }
}

/// Floating point has no place where money is: not even for a comparison.
#[test]
fn no_floating_point_is_near_money() {
    fn scan(path: &Path, scanned: &mut u32) {
        if path.is_dir() {
            for entry in fs::read_dir(path).expect("a folder") {
                scan(&entry.expect("an entry").path(), scanned);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(path).expect("a source");
            let words = text.split(|letter: char| !letter.is_alphanumeric());
            assert!(!words.into_iter().any(|word| word == "f32" || word == "f64"), "{}", path.display());
            *scanned += 1;
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scanned = 0;
    for part in ["src", "../src/app", "../src/ui", "../src/embed"] {
        scan(&root.join(part), &mut scanned);
    }
    assert!(scanned > 90, "{scanned} sources");
}
