//! The list of countries, when the operator configures the one on the website.

use axum::response::IntoResponse;
use serde_json::{Value, json as value};

use crate::support::{Proxy, Supplier, json, proxy, proxy_with, within};

/// Returns the status, the seconds for which the response may be cached, and the list.
async fn countries(proxy: &Proxy) -> (u16, u64, Value) {
    let response = within(proxy.get("/api/available-countries").send()).await.unwrap();
    let status = response.status().as_u16();
    let kept = response.headers()["cache-control"].to_str().unwrap();
    let seconds = kept.split("max-age=").nth(1).unwrap_or_else(|| panic!("{kept}")).parse().unwrap();
    (status, seconds, serde_json::from_str(&response.text().await.unwrap()).unwrap())
}

/// Starts a proxy whose supplier and whose website are two hosts.
async fn in_front_of(website: &Supplier) -> (Supplier, Proxy) {
    let supplier = Supplier::always(200, "[]").await;
    let url = format!("http://{}/api/available-countries", website.addr);
    let proxy = proxy(supplier.addr, &["--countries-url", &url, "--send-country-header"]).await;
    (supplier, proxy)
}

/// Returns whether these are the built-in list, with the short cache lifetime.
fn are_built_in((status, seconds, list): &(u16, u64, Value)) -> bool {
    *status == 200
        && *seconds <= 60
        && list.as_array().is_some_and(|rows| rows.len() == 233)
        && list.as_array().is_some_and(|rows| rows.contains(&value!({ "code": "XK", "name": "Kosovo" })))
}

#[tokio::test]
async fn the_websites_list_is_asked_once_and_kept_for_a_day() {
    let website =
        Supplier::always(200, r#"{"data":[{"country_code":"it","english_name":"Italy","x":1},{"iso":"?"}]}"#).await;
    let (supplier, proxy) = in_front_of(&website).await;
    let together = futures::future::join_all((0..20).map(|_| countries(&proxy))).await;
    for (status, seconds, list) in together {
        assert_eq!((status, list), (200, value!([{ "code": "IT", "name": "Italy" }])));
        assert!((86_000..=86_400).contains(&seconds), "{seconds}");
    }
    assert_eq!((website.asked(), supplier.asked()), (1, 0));
    assert_eq!(website.seen()[0].uri.path(), "/api/available-countries");
}

#[tokio::test]
async fn a_map_from_code_to_name_is_a_list_too() {
    let website = Supplier::always(200, r#"{"de":"Germany","IT":"Italy"}"#).await;
    let (_supplier, proxy) = in_front_of(&website).await;
    let (_, _, list) = countries(&proxy).await;
    let rows = list.as_array().unwrap();
    assert_eq!(rows.len(), 2);
    for row in [value!({ "code": "DE", "name": "Germany" }), value!({ "code": "IT", "name": "Italy" })] {
        assert!(rows.contains(&row), "{list}");
    }
}

#[tokio::test]
async fn the_website_learns_neither_who_sells_nor_who_shops() {
    let website = Supplier::always(200, r#"[{"code":"IT","name":"Italy"}]"#).await;
    let (_supplier, proxy) = in_front_of(&website).await;
    let request = proxy
        .get("/api/available-countries")
        .header("user-agent", "Mozilla/5.0 (shopper)")
        .header("cookie", "a=b")
        .header("authorization", "Bearer b")
        .header("x-forwarded-for", "198.51.100.1");
    assert_eq!(within(request.send()).await.unwrap().status(), 200);
    let seen = website.seen();
    let mut names: Vec<_> = seen[0].headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert!(seen[0].header("user-agent").unwrap().starts_with("cr-proxy/"));
    assert!(!format!("{seen:?}").contains("partner-7"));
}

#[tokio::test]
async fn garbage_errors_and_too_much_give_the_built_in_list_and_are_not_asked_for_each_time() {
    let good = r#"[{"code":"IT","name":"Italy"}]"#;
    let long = format!(r#"[{{"code":"IT","name":"Italy","x":"{}"}}]"#, "a".repeat(1 << 20));
    for (status, body) in [
        (200, "<html>".to_owned()),
        (200, "[]".to_owned()),
        (200, r#"{"id":"abc","message":"no"}"#.to_owned()),
        (404, good.to_owned()),
        (500, good.to_owned()),
        (200, long),
    ] {
        let told: String = body.chars().take(40).collect();
        let website = Supplier::start(move |_, _| {
            let answer = json(status, body.clone());
            async move { answer }
        })
        .await;
        let (_supplier, proxy) = in_front_of(&website).await;
        for _ in 0..2 {
            let found = countries(&proxy).await;
            assert!(are_built_in(&found), "{status} {told}: {found:?}");
        }
        assert_eq!(website.asked(), 1, "{status} {told}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed_not_even_to_a_good_list() {
    let website = Supplier::start(|_, seen| async move {
        if seen.uri.path() == "/moved" {
            return json(200, r#"[{"code":"IT","name":"Italy"}]"#);
        }
        (axum::http::StatusCode::FOUND, [("location", "/moved")], "{}").into_response()
    })
    .await;
    let (_supplier, proxy) = in_front_of(&website).await;
    assert!(are_built_in(&countries(&proxy).await));
    assert_eq!(website.asked(), 1);
}

#[tokio::test]
async fn a_website_that_is_silent_or_away_does_not_keep_shoppers_from_choosing() {
    let silent = Supplier::start(|_, _| std::future::pending()).await;
    let supplier = Supplier::always(200, "[]").await;
    let url = format!("http://{}/", silent.addr);
    let proxy = proxy_with(supplier.addr, &["--countries-url", &url], |limits| {
        limits.read_call = std::time::Duration::from_millis(100);
    })
    .await;
    assert!(are_built_in(&countries(&proxy).await));

    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", free.local_addr().unwrap());
    drop(free);
    let proxy = crate::support::proxy(supplier.addr, &["--countries-url", &url]).await;
    assert!(are_built_in(&countries(&proxy).await));
}
