//! QR codes, read back by a decoder that knows nothing of the encoder.

use cr_core::payment::qr::{QUIET_ZONE, Qr, encode};

/// Modules as painted by the path: `M{x} {y}h{run}v1h-{run}z` for each run.
fn painted(qr: &Qr) -> Vec<Vec<bool>> {
    let size = usize::try_from(qr.size).expect("small");
    let mut modules = vec![vec![false; size]; size];
    for run in qr.path.split_terminator('z') {
        let (x, rest) = run.strip_prefix('M').and_then(|run| run.split_once(' ')).expect("a move");
        let (y, rest) = rest.split_once('h').expect("a run");
        let (length, back) = rest.split_once("v1h-").expect("a way back");
        assert_eq!(length, back);
        let (x, y, length): (usize, usize, usize) =
            (x.parse().expect("a number"), y.parse().expect("a number"), length.parse().expect("a number"));
        for module in &mut modules[y][x..x + length] {
            assert!(!*module, "painted once");
            *module = true;
        }
    }
    modules
}

/// Reads the painted modules.
fn read(qr: &Qr) -> String {
    let modules = painted(qr);
    let grid = rqrr::SimpleGrid::from_func(modules.len(), |x, y| modules[y][x]);
    rqrr::Grid::new(grid).decode().expect("readable").1
}

/// Finds the code in a picture of it, quiet zone included, and reads it. A camera moves until it can; so does this, by size.
fn found(qr: &Qr) -> String {
    let modules = painted(qr);
    let quiet = usize::try_from(QUIET_ZONE).expect("small");
    let read_at = |pixels: usize| {
        let side = (modules.len() + 2 * quiet) * pixels;
        let is_dark = |x: usize, y: usize| {
            let module = |at: usize| (at / pixels).checked_sub(quiet);
            module(y).zip(module(x)).and_then(|(y, x)| modules.get(y)?.get(x).copied()).unwrap_or(false)
        };
        let shade = |x, y| if is_dark(x, y) { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, shade);
        let grids = image.detect_grids();
        grids.first().and_then(|grid| grid.decode().ok()).map(|(_, text)| text)
    };
    (3..6).find_map(read_at).expect("found")
}

#[test]
fn u12_ten_thousand_orders_are_read_back() {
    let orders = std::env::var("QR_ORDERS").ok().and_then(|number| number.parse().ok()).unwrap_or(10_000_u64);
    let mut seed = 0x0bad_cafe_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed.wrapping_mul(0x2545_f491_4f6c_dd1d)
    };
    for order in 0..orders {
        let bytes: Vec<u8> = (0..32).map(|_| next().to_be_bytes()[0]).collect();
        let address = bs58::encode(&bytes).into_string();
        let hex: String = bytes[..20].iter().map(|byte| format!("{byte:02x}")).collect();
        let amount = format!("{}.{:06}", next() % 1_000, next() % 1_000_000);
        let text = match order % 5 {
            0 => address,
            1 => format!("0x{hex}"),
            2 => format!("solana:{address}?amount={amount}&spl-token=EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
            3 => format!("ethereum:0x{hex}@137/transfer?address=0x{hex}&uint256={}", next() % 1_000_000_000),
            _ => format!("LIGHTNING:LNBC{}U1{}", next() % 10_000, hex.repeat(6).to_uppercase()),
        };
        let qr = encode(&text).expect("short enough");
        assert_eq!(read(&qr), text);
        if order % 200 < 5 {
            assert_eq!(found(&qr), text);
        }
    }
}

#[test]
fn u12_a_code_fits_a_narrow_screen() {
    // The longest that is usual: an invoice. At 320 px there are 3 px a module for 98 modules and the quiet zone.
    let invoice = format!("LIGHTNING:LNBC2500U1{}", "Q".repeat(280));
    let qr = encode(&invoice).expect("short enough");
    assert!((qr.size + 2 * QUIET_ZONE) * 3 <= 320, "{} modules", qr.size);
}

#[test]
fn u23_long_invoices_get_less_correction_then_the_whole_screen_then_no_code() {
    for (length, is_wide) in [
        (280, false),
        (955, false),
        (970, false),
        (1_032, false),
        (1_239, false),
        (1_240, true),
        (1_967, true),
        (4_280, true),
    ] {
        let text = format!("LIGHTNING:{}", "QPZRY9X8".repeat(length).split_at(length).0);
        let qr = encode(&text).unwrap_or_else(|| panic!("{length}"));
        assert_eq!(qr.is_wide(), is_wide, "{length}: {} modules", qr.size);
        assert!(is_wide || (qr.size + 2 * QUIET_ZONE) * 3 <= 320, "{length}: {} modules", qr.size);
        assert_eq!(read(&qr), text);
    }
    assert_eq!(encode(&format!("LIGHTNING:{}", "Q".repeat(4_400))), None);
}

#[test]
fn too_long_a_text_has_no_code() {
    assert_eq!(encode(&"x".repeat(4_000)), None);
    assert!(encode("").is_some());
}

#[test]
fn runs_are_merged() {
    let qr = encode("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359").expect("short enough");
    let modules = painted(&qr);
    let runs: usize = modules.iter().map(|row| row.split(|dark| !dark).filter(|run| !run.is_empty()).count()).sum();
    assert_eq!(qr.path.matches('M').count(), runs);
}
