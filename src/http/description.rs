//! What the API looks like: as a document for programs, and as a page for people.

use std::sync::OnceLock;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::docs;
use crate::base::{Error, Result};
use crate::dialects;

/// Both, made once.
#[derive(Clone)]
pub struct Pages {
    document: Page,
    page: Page,
    style: Page,
}

#[derive(Clone)]
struct Page {
    content_type: &'static str,
    body: Bytes,
    tag: HeaderValue,
}

impl Pages {
    /// They depend on nothing but the program: several instances in one process share them.
    pub fn of_this_program() -> Result<Self> {
        static MADE: OnceLock<Pages> = OnceLock::new();
        if let Some(made) = MADE.get() {
            return Ok(made.clone());
        }
        let description = dialects::describe()?;
        let document = serde_json::to_vec(&description).map_err(Error::internal)?;
        let made = Self {
            document: Page::new("application/json", document)?,
            page: Page::new("text/html; charset=utf-8", docs::page(&description).into_bytes())?,
            style: Page::new("text/css; charset=utf-8", docs::STYLE.into())?,
        };
        Ok(MADE.get_or_init(|| made).clone())
    }
}

impl Page {
    fn new(content_type: &'static str, body: Vec<u8>) -> Result<Self> {
        let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..16]));
        let tag = HeaderValue::from_str(&tag).map_err(Error::internal)?;
        Ok(Self { content_type, body: body.into(), tag })
    }

    /// The bytes, or 304 to whoever has them already.
    fn answer(self, headers: &HeaderMap) -> Response {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let own = self.tag.to_str().unwrap_or_default();
        let is_known = known
            .flat_map(|line| line.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == own || tag == "*");
        let headers = [(header::ETAG, self.tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
        match is_known {
            true => (StatusCode::NOT_MODIFIED, headers).into_response(),
            false => (headers, [(header::CONTENT_TYPE, self.content_type)], self.body).into_response(),
        }
    }
}

/// `GET /api/openapi.json`: OpenAPI 3.1.
pub async fn document(Extension(pages): Extension<Pages>, headers: HeaderMap) -> Response {
    pages.document.answer(&headers)
}

/// `GET /api/docs`: the page, or its style.
pub async fn page(Extension(pages): Extension<Pages>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let page = if query.as_deref() == Some("style") { pages.style } else { pages.page };
    page.answer(&headers)
}
