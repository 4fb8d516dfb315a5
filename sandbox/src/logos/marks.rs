//! Geometric marks. Each is drawn in a circle of radius `r` around a point.
#![expect(clippy::float_arithmetic, reason = "pixels, not money")]

use super::canvas::{Canvas, Ink, Point, arc, mix};

/// The figure of a logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Arch,
    Bars,
    Bean,
    Berry,
    Blocks,
    Bloom,
    Bolt,
    Book,
    Chevrons,
    Chip,
    Cross,
    Cup,
    Diamond,
    Flame,
    Hive,
    House,
    Kite,
    Leaf,
    Moon,
    Mosaic,
    Orbit,
    Peaks,
    Petals,
    Pin,
    Pixels,
    Play,
    Pulse,
    Reel,
    Rings,
    Shield,
    Signal,
    Sprout,
    Star,
    Sunset,
    Tracks,
    Tree,
    Waves,
    Wing,
}

/// The three colours of a logo.
#[derive(Clone, Copy)]
pub(super) struct Inks {
    pub(super) back: Ink,
    pub(super) fore: Ink,
    pub(super) accent: Ink,
}

/// A pen with the position of the mark: points are given from -1 to 1.
struct Pen<'a> {
    canvas: &'a mut Canvas,
    cx: f32,
    cy: f32,
    r: f32,
}

impl Pen<'_> {
    fn at(&self, (x, y): Point) -> Point {
        (self.cx + x * self.r, self.cy + y * self.r)
    }

    fn all(&self, points: &[Point]) -> Vec<Point> {
        points.iter().map(|point| self.at(*point)).collect()
    }

    fn polygon(&mut self, points: &[Point], ink: Ink) {
        let points = self.all(points);
        self.canvas.polygon(&points, ink);
    }

    fn stroke(&mut self, points: &[Point], thickness: f32, ink: Ink) {
        let points = self.all(points);
        self.canvas.stroke(&points, thickness * self.r, ink);
    }

    fn disc(&mut self, centre: Point, radius: f32, ink: Ink) {
        let (x, y) = self.at(centre);
        self.canvas.disc(x, y, radius * self.r, ink);
    }

    fn ring(&mut self, centre: Point, radius: f32, thickness: f32, ink: Ink) {
        let (x, y) = self.at(centre);
        self.canvas.ring(x, y, radius * self.r, thickness * self.r, ink);
    }

    fn crescent(&mut self, whole: (Point, f32), bite: (Point, f32), ink: Ink) {
        let (whole, bite) = ((self.at(whole.0), whole.1 * self.r), (self.at(bite.0), bite.1 * self.r));
        self.canvas.crescent(whole, bite, ink);
    }

    fn rect(&mut self, low: Point, high: Point, ink: Ink) {
        self.polygon(&[low, (high.0, low.1), high, (low.0, high.1)], ink);
    }

    /// Fills a rectangle with round corners.
    fn card(&mut self, low: Point, high: Point, corner: f32, ink: Ink) {
        let mut points = arc((high.0 - corner, high.1 - corner), corner, corner, 0.0, 90.0);
        points.extend(arc((low.0 + corner, high.1 - corner), corner, corner, 90.0, 180.0));
        points.extend(arc((low.0 + corner, low.1 + corner), corner, corner, 180.0, 270.0));
        points.extend(arc((high.0 - corner, low.1 + corner), corner, corner, 270.0, 360.0));
        self.polygon(&points, ink);
    }

    /// Fills a leaf shape from the centre outwards at an angle.
    fn petal(&mut self, angle: f32, near: f32, far: f32, fatness: f32, ink: Ink) {
        let (sin, cos) = angle.to_radians().sin_cos();
        let side = |share: f32, sign: f32| {
            let along = near + (far - near) * share;
            let across = sign * fatness * (std::f32::consts::PI * share).sin();
            (along * cos - across * sin, along * sin + across * cos)
        };
        let steps = (0..=16_u8).map(|step| f32::from(step) / 16.0);
        let mut points: Vec<Point> = steps.clone().map(|share| side(share, 1.0)).collect();
        points.extend(steps.rev().map(|share| side(share, -1.0)));
        self.polygon(&points, ink);
    }

    /// Returns the points of a wave from -1 to 1.
    fn wave(&self, y: f32, height: f32, turns: f32) -> Vec<Point> {
        (0..=48_u8)
            .map(|step| {
                let x = f32::from(step) / 24.0 - 1.0;
                (x, y + height * (x * turns * std::f32::consts::PI).sin())
            })
            .collect()
    }
}

