//! QR codes (ISO/IEC 18004) as vector paths.

use core::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// A QR code: `size` modules a side without the quiet zone, and one SVG path of the dark modules (unit 1, the origin at
/// the inner corner of the quiet zone).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    /// The number of modules a side.
    pub size: u32,
    /// The data of the SVG path.
    pub path: String,
}

/// The width of the quiet zone that belongs around a code, in modules.
pub const QUIET_ZONE: u32 = 4;

/// The most modules a side of a code that stands on the page: with the quiet zone it stays within 320 px at 3 px a
/// module.
pub const MOST: u32 = 98;

impl Qr {
    /// Returns whether the code needs more room than a narrow screen has on the page, and has to be shown on the whole
    /// screen.
    pub fn is_wide(&self) -> bool {
        self.size > MOST
    }
}

/// Encodes a text, with medium error correction where that leaves the modules large enough, else with low correction,
/// which leaves them larger. `None` for a text that is too long for any code.
///
/// ```
/// use cr_core::payment::qr::encode;
///
/// let code = encode("BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ").unwrap();
/// assert!(!code.is_wide() && code.path.starts_with('M'));
/// assert_eq!(encode(&"a".repeat(10_000)).map(|code| code.size), None);
/// ```
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
