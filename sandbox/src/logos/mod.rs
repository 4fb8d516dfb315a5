//! Logos drawn from our own shapes and letters, anti-aliased, at the three sizes that the supplier serves.

mod canvas;
mod glyphs;
mod marks;
mod palette;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageError};

pub(crate) use marks::Mark;
pub(crate) use palette::palette;

use super::Sandbox;
use super::problems::e6;
use canvas::{Canvas, Ink, mix};

/// How many bytes of encoded logos are kept in memory.
const CACHE_BYTES: usize = 48 * 1024 * 1024;
/// The quality of the JPEG versions.
const JPEG_QUALITY: u8 = 88;

/// How mark and name are placed on the plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// The mark above the name.
    Stacked,
    /// The mark left of the name.
    Beside,
    /// The name alone, with a dot in the accent colour.
    Word,
    /// The mark in a ring above a small name.
    Emblem,
    /// The first letter, large, over the mark in the accent colour.
    Letter,
}

/// What a logo is drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogoSpec {
    /// Backdrop, foreground and accent as 0xRRGGBB.
    pub(crate) colours: [u32; 3],
    pub(crate) mark: Mark,
    pub(crate) layout: Layout,
    pub(crate) word: String,
}

/// A size and format of one logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Variant {
    width: u32,
    height: u32,
    is_webp: bool,
}

/// Encoded logos, kept until they weigh too much; the oldest are dropped first.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    by_file: HashMap<String, Bytes>,
    age: VecDeque<String>,
    bytes: usize,
}

impl Cache {
    fn get(&self, file: &str) -> Option<Bytes> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).by_file.get(file).cloned()
    }

    fn put(&self, file: String, image: Bytes) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += image.len();
        if kept.by_file.insert(file.clone(), image).is_none() {
            kept.age.push_back(file);
        }
        while kept.bytes > CACHE_BYTES {
            let Some(oldest) = kept.age.pop_front() else { break };
            let gone = kept.by_file.remove(&oldest).map_or(0, |image| image.len());
            kept.bytes = kept.bytes.saturating_sub(gone);
        }
    }
}

/// Splits `slug_300x190.webp` into slug and variant.
fn parse_file(file: &str) -> Option<(&str, Variant)> {
    let (stem, extension) = file.rsplit_once('.')?;
    let is_webp = match extension {
        "webp" => true,
        "jpg" => false,
        _ => return None,
    };
    let sizes = [("_300x190", 300, 190), ("_500x318", 500, 318)];
    for (suffix, width, height) in sizes {
        if let Some(slug) = stem.strip_suffix(suffix) {
            return Some((slug, Variant { width, height, is_webp }));
        }
    }
    (!stem.contains('_')).then_some((stem, Variant { width: 1_000, height: 636, is_webp }))
}

/// Handles `GET /sandbox/logos/{file}`.
pub(super) async fn serve(State(sandbox): State<Arc<Sandbox>>, Path(file): Path<String>) -> Response {
    let Some((slug, variant)) = parse_file(&file) else {
        return e6(StatusCode::NOT_FOUND, "no such image");
    };
    let Some(spec) = sandbox.catalog.logo(slug) else {
        return e6(StatusCode::NOT_FOUND, "no such logo");
    };
    draw_and_answer(&sandbox, file, variant, move |canvas| draw(canvas, &spec)).await
}

/// Handles `GET /sandbox/coins/{file}`: a disc with the ticker's first letters.
pub(super) async fn serve_coin(State(sandbox): State<Arc<Sandbox>>, Path(file): Path<String>) -> Response {
    let Some(ticker) = file.strip_suffix(".webp") else {
        return e6(StatusCode::NOT_FOUND, "no such image");
    };
    let is_known = super::vias::COINS.iter().any(|coin| coin.name.eq_ignore_ascii_case(ticker)) || ticker == "wallet";
    if !is_known {
        return e6(StatusCode::NOT_FOUND, "no such coin");
    }
    let ticker = ticker.to_ascii_uppercase();
    let variant = Variant { width: 128, height: 128, is_webp: true };
    draw_and_answer(&sandbox, format!("coin/{file}"), variant, move |canvas| draw_coin(canvas, &ticker)).await
}

async fn draw_and_answer(
    sandbox: &Arc<Sandbox>,
    key: String,
    variant: Variant,
    paint: impl FnOnce(&mut Canvas) + Send + 'static,
) -> Response {
    let image = match sandbox.logos.get(&key) {
        Some(image) => image,
        None => {
            let drawn = tokio::task::spawn_blocking(move || {
                let mut canvas = Canvas::new(variant.width, variant.height);
                paint(&mut canvas);
                encode(&canvas, variant)
            });
            match drawn.await {
                Ok(Ok(image)) => {
                    sandbox.logos.put(key, image.clone());
                    image
                }
                Ok(Err(_)) | Err(_) => return e6(StatusCode::INTERNAL_SERVER_ERROR, "the image could not be drawn"),
            }
        }
    };
    let kind = if variant.is_webp { "image/webp" } else { "image/jpeg" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    (headers, image).into_response()
}

fn encode(canvas: &Canvas, variant: Variant) -> Result<Bytes, ImageError> {
    let pixels = canvas.to_rgb8();
    let mut out = Vec::new();
    if variant.is_webp {
        WebPEncoder::new_lossless(&mut out).encode(&pixels, variant.width, variant.height, ExtendedColorType::Rgb8)?;
    } else {
        JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY).encode(
            &pixels,
            variant.width,
            variant.height,
            ExtendedColorType::Rgb8,
        )?;
    }
    Ok(Bytes::from(out))
}

