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
    /// As gzip.
    packed: Bytes,
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
        let document = packed::unpack(dialects::DESCRIPTION)?;
        let page = docs::page(&serde_json::from_slice(&document).map_err(Error::internal)?);
        Ok(Self {
            document: Page::new("application/json", &document, Bytes::from_static(dialects::DESCRIPTION))?,
            page: Page::new("text/html; charset=utf-8", page.as_bytes(), packed::pack(page.as_bytes())?.into())?,
            style: Page::new("text/css; charset=utf-8", STYLE, packed::pack(STYLE)?.into())?,
        })
    }
}

impl Page {
    fn new(content_type: &'static str, plain: &[u8], packed: Bytes) -> Result<Self> {
        let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(plain)[..16]));
        let tag = HeaderValue::from_str(&tag).map_err(Error::internal)?;
        Ok(Self { content_type, packed, tag })
    }

    /// The bytes, or 304 to whoever has them already.
    fn answer(self, headers: &HeaderMap) -> Result<Response> {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let own = self.tag.to_str().unwrap_or_default();
        let is_known = known.flat_map(|line| line.split(',')).map(str::trim).any(|tag| tag == own || tag == "*");
        let kept = [
            (header::ETAG, self.tag),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        let content_type = [(header::CONTENT_TYPE, self.content_type)];
        Ok(if is_known {
            (StatusCode::NOT_MODIFIED, kept).into_response()
        } else if accepts(headers, "gzip") {
            (kept, content_type, [(header::CONTENT_ENCODING, "gzip")], self.packed).into_response()
        } else {
            (kept, content_type, packed::unpack(&self.packed)?).into_response()
        })
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
    let answer = Pages::of_this_program().await.and_then(|pages| choose(pages).answer(headers));
    answer.unwrap_or_else(|error| {
        tracing::error!(%error, "the description of the API could not be made");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    })
}
