//! The connection between browser and proxy, controlled by the test. Each connection carries one request; what passes
//! is counted, and can be cut, silenced, or replaced by responses that a test makes up.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// A partner's page that observes its widgets; its source says what its query does.
const HOST: &str = include_str!("host.html");
/// The longest request head in bytes; the widget's own are shorter.
const HEAD_MAX: usize = 64 * 1024;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The event stream of an order.
    Stream,
    /// A read of an order.
    Read,
    /// Any other request.
    Other,
}

/// A request that came from the browser.
#[derive(Clone, Debug)]
pub struct Seen {
    /// When it came.
    pub at: Instant,
    /// What it was for.
    pub kind: Kind,
    /// The path of the request.
    pub path: String,
    /// The first line of the request and its header lines, as they came.
    pub head: String,
}

/// How a made-up response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The connection is closed in an orderly way.
    Close,
    /// The connection is reset.
    Reset,
    /// The connection stays open.
    Hang,
}

/// A made-up response: pieces with a wait before each.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The pieces, each with the wait before it.
    pub pieces: Vec<(Duration, Vec<u8>)>,
    /// How the response ends.
    pub end: End,
}

impl Answer {
    /// Returns an event stream that sends `body` at once.
    pub fn stream(body: &str, end: End) -> Self {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n";
        Self { pieces: vec![(Duration::ZERO, format!("{head}{body}").into_bytes())], end }
    }

    /// Returns a whole response with a status line such as `404 Not Found`.
    pub fn plain(status: &str, kind: &str, body: &str) -> Self {
        let text = format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        Self { pieces: vec![(Duration::ZERO, text.into_bytes())], end: End::Close }
    }

    /// Returns the same response, sent byte by byte with this wait before each.
    #[must_use]
    pub fn bytewise(self, wait: Duration) -> Self {
        let bytes = self.pieces.into_iter().flat_map(|(_, bytes)| bytes);
        Self { pieces: bytes.map(|byte| (wait, vec![byte])).collect(), end: self.end }
    }
}

struct Shared {
    target: SocketAddr,
    seen: Mutex<Vec<Seen>>,
    streams: Mutex<VecDeque<Answer>>,
    reads: Mutex<VecDeque<Answer>>,
    made: AtomicU64,
    open: AtomicUsize,
    most_open: AtomicUsize,
    reads_answered: AtomicUsize,
    /// Whether new streams are held here before anything else is done with them.
    streams_wait: watch::Sender<bool>,
    /// Connections below this number send nothing any more.
    silenced: watch::Sender<u64>,
    /// Connections below this number are reset.
    cut: watch::Sender<u64>,
    /// What happens to new connections.
    rule: watch::Sender<Rule>,
}

#[derive(Clone, Debug)]
enum Rule {
    Pass,
    Silence,
    Refuse,
    /// Every call of the proxy gets this response, as from a server in front of it.
    AnswerCalls(Answer),
    /// Every request gets this response, as from a server in front of the proxy.
    AnswerAll(Answer),
}

/// The controlled connection. Dropping it ends it.
pub struct TcpLine {
    /// The origin of the line, without a trailing slash.
    pub origin: String,
    shared: Arc<Shared>,
    accept: JoinHandle<()>,
}

impl Drop for TcpLine {
    fn drop(&mut self) {
        self.accept.abort();
        self.cut();
    }
}

