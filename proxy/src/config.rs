//! Flags and environment variables, and the rules that keep unsafe combinations from starting.
//!
//! Each flag has an environment variable `CR_…` of the same name; the flag wins. A [`Config`] exists only after it has
//! passed the checks, so the rest of the proxy need not repeat them.

use std::{
    ffi::OsString,
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::{ArgAction, Parser, ValueEnum};
use http::HeaderValue;
use reqwest::Url;

use crate::{client_ip::Block, limits::Limits, simulation};

/// The reference proxy between the checkout widget and its supplier.
///
/// It serves the contract of docs/proxy-contract.md under /api, the built widget under / and, with --sandbox, a simulated
/// supplier's controls under /sandbox. Every flag can be given as an environment variable instead.
#[derive(Clone, Debug, Parser)]
#[command(name = "cr-proxy", version)]
#[allow(rustdoc::bare_urls, reason = "these comments are the text of `--help`, too")]
pub struct Args {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "CR_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Folder of the built widget, which is served under /; without it the proxy serves /api only
    #[arg(long = "static", env = "CR_STATIC", value_name = "FOLDER", value_parser = folder)]
    pub static_dir: Option<PathBuf>,

    /// Use the simulated supplier: no account, no network, no money. Excludes --upstream, --partner-id and
    /// --countries-url
    #[arg(long, env = "CR_SANDBOX", action = ArgAction::SetTrue, value_parser = switch)]
    pub sandbox: bool,

    /// Allow --sandbox on an address that others can reach; everybody who reaches it can then use its controls
    #[arg(long, env = "CR_SANDBOX_PUBLIC", action = ArgAction::SetTrue, value_parser = switch)]
    pub sandbox_public: bool,

    /// Seed of the sandbox's invented catalogue and prices; the same number gives the same shop
    #[arg(long, env = "CR_SANDBOX_SEED", value_name = "NUMBER")]
    pub sandbox_seed: Option<u64>,

    /// The supplier's API, such as https://api.cryptorefills.com; plain http is for loopback addresses only
    #[arg(long, env = "CR_UPSTREAM", value_name = "URL")]
    pub upstream: Option<String>,

    /// Your partner id, sent to the supplier as X-Cr-Application and shown to nobody else
    #[arg(long, env = "CR_PARTNER_ID", value_name = "ID", hide_env_values = true)]
    pub partner_id: Option<String>,

    /// Version that is sent to the supplier as X-Cr-Version
    #[arg(long, env = "CR_APP_VERSION", value_name = "TEXT", default_value = concat!("cr-proxy/", env!("CARGO_PKG_VERSION")))]
    pub app_version: String,

    /// Trusted proxies in front of this one, which may name the client's address: addresses or blocks, separated by
    /// commas
    #[arg(long, env = "CR_TRUSTED_PROXIES", value_name = "BLOCKS", value_delimiter = ',')]
    pub trusted_proxies: Vec<String>,

    /// Origins of pages that may call /api, such as https://shop.example, separated by commas; the proxy's own origin
    /// always may
    #[arg(long, env = "CR_ALLOWED_ORIGINS", value_name = "ORIGINS", value_delimiter = ',')]
    pub allowed_origins: Vec<String>,

    /// Number of order reads per minute that the supplier grants to your partner id; the proxy uses at most half of it.
    /// The default is 120, and 2400 with --sandbox
    #[arg(long, env = "CR_ORDER_READS", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(6..=1_000_000))]
    pub order_reads: Option<u32>,

    /// Form in which orders are sent to the supplier: that of the newer document of its API, or that of the older one
    #[arg(long, env = "CR_ORDER_DIALECT", value_enum, default_value_t = OrderDialect::Flat)]
    pub order_dialect: OrderDialect,

    /// Send X-Country-ISO-Code too, which the older document requires
    #[arg(long, env = "CR_SEND_COUNTRY_HEADER", action = ArgAction::SetTrue, value_parser = switch)]
    pub send_country_header: bool,

    /// URL of the list of countries of the supplier's website, such as https://cryptorefills.com/api/available-countries;
    /// it is read once a day. Without it, or while it cannot be read, the built-in list is used. Excluded by --sandbox
    #[arg(long, env = "CR_COUNTRIES_URL", value_name = "URL")]
    pub countries_url: Option<String>,

    /// Log level, for standard error: off, error, warn, info or debug; with the prefix json:, lines are JSON (json:info)
    #[arg(long, env = "CR_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: String,
}

/// The two ways of writing an order (docs/supplier-api.md §5.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OrderDialect {
    /// What the widget sends: each delivery is one flat object.
    Flat,
    /// Deliveries with `kind`, `quantity` and `deliverable`.
    Nested,
}

