//! Accepting connections, enforcing their limits, and stopping without interrupting what is under way.

use std::{convert::Infallible, io, net::SocketAddr, pin::Pin, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use http::HeaderValue;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;
use tracing::{debug, info, warn};

use crate::{
    app,
    config::{Config, Supplier},
    limits::Limits,
    simulation::Simulation,
    upstream::ClientError,
};

/// Signals the end of the proxy and waits for it.
#[derive(Clone, Debug, Default)]
pub struct Lifetime {
    /// Cancelled when the proxy is to stop: no new connections are accepted, and streams end.
    pub closing: CancellationToken,
    /// Connections and creates that the proxy waits for when it stops.
    pub tasks: TaskTracker,
}

/// Why the proxy could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The proxy cannot listen on this address.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The sandbox did not start.
    #[error("cannot start the sandbox: {0}")]
    Sandbox(#[source] io::Error),
    /// The HTTP client for the supplier cannot be built.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The data that is built into the proxy is broken.
    #[error(transparent)]
    Data(#[from] crate::answer::Failure),
    /// The sandbox's address cannot be written as a URL.
    #[error("the address of the sandbox cannot be used")]
    Address,
}

/// A proxy that is listening.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    lifetime: Lifetime,
    serving: JoinHandle<()>,
    sandbox: Option<Simulation>,
}

impl Running {
    /// Returns the address on which the proxy listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops accepting connections, ends streams, lets requests and creates finish within [`Limits::drain`], and
    /// returns.
    pub async fn stop(self) {
        self.lifetime.closing.cancel();
        if self.serving.await.is_err() {
            warn!("the server panicked");
        }
        if let Some(sandbox) = self.sandbox
            && tokio::time::timeout(Duration::from_secs(1), sandbox.stop()).await.is_err()
        {
            warn!("the sandbox did not stop in time");
        }
    }
}

/// Starts the proxy, and the sandbox if it is the supplier.
///
/// # Errors
/// [`StartError`].
pub async fn start(config: Config) -> Result<Running, StartError> {
    let lifetime = Lifetime::default();
    let listener = TcpListener::bind(config.listen).await.map_err(|error| StartError::Listen(config.listen, error))?;
    let addr = listener.local_addr().map_err(|error| StartError::Listen(config.listen, error))?;
    let (sandbox, base, partner) = match &config.supplier {
        Supplier::Sandbox { seed } => {
            let simulation = Simulation::start(*seed).await.map_err(StartError::Sandbox)?;
            let base = format!("http://{}/", simulation.addr());
            let base = reqwest::Url::parse(&base).map_err(|_| StartError::Address)?;
            (Some(simulation), base, HeaderValue::from_static("sandbox"))
        }
        Supplier::Remote { base, partner } => (None, base.clone(), partner.expose().clone()),
    };
    let router = app(&config, &base, partner, &lifetime)?;
    let serving = tokio::spawn(serve(listener, router, config.limits.clone(), lifetime.clone()));
    info!(%addr, sandbox = sandbox.is_some(), "listening");
    Ok(Running { addr, lifetime, serving, sandbox })
}

/// Serves until [`Lifetime::closing`] is cancelled, then waits for what is under way, but not longer than
/// [`Limits::drain`].
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, lifetime: Lifetime) {
    let mut pause = FIRST_PAUSE;
    loop {
        let accepted = tokio::select! {
            () = lifetime.closing.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = FIRST_PAUSE;
                lifetime.tasks.spawn(connection(
                    stream,
                    peer,
                    router.clone(),
                    limits.clone(),
                    lifetime.closing.clone(),
                ));
            }
            // Most likely the process is out of file descriptors: open connections live on, new ones wait.
            Err(error) => {
                warn!(kind = ?error.kind(), "cannot accept a connection");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
    drop(listener);
    lifetime.tasks.close();
    if tokio::time::timeout(limits.drain, lifetime.tasks.wait()).await.is_err() {
        warn!(left = lifetime.tasks.len(), "stopping although connections are still open");
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, limits: Limits, closing: CancellationToken) {
    set_options(&stream, &limits);
    let service = router.map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_buf_size(limits.header_bytes)
        .serve_connection(
            TokioIo::new(impatient(stream, limits.write_stall)),
            TowerToHyperService::new(service.map_err(|never: Infallible| match never {})),
        );
    let mut serving = std::pin::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = closing.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        debug!(timeout = error.is_timeout(), parse = error.is_parse(), "a connection ended early");
    }
}

/// Makes writing to a connection fail when the other side accepts no byte for `patience` while there is something to
/// send.
fn impatient<C: AsyncRead + AsyncWrite>(connection: C, patience: Duration) -> Pin<Box<TimeoutStream<C>>> {
    let mut connection = TimeoutStream::new(connection);
    connection.set_write_timeout(Some(patience));
    Box::pin(connection)
}

/// Sends small writes at once, and lets the system too notice a peer that no longer acknowledges.
fn set_options(stream: &TcpStream, limits: &Limits) {
    let socket = socket2::SockRef::from(stream);
    let set = socket.set_tcp_nodelay(true).and_then(|()| {
        #[cfg(target_os = "linux")]
        socket.set_tcp_user_timeout(Some(limits.write_stall))?;
        #[cfg(not(target_os = "linux"))]
        let _ = limits;
        Ok(())
    });
    if let Err(error) = set {
        debug!(kind = ?error.kind(), "a connection's options cannot be set");
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        time::Instant,
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn x18_a_reader_that_stops_is_given_up_on_and_a_slow_one_is_not() {
        let (near, mut far) = tokio::io::duplex(16);
        let mut guarded = impatient(near, Duration::from_secs(60));
        let started = Instant::now();
        let error = guarded.write_all(&[0; 17]).await.unwrap_err();
        assert_eq!((error.kind(), started.elapsed().as_secs()), (io::ErrorKind::TimedOut, 60));

        let slow = async {
            for _ in 0..17 {
                tokio::time::sleep(Duration::from_secs(59)).await;
                far.read_u8().await.unwrap();
            }
        };
        // The pipe already holds sixteen bytes.
        let both = async { tokio::join!(guarded.write_all(&[0; 17]), slow).0 };
        tokio::time::timeout(Duration::from_secs(2_000), both).await.unwrap().unwrap();
    }
}
