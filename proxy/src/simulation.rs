//! The simulated supplier beside the proxy, in builds with the feature `sandbox`. This module alone knows whether it was
//! built in; without it, the type that stands for a running one has no values.

use std::{io, net::SocketAddr};

/// Whether this build has the simulated supplier.
pub const IS_BUILT_IN: bool = cfg!(feature = "sandbox");

/// A simulated supplier that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Simulation(imp::Handle);

impl Simulation {
    /// Starts it on a free port of the loopback interface, with the given seed or its own.
    ///
    /// # Errors
    /// If it cannot listen, or if this build has none.
    pub async fn start(seed: Option<u64>) -> io::Result<Self> {
        imp::start(seed).await.map(Self)
    }

    /// Returns the address on which it listens.
    pub fn addr(&self) -> SocketAddr {
        self.0.addr()
    }

    /// Stops it and waits for its end.
    pub async fn stop(self) {
        self.0.stop().await;
    }
}

#[cfg(feature = "sandbox")]
mod imp {
    use std::{io, net::Ipv4Addr};

    pub(super) use cr_sandbox::Handle;
    use cr_sandbox::Options;
    use tokio::net::TcpListener;

    pub(super) async fn start(seed: Option<u64>) -> io::Result<Handle> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let own = Options::default();
        cr_sandbox::start(Options { seed: seed.unwrap_or(own.seed), ..own }, listener).await
    }
}

#[cfg(not(feature = "sandbox"))]
mod imp {
    use std::{io, net::SocketAddr};

    #[derive(Debug)]
    pub(super) enum Handle {}

    impl Handle {
        pub(super) fn addr(&self) -> SocketAddr {
            match *self {}
        }

        pub(super) async fn stop(self) {
            match self {}
        }
    }

    pub(super) async fn start(_seed: Option<u64>) -> io::Result<Handle> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "this build has none"))
    }
}
