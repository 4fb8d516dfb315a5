//! A plate on which shapes are inked, in units of its own, whatever the number of pixels.
#![expect(clippy::float_arithmetic, reason = "pixels, not money")]

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Shader, Stroke, Transform,
};

/// A colour, each component from 0 to 1, in the sRGB values that files hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink([f32; 3]);

impl Ink {
    /// Returns the colour `0xRRGGBB`.
    pub(super) fn from_hex(hex: u32) -> Self {
        let part = |shift: u32| f32::from(u8::try_from((hex >> shift) & 0xff).unwrap_or(0)) / 255.0;
        Self([part(16), part(8), part(0)])
    }

    fn color(self) -> Color {
        let [red, green, blue] = self.0;
        Color::from_rgba(red, green, blue, 1.0).unwrap_or(Color::BLACK)
    }
}

/// Returns `from` mixed with a share of `to`.
pub(super) fn mix(from: Ink, to: Ink, share: f32) -> Ink {
    let mut out = from;
    for (out, to) in out.0.iter_mut().zip(to.0) {
        *out += (to - *out) * share;
    }
    out
}

/// A point on the plate.
pub(super) type Point = (f32, f32);

/// A plate 1000 units wide, drawn at a given number of pixels.
pub(super) struct Canvas {
    pixels: Pixmap,
    scale: Transform,
}

impl Canvas {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels fit any float")]
    pub(super) fn new(width: u32, height: u32) -> Self {
        let pixels = Pixmap::new(width, height).expect("no size of a picture is zero");
        let scale = width as f32 / 1_000.0;
        Self { pixels, scale: Transform::from_scale(scale, scale) }
    }

    pub(super) fn fill(&mut self, ink: Ink) {
        self.pixels.fill(ink.color());
    }

    pub(super) fn to_rgb8(&self) -> Vec<u8> {
        self.pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
    }

    fn paint(&mut self, path: Option<Path>, ink: Ink, mask: Option<&Mask>) {
        if let Some(path) = path {
            self.pixels.fill_path(&path, &solid(ink), FillRule::EvenOdd, self.scale, mask);
        }
    }

    fn draw(&mut self, path: Option<Path>, thickness: f32, ink: Ink) {
        let stroke =
            Stroke { width: thickness, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        if let Some(path) = path {
            self.pixels.stroke_path(&path, &solid(ink), &stroke, self.scale, None);
        }
    }

    pub(super) fn disc(&mut self, cx: f32, cy: f32, radius: f32, ink: Ink) {
        self.paint(PathBuilder::from_circle(cx, cy, radius), ink, None);
    }

    /// Draws a ring of that thickness.
    pub(super) fn ring(&mut self, cx: f32, cy: f32, radius: f32, thickness: f32, ink: Ink) {
        self.draw(PathBuilder::from_circle(cx, cy, radius), thickness, ink);
    }

    /// Fills what lies in the first disc and not in the second.
    pub(super) fn crescent(&mut self, whole: (Point, f32), bite: (Point, f32), ink: Ink) {
        let disc = |((x, y), radius): (Point, f32)| PathBuilder::from_circle(x, y, radius);
        let mask = disc(bite).zip(Mask::new(self.pixels.width(), self.pixels.height())).map(|(bite, mut mask)| {
            mask.fill_path(&bite, FillRule::Winding, true, self.scale);
            mask.invert();
            mask
        });
        self.paint(disc(whole), ink, mask.as_ref());
    }

    /// Fills a polygon (even-odd rule).
    pub(super) fn polygon(&mut self, points: &[Point], ink: Ink) {
        let mut path = PathBuilder::new();
        add(&mut path, points);
        path.close();
        self.paint(path.finish(), ink, None);
    }

    /// Draws a line through the points, with round ends and corners.
    pub(super) fn stroke(&mut self, points: &[Point], thickness: f32, ink: Ink) {
        self.strokes(&[points.to_vec()], thickness, ink);
    }

    /// Draws several lines as one shape, so that crossings are not inked twice.
    pub(super) fn strokes(&mut self, lines: &[Vec<Point>], thickness: f32, ink: Ink) {
        let mut path = PathBuilder::new();
        lines.iter().for_each(|line| add(&mut path, line));
        self.draw(path.finish(), thickness, ink);
    }
}

fn add(path: &mut PathBuilder, points: &[Point]) {
    let Some(((x, y), rest)) = points.split_first() else { return };
    path.move_to(*x, *y);
    rest.iter().for_each(|(x, y)| path.line_to(*x, *y));
}

fn solid(ink: Ink) -> Paint<'static> {
    Paint { shader: Shader::SolidColor(ink.color()), anti_alias: true, ..Paint::default() }
}

/// Returns the points of an arc of an ellipse; angles in degrees, clockwise from the right.
pub(super) fn arc(centre: Point, rx: f32, ry: f32, from: f32, to: f32) -> Vec<Point> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 90 pieces")]
    let pieces = ((to - from).abs() / 6.0).ceil().clamp(4.0, 90.0) as u16;
    (0..=pieces)
        .map(|piece| {
            let angle = (from + (to - from) * f32::from(piece) / f32::from(pieces)).to_radians();
            (centre.0 + rx * angle.cos(), centre.1 + ry * angle.sin())
        })
        .collect()
}
