//! The invented catalogue: the same brands for the same seed, country by country, generated when first asked for.

mod make;
mod offers;
mod products;
mod roster;
pub(crate) mod texts;
mod wire;
mod words;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Bytes;

use super::fiat::{self, Fiat};
use super::logos::LogoSpec;
pub(crate) use products::{Face, Product, default_denomination};
pub(crate) use wire::{group_json, homepage_json, number, range_json, search_json};

use offers::Offer;

/// How many countries stay in memory; the oldest is dropped first.
const COUNTRIES_KEPT: usize = 12;

/// What a brand's logo fields hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogoUrl {
    /// The URL of a logo that is served.
    Served,
    /// There are no logo fields at all.
    Absent,
    /// A path that responds with 404.
    Broken,
    /// A URL that no browser should ever load.
    Hostile(&'static str),
}

/// One brand of one country.
#[derive(Clone, Debug)]
pub(crate) struct Brand {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) family: String,
    pub(crate) kind: &'static str,
    pub(crate) category: &'static str,
    pub(crate) also: Vec<&'static str>,
    pub(crate) slug: String,
    pub(crate) logo: LogoSpec,
    pub(crate) logo_url: LogoUrl,
    pub(crate) is_out_of_stock: bool,
    pub(crate) is_popular: bool,
    pub(crate) tagline: String,
    /// Whether there is hostile markup among the texts.
    pub(crate) has_hostile_texts: bool,
    /// The form in which the secret is delivered.
    pub(crate) shape: Shape,
    /// A network on which this brand may not be paid for, whatever the coin.
    pub(crate) refused_network: Option<&'static str>,
    offer: Offer,
}

/// What a delivered line carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Code,
    CodeLink,
    CodeSerial,
    LinkSecurity,
    SerialBarcode,
    CodeMulti,
    /// Several codes as a JSON array.
    CodeList,
    /// A code before the order is done, which another one replaces when it is.
    CodeReplaced,
    CodeAlias,
    LinkAlias,
    Esim,
    EsimQrOnly,
    TopUp,
    SentByEmail,
    Failed,
    Late,
}

impl Shape {
    /// Returns the shape of a line that is delivered by e-mail: the PIN variant of a top-up carries a code.
    pub(crate) fn by_email(self) -> Self {
        if self == Self::TopUp { Self::Code } else { self }
    }
}

impl Brand {
    /// Returns whether the brand cannot be bought without a supplier account.
    pub(crate) fn is_emoney(&self) -> bool {
        self.category == "e-money" || self.also.contains(&"e-money")
    }
}

/// The brands of one country.
#[derive(Debug)]
pub(crate) struct Country {
    pub(crate) code: &'static str,
    pub(crate) fiat: Fiat,
    pub(crate) brands: Vec<Brand>,
    by_name: HashMap<String, Vec<usize>>,
    directory: OnceLock<Bytes>,
}

impl Country {
    /// Returns the brands with exactly that name; sometimes several brands have one name.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Brand> {
        self.by_name.get(name).into_iter().flatten().map(|index| &self.brands[*index])
    }

    /// Returns the response body of `GET /v2/brands`, which is generated once.
    pub(crate) fn directory(&self) -> Bytes {
        self.directory.get_or_init(|| Bytes::from(wire::brands_json(self).to_string())).clone()
    }

    /// Returns what a brand sells, written in this country's currency.
    pub(crate) fn products(&self, brand: &Brand) -> Vec<Product> {
        products::of(brand, self.fiat)
    }
}

/// All countries, each generated when first asked for.
#[derive(Debug)]
pub(crate) struct Catalog {
    seed: u64,
    kept: Mutex<VecDeque<Arc<Country>>>,
}

impl Catalog {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, kept: Mutex::new(VecDeque::new()) }
    }

    /// Returns the brands of a country, or `None` for a code that is not on the list.
    pub(crate) fn country(&self, code: &str) -> Option<Arc<Country>> {
        let code = fiat::countries().find(|known| *known == code)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|country| country.code == code) {
            let country = kept.remove(at)?;
            kept.push_back(country.clone());
            return Some(country);
        }
        let brands = make::brands(self.seed, code);
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, brand) in brands.iter().enumerate() {
            by_name.entry(brand.name.clone()).or_default().push(index);
        }
        let country =
            Arc::new(Country { code, fiat: fiat::of_country(code), brands, by_name, directory: OnceLock::new() });
        kept.push_back(country.clone());
        if kept.len() > COUNTRIES_KEPT {
            kept.pop_front();
        }
        Some(country)
    }

    /// Returns what to draw for a logo slug: a hand-made brand's own logo, or a generated brand's, whose slug starts
    /// with country and index.
    pub(crate) fn logo(&self, slug: &str) -> Option<LogoSpec> {
        if let Some(spec) = make::roster_logo(slug) {
            return Some(spec);
        }
        let (code, rest) = slug.split_once('-')?;
        let index: usize = rest.split('-').next()?.parse().ok()?;
        let country = self.country(&code.to_ascii_uppercase())?;
        let brand = country.brands.get(index)?;
        (brand.slug == slug).then(|| brand.logo.clone())
    }
}
