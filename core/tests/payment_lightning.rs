//! BOLT #11: the examples of the standard, and what is refused.

use cr_core::{
    chain::{Invoice, InvoiceError},
    time::Timestamp,
};
use proptest::prelude::*;

const MADE_AT: i64 = 1_496_314_658;

/// The examples: text, bitcoin asked for, seconds until the expiry.
const VALID: [(&str, Option<&str>, i64); 10] = [
    (
        "lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq8rkx3yf5tcsyz3d73gafnh3cax9rn449d9p5uxz9ezhhypd0elx87sjle52x86fux2ypatgddc6k63n7erqz25le42c4u4ecky03ylcqca784w",
        None,
        3600,
    ),
    (
        "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp",
        Some("0.0025"),
        60,
    ),
    (
        "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpquwpc4curk03c9wlrswe78q4eyqc7d8d0xqzpuyk0sg5g70me25alkluzd2x62aysf2pyy8edtjeevuv4p2d5p76r4zkmneet7uvyakky2zr4cusd45tftc9c5fh0nnqpnl2jfll544esqchsrny",
        Some("0.0025"),
        60,
    ),
    (
        "lnbc20m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqscc6gd6ql3jrc5yzme8v4ntcewwz5cnw92tz0pc8qcuufvq7khhr8wpald05e92xw006sq94mg8v2ndf4sefvf9sygkshp5zfem29trqq2yxxz7",
        Some("0.02"),
        3600,
    ),
    (
        "lnbc20m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqsfpp3qjmp7lwpagxun9pygexvgpjdc4jdj85fr9yq20q82gphp2nflc7jtzrcazrra7wwgzxqc8u7754cdlpfrmccae92qgzqvzq2ps8pqqqqqqpqqqqq9qqqvpeuqafqxu92d8lr6fvg0r5gv0heeeqgcrqlnm6jhphu9y00rrhy4grqszsvpcgpy9qqqqqqgqqqqq7qqzqj9n4evl6mr5aj9f58zp6fyjzup6ywn3x6sk8akg5v4tgn2q8g4fhx05wf6juaxu9760yp46454gpg5mtzgerlzezqcqvjnhjh8z3g2qqdhhwkj",
        Some("0.020"),
        3600,
    ),
    (
        "lnbc20m1pvjluezhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqfppj3a24vwu6r8ejrss3axul8rxldph2q7z9kmrgvr7xlaqm47apw3d48zm203kzcq357a4ls9al2ea73r8jcceyjtya6fu5wzzpe50zrge6ulk4nvjcpxlekvmxl6qcs9j3tz0469gq5g658y",
        Some("0.02"),
        3600,
    ),
    (
        "lnbc20m1pvjluezhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqfp4qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q28j0v3rwgy9pvjnd48ee2pl8xrpxysd5g44td63g6xcjcu003j3qe8878hluqlvl3km8rm92f5stamd3jw763n3hck0ct7p8wwj463cql26ava",
        Some("0.02"),
        3600,
    ),
    (
        "lnbc25m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5vdhkven9v5sxyetpdeessp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9q5sqqqqqqqqqqqqqqqpqsq67gye39hfg3zd8rgc80k32tvy9xk2xunwm5lzexnvpx6fd77en8qaq424dxgt56cag2dpt359k3ssyhetktkpqh24jqnjyw6uqd08sgptq44qu",
        Some("0.025"),
        3600,
    ),
    (
        "LNBC25M1PVJLUEZPP5QQQSYQCYQ5RQWZQFQQQSYQCYQ5RQWZQFQQQSYQCYQ5RQWZQFQYPQDQ5VDHKVEN9V5SXYETPDEESSP5ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYG3ZYGS9Q5SQQQQQQQQQQQQQQQPQSQ67GYE39HFG3ZD8RGC80K32TVY9XK2XUNWM5LZEXNVPX6FD77EN8QAQ424DXGT56CAG2DPT359K3SSYHETKTKPQH24JQNJYW6UQD08SGPTQ44QU",
        Some("0.025"),
        3600,
    ),
    (
        "lnbc25m1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5vdhkven9v5sxyetpdeessp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygs9q5sqqqqqqqqqqqqqqqqsgq2qrqqqfppnqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqppnqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpp4qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqhpnqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqhp4qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqspnqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsp4qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnp5qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnpkqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqz599y53s3ujmcfjp5xrdap68qxymkqphwsexhmhr8wdz5usdzkzrse33chw6dlp3jhuhge9ley7j2ayx36kawe7kmgg8sv5ugdyusdcqzn8z9x",
        Some("0.025"),
        3600,
    ),
];