/// A partner id; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PartnerId(HeaderValue);

impl PartnerId {
    /// Returns the id, for the request to the supplier and nowhere else.
    pub fn expose(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Debug for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PartnerId(…)")
    }
}

/// The supplier that orders are sent to.
#[derive(Clone, Debug)]
pub enum Supplier {
    /// The simulated supplier, started in this process.
    Sandbox {
        /// The seed of its shop, if it is not the default.
        seed: Option<u64>,
    },
    /// A real supplier.
    Remote {
        /// Scheme, host, port and maybe a path in front of the supplier's own paths.
        base: Url,
        /// The partner who is credited with the sales.
        partner: PartnerId,
    },
}

/// How much is logged, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogStyle {
    /// The most verbose level that is written; `None` to write nothing.
    pub level: Option<tracing::Level>,
    /// Whether each line is a JSON object instead of text.
    pub json: bool,
}

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The folder of the built widget.
    pub static_dir: Option<PathBuf>,
    /// The supplier that orders are sent to.
    pub supplier: Supplier,
    /// `X-Cr-Version`.
    pub app_version: HeaderValue,
    /// The proxies that may name the client's address.
    pub trusted_proxies: Vec<Block>,
    /// Origins besides the proxy's own, as browsers write them.
    pub allowed_origins: Vec<String>,
    /// How orders are written.
    pub order_dialect: OrderDialect,
    /// Whether `X-Country-ISO-Code` is sent.
    pub send_country_header: bool,
    /// Where the list of countries is, if not only the built-in one is used. That host is not the supplier's API and
    /// gets none of its headers.
    pub countries_url: Option<Url>,
    /// What is logged.
    pub log: LogStyle,
    /// Sizes and times.
    pub limits: Limits,
}

/// Why the proxy does not start. Each is one line for the person who started it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Neither a supplier nor the sandbox is given.
    #[error("no supplier is given: use --sandbox, or --upstream and --partner-id")]
    NoSupplier,
    /// No supplier is given, and this build has no sandbox.
    #[error("no supplier is given: use --upstream and --partner-id")]
    NoRemote,
    /// A supplier is given but no partner id.
    #[error("--upstream needs --partner-id (or CR_PARTNER_ID): without it no sale is credited to you")]
    NoPartnerId,
    /// A partner id is given but no supplier.
    #[error("--partner-id needs --upstream (or CR_UPSTREAM)")]
    NoUpstream,
    /// The sandbox is given, and this build has none.
    #[error(
        "--sandbox: this cr-proxy was built without the sandbox (--no-default-features); build it with the feature `sandbox`, or give --upstream and --partner-id"
    )]
    NoSandbox,
    /// The sandbox is given together with a flag that it excludes.
    #[error("--sandbox excludes {0}, which may also be set by {1} in the environment")]
    SandboxExcludes(&'static str, &'static str),
    /// The sandbox would be open to everybody.
    #[error(
        "--sandbox on {0} would open its controls to everybody who can reach that address: listen on loopback or add --sandbox-public"
    )]
    SandboxPublic(IpAddr),
    /// A flag that only makes sense with the sandbox is given without it.
    #[error("--sandbox-public needs --sandbox")]
    PublicWithoutSandbox,
    /// The value of a flag is not a usable URL.
    #[error("{0} {1:?} cannot be used: {2}")]
    Url(&'static str, String, &'static str),
    /// A text cannot be the value of a header.
    #[error("{0} must be 1 to {1} printable ASCII characters")]
    HeaderText(&'static str, usize),
    /// A text is not a block of addresses.
    #[error("--trusted-proxies: {0}")]
    TrustedProxy(String),
    /// A block is so wide that it trusts strangers.
    #[error("--trusted-proxies {0} trusts strangers, who could then claim any address: list your own proxies only")]
    TrustsStrangers(String),
    /// An origin has a wildcard.
    #[error("--allowed-origins {0:?}: wildcards are not allowed, list each origin")]
    WildcardOrigin(String),
    /// A text is not an origin.
    #[error("--allowed-origins {0:?} is not an origin like https://shop.example")]
    Origin(String),
    /// A folder does not exist.
    #[error("--static {0:?} is not a folder")]
    StaticDir(PathBuf),
    /// A text is not a log level.
    #[error("--log {0:?} is not one of off, error, warn, info and debug, with or without the prefix json:")]
    Log(String),
}

