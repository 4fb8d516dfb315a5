//! Randomness from `crypto.getRandomValues`.

use core::fmt::Write;

use crate::app::ports::Random;

/// The browser's source of randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserRandom;

impl Random for BrowserRandom {
    fn next_u32(&self) -> u32 {
        u32::from_ne_bytes(bytes())
    }

    fn key(&self) -> String {
        let mut key = String::with_capacity(32);
        for byte in bytes::<16>() {
            // Writing to a String cannot fail.
            let _ = write!(key, "{byte:02x}");
        }
        key
    }
}

/// Returns `N` random bytes. If a page has removed `crypto`, they come from `Math.random`: keys need only be unique,
/// not secret.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_arithmetic,
    reason = "scaling a number in 0..1 to a byte"
)]
fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = crate::dom::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        for byte in &mut bytes {
            *byte = (js_sys::Math::random() * 256.0) as u8;
        }
    }
    bytes
}
