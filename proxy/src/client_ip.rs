//! The shopper's address: the peer's, or the one that a trusted proxy in front of this one names.
//!
//! The lists that proxies write grow to the right, so they are read from the right and only as far as trust goes: the
//! first address that is not one of the trusted proxies is the client. Everything left of it was written by the client.
//! `X-Forwarded-For` is read if it is there, else `Forwarded` (RFC 7239 §4); a proxy in front should set one of them.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use http::{HeaderMap, HeaderValue, header};
use ipnet::IpNet;

/// A block of addresses, such as `10.0.0.0/8`, `fd00::/8` or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block(IpNet);

/// The error for text that is not a block of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a block like 10.0.0.0/8")]
pub struct BlockError(String);

impl FromStr for Block {
    type Err = BlockError;

    fn from_str(text: &str) -> Result<Self, BlockError> {
        // The address is read by the standard library, which takes no leading zeros: to some programs they mean octal.
        let address = text.split('/').next().and_then(|address| address.parse::<IpAddr>().ok());
        let net = address.and_then(|address| if text.contains('/') { text.parse().ok() } else { Some(address.into()) });
        net.map(Self).ok_or_else(|| BlockError(text.to_owned()))
    }
}

impl Block {
    /// Returns whether the address lies in the block; an IPv4 address written as IPv6 counts as IPv4.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.contains(&canonical(address))
    }

    /// Returns whether the block is so wide that trusting it means trusting strangers: wider than any private range.
    pub fn is_too_wide(&self) -> bool {
        match self.0 {
            IpNet::V4(net) => net.prefix_len() < 8,
            IpNet::V6(net) => net.prefix_len() < 7,
        }
    }
}

/// Returns IPv4-mapped IPv6 as IPv4, everything else as it is.
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// Returns whether this peer may name the client's address.
pub fn is_trusted(trusted: &[Block], peer: IpAddr) -> bool {
    trusted.iter().any(|block| block.holds(peer))
}

/// Returns the shopper's address: `peer`, unless a trusted proxy names the client it forwards.
pub fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[Block]) -> IpAddr {
    let mut client = canonical(peer);
    if !is_trusted(trusted, client) {
        return client;
    }
    for hop in hops(headers).iter().rev() {
        // An unreadable address hides the client behind it: the last address that is certain is used.
        let Some(address) = hop else { break };
        client = canonical(*address);
        if !is_trusted(trusted, client) {
            break;
        }
    }
    client
}

/// Returns the chain of addresses, the client's end first; an address that cannot be read is `None`.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    if headers.contains_key("x-forwarded-for") {
        elements(headers, &http::HeaderName::from_static("x-forwarded-for")).map(address).collect()
    } else {
        elements(headers, &header::FORWARDED).map(|element| address(for_parameter(element)?)).collect()
    }
}

/// Returns the comma-separated elements of all lines of a header, in order. A line that is not text is one unreadable
/// element.
fn elements<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> impl Iterator<Item = &'a str> + use<'a> {
    let lines: Vec<&HeaderValue> = headers.get_all(name).iter().collect();
    lines.into_iter().flat_map(|line| line.to_str().unwrap_or("unreadable").split(','))
}

/// Returns the `for` parameter of one `Forwarded` element, unquoted.
fn for_parameter(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

/// Parses `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    if let Some(bracketed) = text.strip_prefix('[') {
        let (inner, _port) = bracketed.split_once(']')?;
        return inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    text.parse().ok().or_else(|| {
        let (host, port) = text.split_once(':')?;
        port.parse::<u16>().ok()?;
        host.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
    })
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
    fn the_client_is_the_first_stranger_from_the_right() {
        let trusted: Vec<Block> = ["10.0.0.0/8", "fd00::/8", "127.0.0.1"].map(|text| text.parse().unwrap()).into();
        let table: &[(&str, Lines, &str)] = &[
            ("203.0.113.9", &[("x-forwarded-for", "198.51.100.1")], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "192.0.2.66, 198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "192.0.2.66, 198.51.100.1, 10.2.3.4")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "192.0.2.66"), ("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, rubbish")], "10.0.0.1"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1, unknown, 10.9.9.9")], "10.9.9.9"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1,")], "10.0.0.1"),
            ("10.0.0.1", &[("x-forwarded-for", "198.51.100.1:4711")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "[2001:db8::7]:443")], "2001:db8::7"),
            ("10.0.0.1", &[("x-forwarded-for", "::ffff:198.51.100.1")], "198.51.100.1"),
            ("::ffff:10.0.0.1", &[("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-forwarded-for", "10.0.0.2, 10.0.0.3")], "10.0.0.2"),
            ("10.0.0.1", &[("forwarded", "for=198.51.100.1;proto=https;by=10.0.0.1")], "198.51.100.1"),
            ("10.0.0.1", &[("forwarded", r#"for=192.0.2.66, For="[2001:db8::7]:80""#)], "2001:db8::7"),
            ("10.0.0.1", &[("forwarded", "for=198.51.100.1, for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", &[("forwarded", "proto=https")], "10.0.0.1"),
            ("10.0.0.1", &[("forwarded", "for=192.0.2.66"), ("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
            ("10.0.0.1", &[("x-real-ip", "192.0.2.66")], "10.0.0.1"),
        ];
        for (peer, lines, client) in table {
            let found = client_ip(peer.parse().unwrap(), &headers(lines), &trusted);
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_block_holds_what_it_should() {
        let table = [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/31", "192.0.2.1", true),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("::/0", "2001:db8::1", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe80::1", false),
            ("fd00::/8", "10.0.0.1", false),
        ];
        for (block, address, holds) in table {
            assert_eq!(block.parse::<Block>().unwrap().holds(address.parse().unwrap()), holds, "{block} {address}");
        }
    }

    #[test]
    fn text_that_is_no_block_is_refused() {
        for text in [
            "",
            "*",
            "010.0.0.0/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0/8",
            "proxy.example",
            "10.0.0.0/8/8",
        ] {
            assert!(text.parse::<Block>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_blocks_wider_than_any_private_range_are_too_wide() {
        for (text, wide) in
            [("0.0.0.0/0", true), ("128.0.0.0/1", true), ("10.0.0.0/8", false), ("::/0", true), ("fc00::/7", false)]
        {
            assert_eq!(text.parse::<Block>().unwrap().is_too_wide(), wide, "{text}");
        }
    }
}
