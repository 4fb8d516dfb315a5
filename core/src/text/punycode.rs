//! Punycode (RFC 3492) and the ASCII form of domain names that is made with it (RFC 5890, A-labels).

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;
/// The prefix of an A-label.
const PREFIX: &str = "xn--";
/// The longest text that is encoded or decoded, in characters. A label of a domain has 63 at most; the work grows with the square.
const LONGEST: usize = 256;

/// Adapts the bias after each code point (RFC 3492 §6.1).
fn adapt(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn digit(value: u32) -> Option<char> {
    // The digits are `a` to `z`, then `0` to `9`.
    let code = if value < 26 { u32::from(b'a') + value } else { u32::from(b'0') + value.checked_sub(26)? };
    char::from_u32(code)
}

fn value(digit: char) -> Option<u32> {
    match digit {
        'a'..='z' => Some(u32::from(digit) - u32::from('a')),
        'A'..='Z' => Some(u32::from(digit) - u32::from('A')),
        '0'..='9' => Some(u32::from(digit) - u32::from('0') + 26),
        _ => None,
    }
}

/// Returns a text in Punycode, without the prefix of domain names (RFC 3492 §6.3). The case of letters is kept. `None`
/// for a text that is too long.
///
/// ```
/// use cr_core::text::punycode::{decode, encode};
///
/// assert_eq!(encode("bücher").as_deref(), Some("bcher-kva"));
/// assert_eq!(decode("bcher-kva").as_deref(), Some("bücher"));
/// ```
pub fn encode(text: &str) -> Option<String> {
    let letters: Vec<u32> = text.chars().take(LONGEST + 1).map(u32::from).collect();
    if letters.len() > LONGEST {
        return None;
    }
    let mut encoded: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(encoded.len()).ok()?;
    let total = u32::try_from(letters.len()).ok()?;
    if basic > 0 {
        encoded.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while handled < total {
        let next = letters.iter().copied().filter(|letter| *letter >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for letter in &letters {
            if *letter < n {
                delta = delta.checked_add(1)?;
            }
            if *letter == n {
                let mut q = delta;
                let mut k = BASE;
                loop {
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    encoded.push(digit(t + (q - t) % (BASE - t))?);
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                encoded.push(digit(q)?);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n = n.checked_add(1)?;
    }
    Some(encoded)
}

/// Returns the text that a Punycode stands for, without the prefix of domain names (RFC 3492 §6.2). `None` for a text
/// that is no Punycode or is too long.
pub fn decode(text: &str) -> Option<String> {
    if !text.is_ascii() || text.len() > LONGEST {
        return None;
    }
    let (basic, extended) = text.rsplit_once('-').unwrap_or(("", text));
    let mut letters: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (INITIAL_N, 0_u32, INITIAL_BIAS);
    let mut digits = extended.chars();
    while let Some(first) = digits.next() {
        let before = i;
        let (mut weight, mut k, mut next) = (1_u32, BASE, Some(first));
        loop {
            let digit = value(next?)?;
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
            next = digits.next();
        }
        let count = u32::try_from(letters.len()).ok()? + 1;
        bias = adapt(i - before, count, before == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        letters.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(letters.into_iter().collect())
}

/// Returns a domain name in its ASCII form: lower case, without the dot of the root, every label that has non-ASCII
/// letters as an A-label. A label that cannot be encoded stays as it is. Two names are the same when their ASCII forms
/// are (RFC 5890 §2.3.2.4), as long as they are composed (NFC): Latin letters with the common marks are composed here;
/// other scripts are not, nor are letters of other widths or forms mapped (UTS #46).
///
/// ```
/// use cr_core::text::punycode::domain_to_ascii;
///
/// for (domain, ascii) in [("Bücher.example", "xn--bcher-kva.example"), ("shop.example.", "shop.example")] {
///     assert_eq!(domain_to_ascii(domain), ascii);
/// }
/// ```
pub fn domain_to_ascii(domain: &str) -> String {
    let is_dot = |c: char| matches!(c, '.' | '。' | '．' | '｡');
    let domain = domain.trim();
    let domain = domain.strip_suffix(is_dot).unwrap_or(domain);
    let mut ascii = String::with_capacity(domain.len());
    for (place, label) in domain.split(is_dot).enumerate() {
        if place > 0 {
            ascii.push('.');
        }
        // Letters are lowered one by one: in a whole word the lower-case form may depend on where the letter stands.
        let small = composed(label.chars().flat_map(char::to_lowercase));
        match encode(&small).filter(|_| !small.is_ascii()) {
            Some(encoded) => ascii.extend([PREFIX, &encoded]),
            None => ascii.push_str(&small),
        }
    }
    ascii
}

/// Lower-case Latin letters with one combining mark: the mark, the letters, and each of them composed with it (Unicode,
/// NFC). A letter that has a second mark is composed with that in turn.
const COMPOSED: [(char, &str, &str); 13] = [
    ('\u{300}', "aeiounwyâêôăơưü", "àèìòùǹẁỳầềồằờừǜ"),
    ('\u{301}', "aeiouycnszlrgkpmwâêôăơưüõ", "áéíóúýćńśźĺŕǵḱṕḿẃấếốắớứǘṍ"),
    ('\u{302}', "aeioucghjswyzạẹọ", "âêîôûĉĝĥĵŝŵŷẑậệộ"),
    ('\u{303}', "aeiounyvâêôăơư", "ãẽĩõũñỹṽẫễỗẵỡữ"),
    ('\u{304}', "aeiougyüä", "āēīōūḡȳǖǟ"),
    ('\u{306}', "aeiougạ", "ăĕĭŏŭğặ"),
    ('\u{307}', "aeocgznbdfhmprstwxy", "ȧėȯċġżṅḃḋḟḣṁṗṙṡṫẇẋẏ"),
    ('\u{308}', "aeiouyhwxt", "äëïöüÿḧẅẍẗ"),
    ('\u{309}', "aeiouyâêôăơư", "ảẻỉỏủỷẩểổẳởử"),
    ('\u{30a}', "auwy", "åůẘẙ"),
    ('\u{30b}', "ou", "őű"),
    ('\u{30c}', "aeioucdghjklnrstz", "ǎěǐǒǔčďǧȟǰǩľňřšťž"),
    ('\u{31b}', "ou", "ơư"),
];
/// The letters composed with a mark below them, as in [`COMPOSED`].
const COMPOSED_BELOW: [(char, &str, &str); 4] = [
    ('\u{323}', "aeiouybdhklmnrstvwzơư", "ạẹịọụỵḅḍḥḳḷṃṇṛṣṭṿẉẓợự"),
    ('\u{326}', "st", "șț"),
    ('\u{327}', "cgklnrstdeh", "çģķļņŗşţḑȩḩ"),
    ('\u{328}', "aeiou", "ąęįǫų"),
];

/// Returns a text whose Latin letters are composed with the marks after them, as far as the tables go.
fn composed(letters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    for letter in letters {
        let pair =
            COMPOSED.iter().chain(&COMPOSED_BELOW).find(|(mark, _, _)| *mark == letter).and_then(|(_, bases, all)| {
                let last = text.chars().next_back()?;
                bases.chars().zip(all.chars()).find(|(base, _)| *base == last)
            });
        match pair {
            Some((_, whole)) => {
                text.pop();
                text.push(whole);
            }
            None => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All examples of RFC 3492 §7.1. Capitals of the ASCII form only carry the case of other letters, so that the
    /// vectors that have some are kept in lower case.
    const VECTORS: [(&str, &str); 19] = [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
        ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
        ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
        ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
        ("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"),
        ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
        (
            "세계의모든사람들이한국어를이해한다면얼마나좋을까",
            "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c",
        ),
        ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
        ("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"),
        ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
        ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
        ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
        ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
        ("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"),
        ("パフィーdeルンバ", "de-jg4avhby1noc0d"),
        ("そのスピードで", "d9juau41awczczp"),
        ("-> $1.00 <-", "-> $1.00 <--"),
    ];

    #[test]
    fn the_vectors_of_rfc_3492_hold_both_ways() {
        for (text, encoded) in VECTORS {
            assert_eq!(encode(text).as_deref(), Some(encoded), "{text}");
            assert_eq!(decode(encoded).as_deref(), Some(text), "{encoded}");
        }
    }

    #[test]
    fn what_is_no_punycode_is_refused() {
        for text in ["é", "a-é", "99999999", "b-99999999", "a-!", "zzzzzzzzzzzzzzzzzz", "\u{10ffff}"] {
            assert_eq!(decode(text), None, "{text}");
        }
        assert_eq!(encode(&"é".repeat(LONGEST + 1)), None);
        assert_eq!(decode(&"a".repeat(LONGEST + 1)), None);
        assert_eq!((encode("").as_deref(), decode("").as_deref()), (Some(""), Some("")));
    }

    /// Every pair was compared with Unicode's own tables when it was written down; this test checks the rows alone.
    #[test]
    fn every_row_of_the_tables_has_as_many_letters_as_wholes() {
        for (mark, bases, all) in COMPOSED.iter().chain(&COMPOSED_BELOW) {
            assert_eq!(bases.chars().count(), all.chars().count(), "{mark:?}");
            assert!(all.chars().all(|whole| !whole.is_ascii() && !bases.contains(whole)), "{mark:?}");
        }
    }

    #[test]
    fn names_are_the_same_when_their_ascii_forms_are() {
        for (name, ascii) in [
            ("Bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.Example", "xn--bcher-kva.example"),
            ("bücher。example.", "xn--bcher-kva.example"),
            ("example.com", "example.com"),
            ("ΟΔΟΣ.gr", "xn--pxavbq.gr"),
            ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
            ("faß.de", "xn--fa-hia.de"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("BU\u{308}CHER.example", "xn--bcher-kva.example"),
            ("vie\u{323}\u{302}t.vn", &domain_to_ascii("việt.vn")),
            ("s\u{30c}koda.cz", &domain_to_ascii("škoda.cz")),
            // A mark that no letter combines with stays.
            ("q\u{308}.de", &domain_to_ascii("q\u{308}.de")),
        ] {
            assert_eq!(domain_to_ascii(name), ascii, "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "\\PC{0,60}|[a-z]{0,10}[äöü日本]{0,6}-?[a-z]{0,10}") {
            let encoded = encode(&text).expect("short enough");
            prop_assert!(encoded.is_ascii());
            prop_assert_eq!(decode(&encoded), Some(text));
        }

        #[test]
        fn decoding_never_panics(text in "[a-zA-Z0-9-]{0,80}|\\PC{0,40}") {
            if let Some(decoded) = decode(&text) {
                prop_assert!(decoded.chars().count() <= text.len());
            }
        }

        #[test]
        fn the_ascii_form_is_its_own(domain in "([a-zA-Zäöü日本ÄÖ0-9]{1,12}\\.){1,3}[a-z]{2,6}") {
            let ascii = domain_to_ascii(&domain);
            prop_assert!(ascii.is_ascii());
            prop_assert_eq!(domain_to_ascii(&ascii), ascii.clone());
            prop_assert_eq!(domain_to_ascii(&domain.to_uppercase()), domain_to_ascii(&domain));
        }
    }
}
