//! The allow-list: which requests below `/api` exist. A request that is not on the list is refused without contacting
//! the supplier; [`crate::requests`] says what a path and a query may hold.

use std::sync::Arc;

use axum::{
    Router,
    extract::{RawQuery, State},
    handler::Handler,
    middleware,
    routing::{self, MethodRouter},
};
use http::Method;

use crate::{
    api::{self, Api, Caller},
    problem::Problem,
    requests::{Country, InPath, Known, LISTS, ORDER, SUBSCRIBE},
};

/// Returns all routes of the contract, with what frames each response. Everything else below `/api` is not found.
pub fn router(api: Arc<Api>) -> Router {
    let lists = LISTS.iter().fold(Router::new(), |router, list| {
        let handler = move |country: InPath<Country>, caller: Caller, query: RawQuery, state: State<Arc<Api>>| async move {
            let listing = list.read(country.0.as_ref(), query.0.as_deref())?;
            api::list(&state.0, &listing, &caller).await
        };
        router.route(list.route, get(handler))
    });
    lists
        .route("/api/available-countries", get(api::countries))
        .route("/api/v5/orders", post(api::create))
        .route("/api/v5/orders/validations", post(api::validate))
        .route(ORDER, get(api::order))
        .route(SUBSCRIBE, get(api::subscribe))
        .route("/api", routing::any(nothing))
        .route("/api/", routing::any(nothing))
        .route("/api/{*rest}", routing::any(nothing))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), api::frame))
        .with_state(api)
}

/// A route that takes GET alone. Axum would respond to HEAD by asking the supplier. Every other method ends at `any`,
/// without the `Allow` header that a fallback would get.
fn get<H, T>(handler: H) -> MethodRouter<Arc<Api>>
where
    H: Handler<T, Arc<Api>>,
    T: 'static,
{
    only(routing::any(nothing).get(handler).head(nothing), Method::GET)
}

/// A route that takes POST alone.
fn post<H, T>(handler: H) -> MethodRouter<Arc<Api>>
where
    H: Handler<T, Arc<Api>>,
    T: 'static,
{
    only(routing::any(nothing).post(handler), Method::POST)
}

/// Lets a route take preflights for its method, and nothing else.
fn only(route: MethodRouter<Arc<Api>>, method: Method) -> MethodRouter<Arc<Api>> {
    let preflight = move |_: Known, caller: Caller| {
        let answered = api::preflight(&method, &caller);
        async move { answered }
    };
    route.options(preflight)
}

async fn nothing() -> Problem {
    Problem::NOT_FOUND
}
