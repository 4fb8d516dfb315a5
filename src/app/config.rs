//! What the partner configured, after bad values fell back to their defaults.

use cr_core::{
    catalog::{Kind, Shelf},
    country::Country,
};

/// One element's configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Base URL of the proxy, without a trailing slash.
    pub proxy: String,
    /// Country wished by the page; the shopper may change it unless locked.
    pub country: Option<Country>,
    /// Whether the shopper may change the country.
    pub lock_country: bool,
    /// Countries offered; empty means all.
    pub countries: Vec<Country>,
    /// Language wished by the page.
    pub lang: Option<String>,
    /// Coin to preselect.
    pub coin: Option<String>,
    /// Network to preselect.
    pub network: Option<String>,
    /// Brand to open with.
    pub brand: Option<String>,
    /// Only this kind of goods.
    pub kind: Option<Kind>,
    /// Brand and category allow-lists, e-money.
    pub shelf: Shelf,
    /// E-mail to fill in.
    pub email: Option<String>,
    /// Phone to fill in.
    pub phone: Option<String>,
    /// Where the sale came from.
    pub utm_source: Option<String>,
    /// Whether requests to another origin carry cookies.
    pub include_credentials: bool,
    /// Whether host events carry the order id.
    pub expose_order_id: bool,
    /// The partner's links, https only.
    pub links: Links,
}

/// Links of the partner's shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Terms of sale.
    pub terms: Option<String>,
    /// Privacy notice.
    pub privacy: Option<String>,
    /// Where shoppers get help.
    pub support: Option<String>,
    /// Where shoppers verify their identity.
    pub kyc: Option<String>,
}
