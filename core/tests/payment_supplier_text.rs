//! The supplier's own text of a payment: whether it agrees with the order, and what becomes of the link if it does not.

mod support;

use cr_core::{
    catalog::Network,
    order::Order,
    payment::{Check, Instruction, NoInstruction, Warning},
};
use proptest::prelude::*;
use support::{
    ADDRESS,
    payments::{BITCOIN, INVOICE, MINT, PAYEE, USDC, network, on},
};

#[test]
fn the_suppliers_own_text_must_say_the_same() {
    let bitcoin = || (on("BTC", "Mainnet", BITCOIN, "0.1"), network("Mainnet", "BTC", None));
    let solana = || (on("USDC", "Solana", ADDRESS, "5"), network("Solana", "SOL", Some((MINT, 6))));
    let ether = || (on("ETH", "ETH Mainnet", PAYEE, "2.014"), network("ETH Mainnet", "ETH", None));
    let token = || (on("USDC", "Base", PAYEE, "5"), network("Base", "ETH", Some((USDC, 6))));
    let invoice = || (on("BTC", "Lightning", INVOICE, "0.0025"), network("Lightning", "BTC", None));
    let ton =
        || (on("TON", "Ton", "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv", "1"), network("Ton", "TON", None));
    let lower = PAYEE.to_lowercase();
    let table = [
        (bitcoin(), BITCOIN.to_owned(), Some(true)),
        (bitcoin(), BITCOIN.to_uppercase(), Some(true)),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.1"), Some(true)),
        (bitcoin(), format!("BITCOIN:{}?amount=0.10&label=Order", BITCOIN.to_uppercase()), Some(true)),
        (bitcoin(), format!("bitcoin:{BITCOIN}"), Some(true)),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=1"), Some(false)),
        (bitcoin(), format!("litecoin:{BITCOIN}?amount=0.1"), Some(false)),
        (bitcoin(), "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=0.1".to_owned(), Some(false)),
        (bitcoin(), "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa".to_owned(), Some(false)),
        (solana(), ADDRESS.to_owned(), Some(true)),
        (solana(), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}"), Some(true)),
        (solana(), format!("solana:{ADDRESS}?amount=5"), Some(false)),
        (solana(), format!("solana:{ADDRESS}?amount=5&spl-token={ADDRESS}"), Some(false)),
        (ether(), format!("ethereum:{PAYEE}@1?value=2014000000000000000"), Some(true)),
        (ether(), format!("ethereum:pay-{lower}@1?value=2.014e18"), Some(true)),
        (ether(), format!("ethereum:{PAYEE}@137?value=2.014e18"), Some(false)),
        (ether(), format!("ethereum:{PAYEE}?value=2.014e18"), Some(true)),
        (ether(), format!("ethereum:{PAYEE}@1?value=2.014e17"), Some(false)),
        (ether(), format!("ethereum:{PAYEE}@1/transfer?address={PAYEE}&uint256=1"), Some(false)),
        (token(), format!("ethereum:{USDC}@8453/transfer?address={lower}&uint256=5e6"), Some(true)),
        (token(), format!("ethereum:{PAYEE}@8453?value=5"), Some(false)),
        (token(), format!("ethereum:{USDC}@8453/approve?address={PAYEE}&uint256=5000000"), Some(false)),
        (invoice(), format!("lightning:{INVOICE}"), Some(true)),
        (invoice(), format!("LIGHTNING:{}", INVOICE.to_uppercase()), Some(true)),
        // Not a standard that we read, but it does name the address; another one does not.
        (ton(), "ton://transfer/Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv?amount=1".to_owned(), None),
        (ton(), "ton://transfer/EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N".to_owned(), Some(false)),
    ];
    for ((order, via), text, agrees) in table {
        let order = Order { qr_text: Some(text.clone()), ..order };
        let instruction = Instruction::for_order(&order, Some(&via)).expect("payable");
        assert_eq!(instruction.checks.contains(&Check::SupplierAgrees), agrees == Some(true), "{text}");
        assert_eq!(instruction.warnings.contains(&Warning::SupplierDisagrees), agrees == Some(false), "{text}");
        if agrees == Some(false) {
            assert_eq!(instruction.qr.len(), 1, "only the plain fields: {text}");
        }
    }
}