/// Returns the points of a star, whose radii alternate, or of a polygon.
fn star(points: u8, outer: f32, inner: f32, turn: f32) -> Vec<Point> {
    (0..points * 2)
        .map(|index| {
            let angle = (f32::from(index) * 180.0 / f32::from(points) + turn).to_radians();
            let radius = if index % 2 == 0 { outer } else { inner };
            (radius * angle.cos(), radius * angle.sin())
        })
        .collect()
}

fn regular(corners: u8, radius: f32, turn: f32, centre: Point) -> Vec<Point> {
    (0..corners)
        .map(|index| {
            let angle = (f32::from(index) * 360.0 / f32::from(corners) + turn).to_radians();
            (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin())
        })
        .collect()
}

/// Draws a mark.
#[expect(clippy::too_many_lines, reason = "one short arm for each figure")]
pub(super) fn draw(canvas: &mut Canvas, mark: Mark, cx: f32, cy: f32, r: f32, inks: Inks) {
    let Inks { back, fore, accent } = inks;
    let soft = mix(back, fore, 0.55);
    let mut pen = Pen { canvas, cx, cy, r };
    match mark {
        Mark::Arch => {
            for (radius, ink) in [(0.92, fore), (0.62, accent), (0.32, fore)] {
                let mut points = arc((0.0, 0.25), radius, radius, 180.0, 360.0);
                points.insert(0, (-radius, 0.8));
                points.push((radius, 0.8));
                pen.stroke(&points, 0.17, ink);
            }
        }
        Mark::Bars => {
            for (index, height) in [0.35, 0.75, 1.0, 0.55, 0.85, 0.3].into_iter().enumerate() {
                let x = -0.85 + 0.34 * f32::from(u8::try_from(index).unwrap_or(0));
                let ink = if index == 2 { accent } else { fore };
                pen.stroke(&[(x, -height * 0.85), (x, height * 0.85)], 0.19, ink);
            }
        }
        Mark::Bean => {
            pen.petal(-45.0, -1.0, 1.0, 0.62, fore);
            let bend: Vec<Point> = (0..=24_u8)
                .map(|step| {
                    let t = f32::from(step) / 12.0 - 1.0;
                    let off = 0.14 * (t * std::f32::consts::PI).sin();
                    (0.66 * t + off, -0.66 * t + off)
                })
                .collect();
            pen.stroke(&bend, 0.11, back);
            pen.disc((0.72, 0.62), 0.14, accent);
        }
        Mark::Berry => {
            let spots = [
                (-0.36, -0.3),
                (0.36, -0.3),
                (-0.62, 0.12),
                (0.0, 0.06),
                (0.62, 0.12),
                (-0.34, 0.5),
                (0.34, 0.5),
                (0.0, 0.84),
            ];
            pen.petal(-128.0, 0.45, 1.18, 0.17, accent);
            pen.petal(-52.0, 0.45, 1.18, 0.17, accent);
            for spot in spots {
                pen.disc(spot, 0.3, fore);
            }
            pen.disc((0.0, 0.06), 0.13, mix(fore, accent, 0.35));
        }
        Mark::Blocks => {
            pen.rect((-0.9, 0.0), (-0.02, 0.88), fore);
            pen.disc((0.46, 0.44), 0.44, accent);
            pen.polygon(&[(-0.48, -0.98), (0.04, -0.12), (-1.0, -0.12)], accent);
            let quarter: Vec<Point> =
                std::iter::once((0.08, -0.1)).chain(arc((0.08, -0.1), 0.86, 0.86, -90.0, 0.0)).collect();
            pen.polygon(&quarter, fore);
        }
        Mark::Bloom => {
            for index in 0..8_u8 {
                let angle = f32::from(index) * 45.0;
                pen.petal(angle, 0.26, 1.0, 0.2, if index % 2 == 0 { fore } else { accent });
            }
            pen.disc((0.0, 0.0), 0.17, accent);
        }
        Mark::Bolt => {
            pen.disc((0.0, 0.0), 0.98, accent);
            pen.polygon(
                &[(0.2, -0.74), (-0.46, 0.14), (-0.04, 0.14), (-0.2, 0.74), (0.46, -0.14), (0.04, -0.14)],
                fore,
            );
        }
        Mark::Book => {
            for sign in [-1.0, 1.0] {
                pen.polygon(
                    &[(0.05 * sign, -0.5), (0.95 * sign, -0.72), (0.95 * sign, 0.5), (0.05 * sign, 0.72)],
                    fore,
                );
            }
            for y in [-0.22, 0.06, 0.34] {
                pen.stroke(&[(0.26, y - 0.02), (0.74, y - 0.14)], 0.07, back);
            }
            pen.polygon(&[(-0.74, -0.7), (-0.5, -0.64), (-0.5, 0.12), (-0.62, 0.0), (-0.74, 0.06)], accent);
        }
        Mark::Chevrons => {
            for (index, ink) in [accent, fore, soft].into_iter().enumerate() {
                let y = -0.5 + 0.5 * f32::from(u8::try_from(index).unwrap_or(0));
                pen.stroke(&[(-0.8, y + 0.42), (0.0, y - 0.3), (0.8, y + 0.42)], 0.22, ink);
            }
        }
        Mark::Chip => {
            pen.card((-0.72, -0.95), (0.72, 0.95), 0.2, fore);
            pen.polygon(&[(0.3, -0.97), (0.75, -0.97), (0.75, -0.5)], back);
            pen.card((-0.46, -0.2), (0.46, 0.66), 0.14, accent);
            for y in [0.08, 0.38] {
                pen.stroke(&[(-0.46, y), (-0.14, y)], 0.07, fore);
                pen.stroke(&[(0.14, y), (0.46, y)], 0.07, fore);
            }
            pen.stroke(&[(-0.14, -0.2), (-0.14, 0.66)], 0.07, fore);
            pen.stroke(&[(0.14, -0.2), (0.14, 0.66)], 0.07, fore);
        }
        Mark::Cross => {
            pen.card((-0.34, -0.92), (0.34, 0.92), 0.2, fore);
            pen.card((-0.92, -0.34), (0.92, 0.34), 0.2, fore);
            pen.petal(-45.0, -0.42, 0.42, 0.2, accent);
        }
        Mark::Cup => {
            let mut cup = vec![(-0.78, -0.2), (0.5, -0.2)];
            cup.extend(arc((-0.14, 0.2), 0.64, 0.62, 0.0, 180.0));
            pen.ring((0.56, 0.14), 0.26, 0.14, fore);
            pen.polygon(&cup, fore);
            pen.stroke(&[(-0.86, 0.94), (0.6, 0.94)], 0.11, fore);
            for x in [-0.46, -0.14, 0.18] {
                let steam: Vec<Point> = (0..=16_u8)
                    .map(|step| {
                        let t = f32::from(step) / 16.0;
                        (x + 0.08 * (t * 6.3).sin(), -0.4 - 0.55 * t)
                    })
                    .collect();
                pen.stroke(&steam, 0.1, accent);
            }
        }
        Mark::Diamond => {
            pen.polygon(&[(-0.56, -0.62), (0.56, -0.62), (0.98, -0.16), (0.0, 0.88), (-0.98, -0.16)], fore);
            pen.polygon(&[(-0.3, -0.16), (0.3, -0.16), (0.0, 0.88)], accent);
            pen.stroke(&[(-0.98, -0.16), (0.98, -0.16)], 0.05, back);
            pen.stroke(&[(-0.56, -0.62), (-0.3, -0.16), (0.0, -0.62), (0.3, -0.16), (0.56, -0.62)], 0.05, back);
        }
        Mark::Flame => {
            let mut drop = arc((0.0, 0.3), 0.66, 0.66, -20.0, 200.0);
            drop.extend([(-0.52, -0.14), (-0.1, -0.98), (0.16, -0.46), (0.34, -0.62), (0.58, -0.1)]);
            pen.polygon(&drop, accent);
            let mut core = arc((0.0, 0.5), 0.38, 0.4, -10.0, 190.0);
            core.extend([(-0.28, 0.24), (0.02, -0.24), (0.3, 0.24)]);
            pen.polygon(&core, fore);
        }
        Mark::Hive => {
            let cells = [(0.0, 0.0), (0.6, 0.0), (-0.6, 0.0), (0.3, -0.52), (-0.3, -0.52), (0.3, 0.52), (-0.3, 0.52)];
            for (index, cell) in cells.into_iter().enumerate() {
                let points = regular(6, 0.31, 30.0, cell);
                pen.polygon(&points, if index == 0 || index == 4 { accent } else { fore });
            }
        }
        Mark::House => {
            pen.polygon(&[(-0.74, -0.06), (0.74, -0.06), (0.74, 0.86), (-0.74, 0.86)], fore);
            pen.polygon(&[(0.0, -0.92), (1.0, 0.0), (-1.0, 0.0)], accent);
            let mut door = arc((0.0, 0.42), 0.2, 0.2, 180.0, 360.0);
            door.extend([(0.2, 0.88), (-0.2, 0.88)]);
            pen.polygon(&door, back);
        }
        Mark::Kite => {
            pen.polygon(&[(0.1, -0.98), (0.66, -0.3), (0.1, 0.5), (-0.46, -0.3)], fore);
            pen.polygon(&[(0.1, -0.98), (0.66, -0.3), (0.1, -0.3)], accent);
            pen.polygon(&[(0.1, 0.5), (-0.46, -0.3), (0.1, -0.3)], accent);
            let tail: Vec<Point> = (0..=20_u8)
                .map(|step| {
                    let t = f32::from(step) / 20.0;
                    (0.1 - 0.7 * t + 0.12 * (t * 7.0).sin(), 0.5 + 0.46 * t)
                })
                .collect();
            pen.stroke(&tail, 0.07, fore);
        }
        Mark::Leaf => {
            pen.petal(-50.0, -0.98, 1.0, 0.52, fore);
            pen.stroke(&[(-0.7, 0.84), (0.4, -0.48)], 0.07, back);
            pen.stroke(&[(-0.14, 0.16), (-0.2, -0.24)], 0.06, back);
            pen.stroke(&[(-0.14, 0.16), (0.28, 0.14)], 0.06, back);
            pen.disc((0.72, 0.58), 0.17, accent);
        }
        Mark::Moon => {
            pen.crescent(((-0.08, 0.0), 0.88), ((0.34, -0.18), 0.72), fore);
            let points: Vec<Point> = star(4, 0.3, 0.09, 0.0).into_iter().map(|(x, y)| (x + 0.5, y - 0.3)).collect();
            pen.polygon(&points, accent);
            pen.disc((0.74, 0.3), 0.08, accent);
        }
        Mark::Mosaic => {
            let inks = [fore, accent, soft, accent, fore, fore, soft, fore, accent];
            for (index, ink) in inks.into_iter().enumerate() {
                let at = |index: usize| -0.66 + 0.66 * f32::from(u8::try_from(index).unwrap_or(0));
                let (x, y) = (at(index % 3), at(index / 3));
                if index % 4 == 1 {
                    pen.disc((x, y), 0.28, ink);
                } else {
                    pen.card((x - 0.28, y - 0.28), (x + 0.28, y + 0.28), 0.07, ink);
                }
            }
        }
        Mark::Orbit => {
            pen.disc((0.0, 0.0), 0.5, fore);
            let ring: Vec<Point> = arc((0.0, 0.0), 1.0, 0.36, 0.0, 360.0)
                .into_iter()
                .map(|(x, y)| (x * 0.87 + y * 0.5, y * 0.87 - x * 0.5))
                .collect();
            pen.stroke(&ring, 0.09, accent);
            let half: Vec<Point> = arc((0.0, 0.0), 0.51, 0.51, 150.0, 330.0);
            pen.polygon(&half, fore);
            pen.disc((0.74, -0.68), 0.14, accent);
        }
        Mark::Peaks => {
            pen.disc((0.46, -0.56), 0.24, accent);
            pen.polygon(&[(-0.34, -0.62), (0.52, 0.78), (-1.1, 0.78)], fore);
            pen.polygon(&[(0.42, -0.1), (1.1, 0.78), (-0.2, 0.78)], soft);
            pen.polygon(
                &[(-0.34, -0.62), (-0.08, -0.2), (-0.24, -0.06), (-0.4, -0.22), (-0.58, -0.1), (-0.64, -0.13)],
                back,
            );
        }
        Mark::Petals => {
            for index in 0..6_u8 {
                let angle = f32::from(index) * 60.0 - 90.0;
                pen.petal(angle, 0.06, 1.0, 0.27, if index % 2 == 0 { accent } else { fore });
            }
            pen.disc((0.0, 0.0), 0.2, back);
            pen.disc((0.0, 0.0), 0.12, fore);
        }
        Mark::Pin => {
            let mut drop = arc((0.0, -0.26), 0.7, 0.7, 150.0, 390.0);
            drop.push((0.0, 1.0));
            pen.polygon(&drop, accent);
            pen.disc((0.0, -0.26), 0.34, back);
            pen.disc((0.0, -0.26), 0.17, fore);
        }
        Mark::Pixels => {
            let rows = ["0010100", "0111110", "1121211", "1111111", "1211121", "0122210", "0011100"];
            for (y, row) in rows.into_iter().enumerate() {
                for (x, cell) in row.chars().enumerate() {
                    let at = |index: usize| -0.98 + 0.28 * f32::from(u8::try_from(index).unwrap_or(0));
                    let (left, top) = (at(x), at(y));
                    match cell {
                        '1' => pen.rect((left, top), (left + 0.285, top + 0.285), fore),
                        '2' => pen.rect((left, top), (left + 0.285, top + 0.285), accent),
                        _ => {}
                    }
                }
            }
        }
        Mark::Play => {
            pen.disc((0.0, 0.0), 0.98, accent);
            pen.polygon(&[(-0.3, -0.5), (0.56, 0.0), (-0.3, 0.5)], fore);
            pen.stroke(&[(-0.3, -0.5), (0.56, 0.0), (-0.3, 0.5), (-0.3, -0.5)], 0.1, fore);
        }
        Mark::Pulse => {
            pen.ring((0.0, 0.0), 0.92, 0.13, fore);
            pen.stroke(
                &[(-0.62, 0.0), (-0.3, 0.0), (-0.1, -0.5), (0.14, 0.46), (0.32, 0.0), (0.62, 0.0)],
                0.14,
                accent,
            );
        }
        Mark::Reel => {
            pen.disc((0.0, 0.0), 0.96, fore);
            for index in 0..5_u8 {
                let angle = (f32::from(index) * 72.0 - 90.0).to_radians();
                pen.disc((0.56 * angle.cos(), 0.56 * angle.sin()), 0.21, back);
            }
            pen.disc((0.0, 0.0), 0.16, accent);
            pen.stroke(&[(0.1, 0.93), (1.16, 0.93)], 0.09, fore);
        }
        Mark::Rings => {
            pen.ring((-0.38, 0.0), 0.56, 0.17, fore);
            pen.ring((0.38, 0.0), 0.56, 0.17, accent);
            let over = arc((-0.38, 0.0), 0.56, 0.56, -62.0, -20.0);
            pen.stroke(&over, 0.17, fore);
        }
        Mark::Shield => {
            let outline = [
                (0.0, -0.98),
                (0.8, -0.7),
                (0.76, 0.1),
                (0.5, 0.58),
                (0.0, 0.98),
                (-0.5, 0.58),
                (-0.76, 0.1),
                (-0.8, -0.7),
            ];
            pen.polygon(&outline, fore);
            pen.polygon(&[(0.0, -0.98), (0.8, -0.7), (0.76, 0.1), (0.5, 0.58), (0.0, 0.98)], mix(fore, accent, 0.4));
            let mark: Vec<Point> = star(4, 0.5, 0.16, -90.0);
            pen.polygon(&mark, accent);
        }
        Mark::Signal => {
            pen.disc((-0.6, 0.6), 0.2, accent);
            for radius in [0.58, 0.98, 1.38] {
                let points = arc((-0.6, 0.6), radius, radius, -86.0, -4.0);
                pen.stroke(&points, 0.2, fore);
            }
        }
        Mark::Sprout => {
            pen.stroke(&[(0.0, 0.95), (0.0, -0.1)], 0.12, fore);
            pen.petal(-140.0, 0.0, 1.0, 0.26, accent);
            pen.petal(-40.0, 0.0, 1.0, 0.26, fore);
            let ground = arc((0.0, 1.4), 1.0, 0.52, 215.0, 325.0);
            pen.stroke(&ground, 0.12, fore);
        }
        Mark::Star => {
            let points = star(4, 1.0, 0.28, -90.0);
            pen.polygon(&points, fore);
            let small: Vec<Point> = star(4, 0.62, 0.2, -45.0);
            pen.polygon(&small, accent);
            pen.disc((0.0, 0.0), 0.2, fore);
        }
        Mark::Sunset => {
            let sun = arc((0.0, 0.12), 0.72, 0.72, 180.0, 360.0);
            pen.polygon(&sun, accent);
            for (y, half) in [(0.32, 0.92), (0.58, 0.68), (0.84, 0.4)] {
                pen.stroke(&[(-half, y), (half, y)], 0.12, fore);
            }
        }
        Mark::Tracks => {
            for sign in [-1.0, 1.0] {
                pen.stroke(&[(0.16 * sign, -0.86), (0.62 * sign, 0.92)], 0.12, fore);
            }
            for (y, half) in [(-0.5, 0.36), (-0.1, 0.5), (0.36, 0.68), (0.84, 0.86)] {
                pen.stroke(&[(-half, y), (half, y)], 0.12, accent);
            }
        }
        Mark::Tree => {
            pen.rect((-0.1, 0.3), (0.1, 0.98), accent);
            pen.disc((-0.38, 0.1), 0.42, fore);
            pen.disc((0.38, 0.1), 0.42, fore);
            pen.disc((0.0, -0.4), 0.54, fore);
            pen.stroke(&[(0.0, 0.4), (0.0, -0.3)], 0.09, back);
            pen.stroke(&[(0.0, 0.1), (0.24, -0.14)], 0.07, back);
        }
        Mark::Waves => {
            for (y, ink) in [(-0.5, fore), (0.0, accent), (0.5, fore)] {
                let points = pen.wave(y, 0.2, 2.0);
                pen.stroke(&points, 0.18, ink);
            }
        }
        Mark::Wing => {
            for (index, ink) in [fore, fore, accent].into_iter().enumerate() {
                let y = f32::from(u8::try_from(index).unwrap_or(0)) * 0.4;
                let reach = 1.0 - y * 0.55;
                pen.polygon(
                    &[
                        (-0.95, 0.5 - y * 0.2 + y * 0.6),
                        (reach, -0.72 + y * 1.12),
                        (reach * 0.5, -0.24 + y * 1.1),
                        (-0.6, 0.56 + y * 0.42),
                    ],
                    ink,
                );
            }
        }
    }
}