impl TcpLine {
    /// Starts a line to the proxy at `target`.
    ///
    /// # Panics
    /// Panics if no port is free.
    pub async fn start(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            target,
            seen: Mutex::default(),
            streams: Mutex::default(),
            reads: Mutex::default(),
            made: AtomicU64::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            reads_answered: AtomicUsize::new(0),
            streams_wait: watch::Sender::new(false),
            silenced: watch::Sender::new(0),
            cut: watch::Sender::new(0),
            rule: watch::Sender::new(Rule::Pass),
        });
        let ours = Arc::clone(&shared);
        let accept = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&ours);
                let number = shared.made.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(async move {
                    // If a connection breaks, either the browser went away or the test broke it.
                    let _ = Connection { number, shared }.live(client).await;
                });
            }
        });
        Self { origin, shared, accept }
    }

    /// Ends all faults and forgets all requests.
    pub fn reset(&self) {
        self.pass();
        self.let_streams();
        locked(&self.shared.streams).clear();
        locked(&self.shared.reads).clear();
        self.forget();
    }

    /// Forgets the requests that were seen.
    pub fn forget(&self) {
        locked(&self.shared.seen).clear();
        self.shared.most_open.store(self.open_streams(), Ordering::Relaxed);
        self.shared.reads_answered.store(0, Ordering::Relaxed);
    }

    /// Returns the requests that came, the oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        locked(&self.shared.seen).clone()
    }

    /// Returns how many requests of a kind came.
    pub fn count(&self, kind: Kind) -> usize {
        locked(&self.shared.seen).iter().filter(|seen| seen.kind == kind).count()
    }

    /// Returns how many reads got a complete response.
    pub fn reads_answered(&self) -> usize {
        self.shared.reads_answered.load(Ordering::Relaxed)
    }

    /// Returns how many streams the browser holds open.
    pub fn open_streams(&self) -> usize {
        self.shared.open.load(Ordering::Relaxed)
    }

    /// Returns the most streams that the browser held open at a time.
    pub fn most_open_streams(&self) -> usize {
        self.shared.most_open.load(Ordering::Relaxed)
    }

    /// Sends these responses to the next streams, one each.
    pub fn answer_streams(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.shared.streams).extend(answers);
    }

    /// Sends these responses to the next reads, one each.
    pub fn answer_reads(&self, answers: impl IntoIterator<Item = Answer>) {
        locked(&self.shared.reads).extend(answers);
    }

    /// Returns how many made-up responses for streams are left.
    pub fn left(&self) -> usize {
        locked(&self.shared.streams).len()
    }

    /// Resets every open connection.
    pub fn cut(&self) {
        self.shared.cut.send_replace(self.shared.made.load(Ordering::Relaxed));
    }

    /// Makes every open connection silent, without ending it. New ones work.
    pub fn silence(&self) {
        self.shared.silenced.send_replace(self.shared.made.load(Ordering::Relaxed));
    }

    /// Does what [`TcpLine::silence`] does, and makes new connections silent too.
    pub fn go_dark(&self) {
        self.shared.rule.send_replace(Rule::Silence);
        self.silence();
    }

    /// Resets every open connection, and all new ones.
    pub fn refuse(&self) {
        self.shared.rule.send_replace(Rule::Refuse);
        self.cut();
    }

    /// Resets every open connection; from now on every request gets this response, as from a router whose service
    /// restarts.
    pub fn answer_all(&self, answer: Answer) {
        self.shared.rule.send_replace(Rule::AnswerAll(answer));
        self.cut();
    }

    /// Does what [`TcpLine::answer_all`] does for calls of the proxy only: pages and scripts come from elsewhere.
    pub fn answer_calls(&self, answer: Answer) {
        self.shared.rule.send_replace(Rule::AnswerCalls(answer));
        self.cut();
    }

    /// Makes new streams wait until they are let through.
    pub fn hold_streams(&self) {
        self.shared.streams_wait.send_replace(true);
    }

    /// Lets streams through again, including those that wait.
    pub fn let_streams(&self) {
        self.shared.streams_wait.send_replace(false);
    }

    /// Lets new connections through. Silenced ones stay silent.
    pub fn pass(&self) {
        self.shared.rule.send_replace(Rule::Pass);
    }
}

struct Connection {
    number: u64,
    shared: Arc<Shared>,
}

/// A stream that the browser holds open.
struct Held(Arc<Shared>);

