//! Letters of one line thickness: each is a handful of strokes, written as a short path in a box 100 units high.
//!
//! A path holds `M x y` (start), `L x y` (line to) and `A cx cy rx ry from to` (arc, degrees clockwise from the right).
#![expect(clippy::float_arithmetic, reason = "pixels, not money")]

use std::collections::HashMap;
use std::sync::OnceLock;

use super::canvas::{Canvas, Ink, Point, arc};

/// The space between letters and between words, for letters 100 high.
const TRACKING: f32 = 23.0;
const SPACE: f32 = 34.0;

/// Letter, width and path. Capitals reach from 0 to 100, small letters from 34; 100 is the base line.
const GLYPHS: &[(char, f32, &str)] = &[
    ('A', 78.0, "M 0 100 L 39 0 L 78 100 M 14 66 L 64 66"),
    ('B', 57.0, "M 30 48 L 0 48 M 0 0 L 30 0 A 30 24 24 24 -90 90 M 30 48 A 30 74 27 26 -90 90 L 0 100 L 0 0"),
    ('C', 82.0, "A 50 50 50 50 -48 -312"),
    ('D', 74.0, "M 0 0 L 26 0 A 26 50 48 50 -90 90 L 0 100 L 0 0"),
    ('E', 50.0, "M 50 0 L 0 0 L 0 100 L 50 100 M 0 49 L 43 49"),
    ('F', 48.0, "M 48 0 L 0 0 L 0 100 M 0 50 L 41 50"),
    ('G', 100.0, "A 50 50 50 50 -48 -360 L 58 50"),
    ('H', 68.0, "M 0 0 L 0 100 M 68 0 L 68 100 M 0 49 L 68 49"),
    ('I', 0.0, "M 0 0 L 0 100"),
    ('J', 42.0, "M 42 0 L 42 72 A 15 73 27 27 0 120"),
    ('K', 60.0, "M 0 0 L 0 100 M 57 0 L 0 60 M 22 38 L 60 100"),
    ('L', 46.0, "M 0 0 L 0 100 L 46 100"),
    ('M', 88.0, "M 0 100 L 0 0 L 44 66 L 88 0 L 88 100"),
    ('N', 70.0, "M 0 100 L 0 0 L 70 100 L 70 0"),
    ('O', 100.0, "A 50 50 50 50 0 360"),
    ('P', 55.0, "M 0 100 L 0 0 L 28 0 A 28 27 27 27 -90 90 L 0 54"),
    ('Q', 100.0, "A 50 50 50 50 0 360 M 64 68 L 98 104"),
    ('R', 60.0, "M 0 100 L 0 0 L 29 0 A 29 26 26 26 -90 90 L 0 52 M 30 52 L 60 100"),
    ('S', 54.0, "A 27 25.5 24 25.5 -28 -270 A 27 75.5 27 24.5 -90 152"),
    ('T', 66.0, "M 0 0 L 66 0 M 33 0 L 33 100"),
    ('U', 68.0, "M 0 0 L 0 66 A 34 66 34 34 180 0 L 68 0"),
    ('V', 74.0, "M 0 0 L 37 100 L 74 0"),
    ('W', 112.0, "M 0 0 L 28 100 L 56 12 L 84 100 L 112 0"),
    ('X', 68.0, "M 0 0 L 68 100 M 68 0 L 0 100"),
    ('Y', 70.0, "M 0 0 L 35 52 L 70 0 M 35 52 L 35 100"),
    ('Z', 64.0, "M 2 0 L 63 0 L 0 100 L 64 100"),
    ('a', 64.0, "A 32 67 32 33 0 360 M 64 34 L 64 100"),
    ('b', 64.0, "A 32 67 32 33 0 360 M 0 0 L 0 100"),
    ('c', 54.0, "A 32 67 32 33 -46 -314"),
    ('d', 64.0, "A 32 67 32 33 0 360 M 64 0 L 64 100"),
    ('e', 64.0, "M 1 68 L 64 68 A 32 67 32 33 0 -315"),
    ('f', 34.0, "M 12 100 L 12 22 A 34 22 22 22 180 272 M 0 38 L 32 38"),
    ('g', 64.0, "A 32 67 32 33 0 360 M 64 34 L 64 102 A 32 102 32 28 0 148"),
    ('h', 56.0, "M 0 0 L 0 100 M 0 62 A 28 62 28 28 180 360 L 56 100"),
    ('i', 0.0, "M 0 36 L 0 100 M 0 8 L 0 8"),
    ('j', 14.0, "M 14 36 L 14 108 A -6 108 20 21 0 96 M 14 8 L 14 8"),
    ('k', 48.0, "M 0 0 L 0 100 M 45 36 L 0 76 M 18 60 L 48 100"),
    ('l', 0.0, "M 0 0 L 0 100"),
    ('m', 96.0, "M 0 36 L 0 100 M 0 58 A 24 58 24 24 180 360 L 48 100 M 48 58 A 72 58 24 24 180 360 L 96 100"),
    ('n', 56.0, "M 0 36 L 0 100 M 0 62 A 28 62 28 28 180 360 L 56 100"),
    ('o', 64.0, "A 32 67 32 33 0 360"),
    ('p', 64.0, "A 32 67 32 33 0 360 M 0 36 L 0 130"),
    ('q', 64.0, "A 32 67 32 33 0 360 M 64 36 L 64 130"),
    ('r', 34.0, "M 0 36 L 0 100 M 0 60 A 27 60 27 26 180 288"),
    ('s', 44.0, "A 22 50.5 19 16 -26 -270 A 22 83 22 17 -90 152"),
    ('t', 36.0, "M 13 10 L 13 80 A 33 80 20 20 180 86 M 0 36 L 33 36"),
    ('u', 56.0, "M 0 36 L 0 72 A 28 72 28 28 180 0 M 56 36 L 56 100"),
    ('v', 58.0, "M 0 36 L 29 100 L 58 36"),
    ('w', 92.0, "M 0 36 L 23 100 L 46 42 L 69 100 L 92 36"),
    ('x', 54.0, "M 0 36 L 54 100 M 54 36 L 0 100"),
    ('y', 58.0, "M 0 36 L 29 100 M 58 36 L 16 130"),
    ('z', 50.0, "M 2 36 L 49 36 L 0 100 L 50 100"),
    ('0', 66.0, "A 33 50 33 50 0 360"),
    ('1', 24.0, "M 0 20 L 24 0 L 24 100"),
    ('2', 60.0, "A 30 30 29 30 190 395 L 0 100 L 60 100"),
    ('3', 56.0, "A 28 25 24 25 205 450 A 28 75 28 25 -90 155"),
    ('4', 64.0, "M 47 100 L 47 0 L 0 70 L 64 70"),
    ('5', 58.0, "M 54 0 L 9 0 L 5 44 A 28 68 30 32 -140 145"),
    ('6', 62.0, "A 31 69 31 31 0 360 M 46 0 L 6 54"),
    ('7', 58.0, "M 0 0 L 58 0 L 18 100"),
    ('8', 58.0, "A 29 25 24 25 0 360 M 58 75 A 29 75 29 25 0 360"),
    ('9', 62.0, "A 31 31 31 31 0 360 M 56 46 L 16 100"),
    ('&', 72.0, "M 72 100 L 12 34 A 29 21 19 21 142 395 L 11 58 A 28 74 28 26 218 12 L 72 56"),
    ('.', 0.0, "M 0 99 L 0 99"),
    ('-', 30.0, "M 0 60 L 30 60"),
    ('\'', 0.0, "M 0 0 L 0 20"),
];

