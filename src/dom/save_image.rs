//! Saves a document of the checkout as a picture: it is drawn on a canvas and downloaded as a PNG.

use cr_core::payment::qr::{QUIET_ZONE, Qr};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement, Path2d, Url};

use super::{
    element::make,
    print::{Piece, in_time},
};

/// How much of a document was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// The whole document was saved.
    Whole,
    /// The document was saved without the supplier's pictures, which their server does not allow to be copied.
    WithoutPictures,
    /// Nothing was saved.
    No,
}

/// Width, margin and the side of a QR code's module, in units.
const WIDTH: u32 = 720;
const MARGIN: u32 = 40;
const MODULE: u32 = 8;
/// Pixels for each unit, for screens with dense pixels; one pixel for documents that are taller than [`TALLEST`], in
/// units, since canvases have a limit.
const SCALE: u32 = 2;
const TALLEST: u32 = 5_000;

/// Draws the pieces one below the other and offers the picture as the download `name`.
pub async fn save(pieces: Vec<Piece>, name: &str) -> Saved {
    try_to_save(&pieces, name).await.unwrap_or(Saved::No)
}

async fn try_to_save(pieces: &[Piece], name: &str) -> Result<Saved, JsValue> {
    let canvas: HtmlCanvasElement = make("canvas", &[], &[]).unchecked_into();
    let brush: CanvasRenderingContext2d =
        canvas.get_context("2d")?.ok_or(JsValue::NULL)?.dyn_into().map_err(JsValue::from)?;
    let mut saved = Saved::Whole;
    let mut drawings = Vec::new();
    for piece in pieces {
        match drawing(piece, &brush).await? {
            Some(drawing) => drawings.push(drawing),
            None => saved = Saved::WithoutPictures,
        }
    }
    let height = drawings.iter().fold(2 * MARGIN, |height, drawing| height + drawing.before + drawing.height());
    let scale = if height > TALLEST { 1 } else { SCALE };
    canvas.set_width(WIDTH * scale);
    canvas.set_height(height * scale);
    brush.scale(scale.into(), scale.into())?;
    brush.set_fill_style_str("#fff");
    brush.fill_rect(0.0, 0.0, WIDTH.into(), height.into());
    let mut top = MARGIN;
    for drawing in &drawings {
        top += drawing.before;
        drawing.draw(&brush, top)?;
        top += drawing.height();
    }
    let made = Promise::new(&mut |resolve, reject| {
        if let Err(error) = canvas.to_blob(&resolve) {
            let _ = reject.call1(&JsValue::NULL, &error);
        }
    });
    let blob: Blob = JsFuture::from(made).await?.dyn_into()?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = make("a", &[("href", &address), ("download", name)], &[]).unchecked_into();
    link.click();
    // The download has the picture by the end of this wait, and the URL is not needed any more.
    wasm_bindgen_futures::spawn_local(async move {
        in_time(Promise::new(&mut |_, _| {})).await;
        let _ = Url::revoke_object_url(&address);
    });
    Ok(saved)
}

/// One piece with its measured content, and the space before it.
struct Drawing {
    before: u32,
    content: Content,
}

enum Content {
    Lines { font: &'static str, colour: &'static str, pitch: u32, lines: Vec<String> },
    Qr(Qr),
    Picture { image: HtmlImageElement, width: u32, height: u32 },
}

