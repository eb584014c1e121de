//! What the API looks like: as a document for programs, and as a page for people.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::docs::{self, STYLE};
use super::packed::{self, accepts};
use crate::base::{Error, Result};
use crate::dialects;

/// `GET /api/openapi.json`: OpenAPI 3.1.
pub async fn document(headers: HeaderMap) -> Response {
    answer("application/json", Ok(Bytes::from_static(dialects::DESCRIPTION)), &headers)
}

/// `GET /api/docs`: the page, or its style.
pub async fn page(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if query.as_deref() == Some("style") {
        return answer("text/css; charset=utf-8", packed::pack(STYLE).map(Bytes::from), &headers);
    }
    answer("text/html; charset=utf-8", packed_page().await, &headers)
}

/// The page as gzip. It depends on nothing but the program, and takes longer than the rest of a start, so it is made when
/// somebody first asks.
async fn packed_page() -> Result<Bytes> {
    static MADE: OnceLock<Bytes> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made.clone());
    }
    let make = || {
        let document = packed::unpack(dialects::DESCRIPTION)?;
        let document = serde_json::from_slice(&document).map_err(Error::internal)?;
        packed::pack(docs::page(&document).as_bytes())
    };
    let made = tokio::task::spawn_blocking(make).await.map_err(Error::internal)??;
    Ok(MADE.get_or_init(|| made.into()).clone())
}

fn answer(content_type: &'static str, packed: Result<Bytes>, headers: &HeaderMap) -> Response {
    packed.and_then(|packed| send(content_type, packed, headers)).unwrap_or_else(|error| {
        tracing::error!(%error, "the description of the API could not be made");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}

/// The bytes, or 304 to whoever has them already.
fn send(content_type: &'static str, packed: Bytes, headers: &HeaderMap) -> Result<Response> {
    let tag = hex::encode(&Sha256::digest(&packed)[..16]);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|line| line.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    let is_known = known.any(|known| known.trim_matches('"') == tag || known == "*");
    let kept = [
        (header::ETAG, HeaderValue::from_str(&format!("W/\"{tag}\"")).map_err(Error::internal)?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    let content_type = [(header::CONTENT_TYPE, content_type)];
    Ok(if is_known {
        (StatusCode::NOT_MODIFIED, kept).into_response()
    } else if accepts(headers, "gzip") {
        (kept, content_type, [(header::CONTENT_ENCODING, "gzip")], packed).into_response()
    } else {
        (kept, content_type, packed::unpack(&packed)?).into_response()
    })
}