impl Config {
    /// Reads and checks a command line, `args` without the program's name, and the environment.
    ///
    /// # Errors
    /// The text to show, from clap or from a check.
    pub fn from_args<I, A>(args: I) -> Result<Self, String>
    where
        I: IntoIterator<Item = A>,
        A: Into<OsString>,
    {
        let line = std::iter::once(OsString::from("cr-proxy")).chain(args.into_iter().map(Into::into));
        let args = Args::try_parse_from(line).map_err(|error| error.to_string())?;
        Self::try_from(args).map_err(|error| error.to_string())
    }
}

impl TryFrom<Args> for Config {
    type Error = ConfigError;

    fn try_from(args: Args) -> Result<Self, ConfigError> {
        let static_dir = args.static_dir.clone().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = static_dir.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(ConfigError::StaticDir(folder.clone()));
        }
        Ok(Self {
            listen: args.listen,
            static_dir,
            supplier: supplier(&args, simulation::IS_BUILT_IN)?,
            app_version: header_text("--app-version", &args.app_version)?,
            trusted_proxies: args
                .trusted_proxies
                .iter()
                .map(|text| text.trim())
                .filter(|text| !text.is_empty())
                .map(trusted_proxy)
                .collect::<Result<_, _>>()?,
            allowed_origins: args
                .allowed_origins
                .iter()
                .map(|text| text.trim())
                .filter(|text| !text.is_empty())
                .map(origin)
                .collect::<Result<_, _>>()?,
            order_dialect: args.order_dialect,
            send_country_header: args.send_country_header,
            countries_url: given(&args.countries_url).map(|text| safe_url("--countries-url", &text)).transpose()?,
            log: log_style(&args.log)?,
            limits: Limits { order_reads: order_reads(&args), ..Limits::default() },
        })
    }
}

/// Returns how many reads of orders the proxy may use of the supplier's limit: half (docs/supplier-api.md §3). The
/// sandbox grants twenty times what is documented.
fn order_reads(args: &Args) -> usize {
    let granted = args.order_reads.unwrap_or(if args.sandbox { 2_400 } else { 120 });
    usize::try_from(granted / 2).unwrap_or(usize::MAX)
}

/// Parses a switch's environment variable: empty counts as off, and a misspelt value is an error rather than on.
fn switch(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "off" => Ok(false),
        "1" | "true" | "yes" | "on" => Ok(true),
        _ => Err("the value must be true or false"),
    }
}

/// Parses a folder's name; an empty one means none.
fn folder(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(PathBuf::from(text))
}

/// Returns the text, unless it is empty: an empty environment variable counts as none.
fn given(text: &Option<String>) -> Option<String> {
    text.clone().filter(|text| !text.is_empty())
}

fn supplier(args: &Args, has_sandbox: bool) -> Result<Supplier, ConfigError> {
    let (upstream, partner) = (given(&args.upstream), given(&args.partner_id));
    if args.sandbox {
        if !has_sandbox {
            return Err(ConfigError::NoSandbox);
        }
        if upstream.is_some() {
            return Err(ConfigError::SandboxExcludes("--upstream", "CR_UPSTREAM"));
        }
        if partner.is_some() {
            return Err(ConfigError::SandboxExcludes("--partner-id", "CR_PARTNER_ID"));
        }
        if given(&args.countries_url).is_some() {
            return Err(ConfigError::SandboxExcludes("--countries-url", "CR_COUNTRIES_URL"));
        }
        if !args.sandbox_public && !args.listen.ip().to_canonical().is_loopback() {
            return Err(ConfigError::SandboxPublic(args.listen.ip()));
        }
        return Ok(Supplier::Sandbox { seed: args.sandbox_seed });
    }
    if args.sandbox_public {
        return Err(ConfigError::PublicWithoutSandbox);
    }
    match (upstream, partner) {
        (None, None) if has_sandbox => Err(ConfigError::NoSupplier),
        (None, None) => Err(ConfigError::NoRemote),
        (Some(_), None) => Err(ConfigError::NoPartnerId),
        (None, Some(_)) => Err(ConfigError::NoUpstream),
        (Some(upstream), Some(partner)) => Ok(Supplier::Remote {
            base: safe_url("--upstream", &upstream)?,
            partner: PartnerId(header_text("--partner-id", &partner)?),
        }),
    }
}

