//! How a shopper is reached, and who gets the goods. The `Debug` output of both types hides them from logs.

use crate::{
    country,
    text::{decimal_digit, is_invisible, is_one_edit_apart},
};
use core::str::FromStr;

/// An e-mail address that a mailbox provider could accept (RFC 5321 limits, no quoted local part). `Debug` shows
/// nothing of it.
///
/// The domain may hold non-ASCII letters (an internationalised name). The part before the `@` may not: few mailboxes
/// have such letters, and a look-alike letter there would send a code to a stranger.
///
/// ```
/// use cr_core::contact::{Email, EmailError};
///
/// for (entry, read) in [
///     ("  shopper@example.com\n", Ok("shopper@example.com")),
///     ("shopper＠example．com", Ok("shopper@example.com")),
///     ("post@bücher.example", Ok("post@bücher.example")),
///     ("shopper", Err(EmailError::NoAt)),
///     ("a@example.com, b@example.com", Err(EmailError::Several)),
///     ("аdmin@example.com", Err(EmailError::BadLocal)), // the first letter is Cyrillic
///     ("a@127.0.0.1", Err(EmailError::BadDomain)),
/// ] {
///     assert_eq!(entry.parse::<Email>().as_ref().map(Email::as_str), read.as_ref().copied());
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is not an [`Email`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing was entered.
    #[error("no e-mail address entered")]
    Empty,
    /// The address is longer than 254 characters.
    #[error("longer than 254 characters")]
    TooLong,
    /// There is no `@`.
    #[error("no @ in it")]
    NoAt,
    /// There is more than one address, or more than one `@`.
    #[error("more than one address")]
    Several,
    /// The part before the `@` is empty, too long or has characters that do not belong there.
    #[error("the part before the @ is not valid")]
    BadLocal,
    /// The part after the `@` is not a domain name with a dot.
    #[error("the part after the @ is not a domain")]
    BadDomain,
}

/// Mailbox domains that are worth a suggestion, and real domains near them that must not be corrected.
const MAIL_DOMAINS: &str = "gmail.com googlemail.com yahoo.com ymail.com rocketmail.com hotmail.com outlook.com live.com msn.com aol.com \
icloud.com me.com mac.com proton.me protonmail.com pm.me fastmail.com hey.com mail.com email.com zoho.com gmx.com gmx.de gmx.net gmx.at \
gmx.ch web.de t-online.de freenet.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it alice.it tiscali.it tin.it \
yahoo.it yahoo.fr yahoo.de yahoo.es yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.com.br hotmail.it hotmail.fr hotmail.de hotmail.es \
hotmail.co.uk outlook.it outlook.fr outlook.de outlook.es outlook.jp live.it live.fr live.de live.co.uk btinternet.com uol.com.br \
bol.com.br terra.com.br mail.ru yandex.ru yandex.com qq.com 163.com 126.com naver.com hanmail.net daum.net docomo.ne.jp ezweb.ne.jp \
softbank.ne.jp comcast.net verizon.net att.net";

impl Email {
    /// Returns the address as it is sent to the supplier.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the address that was probably meant when the domain looks mistyped. It is a suggestion only: the shopper
    /// decides.
    ///
    /// ```
    /// use cr_core::contact::Email;
    ///
    /// for (entered, meant) in [("a@gmial.com", Some("a@gmail.com")), ("a@gmail.com", None), ("a@own.example", None)] {
    ///     let address: Email = entered.parse().unwrap();
    ///     assert_eq!(address.suggestion().as_ref().map(Email::as_str), meant);
    /// }
    /// ```
    pub fn suggestion(&self) -> Option<Email> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let domain = domain.to_ascii_lowercase();
        if MAIL_DOMAINS.split(' ').any(|known| known == domain) {
            return None;
        }
        // A short domain name is one letter away from too many real ones.
        let meant = MAIL_DOMAINS.split(' ').find(|known| known.len() >= 8 && is_one_edit_apart(known, &domain))?;
        Some(Email(format!("{local}@{meant}")))
    }
}

impl FromStr for Email {
    type Err = EmailError;
    /// Reads an address as a person types it: white space and invisible marks around it are ignored, and the full-width
    /// characters of an input method become ASCII.
    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if text.is_empty() {
            return Err(EmailError::Empty);
        }
        if text.chars().nth(254).is_some() {
            return Err(EmailError::TooLong);
        }
        let text: String = text.chars().map(to_ascii_width).collect();
        let mut parts = text.split('@');
        let (Some(local), Some(domain), more) = (parts.next(), parts.next(), parts.next()) else {
            return Err(EmailError::NoAt);
        };
        if more.is_some() || text.contains([',', ';']) {
            return Err(EmailError::Several);
        }
        let is_atom = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        };
        if local.len() > 64 || !local.split('.').all(is_atom) {
            return Err(EmailError::BadLocal);
        }
        if !is_domain(domain) {
            return Err(EmailError::BadDomain);
        }
        Ok(Self(text))
    }
}

