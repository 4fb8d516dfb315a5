//! The one instruction that a payment panel shows: links, QR choices, checks, and the reasons why not.

mod support;

use cr_core::{
    chain::{AddressError, Chain, Checked},
    money::CoinAmount,
    order::{MemoDoubt, NotPayable, Order, OrderState, PaymentState},
    payment::{Check, Instruction, NoInstruction, QrKind, Warning},
};
use proptest::prelude::*;
use support::{
    ADDRESS, coin, order,
    payments::{BITCOIN, INVOICE, MINT, PAYEE, USDC, network, on, with_id},
};

#[test]
fn u06_u08_u11_links_are_made_where_a_standard_carries_the_exact_amount() {
    let polygon = || network("Polygon (Matic)", "MATIC", Some((USDC, 6)));
    let usdc_on_polygon = |due: &str| on("USDC", "Polygon (Matic)", PAYEE, due);
    let table = [
        (
            on("BTC", "Mainnet", BITCOIN, "0.00032833"),
            network("Mainnet", "BTC", None),
            Some(format!("bitcoin:{BITCOIN}?amount=0.00032833")),
        ),
        (
            on("BTC", "Lightning", INVOICE, "0.0025"),
            network("Lightning", "BTC", None),
            Some(format!("lightning:{INVOICE}")),
        ),
        (
            on("SOL", "Solana", ADDRESS, "0.5"),
            network("Solana", "SOL", None),
            Some(format!("solana:{ADDRESS}?amount=0.5")),
        ),
        (
            on("USDC", "Solana", ADDRESS, "101.550000"),
            network("Solana", "SOL", Some((MINT, 6))),
            Some(format!("solana:{ADDRESS}?amount=101.550000&spl-token={MINT}")),
        ),
        (
            usdc_on_polygon("101.55"),
            polygon(),
            Some(format!("ethereum:{USDC}@137/transfer?address={PAYEE}&uint256=101550000")),
        ),
        (
            on("ETH", "ETH Mainnet", PAYEE, "2.014"),
            network("ETH Mainnet", "ETH", None),
            Some(format!("ethereum:{PAYEE}@1?value=2014000000000000000")),
        ),
        (
            on("ETH", "Base", PAYEE, "0.000000000000000001"),
            network("Base", "ETH", None),
            Some(format!("ethereum:{PAYEE}@8453?value=1")),
        ),
        // A coin that is not the network's own, a contract that is no address.
        (on("USDT", "Polygon (Matic)", PAYEE, "1"), network("Polygon (Matic)", "MATIC", None), None),
        (
            usdc_on_polygon("1"),
            network("Polygon (Matic)", "MATIC", Some(("0x3c499c542cef5e3811e1192ce70d8cc03d5c33591", 6))),
            None,
        ),
        (
            usdc_on_polygon("1"),
            network("Polygon (Matic)", "MATIC", Some(("0x3c499c542cEF5E3811e1192ce70d8cC03d5c335a", 6))),
            None,
        ),
        // No standard that wallets agree upon.
        (on("USDT", "Tron", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "1"), network("Tron", "TRX", None), None),
        (on("TON", "Ton", "Uf_lZ1T4NCb2mwkme9h2rJfESCE0W34ma9lWp7-_uY3zXGYv", "1"), network("Ton", "TON", None), None),
    ];
    for (order, via, expected) in table {
        let instruction =
            Instruction::for_order(&order, Some(&via)).unwrap_or_else(|error| panic!("{expected:?}: {error}"));
        let link = instruction.qr.iter().find(|choice| choice.kind == QrKind::Link);
        assert_eq!(link.and_then(|choice| choice.href.clone()), expected);
        let plain = instruction.qr.iter().find(|choice| choice.kind == QrKind::Address).expect("always a plain one");
        assert_eq!(Some(plain.text.as_str()), order.wallet_address.as_deref());
        assert_eq!(instruction.amount.as_str(), order.due.as_ref().expect("an amount").as_str());
        // A token's link has lost people's money: the plain address comes first wherever there are tokens.
        let link_first = matches!(instruction.chain, Chain::Bitcoin | Chain::Lightning);
        assert_eq!(instruction.qr[0].kind == QrKind::Link, link_first, "{:?}", instruction.chain);
    }
}

