//! Which network is meant, by all that is told of it, and that no address of another chain is ever paid to.

mod support;

use cr_core::{
    catalog::{Contract, Network},
    chain::{AddressError, Chain, Checked, resolve, same_network},
    order::{Order, OrderState},
    payment::{Check, Instruction, NoInstruction, Warning, decimals},
};
use proptest::{prelude::*, sample::select};
use support::{
    ADDRESS, coin, order,
    payments::{BITCOIN, INVOICE},
};

const LEGACY: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
const SCRIPT: &str = "3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX";
const LITECOIN: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
const DOGECOIN: &str = "D5nFgspqgExJFLXP8prT1EfEqxAGsqmeNU";
const EVM: &str = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const TRON: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
const TON: &str = "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv";
const SUI: &str = "0x02a212de6a9dfa3a69e22387acfbafbb1a9e591bd9d636e7895dcfc8de05f331";
const XRP: &str = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";

/// Addresses by the chain that their form belongs to.
const ADDRESSES: [(Chain, &str); 13] = [
    (Chain::Bitcoin, BITCOIN),
    (Chain::Bitcoin, LEGACY),
    (Chain::Bitcoin, SCRIPT),
    (Chain::Lightning, INVOICE),
    (Chain::Litecoin, LITECOIN),
    (Chain::Dogecoin, DOGECOIN),
    (Chain::Evm(None), EVM),
    (Chain::Solana, ADDRESS),
    (Chain::Tron, TRON),
    (Chain::Ton, TON),
    (Chain::Ton, "0:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35c"),
    (Chain::Sui, SUI),
    (Chain::Xrp, XRP),
];

/// Spellings of each network, with a coin that travels on it.
const SPELLINGS: [(Chain, &str, &[&str]); 15] = [
    (
        Chain::Bitcoin,
        "BTC",
        &[
            "Bitcoin",
            "BTC",
            "Mainnet",
            "Bitcoin Mainnet",
            "BTC Network",
            "Bitcoin (SegWit)",
            "Bitcoin on-chain",
            "Native SegWit",
        ],
    ),
    (
        Chain::Lightning,
        "BTC",
        &[
            "Lightning",
            "LN",
            "Lightning Network",
            "Bitcoin Lightning",
            "BTC-LN",
            "BTC Lightning Network",
            "Bitcoin (Lightning)",
            "BOLT11",
            "Lightning-Network",
        ],
    ),
    (Chain::Litecoin, "LTC", &["Litecoin", "LTC", "Mainnet", "Litecoin Network", "LTC Mainnet"]),
    (Chain::Dogecoin, "DOGE", &["Dogecoin", "DOGE", "Mainnet", "Dogecoin Network", "Doge Chain"]),
    (
        Chain::Xrp,
        "XRP",
        &[
            "XRP Ledger",
            "XRPL",
            "XRP",
            "Ripple",
            "The XRP Ledger",
            "XRP-Ledger",
            "XRPLedger",
            "Ripple Network",
            "Mainnet",
        ],
    ),
    (
        Chain::Evm(Some(1)),
        "USDT",
        &[
            "Ethereum",
            "ETH",
            "ERC20",
            "ERC-20",
            "Ethereum (ERC-20)",
            "Ethereum (ERC20)",
            "ETH Mainnet",
            "Ethereum Mainnet",
            "USDT ERC20",
            "USDT-ERC20",
            "EthereumMainnet",
            "Ether",
        ],
    ),
    (
        Chain::Evm(Some(56)),
        "USDT",
        &[
            "BEP-20",
            "BEP20",
            "BSC",
            "BNB Chain",
            "BNB Smart Chain",
            "Binance Smart Chain",
            "BinanceSmartChain",
            "BNB Smart Chain (BEP-20)",
            "BSC (BEP20)",
            "BSC_BEP20",
            "Smart Chain",
            "Binance",
        ],
    ),
    (
        Chain::Evm(Some(137)),
        "USDC",
        &[
            "Polygon",
            "POLYGON (MATIC)",
            "Polygon PoS",
            "Matic",
            "Polygon/Matic",
            "Matic Network",
            "Polygon POS (MATIC)",
            "Polygon (ERC-20)",
            "POL",
            "PolygonMainnet",
        ],
    ),
    (
        Chain::Evm(Some(42161)),
        "USDC",
        &["Arbitrum", "Arbitrum One", "ArbitrumOne", "ARB", "Arbitrum-One", "Arbitrum (ERC20)"],
    ),
    (
        Chain::Evm(Some(10)),
        "USDC",
        &["Optimism", "OP Mainnet", "OP", "Optimism (OP)", "OP-Mainnet", "Optimistic Ethereum"],
    ),
    (Chain::Evm(Some(8453)), "USDC", &["Base", "Base Mainnet", "Base Chain", "Base Network", "BaseChain"]),
    (
        Chain::Evm(Some(43114)),
        "USDC",
        &["Avalanche C-Chain", "Avalanche", "AVAX C-Chain", "C-Chain", "AVAXC", "Avalanche (C-Chain)", "AVAX"],
    ),
    (
        Chain::Solana,
        "USDC",
        &[
            "Solana",
            "SOL",
            "SPL",
            "Solana Mainnet Beta",
            "Solana (SPL)",
            "SPL Token",
            "mainnet-beta Solana",
            "SolanaMainnet",
            "Solana Network",
        ],
    ),
    (
        Chain::Tron,
        "USDT",
        &["Tron", "TRC-20", "TRC20", "TRON Network", "Tron (TRC20)", "TRX", "USDT-TRC20", "USDTTRC20", "TronNetwork"],
    ),
    (
        Chain::Ton,
        "USDT",
        &["The Open Network", "TON", "Toncoin", "TON Network", "Open Network", "TheOpenNetwork", "TON Mainnet"],
    ),
];

