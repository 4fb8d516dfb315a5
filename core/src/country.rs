//! The countries that are served, by ISO 3166-1 alpha-2 code (and `XK`), with their ITU-T E.164 calling codes.

use core::str::FromStr;

/// One of the 233 countries and territories the supplier lists (docs/supplier-api.md §5.12).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

/// The error for a code that is not in the list of [`Country`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country we know: {0:?}")]
pub struct UnknownCountry(pub String);

/// Every country, in the order of the codes: its code, then the digits of its calling code.
///
/// The calling codes are those of ITU-T E.164 and its annexes. Inside +1 (the North American Numbering Plan) a
/// territory with one area code has it here (`1684`); the others, and those with several area codes (US, CA, DO, JM,
/// PR), have `1`. Places that use a neighbour's code have the neighbour's: +7 KZ, +39 VA, +44 GG IM JE, +47 SJ, +61 CC
/// CX, +64 PN, +212 EH, +262 YT, +358 AX, +500 GS, +590 BL MF. A place without inhabitants has no number to top up: AQ,
/// BV, HM, TF and UM have no code here, though ITU reserves ranges for some of them.
const COUNTRIES: &str = "\
AD376 AE971 AG1268 AI1264 AL355 AM374 AO244 AQ AR54 AS1684 AT43 AU61 AW297 AX358 AZ994 BA387 BB1246 BD880 BE32 BF226 \
BG359 BH973 BI257 BJ229 BL590 BM1441 BN673 BO591 BQ599 BR55 BS1242 BT975 BV BW267 BZ501 CA1 CC61 CG242 CH41 CI225 \
CK682 CL56 CM237 CN86 CO57 CR506 CV238 CW599 CX61 CY357 CZ420 DE49 DJ253 DK45 DM1767 DO1 DZ213 EC593 EE372 EG20 \
EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GD1473 GE995 GF594 GG44 GH233 GI350 GL299 GM220 \
GN224 GP590 GQ240 GR30 GS500 GT502 GU1671 GW245 GY592 HK852 HM HN504 HR385 HT509 HU36 ID62 IE353 IL972 IM44 IN91 \
IO246 IS354 IT39 JE44 JM1 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1869 KR82 KW965 KY1345 KZ7 LA856 LB961 LC1758 \
LI423 LK94 LR231 LS266 LT370 LU352 LV371 MA212 MC377 MD373 ME382 MF590 MG261 MH692 MK389 MN976 MO853 MP1670 MQ596 \
MR222 MS1664 MT356 MU230 MV960 MW265 MX52 MY60 MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 NU683 \
NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92 PL48 PM508 PN64 PR1 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RW250 \
SA966 SB677 SC248 SE46 SG65 SH290 SI386 SJ47 SK421 SL232 SM378 SN221 SO252 SR597 ST239 SV503 SX1721 SZ268 TC1649 \
TD235 TF TG228 TH66 TJ992 TK690 TL670 TM993 TN216 TO676 TR90 TT1868 TV688 TW886 TZ255 UA380 UG256 UM US1 UY598 UZ998 \
VA39 VC1784 VG1284 VI1340 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260";

/// The English names, one `code<TAB>name` a line after a heading. They are not in the browser's download unless they
/// are used.
const NAMES: &str = include_str!("../data/countries.tsv");

impl Country {
    /// Returns the upper-case alpha-2 code.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns every country, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Country> {
        COUNTRIES.split(' ').filter_map(|entry| match entry.as_bytes() {
            [a, b, ..] => Some(Country([*a, *b])),
            _ => None,
        })
    }

    /// Returns every country with its English name, in the order of the supplier's list.
    ///
    /// ```
    /// use cr_core::country::Country;
    ///
    /// let (first, name) = Country::named().next().unwrap();
    /// assert_eq!((first.code(), name), ("AX", "Åland Islands"));
    /// ```
    pub fn named() -> impl Iterator<Item = (Country, &'static str)> {
        NAMES.lines().skip(1).filter_map(|line| match (line.as_bytes(), line.get(3..)) {
            ([a, b, b'\t', ..], Some(name)) => Some((Country([*a, *b]), name.trim_end())),
            _ => None,
        })
    }

    /// Returns the English name, as the supplier's list spells it. Browsers use `Intl.DisplayNames` instead.
    pub fn english_name(&self) -> &'static str {
        Country::named().find(|(country, _)| country == self).map_or("", |(_, name)| name)
    }

    /// Returns the digits of the calling code without `+`. Some countries share a code, some have none.
    ///
    /// ```
    /// use cr_core::country::Country;
    ///
    /// for (country, calling_code) in
    ///     [("US", Some("1")), ("AS", Some("1684")), ("IT", Some("39")), ("VA", Some("39")), ("AQ", None)]
    /// {
    ///     assert_eq!(country.parse::<Country>().unwrap().calling_code(), calling_code, "{country}");
    /// }
    /// assert!("ZZ".parse::<Country>().is_err());
    /// ```
    pub fn calling_code(&self) -> Option<&'static str> {
        COUNTRIES.split(' ').find_map(|entry| entry.strip_prefix(self.code())).filter(|code| !code.is_empty())
    }
}

/// Returns the calling code that an international number (digits without `+`) begins with; `None` for a code that no
/// served country has. In +1 it is `1`: there the area code is a part of the national number.
///
/// ```
/// use cr_core::country::calling_code_of;
///
/// for (digits, calling_code) in [("393471234567", Some("39")), ("16845551234", Some("1")), ("999", None)] {
///     assert_eq!(calling_code_of(digits), calling_code);
/// }
/// ```
pub fn calling_code_of(digits: &str) -> Option<&'static str> {
    if digits.starts_with('1') {
        return Some("1");
    }
    // No calling code is the beginning of another, so the first one that fits is the right one.
    COUNTRIES.split(' ').filter_map(|entry| entry.get(2..)).find(|code| !code.is_empty() && digits.starts_with(code))
}

impl FromStr for Country {
    type Err = UnknownCountry;
    /// Reads a code. Letters of either case and white space around them are taken.
    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let code = text.trim();
        Country::all()
            .find(|country| country.code().eq_ignore_ascii_case(code))
            .ok_or_else(|| UnknownCountry(text.chars().take(16).collect()))
    }
}

impl core::fmt::Debug for Country {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.code())
    }
}
