//! Answers that anybody may keep, as long as they ask each time whether they still hold: `ETag` and 304 (RFC 9110).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::answer::Answer;

/// Bytes of the hash that a tag shows.
const SHOWN: usize = 16;

/// The answer, or 304 where the caller has it. What is withdrawn is gone at once: no cache answers without asking.
pub fn revalidated(asked: &HeaderMap, answer: Answer) -> Response {
    let mut hash = Sha256::new();
    // Two pages with the same rows may differ in what follows them.
    hash.update(answer.link.as_deref().unwrap_or_default());
    hash.update([0]);
    hash.update(&answer.body);
    let tag = format!("\"{}\"", hex::encode(hash.finalize().get(..SHOWN).unwrap_or_default()));
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|value| value.split(',')).map(|known| known.trim().trim_start_matches("W/"));
    let mut response = match known.any(|known| known == tag || known == "*") {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => answer.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
