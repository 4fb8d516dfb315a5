//! What is on sale: brands, their denominations, the coins to pay with, and finding a brand.

mod brand;
mod offer;
mod search;
mod via;

pub use brand::{Brand, BrandId, BrandList, Kind, Sale};
pub use offer::{DeliveryType, Denomination, Offer, Plan, PlanData, offer_of};
pub use via::{Coin, Contract, Network, NetworkFit, Via};

use crate::{
    country::Country,
    lists::{Numbered, sorted},
    pace::{Pace, at_once},
    text::fold,
};
use search::Index;

/// The most brands that are featured.
const MAX_FEATURED: usize = 12;

/// All brands of a country that may be shown, with the index that search needs.
#[derive(Clone, Debug)]
pub struct Catalog {
    brands: Vec<Brand>,
    index: Index,
    featured: Vec<usize>,
}

/// What the shopper is looking for; a brand must fit all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The text that was typed; an empty one fits every brand.
    pub text: String,
    /// The slug of a category that the brand must be in.
    pub category: Option<String>,
    /// The only kind of goods that is shown; `None` shows all.
    pub kind: Option<Kind>,
}

/// What the partner allows to be shown; an empty list allows everything (attributes `brands`, `categories`, `kind`,
/// `emoney`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The names or families of brands.
    pub brands: Vec<String>,
    /// The slugs of categories.
    pub categories: Vec<String>,
    /// The only kind of goods that is shown; `None` shows all.
    pub kind: Option<Kind>,
    /// Whether e-money brands are listed (marked as not for sale here).
    pub emoney: bool,
}

impl Shelf {
    /// Returns whether a brand may be shown. Names and families are compared folded, slugs exactly.
    fn takes(&self, brand: &Brand, names: &[String]) -> bool {
        let by_name = |wanted: &String| *wanted == fold(&brand.order_name) || *wanted == fold(&brand.family);
        brand.kind != Kind::Unsupported
            && (self.emoney || brand.sale != Sale::NeedsAccount)
            && self.kind.is_none_or(|kind| kind == brand.kind)
            && (self.categories.is_empty() || self.categories.iter().any(|slug| brand.is_in(slug)))
            && (names.is_empty() || names.iter().any(by_name))
    }
}

impl Catalog {
    /// Makes a catalogue of the brands that the shelf allows, and its index. Brands of unsupported kinds are left out.
    pub fn new(list: BrandList, featured: Vec<BrandId>, shelf: &Shelf) -> Self {
        at_once(|pace| Self::build(list, featured, shelf, pace))
    }

    /// Makes a catalogue as [`Catalog::new`] does, and pauses where `pace` says so.
    pub async fn build(list: BrandList, featured: Vec<BrandId>, shelf: &Shelf, pace: Pace<'_>) -> Self {
        let names: Vec<String> = shelf.brands.iter().map(|name| fold(name)).collect();
        // The featured brands come first, then the popular ones, then the others in the order sent.
        let mut places = Numbered::default();
        let mut first: Vec<Vec<Brand>> = Vec::new();
        for id in featured.iter().chain(&list.popular) {
            if places.add(&id.0) == first.len() {
                first.push(Vec::new());
            }
        }
        let mut others: Vec<Brand> = Vec::new();
        for brand in list.brands.into_iter().filter(|brand| shelf.takes(brand, &names)) {
            let place = places.get(&brand.id.0).and_then(|place| first.get_mut(place));
            place.unwrap_or(&mut others).push(brand);
        }
        let placed = first.len();
        let brands: Vec<Brand> = first.into_iter().flatten().chain(others).collect();
        let buyable = |ids: &[BrandId]| -> Vec<usize> {
            let shown = brands.iter().enumerate().take(placed);
            shown
                .filter(|(_, brand)| brand.sale == Sale::OnSale && ids.contains(&brand.id))
                .map(|(index, _)| index)
                .take(MAX_FEATURED)
                .collect()
        };
        let mut shown = buyable(&featured);
        if shown.is_empty() {
            shown = buyable(&list.popular);
        }
        let index = Index::build(&brands, pace).await;
        Self { brands, index, featured: shown }
    }

