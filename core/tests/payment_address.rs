//! Addresses: the published vectors of each standard, what is refused and why, and what mistyping does.

use bs58::Alphabet;
use cr_core::{
    catalog::Network,
    chain::{Address, AddressError, Chain, Checked, resolve},
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use AddressError::{BadChecksum, NotAnAddress, OtherNetwork, TestNetwork};

const EVM: Chain = Chain::Evm(Some(1));

fn base58check(alphabet: &Alphabet, version: u8, hash: &[u8]) -> String {
    let mut bytes = vec![version];
    bytes.extend_from_slice(hash);
    let checksum = Sha256::digest(Sha256::digest(&bytes));
    bytes.extend_from_slice(&checksum[..4]);
    bs58::encode(bytes).with_alphabet(alphabet).into_string()
}

fn segwit(hrp: &str, version: u8, program: &[u8]) -> String {
    let hrp = bech32::Hrp::parse(hrp).expect("a prefix");
    let version = bech32::Fe32::try_from(version).expect("a version");
    bech32::segwit::encode(hrp, version, program).expect("an address")
}

fn ton(tag: u8, workchain: u8, account: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = vec![tag, workchain];
    bytes.extend_from_slice(account);
    // CRC-16/XMODEM, bit by bit, as long division.
    let mut remainder = 0_u32;
    for bit in bytes.iter().chain(&[0, 0]).flat_map(|byte| (0..8).rev().map(move |place| u32::from(byte >> place & 1)))
    {
        remainder = remainder << 1 | bit;
        if remainder & 0x1_0000 != 0 {
            remainder ^= 0x1_1021;
        }
    }
    bytes.extend_from_slice(&u16::try_from(remainder).expect("16 bits").to_be_bytes());
    let letter = |bits: u32, place: u32| char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]);
    bytes
        .chunks(3)
        .map(|three| u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]))
        .flat_map(|bits| (0..4).map(move |place| letter(bits, place)))
        .collect()
}