/// The examples printed in BIP-21 (with an address whose checksum holds) and in the Solana Pay specification, held against orders
/// that ask for the same. Those of EIP-681 leave out the chain, which ours do not.
#[test]
fn the_examples_of_the_standards_are_read_and_our_own_links_are_their_like() {
    const BIP_21: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    const SOLANA_PAY: &str = "mvines9iiHiQTysrwkJjGf2gb9Ex9jXJX8ns3qwf2kN";
    const USDC_ON_SOLANA: &str = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
    let bitcoin = |due: &str| (on("BTC", "Mainnet", BIP_21, due), network("Mainnet", "BTC", None));
    let sol = |memo: Option<&str>| {
        let order = Order { memo: memo.map(str::to_owned), ..on("SOL", "Solana", SOLANA_PAY, "1") };
        (order, network("Solana", "SOL", None))
    };
    let usdc = || (on("USDC", "Solana", SOLANA_PAY, "0.01"), network("Solana", "SOL", Some((USDC_ON_SOLANA, 6))));
    let table = [
        (bitcoin("20.3"), "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=20.3&label=Luke-Jr".to_owned(), true),
        (
            bitcoin("50"),
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=50&label=Luke-Jr&message=Donation%20for%20project%20xyz"
                .to_owned(),
            true,
        ),
        // Not for a wallet that does not understand it, and so without a link; but no contradiction.
        (
            bitcoin("50"),
            format!("bitcoin:{BIP_21}?req-somethingyoudontunderstand=50&req-somethingelseyoudontget=999"),
            false,
        ),
        (
            sol(Some("OrderId12345")),
            format!(
                "solana:{SOLANA_PAY}?amount=1&label=Michael&message=Thanks%20for%20all%20the%20fish&memo=OrderId12345"
            ),
            true,
        ),
        (sol(Some("Order 7")), format!("solana:{SOLANA_PAY}?amount=1&memo=Order%207"), true),
        (sol(Some("Order 7")), format!("solana:{SOLANA_PAY}?amount=1&memo=Order%208"), false),
        (sol(None), format!("solana:{SOLANA_PAY}?amount=1&memo=Order%207"), false),
        (usdc(), format!("solana:{SOLANA_PAY}?amount=0.01&spl-token={USDC_ON_SOLANA}"), true),
    ];
    for ((order, via), example, agrees) in table {
        let order = Order { qr_text: Some(example.clone()), ..order };
        let instruction = Instruction::for_order(&order, Some(&via)).expect("payable");
        assert_eq!(instruction.checks.contains(&Check::SupplierAgrees), agrees, "{example}");
        let own = instruction.qr.iter().find_map(|choice| choice.href.as_deref());
        assert_eq!(own.is_some(), agrees, "{example}");
        if let Some(own) = own {
            let mut known = example.split(['?', '&']);
            assert!(own.split(['?', '&']).all(|part| known.any(|it| it == part)), "{own} is in {example}");
        }
    }
}

/// What a supplier's text makes of an order: whether it is told to agree, whether it raises the alarm, whether there is a link.
fn read_beside((order, via): (Order, Option<Network>), text: &str) -> (bool, bool, bool) {
    let order = Order { qr_text: Some(text.to_owned()), ..order };
    let instruction = Instruction::for_order(&order, via.as_ref()).expect("payable");
    (
        instruction.checks.contains(&Check::SupplierAgrees),
        instruction.warnings.contains(&Warning::SupplierDisagrees),
        instruction.qr.len() == 2,
    )
}

