//! The built widget under `/`: its files as they are, preferably their compressed copies, with cache lifetimes for
//! browsers.
//!
//! Files whose name holds a hash of their content, or that lie in the folder of one release (`1.2.3/`), never change
//! and are cached for a year; all others are revalidated each time. Any page may load them
//! (`Access-Control-Allow-Origin: *`), since a widget is there to be embedded; no response depends on who asks. No
//! folder is listed, no hidden file is served, and no path leads out of the folder.

use std::path::Path;

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, Uri, header};
use tower::ServiceExt;
use tower_http::{compression::Compression, services::ServeDir};

use crate::problem::Problem;

/// A folder of built files.
#[derive(Clone)]
pub struct StaticFiles {
    folder: Compression<ServeDir>,
}

impl std::fmt::Debug for StaticFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaticFiles")
    }
}

impl StaticFiles {
    /// Serves `folder`, with `x.br` or `x.gz` in place of `x` for clients that accept it.
    pub fn new(folder: &Path) -> Self {
        let files =
            ServeDir::new(folder).precompressed_br().precompressed_gzip().append_index_html_on_directories(false);
        Self { folder: Compression::new(files) }
    }

    /// Responds to a request for a file.
    pub async fn respond(&self, request: Request) -> Response {
        let path = match request.uri().path() {
            "/" => "/index.html",
            path => path,
        };
        if !matches!(*request.method(), Method::GET | Method::HEAD) || !is_plain(path) {
            return Problem::NOT_FOUND.into_response();
        }
        let (path, is_page, is_final) =
            (path.to_owned(), path.ends_with(".html"), is_hashed(path) || is_of_release(path));
        let (mut parts, _) = request.into_parts();
        let Ok(uri) = path.parse::<Uri>() else { return Problem::NOT_FOUND.into_response() };
        parts.uri = uri;
        // `ServeDir` turns I/O errors into responses of its own.
        let Ok(answered) = self.folder.clone().oneshot(Request::from_parts(parts, Body::empty())).await;
        let mut response = answered.map(Body::new);
        if !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED {
            return match response.status() {
                StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PRECONDITION_FAILED => response,
                _ => Problem::NOT_FOUND.into_response(),
            };
        }
        let headers = response.headers_mut();
        let keep = if is_final { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if is_page {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'self'"));
            headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        }
        response
    }
}

/// Returns whether a path has only names of letters, digits, `-`, `_`, `.` and `@`, none of them hidden.
fn is_plain(path: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@');
    path.strip_prefix('/').is_some_and(|rest| {
        rest.split('/').all(|name| !name.is_empty() && !name.starts_with('.') && name.bytes().all(fits))
    })
}

/// Returns whether a file's name holds a hash: a part of at least eight hexadecimal digits, one of them not a letter.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '_', '.']).any(|part| {
        (8..=64).contains(&part.len())
            && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

/// Returns whether a file lies in a folder whose name is a version, as pages need that pin one with an `integrity`
/// attribute.
fn is_of_release(path: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    path.rsplit('/').skip(1).any(|folder| {
        let version = folder.split_once('-').map_or(folder, |(version, _)| version);
        version.split('.').count() == 3 && version.split('.').all(is_number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_one_release_is_told() {
        let table = [
            ("/1.2.3/cr-widget.js", true),
            ("/cr/0.1.0-rc.1/locales/en.json", true),
            ("/1.2/cr-widget.js", false),
            ("/1.2.x/cr-widget.js", false),
            ("/latest/cr-widget.js", false),
            ("/1.2.3", false),
            ("/cr-widget-1.2.3.js", false),
        ];
        for (path, is) in table {
            assert_eq!(is_of_release(path), is, "{path}");
        }
    }

    #[test]
    fn a_hash_in_the_name_is_told() {
        let table = [
            ("/cr-widget-app-0a1b2c3d4e_bg.wasm", true),
            ("/locales/en.0123456789.json", true),
            ("/cr-widget.js", false),
            ("/index.html", false),
            ("/manifest.json", false),
            ("/decade-facade.js", false),
            ("/0a1b2c3d4e/cr-widget.js", false),
        ];
        for (path, hashed) in table {
            assert_eq!(is_hashed(path), hashed, "{path}");
        }
    }

    #[test]
    fn only_plain_names_are_looked_for() {
        for path in ["/index.html", "/locales/en.json", "/a_b-c.d@2.js"] {
            assert!(is_plain(path), "{path}");
        }
        for path in ["", "/", "//index.html", "/../x", "/.git/config", "/a/.env", "/a%2fb", "/a\\b", "/locales/"] {
            assert!(!is_plain(path), "{path}");
        }
    }
}
