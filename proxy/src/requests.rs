//! What a request below `/api` asks for: an order by its id, or one of the supplier's lists with its parameters.
//!
//! A request is taken apart and, if every part is expected, composed anew for the supplier; nothing that a client sent
//! is passed on as it is. A path counts as the client spelt it: percent-encoded spellings are other paths.

use axum::extract::{FromRequestParts, MatchedPath};
use cr_core::order;
use form_urlencoded::Serializer;
use http::request::Parts;

use crate::problem::Problem;

/// The route of one order.
pub const ORDER: &str = "/api/v5/orders/{id}";
/// The route of an order's stream.
pub const SUBSCRIBE: &str = "/api/orders/{id}/subscribe";

/// Returns the name in the log of the route that matched; a path that is no route has none.
pub fn name(matched: &str) -> &'static str {
    match matched {
        "/api/v3/payment_vias" => "payment_vias",
        "/api/v2/brands" => "brands",
        "/api/v2/homepage" => "homepage",
        "/api/v5/products/country/{country}" => "products",
        "/api/v4/products/price" => "price",
        "/api/available-countries" => "countries",
        "/api/v5/orders/validations" => "validate",
        "/api/v5/orders" => "create",
        ORDER => "order",
        SUBSCRIBE => "subscribe",
        _ => "none",
    }
}

/// Returns what stands in the path where the route has a parameter, as the client spelt it; `None` for a route without
/// one.
fn parameter(parts: &Parts) -> Option<(&str, &str)> {
    let matched = parts.extensions.get::<MatchedPath>()?.as_str();
    let (at, name) = matched.split('/').enumerate().find(|(_, part)| part.starts_with('{'))?;
    Some((name, parts.uri.path().split('/').nth(at)?))
}

impl<S: Sync> FromRequestParts<S> for OrderId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parameter(parts).and_then(|(_, id)| Self::new(id)).ok_or(Problem::NOT_FOUND)
    }
}

/// A country's code in a path.
#[derive(Debug)]
pub struct Country(String);

/// What the path of a list says; nothing where the route has no parameter.
#[derive(Debug)]
pub struct InPath<T>(pub Option<T>);

impl<S: Sync> FromRequestParts<S> for InPath<Country> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parameter(parts) {
            None => Ok(Self(None)),
            Some((_, code)) if is_country(code) => Ok(Self(Some(Country(code.to_owned())))),
            Some(_) => Err(Problem::NOT_FOUND),
        }
    }
}

/// A path whose parameter, if it has one, can be right: a preflight for another path is refused.
#[derive(Debug)]
pub struct Known;

impl<S: Sync> FromRequestParts<S> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let fits = match parameter(parts) {
            None => true,
            Some(("{country}", code)) => is_country(code),
            Some((_, id)) => OrderId::new(id).is_some(),
        };
        fits.then_some(Self).ok_or(Problem::NOT_FOUND)
    }
}

/// No query: these routes take no parameter.
#[derive(Debug)]
pub struct NoQuery;

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_query(parts.uri.query().unwrap_or_default(), &[]).map(|_| Self)
    }
}

/// One of the supplier's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingKind {
    /// Coins and networks.
    PaymentVias,
    /// The brands of one country.
    Brands,
    /// A curated feed.
    Homepage,
    /// The products of one family or brand.
    Products,
    /// A live price.
    Price,
}

/// One list with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Which list.
    pub kind: ListingKind,
    /// The supplier's path and query; also the key by which the answer is cached.
    pub target: String,
    /// The country that the request is about.
    pub country: Option<String>,
}

/// An order id as it came in a path. It is a bearer secret, so `Debug` shows its reference only. The widget and the
/// proxy share one rule for what an id is: an order that the one knows must not be unknown to the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderId(order::OrderId);

impl OrderId {
    /// Takes an id that [`order::OrderId::new`] takes.
    pub fn new(text: &str) -> Option<Self> {
        order::OrderId::new(text).map(Self)
    }

    /// Returns the supplier's path of the order.
    pub fn path(&self) -> String {
        format!("/v5/orders/{}", self.0.expose())
    }

    /// Returns the order's name in the log.
    pub fn reference(&self) -> String {
        self.0.reference()
    }

    /// Returns the id itself, to read an order by it.
    pub fn id(&self) -> &order::OrderId {
        &self.0
    }
}

/// A list as a route offers it.
#[derive(Debug)]
pub struct List {
    /// The path of the route.
    pub route: &'static str,
    kind: ListingKind,
    parameters: &'static [Parameter],
    /// Parameters of which one must be there.
    one_of: &'static [&'static str],
}

/// All lists.
pub const LISTS: [List; 5] = [
    List { route: "/api/v3/payment_vias", kind: ListingKind::PaymentVias, parameters: &[], one_of: &[] },
    BRANDS,
    List {
        route: "/api/v2/homepage",
        kind: ListingKind::Homepage,
        parameters: &[required("country_code", is_country)],
        one_of: &[],
    },
    PRODUCTS,
    List {
        route: "/api/v4/products/price",
        kind: ListingKind::Price,
        parameters: &[
            required("brand_name", is_name),
            required("country_code", is_country),
            required("face_value", is_amount),
            required("coin", is_coin),
        ],
        one_of: &[],
    },
];

const BRANDS: List = List {
    route: "/api/v2/brands",
    kind: ListingKind::Brands,
    parameters: &[required("country_code", is_country)],
    one_of: &[],
};

const PRODUCTS: List = List {
    route: "/api/v5/products/country/{country}",
    kind: ListingKind::Products,
    parameters: &[
        optional("family_name", is_name),
        optional("brand_name", is_name),
        optional("coin", is_coin),
        optional("lang", is_lang),
    ],
    // Without a filter the supplier responds with 400 (docs/supplier-api.md §5.6).
    one_of: &["family_name", "brand_name"],
};