#[test]
fn u24_the_suppliers_text_raises_the_alarm_only_where_payee_asset_or_amount_differ() {
    const MEMO: &str = "Order 7";
    const TON: &str = "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv";
    const TRON: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    let some = |(order, via): (Order, Network)| (order, Some(via));
    let bitcoin = || some((on("BTC", "Mainnet", BITCOIN, "0.0025"), network("Mainnet", "BTC", None)));
    let usdc = || some((on("USDC", "Solana", ADDRESS, "5"), network("Solana", "SOL", Some((MINT, 6)))));
    let memo = || {
        let (order, via) = usdc();
        (Order { memo: Some(MEMO.into()), ..order }, via)
    };
    let ether = || some((on("ETH", "ETH Mainnet", PAYEE, "2.014"), network("ETH Mainnet", "ETH", None)));
    let token = || some((on("USDC", "Base", PAYEE, "5"), network("Base", "ETH", Some((USDC, 6)))));
    let bare = |(order, _): (Order, Option<Network>)| (order, None);
    let invoice = || some((on("BTC", "Lightning", INVOICE, "0.0025"), network("Lightning", "BTC", None)));
    let ton = || {
        some((on("TON", "Ton", "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv", "1"), network("Ton", "TON", None)))
    };
    let polygon = || some((on("USDC", "Polygon", PAYEE, "5"), network("Polygon", "POL", Some((USDC, 6)))));
    let tron = || (on("USDT", "Tron", TRON, "5"), None);
    let xrp = |memo: Option<&str>| {
        let order = on("XRP", "XRPL", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "1");
        (Order { memo: memo.map(str::to_owned), ..order }, None)
    };
    let (same, alarm, plain) = ((true, false, true), (false, true, false), (false, false, false));
    let (open, same_plain) = ((false, false, true), (true, false, false));
    let upper = BITCOIN.to_uppercase();
    let other = "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3";
    let table = [
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0025&lightning={INVOICE}"), same),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0025&pj=https%3A%2F%2Fexample.com%2Fpj&pjos=0"), same),
        (bitcoin(), format!("BITCOIN:{upper}?AMOUNT=0.00250&LIGHTNING={}", INVOICE.to_uppercase()), same),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=.0025"), same),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=2.5e-3"), same),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=00.0025&somethingelse=1"), same),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0%2E0025#top"), same),
        (bitcoin(), format!("bitcoin://{BITCOIN}?amount="), same),
        (bitcoin(), format!("{BITCOIN}?amount=0.0025"), same),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0025&req-x=1"), plain),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0026&req-x=1"), alarm),
        (bitcoin(), format!("bitcoin:{other}?amount=0.0025&req-x=1"), alarm),
        (bitcoin(), format!("bitcoin:{BITCOIN}?AMOUNT=0.025"), alarm),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0025&amount=0.0026"), alarm),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=lots"), plain),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=.0025e-2147483648"), plain),
        (bitcoin(), format!("bitcoin:{other}?amount=0.0025"), alarm),
        (bitcoin(), format!("litecoin:{BITCOIN}?amount=0.0025"), alarm),
        // The invoice beside it asks for another amount.
        (
            some((on("BTC", "Mainnet", BITCOIN, "0.1"), network("Mainnet", "BTC", None))),
            format!("bitcoin:{BITCOIN}?amount=0.1&lightning={INVOICE}"),
            alarm,
        ),
        (
            usdc(),
            format!("solana:{ADDRESS}?amount=5&spl-token={MINT}&reference={MINT}&reference={ADDRESS}&label=x&new=1"),
            same,
        ),
        (usdc(), format!("SOLANA:{ADDRESS}?amount=5.00&SPL-TOKEN={MINT}"), same),
        (usdc(), format!("solana:{ADDRESS}"), same),
        (usdc(), format!("solana:{ADDRESS}?amount=5&reference={MINT}"), alarm),
        (usdc(), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}&memo=1"), plain),
        (usdc(), format!("solana:{MINT}?amount=5&spl-token={MINT}"), alarm),
        (usdc(), "solana:https%3A%2F%2Fexample.com%2Fpay".to_owned(), plain),
        (bare(usdc()), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}"), plain),
        (bare(usdc()), format!("solana:{ADDRESS}?amount=6&spl-token={MINT}"), alarm),
        (memo(), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}&memo=Order%207"), same),
        (memo(), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}"), same),
        (memo(), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}&memo=Order%208"), alarm),
        (ether(), format!("ethereum:{PAYEE}@1?value=2.014e18&gas=21000&gasPrice=1e9"), same),
        (ether(), format!("ethereum:{PAYEE}?value=2014000000000000000"), same),
        (ether(), format!("ethereum:{PAYEE}@0x1?VALUE=2.014E18"), same),
        (ether(), format!("ethereum:{PAYEE}?amount=2.014"), same),
        (ether(), format!("ethereum:{PAYEE}"), same),
        // As EIP-681 prints it, the case of its letters included.
        (ether(), "ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359?value=2.014e18".to_owned(), same),
        (ether(), format!("ethereum:{PAYEE}@137?value=2.014e18"), alarm),
        (ether(), format!("ethereum:{PAYEE}?value=2.014e17"), alarm),
        (ether(), format!("ethereum:{USDC}?value=2.014e18"), alarm),
        (ether(), format!("ethereum:{USDC}/transfer?address={PAYEE}&uint256=1"), alarm),
        (bare(ether()), format!("ethereum:{PAYEE}@1?value=2.014e18&gas=1"), plain),
        (bare(ether()), format!("ethereum:{USDC}@1?value=2.014e18"), alarm),
        (token(), format!("ethereum:{USDC}/transfer?address={PAYEE}&uint256=5e6&gas=100000&value=0"), same),
        (token(), format!("ethereum:{PAYEE}@8453"), same),
        (token(), format!("ethereum:{USDC}@8453/transfer?address={PAYEE}&uint256=5e6&value=1"), alarm),
        (token(), format!("ethereum:{USDC}@1/transfer?address={PAYEE}&uint256=5e6"), alarm),
        (token(), format!("ethereum:{USDC}@8453/transfer?address={USDC}&uint256=5e6"), alarm),
        (token(), format!("ethereum:{PAYEE}@8453?value=5e6"), alarm),
        (token(), format!("base:{PAYEE}"), open),
        (token(), format!("polygon:{PAYEE}"), alarm),
        (invoice(), format!("lightning:{INVOICE}?label=x"), same),
        (invoice(), format!("bitcoin:{BITCOIN}?amount=0.0025&lightning={}", INVOICE.to_uppercase()), same),
        (invoice(), format!("bitcoin:?lightning={INVOICE}"), same),
        (invoice(), format!("bitcoin:{BITCOIN}?amount=0.0025"), alarm),
        // The same account of TON in its other forms.
        (ton(), "ton://transfer/Ef_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXDvq?amount=1".to_owned(), plain),
        (ton(), "Ef_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXDvq".to_owned(), same_plain),
        (ton(), "ton://transfer/EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N".to_owned(), alarm),
        // Under another scheme, or without a standard, payee and amount are held against ours as far as they can be read.
        (polygon(), format!("polygon:{PAYEE}@137?value=999"), alarm),
        (polygon(), format!("polygon:{PAYEE}@1"), alarm),
        (polygon(), format!("polygon:{PAYEE}@137?value=5000000"), open),
        (polygon(), format!("polygon:{PAYEE}@137?amount=5.00"), open),
        (bare(polygon()), format!("polygon:{PAYEE}@137?value=5000000"), plain),
        (bare(polygon()), format!("polygon:{PAYEE}@137?value=5000001"), alarm),
        (ton(), format!("ton://transfer/{TON}?amount=99000000000"), alarm),
        (ton(), format!("ton://transfer/{TON}?amount=1000000000"), plain),
        (ton(), format!("ton://transfer/{TON}?amount="), plain),
        (tron(), format!("tron:{TRON}?amount=999"), alarm),
        (tron(), format!("tron:{TRON}?amount=5"), plain),
        (tron(), format!("tron:{TRON}?amount=5000000&note=999"), plain),
        (tron(), format!("https://wallet.example/pay/{TRON}?amount=5"), plain),
        (tron(), format!("tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL?memo={TRON}"), alarm),
        (tron(), format!("tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL?note={TRON}"), alarm),
        (tron(), format!("tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL/{TRON}"), alarm),
        (tron(), format!("tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL#{TRON}"), alarm),
        (tron(), format!("tron:{TRON}x"), alarm),
        (xrp(Some("7")), "ripple:rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh?dt=7".to_owned(), plain),
        (xrp(Some("7")), "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh".to_owned(), same_plain),
    ];
    for (beside, text, expected) in table {
        assert_eq!(read_beside(beside, &text), expected, "{text}");
    }
    // A tag in it that the order does not tell, or a memo that it tells otherwise.
    let ton_with = |memo: &str| {
        let (order, via) = ton();
        (Order { memo: Some(memo.to_owned()), ..order }, via)
    };
    let table = [
        (xrp(None), "ripple:rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh?dt=7".to_owned()),
        (xrp(Some("7")), "ripple:rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh?dt=8".to_owned()),
        (xrp(None), "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh?destination-tag=7".to_owned()),
        (ton_with("7"), format!("ton://transfer/{TON}?text=order%207")),
        (ton_with("7"), format!("https://app.tonkeeper.com/transfer/{TON}?amount=1000000000&Memo=8")),
        (ton_with("7"), format!("ton://transfer/{TON}?bin=te6cckEBAQEAAgAAAEysuc0")),
    ];
    for ((order, via), text) in table {
        let order = Order { qr_text: Some(text.clone()), ..order };
        assert_eq!(Instruction::for_order(&order, via.as_ref()), Err(NoInstruction::BadMemo), "{text}");
    }
}