/// Coins of one chain, elsewhere nothing but a token.
const AT_HOME: [(Chain, &str); 8] = [
    (Chain::Bitcoin, "BTC"),
    (Chain::Litecoin, "LTC"),
    (Chain::Dogecoin, "DOGE"),
    (Chain::Xrp, "XRP"),
    (Chain::Solana, "SOL"),
    (Chain::Tron, "TRX"),
    (Chain::Ton, "TON"),
    (Chain::Sui, "SUI"),
];

fn is_one_family(one: Chain, other: Chain) -> bool {
    one == other || matches!((one, other), (Chain::Evm(_), Chain::Evm(_)))
}

fn on(coin_name: &str, network: &str, address: &str) -> Order {
    Order {
        coin: Some(coin_name.into()),
        network: Some(network.into()),
        wallet_address: Some(address.into()),
        due: Some(coin("0.0025")),
        ..order("WaitingForPayment")
    }
}

fn via(name: &str) -> Network {
    Network {
        name: name.into(),
        label: name.into(),
        suspended: false,
        threshold: None,
        chain_id: None,
        base_token: None,
        engine: None,
        contract: None,
        logo_url: None,
    }
}

fn pay(coin_name: &str, network: &str, address: &str, via: Option<&Network>) -> Result<Instruction, NoInstruction> {
    Instruction::for_order(&on(coin_name, network, address), via)
}

fn address_of(chain: Chain) -> &'static str {
    ADDRESSES.iter().find(|(of, _)| is_one_family(*of, chain)).expect("an address").1
}

#[test]
fn u22_every_spelling_of_a_network_means_its_chain() {
    for (chain, coin_name, names) in SPELLINGS {
        for name in names {
            for spelt in [(*name).to_owned(), name.to_uppercase(), name.to_lowercase(), format!(" {name} ")] {
                assert_eq!(resolve(coin_name, &spelt, None), chain, "{coin_name} on {spelt}");
                let instruction = pay(coin_name, &spelt, address_of(chain), None);
                let instruction = instruction.unwrap_or_else(|error| panic!("{coin_name} on {spelt}: {error}"));
                assert_eq!(instruction.chain, chain, "{spelt}");
                assert!(!instruction.warnings.contains(&Warning::NothingChecked), "{spelt}");
                for (of, address) in ADDRESSES.iter().filter(|(of, _)| !is_one_family(*of, chain)) {
                    assert!(
                        pay(coin_name, &spelt, address, None).is_err(),
                        "{coin_name} on {spelt} to {of:?} {address}"
                    );
                }
            }
        }
    }
    assert_eq!(resolve("WLD", "World Chain", None), Chain::Evm(Some(480)));
}

#[test]
fn u22_spellings_are_equal_within_a_chain_and_never_across_two() {
    for (one_chain, coin_name, ones) in SPELLINGS {
        for (other_chain, _, others) in SPELLINGS {
            for (one, other) in ones.iter().flat_map(|one| others.iter().map(move |other| (one, other))) {
                // `Mainnet` is each coin's own.
                if [one, other].iter().any(|name| name.eq_ignore_ascii_case("mainnet") || **name == "Native SegWit") {
                    continue;
                }
                let expected = one_chain == other_chain;
                assert_eq!(
                    same_network(one, other, coin_name),
                    expected || one == other,
                    "{coin_name}: {one}, {other}"
                );
            }
        }
    }
    for (one, other) in [
        ("Bitcoin", "Bitcoin Cash"),
        ("Bitcoin", "Bitcoin Testnet"),
        ("Bitcoin", "Liquid"),
        ("Ethereum", "Ethereum Classic"),
        ("Polygon", "Polygon zkEVM"),
        ("Arbitrum One", "Arbitrum Nova"),
        ("Avalanche C-Chain", "Avalanche X-Chain"),
        ("BNB Smart Chain", "BNB Beacon Chain"),
        ("BNB Smart Chain", "opBNB"),
        ("Base", "Base Sepolia"),
        ("BEP20", "BEP2"),
        ("TRC20", "ERC20"),
        ("Foo", "Bar"),
    ] {
        for coin_name in ["BTC", "USDC", "XRP", "ETH"] {
            assert!(!same_network(one, other, coin_name), "{coin_name}: {one}, {other}");
        }
    }
}