#[test]
fn without_the_catalogue_there_are_only_the_links_that_need_none() {
    let cases = [
        (on("BTC", "Mainnet", BITCOIN, "0.1"), true),
        (on("USDC", "Solana", ADDRESS, "1"), false),
        (on("ETH", "ETH Mainnet", PAYEE, "1"), false),
    ];
    for (order, has_link) in cases {
        let instruction = Instruction::for_order(&order, None).expect("payable");
        assert_eq!(instruction.qr.len() == 2, has_link, "{:?}", instruction.chain);
    }
}

#[test]
fn u09_a_lightning_code_is_in_capitals_and_its_link_is_not() {
    let order = on("BTC", "Lightning", INVOICE, "0.00250");
    let instruction = Instruction::for_order(&order, None).expect("payable");
    assert_eq!(instruction.qr[0].text, format!("LIGHTNING:{}", INVOICE.to_uppercase()));
    assert_eq!(instruction.qr[0].href, Some(format!("lightning:{INVOICE}")));
    assert_eq!(instruction.checks, [Check::Address(Checked::Checksum), Check::InvoiceAmount]);
    assert_eq!(instruction.until, Some(cr_core::time::Timestamp::from_secs(1_496_314_658 + 60)));
}

#[test]
fn what_was_checked_is_told() {
    let via = network("Solana", "SOL", Some((MINT, 6)));
    let plain = on("USDC", "Solana", ADDRESS, "1");
    let with_text = Order { qr_text: Some(ADDRESS.into()), ..plain.clone() };
    let checks = |order: &Order| Instruction::for_order(order, Some(&via)).expect("payable").checks;
    assert_eq!(checks(&plain), [Check::Address(Checked::FormOnly), Check::NotTheContract]);
    assert_eq!(checks(&with_text), [Check::Address(Checked::FormOnly), Check::NotTheContract, Check::SupplierAgrees]);
    let unknown = Instruction::for_order(&on("ABC", "Some Ledger", "ledger1abc", "1"), None).expect("payable");
    assert_eq!((unknown.chain, unknown.warnings), (Chain::Unknown, vec![Warning::NothingChecked]));
    // Of a network that we make no links for the address may be checked all the same.
    let cosmos = on("ATOM", "Cosmos", "cosmos1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5lzv7xu", "1");
    let cosmos = Instruction::for_order(&cosmos, None).expect("payable");
    assert_eq!((cosmos.chain, cosmos.warnings, cosmos.qr.len()), (Chain::Unknown, vec![], 1));
    assert_eq!(cosmos.checks, [Check::Address(Checked::Checksum)]);
}

#[test]
fn a_network_that_we_do_not_know_is_plain_text_and_says_so() {
    for (coin, name, via) in [
        ("EOS", "EOS", None),
        ("USDT", "New Chain", None),
        ("USDC", "Some Contest Chain", with_id("Some Contest Chain", 99)),
    ] {
        let instruction = Instruction::for_order(&on(coin, name, PAYEE, "1"), via.as_ref()).expect("payable");
        assert_eq!(instruction.warnings.contains(&Warning::NothingChecked), via.is_none(), "{name}");
    }
}