/// What a supplier's text makes of an order, told in words.
fn said_beside(beside: (Order, Option<Network>), text: &str) -> &'static str {
    match read_beside(beside, text) {
        (_, true, false) => "alarm",
        (_, false, true) => "link",
        (_, false, false) => "plain",
        (_, true, true) => "alarm and link",
    }
}

#[test]
fn u24_a_payee_asset_and_amount_that_agree_raise_no_alarm_in_any_spelling() {
    const TON: &str = "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv";
    const RAW: &str = "-1:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35c";
    const TRON: &str = "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC";
    const TETHER: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    const XRP: &str = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";
    const LITECOIN: &str = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9";
    let other = "0x52908400098527886E0F7030069857D2E4169EE7";
    let coin_on = |coin_name: &str, name: &str, address: &str, due: &str, base: &str, contract: Option<(&str, u32)>| {
        (on(coin_name, name, address, due), Some(network(name, base, contract)))
    };
    let bitcoin = || coin_on("BTC", "Mainnet", BITCOIN, "0.0025", "BTC", None);
    let invoice = || coin_on("BTC", "Lightning", INVOICE, "0.0025", "BTC", None);
    let usdc = || coin_on("USDC", "Solana", ADDRESS, "5", "SOL", Some((MINT, 6)));
    let polygon = || coin_on("USDC", "Polygon", PAYEE, "5", "POL", Some((USDC, 6)));
    let ether = || coin_on("ETH", "ETH Mainnet", PAYEE, "2.014", "ETH", None);
    let tron = || coin_on("USDT", "Tron", TRON, "5", "TRX", Some((TETHER, 6)));
    let ton = || coin_on("TON", "Ton", TON, "1", "TON", None);
    let xrp = || coin_on("XRP", "XRPL", XRP, "1", "XRP", None);
    let litecoin = || coin_on("LTC", "Litecoin", LITECOIN, "0.5", "LTC", None);
    let upper = |text: &str| text.to_uppercase();
    let lower = PAYEE.to_lowercase();
    let table = [
        // A memo that the order does not tell takes the link away, and no more.
        (usdc(), format!("solana:{ADDRESS}?amount=5&spl-token={MINT}&memo=Order%207"), "plain"),
        (ton(), format!("ton://transfer/{TON}?amount=1000000000&text=order%207"), "plain"),
        (ton(), format!("https://app.tonkeeper.com/transfer/{TON}?amount=1000000000&text=7"), "plain"),
        (ton(), format!("ton://transfer/{TON}?bin=te6cckEBAQEAAgAAAEysuc0"), "plain"),
        (tron(), format!("tron:{TRON}?amount=5&memo=7"), "plain"),
        (polygon(), format!("polygon:{PAYEE}@137?memo=7"), "plain"),
        // Links of wallets and pages of the web.
        (polygon(), format!("https://wallet.example/send/{PAYEE}@137"), "link"),
        (polygon(), format!("https://wallet.example/send/{lower}@0x89?value=5000000"), "link"),
        (polygon(), format!("https://wallet.example/send/{USDC}@137/transfer?address={PAYEE}&uint256=5e6"), "link"),
        (polygon(), format!("https://wallet.example/send?to={PAYEE}&amount=5&chainId=137&token={USDC}"), "link"),
        (polygon(), format!("https://wallet.example/send?asset=c966_t{USDC}&address={PAYEE}&amount=5"), "plain"),
        (polygon(), format!("wallet://pay/{PAYEE}?network=polygon&coin=usdc"), "link"),
        (polygon(), "https://pay.example/i/1f0c".to_owned(), "plain"),
        (polygon(), "https://pay.example/i/7EqQdEULxWcraVx3mXKFjc84LhCkMGZCkRuDpvcMwJeK".to_owned(), "plain"),
        (bitcoin(), format!("https://wallet.example/bitcoin/{BITCOIN}?amount=0.0025"), "link"),
        (usdc(), format!("https://wallet.example/send/{ADDRESS}?amount=5&spl-token={MINT}"), "link"),
        // Accounts of CAIP-10.
        (polygon(), format!("eip155:137:{PAYEE}"), "link"),
        (polygon(), format!("EIP155:137:{lower}?value=5000000"), "link"),
        (polygon(), format!("eip155:137/erc20:{USDC}"), "plain"),
        (bitcoin(), format!("bip122:000000000019d6689c085ae165831e93:{BITCOIN}"), "link"),
        (usdc(), format!("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:{ADDRESS}"), "link"),
        (tron(), format!("tron:0x2b6653dc:{TRON}"), "plain"),
        (xrp(), format!("xrpl:0:{XRP}"), "plain"),
        (ton(), format!("ton:-239:{TON}"), "plain"),
        // EIP-681 under the name of a chain, in capitals, with its prefix, and in ways of wallets.
        (polygon(), format!("polygon:{USDC}@137/transfer?address={PAYEE}&uint256=5e6"), "link"),
        (polygon(), format!("polygon:{USDC}/transfer?address={PAYEE}&uint256=5000000&value=0"), "link"),
        (polygon(), format!("matic:pay-{PAYEE}"), "link"),
        (polygon(), upper(&format!("ethereum:pay-{USDC}@137/transfer?address={PAYEE}&uint256=5e6")), "link"),
        (polygon(), format!("ethereum:{PAYEE}@137?value=0"), "link"),
        (polygon(), format!("ethereum:{PAYEE}@137?contractAddress={USDC}&decimal=6&value=5"), "link"),
        (polygon(), format!("ethereum:{USDC}@137?address={PAYEE}&uint256=5e6"), "plain"),
        (polygon(), format!("ethereum:{USDC}@137/transfer?uint256=5e6"), "plain"),
        (polygon(), format!("ethereum:{PAYEE}@polygon"), "plain"),
        (ether(), format!("eth:{PAYEE}?value=2.014e18"), "link"),
        (ether(), format!("ethereum:pay-{PAYEE}@1?value=2.014e18"), "link"),
        (ether(), format!("ETHEREUM:PAY-{}@1?VALUE=2.014E18", upper(PAYEE)), "link"),
        (ether(), format!("ethereum:{}@1", &PAYEE[2..]), "link"),
        (ether(), format!("ethereum:{PAYEE}?value=2.014"), "plain"),
        (ether(), "ethereum:pay-somebody.eth@1?value=2.014e18".to_owned(), "plain"),
        (ether(), format!("ethereum:{PAYEE}@1/pay?value=2.014e18"), "plain"),
        // BIP-321: the address may stand in a parameter.
        (bitcoin(), format!("bitcoin:?bc={BITCOIN}"), "link"),
        (bitcoin(), format!("BITCOIN:?BC={}&AMOUNT=0.0025", upper(BITCOIN)), "link"),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0025&bc={BITCOIN}&lno=lno1pgqpvggr&sp=sp1qqweplq6yl"), "link"),
        (bitcoin(), format!("bitcoin:?lightning={INVOICE}"), "plain"),
        (bitcoin(), "bitcoin:?lno=lno1pgqpvggr".to_owned(), "plain"),
        (bitcoin(), format!("bitcoin:{BITCOIN}?amount=0.0025&amp;label=a"), "link"),
        (litecoin(), format!("LITECOIN:{}?amount=0.50", upper(LITECOIN)), "link"),
        (litecoin(), format!("litecoin:?ltc={LITECOIN}&amount=0.5"), "link"),
        (invoice(), format!("lightning:{INVOICE}?amount=250000&label=a"), "link"),
        (invoice(), format!("lightning:{INVOICE}&label=a"), "link"),
        (invoice(), format!("LIGHTNING://{}?EXP=1", upper(INVOICE)), "link"),
        (
            invoice(),
            "lightning:LNURL1DP68GURN8GHJ7UM9WFMXJCM99E3K7MF0V9CXJ0M385EKVCENXC6R2C35XVUKX".to_owned(),
            "plain",
        ),
        (invoice(), "lightning:somebody@example.com".to_owned(), "plain"),
        // Solana without an amount, and what has to be asked for on the web.
        (usdc(), format!("solana:{ADDRESS}?spl-token={MINT}&reference={MINT}"), "link"),
        (usdc(), format!("solana://{ADDRESS}/?amount=5&spl-token={MINT}"), "link"),
        (usdc(), "solana:https://pay.example/order?id=7".to_owned(), "plain"),
        // Networks without a standard.
        (tron(), format!("tron:{TRON}?token={TETHER}&amount=5"), "plain"),
        (tron(), format!("tron:{TETHER}/transfer?address={TRON}&uint256=5000000"), "plain"),
        (tron(), "tron:415cd0fb0ab3ce40f3051414c604b27756e69e43db".to_owned(), "plain"),
        (ton(), format!("ton:{RAW}"), "plain"),
        (ton(), format!("ton://transfer/{RAW}?amount=1000000000"), "plain"),
        (ton(), "ton://transfer/somebody.ton".to_owned(), "plain"),
        (xrp(), format!("ripple:{XRP}?amount=1000000"), "plain"),
        (xrp(), format!("xrpl:{XRP}?amount=1"), "plain"),
        (xrp(), format!("https://xrp.example/{XRP}"), "plain"),
        // Nothing that we can read.
        (bitcoin(), "Order 7".to_owned(), "plain"),
        (bitcoin(), "data:image/png;base64,iVBORw0KGgo=".to_owned(), "plain"),
        (tron(), "Pay 5 USDT".to_owned(), "plain"),
    ];
    for (beside, text, expected) in table {
        assert_eq!(said_beside(beside, &text), expected, "{text}");
    }
    // Without the catalogue nobody knows the token.
    let bare = || (on("USDC", "Polygon", PAYEE, "5"), None);
    for text in [
        format!("ethereum:{USDC}@137/transfer?address={PAYEE}&uint256=5e6"),
        format!("polygon:{USDC}@137/transfer?address={PAYEE}&uint256=5e6"),
        format!("https://wallet.example/send?to={PAYEE}&token={USDC}"),
    ] {
        assert_eq!(said_beside(bare(), &text), "plain", "{text}");
    }
    assert_eq!(said_beside(bare(), &format!("polygon:{USDC}@137/transfer?address={other}&uint256=5e6")), "alarm");
    // The same forms with another payee, asset or amount.
    let table = [
        (polygon(), format!("https://wallet.example/send/{other}@137")),
        (polygon(), format!("https://wallet.example/send/{PAYEE}@1")),
        (polygon(), format!("https://wallet.example/send/{PAYEE}@137?value=5000001")),
        (polygon(), format!("https://wallet.example/send?to={other}&amount=5&chainId=137")),
        (polygon(), format!("https://wallet.example/send?to={PAYEE}&amount=5&chainId=1")),
        (polygon(), format!("https://wallet.example/send?to={PAYEE}&token={other}")),
        (polygon(), format!("https://wallet.example/send?to={PAYEE}&network=tron")),
        (polygon(), format!("eip155:137:{other}")),
        (polygon(), format!("eip155:1:{PAYEE}")),
        (polygon(), format!("polygon:{USDC}@137/transfer?address={other}&uint256=5e6")),
        (polygon(), format!("polygon:{USDC}@137/transfer?address={PAYEE}&uint256=6e6")),
        (polygon(), format!("polygon:{other}@137/transfer?address={PAYEE}&uint256=5e6")),
        (polygon(), format!("polygon:{USDC}@137/approve?address={PAYEE}&uint256=5e6")),
        (polygon(), format!("polygon:{USDC}@137?value=5e6")),
        (polygon(), format!("ethereum:{PAYEE}@137?contractAddress={other}&value=5")),
        (polygon(), format!("ethereum:{PAYEE}@137?contractAddress={USDC}&value=6")),
        (polygon(), PAYEE.replace('3', "4")),
        (ether(), format!("ethereum:pay-{other}@1?value=2.014e18")),
        (ether(), format!("ethereum:{PAYEE}@1?token={USDC}")),
        (bitcoin(), "bitcoin:?bc=bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3".to_owned()),
        (bitcoin(), format!("bitcoin:{BITCOIN}?bc=bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3")),
        (bitcoin(), format!("bitcoin:?bc={BITCOIN}&amount=0.0026")),
        (bitcoin(), format!("bitcoin:{}5?amount=0.0025", &BITCOIN[..BITCOIN.len() - 1])),
        (bitcoin(), format!("{}5", &BITCOIN[..BITCOIN.len() - 1])),
        (bitcoin(), "https://wallet.example/1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa".to_owned()),
        (bitcoin(), format!("bip122:12a765e31ffd4059bada1e25190f6e98:{BITCOIN}")),
        (invoice(), format!("lightning:{INVOICE}?amount=250001")),
        (usdc(), format!("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:{TRON}")),
        (usdc(), format!("solana:{ADDRESS}?amount=5&spl-token={ADDRESS}&memo=7")),
        (tron(), format!("tron:{TRON}?token={XRP}")),
        (tron(), format!("tron:{TRON}?amount=6&memo=7")),
        (ton(), format!("ton://transfer/{TON}?amount=2000000000&text=7")),
        (ton(), "ton:-1:e56754f83426f69b09267bd876ac97c44821345b7e266bd956a7bfbfb98df35d".to_owned()),
        (xrp(), "ripple:rrrrrrrrrrrrrrrrrrrrBZbvji".to_owned()),
        (xrp(), format!("ripple:{XRP}?amount=2")),
        (litecoin(), format!("bitcoin:{LITECOIN}")),
    ];
    for (beside, text) in table {
        assert_eq!(said_beside(beside, &text), "alarm", "{text}");
    }
    // An older spelling of a script's address of Litecoin.
    let script = coin_on("LTC", "Litecoin", "MLy36ApB4YZb2cBtTc1uYJhYsP2JkYokaf", "0.5", "LTC", None);
    assert_eq!(said_beside(script, "litecoin:3EktnHQD7RiAE6uzMj2ZifT9YgRrkSgzQX?amount=0.5"), "link");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_000)))]

    /// Whatever else a text of the supplier's holds, in whatever spelling: it raises the alarm if and only if payee or amount differ.
    #[test]
    fn u24_what_changes_neither_payee_nor_amount_raises_no_alarm(
        extras in proptest::collection::vec(("(label|message|pj|pjos|gas|gasLimit|reference|x[a-z]{0,6})", "[A-Za-z0-9%._-]{0,12}"), 0..5),
        upper_names in any::<bool>(), upper_scheme in any::<bool>(), places in 0_usize..4,
        same_amount in any::<bool>(), same_payee in any::<bool>(), at in any::<prop::sample::Index>(), kind in 0_usize..3,
    ) {
        let amount = if same_amount { "0.25" } else { "0.26" };
        let amount = format!("{amount}{}", "0".repeat(places));
        let (order, via, scheme, payee, required) = match kind {
            0 => (
                on("BTC", "Mainnet", BITCOIN, "0.25"), network("Mainnet", "BTC", None), "bitcoin",
                if same_payee { BITCOIN } else { "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" }, vec![format!("amount={amount}")],
            ),
            1 => (
                on("USDC", "Solana", ADDRESS, "0.25"), network("Solana", "SOL", Some((MINT, 6))), "solana",
                if same_payee { ADDRESS } else { MINT }, vec![format!("amount={amount}"), format!("spl-token={MINT}")],
            ),
            _ => (
                on("ETH", "Base", PAYEE, "0.25"), network("Base", "ETH", None), "ethereum",
                if same_payee { PAYEE } else { USDC }, vec![format!("value={amount}e18")],
            ),
        };
        let name_of = |name: &str| if upper_names { name.to_uppercase() } else { name.to_owned() };
        let mut pairs: Vec<String> = extras.iter().map(|(name, value)| format!("{}={value}", name_of(name))).collect();
        for pair in required {
            let (name, value) = pair.split_once('=').expect("a pair");
            pairs.insert(at.index(pairs.len() + 1), format!("{}={value}", name_of(name)));
        }
        let scheme = if upper_scheme { scheme.to_uppercase() } else { scheme.to_owned() };
        let text = format!("{scheme}:{payee}?{}", pairs.join("&"));
        let (agrees, alarm, has_link) = read_beside((order, Some(via)), &text);
        prop_assert_eq!(alarm, !same_amount || !same_payee, "{}", text);
        prop_assert_eq!((agrees, has_link), (!alarm, !alarm), "{}", text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(20_000)))]

    #[test]
    fn no_text_of_the_supplier_makes_it_panic(text in ".{0,80}", tail in "[ -~]{0,80}") {
        for (coin_name, name, address) in [("BTC", "Mainnet", BITCOIN), ("USDC", "Solana", ADDRESS), ("USDC", "Base", PAYEE)] {
            for text in [text.clone(), format!("bitcoin:{tail}"), format!("solana:{tail}"), format!("ethereum:{PAYEE}@8453{tail}")] {
                let order = Order { qr_text: Some(text), ..on(coin_name, name, address, "1") };
                let _ = Instruction::for_order(&order, None);
            }
        }
    }
}
