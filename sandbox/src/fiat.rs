//! Countries, their currencies, and how an amount is written there. Values of currencies are invented round figures
//! near real ones; they only have to be plausible.

use rust_decimal::Decimal;

use super::money::FaceValue;

/// How a label places sign, group mark and decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `$1,234.50`
    Before(&'static str),
    /// `R$ 1.234,50`
    BeforeSpaceDots(&'static str),
    /// `150.000 IDR`
    CodeAfterDots,
    /// `1 234,50 zł`
    AfterSpaces(&'static str),
    /// `€1.234,50` would be right in few places: the supplier writes `€1,234.50` everywhere.
    CodeAfter,
    /// `CHF 1'234.50`
    CodeBeforeApostrophe,
}

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fiat {
    /// The code of three letters.
    pub(crate) code: &'static str,
    /// How many digits after the point are in common use.
    pub(crate) digits: u32,
    /// The worth of one unit in 10⁻¹² US dollars.
    pico_usd: i64,
    style: Style,
}

const fn fiat(code: &'static str, digits: u32, micro_usd: i64, style: Style) -> Fiat {
    Fiat { code, digits, pico_usd: micro_usd * 1_000_000, style }
}

/// Works like [`fiat`], for currencies so small that millionths of a dollar are too coarse: the worth is in 10⁻⁹
/// dollars.
const fn small(code: &'static str, nano_usd: i64, style: Style) -> Fiat {
    Fiat { code, digits: 0, pico_usd: nano_usd * 1_000, style }
}

use Style::{AfterSpaces, Before, BeforeSpaceDots, CodeAfter, CodeAfterDots, CodeBeforeApostrophe};

/// US dollars.
pub(crate) const USD: Fiat = fiat("USD", 2, 1_000_000, Before("$"));
/// Euro.
pub(crate) const EUR: Fiat = fiat("EUR", 2, 1_085_000, Before("€"));

/// Each currency with the countries that use it. Countries that are not in the table use US dollars.
const TABLE: &[(Fiat, &str)] = &[
    (
        EUR,
        "AX AD AT BE HR CY EE FI FR DE GR GP IE IT XK LV LT LU MT MQ YT MC ME NL PT RE BL MF PM SM SK SI ES VA GF TF BG",
    ),
    (fiat("GBP", 2, 1_270_000, Before("£")), "GB GG IM JE"),
    (fiat("CHF", 2, 1_120_000, CodeBeforeApostrophe), "CH LI"),
    (fiat("JPY", 0, 6_500, Before("¥")), "JP"),
    (fiat("KRW", 0, 720, Before("₩")), "KR"),
    (fiat("CNY", 2, 138_000, Before("¥")), "CN"),
    (fiat("HKD", 2, 128_000, Before("HK$")), "HK"),
    (fiat("TWD", 0, 31_000, Before("NT$")), "TW"),
    (fiat("MOP", 2, 124_000, CodeAfter), "MO"),
    (fiat("INR", 2, 11_800, Before("₹")), "IN BT"),
    (small("IDR", 63_000, CodeAfterDots), "ID"),
    (small("VND", 39_500, CodeAfterDots), "VN"),
    (fiat("THB", 2, 28_500, Before("฿")), "TH"),
    (fiat("MYR", 2, 224_000, Before("RM")), "MY"),
    (fiat("SGD", 2, 745_000, Before("S$")), "SG"),
    (fiat("PHP", 2, 17_200, Before("₱")), "PH"),
    (fiat("KHR", 0, 245, CodeAfter), "KH"),
    (small("LAK", 46_000, CodeAfter), "LA"),
    (fiat("BND", 2, 745_000, CodeAfter), "BN"),
    (fiat("MVR", 2, 65_000, CodeAfter), "MV"),
    (fiat("LKR", 2, 3_400, CodeAfter), "LK"),
    (fiat("NPR", 2, 7_400, CodeAfter), "NP"),
    (fiat("BDT", 2, 8_300, Before("৳")), "BD"),
    (fiat("PKR", 0, 3_600, CodeAfter), "PK"),
    (fiat("MNT", 0, 290, CodeAfter), "MN"),
    (fiat("KZT", 0, 2_000, AfterSpaces("₸")), "KZ"),
    (small("UZS", 78_000, AfterSpaces("UZS")), "UZ"),
    (fiat("KGS", 2, 11_500, AfterSpaces("KGS")), "KG"),
    (fiat("TJS", 2, 94_000, CodeAfter), "TJ"),
    (fiat("TMT", 2, 285_000, CodeAfter), "TM"),
    (fiat("AUD", 2, 655_000, Before("A$")), "AU CX CC KI NR NF TV HM"),
    (fiat("NZD", 2, 600_000, Before("NZ$")), "NZ CK NU PN TK"),
    (fiat("FJD", 2, 440_000, Before("FJ$")), "FJ"),
    (fiat("PGK", 2, 250_000, CodeAfter), "PG"),
    (fiat("SBD", 2, 118_000, CodeAfter), "SB"),
    (fiat("TOP", 2, 420_000, CodeAfter), "TO"),
    (fiat("VUV", 0, 8_400, CodeAfter), "VU"),
    (fiat("WST", 2, 360_000, CodeAfter), "WS"),
    (fiat("XPF", 0, 9_100, AfterSpaces("XPF")), "PF NC WF"),
    (fiat("CAD", 2, 720_000, Before("C$")), "CA"),
    (fiat("MXN", 2, 49_000, Before("$")), "MX"),
    (fiat("BRL", 2, 172_000, BeforeSpaceDots("R$")), "BR"),
    (fiat("ARS", 0, 990, BeforeSpaceDots("$")), "AR"),
    (fiat("CLP", 0, 1_030, BeforeSpaceDots("$")), "CL"),
    (fiat("COP", 0, 229, BeforeSpaceDots("$")), "CO"),
    (fiat("PEN", 2, 265_000, Before("S/")), "PE"),
    (fiat("UYU", 2, 23_500, BeforeSpaceDots("$U")), "UY"),
    (small("PYG", 128_000, CodeAfterDots), "PY"),
    (fiat("BOB", 2, 144_000, CodeAfter), "BO"),
    (fiat("GYD", 0, 4_780, CodeAfter), "GY"),
    (fiat("SRD", 2, 28_000, CodeAfter), "SR"),
    (fiat("CRC", 0, 1_960, Before("₡")), "CR"),
    (fiat("GTQ", 2, 129_000, Before("Q")), "GT"),
    (fiat("HNL", 2, 39_600, CodeAfter), "HN"),
    (fiat("NIO", 2, 27_200, CodeAfter), "NI"),
    (fiat("DOP", 2, 16_600, Before("RD$")), "DO"),
    (fiat("JMD", 0, 6_350, Before("J$")), "JM"),
    (fiat("HTG", 2, 7_600, CodeAfter), "HT"),
    (fiat("TTD", 2, 147_000, Before("TT$")), "TT"),
    (fiat("BBD", 2, 500_000, CodeAfter), "BB"),
    (fiat("BSD", 2, 1_000_000, CodeAfter), "BS"),
    (fiat("BZD", 2, 497_000, CodeAfter), "BZ"),
    (fiat("BMD", 2, 1_000_000, CodeAfter), "BM"),
    (fiat("KYD", 2, 1_200_000, CodeAfter), "KY"),
    (fiat("AWG", 2, 555_000, CodeAfter), "AW"),
    (fiat("XCG", 2, 558_000, CodeAfter), "CW SX"),
    (fiat("XCD", 2, 370_000, Before("EC$")), "AG AI DM GD MS KN LC VC"),
    (fiat("NOK", 2, 91_000, AfterSpaces("kr")), "NO SJ BV"),
    (fiat("SEK", 2, 92_000, AfterSpaces("kr")), "SE"),
    (fiat("DKK", 2, 145_000, AfterSpaces("kr.")), "DK FO GL"),
    (fiat("ISK", 0, 7_250, AfterSpaces("kr")), "IS"),
    (fiat("PLN", 2, 250_000, AfterSpaces("zł")), "PL"),
    (fiat("CZK", 2, 43_000, AfterSpaces("Kč")), "CZ"),
    (fiat("HUF", 0, 2_650, AfterSpaces("Ft")), "HU"),
    (fiat("RON", 2, 218_000, AfterSpaces("lei")), "RO"),
    (fiat("RSD", 0, 9_270, CodeAfterDots), "RS"),
    (fiat("BAM", 2, 555_000, AfterSpaces("KM")), "BA"),
    (fiat("MKD", 0, 17_600, CodeAfterDots), "MK"),
    (fiat("ALL", 0, 10_900, CodeAfter), "AL"),
    (fiat("MDL", 2, 55_000, CodeAfter), "MD"),
    (fiat("UAH", 2, 24_100, AfterSpaces("₴")), "UA"),
    (fiat("GEL", 2, 366_000, AfterSpaces("₾")), "GE"),
    (fiat("AMD", 0, 2_580, AfterSpaces("֏")), "AM"),
    (fiat("AZN", 2, 588_000, AfterSpaces("₼")), "AZ"),
    (fiat("TRY", 2, 29_000, Before("₺")), "TR"),
    (fiat("ILS", 2, 271_000, Before("₪")), "IL PS"),
    (fiat("AED", 2, 272_294, CodeAfter), "AE"),
    (fiat("SAR", 2, 266_667, CodeAfter), "SA"),
    (fiat("QAR", 2, 274_725, CodeAfter), "QA"),
    (fiat("KWD", 3, 3_260_000, CodeAfter), "KW"),
    (fiat("BHD", 3, 2_652_520, CodeAfter), "BH"),
    (fiat("OMR", 3, 2_600_780, CodeAfter), "OM"),
    (fiat("JOD", 3, 1_410_437, CodeAfter), "JO"),
    (fiat("YER", 0, 4_000, CodeAfter), "YE"),
    (fiat("EGP", 2, 20_300, CodeAfter), "EG"),
    (fiat("MAD", 2, 100_000, CodeAfter), "MA EH"),
    (fiat("DZD", 0, 7_500, CodeAfter), "DZ"),
    (fiat("TND", 3, 318_000, CodeAfter), "TN"),
    (fiat("MRU", 2, 25_200, CodeAfter), "MR"),
    (fiat("XOF", 0, 1_650, AfterSpaces("CFA")), "BJ BF CI GW NE SN TG"),
    (fiat("XAF", 0, 1_650, AfterSpaces("FCFA")), "CM TD CG GQ GA"),
    (fiat("NGN", 0, 600, Before("₦")), "NG"),
    (fiat("GHS", 2, 64_000, Before("GH₵")), "GH"),
    (fiat("KES", 0, 7_740, CodeAfter), "KE"),
    (fiat("UGX", 0, 272, CodeAfter), "UG"),
    (fiat("TZS", 0, 385, CodeAfter), "TZ"),
    (fiat("RWF", 0, 720, CodeAfter), "RW"),
    (fiat("BIF", 0, 340, CodeAfter), "BI"),
    (fiat("ETB", 2, 8_000, CodeAfter), "ET"),
    (fiat("ERN", 2, 66_667, CodeAfter), "ER"),
    (fiat("DJF", 0, 5_620, CodeAfter), "DJ"),
    (fiat("SOS", 0, 1_750, CodeAfter), "SO"),
    (fiat("ZAR", 2, 55_000, BeforeSpaceDots("R")), "ZA"),
    (fiat("NAD", 2, 55_000, CodeAfter), "NA"),
    (fiat("BWP", 2, 73_000, Before("P")), "BW"),
    (fiat("LSL", 2, 55_000, CodeAfter), "LS"),
    (fiat("SZL", 2, 55_000, CodeAfter), "SZ"),
    (fiat("ZMW", 2, 36_000, CodeAfter), "ZM"),
    (fiat("MWK", 0, 577, CodeAfter), "MW"),
    (fiat("MZN", 2, 15_600, CodeAfter), "MZ"),
    (fiat("MGA", 0, 213, CodeAfter), "MG"),
    (fiat("MUR", 2, 21_400, CodeAfter), "MU"),
    (fiat("SCR", 2, 70_000, CodeAfter), "SC"),
    (fiat("KMF", 0, 2_200, CodeAfter), "KM"),
    (fiat("CVE", 0, 9_800, CodeAfter), "CV"),
    (fiat("GMD", 2, 14_000, CodeAfter), "GM"),
    (small("GNF", 115_000, CodeAfter), "GN"),
    (fiat("LRD", 2, 5_500, CodeAfter), "LR"),
    (fiat("SLE", 2, 44_000, CodeAfter), "SL"),
    (fiat("STN", 2, 44_000, CodeAfter), "ST"),
    (fiat("FKP", 2, 1_270_000, CodeAfter), "FK GS"),
    (fiat("SHP", 2, 1_270_000, CodeAfter), "SH"),
    (small("LBP", 11_170, CodeAfter), "LB"),
];

/// The country list that the supplier documents: code and English name.
const COUNTRIES: &str = include_str!("../../core/data/countries.tsv");

/// Returns the codes of the supplier's list.
pub(crate) fn countries() -> impl Iterator<Item = &'static str> {
    COUNTRIES.lines().skip(1).filter_map(|line| line.split('\t').next()).filter(|code| code.len() == 2)
}

/// Returns the currency of a country.
pub(crate) fn of_country(code: &str) -> Fiat {
    TABLE
        .iter()
        .find(|(_, countries)| countries.split(' ').any(|country| country == code))
        .map_or(USD, |(fiat, _)| *fiat)
}

impl Fiat {
    /// Returns the nearest amount to `usd` dollars that a shop would print on a card: 1, 2, 2.5 or 5 times a power of
    /// ten; in dollars and other currencies of similar worth the same number.
    pub(crate) fn nice(&self, usd: u32) -> FaceValue {
        let aim = Decimal::from(usd) / self.usd();
        if (Decimal::new(6, 1)..Decimal::TWO).contains(&self.usd()) {
            return FaceValue(usd.into());
        }
        let mut best = Decimal::ONE;
        let mut power = Decimal::new(1, 1);
        while power < aim * Decimal::TEN {
            for tenths in [10, 15, 20, 25, 30, 50, 75] {
                let candidate = power * Decimal::new(tenths, 1);
                let is_whole = candidate.is_integer() || (self.digits == 3 && (candidate * Decimal::TWO).is_integer());
                if is_whole && (candidate - aim).abs() < (best - aim).abs() {
                    best = candidate;
                }
            }
            power *= Decimal::TEN;
        }
        FaceValue(best)
    }

    /// Returns the worth of one unit in US dollars.
    pub(crate) fn usd(self) -> Decimal {
        Decimal::new(self.pico_usd, 12)
    }

    /// Returns the worth of a face value in US dollars.
    pub(crate) fn to_usd(self, face: FaceValue) -> Decimal {
        face.0 * self.usd()
    }

    /// Returns the currency's smallest unit.
    pub(crate) fn unit(self) -> Decimal {
        Decimal::new(1, self.digits)
    }

    /// Returns the plain amount with the currency's usual digits: `50.00`, `5000`.
    pub(crate) fn plain(&self, face: FaceValue) -> String {
        face.fixed(self.digits)
    }

    /// Returns the supplier's canonical denomination: `50 USD`.
    pub(crate) fn denomination(&self, face: FaceValue) -> String {
        format!("{} {}", face.trimmed(), self.code)
    }

    /// Returns a label as people in the country write it.
    pub(crate) fn label(&self, face: FaceValue) -> String {
        let digits = if face.0.is_integer() { 0 } else { self.digits.max(1) };
        let plain = face.fixed(digits);
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let with = |group: &str, point: &str| {
            let mut out = group_digits(whole, group);
            if !fraction.is_empty() {
                out.push_str(point);
                out.push_str(fraction);
            }
            out
        };
        match self.style {
            Style::Before(sign) => format!("{sign}{}", with(",", ".")),
            Style::BeforeSpaceDots(sign) => format!("{sign} {}", with(".", ",")),
            Style::CodeAfterDots => format!("{} {}", with(".", ","), self.code),
            Style::AfterSpaces(sign) => format!("{} {sign}", with("\u{a0}", ",")),
            Style::CodeAfter => format!("{} {}", with(",", "."), self.code),
            Style::CodeBeforeApostrophe => format!("{} {}", self.code, with("’", ".")),
        }
    }
}

fn group_digits(digits: &str, mark: &str) -> String {
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_follow_local_habits() {
        for (country, milli, label) in [
            ("US", 5_000, "$5"),
            ("US", 12_500, "$12.50"),
            ("ID", 150_000_000, "150.000 IDR"),
            ("KR", 5_000_000, "₩5,000"),
            ("BR", 1_234_500, "R$ 1.234,50"),
            ("PL", 1_500_000, "1\u{a0}500 zł"),
            ("LI", 1_000_000, "CHF 1’000"),
            ("KW", 1_500, "1.500 KWD"),
        ] {
            assert_eq!(of_country(country).label(FaceValue(Decimal::new(milli, 3))), label, "{country}");
        }
    }

    #[test]
    fn every_country_of_the_list_has_one_currency_line_at_most() {
        assert_eq!(countries().count(), 233);
        for country in countries() {
            let lines = TABLE.iter().filter(|(_, list)| list.split(' ').any(|code| code == country)).count();
            assert!(lines <= 1, "{country} is on {lines} lines");
        }
        for code in TABLE.iter().flat_map(|(_, list)| list.split(' ')) {
            assert!(countries().any(|known| known == code), "{code} is not on the list");
        }
    }

    #[test]
    fn card_values_are_round_and_near_the_aim() {
        assert_eq!(of_country("US").nice(25), FaceValue(Decimal::from(25)));
        assert_eq!(of_country("JP").nice(10), FaceValue(Decimal::from(1_500)));
        for country in countries() {
            let fiat = of_country(country);
            for usd in [5, 10, 25, 50, 100] {
                let (worth, aim) = (fiat.to_usd(fiat.nice(usd)), Decimal::from(usd));
                assert!(worth * Decimal::TWO > aim && worth < aim * Decimal::TWO, "{country}: {usd} became {worth}");
            }
        }
    }
}
