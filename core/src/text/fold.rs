//! Folding for search: case, diacritics, width and kana are removed, so that `pokemon` finds `Pokémon` and `ポケ` finds
//! `ぽけ`.
//!
//! This is written by hand for the scripts that catalogues are written in, instead of with `char::to_lowercase` and a
//! normalisation table: those two are larger in the download than the search itself. A letter that is not known here
//! stays as it is and still matches itself.

use super::cut;

/// The base letters of U+00C0..=U+017F; `.` where the letter has no single base or is handled by name.
const LATIN: &[u8; 192] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
/// The base letters of U+1E00..=U+1EFF.
const LATIN_ADDITIONAL: &[u8; 256] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllll\
mmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyasss.d\
aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyllvvyy";

/// Returns `text` without differences of case, diacritics, width and kana. Every run of separators becomes one space.
///
/// ```
/// use cr_core::text::fold;
///
/// for (text, folded) in [
///     ("Pokémon", "pokemon"),
///     ("Straße GROẞ", "strasse gross"),
///     ("ポケモン", "ぽけもん"),
///     ("ＡＢＣ　１２３", "abc 123"),
///     ("McDonald's", "mcdonalds"),
///     ("H&M / A-B_c", "h m a b c"),
/// ] {
///     assert_eq!(fold(text), folded);
/// }
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut folded);
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn fold_char(c: char, to: &mut String) {
    let base = |table: &[u8], start: u32| {
        let index = usize::try_from(u32::from(c) - start).ok()?;
        table.get(index).filter(|letter| **letter != b'.').map(|letter| char::from(*letter))
    };
    let moved = |by: i32| u32::from(c).checked_add_signed(by).and_then(char::from_u32);
    let folded = match c {
        'a'..='z' | '0'..='9' => Some(c),
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        // An apostrophe does not separate words: `mcdonalds` finds `McDonald's`.
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => return,
        '+' => Some(c),
        '\0'..='\u{BF}' | '×' | '÷' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}' | '・' => {
            if super::is_invisible(c) && !c.is_whitespace() {
                return;
            }
            if !to.is_empty() && !to.ends_with(' ') {
                to.push(' ');
            }
            return;
        }
        'Æ' | 'æ' => return to.push_str("ae"),
        'Œ' | 'œ' => return to.push_str("oe"),
        'ß' | 'ẞ' => return to.push_str("ss"),
        'Þ' | 'þ' => return to.push_str("th"),
        'Ĳ' | 'ĳ' => return to.push_str("ij"),
        '\u{C0}'..='\u{17F}' => base(LATIN, 0xC0),
        '\u{1E00}'..='\u{1EFF}' => base(LATIN_ADDITIONAL, 0x1E00),
        '\u{1A0}' | '\u{1A1}' => Some('o'),
        '\u{1AF}' | '\u{1B0}' => Some('u'),
        '\u{1CD}' | '\u{1CE}' => Some('a'),
        '\u{218}' | '\u{219}' => Some('s'),
        '\u{21A}' | '\u{21B}' => Some('t'),
        'Ά' | 'ά' => Some('α'),
        'Έ' | 'έ' => Some('ε'),
        'Ή' | 'ή' => Some('η'),
        'Ί' | 'ί' | 'Ϊ' | 'ϊ' | 'ΐ' => Some('ι'),
        'Ό' | 'ό' => Some('ο'),
        'Ύ' | 'ύ' | 'Ϋ' | 'ϋ' | 'ΰ' => Some('υ'),
        'Ώ' | 'ώ' => Some('ω'),
        'ς' => Some('σ'),
        'Α'..='Ω' => moved(0x20),
        'Ё' | 'ё' => Some('е'),
        'Й' | 'й' => Some('и'),
        'А'..='Я' => moved(0x20),
        'Ѐ'..='Џ' => moved(0x50),
        'Ґ' => Some('ґ'),
        // Arabic letters that are written with and without their signs are one letter; vowel signs and the stretcher
        // are dropped.
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ى' | 'ی' => Some('ي'),
        'ک' => Some('ك'),
        'ة' => Some('ه'),
        '\u{64B}'..='\u{65F}' | '\u{640}' => return,
        // Katakana becomes hiragana, full width becomes ASCII.
        'ァ'..='ヶ' => moved(-0x60),
        '！'..='～' => {
            if let Some(ascii) = moved(-0xFEE0) {
                fold_char(ascii, to);
            }
            return;
        }
        _ if super::is_combining(c) || super::is_invisible(c) => return,
        _ if c.is_whitespace() => return fold_char(' ', to),
        _ => super::decimal_digit(c).map(|digit| char::from(b'0' + digit)),
    };
    to.push(folded.unwrap_or(c));
}

/// Returns the words of a folded text.
pub(crate) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| !word.is_empty())
}

/// Returns whether `a` becomes `b` by at most one edit: one letter changed, missing or added, or two neighbours
/// swapped.
pub(crate) fn is_one_edit_apart(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        let (mut x, mut y) = (a.clone(), b.clone());
        match (x.next(), y.next()) {
            (Some(left), Some(right)) if left == right => (a, b) = (x, y),
            _ => break,
        }
    }
    loop {
        let (mut x, mut y) = (a.clone(), b.clone());
        match (x.next_back(), y.next_back()) {
            (Some(left), Some(right)) if left == right => (a, b) = (x, y),
            _ => break,
        }
    }
    match [a.next(), a.next(), a.next(), b.next(), b.next(), b.next()] {
        [_, None, None, _, None, None] => true,
        [Some(p), Some(q), None, Some(r), Some(s), None] => p == s && q == r,
        _ => false,
    }
}

/// Returns whether `word`, or a beginning of it, is one edit away from what was `typed` so far: one letter wrong,
/// missing or too many, or two neighbours swapped. `typed` is never empty.
pub(crate) fn is_one_edit_from_start(typed: &str, word: &str) -> bool {
    let after_first = |text: &'_ str| -> Option<usize> { text.chars().next().map(char::len_utf8) };
    let common: usize = typed.chars().zip(word.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (typed, word) = (cut(typed, common).1, cut(word, common).1);
    let Some(first) = after_first(typed) else { return true };
    let (one, next) = cut(typed, first);
    let too_many = word.starts_with(next);
    let Some(start) = after_first(word) else { return too_many };
    let (other, rest) = cut(word, start);
    let is_swapped = || {
        let swapped = next.strip_prefix(other).zip(rest.strip_prefix(one));
        swapped.is_some_and(|(typed, word)| word.starts_with(typed))
    };
    too_many || rest.starts_with(next) || rest.starts_with(typed) || is_swapped()
}
