//! Which pages may call the proxy: its own, and those on the operator's list.
//!
//! A page is the proxy's own when the browser says so (`Sec-Fetch-Site`, which scripts cannot set) or when its `Origin`
//! is the host this request was sent to. Every other page needs an exact match with `--allowed-origins`; there are no
//! wildcards, no suffixes and no `null`. Requests without an `Origin` do not come from another page's script;
//! [`Cors::may_write`] says what is required of those that change something.

use std::{collections::HashSet, net::IpAddr};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::Url;

use crate::client_ip::{Block, is_trusted};

/// The headers of a response that pages of other origins may read.
const EXPOSED: HeaderValue = HeaderValue::from_static("Age, Date, Retry-After, X-Cr-Proxy");
/// The headers that pages of other origins may send.
const SENDABLE: HeaderValue = HeaderValue::from_static("Accept, Content-Type, Idempotency-Key");
/// How long a browser may cache a preflight, in seconds.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No `Origin`: the request is not from another page's script, or it is a plain read by the proxy's own page.
    Unstated,
    /// The proxy's own page.
    Own,
    /// A page on the list, with its origin as the browser spelt it.
    Listed(HeaderValue),
    /// Any other page.
    Foreign,
}

/// The list of allowed origins.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    allowed: HashSet<String>,
}

impl Cors {
    /// Takes the allowed origins, which must be spelt as browsers spell them.
    pub fn new(allowed: impl IntoIterator<Item = String>) -> Self {
        Self { allowed: allowed.into_iter().collect() }
    }

    /// Judges the `Origin` of a request that came from `peer`.
    pub fn standing(&self, headers: &HeaderMap, peer: Option<IpAddr>, trusted: &[Block]) -> Standing {
        let mut lines = headers.get_all(header::ORIGIN).iter();
        let Some(origin) = lines.next() else { return Standing::Unstated };
        if lines.next().is_some() {
            return Standing::Foreign;
        }
        let Ok(text) = origin.to_str() else { return Standing::Foreign };
        if self.allowed.contains(text) {
            return Standing::Listed(origin.clone());
        }
        if text != "null" && (fetch_site(headers) == Some("same-origin") || is_own(text, headers, peer, trusted)) {
            return Standing::Own;
        }
        Standing::Foreign
    }

    /// Returns whether a request that changes something may go on: a request from another page may not, unless that
    /// page is on the list.
    pub fn may_write(standing: &Standing, headers: &HeaderMap) -> bool {
        match standing {
            Standing::Listed(_) => true,
            Standing::Own | Standing::Unstated => fetch_site(headers) != Some("cross-site"),
            Standing::Foreign => false,
        }
    }

    /// Adds the headers that let the browser hand the response to the page.
    pub fn mark(standing: &Standing, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Standing::Listed(origin) = standing {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /// Adds the headers that answer a preflight.
    pub fn mark_preflight(method: &Method, headers: &mut HeaderMap) {
        let allowed = if method == Method::POST { "POST" } else { "GET" };
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(allowed));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENDABLE);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    }
}

fn fetch_site(headers: &HeaderMap) -> Option<&str> {
    headers.get(HeaderName::from_static("sec-fetch-site"))?.to_str().ok()
}

