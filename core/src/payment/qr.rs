//! QR codes (ISO/IEC 18004) as vector paths.

use core::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// A QR code: `size` modules a side without the quiet zone, and one SVG path of the dark modules (unit 1, origin at the quiet zone's inner corner).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// Modules a side.
    pub size: u32,
    /// SVG path data.
    pub path: String,
}

/// The modules of quiet zone that belong around a code.
pub const QUIET_ZONE: u32 = 4;

/// The most modules a side of a code that stands on the page: with the quiet zone they stay within 320 px at 3 px a module.
pub const MOST: u32 = 98;

impl Qr {
    /// Whether it needs more room than the page has on a narrow screen: to be shown on the whole of it.
    pub fn is_wide(&self) -> bool {
        self.size > MOST
    }
}

/// Encodes a text: with medium error correction where that leaves the modules large enough, else with low, which leaves them
/// larger. `None` when it is too long for any code.
pub fn encode(text: &str) -> Option<Qr> {
    let with = |correction| QrCode::encode_text(text, correction).ok().map(|code| drawn(&code));
    with(QrCodeEcc::Medium).filter(|code| !code.is_wide()).or_else(|| with(QrCodeEcc::Low))
}

fn drawn(code: &QrCode) -> Qr {
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|x| code.get_module(*x, y)).count();
            if run == 0 {
                x += 1;
                continue;
            }
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            x += i32::try_from(run).unwrap_or(size);
        }
    }
    Qr { size: u32::try_from(size).unwrap_or_default(), path }
}