struct Glyph {
    width: f32,
    lines: Vec<Vec<Point>>,
}

fn glyphs() -> &'static HashMap<char, Glyph> {
    static PARSED: OnceLock<HashMap<char, Glyph>> = OnceLock::new();
    PARSED.get_or_init(|| {
        GLYPHS.iter().map(|(letter, width, path)| (*letter, Glyph { width: *width, lines: parse(path) })).collect()
    })
}

fn parse(path: &str) -> Vec<Vec<Point>> {
    let mut lines: Vec<Vec<Point>> = Vec::new();
    let mut words = path.split_ascii_whitespace();
    while let Some(command) = words.next() {
        let mut number = || words.next().and_then(|word| word.parse::<f32>().ok()).unwrap_or(0.0);
        match command {
            "M" => lines.push(vec![(number(), number())]),
            "L" => {
                let point = (number(), number());
                if let Some(line) = lines.last_mut() {
                    line.push(point);
                }
            }
            _ => {
                let (centre, rx, ry, from, to) = ((number(), number()), number(), number(), number(), number());
                let points = arc(centre, rx, ry, from, to);
                match lines.last_mut() {
                    Some(line) => line.extend(points),
                    None => lines.push(points),
                }
            }
        }
    }
    lines
}

/// Returns the name reduced to letters that can be drawn; empty when too little of it is left.
pub(super) fn drawable(name: &str) -> String {
    let plain: String = name.chars().map(base_letter).collect();
    let kept: String = plain.chars().filter(|letter| *letter == ' ' || glyphs().contains_key(letter)).collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = kept.chars().filter(|letter| letter.is_ascii_alphanumeric()).count();
    let wanted = name.chars().filter(|letter| letter.is_alphanumeric()).count();
    if letters * 10 >= wanted * 8 && letters > 0 {
        kept.chars().take(34).collect::<String>().trim_end().to_owned()
    } else {
        String::new()
    }
}

