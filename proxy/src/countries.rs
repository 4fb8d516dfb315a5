//! `GET /api/available-countries`: the supplier's list of 233 countries (docs/supplier-api.md §5.12), served from the
//! built-in copy or, if the operator names its address, from the supplier's website.
//!
//! The website is not the supplier's API and its list is not documented, so anything that looks like such a list is
//! accepted. If nothing usable comes, shoppers get the built-in list, and the website is asked again a minute later.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use cr_core::country::Country;
use http::{HeaderMap, StatusCode};
use reqwest::Url;
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::warn;

use crate::{
    answer::{Answer, Failure, Reply},
    cache::{Bounds, Cache},
    limits::Limits,
    server::StartError,
    upstream::Document,
};

/// For how long a list is used.
const FRESH: Duration = Duration::from_secs(24 * 3_600);
/// For how long the built-in list is used in place of the website's.
const FALLBACK_FRESH: Duration = Duration::from_secs(60);
/// The longest name of a country, in characters.
const LONGEST_NAME: usize = 200;

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Row {
    code: String,
    name: String,
}

/// The list and where it comes from.
#[derive(Debug)]
pub struct Countries {
    built_in: Arc<Answer>,
    website: Option<Website>,
}

#[derive(Debug)]
struct Website {
    document: Arc<Document>,
    cache: Arc<Cache>,
}

impl Countries {
    /// Takes the built-in list, or the one at `url` with the built-in list behind it. The URL must have passed the
    /// checks of `config`.
    ///
    /// # Errors
    /// [`StartError::Client`] if the TLS set-up fails; [`StartError::Data`] if the built-in list were not JSON, which
    /// does not happen in practice.
    pub fn new(url: Option<&Url>, limits: &Limits) -> Result<Self, StartError> {
        let built_in = write(&built_in())?;
        let website = url.map(|url| {
            let cache = Cache::new(Bounds { entries: 1, bytes: limits.answer_bytes * 8, flights: 1 });
            Ok::<_, StartError>(Website { document: Arc::new(Document::new(url, limits)?), cache })
        });
        Ok(Self { built_in, website: website.transpose()? })
    }

    /// Returns `[{"code": "AX", "name": "Åland Islands"}, …]` and for how long it may still be used.
    pub async fn list(&self) -> (Arc<Answer>, Duration) {
        let Some(website) = &self.website else { return (Arc::clone(&self.built_in), FRESH) };
        let (document, instead) = (Arc::clone(&website.document), Arc::clone(&self.built_in));
        let read = || async move {
            Ok(read(&document).await.unwrap_or_else(|why| {
                warn!(?why, "the website's list of countries cannot be used; the built-in list is used instead");
                instead
            }))
        };
        let built_in = Arc::clone(&self.built_in);
        let keep = move |answer: &Answer| if std::ptr::eq(answer, &*built_in) { FALLBACK_FRESH } else { FRESH };
        match website.cache.get("countries", keep, read).await {
            (Ok(answer), fresh_for) => (answer, fresh_for),
            (Err(_), _) => (Arc::clone(&self.built_in), FALLBACK_FRESH),
        }
    }
}

/// Reads the website's list and writes it in the form of the built-in list.
async fn read(document: &Document) -> Reply {
    let answer = document.read().await?;
    let rows = if answer.status.is_success() { decode(&answer.body) } else { Vec::new() };
    if rows.is_empty() { Err(Failure::BadBody) } else { write(&rows) }
}

fn write(rows: &[Row]) -> Reply {
    let body = serde_json::to_vec(rows).map(Bytes::from).map_err(|_| Failure::BadBody)?;
    Ok(Arc::new(Answer::new(StatusCode::OK, &HeaderMap::new(), body, Instant::now())?))
}

fn built_in() -> Vec<Row> {
    let row = |(country, name): (Country, &str)| Row { code: country.code().to_owned(), name: name.to_owned() };
    Country::named().map(row).collect()
}

