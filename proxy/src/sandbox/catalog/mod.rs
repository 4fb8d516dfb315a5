//! The invented catalogue: the same brands for the same seed, country by country, made when first asked for.

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

/// How many countries stay in memory; the oldest goes first.
const COUNTRIES_KEPT: usize = 12;

/// How a brand gives its logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogoUrl {
    /// Really served.
    Served,
    /// No logo fields at all.
    Absent,
    /// A path that answers 404.
    Broken,
    /// Nothing a browser should ever load.
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
    /// Hostile bits among the texts.
    pub(crate) has_hostile_texts: bool,
    /// What the secret looks like on delivery.
    pub(crate) shape: Shape,
    /// A network on which this brand may not be paid, whatever the coin.
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
    /// Several codes in a JSON list.
    CodeList,
    /// A code before the order is done, and another one in its place then.
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
    /// The shape of a line that goes by e-mail: the PIN twin of a top-up carries a code.
    pub(crate) fn by_email(self) -> Self {
        if self == Self::TopUp { Self::Code } else { self }
    }
}

impl Brand {
    /// True for brands that cannot be bought without a supplier account.
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
    /// Brands with exactly that name; names collide now and then.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Brand> {
        self.by_name.get(name).into_iter().flatten().map(|index| &self.brands[*index])
    }

    /// The answer of `GET /v2/brands`, made once.
    pub(crate) fn directory(&self) -> Bytes {
        self.directory.get_or_init(|| Bytes::from(wire::brands_json(self).to_string())).clone()
    }

    /// What a brand sells, written in this country's currency.
    pub(crate) fn products(&self, brand: &Brand) -> Vec<Product> {
        products::of(brand, self.fiat)
    }
}

/// All countries, each made when first asked for.
#[derive(Debug)]
pub(crate) struct Catalog {
    seed: u64,
    kept: Mutex<VecDeque<Arc<Country>>>,
}

impl Catalog {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, kept: Mutex::new(VecDeque::new()) }
    }

    /// The brands of a country, or `None` for a code that is not on the list.
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

    /// What to draw for a logo slug: a roster brand's own, or a generated one's, whose slug starts with country and index.
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