fn base_letter(letter: char) -> char {
    match letter {
        'ä' | 'à' | 'á' | 'â' => 'a',
        'Ä' => 'A',
        'é' | 'è' | 'ê' => 'e',
        'ö' | 'ó' | 'ô' => 'o',
        'ü' | 'ú' => 'u',
        '’' => '\'',
        other => other,
    }
}

fn width(word: &str) -> f32 {
    let letters = word
        .chars()
        .map(|letter| if letter == ' ' { SPACE } else { glyphs().get(&letter).map_or(0.0, |glyph| glyph.width) });
    let gaps = word.chars().count().saturating_sub(1);
    letters.sum::<f32>() + f32::from(u16::try_from(gaps).unwrap_or(0)) * TRACKING
}

/// Splits a name into at most two lines of similar width.
pub(super) fn two_lines(word: &str) -> Vec<String> {
    let breaks: Vec<usize> = word.match_indices(' ').map(|(at, _)| at).collect();
    let best = breaks.into_iter().min_by(|a, b| {
        let widest = |at: usize| width(&word[..at]).max(width(&word[at + 1..]));
        widest(*a).total_cmp(&widest(*b))
    });
    match best {
        Some(at) => vec![word[..at].to_owned(), word[at + 1..].to_owned()],
        None => vec![word.to_owned()],
    }
}

/// Draws a line of letters centred on a point; it shrinks until it fits.
#[expect(clippy::too_many_arguments, reason = "a drawing call")]
pub(super) fn line(canvas: &mut Canvas, word: &str, cx: f32, cy: f32, room: f32, height: f32, weight: f32, ink: Ink) {
    let natural = width(word) * height / 100.0;
    // A long name in one line would be too small to read, so it is drawn in two lines.
    if natural > room * 1.25 && word.contains(' ') {
        let lines = two_lines(word);
        let widest = lines.iter().map(|line| width(line)).fold(0.0, f32::max);
        let height = height.min(room / widest * 100.0) * 0.92;
        for (index, line) in lines.iter().enumerate() {
            let at = cy + (if index == 0 { -0.78 } else { 0.78 }) * height;
            write(canvas, line, cx - width(line) * height / 200.0, at, height, weight, ink);
        }
        return;
    }
    let height = height.min(room / width(word).max(1.0) * 100.0);
    write(canvas, word, cx - width(word) * height / 200.0, cy, height, weight, ink);
}

/// Draws lines one above the other, all starting at `x`, the block centred on `cy`. Returns the end of the last base
/// line.
#[expect(clippy::too_many_arguments, reason = "a drawing call")]
pub(super) fn left_lines(
    canvas: &mut Canvas,
    lines: &[&str],
    x: f32,
    cy: f32,
    room: f32,
    height: f32,
    weight: f32,
    ink: Ink,
) -> Point {
    let widest = lines.iter().map(|line| width(line)).fold(1.0, f32::max);
    let height = height.min(room / widest * 100.0);
    let pitch = height * 1.5;
    let count = f32::from(u16::try_from(lines.len()).unwrap_or(1));
    let mut end = (x, cy);
    for (index, line) in lines.iter().enumerate() {
        let index = f32::from(u16::try_from(index).unwrap_or(0));
        let at = cy + (index - (count - 1.0) / 2.0) * pitch;
        write(canvas, line, x, at, height, weight, ink);
        end = (x + width(line) * height / 100.0, at + height / 2.0);
    }
    end
}

/// Writes a word from `x`, the capitals centred on `cy`.
fn write(canvas: &mut Canvas, word: &str, x: f32, cy: f32, height: f32, weight: f32, ink: Ink) {
    let scale = height / 100.0;
    let mut at = x;
    for letter in word.chars() {
        if letter == ' ' {
            at += (SPACE + TRACKING) * scale;
            continue;
        }
        let Some(glyph) = glyphs().get(&letter) else { continue };
        let place = |(px, py): &Point| (at + px * scale, cy - height / 2.0 + py * scale);
        let lines: Vec<Vec<Point>> = glyph.lines.iter().map(|line| line.iter().map(place).collect()).collect();
        canvas.strokes(&lines, weight * scale, ink);
        at += (glyph.width + TRACKING) * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_latin_letters_are_not_drawn_as_words() {
        assert_eq!(drawable("Kettle & Crumb"), "Kettle & Crumb");
        assert_eq!(drawable("山桜書店"), "");
        assert_eq!(drawable("Калинова крамниця"), "");
        assert_eq!(drawable(""), "");
    }

    #[test]
    fn every_glyph_has_lines_within_its_box() {
        for (letter, glyph) in glyphs() {
            assert!(!glyph.lines.is_empty(), "{letter}");
            for (x, y) in glyph.lines.iter().flatten() {
                assert!((-30.0..=glyph.width + 2.0).contains(x) && (-2.0..=134.0).contains(y), "{letter}: {x} {y}");
            }
        }
    }
}
