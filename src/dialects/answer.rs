//! What a handler gives back: an answer, or a failure that its dialect words.

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::base::{Error, Result};

/// A whole answer, made inside the transaction so that a retry can be given the same bytes.
#[derive(Clone, Debug)]
pub struct Answer {
    /// 2xx.
    pub status: StatusCode,
    /// Of the body; empty for none.
    pub content_type: &'static str,
    /// The body.
    pub body: Bytes,
    /// A session to set as a cookie.
    pub cookie: Option<String>,
    /// Where the next page is, as a `Link` header.
    pub link: Option<String>,
    /// Whether the body holds something that is shown only once.
    pub secret: bool,
    /// Headers beyond those above.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// JSON with this status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Answer> {
    let body = serde_json::to_vec(body).map_err(Error::internal)?;
    Ok(Answer {
        status,
        content_type: "application/json",
        body: body.into(),
        cookie: None,
        link: None,
        secret: false,
        headers: Vec::new(),
    })
}

/// 200 and JSON.
pub fn ok(body: &impl Serialize) -> Result<Answer> {
    json(StatusCode::OK, body)
}

/// 201 and JSON.
pub fn created(body: &impl Serialize) -> Result<Answer> {
    json(StatusCode::CREATED, body)
}

/// 204.
pub fn nothing() -> Answer {
    Answer {
        status: StatusCode::NO_CONTENT,
        content_type: "",
        body: Bytes::new(),
        cookie: None,
        link: None,
        secret: false,
        headers: Vec::new(),
    }
}

/// 200 and a body of another type.
pub fn of_type(content_type: &'static str, body: Vec<u8>) -> Answer {
    Answer {
        status: StatusCode::OK,
        content_type,
        body: body.into(),
        cookie: None,
        link: None,
        secret: false,
        headers: Vec::new(),
    }
}

impl Answer {
    /// Marks an answer that must not be kept for a retry.
    pub fn once(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Sets a session's cookie; such an answer holds a secret.
    pub fn with_cookie(self, cookie: String) -> Self {
        Self { cookie: Some(cookie), secret: true, ..self }
    }

    /// Says where the next page is (RFC 8288).
    pub fn with_link(self, link: String) -> Self {
        Self { link: Some(link), ..self }
    }

    /// Adds a header, or replaces one; a value that no header can hold is left out.
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// The bytes under which an answer is kept.
    pub fn to_kept(&self) -> Vec<u8> {
        let mut kept = self.status.as_u16().to_be_bytes().to_vec();
        kept.extend(&self.body);
        kept
    }

    /// The reverse of [`Answer::to_kept`]: kept answers are JSON.
    pub fn from_kept(kept: &[u8]) -> Result<Self> {
        let (status, body) = kept.split_first_chunk::<2>().ok_or_else(|| Error::internal("a kept answer is cut"))?;
        let status = StatusCode::from_u16(u16::from_be_bytes(*status)).map_err(Error::internal)?;
        Ok(Self {
            status,
            content_type: "application/json",
            body: Bytes::copy_from_slice(body),
            cookie: None,
            link: None,
            secret: false,
            headers: Vec::new(),
        })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if !self.content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(cookie) = self.cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            headers.insert(header::SET_COOKIE, cookie);
        }
        if let Some(link) = self.link.and_then(|link| HeaderValue::from_str(&link).ok()) {
            headers.insert(header::LINK, link);
        }
        headers.extend(self.headers);
        response
    }
}

/// A failure on its way to the dialect's `problem`, which words it.
#[derive(Clone, Debug)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// An answer on its way out of a surface, which words what failed.
pub fn worded(response: Response, translate: impl FnOnce(&Error) -> Response) -> Response {
    match response.extensions().get::<Failure>() {
        Some(Failure(error)) => translate(error),
        None => response,
    }
}

/// What every handler returns.
pub type Answered = std::result::Result<Answer, Failure>;
