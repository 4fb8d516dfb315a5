//! Requests to the supplier: one shared client, our own headers, deadlines, size limits, no redirects.
//!
//! Nothing of the client's request is passed on but its `User-Agent`, cleaned. The proxy speaks HTTP/1.1 with the
//! supplier: over HTTP/2 its streams would share one connection with all other requests, and the limit of concurrent
//! streams would block reads and creates as soon as enough shoppers watch their orders.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

use crate::{
    answer::{Answer, Failure, Reply},
    config::is_loopback,
    limits::Limits,
};

const APPLICATION: HeaderName = HeaderName::from_static("x-cr-application");
const VERSION: HeaderName = HeaderName::from_static("x-cr-version");
const COUNTRY: HeaderName = HeaderName::from_static("x-country-iso-code");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const OWN_AGENT: HeaderValue = HeaderValue::from_static(concat!("cr-proxy/", env!("CARGO_PKG_VERSION")));

/// The shopper on whose behalf a call is made.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The shopper's address, if it is known.
    pub ip: Option<IpAddr>,
    /// The shopper's `User-Agent`, cleaned.
    pub agent: HeaderValue,
}

impl Shopper {
    /// Reads the `User-Agent` from a request's headers.
    pub fn new(ip: Option<IpAddr>, headers: &HeaderMap) -> Self {
        Self { ip, agent: clean_agent(headers.get(header::USER_AGENT)) }
    }
}

/// Reduces the header to printable ASCII, at most 512 characters; returns the proxy's own name if nothing is left.
fn clean_agent(agent: Option<&HeaderValue>) -> HeaderValue {
    let bytes = agent.map(HeaderValue::as_bytes).unwrap_or_default();
    let clean: Vec<u8> = bytes.iter().copied().filter(|byte| (0x20..0x7f).contains(byte)).take(512).collect();
    HeaderValue::from_bytes(clean.trim_ascii()).ok().filter(|agent| !agent.is_empty()).unwrap_or(OWN_AGENT)
}

/// The error for a client that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("the client for the supplier cannot be built")]
pub struct ClientError(#[source] reqwest::Error);

/// The client of the supplier's API.
#[derive(Debug)]
pub struct Upstream {
    client: Client,
    base: String,
    partner: HeaderValue,
    version: HeaderValue,
    send_country: bool,
    limits: Limits,
}

impl Upstream {
    /// Creates a client for the supplier at `base`, which must have passed the checks of `config`.
    ///
    /// # Errors
    /// [`ClientError`] if the TLS set-up fails.
    pub fn new(
        base: &Url,
        partner: HeaderValue,
        version: HeaderValue,
        send_country: bool,
        limits: &Limits,
    ) -> Result<Self, ClientError> {
        Ok(Self {
            client: client(base, limits)?,
            base: base.as_str().trim_end_matches('/').to_owned(),
            partner,
            version,
            send_country,
            limits: limits.clone(),
        })
    }

    /// Makes a reading JSON call.
    ///
    /// # Errors
    /// [`Failure`]; an error response of the supplier itself is an [`Answer`].
    pub async fn get(&self, target: &str, shopper: &Shopper, country: Option<&str>, most: usize) -> Reply {
        let headers = self.headers(shopper, country);
        self.json(Method::GET, target, headers, Bytes::new(), most, self.limits.read_call).await
    }

    /// Makes a validating or creating JSON call.
    ///
    /// # Errors
    /// [`Failure`]; only [`Failure::Unreachable`] says for sure that the supplier did not act.
    pub async fn post(&self, target: &str, shopper: &Shopper, country: Option<&str>, body: Bytes) -> Reply {
        let headers = self.headers(shopper, country);
        self.json(Method::POST, target, headers, body, self.limits.answer_bytes, self.limits.write_call).await
    }

    /// Opens a stream: its head has a deadline, its body has none.
    ///
    /// # Errors
    /// [`Failure`] if there is no answer at all; the caller judges status and type.
    pub async fn subscribe(&self, target: &str, shopper: &Shopper) -> Result<reqwest::Response, Failure> {
        let mut headers = self.headers(shopper, None);
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/event-stream"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        self.send(Method::GET, target, headers, Bytes::new(), self.limits.stream_head).await
    }

    /// Reads the rest of an answer that was asked for as a stream but is none.
    ///
    /// # Errors
    /// [`Failure`], as for any JSON call.
    pub async fn finish(&self, response: reqwest::Response) -> Reply {
        let reading = finish(response, self.limits.answer_bytes);
        tokio::time::timeout(self.limits.read_call, reading).await.map_err(|_| Failure::Timeout)?
    }

    /// Passes a request on to the sandbox's own pages, its body and content type as they are.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn forward(
        &self,
        method: Method,
        target: &str,
        content_type: Option<&HeaderValue>,
        body: Bytes,
    ) -> Result<(reqwest::StatusCode, HeaderMap, Bytes), Failure> {
        let mut headers = HeaderMap::new();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type.clone());
        }
        let call = async {
            let response = self.send(method, target, headers, body, self.limits.write_call).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            Ok((status, headers, read_capped(response, self.limits.products_bytes).await?))
        };
        tokio::time::timeout(self.limits.write_call, call).await.map_err(|_| Failure::Timeout)?
    }

    fn headers(&self, shopper: &Shopper, country: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(APPLICATION, self.partner.clone());
        headers.insert(VERSION, self.version.clone());
        headers.insert(header::USER_AGENT, shopper.agent.clone());
        headers.insert(header::CONTENT_TYPE, JSON);
        headers.insert(header::ACCEPT, JSON);
        if let Some(ip) = shopper.ip.and_then(|ip| HeaderValue::from_str(&ip.to_string()).ok()) {
            headers.insert(FORWARDED_FOR, ip);
        }
        if let Some(country) = country.filter(|_| self.send_country).and_then(|code| HeaderValue::from_str(code).ok()) {
            headers.insert(COUNTRY, country);
        }
        headers
    }

    async fn json(
        &self,
        method: Method,
        target: &str,
        headers: HeaderMap,
        body: Bytes,
        most: usize,
        deadline: Duration,
    ) -> Reply {
        let call = async { finish(self.send(method, target, headers, body, deadline).await?, most).await };
        tokio::time::timeout(deadline, call).await.map_err(|_| Failure::Timeout)?
    }

    async fn send(
        &self,
        method: Method,
        target: &str,
        headers: HeaderMap,
        body: Bytes,
        deadline: Duration,
    ) -> Result<reqwest::Response, Failure> {
        let mut request = self.client.request(method.clone(), format!("{}{target}", self.base)).headers(headers);
        if method == Method::POST {
            request = request.body(body);
        }
        tokio::time::timeout(deadline, request.send())
            .await
            .map_err(|_| Failure::Timeout)?
            .map_err(|error| classify(&error))
    }
}

