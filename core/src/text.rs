//! Text from outside: names are cleaned, and rich text becomes a small tree of harmless nodes. HTML never passes
//! through as HTML.
//!
//! The tables here are small on purpose: this code is shipped to browsers, and the general Unicode tables weigh more than
//! everything it does with them.

mod fold;
mod html;
pub mod punycode;

pub use fold::fold;
pub(crate) use fold::{is_one_edit_apart, is_one_edit_from_start, words};
pub(crate) use html::unescape;
pub use html::{Rich, plain, rich};

/// The longest name that is shown, in characters.
const MAX_NAME: usize = 160;
/// How many combining marks may follow one letter: as many as any living script stacks.
const MAX_MARKS: usize = 3;

/// Returns a name or label as it may be shown: without control characters, bidirectional overrides, the replacements of
/// lone surrogates, zero-width characters and piles of combining marks, with single spaces, and cut to 160 characters.
///
/// ```
/// use cr_core::text::clean;
///
/// for (name, shown) in [
///     ("  Arcadia \t Games\n", "Arcadia Games"),
///     ("abc\u{202E}fdp.exe", "abcfdp.exe"), // a bidirectional override
///     ("Pokémon", "Pokémon"),
///     ("<b>not markup here</b>", "<b>not markup here</b>"),
/// ] {
///     assert_eq!(clean(name), shown);
/// }
/// ```
pub fn clean(name: &str) -> String {
    let mut cleaned = String::with_capacity(name.len().min(MAX_NAME * 4));
    let (mut length, mut marks, mut gap) = (0, 0, false);
    for c in name.chars() {
        if is_blank(c) {
            gap = true;
            continue;
        }
        if is_invisible(c) {
            continue;
        }
        marks = if is_combining(c) { marks + 1 } else { 0 };
        if marks > MAX_MARKS || (marks > 0 && length == 0) {
            continue;
        }
        if length == MAX_NAME {
            cleaned.push('…');
            break;
        }
        if gap && length > 0 {
            cleaned.push(' ');
            length += 1;
        }
        gap = false;
        cleaned.push(c);
        length += 1;
    }
    cleaned
}

/// Returns a name in the form in which two spellings of it are compared: character references are resolved once, white
/// space is folded, invisible characters are left out. Nothing is cut off.
pub(crate) fn resolved(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut gap = false;
    for c in unescape(name).chars() {
        if is_blank(c) {
            gap = !text.is_empty();
        } else if !is_invisible(c) {
            if core::mem::take(&mut gap) {
                text.push(' ');
            }
            text.push(c);
        }
    }
    text
}

/// Returns whether two names are the same: in any case, with character references or without, however wide their gaps.
pub(crate) fn same_text(one: &str, other: &str) -> bool {
    let (one, other) = (resolved(one), resolved(other));
    one.eq_ignore_ascii_case(&other) || one.to_lowercase() == other.to_lowercase()
}

/// Where `part` begins in `text`, in bytes, one place after another without overlap. Nothing is in no place.
///
/// The searcher of the standard library is made for long needles and is larger than all the code that searches here,
/// for single words.
pub(crate) fn places<'a>(text: &'a str, part: &'a str) -> impl Iterator<Item = usize> + 'a {
    let mut from = 0;
    core::iter::from_fn(move || {
        let (first, others) = part.as_bytes().split_first()?;
        loop {
            let rest = text.as_bytes().get(from..)?;
            from += rest.iter().position(|byte| byte == first)? + 1;
            if text.as_bytes().get(from..).is_some_and(|rest| rest.starts_with(others)) {
                let at = from - 1;
                from += others.len();
                return Some(at);
            }
        }
    })
}

/// Splits a text at a byte offset. Where that is no character boundary, or beyond the end, all of the text comes before
/// it. It avoids the panicking slice, whose message and formatting code would be in the download.
pub(crate) fn cut(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Returns whether `part`, which is not empty, is in `text`.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    places(text, part).next().is_some()
}

/// Returns whether the character is white space or only looks like it. Control characters that separate lines or fields
/// count as space.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}')
}

/// Returns whether the character shows nothing and can deceive: controls, bidirectional marks, zero-width characters,
/// tags, replacements.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFD}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Returns whether the character is a combining mark of a script whose letters are known to be piled up.
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{610}'..='\u{61A}'
        | '\u{64B}'..='\u{65F}' | '\u{6D6}'..='\u{6DC}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE2F}')
}

/// The first code point of each block of ten decimal digits that a keyboard may produce (Unicode category Nd).
const DIGIT_ZEROS: [u32; 21] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10,
];

/// Returns the value of a decimal digit of any script in everyday use.
pub(crate) fn decimal_digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    DIGIT_ZEROS.iter().find_map(|zero| u8::try_from(code.checked_sub(*zero)?).ok().filter(|digit| *digit < 10))
}

/// Returns the address in `text` if it may be opened: it is https, has a host, and has no credentials and no control
/// characters.
///
/// ```
/// use cr_core::text::safe_link;
///
/// for (text, link) in [
///     (" https://shop.example/redeem?a=1 ", Some("https://shop.example/redeem?a=1")),
///     ("http://shop.example/", None),
///     ("javascript:alert(1)", None),
///     ("https://user:secret@shop.example/", None),
/// ] {
///     assert_eq!(safe_link(text), link);
/// }
/// ```
pub fn safe_link(text: &str) -> Option<&str> {
    let link = text.trim();
    let (_, rest) = link.split_at_checked(8).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https://"))?;
    let harmless = |c: char| !c.is_whitespace() && !is_invisible(c) && !matches!(c, '\\' | '"' | '<' | '>' | '`' | '^');
    if link.len() > 4096 || !link.chars().all(harmless) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    let port = authority.strip_prefix(host)?.strip_prefix(':').unwrap_or("443");
    let is_host = !host.is_empty()
        && !host.starts_with(['.', '-'])
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    (is_host && is_port).then_some(link)
}

/// Returns the address of an image if it may be loaded: a [`safe_link`], or a path on the origin that answered.
///
/// ```
/// use cr_core::text::safe_image;
///
/// for (text, address) in [
///     ("/images/logo.webp", Some("/images/logo.webp")),
///     ("https://cdn.example/logo.webp", Some("https://cdn.example/logo.webp")),
///     ("//cdn.example/logo.webp", None),
///     ("data:image/png;base64,AAAA", None),
/// ] {
///     assert_eq!(safe_image(text), address);
/// }
/// ```
pub fn safe_image(text: &str) -> Option<&str> {
    let path = text.trim();
    let is_path = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 4096
        && path.chars().all(|c| !c.is_whitespace() && !is_invisible(c) && !matches!(c, '\\' | '"' | '<' | '>'));
    if is_path { Some(path) } else { safe_link(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_are_found_where_the_library_finds_them(text in "[abé ]{0,40}|\\PC{0,12}", part in "[abé]{1,3}|\\PC{1,2}") {
            let expected: Vec<usize> = text.match_indices(&part).map(|(at, _)| at).collect();
            prop_assert_eq!(places(&text, &part).collect::<Vec<_>>(), expected);
            prop_assert_eq!(holds(&text, &part), text.contains(&part));
            prop_assert_eq!(places(&text, "").next(), None);
        }
    }
}