#[test]
fn a03_an_amount_is_rounded_up_to_the_coins_unit_once_and_that_is_what_every_part_says() {
    let trx = "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC";
    let xrp = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh";
    let sui = "0x02a212de6a9dfa3a69e22387acfbafbb1a9e591bd9d636e7895dcfc8de05f331";
    let usdc = || network("Solana", "SOL", Some((MINT, 6)));
    let polygon = || network("Polygon (Matic)", "MATIC", Some((USDC, 6)));
    let spl = |amount: &str| Some(format!("solana:{ADDRESS}?amount={amount}&spl-token={MINT}"));
    let erc = |atoms: &str| Some(format!("ethereum:{USDC}@137/transfer?address={PAYEE}&uint256={atoms}"));
    let table = [
        (on("USDC", "Solana", ADDRESS, "10.16000000000000014"), Some(usdc()), "10.160001", spl("10.160001")),
        (on("USDC", "Solana", ADDRESS, "10.1600000"), Some(usdc()), "10.160000", spl("10.160000")),
        (on("USDC", "Solana", ADDRESS, "10.16"), Some(usdc()), "10.16", spl("10.16")),
        (on("USDC", "Solana", ADDRESS, "10.9999999"), Some(usdc()), "11", spl("11")),
        (on("USDC", "Polygon (Matic)", PAYEE, "10.16000000000000014"), Some(polygon()), "10.160001", erc("10160001")),
        (
            on("BTC", "Mainnet", BITCOIN, "0.000328330001"),
            None,
            "0.00032834",
            Some(format!("bitcoin:{BITCOIN}?amount=0.00032834")),
        ),
        (on("TRX", "Tron", trx, "1.1111111"), None, "1.111112", None),
        (on("XRP", "XRPL", xrp, "1.111111"), None, "1.111111", None),
        (on("SUI", "Sui", sui, "1.1111111111"), None, "1.111111112", None),
        // Nobody tells the digits of this one.
        (on("USDT", "Tron", trx, "1.00000000000001"), None, "1.00000000000001", None),
    ];
    for (order, via, expected, link) in table {
        let instruction = Instruction::for_order(&order, via.as_ref()).expect("payable");
        assert_eq!(instruction.amount.as_str(), expected);
        assert_eq!(instruction.qr.iter().find_map(|choice| choice.href.clone()), link, "{expected}");
        assert_eq!(instruction.warnings, [], "{expected}");
    }
    // The supplier's own text may have either spelling, and either side of the dust.
    for (text, agrees) in [
        (format!("solana:{ADDRESS}?amount=10.16000000000000014&spl-token={MINT}"), true),
        (format!("solana:{ADDRESS}?amount=10.160001&spl-token={MINT}"), true),
        (format!("solana:{ADDRESS}?amount=10.16&spl-token={MINT}"), true),
        (format!("solana:{ADDRESS}?amount=10.159999&spl-token={MINT}"), false),
        (format!("solana:{ADDRESS}?amount=10.160002&spl-token={MINT}"), false),
    ] {
        let order = Order { qr_text: Some(text.clone()), ..on("USDC", "Solana", ADDRESS, "10.16000000000000014") };
        let instruction = Instruction::for_order(&order, Some(&usdc())).expect("payable");
        assert_eq!(instruction.warnings.contains(&Warning::SupplierDisagrees), !agrees, "{text}");
    }
    // What is missing is rounded once, from the very digits.
    for (due, received, rest) in
        [("10.16000000000000014", "4.1", "6.060001"), ("1.0000004", "0.4000005", "0.6"), ("10.16", "4.1600000", "6")]
    {
        let part =
            Order { received: Some(coin(received)), due: Some(coin(due)), ..support::order("PartialPaymentStarted") };
        let instruction = Instruction::for_remainder(&part, Some(&usdc())).expect("a remainder");
        assert_eq!(instruction.amount.as_str(), rest, "{due} - {received}");
    }
}