/// Returns whether `origin` is the host this request was sent to. A trusted proxy may say by which name and scheme that
/// host is known outside; if it sends several, the last one counts, since the first may be the client's.
fn is_own(origin: &str, headers: &HeaderMap, peer: Option<IpAddr>, trusted: &[Block]) -> bool {
    let behind_ours = peer.is_some_and(|peer| is_trusted(trusted, peer));
    let told = |name: &'static str| {
        headers.get(name).filter(|_| behind_ours)?.to_str().ok()?.rsplit(',').next().map(str::trim)
    };
    let Some(host) = told("x-forwarded-host").or_else(|| headers.get(header::HOST)?.to_str().ok()) else {
        return false;
    };
    let Ok(theirs) = Url::parse(origin) else { return false };
    // If no trusted proxy names the scheme, only the host decides: TLS may end in front of this proxy.
    let scheme = told("x-forwarded-proto").unwrap_or_else(|| theirs.scheme());
    let Ok(ours) = Url::parse(&format!("{scheme}://{host}/")) else { return false };
    let plain = ours.username().is_empty() && ours.password().is_none() && ours.path() == "/";
    plain && matches!(theirs.scheme(), "http" | "https") && ours.origin() == theirs.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values of header lines.
    type Lines = &'static [(&'static str, &'static str)];

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_page_and_listed_ones_have_a_standing() {
        let cors = Cors::new(["https://shop.example".to_owned()]);
        let listed = Standing::Listed(HeaderValue::from_static("https://shop.example"));
        let trusted: Vec<Block> = vec!["10.0.0.0/8".parse().unwrap()];
        let table: &[(&str, Lines, Standing)] = &[
            ("192.0.2.1", &[], Standing::Unstated),
            ("192.0.2.1", &[("origin", "https://shop.example")], listed.clone()),
            ("192.0.2.1", &[("origin", "http://shop.example")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "https://shop.example:444")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "https://evil-shop.example")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "https://shop.example.evil.test")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "https://shop.example/")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "https://SHOP.example")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "null")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "null"), ("sec-fetch-site", "same-origin")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "")], Standing::Foreign),
            ("192.0.2.1", &[("origin", "https://shop.example"), ("origin", "https://shop.example")], Standing::Foreign),
            ("192.0.2.1", &[("host", "pay.example"), ("origin", "https://pay.example")], Standing::Own),
            ("192.0.2.1", &[("host", "pay.example"), ("origin", "http://pay.example")], Standing::Own),
            ("192.0.2.1", &[("host", "pay.example:8080"), ("origin", "http://pay.example:8080")], Standing::Own),
            ("192.0.2.1", &[("host", "pay.example:8080"), ("origin", "http://pay.example")], Standing::Foreign),
            ("192.0.2.1", &[("host", "pay.example"), ("origin", "https://pay.example.evil.test")], Standing::Foreign),
            ("192.0.2.1", &[("host", "pay.example@evil.test"), ("origin", "https://evil.test")], Standing::Foreign),
            ("192.0.2.1", &[("host", "pay.example"), ("origin", "file://pay.example")], Standing::Foreign),
            (
                "192.0.2.1",
                &[("host", "10.0.0.9:8080"), ("origin", "http://localhost:8081"), ("sec-fetch-site", "same-origin")],
                Standing::Own,
            ),
            (
                "192.0.2.1",
                &[("host", "inner"), ("x-forwarded-host", "evil.test"), ("origin", "https://evil.test")],
                Standing::Foreign,
            ),
            (
                "10.0.0.1",
                &[("host", "inner"), ("x-forwarded-host", "pay.example"), ("origin", "https://pay.example")],
                Standing::Own,
            ),
            (
                "10.0.0.1",
                &[("host", "pay.example"), ("x-forwarded-proto", "https"), ("origin", "https://pay.example")],
                Standing::Own,
            ),
            (
                "10.0.0.1",
                &[("x-forwarded-host", "evil.test, pay.example"), ("origin", "https://evil.test")],
                Standing::Foreign,
            ),
            (
                "10.0.0.1",
                &[("host", "pay.example"), ("x-forwarded-proto", "https"), ("origin", "http://pay.example")],
                Standing::Foreign,
            ),
        ];
        for (peer, lines, expected) in table {
            let found = cors.standing(&headers(lines), Some(peer.parse().unwrap()), &trusted);
            assert_eq!(found, *expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn another_page_may_write_only_if_listed() {
        let listed = Standing::Listed(HeaderValue::from_static("https://shop.example"));
        let table = [
            (Standing::Unstated, None, true),
            (Standing::Unstated, Some("none"), true),
            (Standing::Unstated, Some("cross-site"), false),
            (Standing::Own, Some("same-origin"), true),
            (Standing::Own, Some("cross-site"), false),
            (listed.clone(), Some("cross-site"), true),
            (listed, Some("same-site"), true),
            (Standing::Foreign, Some("same-origin"), false),
            (Standing::Foreign, None, false),
        ];
        for (standing, site, allowed) in table {
            let lines: Vec<_> = site.map(|site| ("sec-fetch-site", site)).into_iter().collect();
            assert_eq!(Cors::may_write(&standing, &headers(&lines)), allowed, "{standing:?} {site:?}");
        }
    }
}
