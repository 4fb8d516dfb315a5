//! QR codes and barcodes as PNG, at the size that the query asks for.

use std::io::Cursor;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use image::{GrayImage, ImageFormat, Luma};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;

use super::Sandbox;
use super::orders::qr_text;
use super::problems::e6;

/// The largest side of an image in pixels.
const SIDE_MAX: u32 = 1_024;
/// The light modules around a QR code, as its standard asks.
const QUIET: u32 = 4;

#[derive(Deserialize)]
pub(super) struct ImageQuery {
    line: Option<String>,
    w: Option<u32>,
    h: Option<u32>,
}

impl ImageQuery {
    fn size(&self, fallback: u32) -> (u32, u32) {
        let side = |wanted: Option<u32>| wanted.unwrap_or(fallback).clamp(16, SIDE_MAX);
        (side(self.w), side(self.h))
    }
}

/// Handles `GET /v3/qrs/{order_id}`: the payment text of an order.
pub(super) async fn order_qr(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    Query(query): Query<ImageQuery>,
) -> Response {
    let Some(slot) = sandbox.store.get(&id) else {
        return e6(StatusCode::NOT_FOUND, "order not found");
    };
    let text = {
        let order = slot.lock();
        qr_text(&order, &order.address)
    };
    qr(&text, query.size(256))
}

/// Handles `GET /sandbox/img/qr`: the QR code of a delivered line.
pub(super) async fn line_qr(State(sandbox): State<Arc<Sandbox>>, Query(query): Query<ImageQuery>) -> Response {
    match sandbox.secret_of(query.line.as_deref(), |secrets| secrets.qr.clone()) {
        Some(text) => qr(&text, query.size(64)),
        None => e6(StatusCode::NOT_FOUND, "no such image"),
    }
}

/// Handles `GET /sandbox/img/barcode`: the barcode of a delivered line.
pub(super) async fn line_barcode(State(sandbox): State<Arc<Sandbox>>, Query(query): Query<ImageQuery>) -> Response {
    match sandbox.secret_of(query.line.as_deref(), |secrets| secrets.barcode.clone()) {
        Some(text) => png(&barcode(&text, query.size(64))),
        None => e6(StatusCode::NOT_FOUND, "no such image"),
    }
}

impl Sandbox {
    fn secret_of(&self, line: Option<&str>, get: impl Fn(&super::orders::Secrets) -> Option<String>) -> Option<String> {
        let line = line?;
        self.store.youngest(usize::MAX).into_iter().find_map(|slot| {
            let order = slot.lock();
            let line = order.lines.iter().find(|known| known.id == line)?;
            line.secrets.as_ref().and_then(&get)
        })
    }
}

fn png(image: &GrayImage) -> Response {
    let mut out = Cursor::new(Vec::new());
    if image.write_to(&mut out, ImageFormat::Png).is_err() {
        return e6(StatusCode::INTERNAL_SERVER_ERROR, "the image could not be drawn");
    }
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, out.into_inner()).into_response()
}

fn qr(text: &str, size: (u32, u32)) -> Response {
    match QrCode::encode_text(text, QrCodeEcc::Medium) {
        Ok(code) => png(&qr_image(&code, size)),
        Err(_) => e6(StatusCode::INTERNAL_SERVER_ERROR, "the text is too long for a code"),
    }
}

/// Returns the code, centred on white, with the largest whole number of pixels a module that fits.
fn qr_image(code: &QrCode, (width, height): (u32, u32)) -> GrayImage {
    let modules = u32::try_from(code.size()).unwrap_or(0) + 2 * QUIET;
    let scale = (width.min(height) / modules).max(1);
    let (left, top) = (width.saturating_sub(modules * scale) / 2, height.saturating_sub(modules * scale) / 2);
    GrayImage::from_fn(width, height, |x, y| {
        let module = |at: u32, start: u32| {
            let module = at.checked_sub(start)? / scale;
            i32::try_from(module.checked_sub(QUIET)?).ok()
        };
        let is_dark = match (module(x, left), module(y, top)) {
            (Some(x), Some(y)) => code.get_module(x, y),
            _ => false,
        };
        Luma([if is_dark { 0 } else { 255 }])
    })
}

/// The bars and gaps of Code 128 (ISO/IEC 15417) by value; 106 is the stop.
const CODE_128: &str = "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 \
122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 \
212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 \
133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 \
111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 \
121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 \
411311 113141 114131 311141 411131 211412 211214 211232 2331112";

/// The value that starts a text in code set B.
const START_B: usize = 104;

/// Returns the modules of the text in code set B, true for dark ones; characters outside the set are left out.
fn code_128(text: &str) -> Vec<bool> {
    let patterns: Vec<&str> = CODE_128.split_ascii_whitespace().collect();
    let values: Vec<usize> =
        text.bytes().filter(|byte| (32..127).contains(byte)).map(|byte| usize::from(byte) - 32).collect();
    let check = values.iter().enumerate().fold(START_B, |sum, (index, value)| sum + (index + 1) * value) % 103;
    let all = std::iter::once(START_B).chain(values).chain([check, 106]);
    let mut out = Vec::new();
    for value in all {
        for (index, width) in patterns[value].bytes().enumerate() {
            out.extend(std::iter::repeat_n(index % 2 == 0, usize::from(width - b'0')));
        }
    }
    out
}

fn barcode(text: &str, (width, height): (u32, u32)) -> GrayImage {
    let bars = code_128(text);
    // The standard asks for ten light modules on either side.
    let modules = u32::try_from(bars.len()).unwrap_or(0) + 20;
    let scale = (width / modules).max(1);
    let left = width.saturating_sub(modules * scale) / 2;
    GrayImage::from_fn(width, height, |x, _| {
        let module = x.checked_sub(left).map(|x| x / scale).and_then(|module| module.checked_sub(10));
        let is_dark = module.and_then(|module| bars.get(module as usize)).copied().unwrap_or(false);
        Luma([if is_dark { 0 } else { 255 }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_barcode_pattern_is_eleven_modules_wide_and_the_stop_thirteen() {
        let patterns: Vec<&str> = CODE_128.split_ascii_whitespace().collect();
        assert_eq!(patterns.len(), 107);
        for (value, pattern) in patterns.iter().enumerate() {
            let wide: u32 = pattern.bytes().map(|width| u32::from(width - b'0')).sum();
            assert_eq!(wide, if value == 106 { 13 } else { 11 }, "{value}");
        }
        let mut unique = patterns.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 107);
    }

    #[test]
    fn a_barcode_has_start_characters_check_and_stop() {
        assert_eq!(code_128("AB12").len(), 11 * 6 + 13);
    }
}