#[test]
fn u01_what_must_not_be_paid_says_why() {
    let bad = |address: &str| on("BTC", "Mainnet", address, "1");
    let table = [
        (
            Order { wallet_address: None, ..order("WaitingForPayment") },
            None,
            NoInstruction::Guarded(NotPayable::Incomplete),
        ),
        (order("PaymentStarted"), None, NoInstruction::NotAwaited),
        (order("Expired"), None, NoInstruction::NotAwaited),
        (order("OnHold"), None, NoInstruction::NotAwaited),
        (delivered(), None, NoInstruction::NotAwaited),
        (
            Order { payment_state: Some(PaymentState::PaymentQuarantined), ..order("Created") },
            None,
            NoInstruction::NotAwaited,
        ),
        (Order { network: None, ..order("Created") }, None, NoInstruction::NetworkUnknown),
        (Order { coin: None, ..order("Created") }, None, NoInstruction::NetworkUnknown),
        (order("Created"), Some(network("Base", "ETH", None)), NoInstruction::OtherNetwork),
        (bad("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"), None, NoInstruction::Address(AddressError::BadChecksum)),
        (bad("mk2QpYatsKicvFVuTAQLBryyccRXMUaGHP"), None, NoInstruction::Address(AddressError::TestNetwork)),
        (bad(PAYEE), None, NoInstruction::Address(AddressError::NotAnAddress)),
        (on("USDC", "Solana", MINT, "1"), Some(network("Solana", "SOL", Some((MINT, 6)))), NoInstruction::IsContract),
        (
            on("USDC", "Base", &USDC.to_lowercase(), "1"),
            Some(network("Base", "ETH", Some((USDC, 6)))),
            NoInstruction::IsContract,
        ),
        (on("BTC", "Lightning", INVOICE, "0.00250001"), None, NoInstruction::InvoiceAmount),
        (on("BTC", "Lightning", BITCOIN, "0.0025"), None, NoInstruction::Address(AddressError::NotAnAddress)),
        (Order { memo: Some("a\u{202e}b".into()), ..order("Created") }, None, NoInstruction::BadMemo),
        (Order { memo_doubt: Some(MemoDoubt::Several), ..order("Created") }, None, NoInstruction::BadMemo),
        // A network that is named by two names, or by the name of a test network, is none that we do not know.
        (on("USDC", "Base", PAYEE, "1"), with_id("Base", 137), NoInstruction::Address(AddressError::OtherNetwork)),
        (on("USDC", "Solana", ADDRESS, "1"), with_id("Solana", 1), NoInstruction::Address(AddressError::OtherNetwork)),
        (
            on("ETH", "New Chain", PAYEE, "1"),
            with_id("New Chain", 11_155_111),
            NoInstruction::Address(AddressError::TestNetwork),
        ),
        (on("ETH", "Ethereum Sepolia", PAYEE, "1"), None, NoInstruction::Address(AddressError::TestNetwork)),
        (on("BTC", "Bitcoin-Testnet4", BITCOIN, "1"), None, NoInstruction::Address(AddressError::TestNetwork)),
    ];
    for (order, via, reason) in table {
        assert_eq!(Instruction::for_order(&order, via.as_ref()), Err(reason), "{order:?} {reason}");
    }
}

fn delivered() -> Order {
    support::delivered()
}

#[test]
fn a_network_that_the_order_leaves_out_is_the_one_chosen() {
    let via = network("Solana", "SOL", Some((MINT, 6)));
    let instruction =
        Instruction::for_order(&Order { network: None, ..order("Created") }, Some(&via)).expect("payable");
    assert_eq!((instruction.network.as_str(), instruction.chain), ("Solana", Chain::Solana));
}

#[test]
fn u10_a_memo_is_shown_and_no_link_drops_it() {
    let with = |order: Order| Order { memo: Some("12 & 34".into()), ..order };
    let bitcoin = Instruction::for_order(&with(on("BTC", "Mainnet", BITCOIN, "1")), None).expect("payable");
    assert_eq!((bitcoin.memo.as_deref(), bitcoin.qr.len()), (Some("12 & 34"), 1));
    let via = network("Solana", "SOL", None);
    let solana = Instruction::for_order(&with(on("SOL", "Solana", ADDRESS, "1")), Some(&via)).expect("payable");
    assert_eq!(solana.qr[1].text, format!("solana:{ADDRESS}?amount=1&memo=12%20%26%2034"));
}

