//! The web app: files that the build made, embedded, sent compressed as they lie.

use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, File, include_dir};
use sha2::{Digest, Sha256};

use super::packed::{self, accepts};
use crate::base::{Error, Result, secret};

static FILES: Dir<'static> = include_dir!("$WEB_DIST");
static INDEX: LazyLock<Option<&str>> =
    LazyLock::new(|| FILES.get_file("index.html").and_then(|file| file.contents_utf8()));

/// Where programs call: whatever is not there is not a page either.
const FOR_PROGRAMS: [&str; 7] = ["/api/", "/v1/", "/oauth/", "/.well-known/", "/install", "/metrics", "/setup"];
/// Stands in the page for a number that is used once.
const NONCE: &str = "%NONCE%";

/// Whether a request asks for the web app: one of its files, or a page of it.
pub fn is_asked(request: &Request) -> bool {
    // As a slip would spell it too: whoever calls `//api/…` must not be given a page for an answer.
    let path = format!("/{}", request.uri().path().trim_start_matches('/').to_ascii_lowercase());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    reads && !FOR_PROGRAMS.iter().any(|place| path.starts_with(place) || path == place.trim_end_matches('/'))
}

/// A file, or the page that shows whatever its address says.
pub fn answer(uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path != "index.html"
        && let Some(response) = file(path, headers)
    {
        return response;
    }
    // A file that is not there is no page: a browser with an old page must not take HTML for a script.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return (StatusCode::NOT_FOUND, "Not found.").into_response();
    }
    page().unwrap_or_else(|error| {
        tracing::error!(%error, "the page could not be made");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "json" | "webmanifest" => "application/json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A file of the build lies there as it is, or compressed in both ways.
fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let contents = |path: &str| FILES.get_file(path).map(File::contents);
    let gzip = contents(&format!("{path}.gz"));
    let own = contents(path).or(gzip)?;
    let brotli = contents(&format!("{path}.br")).filter(|_| accepts(headers, "br"));
    let (coding, body) = match (brotli, gzip) {
        (Some(brotli), _) => (Some("br"), Bytes::from_static(brotli)),
        (None, Some(gzip)) if accepts(headers, "gzip") => (Some("gzip"), Bytes::from_static(gzip)),
        (None, Some(gzip)) => (None, packed::unpack(gzip).ok()?.into()),
        (None, None) => (None, Bytes::from_static(own)),
    };
    let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(own)[..8]));
    let mut response = if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(body))
    };
    let own = response.headers_mut();
    own.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    own.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // Names under assets/ hold a hash of what is in the file.
    let lasting = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        own.insert(header::ETAG, tag);
    }
    if let Some(coding) = coding {
        own.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}

/// The page, with a number for the styles that its components make; nothing else that stands in it is used.
fn page() -> Result<Response> {
    let text = INDEX.ok_or_else(|| Error::internal("the build of the web app has no index.html"))?;
    let nonce = hex::encode(secret::random::<16>()?);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' blob: data:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let mut response = Response::new(Body::from(text.replace(NONCE, &nonce)));
    let own = response.headers_mut();
    own.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    own.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).map_err(Error::internal)?);
    Ok(response)
}