#[test]
fn u01_published_addresses_are_accepted() {
    let table = [
        // BIP-173 and BIP-350.
        (Chain::Bitcoin, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"),
        (Chain::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        (Chain::Bitcoin, "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y"),
        (Chain::Bitcoin, "BC1SW50QGDZ25J"),
        (Chain::Bitcoin, "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs"),
        (Chain::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
        // The first block, and the examples of BOLT #11.
        (Chain::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        (Chain::Bitcoin, "1RustyRX2oai4EYYDpQGWvEL62BBGqN9T"),
        (Chain::Bitcoin, "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX"),
        (Chain::Bitcoin, "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3"),
        // TEP-2.
        (Chain::Ton, "Ef_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXDvq"),
        (Chain::Ton, "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv"),
        (Chain::Ton, "Ef/lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7+/uY3zXDvq"),
        // USDT on Tron, the first account of the XRP Ledger.
        (Chain::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
        (Chain::Xrp, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
        // EIP-55, the mixed ones.
        (EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        (EVM, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
        (EVM, "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"),
        (EVM, "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"),
    ];
    for (chain, text) in table {
        let address = Address::parse(chain, text);
        assert_eq!(address.as_ref().map(Address::checked), Ok(Checked::Checksum), "{chain:?} {text}");
        assert_eq!(address.as_ref().map(Address::as_str), Ok(text), "{chain:?} {text}");
        assert_eq!(Address::parse(chain, &format!(" {text}\n")), address, "space around it is dropped");
    }
}

#[test]
fn u02_u05_addresses_without_a_checksum_say_so() {
    let sui = format!("0x{}", "02a212de6a9dfa3a69e22387acfbafbb1a9e591bd9d636e7895dcfc8de05f331");
    let table = [
        // All small, all capital, no letters at all: re-cased (EIP-55).
        (EVM, "0xde709f2102306220921060314715629080e2fb77", "0xde709f2102306220921060314715629080e2fb77"),
        (EVM, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
        (EVM, "0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE7"),
        (EVM, "0xFB6916095CA1DF60BB79CE92CE3EA74C37C5D359", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),
        (EVM, "0x1234567890123456789012345678901234567890", "0x1234567890123456789012345678901234567890"),
        (Chain::Solana, "mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN", "mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN"),
        (
            Chain::Ton,
            "-1:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35c",
            "-1:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35c",
        ),
        (Chain::Sui, &sui, &sui),
    ];
    for (chain, text, shown) in table {
        let address = Address::parse(chain, text).expect(text);
        assert_eq!((address.as_str(), address.checked()), (shown, Checked::FormOnly), "{chain:?} {text}");
    }
    let plain = Address::parse(Chain::Unknown, "anything-printable").expect("plain text");
    assert_eq!(plain.checked(), Checked::Nothing);
}

#[test]
fn u01_u03_u17_refusals_give_their_reason() {
    let ltc = base58check(Alphabet::BITCOIN, 0x30, &[7; 20]);
    let doge = base58check(Alphabet::BITCOIN, 0x1e, &[7; 20]);
    let long = base58check(Alphabet::BITCOIN, 0x00, &[7; 24]);
    let test_ton = ton(0x91, 0, &[7; 32]);
    let odd_ton = ton(0x12, 0, &[7; 32]);
    let table: Vec<(Chain, &str, AddressError)> = vec![
        (Chain::Bitcoin, "", NotAnAddress),
        (Chain::Bitcoin, "bc1", BadChecksum),
        (Chain::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", BadChecksum),
        (Chain::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a", NotAnAddress),
        // BIP-350's invalid ones.
        (Chain::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", BadChecksum),
        (Chain::Bitcoin, "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", BadChecksum),
        (Chain::Bitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", BadChecksum),
        (Chain::Bitcoin, "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", NotAnAddress),
        (Chain::Bitcoin, "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", BadChecksum),
        (Chain::Bitcoin, "bc1pw5dgrnzv", BadChecksum),
        (Chain::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav", BadChecksum),
        (Chain::Bitcoin, "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", BadChecksum),
        (Chain::Bitcoin, "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", BadChecksum),
        (Chain::Bitcoin, "bc1gmk9yu", BadChecksum),
        (Chain::Bitcoin, "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq", NotAnAddress),
        (Chain::Bitcoin, "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", NotAnAddress),
        // Test networks.
        (Chain::Bitcoin, "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", TestNetwork),
        (Chain::Bitcoin, "mk2QpYatsKicvFVuTAQLBryyccRXMUaGHP", TestNetwork),
        (Chain::Bitcoin, "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc", TestNetwork),
        (Chain::Ton, &test_ton, TestNetwork),
        // Other networks.
        (Chain::Bitcoin, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", OtherNetwork),
        (Chain::Bitcoin, &ltc, OtherNetwork),
        (Chain::Bitcoin, &doge, OtherNetwork),
        (Chain::Bitcoin, &long, OtherNetwork),
        (Chain::Bitcoin, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", OtherNetwork),
        (Chain::Litecoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", OtherNetwork),
        (Chain::Litecoin, "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX", OtherNetwork),
        (Chain::Dogecoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", OtherNetwork),
        (Chain::Dogecoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", OtherNetwork),
        (Chain::Tron, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", OtherNetwork),
        (Chain::Tron, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", NotAnAddress),
        (Chain::Xrp, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", BadChecksum),
        // EVM.
        (EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", BadChecksum),
        (EVM, "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", NotAnAddress),
        (EVM, "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", NotAnAddress),
        (EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", NotAnAddress),
        (EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAedd", NotAnAddress),
        (EVM, "0x0000000000000000000000000000000000000000", NotAnAddress),
        (EVM, "vitalik.eth", NotAnAddress),
        // Solana: the system program, too short, too long, a character that is not base58.
        (Chain::Solana, "11111111111111111111111111111111", NotAnAddress),
        (Chain::Solana, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", NotAnAddress),
        (Chain::Solana, "mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kNmvines", NotAnAddress),
        (Chain::Solana, "0vines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN", NotAnAddress),
        // TON: checksum, both alphabets at once, an armoured public key (TEP-2), other tags and workchains.
        (Chain::Ton, "Ef_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXDvr", BadChecksum),
        (Chain::Ton, "Ef/lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-/uY3zXDvq", NotAnAddress),
        (Chain::Ton, "Pubjns2gp7DGCnEH7EOWeCnb6Lw1akm538YYaz6sdLVHfRB2", NotAnAddress),
        (Chain::Ton, &odd_ton, NotAnAddress),
        (Chain::Ton, "1:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35c", NotAnAddress),
        (Chain::Sui, "0x2", NotAnAddress),
        // Look-alikes: a Cyrillic а.
        (Chain::Bitcoin, "bc1qw508d6qejxtdg4y5r3z\u{430}rvary0c5xw7kv8f3t4", NotAnAddress),
        (Chain::Unknown, "p\u{430}y", NotAnAddress),
        (Chain::Unknown, "two words", NotAnAddress),
        (Chain::Unknown, "right\u{202e}left", NotAnAddress),
    ];
    for (chain, text, reason) in table {
        assert_eq!(Address::parse(chain, text), Err(reason), "{chain:?} {text}");
    }
}

#[test]
fn litecoin_and_dogecoin_have_their_own_forms() {
    let table = [
        (Chain::Litecoin, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9".to_owned(), Ok(Checked::Checksum)),
        (Chain::Litecoin, base58check(Alphabet::BITCOIN, 0x30, &[1; 20]), Ok(Checked::Checksum)),
        (Chain::Litecoin, base58check(Alphabet::BITCOIN, 0x32, &[1; 20]), Ok(Checked::Checksum)),
        (Chain::Litecoin, base58check(Alphabet::BITCOIN, 0x3a, &[1; 20]), Err(TestNetwork)),
        (Chain::Litecoin, segwit("tltc", 0, &[1; 20]), Err(TestNetwork)),
        (Chain::Dogecoin, base58check(Alphabet::BITCOIN, 0x1e, &[1; 20]), Ok(Checked::Checksum)),
        (Chain::Dogecoin, base58check(Alphabet::BITCOIN, 0x16, &[1; 20]), Ok(Checked::Checksum)),
        (Chain::Dogecoin, base58check(Alphabet::BITCOIN, 0x71, &[1; 20]), Err(TestNetwork)),
    ];
    for (chain, text, expected) in table {
        assert_eq!(Address::parse(chain, &text).map(|address| address.checked()), expected, "{chain:?} {text}");
    }
}

#[test]
fn u16_groups_are_the_whole_address_and_nothing_else() {
    for (chain, text) in
        [(EVM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), (Chain::Bitcoin, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    {
        let address = Address::parse(chain, text).expect("an address");
        let groups = address.groups();
        assert_eq!(groups.concat(), text);
        assert!(groups[..groups.len() - 1].iter().all(|group| group.len() == 4));
    }
}

fn via(chain_id: Option<u64>, engine: Option<&str>) -> Network {
    Network {
        name: String::new(),
        label: String::new(),
        suspended: false,
        threshold: None,
        chain_id,
        base_token: None,
        engine: engine.map(str::to_owned),
        contract: None,
        logo_url: None,
    }
}

#[test]
fn networks_are_resolved_by_name_coin_chain_id_and_engine() {
    let none = || via(None, None);
    let table = [
        // Every spelling of docs/supplier-api.md §5.1.
        ("USDC", "Solana", none(), Chain::Solana),
        ("USDC", "POLYGON (MATIC)", none(), Chain::Evm(Some(137))),
        ("USDC", "Polygon (Matic)", via(Some(137), None), Chain::Evm(Some(137))),
        ("USDC", "Base", none(), Chain::Evm(Some(8453))),
        ("USDC", "Arbitrum", none(), Chain::Evm(Some(42161))),
        ("ETH", "ETH Mainnet", none(), Chain::Evm(Some(1))),
        ("USDC", "Ethereum", none(), Chain::Evm(Some(1))),
        ("BTC", "Mainnet", none(), Chain::Bitcoin),
        ("LTC", "Mainnet", none(), Chain::Litecoin),
        ("BTC", "Lightning", none(), Chain::Lightning),
        ("USDT", "Tron", none(), Chain::Tron),
        ("GRAM", "Ton", none(), Chain::Ton),
        // Neighbours.
        ("btc", "BITCOIN", none(), Chain::Bitcoin),
        ("BTC", "Bitcoin Lightning Network", none(), Chain::Lightning),
        ("DOGE", "Mainnet", none(), Chain::Dogecoin),
        ("SUI", "Mainnet", none(), Chain::Sui),
        ("XRP", "XRPL", none(), Chain::Xrp),
        ("USDT", "BNB Smart Chain (BEP20)", none(), Chain::Evm(Some(56))),
        ("USDC", "Some New Chain", via(Some(99), None), Chain::Evm(Some(99))),
        ("USDC", "Some New Chain", via(None, Some("EVM")), Chain::Unknown),
        ("USDC", "Solana", via(None, Some("SVM")), Chain::Solana),
        ("USDC", "Base", via(Some(8453), Some("EVM")), Chain::Evm(Some(8453))),
        // Contradictions and near misses stay unknown.
        ("USDC", "Base", via(Some(137), None), Chain::Unknown),
        ("USDC", "Solana", via(None, Some("EVM")), Chain::Unknown),
        ("USDC", "Solana", via(Some(1), None), Chain::Unknown),
        ("ETC", "Ethereum Classic", none(), Chain::Evm(Some(61))),
        ("BCH", "Bitcoin Cash", none(), Chain::Unknown),
        ("ETH", "Ethereum Sepolia", none(), Chain::Unknown),
        ("BTC", "Bitcoin Testnet", none(), Chain::Unknown),
        ("USDC", "Polygon zkEVM", none(), Chain::Evm(Some(1101))),
        ("USDT", "Bitcoin", none(), Chain::Unknown),
        ("USDC", "Mainnet", none(), Chain::Unknown),
        ("BTC", "", none(), Chain::Unknown),
        ("EOS", "EOS", none(), Chain::Unknown),
    ];
    for (coin, network, via, expected) in table {
        assert_eq!(resolve(coin, network, Some(via.listing())), expected, "{coin} on {network}, {via:?}");
    }
    assert_eq!(resolve("USDC", "Base", None), Chain::Evm(Some(8453)));
}

/// How many single mistakes are tried for each family.
fn mistakes() -> u32 {
    std::env::var("ADDRESS_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(20_000)
}

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits") % limit
    }
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next().to_be_bytes()[0])
    }
}

/// A substitution by a letter of the same alphabet, or a swap of neighbours.
fn mistyped(text: &str, alphabet: &[u8], numbers: &mut Numbers) -> String {
    let mut letters = text.as_bytes().to_vec();
    loop {
        let place = numbers.below(letters.len());
        if numbers.below(3) == 0 && place + 1 < letters.len() && letters[place] != letters[place + 1] {
            letters.swap(place, place + 1);
            break;
        }
        let other = alphabet[numbers.below(alphabet.len())];
        if letters[place] != other {
            letters[place] = other;
            break;
        }
    }
    String::from_utf8(letters).expect("still ASCII")
}

/// Tries mistakes and counts how many still pass.
fn accepted(chain: Chain, alphabet: &str, make: impl Fn(&mut Numbers) -> String) -> u32 {
    let mut numbers = Numbers(0x00ad_d2e5_5000 + u64::from(alphabet.len() as u32));
    let mut accepted = 0;
    for _ in 0..mistakes() {
        let right = make(&mut numbers);
        assert!(Address::parse(chain, &right).is_ok(), "{chain:?} {right}");
        let wrong = mistyped(&right, alphabet.as_bytes(), &mut numbers);
        // The two base64 alphabets spell the same bytes.
        let is_same = chain == Chain::Ton && wrong.replace('+', "-").replace('/', "_") == right;
        accepted += u32::from(!is_same && Address::parse(chain, &wrong).is_ok());
    }
    accepted
}

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

#[test]
fn u01_no_single_mistake_in_a_segwit_address_passes() {
    for (chain, hrp) in [(Chain::Bitcoin, "bc"), (Chain::Litecoin, "ltc")] {
        assert_eq!(accepted(chain, BECH32, |numbers| segwit(hrp, 0, &numbers.bytes::<20>())), 0, "{hrp} v0");
        assert_eq!(accepted(chain, BECH32, |numbers| segwit(hrp, 1, &numbers.bytes::<32>())), 0, "{hrp} v1");
    }
}

#[test]
fn u01_no_single_mistake_in_a_base58check_address_passes() {
    // One in four thousand million would; none of these does.
    for (chain, version) in [(Chain::Bitcoin, 0), (Chain::Litecoin, 0x30), (Chain::Dogecoin, 0x1e), (Chain::Tron, 0x41)]
    {
        let make = |numbers: &mut Numbers| base58check(Alphabet::BITCOIN, version, &numbers.bytes::<20>());
        assert_eq!(accepted(chain, BASE58, make), 0, "{chain:?}");
    }
    let make = |numbers: &mut Numbers| base58check(Alphabet::RIPPLE, 0, &numbers.bytes::<20>());
    assert_eq!(accepted(Chain::Xrp, BASE58, make), 0);
}

#[test]
fn u01_no_single_mistake_in_a_ton_address_passes() {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_eq!(accepted(Chain::Ton, alphabet, |numbers| ton(0x51, 0, &numbers.bytes::<32>())), 0);
}

#[test]
fn u09_no_single_mistake_in_an_invoice_passes() {
    use bech32::Fe32IterExt as _;
    let make = |numbers: &mut Numbers| {
        let mut groups: Vec<u8> = (0..7).map(|_| numbers.next().to_be_bytes()[0] & 31).collect();
        // The payment hash: its tag, its length, 52 groups of five bits.
        groups.extend([1, 1, 20]);
        groups.extend((0..52 + 104).map(|_| numbers.next().to_be_bytes()[0] & 31));
        let hrp = bech32::Hrp::parse(&format!("lnbc{}u", 1 + numbers.below(9_999))).expect("a prefix");
        let data = groups.iter().map(|group| bech32::Fe32::try_from(*group).expect("five bits"));
        data.with_checksum::<bech32::Bech32>(&hrp).chars().collect()
    };
    assert_eq!(accepted(Chain::Lightning, BECH32, make), 0);
}

#[test]
fn u01_few_single_mistakes_in_an_evm_address_pass() {
    let make = |numbers: &mut Numbers| {
        let digits: String = numbers.bytes::<20>().iter().map(|byte| format!("{byte:02x}")).collect();
        Address::parse(EVM, &format!("0x{digits}")).expect("an address").as_str().to_owned()
    };
    // EIP-55 promises that 0.0247 % of mistypings pass; a mistake in the case alone never does.
    // Six times what chance makes of it, for the few that are tried usually; a tenth more for a million.
    let promised = mistakes() * 247 / 1_000_000;
    let limit = promised + promised / 10 + 20;
    let passed = accepted(EVM, "0123456789abcdefABCDEF", make);
    assert!(passed <= limit, "{passed} of {} pass", mistakes());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,120}", ascii in "[ -~]{0,120}") {
        for chain in [
            Chain::Bitcoin, Chain::Lightning, Chain::Litecoin, Chain::Dogecoin, EVM, Chain::Solana, Chain::Tron,
            Chain::Ton, Chain::Sui, Chain::Xrp, Chain::Unknown,
        ] {
            for text in [&text, &ascii] {
                if let Ok(address) = Address::parse(chain, text) {
                    prop_assert_eq!(address.groups().concat(), address.as_str());
                    prop_assert!(address.as_str().eq_ignore_ascii_case(text.trim()));
                }
            }
            let _ = resolve(&ascii, &text, None);
        }
    }
}