#[test]
fn u22_a_coin_of_one_chain_says_enough() {
    for (chain, coin_name) in AT_HOME {
        for name in ["Some New Name", "Native", "mainnet (2)"] {
            assert!(pay(coin_name, name, address_of(chain), None).is_ok(), "{coin_name} on {name}");
            for (_, address) in ADDRESSES.iter().filter(|(of, _)| !is_one_family(*of, chain)) {
                assert!(pay(coin_name, name, address, None).is_err(), "{coin_name} on {name} to {address}");
            }
        }
        // Named elsewhere it contradicts itself, whatever the address.
        for (other, _, names) in SPELLINGS.iter().filter(|(other, _, _)| {
            !is_one_family(*other, chain) && !matches!((*other, chain), (Chain::Lightning, Chain::Bitcoin))
        }) {
            let named =
                names.iter().filter(|name| !["Mainnet", "Native SegWit", "mainnet-beta Solana"].contains(*name));
            for name in named {
                for (_, address) in ADDRESSES {
                    assert!(
                        pay(coin_name, name, address, None).is_err(),
                        "{coin_name} on {name} ({other:?}) to {address}"
                    );
                }
            }
        }
        // As a token it is there, by its contract.
        let token = Network {
            contract: Some(Contract { address: "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359".into(), decimals: 8 }),
            ..via("BNB Smart Chain")
        };
        assert_eq!(
            pay(coin_name, "BEP-20", EVM, Some(&token)).map(|it| it.chain),
            Ok(Chain::Evm(Some(56))),
            "{coin_name}"
        );
        assert!(pay(coin_name, "BEP-20", address_of(chain), Some(&token)).is_err(), "{coin_name}");
    }
    for (coin_name, name) in [
        ("BTC", "Bitcoin Cash"),
        ("BTC", "Liquid"),
        ("LTC", "Litecoin Cash"),
        ("USDT", "Bitcoin"),
        ("ETH", "Bitcoin"),
        ("USDC", "Lightning"),
    ] {
        for (_, address) in ADDRESSES {
            assert!(pay(coin_name, name, address, None).is_err(), "{coin_name} on {name} to {address}");
        }
    }
}

/// Further chains of the EVM, with their ids where they are held for certain.
const OF_THE_EVM: [(&[&str], Option<u64>); 36] = [
    (&["Linea"], Some(59144)),
    (&["zkSync Era", "zkSync", "ZKsync-Era"], Some(324)),
    (&["Scroll"], Some(534_352)),
    (&["Mantle"], Some(5000)),
    (&["opBNB"], Some(204)),
    (&["Blast", "Blast L2"], Some(81457)),
    (&["Gnosis", "Gnosis Chain", "xDAI"], Some(100)),
    (&["Celo"], Some(42220)),
    (&["Sonic"], Some(146)),
    (&["Berachain", "Bera Chain"], Some(80094)),
    (&["Fantom", "Fantom Opera", "FTM"], Some(250)),
    (&["Cronos", "Cronos EVM"], Some(25)),
    (&["Moonbeam"], Some(1284)),
    (&["Aurora", "Aurora (NEAR)"], Some(1_313_161_554)),
    (&["Metis", "Metis Andromeda"], Some(1088)),
    (&["Polygon zkEVM"], Some(1101)),
    (&["Arbitrum Nova"], Some(42170)),
    (&["Mode"], Some(34443)),
    (&["Zora"], Some(7_777_777)),
    (&["Manta Pacific"], Some(169)),
    (&["Taiko"], Some(167_000)),
    (&["Kaia", "Klaytn"], Some(8217)),
    (&["Unichain"], Some(130)),
    (&["Ink"], Some(57073)),
    (&["Soneium"], Some(1868)),
    (&["Ethereum Classic", "ETC"], Some(61)),
    (&["eip155:56", "EIP155:56", "eip155-56", "EVM 56"], Some(56)),
    (&["eip155:59144"], Some(59144)),
    (&["EVM", "Some New zkEVM", "NewEVM", "eip155"], None),
    (&["Hyperliquid"], None),
    (&["Monad", "Plasma"], None),
    (&["Ethereum Fair", "Ethereum PoW"], None),
    (&["Sei EVM", "Flow EVM", "Kava EVM"], None),
    (&["Linea (new)", "Mantle 2"], None),
    (&["HRC20"], None),
    (&["Ronin", "XDC Network", "Rootstock"], None),
];

