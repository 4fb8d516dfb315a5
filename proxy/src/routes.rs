//! The allow-list: which requests below `/api` exist, and what each of them asks of the supplier.
//!
//! A request is taken apart and, if every part is expected, composed anew for the supplier; nothing that a client sent
//! is passed on as it is. A request that is not on the list is refused without contacting the supplier.

use cr_core::order;
use form_urlencoded::Serializer;
use http::Method;

use crate::problem::Problem;

/// A request of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// A cached read of the catalogue.
    Catalogue(Listing),
    /// The countries that are served, from the proxy's own list.
    Countries,
    /// A dry run of an order.
    Validate,
    /// A create.
    Create,
    /// A read of an order.
    Order(OrderId),
    /// An order's stream.
    Subscribe(OrderId),
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

/// A query parameter that a route takes.
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

impl Route {
    /// Returns the route's name in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Catalogue(listing) => match listing.kind {
                ListingKind::PaymentVias => "payment_vias",
                ListingKind::Brands => "brands",
                ListingKind::Homepage => "homepage",
                ListingKind::Products => "products",
                ListingKind::Price => "price",
            },
            Self::Countries => "countries",
            Self::Validate => "validate",
            Self::Create => "create",
            Self::Order(_) => "order",
            Self::Subscribe(_) => "subscribe",
        }
    }

    /// Parses a request: its method, its path below `/api` and its query.
    ///
    /// # Errors
    /// The [`Problem`] to respond with: 404 for what is not on the list, 400 for a query that does not fit.
    pub fn parse(method: &Method, path: &str, query: Option<&str>) -> Result<Self, Problem> {
        if Self::method_at(path).as_ref() != Some(method) {
            return Err(Problem::NOT_FOUND);
        }
        let query = query.unwrap_or_default();
        let listing = |kind, path: String, country: Option<&str>, parameters: &[Parameter]| {
            let pairs = read_query(query, parameters)?;
            let country = country
                .or_else(|| pairs.iter().find(|(name, _)| *name == "country_code").map(|(_, code)| code.as_str()));
            let country = country.map(str::to_owned);
            Ok(Self::Catalogue(Listing { kind, target: target(path, &pairs), country }))
        };
        let bare = |route| read_query(query, &[]).map(|_| route);
        match segments(path).as_slice() {
            ["v3", "payment_vias"] => listing(ListingKind::PaymentVias, "/v3/payment_vias".into(), None, &[]),
            ["v2", "brands"] => {
                listing(ListingKind::Brands, "/v2/brands".into(), None, &[required("country_code", is_country)])
            }
            ["v2", "homepage"] => {
                listing(ListingKind::Homepage, "/v2/homepage".into(), None, &[required("country_code", is_country)])
            }
            ["v5", "products", "country", country] => {
                let found = listing(
                    ListingKind::Products,
                    format!("/v5/products/country/{country}"),
                    Some(country),
                    &[
                        optional("family_name", is_name),
                        optional("brand_name", is_name),
                        optional("coin", is_coin),
                        optional("lang", is_lang),
                    ],
                )?;
                // Without a filter the supplier responds with 400 (docs/supplier-api.md §5.6).
                let filtered = |listing: &Listing| {
                    listing.target.contains("family_name=") || listing.target.contains("brand_name=")
                };
                if let Self::Catalogue(listing) = &found
                    && !filtered(listing)
                {
                    return Err(Problem::PARAMETER_MISSING);
                }
                Ok(found)
            }
            ["v4", "products", "price"] => listing(
                ListingKind::Price,
                "/v4/products/price".into(),
                None,
                &[
                    required("brand_name", is_name),
                    required("country_code", is_country),
                    required("face_value", is_amount),
                    required("coin", is_coin),
                ],
            ),
            ["available-countries"] => bare(Self::Countries),
            ["v5", "orders"] => bare(Self::Create),
            ["v5", "orders", "validations"] => bare(Self::Validate),
            ["v5", "orders", id] => bare(Self::Order(OrderId::new(id).ok_or(Problem::NOT_FOUND)?)),
            ["orders", id, "subscribe"] => bare(Self::Subscribe(OrderId::new(id).ok_or(Problem::NOT_FOUND)?)),
            _ => Err(Problem::NOT_FOUND),
        }
    }

    /// Returns the one method that a path below `/api` takes; `None` if the path is not on the list.
    pub fn method_at(path: &str) -> Option<Method> {
        match segments(path).as_slice() {
            ["v3", "payment_vias"]
            | ["v2", "brands" | "homepage"]
            | ["v4", "products", "price"]
            | ["available-countries"] => Some(Method::GET),
            ["v5", "products", "country", country] => is_country(country).then_some(Method::GET),
            ["v5", "orders"] | ["v5", "orders", "validations"] => Some(Method::POST),
            ["v5", "orders", id] | ["orders", id, "subscribe"] => OrderId::new(id).map(|_| Method::GET),
            _ => None,
        }
    }
}