/// Returns the ASCII twin of a full-width character (U+FF01–U+FF5E), and every other character as it is.
fn to_ascii_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '。' => '.',
        _ => c,
    }
}

/// Returns whether the text is a domain name of at least two labels (RFC 1035 §2.3.4 lengths). Internationalised names
/// count.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| {
                c.is_ascii_alphanumeric()
                    || c == '-'
                    || (c >= '\u{B7}' && !c.is_whitespace() && !is_invisible(c) && !is_mark(c))
            })
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && top.chars().count() >= 2
        && !top.bytes().any(|byte| byte.is_ascii_digit() && !top.starts_with("xn--"))
}

/// Returns whether the character is punctuation or a symbol beyond ASCII, which no domain name holds.
fn is_mark(c: char) -> bool {
    matches!(c, '×' | '÷' | '»' | '¿' | '\u{2010}'..='\u{2BFF}' | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF20}')
}

impl core::fmt::Debug for Email {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Email(…)")
    }
}

/// A telephone number in ITU-T E.164 form: `+`, a first digit from 1 to 9, and 8–15 digits in all. `Debug` shows only
/// the last two.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct E164(String);

/// Why a text is not an [`E164`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing was entered.
    #[error("no number entered")]
    Empty,
    /// The entry has a character that is neither a digit nor a usual separator.
    #[error("a character that does not belong in a number")]
    BadCharacter,
    /// The number has fewer than 8 digits, the calling code included.
    #[error("too short")]
    TooShort,
    /// The number has more than 15 digits, the calling code included.
    #[error("too long")]
    TooLong,
    /// No calling code was given or chosen; it is never guessed.
    #[error("no calling code")]
    NoCallingCode,
    /// The number has another calling code than the one that was chosen.
    #[error("another country's calling code")]
    OtherCountry,
}

/// The calling codes whose national numbers may begin with a zero that is part of the number.
const ZERO_STAYS: [&str; 5] = ["39", "378", "225", "229", "242"];

impl E164 {
    /// Reads a telephone number as a person types it. Separators are ignored and the decimal digits of any script are
    /// taken. A number that begins with `+` or `00` is international; any other is a national number under
    /// `calling_code` (digits without `+`). A leading zero of a national number is dropped where the numbering plan has
    /// it as its trunk prefix.
    ///
    /// A national number that begins with its own calling code and is too long for its plan is refused instead of
    /// guessed: a wrong but valid number is credited to a stranger (docs/supplier-api.md §9.14).
    ///
    /// # Errors
    /// [`PhoneError`] is the reason why the entry is no telephone number.
    ///
    /// # Examples
    /// ```
    /// use cr_core::contact::{E164, PhoneError};
    ///
    /// for (entry, calling_code, read) in [
    ///     ("+39 347 123 4567", None, Ok("+393471234567")),
    ///     ("0044 (0)20 7946 0958", None, Ok("+442079460958")),
    ///     ("347 1234567", Some("39"), Ok("+393471234567")),
    ///     ("020 7946 0958", Some("44"), Ok("+442079460958")), // the trunk prefix goes
    ///     ("06 1234 5678", Some("39"), Ok("+390612345678")), // in Italy the zero is part of the number
    ///     ("347 1234567", None, Err(PhoneError::NoCallingCode)),
    ///     ("+44 20 7946 0958", Some("39"), Err(PhoneError::OtherCountry)),
    ///     ("call me", Some("39"), Err(PhoneError::BadCharacter)),
    /// ] {
    ///     let number = E164::parse(entry, calling_code);
    ///     assert_eq!(number.as_ref().map(E164::as_str), read.as_ref().copied(), "{entry}");
    /// }
    /// ```
    pub fn parse(entry: &str, calling_code: Option<&str>) -> Result<Self, PhoneError> {
        let (plus, mut digits) = read_digits(entry)?;
        let calling_code = calling_code.filter(|code| !code.is_empty());
        let from_america = calling_code.is_some_and(|code| code.starts_with('1'));
        let international = if plus {
            true
        } else if let Some(rest) = digits.strip_prefix("00").or(digits.strip_prefix("011").filter(|_| from_america)) {
            digits = rest.to_owned();
            true
        } else {
            false
        };
        let number = if international {
            let code = match calling_code {
                Some(code) if !digits.starts_with(code) => return Err(PhoneError::OtherCountry),
                Some(code) => code,
                None => country::calling_code_of(&digits).unwrap_or_default(),
            };
            let national = digits.get(code.len()..).unwrap_or_default();
            // `+44 (0)20 …`: the zero in brackets is for callers inside the country.
            let national =
                if code.is_empty() || ZERO_STAYS.contains(&code) { national } else { national.trim_start_matches('0') };
            format!("{code}{national}")
        } else {
            let code = calling_code.ok_or(PhoneError::NoCallingCode)?;
            format!("{code}{}", national_number(&digits, code)?)
        };
        match number.len() {
            0..8 => Err(PhoneError::TooShort),
            8..=15 if number.starts_with('0') => Err(PhoneError::NoCallingCode),
            8..=15 if number.starts_with('1') && number.len() < 11 => Err(PhoneError::TooShort),
            8..=15 if number.starts_with('1') && number.len() > 11 => Err(PhoneError::TooLong),
            8..=15 => Ok(Self(format!("+{number}"))),
            _ => Err(PhoneError::TooLong),
        }
    }