/// In picobitcoin, made at another time, good for a week.
const PICO: &str = "lnbc9678785340p1pwmna7lpp5gc3xfm08u9qy06djf8dfflhugl6p7lgza6dsjxq454gxhj9t7a0sd8dgfkx7cmtwd68yetpd5s9xar0wfjn5gpc8qhrsdfq24f5ggrxdaezqsnvda3kkum5wfjkzmfqf3jkgem9wgsyuctwdus9xgrcyqcjcgpzgfskx6eqf9hzqnteypzxz7fzypfhg6trddjhygrcyqezcgpzfysywmm5ypxxjemgw3hxjmn8yptk7untd9hxwg3q2d6xjcmtv4ezq7pqxgsxzmnyyqcjqmt0wfjjq6t5v4khxxqyjw5qcqp2rzjq0gxwkzc8w6323m55m4jyxcjwmy7stt9hwkwe2qxmy8zpsgg7jcuwz87fcqqeuqqqyqqqqlgqqqqn3qq9qn07ytgrxxzad9hc4xt3mawjjt8znfv8xzscs7007v9gh9j569lencxa8xeujzkxs0uamak9aln6ez02uunw6rd2ht2sqe4hz8thcdagpleym0j";

#[test]
fn u09_the_examples_of_the_standard_are_read() {
    for (text, bitcoin, expiry) in VALID {
        let invoice = Invoice::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(invoice.expires_at(), Timestamp::from_secs(MADE_AT + expiry), "{text}");
        match bitcoin {
            Some(bitcoin) => {
                assert!(invoice.asks_for(&bitcoin.parse().expect("an amount")), "{text}");
                assert!(invoice.asks_for(&format!("{bitcoin}000").parse().expect("an amount")), "{text}");
                assert!(!invoice.asks_for(&format!("{bitcoin}00000001").parse().expect("an amount")), "{text}");
            }
            None => assert!(!invoice.asks_for(&"0.0025".parse().expect("an amount")), "{text}"),
        }
        assert_eq!(invoice.as_str(), text);
    }
    let pico = Invoice::parse(PICO).expect("an invoice");
    assert!(pico.asks_for(&"0.00967878534".parse().expect("an amount")));
    assert_eq!(pico.expires_at(), Timestamp::from_secs(1_572_468_703 + 604_800));
}

#[test]
fn u09_refusals_give_their_reason() {
    let table = [
        // Checksum, mixed case.
        (
            "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpquwpc4curk03c9wlrswe78q4eyqc7d8d0xqzpuyk0sg5g70me25alkluzd2x62aysf2pyy8edtjeevuv4p2d5p76r4zkmneet7uvyakky2zr4cusd45tftc9c5fh0nnqpnl2jfll544esqchsrnt",
            InvoiceError::BadChecksum,
        ),
        (
            "LNBC2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpquwpc4curk03c9wlrswe78q4eyqc7d8d0xqzpuyk0sg5g70me25alkluzd2x62aysf2pyy8edtjeevuv4p2d5p76r4zkmneet7uvyakky2zr4cusd45tftc9c5fh0nnqpnl2jfll544esqchsrny",
            InvoiceError::BadChecksum,
        ),
        // No prefix, too short, an invalid multiplier, less than a thousandth of a satoshi.
        (
            "pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpquwpc4curk03c9wlrswe78q4eyqc7d8d0xqzpuyk0sg5g70me25alkluzd2x62aysf2pyy8edtjeevuv4p2d5p76r4zkmneet7uvyakky2zr4cusd45tftc9c5fh0nnqpnl2jfll544esqchsrny",
            InvoiceError::NotAnInvoice,
        ),
        (
            "lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6na6hlh",
            InvoiceError::NotAnInvoice,
        ),
        (
            "lnbc2500x1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpujr6jxr9gq9pv6g46y7d20jfkegkg4gljz2ea2a3m9lmvvr95tq2s0kvu70u3axgelz3kyvtp2ywwt0y8hkx2869zq5dll9nelr83zzqqpgl2zg",
            InvoiceError::NotAnInvoice,
        ),
        (
            "lnbc2500000001p1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu7hqtk93pkf7sw55rdv4k9z2vj050rxdr6za9ekfs3nlt5lr89jqpdmxsmlj9urqumg0h9wzpqecw7th56tdms40p2ny9q4ddvjsedzcplva53s",
            InvoiceError::NotAnInvoice,
        ),
        // The example on the test network.
        (
            "lntb20m1pvjluezhp58yjmdan79s6qqdhdzgynm4zwqd5d7xmw5fk98klysy043l2ahrqspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqfpp3x9et2e20v6pu37c5d9vax37wxq72un98kmzzhznpurw9sgl2v0nklu2g4d0keph5t7tj9tcqd8rexnd07ux4uv2cjvcqwaxgj7v4uwn5wmypjd5n69z2xm3xgksg28nwht7f6zspwp3f9t",
            InvoiceError::TestNetwork,
        ),
        ("", InvoiceError::NotAnInvoice),
        (
            "lnurl1dp68gurn8ghj7um9wfmxjcm99e3k7mf0v9cxj0m385ekvcenxc6r2c35xvukxefcv5mkvv34x5ekzd3ev56nyd3hxqurzepexejxxepnxscrvwfnv9nxzcn9xq6xyefhvgcxxcmyxymnserxfq5fns",
            InvoiceError::OtherNetwork,
        ),
    ];
    for (text, reason) in table {
        assert_eq!(Invoice::parse(text), Err(reason), "{text}");
    }
}