impl Held {
    fn new(shared: &Arc<Shared>) -> Self {
        let open = shared.open.fetch_add(1, Ordering::Relaxed) + 1;
        shared.most_open.fetch_max(open, Ordering::Relaxed);
        Self(Arc::clone(shared))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connection {
    async fn live(self, mut client: TcpStream) -> io::Result<()> {
        let rule = self.shared.rule.borrow().clone();
        match rule {
            Rule::Refuse => return client.set_zero_linger(),
            Rule::Silence => return self.stay_silent(client).await,
            Rule::Pass | Rule::AnswerCalls(_) | Rule::AnswerAll(_) => {}
        }
        tokio::select! {
            done = self.serve(&mut client) => return done,
            () = passed(&self.shared.cut, self.number) => {}
        }
        client.set_zero_linger()
    }

    /// Sends nothing until the browser gives up, or the line is cut.
    async fn stay_silent(&self, mut client: TcpStream) -> io::Result<()> {
        tokio::select! {
            _ = drain(&mut client) => Ok(()),
            () = passed(&self.shared.cut, self.number) => client.set_zero_linger(),
        }
    }

    async fn serve(&self, client: &mut TcpStream) -> io::Result<()> {
        let (head, rest) = read_head(client).await?;
        let line = head.lines().next().unwrap_or_default();
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let kind = match path.strip_prefix("/api/") {
            Some(api) if api.ends_with("/subscribe") => Kind::Stream,
            Some(api) if api.starts_with("v5/orders/") && line.starts_with("GET") => Kind::Read,
            Some(_) | None => Kind::Other,
        };
        locked(&self.shared.seen).push(Seen { at: Instant::now(), kind, path: path.clone(), head: head.clone() });
        // The rule is read now and not on connect, since browsers open connections before they need them.
        let rule = self.shared.rule.borrow().clone();
        match rule {
            Rule::AnswerAll(answer) => return self.tell(client, answer).await,
            Rule::AnswerCalls(answer) if path.starts_with("/api/") => return self.tell(client, answer).await,
            Rule::AnswerCalls(_) | Rule::Pass | Rule::Silence | Rule::Refuse => {}
        }
        if path.starts_with("/host") {
            let length = HOST.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            client.write_all(head.as_bytes()).await?;
            return client.write_all(HOST.as_bytes()).await;
        }
        let _held = (kind == Kind::Stream).then(|| Held::new(&self.shared));
        if kind == Kind::Stream {
            let _ = self.shared.streams_wait.subscribe().wait_for(|wait| !wait).await;
        }
        let answer = match kind {
            Kind::Stream => locked(&self.shared.streams).pop_front(),
            Kind::Read => locked(&self.shared.reads).pop_front(),
            Kind::Other => None,
        };
        match answer {
            Some(answer) => self.tell(client, answer).await?,
            None => self.relay(client, &head, &rest).await?,
        }
        if kind == Kind::Read {
            self.shared.reads_answered.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    async fn tell(&self, client: &mut TcpStream, answer: Answer) -> io::Result<()> {
        for (wait, bytes) in answer.pieces {
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            client.write_all(&bytes).await?;
        }
        match answer.end {
            End::Close => client.shutdown().await,
            End::Reset => client.set_zero_linger(),
            End::Hang => drain(client).await,
        }
    }

    async fn relay(&self, client: &mut TcpStream, head: &str, rest: &[u8]) -> io::Result<()> {
        let mut server = TcpStream::connect(self.shared.target).await?;
        let lines = head.trim_end().split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        let head = lines.collect::<Vec<_>>().join("\r\n");
        server.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
        server.write_all(rest).await?;
        let is_over = tokio::select! {
            ended = pass(client, &mut server) => { ended?; true }
            () = passed(&self.shared.silenced, self.number) => false,
        };
        if is_over { client.shutdown().await } else { drain(client).await }
    }
}

/// Waits until a rule applies to connection `number`.
async fn passed(rule: &watch::Sender<u64>, number: u64) {
    let _ = rule.subscribe().wait_for(|below| number < *below).await;
}

/// Passes bytes in both directions until either side ends.
async fn pass(client: &mut TcpStream, server: &mut TcpStream) -> io::Result<()> {
    let (mut up, mut down) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => match read? {
                0 => return Ok(()),
                count => server.write_all(&up[..count]).await?,
            },
            read = server.read(&mut down) => match read? {
                0 => return Ok(()),
                count => client.write_all(&down[..count]).await?,
            },
        }
    }
}

/// Reads and discards until the browser ends the connection.
async fn drain(client: &mut TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    while client.read(&mut buffer).await? > 0 {}
    Ok(())
}

/// Reads a request's head, and returns it with the bytes that came after it.
async fn read_head(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut all = Vec::new();
    loop {
        if let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = all.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&all).into_owned(), rest));
        }
        let mut piece = [0; 4096];
        let count = client.read(&mut piece).await?;
        if count == 0 || all.len() > HEAD_MAX {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        all.extend_from_slice(&piece[..count]);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