/// Returns the parts between the slashes; a path that does not start with a slash has none.
fn segments(path: &str) -> Vec<&str> {
    path.strip_prefix('/').map(|rest| rest.split('/').collect()).unwrap_or_default()
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

    fn get(path: &str, query: &str) -> Result<Route, Problem> {
        Route::parse(&Method::GET, path, (!query.is_empty()).then_some(query))
    }

    fn target_of(path: &str, query: &str) -> String {
        match get(path, query) {
            Ok(Route::Catalogue(listing)) => listing.target,
            other => panic!("{path}?{query}: {other:?}"),
        }
    }

    #[test]
    fn every_listing_is_asked_for_in_one_spelling() {
        let table = [
            ("/v3/payment_vias", "", "/v3/payment_vias"),
            ("/v2/brands", "country_code=US", "/v2/brands?country_code=US"),
            ("/v2/homepage", "country_code=XK", "/v2/homepage?country_code=XK"),
            (
                "/v5/products/country/US",
                "lang=en&coin=USDC.e&family_name=A%26B%20C",
                "/v5/products/country/US?family_name=A%26B+C&coin=USDC.e&lang=en",
            ),
            ("/v5/products/country/IT", "brand_name=Caff%C3%A8", "/v5/products/country/IT?brand_name=Caff%C3%A8"),
            (
                "/v4/products/price",
                "coin=USDC&face_value=12.50&country_code=US&brand_name=Stayhere",
                "/v4/products/price?brand_name=Stayhere&country_code=US&face_value=12.50&coin=USDC",
            ),
        ];
        for (path, query, target) in table {
            assert_eq!(target_of(path, query), target);
        }
    }

    #[test]
    fn the_other_routes_are_known() {
        let order = || OrderId::new("ord_abc-123").unwrap();
        let table = [
            (Method::GET, "/available-countries", Route::Countries),
            (Method::POST, "/v5/orders", Route::Create),
            (Method::POST, "/v5/orders/validations", Route::Validate),
            (Method::GET, "/v5/orders/ord_abc-123", Route::Order(order())),
            (Method::GET, "/orders/ord_abc-123/subscribe", Route::Subscribe(order())),
        ];
        for (method, path, route) in table {
            assert_eq!(Route::parse(&method, path, None), Ok(route));
        }
    }

    #[test]
    fn x01_whatever_is_not_on_the_list_is_not_found() {
        let table = [
            (Method::GET, ""),
            (Method::GET, "/"),
            (Method::GET, "/v5"),
            (Method::GET, "/v5/orders"),
            (Method::GET, "/v5/orders/"),
            (Method::GET, "/v5/orders/validations"),
            (Method::GET, "/v5/orders//subscribe"),
            (Method::GET, "/v5/orders/a/subscribe"),
            (Method::GET, "/v5/orders/.."),
            (Method::GET, "/v5/orders/../brands"),
            (Method::GET, "/v5/orders/a%2Fb"),
            (Method::GET, "/v5/orders/."),
            (Method::GET, "/v5/orders/.."),
            (Method::GET, "/v5/orders/a%2Eb"),
            (Method::GET, "/v5/orders/a+b"),
            (Method::GET, "/orders/validations/subscribe"),
            (Method::GET, "/orders/a/subscribe/"),
            (Method::GET, "//v2/brands"),
            (Method::GET, "/v2/brands/"),
            (Method::GET, "/V2/brands"),
            (Method::GET, "/v2/search/US"),
            (Method::GET, "/v3/currencies"),
            (Method::GET, "/v3/qrs/a"),
            (Method::GET, "/v5/products/country/us"),
            (Method::GET, "/v5/products/country/USA"),
            (Method::GET, "/v5/products/country/U%53"),
            (Method::POST, "/v2/brands"),
            (Method::HEAD, "/v2/brands"),
            (Method::OPTIONS, "/v2/brands"),
            (Method::PUT, "/v5/orders/a"),
            (Method::PATCH, "/v5/orders/a"),
            (Method::DELETE, "/v5/orders/a"),
            (Method::CONNECT, "/v5/orders"),
            (Method::TRACE, "/v5/orders"),
            (Method::POST, "/v5/orders/a"),
            (Method::POST, "/orders/a/subscribe"),
        ];
        for (method, path) in table {
            assert_eq!(Route::parse(&method, path, None), Err(Problem::NOT_FOUND), "{method} {path}");
        }
        assert_eq!(OrderId::new(&"a".repeat(129)), None);
    }

    #[test]
    fn x01_what_the_widget_takes_for_an_order_id_the_proxy_takes_too() {
        for id in ["a.b", "~", "a~b", "...", "9f0c-11_2.3~4", &"a".repeat(128)] {
            assert!(order::OrderId::new(id).is_some(), "{id}");
            let expected = OrderId::new(id).unwrap();
            assert_eq!(get(&format!("/v5/orders/{id}"), ""), Ok(Route::Order(expected.clone())), "{id}");
            assert_eq!(get(&format!("/orders/{id}/subscribe"), ""), Ok(Route::Subscribe(expected)), "{id}");
        }
    }

    #[test]
    fn x03_queries_are_taken_only_as_listed() {
        let brands = "/v2/brands";
        let products = "/v5/products/country/US";
        let price = "/v4/products/price";
        let table = [
            (brands, "", Problem::PARAMETER_MISSING),
            (brands, "country_code=", Problem::PARAMETER_INVALID),
            (brands, "country_code=us", Problem::PARAMETER_INVALID),
            (brands, "country_code=US&country_code=US", Problem::PARAMETER_REPEATED),
            (brands, "country_code=US&country%5Fcode=IT", Problem::PARAMETER_REPEATED),
            (brands, "country_code=US&promo_code=X", Problem::PARAMETER_NOT_ALLOWED),
            (brands, "country_code=US&country_code[]=IT", Problem::PARAMETER_NOT_ALLOWED),
            ("/v3/payment_vias", "lang=en", Problem::PARAMETER_NOT_ALLOWED),
            ("/v5/orders/abc", "x=1", Problem::PARAMETER_NOT_ALLOWED),
            ("/orders/abc/subscribe", "x=1", Problem::PARAMETER_NOT_ALLOWED),
            ("/available-countries", "x=1", Problem::PARAMETER_NOT_ALLOWED),
            (products, "coin=USDC", Problem::PARAMETER_MISSING),
            (products, "family_name=", Problem::PARAMETER_INVALID),
            (products, "family_name=a%0D%0AHost:%20evil", Problem::PARAMETER_INVALID),
            (products, "family_name=%ff", Problem::PARAMETER_INVALID),
            (products, "family_name=a&coin=a%20b", Problem::PARAMETER_INVALID),
            (products, "family_name=a&lang=../..", Problem::PARAMETER_INVALID),
            (price, "brand_name=a&country_code=US&face_value=1", Problem::PARAMETER_MISSING),
            (price, "brand_name=a&country_code=US&face_value=-1&coin=BTC", Problem::PARAMETER_INVALID),
            (price, "brand_name=a&country_code=US&face_value=1e9&coin=BTC", Problem::PARAMETER_INVALID),
            (price, "brand_name=a&country_code=US&face_value=1.&coin=BTC", Problem::PARAMETER_INVALID),
        ];
        for (path, query, problem) in table {
            assert_eq!(get(path, query), Err(problem), "{path}?{query}");
        }
        let long = format!("family_name={}", "a".repeat(201));
        assert_eq!(get(products, &long), Err(Problem::PARAMETER_INVALID));
    }

    proptest! {
        #[test]
        fn what_reaches_the_supplier_is_one_clean_path_and_query(path in "(/[a-z0-9%./_-]{0,12}){1,5}", query in "[ -~]{0,60}") {
            if let Ok(Route::Catalogue(listing)) = get(&path, &query) {
                prop_assert!(listing.target.starts_with("/v"));
                prop_assert!(!listing.target.contains("//") && !listing.target.contains(".."));
                prop_assert!(listing.target.bytes().all(|byte| (0x21..0x7f).contains(&byte)));
            }
        }

        #[test]
        fn any_name_survives_the_way_to_the_supplier(name in "[^\\p{Cc}\u{fffd}]{1,200}") {
            let query = Serializer::new(String::new()).append_pair("family_name", &name).finish();
            let target = target_of("/v5/products/country/US", &query);
            let sent = form_urlencoded::parse(target.split_once('?').unwrap().1.as_bytes()).next().unwrap().1.into_owned();
            prop_assert_eq!(sent, name);
        }
    }
}
