//! A small anti-aliasing rasteriser: shapes are distance functions, and a pixel is inked by how far its centre lies
//! inside.
#![expect(clippy::float_arithmetic, reason = "pixels, not money")]

/// A colour, each component from 0 to 1, in the sRGB values that files hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink(pub(super) [f32; 3]);

impl Ink {
    /// Returns the colour `0xRRGGBB`.
    pub(super) fn from_hex(hex: u32) -> Self {
        let part = |shift: u32| f32::from(u8::try_from((hex >> shift) & 0xff).unwrap_or(0)) / 255.0;
        Self([part(16), part(8), part(0)])
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
    width: usize,
    height: usize,
    scale: f32,
    pixels: Vec<Ink>,
}

impl Canvas {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred pixels fit any float")]
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (w, h) = (width as usize, height as usize);
        Self { width: w, height: h, scale: width as f32 / 1_000.0, pixels: vec![Ink([1.0; 3]); w * h] }
    }

    pub(super) fn fill(&mut self, ink: Ink) {
        self.pixels.fill(ink);
    }

    pub(super) fn to_rgb8(&self) -> Vec<u8> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
        let byte = |part: f32| (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        self.pixels.iter().flat_map(|pixel| pixel.0.map(byte)).collect()
    }

    /// Paints where `distance` (in units, negative inside) is below zero, within a box.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "coordinates are clamped to the plate"
    )]
    fn paint(&mut self, low: Point, high: Point, ink: Ink, distance: impl Fn(f32, f32) -> f32) {
        let clamp = |value: f32, most: usize| (value * self.scale).clamp(0.0, most as f32) as usize;
        let (left, top) = (clamp(low.0 - 2.0, self.width), clamp(low.1 - 2.0, self.height));
        let (right, bottom) = (clamp(high.0 + 4.0, self.width), clamp(high.1 + 4.0, self.height));
        for y in top..bottom {
            for x in left..right {
                let (ux, uy) = ((x as f32 + 0.5) / self.scale, (y as f32 + 0.5) / self.scale);
                let cover = (0.5 - distance(ux, uy) * self.scale).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let pixel = &mut self.pixels[y * self.width + x];
                    *pixel = mix(*pixel, ink, cover);
                }
            }
        }
    }

    pub(super) fn disc(&mut self, cx: f32, cy: f32, radius: f32, ink: Ink) {
        let (low, high) = ((cx - radius, cy - radius), (cx + radius, cy + radius));
        self.paint(low, high, ink, |x, y| (x - cx).hypot(y - cy) - radius);
    }

    /// Draws a ring of that thickness.
    pub(super) fn ring(&mut self, cx: f32, cy: f32, radius: f32, thickness: f32, ink: Ink) {
        let out = radius + thickness;
        self.paint((cx - out, cy - out), (cx + out, cy + out), ink, |x, y| {
            ((x - cx).hypot(y - cy) - radius).abs() - thickness / 2.0
        });
    }

    /// Fills what lies in the first disc and not in the second.
    pub(super) fn crescent(&mut self, whole: (Point, f32), bite: (Point, f32), ink: Ink) {
        let ((cx, cy), radius) = whole;
        let ((bx, by), bite) = bite;
        self.paint((cx - radius, cy - radius), (cx + radius, cy + radius), ink, |x, y| {
            ((x - cx).hypot(y - cy) - radius).max(bite - (x - bx).hypot(y - by))
        });
    }

    /// Fills a polygon (even-odd rule).
    pub(super) fn polygon(&mut self, points: &[Point], ink: Ink) {
        let (low, high) = bounds(points, 0.0);
        self.paint(low, high, ink, |x, y| {
            let mut near = f32::MAX;
            let mut inside = false;
            for (index, a) in points.iter().enumerate() {
                let b = points[(index + 1) % points.len()];
                near = near.min(segment_distance((x, y), *a, b));
                if (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 {
                    inside = !inside;
                }
            }
            if inside { -near } else { near }
        });
    }

    /// Draws a line through the points, with round ends and corners.
    pub(super) fn stroke(&mut self, points: &[Point], thickness: f32, ink: Ink) {
        let (low, high) = bounds(points, thickness / 2.0);
        self.paint(low, high, ink, |x, y| {
            let near =
                points.windows(2).map(|pair| segment_distance((x, y), pair[0], pair[1])).fold(f32::MAX, f32::min);
            near - thickness / 2.0
        });
    }

    /// Draws several lines as one shape, so that crossings are not inked twice.
    pub(super) fn strokes(&mut self, lines: &[Vec<Point>], thickness: f32, ink: Ink) {
        let all: Vec<Point> = lines.iter().flatten().copied().collect();
        if all.is_empty() {
            return;
        }
        let (low, high) = bounds(&all, thickness / 2.0);
        self.paint(low, high, ink, |x, y| {
            let pairs = lines.iter().flat_map(|line| line.windows(2));
            let near = pairs.map(|pair| segment_distance((x, y), pair[0], pair[1])).fold(f32::MAX, f32::min);
            near - thickness / 2.0
        });
    }
}

fn bounds(points: &[Point], margin: f32) -> (Point, Point) {
    let mut low = (f32::MAX, f32::MAX);
    let mut high = (f32::MIN, f32::MIN);
    for (x, y) in points {
        low = (low.0.min(*x), low.1.min(*y));
        high = (high.0.max(*x), high.1.max(*y));
    }
    ((low.0 - margin, low.1 - margin), (high.0 + margin, high.1 + margin))
}

fn segment_distance(p: Point, a: Point, b: Point) -> f32 {
    let (px, py) = (p.0 - a.0, p.1 - a.1);
    let (bx, by) = (b.0 - a.0, b.1 - a.1);
    let length = bx * bx + by * by;
    let along = if length == 0.0 { 0.0 } else { ((px * bx + py * by) / length).clamp(0.0, 1.0) };
    (px - bx * along).hypot(py - by * along)
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
