//! Which rows of a long grid are worth having in the document: those in sight and a few around them. All computations
//! are in whole numbers.

/// Rows kept above and below what is in sight, once what is in sight has been painted.
pub const SPARE_ROWS: u32 = 2;

/// The text size for which the widths below hold, in CSS pixels.
const USUAL_TEXT: u32 = 16;
/// Smallest width of a card, in CSS pixels.
const MIN_CARD: u32 = 148;
/// From this width on, two cards stand beside each other if the text leaves them room for a name.
const TWO: u32 = 280;
const TWO_AT_LEAST: u32 = 200;

/// Returns how many cards fit beside each other in a grid of this width with text of this size, both in CSS pixels.
#[must_use]
pub fn columns(width: u32, gap: u32, text: u32) -> u32 {
    let scaled = |length: u32| length * text.clamp(1, 1_000) / USUAL_TEXT;
    let least = if width >= TWO.max(scaled(TWO_AT_LEAST)) { 2 } else { 1 };
    ((width + gap) / (scaled(MIN_CARD) + gap)).clamp(least, 7)
}

/// The part of a grid that is in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many cards stand beside each other.
    pub columns: u32,
    /// Index of the first card.
    pub first: usize,
    /// Index after the last card.
    pub end: usize,
    /// Height that stands for the rows before the first card, in CSS pixels.
    pub before: u32,
    /// Height that stands for the rows after the last card, in CSS pixels.
    pub after: u32,
}

/// Returns the window over `count` cards in rows of `columns`, each `row` pixels high, when `seen_from..seen_to` of the
/// grid's own height is in sight, with `spare` rows around that.
#[must_use]
pub fn window(count: usize, columns: u32, row: u32, (seen_from, seen_to): (u32, u32), spare: u32) -> Window {
    let (columns, row) = (columns.max(1), row.max(1));
    let per_row = columns as usize;
    let rows = u32::try_from(count.div_ceil(per_row)).unwrap_or(u32::MAX);
    let first_row = (seen_from / row).saturating_sub(spare).min(rows);
    let end_row = (seen_to / row + 1).saturating_add(spare).clamp(first_row, rows);
    Window {
        columns,
        first: (first_row as usize * per_row).min(count),
        end: (end_row as usize * per_row).min(count),
        before: first_row.saturating_mul(row),
        after: (rows - end_row).saturating_mul(row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_the_width() {
        for (width, expected) in [(0, 1), (240, 1), (288, 2), (328, 2), (500, 3), (720, 4), (992, 6), (4000, 7)] {
            assert_eq!(columns(width, 12, 16), expected, "{width}");
        }
    }

    #[test]
    fn large_text_has_wider_cards() {
        for (width, text, expected) in [
            (328, 20, 2),
            (328, 24, 2),
            (328, 32, 1),
            (500, 32, 2),
            (992, 20, 5),
            (992, 32, 3),
            (328, 10, 3),
            (328, 0, 7),
        ] {
            assert_eq!(columns(width, 12, text), expected, "{width} at {text}");
        }
    }

    #[test]
    fn windows_are_bounded_and_keep_the_height() {
        for count in [0_usize, 1, 2, 3, 7, 900, 10_500] {
            for columns in [1, 2, 5, 7] {
                for from in [0, 1, 170, 5_000, 900_000, u32::MAX - 700] {
                    let shown = window(count, columns, 170, (from, from + 700), SPARE_ROWS);
                    let case = (count, columns, from);
                    let per_row = columns as usize;
                    assert!(shown.first <= shown.end && shown.end <= count, "{case:?}: {shown:?}");
                    assert!(shown.end - shown.first <= 11 * per_row, "{case:?}: {shown:?}");
                    let rows = (shown.end - shown.first).div_ceil(per_row);
                    let height = u64::from(shown.before) + u64::from(shown.after) + rows as u64 * 170;
                    assert_eq!(height, count.div_ceil(per_row) as u64 * 170, "{case:?}: {shown:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_in_sight_is_in_the_window() {
        let shown = window(10_500, 4, 200, (40_000, 40_700), SPARE_ROWS);
        assert!(shown.first <= 200 * 4 && shown.end >= 204 * 4, "{shown:?}");
        assert_eq!(shown.before, (200 - SPARE_ROWS) * 200);
    }
}