/// One public document on another host than the supplier's API: read by the same rules, without naming the partner or
/// the shopper.
#[derive(Debug)]
pub struct Document {
    client: Client,
    url: Url,
    limits: Limits,
}

impl Document {
    /// Creates a client for the document at `url`, which must have passed the checks of `config`.
    ///
    /// # Errors
    /// [`ClientError`] if the TLS set-up fails.
    pub fn new(url: &Url, limits: &Limits) -> Result<Self, ClientError> {
        Ok(Self { client: client(url, limits)?, url: url.clone(), limits: limits.clone() })
    }

    /// Reads the document, without naming partner or shopper.
    ///
    /// # Errors
    /// [`Failure`]; an error response of the host itself is an [`Answer`].
    pub async fn read(&self) -> Reply {
        let request =
            self.client.get(self.url.clone()).header(header::ACCEPT, JSON).header(header::USER_AGENT, OWN_AGENT);
        let call = async {
            let response = request.send().await.map_err(|error| classify(&error))?;
            finish(response, self.limits.answer_bytes).await
        };
        tokio::time::timeout(self.limits.read_call, call).await.map_err(|_| Failure::Timeout)?
    }
}

/// Builds a client with the rules for every host that the proxy asks: no redirects, and beyond this machine only https
/// to public addresses.
fn client(base: &Url, limits: &Limits) -> Result<Client, ClientError> {
    let mut client = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .http1_only()
        .connect_timeout(limits.connect)
        .tcp_keepalive(Duration::from_secs(30))
        .pool_idle_timeout(Duration::from_secs(30));
    if !is_loopback(base) {
        client = client.https_only(true).dns_resolver(Arc::new(PublicOnly));
    }
    client.build().map_err(ClientError)
}

async fn finish(response: reqwest::Response, most: usize) -> Reply {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = read_capped(response, most).await?;
    Ok(Arc::new(Answer::new(status, &headers, body, Instant::now())?))
}

/// Returns the body, decoded, up to `most` bytes.
async fn read_capped(response: reqwest::Response, most: usize) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| classify(&error))?;
        if body.len() + chunk.len() > most {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn classify(error: &reqwest::Error) -> Failure {
    // Only a connection that was never established proves that the request was not read.
    if error.is_connect() {
        Failure::Unreachable
    } else if error.is_timeout() {
        Failure::Timeout
    } else {
        Failure::Dropped
    }
}

/// Resolves names to public addresses only, so that a name cannot lead into the operator's own network.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("the supplier's name has no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Returns whether an address can belong to a server on the internet, by a short form of the IANA special-purpose
/// registries.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || matches!((a, b, c), (0 | 224..=255, _, _) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _)))
        }
        // Only 2000::/3 is allocated (RFC 4291 §2.4); the other special blocks lie outside of it.
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            (0x2000..0x4000).contains(&first) && !(first == 0x2001 && second == 0x0db8) && first != 0x2002
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x06_a_browsers_name_is_cleaned_capped_or_replaced() {
        let own = concat!("cr-proxy/", env!("CARGO_PKG_VERSION")).as_bytes();
        let long = vec![b'a'; 65_536];
        let table: &[(&[u8], &[u8])] = &[
            (b"Mozilla/5.0 (X11)", b"Mozilla/5.0 (X11)"),
            (b"", own),
            (b"   ", own),
            (b"\xff\xfe", own),
            (b"Moz\xc3\xa9illa", b"Mozilla"),
            (b"a\tb", b"ab"),
            (&long, &long[..512]),
        ];
        for (sent, expected) in table {
            assert_eq!(clean_agent(HeaderValue::from_bytes(sent).ok().as_ref()).as_bytes(), *expected);
        }
        assert_eq!(clean_agent(None).as_bytes(), own);
    }

    #[tokio::test]
    async fn x03_a_name_that_leads_inside_is_not_resolved() {
        let name = "localhost".parse().unwrap();
        let refused = PublicOnly.resolve(name).await.err().unwrap();
        assert_eq!(refused.to_string(), "the supplier's name has no public address");
    }

    #[test]
    fn x03_only_addresses_on_the_internet_are_public() {
        let table = [
            ("104.18.0.1", true),
            ("2606:4700::1", true),
            ("127.0.0.1", false),
            ("10.0.0.1", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("198.18.0.1", false),
            ("::1", false),
            ("::", false),
            ("::ffff:10.0.0.1", false),
            ("64:ff9b::a00:1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("2001:db8::1", false),
            ("2002:a00:1::", false),
        ];
        for (address, public) in table {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }
}
