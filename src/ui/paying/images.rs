//! The supplier's pictures of codes, which are tiny by default and larger when their `w` and `h` parameters are raised
//! (docs/supplier-api.md §7).

/// The width of a picture that is requested, in pixels.
const WIDTH: u32 = 480;

/// Returns the address with its `w` and `h` raised so that the picture is [`WIDTH`] wide, in its own proportion. An
/// address without both is left alone: it may be signed.
pub(super) fn enlarged(url: &str) -> String {
    let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
    let (query, fragment) = query.split_once('#').unwrap_or((query, ""));
    let size = |name: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
        value.parse::<u32>().ok().filter(|size| (1..=WIDTH).contains(size))
    };
    let (Some(width), Some(height)) = (size("w"), size("h")) else { return url.to_owned() };
    let height = (height * WIDTH).div_ceil(width);
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some(("w", _)) => ["w=", &WIDTH.to_string()].concat(),
        Some(("h", _)) => ["h=", &height.to_string()].concat(),
        Some(_) | None => pair.to_owned(),
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    let hash = if fragment.is_empty() { "" } else { "#" };
    [path, "?", &query, hash, fragment].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pictures_are_asked_for_in_a_size_that_scans() {
        for (url, expected) in [
            ("https://img.example/qr?w=64&h=64", "https://img.example/qr?w=480&h=480"),
            ("https://img.example/bar?h=40&x=1&w=120#a", "https://img.example/bar?h=160&x=1&w=480#a"),
            ("/img/qr?w=1&h=2", "/img/qr?w=480&h=960"),
            ("https://img.example/qr?w=900&h=900", "https://img.example/qr?w=900&h=900"),
            ("https://img.example/qr?w=64", "https://img.example/qr?w=64"),
            ("https://img.example/qr?w=0&h=0", "https://img.example/qr?w=0&h=0"),
            ("https://img.example/qr?w=x&h=9", "https://img.example/qr?w=x&h=9"),
            ("https://img.example/qr", "https://img.example/qr"),
            ("", ""),
        ] {
            assert_eq!(enlarged(url), expected);
        }
    }
}
