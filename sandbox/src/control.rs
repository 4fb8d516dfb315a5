//! `/sandbox/control`: settings of the whole supplier, for demonstrations and tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::Sandbox;
use super::problems::{challenge, e6, e7, router_not_found};

/// The longest wait that can be set, in milliseconds.
const LATENCY_MAX_MS: u64 = 120_000;
/// The longest restart that can be set, in seconds.
const RESTART_MAX_S: u64 = 3_600;
/// The furthest the clock can be shifted, in seconds: ten years.
const SKEW_MAX_S: i64 = 315_360_000;

/// The settings that are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Whether every supplier path responds with 503 and streams end.
    pub(crate) is_down: bool,
    /// How long every supplier path waits before it responds.
    pub(crate) latency_ms: u64,
    /// Whether there are no brands and no products.
    pub(crate) empty_catalog: bool,
    /// How far the supplier's clock is ahead of the machine's.
    pub(crate) clock_skew_s: i64,
    /// The factor of all prices, in millionths.
    pub(crate) price_factor_ppm: i64,
    /// The factor of the documented rate limits; 0 means no limit.
    pub(crate) rate_limit_scale: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            is_down: false,
            latency_ms: 0,
            empty_catalog: false,
            clock_skew_s: 0,
            price_factor_ppm: 1_000_000,
            rate_limit_scale: 20,
        }
    }
}

/// The settings, and the channels that announce outages to open streams.
#[derive(Debug, Default)]
pub(crate) struct Control {
    settings: Mutex<Settings>,
    down: watch::Sender<bool>,
    restart: Mutex<Option<Instant>>,
    restarts: watch::Sender<u64>,
    router: Mutex<Router>,
}

/// Until when something in front of the orders responds in the supplier's place.
#[derive(Clone, Copy, Debug, Default)]
struct Router {
    not_found: Option<Instant>,
    challenge: Option<Instant>,
}

/// A change of settings; fields that are left out stay as they are.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Change {
    reset: bool,
    down: Option<bool>,
    latency_ms: Option<u64>,
    empty_catalog: Option<bool>,
    clock_skew_s: Option<i64>,
    price_step_percent: Option<String>,
    rate_limit_scale: Option<u32>,
    restart_s: Option<u64>,
    router_404_s: Option<u64>,
    router_403_s: Option<u64>,
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the settings that are in force now.
    pub(crate) fn now(&self) -> Settings {
        *self.lock()
    }

    /// Resolves when the supplier goes down.
    pub(crate) async fn went_down(&self) {
        let mut down = self.down.subscribe();
        if down.wait_for(|is_down| *is_down).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Cuts every stream, and makes every supplier path respond with 503 for that long.
    pub(crate) fn restart(&self, lasts: Duration) {
        *self.restart.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + lasts);
        self.restarts.send_modify(|count| *count += 1);
    }

    /// Returns a receiver of each restart from now on.
    pub(crate) fn restarts(&self) -> watch::Receiver<u64> {
        self.restarts.subscribe()
    }

    /// Returns how long the restart still takes, if there is one.
    fn restarting(&self) -> Option<Duration> {
        let until = (*self.restart.lock().unwrap_or_else(PoisonError::into_inner))?;
        until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Returns for how long each of the two routers still responds, if it does.
    fn routers(&self) -> (Option<Duration>, Option<Duration>) {
        let router = *self.router.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |until: Option<Instant>| {
            until?.checked_duration_since(Instant::now()).filter(|left: &Duration| !left.is_zero())
        };
        (left(router.not_found), left(router.challenge))
    }

    fn apply(&self, change: &Change) -> Result<(), &'static str> {
        let step = change.price_step_percent.as_deref().map(signed_percent);
        if step == Some(None) {
            return Err("price_step_percent must be a percentage from -50 to 100 as text, such as \"2.5\"");
        }
        let mut settings = self.lock();
        if change.reset {
            *settings = Settings::default();
            *self.restart.lock().unwrap_or_else(PoisonError::into_inner) = None;
            *self.router.lock().unwrap_or_else(PoisonError::into_inner) = Router::default();
        }
        settings.is_down = change.down.unwrap_or(settings.is_down);
        settings.latency_ms = change.latency_ms.unwrap_or(settings.latency_ms).min(LATENCY_MAX_MS);
        settings.empty_catalog = change.empty_catalog.unwrap_or(settings.empty_catalog);
        settings.clock_skew_s = change.clock_skew_s.unwrap_or(settings.clock_skew_s).clamp(-SKEW_MAX_S, SKEW_MAX_S);
        settings.rate_limit_scale = change.rate_limit_scale.unwrap_or(settings.rate_limit_scale);
        if let Some(Some(ppm)) = step {
            settings.price_factor_ppm = ppm;
        }
        self.down.send_replace(settings.is_down);
        if let Some(seconds) = change.restart_s {
            self.restart(Duration::from_secs(seconds.min(RESTART_MAX_S)));
        }
        let until = |seconds: u64| Some(Instant::now() + Duration::from_secs(seconds.min(RESTART_MAX_S)));
        let mut router = self.router.lock().unwrap_or_else(PoisonError::into_inner);
        router.not_found = change.router_404_s.map_or(router.not_found, until);
        router.challenge = change.router_403_s.map_or(router.challenge, until);
        Ok(())
    }
}

