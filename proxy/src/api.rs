//! The contract under `/api`: from a request through the allow-list to the supplier and back.
//!
//! The order of the checks is the order of each handler's arguments: known path, allowed origin, known query, then for a
//! POST its type, size and shape. The supplier is contacted only after all of them.

use std::{
    collections::HashMap,
    mem,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::FutureExt;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{
    answer::{Answer, Failure, Reply},
    body,
    cache::{Bounds, Cache, Fresh},
    client_ip::{Block, client_ip},
    config::{Config, OrderDialect},
    cors::{Cors, Standing},
    countries::Countries,
    creates::{Creates, Key, Outcome},
    dialect::{self, Facts, Item, NotFlat},
    limits::Limits,
    log::{Line, reference_in},
    orders::{Given, Orders},
    problem::{Code, Problem},
    requests::{self, Listing, ListingKind, NoQuery, OrderId, is_country},
    server::Lifetime,
    stream::{Relay, Source},
    upstream::{Shopper, Upstream},
};

/// The header that says to a client that it may repeat a create with its key.
const X_CR_PROXY: HeaderName = HeaderName::from_static("x-cr-proxy");
/// For how long a 429 of the supplier is passed on without another request to it, at most.
const REFUSED_AT_MOST: Duration = Duration::from_secs(10);

/// The routes of the contract and the state behind them.
#[derive(Debug)]
pub struct Api {
    upstream: Arc<Upstream>,
    catalogue: Arc<Cache>,
    orders: Arc<Orders>,
    creates: Arc<Creates>,
    countries: Countries,
    cors: Cors,
    trusted: Vec<Block>,
    dialect: OrderDialect,
    limits: Limits,
    closing: CancellationToken,
}

/// What is known of a request before its body is read.
#[derive(Debug)]
pub struct Caller {
    headers: HeaderMap,
    shopper: Shopper,
    standing: Standing,
}

/// A caller whose page may call the proxy. Requests of other pages are refused, except that a preflight is judged by
/// itself ([`preflight`]).
impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let peer = peer_of(&parts.extensions);
        // The frame has judged the origin already.
        let standing = parts.extensions.remove::<Standing>().unwrap_or(Standing::Foreign);
        if standing == Standing::Foreign && parts.method != Method::OPTIONS {
            return Err(Problem::ORIGIN_NOT_ALLOWED);
        }
        let headers = mem::take(&mut parts.headers);
        let ip = peer.map(|peer| client_ip(peer, &headers, &api.trusted));
        Ok(Self { shopper: Shopper::new(ip, &headers), headers, standing })
    }
}

/// The reference of the order that a response is about, for the log.
#[derive(Clone, Debug)]
struct Reference(String);