/// Draws a logo on a plate that is 1000 by 636 units large.
#[expect(clippy::float_arithmetic, reason = "pixels, not money")]
fn draw(canvas: &mut Canvas, spec: &LogoSpec) {
    let [back, fore, accent] = spec.colours.map(Ink::from_hex);
    canvas.fill(back);
    // A very faint large disc gives the plate some depth.
    canvas.disc(840.0, 90.0, 430.0, mix(back, fore, 0.045));
    canvas.disc(120.0, 640.0, 300.0, mix(back, accent, 0.06));
    let inks = marks::Inks { back, fore, accent };
    let word = glyphs::drawable(&spec.word);
    match (spec.layout, word.is_empty()) {
        (_, true) => marks::draw(canvas, spec.mark, 500.0, 318.0, 185.0, inks),
        (Layout::Stacked, false) => {
            marks::draw(canvas, spec.mark, 500.0, 236.0, 138.0, inks);
            glyphs::line(canvas, &word, 500.0, 500.0, 820.0, 72.0, 11.5, fore);
        }
        (Layout::Beside, false) => {
            let lines = glyphs::two_lines(&word);
            marks::draw(canvas, spec.mark, 215.0, 318.0, 118.0, inks);
            if let [first, second] = lines.as_slice() {
                glyphs::left_lines(canvas, &[first, second], 375.0, 318.0, 540.0, 88.0, 12.0, fore);
            } else {
                glyphs::left_lines(canvas, &[&word], 375.0, 318.0, 540.0, 96.0, 12.0, fore);
            }
        }
        (Layout::Word, false) => {
            let lines = glyphs::two_lines(&word);
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let end = glyphs::left_lines(canvas, &lines, 110.0, 318.0, 760.0, 118.0, 16.0, fore);
            canvas.disc(end.0 + 34.0, end.1 - 10.0, 15.0, accent);
        }
        (Layout::Emblem, false) => {
            canvas.ring(500.0, 238.0, 158.0, 7.0, mix(back, fore, 0.85));
            canvas.ring(500.0, 238.0, 143.0, 2.5, mix(back, fore, 0.5));
            marks::draw(canvas, spec.mark, 500.0, 238.0, 88.0, inks);
            glyphs::line(canvas, &word, 500.0, 508.0, 780.0, 60.0, 11.5, fore);
        }
        (Layout::Letter, false) => {
            marks::draw(
                canvas,
                spec.mark,
                700.0,
                318.0,
                200.0,
                marks::Inks { back, fore: mix(back, fore, 0.35), accent },
            );
            let first: String = word.chars().take(1).flat_map(char::to_uppercase).collect();
            glyphs::left_lines(canvas, &[&first], 150.0, 270.0, 400.0, 300.0, 15.0, fore);
            glyphs::left_lines(canvas, &[&word], 150.0, 520.0, 700.0, 44.0, 9.0, fore);
        }
    }
}

fn draw_coin(canvas: &mut Canvas, ticker: &str) {
    let hue = match ticker.split('.').next().unwrap_or_default() {
        "BTC" => 0xf0_8a1c,
        "ETH" => 0x5a_6b_c9,
        "USDC" | "EUROC" => 0x2b_6f_c6,
        "USDT" => 0x2f_9c_7d,
        "SOL" => 0x7a_4b_e0,
        "LTC" => 0x4a_6a_8f,
        "DOGE" => 0xb5_9a_3a,
        "TRX" => 0xc9_3a_3a,
        "GRAM" => 0x2a_95_d8,
        "SUI" => 0x4a_9c_e8,
        "DAI" => 0xe0_a3_30,
        "PYUSD" => 0x1c_4f_9c,
        _ => 0x44_4b_59,
    };
    let ink = Ink::from_hex(hue);
    // The plate is 1000 units wide, whatever the number of pixels, and here it is as high as wide.
    canvas.fill(Ink::from_hex(0xff_ffff));
    canvas.disc(500.0, 500.0, 490.0, ink);
    canvas.ring(500.0, 500.0, 410.0, 18.0, mix(ink, Ink::from_hex(0xff_ffff), 0.35));
    let letters: String =
        ticker.chars().filter(char::is_ascii_alphabetic).take(if ticker.len() > 3 { 1 } else { 3 }).collect();
    let size = if letters.len() == 1 { 380.0 } else { 200.0 };
    glyphs::line(canvas, &letters, 500.0, 500.0, 620.0, size, 13.0, Ink::from_hex(0xff_ffff));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_choose_size_and_format() {
        let large = |is_webp| Variant { width: 1_000, height: 636, is_webp };
        assert_eq!(parse_file("a-b.webp"), Some(("a-b", large(true))));
        assert_eq!(parse_file("a-b.jpg"), Some(("a-b", large(false))));
        assert_eq!(parse_file("a_500x318.jpg"), Some(("a", Variant { width: 500, height: 318, is_webp: false })));
        for bad in ["a", "a.png", "a_10x10.webp", "a.webp.exe"] {
            assert_eq!(parse_file(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_cache_forgets_the_oldest_when_it_weighs_too_much() {
        let cache = Cache::default();
        let megabyte = Bytes::from(vec![0; 1024 * 1024]);
        for index in 0..100 {
            cache.put(format!("{index}"), megabyte.clone());
        }
        assert!(cache.get("0").is_none());
        assert!(cache.get("99").is_some());
    }
}
