//! Brands of the directory (docs/supplier-api.md §5.3).

/// The supplier's brand id, the only safe key; names collide (docs/supplier-api.md §5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrandId(pub String);

/// What kind of goods a brand sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `giftcard`.
    GiftCard,
    /// `mobile_recharge` without category `e-sim`.
    TopUp,
    /// `mobile_recharge` with category `e-sim`.
    Esim,
    /// A kind this checkout does not sell (`nft_giftcard`, …).
    Unsupported,
}

/// Whether a brand can be bought here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sale {
    /// Yes.
    OnSale,
    /// Not now.
    OutOfStock,
    /// E-money: needs a signed-in account with the supplier.
    NeedsAccount,
}

/// A brand of the directory. Texts are cleaned for showing, but `order_name` is verbatim.
#[derive(Clone, Debug, PartialEq)]
pub struct Brand {
    /// Key.
    pub id: BrandId,
    /// Name to show.
    pub name: String,
    /// `brand_name` to order with, verbatim.
    pub order_name: String,
    /// Grouping key for products, verbatim; may hold several brands.
    pub family: String,
    /// Kind of goods.
    pub kind: Kind,
    /// `kind` as the wire spelt it.
    pub wire_kind: String,
    /// Category slugs, the main one first, each once.
    pub categories: Vec<String>,
    /// Search tags.
    pub tags: Vec<String>,
    /// Lowest and highest denomination as display labels, never parsed.
    pub min_label: Option<String>,
    /// See `min_label`.
    pub max_label: Option<String>,
    /// Where the logo's variants start: `_300x190.webp`, `_500x318.webp`, `.webp`, or `.jpg`. Https or path-absolute only.
    pub logo_base_url: Option<String>,
    /// A single logo image, when there are no variants.
    pub logo_url: Option<String>,
    /// Backdrop, `#rrggbb`.
    pub bg_color: Option<String>,
    /// Whether it can be bought here.
    pub sale: Sale,
}

impl Brand {
    /// One or two letters that stand in for a missing logo.
    pub fn initials(&self) -> String {
        let words = self.name.split(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
        let firsts = words.filter_map(|word| word.chars().next()).take(2);
        let initials: String = firsts.map(|c| c.to_ascii_uppercase()).collect();
        if initials.is_empty() { "?".to_owned() } else { initials }
    }

    /// Whether it holds a category, by slug.
    pub fn is_in(&self, category: &str) -> bool {
        self.categories.iter().any(|slug| slug == category)
    }
}

/// One country's brand directory, `GET /v2/brands` (§5.3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrandList {
    /// Each brand once, in the order sent.
    pub brands: Vec<Brand>,
    /// Popular ones, in the order sent; always found in `brands`.
    pub popular: Vec<BrandId>,
    /// Rows that could not be understood and were left out.
    pub dropped: usize,
    /// The country the supplier answered for, to compare with the one asked for.
    pub country_code: Option<String>,
}