fn peer_of(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

/// Frames every request below `/api`: judges its origin, adds the headers that all responses have, and writes the log
/// line.
pub async fn frame(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let standing = api.cors.standing(request.headers(), peer_of(request.extensions()), &api.trusted);
    request.extensions_mut().insert(standing.clone());
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| requests::name(path.as_str()));
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Code>().map(|Code(code)| code);
    let reference = response.extensions_mut().remove::<Reference>();
    let headers = response.headers_mut();
    headers.insert(X_CR_PROXY, HeaderValue::from_static("idempotency"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Cors::mark(&standing, headers);
    Line {
        method,
        route,
        status: response.status().as_u16(),
        took: started.elapsed(),
        reference: reference.as_ref().map(|Reference(reference)| reference.as_str()),
        problem,
    }
    .write();
    response
}

/// Responds with one of the supplier's lists.
pub async fn list(api: &Api, listing: &Listing, caller: &Caller) -> Result<Response, Problem> {
    let (reply, fresh_for) = api.list(listing, &caller.shopper).await;
    let answer = reply.map_err(Failure::problem)?;
    Ok(cacheable(answer.respond(&caller.headers, false).await, fresh_for))
}

/// Responds with the countries that are served, from the proxy's own list.
pub async fn countries(caller: Caller, _: NoQuery, State(api): State<Arc<Api>>) -> Response {
    let (answer, fresh_for) = api.countries.list().await;
    cacheable(answer.respond(&caller.headers, false).await, fresh_for)
}

/// Responds with an order.
pub async fn order(id: OrderId, caller: Caller, _: NoQuery, State(api): State<Arc<Api>>) -> Response {
    let Given { reply, age } = api.orders.read(&id, &caller.shopper).await;
    let mut response = api.order_answer(reply, &caller).await.into_response();
    if let Some(age) = age.filter(|_| response.extensions().get::<Code>().is_none()) {
        response.headers_mut().insert(header::AGE, HeaderValue::from(age.as_secs()));
    }
    about(&id.reference(), response)
}

/// Responds with the stream of an order.
pub async fn subscribe(id: OrderId, caller: Caller, _: NoQuery, State(api): State<Arc<Api>>) -> Response {
    about(&id.reference(), api.subscribe(&id, &caller).await.into_response())
}

/// Asks the supplier whether it would take an order.
pub async fn validate(
    caller: Caller,
    _: NoQuery,
    State(api): State<Arc<Api>>,
    body: Body,
) -> Result<Response, Problem> {
    let order = api.read_order_body(&caller, body).await?;
    let sent = api.write_order(&order, &caller.shopper, Purpose::Validate).await?;
    let reply = api.upstream.post("/v5/orders/validations", &caller.shopper, order.country().as_deref(), sent).await;
    api.order_answer(reply, &caller).await
}

/// Creates an order, once for each key.
pub async fn create(caller: Caller, _: NoQuery, State(api): State<Arc<Api>>, body: Body) -> Result<Response, Problem> {
    api.create(&caller, body).await
}

/// Notes in a response which order it is about.
fn about(reference: &str, mut response: Response) -> Response {
    response.extensions_mut().insert(Reference(reference.to_owned()));
    response
}

impl Api {
    /// Creates the contract in front of `upstream`.
    pub fn new(config: &Config, upstream: Arc<Upstream>, countries: Countries, lifetime: &Lifetime) -> Self {
        let limits = &config.limits;
        let bounds =
            Bounds { entries: limits.catalogue_entries, bytes: limits.catalogue_bytes, flights: limits.flights };
        let (asked, most) = (Arc::clone(&upstream), limits.answer_bytes);
        let read_order = move |id: OrderId, shopper: Shopper| {
            let upstream = Arc::clone(&asked);
            async move { upstream.get(&id.path(), &shopper, None, most).await }.boxed()
        };
        Self {
            upstream,
            catalogue: Cache::new(bounds),
            orders: Orders::new(limits, Arc::new(read_order)),
            creates: Creates::new(limits, lifetime.tasks.clone()),
            countries,
            cors: Cors::new(config.allowed_origins.iter().cloned()),
            trusted: config.trusted_proxies.clone(),
            dialect: config.order_dialect,
            limits: limits.clone(),
            closing: lifetime.closing.clone(),
        }
    }

    /// Makes sure that everything is read anew, after a request that may have changed the sandbox.
    pub fn forget_reads(&self) {
        self.catalogue.forget_all();
        self.orders.forget_all();
    }

    async fn list(&self, listing: &Listing, shopper: &Shopper) -> Fresh {
        let most = match listing.kind {
            ListingKind::Brands => self.limits.brands_bytes,
            ListingKind::Products => self.limits.products_bytes,
            ListingKind::PaymentVias | ListingKind::Homepage | ListingKind::Price => self.limits.answer_bytes,
        };
        let (upstream, shopper, asked) = (Arc::clone(&self.upstream), shopper.clone(), listing.clone());
        let read = || async move { upstream.get(&asked.target, &shopper, asked.country.as_deref(), most).await };
        self.catalogue.get(&listing.target, keep(listing.kind), read).await
    }

    async fn subscribe(&self, id: &OrderId, caller: &Caller) -> Result<Response, Problem> {
        let target = format!("{}/subscribe", id.path());
        let upstream = self.upstream.subscribe(&target, &caller.shopper).await.map_err(Failure::problem)?;
        if Relay::is_stream(&upstream) {
            let relay = Relay { limits: self.limits.clone(), closing: self.closing.clone(), reference: id.reference() };
            // The stream reports what happens from now on: a client that reads the order after it must not get what was
            // read before.
            self.orders.forget(id);
            let watch = self.orders.watch(id, &caller.shopper);
            let (asked, shopper) = (Arc::clone(&self.upstream), caller.shopper.clone());
            let open = move || {
                let (upstream, shopper, target) = (Arc::clone(&asked), shopper.clone(), target.clone());
                async move {
                    let response = upstream.subscribe(&target, &shopper).await.ok()?;
                    Relay::is_stream(&response).then(|| Source::from(response))
                }
                .boxed()
            };
            return Ok(relay.respond(Source::from(upstream), watch, Box::new(open)));
        }
        match upstream.status() {
            StatusCode::NO_CONTENT => Ok(no_store(StatusCode::NO_CONTENT.into_response())),
            StatusCode::OK => Err(Problem::BAD_BODY),
            _ => {
                let reply = self.upstream.finish(upstream).await;
                self.order_answer(reply, caller).await
            }
        }
    }

    async fn create(self: &Arc<Self>, caller: &Caller, body: Body) -> Result<Response, Problem> {
        let order = self.read_order_body(caller, body).await?;
        let key = Key::read(&caller.headers)?;
        if self.dialect == OrderDialect::Nested {
            dialect::items(&order.value).map_err(|NotFlat| Problem::ORDER_NOT_CONVERTIBLE)?;
        }
        let (api, shopper, received) = (Arc::clone(self), caller.shopper.clone(), order.bytes.clone());
        let send = || async move {
            let Ok(sent) = api.write_order(&order, &shopper, Purpose::Create).await else {
                return Err(Failure::Unreachable);
            };
            let reply = api.upstream.post("/v5/orders", &shopper, order.country().as_deref(), sent).await;
            if let Some(answer) = reply.as_ref().ok().filter(|answer| answer.status.is_success()) {
                api.orders.made(answer, &shopper);
            }
            reply
        };
        match self.creates.create(key, &received, send).await? {
            Outcome::Answered(answer) => {
                let reference = reference_in(&answer.body);
                let response = self.order_answer(Ok(answer), caller).await?;
                Ok(reference.iter().fold(response, |response, reference| about(reference, response)))
            }
            Outcome::Unknown => Err(Problem::OUTCOME_UNKNOWN),
            Outcome::NotSent(failure) => Err(failure.problem()),
        }
    }

    /// Reads the body of a POST, if this page may send one and the body is a JSON object.
    async fn read_order_body(&self, caller: &Caller, body: Body) -> Result<Order, Problem> {
        if !Cors::may_write(&caller.standing, &caller.headers) {
            return Err(Problem::ORIGIN_NOT_ALLOWED);
        }
        if !is_json_type(&caller.headers) {
            return Err(Problem::NOT_JSON);
        }
        let bytes = body::read(body, &self.limits).await?;
        match serde_json::from_slice(&bytes) {
            Ok(value @ Value::Object(_)) => Ok(Order { bytes, value }),
            Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => {
                Err(Problem::BODY_INVALID)
            }
        }
    }

    /// Returns the order as the supplier is to get it: unchanged, or in the older dialect.
    async fn write_order(&self, order: &Order, shopper: &Shopper, purpose: Purpose) -> Result<Bytes, Problem> {
        if self.dialect == OrderDialect::Flat {
            return Ok(order.bytes.clone());
        }
        let wrong = |NotFlat| Problem::ORDER_NOT_CONVERTIBLE;
        let mut facts = HashMap::new();
        for item in dialect::items(&order.value).map_err(wrong)? {
            let known = self.facts(&item, shopper, purpose).await;
            facts.insert(item, known);
        }
        let written = match purpose {
            Purpose::Create => dialect::create(&order.value, &facts),
            Purpose::Validate => dialect::validation(&order.value, &facts),
        };
        serde_json::to_vec(&written.map_err(wrong)?).map(Bytes::from).map_err(|_| Problem::ORDER_NOT_CONVERTIBLE)
    }

    /// Returns what the catalogue knows of an item. What it does not say stays unknown: an order must not fail for it.
    async fn facts(&self, item: &Item, shopper: &Shopper, purpose: Purpose) -> Facts {
        let listing = match purpose {
            Purpose::Create => Listing::brands(&item.country),
            Purpose::Validate => Listing::products(&item.country, &item.brand),
        };
        let mut facts = Facts::default();
        if let Ok(listing) = listing
            && let (Ok(answer), _) = self.list(&listing, shopper).await
        {
            match purpose {
                Purpose::Create => facts.kind = dialect::kind_in(&answer.body, &item.brand),
                Purpose::Validate => facts.label = dialect::label_in(&answer.body, item),
            }
        }
        facts
    }

    /// Responds with an answer about an order: never stored, with the supplier's clock.
    async fn order_answer(&self, reply: Reply, caller: &Caller) -> Result<Response, Problem> {
        let answer = reply.map_err(Failure::problem)?;
        Ok(no_store(answer.respond(&caller.headers, true).await))
    }
}

/// The body of an order as the client sent it.
struct Order {
    bytes: Bytes,
    value: Value,
}

/// What an order is sent to the supplier for.
#[derive(Clone, Copy)]
enum Purpose {
    Validate,
    Create,
}

impl Order {
    /// Returns the country of what is bought, for the older document's header.
    fn country(&self) -> Option<String> {
        let of = |path: &str| self.value.pointer(path).and_then(Value::as_str);
        let code = of("/deliveries/0/country_code").or_else(|| of("/deliveries/0/deliverable/country_code"))?;
        is_country(code).then(|| code.to_owned())
    }
}

/// Responds to a CORS preflight for a path that takes `method` alone.
///
/// # Errors
/// [`Problem::NOT_FOUND`] if another method is asked about, [`Problem::ORIGIN_NOT_ALLOWED`] for a page that may not call.
pub fn preflight(method: &Method, caller: &Caller) -> Result<Response, Problem> {
    let wanted = caller.headers.get(header::ACCESS_CONTROL_REQUEST_METHOD).map(HeaderValue::as_bytes);
    if wanted != Some(method.as_str().as_bytes()) {
        return Err(Problem::NOT_FOUND);
    }
    match caller.standing {
        Standing::Listed(_) | Standing::Own => {
            let mut response = no_store(StatusCode::NO_CONTENT.into_response());
            Cors::mark_preflight(method, response.headers_mut());
            Ok(response)
        }
        Standing::Foreign | Standing::Unstated => Err(Problem::ORIGIN_NOT_ALLOWED),
    }
}

/// Returns the name of a known method; a name that a client makes up does not get into the log.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Returns whether the content type is `application/json`, with or without parameters, given once.
fn is_json_type(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = lines.next().and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") && lines.next().is_none()
}

fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Lets browsers cache an answer as long as the proxy does; errors and answers that the proxy does not keep are not
/// cached.
fn cacheable(mut response: Response, fresh_for: Duration) -> Response {
    let seconds = fresh_for.as_secs();
    let kept = HeaderValue::from_str(&format!("public, max-age={seconds}"));
    match kept {
        Ok(kept) if seconds > 0 && response.status() == StatusCode::OK => {
            response.headers_mut().insert(header::CACHE_CONTROL, kept);
            response
        }
        _ => no_store(response),
    }
}

/// Returns for how long an answer serves other clients, by list.
fn keep(kind: ListingKind) -> fn(&Answer) -> Duration {
    fn if_ok(answer: &Answer, seconds: u64) -> Duration {
        if answer.status == StatusCode::OK { Duration::from_secs(seconds) } else { keep_refusal(answer) }
    }
    match kind {
        ListingKind::PaymentVias | ListingKind::Homepage => |answer| if_ok(answer, 600),
        // An empty list has been seen to be a passing mistake of the supplier (docs/supplier-api.md §5.3).
        ListingKind::Brands => |answer| if_ok(answer, if lists_brands(&answer.body) { 300 } else { 60 }),
        ListingKind::Products => |answer| if_ok(answer, 180),
        ListingKind::Price => |answer| if_ok(answer, 15),
    }
}

/// Returns for how long a 429 serves all clients: while the supplier asks for a pause, but not for long. Its limits
/// count all shoppers together, and further requests would only prolong the pause. Other errors are not kept.
fn keep_refusal(answer: &Answer) -> Duration {
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => answer.retry_after().unwrap_or_default().min(REFUSED_AT_MOST),
        _ => Duration::ZERO,
    }
}

fn lists_brands(body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct List {
        #[serde(default)]
        all_brands: Option<Vec<IgnoredAny>>,
        #[serde(default)]
        categories: Option<Vec<Category>>,
    }
    #[derive(Deserialize)]
    struct Category {
        #[serde(default)]
        brands: Option<Vec<IgnoredAny>>,
    }
    serde_json::from_slice::<List>(body).is_ok_and(|list| {
        let in_category = |category: Category| category.brands.is_some_and(|brands| !brands.is_empty());
        list.all_brands.is_some_and(|brands| !brands.is_empty())
            || list.categories.into_iter().flatten().any(in_category)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        Answer::new(status, &HeaderMap::new(), Bytes::from_static(body.as_bytes()), Instant::now()).unwrap()
    }

    #[test]
    fn answers_are_kept_as_long_as_the_contract_says() {
        let full = r#"{"all_brands":[{"brand":"Arcadia"}]}"#;
        let table = [
            (ListingKind::PaymentVias, 200, "[]", 600),
            (ListingKind::Homepage, 200, "{}", 600),
            (ListingKind::Brands, 200, full, 300),
            (ListingKind::Brands, 200, r#"{"categories":[{"brands":[]},{"brands":[{}]}]}"#, 300),
            (ListingKind::Brands, 200, r#"{"all_brands":[],"categories":[{"brands":[]}]}"#, 60),
            (ListingKind::Brands, 200, r#"{"all_brands":null}"#, 60),
            (ListingKind::Brands, 200, "[]", 60),
            (ListingKind::Products, 200, "[]", 180),
            (ListingKind::Price, 200, "{}", 15),
            (ListingKind::Brands, 400, full, 0),
            (ListingKind::Price, 404, "{}", 0),
            (ListingKind::PaymentVias, 429, "{}", 0),
        ];
        for (kind, status, body, seconds) in table {
            assert_eq!(keep(kind)(&answer(status, body)).as_secs(), seconds, "{kind:?} {status} {body}");
        }
    }

    #[test]
    fn x12_only_a_declared_json_body_is_json() {
        let table = [
            (&["application/json"][..], true),
            (&["Application/JSON; charset=utf-8"], true),
            (&["text/plain"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&["application/jsonp"], false),
            (&["application/json", "text/plain"], false),
            (&[""], false),
            (&[], false),
        ];
        for (kinds, json) in table {
            let headers = kinds.iter().map(|kind| (header::CONTENT_TYPE, HeaderValue::from_static(kind)));
            let mut map = HeaderMap::new();
            headers.for_each(|(name, value)| {
                map.append(name, value);
            });
            assert_eq!(is_json_type(&map), json, "{kinds:?}");
        }
    }
}
