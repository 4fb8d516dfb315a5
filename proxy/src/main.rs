//! `cr-proxy`: reads flags and environment, starts the proxy, stops it on a signal.

use std::process::ExitCode;

use clap::Parser;
use cr_proxy::{
    config::{Args, Config},
    log, server,
};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("cr-proxy: {why}");
            ExitCode::from(2)
        }
    }
}

async fn run(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::try_from(args)?;
    tracing::subscriber::set_global_default(log::subscriber(config.log, std::io::stderr))?;
    let signal = stop_signal()?;
    let running = server::start(config).await?;
    println!("cr-proxy listens on http://{}/", running.addr());
    signal.await;
    running.stop().await;
    Ok(())
}

/// Returns a future that resolves at the first request to stop: an interrupt, or SIGTERM.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
