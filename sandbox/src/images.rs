//! QR codes and barcodes as PNG, at the size that the query asks for.

use std::io::Cursor;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use barcoders::sym::code128::Code128;
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
        Some(text) => match code_128(&text) {
            Some(bars) => png(&bars_image(&bars, query.size(64))),
            None => e6(StatusCode::INTERNAL_SERVER_ERROR, "the text has no barcode"),
        },
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

/// The light modules on either side of a barcode, as its standard asks.
const BAR_QUIET: u32 = 10;

/// Returns the modules of a text in code set B of Code 128 (ISO/IEC 15417), 1 for dark ones; `None` for a text that the
/// set has not.
fn code_128(text: &str) -> Option<Vec<u8>> {
    // The library is told the code set by the letter in front.
    Some(Code128::new(format!("\u{181}{text}")).ok()?.encode())
}

/// Returns the bars, centred on white, with the largest whole number of pixels a module that fits.
fn bars_image(bars: &[u8], (width, height): (u32, u32)) -> GrayImage {
    let modules = u32::try_from(bars.len()).unwrap_or(0) + 2 * BAR_QUIET;
    let scale = (width / modules).max(1);
    let left = width.saturating_sub(modules * scale) / 2;
    GrayImage::from_fn(width, height, |x, _| {
        let module = x.checked_sub(left).map(|x| x / scale).and_then(|module| module.checked_sub(BAR_QUIET));
        let is_dark = module.and_then(|module| bars.get(module as usize)) == Some(&1);
        Luma([if is_dark { 0 } else { 255 }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barcode_has_start_characters_check_and_stop() {
        // By the table of the standard: start B (104), A (33), B (34), 1 (17), 2 (18), the check (19), stop (106).
        let widths = ["211214", "111323", "131123", "123221", "223211", "221132", "2331112"].concat();
        let widths = widths.bytes().enumerate();
        let expected: Vec<u8> = widths
            .flat_map(|(at, width)| std::iter::repeat_n(u8::from(at % 2 == 0), usize::from(width - b'0')))
            .collect();
        assert_eq!(code_128("AB12"), Some(expected));
    }

    #[test]
    fn what_the_code_set_has_not_is_no_barcode() {
        assert_eq!(code_128("日本"), None);
    }
}