#[test]
fn a_browser_wallet_gets_the_very_transaction() {
    let payee = PAYEE.trim_start_matches("0x").to_lowercase();
    let call = |atoms: &str| format!("0xa9059cbb000000000000000000000000{payee}{atoms:0>64}");
    let usdc = || network("Polygon (Matic)", "MATIC", Some((USDC, 6)));
    let ether = || network("ETH Mainnet", "ETH", None);
    let fine = || network("Base", "ETH", Some((USDC, 18)));
    let table = [
        (on("USDC", "Polygon (Matic)", PAYEE, "101.55"), usdc(), Some((137, USDC, "0x0".to_owned(), call("60d87b0")))),
        (on("DAI", "Base", PAYEE, "1"), fine(), Some((8453, USDC, "0x0".to_owned(), call("de0b6b3a7640000")))),
        (
            on("ETH", "ETH Mainnet", PAYEE, "2.014"),
            ether(),
            Some((1, PAYEE, "0x1bf32a5451a30000".to_owned(), "0x".to_owned())),
        ),
        (
            on("ETH", "ETH Mainnet", PAYEE, "0.000000000000000001"),
            ether(),
            Some((1, PAYEE, "0x1".to_owned(), "0x".to_owned())),
        ),
        // Rounded up to the unit, as it is shown.
        (on("USDC", "Polygon (Matic)", PAYEE, "0.0000001"), usdc(), Some((137, USDC, "0x0".to_owned(), call("1")))),
        (on("USDC", "ETH Mainnet", PAYEE, "1"), ether(), None),
        (Order { memo: Some("1".into()), ..on("ETH", "ETH Mainnet", PAYEE, "1") }, ether(), None),
        (Order { qr_text: Some(USDC.into()), ..on("ETH", "ETH Mainnet", PAYEE, "1") }, ether(), None),
        (on("SOL", "Solana", ADDRESS, "1"), network("Solana", "SOL", None), None),
    ];
    for (order, via, expected) in table {
        let instruction = Instruction::for_order(&order, Some(&via)).expect("payable");
        let transfer = instruction.evm_transfer(Some(&via)).map(|it| (it.chain_id, it.to, it.value, it.data));
        assert_eq!(transfer, expected.map(|(chain_id, to, value, data)| (chain_id, to.to_owned(), value, data)));
        assert_eq!(instruction.evm_transfer(None), None);
    }
}

#[test]
fn debug_output_hides_where_money_goes() {
    let order = Order { memo: Some("MEMO-7".into()), ..on("USDC", "Base", PAYEE, "1") };
    let via = network("Base", "ETH", Some((USDC, 6)));
    let text = format!("{:?}", Instruction::for_order(&order, Some(&via)));
    assert!(!text.contains(&PAYEE[2..]) && !text.contains("MEMO-7"), "{text}");
}

#[test]
fn a08_a_remainder_is_asked_for_at_the_same_address() {
    let via = network("Solana", "SOL", Some((MINT, 6)));
    let part = |received: &str| Order { received: Some(coin(received)), ..order("PartialPaymentStarted") };
    let instruction = Instruction::for_remainder(&part("1.550001"), Some(&via)).expect("a remainder");
    assert_eq!((instruction.amount.as_str(), instruction.address.as_str()), ("99.999999", ADDRESS));
    assert_eq!(instruction.qr[1].text, format!("solana:{ADDRESS}?amount=99.999999&spl-token={MINT}"));
    let cases = [
        (order("PartialPaymentStarted"), NoInstruction::NoRemainder),
        (part("101.55"), NoInstruction::NotAwaited),
        (order("WaitingForPayment"), NoInstruction::NotAwaited),
        (
            Order {
                received: Some(coin("0.001")),
                state: part("1").state,
                ..on("BTC", "Lightning", INVOICE, "0.0025")
            },
            NoInstruction::NoRemainder,
        ),
        (
            // 545 of the smallest units are passed on by no node.
            Order { received: Some(coin("0.99999455")), state: part("1").state, ..on("BTC", "Mainnet", BITCOIN, "1") },
            NoInstruction::NoRemainder,
        ),
    ];
    for (order, reason) in cases {
        assert_eq!(Instruction::for_remainder(&order, None), Err(reason), "{order:?}");
        assert!(Instruction::for_order(&part("1"), None).is_err());
    }
}