/// Parses a percentage with an optional sign into a factor: `"2.5"` is 1,025,000 millionths.
fn signed_percent(text: &str) -> Option<i64> {
    let (is_less, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let ppm = i64::try_from(super::money::CoinAmount::parse(digits)?.atoms(4)?).ok()?;
    match (is_less, ppm) {
        (false, ppm) if ppm <= 1_000_000 => Some(1_000_000 + ppm),
        (true, ppm) if ppm <= 500_000 => Some(1_000_000 - ppm),
        _ => None,
    }
}

fn settings_json(sandbox: &Sandbox) -> Value {
    let settings = sandbox.control.now();
    let seconds = |left: Option<Duration>| left.map_or(0, |left| left.as_millis().div_ceil(1_000)) as u64;
    let (not_found, challenge) = sandbox.control.routers();
    json!({
        "down": settings.is_down,
        "latency_ms": settings.latency_ms,
        "empty_catalog": settings.empty_catalog,
        "clock_skew_s": settings.clock_skew_s,
        "price_factor_ppm": settings.price_factor_ppm.to_string(),
        "rate_limit_scale": settings.rate_limit_scale,
        "restart_s": seconds(sandbox.control.restarting()),
        "router_404_s": seconds(not_found),
        "router_403_s": seconds(challenge),
        "orders": sandbox.store.len(),
        "now": sandbox.now_s(),
    })
}

/// Handles `GET /sandbox/control`.
pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>) -> Json<Value> {
    Json(settings_json(&sandbox))
}

/// Handles `POST /sandbox/control`.
pub(super) async fn set(State(sandbox): State<Arc<Sandbox>>, body: axum::body::Bytes) -> Response {
    let object = serde_json::from_slice::<serde_json::Map<String, Value>>(&body);
    let change: Change = match object.and_then(|object| serde_json::from_value(Value::Object(object))) {
        Ok(change) => change,
        Err(error) => return e6(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    if let Err(error) = sandbox.control.apply(&change) {
        return e6(StatusCode::BAD_REQUEST, error);
    }
    if change.reset {
        sandbox.store.clear();
        sandbox.limits.clear();
    }
    Json(settings_json(&sandbox)).into_response()
}

/// Applies outage and latency, on the supplier's paths only.
pub(super) async fn layer(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    let settings = sandbox.control.now();
    if settings.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(settings.latency_ms)).await;
    }
    if sandbox.control.now().is_down || sandbox.control.restarting().is_some() {
        return e7(StatusCode::SERVICE_UNAVAILABLE);
    }
    if request.uri().path().starts_with("/v5/orders") {
        match sandbox.control.routers() {
            (Some(_), _) => return router_not_found(),
            (None, Some(_)) => return challenge(),
            (None, None) => {}
        }
    }
    next.run(request).await
}

/// Sets the `Date` header to the supplier's own clock, when that has been shifted.
pub(super) async fn date_layer(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if sandbox.control.now().clock_skew_s != 0 {
        let date = http_date(sandbox.now_s());
        if let Ok(value) = HeaderValue::from_str(&date) {
            response.headers_mut().insert(header::DATE, value);
        }
    }
    response
}

/// Returns a Unix time as an IMF-fixdate (RFC 9110).
fn http_date(unix_s: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = unix_s / 86_400;
    let (hour, minute, second) = (unix_s / 3_600 % 24, unix_s / 60 % 60, unix_s % 60);
    // The calculation counts days since 1 March of year 0, in cycles of 400 years (proleptic Gregorian calendar).
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let weekday = DAYS[usize::try_from(days % 7).unwrap_or(0)];
    let month = MONTHS[usize::try_from(month - 1).unwrap_or(0)];
    format!("{weekday}, {day:02} {month} {year} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (unix_s, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(unix_s), text);
        }
    }

    #[test]
    fn percentages_are_exact_and_bounded() {
        for (text, ppm) in [
            ("0", Some(1_000_000)),
            ("2.5", Some(1_025_000)),
            ("-10", Some(900_000)),
            ("100", Some(2_000_000)),
            ("100.1", None),
            ("-50.1", None),
            ("two", None),
            ("", None),
        ] {
            assert_eq!(signed_percent(text), ppm, "{text}");
        }
    }
}
