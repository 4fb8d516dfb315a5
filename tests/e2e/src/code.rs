//! QR codes in pictures of the screen, read by decoders that are independent of the code that drew them.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use image::GrayImage;

/// Decodes a PNG to a picture in shades of grey.
///
/// # Panics
/// Panics if the bytes are not a PNG.
pub fn picture(png: &[u8]) -> GrayImage {
    image::load_from_memory_with_format(png, image::ImageFormat::Png).expect("a PNG").to_luma8()
}

/// Returns the text of the one code in a picture.
///
/// # Panics
/// Panics if not exactly one code can be read, or if `zbarimg`, where it is installed, reads another text.
pub fn read(picture: &GrayImage) -> String {
    let mut prepared = rqrr::PreparedImage::prepare(picture.clone());
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "codes in a picture of {:?}", picture.dimensions());
    let (_, text) = grids[0].decode().expect("a readable code");
    if let Some(other) = read_by_zbar(picture) {
        assert_eq!(other, text, "two decoders read two texts");
    }
    text
}

/// Returns what `zbarimg` reads, on machines that have it.
fn read_by_zbar(picture: &GrayImage) -> Option<String> {
    let mut pgm = format!("P5\n{} {}\n255\n", picture.width(), picture.height()).into_bytes();
    pgm.extend_from_slice(picture.as_raw());
    let zbar = Command::new("zbarimg")
        .args(["--quiet", "--raw", "--set", "*.enable=0", "--set", "qrcode.enable=1", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut zbar) = zbar else {
        println!("zbarimg is not installed: read by rqrr alone");
        return None;
    };
    zbar.stdin.take().expect("an open pipe").write_all(&pgm).expect("a picture handed over");
    let output = zbar.wait_with_output().expect("an answer");
    let text = String::from_utf8(output.stdout).expect("text");
    Some(text.strip_suffix('\n').unwrap_or(&text).to_owned())
}
