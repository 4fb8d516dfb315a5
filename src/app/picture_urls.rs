//! Resolves the addresses of pictures that the proxy's own host serves: a path-absolute one belongs to the proxy's
//! origin, not to the page's.

use cr_core::{
    catalog::{BrandList, Via},
    order::Order,
};

/// Returns the origin of an absolute URL.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |end| end + 3);
    let end = url[host..].find('/').map_or(url.len(), |end| host + end);
    &url[..end]
}

fn place(picture: &mut Option<String>, proxy: &str) {
    if let Some(path) = picture.as_mut().filter(|path| path.starts_with('/')) {
        path.insert_str(0, origin(proxy));
    }
}

/// Resolves the logos of brands.
pub(super) fn place_brands(list: &mut BrandList, proxy: &str) {
    for brand in &mut list.brands {
        place(&mut brand.logo_base_url, proxy);
        place(&mut brand.logo_url, proxy);
    }
}

/// Resolves the logos of coins and networks.
pub(super) fn place_via(via: &mut Via, proxy: &str) {
    for coin in &mut via.coins {
        place(&mut coin.logo_url, proxy);
        for network in &mut coin.networks {
            place(&mut network.logo_url, proxy);
        }
    }
}

/// Resolves the pictures of the codes in an order.
pub(super) fn place_order(order: &mut Order, proxy: &str) {
    for delivery in &mut order.deliveries {
        place(&mut delivery.barcode_image_url, proxy);
        place(&mut delivery.qr_image_url, proxy);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_belong_to_the_proxys_origin_and_nothing_else_moves() {
        let table = [
            ("/logos/a", "https://api.example:8443/x/api", "https://api.example:8443/logos/a"),
            ("/logos/a", "http://127.0.0.1:8080", "http://127.0.0.1:8080/logos/a"),
            ("https://cdn.example/a", "https://api.example/x", "https://cdn.example/a"),
        ];
        for (picture, proxy, expected) in table {
            let mut picture = Some(picture.to_owned());
            place(&mut picture, proxy);
            assert_eq!(picture.as_deref(), Some(expected), "{proxy}");
        }
        let mut none = None;
        place(&mut none, "https://api.example");
        assert_eq!(none, None);
    }
}