#[test]
fn a22_less_than_a_unit_of_the_coin_is_not_missing() {
    let part = |order: Order, received: &str| Order {
        received: Some(coin(received)),
        state: OrderState::PartialPaymentStarted,
        ..order
    };
    let usdc = |due: &str| on("USDC", "Solana", ADDRESS, due);
    let via = |decimals: u32| Some(network("Solana", "SOL", Some((MINT, decimals))));
    let bitcoin = |due: &str| on("BTC", "Mainnet", BITCOIN, due);
    let ether = |due: &str| on("ETH", "Base", PAYEE, due);
    let asked = |amount: &'static str| Ok(amount);
    let nothing = Err(NoInstruction::LessThanAUnit);
    let table = [
        (part(usdc("10.16000000000000014"), "10.16"), via(6), nothing),
        (part(usdc("101.55"), "101.5499991"), via(6), nothing),
        (part(usdc("101.55"), "101.549999"), via(6), asked("0.000001")),
        (part(usdc("101.55"), "101.5499"), via(3), nothing),
        (part(usdc("101.55"), "101.549"), via(3), asked("0.001")),
        (part(usdc("101.55"), "101"), via(0), nothing),
        // Where nobody tells the decimals of the token, what is missing is asked for, unless it may well be less than a unit.
        (part(usdc("101.55"), "101.549999"), None, asked("0.000001")),
        (part(usdc("101.55"), "101.5499989"), None, asked("0.0000011")),
        (part(usdc("101.55"), "101.5499991"), None, nothing),
        (part(usdc("10.16000000000000014"), "10.16"), None, nothing),
        (part(usdc("101.55"), "101.5499991"), Some(network("Solana", "SOL", None)), nothing),
        // The unit of a chain's own coin is its own.
        (part(bitcoin("0.1000000001"), "0.1"), None, nothing),
        (part(bitcoin("0.10000001"), "0.1"), None, Err(NoInstruction::NoRemainder)),
        (part(bitcoin("0.1000000101"), "0.1"), None, Err(NoInstruction::NoRemainder)),
        (part(ether("1.0000000000000000001"), "1"), Some(network("Base", "ETH", None)), nothing),
        (part(ether("1.000000000000000001"), "1"), Some(network("Base", "ETH", None)), asked("0.000000000000000001")),
        (part(on("BTC", "Lightning", INVOICE, "0.0025"), "0.002499999999999"), None, nothing),
        (part(on("BTC", "Lightning", INVOICE, "0.0025"), "0.002"), None, Err(NoInstruction::NoRemainder)),
        // Another network's decimals say nothing of this one's.
        (
            part(usdc("101.55"), "101.5499"),
            Some(network("Base", "ETH", Some((USDC, 3)))),
            Err(NoInstruction::OtherNetwork),
        ),
    ];
    for (order, via, expected) in table {
        let received = order.received.clone().expect("an amount");
        let instruction = Instruction::for_remainder(&order, via.as_ref());
        let amount = instruction.map(|it| it.amount.to_string());
        assert_eq!(amount, expected.map(str::to_owned), "{received} of {:?} with {via:?}", order.due);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(20_000)))]

    /// Nothing is asked for exactly where less than a unit is missing.
    #[test]
    fn a22_a_remainder_is_asked_for_from_one_unit_on(
        due in 1_u64..10_000_000_000,
        received in 1_u64..10_000_000_000,
        scale in 0_u32..12,
        decimals in 0_u32..12,
    ) {
        let amount = |units: u64| coin(&rust_decimal::Decimal::new(i64::try_from(units).expect("small"), scale).to_string());
        let order = Order { received: Some(amount(received)), state: OrderState::PartialPaymentStarted, ..on("USDC", "Solana", ADDRESS, &amount(due).to_string()) };
        let via = network("Solana", "SOL", Some((MINT, decimals)));
        let instruction = Instruction::for_remainder(&order, Some(&via));
        let missing = u128::from(due.saturating_sub(received));
        let is_a_unit = missing * 10_u128.pow(decimals) >= 10_u128.pow(scale);
        let expected = if missing == 0 { Err(NoInstruction::NotAwaited) } else if is_a_unit { Ok(()) } else { Err(NoInstruction::LessThanAUnit) };
        prop_assert_eq!(instruction.map(drop), expected);
    }

    /// The remainder beside what has arrived is written with as many fraction digits as that. It is the amount that is copied,
    /// and that the link and the code hold.
    #[test]
    fn a08_a_remainder_is_one_amount_wherever_it_is_shown(
        due in 2_u64..10_000_000_000,
        received in 1_u64..10_000_000_000,
        scales in (0_u32..9, 0_u32..9),
        zeros in 0_usize..9,
    ) {
        let text = |units: u64, scale: u32| rust_decimal::Decimal::new(i64::try_from(units).expect("small"), scale).to_string();
        let received = text(received, scales.1);
        let received = if received.contains('.') { [received, "0".repeat(zeros)].concat() } else { received };
        let (due, received) = (coin(&text(due, scales.0)), coin(&received));
        let (due, received) = if received < due { (due, received) } else { (received, due) };
        if received == due {
            return Ok(());
        }
        let state = OrderState::PartialPaymentStarted;
        let order = Order { received: Some(received.clone()), state, ..on("BTC", "Mainnet", BITCOIN, due.as_str()) };
        let via = network("Mainnet", "BTC", None);
        let copied = Instruction::for_remainder(&order, Some(&via)).expect("a remainder");
        let [beside, shown] = CoinAmount::aligned([&received, &copied.amount]);
        let digits = |amount: &CoinAmount| amount.as_str().split_once('.').map_or(0, |(_, fraction)| fraction.len());
        prop_assert_eq!(digits(&beside), digits(&shown));
        prop_assert_eq!((coin(beside.as_str()), coin(shown.as_str())), (received, copied.amount.clone()));
        prop_assert_eq!(shown.to_atoms(8), copied.amount.to_atoms(8));
        let link = copied.qr.iter().find(|choice| choice.kind == QrKind::Link).expect("a link");
        prop_assert_eq!(link.text.rsplit('=').next(), Some(copied.amount.as_str()));
    }

    /// Decimal text to atoms and back, exactly, but for what is beyond the unit: that is rounded up, and every part says the same.
    #[test]
    fn a01_a03_the_amount_in_a_link_is_the_amount_that_is_shown(whole in "0|[1-9][0-9]{0,9}", fraction in "[0-9]{0,18}", decimals in 0_u32..19) {
        let due = if fraction.is_empty() { whole.clone() } else { format!("{whole}.{fraction}") };
        let via = network("Base", "ETH", Some((USDC, decimals)));
        prop_assume!(due.bytes().any(|digit| (b'1'..=b'9').contains(&digit)));
        let instruction = Instruction::for_order(&on("USDC", "Base", PAYEE, &due), Some(&via)).expect("payable");
        let power = |digits: usize| 10_u128.pow(u32::try_from(digits).expect("small"));
        let width = usize::try_from(decimals).expect("small");
        let exact: u128 = format!("{whole}{fraction}").parse().expect("28 digits at most");
        let atoms = if fraction.len() > width {
            exact.div_ceil(power(fraction.len() - width))
        } else {
            exact * power(width - fraction.len())
        };
        let link = instruction.qr.iter().find(|choice| choice.kind == QrKind::Link).expect("a link");
        prop_assert_eq!(link.text.rsplit('=').next().expect("atoms"), atoms.to_string());
        prop_assert_eq!(instruction.amount.to_atoms(decimals), Some(atoms.to_string()));
        let data = instruction.evm_transfer(Some(&via)).expect("a transfer").data;
        prop_assert_eq!(u128::from_str_radix(&data[data.len() - 32..], 16), Ok(atoms));
        if fraction.len() <= width {
            prop_assert_eq!(instruction.amount.as_str(), due.as_str(), "the very digits");
        }
        prop_assert_eq!(instruction.warnings, []);
    }
}
