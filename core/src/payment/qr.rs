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

/// Encodes a text with medium error correction; `None` when it is too long.
pub fn encode(text: &str) -> Option<Qr> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
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
    Some(Qr { size: u32::try_from(size).unwrap_or_default(), path })
}