    /// Returns every brand, in the order in which they are shown without a query: featured and popular ones first.
    pub fn brands(&self) -> &[Brand] {
        &self.brands
    }

    /// Returns the brand with this id.
    pub fn get(&self, id: &BrandId) -> Option<&Brand> {
        self.brands.iter().find(|brand| brand.id == *id)
    }

    /// Returns the brand with this exact order name or family (attribute `brand`); where there is none, one whose name
    /// differs in case only.
    pub fn by_name(&self, name: &str) -> Option<&Brand> {
        let find = |is_it: &dyn Fn(&Brand) -> bool| self.brands.iter().find(|brand| is_it(brand));
        find(&|brand| brand.order_name == name).or_else(|| find(&|brand| brand.family == name)).or_else(|| {
            let folded = fold(name);
            let index = self.index.position(&folded).filter(|_| !folded.is_empty())?;
            self.brands.get(index)
        })
    }

    /// Returns the indexes in [`Catalog::brands`] of the featured brands, at most 12; of the popular ones where none is
    /// featured. All of them can be bought now.
    pub fn featured(&self) -> &[usize] {
        &self.featured
    }

    /// Returns the slugs of the categories with the number of brands in each, the largest first; categories of one size
    /// are in alphabetical order.
    pub fn categories(&self) -> Vec<(String, usize)> {
        let (mut slugs, mut counts) = (Numbered::default(), Vec::new());
        for slug in self.brands.iter().flat_map(|brand| &brand.categories) {
            let number = slugs.add(slug);
            counts.resize(counts.len().max(number + 1), 0);
            if let Some(count) = counts.get_mut(number) {
                *count += 1;
            }
        }
        let counted: Vec<(String, usize)> = slugs.into_texts().into_iter().zip(counts).collect();
        let order = sorted(counted.len(), &|one, other| match (counted.get(one), counted.get(other)) {
            (Some((one, few)), Some((other, many))) => few > many || (few == many && one < other),
            _ => false,
        });
        order.into_iter().filter_map(|at| counted.get(at).cloned()).collect()
    }

    /// Returns the kinds of goods that are present.
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds = vec![Kind::GiftCard, Kind::TopUp, Kind::Esim];
        kinds.retain(|kind| self.brands.iter().any(|brand| brand.kind == *kind));
        kinds
    }

    /// Returns the indexes in [`Catalog::brands`] of the brands that fit a query, best first: an exact name, the
    /// beginning of a name, a word inside it, then families and tags, then one typing mistake in words of five letters
    /// or more. Case and diacritics do not count.
    pub fn search(&self, query: &Query) -> Vec<usize> {
        let in_filter = |brand: &Brand| {
            query.kind.is_none_or(|kind| kind == brand.kind)
                && query.category.as_ref().is_none_or(|slug| brand.is_in(slug))
        };
        self.index.find(&query.text, |index| self.brands.get(index).is_some_and(in_filter))
    }

    /// Returns the indexes of up to `count` brands whose names are nearest to a text that found nothing.
    pub fn nearest(&self, text: &str, count: usize) -> Vec<usize> {
        self.index.nearest(text, count)
    }
}

/// Returns whether the supplier lists `country` but may sell nothing there.
///
/// These are uninhabited places (docs/supplier-api.md §5.12): Antarctica, Bouvet Island, the French Southern
/// Territories, South Georgia, Heard and McDonald Islands, the Minor Outlying Islands of the United States.
///
/// ```
/// use cr_core::{catalog::is_uninhabited, country::Country};
///
/// for (code, is_empty) in [("AQ", true), ("BV", true), ("US", false)] {
///     assert_eq!(is_uninhabited(code.parse::<Country>().unwrap()), is_empty);
/// }
/// ```
pub fn is_uninhabited(country: Country) -> bool {
    ["AQ", "BV", "GS", "HM", "TF", "UM"].contains(&country.code())
}
