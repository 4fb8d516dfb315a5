//! Suppliers to run behind the proxy, and clients to call it with.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    response::{IntoResponse, Response},
};
use cr_proxy::{
    config::Config,
    limits::Limits,
    server::{Running, start},
};
use http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// One request as the supplier received it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A supplier that responds as the test says, and remembers its requests.
pub(crate) struct Supplier {
    pub(crate) addr: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Supplier {
    /// Starts a supplier that responds with `answer` to each request, numbered from 0.
    pub(crate) async fn start<A, R>(answer: A) -> Self
    where
        A: Fn(usize, Seen) -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Response> + Send + 'static,
    {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (book, count) = (Arc::clone(&seen), Arc::new(AtomicUsize::new(0)));
        let router = Router::new().fallback(move |request: Request<Body>| {
            let (book, count, answer) = (Arc::clone(&book), Arc::clone(&count), answer.clone());
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let seen = Seen { method: parts.method, uri: parts.uri, headers: parts.headers, body };
                book.lock().unwrap().push(seen.clone());
                answer(count.fetch_add(1, Ordering::SeqCst), seen).await
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { addr, seen }
    }

    /// Starts a supplier that gives every request the same response.
    pub(crate) async fn always(status: u16, body: &'static str) -> Self {
        Self::start(move |_, _| async move { json(status, body) }).await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn asked(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

/// Starts a supplier below HTTP: the test reads and writes each connection itself, after the request's head has been
/// read.
pub(crate) async fn raw_supplier<A, R>(answer: A) -> SocketAddr
where
    A: Fn(usize, TcpStream) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let mut head = Vec::new();
            while !head.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            tokio::spawn(answer(number, stream));
        }
    });
    addr
}

/// The head of an event stream; chunks are to follow.
pub(crate) const STREAM_HEAD: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

pub(crate) fn json(status: u16, body: impl Into<Body>) -> Response {
    let mut response = body.into().into_response();
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    response
}

/// Starts a proxy on a free port in front of `supplier`, with further flags.
pub(crate) async fn proxy(supplier: SocketAddr, flags: &[&str]) -> Proxy {
    proxy_with(supplier, flags, |_| {}).await
}

/// Does what [`proxy`] does, with other limits.
pub(crate) async fn proxy_with(supplier: SocketAddr, flags: &[&str], change: impl FnOnce(&mut Limits)) -> Proxy {
    let upstream = format!("http://{supplier}");
    let own =
        ["--listen", "127.0.0.1:0", "--upstream", &upstream, "--partner-id", "partner-7", "--app-version", "shop/1.2"];
    let mut config = Config::from_args(own.iter().chain(flags)).unwrap();
    change(&mut config.limits);
    Proxy::start(config).await
}

/// Starts a proxy on a free port in front of the sandbox, with further flags.
pub(crate) async fn sandbox(flags: &[&str]) -> Proxy {
    let own = ["--listen", "127.0.0.1:0", "--sandbox"];
    Proxy::start(Config::from_args(own.iter().chain(flags)).unwrap()).await
}

/// A running proxy, and a client that shows responses as they are: no redirects, no decompression, no cookies.
pub(crate) struct Proxy {
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
}

impl Proxy {
    async fn start(config: Config) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { running: start(config).await.unwrap(), client }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.running.addr()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr())
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
        self.client.post(self.url(path)).header("content-type", "application/json").body(body)
    }

    /// Sends bytes as they are and reads until the proxy closes the connection.
    pub(crate) async fn raw(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = TcpStream::connect(self.addr()).await.unwrap();
        stream.write_all(request.as_ref()).await.unwrap();
        let mut answer = Vec::new();
        // A reset after the response counts as its end.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// Returns the status and the JSON body.
pub(crate) async fn answered(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{status} {body:?}: {error}")))
}

/// Returns the status and `detail` of an error of the proxy's own, which must have the contract's shape.
pub(crate) async fn refused(request: reqwest::RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    let status = response.status().as_u16();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["status"], status, "{body}");
    (status, body["detail"].as_str().unwrap().to_owned())
}

/// The bytes of a stream as they come.
pub(crate) struct Listening {
    response: reqwest::Response,
    read: String,
}

impl Listening {
    pub(crate) async fn open(proxy: &Proxy, id: &str) -> Self {
        let response = proxy.get(&format!("/api/orders/{id}/subscribe")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, read: String::new() }
    }

    /// Reads until `text` has come. Fails if the stream ends first.
    pub(crate) async fn until(&mut self, text: &str) -> &str {
        while !self.read.contains(text) {
            let chunk = within(self.response.chunk()).await.unwrap();
            let chunk = chunk.unwrap_or_else(|| panic!("the stream ended before {text:?}: {:?}", self.read));
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        &self.read
    }

    /// Returns the next bytes, whatever they are.
    pub(crate) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        within(self.response.chunk()).await
    }

    /// Reads until the clean end.
    pub(crate) async fn drain(mut self) -> String {
        while let Some(chunk) = within(self.response.chunk()).await.expect("a clean end") {
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        self.read
    }
}

/// Waits for `work`, but not for ever, so that a hanging test fails.
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it takes too long")
}

/// Waits until `is_so` returns true.
pub(crate) async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let looking = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.unwrap_or_else(|_| panic!("not so: {what}"));
}
