//! Rate limits (`docs/supplier-api.md` §3): the budgets of one partner id, times a factor that keeps tests from
//! reaching them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::Sandbox;
use super::problems::too_many;

/// How many partner ids have a budget of their own; all others share one.
const PARTNERS_MAX: usize = 100;

/// A budget: a number of calls in a window of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Budget {
    name: &'static str,
    calls: u32,
    window_s: u64,
}

const fn budget(name: &'static str, calls: u32, window_s: u64) -> Budget {
    Budget { name, calls, window_s }
}

fn budget_of(method: &Method, path: &str) -> Budget {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (method == Method::POST, parts.as_slice()) {
        (false, ["v3", "payment_vias"]) => budget("vias", 30, 60),
        (false, ["v2", "brands"]) => budget("brands", 60, 60),
        (false, ["v2", "homepage"]) => budget("homepage", 30, 60),
        (false, ["v5", "products", ..]) => budget("products", 60, 60),
        (false, ["v4", "products", "price"]) => budget("price", 120, 60),
        (false, ["v5", "orders", _]) => budget("read", 120, 60),
        (false, ["v5", "orders", _, "subscribe"]) => budget("subscribe", 120, 60),
        (true, ["v5", "orders", "validations"]) => budget("validate", 60, 600),
        (true, ["v5", "orders"]) => budget("create", 30, 600),
        _ => budget("other", 10, 60),
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    window: u64,
    calls: u32,
}

/// What has been used of all budgets.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    used: Mutex<HashMap<(String, &'static str), Used>>,
}

impl Limits {
    fn lock(&self) -> MutexGuard<'_, HashMap<(String, &'static str), Used>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Takes one call from a budget. Returns the calls left, or how many seconds to wait.
    fn take(&self, partner: &str, budget: Budget, scale: u32, now_s: u64) -> Result<u32, u64> {
        let mut used = self.lock();
        let known = used.keys().any(|(name, _)| name == partner);
        let full = !known && used.len() >= PARTNERS_MAX * 10;
        let partner = if full { "" } else { partner };
        let used = used.entry((partner.to_owned(), budget.name)).or_default();
        let window = now_s / budget.window_s;
        if used.window != window {
            *used = Used { window, calls: 0 };
        }
        let most = budget.calls.saturating_mul(scale);
        if used.calls >= most {
            return Err(budget.window_s - now_s % budget.window_s);
        }
        used.calls += 1;
        Ok(most - used.calls)
    }
}

fn partner_of(headers: &HeaderMap) -> String {
    let partner = headers.get("x-cr-application").and_then(|value| value.to_str().ok()).unwrap_or_default();
    partner.chars().take(64).collect()
}

/// Counts the call and refuses it when its budget is used up.
pub(super) async fn layer(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    let scale = sandbox.control.now().rate_limit_scale;
    if scale == 0 {
        return next.run(request).await;
    }
    let budget = budget_of(request.method(), request.uri().path());
    let partner = partner_of(request.headers());
    let now_s = sandbox.now_s();
    let most = budget.calls.saturating_mul(scale);
    let reset_s = (now_s / budget.window_s + 1) * budget.window_s;
    match sandbox.limits.take(&partner, budget, scale, now_s) {
        Err(wait_s) => too_many(wait_s, most, reset_s),
        Ok(left) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            headers.insert("x-ratelimit-limit", HeaderValue::from(most));
            headers.insert("x-ratelimit-remaining", HeaderValue::from(left));
            headers.insert("x-ratelimit-reset", HeaderValue::from(reset_s));
            response
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_used_up_and_comes_back_with_the_next_window() {
        let limits = Limits::default();
        let budget = budget("create", 2, 600);
        assert_eq!(limits.take("p", budget, 1, 1_000), Ok(1));
        assert_eq!(limits.take("p", budget, 1, 1_000), Ok(0));
        assert_eq!(limits.take("p", budget, 1, 1_000), Err(200));
        assert_eq!(limits.take("another", budget, 1, 1_000), Ok(1));
        assert_eq!(limits.take("p", budget, 1, 1_200), Ok(1));
    }

    #[test]
    fn each_path_has_the_documented_budget() {
        for (method, path, calls, window_s) in [
            (Method::GET, "/v3/payment_vias", 30, 60),
            (Method::GET, "/v2/brands", 60, 60),
            (Method::GET, "/v5/products/country/US", 60, 60),
            (Method::GET, "/v4/products/price", 120, 60),
            (Method::GET, "/v5/orders/some-id", 120, 60),
            (Method::POST, "/v5/orders/validations", 60, 600),
            (Method::POST, "/v5/orders", 30, 600),
            (Method::GET, "/v5/orders/some-id/subscribe", 120, 60),
            (Method::GET, "/v2/search/US", 10, 60),
        ] {
            let budget = budget_of(&method, path);
            assert_eq!((budget.calls, budget.window_s), (calls, window_s), "{method} {path}");
        }
    }
}