#[test]
fn debug_output_hides_the_invoice() {
    assert_eq!(format!("{:?}", Invoice::parse(PICO)), "Ok(Invoice(…))");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", data in "ln[a-z0-9]{1,8}1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{0,200}") {
        let _ = Invoice::parse(&text);
        let _ = Invoice::parse(&data);
    }

    /// Invoices whose checksum holds, but whose fields are anything.
    #[test]
    fn no_fields_make_it_panic(amount in "[0-9]{0,25}[munpx]?", fields in prop::collection::vec(0_u8..32, 0..300)) {
        use bech32::Fe32IterExt as _;
        let hrp = bech32::Hrp::parse(&format!("lnbc{amount}")).expect("a prefix");
        let data = fields.iter().map(|value| bech32::Fe32::try_from(*value).expect("five bits"));
        let text: String = data.with_checksum::<bech32::Bech32>(&hrp).chars().collect();
        if let Ok(invoice) = Invoice::parse(&text) {
            let _ = invoice.expires_at();
        }
    }

    #[test]
    fn u09_no_single_mistake_passes(example in 0..VALID.len(), place: prop::sample::Index, letter: prop::sample::Index) {
        let text = VALID[example].0;
        let mut letters = text.as_bytes().to_vec();
        let alphabet: &[u8] = if example == 8 { b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L" } else { b"qpzry9x8gf2tvdw0s3jn54khce6mua7l" };
        let place = place.index(letters.len());
        let letter = alphabet[letter.index(alphabet.len())];
        prop_assume!(letters[place] != letter);
        letters[place] = letter;
        prop_assert!(Invoice::parse(std::str::from_utf8(&letters).expect("ASCII")).is_err());
    }
}

/// An invoice of 0.0025 bitcoin whose text has exactly `length` characters: hints fill it up.
fn invoice_of(length: usize) -> String {
    use bech32::Fe32IterExt as _;
    const HRP: &str = "lnbc2500u";
    // Separator, timestamp, signature, checksum.
    let mut left = length - HRP.len() - 1 - 7 - 104 - 6;
    let mut groups = vec![1_u8; 7];
    while left > 0 {
        // A routing hint: tag 3, its length in two groups, and what is in it. Too little for one more goes into this one.
        let size = if left - 3 > 900 { 800 } else { left - 3 };
        groups.extend([3, u8::try_from(size / 32).expect("small"), u8::try_from(size % 32).expect("small")]);
        groups.extend((0..size).map(|at| u8::try_from(at % 32).expect("small")));
        left -= size + 3;
    }
    groups.extend((0..104).map(|at| u8::try_from(at * 7 % 32).expect("small")));
    let hrp = bech32::Hrp::parse(HRP).expect("a prefix");
    let data = groups.iter().map(|group| bech32::Fe32::try_from(*group).expect("five bits"));
    // By the engine itself: the crate's iterator knows no limit.
    data.with_checksum::<bech32::Bech32>(&hrp).chars().collect()
}

#[test]
fn u23_an_invoice_may_be_as_long_as_it_likes() {
    for length in [400, 1_022, 1_023, 1_024, 1_032, 1_500, 1_967, 4_000, 20_000] {
        let text = invoice_of(length);
        assert_eq!(text.len(), length);
        for text in [text.clone(), text.to_uppercase()] {
            let invoice = Invoice::parse(&text).unwrap_or_else(|error| panic!("{length}: {error}"));
            assert!(invoice.asks_for(&"0.0025".parse().expect("an amount")), "{length}");
        }
        // One mistake anywhere, or a swap of neighbours, is found at any length.
        let letters = text.as_bytes();
        for at in (10..length).step_by(1 + length / 400) {
            let mut wrong = letters.to_vec();
            wrong[at] = if letters[at] == b'q' { b'p' } else { b'q' };
            assert!(Invoice::parse(&String::from_utf8(wrong).expect("ASCII")).is_err(), "{length}: {at}");
            let mut swapped = letters.to_vec();
            swapped.swap(at - 1, at);
            let is_same = swapped == letters || at == 10;
            assert!(is_same || Invoice::parse(&String::from_utf8(swapped).expect("ASCII")).is_err(), "{length}: {at}");
        }
    }
}

#[test]
fn u23_two_mistakes_far_apart_may_cancel_each_other_out_as_the_documentation_says() {
    // The order of the code's generator: a mistake moved by 1,023 places leaves the same remainder.
    let mut letters = invoice_of(1_967).into_bytes();
    let table = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let value = |letter: u8| table.iter().position(|known| *known == letter).expect("bech32");
    for at in [100, 100 + 1_023] {
        letters[at] = table[value(letters[at]) ^ 5];
    }
    assert!(Invoice::parse(&String::from_utf8(letters).expect("ASCII")).is_ok());
}