/// Returns the usable rows of a list in its order, each code once; returns none if the body is not a list.
fn decode(body: &[u8]) -> Vec<Row> {
    let mut rows = match serde_json::from_slice(body) {
        Ok(Value::Array(rows)) => rows_in(&rows),
        Ok(Value::Object(fields)) => {
            let lists = fields.values().filter_map(Value::as_array).map(|rows| rows_in(rows));
            lists.into_iter().find(|rows| !rows.is_empty()).unwrap_or_else(|| pairs_in(&fields))
        }
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | Err(_) => Vec::new(),
    };
    let mut known = HashSet::new();
    rows.retain(|row| known.insert(row.code.clone()));
    rows
}

fn rows_in(rows: &[Value]) -> Vec<Row> {
    let row = |row: &Value| {
        let code =
            ["code", "country_code", "iso", "alpha2"].iter().find_map(|field| code(row.get(field)?.as_str()?))?;
        let name = ["name", "english_name", "country"].iter().find_map(|field| name(row.get(field)?.as_str()?))?;
        Some(Row { code, name })
    };
    rows.iter().filter_map(row).collect()
}

/// Reads an object that maps codes to names. An object with any other key is something else: an error's `id` is not
/// Indonesia.
fn pairs_in(fields: &Map<String, Value>) -> Vec<Row> {
    if fields.keys().any(|key| code(key).is_none()) {
        return Vec::new();
    }
    fields.iter().filter_map(|(key, value)| Some(Row { code: code(key)?, name: name(value.as_str()?)? })).collect()
}

fn code(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}

fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(body: &str) -> String {
        let rows = decode(body.as_bytes());
        rows.iter().map(|row| format!("{}={}", row.code, row.name)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn all_233_are_there_by_code_and_name() {
        let rows = built_in();
        assert_eq!(rows.len(), 233);
        assert!(rows.contains(&Row { code: "XK".into(), name: "Kosovo".into() }));
        assert!(rows.iter().all(|row| row.code.len() == 2 && !row.name.is_empty()));
        let body = serde_json::to_vec(&rows).unwrap();
        assert_eq!(decode(&body), rows);
    }

    #[test]
    fn whatever_looks_like_a_list_is_taken() {
        let table = [
            (r#"[{"code":"IT","name":"Italy"},{"code":"XK","name":"Kosovo"}]"#, "IT=Italy XK=Kosovo"),
            (r#"[{"country_code":"it","english_name":" Italy "}]"#, "IT=Italy"),
            (r#"[{"iso":"ITA","alpha2":"IT","country":"Italy"}]"#, "IT=Italy"),
            (r#"[{"code":39,"iso":"IT","name":null,"country":"Italy"}]"#, "IT=Italy"),
            (r#"{"ok":true,"data":[{"code":"IT","name":"Italy"}]}"#, "IT=Italy"),
            (r#"{"a":[],"b":[1],"countries":[{"code":"IT","name":"Italy"}]}"#, "IT=Italy"),
            (r#"{"IT":"Italy","de":"Germany","FR":7}"#, "IT=Italy DE=Germany"),
            (r#"[{"code":"IT","name":"Italy"},{"code":"it","name":"Italia"}]"#, "IT=Italy"),
            (
                r#"[7,null,{"code":"IT"},{"name":"x"},{"code":"I1","name":"x"},{"code":"DE","name":"Germany"}]"#,
                "DE=Germany",
            ),
        ];
        for (body, expected) in table {
            let sorted = |text: &str| {
                let mut words: Vec<_> = text.split(' ').map(str::to_owned).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(&decoded(body)), sorted(expected), "{body}");
        }
    }

    #[test]
    fn what_is_no_list_holds_nothing() {
        for body in [
            "",
            "<html>",
            "null",
            "7",
            "\"IT\"",
            "[]",
            "{}",
            r#"["IT","DE"]"#,
            r#"[{"code":"IT","name":" "}]"#,
            r#"[{"code":"IT","name":"a\nb"}]"#,
            r#"[{"code":"é","name":"a"}]"#,
            r#"{"data":{"IT":"Italy"}}"#,
            r#"{"id":"abc","detail":"NOT_FOUND"}"#,
        ] {
            assert_eq!(decoded(body), "", "{body}");
        }
        assert_eq!(decoded(&format!(r#"[{{"code":"IT","name":"{}"}}]"#, "a".repeat(201))), "");
    }
}