#[test]
fn u22_a_name_that_says_evm_asks_for_an_address_of_the_evm() {
    for (names, id) in OF_THE_EVM {
        for name in names {
            let ends = ["", " Mainnet", " network", "-Chain", " (token)", " (ERC20)", " L2", "_mainnet"];
            let ends = if name.contains(':') { &ends[..1] } else { &ends[..] };
            for (end, coin_name) in ends.iter().flat_map(|end| ["USDT", "ETH", "CELO", "ABC"].map(|coin| (end, coin))) {
                let name = format!("{name}{end}");
                for spelt in [name.clone(), name.to_uppercase(), name.to_lowercase()] {
                    assert!(pay(coin_name, &spelt, EVM, None).is_ok(), "{coin_name} on {spelt}");
                    assert!(pay(coin_name, &spelt, EVM, Some(&via(&spelt))).is_ok(), "{coin_name} on {spelt}");
                    for (of, address) in ADDRESSES.iter().filter(|(of, _)| !matches!(of, Chain::Evm(_))) {
                        let paid = pay(coin_name, &spelt, address, None);
                        assert!(paid.is_err(), "{coin_name} on {spelt} to {of:?} {address}");
                    }
                    for address in ["cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu", "someaccount1", &EVM[..41]] {
                        assert!(pay(coin_name, &spelt, address, None).is_err(), "{coin_name} on {spelt} to {address}");
                    }
                }
            }
            let is_whole = id.is_some() && !name.contains('(');
            if is_whole {
                assert_eq!(resolve("USDT", name, None), Chain::Evm(id), "{name}");
            }
            for (other, other_id) in OF_THE_EVM.iter().flat_map(|(names, id)| names.iter().map(move |name| (name, id)))
            {
                let expected = name == other || id.is_some() && id == *other_id && is_whole && !other.contains('(');
                let expected = expected || name.eq_ignore_ascii_case(other);
                assert_eq!(same_network(name, other, "USDT"), expected, "{name}, {other}");
            }
        }
    }
    // The catalogue's own id is held against it.
    let with_id = |name: &str, id: u64| Network { chain_id: Some(id), ..via(name) };
    let other = Err(NoInstruction::Address(AddressError::OtherNetwork));
    for (name, id, expected) in [
        ("Linea", 59144, Ok(Chain::Evm(Some(59144)))),
        ("Linea", 1, other),
        ("eip155:56", 56, Ok(Chain::Evm(Some(56)))),
        ("eip155:56", 137, other),
        ("Aptos", 1, other),
        ("Sei", 1329, Ok(Chain::Evm(Some(1329)))),
    ] {
        let via = with_id(name, id);
        assert_eq!(pay("USDC", name, EVM, Some(&via)).map(|it| it.chain), expected, "{name}, {id}");
    }
    for name in ["eip155:11155111", "EVM 97", "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1", "tron:0xcd8690dc", "xrpl:1"] {
        for (_, address) in ADDRESSES {
            assert_eq!(
                pay("USDC", name, address, None),
                Err(NoInstruction::Address(AddressError::TestNetwork)),
                "{name} to {address}"
            );
        }
    }
}