/// Measures a piece; `None` for a picture that cannot be loaded.
async fn drawing(piece: &Piece, brush: &CanvasRenderingContext2d) -> Result<Option<Drawing>, JsValue> {
    let lines = |before, font, colour, pitch, text: &str, breaks_anywhere| {
        brush.set_font(font);
        let lines = broken(text, breaks_anywhere, |line| {
            brush.measure_text(line).is_ok_and(|size| size.width() <= f64::from(WIDTH - 2 * MARGIN))
        });
        Drawing { before, content: Content::Lines { font, colour, pitch, lines } }
    };
    Ok(Some(match piece {
        Piece::Heading(text) => lines(24, "600 30px system-ui, sans-serif", "#000", 38, text, false),
        Piece::Label(text) => lines(14, "18px system-ui, sans-serif", "#555", 26, text, false),
        Piece::Code(text) => lines(0, "600 26px ui-monospace, Menlo, Consolas, monospace", "#000", 36, text, true),
        Piece::Text(text) => lines(0, "22px system-ui, sans-serif", "#000", 32, text, false),
        Piece::Qr(qr) => Drawing { before: 0, content: Content::Qr(qr.clone()) },
        Piece::Picture(url) => {
            let image = HtmlImageElement::new()?;
            // A canvas can be saved only if the servers of its pictures allow them to be copied.
            image.set_cross_origin(Some("anonymous"));
            image.set_referrer_policy("no-referrer");
            image.set_src(url);
            let is_there = in_time(image.decode()).await;
            let (width, height) = (image.natural_width(), image.natural_height());
            if !is_there || width == 0 || height == 0 {
                return Ok(None);
            }
            let fitted = width.min(WIDTH - 2 * MARGIN);
            Drawing { before: 14, content: Content::Picture { image, width: fitted, height: height * fitted / width } }
        }
    }))
}

impl Drawing {
    fn height(&self) -> u32 {
        match &self.content {
            Content::Lines { pitch, lines, .. } => pitch * u32::try_from(lines.len()).unwrap_or(0),
            Content::Qr(qr) => (qr.size + 2 * QUIET_ZONE) * MODULE,
            Content::Picture { height, .. } => *height,
        }
    }

    fn draw(&self, brush: &CanvasRenderingContext2d, top: u32) -> Result<(), JsValue> {
        match &self.content {
            Content::Lines { font, colour, pitch, lines } => {
                brush.set_font(font);
                brush.set_fill_style_str(colour);
                brush.set_text_baseline("top");
                let mut top = top;
                for line in lines {
                    brush.fill_text(line, MARGIN.into(), top.into())?;
                    top += pitch;
                }
            }
            Content::Qr(qr) => {
                brush.save();
                let quiet = QUIET_ZONE * MODULE;
                brush.translate((MARGIN + quiet).into(), (top + quiet).into())?;
                brush.scale(MODULE.into(), MODULE.into())?;
                brush.set_fill_style_str("#000");
                brush.fill_with_path_2d(&Path2d::new_with_path_string(&qr.path)?);
                brush.restore();
            }
            Content::Picture { image, width, height } => {
                let (left, top) = (MARGIN.into(), top.into());
                brush.draw_image_with_html_image_element_and_dw_and_dh(
                    image,
                    left,
                    top,
                    (*width).into(),
                    (*height).into(),
                )?;
            }
        }
        Ok(())
    }
}

/// Breaks a text into lines that fit: at its own line breaks, then at spaces, or anywhere where each character counts.
fn broken(text: &str, breaks_anywhere: bool, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut rest = paragraph;
        while !rest.is_empty() && !fits(rest) {
            let ends = rest.char_indices().map(|(at, letter)| at + letter.len_utf8());
            let end = ends.take_while(|end| fits(&rest[..*end])).last();
            // A line holds at least one character, however wide it is.
            let end = end.or_else(|| rest.chars().next().map(char::len_utf8)).unwrap_or(rest.len());
            let space = rest[..end].rfind(' ').filter(|at| !breaks_anywhere && *at > 0).map(|at| at + 1);
            let (line, left) = rest.split_at(space.unwrap_or(end));
            lines.push(line.to_owned());
            rest = left;
        }
        lines.push(rest.to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_lost_when_lines_are_broken() {
        let fits = |line: &str| line.chars().count() <= 8;
        for (text, anywhere, expected) in [
            ("0012-3456-7890", true, vec!["0012-345", "6-7890"]),
            ("two words more", false, vec!["two ", "words ", "more"]),
            ("  0 1\n\n2 ", true, vec!["  0 1", "", "2 "]),
            ("日本語日本語日本語", false, vec!["日本語日本語日本", "語"]),
            ("longerthanaline", false, vec!["longerth", "analine"]),
            ("", true, vec![]),
        ] {
            let lines = broken(text, anywhere, fits);
            assert_eq!(lines, expected, "{text:?}");
            assert_eq!(lines.concat(), text.replace('\n', ""), "{text:?}");
        }
        assert_eq!(broken("ab", true, |_| false), ["a", "b", ""]);
    }
}
