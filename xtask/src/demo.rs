//! Runs the widget, the proxy and the sandbox on this machine.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{
    build, demo_site,
    error::{Error, Result},
    gallery,
    process::{Running, Task},
    workspace::Workspace,
};

/// The flag that builds the gallery too. It costs a build of its own.
const GALLERY: &str = "--gallery";
/// How long the proxy may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds everything, starts the proxy and waits until it ends.
///
/// # Errors
/// When something cannot be built, or the proxy does not come up.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let (port, args) = port(args, 8080)?;
    let (gallery, args): (Vec<_>, Vec<_>) = args.into_iter().partition(|arg| arg == GALLERY);
    build::run(workspace)?;
    if !gallery.is_empty() {
        gallery::lay_out(workspace)?;
    }
    let proxy = proxy_program(workspace)?;
    let mut running = start(workspace, &proxy, port, Some(&demo_site::folder(workspace)), &args)?;
    println!("example pages: http://127.0.0.1:{port}/{}", demo_site::INDEX);
    if !gallery.is_empty() {
        println!("gallery: http://127.0.0.1:{port}/{}", gallery::PAGE);
    }
    println!("ready: http://127.0.0.1:{port}/");
    serve(&mut running)
}

/// Builds the gallery alone and serves it until it is stopped. Nothing is built that ships, so that a change of a
/// component is on screen soon.
///
/// # Errors
/// When something cannot be built, or the proxy, which serves the files, does not come up.
pub(crate) fn run_gallery(workspace: &Workspace, args: &[String]) -> Result<()> {
    let (port, args) = port(args, 8080)?;
    gallery::lay_out(workspace)?;
    let proxy = ["build", "--workspace", "--exclude", "xtask", "--bin", "cr-proxy"];
    Task::cargo().args(proxy).dir(&workspace.root).run()?;
    let program = workspace.target.join("debug/cr-proxy");
    let mut running = start(workspace, &program, port, Some(&demo_site::folder(workspace)), &args)?;
    println!("ready: http://127.0.0.1:{port}/{}", gallery::PAGE);
    serve(&mut running)
}

/// Waits until the proxy ends.
fn serve(running: &mut Running) -> Result<()> {
    let status = running.wait().map_err(|source| Error::Start { program: "cr-proxy".into(), source })?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::Failed { command: "cr-proxy".into(), status: status.to_string() })
    }
}

/// Builds the proxy as it ships, and returns its path.
///
/// # Errors
/// When the build fails.
pub(crate) fn proxy_program(workspace: &Workspace) -> Result<PathBuf> {
    Task::cargo().args(["build", "--release", "--package", "cr-proxy"]).dir(&workspace.root).run()?;
    Ok(workspace.target.join("release/cr-proxy"))
}

/// Starts the proxy and waits until it answers.
///
/// # Errors
/// [`Error::NotReady`] when the port is taken, the proxy ends at once, or does not answer.
pub(crate) fn start(
    workspace: &Workspace,
    program: &Path,
    port: u16,
    files: Option<&Path>,
    args: &[String],
) -> Result<Running> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // If the port were taken, another server's answer would count as the proxy's.
    TcpListener::bind(address).map_err(|error| {
        Error::NotReady(format!("cannot use port {port} ({error}); choose another port with --port"))
    })?;
    let mut task = Task::new(program).arg("--listen").arg(address.to_string()).dir(&workspace.root);
    if let Some(files) = files {
        task = task.arg("--static").arg(files);
    }
    if is_simulated(args, std::env::var_os("CR_UPSTREAM").is_some()) {
        task = task.arg("--sandbox");
    }
    let mut running = task.args(args).start()?;
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = running.ended() {
            return Err(Error::NotReady(format!("the proxy exited right after its start ({status})")));
        }
        if is_healthy(address) {
            return Ok(running);
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(Error::NotReady(format!("the proxy does not respond at {address}")))
}

/// Whether neither the arguments nor the environment choose a supplier: the proxy then simulates one.
fn is_simulated(args: &[String], upstream_in_environment: bool) -> bool {
    let named = |name: &str| args.iter().any(|arg| arg == name || arg.starts_with(&format!("{name}=")));
    !(upstream_in_environment || named("--upstream") || named("--sandbox"))
}

fn is_healthy(address: SocketAddr) -> bool {
    let answer = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    answer().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// Takes `--port` out of the arguments, and returns the others for the proxy.
///
/// # Errors
/// [`Error::Usage`] when it is not a port.
pub(crate) fn port(args: &[String], default: u16) -> Result<(u16, Vec<String>)> {
    let mut port = default;
    let mut rest = Vec::new();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value =
            if arg == "--port" { args.next().map(String::as_str).or(Some("")) } else { arg.strip_prefix("--port=") };
        match value {
            Some(value) => {
                port = value
                    .parse()
                    .map_err(|_| Error::Usage(format!("--port takes a number up to 65535, not {value:?}")))?;
            }
            None => rest.push(arg.clone()),
        }
    }
    Ok((port, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(args: &[&str]) -> Vec<String> {
        args.iter().map(|arg| (*arg).to_owned()).collect()
    }

    #[test]
    fn the_port_is_ours_and_the_rest_is_the_proxys() {
        assert_eq!(port(&args(&[]), 8080).unwrap(), (8080, args(&[])));
        assert_eq!(
            port(&args(&["--upstream", "https://a", "--port", "9000"]), 8080).unwrap(),
            (9000, args(&["--upstream", "https://a"]))
        );
        assert_eq!(port(&args(&["--port=9001"]), 8080).unwrap(), (9001, args(&[])));
        for wrong in [&["--port"][..], &["--port", "x"], &["--port=70000"], &["--port="]] {
            assert!(matches!(port(&args(wrong), 8080), Err(Error::Usage(_))), "{wrong:?}");
        }
    }

    #[test]
    fn the_supplier_is_simulated_unless_one_is_named() {
        for (given, environment, simulated) in [
            (&[][..], false, true),
            (&["--log", "debug"], false, true),
            (&["--upstream", "https://a"], false, false),
            (&["--upstream=https://a"], false, false),
            (&["--sandbox"], false, false),
            (&[], true, false),
        ] {
            assert_eq!(is_simulated(&args(given), environment), simulated, "{given:?}");
        }
    }
}
