//! Brands of the directory (docs/supplier-api.md §5.3).

/// The supplier's brand id, the only safe key; names collide (docs/supplier-api.md §5.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BrandId(pub String);

/// What kind of goods a brand sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `giftcard` on the wire.
    GiftCard,
    /// `mobile_recharge` on the wire, without the category `e-sim`.
    TopUp,
    /// `mobile_recharge` on the wire, with the category `e-sim`.
    Esim,
    /// A kind this checkout does not sell (`nft_giftcard`, …).
    Unsupported,
}

/// Whether a brand can be bought here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sale {
    /// The brand can be bought.
    OnSale,
    /// The brand is out of stock now.
    OutOfStock,
    /// The brand is e-money, for which the supplier asks for a signed-in account.
    NeedsAccount,
}

/// A brand of the directory. Its texts are cleaned for showing; `order_name` and `family` are verbatim.
#[derive(Clone, Debug, PartialEq)]
pub struct Brand {
    /// The supplier's id.
    pub id: BrandId,
    /// The name to show.
    pub name: String,
    /// The `brand_name` to order with, verbatim.
    pub order_name: String,
    /// The key by which products are grouped, verbatim; a family may hold several brands.
    pub family: String,
    /// What kind of goods the brand sells.
    pub kind: Kind,
    /// The `kind` as it is spelt on the wire.
    pub wire_kind: String,
    /// The slugs of the categories, the main one first, each once.
    pub categories: Vec<String>,
    /// The tags by which the brand is found.
    pub tags: Vec<String>,
    /// The lowest denomination as a label to show, which is never parsed.
    pub min_label: Option<String>,
    /// The highest denomination as a label to show, which is never parsed.
    pub max_label: Option<String>,
    /// The address that the logo's variants begin with: `_300x190.webp`, `_500x318.webp`, `.webp`, or `.jpg` follows.
    /// It is https or path-absolute.
    pub logo_base_url: Option<String>,
    /// A single logo image, when there are no variants.
    pub logo_url: Option<String>,
    /// The background colour of the logo, `#rrggbb`.
    pub bg_color: Option<String>,
    /// Whether it can be bought here.
    pub sale: Sale,
}

impl Brand {
    /// Returns one or two letters that stand in for a missing logo.
    pub fn initials(&self) -> String {
        let words = self.name.split(|c: char| c.is_ascii_punctuation() || c.is_whitespace());
        let firsts = words.filter_map(|word| word.chars().next()).take(2);
        let initials: String = firsts.map(|c| c.to_ascii_uppercase()).collect();
        if initials.is_empty() { "?".to_owned() } else { initials }
    }

    /// Returns whether the brand is in a category, which is given by its slug.
    pub fn is_in(&self, category: &str) -> bool {
        self.categories.iter().any(|slug| slug == category)
    }
}

/// The brand directory of one country, `GET /v2/brands` (§5.3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrandList {
    /// Each brand once, in the order sent.
    pub brands: Vec<Brand>,
    /// The popular brands, in the order sent; all of them are in `brands`.
    pub popular: Vec<BrandId>,
    /// How many rows could not be understood and were left out.
    pub dropped: usize,
    /// The country that the supplier answered for, to compare with the one that was asked for.
    pub country_code: Option<String>,
}