/// Returns whether a URL's host is this machine itself, by name or by address.
pub fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback()),
        None => false,
    }
}

fn safe_url(flag: &'static str, text: &str) -> Result<Url, ConfigError> {
    // The text is shown in the error, so it must not hold a password.
    let wrong = |shown: &str, why| ConfigError::Url(flag, shown.to_owned(), why);
    let url = Url::parse(text).map_err(|_| wrong("…", "it is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("…", "it must not hold a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(text, "it must not have a query or a fragment"));
    }
    match url.scheme() {
        "https" if url.host_str().is_some() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(wrong(text, "plain http is allowed for loopback only, use https")),
        _ => Err(wrong(text, "use https")),
    }
}

fn header_text(flag: &'static str, text: &str) -> Result<HeaderValue, ConfigError> {
    const LONGEST: usize = 128;
    let printable = !text.is_empty()
        && text.len() <= LONGEST
        && text.trim() == text
        && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    HeaderValue::from_str(text).ok().filter(|_| printable).ok_or(ConfigError::HeaderText(flag, LONGEST))
}

fn trusted_proxy(text: &str) -> Result<Block, ConfigError> {
    let block: Block = text.parse().map_err(|error| ConfigError::TrustedProxy(format!("{error}")))?;
    if block.is_too_wide() { Err(ConfigError::TrustsStrangers(text.to_owned())) } else { Ok(block) }
}

/// Parses one origin as browsers spell it: lower case, no default port, no slash at the end.
fn origin(text: &str) -> Result<String, ConfigError> {
    if text.contains('*') {
        return Err(ConfigError::WildcardOrigin(text.to_owned()));
    }
    let wrong = || ConfigError::Origin(text.to_owned());
    let url = Url::parse(text).map_err(|_| wrong())?;
    let bare = matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if bare { Ok(url.origin().ascii_serialization()) } else { Err(wrong()) }
}

fn log_style(text: &str) -> Result<LogStyle, ConfigError> {
    let (json, level) = match text.strip_prefix("json") {
        Some("") => (true, "info"),
        Some(rest) => (true, rest.strip_prefix(':').ok_or_else(|| ConfigError::Log(text.to_owned()))?),
        None => (false, text),
    };
    let level = match level {
        "off" => None,
        "error" => Some(tracing::Level::ERROR),
        "warn" => Some(tracing::Level::WARN),
        "info" => Some(tracing::Level::INFO),
        "debug" => Some(tracing::Level::DEBUG),
        _ => return Err(ConfigError::Log(text.to_owned())),
    };
    Ok(LogStyle { level, json })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(flags: &[&str], has_sandbox: bool) -> Option<String> {
        let args = Args::try_parse_from(std::iter::once(&"cr-proxy").chain(flags)).unwrap();
        supplier(&args, has_sandbox).err().map(|error| error.to_string())
    }

    #[test]
    fn a_build_without_the_sandbox_says_so_when_it_is_asked_for() {
        let remote = ["--upstream", "https://supplier.example", "--partner-id", "partner-7"];
        let table: [(&[&str], Option<&str>, Option<&str>); 4] = [
            (&["--sandbox"], None, Some("--sandbox: this cr-proxy was built without the sandbox")),
            (
                &["--sandbox", "--partner-id", "p"],
                Some("--sandbox excludes"),
                Some("--sandbox: this cr-proxy was built"),
            ),
            (&[], Some("no supplier is given: use --sandbox"), Some("no supplier is given: use --upstream")),
            (&remote, None, None),
        ];
        for (flags, with, without) in table {
            for (has_sandbox, expected) in [(true, with), (false, without)] {
                let told = told(flags, has_sandbox);
                let fits = match (&told, expected) {
                    (Some(told), Some(expected)) => told.starts_with(expected) && told.lines().count() == 1,
                    (told, expected) => told.is_none() && expected.is_none(),
                };
                assert!(fits, "{flags:?} {has_sandbox}: {told:?}");
            }
        }
        assert_eq!(told(&["--sandbox"], simulation::IS_BUILT_IN).is_none(), cfg!(feature = "sandbox"));
    }
}