impl List {
    /// Reads the parameters of a request for this list, whose path named a `country` or none.
    ///
    /// # Errors
    /// One of the four problems of a query.
    pub fn read(&self, country: Option<&Country>, query: Option<&str>) -> Result<Listing, Problem> {
        let pairs = read_query(query.unwrap_or_default(), self.parameters)?;
        let value = |wanted: &str| pairs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str());
        if !self.one_of.is_empty() && self.one_of.iter().all(|name| value(name).is_none()) {
            return Err(Problem::PARAMETER_MISSING);
        }
        let country = country.map(|Country(code)| code.as_str()).or_else(|| value("country_code"));
        let path = self.route.trim_start_matches("/api").replace("{country}", country.unwrap_or_default());
        Ok(Listing { kind: self.kind, target: target(path, &pairs), country: country.map(str::to_owned) })
    }
}

impl Listing {
    /// Returns the brands of a country.
    ///
    /// # Errors
    /// [`Problem::PARAMETER_INVALID`] for a code that is none.
    pub fn brands(country: &str) -> Result<Self, Problem> {
        let query = Serializer::new(String::new()).append_pair("country_code", country).finish();
        BRANDS.read(None, Some(&query))
    }

    /// Returns the products of a brand in a country.
    ///
    /// # Errors
    /// [`Problem::PARAMETER_INVALID`] for a code or a name that is none.
    pub fn products(country: &str, brand: &str) -> Result<Self, Problem> {
        if !is_country(country) {
            return Err(Problem::PARAMETER_INVALID);
        }
        let query = Serializer::new(String::new()).append_pair("brand_name", brand).finish();
        PRODUCTS.read(Some(&Country(country.to_owned())), Some(&query))
    }
}

/// A query parameter that a route takes.
#[derive(Debug)]
struct Parameter {
    name: &'static str,
    required: bool,
    fits: fn(&str) -> bool,
}

const fn required(name: &'static str, fits: fn(&str) -> bool) -> Parameter {
    Parameter { name, required: true, fits }
}

const fn optional(name: &'static str, fits: fn(&str) -> bool) -> Parameter {
    Parameter { name, required: false, fits }
}

/// Returns the decoded pairs in the order of `parameters`, each at most once.
fn read_query(query: &str, parameters: &[Parameter]) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut found: Vec<Option<String>> = vec![None; parameters.len()];
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place =
            parameters.iter().position(|parameter| parameter.name == name).ok_or(Problem::PARAMETER_NOT_ALLOWED)?;
        if !(parameters[place].fits)(&value) {
            return Err(Problem::PARAMETER_INVALID);
        }
        if found[place].replace(value.into_owned()).is_some() {
            return Err(Problem::PARAMETER_REPEATED);
        }
    }
    if parameters.iter().zip(&found).any(|(parameter, value)| parameter.required && value.is_none()) {
        return Err(Problem::PARAMETER_MISSING);
    }
    Ok(parameters.iter().zip(found).filter_map(|(parameter, value)| Some((parameter.name, value?))).collect())
}

fn target(path: String, pairs: &[(&'static str, String)]) -> String {
    if pairs.is_empty() {
        return path;
    }
    let query = Serializer::new(String::new()).extend_pairs(pairs.iter().map(|(name, value)| (*name, value))).finish();
    format!("{path}?{query}")
}

/// Returns whether the text is two upper-case letters: the supplier's lists hold only codes of this form
/// (docs/supplier-api.md §5).
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_name(text: &str) -> bool {
    // Bytes that are not UTF-8 are decoded to U+FFFD.
    (1..=200).contains(&text.chars().count()) && !text.chars().any(|sign| sign.is_control() || sign == '\u{fffd}')
}

fn is_coin(text: &str) -> bool {
    (1..=20).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

fn is_lang(text: &str) -> bool {
    (2..=35).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_amount(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, 15) && digits(fraction, 8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn x01_what_the_widget_takes_for_an_order_id_the_proxy_takes_too() {
        for id in ["a.b", "~", "a~b", "...", "9f0c-11_2.3~4", &"a".repeat(128)] {
            assert!(order::OrderId::new(id).is_some() && OrderId::new(id).is_some(), "{id}");
        }
        for id in ["", ".", "..", "a/b", "a%2Eb", "a+b", "validations", &"a".repeat(129)] {
            assert!(order::OrderId::new(id).is_none() && OrderId::new(id).is_none(), "{id}");
        }
    }

    #[test]
    fn every_route_has_a_name_in_the_log() {
        for list in &LISTS {
            assert_ne!(name(list.route), "none", "{}", list.route);
        }
        assert_eq!((name("/api/{*rest}"), name(ORDER)), ("none", "order"));
    }

    proptest! {
        #[test]
        fn what_reaches_the_supplier_is_one_clean_path_and_query(list in 0_usize..5, query in "[ -~]{0,60}") {
            let country = Country("US".to_owned());
            if let Ok(listing) = LISTS[list].read(Some(&country), Some(&query)) {
                prop_assert!(listing.target.starts_with("/v"));
                prop_assert!(!listing.target.contains("//") && !listing.target.contains(".."));
                prop_assert!(listing.target.bytes().all(|byte| (0x21..0x7f).contains(&byte)));
            }
        }

        #[test]
        fn any_name_survives_the_way_to_the_supplier(name in "[^\\p{Cc}\u{fffd}]{1,200}") {
            let listing = Listing::products("US", &name).unwrap();
            let (_, query) = listing.target.split_once('?').unwrap();
            let sent = form_urlencoded::parse(query.as_bytes()).next().unwrap().1.into_owned();
            prop_assert_eq!(sent, name);
        }
    }
}
