//! The partner's configuration, after bad values fell back to their defaults.

use cr_core::{
    catalog::{Kind, Shelf},
    country::Country,
};

/// The configuration of one element.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Base URL of the proxy, without a trailing slash.
    pub proxy: String,
    /// Country that the host page asks for; the shopper may change it unless it is locked.
    pub country: Option<Country>,
    /// Whether the country is locked, so that the shopper may not change it.
    pub lock_country: bool,
    /// Countries that are offered; an empty list means all.
    pub countries: Vec<Country>,
    /// Language that the host page asks for.
    pub lang: Option<String>,
    /// Coin to preselect.
    pub coin: Option<String>,
    /// Network to preselect.
    pub network: Option<String>,
    /// Brand to open with.
    pub brand: Option<String>,
    /// The only kind of goods to show; `None` means all.
    pub kind: Option<Kind>,
    /// What the partner allows to be shown: brands, categories, e-money.
    pub shelf: Shelf,
    /// E-mail to fill in.
    pub email: Option<String>,
    /// Phone to fill in.
    pub phone: Option<String>,
    /// Campaign source that is sent with an order.
    pub utm_source: Option<String>,
    /// Whether requests to another origin carry cookies.
    pub include_credentials: bool,
    /// Whether host events carry the order id.
    pub expose_order_id: bool,
    /// The partner's links; only `https` addresses are taken.
    pub links: Links,
}

/// Links of the partner's shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// Terms of sale.
    pub terms: Option<String>,
    /// Privacy notice.
    pub privacy: Option<String>,
    /// Page where shoppers get help.
    pub support: Option<String>,
    /// Page where shoppers verify their identity.
    pub kyc: Option<String>,
}
