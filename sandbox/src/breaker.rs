//! Connections that can be broken on purpose: half of what is being written is sent, then the peer gets a reset.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

const WHOLE: u8 = 0;
const ARMED: u8 = 1;
const BROKEN: u8 = 2;

/// A switch that breaks one connection. A handler gets it as `ConnectInfo<Breaker>`.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaker(Arc<AtomicU8>);

impl Breaker {
    /// Makes the next write the last one, of which only half is sent. A connection that is closed before that is reset
    /// too.
    pub(super) fn arm(&self) {
        self.0.store(ARMED, Ordering::Release);
    }

    fn state(&self) -> u8 {
        self.0.load(Ordering::Acquire)
    }
}

/// A listener whose connections have a [`Breaker`].
#[derive(Debug)]
pub(super) struct Lines(pub(super) TcpListener);

/// One connection that can be broken.
#[derive(Debug)]
pub(super) struct Line {
    stream: TcpStream,
    breaker: Breaker,
}

impl Listener for Lines {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        // A single byte is to arrive as one. If the option cannot be set, it only arrives later.
        let _ = stream.set_nodelay(true);
        (Line { stream, breaker: Breaker::default() }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Lines>> for Breaker {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().breaker.clone()
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.breaker.state() {
            WHOLE => Pin::new(&mut self.stream).poll_write(context, bytes),
            ARMED => {
                let half = &bytes[..bytes.len().div_ceil(2)];
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, half))?;
                self.breaker.0.store(BROKEN, Ordering::Release);
                Poll::Ready(Ok(written))
            }
            _ => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.breaker.state() == WHOLE {
            return Pin::new(&mut self.stream).poll_shutdown(context);
        }
        // A proper shutdown would turn the reset into an orderly end.
        Poll::Ready(Ok(()))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.breaker.state() != WHOLE {
            // Closing without lingering sends a reset. If the option cannot be set, the peer still sees an incomplete
            // end.
            let _ = self.stream.set_zero_linger();
        }
    }
}
