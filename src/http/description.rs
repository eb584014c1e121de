//! What the API looks like: as a document for programs, and as a page for people.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::docs;
use crate::base::{Error, Result};
use crate::dialects;

/// All of it, made when somebody first asks: it takes longer than the rest of a start, and more memory than a small instance needs.
#[derive(Clone)]
struct Pages {
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
    async fn of_this_program() -> Result<Self> {
        static MADE: OnceLock<Pages> = OnceLock::new();
        if let Some(made) = MADE.get() {
            return Ok(made.clone());
        }
        let made = tokio::task::spawn_blocking(Self::make).await.map_err(Error::internal)??;
        Ok(MADE.get_or_init(|| made).clone())
    }

    fn make() -> Result<Self> {
        let described = serde_json::from_str(dialects::DESCRIPTION).map_err(Error::internal)?;
        Ok(Self {
            document: Page::new("application/json", Bytes::from_static(dialects::DESCRIPTION.as_bytes()))?,
            page: Page::new("text/html; charset=utf-8", docs::page(&described).into())?,
            style: Page::new("text/css; charset=utf-8", Bytes::from_static(docs::STYLE.as_bytes()))?,
        })
    }
}

impl Page {
    fn new(content_type: &'static str, body: Bytes) -> Result<Self> {
        let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..16]));
        let tag = HeaderValue::from_str(&tag).map_err(Error::internal)?;
        Ok(Self { content_type, body, tag })
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
pub async fn document(headers: HeaderMap) -> Response {
    answer(&headers, |pages| pages.document).await
}

/// `GET /api/docs`: the page, or its style.
pub async fn page(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let is_style = query.as_deref() == Some("style");
    answer(&headers, |pages| if is_style { pages.style } else { pages.page }).await
}

async fn answer(headers: &HeaderMap, choose: impl FnOnce(Pages) -> Page) -> Response {
    match Pages::of_this_program().await {
        Ok(pages) => choose(pages).answer(headers),
        Err(error) => {
            tracing::error!(%error, "the description of the API could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