    /// Returns the number as `+` and digits, without separators.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number in groups, for reading back to the shopper.
    ///
    /// ```
    /// use cr_core::contact::E164;
    ///
    /// for (number, grouped) in [("+393471234567", "+39 347 123 4567"), ("+442079460958", "+44 207 946 0958")] {
    ///     assert_eq!(E164::parse(number, None).unwrap().grouped(), grouped);
    /// }
    /// ```
    pub fn grouped(&self) -> String {
        let digits = self.0.get(1..).unwrap_or_default();
        let (code, national) = digits.split_at(country::calling_code_of(digits).map_or(0, str::len));
        let mut text = format!("+{code}");
        let mut rest = national;
        while !rest.is_empty() {
            // The groups have three digits; the last one or two have four where three do not fit.
            let size = match rest.len() {
                4 | 5 | 8 => rest.len().min(4),
                length => length.min(3),
            };
            let (group, after) = rest.split_at(size);
            text.push(' ');
            text.push_str(group);
            rest = after;
        }
        text
    }
}

/// Returns the digits of an entry in ASCII, and whether a `+` leads them.
fn read_digits(entry: &str) -> Result<(bool, String), PhoneError> {
    let (mut plus, mut digits) = (false, String::new());
    let entry = entry.trim();
    let entry = entry.strip_prefix("tel:").unwrap_or(entry);
    if entry.chars().nth(64).is_some() {
        return Err(PhoneError::TooLong);
    }
    for c in entry.chars() {
        match c {
            '+' | '＋' if !plus && digits.is_empty() => plus = true,
            '-' | '.' | '(' | ')' | '/' | '·' | '（' | '）' | '－' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー' =>
                {}
            _ if c.is_whitespace() || is_invisible(c) => {}
            _ => digits.push(char::from(b'0' + decimal_digit(c).ok_or(PhoneError::BadCharacter)?)),
        }
    }
    if digits.is_empty() { Err(PhoneError::Empty) } else { Ok((plus, digits)) }
}

/// Returns what follows the calling code, from a number as it is dialled inside the country.
fn national_number<'a>(digits: &'a str, code: &str) -> Result<&'a str, PhoneError> {
    if let Some(area) = code.strip_prefix('1') {
        // In +1 a number has ten digits, or what is left of them after the area code that a country has to itself; `1`
        // is dialled first.
        let national = if digits.len() == 11 { digits.strip_prefix('1').unwrap_or(digits) } else { digits };
        return match national.len() {
            10 if area.is_empty() => Ok(national),
            10 => national.strip_prefix(area).ok_or(PhoneError::OtherCountry),
            7 if !area.is_empty() => Ok(national),
            0..10 => Err(PhoneError::TooShort),
            _ => Err(PhoneError::TooLong),
        };
    }
    let trunk = match code {
        // Russia and Kazakhstan, Lithuania and Turkmenistan dial 8 first, Hungary dials 06.
        "7" if digits.len() == 11 && digits.starts_with('8') => 1,
        "370" | "993" if digits.len() == 9 && digits.starts_with('8') => 1,
        "36" if digits.starts_with("06") => 2,
        _ if ZERO_STAYS.contains(&code) => 0,
        _ => digits.len() - digits.trim_start_matches('0').len(),
    };
    let national = &digits[trunk..];
    // Only Brazil has national numbers of 11 digits that begin like the calling code (area code 55).
    if trunk == 0 && digits.len() > 10 && digits.starts_with(code) && !(code == "55" && digits.len() == 11) {
        return Err(PhoneError::TooLong);
    }
    Ok(national)
}

impl core::fmt::Debug for E164 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "E164(…{})", self.0.get(self.0.len().saturating_sub(2)..).unwrap_or_default())
    }
}
