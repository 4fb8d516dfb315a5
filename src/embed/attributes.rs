//! Reads the element's attributes into a [`Config`]. A value that is not understood falls back to its documented
//! default.

use cr_core::{
    catalog::{Kind, Shelf},
    country::Country,
    text::safe_link,
};

use super::host::kind_name;
use crate::app::{Config, config::Links};

/// What the shell hands over: the attributes as they are on the element, the language that it chose, and the messages
/// of that.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Attribute names, in kebab case, and their values; each name once.
    pub attributes: Vec<(String, String)>,
    /// BCP 47 tag of the language in use.
    pub lang: String,
    /// The text of that language's message file.
    pub messages: String,
}

/// An attribute whose value was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(pub &'static str);

/// The kinds that a host page may ask for.
pub(super) const KINDS: [Kind; 3] = [Kind::GiftCard, Kind::TopUp, Kind::Esim];
/// The base URL of the proxy when none is given.
const DEFAULT_PROXY: &str = "/api";
/// The longest text that is accepted as the value of an attribute, in bytes.
const LONGEST: usize = 2_048;
/// The longest source label that is sent with an order, in bytes.
const LONGEST_SOURCE: usize = 128;

/// Reads a configuration, and returns it with warnings. `resolve` makes a URL absolute against the page's own URL.
pub fn read(setup: &Setup, resolve: &dyn Fn(&str) -> Option<String>) -> (Config, Vec<Warning>) {
    let mut reader = Reader { attributes: &setup.attributes, warnings: Vec::new() };
    // These are read by the style sheet and the shell, and only checked here.
    reader.one_of("theme", &["auto", "light", "dark"]);
    reader.one_of("loading", &["lazy", "eager"]);
    let config = Config {
        proxy: reader.proxy(resolve),
        country: reader.parsed("country", |text| text.to_ascii_uppercase().parse().ok()),
        lock_country: reader.flag("lock-country"),
        countries: reader.countries(),
        lang: (!setup.lang.is_empty()).then(|| setup.lang.clone()),
        coin: reader.text("coin"),
        network: reader.text("network"),
        brand: reader.text("brand"),
        kind: reader.kind(),
        shelf: Shelf {
            brands: reader.list("brands"),
            categories: reader.list("categories"),
            kind: reader.kind(),
            emoney: reader.flag("emoney"),
        },
        email: reader.text("email"),
        phone: reader.text("phone"),
        utm_source: reader.parsed("utm-source", |text| (text.len() <= LONGEST_SOURCE).then(|| text.to_owned())),
        include_credentials: reader
            .parsed("credentials", |text| match text {
                "include" => Some(true),
                "same-origin" => Some(false),
                _ => None,
            })
            .unwrap_or(false),
        expose_order_id: reader.flag("expose-order-id"),
        links: Links {
            terms: reader.link("terms-url"),
            privacy: reader.link("privacy-url"),
            support: reader.link("support-url"),
            kyc: reader.link("kyc-url"),
        },
    };
    (config, reader.warnings)
}

/// Returns the country to start with. It is the first that is offered of: the one that the host page asks for, the one
/// that the shopper chose before, the region of the browser's language, US; else the first one that is offered.
pub(super) fn starting_country(
    config: &Config,
    remembered: Option<Country>,
    browser_lang: Option<&str>,
) -> Option<Country> {
    let is_sold_in = |country: &Country| config.countries.is_empty() || config.countries.contains(country);
    let remembered = remembered.filter(|_| !config.lock_country);
    let region = browser_lang.and_then(region);
    let us = "US".parse().ok();
    [config.country, remembered, region, us]
        .into_iter()
        .flatten()
        .find(is_sold_in)
        .or_else(|| config.countries.first().copied())
}

/// Returns the region subtag of a BCP 47 tag: two letters after the language and an optional script of four letters.
fn region(tag: &str) -> Option<Country> {
    tag.split('-').skip(1).take(2).find(|subtag| subtag.len() == 2)?.to_ascii_uppercase().parse().ok()
}

