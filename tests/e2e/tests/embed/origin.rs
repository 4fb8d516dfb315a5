//! An origin beside the stack's: pages that a test makes up, and the built files with header lines of its choice.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cr_e2e::stack::Paths;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A server of its own port. Dropping it ends it.
pub(crate) struct Origin {
    /// Its origin, without a trailing slash.
    pub(crate) url: String,
    shared: Arc<Shared>,
    accept: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// Header lines and body, by path.
    pages: Mutex<HashMap<String, (String, String)>>,
    /// The header lines of the built files; without them there are none.
    files: Mutex<Option<String>>,
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.accept.abort();
    }
}

impl Origin {
    /// Starts with nothing to serve.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::<Shared>::default();
        let ours = Arc::clone(&shared);
        let accept = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&ours);
                // A connection that breaks is a browser that went away.
                tokio::spawn(async move { shared.serve(client).await.is_ok() });
            }
        });
        Self { url, shared, accept }
    }

    /// Serves `body` at `path`, with these header lines.
    pub(crate) fn put(&self, path: &str, headers: &[&str], body: String) {
        locked(&self.shared.pages).insert(path.to_owned(), (joined(headers), body));
    }

    /// Serves nothing of its own at `path` any more.
    pub(crate) fn take(&self, path: &str) {
        locked(&self.shared.pages).remove(path);
    }

    /// Serves the built files, each with its type and these header lines.
    pub(crate) fn put_files(&self, headers: &[&str]) {
        locked(&self.shared.files).replace(joined(headers));
    }
}

impl Shared {
    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut piece = [0; 4096];
            let count = client.read(&mut piece).await?;
            if count == 0 || head.len() > 64 * 1024 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            head.extend_from_slice(&piece[..count]);
        }
        let head = String::from_utf8_lossy(&head);
        let address = head.split(' ').nth(1).unwrap_or_default();
        let path = address.split('?').next().unwrap_or_default();
        let (status, headers, body) = match self.find(path) {
            Some((headers, body)) => ("200 OK", headers, body),
            None => ("404 Not Found", String::new(), Vec::new()),
        };
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        client.write_all(head.as_bytes()).await?;
        client.write_all(&body).await?;
        client.shutdown().await
    }

    fn find(&self, path: &str) -> Option<(String, Vec<u8>)> {
        if let Some((headers, body)) = locked(&self.pages).get(path) {
            return Some((headers.clone(), body.clone().into_bytes()));
        }
        let headers = locked(&self.files).clone()?;
        let name = path.trim_start_matches('/');
        let kind = match PathBuf::from(name).extension()?.to_str()? {
            "js" => "text/javascript",
            "wasm" => "application/wasm",
            "css" => "text/css",
            "json" => "application/json",
            _ => return None,
        };
        let body = std::fs::read(Paths::from_env().dist.join(name)).ok()?;
        Some((format!("Content-Type: {kind}\r\n{headers}"), body))
    }
}

fn joined(headers: &[&str]) -> String {
    headers.iter().map(|line| format!("{line}\r\n")).collect()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
