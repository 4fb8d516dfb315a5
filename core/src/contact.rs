//! How a shopper is reached, and who gets the goods. Both hide themselves from logs.

use crate::{
    country,
    text::{decimal_digit, is_invisible, is_one_edit_apart},
};
use core::str::FromStr;

/// An e-mail address that a mailbox provider could accept (RFC 5321 limits, no quoted local part). `Debug` shows nothing of it.
///
/// The domain may hold non-ASCII letters (an internationalised name); the part before the `@` may not: few mailboxes have
/// one, and a look-alike letter there sends a code to a stranger.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why a text is not an [`Email`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing entered.
    #[error("no e-mail address entered")]
    Empty,
    /// Longer than 254 characters.
    #[error("longer than 254 characters")]
    TooLong,
    /// No `@`.
    #[error("no @ in it")]
    NoAt,
    /// More than one address, or more than one `@`.
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
    /// The address as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A likely intended address when the domain looks mistyped (`gmial.com`); a suggestion only.
    pub fn suggestion(&self) -> Option<Email> {
        let (local, domain) = self.0.rsplit_once('@')?;
        let domain = domain.to_ascii_lowercase();
        if MAIL_DOMAINS.split(' ').any(|known| known == domain) {
            return None;
        }
        // Short names are one letter away from too many real ones.
        let meant = MAIL_DOMAINS.split(' ').find(|known| known.len() >= 8 && is_one_edit_apart(known, &domain))?;
        Some(Email(format!("{local}@{meant}")))
    }
}

impl FromStr for Email {
    type Err = EmailError;
    /// White space and invisible marks around the address are overlooked, full-width characters of an input method become
    /// ASCII.
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

/// A full-width character (U+FF01–U+FF5E) as its ASCII twin; every other as it is.
fn to_ascii_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '。' => '.',
        _ => c,
    }
}

/// Whether it is a domain name of at least two labels (RFC 1035 §2.3.4 lengths), internationalised ones included.
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

/// Punctuation and symbols beyond ASCII: no part of a domain name.
fn is_mark(c: char) -> bool {
    matches!(c, '×' | '÷' | '»' | '¿' | '\u{2010}'..='\u{2BFF}' | '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF20}')
}

impl core::fmt::Debug for Email {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Email(…)")
    }
}

/// A telephone number in ITU-T E.164 form: `+`, first digit 1–9, 8–15 digits. `Debug` shows only the last two.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct E164(String);

/// Why a text is not an [`E164`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing entered.
    #[error("no number entered")]
    Empty,
    /// A character that is neither a digit nor a usual separator.
    #[error("a character that does not belong in a number")]
    BadCharacter,
    /// Fewer than 8 digits with the calling code.
    #[error("too short")]
    TooShort,
    /// More than 15 digits with the calling code.
    #[error("too long")]
    TooLong,
    /// No calling code given or chosen; it is never guessed.
    #[error("no calling code")]
    NoCallingCode,
    /// Entered with another calling code than the chosen one.
    #[error("another country's calling code")]
    OtherCountry,
}

/// Calling codes whose national numbers begin with a zero that belongs to them.
const ZERO_STAYS: [&str; 5] = ["39", "378", "225", "229", "242"];

impl E164 {
    /// Reads an entry typed by a person: separators and any script's decimal digits, `00` or `+` prefix, else national under
    /// `calling_code` (digits without `+`); a leading national zero is dropped where the plan has one as trunk prefix.
    ///
    /// A national number that begins with its own calling code and is too long for its plan is refused instead of guessed:
    /// a wrong but valid number is credited to a stranger (docs/supplier-api.md §9.14).
    ///
    /// # Errors
    /// [`PhoneError`], the reason why not.
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

    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Grouped for reading back to the shopper: `+39 347 123 4567`.
    pub fn grouped(&self) -> String {
        let digits = self.0.get(1..).unwrap_or_default();
        let (code, national) = digits.split_at(country::calling_code_of(digits).map_or(0, str::len));
        let mut text = format!("+{code}");
        let mut rest = national;
        while !rest.is_empty() {
            // Threes, ending in one or two fours.
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

/// The digits of an entry in ASCII, and whether a `+` leads them.
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

/// What follows the calling code, from a number as it is dialled inside the country.
fn national_number<'a>(digits: &'a str, code: &str) -> Result<&'a str, PhoneError> {
    if let Some(area) = code.strip_prefix('1') {
        // +1: ten digits, or what is left of them after the area code that the country has to itself; `1` is dialled first.
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
        // Russia and Kazakhstan, Lithuania and Turkmenistan dial 8 first, Hungary 06.
        "7" if digits.len() == 11 && digits.starts_with('8') => 1,
        "370" | "993" if digits.len() == 9 && digits.starts_with('8') => 1,
        "36" if digits.starts_with("06") => 2,
        _ if ZERO_STAYS.contains(&code) => 0,
        _ => digits.len() - digits.trim_start_matches('0').len(),
    };
    let national = &digits[trunk..];
    // National numbers of 11 digits that begin like the calling code are real in Brazil only (area code 55).
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