#[test]
fn u22_identifiers_of_caip_2_and_token_standards_name_their_chains() {
    for (coin_name, name, chain) in [
        ("BTC", "bip122:000000000019d6689c085ae165831e93", Chain::Bitcoin),
        ("LTC", "bip122:12a765e31ffd4059bada1e25190f6e98", Chain::Litecoin),
        ("DOGE", "bip122:1a91e3dace36e2be3bf030a65679fe82", Chain::Dogecoin),
        ("USDC", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", Chain::Solana),
        ("USDT", "tron:0x2b6653dc", Chain::Tron),
        ("USDT", "TRX20", Chain::Tron),
        ("USDT", "USDT-TRX20", Chain::Tron),
        ("USDT", "USDTTRX20", Chain::Tron),
        ("USDT", "ton:-239", Chain::Ton),
        ("USDT", "tvm:-239", Chain::Ton),
        ("USDT", "TON (Jetton)", Chain::Ton),
        ("USDC", "sui:mainnet", Chain::Sui),
        ("XRP", "xrpl:0", Chain::Xrp),
        ("USDC", "eip155:8453", Chain::Evm(Some(8453))),
    ] {
        assert_eq!(resolve(coin_name, name, None), chain, "{name}");
        assert!(pay(coin_name, name, address_of(chain), None).is_ok(), "{name}");
        for (of, address) in ADDRESSES.iter().filter(|(of, _)| !is_one_family(*of, chain)) {
            assert!(pay(coin_name, name, address, None).is_err(), "{name} to {of:?} {address}");
        }
    }
}

const HEX_32: &str = "0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
const NEAR_KEY: &str = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
const COSMOS: &str = "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu";
const OSMO: &str = "osmo1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5helwsw";
const SEI: &str = "sei1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5jwagqa";
const INJECTIVE: &str = "inj1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc54tm65y";
const CARDANO: &str =
    "addr1qyqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qpqgpsgpgxquyqjzstpsxsurcszyfpx9q4zct3sxg6rvwq50fxr7";
const POLKADOT: &str = "12KeSVQBwS9AjRA976mnJouSAoQuS5bkWudT367GBEHE8Ls";
const STELLAR: &str = "GAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSABOV";
const ALGORAND: &str = "AEBAGBAFAYDQQCIKBMGA2DQPCAIREEYUCULBOGAZDINRYHI6D4QDTYK3BA";
const TEZOS: &str = "tz1KjMn6Hb23eu1rNemou6ytAzzNxzvaYHyK";
const DASH: &str = "XanAvE5GMB8CsPH78B9moJq9viEVKvCS4f";

/// Networks that we make no links for (Cosmos is one of many zones): names, the coin that is at home there, and addresses that they have.
const FAMILIES: [(&[&str], &str, &[&str]); 16] = [
    (&["Aptos", "APT", "Aptos Mainnet", "aptos:1"], "APT", &[HEX_32]),
    (&["Starknet"], "STRK", &[HEX_32]),
    (&["NEAR", "NEAR Protocol", "NEP-141"], "NEAR", &["somebody.near", NEAR_KEY, EVM]),
    (&["Cosmos", "Cosmos Hub", "ATOM", "CosmosHub", "cosmos:cosmoshub-4"], "ATOM", &[COSMOS, OSMO, SEI, INJECTIVE]),
    (&["Osmosis"], "OSMO", &[OSMO]),
    (&["Sei", "SEI Network"], "SEI", &[SEI, EVM]),
    (&["Polkadot", "DOT", "Polkadot Asset Hub"], "DOT", &[POLKADOT]),
    (&["Cardano", "ADA", "Cardano Mainnet"], "ADA", &[CARDANO]),
    (&["Stellar", "XLM", "Stellar Lumens", "Stellar Network"], "XLM", &[STELLAR]),
    (&["Algorand", "ALGO", "Algorand (ASA)"], "ALGO", &[ALGORAND]),
    (&["Tezos", "XTZ"], "XTZ", &[TEZOS]),
    (&["Dash"], "DASH", &[DASH]),
    (&["Zcash"], "ZEC", &["t1Hxw6JqWMnhDK5jRCieg5bFHM2qt7UtQvu"]),
    (&["Hedera", "Hedera Hashgraph", "HBAR"], "HBAR", &["0.0.1234567", EVM]),
    (&["MultiversX", "Elrond"], "EGLD", &["erd1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5z5tpwxqergd3c8g7rusq4707q5"]),
    (&["Injective"], "INJ", &[INJECTIVE, EVM]),
];

#[test]
fn u22_a_network_whose_addresses_have_a_form_takes_no_others() {
    let all = FAMILIES.iter().flat_map(|(.., addresses)| addresses.iter().copied());
    let all: Vec<&str> = all.chain(ADDRESSES.map(|(_, address)| address)).collect();
    for (names, coin_name, own) in FAMILIES {
        let on_it = names.iter().flat_map(|name| [(coin_name, *name), ("USDC", *name)]);
        for (coin_name, name) in on_it.chain([(coin_name, "Mainnet"), (coin_name, "Some New Name")]) {
            for spelt in [name.to_owned(), name.to_uppercase(), name.to_lowercase(), format!("{name} (native)")] {
                for address in &all {
                    let is_own = own.contains(address) || address == &SUI && own.contains(&HEX_32);
                    for via in [None, Some(via(&spelt))] {
                        let paid = pay(coin_name, &spelt, address, via.as_ref());
                        assert_eq!(paid.is_ok(), is_own, "{coin_name} on {spelt} to {address}: {paid:?}");
                        assert!(paid.is_err() || !paid.expect("paid").warnings.contains(&Warning::NothingChecked));
                    }
                }
                for address in own.iter().filter(|address| !address.ends_with(".near")) {
                    let longer = pay(coin_name, &spelt, &format!("{address}zz"), None);
                    assert!(longer.is_err(), "{coin_name} on {spelt} to {address} with more");
                    let paid = pay(coin_name, &spelt, address, None).expect("payable");
                    let mistyped = format!("{}x", &address[..address.len() - 1]);
                    let has_sum = paid.checks.contains(&Check::Address(Checked::Checksum)) && *address != EVM;
                    let is_taken = pay(coin_name, &spelt, &mistyped, None).is_ok();
                    assert!(!has_sum || !is_taken, "{coin_name} on {spelt} to {mistyped}");
                }
            }
        }
    }
    // On a network that nobody knows any of them may be right.
    for address in [COSMOS, CARDANO, STELLAR, ALGORAND, POLKADOT, HEX_32] {
        let paid = pay("USDC", "Some Ledger", address, None).expect("payable");
        assert!(paid.warnings.contains(&Warning::NothingChecked), "{address}");
    }
    // A token of another chain is not at home, and a label may tell what the name does not.
    assert_eq!(pay("ADA", "BEP20", EVM, None).map(|it| it.chain), Ok(Chain::Evm(Some(56))));
    let label = |label: &str| Network { label: label.into(), ..via("Chain No. 7") };
    assert!(pay("USDC", "Chain No. 7", STELLAR, Some(&label("Stellar"))).is_ok());
    assert!(pay("USDC", "Chain No. 7", EVM, Some(&label("Stellar"))).is_err());
    assert!(pay("SOL", "Aptos", HEX_32, None).is_err(), "at home elsewhere");
    assert!(pay("BTC", "Stellar", STELLAR, None).is_err(), "at home elsewhere");
}

#[test]
fn u22_what_is_told_must_not_contradict_itself() {
    let engine = |name: &str, engine: &str| Network { engine: Some(engine.into()), ..via(name) };
    let contract = |name: &str, address: &str| Network {
        contract: Some(Contract { address: address.into(), decimals: 6 }),
        ..via(name)
    };
    let with_id = |name: &str, id: u64| Network { chain_id: Some(id), ..via(name) };
    let label = |name: &str, label: &str| Network { label: label.into(), ..via(name) };
    let other = Err(NoInstruction::Address(AddressError::OtherNetwork));
    let table = [
        ("USDC", "Solana", engine("Solana", "EVM"), ADDRESS, other),
        ("USDC", "Base", engine("Base", "SVM"), EVM, other),
        ("USDC", "Base", contract("Base", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"), EVM, other),
        ("USDT", "Tron", contract("Tron", "0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"), TRON, other),
        ("USDC", "Base", label("Base", "Polygon"), EVM, other),
        ("USDC", "Tron Something", with_id("Tron Something", 1), EVM, other),
        ("ETH", "Ethereum Base", with_id("Ethereum Base", 137), EVM, other),
        ("USDC", "Ethereum and Solana", via("Ethereum and Solana"), TRON, other),
        ("USDC", "Ethereum Solana", via("Ethereum Solana"), EVM, other),
        // Engine and contract are told for machines, and hold of the payee where the name says nothing.
        (
            "USDC",
            "Some New Chain",
            engine("Some New Chain", "EVM"),
            ADDRESS,
            Err(NoInstruction::Address(AddressError::NotAnAddress)),
        ),
        ("USDC", "Some New Chain", engine("Some New Chain", "EVM"), EVM, Ok(Chain::Unknown)),
        (
            "USDC",
            "Some New Chain",
            contract("Some New Chain", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
            EVM,
            Err(NoInstruction::Address(AddressError::NotAnAddress)),
        ),
        (
            "USDC",
            "Some New Chain",
            contract("Some New Chain", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
            ADDRESS,
            Ok(Chain::Unknown),
        ),
        // Tron's machine is Ethereum's by descent; a label may tell what a name does not; a ticker may stand beside a network.
        ("USDT", "Tron", engine("Tron", "EVM"), TRON, Ok(Chain::Tron)),
        ("USDT", "Chain No. 7", label("Chain No. 7", "Tron (TRC-20)"), TRON, Ok(Chain::Tron)),
        (
            "USDT",
            "Chain No. 7",
            label("Chain No. 7", "Tron (TRC-20)"),
            EVM,
            Err(NoInstruction::Address(AddressError::NotAnAddress)),
        ),
        ("ETH", "ETH (Base)", via("ETH (Base)"), EVM, Ok(Chain::Evm(Some(8453)))),
        ("BNB", "BNB (ERC20)", via("BNB (ERC20)"), EVM, Ok(Chain::Evm(Some(1)))),
        ("ETH", "Base Ethereum", with_id("Base Ethereum", 8453), EVM, Ok(Chain::Evm(Some(8453)))),
        ("USDC", "Polygon zkEVM", with_id("Polygon zkEVM", 1101), EVM, Ok(Chain::Evm(Some(1101)))),
        ("RLUSD", "XRP Ledger", via("XRP Ledger"), XRP, Ok(Chain::Xrp)),
    ];
    for (coin_name, name, via, address, expected) in table {
        assert_eq!(
            pay(coin_name, name, address, Some(&via)).map(|it| it.chain),
            expected,
            "{coin_name} on {name}, {via:?}"
        );
    }
}

#[test]
fn u22_on_a_network_that_we_do_not_know_what_is_clearly_anothers_is_not_paid() {
    let clear = |of: Chain| !matches!(of, Chain::Evm(_) | Chain::Solana | Chain::Sui);
    for (coin_name, name) in [("USDT", "New Chain"), ("ABC", "Some Ledger"), ("EOS", "EOS"), ("USDC", "Mainnet")] {
        for (of, address) in ADDRESSES {
            assert_eq!(pay(coin_name, name, address, None).is_err(), clear(of), "{coin_name} on {name} to {of:?}");
            if clear(of) {
                let link = format!("pay:{address}?amount=1");
                assert!(pay(coin_name, name, &link, None).is_err(), "{link}");
            }
        }
        assert!(pay(coin_name, name, "cosmos1abc", None).is_ok());
    }
    // What a name is half understood to say holds.
    for (coin_name, name, good, bad) in [
        ("ETC", "Ethereum Classic", EVM, [TRON, ADDRESS, XRP]),
        ("BCH", "Bitcoin Cash", LEGACY, [EVM, ADDRESS, TRON]),
        ("USDC", "Polygon zkEVM", EVM, [ADDRESS, TRON, BITCOIN]),
        ("USDT", "Tron (some new standard)", TRON, [EVM, ADDRESS, LEGACY]),
        ("BCH", "Mainnet", LEGACY, [TRON, XRP, DOGECOIN]),
        ("XAH", "Xahau", XRP, [TRON, LEGACY, DOGECOIN]),
    ] {
        assert!(pay(coin_name, name, good, None).is_ok(), "{coin_name} on {name}");
        for address in bad {
            assert!(pay(coin_name, name, address, None).is_err(), "{coin_name} on {name} to {address}");
        }
    }
    // Its checksum, too.
    for (coin_name, name, address) in [
        ("USDT", "Tron (some new standard)", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6s"),
        ("USDT", "Tron (some new standard)", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
        ("USDT", "Tron (some new standard)", "cosmos1abc"),
        ("USDC", "Polygon Miden", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d35"),
        ("USDC", "Polygon Miden", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5D359"),
        ("USDT", "TON (new jetton)", "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYw"),
        ("RLUSD", "XRP Ledger (issued)", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi"),
    ] {
        assert!(pay(coin_name, name, address, None).is_err(), "{coin_name} on {name} to {address}");
    }
    assert!(pay("XEC", "Bitcoin ABC", "ecash:qpm2qsznhks23z7629mms6s4cwef74vcwva87rkuu2", None).is_ok());
    assert!(pay("BCH", "Bitcoin Cash", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", None).is_ok());
    for name in ["Solana Devnet", "BaseSepolia", "Polygon Amoy", "TRON Nile", "bitcoin-signet"] {
        assert_eq!(pay("USDC", name, EVM, None), Err(NoInstruction::Address(AddressError::TestNetwork)), "{name}");
    }
}

proptest! {
    #![proptest_config(support::schedules(4_000))]

    /// However a network is spelt, with fillers, separators and words that nobody knows around it: no address of another chain is
    /// payable.
    #[test]
    fn u22_no_spelling_makes_an_address_of_another_chain_payable(
        spelling in select(SPELLINGS.to_vec()),
        pick in any::<prop::sample::Index>(),
        coin_name in select(vec!["", "USDT", "USDC", "ETH", "DAI", "BTC", "XRP", "SOL", "TRX", "TON", "LTC", "DOGE", "BNB", "WLD", "ABC"]),
        before in select(vec!["", "The ", "Network: ", "on ", "Native ", "MAINNET ", "Token ", "New ", "x-", "Wrapped "]),
        after in select(vec!["", " Mainnet", " network", "-Chain", " (token)", "/L1", " 2", " v3", " pro", "_mainnet", "  "]),
        separator in select(vec![" ", "-", "_", "/", " - ", "."]),
        upper in any::<bool>(),
        target in select(ADDRESSES.to_vec()),
        catalogue in any::<bool>(),
    ) {
        let (chain, own, names) = spelling;
        let name = names[pick.index(names.len())];
        let coin_name = if coin_name.is_empty() { own } else { coin_name };
        // `Mainnet` means what the coin says, and so does nothing else.
        prop_assume!(!["Mainnet", "Native SegWit"].contains(&name));
        let name = format!("{before}{}{after}", name.replace(' ', separator));
        let name = if upper { name.to_uppercase() } else { name };
        let (of, address) = target;
        let via = via(&name);
        let paid = pay(coin_name, &name, address, catalogue.then_some(&via));
        // An address of the EVM says nothing of the chain within it, and a form of 32 bytes in hexadecimal is that of several.
        prop_assert!(paid.is_err() || is_one_family(of, chain), "{} on {} to {:?} {}", coin_name, name, of, address);
    }

    /// Networks are equal or not, whichever is named first, and what is equal to one is equal to all of its spellings.
    #[test]
    fn u22_equality_of_networks_is_one(
        ones in select(SPELLINGS.to_vec()), others in select(SPELLINGS.to_vec()),
        at in any::<[prop::sample::Index; 3]>(), coin_name in select(vec!["USDT", "USDC", "BTC", "ETH", "XRP"]),
    ) {
        let one = ones.2[at[0].index(ones.2.len())];
        let sibling = ones.2[at[1].index(ones.2.len())];
        let other = others.2[at[2].index(others.2.len())];
        prop_assert!(same_network(one, one, coin_name));
        prop_assert_eq!(same_network(one, other, coin_name), same_network(other, one, coin_name));
        if same_network(one, sibling, coin_name) {
            prop_assert_eq!(same_network(one, other, coin_name), same_network(sibling, other, coin_name));
        }
    }

    #[test]
    fn no_name_makes_it_panic(coin_name in "[ -~]{0,12}", name in ".{0,60}", ascii in "[ -~]{0,60}", address in "[ -~]{0,90}") {
        for name in [name, ascii] {
            let _ = pay(&coin_name, &name, &address, Some(&via(&name)));
        }
    }
}

#[test]
fn u22_a24_units_are_those_of_the_chain_that_is_paid_on() {
    let label = |name: &str, label: &str| Network { label: label.into(), ..via(name) };
    for (coin_name, name, address, via, due, shown) in [
        ("XRP", "XRP Ledger (tag required)", XRP, None, "12.3456789", "12.345679"),
        ("SUI", "Sui (some new name)", SUI, None, "1.2345678901", "1.234567891"),
        ("BTC", "Some New Name", BITCOIN, None, "0.123456781", "0.12345679"),
        ("BTC", "Bitcoin", INVOICE, Some(label("Bitcoin", "Lightning")), "0.0025", "0.0025"),
        ("TRX", "Chain No. 7", TRON, Some(label("Chain No. 7", "Tron")), "1.2345678", "1.234568"),
    ] {
        let order = Order { due: Some(coin(due)), ..on(coin_name, name, address) };
        let instruction = Instruction::for_order(&order, via.as_ref()).expect("payable");
        let digits = decimals(coin_name, name, via.as_ref()).expect("known");
        assert_eq!(instruction.amount.as_str(), shown, "{coin_name} on {name}");
        assert_eq!(coin(due).rounded_up(digits).as_str(), shown, "{coin_name} on {name}");
    }
    assert_eq!(decimals("BTC", "Bitcoin", Some(&label("Bitcoin", "Lightning"))), Some(11));
    // What is told contradicts itself: nothing is paid, and no unit is known.
    assert_eq!(decimals("XRP", "XRP Ledger", Some(&label("XRP Ledger", "Tron"))), None);
    let part = Order {
        due: Some(coin("12.3456789")),
        received: Some(coin("12.3456788")),
        state: OrderState::PartialPaymentStarted,
        ..on("XRP", "XRP Ledger (tag required)", XRP)
    };
    assert_eq!(Instruction::for_remainder(&part, None), Err(NoInstruction::LessThanAUnit));
}

#[test]
fn u22_half_understood_spellings_of_a_coins_own_chain_are_that_chain() {
    for (coin_name, one, other) in [
        ("XRP", "XRP Ledger", "XRP Ledger (tag required)"),
        ("XRP", "XRPL", "Ripple - memo needed"),
        ("BTC", "Bitcoin (SegWit, fast)", "BTC"),
        ("BTC", "Lightning (instant)", "Bitcoin Lightning"),
        ("TON", "TON (comment required)", "The Open Network"),
    ] {
        assert!(same_network(one, other, coin_name), "{coin_name}: {one}, {other}");
        assert!(same_network(other, one, coin_name), "{coin_name}: {one}, {other}");
    }
    for (coin_name, one, other) in [
        ("BTC", "Bitcoin", "Lightning (instant)"),
        ("BTC", "Bitcoin", "Some New Name"),
        ("BTC", "Bitcoin", "Bitcoin Cash (fast)"),
        ("XRP", "XRP Ledger", "XRP Ledger testnet"),
        ("XRP", "XRP Ledger", "Tron (tag required)"),
        ("USDC", "Polygon", "Polygon Miden"),
    ] {
        assert!(!same_network(one, other, coin_name), "{coin_name}: {one}, {other}");
    }
}