struct Reader<'a> {
    attributes: &'a [(String, String)],
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    /// Returns the value of an attribute as it is.
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn warn(&mut self, name: &'static str) {
        if !self.warnings.contains(&Warning(name)) {
            self.warnings.push(Warning(name));
        }
    }

    /// Returns the text of an attribute that is present and not blank.
    fn text(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name, |text| Some(text.to_owned()))
    }

    fn parsed<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.get(name)?.trim();
        if text.is_empty() {
            return None;
        }
        let value = if text.len() <= LONGEST { parse(text) } else { None };
        if value.is_none() {
            self.warn(name);
        }
        value
    }

    /// Warns about a value that is not among `values`.
    fn one_of(&mut self, name: &'static str, values: &[&str]) {
        self.parsed(name, |text| values.contains(&text).then_some(()));
    }

    /// Returns whether a boolean attribute is present, as in HTML. The value `"false"` counts as absent, since
    /// frameworks write it.
    fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.trim().eq_ignore_ascii_case("false"))
    }

    /// Returns the values between commas.
    fn list(&self, name: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    fn countries(&mut self) -> Vec<Country> {
        let list = self.list("countries");
        let countries: Vec<Country> = list.iter().filter_map(|code| code.to_ascii_uppercase().parse().ok()).collect();
        if countries.len() < list.len() {
            self.warn("countries");
        }
        countries
    }

    fn kind(&mut self) -> Option<Kind> {
        self.parsed("kind", |text| KINDS.into_iter().find(|kind| kind_name(*kind) == text))
    }

    fn link(&mut self, name: &'static str) -> Option<String> {
        self.parsed(name, |text| safe_link(text).map(str::to_owned))
    }

    fn proxy(&mut self, resolve: &dyn Fn(&str) -> Option<String>) -> String {
        let base = |text: &str| {
            let url = resolve(text)?;
            let is_http = url.starts_with("https://") || url.starts_with("http://");
            let end = url.find(['?', '#']).unwrap_or(url.len());
            is_http.then(|| url[..end].trim_end_matches('/').to_owned())
        };
        self.parsed("proxy", base).or_else(|| base(DEFAULT_PROXY)).unwrap_or_else(|| DEFAULT_PROXY.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Option<String> {
        if text.contains(' ') {
            None
        } else if text.contains(':') {
            Some(text.to_owned())
        } else {
            Some(format!("https://shop.example{text}"))
        }
    }

    fn read_one(name: &str, value: &str) -> (Config, Vec<Warning>) {
        let attributes = [(name.to_owned(), value.to_owned())].into();
        read(&Setup { attributes, ..Setup::default() }, &resolve)
    }

    fn country(code: &str) -> Country {
        code.parse().unwrap()
    }

    #[test]
    fn nothing_given_is_the_documented_default() {
        let (config, warnings) = read(&Setup::default(), &resolve);
        assert_eq!(warnings, []);
        assert_eq!(config.proxy, "https://shop.example/api");
        assert_eq!((config.country, config.kind, config.coin), (None, None, None));
        assert!(!config.lock_country && !config.include_credentials && !config.expose_order_id && !config.shelf.emoney);
    }

    #[test]
    fn values_are_read_or_fall_back_with_a_warning() {
        type Check = fn(&Config) -> bool;
        let table: [(&str, &str, bool, Check); 30] = [
            ("proxy", "/shop/api/", true, |c| c.proxy == "https://shop.example/shop/api"),
            ("proxy", "https://api.example/x?y#z", true, |c| c.proxy == "https://api.example/x"),
            ("proxy", "ftp://api.example", false, |c| c.proxy == "https://shop.example/api"),
            ("proxy", "javascript:alert(1)", false, |c| c.proxy == "https://shop.example/api"),
            ("proxy", "not a url", false, |c| c.proxy == "https://shop.example/api"),
            ("proxy", "", true, |c| c.proxy == "https://shop.example/api"),
            ("country", "it", true, |c| c.country == Some(country("IT"))),
            ("country", "Italy", false, |c| c.country.is_none()),
            ("countries", "US, it,xk", true, |c| c.countries == [country("US"), country("IT"), country("XK")]),
            ("countries", "US,ZZZ", false, |c| c.countries == [country("US")]),
            ("kind", "topup", true, |c| c.kind == Some(Kind::TopUp) && c.shelf.kind == Some(Kind::TopUp)),
            ("kind", "TopUp", false, |c| c.kind.is_none()),
            ("lock-country", "", true, |c| c.lock_country),
            ("lock-country", "true", true, |c| c.lock_country),
            ("lock-country", "false", true, |c| !c.lock_country),
            ("emoney", "emoney", true, |c| c.shelf.emoney),
            ("brands", "Arcadia, ,Stayhere", true, |c| c.shelf.brands == ["Arcadia", "Stayhere"]),
            ("credentials", "include", true, |c| c.include_credentials),
            ("credentials", "omit", false, |c| !c.include_credentials),
            ("terms-url", "https://shop.example/terms", true, |c| c.links.terms.is_some()),
            ("terms-url", "http://shop.example/terms", false, |c| c.links.terms.is_none()),
            ("kyc-url", "javascript:alert(1)", false, |c| c.links.kyc.is_none()),
            ("utm-source", " example-shop ", true, |c| c.utm_source.as_deref() == Some("example-shop")),
            ("email", "shopper@example.com", true, |c| c.email.as_deref() == Some("shopper@example.com")),
            ("coin", "  ", true, |c| c.coin.is_none()),
            ("theme", "dark", true, |_| true),
            ("theme", "night", false, |_| true),
            ("loading", "eager", true, |_| true),
            ("loading", "soon", false, |_| true),
            ("unheard-of", "x", true, |c| c.brand.is_none()),
        ];
        for (name, value, is_understood, check) in table {
            let (config, warnings) = read_one(name, value);
            assert!(check(&config), "{name}={value:?} gives {config:?}");
            assert_eq!(warnings.is_empty(), is_understood, "{name}={value:?} warns {warnings:?}");
        }
    }

    #[test]
    fn huge_values_are_refused() {
        for name in ["brand", "coin", "utm-source", "email", "proxy"] {
            let (_, warnings) = read_one(name, &"x".repeat(1 << 20));
            assert_eq!(warnings.len(), 1, "{name}");
        }
    }

    #[test]
    fn the_country_comes_from_the_page_then_the_shopper_then_the_browser() {
        let table = [
            ("", Some("IT"), Some("de-DE"), "IT"),
            ("", None, Some("de-DE"), "DE"),
            ("", None, Some("zh-Hant-TW"), "TW"),
            ("", None, Some("en"), "US"),
            ("", None, Some("es-419"), "US"),
            ("", None, None, "US"),
            ("country=FR", Some("IT"), Some("de-DE"), "FR"),
            ("country=FR;lock-country=", Some("IT"), None, "FR"),
            ("lock-country=", Some("IT"), Some("de-DE"), "DE"),
            ("countries=ES,PT", Some("IT"), Some("pt-PT"), "PT"),
            ("countries=ES,PT", Some("IT"), Some("de-DE"), "ES"),
        ];
        for (attributes, remembered, lang, expected) in table {
            let attributes = attributes
                .split(';')
                .filter_map(|pair| pair.split_once('='))
                .map(|(n, v)| (n.to_owned(), v.to_owned()));
            let (config, _) = read(&Setup { attributes: attributes.collect(), ..Setup::default() }, &resolve);
            let found = starting_country(&config, remembered.map(country), lang);
            assert_eq!(found, Some(country(expected)), "{:?} {remembered:?} {lang:?}", config.countries);
        }
    }
}
